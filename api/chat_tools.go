package api

import (
	"context"
	"time"

	"aftersales/chat"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// DeskTools are what agents sort and answer conversations with. Every method answers only what the actor may see.
type DeskTools interface {
	Prioritise(ctx context.Context, actor chat.Actor, id, priority string) (chat.View, error)
	Snooze(ctx context.Context, actor chat.Actor, id string, until time.Time) (chat.View, error)
	Tag(ctx context.Context, actor chat.Actor, id string, add, remove []string) (chat.View, error)
	Rate(ctx context.Context, actor chat.Actor, id string, rating chat.Rating) (chat.View, error)
	SaveDraft(ctx context.Context, actor chat.Actor, id, words string) error
	Bulk(ctx context.Context, actor chat.Actor, bulk chat.Bulk) ([]chat.Done, error)
	Colleagues(ctx context.Context, actor chat.Actor, team string, page models.PageRequest) (models.Page[chat.Colleague], error)

	Tags(ctx context.Context, actor chat.Actor, team string, page models.PageRequest) (models.Page[models.Tag], error)
	NewTag(ctx context.Context, actor chat.Actor, team, name, colour string) (models.Tag, error)
	ChangeTag(ctx context.Context, actor chat.Actor, id, name, colour string) (models.Tag, error)
	RetireTag(ctx context.Context, actor chat.Actor, id string) error

	Canned(ctx context.Context, actor chat.Actor, begins string, page models.PageRequest) (models.Page[models.CannedReply], error)
	NewCanned(ctx context.Context, actor chat.Actor, reply models.CannedReply) (models.CannedReply, error)
	ChangeCanned(ctx context.Context, actor chat.Actor, id string, reply models.CannedReply) (models.CannedReply, error)
	DropCanned(ctx context.Context, actor chat.Actor, id string) error
	FillCanned(ctx context.Context, actor chat.Actor, conversationID, replyID string) (chat.Filled, error)
}

// They name the state that is reached, or take a name that can be taken once: they need no Idempotency-Key.
func deskToolRoutes() []Route {
	return []Route{
		{post, "/v1/conversations/{id}/priority", "conversation.priority.set", 0, "desk tools", "Say how urgent a conversation is"},
		{post, "/v1/conversations/{id}/snooze", "conversation.snooze", 0, "desk tools", "Set a conversation aside until a time, or take it up again"},
		{post, "/v1/conversations/{id}/tags", "conversation.tag", 0, "desk tools", "Put tags on a conversation, and take others away"},
		{post, "/v1/conversations/{id}/rating", "conversation.rate", 0, "conversations", "Say how a conversation went"},
		{post, "/v1/conversations/{id}/draft", "draft.save", 0, "conversations", "Keep what one has begun to write; empty: forget it"},
		{get, "/v1/conversations/{id}/canned-replies/{reply}", "canned.fill", 0, "desk tools", "A canned reply, filled in for a conversation"},
		{post, "/v1/conversation-actions", "conversation.bulk", 0, "desk tools", "Do one thing with several conversations"},
		{get, "/v1/colleagues", "colleague.list", 0, "desk tools", "Who works in one's team"},
		{get, "/v1/tags", "tag.list", 0, "desk tools", "Tags that one can use, by name"},
		{post, "/v1/tags", "tag.create", 0, "desk tools", "Make a tag"},
		{post, "/v1/tags/{id}", "tag.change", 0, "desk tools", "Give a tag another name and colour"},
		{post, "/v1/tags/{id}/retire", "tag.retire", 0, "desk tools", "Take a tag out of use"},
		{get, "/v1/canned-replies", "canned.list", 0, "desk tools", "Canned replies that one can use, by their shortcuts"},
		{post, "/v1/canned-replies", "canned.create", 0, "desk tools", "Keep a text to say it again"},
		{post, "/v1/canned-replies/{id}", "canned.change", 0, "desk tools", "Change a canned reply"},
		{post, "/v1/canned-replies/{id}/remove", "canned.remove", 0, "desk tools", "Delete a canned reply"},
	}
}

type (
	priorityBody struct {
		Priority string `json:"priority" enum:"urgent,high,normal,low"`
	}
	priorityInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body priorityBody
	}
	snoozeBody struct {
		Until time.Time `json:"until,omitempty" doc:"90 days ahead at most; absent: take it up again."`
	}
	snoozeInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body snoozeBody
	}
	tagOnBody struct {
		Add    []string `json:"add,omitempty" maxItems:"20" nullable:"false" doc:"IDs of tags."`
		Remove []string `json:"remove,omitempty" maxItems:"20" nullable:"false"`
	}
	tagOnInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body tagOnBody
	}
	chatRateBody struct {
		Score int      `json:"score" minimum:"1" maximum:"5"`
		Codes []string `json:"codes,omitempty" maxItems:"7" nullable:"false" doc:"Values of the choices of the conversation's rating."`
		Text  string   `json:"text,omitempty" maxLength:"8000"`
	}
	chatRateInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body chatRateBody
	}
	chatRatingBody struct {
		Score   int            `json:"score,omitempty" doc:"1 to 5; absent: not given yet."`
		Codes   []string       `json:"codes" nullable:"false"`
		Words   []string       `json:"words" nullable:"false" doc:"The codes in the reader's language."`
		Text    string         `json:"text,omitempty"`
		AskedAt time.Time      `json:"asked_at"`
		At      *time.Time     `json:"at,omitempty"`
		Until   time.Time      `json:"changeable_until"`
		Choices []ratingChoice `json:"choices" nullable:"false" doc:"For the customer: what can be named."`
	}
	draftBody struct {
		Text string `json:"text" maxLength:"16000"`
	}
	draftInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body draftBody
	}
	fillInput struct {
		ID    string `path:"id" maxLength:"40"`
		Reply string `path:"reply" maxLength:"40"`
	}
	filledBody struct {
		Text    string   `json:"text" doc:"{{customer.name}} stays as it is: it is filled in when the customer reads it."`
		Missing []string `json:"missing" nullable:"false" doc:"Variables that nothing is known for here; they stand as they were."`
	}
	filledOutput   struct{ Body filledBody }
	manyThingsBody struct {
		Action   string    `json:"action" enum:"claim,close,tag,snooze,assign,priority"`
		IDs      []string  `json:"ids" minItems:"1" maxItems:"100" nullable:"false" doc:"Of conversations."`
		Add      []string  `json:"add,omitempty" maxItems:"20" nullable:"false" doc:"tag: IDs of tags."`
		Remove   []string  `json:"remove,omitempty" maxItems:"20" nullable:"false"`
		Until    time.Time `json:"until,omitempty" doc:"snooze; absent: take them up again."`
		AgentID  string    `json:"agent_id,omitempty" maxLength:"40" doc:"assign"`
		Priority string    `json:"priority,omitempty" enum:"urgent,high,normal,low"`
	}
	manyThingsInput struct{ Body manyThingsBody }
	doneBody        struct {
		ID   string `json:"id"`
		Done bool   `json:"done"`
		Code string `json:"code,omitempty" doc:"Why not."`
		Text string `json:"text,omitempty" doc:"Why not, in the reader's language."`
	}
	doneListBody struct {
		Items []doneBody `json:"items" nullable:"false" doc:"In the order of the IDs."`
	}
	doneListOutput  struct{ Body doneListBody }
	colleaguesInput struct {
		PageInput
		Team string `query:"team_id" maxLength:"40" doc:"For operators; others have their own."`
	}
	workmateBody struct {
		ID   string    `json:"id"`
		Role string    `json:"role" enum:"agent,supervisor"`
		Name string    `json:"name"`
		Desk *deskBody `json:"desk,omitempty" doc:"Of agents who are there."`
	}
	workmateListBody struct {
		Items []workmateBody `json:"items" nullable:"false"`
		Next  string         `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	workmateListOutput struct{ Body workmateListBody }
	tagBody            struct {
		ID     string `json:"id"`
		TeamID string `json:"team_id,omitempty" doc:"Whose it is; absent: everybody's."`
		Name   string `json:"name"`
		Colour string `json:"colour" enum:"grey,blue,green,gold,red,purple"`
	}
	tagListBody struct {
		Items []tagBody `json:"items" nullable:"false"`
		Next  string    `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	tagListOutput struct{ Body tagListBody }
	tagOutput     struct{ Body tagBody }
	newTagBody    struct {
		Name   string `json:"name" minLength:"1" maxLength:"80" doc:"20 characters at most."`
		Colour string `json:"colour" enum:"grey,blue,green,gold,red,purple"`
		TeamID string `json:"team_id,omitempty" maxLength:"40" doc:"For operators; absent: everybody's."`
	}
	newTagInput   struct{ Body newTagBody }
	changeTagBody struct {
		Name   string `json:"name" minLength:"1" maxLength:"80"`
		Colour string `json:"colour" enum:"grey,blue,green,gold,red,purple"`
	}
	changeTagInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body changeTagBody
	}
	CannedText struct {
		Shortcut string `json:"shortcut" minLength:"1" maxLength:"80" doc:"What is typed after the slash: letters, digits, - and _, 20 at most."`
		Title    string `json:"title" minLength:"1" maxLength:"240"`
		Text     string `json:"text" minLength:"1" maxLength:"16000" doc:"With variables: {{customer.name}}, {{agent.name}}, {{shop.name}}, {{case.id}}, {{order.id}}."`
	}
	newCannedBody struct {
		Scope string `json:"scope" enum:"own,team,all" doc:"team is a supervisor's to write, all an operator's."`
		CannedText
	}
	newCannedInput    struct{ Body newCannedBody }
	changeCannedInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body CannedText
	}
	cannedBody struct {
		ID    string `json:"id"`
		Scope string `json:"scope" enum:"own,team,all"`
		CannedText
		UpdatedAt time.Time `json:"updated_at"`
	}
	cannedOutput    struct{ Body cannedBody }
	cannedListInput struct {
		PageInput
		Begins string `query:"begins" maxLength:"80" doc:"How the shortcut begins."`
	}
	cannedListBody struct {
		Items []cannedBody `json:"items" nullable:"false"`
		Next  string       `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	cannedListOutput struct{ Body cannedListBody }
)

func (in *listChatInput) filter() chat.Filter {
	filter := chat.Filter{
		Whose: in.Whose, State: in.State, Audience: in.Audience, AgentID: in.AgentID, Priority: in.Priority, Lang: in.Lang, ShopID: in.ShopID,
		TagID: in.TagID, Waiting: in.Sort == "waiting", WaitingBefore: in.WaitingBefore,
	}
	if in.Snoozed != "" {
		aside := in.Snoozed == "true"
		filter.Snoozed = &aside
	}
	return filter
}

func (e *edge) deskTools(shown func(context.Context, chat.View, error) (*conversationOutput, error)) {
	register(e, "conversation.priority.set", func(ctx context.Context, in *priorityInput) (*conversationOutput, error) {
		view, err := e.Chat.Prioritise(ctx, callerOf(ctx).actor(), in.ID, in.Body.Priority)
		return shown(ctx, view, err)
	})
	register(e, "conversation.snooze", func(ctx context.Context, in *snoozeInput) (*conversationOutput, error) {
		view, err := e.Chat.Snooze(ctx, callerOf(ctx).actor(), in.ID, in.Body.Until)
		return shown(ctx, view, err)
	})
	register(e, "conversation.tag", func(ctx context.Context, in *tagOnInput) (*conversationOutput, error) {
		view, err := e.Chat.Tag(ctx, callerOf(ctx).actor(), in.ID, in.Body.Add, in.Body.Remove)
		return shown(ctx, view, err)
	})
	register(e, "conversation.rate", func(ctx context.Context, in *chatRateInput) (*conversationOutput, error) {
		view, err := e.Chat.Rate(ctx, callerOf(ctx).actor(), in.ID, chat.Rating{Score: in.Body.Score, Codes: in.Body.Codes, Words: in.Body.Text})
		return shown(ctx, view, err)
	})
	register(e, "draft.save", func(ctx context.Context, in *draftInput) (*struct{}, error) {
		return nil, e.Chat.SaveDraft(ctx, callerOf(ctx).actor(), in.ID, in.Body.Text)
	})
	register(e, "conversation.bulk", func(ctx context.Context, in *manyThingsInput) (*doneListOutput, error) {
		caller, b := callerOf(ctx), in.Body
		done, err := e.Chat.Bulk(ctx, caller.actor(), chat.Bulk{
			Action: b.Action, IDs: b.IDs, Add: b.Add, Remove: b.Remove, Until: b.Until, AgentID: b.AgentID, Priority: b.Priority,
		})
		return &doneListOutput{doneListBody{each(done, func(d chat.Done) doneBody {
			if d.Why == nil {
				return doneBody{ID: d.ID, Done: true}
			}
			return doneBody{ID: d.ID, Code: string(d.Why.Code), Text: d.Why.Text(caller.Language)}
		})}}, err
	})
	register(e, "colleague.list", func(ctx context.Context, in *colleaguesInput) (*workmateListOutput, error) {
		page, err := e.Chat.Colleagues(ctx, callerOf(ctx).actor(), in.Team, models.PageRequest(in.request()))
		return &workmateListOutput{workmateListBody{each(page.Items, workmateOf), page.Next}}, err
	})
	e.tags()
	e.canned()
}

func (e *edge) tags() {
	one := func(tag models.Tag, err error) (*tagOutput, error) { return &tagOutput{tagBodyOf(tag)}, err }
	register(e, "tag.list", func(ctx context.Context, in *colleaguesInput) (*tagListOutput, error) {
		page, err := e.Chat.Tags(ctx, callerOf(ctx).actor(), in.Team, models.PageRequest(in.request()))
		return &tagListOutput{tagListBody{each(page.Items, tagBodyOf), page.Next}}, err
	})
	register(e, "tag.create", func(ctx context.Context, in *newTagInput) (*tagOutput, error) {
		return one(e.Chat.NewTag(ctx, callerOf(ctx).actor(), in.Body.TeamID, in.Body.Name, in.Body.Colour))
	}, created)
	register(e, "tag.change", func(ctx context.Context, in *changeTagInput) (*tagOutput, error) {
		return one(e.Chat.ChangeTag(ctx, callerOf(ctx).actor(), in.ID, in.Body.Name, in.Body.Colour))
	})
	register(e, "tag.retire", func(ctx context.Context, in *bareInput) (*struct{}, error) {
		return nil, e.Chat.RetireTag(ctx, callerOf(ctx).actor(), in.ID)
	})
}

func (e *edge) canned() {
	one := func(reply models.CannedReply, err error) (*cannedOutput, error) {
		return &cannedOutput{cannedOf(reply)}, err
	}
	register(e, "canned.list", func(ctx context.Context, in *cannedListInput) (*cannedListOutput, error) {
		page, err := e.Chat.Canned(ctx, callerOf(ctx).actor(), in.Begins, models.PageRequest(in.request()))
		return &cannedListOutput{cannedListBody{each(page.Items, cannedOf), page.Next}}, err
	})
	register(e, "canned.create", func(ctx context.Context, in *newCannedInput) (*cannedOutput, error) {
		reply := in.Body.reply()
		reply.Scope = in.Body.Scope
		return one(e.Chat.NewCanned(ctx, callerOf(ctx).actor(), reply))
	}, created)
	register(e, "canned.change", func(ctx context.Context, in *changeCannedInput) (*cannedOutput, error) {
		return one(e.Chat.ChangeCanned(ctx, callerOf(ctx).actor(), in.ID, in.Body.reply()))
	})
	register(e, "canned.remove", func(ctx context.Context, in *bareInput) (*struct{}, error) {
		return nil, e.Chat.DropCanned(ctx, callerOf(ctx).actor(), in.ID)
	})
	register(e, "canned.fill", func(ctx context.Context, in *fillInput) (*filledOutput, error) {
		filled, err := e.Chat.FillCanned(ctx, callerOf(ctx).actor(), in.ID, in.Reply)
		return &filledOutput{filledBody{filled.Text, solid(filled.Missing)}}, err
	})
}

func (b CannedText) reply() models.CannedReply {
	return models.CannedReply{Shortcut: b.Shortcut, Title: b.Title, Text: b.Text}
}

func cannedOf(r models.CannedReply) cannedBody {
	return cannedBody{r.ID, r.Scope, CannedText{r.Shortcut, r.Title, r.Text}, r.UpdatedAt}
}

func tagBodyOf(t models.Tag) tagBody { return tagBody{t.ID, t.TeamID, t.Name, t.Colour} }

func workmateOf(c chat.Colleague) workmateBody {
	body := workmateBody{ID: c.ID, Role: c.Role, Name: c.Name}
	if c.Desk != nil {
		desk := deskBodyOf(*c.Desk)
		body.Desk = &desk
	}
	return body
}

func chatRatingOf(r chat.Rating, reader *caller) *chatRatingBody {
	body := &chatRatingBody{
		Score: r.Score, Codes: solid(r.Codes), Words: each(r.Codes, func(code string) string { return say(ratingWords, code, reader.Language) }),
		Text: r.Words, AskedAt: r.AskedAt, At: r.At, Until: r.Until, Choices: []ratingChoice{},
	}
	if reader.Role == string(contract.Customer) {
		body.Choices = ratingChoices(chat.RatingCodes, reader.Language)
	}
	return body
}

package api

import (
	"context"
	"time"

	"aftersales/chat"
	"aftersales/models"
)

// Chat is the service for conversations: who writes to whom, who waits, who has what. Every method answers only what the
// actor may see.
type Chat interface {
	Open(ctx context.Context, actor chat.Actor, opening chat.Opening) (view chat.View, opened bool, err error)
	Read(ctx context.Context, actor chat.Actor, id string, limit int) (chat.View, error)
	List(ctx context.Context, actor chat.Actor, filter chat.Filter, page models.PageRequest) (models.Page[chat.Row], error)
	End(ctx context.Context, actor chat.Actor, id string) (chat.View, error)
	Tie(ctx context.Context, actor chat.Actor, id, caseID string) (chat.View, error)
	Thread(ctx context.Context, actor chat.Actor, caseID, audience string) (chat.View, error)
	Notes(ctx context.Context, actor chat.Actor, id string) (chat.View, error)

	Send(ctx context.Context, actor chat.Actor, id string, message chat.Outgoing) (chat.Message, error)
	Messages(ctx context.Context, actor chat.Actor, id string, page models.MessagePage) (chat.Page, error)
	Edit(ctx context.Context, actor chat.Actor, id string, seq int64, words string) (chat.Message, error)
	Recall(ctx context.Context, actor chat.Actor, id string, seq int64) (chat.Message, error)
	React(ctx context.Context, actor chat.Actor, id string, seq int64, code string, take bool) (chat.Message, error)
	Mark(ctx context.Context, actor chat.Actor, id string, delivered, read int64) error
	Versions(ctx context.Context, actor chat.Actor, id string, seq int64) ([]chat.Version, error)
	Search(ctx context.Context, actor chat.Actor, search chat.Search, page models.PageRequest) (models.Page[chat.Found], error)

	AskPerson(ctx context.Context, actor chat.Actor, id string) (chat.View, error)
	Claim(ctx context.Context, actor chat.Actor, id string) (chat.View, error)
	Assign(ctx context.Context, actor chat.Actor, id, agentID string) (chat.View, error)
	Transfer(ctx context.Context, actor chat.Actor, id, agentID, note string) (chat.View, error)
	Answer(ctx context.Context, actor chat.Actor, id, answer, note string) (chat.View, error)
	Offers(ctx context.Context, actor chat.Actor) ([]chat.Offer, error)
	Queue(ctx context.Context, actor chat.Actor, team string) ([]chat.InQueue, error)
	SitDown(ctx context.Context, actor chat.Actor, desk chat.Desk) (chat.Desk, error)
	OwnDesk(ctx context.Context, actor chat.Actor) (chat.Desk, error)
	Desks(ctx context.Context, actor chat.Actor, team string) ([]chat.Desk, error)

	DeskTools
	DeskService
	DeskFollowing
}

// Messages carry an ID of their sender's, which sends them once: they need no Idempotency-Key.
func chatRoutes() []Route {
	return []Route{
		{post, "/v1/conversations", "conversation.open", 0, "conversations", "Begin a conversation, or go on with the one that is open"},
		{get, "/v1/conversations", "conversation.list", 0, "conversations", "Conversations, the last written in first"},
		{get, "/v1/conversations/{id}", "conversation.read", 0, "conversations", "A conversation with its newest messages, and all that its page shows"},
		{post, "/v1/conversations/{id}/close", "conversation.close", 0, "conversations", "End a conversation"},
		{post, "/v1/conversations/{id}/cases", "conversation.case.tie", 0, "conversations", "Tie a case: what happens in it is told here"},
		{post, "/v1/conversations/{id}/notes", "conversation.notes", 0, "conversations", "What colleagues write to each other beside a conversation"},
		{post, "/v1/cases/{id}/threads", "case.thread.open", 0, "conversations", "A case's thread with colleagues, the shop or a carrier"},

		{get, "/v1/conversations/{id}/messages", "message.list", 0, "conversations", "Messages before or after one, or what changed since a revision"},
		{post, "/v1/conversations/{id}/messages", "message.send", 0, "conversations", "Send a message"},
		{post, "/v1/conversations/{id}/messages/{seq}/edit", "message.edit", 0, "conversations", "Change what a message of one's own says, within two minutes"},
		{post, "/v1/conversations/{id}/messages/{seq}/recall", "message.recall", 0, "conversations", "Take a message of one's own back, within two minutes"},
		{post, "/v1/conversations/{id}/messages/{seq}/reactions", "message.react", 0, "conversations", "Put a sign under a message, or take one's own away"},
		{get, "/v1/conversations/{id}/messages/{seq}/versions", "message.versions", 0, "conversations", "What a message said before it was changed"},
		{post, "/v1/conversations/{id}/marks", "conversation.mark", 0, "conversations", "Say how far one has got and read"},
		{get, "/v1/message-search", "message.search", 0, "conversations", "Find messages by two letters or more that stand together"},

		{post, "/v1/conversations/{id}/person", "conversation.person.ask", 0, "routing", "Ask for a person"},
		{post, "/v1/conversations/{id}/claim", "conversation.claim", 0, "routing", "Take a conversation that nobody has"},
		{post, "/v1/conversations/{id}/assign", "conversation.assign", 0, "routing", "Give a conversation to an agent"},
		{post, "/v1/conversations/{id}/transfer", "conversation.transfer", 0, "routing", "Offer a conversation to a colleague"},
		{post, "/v1/conversations/{id}/transfer-answer", "transfer.answer", 0, "routing", "Accept or decline what was offered, or withdraw what one offered"},
		{get, "/v1/transfers", "transfer.list", 0, "routing", "Conversations that one was offered"},
		{get, "/v1/queue", "queue.list", 0, "routing", "Who waits for a person, the most urgent first"},
		{get, "/v1/desk", "desk.read", 0, "routing", "Whether and what one takes"},
		{put, "/v1/desk", "desk.set", 0, "routing", "Say whether and what one takes; said again every half minute"},
		{get, "/v1/desks", "desk.list", 0, "routing", "Who is there, and what they have"},
	}
}

type (
	bareBody  struct{}
	bareInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body bareBody
	}
	openChatBody struct {
		Lang    string `json:"lang,omitempty" enum:"zh-CN,en" doc:"Absent: that of the request."`
		OrderID string `json:"order_id,omitempty" maxLength:"64" doc:"What it is about, if that is known."`
		CaseID  string `json:"case_id,omitempty" maxLength:"40" doc:"Tied to the conversation."`
	}
	openChatInput      struct{ Body openChatBody }
	conversationOutput struct{ Body conversationBody }
	readChatInput      struct {
		ID    string `path:"id" maxLength:"40"`
		Limit int    `query:"limit" minimum:"1" maximum:"100" doc:"Of messages; absent: 30."`
	}
	listChatInput struct {
		PageInput
		Whose    string `query:"whose" enum:"mine,free,team" doc:"For the platform's people; free: nobody has it; absent: team."`
		State    string `query:"state" enum:"bot,queued,people,closed,open" doc:"open: all but closed."`
		Audience string `query:"audience" enum:"customer,colleagues,merchant,carrier" doc:"Absent: customer; a shop has those that are for it."`

		AgentID       string    `query:"agent_id" maxLength:"40" doc:"Who has it. This and what follows is for the platform's people."`
		Priority      string    `query:"priority" enum:"urgent,high,normal,low"`
		Lang          string    `query:"lang" enum:"zh-CN,en"`
		ShopID        string    `query:"merchant_id" maxLength:"40"`
		Snoozed       string    `query:"snoozed" enum:"true,false" doc:"Set aside, or not; absent: both."`
		TagID         string    `query:"tag_id" maxLength:"40" doc:"That have it; the last begun first."`
		Sort          string    `query:"sort" enum:"last,waiting" doc:"waiting: only where somebody waits for an answer, the longest first. Not with tag_id."`
		WaitingBefore time.Time `query:"waiting_before" doc:"Somebody waits since before then."`
	}
	listChatBody struct {
		Items []ConversationHead `json:"items" nullable:"false"`
		Next  string             `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	listChatOutput struct{ Body listChatBody }
	tieCaseBody    struct {
		CaseID string `json:"case_id" minLength:"1" maxLength:"40"`
	}
	tieCaseInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body tieCaseBody
	}
	threadBody struct {
		Audience string `json:"audience" enum:"colleagues,merchant,carrier"`
	}
	threadInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body threadBody
	}
	messagesInput struct {
		ID     string `path:"id" maxLength:"40"`
		Before int64  `query:"before" minimum:"1" doc:"Messages with a smaller number, the nearest."`
		After  int64  `query:"after" minimum:"1" doc:"Messages with a larger number, the nearest."`
		Since  int64  `query:"since" minimum:"1" doc:"A revision: what came or changed after it, in that order."`
		Limit  int    `query:"limit" minimum:"1" maximum:"100"`
	}
	messageListBody struct {
		Items   []messageBody            `json:"items" nullable:"false"`
		More    bool                     `json:"more" doc:"There are more in the direction that was asked for."`
		Rev     int64                    `json:"revision" doc:"Ask for what changes after this with since."`
		LastSeq int64                    `json:"last_seq"`
		Members []conversationMemberBody `json:"members" nullable:"false"`
	}
	messageListOutput struct{ Body messageListBody }
	messageOutput     struct{ Body messageBody }
	SeqPath           struct {
		ID  string `path:"id" maxLength:"40"`
		Seq int64  `path:"seq" minimum:"1"`
	}
	sendInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body sendBody
	}
	editMessageBody struct {
		Text string `json:"text" minLength:"1" maxLength:"16000"`
	}
	editInput struct {
		SeqPath
		Body editMessageBody
	}
	recallInput struct {
		SeqPath
		Body bareBody
	}
	reactBody struct {
		Code string `json:"code" enum:"thumbs_up,thumbs_down,heart,laugh,thanks,done"`
		Take bool   `json:"take_away,omitempty"`
	}
	reactInput struct {
		SeqPath
		Body reactBody
	}
	markBody struct {
		Delivered int64 `json:"delivered,omitempty" minimum:"0" doc:"The newest message that one's page has."`
		Read      int64 `json:"read,omitempty" minimum:"0" doc:"The newest message that one has seen."`
	}
	markInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body markBody
	}
	versionListBody struct {
		Items []messageVersionBody `json:"items" nullable:"false"`
	}
	versionListOutput  struct{ Body versionListBody }
	messageSearchInput struct {
		PageInput
		Words        string    `query:"q" required:"true" minLength:"1" maxLength:"100"`
		Conversation string    `query:"conversation_id" maxLength:"40"`
		Customer     string    `query:"customer_id" maxLength:"40" doc:"For the platform's people."`
		From         string    `query:"from" enum:"customer,bot,agent,supervisor,merchant"`
		Since        time.Time `query:"since"`
		Until        time.Time `query:"until"`
	}
	foundMessageListBody struct {
		Items []foundMessageBody `json:"items" nullable:"false"`
		Next  string             `json:"next,omitempty" doc:"The cursor of the next page; absent on the last. A page may be empty and not the last."`
	}
	foundMessageListOutput struct{ Body foundMessageListBody }
)

func (e *edge) chat() {
	shown := func(ctx context.Context, view chat.View, err error) (*conversationOutput, error) {
		if err != nil {
			return nil, err
		}
		return &conversationOutput{conversationOf(view, callerOf(ctx))}, nil
	}
	one := func(ctx context.Context, m chat.Message, err error) (*messageOutput, error) {
		if err != nil {
			return nil, err
		}
		return &messageOutput{messageOf(m, callerOf(ctx))}, nil
	}
	register(e, "conversation.open", func(ctx context.Context, in *openChatInput) (*conversationOutput, error) {
		caller := callerOf(ctx)
		opening := chat.Opening{Lang: in.Body.Lang, OrderID: in.Body.OrderID, CaseID: in.Body.CaseID}
		if opening.Lang == "" {
			opening.Lang = caller.Language
		}
		view, opened, err := e.Chat.Open(ctx, caller.actor(), opening)
		if err != nil {
			return nil, err
		}
		body := conversationOf(view, caller)
		body.Opened = opened
		return &conversationOutput{body}, nil
	})
	register(e, "conversation.list", func(ctx context.Context, in *listChatInput) (*listChatOutput, error) {
		caller := callerOf(ctx)
		page, err := e.Chat.List(ctx, caller.actor(), in.filter(), models.PageRequest(in.request()))
		if err != nil {
			return nil, err
		}
		return &listChatOutput{listChatBody{each(page.Items, func(r chat.Row) ConversationHead { return conversationRowOf(r, caller) }), page.Next}}, nil
	})
	register(e, "conversation.read", func(ctx context.Context, in *readChatInput) (*conversationOutput, error) {
		view, err := e.Chat.Read(ctx, callerOf(ctx).actor(), in.ID, in.Limit)
		return shown(ctx, view, err)
	})
	register(e, "conversation.close", func(ctx context.Context, in *bareInput) (*conversationOutput, error) {
		view, err := e.Chat.End(ctx, callerOf(ctx).actor(), in.ID)
		return shown(ctx, view, err)
	})
	register(e, "conversation.case.tie", func(ctx context.Context, in *tieCaseInput) (*conversationOutput, error) {
		view, err := e.Chat.Tie(ctx, callerOf(ctx).actor(), in.ID, in.Body.CaseID)
		return shown(ctx, view, err)
	})
	register(e, "conversation.notes", func(ctx context.Context, in *bareInput) (*conversationOutput, error) {
		view, err := e.Chat.Notes(ctx, callerOf(ctx).actor(), in.ID)
		return shown(ctx, view, err)
	})
	register(e, "case.thread.open", func(ctx context.Context, in *threadInput) (*conversationOutput, error) {
		view, err := e.Chat.Thread(ctx, callerOf(ctx).actor(), in.ID, in.Body.Audience)
		return shown(ctx, view, err)
	})
	register(e, "message.list", func(ctx context.Context, in *messagesInput) (*messageListOutput, error) {
		caller := callerOf(ctx)
		page, err := e.Chat.Messages(ctx, caller.actor(), in.ID, models.MessagePage{Before: in.Before, After: in.After, SinceRev: in.Since, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return &messageListOutput{messageListBody{
			Items: each(page.Messages, func(m chat.Message) messageBody { return messageOf(m, caller) }), More: page.More, Rev: page.Rev, LastSeq: page.LastSeq,
			Members: each(page.Members, func(m models.ConversationMember) conversationMemberBody { return memberOf(m, caller) }),
		}}, nil
	})
	register(e, "message.send", func(ctx context.Context, in *sendInput) (*messageOutput, error) {
		m, err := e.Chat.Send(ctx, callerOf(ctx).actor(), in.ID, in.Body.outgoing())
		return one(ctx, m, err)
	}, created)
	register(e, "message.edit", func(ctx context.Context, in *editInput) (*messageOutput, error) {
		m, err := e.Chat.Edit(ctx, callerOf(ctx).actor(), in.ID, in.Seq, in.Body.Text)
		return one(ctx, m, err)
	})
	register(e, "message.recall", func(ctx context.Context, in *recallInput) (*messageOutput, error) {
		m, err := e.Chat.Recall(ctx, callerOf(ctx).actor(), in.ID, in.Seq)
		return one(ctx, m, err)
	})
	register(e, "message.react", func(ctx context.Context, in *reactInput) (*messageOutput, error) {
		m, err := e.Chat.React(ctx, callerOf(ctx).actor(), in.ID, in.Seq, in.Body.Code, in.Body.Take)
		return one(ctx, m, err)
	})
	register(e, "message.versions", func(ctx context.Context, in *SeqPath) (*versionListOutput, error) {
		versions, err := e.Chat.Versions(ctx, callerOf(ctx).actor(), in.ID, in.Seq)
		return &versionListOutput{versionListBody{each(versions, func(v chat.Version) messageVersionBody { return messageVersionBody{contentOf(v.Body), v.Until} })}}, err
	})
	register(e, "conversation.mark", func(ctx context.Context, in *markInput) (*struct{}, error) {
		return nil, e.Chat.Mark(ctx, callerOf(ctx).actor(), in.ID, in.Body.Delivered, in.Body.Read)
	})
	register(e, "message.search", func(ctx context.Context, in *messageSearchInput) (*foundMessageListOutput, error) {
		caller := callerOf(ctx)
		page, err := e.Chat.Search(ctx, caller.actor(), chat.Search{
			Words: in.Words, Conversation: in.Conversation, Customer: in.Customer, From: in.From, Since: in.Since, Until: in.Until,
		}, models.PageRequest(in.request()))
		if err != nil {
			return nil, err
		}
		return &foundMessageListOutput{foundMessageListBody{each(page.Items, func(f chat.Found) foundMessageBody {
			return foundMessageBody{f.ConversationID, f.Audience, messageOf(f.Message, caller)}
		}), page.Next}}, nil
	})
	e.routing(shown)
	e.deskTools(shown)
	e.deskService()
	e.deskFollowing()
}

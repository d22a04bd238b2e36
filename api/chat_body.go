package api

import (
	"time"

	"aftersales/chat"
	"aftersales/models"
	"aftersales/workflows/contract"
)

type (
	quickReply struct {
		Slot  string `json:"slot" maxLength:"64"`
		Value string `json:"value" maxLength:"200"`
		Label string `json:"label,omitempty" maxLength:"200"`
	}
	chatItem struct {
		OrderID  string `json:"order_id"`
		LineID   string `json:"line_id"`
		Title    string `json:"title"`
		Variant  string `json:"variant,omitempty"`
		Quantity int    `json:"quantity"`
		Paid     string `json:"paid,omitempty" doc:"In words."`
	}
	// contentBody is what a message says. Everything in it is text, never markup.
	contentBody struct {
		Text    string         `json:"text,omitempty"`
		FileID  string         `json:"file_id,omitempty" doc:"picture, file: an evidence to read at /v1/evidence."`
		URL     string         `json:"url,omitempty" doc:"link: http or https; shown with its host, opened only on a click."`
		Ref     string         `json:"ref,omitempty" doc:"order, product, case: its ID."`
		Choices []quickReply   `json:"choices,omitempty" doc:"ask: quick replies; one that is chosen is sent as a click."`
		Items   []chatItem     `json:"items,omitempty" doc:"ask: order cards; one that is chosen is sent as a click on the slot item with the value line_id."`
		Click   *quickReply    `json:"click,omitempty"`
		Event   string         `json:"event,omitempty" doc:"system: what happened."`
		CaseID  string         `json:"case_id,omitempty"`
		Round   string         `json:"round,omitempty" doc:"ask: of the case's question."`
		Source  string         `json:"source,omitempty" doc:"Where an answer comes from."`
		Answers int64          `json:"answers,omitempty" doc:"The message that this one answers."`
		Data    map[string]any `json:"data,omitempty" doc:"system: codes and numbers."`

		Mentions []string `json:"mentions,omitempty" doc:"text among colleagues: who was told of it."`
	}
	sendBody struct {
		ClientID string       `json:"client_id" minLength:"8" maxLength:"64" pattern:"^[A-Za-z0-9_-]+$" doc:"Chosen by the client, new for each message; the same when it is sent again."`
		Kind     string       `json:"kind" enum:"text,picture,file,link,order,product,case,click,ask"`
		Text     string       `json:"text,omitempty" maxLength:"16000"`
		FileID   string       `json:"file_id,omitempty" maxLength:"64"`
		URL      string       `json:"url,omitempty" maxLength:"2000"`
		Ref      string       `json:"ref,omitempty" maxLength:"64"`
		Click    *quickReply  `json:"click,omitempty"`
		Choices  []quickReply `json:"choices,omitempty" maxItems:"12" nullable:"false"`
		Answers  int64        `json:"answers,omitempty" minimum:"0"`
		Mentions []string     `json:"mentions,omitempty" maxItems:"20" nullable:"false" doc:"text among colleagues: IDs of those who are told of it."`
	}
	senderBody struct {
		Role string `json:"role" enum:"customer,bot,agent,supervisor,merchant,platform"`
		ID   string `json:"id,omitempty" doc:"For the platform's people."`
		Mine bool   `json:"mine,omitempty"`
	}
	reactionBody struct {
		Code string     `json:"code"`
		From senderBody `json:"from"`
	}
	messageBody struct {
		Seq        int64          `json:"seq" doc:"Counted from 1 without gaps."`
		Rev        int64          `json:"revision" doc:"The conversation's when it came or last changed."`
		ClientID   string         `json:"client_id,omitempty" doc:"One's own."`
		From       senderBody     `json:"from"`
		Kind       string         `json:"kind" enum:"text,picture,file,link,order,product,case,click,ask,system"`
		Content    contentBody    `json:"content"`
		SentAt     time.Time      `json:"sent_at"`
		EditedAt   *time.Time     `json:"edited_at,omitempty"`
		RecalledAt *time.Time     `json:"recalled_at,omitempty" doc:"It says nothing any more."`
		Erased     bool           `json:"erased,omitempty" doc:"Nobody can read it any more."`
		Until      *time.Time     `json:"changeable_until,omitempty" doc:"One's own: until when it can be edited or recalled."`
		Reactions  []reactionBody `json:"reactions" nullable:"false"`
	}
	conversationMemberBody struct {
		From      senderBody `json:"who"`
		Delivered int64      `json:"delivered"`
		Read      int64      `json:"read"`
	}
	messageVersionBody struct {
		Content contentBody `json:"content"`
		Until   time.Time   `json:"until"`
	}
	foundMessageBody struct {
		ConversationID string      `json:"conversation_id"`
		Audience       string      `json:"audience"`
		Message        messageBody `json:"message"`
	}
	ConversationHead struct {
		ID           string       `json:"id"`
		Audience     string       `json:"audience" enum:"customer,colleagues,merchant,carrier"`
		State        string       `json:"state" enum:"bot,queued,people,closed"`
		Lang         string       `json:"lang"`
		CustomerID   string       `json:"customer_id,omitempty" doc:"For the platform's people."`
		MerchantID   string       `json:"merchant_id,omitempty"`
		AboutKind    string       `json:"about_kind,omitempty" doc:"Of a thread: case or conversation."`
		AboutID      string       `json:"about_id,omitempty"`
		TeamID       string       `json:"team_id,omitempty"`
		AgentID      string       `json:"agent_id,omitempty" doc:"Who has it."`
		LastSeq      int64        `json:"last_seq"`
		Rev          int64        `json:"revision"`
		OpenedAt     time.Time    `json:"opened_at"`
		LastAt       time.Time    `json:"last_at"`
		WaitingSince *time.Time   `json:"waiting_since,omitempty" doc:"Since when the customer waits for an answer."`
		ClosedAt     *time.Time   `json:"closed_at,omitempty"`
		Unread       int64        `json:"unread"`
		Priority     string       `json:"priority,omitempty" enum:"urgent,high,normal,low" doc:"This and what follows is for the platform's people."`
		SnoozedUntil *time.Time   `json:"snoozed_until,omitempty" doc:"Set aside until then."`
		Tags         []tagBody    `json:"tags,omitempty"`
		Clocks       []clockBody  `json:"clocks,omitempty" doc:"Of service, that run; what falls first comes first."`
		Last         *messageBody `json:"last,omitempty" doc:"The newest message."`
	}
	waitingBody struct {
		Since    time.Time `json:"since"`
		Ahead    int64     `json:"ahead" doc:"Who wait before."`
		Estimate int64     `json:"estimate_seconds,omitempty" doc:"Absent: unknown."`
		Nobody   bool      `json:"nobody_there,omitempty" doc:"Nobody is there now who could take it."`

		OpensAt *time.Time `json:"opens_at,omitempty" doc:"The team does not work now, and will then."`
	}
	tiedCaseBody struct {
		CaseID string    `json:"case_id"`
		At     time.Time `json:"at"`
	}
	besideBody struct {
		ID       string `json:"id"`
		Audience string `json:"audience"`
		LastSeq  int64  `json:"last_seq"`
	}
	conversationBody struct {
		ConversationHead
		Opened    bool                     `json:"opened,omitempty" doc:"It began with this request."`
		Messages  []messageBody            `json:"messages" nullable:"false" doc:"The newest, in order."`
		More      bool                     `json:"more" doc:"There are older ones."`
		Members   []conversationMemberBody `json:"members" nullable:"false"`
		Cases     []tiedCaseBody           `json:"cases" nullable:"false"`
		Waiting   *waitingBody             `json:"waiting,omitempty" doc:"While nobody has it and a person was asked for."`
		Summary   string                   `json:"summary,omitempty" doc:"What the bot told the person who took over."`
		Transfer  *transferBody            `json:"transfer,omitempty" doc:"That waits for its answer."`
		Threads   []besideBody             `json:"threads" nullable:"false" doc:"Beside it, for the platform's people."`
		Inquiries []inquiryBody            `json:"inquiries,omitempty" doc:"Of a carrier's thread, the newest first: what it was asked about parcels."`
		Asked     []partyQuestionBody      `json:"questions,omitempty" doc:"Of a thread with a shop or a carrier, the newest first."`
		Draft     string                   `json:"draft,omitempty" doc:"What the reader has begun to write."`
		Rating    *chatRatingBody          `json:"rating,omitempty" doc:"Of a conversation that has ended, for the customer and the platform's people; absent: nobody asked."`
		CanWrite  bool                     `json:"can_write"`
		WhyNot    string                   `json:"why_not,omitempty" doc:"In the reader's language."`
	}
)

func (b sendBody) outgoing() chat.Outgoing {
	body := chat.Body{Text: b.Text, File: b.FileID, URL: b.URL, Ref: b.Ref, Answers: b.Answers, Mentions: b.Mentions}
	if b.Click != nil {
		click := chat.Choice(*b.Click)
		body.Click = &click
	}
	for _, choice := range b.Choices {
		body.Choices = append(body.Choices, chat.Choice(choice))
	}
	return chat.Outgoing{ClientID: b.ClientID, Kind: b.Kind, Body: body}
}

func contentOf(b chat.Body) contentBody {
	content := contentBody{
		Text: b.Text, FileID: b.File, URL: b.URL, Ref: b.Ref, Event: b.Event, CaseID: b.CaseID, Round: b.Round, Source: b.Source, Answers: b.Answers,
		Mentions: b.Mentions,
	}
	content.Data, _ = b.Data.(map[string]any)
	for _, choice := range b.Choices {
		content.Choices = append(content.Choices, quickReply(choice))
	}
	for _, item := range b.Items {
		content.Items = append(content.Items, chatItem(item))
	}
	if b.Click != nil {
		click := quickReply(*b.Click)
		content.Click = &click
	}
	return content
}

// sender says who wrote; to customers and shops the platform's people are a role without a name.
func sender(kind, id string, reader *caller) senderBody {
	body := senderBody{Role: kind, Mine: kind == reader.Role && id == reader.ID}
	if inside(reader.Role) && kind != string(contract.Bot) {
		body.ID = id
	}
	return body
}

func messageOf(m chat.Message, reader *caller) messageBody {
	body := messageBody{
		Seq: m.Seq, Rev: m.Rev, From: sender(m.SenderKind, m.SenderID, reader), Kind: m.Kind, Content: contentOf(m.Body), SentAt: m.SentAt,
		EditedAt: m.EditedAt, RecalledAt: m.RecalledAt, Erased: m.Erased,
		Reactions: each(m.Reactions, func(r models.MessageReaction) reactionBody {
			return reactionBody{r.Code, sender(r.PersonKind, r.PersonID, reader)}
		}),
	}
	if body.From.Mine {
		until := m.SentAt.Add(chat.Changeable)
		body.ClientID, body.Until = m.ClientID, &until
	}
	return body
}

func memberOf(m models.ConversationMember, reader *caller) conversationMemberBody {
	return conversationMemberBody{sender(m.MemberKind, m.MemberID, reader), m.DeliveredSeq, m.ReadSeq}
}

func conversationRowOf(r chat.Row, reader *caller) ConversationHead {
	c := r.Conversation
	row := ConversationHead{
		ID: c.ID, Audience: c.Audience, State: c.State, Lang: c.Lang, LastSeq: c.LastSeq, Rev: c.Rev, OpenedAt: c.OpenedAt, LastAt: c.LastAt,
		AboutKind: c.AboutKind, AboutID: c.AboutID, MerchantID: orEmpty(c.MerchantID), WaitingSince: c.WaitingSince, ClosedAt: c.ClosedAt, Unread: r.Unread,
	}
	if inside(reader.Role) {
		row.CustomerID, row.TeamID, row.AgentID = c.CustomerID, orEmpty(c.TeamID), orEmpty(c.AssigneeID)
		row.Priority, row.SnoozedUntil, row.Tags = c.Priority, c.SnoozedUntil, each(r.Tags, func(t models.TagOn) tagBody { return tagBodyOf(t.Tag) })
		row.Clocks = each(r.Clocks, clockOf)
	}
	if r.Last != nil {
		last := messageOf(*r.Last, reader)
		row.Last = &last
	}
	return row
}

func orEmpty(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

func conversationOf(v chat.View, reader *caller) conversationBody {
	body := conversationBody{
		ConversationHead: conversationRowOf(chat.Row{Conversation: v.Conversation, Tags: v.Tags, Clocks: v.Clocks}, reader), More: v.More, Summary: v.Summary, CanWrite: v.CanWrite,
		Draft: v.Draft, Asked: each(v.Asked, questionOf), Inquiries: each(v.Inquiries, inquiryOf),
		Messages: each(v.Messages, func(m chat.Message) messageBody { return messageOf(m, reader) }),
		Members:  each(v.Members, func(m models.ConversationMember) conversationMemberBody { return memberOf(m, reader) }),
		Cases:    each(v.Cases, func(t models.ConversationCase) tiedCaseBody { return tiedCaseBody{t.CaseID, t.At} }),
		Threads:  each(v.Threads, func(t models.Conversation) besideBody { return besideBody{t.ID, t.Audience, t.LastSeq} }),
	}
	if w := v.Waiting; w != nil {
		body.Waiting = &waitingBody{w.Since, w.Ahead, int64(w.Estimate / time.Second), w.Nobody, w.OpensAt}
	}
	if v.Transfer != nil {
		offer := transferOf(*v.Transfer)
		body.Transfer = &offer
	}
	if v.Rating != nil && reader.Role != string(contract.Merchant) {
		body.Rating = chatRatingOf(*v.Rating, reader)
	}
	if v.WhyNot != nil {
		body.WhyNot = v.WhyNot.Text(reader.Language)
	}
	return body
}

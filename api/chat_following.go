package api

import (
	"context"
	"time"

	"aftersales/chat"
	"aftersales/models"
)

// DeskFollowing is about what somebody waits for, means to do, and looks at again and again.
type DeskFollowing interface {
	Ask(ctx context.Context, actor chat.Actor, id string, message chat.Outgoing, due time.Time) (chat.Message, error)
	Questions(ctx context.Context, actor chat.Actor, team string, page models.PageRequest) (models.Page[models.PartyQuestion], error)
	Inquire(ctx context.Context, actor chat.Actor, id string, in chat.Inquiry) (models.CarrierInquiry, error)
	Follow(ctx context.Context, actor chat.Actor, id, agent, words string, due time.Time) (chat.FollowUp, error)
	FollowUps(ctx context.Context, actor chat.Actor, page models.PageRequest) (models.Page[chat.FollowUp], error)
	EndFollowUp(ctx context.Context, actor chat.Actor, id string) error
	KeepView(ctx context.Context, actor chat.Actor, name, query string) (models.SavedView, error)
	Views(ctx context.Context, actor chat.Actor, page models.PageRequest) (models.Page[models.SavedView], error)
	DropView(ctx context.Context, actor chat.Actor, id string) error
}

func deskFollowingRoutes() []Route {
	return []Route{
		{post, "/v1/conversations/{id}/questions", "question.ask", 0, "conversations", "Ask a shop or a carrier something, until a time"},
		{get, "/v1/questions", "question.list", 0, "conversations", "Questions that wait for a shop's or a carrier's answer, what falls first comes first"},
		{post, "/v1/conversations/{id}/inquiries", "inquiry.ask", 0, "conversations", "Ask a carrier where a parcel is, what it weighs, or to turn it round"},
		{post, "/v1/conversations/{id}/follow-ups", "followup.add", Keyed, "desk tools", "Note what is to be done about a conversation"},
		{get, "/v1/follow-ups", "followup.list", 0, "desk tools", "What one still means to do, the soonest first"},
		{post, "/v1/follow-ups/{id}/done", "followup.done", 0, "desk tools", "Say that it is done"},
		{get, "/v1/views", "view.list", 0, "desk tools", "Filters of the list of conversations that one keeps"},
		{post, "/v1/views", "view.create", 0, "desk tools", "Keep a filter under a name"},
		{post, "/v1/views/{id}/remove", "view.remove", 0, "desk tools", "Forget a filter"},
	}
}

type (
	askPartyBody struct {
		ClientID string    `json:"client_id" minLength:"8" maxLength:"64" pattern:"^[A-Za-z0-9_-]+$" doc:"As of a message."`
		Text     string    `json:"text" minLength:"1" maxLength:"16000"`
		DueAt    time.Time `json:"due_at" doc:"Half way they are reminded, then it goes to the supervisors."`
	}
	askPartyInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body askPartyBody
	}
	partyQuestionBody struct {
		ConversationID string     `json:"conversation_id"`
		Seq            int64      `json:"seq" doc:"The message that asks."`
		Party          string     `json:"party" enum:"merchant,carrier"`
		AskedAt        time.Time  `json:"asked_at"`
		DueAt          time.Time  `json:"due_at"`
		RemindedAt     *time.Time `json:"reminded_at,omitempty"`
		EscalatedAt    *time.Time `json:"escalated_at,omitempty"`
		AnsweredAt     *time.Time `json:"answered_at,omitempty"`
		AnswerSeq      int64      `json:"answer_seq,omitempty" doc:"The message that answers."`
	}
	partyQuestionListBody struct {
		Items []partyQuestionBody `json:"items" nullable:"false"`
		Next  string              `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	partyQuestionListOutput struct{ Body partyQuestionListBody }
	newFollowUpBody         struct {
		Text    string    `json:"text" minLength:"1" maxLength:"2000" doc:"500 characters at most."`
		DueAt   time.Time `json:"due_at"`
		AgentID string    `json:"agent_id,omitempty" maxLength:"40" doc:"Absent: oneself."`
	}
	followUpBody struct {
		ID             string     `json:"id"`
		ConversationID string     `json:"conversation_id"`
		AgentID        string     `json:"agent_id"`
		Text           string     `json:"text"`
		DueAt          time.Time  `json:"due_at"`
		RemindedAt     *time.Time `json:"reminded_at,omitempty"`
	}
	followUpOutput   struct{ Body followUpBody }
	followUpListBody struct {
		Items []followUpBody `json:"items" nullable:"false"`
		Next  string         `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	followUpListOutput struct{ Body followUpListBody }
	newViewBody        struct {
		Name  string `json:"name" minLength:"1" maxLength:"80" doc:"20 characters at most."`
		Query string `json:"query" maxLength:"1000" doc:"Parameters of the list of conversations: state=open&whose=mine."`
	}
	newViewInput  struct{ Body newViewBody }
	savedViewBody struct {
		ID    string `json:"id"`
		Name  string `json:"name"`
		Query string `json:"query"`
	}
	savedViewOutput   struct{ Body savedViewBody }
	savedViewListBody struct {
		Items []savedViewBody `json:"items" nullable:"false"`
		Next  string          `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	savedViewListOutput struct{ Body savedViewListBody }
)

func (e *edge) deskFollowing() {
	register(e, "question.ask", func(ctx context.Context, in *askPartyInput) (*messageOutput, error) {
		caller := callerOf(ctx)
		m, err := e.Chat.Ask(ctx, caller.actor(), in.ID, chat.Outgoing{ClientID: in.Body.ClientID, Kind: chat.KindText, Body: chat.Body{Text: in.Body.Text}}, in.Body.DueAt)
		if err != nil {
			return nil, err
		}
		return &messageOutput{messageOf(m, caller)}, nil
	}, created)
	register(e, "question.list", func(ctx context.Context, in *colleaguesInput) (*partyQuestionListOutput, error) {
		page, err := e.Chat.Questions(ctx, callerOf(ctx).actor(), in.Team, models.PageRequest(in.request()))
		return &partyQuestionListOutput{partyQuestionListBody{each(page.Items, questionOf), page.Next}}, err
	})
	register(e, "inquiry.ask", func(ctx context.Context, in *askCarrierInput) (*inquiryOutput, error) {
		ask := chat.Inquiry{ClientID: in.Body.ClientID, Kind: in.Body.Kind, Carrier: in.Body.Carrier, Number: in.Body.Number, CaseID: in.Body.CaseID}
		if in.Body.DueAt != nil {
			ask.DueAt = *in.Body.DueAt
		}
		inquiry, err := e.Chat.Inquire(ctx, callerOf(ctx).actor(), in.ID, ask)
		return &inquiryOutput{inquiryOf(inquiry)}, err
	}, created)
	register(e, "followup.add", func(ctx context.Context, in *keyedByID[newFollowUpBody]) (*followUpOutput, error) {
		kept, err := e.Chat.Follow(ctx, callerOf(ctx).actor(), in.ID, in.Body.AgentID, in.Body.Text, in.Body.DueAt)
		return &followUpOutput{followUpOf(kept)}, err
	}, created)
	register(e, "followup.list", func(ctx context.Context, in *PageInput) (*followUpListOutput, error) {
		page, err := e.Chat.FollowUps(ctx, callerOf(ctx).actor(), models.PageRequest(in.request()))
		return &followUpListOutput{followUpListBody{each(page.Items, followUpOf), page.Next}}, err
	})
	register(e, "followup.done", func(ctx context.Context, in *bareInput) (*struct{}, error) {
		return nil, e.Chat.EndFollowUp(ctx, callerOf(ctx).actor(), in.ID)
	})
	register(e, "view.list", func(ctx context.Context, in *PageInput) (*savedViewListOutput, error) {
		page, err := e.Chat.Views(ctx, callerOf(ctx).actor(), models.PageRequest(in.request()))
		return &savedViewListOutput{savedViewListBody{each(page.Items, viewOf), page.Next}}, err
	})
	register(e, "view.create", func(ctx context.Context, in *newViewInput) (*savedViewOutput, error) {
		kept, err := e.Chat.KeepView(ctx, callerOf(ctx).actor(), in.Body.Name, in.Body.Query)
		return &savedViewOutput{viewOf(kept)}, err
	}, created)
	register(e, "view.remove", func(ctx context.Context, in *bareInput) (*struct{}, error) {
		return nil, e.Chat.DropView(ctx, callerOf(ctx).actor(), in.ID)
	})
}

func questionOf(q models.PartyQuestion) partyQuestionBody {
	return partyQuestionBody{q.ConversationID, q.Seq, q.Party, q.AskedAt, q.DueAt, q.RemindedAt, q.EscalatedAt, q.AnsweredAt, q.AnswerSeq}
}

func followUpOf(f chat.FollowUp) followUpBody {
	return followUpBody{f.ID, f.ConversationID, f.StaffID, f.Words, f.DueAt, f.RemindedAt}
}

func viewOf(v models.SavedView) savedViewBody { return savedViewBody{v.ID, v.Name, v.Query} }

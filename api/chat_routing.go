package api

import (
	"context"
	"time"

	"aftersales/chat"
)

type (
	giveBody struct {
		AgentID string `json:"agent_id" minLength:"1" maxLength:"40"`
	}
	giveInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body giveBody
	}
	handOverBody struct {
		AgentID string `json:"agent_id" minLength:"1" maxLength:"40"`
		Note    string `json:"note" minLength:"1" maxLength:"4000" doc:"What the colleague should know."`
	}
	transferInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body handOverBody
	}
	transferAnswerBody struct {
		Answer string `json:"answer" enum:"accept,decline,withdraw"`
		Note   string `json:"note,omitempty" maxLength:"4000"`
	}
	transferAnswerInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body transferAnswerBody
	}
	transferBody struct {
		ConversationID string    `json:"conversation_id"`
		FromID         string    `json:"from_id"`
		ToID           string    `json:"to_id"`
		Note           string    `json:"note"`
		AskedAt        time.Time `json:"asked_at"`
	}
	transferListBody struct {
		Items []transferBody `json:"items" nullable:"false"`
	}
	transferListOutput struct{ Body transferListBody }
	teamInput          struct {
		Team string `query:"team_id" maxLength:"40" doc:"For operators; others have their own."`
	}
	queuedBody struct {
		ConversationHead
		AskedAt time.Time `json:"asked_at"`
		Why     string    `json:"why" doc:"asked_for, not_understood, cannot, angry, no_bot."`
		Skill   string    `json:"skill,omitempty" doc:"What it is about: an intent."`
	}
	queueBody struct {
		Items []queuedBody `json:"items" nullable:"false"`
	}
	queueOutput struct{ Body queueBody }
	sitBody     struct {
		State    string   `json:"state" enum:"online,away,offline"`
		Capacity int      `json:"capacity" minimum:"0" maximum:"50" doc:"Conversations at a time."`
		Langs    []string `json:"langs,omitempty" maxItems:"2" enum:"zh-CN,en" nullable:"false" doc:"Absent: all."`
		Skills   []string `json:"skills,omitempty" maxItems:"20" nullable:"false" doc:"Intents; absent: all." pattern:"^[a-z_]{1,24}$"`
	}
	sitInput struct{ Body sitBody }
	deskBody struct {
		StaffID  string     `json:"staff_id"`
		State    string     `json:"state" enum:"online,away,offline"`
		Capacity int        `json:"capacity"`
		Has      int64      `json:"has" doc:"Conversations now."`
		Langs    []string   `json:"langs" nullable:"false"`
		Skills   []string   `json:"skills" nullable:"false"`
		SeenAt   *time.Time `json:"seen_at,omitempty"`
	}
	deskOutput   struct{ Body deskBody }
	deskListBody struct {
		Items []deskBody `json:"items" nullable:"false"`
	}
	deskListOutput struct{ Body deskListBody }
)

func (e *edge) routing(shown func(context.Context, chat.View, error) (*conversationOutput, error)) {
	register(e, "conversation.person.ask", func(ctx context.Context, in *bareInput) (*conversationOutput, error) {
		view, err := e.Chat.AskPerson(ctx, callerOf(ctx).actor(), in.ID)
		return shown(ctx, view, err)
	})
	register(e, "conversation.claim", func(ctx context.Context, in *bareInput) (*conversationOutput, error) {
		view, err := e.Chat.Claim(ctx, callerOf(ctx).actor(), in.ID)
		return shown(ctx, view, err)
	})
	register(e, "conversation.assign", func(ctx context.Context, in *giveInput) (*conversationOutput, error) {
		view, err := e.Chat.Assign(ctx, callerOf(ctx).actor(), in.ID, in.Body.AgentID)
		return shown(ctx, view, err)
	})
	register(e, "conversation.transfer", func(ctx context.Context, in *transferInput) (*conversationOutput, error) {
		view, err := e.Chat.Transfer(ctx, callerOf(ctx).actor(), in.ID, in.Body.AgentID, in.Body.Note)
		return shown(ctx, view, err)
	})
	register(e, "transfer.answer", func(ctx context.Context, in *transferAnswerInput) (*struct{}, error) {
		_, err := e.Chat.Answer(ctx, callerOf(ctx).actor(), in.ID, in.Body.Answer, in.Body.Note)
		return nil, err
	})
	register(e, "transfer.list", func(ctx context.Context, _ *struct{}) (*transferListOutput, error) {
		offers, err := e.Chat.Offers(ctx, callerOf(ctx).actor())
		return &transferListOutput{transferListBody{each(offers, transferOf)}}, err
	})
	register(e, "queue.list", func(ctx context.Context, in *teamInput) (*queueOutput, error) {
		caller := callerOf(ctx)
		waiting, err := e.Chat.Queue(ctx, caller.actor(), in.Team)
		if err != nil {
			return nil, err
		}
		return &queueOutput{queueBody{each(waiting, func(q chat.InQueue) queuedBody {
			return queuedBody{conversationRowOf(q.Row, caller), q.AskedAt, q.Why, q.Skill}
		})}}, nil
	})
	desk := func(d chat.Desk, err error) (*deskOutput, error) { return &deskOutput{deskBodyOf(d)}, err }
	register(e, "desk.read", func(ctx context.Context, _ *struct{}) (*deskOutput, error) {
		return desk(e.Chat.OwnDesk(ctx, callerOf(ctx).actor()))
	})
	register(e, "desk.set", func(ctx context.Context, in *sitInput) (*deskOutput, error) {
		return desk(e.Chat.SitDown(ctx, callerOf(ctx).actor(), chat.Desk{State: in.Body.State, Capacity: in.Body.Capacity, Langs: in.Body.Langs, Skills: in.Body.Skills}))
	})
	register(e, "desk.list", func(ctx context.Context, in *teamInput) (*deskListOutput, error) {
		desks, err := e.Chat.Desks(ctx, callerOf(ctx).actor(), in.Team)
		return &deskListOutput{deskListBody{each(desks, deskBodyOf)}}, err
	})
}

func transferOf(o chat.Offer) transferBody {
	return transferBody{o.ConversationID, o.FromID, o.ToID, o.Note, o.AskedAt}
}

func deskBodyOf(d chat.Desk) deskBody {
	return deskBody{d.StaffID, d.State, d.Capacity, d.Has, solid(d.Langs), solid(d.Skills), timeOrNil(d.SeenAt)}
}

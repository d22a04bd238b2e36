package chat

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Limits of what is asked of shops and carriers, and of what agents mean to do.
const (
	minDue       = time.Minute
	maxDue       = 90 * 24 * time.Hour
	maxFollowUp  = 500 // characters
	maxViewQuery = 1000
)

// Ask asks a shop or a carrier something in its thread, until a time: half way it is reminded - of a carrier, whoever asked is
// - and when the time is over, who asked and the supervisors are told. The question is a message like others. Sent again it
// asks nothing more.
func (s *Service) Ask(ctx context.Context, actor Actor, id string, message Outgoing, due time.Time) (Message, error) {
	now := s.now()
	if due.Before(now.Add(minDue)) || due.After(now.Add(maxDue)) {
		return Message{}, fault.New(fault.BadRequest, "problem", "due_at")
	}
	if _, err := s.visible(ctx, actor, "question.ask", id); err != nil {
		return Message{}, err
	}
	return s.send(ctx, actor, id, message, func(tx *models.Store, c models.Conversation) error {
		if c.Audience != models.ToMerchant && c.Audience != models.ToCarrier {
			return fault.New(fault.BadRequest, "problem", "audience")
		}
		return tx.AskParty(ctx, models.PartyQuestion{
			ConversationID: c.ID, Seq: c.LastSeq, Party: c.Audience, MerchantID: text(c.MerchantID), TeamID: text(c.TeamID),
			AskedBy: string(actor.Kind) + "/" + actor.ID, AskedAt: now, RemindAt: now.Add(due.Sub(now) / 2), DueAt: due,
		})
	})
}

// answersParty notes that a message answers what its thread was asked: the shop's own do; for a carrier, who has no account,
// what somebody of the platform writes down as its answer.
func (s *Service) answersParty(ctx context.Context, tx *models.Store, actor Actor, c models.Conversation, body Body) error {
	byShop := c.Audience == models.ToMerchant && actor.Kind == contract.Merchant
	forCarrier := c.Audience == models.ToCarrier && body.Answers > 0
	if !byShop && !forCarrier {
		return nil
	}
	if forCarrier {
		if err := tx.InquiryByHand(ctx, c.ID, body.Answers, c.LastSeq, c.LastAt); err != nil {
			return err
		}
	}
	return tx.AnswerParty(ctx, c.ID, body.Answers, c.LastSeq, c.LastAt)
}

// Questions lists the questions that wait for an answer, what falls first comes first: a shop's, or those of the actor's team.
// Operators name a team.
func (s *Service) Questions(ctx context.Context, actor Actor, team string, page models.PageRequest) (models.Page[models.PartyQuestion], error) {
	if err := may(actor, "question.list", access.Desk{}); err != nil {
		return models.Page[models.PartyQuestion]{}, err
	}
	shop := ""
	if actor.Kind == contract.Merchant {
		shop = actor.Merchant
	}
	found, err := s.Store.PartyQuestions(ctx, teamOr(actor, team), shop, page)
	return found, away(err)
}

const dueAtOnce = 100

// FireQuestions reminds of questions, and tells of those that nobody answered in time; more tells that there may be others.
func (s *Service) FireQuestions(ctx context.Context) (more bool, err error) {
	n, err := s.Store.FireQuestions(ctx, dueAtOnce, s.now(), func(tx *models.Store, reminded, escalated []models.PartyQuestion) error {
		var news []models.Notification
		tell := func(q models.PartyQuestion, kind, to string) {
			one := s.news(q.ConversationID, kind, to, kind+"/"+q.ID+"/"+to)
			data, _ := json.Marshal(map[string]any{"seq": q.Seq, "due_at": q.DueAt, "party": q.Party}) // which always can be written
			one.Data = string(data)
			news = append(news, one)
		}
		for _, q := range reminded {
			if q.Party == models.ToMerchant {
				tell(q, newsWaits, "merchant/"+q.MerchantID)
			} else {
				tell(q, newsWaits, q.AskedBy)
			}
		}
		for _, q := range escalated {
			tell(q, newsOverdue, q.AskedBy)
			if boss := "supervisor/" + q.TeamID; boss != q.AskedBy {
				tell(q, newsOverdue, boss)
			}
			if q.Party == models.ToMerchant {
				tell(q, newsOverdue, "merchant/"+q.MerchantID)
			}
		}
		return tx.PutNotifications(ctx, news...)
	})
	return n >= dueAtOnce, err
}

// FollowUp is what somebody means to do about a conversation.
type FollowUp struct {
	models.FollowUp
	Words string // empty: erased
}

// Follow notes what is to be done about a conversation, by the actor or by a colleague who may read it, and when they are
// reminded of it.
func (s *Service) Follow(ctx context.Context, actor Actor, id, agent, words string, due time.Time) (FollowUp, error) {
	c, err := s.visible(ctx, actor, "followup.add", id)
	if err != nil {
		return FollowUp{}, err
	}
	words, now := strings.TrimSpace(clean(words)), s.now()
	switch {
	case words == "" || utf8.RuneCountInString(words) > maxFollowUp:
		return FollowUp{}, fault.New(fault.BadRequest, "problem", "text")
	case !due.After(now) || due.After(now.Add(maxDue)):
		return FollowUp{}, fault.New(fault.BadRequest, "problem", "due_at")
	}
	if agent == "" {
		agent = actor.ID
	}
	if agent != actor.ID {
		if err := s.colleague(ctx, c, agent); err != nil {
			return FollowUp{}, err
		}
	}
	kept, err := s.Store.AddFollowUp(ctx, c, models.FollowUp{StaffID: agent, ByID: actor.ID, DueAt: due, CreatedAt: now}, words)
	return FollowUp{kept, words}, away(err)
}

// FollowUps lists what the actor still means to do, the soonest first.
func (s *Service) FollowUps(ctx context.Context, actor Actor, page models.PageRequest) (models.Page[FollowUp], error) {
	if err := may(actor, "followup.list", access.Desk{}); err != nil {
		return models.Page[FollowUp]{}, err
	}
	found, err := s.Store.FollowUps(ctx, actor.ID, page)
	if err != nil {
		return models.Page[FollowUp]{}, away(err)
	}
	out := models.Page[FollowUp]{Next: found.Next}
	for _, f := range found.Items {
		words, err := s.Store.FollowUpWords(ctx, f)
		if err != nil && !gone(err) {
			return models.Page[FollowUp]{}, away(err)
		}
		out.Items = append(out.Items, FollowUp{f, words})
	}
	return out, nil
}

// EndFollowUp notes that the actor did what they meant to.
func (s *Service) EndFollowUp(ctx context.Context, actor Actor, id string) error {
	if err := may(actor, "followup.done", access.Desk{}); err != nil {
		return err
	}
	return away(s.Store.EndFollowUp(ctx, id, actor.ID, s.now()))
}

// FireFollowUps reminds of what was meant to be done by now; more tells that there may be others.
func (s *Service) FireFollowUps(ctx context.Context) (more bool, err error) {
	n, err := s.Store.FireFollowUps(ctx, dueAtOnce, s.now(), func(tx *models.Store, due []models.FollowUp) error {
		var news []models.Notification
		people := make([]string, len(due))
		for i, f := range due {
			people[i] = f.StaffID
		}
		staff, err := tx.StaffByID(ctx, people)
		if err != nil {
			return err
		}
		for _, f := range due {
			news = append(news, s.news(f.ConversationID, newsFollowUp, staff[f.StaffID].Role+"/"+f.StaffID, "follow/"+f.ID))
		}
		return tx.PutNotifications(ctx, news...)
	})
	return n == dueAtOnce, err
}

// ViewFields are what a kept filter can name: the parameters of the list of conversations.
var ViewFields = []string{"whose", "state", "audience", "agent_id", "priority", "lang", "merchant_id", "snoozed", "tag_id", "sort", "waiting_before"}

// KeepView keeps a filter of the list of conversations under a name of the actor's own. The fault view_exists says that the
// name is taken.
func (s *Service) KeepView(ctx context.Context, actor Actor, name, query string) (models.SavedView, error) {
	if err := may(actor, "view.create", access.Desk{}); err != nil {
		return models.SavedView{}, err
	}
	name = strings.TrimSpace(clean(name))
	if name == "" || utf8.RuneCountInString(name) > maxTagName || strings.ContainsAny(name, "\n\t") {
		return models.SavedView{}, fault.New(fault.BadRequest, "problem", "name")
	}
	fields, err := url.ParseQuery(query)
	if err != nil || len(query) > maxViewQuery {
		return models.SavedView{}, fault.New(fault.BadRequest, "problem", "query")
	}
	for field := range fields {
		if !slices.Contains(ViewFields, field) {
			return models.SavedView{}, fault.New(fault.BadRequest, "problem", "query: "+field)
		}
	}
	kept, err := s.Store.SaveView(ctx, models.SavedView{StaffID: actor.ID, Name: name, Query: fields.Encode(), CreatedAt: s.now()})
	if errors.Is(err, models.ErrDuplicate) {
		return kept, fault.New(fault.ViewExists)
	}
	return kept, away(err)
}

// Views lists the filters that the actor keeps, by name.
func (s *Service) Views(ctx context.Context, actor Actor, page models.PageRequest) (models.Page[models.SavedView], error) {
	if err := may(actor, "view.list", access.Desk{}); err != nil {
		return models.Page[models.SavedView]{}, err
	}
	found, err := s.Store.SavedViews(ctx, actor.ID, page)
	return found, away(err)
}

// DropView forgets a filter of the actor's own.
func (s *Service) DropView(ctx context.Context, actor Actor, id string) error {
	if err := may(actor, "view.remove", access.Desk{}); err != nil {
		return err
	}
	return away(s.Store.DropView(ctx, id, actor.ID))
}

package chat

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Ratable is how long after its end a conversation that an agent had can be rated, and the rating changed.
const Ratable = 7 * 24 * time.Hour

// RatingCodes are what a rating of a conversation can name, the good ones first.
var RatingCodes = []string{"quick", "kind", "clear", "slow", "rude", "unclear", "troublesome"}

const maxRatingWords = 2000 // characters

// Rating is how a customer found a conversation. Score 0: they were asked and have not answered.
type Rating struct {
	Score   int
	Codes   []string
	Words   string
	AskedAt time.Time
	At      *time.Time
	Until   time.Time // it can be given or changed before this
}

// eventRating is the system message that asks for a rating.
const eventRating = "rating.asked"

// asksRating asks the customer of a conversation that ends how it went, if an agent had it; once.
func (s *Service) asksRating(ctx context.Context, tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
	if c.AssigneeID == nil || c.Audience != models.ToCustomer {
		return nil, nil
	}
	asked, err := tx.AskRating(ctx, models.ConversationRating{
		ConversationID: c.ID, CustomerID: c.CustomerID, AgentID: *c.AssigneeID, TeamID: text(c.TeamID), AskedAt: s.now(),
	})
	if err != nil || !asked {
		return nil, err
	}
	stored, err := Body{Event: eventRating}.write()
	if err != nil {
		return nil, err
	}
	_, err = tx.AddMessage(ctx, c, models.NewMessage{
		SenderKind: string(contract.Platform), SenderID: "platform", ClientID: "rating/" + c.ID, Kind: KindSystem, Body: stored, SentAt: s.now(),
	})
	return []models.OutboxEvent{told("message.sent", *c, c.LastSeq, contract.Platform)}, err
}

// Rate keeps what a customer thinks of a conversation that an agent had, or changes it. Faults: not_found,
// conversation_not_ratable, bad_request, text_too_long.
func (s *Service) Rate(ctx context.Context, actor Actor, id string, in Rating) (View, error) {
	c, err := s.visible(ctx, actor, "conversation.rate", id)
	if err != nil {
		return View{}, err
	}
	in.Words = clean(in.Words)
	switch {
	case in.Score < 1 || in.Score > 5:
		return View{}, fault.New(fault.BadRequest, "problem", "score")
	case slices.ContainsFunc(in.Codes, func(code string) bool { return !slices.Contains(RatingCodes, code) }):
		return View{}, fault.New(fault.BadRequest, "problem", "codes")
	case utf8.RuneCountInString(in.Words) > maxRatingWords:
		return View{}, fault.New(fault.TextTooLong, "limit", maxRatingWords)
	}
	if err := s.Store.Keys.Preload(ctx, c.KeyRef); err != nil {
		return View{}, away(err)
	}
	now := s.now()
	c, err = s.Store.ChangeConversation(ctx, c.ID, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
		rating, _, err := tx.ConversationRating(ctx, c.ID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return nil, err
		}
		if err != nil || now.After(rating.AskedAt.Add(Ratable)) {
			return nil, fault.New(fault.NotRatable, "days", int(Ratable/(24*time.Hour)))
		}
		rating.Score, rating.Codes, rating.AnsweredAt = int64(in.Score), codes(slices.Compact(slices.Sorted(slices.Values(in.Codes)))), &now
		return []models.OutboxEvent{changed(*c)}, tx.RateConversation(ctx, *c, rating, in.Words)
	})
	if err != nil {
		return View{}, away(err)
	}
	return s.view(ctx, actor, c, 0)
}

// rating is how a conversation was found; nil when nobody asked.
func (s *Service) rating(ctx context.Context, c models.Conversation) (*Rating, error) {
	if c.Open {
		return nil, nil
	}
	kept, words, err := s.Store.ConversationRating(ctx, c.ID)
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	if err != nil && !gone(err) {
		return nil, away(err)
	}
	return &Rating{int(kept.Score), uncode(kept.Codes), words, kept.AskedAt, kept.AnsweredAt, kept.AskedAt.Add(Ratable)}, nil
}

package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/clause"

	"aftersales/seal"
)

// SaveDraft keeps what somebody has begun to write in a conversation; nothing when it is empty.
func (s *Store) SaveDraft(ctx context.Context, c Conversation, kind, id, body string, at time.Time) error {
	draft := MessageDraft{ConversationID: c.ID, PersonKind: kind, PersonID: id, Body: seal.Plain(body), UpdatedAt: Moment(at)}
	if body == "" {
		return s.db(ctx).Delete(&draft).Error
	}
	if err := s.Keys.Seal(ctx, c.KeyRef, draftAD(draft), &draft.Body); err != nil {
		return err
	}
	return s.db(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&draft).Error
}

// Draft is what somebody has begun to write in a conversation; empty when nothing.
func (s *Store) Draft(ctx context.Context, conversationID, kind, id string) (string, error) {
	draft, err := one[MessageDraft](ctx, s, "conversation_id = ? AND person_kind = ? AND person_id = ?", conversationID, kind, id)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return s.Keys.Open(ctx, draftAD(draft), draft.Body)
}

func draftAD(d MessageDraft) seal.AD {
	return seal.AD{Table: "message_drafts", Column: "body", Person: d.ConversationID, Row: d.PersonKind + "/" + d.PersonID}
}

// AskRating notes that a conversation's customer is asked how it went; it is asked once.
func (s *Store) AskRating(ctx context.Context, rating ConversationRating) (asked bool, err error) {
	rating.AskedAt = Moment(rating.AskedAt)
	made := s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rating)
	return made.RowsAffected == 1, made.Error
}

// ConversationRating is how a customer found a conversation, with their words; ErrNotFound when nobody asked.
func (s *Store) ConversationRating(ctx context.Context, conversationID string) (ConversationRating, string, error) {
	rating, err := one[ConversationRating](ctx, s, "conversation_id = ?", conversationID)
	if err != nil {
		return rating, "", err
	}
	words, err := s.Keys.Open(ctx, ratingAD(rating), rating.Words)
	return rating, words, err
}

// RateConversation keeps what the customer answered.
func (s *Store) RateConversation(ctx context.Context, c Conversation, rating ConversationRating, words string) error {
	rating.Words = seal.Text{}
	if words != "" {
		rating.Words = seal.Plain(words)
		if err := s.Keys.Seal(ctx, c.KeyRef, ratingAD(rating), &rating.Words); err != nil {
			return err
		}
	}
	at := Moment(*rating.AnsweredAt)
	rating.AnsweredAt = &at
	return s.db(ctx).Save(&rating).Error
}

func ratingAD(r ConversationRating) seal.AD {
	return seal.AD{Table: "conversation_ratings", Column: "words", Person: r.ConversationID, Row: r.ConversationID}
}

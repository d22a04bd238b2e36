package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// PutMove stores a bulk move of deadlines; one that stands already is left as it is.
func (s *Store) PutMove(ctx context.Context, move DeadlineMove) error {
	move.At = Moment(move.At)
	return insertOnce(s.db(ctx), []DeadlineMove{move})
}

// DeadlineMove returns one bulk move; ErrNotFound when there is none.
func (s *Store) DeadlineMove(ctx context.Context, id string) (DeadlineMove, error) {
	return one[DeadlineMove](ctx, s, "id = ?", id)
}

// CasesToMove lists the cases that a move concerns, in order of ID after a cursor: those that were open when it was
// ordered and wait for something.
func (s *Store) CasesToMove(ctx context.Context, move DeadlineMove, after string, limit int) ([]Case, error) {
	query := s.db(ctx).Omit("view").Where("open AND id > ? AND opened_at <= ?", after, move.At)
	if move.Merchant != "" {
		query = query.Where("merchant_id = ?", move.Merchant)
	}
	var cases []Case
	err := query.Order("id").Limit(limit).Find(&cases).Error
	return cases, err
}

// NoteMove adds what one page of a move did, once: only while the move stands at the page's beginning.
func (s *Store) NoteMove(ctx context.Context, id, from, to string, moved, untouched int, done bool, at time.Time) error {
	change := map[string]any{
		"cursor": to, "moved": gorm.Expr("moved + ?", moved), "untouched": gorm.Expr("untouched + ?", untouched),
	}
	if done {
		change["done_at"] = at
	}
	return s.db(ctx).Model(&DeadlineMove{}).Where("id = ? AND cursor = ? AND done_at IS NULL", id, from).Updates(change).Error
}

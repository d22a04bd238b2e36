package models

import (
	"context"
	"strings"
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
	var cases []Case
	err := s.concerned(ctx, move).Omit("view").Where("id > ?", after).Order("id").Limit(limit).Find(&cases).Error
	return cases, err
}

// concerned are the cases that a move asks whether they have such a deadline.
func (s *Store) concerned(ctx context.Context, move DeadlineMove) *gorm.DB {
	query := s.db(ctx).Model(&Case{}).Where("open AND opened_at <= ?", move.At)
	if move.Merchant != "" {
		query = query.Where("merchant_id = ?", move.Merchant)
	}
	return query
}

// MovePreview is whom a move would reach, as the cases stand now.
type MovePreview struct {
	Cases     int64     // whose deadlines would move
	Untouched int64     // that would be asked and have no such deadline
	Kinds     []Counted // of those that would move, by kind and stage
	Merchants []Counted // by merchant, those with the most first
	Samples   []Case    // the soonest due, without their views
}

// Bounds of a preview.
const (
	previewSamples   = 20
	previewMerchants = 20
)

// PreviewMove says whom a move would reach if it were ordered at its time.
func (s *Store) PreviewMove(ctx context.Context, move DeadlineMove) (p MovePreview, err error) {
	move.At = Moment(move.At)
	reached := func() *gorm.DB {
		if move.Step == "" {
			return s.concerned(ctx, move).Where("waits <> ''")
		}
		return s.concerned(ctx, move).Where("waits LIKE ? ESCAPE '!'", "%,"+strings.ReplaceAll(move.Step, "_", "!_")+",%")
	}
	var all int64
	if err := s.concerned(ctx, move).Count(&all).Error; err != nil {
		return p, err
	}
	if err := reached().Count(&p.Cases).Error; err != nil {
		return p, err
	}
	p.Untouched = all - p.Cases
	if err := reached().Select("kind, stage AS state, count(*) AS n").Group("kind, stage").Order("kind, stage").Scan(&p.Kinds).Error; err != nil {
		return p, err
	}
	if err := reached().Select("merchant_id AS kind, count(*) AS n").Group("merchant_id").Order("n DESC, merchant_id").Limit(previewMerchants).Scan(&p.Merchants).Error; err != nil {
		return p, err
	}
	err = reached().Omit("view").Order("due_at IS NULL, due_at, id").Limit(previewSamples).Find(&p.Samples).Error
	return p, err
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

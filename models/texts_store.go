package models

import (
	"context"
	"fmt"
	"time"

	"aftersales/seal"
)

// PutText seals what a person wrote about a customer - themselves, or whose case or data it concerns - under that customer's
// keyset, so that nothing of it is left when the customer is erased, and returns the ID of the immutable row. Until a subject
// refers to it, it is swept a day later. The fault Erased tells that the customer was erased.
func (s *Store) PutText(ctx context.Context, customerID, authorKind, authorID, body string, at time.Time) (string, error) {
	ref, err := s.KeyRef(ctx, KindCustomer, customerID)
	if err != nil {
		return "", err
	}
	text := Text{ID: NewID(), AuthorKind: authorKind, AuthorID: authorID, Body: seal.Plain(body), CreatedAt: Moment(at)}
	if err := s.Keys.Seal(ctx, ref, bodyAD(text), &text.Body); err != nil {
		return "", err
	}
	return text.ID, s.db(ctx).Create(&text).Error
}

// Text returns a text and what it says. ErrNotFound when there is none, the fault Erased when the customer whom it is about was erased.
func (s *Store) Text(ctx context.Context, id string) (Text, string, error) {
	text, err := one[Text](ctx, s, "id = ?", id)
	if err != nil {
		return text, "", err
	}
	body, err := s.Keys.Open(ctx, bodyAD(text), text.Body)
	return text, body, err
}

// TextsOf lists the IDs of the texts that a subject refers to, the oldest first, MaxPage of them at most; with kinds
// only those whose author is of one of these kinds.
func (s *Store) TextsOf(ctx context.Context, subject string, kinds ...string) ([]string, error) {
	query := s.db(ctx).Model(&Text{}).Where("used_by = ?", subject)
	if len(kinds) > 0 {
		query = query.Where("author_kind IN ?", kinds)
	}
	var ids []string
	err := query.Order("id").Limit(MaxPage).Pluck("id", &ids).Error
	return ids, err
}

func bodyAD(text Text) seal.AD {
	return seal.AD{Table: "texts", Column: "body", Person: text.AuthorKind + "/" + text.AuthorID, Row: text.ID}
}

// UseTexts notes that a subject, e.g. "case/<id>", refers to texts. ErrNotFound when one does not exist or belongs
// to another subject; then none is marked, provided that this runs inside a Tx.
func (s *Store) UseTexts(ctx context.Context, subject string, ids ...string) error {
	result := s.db(ctx).Model(&Text{}).Where("id IN ? AND (used_by IS NULL OR used_by = ?)", ids, subject).Update("used_by", subject)
	if result.Error == nil && result.RowsAffected != int64(len(ids)) {
		return fmt.Errorf("models: %s refers to a text that does not exist or is another's: %w", subject, ErrNotFound)
	}
	return result.Error
}

// sweepBatch bounds how long a sweep holds the writer.
const sweepBatch = 500

// SweepTexts deletes texts from before a time that nothing refers to, and returns how many.
func (s *Store) SweepTexts(ctx context.Context, before time.Time) (int64, error) {
	return s.sweep(ctx, &Text{}, "used_by IS NULL AND created_at < ?", before)
}

// sweep deletes rows of a table with an id in batches, until none is left.
func (s *Store) sweep(ctx context.Context, table any, condition string, args ...any) (int64, error) {
	var total int64
	for {
		batch := s.db(ctx).Model(table).Select("id").Where(condition, args...).Limit(sweepBatch)
		result := s.db(ctx).Where("id IN (?)", batch).Delete(table)
		total += result.RowsAffected
		if result.Error != nil || result.RowsAffected < sweepBatch {
			return total, result.Error
		}
	}
}

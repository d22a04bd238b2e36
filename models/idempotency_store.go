package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"aftersales/fault"
	"aftersales/seal"
)

// BeginRequest takes an actor's key for a request, or finds the row of the first request with that key: then fresh
// is false, ReceivedAt is the first one's, and Status tells whether there is an answer. The same key with another
// action or content gives the fault KeyReused.
func (s *Store) BeginRequest(ctx context.Context, actor, key, action, requestHash string, now time.Time) (row IdempotencyRow, fresh bool, err error) {
	row = IdempotencyRow{Actor: actor, Key: key, Action: action, RequestHash: requestHash, ReceivedAt: Moment(now)}
	inserted := s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if inserted.Error != nil || inserted.RowsAffected == 1 {
		return row, inserted.Error == nil, inserted.Error
	}
	row, err = one[IdempotencyRow](ctx, s, "actor = ? AND key = ?", actor, key)
	if err == nil && (row.Action != action || row.RequestHash != requestHash) {
		return row, false, fault.New(fault.KeyReused)
	}
	return row, false, err
}

// FinishRequest stores the first answer, sealed under the keyset keyRef (seal.Platform when it is nobody's). An
// answer that stands is kept; stored is false then. An answer that holds a secret is forgotten at forgetAt, if there is one.
func (s *Store) FinishRequest(ctx context.Context, row IdempotencyRow, keyRef string, status int, answer string, now time.Time, forgetAt *time.Time) (stored bool, err error) {
	text := seal.Plain(answer)
	if err := s.Keys.Seal(ctx, keyRef, answerAD(row), &text); err != nil {
		return false, err
	}
	updated := s.db(ctx).Model(&IdempotencyRow{}).Where("actor = ? AND key = ? AND status = 0", row.Actor, row.Key).
		Updates(map[string]any{"status": status, "answer": text, "answered_at": Moment(now), "forget_at": forgetAt})
	return updated.RowsAffected == 1, updated.Error
}

// RequestAnswer opens the stored answer; empty while there is none. One whose time is over gives the fault AnswerOver, whether
// a sweeper was there already or not.
func (s *Store) RequestAnswer(ctx context.Context, row IdempotencyRow, now time.Time) (string, error) {
	if row.ForgetAt != nil && (row.Answer.IsZero() || !now.Before(*row.ForgetAt)) {
		return "", fault.New(fault.AnswerOver)
	}
	return s.Keys.Open(ctx, answerAD(row), row.Answer)
}

func answerAD(row IdempotencyRow) seal.AD {
	return seal.AD{Table: "idempotency", Column: "answer", Person: row.Actor, Row: row.Key}
}

// UnansweredRequests lists requests for some actions that came before a time and have no answer, the oldest first, after the
// place of another row: its time, actor and key.
func (s *Store) UnansweredRequests(ctx context.Context, actions []string, after IdempotencyRow, before time.Time, limit int) ([]IdempotencyRow, error) {
	var rows []IdempotencyRow
	// The status is written out, so that both databases see that the partial index fits.
	err := s.db(ctx).Where("status = 0 AND received_at < ? AND action IN ?", Moment(before), actions).
		Where("(received_at, actor, key) > (?, ?, ?)", Moment(after.ReceivedAt), after.Actor, after.Key).
		Order("received_at, actor, key").Limit(limit).Find(&rows).Error
	return rows, err
}

// ClaimUnanswered takes a request that has no answer for whoever is going to tell the trail of it, unless somebody took it after a
// time; false when they did, or when it was answered.
func (s *Store) ClaimUnanswered(ctx context.Context, row IdempotencyRow, now, after time.Time) (bool, error) {
	claimed := s.db(ctx).Model(&IdempotencyRow{}).
		Where("actor = ? AND key = ? AND status = 0 AND (claimed_at IS NULL OR claimed_at <= ?)", row.Actor, row.Key, Moment(after)).
		Update("claimed_at", Moment(now))
	return claimed.RowsAffected == 1, claimed.Error
}

// Asked is what an entry of the trail names a keyed request by: the hash, in hex, of its key and of the hash of its content. The
// same content asked for again under another key is another request.
func Asked(key, requestHash string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d:%s\n%s", len(key), key, requestHash))
	return hex.EncodeToString(sum[:])
}

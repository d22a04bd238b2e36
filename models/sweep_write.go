package models

import (
	"context"
	"time"
)

// WorkflowOfLeg finds the workflow of the case that a refund belongs to, and whether the refund's end is known already;
// ErrNotFound while there is no such refund.
func (s *Store) WorkflowOfLeg(ctx context.Context, key string) (workflowID string, settled bool, err error) {
	var found []struct {
		WorkflowID string
		Status     string
	}
	err = s.db(ctx).Raw(`SELECT k.workflow_id, l.status FROM cases k JOIN refund_legs l ON l.case_id = k.id WHERE l.key = ?`, key).Scan(&found).Error
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return "", false, err
	}
	return found[0].WorkflowID, found[0].Status == LegSucceeded || found[0].Status == LegFailed, nil
}

// SweepEvidence deletes evidence from before a time that neither a case nor a conversation uses, and returns how many.
func (s *Store) SweepEvidence(ctx context.Context, before time.Time) (int64, error) {
	return s.sweep(ctx, &Evidence{}, "case_id IS NULL AND conversation_id IS NULL AND uploaded_at < ?", before)
}

// UnusedBlobs lists files from before a time that nothing refers to.
func (s *Store) UnusedBlobs(ctx context.Context, before time.Time, limit int) ([]Blob, error) {
	var blobs []Blob
	err := s.db(ctx).Raw(`SELECT b.* FROM blobs b WHERE b.created_at < ?
		AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.blob_id = b.id)
		AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.thumb_id = b.id) ORDER BY b.created_at LIMIT ?`, before, limit).Scan(&blobs).Error
	return blobs, err
}

// DropBlob deletes the row of a file that nothing refers to; ErrReference when something does by now.
func (s *Store) DropBlob(ctx context.Context, id string) error {
	return s.db(ctx).Where("id = ?", id).Delete(&Blob{}).Error
}

// SweepOutbox deletes events from before a time, the oldest first, and returns how many. It reads no further than the
// first event that stays. Consumers that were away for longer begin at what is left.
func (s *Store) SweepOutbox(ctx context.Context, before time.Time) (total int64, err error) {
	for {
		var oldest []OutboxEvent
		if err := s.db(ctx).Select("id", "at").Order("id").Limit(sweepBatch).Find(&oldest).Error; err != nil {
			return total, err
		}
		n := 0
		for n < len(oldest) && oldest[n].At.Before(before) {
			n++
		}
		if n == 0 {
			return total, nil
		}
		deleted := s.db(ctx).Where("id <= ?", oldest[n-1].ID).Delete(&OutboxEvent{})
		total += deleted.RowsAffected
		if deleted.Error != nil || n < sweepBatch {
			return total, deleted.Error
		}
	}
}

// SweepNotices deletes handled notices - delivered, ignored or failed - that came before a time, the oldest first, and
// returns how many. What still waits for its case stays, however old.
func (s *Store) SweepNotices(ctx context.Context, before time.Time) (int64, error) {
	// The state is written out, not a parameter: only so do both databases see that the partial index fits.
	return s.sweepSQL(ctx, `DELETE FROM partner_notices WHERE id IN (
		SELECT id FROM partner_notices WHERE state <> 'new' AND received_at < ? ORDER BY received_at LIMIT ?)`, before)
}

// SweepDeliveries deletes messages to other programs that ended before a time, the oldest first, and returns how many.
func (s *Store) SweepDeliveries(ctx context.Context, before time.Time) (int64, error) {
	return s.sweepSQL(ctx, `DELETE FROM webhook_deliveries WHERE id IN (
		SELECT id FROM webhook_deliveries WHERE ended_at < ? AND ended_at IS NOT NULL ORDER BY ended_at LIMIT ?)`, before)
}

// SweepRequests deletes the keys and answers of requests that first came before a time, the oldest first, and returns
// how many. A key that comes again after that is a new request.
func (s *Store) SweepRequests(ctx context.Context, before time.Time) (int64, error) {
	return s.sweepSQL(ctx, `DELETE FROM idempotency WHERE (actor, key) IN (
		SELECT actor, key FROM idempotency WHERE received_at < ? ORDER BY received_at LIMIT ?)`, before)
}

// ForgetSecrets takes answers that hold a secret out of their rows when their time is over at now, and returns how many. Row and
// time stay: a repeat is told that the answer is over, and nothing is done a second time.
func (s *Store) ForgetSecrets(ctx context.Context, now time.Time) (int64, error) {
	return s.sweepSQL(ctx, `UPDATE idempotency SET answer = NULL WHERE (actor, key) IN (
		SELECT actor, key FROM idempotency WHERE forget_at <= ? AND forget_at IS NOT NULL AND answer IS NOT NULL ORDER BY forget_at LIMIT ?)`, now)
}

// sweepSQL runs a statement that takes a time and the size of a batch, until a batch is not full.
func (s *Store) sweepSQL(ctx context.Context, statement string, before time.Time) (total int64, err error) {
	for {
		deleted := s.db(ctx).Exec(statement, before, sweepBatch)
		total += deleted.RowsAffected
		if deleted.Error != nil || deleted.RowsAffected < sweepBatch {
			return total, deleted.Error
		}
	}
}

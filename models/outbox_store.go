package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// AppendOutbox adds events to the log. Called inside the Tx of the change that they tell of.
func (s *Store) AppendOutbox(ctx context.Context, events ...OutboxEvent) error {
	if len(events) == 0 {
		return nil
	}
	if err := s.db(ctx).Omit("TxID").Create(&events).Error; err != nil {
		return err
	}
	s.told()
	return nil
}

// ReadOutbox returns the next events for a consumer, at most limit, in the order in which it must handle them. A
// consumer that is not known begins with the oldest event.
//
// On PostgreSQL an event counts as written only when no older transaction is running: the order is by transaction,
// then by ID, so that an event that is committed late never stands before one that was read already.
func (s *Store) ReadOutbox(ctx context.Context, consumer string, limit int) ([]OutboxEvent, error) {
	at, err := one[OutboxPosition](ctx, s, "consumer = ?", consumer)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	return s.OutboxAfter(ctx, OutboxMark{at.TxID, at.Position}, limit)
}

// outboxAfter asks for what can be read after a place.
func (s *Store) outboxAfter(ctx context.Context, after OutboxMark) *gorm.DB {
	if s.dialect == Postgres {
		return s.db(ctx).Where("tx_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint").
			Where("(tx_id, id) > (?, ?)", after.txID, after.id).Order("tx_id, id")
	}
	return s.db(ctx).Where("id > ?", after.id).Order("id")
}

// AdvanceOutbox notes that a consumer has handled everything up to and with an event. It never goes back.
func (s *Store) AdvanceOutbox(ctx context.Context, consumer string, handled OutboxEvent, now time.Time) error {
	row := OutboxPosition{Consumer: consumer, Position: handled.ID, TxID: handled.TxID, UpdatedAt: Moment(now)}
	return s.db(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "consumer"}},
		DoUpdates: clause.AssignmentColumns([]string{"position", "tx_id", "updated_at"}),
		Where:     where("(outbox_positions.tx_id, outbox_positions.position) < (excluded.tx_id, excluded.position)"),
	}).Create(&row).Error
}

// StartOutbox puts a consumer that is not known yet at the end of the log: it wants no news from before its time.
func (s *Store) StartOutbox(ctx context.Context, consumer string, now time.Time) error {
	// On PostgreSQL everything of transactions that are over is behind the consumer; what is running is before it.
	end := `SELECT ?, COALESCE(MAX(id), 0), 0, ? FROM outbox WHERE true`
	if s.dialect == Postgres {
		end = `SELECT ?, 9223372036854775807, pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1, ?::timestamptz`
	}
	return s.db(ctx).Exec(`INSERT INTO outbox_positions (consumer, position, tx_id, updated_at) `+end+
		` ON CONFLICT (consumer) DO NOTHING`, consumer, Moment(now)).Error
}

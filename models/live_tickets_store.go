package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// LiveTicket is a ticket for live delivery that was used.
type LiveTicket struct {
	ID        string    `gorm:"primaryKey;size:40"`
	ExpiresAt time.Time `gorm:"not null;index"`
}

// SpendLiveTicket notes that a ticket was used; false when it was before.
func (s *Store) SpendLiveTicket(ctx context.Context, id string, expires time.Time) (bool, error) {
	row := LiveTicket{ID: id, ExpiresAt: Moment(expires)}
	result := s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	return result.RowsAffected == 1, result.Error
}

// SweepLiveTickets deletes tickets that ended before a time and returns how many.
func (s *Store) SweepLiveTickets(ctx context.Context, before time.Time) (int64, error) {
	result := s.db(ctx).Where("expires_at < ?", before).Delete(&LiveTicket{})
	return result.RowsAffected, result.Error
}

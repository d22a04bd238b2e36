package models

import (
	"context"
	"errors"

	"gorm.io/gorm/clause"

	"aftersales/money"
)

// ErrTooMuch says that more would be claimed back than was paid.
var ErrTooMuch = errors.New("models: more than was paid")

// OpenRecovery opens a claim for money that a closed case paid and should not have. All claims of a case that are
// not dropped sum to at most what it refunded: ErrTooMuch otherwise, with what is left. The same ID again changes
// nothing. ErrNotFound when there is no such closed case.
func (s *Store) OpenRecovery(ctx context.Context, claim Recovery) (kept Recovery, left money.Amount, err error) {
	claim.OpenedAt = Moment(claim.OpenedAt)
	err = s.Tx(ctx, func(tx *Store) error {
		var row Case
		if err := tx.ForUpdate(tx.db(ctx)).Omit("view").Where("id = ? AND NOT open", claim.CaseID).Take(&row).Error; err != nil {
			return err
		}
		var claims []Recovery
		if err := tx.db(ctx).Where("case_id = ?", claim.CaseID).Find(&claims).Error; err != nil {
			return err
		}
		left = row.Refunded
		for _, other := range claims {
			if other.ID == claim.ID {
				kept = other
				return nil
			}
			if other.State != "dropped" {
				left -= other.Amount
			}
		}
		if claim.Amount > left {
			return ErrTooMuch
		}
		kept = claim
		return tx.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&claim).Error
	})
	return kept, left, err
}

// ClaimValue claims money for goods or an advance that a running case gave and is not owed. The same ID again changes
// nothing.
func (s *Store) ClaimValue(ctx context.Context, claim Recovery) error {
	return s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&claim).Error
}

package models

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"aftersales/money"
)

// PriceCheck is what a variant cost at the shop when a case asked; 0: it was not sold.
type PriceCheck struct {
	CaseID    string       `gorm:"primaryKey;size:40"`
	VariantID string       `gorm:"primaryKey;size:40"`
	Price     money.Amount `gorm:"not null;check:price_not_negative,price >= 0"`
	At        time.Time    `gorm:"not null"`
}

// PriceProtection is a lower price that a line was made up for, once. It is written with the opening of its case and
// given back when the case ends without paying.
type PriceProtection struct {
	LineID   string       `gorm:"primaryKey;size:64"`
	Price    money.Amount `gorm:"primaryKey;autoIncrement:false"` // per unit
	CaseID   string       `gorm:"size:40;not null;index"`
	Quantity int          `gorm:"not null"`
	Amount   money.Amount `gorm:"not null;check:protection_positive,amount > 0"`
	At       time.Time    `gorm:"not null"`
}

// KeepPrices keeps what variants cost when a case asked. The first answer stands.
func (s *Store) KeepPrices(ctx context.Context, rows []PriceCheck) error {
	return insertOnce(s.db(ctx), rows)
}

// Prices reads what a case's variants cost when it asked, by variant.
func (s *Store) Prices(ctx context.Context, caseID string) (map[string]money.Amount, error) {
	var rows []PriceCheck
	err := s.db(ctx).Where("case_id = ?", caseID).Find(&rows).Error
	prices := map[string]money.Amount{}
	for _, row := range rows {
		prices[row.VariantID] = row.Price
	}
	return prices, err
}

// ProtectedAt is the lowest price down to which each line was protected by other cases than one.
func (s *Store) ProtectedAt(ctx context.Context, exceptCase string, lineIDs []string) (map[string]money.Amount, error) {
	var rows []PriceProtection
	err := s.db(ctx).Where("line_id IN ? AND case_id <> ?", lineIDs, exceptCase).Find(&rows).Error
	lowest := map[string]money.Amount{}
	for _, row := range rows {
		if before, found := lowest[row.LineID]; !found || row.Price < before {
			lowest[row.LineID] = row.Price
		}
	}
	return lowest, err
}

// ClaimProtection claims lines and prices for a case; false when another case has one of them. Twice is once.
func (s *Store) ClaimProtection(ctx context.Context, rows []PriceProtection) (bool, error) {
	if len(rows) == 0 {
		return true, nil
	}
	wanted := slices.Clone(rows)
	if err := s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&wanted).Error; err != nil {
		return false, err
	}
	for _, row := range rows {
		var kept PriceProtection
		if err := s.db(ctx).Where("line_id = ? AND price = ?", row.LineID, row.Price).Take(&kept).Error; err != nil {
			return false, err
		}
		if kept.CaseID != row.CaseID {
			return false, nil
		}
	}
	return true, nil
}

// releaseProtection gives back what a case claimed and did not pay.
func releaseProtection(db *gorm.DB, row Case) error {
	if row.Refunded > 0 {
		return nil
	}
	return db.Where("case_id = ?", row.ID).Delete(&PriceProtection{}).Error
}

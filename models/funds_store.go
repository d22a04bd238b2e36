package models

import (
	"context"
	"time"

	"aftersales/money"
)

// FundMove is what moved a shop's money besides its refunds: what a customer's bank took back of a payment, what was drawn
// from the shop's deposit so that a judgment could be paid, and what was put back of it. Each once.
type FundMove struct {
	ID         string         `gorm:"primaryKey;size:64;index:fund_moves_of_merchant,priority:3"`
	MerchantID string         `gorm:"size:40;not null;index:fund_moves_of_merchant,priority:1"`
	Kind       string         `gorm:"size:16;not null;check:fund_move_kind,kind IN ('chargeback', 'draw', 'put_back')"`
	Amount     money.Amount   `gorm:"not null;check:fund_move_positive,amount > 0"`
	Currency   money.Currency `gorm:"size:3;not null"`
	OrderID    string         `gorm:"size:64;not null;index:fund_moves_of_order"`
	CaseID     string         `gorm:"size:40;not null"` // empty: none asked for it
	At         time.Time      `gorm:"not null;index:fund_moves_of_merchant,priority:2"`
}

// Kinds of movements of a shop's money.
const (
	FundChargeback = "chargeback" // from the balance to the customer's bank
	FundDraw       = "draw"       // from the deposit to the balance
	FundPutBack    = "put_back"   // from the balance to the deposit
)

// FundMovesOf lists what moved a shop's money, the latest first.
func (s *Store) FundMovesOf(ctx context.Context, merchantID string, request PageRequest) (Page[FundMove], error) {
	return newestFirst(s.db(ctx).Where("merchant_id = ?", merchantID), request, "at", func(m FundMove) place { return place{m.At, m.ID} })
}

// EndMove stores how moving a shop's money ended, under the effect that asked for it; what succeeded is listed from then on.
// Its order is that of its case. A success is never taken back.
func (s *Store) EndMove(ctx context.Context, key, status, result string, move FundMove, at time.Time) error {
	return s.Tx(ctx, func(tx *Store) error {
		if err := tx.EndEffect(ctx, key, status, result, at); err != nil || status != LegSucceeded {
			return err
		}
		if err := tx.db(ctx).Model(&Case{}).Where("id = ?", move.CaseID).Select("order_id").Scan(&move.OrderID).Error; err != nil {
			return err
		}
		move.ID, move.At = key, at
		return tx.moveFunds(ctx, move)
	})
}

func (s *Store) moveFunds(ctx context.Context, move FundMove) error {
	move.At = Moment(move.At)
	return insertOnce(s.db(ctx), []FundMove{move})
}

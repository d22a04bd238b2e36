package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"aftersales/money"
)

// CauseChargeback names recoveries of money that the customer got twice: from the bank and from us.
const CauseChargeback = "chargeback"

// ChargedBack is what a chargeback did to a tender.
type ChargedBack struct {
	TenderID, OrderID string
	Amount            money.Amount // taken back of the payment so far
	Changed           bool         // false: it was known
}

// ChargeBack notes how much a customer's bank has taken back of a payment so far. Less than is known changes nothing,
// so notices may come twice and in any order. It holds the order's tenders: no refund is decided meanwhile, and
// whatever wants money from them afterwards finds the lower limit. What the customer then got twice is claimed back.
// ErrNotFound when no tender has this number on this rail.
func (s *Store) ChargeBack(ctx context.Context, rail, ref string, amount money.Amount, at time.Time) (done ChargedBack, err error) {
	tender, err := one[Tender](ctx, s, "ref = ? AND rail = ? AND twin = 0", ref, rail)
	if err != nil {
		return done, err
	}
	done = ChargedBack{TenderID: tender.ID, OrderID: tender.OrderID}
	err = s.Tx(ctx, func(tx *Store) error {
		var more money.Amount // than was known
		book, err := tx.LockedBook(ctx, tender.OrderID)
		if err != nil {
			return err
		}
		for i := range book.Tenders {
			locked := &book.Tenders[i]
			if locked.ID != tender.ID {
				continue
			}
			if done.Amount = min(amount, locked.Captured); done.Amount <= locked.ChargedBack {
				done.Amount = locked.ChargedBack
				return nil
			}
			more = done.Amount - locked.ChargedBack
			locked.ChargedBack, done.Changed = done.Amount, true
		}
		if !done.Changed {
			return nil
		}
		err = tx.db(ctx).Model(&Tender{}).Where("id = ?", tender.ID).Update("charged_back", done.Amount).Error
		if err != nil {
			return err
		}
		err = tx.moveFunds(ctx, FundMove{
			ID: rowID(FundChargeback, tender.ID, done.Amount.String()), MerchantID: book.Order.MerchantID, Kind: FundChargeback,
			Amount: more, Currency: book.Order.Currency, OrderID: book.Order.ID, At: at,
		})
		if err != nil {
			return err
		}
		return tx.recoverTwice(ctx, book, at)
	})
	return done, err
}

// RecoverChargebacks claims back what the customer of an order got twice, once a refund that was under way is known
// to have succeeded. What was claimed before is not claimed again.
func (s *Store) RecoverChargebacks(ctx context.Context, orderID string, at time.Time) error {
	return s.Tx(ctx, func(tx *Store) error {
		book, err := tx.LockedBook(ctx, orderID)
		if err != nil {
			return err
		}
		return tx.recoverTwice(ctx, book, at)
	})
}

// recoverTwice opens a recovery, and a discrepancy with its task, for what was charged back and refunded beyond what
// was captured and is not claimed yet. The book's tenders are held.
func (s *Store) recoverTwice(ctx context.Context, book OrderBook, at time.Time) error {
	var twice money.Amount
	var last *RefundLeg
	for _, tender := range book.Tenders {
		over := tender.ChargedBack - tender.Captured
		var paid *RefundLeg
		for _, leg := range book.OfTender(tender.ID) {
			if leg.Status != LegSucceeded {
				continue
			}
			over += leg.Amount
			if paid == nil || paid.SettledAt == nil || leg.SettledAt != nil && leg.SettledAt.After(*paid.SettledAt) {
				paid = &leg
			}
		}
		if over > 0 && paid != nil {
			twice, last = twice+over, paid
		}
	}
	if last == nil {
		return nil
	}
	var claimed []Recovery
	err := s.db(ctx).Where("cause = ? AND state <> 'dropped' AND case_id IN (?)", CauseChargeback,
		s.db(ctx).Model(&RefundLeg{}).Select("case_id").Where("order_id = ?", book.Order.ID)).Find(&claimed).Error
	if err != nil {
		return err
	}
	due := twice
	for _, claim := range claimed {
		due -= claim.Amount
	}
	if due <= 0 {
		return nil
	}
	at = Moment(at)
	id := rowID("chargeback", book.Order.ID, twice.String())
	err = s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&Recovery{
		ID: id, CaseID: last.CaseID, FromKind: KindCustomer, FromID: book.Order.CustomerID, Amount: due, Currency: book.Order.Currency,
		Cause: CauseChargeback, State: "open", OpenedBy: "platform", OpenedAt: at,
	}).Error
	if err != nil {
		return err
	}
	key := "charged_back/" + book.Order.ID
	return s.Find(ctx, Discrepancy{
		ID: key, Kind: "charged_back", Subject: book.Order.ID, FoundAt: at,
		Detail: fmt.Sprintf("the customer's bank took back what was refunded too: %s more than was captured, %s of it claimed by recovery %s", twice, due, id),
	}, Task{
		ID: rowID("task", key), DedupeKey: "discrepancy/" + key, RecipientKind: "operator", State: TaskOpen,
		DueAt: at.Add(24 * time.Hour), Kind: "discrepancy", SubjectKind: "discrepancy", SubjectID: book.Order.ID, CreatedAt: at,
	})
}

// rowID derives a row's ID from what makes it the same row.
func rowID(parts ...string) string {
	sum := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"aftersales/money"
)

// Remedy is what a judgment on service gave instead of money: points and coupons in kind, an apology or a mended
// practice as a record. It is given once, and what a later judgment does not order any more is taken back by a line of
// its own: what stands is what was given less what was taken back.
type Remedy struct {
	CaseID     string         `gorm:"primaryKey;size:40"`
	Round      int            `gorm:"primaryKey;autoIncrement:false"` // of the judgment
	N          int            `gorm:"primaryKey;autoIncrement:false"` // place in its list
	Kind       string         `gorm:"size:20;not null;check:remedy_kind,kind IN ('apology', 'coupon', 'points', 'rectification')"`
	Points     int            `gorm:"not null;check:remedy_amounts,points >= 0 AND coupon >= 0"`
	Coupon     money.Amount   `gorm:"not null"`
	Currency   money.Currency `gorm:"size:3;not null"`
	CustomerID string         `gorm:"size:40;not null;index"`
	MerchantID string         `gorm:"size:40;not null"`
	Judgment   string         `gorm:"size:60;not null"` // the proposal that was approved
	GivenBy    string         `gorm:"size:16;not null"` // merchant, or platform when time ran out
	GivenAt    time.Time      `gorm:"not null"`
	Back       bool           `gorm:"not null;default:false"` // taken back again, because an appeal came to less
}

// GrantRemedies gives remedies, each once: the same key again changes nothing.
func (s *Store) GrantRemedies(ctx context.Context, remedies []Remedy) error {
	return insertOnce(s.db(ctx), remedies)
}

// Remedies lists what a case gave, in order.
func (s *Store) Remedies(ctx context.Context, caseID string) (remedies []Remedy, err error) {
	err = s.db(ctx).Where("case_id = ?", caseID).Order("round, n").Find(&remedies).Error
	return remedies, err
}

// ClaimBack replaces what an open complaint claims back by itself, under cause, by one claim; an amount of 0 claims
// nothing any more. The complaint, the case that opened it and the others that this one opened are one matter: all its
// claims that are not dropped sum to at most what its legs paid, ErrTooMuch otherwise. What the customer's bank paid
// besides, and is claimed as charged back, is no part of that sum. The same claim again changes nothing.
func (s *Store) ClaimBack(ctx context.Context, claim Recovery) error {
	claim.OpenedAt = Moment(claim.OpenedAt)
	return s.Tx(ctx, func(tx *Store) error {
		var same int64
		if err := tx.db(ctx).Model(&Recovery{}).Where("id = ?", claim.ID).Count(&same).Error; err != nil || same > 0 {
			return err
		}
		family := func() *gorm.DB {
			parent := tx.db(ctx).Model(&Case{}).Select("parent_id").Where("id = ?", claim.CaseID)
			return tx.db(ctx).Model(&Case{}).Select("id").Where("id = ? OR id = (?) OR parent_id = (?)", claim.CaseID, parent, parent)
		}
		err := tx.db(ctx).Model(&Recovery{}).Where("case_id IN (?) AND cause IN ? AND state = ?", family(), claimedByComplaints, RecoveryOpen).
			Updates(map[string]any{"state": RecoveryDropped, "settled_at": claim.OpenedAt}).Error
		if err != nil || claim.Amount == 0 {
			return err
		}
		var paid, claimed money.Amount
		err = errors.Join(
			tx.db(ctx).Model(&RefundLeg{}).Where("case_id IN (?) AND status = ?", family(), LegSucceeded).
				Select("COALESCE(SUM(amount), 0)").Scan(&paid).Error,
			tx.db(ctx).Model(&Recovery{}).Where("case_id IN (?) AND state <> ? AND cause <> ?", family(), RecoveryDropped, CauseChargeback).
				Select("COALESCE(SUM(amount), 0)").Scan(&claimed).Error)
		if err != nil {
			return err
		}
		if claimed+claim.Amount > paid {
			return ErrTooMuch
		}
		return tx.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&claim).Error
	})
}

// claimedByComplaints are the causes under which complaints claim back by themselves. A matter has one such claim: the
// newest, whatever the earlier ones rested on.
var claimedByComplaints = []string{"appeal_reversed", "advance_judged"}

// States of a recovery.
const (
	RecoveryOpen    = "open"
	RecoveryDropped = "dropped"
)

// Matter is what a complaint is about: an order, a reason, and lines of it (none: the order as such).
type Matter struct {
	OrderID, Reason string
	Lines           []string
}

// ComplaintOn finds the newest complaint about a matter, open or ended with one of the outcomes: about the same order
// for the same reason, and about some of the same lines where it is about goods. The lines of a complaint that a case
// opened are that case's. found is false when there is none.
func (s *Store) ComplaintOn(ctx context.Context, matter Matter, open bool, outcomes []string) (row Case, found bool, err error) {
	query := s.db(ctx).Omit("view").Where("kind = 'complaint' AND order_id = ? AND reason = ? AND open = ?", matter.OrderID, matter.Reason, open)
	if !open {
		query = query.Where("outcome IN ?", outcomes)
	}
	if len(matter.Lines) > 0 {
		query = query.Where(`EXISTS (SELECT 1 FROM unit_claims c JOIN order_units u ON u.id = c.unit_id
			WHERE c.case_id = COALESCE(cases.parent_id, cases.id) AND u.line_id IN ?)`, matter.Lines)
	}
	err = query.Order("opened_at DESC, id").Take(&row).Error
	if errors.Is(err, ErrNotFound) {
		return row, false, nil
	}
	return row, err == nil, err
}

// JudgedBefore finds the newest complaint that ended with one of the outcomes about the very units that a case claims,
// for the same reason. Complaints about the case itself are none. found is false when there is none.
func (s *Store) JudgedBefore(ctx context.Context, caseID, orderID, reason string, outcomes []string) (row Case, found bool, err error) {
	err = s.db(ctx).Omit("view").Where("kind = 'complaint' AND order_id = ? AND reason = ? AND NOT open AND outcome IN ?", orderID, reason, outcomes).
		Where("COALESCE(parent_id, id) <> ?", caseID).
		Where(`EXISTS (SELECT 1 FROM unit_claims theirs JOIN unit_claims ours ON ours.unit_id = theirs.unit_id
			WHERE theirs.case_id = COALESCE(cases.parent_id, cases.id) AND ours.case_id = ?)`, caseID).
		Order("opened_at DESC, id").Take(&row).Error
	if errors.Is(err, ErrNotFound) {
		return row, false, nil
	}
	return row, err == nil, err
}

// HolderOf finds an open case that holds units of some of the lines; found is false when all of them are free.
func (s *Store) HolderOf(ctx context.Context, lines []string) (row Case, found bool, err error) {
	if len(lines) == 0 {
		return row, false, nil
	}
	err = s.db(ctx).Omit("view").Where(`id IN (SELECT c.case_id FROM unit_claims c JOIN order_units u ON u.id = c.unit_id
		WHERE c.released_at IS NULL AND u.line_id IN ?)`, lines).Order("id").Take(&row).Error
	if errors.Is(err, ErrNotFound) {
		return row, false, nil
	}
	return row, err == nil, err
}

// ChildOf finds the open case of a kind that a case opened.
func (s *Store) ChildOf(ctx context.Context, parentID, kind string) (row Case, found bool, err error) {
	err = s.db(ctx).Omit("view").Where("parent_id = ? AND kind = ? AND open", parentID, kind).Order("opened_at DESC").Take(&row).Error
	if errors.Is(err, ErrNotFound) {
		return row, false, nil
	}
	return row, err == nil, err
}

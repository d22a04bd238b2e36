package models

import (
	"context"
	"database/sql"
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

// ClaimedBackBy is what a complaint claims back by itself, and nobody dropped or replaced.
func (s *Store) ClaimedBackBy(ctx context.Context, caseID string) (amount money.Amount, err error) {
	err = s.db(ctx).Model(&Recovery{}).Where("case_id = ? AND cause IN ? AND state <> ?", caseID, claimedByComplaints, RecoveryDropped).
		Select("COALESCE(SUM(amount), 0)").Scan(&amount).Error
	return amount, err
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

// Facts are what somebody wants judged about goods: some units of an order, for a reason.
type Facts struct {
	CaseID  string // whose they are; complaints about this case itself are not looked at
	OrderID string
	Reason  string
	Units   []string
	At      time.Time // when it was asked for

	// AboutRequest tells whether a reason is about how an earlier request went. Then the facts are those of the newest
	// request about these units, but for requests that ended in one of Unrefused.
	AboutRequest func(reason string) bool
	Unrefused    []string

	FactsOf func(reason string) string // the reason that stands for a reason's facts; nil: each for its own
}

// JudgedBefore finds the newest complaint that ended with one of the outcomes and was about the same facts: some of the
// same units, and the same reason, or the same request behind it. found is false when there is none.
func (s *Store) JudgedBefore(ctx context.Context, facts Facts, outcomes []string) (row Case, found bool, err error) {
	if len(facts.Units) == 0 {
		return row, false, nil
	}
	var judged []Case
	err = s.db(ctx).Omit("view").Where("kind = 'complaint' AND order_id = ? AND NOT open AND outcome IN ?", facts.OrderID, outcomes).
		Where("COALESCE(parent_id, id) <> ?", facts.CaseID).
		Where("EXISTS (SELECT 1 FROM unit_claims c WHERE c.unit_id IN ? AND c.case_id IN ("+familyOfCases+"))", facts.Units).
		Order("opened_at DESC, id").Find(&judged).Error
	if err != nil || len(judged) == 0 {
		return row, false, err
	}
	ours, err := s.reasonBehind(ctx, facts)
	if err != nil {
		return row, false, err
	}
	for _, complaint := range judged {
		theirs := facts
		theirs.CaseID, theirs.Reason, theirs.At = complaint.ID, complaint.Reason, complaint.OpenedAt
		if theirs.Units, err = s.UnitsOf(ctx, complaint.ID); err != nil {
			return row, false, err
		}
		switch reason, err := s.reasonBehind(ctx, theirs); {
		case err != nil:
			return row, false, err
		case facts.same(reason, ours):
			return complaint, true, nil
		}
	}
	return row, false, nil
}

// same tells whether two reasons tell the same facts.
func (f Facts) same(one, other string) bool {
	return one == other || f.FactsOf != nil && f.FactsOf(one) == f.FactsOf(other)
}

// reasonBehind is the reason that tells the facts: the one that is named, or that of the request which it is about.
func (s *Store) reasonBehind(ctx context.Context, facts Facts) (string, error) {
	if facts.AboutRequest == nil || !facts.AboutRequest(facts.Reason) {
		return facts.Reason, nil
	}
	var request Case
	err := s.db(ctx).Omit("view").Where("kind <> 'complaint' AND parent_id IS NULL AND opened_at < ? AND outcome NOT IN ?", facts.At, facts.Unrefused).
		Where("EXISTS (SELECT 1 FROM unit_claims c WHERE c.unit_id IN ? AND c.case_id = cases.id)", facts.Units).
		Order("opened_at DESC, id").Take(&request).Error
	if errors.Is(err, ErrNotFound) {
		return facts.Reason, nil
	}
	return request.Reason, err
}

// familyOfCases are the cases that may hold the units of a row of cases: itself, its parent, and that one's parent.
const familyOfCases = "cases.id, cases.parent_id, (SELECT p.parent_id FROM cases p WHERE p.id = cases.parent_id)"

// UnitsOf lists the units that a case is about: its own claims, or those of the case that it belongs to.
func (s *Store) UnitsOf(ctx context.Context, caseID string) (units []string, err error) {
	err = s.db(ctx).Raw(`SELECT DISTINCT c.unit_id FROM unit_claims c WHERE c.case_id = @id
		OR c.case_id IN (SELECT k.parent_id FROM cases k WHERE k.id = @id)
		OR c.case_id IN (SELECT p.parent_id FROM cases k JOIN cases p ON p.id = k.parent_id WHERE k.id = @id) ORDER BY c.unit_id`,
		sql.Named("id", caseID)).Scan(&units).Error
	return units, err
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

// PaidBy sums what a case, and the cases that it opened, refunded.
func (s *Store) PaidBy(ctx context.Context, caseID string) (paid money.Amount, err error) {
	err = s.db(ctx).Model(&RefundLeg{}).Where("status = ? AND case_id IN (SELECT id FROM cases WHERE id = ? OR parent_id = ?)", LegSucceeded, caseID, caseID).
		Select("COALESCE(SUM(amount), 0)").Scan(&paid).Error
	return paid, err
}

// ChildOf finds the open case of a kind that a case opened.
func (s *Store) ChildOf(ctx context.Context, parentID, kind string) (row Case, found bool, err error) {
	err = s.db(ctx).Omit("view").Where("parent_id = ? AND kind = ? AND open", parentID, kind).Order("opened_at DESC").Take(&row).Error
	if errors.Is(err, ErrNotFound) {
		return row, false, nil
	}
	return row, err == nil, err
}

package models

import (
	"context"
	"errors"
	"time"
)

// States of an export.
const (
	ExportAsked  = "asked"
	ExportMade   = "made"
	ExportFailed = "failed"
	ExportGone   = "gone"
)

// AskExport stores a request for a copy, or finds the one with this ID.
func (s *Store) AskExport(ctx context.Context, export DataExport) (DataExport, error) {
	export.State, export.AskedAt, export.NextAt = ExportAsked, Moment(export.AskedAt), Moment(export.AskedAt)
	err := s.db(ctx).Create(&export).Error
	if errors.Is(err, ErrDuplicate) {
		return one[DataExport](ctx, s, "id = ? AND customer_id = ?", export.ID, export.CustomerID)
	}
	return export, err
}

// Exports lists a customer's requests, the newest first.
func (s *Store) Exports(ctx context.Context, customerID string) ([]DataExport, error) {
	var all []DataExport
	err := s.db(ctx).Where("customer_id = ?", customerID).Order("asked_at DESC, id DESC").Limit(MaxPage).Find(&all).Error
	return all, err
}

// Export returns a customer's request; ErrNotFound for another's.
func (s *Store) Export(ctx context.Context, customerID, id string) (DataExport, error) {
	return one[DataExport](ctx, s, "id = ? AND customer_id = ?", id, customerID)
}

// ExportParts lists the files of an export in order.
func (s *Store) ExportParts(ctx context.Context, id string) ([]DataExportPart, error) {
	var parts []DataExportPart
	err := s.db(ctx).Where("export_id = ?", id).Order("n").Find(&parts).Error
	return parts, err
}

// ClaimExport takes one request that is due and keeps it from others for a while; ErrNotFound when there is none.
func (s *Store) ClaimExport(ctx context.Context, state string, now time.Time, lease time.Duration) (export DataExport, err error) {
	return export, s.Tx(ctx, func(tx *Store) error {
		var due []DataExport
		err := tx.forClaim(tx.db(ctx)).Where("state = ? AND next_at <= ?", state, Moment(now)).Order("next_at").Limit(1).Find(&due).Error
		if err != nil || len(due) == 0 {
			return orNotFound(err)
		}
		export = due[0]
		export.Tries++
		return tx.db(ctx).Model(&DataExport{}).Where("id = ?", export.ID).
			Updates(map[string]any{"next_at": Moment(now.Add(lease)), "tries": export.Tries}).Error
	})
}

// FinishExport notes the files of an export, which is there until a time.
func (s *Store) FinishExport(ctx context.Context, id string, parts []DataExportPart, now, until time.Time) error {
	return s.Tx(ctx, func(tx *Store) error {
		made := tx.db(ctx).Model(&DataExport{}).Where("id = ? AND state = ?", id, ExportAsked).
			Updates(map[string]any{"state": ExportMade, "made_at": Moment(now), "next_at": Moment(until)})
		if made.Error != nil || made.RowsAffected == 0 {
			return orNotFound(made.Error)
		}
		return tx.db(ctx).Create(&parts).Error
	})
}

// EndExport ends an export as failed or gone and forgets its files; they are the caller's to delete.
func (s *Store) EndExport(ctx context.Context, id, state string) error {
	return s.Tx(ctx, func(tx *Store) error {
		if err := tx.db(ctx).Where("export_id = ?", id).Delete(&DataExportPart{}).Error; err != nil {
			return err
		}
		return tx.db(ctx).Model(&DataExport{}).Where("id = ?", id).Update("state", state).Error
	})
}

// Personal is everything of a customer's that stands in rows, for the copy that the customer asked for.
type Personal struct {
	Customer      Customer
	Accounts      []Account
	Sessions      []Session
	Orders        []FullOrder
	Shipments     []OrderShipment
	Cases         []Case
	Timeline      []TimelineEntry
	Questions     []CaseQuestion
	Evaluations   []PolicyEvaluation
	Waybills      []Waybill
	Ratings       []CaseRating
	Refunds       []RefundLeg
	Remedies      []Remedy
	Recoveries    []Recovery
	Texts         []WrittenText
	Evidence      []Evidence
	Notifications []Notification
	Consents      []Consent
	Corrections   []Correction
	Exports       []DataExport

	Conversations       []Conversation // of the customer's audience: threads of others about them are no part of it
	Messages            []Message
	ConversationRatings []ConversationRating
}

// PersonalOf reads it. What others wrote about the customer, the reasons of the platform's people and legal holds are no part
// of it.
func (s *Store) PersonalOf(ctx context.Context, customerID string) (p Personal, err error) {
	if p.Customer, err = s.Customer(ctx, customerID); err != nil {
		return p, err
	}
	const myCases = "case_id IN (SELECT id FROM cases WHERE customer_id = ?)"
	read := func(into any, order, condition string) {
		if err == nil {
			err = s.db(ctx).Where(condition, customerID).Order(order).Find(into).Error
		}
	}
	read(&p.Accounts, "created_at", "person_kind = 'customer' AND person_id = ?")
	read(&p.Sessions, "created_at", "account_id IN (SELECT id FROM accounts WHERE person_kind = 'customer' AND person_id = ?)")
	read(&p.Shipments, "shipped_at", "order_id IN (SELECT id FROM orders WHERE customer_id = ?)")
	read(&p.Cases, "opened_at, id", "customer_id = ?")
	read(&p.Timeline, "case_id, seq", myCases)
	read(&p.Ratings, "case_id", "customer_id = ?")
	read(&p.Questions, "case_id, round, n", myCases)
	read(&p.Evaluations, "case_id, n", myCases)
	read(&p.Waybills, "case_id, created_at", myCases)
	read(&p.Refunds, "intended_at", "order_id IN (SELECT id FROM orders WHERE customer_id = ?)")
	read(&p.Remedies, "given_at", "customer_id = ?")
	read(&p.Recoveries, "opened_at", "from_kind = 'customer' AND from_id = ?")
	read(&p.Evidence, "uploaded_at, id", "owner_kind = 'customer' AND owner_id = ?")
	read(&p.Notifications, "due_at, id", "recipient_kind = 'customer' AND recipient_id = ? AND sent_at IS NOT NULL")
	const myTalks = "conversation_id IN (SELECT id FROM conversations WHERE customer_id = ? AND audience = 'customer')"
	read(&p.Conversations, "opened_at, id", "customer_id = ? AND audience = 'customer'")
	read(&p.Messages, "conversation_id, seq", myTalks)
	read(&p.ConversationRatings, "asked_at", "customer_id = ? AND score > 0")
	if err != nil {
		return p, err
	}
	err = s.EachOrderOf(ctx, customerID, func(order Order) error {
		full, err := s.Order(ctx, order.ID)
		p.Orders = append(p.Orders, full)
		return err
	})
	var errs [4]error
	p.Texts, errs[0] = s.TextsBy(ctx, KindCustomer, customerID, 0)
	p.Consents, errs[1] = s.Consents(ctx, customerID)
	p.Corrections, errs[2] = s.Corrections(ctx, customerID)
	p.Exports, errs[3] = s.Exports(ctx, customerID)
	return p, errors.Join(err, errors.Join(errs[:]...))
}

// CountOf counts the rows of a table that belong to a customer; for telling what is known without reading it.
func (s *Store) CountOf(ctx context.Context, customerID string) (map[string]int64, error) {
	counts := map[string]int64{}
	for what, query := range map[string]string{
		"orders":        "SELECT count(*) FROM orders WHERE customer_id = ?",
		"cases":         "SELECT count(*) FROM cases WHERE customer_id = ?",
		"texts":         "SELECT count(*) FROM texts WHERE author_kind = 'customer' AND author_id = ?",
		"evidence":      "SELECT count(*) FROM evidence WHERE owner_kind = 'customer' AND owner_id = ?",
		"notifications": "SELECT count(*) FROM notifications WHERE recipient_kind = 'customer' AND recipient_id = ? AND sent_at IS NOT NULL",
		"sessions":      "SELECT count(*) FROM sessions WHERE account_id IN (SELECT id FROM accounts WHERE person_kind = 'customer' AND person_id = ?)",
		"consents":      "SELECT count(*) FROM consents WHERE customer_id = ?",
		"corrections":   "SELECT count(*) FROM corrections WHERE customer_id = ?",
		"shops":         "SELECT count(DISTINCT merchant_id) FROM orders WHERE customer_id = ?",
	} {
		var n int64
		if err := s.db(ctx).Raw(query, customerID).Scan(&n).Error; err != nil {
			return nil, err
		}
		counts[what] = n
	}
	return counts, nil
}

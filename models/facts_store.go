package models

import (
	"context"
	"time"
)

// FactsRows is everything in the data that the facts of an evaluation are made of. What went back is summed from
// Book, over the legs that the caller counts.
type FactsRows struct {
	Book     OrderBook
	Units    []OrderUnit // by line and number
	Customer Customer
	Merchant Merchant

	CustomerCounts Counts // of the 90 days before now, without the case that asks
	MerchantCounts Counts

	Rules     []MerchantRule // the merchant's own that are enabled, in its order
	Shipments []OrderShipment
	Claim     *InsuranceClaim // of the order's freight insurance
}

// Counts is what is counted of a customer or merchant.
type Counts struct {
	Cases          int
	Differences    int // customer: something else came back than was announced
	Upheld         int // customer: complaints decided in the customer's favour
	LostComplaints int // merchant: complaints decided against it
	LateAnswers    int // merchant: tasks that ended after their time
}

// FactsRows reads what is known about an order at now, in at most ten round trips. exceptCase is the case that
// asks, or "". ErrNotFound when there is no such order.
func (s *Store) FactsRows(ctx context.Context, orderID, exceptCase string, now time.Time) (FactsRows, error) {
	book, err := s.Book(ctx, orderID)
	facts := FactsRows{Book: book}
	if err != nil {
		return facts, err
	}
	if err := s.db(ctx).Where("order_id = ?", orderID).Order("line_id, n").Find(&facts.Units).Error; err != nil {
		return facts, err
	}
	// One round trip for both parties and their standing.
	since := now.Add(-90 * 24 * time.Hour)
	var parties struct {
		Customer      Customer `gorm:"embedded;embeddedPrefix:customer_"`
		Merchant      Merchant `gorm:"embedded;embeddedPrefix:merchant_"`
		CustomerCases int
		MerchantCases int
		Differences   int
		Upheld        int
		Lost          int
		Late          int
	}
	err = s.db(ctx).Raw(`SELECT
			c.id AS customer_id, c.key_ref AS customer_key_ref, c.name AS customer_name, c.phone AS customer_phone,
			c.lang AS customer_lang, c.level AS customer_level, c.created_at AS customer_created_at,
			m.id AS merchant_id, m.key_ref AS merchant_key_ref, m.name AS merchant_name, m.level AS merchant_level,
			m.auto_agree AS merchant_auto_agree, m.created_at AS merchant_created_at,
			(SELECT COUNT(*) FROM cases WHERE customer_id = c.id AND opened_at >= ? AND id <> ?) AS customer_cases,
			(SELECT COUNT(*) FROM cases WHERE merchant_id = m.id AND opened_at >= ? AND id <> ?) AS merchant_cases,
			(SELECT COUNT(DISTINCT k.id) FROM cases k JOIN timeline t ON t.case_id = k.id AND t.event = 'difference_reported'
				WHERE k.customer_id = c.id AND k.opened_at >= ? AND k.id <> ?) AS differences,
			(SELECT COUNT(*) FROM cases WHERE customer_id = c.id AND opened_at >= ? AND kind = 'complaint'
				AND outcome IN ('upheld', 'partly_upheld')) AS upheld,
			(SELECT COUNT(*) FROM cases WHERE merchant_id = m.id AND opened_at >= ? AND kind = 'complaint'
				AND outcome IN ('upheld', 'partly_upheld')) AS lost,
			(SELECT COUNT(*) FROM tasks WHERE recipient_kind = 'merchant' AND recipient_id = m.id AND state = 'done'
				AND ended_at > due_at AND due_at >= ?) AS late
		FROM customers c, merchants m WHERE c.id = ? AND m.id = ?`,
		since, exceptCase, since, exceptCase, since, exceptCase, since, since, since, book.Order.CustomerID, book.Order.MerchantID).Scan(&parties).Error
	if err != nil {
		return facts, err
	}
	facts.Customer, facts.Merchant = parties.Customer, parties.Merchant
	facts.CustomerCounts = Counts{Cases: parties.CustomerCases, Differences: parties.Differences, Upheld: parties.Upheld}
	facts.MerchantCounts = Counts{Cases: parties.MerchantCases, LostComplaints: parties.Lost, LateAnswers: parties.Late}
	return facts, s.extras(ctx, &facts)
}

// extras reads what only some orders have.
func (s *Store) extras(ctx context.Context, facts *FactsRows) (err error) {
	order := facts.Book.Order
	if facts.Rules, err = s.EnabledRules(ctx, order.MerchantID); err != nil {
		return err
	}
	if order.ShippedAt != nil && order.SignedAt == nil {
		if facts.Shipments, err = s.Shipments(ctx, order.ID); err != nil {
			return err
		}
	}
	if order.Insured {
		claim, found, err := s.ClaimOf(ctx, order.ID)
		if found {
			facts.Claim = &claim
		}
		return err
	}
	return nil
}

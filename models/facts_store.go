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

	CustomerCases90 int // cases opened in the 90 days before now, without the one that asks
	MerchantCases90 int
}

// FactsRows reads what is known about an order at now, in at most seven round trips. exceptCase is the case that
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
	}
	err = s.db(ctx).Raw(`SELECT
			c.id AS customer_id, c.key_ref AS customer_key_ref, c.name AS customer_name, c.phone AS customer_phone,
			c.lang AS customer_lang, c.level AS customer_level, c.created_at AS customer_created_at,
			m.id AS merchant_id, m.key_ref AS merchant_key_ref, m.name AS merchant_name, m.level AS merchant_level,
			m.auto_agree AS merchant_auto_agree, m.created_at AS merchant_created_at,
			(SELECT COUNT(*) FROM cases WHERE customer_id = c.id AND opened_at >= ? AND id <> ?) AS customer_cases,
			(SELECT COUNT(*) FROM cases WHERE merchant_id = m.id AND opened_at >= ? AND id <> ?) AS merchant_cases
		FROM customers c, merchants m WHERE c.id = ? AND m.id = ?`,
		since, exceptCase, since, exceptCase, book.Order.CustomerID, book.Order.MerchantID).Scan(&parties).Error
	facts.Customer, facts.Merchant = parties.Customer, parties.Merchant
	facts.CustomerCases90, facts.MerchantCases90 = parties.CustomerCases, parties.MerchantCases
	return facts, err
}

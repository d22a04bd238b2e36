package models

import (
	"context"

	"aftersales/money"
)

// OurPayment is what we know of a payment at a provider.
type OurPayment struct {
	Rail, Ref, OrderID              string
	Captured, Refunded, ChargedBack money.Amount
}

const ourPayment = `SELECT t.rail, t.ref, t.order_id, t.captured, t.charged_back,
	(SELECT COALESCE(sum(l.amount), 0) FROM refund_legs l WHERE l.tender_id = t.id AND l.status = 'succeeded' AND COALESCE(l.via, '') = '') AS refunded
	FROM tenders t`

// OurPayments lists what we know of payments, by the providers' references.
func (s *Store) OurPayments(ctx context.Context, refs []string) ([]OurPayment, error) {
	var rows []OurPayment
	return rows, s.db(ctx).Raw(ourPayment+" WHERE t.ref IN ?", refs).Scan(&rows).Error
}

// OurTotals sums up what we know of all payments, by rail. It reads all of them.
func (s *Store) OurTotals(ctx context.Context) ([]OurPayment, error) {
	var rows []OurPayment
	return rows, s.db(ctx).Raw(`SELECT rail, '' AS ref, '' AS order_id, sum(captured) AS captured, sum(charged_back) AS charged_back, sum(refunded) AS refunded
		FROM (` + ourPayment + `) all_of GROUP BY rail ORDER BY rail`).Scan(&rows).Error
}

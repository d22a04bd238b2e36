package models

import (
	"context"
	"slices"

	"aftersales/money"
)

// OrderBook is an order with all that was bought, paid and given back: what a transaction about its money decides from.
type OrderBook struct {
	Order   Order
	Lines   []OrderLine // by position
	Tenders []Tender    // by ID
	Legs    []RefundLeg // of all cases, failed ones too
	Parts   []RefundLegLine
}

// Refunded is what a line has given back.
type Refunded struct {
	Amount   money.Amount
	Quantity int
}

// Active tells whether the leg uses up what can be refunded: everything but a failed one.
func (l RefundLeg) Active() bool { return l.Status != LegFailed }

// Statuses of a refund leg and of an effect.
const (
	LegIntended  = "intended"
	LegUnknown   = "unknown"
	LegSucceeded = "succeeded"
	LegFailed    = "failed"
)

// LockedBook reads an order's book and holds its tenders until the transaction ends, so that no other refund of
// the order is decided meanwhile. ErrNotFound when there is no such order.
func (s *Store) LockedBook(ctx context.Context, orderID string) (OrderBook, error) {
	return s.book(ctx, orderID, true)
}

// Book reads an order's book.
func (s *Store) Book(ctx context.Context, orderID string) (OrderBook, error) {
	return s.book(ctx, orderID, false)
}

func (s *Store) book(ctx context.Context, orderID string, lock bool) (b OrderBook, err error) {
	db := s.db(ctx)
	tenders := db.Where("order_id = ?", orderID).Order("id")
	if lock {
		tenders = s.ForUpdate(tenders) // before everything else is read: what it guards must not be older
	}
	if err = tenders.Find(&b.Tenders).Error; err != nil {
		return b, err
	}
	if err = db.Where("id = ?", orderID).Take(&b.Order).Error; err != nil {
		return b, err
	}
	if err = db.Where("order_id = ?", orderID).Order("position, id").Find(&b.Lines).Error; err != nil {
		return b, err
	}
	if err = db.Where("order_id = ?", orderID).Order("key").Find(&b.Legs).Error; err != nil || len(b.Legs) == 0 {
		return b, err
	}
	err = db.Where("leg_key IN (?)", db.Model(&RefundLeg{}).Select("key").Where("order_id = ?", orderID)).
		Order("leg_key, line_id").Find(&b.Parts).Error
	return b, err
}

// RefundedLines sums, per line, what active legs give back, and what exchanges took with them: neither can be
// refunded again. count tells which legs; nil: all of them.
func (b OrderBook) RefundedLines(count func(RefundLeg) bool) map[string]Refunded {
	counted := map[string]bool{}
	for _, leg := range b.Legs {
		counted[leg.Key] = leg.Active() && (count == nil || count(leg))
	}
	sums := map[string]Refunded{}
	for _, line := range b.Lines {
		if line.ExchangedQty > 0 || line.ExchangedPaid > 0 {
			sums[line.ID] = Refunded{Amount: line.ExchangedPaid, Quantity: line.ExchangedQty}
		}
	}
	for _, part := range b.Parts {
		if counted[part.LegKey] {
			sum := sums[part.LineID]
			sum.Amount += part.Amount
			sum.Quantity += part.Quantity
			sums[part.LineID] = sum
		}
	}
	return sums
}

// RefundedFreight sums what active legs give back of the outbound freight, and in all, of what was paid for the order;
// count as in RefundedLines.
func (b OrderBook) RefundedFreight(count func(RefundLeg) bool) (freight, total money.Amount) {
	held := b.held()
	for _, leg := range b.Legs {
		if leg.Active() && !held[leg.TenderID] && (count == nil || count(leg)) {
			freight += leg.Freight
			total += leg.Amount
		}
	}
	return freight, total
}

// OfTender lists the active legs of one tender.
func (b OrderBook) OfTender(tenderID string) []RefundLeg {
	return slices.DeleteFunc(slices.Clone(b.Legs), func(leg RefundLeg) bool { return leg.TenderID != tenderID || !leg.Active() })
}

// held are the tenders of money that a case collected and that belongs to no line.
func (b OrderBook) held() map[string]bool {
	held := map[string]bool{}
	for _, tender := range b.Tenders {
		held[tender.ID] = tender.Held
	}
	return held
}

// Paid is what the customer has really paid for the order's lines and freight: captured less charged back, over all
// tenders but those that are held.
func (b OrderBook) Paid() (paid money.Amount) {
	for _, tender := range b.Tenders {
		if tender.Held {
			continue
		}
		paid += tender.Captured - tender.ChargedBack
	}
	return paid
}

// Clock is the order with the times that count for some of its lines: a replacement's rights begin with its own way to
// the customer, where all of them are replacements; the way of the one that came first, so that nothing whose time is
// over gets another's.
func (b OrderBook) Clock(lineIDs []string) Order {
	order := b.Order
	var first *OrderLine
	for _, id := range lineIDs {
		line, found := b.Line(id)
		if !found || line.Replaces == "" {
			return order
		}
		if first == nil || line.SignedAt != nil && (first.SignedAt == nil || line.SignedAt.Before(*first.SignedAt)) {
			first = &line
		}
	}
	if first != nil {
		order.ShippedAt, order.SignedAt, order.ConfirmedAt = first.ShippedAt, first.SignedAt, first.ConfirmedAt
	}
	return order
}

// Line finds a line of the order.
func (b OrderBook) Line(id string) (OrderLine, bool) {
	i := slices.IndexFunc(b.Lines, func(line OrderLine) bool { return line.ID == id })
	if i < 0 {
		return OrderLine{}, false
	}
	return b.Lines[i], true
}

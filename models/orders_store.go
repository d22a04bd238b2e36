package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"aftersales/money"
	"aftersales/seal"
)

// ErrOrderChanged says that the shop changed what cannot change after payment: the customer, merchant or currency
// of an order, the order of a line or tender, or a bought quantity that became smaller.
var ErrOrderChanged = errors.New("models: what was bought and paid cannot change; ask the shop")

// ErrPaymentTaken says that an order names a payment that is stored for another one, or under another ID: the same money
// could be given back twice.
var ErrPaymentTaken = fmt.Errorf("%w: this payment is stored already, for another order or under another id", ErrOrderChanged)

// OrderInput is an order as the shop tells it: whole, every time, with a version that only grows.
type OrderInput struct {
	ID         string
	Version    int64
	CustomerID string
	MerchantID string
	Currency   money.Currency
	PaidAt     time.Time

	ShippedAt, SignedAt, ConfirmedAt *time.Time

	FreightPaid, FreightListed, FreeOver, Discount money.Amount

	Insured   bool
	Recipient string // JSON of the address; plain here, sealed when stored
	Lines     []OrderLineInput
	Tenders   []TenderInput
	Shipments []ShipmentInput
}

// ShipmentInput is one parcel on its way to the customer. No lines: all of them are in it.
type ShipmentInput struct {
	Carrier, Number string
	ShippedAt       time.Time
	LineIDs         []string
}

// OrderLineInput is one article of an order.
type OrderLineInput struct {
	ID, ProductID, VariantID, Title, Category string
	Quantity                                  int
	UnitPrice, Discount, Paid                 money.Amount
	Bundle                                    string
	Gift                                      bool
	GiftPrice                                 money.Amount
	NoReasonOut, Consented                    string
	WeightGrams                               int
	Serials                                   []string // serial number of each unit, as far as known
	WarrantyMonths                            int      // from signing; 0: none
}

// TenderInput is the part of the payment that came over one rail.
type TenderInput struct {
	ID, Rail, Ref string
	Captured      money.Amount
	CapturedAt    time.Time
}

// UpsertOrder stores an order unless the stored version is the same or newer, or its customer was erased; changed tells whether it did. It makes
// the units (<line>/1 …), the payment and its tenders. Customer and merchant must exist: ErrReference otherwise.
// ErrPaymentTaken when a payment is another order's; that is also laid before the operator.
// Lines that the shop leaves out stay, because cases may name them; chargebacks, edits, replacements and what cases
// collected are ours and stay too.
func (s *Store) UpsertOrder(ctx context.Context, in OrderInput) (changed bool, err error) {
	ref, err := s.KeyRef(ctx, KindCustomer, in.CustomerID)
	if over, lookErr := s.forgotten(ctx, in.ID); over || lookErr != nil {
		return false, lookErr // its customer was erased: what the shop still tells of it is not for us any more
	}
	if errors.Is(err, ErrNotFound) {
		return false, fmt.Errorf("models: order %s is of customer %s, who is unknown: %w", in.ID, in.CustomerID, ErrReference)
	}
	if err != nil {
		return false, err
	}
	order := orderRow(in)
	if err := s.Keys.Seal(ctx, ref, recipientAD(order), &order.Recipient); err != nil {
		return false, err
	}
	err = s.Tx(ctx, func(tx *Store) error {
		changed, err = tx.writeOrder(ctx, order)
		if err != nil || !changed {
			return err
		}
		if err := tx.indexRecipient(ctx, order, in.Recipient); err != nil {
			return err
		}
		if err := tx.writeLines(ctx, in); err != nil {
			return err
		}
		if err := tx.writeTenders(ctx, in); err != nil {
			return err
		}
		return tx.writeShipments(ctx, in)
	})
	if errors.Is(err, ErrPaymentTaken) {
		if untold := s.findPaymentTwice(ctx, in.ID, err.Error(), time.Now()); untold != nil {
			err = untold // nobody knows of it yet: try again
		}
	}
	return changed && err == nil, err
}

// forgotten tells whether an order is one of a customer who was erased.
func (s *Store) forgotten(ctx context.Context, orderID string) (bool, error) {
	var n int64
	err := s.db(ctx).Raw("SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = ? AND c.erased_at IS NOT NULL", orderID).Scan(&n).Error
	return n > 0, err
}

// orderRow is the order's own row, its recipient not yet sealed.
func orderRow(in OrderInput) Order {
	return Order{
		ID: in.ID, Version: in.Version, CustomerID: in.CustomerID, MerchantID: in.MerchantID, Currency: in.Currency,
		PaidAt: Moment(in.PaidAt), ShippedAt: in.ShippedAt, SignedAt: in.SignedAt, ConfirmedAt: in.ConfirmedAt,
		FreightPaid: in.FreightPaid, FreightListed: in.FreightListed, FreeOver: in.FreeOver, Discount: in.Discount,
		Insured: in.Insured, Recipient: seal.Plain(in.Recipient),
	}
}

func (s *Store) writeOrder(ctx context.Context, order Order) (changed bool, err error) {
	inserted := s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&order)
	if inserted.Error != nil || inserted.RowsAffected == 1 {
		return inserted.Error == nil, inserted.Error
	}
	var stored Order
	if err := s.ForUpdate(s.db(ctx)).First(&stored, "id = ?", order.ID).Error; err != nil {
		return false, err
	}
	if stored.CustomerID != order.CustomerID || stored.MerchantID != order.MerchantID || stored.Currency != order.Currency {
		return false, fmt.Errorf("order %s: %w", order.ID, ErrOrderChanged)
	}
	if stored.Version >= order.Version {
		return false, nil
	}
	return true, s.db(ctx).Select("*").Omit("id").Where("id = ?", order.ID).Updates(&order).Error
}

func (s *Store) writeLines(ctx context.Context, in OrderInput) error {
	lines, units := lineRows(in)
	return s.upsertLines(ctx, lines, units, in.ID)
}

func lineRows(in OrderInput) (lines []OrderLine, units []OrderUnit) {
	for i, line := range in.Lines {
		lines = append(lines, OrderLine{
			ID: line.ID, OrderID: in.ID, Position: i, ProductID: line.ProductID, VariantID: line.VariantID, Title: line.Title,
			Category: line.Category, Quantity: line.Quantity, UnitPrice: line.UnitPrice, Discount: line.Discount, Paid: line.Paid,
			Bundle: line.Bundle, Gift: line.Gift, GiftPrice: line.GiftPrice, NoReasonOut: line.NoReasonOut,
			Consented: line.Consented, WeightGrams: line.WeightGrams, WarrantyMonths: line.WarrantyMonths,
		})
		for n := range line.Quantity {
			unit := OrderUnit{ID: UnitID(line.ID, n+1), OrderID: in.ID, LineID: line.ID, N: n + 1}
			if n < len(line.Serials) {
				unit.Serial = line.Serials[n]
			}
			units = append(units, unit)
		}
	}
	return lines, units
}

// upsertLines writes lines and units of one order or several; ErrOrderChanged when a line is another order's or shrinks.
func (s *Store) upsertLines(ctx context.Context, lines []OrderLine, units []OrderUnit, whose string) error {
	if len(lines) == 0 {
		return nil
	}
	written := s.db(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{
			"position", "product_id", "variant_id", "title", "category", "quantity", "unit_price", "discount", "paid",
			"bundle", "gift", "gift_price", "no_reason_out", "consented", "weight_grams", "warranty_months",
		}),
		Where: where("order_lines.order_id = excluded.order_id AND order_lines.quantity <= excluded.quantity"),
	}).CreateInBatches(&lines, 200)
	if err := allWritten(written, len(lines), whose); err != nil || len(units) == 0 {
		return err
	}
	return s.db(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"serial"}),
	}).CreateInBatches(&units, 200).Error
}

func (s *Store) writeTenders(ctx context.Context, in OrderInput) error {
	payment, tenders := paymentRows(in)
	for _, tender := range tenders {
		if err := s.ownPayment(ctx, tender); err != nil {
			return err
		}
	}
	return s.upsertPayments(ctx, []Payment{payment}, tenders, in.ID)
}

// ownPayment is ErrPaymentTaken when a tender's payment is stored as another one.
func (s *Store) ownPayment(ctx context.Context, tender Tender) error {
	stored, err := one[Tender](ctx, s, "ref = ? AND rail = ? AND twin = 0", tender.Ref, tender.Rail)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil
	case err != nil || stored.ID == tender.ID:
		return err
	}
	return fmt.Errorf("payment %s over %s, named by order %s, is %s of order %s: %w",
		tender.Ref, tender.Rail, tender.OrderID, stored.ID, stored.OrderID, ErrPaymentTaken)
}

// findPaymentTwice lays before the operator that an order names another one's payment.
func (s *Store) findPaymentTwice(ctx context.Context, orderID, detail string, at time.Time) error {
	id := "payment_twice/" + rowID(orderID, detail)
	return s.Find(ctx, Discrepancy{ID: id, Kind: "payment_twice", Subject: orderID, Detail: detail, FoundAt: Moment(at)}, Task{
		ID: rowID("task", id), DedupeKey: "discrepancy/" + id, RecipientKind: "operator", State: TaskOpen, DueAt: Moment(at.Add(24 * time.Hour)),
		Kind: "discrepancy", SubjectKind: "discrepancy", SubjectID: orderID, CreatedAt: Moment(at),
	})
}

func paymentRows(in OrderInput) (Payment, []Tender) {
	payment := Payment{ID: in.ID, OrderID: in.ID, Currency: in.Currency}
	var tenders []Tender
	for _, tender := range in.Tenders {
		payment.Captured += tender.Captured
		tenders = append(tenders, Tender{
			ID: tender.ID, PaymentID: payment.ID, OrderID: in.ID, Rail: tender.Rail, Ref: tender.Ref,
			Captured: tender.Captured, CapturedAt: Moment(tender.CapturedAt),
		})
	}
	return payment, tenders
}

// upsertPayments writes the payments of one order or several; ErrOrderChanged when a tender is of another order or rail.
func (s *Store) upsertPayments(ctx context.Context, payments []Payment, tenders []Tender, whose string) error {
	// What cases collected from the customer is ours, and stays on top of what the shop tells.
	err := s.db(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}},
		DoUpdates: clause.Assignments(map[string]any{"captured": gorm.Expr(
			"excluded.captured + COALESCE((SELECT SUM(t.captured) FROM tenders t WHERE t.payment_id = payments.id AND t.case_id <> ''), 0)")}),
	}).Create(&payments).Error
	if err != nil || len(tenders) == 0 {
		return err
	}
	return allWritten(s.db(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"captured", "captured_at"}),
		Where:     where("tenders.order_id = excluded.order_id AND tenders.rail = excluded.rail AND tenders.ref = excluded.ref"),
	}).Create(&tenders), len(tenders), whose)
}

func where(condition string, args ...any) clause.Where {
	return clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: condition, Vars: args}}}
}

// allWritten finds rows that an upsert passed over because its condition refused them.
func allWritten(result *gorm.DB, rows int, order string) error {
	if result.Error == nil && result.RowsAffected != int64(rows) {
		return fmt.Errorf("order %s: %w", order, ErrOrderChanged)
	}
	return result.Error
}

// UnitID names the n-th piece of a line; n begins at 1.
func UnitID(lineID string, n int) string { return fmt.Sprintf("%s/%d", lineID, n) }

// FullOrder is an order with everything that hangs on it. Lines are in the shop's order, Units by line and number.
type FullOrder struct {
	Order   Order
	Lines   []OrderLine
	Units   []OrderUnit
	Payment Payment
	Tenders []Tender
}

// Order returns one whole order in three round trips; ErrNotFound when there is none.
func (s *Store) Order(ctx context.Context, id string) (FullOrder, error) {
	var full FullOrder
	var head struct {
		Order           `gorm:"embedded"`
		PaymentID       string
		PaymentCaptured money.Amount
	}
	found := s.db(ctx).Table("orders").
		Select("orders.*, payments.id AS payment_id, payments.captured AS payment_captured").
		Joins("LEFT JOIN payments ON payments.order_id = orders.id").
		Where("orders.id = ?", id).Limit(1).Scan(&head)
	if found.Error != nil {
		return full, found.Error
	}
	if found.RowsAffected == 0 {
		return full, ErrNotFound
	}
	full.Order = head.Order
	full.Payment = Payment{ID: head.PaymentID, OrderID: id, Currency: head.Currency, Captured: head.PaymentCaptured}

	var rows []struct {
		OrderLine  `gorm:"embedded"`
		UnitID     string
		UnitN      int
		UnitSerial string
	}
	err := s.db(ctx).Table("order_lines").
		Select("order_lines.*, order_units.id AS unit_id, order_units.n AS unit_n, order_units.serial AS unit_serial").
		Joins("JOIN order_units ON order_units.line_id = order_lines.id").
		Where("order_lines.order_id = ?", id).Order("order_lines.position, order_lines.id, order_units.n").Scan(&rows).Error
	if err != nil {
		return full, err
	}
	for _, row := range rows {
		if n := len(full.Lines); n == 0 || full.Lines[n-1].ID != row.OrderLine.ID {
			full.Lines = append(full.Lines, row.OrderLine)
		}
		full.Units = append(full.Units, OrderUnit{
			ID: row.UnitID, OrderID: id, LineID: row.OrderLine.ID, N: row.UnitN, Serial: row.UnitSerial,
		})
	}
	return full, s.db(ctx).Where("order_id = ?", id).Order("id").Find(&full.Tenders).Error
}

// Recipient opens the address of an order: the JSON it was stored with. The fault Erased after erasure.
func (s *Store) Recipient(ctx context.Context, order Order) (string, error) {
	return s.Keys.Open(ctx, recipientAD(order), order.Recipient)
}

func recipientAD(order Order) seal.AD {
	return seal.AD{Table: "orders", Column: "recipient", Person: order.CustomerID, Row: order.ID}
}

// OrdersOfCustomer lists a customer's orders, the newest payment first.
func (s *Store) OrdersOfCustomer(ctx context.Context, customerID string, request PageRequest) (Page[Order], error) {
	return newestFirst(s.db(ctx).Where("customer_id = ?", customerID), request, "paid_at",
		func(o Order) place { return place{o.PaidAt, o.ID} })
}

// OpenClaim says that an open case holds one unit of a line.
type OpenClaim struct{ CaseID, LineID string }

// OpenClaims lists which units of an order open cases hold, one entry per unit.
func (s *Store) OpenClaims(ctx context.Context, orderID string) ([]OpenClaim, error) {
	var claims []OpenClaim
	err := s.db(ctx).Table("unit_claims").Select("unit_claims.case_id, order_units.line_id").
		Joins("JOIN order_units ON order_units.id = unit_claims.unit_id").
		Where("order_units.order_id = ? AND unit_claims.released_at IS NULL", orderID).Scan(&claims).Error
	return claims, err
}

// LinesOf returns the lines of several orders, by order.
func (s *Store) LinesOf(ctx context.Context, orderIDs ...string) (map[string][]OrderLine, error) {
	var lines []OrderLine
	err := s.db(ctx).Where("order_id IN ?", orderIDs).Order("order_id, position, id").Find(&lines).Error
	byOrder := make(map[string][]OrderLine, len(orderIDs))
	for _, line := range lines {
		byOrder[line.OrderID] = append(byOrder[line.OrderID], line)
	}
	return byOrder, err
}

package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"aftersales/money"
)

// OutOfStock says that fewer units of a variant are left than wanted.
type OutOfStock struct {
	VariantID string
	Available int
}

func (e *OutOfStock) Error() string {
	return fmt.Sprintf("models: %d units of variant %s are left", e.Available, e.VariantID)
}

// NotSold says that a variant does not exist or is another merchant's.
type NotSold struct{ VariantID string }

func (e *NotSold) Error() string {
	return fmt.Sprintf("models: variant %s is not sold by this merchant", e.VariantID)
}

// ReserveStock sets units aside for a case and round, by variant: all of them or, with *OutOfStock or *NotSold, none.
// The same case and round again changes nothing.
func (s *Store) ReserveStock(ctx context.Context, caseID, merchantID string, round int, wanted map[string]int, at time.Time) error {
	return s.Tx(ctx, func(tx *Store) error {
		var ids []string
		for id := range wanted {
			ids = append(ids, id)
		}
		slices.Sort(ids) // whoever wants the same variants locks them in the same order
		var variants []struct {
			Variant    `gorm:"embedded"`
			MerchantID string
		}
		locked := tx.db(ctx).Table("variants").Select("variants.*, products.merchant_id").
			Joins("JOIN products ON products.id = variants.product_id").Where("variants.id IN ?", ids).Order("variants.id")
		if tx.dialect == Postgres {
			locked = locked.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Table: clause.Table{Name: "variants"}})
		}
		if err := locked.Scan(&variants).Error; err != nil {
			return err
		}
		var kept int64
		if err := tx.db(ctx).Model(&StockReservation{}).Where("case_id = ? AND round = ?", caseID, round).Count(&kept).Error; err != nil || kept > 0 {
			return err
		}
		for _, id := range ids {
			i := slices.IndexFunc(variants, func(v struct {
				Variant    `gorm:"embedded"`
				MerchantID string
			}) bool {
				return v.ID == id && v.MerchantID == merchantID
			})
			if i < 0 {
				return &NotSold{VariantID: id}
			}
			if variants[i].Stock < wanted[id] {
				return &OutOfStock{VariantID: id, Available: variants[i].Stock}
			}
		}
		for _, id := range ids {
			if err := tx.db(ctx).Model(&Variant{}).Where("id = ?", id).Update("stock", gorm.Expr("stock - ?", wanted[id])).Error; err != nil {
				return err
			}
			row := StockReservation{
				CaseID: caseID, Round: round, VariantID: id, Quantity: wanted[id], State: StockReserved, CreatedAt: Moment(at), UpdatedAt: Moment(at),
			}
			if err := tx.db(ctx).Create(&row).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// ReleaseStock gives back what is set aside for a case and was not shipped. Twice is once.
func (s *Store) ReleaseStock(ctx context.Context, caseID string, at time.Time) error {
	return s.Tx(ctx, func(tx *Store) error {
		var rows []StockReservation
		err := tx.ForUpdate(tx.db(ctx)).Where("case_id = ? AND state = ?", caseID, StockReserved).Order("variant_id").Find(&rows).Error
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := tx.db(ctx).Model(&Variant{}).Where("id = ?", row.VariantID).Update("stock", gorm.Expr("stock + ?", row.Quantity)).Error; err != nil {
				return err
			}
		}
		return tx.moveStock(ctx, caseID, StockReserved, StockReleased, at)
	})
}

func (s *Store) moveStock(ctx context.Context, caseID, from, to string, at time.Time) error {
	return s.db(ctx).Model(&StockReservation{}).Where("case_id = ? AND state = ?", caseID, from).
		Updates(map[string]any{"state": to, "updated_at": Moment(at)}).Error
}

// ReplacementLine is what takes the place of units of a line.
type ReplacementLine struct {
	LineID    string // the old one
	VariantID string
	Quantity  int
	UnitPrice money.Amount // 0: as the old line's
	Gives     money.Amount // what the old line gives up of its paid share
	Paid      money.Amount // the new line's paid share
}

// Replacement is a case's replacement that is on its way.
type Replacement struct {
	CaseID, OrderID string
	Units           []string // the old ones
	Lines           []ReplacementLine
	Tenders         []string // collected for it: no longer held
	Serials         []string // of the new units, in order
	At              time.Time
}

// Replace books a replacement in one transaction that holds the order's tenders: the old lines give up units and
// shares, new lines <line>/x<n> with units of their own take their place, the stock set aside is used up, and what was
// collected for it becomes part of the order's payment. A line of which less is left gives that. The result is the new
// lines, in the order given, and their units. The same case again changes nothing and returns the same. ErrTooMuch when
// a line would give up more units than are left of it.
func (s *Store) Replace(ctx context.Context, r Replacement) (lines []OrderLine, units []string, err error) {
	err = s.Tx(ctx, func(tx *Store) error {
		lines, units = nil, nil
		var names []string
		if _, err := tx.LockOrder(ctx, r.OrderID); err != nil {
			return err
		}
		book, err := tx.LockedBook(ctx, r.OrderID)
		if err != nil {
			return err
		}
		for _, line := range r.Lines {
			if i := slices.IndexFunc(book.Lines, func(l OrderLine) bool { return l.MadeBy == r.CaseID && l.Replaces == line.LineID }); i >= 0 {
				lines = append(lines, book.Lines[i])
			}
		}
		if len(lines) == 0 {
			if lines, err = tx.makeLines(ctx, r, book); err != nil {
				return err
			}
		}
		for _, line := range lines {
			names = append(names, line.ID)
		}
		return tx.db(ctx).Model(&OrderUnit{}).Where("line_id IN ?", names).Order("line_id, n").Pluck("id", &units).Error
	})
	return lines, units, err
}

func (s *Store) makeLines(ctx context.Context, r Replacement, book OrderBook) ([]OrderLine, error) {
	gone := book.RefundedLines(nil)
	var lines []OrderLine
	var units []OrderUnit
	serials := slices.Clone(r.Serials)
	for _, part := range r.Lines {
		old, found := book.Line(part.LineID)
		if !found {
			return nil, fmt.Errorf("models: order %s has no line %s", r.OrderID, part.LineID)
		}
		if old.Quantity-gone[old.ID].Quantity < part.Quantity {
			return nil, fmt.Errorf("models: line %s gives up %d units: %w", old.ID, part.Quantity, ErrTooMuch)
		}
		// Another case may have refunded of the line since this one was promised its share.
		if over := part.Gives - max(0, old.Paid-gone[old.ID].Amount); over > 0 {
			part.Gives, part.Paid = part.Gives-over, max(0, part.Paid-over)
		}
		line, made, err := s.inherit(ctx, r, old, part, &serials, 1+len(slices.DeleteFunc(slices.Clone(book.Lines), func(l OrderLine) bool { return l.Replaces != old.ID })))
		if err != nil {
			return nil, err
		}
		lines, units = append(lines, line), append(units, made...)
		err = s.db(ctx).Model(&OrderLine{}).Where("id = ?", old.ID).Updates(map[string]any{
			"exchanged_qty": gorm.Expr("COALESCE(exchanged_qty, 0) + ?", part.Quantity), "exchanged_paid": gorm.Expr("COALESCE(exchanged_paid, 0) + ?", part.Gives),
		}).Error
		if err != nil {
			return nil, err
		}
	}
	if err := s.db(ctx).Create(&lines).Error; err != nil {
		return nil, err
	}
	if err := s.db(ctx).Create(&units).Error; err != nil {
		return nil, err
	}
	claims := make([]UnitClaim, len(units)) // until the case ends the new units are its own, as the old ones are
	for i, unit := range units {
		claims[i] = UnitClaim{CaseID: r.CaseID, UnitID: unit.ID, ClaimedAt: Moment(r.At)}
	}
	if err := s.db(ctx).Create(&claims).Error; err != nil {
		return nil, err
	}
	if err := s.db(ctx).Model(&OrderUnit{}).Where("id IN ?", r.Units).Update("exchanged_by", r.CaseID).Error; err != nil {
		return nil, err
	}
	if len(r.Tenders) > 0 {
		err := s.db(ctx).Model(&Tender{}).Where("id IN ? AND case_id = ?", r.Tenders, r.CaseID).Update("held", false).Error
		if err != nil {
			return nil, err
		}
	}
	return lines, s.moveStock(ctx, r.CaseID, StockReserved, StockShipped, r.At)
}

// inherit makes the n-th line that takes the place of old, also in its bundle, and as the gift that it was.
func (s *Store) inherit(ctx context.Context, r Replacement, old OrderLine, part ReplacementLine, serials *[]string, n int) (OrderLine, []OrderUnit, error) {
	at := Moment(r.At)
	line := old
	line.ID, line.Replaces, line.MadeBy = fmt.Sprintf("%s/x%d", old.ID, n), old.ID, r.CaseID
	line.Quantity, line.Paid, line.Discount = part.Quantity, part.Paid, 0
	line.Edits = 0
	line.ExchangedQty, line.ExchangedPaid, line.ShippedAt, line.SignedAt, line.ConfirmedAt = 0, 0, &at, nil, nil
	if part.UnitPrice > 0 {
		line.UnitPrice = part.UnitPrice
	}
	if part.VariantID != "" && part.VariantID != old.VariantID {
		var variant Variant
		if err := s.db(ctx).Where("id = ?", part.VariantID).Take(&variant).Error; err != nil {
			return line, nil, err
		}
		line.VariantID, line.ProductID = variant.ID, variant.ProductID
		if variant.WeightGrams > 0 {
			line.WeightGrams = variant.WeightGrams
		}
		var product Product
		if err := s.db(ctx).Where("id = ?", variant.ProductID).Take(&product).Error; err != nil {
			return line, nil, err
		}
		line.Title, line.Category = strings.TrimSpace(strings.Join([]string{product.Title, variant.Colour, variant.Size}, " ")), product.Category
	}
	var units []OrderUnit
	for i := range part.Quantity {
		unit := OrderUnit{ID: UnitID(line.ID, i+1), OrderID: r.OrderID, LineID: line.ID, N: i + 1}
		if len(*serials) > 0 {
			unit.Serial, *serials = (*serials)[0], (*serials)[1:]
		}
		units = append(units, unit)
	}
	return line, units, nil
}

// ReceiveReplacement notes when the customer got a case's replacement, and said so.
func (s *Store) ReceiveReplacement(ctx context.Context, caseID, orderID string, signed *time.Time, confirmed time.Time) error {
	confirmed = Moment(confirmed)
	if signed == nil {
		signed = &confirmed
	}
	return s.db(ctx).Model(&OrderLine{}).Where("order_id = ? AND made_by = ?", orderID, caseID).
		Updates(map[string]any{"signed_at": Moment(*signed), "confirmed_at": confirmed}).Error
}

// Collect books money that a case took from the customer as a tender of the order's payment, held until the case
// spends it, with the effect that asked for it. The same tender again changes nothing. ErrPaymentTaken,
// and a discrepancy for the operator, when the payment is stored already as another tender.
func (s *Store) Collect(ctx context.Context, tender Tender) error {
	err := s.Tx(ctx, func(tx *Store) error {
		if _, err := tx.LockedBook(ctx, tender.OrderID); err != nil {
			return err
		}
		var payment Payment
		if err := tx.ForUpdate(tx.db(ctx)).Where("order_id = ?", tender.OrderID).Take(&payment).Error; err != nil {
			return err
		}
		tender.PaymentID, tender.Held, tender.CapturedAt = payment.ID, true, Moment(tender.CapturedAt)
		if err := tx.ownPayment(ctx, tender); err != nil {
			return err
		}
		written := tx.db(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoNothing: true}).Create(&tender)
		if written.Error != nil || written.RowsAffected == 0 {
			return written.Error
		}
		return tx.db(ctx).Model(&Payment{}).Where("id = ?", payment.ID).Update("captured", gorm.Expr("captured + ?", tender.Captured)).Error
	})
	if errors.Is(err, ErrPaymentTaken) {
		if untold := s.findPaymentTwice(ctx, tender.OrderID, err.Error(), tender.CapturedAt); untold != nil { // nobody knows of it yet: try again
			return untold
		}
	}
	return err
}

// WorkflowOfCharge finds the workflow of the case that asked a customer for money; ErrNotFound when none did.
func (s *Store) WorkflowOfCharge(ctx context.Context, key string) (string, error) {
	var ids []string
	err := s.db(ctx).Raw(`SELECT k.workflow_id FROM cases k JOIN effects e ON e.case_id = k.id WHERE e.key = ? AND e.kind = 'charge'`, key).Scan(&ids).Error
	if err == nil && len(ids) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// WaybillTaken tells whether the number of a parcel to a customer cannot be this case's: it came back in some case,
// brought the order itself, or goes to another customer.
func (s *Store) WaybillTaken(ctx context.Context, caseID, orderID, carrier, number string) (bool, error) {
	var taken int64
	err := s.db(ctx).Raw(`SELECT
		(SELECT count(*) FROM waybills WHERE carrier = ? AND number = ? AND direction = 'back') +
		(SELECT count(*) FROM order_shipments WHERE carrier = ? AND number = ?) +
		(SELECT count(*) FROM waybills w JOIN cases k ON k.id = w.case_id WHERE w.carrier = ? AND w.number = ? AND w.case_id <> ?
			AND k.customer_id <> (SELECT customer_id FROM orders WHERE id = ?))`,
		carrier, number, carrier, number, carrier, number, caseID, orderID).Scan(&taken).Error
	return taken > 0, err
}

// FindLatePayment notes money that a customer paid to a case that had ended, unless it is in the books: somebody must
// give it back.
func (s *Store) FindLatePayment(ctx context.Context, rail, ref, key string, at time.Time) error {
	var booked int64
	if err := s.db(ctx).Model(&Tender{}).Where("rail = ? AND ref = ?", rail, ref).Count(&booked).Error; err != nil || booked > 0 {
		return err
	}
	id := "paid_late/" + ref
	return s.Find(ctx, Discrepancy{ID: id, Kind: "paid_late", Subject: ref, Detail: "paid over " + rail + " under the charge " + key + " of a case that had ended", FoundAt: Moment(at)},
		Task{
			ID: rowID("task", id), DedupeKey: "discrepancy/" + id, RecipientKind: "operator", State: TaskOpen, DueAt: Moment(at.Add(24 * time.Hour)),
			Kind: "discrepancy", SubjectKind: "discrepancy", SubjectID: ref, CreatedAt: Moment(at),
		})
}

// SoldVariants reads those of the variants that a merchant sells, by ID. What is set aside for the case that asks counts as in stock.
func (s *Store) SoldVariants(ctx context.Context, merchantID, caseID string, ids []string) (map[string]Variant, error) {
	var rows []Variant
	err := s.db(ctx).Raw(`SELECT v.id, v.product_id, v.colour, v.size, v.price, v.weight_grams, v.stock + COALESCE(
			(SELECT SUM(r.quantity) FROM stock_reservations r WHERE r.variant_id = v.id AND r.case_id = ? AND r.state = 'reserved'), 0) AS stock
		FROM variants v JOIN products p ON p.id = v.product_id WHERE p.merchant_id = ? AND v.id IN ?`, caseID, merchantID, ids).Scan(&rows).Error
	sold := make(map[string]Variant, len(rows))
	for _, row := range rows {
		sold[row.ID] = row
	}
	return sold, err
}

// SellsVariant tells whether a variant is this merchant's.
func (s *Store) SellsVariant(ctx context.Context, merchantID, variantID string) (bool, error) {
	var found int64
	err := s.db(ctx).Raw("SELECT count(*) FROM variants v JOIN products p ON p.id = v.product_id WHERE v.id = ? AND p.merchant_id = ?", variantID, merchantID).Scan(&found).Error
	return found > 0, err
}

// maxVariants of one product are read: more nobody chooses from.
const maxVariants = 500

// VariantsLike reads the variants of the product that a variant belongs to, the cheapest first; none when it is not this
// merchant's.
func (s *Store) VariantsLike(ctx context.Context, merchantID, variantID string) ([]Variant, error) {
	var rows []Variant
	err := s.db(ctx).Raw(`SELECT v.* FROM variants own JOIN products p ON p.id = own.product_id JOIN variants v ON v.product_id = p.id
		WHERE own.id = ? AND p.merchant_id = ? ORDER BY v.price, v.id LIMIT ?`, variantID, merchantID, maxVariants).Scan(&rows).Error
	return rows, err
}

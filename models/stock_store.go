package models

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"aftersales/fault"
)

// StockRow is a variant as its shop sees it. Reserved units are set aside for replacements, and no part of Stock.
type StockRow struct {
	Variant  `gorm:"embedded"`
	Title    string
	Reserved int
}

// StockOf lists what a merchant sells, by product; below bounds the stock, when it is not negative.
func (s *Store) StockOf(ctx context.Context, merchantID string, below int, request PageRequest) (Page[StockRow], error) {
	query := s.db(ctx).Table("products p").Joins("JOIN variants v ON v.product_id = p.id").
		Select(`v.*, p.title, (SELECT COALESCE(SUM(r.quantity), 0) FROM stock_reservations r WHERE r.variant_id = v.id AND r.state = 'reserved') AS reserved`).
		Where("p.merchant_id = ?", merchantID)
	if below >= 0 {
		query = query.Where("v.stock < ?", below)
	}
	if request.Cursor != "" {
		after, err := readCursor(request.Cursor)
		product, variant, found := strings.Cut(after.id, "\n")
		if err != nil || !found {
			return Page[StockRow]{}, fault.New(fault.BadCursor)
		}
		query = query.Where("p.id >= ? AND (p.id, v.id) > (?, ?)", product, product, variant)
	}
	var rows []StockRow
	err := query.Order("p.id, v.id").Limit(request.limit() + 1).Scan(&rows).Error
	return cut(rows, request.limit(), func(r StockRow) place { return place{id: r.ProductID + "\n" + r.ID} }), err
}

// StockChanged says that a variant's stock is not what somebody believed.
type StockChanged struct{ Now int }

func (e *StockChanged) Error() string { return fmt.Sprintf("models: the stock is %d by now", e.Now) }

// SetStock sets how many units of a merchant's variant can be promised, if there are was of them now: who counts on a
// shelf must not undo what was promised meanwhile. *StockChanged otherwise; ErrNotFound when it is not this merchant's.
func (s *Store) SetStock(ctx context.Context, merchantID, variantID string, was, stock int) error {
	return s.Tx(ctx, func(tx *Store) error {
		var now int
		found := tx.ForUpdate(tx.db(ctx)).Model(&Variant{}).
			Where("id = ? AND product_id IN (SELECT id FROM products WHERE merchant_id = ?)", variantID, merchantID).Select("stock").Take(&now)
		switch {
		case errors.Is(found.Error, gorm.ErrRecordNotFound):
			return ErrNotFound
		case found.Error != nil:
			return found.Error
		case now == stock:
			return nil
		case now != was:
			return &StockChanged{Now: now}
		}
		return tx.db(ctx).Model(&Variant{}).Where("id = ?", variantID).Update("stock", stock).Error
	})
}

// StockRowOf reads one variant of a merchant as StockOf shows it; ErrNotFound when it is not this merchant's.
func (s *Store) StockRowOf(ctx context.Context, merchantID, variantID string) (StockRow, error) {
	var rows []StockRow
	err := s.db(ctx).Table("variants v").Joins("JOIN products p ON p.id = v.product_id").
		Select(`v.*, p.title, (SELECT COALESCE(SUM(r.quantity), 0) FROM stock_reservations r WHERE r.variant_id = v.id AND r.state = 'reserved') AS reserved`).
		Where("v.id = ? AND p.merchant_id = ?", variantID, merchantID).Limit(1).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return StockRow{}, err
	}
	return rows[0], nil
}

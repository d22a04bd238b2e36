package cases

import (
	"context"
	"errors"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// MaxStock is the most units of a variant that a shop can say it has.
const MaxStock = 1_000_000

// Stock lists what the actor's shop sells with how many there are, by product; below bounds the stock, when it is not
// negative.
func (s *Service) Stock(ctx context.Context, actor contract.Actor, below int, page models.PageRequest) (models.Page[models.StockRow], error) {
	shop, err := s.shopOf(ctx, actor, "merchant.stock.list", "")
	if err != nil {
		return models.Page[models.StockRow]{}, err
	}
	found, err := s.Store.StockOf(ctx, shop.ID, below, page)
	return found, away(err)
}

// SetStock says how many units of a variant the actor's shop can promise, if there are was of them now. Faults: not_found,
// bad_request, stock_changed with how many there are.
func (s *Service) SetStock(ctx context.Context, meta contract.Meta, variantID string, was, stock int) (models.StockRow, error) {
	shop, err := s.shopOf(ctx, meta.Actor, "merchant.stock.set", "")
	if err != nil {
		return models.StockRow{}, err
	}
	if stock < 0 || stock > MaxStock {
		return models.StockRow{}, fault.New(fault.BadRequest, "problem", "stock: 0 to 1000000")
	}
	err = s.Store.SetStock(ctx, shop.ID, variantID, was, stock)
	var changed *models.StockChanged
	if errors.As(err, &changed) {
		return models.StockRow{}, fault.New(fault.StockChanged, "now", changed.Now)
	}
	if err != nil {
		return models.StockRow{}, away(err)
	}
	row, err := s.Store.StockRowOf(ctx, shop.ID, variantID)
	return row, away(err)
}

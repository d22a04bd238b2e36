package cases

import (
	"context"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/workflows/contract"
)

// Ledger is the marketplace's own book of what its merchants have. Both amounts are CNY; the balance may be negative after
// chargebacks.
type Ledger interface {
	Funds(ctx context.Context, merchantID string) (balance, deposit money.Amount, err error)
}

// ShopFunds is what a shop has now: the balance, from which refunds are paid, and the deposit behind it.
type ShopFunds struct{ Balance, Deposit money.Amount }

// Funds asks the marketplace what the actor's shop has. Only its owner may know. Faults: forbidden, unavailable when the
// marketplace does not answer.
func (s *Service) Funds(ctx context.Context, actor contract.Actor) (ShopFunds, error) {
	shop, err := s.shopOf(ctx, actor, "merchant.funds.read", "")
	if err != nil {
		return ShopFunds{}, err
	}
	if s.Ledger == nil {
		return ShopFunds{}, fault.New(fault.Unavailable)
	}
	balance, deposit, err := s.Ledger.Funds(ctx, shop.ID)
	if err != nil {
		return ShopFunds{}, fault.New(fault.Unavailable).Because(err)
	}
	return ShopFunds{balance, deposit}, nil
}

// FundMoves lists what moved the money of the actor's shop besides its refunds, the latest first. Only its owner may know.
func (s *Service) FundMoves(ctx context.Context, actor contract.Actor, page models.PageRequest) (models.Page[models.FundMove], error) {
	shop, err := s.shopOf(ctx, actor, "merchant.funds.moves", "")
	if err != nil {
		return models.Page[models.FundMove]{}, err
	}
	found, err := s.Store.FundMovesOf(ctx, shop.ID, page)
	return found, away(err)
}

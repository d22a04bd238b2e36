package api

import (
	"context"
	"time"

	"aftersales/money"
	"aftersales/workflows/contract"
)

// Funds is what a shop's money does besides refunds. All of it is about the caller's own shop.
type Funds interface {
	// Funds tells what the shop has at the marketplace now; the balance may be negative after chargebacks.
	Funds(ctx context.Context, reader contract.Actor) (balance, deposit money.Amount, err error)
	FundMoves(ctx context.Context, reader contract.Actor, page PageRequest) (Page[FundMove], error)
}

// FundMove is one movement: chargeback, draw or put_back. CaseID is empty where no case asked for it.
type FundMove struct {
	ID, Kind, OrderID, CaseID string
	Amount                    money.Amount
	Currency                  money.Currency
	At                        time.Time
}

func fundsRoutes() []Route {
	return []Route{
		{get, "/v1/merchant-funds", "merchant.funds.read", 0, "merchant", "What one's shop has at the marketplace: balance and deposit"},
		{get, "/v1/merchant-fund-moves", "merchant.funds.moves", 0, "merchant", "Chargebacks, and what was drawn from the deposit and put back, the latest first"},
	}
}

type (
	fundsBody struct {
		Balance moneyBody `json:"balance" doc:"Refunds are paid from it. Negative after chargebacks that it did not hold."`
		Deposit moneyBody `json:"deposit" doc:"What judgments are paid from when the balance does not hold them."`
	}
	fundsOutput  struct{ Body fundsBody }
	fundMoveBody struct {
		ID      string    `json:"id"`
		Kind    string    `json:"kind" enum:"chargeback,draw,put_back" doc:"From the balance to the customer's bank; from the deposit to the balance; from the balance to the deposit."`
		Amount  moneyBody `json:"amount"`
		OrderID string    `json:"order_id"`
		CaseID  string    `json:"case_id,omitempty"`
		At      time.Time `json:"at"`
	}
	fundMoveListBody struct {
		Items []fundMoveBody `json:"items" nullable:"false"`
		Next  string         `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	fundMoveListOutput struct{ Body fundMoveListBody }
)

func (e *edge) funds() {
	register(e, "merchant.funds.read", func(ctx context.Context, _ *struct{}) (*fundsOutput, error) {
		balance, deposit, err := e.Funds.Funds(ctx, callerOf(ctx).actor())
		if err != nil {
			return nil, err
		}
		return &fundsOutput{Body: fundsBody{moneyOf(balance, money.CNY), moneyOf(deposit, money.CNY)}}, nil
	})
	register(e, "merchant.funds.moves", func(ctx context.Context, in *PageInput) (*fundMoveListOutput, error) {
		page, err := e.Funds.FundMoves(ctx, callerOf(ctx).actor(), in.request())
		if err != nil {
			return nil, err
		}
		return &fundMoveListOutput{Body: fundMoveListBody{Next: page.Next, Items: each(page.Items, func(m FundMove) fundMoveBody {
			return fundMoveBody{m.ID, m.Kind, moneyOf(m.Amount, m.Currency), m.OrderID, m.CaseID, m.At}
		})}}, nil
	})
}

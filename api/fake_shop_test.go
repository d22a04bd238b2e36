package api_test

import (
	"context"
	"time"

	"aftersales/api"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

func (f *fakeCases) Rate(_ context.Context, _ contract.Meta, r api.Rating) (api.Rating, error) {
	r.At, r.Until = noon, noon.Add(7*24*time.Hour)
	return r, nil
}

func (f *fakeCases) ReasonsFor(ctx context.Context, _ contract.Actor, kind policy.Kind, _, _ string) ([]api.Reason, error) {
	return f.Reasons(ctx, kind, "")
}

func (f *fakeCases) Variants(context.Context, contract.Actor, string, string, int) ([]api.Variant, error) {
	return []api.Variant{{ID: "v", Colour: "黑色", Size: "42", Currency: "CNY", Price: 19900, Same: true, Enough: true, Difference: -500}}, nil
}

func (f *fakeCases) Preview(context.Context, api.Opening) (api.Preview, error) {
	return api.Preview{Terms: policy.Terms{Quote: aView().View.Quote, Asks: []policy.Ask{policy.AskEvidence}}}, nil
}

func (f *fakeCases) TaskCounts(context.Context, contract.Actor) ([]api.TaskCount, error) {
	return []api.TaskCount{{Kind: "review", Tasks: 3, Soon: 2, Passed: 1}, {Kind: "approval", Tasks: 1}}, nil
}

// fakeShop is a shop with one of everything.
type fakeShop struct{}

var yard = api.Address{ID: "ad-1", Place: api.Place{Name: "仓库", Phone: "057112345678", City: "杭州市", Street: "文三路 1 号"}, Default: true, Since: noon}

func (fakeShop) Addresses(context.Context, contract.Actor) ([]api.Address, error) {
	return []api.Address{yard}, nil
}

func (fakeShop) AddAddress(_ context.Context, _ contract.Meta, place api.Place, isDefault bool) (api.Address, error) {
	return api.Address{ID: "ad-2", Place: place, Default: isDefault, Since: noon}, nil
}

func (s fakeShop) ChangeAddress(ctx context.Context, meta contract.Meta, _ string, place api.Place, isDefault bool) (api.Address, error) {
	return s.AddAddress(ctx, meta, place, isDefault)
}

func (fakeShop) RemoveAddress(context.Context, contract.Meta, string) error { return nil }

func (fakeShop) Stock(context.Context, contract.Actor, int, api.PageRequest) (api.Page[api.StockRow], error) {
	return api.Page[api.StockRow]{Items: []api.StockRow{{ID: "v", ProductID: "p", Title: "鞋", Colour: "黑色", Size: "42", Price: 19900, Stock: 3, Reserved: 1}}}, nil
}

func (fakeShop) SetStock(_ context.Context, _ contract.Meta, id string, _, stock int) (api.StockRow, error) {
	return api.StockRow{ID: id, ProductID: "p", Title: "鞋", Price: 19900, Stock: stock}, nil
}

func (fakeShop) RuleBounds(context.Context) ([]policy.Kind, money.Amount, error) {
	return []policy.Kind{policy.Return}, 50000, nil
}

func (fakeShop) Figures(context.Context, contract.Actor) (api.Figures, error) {
	share := 1000
	return api.Figures{
		Since: noon, At: noon, Stages: []api.StageFigure{{Stage: "review", Cases: 3, Mine: 1}}, DueToday: 2, Overdue: 1, Cases: 9, Agreed: 4, Tasks: 5, InTime: 4,
		AnswerIn: time.Hour, Refunds: []api.RefundFigure{{Reason: "quality", Zh: "质量", En: "Faulty", Currency: "CNY", Cases: 5, Amount: 100, Share: &share}},
	}, nil
}

// fakeFunds is the money of a shop with one movement of each kind.
type fakeFunds struct{}

func (fakeFunds) Funds(context.Context, contract.Actor) (balance, deposit money.Amount, err error) {
	return -12000, 500000, nil
}

func (fakeFunds) FundMoves(context.Context, contract.Actor, api.PageRequest) (api.Page[api.FundMove], error) {
	return api.Page[api.FundMove]{Items: []api.FundMove{
		{ID: "m-1", Kind: "chargeback", OrderID: "o-1", Amount: 19900, Currency: "CNY", At: noon},
		{ID: "m-2", Kind: "draw", OrderID: "o-1", CaseID: "case-1", Amount: 5000, Currency: "CNY", At: noon},
	}}, nil
}

// fakeViews keeps one view.
type fakeViews struct{}

var late = api.View{ID: "vi-1", Name: "最先到期的投诉", Filter: api.ViewFilter{Tab: "team", Kind: "complaint", Sort: "due"}}

func (fakeViews) Views(context.Context, contract.Actor) ([]api.View, error) {
	return []api.View{late}, nil
}

func (fakeViews) SaveView(_ context.Context, _ contract.Meta, name string, filter api.ViewFilter) (api.View, error) {
	return api.View{ID: "vi-2", Name: name, Filter: filter}, nil
}

func (fakeViews) RemoveView(context.Context, contract.Actor, string) error { return nil }

package main

import (
	"context"

	"aftersales/api"
	"aftersales/cases"
	"aftersales/models"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

var _ api.Shopkeeping = caseDesk{}

func (d caseDesk) Addresses(ctx context.Context, reader contract.Actor) ([]api.Address, error) {
	list, err := d.service.Addresses(ctx, reader)
	return all(list, addressOf), err
}

func addressOf(a cases.Address) api.Address {
	return api.Address{ID: a.ID, Place: api.Place(a.Place), Default: a.Default, Since: a.Since}
}

func (d caseDesk) AddAddress(ctx context.Context, meta contract.Meta, place api.Place, isDefault bool) (api.Address, error) {
	added, err := d.service.AddAddress(ctx, meta, cases.ReturnPlace(place), isDefault)
	return addressOf(added), err
}

func (d caseDesk) ChangeAddress(ctx context.Context, meta contract.Meta, id string, place api.Place, isDefault bool) (api.Address, error) {
	changed, err := d.service.ChangeAddress(ctx, meta, id, cases.ReturnPlace(place), isDefault)
	return addressOf(changed), err
}

func (d caseDesk) RemoveAddress(ctx context.Context, meta contract.Meta, id string) error {
	return d.service.RemoveAddress(ctx, meta, id)
}

func (d caseDesk) Stock(ctx context.Context, reader contract.Actor, below int, page api.PageRequest) (api.Page[api.StockRow], error) {
	found, err := d.service.Stock(ctx, reader, below, models.PageRequest(page))
	return pageOf(found, stockOf), err
}

func stockOf(r models.StockRow) api.StockRow {
	return api.StockRow{
		ID: r.ID, ProductID: r.ProductID, Title: r.Title, Colour: r.Colour, Size: r.Size, Price: r.Price, Stock: r.Stock, Reserved: r.Reserved,
	}
}

func (d caseDesk) SetStock(ctx context.Context, meta contract.Meta, variantID string, was, stock int) (api.StockRow, error) {
	row, err := d.service.SetStock(ctx, meta, variantID, was, stock)
	return stockOf(row), err
}

func (d caseDesk) Figures(ctx context.Context, reader contract.Actor) (api.Figures, error) {
	f, err := d.service.Figures(ctx, reader)
	return api.Figures{
		Since: f.Since, At: f.At, DueToday: f.DueToday, Overdue: f.Overdue, Cases: f.Cases, Capped: f.Capped, Agreed: f.Agreed,
		Refused: f.Refused, Offered: f.Offered, ByTime: f.ByTime, ByRule: f.ByRule, Tasks: f.Tasks, InTime: f.InTime, AnswerIn: f.AnswerIn,
		Stages: all(f.Stages, func(s models.StageCount) api.StageFigure { return api.StageFigure(s) }),
		Refunds: all(f.Refunds, func(r cases.RefundShare) api.RefundFigure {
			label := d.service.ReasonLabel(ctx, r.Reason)
			return api.RefundFigure{Reason: r.Reason, Zh: label.ZH, En: label.EN, Currency: r.Currency, Cases: r.Cases, Amount: r.Amount, Share: r.Share}
		}),
	}, err
}

func (d caseDesk) Rate(ctx context.Context, meta contract.Meta, in api.Rating) (api.Rating, error) {
	given, err := d.service.Rate(ctx, meta, cases.Rating(in))
	return api.Rating(given), err
}

func (d caseDesk) ReasonsFor(ctx context.Context, reader contract.Actor, kind policy.Kind, orderID, lineID string) ([]api.Reason, error) {
	found, err := d.service.ReasonsFor(ctx, reader, kind, orderID, lineID)
	return all(found, shownReason), err
}

func shownReason(r cases.ReasonChoice) api.Reason {
	return api.Reason{
		Code: r.Code, Zh: r.Text.ZH, En: r.Text.EN, GroupZh: r.Heading.ZH, GroupEn: r.Heading.EN, Needs: r.Evidence, Describe: r.Describe,
		NoReason: r.NoReason, WindowDays: r.WindowDays, Subject: r.Subject, Why: r.Why,
		Phases: all(r.Phases, func(p policy.Phase) string { return string(p) }),
	}
}

func (d caseDesk) Variants(ctx context.Context, reader contract.Actor, orderID, lineID string, quantity int) ([]api.Variant, error) {
	choices, currency, err := d.service.Variants(ctx, reader, orderID, lineID, quantity)
	return all(choices, func(v cases.VariantChoice) api.Variant {
		return api.Variant{
			ID: v.ID, Colour: v.Colour, Size: v.Size, Currency: currency, Price: v.Price, Same: v.Same, Enough: v.Enough, Difference: v.Difference,
		}
	}), err
}

func (d caseDesk) Preview(ctx context.Context, in api.Opening) (api.Preview, error) {
	terms, why, err := d.service.Outlook(ctx, openRequest(in))
	return api.Preview{Terms: terms, Why: why}, err
}

func (d caseDesk) TaskCounts(ctx context.Context, reader contract.Actor) ([]api.TaskCount, error) {
	counts, err := d.service.TaskCounts(ctx, reader)
	return all(counts, func(c models.TaskCount) api.TaskCount { return api.TaskCount(c) }), err
}

// headOf is a case as lists show it, with its reason in words; nil for none.
func (d caseDesk) headOf(ctx context.Context, c *models.Case) *api.CaseRow {
	if c == nil {
		return nil
	}
	row := d.rowOf(ctx, *c)
	return &row
}

func (d caseDesk) Unread(ctx context.Context, reader contract.Actor) (int, error) {
	return d.service.Unread(ctx, reader)
}

func (d caseDesk) RuleBounds(ctx context.Context) ([]policy.Kind, money.Amount, error) {
	return d.service.RuleBounds(ctx)
}

var (
	_ api.Funds     = caseDesk{}
	_ api.CaseViews = caseDesk{}
)

func (d caseDesk) Funds(ctx context.Context, reader contract.Actor) (balance, deposit money.Amount, err error) {
	funds, err := d.service.Funds(ctx, reader)
	return funds.Balance, funds.Deposit, err
}

func (d caseDesk) FundMoves(ctx context.Context, reader contract.Actor, page api.PageRequest) (api.Page[api.FundMove], error) {
	found, err := d.service.FundMoves(ctx, reader, models.PageRequest(page))
	return pageOf(found, func(m models.FundMove) api.FundMove {
		return api.FundMove{ID: m.ID, Kind: m.Kind, OrderID: m.OrderID, CaseID: m.CaseID, Amount: m.Amount, Currency: m.Currency, At: m.At}
	}), err
}

func (d caseDesk) Views(ctx context.Context, reader contract.Actor) ([]api.View, error) {
	views, err := d.service.Views(ctx, reader)
	return all(views, viewOf), err
}

func (d caseDesk) SaveView(ctx context.Context, meta contract.Meta, name string, filter api.ViewFilter) (api.View, error) {
	saved, err := d.service.SaveView(ctx, meta, name, cases.ViewFilter(filter))
	return viewOf(saved), err
}

func (d caseDesk) RemoveView(ctx context.Context, actor contract.Actor, id string) error {
	return d.service.RemoveView(ctx, actor, id)
}

func viewOf(v cases.View) api.View {
	return api.View{ID: v.ID, Name: v.Name, Filter: api.ViewFilter(v.Filter)}
}

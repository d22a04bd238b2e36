package main

import (
	"context"
	"time"

	"aftersales/api"
	"aftersales/cases"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// caseDesk gives the edge what it asks for, in the edge's words. What may be seen and done is the service's to say.
type caseDesk struct{ service *cases.Service }

var _ api.Cases = caseDesk{}

func (d caseDesk) Open(ctx context.Context, in api.Opening) (contract.Ack, error) {
	return d.service.Open(ctx, openRequest(in))
}

func openRequest(in api.Opening) cases.OpenRequest {
	return cases.OpenRequest{
		Actor: in.Meta.Actor, Key: in.Meta.Key, ReceivedAt: in.Meta.ReceivedAt, Kind: in.Kind, OrderID: in.OrderID, Lines: in.Lines,
		Reason: in.Reason, Text: in.Text, Evidence: in.Evidence, Lang: in.Lang, Asked: in.Asked, Subject: in.Subject,
	}
}

func (d caseDesk) OpenGoodwill(ctx context.Context, in api.Goodwill) (contract.Ack, error) {
	return d.service.OpenGoodwill(ctx, cases.GoodwillRequest(in))
}

func (d caseDesk) MerchantRules(ctx context.Context, reader contract.Actor, merchantID string) (api.MerchantRules, error) {
	rules, err := d.service.MerchantRules(ctx, reader, merchantID)
	return rulesOf(rules), err
}

func (d caseDesk) SetMerchantRules(ctx context.Context, meta contract.Meta, rules []api.MerchantRule) (api.MerchantRules, error) {
	wanted := make([]cases.MerchantRule, len(rules))
	for i, rule := range rules {
		wanted[i] = cases.MerchantRule(rule)
	}
	set, err := d.service.SetMerchantRules(ctx, meta.Actor, meta.ReceivedAt, meta.Revision, wanted)
	return rulesOf(set), err
}

func rulesOf(set cases.MerchantRules) api.MerchantRules {
	return api.MerchantRules{Revision: set.Revision, Rules: all(set.Rules, func(r cases.MerchantRule) api.MerchantRule { return api.MerchantRule(r) })}
}

func (d caseDesk) Command(ctx context.Context, action, caseID, text string, build func(textID string) contract.Command) (contract.Ack, error) {
	textID := ""
	if text != "" {
		var err error
		if textID, err = d.service.Words(ctx, build("").About().Actor, action, caseID, text); err != nil {
			return contract.Ack{}, err
		}
	}
	return d.service.Command(ctx, action, caseID, build(textID))
}

func (d caseDesk) Case(ctx context.Context, reader contract.Actor, id string) (api.CaseView, error) {
	shown, err := d.service.Show(ctx, reader, id)
	if err != nil {
		return api.CaseView{}, err
	}
	view := api.CaseView{CaseRow: d.rowOf(ctx, shown.Case), View: shown.View, Texts: shown.Texts, Erased: shown.Erased, RateWhy: shown.RateWhy}
	if shown.ReturnTo != nil {
		place := api.Place(*shown.ReturnTo)
		view.ReturnTo = &place
	}
	if shown.Rating != nil {
		given := api.Rating(*shown.Rating)
		view.Rating = &given
	}
	return view, nil
}

func (d caseDesk) rowOf(ctx context.Context, c models.Case) api.CaseRow {
	row := api.CaseRow{
		ID: c.ID, Kind: c.Kind, Phase: c.Phase, Stage: c.Stage, Outcome: c.Outcome, Open: c.Open, OrderID: c.OrderID,
		CustomerID: c.CustomerID, MerchantID: c.MerchantID, Reason: c.Reason, Currency: c.Currency, Amount: c.Amount,
		Refunded: c.Refunded, WaitingFor: c.WaitingFor, Default: c.Default, DueAt: c.DueAt, Revision: c.Revision, Seq: c.Seq,
		OpenedAt: c.OpenedAt, UpdatedAt: c.UpdatedAt, ClosedAt: c.ClosedAt,
	}
	if c.TeamID != nil {
		row.TeamID = *c.TeamID
	}
	if c.AssigneeID != nil {
		row.AgentID = *c.AssigneeID
	}
	if c.ParentID != nil {
		row.ParentID = *c.ParentID
	}
	label := d.service.ReasonLabel(ctx, c.Reason)
	row.ReasonLabel(label.ZH, label.EN)
	return row
}

func (d caseDesk) List(ctx context.Context, reader contract.Actor, filter api.CaseFilter, page api.PageRequest) (api.Page[api.CaseRow], error) {
	found, err := d.service.List(ctx, reader, models.CaseFilter{
		Open: filter.Open, Stage: filter.Stage, Kind: filter.Kind, Reason: filter.Reason, OrderID: filter.OrderID, Begins: filter.Begins,
		WaitingFor: cases.WaitingFor(filter.WaitingFor), Agent: filter.Agent, DueBefore: filter.DueBefore, Sort: filter.Sort,
	}, models.PageRequest(page))
	return pageOf(found, func(c models.Case) api.CaseRow { return d.rowOf(ctx, c) }), err
}

// all converts every item of a list.
func all[A, B any](items []A, convert func(A) B) []B {
	out := make([]B, len(items))
	for i, item := range items {
		out[i] = convert(item)
	}
	return out
}

func pageOf[A, B any](page models.Page[A], convert func(A) B) api.Page[B] {
	return api.Page[B]{Items: all(page.Items, convert), Next: page.Next}
}

func (d caseDesk) Timeline(ctx context.Context, reader contract.Actor, id string, afterSeq int64, limit int) ([]contract.Entry, error) {
	return d.service.Timeline(ctx, reader, id, afterSeq, limit)
}

func (d caseDesk) Evaluations(ctx context.Context, reader contract.Actor, id string) ([]api.Evaluation, error) {
	found, err := d.service.Evaluations(ctx, reader, id)
	return all(found, func(e cases.Evaluation) api.Evaluation { return api.Evaluation(e) }), err
}

func (d caseDesk) OpenRecovery(ctx context.Context, meta contract.Meta, in api.NewRecovery) (api.Recovery, error) {
	opened, err := d.service.OpenRecovery(ctx, in.CaseID, cases.RecoveryRequest{
		Actor: meta.Actor, Key: meta.Key, ReceivedAt: meta.ReceivedAt, From: contract.Role(in.From), Amount: in.Amount, Cause: in.Cause,
	})
	return api.Recovery{
		ID: opened.ID, CaseID: opened.CaseID, From: opened.FromKind, Amount: opened.Amount, Currency: opened.Currency,
		Cause: opened.Cause, State: opened.State,
	}, err
}

func (d caseDesk) Take(ctx context.Context, meta contract.Meta, caseID string) (api.Assignment, error) {
	given, err := d.service.Take(ctx, meta, caseID)
	return api.Assignment(given), err
}

func (d caseDesk) Assign(ctx context.Context, meta contract.Meta, caseID, agentID string) (api.Assignment, error) {
	given, err := d.service.Assign(ctx, meta, caseID, agentID)
	return api.Assignment(given), err
}

func (d caseDesk) Shops(ctx context.Context, reader contract.Actor, page api.PageRequest) (api.Page[api.Shop], error) {
	found, err := d.service.Shops(ctx, reader, models.PageRequest(page))
	return pageOf(found, shopOf), err
}

func (d caseDesk) SetShopTeam(ctx context.Context, meta contract.Meta, merchantID, teamID string) (api.Shop, error) {
	shop, err := d.service.SetShopTeam(ctx, meta.Actor, merchantID, teamID)
	return shopOf(shop), err
}

func shopOf(m models.Merchant) api.Shop {
	shop := api.Shop{ID: m.ID, Name: m.Name, Level: m.Level}
	if m.TeamID != nil {
		shop.TeamID = *m.TeamID
	}
	return shop
}

func (d caseDesk) MoveDeadlines(ctx context.Context, meta contract.Meta, move api.DeadlineMove) (api.DeadlineMove, error) {
	started, err := d.service.StartMove(ctx, cases.MoveRequest{
		Actor: meta.Actor, Key: meta.Key, ReceivedAt: meta.ReceivedAt, Step: policy.Step(move.Step), Merchant: move.MerchantID,
		By: move.By, Reason: move.Reason,
	})
	return moveOf(started), err
}

func (d caseDesk) PreviewMove(ctx context.Context, reader contract.Actor, step, merchantID string) (models.MovePreview, error) {
	return d.service.PreviewMove(ctx, reader, policy.Step(step), merchantID)
}

func (d caseDesk) DeadlineMove(ctx context.Context, reader contract.Actor, id string) (api.DeadlineMove, error) {
	move, err := d.service.Move(ctx, reader, id)
	return moveOf(move), err
}

func moveOf(m models.DeadlineMove) api.DeadlineMove {
	return api.DeadlineMove{
		ID: m.ID, Step: m.Step, MerchantID: m.Merchant, By: time.Duration(m.Seconds) * time.Second, Reason: m.Reason, At: m.At,
		Moved: m.Moved, Untouched: m.Untouched, DoneAt: m.DoneAt,
	}
}

func (d caseDesk) Reconcile(ctx context.Context, meta contract.Meta) (string, error) {
	return d.service.StartReconcile(ctx, meta.Actor, meta.Key)
}

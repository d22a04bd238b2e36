package main

import (
	"context"
	"fmt"
	"net/http"

	"aftersales/demo"
	"aftersales/money"
	"aftersales/partners"
	"aftersales/partners/sandbox"
	"aftersales/workflows/contract"
)

// A story is one kind of case in its plain course, as people and partners play it out.
type story struct {
	name  string
	order func(*partners.ShopOrder) // what is special about its order; nil: nothing
	told  func(context.Context, *telling) error
}

// stories are measured in this order, after the return.
var stories = []story{
	{"refund only, not shipped", func(o *partners.ShopOrder) { o.ShippedAt, o.SignedAt = nil, nil }, notShipped},
	{"exchange for another size", nil, exchange},
	{"repair under warranty", nil, repair},
	{"price protection", func(o *partners.ShopOrder) { o.Lines[0].VariantID = fallenVariant }, priceProtection},
	{"complaint, judged in part", nil, complaint},
}

// fallenVariant is sold for less now than the orders paid for it.
const fallenVariant = "bench-fallen"

var fallenPrice money.Amount = 149_00

// telling is one case while its story is told.
type telling struct {
	*world
	order
	kim, clerk person
	id, stage  string
	seq        int64
}

func (w *world) tell(ctx context.Context, o order, told func(context.Context, *telling) error) (caseID string, err error) {
	t := &telling{world: w, order: o, kim: w.customers[o.customer], clerk: w.clerks[o.shop]}
	if err := told(ctx, t); err != nil {
		return t.id, err
	}
	return t.id, w.watch.until(ctx, t.id, "its end", func(c caseState) bool { return !c.open })
}

func (t *telling) opens(ctx context.Context, kind, reason string, more map[string]any) error {
	body := map[string]any{
		"kind": kind, "order_id": t.order.id, "reason": reason, "lines": []map[string]any{{"line_id": t.line, "quantity": 2}},
	}
	for name, value := range more {
		body[name] = value
	}
	answer, err := t.kim.command(ctx, "/v1/cases", body)
	t.id, t.stage, t.seq = answer.CaseID, answer.Stage, answer.Seq
	return err
}

func (t *telling) does(ctx context.Context, who person, command string, body map[string]any) error {
	answer, err := who.command(ctx, "/v1/cases/"+t.id+"/"+command, body)
	t.stage, t.seq = answer.Stage, answer.Seq
	return err
}

func (t *telling) reaches(ctx context.Context, stage contract.Stage) error {
	return t.watch.until(ctx, t.id, string(stage), func(c caseState) bool { return c.stage == string(stage) })
}

func (t *telling) agrees(ctx context.Context) error {
	return t.does(ctx, t.clerk, "merchant-answer", map[string]any{"decision": "agree"})
}

// parcel tells a waybill and lets the carrier scan the parcel twice.
func (t *telling) parcel(ctx context.Context, who person, command, from, to string) error {
	number := fmt.Sprintf("SF1%012d", t.base+t.waybills.Add(1))
	if err := t.does(ctx, who, command, map[string]any{"carrier": "sf", "number": number}); err != nil {
		return err
	}
	sent := t.seq
	if err := t.sandbox.Scan(ctx, number, sandbox.Scan{State: partners.TrackPicked, Grams: 1200, City: from}); err != nil {
		return err
	}
	if err := t.watch.until(ctx, t.id, "the first scan", func(c caseState) bool { t.seq = c.seq; return c.seq > sent }); err != nil {
		return err
	}
	return t.sandbox.Scan(ctx, number, sandbox.Scan{State: partners.TrackSigned, City: to})
}

func (t *telling) sendsBack(ctx context.Context, arrived contract.Stage) error {
	if err := t.parcel(ctx, t.kim, "send-back", demo.HomeCity, demo.YardCity); err != nil {
		return err
	}
	return t.reaches(ctx, arrived)
}

func (t *telling) ships(ctx context.Context) error {
	if err := t.reaches(ctx, contract.StageShip); err != nil {
		return err
	}
	if err := t.parcel(ctx, t.clerk, "ship-replacement", demo.YardCity, demo.HomeCity); err != nil {
		return err
	}
	scanned := t.seq
	return t.watch.until(ctx, t.id, "the delivery", func(c caseState) bool { return c.stage == string(contract.StageConfirm) && c.seq > scanned })
}

// fullReturn is the whole story: 4 commands of people, 2 notices of the carrier, 2 calls to partners.
func fullReturn(ctx context.Context, t *telling) error {
	return inTurn(
		func() error { return t.opens(ctx, "return", "no_reason", nil) },
		func() error { return t.agrees(ctx) },
		func() error { return t.sendsBack(ctx, contract.StageInspection) },
		func() error { return t.does(ctx, t.clerk, "inspect", nil) },
	)
}

func notShipped(ctx context.Context, t *telling) error {
	if err := t.opens(ctx, "refund_only", "cancelled", nil); err != nil || t.stage != string(contract.StageMerchant) {
		return err // the rules agreed for the shop
	}
	return t.agrees(ctx)
}

func exchange(ctx context.Context, t *telling) error {
	wanted := map[string]any{"lines": []map[string]any{{"line_id": t.line, "quantity": 2, "variant_id": demo.VariantID(t.shop+1, demo.OtherSize)}}}
	return inTurn(
		func() error { return t.opens(ctx, "exchange", "wrong_size", wanted) },
		func() error { return t.agrees(ctx) },
		func() error { return t.sendsBack(ctx, contract.StageInspection) },
		func() error { return t.does(ctx, t.clerk, "inspect", nil) },
		func() error { return t.ships(ctx) },
		func() error { return t.does(ctx, t.kim, "confirm-receipt", nil) },
	)
}

func repair(ctx context.Context, t *telling) error {
	return inTurn(
		func() error { return t.opens(ctx, "repair", "faulty", map[string]any{"text": "走了两天就开胶"}) },
		func() error { return t.agrees(ctx) },
		func() error { return t.sendsBack(ctx, contract.StageDiagnosis) },
		func() error {
			return t.does(ctx, t.clerk, "diagnose", map[string]any{"fault": "sole_loose", "covered": true})
		},
		func() error { return t.does(ctx, t.clerk, "finish-repair", map[string]any{"text": "已重新上胶"}) },
		func() error { return t.ships(ctx) },
		func() error { return t.does(ctx, t.kim, "confirm-receipt", nil) },
	)
}

func priceProtection(ctx context.Context, t *telling) error {
	return t.opens(ctx, "price_protection", "price_drop", nil)
}

// complaint is one that both sides leave to the platform after a word each: seven commands of three people.
func complaint(ctx context.Context, t *telling) error {
	judgment := map[string]any{"outcome": "partial", "liability": "merchant", "text": "根据双方凭证", "amount": map[string]any{"minor": 50_00, "currency": "CNY"}}
	return inTurn(
		func() error {
			return t.opens(ctx, "complaint", "false_advertising", map[string]any{"text": "标的是真皮", "evidence": []string{t.picture(ctx)}})
		},
		func() error { return t.does(ctx, t.kim, "rest", nil) },
		func() error { return t.does(ctx, t.clerk, "rest", nil) },
		func() error { return t.does(ctx, t.agent, "propose", judgment) },
		func() error { return t.does(ctx, t.clerk, "carry-out", nil) },
		func() error { return t.reaches(ctx, contract.StageAppeal) },
		func() error { return t.does(ctx, t.kim, "rest", nil) },
		func() error { return t.does(ctx, t.clerk, "rest", nil) },
	)
}

// inTurn takes the steps of a story one after the other.
func inTurn(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// measureStories measures every kind of case but the return, each beside a bare workflow with the same numbers.
func measureStories(ctx context.Context, o options, r *report, w *world) error {
	for shop := range demo.Shops {
		deposit := money.Amount(1_000_000_00)
		if err := w.sandbox.SetFunds(ctx, demo.ShopID(shop+1), nil, &deposit); err != nil {
			return err
		}
	}
	if err := w.sandbox.SetPrices(ctx, map[string]*money.Amount{fallenVariant: &fallenPrice}); err != nil {
		return err
	}
	figures := table{{"", "cases a second", "CPU per case", "bare workflow", "its CPU", "share", "updates", "signals", "timers", "activities", "local", "failed"}}
	judged := table{{"target (2 cores, PostgreSQL)", fmt.Sprintf("%.0f cases a second", wantReturns), "", fmt.Sprintf("%.0f %% of the bare workflow", wantShare*100), ""}}
	notes := fmt.Sprintf("%d clients, %s warm-up, %s measured for each.", o.clients, o.warm/2, o.span/2)
	o.warm, o.span = o.warm/2, o.span/2
	for _, s := range stories {
		c, err := w.compare(ctx, o, s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		n := c.counted
		figures.row(s.name, fmt.Sprintf("%.1f", c.ours.rate()), fmt.Sprintf("%.0f ms", c.ours.cpuPer()), fmt.Sprintf("%.1f", c.bare.lap.rate()),
			fmt.Sprintf("%.0f ms", c.bare.lap.cpuPer()), fmt.Sprintf("%.0f %%", c.share()*100), fmt.Sprint(n.Updates), fmt.Sprint(n.Signals),
			fmt.Sprint(n.Timers), fmt.Sprint(n.Activities), fmt.Sprint(n.Locals), fmt.Sprint(c.ours.failed+c.bare.lap.failed))
		judged.row(s.name, fmt.Sprintf("%.1f", c.ours.rate()), verdict(c.ours.rate() >= wantReturns), fmt.Sprintf("%.0f %%", c.share()*100), verdict(c.share() >= wantShare))
		if c.ours.first != nil {
			notes += fmt.Sprintf(" First failure of %s: %s.", s.name, c.ours.first)
		}
	}
	body := []string{figures.String()}
	if w.kind == postgres {
		body = append(body, judged.String())
	}
	return r.section("stories-"+w.kind, "Every other kind of case, "+w.kind, append(body, notes)...)
}

// picture uploads a small picture that nobody sent before and returns its ID; without one the case's own check refuses.
func (t *telling) picture(ctx context.Context) string {
	var evidence struct {
		ID string `json:"id"`
	}
	content, err := demo.NewPicture()
	if err != nil {
		return err.Error()
	}
	if _, err := t.kim.call(ctx, http.MethodPost, "/v1/uploads", content, &evidence); err != nil {
		return err.Error() // shown by the refusal
	}
	return evidence.ID
}

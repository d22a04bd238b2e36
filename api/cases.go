package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// openBody asks for a case.
type openBody struct {
	Kind     string     `json:"kind" enum:"return,refund_only,exchange,repair,price_protection,complaint"`
	OrderID  string     `json:"order_id" minLength:"1" maxLength:"64"`
	Lines    []openLine `json:"lines" maxItems:"100" nullable:"false" doc:"At least one; none for a complaint about service."`
	Reason   string     `json:"reason,omitempty" maxLength:"48" doc:"A code of GET /v1/reasons; absent: the bot asks."`
	Text     string     `json:"text,omitempty" maxLength:"2000" doc:"What is wrong, in one's own words."`
	Evidence []string   `json:"evidence,omitempty" maxItems:"20" nullable:"false" doc:"IDs from POST /v1/uploads."`
	Lang     string     `json:"lang,omitempty" enum:"zh-CN,en" doc:"Language of the questions; absent: that of the request."`

	Amount  *chargeBody `json:"amount,omitempty" doc:"refund_only, complaint: how much; absent: all that can be refunded."`
	Subject string      `json:"subject,omitempty" enum:"goods,service" doc:"complaint: what it is about; absent: goods."`
}

type openLine struct {
	LineID   string `json:"line_id" minLength:"1" maxLength:"64"`
	Quantity int    `json:"quantity" minimum:"1" maximum:"100000"`

	VariantID string `json:"variant_id,omitempty" maxLength:"40" doc:"Exchange: the variant that is wanted; absent: the same."`
}

type openInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body openBody
}

type caseInput struct {
	ID string `path:"id" maxLength:"40"`
}

type caseOutput struct {
	Body caseBody
}

// PageInput is how lists are paged.
type PageInput struct {
	Cursor string `query:"cursor" maxLength:"300" doc:"The next of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"30"`
}

func (p PageInput) request() PageRequest { return PageRequest(p) }

type caseListInput struct {
	PageInput
	Open       string    `query:"open" enum:"true,false"`
	Stage      string    `query:"stage" maxLength:"32"`
	Kind       string    `query:"kind" maxLength:"20"`
	Reason     string    `query:"reason" maxLength:"48"`
	OrderID    string    `query:"order_id" maxLength:"64"`
	Number     string    `query:"number" maxLength:"64" doc:"How the number of a case or of an order begins; at least 4 characters."`
	WaitingFor string    `query:"waiting_for" enum:"customer,merchant,platform,carrier" doc:"Who must act; platform: any of its people, or the program."`
	Agent      string    `query:"agent" maxLength:"40" doc:"Platform only: me, none, or an agent's ID."`
	DueBefore  time.Time `query:"due_before" doc:"Only what waits for somebody and falls due before this."`
	Sort       string    `query:"sort" enum:"newest,due" doc:"due: open cases only, the soonest first, those that wait for nothing last. Absent: newest; for the platform's people asking for open ones, due."`
}

type caseListBody struct {
	Items []CaseHead `json:"items" nullable:"false"`
	Next  string     `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

type caseListOutput struct {
	Body caseListBody
}

type timelineInput struct {
	ID       string `path:"id" maxLength:"40"`
	AfterSeq int64  `query:"after_seq" minimum:"0" maximum:"9007199254740991" doc:"Only what came after this one."`
	Limit    int    `query:"limit" minimum:"1" maximum:"100" default:"100"`
}

type entryBody struct {
	Seq   int64          `json:"seq"`
	At    time.Time      `json:"at"`
	By    string         `json:"by" doc:"The role that did it."`
	Text  string         `json:"text" doc:"What happened, in the reader's language."`
	ByID  string         `json:"by_id,omitempty" doc:"Who of that role, where the reader may know."`
	Event string         `json:"event"`
	Data  map[string]any `json:"data,omitempty"`
}

type timelineBody struct {
	Items []entryBody `json:"items" nullable:"false"`
	Next  int64       `json:"next_after_seq,omitempty" doc:"The after_seq of the next page; absent on the last."`
}

type timelineOutput struct {
	Body timelineBody
}

type evaluationBody struct {
	N         int            `json:"n"`
	PackHash  string         `json:"pack_hash"`
	Pack      string         `json:"pack"`
	At        time.Time      `json:"at"`
	Erased    bool           `json:"erased" doc:"The facts were erased with the customer."`
	Reason    string         `json:"reason,omitempty"`
	Rules     []string       `json:"rules" nullable:"false"`
	NoReason  bool           `json:"no_reason"`
	Liability string         `json:"liability,omitempty"`
	Freight   freightBody    `json:"freight"`
	Quote     quoteBody      `json:"quote"`
	Explained []string       `json:"explained" nullable:"false" doc:"How the amount comes about, step by step, in the reader's language; the total last."`
	Deadlines []deadlineBody `json:"deadlines" nullable:"false"`
	Refusal   string         `json:"refusal,omitempty" doc:"Code of why the case may not go on like this."`
	Citations []citationBody `json:"citations" nullable:"false" doc:"What the rules say, in the reader's language."`
	Facts     *policy.Facts  `json:"facts,omitempty" doc:"What the rules were told, in minor units and UTC."`
}

type deadlineBody struct {
	Step    string `json:"step"`
	Actor   string `json:"actor"`
	Seconds int64  `json:"seconds"`
	Clock   string `json:"clock"`
	Default string `json:"default"`
	Rule    string `json:"rule"`
}

type evaluationsBody struct {
	Items []evaluationBody `json:"items" nullable:"false"`
}

type evaluationsOutput struct {
	Body evaluationsBody
}

func (e *edge) cases() {
	register(e, "case.open", e.openCase, created)
	register(e, "case.list", e.listCases)
	register(e, "case.read", e.readCase)
	register(e, "case.timeline.read", e.readTimeline)
	register(e, "case.evaluation.read", e.readEvaluations)
}

func (e *edge) openCase(ctx context.Context, in *openInput) (*ackOutput, error) {
	caller := callerOf(ctx)
	if len(in.Body.Lines) == 0 && in.Body.Subject != policy.SubjectService {
		return nil, badRequest("lines: choose at least one")
	}
	ack, err := e.Cases.Open(ctx, openingOf(in.Body, caller))
	return e.openedCase(ctx, in.Body.Kind, ack, err)
}

// openedCase answers an opening; a refused one with its fault.
func (e *edge) openedCase(ctx context.Context, kind string, ack contract.Ack, err error) (*ackOutput, error) {
	if err != nil {
		return nil, err
	}
	if refused := ack.Refused; refused != nil {
		f := &fault.Fault{Code: fault.Code(refused.Code), Details: refused.Details}
		if !fault.Known(f.Code) {
			f = fault.New(fault.Internal)
		}
		return nil, f
	}
	return &ackOutput{Body: e.ack(ctx, kind, ack)}, nil
}

func (e *edge) listCases(ctx context.Context, in *caseListInput) (*caseListOutput, error) {
	filter := CaseFilter{
		Stage: in.Stage, Kind: in.Kind, Reason: in.Reason, OrderID: in.OrderID, Begins: in.Number, WaitingFor: in.WaitingFor, Agent: in.Agent,
		DueBefore: in.DueBefore, Sort: in.Sort,
	}
	if in.Open != "" {
		open := in.Open == "true"
		filter.Open = &open
	}
	page, err := e.Cases.List(ctx, callerOf(ctx).actor(), filter, in.request())
	if err != nil {
		return nil, err
	}
	caller := callerOf(ctx)
	head := func(r CaseRow) CaseHead { return headOf(r, caller.Language).ownBusiness(r, caller.Role) }
	return &caseListOutput{Body: caseListBody{Items: each(page.Items, head), Next: page.Next}}, nil
}

func headOf(r CaseRow, lang string) CaseHead {
	return CaseHead{
		ParentID: r.ParentID, Words: headWords{
			Kind: say(kindWords, policy.Kind(r.Kind), lang), Stage: say(stageWords, contract.Stage(r.Stage), lang),
			Outcome: say(outcomeWords, contract.Outcome(r.Outcome), lang), Reason: r.ReasonWords.in(lang),
			WaitingFor: say(roleWords, contract.Role(r.WaitingFor), lang), AtZero: say(defaultWords, policy.Action(r.Default), lang),
		},
		ID: r.ID, Kind: r.Kind, Phase: r.Phase, Stage: r.Stage, Outcome: r.Outcome, Open: r.Open, OrderID: r.OrderID,
		CustomerID: r.CustomerID, MerchantID: r.MerchantID, Reason: r.Reason, Amount: moneyOf(r.Amount, r.Currency),
		Refunded: moneyOf(r.Refunded, r.Currency), WaitingFor: r.WaitingFor, DueAt: r.DueAt, Default: r.Default,
		Revision: r.Revision, Seq: r.Seq, OpenedAt: r.OpenedAt, UpdatedAt: r.UpdatedAt, ClosedAt: r.ClosedAt,
	}
}

func (e *edge) readCase(ctx context.Context, in *caseInput) (*caseOutput, error) {
	caller := callerOf(ctx)
	view, err := e.Cases.Case(ctx, caller.actor(), in.ID)
	if err != nil {
		return nil, err
	}
	body := caseBody{CaseHead: headOf(view.CaseRow, caller.Language).ownBusiness(view.CaseRow, caller.Role), Texts: view.Texts, Erased: view.Erased}
	if body.Texts == nil {
		body.Texts = map[string]string{}
	}
	body.addView(view.View, view.Currency, contract.Role(caller.Role), caller.Language, func(q *contract.Question) *questionBody {
		return e.question(ctx, view.Kind, q)
	})
	body.Next = nextStep(view.CaseRow, view.View.Wait, contract.Role(caller.Role), caller.Language)
	body.ReturnTo = view.ReturnTo.body()
	body.Actions = e.offers(view, caller)
	body.addRating(view, caller)
	body.addCitations(caller.Language)
	return &caseOutput{Body: body}, nil
}

// question says a question in the reader's language.
func (e *edge) question(ctx context.Context, kind string, q *contract.Question) *questionBody {
	if q == nil {
		return nil
	}
	lang := callerOf(ctx).Language
	body := &questionBody{
		Round: q.Round, N: q.N, Field: q.Field, Text: e.Texts(kind, q.Field, lang, q.Retry), Type: questionType(q), Retry: q.Retry, AskedAt: q.AskedAt, DueAt: q.DueAt,
	}
	body.Choices = each(q.Choices, func(c contract.Choice) choiceBody {
		if lang == langZH {
			return choiceBody{c.Value, c.Zh}
		}
		return choiceBody{c.Value, c.En}
	})
	return body
}

// questionType is what kind of answer a question takes.
func questionType(q *contract.Question) string {
	switch {
	case len(q.Choices) > 0:
		return "choice"
	case q.Field == "evidence":
		return "files"
	case q.Field == "amount", q.Field == "quantity", q.Field == "date":
		return q.Field
	case q.Field == "expected_time":
		return "time"
	}
	return "text"
}

func (e *edge) readTimeline(ctx context.Context, in *timelineInput) (*timelineOutput, error) {
	caller := callerOf(ctx)
	entries, err := e.Cases.Timeline(ctx, caller.actor(), in.ID, in.AfterSeq, in.Limit)
	if err != nil {
		return nil, err
	}
	var next int64
	if n := len(entries); n == in.Limit {
		next = entries[n-1].Seq
	}
	if !inside(caller.Role) {
		entries = slices.DeleteFunc(entries, func(entry contract.Entry) bool { return slices.Contains(contract.BehindTheDesk, entry.Event) })
	}
	return &timelineOutput{Body: timelineBody{Next: next, Items: each(entries, func(entry contract.Entry) entryBody {
		body := entryBody{Seq: entry.Seq, At: entry.At, By: string(entry.By.Kind), Event: entry.Event, Data: entry.Data, Text: eventText(entry.Event, entry.Data, caller.Language)}
		if mayKnow(caller.Person, entry.By) {
			body.ByID = entry.By.ID
		}
		return body
	})}}, nil
}

// mayKnow keeps staff's IDs from the other side: a party sees its own people, the platform sees all.
func mayKnow(reader Person, who contract.Actor) bool {
	switch contract.Role(reader.Role) {
	case contract.Customer:
		return who.Kind == contract.Customer
	case contract.Merchant:
		return who.Kind == contract.Customer || who.Kind == contract.Merchant
	}
	return true
}

func (e *edge) readEvaluations(ctx context.Context, in *caseInput) (*evaluationsOutput, error) {
	reader := callerOf(ctx)
	evaluations, err := e.Cases.Evaluations(ctx, reader.actor(), in.ID)
	if err != nil {
		return nil, err
	}
	return &evaluationsOutput{Body: evaluationsBody{Items: each(evaluations, func(v Evaluation) evaluationBody { return evaluationOf(v, reader.Language) })}}, nil
}

func evaluationOf(v Evaluation, lang string) evaluationBody {
	t := v.Terms
	body := evaluationBody{
		N: v.N, PackHash: v.PackHash, Pack: t.Pack, At: v.At, Erased: v.Facts == nil, Rules: solid(t.Rules), NoReason: t.NoReason,
		Liability: string(t.Liability), Freight: freightBody{string(t.Freight.Out), string(t.Freight.Back), t.Freight.Rule},
		Quote: voice{t.Quote.Currency, lang}.quote(t.Quote), Explained: policy.Explain(t.Quote, lang), Facts: v.Facts, Deadlines: []deadlineBody{},
	}
	if v.Facts != nil {
		body.Reason = v.Facts.Reason
	}
	if t.Refusal != nil && t.Refusal.Fault != nil {
		body.Refusal = string(t.Refusal.Fault.Code)
	}
	named := append(slices.Clone(t.Rules), t.Freight.Rule)
	for _, step := range sortedKeys(t.Deadlines) {
		d := t.Deadlines[step]
		body.Deadlines = append(body.Deadlines, deadlineBody{
			string(step), string(d.Actor), int64(d.For / time.Second), string(d.Clock), string(d.Default), d.Rule,
		})
		named = append(named, d.Rule)
	}
	body.Citations = citations(lang, named...)
	return body
}

// accepted makes 202 the answer of success: the work goes on.
func accepted(operation *huma.Operation) { operation.DefaultStatus = http.StatusAccepted }

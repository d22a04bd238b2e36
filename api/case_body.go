package api

import (
	"time"

	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// CaseHead is a case as lists show it.
type CaseHead struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Phase      string     `json:"phase" enum:"onsale,aftersale"`
	Stage      string     `json:"stage"`
	Outcome    string     `json:"outcome,omitempty" doc:"How it ended."`
	Open       bool       `json:"open"`
	OrderID    string     `json:"order_id"`
	CustomerID string     `json:"customer_id"`
	MerchantID string     `json:"merchant_id"`
	Reason     string     `json:"reason,omitempty"`
	Amount     moneyBody  `json:"amount" doc:"What is asked for now."`
	Refunded   moneyBody  `json:"refunded" doc:"What was paid back in this case."`
	WaitingFor string     `json:"waiting_for,omitempty" doc:"The role that must act."`
	DueAt      *time.Time `json:"due_at,omitempty"`
	Default    string     `json:"default,omitempty" doc:"What happens when the time runs out."`
	Revision   int64      `json:"revision" doc:"Send it as expected_revision with a command."`
	Seq        int64      `json:"seq"`
	OpenedAt   time.Time  `json:"opened_at"`
	UpdatedAt  time.Time  `json:"updated_at"`
	ClosedAt   *time.Time `json:"closed_at,omitempty"`
	TeamID     string     `json:"team_id,omitempty" doc:"The platform's team that looks after it; for the platform's people."`
	AgentID    string     `json:"agent_id,omitempty" doc:"The agent it was given to; for the platform's people."`
	ParentID   string     `json:"parent_id,omitempty" doc:"The case that opened this one."`
	Words      headWords  `json:"words" doc:"What the codes mean, in the reader's language."`
}

// headWords say the codes of a case in the reader's language; empty where there is no code.
type headWords struct {
	Kind       string `json:"kind"`
	Stage      string `json:"stage"`
	Outcome    string `json:"outcome,omitempty"`
	Reason     string `json:"reason,omitempty"`
	WaitingFor string `json:"waiting_for,omitempty"`
	AtZero     string `json:"at_zero,omitempty" doc:"What happens when the time runs out."`
}

// caseBody is everything a detail page shows to one reader.
type caseBody struct {
	CaseHead
	Lines      []lineBody      `json:"lines" nullable:"false"`
	Units      []string        `json:"units" nullable:"false"`
	NoReason   bool            `json:"no_reason" doc:"A return without reason."`
	Liability  string          `json:"liability,omitempty"`
	Freight    freightBody     `json:"freight"`
	Quote      quoteBody       `json:"quote"`
	Rules      []string        `json:"rules" nullable:"false" doc:"The rules that decided something."`
	PackHash   string          `json:"pack_hash"`
	Evaluation int             `json:"evaluation" doc:"Number of the evaluation whose terms hold."`
	Wait       *waitBody       `json:"wait,omitempty"`
	Question   *questionBody   `json:"question,omitempty"`
	Answer     *merchantBody   `json:"merchant_answer,omitempty"`
	Offer      *offerBody      `json:"offer,omitempty"`
	Parcel     *parcelBody     `json:"parcel,omitempty"`
	Pickup     string          `json:"pickup,omitempty" enum:"ordering,ordered,failed"`
	Inspection *inspectionBody `json:"inspection,omitempty"`
	Extension  *extensionBody  `json:"extension,omitempty"`
	Review     *reviewBody     `json:"review,omitempty"`
	Approval   *approvalBody   `json:"approval,omitempty" doc:"Platform staff only."`
	Legs       []legBody       `json:"legs" nullable:"false"`
	Blocked    string          `json:"blocked,omitempty" doc:"Code of what keeps the refund from being paid."`
	EditsLeft  int             `json:"edits_left"`

	ComplaintID string         `json:"complaint_id,omitempty" doc:"The complaint that decides, or decided, this case's matter."`
	Child       *childBody     `json:"child,omitempty" doc:"The case that this one waits for, or waited for."`
	Complaint   *complaintBody `json:"complaint,omitempty"`

	Payment   *paymentBody      `json:"payment,omitempty" doc:"What the customer is asked to pay to the case."`
	Delivery  *deliveryBody     `json:"delivery,omitempty" doc:"Goods that the merchant sends to the customer."`
	Exchange  *exchangeBody     `json:"exchange,omitempty"`
	Repair    *repairBody       `json:"repair,omitempty"`
	Outbound  *outboundBody     `json:"outbound,omitempty" doc:"Of a refund without a return: the goods on their way to the customer."`
	Refund    *refundBody       `json:"refund,omitempty" doc:"The refund under way, or the last."`
	Insurance *insuranceBody    `json:"insurance,omitempty" doc:"The claim of the order's freight insurance."`
	Next      *nextBody         `json:"next,omitempty" doc:"The next step; absent when the case has ended."`
	ReturnTo  *placeBody        `json:"return_to,omitempty" doc:"Where the goods go back to, while they are to be sent or on their way; for customer and shop."`
	Rating    *ratingBody       `json:"rating,omitempty" doc:"What the customer thought of it; for the customer and the platform."`
	Choices   []ratingChoice    `json:"rating_choices" nullable:"false" doc:"What a rating can name, while the reader can rate."`
	Actions   []actionBody      `json:"actions" nullable:"false" doc:"What the reader may do to this case, by the policies, and why not now."`
	Texts     map[string]string `json:"texts" doc:"What people wrote, by ID, as far as the reader may see it."`
	Erased    bool              `json:"texts_erased,omitempty" doc:"What people wrote here was erased with the customer: nobody can read it any more."`
	Citations []citationBody    `json:"citations" nullable:"false" doc:"The rules that are named here, in words."`
}

type lineBody struct {
	LineID    string `json:"line_id"`
	Quantity  int    `json:"quantity"`
	VariantID string `json:"variant_id,omitempty" doc:"Exchange: the variant that is wanted; absent: the same."`
}

type freightBody struct {
	Out  string `json:"out,omitempty" doc:"Who bears the way to the customer."`
	Back string `json:"back,omitempty" doc:"Who bears the way back."`
	Rule string `json:"rule,omitempty"`
}

type quoteBody struct {
	Total   moneyBody     `json:"total"`
	Freight moneyBody     `json:"freight" doc:"Outbound freight in the total."`
	Lines   []quoteLine   `json:"lines" nullable:"false"`
	Formula []formulaLine `json:"formula" nullable:"false" doc:"How the total comes about, line by line."`
}

type quoteLine struct {
	LineID   string    `json:"line_id"`
	Quantity int       `json:"quantity"`
	Amount   moneyBody `json:"amount"`
}

type formulaLine struct {
	Label  string    `json:"label"`
	LineID string    `json:"line_id,omitempty"`
	Amount moneyBody `json:"amount"`
	Rule   string    `json:"rule"`
	Text   string    `json:"text" doc:"The step in the reader's language, without its amount."`
}

type waitBody struct {
	Step    string    `json:"step"`
	Actor   string    `json:"actor"`
	Since   time.Time `json:"since"`
	DueAt   time.Time `json:"due_at"`
	Default string    `json:"default"`
	Moved   int       `json:"moved" doc:"How often the deadline was moved."`
	Paused  bool      `json:"paused"`
}

type questionBody struct {
	Round   int          `json:"round"`
	N       int          `json:"n"`
	Field   string       `json:"field"`
	Text    string       `json:"text" doc:"In the reader's language."`
	Type    string       `json:"type" enum:"choice,text,files,amount,quantity,date,time" doc:"What kind of answer it takes; a choice can always be said in words, too."`
	Choices []choiceBody `json:"choices" nullable:"false"`
	Retry   bool         `json:"retry" doc:"The last answer was not understood."`
	AskedAt time.Time    `json:"asked_at"`
	DueAt   time.Time    `json:"due_at"`
}

type choiceBody struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

type merchantBody struct {
	Decision  string   `json:"decision" enum:"agree,refuse,offer,ask"`
	ByTime    bool     `json:"by_time" doc:"Time answered for the merchant."`
	ByRule    string   `json:"by_rule,omitempty" doc:"The rule that answered for the merchant."`
	AddressID string   `json:"address_id,omitempty"`
	KeepGoods bool     `json:"keep_goods"`
	Reason    string   `json:"reason_code,omitempty"`
	TextID    string   `json:"text_id,omitempty"`
	Evidence  []string `json:"evidence" nullable:"false"`
}

type offerBody struct {
	Amount moneyBody `json:"amount"`
	Quote  quoteBody `json:"quote"`
	TextID string    `json:"text_id,omitempty"`
}

type parcelBody struct {
	Carrier       string     `json:"carrier"`
	Number        string     `json:"number"`
	State         string     `json:"state"`
	Suspect       bool       `json:"suspect"`
	Stalled       bool       `json:"stalled"`
	TooLight      bool       `json:"too_light"`
	Grams         int        `json:"grams,omitempty"`
	ExpectedGrams int        `json:"expected_grams"`
	LastScan      *time.Time `json:"last_scan,omitempty"`
	Claimed       bool       `json:"claimed" doc:"Lost as it seems: the carrier was asked to find it or pay."`
}

type inspectionBody struct {
	Difference   string   `json:"difference,omitempty"`
	MissingUnits int      `json:"missing_units"`
	Grams        int      `json:"grams,omitempty"`
	ByTime       bool     `json:"by_time"`
	TextID       string   `json:"text_id,omitempty"`
	Evidence     []string `json:"evidence" nullable:"false"`
}

type extensionBody struct {
	Step    string `json:"step"`
	Seconds int64  `json:"seconds"`
}

type reviewBody struct {
	Cause         string    `json:"cause"`
	Since         time.Time `json:"since"`
	Level         int       `json:"level"`
	CarrierGrams  int       `json:"carrier_grams,omitempty"`
	ExpectedGrams int       `json:"expected_grams,omitempty"`
}

type approvalBody struct {
	ID         string    `json:"id"`
	CaseID     string    `json:"case_id"`
	Hash       string    `json:"hash" doc:"Send it back with the decision: it binds the decision to what was seen."`
	Outcome    string    `json:"outcome"`
	Amount     moneyBody `json:"amount"`
	Liability  string    `json:"liability,omitempty"`
	GoodsBack  bool      `json:"goods_back"`
	ProposedBy string    `json:"proposed_by"`
	Needed     int       `json:"needed"`
	Rule       string    `json:"rule"`
	RuleText   string    `json:"rule_text" doc:"What the rule says, in the reader's language."`
	Votes      []string  `json:"votes" nullable:"false"`
	Level      int       `json:"level"`
	State      string    `json:"state" enum:"waiting,approved,rejected,void"`
	TextID     string    `json:"text_id,omitempty"`
	At         time.Time `json:"at"`
	DueAt      time.Time `json:"due_at"`
	Case       *CaseHead `json:"case,omitempty" doc:"In lists: its case."`
}

type legBody struct {
	Key       string     `json:"key"`
	TenderID  string     `json:"tender_id"`
	Rail      string     `json:"rail"`
	Amount    moneyBody  `json:"amount"`
	Status    string     `json:"status" enum:"intended,unknown,succeeded,failed"`
	NotBefore time.Time  `json:"not_before"`
	SettledAt *time.Time `json:"settled_at,omitempty"`

	Lines   []quoteLine `json:"lines" nullable:"false" doc:"Its part of each order line; empty for money that was paid to the case and goes back whole."`
	Freight moneyBody   `json:"freight" doc:"Its part of the outbound freight."`
}

type actionBody struct {
	Name    string `json:"name"`
	Enabled bool   `json:"enabled"`
	Why     string `json:"why,omitempty" doc:"Code of what stands in the way."`

	Label       string `json:"label" doc:"In the reader's language."`
	WhyText     string `json:"why_text,omitempty" doc:"What stands in the way, in the reader's language."`
	Consequence string `json:"consequence,omitempty" doc:"What follows from it and cannot be undone."`
}

// addView fills in the view as one role sees it: parties do not see how the platform's people decide.
func (b *caseBody) addView(v contract.View, currency money.Currency, reader contract.Role, lang string, question func(*contract.Question) *questionBody) {
	in := voice{currency, lang}
	b.Units, b.Rules = solid(v.Units), solid(v.Rules)
	b.Lines = each(v.Lines, func(l contract.ChosenLine) lineBody { return lineBody{l.LineID, l.Quantity, l.VariantID} })
	b.NoReason, b.Liability, b.PackHash, b.Evaluation = v.NoReason, string(v.Liability), v.PackHash, v.Evaluation
	b.Freight = freightBody{string(v.Freight.Out), string(v.Freight.Back), v.Freight.Rule}
	b.Quote = in.quote(v.Quote)
	b.Pickup, b.Blocked, b.EditsLeft = v.Pickup, v.Blocked, v.EditsLeft
	if w := v.Wait; w != nil {
		b.Wait = &waitBody{string(w.Step), string(w.Actor), w.Since, w.DueAt, string(w.Default), w.Moved, w.Paused}
	}
	b.Question = question(v.Question)
	if a := v.Answer; a != nil {
		b.Answer = &merchantBody{string(a.Decision), a.ByTime, a.ByRule, a.AddressID, a.KeepGoods, a.Reason, a.TextID, solid(a.Evidence)}
	}
	if o := v.Offer; o != nil {
		b.Offer = &offerBody{moneyOf(o.Amount, currency), in.quote(o.Quote), o.TextID}
	}
	if p := v.Parcel; p != nil {
		parcel := parcelOf(*p)
		b.Parcel = &parcel
	}
	b.addMoneyEdges(v, currency)
	if i := v.Inspection; i != nil {
		b.Inspection = &inspectionBody{string(i.Difference), i.MissingUnits, i.Grams, i.ByTime, i.TextID, solid(i.Evidence)}
	}
	if x := v.Extension; x != nil {
		b.Extension = &extensionBody{string(x.Step), int64(x.For / time.Second)}
	}
	if r := v.Review; r != nil {
		b.Review = &reviewBody{r.Cause, r.Since, r.Level, r.CarrierGrams, r.ExpectedGrams}
	}
	if a := v.Approval; a != nil && inside(string(reader)) {
		b.Approval = in.approval(b.ID, *a)
	}
	b.addDispute(v, in)
	b.Legs = each(v.Legs, func(l contract.LegState) legBody {
		return legBody{
			l.Key, l.TenderID, l.Rail, moneyOf(l.Amount, currency), l.Status, l.NotBefore, l.SettledAt,
			each(l.Lines, func(l policy.QuoteLine) quoteLine {
				return quoteLine{l.LineID, l.Quantity, moneyOf(l.Amount, currency)}
			}), moneyOf(l.Freight, currency),
		}
	})
	b.addExchange(v, currency, reader)
	b.addRepair(v, currency)
}

// voice carries the case's currency to amounts that stand without one, and the language in which things are said.
type voice struct {
	currency money.Currency
	lang     string
}

func (c voice) money(amount money.Amount) moneyBody { return moneyOf(amount, c.currency) }

func (c voice) quote(q policy.Quote) quoteBody {
	return quoteBody{
		Total: c.money(q.Total), Freight: c.money(q.Freight),
		Lines: each(q.Lines, func(l policy.QuoteLine) quoteLine { return quoteLine{l.LineID, l.Quantity, c.money(l.Amount)} }),
		Formula: each(q.Formula, func(l policy.FormulaLine) formulaLine {
			return formulaLine{l.Label, l.Line, c.money(l.Amount), l.Rule, policy.FormulaText(l, c.lang)}
		}),
	}
}

func (c voice) action(name string, enabled bool, why string) actionBody {
	body := actionBody{Name: name, Enabled: enabled, Why: why, Label: say(actionWords, name, c.lang), WhyText: textOf(why, c.lang)}
	if consequence, found := consequences[name]; found {
		body.Consequence = consequence.in(c.lang)
	}
	return body
}

func (c voice) approval(caseID string, a contract.ApprovalState) *approvalBody {
	return &approvalBody{
		ID: a.ID, CaseID: caseID, Hash: a.Hash, Outcome: a.Outcome, Amount: c.money(a.Amount), Liability: string(a.Liability),
		GoodsBack: a.GoodsBack, ProposedBy: a.ProposedBy.ID, Needed: a.Needed, Rule: a.Rule, RuleText: say(ruleWords, a.Rule, c.lang), Votes: solid(a.Votes),
		Level: a.Level, State: a.State, TextID: a.TextID, At: a.At, DueAt: a.DueAt,
	}
}

// each makes a list of another; never null.
func each[A, B any](list []A, make_ func(A) B) []B {
	out := make([]B, 0, len(list))
	for _, item := range list {
		out = append(out, make_(item))
	}
	return out
}

// solid makes null an empty list.
func solid[A any](list []A) []A {
	if list == nil {
		return []A{}
	}
	return list
}

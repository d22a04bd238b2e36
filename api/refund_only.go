package api

import (
	"context"
	"encoding/json"
	"time"

	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// goodwillBody gives a customer money that nobody asked for.
type goodwillBody struct {
	Words
	OrderID string      `json:"order_id" minLength:"1" maxLength:"64"`
	Lines   []openLine  `json:"lines" minItems:"1" maxItems:"100" nullable:"false" doc:"What it is given for; the goods stay with the customer."`
	Amount  *chargeBody `json:"amount,omitempty" doc:"Absent: all that is left of these lines."`
}

type goodwillInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body goodwillBody
}

// Goodwill is money for an order without a return, given by the merchant's staff or the platform's people.
type Goodwill struct {
	Meta    contract.Meta
	OrderID string
	Lines   []contract.ChosenLine
	Amount  money.Amount // 0: all that is left
	Text    string
	Lang    string
}

// The contents of the commands on refunds without goods, and on refunds whose rail is closed.
type (
	reportInterceptBody struct {
		Guarded
		Words
		Result string `json:"result" enum:"requested,impossible,returned,lost" doc:"What became of stopping the parcel."`
	}
	proveDeliveryBody struct {
		Guarded
		Words
		Pieces
		Concede bool `json:"concede,omitempty" doc:"It cannot be proven: refund at once."`
	}
	acceptRefusalBody struct {
		Guarded
	}
	consentRailBody struct {
		Guarded
		TenderID string `json:"tender_id,omitempty" maxLength:"64" doc:"Whose refund failed; absent: the only one."`
		Account  string `json:"account" minLength:"1" maxLength:"100" doc:"The Alipay login to pay to. It is sealed, and shown to nobody."`
		Name     string `json:"name" minLength:"1" maxLength:"100" doc:"Its holder."`
	}
	redirectRefundBody struct {
		Guarded
		TenderID string `json:"tender_id,omitempty" maxLength:"64"`
	}
)

// written is what is sealed of a consent: the account and its holder.
func (b consentRailBody) written() string {
	content, err := json.Marshal(map[string]string{"account": b.Account, "name": b.Name})
	if err != nil {
		panic("api: two strings without JSON: " + err.Error())
	}
	return string(content)
}

func (e *edge) refundsWithoutGoods() {
	register(e, "case.goodwill.open", e.openGoodwill, created)
	command(e, "case.intercept.report", func(b reportInterceptBody, m contract.Meta, textID string) contract.Command {
		return &contract.ReportIntercept{Meta: m, Result: b.Result, TextID: textID}
	})
	command(e, "case.delivery.prove", func(b proveDeliveryBody, m contract.Meta, textID string) contract.Command {
		return &contract.ProveDelivery{Meta: m, Concede: b.Concede, TextID: textID, Evidence: b.Evidence}
	})
	command(e, "case.refusal.accept", func(_ acceptRefusalBody, m contract.Meta, _ string) contract.Command {
		return &contract.AcceptRefusal{Meta: m}
	})
	command(e, "case.refund.consent", func(b consentRailBody, m contract.Meta, textID string) contract.Command {
		return &contract.ConsentRail{Meta: m, TenderID: b.TenderID, TextID: textID}
	})
	command(e, "case.refund.redirect", func(b redirectRefundBody, m contract.Meta, _ string) contract.Command {
		return &contract.RedirectRefund{Meta: m, TenderID: b.TenderID}
	})
	register(e, "merchant.rules.list", e.listRules)
	register(e, "merchant.rules.set", e.setRules)
}

func (e *edge) openGoodwill(ctx context.Context, in *goodwillInput) (*ackOutput, error) {
	caller := callerOf(ctx)
	goodwill := Goodwill{
		Meta: caller.meta(nil), OrderID: in.Body.OrderID, Amount: in.Body.Amount.amount(), Text: in.Body.Text, Lang: caller.Language,
	}
	for _, line := range in.Body.Lines {
		goodwill.Lines = append(goodwill.Lines, contract.ChosenLine{LineID: line.LineID, Quantity: line.Quantity})
	}
	ack, err := e.Cases.OpenGoodwill(ctx, goodwill)
	return e.openedCase(ctx, string(policy.RefundOnly), ack, err)
}

// RuleBody is a rule that a merchant sets for itself.
type RuleBody struct {
	Name    string     `json:"name" pattern:"^[a-z][a-z0-9_]{0,47}$" doc:"A code; shown with every decision that rests on it."`
	Kinds   []string   `json:"kinds,omitempty" maxItems:"6" nullable:"false" doc:"Absent: every kind that the platform lets a merchant decide beforehand."`
	Reasons []string   `json:"reasons,omitempty" maxItems:"100" nullable:"false" doc:"Absent: every reason."`
	Below   chargeBody `json:"below" doc:"Cases worth at most this. The platform's bound counts too."`
	Give    string     `json:"give,omitempty" enum:"agreement,advance" doc:"agreement, or absent: one agrees without being asked. advance: the refund on the first scan, or the replacement before the goods are back."`
	Enabled bool       `json:"enabled"`
}

// MerchantRule is a rule that a merchant set for itself.
type MerchantRule struct {
	Name    string
	Kinds   []policy.Kind
	Reasons []string
	Below   money.Amount
	Give    policy.Give
	Enabled bool
	SetBy   string
	SetAt   time.Time
}

// MerchantRules are a merchant's own rules, and how often they were changed.
type MerchantRules struct {
	Rules    []MerchantRule
	Revision int64
}

type shownRule struct {
	RuleBody
	SetBy string    `json:"set_by"`
	SetAt time.Time `json:"set_at"`
}

type rulesBody struct {
	Items    []shownRule `json:"items" nullable:"false"`
	Bounds   ruleBounds  `json:"bounds"`
	Revision int64       `json:"revision" doc:"How often they were changed."`
}

// ruleBounds is what the platform lets a shop give beforehand.
type ruleBounds struct {
	Kinds []string  `json:"kinds" nullable:"false" doc:"Of other kinds a rule does nothing."`
	Below moneyBody `json:"below" doc:"For cases worth more a rule does nothing."`
}

type rulesOutput struct {
	Body rulesBody
}

type listRulesInput struct {
	MerchantID string `query:"merchant_id" maxLength:"40" doc:"For the platform's people: whose."`
}

type setRulesInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body struct {
		Guarded
		Rules []RuleBody `json:"rules" maxItems:"50" nullable:"false" doc:"All of them, in order: the first that fits counts."`
	}
}

func (e *edge) listRules(ctx context.Context, in *listRulesInput) (*rulesOutput, error) {
	rules, err := e.Cases.MerchantRules(ctx, callerOf(ctx).actor(), in.MerchantID)
	return e.shownRules(ctx, rules, err)
}

func (e *edge) setRules(ctx context.Context, in *setRulesInput) (*rulesOutput, error) {
	rules := make([]MerchantRule, len(in.Body.Rules))
	for i, b := range in.Body.Rules {
		rules[i] = MerchantRule{Name: b.Name, Reasons: b.Reasons, Below: b.Below.amount(), Give: policy.Give(b.Give), Enabled: b.Enabled}
		if b.Give == giveAgreement {
			rules[i].Give = policy.GiveAgreement
		}
		for _, kind := range b.Kinds {
			rules[i].Kinds = append(rules[i].Kinds, policy.Kind(kind))
		}
	}
	set, err := e.Cases.SetMerchantRules(ctx, callerOf(ctx).meta(in.Body.ExpectedRevision), rules)
	return e.shownRules(ctx, set, err)
}

// giveAgreement is the word for what a rule gives when it names nothing.
const giveAgreement = "agreement"

func (e *edge) shownRules(ctx context.Context, rules MerchantRules, err error) (*rulesOutput, error) {
	if err != nil {
		return nil, err
	}
	kinds, below, err := e.Shopkeeping.RuleBounds(ctx)
	if err != nil {
		return nil, err
	}
	bounds := ruleBounds{each(kinds, func(k policy.Kind) string { return string(k) }), moneyOf(below, money.CNY)}
	return &rulesOutput{Body: rulesBody{Bounds: bounds, Revision: rules.Revision, Items: each(rules.Rules, func(r MerchantRule) shownRule {
		shown := shownRule{RuleBody: RuleBody{
			Name: r.Name, Kinds: each(r.Kinds, func(k policy.Kind) string { return string(k) }), Reasons: solid(r.Reasons),
			Below: chargeBody{Minor: int64(r.Below), Currency: string(money.CNY)}, Give: string(r.Give), Enabled: r.Enabled,
		}, SetBy: r.SetBy, SetAt: r.SetAt}
		if r.Give == policy.GiveAgreement {
			shown.Give = giveAgreement
		}
		return shown
	})}}, nil
}

// What a page shows of a refund without goods, of the refund itself, and of the freight insurance.
type (
	outboundBody struct {
		Way       string       `json:"way,omitempty" enum:"not_shipped,intercept,received,not_received"`
		ShippedAt *time.Time   `json:"shipped_at,omitempty"`
		Parcels   []parcelBody `json:"parcels" nullable:"false" doc:"On their way to the customer."`
		Report    string       `json:"report,omitempty" enum:"requested,impossible,returned,lost"`
		Proof     *proofBody   `json:"proof,omitempty" doc:"Of the delivery."`
	}
	proofBody struct {
		Conceded  bool     `json:"conceded"`
		ByCarrier bool     `json:"by_carrier"`
		TextID    string   `json:"text_id,omitempty"`
		Evidence  []string `json:"evidence" nullable:"false"`
	}
	refundBody struct {
		Cause    string        `json:"cause"`
		Amount   moneyBody     `json:"amount"`
		WaitsFor string        `json:"waits_for,omitempty" enum:"merchant_balance,customer_consent,finance,provider" doc:"Who or what a refund waits for that cannot be paid."`
		Consents []consentBody `json:"consents" nullable:"false" doc:"To be paid on an account, because a rail is closed."`
	}
	consentBody struct {
		TenderID   string    `json:"tender_id,omitempty"`
		At         time.Time `json:"at"`
		Redirected bool      `json:"redirected" doc:"The money was sent there."`
	}
	insuranceBody struct {
		State   string    `json:"state" enum:"claiming,accepted,paid,refused"`
		Carrier string    `json:"carrier"`
		Number  string    `json:"number"`
		Amount  moneyBody `json:"amount" doc:"Claimed."`
		Paid    moneyBody `json:"paid"`
		Why     string    `json:"why,omitempty" doc:"Code of a refusal."`
	}
)

func parcelOf(p contract.ParcelView) parcelBody {
	return parcelBody{p.Carrier, p.Number, p.State, p.Suspect, p.Stalled, p.TooLight, p.Grams, p.Expected, p.LastScan, p.Claimed}
}

// addMoneyEdges fills in where the goods and the money are.
func (b *caseBody) addMoneyEdges(v contract.View, currency money.Currency) {
	if o := v.Outbound; o != nil {
		b.Outbound = &outboundBody{Way: string(o.Way), ShippedAt: o.ShippedAt, Parcels: each(o.Parcels, parcelOf), Report: o.Report}
		if p := o.Proof; p != nil {
			b.Outbound.Proof = &proofBody{p.Conceded, p.ByCarrier, p.TextID, solid(p.Evidence)}
		}
	}
	if r := v.Refund; r != nil {
		b.Refund = &refundBody{Cause: string(r.Cause), Amount: moneyOf(r.Amount, currency), WaitsFor: r.WaitsFor,
			Consents: each(r.Consents, func(c contract.ConsentView) consentBody { return consentBody{c.TenderID, c.At, c.Paid} })}
	}
	if i := v.Insurance; i != nil {
		b.Insurance = &insuranceBody{i.State, i.Carrier, i.Number, moneyOf(i.Amount, currency), moneyOf(i.Paid, currency), i.Why}
	}
}

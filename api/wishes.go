package api

import (
	"context"
	"time"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Variant is what units of an order line could be exchanged for.
type Variant struct {
	ID, Colour, Size string
	Currency         money.Currency
	Price            money.Amount
	Same             bool         // as the line's own
	Enough           bool         // in stock
	Difference       money.Amount // what the customer pays for the quantity; less than 0: what comes back
}

// Preview is what would come of an opening: the rules' terms, and why it would be refused.
type Preview struct {
	Terms policy.Terms
	Why   *fault.Fault
}

type (
	variantInput struct {
		ID       string `path:"id" maxLength:"64"`
		LineID   string `query:"line_id" required:"true" maxLength:"64"`
		Quantity int    `query:"quantity" minimum:"0" maximum:"100000" doc:"Absent: all units that can be chosen."`
	}
	variantBody struct {
		ID         string    `json:"id"`
		Colour     string    `json:"colour,omitempty"`
		Size       string    `json:"size,omitempty"`
		Price      moneyBody `json:"price"`
		Same       bool      `json:"same" doc:"As the one that was bought."`
		InStock    bool      `json:"in_stock" doc:"Enough for the quantity."`
		Difference moneyBody `json:"difference" doc:"For the quantity. Positive: to be paid. Negative: comes back at the end."`
	}
	variantListBody struct {
		Items []variantBody `json:"items" nullable:"false"`
	}
	variantListOutput struct{ Body variantListBody }

	previewInput struct{ Body openBody }
	previewBody  struct {
		Possible  bool        `json:"possible"`
		Why       string      `json:"why,omitempty" doc:"Code of what stands in the way."`
		WhyText   string      `json:"why_text,omitempty" doc:"In the reader's language."`
		Asks      []askedBody `json:"asks" nullable:"false" doc:"What would still be asked for: give it with the opening, and nothing is asked."`
		Quote     quoteBody   `json:"quote" doc:"What would come back: of an exchange or a repair if it became a refund; of a complaint the most that can be judged."`
		NoReason  bool        `json:"no_reason"`
		Liability string      `json:"liability,omitempty"`
		Freight   freightBody `json:"freight"`
		Insured   bool        `json:"insured" doc:"Freight insurance would pay the way back."`
		ByRule    bool        `json:"by_rule" doc:"It would be agreed to at once."`

		Difference *moneyBody    `json:"difference,omitempty" doc:"exchange: positive to be paid, negative comes back."`
		Warranty   *warrantyBody `json:"warranty,omitempty" doc:"repair"`
		Until      *time.Time    `json:"protected_until,omitempty" doc:"price_protection: the last moment to ask."`
		Answer     *promiseBody  `json:"answer,omitempty" doc:"How long the shop has to answer, and what happens then."`
	}
	askedBody struct {
		Field string `json:"field" enum:"reason,evidence,description"`
		Text  string `json:"text" doc:"The question in the reader's language."`
		Type  string `json:"type" enum:"choice,text,files"`
	}
	warrantyBody struct {
		Covered bool       `json:"covered" doc:"The shop pays the repair."`
		Until   *time.Time `json:"until,omitempty"`
		Choice  bool       `json:"choice" doc:"Repaired too often for the same fault: the customer chooses."`
	}
	promiseBody struct {
		Seconds int64  `json:"seconds"`
		AtZero  string `json:"at_zero" doc:"In the reader's language."`
	}
	previewOutput struct{ Body previewBody }
)

func (e *edge) listVariants(ctx context.Context, in *variantInput) (*variantListOutput, error) {
	variants, err := e.Cases.Variants(ctx, callerOf(ctx).actor(), in.ID, in.LineID, in.Quantity)
	if err != nil {
		return nil, err
	}
	return &variantListOutput{Body: variantListBody{Items: each(variants, func(v Variant) variantBody {
		return variantBody{v.ID, v.Colour, v.Size, moneyOf(v.Price, v.Currency), v.Same, v.Enough, moneyOf(v.Difference, v.Currency)}
	})}}, nil
}

func (e *edge) previewCase(ctx context.Context, in *previewInput) (*previewOutput, error) {
	caller := callerOf(ctx)
	preview, err := e.Cases.Preview(ctx, openingOf(in.Body, caller))
	if err != nil {
		return nil, err
	}
	t := preview.Terms
	say_ := voice{t.Quote.Currency, caller.Language}
	body := previewBody{
		Possible: preview.Why == nil, NoReason: t.NoReason, Liability: string(t.Liability), Quote: say_.quote(t.Quote),
		Freight: freightBody{string(t.Freight.Out), string(t.Freight.Back), t.Freight.Rule}, Insured: t.Insurance != nil, ByRule: t.AutoAgree != "",
		Asks: each(t.Asks, func(ask policy.Ask) askedBody {
			return askedBody{string(ask), e.Texts(in.Body.Kind, string(ask), caller.Language, false), askType(ask)}
		}),
	}
	if preview.Why != nil {
		body.Why, body.WhyText = string(preview.Why.Code), preview.Why.Text(caller.Language)
	}
	if t.Exchange != nil {
		difference := say_.money(t.Exchange.Difference)
		body.Difference = &difference
	}
	if w := t.Warranty; w != nil {
		body.Warranty = &warrantyBody{w.Covered, timeOrNil(w.Until), w.Choice}
	}
	if p := t.Protection; p != nil {
		body.Until = timeOrNil(p.Until)
	}
	if d, found := t.Deadline(policy.StepMerchantAnswer); found && t.AutoAgree == "" {
		body.Answer = &promiseBody{int64(d.For / time.Second), say(defaultWords, d.Default, caller.Language)}
	}
	return &previewOutput{Body: body}, nil
}

func askType(ask policy.Ask) string {
	switch ask {
	case policy.AskReason:
		return "choice"
	case policy.AskEvidence:
		return "files"
	}
	return "text"
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// openingOf reads what somebody would open.
func openingOf(b openBody, caller *caller) Opening {
	opening := Opening{
		Meta: caller.meta(nil), Kind: policy.Kind(b.Kind), OrderID: b.OrderID, Reason: b.Reason, Text: b.Text, Evidence: b.Evidence,
		Lang: b.Lang, Subject: b.Subject, Asked: b.Amount.amount(),
	}
	if opening.Lang == "" {
		opening.Lang = caller.Language
	}
	for _, line := range b.Lines {
		opening.Lines = append(opening.Lines, contract.ChosenLine{LineID: line.LineID, Quantity: line.Quantity, VariantID: line.VariantID})
	}
	return opening
}

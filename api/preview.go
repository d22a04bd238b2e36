package api

import (
	"context"

	"aftersales/policy"
)

// Foreseen is what would come of a request that was never made.
type Foreseen struct {
	Terms   policy.Terms
	Reasons []ForeseenReason
}

// ForeseenReason is a reason that can be given, under its heading.
type ForeseenReason struct {
	Code, Zh, En            string
	Group, GroupZh, GroupEn string
	Way                     policy.Way
	Evidence                []string // one piece of any of these kinds is asked for
	Describe, NoReason      bool
	Subject                 string
}

type previewInput struct {
	Body openBody
}

type previewOutput struct {
	Body previewBody
}

// previewBody is what a form shows before it is sent.
type previewBody struct {
	Reasons   []foreseenReasonBody `json:"reasons" nullable:"false" doc:"What can be given for these goods."`
	Asks      []string             `json:"asks" nullable:"false" enum:"reason,evidence,description" doc:"What would be asked for."`
	Way       string               `json:"way,omitempty" enum:"not_shipped,intercept,received,not_received" doc:"refund_only: where the goods are."`
	NoReason  bool                 `json:"no_reason" doc:"It rests on the right to return without reason; while no reason is given: it could."`
	Liability string               `json:"liability,omitempty"`
	Freight   freightBody          `json:"freight"`
	Quote     quoteBody            `json:"quote" doc:"What a refund comes to; of a repair or an exchange: what it would, instead."`
	Steps     []explainedStep      `json:"steps" nullable:"false" doc:"How the total comes about, in words; of an exchange: the difference."`

	Difference *moneyBody     `json:"difference,omitempty" doc:"Exchange: to be paid when positive, comes back at the end when negative."`
	Insured    *moneyBody     `json:"insured,omitempty" doc:"Up to this the freight insurance pays the way back."`
	AtOnce     bool           `json:"at_once" doc:"A rule agrees without anybody being asked."`
	Deadlines  []deadlineBody `json:"deadlines" nullable:"false" doc:"Who would have to act at each step, and what happens when they do not."`
}

type explainedStep struct {
	Text   string    `json:"text" doc:"In the reader's language, without the amount."`
	LineID string    `json:"line_id,omitempty"`
	Amount moneyBody `json:"amount"`
	Rule   string    `json:"rule"`
}

type foreseenReasonBody struct {
	Code       string   `json:"code"`
	Label      string   `json:"label" doc:"In the reader's language."`
	Group      string   `json:"group,omitempty"`
	GroupLabel string   `json:"group_label,omitempty" doc:"The heading that it stands under."`
	Way        string   `json:"way,omitempty" enum:"not_shipped,intercept,received,not_received" doc:"refund_only: where the goods would be taken to be."`
	Evidence   []string `json:"evidence" nullable:"false" doc:"One piece of any of these kinds is asked for; none: nothing is."`
	Describe   bool     `json:"describe" doc:"A description is asked for."`
	NoReason   bool     `json:"no_reason"`
	Subject    string   `json:"subject,omitempty" enum:"goods,service" doc:"complaint: what it is about."`
}

func (e *edge) previews() {
	register(e, "case.preview", func(ctx context.Context, in *previewInput) (*previewOutput, error) {
		opening, err := openingOf(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		opening.Meta.ReceivedAt = e.Now()
		foreseen, err := e.Cases.Preview(ctx, opening)
		if err != nil {
			return nil, err
		}
		return &previewOutput{Body: previewOf(foreseen, callerOf(ctx).Language)}, nil
	})
}

func previewOf(foreseen Foreseen, lang string) previewBody {
	t := foreseen.Terms
	in := currencyOf(t.Quote.Currency)
	body := previewBody{
		Way: string(t.Way), NoReason: t.NoReason, Liability: string(t.Liability), AtOnce: t.AutoAgree != "",
		Freight: freightBody{string(t.Freight.Out), string(t.Freight.Back), t.Freight.Rule}, Quote: in.quote(t.Quote),
		Asks: each(t.Asks, func(a policy.Ask) string { return string(a) }), Deadlines: deadlinesOf(t),
		Reasons: each(foreseen.Reasons, func(r ForeseenReason) foreseenReasonBody { return r.in(lang) }),
	}
	formula := t.Quote.Formula
	if x := t.Exchange; x != nil {
		difference := in.money(x.Difference)
		body.Difference, formula = &difference, x.Formula
	}
	if t.Insurance != nil {
		insured := in.money(t.Insurance.Cap)
		body.Insured = &insured
	}
	body.Steps = each(formula, func(l policy.FormulaLine) explainedStep {
		bare := l
		bare.Line = "" // the page names the goods
		return explainedStep{policy.FormulaText(bare, lang), l.Line, in.money(l.Amount), l.Rule}
	})
	return body
}

func (r ForeseenReason) in(lang string) foreseenReasonBody {
	body := foreseenReasonBody{
		Code: r.Code, Label: r.En, Group: r.Group, GroupLabel: r.GroupEn, Way: string(r.Way),
		Evidence: solid(r.Evidence), Describe: r.Describe, NoReason: r.NoReason, Subject: r.Subject,
	}
	if lang == langZH {
		body.Label, body.GroupLabel = r.Zh, r.GroupZh
	}
	return body
}

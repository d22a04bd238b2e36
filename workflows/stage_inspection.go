package workflows

import (
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// inspectionStages: the merchant looks at what came back, and the customer answers what it found.
var inspectionStages = stages{
	contract.StageInspection: (*story).inspection,
	contract.StageDifference: (*story).difference,
}

func (c *story) inspectionCommands() []command {
	return []command{
		on(byMerchant, in(contract.StageInspection), c.canInspect, c.inspect).inTime(),
	}
}

// inspection waits for the merchant to look into the parcel. Silence refunds - unless the carrier weighed a
// parcel too light to hold the goods: then people decide, with both weights before them.
func (c *story) inspection(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	c.open(ctx, policy.StepInspection, *s.Parcel.SignedAt)
	expired, err := c.wait(ctx, func() bool { return s.Inspection != nil })
	if err != nil {
		return "", err
	}
	switch {
	case expired && s.Parcel.TooLight:
		return c.dispute(ctx, "weight"), nil
	case expired:
		s.Inspection = &contract.InspectionView{ByTime: true}
		c.record(ctx, platform, "inspection_silent", nil, contract.Customer, contract.Merchant)
	case s.Inspection.Difference != policy.NoDifference:
		return contract.StageDifference, nil
	}
	return c.plot.arrived(c, ctx)
}

// claim is what the case asks for: all that the rules allow, or the part that the customer named. Money for goods
// that stay with the customer counts no unit as given back.
func (c *story) claim() policy.Quote { return c.claimOf(c.s.Terms) }

func (c *story) claimOf(t policy.Terms) policy.Quote {
	quote := t.Quote
	if t.Asked > 0 && t.Asked < quote.Total {
		quote = policy.Reprice(quote, t.Asked)
	}
	if t.Way == policy.WayReceived {
		quote = goodsKept(quote)
	}
	return quote
}

// due is the amount the goods' return is worth: the judged one, or what is asked for.
func (c *story) due() policy.Quote {
	if c.s.Verdict != nil {
		return c.s.Verdict.Quote
	}
	return c.claim()
}

// cause names why the money moves: a judgment, the merchant's word, or the merchant's silence.
func (c *story) cause() (contract.Cause, string) {
	switch {
	case c.s.Verdict != nil:
		return contract.CauseJudgment, c.s.Verdict.ID
	case c.s.Answer != nil && c.s.Answer.ByRule != "":
		return contract.CauseRule, c.s.Answer.ByRule
	case c.s.Answer != nil && c.s.Answer.ByTime:
		return contract.CauseExpired, string(policy.StepMerchantAnswer)
	}
	return contract.CauseMerchant, string(policy.StepMerchantAnswer)
}

func (c *story) canInspect(cmd *contract.Inspect) *fault.Fault {
	if c.s.Inspection != nil {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	if cmd.Difference == policy.NoDifference {
		return nil
	}
	known := false
	for _, difference := range policy.Differences() {
		known = known || difference == cmd.Difference
	}
	switch {
	case !known:
		return fault.New(fault.BadRequest, "problem", "difference: empty, wrong, used, short or damaged")
	case len(cmd.Evidence) == 0:
		return fault.New(fault.EvidenceNeeded)
	case cmd.Difference == policy.ShortCount && (cmd.MissingUnits <= 0 || cmd.MissingUnits >= len(c.s.Units)):
		return fault.New(fault.QuantityTooLarge, "available", len(c.s.Units)-1)
	}
	return nil
}

// inspect stores what the merchant found. A difference is other facts: the rules are asked again, and the part
// they leave is offered to the customer.
func (c *story) inspect(ctx workflow.Context, cmd *contract.Inspect) (*fault.Fault, error) {
	s := c.s
	evidence, f, err := c.attach(ctx, cmd.Actor, cmd.Evidence)
	if f != nil || err != nil {
		return f, err
	}
	found := contract.InspectionView{
		Difference: cmd.Difference, MissingUnits: cmd.MissingUnits, Grams: cmd.Grams, TextID: cmd.TextID, Evidence: evidence,
	}
	if cmd.Difference != policy.NoDifference {
		terms, err := c.evaluate(ctx, c.known(), &policy.InspectionFacts{
			Difference: cmd.Difference, CarrierGrams: s.Parcel.Grams, MissingUnits: cmd.MissingUnits,
			DamageByItem: cmd.Difference == policy.Damaged,
		})
		if err != nil {
			return nil, err
		}
		s.Evaluation++
		if len(s.Swap.Replaced) > 0 || s.Advanced > 0 {
			terms.Quote = s.Terms.Quote // as it was before the case itself gave something for the goods
		}
		part := policy.Partial(terms, cmd.Difference, cmd.MissingUnits)
		if due := c.due(); part.Total > due.Total { // what was judged is not exceeded
			part = due
		}
		s.Offer, s.Accepted = &contract.OfferView{Amount: part.Total, Quote: part, TextID: cmd.TextID}, nil
	}
	c.uses(cmd.TextID)
	s.Inspection = &found
	event, values := "inspected", data{"difference": cmd.Difference}
	if s.Offer != nil && cmd.Difference != policy.NoDifference {
		event = "difference_reported"
		values["offer"], values["grams"], values["carrier_grams"] = s.Offer.Amount, cmd.Grams, s.Parcel.Grams
	}
	c.record(ctx, cmd.Actor, event, values, contract.Customer)
	return nil, nil
}

// difference waits for the customer's word on the part that the rules leave. Without it, people decide.
func (c *story) difference(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	c.open(ctx, policy.StepDifference, workflow.Now(ctx))
	expired, err := c.wait(ctx, func() bool { return s.Accepted != nil })
	if err != nil {
		return "", err
	}
	switch {
	case expired:
		c.record(ctx, platform, "difference_unanswered", nil, contract.Customer, contract.Merchant)
		return c.dispute(ctx, "difference"), nil
	case !*s.Accepted:
		return c.dispute(ctx, "difference"), nil
	}
	if c.plot.parted != nil {
		return c.plot.parted(c, ctx)
	}
	return c.settle(ctx, s.Offer.Quote, contract.CauseAccepted, "difference"), nil
}

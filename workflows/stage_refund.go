package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// refundPatience is how long a refund is tried in one go before finance is told.
const refundPatience = 30 * time.Minute

// refundStages: the money goes back.
var refundStages = stages{
	contract.StageRefund: (*story).refund,
}

func (c *story) refundCommands() []command {
	return []command{
		on(byFinance, in(contract.StageRefund), c.canRetryRefund, c.retryRefund).asQuiet(),
		on(byCustomer, in(contract.StageRefund), c.canConsentRail, c.consentRail),
		on(byFinance, in(contract.StageRefund), c.canRedirectRefund, c.redirectRefund),
	}
}

// settle fixes what will be paid and why. A judgment was approved already; any other refund is approved by a
// rule of the terms or waits for a person.
func (c *story) settle(ctx workflow.Context, quote policy.Quote, cause contract.Cause, ref string) contract.Stage {
	s := c.s
	s.Revision++
	c.nextRefund(Refund{Quote: quote, Cause: cause, CauseRef: ref})
	if quote.Total == 0 {
		return c.end(ctx, contract.Rejected)
	}
	if cause == contract.CauseJudgment {
		return contract.StageRefund
	}
	if need := policy.Approvals(s.Terms, quote.Total, false); need.Needed == 0 {
		c.record(ctx, platform, "approved_by_rule", data{"amount": quote.Total, "rule": need.Rule})
		return contract.StageRefund
	}
	return c.proposeRefund(ctx, quote)
}

// proposeRefund lets people approve a refund that nobody disputes.
func (c *story) proposeRefund(ctx workflow.Context, quote policy.Quote) contract.Stage {
	c.newProposal(ctx, contract.ApprovalState{
		Outcome: contract.ProposeRefund, Amount: quote.Total, Stake: quote.Total, Quote: quote, Liability: c.s.Terms.Liability, ProposedBy: platform,
	})
	if c.s.Stage == contract.StageApproval { // in the place of a proposal that waited there: this one has time of its own
		c.s.Wait = nil
	}
	return contract.StageApproval
}

// requote goes on with what is left when other refunds of the same lines were paid since this one was quoted: more is
// nobody's to give, and waiting would not bring it back. Both sides see what became of it; who approved the refund
// approved another amount, and is asked again.
func (c *story) requote(ctx workflow.Context, left policy.Quote) contract.Stage {
	s, r := c.s, &c.s.Refund
	s.Revision++
	cut := r.Quote.Total
	paid := policy.Plus(r.Before, contract.Given(r.Legs))
	left = policy.Plus(left, paid)
	left.Formula = append(slices.Clone(r.Quote.Formula), policy.FormulaLine{Label: "refunded_before", Amount: left.Total - cut, Rule: policy.RuleRefundedOnce})
	c.record(ctx, platform, "refund_requoted", data{"before": cut, "amount": left.Total, "code": fault.RefundLimit}, contract.Customer, contract.Merchant)
	if s.Advanced > 0 && r.Next == contract.StageTransit {
		s.Advanced = left.Total
	}
	if r.Next == contract.StageIntercept {
		s.Apart = left.Total
	}
	if len(r.Legs) > 0 { // their keys stand for what they were made for
		again := *r
		again.Legs, again.Before = nil, paid
		c.nextRefund(again)
	}
	approved := r.TenderID == "" && s.Approval != nil && s.Approval.State == "approved" && !s.Approval.Disputed && s.Approval.Amount == r.Quote.Total
	r.Quote = left
	if approved && r.due().Total > 0 {
		return c.proposeRefund(ctx, left)
	}
	return contract.StageRefund
}

// due is what is still to be paid of a refund: all of it, unless it was cut after some of its legs had paid.
func (r *Refund) due() policy.Quote {
	if r.Before.Total == 0 {
		return r.Quote
	}
	return policy.Less(r.Quote, r.Before)
}

// goodsKept is a part of the price for goods that stay with the customer: money goes back, no unit does, and what is
// left of the price can still be asked for when one comes back later.
func goodsKept(quote policy.Quote) policy.Quote {
	quote.Lines = slices.Clone(quote.Lines)
	for i := range quote.Lines {
		quote.Lines[i].Quantity = 0
	}
	return quote
}

// refund pays, leg by leg, each on the rail it came from. What cannot be paid now waits for finance with the
// reason in plain sight; nothing is paid twice, however often this is tried.
func (c *story) refund(ctx workflow.Context) (contract.Stage, error) {
	r := &c.s.Refund
	if !r.Started {
		r.Started = true
		c.record(ctx, platform, "refunding", data{"amount": r.Quote.Total, "cause": r.Cause, "ref": r.CauseRef})
	}
	for {
		if r.Blocked != "" {
			if err := c.askFinance(ctx); err != nil {
				return "", err
			}
		}
		r.Retry = false
		result, err := c.pay(ctx)
		switch {
		case err != nil:
			return "", err
		case result.Done:
			if err := c.putBack(ctx); err != nil {
				return "", err
			}
			return c.afterRefund(ctx)
		case result.Left != nil:
			if next := c.requote(ctx, *result.Left); next != contract.StageRefund {
				return next, nil
			}
			continue
		case r.Blocked != "":
			continue
		case result.NextAt == nil:
			r.Blocked = string(fault.Unavailable)
			continue
		}
		if err := c.payLater(ctx, *result.NextAt); err != nil {
			return "", err
		}
	}
}

// pay tries every leg once. What a person must resolve is left in Blocked. A deposit is drawn when the legs are written
// down: from then on nobody else gets the money that they count on, and no more is drawn than they come to.
func (c *story) pay(ctx workflow.Context) (contract.RefundResult, error) {
	r := &c.s.Refund
	draws := func() bool { return r.FromDeposit && !r.Drawn && r.due().Total > 0 }
	if draws() && len(r.Legs) == 0 && workflow.GetVersion(ctx, plansBeforeDrawing, workflow.DefaultVersion, 1) == 1 {
		if planned, err := c.payLegs(ctx, true); err != nil || r.Blocked != "" || planned.Left != nil {
			return planned, err
		}
	}
	if draws() {
		if err := c.draw(ctx); err != nil {
			return contract.RefundResult{}, err
		}
	}
	result, err := c.payLegs(ctx, false)
	if err != nil {
		return result, err
	}
	// What was judged is owed however little the merchant has: its deposit pays before anybody is asked.
	if r.Blocked == string(fault.BalanceShort) && r.Cause == contract.CauseJudgment && c.s.Terms.Judgment.ExecuteFromDeposit && !r.FromDeposit {
		c.record(ctx, platform, "balance_short", nil, contract.Customer, contract.Merchant)
		r.FromDeposit, r.Blocked = true, ""
		return c.pay(ctx)
	}
	return result, nil
}

// plansBeforeDrawing marks histories in which legs are written down before a deposit is drawn; older ones drew first.
const plansBeforeDrawing = "legs before deposit"

// payLegs writes the legs down and pays those that are due, or only writes them down.
func (c *story) payLegs(ctx workflow.Context, planOnly bool) (contract.RefundResult, error) {
	r := &c.s.Refund
	var result contract.RefundResult
	err := c.act(ctx, partner(ctx, "refund", refundPatience), contract.ActivityRefund, contract.RefundInput{
		CaseID: c.start.CaseID, OrderID: c.start.OrderID, Round: r.Round, Quote: r.due(),
		Cause: r.Cause, CauseRef: r.CauseRef, At: workflow.Now(ctx), TenderID: r.TenderID, Redirect: r.redirects(), PlanOnly: planOnly,
	}, &result)
	switch {
	case err != nil && ctx.Err() != nil:
		return result, err
	case err != nil:
		r.Blocked = string(fault.Unavailable)
		return contract.RefundResult{}, nil
	}
	r.Legs = result.Legs
	if result.Blocked != nil && result.Left == nil {
		r.Blocked = string(result.Blocked.Code)
	}
	return result, nil
}

// draw takes the refund's amount out of the merchant's deposit, once. A deposit that is short leaves it to the
// merchant's balance, and to finance when that is short too.
func (c *story) draw(ctx workflow.Context) error {
	r := &c.s.Refund
	if r.Draw == nil || r.Draw.Round != r.Round && !r.Draw.Unsure {
		r.Draw = &Draw{Round: r.Round, Amount: r.Quote.Total - r.given(), Before: r.given()}
	}
	var drawn contract.DrawResult
	err := c.act(ctx, partner(ctx, "draw from the merchant's deposit", refundPatience), contract.ActivityDrawDeposit, contract.DrawInput{
		CaseID: c.start.CaseID, MerchantID: c.start.MerchantID, Round: r.Draw.Round, Amount: r.Draw.Amount, Currency: r.Quote.Currency, At: workflow.Now(ctx),
	}, &drawn)
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		r.Draw.Unsure = true // the next try asks by its key
		return nil
	case drawn.Refused != nil:
		r.Draw.Unsure = false
		c.record(ctx, platform, "deposit_short", data{"amount": r.Draw.Amount}, contract.Merchant, contract.Supervisor)
		return nil
	}
	r.Drawn, r.Draw.Unsure = true, false
	c.record(ctx, platform, "deposit_drawn", data{"amount": r.Draw.Amount}, contract.Customer, contract.Merchant)
	return nil
}

// given is what a refund's legs have paid for sure, in all its rounds.
func (r *Refund) given() money.Amount {
	given := r.Before.Total
	for _, leg := range r.Legs {
		if leg.Status == "succeeded" {
			given += leg.Amount
		}
	}
	return given
}

// putsBack marks histories in which what was drawn in vain goes back into the deposit.
const putsBack = "deposit put back"

// putBack returns to the merchant's deposit what was drawn and the refund, now paid, did not need: other refunds of the
// same lines were paid meanwhile. A balance that is short by now keeps nobody waiting: people see to it.
func (c *story) putBack(ctx workflow.Context) error {
	r := &c.s.Refund
	draw := r.Draw
	if draw == nil || !r.Drawn && !draw.Unsure {
		return nil
	}
	over := draw.Amount - (r.Quote.Total - draw.Before)
	if over <= 0 || workflow.GetVersion(ctx, putsBack, workflow.DefaultVersion, 1) != 1 {
		return nil
	}
	c.s.PutBack++
	var back contract.PutBackResult
	err := c.act(ctx, partner(ctx, "put back into the merchant's deposit", refundPatience), contract.ActivityPutBack, contract.PutBackInput{
		CaseID: c.start.CaseID, MerchantID: c.start.MerchantID, Round: draw.Round, N: c.s.PutBack, Amount: over, Currency: r.Quote.Currency, At: workflow.Now(ctx),
	}, &back)
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil || back.Refused != nil:
		c.record(ctx, platform, "deposit_owed", data{"amount": over}, contract.Merchant, contract.Supervisor)
	case back.Moved:
		c.record(ctx, platform, "deposit_put_back", data{"amount": over}, contract.Merchant)
	}
	return nil
}

// mostPatient is the longest pause before a provider that has only accepted a refund is asked again.
const mostPatient = time.Hour

// payLater waits for a rail's spacing, or for a provider that has accepted a refund and not made it: less and less
// often, and at once when the provider says something.
func (c *story) payLater(ctx workflow.Context, at time.Time) error {
	r := &c.s.Refund
	if r.Polls == 0 {
		c.record(ctx, platform, "refund_spaced", data{"next_at": at, "paid": c.s.paid()})
	}
	r.Polls++
	if least := workflow.Now(ctx).Add(min(time.Second<<min(r.Polls-1, 20), mostPatient)); at.Before(least) {
		at = least
	}
	return c.pause(ctx, at, "until the refund can be paid or asked for again", func() bool { return r.Retry })
}

// afterRefund goes on once every leg succeeded: where the plot does, or where a refund beside the way left off.
func (c *story) afterRefund(ctx workflow.Context) (contract.Stage, error) {
	r := c.s.Refund
	switch {
	case r.TenderID != "":
		c.record(ctx, platform, "payment_returned", data{"amount": r.Quote.Total, "ref": r.CauseRef}, contract.Customer)
		if stage, owed := c.returnTaken(r.Next, r.Then); owed {
			return stage, nil
		}
	case r.Next != "" && r.Quote.Total > 0:
		c.record(ctx, platform, "refunded", data{"amount": r.Quote.Total, "ref": r.CauseRef}, contract.Customer, contract.Merchant)
	}
	switch {
	case r.Next != "":
		return r.Next, nil
	case r.Then != "":
		return c.end(ctx, r.Then), nil
	}
	return c.plot.paid(c, ctx)
}

// refunded ends the case once every leg succeeded.
func (c *story) refunded(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	if s.Refund.Quote.Total == 0 { // nothing was left to give
		return c.end(ctx, contract.Rejected), nil
	}
	c.record(ctx, platform, "refunded", data{"amount": s.paid()}, contract.Customer, contract.Merchant)
	if s.Refund.Quote.Total < c.claim().Total {
		return c.end(ctx, contract.PartlyRefunded), nil
	}
	return c.end(ctx, contract.Refunded), nil
}

// askFinance waits for somebody to remove what blocks the refund; time tries again by itself and tells the next level.
func (c *story) askFinance(ctx workflow.Context) error {
	s := c.s
	if s.Wait == nil {
		tell := []contract.Role{contract.Customer, c.waitingFor()}
		if c.refundWaitsFor() == contract.WaitsForBalance {
			tell = append(tell, contract.Merchant)
		}
		c.record(ctx, platform, "refund_blocked", data{"code": s.Refund.Blocked, "paid": s.paid(), "waits_for": c.refundWaitsFor()}, tell...)
		c.open(ctx, policy.StepRefundHelp, workflow.Now(ctx))
	}
	expired, err := c.wait(ctx, func() bool { return s.Refund.Retry })
	if err != nil {
		return err
	}
	if expired {
		s.Refund.Level = min(s.Refund.Level+1, len(levels)-2)
	}
	s.Wait, s.Refund.Blocked, s.Refund.Polls = nil, "", 0
	return nil
}

func (c *story) canRetryRefund(*contract.RetryRefund) *fault.Fault {
	if c.s.Refund.Blocked == "" || c.s.Refund.Retry {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

func (c *story) retryRefund(ctx workflow.Context, cmd *contract.RetryRefund) (*fault.Fault, error) {
	c.s.Refund.Retry = true
	c.record(ctx, cmd.Actor, "refund_retried", nil)
	return nil, nil
}

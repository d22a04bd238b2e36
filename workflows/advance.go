package workflows

import (
	"go.temporal.io/sdk/workflow"

	"aftersales/money"
	"aftersales/workflows/contract"
)

// advances tells whether the refund is to be paid now, on the first scan of the parcel back. It is tried once, also where
// nothing was left to give.
func (c *story) advances() bool {
	s := c.s
	return s.Terms.Advance.Refund && s.Refunds == 0 && s.Verdict == nil && s.Parcel.LastScan != nil && !s.Parcel.Bounced && !s.Parcel.TooLight
}

// advance pays before the goods are back, by the rule that allowed it; then the parcel is followed on.
func (c *story) advance(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	quote := c.due()
	s.Advanced = quote.Total
	s.Revision++
	c.record(ctx, platform, "approved_by_rule", data{"amount": quote.Total, "rule": s.Terms.Advance.Rule})
	c.nextRefund(Refund{Quote: quote, Cause: contract.CauseRule, CauseRef: s.Terms.Advance.Rule, Next: contract.StageTransit})
	return contract.StageRefund, nil
}

// takeAllBack claims everything that was paid in advance: the parcel came back to the customer, or is too light to hold
// the goods and nobody looked.
func (c *story) takeAllBack(ctx workflow.Context) (contract.Stage, error) {
	cause := "weight"
	if c.s.Parcel.Bounced {
		cause = "parcel_bounced"
	}
	return c.takeBack(ctx, 0, cause)
}

// nextRefund makes the case's next refund, with keys of its own.
func (c *story) nextRefund(refund Refund) {
	s := c.s
	s.Refunds++
	s.Earlier = s.legs()
	refund.Round = s.Refunds
	s.Refund = refund
}

// takeBack claims what was refunded in advance and is not owed after all. What was paid is never rolled back.
func (c *story) takeBack(ctx workflow.Context, owed money.Amount, cause string) (contract.Stage, error) {
	if over := c.s.Advanced - owed; over > 0 {
		if err := c.recover(ctx, over, cause); err != nil {
			return "", err
		}
	}
	if owed < c.claim().Total {
		return c.end(ctx, contract.PartlyRefunded), nil
	}
	return c.end(ctx, contract.Refunded), nil
}

// recover claims from the customer what was given and is not owed.
func (c *story) recover(ctx workflow.Context, amount money.Amount, cause string) error {
	c.s.Claims++
	err := c.local(ctx, contract.ActivityOpenRecovery, contract.RecoveryInput{
		CaseID: c.start.CaseID, N: c.s.Claims, From: contract.Customer, FromID: c.start.CustomerID,
		Amount: amount, Currency: c.s.Currency, Cause: cause, At: workflow.Now(ctx),
	}, nil)
	if err == nil {
		c.record(ctx, platform, "recovery_opened", data{"amount": amount, "cause": cause}, contract.Customer, contract.Supervisor)
	}
	return err
}

package workflows

import (
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// settle fixes what will be paid and why. A judgment was approved already; any other refund is approved by a
// rule of the terms or waits for a person.
func (c *story) settle(ctx workflow.Context, quote policy.Quote, cause contract.Cause, ref string) contract.Stage {
	s := c.s
	s.Revision++
	s.Refund = Refund{Quote: quote, Cause: cause, CauseRef: ref}
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
	c.newProposal(ctx, contract.ApprovalState{
		Outcome: contract.ProposeRefund, Amount: quote.Total, Quote: quote, Liability: s.Terms.Liability, ProposedBy: platform,
	})
	return contract.StageApproval
}

// refund pays, leg by leg, each on the rail it came from. What cannot be paid now waits for finance with the
// reason in plain sight; nothing is paid twice, however often this is tried.
func (c *story) refund(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	if !s.Refund.Started {
		s.Refund.Started = true
		c.record(ctx, platform, "refunding", data{"amount": s.Refund.Quote.Total, "cause": s.Refund.Cause, "ref": s.Refund.CauseRef})
	}
	for {
		s.Refund.Retry, s.Refund.Blocked = false, ""
		var result contract.RefundResult
		err := c.act(ctx, partner(ctx, "refund", refundPatience), contract.ActivityRefund, contract.RefundInput{
			CaseID: c.start.CaseID, OrderID: c.start.OrderID, Round: 1, Quote: s.Refund.Quote,
			Cause: s.Refund.Cause, CauseRef: s.Refund.CauseRef, At: workflow.Now(ctx),
		}, &result)
		switch {
		case err != nil && ctx.Err() != nil:
			return "", err
		case err != nil:
			s.Refund.Blocked = string(fault.Unavailable)
		default:
			s.Refund.Legs = result.Legs
			if result.Blocked != nil {
				s.Refund.Blocked = string(result.Blocked.Code)
			}
		}
		switch {
		case err == nil && result.Done:
			return c.refunded(ctx), nil
		case err == nil && result.Blocked == nil && result.NextAt != nil:
			s.Wait = nil
			c.record(ctx, platform, "refund_spaced", data{"next_at": *result.NextAt, "paid": s.Refund.paid()})
			if err := c.pause(ctx, *result.NextAt, "the rail's spacing between refunds"); err != nil {
				return "", err
			}
			continue
		}
		if err := c.askFinance(ctx); err != nil {
			return "", err
		}
	}
}

// refunded ends the case once every leg succeeded.
func (c *story) refunded(ctx workflow.Context) contract.Stage {
	s := c.s
	c.record(ctx, platform, "refunded", data{"amount": s.Refund.paid()}, contract.Customer, contract.Merchant)
	if s.Refund.Quote.Total < s.Terms.Quote.Total {
		return c.end(ctx, contract.PartlyRefunded)
	}
	return c.end(ctx, contract.Refunded)
}

// askFinance waits for somebody to remove what blocks the refund; time tries again by itself and tells the next level.
func (c *story) askFinance(ctx workflow.Context) error {
	s := c.s
	c.record(ctx, platform, "refund_blocked", data{"code": s.Refund.Blocked, "paid": s.Refund.paid()}, contract.Customer, c.waitingFor())
	c.reopen(ctx, policy.StepRefundHelp, workflow.Now(ctx))
	expired, err := c.wait(ctx, func() bool { return s.Refund.Retry })
	if err != nil {
		return err
	}
	if expired {
		s.Refund.Level = min(s.Refund.Level+1, len(levels)-2)
	}
	s.Wait = nil
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

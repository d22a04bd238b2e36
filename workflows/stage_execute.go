package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// executeStages: what was judged is carried out.
var executeStages = stages{
	contract.StageExecute: (*story).execute,
}

func (c *story) executeCommands() []command {
	return []command{
		on(byMerchant, in(contract.StageExecute), c.canCarryOut, c.carryOutJudgment).inTime(),
	}
}

// judged takes up what people decided: the judgment is told to both sides and carried out. One that an appeal
// reverses only moves the difference.
func (c *story) judged(ctx workflow.Context) (contract.Stage, error) {
	s, k, approval := c.s, c.s.Complaint, c.s.Approval
	k.Judges = slices.Compact(slices.Sorted(slices.Values(slices.Concat(k.Judges, []string{approval.ProposedBy.ID}, approval.Votes))))
	k.Suspension, k.Supplement = nil, nil
	if approval.Appeal {
		return c.appealJudged(ctx)
	}
	c.pronounce(ctx)
	switch advanced := c.advanced().Total; {
	case c.s.paid() > 0, advanced > 0 && approval.Amount <= advanced: // given before: by a judgment, or in advance
		return c.moveDifference(ctx, nil)
	case approval.Outcome == contract.ProposeRefuse:
		return c.executed(ctx)
	case approval.GoodsBack && !c.goodsBack():
		s.Parcel, s.Inspection, s.Pickup, s.Held = nil, nil, nil, nil
		return contract.StageSendBack, nil
	}
	return contract.StageExecute, nil
}

// pronounce makes a proposal the judgment that stands.
func (c *story) pronounce(ctx workflow.Context) {
	k, approval := c.s.Complaint, c.s.Approval
	k.Judgments++
	k.Carried, k.Rested = false, nil
	k.Judgment = &contract.JudgmentView{
		N: k.Judgments, ID: approval.ID, Outcome: approval.Outcome, Amount: approval.Amount, Liability: approval.Liability, Freight: approval.Freight,
		GoodsBack: approval.GoodsBack, Rules: approval.Rules, Evidence: approval.Evidence, Remedies: approval.Remedies,
		TextID: approval.TextID, At: workflow.Now(ctx).UTC(),
	}
	c.s.Verdict = approval
	c.record(ctx, platform, "judged", data{
		"approval": approval.ID, "outcome": approval.Outcome, "amount": approval.Amount, "liability": approval.Liability,
		"goods_back": approval.GoodsBack, "rules": approval.Rules, "evidence": approval.Evidence,
	}, contract.Customer, contract.Merchant)
}

// execute gives the losing side its time to do what was judged. Then the platform does it, from its deposit.
func (c *story) execute(ctx workflow.Context) (contract.Stage, error) {
	k := c.s.Complaint
	c.open(ctx, policy.StepExecute, workflow.Now(ctx))
	_, err := c.wait(ctx, func() bool { return k.Carried || c.interrupted() })
	switch {
	case err != nil:
		return "", err
	case c.interrupted():
		return c.turn(ctx)
	}
	by := contract.Actor{Kind: contract.Merchant, ID: c.start.MerchantID, Merchant: c.start.MerchantID}
	if !k.Carried {
		by = platform
		c.record(ctx, platform, "executed_by_platform", data{"approval": k.Judgment.ID}, contract.Customer, contract.Merchant)
	}
	c.carriedBy(by.Kind)
	if len(k.Judgment.Remedies) > 0 {
		return c.grant(ctx, by, k.Judgment.Remedies, nil)
	}
	next := c.settle(ctx, c.partOf(k.Judgment.Amount-c.given()), contract.CauseJudgment, k.Judgment.ID)
	c.s.Refund.FromDeposit = by == platform && c.s.Terms.Judgment.ExecuteFromDeposit
	return next, nil
}

func (c *story) carriedBy(side contract.Role) {
	judgment := *c.s.Complaint.Judgment
	judgment.CarriedBy = side
	c.s.Complaint.Judgment = &judgment
}

// grant gives the remedies that were judged, once, and takes back those that are not judged any more.
func (c *story) grant(ctx workflow.Context, by contract.Actor, give, back []policy.Remedy) (contract.Stage, error) {
	judgment := c.s.Complaint.Judgment
	err := c.local(ctx, contract.ActivityGrantRemedies, contract.RemedyInput{
		CaseID: c.start.CaseID, CustomerID: c.start.CustomerID, MerchantID: c.start.MerchantID, Judgment: judgment.ID, Round: judgment.N,
		Remedies: give, Back: back, Currency: c.s.Currency, By: by, At: workflow.Now(ctx),
	}, nil)
	if err != nil {
		return "", err
	}
	if len(give) > 0 {
		c.record(ctx, by, "remedies_granted", data{"remedies": give}, contract.Customer, contract.Merchant)
	}
	if len(back) > 0 {
		c.record(ctx, by, "remedies_taken_back", data{"remedies": back}, contract.Customer, contract.Merchant)
	}
	return c.executed(ctx)
}

// payJudged: the goods are back as they should be; now what was judged or agreed is paid.
func (c *story) payJudged(ctx workflow.Context) (contract.Stage, error) {
	verdict := c.s.Verdict
	if c.s.Complaint.Judgment == nil {
		return c.paySettlement(ctx, c.owed(verdict.Amount-c.given()), verdict.ID)
	}
	c.carriedBy(contract.Customer)
	if verdict.Amount <= c.given() { // paid in advance, or before an appeal had the goods sent back
		return c.executed(ctx)
	}
	return c.settle(ctx, c.owed(verdict.Amount-c.given()), contract.CauseJudgment, verdict.ID), nil
}

// judgmentPaid goes on once every leg succeeded: what the sides agreed closes the complaint, a judgment may be appealed.
func (c *story) judgmentPaid(ctx workflow.Context) (contract.Stage, error) {
	k := c.s.Complaint
	k.Given = append(slices.Clone(k.Given), c.s.Refund.Quote)
	c.record(ctx, platform, "refunded", data{"amount": c.s.Refund.Quote.Total, "in_all": c.given()}, contract.Customer, contract.Merchant)
	if c.s.Refund.Cause == contract.CauseAccepted {
		return c.end(ctx, contract.Settled), nil
	}
	return c.executed(ctx)
}

func (c *story) canCarryOut(*contract.CarryOut) *fault.Fault {
	if c.s.Complaint.Carried {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

func (c *story) carryOutJudgment(ctx workflow.Context, cmd *contract.CarryOut) (*fault.Fault, error) {
	c.uses(cmd.TextID)
	c.s.Complaint.Carried = true
	c.record(ctx, cmd.Actor, "carried_out", data{"text": cmd.TextID}, contract.Customer)
	return nil, nil
}

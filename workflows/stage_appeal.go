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

// appealStages: whoever lost may bring new evidence before another reviewer, each side once.
var appealStages = stages{
	contract.StageAppeal:       (*story).appealWindow,
	contract.StageAppealReview: (*story).appealReview,
}

func (c *story) appealCommands() []command {
	return []command{
		on(parties, in(contract.StageAppeal), c.canAppeal, c.appeal).inTime(),
	}
}

// executed goes on from a judgment that is carried out: while somebody may appeal it waits, otherwise it is final.
func (c *story) executed(ctx workflow.Context) (contract.Stage, error) {
	c.s.Verdict, c.s.Review = nil, nil
	if len(c.appellants()) == 0 {
		return c.end(ctx, c.outcome()), nil
	}
	return contract.StageAppeal, nil
}

// losers are the sides that the judgment went against.
func (c *story) losers() []policy.Party {
	judgment := c.s.Complaint.Judgment
	return policy.Losers(policy.Claim(c.s.Terms), judgment.Amount, len(judgment.Remedies))
}

// appealedBefore lists who has used their appeal.
func (c *story) appealedBefore() (sides []policy.Party) {
	for _, appeal := range c.s.Complaint.Appeals {
		sides = append(sides, policy.Party(appeal.By))
	}
	return sides
}

// appellants are those who may still appeal against the judgment as it stands.
func (c *story) appellants() []policy.Party {
	before := c.appealedBefore()
	return slices.DeleteFunc(c.losers(), func(side policy.Party) bool { return slices.Contains(before, side) })
}

// appealWindow waits for an appeal. Without one, or when all who could have said that they will not, it is final.
func (c *story) appealWindow(ctx workflow.Context) (contract.Stage, error) {
	k, may := c.s.Complaint, c.appellants()
	c.open(ctx, policy.StepAppeal, workflow.Now(ctx))
	if len(may) == 1 {
		c.s.Wait.Actor = contract.Role(may[0])
	}
	number := len(k.Appeals)
	content := func() bool {
		return !slices.ContainsFunc(may, func(side policy.Party) bool { return !k.rested(contract.Role(side)) })
	}
	_, err := c.wait(ctx, func() bool { return len(k.Appeals) > number || content() || k.Gone })
	switch {
	case err != nil:
		return "", err
	case len(k.Appeals) > number:
		return c.appealed(ctx), nil
	}
	return c.end(ctx, c.outcome()), nil
}

func (c *story) canAppeal(cmd *contract.Appeal) *fault.Fault {
	until := time.Time{}
	if c.s.Wait != nil {
		until = c.s.Wait.DueAt
	}
	if slices.ContainsFunc(c.s.Complaint.Appeals, func(a contract.AppealView) bool { return a.Result == "" }) {
		return fault.New(fault.NotNow, "stage", c.s.Stage) // one at a time
	}
	return policy.MayAppeal(policy.Appeal{
		By: policy.Party(cmd.Actor.Kind), Losers: c.losers(), Appealed: c.appealedBefore(), NewEvidence: len(cmd.Evidence) > 0,
		At: cmd.ReceivedAt, Until: until,
	})
}

// appeal keeps the evidence, which must be new to the matter: to the complaint, and to the case that opened it.
func (c *story) appeal(ctx workflow.Context, cmd *contract.Appeal) (*fault.Fault, error) {
	evidence, f, err := c.attachNew(ctx, contract.AttachInput{CaseID: c.start.CaseID, Actor: cmd.Actor, Evidence: cmd.Evidence, New: true})
	if f != nil && f.Code == fault.EvidenceDuplicate {
		f = fault.New(fault.AppealNeedsEvidence)
	}
	if f != nil || err != nil {
		return f, err
	}
	c.uses(cmd.TextID)
	k := c.s.Complaint
	k.Appeals = append(slices.Clone(k.Appeals), contract.AppealView{
		By: cmd.Actor.Kind, TextID: cmd.TextID, Evidence: evidence, At: workflow.Now(ctx).UTC(),
	})
	c.relyOn(evidence)
	c.record(ctx, cmd.Actor, "appealed", data{"evidence": evidence, "text": cmd.TextID}, other(cmd.Actor.Kind), contract.Supervisor)
	return nil, nil
}

// appealed lays the appeal before another reviewer.
func (c *story) appealed(ctx workflow.Context) contract.Stage {
	c.s.Revision++
	c.s.Review = &contract.ReviewView{Cause: "appeal", Since: workflow.Now(ctx).UTC(), ExpectedGrams: c.s.ExpectedGrams}
	c.record(ctx, platform, "appeal_review_opened", nil, contract.Customer, contract.Merchant, contract.Agent)
	return contract.StageAppealReview
}

// appealing: an appeal is under way.
func (c *story) appealing() bool {
	appeals := c.s.Complaint.Appeals
	return len(appeals) > 0 && appeals[len(appeals)-1].Result == ""
}

// appealReview waits for another reviewer's word. Time only brings in the next level.
func (c *story) appealReview(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	for {
		c.open(ctx, policy.StepAppealReview, s.Review.Since)
		number := s.Approvals
		expired, err := c.wait(ctx, func() bool { return s.Approvals != number || c.interrupted() })
		switch {
		case err != nil:
			return "", err
		case s.Approvals != number:
			return c.proposed(ctx)
		case c.interrupted():
			return c.turn(ctx)
		case expired:
			s.Review.Level = min(s.Review.Level+1, len(levels)-1)
			c.record(ctx, platform, "review_escalated", data{"level": s.Review.Level}, levels[s.Review.Level])
			c.reopen(ctx, policy.StepAppealReview, workflow.Now(ctx))
		}
	}
}

// appealJudged carries out what the appeal came to. More for the customer is paid at once, by new legs; less is
// claimed back, because money is never rolled back.
func (c *story) appealJudged(ctx workflow.Context) (contract.Stage, error) {
	k, approval := c.s.Complaint, c.s.Approval
	k.Rested = nil
	same := approval.Outcome == contract.ProposeUphold
	result := "reversed"
	if same {
		result = "upheld"
	}
	k.Appeals = slices.Clone(k.Appeals)
	k.Appeals[len(k.Appeals)-1].Result = result
	c.record(ctx, platform, "appeal_decided", data{"result": result, "approval": approval.ID}, contract.Customer, contract.Merchant)
	if same {
		return c.executed(ctx)
	}
	granted := k.Judgment.Remedies // it was carried out before anybody could appeal
	c.pronounce(ctx)
	return c.moveDifference(ctx, granted)
}

// moveDifference brings what was given so far to what is judged now: by new legs or by a claim, and where remedies were
// granted by more or less of them.
func (c *story) moveDifference(ctx workflow.Context, granted []policy.Remedy) (contract.Stage, error) {
	s, approval := c.s, c.s.Approval
	given, cause := c.given(), contract.ClaimReversed
	if s.paid() == 0 {
		cause = contract.ClaimAdvance
	}
	if err := c.takeBackAbove(ctx, approval.Amount, cause, approval.ProposedBy.ID); err != nil {
		return "", err
	}
	give, back := policy.SettleRemedies(granted, approval.Remedies)
	switch {
	case approval.GoodsBack && !c.goodsBack():
		s.Parcel, s.Inspection, s.Pickup, s.Held = nil, nil, nil, nil
		return contract.StageSendBack, nil
	case approval.Amount > given:
		c.carriedBy(contract.Platform)
		next := c.settle(ctx, c.partOf(approval.Amount-given), contract.CauseJudgment, approval.ID)
		s.Refund.FromDeposit = s.Terms.Judgment.ExecuteFromDeposit
		return next, nil
	case len(give)+len(back) > 0:
		c.carriedBy(contract.Platform)
		return c.grant(ctx, platform, give, back)
	}
	return c.executed(ctx)
}

// takeBackAbove claims back what was given above the amount that is owed now, in place of an earlier such claim.
func (c *story) takeBackAbove(ctx workflow.Context, amount money.Amount, cause, by string) error {
	k := c.s.Complaint
	back := max(0, c.given()-amount)
	if back == k.Recovering {
		return nil
	}
	k.Claims = max(k.Claims+1, k.Judgments)
	err := c.local(ctx, contract.ActivityClaimBack, contract.ClaimBackInput{
		CaseID: c.start.CaseID, CustomerID: c.start.CustomerID, Round: k.Claims, Amount: back, Currency: c.s.Currency,
		By: by, Cause: cause, At: workflow.Now(ctx),
	}, nil)
	if err != nil {
		return err
	}
	k.Recovering = back
	c.record(ctx, platform, "recovery_opened", data{"amount": back, "cause": cause}, contract.Customer, contract.Merchant, contract.Supervisor)
	return nil
}

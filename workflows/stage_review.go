package workflows

import (
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// reviewStages: an agent reviews what the parties could not settle, and proposes a judgment.
var reviewStages = stages{
	contract.StageReview:     (*story).reviewed,
	contract.StageSupplement: (*story).supplement,
}

func (c *story) reviewCommands() []command {
	return []command{
		on(byDesk, in(contract.StageReview, contract.StageApproval, contract.StageAppealReview), c.canPropose, c.propose),
		on(byDesk, in(contract.StageReview), c.canAskSupplement, c.askSupplement),
	}
}

// review brings the platform's people in: from here they decide, and no money moves by time.
func (c *story) review(ctx workflow.Context, cause string) contract.Stage {
	s := c.s
	s.Revision++
	s.Review = &contract.ReviewView{Cause: cause, Since: workflow.Now(ctx).UTC(), ExpectedGrams: s.ExpectedGrams}
	if parent := c.start.Parent; parent != nil {
		s.Review.CarrierGrams = parent.CarrierGrams
	}
	if s.Parcel != nil {
		s.Review.CarrierGrams = s.Parcel.Grams
	}
	if cause == causeLost {
		s.Review.Liability = c.presumed()
	}
	s.Held = nil
	c.record(ctx, platform, "review_opened", data{
		"cause": cause, "carrier_grams": s.Review.CarrierGrams, "expected_grams": s.ExpectedGrams,
	}, contract.Customer, contract.Merchant, contract.Agent)
	return contract.StageReview
}

// presumed is who would be at fault as far as the rules can tell: for a parcel that was lost on its way back, who sent it.
func (c *story) presumed() policy.Party {
	liability := c.s.Terms.Liability
	if parent := c.start.Parent; parent != nil {
		liability = parent.Terms.Liability
	}
	if c.s.Review != nil && c.s.Review.Cause == causeLost && liability != policy.Merchant {
		return policy.Customer
	}
	return liability
}

// openReview opens the deadline of a review: half-way the next level looks on, in the same time.
func (c *story) openReview(ctx workflow.Context) {
	s := c.s
	if s.Review.Level == 0 && (s.Wait == nil || s.Wait.Step == policy.StepReviewWarn) {
		c.open(ctx, policy.StepReviewWarn, s.Review.Since)
	} else if s.Wait == nil {
		c.open(ctx, policy.StepReview, s.Review.Since)
	}
}

// escalateReview brings in the next level: a review never closes by itself and never pays by itself.
func (c *story) escalateReview(ctx workflow.Context) {
	s := c.s
	s.Review.Level = min(s.Review.Level+1, len(levels)-1)
	c.record(ctx, platform, "review_escalated", data{"level": s.Review.Level}, levels[s.Review.Level])
	if s.Wait.Step == policy.StepReviewWarn {
		c.reopen(ctx, policy.StepReview, s.Review.Since) // the same 48 hours, a supervisor looking on
	} else {
		c.reopen(ctx, policy.StepReview, workflow.Now(ctx))
	}
}

// reviewed waits for an agent's proposal, or for the question that an agent has first.
func (c *story) reviewed(ctx workflow.Context) (contract.Stage, error) {
	s, k := c.s, c.s.Complaint
	for {
		c.openReview(ctx)
		number := s.Approvals
		expired, err := c.wait(ctx, func() bool {
			return s.Approvals != number || k.asking() || c.turnedUp() || c.interrupted()
		})
		switch {
		case err != nil:
			return "", err
		case s.Approvals != number:
			return c.proposed(ctx)
		case c.interrupted():
			return c.turn(ctx)
		case c.turnedUp():
			s.Review = nil
			c.insured(ctx)
			return contract.StageInspection, nil
		case k.asking():
			k.Reviewing = c.setAside(ctx)
			return contract.StageSupplement, nil
		case expired:
			c.escalateReview(ctx)
		}
	}
}

// turnedUp: a parcel given up for lost was delivered after all.
func (c *story) turnedUp() bool {
	return c.s.Review.Cause == causeLost && c.s.Parcel != nil && c.s.Parcel.SignedAt != nil
}

func (c *story) canAskSupplement(cmd *contract.AskSupplement) *fault.Fault {
	switch k := c.s.Complaint; {
	case cmd.Of != contract.Customer && cmd.Of != contract.Merchant:
		return fault.New(fault.BadRequest, "problem", "of: customer or merchant")
	case k.asking(), k.stopping(), c.s.Decided, c.s.Approval != nil && c.s.Approval.State == "waiting":
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	default:
		return policy.MaySupplement(c.s.Terms, k.Supplements)
	}
}

// askSupplement asks one side for more. Its time counts in working hours, and the reviewer's own clock stands still.
func (c *story) askSupplement(ctx workflow.Context, cmd *contract.AskSupplement) (*fault.Fault, error) {
	k, now := c.s.Complaint, workflow.Now(ctx).UTC()
	c.uses(cmd.TextID)
	k.Supplements++
	k.Rested = nil
	k.Supplement = &contract.SupplementView{
		Of: cmd.Of, TextID: cmd.TextID, At: now, DueAt: c.s.Terms.DueAt(policy.StepSupplement, now).UTC(),
	}
	c.record(ctx, cmd.Actor, "supplement_asked", data{"of": cmd.Of, "due_at": k.Supplement.DueAt, "text": cmd.TextID}, cmd.Of)
	return nil, nil
}

// supplement waits for the side that was asked. What comes late is not looked at: it is judged on file.
func (c *story) supplement(ctx workflow.Context) (contract.Stage, error) {
	k := c.s.Complaint
	asked := k.Supplement
	c.open(ctx, policy.StepSupplement, asked.At)
	c.s.Wait.Actor = asked.Of
	expired, err := c.wait(ctx, func() bool { return k.Supplement.Given || k.rested(asked.Of) || c.interrupted() })
	switch {
	case err != nil:
		return "", err
	case c.interrupted():
		return c.turn(ctx)
	case expired:
		c.record(ctx, platform, "supplement_missing", data{"of": asked.Of}, contract.Customer, contract.Merchant)
	}
	k.Supplement = nil
	return c.takeUp(ctx, k.Reviewing), nil
}

// canPropose: a judgment stays within the payment and the rules; an appeal is another reviewer's.
func (c *story) canPropose(cmd *contract.Propose) *fault.Fault {
	s, k := c.s, c.s.Complaint
	switch {
	case s.Decided, s.Stage == contract.StageApproval && !s.Approval.Disputed, k.asking(), k.stopping():
		return fault.New(fault.NotNow, "stage", s.Stage)
	case cmd.GoodsBack && (c.start.Parent != nil && c.start.Parent.GoodsOnTheWay || s.goodsOnTheWay()):
		return fault.New(fault.GoodsOnTheWay)
	}
	if c.appealing() {
		if f := policy.MayReview(cmd.Actor.ID, k.Judges); f != nil {
			return f
		}
		if notOther(cmd.NotOther, k.Judges...) {
			return fault.New(fault.NotTwoPeople)
		}
	}
	return c.checkOutcome(cmd)
}

// checkOutcome: what is proposed is possible for this complaint, and within the payment or the pack's remedies.
func (c *story) checkOutcome(cmd *contract.Propose) *fault.Fault {
	service := c.s.Complaint.Service
	bad := func(problem string) *fault.Fault { return fault.New(fault.BadRequest, "problem", problem) }
	switch {
	case cmd.Outcome == contract.ProposeRefuse:
		return nil
	case cmd.Outcome == contract.ProposeUphold && !c.appealing():
		return bad("outcome: uphold is for an appeal")
	case cmd.Outcome == contract.ProposeUphold:
		return nil
	case cmd.Outcome == contract.ProposeRemedy && !service:
		return bad("outcome: remedies are for a complaint about service")
	case cmd.Outcome == contract.ProposeRemedy && len(cmd.Remedies) == 0:
		return bad("remedies: at least one")
	case cmd.Outcome == contract.ProposeRemedy:
		return policy.CheckRemedies(c.s.Terms, cmd.Remedies)
	case cmd.Outcome != contract.ProposeRefund && cmd.Outcome != contract.ProposePartial:
		return bad("outcome: refund, partial, refuse, remedy or uphold")
	case service:
		return bad("outcome: a complaint about service awards remedies, no money")
	case cmd.Outcome == contract.ProposePartial && cmd.Amount <= 0:
		return fault.New(fault.AmountInvalid)
	case cmd.Outcome == contract.ProposeRefund && cmd.Amount != 0 && cmd.Amount != policy.Claim(c.s.Terms):
		return bad("amount: leave it out for the whole claim, or propose partial")
	}
	return policy.CheckJudgment(c.s.Terms, cmd.Amount)
}

// propose makes a proposal and voids the one before it.
func (c *story) propose(ctx workflow.Context, cmd *contract.Propose) (*fault.Fault, error) {
	s, k := c.s, c.s.Complaint
	quote := policy.Reprice(s.Terms.Quote, c.judgedAmount(cmd))
	liability := cmd.Liability
	if liability == "" {
		liability = c.presumed()
	}
	c.uses(cmd.TextID)
	proposal := contract.ApprovalState{
		Outcome: cmd.Outcome, Amount: quote.Total, Stake: policy.Stake(s.Terms, quote.Total), Quote: quote, Liability: liability, GoodsBack: cmd.GoodsBack,
		ProposedBy: cmd.Actor, Disputed: true, TextID: cmd.TextID, Freight: s.Terms.FreightBy[liability],
		Rules: cmd.Rules, Evidence: cmd.Evidence, Remedies: cmd.Remedies, Appeal: c.appealing(),
	}
	if quote.Total == s.Terms.Quote.Total {
		proposal.Quote = s.Terms.Quote // nothing was adjusted
	}
	if cmd.Outcome == contract.ProposeUphold {
		proposal.Liability, proposal.Remedies = k.Judgment.Liability, k.Judgment.Remedies
	}
	c.newProposal(ctx, proposal)
	return nil, nil
}

// judgedAmount is what a proposal would pay in all.
func (c *story) judgedAmount(cmd *contract.Propose) money.Amount {
	switch cmd.Outcome {
	case contract.ProposeRefund:
		return policy.Claim(c.s.Terms)
	case contract.ProposePartial:
		return cmd.Amount
	case contract.ProposeUphold:
		return c.s.Complaint.Judgment.Amount
	}
	return 0
}

// proposed goes on from a proposal: judged at once, or after approval.
func (c *story) proposed(ctx workflow.Context) (contract.Stage, error) {
	if c.s.Approval.State == "approved" {
		return c.approved(ctx)
	}
	return contract.StageApproval, nil
}

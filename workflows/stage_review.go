package workflows

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// deskStages: the platform's people decide.
var deskStages = stages{
	contract.StageReview:   (*story).reviewed,
	contract.StageApproval: (*story).approval,
}

func (c *story) deskCommands() []command {
	return []command{
		on(byDesk, in(contract.StageReview, contract.StageApproval), c.canPropose, c.propose),
		on(byDesk, in(contract.StageApproval), c.canDecide, c.decide).asPersonal(),
	}
}

// review brings the platform in: from here people decide, and no money moves by time.
func (c *story) review(ctx workflow.Context, cause string) contract.Stage {
	s := c.s
	c.close(ctx, nil)
	s.Revision++
	s.Review = &contract.ReviewView{Cause: cause, Since: workflow.Now(ctx).UTC(), ExpectedGrams: s.ExpectedGrams}
	if s.Parcel != nil {
		s.Review.CarrierGrams = s.Parcel.Grams
	}
	if cause == causeLost {
		s.Review.Liability = c.lossOnTheWayBack()
	}
	s.Held = nil
	c.record(ctx, platform, "review_opened", data{
		"cause": cause, "carrier_grams": s.Review.CarrierGrams, "expected_grams": s.ExpectedGrams,
	}, contract.Customer, contract.Merchant, contract.Agent)
	return contract.StageReview
}

// reviewed waits for an agent's proposal. Half-way a supervisor is brought in, at the end the next level: a
// review never closes by itself and never pays by itself.
func (c *story) reviewed(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	for {
		if s.Review.Level == 0 && (s.Wait == nil || s.Wait.Step == policy.StepReviewWarn) {
			c.open(ctx, policy.StepReviewWarn, s.Review.Since)
		} else if s.Wait == nil {
			c.open(ctx, policy.StepReview, s.Review.Since)
		}
		number := s.Approvals
		expired, err := c.wait(ctx, func() bool {
			return s.Approvals != number || s.Intake.Resolved != "" || c.turnedUp()
		})
		switch {
		case err != nil:
			return "", err
		case s.Approvals != number:
			return c.proposed(ctx)
		case s.Intake.Resolved == "close":
			s.Intake.Resolved = ""
			return c.end(ctx, contract.ClosedNoDetails), nil
		case s.Intake.Resolved != "":
			s.Intake.Resolved, s.Intake.Person, s.Review = "", "", nil
			return c.ready(ctx)
		case c.turnedUp():
			s.Review = nil
			c.insured(ctx)
			return contract.StageInspection, nil
		case expired:
			s.Review.Level = min(s.Review.Level+1, len(levels)-1)
			c.record(ctx, platform, "review_escalated", data{"level": s.Review.Level}, levels[s.Review.Level])
			if s.Wait.Step == policy.StepReviewWarn {
				c.reopen(ctx, policy.StepReview, s.Review.Since) // the same 48 hours, a supervisor looking on
			} else {
				c.reopen(ctx, policy.StepReview, workflow.Now(ctx))
			}
		}
	}
}

// turnedUp: a parcel given up for lost was delivered after all.
func (c *story) turnedUp() bool {
	return c.s.Review != nil && c.s.Review.Cause == causeLost && c.s.Parcel != nil && c.s.Parcel.SignedAt != nil
}

func (c *story) canResolveDetails(*contract.ResolveDetails) *fault.Fault {
	review := c.s.Review
	person := []string{personBot, personEvidence, personRounds}
	if review == nil || !slices.Contains(person, review.Cause) || c.s.Intake.Resolved != "" || c.s.Decided || c.proposing() {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

// resolveDetails is the person's word in the bot's place.
func (c *story) resolveDetails(ctx workflow.Context, cmd *contract.ResolveDetails) (*fault.Fault, error) {
	s := c.s
	if !cmd.GoOn {
		s.Intake.Resolved = "close"
		c.record(ctx, cmd.Actor, "details_closed", data{"text": cmd.TextID}, contract.Customer)
		return nil, nil
	}
	start := c.known()
	if cmd.Reason != "" {
		start.Reason = cmd.Reason
	}
	if start.Reason == "" {
		return fault.New(fault.ReasonUnknown), nil
	}
	terms, err := c.evaluate(ctx, start, nil)
	if err != nil {
		return nil, err
	}
	if terms.Refusal != nil {
		return terms.Refusal.Fault, nil
	}
	s.Terms, s.Reason = terms, start.Reason
	s.Evaluation++
	s.Intake.Resolved = "go_on"
	c.uses(cmd.TextID)
	c.record(ctx, cmd.Actor, "details_accepted", data{"reason": s.Reason, "text": cmd.TextID}, contract.Customer, contract.Merchant)
	return nil, nil
}

// proposing: a proposal waits for people.
func (c *story) proposing() bool { return c.s.Approval != nil && c.s.Approval.State == "waiting" }

func (c *story) canPropose(cmd *contract.Propose) *fault.Fault {
	most := c.s.Terms.Quote.Total
	switch {
	case c.s.Decided, c.s.Intake.Resolved != "", c.s.Stage == contract.StageApproval && !c.s.Approval.Disputed:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case cmd.GoodsBack && c.s.goodsOnTheWay():
		return fault.New(fault.GoodsOnTheWay)
	case cmd.Amount > most:
		return fault.New(fault.AmountTooLarge, "max", most)
	}
	switch cmd.Outcome {
	case contract.ProposeRefuse:
	case contract.ProposeRefund:
		if cmd.Amount != 0 && cmd.Amount != most {
			return fault.New(fault.BadRequest, "problem", "amount: leave it out for the whole refund, or propose partial")
		}
	case contract.ProposePartial:
		if cmd.Amount <= 0 {
			return fault.New(fault.AmountInvalid)
		}
	default:
		return fault.New(fault.BadRequest, "problem", "outcome: refund, partial or refuse")
	}
	return nil
}

// propose makes a proposal and voids the one before it.
func (c *story) propose(ctx workflow.Context, cmd *contract.Propose) (*fault.Fault, error) {
	quote := c.s.Terms.Quote
	if cmd.Outcome == contract.ProposePartial {
		quote = policy.Reprice(quote, cmd.Amount)
	}
	if cmd.Outcome == contract.ProposeRefuse {
		quote = policy.Reprice(quote, 0)
	}
	liability := cmd.Liability
	if liability == "" && c.s.Review != nil {
		liability = c.s.Review.Liability
	}
	if liability == "" {
		liability = c.s.Terms.Liability
	}
	c.uses(cmd.TextID)
	stake := quote.Total
	if cmd.Outcome == contract.ProposeRefuse {
		stake = c.s.Terms.Quote.Total // to refuse weighs as much as to pay
	}
	c.newProposal(ctx, contract.ApprovalState{
		Outcome: cmd.Outcome, Amount: quote.Total, Stake: stake, Quote: quote, Liability: liability, GoodsBack: cmd.GoodsBack,
		ProposedBy: cmd.Actor, Disputed: true, TextID: cmd.TextID,
	})
	return nil, nil
}

// newProposal numbers and hashes a proposal and says how many people it needs. Within the proposer's own limit
// and below the pack's, a disputed proposal stands by itself; above either it waits.
func (c *story) newProposal(ctx workflow.Context, proposal contract.ApprovalState) {
	s := c.s
	c.voidApproval(ctx)
	s.Approvals++
	need := policy.Approvals(s.Terms, proposal.Stake, proposal.Disputed)
	proposal.Needed, proposal.Rule = need.Needed, need.Rule
	if proposal.Disputed && proposal.Stake > proposal.ProposedBy.Limit && proposal.Needed == 0 {
		proposal.Needed, proposal.Rule = 1, "proposer_limit"
	}
	proposal.ID = fmt.Sprintf("%s/%d", c.start.CaseID, s.Approvals)
	proposal.Hash = policy.ProposalHash(s.Units, proposal.Quote, proposal.Liability)
	proposal.State = "waiting"
	if proposal.Needed == 0 {
		proposal.State, s.Decided = "approved", true
	}
	proposal.At = workflow.Now(ctx).UTC()
	proposal.DueAt = s.Terms.DueAt(policy.StepApproval, proposal.At).UTC()
	proposal.ProposedBy.Limit = 0
	s.Approval = &proposal
	c.record(ctx, proposal.ProposedBy, "proposed", data{
		"approval": proposal.ID, "outcome": proposal.Outcome, "amount": proposal.Amount, "needed": proposal.Needed, "rule": proposal.Rule,
	}, contract.Supervisor)
}

// voidApproval: what waits for people no longer counts.
func (c *story) voidApproval(ctx workflow.Context) {
	approval := c.s.Approval
	if approval == nil || approval.State != "waiting" {
		return
	}
	approval.State = "void"
	c.s.Void = append(c.s.Void, approval.ID)
	c.record(ctx, platform, "approval_void", data{"approval": approval.ID})
}

// proposed goes on from a proposal: carried out at once, or after approval.
func (c *story) proposed(ctx workflow.Context) (contract.Stage, error) {
	if c.s.Approval.State == "approved" {
		return c.judged(ctx), nil
	}
	return contract.StageApproval, nil
}

// approval waits for the people a proposal needs. Time only ever brings in the next level: it approves nothing.
func (c *story) approval(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	for {
		c.open(ctx, policy.StepApproval, s.Approval.At)
		number := s.Approvals
		expired, err := c.wait(ctx, func() bool { return s.Approvals != number || s.Approval.State != "waiting" })
		if err != nil {
			return "", err
		}
		switch {
		case s.Approval.State == "approved":
			return c.judged(ctx), nil
		case s.Approval.State == "rejected" && c.isGoodwill():
			return c.end(ctx, contract.Rejected), nil
		case s.Approval.State == "rejected":
			return c.review(ctx, "approval_rejected"), nil
		case s.Approvals != number: // replaced by a new proposal
			s.Wait = nil
		case expired:
			s.Approval.Level = min(s.Approval.Level+1, len(levels)-1)
			c.record(ctx, platform, "approval_escalated", data{"approval": s.Approval.ID, "level": s.Approval.Level}, c.waitingFor())
			c.reopen(ctx, policy.StepApproval, workflow.Now(ctx))
		}
	}
}

// canDecide: the approver saw exactly this proposal, is somebody else, and may decide this amount.
func (c *story) canDecide(cmd *contract.Decide) *fault.Fault {
	approval := c.s.Approval
	switch {
	case approval == nil || approval.ID != cmd.ApprovalID || approval.State != "waiting" || approval.Hash != cmd.Hash:
		return fault.New(fault.ApprovalVoid)
	case !cmd.Approve:
		if approval.ProposedBy.ID == cmd.Actor.ID {
			return fault.New(fault.OwnApproval)
		}
		return nil
	}
	need := policy.ApprovalNeed{Needed: approval.Needed, Rule: approval.Rule}
	return policy.MayApprove(need, approval.Stake, cmd.Actor.Limit, cmd.Actor.ID, approval.ProposedBy.ID, approval.Votes)
}

func (c *story) decide(ctx workflow.Context, cmd *contract.Decide) (*fault.Fault, error) {
	approval := *c.s.Approval // a new value, so that a projection under way keeps the old one
	c.uses(cmd.TextID)
	event := "approval_voted"
	switch {
	case !cmd.Approve:
		approval.State, event = "rejected", "approval_rejected"
	default:
		approval.Votes = append(slices.Clone(approval.Votes), cmd.Actor.ID)
		if len(approval.Votes) >= approval.Needed {
			approval.State, event = "approved", "approved"
			c.s.Decided = true
		}
	}
	c.s.Approval = &approval
	c.record(ctx, cmd.Actor, event, data{"approval": approval.ID, "votes": len(approval.Votes), "needed": approval.Needed, "text": cmd.TextID})
	return nil, nil
}

// judged carries out what was decided.
func (c *story) judged(ctx workflow.Context) contract.Stage {
	approval := c.s.Approval
	s := c.s
	s.Decided = false
	if !approval.Disputed { // the automatic refund that only waited for a yes
		return contract.StageRefund
	}
	c.record(ctx, platform, "judged", data{"approval": approval.ID, "outcome": approval.Outcome, "amount": approval.Amount, "liability": approval.Liability},
		contract.Customer, contract.Merchant)
	switch {
	case approval.Outcome == contract.ProposeRefuse:
		return c.end(ctx, contract.Rejected)
	case approval.GoodsBack:
		s.Verdict, s.Parcel, s.Inspection, s.Pickup = approval, nil, nil, nil
		return contract.StageSendBack
	}
	s.Verdict = approval
	quote := approval.Quote
	if approval.Outcome == contract.ProposePartial && s.Parcel == nil {
		quote = goodsKept(quote)
	}
	return c.settle(ctx, quote, contract.CauseJudgment, approval.ID)
}

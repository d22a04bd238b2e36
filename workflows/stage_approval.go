package workflows

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// deskStages: what the parties do not decide by themselves. A proposal waits for people's approval; a matter in
// dispute waits for the complaint about it.
var deskStages = stages{
	contract.StageApproval: (*story).approval,
	contract.StageDispute:  (*story).childDecides,
}

func (c *story) deskCommands() []command {
	return []command{
		on(byApprover, in(contract.StageApproval), c.canDecide, c.decide).asPersonal(),
		on(byDesk, in(), c.canAskCarrier, c.askCarrier).asQuiet(),
	}
}

// approval waits for the people a proposal needs. Time only ever brings in the next level: it approves nothing.
func (c *story) approval(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	for {
		c.open(ctx, policy.StepApproval, s.Approval.At)
		number := s.Approvals
		expired, err := c.wait(ctx, func() bool { return s.Approvals != number || s.Approval.State != "waiting" || c.interrupted() })
		switch {
		case err != nil:
			return "", err
		case s.Approval.State == "approved":
			return c.approved(ctx)
		case c.interrupted():
			return c.turn(ctx)
		case s.Approval.State == "rejected" && c.isGoodwill():
			return c.end(ctx, contract.Rejected), nil
		case s.Approval.State == "rejected" && s.Approval.Appeal:
			return c.appealed(ctx), nil
		case s.Approval.State == "rejected":
			c.rejoin()
			return c.dispute(ctx, "approval_rejected"), nil
		case s.Approvals != number: // replaced by a new proposal
			s.Wait = nil
		case expired:
			s.Approval.Level = min(s.Approval.Level+1, len(levels)-1)
			c.record(ctx, platform, "approval_escalated", data{"approval": s.Approval.ID, "level": s.Approval.Level}, c.waitingFor())
			c.reopen(ctx, policy.StepApproval, workflow.Now(ctx))
		}
	}
}

// approved goes on with what people agreed to: an automatic refund that only waited for a yes, a judgment, or goodwill.
func (c *story) approved(ctx workflow.Context) (contract.Stage, error) {
	if !c.s.Approval.Disputed {
		return contract.StageRefund, nil
	}
	return c.plot.judged(c, ctx)
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
	if len(proposal.Remedies) > 0 {
		proposal.Hash = contract.Digest([]any{proposal.Hash, proposal.Remedies})
	}
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

// canDecide: the approver saw exactly this proposal, is somebody else, had no part in what an appeal is about, and may
// decide this amount.
func (c *story) canDecide(cmd *contract.Decide) *fault.Fault {
	approval := c.s.Approval
	switch {
	case approval == nil || approval.ID != cmd.ApprovalID || approval.State != "waiting" || approval.Hash != cmd.Hash:
		return fault.New(fault.ApprovalVoid)
	case c.s.Complaint != nil && c.s.Complaint.stopping(): // it becomes void, or waits, as soon as this task goes on
		return fault.New(fault.ApprovalVoid)
	case approval.Appeal && policy.MayReview(cmd.Actor.ID, c.s.Complaint.Judges) != nil:
		return policy.MayReview(cmd.Actor.ID, c.s.Complaint.Judges)
	case approval.Appeal && notOther(cmd.NotOther, c.s.Complaint.Judges...),
		cmd.Approve && notOther(cmd.NotOther, append([]string{approval.ProposedBy.ID}, approval.Votes...)...):
		return fault.New(fault.NotTwoPeople)
	case !cmd.Approve:
		if approval.ProposedBy.ID == cmd.Actor.ID {
			return fault.New(fault.OwnApproval)
		}
		return nil
	}
	need := policy.ApprovalNeed{Needed: approval.Needed, Rule: approval.Rule}
	return policy.MayApprove(need, approval.Stake, cmd.Actor.Limit, cmd.Actor.ID, approval.ProposedBy.ID, approval.Votes)
}

// notOther tells whether one of those who took part is no second person beside the sender.
func notOther(same []string, took ...string) bool {
	return slices.ContainsFunc(took, func(id string) bool { return slices.Contains(same, id) })
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

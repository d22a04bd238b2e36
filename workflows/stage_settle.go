package workflows

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// settleStages: the sides may agree, then put forward what they have; it may stand still by agreement or by papers.
var settleStages = stages{
	contract.StageSettle:    (*story).settling,
	contract.StageEvidence:  (*story).evidence,
	contract.StageSuspended: (*story).suspended,
}

// parties are who may settle, rest, suspend.
var parties = []contract.Role{contract.Customer, contract.Merchant}

func (c *story) settleCommands(undecided, suspendable []contract.Stage) []command {
	return []command{
		on(parties, undecided, c.canProposeSettlement, c.proposeSettlement),
		on(parties, undecided, c.canAnswerSettlement, c.answerSettlement),
		on(parties, in(contract.StageSettle, contract.StageEvidence, contract.StageSupplement, contract.StageAppeal), c.canRest, c.restCase).asPersonal(),
		on(byCustomer, in(contract.StageSettle, contract.StageEvidence, contract.StageSupplement, contract.StageReview), c.canJoin, c.join),
		on(byAnyone, suspendable, c.canSuspend, c.suspend),
		on(parties, suspendable, c.canAgreeSuspend, c.agreeSuspend),
		on(byAnyone, in(contract.StageSuspended), c.canResume, c.resumeCase),
	}
}

// settling leaves the sides a while to themselves. Without an agreement both put forward what they have.
func (c *story) settling(ctx workflow.Context) (contract.Stage, error) {
	c.open(ctx, policy.StepSettle, workflow.Now(ctx))
	_, err := c.wait(ctx, func() bool { return c.allRested() || c.interrupted() })
	switch {
	case err != nil:
		return "", err
	case c.interrupted():
		return c.turn(ctx)
	}
	c.record(ctx, platform, "evidence_asked", nil, contract.Customer, contract.Merchant)
	return contract.StageEvidence, nil
}

// evidence waits until both sides have put forward what they have, or their time is over: then it is judged on file.
func (c *story) evidence(ctx workflow.Context) (contract.Stage, error) {
	c.open(ctx, policy.StepEvidence, workflow.Now(ctx))
	_, err := c.wait(ctx, func() bool { return c.allRested() || c.interrupted() })
	switch {
	case err != nil:
		return "", err
	case c.interrupted():
		return c.turn(ctx)
	}
	c.s.Complaint.Rested = nil
	return c.review(ctx, c.s.Complaint.Cause), nil
}

func (c *story) allRested() bool {
	k := c.s.Complaint
	return k.rested(contract.Customer) && k.rested(contract.Merchant)
}

func (c *story) canRest(cmd *contract.Rest) *fault.Fault {
	k := c.s.Complaint
	notAsked := c.s.Stage == contract.StageSupplement && k.Supplement.Of != cmd.Actor.Kind
	notLost := c.s.Stage == contract.StageAppeal && !slices.Contains(c.appellants(), policy.Party(cmd.Actor.Kind))
	if k.rested(cmd.Actor.Kind) || notAsked || notLost {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

func (c *story) restCase(ctx workflow.Context, cmd *contract.Rest) (*fault.Fault, error) {
	k := c.s.Complaint
	k.Rested = append(slices.Clone(k.Rested), cmd.Actor.Kind)
	c.record(ctx, cmd.Actor, "rested", nil, other(cmd.Actor.Kind))
	return nil, nil
}

// other is the other side.
func other(side contract.Role) contract.Role {
	if side == contract.Customer {
		return contract.Merchant
	}
	return contract.Customer
}

// settleable: it is not decided yet, and nothing that was decided is just being carried out.
func (c *story) settleable() bool {
	s := c.s
	stage := s.Stage
	if stage == contract.StageSuspended {
		stage = s.Complaint.Aside.Stage
	}
	switch stage {
	case contract.StageExecute, contract.StageAppealReview:
		return false
	case contract.StageApproval:
		if !s.Approval.Disputed || s.Approval.Appeal {
			return false
		}
	}
	return !s.Decided && !s.Complaint.Agreed && s.paid() == 0
}

func (c *story) canProposeSettlement(cmd *contract.ProposeSettlement) *fault.Fault {
	parent := c.start.Parent
	switch {
	case !c.settleable(), c.s.Complaint.Service:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case cmd.GoodsBack && c.goodsBack():
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case cmd.GoodsBack && (parent != nil && parent.GoodsOnTheWay || c.s.goodsOnTheWay()):
		return fault.New(fault.GoodsOnTheWay)
	}
	return policy.CheckSettlement(c.s.Terms, cmd.Amount)
}

func (c *story) proposeSettlement(ctx workflow.Context, cmd *contract.ProposeSettlement) (*fault.Fault, error) {
	k := c.s.Complaint
	c.uses(cmd.TextID)
	k.Offers++
	k.Settlement = &contract.SettlementView{
		N: k.Offers, By: cmd.Actor.Kind, Amount: cmd.Amount, GoodsBack: cmd.GoodsBack, TextID: cmd.TextID, At: workflow.Now(ctx).UTC(),
	}
	c.record(ctx, cmd.Actor, "settlement_proposed", data{"amount": cmd.Amount, "goods_back": cmd.GoodsBack, "text": cmd.TextID}, other(cmd.Actor.Kind))
	return nil, nil
}

// canAnswerSettlement: the other side answers, and repeats the amount, so that nobody accepts what has changed.
func (c *story) canAnswerSettlement(cmd *contract.AnswerSettlement) *fault.Fault {
	offer := c.s.Complaint.Settlement
	switch {
	case !c.settleable(), offer == nil, offer.Accepted, offer.By == cmd.Actor.Kind:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case cmd.Accept && cmd.Amount != offer.Amount:
		return fault.New(fault.StaleRevision, "current", c.s.Revision)
	}
	return nil
}

func (c *story) answerSettlement(ctx workflow.Context, cmd *contract.AnswerSettlement) (*fault.Fault, error) {
	k := c.s.Complaint
	amount := k.Settlement.Amount
	if !cmd.Accept {
		k.Settlement = nil
		c.record(ctx, cmd.Actor, "settlement_declined", data{"amount": amount}, other(cmd.Actor.Kind))
		return nil, nil
	}
	accepted := *k.Settlement
	accepted.Accepted = true
	k.Settlement, k.Agreed = &accepted, true
	c.record(ctx, cmd.Actor, "settlement_accepted", data{"amount": amount}, contract.Customer, contract.Merchant, contract.Agent)
	return nil, nil
}

// settled carries out what the sides agreed: a proposal that waits is void, and the amount is paid once, after the
// goods where they come back. What was paid in advance above it is claimed back.
func (c *story) settled(ctx workflow.Context) (contract.Stage, error) {
	s, offer := c.s, c.s.Complaint.Settlement
	k := s.Complaint
	s.Decided = true // nobody offers, judges or suspends while it is carried out
	k.Agreed, k.Suspension, k.Supplement = false, nil, nil
	k.Judgment = nil // of goods that then came back otherwise: what was agreed stands in its place
	c.voidApproval(ctx)
	if err := c.takeBackAbove(ctx, offer.Amount, contract.ClaimAdvance, string(offer.By)); err != nil {
		return "", err
	}
	if offer.GoodsBack && !c.goodsBack() {
		s.Verdict = &contract.ApprovalState{
			ID: fmt.Sprintf("settlement/%d", offer.N), Outcome: contract.ProposePartial, Amount: offer.Amount,
			Quote: policy.Reprice(s.Terms.Quote, offer.Amount), GoodsBack: true,
		}
		s.Parcel, s.Inspection, s.Pickup, s.Held = nil, nil, nil, nil
		return contract.StageSendBack, nil
	}
	return c.paySettlement(ctx, c.partOf(offer.Amount-c.given()), "settlement")
}

// paySettlement pays what the sides agreed, besides what was paid in advance.
func (c *story) paySettlement(ctx workflow.Context, quote policy.Quote, ref string) (contract.Stage, error) {
	if quote.Total == 0 {
		return c.end(ctx, contract.Settled), nil
	}
	return c.settle(ctx, quote, contract.CauseAccepted, ref), nil
}

func (c *story) canJoin(cmd *contract.Join) *fault.Fault {
	switch {
	case c.s.Decided || c.s.Complaint.Agreed:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case len(cmd.Evidence) == 0:
		return nil // words, or it was only said again: the answer is this complaint
	case c.s.Stage != contract.StageSettle && c.s.Stage != contract.StageEvidence: // its time is over, or it was not asked for
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case c.s.Stage == contract.StageEvidence && c.s.Wait != nil && (c.s.Wait.Begun || !cmd.ReceivedAt.Before(c.s.Wait.DueAt)):
		return fault.New(fault.DeadlinePassed, "due_at", c.s.Wait.DueAt)
	}
	return nil
}

// join adds what a second complaint about the same matter brought.
func (c *story) join(ctx workflow.Context, cmd *contract.Join) (*fault.Fault, error) {
	accepted, f, err := c.attachNew(ctx, contract.AttachInput{CaseID: c.start.CaseID, Actor: cmd.Actor, Evidence: cmd.Evidence})
	if f != nil || err != nil {
		return f, err
	}
	c.uses(cmd.TextID)
	c.relyOn(accepted)
	c.s.Complaint.Joined++
	c.record(ctx, cmd.Actor, "joined", data{"evidence": accepted, "text": cmd.TextID}, contract.Merchant, contract.Agent)
	return nil, nil
}

// canSuspend: the platform on papers of a court or the police, a side by agreement.
func (c *story) canSuspend(cmd *contract.Suspend) *fault.Fault {
	party := slices.Contains(parties, cmd.Actor.Kind)
	switch {
	case c.s.Decided, c.s.Complaint.stopping(), c.s.Complaint.Suspension != nil && !cmd.Papers: // papers need nobody's yes
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case cmd.Papers && party:
		return fault.New(fault.Forbidden)
	case !cmd.Papers && !party:
		return fault.New(fault.BadRequest, "problem", "papers: the platform suspends on papers of a court or the police only")
	}
	return nil
}

func (c *story) suspend(ctx workflow.Context, cmd *contract.Suspend) (*fault.Fault, error) {
	evidence, f, err := c.attach(ctx, cmd.Actor, cmd.Evidence)
	if f != nil || err != nil {
		return f, err
	}
	c.uses(cmd.TextID)
	c.s.Complaint.Suspension = &contract.SuspensionView{
		By: cmd.Actor.Kind, Papers: cmd.Papers, TextID: cmd.TextID, At: workflow.Now(ctx).UTC(), Running: cmd.Papers,
	}
	event := "suspension_asked"
	if cmd.Papers {
		event = "suspended"
	}
	c.record(ctx, cmd.Actor, event, data{"papers": cmd.Papers, "text": cmd.TextID, "evidence": evidence}, contract.Customer, contract.Merchant)
	return nil, nil
}

func (c *story) canAgreeSuspend(cmd *contract.AgreeSuspend) *fault.Fault {
	asked := c.s.Complaint.Suspension
	if asked == nil || asked.By == cmd.Actor.Kind || c.s.Decided || c.s.Complaint.stopping() {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

func (c *story) agreeSuspend(ctx workflow.Context, cmd *contract.AgreeSuspend) (*fault.Fault, error) {
	k := c.s.Complaint
	if !cmd.Accept {
		k.Suspension = nil
		c.record(ctx, cmd.Actor, "suspension_declined", nil, other(cmd.Actor.Kind))
		return nil, nil
	}
	agreed := *k.Suspension
	agreed.Running, agreed.At = true, workflow.Now(ctx).UTC()
	k.Suspension = &agreed
	c.record(ctx, cmd.Actor, "suspended", data{"papers": false}, contract.Customer, contract.Merchant, contract.Agent)
	return nil, nil
}

// suspended stands still until its time is over or somebody who may says so; then it goes on where it was.
func (c *story) suspended(ctx workflow.Context) (contract.Stage, error) {
	k := c.s.Complaint
	step := policy.StepSuspended
	if k.Suspension.Papers {
		step = policy.StepSuspendedPapers
	}
	since := k.Suspension.At
	c.open(ctx, step, since)
	_, err := c.wait(ctx, func() bool { return k.Suspension == nil || c.interrupted() })
	switch {
	case err != nil:
		return "", err
	case c.interrupted():
		return c.turn(ctx)
	case k.Suspension != nil:
		k.Suspension = nil
		c.record(ctx, platform, "resumed", nil, contract.Customer, contract.Merchant)
	}
	if c.s.Review != nil {
		review := *c.s.Review
		review.Since = review.Since.Add(workflow.Now(ctx).Sub(since)) // the reviewer's time stood still too
		c.s.Review = &review
	}
	return c.takeUp(ctx, k.Aside), nil
}

func (c *story) canResume(cmd *contract.Resume) *fault.Fault {
	suspension := c.s.Complaint.Suspension
	switch {
	case suspension == nil:
		return fault.New(fault.NotSuspended)
	case suspension.Papers && slices.Contains(parties, cmd.Actor.Kind):
		return fault.New(fault.Forbidden)
	}
	return nil
}

func (c *story) resumeCase(ctx workflow.Context, cmd *contract.Resume) (*fault.Fault, error) {
	c.s.Complaint.Suspension = nil
	c.record(ctx, cmd.Actor, "resumed", nil, contract.Customer, contract.Merchant)
	return nil, nil
}

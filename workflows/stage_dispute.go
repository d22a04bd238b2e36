package workflows

import (
	"cmp"
	"errors"
	"fmt"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Child is the case that this one opened and waits for. It works under this one's claims; meanwhile only it moves money.
type Child struct {
	Kind    policy.Kind         `json:"kind"`
	CaseID  string              `json:"case_id"`
	Cause   string              `json:"cause"`
	Asked   money.Amount        `json:"asked,omitempty"`
	Aside   Aside               `json:"aside"` // where this case stood
	Started bool                `json:"started,omitempty"`
	Told    bool                `json:"told,omitempty"`    // that the parcel arrived
	Broken  bool                `json:"broken,omitempty"`  // its story broke off in the engine, without a last word
	Fact    *contract.ChildFact `json:"fact,omitempty"`    // how it ended
	Claimed money.Amount        `json:"claimed,omitempty"` // what a case in its place claimed back before it broke off
}

// News of a parent that its child must know.
const (
	parentArrived = "parcel_arrived"
	parentGone    = "withdrawn"
)

// dispute hands what the parties could not settle to the platform: a complaint is opened, and this case's clocks
// stand still meanwhile. cause says why, e.g. merchant_refused. A complaint itself is before the platform already.
func (c *story) dispute(ctx workflow.Context, cause string) contract.Stage {
	if c.s.Complaint != nil {
		return c.review(ctx, cause)
	}
	c.openChild(ctx, policy.Complaint, "complaint", cause, 0)
	return contract.StageDispute
}

// openChild decides to open a case of another kind that works under this one's claims, e.g. a complaint about a
// return, or the refund that a repair ends in. step names what it is for, cause why; asked is the amount a refund is
// about, 0 for all. The stage childDecides starts it and waits for its end.
func (c *story) openChild(ctx workflow.Context, kind policy.Kind, step, cause string, asked money.Amount) {
	c.close(ctx, nil)
	c.voidApproval(ctx)
	c.newChild(ctx, step, Child{Kind: kind, Cause: cause, Asked: asked, Aside: c.setAside(ctx)})
}

// newChild numbers the child and makes it the one that is waited for.
func (c *story) newChild(ctx workflow.Context, step string, child Child) {
	s := c.s
	s.Revision++
	s.Children++
	child.CaseID = contract.ChildCaseID(c.start.CaseID, step, s.Children)
	s.Child = &child
	values := data{"cause": child.Cause, "case_id": child.CaseID, "kind": child.Kind}
	if parcel := s.Parcel; parcel != nil {
		values["carrier_grams"], values["expected_grams"] = parcel.Grams, s.ExpectedGrams
	}
	c.record(ctx, platform, "case_opened", values, contract.Customer, contract.Merchant)
}

// childDecides starts the child and waits for its one word: how the matter ended, or that it is open again.
func (c *story) childDecides(ctx workflow.Context) (contract.Stage, error) {
	child := c.s.Child
	if !child.Started {
		if err := c.startChild(ctx, child); err != nil {
			return "", err
		}
	}
	for child.Fact == nil {
		if child.Broken {
			if err := c.complainAnew(ctx, child); err != nil {
				return "", err
			}
			return c.childDecides(ctx)
		}
		if c.resolved(child) && !child.Told {
			child.Told = true
			c.tellChild(ctx, parentArrived)
		}
		if err := c.rest(ctx, func() bool {
			return child.Fact != nil || child.Broken || c.resolved(child) && !child.Told
		}); err != nil {
			return "", err
		}
	}
	fact := child.Fact
	c.s.ChildPaid += fact.Paid
	c.s.TakenBy += fact.ClaimedBack
	if !fact.Claims { // a matter has one claim back: what a case that broke off claimed stands until another has a word on it
		c.s.TakenBy += child.Claimed
	}
	c.s.Revision++
	c.record(ctx, platform, "case_decided", data{"case_id": child.CaseID, "outcome": fact.Outcome, "paid": fact.Paid, "go_on": fact.GoOn})
	switch {
	case fact.GoOn:
		return c.openAgain(ctx, child)
	case fact.Judged != "":
		c.record(ctx, platform, "already_judged", data{"case_id": fact.Judged}, contract.Customer, contract.Merchant)
	}
	if c.plot.decided != nil {
		return c.plot.decided(c, ctx)
	}
	return c.end(ctx, c.endAs(fact.Outcome)), nil
}

// rest waits without a deadline of this case's own, while the projection is written.
func (c *story) rest(ctx workflow.Context, done func() bool) error {
	c.resting = func() bool { return !done() && !c.renewable(ctx) }
	defer func() { c.resting = nil }()
	workflow.SetCurrentDetails(ctx, string(c.s.Stage)+": "+c.s.Child.CaseID+" has the matter, the clocks stand still")
	if err := workflow.Await(ctx, func() bool { return done() || c.renewable(ctx) }); err != nil {
		return err
	}
	if !done() {
		return errRenew
	}
	return nil
}

// startChild starts the child once, under an ID that follows from this case: one that runs already is the same.
func (c *story) startChild(ctx workflow.Context, child *Child) error {
	// The child's row names this case: it must be there first.
	c.resting = func() bool { return true }
	err := workflow.Await(ctx, func() bool { return c.s.Written > 0 })
	c.resting = nil
	if err != nil {
		return err
	}
	story, ok := contract.WorkflowOf(child.Kind)
	if !ok {
		return errors.New("workflows: no story of kind " + string(child.Kind))
	}
	apart, _ := workflow.NewDisconnectedContext(ctx) // a case that is stopped tells its child so; it does not stop it
	future := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(apart, workflow.ChildWorkflowOptions{
		WorkflowID:            contract.SiblingWorkflowID(c.id, child.CaseID),
		WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		ParentClosePolicy:     enums.PARENT_CLOSE_POLICY_ABANDON,
		TypedSearchAttributes: temporal.NewSearchAttributes(
			temporal.NewSearchAttributeKeyKeyword(contract.AttributeKind).ValueSet(string(child.Kind)),
			temporal.NewSearchAttributeKeyKeyword(contract.AttributeMerchant).ValueSet(c.start.MerchantID)),
		StaticSummary: string(child.Kind),
	}), story, c.startOf(ctx, child), nil)
	c.resting = func() bool { return true }
	err = future.GetChildWorkflowExecution().Get(ctx, nil)
	c.resting = nil
	var started *temporal.ChildWorkflowExecutionAlreadyStartedError
	if err != nil && !errors.As(err, &started) {
		return err
	}
	child.Started = true
	if err == nil {
		c.watchChild(ctx, child, future)
	}
	return nil
}

// against tells that the case which had the matter decided against the customer.
func (c *story) against() bool {
	return c.s.Child.Fact.Outcome == contract.Dismissed && c.customersRisk()
}

// customersRisk tells who answers for goods that did not come back: the customer, but for a parcel that was lost on a
// way which the merchant's fault made necessary.
func (c *story) customersRisk() bool {
	child := c.s.Child
	return child == nil || child.Cause != causeLost || c.lossOnTheWayBack() == policy.Customer
}

// watchChild notices a child whose story breaks off: terminated in the engine, or failed. A child that ends as a story
// does has told so before. Once this case has left its history behind it watches no more; then the reconciler, which
// finds the child's story gone, tells it.
func (c *story) watchChild(ctx workflow.Context, child *Child, future workflow.ChildWorkflowFuture) {
	workflow.GoNamed(ctx, "child", func(ctx workflow.Context) {
		if err := future.Get(ctx, nil); err != nil {
			child.Broken = true
		}
	})
}

// complainAnew lays the matter before the platform, whatever kind of case had it: people decide, over what the ledger
// says is left. What the broken case had paid counts, and its row is closed. The case stays set aside where it stood.
func (c *story) complainAnew(ctx workflow.Context, broken *Child) error {
	var left contract.BrokenCase
	err := c.local(ctx, contract.ActivityCloseBroken, contract.BrokenInput{CaseID: broken.CaseID, At: workflow.Now(ctx).UTC()}, &left)
	if err != nil {
		return err
	}
	c.s.ChildPaid += left.Paid
	c.record(ctx, platform, "case_broken", data{"case_id": broken.CaseID, "paid": left.Paid, "claimed_back": left.ClaimedBack}, contract.Supervisor)
	c.newChild(ctx, "complaint", Child{
		Kind: policy.Complaint, Cause: broken.Cause, Asked: broken.Asked, Aside: broken.Aside, Claimed: cmp.Or(left.ClaimedBack, broken.Claimed),
	})
	return nil
}

// startOf is all that a child knows when it begins.
func (c *story) startOf(ctx workflow.Context, child *Child) contract.Start {
	s := c.s
	terms := s.Terms
	at := child.Aside.Stage
	turned := (at == contract.StageIntercept || at == contract.StageApproval) && s.Outbound.turned()
	if len(s.Swap.Replaced) > 0 { // a cheaper variant's difference is no part of the matter: this case gives it back
		terms.Quote = s.Swap.without(terms.Quote)
	}
	start := contract.Start{
		CaseID: child.CaseID, Kind: child.Kind, CustomerID: c.start.CustomerID, MerchantID: c.start.MerchantID, OrderID: c.start.OrderID,
		Lines: c.disputed(), Reason: s.Reason, Lang: c.start.Lang, PackHash: c.start.PackHash, At: workflow.Now(ctx).UTC(),
		ParentID: c.start.CaseID, By: &platform, Asked: cmp.Or(child.Asked, c.claimOf(terms).Total), Subject: policy.SubjectGoods,
		Parent: &contract.Parent{
			CaseID: c.start.CaseID, WorkflowID: c.id, Kind: c.start.Kind, Stage: at, Cause: child.Cause, Phase: s.Phase,
			Units: s.Units, Terms: terms, Evaluation: s.Evaluation, Paid: s.paid() + s.ChildPaid, ExpectedGrams: s.ExpectedGrams,
			GoodsOnTheWay: s.goodsOnTheWay() && !c.cameHome() || turned, Answer: s.Answer,
			Over: child.Aside.nowhere() && c.plot.home == nil, // a story that brings goods home strands none
		},
	}
	if s.Advanced > 0 {
		advanced := s.Refund.Quote // nothing else was refunded before the matter was in dispute
		start.Parent.Advanced = &advanced
	}
	if parcel := s.Parcel; parcel != nil {
		start.Parent.CarrierGrams = parcel.Grams
		start.Parent.GoodsBack = c.goodsBack()
	}
	return start
}

// disputed is what a child is about: where a replacement took the place of the goods, their rights are on its lines.
func (c *story) disputed() []contract.ChosenLine {
	swap := c.s.Swap
	if len(swap.Replaced) == 0 {
		return c.lines()
	}
	lines := make([]contract.ChosenLine, len(swap.Replaced))
	for i, id := range swap.Replaced {
		lines[i] = contract.ChosenLine{LineID: id, Quantity: swap.Lines[i].Quantity}
	}
	return lines
}

// cameHome tells that the very goods that went to the merchant are with the customer again.
func (c *story) cameHome() bool {
	out := c.s.Delivery.Parcel
	return c.start.Kind == policy.Repair && out != nil && out.SignedAt != nil
}

// childEnded stores the child's word, or that it will have none. Only the child that is waited for has one, and only one.
func (c *story) childEnded(_ workflow.Context, fact contract.ChildFact) {
	child := c.s.Child
	switch {
	case child == nil || child.CaseID != fact.CaseID || child.Fact != nil:
	case fact.Broken:
		child.Broken = true
	default:
		child.Fact = &fact
	}
}

// tellChild tells an open child something of this case. A child that has ended does not need to know.
func (c *story) tellChild(ctx workflow.Context, event string) {
	child := c.s.Child
	if child == nil || !child.Started || child.Fact != nil {
		return
	}
	c.signal(ctx, contract.SiblingWorkflowID(c.id, child.CaseID), contract.SignalParent, contract.ParentFact{Event: event})
}

// tellParent tells the case that opened this one how it ended, once all of it is written.
func (c *story) tellParent(ctx workflow.Context) error {
	parent := c.start.Parent
	if parent == nil {
		return nil
	}
	c.resting = func() bool { return true }
	if err := workflow.Await(ctx, func() bool { return c.s.Written == c.s.Seq || c.s.Refused != nil }); err != nil {
		return err
	}
	outcome := c.s.Outcome
	fact := contract.ChildFact{
		CaseID: c.start.CaseID, Outcome: outcome, Paid: c.s.paid() + c.s.ChildPaid,
		GoOn: outcome == contract.Withdrawn || outcome == contract.ResolvedItself || outcome == contract.RefusedOpening,
	}
	if k := c.s.Complaint; k != nil {
		fact.ClaimedBack, fact.Claims = k.Recovering, k.Claims > 0
	}
	if refused := c.s.Refused; refused != nil && refused.Code == fault.AlreadyJudged {
		fact.GoOn, fact.Judged = false, fmt.Sprint(refused.Details["case_id"])
	}
	c.signal(ctx, parent.WorkflowID, contract.SignalChild, fact)
	return nil
}

// signal tells another case something. That it has ended meanwhile is no failure.
func (c *story) signal(ctx workflow.Context, workflowID, name string, fact any) {
	c.resting = func() bool { return true }
	err := workflow.SignalExternalWorkflow(ctx, workflowID, "", name, fact).Get(ctx, nil)
	c.resting = nil
	if err != nil {
		workflow.GetLogger(ctx).Warn("another case could not be told", "signal", name, "error", err)
	}
}

// resolved tells that what the child is about resolved itself: a parcel that could not be found was, or one that was
// to be stopped has arrived, with the merchant or the customer.
func (c *story) resolved(child *Child) bool {
	return child.found(c.s.Parcel) || child.Cause == causeIntercept && c.s.Outbound.arrived()
}

// found tells that a parcel which the child is about as lost or unknown was delivered after all.
func (child *Child) found(parcel *Parcel) bool {
	lost := child.Cause == causeLost || child.Cause == causeSuspect
	return lost && parcel != nil && parcel.SignedAt != nil
}

// openAgain goes on where the case stood when it handed the matter over, with the time that was left. Where the
// time had run out already there is nothing to go on to: the case ends as if the customer had withdrawn it.
func (c *story) openAgain(ctx workflow.Context, child *Child) (contract.Stage, error) {
	s := c.s
	switch {
	case child.found(s.Parcel):
		s.Held = nil
		c.insured(ctx)
		return c.cameBack(ctx)
	case c.resolved(child): // the parcel to the customer has arrived: the stage knows where
		s.Held = nil
		return contract.StageIntercept, nil
	case s.Parcel != nil && s.Parcel.Bounced:
		s.Parcel, s.Held = nil, child.Aside.Held // it is with the customer again, who may send it once more
		return contract.StageSendBack, nil
	case child.Cause == causeIntercept && s.Outbound.turned(): // nobody but the merchant gets it any more
		return contract.StageIntercept, nil
	case child.Cause == causeSuspect && s.goodsOnTheWay(): // a carrier has it by now
		s.Held = child.Aside.Held
		return contract.StageTransit, nil
	case child.Aside.nowhere():
		return c.withdrawn(ctx)
	}
	s.Escalated, s.Accepted, s.Delivery.Problem = false, nil, ""
	return c.takeUp(ctx, child.Aside), nil
}

// endAs is how a case ends whose matter another one decided.
func (c *story) endAs(outcome contract.Outcome) contract.Outcome {
	paid := c.s.paid() + c.s.ChildPaid
	switch {
	case outcome == contract.Cancelled || outcome == contract.ClosedNotSent:
		return outcome
	case paid == 0:
		return contract.Rejected
	case paid-c.s.TakenBy < c.claim().Total+c.s.Apart:
		return contract.PartlyRefunded
	}
	return contract.Refunded
}

// childView shows the case that this one waits for, or waited for.
func (c *story) childView() *contract.ChildView {
	child := c.s.Child
	if child == nil {
		return nil
	}
	view := &contract.ChildView{CaseID: child.CaseID, Kind: child.Kind, Cause: child.Cause, Stage: child.Aside.Stage}
	if child.Fact != nil {
		view.Outcome = child.Fact.Outcome
	}
	return view
}

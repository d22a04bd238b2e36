package workflows

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"aftersales/money"
	"aftersales/workflows/contract"
)

// project writes the case whenever it has come to rest: nothing the story waits for has happened, so what is
// written is where it will stay. It is the only writer, so projections are written in order. When the database
// is away it goes on trying; the story does not wait for it, callers do.
//
// A workflow task can be lost after its local activities ran - a worker is killed, the server drops it - and in the
// next try commands may come in another order: then another decision wins. So what a command decided in this very
// task is written by an activity, which begins only once the task, and with it the decision, is in the history; the
// engine hands it to the worker in the same answer, so nobody waits longer for it. So is the default of a deadline: its
// timer stands in the history, but a command that comes with the next try goes first. What signals and activities
// brought, and the opening, which has nothing to compete with, is written inside the task.
func (c *story) project(ctx workflow.Context) {
	ctx, _ = workflow.NewDisconnectedContext(ctx) // the last write happens even when the run is stopped
	for {
		err := workflow.Await(ctx, func() bool {
			return c.s.Seq > c.s.Written && c.resting != nil && c.resting()
		})
		if err != nil {
			return
		}
		projection := c.take(ctx)
		c.writing = &projection
		write := c.local
		if c.decidedAt == workflow.GetInfo(ctx).GetCurrentHistoryLength() {
			write = c.durable
		}
		if err := write(ctx, contract.ActivityProject, projection, nil); err != nil {
			// Only a bug ends here. Failing the task keeps the case where it is until the program is mended.
			panic(fmt.Sprintf("workflows: the projection of %s was refused: %v", c.start.CaseID, err))
		}
		c.s.Written, c.writing = projection.Seq, nil
	}
}

// take makes the next projection and starts collecting anew.
func (c *story) take(ctx workflow.Context) contract.Projection {
	projection := c.snapshotAt(ctx)
	desk := c.desk()
	c.s.Reminded = c.s.Reminded || len(desk.Reminders) > 0
	projection.Reminded = c.s.Reminded
	if digest := contract.Digest(desk); digest != c.s.DeskDigest {
		projection.Desk, c.s.DeskDigest = &desk, digest
	}
	if digest := contract.Digest(c.s.Approval); c.s.Approval != nil && digest != c.s.VotesDigest {
		projection.Approval, c.s.VotesDigest = c.s.Approval, digest
	}
	c.s.Entries, c.s.Questions, c.s.Texts, c.s.Void, c.s.Rejected = nil, nil, nil, nil, nil
	return projection
}

// snapshot is the query: the case as it stands, with its whole desk, for the reconciler.
func (c *story) snapshot() (contract.Projection, error) {
	projection := c.plain()
	desk := c.desk()
	projection.Desk, projection.Approval, projection.Reminded = &desk, c.s.Approval, true
	if w := c.writing; w != nil { // on its way, and not in the state any more
		projection.Entries = slices.Concat(w.Entries, projection.Entries)
		projection.Questions = slices.Concat(w.Questions, projection.Questions)
		projection.Texts = slices.Concat(w.Texts, projection.Texts)
		projection.Void = slices.Concat(w.Void, projection.Void)
		projection.Rejected = slices.Concat(w.Rejected, projection.Rejected)
	}
	return projection, nil
}

// snapshotAt is the projection with its time.
func (c *story) snapshotAt(ctx workflow.Context) contract.Projection {
	projection := c.plain()
	projection.At = workflow.Now(ctx).UTC()
	return projection
}

func (c *story) plain() contract.Projection {
	s := c.s
	projection := contract.Projection{
		CaseID: c.start.CaseID, WorkflowID: c.id, Seq: s.Seq, Revision: s.Revision, At: s.OpenedAt, OpenedAt: s.OpenedAt,
		Kind: c.start.Kind, Phase: s.Phase, Stage: s.Stage, Outcome: s.Outcome, Open: s.Stage != contract.StageEnded,
		CustomerID: c.start.CustomerID, MerchantID: c.start.MerchantID, OrderID: c.start.OrderID, ParentID: c.start.ParentID,
		Reason: s.Reason, Currency: s.Currency, Amount: c.asked(), Refunded: s.paid() + s.ChildPaid,
		View: c.view(), LineEdits: s.Edits,
		Entries: s.Entries, Questions: s.Questions, Texts: s.Texts, Void: s.Void, Rejected: s.Rejected,
	}
	if s.Stage == contract.StageDispute {
		projection.WaitingFor = contract.Platform
	}
	if wait := s.Wait; wait != nil && projection.Open {
		projection.WaitingFor, projection.Default = c.waitingFor(), wait.Default
		if !wait.Paused {
			due := wait.DueAt
			projection.DueAt = &due
		}
	}
	return projection
}

// view is what a detail page shows.
func (c *story) view() contract.View {
	s := c.s
	view := contract.View{
		Lines: c.lines(), Units: s.Units, NoReason: s.Terms.NoReason, Liability: s.Terms.Liability,
		Freight: s.Terms.Freight, Quote: s.Terms.Quote, Rules: s.Terms.Rules, PackHash: s.Terms.PackHash,
		Evaluation: s.Evaluation, Question: s.Intake.Question, Answer: s.Answer, Offer: s.Offer,
		Inspection: s.Inspection, Extension: s.Extension, Review: s.Review, Approval: s.Approval,
		Legs: s.legs(), Blocked: s.Refund.Blocked, EditsLeft: max(0, s.Terms.Limits.Edits-s.Edits),
		Payment: s.paymentView(), Delivery: s.deliveryView(), Exchange: c.exchangeView(), Repair: c.repairView(),
		Child: c.childView(), Complaint: s.Complaint.view(s.Terms),
		Actions: c.actions(),
	}
	if s.refunding() {
		view.Quote = s.Refund.Quote
	}
	wait := s.Wait
	if s.Stage == contract.StageDispute {
		wait = s.Child.Aside.Wait // it stands still, and that is shown
	}
	if wait != nil {
		view.Wait = &contract.WaitView{
			Step: wait.Step, Actor: c.waitingFor(), Since: wait.Since, DueAt: wait.DueAt,
			Default: wait.Default, Moved: wait.Moves, Paused: wait.Paused,
		}
	}
	view.Waits = c.movableSteps()
	if parcel := s.Parcel; parcel != nil {
		shown := parcel.view()
		shown.Expected = s.ExpectedGrams
		view.Parcel = &shown
	}
	if s.Pickup != nil {
		view.Pickup = s.Pickup.State
	}
	view.Outbound, view.Refund, view.Insurance = c.outboundView(), c.refundView(), s.Insurance
	return view
}

func (p *Parcel) view() contract.ParcelView {
	return contract.ParcelView{
		Carrier: p.Carrier, Number: p.Number, State: p.State, Suspect: p.Suspect, Stalled: p.Stalled,
		TooLight: p.TooLight, Grams: p.Grams, LastScan: p.LastScan, Claimed: p.Claimed,
	}
}

// waitingFor is who must act: the deadline's actor, raised by escalation.
func (c *story) waitingFor() contract.Role {
	switch {
	case c.s.Stage == contract.StageDispute:
		return contract.Platform
	case slices.Contains(in(contract.StageReview, contract.StageHelp, contract.StageAppealReview), c.s.Stage) && c.s.Review != nil:
		return levels[min(c.s.Review.Level, len(levels)-1)]
	case c.s.Stage == contract.StageApproval && c.s.Approval != nil:
		return levels[min(c.s.Approval.Level+1, len(levels)-1)]
	case c.s.Stage == contract.StageRefund:
		return levels[min(c.s.Refund.Level+1, len(levels)-1)]
	case c.s.Wait.Actor == contract.Platform:
		return contract.Agent
	case c.s.Wait.Actor == contract.Both && c.s.Complaint != nil && len(c.s.Complaint.Rested) == 1:
		return other(c.s.Complaint.Rested[0]) // who said that this is all is asked for nothing any more
	}
	return c.s.Wait.Actor
}

// levels are the platform's people in the order of escalation.
var levels = []contract.Role{contract.Agent, contract.Supervisor, contract.Operator}

// desk derives who must do what from the state: the task of the open deadline, and its reminders.
func (c *story) desk() contract.Desk {
	var desk contract.Desk
	wait := c.s.Wait
	if c.s.Stage == contract.StageEnded || wait == nil {
		return desk
	}
	if !wait.Paused {
		for _, who := range c.askedOf() {
			c.addTask(&desk, wait, who)
		}
	}
	switch c.refundWaitsFor() {
	case contract.WaitsForBalance:
		desk.Tasks = append(desk.Tasks, contract.TaskItem{
			Key: fmt.Sprintf("fund_balance/%d", wait.N), Recipient: contract.Merchant, RecipientID: c.start.MerchantID,
			Kind: "fund_balance", DueAt: wait.DueAt,
		})
	case contract.WaitsForConsent:
		desk.Tasks = append(desk.Tasks, contract.TaskItem{
			Key: fmt.Sprintf("consent_rail/%d", wait.N), Recipient: contract.Customer, RecipientID: c.start.CustomerID,
			Kind: "consent_rail", DueAt: wait.DueAt,
		})
	}
	if c.s.Extension != nil {
		desk.Tasks = append(desk.Tasks, contract.TaskItem{
			Key: fmt.Sprintf("extension/%d", wait.N), Recipient: contract.Customer, RecipientID: c.start.CustomerID,
			Kind: "answer_extension", DueAt: wait.DueAt,
		})
	}
	return desk
}

// askedOf are those who must act now: the open deadline's actor, or both sides.
func (c *story) askedOf() []contract.Role {
	switch who := c.waitingFor(); who {
	case contract.Both:
		return parties
	case contract.Carrier:
		return []contract.Role{contract.Agent} // a stalled parcel is the desk's to watch
	default:
		return []contract.Role{who}
	}
}

// addTask gives somebody the open deadline's task and its reminders.
func (c *story) addTask(desk *contract.Desk, wait *Wait, who contract.Role) {
	id, both := "", ""
	switch who {
	case contract.Customer:
		id = c.start.CustomerID
	case contract.Merchant:
		id = c.start.MerchantID
	}
	if wait.Actor == contract.Both {
		both = "/" + string(who)
	}
	desk.Tasks = append(desk.Tasks, contract.TaskItem{
		Key: fmt.Sprintf("%s/%d/%s", wait.Step, wait.N, who), Recipient: who, RecipientID: id,
		Kind: string(wait.Step), DueAt: wait.DueAt,
	})
	term, _ := c.s.Terms.Deadline(wait.Step)
	for i, after := range term.Reminders {
		at := wait.Since.Add(after + wait.Moved)
		if at.Before(wait.DueAt) {
			desk.Reminders = append(desk.Reminders, contract.ReminderItem{
				Key: fmt.Sprintf("remind/%d/%d/%d%s", wait.N, i, wait.Moves, both), Recipient: who, RecipientID: id,
				Kind: "remind_" + string(wait.Step), At: at, DueAt: wait.DueAt,
			})
		}
	}
}

// explain shows in the engine's own screens whom the case waits for and until when.
func (c *story) explain(ctx workflow.Context) {
	wait := c.s.Wait
	if wait.Paused {
		workflow.SetCurrentDetails(ctx, fmt.Sprintf("%s: %s, the clock stands still", c.s.Stage, c.waitingFor()))
		return
	}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("%s: %s until %s, then %s",
		c.s.Stage, c.waitingFor(), wait.DueAt.Format("2006-01-02 15:04:05 MST"), wait.Default))
}

// asked is the amount the case is about now.
func (c *story) asked() money.Amount {
	if c.s.refunding() {
		return c.s.Refund.Quote.Total
	}
	return c.claim().Total
}

// refunding tells whether the last refund is the goods' own, and not money that was paid in this case.
func (s *State) refunding() bool { return s.Refund.Cause != "" && s.Refund.TenderID == "" }

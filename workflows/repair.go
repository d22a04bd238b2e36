package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Why an item goes back to the customer as it came, or why the customer may choose another item or its money.
const (
	whyRepairedBefore = "repaired_before"  // too often for the same fault
	whySilent         = "diagnosis_silent" // the merchant does not say what is wrong
	whyTooLong        = "repair_overdue"   // the merchant had it for too long
	whyCannot         = "cannot_repair"
	whyCannotShip     = "cannot_ship" // the merchant does not have it any more
	whyDeclined       = "quote_declined"
	whyUnanswered     = "quote_expired"
	whyUnpaid         = "not_paid"
	whyWithdrawn      = "withdrawn"
	whyDecided        = "decided" // the platform, or the case that took over, gave nothing
)

// Repair is the story of an item that goes to the merchant and comes back in order.
//
//	checking → [details asked] → merchant answer → send in → in transit → diagnosis → [quote, payment] → repair
//	           → ship back → confirm → done, with a warranty that is longer by the repair
//	not covered and declined, unanswered or unpaid → ship back as it was
//	repaired too often, for too long, or not at all → choice: exchange or return, as a case of its own
//	came back with the same fault → send in once more, or choice
//
// The case that takes over works under this one's claims, and this one waits for its end.
func Repair(ctx workflow.Context, start contract.Start, carried *State) (contract.Outcome, error) {
	return plot{
		stages:     chapters(intakeStages, merchantStages, parcelStages, repairStages, payStages, shipStages, deskStages, refundStages),
		commands:   repairCommands,
		hears:      (*story).payNews,
		ready:      (*story).repairWanted,
		agreed:     (*story).sendIn,
		delivered:  (*story).cameIn,
		collected:  (*story).repairPaid,
		unpaid:     (*story).repairUnpaid,
		home:       (*story).broughtHome,
		notShipped: (*story).notShippedHome,
		problem:    (*story).repairProblem,
		confirmed:  (*story).home,
		paid:       (*story).refunded,
		decided:    (*story).repairDecided,
	}.tell(ctx, start, carried)
}

// repairCommands is everything people can ask of a repair.
func repairCommands(c *story) []command {
	extendable := in(contract.StageMerchant, contract.StageDiagnosis, contract.StageShip)
	return slices.Concat(c.intakeCommands(), c.merchantCommands(), c.parcelCommands(), c.repairCommands(), c.payCommands(), c.shipCommands(),
		c.everydayCommands(extendable, in(contract.StageDetails, contract.StageHelp, contract.StageMerchant, contract.StageOffer, contract.StageRefused,
			contract.StageSendBack, contract.StageTransit, contract.StageDiagnosis, contract.StageQuote, contract.StagePay, contract.StageChoice)),
		c.deskCommands(), c.refundCommands())
}

// Mending is what a repair knows besides what all stories know.
type Mending struct {
	Diagnosis *contract.Diagnose `json:"diagnosis,omitempty"` // without who said it
	Before    int                `json:"before,omitempty"`    // repairs of the same fault, as far as known
	Accepted  *bool              `json:"accepted,omitempty"`  // the customer's word on the price
	Finished  bool               `json:"finished,omitempty"`  // the merchant says that it is repaired
	Cannot    bool               `json:"cannot,omitempty"`    // the merchant says that it cannot be
	Serial    string             `json:"serial,omitempty"`    // of a single unit, after the repair
	Rounds    int                `json:"rounds,omitempty"`    // repairs that are booked
	Rejected  int                `json:"rejected,omitempty"`  // of them, those that did not help
	Why       string             `json:"why,omitempty"`
	Chosen    string             `json:"chosen,omitempty"`
	Insists   bool               `json:"insists,omitempty"` // on one more repair
	Until     time.Time          `json:"until,omitzero"`    // end of the warranty after the last repair
}

// repairWanted: what was repaired too often is not put to the merchant again, unless the customer wishes it.
func (c *story) repairWanted(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	s.Mending.Before = s.Terms.Warranty.Repairs
	if s.Terms.Warranty.Choice && !s.Mending.Insists {
		return c.letChoose(ctx, whyRepairedBefore), nil
	}
	return contract.StageMerchant, nil
}

func (c *story) sendIn(workflow.Context) (contract.Stage, error) { return contract.StageSendBack, nil }

func (c *story) cameIn(workflow.Context) (contract.Stage, error) { return contract.StageDiagnosis, nil }

func (c *story) repairPaid(workflow.Context) (contract.Stage, error) {
	return contract.StageRepair, nil
}

func (c *story) repairUnpaid(ctx workflow.Context) (contract.Stage, error) {
	return c.sendHome(ctx, whyUnpaid), nil
}

// broughtHome: a customer who withdraws while the merchant has the item gets it back as it is.
func (c *story) broughtHome(ctx workflow.Context) contract.Stage {
	c.s.Withdrawn = false
	return c.sendHome(ctx, whyWithdrawn)
}

// sendHome lets the merchant send the item back, as it came unless it is repaired. What was paid for a repair that was
// not made goes back with the case's end.
func (c *story) sendHome(ctx workflow.Context, why string) contract.Stage {
	s := c.s
	c.closeCharges(ctx)
	s.Delivery, s.Held = Delivery{}, nil
	s.Revision++
	if !s.Mending.Finished {
		s.Mending.Why = why
		c.record(ctx, platform, "not_repaired", data{"why": why}, contract.Customer, contract.Merchant)
	}
	return contract.StageShip
}

// notShippedHome: the item is the customer's. A merchant who does not have it any more owes another or its money; one
// that does not send it is the platform's matter. One that does not send it after the platform had decided so has kept it,
// and what was judged is not judged again.
func (c *story) notShippedHome(ctx workflow.Context) (contract.Stage, error) {
	child := c.s.Child
	judged := child != nil && child.Cause == causeNotShipped && child.Fact != nil && !child.Fact.GoOn
	if c.s.Delivery.Cannot || judged {
		return c.letChoose(ctx, whyCannotShip), nil
	}
	return c.dispute(ctx, causeNotShipped), nil
}

// causeNotShipped: the merchant has the customer's item and does not send it.
const causeNotShipped = "not_shipped"

// repairProblem: the customer has the item and something is wrong with it. The same fault counts as a repair that did
// not help: one more, unless it was one too many. Anything else people decide.
func (c *story) repairProblem(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	if s.Delivery.Problem != contract.ProblemSameFault {
		return c.dispute(ctx, "delivery_problem"), nil
	}
	if err := c.bookRepair(ctx, true); err != nil {
		return "", err
	}
	m := &s.Mending
	m.Rejected++
	m.Before++
	m.Diagnosis, m.Accepted, m.Finished = nil, nil, false
	s.Parcel, s.Pickup, s.Waybills, s.Delivery = nil, nil, 0, Delivery{}
	s.Revision++
	if m.Before >= s.Terms.Limits.Repairs {
		return c.letChoose(ctx, whyRepairedBefore), nil
	}
	return contract.StageSendBack, nil
}

// home: the customer has the item again, repaired or as it was.
func (c *story) home(ctx workflow.Context) (contract.Stage, error) {
	if !c.s.Mending.Finished {
		return c.end(ctx, contract.NotRepaired), nil
	}
	if err := c.bookRepair(ctx, false); err != nil {
		return "", err
	}
	c.spend(contract.PurposeRepair)
	return c.end(ctx, contract.Repaired), nil
}

// bookRepair counts the repair and makes the warranty longer by the time in which the customer was without the item.
func (c *story) bookRepair(ctx workflow.Context, failed bool) error {
	s := c.s
	m := &s.Mending
	m.Rounds++
	to := workflow.Now(ctx).UTC()
	if signed := s.Delivery.Parcel.SignedAt; signed != nil {
		to = *signed
	}
	var booked contract.BookedRepair
	err := c.local(ctx, contract.ActivityBookRepair, contract.RepairInput{
		CaseID: c.start.CaseID, OrderID: c.start.OrderID, N: m.Rounds, Units: s.Units, Fault: m.Diagnosis.Fault, Covered: m.Diagnosis.Covered,
		Serial: m.Serial, From: *s.Parcel.SignedAt, To: to, Failed: failed, Until: s.Terms.Warranty.Until,
	}, &booked)
	if err == nil {
		m.Until = booked.Until
		c.record(ctx, platform, "repair_booked", data{"fault": m.Diagnosis.Fault, "n": m.Rounds, "helped": !failed, "warranty_until": booked.Until},
			contract.Customer, contract.Merchant)
	}
	return err
}

// repairDecided: the case that this one waited for has ended. What gave the customer another item or money took over.
// After anything else an item that is with the merchant still comes back, and one that came back repaired stays so.
func (c *story) repairDecided(ctx workflow.Context) (contract.Stage, error) {
	s, fact := c.s, c.s.Child.Fact
	switch {
	case s.Child.Kind != policy.Complaint && (fact.Paid > 0 || fact.Outcome == contract.Exchanged):
		return c.end(ctx, contract.Replaced), nil
	case fact.Paid > 0:
		return c.end(ctx, c.endAs(fact.Outcome)), nil
	case c.goodsBack():
		return c.sendHome(ctx, whyDecided), nil
	case s.Mending.Finished:
		return c.home(ctx)
	}
	return c.end(ctx, c.endAs(fact.Outcome)), nil
}

// repairView is what a detail page shows of it.
func (c *story) repairView() *contract.RepairView {
	s, m := c.s, c.s.Mending
	if c.start.Kind != policy.Repair || s.Terms.Warranty == nil {
		return nil
	}
	view := &contract.RepairView{
		Before: m.Before, Covered: s.Terms.Warranty.Covered, Done: m.Finished, Rejected: m.Rejected, Why: m.Why, Chosen: m.Chosen,
	}
	for _, until := range []time.Time{m.Until, s.Terms.Warranty.Until} {
		if !until.IsZero() && view.WarrantyUntil == nil {
			view.WarrantyUntil = &until
		}
	}
	if d := m.Diagnosis; d != nil {
		view.Fault, view.Covered, view.Amount, view.TextID, view.Evidence = d.Fault, d.Covered, d.Amount, d.TextID, d.Evidence
	}
	if s.Stage == contract.StageChoice {
		view.Choices = c.choices()
	}
	return view
}

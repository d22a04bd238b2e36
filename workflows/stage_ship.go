package workflows

import (
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// shipStages: the merchant sends goods to the customer, and the customer confirms that they arrived.
var shipStages = stages{
	contract.StageShip:    (*story).ship,
	contract.StageConfirm: (*story).confirm,
}

func (c *story) shipCommands() []command {
	return []command{
		on(byMerchant, in(contract.StageShip, contract.StageConfirm), c.canShip, c.shipWaybill).inTime(),
		on(byMerchant, in(contract.StageShip), c.canGiveUpShipping, c.giveUpShipping).inTime(),
		on(byCustomer, in(contract.StageConfirm, contract.StageSendBack, contract.StageTransit, contract.StageInspection), c.canConfirm, c.confirmReceipt),
		on(byCustomer, in(contract.StageConfirm), c.canReportProblem, c.reportProblem).inTime(),
	}
}

// ship waits for the merchant to send what it owes. Its silence, and its word that it cannot, turn the plot.
func (c *story) ship(ctx workflow.Context) (contract.Stage, error) {
	out := &c.s.Delivery
	c.open(ctx, policy.StepShip, workflow.Now(ctx))
	expired, err := c.wait(ctx, func() bool { return out.Parcel != nil || out.Cannot })
	switch {
	case err != nil:
		return "", err
	case out.Parcel != nil:
		out.Trouble = ""
		if c.plot.shipped != nil {
			return c.plot.shipped(c, ctx)
		}
		return contract.StageConfirm, nil
	case expired:
		c.record(ctx, platform, "not_shipped", data{"trouble": out.Trouble}, contract.Customer, contract.Merchant)
	}
	return c.plot.notShipped(c, ctx)
}

// confirm follows the parcel to the customer and waits for the customer's word. A parcel that does not arrive is the
// merchant's to send again; one that arrived is right unless the customer says otherwise in time.
func (c *story) confirm(ctx workflow.Context) (contract.Stage, error) {
	out := &c.s.Delivery
	var watching workflow.Future
	stopWatching := func() {}
	defer func() { stopWatching() }()
	for {
		parcel := out.Parcel
		if !parcel.Registered && watching == nil {
			watching, stopWatching = c.watch(ctx, parcel)
		}
		if parcel.SignedAt != nil {
			c.open(ctx, policy.StepConfirm, *parcel.SignedAt)
		} else {
			c.openTransit(ctx, parcel)
		}
		signed, scans := parcel.SignedAt, parcel.LastScan
		expired, err := c.wait(ctx, func() bool {
			return out.Confirmed || out.Problem != "" || out.Parcel != parcel || parcel.SignedAt != signed || parcel.LastScan != scans ||
				parcel.Bounced || (watching != nil && watching.IsReady())
		})
		switch {
		case err != nil:
			return "", err
		case out.Confirmed:
			return c.plot.confirmed(c, ctx)
		case out.Problem != "" && c.plot.problem != nil:
			return c.plot.problem(c, ctx)
		case out.Problem != "":
			return c.dispute(ctx, "delivery_problem"), nil
		case out.Parcel != parcel: // corrected
			stopWatching()
			watching, c.s.Wait = nil, nil
		case parcel.Bounced:
			return c.shipAgain(ctx, troubleBounced), nil
		case watching != nil && watching.IsReady():
			refused := c.watched(ctx, parcel, watching)
			watching = nil
			if refused {
				return c.shipAgain(ctx, troubleSuspect), nil
			}
		case expired && parcel.SignedAt != nil:
			out.Confirmed, out.ByTime = true, true
			c.record(ctx, platform, "receipt_silent", nil, contract.Customer, contract.Merchant)
			return c.plot.confirmed(c, ctx)
		case expired:
			lost := c.parcelOverdue(ctx, parcel)
			switch {
			case parcel.Suspect:
				return c.shipAgain(ctx, troubleSuspect), nil
			case lost:
				return c.shipAgain(ctx, troubleLost), nil
			}
		}
	}
}

// shipAgain gives the merchant another parcel to send in the place of one that did not arrive.
func (c *story) shipAgain(ctx workflow.Context, trouble string) contract.Stage {
	out := &c.s.Delivery
	c.record(ctx, platform, "delivery_failed", data{"number": out.Parcel.Number, "trouble": trouble}, contract.Customer, contract.Merchant)
	out.Before, out.Parcel, out.Trouble, out.Cannot = out.Parcel, nil, trouble, false
	if trouble != troubleSuspect { // a real parcel: the next one may be mistyped as often as the first
		out.Waybills = 0
	}
	c.s.Revision++
	return contract.StageShip
}

// foundAgain takes a parcel for delivered that was given up, unless another is on its way in its place.
func (c *story) foundAgain(ctx workflow.Context, fact contract.TrackFact) {
	out := &c.s.Delivery
	lost := out.Before
	if c.s.Stage != contract.StageShip || out.Parcel != nil || lost == nil || lost.Number != fact.Number || fact.State != trackSigned {
		return
	}
	lost.Bounced, lost.Suspect = false, false
	out.Parcel, out.Before = lost, nil
	c.track(ctx, fact)
}

// canShip: once, and again while no carrier has seen the parcel, a few times.
func (c *story) canShip(cmd *contract.ShipReplacement) *fault.Fault {
	out := c.s.Delivery
	switch {
	case cmd.Carrier == "" || cmd.Number == "":
		return fault.New(fault.WaybillMalformed)
	case out.Cannot, out.Waybills > c.s.Terms.Limits.Waybills,
		out.Parcel != nil && (out.Parcel.LastScan != nil || out.Parcel.Carrier == cmd.Carrier && out.Parcel.Number == cmd.Number):
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

func (c *story) shipWaybill(ctx workflow.Context, cmd *contract.ShipReplacement) (*fault.Fault, error) {
	parcel, known, f, err := c.claimWaybill(ctx, &Parcel{Carrier: cmd.Carrier, Number: cmd.Number, Out: true})
	if f != nil || err != nil {
		return f, err
	}
	out := &c.s.Delivery
	out.Waybills++
	out.Parcel, out.Serials = parcel, cmd.Serials
	c.record(ctx, cmd.Actor, "shipped", data{"carrier": cmd.Carrier, "number": cmd.Number, "watched": parcel.Registered}, contract.Customer)
	c.catchUp(ctx, parcel, known)
	return nil, nil
}

func (c *story) canGiveUpShipping(*contract.CannotShip) *fault.Fault {
	if c.s.Delivery.Parcel != nil || c.s.Delivery.Cannot {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

func (c *story) giveUpShipping(ctx workflow.Context, cmd *contract.CannotShip) (*fault.Fault, error) {
	c.s.Delivery.Cannot = true
	c.uses(cmd.TextID)
	c.record(ctx, cmd.Actor, "cannot_ship", data{"text": cmd.TextID}, contract.Customer)
	return nil, nil
}

// canConfirm: whoever has the goods may say so, whatever the carrier says.
func (c *story) canConfirm(*contract.ConfirmReceipt) *fault.Fault {
	if out := c.s.Delivery; out.Parcel == nil || out.Confirmed || out.Problem != "" {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

func (c *story) confirmReceipt(ctx workflow.Context, cmd *contract.ConfirmReceipt) (*fault.Fault, error) {
	c.s.Delivery.Confirmed = true
	c.record(ctx, cmd.Actor, "receipt_confirmed", nil, contract.Merchant)
	return nil, nil
}

func (c *story) canReportProblem(cmd *contract.ReportProblem) *fault.Fault {
	out := c.s.Delivery
	switch cmd.Problem {
	case contract.ProblemWrong, contract.ProblemDamaged, contract.ProblemMissing:
	default:
		return fault.New(fault.BadRequest, "problem", "problem: wrong, damaged or missing")
	}
	switch {
	case out.Parcel == nil, out.Parcel.SignedAt == nil, out.Confirmed, out.Problem != "":
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case cmd.Problem != contract.ProblemMissing && len(cmd.Evidence) == 0:
		return fault.New(fault.EvidenceNeeded)
	}
	return nil
}

func (c *story) reportProblem(ctx workflow.Context, cmd *contract.ReportProblem) (*fault.Fault, error) {
	evidence, f, err := c.attach(ctx, cmd.Actor, cmd.Evidence)
	if f != nil || err != nil {
		return f, err
	}
	c.uses(cmd.TextID)
	c.relyOn(evidence)
	c.s.Delivery.Problem = cmd.Problem
	c.record(ctx, cmd.Actor, "problem_reported", data{"problem": cmd.Problem, "text": cmd.TextID, "evidence": evidence}, contract.Merchant)
	return nil, nil
}

// deliveryView is what a detail page shows of it.
func (s *State) deliveryView() *contract.DeliveryView {
	out := s.Delivery
	if out.Parcel == nil && out.Trouble == "" && !out.Cannot {
		return nil
	}
	view := &contract.DeliveryView{Trouble: out.Trouble, Confirmed: out.Confirmed, ByTime: out.ByTime, Problem: out.Problem}
	if out.Parcel != nil {
		parcel := out.Parcel.view()
		view.Parcel, view.DeliveredAt = &parcel, out.Parcel.SignedAt
	}
	return view
}

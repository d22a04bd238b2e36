package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// How long we go on trying in the background, while the case's own deadlines run or stand still.
const (
	pickupPatience   = 24 * time.Hour
	registerPatience = 72 * time.Hour
)

// maxPickups bounds how often a courier is ordered; after that the customer hands the parcel in.
const maxPickups = 3

// Parcel states that matter to a story; the values are partners.TrackState.
const (
	trackNone         = "none"
	trackSigned       = "signed"
	trackReturnSigned = "return_signed"
	trackReturning    = "returning"
	trackRefused      = "refused"
	trackAborted      = "aborted"
)

// parcelStages: the goods go back, and are followed on their way.
var parcelStages = stages{
	contract.StageSendBack: (*story).sendBack,
	contract.StageTransit:  (*story).inTransit,
}

func (c *story) parcelCommands() []command {
	return []command{
		on(byCustomer, in(contract.StageSendBack, contract.StageTransit), c.canSendBack, c.giveWaybill).inTime(),
		on(byCustomer, in(contract.StageSendBack), c.canRequestPickup, c.requestPickup).inTime(),
	}
}

// sendBack waits for the goods to be handed over: the customer tells a waybill, or a courier is ordered. While a
// courier is being ordered the customer's clock stands still, so a carrier that is down costs nobody a day.
func (c *story) sendBack(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	if s.Held != nil { // a parcel that was none: the time that was left goes on
		c.resume(ctx)
	} else {
		c.open(ctx, policy.StepSendBack, workflow.Now(ctx))
	}
	for {
		var booking workflow.Future
		stopBooking := func() {}
		if s.Pickup != nil && s.Pickup.State == pickupOrdering {
			booking, stopBooking = c.orderCourier(ctx)
		}
		expired, err := c.wait(ctx, func() bool {
			return s.Parcel != nil || s.Detour != "" || (booking != nil && booking.IsReady()) ||
				(booking == nil && s.Pickup != nil && s.Pickup.State == pickupOrdering)
		})
		switch {
		case err != nil:
			stopBooking()
			return "", err
		case s.Parcel != nil: // the customer sent it without us
			stopBooking()
			c.sendCourierAway(ctx)
			c.hold(ctx)
			return contract.StageTransit, nil
		case s.Detour != "":
			stopBooking()
			c.hold(ctx)
			next := s.Detour
			s.Detour = ""
			return next, nil
		case expired:
			c.sendCourierAway(ctx)
			if c.plot.notSent != nil {
				return c.plot.notSent(c, ctx)
			}
			return c.end(ctx, contract.ClosedNotSent), nil
		case booking != nil:
			if err := c.courierOrdered(ctx, booking); err != nil {
				return "", err
			}
			if s.Parcel != nil {
				c.hold(ctx)
				return contract.StageTransit, nil
			}
		}
	}
}

// orderCourier starts the order. Its key is fixed by case and round, so however often it is tried, one courier comes.
func (c *story) orderCourier(ctx workflow.Context) (workflow.Future, func()) {
	c.stop(ctx)
	pickup := c.s.Pickup
	ctx, cancel := workflow.WithCancel(ctx)
	future := workflow.ExecuteActivity(partner(ctx, "order a courier", pickupPatience), contract.ActivityBookPickup, c.pickupInput(ctx, pickup))
	return future, cancel
}

func (c *story) pickupInput(ctx workflow.Context, pickup *Pickup) contract.PickupInput {
	input := contract.PickupInput{
		CaseID: c.start.CaseID, OrderID: c.start.OrderID, CustomerID: c.start.CustomerID, MerchantID: c.start.MerchantID,
		Round: pickup.Round, Carrier: pickup.Carrier, Grams: c.s.ExpectedGrams,
		After: pickup.After, Before: pickup.Before, At: workflow.Now(ctx),
	}
	if c.s.Answer != nil {
		input.AddressID = c.s.Answer.AddressID
	}
	return input
}

// courierOrdered takes the result: a waybill, or the customer sends the goods without us and gets more time for it.
func (c *story) courierOrdered(ctx workflow.Context, booking workflow.Future) error {
	s := c.s
	var result contract.PickupResult
	err := booking.Get(ctx, &result)
	if err != nil && ctx.Err() != nil {
		return err
	}
	if err != nil || result.Refused != nil {
		if err != nil { // nobody knows whether one will come: none may
			c.sendCourierAway(ctx)
		}
		s.Pickup.State = pickupFailed
		extra := s.Terms.Limits.PickupExtension
		if s.Pickup.Round > 1 {
			extra = 0 // once
		}
		c.goOn(ctx, extra)
		c.record(ctx, platform, "pickup_failed", data{"due_at": s.Wait.DueAt}, contract.Customer)
		return nil
	}
	lost := s.Wait.Left
	c.goOn(ctx, 0)
	s.Pickup.State, s.Pickup.TaskID = pickupOrdered, result.TaskID
	c.record(ctx, platform, "pickup_ordered", data{"carrier": result.Carrier, "number": result.Number, "due_at": s.Wait.DueAt, "left": lost.String()}, contract.Customer, contract.Merchant)
	c.s.Parcel = &Parcel{ // the carrier brings it; that it tells us is another order
		Carrier: result.Carrier, Number: result.Number, Since: workflow.Now(ctx).UTC(), State: trackNone,
	}
	c.catchUp(ctx, c.s.Parcel, nil)
	return nil
}

// sendCourierAway cancels an order that is no longer wanted. The order may have been placed although its answer
// was lost, so it is cancelled by key as well.
func (c *story) sendCourierAway(ctx workflow.Context) {
	pickup := c.s.Pickup
	if pickup == nil || pickup.State == pickupCancelled || pickup.State == pickupFailed {
		return
	}
	pickup.State = pickupCancelled
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	if err := c.act(ctx, partner(ctx, "cancel the courier", pickupPatience), contract.ActivityCancelPickup, c.pickupInput(ctx, pickup), nil); err != nil {
		c.record(ctx, platform, "pickup_not_cancelled", nil, contract.Agent)
	}
}

func (c *story) canRequestPickup(cmd *contract.RequestPickup) *fault.Fault {
	pickup := c.s.Pickup
	switch {
	case c.s.Parcel != nil, pickup != nil && (pickup.State == pickupOrdering || pickup.Round >= maxPickups):
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case !cmd.Before.After(cmd.After) || !cmd.Before.After(cmd.ReceivedAt):
		return fault.New(fault.BadRequest, "problem", "before: later than after, and not in the past")
	}
	return nil
}

func (c *story) requestPickup(ctx workflow.Context, cmd *contract.RequestPickup) (*fault.Fault, error) {
	round := 1
	if c.s.Pickup != nil {
		round = c.s.Pickup.Round + 1
	}
	c.s.Pickup = &Pickup{Round: round, State: pickupOrdering, Carrier: cmd.Carrier, After: cmd.After, Before: cmd.Before}
	c.record(ctx, cmd.Actor, "pickup_requested", data{"carrier": cmd.Carrier})
	return nil, nil
}

// canSendBack: before the first scan a waybill may be corrected, a few times.
func (c *story) canSendBack(cmd *contract.SendBack) *fault.Fault {
	parcel := c.s.Parcel
	switch {
	case cmd.Carrier == "" || cmd.Number == "":
		return fault.New(fault.WaybillMalformed)
	case c.s.Waybills > c.s.Terms.Limits.Waybills:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case parcel == nil:
		return nil
	case parcel.LastScan != nil:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case parcel.Carrier == cmd.Carrier && parcel.Number == cmd.Number:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

// giveWaybill takes the customer's number of the parcel back.
func (c *story) giveWaybill(ctx workflow.Context, cmd *contract.SendBack) (*fault.Fault, error) {
	parcel, known, f, err := c.claimWaybill(ctx, &Parcel{Carrier: cmd.Carrier, Number: cmd.Number})
	if f != nil || err != nil {
		return f, err
	}
	c.s.Waybills++
	c.record(ctx, cmd.Actor, "sent_back", data{"carrier": cmd.Carrier, "number": cmd.Number, "watched": parcel.Registered}, contract.Merchant)
	c.s.Parcel = parcel
	c.catchUp(ctx, parcel, known)
	return nil, nil
}

// claimWaybill claims a number for this case and asks the carrier about it. A carrier that does not answer does not
// hold anybody up: the story goes on asking in the background.
func (c *story) claimWaybill(ctx workflow.Context, parcel *Parcel) (_ *Parcel, known *contract.TrackFact, _ *fault.Fault, _ error) {
	input := c.waybillInput(ctx, parcel)
	var claimed, registered contract.WaybillResult
	if err := c.local(ctx, contract.ActivityClaimWaybill, input, &claimed); err != nil {
		return nil, nil, nil, err
	}
	if claimed.Refused != nil {
		return nil, nil, claimed.Refused, nil
	}
	err := workflow.ExecuteActivity(impatient(ctx, "ask the carrier"), contract.ActivityRegisterWaybill, input).Get(ctx, &registered)
	if err == nil && registered.Refused != nil {
		return nil, nil, registered.Refused, nil
	}
	parcel.Since, parcel.Registered, parcel.State = workflow.Now(ctx).UTC(), err == nil, trackNone
	return parcel, registered.Track, nil, nil
}

// catchUp takes the news of a parcel that came before it was the case's own, and with its number.
func (c *story) catchUp(ctx workflow.Context, parcel *Parcel, known *contract.TrackFact) {
	if fact, ok := c.s.Early[parcel.Number]; ok {
		delete(c.s.Early, parcel.Number)
		c.track(ctx, fact)
	}
	if known != nil {
		c.track(ctx, *known)
	}
}

func (c *story) waybillInput(ctx workflow.Context, parcel *Parcel) contract.WaybillInput {
	input := contract.WaybillInput{
		Out: parcel.Out, CaseID: c.start.CaseID, OrderID: c.start.OrderID, MerchantID: c.start.MerchantID,
		Carrier: parcel.Carrier, Number: parcel.Number, At: workflow.Now(ctx), NotBefore: c.s.OpenedAt,
	}
	if c.s.Answer != nil {
		input.AddressID = c.s.Answer.AddressID
	}
	return input
}

// parcel is the case's parcel of a number, whichever way it goes.
func (c *story) parcel(number string) *Parcel {
	for _, parcel := range []*Parcel{c.s.Parcel, c.s.Delivery.Parcel} {
		if parcel != nil && parcel.Number == number {
			return parcel
		}
	}
	return nil
}

// track stores a carrier's news. A whole track replaces the older one; an older one changes nothing.
func (c *story) track(ctx workflow.Context, fact contract.TrackFact) {
	if out := c.s.Outbound.parcel(fact.Number); out != nil {
		c.trackOut(ctx, out, fact)
		return
	}
	parcel := c.parcel(fact.Number)
	if parcel == nil {
		if len(c.s.Early) < maxSeen {
			c.s.Early[fact.Number] = fact
		}
		c.foundAgain(ctx, fact)
		return
	}
	if fact.Grams > 0 {
		parcel.Grams = fact.Grams
		parcel.TooLight = !parcel.Out && !policy.CheckWeight(c.s.Terms, c.s.ExpectedGrams, fact.Grams)
	}
	if fact.State == trackNone || fact.State == trackAborted {
		if fact.State == trackAborted && parcel.LastScan == nil && !parcel.Suspect {
			parcel.State = fact.State
			c.record(ctx, carrier(parcel), "parcel_unknown", data{"number": parcel.Number, "out": parcel.Out}, parcel.sender())
		}
		return
	}
	if fact.At.Before(c.s.OpenedAt.Truncate(time.Second)) {
		return // it travelled before this case was: not this case's parcel
	}
	if !parcel.isNews(fact) {
		return
	}
	at := fact.At.UTC()
	first := parcel.LastScan == nil
	parcel.State, parcel.LastScan = fact.State, &at
	parcel.Suspect, parcel.Stalled, parcel.Claimed = false, false, false
	switch {
	case fact.State == trackSigned:
		parcel.SignedAt = &at
		c.record(ctx, carrier(parcel), "parcel_delivered", data{"number": parcel.Number, "out": parcel.Out, "grams": parcel.Grams, "too_light": parcel.TooLight}, contract.Customer, contract.Merchant)
	case fact.State == trackReturnSigned || fact.State == trackRefused || fact.State == trackReturning:
		parcel.Bounced = true
		c.record(ctx, carrier(parcel), "parcel_bounced", data{"number": parcel.Number, "out": parcel.Out, "state": fact.State}, contract.Customer, contract.Merchant)
	case first:
		c.record(ctx, carrier(parcel), "parcel_picked", data{"number": parcel.Number, "out": parcel.Out, "grams": parcel.Grams}, parcel.receiver())
	default:
		c.record(ctx, carrier(parcel), "parcel_moved", data{"number": parcel.Number, "out": parcel.Out, "state": fact.State})
	}
}

// sender and receiver are the parties at the ends of a parcel's way.
func (p *Parcel) sender() contract.Role {
	if p.Out {
		return contract.Merchant
	}
	return contract.Customer
}

func (p *Parcel) receiver() contract.Role {
	if p.Out {
		return contract.Customer
	}
	return contract.Merchant
}

// isNews tells whether a track says more than is known. A parcel that was delivered is where it is.
func (p *Parcel) isNews(fact contract.TrackFact) bool {
	older := p.LastScan != nil && fact.At.Before(*p.LastScan)
	same := p.LastScan != nil && fact.At.Equal(*p.LastScan) && p.State == fact.State
	return !older && !same && p.SignedAt == nil
}

func carrier(parcel *Parcel) contract.Actor {
	return contract.Actor{Kind: contract.Carrier, ID: parcel.Carrier}
}

// inTransit follows the parcel: its first scan, a number without one, a stall, a loss, delivery. A number without
// a record is never refunded by time: people look at it.
func (c *story) inTransit(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	var watching workflow.Future
	stopWatching := func() {}
	defer func() { stopWatching() }()
	for {
		parcel := s.Parcel
		if !parcel.Registered && watching == nil {
			watching, stopWatching = c.watch(ctx, parcel)
		}
		if c.plot.scanned != nil && c.advances() {
			return c.plot.scanned(c, ctx)
		}
		c.openTransit(ctx, parcel)
		scans := parcel.LastScan
		expired, err := c.wait(ctx, func() bool {
			return s.Parcel != parcel || parcel.SignedAt != nil || parcel.Bounced || parcel.LastScan != scans ||
				(watching != nil && watching.IsReady())
		})
		switch {
		case err != nil:
			return "", err
		case s.Parcel != parcel: // corrected
			stopWatching()
			watching = nil
			s.Wait = nil
		case parcel.SignedAt != nil:
			s.Held = nil
			c.insured(ctx)
			return c.cameBack(ctx)
		case parcel.Bounced && s.Advanced > 0:
			return c.plot.overpaid(c, ctx)
		case parcel.Bounced:
			return c.dispute(ctx, "parcel_bounced"), nil
		case watching != nil && watching.IsReady():
			refused := c.watched(ctx, parcel, watching)
			watching = nil
			if refused {
				s.Parcel = nil
				return contract.StageSendBack, nil
			}
		case expired && c.parcelOverdue(ctx, parcel):
			return c.dispute(ctx, c.overdueCause(parcel)), nil
		}
	}
}

// watch asks the carrier in the background, for as long as it is worth, to tell us of a parcel.
func (c *story) watch(ctx workflow.Context, parcel *Parcel) (workflow.Future, func()) {
	ctx, cancel := workflow.WithCancel(ctx)
	return workflow.ExecuteActivity(partner(ctx, "ask the carrier to watch the parcel", registerPatience),
		contract.ActivityRegisterWaybill, c.waybillInput(ctx, parcel)), cancel
}

// openTransit opens the deadline that fits what is known of the parcel.
func (c *story) openTransit(ctx workflow.Context, parcel *Parcel) {
	switch {
	case parcel.LastScan == nil && parcel.Suspect:
		c.open(ctx, policy.StepCorrectWaybill, workflow.Now(ctx))
	case parcel.LastScan == nil:
		c.open(ctx, policy.StepFirstScan, parcel.Since)
	case parcel.Claimed:
		c.open(ctx, policy.StepCarrierClaim, workflow.Now(ctx))
	case parcel.Stalled:
		c.open(ctx, policy.StepLost, *parcel.LastScan)
	case c.s.Wait != nil && c.s.Wait.Step == policy.StepStalled && !c.s.Wait.Since.Equal(*parcel.LastScan):
		c.reopen(ctx, policy.StepStalled, *parcel.LastScan)
	default:
		c.open(ctx, policy.StepStalled, *parcel.LastScan)
	}
}

// parcelOverdue carries out the default of the parcel's deadline; true when people must decide from here.
func (c *story) parcelOverdue(ctx workflow.Context, parcel *Parcel) bool {
	switch c.s.Wait.Step {
	case policy.StepFirstScan:
		parcel.Suspect = true
		c.record(ctx, platform, "waybill_suspect", data{"number": parcel.Number, "out": parcel.Out}, parcel.sender())
	case policy.StepStalled:
		parcel.Stalled = true
		c.record(ctx, platform, "parcel_stalled", data{"number": parcel.Number, "out": parcel.Out}, contract.Customer, contract.Merchant)
	case policy.StepLost: // the desk claims it with the carrier, which finds it or pays
		if parcel.Out {
			return true // the merchant's to claim, and to send again
		}
		if workflow.GetVersion(ctx, "carrier-claim", workflow.DefaultVersion, 1) == workflow.DefaultVersion {
			return true // as the first release did: people decided at once
		}
		parcel.Claimed = true
		c.record(ctx, platform, "carrier_claim_opened", data{"number": parcel.Number}, contract.Customer, contract.Merchant, contract.Agent)
	case policy.StepCarrierClaim:
		c.record(ctx, platform, "carrier_claim_over", data{"number": parcel.Number, "liability": c.lossOnTheWayBack()}, contract.Customer, contract.Merchant)
		return true
	default: // policy.StepCorrectWaybill
		return true
	}
	return false
}

// overdueCause says why people must decide about a parcel.
func (c *story) overdueCause(parcel *Parcel) string {
	if parcel.Suspect {
		return causeSuspect
	}
	return causeLost
}

// Why people must decide about a parcel on its way back: no carrier ever saw it, or its carrier did not find it.
const (
	causeSuspect = "waybill_suspect"
	causeLost    = "parcel_lost"
)

// lossOnTheWayBack is who bears a parcel lost on its way back: the customer sent it, unless the goods had to go back
// through the merchant's fault.
func (c *story) lossOnTheWayBack() policy.Party {
	if c.s.Terms.Liability == policy.Merchant {
		return policy.Merchant
	}
	return policy.Customer
}

// watched takes the carrier's late answer about a parcel; true when it cannot be this case's parcel.
func (c *story) watched(ctx workflow.Context, parcel *Parcel, watching workflow.Future) (refused bool) {
	var known contract.WaybillResult
	parcel.Registered = true // asked for as long as it is worth; from here the deadlines alone decide
	if err := watching.Get(ctx, &known); err != nil {
		c.record(ctx, platform, "parcel_not_watched", data{"number": parcel.Number}, contract.Agent)
		return false
	}
	if known.Refused != nil {
		c.record(ctx, platform, "waybill_refused", data{"number": parcel.Number, "out": parcel.Out, "code": known.Refused.Code}, parcel.sender())
		return true
	}
	if known.Track != nil {
		c.track(ctx, *known.Track)
	}
	return false
}

package workflows

import (
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// outboundStages: the goods are on their way to the customer, or should have come.
var outboundStages = stages{
	contract.StageIntercept: (*story).intercept,
	contract.StageProof:     (*story).proof,
}

func (c *story) outboundCommands() []command {
	return []command{
		on(byReporter, in(contract.StageIntercept), c.canReportIntercept, c.reportIntercept),
		on(byMerchant, in(contract.StageProof), c.canProveDelivery, c.proveDelivery).inTime(),
	}
}

// outboundNews: the shop ships meanwhile, or learns that the goods came.
func (c *story) outboundNews() []news {
	return []news{
		hear(c, contract.SignalOrder, func(fact contract.OrderFact) string { return fact.NoticeID }, c.orderChanged),
	}
}

// parcel finds one of the parcels by its number.
func (o *Outbound) parcel(number string) *Parcel {
	if o == nil {
		return nil
	}
	i := slices.IndexFunc(o.Parcels, func(p Parcel) bool { return p.Number == number })
	if i < 0 {
		return nil
	}
	return &o.Parcels[i]
}

// turned tells whether a parcel is on its way back to the merchant, or there.
func (o *Outbound) turned() bool {
	return o != nil && slices.ContainsFunc(o.Parcels, func(p Parcel) bool { return p.Bounced })
}

// home tells whether a parcel is with the merchant again: as its carrier says, or the merchant itself.
func (o *Outbound) home(p Parcel) bool {
	return p.BackAt != nil || o.Report == contract.InterceptReturned && p.SignedAt == nil
}

// back tells whether everything is with the merchant again.
func (o *Outbound) back() bool {
	if len(o.Parcels) == 0 {
		return o.Report == contract.InterceptReturned
	}
	return !slices.ContainsFunc(o.Parcels, func(p Parcel) bool { return !o.home(p) })
}

// delivered tells whether the customer has the goods: all parcels have arrived somewhere, and one with the customer.
func (o *Outbound) delivered() bool {
	if len(o.Parcels) == 0 {
		return o.SignedAt != nil
	}
	arrived := func(p Parcel) bool { return p.SignedAt != nil }
	under := func(p Parcel) bool { return p.SignedAt == nil && !o.home(p) }
	return slices.ContainsFunc(o.Parcels, arrived) && !slices.ContainsFunc(o.Parcels, under)
}

// holds tells whether a line may be in a parcel: where nobody said what is in it, any may.
func (p Parcel) holds(line contract.ChosenLine) bool {
	return len(p.Lines) == 0 || slices.Contains(p.Lines, line.LineID)
}

// cameHome are those of the lines that are in parcels at the merchant, and in no other.
func (o *Outbound) cameHome(lines []contract.ChosenLine) (home, rest []contract.ChosenLine) {
	for _, line := range lines {
		elsewhere := slices.ContainsFunc(o.Parcels, func(p Parcel) bool { return p.holds(line) && !o.home(p) })
		inOne := slices.ContainsFunc(o.Parcels, func(p Parcel) bool { return p.holds(line) })
		if inOne && !elsewhere {
			home = append(home, line)
		} else {
			rest = append(rest, line)
		}
	}
	return home, rest
}

// missing are those of the lines that never reached the customer, and those that did. Where a line may be in a parcel of
// either kind nobody knows what was lost: known is false then.
func (o *Outbound) missing(lines []contract.ChosenLine) (gone, came []contract.ChosenLine, known bool) {
	known = true
	for _, line := range lines {
		signed := slices.ContainsFunc(o.Parcels, func(p Parcel) bool { return p.holds(line) && p.SignedAt != nil })
		lost := slices.ContainsFunc(o.Parcels, func(p Parcel) bool { return p.holds(line) && p.SignedAt == nil })
		known = known && !(signed && lost)
		if signed {
			came = append(came, line)
		} else {
			gone = append(gone, line)
		}
	}
	return gone, came, known
}

// arrived tells whether there is nothing left to stop.
func (o *Outbound) arrived() bool { return o != nil && (o.back() || o.delivered()) }

// causeIntercept: a parcel that was to be stopped, and of which its carrier says nothing.
const causeIntercept = "intercept"

// lookOut reads from the data where the goods are, and follows their parcels from here on.
func (c *story) lookOut(ctx workflow.Context, watch bool) error {
	var found contract.Outbound
	err := c.local(ctx, contract.ActivityOutbound, contract.OutboundInput{
		CaseID: c.start.CaseID, OrderID: c.start.OrderID, Lines: c.lines(), Watch: watch, At: workflow.Now(ctx),
	}, &found)
	if err != nil {
		return err
	}
	if c.s.Outbound == nil {
		c.s.Outbound = &Outbound{}
	}
	out := c.s.Outbound
	out.ShippedAt, out.SignedAt, out.Watched, out.Grams = found.ShippedAt, found.SignedAt, out.Watched || watch, found.Grams
	for _, parcel := range found.Parcels {
		if out.parcel(parcel.Number) != nil {
			continue
		}
		out.Parcels = append(out.Parcels, Parcel{Carrier: parcel.Carrier, Number: parcel.Number, Since: parcel.ShippedAt, State: trackNone, Lines: parcel.Lines})
		if fact, early := c.s.Early[parcel.Number]; early {
			delete(c.s.Early, parcel.Number)
			c.track(ctx, fact)
		}
	}
	return nil
}

// shippedMeanwhile asks, right before money goes back for goods that were not shipped, whether they still are not. If
// they were, the request is one to stop the parcel, under the rules for that.
func (c *story) shippedMeanwhile(ctx workflow.Context) (bool, error) {
	s := c.s
	if err := c.lookOut(ctx, false); err != nil || s.Outbound.ShippedAt == nil {
		return false, err
	}
	terms, err := c.evaluate(ctx, c.known(), nil)
	if err != nil {
		return false, err
	}
	if terms.Refusal == nil { // else the terms under which it was opened hold on
		s.Terms = terms
		s.Evaluation++
	}
	s.Terms.Way = policy.WayIntercept
	s.Revision++
	c.record(ctx, platform, "shipped_meanwhile", data{"shipped_at": s.Outbound.ShippedAt}, contract.Customer, contract.Merchant)
	return true, nil
}

// orderChanged stores what the shop says of the goods' way.
func (c *story) orderChanged(ctx workflow.Context, fact contract.OrderFact) {
	if c.s.Outbound == nil {
		c.s.Outbound = &Outbound{}
	}
	out := c.s.Outbound
	if out.ShippedAt == nil && fact.ShippedAt != nil {
		out.ShippedAt = fact.ShippedAt
		c.record(ctx, carrierOrShop, "shipped", data{"shipped_at": fact.ShippedAt}, contract.Customer)
	}
	if out.SignedAt == nil && fact.SignedAt != nil {
		out.SignedAt = fact.SignedAt
		c.record(ctx, carrierOrShop, "signed_for", data{"signed_at": fact.SignedAt}, contract.Merchant)
	}
}

// carrierOrShop is who says that goods left or came: the shop tells it for the merchant.
var carrierOrShop = contract.Actor{Kind: contract.Platform, ID: "shop"}

// trackOut stores a carrier's news of a parcel on its way to the customer.
func (c *story) trackOut(ctx workflow.Context, parcel *Parcel, fact contract.TrackFact) {
	if fact.State == trackNone || fact.State == trackAborted || parcel.BackAt != nil || !parcel.isNews(fact) {
		return
	}
	at := fact.At.UTC()
	parcel.State, parcel.LastScan = fact.State, &at
	switch fact.State {
	case trackSigned:
		parcel.SignedAt, parcel.Bounced = &at, false
		c.record(ctx, carrier(parcel), "outbound_delivered", data{"number": parcel.Number}, contract.Customer, contract.Merchant)
	case trackReturnSigned:
		parcel.BackAt, parcel.Bounced = &at, true
		c.record(ctx, carrier(parcel), "outbound_returned", data{"number": parcel.Number}, contract.Customer, contract.Merchant)
	case trackRefused, trackReturning:
		if !parcel.Bounced {
			parcel.Bounced = true
			c.record(ctx, carrier(parcel), "outbound_turned", data{"number": parcel.Number, "state": fact.State}, contract.Customer, contract.Merchant)
		}
	default:
		c.record(ctx, carrier(parcel), "outbound_moved", data{"number": parcel.Number, "state": fact.State})
	}
}

// intercept follows the parcel that is to be stopped: back with the merchant it is refunded, with the customer it is
// the customer's to send back, and lost it is the merchant's to prove. A carrier's silence never pays.
func (c *story) intercept(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	if s.Outbound == nil || !s.Outbound.Watched {
		if err := c.lookOut(ctx, true); err != nil {
			return "", err
		}
		c.record(ctx, platform, "intercepting", data{"parcels": len(s.Outbound.Parcels)}, contract.Customer, contract.Merchant)
	}
	out := s.Outbound
	if len(s.Rest) > 0 { // what did not reach the customer is paid
		return c.becomeReturn(ctx)
	}
	watching, stopWatching := c.watchOut(ctx)
	defer stopWatching()
	for {
		c.open(ctx, policy.StepIntercept, workflow.Now(ctx))
		turned := out.turned()
		expired, err := c.wait(ctx, func() bool {
			return out.back() || out.delivered() || out.Report == contract.InterceptLost || out.turned() != turned ||
				(watching != nil && watching.IsReady())
		})
		switch {
		case err != nil:
			return "", err
		case out.back():
			c.record(ctx, platform, "intercepted", nil, contract.Customer)
			return c.payClaim(ctx), nil
		case out.delivered():
			return c.delivered(ctx)
		case out.Report == contract.InterceptLost:
			return contract.StageProof, nil
		case watching != nil && watching.IsReady():
			c.watchedOut(ctx, watching)
			watching = nil
		case out.turned() != turned: // it takes its time back, too
			s.Wait = nil
		case expired && out.lost(s.Terms, workflow.Now(ctx)):
			out.Report = contract.InterceptLost
			c.record(ctx, platform, "outbound_lost", nil, contract.Customer, contract.Merchant)
			return contract.StageProof, nil
		case expired:
			return c.dispute(ctx, causeIntercept), nil
		}
	}
}

// lost tells whether no parcel that is still under way was seen for as long as a lost one is not.
func (o *Outbound) lost(terms policy.Terms, now time.Time) bool {
	if len(o.Parcels) == 0 {
		return false
	}
	return !slices.ContainsFunc(o.Parcels, func(p Parcel) bool {
		seen := p.Since
		if p.LastScan != nil {
			seen = *p.LastScan
		}
		return p.SignedAt != nil || p.BackAt != nil || now.Before(terms.DueAt(policy.StepLost, seen))
	})
}

// watchOut asks the carriers to tell every scan of the parcels, and where they are now.
func (c *story) watchOut(ctx workflow.Context) (workflow.Future, func()) {
	var ask []contract.OutboundParcel
	for _, parcel := range c.s.Outbound.Parcels {
		if !parcel.Registered {
			ask = append(ask, contract.OutboundParcel{Carrier: parcel.Carrier, Number: parcel.Number, ShippedAt: parcel.Since})
		}
	}
	if len(ask) == 0 {
		return nil, func() {}
	}
	ctx, cancel := workflow.WithCancel(ctx)
	return workflow.ExecuteActivity(partner(ctx, "ask the carriers to watch the parcels", registerPatience), contract.ActivityWatchOutbound,
		contract.WatchInput{CaseID: c.start.CaseID, OrderID: c.start.OrderID, Parcels: ask}), cancel
}

// watchedOut takes the carriers' answer; from here their notices and the deadline decide.
func (c *story) watchedOut(ctx workflow.Context, watching workflow.Future) {
	for i := range c.s.Outbound.Parcels {
		c.s.Outbound.Parcels[i].Registered = true
	}
	var watched contract.Watched
	if err := watching.Get(ctx, &watched); err != nil {
		c.record(ctx, platform, "parcel_not_watched", nil, contract.Agent)
		return
	}
	for _, fact := range watched.Tracks {
		c.track(ctx, fact)
	}
}

// delivered: the customer has the goods, or some of them. What came home meanwhile is refunded at once, and the case goes
// on with the rest.
func (c *story) delivered(ctx workflow.Context) (contract.Stage, error) {
	home, rest := c.s.Outbound.cameHome(c.lines())
	if len(home) == 0 {
		return c.becomeReturn(ctx)
	}
	cause, ref := c.cause()
	return c.payApart(ctx, home, rest, cause, ref)
}

// payLost pays for goods that never came. Where another parcel was delivered only what was lost is paid, and what the
// customer has is the customer's to send back; what nobody can tell apart is people's to decide.
func (c *story) payLost(ctx workflow.Context, cause contract.Cause, ref string) (contract.Stage, error) {
	gone, came, known := c.s.Outbound.missing(c.lines())
	switch {
	case c.s.Outbound.Report != contract.InterceptLost || len(came) == 0:
		return c.settle(ctx, c.claim(), cause, ref), nil
	case !known:
		return c.dispute(ctx, causeIntercept), nil
	case len(gone) == 0:
		return c.becomeReturn(ctx)
	}
	return c.payApart(ctx, gone, came, cause, ref)
}

// proven: the goods came, as it seems. With one of several parcels the customer has what the merchant agreed to take
// back; else it is the customer's to let that stand.
func (c *story) proven(ctx workflow.Context) (contract.Stage, error) {
	out := c.s.Outbound
	if _, came, _ := out.missing(c.lines()); out.Report == contract.InterceptLost && len(came) > 0 {
		return c.becomeReturn(ctx)
	}
	return contract.StageRefused, nil
}

// payApart refunds some of the lines at once, as what they are worth by themselves: whether the rest ever follows nobody
// knows, and when it does it makes good what the parting cost. The case goes on with the rest. Lines that are worth
// nothing by themselves stay in the matter.
func (c *story) payApart(ctx workflow.Context, lines, rest []contract.ChosenLine, cause contract.Cause, ref string) (contract.Stage, error) {
	s := c.s
	alone := c.known()
	alone.Lines = lines
	terms, err := c.evaluate(ctx, alone, nil)
	if err != nil {
		return "", err
	}
	s.Evaluation++
	ids, whole := lineIDs(lines), c.claim()
	quote := terms.Quote
	if quote.Total > whole.Total || s.Terms.Asked > 0 { // never more than what was asked for and agreed to
		quote = policy.Reprice(quote, min(quote.Total, policy.Only(whole, ids).Total))
	}
	grams := 0
	for _, line := range rest {
		grams += s.Outbound.Grams[line.LineID] * line.Quantity
	}
	if quote.Total == 0 {
		s.ExpectedGrams = grams
		return c.becomeReturn(ctx)
	}
	of := func(unit string) bool {
		return slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(unit, id+"/") })
	}
	s.Whole = &Whole{Units: s.Units, Quote: s.Terms.Quote, Grams: s.ExpectedGrams}
	s.Rest, s.Apart, s.ExpectedGrams = rest, quote.Total, grams
	s.Units = slices.DeleteFunc(slices.Clone(s.Units), of)
	s.Terms.Quote = policy.Less(s.Terms.Quote, quote)
	c.record(ctx, platform, "partly_intercepted", data{"lines": ids, "amount": quote.Total}, contract.Customer, contract.Merchant)
	next := c.settle(ctx, quote, cause, ref)
	s.Refund.Next = contract.StageIntercept // where the rest is a return
	return next, nil
}

// rejoin makes one matter of it again: what came home was not paid.
func (c *story) rejoin() {
	s := c.s
	if whole := s.Whole; whole != nil {
		s.Units, s.Terms.Quote, s.ExpectedGrams = whole.Units, whole.Quote, whole.Grams
		s.Rest, s.Apart, s.Whole = nil, 0, nil
	}
}

// lines are what the case is about now.
func (c *story) lines() []contract.ChosenLine {
	if len(c.s.Rest) > 0 {
		return c.s.Rest
	}
	return c.start.Lines
}

func lineIDs(lines []contract.ChosenLine) []string { return contract.Start{Lines: lines}.LineIDs() }

// becomeReturn: the parcel could not be stopped. What the merchant agreed to stands, for the goods in exchange: the
// same case goes on as a return, under the rules for one, as far as they know the reason.
func (c *story) becomeReturn(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	s.Became, s.Phase, s.Whole = policy.Return, policy.OnSale, nil
	terms, err := c.evaluate(ctx, c.known(), nil)
	switch {
	case err != nil:
		return "", err
	case terms.Refusal == nil:
		s.Terms = terms
		s.Evaluation++
	default:
		s.Became = ""
	}
	s.Terms.Way, s.Terms.Asked = "", 0
	s.Revision++
	c.record(ctx, platform, "became_return", data{"amount": c.claim().Total}, contract.Customer, contract.Merchant)
	return contract.StageSendBack, nil
}

func (c *story) canReportIntercept(cmd *contract.ReportIntercept) *fault.Fault {
	switch cmd.Result {
	case contract.InterceptRequested, contract.InterceptImpossible, contract.InterceptReturned, contract.InterceptLost:
	default:
		return fault.New(fault.BadRequest, "problem", "result: requested, impossible, returned or lost")
	}
	report := ""
	if c.s.Outbound != nil {
		report = c.s.Outbound.Report
	}
	if report == contract.InterceptReturned || report == contract.InterceptLost || report == cmd.Result {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

func (c *story) reportIntercept(ctx workflow.Context, cmd *contract.ReportIntercept) (*fault.Fault, error) {
	if c.s.Outbound == nil {
		c.s.Outbound = &Outbound{}
	}
	c.uses(cmd.TextID)
	c.s.Outbound.Report = cmd.Result
	c.record(ctx, cmd.Actor, "intercept_"+cmd.Result, data{"text": cmd.TextID}, contract.Customer, contract.Merchant)
	return nil, nil
}

// proof waits for the merchant to prove that the goods came. Whoever owes a proof and has none loses: the money goes
// back. With one the customer lets it stand, or asks the platform.
func (c *story) proof(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	if s.Outbound == nil {
		s.Outbound = &Outbound{}
	}
	out := s.Outbound
	if c.agreesByRule(ctx) {
		cause, ref := c.cause()
		return c.payLost(ctx, cause, ref)
	}
	if !out.Watched {
		if err := c.lookOut(ctx, true); err != nil {
			return "", err
		}
	}
	out.Proof = nil
	watching, stopWatching := c.watchOut(ctx)
	defer stopWatching()
	for {
		c.open(ctx, policy.StepProof, workflow.Now(ctx))
		expired, err := c.wait(ctx, func() bool {
			return out.Proof != nil || out.came(s.OpenedAt) || (watching != nil && watching.IsReady())
		})
		switch {
		case err != nil:
			return "", err
		case out.Proof != nil && out.Proof.Conceded:
			return c.payLost(ctx, contract.CauseMerchant, string(policy.StepProof))
		case out.Proof != nil:
			return c.proven(ctx)
		case out.came(s.OpenedAt):
			out.Proof = &contract.ProofView{ByCarrier: true}
			c.record(ctx, platform, "delivery_proven", data{"by_carrier": true}, contract.Customer, contract.Merchant)
			return c.proven(ctx)
		case watching != nil && watching.IsReady():
			c.watchedOut(ctx, watching)
			watching = nil
		case expired && s.Wait.Default == policy.ActRefund:
			c.record(ctx, platform, "delivery_not_proven", nil, contract.Customer, contract.Merchant)
			return c.payLost(ctx, contract.CauseExpired, string(policy.StepProof))
		case expired:
			return c.dispute(ctx, contract.DisputeNotProven), nil
		}
	}
}

// came tells whether every parcel was delivered after the customer asked: late, but there. A signature from before
// is the very thing that is in doubt.
func (o *Outbound) came(opened time.Time) bool {
	late := func(p Parcel) bool { return p.SignedAt != nil && p.SignedAt.After(opened) }
	return len(o.Parcels) > 0 && !slices.ContainsFunc(o.Parcels, func(p Parcel) bool { return !late(p) })
}

func (c *story) canProveDelivery(cmd *contract.ProveDelivery) *fault.Fault {
	switch {
	case c.s.Outbound != nil && c.s.Outbound.Proof != nil:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case !cmd.Concede && len(cmd.Evidence) == 0:
		return fault.New(fault.EvidenceNeeded)
	}
	return nil
}

func (c *story) proveDelivery(ctx workflow.Context, cmd *contract.ProveDelivery) (*fault.Fault, error) {
	evidence, f, err := c.attach(ctx, cmd.Actor, cmd.Evidence)
	if f != nil || err != nil {
		return f, err
	}
	c.uses(cmd.TextID)
	c.s.Outbound.Proof = &contract.ProofView{Conceded: cmd.Concede, TextID: cmd.TextID, Evidence: evidence}
	event := "delivery_proven"
	if cmd.Concede {
		event = "delivery_conceded"
	}
	c.record(ctx, cmd.Actor, event, data{"text": cmd.TextID, "evidence": evidence}, contract.Customer)
	return nil, nil
}

// proofStands: the customer lets a refusal stand. Where the delivery was proven, the goods are there.
func (c *story) proofStands(ctx workflow.Context) (contract.Stage, error) {
	if c.s.Outbound != nil && c.s.Outbound.Proof != nil {
		return c.end(ctx, contract.Delivered), nil
	}
	return c.end(ctx, contract.ClosedNotAnswered), nil
}

// outboundView shows where the goods are on their way to the customer.
func (c *story) outboundView() *contract.OutboundView {
	out, way := c.s.Outbound, c.s.Terms.Way
	if out == nil {
		out = &Outbound{}
		if way == "" {
			return nil
		}
	}
	view := contract.OutboundView{Way: way, ShippedAt: out.ShippedAt, Report: out.Report, Proof: out.Proof}
	for i := range out.Parcels {
		view.Parcels = append(view.Parcels, out.Parcels[i].view())
	}
	return &view
}

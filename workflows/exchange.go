package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Why an exchange became a refund in the same case.
const (
	refundNoStock    = "out_of_stock" // when the merchant agreed, or later by its own word
	refundNotShipped = "not_shipped"  // the merchant let the time to ship pass
	refundBounced    = "bounced"      // the replacement came back to the merchant, and no other was sent
)

// Exchange is the story of goods that go back for others.
//
//	checking → [details asked] → merchant answer (stock reserved) → [pay the difference] → send back → in transit
//	           → inspection → ship the replacement → confirm → [the difference back] → done
//	with a deposit: merchant answer → pay → ship → send back → … → inspection → confirm → done
//	out of stock, not shipped → refund in the same case;  not paid → closed;  not delivered → ship again | refund | dispute
//
// The replacement inherits what is left to refund, so it can be returned or exchanged like what it replaces.
func Exchange(ctx workflow.Context, start contract.Start, carried *State) (contract.Outcome, error) {
	return plot{
		stages:     chapters(intakeStages, merchantStages, payStages, parcelStages, inspectionStages, shipStages, deskStages, refundStages),
		commands:   exchangeCommands,
		hears:      (*story).payNews,
		agreed:     (*story).reserve,
		collected:  (*story).exchangePaid,
		unpaid:     (*story).exchangeUnpaid,
		notSent:    (*story).advanceKept,
		arrived:    (*story).goodsExchanged,
		parted:     (*story).partKept,
		shipped:    (*story).replaced,
		notShipped: (*story).notReplaced,
		confirmed:  (*story).exchangeDone,
		paid:       (*story).exchangeRefunded,
		decided:    (*story).exchangeDecided,
	}.tell(ctx, start, carried)
}

// exchangeCommands is everything people can ask of an exchange.
func exchangeCommands(c *story) []command {
	extendable := in(contract.StageMerchant, contract.StageInspection, contract.StageShip)
	return slices.Concat(c.intakeCommands(), c.merchantCommands(), c.payCommands(), c.parcelCommands(), c.inspectionCommands(), c.shipCommands(),
		[]command{on(byCustomer, in(contract.StageSendBack), c.canTakeAdvance, c.takeAdvance).inTime()},
		c.everydayCommands(extendable, in(contract.StageDetails, contract.StageMerchant, contract.StageOffer, contract.StageRefused, contract.StagePay,
			contract.StageSendBack, contract.StageTransit, contract.StageInspection, contract.StageShip, contract.StageHelp)),
		c.deskCommands(), c.refundCommands())
}

// reserve sets the replacement aside as soon as the merchant agreed, by word or by silence. What is sold out by then
// becomes a return in the same case at the merchant's freight; the customer may withdraw.
func (c *story) reserve(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	s.Swap.Lines, s.Swap.Back = exchanged(s.Terms)
	reserved, err := c.reserveStock(ctx)
	if err != nil {
		return "", err
	}
	if reserved.Refused != nil {
		c.record(ctx, platform, "out_of_stock", data{"code": reserved.Refused.Code}, contract.Customer, contract.Merchant)
		return c.becomesRefund(ctx, refundNoStock, contract.CauseMerchant, string(policy.StepMerchantAnswer))
	}
	c.record(ctx, platform, "stock_reserved", data{"lines": s.Swap.Lines}, contract.Customer)
	if difference := s.Terms.Exchange.Difference; difference > 0 {
		return c.collect(contract.PurposeDifference, difference), nil
	}
	return c.bringBack(), nil
}

// bringBack is what follows once the replacement is sure: the goods go back first, unless the customer may keep them.
func (c *story) bringBack() contract.Stage {
	c.s.Swap.Arrived = c.s.Swap.Arrived || c.s.Answer.KeepGoods
	if c.s.Swap.Arrived {
		return contract.StageShip
	}
	return contract.StageSendBack
}

// exchanged says what each old line gives up and what its replacement is worth, and the difference that the old lines
// keep when the replacement is cheaper: it is refunded in the end. Replacements are worth what was given up for them and
// what is paid on top.
func exchanged(terms policy.Terms) (lines []contract.ReplacedLine, back policy.Quote) {
	share, keep := map[string]money.Amount{}, map[string]money.Amount{}
	for _, line := range terms.Quote.Lines {
		share[line.LineID] += line.Amount
	}
	back = policy.ExchangeBack(terms)
	back.Total = 0
	for i, line := range back.Lines {
		back.Lines[i].Amount = min(line.Amount, share[line.LineID])
		back.Total += back.Lines[i].Amount
		keep[line.LineID] += back.Lines[i].Amount
	}
	worth := max(0, terms.Exchange.Difference)
	weights := make([]int64, len(terms.Exchange.Lines))
	for i, line := range terms.Exchange.Lines {
		gives := share[line.LineID] - keep[line.LineID]
		lines = append(lines, contract.ReplacedLine{
			LineID: line.LineID, VariantID: line.VariantID, Quantity: line.Quantity, UnitPrice: line.New, Gives: gives,
		})
		worth += gives
		weights[i] = int64(max(0, share[line.LineID]+line.Difference))
	}
	for i, paid := range money.Split(worth, weights) {
		lines[i].Paid = paid
	}
	return lines, back
}

func (c *story) stockInput(ctx workflow.Context) contract.StockInput {
	input := contract.StockInput{CaseID: c.start.CaseID, MerchantID: c.start.MerchantID, Round: c.s.Swap.Round, At: workflow.Now(ctx)}
	for _, line := range c.s.Swap.Lines {
		input.Lines = append(input.Lines, contract.StockedLine{VariantID: line.VariantID, Quantity: line.Quantity})
	}
	return input
}

func (c *story) reserveStock(ctx workflow.Context) (reserved contract.Reserved, err error) {
	c.s.Swap.Round++
	c.s.Swap.Reserved = true // also when nobody hears the answer: what may be set aside is given back in the end
	if err = c.local(ctx, contract.ActivityReserveStock, c.stockInput(ctx), &reserved); err == nil {
		c.s.Swap.Reserved = reserved.Refused == nil
	}
	return reserved, err
}

// releaseStock gives back what is set aside and was not sent.
func (c *story) releaseStock(ctx workflow.Context) {
	if !c.s.Swap.Reserved {
		return
	}
	if err := c.local(ctx, contract.ActivityReleaseStock, c.stockInput(ctx), nil); err != nil {
		workflow.GetLogger(ctx).Error("stock could not be released", "error", err)
		return
	}
	c.s.Swap.Reserved = false
	c.record(ctx, platform, "stock_released", nil, contract.Merchant)
}

// exchangePaid: the difference is paid and the goods go back; or the deposit is, and the replacement goes out.
func (c *story) exchangePaid(workflow.Context) (contract.Stage, error) {
	if c.s.Due.Purpose == contract.PurposeDeposit {
		c.s.Swap.Advance = true
		return contract.StageShip, nil
	}
	return c.bringBack(), nil
}

// exchangeUnpaid: without the difference there is no exchange; without the deposit the goods just go back first.
func (c *story) exchangeUnpaid(ctx workflow.Context) (contract.Stage, error) {
	if c.s.Due.Purpose == contract.PurposeDeposit {
		return contract.StageSendBack, nil
	}
	return c.end(ctx, contract.ClosedNotPaid), nil
}

// canTakeAdvance: the terms allow it, once, and the goods are not sent yet.
func (c *story) canTakeAdvance(*contract.TakeAdvance) *fault.Fault {
	s := c.s
	if !s.Terms.Advance.Exchange || s.Swap.Advance || s.Swap.ToRefund != "" || s.Detour != "" || s.Parcel != nil ||
		s.Due.Purpose == contract.PurposeDeposit {
		return fault.New(fault.NotNow, "stage", s.Stage)
	}
	return nil
}

// takeAdvance turns from sending the goods back to paying the deposit. The time to send back stands still meanwhile.
func (c *story) takeAdvance(ctx workflow.Context, cmd *contract.TakeAdvance) (*fault.Fault, error) {
	s := c.s
	c.record(ctx, cmd.Actor, "advance_taken", data{"deposit": s.Terms.Advance.Deposit, "rule": s.Terms.Advance.Rule}, contract.Merchant)
	if s.Terms.Advance.Deposit > 0 {
		s.Detour = c.collect(contract.PurposeDeposit, s.Terms.Advance.Deposit)
		return nil, nil
	}
	s.Swap.Advance, s.Detour = true, contract.StageShip
	return nil, nil
}

// goodsExchanged: the goods are back, or time says so. Now the replacement goes out - or their money goes back,
// where there is none to send; or all is done, where it went out before.
func (c *story) goodsExchanged(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	if s.Swap.ToRefund != "" || s.Verdict != nil {
		return c.payForGoods(ctx)
	}
	s.Swap.Arrived = true
	if !s.Swap.Advance {
		return contract.StageShip, nil
	}
	next := c.followReplacement()
	for i, taken := range s.Due.Taken { // the goods are back: so is the deposit
		if taken.Purpose == contract.PurposeDeposit && taken.State == takenHeld {
			return c.returnOne(i, "deposit_back", next, ""), nil
		}
	}
	return next, nil
}

// replaced books the replacement once it is on its way: it takes the place of what it replaces, with what was left to
// refund for it. One that is sent again is booked already.
func (c *story) replaced(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	if len(s.Swap.Replaced) == 0 {
		tenders, _ := c.held(contract.PurposeDifference)
		var booked contract.Booked
		err := c.local(ctx, contract.ActivityReplace, contract.ReplaceInput{
			CaseID: c.start.CaseID, OrderID: c.start.OrderID, Round: s.Swap.Round, Units: s.Units, Lines: s.Swap.Lines,
			Tenders: tenders, Serials: s.Delivery.Serials, At: workflow.Now(ctx),
		}, &booked)
		if err != nil {
			return "", err
		}
		for i, paid := range booked.Paid {
			line := &s.Swap.Lines[i]
			line.Gives, line.Paid = line.Gives-(line.Paid-paid), paid
		}
		c.spend(contract.PurposeDifference)
		s.Swap.Replaced, s.Swap.Reserved, s.Units = booked.Lines, false, booked.Units
		s.Terms.Quote = inherited(s.Terms, s.Swap, booked)
		s.Revision++
		c.record(ctx, platform, "replaced", data{"lines": booked.Lines}, contract.Customer, contract.Merchant)
	}
	if s.Swap.Advance && !s.Swap.Arrived && s.Parcel == nil {
		s.Held = nil // the time to send back begins with the replacement
		return contract.StageSendBack, nil
	}
	return contract.StageConfirm, nil
}

// inherited is what can be refunded from here on: what was left for the old lines lies on the new ones, but for a
// cheaper variant's difference.
func inherited(terms policy.Terms, swap Swap, booked contract.Booked) policy.Quote {
	quote := policy.Quote{Currency: terms.Quote.Currency, Freight: terms.Quote.Freight, Total: terms.Quote.Freight}
	for i, line := range swap.Lines {
		quote.Lines = append(quote.Lines, policy.QuoteLine{LineID: booked.Lines[i], Quantity: line.Quantity, Amount: line.Paid})
		quote.Total += line.Paid
	}
	quote.Lines = append(quote.Lines, swap.Back.Lines...)
	quote.Total += swap.Back.Total
	quote.Formula = []policy.FormulaLine{{Label: "replacement_inherits", Amount: quote.Total, Rule: terms.Exchange.Rule}}
	return quote
}

// notReplaced: the merchant did not send the replacement, or none arrived. What nobody can find is people's to look
// at; anything else becomes a refund, at the merchant's freight.
func (c *story) notReplaced(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	switch s.Delivery.Trouble {
	case troubleSuspect, troubleLost:
		return c.dispute(ctx, "replacement_"+s.Delivery.Trouble), nil
	case troubleBounced:
		return c.becomesRefund(ctx, refundBounced, contract.CauseExpired, string(policy.StepShip))
	}
	if s.Delivery.Cannot {
		return c.becomesRefund(ctx, refundNoStock, contract.CauseMerchant, "cannot_ship")
	}
	return c.becomesRefund(ctx, refundNotShipped, contract.CauseExpired, string(policy.StepShip))
}

// becomesRefund turns the exchange into a refund in the same case, at the merchant's fault: nothing is set aside any
// more, and no replacement will be sent. Goods that are not back yet come back first.
func (c *story) becomesRefund(ctx workflow.Context, why string, cause contract.Cause, ref string) (contract.Stage, error) {
	s := c.s
	c.releaseStock(ctx)
	if len(s.Swap.Replaced) == 0 {
		terms, err := c.evaluateAs(ctx, c.known(), nil, policy.Merchant)
		if err != nil {
			return "", err
		}
		s.Terms = terms
		s.Evaluation++
	}
	arrived := s.Swap.Arrived && !s.Answer.KeepGoods
	s.Swap.ToRefund, s.Swap.Advance, s.Held = why, false, nil
	s.Revision++
	c.record(ctx, platform, "becomes_refund", data{"why": why, "amount": s.Terms.Quote.Total}, contract.Customer, contract.Merchant)
	switch {
	case arrived:
		return c.settle(ctx, s.Terms.Quote, cause, ref), nil
	case s.Answer.KeepGoods:
		return c.settle(ctx, goodsKept(s.Terms.Quote), cause, ref), nil
	}
	return contract.StageSendBack, nil
}

// advanceKept: the replacement went out and nothing came back. The deposit is kept, and the rest of what the goods
// are worth is claimed; an exchange without an advance just closes.
func (c *story) advanceKept(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	if !s.Swap.Advance || len(s.Swap.Replaced) == 0 {
		return c.end(ctx, contract.ClosedNotSent), nil
	}
	return c.keepDeposit(ctx, s.Swap.worth(), "not_sent_back")
}

// worth is what the old lines gave up for the replacement.
func (s Swap) worth() (sum money.Amount) {
	for _, line := range s.Lines {
		sum += line.Gives
	}
	return sum
}

// partKept: the customer accepts that the goods that came back are worth less. Without an advance the part is refunded
// and there is no replacement; with one, what is missing comes out of the deposit.
func (c *story) partKept(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	if len(s.Swap.Replaced) == 0 {
		return c.settle(ctx, s.Offer.Quote, contract.CauseAccepted, "difference"), nil
	}
	return c.keepDeposit(ctx, s.missing(), "difference")
}

// missing is what the goods are worth less than what was given for them, as the inspection found them.
func (s *State) missing() money.Amount {
	whole := s.Terms.Quote.Total
	return money.Share(s.Swap.worth(), int64(whole-s.part().Total), int64(whole))
}

// owing tells that the customer has the replacement, or will have it, and has not sent the goods back.
func (s Swap) owing() bool { return s.Advance && !s.Arrived && len(s.Replaced) > 0 }

// keepDeposit takes owed out of the deposit and claims what it does not cover. Then the customer just confirms; what is
// left of the deposit goes back when the case ends.
func (c *story) keepDeposit(ctx workflow.Context, owed money.Amount, cause string) (contract.Stage, error) {
	s := c.s
	rest := owed
	for i := range s.Due.Taken {
		taken := &s.Due.Taken[i]
		if taken.Purpose != contract.PurposeDeposit || taken.State != takenHeld {
			continue
		}
		kept := min(rest, taken.Amount)
		rest, taken.Amount = rest-kept, taken.Amount-kept
		if taken.Amount == 0 {
			taken.State = takenSpent
		}
	}
	c.record(ctx, platform, "deposit_kept", data{"amount": owed - rest, "cause": cause}, contract.Customer, contract.Merchant)
	if rest > 0 {
		if err := c.recover(ctx, rest, cause); err != nil {
			return "", err
		}
	}
	// Both the goods and the replacement are the customer's now: there is no cheaper variant's difference to give back.
	s.Terms.Quote = s.Swap.without(s.Terms.Quote)
	s.Swap.Back, s.Swap.Arrived = policy.Quote{}, true
	return c.followReplacement(), nil
}

// without takes the difference of a cheaper variant off what can be refunded.
func (s Swap) without(quote policy.Quote) policy.Quote {
	if s.Back.Total == 0 {
		return quote
	}
	quote.Lines = quote.Lines[:len(s.Replaced):len(s.Replaced)]
	quote.Total -= s.Back.Total
	quote.Formula = append(slices.Clone(quote.Formula), policy.FormulaLine{Label: "goods_kept", Amount: -s.Back.Total, Rule: policy.RuleExchange})
	return quote
}

// followReplacement goes on with a replacement that went out before the goods were back.
func (c *story) followReplacement() contract.Stage {
	if c.s.Delivery.Parcel == nil {
		return contract.StageShip
	}
	return contract.StageConfirm
}

// exchangeDone: the customer has the replacement. A cheaper one's difference goes back now, and not before.
func (c *story) exchangeDone(ctx workflow.Context) (contract.Stage, error) {
	if err := c.receipt(ctx); err != nil {
		return "", err
	}
	return c.differenceBack(ctx), nil
}

// receipt notes that the customer has the replacement: its own rights begin.
func (c *story) receipt(ctx workflow.Context) error {
	return c.local(ctx, contract.ActivityReceipt, contract.ReceiptInput{
		CaseID: c.start.CaseID, OrderID: c.start.OrderID, SignedAt: c.s.Delivery.Parcel.SignedAt, ConfirmedAt: workflow.Now(ctx),
	}, nil)
}

func (c *story) differenceBack(ctx workflow.Context) contract.Stage {
	if back := c.s.Swap.Back; back.Total > 0 {
		return c.settle(ctx, back, contract.CauseRule, differenceBack)
	}
	return c.end(ctx, c.exchangedAs())
}

// differenceBack is why a cheaper variant's difference is refunded.
const differenceBack = "exchange_difference"

// exchangedAs is how an exchange ends whose replacement went out: as one, unless the platform gave money for it.
func (c *story) exchangedAs() contract.Outcome {
	if c.s.ChildPaid > 0 {
		return c.endAs(c.s.Child.Fact.Outcome)
	}
	return contract.Exchanged
}

// exchangeRefunded: what was paid was the difference of an exchange that is done, or it was a refund after all.
func (c *story) exchangeRefunded(ctx workflow.Context) (contract.Stage, error) {
	if c.s.Refund.CauseRef == differenceBack {
		c.record(ctx, platform, "refunded", data{"amount": c.s.paid()}, contract.Customer, contract.Merchant)
		return c.end(ctx, c.exchangedAs()), nil
	}
	return c.refunded(ctx)
}

// exchangeDecided: the platform decided. A replacement that the customer has stays exchanged when no money was given
// for it, and a cheaper one's difference is owed whatever was. Where it decided against a customer who has the
// replacement and did not send the goods back as they should be, what they are worth is kept and claimed.
func (c *story) exchangeDecided(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	if s.Swap.owing() && c.against() {
		return c.keepDeposit(ctx, s.missing(), "judgment")
	}
	if len(s.Swap.Replaced) > 0 && s.Delivery.Parcel != nil && s.Delivery.Parcel.SignedAt != nil {
		return c.exchangeDone(ctx)
	}
	if len(s.Swap.Replaced) > 0 && s.ChildPaid > 0 {
		return c.differenceBack(ctx), nil
	}
	return c.end(ctx, c.endAs(s.Child.Fact.Outcome)), nil
}

// exchangeView is what a detail page shows of it.
func (c *story) exchangeView() *contract.ExchangeView {
	s := c.s
	if c.start.Kind != policy.Exchange || s.Terms.Exchange == nil {
		return nil
	}
	view := &contract.ExchangeView{
		Difference: s.Terms.Exchange.Difference, Reserved: s.Swap.Reserved, Shipped: len(s.Swap.Replaced) > 0,
		Advance: s.Swap.Advance, ToRefund: s.Swap.ToRefund, Replaced: s.Swap.Replaced,
	}
	for _, line := range s.Terms.Exchange.Lines {
		view.Lines = append(view.Lines, contract.ExchangedLine{LineID: line.LineID, VariantID: line.VariantID, Quantity: line.Quantity})
	}
	return view
}

package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/workflows/contract"
)

// pricePatience is how long the shop is asked for its prices. Whoever asks for protection may send the same request
// again meanwhile, and gets this case's answer.
const pricePatience = time.Hour

// PriceProtection is the story of a price that fell after the purchase: the customer gets the difference, and keeps
// the goods. The rules decide alone; the merchant is told.
//
//	checking (the shop says what it costs now) → [details asked] → [approval] → refund → done
//	refused: window over, price not lower, protected down to this price before, money went back otherwise
func PriceProtection(ctx workflow.Context, start contract.Start, carried *State) (contract.Outcome, error) {
	return plot{
		stages:   chapters(intakeStages, priceStages, deskStages, refundStages),
		commands: priceProtectionCommands,
		ready:    (*story).payDifference,
		paid:     (*story).priceProtected,
		decided:  (*story).protectionDecided,
	}.tell(ctx, start, carried)
}

// priceStages begin with the price of today.
var priceStages = stages{
	contract.StageChecking: (*story).checkPrices,
}

// priceProtectionCommands is everything people can ask of it. The merchant has nothing to answer, and no time to ask for.
func priceProtectionCommands(c *story) []command {
	return slices.Concat(c.intakeCommands(), c.deskCommands(), c.refundCommands(), []command{
		on(byCustomer, in(contract.StageDetails, contract.StageHelp, contract.StageApproval), c.canWithdraw, c.withdraw),
		on(byAnyone, in(), c.canAddEvidence, c.addEvidence).asQuiet(),
		on(byDesk, in(), c.canRejectEvidence, c.rejectEvidence),
		on(byOperator, in(), c.canMoveDeadline, c.moveDeadline),
	})
}

// checkPrices asks the shop first: the rules look at nothing but what is written down.
func (c *story) checkPrices(ctx workflow.Context) (contract.Stage, error) {
	err := c.act(ctx, partner(ctx, "ask the shop for its prices", pricePatience), contract.ActivityCheckPrices, contract.PricesInput{
		CaseID: c.start.CaseID, OrderID: c.start.OrderID, Lines: c.start.Lines, At: workflow.Now(ctx),
	}, nil)
	switch {
	case err != nil && ctx.Err() != nil:
		return "", err
	case err != nil:
		c.s.Refused, c.s.Outcome = fault.New(fault.PartnerSilent), contract.RefusedOpening
		return contract.StageEnded, nil
	}
	return c.checking(ctx)
}

// payDifference pays what the rules found. No unit goes back, so what is left of the price can still be asked for when
// one does.
func (c *story) payDifference(ctx workflow.Context) (contract.Stage, error) {
	return c.settle(ctx, goodsKept(c.claim()), contract.CauseRule, c.s.Terms.Protection.Rule), nil
}

func (c *story) priceProtected(ctx workflow.Context) (contract.Stage, error) {
	c.record(ctx, platform, "price_protected", data{"amount": c.s.paid()}, contract.Customer, contract.Merchant)
	return c.end(ctx, contract.PriceProtected), nil
}

// protectionDecided: somebody refused the approval, and the platform decided.
func (c *story) protectionDecided(ctx workflow.Context) (contract.Stage, error) {
	if c.s.ChildPaid > 0 {
		return c.end(ctx, contract.PriceProtected), nil
	}
	return c.end(ctx, c.endAs(c.s.Child.Fact.Outcome)), nil
}

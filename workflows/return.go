package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Return is the story of goods that go back for money.
//
//	checking → [details asked] → merchant answer → send back → in transit → inspection → [approval] → refund → done
//	           refused → edit | dispute;  waybill suspect, lost → dispute;  difference → partial | dispute;  withdrawn
//	dispute: a complaint decides, and the clocks stand still
//
// It ends with an outcome; a business "no" is an outcome like any other. carried is the state of an earlier run.
func Return(ctx workflow.Context, start contract.Start, carried *State) (contract.Outcome, error) {
	return plot{
		stages: chapters(intakeStages, merchantStages, parcelStages, inspectionStages,
			deskStages, refundStages),
		commands: returnCommands,
		agreed:   (*story).goodsGoBack,
		arrived:  (*story).payForGoods,
		scanned:  (*story).advance,
		overpaid: (*story).takeAllBack,
		parted:   (*story).payForPart,
		paid:     (*story).refunded,
	}.tell(ctx, start, carried)
}

// returnCommands is everything people can ask of a return: who, in which stages, against which deadline.
func returnCommands(c *story) []command {
	extendable := in(contract.StageMerchant, contract.StageInspection)
	return slices.Concat(c.intakeCommands(), c.merchantCommands(), c.parcelCommands(), c.inspectionCommands(),
		c.everydayCommands(extendable, in(contract.StageDetails, contract.StageMerchant, contract.StageOffer, contract.StageRefused,
			contract.StageSendBack, contract.StageTransit, contract.StageInspection, contract.StageHelp)),
		c.deskCommands(), c.refundCommands())
}

// goodsGoBack: what the merchant agreed to begins with the goods, unless the customer may keep them.
func (c *story) goodsGoBack(ctx workflow.Context) (contract.Stage, error) {
	if parent := c.start.Parent; parent != nil && parent.GoodsBack {
		cause, ref := c.cause()
		return c.settle(ctx, c.claim(), cause, ref), nil
	}
	if c.s.Answer.KeepGoods {
		return c.settle(ctx, c.s.Terms.Quote, contract.CauseMerchant, "goods_kept"), nil
	}
	return contract.StageSendBack, nil
}

// payForGoods: the goods are back, or time says so; now their money goes back.
func (c *story) payForGoods(ctx workflow.Context) (contract.Stage, error) {
	if c.s.Advanced > 0 {
		return c.takeBack(ctx, c.due().Total, "judgment")
	}
	cause, ref := c.cause()
	if c.s.Inspection.ByTime {
		cause, ref = contract.CauseExpired, string(policy.StepInspection)
	}
	return c.settle(ctx, c.due(), cause, ref), nil
}

// payForPart: the goods are back otherwise than they should be, and the customer accepts the part that the rules leave.
func (c *story) payForPart(ctx workflow.Context) (contract.Stage, error) {
	if c.s.Advanced > 0 {
		return c.takeBack(ctx, c.s.Offer.Amount, "difference")
	}
	return c.settle(ctx, c.s.Offer.Quote, contract.CauseAccepted, "difference"), nil
}

// part is what an inspection that found a difference left of the goods' worth; nothing where there was none.
func (s *State) part() policy.Quote {
	if s.Inspection == nil || s.Inspection.Difference == policy.NoDifference || s.Offer == nil {
		return policy.Quote{}
	}
	return s.Offer.Quote
}

package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"aftersales/policy"
	"aftersales/workflows/contract"
)

// RefundOnly is the story of money that goes back without the customer sending goods. Where the goods are decides how
// it goes:
//
//	not shipped   rule or merchant answer → refund; shipped meanwhile: as below
//	intercept     merchant answer → the parcel is stopped: came back → refund; delivered → a return in the same case;
//	              lost → prove delivery
//	not received  prove delivery: not proven → refund; proven → the customer lets it stand → delivered | dispute
//	received      merchant answer → refund, the goods stay; silence never pays → dispute
//	goodwill      opened by the merchant or the platform's people: paid within their limits, or after approval
func RefundOnly(ctx workflow.Context, start contract.Start, carried *State) (contract.Outcome, error) {
	return plot{
		stages:   chapters(intakeStages, merchantStages, outboundStages, parcelStages, inspectionStages, deskStages, refundStages),
		commands: refundOnlyCommands,
		hears:    (*story).outboundNews,
		ready:    (*story).moneyIsAsked,
		agreed:   (*story).moneyAlone,
		stands:   (*story).proofStands,
		arrived:  (*story).payForGoods,
		paid:     (*story).refunded,
		judged:   (*story).goodwillApproved,
	}.tell(ctx, start, carried)
}

// refundOnlyCommands is everything people can ask of a refund without goods.
func refundOnlyCommands(c *story) []command {
	extendable := in(contract.StageMerchant, contract.StageInspection)
	return slices.Concat(c.intakeCommands(), c.merchantCommands(), c.outboundCommands(), c.parcelCommands(), c.inspectionCommands(),
		c.everydayCommands(extendable, in(contract.StageDetails, contract.StageMerchant, contract.StageOffer, contract.StageRefused,
			contract.StageIntercept, contract.StageProof, contract.StageSendBack, contract.StageTransit, contract.StageInspection,
			contract.StageHelp)),
		c.deskCommands(), c.refundCommands())
}

// moneyIsAsked: what was opened as goodwill needs nobody's answer, goods that never came need a proof, everything else
// the merchant's word.
func (c *story) moneyIsAsked(ctx workflow.Context) (contract.Stage, error) {
	switch {
	case c.opener().Kind != contract.Customer:
		return c.goodwill(ctx)
	case c.s.Terms.Way == policy.WayNotReceived:
		return contract.StageProof, nil
	}
	return contract.StageMerchant, nil
}

// moneyAlone: the merchant agreed. Money goes back at once unless the goods are on their way: then they are stopped
// first. For goods that the customer keeps only the merchant's own word pays, never its silence.
func (c *story) moneyAlone(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	switch s.Terms.Way {
	case policy.WayIntercept:
		return contract.StageIntercept, nil
	case policy.WayNotShipped:
		shipped, err := c.shippedMeanwhile(ctx)
		if err != nil {
			return "", err
		}
		if shipped {
			return contract.StageIntercept, nil
		}
	case policy.WayReceived:
		if s.Answer.ByTime {
			return c.dispute(ctx, contract.DisputeSilent), nil
		}
	}
	return c.payClaim(ctx), nil
}

// payClaim pays what was asked for, by the merchant's word, its silence or a rule.
func (c *story) payClaim(ctx workflow.Context) contract.Stage {
	cause, ref := c.cause()
	return c.settle(ctx, c.claim(), cause, ref)
}

// goodwill is money that a merchant or the platform's people give of their own accord, for goods that stay where they
// are. The merchant gives its own; anybody else proposes, as in a dispute, within a limit or for somebody's approval.
func (c *story) goodwill(ctx workflow.Context) (contract.Stage, error) {
	by, quote := c.opener(), goodsKept(c.claim())
	if by.Kind == contract.Merchant {
		c.s.Answer = &contract.MerchantView{Decision: contract.Agree, KeepGoods: true, TextID: c.start.TextID}
		return c.settle(ctx, quote, contract.CauseMerchant, causeGoodwill), nil
	}
	c.newProposal(ctx, contract.ApprovalState{
		Outcome: contract.ProposeRefund, Amount: quote.Total, Stake: quote.Total, Quote: quote, Liability: c.s.Terms.Liability,
		ProposedBy: by, Disputed: true, TextID: c.start.TextID,
	})
	return c.proposed(ctx)
}

// goodwillApproved pays what the platform's people gave.
func (c *story) goodwillApproved(ctx workflow.Context) (contract.Stage, error) {
	approval := c.s.Approval
	c.record(ctx, platform, "judged", data{"approval": approval.ID, "outcome": approval.Outcome, "amount": approval.Amount, "liability": approval.Liability},
		contract.Customer, contract.Merchant)
	return c.settle(ctx, approval.Quote, contract.CauseJudgment, approval.ID), nil
}

// causeGoodwill names why a merchant pays without being asked.
const causeGoodwill = "goodwill"

// isGoodwill: nobody asked for the money, so nobody is owed an answer when it is not approved.
func (c *story) isGoodwill() bool {
	return c.start.Kind == policy.RefundOnly && c.opener().Kind != contract.Customer
}

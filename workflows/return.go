package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"aftersales/workflows/contract"
)

// refundPatience is how long a refund is tried in one go before finance is told.
const refundPatience = 30 * time.Minute

// Return is the story of goods that go back for money.
//
//	checking → [details asked] → merchant answer → send back → in transit → inspection → refund → done
//	           refused → edit | review;  waybill suspect, lost → review;  difference → partial | review;  withdrawn
//	review → proposal → approval → refund | partial | rejected
//
// It ends with an outcome; a business "no" is an outcome like any other. carried is the state of an earlier run.
func Return(ctx workflow.Context, start contract.Start, carried *State) (contract.Outcome, error) {
	c, err := begin(ctx, start, carried, returnCommands)
	if err != nil {
		return "", err
	}
	return c.run(ctx, map[contract.Stage]stage{
		contract.StageChecking:   (*story).checking,
		contract.StageDetails:    (*story).details,
		contract.StageMerchant:   (*story).merchantAnswers,
		contract.StageOffer:      (*story).offered,
		contract.StageRefused:    (*story).refused,
		contract.StageSendBack:   (*story).sendBack,
		contract.StageTransit:    (*story).inTransit,
		contract.StageInspection: (*story).inspection,
		contract.StageDifference: (*story).difference,
		contract.StageReview:     (*story).reviewed,
		contract.StageApproval:   (*story).approval,
		contract.StageRefund:     (*story).refund,
	})
}

// Who may give a command.
var (
	byCustomer = []contract.Role{contract.Customer}
	byMerchant = []contract.Role{contract.Merchant}
	byDesk     = []contract.Role{contract.Agent, contract.Supervisor, contract.Operator}
	byFinance  = []contract.Role{contract.Supervisor, contract.Operator}
	byOperator = []contract.Role{contract.Operator}
	byAnyone   = []contract.Role{contract.Customer, contract.Merchant, contract.Agent, contract.Supervisor, contract.Operator}
)

// returnCommands is everything people can ask of a return: who, in which stages, against which deadline.
func returnCommands(c *story) []command {
	in := func(stages ...contract.Stage) []contract.Stage { return stages }
	always := in()
	return []command{
		on(byCustomer, in(contract.StageDetails), c.canAnswer, c.answer).inTime(),
		on(byMerchant, in(contract.StageMerchant), c.canMerchantAnswer, c.merchantAnswer).inTime(),
		on(byCustomer, in(contract.StageOffer, contract.StageDifference), c.canAnswerOffer, c.answerOffer).inTime(),
		on(byCustomer, in(contract.StageRefused), c.canEdit, c.edit).inTime(),
		on(byCustomer, in(contract.StageRefused), c.canEscalate, c.escalate).inTime(),
		on(byCustomer, in(contract.StageSendBack, contract.StageTransit), c.canSendBack, c.giveWaybill).inTime(),
		on(byCustomer, in(contract.StageSendBack), c.canRequestPickup, c.requestPickup).inTime(),
		on(byMerchant, in(contract.StageInspection), c.canInspect, c.inspect).inTime(),
		on(byMerchant, in(contract.StageMerchant, contract.StageInspection), c.canAskExtension, c.askExtension).inTime(),
		on(byCustomer, in(contract.StageMerchant, contract.StageInspection), c.canAnswerExtension, c.answerExtension).inTime(),
		on(byCustomer, in(contract.StageDetails, contract.StageMerchant, contract.StageOffer, contract.StageRefused,
			contract.StageSendBack, contract.StageTransit, contract.StageInspection, contract.StageReview), c.canWithdraw, c.withdraw),
		on(byAnyone, always, c.canAddEvidence, c.addEvidence).asQuiet(),
		on(byDesk, always, c.canRejectEvidence, c.rejectEvidence),
		on(byOperator, always, c.canMoveDeadline, c.moveDeadline),
		on(byDesk, in(contract.StageReview), c.canResolveDetails, c.resolveDetails),
		on(byDesk, in(contract.StageReview, contract.StageApproval), c.canPropose, c.propose),
		on(byDesk, in(contract.StageApproval), c.canDecide, c.decide).asPersonal(),
		on(byFinance, in(contract.StageRefund), c.canRetryRefund, c.retryRefund).asQuiet(),
	}
}

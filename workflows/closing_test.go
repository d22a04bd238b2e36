package workflows_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Whoever speaks while an agreement is carried out is told that it is too late: what was agreed stays what was agreed.
func TestNothingIsOfferedWhileAnAgreementIsCarriedOut(t *testing.T) {
	w := advancedAndContested(t)
	w.at(2*day, shop, "offer", &contract.ProposeSettlement{Amount: 2500})
	w.at(2*day+hour, kim, "accept", &contract.AnswerSettlement{Accept: true, Amount: 2500})
	w.during[contract.ActivityClaimBack] = func(any) {
		w.now(shop, "offer more", &contract.ProposeSettlement{Amount: 9000})()
		w.now(ben, "judge", &contract.Propose{Outcome: contract.ProposeRefuse})()
	}
	w.run()
	require.Equal(t, contract.Settled, w.judging().Outcome)
	require.Equal(t, fault.NotNow, w.code("offer more"))
	require.Equal(t, fault.NotNow, w.code("judge"))
	require.Equal(t, money.Amount(2500), w.judging().View.Complaint.Settlement.Amount)
}

// A case that lets go of what it holds takes no commands any more: they would be accepted and lead to nothing.
func TestNothingIsAcceptedWhileACaseLetsGo(t *testing.T) {
	w := exchangeWorld(t, 0, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.during[contract.ActivityReleaseStock] = func(any) {
		w.now(kim, "ship", &contract.SendBack{Carrier: "sf", Number: "SF0001"})()
	}
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, fault.CaseClosed, w.code("ship"))
}

// What the shop and a carrier say while a case is closing is not told after its last line.
func TestNothingIsToldAfterTheLastLine(t *testing.T) {
	w := refundWorld(t, policy.WayNotShipped, nil)
	w.at(hour, kim, "withdraw", &contract.Withdraw{})
	shipped := t0.Add(hour)
	w.during[contract.ActivityProject] = func(in any) {
		if slices.ContainsFunc(in.(contract.Projection).Entries, func(e contract.Entry) bool { return e.Event == "closed" }) {
			require.NoError(t, w.env.SignalWorkflowByID(workflowID("c1"), contract.SignalOrder, contract.OrderFact{NoticeID: "o", ShippedAt: &shipped}))
			w.tell("c1", contract.TrackFact{NoticeID: "t", Carrier: "sf", Number: "OUT1", State: "picked", At: shipped})
			require.NoError(t, w.env.SignalWorkflowByID(workflowID("c1"), contract.SignalChargeback, contract.ChargebackFact{NoticeID: "b", TenderID: "t1", Amount: 1}))
		}
	}
	w.run()
	events := w.events()
	require.Equal(t, "closed", events[len(events)-1])
}

// An agreement above the automatic limit takes the place of a judgment that waited for approval: it has a time of its own.
func TestAnAgreementThatNeedsApprovalHasATimeOfItsOwn(t *testing.T) {
	w := complained(t, func(w *world) {
		w.alter = func(_ contract.Start, terms *policy.Terms) {
			terms.Approval.AutomaticBelow, terms.Approval.AgentBelow = 0, 1
		}
	})
	w.toReview(hour)
	w.at(2*hour, agent, "judge", &contract.Propose{Outcome: contract.ProposePartial, Amount: 4000, Liability: policy.Merchant})
	w.at(3*hour, shop, "offer", &contract.ProposeSettlement{Amount: 6000})
	w.at(4*hour, kim, "accept", &contract.AnswerSettlement{Accept: true, Amount: 6000})
	w.env.RegisterDelayedCallback(func() {
		require.Equal(t, contract.StageApproval, w.last().Stage)
		require.Equal(t, t0.Add(4*hour), w.last().View.Wait.Since)
	}, 5*hour)
	w.env.RegisterDelayedCallback(func() {
		w.now(boss, "approve", &contract.Decide{ApprovalID: w.proposal().ID, Hash: w.proposal().Hash, Approve: true})()
	}, 8*hour)
	require.Equal(t, contract.Settled, w.run())
	require.Empty(t, w.faults)
	require.Equal(t, money.Amount(6000), w.last().Refunded)
}

package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows"
	"aftersales/workflows/contract"
)

// What a hostile reader found, kept found.

func valuable(t *testing.T, paid money.Amount) *world {
	return newWorld(t, func(w *world) { w.facts.Lines[0].Paid, w.facts.Order.Paid = paid, paid })
}

func TestAgentCannotRefuseAnUndisputedRefund(t *testing.T) {
	w := valuable(t, 1000000)
	w.toInspection(1200)
	w.at(day+2*hour, shop, "inspect", &contract.Inspect{})
	w.at(day+3*hour, agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse})
	second := contract.Actor{Kind: contract.Operator, ID: "olga", Limit: 10000000}
	w.decide(day+4*hour, operator, "one", nil)
	w.decide(day+5*hour, second, "two", nil)
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, fault.NotNow, w.code("refuse"))
}

func TestApprovedIsCarriedOutBeforeAnythingElse(t *testing.T) {
	w := disputed(t, 80000)
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	w.decide(4*hour, boss, "approve", nil)
	w.at(4*hour, agent, "other", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, fault.NotNow, w.code("other"))
}

func TestDifferenceDoesNotExceedTheJudgment(t *testing.T) {
	w := disputed(t, 10000)
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 1000, Liability: policy.Customer, GoodsBack: true})
	w.at(4*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF2"})
	w.complaintScan(5*hour, "n1", "signed", 1200)
	w.at(6*hour, shop, "inspect", &contract.Inspect{Difference: policy.UsedItem, Evidence: []string{"e1"}})
	w.env.RegisterDelayedCallback(func() {
		cmd := &contract.AnswerOffer{Accept: true, Amount: w.judging().View.Offer.Amount}
		cmd.Meta = contract.Meta{Actor: kim, Key: "accept", ReceivedAt: t0.Add(7 * hour)}
		w.send("accept", cmd)
	}, 7*hour)
	require.Equal(t, contract.PartlyRefunded, w.run())
	require.LessOrEqual(t, w.refunds[0].Quote.Total, money.Amount(1000))
}

func TestParcelFromBeforeTheCase(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.env.RegisterDelayedCallback(func() {
		w.env.SignalWorkflow(contract.SignalTrack, contract.TrackFact{NoticeID: "old", Number: "SF1", State: "signed", Grams: 1200, At: t0.Add(-day)})
	}, 3*hour)
	w.at(300*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Rejected, w.run())
	require.NotContains(t, w.events(), "parcel_delivered")
	require.Empty(t, w.refunds)
}

func TestFailedPickupsGiveTimeOnce(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.env.OnActivity(contract.ActivityBookPickup, mock.Anything, mock.Anything).Return(func(context.Context, contract.PickupInput) (contract.PickupResult, error) {
		return contract.PickupResult{Refused: fault.New(fault.CarrierUnknown)}, nil
	})
	for i := range 6 {
		w.at(time.Duration(2+i)*hour, kim, fmt.Sprint("p", i), &contract.RequestPickup{Carrier: "sf", After: t0.Add(20 * hour), Before: t0.Add(time.Duration(25+i) * hour)})
	}
	w.at(10*hour, kim, "past", &contract.RequestPickup{Carrier: "sf", After: t0, Before: t0.Add(hour)})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, hour+7*day+3*day+grace, w.when("closed"))
	require.Equal(t, fault.NotNow, w.code("p5"))
}

func TestPendingRefundIsAskedForLessAndLess(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree, KeepGoods: true})
	asked := 0
	w.env.OnActivity(contract.ActivityRefund, mock.Anything, mock.Anything).Return(func(_ context.Context, in contract.RefundInput) (contract.RefundResult, error) {
		asked++
		if in.At.Before(t0.Add(3 * day)) {
			next := in.At.Add(time.Second)
			return contract.RefundResult{NextAt: &next}, nil
		}
		return w.refund(context.Background(), in)
	})
	w.env.RegisterDelayedCallback(func() {
		w.env.SignalWorkflow(contract.SignalRefund, contract.RefundFact{NoticeID: "r1", LegKey: "k"})
	}, 3*day+minute)
	require.Equal(t, contract.Refunded, w.run())
	require.Less(t, asked, 100, "three days of waiting")
	require.Equal(t, 3*day+minute, w.when("refunded"), "a word from the provider is followed at once")
	spaced := 0
	for _, event := range w.events() {
		if event == "refund_spaced" {
			spaced++
		}
	}
	require.Equal(t, 1, spaced)
}

// continued runs until the case continues as new and returns what it carries over.
func (w *world) continued() (state workflows.State) {
	story, _ := contract.WorkflowOf(w.start.Kind)
	w.env.ExecuteWorkflow(story, w.start, nil)
	var renewed *workflow.ContinueAsNewError
	require.True(w.t, errors.As(w.env.GetWorkflowError(), &renewed), "%v", w.env.GetWorkflowError())
	var start contract.Start
	require.NoError(w.t, converter.GetDefaultDataConverter().FromPayloads(renewed.Input, &start, &state))
	require.Equal(w.t, w.start.CaseID, start.CaseID)
	return state
}

func TestContinuedCaseGoesOnWhereItWas(t *testing.T) {
	first := newWorld(t, nil)
	first.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	first.env.RegisterDelayedCallback(func() { first.env.SetContinueAsNewSuggested(true) }, 2*hour)
	first.at(3*hour, kim, "evidence", &contract.AddEvidence{Evidence: []string{"e1"}})
	state := first.continued()
	require.Equal(t, state.Seq, state.Written, "everything is written before the history is left behind")
	require.Empty(t, state.Entries)

	second := newWorld(t, nil)
	second.env.SetStartTime(t0.Add(3 * hour))
	second.env.ExecuteWorkflow(contract.WorkflowReturn, second.start, &state)
	require.NoError(t, second.env.GetWorkflowError())
	require.Equal(t, contract.ClosedNotSent, second.last().Outcome)
	require.Equal(t, hour+7*day+grace, second.when("closed"), "the deadline is the one that was")
	require.Equal(t, state.Seq+1, second.projections[0].Entries[0].Seq, "the timeline goes on without a gap")
}

func TestSnapshotHoldsWhatIsOnItsWay(t *testing.T) {
	w := newWorld(t, nil)
	w.env.RegisterDelayedCallback(func() { w.databaseDown = t0.Add(3 * hour) }, 30*minute)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	var seen contract.Projection
	w.env.RegisterDelayedCallback(func() {
		value, err := w.env.QueryWorkflow(contract.QuerySnapshot)
		require.NoError(t, err)
		require.NoError(t, value.Get(&seen))
	}, 2*hour)
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Len(t, seen.Entries, 1)
	require.Equal(t, seen.Seq, seen.Entries[0].Seq, "whoever writes the snapshot loses nothing")
}

func TestChoiceMustBeOffered(t *testing.T) {
	w := newWorld(t, func(w *world) { w.start.Reason = "" })
	w.at(hour, kim, "words", &contract.Answer{Round: 1, N: 1, Choice: "张三 13800001234"})
	require.Equal(t, contract.ClosedNoDetails, w.run())
	require.Equal(t, fault.AnswerUnclear, w.code("words"))
}

func TestStrangerLearnsNothingFromARepeat(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, contract.Actor{Kind: contract.Merchant, ID: "x", Merchant: "elsewhere"}, "stranger", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, shop, "again", &contract.MerchantAnswer{Decision: contract.Agree})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, fault.NotFound, w.code("stranger"))
	require.False(t, w.acks["again"].Changed)
	require.Nil(t, w.faults["again"])
}

func TestFestivalMovesAClockThatStandsStill(t *testing.T) {
	w := newWorld(t, nil)
	w.at(12*hour, shop, "offer", &contract.MerchantAnswer{Decision: contract.Offer, Amount: 3000})
	w.at(13*hour, operator, "move", &contract.MoveDeadline{MoveID: "m1", By: 5 * day})
	w.at(14*hour, kim, "no", &contract.AnswerOffer{Accept: false})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, 14*hour+36*hour+5*day+grace, w.when("merchant_silent"))

	// What stands still is among what a preview says that a move would reach; a closed case has nothing.
	named := false
	for _, p := range w.projections {
		if wait := p.View.Wait; p.Open && wait != nil && wait.Step == policy.StepOffer {
			require.ElementsMatch(t, []policy.Step{policy.StepOffer, policy.StepMerchantAnswer}, p.View.Waits)
			named = true
		}
	}
	require.True(t, named)
	require.Empty(t, w.last().View.Waits)
}

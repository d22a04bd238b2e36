package workflows_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows"
	"aftersales/workflows/contract"
)

// The case that a complaint is about, while the complaint is open.

// The customer let the platform step in two hours after the refusal, and thought better of it.
func TestWithdrawnComplaintGivesBackTheTimeThatWasLeft(t *testing.T) {
	w := disputed(t, 10000)
	w.at(3*hour, kim, "edit", &contract.Edit{TextID: "t"})
	w.at(12*hour, kim, "withdraw", &contract.Withdraw{})
	require.Equal(t, contract.ClosedNotAnswered, w.run())
	require.Equal(t, contract.Withdrawn, w.judging().Outcome)
	require.InDelta(t, 12*hour+(7*day-hour)+grace, w.when("closed"), float64(time.Second), "the clock of the refusal stood still with six days and 23 hours to go")
	for _, p := range w.projections {
		if p.Stage == contract.StageDispute {
			require.True(t, p.View.Wait.Paused)
			require.Nil(t, p.DueAt)
			require.Equal(t, contract.Platform, p.WaitingFor)
			require.Equal(t, w.complaint, p.View.Child.CaseID)
		}
	}
	require.Equal(t, contract.ClosedNotAnswered, w.last().Outcome)
}

func TestAfterAWithdrawnComplaintItCanBeEscalatedAgain(t *testing.T) {
	w := disputed(t, 10000)
	w.at(12*hour, kim, "withdraw", &contract.Withdraw{})
	w.at(13*hour, kim, "again", &contract.Escalate{TextID: "t"})
	w.at(14*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Rejected, w.run())
	require.Len(t, w.children, 2, "a complaint of its own, under an ID of its own")
}

// Where time had run out there is nothing to go on to.
func TestComplaintWithdrawnAfterSilence(t *testing.T) {
	w := newWorld(t, func(w *world) {
		confirmed := t0.Add(-hour)
		w.facts.Phase, w.facts.Order.ConfirmedAt = policy.AfterSale, &confirmed
		w.start.Reason, w.start.Evidence = "quality", []string{"e1"}
	})
	w.at(50*hour, kim, "withdraw", &contract.Withdraw{})
	require.Equal(t, contract.Withdrawn, w.run())
	require.InDelta(t, 50*hour, w.when("closed"), float64(time.Second))
}

func TestFestivalMovesTheClockOfACaseInDispute(t *testing.T) {
	w := disputed(t, 10000)
	w.env.RegisterDelayedCallback(func() {
		w.sendTo("c1", "move", &contract.MoveDeadline{MoveID: "m1", By: 5 * day, Meta: contract.Meta{Actor: operator, Key: "move", ReceivedAt: t0.Add(4 * hour)}})
	}, 4*hour)
	w.at(12*hour, kim, "withdraw", &contract.Withdraw{})
	require.Equal(t, contract.ClosedNotAnswered, w.run())
	require.InDelta(t, 12*hour+(7*day-hour)+5*day+grace, w.when("closed"), float64(time.Second))
}

func TestLostParcelTurnsUpBeforeTheJudgment(t *testing.T) {
	w := newWorld(t, func(w *world) { w.patient = true })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(3*hour, "n1", "picked", 1200)
	w.scan(23*day, "n2", "signed", 1200)
	w.at(23*day+hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.ResolvedItself, w.judging().Outcome)
	require.Equal(t, "parcel_lost", w.judging().View.Complaint.Cause)
	require.Equal(t, contract.CauseMerchant, w.refunds[0].Cause, "the return goes on as it was agreed")
	require.Equal(t, "c1", w.refunds[0].CaseID)
}

func TestLostParcelTurnsUpAfterTheJudgment(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(3*hour, "n1", "picked", 1200)
	w.at(23*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Carrier})
	w.scan(23*day+hour, "n2", "signed", 1200)
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.Upheld, w.judging().Outcome)
	require.Len(t, w.refunds, 1, "never twice")
	require.Equal(t, w.complaint, w.refunds[0].CaseID)
	require.Equal(t, money.Amount(10000), w.last().Refunded)
}

// The parcel came back to the customer: when the complaint is withdrawn, it can be sent once more.
func TestBouncedParcelIsSentAgain(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(3*hour, "n1", "returning", 1200)
	w.at(4*hour, kim, "withdraw", &contract.Withdraw{})
	w.at(5*hour, kim, "send again", &contract.SendBack{Carrier: "sf", Number: "SF3"})
	w.env.RegisterDelayedCallback(func() {
		w.tell("c1", contract.TrackFact{NoticeID: "n3", Carrier: "sf", Number: "SF3", State: "signed", Grams: 1200, At: t0.Add(6 * hour)})
	}, 6*hour)
	w.at(7*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.StageTransit, w.acks["send again"].Stage)
}

func TestParentStaysOpenUntilNobodyCanAppeal(t *testing.T) {
	w := disputed(t, 10000)
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 4000, Liability: policy.Merchant})
	w.at(4*hour, shop, "carry", &contract.CarryOut{})
	require.Equal(t, contract.PartlyRefunded, w.run())
	closed := w.last().At.Sub(t0)
	require.GreaterOrEqual(t, closed, 4*hour+7*day, "its units stay claimed as long as somebody may appeal")
	require.Equal(t, money.Amount(4000), w.last().Refunded)
	require.Empty(t, w.last().View.Legs, "the legs are the complaint's")
}

func TestNobodyActsOnACaseInDispute(t *testing.T) {
	w := disputed(t, 10000)
	for key, cmd := range map[string]contract.Command{"agree": &contract.MerchantAnswer{Decision: contract.Agree}, "edit": &contract.Edit{TextID: "t"}, "propose": &contract.Propose{Outcome: contract.ProposeRefund}} {
		by := map[string]contract.Actor{"agree": shop, "edit": kim, "propose": agent}[key]
		w.env.RegisterDelayedCallback(func() {
			*cmd.About() = contract.Meta{Actor: by, Key: key, ReceivedAt: t0.Add(3 * hour)}
			w.sendTo("c1", key, cmd)
		}, 3*hour)
	}
	w.at(4*hour, agent, "dismiss", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Rejected, w.run())
	for _, key := range []string{"agree", "edit", "propose"} {
		require.Equal(t, fault.NotNow, w.code(key), key)
	}
}

// A case in dispute leaves its history behind and hears of the complaint's end all the same: what it waits for is
// state, not the child's future.
func TestContinuedCaseHearsOfItsComplaint(t *testing.T) {
	first := disputed(t, 10000)
	first.env.RegisterDelayedCallback(func() { first.env.SetContinueAsNewSuggested(true) }, 4*hour)
	first.env.RegisterDelayedCallback(func() {
		first.sendTo("c1", "evidence", &contract.AddEvidence{Evidence: []string{"e1"}, Meta: contract.Meta{Actor: kim, Key: "evidence", ReceivedAt: t0.Add(5 * hour)}})
	}, 5*hour)
	first.env.SetDetachedChildWait(false)
	state := first.continued()
	require.Equal(t, contract.StageDispute, state.Stage)
	require.True(t, state.Child.Started)

	end := func(fact contract.ChildFact) *world {
		second := newWorld(t, nil)
		second.env.SetStartTime(t0.Add(5 * hour))
		fact.CaseID = state.Child.CaseID
		second.env.RegisterDelayedCallback(func() {
			second.env.SignalWorkflow(contract.SignalChild, contract.ChildFact{CaseID: "another case", Outcome: contract.Dismissed})
			second.env.SignalWorkflow(contract.SignalChild, fact)
			second.env.SignalWorkflow(contract.SignalChild, fact)
		}, hour)
		carried := state
		second.env.ExecuteWorkflow(contract.WorkflowReturn, second.start, &carried)
		require.NoError(t, second.env.GetWorkflowError())
		require.Empty(t, second.children, "the complaint was started before")
		return second
	}
	judged := end(contract.ChildFact{Outcome: contract.PartlyUpheld, Paid: 3000})
	require.Equal(t, contract.PartlyRefunded, judged.last().Outcome)
	require.Equal(t, money.Amount(3000), judged.last().Refunded, "counted once")

	t.Run("that it broke off", func(t *testing.T) {
		second := newWorld(t, func(w *world) { w.brokenPaid = 2500 })
		second.env.SetStartTime(t0.Add(5 * hour))
		for after := hour; after < 3*hour; after += hour { // the reconciler tells it as often as it finds it
			second.env.RegisterDelayedCallback(func() {
				second.env.SignalWorkflow(contract.SignalChild, contract.ChildFact{CaseID: state.Child.CaseID, Broken: true})
			}, after)
		}
		second.env.RegisterDelayedCallback(func() {
			for id := range second.children {
				second.sendTo(id, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse, Meta: contract.Meta{Actor: agent, Key: "refuse", ReceivedAt: second.env.Now()}})
			}
		}, 4*hour)
		carried := state
		second.env.ExecuteWorkflow(contract.WorkflowReturn, second.start, &carried)
		require.NoError(t, second.env.GetWorkflowError())
		require.Len(t, second.children, 1, "one complaint takes the place of the lost one")
		require.NotContains(t, second.children, state.Child.CaseID)
		require.Contains(t, second.events(), "case_broken")
		require.Equal(t, []string{state.Child.CaseID}, second.broken, "it is closed, once")
		require.Equal(t, money.Amount(2500), second.last().Refunded, "what it had paid was paid")
		require.Equal(t, contract.PartlyRefunded, second.last().Outcome)
	})
	withdrawn := end(contract.ChildFact{Outcome: contract.Withdrawn, GoOn: true})
	require.Equal(t, contract.ClosedNotAnswered, withdrawn.last().Outcome)
	require.InDelta(t, 6*hour+(7*day-hour)+grace, withdrawn.when("closed"), float64(time.Second))
}

// A complaint leaves its history behind in the middle of an appeal window.
func TestContinuedComplaintGoesOnWhereItWas(t *testing.T) {
	first := complained(t, nil)
	first.toReview(hour)
	first.at(2*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 4000, Liability: policy.Merchant})
	first.at(3*hour, shop, "carry", &contract.CarryOut{})
	first.env.RegisterDelayedCallback(func() { first.env.SetContinueAsNewSuggested(true) }, 4*hour)
	first.at(5*hour, kim, "rest", &contract.Rest{})
	state := first.continued()
	require.Equal(t, contract.StageAppeal, state.Stage)

	second := complained(t, nil)
	second.env.SetStartTime(t0.Add(5 * hour))
	second.at(hour, shop, "appeal", &contract.Appeal{Evidence: []string{"new"}})
	second.at(2*hour, agent, "same", &contract.Propose{Outcome: contract.ProposeUphold})
	second.at(3*hour, ben, "less", &contract.Propose{Outcome: contract.ProposeRefuse})
	second.env.ExecuteWorkflow(contract.WorkflowComplaint, second.start, &state)
	require.NoError(t, second.env.GetWorkflowError())
	require.Equal(t, contract.Dismissed, second.last().Outcome)
	require.Equal(t, fault.ReviewerAgain, second.code("same"))
	require.Equal(t, money.Amount(4000), second.claims[0].Amount)
}

// Somebody with rights over the engine stops the case: its complaint does not stay open for ever.
func TestStoppedCaseEndsItsComplaint(t *testing.T) {
	w := disputed(t, 10000)
	w.env.RegisterDelayedCallback(func() { w.env.CancelWorkflow() }, 5*hour)
	require.Equal(t, contract.Cancelled, w.run())
	require.Equal(t, contract.Withdrawn, w.judging().Outcome)
	require.Empty(t, w.refunds)
}

// A complaint that was not opened because its facts were judged before leaves nothing to decide: the case ends, and says
// where it was judged.
func TestWhatWasJudgedBeforeEndsTheCase(t *testing.T) {
	w := newWorld(t, func(w *world) {
		w.start.Reason = "quality"
		confirmed := t0.Add(-hour)
		w.facts.Phase, w.facts.Order.ConfirmedAt = policy.AfterSale, &confirmed
		w.start.Evidence = []string{"e1"}
		w.judgedBefore = "k0"
	})
	require.Equal(t, contract.Rejected, w.run())
	require.Contains(t, w.events(), "already_judged")
	require.Empty(t, w.refunds)
	require.Equal(t, w.when("merchant_silent"), w.when("closed"))
}

// A number that no carrier knew is scanned while the platform has the matter, and the customer takes the complaint back:
// the goods are under way, so the return goes on.
func TestUnknownParcelIsSeenDuringAComplaintThatIsWithdrawn(t *testing.T) {
	w := newWorld(t, func(w *world) { w.patient = true })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(6*day, "n1", "picked", 1200)
	w.at(6*day+hour, kim, "withdraw", &contract.Withdraw{})
	w.scan(7*day, "n2", "signed", 1200)
	w.at(7*day+hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, "waybill_suspect", w.judging().View.Complaint.Cause)
	require.Len(t, w.refunds, 1)
}

// The case that was to take over from a repair broke off: nobody waits for it for ever, people decide.
func TestACaseThatTookOverAndBrokeOffBecomesAComplaint(t *testing.T) {
	w := repairWorld(t, nil)
	w.env.OnWorkflow(contract.WorkflowReturn, mock.Anything, mock.Anything, mock.Anything).Return(
		func(_ workflow.Context, start contract.Start, _ *workflows.State) (contract.Outcome, error) {
			w.children[start.CaseID] = []contract.Projection{{Seq: 1, Entries: []contract.Entry{{Seq: 1}}}}
			return "", errors.New("terminated")
		})
	w.overdue()
	w.at(33*day, kim, "choose", &contract.Choose{Choice: contract.ChooseReturn})
	w.at(35*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	w.at(35*day+hour, shop, "carry", &contract.CarryOut{})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, policy.Complaint, w.judging().Kind)
	require.Len(t, w.children, 2)
	require.Len(t, w.refunds, 1)
}

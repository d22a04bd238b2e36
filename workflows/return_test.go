package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * time.Hour
	grace  = 5 * time.Second
)

// toInspection plays the middle of a return: agreed, sent, delivered after a day and an hour.
func (w *world) toInspection(grams int) {
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(3*hour, "n1", "picked", grams)
	w.scan(day+hour, "n2", "signed", grams)
}

func TestScenario01_HappyReturn(t *testing.T) {
	w := newWorld(t, nil)
	w.toInspection(1200)
	w.at(day+2*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Len(t, w.refunds, 1)
	require.Equal(t, money.Amount(10000), w.refunds[0].Quote.Total)
	require.Equal(t, contract.CauseMerchant, w.refunds[0].Cause)
	require.Equal(t, money.Amount(10000), w.last().Refunded)
	require.Equal(t, contract.StageMerchant, w.acks["open"].Stage)
	require.Nil(t, w.acks["open"].Question)
	require.Empty(t, w.faults)
	require.Empty(t, w.desk().Tasks, "nobody has anything left to do")
}

func TestScenario02_SilentMerchantOnSale(t *testing.T) {
	w := newWorld(t, nil)
	w.at(49*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(50*hour, "n1", "signed", 1200)
	w.at(51*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, 48*hour+grace, w.when("merchant_silent"))
	require.Len(t, w.refunds, 1)
	require.Equal(t, contract.CauseExpired, w.refunds[0].Cause)
}

func TestScenario03_SilentMerchantAfterSaleQuality(t *testing.T) {
	w := newWorld(t, func(w *world) {
		confirmed := t0.Add(-hour)
		w.facts.Phase, w.facts.Order.ConfirmedAt = policy.AfterSale, &confirmed
		w.start.Reason, w.start.Evidence = "quality", []string{"e1"}
	})
	w.at(60*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Rejected, w.run())
	require.Equal(t, 48*hour+grace, w.when("case_opened"))
	require.Empty(t, w.refunds, "no money moves by silence")
}

func TestScenario04_AgreeAfterExpiry(t *testing.T) {
	w := newWorld(t, nil)
	w.at(48*hour+time.Second, shop, "late", &contract.MerchantAnswer{Decision: contract.Refuse, ReasonCode: "worn"})
	w.at(48*hour+minute, shop, "later", &contract.MerchantAnswer{Decision: contract.Refuse, ReasonCode: "worn"})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, fault.DeadlinePassed, w.code("late"), "inside the grace, but received after the due time")
	require.Equal(t, fault.DeadlinePassed, w.code("later"), "after the default")
	require.Equal(t, 409, w.faults["late"].Status())
	require.NotContains(t, w.events(), "merchant_refused")
}

func TestScenario05_AgreeReceivedInTime(t *testing.T) {
	w := newWorld(t, nil)
	w.received(48*hour-10*time.Millisecond, 48*hour+3*time.Second, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Contains(t, w.events(), "merchant_agreed")
	require.NotContains(t, w.events(), "merchant_silent")
}

func TestScenario06_TwoAgentsOneDecision(t *testing.T) {
	w := newWorld(t, func(w *world) { w.facts.Lines[0].Paid, w.facts.Order.Paid = 5000, 5000 })
	w.at(hour, shop, "refuse", &contract.MerchantAnswer{Decision: contract.Refuse, ReasonCode: "worn"})
	w.at(2*hour, kim, "escalate", &contract.Escalate{})
	other := contract.Actor{Kind: contract.Agent, ID: "ben", Limit: 50000}
	w.at(3*hour, agent, "ann", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	w.at(3*hour, other, "ben", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	require.Equal(t, contract.Refunded, w.run())
	require.Len(t, w.refunds, 1)
	require.True(t, w.acks["ann"].Changed)
	require.Empty(t, w.faults)
	require.False(t, w.acks["ben"].Changed, "the same decision again is no change")
}

func TestScenario09_WaybillWithoutRecord(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.at(200*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Rejected, w.run())
	require.Equal(t, 74*hour+grace, w.when("waybill_suspect"))
	require.Equal(t, 74*hour+48*hour+2*grace, w.when("case_opened"))
	require.Empty(t, w.refunds, "never refunded by time")
}

func TestScenario10_WaybillRefused(t *testing.T) {
	w := newWorld(t, func(w *world) { w.waybillRefuse = fault.New(fault.WaybillReused) })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, fault.WaybillReused, w.code("send"))
	require.NotContains(t, w.events(), "sent_back")
}

func TestScenario11_EmptyBox(t *testing.T) {
	w := newWorld(t, nil)
	w.toInspection(100)
	w.at(20*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Rejected, w.run())
	require.Empty(t, w.refunds, "ten days of silence do not refund an empty box")
	var review *contract.ReviewView
	for _, p := range w.all() {
		if p.Stage == contract.StageReview {
			review = p.View.Review
		}
	}
	require.Equal(t, &contract.ReviewView{Cause: "weight", Since: review.Since, Level: review.Level, CarrierGrams: 100, ExpectedGrams: 1200}, review)
}

func TestScenario12_SilentAfterDelivery(t *testing.T) {
	w := newWorld(t, nil)
	w.toInspection(1200)
	w.at(12*day, shop, "late", &contract.Inspect{Difference: policy.UsedItem, Evidence: []string{"e1"}})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, day+hour+10*day+grace, w.when("inspection_silent"), "ten days from delivery, not from when we heard of it")
	require.Len(t, w.refunds, 1)
	require.Equal(t, contract.CauseExpired, w.refunds[0].Cause)
}

func TestScenario22_WithdrawInTransit(t *testing.T) {
	w := newWorld(t, nil)
	w.toInspection(1200)
	w.at(4*hour, kim, "withdraw", &contract.Withdraw{})
	w.at(day+2*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, fault.GoodsOnTheWay, w.code("withdraw"))
}

func TestScenario23_SixthEdit(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 6 {
		at := time.Duration(i+1) * hour
		w.at(at, shop, "refuse"+string(rune('1'+i)), &contract.MerchantAnswer{Decision: contract.Refuse, ReasonCode: "worn"})
		w.at(at+10*minute, kim, string(rune('1'+i)), &contract.Edit{TextID: "t"})
	}
	require.Equal(t, contract.ClosedNotAnswered, w.run())
	require.Equal(t, fault.TooManyEdits, w.code("6"))
	require.Equal(t, 5, w.last().LineEdits)
	require.Equal(t, 6*hour+7*day+grace, w.when("closed"))
}

func TestScenario24_CarrierDown(t *testing.T) {
	w := newWorld(t, func(w *world) { w.carrierDown = t0.Add(3 * hour) })
	w.at(30*minute, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(hour, kim, "pickup", &contract.RequestPickup{Carrier: "sf", After: t0.Add(4 * hour), Before: t0.Add(6 * hour)})
	w.at(200*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Rejected, w.run(), "the courier never scanned it: people look at it")
	require.Equal(t, map[int]int{1: 1}, w.pickups, "one courier, however often we asked")
	require.GreaterOrEqual(t, w.when("pickup_ordered"), 3*hour)
	for _, p := range w.projections {
		if p.Stage == contract.StageSendBack && p.View.Pickup == "ordering" {
			require.True(t, p.View.Wait.Paused, "the customer's clock stands still meanwhile")
		}
	}
}

func TestScenario25_NoticesDoubledAndDisordered(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	for range 3 {
		w.scan(4*hour, "n1", "signed", 1200)
	}
	w.env.RegisterDelayedCallback(func() { // an older scan, later
		w.env.SignalWorkflow(contract.SignalTrack, contract.TrackFact{NoticeID: "n0", Number: "SF1", State: "picked", At: t0.Add(3 * hour)})
	}, 5*hour)
	w.at(6*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	delivered := 0
	for _, event := range w.events() {
		if event == "parcel_delivered" {
			delivered++
		}
	}
	require.Equal(t, 1, delivered)
	require.NotContains(t, w.events(), "parcel_picked")
}

// disputed brings a case of a given value before the desk.
func disputed(t *testing.T, paid money.Amount) *world {
	w := newWorld(t, func(w *world) { w.facts.Lines[0].Paid, w.facts.Order.Paid = paid, paid })
	w.at(hour, shop, "refuse", &contract.MerchantAnswer{Decision: contract.Refuse, ReasonCode: "worn"})
	w.at(2*hour, kim, "escalate", &contract.Escalate{})
	return w
}

// proposal is the newest one, of the complaint if there is one.
func (w *world) proposal() *contract.ApprovalState {
	if w.complaint != "" {
		return w.judging().View.Approval
	}
	return w.last().View.Approval
}

// decide approves whatever proposal is open then.
func (w *world) decide(after time.Duration, by contract.Actor, key string, change func(*contract.Decide)) {
	w.env.RegisterDelayedCallback(func() {
		approval := w.proposal()
		cmd := &contract.Decide{ApprovalID: approval.ID, Hash: approval.Hash, Approve: true}
		if change != nil {
			change(cmd)
		}
		cmd.Actor, cmd.Key, cmd.ReceivedAt = by, key, t0.Add(after)
		w.send(key, cmd)
	}, after)
}

func TestScenario26_OverTheAgentsLimit(t *testing.T) {
	w := disputed(t, 80000)
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	other := contract.Actor{Kind: contract.Agent, ID: "ben", Limit: 50000}
	w.decide(4*hour, other, "direct", nil)
	var old contract.Decide
	w.env.RegisterDelayedCallback(func() {
		approval := w.proposal()
		old = contract.Decide{ApprovalID: approval.ID, Hash: approval.Hash, Approve: true}
	}, 4*hour+minute)
	w.at(5*hour, agent, "changed", &contract.Propose{Outcome: contract.ProposePartial, Amount: 70000, Liability: policy.Merchant})
	w.decide(6*hour, boss, "void", func(cmd *contract.Decide) { *cmd = old })
	w.decide(6*hour+minute, boss, "unseen", func(cmd *contract.Decide) { cmd.Hash = "what somebody else saw" })
	w.decide(7*hour, boss, "approve", nil)
	require.Equal(t, contract.PartlyRefunded, w.run())
	require.Equal(t, fault.ApprovalVoid, w.code("unseen"))
	require.Equal(t, fault.ApprovalLimit, w.code("direct"))
	require.Equal(t, 403, w.faults["direct"].Status())
	require.Equal(t, fault.ApprovalVoid, w.code("void"))
	require.Equal(t, money.Amount(70000), w.refunds[0].Quote.Total)
	require.Equal(t, contract.CauseJudgment, w.refunds[0].Cause)
}

func TestScenario27_ProposerApproves(t *testing.T) {
	w := disputed(t, 80000)
	w.at(3*hour, boss, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	w.decide(4*hour, boss, "own", nil)
	w.decide(5*hour, operator, "other", nil)
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, fault.OwnApproval, w.code("own"))
	require.Equal(t, 403, w.faults["own"].Status())
}

func TestScenario35_FestivalMovesOpenDeadlines(t *testing.T) {
	w := newWorld(t, nil)
	w.at(47*hour, operator, "move", &contract.MoveDeadline{MoveID: "m1", By: 5 * day})
	w.at(47*hour+minute, operator, "again", &contract.MoveDeadline{MoveID: "m1", By: 5 * day})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, 48*hour+5*day+grace, w.when("merchant_silent"))
	moved := 0
	for _, p := range w.projections {
		for _, entry := range p.Entries {
			if entry.Event == "deadline_moved" {
				moved++
				require.Equal(t, []contract.Role{contract.Customer, contract.Merchant}, entry.Tell)
			}
		}
	}
	require.Equal(t, 1, moved, "the same move reaches a case once")
}

func TestScenario37_EvidenceRejectedThreeTimes(t *testing.T) {
	w := newWorld(t, func(w *world) { w.start.Reason = "quality"; w.unreadable, w.rejections = 3, 1 })
	w.env.RegisterDelayedCallback(func() { require.Equal(w.t, "evidence", w.acks["open"].Question.Field) }, minute)
	for i := range 3 {
		w.at(time.Duration(i+1)*hour, kim, []string{"a", "b", "c"}[i], &contract.Answer{Round: i + 1, N: 1, Evidence: []string{"same"}})
	}
	w.at(5*hour, agent, "resolve", &contract.ResolveDetails{GoOn: true})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, 3*hour, w.when("help_needed"))
	require.Contains(t, w.events(), "details_accepted")
	require.Contains(t, w.events(), "merchant_silent", "the merchant's clock began after that")
}

package workflows_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Every deadline of a return, and what happens when it runs out. Silent merchants, silent customers after a
// refusal, parcels without a record and silent inspections are scenarios 02, 03, 09, 12 and 23.

func TestDetailsRunOut_NotEnough(t *testing.T) {
	w := newWorld(t, func(w *world) { w.start.Reason = "" })
	require.Equal(t, contract.ClosedNoDetails, w.run())
	require.Equal(t, "reason", w.acks["open"].Question.Field, "the first question comes back with the opening")
	require.Equal(t, 48*hour+grace, w.when("details_expired"))
	var reminders []time.Duration
	for _, p := range w.projections {
		if p.Desk != nil {
			for _, reminder := range p.Desk.Reminders {
				reminders = append(reminders, reminder.At.Sub(t0))
			}
		}
	}
	require.Equal(t, []time.Duration{24 * hour, 44 * hour}, reminders)
}

func TestDetailsRunOut_MerchantsQuestionOnly(t *testing.T) {
	w := newWorld(t, nil)
	w.at(12*hour, shop, "ask", &contract.MerchantAnswer{Decision: contract.Ask, AskFor: "description"})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, 60*hour+grace, w.when("details_expired"))
	require.Equal(t, 60*hour+grace+36*hour+grace, w.when("merchant_silent"), "the merchant's clock stood still with 36 hours to go")
}

func TestAnsweredDetailsGoOn(t *testing.T) {
	w := newWorld(t, func(w *world) { w.start.Reason = "" })
	w.at(hour, kim, "reason", &contract.Answer{Round: 1, N: 1, Choice: "quality"})
	w.at(2*hour, kim, "wrong", &contract.Answer{Round: 1, N: 1, Choice: "quality"})
	w.at(3*hour, kim, "picture", &contract.Answer{Round: 1, N: 2, Evidence: []string{"e1"}})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, "evidence", w.acks["reason"].Question.Field, "a fault needs a picture")
	require.True(t, w.code("wrong") == fault.QuestionGone || !w.acks["wrong"].Changed)
	require.Nil(t, w.acks["picture"].Question)
	require.Equal(t, contract.StageMerchant, w.acks["picture"].Stage)
	require.Equal(t, 3*hour+48*hour+grace, w.when("merchant_silent"))
	require.Equal(t, "quality", w.last().Reason)
	require.Equal(t, 3, w.last().View.Evaluation, "every change of the facts is evaluated")
}

func TestAnswerUnderWhichTheRulesRefuseChangesNothing(t *testing.T) {
	w := newWorld(t, func(w *world) {
		signed := t0.Add(-10 * day)
		w.start.Reason, w.facts.Order.SignedAt = "", &signed
	})
	w.at(hour, kim, "late", &contract.Answer{Round: 1, N: 1, Choice: "no_reason"})
	w.at(2*hour, kim, "quality", &contract.Answer{Round: 1, N: 1, Choice: "quality"})
	require.Equal(t, contract.ClosedNoDetails, w.run())
	require.Equal(t, fault.WindowOver, w.code("late"))
	require.Equal(t, "evidence", w.acks["quality"].Question.Field)
}

func TestThreeRoundsThenAPerson(t *testing.T) {
	w := newWorld(t, func(w *world) { w.start.Reason, w.unreadable = "", 3 })
	for i := range 3 {
		w.at(time.Duration(i+1)*hour, kim, string(rune('a'+i)), &contract.Answer{Round: i + 1, N: 1, TextID: "t"})
	}
	w.at(5*hour, agent, "close", &contract.ResolveDetails{GoOn: false})
	require.Equal(t, contract.ClosedNoDetails, w.run())
	require.True(t, w.acks["a"].Question.Retry)
	require.Equal(t, 2, w.acks["a"].Question.Round)
	require.Equal(t, contract.StageHelp, w.acks["c"].Stage)
}

func TestBotFailureIsAPersonsTask(t *testing.T) {
	w := newWorld(t, func(w *world) { w.start.Reason, w.botFails = "", true })
	w.at(hour, agent, "resolve", &contract.ResolveDetails{GoOn: true, Reason: "no_reason"})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, contract.StageHelp, w.acks["open"].Stage)
	require.Equal(t, contract.StageMerchant, w.acks["resolve"].Stage)
}

func TestRefusedOpeningLeavesNothing(t *testing.T) {
	w := newWorld(t, func(w *world) { w.refuseOpening = fault.New(fault.UnitsInOpenCase, "quantity", 2) })
	require.Equal(t, contract.RefusedOpening, w.run())
	require.Equal(t, "units_in_open_case", w.acks["open"].Refused.Code)
	require.Empty(t, w.projections, "no row is written")
}

func TestOfferRunsOut_MerchantsClockGoesOn(t *testing.T) {
	w := newWorld(t, nil)
	w.at(12*hour, shop, "offer", &contract.MerchantAnswer{Decision: contract.Offer, Amount: 3000})
	w.at(13*hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, fault.NotNow, w.code("agree"), "the offer is the customer's now")
	require.Equal(t, 60*hour+grace, w.when("offer_expired"))
	require.Equal(t, 60*hour+grace+36*hour+grace, w.when("merchant_silent"))
}

// The details that the merchant asked for end in a person's help: the merchant has the time that was left, not all of it anew.
func TestHelpWithWhatTheMerchantAsked_ItsClockGoesOn(t *testing.T) {
	w := newWorld(t, func(w *world) { w.unreadable = 3 })
	w.at(12*hour, shop, "ask", &contract.MerchantAnswer{Decision: contract.Ask, AskFor: "description"})
	for round := range 3 {
		w.at(time.Duration(13+round)*hour, kim, fmt.Sprintf("answer%d", round), &contract.Answer{Round: round + 1, N: 1, TextID: "t"})
	}
	w.at(20*hour, agent, "enough", &contract.ResolveDetails{GoOn: true})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, 15*hour, w.when("help_needed"))
	require.Equal(t, 20*hour+36*hour+grace, w.when("merchant_silent"))
}

func TestOfferAccepted(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "offer", &contract.MerchantAnswer{Decision: contract.Offer, Amount: 3000})
	w.at(2*hour, kim, "other", &contract.AnswerOffer{Accept: true, Amount: 3001})
	w.at(3*hour, kim, "accept", &contract.AnswerOffer{Accept: true, Amount: 3000})
	require.Equal(t, contract.PartlyRefunded, w.run())
	require.Equal(t, fault.StaleRevision, w.code("other"))
	require.Equal(t, money.Amount(3000), w.refunds[0].Quote.Total)
	require.Equal(t, contract.CauseAccepted, w.refunds[0].Cause)
	require.Zero(t, w.refunds[0].Quote.Lines[0].Quantity, "the goods stay, so no unit counts as given back")
}

func TestOfferAboveTheClaim(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "offer", &contract.MerchantAnswer{Decision: contract.Offer, Amount: 10001})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, fault.AmountTooLarge, w.code("offer"))
}

func TestRefusalStands(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "refuse", &contract.MerchantAnswer{Decision: contract.Refuse, ReasonCode: "worn"})
	require.Equal(t, contract.ClosedNotAnswered, w.run())
	require.Equal(t, hour+7*day+grace, w.when("closed"))
}

func TestNothingSentBack(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, hour+7*day+grace, w.when("closed"))
	require.Empty(t, w.refunds)
}

func TestPickupFailedGivesMoreTime(t *testing.T) {
	w := newWorld(t, func(w *world) { w.carrierDown = t0.Add(100 * day) })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "pickup", &contract.RequestPickup{Carrier: "sf", After: t0.Add(3 * hour), Before: t0.Add(5 * hour)})
	require.Equal(t, contract.ClosedNotSent, w.run())
	failed := w.when("pickup_failed")
	require.InDelta(t, float64(26*hour), float64(failed), float64(3*minute), "a day of trying")
	require.Equal(t, failed+(7*day-hour)+3*day+grace, w.when("closed"), "the time that was left, and three days more")
	require.Empty(t, w.pickups)
}

func TestSentWithoutTheCourier(t *testing.T) {
	w := newWorld(t, func(w *world) { w.carrierDown = t0.Add(4 * hour) })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "pickup", &contract.RequestPickup{Carrier: "sf", After: t0.Add(3 * hour), Before: t0.Add(5 * hour)})
	w.at(3*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(6*hour, "n1", "signed", 1200)
	w.at(7*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, 1, w.cancelled, "the courier is sent away")
}

func TestWaybillCorrected(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "typo", &contract.SendBack{Carrier: "sf", Number: "SF9"})
	w.at(80*hour, kim, "right", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(81*hour, "n1", "picked", 1200)
	w.at(82*hour, kim, "again", &contract.SendBack{Carrier: "sf", Number: "SF2"})
	w.scan(90*hour, "n2", "signed", 1200)
	w.at(91*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, 74*hour+grace, w.when("waybill_suspect"))
	require.Equal(t, fault.NotNow, w.code("again"), "a scanned parcel is the parcel")
}

func TestWaybillRefusedLater(t *testing.T) {
	w := newWorld(t, func(w *world) { w.carrierDown = t0.Add(3 * hour) })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(5*hour, "n1", "signed", 1200)
	w.at(6*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run(), "a carrier that is down holds nobody up")
	require.Equal(t, contract.StageTransit, w.acks["send"].Stage)
}

func TestParcelStalledThenLost(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(3*hour, "n1", "picked", 1200)
	w.scan(10*hour, "n2", "transit", 1200)
	w.at(23*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Rejected, w.run())
	require.Equal(t, 10*hour+7*day+grace, w.when("parcel_stalled"))
	require.Equal(t, 10*hour+15*day+grace, w.when("carrier_claim_opened"))
	require.Equal(t, 10*hour+22*day+2*grace, w.when("case_opened"), "seven days for the carrier to find it or pay")
	require.Empty(t, w.refunds, "no money moves by time")
	require.Equal(t, policy.Customer, w.judging().View.Approval.Liability, "lost on the way back: who sent it bears it")
	task := false
	for _, p := range w.projections {
		if p.Desk != nil && len(p.Desk.Tasks) > 0 && p.Desk.Tasks[0].Kind == "carrier_claim" {
			task = true
			require.Equal(t, contract.Agent, p.Desk.Tasks[0].Recipient)
		}
	}
	require.True(t, task, "claiming with the carrier is the desk's task")
}

func TestLostThroughTheMerchantsFault(t *testing.T) {
	w := newWorld(t, func(w *world) { w.start.Reason, w.start.Evidence = "quality", []string{"e1"} })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(3*hour, "n1", "picked", 1200)
	w.at(24*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, policy.Merchant, w.judging().View.Approval.Liability)
}

func TestCarrierFindsWhatItLost(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(3*hour, "n1", "picked", 1200)
	w.scan(17*day, "n2", "transit", 1200)
	w.scan(18*day, "n3", "signed", 1200)
	w.at(19*day, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Contains(t, w.events(), "carrier_claim_opened")
	require.NotContains(t, w.events(), "review_opened")
}

func TestLostParcelTurnsUp(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(3*hour, "n1", "picked", 1200)
	w.scan(16*day, "n2", "signed", 1200)
	w.at(16*day+hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
}

func TestParcelBounced(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(3*hour, "n1", "refused", 1200)
	w.at(4*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	require.Equal(t, contract.Refunded, w.run())
}

func TestNewsBeforeTheWaybill(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.scan(90*minute, "n1", "picked", 1200)
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(5*hour, "n2", "signed", 1200)
	w.at(6*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Contains(t, w.events(), "parcel_picked")
}

func TestDifferenceAccepted(t *testing.T) {
	w := newWorld(t, nil)
	w.toInspection(1200)
	w.at(day+2*hour, shop, "bare", &contract.Inspect{Difference: policy.UsedItem})
	w.at(day+3*hour, shop, "inspect", &contract.Inspect{Difference: policy.UsedItem, Evidence: []string{"e1"}})
	w.env.RegisterDelayedCallback(func() {
		cmd := &contract.AnswerOffer{Accept: true, Amount: w.last().View.Offer.Amount}
		cmd.Actor, cmd.Key, cmd.ReceivedAt = kim, "accept", t0.Add(day+4*hour)
		w.send("accept", cmd)
	}, day+4*hour)
	require.Equal(t, contract.PartlyRefunded, w.run())
	require.Equal(t, fault.EvidenceNeeded, w.code("bare"))
	require.Less(t, w.refunds[0].Quote.Total, money.Amount(10000))
	require.Equal(t, contract.CauseAccepted, w.refunds[0].Cause)
}

func TestEmptyBoxAdmitted(t *testing.T) {
	w := newWorld(t, nil)
	w.toInspection(1200)
	w.at(day+2*hour, shop, "inspect", &contract.Inspect{Difference: policy.EmptyBox, Evidence: []string{"e1"}})
	w.at(day+3*hour, kim, "accept", &contract.AnswerOffer{Accept: true, Amount: 0})
	require.Equal(t, contract.Rejected, w.run(), "nothing came back, nothing is due")
	require.Empty(t, w.refunds)
}

func TestDifferenceUnanswered(t *testing.T) {
	w := newWorld(t, nil)
	w.toInspection(1200)
	w.at(day+2*hour, shop, "inspect", &contract.Inspect{Difference: policy.UsedItem, Evidence: []string{"e1"}})
	w.at(10*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Rejected, w.run())
	require.Equal(t, day+2*hour+48*hour+grace, w.when("case_opened"))
}

func TestReviewEscalatesAndNeverCloses(t *testing.T) {
	w := disputed(t, 10000)
	w.at(2*hour+24*hour+minute, boss, "nothing", &contract.AddEvidence{Evidence: []string{"e9"}})
	w.at(2*hour+49*hour, agent, "nothing2", &contract.AddEvidence{Evidence: []string{"e8"}})
	w.at(29*day, operator, "no", &contract.Propose{Outcome: contract.ProposeRefuse})
	w.at(30*day, boss, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Rejected, w.run())
	require.Equal(t, fault.Forbidden, w.code("no"), "operations see to it that somebody does, and judge nothing themselves")
	require.Equal(t, 26*hour+time.Second+grace, w.when("review_escalated"))
	waiting := map[contract.Role]bool{}
	for _, p := range w.all() {
		if p.Stage == contract.StageReview {
			waiting[p.WaitingFor] = true
		}
	}
	require.Equal(t, map[contract.Role]bool{contract.Agent: true, contract.Supervisor: true, contract.Operator: true}, waiting)
}

func TestApprovalEscalatesAndStaysValid(t *testing.T) {
	w := disputed(t, 80000)
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	w.decide(30*hour, operator, "approve", nil)
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, 27*hour+grace, w.when("approval_escalated"))
	require.NotContains(t, w.events(), "approval_void", "an escalation by time leaves the approval as it was")
}

func TestApprovalRejectedGoesBackToReview(t *testing.T) {
	w := disputed(t, 80000)
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	w.decide(4*hour, boss, "no", func(cmd *contract.Decide) { cmd.Approve = false })
	w.at(5*hour, agent, "again", &contract.Propose{Outcome: contract.ProposeRefuse})
	w.decide(6*hour, operator, "yes", nil)
	require.Equal(t, contract.Rejected, w.run())
	require.Equal(t, contract.StageApproval, w.acks["again"].Stage, "to refuse 800 weighs as much as to pay it")
}

func TestTwoPeopleAboveTheSecondLimit(t *testing.T) {
	w := disputed(t, 9000000)
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	rich := operator
	rich.Limit = 10000000
	second := contract.Actor{Kind: contract.Operator, ID: "olga", Limit: 10000000}
	w.decide(4*hour, rich, "one", nil)
	w.decide(5*hour, rich, "twice", nil)
	w.decide(6*hour, second, "two", nil)
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.StageApproval, w.acks["one"].Stage)
	require.False(t, w.acks["twice"].Changed && w.code("twice") != fault.ApprovalTwice, "one person counts once")
	require.Equal(t, contract.CauseJudgment, w.refunds[0].Cause)
}

func TestJudgmentWithGoodsBack(t *testing.T) {
	w := disputed(t, 10000)
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 8000, Liability: policy.Customer, GoodsBack: true})
	w.at(4*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF2"})
	w.complaintScan(5*hour, "n1", "signed", 1200)
	w.at(6*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.PartlyRefunded, w.run())
	require.Equal(t, contract.StageSendBack, w.acks["propose"].Stage)
	require.Equal(t, money.Amount(8000), w.refunds[0].Quote.Total)
	require.Equal(t, contract.CauseJudgment, w.refunds[0].Cause)
}

func TestBlockedRefundWaitsForFinance(t *testing.T) {
	w := newWorld(t, func(w *world) {
		w.refundBlocked[1], w.refundBlocked[2] = fault.New(fault.BalanceShort), fault.New(fault.BalanceShort)
	})
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree, KeepGoods: true})
	w.at(30*hour, boss, "retry", &contract.RetryRefund{})
	require.Equal(t, contract.Refunded, w.run())
	require.Len(t, w.refunds, 3, "blocked, tried again by time, tried again by a person")
	require.Equal(t, hour+24*hour+grace, w.refunds[1].At.Sub(t0))
	require.Equal(t, 30*hour, w.refunds[2].At.Sub(t0))
	blocked := ""
	for _, p := range w.projections {
		if p.View.Blocked != "" {
			blocked = p.View.Blocked
			require.NotEmpty(t, p.WaitingFor)
		}
	}
	require.Equal(t, "balance_short", blocked, "the true state is in plain sight")
}

func TestRailSpacing(t *testing.T) {
	w := newWorld(t, func(w *world) { w.refundSpacing = minute })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree, KeepGoods: true})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, minute, w.refunds[1].At.Sub(w.refunds[0].At))
}

func TestExtensionWithConsent(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "long", &contract.AskExtension{For: 73 * hour})
	w.at(2*hour, shop, "ask", &contract.AskExtension{For: 72 * hour})
	w.at(3*hour, kim, "yes", &contract.AnswerExtension{Accept: true})
	w.at(4*hour, shop, "twice", &contract.AskExtension{For: hour})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, fault.ExtensionTooLong, w.code("long"))
	require.Equal(t, fault.ExtensionTwice, w.code("twice"))
	require.Equal(t, 48*hour+72*hour+grace, w.when("merchant_silent"))
}

func TestWithdrawBeforeSending(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, kim, "withdraw", &contract.Withdraw{})
	require.Equal(t, contract.Withdrawn, w.run())
	require.Equal(t, contract.StageEnded, w.acks["withdraw"].Stage)
}

func TestRepeatNeedsTheMerchantsWord(t *testing.T) {
	w := newWorld(t, func(w *world) { w.repeat = true })
	require.Equal(t, contract.ClosedNoConsent, w.run(), "on sale silence would agree; not the second time")
}

func TestStaleRevisionAndStrangers(t *testing.T) {
	w := newWorld(t, nil)
	stale := int64(0)
	cmd := &contract.MerchantAnswer{Decision: contract.Agree}
	cmd.Revision = &stale
	w.at(hour, shop, "stale", cmd)
	w.at(hour, contract.Actor{Kind: contract.Merchant, ID: "x", Merchant: "elsewhere"}, "stranger", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(hour, kim, "customer", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(hour, contract.Actor{Kind: contract.Customer, ID: "lee"}, "other", &contract.Withdraw{})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, fault.StaleRevision, w.code("stale"))
	require.Equal(t, fault.NotFound, w.code("stranger"))
	require.Equal(t, fault.Forbidden, w.code("customer"))
	require.Equal(t, fault.NotFound, w.code("other"))
}

func TestDatabaseAwayWhileDeciding(t *testing.T) {
	w := newWorld(t, nil)
	w.env.RegisterDelayedCallback(func() { w.databaseDown = t0.Add(2 * hour) }, 30*minute)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(3*hour, kim, "withdraw", &contract.Withdraw{})
	require.Equal(t, contract.Withdrawn, w.run())
	require.True(t, w.acks["agree"].Changed, "the answer came once it was written")
	require.Equal(t, hour, w.when("merchant_agreed"))
}

func TestLateNewsLeavesTimeToAct(t *testing.T) {
	w := newWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.env.RegisterDelayedCallback(func() { // delivered on the first day, heard of on the twelfth
		w.env.SignalWorkflow(contract.SignalTrack, contract.TrackFact{NoticeID: "n1", Number: "SF1", State: "picked", At: t0.Add(3 * hour)})
	}, 3*hour)
	w.env.RegisterDelayedCallback(func() {
		w.env.SignalWorkflow(contract.SignalTrack, contract.TrackFact{NoticeID: "n2", Number: "SF1", State: "signed", At: t0.Add(day)})
	}, 12*day)
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, 13*day+grace, w.when("inspection_silent"), "a tenth of the ten days, from when we heard")
}

package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Goods or money that went out before the goods were back are never a present, however the case comes to its end.

// toFakeWaybill has the replacement and gives a number that no carrier ever saw: after 72 h and 48 h people decide.
func (w *world) toFakeWaybill() {
	w.toAdvance()
	w.out(day, "signed")
	w.at(2*day, kim, "send", &contract.SendBack{Carrier: "sf", Number: "FAKE"})
}

func TestAdvanceExchange_ComplaintWithdrawnDoesNotFreeTheDeposit(t *testing.T) {
	w := advanceWorld(t, 6000)
	w.toFakeWaybill()
	w.at(8*day, kim, "withdraw", &contract.Withdraw{})
	require.Equal(t, contract.Exchanged, w.run())
	require.Empty(t, w.refunds, "who keeps the goods and the replacement gets no deposit back")
	require.Len(t, w.counter.recovered, 1)
	require.Equal(t, money.Amount(4000), w.counter.recovered[1].Amount)
	require.Equal(t, "withdrawn", w.counter.recovered[1].Cause)
}

func TestAdvanceExchange_ComplaintDecidedAgainstTheCustomer(t *testing.T) {
	w := advanceWorld(t, 6000)
	w.toFakeWaybill()
	w.at(8*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Exchanged, w.run())
	require.Empty(t, w.refunds)
	require.Len(t, w.counter.recovered, 1)
	require.Equal(t, "judgment", w.counter.recovered[1].Cause)
}

func TestAdvanceExchange_DeclinedPartAndDismissed(t *testing.T) {
	w := advanceWorld(t, 6000)
	w.toAdvance()
	w.out(day, "signed")
	w.at(2*day, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(3*day, "n1", "signed", 1200)
	w.at(3*day+hour, shop, "inspect", &contract.Inspect{Difference: policy.UsedItem, Evidence: []string{"e1"}})
	w.at(3*day+2*hour, kim, "decline", &contract.AnswerOffer{})
	w.at(4*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Exchanged, w.run())
	require.Len(t, w.refunds, 1)
	require.Equal(t, money.Amount(1000), w.refunds[0].Quote.Total, "as if the part had been accepted: half of the worth is kept")
	require.Empty(t, w.counter.recovered)
}

func TestAdvanceRefund_ClaimedBackWhenThePlatformDecidesAgainstTheCustomer(t *testing.T) {
	for name, story := range map[string]struct {
		play func(w *world)
		back money.Amount
	}{
		"empty parcel": {func(w *world) {
			w.toInspection(1200)
			w.at(day+2*hour, shop, "inspect", &contract.Inspect{Difference: policy.EmptyBox, Evidence: []string{"e1"}})
			w.at(day+3*hour, kim, "decline", &contract.AnswerOffer{})
			w.at(2*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
		}, 10000},
		"used goods": {func(w *world) {
			w.toInspection(1200)
			w.at(day+2*hour, shop, "inspect", &contract.Inspect{Difference: policy.UsedItem, Evidence: []string{"e1"}})
			w.at(day+3*hour, kim, "decline", &contract.AnswerOffer{})
			w.at(2*day, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 5000})
		}, 5000},
		"lost on the customer's way": {func(w *world) {
			w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
			w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
			w.scan(3*hour, "n1", "picked", 1200)
			w.at(22*day, kim, "withdraw", &contract.Withdraw{}) // stands: goods are on the way
			w.at(23*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
		}, 10000},
	} {
		t.Run(name, func(t *testing.T) {
			w := advanceReturn(t)
			story.play(w)
			require.Equal(t, contract.PartlyRefunded, w.run())
			require.Len(t, w.refunds, 1)
			require.Empty(t, w.counter.recovered, "the complaint claims it, and it alone")
			require.Len(t, w.claims, 1, "once")
			require.Equal(t, story.back, w.claims[0].Amount)
		})
	}
}

// A problem that was reported and whose complaint was taken back is no problem any more.
func TestExchange_WithdrawnProblemIsOver(t *testing.T) {
	w := exchangeWorld(t, 0, nil)
	w.toShipping()
	w.ships(day + 3*hour)
	w.out(2*day, "signed")
	w.at(2*day+hour, kim, "report", &contract.ReportProblem{Problem: contract.ProblemDamaged, Evidence: []string{"e9"}})
	w.at(2*day+12*hour, kim, "withdraw", &contract.Withdraw{})
	w.at(3*day, kim, "confirm", &contract.ConfirmReceipt{})
	require.Equal(t, contract.Exchanged, w.run())
	require.Len(t, w.children, 1)
	require.True(t, w.acks["confirm"].Changed)
}

// The matter of a complaint about a replacement is the replacement; a cheaper one's difference comes back besides.
func TestExchange_ComplaintIsAboutTheReplacement(t *testing.T) {
	w := exchangeWorld(t, -3000, nil)
	w.toShipping()
	w.ships(day + 3*hour)
	w.out(2*day, "signed")
	w.at(2*day+hour, kim, "report", &contract.ReportProblem{Problem: contract.ProblemDamaged, Evidence: []string{"e9"}})
	w.at(3*day, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 2000, Liability: policy.Merchant})
	require.Equal(t, contract.PartlyRefunded, w.run())
	require.Equal(t, []contract.ChosenLine{{LineID: "l1/x1", Quantity: 2}}, w.disputedLines)
	require.Equal(t, money.Amount(7000), w.judging().View.Complaint.Claim)
	require.Equal(t, 1, w.counter.received, "the replacement's own rights begin")
	require.Len(t, w.refunds, 2)
	require.Equal(t, money.Amount(2000), w.refunds[0].Quote.Total)
	require.Equal(t, money.Amount(3000), w.refunds[1].Quote.Total)
	require.Equal(t, "exchange_difference", w.refunds[1].CauseRef)
}

// Both goods are the customer's, who has paid for the first; the second bounces: the price of the second goes back.
func TestAdvanceExchange_KeptGoodsAndBouncedReplacement(t *testing.T) {
	w := exchangeWorld(t, -3000, func(w *world) {
		w.alter = func(_ contract.Start, terms *policy.Terms) {
			exchangeTerms(terms, -3000)
			terms.Advance = policy.AdvanceTerms{Exchange: true, Deposit: 7000, Rule: "advance_good_standing"}
		}
	})
	w.toAdvance()
	w.out(day, "picked")
	w.out(8*day, "return_signed")
	require.Equal(t, contract.Refunded, w.run())
	require.Len(t, w.refunds, 1)
	require.Equal(t, money.Amount(7000), w.refunds[0].Quote.Total, "the deposit paid for the goods that were kept, the difference is not owed")
}

// A payment that was under way when the charge was closed, and of which the provider tells while the end of the case is
// still being written, is noted for people to give back: once the case is over nobody would hear of it.
func TestExchange_PaidWhileTheCaseIsClosing(t *testing.T) {
	w := exchangeWorld(t, 2000, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "start", &contract.StartPayment{Rail: "alipay"})
	w.env.RegisterDelayedCallback(func() { w.databaseDown = t0.Add(5 * hour) }, 3*hour-minute)
	w.at(3*hour, kim, "withdraw", &contract.Withdraw{})
	w.env.RegisterDelayedCallback(func() {
		for key, at := range w.counter.charges {
			require.True(t, at.closed)
			at.paid++
			w.env.SignalWorkflow(contract.SignalCharge, contract.ChargeFact{NoticeID: "late", Key: key, PaymentRef: "late", Amount: 2000, PaidAt: t0.Add(4 * hour)})
		}
	}, 4*hour)
	require.Equal(t, contract.Withdrawn, w.run())
	require.Len(t, w.counter.late, 1)
	require.Equal(t, "late", w.counter.late[0].PaymentRef)
}

// A charge whose address nobody has seen yet stays to be asked for again, whatever another rail has to say.
func TestExchange_ChargeWithoutAnswerCanBeStartedAgain(t *testing.T) {
	w := exchangeWorld(t, 2000, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "wechat", &contract.StartPayment{Rail: "wechat"})
	w.env.RegisterDelayedCallback(func() { w.counter.railDown = t0.Add(3*hour + 30*minute) }, 3*hour-minute)
	w.at(3*hour, kim, "lost", &contract.StartPayment{Rail: "alipay"})
	w.env.RegisterDelayedCallback(func() {
		w.env.SignalWorkflow(contract.SignalCharge, contract.ChargeFact{NoticeID: "hint", Key: "of nothing"})
	}, 4*hour)
	w.at(5*hour, kim, "again", &contract.StartPayment{Rail: "alipay"})
	require.Equal(t, contract.ClosedNotPaid, w.run())
	require.Equal(t, fault.PartnerSilent, w.code("lost"))
	require.NotEmpty(t, w.acks["again"].CaseID)
	require.Len(t, w.counter.charges, 2)
}

// A customer who refused the replacement at the door and took it the next day has it: nothing is refunded.
func TestScenario05Invariant_RefusedReplacementIsDeliveredAfterAll(t *testing.T) {
	w := exchangeWorld(t, 0, nil)
	w.toShipping()
	w.ships(day + 3*hour)
	w.out(2*day, "refused")
	w.out(3*day, "signed")
	require.Equal(t, contract.Exchanged, w.run())
	require.Empty(t, w.refunds, "no refund plus kept replacement")
	require.Equal(t, 10*day+grace, w.when("receipt_silent"))
}

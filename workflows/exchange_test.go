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

// exchangeWorld is a case that asks for two units of v2 in the place of two of l1, with a price difference.
func exchangeWorld(t *testing.T, difference money.Amount, change func(*world)) *world {
	return newWorld(t, func(w *world) {
		w.story = contract.WorkflowExchange
		w.start.Kind, w.facts.Kind = policy.Exchange, policy.Exchange
		w.start.Lines = []contract.ChosenLine{{LineID: "l1", Quantity: 2, VariantID: "v2"}}
		w.alter = func(_ contract.Start, terms *policy.Terms) { exchangeTerms(terms, difference) }
		if change != nil {
			change(w)
		}
	})
}

func exchangeTerms(terms *policy.Terms, difference money.Amount) {
	terms.Exchange = &policy.ExchangeTerms{
		Lines:      []policy.ExchangeLine{{LineID: "l1", VariantID: "v2", Quantity: 2, Old: 5000, New: 5000 + difference/2, Difference: difference}},
		Difference: difference, Rule: policy.RuleExchange,
		Formula: []policy.FormulaLine{{Label: "exchange_dearer", Line: "l1", Amount: difference, Rule: policy.RuleExchange}},
	}
}

// toShipping plays an exchange without a difference until the goods are back and right, at day+2h.
func (w *world) toShipping() {
	w.toInspection(1200)
	w.at(day+2*hour, shop, "inspect", &contract.Inspect{})
}

func (w *world) ships(after time.Duration) {
	w.at(after, shop, "ship", &contract.ShipReplacement{Carrier: "sf", Number: "OUT1"})
}

func TestExchange_SameVariant(t *testing.T) {
	w := exchangeWorld(t, 0, nil)
	w.toShipping()
	w.ships(day + 3*hour)
	w.out(day+4*hour, "picked")
	w.out(2*day, "signed")
	w.at(2*day+hour, kim, "confirm", &contract.ConfirmReceipt{})
	require.Equal(t, contract.Exchanged, w.run())
	require.Empty(t, w.faults)
	require.Empty(t, w.refunds, "no money moves")
	require.Equal(t, 2, w.counter.shipped["v2"])
	require.Len(t, w.counter.replaced, 1)
	require.Equal(t, money.Amount(10000), w.counter.replaced[0].Lines[0].Gives)
	require.Equal(t, money.Amount(10000), w.counter.replaced[0].Lines[0].Paid, "the replacement inherits what is left to refund")
	require.Equal(t, 1, w.counter.received)
	require.Equal(t, []string{"l1/x1"}, w.last().View.Exchange.Replaced)
	require.True(t, w.last().View.Delivery.Confirmed)
	require.Equal(t, time.Hour, w.when("stock_reserved"))
}

func TestExchange_SilentCustomerHasConfirmed(t *testing.T) {
	w := exchangeWorld(t, 0, nil)
	w.toShipping()
	w.ships(day + 3*hour)
	w.out(2*day, "signed")
	require.Equal(t, contract.Exchanged, w.run())
	require.Equal(t, 9*day+grace, w.when("receipt_silent"), "7 days from the delivery")
}

func TestScenario18_DearerUnpaid(t *testing.T) {
	w := exchangeWorld(t, 2000, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "start", &contract.StartPayment{Rail: "alipay"})
	require.Equal(t, contract.ClosedNotPaid, w.run())
	require.Equal(t, 25*hour+grace, w.when("not_paid"))
	require.Contains(t, w.events(), "stock_released")
	require.Equal(t, 5, w.counter.stock["v2"])
	require.Empty(t, w.refunds)
}

func TestScenario18_PaidTwiceOverTwoRails(t *testing.T) {
	w := exchangeWorld(t, 2000, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "start", &contract.StartPayment{Rail: "alipay"})
	w.at(2*hour+minute, kim, "second", &contract.StartPayment{Rail: "wechat"})
	w.paysSilently(3*hour, "wechat", false)
	w.pays(3*hour+minute, "alipay")
	w.at(4*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(5*hour, "n1", "signed", 1200)
	w.at(6*hour, shop, "inspect", &contract.Inspect{})
	w.ships(7 * hour)
	w.out(day, "signed")
	w.at(day+hour, kim, "confirm", &contract.ConfirmReceipt{})
	require.Equal(t, contract.Exchanged, w.run())
	require.Empty(t, w.faults)
	require.Len(t, w.refunds, 1, "the second payment goes back")
	require.Equal(t, money.Amount(2000), w.refunds[0].Quote.Total)
	require.Equal(t, contract.CauseRule, w.refunds[0].Cause)
	require.Equal(t, "paid_twice", w.refunds[0].CauseRef)
	require.Len(t, w.counter.returned, 1)
	require.Equal(t, money.Amount(12000), w.counter.replaced[0].Lines[0].Paid, "what was paid on top is part of the replacement")
	require.Len(t, w.counter.replaced[0].Tenders, 1)
	require.NotContains(t, w.counter.returned, w.counter.replaced[0].Tenders[0])
}

func TestScenario18_PaidTwiceUnderOneCharge(t *testing.T) {
	w := exchangeWorld(t, 2000, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "start", &contract.StartPayment{Rail: "alipay"})
	w.pays(3*hour, "alipay")
	w.pays(5*hour, "alipay") // the case waits for the goods by now
	w.at(6*hour, kim, "withdraw", &contract.Withdraw{})
	require.Equal(t, contract.Withdrawn, w.run())
	require.Len(t, w.refunds, 2, "both go back, each over its own tender")
	require.Len(t, w.counter.returned, 2)
	require.Equal(t, money.Amount(4000), w.last().Refunded)
}

func TestExchange_PaidButNotTold(t *testing.T) {
	w := exchangeWorld(t, 2000, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "start", &contract.StartPayment{Rail: "alipay"})
	w.paysSilently(20*hour, "alipay", false)
	require.Equal(t, contract.ClosedNotSent, w.run(), "it counts as paid in time; but the goods were not sent")
	require.Equal(t, 25*hour+grace, w.when("paid"))
	require.Len(t, w.refunds, 1, "the difference goes back with the case's end")
	require.Equal(t, "not_needed", w.refunds[0].CauseRef)
	require.Equal(t, money.Amount(2000), w.last().Refunded)
}

func TestExchange_RailDownAtTheEndIsAskedUntilItSays(t *testing.T) {
	w := exchangeWorld(t, 2000, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "start", &contract.StartPayment{Rail: "alipay"})
	w.paysSilently(20*hour, "alipay", false)
	w.env.RegisterDelayedCallback(func() { w.counter.railDown = t0.Add(3 * day) }, 21*hour)
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.GreaterOrEqual(t, w.when("paid"), 3*day)
	require.Contains(t, w.events(), "payment_unclear")
}

func TestExchange_PayingRefusals(t *testing.T) {
	w := exchangeWorld(t, 2000, func(w *world) { w.counter.railDown = t0.Add(90 * minute) })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(70*minute, kim, "down", &contract.StartPayment{Rail: "alipay"})
	w.at(2*hour, kim, "none", &contract.StartPayment{})
	w.at(2*hour+minute, kim, "unknown", &contract.StartPayment{Rail: "cash"})
	w.at(2*hour+2*minute, kim, "start", &contract.StartPayment{Rail: "alipay"})
	w.at(2*hour+3*minute, shop, "shop", &contract.StartPayment{Rail: "wechat"})
	w.at(2*hour+4*minute, kim, "wechat", &contract.StartPayment{Rail: "wechat"})
	w.at(2*hour+5*minute, kim, "again", &contract.StartPayment{Rail: "alipay"})
	w.received(26*hour, 25*hour+time.Second, kim, "late", &contract.StartPayment{Rail: "alipay"})
	require.Equal(t, contract.ClosedNotPaid, w.run())
	require.Equal(t, fault.PartnerSilent, w.code("down"))
	require.Equal(t, fault.BadRequest, w.code("none"))
	require.Equal(t, fault.RailClosed, w.code("unknown"))
	require.Equal(t, fault.Forbidden, w.code("shop"))
	require.Equal(t, fault.NotNow, w.code("again"), "it is open already")
	require.Len(t, w.counter.charges, 2)
	require.NotEmpty(t, w.acks["start"].CaseID)
	require.Equal(t, fault.DeadlinePassed, w.code("late"))
}

func TestScenario19_CheaperOnlyAtDone(t *testing.T) {
	w := exchangeWorld(t, -3000, nil)
	w.toShipping()
	w.ships(day + 3*hour)
	w.out(2*day, "signed")
	w.env.RegisterDelayedCallback(func() { require.Empty(t, w.refunds, "not before the customer has it") }, 3*day)
	w.at(4*day, kim, "confirm", &contract.ConfirmReceipt{})
	require.Equal(t, contract.Exchanged, w.run())
	require.Len(t, w.refunds, 1)
	require.Equal(t, money.Amount(3000), w.refunds[0].Quote.Total)
	require.Equal(t, []policy.QuoteLine{{LineID: "l1", Amount: 3000}}, w.refunds[0].Quote.Lines, "money without a unit, from the old line")
	require.Equal(t, money.Amount(7000), w.counter.replaced[0].Lines[0].Gives)
	require.Equal(t, money.Amount(7000), w.counter.replaced[0].Lines[0].Paid)
}

func TestScenario20_NotShippedBecomesARefund(t *testing.T) {
	w := exchangeWorld(t, 2000, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "start", &contract.StartPayment{Rail: "alipay"})
	w.pays(2*hour+minute, "alipay")
	w.at(3*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(day, "n1", "signed", 1200)
	w.at(day+hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, day+hour+72*hour+grace, w.when("not_shipped"))
	require.Len(t, w.refunds, 2)
	require.Equal(t, money.Amount(10000), w.refunds[0].Quote.Total)
	require.Equal(t, contract.CauseExpired, w.refunds[0].Cause)
	require.Equal(t, "ship", w.refunds[0].CauseRef)
	require.Equal(t, money.Amount(2000), w.refunds[1].Quote.Total, "the difference over its own tender")
	require.Equal(t, policy.Merchant, w.evaluatedAs, "the freight is the merchant's")
	require.Equal(t, 5, w.counter.stock["v2"])
	require.Empty(t, w.counter.replaced)
	require.Equal(t, "not_shipped", w.last().View.Exchange.ToRefund)
}

func TestExchange_CannotShip(t *testing.T) {
	w := exchangeWorld(t, 0, nil)
	w.toShipping()
	w.at(day+3*hour, shop, "cannot", &contract.CannotShip{})
	require.Equal(t, contract.Refunded, w.run())
	require.Len(t, w.refunds, 1)
	require.Equal(t, contract.CauseMerchant, w.refunds[0].Cause)
}

func TestExchange_SoldOutWhenTheMerchantAgrees(t *testing.T) {
	w := exchangeWorld(t, 2000, func(w *world) { w.counter.stock = map[string]int{"v2": 1} })
	w.toShipping()
	require.Equal(t, contract.Refunded, w.run())
	require.Contains(t, w.events(), "out_of_stock")
	require.NotContains(t, w.events(), "payment_asked")
	require.Len(t, w.refunds, 1)
	require.Equal(t, 1, w.counter.stock["v2"])
	require.Equal(t, policy.Merchant, w.evaluatedAs)
}

func TestExchange_SoldOutAndWithdrawn(t *testing.T) {
	w := exchangeWorld(t, 0, func(w *world) { w.counter.stock = map[string]int{} })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "withdraw", &contract.Withdraw{})
	require.Equal(t, contract.Withdrawn, w.run())
	require.Empty(t, w.refunds)
}

func TestExchange_WithdrawnInEveryStage(t *testing.T) {
	for name, story := range map[string]struct {
		at      time.Duration
		refunds int
		code    fault.Code
	}{
		"merchant answers": {at: 30 * minute},
		"to be paid":       {at: 90 * minute},
		"charge is open":   {at: 2*hour + 30*minute},
		"paid":             {at: 3*hour + 30*minute, refunds: 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := exchangeWorld(t, 2000, nil)
			w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
			w.at(2*hour, kim, "start", &contract.StartPayment{Rail: "alipay"})
			w.pays(3*hour, "alipay")
			w.at(story.at, kim, "withdraw", &contract.Withdraw{})
			require.Equal(t, contract.Withdrawn, w.run())
			require.Len(t, w.refunds, story.refunds)
			require.Equal(t, 5, w.counter.stock["v2"])
		})
	}
}

func TestScenario22_WithdrawWithGoodsUnderWay(t *testing.T) {
	w := exchangeWorld(t, 0, nil)
	w.toShipping()
	w.at(4*hour, kim, "in transit", &contract.Withdraw{})
	w.at(day+2*hour+minute, kim, "to be shipped", &contract.Withdraw{})
	w.ships(day + 3*hour)
	w.at(day+4*hour, kim, "shipped", &contract.Withdraw{})
	w.out(2*day, "signed")
	require.Equal(t, contract.Exchanged, w.run())
	require.Equal(t, fault.GoodsOnTheWay, w.code("in transit"))
	require.Equal(t, fault.GoodsOnTheWay, w.code("to be shipped"))
	require.Equal(t, fault.NotNow, w.code("shipped"))
	require.Empty(t, w.refunds, "never both refunded and sent again")
}

func TestExchange_ReplacementNeverSeen(t *testing.T) {
	w := exchangeWorld(t, 0, nil)
	w.toShipping()
	w.ships(day + 3*hour)
	w.at(day+3*hour+72*hour+hour, shop, "again", &contract.ShipReplacement{Carrier: "sf", Number: "OUT2"})
	w.scanOf("OUT2", 6*day, "signed")
	require.Equal(t, contract.Exchanged, w.run())
	require.Empty(t, w.faults)
	require.Equal(t, day+3*hour+72*hour+grace, w.when("waybill_suspect"))
	require.Contains(t, w.events(), "delivery_failed")
	require.Len(t, w.counter.replaced, 1, "booked once")
	require.Empty(t, w.refunds)
}

func TestScenario05Invariant_BouncedReplacementIsRefundedOnce(t *testing.T) {
	w := exchangeWorld(t, -3000, nil)
	w.toShipping()
	w.ships(day + 3*hour)
	w.out(2*day, "picked")
	w.out(3*day, "return_signed")
	require.Equal(t, contract.Refunded, w.run())
	require.Len(t, w.refunds, 1, "all of it at once, and the difference not again")
	require.Equal(t, money.Amount(10000), w.refunds[0].Quote.Total)
	require.Equal(t, []policy.QuoteLine{{LineID: "l1/x1", Quantity: 2, Amount: 7000}, {LineID: "l1", Amount: 3000}}, w.refunds[0].Quote.Lines)
	require.Equal(t, 3*day+72*hour+grace, w.when("not_shipped"))
}

func TestExchange_ProblemsWithTheReplacement(t *testing.T) {
	w := exchangeWorld(t, 0, nil)
	w.toShipping()
	w.ships(day + 3*hour)
	w.at(day+4*hour, kim, "early", &contract.ReportProblem{Problem: contract.ProblemWrong, Evidence: []string{"e9"}})
	w.out(2*day, "signed")
	w.at(2*day+hour, kim, "what", &contract.ReportProblem{Problem: "ugly", Evidence: []string{"e9"}})
	w.at(2*day+2*hour, kim, "bare", &contract.ReportProblem{Problem: contract.ProblemDamaged})
	w.at(2*day+3*hour, kim, "report", &contract.ReportProblem{Problem: contract.ProblemDamaged, Evidence: []string{"e9"}})
	w.at(2*day+4*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Exchanged, w.run(), "judged against the customer: the replacement stays")
	require.Equal(t, []contract.ChosenLine{{LineID: "l1/x1", Quantity: 2}}, w.judging().View.Lines, "the complaint is about the replacement, which has the rights now")
	require.Equal(t, fault.NotNow, w.code("early"))
	require.Equal(t, fault.BadRequest, w.code("what"))
	require.Equal(t, fault.EvidenceNeeded, w.code("bare"))
}

func TestExchange_DifferenceAtInspectionBecomesAPartRefund(t *testing.T) {
	w := exchangeWorld(t, 2000, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "start", &contract.StartPayment{Rail: "alipay"})
	w.pays(2*hour+minute, "alipay")
	w.at(3*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(day, "n1", "signed", 1200)
	w.at(day+hour, shop, "inspect", &contract.Inspect{Difference: policy.UsedItem, Evidence: []string{"e1"}})
	w.at(day+2*hour, kim, "accept", &contract.AnswerOffer{Accept: true, Amount: 5000})
	require.Equal(t, contract.PartlyRefunded, w.run())
	require.Empty(t, w.faults)
	require.Equal(t, money.Amount(7000), w.last().Refunded, "the part of the price, and the whole difference that was paid")
	require.Equal(t, 5, w.counter.stock["v2"])
	require.Empty(t, w.counter.replaced)
}

func TestExchange_MerchantSilentAgreesAndReserves(t *testing.T) {
	w := exchangeWorld(t, 0, nil)
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, 48*hour+grace, w.when("stock_reserved"))
	require.Contains(t, w.events(), "stock_released")
}

func advanceWorld(t *testing.T, deposit money.Amount) *world {
	return exchangeWorld(t, 0, func(w *world) {
		w.alter = func(_ contract.Start, terms *policy.Terms) {
			exchangeTerms(terms, 0)
			terms.Advance = policy.AdvanceTerms{Exchange: true, Deposit: deposit, Rule: "advance_good_standing"}
		}
	})
}

// toAdvance pays the deposit and ships the replacement, at 4 h.
func (w *world) toAdvance() {
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "advance", &contract.TakeAdvance{})
	w.at(2*hour+minute, kim, "start", &contract.StartPayment{Rail: "alipay"})
	w.pays(3*hour, "alipay")
	w.ships(4 * hour)
}

func TestAdvanceExchange_DepositComesBackWithTheGoods(t *testing.T) {
	w := advanceWorld(t, 6000)
	w.toAdvance()
	w.out(day, "signed")
	w.at(2*day, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(3*day, "n1", "signed", 1200)
	w.at(3*day+hour, shop, "inspect", &contract.Inspect{})
	w.at(3*day+2*hour, kim, "confirm", &contract.ConfirmReceipt{})
	require.Equal(t, contract.Exchanged, w.run())
	require.Empty(t, w.faults)
	require.Len(t, w.refunds, 1)
	require.Equal(t, money.Amount(6000), w.refunds[0].Quote.Total)
	require.Equal(t, "deposit_back", w.refunds[0].CauseRef)
	require.NotEmpty(t, w.refunds[0].TenderID)
	require.Empty(t, w.counter.replaced[0].Tenders, "a deposit is no part of the price")
	require.Empty(t, w.counter.recovered)
}

func TestAdvanceExchange_NotSentBackKeepsTheDepositAndClaimsTheRest(t *testing.T) {
	w := advanceWorld(t, 6000)
	w.toAdvance()
	w.out(day, "signed")
	require.Equal(t, contract.Exchanged, w.run())
	require.Equal(t, 4*hour+7*day+grace, w.when("deposit_kept"), "the time to send back begins with the replacement")
	require.Empty(t, w.refunds)
	require.Equal(t, money.Amount(4000), w.counter.recovered[1].Amount)
	require.Equal(t, "not_sent_back", w.counter.recovered[1].Cause)
	require.Equal(t, contract.Customer, w.counter.recovered[1].From)
}

func TestAdvanceExchange_UsedGoodsComeOutOfTheDeposit(t *testing.T) {
	w := advanceWorld(t, 6000)
	w.toAdvance()
	w.out(day, "signed")
	w.at(2*day, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(3*day, "n1", "signed", 1200)
	w.at(3*day+hour, shop, "inspect", &contract.Inspect{Difference: policy.UsedItem, Evidence: []string{"e1"}})
	w.at(3*day+2*hour, kim, "accept", &contract.AnswerOffer{Accept: true, Amount: 5000})
	require.Equal(t, contract.Exchanged, w.run())
	require.Empty(t, w.faults)
	require.Len(t, w.refunds, 1)
	require.Equal(t, money.Amount(1000), w.refunds[0].Quote.Total, "half of the goods' worth is kept")
	require.Empty(t, w.counter.recovered)
}

func TestAdvanceExchange_DepositNotPaidGoesOnWithoutAdvance(t *testing.T) {
	w := advanceWorld(t, 6000)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "advance", &contract.TakeAdvance{})
	w.at(2*hour+minute, kim, "twice", &contract.TakeAdvance{})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, 26*hour+grace, w.when("not_paid"))
	require.Equal(t, 7*day+hour+24*hour+2*grace, w.when("closed"), "the time to send back stood still meanwhile")
	require.False(t, w.acks["twice"].Changed, "a second click")
}

func TestAdvanceExchange_NotAllowed(t *testing.T) {
	w := exchangeWorld(t, 0, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "advance", &contract.TakeAdvance{})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, fault.NotNow, w.code("advance"))
}

func TestAdvanceExchange_NotShippedGivesTheDepositBack(t *testing.T) {
	w := advanceWorld(t, 6000)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "advance", &contract.TakeAdvance{})
	w.at(2*hour+minute, kim, "start", &contract.StartPayment{Rail: "alipay"})
	w.pays(3*hour, "alipay")
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Contains(t, w.events(), "becomes_refund")
	require.Len(t, w.refunds, 1)
	require.Equal(t, money.Amount(6000), w.refunds[0].Quote.Total)
	require.Empty(t, w.counter.recovered)
}

func advanceReturn(t *testing.T) *world {
	return newWorld(t, func(w *world) {
		w.alter = func(_ contract.Start, terms *policy.Terms) {
			terms.Advance = policy.AdvanceTerms{Refund: true, Rule: "advance_good_standing"}
		}
	})
}

func TestAdvanceRefund_PaidOnTheFirstScan(t *testing.T) {
	w := advanceReturn(t)
	w.toInspection(1200)
	w.at(day+2*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, 3*hour, w.when("refunding"))
	require.Len(t, w.refunds, 1)
	require.Equal(t, "advance_good_standing", w.refunds[0].CauseRef)
	require.Empty(t, w.counter.recovered)
}

func TestAdvanceRefund_WhatIsMissingIsClaimed(t *testing.T) {
	for name, story := range map[string]struct {
		play    func(w *world)
		owed    money.Amount
		outcome contract.Outcome
	}{
		"used goods": {func(w *world) {
			w.toInspection(1200)
			w.at(day+2*hour, shop, "inspect", &contract.Inspect{Difference: policy.UsedItem, Evidence: []string{"e1"}})
			w.at(day+3*hour, kim, "accept", &contract.AnswerOffer{Accept: true, Amount: 5000})
		}, 5000, contract.PartlyRefunded},
		"bounced": {func(w *world) {
			w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
			w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
			w.scan(3*hour, "n1", "picked", 1200)
			w.scan(day, "n2", "refused", 1200)
		}, 10000, contract.PartlyRefunded},
	} {
		t.Run(name, func(t *testing.T) {
			w := advanceReturn(t)
			story.play(w)
			require.Equal(t, story.outcome, w.run())
			require.Len(t, w.refunds, 1, "nothing is rolled back")
			require.Equal(t, story.owed, w.counter.recovered[1].Amount)
		})
	}
}

// The parcel that was refunded in advance is too light to hold the goods, and the merchant says nothing: people decide, as
// where nothing was advanced, and both sides are heard.
func TestAdvanceRefund_TooLightAndSilentIsDecidedByPeople(t *testing.T) {
	silent := func(t *testing.T) *world {
		w := advanceReturn(t)
		w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
		w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
		w.scan(3*hour, "n1", "picked", 0)
		w.scan(day+hour, "n2", "signed", 100)
		return w
	}
	w := silent(t)
	w.at(20*day, agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.PartlyRefunded, w.run())
	require.Equal(t, "weight", w.last().View.Child.Cause)
	require.Empty(t, w.counter.recovered, "nothing is claimed back unheard")
	require.Len(t, w.claims, 1)
	require.Equal(t, money.Amount(10000), w.claims[0].Amount)

	w = silent(t)
	w.at(20*day, agent, "uphold", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	require.Equal(t, contract.Refunded, w.run())
	require.Empty(t, w.claims)
	require.Empty(t, w.counter.recovered)
}

func TestAdvanceRefund_TooLightIsNotAdvanced(t *testing.T) {
	w := advanceReturn(t)
	w.toInspection(100)
	w.at(day+2*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, day+2*hour, w.when("refunding"))
}

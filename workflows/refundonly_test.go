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

// refundWorld is a case of money without goods, on a way, under the real rules. Its customer has no special standing,
// so that the merchant is asked.
func refundWorld(t *testing.T, way policy.Way, change func(*world)) *world {
	return newWorld(t, func(w *world) {
		w.start.Kind = policy.RefundOnly
		w.facts.Customer.Level = policy.LevelNormal
		shipped := t0.Add(-72 * time.Hour)
		w.outbound = contract.Outbound{ShippedAt: &shipped, Parcels: []contract.OutboundParcel{{Carrier: "sf", Number: "OUT1", ShippedAt: shipped}}}
		switch way {
		case policy.WayNotShipped:
			w.start.Reason, w.facts.Order.ShippedAt, w.facts.Order.SignedAt, w.outbound = "cancelled", nil, nil, contract.Outbound{}
		case policy.WayIntercept:
			w.start.Reason, w.facts.Order.SignedAt = "ordered_wrong", nil
		case policy.WayNotReceived:
			w.start.Reason, w.facts.Order.SignedAt = "not_received", nil
		case policy.WayReceived:
			w.start.Reason, w.start.Evidence = "quality", []string{"e1"}
		}
		if change != nil {
			change(w)
		}
	})
}

// out lets the carrier tell something about the parcel to the customer.
func (w *world) out(after time.Duration, state string) { w.scanOf("OUT1", after, state) }

func (w *world) scanOf(number string, after time.Duration, state string) {
	w.env.RegisterDelayedCallback(func() {
		w.tell(w.start.CaseID, contract.TrackFact{
			NoticeID: number + "/" + state + "/" + after.String(), Carrier: "sf", Number: number, State: state, At: t0.Add(after),
		})
	}, after)
}

func TestScenario01_NotShippedIsRefunded(t *testing.T) {
	w := refundWorld(t, policy.WayNotShipped, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	require.Equal(t, contract.Refunded, w.run())
	require.Len(t, w.refunds, 1)
	require.Equal(t, money.Amount(10000), w.refunds[0].Quote.Total)
	require.Equal(t, 2, w.refunds[0].Quote.Lines[0].Quantity, "the units are given back")
	require.Equal(t, contract.CauseMerchant, w.refunds[0].Cause)
}

func TestNotShipped_SilenceAgrees(t *testing.T) {
	w := refundWorld(t, policy.WayNotShipped, nil)
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, 48*hour+grace, w.when("merchant_silent"))
	require.Equal(t, contract.CauseExpired, w.refunds[0].Cause)
}

func TestNotShipped_AgreedByRule(t *testing.T) {
	for rule, change := range map[string]func(*world){
		"house_not_shipped_small_amount": func(w *world) { w.facts.Customer.Level = policy.LevelGood },
		"small_amounts": func(w *world) {
			w.facts.Rules = []policy.MerchantRule{{Kinds: []policy.Kind{policy.RefundOnly}, Below: 10000, Rule: "small_amounts"}}
		},
	} {
		w := refundWorld(t, policy.WayNotShipped, change)
		require.Equal(t, contract.Refunded, w.run())
		require.Zero(t, w.when("auto_agreed"), "nobody is asked")
		require.Equal(t, contract.CauseRule, w.refunds[0].Cause)
		require.Equal(t, rule, w.refunds[0].CauseRef)
		require.Equal(t, rule, w.last().View.Answer.ByRule)
	}
}

// A shop's rule does nothing beyond the platform's bounds, nor for a customer who is watched.
func TestOwnRuleIsBounded(t *testing.T) {
	for _, change := range []func(*world){
		func(w *world) { w.facts.Lines[0].Paid, w.facts.Order.Paid = 300000, 300000 },
		func(w *world) { w.facts.Customer.Level = policy.LevelWatch },
	} {
		w := refundWorld(t, policy.WayNotShipped, func(w *world) {
			w.facts.Rules = []policy.MerchantRule{{Below: 9999999, Rule: "everything"}}
			change(w)
		})
		w.at(hour, kim, "withdraw", &contract.Withdraw{})
		require.Equal(t, contract.Withdrawn, w.run())
		require.NotContains(t, w.events(), "auto_agreed")
	}
}

// A merchant's rule concedes what never came, too.
func TestNotReceived_ConcededByRule(t *testing.T) {
	w := refundWorld(t, policy.WayNotReceived, func(w *world) {
		w.facts.Rules = []policy.MerchantRule{{Below: 10000, Rule: "small_amounts"}}
	})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.CauseRule, w.refunds[0].Cause)
	require.NotContains(t, w.events(), "delivery_not_proven")
}

// A return is agreed to by a rule as well: only the goods are waited for.
func TestReturnAgreedByRule(t *testing.T) {
	w := newWorld(t, func(w *world) {
		w.alter = func(_ contract.Start, terms *policy.Terms) { terms.AutoAgree = "shop_small_amounts" }
	})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, contract.StageSendBack, w.acks["open"].Stage)
	require.Equal(t, 7*day+grace, w.when("closed"))
}

// What only the merchant's own word opens again, no rule opens.
func TestRepeatIsNotAgreedByRule(t *testing.T) {
	w := newWorld(t, func(w *world) {
		w.repeat = true
		w.alter = func(_ contract.Start, terms *policy.Terms) { terms.AutoAgree = "shop_small_amounts" }
	})
	require.Equal(t, contract.ClosedNoConsent, w.run())
	require.NotContains(t, w.events(), "auto_agreed")
}

func TestShippedMeanwhileIsIntercepted(t *testing.T) {
	w := refundWorld(t, policy.WayNotShipped, nil)
	shipped := t0.Add(hour)
	w.env.RegisterDelayedCallback(func() {
		w.facts.Order.ShippedAt = &shipped
		w.outbound = contract.Outbound{ShippedAt: &shipped, Parcels: []contract.OutboundParcel{{Carrier: "sf", Number: "OUT1", ShippedAt: shipped}}}
		w.env.SignalWorkflow(contract.SignalOrder, contract.OrderFact{NoticeID: "o1", ShippedAt: &shipped})
	}, hour)
	w.at(2*hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(3*hour, shop, "asked", &contract.ReportIntercept{Result: contract.InterceptRequested})
	w.out(4*hour, "returning")
	w.out(2*day, "return_signed")
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.StageIntercept, w.acks["agree"].Stage)
	require.Contains(t, w.events(), "shipped_meanwhile")
	require.Equal(t, 2*day, w.when("intercepted"))
	require.Len(t, w.refunds, 1)
}

func TestIntercept_CameBack(t *testing.T) {
	w := refundWorld(t, policy.WayIntercept, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, shop, "asked", &contract.ReportIntercept{Result: contract.InterceptRequested})
	w.at(3*hour, shop, "twice", &contract.ReportIntercept{Result: contract.InterceptRequested})
	w.at(4*hour, shop, "bad", &contract.ReportIntercept{Result: "stopped"})
	w.out(5*hour, "returning")
	w.at(6*hour, kim, "withdraw", &contract.Withdraw{})
	w.out(3*day, "return_signed")
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, fault.BadRequest, w.code("bad"))
	require.Equal(t, fault.GoodsOnTheWay, w.code("withdraw"), "nobody would owe anybody the goods")
	require.Equal(t, 3*day, w.when("intercepted"))
	require.Equal(t, money.Amount(10000), w.last().Refunded)
	require.Equal(t, "return_signed", w.last().View.Outbound.Parcels[0].State)
}

func TestIntercept_TurnedParcelHasItsOwnTime(t *testing.T) {
	w := refundWorld(t, policy.WayIntercept, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.out(6*day, "returning")
	w.out(10*day, "return_signed")
	require.Equal(t, contract.Refunded, w.run())
	require.NotContains(t, w.events(), "review_opened")
}

func TestIntercept_DeliveredBecomesAReturn(t *testing.T) {
	w := refundWorld(t, policy.WayIntercept, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, agent, "cannot", &contract.ReportIntercept{Result: contract.InterceptImpossible})
	w.out(day, "signed")
	w.at(day+hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(day+2*hour, "n1", "picked", 1200)
	w.scan(2*day, "n2", "signed", 1200)
	w.at(2*day+hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, day, w.when("became_return"))
	require.Equal(t, policy.RefundOnly, w.last().Kind, "the same case")
	require.Equal(t, contract.CauseMerchant, w.refunds[0].Cause, "the merchant's agreement stands")
	require.Equal(t, 2, w.last().View.Evaluation, "the rules for a return were asked")
}

func TestIntercept_DeliveredAndNothingSentBack(t *testing.T) {
	w := refundWorld(t, policy.WayIntercept, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.out(day, "signed")
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Equal(t, day+7*day+grace, w.when("closed"))
	require.Empty(t, w.refunds, "never both the goods and the money")
}

func TestIntercept_SilentCarrierIsDisputed(t *testing.T) {
	w := refundWorld(t, policy.WayIntercept, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.out(2*hour, "transit")
	w.at(10*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Rejected, w.run())
	require.Equal(t, hour+7*day+grace, w.when("case_opened"))
	require.Empty(t, w.refunds)
}

// The parcel arrives while the platform looks at why nobody heard of it: the matter has resolved itself.
func TestIntercept_ArrivesDuringTheDispute(t *testing.T) {
	for state, wanted := range map[string]contract.Outcome{"return_signed": contract.Refunded, "signed": contract.ClosedNotSent} {
		w := refundWorld(t, policy.WayIntercept, nil)
		w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
		w.out(2*hour, "transit")
		w.out(8*day, state)
		require.Equal(t, wanted, w.run(), state)
		require.Equal(t, contract.ResolvedItself, w.judging().Outcome, state)
	}
}

func TestIntercept_Lost(t *testing.T) {
	w := refundWorld(t, policy.WayIntercept, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, agent, "lost", &contract.ReportIntercept{Result: contract.InterceptLost})
	w.at(3*hour, shop, "late", &contract.ReportIntercept{Result: contract.InterceptReturned})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.StageProof, w.acks["lost"].Stage)
	require.Equal(t, fault.NotNow, w.code("late"))
	require.Equal(t, 2*hour+48*hour+grace, w.when("delivery_not_proven"))
	require.Equal(t, contract.CauseExpired, w.refunds[0].Cause)
}

func TestIntercept_UnseenForLongIsLost(t *testing.T) {
	w := refundWorld(t, policy.WayIntercept, func(w *world) { w.outbound.Parcels[0].ShippedAt = t0.Add(-9 * day) })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, hour+7*day+grace, w.when("outbound_lost"))
}

func TestIntercept_MerchantHasTheGoodsAgain(t *testing.T) {
	w := refundWorld(t, policy.WayIntercept, func(w *world) { w.outbound.Parcels = nil })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, shop, "back", &contract.ReportIntercept{Result: contract.InterceptReturned})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, 2*hour, w.when("intercepted"))
}

func TestIntercept_KnownDeliveredAtOnce(t *testing.T) {
	w := refundWorld(t, policy.WayIntercept, func(w *world) {
		w.tracks = []contract.TrackFact{{NoticeID: "q", Carrier: "sf", Number: "OUT1", State: "signed", At: t0.Add(-hour)}}
	})
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.InDelta(t, hour, w.when("became_return"), float64(time.Second))
}

func TestNotReceived_NotProven(t *testing.T) {
	w := refundWorld(t, policy.WayNotReceived, nil)
	w.at(hour, shop, "empty", &contract.ProveDelivery{})
	w.at(2*hour, shop, "answer", &contract.MerchantAnswer{Decision: contract.Refuse, ReasonCode: "delivered"})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.StageProof, w.acks["open"].Stage)
	require.Equal(t, fault.EvidenceNeeded, w.code("empty"))
	require.Equal(t, fault.NotNow, w.code("answer"))
	require.Equal(t, 48*hour+grace, w.when("delivery_not_proven"))
	require.Equal(t, contract.CauseExpired, w.refunds[0].Cause)
	require.Equal(t, string(policy.StepProof), w.refunds[0].CauseRef)
}

func TestNotReceived_Conceded(t *testing.T) {
	w := refundWorld(t, policy.WayNotReceived, nil)
	w.at(hour, shop, "concede", &contract.ProveDelivery{Concede: true})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.CauseMerchant, w.refunds[0].Cause)
}

func TestNotReceived_ProvenAndAccepted(t *testing.T) {
	w := refundWorld(t, policy.WayNotReceived, nil)
	w.at(hour, shop, "proof", &contract.ProveDelivery{Evidence: []string{"e1"}})
	w.at(2*hour, kim, "accept", &contract.AcceptRefusal{})
	require.Equal(t, contract.Delivered, w.run())
	require.Equal(t, 2*hour, w.when("closed"))
	require.Empty(t, w.refunds)
	require.Equal(t, []string{"e1"}, w.last().View.Outbound.Proof.Evidence)
}

func TestNotReceived_ProvenAndLeftStanding(t *testing.T) {
	w := refundWorld(t, policy.WayNotReceived, nil)
	w.at(hour, shop, "proof", &contract.ProveDelivery{Evidence: []string{"e1"}})
	w.at(49*hour, shop, "again", &contract.ProveDelivery{Evidence: []string{"e2"}})
	require.Equal(t, contract.Delivered, w.run())
	require.Equal(t, hour+7*day+grace, w.when("closed"))
	require.Equal(t, fault.NotNow, w.code("again"))
}

func TestNotReceived_ProvenAndEscalated(t *testing.T) {
	w := refundWorld(t, policy.WayNotReceived, nil)
	w.at(hour, shop, "proof", &contract.ProveDelivery{Evidence: []string{"e1"}})
	w.at(2*hour, kim, "escalate", &contract.Escalate{})
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.CauseJudgment, w.refunds[0].Cause)
}

func TestNotReceived_ProofTooLate(t *testing.T) {
	w := refundWorld(t, policy.WayNotReceived, nil)
	w.at(48*hour+time.Second, shop, "late", &contract.ProveDelivery{Evidence: []string{"e1"}})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, fault.DeadlinePassed, w.code("late"))
}

func TestNotReceived_ComesLate(t *testing.T) {
	w := refundWorld(t, policy.WayNotReceived, nil)
	w.out(5*hour, "signed")
	require.Equal(t, contract.Delivered, w.run())
	require.True(t, w.last().View.Outbound.Proof.ByCarrier)
	require.Empty(t, w.refunds)
}

func TestNotReceived_AnOlderSignatureProvesNothing(t *testing.T) {
	w := refundWorld(t, policy.WayNotReceived, func(w *world) {
		w.tracks = []contract.TrackFact{{NoticeID: "q", Carrier: "sf", Number: "OUT1", State: "signed", At: t0.Add(-day)}}
	})
	require.Equal(t, contract.Refunded, w.run(), "it is the very signature that the customer doubts")
}

func TestReceived_SilenceNeverPays(t *testing.T) {
	w := refundWorld(t, policy.WayReceived, nil)
	w.at(60*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Rejected, w.run())
	require.Equal(t, 48*hour+grace, w.when("case_opened"))
	require.Empty(t, w.refunds)
}

func TestReceived_PartIsPaidAndGoodsStay(t *testing.T) {
	w := refundWorld(t, policy.WayReceived, func(w *world) { w.start.Asked = 3000 })
	w.at(hour, shop, "offer", &contract.MerchantAnswer{Decision: contract.Offer, Amount: 3001})
	w.at(2*hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	require.Equal(t, contract.Refunded, w.run(), "all that was asked for")
	require.Equal(t, fault.AmountTooLarge, w.code("offer"), "more than was asked for")
	require.Equal(t, money.Amount(3000), w.refunds[0].Quote.Total)
	require.Zero(t, w.refunds[0].Quote.Lines[0].Quantity, "the goods stay")
	require.Equal(t, money.Amount(3000), w.projections[0].Amount)
}

func TestReceived_RefusedAndEscalated(t *testing.T) {
	w := refundWorld(t, policy.WayReceived, nil)
	w.at(hour, shop, "refuse", &contract.MerchantAnswer{Decision: contract.Refuse, ReasonCode: "fine"})
	w.at(2*hour, kim, "escalate", &contract.Escalate{})
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 2000, Liability: policy.Merchant})
	require.Equal(t, contract.PartlyRefunded, w.run())
	require.Equal(t, money.Amount(2000), w.last().Refunded)
}

func TestReceived_RefusalAccepted(t *testing.T) {
	w := refundWorld(t, policy.WayReceived, nil)
	w.at(hour, shop, "refuse", &contract.MerchantAnswer{Decision: contract.Refuse, ReasonCode: "fine"})
	w.at(2*hour, kim, "accept", &contract.AcceptRefusal{})
	require.Equal(t, contract.ClosedNotAnswered, w.run())
	require.Equal(t, 2*hour, w.when("closed"))
}

// goodwill opens a case in the name of somebody who is not the customer.
func goodwill(t *testing.T, by contract.Actor, amount money.Amount, change func(*world)) *world {
	return refundWorld(t, policy.WayReceived, func(w *world) {
		w.start.By, w.start.Asked, w.start.Reason = &by, amount, "goodwill"
		w.facts.Customer.Level = policy.LevelGood
		if change != nil {
			change(w)
		}
	})
}

func TestGoodwill_MerchantsOwnMoney(t *testing.T) {
	w := goodwill(t, shop, 3000, nil)
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.CauseMerchant, w.refunds[0].Cause)
	require.Equal(t, "goodwill", w.refunds[0].CauseRef)
	require.Zero(t, w.refunds[0].Quote.Lines[0].Quantity)
	require.Equal(t, contract.Merchant, w.projections[0].Entries[0].By.Kind)
	require.Equal(t, []contract.Role{contract.Customer}, w.projections[0].Entries[0].Tell)
}

func TestGoodwill_MerchantAboveTheAutomaticLimit(t *testing.T) {
	w := goodwill(t, shop, 0, func(w *world) { w.facts.Lines[0].Paid, w.facts.Order.Paid = 300000, 300000 })
	w.decide(hour, boss, "yes", nil)
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.StageApproval, w.acks["open"].Stage)
}

func TestGoodwill_AgentWithinTheLimit(t *testing.T) {
	w := goodwill(t, agent, 3000, nil)
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.CauseJudgment, w.refunds[0].Cause)
	require.Zero(t, w.refunds[0].Quote.Lines[0].Quantity)
}

func TestGoodwill_AgentAboveTheLimitWaits(t *testing.T) {
	rich := func(w *world) { w.facts.Lines[0].Paid, w.facts.Order.Paid = 100000, 100000 }
	w := goodwill(t, agent, 80000, rich)
	w.decide(hour, agent, "own", nil)
	w.decide(2*hour, boss, "yes", nil)
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, fault.OwnApproval, w.code("own"))
	require.Equal(t, money.Amount(80000), w.last().Refunded)

	w = goodwill(t, agent, 80000, rich)
	w.decide(hour, boss, "no", func(cmd *contract.Decide) { cmd.Approve = false })
	require.Equal(t, contract.Rejected, w.run(), "nobody asked for it, so nobody is owed another proposal")
	require.Empty(t, w.refunds)
}

// 30 of 100 went before: at most 70.
func TestScenario13_GoodwillUpToWhatIsLeft(t *testing.T) {
	w := goodwill(t, shop, 0, func(w *world) {
		w.facts.Lines[0].Refunded, w.facts.Order.RefundedSoFar = 3000, 3000
	})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, money.Amount(7000), w.refunds[0].Quote.Total)
}

// twoParcels is an order of shoes for 60.00 in one parcel and a lamp for 40.00 in another, both to be stopped.
func twoParcels(t *testing.T, change func(*world)) *world {
	return refundWorld(t, policy.WayIntercept, func(w *world) {
		w.start.Lines = []contract.ChosenLine{{LineID: "l1", Quantity: 2}, {LineID: "l2", Quantity: 1}}
		w.facts.Lines = []policy.LineFacts{
			{ID: "l1", Category: "shoes", Quantity: 2, UnitPrice: 3000, Paid: 6000, Chosen: 2, WeightGrams: 600},
			{ID: "l2", Category: "home", Quantity: 1, UnitPrice: 4000, Paid: 4000, Chosen: 1, WeightGrams: 3000},
		}
		shipped := w.outbound.Parcels[0].ShippedAt
		w.outbound.Grams = map[string]int{"l1": 600, "l2": 3000}
		w.outbound.Parcels = []contract.OutboundParcel{
			{Carrier: "sf", Number: "OUT1", ShippedAt: shipped, Lines: []string{"l1"}}, {Carrier: "sf", Number: "OUT2", ShippedAt: shipped, Lines: []string{"l2"}},
		}
		if change != nil {
			change(w)
		}
	})
}

// Of two parcels one came home and one was delivered: what came home is refunded at once, and only what the customer has
// is a return - of its own units, weight and worth.
func TestIntercept_OneParcelHomeAndOneDelivered(t *testing.T) {
	play := func(w *world, home func()) {
		w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
		home()
		w.scanOf("OUT2", day, "signed")
	}
	returned := func(w *world) func() { return func() { w.scanOf("OUT1", 12*hour, "return_signed") } }
	t.Run("sent back", func(t *testing.T) {
		w := twoParcels(t, nil)
		play(w, returned(w))
		w.at(day+hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
		w.scan(day+2*hour, "n1", "picked", 3000)
		w.scan(2*day, "n2", "signed", 3000)
		w.at(2*day+hour, shop, "inspect", &contract.Inspect{})
		require.Equal(t, contract.Refunded, w.run())
		require.Len(t, w.refunds, 2)
		require.Equal(t, []policy.QuoteLine{{LineID: "l1", Quantity: 2, Amount: 6000}}, w.refunds[0].Quote.Lines)
		require.Equal(t, []policy.QuoteLine{{LineID: "l2", Quantity: 1, Amount: 4000}}, w.refunds[1].Quote.Lines)
		require.Equal(t, []string{"l2/1"}, w.last().View.Units)
		require.Equal(t, []contract.ChosenLine{{LineID: "l2", Quantity: 1}}, w.last().View.Lines)
		require.Equal(t, 3000, w.last().View.Parcel.Expected)
		require.Equal(t, day, w.when("became_return"))
	})
	t.Run("not sent back", func(t *testing.T) {
		w := twoParcels(t, nil)
		play(w, returned(w))
		require.Equal(t, contract.PartlyRefunded, w.run(), "something was refunded, whatever became of the rest")
		require.Len(t, w.refunds, 1)
		require.Equal(t, money.Amount(6000), w.last().Refunded)
	})
	t.Run("the merchant says that it has the other", func(t *testing.T) {
		w := twoParcels(t, nil)
		play(w, func() {
			w.at(day+hour, shop, "back", &contract.ReportIntercept{Result: contract.InterceptReturned})
		})
		require.Equal(t, contract.PartlyRefunded, w.run())
		require.Len(t, w.refunds, 1)
		require.Equal(t, money.Amount(6000), w.refunds[0].Quote.Total, "its word is no word about what the customer signed for")
	})
	t.Run("nobody knows what was in which", func(t *testing.T) {
		w := twoParcels(t, func(w *world) {
			for i := range w.outbound.Parcels {
				w.outbound.Parcels[i].Lines = nil
			}
		})
		play(w, returned(w))
		require.Equal(t, contract.ClosedNotSent, w.run())
		require.Empty(t, w.refunds)
	})
}

// Nobody approves the refund of what came home: all of it is one matter again, which people decide as a whole.
func TestIntercept_RefundOfAPartIsRejected(t *testing.T) {
	w := twoParcels(t, func(w *world) {
		w.alter = func(_ contract.Start, terms *policy.Terms) { terms.Approval.AutomaticBelow = 0 }
	})
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.scanOf("OUT1", 12*hour, "return_signed")
	w.scanOf("OUT2", day, "signed")
	w.decide(day+hour, boss, "no", func(cmd *contract.Decide) { cmd.Approve = false })
	w.at(day+2*hour, kim, "withdraw", &contract.Withdraw{})
	w.at(2*day, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 6000, Liability: policy.Merchant})
	w.at(2*day+hour, shop, "carry", &contract.CarryOut{})
	require.Equal(t, contract.PartlyRefunded, w.run())
	require.Equal(t, w.start.Lines, w.disputedLines)
	require.Equal(t, money.Amount(10000), w.judging().View.Complaint.Claim, "what came home and what did not")
	require.Equal(t, fault.GoodsOnTheWay, w.code("withdraw"), "the merchant has a part of the goods, and nobody would owe it")
	require.Equal(t, []string{"l1/1", "l1/2", "l2/1"}, w.last().View.Units)
	require.Len(t, w.refunds, 1)
	require.Equal(t, money.Amount(6000), w.last().Refunded)

	t.Run("and the complaint is dismissed", func(t *testing.T) {
		w := twoParcels(t, func(w *world) {
			w.alter = func(_ contract.Start, terms *policy.Terms) { terms.Approval.AutomaticBelow = 0 }
		})
		w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
		w.scanOf("OUT1", 12*hour, "return_signed")
		w.scanOf("OUT2", day, "signed")
		w.decide(day+hour, boss, "no", func(cmd *contract.Decide) { cmd.Approve = false })
		w.at(2*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
		require.Equal(t, contract.Rejected, w.run(), "nothing was refunded")
	})
}

// The parcel turned round while the platform had the matter, and the customer takes the complaint back: the goods are the
// merchant's soon, so the case follows them and pays.
func TestIntercept_TurnsDuringAComplaintThatIsWithdrawn(t *testing.T) {
	w := refundWorld(t, policy.WayIntercept, func(w *world) { w.patient = true })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.out(2*hour, "picked")
	w.out(7*day+3*hour, "returning")
	w.at(7*day+4*hour, kim, "withdraw", &contract.Withdraw{})
	w.out(8*day, "return_signed")
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.Withdrawn, w.judging().Outcome)
	require.Equal(t, 8*day, w.when("intercepted"))
}

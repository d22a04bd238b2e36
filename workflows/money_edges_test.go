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

// tasks lists who had which task at some time.
func (w *world) tasks() map[string]contract.Role {
	all := map[string]contract.Role{}
	for _, p := range w.projections {
		if p.Desk != nil {
			for _, task := range p.Desk.Tasks {
				all[task.Kind] = task.Recipient
			}
		}
	}
	return all
}

// The rail of the payment is closed: finance has a task, the customer is asked, and nothing is paid before both said so.
func TestScenario33_ClosedRailNeedsConsent(t *testing.T) {
	w := refundWorld(t, policy.WayNotShipped, func(w *world) { w.closedRail = true })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, boss, "early", &contract.RedirectRefund{TenderID: "tender"})
	w.at(3*hour, kim, "other", &contract.ConsentRail{TenderID: "another", TextID: "t1"})
	w.at(4*hour, kim, "consent", &contract.ConsentRail{TextID: "t1"})
	w.at(5*hour, kim, "twice", &contract.ConsentRail{TextID: "t2"})
	w.at(6*hour, kim, "own", &contract.RedirectRefund{TenderID: "tender"})
	w.at(7*hour, boss, "redirect", &contract.RedirectRefund{TenderID: "tender"})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, fault.NotNow, w.code("early"), "without consent nothing is paid")
	require.Equal(t, fault.BadRequest, w.code("other"))
	require.Equal(t, fault.NotNow, w.code("twice"))
	require.Equal(t, fault.Forbidden, w.code("own"), "the customer consents, finance pays")
	require.Equal(t, []string{"t1"}, w.accounts)
	require.Equal(t, contract.Customer, w.tasks()["consent_rail"])
	require.Equal(t, contract.Supervisor, w.tasks()[string(policy.StepRefundHelp)])
	last := w.refunds[len(w.refunds)-1]
	require.Equal(t, []contract.Redirect{{TenderID: "tender", TextID: "t1", N: 1}}, last.Redirect)
	require.Equal(t, 1, last.Round, "the same refund")
	require.Equal(t, "failed", w.last().View.Legs[0].Status, "what failed stays as it is")
	require.Equal(t, money.Amount(10000), w.last().Refunded)
	require.True(t, w.last().View.Refund.Consents[0].Paid)
	waits := map[string]bool{}
	for _, p := range w.projections {
		if p.View.Refund != nil {
			waits[p.View.Refund.WaitsFor] = true
		}
	}
	require.True(t, waits[contract.WaitsForConsent] && waits[contract.WaitsForFinance], "%v", waits)
}

// The merchant's balance is short: the customer sees that, and the merchant has a task.
func TestScenario34_BalanceShortIsShown(t *testing.T) {
	w := refundWorld(t, policy.WayNotShipped, func(w *world) { w.refundBlocked[1] = fault.New(fault.BalanceShort) })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	require.Equal(t, contract.Refunded, w.run(), "time tries again by itself")
	require.Equal(t, contract.Merchant, w.tasks()["fund_balance"])
	shown := false
	for _, p := range w.projections {
		if p.View.Refund != nil && p.View.Refund.WaitsFor == contract.WaitsForBalance {
			shown = true
			require.Equal(t, string(fault.BalanceShort), p.View.Blocked)
		}
	}
	require.True(t, shown)
	require.Empty(t, w.last().View.Refund.WaitsFor)
}

// A bank takes money back while a refund waits: the case says so, once.
func TestScenario39_ChargebackIsTold(t *testing.T) {
	w := refundWorld(t, policy.WayNotShipped, nil)
	for range 2 {
		w.env.RegisterDelayedCallback(func() {
			w.env.SignalWorkflow(contract.SignalChargeback, contract.ChargebackFact{NoticeID: "n1", TenderID: "tender", Amount: 4000})
		}, hour)
	}
	w.at(2*hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	require.Equal(t, contract.Refunded, w.run())
	told := 0
	for _, event := range w.events() {
		if event == "charged_back" {
			told++
		}
	}
	require.Equal(t, 1, told)
}

// insuredWorld is a return of an insured order.
func insuredWorld(t *testing.T, change func(*world)) *world {
	return newWorld(t, func(w *world) {
		w.alter = func(_ contract.Start, terms *policy.Terms) {
			terms.Insurance = &policy.InsuranceTerms{Cap: 1200, Rule: "insurance"}
		}
		w.insurer = contract.InsuranceResult{State: "paid", Paid: 1000}
		if change != nil {
			change(w)
		}
	})
}

// A courier was ordered and sent away, the customer sent the goods: one claim, on the waybill that was really used.
func TestScenario32_InsuranceOnTheWaybillReallyUsed(t *testing.T) {
	w := insuredWorld(t, func(w *world) { w.carrierDown = t0.Add(3 * hour) })
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "pickup", &contract.RequestPickup{Carrier: "sf", After: t0.Add(4 * hour), Before: t0.Add(6 * hour)})
	w.at(2*hour+minute, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(4*hour, "n1", "picked", 1200)
	w.scan(day, "n2", "signed", 1200)
	w.at(day+hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, 1, w.cancelled, "the courier was sent away")
	require.Len(t, w.insurances, 1)
	require.Equal(t, "SF1", w.insurances[0].Number)
	require.Equal(t, money.Amount(1200), w.insurances[0].Amount)
	require.Equal(t, day, w.when("insurance_claimed"), "once the parcel is there")
	require.Equal(t, &contract.InsuranceView{State: "paid", Carrier: "sf", Number: "SF1", Amount: 1200, Paid: 1000}, w.last().View.Insurance)
}

func TestInsuranceThatDoesNotAnswerHoldsUpNothing(t *testing.T) {
	w := insuredWorld(t, nil)
	w.toInspection(1200)
	w.env.RegisterDelayedCallback(func() { w.carrierDown = t0.Add(100 * day) }, day)
	w.at(day+2*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, day+2*hour, w.when("closed"))
	require.Equal(t, "claiming", w.last().View.Insurance.State, "the reconciler goes on asking")
}

func TestNoInsuranceForWhatTheMerchantBears(t *testing.T) {
	w := insuredWorld(t, func(w *world) { w.start.Reason, w.start.Evidence = "quality", []string{"e1"} })
	w.toInspection(1200)
	w.at(day+2*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Refunded, w.run())
	require.Empty(t, w.insurances)
}

func TestNoInsuranceWithoutAParcel(t *testing.T) {
	w := insuredWorld(t, nil)
	require.Equal(t, contract.ClosedNotSent, w.run())
	require.Empty(t, w.insurances)
	require.Less(t, w.when("closed"), 30*day+time.Hour)
}

// Other refunds of the same line were paid since this one was quoted: what is left is paid at once, both sides read why,
// and nobody waits for finance, who could do nothing about it.
func TestARefundIsCutToWhatIsLeft(t *testing.T) {
	left := func(t *testing.T, amount money.Amount, change func(*world)) *world {
		w := newWorld(t, func(w *world) {
			w.refundLeft = map[int]money.Amount{1: amount}
			if change != nil {
				change(w)
			}
		})
		w.toInspection(1200)
		w.at(day+2*hour, shop, "inspect", &contract.Inspect{})
		return w
	}
	told := func(w *world) (to []contract.Role) {
		for _, p := range w.projections {
			for _, entry := range p.Entries {
				if entry.Event == "refund_requoted" {
					to = entry.Tell
				}
			}
		}
		return to
	}
	t.Run("a part", func(t *testing.T) {
		w := left(t, 4000, nil)
		require.Equal(t, contract.PartlyRefunded, w.run())
		require.Equal(t, day+2*hour, w.when("closed"))
		require.Len(t, w.refunds, 2)
		require.Equal(t, w.refunds[0].Round, w.refunds[1].Round)
		require.Equal(t, money.Amount(4000), w.last().Refunded)
		require.Equal(t, []contract.Role{contract.Customer, contract.Merchant}, told(w))
		require.NotContains(t, w.events(), "refund_blocked")
	})
	t.Run("nothing", func(t *testing.T) {
		w := left(t, 0, nil)
		require.Equal(t, contract.Rejected, w.run())
		require.Zero(t, w.last().Refunded)
	})
	t.Run("who approved it approves what is left", func(t *testing.T) {
		w := left(t, 60000, func(w *world) {
			w.facts.Lines[0].Paid, w.facts.Order.Paid = 80000, 80000
			w.alter = func(_ contract.Start, terms *policy.Terms) { terms.Approval.AutomaticBelow = 0 }
		})
		w.decide(day+3*hour, boss, "first", nil)
		w.decide(day+5*hour, boss, "second", nil)
		require.Equal(t, contract.PartlyRefunded, w.run())
		require.Equal(t, day+5*hour, w.when("refunded"))
		require.Equal(t, money.Amount(60000), w.last().View.Approval.Amount)
	})
	t.Run("an advance", func(t *testing.T) {
		w := advanceReturn(t)
		w.refundLeft = map[int]money.Amount{1: 4000}
		w.toInspection(1200)
		w.at(day+2*hour, shop, "inspect", &contract.Inspect{Difference: policy.EmptyBox, Evidence: []string{"e1"}})
		w.at(day+3*hour, kim, "decline", &contract.AnswerOffer{})
		w.at(2*day, agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse})
		require.Equal(t, contract.PartlyRefunded, w.run())
		require.Equal(t, money.Amount(4000), w.claims[0].Amount, "no more than was paid is claimed back")
	})
	t.Run("an advance, and nothing is left", func(t *testing.T) {
		w := advanceReturn(t)
		w.refundLeft = map[int]money.Amount{}
		for call := 1; call < 20; call += 2 {
			w.refundLeft[call] = 0
		}
		w.toInspection(1200)
		w.at(day+2*hour, shop, "inspect", &contract.Inspect{})
		require.Equal(t, contract.Rejected, w.run())
		require.Len(t, w.refunds, 4, "it is tried once on the scan and once after the inspection, each time as quoted and as cut")
		require.Equal(t, day+2*hour, w.when("closed"))
		require.Empty(t, w.counter.recovered)
		require.NotContains(t, w.events(), "refunded", "nobody is told of money that did not move")
	})
	t.Run("after its legs failed", func(t *testing.T) {
		w := refundWorld(t, policy.WayNotShipped, func(w *world) {
			w.closedRail, w.refundLeft, w.leftWithLegs = true, map[int]money.Amount{2: 4000}, true
		})
		w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
		w.at(2*hour, kim, "consent", &contract.ConsentRail{TextID: "t1"})
		w.at(3*hour, boss, "redirect", &contract.RedirectRefund{TenderID: "tender"})
		require.Equal(t, contract.PartlyRefunded, w.run())
		require.Equal(t, money.Amount(4000), w.last().Refunded)
		require.Equal(t, 1, w.refunds[1].Round)
		require.Equal(t, 2, w.refunds[2].Round, "the keys of the failed legs stand for the larger amount")
		require.Len(t, w.refunds[2].Redirect, 1, "the customer has said where to")
	})
	t.Run("after one of its legs has paid", func(t *testing.T) {
		w := refundWorld(t, policy.WayNotShipped, func(w *world) {
			w.refundLeft, w.leftWithLegs, w.leftPaid = map[int]money.Amount{1: 1500}, true, 6000
		})
		w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
		require.Equal(t, contract.PartlyRefunded, w.run())
		require.Len(t, w.refunds, 2)
		require.Equal(t, 2, w.refunds[1].Round)
		require.Equal(t, money.Amount(1500), w.refunds[1].Quote.Total, "what was paid is not asked for again")
		require.Equal(t, money.Amount(7500), w.last().Refunded)
		require.Equal(t, money.Amount(7500), w.last().View.Refund.Amount, "the refund in all")
		require.NotContains(t, w.events(), "refund_blocked", "nobody waits for what does not come back")
	})
	t.Run("after one of its legs has paid, and nothing is left", func(t *testing.T) {
		w := refundWorld(t, policy.WayNotShipped, func(w *world) {
			w.refundLeft, w.leftWithLegs, w.leftPaid = map[int]money.Amount{1: 0}, true, 6000
		})
		w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
		require.Equal(t, contract.PartlyRefunded, w.run(), "something was refunded")
		require.Equal(t, money.Amount(6000), w.last().Refunded)
	})
	t.Run("a judgment that the deposit pays", func(t *testing.T) {
		w := complained(t, func(w *world) { w.planLeft = new(money.Amount(2500)) })
		w.toReview(hour)
		w.at(2*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 4000, Liability: policy.Merchant})
		require.Equal(t, contract.PartlyUpheld, w.run())
		require.Len(t, w.draws, 1)
		require.Equal(t, money.Amount(2500), w.draws[0].Amount, "no more is drawn than the refund comes to")
		require.Equal(t, money.Amount(2500), w.last().Refunded)
	})
	t.Run("the customer's own deposit", func(t *testing.T) {
		w := advanceWorld(t, 6000)
		w.refundLeft = map[int]money.Amount{1: 2500}
		w.alter = after(w.alter, func(terms *policy.Terms) { terms.Approval.AutomaticBelow = 0 })
		w.toAdvance()
		w.out(day, "signed")
		w.at(2*day, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
		w.scan(3*day, "n1", "signed", 1200)
		w.at(3*day+hour, shop, "inspect", &contract.Inspect{})
		w.at(3*day+2*hour, kim, "confirm", &contract.ConfirmReceipt{})
		require.Equal(t, contract.Exchanged, w.run())
		require.Len(t, w.refunds, 2)
		require.Equal(t, w.refunds[0].TenderID, w.refunds[1].TenderID)
		require.Equal(t, money.Amount(2500), w.refunds[1].Quote.Total)
		require.NotContains(t, w.events(), "proposed", "it is the customer's own money")
	})
}

// What was drawn from a merchant's deposit and is not needed after all - other refunds of the same lines were paid
// meanwhile - goes back into it, once, before the case goes on.
func TestScenario34_WhatWasDrawnInVainGoesBack(t *testing.T) {
	drawn := func(t *testing.T, change func(*world)) *world {
		w := complained(t, func(w *world) {
			w.refundLeft, w.leftWithLegs = map[int]money.Amount{1: 2500}, true
			change(w)
		})
		w.toReview(hour)
		w.at(2*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 4000, Liability: policy.Merchant})
		return w
	}
	amounts := func(w *world) (out, back []money.Amount) {
		for _, draw := range w.draws {
			out = append(out, draw.Amount)
		}
		for _, move := range w.putBacks {
			back = append(back, move.Amount)
		}
		return out, back
	}
	t.Run("less was left", func(t *testing.T) {
		w := drawn(t, func(*world) {})
		require.Equal(t, contract.PartlyUpheld, w.run())
		out, back := amounts(w)
		require.Equal(t, []money.Amount{4000}, out)
		require.Equal(t, []money.Amount{1500}, back)
		require.Equal(t, contract.PutBackInput{CaseID: "c1", MerchantID: "shop", Round: w.draws[0].Round, N: 1, Amount: 1500, Currency: "CNY", At: w.putBacks[0].At}, w.putBacks[0])
		require.Equal(t, money.Amount(2500), w.last().Refunded)
		require.Contains(t, w.events(), "deposit_put_back")
	})
	t.Run("one of its legs had paid", func(t *testing.T) {
		w := drawn(t, func(w *world) { w.leftPaid = 1000 })
		require.Equal(t, contract.PartlyUpheld, w.run())
		require.Equal(t, money.Amount(3500), w.last().Refunded)
		_, back := amounts(w)
		require.Equal(t, []money.Amount{500}, back)
	})
	t.Run("nothing was left", func(t *testing.T) {
		w := drawn(t, func(w *world) { w.refundLeft[1] = 0 })
		w.run()
		_, back := amounts(w)
		require.Equal(t, []money.Amount{4000}, back)
	})
	t.Run("all of it was needed", func(t *testing.T) {
		w := drawn(t, func(w *world) { w.refundLeft = nil })
		require.Equal(t, contract.PartlyUpheld, w.run())
		require.Empty(t, w.putBacks)
	})
	t.Run("the draw's answer was lost for good", func(t *testing.T) {
		w := drawn(t, func(w *world) { w.drawsLost = 1000 })
		w.env.RegisterDelayedCallback(func() { w.drawsLost = 0 }, 60*day)
		require.Equal(t, contract.PartlyUpheld, w.run())
		_, back := amounts(w)
		require.Equal(t, []money.Amount{1500}, back, "the ledger is asked whether there is anything to give back")
	})
	t.Run("the merchant's balance is short by now", func(t *testing.T) {
		w := drawn(t, func(w *world) { w.putBackRefused = fault.New(fault.BalanceShort) })
		require.Equal(t, contract.PartlyUpheld, w.run(), "the customer does not wait for that")
		require.Contains(t, w.events(), "deposit_owed")
		require.NotContains(t, w.events(), "deposit_put_back")
	})
}

// after lets the terms be changed once more.
func after(first func(contract.Start, *policy.Terms), then func(*policy.Terms)) func(contract.Start, *policy.Terms) {
	return func(start contract.Start, terms *policy.Terms) {
		first(start, terms)
		then(terms)
	}
}

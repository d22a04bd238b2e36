package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"pgregory.net/rapid"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// priceWorld is a customer who asks for 10.00 because the price fell.
func priceWorld(t *testing.T, change func(*world)) *world {
	return newWorld(t, func(w *world) {
		w.start.Kind, w.start.Reason = policy.PriceProtection, "price_drop"
		w.alter = func(_ contract.Start, terms *policy.Terms) { protectionTerms(terms) }
		if change != nil {
			change(w)
		}
	})
}

func protectionTerms(terms *policy.Terms) {
	terms.Refusal, terms.Asks, terms.Liability = nil, nil, policy.Merchant
	terms.Quote = policy.Quote{Currency: "CNY", Total: 1000, Lines: []policy.QuoteLine{{LineID: "l1", Amount: 1000}}}
	terms.Protection = &policy.ProtectionTerms{
		Lines: []policy.ProtectionLine{{LineID: "l1", Quantity: 2, Paid: 10000, Reference: 9000}}, Rule: "jd_price_protection_7_days",
	}
}

func TestPriceProtection_PaysTheDifference(t *testing.T) {
	w := priceWorld(t, nil)
	require.Equal(t, contract.PriceProtected, w.run())
	require.Len(t, w.refunds, 1)
	require.Equal(t, money.Amount(1000), w.refunds[0].Quote.Total)
	require.Equal(t, contract.CauseRule, w.refunds[0].Cause)
	require.Equal(t, "jd_price_protection_7_days", w.refunds[0].CauseRef)
	for _, line := range w.refunds[0].Quote.Lines {
		require.Zero(t, line.Quantity, "the goods are kept: no unit goes back")
	}
	require.Equal(t, money.Amount(1000), w.last().Refunded)
	require.Equal(t, 1, w.counter.priceChecks, "the shop is asked once")
	require.NotContains(t, w.events(), "merchant_silent", "the merchant is told, not asked")
	require.Less(t, w.when("closed"), minute, "nobody is waited for")
}

func TestPriceProtection_WaitsForTheShop(t *testing.T) {
	w := priceWorld(t, func(w *world) { w.counter.shopDown = t0.Add(20 * minute) })
	require.Equal(t, contract.PriceProtected, w.run())
	require.Greater(t, w.counter.priceChecks, 3)
	require.Len(t, w.refunds, 1)
}

func TestPriceProtection_ShopDoesNotSay(t *testing.T) {
	w := priceWorld(t, func(w *world) { w.counter.shopDown = t0.Add(day) })
	require.Equal(t, contract.RefusedOpening, w.run())
	require.Equal(t, string(fault.PartnerSilent), w.acks["open"].Refused.Code)
	require.Empty(t, w.projections, "there is no case")
	require.Empty(t, w.refunds)
}

// Every reason of the rules for paying nothing reaches whoever asks, and there is no case.
func TestPriceProtection_Refused(t *testing.T) {
	for _, code := range []fault.Code{fault.WindowOver, fault.PriceNotLower, fault.ProtectedAlready, fault.ProtectionAfterRefund} {
		t.Run(string(code), func(t *testing.T) {
			w := priceWorld(t, func(w *world) {
				w.alter = func(_ contract.Start, terms *policy.Terms) { terms.Refusal = &policy.Refusal{Fault: fault.New(code)} }
			})
			require.Equal(t, contract.RefusedOpening, w.run())
			require.Equal(t, string(code), w.acks["open"].Refused.Code)
			require.Empty(t, w.projections)
			require.Empty(t, w.refunds)
		})
	}
}

// largeDifference needs a person's approval.
func largeDifference(w *world) {
	w.alter = func(_ contract.Start, terms *policy.Terms) {
		protectionTerms(terms)
		terms.Approval.AutomaticBelow = 500
	}
}

func (w *world) decides(after time.Duration, by contract.Actor, approve bool) {
	w.env.RegisterDelayedCallback(func() {
		approval := w.last().View.Approval
		key := fmt.Sprintf("decide/%s/%s", by.ID, after)
		w.send(key, &contract.Decide{
			Meta: contract.Meta{Actor: by, Key: key, ReceivedAt: t0.Add(after)}, ApprovalID: approval.ID, Hash: approval.Hash, Approve: approve,
		})
	}, after)
}

func TestPriceProtection_LargeDifferenceIsApproved(t *testing.T) {
	w := priceWorld(t, largeDifference)
	w.decides(30*hour, boss, true)
	require.Equal(t, contract.PriceProtected, w.run())
	require.Equal(t, 24*hour+grace, w.when("approval_escalated"), "time brings in the next level and approves nothing")
	require.Len(t, w.refunds, 1)
}

func TestPriceProtection_ApprovalRefused(t *testing.T) {
	w := priceWorld(t, largeDifference)
	w.decides(hour, boss, false)
	w.at(30*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse, Liability: policy.Customer})
	require.Equal(t, contract.Rejected, w.run())
	require.Contains(t, w.events(), "case_opened", "the platform looks at it")
	require.Empty(t, w.paid)
}

func TestPriceProtection_TakenBackBeforeItIsApproved(t *testing.T) {
	w := priceWorld(t, largeDifference)
	w.at(hour, kim, "withdraw", &contract.Withdraw{})
	require.Equal(t, contract.Withdrawn, w.run())
	require.Empty(t, w.refunds)
	require.Equal(t, "void", w.last().View.Approval.State)
}

func TestPriceProtection_BadInputChangesNothing(t *testing.T) {
	w := priceWorld(t, largeDifference)
	w.at(hour, shop, "extension", &contract.AskExtension{For: hour})
	w.at(2*hour, shop, "answer", &contract.MerchantAnswer{Decision: contract.Refuse, ReasonCode: "no"})
	w.at(3*hour, agent, "own", &contract.Decide{ApprovalID: "c1/9", Hash: "x", Approve: true})
	w.decides(4*hour, boss, true)
	require.Equal(t, contract.PriceProtected, w.run())
	require.Equal(t, fault.NotNow, w.code("extension"))
	require.Equal(t, fault.NotNow, w.code("answer"))
	require.Equal(t, fault.ApprovalVoid, w.code("own"))
}

// TestAnyPriceProtectionHoldsTheInvariants plays random people and failures against one case.
func TestAnyPriceProtectionHoldsTheInvariants(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := priceWorld(t, func(w *world) {
			if rapid.Bool().Draw(r, "large") {
				largeDifference(w)
			}
			w.counter.shopDown = t0.Add(time.Duration(rapid.IntRange(-30, 90).Draw(r, "shop is down")) * minute)
			for call := range rapid.IntRange(0, 3).Draw(r, "blocked calls") {
				w.refundBlocked[call+1] = fault.New(fault.BalanceShort)
			}
		})
		for i := range rapid.IntRange(0, 10).Draw(r, "commands") {
			by, cmd := anyCommand(r)
			w.at(time.Duration(rapid.IntRange(1, 5*24*60).Draw(r, "minute"))*minute, by, fmt.Sprintf("k%d", i), cmd)
		}
		w.clearsTheDesk(20 * day)
		outcome := w.run()
		if outcome == contract.RefusedOpening {
			require.Empty(t, w.paid)
			return
		}
		require.LessOrEqual(t, w.last().Refunded, money.Amount(1000))
		require.Equal(t, outcome == contract.PriceProtected, w.last().Refunded > 0, "money moves when, and only when, it ends protected: %s", outcome)
	})
}

// clearsTheDesk lets the platform's people deal with what is left, every five days from a time on.
func (w *world) clearsTheDesk(from time.Duration) {
	for i := range 12 {
		after := from + time.Duration(5*i)*day
		w.at(after, agent, fmt.Sprintf("end%d", i), &contract.Propose{Outcome: contract.ProposeRefuse})
		w.env.RegisterDelayedCallback(func() {
			if len(w.projections) == 0 {
				return
			}
			for _, p := range []contract.Projection{w.last(), w.judging()} {
				if approval := p.View.Approval; approval != nil && approval.State == "waiting" {
					cmd := &contract.Decide{ApprovalID: approval.ID, Hash: approval.Hash, Approve: true}
					cmd.Actor, cmd.Key, cmd.ReceivedAt = operator, fmt.Sprintf("yes/%s/%d", p.CaseID, i), t0.Add(after+hour)
					w.sendTo(p.CaseID, cmd.Key, cmd)
				}
			}
		}, after+hour)
		w.at(after+2*hour, boss, fmt.Sprintf("retry%d", i), &contract.RetryRefund{})
	}
}

// prices is the shop, asked for what things cost.
func (w *world) prices(context.Context, contract.PricesInput) error {
	w.counter.priceChecks++
	if w.env.Now().Before(w.counter.shopDown) {
		return temporal.NewApplicationErrorWithCause("the shop does not answer", "partner", errors.New("down"))
	}
	return nil
}

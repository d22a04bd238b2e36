package workflows_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// refundOnlyCommands draws what people could ask of a refund without goods besides what they can ask of a return.
func refundOnlyCommands(t *rapid.T) []said {
	evidence := rapid.SampledFrom([][]string{nil, {"e1"}}).Draw(t, "proof")
	tender := rapid.SampledFrom([]string{"", "tender", "another"}).Draw(t, "tender")
	reporter := rapid.SampledFrom([]contract.Actor{shop, agent, kim}).Draw(t, "reporter")
	return []said{
		{reporter, &contract.ReportIntercept{Result: rapid.SampledFrom([]string{"requested", "impossible", "returned", "lost", "stopped"}).Draw(t, "result")}},
		{shop, &contract.ProveDelivery{Evidence: evidence, Concede: rapid.IntRange(0, 4).Draw(t, "concede") == 0}},
		{kim, &contract.AcceptRefusal{}},
		{kim, &contract.ConsentRail{TenderID: tender, TextID: "t"}},
		{boss, &contract.RedirectRefund{TenderID: tender}},
		{shop, &contract.MerchantAnswer{Decision: contract.Agree}},
	}
}

// TestAnyRefundWithoutGoodsEndsAndHoldsTheInvariants plays random people, carriers, shops and failures against one
// refund without a return, on every way.
func TestAnyRefundWithoutGoodsEndsAndHoldsTheInvariants(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		way := rapid.SampledFrom([]policy.Way{policy.WayNotShipped, policy.WayIntercept, policy.WayNotReceived, policy.WayReceived}).Draw(r, "way")
		w := refundWorld(t, way, func(w *world) {
			w.start.Asked = money.Amount(rapid.SampledFrom([]int64{0, 0, 1, 3000, 9999}).Draw(r, "asked"))
			w.patient = rapid.Bool().Draw(r, "patient")
			w.closedRail = rapid.IntRange(0, 3).Draw(r, "rail") == 0
			if by := rapid.IntRange(0, 9).Draw(r, "goodwill"); by < 2 {
				w.start.By, w.start.Reason = &[]contract.Actor{shop, agent}[by], "goodwill"
			}
			if rapid.IntRange(0, 3).Draw(r, "second parcel") == 0 && len(w.outbound.Parcels) > 0 {
				w.outbound.Parcels = append(w.outbound.Parcels, contract.OutboundParcel{Carrier: "sf", Number: "OUT2", ShippedAt: t0.Add(-day)})
			}
			for call := range rapid.IntRange(0, 3).Draw(r, "blocked calls") {
				w.refundBlocked[call+1] = fault.New(fault.BalanceShort)
			}
		})
		sent := map[string]time.Duration{}
		minutes := rapid.SampledFrom([]int{3 * 24 * 60, 25 * 24 * 60}).Draw(r, "within")
		for i := range rapid.IntRange(0, 25).Draw(r, "commands") {
			by, cmd := anyCommand(r)
			if rapid.Bool().Draw(r, "of a refund") {
				said := rapid.SampledFrom(refundOnlyCommands(r)).Draw(r, "said")
				by, cmd = said.by, said.cmd
			}
			key := fmt.Sprintf("k%d", i)
			sent[key] = time.Duration(rapid.IntRange(1, minutes).Draw(r, "minute")) * minute
			w.at(sent[key], by, key, cmd)
		}
		for range rapid.IntRange(0, 6).Draw(r, "scans") {
			number := rapid.SampledFrom([]string{"OUT1", "OUT2", "SF1"}).Draw(r, "parcel")
			state := rapid.SampledFrom([]string{"picked", "transit", "signed", "refused", "returning", "return_signed", "none", "aborted"}).Draw(r, "state")
			w.scanOf(number, time.Duration(rapid.IntRange(1, minutes).Draw(r, "scan minute"))*minute, state)
		}
		if rapid.IntRange(0, 2).Draw(r, "shipped meanwhile") == 0 {
			after := time.Duration(rapid.IntRange(1, 3*24*60).Draw(r, "shipped minute")) * minute
			shipped := t0.Add(after)
			w.env.RegisterDelayedCallback(func() {
				w.outbound.ShippedAt, w.facts.Order.ShippedAt = &shipped, &shipped
				w.outbound.Parcels = []contract.OutboundParcel{{Carrier: "sf", Number: "OUT1", ShippedAt: shipped}}
				_ = w.env.SignalWorkflowByID(workflowID(w.start.CaseID), contract.SignalOrder, contract.OrderFact{NoticeID: "o", ShippedAt: &shipped})
			}, after)
		}
		// In the end somebody consents for the customer, and the platform's people clear their desk.
		for i := range 30 {
			w.at(time.Duration(60+5*i)*day+3*hour, kim, fmt.Sprintf("consent%d", i), &contract.ConsentRail{TextID: "t"})
			w.at(time.Duration(60+5*i)*day+4*hour, boss, fmt.Sprintf("redirect%d", i), &contract.RedirectRefund{})
		}
		w.clearTheDesk()
		outcome := w.run()

		refunded := slices.Contains([]contract.Outcome{contract.Refunded, contract.PartlyRefunded}, outcome)
		require.Equal(t, refunded, len(w.paid) > 0, "money moves when, and only when, the case ends refunded: %s", outcome)
		w.refundsHold(t)
		view := w.last().View
		if asked := w.start.Asked; asked > 0 && w.start.By == nil && !slices.Contains(w.events(), "became_return") {
			require.LessOrEqual(t, w.last().Refunded, asked, "never more than was asked for")
		}
		if outcome == contract.Delivered {
			require.NotNil(t, view.Outbound.Proof)
		}
		for _, refund := range w.refunds {
			if way == policy.WayReceived && refund.Cause == contract.CauseExpired {
				require.Fail(t, "goods that stay are never paid by time")
			}
			if len(refund.Redirect) > 0 {
				require.NotEmpty(t, w.accounts, "no account without consent")
			}
		}
		ended := w.when("closed")
		for key, at := range sent {
			_, acked := w.acks[key]
			_, refused := w.faults[key]
			require.True(t, acked || refused || at >= ended, "%s at %s has no answer; the case ended at %s", key, at, ended)
			require.False(t, acked && refused)
		}
	})
}

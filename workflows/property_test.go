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

// anyCommand draws something that somebody could ask of a case, sensible or not.
func anyCommand(t *rapid.T) (contract.Actor, contract.Command) {
	people := []contract.Actor{kim, shop, agent, boss, operator}
	evidence := rapid.SampledFrom([][]string{nil, {"e1"}}).Draw(t, "evidence")
	amount := rapid.Int64Range(-1, 12000).Draw(t, "amount")
	commands := []struct {
		by  contract.Actor
		cmd contract.Command
	}{
		{kim, &contract.Answer{Round: rapid.IntRange(1, 3).Draw(t, "round"), N: rapid.IntRange(1, 2).Draw(t, "n"), Choice: "no_reason", Evidence: evidence}},
		{shop, &contract.MerchantAnswer{Decision: contract.Agree, KeepGoods: rapid.Bool().Draw(t, "keep")}},
		{shop, &contract.MerchantAnswer{Decision: contract.Refuse, ReasonCode: "worn"}},
		{shop, &contract.MerchantAnswer{Decision: contract.Offer, Amount: money.Amount(amount)}},
		{shop, &contract.MerchantAnswer{Decision: contract.Ask, AskFor: "evidence"}},
		{kim, &contract.AnswerOffer{Accept: rapid.Bool().Draw(t, "accept"), Amount: money.Amount(amount)}},
		{kim, &contract.Edit{TextID: "t", Reason: rapid.SampledFrom([]string{"", "quality", "no_reason"}).Draw(t, "reason")}},
		{kim, &contract.Escalate{}},
		{kim, &contract.SendBack{Carrier: "sf", Number: rapid.SampledFrom([]string{"SF1", "SF2"}).Draw(t, "number")}},
		{kim, &contract.RequestPickup{Carrier: "sf", After: t0, Before: t0.Add(hour)}},
		{shop, &contract.Inspect{}},
		{shop, &contract.Inspect{Difference: rapid.SampledFrom(policy.Differences()).Draw(t, "difference"), MissingUnits: 1, Evidence: evidence}},
		{kim, &contract.Withdraw{}},
		{kim, &contract.AddEvidence{Evidence: evidence}},
		{agent, &contract.RejectEvidence{EvidenceID: "e1"}},
		{shop, &contract.AskExtension{For: time.Duration(rapid.IntRange(1, 80).Draw(t, "hours")) * hour}},
		{kim, &contract.AnswerExtension{Accept: rapid.Bool().Draw(t, "yes")}},
		{operator, &contract.MoveDeadline{MoveID: fmt.Sprint(rapid.IntRange(1, 3).Draw(t, "move")), By: day}},
		{agent, &contract.ResolveDetails{GoOn: rapid.Bool().Draw(t, "go on")}},
		{agent, &contract.Propose{Outcome: rapid.SampledFrom([]string{"refund", "partial", "refuse"}).Draw(t, "outcome"), Amount: money.Amount(max(0, amount)), GoodsBack: rapid.Bool().Draw(t, "goods back")}},
		{boss, &contract.RetryRefund{}},
	}
	chosen := commands[rapid.IntRange(0, len(commands)-1).Draw(t, "command")]
	if rapid.IntRange(0, 9).Draw(t, "stranger") == 0 {
		chosen.by = rapid.SampledFrom(people).Draw(t, "by")
	}
	return chosen.by, chosen.cmd
}

// TestAnyHistoryEndsAndHoldsTheInvariants plays random people, carriers and failures against one case.
func TestAnyHistoryEndsAndHoldsTheInvariants(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, func(w *world) {
			w.start.Reason = rapid.SampledFrom([]string{"", "no_reason", "quality"}).Draw(r, "reason at start")
			if rapid.Bool().Draw(r, "confirmed") {
				confirmed := t0.Add(-hour)
				w.facts.Phase, w.facts.Order.ConfirmedAt = policy.AfterSale, &confirmed
			}
			w.unreadable = rapid.IntRange(0, 4).Draw(r, "unreadable")
			w.rejections = rapid.IntRange(0, 1).Draw(r, "rejections")
			if rapid.IntRange(0, 4).Draw(r, "carrier is down") == 0 {
				w.carrierDown = t0.Add(time.Duration(rapid.IntRange(1, 100).Draw(r, "for hours")) * hour)
			}
			for call := range rapid.IntRange(0, 3).Draw(r, "blocked calls") {
				w.refundBlocked[call+1] = fault.New(fault.BalanceShort)
			}
		})
		sent := map[string]time.Duration{}
		for i := range rapid.IntRange(3, 40).Draw(r, "commands") {
			by, cmd := anyCommand(r)
			key := fmt.Sprintf("k%d", i)
			sent[key] = time.Duration(rapid.IntRange(1, 30*24*60).Draw(r, "minute")) * minute
			w.at(sent[key], by, key, cmd)
		}
		for i := range rapid.IntRange(0, 6).Draw(r, "scans") {
			state := rapid.SampledFrom([]string{"picked", "transit", "signed", "refused", "none", "aborted"}).Draw(r, "state")
			grams := rapid.SampledFrom([]int{0, 100, 1200}).Draw(r, "grams")
			w.scan(time.Duration(rapid.IntRange(1, 30*24*60).Draw(r, "scan minute"))*minute, fmt.Sprintf("n%d", i%4), state, grams)
		}
		// In the end the platform's people clear what is left on their desk.
		for i := range 12 {
			after := time.Duration(60+5*i) * day
			w.at(after, agent, fmt.Sprintf("end%d", i), &contract.Propose{Outcome: contract.ProposeRefuse})
			w.env.RegisterDelayedCallback(func() {
				if approval := w.last().View.Approval; approval != nil && approval.State == "waiting" {
					cmd := &contract.Decide{ApprovalID: approval.ID, Hash: approval.Hash, Approve: true}
					cmd.Actor, cmd.Key, cmd.ReceivedAt = operator, fmt.Sprintf("yes%d", i), t0.Add(after+hour)
					w.send(cmd.Key, cmd)
				}
			}, after+hour)
			w.at(after+2*hour, boss, fmt.Sprintf("retry%d", i), &contract.RetryRefund{})
		}
		outcome := w.run()

		paid := len(w.paid) == 1
		refunded := slices.Contains([]contract.Outcome{contract.Refunded, contract.PartlyRefunded}, outcome)
		require.Equal(t, refunded, paid, "money moves when, and only when, the case ends refunded: %s", outcome)
		if paid {
			require.Equal(t, w.last().Refunded, w.last().View.Quote.Total)
			require.NotEmpty(t, w.refunds[0].Cause)
			for _, again := range w.refunds {
				require.Equal(t, w.refunds[0].Quote.Total, again.Quote.Total, "a refund does not change once it was begun")
				require.Equal(t, w.refunds[0].Cause, again.Cause)
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

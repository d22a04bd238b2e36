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
	for _, cmd := range complaintCommands(t) {
		commands = append(commands, struct {
			by  contract.Actor
			cmd contract.Command
		}{cmd.by, cmd.cmd})
	}
	chosen := commands[rapid.IntRange(0, len(commands)-1).Draw(t, "command")]
	if rapid.IntRange(0, 9).Draw(t, "stranger") == 0 {
		chosen.by = rapid.SampledFrom(people).Draw(t, "by")
	}
	return chosen.by, chosen.cmd
}

// said is something that somebody says.
type said struct {
	by  contract.Actor
	cmd contract.Command
}

// complaintCommands draws what the sides and the platform could ask of a complaint.
func complaintCommands(t *rapid.T) []said {
	amount := money.Amount(rapid.Int64Range(-1, 12000).Draw(t, "sum"))
	side := rapid.SampledFrom([]contract.Actor{kim, shop}).Draw(t, "side")
	reviewer := rapid.SampledFrom([]contract.Actor{agent, ben, boss}).Draw(t, "reviewer")
	evidence := []string{rapid.SampledFrom([]string{"e1", "e2", "e3"}).Draw(t, "piece")}
	yes := rapid.Bool().Draw(t, "agree")
	return []said{
		{side, &contract.ProposeSettlement{Amount: amount, GoodsBack: rapid.IntRange(0, 3).Draw(t, "with goods") == 0}},
		{side, &contract.AnswerSettlement{Accept: yes, Amount: amount}},
		{side, &contract.Rest{}},
		{kim, &contract.Rest{}},
		{shop, &contract.Rest{}},
		{side, &contract.AddEvidence{Evidence: evidence}},
		{kim, &contract.Join{TextID: "t"}},
		{reviewer, &contract.AskSupplement{Of: side.Kind}},
		{reviewer, &contract.Propose{Outcome: rapid.SampledFrom([]string{"refund", "partial", "refuse", "remedy", "uphold"}).Draw(t, "judgment"),
			Amount: max(0, amount), GoodsBack: rapid.IntRange(0, 3).Draw(t, "back") == 0, Remedies: []policy.Remedy{{Kind: policy.RemedyApology}}}},
		{reviewer, &contract.Propose{Outcome: contract.ProposePartial, Amount: max(0, amount)}},
		{shop, &contract.CarryOut{}},
		{side, &contract.Appeal{Evidence: evidence}},
		{side, &contract.Suspend{}},
		{reviewer, &contract.Suspend{Papers: true}},
		{side, &contract.AgreeSuspend{Accept: yes}},
		{reviewer, &contract.Resume{}},
		{kim, &contract.Withdraw{}},
	}
}

// clearTheDesk lets the platform's people, in the end, do what is left on their desk.
func (w *world) clearTheDesk() {
	for i := range 30 {
		after := time.Duration(60+5*i) * day
		w.at(after, contract.Actor{Kind: contract.Agent, ID: fmt.Sprint("agent", i), Limit: 50000}, fmt.Sprintf("end%d", i), &contract.Propose{Outcome: contract.ProposeRefuse})
		w.at(after, agent, fmt.Sprintf("resolve%d", i), &contract.ResolveDetails{})
		w.env.RegisterDelayedCallback(func() {
			if approval := w.proposal(); approval != nil && approval.State == "waiting" {
				cmd := &contract.Decide{ApprovalID: approval.ID, Hash: approval.Hash, Approve: true}
				by := contract.Actor{Kind: contract.Operator, ID: fmt.Sprint("operator", i), Limit: operator.Limit} // an appeal wants somebody new
				cmd.Actor, cmd.Key, cmd.ReceivedAt = by, fmt.Sprintf("yes%d", i), t0.Add(after+hour)
				w.send(cmd.Key, cmd)
			}
		}, after+hour)
		w.at(after+2*hour, boss, fmt.Sprintf("retry%d", i), &contract.RetryRefund{})
	}
}

// refundsHold: every refund has its cause, does not change once it was begun, and all of them stay within the payment.
func (w *world) refundsHold(t require.TestingT) {
	first := map[string]contract.RefundInput{}
	perLine := map[string]money.Amount{}
	for _, refund := range w.refunds {
		key := contract.EffectKey(refund.CaseID, "refund/tender", refund.Round)
		if before, again := first[key]; again {
			require.Equal(t, before.Quote, refund.Quote, "a refund does not change once it was begun")
			require.Equal(t, before.Cause, refund.Cause)
			continue
		}
		first[key] = refund
		require.NotEmpty(t, refund.Cause)
		require.Positive(t, refund.Quote.Total)
		sum := refund.Quote.Freight
		for _, line := range refund.Quote.Lines {
			require.GreaterOrEqual(t, line.Amount, money.Amount(0))
			perLine[line.LineID] += line.Amount
			sum += line.Amount
		}
		require.Equal(t, refund.Quote.Total, sum, "the parts of a refund sum to it")
	}
	for _, line := range w.facts.Lines {
		require.LessOrEqual(t, perLine[line.ID], line.Paid, "no line gives back more than was paid for it")
	}
	var paid money.Amount
	for _, amount := range w.paid {
		paid += amount
	}
	require.Equal(t, paid, w.last().Refunded, "the case says what was paid in it and in the cases that it opened")
}

// TestAnyComplaintEndsAndHoldsTheInvariants plays random sides, reviewers and carriers against one complaint.
func TestAnyComplaintEndsAndHoldsTheInvariants(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := complained(t, func(w *world) {
			if rapid.IntRange(0, 3).Draw(r, "about service") == 0 {
				w.start.Subject = policy.SubjectService
			}
			w.depositShort = rapid.Bool().Draw(r, "deposit short")
			for call := range rapid.IntRange(0, 3).Draw(r, "blocked calls") {
				w.refundBlocked[call+1] = fault.New(fault.BalanceShort)
			}
		})
		sent := map[string]time.Duration{}
		minutes := rapid.SampledFrom([]int{3 * 24 * 60, 30 * 24 * 60}).Draw(r, "within")
		for i := range rapid.IntRange(3, 60).Draw(r, "commands") {
			by, cmd := anyCommand(r)
			if rapid.IntRange(0, 4).Draw(r, "of a complaint") > 0 {
				said := rapid.SampledFrom(complaintCommands(r)).Draw(r, "said")
				by, cmd = said.by, said.cmd
			}
			key := fmt.Sprintf("k%d", i)
			sent[key] = time.Duration(rapid.IntRange(1, minutes).Draw(r, "minute")) * minute
			w.at(sent[key], by, key, cmd)
		}
		for i := range rapid.IntRange(0, 4).Draw(r, "scans") {
			state := rapid.SampledFrom([]string{"picked", "signed", "refused"}).Draw(r, "state")
			w.scan(time.Duration(rapid.IntRange(1, 30*24*60).Draw(r, "scan minute"))*minute, fmt.Sprintf("n%d", i), state, 1200)
		}
		w.clearTheDesk()
		outcome := w.run()

		w.refundsHold(t)
		complaint := w.last().View.Complaint
		paid := w.last().Refunded
		if settled := complaint != nil && complaint.Settlement != nil && complaint.Settlement.Accepted; settled && outcome == contract.Settled {
			require.LessOrEqual(t, paid, complaint.Settlement.Amount, "what was agreed, less what the goods came back short of")
		}
		if outcome == contract.Withdrawn {
			require.Zero(t, paid, "what is withdrawn pays nothing")
		}
		appealed := map[contract.Role]int{}
		if complaint != nil {
			for _, appeal := range complaint.Appeals {
				appealed[appeal.By]++
				require.NotEmpty(t, appeal.Evidence)
				require.NotEmpty(t, appeal.Result)
			}
			require.LessOrEqual(t, complaint.Supplements, 2)
		}
		for side, times := range appealed {
			require.Equal(t, 1, times, "%s appeals once", side)
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

// TestAnyHistoryEndsAndHoldsTheInvariants plays random people, carriers and failures against one case.
func TestAnyHistoryEndsAndHoldsTheInvariants(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, func(w *world) {
			w.start.Reason = rapid.SampledFrom([]string{"", "no_reason", "quality"}).Draw(r, "reason at start")
			if rapid.Bool().Draw(r, "confirmed") {
				confirmed := t0.Add(-hour)
				w.facts.Phase, w.facts.Order.ConfirmedAt = policy.AfterSale, &confirmed
			}
			w.patient = rapid.Bool().Draw(r, "patient")
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
		w.clearTheDesk()
		outcome := w.run()

		paid := len(w.paid) > 0
		refunded := slices.Contains([]contract.Outcome{contract.Refunded, contract.PartlyRefunded}, outcome)
		require.Equal(t, refunded, paid, "money moves when, and only when, the case ends refunded: %s", outcome)
		w.refundsHold(t)
		ended := w.when("closed")
		for key, at := range sent {
			_, acked := w.acks[key] // of the case, or of a complaint that had the matter
			_, refused := w.faults[key]
			require.True(t, acked || refused || at >= ended, "%s at %s has no answer; the case ended at %s", key, at, ended)
			require.False(t, acked && refused)
		}
	})
}

// anyOfAnExchange draws something that somebody could ask of an exchange besides.
func anyOfAnExchange(t *rapid.T) (contract.Actor, contract.Command) {
	if rapid.Bool().Draw(t, "of any case") {
		return anyCommand(t)
	}
	evidence := rapid.SampledFrom([][]string{nil, {"e1"}}).Draw(t, "evidence")
	chosen := rapid.SampledFrom([]struct {
		by  contract.Actor
		cmd func() contract.Command
	}{
		{kim, func() contract.Command { return &contract.StartPayment{Rail: "alipay"} }},
		{kim, func() contract.Command { return &contract.StartPayment{Rail: "wechat"} }},
		{kim, func() contract.Command { return &contract.StartPayment{Rail: "cash"} }},
		{kim, func() contract.Command { return &contract.TakeAdvance{} }},
		{kim, func() contract.Command { return &contract.SendBack{Carrier: "sf", Number: "SF1"} }},
		{shop, func() contract.Command { return &contract.MerchantAnswer{Decision: contract.Agree} }},
		{shop, func() contract.Command { return &contract.Inspect{} }},
		{shop, func() contract.Command { return &contract.ShipReplacement{Carrier: "sf", Number: "OUT1"} }},
		{shop, func() contract.Command { return &contract.ShipReplacement{Carrier: "sf", Number: "OUT2"} }},
		{shop, func() contract.Command { return &contract.CannotShip{} }},
		{kim, func() contract.Command { return &contract.ConfirmReceipt{} }},
		{kim, func() contract.Command {
			return &contract.ReportProblem{Problem: contract.ProblemDamaged, Evidence: evidence}
		}},
	}).Draw(t, "of an exchange")
	return chosen.by, chosen.cmd()
}

// TestAnyHistoryOfAnExchange plays random people, carriers, rails and stock against one exchange. The counter's
// invariants hold at the end of each: no unit vanishes, nothing stays set aside, nobody can pay any more, and no tender
// gives back more than came over it.
func TestAnyHistoryOfAnExchange(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := exchangeWorld(t, money.Amount(rapid.SampledFrom([]int{-3000, 0, 2000}).Draw(r, "difference")), func(w *world) {
			w.counter.stock = map[string]int{"v2": rapid.IntRange(0, 3).Draw(r, "stock")}
			if rapid.IntRange(0, 4).Draw(r, "rail is down") == 0 {
				w.counter.railDown = t0.Add(time.Duration(rapid.IntRange(1, 60).Draw(r, "for hours")) * hour)
			}
			alter := w.alter
			advance := policy.AdvanceTerms{Exchange: rapid.Bool().Draw(r, "advance"), Deposit: money.Amount(rapid.SampledFrom([]int{0, 6000, 12000}).Draw(r, "deposit"))}
			w.alter = func(start contract.Start, terms *policy.Terms) {
				alter(start, terms)
				terms.Advance = advance
			}
		})
		// Most stories get somewhere: everybody does the next sensible thing, but for what is left out.
		backbone := []func(at time.Duration){
			func(at time.Duration) { w.at(at, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree}) },
			func(at time.Duration) { w.at(at, kim, "advance", &contract.TakeAdvance{}) },
			func(at time.Duration) { w.at(at, kim, "start", &contract.StartPayment{Rail: "alipay"}) },
			func(at time.Duration) { w.pays(at, "alipay") },
			func(at time.Duration) {
				w.at(at, shop, "early", &contract.ShipReplacement{Carrier: "sf", Number: "OUT1"})
			},
			func(at time.Duration) { w.at(at, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"}) },
			func(at time.Duration) { w.scan(at, "b1", "picked", 1200) },
			func(at time.Duration) { w.scan(at, "b2", "signed", 1200) },
			func(at time.Duration) { w.at(at, shop, "inspect", &contract.Inspect{}) },
			func(at time.Duration) {
				w.at(at, shop, "ship", &contract.ShipReplacement{Carrier: "sf", Number: "OUT1"})
			},
			func(at time.Duration) { w.scanOf("OUT1", at, "picked") },
			func(at time.Duration) {
				w.scanOf("OUT1", at, rapid.SampledFrom([]string{"signed", "signed", "refused"}).Draw(r, "arrives"))
			},
			func(at time.Duration) { w.at(at, kim, "confirm", &contract.ConfirmReceipt{}) },
		}
		for i, step := range backbone {
			if rapid.IntRange(0, 12).Draw(r, "left out") > 0 {
				step(time.Duration(i+1) * 6 * hour)
			}
		}
		sent := map[string]time.Duration{}
		for i := range rapid.IntRange(0, 12).Draw(r, "commands") {
			by, cmd := anyOfAnExchange(r)
			key := fmt.Sprintf("k%d", i)
			sent[key] = time.Duration(rapid.IntRange(61, 8*24*60).Draw(r, "minute")) * minute
			w.at(sent[key], by, key, cmd)
		}
		for range rapid.IntRange(0, 4).Draw(r, "payments") {
			after := time.Duration(rapid.IntRange(61, 3*24*60).Draw(r, "paid minute")) * minute
			w.paysSilently(after, rapid.SampledFrom([]string{"alipay", "wechat"}).Draw(r, "rail"), rapid.Bool().Draw(r, "told"))
		}
		for i := range rapid.IntRange(0, 8).Draw(r, "scans") {
			after := time.Duration(rapid.IntRange(61, 10*24*60).Draw(r, "scan minute")) * minute
			state := rapid.SampledFrom([]string{"picked", "transit", "signed", "signed", "refused", "none"}).Draw(r, "state")
			if rapid.Bool().Draw(r, "back") {
				w.scan(after, fmt.Sprintf("n%d", i), state, rapid.SampledFrom([]int{0, 100, 1200}).Draw(r, "grams"))
			} else {
				w.scanOf(rapid.SampledFrom([]string{"OUT1", "OUT2"}).Draw(r, "number"), after, state)
			}
		}
		for i := range 20 {
			after := time.Duration(60+5*i) * day
			w.at(after, agent, fmt.Sprintf("end%d", i), &contract.Propose{Outcome: contract.ProposeRefuse})
			w.at(after+2*hour, boss, fmt.Sprintf("retry%d", i), &contract.RetryRefund{})
		}
		outcome := w.run()

		var paid money.Amount // for the goods: not what was paid to the case and came back
		for _, refund := range w.refunds {
			if refund.TenderID == "" {
				paid += refund.Quote.Total
			}
			require.NotEmpty(t, refund.Cause)
		}
		kept := len(w.counter.replaced) > 0 && outcome == contract.Exchanged
		if kept { // invariant 5
			require.LessOrEqual(t, paid, w.last().View.Quote.Total, "%s", outcome)
			require.LessOrEqual(t, paid, money.Amount(3000), "no refund of the goods plus a kept replacement: %s", outcome)
		}
		require.LessOrEqual(t, len(w.counter.replaced), 1, "one replacement is booked, however often it is sent")
		require.LessOrEqual(t, paid, money.Amount(10000)+w.counter.total())
		for tender, amount := range w.counter.tenders {
			spent := slices.ContainsFunc(w.counter.replaced, func(in contract.ReplaceInput) bool { return slices.Contains(in.Tenders, tender) })
			if !spent && !slices.Contains(w.events(), "deposit_kept") && outcome != contract.Exchanged {
				require.Equal(t, amount, w.counter.returned[tender], "what was paid and is of no use goes back: %s", outcome)
			}
			require.False(t, spent && w.counter.returned[tender] > 0, "what is part of the replacement's price is not given back too")
		}
		ended := w.when("closed")
		for key, at := range sent {
			_, acked := w.acks[key]
			_, refused := w.faults[key]
			require.True(t, acked || refused || at >= ended, "%s at %s has no answer; the case ended at %s", key, at, ended)
		}
	})
}

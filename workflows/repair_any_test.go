package workflows_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// anyRepairCommand draws something that somebody could ask of a repair, sensible or not.
func anyRepairCommand(r *rapid.T) (contract.Actor, contract.Command) {
	evidence := rapid.SampledFrom([][]string{nil, {"e1"}}).Draw(r, "evidence of it")
	amount := money.Amount(rapid.SampledFrom([]int{0, 3000}).Draw(r, "price"))
	commands := []struct {
		by  contract.Actor
		cmd contract.Command
	}{
		{shop, &contract.Diagnose{Fault: "screen", Covered: amount == 0, Amount: amount, Evidence: evidence}},
		{shop, &contract.Diagnose{Fault: "screen", Covered: true}},
		{shop, &contract.CannotRepair{}},
		{shop, &contract.FinishRepair{}},
		{shop, &contract.CannotShip{}},
		{shop, &contract.ShipReplacement{Carrier: "sf", Number: rapid.SampledFrom([]string{"OUT1", "OUT2"}).Draw(r, "parcel")}},
		{kim, &contract.AnswerQuote{Accept: rapid.Bool().Draw(r, "take it"), Amount: 3000}},
		{kim, &contract.StartPayment{Rail: rapid.SampledFrom([]string{"alipay", "wechat"}).Draw(r, "rail")}},
		{kim, &contract.RejectRepair{Evidence: evidence}},
		{kim, &contract.ReportProblem{Problem: contract.ProblemDamaged, Evidence: evidence}},
		{kim, &contract.ConfirmReceipt{}},
		{kim, &contract.Choose{Choice: rapid.SampledFrom([]string{contract.ChooseExchange, contract.ChooseReturn, contract.ChooseRepair}).Draw(r, "choice")}},
	}
	if rapid.IntRange(0, 2).Draw(r, "any case's") == 0 {
		return anyCommand(r)
	}
	chosen := commands[rapid.IntRange(0, len(commands)-1).Draw(r, "of a repair")]
	return chosen.by, chosen.cmd
}

// TestAnyRepairHoldsTheInvariants plays random people, carriers and failures against one repair and what it becomes.
func TestAnyRepairHoldsTheInvariants(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := repairWorld(t, func(w *world) {
			if rapid.IntRange(0, 3).Draw(r, "repaired before") == 0 {
				w.alter = func(_ contract.Start, terms *policy.Terms) {
					repairTerms(terms)
					terms.Warranty.Repairs, terms.Warranty.Choice = 2, true
				}
			}
			w.counter.before = map[string]int{"screen": rapid.IntRange(0, 2).Draw(r, "of this fault")}
			for call := range rapid.IntRange(0, 2).Draw(r, "blocked calls") {
				w.refundBlocked[call+1] = fault.New(fault.BalanceShort)
			}
		})
		if rapid.Bool().Draw(r, "gets somewhere") {
			w.sentIn()
		}
		for i := range rapid.IntRange(3, 40).Draw(r, "commands") {
			by, cmd := anyRepairCommand(r)
			w.at(time.Duration(rapid.IntRange(1, 60*24*60).Draw(r, "minute"))*minute, by, fmt.Sprintf("k%d", i), cmd)
		}
		for range rapid.IntRange(0, 3).Draw(r, "payments") {
			w.pays(time.Duration(rapid.IntRange(1, 20*24*60).Draw(r, "payment minute"))*minute, "alipay")
		}
		for i := range rapid.IntRange(0, 6).Draw(r, "scans out") {
			number := rapid.SampledFrom([]string{"OUT1", "OUT2", "SF1", "SF2"}).Draw(r, "number")
			state := rapid.SampledFrom([]string{"picked", "signed", "signed", "refused"}).Draw(r, "state")
			after := time.Duration(rapid.IntRange(2*24*60, 60*24*60).Draw(r, "scan minute")) * minute
			w.env.RegisterDelayedCallback(func() {
				w.tell(w.addressee(), contract.TrackFact{NoticeID: fmt.Sprint("r", i), Carrier: "sf", Number: number, State: state, At: t0.Add(after)})
			}, after)
		}
		w.endsEverything(70 * day)
		outcome := w.run()

		var refunded money.Amount
		for _, refund := range w.refunds {
			if refund.TenderID == "" {
				refunded = max(refunded, refund.Quote.Total)
			}
		}
		require.LessOrEqual(t, refunded, money.Amount(10000))
		for i, booked := range w.counter.repairs {
			require.Equal(t, i+1, booked.N, "each is booked once")
			require.False(t, booked.To.Before(booked.From))
			require.Equal(t, outcome == contract.Repaired && i == len(w.counter.repairs)-1, !booked.Failed, "only the last one helped, and only then it ends repaired")
		}
		if outcome == contract.NotRepaired || outcome == contract.Withdrawn {
			require.Equal(t, w.counter.total(), w.last().Refunded, "what was paid for a repair that was not made is back")
		}
	})
}

// endsEverything lets every party do its part from a time on, until nothing is left.
func (w *world) endsEverything(from time.Duration) {
	w.clearsTheDesk(from)
	for i := range 80 {
		after := from + time.Duration(i)*2*day
		number := fmt.Sprintf("END%d", i)
		w.at(after, shop, fmt.Sprintf("ship/%d", i), &contract.ShipReplacement{Carrier: "sf", Number: number})
		w.env.RegisterDelayedCallback(func() {
			if len(w.projections) > 0 {
				w.tell(w.addressee(), contract.TrackFact{NoticeID: number, Carrier: "sf", Number: number, State: "signed", At: t0.Add(after + day)})
			}
		}, after+day)
		w.at(after+day+hour, agent, fmt.Sprintf("propose/%d", i), &contract.Propose{Outcome: contract.ProposeRefuse})
		w.env.RegisterDelayedCallback(func() { w.approves(fmt.Sprintf("all/%d", i)) }, after+day+2*hour)
		w.at(after+day+3*hour, boss, fmt.Sprintf("again/%d", i), &contract.RetryRefund{})
	}
}

// approves lets somebody say yes to whatever waits for it, in the case and in the one that it opened.
func (w *world) approves(key string) {
	if len(w.projections) == 0 {
		return
	}
	for _, p := range w.all() {
		if approval := p.View.Approval; approval != nil && approval.State == "waiting" {
			cmd := &contract.Decide{ApprovalID: approval.ID, Hash: approval.Hash, Approve: true}
			cmd.Actor, cmd.Key, cmd.ReceivedAt = operator, key+approval.ID, w.env.Now()
			w.sendTo(p.CaseID, cmd.Key, cmd)
		}
	}
}

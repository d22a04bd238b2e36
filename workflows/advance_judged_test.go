package workflows_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// advancedAndContested is a return of 100.00 that was refunded on the first scan; the box was empty, and the customer
// contests that, at 27 h. From then on a complaint has the matter.
func advancedAndContested(t *testing.T) *world {
	w := advanceReturn(t)
	w.toInspection(1200)
	w.at(day+2*hour, shop, "inspect", &contract.Inspect{Difference: policy.EmptyBox, Evidence: []string{"e1"}})
	w.at(day+3*hour, kim, "contest", &contract.AnswerOffer{})
	return w
}

// A complaint about goods that were refunded in advance is judged over what was paid: the merchant is owed what it
// comes to less, and may appeal what it lost.
func TestAdvanceRefund_IsJudgedOverWhatWasPaid(t *testing.T) {
	for name, story := range map[string]struct {
		play    func(w *world)
		claims  []money.Amount // one after the other, each in place of the one before
		outcome contract.Outcome
		judged  contract.Outcome
	}{
		"partly": {func(w *world) {
			w.at(2*day, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 4000, Liability: policy.Merchant})
		}, []money.Amount{6000}, contract.PartlyRefunded, contract.PartlyUpheld},
		"upheld, and the merchant does not appeal": {func(w *world) {
			w.at(2*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
			w.at(2*day+hour, shop, "content", &contract.Rest{})
		}, nil, contract.Refunded, contract.Upheld},
		"upheld, and the merchant appeals": {func(w *world) {
			w.at(2*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
			w.at(3*day, shop, "appeal", &contract.Appeal{Evidence: []string{"film"}})
			w.at(4*day, ben, "less", &contract.Propose{Outcome: contract.ProposePartial, Amount: 3000})
		}, []money.Amount{7000}, contract.PartlyRefunded, contract.PartlyUpheld},
		"dismissed, and the customer's appeal succeeds": {func(w *world) {
			w.at(2*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
			w.at(3*day, kim, "appeal", &contract.Appeal{Evidence: []string{"film"}})
			w.at(4*day, ben, "more", &contract.Propose{Outcome: contract.ProposeRefund})
		}, []money.Amount{10000, 0}, contract.Refunded, contract.Upheld},
		"settled": {func(w *world) {
			w.at(2*day, shop, "offer", &contract.ProposeSettlement{Amount: 2500})
			w.at(2*day+hour, kim, "accept", &contract.AnswerSettlement{Accept: true, Amount: 2500})
		}, []money.Amount{7500}, contract.PartlyRefunded, contract.Settled},
		"settled at what was paid": {func(w *world) {
			w.at(2*day, shop, "offer", &contract.ProposeSettlement{Amount: 10000})
			w.at(2*day+hour, kim, "accept", &contract.AnswerSettlement{Accept: true, Amount: 10000})
		}, nil, contract.Refunded, contract.Settled},
	} {
		t.Run(name, func(t *testing.T) {
			w := advancedAndContested(t)
			story.play(w)
			require.Equal(t, story.outcome, w.run())
			require.Equal(t, story.judged, w.judging().Outcome)
			var claims []money.Amount
			for _, claim := range w.claims {
				claims = append(claims, claim.Amount)
				require.Equal(t, "advance_judged", claim.Cause)
				require.Equal(t, w.complaint, claim.CaseID)
			}
			require.Equal(t, story.claims, claims)
			require.Len(t, w.refunds, 1, "nothing is rolled back, and nothing is paid twice")
			require.Empty(t, w.counter.recovered, "the return claims nothing besides")
			require.Equal(t, money.Amount(10000), w.judging().View.Complaint.Claim)
			require.Equal(t, money.Amount(10000), w.last().Refunded)
		})
	}
}

// A judge who finds the merchant at fault may give more than was paid in advance, e.g. the outbound freight: only what
// is missing is paid.
func TestAdvanceRefund_JudgedMoreThanWasPaid(t *testing.T) {
	w := advancedAndContested(t)
	w.freightAtFault, w.facts.Order.Paid = 800, 10800
	w.at(2*day, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 10800, Liability: policy.Merchant})
	w.at(2*day+hour, shop, "carry", &contract.CarryOut{})
	require.Equal(t, contract.Refunded, w.run())
	require.Len(t, w.refunds, 2)
	require.Equal(t, money.Amount(800), w.refunds[1].Quote.Total)
	require.Equal(t, money.Amount(800), w.refunds[1].Quote.Freight)
	require.Equal(t, money.Amount(0), w.refunds[1].Quote.Lines[0].Amount, "the goods were paid for")
	require.Empty(t, w.claims)
}

// However a complaint about goods that were refunded in advance goes: in the end the customer has what was judged or
// agreed, less nothing and more nothing, as soon as what is claimed back is paid.
func TestAnyComplaintAboutAnAdvanceLeavesWhatWasDecided(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := advancedAndContested(t)
		w.patient = rapid.Bool().Draw(r, "patient")
		w.freightAtFault = money.Amount(rapid.SampledFrom([]int{0, 800}).Draw(r, "freight"))
		w.facts.Order.Paid += w.freightAtFault
		for i := range rapid.IntRange(1, 30).Draw(r, "commands") {
			said := rapid.SampledFrom(complaintCommands(r)).Draw(r, "said")
			w.at(day+3*hour+time.Duration(rapid.IntRange(1, 10*24*60).Draw(r, "minute"))*minute, said.by, fmt.Sprintf("k%d", i), said.cmd)
		}
		w.clearTheDesk()
		w.run()
		w.refundsHold(t)
		var claimed money.Amount
		for _, claim := range w.claims {
			claimed = claim.Amount
		}
		left := w.last().Refunded - claimed
		complaint, outcome := w.judging().View.Complaint, w.judging().Outcome
		switch {
		case slices.Contains([]contract.Outcome{contract.Upheld, contract.PartlyUpheld, contract.Dismissed}, outcome):
			require.Equal(t, complaint.Judgment.Amount, left, "%s", outcome)
		case outcome == contract.Settled:
			require.Equal(t, complaint.Settlement.Amount, left)
		}
		require.GreaterOrEqual(t, left, money.Amount(0))
	})
}

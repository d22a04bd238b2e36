package demo

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/money"
	"aftersales/partners"
	"aftersales/partners/sandbox"
)

// A report finds what is wrong, and says where.
func TestReportFindsWhatIsBroken(t *testing.T) {
	order := partners.ShopOrder{ID: "D1", Lines: []partners.ShopLine{{ID: "D1-1", Paid: 100}}, Payments: []partners.ShopPayment{{Rail: partners.RailAlipay, Ref: "AP1", Captured: 100}}}
	right := func() *books {
		c := Case{ID: "c", Kind: "return", Outcome: "refunded", OrderID: "D1", Refunded: Yuan(100), Units: []string{"u"}, Legs: []Leg{{Key: "k", Rail: "alipay", Amount: Yuan(100), Status: "succeeded"}}}
		b := &books{
			cases: []Case{c}, timelines: map[string][]Entry{"c": {{Event: "refunding", Data: map[string]any{"cause": "merchant_agreed", "ref": "merchant_answer"}}}},
			orders: map[string]Result{"D1": {Order: order, Cases: []Case{c}}}, legs: map[string]Leg{"k": c.Legs[0]}, legOwner: map[string]Case{"k": c}, charges: map[string]bool{},
		}
		b.ledger.Payments = append(b.ledger.Payments, ledgerPayment("D1", "AP1", 100, 100))
		b.ledger.Refunds = append(b.ledger.Refunds, ledgerRefund("k", "AP1", 100, 1))
		return b
	}
	require.True(t, Report{Money: right().compared(), Invariants: right().invariants()}.balanced())
	for name, wrong := range map[string]struct {
		change func(*books)
		breaks []int
	}{
		"paid twice":         {func(b *books) { b.ledger.Refunds[0].Applications = 2 }, []int{3}},
		"not in our books":   {func(b *books) { b.ledger.Refunds = append(b.ledger.Refunds, ledgerRefund("x", "AP1", 5, 1)) }, []int{4}},
		"never paid":         {func(b *books) { b.ledger.Refunds = nil }, []int{4}},
		"more than captured": {func(b *books) { b.ledger.Payments[0].Refunded = 101 }, []int{1}},
		"charged back":       {func(b *books) { b.ledger.Payments[0].ChargedBack = 1 }, []int{1}},
		"another rail":       {func(b *books) { b.legs["k"] = Leg{Key: "k", Rail: "wechat", Amount: Yuan(100), Status: "succeeded"} }, []int{9}},
		"no cause":           {func(b *books) { b.timelines["c"] = nil }, []int{7}},
		"shown by two cases": {func(b *books) { b.doubled = []string{"k"} }, []int{4}},
		"a leg is missing":   {func(b *books) { b.orders["D1"].Cases[0].Legs = nil }, []int{11}},
		"more than its share": {func(b *books) {
			b.legs["k"] = Leg{Key: "k", Rail: "alipay", Amount: Yuan(101), Status: "succeeded"}
		}, []int{2, 4}},
		"more than a line's share": {func(b *books) {
			leg := b.legs["k"]
			leg.Lines = legLines(t, `[{"line_id": "D1-1/x1", "quantity": 1, "amount": {"minor": 101}}]`)
			b.legs["k"] = leg
		}, []int{2}},
		"a refund of goods that were exchanged": {func(b *books) {
			result := b.orders["D1"]
			exchanged := result.Cases[0]
			exchanged.Kind, exchanged.Outcome, exchanged.Exchange = "exchange", "exchanged", caseOf(t, `{"exchange": {"shipped": true, "difference": {"minor": -100}}}`).Exchange
			exchanged.Legs[0].Lines = legLines(t, `[{"line_id": "D1-1", "quantity": 1, "amount": {"minor": 100}}]`)
			result.Cases = []Case{exchanged}
			b.orders["D1"] = result
		}, []int{5}},
		"all of it by a judgment, beside a replacement that came": {func(b *books) {
			result := b.orders["D1"]
			exchanged := result.Cases[0]
			exchanged.Kind, exchanged.Outcome, exchanged.Units = "exchange", "partly_refunded", []string{"D1-1/1"}
			delivered := caseOf(t, `{"exchange": {"shipped": true}, "delivery": {"delivered_at": "2026-03-02T10:00:00Z"}, "child": {"case_id": "k"}}`)
			exchanged.Exchange, exchanged.Delivery, exchanged.Child = delivered.Exchange, delivered.Delivery, delivered.Child
			judged := Case{ID: "k", Kind: "complaint", OrderID: "D1", Refunded: exchanged.Refunded, Legs: exchanged.Legs}
			exchanged.Legs = nil
			result.Cases = []Case{exchanged, judged}
			b.orders["D1"] = result
		}, []int{5}},
		"a unit in two cases": {func(b *books) {
			result := b.orders["D1"]
			result.Cases = append(result.Cases, Case{ID: "d", OrderID: "D1", Units: []string{"u"}})
			b.orders["D1"] = result
		}, []int{6}},
	} {
		b := right()
		wrong.change(b)
		var broken []int
		for _, invariant := range b.invariants() {
			if len(invariant.Broken) > 0 {
				broken = append(broken, invariant.N)
			}
		}
		require.Equal(t, wrong.breaks, broken, name)
	}
	require.Len(t, right().invariants(), 11)
	require.True(t, slices.IsSortedFunc(right().invariants(), func(a, b Invariant) int { return a.N - b.N }))
}

func caseOf(t *testing.T, text string) (c Case) {
	require.NoError(t, json.Unmarshal([]byte(text), &c))
	return c
}

func legLines(t *testing.T, text string) []LegLine {
	return caseOf(t, `{"legs": [{"lines": `+text+`}]}`).Legs[0].Lines
}

func ledgerPayment(order, ref string, captured, refunded money.Amount) sandbox.LedgerPayment {
	return sandbox.LedgerPayment{Rail: partners.RailAlipay, Ref: ref, OrderID: order, Captured: captured, Refunded: refunded}
}

func ledgerRefund(key, ref string, amount money.Amount, applications int) sandbox.LedgerRefund {
	return sandbox.LedgerRefund{Rail: partners.RailAlipay, Key: key, Ref: ref, Amount: amount, Applications: applications}
}

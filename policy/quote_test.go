package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/money"
	"aftersales/policy"
)

var delivered = time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)

// order makes facts of a delivered order whose payment is its lines and its freight.
func order(freight money.Amount, lines ...policy.LineFacts) policy.Facts {
	shipped, signed := delivered.Add(-48*time.Hour), delivered
	f := policy.Facts{Kind: policy.Return, Phase: policy.AfterSale, At: delivered.Add(time.Hour), Lines: lines}
	f.Order = policy.OrderFacts{ID: "o1", Currency: "CNY", ShippedAt: &shipped, SignedAt: &signed, FreightPaid: freight, Paid: freight}
	for _, line := range lines {
		f.Order.Paid += line.Paid
	}
	return f
}

func quote(f policy.Facts, liability policy.Party) policy.Quote {
	return policy.QuoteRefund(f, liability, policy.FreightFor(liability, f.Kind, f.Order))
}

// sums checks that a quote adds up in every way that it must, and that each step names its rule.
func sums(t require.TestingT, q policy.Quote) {
	var formula, lines money.Amount
	for _, step := range q.Formula {
		formula += step.Amount
		require.NotEmpty(t, step.Rule, step.Label)
		require.NotEqual(t, step.Label, policy.FormulaText(step, "en"), "a text for every label")
	}
	for _, line := range q.Lines {
		require.GreaterOrEqual(t, line.Amount, money.Amount(0))
		lines += line.Amount
	}
	require.Equal(t, q.Total, formula, "the formula sums to the total")
	require.Equal(t, q.Total, lines+q.Freight, "lines and freight sum to the total")
	require.GreaterOrEqual(t, q.Freight, money.Amount(0))
	require.GreaterOrEqual(t, q.Total, money.Amount(0))
}

// step finds the amount of a formula line.
func step(t *testing.T, q policy.Quote, label string) money.Amount {
	t.Helper()
	for _, line := range q.Formula {
		if line.Label == label {
			return line.Amount
		}
	}
	require.Failf(t, "no such step", "%s in %v", label, policy.Explain(q, "en"))
	return 0
}

func TestReallyPaidShareAndRoundingRest(t *testing.T) {
	line := policy.LineFacts{ID: "l1", Quantity: 3, UnitPrice: 5000, Paid: 10000, Chosen: 1}
	first := quote(order(0, line), policy.Merchant)
	sums(t, first)
	require.EqualValues(t, 3333, first.Total)

	line.Chosen, line.RefundedQty, line.Refunded = 2, 1, 3333
	rest := order(0, line)
	rest.Order.RefundedSoFar = 3333
	last := quote(rest, policy.Merchant)
	sums(t, last)
	require.EqualValues(t, 6667, last.Total, "the last unit takes the rounding rest")
}

// Scenario 1 at the level of rules: paid − freight, where the customer bears the freight.
func TestScenario01_NoReasonGivesPaidLessFreight(t *testing.T) {
	f := order(1000, policy.LineFacts{ID: "l1", Quantity: 1, UnitPrice: 9900, Paid: 9900, Chosen: 1})
	q := quote(f, policy.Customer)
	sums(t, q)
	require.Equal(t, f.Order.Paid-f.Order.FreightPaid, q.Total)
}

func TestScenario13_PartRefundedBefore(t *testing.T) {
	f := order(0, policy.LineFacts{ID: "l1", Quantity: 1, UnitPrice: 10000, Paid: 10000, Refunded: 3000, Chosen: 1})
	f.Order.RefundedSoFar = 3000
	q := quote(f, policy.Merchant)
	sums(t, q)
	require.EqualValues(t, 7000, q.Total)
	require.EqualValues(t, 10000, step(t, q, "paid_for_units"))
	require.EqualValues(t, -3000, step(t, q, "refunded_before"))
	require.Equal(t, []string{
		"Really paid for the chosen units (l1): +100.00 [amount_really_paid]",
		"Less what was refunded before (l1): -30.00 [line_refunded_at_most_paid]",
		"Total: 70.00 CNY",
	}, policy.Explain(q, "en"))
	require.Equal(t, "合计: 70.00 CNY", policy.Explain(q, "zh-CN")[2])
}

func TestScenario16_BundleBroken(t *testing.T) {
	// 100 + 80 + 60 at list, bought together for 180.
	camera := policy.LineFacts{ID: "camera", Bundle: "kit", Quantity: 1, UnitPrice: 10000, Paid: 7500}
	lens := policy.LineFacts{ID: "lens", Bundle: "kit", Quantity: 1, UnitPrice: 8000, Paid: 6000}
	bag := policy.LineFacts{ID: "bag", Bundle: "kit", Quantity: 1, UnitPrice: 6000, Paid: 4500}

	t.Run("kept items cost their price at purchase", func(t *testing.T) {
		back := camera
		back.Chosen = 1
		q := quote(order(0, back, lens, bag), policy.Customer)
		sums(t, q)
		require.EqualValues(t, 18000-8000-6000, q.Total)
		require.EqualValues(t, 18000, step(t, q, "bundle_paid"))
		require.EqualValues(t, -8000, step(t, q, "bundle_kept"))
	})
	t.Run("never negative", func(t *testing.T) {
		cheap := policy.LineFacts{ID: "strap", Bundle: "kit", Quantity: 1, UnitPrice: 1000, Paid: 500, Chosen: 1}
		dear := policy.LineFacts{ID: "camera", Bundle: "kit", Quantity: 1, UnitPrice: 20000, Paid: 10000}
		q := quote(order(0, cheap, dear), policy.Customer)
		sums(t, q)
		require.EqualValues(t, 0, q.Total)
		require.EqualValues(t, 9500, step(t, q, "never_negative"))
	})
	t.Run("the rest gives back what the breaking had cost", func(t *testing.T) {
		gone, second := camera, lens
		gone.RefundedQty, gone.Refunded = 1, 4000
		second.Chosen = 1
		last := bag
		last.Chosen = 1
		f := order(0, gone, second, last)
		f.Order.RefundedSoFar = 4000
		q := quote(f, policy.Customer)
		sums(t, q)
		require.EqualValues(t, 18000-4000, q.Total)
		require.EqualValues(t, -4000, step(t, q, "bundle_settled_before"))
		for _, line := range q.Lines {
			if line.LineID == "camera" {
				require.Zero(t, line.Quantity)
				require.LessOrEqual(t, line.Amount, money.Amount(7500-4000), "no line gives back more than its share")
			}
		}
	})
	t.Run("paid above list", func(t *testing.T) {
		dear := policy.LineFacts{ID: "camera", Bundle: "kit", Quantity: 1, UnitPrice: 10000, Paid: 11000, Chosen: 1}
		q := quote(order(0, dear), policy.Customer)
		sums(t, q)
		require.EqualValues(t, 11000, q.Total)
	})
	t.Run("whole bundle", func(t *testing.T) {
		a, b, c := camera, lens, bag
		a.Chosen, b.Chosen, c.Chosen = 1, 1, 1
		q := quote(order(0, a, b, c), policy.Customer)
		sums(t, q)
		require.EqualValues(t, 18000, q.Total)
	})
}

func TestScenario17_ThresholdLost(t *testing.T) {
	facts := func() policy.Facts {
		f := order(0,
			policy.LineFacts{ID: "l1", Quantity: 1, UnitPrice: 6000, Paid: 6000, Chosen: 1},
			policy.LineFacts{ID: "l2", Quantity: 1, UnitPrice: 5000, Paid: 5000})
		f.Order.FreeOver, f.Order.FreightListed = 9900, 1200
		return f
	}
	t.Run("deducted without the merchant's fault", func(t *testing.T) {
		q := quote(facts(), policy.Customer)
		sums(t, q)
		require.EqualValues(t, 6000-1200, q.Total)
		require.EqualValues(t, -1200, step(t, q, "free_shipping_lost"))
	})
	for _, liability := range []policy.Party{policy.Merchant, policy.Unclear, policy.Platform} {
		require.EqualValues(t, 6000, quote(facts(), liability).Total, liability)
	}
	unchanged := map[string]func(*policy.Facts){
		"what is kept still earns it":    func(f *policy.Facts) { f.Order.FreeOver = 5000 },
		"it was never earned by value":   func(f *policy.Facts) { f.Order.FreeOver = 20000 },
		"there was no threshold":         func(f *policy.Facts) { f.Order.FreeOver = 0 },
		"nothing was shipped":            func(f *policy.Facts) { f.Order.ShippedAt = nil },
		"it was lost by an earlier case": func(f *policy.Facts) { f.Lines[1].RefundedQty, f.Lines[1].Refunded = 1, 3800 },
	}
	for name, change := range unchanged {
		t.Run(name, func(t *testing.T) {
			f := facts()
			change(&f)
			q := quote(f, policy.Customer)
			sums(t, q)
			require.EqualValues(t, 6000, q.Total)
		})
	}
	t.Run("never below zero", func(t *testing.T) {
		f := facts()
		f.Lines[0].Paid, f.Lines[1].Paid, f.Order.Paid = 500, 9500, 10000
		q := quote(f, policy.Customer)
		sums(t, q)
		require.Zero(t, q.Total)
	})
}

func TestGiftsComeBackOrCostTheirPrice(t *testing.T) {
	goods := policy.LineFacts{ID: "l1", Quantity: 2, UnitPrice: 5000, Paid: 10000, Chosen: 2}
	gift := policy.LineFacts{ID: "g1", Quantity: 1, Gift: true, GiftPrice: 1500}
	kept := quote(order(0, goods, gift), policy.Customer)
	sums(t, kept)
	require.EqualValues(t, 8500, kept.Total)
	require.EqualValues(t, -1500, step(t, kept, "gift_kept"))

	gift.Chosen = 1
	require.EqualValues(t, 10000, quote(order(0, goods, gift), policy.Customer).Total, "the gift comes back too")
	gift.Chosen, gift.RefundedQty = 0, 1
	require.EqualValues(t, 10000, quote(order(0, goods, gift), policy.Customer).Total, "the gift came back before")
	gift.RefundedQty, goods.Chosen = 0, 1
	require.EqualValues(t, 5000, quote(order(0, goods, gift), policy.Customer).Total, "the gift stays with what is kept")
	goods.RefundedQty, goods.Refunded, gift.GiftPrice = 1, 5000, 9000
	dear := quote(order(0, goods, gift), policy.Customer)
	sums(t, dear)
	require.Zero(t, dear.Total, "a dear gift never makes the refund negative")
}

func TestOutboundFreight(t *testing.T) {
	lines := func(chosen ...int) []policy.LineFacts {
		return []policy.LineFacts{
			{ID: "l1", Quantity: 1, UnitPrice: 6000, Paid: 6000, Chosen: chosen[0]},
			{ID: "l2", Quantity: 1, UnitPrice: 3000, Paid: 3000, Chosen: chosen[1]},
		}
	}
	whole := quote(order(1000, lines(1, 1)...), policy.Merchant)
	sums(t, whole)
	require.EqualValues(t, 1000, whole.Freight)
	part := quote(order(1000, lines(1, 0)...), policy.Merchant)
	require.EqualValues(t, 666, part.Freight, "in proportion to the value of what goes back")
	require.Zero(t, quote(order(1000, lines(1, 1)...), policy.Customer).Freight)

	rest := order(1000, lines(0, 1)...)
	rest.Lines[0].RefundedQty, rest.Lines[0].Refunded, rest.Order.FreightBack, rest.Order.RefundedSoFar = 1, 6000, 666, 6666
	last := quote(rest, policy.Merchant)
	sums(t, last)
	require.EqualValues(t, 334, last.Freight, "the last units take the rest")

	unshipped := order(1000, lines(1, 1)...)
	unshipped.Order.ShippedAt = nil
	require.EqualValues(t, 1000, quote(unshipped, policy.Customer).Freight, "nothing was shipped")
	unshipped.Lines[1].Chosen = 0
	require.Zero(t, quote(unshipped, policy.Customer).Freight, "the rest still ships")
}

func TestNeverMoreThanWhatIsLeftOfThePayment(t *testing.T) {
	f := order(500, policy.LineFacts{ID: "l1", Quantity: 1, UnitPrice: 9000, Paid: 9000, Chosen: 1})
	f.Order.Paid = 6000 // a chargeback took the rest
	q := quote(f, policy.Merchant)
	sums(t, q)
	require.EqualValues(t, 6000, q.Total)
	require.EqualValues(t, -3500, step(t, q, "order_left"))
	f.Order.RefundedSoFar = 7000
	none := quote(f, policy.Merchant)
	sums(t, none)
	require.Zero(t, none.Total)
}

func TestFreightTable(t *testing.T) {
	free, paid := policy.OrderFacts{}, policy.OrderFacts{FreightPaid: 1000}
	for _, c := range []struct {
		liability policy.Party
		kind      policy.Kind
		order     policy.OrderFacts
		out, back policy.Party
	}{
		{policy.Customer, policy.Return, free, policy.Merchant, policy.Customer},
		{policy.Customer, policy.Return, paid, policy.Customer, policy.Customer},
		{policy.Customer, policy.Exchange, free, policy.Customer, policy.Customer},
		{policy.Merchant, policy.Return, paid, policy.Merchant, policy.Merchant},
		{policy.Merchant, policy.Exchange, free, policy.Merchant, policy.Merchant},
		{policy.Unclear, policy.Return, paid, policy.Merchant, policy.Customer},
		{policy.Carrier, policy.Return, paid, policy.Merchant, policy.Merchant},
		{policy.Platform, policy.Return, paid, policy.Platform, policy.Platform},
	} {
		got := policy.FreightFor(c.liability, c.kind, c.order)
		require.Equal(t, c.out, got.Out, c)
		require.Equal(t, c.back, got.Back, c)
		require.NotEmpty(t, got.Rule)
	}
	require.Equal(t, policy.Merchant, policy.FreightAgreed().Back)
	require.Equal(t, policy.Customer, policy.Terms{}.FreightUnder(policy.Merchant).Back, "without a table the fault is unclear")
}

package pack_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/policy"
	"aftersales/policy/pack"
)

// signed is 10:00 on 2 March 2026 in China; day 1 of every window is 3 March.
var signed = time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)

// loaded keeps the built-in packs, which never change.
var loaded sync.Map

func builtin(t testing.TB, name string) *pack.Pack {
	t.Helper()
	if kept, ok := loaded.Load(name); ok {
		return kept.(*pack.Pack)
	}
	p, err := pack.Builtin(name)
	require.NoError(t, err)
	loaded.Store(name, p)
	return p
}

// bought is a delivered order of three lines, one unit chosen, asked the day after signing.
func bought(change func(*policy.Facts)) policy.Facts {
	shipped, delivered, confirmed := signed.Add(-48*time.Hour), signed, signed.Add(time.Hour)
	f := policy.Facts{
		Kind: policy.Return, Phase: policy.AfterSale, Reason: "no_reason", At: signed.Add(24 * time.Hour),
		Order: policy.OrderFacts{
			ID: "o1", Currency: "CNY", PaidAt: shipped.Add(-time.Hour), ShippedAt: &shipped, SignedAt: &delivered,
			ConfirmedAt: &confirmed, FreightPaid: 1000, Paid: 31000,
		},
		Lines: []policy.LineFacts{
			{ID: "l1", Category: "shoes", Quantity: 1, UnitPrice: 12000, Paid: 10000, Chosen: 1, WeightGrams: 1200},
			{ID: "l2", Category: "shirts", Quantity: 2, UnitPrice: 7000, Paid: 13000},
			{ID: "l3", Category: "socks", Quantity: 7, UnitPrice: 1000, Paid: 7000},
		},
		Customer: policy.StandingFacts{Level: "good"},
		Merchant: policy.StandingFacts{Level: "normal"},
	}
	if change != nil {
		change(&f)
	}
	return f
}

func evaluate(t testing.TB, f policy.Facts) policy.Terms {
	t.Helper()
	terms, err := builtin(t, "default").Evaluate(f)
	require.NoError(t, err)
	return terms
}

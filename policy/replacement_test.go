package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/money"
	"aftersales/policy"
)

// swapped is an order whose line a of two bundled items was exchanged for a/x1, worth inherited.
func swapped(inherited money.Amount) policy.Facts {
	shipped := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return policy.Facts{
		Order: policy.OrderFacts{Currency: money.CNY, Paid: 16000, FreightPaid: 1000, ShippedAt: &shipped, SignedAt: &shipped},
		Lines: []policy.LineFacts{
			{ID: "a", Quantity: 1, UnitPrice: 10000, Paid: 7500, Bundle: "set", Refunded: inherited, RefundedQty: 1, ExchangedQty: 1, ExchangedPaid: inherited},
			{ID: "a/x1", Quantity: 1, UnitPrice: 10000, Paid: inherited, Bundle: "set"},
			{ID: "b", Quantity: 1, UnitPrice: 10000, Paid: 7500, Bundle: "set"},
		},
	}
}

// An exchange breaks no bundle and mends none: what the rest gives back is what it would give without the exchange, and
// in the end all of it is given back.
func TestExchangeDoesNotBreakABundle(t *testing.T) {
	for _, inherited := range []money.Amount{5000, 7500} {
		for _, first := range []int{1, 2} {
			f := swapped(inherited)
			f.Lines[first].Chosen = 1
			q := policy.QuoteRefund(f, policy.Unclear, policy.FreightTerms{Out: policy.Customer})
			require.Equal(t, money.Amount(5000), q.Total, "what is kept costs its list price")
			for _, line := range q.Lines {
				for i := range f.Lines {
					if f.Lines[i].ID == line.LineID {
						f.Lines[i].Refunded += line.Amount
						f.Lines[i].RefundedQty += line.Quantity
					}
				}
			}
			f.Order.RefundedSoFar = q.Total
			f.Lines[first].Chosen, f.Lines[3-first].Chosen = 0, 1
			rest := policy.QuoteRefund(f, policy.Unclear, policy.FreightTerms{Out: policy.Customer})
			require.Equal(t, money.Amount(10000), rest.Total, "in the end exactly what was paid")
		}
	}
}

func TestReplacementBringsItsWholeShareOfTheFreightBack(t *testing.T) {
	f := swapped(7500)
	for i := range f.Lines {
		f.Lines[i].Bundle = ""
	}
	f.Lines[1].Chosen, f.Lines[2].Chosen = 1, 1
	q := policy.QuoteRefund(f, policy.Merchant, policy.FreightTerms{Out: policy.Merchant})
	require.Equal(t, money.Amount(1000), q.Freight, "all goods went back: nothing of the freight stays")
	require.Equal(t, money.Amount(16000), q.Total)
}

func TestExchangedGiftIsStillAGift(t *testing.T) {
	f := swapped(7500)
	f.Lines = append(f.Lines, policy.LineFacts{ID: "g", Quantity: 1, Gift: true, GiftPrice: 900, RefundedQty: 1, ExchangedQty: 1},
		policy.LineFacts{ID: "g/x1", Quantity: 1, Gift: true, GiftPrice: 900})
	f.Lines[1].Chosen, f.Lines[2].Chosen = 1, 1
	q := policy.QuoteRefund(f, policy.Unclear, policy.FreightTerms{Out: policy.Customer})
	require.Equal(t, money.Amount(15000-900), q.Total)
}

package policy_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/money"
	"aftersales/policy"
)

// anyOrder draws an order with bundles, gifts, thresholds and discounts, and nothing chosen yet. Bundle and
// other prices are never above list, as no shop sells above its own price.
func anyOrder(t *rapid.T) policy.Facts {
	var lines []policy.LineFacts
	for i := range rapid.IntRange(1, 5).Draw(t, "lines") {
		line := policy.LineFacts{
			ID: fmt.Sprint("l", i), Quantity: rapid.IntRange(1, 4).Draw(t, "quantity"),
			UnitPrice: money.Amount(rapid.Int64Range(1, 100_000).Draw(t, "unit price")),
			Bundle:    rapid.SampledFrom([]string{"", "", "a", "b"}).Draw(t, "bundle"),
		}
		line.Paid = money.Amount(rapid.Int64Range(0, int64(line.UnitPrice)*int64(line.Quantity)).Draw(t, "paid"))
		if i > 0 && rapid.IntRange(0, 4).Draw(t, "gift") == 0 {
			line.Gift, line.Paid, line.GiftPrice = true, 0, line.UnitPrice
		}
		lines = append(lines, line)
	}
	f := order(money.Amount(rapid.SampledFrom([]int64{0, 0, 999}).Draw(t, "freight")), lines...)
	f.Order.FreeOver = money.Amount(rapid.Int64Range(0, 200_000).Draw(t, "free over"))
	f.Order.FreightListed = money.Amount(rapid.Int64Range(0, 3000).Draw(t, "listed freight"))
	return f
}

// remember books a quote as refunded, as the ledger would, and forgets the choice.
func remember(f *policy.Facts, q policy.Quote) {
	for i := range f.Lines {
		line := &f.Lines[i]
		line.RefundedQty += line.Chosen
		line.Chosen = 0
		for _, back := range q.Lines {
			if back.LineID == line.ID {
				line.Refunded += back.Amount
			}
		}
	}
	f.Order.FreightBack += q.Freight
	f.Order.RefundedSoFar += q.Total
}

func choose(t *rapid.T, f *policy.Facts) {
	for i := range f.Lines {
		line := &f.Lines[i]
		line.Chosen = rapid.IntRange(0, line.Quantity-line.RefundedQty).Draw(t, "chosen "+line.ID)
	}
}

func anyParty(t *rapid.T) policy.Party {
	return rapid.SampledFrom([]policy.Party{policy.Customer, policy.Merchant, policy.Unclear, policy.Carrier, policy.Platform}).Draw(t, "liability")
}

func TestQuotesAlwaysHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := anyOrder(t)
		for range rapid.IntRange(1, 5).Draw(t, "cases") {
			choose(t, &f)
			q := quote(f, anyParty(t))
			sums(t, q)
			require.LessOrEqual(t, q.Total, f.Order.Paid-f.Order.RefundedSoFar, "never more than what is left")
			if rapid.Bool().Draw(t, "agreed") {
				q = policy.Reprice(q, money.Amount(rapid.Int64Range(-5, int64(q.Total)+5).Draw(t, "agreed amount")))
				sums(t, q)
			}
			remember(&f, q)
			for _, line := range f.Lines {
				require.LessOrEqual(t, line.Refunded, line.Paid, "a line gives back at most its paid share")
			}
			require.LessOrEqual(t, f.Order.FreightBack, f.Order.FreightPaid)
		}
	})
}

func TestReturnsInAnyOrderSumToWhatWasPaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := anyOrder(t)
		var goods money.Amount
		for _, line := range f.Lines {
			goods += line.Paid
		}
		if goods == 0 {
			f.Order.FreightPaid, f.Order.Paid = 0, 0 // freight is given back by value, and there is none
		}
		for i := range f.Lines { // gifts come back first, so that nothing is owed for them
			if f.Lines[i].Gift {
				f.Lines[i].Chosen = f.Lines[i].Quantity
			}
		}
		remember(&f, quote(f, policy.Merchant))
		for range 20 {
			choose(t, &f)
			remember(&f, quote(f, policy.Merchant))
		}
		for i := range f.Lines {
			f.Lines[i].Chosen = f.Lines[i].Quantity - f.Lines[i].RefundedQty
		}
		remember(&f, quote(f, policy.Merchant))
		require.Equal(t, f.Order.Paid, f.Order.RefundedSoFar)
	})
}

func TestPartialsAlwaysHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := anyOrder(t)
		choose(t, &f)
		terms := policy.Terms{Quote: quote(f, anyParty(t)), Partial: map[policy.Difference]policy.PartialRule{}}
		d := rapid.SampledFrom(policy.Differences()).Draw(t, "difference")
		terms.Partial[d] = policy.PartialRule{Percent: rapid.IntRange(0, 100).Draw(t, "percent"), Rule: "rule"}
		q := policy.Partial(terms, d, rapid.IntRange(-1, 30).Draw(t, "missing"))
		sums(t, q)
		require.LessOrEqual(t, q.Total, terms.Quote.Total)
		require.Len(t, q.Lines, len(terms.Quote.Lines))
		for i, line := range q.Lines {
			require.LessOrEqual(t, line.Amount, terms.Quote.Lines[i].Amount)
		}
	})
}

func TestLegsAlwaysSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tenders []policy.Tender
		left := map[string]money.Amount{}
		var all money.Amount
		for i := range rapid.IntRange(0, 6).Draw(t, "tenders") {
			captured := rapid.Int64Range(0, 50_000).Draw(t, "captured")
			tender := policy.Tender{
				ID: fmt.Sprint("t", i), Rail: fmt.Sprint("rail", i), Kind: "cash", Captured: money.Amount(captured),
				Refunded: money.Amount(rapid.Int64Range(0, captured).Draw(t, "refunded")),
			}
			tenders = append(tenders, tender)
			left[tender.ID] = tender.Captured - tender.Refunded
			all += left[tender.ID]
		}
		due := money.Amount(rapid.Int64Range(0, 300_000).Draw(t, "due"))
		var sum money.Amount
		for _, leg := range policy.Apportion(policy.Quote{Total: due}, tenders) {
			require.Positive(t, leg.Amount)
			require.LessOrEqual(t, leg.Amount, left[leg.TenderID])
			sum += leg.Amount
		}
		require.Equal(t, min(due, all), sum)
	})
}

package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
)

func code(f *fault.Fault) fault.Code {
	if f == nil {
		return ""
	}
	return f.Code
}

// discounted is a line of two at 100.00 each, of which 160.00 were really paid.
func discounted(want *policy.VariantFacts) policy.Facts {
	return order(0, policy.LineFacts{ID: "l1", Quantity: 2, UnitPrice: 10000, Paid: 16000, Chosen: 1, VariantID: "v1", Want: want})
}

func variant(price money.Amount) *policy.VariantFacts {
	return &policy.VariantFacts{ID: "v2", Price: price, Stock: 5, OnSale: true, SameProduct: true}
}

func TestExchangeDifferenceKeepsTheDiscount(t *testing.T) {
	for _, c := range []struct {
		name   string
		want   *policy.VariantFacts
		change func(*policy.LineFacts)
		due    money.Amount
	}{
		{"dearer", variant(12000), nil, 1600},
		{"cheaper", variant(8000), nil, -1600},
		{"as dear", variant(10000), nil, 0},
		{"two units", variant(12000), func(l *policy.LineFacts) { l.Chosen = 2 }, 3200},
		{"both became dearer", variant(13000), func(l *policy.LineFacts) { l.PriceNow = 13000 }, 0},
		{"both became cheaper", variant(7000), func(l *policy.LineFacts) { l.PriceNow = 7000 }, -2400},
		{"another product does not share the rise", &policy.VariantFacts{ID: "x", Price: 13000}, func(l *policy.LineFacts) { l.PriceNow = 13000 }, 2400},
		{"the same variant, whatever it costs now", &policy.VariantFacts{ID: "v1", Price: 99999}, nil, 0},
		{"nothing named", nil, nil, 0},
		{"more than listed was paid: at most the list difference", variant(12000), func(l *policy.LineFacts) { l.Paid = 30000 }, 2000},
		{"little is left of the line", variant(2000), func(l *policy.LineFacts) { l.Refunded = 15000 }, -1000},
		{"came free, dearer", variant(12000), func(l *policy.LineFacts) { l.Gift, l.Paid = true, 0 }, 2000},
		{"came free, cheaper", variant(8000), func(l *policy.LineFacts) { l.Gift, l.Paid = true, 0 }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := discounted(c.want)
			if c.change != nil {
				c.change(&f.Lines[0])
				f.Order.Paid = f.Lines[0].Paid
			}
			terms := policy.ExchangeDifference(f)
			require.Equal(t, c.due, terms.Difference)
			back := policy.ExchangeBack(policy.Terms{Exchange: &terms})
			require.Equal(t, max(0, -c.due), back.Total)
			for _, line := range back.Lines {
				require.Zero(t, line.Quantity)
			}
		})
	}
}

func TestExchangeOfSeveralLinesNetsOut(t *testing.T) {
	f := order(0,
		policy.LineFacts{ID: "l1", Quantity: 1, UnitPrice: 10000, Paid: 10000, Chosen: 1, Want: variant(15000)},
		policy.LineFacts{ID: "l2", Quantity: 1, UnitPrice: 20000, Paid: 20000, Chosen: 1, Want: variant(12000)},
	)
	terms := policy.ExchangeDifference(f)
	require.EqualValues(t, -3000, terms.Difference)
	back := policy.ExchangeBack(policy.Terms{Exchange: &terms})
	require.Equal(t, []policy.QuoteLine{{LineID: "l2", Amount: 3000}}, back.Lines)
	sums(t, back)
	f.Lines[0].Want.Stock, f.Lines[1].Want.Stock = 1, 1
	require.Equal(t, fault.VariantOutOfStock, policy.CheckVariants(f).Code, "two are wanted by both lines together")
}

func TestExchangeAlwaysHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := func(name string, low, high int64) money.Amount {
			return money.Amount(rapid.Int64Range(low, high).Draw(t, name))
		}
		old, new := amount("old", 1, 1_000_000), amount("new", 0, 1_000_000)
		units := rapid.IntRange(1, 50).Draw(t, "units")
		listed := old * money.Amount(units)
		paid := amount("paid", 0, int64(listed))
		there := policy.PriceDifference(old, new, units, paid, listed)
		require.Equal(t, -there, policy.PriceDifference(new, old, units, paid, listed), "there and back costs nothing")
		require.LessOrEqual(t, max(there, -there), max(old-new, new-old)*money.Amount(units), "at most the list difference")
		require.LessOrEqual(t, -there, paid, "at most what was paid")

		f := anyOrder(t)
		choose(t, &f)
		for i := range f.Lines {
			line := &f.Lines[i]
			line.PriceNow = amount("now", 0, 200_000)
			line.Refunded = amount("refunded", 0, int64(line.Paid))
			f.Order.RefundedSoFar += line.Refunded
			if rapid.Bool().Draw(t, "wants") {
				line.Want = variant(amount("want", 0, 200_000))
				line.Want.SameProduct = rapid.Bool().Draw(t, "same product")
			}
		}
		terms := policy.ExchangeDifference(f)
		sum, formula, most := money.Amount(0), money.Amount(0), money.Amount(0)
		for _, line := range terms.Lines {
			sum += line.Difference
			most += max(0, line.New-line.Old) * money.Amount(line.Quantity)
		}
		for _, step := range terms.Formula {
			formula += step.Amount
		}
		require.Equal(t, terms.Difference, sum)
		require.Equal(t, terms.Difference, formula)
		require.LessOrEqual(t, terms.Difference, most, "never more than the list difference")
		back := policy.ExchangeBack(policy.Terms{Exchange: &terms, Quote: policy.Quote{Currency: "CNY"}})
		sums(t, back)
		require.LessOrEqual(t, back.Total, f.Order.Paid-f.Order.RefundedSoFar)
		for _, part := range back.Lines {
			for _, line := range f.Lines {
				if line.ID == part.LineID {
					require.LessOrEqual(t, part.Amount, line.Paid-line.Refunded, "a line gives back at most what is left of it")
				}
			}
		}
	})
}

func TestProtectionAlwaysHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := anyOrder(t)
		for range rapid.IntRange(1, 4).Draw(t, "times") {
			choose(t, &f)
			for i := range f.Lines {
				f.Lines[i].PriceNow = money.Amount(rapid.Int64Range(0, 100_000).Draw(t, "price now"))
			}
			terms, q, refused := policy.QuoteProtection(f, time.Time{}, "window")
			sums(t, q)
			require.Equal(t, refused == nil, q.Total > 0)
			require.LessOrEqual(t, q.Total, f.Order.Paid-f.Order.RefundedSoFar)
			for _, line := range q.Lines {
				require.Zero(t, line.Quantity, "the goods are kept")
			}
			for _, line := range terms.Lines {
				require.GreaterOrEqual(t, line.Paid, money.Amount(0))
			}
			// Paid, as the ledger would book it: the same price does not pay again.
			for i := range f.Lines {
				line := &f.Lines[i]
				for _, back := range q.Lines {
					if back.LineID == line.ID {
						line.Refunded += back.Amount
						line.ProtectedAt = line.PriceNow
						f.Order.RefundedSoFar += back.Amount
					}
				}
				require.LessOrEqual(t, line.Refunded, line.Paid, "never above what was paid")
			}
			_, again, refused := policy.QuoteProtection(f, time.Time{}, "window")
			require.Zero(t, again.Total)
			require.NotNil(t, refused)
		}
	})
}

func TestClaimsAlwaysHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := anyOrder(t)
		for range rapid.IntRange(1, 5).Draw(t, "claims") {
			choose(t, &f)
			asked := money.Amount(rapid.Int64Range(-5, 300_000).Draw(t, "asked"))
			q := policy.QuoteClaim(f, asked)
			sums(t, q)
			require.LessOrEqual(t, q.Total, f.Order.Paid-f.Order.RefundedSoFar)
			if asked > 0 {
				require.LessOrEqual(t, q.Total, asked)
			}
			for _, line := range q.Lines {
				require.Zero(t, line.Quantity)
				for i := range f.Lines {
					if f.Lines[i].ID == line.LineID {
						require.Positive(t, f.Lines[i].Chosen)
						f.Lines[i].Refunded += line.Amount
						require.LessOrEqual(t, f.Lines[i].Refunded, f.Lines[i].Paid)
					}
				}
			}
			f.Order.RefundedSoFar += q.Total
		}
	})
}

func TestClaimIsDividedAndCapped(t *testing.T) {
	f := order(1000,
		policy.LineFacts{ID: "l1", Quantity: 2, UnitPrice: 5000, Paid: 10000, Chosen: 1},
		policy.LineFacts{ID: "l2", Quantity: 1, UnitPrice: 5000, Paid: 5000, Chosen: 1},
		policy.LineFacts{ID: "l3", Quantity: 1, UnitPrice: 5000, Paid: 5000},
	)
	require.Equal(t, []policy.QuoteLine{{LineID: "l1", Amount: 2000}, {LineID: "l2", Amount: 2000}}, policy.QuoteClaim(f, 4000).Lines)
	require.EqualValues(t, 10000, policy.QuoteClaim(f, 0).Total, "what the chosen units cost, without freight")
	f.Lines[1].Refunded, f.Order.RefundedSoFar = 4000, 4000
	require.EqualValues(t, 6000, policy.QuoteClaim(f, 99999).Total)
}

func TestSettlementsAndJudgmentsKeepTheirLimits(t *testing.T) {
	terms := policy.Terms{Quote: policy.Quote{Total: 10000}, Asked: 6000}
	require.EqualValues(t, 10000, policy.MaxJudgment(terms))
	for amount, want := range map[money.Amount]fault.Code{-1: fault.AmountInvalid, 0: fault.AmountInvalid, 1: "", 6000: "", 6001: fault.SettlementTooLarge} {
		require.Equal(t, want, code(policy.CheckSettlement(terms, amount)), amount)
	}
	for amount, want := range map[money.Amount]fault.Code{-1: fault.AmountInvalid, 0: "", 6001: "", 10000: "", 10001: fault.JudgmentTooLarge} {
		require.Equal(t, want, code(policy.CheckJudgment(terms, amount)), amount)
	}
	require.Equal(t, "100.00", policy.CheckJudgment(terms, 10001).Details["max"])
	terms.Asked = 0
	require.Nil(t, policy.CheckSettlement(terms, 10000), "all was claimed")
	terms.Asked = 99999
	require.EqualValues(t, 10000, policy.Claim(terms))
}

func TestRemedies(t *testing.T) {
	terms := policy.Terms{Judgment: policy.JudgmentTerms{Remedies: []string{policy.RemedyApology, policy.RemedyPoints, policy.RemedyCoupon}, MaxPoints: 100, MaxCoupon: 500}}
	for _, c := range []struct {
		remedy policy.Remedy
		want   fault.Code
	}{
		{policy.Remedy{Kind: policy.RemedyApology}, ""},
		{policy.Remedy{Kind: policy.RemedyPoints, Points: 100}, ""},
		{policy.Remedy{Kind: policy.RemedyPoints, Points: 101}, fault.AmountTooLarge},
		{policy.Remedy{Kind: policy.RemedyPoints}, fault.AmountInvalid},
		{policy.Remedy{Kind: policy.RemedyCoupon, Coupon: 500}, ""},
		{policy.Remedy{Kind: policy.RemedyCoupon, Coupon: 501}, fault.AmountTooLarge},
		{policy.Remedy{Kind: policy.RemedyRectification}, fault.RemedyUnknown},
		{policy.Remedy{Kind: "flowers"}, fault.RemedyUnknown},
	} {
		require.Equal(t, c.want, code(policy.CheckRemedy(terms, c.remedy)), c.remedy)
	}
}

// Scenario 28: day 6 with new evidence is heard, day 8 and a second appeal are not.
func TestScenario28_WhoMayAppeal(t *testing.T) {
	judged := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	day6 := policy.Appeal{By: policy.Customer, Losers: []policy.Party{policy.Customer}, NewEvidence: true, At: judged.AddDate(0, 0, 6), Until: judged.AddDate(0, 0, 7)}
	for _, c := range []struct {
		name   string
		change func(*policy.Appeal)
		want   fault.Code
	}{
		{"day 6, new evidence", func(*policy.Appeal) {}, ""},
		{"nothing new", func(a *policy.Appeal) { a.NewEvidence = false }, fault.AppealNeedsEvidence},
		{"day 8", func(a *policy.Appeal) { a.At = judged.AddDate(0, 0, 8) }, fault.AppealOver},
		{"the very end", func(a *policy.Appeal) { a.At = a.Until }, fault.AppealOver},
		{"a second time", func(a *policy.Appeal) { a.Appealed = []policy.Party{policy.Customer} }, fault.AppealOnce},
		{"the winner", func(a *policy.Appeal) { a.By = policy.Merchant }, fault.AppealNotYours},
		{"the merchant after the customer", func(a *policy.Appeal) {
			a.By, a.Losers, a.Appealed = policy.Merchant, []policy.Party{policy.Merchant}, []policy.Party{policy.Customer}
		}, ""},
		{"somebody else", func(a *policy.Appeal) { a.By = policy.Platform }, fault.AppealNotYours},
	} {
		a := day6
		c.change(&a)
		require.Equal(t, c.want, code(policy.MayAppeal(a)), c.name)
	}
	require.Equal(t, fault.ReviewerAgain, code(policy.MayReview("ann", []string{"bob", "ann"})))
	require.Nil(t, policy.MayReview("cho", []string{"bob", "ann"}))
	supplements := policy.Terms{Judgment: policy.JudgmentTerms{MaxSupplements: 2}}
	require.Nil(t, policy.MaySupplement(supplements, 1))
	require.Equal(t, fault.SupplementOver, code(policy.MaySupplement(supplements, 2)))
}

func TestWhoLosesByAJudgment(t *testing.T) {
	both := []policy.Party{policy.Customer, policy.Merchant}
	require.Equal(t, both[:1], policy.Losers(100, 0, 0))
	require.Equal(t, both[1:], policy.Losers(100, 100, 0))
	require.Equal(t, both, policy.Losers(100, 60, 0), "half-way, both may appeal")
	require.Equal(t, both[:1], policy.Losers(0, 0, 0), "a complaint about service that found nothing")
	require.Equal(t, both[1:], policy.Losers(0, 0, 1))
}

func TestAppealsAlwaysEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var appealed []policy.Party
		heard := 0
		for range 10 {
			claim := money.Amount(rapid.Int64Range(0, 100).Draw(t, "claim"))
			losers := policy.Losers(claim, money.Amount(rapid.Int64Range(0, int64(claim)).Draw(t, "awarded")), rapid.IntRange(0, 2).Draw(t, "remedies"))
			require.NotEmpty(t, losers, "somebody always loses")
			a := policy.Appeal{
				By: anyParty(t), Losers: losers, Appealed: appealed, NewEvidence: rapid.Bool().Draw(t, "new"),
				At: time.Unix(rapid.Int64Range(0, 100).Draw(t, "at"), 0), Until: time.Unix(rapid.Int64Range(0, 100).Draw(t, "until"), 0),
			}
			if policy.MayAppeal(a) == nil {
				require.True(t, a.NewEvidence && a.At.Before(a.Until))
				appealed = append(appealed, a.By)
				heard++
			}
		}
		require.LessOrEqual(t, heard, 2, "each side once")
	})
}

func TestStandingReasons(t *testing.T) {
	rules := []policy.StandingRule{
		{Level: "watch", Differences: 3, Rule: "differences"}, {Level: "watch", Cases: 30, Rule: "cases"},
		{Level: "normal", Cases: 10, Rule: "some_cases"}, {Level: "good", Rule: "nothing"},
	}
	for _, c := range []struct {
		counts  policy.StandingCounts
		level   string
		reasons []string
	}{
		{policy.StandingCounts{}, "good", []string{"nothing"}},
		{policy.StandingCounts{Cases: 10}, "normal", []string{"some_cases"}},
		{policy.StandingCounts{Cases: 12, Upheld: 5}, "good", []string{"nothing"}},
		{policy.StandingCounts{Cases: 31, Differences: 4}, "watch", []string{"differences", "cases"}},
		{policy.StandingCounts{Cases: 31}, "watch", []string{"cases"}},
	} {
		level, reasons := policy.StandingOf(c.counts, rules)
		require.Equal(t, c.level, level, c.counts)
		require.Equal(t, c.reasons, reasons)
	}
	level, reasons := policy.StandingOf(policy.StandingCounts{}, nil)
	require.Equal(t, policy.LevelNormal, level)
	require.Empty(t, reasons)
}

func TestWarrantyDoesNotCountTheRepair(t *testing.T) {
	until := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	require.Equal(t, until.AddDate(0, 0, 12), policy.ExtendWarranty(until, 12*24*time.Hour))
	require.Equal(t, until, policy.ExtendWarranty(until, -time.Hour))
	require.True(t, policy.ExtendWarranty(time.Time{}, time.Hour).IsZero(), "no end is known, so none is moved")
}

func TestInsurancePaysUpToItsCapOnce(t *testing.T) {
	terms := policy.Terms{Insurance: &policy.InsuranceTerms{Cap: 1200, Rule: "cap"}}
	require.EqualValues(t, 900, policy.InsurancePays(terms, 900))
	require.EqualValues(t, 1200, policy.InsurancePays(terms, 5000))
	require.Zero(t, policy.InsurancePays(terms, -1))
	require.Zero(t, policy.InsurancePays(policy.Terms{}, 900))
	require.Nil(t, policy.CheckInsurance(terms, false))
	require.Equal(t, fault.InsuranceUsed, code(policy.CheckInsurance(terms, true)))
	require.Equal(t, fault.NotNow, code(policy.CheckInsurance(policy.Terms{}, false)))
}

func TestRemediesAfterAnAppealAreTheDifference(t *testing.T) {
	apology, coupon := policy.Remedy{Kind: policy.RemedyApology}, func(a money.Amount) policy.Remedy { return policy.Remedy{Kind: policy.RemedyCoupon, Coupon: a} }
	points := func(n int) policy.Remedy { return policy.Remedy{Kind: policy.RemedyPoints, Points: n} }
	for name, c := range map[string]struct{ granted, ordered, give, back []policy.Remedy }{
		"the same":      {[]policy.Remedy{apology, coupon(20)}, []policy.Remedy{coupon(20), apology}, nil, nil},
		"more":          {[]policy.Remedy{apology, coupon(20), points(100)}, []policy.Remedy{apology, coupon(50), points(300)}, []policy.Remedy{coupon(30), points(200)}, nil},
		"less":          {[]policy.Remedy{coupon(50), points(300)}, []policy.Remedy{coupon(20)}, nil, []policy.Remedy{coupon(30), points(300)}},
		"other":         {[]policy.Remedy{points(300)}, []policy.Remedy{apology}, []policy.Remedy{apology}, []policy.Remedy{points(300)}},
		"nothing":       {[]policy.Remedy{apology, coupon(20)}, nil, nil, []policy.Remedy{apology, coupon(20)}},
		"first":         {nil, []policy.Remedy{coupon(20)}, []policy.Remedy{coupon(20)}, nil},
		"named in bits": {[]policy.Remedy{coupon(20), coupon(20)}, []policy.Remedy{coupon(40)}, nil, nil},
	} {
		give, back := policy.SettleRemedies(c.granted, c.ordered)
		require.Equal(t, c.give, give, name)
		require.Equal(t, c.back, back, name)
	}
}

package activities_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"pgregory.net/rapid"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

func TestRefundRepeatsAsTheSameRefund(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{2, 10000}}, tender{partners.RailAlipay, 7000}, tender{partners.RailWeChat, 3000})
		in := refundOf("c1", "o", 5000)
		first, err := w.Refund(t.Context(), in)
		require.NoError(t, err)
		require.True(t, first.Done)
		require.Len(t, first.Legs, 2)
		again, err := w.Refund(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, first, again)
		require.Equal(t, money.Amount(3500), w.alipay.total())
		require.Equal(t, money.Amount(1500), w.wechat.total())
		require.Equal(t, 1, w.alipay.calls)

		other := in
		other.Quote = policy.Reprice(in.Quote, 4000)
		result, err := w.Refund(t.Context(), other)
		require.NoError(t, err)
		require.Equal(t, fault.EffectMismatch, result.Blocked.Code)
		require.Equal(t, money.Amount(5000), w.alipay.total()+w.wechat.total())
	})
}

// Two agents and a double click on one leg of 50.00: one provider refund, the same answer to all.
func TestScenario06_DoubleClick(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
		var wait sync.WaitGroup
		results := make([]contract.RefundResult, 20)
		for i := range results {
			wait.Go(func() {
				result, err := w.Refund(context.Background(), refundOf("c1", "o", 5000))
				require.NoError(t, err)
				results[i] = result
			})
		}
		wait.Wait()
		for _, result := range results {
			require.True(t, result.Done)
			require.Equal(t, results[0].Legs[0].Key, result.Legs[0].Key)
		}
		require.Equal(t, money.Amount(5000), w.alipay.total())
		require.Len(t, w.legs("o"), 1)
	})
}

// The provider has refunded and its answer was lost: the leg is unknown, asked for by key, and refunded once.
func TestScenario07_AppliedThenTimeout(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
		w.alipay.fault = func(partners.RefundRequest) (bool, error) { return true, failing(partners.Unknown) }
		_, err := w.Refund(t.Context(), refundOf("c1", "o", 5000))
		var application *temporal.ApplicationError
		require.ErrorAs(t, err, &application)
		require.Equal(t, "partner", application.Type())
		require.False(t, application.NonRetryable())
		require.Equal(t, models.LegUnknown, w.legs("o")[0].Status, "an unknown end is no failure")

		w.alipay.fault = nil
		result, err := w.Refund(t.Context(), refundOf("c1", "o", 5000))
		require.NoError(t, err)
		require.True(t, result.Done)
		require.Equal(t, 1, w.alipay.calls, "asked by key, not repeated")
		require.Equal(t, money.Amount(5000), w.alipay.total())
	})
}

// The time-out came before the refund: asking by key finds nothing, the repeat under the same key pays once.
func TestTimeoutBeforeApplyIsRepeatedUnderTheSameKey(t *testing.T) {
	w := sqliteWorld(t)
	w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
	w.alipay.fault = func(partners.RefundRequest) (bool, error) { return false, failing(partners.Unknown) }
	_, err := w.Refund(t.Context(), refundOf("c1", "o", 5000))
	require.Error(t, err)
	w.alipay.fault = nil
	result, err := w.Refund(t.Context(), refundOf("c1", "o", 5000))
	require.NoError(t, err)
	require.True(t, result.Done)
	require.Equal(t, 1, w.alipay.asked)
	require.Equal(t, money.Amount(5000), w.alipay.total())
}

// The worker dies between the provider's success and our record of it, a hundred times: one refund each.
func TestScenario08_CrashBetweenRefundAndRecord(t *testing.T) {
	w := sqliteWorld(t)
	w.order("o", []line{{100, 100 * 700}}, tender{partners.RailAlipay, 100 * 700})
	crash := errors.New("killed")
	for i := range 100 {
		in := refundOf(fmt.Sprint("c", i), "o", 700)
		ctx, kill := context.WithCancelCause(context.Background())
		w.alipay.fault = func(partners.RefundRequest) (bool, error) { kill(crash); return true, nil } // paid, and gone before any row
		_, err := w.Refund(ctx, in)
		require.Error(t, err)
		w.alipay.fault = nil
		result, err := w.Refund(context.Background(), in)
		require.NoError(t, err)
		require.True(t, result.Done)
	}
	require.Len(t, w.alipay.paid, 100)
	require.Equal(t, money.Amount(100*700), w.alipay.total())
	require.Equal(t, 100, w.alipay.calls, "never sent a second time")
}

// 30 of 100 went back before: at most 70 more, and the sum is shown.
func TestScenario13_RefundedBefore(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{1, 10000}}, tender{partners.RailAlipay, 10000})
		_, err := w.Refund(t.Context(), refundOf("c1", "o", 3000))
		require.NoError(t, err)
		result, err := w.Refund(t.Context(), refundOf("c2", "o", 7001))
		require.NoError(t, err)
		require.Equal(t, fault.RefundLimit, result.Blocked.Code)
		require.Equal(t, "70.00", result.Blocked.Details["left"])
		require.Len(t, w.legs("o"), 1, "a refused refund leaves no row")
		result, err = w.Refund(t.Context(), refundOf("c3", "o", 7000))
		require.NoError(t, err)
		require.True(t, result.Done)
	})
}

// A line gives back at most what was paid for it, although the payment holds more.
func TestLineGivesAtMostWhatWasPaidForIt(t *testing.T) {
	w := sqliteWorld(t)
	w.order("o", []line{{1, 4000}, {1, 6000}}, tender{partners.RailAlipay, 10000})
	result, err := w.Refund(t.Context(), refundOf("c1", "o", 4001))
	require.NoError(t, err)
	require.Equal(t, fault.RefundLimit, result.Blocked.Code)
	require.Equal(t, "40.00", result.Blocked.Details["left"])
}

// Two cases on two lines of one order, side by side: the payment's sum holds and the rail's spacing is kept.
// Two cases on one line were quoted before either was paid, and goodwill was given in between: the second is told what
// is left of its quote, and that can be paid under the same keys. Nothing of the first try stands in its way.
func TestWhatIsLeftOfAQuoteCanBePaid(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{3, 9000}}, tender{partners.RailAlipay, 9000})
		for id, amount := range map[string]money.Amount{"first": 3000, "goodwill": 2500} {
			result, err := w.Refund(t.Context(), refundOf(id, "o", amount))
			require.NoError(t, err)
			require.True(t, result.Done)
		}
		second := refundOf("second", "o", 6000)
		result, err := w.Refund(t.Context(), second)
		require.NoError(t, err)
		require.Equal(t, fault.RefundLimit, result.Blocked.Code)
		require.Empty(t, result.Legs)
		require.NotNil(t, result.Left)
		require.EqualValues(t, 3500, result.Left.Total)
		require.EqualValues(t, 3500, result.Left.Lines[0].Amount)
		require.Equal(t, second.Quote.Lines[0].Quantity, result.Left.Lines[0].Quantity, "the goods are back all the same")
		second.Quote = *result.Left
		result, err = w.Refund(t.Context(), second)
		require.NoError(t, err)
		require.True(t, result.Done)
		require.Equal(t, second.Quote.Lines, result.Legs[0].Lines, "a leg says what of which line it gives back")
		again, err := w.Refund(t.Context(), second)
		require.NoError(t, err)
		require.Equal(t, result.Legs[0].Lines, again.Legs[0].Lines)

		third := refundOf("third", "o", 100)
		result, err = w.Refund(t.Context(), third)
		require.NoError(t, err)
		require.NotNil(t, result.Left)
		require.Zero(t, result.Left.Total)
		third.Quote = *result.Left
		result, err = w.Refund(t.Context(), third)
		require.NoError(t, err)
		require.True(t, result.Done, "nothing is nothing to wait for")
	})
}

func TestScenario15_RailSpacing(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{1, 5000}, {1, 5000}}, tender{partners.RailWeChat, 10000})
		second := refundOf("c2", "o", 5000)
		second.Quote.Lines[0].LineID = "o-l2"
		var wait sync.WaitGroup
		results := make([]contract.RefundResult, 2)
		for i, in := range []contract.RefundInput{refundOf("c1", "o", 5000), second} {
			wait.Go(func() {
				var err error
				results[i], err = w.Refund(context.Background(), in)
				require.NoError(t, err)
			})
		}
		wait.Wait()
		require.NotEqual(t, results[0].Done, results[1].Done, "one is paid now, the other has the next slot")
		later, in := results[0], refundOf("c1", "o", 5000)
		if results[0].Done {
			later, in = results[1], second
		}
		require.Equal(t, noon.Add(time.Minute), *later.NextAt)
		require.Equal(t, money.Amount(5000), w.wechat.total())
		in.At = *later.NextAt
		result, err := w.Refund(t.Context(), in)
		require.NoError(t, err)
		require.True(t, result.Done)
		require.Equal(t, money.Amount(10000), w.wechat.total())
	})
}

// The payment has had its 50 partial refunds: the 51st is refused before the call.
func TestScenario40_FiftyFirstRefund(t *testing.T) {
	w := sqliteWorld(t)
	w.order("o", []line{{100, 100 * 100}}, tender{partners.RailWeChat, 100 * 100})
	for i := range 50 {
		in := refundOf(fmt.Sprint("c", i), "o", 100)
		in.At = noon.Add(time.Duration(i) * time.Minute)
		result, err := w.Refund(t.Context(), in)
		require.NoError(t, err)
		require.True(t, result.Done, "refund %d", i+1)
	}
	in := refundOf("c51", "o", 100)
	in.At = noon.Add(time.Hour)
	result, err := w.Refund(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, fault.RailCount, result.Blocked.Code)
	require.Equal(t, 50, w.wechat.calls)
	require.Len(t, w.legs("o"), 50)
}

func TestRailWindow(t *testing.T) {
	w := sqliteWorld(t)
	w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
	in := refundOf("c1", "o", 5000)
	in.At = noon.AddDate(1, 0, 1)
	result, err := w.Refund(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, fault.RailWindow, result.Blocked.Code)
	require.Zero(t, w.alipay.calls)
}

// Fifty cases want the whole of one payment with two legs each: exactly one gets it.
func TestFiftyAtOnceOnTheSameTenders(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{50, 10000}}, tender{partners.RailAlipay, 6000}, tender{partners.RailAlipay, 4000})
		var wait sync.WaitGroup
		done := make([]bool, 50)
		for i := range done {
			wait.Go(func() {
				result, err := w.Refund(context.Background(), refundOf(fmt.Sprint("c", i), "o", 10000))
				require.NoError(t, err)
				done[i] = result.Done
			})
		}
		wait.Wait()
		winners := 0
		for _, won := range done {
			if won {
				winners++
			}
		}
		require.Equal(t, 1, winners)
		require.Equal(t, money.Amount(10000), w.alipay.total())
		require.Len(t, w.legs("o"), 2)
	})
}

func TestBalanceShortKeepsTheLegAndPaysLater(t *testing.T) {
	w := sqliteWorld(t)
	w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
	w.alipay.fault = func(partners.RefundRequest) (bool, error) { return false, failing(partners.BalanceShort) }
	result, err := w.Refund(t.Context(), refundOf("c1", "o", 5000))
	require.NoError(t, err)
	require.Equal(t, fault.BalanceShort, result.Blocked.Code)
	require.Equal(t, models.LegIntended, result.Legs[0].Status)

	taken, err := w.Refund(t.Context(), refundOf("c2", "o", 1))
	require.NoError(t, err)
	require.Equal(t, fault.RefundLimit, taken.Blocked.Code, "the share stays reserved")

	w.alipay.fault = nil
	result, err = w.Refund(t.Context(), refundOf("c1", "o", 5000))
	require.NoError(t, err)
	require.True(t, result.Done)
	require.Equal(t, money.Amount(5000), w.alipay.total())
}

// A refused leg frees its limit; asked for again, it is tried again under the same key.
func TestRefusedLegFailsAndCanBeTriedAgain(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{2, 10000}}, tender{partners.RailAlipay, 10000})
		w.alipay.fault = func(partners.RefundRequest) (bool, error) { return false, failing(partners.RailClosed) }
		result, err := w.Refund(t.Context(), refundOf("c1", "o", 6000))
		require.NoError(t, err)
		require.Equal(t, fault.RailClosed, result.Blocked.Code)
		require.Equal(t, models.LegFailed, result.Legs[0].Status)

		w.alipay.fault = nil
		other, err := w.Refund(t.Context(), refundOf("c2", "o", 5000))
		require.NoError(t, err)
		require.True(t, other.Done, "the failed leg holds nothing")
		result, err = w.Refund(t.Context(), refundOf("c1", "o", 6000))
		require.NoError(t, err)
		require.Equal(t, fault.RefundLimit, result.Blocked.Code, "meanwhile only 50.00 are left")
		for _, leg := range w.legs("o") {
			require.Equal(t, leg.CaseID == "c1", leg.Status == models.LegFailed, "nothing was revived")
		}

		require.NoError(t, w.store.DB.Exec("UPDATE refund_legs SET status = 'failed' WHERE case_id = 'c2'").Error)
		result, err = w.Refund(t.Context(), refundOf("c1", "o", 6000))
		require.NoError(t, err)
		require.True(t, result.Done, "with room again it is paid")
	})
}

// Accepted is not done: the case is told when to ask again, and asking finds the end.
func TestPendingIsAskedForLater(t *testing.T) {
	w := sqliteWorld(t)
	w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
	w.alipay.state = partners.RefundPending
	in := refundOf("c1", "o", 5000)
	result, err := w.Refund(t.Context(), in)
	require.NoError(t, err)
	require.False(t, result.Done)
	require.Equal(t, models.LegUnknown, result.Legs[0].Status)
	require.True(t, result.NextAt.After(in.At))

	for key, refund := range w.alipay.paid {
		refund.State = partners.RefundSucceeded
		w.alipay.paid[key] = refund
	}
	in.At = *result.NextAt
	result, err = w.Refund(t.Context(), in)
	require.NoError(t, err)
	require.True(t, result.Done)
	require.Equal(t, 1, w.alipay.calls)
}

// A chargeback arrives while a refund waits for the merchant's balance: the refund is not paid any more.
func TestScenario39_ChargebackLowersTheLimit(t *testing.T) {
	w := sqliteWorld(t)
	w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
	w.alipay.fault = func(partners.RefundRequest) (bool, error) { return false, failing(partners.BalanceShort) }
	_, err := w.Refund(t.Context(), refundOf("c1", "o", 5000))
	require.NoError(t, err)
	require.NoError(t, w.store.DB.Exec("UPDATE tenders SET charged_back = 1000 WHERE id = 'o-t1'").Error)
	w.alipay.fault = nil
	result, err := w.Refund(t.Context(), refundOf("c1", "o", 5000))
	require.NoError(t, err)
	require.Equal(t, fault.RefundLimit, result.Blocked.Code)
	require.Zero(t, w.alipay.total())
}

// Whatever is refunded in whatever order, with whatever failures: per tender at most what it has, per line at most
// what was paid, one refund per key, the parts sum to the whole, and our ledger is the provider's.
func TestRefundsKeepTheInvariants(t *testing.T) {
	w := sqliteWorld(t)
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		round++
		id := fmt.Sprint("p", round)
		first := money.Amount(rapid.Int64Range(1, 20000).Draw(r, "line 1"))
		second := money.Amount(rapid.Int64Range(1, 20000).Draw(r, "line 2"))
		split := money.Amount(rapid.Int64Range(0, int64(first+second)).Draw(r, "split"))
		w.order(id, []line{{3, first}, {2, second}}, tender{partners.RailAlipay, split}, tender{partners.RailAlipay, first + second - split})
		calls := rapid.SliceOfN(rapid.SampledFrom([]partners.Failure{"", "", partners.Unknown, partners.Down, partners.Refused, partners.BalanceShort}), 0, 12).Draw(r, "failures")
		applied := rapid.Bool().Draw(r, "lost answers were applied")
		n := 0
		w.alipay.fault = func(partners.RefundRequest) (bool, error) {
			n++
			if n > len(calls) || calls[n-1] == "" {
				return true, nil
			}
			return applied && calls[n-1] == partners.Unknown, failing(calls[n-1])
		}
		for i := range rapid.IntRange(1, 6).Draw(r, "refunds") {
			a := money.Amount(rapid.Int64Range(0, int64(first)).Draw(r, "amount 1"))
			b := money.Amount(rapid.Int64Range(0, int64(second)).Draw(r, "amount 2"))
			in := refundOf(fmt.Sprint(id, "c", i), id, a+b)
			in.Quote.Lines = []policy.QuoteLine{{LineID: id + "-l1", Quantity: 1, Amount: a}, {LineID: id + "-l2", Quantity: 1, Amount: b}}
			for range rapid.IntRange(1, 3).Draw(r, "tries") {
				if _, err := w.Refund(context.Background(), in); err == nil {
					break
				}
			}
		}
		w.alipay.fault = nil
		checkInvariants(t, w, id)
	})
}

func checkInvariants(t *testing.T, w *world, order string) {
	t.Helper()
	book, err := w.store.Book(context.Background(), order)
	require.NoError(t, err)
	for _, tender := range book.Tenders {
		used := money.Amount(0)
		for _, leg := range book.OfTender(tender.ID) {
			used += leg.Amount
		}
		require.LessOrEqual(t, used, tender.Captured-tender.ChargedBack, "invariant 1")
	}
	for id, refunded := range book.RefundedLines(nil) {
		line, _ := book.Line(id)
		require.LessOrEqual(t, refunded.Amount, line.Paid, "invariant 2")
	}
	parts := map[string]money.Amount{}
	for _, part := range book.Parts {
		parts[part.LegKey] += part.Amount
	}
	for _, leg := range book.Legs {
		require.Equal(t, leg.Amount, parts[leg.Key]+leg.Freight, "invariant 11")
		require.NotEmpty(t, leg.Cause, "invariant 7")
		at, found := w.alipay.paid[leg.Key]
		if leg.Status == models.LegSucceeded {
			require.True(t, found, "invariant 4: a ledger success without the provider's")
			require.Equal(t, leg.Amount, at.Amount)
		}
		if found {
			require.Contains(t, []string{models.LegSucceeded, models.LegUnknown}, leg.Status, "invariant 4: a provider success that our ledger denies")
		}
	}
}

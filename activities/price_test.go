package activities_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// market is a shop that says what things cost.
type market struct {
	mu     sync.Mutex
	prices map[string]money.Amount
	down   bool
	asked  int
}

func (m *market) Prices(_ context.Context, ids []string) (map[string]money.Amount, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	if m.down {
		return nil, failing(partners.Down)
	}
	prices := map[string]money.Amount{}
	for _, id := range ids {
		if price, sold := m.prices[id]; sold {
			prices[id] = price
		}
	}
	return prices, nil
}

// asksForProtection checks the price of the order's first line and opens a case about some of its units.
func (w *world) asksForProtection(t *testing.T, caseID, order string, quantity int, now money.Amount) contract.Opened {
	t.Helper()
	w.Shop = &market{prices: map[string]money.Amount{"v": now}}
	start := w.start(caseID, order, contract.ChosenLine{LineID: order + "-l1", Quantity: quantity})
	start.Kind, start.Reason = policy.PriceProtection, "price_drop"
	require.NoError(t, w.CheckPrices(t.Context(), contract.PricesInput{CaseID: caseID, OrderID: order, Lines: start.Lines, At: noon}))
	opened, err := w.OpenCase(t.Context(), start)
	require.NoError(t, err)
	return opened
}

// ends writes a case as it ends.
func (w *world) ends(t *testing.T, kind policy.Kind, caseID, order string, outcome contract.Outcome, refunded money.Amount) {
	t.Helper()
	require.NoError(t, w.Project(t.Context(), contract.Projection{
		CaseID: caseID, WorkflowID: "case/k/" + caseID, Seq: 9, Revision: 1, At: noon, OpenedAt: noon, Kind: kind, Phase: policy.OnSale,
		Stage: contract.StageEnded, Outcome: outcome, CustomerID: "cus", MerchantID: "mer", OrderID: order, Currency: money.CNY, Refunded: refunded,
	}))
}

// protects opens, pays and ends a case.
func (w *world) protects(t *testing.T, caseID, order string, quantity int, now, due money.Amount) {
	t.Helper()
	opened := w.asksForProtection(t, caseID, order, quantity, now)
	require.Nil(t, opened.Refused)
	require.Equal(t, due, opened.Terms.Quote.Total)
	result, err := w.Refund(t.Context(), contract.RefundInput{
		CaseID: caseID, OrderID: order, Round: 1, Quote: opened.Terms.Quote, Cause: contract.CauseRule, CauseRef: "price", At: noon,
	})
	require.NoError(t, err)
	require.True(t, result.Done)
	w.ends(t, policy.PriceProtection, caseID, order, contract.PriceProtected, due)
}

func TestPriceIsAskedOnceAndKept(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{2, 9000}}, tender{partners.RailAlipay, 9000})
		shop := &market{prices: map[string]money.Amount{"v": 4000}, down: true}
		w.Shop = shop
		in := contract.PricesInput{CaseID: "c1", OrderID: "o", Lines: []contract.ChosenLine{two("o")}, At: noon}
		require.Error(t, w.CheckPrices(t.Context(), in), "the shop is away")
		shop.down = false
		require.NoError(t, w.CheckPrices(t.Context(), in))
		shop.prices["v"] = 100
		require.NoError(t, w.CheckPrices(t.Context(), in))
		require.Equal(t, 2, shop.asked)
		prices, err := w.store.Prices(t.Context(), "c1")
		require.NoError(t, err)
		require.Equal(t, map[string]money.Amount{"v": 4000}, prices)
	})
}

func TestPriceProtectionOncePerLineAndPrice(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{2, 10000}}, tender{partners.RailAlipay, 10000})
		w.protects(t, "c1", "o", 2, 4500, 1000)
		refused := w.asksForProtection(t, "c2", "o", 2, 4500)
		require.Equal(t, fault.ProtectedAlready, refused.Refused.Code)
		refused = w.asksForProtection(t, "c3", "o", 1, 4800)
		require.Equal(t, fault.ProtectedAlready, refused.Refused.Code, "dearer again than what was made up for")
		require.EqualValues(t, 1, count(t, w, "price_protections", "line_id = 'o-l1'"))
		w.protects(t, "c4", "o", 2, 4000, 1000)
		require.Equal(t, money.Amount(2000), w.alipay.total(), "a lower price gives only what is new")

		// What was made up for is not refunded again with the goods.
		start := w.start("c5", "o", two("o"))
		opened, err := w.OpenCase(t.Context(), start)
		require.NoError(t, err)
		require.Nil(t, opened.Refused)
		require.Equal(t, money.Amount(8000), opened.Terms.Quote.Total)
	})
}

func TestPriceProtectionRefused(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{2, 10000}, {1, 2000}}, tender{partners.RailAlipay, 12000})
		require.Equal(t, fault.PriceNotLower, w.asksForProtection(t, "c1", "o", 2, 5000).Refused.Code)
		require.Equal(t, fault.PriceNotLower, w.asksForProtection(t, "c2", "o", 2, 0).Refused.Code, "it is not sold any more")

		start := w.start("c3", "o", contract.ChosenLine{LineID: "o-l1", Quantity: 1})
		start.Kind, start.Reason, start.At = policy.PriceProtection, "price_drop", noon.Add(10*24*time.Hour)
		require.NoError(t, w.CheckPrices(t.Context(), contract.PricesInput{CaseID: "c3", OrderID: "o", Lines: start.Lines, At: noon}))
		late, err := w.OpenCase(t.Context(), start)
		require.NoError(t, err)
		require.Equal(t, fault.WindowOver, late.Refused.Code)

		require.NoError(t, refundUnit(t, w, "c4", "o"))
		require.Equal(t, fault.ProtectionAfterRefund, w.asksForProtection(t, "c5", "o", 1, 4000).Refused.Code)
		require.Zero(t, count(t, w, "unit_claims", "case_id IN ('c1', 'c2', 'c3', 'c5')"), "a refused opening holds nothing")
		require.Zero(t, count(t, w, "price_protections", "1 = 1"))
	})
}

// refundUnit is a return of one unit that was paid.
func refundUnit(t *testing.T, w *world, caseID, order string) error {
	opened, err := w.OpenCase(t.Context(), w.start(caseID, order, contract.ChosenLine{LineID: order + "-l1", Quantity: 1}))
	require.NoError(t, err)
	require.Nil(t, opened.Refused)
	_, err = w.Refund(t.Context(), refundOf(caseID, order, 5000))
	w.ends(t, policy.Return, caseID, order, contract.Refunded, 5000)
	return err
}

func TestPriceProtectionIsFreeAgainWhenNothingWasPaid(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{2, 10000}}, tender{partners.RailAlipay, 10000})
		require.Nil(t, w.asksForProtection(t, "c1", "o", 1, 4500).Refused)
		require.Equal(t, fault.ProtectedAlready, w.asksForProtection(t, "c2", "o", 1, 4500).Refused.Code, "while another asks for it")
		w.ends(t, policy.PriceProtection, "c1", "o", contract.Withdrawn, 0)
		w.protects(t, "c3", "o", 2, 4500, 1000)
	})
}

// Two cases about different units of one line are opened at once: the price is made up for once.
func TestPriceProtectionSideBySide(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{2, 10000}}, tender{partners.RailAlipay, 10000})
		w.Shop = &market{prices: map[string]money.Amount{"v": 4500}}
		var won atomic.Int32
		var group sync.WaitGroup
		for _, id := range []string{"c1", "c2", "c3", "c4"} {
			group.Go(func() {
				start := w.start(id, "o", contract.ChosenLine{LineID: "o-l1", Quantity: 1})
				start.Kind, start.Reason = policy.PriceProtection, "price_drop"
				require.NoError(t, w.CheckPrices(t.Context(), contract.PricesInput{CaseID: id, OrderID: "o", Lines: start.Lines, At: noon}))
				opened, err := w.OpenCase(t.Context(), start)
				require.NoError(t, err)
				if opened.Refused == nil {
					won.Add(1)
				}
			})
		}
		group.Wait()
		require.EqualValues(t, 1, won.Load())
		var rows []models.PriceProtection
		require.NoError(t, w.store.DB.Find(&rows).Error)
		require.Len(t, rows, 1)
	})
}

// Of units that all went back nothing is protected: that is said, and not that none can be chosen.
func TestProtectionAfterAllWentBack(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{1, 5000}, {1, 2000}}, tender{partners.RailAlipay, 7000})
		require.NoError(t, refundUnit(t, w, "c1", "o"))
		require.Equal(t, fault.ProtectionAfterRefund, w.asksForProtection(t, "c2", "o", 1, 4000).Refused.Code)
		w.order("o2", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
		require.Equal(t, fault.QuantityTooLarge, w.asksForProtection(t, "c3", "o2", 2, 4000).Refused.Code)
	})
}

package models_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/models"
	"aftersales/money"
)

// sold puts two variants of one product and one of another merchant's on sale.
func sold(t *testing.T, w world) {
	t.Helper()
	people(t, w)
	order := order("o1", 1)
	_, err := w.UpsertOrder(t.Context(), order)
	require.NoError(t, err)
	_, err = w.CreateMerchant(t.Context(), models.NewMerchant{ID: "other", Name: "别家", Level: "good", CreatedAt: noon})
	require.NoError(t, err)
	for _, product := range []models.Product{{ID: "p", MerchantID: order.MerchantID, Title: "鞋", Category: "shoes", CreatedAt: noon}, {ID: "q", MerchantID: "other", Title: "帽", Category: "hats", CreatedAt: noon}} {
		require.NoError(t, w.DB.Create(&product).Error)
	}
	for _, variant := range []models.Variant{
		{ID: "red", ProductID: "p", Colour: "红", Size: "42", Price: 5000, Stock: 5, WeightGrams: 700},
		{ID: "blue", ProductID: "p", Colour: "蓝", Size: "42", Price: 6000, Stock: 1, WeightGrams: 700},
		{ID: "hat", ProductID: "q", Colour: "黑", Size: "M", Price: 100, Stock: 9},
	} {
		require.NoError(t, w.DB.Create(&variant).Error)
	}
}

func stockOf(t *testing.T, w world, id string) int {
	t.Helper()
	var variant models.Variant
	require.NoError(t, w.DB.Where("id = ?", id).Take(&variant).Error)
	return variant.Stock
}

func TestStockIsReservedWholeOrNotAtAll(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		sold(t, w)
		ctx, mer := t.Context(), order("o1", 1).MerchantID
		require.NoError(t, w.ReserveStock(ctx, "c1", mer, 1, map[string]int{"red": 2}, noon))
		require.NoError(t, w.ReserveStock(ctx, "c1", mer, 1, map[string]int{"red": 2}, noon), "twice is once")
		require.Equal(t, 3, stockOf(t, w, "red"))

		var short *models.OutOfStock
		require.ErrorAs(t, w.ReserveStock(ctx, "c2", mer, 1, map[string]int{"red": 1, "blue": 2}, noon), &short)
		require.Equal(t, 1, short.Available)
		require.Equal(t, 3, stockOf(t, w, "red"), "nothing of it is set aside")
		var unsold *models.NotSold
		require.ErrorAs(t, w.ReserveStock(ctx, "c2", mer, 1, map[string]int{"hat": 1}, noon), &unsold, "another merchant's")
		require.ErrorAs(t, w.ReserveStock(ctx, "c2", mer, 1, map[string]int{"none": 1}, noon), &unsold)

		own, err := w.SoldVariants(ctx, mer, "c1", []string{"red", "hat"})
		require.NoError(t, err)
		require.Len(t, own, 1)
		require.Equal(t, 5, own["red"].Stock, "what is set aside for the case is there for it")

		require.NoError(t, w.ReleaseStock(ctx, "c1", noon))
		require.NoError(t, w.ReleaseStock(ctx, "c1", noon))
		require.Equal(t, 5, stockOf(t, w, "red"))
	})
}

func TestStockNeverGoesBelowZero(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		sold(t, w)
		mer := order("o1", 1).MerchantID
		var got atomic.Int32
		var group sync.WaitGroup
		for i := range 12 {
			group.Go(func() {
				if w.ReserveStock(t.Context(), fmt.Sprintf("c%d", i), mer, 1, map[string]int{"red": 1}, noon) == nil {
					got.Add(1)
				}
			})
		}
		group.Wait()
		require.EqualValues(t, 5, got.Load())
		require.Zero(t, stockOf(t, w, "red"))
		require.ErrorIs(t, w.DB.Exec("UPDATE variants SET stock = stock - 1 WHERE id = 'red'").Error, models.ErrCheck)
	})
}

// swap is one unit of the first line for a blue one, 20.00 dearer.
func swap(caseID string, line string, unit string, gives, paid money.Amount, tenders ...string) models.Replacement {
	return models.Replacement{
		CaseID: caseID, OrderID: "o1", Units: []string{unit}, Serials: []string{"SN-NEW"}, Tenders: tenders, At: noon.Add(time.Hour),
		Lines: []models.ReplacementLine{{LineID: line, VariantID: "blue", Quantity: 1, UnitPrice: 6000, Gives: gives, Paid: paid}},
	}
}

func TestReplacementTakesThePlaceOfWhatItReplaces(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		sold(t, w)
		ctx, mer := t.Context(), order("o1", 1).MerchantID
		require.NoError(t, w.ReserveStock(ctx, "c1", mer, 1, map[string]int{"blue": 1}, noon))
		require.NoError(t, w.Collect(ctx, models.Tender{ID: "t-diff", OrderID: "o1", Rail: "alipay", Ref: "r9", Captured: 2000, CapturedAt: noon, CaseID: "c1", Purpose: "difference"}))
		require.NoError(t, w.Collect(ctx, models.Tender{ID: "t-diff", OrderID: "o1", Rail: "alipay", Ref: "r9", Captured: 2000, CapturedAt: noon, CaseID: "c1", Purpose: "difference"}))
		book, err := w.Book(ctx, "o1")
		require.NoError(t, err)
		paid := book.Paid()
		require.Equal(t, money.Amount(10300), paid, "what is held belongs to no line")
		full, err := w.Order(ctx, "o1")
		require.NoError(t, err)
		require.Equal(t, money.Amount(12300), full.Payment.Captured, "once")

		before := full.Lines[0].Paid
		for range 2 { // a repeat finds what stands
			made, units, err := w.Replace(ctx, swap("c1", "o1-1", "o1-1/1", before/2, before/2+2000, "t-diff"))
			require.NoError(t, err)
			require.Equal(t, "o1-1/x1", made[0].ID)
			require.Equal(t, []string{"o1-1/x1/1"}, units)
		}
		book, err = w.Book(ctx, "o1")
		require.NoError(t, err)
		require.Equal(t, paid+2000, book.Paid(), "the difference is part of the price now")
		gone := book.RefundedLines(nil)
		require.Equal(t, models.Refunded{Amount: before / 2, Quantity: 1}, gone["o1-1"])
		line, found := book.Line("o1-1/x1")
		require.True(t, found)
		require.Equal(t, "blue", line.VariantID)
		require.Equal(t, "鞋 蓝 42", line.Title)
		require.Equal(t, before/2+2000, line.Paid)
		require.Equal(t, noon.Add(time.Hour), *line.ShippedAt)
		require.Equal(t, line.ShippedAt, book.Clock([]string{"o1-1/x1"}).ShippedAt)
		require.Nil(t, book.Clock([]string{"o1-1/x1"}).SignedAt, "its own way, not the order's")
		require.Equal(t, book.Order, book.Clock([]string{"o1-1/x1", "o1-1"}))
		require.Zero(t, stockOf(t, w, "blue"))
		require.NoError(t, w.ReleaseStock(ctx, "c1", noon))
		require.Zero(t, stockOf(t, w, "blue"), "what was shipped is not given back")

		// The unit that is left of the old line can be claimed, the exchanged one cannot.
		claimed, err := w.ClaimUnits(ctx, "c9", []models.Wanted{{LineID: "o1-1", Quantity: 1}}, gone, noon)
		require.NoError(t, err)
		require.Equal(t, []string{"o1-1/2"}, claimed)
		_, err = w.ClaimUnits(ctx, "c10", []models.Wanted{{LineID: "o1-1", Quantity: 1}}, gone, noon)
		require.Error(t, err)

		// A newer version of the order leaves it alone.
		newer := order("o1", 7)
		changed, err := w.UpsertOrder(ctx, newer)
		require.NoError(t, err)
		require.True(t, changed)
		again, err := w.Book(ctx, "o1")
		require.NoError(t, err)
		require.Equal(t, gone, again.RefundedLines(nil))
		require.Equal(t, book.Paid(), again.Paid())
		full, err = w.Order(ctx, "o1")
		require.NoError(t, err)
		require.Equal(t, money.Amount(12300), full.Payment.Captured)
		require.Len(t, full.Lines, 3)

		// It can be exchanged again (scenario 21), and received.
		signed := noon.Add(48 * time.Hour)
		require.NoError(t, w.ReceiveReplacement(ctx, "c1", "o1", &signed, noon.Add(72*time.Hour)))
		made, _, err := w.Replace(ctx, swap("c2", "o1-1/x1", "o1-1/x1/1", line.Paid, line.Paid))
		require.NoError(t, err)
		require.Equal(t, "o1-1/x1/x1", made[0].ID)
		book, err = w.Book(ctx, "o1")
		require.NoError(t, err)
		require.Equal(t, signed, *book.Clock([]string{"o1-1/x1"}).SignedAt)
		require.Equal(t, models.Refunded{Amount: line.Paid, Quantity: 1}, book.RefundedLines(nil)["o1-1/x1"])
	})
}

func TestReplacementInheritsAtMostWhatIsLeft(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		sold(t, w)
		full, err := w.Order(t.Context(), "o1")
		require.NoError(t, err)
		tooMany := swap("c1", "o1-1", "o1-1/1", 1, 1)
		tooMany.Lines[0].Quantity = full.Lines[0].Quantity + 1
		_, _, err = w.Replace(t.Context(), tooMany)
		require.ErrorIs(t, err, models.ErrTooMuch)
		again, err := w.Order(t.Context(), "o1")
		require.NoError(t, err)
		require.Equal(t, full.Lines, again.Lines, "nothing of it is booked")

		// What was refunded of the line meanwhile is not promised a second time.
		made, _, err := w.Replace(t.Context(), swap("c1", "o1-1", "o1-1/1", full.Lines[0].Paid+100, full.Lines[0].Paid+2100))
		require.NoError(t, err)
		require.Equal(t, full.Lines[0].Paid+2000, made[0].Paid, "what is left of it, and what was paid on top")
		book, err := w.Book(t.Context(), "o1")
		require.NoError(t, err)
		require.Equal(t, full.Lines[0].Paid, book.RefundedLines(nil)["o1-1"].Amount)
	})
}

func TestNumberOfAParcelToACustomer(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		sold(t, w)
		ctx := t.Context()
		other, err := w.ClaimWaybill(ctx, models.Waybill{Carrier: "sf", Number: "SF1", CaseID: "c7", Direction: models.WaybillBack, CreatedAt: noon})
		require.NoError(t, err)
		require.Empty(t, other)
		for number, want := range map[string]bool{"SF1": true, "SF2": false} {
			taken, err := w.WaybillTaken(ctx, "c1", "o1", "sf", number)
			require.NoError(t, err)
			require.Equal(t, want, taken, number)
		}
	})
}

func TestPaymentToACaseThatHasEndedIsFoundOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		sold(t, w)
		for range 2 {
			require.NoError(t, w.FindLatePayment(t.Context(), "alipay", "late", "key", noon))
		}
		require.NoError(t, w.Collect(t.Context(), models.Tender{ID: "t", OrderID: "o1", Rail: "alipay", Ref: "known", Captured: 1, CapturedAt: noon, CaseID: "c1", Purpose: "repair"}))
		require.NoError(t, w.FindLatePayment(t.Context(), "alipay", "known", "key", noon))
		var found []models.Discrepancy
		require.NoError(t, w.DB.Find(&found).Error)
		require.Len(t, found, 1)
		require.Equal(t, "late", found[0].Subject)
	})
}

func TestReplacementIsItsCasesUntilThatEnds(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		sold(t, w)
		full, err := w.Order(t.Context(), "o1")
		require.NoError(t, err)
		paid := full.Lines[0].Paid / 2
		_, _, err = w.Replace(t.Context(), swap("c1", "o1-1", "o1-1/1", paid, paid))
		require.NoError(t, err)
		var taken *models.UnitsTaken
		_, err = w.ClaimUnits(t.Context(), "c2", []models.Wanted{{LineID: "o1-1/x1", Quantity: 1}}, nil, noon)
		require.ErrorAs(t, err, &taken, "a unit is claimed by at most one open case")
		require.Equal(t, 1, taken.Claimed)
	})
}

// Of several replacements the first that came sets the time: what is over for one is not made young by another.
func TestClockOfSeveralReplacements(t *testing.T) {
	early, late := noon, noon.Add(20*24*time.Hour)
	book := models.OrderBook{Lines: []models.OrderLine{
		{ID: "a", Replaces: "l1", ShippedAt: &early, SignedAt: &early}, {ID: "b", Replaces: "l2", ShippedAt: &late, SignedAt: &late},
		{ID: "c", Replaces: "l3", ShippedAt: &late},
	}}
	require.Equal(t, early, *book.Clock([]string{"a", "b"}).SignedAt)
	require.Equal(t, early, *book.Clock([]string{"c", "b", "a"}).SignedAt)
	require.Nil(t, book.Clock([]string{"c"}).SignedAt)
}

func TestOrderReadAgainAfterAnExchangeIsUnchanged(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		sold(t, w)
		full, err := w.Order(t.Context(), "o1")
		require.NoError(t, err)
		_, _, err = w.Replace(t.Context(), swap("c1", "o1-1", "o1-1/1", full.Lines[0].Paid/2, full.Lines[0].Paid/2))
		require.NoError(t, err)
		again := order("o1", full.Order.Version)
		result, err := w.ImportOrders(t.Context(), []models.OrderImport{{Order: again}}, false)
		require.NoError(t, err)
		require.Equal(t, models.ImportUnchanged, result.Orders[0].Outcome, "%v", result.Orders[0].Why)
	})
}

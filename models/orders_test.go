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

func TestOrderComesWholeAndInVersions(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		_, err := w.UpsertOrder(ctx, order("o1", 3))
		require.ErrorIs(t, err, models.ErrReference, "the customer must be known")
		people(t, w)
		changed, err := w.UpsertOrder(ctx, order("o1", 3))
		require.NoError(t, err)
		require.True(t, changed)

		full, err := w.Order(ctx, "o1")
		require.NoError(t, err)
		require.EqualValues(t, 3, full.Order.Version)
		require.Equal(t, noon.Add(time.Hour), *full.Order.ShippedAt)
		require.Equal(t, []string{"o1-1", "o1-2"}, []string{full.Lines[0].ID, full.Lines[1].ID})
		require.Equal(t, money.Amount(9500), full.Lines[0].Paid)
		var units []string
		for _, unit := range full.Units {
			units = append(units, unit.ID+" "+unit.Serial)
		}
		require.Equal(t, []string{"o1-1/1 SN1", "o1-1/2 SN2", "o1-2/1 "}, units)
		require.Equal(t, money.Amount(10300), full.Payment.Captured)
		require.Len(t, full.Tenders, 2)

		// Ours is kept, the shop's is replaced.
		require.NoError(t, w.DB.Model(&models.OrderLine{}).Where("id = ?", "o1-1").Update("edits", 2).Error)
		require.NoError(t, w.DB.Model(&models.Tender{}).Where("id = ?", "o1-t1").Update("charged_back", 100).Error)
		newer := order("o1", 5)
		signed := noon.Add(48 * time.Hour)
		newer.SignedAt, newer.Recipient, newer.Lines[1].Title, newer.Lines[0].Serials = &signed, "moved", "礼物", []string{"SN1", "SN9"}
		changed, err = w.UpsertOrder(ctx, newer)
		require.NoError(t, err)
		require.True(t, changed)
		for _, version := range []int64{5, 4, 3} {
			changed, err = w.UpsertOrder(ctx, order("o1", version))
			require.NoError(t, err)
			require.False(t, changed, "version %d is not newer", version)
		}
		full, err = w.Order(ctx, "o1")
		require.NoError(t, err)
		require.Equal(t, signed, *full.Order.SignedAt)
		require.Equal(t, "礼物", full.Lines[1].Title)
		require.Equal(t, 2, full.Lines[0].Edits)
		require.Equal(t, "SN9", full.Units[1].Serial)
		require.Equal(t, money.Amount(100), full.Tenders[0].ChargedBack)
		place, err := w.Recipient(ctx, full.Order)
		require.NoError(t, err)
		require.Equal(t, "moved", place)
		_, err = w.Order(ctx, "none")
		require.ErrorIs(t, err, models.ErrNotFound)
	})
}

func TestWhatWasBoughtCannotChange(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		_, err := w.CreateCustomer(ctx, models.NewCustomer{ID: "c2", Name: "x", CreatedAt: noon})
		require.NoError(t, err)
		for _, id := range []string{"o1", "o2"} {
			_, err := w.UpsertOrder(ctx, order(id, 1))
			require.NoError(t, err)
		}
		for name, bend := range map[string]func(*models.OrderInput){
			"customer":       func(o *models.OrderInput) { o.CustomerID = "c2" },
			"currency":       func(o *models.OrderInput) { o.Currency = "USD" },
			"fewer units":    func(o *models.OrderInput) { o.Lines[0].Quantity = 1 },
			"another's line": func(o *models.OrderInput) { o.Lines[0].ID = "o2-1" },
			"another's rail": func(o *models.OrderInput) { o.Tenders[0].ID = "o2-t1" },
			"payment number": func(o *models.OrderInput) { o.Tenders[0].Ref = "other" },
		} {
			bent := order("o1", 9)
			bend(&bent)
			changed, err := w.UpsertOrder(ctx, bent)
			require.ErrorIs(t, err, models.ErrOrderChanged, name)
			require.False(t, changed)
		}
		full, err := w.Order(ctx, "o1")
		require.NoError(t, err)
		require.EqualValues(t, 1, full.Order.Version, "nothing of a refused version stays")
	})
}

// The same order arrives many times at once, in versions that race: the newest stands at the end.
func TestOrderVersionsRace(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		people(t, w)
		var group sync.WaitGroup
		var wrote atomic.Int32
		for version := range int64(12) {
			group.Go(func() {
				changed, err := w.UpsertOrder(t.Context(), order("o1", version+1))
				require.NoError(t, err)
				if changed {
					wrote.Add(1)
				}
			})
		}
		group.Wait()
		full, err := w.Order(t.Context(), "o1")
		require.NoError(t, err)
		require.EqualValues(t, 12, full.Order.Version)
		require.Positive(t, wrote.Load())
	})
}

func TestOrdersOfCustomerInPages(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		var want []string
		for i := range 7 {
			in := order(fmt.Sprintf("o%d", i), 1)
			in.PaidAt = noon.Add(-time.Duration(i/2) * time.Hour) // two at a time have the same time
			_, err := w.UpsertOrder(ctx, in)
			require.NoError(t, err)
		}
		want = []string{"o1", "o0", "o3", "o2", "o5", "o4", "o6"}
		var got []string
		request := models.PageRequest{Limit: 3}
		for pages := 1; ; pages++ {
			page, err := w.OrdersOfCustomer(ctx, "c1", request)
			require.NoError(t, err)
			for _, o := range page.Items {
				got = append(got, o.ID)
			}
			if request.Cursor = page.Next; page.Next == "" {
				require.Equal(t, 3, pages)
				break
			}
		}
		require.Equal(t, want, got)
		lines, err := w.LinesOf(ctx, "o1", "o2", "none")
		require.NoError(t, err)
		require.Len(t, lines, 2)
		require.Equal(t, "o2-1", lines["o2"][0].ID)
	})
}

func TestFactsRows(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		_, err := w.UpsertOrder(ctx, order("o1", 1))
		require.NoError(t, err)
		addCase(t, w, "k1", func(c *models.Case) { c.OpenedAt = noon.Add(-89 * 24 * time.Hour) })
		addCase(t, w, "k2", func(c *models.Case) { c.OpenedAt = noon.Add(-91 * 24 * time.Hour) })
		addCase(t, w, "k3", nil)
		for key, status := range map[string]string{"e1": "succeeded", "e2": "failed", "e3": "unknown"} {
			require.NoError(t, w.Tx(ctx, func(tx *models.Store) error {
				return tx.PlanLegs(ctx, []models.PlannedLeg{{
					Effect: models.Effect{Key: key, CaseID: "k1", Kind: "refund", Status: status, CreatedAt: noon, UpdatedAt: noon},
					Leg: models.RefundLeg{Key: key, CaseID: "k1", OrderID: "o1", TenderID: "o1-t1", Amount: 1000, Freight: 100, Currency: money.CNY,
						Cause: "judgment", Status: status, NotBefore: noon, IntendedAt: noon},
					Parts: []models.RefundLegLine{{LegKey: key, LineID: "o1-1", Quantity: 1, Amount: 900}},
				}})
			}))
		}
		facts, err := w.FactsRows(ctx, "o1", "k3", noon)
		require.NoError(t, err)
		require.Equal(t, "c1", facts.Customer.ID)
		require.Equal(t, "good", facts.Customer.Level)
		require.Equal(t, "m1", facts.Merchant.ID)
		require.True(t, facts.Merchant.AutoAgree)
		require.Equal(t, 1, facts.CustomerCounts.Cases, "k2 is too old, k3 asks")
		require.Equal(t, 1, facts.MerchantCounts.Cases)
		require.Len(t, facts.Units, 3)
		require.Len(t, facts.Book.Lines, 2)
		lines := facts.Book.RefundedLines(nil)
		require.Equal(t, money.Amount(1800), lines["o1-1"].Amount, "unknown counts, failed does not")
		require.Equal(t, 2, lines["o1-1"].Quantity)
		require.Equal(t, money.Amount(10300), facts.Book.Paid())
		name, err := w.CustomerName(ctx, facts.Customer)
		require.NoError(t, err)
		require.Equal(t, canary+"-name", name)
		_, err = w.FactsRows(ctx, "none", "", noon)
		require.ErrorIs(t, err, models.ErrNotFound)
	})
}

package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/models"
)

// A payment is of one order alone: under two, each could give all of it back.
func TestAPaymentIsOfOneOrder(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		_, err := w.UpsertOrder(ctx, order("o1", 1))
		require.NoError(t, err)
		second := order("o2", 1)
		second.Tenders[0].Ref = "alio1"
		for range 2 {
			changed, err := w.UpsertOrder(ctx, second)
			require.ErrorIs(t, err, models.ErrPaymentTaken)
			require.False(t, changed)
		}
		_, err = w.Order(ctx, "o2")
		require.ErrorIs(t, err, models.ErrNotFound, "nothing of the refused order stays")
		var found []models.Discrepancy
		require.NoError(t, w.DB.Find(&found, "kind = 'payment_twice'").Error)
		require.Len(t, found, 1, "the operator is told once")
		require.Equal(t, "o2", found[0].Subject)
		require.Contains(t, found[0].Detail, "o1")

		// The same number on another rail is another payment; and the same payment under a second ID is refused too.
		second.Tenders[0].Rail, second.Tenders[0].Ref, second.Tenders[1].Rail, second.Tenders[1].Ref = "wechat", "alio1", "alipay", "wxo1"
		_, err = w.UpsertOrder(ctx, second)
		require.NoError(t, err)
		renamed := order("o1", 2)
		renamed.Tenders[0].ID = "o1-t9"
		_, err = w.UpsertOrder(ctx, renamed)
		require.ErrorIs(t, err, models.ErrPaymentTaken)
		_, err = w.UpsertOrder(ctx, order("o1", 3))
		require.NoError(t, err, "the order's own payment stays its own")

		// What a case collects is held against the same rule.
		charged := models.Tender{ID: "t-case", OrderID: "o2", Rail: "alipay", Ref: "alio1", Captured: 1, CapturedAt: noon, CaseID: "c1", Purpose: "repair"}
		require.ErrorIs(t, w.Collect(ctx, charged), models.ErrPaymentTaken)
		require.Error(t, w.DB.Create(&models.Tender{ID: "x", PaymentID: "o2", OrderID: "o2", Rail: "alipay", Ref: "alio1", CapturedAt: noon}).Error, "the database holds to it too")
	})
}

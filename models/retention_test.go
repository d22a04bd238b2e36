package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"aftersales/models"
)

// Every table belongs to exactly one kind of the schedule: nobody adds data without saying how long it is kept.
func TestEveryTableHasItsTime(t *testing.T) {
	w := onSQLite(t)
	kinds := map[string]string{}
	for _, kind := range models.Retention {
		require.NotEmpty(t, kind.Then, kind.Kind)
		require.NotEmpty(t, kind.Why, kind.Kind)
		require.Equal(t, kind.Keep > 0, kind.From != "" && kind.Keep > 0, kind.Kind)
		for _, table := range kind.Tables {
			require.NotContains(t, kinds, table, "twice")
			kinds[table] = kind.Kind
		}
	}
	standing := map[string]bool{}
	for _, table := range models.Tables() {
		statement := &gorm.Statement{DB: w.DB}
		require.NoError(t, statement.Parse(table))
		standing[statement.Table] = true
		require.Contains(t, kinds, statement.Table, "say in models.Retention how long %s is kept and why", statement.Table)
	}
	for table := range kinds {
		require.True(t, standing[table], "models.Retention names %s, which does not stand", table)
	}
}

// A transaction goes when its time is over, whole; what is held, open or younger stays.
func TestOldTransactionsGoWhole(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		fill(t, w)
		for _, id := range []string{"old", "held", "open", "young"} {
			customer := "c-" + id
			_, err := w.CreateCustomer(ctx, models.NewCustomer{ID: customer, Name: canary, Lang: "en", Level: "good", CreatedAt: noon})
			require.NoError(t, err)
			in := order("order-"+id, 1)
			in.CustomerID = customer
			if id == "young" {
				in.PaidAt = noon.Add(models.KeepTransactions)
			}
			_, err = w.UpsertOrder(ctx, in)
			require.NoError(t, err)
			closed := noon
			row := models.Case{
				ID: "case-" + id, WorkflowID: "case/x/" + id, Kind: "return", CustomerID: customer, MerchantID: "m1", OrderID: in.ID, Currency: "CNY",
				Open: id == "open", View: "{}", OpenedAt: noon, UpdatedAt: noon, ClosedAt: &closed,
			}
			require.NoError(t, w.DB.Create(&row).Error)
			text, err := w.PutText(ctx, customer, "customer", customer, canary, noon)
			require.NoError(t, err)
			require.NoError(t, w.UseTexts(ctx, "case/"+row.ID, text))
			require.NoError(t, w.DB.Create(&models.TimelineEntry{CaseID: row.ID, Seq: 1, At: noon, ActorKind: "customer", ActorID: customer, Event: "opened", Data: "{}"}).Error)
			require.NoError(t, w.DB.Create(&models.Effect{Key: "e-" + id, CaseID: row.ID, Kind: "refund", Status: "succeeded", CreatedAt: noon, UpdatedAt: noon}).Error)
			require.NoError(t, w.DB.Create(&models.RefundLeg{Key: "e-" + id, CaseID: row.ID, OrderID: in.ID, TenderID: in.Tenders[0].ID, Amount: 5, Currency: "CNY", Cause: "judgment", Status: "succeeded", NotBefore: noon, IntendedAt: noon}).Error)
			require.NoError(t, w.DB.Create(&models.RefundLegLine{LegKey: "e-" + id, LineID: in.Lines[0].ID, Quantity: 1, Amount: 5}).Error)
		}
		hold, err := w.PlaceHold(ctx, models.LegalHold{CustomerID: "c-held", Reason: "court", PlacedBy: "op", PlacedAt: noon, ReviewAt: noon}, "file 12")
		require.NoError(t, err)

		orders := func() (ids []string) {
			require.NoError(t, w.DB.Model(&models.Order{}).Where("customer_id LIKE 'c-%'").Order("id").Pluck("id", &ids).Error)
			return ids
		}
		now := noon.Add(models.KeepTransactions + 2*time.Hour)
		n, err := w.SweepTransactions(ctx, now.Add(-models.KeepTransactions-3*time.Hour))
		require.NoError(t, err)
		require.Zero(t, n, "an hour before its time nothing goes")
		_, err = w.SweepTransactions(ctx, now.Add(-models.KeepTransactions))
		require.NoError(t, err)
		require.Equal(t, []string{"order-held", "order-open", "order-young"}, orders())
		for _, left := range []any{&models.Case{}, &models.TimelineEntry{}, &models.Effect{}} {
			var n int64
			require.NoError(t, w.DB.Model(left).Count(&n).Error)
			require.EqualValues(t, 3, n, "%T", left)
		}
		_, err = w.LiftHold(ctx, hold.ID, "op", noon)
		require.NoError(t, err)
		_, err = w.SweepTransactions(ctx, now.Add(-models.KeepTransactions))
		require.NoError(t, err)
		require.Equal(t, []string{"order-open", "order-young"}, orders())
	})
}

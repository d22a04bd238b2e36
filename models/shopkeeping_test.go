package models_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
)

func TestSavedViewsAreTheirOwnersAndFew(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		_, err := w.CreateStaff(ctx, models.NewStaff{ID: "s2", Role: "agent", Name: "x", CreatedAt: noon})
		require.NoError(t, err)
		save := func(staff, id, name, filter string) (models.NamedCaseView, error) {
			return w.SaveCaseView(ctx, staff, models.NamedCaseView{ID: id, Name: name, Filter: filter, CreatedAt: noon})
		}
		first, err := save("s1", "v-1", canary+"-view", `{"kind":"return"}`)
		require.NoError(t, err)
		again, err := save("s1", "v-2", canary+"-view", `{"kind":"repair"}`)
		require.NoError(t, err)
		require.Equal(t, first.ID, again.ID, "a name is there once: its filter is replaced")
		views, err := w.CaseViews(ctx, "s1")
		require.NoError(t, err)
		require.Equal(t, []models.NamedCaseView{{ID: "v-1", Name: canary + "-view", Filter: `{"kind":"repair"}`, CreatedAt: noon}}, views)
		others, err := w.CaseViews(ctx, "s2")
		require.NoError(t, err)
		require.Empty(t, others)

		require.ErrorIs(t, w.DropCaseView(ctx, "s2", "v-1"), models.ErrNotFound, "another's view is none")
		for i := 1; i < models.MaxCaseViews; i++ {
			_, err := save("s1", fmt.Sprintf("m-%d", i), fmt.Sprintf("view %d", i), "{}")
			require.NoError(t, err)
		}
		_, err = save("s1", "too", "one too many", "{}")
		require.ErrorIs(t, err, models.ErrTooMuch)
		_, err = save("s1", "too", "view 3", `{"sort":"due"}`)
		require.NoError(t, err, "one that is there may change")
		require.NoError(t, w.DropCaseView(ctx, "s1", "v-1"))
		_, err = save("s1", "too", "one too many", "{}")
		require.NoError(t, err)
	})
}

func TestWhatMovesAShopsMoneyIsListedOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		_, err := w.UpsertOrder(ctx, order("o1", 1))
		require.NoError(t, err)
		for _, notice := range []struct{ amount, hours int }{{4000, 1}, {4000, 2}, {3000, 3}, {9000, 4}} { // twice, late, and more
			_, err := w.ChargeBack(ctx, "alipay", "alio1", money.Amount(notice.amount), noon.Add(time.Duration(notice.hours)*time.Hour))
			require.NoError(t, err)
		}
		all, err := w.FundMovesOf(ctx, "m1", models.PageRequest{})
		require.NoError(t, err)
		require.Len(t, all.Items, 2)
		require.EqualValues(t, []int{5000, 4000}, []int{int(all.Items[0].Amount), int(all.Items[1].Amount)}, "each by how much more it was, the latest first")
		require.Equal(t, []string{"chargeback", "o1", "m1"}, []string{all.Items[0].Kind, all.Items[0].OrderID, all.Items[0].MerchantID})
		page, err := w.FundMovesOf(ctx, "m1", models.PageRequest{Limit: 1})
		require.NoError(t, err)
		rest, err := w.FundMovesOf(ctx, "m1", models.PageRequest{Limit: 1, Cursor: page.Next})
		require.NoError(t, err)
		require.Equal(t, all.Items, append(page.Items, rest.Items...))
		require.Empty(t, rest.Next)
		none, err := w.FundMovesOf(ctx, "m2", models.PageRequest{})
		require.NoError(t, err)
		require.Empty(t, none.Items)
	})
}

func TestStaffIsFoundByHowTheAccountBegins(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		for id, login := range map[string]string{"s7": "wang.li", "s8": "wang_wu", "s9": "zhang"} {
			_, err := w.CreateStaff(ctx, models.NewStaff{ID: id, Role: "agent", Name: "x", CreatedAt: noon})
			require.NoError(t, err)
			require.NoError(t, w.CreateAccount(ctx, models.Account{ID: "acc-" + id, Login: login, PersonKind: models.KindStaff, PersonID: id, CreatedAt: noon}))
		}
		require.NoError(t, w.CreateAccount(ctx, models.Account{ID: "acc-c1", Login: "wang", PersonKind: models.KindCustomer, PersonID: "c1", CreatedAt: noon}))
		found := func(login string) (ids []string) {
			page, err := w.StaffPage(ctx, models.StaffFilter{Login: login}, models.PageRequest{})
			require.NoError(t, err)
			for _, one := range page.Items {
				ids = append(ids, one.ID)
			}
			return ids
		}
		require.ElementsMatch(t, []string{"s7", "s8"}, found("WANG"))
		require.Equal(t, []string{"s8"}, found("wang_"), "no sign stands for another")
		require.Empty(t, found("%"))
		require.Empty(t, found("ang"))
	})
}

func TestHoldsComeInPages(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		for i := range 3 {
			_, err := w.PlaceHold(ctx, models.LegalHold{
				ID: fmt.Sprint("h", i), CustomerID: "c1", Reason: "court", PlacedBy: "op", PlacedAt: noon.Add(time.Duration(i) * time.Hour), ReviewAt: noon,
			}, "")
			require.NoError(t, err)
		}
		_, err := w.LiftHold(ctx, "h1", "op", noon)
		require.NoError(t, err)
		first, err := w.HoldsPage(ctx, "", models.PageRequest{Limit: 1})
		require.NoError(t, err)
		second, err := w.HoldsPage(ctx, "c1", models.PageRequest{Limit: 1, Cursor: first.Next})
		require.NoError(t, err)
		require.Equal(t, []string{"h2", "h0"}, []string{first.Items[0].ID, second.Items[0].ID})
		require.Empty(t, second.Next)
		_, err = w.HoldsPage(ctx, "", models.PageRequest{Cursor: "x"})
		require.Equal(t, fault.BadCursor, fault.As(err).Code)
	})
}

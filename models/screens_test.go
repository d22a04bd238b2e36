package models_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/models"
)

// some makes cases of the shop m1 and the customer c1; change says how each differs.
func some(t *testing.T, w world, n int, change func(i int, c *models.Case)) {
	t.Helper()
	for i := range n {
		due := noon.Add(time.Duration(n-i) * time.Minute)
		row := models.Case{
			ID: fmt.Sprintf("c%02d", i), WorkflowID: fmt.Sprint("w", i), Kind: "return", Phase: "onsale", Stage: "merchant_answer", Open: true,
			CustomerID: "c1", MerchantID: "m1", OrderID: "o1", Reason: "quality", Currency: "CNY", WaitingFor: "merchant", DueAt: &due,
			View: "{}", OpenedAt: noon.Add(time.Duration(i) * time.Minute), UpdatedAt: noon,
		}
		change(i, &row)
		agent := row.AssigneeID
		require.NoError(t, w.DB.Create(&row).Error)
		require.NoError(t, w.DB.Table("cases").Where("id = ?", row.ID).Update("assignee_id", agent).Error)
	}
}

func ids(t *testing.T, list func(models.PageRequest) (models.Page[models.Case], error)) (found []string) {
	t.Helper()
	request := models.PageRequest{Limit: 2} // so that every list is paged
	for {
		page, err := list(request)
		require.NoError(t, err)
		for _, row := range page.Items {
			found = append(found, row.ID)
		}
		if request.Cursor = page.Next; request.Cursor == "" {
			return found
		}
	}
}

func TestFiltersOfCases(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		for _, id := range []string{"o1", "SO-2026_7", "SO-20267", "so-2026"} {
			_, err := w.UpsertOrder(ctx, order(id, 1))
			require.NoError(t, err, id)
		}
		team, agent := "north", "g1"
		some(t, w, 6, func(i int, c *models.Case) {
			c.TeamID = &team
			switch i {
			case 0:
				c.OrderID, c.WaitingFor = "SO-2026_7", "both"
			case 1:
				c.OrderID, c.WaitingFor = "SO-20267", "agent"
			case 2:
				c.OrderID, c.Kind, c.Reason = "so-2026", "exchange", "wrong_size"
			case 3:
				c.AssigneeID, c.DueAt = &agent, nil
			case 4:
				c.Open, c.DueAt, c.WaitingFor = false, nil, ""
			case 5:
				c.ID = "cfeedbeef"
			}
		})
		of := func(filter models.CaseFilter) []string {
			return ids(t, func(r models.PageRequest) (models.Page[models.Case], error) {
				return w.CasesOfMerchant(ctx, "m1", filter, r)
			})
		}
		for name, tell := range map[string]struct {
			filter models.CaseFilter
			want   []string
		}{
			"all, newest first":               {models.CaseFilter{}, []string{"cfeedbeef", "c04", "c03", "c02", "c01", "c00"}},
			"reason":                          {models.CaseFilter{Reason: "wrong_size"}, []string{"c02"}},
			"kind":                            {models.CaseFilter{Kind: "exchange"}, []string{"c02"}},
			"order":                           {models.CaseFilter{OrderID: "o1"}, []string{"cfeedbeef", "c04", "c03"}},
			"waits for the shop":              {models.CaseFilter{WaitingFor: []string{"merchant", "both"}}, []string{"cfeedbeef", "c03", "c02", "c00"}},
			"given to an agent":               {models.CaseFilter{Agent: "g1"}, []string{"c03"}},
			"nobody has it":                   {models.CaseFilter{Free: true, Kind: "exchange"}, []string{"c02"}},
			"due before":                      {models.CaseFilter{DueBefore: noon.Add(2 * time.Minute)}, []string{"cfeedbeef"}},
			"number of an order":              {models.CaseFilter{Begins: "SO-2026"}, []string{"c01", "c00"}},
			"a wildcard is a character":       {models.CaseFilter{Begins: "SO-2026_"}, []string{"c00"}},
			"a percent sign, too":             {models.CaseFilter{Begins: "SO%"}, nil},
			"number of a case, in any letter": {models.CaseFilter{Begins: "CFEED"}, []string{"cfeedbeef"}},
		} {
			require.Equal(t, tell.want, of(tell.filter), name)
		}
		byDue := ids(t, func(r models.PageRequest) (models.Page[models.Case], error) {
			return w.OpenCasesOfMerchant(ctx, "m1", models.CaseFilter{}, r)
		})
		require.Equal(t, []string{"cfeedbeef", "c02", "c01", "c00", "c03"}, byDue, "what falls due first, what waits for nothing last, nothing that is over")
		require.Equal(t, byDue, ids(t, func(r models.PageRequest) (models.Page[models.Case], error) {
			return w.OpenCasesOfCustomer(ctx, "c1", models.CaseFilter{}, r)
		}))
		require.Equal(t, []string{"cfeedbeef", "c02", "c01", "c00"}, ids(t, func(r models.PageRequest) (models.Page[models.Case], error) {
			return w.OpenCasesOfDesk(ctx, models.DeskScope{Team: "north"}, models.CaseFilter{Free: true}, r)
		}))
		heads, err := w.CasesByID(ctx, []string{"c00", "c02", "nothing"})
		require.NoError(t, err)
		require.Len(t, heads, 2)
		require.Empty(t, heads["c00"].View, "lists do without")
	})
}

func TestTasksAreCountedAndNarrowed(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		for i, task := range []struct {
			kind, to, state string
			in              time.Duration
		}{
			{"merchant_answer", "m1", "open", -time.Minute}, {"merchant_answer", "m1", "open", time.Minute}, {"inspection", "m1", "open", 2 * time.Hour},
			{"inspection", "m1", "done", time.Minute}, {"inspection", "m2", "open", time.Minute}, {"merchant_answer", "st-1", "open", 3 * time.Hour},
		} {
			require.NoError(t, w.DB.Create(&models.Task{
				ID: fmt.Sprint("t", i), DedupeKey: fmt.Sprint("t", i), RecipientKind: "merchant", RecipientID: task.to, State: task.state, DueAt: noon.Add(task.in),
				Kind: task.kind, SubjectKind: "case", SubjectID: "c", CreatedAt: noon,
			}).Error)
		}
		boxes := []models.Recipient{{Kind: "merchant", ID: "st-1"}, {Kind: "merchant", ID: "m1"}}
		counts, err := w.CountTasks(ctx, boxes, noon.Add(time.Hour), noon)
		require.NoError(t, err)
		require.Equal(t, []models.TaskCount{{Kind: "inspection", Tasks: 1}, {Kind: "merchant_answer", Tasks: 3, Soon: 2, Passed: 1}}, counts)
		for want, filter := range map[string]models.TaskFilter{
			"[t0 t1 t5]": {Kind: "merchant_answer"}, "[t0 t1]": {DueBefore: noon.Add(time.Hour)}, "[t2]": {Kind: "inspection"}, "[t0 t1 t2 t5]": {},
		} {
			var found []string
			request := models.PageRequest{Limit: 1}
			for {
				page, err := w.OpenTasks(ctx, boxes, filter, request)
				require.NoError(t, err)
				for _, task := range page.Items {
					found = append(found, task.ID)
				}
				if request.Cursor = page.Next; page.Next == "" {
					break
				}
			}
			require.Equal(t, want, fmt.Sprint(found))
		}
	})
}

func TestARatingIsChangedForAWhileAndItsOldWordsGo(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		_, err := w.UpsertOrder(ctx, order("o1", 1))
		require.NoError(t, err)
		some(t, w, 1, func(int, *models.Case) {})
		const week = 7 * 24 * time.Hour
		words := func(text string) string {
			id, err := w.PutText(ctx, "c1", "customer", "c1", text, noon)
			require.NoError(t, err)
			return id
		}
		rate := func(score int, textID string, at time.Time) error {
			_, err := w.Rate(ctx, models.CaseRating{CaseID: "c00", CustomerID: "c1", MerchantID: "m1", Score: score, Codes: "[]", TextID: textID, CreatedAt: at, UpdatedAt: at}, week)
			return err
		}
		first, second := words("很慢"), words("后来好了")
		require.NoError(t, rate(2, first, noon))
		require.NoError(t, rate(4, second, noon.Add(week)), "to the last moment")
		_, _, err = w.Text(ctx, first)
		require.ErrorIs(t, err, models.ErrNotFound, "what was replaced is not kept")
		require.ErrorIs(t, rate(1, "", noon.Add(week+time.Second)), models.ErrRatedLongAgo)
		kept, err := w.Rating(ctx, "c00")
		require.NoError(t, err)
		require.Equal(t, 4, kept.Score)
		require.Equal(t, noon, kept.CreatedAt.UTC(), "a change does not make it younger")
		require.Error(t, w.DB.Exec("UPDATE case_ratings SET score = 6").Error, "the database refuses what no customer can say")

		p, err := w.PersonalOf(ctx, "c1")
		require.NoError(t, err)
		require.Len(t, p.Ratings, 1)
		customer, err := w.Customer(ctx, "c1")
		require.NoError(t, err)
		_, err = w.Forget(ctx, nil, "c1", customer.KeyRef, noon)
		require.NoError(t, err)
		gone, err := w.Rating(ctx, "c00")
		require.NoError(t, err)
		require.NotEqual(t, "c1", gone.CustomerID, "an erased customer's rating names nobody")
		_, _, err = w.Text(ctx, second)
		require.ErrorContains(t, err, "erased")
	})
}

func TestReturnAddressesAreRetiredNotChanged(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		add := func(id string, isDefault bool) models.NewReturnAddress {
			return models.NewReturnAddress{ID: id, MerchantID: "m1", City: "杭州市", Place: `{"Street":"` + id + `"}`, IsDefault: isDefault, CreatedAt: noon}
		}
		for _, id := range []string{"b1", "b2"} {
			_, err := w.AddReturnAddress(ctx, add(id, true))
			require.NoError(t, err)
		}
		require.ErrorIs(t, w.RetireReturnAddress(ctx, "m1", "b2", noon), models.ErrLastAddress)
		require.ErrorIs(t, w.RetireReturnAddress(ctx, "m2", "b1", noon), models.ErrNotFound, "another shop's")
		changed, err := w.ReplaceReturnAddress(ctx, "b2", add("b3", false))
		require.NoError(t, err)
		require.True(t, changed.IsDefault, "what takes the default's place is the default")
		_, err = w.ReplaceReturnAddress(ctx, "b2", add("b4", false))
		require.ErrorIs(t, err, models.ErrNotFound, "it is retired")

		list, err := w.ReturnAddresses(ctx, "m1")
		require.NoError(t, err)
		require.Len(t, list, 3)
		require.Equal(t, []string{"b3", "a1", "b1"}, []string{list[0].ID, list[1].ID, list[2].ID})
		old, err := w.ReturnAddressFor(ctx, "m1", "b2")
		require.NoError(t, err, "what was told to go there still may")
		place, err := w.ReturnPlace(ctx, old)
		require.NoError(t, err)
		require.Contains(t, place, "b2")
		_, err = w.ReturnAddressFor(ctx, "m2", "b2")
		require.ErrorIs(t, err, models.ErrNotFound)
		require.NoError(t, w.DefaultReturnAddress(ctx, "m1", "a1"))
		now, err := w.ReturnAddressFor(ctx, "m1", "")
		require.NoError(t, err)
		require.Equal(t, "a1", now.ID)
		require.Error(t, w.DB.Exec("UPDATE return_addresses SET is_default = (1 = 1) WHERE id = 'b3'").Error, "never two")
	})
}

func TestStockIsSetOnlyFromWhatWasSeen(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		for i, product := range []string{"p2", "p1", "other"} {
			shop := "m1"
			if product == "other" {
				shop = "m2"
				_, err := w.CreateMerchant(ctx, models.NewMerchant{ID: shop, Name: "b", Level: "good", CreatedAt: noon})
				require.NoError(t, err)
			}
			require.NoError(t, w.DB.Create(&models.Product{ID: product, MerchantID: shop, Title: product, Category: "shoes", CreatedAt: noon}).Error)
			for n := range 2 {
				require.NoError(t, w.DB.Create(&models.Variant{ID: fmt.Sprint(product, "-", n), ProductID: product, Price: 100, Stock: i + n}).Error)
			}
		}
		list := func(below int) (found []string) {
			request := models.PageRequest{Limit: 1}
			for {
				page, err := w.StockOf(ctx, "m1", below, request)
				require.NoError(t, err)
				for _, row := range page.Items {
					found = append(found, fmt.Sprintf("%s:%d+%d", row.ID, row.Stock, row.Reserved))
				}
				if request.Cursor = page.Next; page.Next == "" {
					return found
				}
			}
		}
		require.NoError(t, w.ReserveStock(ctx, "case", "m1", 1, map[string]int{"p1-1": 1}, noon))
		require.Equal(t, []string{"p1-0:1+0", "p1-1:1+1", "p2-0:0+0", "p2-1:1+0"}, list(-1))
		require.Equal(t, []string{"p2-0:0+0"}, list(1))
		_, err := w.StockOf(ctx, "m1", -1, models.PageRequest{Cursor: "AAAAAAAAAAAAAA"})
		require.Error(t, err)

		var changed *models.StockChanged
		require.ErrorAs(t, w.SetStock(ctx, "m1", "p1-1", 2, 9), &changed, "one was promised since it was looked at")
		require.Equal(t, 1, changed.Now)
		require.NoError(t, w.SetStock(ctx, "m1", "p1-1", 1, 9))
		require.NoError(t, w.SetStock(ctx, "m1", "p1-1", 1, 9), "again: it is so already")
		require.ErrorIs(t, w.SetStock(ctx, "m1", "other-0", 2, 9), models.ErrNotFound, "another shop's")
		row, err := w.StockRowOf(ctx, "m1", "p1-1")
		require.NoError(t, err)
		require.Equal(t, []int{9, 1}, []int{row.Stock, row.Reserved})
	})
}

func TestFiguresOfAShop(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		_, err := w.UpsertOrder(ctx, order("o1", 1))
		require.NoError(t, err)
		some(t, w, 6, func(i int, c *models.Case) {
			switch i {
			case 0, 1:
				c.Open, c.Refunded = false, 100
			case 2:
				c.Open, c.Refunded, c.Reason = false, 50, "no_reason"
			case 3:
				c.WaitingFor = "customer"
			case 5:
				c.OpenedAt, c.Refunded = noon.Add(-100*time.Hour), 9999 // too long ago
			}
		})
		for i, event := range []string{"merchant_agreed", "merchant_agreed", "merchant_refused", "merchant_silent", "merchant_agreed"} {
			caseID := fmt.Sprintf("c%02d", i)
			if i == 4 {
				caseID = "c00" // a second time in the same case
			}
			require.NoError(t, w.DB.Create(&models.TimelineEntry{CaseID: caseID, Seq: int64(i + 1), At: noon, ActorKind: "merchant", ActorID: "st-1", Event: event, Data: "{}"}).Error)
		}
		for i, took := range []time.Duration{time.Hour, 3 * time.Hour, 5 * time.Hour} {
			ended := noon.Add(took)
			require.NoError(t, w.DB.Create(&models.Task{
				ID: fmt.Sprint("d", i), DedupeKey: fmt.Sprint("d", i), RecipientKind: "merchant", RecipientID: "m1", State: models.TaskDone, DueAt: noon.Add(4 * time.Hour),
				Kind: "merchant_answer", SubjectKind: "case", SubjectID: "c00", CreatedAt: noon, EndedAt: &ended,
			}).Error)
		}
		for i, due := range []time.Duration{-time.Hour, time.Hour, 48 * time.Hour} {
			require.NoError(t, w.DB.Create(&models.Task{
				ID: fmt.Sprint("o", i), DedupeKey: fmt.Sprint("o", i), RecipientKind: "merchant", RecipientID: "m1", State: models.TaskOpen, DueAt: noon.Add(due),
				Kind: "inspection", SubjectKind: "case", SubjectID: "c04", CreatedAt: noon,
			}).Error)
		}
		f, err := w.FiguresOf(ctx, "m1", noon.Add(-time.Hour), noon, noon.Add(12*time.Hour), []string{"merchant_agreed", "merchant_refused", "merchant_silent"})
		require.NoError(t, err)
		require.Equal(t, models.Figures{
			Stages: []models.StageCount{{Stage: "merchant_answer", Cases: 3, Mine: 2}}, DueToday: 2, Overdue: 1, Cases: 5,
			Answers: []models.AnswerCount{{"merchant_agreed", 2}, {"merchant_refused", 1}, {"merchant_silent", 1}},
			Refunds: []models.RefundCount{{"quality", "CNY", 2, 1, 200}, {"no_reason", "CNY", 1, 1, 50}},
			Tasks:   3, InTime: 2, Answered: 2, AnswerIn: 2 * 3600,
		}, f)
		empty, err := w.FiguresOf(ctx, "m2", noon, noon, noon, []string{"merchant_agreed"})
		require.NoError(t, err)
		require.Zero(t, empty.Cases)
	})
}

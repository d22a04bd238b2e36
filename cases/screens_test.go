package cases_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

func with(change func(*contract.View)) func(*models.Case) {
	return func(c *models.Case) {
		view := contract.View{EditsLeft: 5}
		change(&view)
		content, err := json.Marshal(view)
		if err != nil {
			panic(err)
		}
		c.View = string(content)
	}
}

func TestListsAreNarrowedWithinWhatOneMaySee(t *testing.T) {
	w := newWorld(t)
	given := func(id, to string) {
		require.NoError(t, w.Store.DB.Exec("UPDATE cases SET assignee_id = ? WHERE id = ?", to, id).Error)
	}
	for i, id := range []string{"c1", "c2", "c3", "c4"} {
		due := noon.Add(time.Duration(4-i) * time.Hour)
		w.put(id, func(c *models.Case) { c.DueAt, c.OpenedAt = &due, noon.Add(time.Duration(i)*time.Minute) })
	}
	south := "south"
	w.put("far", func(c *models.Case) { c.MerchantID, c.CustomerID, c.TeamID = "rival", "lee", &south })
	given("c1", agent.ID)
	given("c2", mate.ID)
	given("far", agent.ID)
	yes := true
	for name, tell := range map[string]struct {
		actor  contract.Actor
		filter models.CaseFilter
		want   string
	}{
		"a shop, what falls due first":     {clerk, models.CaseFilter{Sort: models.SortDue}, "[c4 c3 c2 c1]"},
		"a shop, newest":                   {clerk, models.CaseFilter{Open: &yes}, "[c4 c3 c2 c1]"},
		"a customer, due":                  {kim, models.CaseFilter{Sort: models.SortDue}, "[c4 c3 c2 c1]"},
		"an agent's own, also elsewhere":   {agent, models.CaseFilter{Agent: cases.Mine, Sort: models.SortNewest}, "[far c1]"},
		"what nobody of the team has":      {agent, models.CaseFilter{Agent: cases.Nobody, Open: &yes}, "[c4 c3]"},
		"a colleague's":                    {boss, models.CaseFilter{Agent: mate.ID}, "[c2]"},
		"another team's is not to be had":  {farBoss, models.CaseFilter{Agent: mate.ID}, "[]"},
		"an operator, by number":           {operator, models.CaseFilter{Begins: "farx"}, "[]"},
		"newest though open, for an agent": {mate, models.CaseFilter{Open: &yes, Sort: models.SortNewest}, "[c4 c3 c2 c1]"},
	} {
		found, err := w.List(t.Context(), tell.actor, tell.filter, models.PageRequest{})
		require.NoError(t, err, name)
		ids := []string{}
		for _, row := range found.Items {
			ids = append(ids, row.ID)
		}
		require.Equal(t, tell.want, fmt.Sprint(ids), name)
	}
	no := false
	for name, refused := range map[string]models.CaseFilter{
		"parties know no agents": {Agent: cases.Mine}, "too little of a number": {Begins: "c"}, "what is over does not fall due": {Open: &no, Sort: models.SortDue},
	} {
		_, err := w.List(t.Context(), kim, refused, models.PageRequest{})
		requireFault(t, fault.BadRequest, err, name)
	}
	require.Equal(t, []string{"customer", "both"}, cases.WaitingFor("customer"))
	require.Contains(t, cases.WaitingFor("platform"), "supervisor")
	require.Nil(t, cases.WaitingFor(""))
}

func TestTasksComeWithTheirCase(t *testing.T) {
	w := newWorld(t)
	w.put("c1")
	for i, about := range []string{"c1", "gone"} {
		require.NoError(t, w.Store.PutTasks(t.Context(), models.Task{
			ID: fmt.Sprint("t", i), DedupeKey: fmt.Sprint("t", i), RecipientKind: "merchant", RecipientID: "shop", State: models.TaskOpen,
			DueAt: noon.Add(time.Duration(i*90) * time.Minute), Kind: "merchant_answer", SubjectKind: "case", SubjectID: about, CreatedAt: noon,
		}))
	}
	found, err := w.Tasks(t.Context(), clerk, models.TaskFilter{}, models.PageRequest{})
	require.NoError(t, err)
	require.Equal(t, "quality", found.Items[0].Case.Reason)
	require.Nil(t, found.Items[1].Case)
	counts, err := w.TaskCounts(t.Context(), clerk)
	require.NoError(t, err)
	require.Equal(t, []models.TaskCount{{Kind: "merchant_answer", Tasks: 2, Soon: 1}}, counts)
	none, err := w.TaskCounts(t.Context(), rival)
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestACaseIsRatedAfterItsEndByItsCustomer(t *testing.T) {
	w := newWorld(t)
	closed := noon.Add(-29 * 24 * time.Hour)
	w.put("open")
	w.put("done", func(c *models.Case) { c.Open, c.ClosedAt, c.Stage = false, &closed, "ended" })
	rate := func(actor contract.Actor, id string, at time.Time, r cases.Rating) error {
		m := meta(actor, "k")
		m.ReceivedAt, r.CaseID = at, id
		_, err := w.Rate(t.Context(), m, r)
		return err
	}
	good := cases.Rating{Score: 4, Codes: []string{"kind", "quick", "kind"}, Text: "谢谢小二"}
	requireFault(t, fault.RatingTooEarly, rate(kim, "open", noon, good))
	requireFault(t, fault.NotFound, rate(lee, "done", noon, good))
	requireFault(t, fault.Forbidden, rate(clerk, "done", noon, good))
	requireFault(t, fault.BadRequest, rate(kim, "done", noon, cases.Rating{Score: 0}))
	requireFault(t, fault.BadRequest, rate(kim, "done", noon, cases.Rating{Score: 3, Codes: []string{"invented"}}))
	requireFault(t, fault.RatingTooLate, rate(kim, "done", noon.Add(2*24*time.Hour), good), "31 days after the end")
	require.NoError(t, rate(kim, "done", noon, good))
	require.NoError(t, rate(kim, "done", noon.Add(6*24*time.Hour), cases.Rating{Score: 2}), "what was given in time is changed for a week")
	requireFault(t, fault.RatingTooLate, rate(kim, "done", noon.Add(8*24*time.Hour), good))
	day := meta(kim, "k")
	day.ReceivedAt = noon.Add(24 * time.Hour)
	changed, err := w.Rate(t.Context(), day, cases.Rating{CaseID: "done", Score: good.Score, Codes: good.Codes, Text: good.Text})
	require.NoError(t, err)
	require.Equal(t, noon, changed.At, "a change does not make it younger")
	w.Now = func() time.Time { return noon.Add(8 * 24 * time.Hour) }
	late, err := w.Show(t.Context(), kim, "done")
	require.NoError(t, err)
	require.Equal(t, fault.RatingTooLate, late.RateWhy.Code, "the screen does not offer what would be refused")
	w.Now = func() time.Time { return noon }

	for _, reader := range []contract.Actor{kim, agent, operator} {
		shown, err := w.Show(t.Context(), reader, "done")
		require.NoError(t, err)
		require.Equal(t, 4, shown.Rating.Score, reader.Kind)
		require.Equal(t, []string{"kind", "quick"}, shown.Rating.Codes)
		require.Equal(t, "谢谢小二", shown.Rating.Text)
		require.Empty(t, shown.Texts, "what was said of the case is no part of it")
	}
	shown, err := w.Show(t.Context(), clerk, "done")
	require.NoError(t, err)
	require.Nil(t, shown.Rating, "the shop does not see it")
	w.erase(models.KindCustomer, "kim")
	erased, err := w.Show(t.Context(), agent, "done")
	require.NoError(t, err)
	require.Empty(t, erased.Rating.Text)
}

var hangzhou = cases.ReturnPlace{Name: "退货组", Phone: "057112345678", Province: "浙江省", City: "杭州市", Street: "文三路 1 号"}

func TestReturnAddressesOfOnesShop(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	hired := clerk
	hired.Owner = false
	_, err := w.AddAddress(ctx, meta(hired, "k"), hangzhou, false)
	requireFault(t, fault.Forbidden, err, "only the owner says where goods go")
	first, err := w.AddAddress(ctx, meta(clerk, "k"), hangzhou, false)
	require.NoError(t, err)
	require.True(t, first.Default, "the first one is")
	again, err := w.AddAddress(ctx, meta(clerk, "k"), hangzhou, false)
	require.NoError(t, err)
	require.Equal(t, first.ID, again.ID, "once per key")
	for name, wrong := range map[string]cases.ReturnPlace{
		"no city": {Name: "a", Phone: "1", Street: "s"}, "space around": {Name: " a", Phone: "1", City: "c", Street: "s"},
	} {
		_, err := w.AddAddress(ctx, meta(clerk, name), wrong, false)
		requireFault(t, fault.BadRequest, err, name)
	}
	// A case is told of the default; then the shop moves.
	w.put("c1", with(func(v *contract.View) {
		v.Answer = &contract.MerchantView{Decision: contract.Agree, AddressID: first.ID}
	}), func(c *models.Case) { c.Stage = "send_back" })
	elsewhere := hangzhou
	elsewhere.City, elsewhere.Street = "苏州市", "人民路 2 号"
	_, err = w.ChangeAddress(ctx, meta(rival, "k2"), first.ID, elsewhere, false)
	requireFault(t, fault.NotFound, err)
	moved, err := w.ChangeAddress(ctx, meta(clerk, "k2"), first.ID, elsewhere, false)
	require.NoError(t, err)
	require.NotEqual(t, first.ID, moved.ID)
	require.True(t, moved.Default)
	repeat, err := w.ChangeAddress(ctx, meta(clerk, "k2"), first.ID, elsewhere, false)
	require.NoError(t, err)
	require.Equal(t, moved.ID, repeat.ID)
	requireFault(t, fault.AddressDefault, w.RemoveAddress(ctx, meta(clerk, "k3"), moved.ID))
	list, err := w.Addresses(ctx, clerk)
	require.NoError(t, err)
	require.Equal(t, []cases.Address{{ID: moved.ID, Place: elsewhere, Default: true, Since: noon}}, list)
	empty, err := w.Addresses(ctx, rival)
	require.NoError(t, err)
	require.Empty(t, empty)

	shown, err := w.Show(ctx, kim, "c1")
	require.NoError(t, err)
	require.Equal(t, &hangzhou, shown.ReturnTo, "what was told stays told")
	forAgent, err := w.Show(ctx, agent, "c1")
	require.NoError(t, err)
	require.Nil(t, forAgent.ReturnTo)
	w.put("c2")
	waiting, err := w.Show(ctx, kim, "c2")
	require.NoError(t, err)
	require.Nil(t, waiting.ReturnTo, "nobody is to send anything yet")

	_, err = w.Command(ctx, "case.merchant.answer", "c2", &contract.MerchantAnswer{Meta: meta(clerk, "a"), Decision: contract.Agree})
	require.NoError(t, err)
	require.Equal(t, moved.ID, w.engine.done[0].(*contract.MerchantAnswer).AddressID, "an agreement names the address of its day")
	_, err = w.Command(ctx, "case.merchant.answer", "c2", &contract.MerchantAnswer{Meta: meta(clerk, "b"), Decision: contract.Agree, AddressID: first.ID})
	requireFault(t, fault.BadRequest, err, "it is retired")
}

func TestStockIsTheShopsOwn(t *testing.T) {
	w := newWorld(t)
	w.onSale()
	page, err := w.Stock(t.Context(), clerk, -1, models.PageRequest{})
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	require.Equal(t, "cup-blue", page.Items[0].ID)
	_, err = w.SetStock(t.Context(), meta(clerk, "k"), "hat", 3, 4)
	requireFault(t, fault.NotFound, err)
	_, err = w.SetStock(t.Context(), meta(clerk, "k"), "cup-blue", 2, 4)
	require.Equal(t, 3, requireFault(t, fault.StockChanged, err).Details["now"])
	_, err = w.SetStock(t.Context(), meta(clerk, "k"), "cup-blue", 3, -1)
	requireFault(t, fault.BadRequest, err)
	row, err := w.SetStock(t.Context(), meta(clerk, "k"), "cup-blue", 3, 8)
	require.NoError(t, err)
	require.Equal(t, 8, row.Stock)
	_, err = w.Stock(t.Context(), kim, -1, models.PageRequest{})
	requireFault(t, fault.Forbidden, err)
}

func TestAFigureOfAFewPeopleIsNoShare(t *testing.T) {
	w := newWorld(t)
	for i := range 6 {
		w.put(fmt.Sprint("c", i), func(c *models.Case) {
			c.Refunded, c.OpenedAt = 100, noon.Add(-time.Hour)
			if i > 0 { // five customers had faulty goods, one changed her mind
				c.CustomerID = fmt.Sprint("x", i)
				_, err := w.Store.CreateCustomer(t.Context(), models.NewCustomer{ID: c.CustomerID, Name: "x", Level: "good", CreatedAt: noon})
				require.NoError(t, err)
			} else {
				c.Reason = "no_reason"
			}
		})
	}
	f, err := w.Figures(t.Context(), clerk)
	require.NoError(t, err)
	require.Equal(t, 6, f.Cases)
	require.Len(t, f.Refunds, 2)
	require.Equal(t, 833, *f.Refunds[0].Share, "500 of 600, in thousandths")
	require.Nil(t, f.Refunds[1].Share)
	other, err := w.Figures(t.Context(), rival)
	require.NoError(t, err)
	require.Zero(t, other.Cases)
	_, err = w.Figures(t.Context(), boss)
	requireFault(t, fault.Forbidden, err)
}

// bought makes an order whose goods are on sale: a shoe in three variants, received some days ago.
func (w *world) bought(daysAgo int) {
	w.t.Helper()
	ctx := w.t.Context()
	signed := noon.AddDate(0, 0, -daysAgo)
	paid := signed.AddDate(0, 0, -3)
	require.NoError(w.t, w.Store.DB.Create(&models.Product{ID: "shoe", MerchantID: "shop", Title: "鞋", Category: "shoes", CreatedAt: paid}).Error)
	for id, price := range map[string]int64{"42": 100_00, "43": 100_00, "pro": 130_00} {
		stock := 5
		if id == "43" {
			stock = 1
		}
		require.NoError(w.t, w.Store.DB.Create(&models.Variant{ID: "shoe-" + id, ProductID: "shoe", Colour: "黑色", Size: id, Price: money.Amount(price), Stock: stock}).Error)
	}
	_, err := w.Store.UpsertOrder(ctx, models.OrderInput{
		ID: "s", Version: 1, CustomerID: "kim", MerchantID: "shop", Currency: "CNY", PaidAt: paid, ShippedAt: &paid, SignedAt: &signed,
		Recipient: `{"name":"张小明","phone":"13812341234","city":"杭州市"}`,
		Lines: []models.OrderLineInput{{ID: "s-1", ProductID: "shoe", VariantID: "shoe-42", Title: "鞋", Category: "shoes", Quantity: 2, UnitPrice: 100_00,
			Paid: 160_00, Serials: []string{"SN1", "SN2"}}},
		Tenders: []models.TenderInput{{ID: "s-t", Rail: "alipay", Ref: "rs", Captured: 160_00, CapturedAt: paid}},
	})
	require.NoError(w.t, err)
}

func wish(t *testing.T, order cases.Order, kind policy.Kind) cases.Wish {
	t.Helper()
	list := order.Wishes["s-1"]
	i := slices.IndexFunc(list, func(w cases.Wish) bool { return w.Kind == kind })
	require.GreaterOrEqual(t, i, 0, kind)
	return list[i]
}

func TestAnOrderSaysWhatCanBeAskedFor(t *testing.T) {
	w := newWorld(t)
	w.bought(3)
	order, err := w.Order(t.Context(), kim, "s")
	require.NoError(t, err)
	require.Equal(t, []string{"SN1", "SN2"}, order.Lines[0].Serials)
	require.Equal(t, "42", order.Lines[0].Size)
	require.Len(t, order.Wishes["s-1"], 6)
	for _, kind := range []policy.Kind{policy.Return, policy.Exchange, policy.Repair, policy.PriceProtection, policy.Complaint} {
		require.Nil(t, wish(t, order, kind).Why, kind)
	}
	require.True(t, wish(t, order, policy.Return).NoReason)

	w.put("c1", func(c *models.Case) { c.OrderID = "s" })
	w.claim("c1", "s-1/1", "s-1/2")
	order, err = w.Order(t.Context(), kim, "s")
	require.NoError(t, err)
	held := wish(t, order, policy.Return).Why
	require.Equal(t, fault.UnitsInOpenCase, held.Code)
	require.Equal(t, 2, held.Details["quantity"])
	require.Nil(t, wish(t, order, policy.Complaint).Why, "one complains about what is under way")

	ofShop, err := w.Order(t.Context(), clerk, "s")
	require.NoError(t, err)
	require.Nil(t, ofShop.Wishes, "only its customer asks")
	require.Nil(t, ofShop.Lines[0].Serials)
}

func TestReasonsSayWhatStandsInTheWay(t *testing.T) {
	w := newWorld(t)
	w.bought(10)
	choices, err := w.ReasonsFor(t.Context(), kim, policy.Return, "s", "s-1")
	require.NoError(t, err)
	by := map[string]cases.ReasonChoice{}
	for _, choice := range choices {
		by[choice.Code] = choice
	}
	require.Equal(t, fault.WindowOver, by["no_reason"].Why.Code, "seven days are over")
	require.Nil(t, by["quality"].Why, "fifteen are not")
	require.NotEmpty(t, by["quality"].Evidence)
	require.NotEmpty(t, by["quality"].Heading.ZH)
	_, err = w.ReasonsFor(t.Context(), lee, policy.Return, "s", "s-1")
	requireFault(t, fault.OrderUnknown, err)
	_, err = w.ReasonsFor(t.Context(), kim, policy.Return, "s", "o-cup")
	requireFault(t, fault.OrderUnknown, err, "a line of another order")
}

func TestVariantsSayWhatTheyCost(t *testing.T) {
	w := newWorld(t)
	w.bought(3)
	variants, currency, err := w.Variants(t.Context(), kim, "s", "s-1", 0)
	require.NoError(t, err)
	require.EqualValues(t, "CNY", currency)
	require.Len(t, variants, 3)
	by := map[string]cases.VariantChoice{}
	for _, v := range variants {
		by[v.ID] = v
	}
	require.True(t, by["shoe-42"].Same)
	require.True(t, by["shoe-42"].Enough)
	require.False(t, by["shoe-43"].Enough, "two are wanted, one is there")
	require.EqualValues(t, 48_00, by["shoe-pro"].Difference, "2 x 30.00 dearer, at the 20% off that the line had")
	one, _, err := w.Variants(t.Context(), kim, "s", "s-1", 1)
	require.NoError(t, err)
	require.True(t, one[slices.IndexFunc(one, func(v cases.VariantChoice) bool { return v.ID == "shoe-43" })].Enough)
	_, _, err = w.Variants(t.Context(), kim, "s", "s-1", 3)
	requireFault(t, fault.QuantityTooLarge, err)
	_, _, err = w.Variants(t.Context(), lee, "s", "s-1", 1)
	requireFault(t, fault.OrderUnknown, err)
}

func TestAPreviewOpensNothing(t *testing.T) {
	w := newWorld(t)
	w.bought(10)
	ask := func(kind policy.Kind, reason string) (policy.Terms, *fault.Fault) {
		terms, why, err := w.Outlook(t.Context(), cases.OpenRequest{
			Actor: kim, ReceivedAt: noon, Kind: kind, OrderID: "s", Lines: []contract.ChosenLine{{LineID: "s-1", Quantity: 1}}, Reason: reason,
		})
		require.NoError(t, err)
		return terms, why
	}
	terms, why := ask(policy.Return, "quality")
	require.Nil(t, why)
	require.EqualValues(t, 80_00, terms.Quote.Total)
	require.Contains(t, terms.Asks, policy.AskEvidence)
	_, why = ask(policy.Return, "no_reason")
	require.Equal(t, fault.WindowOver, why.Code)
	_, why = ask(policy.PriceProtection, "")
	require.Equal(t, fault.WindowOver, why.Code)
	require.NoError(t, w.Store.DB.Exec("UPDATE orders SET signed_at = ? WHERE id = 's'", noon.AddDate(0, 0, -3)).Error)
	_, why = ask(policy.PriceProtection, "")
	require.Nil(t, why, "what it costs now is asked when it is opened")
	_, _, err := w.Outlook(t.Context(), cases.OpenRequest{Actor: lee, ReceivedAt: noon, Kind: policy.Return, OrderID: "s", Lines: []contract.ChosenLine{{LineID: "s-1", Quantity: 1}}})
	requireFault(t, fault.OrderUnknown, err)
	require.Empty(t, w.engine.opened)
}

func TestPartiesReadWhatAJudgmentSays(t *testing.T) {
	w := newWorld(t)
	write := func(body string) string {
		id, err := w.PutText(t.Context(), agent, kim.ID, body)
		require.NoError(t, err)
		require.NoError(t, w.Store.UseTexts(t.Context(), "case/c1", id))
		return id
	}
	reasons, note := write("支持顾客，理由如下"), write("内部备注")
	w.put("c1", with(func(v *contract.View) {
		v.Complaint = &contract.ComplaintView{Judgment: &contract.JudgmentView{TextID: reasons}}
	}))
	for _, party := range []contract.Actor{kim, clerk} {
		shown, err := w.Show(t.Context(), party, "c1")
		require.NoError(t, err)
		require.Equal(t, map[string]string{reasons: "支持顾客，理由如下"}, shown.Texts, party.Kind)
	}
	shown, err := w.Show(t.Context(), agent, "c1")
	require.NoError(t, err)
	require.Contains(t, shown.Texts, note)
}

func TestUnreadNewsIsCountedAndReadAtOnce(t *testing.T) {
	w := newWorld(t)
	for i := range 3 {
		require.NoError(t, w.Store.PutNotifications(t.Context(), models.Notification{
			ID: fmt.Sprint("n", i), DedupeKey: fmt.Sprint("n", i), RecipientKind: "customer", RecipientID: "kim", Kind: "opened", SubjectKind: "case",
			SubjectID: "c", Data: "{}", DueAt: noon, SentAt: &noon, CreatedAt: noon,
		}))
	}
	count := func() int {
		n, err := w.Unread(t.Context(), kim)
		require.NoError(t, err)
		return n
	}
	require.Equal(t, 3, count())
	require.NoError(t, w.ReadNotification(t.Context(), lee, cases.AllNews))
	require.NoError(t, w.ReadNotification(t.Context(), kim, "n1"))
	require.Equal(t, 2, count())
	require.NoError(t, w.ReadNotification(t.Context(), kim, cases.AllNews))
	require.Zero(t, count())
}

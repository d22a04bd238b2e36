package chat_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/calendar"
	"aftersales/chat"
	"aftersales/fault"
	"aftersales/models"
)

// clocks are the ones that run in a conversation, by their kinds, with what is left of them.
func (w *world) clocks(id string) map[string]time.Duration {
	w.t.Helper()
	running, err := w.Store.RunningClocks(w.t.Context(), id)
	require.NoError(w.t, err)
	left := map[string]time.Duration{}
	for _, clock := range running {
		left[clock.Kind] = clock.DueAt.Sub(w.Now())
	}
	return left
}

func (w *world) fire() {
	w.t.Helper()
	_, err := w.FireClocks(w.t.Context())
	require.NoError(w.t, err)
}

func TestClocksOfService(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		day := 24 * time.Hour
		require.Equal(t, map[string]time.Duration{"first": 3 * time.Minute, "resolution": day}, w.clocks(id))
		w.say(kim, id, "在吗")
		require.Len(t, w.clocks(id), 2, "what the customer adds starts none anew")
		w.clock.pass(2 * time.Minute)
		w.fire()
		require.Empty(t, w.newsOf("agent", "north"), "not yet")
		w.clock.pass(15 * time.Second)
		w.fire()
		w.fire()
		require.Equal(t, []string{"service_warning"}, w.newsOf("agent", "north"), "whoever could take it is warned, once")
		w.take(anna, id)
		w.clock.pass(45 * time.Second)
		w.fire()
		w.fire()
		require.Equal(t, []string{"service_breach"}, w.newsOf("agent", "anna"))
		require.Equal(t, []string{"service_breach"}, w.newsOf("supervisor", "north"))
		w.say(anna, id, "您好")
		require.Equal(t, map[string]time.Duration{"resolution": day - 3*time.Minute}, w.clocks(id))
		w.say(kim, id, "我要退款")
		w.say(kim, id, "快点")
		require.Equal(t, 10*time.Minute, w.clocks(id)["next"])
		_, err := w.Prioritise(ctx, anna, id, models.PriorityUrgent)
		require.NoError(t, err)
		require.Equal(t, map[string]time.Duration{"next": 3 * time.Minute, "resolution": 4*time.Hour - 3*time.Minute}, w.clocks(id))
		_, err = w.Assign(ctx, boss, id, "ben")
		require.NoError(t, err)
		row := w.row(boss, id)
		require.Len(t, row.Clocks, 2)
		require.Equal(t, "ben", row.Clocks[0].AgentID)
		_, err = w.End(ctx, ben, id)
		require.NoError(t, err)
		require.Empty(t, w.clocks(id))
		w.clock.pass(5 * day)
		w.fire()
		require.Len(t, w.newsOf("supervisor", "north"), 1, "what has ended fires no more")
	})
}

// row is a conversation as the actor's list shows it.
func (w *world) row(who chat.Actor, id string) chat.Row {
	w.t.Helper()
	page, err := w.List(w.t.Context(), who, chat.Filter{}, models.PageRequest{})
	require.NoError(w.t, err)
	for _, row := range page.Items {
		if row.ID == id {
			return row
		}
	}
	require.Fail(w.t, "not in the list")
	return chat.Row{}
}

func TestWhichTargetCounts(t *testing.T) {
	w := onSQLite(t)
	ctx := t.Context()
	set := func(who chat.Actor, team, shop, priority string, first int64) error {
		return w.SetServiceTarget(ctx, who, models.ServiceTarget{TeamID: team, MerchantID: shop, Priority: priority, FirstSeconds: first})
	}
	first := func(want time.Duration) {
		t.Helper()
		view, _, err := w.Open(ctx, kim, chat.Opening{Lang: "zh-CN", OrderID: "o"})
		require.NoError(t, err)
		require.Equal(t, want, w.clocks(view.ID)["first"])
		_, err = w.End(ctx, kim, view.ID)
		require.NoError(t, err)
	}
	first(3 * time.Minute)
	require.NoError(t, set(operator, "", "", "", 100))
	first(100 * time.Second)
	require.NoError(t, set(operator, "", "", "normal", 90))
	first(90 * time.Second)
	require.NoError(t, set(boss, "ignored", "", "", 80))
	first(80 * time.Second)
	require.NoError(t, set(boss, "", "shop", "urgent", 70))
	first(80 * time.Second)
	require.NoError(t, set(boss, "", "shop", "", 60))
	first(60 * time.Second)
	require.NoError(t, w.DropServiceTarget(ctx, boss, models.ServiceTarget{MerchantID: "shop"}))
	first(80 * time.Second)
	require.NoError(t, set(boss, "", "", "", 0))
	first(0)

	refused(t, set(boss, "", "rival", "", 60), fault.NotFound)
	refused(t, set(anna, "", "", "", 60), fault.Forbidden)
	refused(t, set(boss, "", "", "soon", 60), fault.BadRequest)
	refused(t, set(boss, "", "", "", -1), fault.BadRequest)
	refused(t, set(operator, "nowhere", "", "", 60), fault.TeamUnknown)
	page, err := w.ServiceTargets(ctx, anna, "", false, models.PageRequest{Limit: 1})
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	page, err = w.ServiceTargets(ctx, anna, "", false, models.PageRequest{Cursor: page.Next})
	require.NoError(t, err)
	require.Equal(t, "urgent", page.Items[0].Priority)
	page, err = w.ServiceTargets(ctx, anna, "", true, models.PageRequest{})
	require.NoError(t, err)
	require.Len(t, page.Items, 2)
}

var office = calendar.Calendar{Zone: "UTC", Windows: []calendar.Window{{From: 9 * 60, To: 18 * 60}}, WorkDays: []int{1, 2, 3, 4, 5}, Holidays: []string{"2026-03-03"}}

func TestClocksCountWorkingTime(t *testing.T) {
	w := onSQLite(t)
	ctx := t.Context()
	_, err := w.SetHours(ctx, boss, "north", chat.Hours{Calendar: office})
	require.NoError(t, err)
	w.clock.pass(5*time.Hour + 58*time.Minute) // two minutes before the end of the day; the next is a holiday
	view := w.open(kim)
	require.Nil(t, view.Waiting.OpensAt)
	require.Equal(t, 15*time.Hour+24*time.Hour+3*time.Minute, w.clocks(view.ID)["first"])
	w.clock.pass(2 * time.Minute)
	again, err := w.Read(ctx, kim, view.ID, 0)
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC), *again.Waiting.OpensAt, "the customer is told when somebody comes")

	for _, bad := range []struct {
		who   chat.Actor
		team  string
		hours chat.Hours
		code  fault.Code
	}{
		{anna, "north", chat.Hours{}, fault.Forbidden}, {boss, "south", chat.Hours{}, fault.NotFound}, {operator, "nowhere", chat.Hours{}, fault.NotFound},
		{boss, "north", chat.Hours{Calendar: calendar.Calendar{Zone: "Mars"}}, fault.BadRequest}, {boss, "north", chat.Hours{After: -1}, fault.BadRequest},
		{boss, "north", chat.Hours{Overflow: "north"}, fault.TeamUnknown}, {boss, "north", chat.Hours{Overflow: "nowhere"}, fault.TeamUnknown},
	} {
		_, err := w.SetHours(ctx, bad.who, bad.team, bad.hours)
		refused(t, err, bad.code)
	}
	hours, err := w.Hours(ctx, anna, "north")
	require.NoError(t, err)
	require.Equal(t, office, hours.Calendar)
}

func TestAnotherTeamTakesOver(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, err := w.SetHours(ctx, boss, "north", chat.Hours{Calendar: office, Overflow: "south", After: 5 * time.Minute})
		require.NoError(t, err)
		_, err = w.SetHours(ctx, operator, "south", chat.Hours{Overflow: "north"})
		require.NoError(t, err)
		route := func() {
			_, err := w.RouteAll(ctx)
			require.NoError(t, err)
		}
		id := w.open(kim).ID
		has := func() (team, agent string) {
			c, err := w.Store.Conversation(ctx, id)
			require.NoError(t, err)
			if c.AssigneeID != nil {
				agent = *c.AssigneeID
			}
			return *c.TeamID, agent
		}
		w.sits(far, 1)
		w.clock.pass(4 * time.Minute)
		w.sits(far, 1)
		route()
		team, _ := has()
		require.Equal(t, "north", team, "not waited long enough")
		w.clock.pass(61 * time.Second)
		_, err = w.SitDown(ctx, far, chat.Desk{State: models.DeskAway})
		require.NoError(t, err)
		route()
		team, _ = has()
		require.Equal(t, "north", team, "nobody there can take it either")
		w.sits(far, 1)
		route()
		team, agent := has()
		require.Equal(t, [2]string{"south", "far"}, [2]string{team, agent})
		running, err := w.Store.RunningClocks(ctx, id)
		require.NoError(t, err)
		require.Equal(t, "south", running[0].TeamID)
		_, err = w.Read(ctx, anna, id, 0)
		refused(t, err, fault.NotFound)
		_, err = w.End(ctx, far, id)
		require.NoError(t, err)

		again := w.open(kim).ID // moved once, and then nobody of the south is there
		_, err = w.SitDown(ctx, far, chat.Desk{State: models.DeskOnline, Capacity: 1, Skills: []string{"complaint"}})
		require.NoError(t, err)
		w.clock.pass(6 * time.Minute)
		require.NoError(t, w.Store.MoveEntry(ctx, again, "north", "south"))
		require.NoError(t, w.Store.DB.Model(&models.Conversation{}).Where("id = ?", again).Update("team_id", "south").Error)
		_, err = w.SitDown(ctx, far, chat.Desk{State: models.DeskAway})
		require.NoError(t, err)
		w.sits(anna, 1)
		route()
		c, err := w.Store.Conversation(ctx, again)
		require.NoError(t, err)
		require.Equal(t, "south", *c.TeamID, "nobody is moved to and fro")
		_, err = w.End(ctx, kim, again)
		require.NoError(t, err)

		w.clock.pass(6 * time.Hour) // the north has gone home
		id = w.open(kim).ID
		w.sits(far, 1)
		route()
		team, agent = has()
		require.Equal(t, [2]string{"south", "far"}, [2]string{team, agent}, "at once")
	})
}

// One shop's rush does not keep the customers of another waiting behind all of it.
func TestShopsTakeTurns(t *testing.T) {
	w := onSQLite(t)
	ctx := t.Context()
	require.NoError(t, w.Store.SetMerchantTeam(ctx, "rival", "north"))
	ask := func(id, shop string) string {
		_, err := w.Store.CreateCustomer(ctx, models.NewCustomer{ID: id, Name: id, Lang: "zh-CN", Level: "normal", CreatedAt: noon})
		require.NoError(t, err)
		_, err = w.Store.UpsertOrder(ctx, models.OrderInput{
			ID: "o-" + id, Version: 1, CustomerID: id, MerchantID: shop, Currency: "CNY", PaidAt: noon, Recipient: `{}`,
			Lines:   []models.OrderLineInput{{ID: "l-" + id, ProductID: "p1", VariantID: "v", Title: "杯子", Category: "home", Quantity: 1, UnitPrice: 100, Paid: 100}},
			Tenders: []models.TenderInput{{ID: "t-" + id, Rail: "alipay", Ref: "r-" + id, Captured: 100, CapturedAt: noon}},
		})
		require.NoError(t, err)
		w.cases.orders = map[string]string{"o-" + id: shop}
		view, _, err := w.Open(ctx, chat.Actor{Kind: "customer", ID: id}, chat.Opening{Lang: "zh-CN", OrderID: "o-" + id})
		require.NoError(t, err)
		return view.ID
	}
	var rush []string
	for _, id := range []string{"a", "b", "c", "d"} {
		rush = append(rush, ask(id, "shop"))
		w.clock.pass(time.Second)
	}
	quiet := ask("e", "rival")
	waiting, err := w.Queue(ctx, anna, "")
	require.NoError(t, err)
	var got []string
	for _, entry := range waiting {
		got = append(got, entry.ConversationID)
	}
	require.Equal(t, []string{rush[0], quiet, rush[1], rush[2], rush[3]}, got)
}

func TestAShopsNewTeamGetsItsOpenConversations(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		id := w.open(kim).ID
		thread, err := w.Thread(ctx, anna, "c-1", models.ToMerchant)
		require.NoError(t, err)
		require.NoError(t, w.Store.SetMerchantTeam(ctx, "shop", "south"))
		_, err = w.Read(ctx, anna, id, 0)
		refused(t, err, fault.NotFound)
		for _, of := range []string{id, thread.ID} {
			_, err = w.Read(ctx, far, of, 0)
			require.NoError(t, err)
		}
		waiting, err := w.Queue(ctx, far, "")
		require.NoError(t, err)
		require.Len(t, waiting, 1)
		w.sits(far, 1)
		view, err := w.Read(ctx, far, id, 0)
		require.NoError(t, err)
		require.Equal(t, "far", *view.AssigneeID)
		require.NoError(t, w.Store.SetMerchantTeam(ctx, "shop", "north"))
		_, err = w.Read(ctx, far, id, 0)
		require.NoError(t, err, "who has it keeps it")
		_, err = w.End(ctx, far, id)
		require.NoError(t, err)
		require.NoError(t, w.Store.SetMerchantTeam(ctx, "shop", "south"))
		c, err := w.Store.Conversation(ctx, id)
		require.NoError(t, err)
		require.Equal(t, "north", *c.TeamID, "what has ended stays whose it was")
	})
}

func TestDeadlinesOfCasesAndOfServiceInOneList(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		w.putCase()
		due := noon.Add(time.Hour)
		require.NoError(t, w.Store.DB.Model(&models.Case{}).Where("id = ?", "c-1").Update("due_at", due).Error)
		w.take(ben, id)
		list := func(who chat.Actor, whose string) (kinds []string) {
			request := models.PageRequest{Limit: 1}
			for {
				page, err := w.Deadlines(ctx, who, whose, "", request)
				require.NoError(t, err)
				for _, d := range page.Items {
					kind := "case"
					if d.Clock != nil {
						kind = d.Clock.Kind
					}
					kinds = append(kinds, kind)
				}
				if request.Cursor = page.Next; page.Next == "" {
					return kinds
				}
			}
		}
		require.Equal(t, []string{"first", "case", "resolution"}, list(anna, ""))
		require.Equal(t, []string{"first", "case", "resolution"}, list(boss, ""))
		require.Equal(t, []string{"first", "resolution"}, list(ben, "mine"))
		require.Empty(t, list(anna, "mine"))
		require.Empty(t, list(far, ""))
		_, err := w.Deadlines(ctx, kim, "", "", models.PageRequest{})
		refused(t, err, fault.Forbidden)
	})
}

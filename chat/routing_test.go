package chat_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/chat"
	"aftersales/fault"
	"aftersales/models"
)

func TestAPersonAtAnyTime(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		view := w.open(kim) // without a bot a person is asked for at once
		require.Equal(t, models.WithQueue, view.State)
		require.NotNil(t, view.Waiting)
		require.Zero(t, view.Waiting.Ahead)
		require.True(t, view.Waiting.Nobody)
		require.Zero(t, view.Waiting.Estimate, "none is made up")
		again, err := w.AskPerson(ctx, kim, view.ID)
		require.NoError(t, err)
		require.Equal(t, view.Waiting.Since, again.Waiting.Since, "asking twice does not wait twice")
		other := w.open(lee)
		require.Equal(t, "north", *other.TeamID, "somebody's, also without an order")
		require.EqualValues(t, 1, other.Waiting.Ahead)

		waiting, err := w.Queue(ctx, anna, "")
		require.NoError(t, err)
		require.Len(t, waiting, 2)
		require.Equal(t, view.ID, waiting[0].ConversationID)
		none, err := w.Queue(ctx, far, "north")
		require.NoError(t, err)
		require.Empty(t, none, "another team's")

		w.sits(anna, 1)
		taken, err := w.Read(ctx, kim, view.ID, 0)
		require.NoError(t, err)
		require.Equal(t, models.WithPeople, taken.State)
		require.Equal(t, "anna", *taken.AssigneeID)
		still, err := w.Read(ctx, lee, other.ID, 0)
		require.NoError(t, err)
		require.Equal(t, models.WithQueue, still.State, "she takes one")
		require.Zero(t, still.Waiting.Ahead)
		require.False(t, still.Waiting.Nobody)
		_, err = w.End(ctx, anna, view.ID)
		require.NoError(t, err)
		_, err = w.RouteAll(ctx)
		require.NoError(t, err)
		still, err = w.Read(ctx, lee, other.ID, 0)
		require.NoError(t, err)
		require.Equal(t, models.WithPeople, still.State)
	})
}

func TestNeverToWhoIsNotThere(t *testing.T) {
	w := onSQLite(t)
	ctx := t.Context()
	w.sits(anna, 5)
	w.clock.pass(76 * time.Second)
	id := w.open(kim).ID
	state := func() string {
		view, err := w.Read(ctx, kim, id, 0)
		require.NoError(t, err)
		return view.State
	}
	require.Equal(t, models.WithQueue, state(), "she has not said that she is there")
	for _, desk := range []chat.Desk{
		{State: models.DeskAway, Capacity: 5}, {State: models.DeskOnline}, {State: models.DeskOffline, Capacity: 5},
		{State: models.DeskOnline, Capacity: 5, Langs: []string{"en"}},
	} {
		_, err := w.SitDown(ctx, anna, desk)
		require.NoError(t, err)
		_, err = w.RouteAll(ctx)
		require.NoError(t, err)
		require.Equal(t, models.WithQueue, state(), "%+v", desk)
	}
	_, err := w.SitDown(ctx, far, chat.Desk{State: models.DeskOnline, Capacity: 5})
	require.NoError(t, err)
	require.Equal(t, models.WithQueue, state(), "another team's agent")
	_, err = w.SitDown(ctx, anna, chat.Desk{State: models.DeskOnline, Capacity: 5, Langs: []string{"en", "zh-CN"}})
	require.NoError(t, err)
	require.Equal(t, models.WithPeople, state())
}

func TestWhoGetsIt(t *testing.T) {
	w := onSQLite(t)
	ctx := t.Context()
	w.sits(ben, 5)
	first := w.open(kim)
	require.Equal(t, "ben", *first.AssigneeID)
	_, err := w.End(ctx, ben, first.ID)
	require.NoError(t, err)
	w.sits(anna, 5)
	w.sits(ben, 5)
	require.Equal(t, "anna", *w.open(lee).AssigneeID, "who got none for longest")
	again := w.open(kim)
	require.Equal(t, "ben", *again.AssigneeID, "who had the customer last")
}

// Many who give out at once give each conversation to one agent, and nobody more than they take.
func TestGivingOutAtOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		var ids []string
		for i := range 8 {
			id := fmt.Sprintf("c%d", i)
			_, err := w.Store.CreateCustomer(ctx, models.NewCustomer{ID: id, Name: id, Lang: "zh-CN", Level: "normal", CreatedAt: noon})
			require.NoError(t, err)
			ids = append(ids, w.open(chat.Actor{Kind: "customer", ID: id}).ID)
		}
		var all sync.WaitGroup
		for range 4 {
			for _, who := range []chat.Actor{anna, ben} {
				all.Go(func() {
					if _, err := w.SitDown(ctx, who, chat.Desk{State: models.DeskOnline, Capacity: 3}); err != nil {
						t.Errorf("sit down: %v", err)
					}
				})
			}
		}
		all.Wait()
		has := map[string]int{}
		for _, id := range ids {
			c, err := w.Store.Conversation(ctx, id)
			require.NoError(t, err)
			if c.AssigneeID != nil {
				require.Equal(t, models.WithPeople, c.State)
				has[*c.AssigneeID]++
			}
		}
		require.Equal(t, map[string]int{"anna": 3, "ben": 3}, has)
		waiting, err := w.Queue(ctx, boss, "")
		require.NoError(t, err)
		require.Len(t, waiting, 2)
	})
}

func TestClaimAndTransfer(t *testing.T) {
	w := onSQLite(t)
	ctx, id := t.Context(), w.open(kim).ID
	w.take(anna, id)
	w.take(anna, id)
	_, err := w.Claim(ctx, ben, id)
	refused(t, err, fault.ConversationHeld)
	_, err = w.Claim(ctx, far, id)
	refused(t, err, fault.NotFound)
	_, err = w.Transfer(ctx, ben, id, "ben", "我来")
	refused(t, err, fault.ConversationHeld)
	_, err = w.Transfer(ctx, anna, id, "far", "请接")
	refused(t, err, fault.AgentUnknown)
	_, err = w.Transfer(ctx, anna, id, "ben", " ")
	refused(t, err, fault.BadRequest)
	_, err = w.Transfer(ctx, anna, id, "ben", "顾客急，电话 13812345678")
	require.NoError(t, err)
	_, err = w.Transfer(ctx, anna, id, "ben", "再来")
	refused(t, err, fault.TransferStands)
	offers, err := w.Offers(ctx, ben)
	require.NoError(t, err)
	require.Equal(t, "顾客急，电话 13812345678", offers[0].Note)
	_, err = w.Answer(ctx, anna, id, "accept", "")
	refused(t, err, fault.NotFound)
	_, err = w.Answer(ctx, ben, id, "decline", "在忙")
	require.NoError(t, err)
	c, err := w.Store.Conversation(ctx, id)
	require.NoError(t, err)
	require.Equal(t, "anna", *c.AssigneeID, "until it is accepted it stays")
	_, err = w.Transfer(ctx, anna, id, "ben", "再问一次")
	require.NoError(t, err)
	view, err := w.Answer(ctx, ben, id, "accept", "")
	require.NoError(t, err)
	require.Equal(t, "ben", *view.AssigneeID)
	require.Nil(t, view.Transfer)
	_, err = w.Send(ctx, anna, id, chat.Outgoing{ClientID: "late", Kind: chat.KindText, Body: chat.Body{Text: "x"}})
	refused(t, err, fault.ConversationHeld)
	_, err = w.Assign(ctx, boss, id, "anna")
	require.NoError(t, err)
	_, err = w.Assign(ctx, anna, id, "ben")
	refused(t, err, fault.Forbidden)
}

func TestThreadsAreForTheirAudience(t *testing.T) {
	w := onSQLite(t)
	ctx := t.Context()
	thread, err := w.Thread(ctx, anna, "c-1", models.ToMerchant)
	require.NoError(t, err)
	again, err := w.Thread(ctx, boss, "c-1", models.ToMerchant)
	require.NoError(t, err)
	require.Equal(t, thread.ID, again.ID)
	w.say(anna, thread.ID, "请问验货了吗")
	w.say(clerk, thread.ID, "今天验")
	page, err := w.List(ctx, clerk, chat.Filter{}, models.PageRequest{})
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	inner, err := w.Thread(ctx, anna, "c-1", models.ToColleagues)
	require.NoError(t, err)
	w.say(ben, inner.ID, "看看这家店")
	for _, who := range []chat.Actor{kim, lee, rival} {
		for _, id := range []string{thread.ID, inner.ID} {
			_, err := w.Read(ctx, who, id, 0)
			refused(t, err, fault.NotFound)
		}
	}
	_, err = w.Read(ctx, clerk, inner.ID, 0)
	refused(t, err, fault.NotFound)
	_, err = w.Thread(ctx, clerk, "c-1", models.ToMerchant)
	refused(t, err, fault.Forbidden)
	_, err = w.Thread(ctx, anna, "c-1", models.ToCustomer)
	refused(t, err, fault.BadRequest)

	id := w.open(kim).ID
	notes, err := w.Notes(ctx, anna, id)
	require.NoError(t, err)
	w.say(ben, notes.ID, "老顾客")
	_, err = w.Read(ctx, kim, notes.ID, 0)
	refused(t, err, fault.NotFound)
	_, err = w.Notes(ctx, kim, id)
	refused(t, err, fault.Forbidden)
	view, err := w.Read(ctx, anna, id, 0)
	require.NoError(t, err)
	require.Equal(t, notes.ID, view.Threads[0].ID)
	own, err := w.Read(ctx, kim, id, 0)
	require.NoError(t, err)
	require.Empty(t, own.Threads)
}

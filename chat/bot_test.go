package chat_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/chat"
	"aftersales/models"
)

// echo is a bot that repeats, opens the case c-1 on "退货", and calls a person on "人工".
type echo struct {
	mu    sync.Mutex
	turns []chat.Turn
	fails error
}

func (e *echo) Turn(_ context.Context, turn chat.Turn) (chat.Turned, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.turns = append(e.turns, turn)
	if e.fails != nil {
		return chat.Turned{}, e.fails
	}
	turned := chat.Turned{State: turn.State + "|" + turn.Body.Text, Replies: []chat.Outgoing{{Kind: chat.KindText, Body: chat.Body{Text: "您说：" + turn.Body.Text}}}}
	switch turn.Body.Text {
	case "退货":
		turned.Cases = []string{"c-1"}
	case "人工":
		turned.Person = &chat.HandOver{Why: "asked_for", Skill: "human_agent", Summary: "要人工"}
	}
	return turned, nil
}

func withBot(w *world) *echo {
	bot := &echo{}
	w.Bot = bot
	return bot
}

func (w *world) texts(id string) (texts []string) {
	w.t.Helper()
	page, err := w.Messages(w.t.Context(), kim, id, models.MessagePage{Limit: 100})
	require.NoError(w.t, err)
	for _, m := range page.Messages {
		texts = append(texts, m.SenderKind+": "+m.Body.Text)
	}
	return texts
}

func TestTheBotAnswersEveryMessageOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		bot := withBot(w)
		ctx, id := t.Context(), w.open(kim).ID
		var all sync.WaitGroup
		for i := range 5 {
			all.Go(func() {
				_, err := w.Send(ctx, kim, id, chat.Outgoing{ClientID: fmt.Sprint("burst-", i), Kind: chat.KindText, Body: chat.Body{Text: fmt.Sprint("第", i)}})
				if err != nil {
					t.Errorf("send: %v", err)
				}
			})
			all.Go(func() { _ = w.BotTurns(ctx, id) })
		}
		all.Wait()
		w.Drain()
		w.clock.pass(time.Minute)
		_, err := w.Overdue(ctx) // what a claim kept from being answered beside the request
		require.NoError(t, err)
		answers := map[string]int{}
		for _, text := range w.texts(id) {
			answers[text]++
		}
		require.Len(t, answers, 10)
		for i := range 5 {
			require.Equal(t, 1, answers[fmt.Sprint("bot: 您说：第", i)])
		}
		require.Len(t, bot.turns, 5)
		c, err := w.Store.Conversation(ctx, id)
		require.NoError(t, err)
		require.Nil(t, c.BotDueAt, "it owes nothing")
	})
}

// The process dies after a message was stored: another answers it.
func TestATurnThatNobodyEndedIsTakenUp(t *testing.T) {
	w := onSQLite(t)
	withBot(w)
	ctx, id := t.Context(), w.open(kim).ID
	dead := &chat.Service{Store: w.Store, Cases: w.cases, Now: w.clock.now} // without a bot it answers nothing
	_, err := dead.Send(ctx, kim, id, chat.Outgoing{ClientID: "lost-one", Kind: chat.KindText, Body: chat.Body{Text: "在吗"}})
	require.NoError(t, err)
	_, err = w.Overdue(ctx)
	require.NoError(t, err)
	require.Len(t, w.texts(id), 1, "not yet overdue")
	w.clock.pass(4 * time.Second)
	_, err = w.Overdue(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"customer: 在吗", "bot: 您说：在吗"}, w.texts(id))
}

func TestTheBotHandsOverAndOpens(t *testing.T) {
	w := onSQLite(t)
	withBot(w)
	w.putCase()
	ctx, id := t.Context(), w.open(kim).ID
	w.say(kim, id, "退货")
	w.Drain()
	view, err := w.Read(ctx, kim, id, 0)
	require.NoError(t, err)
	require.Equal(t, "c-1", view.Cases[0].CaseID)
	require.Equal(t, models.WithBot, view.State)
	w.say(kim, id, "人工")
	w.Drain()
	view, err = w.Read(ctx, anna, id, 0)
	require.NoError(t, err)
	require.Equal(t, models.WithQueue, view.State)
	require.Equal(t, "要人工", view.Summary)
	own, err := w.Read(ctx, kim, id, 0)
	require.NoError(t, err)
	require.Empty(t, own.Summary, "for the person who takes over")
	w.say(kim, id, "还在吗")
	w.Drain()
	require.NotContains(t, w.texts(id), "bot: 您说：还在吗")
}

// A bot that fails keeps nobody waiting: a person is asked for.
func TestABotThatFails(t *testing.T) {
	w := onSQLite(t)
	bot := withBot(w)
	bot.fails = errors.New("the engine is away")
	ctx, id := t.Context(), w.open(kim).ID
	w.say(kim, id, "在吗")
	w.Drain()
	w.clock.pass(10 * time.Second)
	_, err := w.Overdue(ctx)
	require.Error(t, err)
	c, err := w.Store.Conversation(ctx, id)
	require.NoError(t, err)
	require.Equal(t, models.WithBot, c.State)
	w.clock.pass(time.Minute)
	_, err = w.Overdue(ctx)
	require.NoError(t, err)
	c, err = w.Store.Conversation(ctx, id)
	require.NoError(t, err)
	require.Equal(t, models.WithQueue, c.State)
}

func TestCasesAreToldInTheirConversations(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.Question = func(kind, field, lang string) string { return kind + " " + field + " " + lang }
		w.putCase()
		ctx, id := t.Context(), w.open(kim).ID
		_, err := w.Tie(ctx, kim, id, "c-1")
		require.NoError(t, err)
		_, err = w.Tie(ctx, lee, w.open(lee).ID, "c-1")
		require.Error(t, err)
		w.happens(2, "merchant_agreed")
		w.happens(3, "approval_voted")
		require.NoError(t, w.Store.DB.Create(&models.CaseQuestion{
			CaseID: "c-1", Round: 1, N: 1, Field: "reason", Choices: `[{"value":"quality","zh":"质量","en":"Quality"}]`, AskedAt: noon, DueAt: noon,
		}).Error)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := w.CaseMoved(ctx, "c-1"); err != nil {
					t.Errorf("tell: %v", err)
				}
			})
		}
		all.Wait()
		page := mustPage(t, w, id)
		require.Len(t, page.Messages, 2, "once each, and nothing of what is decided behind the desk")
		require.Equal(t, "merchant_agreed", page.Messages[0].Body.Event)
		question := page.Messages[1]
		require.Equal(t, "return reason zh-CN", question.Body.Text)
		require.Equal(t, []chat.Choice{{Slot: "case", Value: "quality", Label: "质量"}}, question.Body.Choices)

		out := chat.Outgoing{ClientID: "my-answer", Kind: chat.KindClick, Body: chat.Body{Click: &chat.Choice{Slot: "case", Value: "quality", Label: "质量"}, Answers: question.Seq}}
		w.cases.fails = errors.New("the engine is away")
		_, err = w.Send(ctx, kim, id, out)
		require.Error(t, err)
		w.cases.fails = nil
		_, err = w.Send(ctx, kim, id, out)
		require.NoError(t, err)
		require.Len(t, w.cases.answers, 2)
		require.Equal(t, w.cases.answers[0].Key, w.cases.answers[1].Key, "the case takes it once")
		require.Equal(t, chat.CaseAnswer{CaseID: "c-1", Round: 1, N: 1, Choice: "quality", Key: w.cases.answers[1].Key, ReceivedAt: noon}, w.cases.answers[1])
		require.EqualValues(t, 3, mustPage(t, w, id).LastSeq)
	})
}

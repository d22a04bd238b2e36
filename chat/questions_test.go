package chat_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/chat"
	"aftersales/fault"
	"aftersales/models"
)

func (w *world) ask(who chat.Actor, id, client string, due time.Duration) error {
	w.t.Helper()
	_, err := w.Ask(w.t.Context(), who, id, chat.Outgoing{ClientID: client, Kind: chat.KindText, Body: chat.Body{Text: "请问验货了吗"}}, w.Now().Add(due))
	return err
}

func (w *world) asked(id string) models.PartyQuestion {
	w.t.Helper()
	view, err := w.Read(w.t.Context(), anna, id, 0)
	require.NoError(w.t, err)
	require.NotEmpty(w.t, view.Asked)
	return view.Asked[0]
}

func TestAShopIsAskedUntilATime(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		thread, err := w.Thread(ctx, anna, "c-1", models.ToMerchant)
		require.NoError(t, err)
		fire := func() {
			_, err := w.FireQuestions(ctx)
			require.NoError(t, err)
		}
		for range 2 { // sent again it asks nothing more
			require.NoError(t, w.ask(anna, thread.ID, "question-1", time.Hour))
		}
		require.EqualValues(t, 1, w.asked(thread.ID).Seq)
		waiting := func(who chat.Actor) int {
			page, err := w.Questions(ctx, who, "", models.PageRequest{})
			require.NoError(t, err)
			return len(page.Items)
		}
		require.Equal(t, 1, waiting(clerk))
		require.Equal(t, 1, waiting(ben))
		require.Zero(t, waiting(rival))
		require.Zero(t, waiting(far))
		w.clock.pass(29 * time.Minute)
		fire()
		require.Empty(t, w.newsOf("merchant", "shop"))
		w.clock.pass(time.Minute)
		fire()
		fire()
		require.Equal(t, []string{"question_waits"}, w.newsOf("merchant", "shop"))
		w.say(anna, thread.ID, "补充一下")
		require.Nil(t, w.asked(thread.ID).AnsweredAt, "who asked does not answer")
		w.clock.pass(30 * time.Minute)
		fire()
		fire()
		require.Equal(t, []string{"question_overdue"}, w.newsOf("agent", "anna"))
		require.Equal(t, []string{"question_overdue"}, w.newsOf("supervisor", "north"))
		require.Len(t, w.newsOf("merchant", "shop"), 2)
		answer := w.say(clerk, thread.ID, "今天验")
		require.NotNil(t, w.asked(thread.ID).AnsweredAt)
		require.Equal(t, answer.Seq, w.asked(thread.ID).AnswerSeq)
		require.Zero(t, waiting(clerk))

		require.NoError(t, w.ask(boss, thread.ID, "question-2", time.Hour))
		w.say(clerk, thread.ID, "好的")
		w.clock.pass(2 * time.Hour)
		fire()
		require.Empty(t, w.newsOf("supervisor", "boss"), "what was answered falls no more")

		for _, bad := range []time.Duration{0, -time.Hour, 30 * time.Second, 91 * 24 * time.Hour} {
			refused(t, w.ask(anna, thread.ID, "question-3", bad), fault.BadRequest)
		}
		inner, err := w.Thread(ctx, anna, "c-1", models.ToColleagues)
		require.NoError(t, err)
		refused(t, w.ask(anna, inner.ID, "question-4", time.Hour), fault.BadRequest)
		view, err := w.Read(ctx, anna, inner.ID, 0)
		require.NoError(t, err)
		require.Zero(t, view.LastSeq, "what is refused is not said either")
		refused(t, w.ask(clerk, thread.ID, "question-5", time.Hour), fault.Forbidden)
		refused(t, w.ask(far, thread.ID, "question-6", time.Hour), fault.NotFound)
	})
}

// A carrier has no account: what it says is written down by the desk, as the answer to what it was asked.
func TestACarrierIsAskedInAThreadOfItsOwn(t *testing.T) {
	w := onSQLite(t)
	ctx := t.Context()
	thread, err := w.Thread(ctx, anna, "c-1", models.ToCarrier)
	require.NoError(t, err)
	require.Equal(t, models.ToCarrier, thread.Audience)
	for _, who := range []chat.Actor{kim, clerk, rival, far} {
		_, err := w.Read(ctx, who, thread.ID, 0)
		refused(t, err, fault.NotFound)
	}
	require.NoError(t, w.ask(anna, thread.ID, "question-1", time.Hour))
	w.clock.pass(30 * time.Minute)
	_, err = w.FireQuestions(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"question_waits"}, w.newsOf("agent", "anna"), "she asks them again")
	require.Empty(t, w.newsOf("merchant", "shop"))
	page, err := w.Questions(ctx, clerk, "", models.PageRequest{})
	require.NoError(t, err)
	require.Empty(t, page.Items, "it is not the shop that was asked")
	w.say(ben, thread.ID, "打过电话，占线")
	require.Nil(t, w.asked(thread.ID).AnsweredAt)
	m, err := w.Send(ctx, ben, thread.ID, chat.Outgoing{ClientID: "answer-01", Kind: chat.KindText, Body: chat.Body{Text: "顺丰：包裹已拦截", Answers: 1}})
	require.NoError(t, err)
	require.Equal(t, m.Seq, w.asked(thread.ID).AnswerSeq)
}

func TestWhatAgentsMeanToDo(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		in := func(d time.Duration) time.Time { return w.Now().Add(d) }
		own, err := w.Follow(ctx, anna, id, "", "回电 13812345678", in(2*time.Hour))
		require.NoError(t, err)
		require.True(t, own.FollowUp.Words.IsSealed())
		bens, err := w.Follow(ctx, anna, id, "ben", "查仓库", in(time.Hour))
		require.NoError(t, err)
		list := func(who chat.Actor) (words []string) {
			page, err := w.FollowUps(ctx, who, models.PageRequest{})
			require.NoError(t, err)
			for _, f := range page.Items {
				words = append(words, f.Words)
			}
			return words
		}
		require.Equal(t, []string{"回电 13812345678"}, list(anna))
		require.Equal(t, []string{"查仓库"}, list(ben))
		_, err = w.Follow(ctx, anna, id, "far", "x", in(time.Hour))
		refused(t, err, fault.AgentUnknown)
		_, err = w.Follow(ctx, far, id, "", "x", in(time.Hour))
		refused(t, err, fault.NotFound)
		for words, due := range map[string]time.Duration{" ": time.Hour, "过去": 0, "太远": 91 * 24 * time.Hour, strings.Repeat("长", 501): time.Hour} {
			_, err := w.Follow(ctx, anna, id, "", words, in(due))
			refused(t, err, fault.BadRequest)
		}
		refused(t, w.EndFollowUp(ctx, anna, bens.ID), fault.NotFound)
		fire := func() {
			_, err := w.FireFollowUps(ctx)
			require.NoError(t, err)
		}
		fire()
		require.Empty(t, w.newsOf("agent", "ben"))
		w.clock.pass(time.Hour)
		fire()
		fire()
		require.Equal(t, []string{"follow_up_due"}, w.newsOf("agent", "ben"))
		require.Equal(t, []string{"查仓库"}, list(ben), "until it is done")
		require.NoError(t, w.EndFollowUp(ctx, ben, bens.ID))
		require.Empty(t, list(ben))
		refused(t, w.EndFollowUp(ctx, ben, bens.ID), fault.NotFound)
		require.NoError(t, w.EndFollowUp(ctx, anna, own.ID))
		w.clock.pass(time.Hour)
		fire()
		require.Empty(t, w.newsOf("agent", "anna"), "nobody is reminded of what is done")
	})
}

func TestKeptFilters(t *testing.T) {
	w := onSQLite(t)
	ctx := t.Context()
	kept, err := w.KeepView(ctx, anna, " 催单 ", "state=open&whose=mine")
	require.NoError(t, err)
	require.Equal(t, "催单", kept.Name)
	_, err = w.KeepView(ctx, anna, "催单", "")
	refused(t, err, fault.ViewExists)
	_, err = w.KeepView(ctx, ben, "催单", "")
	require.NoError(t, err, "another's is another")
	for name, query := range map[string]string{"": "", strings.Repeat("长", 21): "", "a": "customer_id=kim", "b": "state=%zz", "c": "lang=" + strings.Repeat("x", 1000)} {
		_, err := w.KeepView(ctx, anna, name, query)
		refused(t, err, fault.BadRequest)
	}
	page, err := w.Views(ctx, anna, models.PageRequest{})
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	refused(t, w.DropView(ctx, ben, kept.ID), fault.NotFound)
	require.NoError(t, w.DropView(ctx, anna, kept.ID))
	_, err = w.KeepView(ctx, kim, "x", "")
	refused(t, err, fault.Forbidden)
}

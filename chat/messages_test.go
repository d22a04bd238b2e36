package chat_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/chat"
	"aftersales/fault"
	"aftersales/models"
)

func TestOpeningGoesOnWithWhatIsOpen(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		first, opened, err := w.Open(ctx, kim, chat.Opening{Lang: "zh-CN", OrderID: "o"})
		require.NoError(t, err)
		require.True(t, opened)
		require.Equal(t, "north", *first.TeamID, "whose shop the order is of")
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				again, opened, err := w.Open(ctx, kim, chat.Opening{Lang: "en"})
				if err != nil || opened || again.ID != first.ID {
					t.Errorf("opened a second one: %v %v %v", again.ID, opened, err)
				}
			})
		}
		all.Wait()
		_, err = w.End(ctx, kim, first.ID)
		require.NoError(t, err)
		second, opened, err := w.Open(ctx, kim, chat.Opening{Lang: "en"})
		require.NoError(t, err)
		require.True(t, opened)
		require.NotEqual(t, first.ID, second.ID)
		_, _, err = w.Open(ctx, lee, chat.Opening{OrderID: "o"})
		refused(t, err, fault.OrderUnknown)
		_, _, err = w.Open(ctx, lee, chat.Opening{CaseID: "c-1"})
		refused(t, err, fault.NotFound)
		for _, who := range []chat.Actor{clerk, anna, boss, operator, editor} {
			_, _, err := w.Open(ctx, who, chat.Opening{})
			refused(t, err, fault.Forbidden)
		}
	})
}

// Many at once send, some of them twice: every message is there once, and their numbers have no gaps.
func TestEveryMessageOnceAndInOrder(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		w.take(anna, id)
		var all sync.WaitGroup
		for n := range 6 {
			who := []chat.Actor{kim, anna}[n%2]
			all.Go(func() {
				for i := range 10 {
					out := chat.Outgoing{ClientID: fmt.Sprintf("own-%d-%d", n/2, i), Kind: chat.KindText, Body: chat.Body{Text: fmt.Sprintf("%d/%d", n/2, i)}}
					first, err := w.Send(ctx, who, id, out)
					again, errAgain := w.Send(ctx, who, id, out)
					if err != nil || errAgain != nil || first.Seq != again.Seq {
						t.Errorf("sent again: %v %v, %d and %d", err, errAgain, first.Seq, again.Seq)
					}
				}
			})
		}
		all.Wait()
		var seqs []int64
		revs := map[int64]bool{}
		for after := int64(1); ; {
			page, err := w.Messages(ctx, kim, id, models.MessagePage{After: after, Limit: 17})
			require.NoError(t, err)
			for _, m := range page.Messages {
				seqs, after = append(seqs, m.Seq), m.Seq
				require.False(t, revs[m.Rev])
				revs[m.Rev] = true
			}
			if !page.More {
				break
			}
		}
		require.Len(t, seqs, 59)
		for i, seq := range seqs {
			require.EqualValues(t, i+2, seq)
		}
	})
}

func TestTheSameIDWithOtherWordsIsRefused(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		out := chat.Outgoing{ClientID: "same", Kind: chat.KindText, Body: chat.Body{Text: "在吗"}}
		first, err := w.Send(ctx, kim, id, out)
		require.NoError(t, err)
		other := out
		other.Body.Text = "不在"
		_, err = w.Send(ctx, kim, id, other)
		refused(t, err, fault.MessageReused)
		_, err = w.Edit(ctx, kim, id, first.Seq, "在吗？")
		require.NoError(t, err)
		again, err := w.Send(ctx, kim, id, out)
		require.NoError(t, err, "what was sent first counts, also after an edit")
		require.Equal(t, first.Seq, again.Seq)
		require.Equal(t, "在吗？", again.Body.Text)
		_, err = w.Recall(ctx, kim, id, first.Seq)
		require.NoError(t, err)
		_, err = w.Send(ctx, kim, id, out)
		require.NoError(t, err)
		_, err = w.Send(ctx, kim, id, other)
		refused(t, err, fault.MessageReused)
		w.take(anna, id)
		_, err = w.Send(ctx, anna, id, other)
		require.NoError(t, err, "another sender's ID is another")
	})
}

// Whoever was away asks for what changed since, and has every message as it is now, once.
func TestWhatChangedSince(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		for i := range 5 {
			w.say(kim, id, fmt.Sprint("第", i))
		}
		before, err := w.Messages(ctx, kim, id, models.MessagePage{})
		require.NoError(t, err)
		require.EqualValues(t, 5, before.LastSeq)
		_, err = w.Edit(ctx, kim, id, 2, "改了")
		require.NoError(t, err)
		_, err = w.Recall(ctx, kim, id, 3)
		require.NoError(t, err)
		w.take(anna, id)
		_, err = w.React(ctx, anna, id, 1, "thanks", false)
		require.NoError(t, err)
		w.say(anna, id, "您好")
		seen := map[int64]chat.Message{}
		for since := before.Rev; ; {
			page, err := w.Messages(ctx, kim, id, models.MessagePage{SinceRev: since, Limit: 2})
			require.NoError(t, err)
			for _, m := range page.Messages {
				require.NotContains(t, seen, m.Seq)
				seen[m.Seq] = m
			}
			since = page.Rev
			if !page.More {
				break
			}
		}
		require.Len(t, seen, 4)
		require.Equal(t, "改了", seen[2].Body.Text)
		require.NotNil(t, seen[3].RecalledAt)
		require.Empty(t, seen[3].Body.Text)
		require.Equal(t, "thanks", seen[1].Reactions[0].Code)
		require.Equal(t, "您好", seen[6].Body.Text)
		rest, err := w.Messages(ctx, kim, id, models.MessagePage{SinceRev: mustPage(t, w, id).Rev})
		require.NoError(t, err)
		require.Empty(t, rest.Messages)
	})
}

func mustPage(t *testing.T, w *world, id string) chat.Page {
	page, err := w.Messages(t.Context(), kim, id, models.MessagePage{})
	require.NoError(t, err)
	return page
}

func TestPagingBothWays(t *testing.T) {
	w := onSQLite(t)
	id := w.open(kim).ID
	for i := range 25 {
		w.say(kim, id, fmt.Sprint("第", i+1))
	}
	ctx := t.Context()
	newest, err := w.Messages(ctx, kim, id, models.MessagePage{Limit: 10})
	require.NoError(t, err)
	require.True(t, newest.More)
	require.EqualValues(t, 16, newest.Messages[0].Seq)
	require.EqualValues(t, 25, newest.Messages[9].Seq)
	older, err := w.Messages(ctx, kim, id, models.MessagePage{Before: 16, Limit: 20})
	require.NoError(t, err)
	require.False(t, older.More)
	require.Len(t, older.Messages, 15)
	require.EqualValues(t, 1, older.Messages[0].Seq)
	next, err := w.Messages(ctx, kim, id, models.MessagePage{After: 15, Limit: 3})
	require.NoError(t, err)
	require.True(t, next.More)
	require.EqualValues(t, 16, next.Messages[0].Seq)
}

func TestEditAndRecallWithinTwoMinutes(t *testing.T) {
	w := onSQLite(t)
	ctx, id := t.Context(), w.open(kim).ID
	w.take(anna, id)
	m := w.say(kim, id, "电话 13812345678")
	_, err := w.Edit(ctx, anna, id, m.Seq, "x")
	refused(t, err, fault.NotFound)
	_, err = w.Recall(ctx, anna, id, m.Seq)
	refused(t, err, fault.NotFound)
	w.clock.pass(chat.Changeable)
	edited, err := w.Edit(ctx, kim, id, m.Seq, "电话另说")
	require.NoError(t, err)
	require.NotNil(t, edited.EditedAt)
	w.clock.pass(time.Second)
	_, err = w.Edit(ctx, kim, id, m.Seq, "太晚")
	refused(t, err, fault.MessageTooOld)
	_, err = w.Recall(ctx, kim, id, m.Seq)
	refused(t, err, fault.MessageTooOld)
	fresh := w.say(kim, id, "发错了")
	gone, err := w.Recall(ctx, kim, id, fresh.Seq)
	require.NoError(t, err)
	require.Empty(t, gone.Body.Text)
	_, err = w.Edit(ctx, kim, id, fresh.Seq, "又来")
	refused(t, err, fault.MessageRecalled)
	again, err := w.Recall(ctx, kim, id, fresh.Seq)
	require.NoError(t, err)
	require.Equal(t, gone.RecalledAt, again.RecalledAt)

	versions, err := w.Versions(ctx, boss, id, m.Seq)
	require.NoError(t, err)
	require.Equal(t, "电话 13812345678", versions[0].Body.Text, "the history is kept")
	for _, who := range []chat.Actor{kim, anna} {
		_, err = w.Versions(ctx, who, id, m.Seq)
		refused(t, err, fault.Forbidden)
	}
}

func TestWhoMayReadAndWrite(t *testing.T) {
	w := onSQLite(t)
	ctx, id := t.Context(), w.open(kim).ID
	w.say(kim, id, "在吗")
	out := func(n string) chat.Outgoing {
		return chat.Outgoing{ClientID: n, Kind: chat.KindText, Body: chat.Body{Text: "x"}}
	}
	for _, who := range []chat.Actor{lee, clerk, far} {
		_, err := w.Read(ctx, who, id, 0)
		refused(t, err, fault.NotFound)
		_, err = w.Messages(ctx, who, id, models.MessagePage{})
		refused(t, err, fault.NotFound)
		_, err = w.Send(ctx, who, id, out("a"))
		refused(t, err, fault.NotFound)
		refused(t, w.Mark(ctx, who, id, 1, 1), fault.NotFound)
		_, err = w.React(ctx, who, id, 1, "thanks", false)
		refused(t, err, fault.NotFound)
	}
	_, err := w.Read(ctx, editor, id, 0)
	refused(t, err, fault.Forbidden)
	view, err := w.Read(ctx, anna, id, 0)
	require.NoError(t, err)
	require.False(t, view.CanWrite)
	_, err = w.Send(ctx, anna, id, out("b"))
	refused(t, err, fault.ConversationHeld)
	w.take(anna, id)
	_, err = w.Send(ctx, anna, id, out("c"))
	require.NoError(t, err)
	_, err = w.Send(ctx, ben, id, out("d"))
	refused(t, err, fault.ConversationHeld)
	_, err = w.Send(ctx, boss, id, out("e"))
	require.NoError(t, err, "a supervisor steps in")
	_, err = w.End(ctx, anna, id)
	require.NoError(t, err)
	_, err = w.Send(ctx, kim, id, out("f"))
	refused(t, err, fault.ConversationEnded)
}

func TestBadContent(t *testing.T) {
	w := onSQLite(t)
	ctx, id := t.Context(), w.open(kim).ID
	send := func(kind string, body chat.Body) error {
		sent++
		_, err := w.Send(ctx, kim, id, chat.Outgoing{ClientID: fmt.Sprint("bad-", sent), Kind: kind, Body: body})
		return err
	}
	for name, err := range map[string]error{
		"empty":       send(chat.KindText, chat.Body{}),
		"blank":       send(chat.KindText, chat.Body{Text: " \n\t"}),
		"only hidden": send(chat.KindText, chat.Body{Text: "\x00\x1b\u202e"}),
		"kind":        send("shout", chat.Body{Text: "x"}),
		"system":      send(chat.KindSystem, chat.Body{Text: "x", Event: "refunded"}),
		"script link": send(chat.KindLink, chat.Body{URL: "javascript:alert(1)"}),
		"link":        send(chat.KindLink, chat.Body{URL: "https://user@host/"}),
		"buttons":     send(chat.KindAsk, chat.Body{Text: "x", Choices: []chat.Choice{{Slot: "a", Value: "b", Label: "c"}}}),
		"click":       send(chat.KindClick, chat.Body{}),
	} {
		f := fault.As(err)
		require.NotNil(t, f, name)
		require.Equal(t, fault.BadRequest, f.Code, name)
	}
	refused(t, send(chat.KindText, chat.Body{Text: strings.Repeat("字", chat.MaxText+1)}), fault.TextTooLong)
	refused(t, send(chat.KindPicture, chat.Body{File: "another's"}), fault.EvidenceUnknown)
	refused(t, send(chat.KindOrder, chat.Body{Ref: "another's"}), fault.OrderUnknown)
	refused(t, send(chat.KindCase, chat.Body{Ref: "another's"}), fault.NotFound)
	require.NoError(t, send(chat.KindOrder, chat.Body{Ref: "o"}))
	require.NoError(t, send(chat.KindText, chat.Body{Text: "你\x1b[31m好\u202e"}))
	page := mustPage(t, w, id)
	require.Equal(t, "你[31m好", page.Messages[len(page.Messages)-1].Body.Text)
	require.EqualValues(t, 2, page.LastSeq, "what is refused takes no number")
}

func TestMarksNeverGoBack(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		for range 3 {
			w.say(kim, id, "在吗")
		}
		w.take(anna, id)
		rows := func() chat.Row {
			page, err := w.List(ctx, anna, chat.Filter{Whose: "mine"}, models.PageRequest{})
			require.NoError(t, err)
			require.Len(t, page.Items, 1)
			return page.Items[0]
		}
		require.EqualValues(t, 3, rows().Unread)
		require.Equal(t, "在吗", rows().Last.Body.Text)
		for _, mark := range [][2]int64{{3, 2}, {1, 1}, {0, 99}} {
			require.NoError(t, w.Mark(ctx, anna, id, mark[0], mark[1]))
		}
		require.Zero(t, rows().Unread)
		view, err := w.Read(ctx, kim, id, 0)
		require.NoError(t, err)
		require.EqualValues(t, 3, view.Members[0].ReadSeq, "not beyond the end")
		w.say(kim, id, "还在吗")
		require.EqualValues(t, 1, rows().Unread)
	})
}

func TestReactions(t *testing.T) {
	w := onSQLite(t)
	ctx, id := t.Context(), w.open(kim).ID
	m := w.say(kim, id, "好的")
	w.take(anna, id)
	for range 2 {
		got, err := w.React(ctx, anna, id, m.Seq, "thumbs_up", false)
		require.NoError(t, err)
		require.Len(t, got.Reactions, 1)
	}
	_, err := w.React(ctx, kim, id, m.Seq, "thumbs_up", true)
	require.NoError(t, err, "one's own is not there")
	got, err := w.React(ctx, anna, id, m.Seq, "thumbs_up", true)
	require.NoError(t, err)
	require.Empty(t, got.Reactions)
	_, err = w.React(ctx, anna, id, m.Seq, "shrug", false)
	refused(t, err, fault.BadRequest)
	_, err = w.React(ctx, anna, id, 99, "thanks", false)
	refused(t, err, fault.NotFound)
}

// take gives a conversation to an agent.
func (w *world) take(who chat.Actor, id string) chat.View {
	w.t.Helper()
	view, err := w.Claim(w.t.Context(), who, id)
	require.NoError(w.t, err)
	return view
}

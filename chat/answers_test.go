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

func TestDraftsAreOnesOwn(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		require.NoError(t, w.SaveDraft(ctx, anna, id, "您好，电话 13812345678"))
		require.NoError(t, w.SaveDraft(ctx, kim, id, "我想"))
		require.NoError(t, w.SaveDraft(ctx, anna, id, "您好，电话 13912345678"))
		notes, err := w.Notes(ctx, anna, id)
		require.NoError(t, err)
		require.Empty(t, notes.Draft, "an answer is not carried over into a note")
		for who, want := range map[*chat.Actor]string{&anna: "您好，电话 13912345678", &kim: "我想", &ben: ""} {
			view, err := w.Read(ctx, *who, id, 0)
			require.NoError(t, err)
			require.Equal(t, want, view.Draft, who.ID)
		}
		var stored []models.MessageDraft
		require.NoError(t, w.Store.DB.Find(&stored).Error)
		require.Len(t, stored, 2)
		require.True(t, stored[0].Body.IsSealed())
		require.NoError(t, w.SaveDraft(ctx, kim, id, ""))
		view, err := w.Read(ctx, kim, id, 0)
		require.NoError(t, err)
		require.Empty(t, view.Draft)
		refused(t, w.SaveDraft(ctx, lee, id, "x"), fault.NotFound)
		refused(t, w.SaveDraft(ctx, kim, id, strings.Repeat("长", 4001)), fault.TextTooLong)
	})
}

func TestRatingOfAConversation(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		good := chat.Rating{Score: 5, Codes: []string{"quick", "kind", "quick"}, Words: "谢谢，电话 13812345678"}
		_, err := w.Rate(ctx, kim, id, good)
		refused(t, err, fault.NotRatable)
		w.take(anna, id)
		for range 2 {
			view, err := w.End(ctx, anna, id)
			require.NoError(t, err)
			require.NotNil(t, view.Rating)
			require.Zero(t, view.Rating.Score)
			last := view.Messages[len(view.Messages)-1]
			require.Equal(t, "rating.asked", last.Body.Event)
			require.EqualValues(t, view.LastSeq, last.Seq)
			require.EqualValues(t, 1, view.LastSeq, "asked once")
		}
		for _, bad := range []chat.Rating{{}, {Score: 6}, {Score: 3, Codes: []string{"nice"}}} {
			_, err := w.Rate(ctx, kim, id, bad)
			refused(t, err, fault.BadRequest)
		}
		_, err = w.Rate(ctx, anna, id, good)
		refused(t, err, fault.Forbidden)
		_, err = w.Rate(ctx, lee, id, good)
		refused(t, err, fault.NotFound)
		_, err = w.Rate(ctx, kim, id, good)
		require.NoError(t, err)
		w.clock.pass(chat.Ratable)
		_, err = w.Rate(ctx, kim, id, chat.Rating{Score: 2, Codes: []string{"slow"}})
		require.NoError(t, err)
		view, err := w.Read(ctx, boss, id, 0)
		require.NoError(t, err)
		require.Equal(t, 2, view.Rating.Score)
		require.Equal(t, []string{"slow"}, view.Rating.Codes)
		require.Empty(t, view.Rating.Words)
		w.clock.pass(time.Second)
		_, err = w.Rate(ctx, kim, id, good)
		refused(t, err, fault.NotRatable)

		other := w.open(lee).ID // that no agent had
		ended, err := w.End(ctx, lee, other)
		require.NoError(t, err)
		require.Nil(t, ended.Rating)
		require.Zero(t, ended.LastSeq)
	})
}

func TestSeveralAtOnceEachInItsOwnRight(t *testing.T) {
	w := onSQLite(t)
	ctx := t.Context()
	mine, bens := w.open(kim).ID, w.open(lee).ID
	w.take(ben, bens)
	codes := func(who chat.Actor, in chat.Bulk) (codes []fault.Code) {
		done, err := w.Bulk(ctx, who, in)
		require.NoError(t, err)
		for i, one := range done {
			require.Equal(t, in.IDs[i], one.ID)
			code := fault.Code("")
			if one.Why != nil {
				code = one.Why.Code
			}
			codes = append(codes, code)
		}
		return codes
	}
	all := []string{mine, bens, "nothing"}
	require.Equal(t, []fault.Code{"", fault.ConversationHeld, fault.NotFound}, codes(anna, chat.Bulk{Action: "claim", IDs: all}))
	require.Equal(t, []fault.Code{"", "", fault.NotFound}, codes(anna, chat.Bulk{Action: "priority", IDs: all, Priority: "high"}))
	require.Equal(t, []fault.Code{"", fault.ConversationHeld, fault.NotFound}, codes(anna, chat.Bulk{Action: "snooze", IDs: all, Until: w.Now().Add(time.Hour)}))
	require.Equal(t, []fault.Code{fault.Forbidden, fault.Forbidden, fault.Forbidden}, codes(anna, chat.Bulk{Action: "assign", IDs: all, AgentID: "ben"}))
	require.Equal(t, []fault.Code{"", "", fault.NotFound}, codes(boss, chat.Bulk{Action: "assign", IDs: all, AgentID: "ben"}))
	require.Equal(t, []fault.Code{"", "", fault.NotFound}, codes(ben, chat.Bulk{Action: "close", IDs: all}))
	require.Equal(t, []fault.Code{"", "", fault.NotFound}, codes(ben, chat.Bulk{Action: "close", IDs: all}), "again it changes nothing")
	for _, bad := range []chat.Bulk{{Action: "erase", IDs: all}, {Action: "close"}, {Action: "close", IDs: make([]string, chat.MaxBulk+1)}} {
		_, err := w.Bulk(ctx, anna, bad)
		refused(t, err, fault.BadRequest)
	}
	_, err := w.Bulk(ctx, kim, chat.Bulk{Action: "close", IDs: all})
	refused(t, err, fault.Forbidden)
}

// What an erased customer was called is filled into nothing, and how they rated stays a number.
func TestAnErasedCustomersRatingIsANumber(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		w.take(anna, id)
		require.NoError(t, w.SaveDraft(ctx, kim, id, "草稿"))
		_, err := w.End(ctx, anna, id)
		require.NoError(t, err)
		_, err = w.Rate(ctx, kim, id, chat.Rating{Score: 1, Words: "很差"})
		require.NoError(t, err)
		customer, err := w.Store.Customer(ctx, "kim")
		require.NoError(t, err)
		_, err = w.Store.Forget(ctx, nil, "kim", customer.KeyRef, noon)
		require.NoError(t, err)
		var rating models.ConversationRating
		require.NoError(t, w.Store.DB.Take(&rating).Error)
		require.EqualValues(t, 1, rating.Score)
		require.NotEqual(t, "kim", rating.CustomerID)
		var drafts int64
		require.NoError(t, w.Store.DB.Model(&models.MessageDraft{}).Count(&drafts).Error)
		require.Zero(t, drafts)
		view, err := w.Read(ctx, boss, id, 0)
		require.NoError(t, err)
		require.Equal(t, 1, view.Rating.Score)
		require.Empty(t, view.Rating.Words)
	})
}

package chat_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/chat"
	"aftersales/fault"
	"aftersales/models"
)

func TestTwoCharactersSuffice(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id, other := t.Context(), w.open(kim).ID, w.open(lee).ID
		w.take(anna, id)
		w.say(kim, id, "我要退款，鞋子小了")
		w.clock.pass(time.Second)
		w.say(anna, id, "好的，退货之后款就到")
		w.say(lee, other, "退款什么时候到 Ｒefund")
		find := func(who chat.Actor, in chat.Search) (texts []string) {
			page, err := w.Search(ctx, who, in, models.PageRequest{})
			require.NoError(t, err)
			for _, found := range page.Items {
				texts = append(texts, found.Body.Text)
			}
			return texts
		}
		require.Empty(t, find(kim, chat.Search{Words: "退款"}), "not read yet")
		w.index()
		w.index()
		require.Equal(t, []string{"我要退款，鞋子小了"}, find(kim, chat.Search{Words: "退款"}))
		require.Equal(t, []string{"退款什么时候到 Ｒefund"}, find(lee, chat.Search{Words: "REFUND"}), "full width and capitals are the same")
		require.Len(t, find(anna, chat.Search{Words: "退款"}), 2, "her team's")
		require.Empty(t, find(far, chat.Search{Words: "退款"}))
		require.Empty(t, find(clerk, chat.Search{Words: "退款"}))
		require.Equal(t, []string{"我要退款，鞋子小了"}, find(anna, chat.Search{Words: "退款", Customer: "kim"}))
		require.Equal(t, []string{"好的，退货之后款就到"}, find(anna, chat.Search{Words: "之后", From: "agent"}))
		require.Empty(t, find(anna, chat.Search{Words: "之后", From: "customer"}))
		require.Empty(t, find(anna, chat.Search{Words: "退款", Until: noon}))
		require.Len(t, find(anna, chat.Search{Words: "退款 鞋子"}), 1, "every word")
		require.Empty(t, find(anna, chat.Search{Words: "退货款"}), "the pairs stand there, and not together")
		for _, short := range []string{"退", "", "!?", "退 款"} {
			_, err := w.Search(ctx, kim, chat.Search{Words: short}, models.PageRequest{})
			refused(t, err, fault.SearchTooShort)
		}
		_, err := w.Search(ctx, kim, chat.Search{Words: "退款", Conversation: other}, models.PageRequest{})
		refused(t, err, fault.NotFound)
	})
}

func TestWhatIsTakenBackIsNotFound(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		terms := func() (n int64) {
			require.NoError(t, w.Store.DB.Model(&models.MessageTerm{}).Count(&n).Error)
			return n
		}
		found := func(words string) int {
			page, err := w.Search(ctx, kim, chat.Search{Words: words}, models.PageRequest{})
			require.NoError(t, err)
			return len(page.Items)
		}
		first, second := w.say(kim, id, "身份证丢了"), w.say(kim, id, "地址写错")
		w.index()
		require.Equal(t, 1, found("身份"))
		_, err := w.Edit(ctx, kim, id, first.Seq, "没事了")
		require.NoError(t, err)
		require.Zero(t, found("身份"))
		w.index()
		require.Equal(t, 1, found("没事"))
		_, err = w.Recall(ctx, kim, id, first.Seq)
		require.NoError(t, err)
		_, err = w.Recall(ctx, kim, id, second.Seq)
		require.NoError(t, err)
		require.Zero(t, terms())
		w.index()
		require.Zero(t, terms(), "also when it is read afterwards")
	})
}

func TestPagesOfASearch(t *testing.T) {
	w := onSQLite(t)
	id := w.open(kim).ID
	for range 7 {
		w.say(kim, id, "催一下退款")
		w.clock.pass(time.Second)
	}
	w.index()
	seen := map[int64]bool{}
	for cursor := ""; ; {
		page, err := w.Search(t.Context(), kim, chat.Search{Words: "退款"}, models.PageRequest{Cursor: cursor, Limit: 3})
		require.NoError(t, err)
		for _, f := range page.Items {
			require.False(t, seen[f.Seq])
			seen[f.Seq] = true
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	require.Len(t, seen, 7)
}

// After an erasure nothing of a conversation can be read or found, and what was said by others stands without words.
func TestErasureOfAConversation(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.open(kim).ID
		w.take(anna, id)
		m := w.say(kim, id, "我的电话是一三八")
		_, err := w.Edit(ctx, kim, id, m.Seq, "电话见订单")
		require.NoError(t, err)
		w.say(anna, id, "好的")
		_, err = w.Transfer(ctx, anna, id, "ben", "kim 的电话")
		require.NoError(t, err)
		w.index()
		customer, err := w.Store.Customer(ctx, "kim")
		require.NoError(t, err)
		_, err = w.Store.Forget(ctx, nil, "kim", customer.KeyRef, noon)
		require.NoError(t, err)
		texts, _, err := w.Store.StillSealed(ctx, nil, customer.KeyRef)
		require.NoError(t, err)
		require.Zero(t, texts)
		var terms int64
		require.NoError(t, w.Store.DB.Model(&models.MessageTerm{}).Count(&terms).Error)
		require.Zero(t, terms)
		w.index()
		view, err := w.Read(ctx, anna, id, 0)
		require.NoError(t, err)
		for _, m := range view.Messages {
			require.True(t, m.Erased)
			require.Empty(t, m.Body.Text)
		}
		traces, err := w.Store.Traces(ctx, "kim", []string{"电话"}, func(string) {})
		require.NoError(t, err)
		for _, trace := range traces {
			require.Zero(t, trace.Found, trace.Table)
		}
	})
}

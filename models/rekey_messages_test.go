package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/models"
	"aftersales/partners/storage"
	"aftersales/seal"
)

// What was said is found whichever key of the index it was made findable under, by every process, and in the end under the
// newest.
func TestMessagesAreFoundAcrossKeysOfTheIndex(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		c, _, err := w.OpenConversation(ctx, models.Conversation{ID: "v1", CustomerID: "c1", Lang: "zh-CN", State: models.WithPeople, OpenedAt: noon})
		require.NoError(t, err)
		say := func(store *models.Store, words string) models.MessagePlace {
			m, after, _, err := store.Send(ctx, c, models.NewMessage{SenderKind: "customer", SenderID: "c1", ClientID: words, Kind: "text", Body: `{"text":"` + words + `"}`, SentAt: noon},
				func(*models.Store, *models.Conversation) ([]models.OutboxEvent, error) { return nil, nil })
			require.NoError(t, err)
			c = after
			place := models.MessagePlace{ConversationID: "v1", Seq: m.Seq}
			require.NoError(t, store.IndexMessages(ctx, []models.MessagePlace{place}))
			return place
		}
		found := func(store *models.Store, words string) (seqs []int64) {
			page, err := store.SearchMessages(ctx, models.MessageSearch{Words: words, All: true}, models.PageRequest{})
			require.NoError(t, err)
			for _, place := range page.Items {
				seqs = append(seqs, place.Seq)
			}
			return seqs
		}
		other, err := models.Open(ctx, w.dsn, w.opts)
		require.NoError(t, err)
		defer other.Close()
		say(w.Store, "我要退款")
		require.Equal(t, []int64{1}, found(other, "退款"))
		_, err = w.Keys.Rotate(ctx, seal.Index, time.Now())
		require.NoError(t, err)
		require.Equal(t, []int64{1}, found(w.Store, "退款"), "under the older key")
		say(w.Store, "充电宝坏了")
		require.Equal(t, []int64{2}, found(other, "坏了"), "it learns of the new key when it finds nothing")

		var before []models.MessageTerm
		require.NoError(t, w.DB.Find(&before).Error)
		files, err := storage.OpenFolder(t.TempDir())
		require.NoError(t, err)
		defer files.Close()
		_, err = w.Reseal(ctx, files, nil)
		require.NoError(t, err)
		var after []models.MessageTerm
		require.NoError(t, w.DB.Find(&after).Error)
		require.Len(t, after, len(before))
		anew := 0
		for _, term := range after {
			if term.Seq == 1 {
				require.NotContains(t, before, term)
				anew++
			}
		}
		require.Positive(t, anew)
		for _, store := range []*models.Store{w.Store, other} {
			require.Equal(t, []int64{1}, found(store, "退款"))
			require.Equal(t, []int64{2}, found(store, "坏了"))
		}
	})
}

package models_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"aftersales/fault"
	"aftersales/models"
)

func event(topic string) models.OutboxEvent {
	return models.OutboxEvent{Topic: topic, Subject: "case/1", Audience: "[]", Data: "{}", At: noon}
}

func topics(events []models.OutboxEvent) (names []string) {
	for _, e := range events {
		names = append(names, e.Topic)
	}
	return names
}

func TestOutboxIsReadInOrderByEachConsumer(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		require.NoError(t, w.AppendOutbox(ctx, event("a"), event("b")))
		require.NoError(t, w.StartOutbox(ctx, "late", noon))
		require.NoError(t, w.StartOutbox(ctx, "late", noon))
		require.NoError(t, w.AppendOutbox(ctx, event("c")))

		read := func(consumer string, limit int) []models.OutboxEvent {
			var events []models.OutboxEvent
			require.Eventually(t, func() bool { // another database of the cluster may hold an older transaction
				var err error
				events, err = w.ReadOutbox(ctx, consumer, limit)
				require.NoError(t, err)
				return len(events) > 0
			}, time.Minute, 10*time.Millisecond)
			return events
		}
		first := read("one", 2)
		require.Equal(t, []string{"a", "b"}, topics(first))
		require.NoError(t, w.AdvanceOutbox(ctx, "one", first[1], noon))
		require.NoError(t, w.AdvanceOutbox(ctx, "one", first[0], noon), "never back")
		require.Equal(t, []string{"c"}, topics(read("one", 10)))
		require.Equal(t, []string{"c"}, topics(read("late", 10)), "it wants nothing from before its time")
		require.Equal(t, []string{"a", "b", "c"}, topics(read("two", 10)))
		require.Equal(t, noon, first[0].At)

		boom := errors.New("boom")
		require.ErrorIs(t, w.Tx(ctx, func(tx *models.Store) error {
			require.NoError(t, tx.AppendOutbox(ctx, event("never")))
			return boom
		}), boom)
		require.NoError(t, w.AppendOutbox(ctx, event("d")))
		require.Eventually(t, func() bool { return len(read("two", 10)) == 4 }, time.Minute, 10*time.Millisecond)
		require.Equal(t, []string{"a", "b", "c", "d"}, topics(read("two", 10)))
	})
}

// A transaction writes its event first and commits last. A reader that took what was committed meanwhile and moved
// on would never see it.
func TestOutboxSkipsNothingThatCommitsLate(t *testing.T) {
	w := onPostgres(t)
	ctx := t.Context()
	early := w.DB.WithContext(ctx).Begin()
	slow := event("slow")
	require.NoError(t, early.Create(&slow).Error)
	quick := event("quick")
	require.NoError(t, w.DB.Create(&quick).Error)
	require.Less(t, slow.ID, quick.ID)

	drain := func() (seen []string) {
		for {
			events, err := w.ReadOutbox(ctx, "c", 1)
			require.NoError(t, err)
			if len(events) == 0 {
				return seen
			}
			seen = append(seen, events[0].Topic)
			require.NoError(t, w.AdvanceOutbox(ctx, "c", events[0], noon))
		}
	}
	require.Empty(t, drain(), "nothing is passed while an older transaction runs")
	require.NoError(t, early.Commit().Error)
	var seen []string
	require.Eventually(t, func() bool { seen = append(seen, drain()...); return len(seen) >= 2 }, time.Minute, 10*time.Millisecond)
	require.Equal(t, []string{"slow", "quick"}, seen)
}

// Writers commit in any order while a reader follows: each event is seen once.
func TestOutboxUnderConcurrency(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		const writers, each = 6, 20
		var group sync.WaitGroup
		for i := range writers {
			group.Go(func() {
				for n := range each {
					require.NoError(t, w.Tx(ctx, func(tx *models.Store) error {
						return tx.AppendOutbox(ctx, event(fmt.Sprint(i, "-", n, "a")), event(fmt.Sprint(i, "-", n, "b")))
					}))
				}
			})
		}
		seen := map[string]int{}
		require.Eventually(t, func() bool {
			events, err := w.ReadOutbox(ctx, "c", 7)
			require.NoError(t, err)
			for _, e := range events {
				seen[e.Topic]++
				require.NoError(t, w.AdvanceOutbox(ctx, "c", e, noon))
			}
			return len(seen) == writers*each*2
		}, time.Minute, time.Millisecond)
		group.Wait()
		for topic, times := range seen {
			require.Equal(t, 1, times, topic)
		}
	})
}

func TestNotices(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		put := func(digest, body string) (string, bool) {
			id, stored, err := w.PutNotice(ctx, models.NewNotice{Partner: "k", Digest: digest, Kind: "track", Subject: "SF1", Body: body, ReceivedAt: noon})
			require.NoError(t, err)
			return id, stored
		}
		first, stored := put("d1", "one")
		require.True(t, stored)
		again, stored := put("d1", "one")
		require.False(t, stored, "partners send at least once")
		require.Equal(t, first, again)
		second, _ := put("d2", "two")
		third, _ := put("d3", "three")

		claim := func(at time.Time) (ids []string) {
			notices, err := w.ClaimNotices(ctx, 10, at, time.Minute)
			require.NoError(t, err)
			for _, notice := range notices {
				ids = append(ids, notice.ID)
			}
			return ids
		}
		require.ElementsMatch(t, []string{first, second, third}, claim(noon))
		require.Empty(t, claim(noon.Add(59*time.Second)), "leased")
		require.NoError(t, w.NoticeDelivered(ctx, first, noon))
		require.NoError(t, w.EndNotice(ctx, second, models.NoticeIgnored))
		require.NoError(t, w.RetryNotice(ctx, third, noon.Add(time.Hour)))
		require.NoError(t, w.RetryNotice(ctx, first, noon), "what was delivered is not due again")
		require.Empty(t, claim(noon.Add(2*time.Minute)))
		require.Equal(t, []string{third}, claim(noon.Add(time.Hour)))
		require.Equal(t, []string{third}, claim(noon.Add(2*time.Hour)), "whoever died with it gives it back")

		notices, err := w.NoticesOf(ctx, "SF1")
		require.NoError(t, err)
		require.Len(t, notices, 3)
		require.Equal(t, 3, notices[2].Tries)
		body, err := w.NoticeBody(ctx, notices[0])
		require.NoError(t, err)
		require.Equal(t, "one", body)
	})
}

// Two sweepers never take the same row.
func TestSweepersShare(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		for i := range 40 {
			_, _, err := w.PutNotice(ctx, models.NewNotice{Partner: "k", Digest: fmt.Sprint(i), Body: "x", ReceivedAt: noon})
			require.NoError(t, err)
			require.NoError(t, w.PutNotifications(ctx, notification(fmt.Sprint(i), noon)))
		}
		var mu sync.Mutex
		taken := map[string]int{}
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for {
					notices, err := w.ClaimNotices(ctx, 3, noon, time.Hour)
					require.NoError(t, err)
					sent, err := w.SendNotifications(ctx, 3, noon, func(*models.Store, []models.Notification) error { return nil })
					require.NoError(t, err)
					if len(notices)+len(sent) == 0 {
						return
					}
					mu.Lock()
					for _, n := range notices {
						taken["notice "+n.ID]++
					}
					for _, n := range sent {
						taken["notification "+n.ID]++
					}
					mu.Unlock()
				}
			})
		}
		group.Wait()
		require.Len(t, taken, 80)
		for what, times := range taken {
			require.Equal(t, 1, times, what)
		}
	})
}

func notification(id string, due time.Time) models.Notification {
	return models.Notification{
		ID: "n" + id, DedupeKey: "k" + id, RecipientKind: "customer", RecipientID: "c1", Kind: "news", SubjectKind: "case", SubjectID: "1",
		Data: "{}", DueAt: due, CreatedAt: noon,
	}
}

func TestNotifications(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		void := notification("void", noon)
		void.VoidAt = &void.DueAt
		require.NoError(t, w.PutNotifications(ctx, notification("1", noon), notification("2", noon.Add(time.Hour)), void))
		twin := notification("1", noon)
		twin.ID = "other"
		require.NoError(t, w.PutNotifications(ctx, twin), "a dedupe key is written once")

		boom := errors.New("boom")
		_, err := w.SendNotifications(ctx, 10, noon, func(tx *models.Store, _ []models.Notification) error {
			require.NoError(t, tx.AppendOutbox(ctx, event("lost")))
			return boom
		})
		require.ErrorIs(t, err, boom)
		sent, err := w.SendNotifications(ctx, 10, noon, func(tx *models.Store, sent []models.Notification) error {
			return tx.AppendOutbox(ctx, event("sent "+sent[0].ID))
		})
		require.NoError(t, err)
		require.Len(t, sent, 1)
		require.Equal(t, "n1", sent[0].ID)
		var logged []string
		require.NoError(t, w.DB.Model(&models.OutboxEvent{}).Pluck("topic", &logged).Error)
		require.Equal(t, []string{"sent n1"}, logged, "marked and announced together or not at all")

		_, err = w.SendNotifications(ctx, 10, noon.Add(2*time.Hour), func(*models.Store, []models.Notification) error { return nil })
		require.NoError(t, err)
		page, err := w.NotificationsOf(ctx, "customer", "c1", models.PageRequest{Limit: 1})
		require.NoError(t, err)
		require.Equal(t, "n2", page.Items[0].ID)
		page, err = w.NotificationsOf(ctx, "customer", "c1", models.PageRequest{Limit: 1, Cursor: page.Next})
		require.NoError(t, err)
		require.Equal(t, "n1", page.Items[0].ID)
		require.Empty(t, page.Next)

		unread := func(id string) int64 {
			n, err := w.UnreadNotifications(ctx, "customer", id)
			require.NoError(t, err)
			return n
		}
		require.EqualValues(t, 2, unread("c1"))
		require.NoError(t, w.ReadNotifications(ctx, "customer", "c2", noon, "n1"), "another's are not touched")
		require.EqualValues(t, 2, unread("c1"))
		require.NoError(t, w.ReadNotifications(ctx, "customer", "c1", noon, "n1"))
		require.EqualValues(t, 1, unread("c1"))
		require.NoError(t, w.ReadNotifications(ctx, "customer", "c1", noon))
		require.Zero(t, unread("c1"))
	})
}

func TestTasks(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		var want []string
		for i := range 9 {
			id := fmt.Sprint("t", i)
			recipient := []string{"", "agent1", "agent2"}[i%3]
			require.NoError(t, w.PutTasks(ctx, models.Task{
				ID: id, DedupeKey: id, RecipientKind: "agent", RecipientID: recipient, State: models.TaskOpen, DueAt: noon.Add(time.Duration(i/2) * time.Hour),
				Kind: "review", SubjectKind: "case", SubjectID: "1", CreatedAt: noon,
			}))
			if recipient != "agent2" {
				want = append(want, id)
			}
		}
		mine := []models.Recipient{{Kind: "agent", ID: "agent1"}, {Kind: "agent"}}
		require.Equal(t, want, walk(t, func(r models.PageRequest) (models.Page[models.Task], error) {
			return w.OpenTasks(ctx, mine, models.TaskFilter{}, r)
		},
			func(task models.Task) string { return task.ID }))
		require.NoError(t, w.EndTask(ctx, "t0", models.TaskDone, noon))
		require.NoError(t, w.EndTask(ctx, "t0", models.TaskVoid, noon))
		task, err := w.Task(ctx, "t0")
		require.NoError(t, err)
		require.Equal(t, models.TaskDone, task.State)
		require.Equal(t, want[1:], walk(t, func(r models.PageRequest) (models.Page[models.Task], error) {
			return w.OpenTasks(ctx, mine, models.TaskFilter{}, r)
		},
			func(task models.Task) string { return task.ID }))
		tasks, err := w.TasksOf(ctx, "case", "1")
		require.NoError(t, err)
		require.Len(t, tasks, 9)
	})
}

func TestTexts(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		put := func(at time.Time) string {
			id, err := w.PutText(ctx, "c1", "customer", "c1", "话", at)
			require.NoError(t, err)
			return id
		}
		used, unused, fresh := put(noon), put(noon), put(noon.Add(25*time.Hour))
		require.NoError(t, w.UseTexts(ctx, "case/1", used))
		require.NoError(t, w.UseTexts(ctx, "case/1", used), "twice is harmless")
		require.ErrorIs(t, w.UseTexts(ctx, "case/2", used), models.ErrNotFound, "it is another's")
		require.ErrorIs(t, w.UseTexts(ctx, "case/2", "none"), models.ErrNotFound)
		n, err := w.SweepTexts(ctx, noon.Add(24*time.Hour))
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		for id, want := range map[string]error{used: nil, fresh: nil, unused: models.ErrNotFound} {
			_, _, err := w.Text(ctx, id)
			require.ErrorIs(t, err, want)
		}
		_, err = w.PutText(ctx, "nobody", "customer", "nobody", "x", noon)
		require.ErrorIs(t, err, models.ErrNotFound)
	})
}

// A sweep of more rows than one batch takes them all.
func TestSweepTakesAll(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		people(t, w)
		id, err := w.PutText(t.Context(), "c1", "customer", "c1", "x", noon)
		require.NoError(t, err)
		text, _, err := w.Text(t.Context(), id)
		require.NoError(t, err)
		rows := make([]models.Text, 1203)
		for i := range rows {
			rows[i] = text
			rows[i].ID = fmt.Sprint(i)
		}
		require.NoError(t, w.DB.Session(&gorm.Session{}).CreateInBatches(rows, 400).Error)
		n, err := w.SweepTexts(t.Context(), noon.Add(time.Second))
		require.NoError(t, err)
		require.EqualValues(t, 1204, n)
	})
}

func TestIdempotency(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		begin := func(action, hash string, at time.Time) (models.IdempotencyRow, bool, error) {
			return w.BeginRequest(ctx, "customer/c1", "key", action, hash, at)
		}
		row, fresh, err := begin("case.open", "h", noon)
		require.NoError(t, err)
		require.True(t, fresh)
		row, fresh, err = begin("case.open", "h", noon.Add(time.Hour))
		require.NoError(t, err)
		require.False(t, fresh)
		require.Equal(t, noon, row.ReceivedAt, "the first one's")
		require.Zero(t, row.Status)
		_, _, err = begin("case.open", "other", noon)
		require.ErrorIs(t, err, fault.New(fault.KeyReused))
		_, _, err = begin("case.close", "h", noon)
		require.ErrorIs(t, err, fault.New(fault.KeyReused))
		_, fresh, err = w.BeginRequest(ctx, "customer/c2", "key", "case.open", "h", noon)
		require.NoError(t, err)
		require.True(t, fresh, "keys are each actor's own")

		stored, err := w.FinishRequest(ctx, row, "platform", 201, "first", noon, nil)
		require.NoError(t, err)
		require.True(t, stored)
		stored, err = w.FinishRequest(ctx, row, "platform", 409, "second", noon, nil)
		require.NoError(t, err)
		require.False(t, stored, "the first answer stands")
		row, _, err = begin("case.open", "h", noon)
		require.NoError(t, err)
		require.Equal(t, 201, row.Status)
		answer, err := w.RequestAnswer(ctx, row, noon)
		require.NoError(t, err)
		require.Equal(t, "first", answer)

		var winners int
		var mu sync.Mutex
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				_, fresh, err := w.BeginRequest(ctx, "a", "race", "x", "h", noon)
				require.NoError(t, err)
				if fresh {
					mu.Lock()
					winners++
					mu.Unlock()
				}
			})
		}
		group.Wait()
		require.Equal(t, 1, winners)
	})
}

func TestPacksAndEvaluations(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		pack := models.PolicyPack{Hash: "h1", Name: "default", Content: "a: 1", CreatedAt: noon}
		require.NoError(t, w.PutPack(ctx, pack))
		require.NoError(t, w.PutPack(ctx, models.PolicyPack{Hash: "h1", Name: "changed", CreatedAt: noon}))
		require.NoError(t, w.PutPack(ctx, models.PolicyPack{Hash: "h2", Name: "default", CreatedAt: noon.Add(time.Hour)}))
		got, err := w.Pack(ctx, "h1")
		require.NoError(t, err)
		require.Equal(t, pack, got, "a pack is kept for ever as it was")
		packs, err := w.Packs(ctx, "default")
		require.NoError(t, err)
		require.Equal(t, "h2", packs[0].Hash)
		require.Len(t, packs, 2)
		_, err = w.Pack(ctx, "none")
		require.ErrorIs(t, err, models.ErrNotFound)

		for n := 1; n <= 2; n++ {
			row := models.PolicyEvaluation{CaseID: "k1", N: n, PackHash: "h1", Terms: "{}", At: noon}
			require.NoError(t, w.SealFacts(ctx, "platform", &row, fmt.Sprint("facts", n)))
			require.NoError(t, w.KeepEvaluation(ctx, row))
		}
		rows, err := w.Evaluations(ctx, "k1")
		require.NoError(t, err)
		require.Len(t, rows, 2)
		facts, err := w.EvaluationFacts(ctx, rows[1])
		require.NoError(t, err)
		require.Equal(t, "facts2", facts)
		rows[1].N = 1
		_, err = w.EvaluationFacts(ctx, rows[1])
		require.Error(t, err, "facts of one evaluation do not pass for another's")
	})
}

func TestEvidence(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		require.NoError(t, w.DB.Create(&models.Blob{ID: "b1", CreatedAt: noon}).Error)
		caseID := "k1"
		piece := func(id string, of *string) models.Evidence {
			return models.Evidence{ID: id, CaseID: of, Digest: "d", OwnerKind: "customer", OwnerID: "c1", BlobID: "b1", Kind: "picture", State: "new", UploadedAt: noon}
		}
		require.NoError(t, w.CreateEvidence(ctx, piece("e1", &caseID)))
		require.ErrorIs(t, w.CreateEvidence(ctx, piece("e2", &caseID)), models.ErrDuplicate, "the same content in the same case")
		require.NoError(t, w.CreateEvidence(ctx, piece("e3", nil)))
		require.NoError(t, w.CreateEvidence(ctx, piece("e4", nil)), "before a command uses them they may be the same")
		got, err := w.Evidence(ctx, "e3")
		require.NoError(t, err)
		require.Nil(t, got.CaseID)
		pieces, err := w.EvidenceOfCase(ctx, "k1")
		require.NoError(t, err)
		require.Len(t, pieces, 1)
	})
}

func TestSweepOutboxKeepsWhatIsYoung(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx, now := t.Context(), models.Moment(time.Now())
		at := func(days int) models.OutboxEvent {
			return models.OutboxEvent{Topic: "t", Subject: fmt.Sprint(days), Audience: "[]", Data: "{}", At: now.Add(-time.Duration(days) * 24 * time.Hour)}
		}
		require.NoError(t, w.AppendOutbox(ctx, at(40), at(31), at(29), at(0)))
		swept, err := w.SweepOutbox(ctx, now.Add(-30*24*time.Hour))
		require.NoError(t, err)
		require.EqualValues(t, 2, swept)
		var left []models.OutboxEvent
		require.NoError(t, w.DB.Order("id").Find(&left).Error)
		require.Len(t, left, 2)
		require.Equal(t, "29", left[0].Subject)
	})
}

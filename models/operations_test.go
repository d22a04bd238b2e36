package models_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/models"
)

// Of many who choose a pack at once, having seen the same one, exactly one does.
func TestOneChoiceOfAPackWins(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		_, err := w.ActivePack(ctx)
		require.ErrorIs(t, err, models.ErrNotFound)
		for _, hash := range []string{"h1", "h2", "h3", "h4", "h5", "h6"} {
			require.NoError(t, w.PutPack(ctx, models.PolicyPack{Hash: hash, Name: hash, CreatedAt: noon}))
		}
		require.ErrorIs(t, second(w.ActivatePack(ctx, 0, models.PackActivation{PackHash: "none", At: noon, ByKind: models.BySettings})), models.ErrReference)
		for round := range int64(3) {
			var won atomic.Int64
			var group sync.WaitGroup
			for i := range 6 {
				group.Go(func() {
					_, err := w.ActivatePack(ctx, round, models.PackActivation{PackHash: fmt.Sprint("h", i+1), At: noon, ByKind: "operator", ByID: "op"})
					if err == nil {
						won.Add(1)
					} else if !errors.Is(err, models.ErrStale) {
						t.Error(err)
					}
				})
			}
			group.Wait()
			require.EqualValues(t, 1, won.Load())
			now, err := w.ActivePack(ctx)
			require.NoError(t, err)
			require.Equal(t, round+1, now.N)
		}
		require.ErrorIs(t, second(w.ActivatePack(ctx, 99, models.PackActivation{PackHash: "h1", At: noon, ByKind: "operator"})), models.ErrStale, "nobody saw a 99th choice")
		byHand, err := w.ChosenByHand(ctx)
		require.NoError(t, err)
		require.True(t, byHand)
	})
}

func second[T any](_ T, err error) error { return err }

// However many calls there were, a partner takes sixteen rows and one; two processes add up; a late word spoils nothing.
func TestWhatIsKnownOfPartnersDoesNotGrow(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		note := func(minute time.Time, calls, failures int64, state models.PartnerState) {
			t.Helper()
			state.Partner = "alipay"
			require.NoError(t, w.NotePartner(ctx, []models.PartnerTally{{Partner: "alipay", Minute: minute, Calls: calls, Failures: failures}}, state))
		}
		for i := range 100 {
			at := noon.Add(time.Duration(i) * time.Minute)
			note(at, 10, 1, models.PartnerState{SucceededAt: &at})
		}
		last := noon.Add(99 * time.Minute)
		note(last.Add(20*time.Second), 5, 5, models.PartnerState{FailedAt: &last, FailedWith: "timeout", FailuresInRow: 5})
		note(noon.Add(80*time.Minute), 1000, 1000, models.PartnerState{}) // too late: its slot has another minute
		minutes, err := w.PartnerMinutes(ctx, noon)
		require.NoError(t, err)
		require.Len(t, minutes, models.PartnerSlots)
		require.Equal(t, last, minutes[15].Minute)
		require.EqualValues(t, 15, minutes[15].Calls)
		require.EqualValues(t, 6, minutes[15].Failures)
		for _, minute := range minutes[:15] {
			require.EqualValues(t, 10, minute.Calls, minute.Minute)
		}
		note(last, 1, 1, models.PartnerState{FailedAt: &last, FailedWith: "502", FailuresInRow: 1})
		states, err := w.PartnerStates(ctx)
		require.NoError(t, err)
		require.Len(t, states, 1)
		require.EqualValues(t, 6, states[0].FailuresInRow)
		require.Equal(t, "502", states[0].FailedWith)
		note(last, 1, 0, models.PartnerState{SucceededAt: &last})
		states, err = w.PartnerStates(ctx)
		require.NoError(t, err)
		require.Zero(t, states[0].FailuresInRow)
		require.Equal(t, "502", states[0].FailedWith, "what failed last is still known")
	})
}

func TestJobsAreNotedOnARowEach(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		for i, failed := range []bool{false, true, true} {
			require.NoError(t, w.NoteJob(t.Context(), "sweep", noon.Add(time.Duration(i)*time.Minute), failed))
		}
		runs, err := w.JobRuns(t.Context())
		require.NoError(t, err)
		require.Len(t, runs, 1)
		require.EqualValues(t, 2, runs[0].FailuresInRow)
		require.Equal(t, noon, *runs[0].SucceededAt)
		require.Equal(t, noon.Add(2*time.Minute), *runs[0].FailedAt)
		require.NoError(t, w.NoteJob(t.Context(), "sweep", noon.Add(time.Hour), false))
		runs, err = w.JobRuns(t.Context())
		require.NoError(t, err)
		require.Zero(t, runs[0].FailuresInRow)
	})
}

// A preview names exactly the cases that a move concerns and that have such a deadline.
func TestAPreviewReachesWhomTheMoveReaches(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		_, err := w.CreateMerchant(ctx, models.NewMerchant{ID: "m2", Name: "二店", Level: "normal", CreatedAt: noon})
		require.NoError(t, err)
		_, err = w.UpsertOrder(ctx, order("o1", 1))
		require.NoError(t, err)
		set := func(id, merchant, kind, waits string, due time.Duration, open bool) {
			addCase(t, w, id, func(c *models.Case) {
				at := noon.Add(due)
				c.MerchantID, c.Kind, c.Waits, c.Open, c.DueAt = merchant, kind, waits, open, &at
			})
		}
		set("a", "m1", "return", ",review,", 3*time.Hour, true)
		set("b", "m1", "return", ",review_escalates,", time.Hour, true)
		set("c", "m2", "exchange", ",settle,review,", 2*time.Hour, true)
		set("d", "m1", "return", "", time.Hour, true)
		set("e", "m1", "return", ",review,", time.Hour, false)
		addCase(t, w, "f", func(c *models.Case) { c.Waits, c.OpenedAt = ",review,", noon.Add(time.Hour) })
		preview := func(step, merchant string) models.MovePreview {
			found, err := w.PreviewMove(ctx, models.DeadlineMove{Step: step, Merchant: merchant, At: noon})
			require.NoError(t, err)
			return found
		}
		ids := func(p models.MovePreview) (list []string) {
			for _, c := range p.Samples {
				list = append(list, c.ID)
			}
			return list
		}
		review := preview("review", "")
		require.Equal(t, []string{"c", "a"}, ids(review), "the soonest due first; review_escalates is another wait")
		require.EqualValues(t, 2, review.Cases)
		require.EqualValues(t, 2, review.Untouched)
		require.Equal(t, []models.Counted{{Kind: "exchange", State: "merchant_answer", N: 1}, {Kind: "return", State: "merchant_answer", N: 1}}, review.Kinds)
		require.Len(t, review.Merchants, 2)
		require.Equal(t, []string{"a"}, ids(preview("review", "m1")))
		require.Equal(t, []string{"b", "c", "a"}, ids(preview("", "")))
		require.Empty(t, ids(preview("revie_", "")), "no letter stands for another")

		concerned, err := w.CasesToMove(ctx, models.DeadlineMove{At: noon}, "", 100)
		require.NoError(t, err)
		require.EqualValues(t, len(concerned), review.Cases+review.Untouched)
	})
}

func TestPreviewsAreBounded(t *testing.T) {
	w := onSQLite(t)
	people(t, w)
	_, err := w.UpsertOrder(t.Context(), order("o1", 1))
	require.NoError(t, err)
	for i := range 50 {
		addCase(t, w, fmt.Sprintf("k%02d", i), func(c *models.Case) { c.Waits = ",settle," })
	}
	found, err := w.PreviewMove(t.Context(), models.DeadlineMove{At: noon})
	require.NoError(t, err)
	require.EqualValues(t, 50, found.Cases)
	require.Len(t, found.Samples, 20)
}

func TestHowThingsStand(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		people(t, w)
		_, err := w.UpsertOrder(ctx, order("o1", 1))
		require.NoError(t, err)
		for i, due := range []time.Duration{-time.Minute, 10 * time.Minute, 59 * time.Minute, 2 * time.Hour} {
			addCase(t, w, fmt.Sprint("k", i), func(c *models.Case) {
				at := noon.Add(due)
				c.DueAt = &at
			})
		}
		addCase(t, w, "over", func(c *models.Case) { c.Open = false })
		require.NoError(t, w.PutTasks(ctx,
			models.Task{ID: "1", DedupeKey: "1", RecipientKind: "operator", State: models.TaskOpen, Kind: "refund_help", DueAt: noon, CreatedAt: noon},
			models.Task{ID: "2", DedupeKey: "2", RecipientKind: "operator", State: models.TaskOpen, Kind: "bulk_reading", DueAt: noon, CreatedAt: noon},
			models.Task{ID: "3", DedupeKey: "3", RecipientKind: "operator", State: models.TaskDone, Kind: "bulk_reading", DueAt: noon, CreatedAt: noon}))
		require.NoError(t, w.DB.Create(&models.Discrepancy{ID: "d", Kind: "amount", Subject: "s", Detail: "{}", FoundAt: noon.Add(-time.Hour)}).Error)
		require.NoError(t, w.StartOutbox(ctx, "reader", noon))
		for i := range 3 {
			require.NoError(t, w.AppendOutbox(ctx, models.OutboxEvent{Topic: "case.changed", Subject: fmt.Sprint("k", i), Audience: "[]", Data: "{}", At: noon.Add(time.Duration(i) * time.Second)}))
		}
		st, err := w.Standing(ctx, noon, noon.Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, []models.Counted{{Kind: "return", State: "merchant_answer", N: 4}}, st.Open)
		require.EqualValues(t, 1, st.Overdue)
		require.EqualValues(t, 2, st.DueSoon)
		require.EqualValues(t, 1, st.Blocked)
		require.EqualValues(t, 1, st.Alarms)
		require.EqualValues(t, 1, st.Discrepant)
		require.Equal(t, noon.Add(-time.Hour), *st.OldestDiff)
		i := slices.IndexFunc(st.OldestUnread, func(b models.Backlog) bool { return b.Consumer == "reader" })
		require.GreaterOrEqual(t, i, 0)
		require.EqualValues(t, 3, st.OldestUnread[i].Waiting)
		require.Equal(t, noon, *st.OldestUnread[i].OldestAt)
	})
}

// The trail gives every entry once, whatever the size of its pages, also where many have the same time.
func TestTheTrailIsReadPageByPage(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		var want []string
		for _, chain := range []string{"c1", "c2"} {
			require.NoError(t, w.OpenAuditChain(ctx, chain, []byte("k"), noon))
			var entries []models.AuditEntry
			for seq := range int64(7) {
				e := models.AuditEntry{ChainID: chain, Seq: seq + 1, At: noon.Add(time.Duration(seq/3) * time.Second), ActorKind: "agent", ActorID: fmt.Sprint("st-", seq%2), Action: "case.take", SubjectKind: "case", SubjectID: "k", Outcome: "done", Detail: "{}", Hash: []byte{1}}
				entries = append(entries, e)
				want = append(want, auditPlace(e))
			}
			require.NoError(t, w.AppendAudit(ctx, entries))
		}
		list := func(filter models.AuditFilter) []string {
			return walk(t, func(r models.PageRequest) (models.Page[models.AuditEntry], error) { return w.AuditPage(ctx, filter, r) }, auditPlace)
		}
		all := list(models.AuditFilter{})
		require.ElementsMatch(t, want, all)
		require.Equal(t, "c2/7", all[0])
		require.Len(t, list(models.AuditFilter{ActorID: "st-1"}), 6)
		require.Len(t, list(models.AuditFilter{Action: "case."}), 14)
		require.Empty(t, list(models.AuditFilter{Action: "cas."}))
		require.Len(t, list(models.AuditFilter{Since: noon.Add(time.Second), Until: noon.Add(2 * time.Second)}), 6)
		_, err := w.AuditPage(ctx, models.AuditFilter{}, models.PageRequest{Cursor: strings.Repeat("A", 20)})
		require.Error(t, err)
		heads, err := w.AuditHeads(ctx)
		require.NoError(t, err)
		require.Len(t, heads, 2)
		require.EqualValues(t, 7, heads[0].Seq)
	})
}

func auditPlace(e models.AuditEntry) string { return fmt.Sprintf("%s/%d", e.ChainID, e.Seq) }

// What was asked for is done by whoever looks next, and a job that somebody is at is left to them.
func TestARotationThatWasAskedForIsDone(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		ids := customers(t, w, 5)
		_, err := w.GoOnRotating(ctx)
		require.NoError(t, err)
		_, err = w.KeyStore().Job(ctx, models.JobRotate)
		require.ErrorIs(t, err, models.ErrNotFound, "nobody asked")

		begin := time.Now()
		job, err := w.AskRotation(ctx, begin)
		require.NoError(t, err)
		require.Nil(t, job.EndedAt)
		again, err := w.AskRotation(ctx, begin.Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, job.StartedAt, again.StartedAt.UTC(), "asked twice is asked once")
		_, err = w.GoOnRotating(ctx)
		require.NoError(t, err)
		job, err = w.KeyStore().Job(ctx, models.JobRotate)
		require.NoError(t, err)
		require.NotNil(t, job.EndedAt)
		require.GreaterOrEqual(t, job.Done, int64(5))
		left, err := w.KeyStore().CountRotatedBefore(ctx, begin)
		require.NoError(t, err)
		require.Zero(t, left)
		readable(t, w.Store, ids...)

		at := models.KeyJob{Name: models.JobRotate, StartedAt: time.Now(), Position: "x", UpdatedAt: time.Now()}
		require.NoError(t, w.KeyStore().SaveJob(ctx, at))
		_, err = w.GoOnRotating(ctx)
		require.NoError(t, err)
		job, err = w.KeyStore().Job(ctx, models.JobRotate)
		require.NoError(t, err)
		require.Nil(t, job.EndedAt, "somebody is at it")
	})
}

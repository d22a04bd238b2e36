package audit_test

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aftersales/audit"
	"aftersales/models"
	"aftersales/seal"
)

// Whatever died between a decision and its entry, the trail says in the end that there was one.
func TestWhatWasNeverAnsweredIsInTheTrail(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		ctx, decide := t.Context(), "case.refund.approve"
		var clock atomic.Pointer[time.Time] // the recorder looks at it by itself
		clock.Store(&noon)
		r := recorder(t, store, audit.Options{Now: func() time.Time { return *clock.Load() }, Delay: time.Millisecond})
		hash := func(n int) string { return strings.Repeat(fmt.Sprintf("%x", n), 64) }
		begin := func(n int, action string, at time.Time) models.IdempotencyRow {
			row, _, err := store.BeginRequest(ctx, "supervisor/st-3", fmt.Sprint("key-", n), action, hash(n), at)
			require.NoError(t, err)
			return row
		}
		died := begin(1, decide, noon)
		answered := begin(2, decide, noon.Add(time.Second))
		_, err := store.FinishRequest(ctx, answered, seal.Platform, 200, "{}", noon, nil)
		require.NoError(t, err)
		begin(3, decide, noon.Add(2*time.Second)) // whose answer was lost, but not its entry
		event := decision(3)
		event.At, event.Detail = noon.Add(3*time.Second), map[string]string{"asked": models.Asked("key-3", hash(3))}
		require.NoError(t, r.Record(ctx, event))
		begin(4, "case.take", noon) // of which the trail knows nothing anyhow
		refused := begin(5, "staff.change", noon.Add(time.Hour))
		require.NoError(t, r.Record(ctx, models.AuditEvent{
			At: refused.ReceivedAt.Add(time.Second), ActorKind: "supervisor", ActorID: "st-3", Action: "staff.change", Outcome: models.AuditRefused, Reason: "step_up_required",
			Detail: map[string]string{"asked": models.Asked("key-5", hash(5))}}))
		begin(6, decide, noon.Add(2*time.Hour)) // still at work
		require.Eventually(t, func() bool { return len(entries(t, store)) == 2 }, time.Minute, time.Millisecond)

		later := noon.Add(2*time.Hour + 9*time.Minute)
		clock.Store(&later)
		gaps := audit.Gaps{Store: store, Recorder: r, Actions: []string{decide, "staff.change"}, Log: slog.New(slog.DiscardHandler)}
		for range 2 {
			_, err := gaps.Close(ctx, later)
			require.NoError(t, err)
		}
		found, err := store.FindAudit(ctx, models.AuditFilter{Outcome: models.AuditFailed, Limit: 10})
		require.NoError(t, err)
		require.Len(t, found, 1, "once")
		require.Equal(t, "supervisor st-3 case.refund.approve unanswered", strings.Join([]string{found[0].ActorKind, found[0].ActorID, found[0].Action, found[0].Reason}, " "))
		require.Contains(t, found[0].Detail, models.Asked(died.Key, died.RequestHash))
		require.Contains(t, found[0].Detail, "2026-03-0")
		require.True(t, verify(t, store).Whole())

		closed, err := gaps.Close(ctx, noon.Add(2*time.Hour+11*time.Minute))
		require.NoError(t, err)
		require.Equal(t, 1, closed, "what did not come back either")
	})
}

// The same again under another key is another request, and so is one that was refused at the same time: neither tells what came of
// the one that died. Several processes that look at once tell it once.
func TestOnlyItsOwnEntryTellsOfARequest(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		ctx, decide := t.Context(), "case.refund.approve"
		later := noon.Add(time.Hour)
		r := recorder(t, store, audit.Options{Now: func() time.Time { return later }, Delay: time.Millisecond})
		hash := strings.Repeat("a", 64)
		for n := range 6 {
			_, _, err := store.BeginRequest(ctx, "supervisor/st-3", fmt.Sprint("died-", n), decide, hash, noon)
			require.NoError(t, err)
		}
		again := decision(3)
		again.At, again.Detail = noon.Add(time.Second), map[string]string{"asked": models.Asked("again", hash)}
		require.NoError(t, r.Record(ctx, again), "the same was asked for anew, and done")
		for _, key := range []string{"refused-1", "refused-2"} {
			_, _, err := store.BeginRequest(ctx, "supervisor/st-3", key, decide, hash, noon)
			require.NoError(t, err)
			require.NoError(t, r.Record(ctx, models.AuditEvent{
				At: noon.Add(time.Second), ActorKind: "supervisor", ActorID: "st-3", Action: decide, Outcome: models.AuditRefused, Reason: "step_up_required",
				Detail: map[string]string{"asked": models.Asked(key, hash)}}), "each refusal is of its own request")
		}
		require.Eventually(t, func() bool { return len(entries(t, store)) == 3 }, time.Minute, time.Millisecond)

		gaps := audit.Gaps{Store: store, Recorder: r, Actions: []string{decide}, Log: slog.New(slog.DiscardHandler)}
		var total atomic.Int64
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				closed, err := gaps.Close(ctx, later)
				assert.NoError(t, err)
				total.Add(int64(closed))
			})
		}
		group.Wait()
		require.EqualValues(t, 6, total.Load())
		found, err := store.FindAudit(ctx, models.AuditFilter{Outcome: models.AuditFailed, Limit: 100})
		require.NoError(t, err)
		require.Len(t, found, 6, "each once")

		closed, err := gaps.Close(ctx, later.Add(time.Hour))
		require.NoError(t, err)
		require.Zero(t, closed, "the entry itself tells, when the claim is over")
	})
}

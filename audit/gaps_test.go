package audit_test

import (
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

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
		event.At, event.Detail = noon.Add(3*time.Second), map[string]string{"asked": hash(3)}
		require.NoError(t, r.Record(ctx, event))
		begin(4, "case.take", noon) // of which the trail knows nothing anyhow
		refused := begin(5, "staff.change", noon.Add(time.Hour))
		require.NoError(t, r.Record(ctx, models.AuditEvent{
			At: refused.ReceivedAt.Add(time.Second), ActorKind: "supervisor", ActorID: "st-3", Action: "staff.change", Outcome: models.AuditRefused, Reason: "step_up_required"}))
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
		require.Contains(t, found[0].Detail, died.RequestHash)
		require.Contains(t, found[0].Detail, "2026-03-0")
		require.True(t, verify(t, store).Whole())

		closed, err := gaps.Close(ctx, noon.Add(2*time.Hour+11*time.Minute))
		require.NoError(t, err)
		require.Equal(t, 1, closed, "what did not come back either")
	})
}

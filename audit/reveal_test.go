package audit_test

import (
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/audit"
	"aftersales/fault"
	"aftersales/models"
)

func desk(t *testing.T, store *models.Store, alarm, most int) *audit.Desk {
	r := recorder(t, store, audit.Options{Now: func() time.Time { return noon }})
	return audit.NewDesk(store, r, audit.DeskOptions{
		AlarmAt: alarm, RefuseAt: most, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler),
	})
}

func look(n int) audit.Look {
	return audit.Look{
		ActorKind: "agent", ActorID: "st-2", SessionID: "se-1", Action: "order.reveal", SubjectKind: "order", SubjectID: fmt.Sprint("o-", n),
		Reason: audit.ReasonShipping,
	}
}

func operatorsTasks(t *testing.T, store *models.Store) []models.Task {
	t.Helper()
	page, err := store.OpenTasks(t.Context(), []models.Recipient{{Kind: "operator"}}, models.TaskFilter{}, models.PageRequest{})
	require.NoError(t, err)
	return page.Items
}

func TestALookIsInTheTrailWithItsReasonBeforeItIsGranted(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		_, err := store.CreateStaff(t.Context(), models.NewStaff{ID: "st-2", Role: "agent", Name: "王", CreatedAt: noon})
		require.NoError(t, err)
		d := desk(t, store, 20, 60)
		customer, err := store.CreateCustomer(t.Context(), models.NewCustomer{ID: "cu-1", Name: "张", Lang: "zh-CN", Level: "good", CreatedAt: noon})
		require.NoError(t, err)
		l := look(1)
		l.CustomerID = customer.ID
		l.Reason, l.Words = audit.ReasonLegal, "法院要求，案号 (2026) 沪 01"
		require.NoError(t, d.Allow(t.Context(), l))
		found := entries(t, store)
		require.Len(t, found, 1)
		require.Equal(t, "order.reveal st-2 o-1 legal done", fmt.Sprint(found[0].Action, " ", found[0].ActorID, " ", found[0].SubjectID, " ", found[0].Reason, " ", found[0].Outcome))
		require.NotContains(t, found[0].Detail, "法院")
		_, err = store.SweepTexts(t.Context(), noon.Add(48*time.Hour))
		require.NoError(t, err)
		ids, err := store.TextsOf(t.Context(), "audit/"+found[0].Detail[len(`{"words":"`):len(found[0].Detail)-2])
		require.NoError(t, err)
		_, words, err := store.Text(t.Context(), ids[0])
		require.NoError(t, err)
		require.Equal(t, l.Words, words, "the words are kept, sealed")
		require.NoError(t, store.Keys.Destroy(t.Context(), customer.KeyRef))
		_, _, err = store.Text(t.Context(), ids[0])
		require.ErrorIs(t, err, fault.New(fault.Erased), "with whom they are about, not with whom wrote them")
	})
}

func TestALookWithoutSoundReasonIsRefused(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		d := desk(t, store, 20, 60)
		for reason, want := range map[string]fault.Code{"": fault.RevealReason, "curious": fault.RevealReason, audit.ReasonIdentity: fault.RevealWords, audit.ReasonLegal: fault.RevealWords} {
			l := look(1)
			l.Reason, l.Words = reason, "  "
			require.ErrorIs(t, d.Allow(t.Context(), l), fault.New(want), reason)
		}
		require.Empty(t, entries(t, store))
	})
}

// Whoever looks at very many people's data calls the operators, once, and is stopped; looking at the same again is not many.
func TestBulkReadingCallsOperatorsAndStops(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		d := desk(t, store, 3, 5)
		for range 10 {
			require.NoError(t, d.Allow(t.Context(), look(1)))
		}
		require.NoError(t, d.Allow(t.Context(), look(2)))
		require.Empty(t, operatorsTasks(t, store), "the same again, and one more, are not many")
		require.NoError(t, d.Allow(t.Context(), look(3)))
		require.Len(t, operatorsTasks(t, store), 1, "operators hear of it long before it is stopped")
		var group sync.WaitGroup
		var mu sync.Mutex
		granted := 0
		for n := range 12 {
			group.Go(func() {
				if d.Allow(t.Context(), look(n+4)) == nil {
					mu.Lock()
					granted++
					mu.Unlock()
				}
			})
		}
		group.Wait()
		require.Equal(t, 2, granted, "five in all, also when they come at once")
		require.ErrorIs(t, d.Allow(t.Context(), look(99)), fault.New(fault.TooManyTries))
		tasks := operatorsTasks(t, store)
		require.Len(t, tasks, 1)
		require.Equal(t, audit.TaskBulkReading+" staff st-2", tasks[0].Kind+" "+tasks[0].SubjectKind+" "+tasks[0].SubjectID)

		other := look(1)
		other.ActorID = "st-7"
		require.NoError(t, d.Allow(t.Context(), other), "others are not held up")

		require.ErrorIs(t, d.CloseAlarm(t.Context(), "st-3", "none"), fault.New(fault.NotFound))
		require.ErrorIs(t, d.CloseAlarm(t.Context(), "st-2", tasks[0].ID), fault.New(fault.OwnAlarm), "nobody closes their own")
		require.Len(t, operatorsTasks(t, store), 1)
		require.NoError(t, d.CloseAlarm(t.Context(), "st-3", tasks[0].ID))
		require.NoError(t, d.CloseAlarm(t.Context(), "st-3", tasks[0].ID))
		require.Empty(t, operatorsTasks(t, store))
	})
}

// What cannot be proved is not shown.
func TestWithoutTheTrailNothingIsShown(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		r := recorder(t, store, audit.Options{})
		d := audit.NewDesk(store, r, audit.DeskOptions{})
		require.NoError(t, r.Close(t.Context()))
		require.ErrorIs(t, d.Allow(t.Context(), look(1)), fault.New(fault.Unavailable))
	})
}

package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/models"
	"aftersales/outbox"
	"aftersales/testkit"
)

// twoProcesses opens a database twice, as two processes do: what one writes, the other must come to hear of.
func twoProcesses(t *testing.T, test func(t *testing.T, writer, reader *models.Store)) {
	both := func(t *testing.T, dsn string) {
		options := models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key")}
		test(t, open(t, dsn, options), open(t, dsn, options))
	}
	t.Run("sqlite", func(t *testing.T) { both(t, filepath.Join(t.TempDir(), "aftersales.db")) })
	t.Run("postgres", func(t *testing.T) { both(t, testkit.Postgres(t)) })
}

func happened(name string) models.OutboxEvent {
	return models.OutboxEvent{Topic: "t", Subject: name, Audience: "[]", Data: "{}", At: noon}
}

// follow follows until the test ends and returns what comes.
func follow(t *testing.T, store *models.Store, handle func(models.OutboxEvent) error) <-chan string {
	t.Helper()
	came := make(chan string, 10_000)
	follower, err := outbox.Follow(t.Context(), store, slog.New(slog.DiscardHandler), func(_ context.Context, events []models.OutboxEvent) error {
		for _, e := range events {
			if handle != nil {
				if err := handle(e); err != nil {
					return err
				}
			}
			came <- e.Subject
		}
		return nil
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan struct{})
	go func() { defer close(done); follower.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	return came
}

func one(t *testing.T, came <-chan string) string {
	t.Helper()
	select {
	case name := <-came:
		return name
	case <-time.After(20 * time.Second):
		require.FailNow(t, "nothing came")
	}
	return ""
}

func TestAFollowerHearsOfOthers(t *testing.T) {
	twoProcesses(t, func(t *testing.T, writer, reader *models.Store) {
		require.NoError(t, writer.AppendOutbox(t.Context(), happened("before")))
		came := follow(t, reader, nil)
		for i := range 40 {
			name := fmt.Sprint(i)
			require.NoError(t, writer.Tx(t.Context(), func(tx *models.Store) error { return tx.AppendOutbox(t.Context(), happened(name)) }))
			require.Equal(t, name, one(t, came), "what was before is no news")
		}
	})
}

// What another process commits wakes who watches; nothing else does.
func TestWatchersAreWoken(t *testing.T) {
	twoProcesses(t, func(t *testing.T, writer, reader *models.Store) {
		woken := reader.WatchOutbox(t.Context())
		wait := func() {
			t.Helper()
			select {
			case <-woken:
			case <-time.After(20 * time.Second):
				require.FailNow(t, "nobody was woken")
			}
		}
		wait() // it watches
		for range 5 {
			require.NoError(t, writer.Tx(t.Context(), func(tx *models.Store) error { return tx.AppendOutbox(t.Context(), happened("x")) }))
			wait()
		}
	})
}

// Many write at once, some give up: whatever was committed comes once, and each writer's in its order.
func TestAFollowerMissesNothing(t *testing.T) {
	twoProcesses(t, func(t *testing.T, writer, reader *models.Store) {
		const writers, each = 6, 25
		came := follow(t, reader, nil)
		undone := errors.New("undone")
		var group sync.WaitGroup
		for i := range writers {
			group.Go(func() {
				store := []*models.Store{writer, reader}[i%2]
				for n := range each {
					require.NoError(t, store.Tx(t.Context(), func(tx *models.Store) error {
						return tx.AppendOutbox(t.Context(), happened(fmt.Sprintf("%d/%02d", i, n)))
					}))
					require.ErrorIs(t, store.Tx(t.Context(), func(tx *models.Store) error {
						return errors.Join(tx.AppendOutbox(t.Context(), happened("undone")), undone)
					}), undone)
				}
			})
		}
		last := map[byte]string{}
		for range writers * each {
			name := one(t, came)
			require.NotEqual(t, "undone", name)
			require.Less(t, last[name[0]], name)
			last[name[0]] = name
		}
		group.Wait()
		require.Empty(t, came)
	})
}

// Events that commit after later ones were written are waited for.
func TestAFollowerWaitsForOlderTransactions(t *testing.T) {
	dsn := testkit.Postgres(t)
	store := open(t, dsn, models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key")})
	came := follow(t, store, nil)
	early := store.DB.WithContext(t.Context()).Begin()
	slow := happened("slow")
	require.NoError(t, early.Omit("TxID").Create(&slow).Error)
	require.NoError(t, store.AppendOutbox(t.Context(), happened("quick")))
	require.NoError(t, early.Commit().Error) // without a word to anybody
	require.Equal(t, "slow", one(t, came))
	require.Equal(t, "quick", one(t, came))
}

func TestAFollowerTriesAgain(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		failures := 2
		came := follow(t, store, func(models.OutboxEvent) error {
			if failures > 0 {
				failures--
				return errors.New("not now")
			}
			return nil
		})
		require.NoError(t, store.AppendOutbox(t.Context(), happened("a"), happened("b")))
		require.Equal(t, "a", one(t, came))
		require.Equal(t, "b", one(t, came))
	})
}

package audit_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/audit"
	"aftersales/models"
	"aftersales/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// eachDB runs a test on SQLite and on PostgreSQL.
func eachDB(t *testing.T, test func(t *testing.T, store *models.Store)) {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	t.Run("sqlite", func(t *testing.T) {
		test(t, open(t, schema(t), models.Options{CreateMasterKey: true, Logger: quiet}))
	})
	t.Run("postgres", func(t *testing.T) {
		dsn := testkit.PostgresFrom(t, "audit", func(url string) error { return models.Migrate(context.Background(), url, models.Options{}) })
		test(t, open(t, dsn, models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key"), Logger: quiet}))
	})
}

func open(t testing.TB, dsn string, opts models.Options) *models.Store {
	t.Helper()
	require.NoError(t, models.Migrate(t.Context(), dsn, opts))
	store, err := models.Open(t.Context(), dsn, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

func recorder(t testing.TB, store audit.Store, options audit.Options) *audit.Recorder {
	t.Helper()
	options.Log = slog.New(slog.DiscardHandler)
	r := audit.New(store, options)
	t.Cleanup(func() { require.NoError(t, r.Close(context.Background())) })
	return r
}

func decision(n int) models.AuditEvent {
	return models.AuditEvent{
		ActorKind: "supervisor", ActorID: "st-3", SessionID: "se-1", Action: "case.refund.approve",
		SubjectKind: "case", SubjectID: fmt.Sprint("case-", n), Outcome: models.AuditDone, Detail: map[string]string{"approval": "ap-1"},
	}
}

func refusal(n int) models.AuditEvent {
	e := decision(n)
	e.Outcome, e.Reason = models.AuditRefused, "forbidden"
	return e
}

func entries(t *testing.T, store *models.Store) []models.AuditEntry {
	t.Helper()
	found, err := store.FindAudit(t.Context(), models.AuditFilter{Limit: 10_000})
	require.NoError(t, err)
	return found
}

func verify(t *testing.T, store *models.Store, kept ...models.AuditAnchor) audit.Report {
	t.Helper()
	report, err := audit.Verify(t.Context(), store, kept, nil)
	require.NoError(t, err)
	return report
}

func TestADecisionIsProvableWhenRecordReturns(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		r := recorder(t, store, audit.Options{Now: func() time.Time { return noon }})
		require.NoError(t, r.Record(t.Context(), decision(1)))
		found := entries(t, store)
		require.Len(t, found, 1)
		require.Equal(t, "case-1", found[0].SubjectID)
		require.Equal(t, `{"approval":"ap-1"}`, found[0].Detail)
		require.Equal(t, noon, found[0].At)
		report := verify(t, store)
		require.Empty(t, report.Findings)
		require.EqualValues(t, 1, report.Entries)
	})
}

func TestManyAtOnceAndSeveralProcessesMakeWholeChains(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		const callers, each = 16, 20
		recorders := []*audit.Recorder{recorder(t, store, audit.Options{}), recorder(t, store, audit.Options{})}
		var group sync.WaitGroup
		for i := range callers {
			group.Go(func() {
				for n := range each {
					event := decision(i*each + n)
					if n%2 == 1 {
						event = refusal(i*each + n)
					}
					require.NoError(t, recorders[i%2].Record(t.Context(), event))
				}
			})
		}
		group.Wait()
		for _, r := range recorders {
			require.NoError(t, r.Close(t.Context()))
		}
		report := verify(t, store)
		require.Empty(t, report.Findings)
		require.Equal(t, 2, report.Chains)
		require.EqualValues(t, callers*each, report.Entries)
	})
}

func TestRefusalsFollowSoonAndEqualOnesAreCounted(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		r := recorder(t, store, audit.Options{Delay: time.Millisecond})
		for range 1000 {
			require.NoError(t, r.Record(t.Context(), refusal(7)))
		}
		require.Eventually(t, func() bool { return len(entries(t, store)) == 1 }, time.Minute, 5*time.Millisecond)
		nobody := models.AuditEvent{Action: "session.create", Outcome: models.AuditRefused, Reason: "sign_in_failed"}
		for n := range 100 {
			nobody.SubjectID = fmt.Sprint("guess-", n)
			require.NoError(t, r.Record(t.Context(), nobody))
		}
		require.NoError(t, r.Close(t.Context()))
		counts := map[string]string{}
		for _, e := range entries(t, store) {
			counts[e.Action] += e.Detail
		}
		require.Len(t, entries(t, store), 4)
		require.Contains(t, counts["case.refund.approve"], `{"again":"999"}`)
		require.Contains(t, counts["session.create"], `{"again":"99"}`)
		require.True(t, verify(t, store).Whole())
	})
}

// The database refuses; whoever takes its guards away, or writes by hand, is found by the hashes.
func TestTamperingIsRefusedOrFound(t *testing.T) {
	for name, tamper := range map[string]struct {
		sql     string
		problem string
	}{
		"altered":        {"UPDATE audit_entries SET actor_id = 'st-9' WHERE seq = 3", audit.ProblemAltered},
		"moved in time":  {"UPDATE audit_entries SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 3", audit.ProblemAltered},
		"deleted":        {"DELETE FROM audit_entries WHERE seq = 3", audit.ProblemGap},
		"first deleted":  {"DELETE FROM audit_entries WHERE seq = 1", audit.ProblemGap},
		"cut":            {"DELETE FROM audit_entries WHERE seq >= 3", audit.ProblemCut},
		"chain deleted":  {"DELETE FROM audit_chains", audit.ProblemMissing},
		"chain renamed":  {"UPDATE audit_chains SET id = 'other'", audit.ProblemKey},
		"key not sealed": {"UPDATE audit_chains SET key = key", ""},
	} {
		t.Run(name, func(t *testing.T) {
			eachDB(t, func(t *testing.T, store *models.Store) {
				r := recorder(t, store, audit.Options{})
				for n := range 5 {
					require.NoError(t, r.Record(t.Context(), decision(n)))
				}
				require.NoError(t, r.Close(t.Context()))
				if tamper.problem == "" {
					require.NoError(t, store.DB.Exec(tamper.sql).Error, "keys are sealed anew")
					require.True(t, verify(t, store).Whole())
					return
				}
				require.ErrorContains(t, store.DB.Exec(tamper.sql).Error, "append-only")
				require.True(t, verify(t, store).Whole())

				without(t, store)
				if strings.Contains(tamper.sql, "audit_chains") {
					require.NoError(t, store.DB.Exec("DELETE FROM audit_entries").Error)
				}
				require.NoError(t, store.DB.Exec(tamper.sql).Error)
				report := verify(t, store)
				require.NotEmpty(t, report.Findings)
				require.Equal(t, tamper.problem, report.Findings[0].Problem)
			})
		})
	}
}

// without takes the guards of the tables away, as whoever owns the database can.
func without(t *testing.T, store *models.Store) {
	t.Helper()
	if store.Dialect() == models.Postgres {
		require.NoError(t, store.DB.Exec("ALTER TABLE audit_entries DISABLE TRIGGER ALL").Error)
		require.NoError(t, store.DB.Exec("ALTER TABLE audit_chains DISABLE TRIGGER ALL").Error)
		return
	}
	for _, trigger := range []string{"audit_entries_stay_whole", "audit_entries_stay", "audit_entries_stay_first", "audit_chains_stay_whole", "audit_chains_stay", "audit_chains_stay_first"} {
		require.NoError(t, store.DB.Exec("DROP TRIGGER "+trigger).Error)
	}
}

// A whole new history, written by somebody who has the database but no keys: its hashes are not made under the chain's key.
func TestAForgedEntryIsFound(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		r := recorder(t, store, audit.Options{})
		require.NoError(t, r.Record(t.Context(), decision(1)))
		require.NoError(t, r.Close(t.Context()))
		chain := entries(t, store)[0].ChainID
		require.NoError(t, store.AppendAudit(t.Context(), []models.AuditEntry{{
			ChainID: chain, Seq: 2, At: noon, Action: "case.refund.approve", Outcome: models.AuditDone, Detail: "{}", Hash: make([]byte, 32),
		}}))
		report := verify(t, store)
		require.Equal(t, []audit.Finding{{ChainID: chain, Seq: 2, Problem: audit.ProblemAltered}}, report.Findings)

		if store.Dialect() == models.SQLite {
			err := store.DB.Exec("INSERT OR REPLACE INTO audit_entries SELECT chain_id, seq, at, actor_kind, 'st-9', session_id, action, subject_kind, subject_id, outcome, reason, detail, hash FROM audit_entries WHERE seq = 1").Error
			require.ErrorContains(t, err, "append-only")
			return
		}
		require.ErrorContains(t, store.DB.Exec("TRUNCATE audit_entries").Error, "append-only")
	})
}

// Heads that were kept elsewhere show a trail that was cut together with what was noted with the keysets.
func TestHeadsKeptElsewhere(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		r := recorder(t, store, audit.Options{Anchor: time.Hour})
		for n := range 3 {
			require.NoError(t, r.Record(t.Context(), decision(n)))
		}
		heads := verify(t, store).Heads
		require.Len(t, heads, 1)
		require.EqualValues(t, 3, heads[0].Seq)
		without(t, store)
		require.NoError(t, store.DB.Exec("DELETE FROM audit_entries WHERE seq > 1").Error)
		require.Equal(t, audit.ProblemCut, verify(t, store, heads...).Findings[0].Problem)
	})
}

func TestWhatIsNoCodeIsNotKept(t *testing.T) {
	store := open(t, schema(t), models.Options{CreateMasterKey: true})
	r := recorder(t, store, audit.Options{})
	for name, change := range map[string]func(*models.AuditEvent){
		"no action":        func(e *models.AuditEvent) { e.Action = "" },
		"words for action": func(e *models.AuditEvent) { e.Action = "查看 电话" },
		"unknown outcome":  func(e *models.AuditEvent) { e.Outcome = "maybe" },
		"words for reason": func(e *models.AuditEvent) { e.Reason = "客户张三来电" },
		"words for detail": func(e *models.AuditEvent) { e.Detail = map[string]string{"客户": "x"} },
		"endless detail":   func(e *models.AuditEvent) { e.Detail = many(200) },
	} {
		event := decision(1)
		change(&event)
		require.Error(t, r.Record(t.Context(), event), name)
	}
	event := decision(1)
	event.SubjectID, event.Detail = "13812341234", map[string]string{"given": "张三\n2026 forged line"}
	require.NoError(t, r.Record(t.Context(), event))
	found := entries(t, store)
	require.Len(t, found, 1)
	require.Regexp(t, `^sha256:[0-9a-f]{16}$`, found[0].SubjectID)
	require.NotContains(t, found[0].Detail, "张三")
	require.NotContains(t, found[0].Detail, "forged")
}

func many(n int) map[string]string {
	all := map[string]string{}
	for i := range n {
		all[fmt.Sprint("k", i)] = "value-of-some-length"
	}
	return all
}

// broken is a database that fails at will, before or after it has stored.
type broken struct {
	*models.Store
	mu     sync.Mutex
	before int // appends that fail and store nothing
	after  int // appends that store and fail
}

func (b *broken) AppendAudit(ctx context.Context, entries []models.AuditEntry) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.before > 0 {
		b.before--
		return errors.New("the database is away")
	}
	err := b.Store.AppendAudit(ctx, entries)
	if b.after > 0 {
		b.after--
		return errors.New("the connection broke")
	}
	return err
}

func TestADatabaseThatFailsLosesAndDoublesNothing(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		b := &broken{Store: store, before: 2, after: 1}
		r := recorder(t, b, audit.Options{})
		var group sync.WaitGroup
		for n := range 20 {
			group.Go(func() { require.NoError(t, r.Record(t.Context(), decision(n))) })
		}
		group.Wait()
		require.NoError(t, r.Close(t.Context()))
		require.Len(t, entries(t, store), 20)
		require.True(t, verify(t, store).Whole())
	})
}

// Whoever does not wait is told that it is not provable yet; it is written all the same.
func TestACallerThatGivesUpIsTold(t *testing.T) {
	store := open(t, schema(t), models.Options{CreateMasterKey: true})
	b := &broken{Store: store, before: 1}
	r := recorder(t, b, audit.Options{})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, r.Record(gone, decision(1)), context.Canceled)
	require.NoError(t, r.Close(t.Context()))
	require.Len(t, entries(t, store), 1)
	require.ErrorIs(t, r.Record(t.Context(), decision(2)), audit.ErrClosed)
}

func TestFindNarrows(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		r := recorder(t, store, audit.Options{})
		for n, action := range []string{"sign_in.password", "sign_in.passkey", "sign_inx.other", "case.refund.approve"} {
			event := decision(n)
			event.Action, event.At, event.ActorID = action, noon.Add(time.Duration(n)*time.Hour), fmt.Sprint("st-", n%2)
			require.NoError(t, r.Record(t.Context(), event))
		}
		count := func(filter models.AuditFilter) int {
			filter.Limit = 100
			found, err := store.FindAudit(t.Context(), filter)
			require.NoError(t, err)
			return len(found)
		}
		require.Equal(t, 2, count(models.AuditFilter{Action: "sign_in."}))
		require.Equal(t, 1, count(models.AuditFilter{Action: "sign_in.password"}))
		require.Equal(t, 2, count(models.AuditFilter{ActorID: "st-1"}))
		require.Equal(t, 1, count(models.AuditFilter{SubjectKind: "case", SubjectID: "case-2"}))
		require.Equal(t, 3, count(models.AuditFilter{Since: noon.Add(time.Hour)}))
		require.Equal(t, 1, count(models.AuditFilter{Until: noon.Add(time.Hour)}))
		n, err := store.CountAuditSubjects(t.Context(), "st-1", []string{"sign_in.passkey", "case.refund.approve"}, noon, time.Time{})
		require.NoError(t, err)
		require.Equal(t, 2, n)
	})
}

// Decisions of many requests at once share commits.
func BenchmarkRecord(b *testing.B) {
	store := open(b, schema(b), models.Options{CreateMasterKey: true})
	for name, event := range map[string]models.AuditEvent{"decision": decision(1), "refusal": refusal(1)} {
		b.Run(name, func(b *testing.B) {
			r := recorder(b, store, audit.Options{})
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := r.Record(context.Background(), event); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

// schema is the path of a new SQLite database of this build's schema.
func schema(t testing.TB) string {
	t.Helper()
	return testkit.SQLiteFrom(t, "schema", func(file string) error { return models.Migrate(context.Background(), file, models.Options{}) })
}

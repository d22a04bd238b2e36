package audit_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/audit"
	"aftersales/models"
)

// inParts verifies the whole trail in parts of a size.
func inParts(t *testing.T, store *models.Store, size int64) (findings []audit.Finding, checked int64, parts int) {
	t.Helper()
	reader := &audit.Reader{Store: store, Part: size}
	for next := ""; ; {
		part, err := reader.Verify(t.Context(), next)
		require.NoError(t, err)
		require.LessOrEqual(t, part.Checked, size)
		require.Equal(t, checked, part.Before)
		findings, checked, parts = append(findings, part.Findings...), checked+part.Checked, parts+1
		require.Less(t, parts, 200)
		if next = part.Next; next == "" {
			return findings, checked, parts
		}
	}
}

func trailOf(t *testing.T, store *models.Store, chains, each int) {
	t.Helper()
	for range chains {
		r := audit.New(store, audit.Options{Anchor: time.Nanosecond})
		for n := range each {
			require.NoError(t, r.Record(t.Context(), decision(n)))
		}
		require.NoError(t, r.Close(context.Background()))
	}
}

// Whatever the size of its parts, a verification finds what Verify finds, and reads every entry once.
func TestAVerificationInPartsSaysWhatAWholeOneSays(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		trailOf(t, store, 3, 7)
		for _, size := range []int64{1, 4, 7, 8, 1000} {
			findings, checked, parts := inParts(t, store, size)
			require.Empty(t, findings)
			require.EqualValues(t, 21, checked)
			require.GreaterOrEqual(t, parts, int(21/size))
		}
		first, err := (&audit.Reader{Store: store}).Verify(t.Context(), "")
		require.NoError(t, err)
		require.EqualValues(t, 21, first.Total)
		require.Len(t, first.Heads, 3)
		for _, head := range first.Heads {
			require.EqualValues(t, 7, head.Seq)
			require.EqualValues(t, 7, head.NotedSeq)
			require.Zero(t, head.Unanchored)
			require.NotNil(t, head.NotedAt)
		}
		for _, drop := range []string{"audit_entries_stay_whole", "audit_entries_stay"} {
			if store.Dialect() == models.SQLite {
				_ = store.DB.Exec("DROP TRIGGER IF EXISTS " + drop).Error
			}
		}
		if store.Dialect() == models.Postgres {
			require.NoError(t, store.DB.Exec("ALTER TABLE audit_entries DISABLE TRIGGER USER").Error)
		}
		require.NoError(t, store.DB.Exec("UPDATE audit_entries SET actor_id = 'st-9' WHERE seq = 5 AND chain_id = ?", first.Heads[1].ChainID).Error)
		want := verify(t, store).Findings
		require.Len(t, want, 1)
		for _, size := range []int64{1, 4, 5, 1000} {
			findings, _, _ := inPartsLoose(t, store, size)
			require.Equal(t, want, findings, "parts of %d", size)
		}
		require.NoError(t, store.DB.Exec("DELETE FROM audit_entries WHERE seq > 3 AND chain_id = ?", first.Heads[0].ChainID).Error)
		want = verify(t, store).Findings
		require.Len(t, want, 2)
		for _, size := range []int64{1, 3, 4, 1000} {
			findings, _, _ := inPartsLoose(t, store, size)
			require.ElementsMatch(t, want, findings, "parts of %d", size)
		}
	})
}

// inPartsLoose is inParts of a trail that is not whole: what comes before is no longer what was checked.
func inPartsLoose(t *testing.T, store *models.Store, size int64) (findings []audit.Finding, checked int64, parts int) {
	t.Helper()
	reader := &audit.Reader{Store: store, Part: size}
	for next := ""; ; {
		part, err := reader.Verify(t.Context(), next)
		require.NoError(t, err)
		findings, checked, parts = append(findings, part.Findings...), checked+part.Checked, parts+1
		require.Less(t, parts, 200)
		if next = part.Next; next == "" {
			return findings, checked, parts
		}
	}
}

func TestNobodyGoesOnFromAPlaceThatIsNone(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		trailOf(t, store, 1, 1)
		for _, place := range []string{"x", "bm9uZS8x", "!!!", "Lw", "YS8tMQ"} {
			_, err := (&audit.Reader{Store: store}).Verify(t.Context(), place)
			require.ErrorContains(t, err, "bad_cursor", place)
		}
	})
}

// Who reads the trail is in it before anything is shown.
func TestReadingTheTrailDoesNotWait(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		r := recorder(t, store, audit.Options{Delay: time.Hour})
		event := decision(1)
		event.Action = "audit.list"
		require.NoError(t, r.Record(t.Context(), event))
		require.Len(t, entries(t, store), 1)
	})
}

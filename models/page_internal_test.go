package models

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCursorsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := place{
			at: time.UnixMicro(rapid.Int64Range(-1<<50, 1<<52).Draw(t, "at")).UTC(),
			id: rapid.StringN(1, 40, 100).Draw(t, "id"),
		}
		if rapid.Bool().Draw(t, "no time") {
			p.at = time.Time{}
		}
		back, err := readCursor(p.cursor())
		require.NoError(t, err)
		require.Equal(t, p, back)
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(place{time.Unix(1, 0), "x"}.cursor())
	f.Add(place{id: "x"}.cursor())
	f.Add("")
	f.Fuzz(func(t *testing.T, cursor string) {
		if p, err := readCursor(cursor); err == nil {
			require.Equal(t, cursor, p.cursor())
		}
	})
}

func FuzzDSN(f *testing.F) {
	for _, dsn := range []string{"", "a.db", "sqlite:a.db", "postgres://u@h/d", "host=x dbname=y", ":memory:"} {
		f.Add(dsn)
	}
	f.Fuzz(func(t *testing.T, dsn string) {
		if at, err := readDSN(dsn); err == nil {
			require.Contains(t, []Dialect{Postgres, SQLite}, at.dialect)
			require.NotEmpty(t, at.dsn)
		}
	})
}

package models_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/models"
	"aftersales/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// world is one migrated, empty database with what is needed to open it a second time.
type world struct {
	*models.Store
	dsn  string
	opts models.Options
}

// eachDB runs a test on SQLite and on PostgreSQL.
func eachDB(t *testing.T, test func(t *testing.T, w world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, onSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, onPostgres(t)) })
}

func onSQLite(t *testing.T) world {
	return open(t, schema(t), models.Options{CreateMasterKey: true})
}

func onPostgres(t *testing.T) world {
	dsn := testkit.PostgresFrom(t, "models", func(url string) error {
		return models.Migrate(context.Background(), url, models.Options{})
	})
	return open(t, dsn, models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key")})
}

func open(t *testing.T, dsn string, opts models.Options) world {
	t.Helper()
	opts.Logger = slog.New(slog.DiscardHandler) // refused writes are what many tests are about
	require.NoError(t, models.Migrate(t.Context(), dsn, opts))
	store, err := models.Open(t.Context(), dsn, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return world{store, dsn, opts}
}

// noon is the moment that tests start from.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// schema is the path of a new SQLite database of this build's schema.
func schema(t testing.TB) string {
	t.Helper()
	return testkit.SQLiteFrom(t, "schema", func(file string) error { return models.Migrate(context.Background(), file, models.Options{}) })
}

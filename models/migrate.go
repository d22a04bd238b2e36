package models

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrationFiles embed.FS

// Migrate brings the data and the store of keysets to this build's schema. It may run in several replicas at
// once: on PostgreSQL they wait for each other's session lock.
func Migrate(ctx context.Context, dsn string, opts Options) error {
	data, err := readDSN(dsn)
	if err != nil {
		return err
	}
	keys, err := keysTarget(data, opts.KeysDSN)
	if err != nil {
		return err
	}
	return errors.Join(
		wrapMigration("data", data.migrate(ctx, "migrations/"+string(data.dialect), "goose_db_version")),
		wrapMigration("keysets", keys.migrate(ctx, "migrations/keys_"+string(keys.dialect), "goose_keys_version")),
	)
}

// MigrateKeys is Migrate for the store of keysets alone: to bring keys back before there is data.
func MigrateKeys(ctx context.Context, dsn string, opts Options) error {
	data, err := readDSN(dsn)
	if err != nil {
		return err
	}
	keys, err := keysTarget(data, opts.KeysDSN)
	if err != nil {
		return err
	}
	return wrapMigration("keysets", keys.migrate(ctx, "migrations/keys_"+string(keys.dialect), "goose_keys_version"))
}

func wrapMigration(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("models: migrate the %s: %w", what, err)
}

func (t target) migrate(ctx context.Context, folder, versionTable string) error {
	db, err := t.open(2)
	if err != nil {
		return err
	}
	defer db.Close()
	provider, err := t.provider(db, folder, versionTable)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		// SQLite has no lock that spans migrations: whoever loses a race looks again and finds them done.
		if _, err = provider.Up(ctx); err == nil || t.dialect == Postgres || try == 3 {
			return err
		}
	}
}

func (t target) provider(db *sql.DB, folder, versionTable string) (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, folder)
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithTableName(versionTable)}
	if t.dialect == Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(dialect, db, files, options...)
}

// SchemaVersion returns the schema's version in the database and the one that this build wants. They are equal
// after Migrate; a process that finds them unequal is not ready.
func (s *Store) SchemaVersion(ctx context.Context) (have, want int64, err error) {
	at := target{dialect: s.dialect}
	provider, err := at.provider(s.pool, "migrations/"+string(s.dialect), "goose_db_version")
	if err != nil {
		return 0, 0, err
	}
	for _, source := range provider.ListSources() {
		want = max(want, source.Version)
	}
	have, err = provider.GetDBVersion(ctx)
	return have, want, err
}

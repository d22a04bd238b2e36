package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"
)

// Dialect names the kind of database.
type Dialect string

const (
	Postgres Dialect = "postgres"
	SQLite   Dialect = "sqlite"
)

// DefaultPath is the SQLite file that an empty DSN means.
const DefaultPath = "data/aftersales.db"

// target is a DSN read: for PostgreSQL as it was given, for SQLite the absolute path of the file.
type target struct {
	dialect Dialect
	dsn     string
}

// readDSN tells the two databases apart: "postgres://…" or "host=… dbname=…" against "", a path, or "sqlite:<path>".
func readDSN(dsn string) (target, error) {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return target{Postgres, dsn}, nil
	}
	path, named := strings.CutPrefix(dsn, "sqlite:")
	if !named && strings.Contains(dsn, "=") {
		return target{Postgres, dsn}, nil
	}
	if path == "" {
		path = DefaultPath
	}
	if strings.Contains(path, ":memory:") || strings.ContainsAny(path, "?#") {
		return target{}, fmt.Errorf("models: %q is not a database: give the path of a SQLite file, or postgres://user:password@host/database", dsn)
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return target{}, fmt.Errorf("models: path of the database: %w", err)
	}
	return target{SQLite, absolute}, nil
}

// open returns a pool of at most conns connections on which times are UTC and cut to microseconds.
func (t target) open(conns int) (*sql.DB, error) {
	connector, err := t.connector()
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, nil
}

func (t target) connector() (driver.Connector, error) {
	if t.dialect == Postgres {
		config, err := pgx.ParseConfig(t.dsn)
		if err != nil {
			return nil, fmt.Errorf("models: the PostgreSQL address cannot be read: %w", err)
		}
		config.RuntimeParams["timezone"] = "UTC"
		inUTC := stdlib.OptionAfterConnect(func(_ context.Context, conn *pgx.Conn) error {
			conn.TypeMap().RegisterType(&pgtype.Type{
				Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
			})
			return nil
		})
		return stdlib.GetConnector(*config, inUTC), nil
	}
	if err := os.MkdirAll(filepath.Dir(t.dsn), 0o700); err != nil {
		return nil, fmt.Errorf("models: folder of the database: %w", err)
	}
	// FULL: a commit that was answered survives a power cut, as money demands. secure_delete: what is deleted is
	// overwritten. immediate: a transaction is a writer from its first statement and never has to be undone midway.
	settings := url.Values{
		"_pragma": {
			"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)",
			"secure_delete(ON)", "cache_size(-16000)", "journal_size_limit(67108864)",
		},
		"_txlock":      {"immediate"},
		"_time_format": {"sqlite"},
		"_timezone":    {"UTC"},
	}
	address := url.URL{Scheme: "file", Path: t.dsn, RawQuery: settings.Encode()}
	connector, err := sqlite.NewConnector(address.String())
	if err != nil {
		return nil, fmt.Errorf("models: SQLite file %s: %w", t.dsn, err)
	}
	return exactTimes{connector}, nil
}

func (t target) gormDialector(db *sql.DB) gorm.Dialector {
	if t.dialect == Postgres {
		return postgresDialector{&postgres.Dialector{Config: &postgres.Config{Conn: db}}}
	}
	return sqliteDialector{&gormsqlite.Dialector{DriverName: "sqlite", Conn: db}}
}

// The two dialectors differ from gorm's only in that errors are ours on both databases.
type (
	postgresDialector struct{ *postgres.Dialector }
	sqliteDialector   struct{ *gormsqlite.Dialector }
)

func (postgresDialector) Translate(err error) error { return translate(err) }
func (sqliteDialector) Translate(err error) error   { return translate(err) }

// exactTimes gives SQLite the times of PostgreSQL: UTC, cut to microseconds. What is written, and what is
// compared with, then reads back equal, and the stored texts sort as the times do.
type exactTimes struct{ driver.Connector }

func (c exactTimes) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := conn.(sqliteConn)
	if !ok {
		return nil, errors.Join(errors.New("models: the SQLite driver lacks a method that is needed"), conn.Close())
	}
	return exactConn{full}, nil
}

type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type exactConn struct{ sqliteConn }

// CheckNamedValue implements driver.NamedValueChecker.
func (exactConn) CheckNamedValue(value *driver.NamedValue) error {
	converted, err := driver.DefaultParameterConverter.ConvertValue(value.Value)
	if err != nil {
		return err
	}
	if at, ok := converted.(time.Time); ok {
		converted = Moment(at)
	}
	value.Value = converted
	return nil
}

// Moment is a time as the databases keep it: UTC, cut to microseconds.
func Moment(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

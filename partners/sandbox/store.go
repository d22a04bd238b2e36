package sandbox

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the database/sql driver "sqlite"
)

// The ledger. Times are Unix milliseconds, amounts fen. A refund row is one application: money that left. Two rows
// of one key (generations 1 and 2) mean that the provider paid twice, which happens only when it was told to forget.
const schema = `
CREATE TABLE IF NOT EXISTS payments (
  id INTEGER PRIMARY KEY AUTOINCREMENT, rail TEXT NOT NULL, ref TEXT NOT NULL, order_id TEXT NOT NULL,
  captured INTEGER NOT NULL CHECK (captured > 0), captured_at INTEGER NOT NULL, closed INTEGER NOT NULL DEFAULT 0,
  UNIQUE (rail, ref));
CREATE TABLE IF NOT EXISTS refunds (
  id INTEGER PRIMARY KEY AUTOINCREMENT, rail TEXT NOT NULL, key TEXT NOT NULL, generation INTEGER NOT NULL,
  ref TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0), reason TEXT NOT NULL, provider_ref TEXT NOT NULL UNIQUE,
  accepted_at INTEGER NOT NULL, done_at INTEGER NOT NULL,
  UNIQUE (rail, key, generation), FOREIGN KEY (rail, ref) REFERENCES payments (rail, ref));
CREATE INDEX IF NOT EXISTS refunds_by_payment ON refunds (rail, ref);
CREATE INDEX IF NOT EXISTS refunds_by_day ON refunds (rail, done_at);
CREATE TABLE IF NOT EXISTS calls (rail TEXT NOT NULL, key TEXT NOT NULL, calls INTEGER NOT NULL, PRIMARY KEY (rail, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS balances (rail TEXT PRIMARY KEY, minor INTEGER NOT NULL CHECK (minor >= 0));
CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pickups (
  id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, generation INTEGER NOT NULL, task_id TEXT NOT NULL UNIQUE, order_id TEXT NOT NULL,
  carrier TEXT NOT NULL, number TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, created_at INTEGER NOT NULL, cancelled_at INTEGER,
  UNIQUE (key, generation));
CREATE TABLE IF NOT EXISTS parcels (
  number TEXT PRIMARY KEY, carrier TEXT NOT NULL DEFAULT '', grams INTEGER NOT NULL DEFAULT 0,
  from_city TEXT NOT NULL DEFAULT '', to_city TEXT NOT NULL DEFAULT '', plan TEXT NOT NULL DEFAULT '',
  callback TEXT NOT NULL DEFAULT '', salt TEXT NOT NULL DEFAULT '', abort_at INTEGER, aborted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS parcels_by_abort ON parcels (abort_at) WHERE abort_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS scans (
  id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL, state TEXT NOT NULL, city TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS scans_by_parcel ON scans (number, id);
CREATE TABLE IF NOT EXISTS steps (
  number TEXT NOT NULL, seq INTEGER NOT NULL, due_at INTEGER NOT NULL, state TEXT NOT NULL, city TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (number, seq));
CREATE INDEX IF NOT EXISTS steps_by_due ON steps (due_at);
CREATE TABLE IF NOT EXISTS pushes (
  id INTEGER PRIMARY KEY AUTOINCREMENT, partner TEXT NOT NULL, subject TEXT NOT NULL, url TEXT NOT NULL, content TEXT NOT NULL,
  forged INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'waiting', answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS pushes_waiting ON pushes (due_at) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
`

// store is the ledger's file: one connection writes, a few read. synchronous=FULL: a commit that was answered
// survives kill -9 and power loss; a transaction that was not is gone as a whole.
type store struct {
	writer, reader *sql.DB
}

func openStore(file string) (*store, error) {
	absolute, err := filepath.Abs(file)
	if err != nil {
		return nil, fmt.Errorf("sandbox ledger: %w", err)
	}
	dsn := "file:" + (&url.URL{Path: absolute}).EscapedPath() +
		"?_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"
	writer, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("sandbox ledger: %w", err)
	}
	writer.SetMaxOpenConns(1)
	if _, err := writer.Exec(schema); err != nil {
		writer.Close()
		return nil, fmt.Errorf("sandbox ledger %s cannot be opened; is it another program's file? %w", file, err)
	}
	if err := migrate(writer); err != nil {
		writer.Close()
		return nil, fmt.Errorf("sandbox ledger %s: bringing it to this version: %w", file, err)
	}
	reader, err := sql.Open("sqlite", dsn)
	if err != nil {
		writer.Close()
		return nil, fmt.Errorf("sandbox ledger: %w", err)
	}
	reader.SetMaxOpenConns(4)
	return &store{writer: writer, reader: reader}, nil
}

// write runs one short transaction. It finishes even when the caller went away: a client that hangs up must not
// decide whether the ledger is written.
func (s *store) write(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := s.writer.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return fmt.Errorf("sandbox ledger: %w", err)
	}
	defer tx.Rollback() // does nothing after Commit
	if err := do(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("sandbox ledger: %w", err)
	}
	return nil
}

func (s *store) close() error {
	readErr := s.reader.Close()
	if err := s.writer.Close(); err != nil {
		return err
	}
	return readErr
}

func millis(t time.Time) int64 { return t.UnixMilli() }

func fromMillis(ms int64) time.Time { return time.UnixMilli(ms) }

// queryer is what both databases and transactions can do.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// collect reads all rows of a query with scan.
func collect[T any](ctx context.Context, q queryer, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("sandbox ledger: %w", err)
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("sandbox ledger: %w", err)
		}
		list = append(list, one)
	}
	return list, rows.Err()
}

package models

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// ErrNotEmpty is returned when a backup would be read into a place that holds something.
var ErrNotEmpty = errors.New("models: there is data already")

// BackupName is what the file of a data backup is called for a database.
func (s *Store) BackupName() string {
	if s.dialect == SQLite {
		return "data.db"
	}
	return "data.zip"
}

// Backup writes all data, as it stands at one moment, into a new file, while others work. Keysets are not in it.
func (s *Store) Backup(ctx context.Context, file string) error {
	if s.dialect == SQLite {
		return CopySQLite(ctx, s.at.dsn, file)
	}
	out, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(s.onPgx(ctx, func(conn *pgx.Conn) error { return dump(ctx, conn, out) }), out.Sync(), out.Close())
}

// CopySQLite writes the SQLite database in a file, as it stands at one moment, into a new file, while others work.
func CopySQLite(ctx context.Context, from, file string) error {
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("%s: %w", file, os.ErrExist)
	}
	if _, err := os.Stat(from); err != nil {
		return err // or an empty one would be made
	}
	address := url.URL{Scheme: "file", Path: from, RawQuery: "_pragma=busy_timeout(10000)"}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", file); err != nil {
		return fmt.Errorf("copy %s: %w", from, err)
	}
	return os.Chmod(file, 0o600)
}

func (s *Store) onPgx(ctx context.Context, do func(*pgx.Conn) error) error {
	conn, err := s.pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error { return do(driver.(*stdlib.Conn).Conn()) })
}

// pgTable is a table of a dump, in an order in which each stands after those that it refers to.
type pgTable struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
}

// contents says what a dump holds.
type contents struct {
	Schema    int64            `json:"schema"`
	Tables    []pgTable        `json:"tables"`
	Sequences map[string]int64 `json:"sequences"`
}

func dump(ctx context.Context, conn *pgx.Conn, out io.Writer) error {
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	held := contents{Sequences: map[string]int64{}}
	if err := tx.QueryRow(ctx, "SELECT max(version_id) FROM goose_db_version WHERE is_applied").Scan(&held.Schema); err != nil {
		return err
	}
	if held.Tables, err = tablesOf(ctx, tx); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, "SELECT sequencename, COALESCE(last_value, 0) FROM pg_sequences WHERE schemaname = current_schema() AND sequencename NOT LIKE 'goose%'")
	if err != nil {
		return err
	}
	for rows.Next() {
		var name string
		var last int64
		if err := rows.Scan(&name, &last); err != nil {
			return err
		}
		held.Sequences[name] = last
	}
	if err := rows.Err(); err != nil {
		return err
	}
	archive := zip.NewWriter(out)
	index, err := archive.Create("contents.json")
	if err == nil {
		err = json.NewEncoder(index).Encode(held)
	}
	for _, table := range held.Tables {
		if err != nil {
			return err
		}
		var entry io.Writer
		if entry, err = archive.Create(table.Name + ".copy"); err == nil {
			_, err = conn.PgConn().CopyTo(ctx, entry, "COPY "+table.named()+" TO STDOUT")
		}
	}
	return errors.Join(err, archive.Close())
}

func (t pgTable) named() string {
	quoted := make([]string, len(t.Columns))
	for i, column := range t.Columns {
		quoted[i] = pgx.Identifier{column}.Sanitize()
	}
	return pgx.Identifier{t.Name}.Sanitize() + " (" + strings.Join(quoted, ", ") + ")"
}

// tablesOf lists the tables of the data. Columns that the database computes are left out.
func tablesOf(ctx context.Context, tx pgx.Tx) ([]pgTable, error) {
	rows, err := tx.Query(ctx, `
		WITH RECURSIVE mine AS (
			SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE c.relkind = 'r' AND n.nspname = current_schema() AND c.relname NOT LIKE 'goose%'
		), deep AS (
			SELECT oid, 0 AS depth FROM mine
			UNION
			SELECT f.conrelid, deep.depth + 1 FROM deep JOIN pg_constraint f ON f.confrelid = deep.oid AND f.contype = 'f' AND f.conrelid <> f.confrelid
			WHERE deep.depth < 50
		)
		SELECT m.relname, array_agg(DISTINCT a.attname::text), max(deep.depth) FROM mine m JOIN deep ON deep.oid = m.oid
		JOIN pg_attribute a ON a.attrelid = m.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		GROUP BY m.relname ORDER BY 3, 1`)
	if err != nil {
		return nil, err
	}
	var tables []pgTable
	for rows.Next() {
		var table pgTable
		var depth int
		if err := rows.Scan(&table.Name, &table.Columns, &depth); err != nil {
			return nil, err
		}
		tables = append(tables, table)
	}
	return tables, rows.Err()
}

// RestorePostgres reads a backup into an empty PostgreSQL database: its schema is made as it was then, filled, and
// brought to this build's.
func RestorePostgres(ctx context.Context, dsn, file string) error {
	at, err := readDSN(dsn)
	if err != nil {
		return err
	}
	archive, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer archive.Close()
	var held contents
	if err := readEntry(&archive.Reader, "contents.json", func(r io.Reader) error { return json.NewDecoder(r).Decode(&held) }); err != nil {
		return err
	}
	pool, err := at.open(2)
	if err != nil {
		return err
	}
	defer pool.Close()
	provider, err := at.provider(pool, "migrations/postgres", "goose_db_version")
	if err != nil {
		return err
	}
	newest := int64(0)
	for _, source := range provider.ListSources() {
		newest = max(newest, source.Version)
	}
	if held.Schema > newest {
		return fmt.Errorf("models: the backup is of a newer build (schema %d, this one knows %d); restore it with that build", held.Schema, newest)
	}
	if _, err := provider.UpTo(ctx, held.Schema); err != nil {
		return err
	}
	s := &Store{dialect: Postgres, pool: pool}
	if err := s.onPgx(ctx, func(conn *pgx.Conn) error { return refill(ctx, conn, &archive.Reader, held) }); err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

func refill(ctx context.Context, conn *pgx.Conn, archive *zip.Reader, held contents) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if _, err := tx.Exec(ctx, "SET CONSTRAINTS ALL DEFERRED"); err != nil {
		return err
	}
	for _, table := range held.Tables {
		var taken bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM "+pgx.Identifier{table.Name}.Sanitize()+")").Scan(&taken); err != nil {
			return err
		}
		if taken {
			return fmt.Errorf("%w in table %s; restore into a new database and name that in database.url", ErrNotEmpty, table.Name)
		}
	}
	for _, table := range held.Tables {
		err := readEntry(archive, table.Name+".copy", func(r io.Reader) error {
			_, err := conn.PgConn().CopyFrom(ctx, r, "COPY "+table.named()+" FROM STDIN")
			return err
		})
		if err != nil {
			return fmt.Errorf("models: restore %s: %w", table.Name, err)
		}
	}
	for sequence, last := range held.Sequences {
		if last == 0 {
			continue
		}
		if _, err := tx.Exec(ctx, "SELECT setval($1::regclass, $2)", pgx.Identifier{sequence}.Sanitize(), last); err != nil {
			return err
		}
	}
	return tx.Commit(ctx)
}

func readEntry(archive *zip.Reader, name string, read func(io.Reader) error) error {
	entry, err := archive.Open(name)
	if err != nil {
		return err
	}
	defer entry.Close()
	return read(entry)
}

// keysLine is one line of a backup of the store of keysets.
type keysLine struct {
	Root      string     `json:"root,omitempty"` // a ring of master keys
	Ref       string     `json:"ref,omitempty"`  // a keyset
	Wrapped   []byte     `json:"wrapped"`
	Master    int64      `json:"master,omitempty"`
	Created   time.Time  `json:"created,omitzero"`
	Rotated   *time.Time `json:"rotated,omitempty"`
	Destroyed *time.Time `json:"destroyed,omitempty"`
}

// Backup writes keysets and master keys, wrapped as they are, into a new file. Without the root key it opens nothing.
func (k *KeyStore) Backup(ctx context.Context, file string) error {
	out, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	packed := gzip.NewWriter(out)
	lines := json.NewEncoder(packed)
	return errors.Join(k.writeLines(ctx, lines), packed.Close(), out.Sync(), out.Close())
}

func (k *KeyStore) writeLines(ctx context.Context, lines *json.Encoder) error {
	var options *sql.TxOptions
	if k.dialect == Postgres {
		options = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	tx, err := k.db.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	masters, err := k.masters(ctx, tx)
	if err != nil {
		return err
	}
	for _, one := range masters {
		if err := lines.Encode(keysLine{Root: one.Root, Wrapped: one.Bytes}); err != nil {
			return err
		}
	}
	rows, err := tx.QueryContext(ctx, k.say(
		`SELECT ref, wrapped, master, created_at, rotated_at, destroyed_at FROM keys.keysets ORDER BY ref`,
		`SELECT ref, wrapped, master, created_at, rotated_at, destroyed_at FROM keysets ORDER BY ref`))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var line keysLine
		if err := rows.Scan(&line.Ref, &line.Wrapped, &line.Master, &line.Created, &line.Rotated, &line.Destroyed); err != nil {
			return err
		}
		if err := lines.Encode(line); err != nil {
			return err
		}
	}
	return rows.Err()
}

// RestoreKeys reads a backup of the store of keysets into the one of a configuration, whose schema Migrate has made. It
// brings back what is missing and changes nothing that is there, except that what either side knows as destroyed is
// destroyed: a backup from before an erasure does not undo it. It returns how many keysets came back.
func RestoreKeys(ctx context.Context, dsn string, opts Options, file string) (restored int64, err error) {
	at, err := readDSN(dsn)
	if err != nil {
		return 0, err
	}
	k, err := openKeyStore(ctx, at, opts.KeysDSN)
	if err != nil {
		return 0, err
	}
	defer k.Close()
	in, err := os.Open(filepath.Clean(file))
	if err != nil {
		return 0, err
	}
	defer in.Close()
	packed, err := gzip.NewReader(bufio.NewReader(in))
	if err != nil {
		return 0, fmt.Errorf("models: %s is no backup of keysets: %w", file, err)
	}
	tx, err := k.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }()
	have, err := k.masters(ctx, tx)
	if err != nil {
		return 0, err
	}
	for lines := json.NewDecoder(packed); ; {
		var line keysLine
		if err := lines.Decode(&line); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return 0, fmt.Errorf("models: %s is damaged: %w", file, err)
		}
		n, err := k.restoreLine(ctx, tx, line, len(have) == 0)
		if err != nil {
			return 0, err
		}
		restored += n
	}
	return restored, tx.Commit()
}

func (k *KeyStore) restoreLine(ctx context.Context, tx *sql.Tx, line keysLine, noMasters bool) (int64, error) {
	if line.Root != "" {
		if !noMasters {
			return 0, nil // the ring that stands opens what stands
		}
		_, err := tx.ExecContext(ctx, k.say(
			`INSERT INTO keys.masters (root, wrapped, changed_at) VALUES ($1, $2, $3)`, `INSERT INTO masters (root, wrapped, changed_at) VALUES (?, ?, ?)`,
		), line.Root, line.Wrapped, Moment(time.Now()))
		return 0, err
	}
	var rotated, destroyed any
	if line.Rotated != nil {
		rotated = Moment(*line.Rotated)
	}
	if line.Destroyed != nil {
		destroyed, line.Wrapped = Moment(*line.Destroyed), []byte{}
	}
	result, err := tx.ExecContext(ctx, k.say(
		`INSERT INTO keys.keysets (ref, wrapped, master, created_at, rotated_at, destroyed_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (ref) DO NOTHING`,
		`INSERT INTO keysets (ref, wrapped, master, created_at, rotated_at, destroyed_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (ref) DO NOTHING`,
	), line.Ref, line.Wrapped, line.Master, Moment(line.Created), rotated, destroyed)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	if err != nil || n == 1 || destroyed == nil {
		return n, err
	}
	_, err = tx.ExecContext(ctx, k.say(
		`UPDATE keys.keysets SET wrapped = '', destroyed_at = $1 WHERE ref = $2 AND destroyed_at IS NULL`,
		`UPDATE keysets SET wrapped = zeroblob(0), destroyed_at = ? WHERE ref = ? AND destroyed_at IS NULL`,
	), destroyed, line.Ref)
	return 0, err
}

// ReplayErasures takes out of the data, again, everybody whose keyset was destroyed: a restored backup may be from before
// that. It returns how many there were.
func (s *Store) ReplayErasures(ctx context.Context, files BlobStore, at time.Time) (replayed int, err error) {
	for after := ""; ; {
		returned, next, err := s.Returned(ctx, after)
		if err != nil {
			return replayed, err
		}
		for _, customer := range returned {
			if _, err := s.Forget(ctx, files, customer.ID, customer.KeyRef, at); err != nil {
				return replayed, fmt.Errorf("models: repeat an erasure: %w", err)
			}
			replayed++
		}
		if next == "" {
			return replayed, nil
		}
		after = next
	}
}

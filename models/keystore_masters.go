package models

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"aftersales/seal"
)

// Masters implements seal.MasterStore.
func (k *KeyStore) Masters(ctx context.Context) ([]seal.WrappedMaster, error) {
	return k.masters(ctx, k.db)
}

type rowsQuerier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func (k *KeyStore) masters(ctx context.Context, db rowsQuerier) ([]seal.WrappedMaster, error) {
	rows, err := db.QueryContext(ctx, k.say(`SELECT root, wrapped FROM keys.masters ORDER BY root`, `SELECT root, wrapped FROM masters ORDER BY root`))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []seal.WrappedMaster
	for rows.Next() {
		var one seal.WrappedMaster
		if err := rows.Scan(&one.Root, &one.Bytes); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// SwapMasters implements seal.MasterStore.
func (k *KeyStore) SwapMasters(ctx context.Context, old, changed []seal.WrappedMaster) (bool, error) {
	tx, err := k.db.BeginTx(ctx, nil) // on SQLite the only writer from here on
	if err != nil {
		return false, err
	}
	defer func() { _ = tx.Rollback() }()
	if k.dialect == Postgres {
		if _, err := tx.ExecContext(ctx, `LOCK TABLE keys.masters IN EXCLUSIVE MODE`); err != nil {
			return false, err
		}
	}
	now, err := k.masters(ctx, tx)
	if err != nil {
		return false, err
	}
	same := func(a, b seal.WrappedMaster) bool { return a.Root == b.Root && bytes.Equal(a.Bytes, b.Bytes) }
	if !slices.EqualFunc(now, old, same) {
		return false, nil
	}
	if _, err := tx.ExecContext(ctx, k.say(`DELETE FROM keys.masters`, `DELETE FROM masters`)); err != nil {
		return false, err
	}
	for _, one := range changed {
		_, err := tx.ExecContext(ctx, k.say(
			`INSERT INTO keys.masters (root, wrapped, changed_at) VALUES ($1, $2, $3)`,
			`INSERT INTO masters (root, wrapped, changed_at) VALUES (?, ?, ?)`,
		), one.Root, one.Bytes, Moment(time.Now()))
		if err != nil {
			return false, err
		}
	}
	if err := tx.Commit(); err != nil {
		return false, err
	}
	if k.dialect == SQLite {
		// A retired master key must not stay in the write-ahead log.
		_, _ = k.db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	return true, nil
}

// RootSince is a root that opens the master keys, and since when they lie under it as they are.
type RootSince struct {
	Root string
	At   time.Time
}

// RootsSince lists the roots that open the master keys.
func (k *KeyStore) RootsSince(ctx context.Context) ([]RootSince, error) {
	rows, err := k.db.QueryContext(ctx, k.say(`SELECT root, changed_at FROM keys.masters ORDER BY root`, `SELECT root, changed_at FROM masters ORDER BY root`))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []RootSince
	for rows.Next() {
		var one RootSince
		if err := rows.Scan(&one.Root, &one.At); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// KeysetFigures count what is in the store of keysets.
type KeysetFigures struct {
	Alive, Destroyed int64
	ByMaster         map[uint32]int64 // of those alive; 0 stands for the key file of before there were master keys
	OldestKey        time.Time        // since when the keyset that was rotated longest ago seals with its key; zero without keysets
}

// Figures counts the keysets.
func (k *KeyStore) Figures(ctx context.Context) (KeysetFigures, error) {
	figures := KeysetFigures{ByMaster: map[uint32]int64{}}
	rows, err := k.db.QueryContext(ctx, k.say(
		`SELECT master, count(*) FROM keys.keysets WHERE destroyed_at IS NULL GROUP BY master`,
		`SELECT master, count(*) FROM keysets WHERE destroyed_at IS NULL GROUP BY master`))
	if err != nil {
		return figures, err
	}
	defer rows.Close()
	for rows.Next() {
		var master, n int64
		if err := rows.Scan(&master, &n); err != nil {
			return figures, err
		}
		figures.ByMaster[uint32(master)] = n
		figures.Alive += n
	}
	if err := rows.Err(); err != nil {
		return figures, err
	}
	if err := k.db.QueryRowContext(ctx, k.say(
		`SELECT count(*) FROM keys.keysets WHERE destroyed_at IS NOT NULL`, `SELECT count(*) FROM keysets WHERE destroyed_at IS NOT NULL`,
	)).Scan(&figures.Destroyed); err != nil {
		return figures, err
	}
	var oldest sql.NullTime // not min(): SQLite would give it as a text
	err = k.db.QueryRowContext(ctx, k.say(
		`SELECT rotated_at FROM keys.keysets WHERE destroyed_at IS NULL ORDER BY rotated_at LIMIT 1`,
		`SELECT rotated_at FROM keysets WHERE destroyed_at IS NULL ORDER BY rotated_at LIMIT 1`)).Scan(&oldest)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	figures.OldestKey = oldest.Time
	return figures, err
}

// NotUnder lists keysets, at most limit of them, that are not wrapped under a master key, from the reference `after` on.
func (k *KeyStore) NotUnder(ctx context.Context, master uint32, after string, limit int) ([]string, error) {
	return k.refs(ctx, k.say(
		`SELECT ref FROM keys.keysets WHERE destroyed_at IS NULL AND master <> $1 AND ref > $2 ORDER BY ref LIMIT $3`,
		`SELECT ref FROM keysets WHERE destroyed_at IS NULL AND master <> ? AND ref > ? ORDER BY ref LIMIT ?`,
	), int64(master), after, limit)
}

// RotatedBefore lists keysets, at most limit of them, whose newest key is from before a time.
func (k *KeyStore) RotatedBefore(ctx context.Context, before time.Time, after string, limit int) ([]string, error) {
	return k.refs(ctx, k.say(
		`SELECT ref FROM keys.keysets WHERE destroyed_at IS NULL AND rotated_at < $1 AND ref > $2 ORDER BY ref LIMIT $3`,
		`SELECT ref FROM keysets WHERE destroyed_at IS NULL AND rotated_at < ? AND ref > ? ORDER BY ref LIMIT ?`,
	), Moment(before), after, limit)
}

// CountRotatedBefore counts what RotatedBefore lists.
func (k *KeyStore) CountRotatedBefore(ctx context.Context, before time.Time) (n int64, err error) {
	err = k.db.QueryRowContext(ctx, k.say(
		`SELECT count(*) FROM keys.keysets WHERE destroyed_at IS NULL AND rotated_at < $1`,
		`SELECT count(*) FROM keysets WHERE destroyed_at IS NULL AND rotated_at < ?`,
	), Moment(before)).Scan(&n)
	return n, err
}

func (k *KeyStore) refs(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := k.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var refs []string
	for rows.Next() {
		var ref string
		if err := rows.Scan(&ref); err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	return refs, rows.Err()
}

// DestroyedKeyset is the tombstone of a keyset: whoever had it was erased, and stays so whatever is restored.
type DestroyedKeyset struct {
	Ref string
	At  time.Time
}

// Destroyed lists the tombstones since a time, the oldest first. It is the list that is replayed over a restored
// backup: rows of people whose key_ref is in it are of people who were erased. A few belong to nobody: the keysets of
// people whose creation failed.
func (k *KeyStore) Destroyed(ctx context.Context, since time.Time) ([]DestroyedKeyset, error) {
	rows, err := k.db.QueryContext(ctx, k.say(
		`SELECT ref, destroyed_at FROM keys.keysets WHERE destroyed_at >= $1 ORDER BY destroyed_at, ref`,
		`SELECT ref, destroyed_at FROM keysets WHERE destroyed_at >= ? ORDER BY destroyed_at, ref`,
	), Moment(since))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []DestroyedKeyset
	for rows.Next() {
		var one DestroyedKeyset
		if err := rows.Scan(&one.Ref, &one.At); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// KeyJob is work over all keysets or sealed rows, with how far it has come.
type KeyJob struct {
	Name      string
	StartedAt time.Time
	Position  string // where to go on
	Done      int64
	Total     int64
	UpdatedAt time.Time
	EndedAt   *time.Time
}

// Job returns a job; ErrNotFound when it never ran.
func (k *KeyStore) Job(ctx context.Context, name string) (KeyJob, error) {
	job := KeyJob{Name: name}
	var ended sql.NullTime
	err := k.db.QueryRowContext(ctx, k.say(
		`SELECT started_at, position, done, total, updated_at, ended_at FROM keys.jobs WHERE name = $1`,
		`SELECT started_at, position, done, total, updated_at, ended_at FROM jobs WHERE name = ?`,
	), name).Scan(&job.StartedAt, &job.Position, &job.Done, &job.Total, &job.UpdatedAt, &ended)
	if errors.Is(err, sql.ErrNoRows) {
		return job, ErrNotFound
	}
	if ended.Valid {
		job.EndedAt = &ended.Time
	}
	return job, err
}

// SaveJob notes how far a job has come.
func (k *KeyStore) SaveJob(ctx context.Context, job KeyJob) error {
	var ended any
	if job.EndedAt != nil {
		ended = Moment(*job.EndedAt)
	}
	_, err := k.db.ExecContext(ctx, k.say(
		`INSERT INTO keys.jobs (name, started_at, position, done, total, updated_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (name) DO UPDATE SET started_at = $2, position = $3, done = $4, total = $5, updated_at = $6, ended_at = $7`,
		`INSERT INTO jobs (name, started_at, position, done, total, updated_at, ended_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
		ON CONFLICT (name) DO UPDATE SET started_at = ?2, position = ?3, done = ?4, total = ?5, updated_at = ?6, ended_at = ?7`,
	), job.Name, Moment(job.StartedAt), job.Position, job.Done, job.Total, Moment(job.UpdatedAt), ended)
	return err
}

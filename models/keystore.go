package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"aftersales/seal"
)

// KeyStore keeps the keysets, wrapped under the master key, on connections of its own and apart from the data: a
// SQLite file of its own, another PostgreSQL database, or the schema "keys" of the same one. A backup of the data
// must not hold it, or erasure would not outlive a restore.
type KeyStore struct {
	db      *sql.DB
	dialect Dialect
}

// keysTarget is where the keysets of the data at `data` live.
func keysTarget(data target, dsn string) (target, error) {
	if dsn != "" {
		return readDSN(dsn)
	}
	if data.dialect == Postgres {
		return data, nil
	}
	return target{SQLite, filepath.Join(filepath.Dir(data.dsn), "keys.db")}, nil
}

func openKeyStore(ctx context.Context, data target, dsn string) (*KeyStore, error) {
	at, err := keysTarget(data, dsn)
	if err != nil {
		return nil, err
	}
	db, err := at.open(4)
	if err != nil {
		return nil, err
	}
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("models: the store of keysets does not answer: %w", err), db.Close())
	}
	return &KeyStore{db: db, dialect: at.dialect}, nil
}

// Close gives its connections back.
func (k *KeyStore) Close() error {
	if k.dialect == SQLite {
		_, _ = k.db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	}
	return k.db.Close()
}

// Statements per database: SQLite has no schemas.
func (k *KeyStore) say(postgres, sqlite string) string {
	if k.dialect == Postgres {
		return postgres
	}
	return sqlite
}

// Create implements seal.KeyStore.
func (k *KeyStore) Create(ctx context.Context, keysets ...seal.Wrapped) error {
	tx, err := k.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	insert, err := tx.PrepareContext(ctx, k.say(
		`INSERT INTO keys.keysets (ref, wrapped, master, created_at, rotated_at) VALUES ($1, $2, $3, $4, $4) ON CONFLICT (ref) DO NOTHING`,
		`INSERT INTO keysets (ref, wrapped, master, created_at, rotated_at) VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (ref) DO NOTHING`,
	))
	if err != nil {
		return err
	}
	defer insert.Close()
	at := Moment(time.Now())
	for _, keyset := range keysets {
		result, err := insert.ExecContext(ctx, keyset.Ref, keyset.Bytes, int64(keyset.Master), at)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, seal.ErrKeysetExists)
		}
	}
	return tx.Commit()
}

// Get implements seal.KeyStore.
func (k *KeyStore) Get(ctx context.Context, ref string) ([]byte, error) {
	var wrapped []byte
	var destroyed sql.NullTime
	err := k.db.QueryRowContext(ctx, k.say(
		`SELECT wrapped, destroyed_at FROM keys.keysets WHERE ref = $1`,
		`SELECT wrapped, destroyed_at FROM keysets WHERE ref = ?`,
	), ref).Scan(&wrapped, &destroyed)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, seal.ErrKeysetUnknown
	case err != nil:
		return nil, err
	case destroyed.Valid:
		return nil, seal.ErrKeysetDestroyed
	}
	return wrapped, nil
}

// Destroy implements seal.KeyStore: the bytes are overwritten, the row stays as a tombstone. On SQLite the
// write-ahead log, which may hold the old bytes, is emptied too; on PostgreSQL old row versions and its log
// outlive this until they are vacuumed and recycled.
func (k *KeyStore) Destroy(ctx context.Context, ref string) error {
	_, err := k.db.ExecContext(ctx, k.say(
		`UPDATE keys.keysets SET wrapped = '', destroyed_at = $1 WHERE ref = $2 AND destroyed_at IS NULL`,
		`UPDATE keysets SET wrapped = zeroblob(0), destroyed_at = ? WHERE ref = ? AND destroyed_at IS NULL`,
	), Moment(time.Now()), ref)
	if err != nil || k.dialect == Postgres {
		return err
	}
	_, err = k.db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// Replace implements seal.Rekeyer.
func (k *KeyStore) Replace(ctx context.Context, old []byte, changed seal.Wrapped, rotated time.Time) (bool, error) {
	var at any
	if !rotated.IsZero() {
		at = Moment(rotated)
	}
	result, err := k.db.ExecContext(ctx, k.say(
		`UPDATE keys.keysets SET wrapped = $1, master = $2, rotated_at = COALESCE($3, rotated_at) WHERE ref = $4 AND wrapped = $5 AND destroyed_at IS NULL`,
		`UPDATE keysets SET wrapped = ?, master = ?, rotated_at = COALESCE(?, rotated_at) WHERE ref = ? AND wrapped = ? AND destroyed_at IS NULL`,
	), changed.Bytes, int64(changed.Master), at, changed.Ref, old)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

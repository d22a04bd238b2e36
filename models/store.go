package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"aftersales/seal"
)

// Options of Open. The zero value is right for one machine with SQLite, apart from the master key's making.
type Options struct {
	KeysDSN         string // where keysets live; empty: keys.db beside a SQLite file, or the schema "keys" of the same PostgreSQL database
	MasterKeyFile   string // empty: master.key beside a SQLite file; PostgreSQL needs it named
	CreateMasterKey bool   // make the master key when there is none
	// Root yields the key that the master keys are wrapped under, for example in a KMS; nil: the one in MasterKeyFile.
	Root      func(context.Context) (seal.Root, error)
	Keyring   seal.Options  // bounds of the cache of keysets
	MaxConns  int           // connections to the data; 0: 16
	SlowQuery time.Duration // statements that take longer are logged; 0: 200 ms
	Logger    *slog.Logger  // nil: slog.Default()
}

// Store is the data and the keyring that its personal columns are sealed under. Its methods are the queries of
// the program. A Store passed to the function of Tx works inside that transaction.
type Store struct {
	DB   *gorm.DB
	Keys *seal.Keyring

	Master *seal.Master // what the keysets are wrapped under

	dialect  Dialect
	pool     *sql.DB
	keystore *KeyStore
	at       target
	inTx     bool
	news     *bool // inside a transaction: whether it wrote to the outbox
	bell     *bell
	writer   chan struct{} // one writer at a time on SQLite, without its polling; nil on PostgreSQL
}

// Open connects to the database of dsn, whose schema Migrate has made: "" or a path or "sqlite:<path>" is SQLite,
// "postgres://…" or "key=value …" is PostgreSQL.
func Open(ctx context.Context, dsn string, opts Options) (*Store, error) {
	at, err := readDSN(dsn)
	if err != nil {
		return nil, err
	}
	if opts.MaxConns <= 0 {
		opts.MaxConns = 16
	}
	if opts.SlowQuery <= 0 {
		opts.SlowQuery = 200 * time.Millisecond
	}
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	root, err := rootKey(ctx, at, opts)
	if errors.Is(err, fs.ErrNotExist) && !at.begun(ctx) {
		return nil, fmt.Errorf("models: the database has no tables yet, and there is no master key. Run: aftersales migrate: %w", err)
	}
	if err != nil {
		return nil, err
	}

	pool, err := at.open(opts.MaxConns)
	if err != nil {
		return nil, err
	}
	s := &Store{dialect: at.dialect, pool: pool, at: at}
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("models: the database does not answer: %w", err), s.Close())
	}
	s.DB, err = gorm.Open(at.gormDialector(pool), &gorm.Config{
		SkipDefaultTransaction: true,                 // a single statement is a transaction already; several go through Tx
		PrepareStmt:            at.dialect == SQLite, // pgx keeps prepared statements itself
		TranslateError:         true,
		NowFunc:                func() time.Time { return Moment(time.Now()) },
		Logger:                 queryLog{to: opts.Logger, slow: opts.SlowQuery},
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("models: open: %w", err), s.Close())
	}
	if s.keystore, err = openKeyStore(ctx, at, opts.KeysDSN); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.Master, err = seal.OpenMaster(ctx, s.keystore, root, opts.Keyring); err != nil {
		if _, missing := s.keystore.Masters(ctx); missing != nil {
			err = fmt.Errorf("models: has the store of keysets this build's schema? Run: aftersales migrate: %w", err)
		}
		return nil, errors.Join(err, s.Close())
	}
	s.bell = newBell(nil)
	if at.dialect == Postgres {
		s.bell = newBell(s.knock)
	}
	s.Keys = seal.NewKeyring(s.keystore, s.Master, opts.Keyring)
	if at.dialect == SQLite {
		s.writer = make(chan struct{}, 1)
	}
	return s, nil
}

// begun tells whether there is anything in the database: without a schema nothing can have been sealed yet, and a
// missing master key is no loss. A database that does not answer may hold something.
func (t target) begun(ctx context.Context) bool {
	if t.dialect == SQLite {
		if _, err := os.Stat(t.dsn); errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	pool, err := t.open(1)
	if err != nil {
		return true
	}
	defer pool.Close()
	if pool.PingContext(ctx) != nil {
		return true
	}
	var versions int
	return pool.QueryRowContext(ctx, "SELECT COUNT(*) FROM goose_db_version").Scan(&versions) == nil
}

// rootKey is the one that was given, or the one in the file.
func rootKey(ctx context.Context, at target, opts Options) (seal.Root, error) {
	if opts.Root != nil {
		return opts.Root(ctx)
	}
	if opts.MasterKeyFile == "" {
		if at.dialect == Postgres {
			return seal.Root{}, errors.New("models: with PostgreSQL the file of the master key must be named")
		}
		opts.MasterKeyFile = filepath.Join(filepath.Dir(at.dsn), "master.key")
	}
	return seal.FileRoot(opts.MasterKeyFile, opts.CreateMasterKey)
}

// Close gives all connections back. On SQLite it first empties the write-ahead log into the file.
func (s *Store) Close() error {
	var err error
	if s.bell != nil {
		s.bell.close()
	}
	if s.keystore != nil {
		err = s.keystore.Close()
	}
	if s.dialect == SQLite {
		// Another process may still hold the log: then that one empties it.
		_, _ = s.pool.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	}
	return errors.Join(err, s.pool.Close())
}

// KeyStore is where the keysets live.
func (s *Store) KeyStore() *KeyStore { return s.keystore }

// Dialect tells which database this is.
func (s *Store) Dialect() Dialect { return s.dialect }

// Ping tells whether data and keysets can be reached.
func (s *Store) Ping(ctx context.Context) error {
	return errors.Join(s.pool.PingContext(ctx), s.keystore.db.PingContext(ctx))
}

// txTries bounds how often a transaction is begun again after a conflict that passes by itself.
const txTries = 5

// Tx runs fn in one transaction and commits when it returns nil. After a deadlock, a serialisation conflict or a
// busy database it runs fn again, so fn must have no effect outside of tx and must make no network call. Inside
// another Tx, fn joins it.
func (s *Store) Tx(ctx context.Context, fn func(tx *Store) error) error {
	if s.inTx {
		return fn(s)
	}
	for try := 1; ; try++ {
		err := s.once(ctx, fn)
		if err == nil || !passing(err) || try == txTries {
			return err
		}
		pause := time.Duration(try) * time.Duration(2+rand.IntN(18)) * time.Millisecond
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(pause):
		}
	}
}

func (s *Store) once(ctx context.Context, fn func(tx *Store) error) error {
	if s.writer != nil {
		select {
		case s.writer <- struct{}{}:
			defer func() { <-s.writer }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	news := false
	err := s.DB.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		inside := *s
		inside.DB, inside.inTx, inside.news = db, true, &news
		return fn(&inside)
	})
	if err == nil && news {
		s.bell.written()
	}
	return translate(err)
}

// ForUpdate locks the rows that the query reads until the transaction ends. On SQLite there is nothing to add:
// BEGIN IMMEDIATE has made this the only writer.
func (s *Store) ForUpdate(query *gorm.DB) *gorm.DB {
	if s.dialect == SQLite {
		return query
	}
	return query.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

// forClaim locks the rows that a sweeper takes and passes over those that another sweeper holds.
func (s *Store) forClaim(query *gorm.DB) *gorm.DB {
	if s.dialect == SQLite {
		return query
	}
	return query.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked})
}

// db is the session that a query of this package runs in.
func (s *Store) db(ctx context.Context) *gorm.DB { return s.DB.WithContext(ctx) }

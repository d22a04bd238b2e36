package models

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"modernc.org/sqlite"

	"aftersales/fault"
)

var (
	// ErrNotFound says that no row has this key.
	ErrNotFound = gorm.ErrRecordNotFound
	// ErrDuplicate says that a row with this key, or with this unique value, exists.
	ErrDuplicate = errors.New("models: exists already")
	// ErrReference says that a row names another that does not exist, or that others still name it.
	ErrReference = errors.New("models: refers to a row that does not exist")
	// ErrCheck says that a value breaks a constraint of its table.
	ErrCheck = errors.New("models: breaks a constraint")
)

// Codes of the two databases for the same things. SQLite's are its extended result codes.
const (
	sqliteBusy       = 5
	sqliteLocked     = 6
	sqliteCheck      = 275
	sqliteForeignKey = 787
	sqliteNotNull    = 1299
	sqlitePrimaryKey = 1555
	sqliteUnique     = 2067

	pgNotNull       = "23502"
	pgForeignKey    = "23503"
	pgUnique        = "23505"
	pgCheck         = "23514"
	pgTooLong       = "22001"
	pgOutOfRange    = "22003"
	pgSerialization = "40001"
	pgDeadlock      = "40P01"
)

// translate joins a driver's error with ours, so that callers match ours and logs show both.
func translate(err error) error {
	var kind error
	var onSQLite *sqlite.Error
	var onPostgres *pgconn.PgError
	switch {
	case errors.As(err, &onSQLite):
		switch onSQLite.Code() {
		case sqlitePrimaryKey, sqliteUnique:
			kind = ErrDuplicate
		case sqliteForeignKey:
			kind = ErrReference
		case sqliteCheck, sqliteNotNull:
			kind = ErrCheck
		}
	case errors.As(err, &onPostgres):
		switch onPostgres.Code {
		case pgUnique:
			kind = ErrDuplicate
		case pgForeignKey:
			kind = ErrReference
		case pgCheck, pgNotNull, pgTooLong, pgOutOfRange:
			kind = ErrCheck
		}
	}
	if kind == nil || errors.Is(err, kind) {
		return err
	}
	return fmt.Errorf("%w: %w", kind, err)
}

// passing tells whether the same transaction may succeed when it is tried again.
func passing(err error) bool {
	var onSQLite *sqlite.Error
	if errors.As(err, &onSQLite) {
		primary := onSQLite.Code() & 0xff
		return primary == sqliteBusy || primary == sqliteLocked
	}
	var onPostgres *pgconn.PgError
	return errors.As(err, &onPostgres) && (onPostgres.Code == pgSerialization || onPostgres.Code == pgDeadlock)
}

// Told is what a person is told of an error of the store: no such thing, or that the database is away. A fault passes as it is.
func Told(err error) error {
	switch {
	case err == nil || fault.As(err) != nil:
		return err
	case errors.Is(err, ErrNotFound):
		return fault.New(fault.NotFound).Because(err)
	}
	return fault.New(fault.Unavailable).Because(err)
}

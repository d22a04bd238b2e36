package models_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"aftersales/models"
	"aftersales/testkit"
)

// recorder notes every statement that would change the schema.
type recorder struct {
	logger.Interface
	mu  sync.Mutex
	ddl []string
}

func (r *recorder) LogMode(logger.LogLevel) logger.Interface { return r }

func (r *recorder) Trace(_ context.Context, _ time.Time, statement func() (string, int64), _ error) {
	sql, _ := statement()
	for _, verb := range []string{"CREATE", "ALTER", "DROP", "COMMENT", "INSERT"} {
		if strings.HasPrefix(strings.ToUpper(strings.TrimSpace(sql)), verb) {
			r.mu.Lock()
			r.ddl = append(r.ddl, sql)
			r.mu.Unlock()
		}
	}
}

func TestMigrationsAndStructsAgree(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		log := &recorder{Interface: logger.Discard}
		db := w.DB.Session(&gorm.Session{NewDB: true, Logger: log})
		require.NoError(t, db.AutoMigrate(models.Tables()...))
		require.Empty(t, log.ddl, "a migration is missing, or a struct is ahead of it")

		// The recorder would see a difference if there were one.
		type Customer struct {
			ID      string `gorm:"primaryKey;size:40"`
			Surname string
		}
		require.NoError(t, db.Table("customers").AutoMigrate(&Customer{}))
		require.NotEmpty(t, log.ddl)
	})
}

func TestMigrateTwiceAndTogether(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() { require.NoError(t, models.Migrate(t.Context(), w.dsn, w.opts)) })
		}
		group.Wait()
		have, want, err := w.SchemaVersion(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, have)
		require.Positive(t, want)
		require.NoError(t, w.Ping(t.Context()))
	})
}

// Several processes find a database that has no schema yet.
func TestMigrateTogetherFromNothing(t *testing.T) {
	for dialect, dsn := range map[string]string{"sqlite": t.TempDir() + "/new.db", "postgres": testkit.Postgres(t)} {
		t.Run(dialect, func(t *testing.T) {
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() { require.NoError(t, models.Migrate(t.Context(), dsn, models.Options{})) })
			}
			group.Wait()
		})
	}
}

func TestTimesReadBackEqual(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	eachDB(t, func(t *testing.T, w world) {
		for i, at := range []time.Time{
			noon,
			noon.Add(123456789 * time.Nanosecond).In(shanghai),
			noon.Add(100 * time.Millisecond),
			time.Date(1999, 12, 31, 23, 59, 59, 999999999, shanghai),
		} {
			hash := strings.Repeat("a", i+1)
			require.NoError(t, w.DB.Create(&models.PolicyPack{Hash: hash, Name: "p", CreatedAt: at}).Error)
			var pack models.PolicyPack
			require.NoError(t, w.DB.First(&pack, "hash = ?", hash).Error)
			require.Equal(t, models.Moment(at), pack.CreatedAt, "the same moment in UTC, to the microsecond")

			var found int64
			require.NoError(t, w.DB.Model(&models.PolicyPack{}).Where("created_at = ?", at).Count(&found).Error)
			require.EqualValues(t, 1, found, "a comparison uses the same precision")
		}
		var hashes []string
		require.NoError(t, w.DB.Model(&models.PolicyPack{}).Order("created_at").Pluck("hash", &hashes).Error)
		require.Equal(t, []string{"aaaa", "a", "aaa", "aa"}, hashes, "stored times sort as times")
	})
}

func TestErrorsAreTheSameOnBothDatabases(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		pack := models.PolicyPack{Hash: "h", Name: "p", CreatedAt: noon}
		require.NoError(t, w.DB.Create(&pack).Error)
		require.ErrorIs(t, w.DB.Create(&pack).Error, models.ErrDuplicate)
		require.ErrorIs(t, w.DB.Create(&models.Product{ID: "p", MerchantID: "nobody", CreatedAt: noon}).Error, models.ErrReference)
		require.ErrorIs(t, w.DB.Create(&models.Effect{Key: "k", Status: "maybe"}).Error, models.ErrCheck)
		require.ErrorIs(t, w.DB.Exec("INSERT INTO policy_packs (hash, name, content, created_at) VALUES ('x', NULL, '', '2026-01-01')").Error, models.ErrCheck)
		require.ErrorIs(t, w.DB.First(&models.PolicyPack{}, "hash = ?", "none").Error, models.ErrNotFound)
		// A reference that is checked at the commit only is translated too.
		err := w.Tx(t.Context(), func(tx *models.Store) error {
			return tx.DB.Create(&models.TimelineEntry{CaseID: "none", Seq: 1, At: noon}).Error
		})
		require.ErrorIs(t, err, models.ErrReference)
	})
}

func TestTxCommitsOrLeavesNothing(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		boom := errors.New("boom")
		err := w.Tx(t.Context(), func(tx *models.Store) error {
			require.NoError(t, tx.DB.Create(&models.PolicyPack{Hash: "1", CreatedAt: noon}).Error)
			return tx.Tx(t.Context(), func(inner *models.Store) error {
				require.NoError(t, inner.DB.Create(&models.PolicyPack{Hash: "2", CreatedAt: noon}).Error)
				return boom
			})
		})
		require.ErrorIs(t, err, boom)
		var n int64
		require.NoError(t, w.DB.Model(&models.PolicyPack{}).Count(&n).Error)
		require.Zero(t, n)
	})
}

// Many transactions read a counter, then write it: none of the increments may be lost, on a store of one process
// and on those of two.
func TestTxLosesNoUpdateUnderContention(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		other, err := models.Open(t.Context(), w.dsn, w.opts)
		require.NoError(t, err)
		defer other.Close()
		require.NoError(t, w.DB.Create(&models.OutboxPosition{Consumer: "c", UpdatedAt: noon}).Error)

		const each = 25
		var group sync.WaitGroup
		for i := range 8 {
			store := []*models.Store{w.Store, other}[i%2]
			group.Go(func() {
				for range each {
					require.NoError(t, store.Tx(t.Context(), func(tx *models.Store) error {
						var row models.OutboxPosition
						if err := tx.ForUpdate(tx.DB).First(&row, "consumer = ?", "c").Error; err != nil {
							return err
						}
						return tx.DB.Model(&row).Update("position", row.Position+1).Error
					}))
				}
			})
		}
		group.Wait()
		var row models.OutboxPosition
		require.NoError(t, w.DB.First(&row).Error)
		require.EqualValues(t, 8*each, row.Position)
	})
}

// Two transactions that lock two rows in opposite order deadlock on PostgreSQL: one is begun again.
func TestTxIsTriedAgainAfterADeadlock(t *testing.T) {
	w := onPostgres(t)
	for _, name := range []string{"a", "b"} {
		require.NoError(t, w.DB.Create(&models.OutboxPosition{Consumer: name, UpdatedAt: noon}).Error)
	}
	var runs atomic.Int32
	var both sync.WaitGroup
	both.Add(2)
	lockBoth := func(first, second string) {
		meet := sync.OnceFunc(func() { both.Done(); both.Wait() })
		require.NoError(t, w.Tx(t.Context(), func(tx *models.Store) error {
			runs.Add(1)
			for _, name := range []string{first, second} {
				if err := tx.DB.Model(&models.OutboxPosition{}).Where("consumer = ?", name).
					Update("position", gorm.Expr("position + 1")).Error; err != nil {
					return err
				}
				meet()
			}
			return nil
		}))
	}
	var group sync.WaitGroup
	group.Go(func() { lockBoth("a", "b") })
	group.Go(func() { lockBoth("b", "a") })
	group.Wait()
	require.EqualValues(t, 3, runs.Load())
	var total int64
	require.NoError(t, w.DB.Model(&models.OutboxPosition{}).Select("sum(position)").Scan(&total).Error)
	require.EqualValues(t, 4, total)
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	_, err := models.Open(t.Context(), ":memory:", models.Options{})
	require.ErrorContains(t, err, "give the path of a SQLite file")
	_, err = models.Open(t.Context(), "postgres:///x?host=/nowhere", models.Options{})
	require.ErrorContains(t, err, "master key must be named")
	_, err = models.Open(t.Context(), t.TempDir()+"/a.db", models.Options{})
	require.ErrorContains(t, err, "there is no master key")
}

// Whoever forgot to migrate is told to, and not to look for a key that never was. Where something may have been sealed a
// missing key is another matter.
func TestOpenBeforeMigrateSaysSo(t *testing.T) {
	dsn := filepath.Join(t.TempDir(), "aftersales.db")
	_, err := models.Open(t.Context(), dsn, models.Options{})
	require.ErrorContains(t, err, "aftersales migrate")
	_, err = os.Stat(dsn)
	require.ErrorIs(t, err, fs.ErrNotExist, "looking makes nothing")
	require.NoError(t, models.Migrate(t.Context(), dsn, models.Options{}))
	_, err = models.Open(t.Context(), dsn, models.Options{})
	require.ErrorContains(t, err, "key backup")
	require.NotContains(t, err.Error(), "aftersales migrate")
}

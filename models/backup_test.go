package models_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/testkit"
)

// A backup of the data is read into another place; who was erased since is erased there too, also when the keysets come
// from a backup of before that.
func TestBackupComesBackWithoutTheErased(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx, dir := t.Context(), t.TempDir()
		files, _, textID := fill(t, w)
		stays := customers(t, w, 1)[0]
		data, keys := filepath.Join(dir, w.BackupName()), filepath.Join(dir, "keys.gz")
		require.NoError(t, w.Backup(ctx, data))
		require.NoError(t, w.KeyStore().Backup(ctx, keys))
		require.Error(t, w.Backup(ctx, data), "a backup is never written over")

		erased, err := w.Customer(ctx, "c1")
		require.NoError(t, err)
		_, err = w.Forget(ctx, files, "c1", erased.KeyRef, noon)
		require.NoError(t, err)

		opts := w.opts
		opts.MasterKeyFile = w.opts.MasterKeyFile
		if opts.MasterKeyFile == "" {
			opts.MasterKeyFile = filepath.Join(filepath.Dir(w.dsn), "master.key")
		}
		opts.KeysDSN = w.dsn // on PostgreSQL the keysets stay where they are
		dsn := data
		if w.Dialect() == models.Postgres {
			dsn = testkit.Postgres(t)
			require.NoError(t, models.RestorePostgres(ctx, dsn, data))
			require.ErrorIs(t, models.RestorePostgres(ctx, dsn, data), models.ErrNotEmpty)
		} else {
			opts.KeysDSN = filepath.Join(filepath.Dir(w.dsn), "keys.db")
		}
		back := open(t, dsn, opts)
		_, err = back.Customer(ctx, "c1")
		require.NoError(t, err, "the backup is from before the erasure")
		_, _, err = back.Text(ctx, textID)
		require.ErrorIs(t, err, fault.New(fault.Erased))
		n, err := back.ReplayErasures(ctx, files, noon)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		_, err = back.Customer(ctx, "c1")
		require.ErrorIs(t, err, models.ErrNotFound)
		readable(t, back.Store, stays)
		found, err := back.CustomersBy(ctx, models.FieldPhone, "13812345678")
		require.NoError(t, err)
		require.Equal(t, []string{stays}, found)
		require.NoError(t, back.DB.Create(&models.OutboxEvent{Topic: "t", Audience: "[]", Data: "{}", At: noon}).Error, "numbers go on where they were")

		// The older keysets come back over the newer ones: nobody returns.
		restored, err := models.RestoreKeys(ctx, dsn, opts, keys)
		require.NoError(t, err)
		require.Zero(t, restored)
		back.Keys.Forget()
		_, err = back.CustomerName(ctx, erased)
		require.ErrorIs(t, err, fault.New(fault.Erased))

		// Into an empty store they all come back, with the master keys.
		opts.KeysDSN = filepath.Join(dir, "new-keys.db")
		require.NoError(t, models.Migrate(ctx, dsn, opts))
		restored, err = models.RestoreKeys(ctx, dsn, opts, keys)
		require.NoError(t, err)
		require.Positive(t, restored)
		anew := open(t, dsn, opts)
		readable(t, anew.Store, stays)
		destroyed, err := w.KeyStore().Destroyed(ctx, time.Time{})
		require.NoError(t, err)
		require.Equal(t, erased.KeyRef, destroyed[len(destroyed)-1].Ref)
	})
}

package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/config"
	"aftersales/demo"
	"aftersales/models"
)

// Data and keys are backed up apart; after the loss of everything but the root key both come back, and who was erased
// after the backups stays so as long as one store of keysets knows it.
func TestBackupAndRestoreCommands(t *testing.T) {
	dir, backups := t.TempDir(), t.TempDir()
	seeded(t, dir)
	t.Setenv("AFTERSALES_DATA_DIR", dir)
	data, keys := filepath.Join(backups, "data"), filepath.Join(backups, "keys")
	cfg, err := config.Load("", os.Environ())
	require.NoError(t, err)
	use := func(do func(*models.Store)) {
		store, err := openStore(t.Context(), cfg)
		require.NoError(t, err)
		do(store)
		require.NoError(t, store.Close())
	}
	name := func(store *models.Store, n int) (string, error) {
		customer, err := store.Customer(t.Context(), demo.CustomerID(n))
		if err != nil {
			return "", err
		}
		return store.CustomerName(t.Context(), customer)
	}

	said(t, "backup", "--to", data)
	said(t, "backup", "--keys", "--to", keys)
	_, err = command(t, "backup", "--to", data)
	require.ErrorIs(t, err, os.ErrExist)
	require.NoFileExists(t, filepath.Join(data, keysName))
	for _, folder := range []string{data, keys} {
		entries, err := os.ReadDir(folder)
		require.NoError(t, err)
		for _, entry := range entries {
			require.NotContains(t, entry.Name(), "master")
		}
	}

	use(func(store *models.Store) {
		files, err := openFiles(cfg)
		require.NoError(t, err)
		defer files.Close()
		customer, err := store.Customer(t.Context(), demo.CustomerID(2))
		require.NoError(t, err)
		_, err = store.Forget(t.Context(), files, customer.ID, customer.KeyRef, time.Now())
		require.NoError(t, err)
	})
	require.Contains(t, said(t, "restore", "--from", data), "1 erasures from after that were repeated")
	use(func(store *models.Store) {
		plain, err := name(store, 1)
		require.NoError(t, err)
		require.Equal(t, "演示顾客01", plain)
		_, err = name(store, 2)
		require.ErrorIs(t, err, models.ErrNotFound)
	})
	require.Contains(t, said(t, "restore", "--from", keys), "0 keysets came back")
	require.Contains(t, said(t, "restore", "--from", data), "1 erasures from after that were repeated", "older keysets undo nothing")

	// The disk is lost; the root key was kept.
	for _, file := range []string{"aftersales.db", "keys.db"} {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(filepath.Join(dir, file+suffix))
		}
	}
	said(t, "restore", "--from", keys)
	said(t, "restore", "--from", data)
	use(func(store *models.Store) {
		plain, err := name(store, 1)
		require.NoError(t, err)
		require.Equal(t, "演示顾客01", plain)
	})

	// A backup that was altered, or is not whole, is not read.
	content, err := os.ReadFile(filepath.Join(data, "data.db"))
	require.NoError(t, err)
	content[len(content)/2] ^= 1
	require.NoError(t, os.WriteFile(filepath.Join(data, "data.db"), content, 0o600))
	_, err = command(t, "restore", "--from", data)
	require.ErrorContains(t, err, "not as it was written")
	require.NoError(t, os.Remove(filepath.Join(data, manifestName)))
	_, err = command(t, "restore", "--from", data)
	require.ErrorContains(t, err, "no whole backup")
	use(func(store *models.Store) {
		_, err := name(store, 1)
		require.NoError(t, err, "what stood still stands")
	})
}

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/config"
	"aftersales/demo"
	"aftersales/models"
	"aftersales/seal"
	"aftersales/seal/kms/kmstest"
)

// command runs a sub-command as somebody at a terminal would, and returns what it says.
func command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	root := newRootCommand()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func said(t *testing.T, args ...string) string {
	t.Helper()
	out, err := command(t, args...)
	require.NoError(t, err, "%v: %s", args, out)
	return out
}

// From a key file to Vault, step by step as the help tells, with the demo world's people readable all the time.
func TestKeysCommandsLeadFromTheFileToVault(t *testing.T) {
	keyringOptions = seal.Options{CacheTTL: 10 * time.Millisecond}
	t.Cleanup(func() { keyringOptions = seal.Options{} })
	dir := t.TempDir()
	seeded(t, dir)
	t.Setenv("AFTERSALES_DATA_DIR", dir)
	name := func() string {
		cfg, err := config.Load("", os.Environ())
		require.NoError(t, err)
		store, err := openStore(t.Context(), cfg)
		require.NoError(t, err)
		defer store.Close()
		customer, err := store.Customer(t.Context(), demo.CustomerID(1))
		require.NoError(t, err)
		plain, err := store.CustomerName(t.Context(), customer)
		require.NoError(t, err)
		ids, err := store.CustomersBy(context.Background(), models.FieldPhone, "+86 13800001001")
		require.NoError(t, err)
		require.Equal(t, []string{demo.CustomerID(1)}, ids)
		return plain
	}
	before := name()
	root, err := seal.FileRoot(filepath.Join(dir, "master.key"), false)
	require.NoError(t, err)
	require.Contains(t, said(t, "keys", "status"), root.Name)

	require.Contains(t, said(t, "keys", "rotate"), "keysets seal with a new key")
	require.Contains(t, said(t, "keys", "rotate", "--older-than", "1h"), "0 keysets")
	require.Contains(t, said(t, "keys", "reseal"), "under the newest keys")
	require.Equal(t, before, name())

	vault := kmstest.NewVault(t, "aftersales")
	out := said(t, "keys", "rewrap", "--to", vault.URI)
	require.Contains(t, out, "aftersales keys forget '"+root.Name+"'")
	require.Contains(t, said(t, "keys", "status"), vault.URI)
	_, err = command(t, "keys", "forget", root.Name)
	require.ErrorContains(t, err, "in use")
	require.Equal(t, before, name())

	t.Setenv("AFTERSALES_KEYS_KMS", vault.URI)
	require.Equal(t, before, name())
	require.Contains(t, said(t, "keys", "forget", root.Name), "no more")
	require.Equal(t, before, name())
	require.NotContains(t, said(t, "keys", "status"), root.Name)

	t.Setenv("AFTERSALES_KEYS_KMS", "")
	_, err = command(t, "keys", "status")
	require.ErrorIs(t, err, seal.ErrNoRoot)
}

package main

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/config"
	"aftersales/models"
	"aftersales/policy/pack"
)

// The settings choose the pack of new cases, at every start, until somebody chooses one by hand; that holds from then on.
func TestTheSettingsChooseUntilSomebodyDoes(t *testing.T) {
	t.Setenv("AFTERSALES_DATA_DIR", t.TempDir())
	cfg, err := config.Load("", os.Environ())
	require.NoError(t, err)
	options := storeOptions(cfg)
	options.CreateMasterKey = true
	require.NoError(t, models.Migrate(t.Context(), cfg.DatabaseDSN(), options))
	store, err := models.Open(t.Context(), cfg.DatabaseDSN(), options)
	require.NoError(t, err)
	defer store.Close()
	start := func(name string) string {
		t.Helper()
		cfg.Policy.Pack = name
		packs, hash, err := newPacks(t.Context(), cfg, store)
		require.NoError(t, err)
		chosen, err := choosePack(t.Context(), cfg, store, packs, hash)
		require.NoError(t, err)
		active, err := chosen.Hash(t.Context())
		require.NoError(t, err)
		found, err := packs.Get(t.Context(), active)
		require.NoError(t, err)
		return found.Name()
	}
	require.Equal(t, "default", start("default"))
	require.Equal(t, "default", start("default"))
	require.Equal(t, "demo", start("demo"))
	require.Equal(t, "default", start("default"))
	chosen, err := store.PackActivations(t.Context())
	require.NoError(t, err)
	require.Len(t, chosen, 3, "the same choice is not noted again")

	demo, err := pack.Builtin("demo")
	require.NoError(t, err)
	_, err = store.ActivatePack(t.Context(), 3, models.PackActivation{PackHash: demo.Hash(), At: time.Now(), ByKind: "operator", ByID: "st-9"})
	require.NoError(t, err)
	require.Equal(t, "demo", start("default"))
	require.Equal(t, "demo", start("demo"))
}

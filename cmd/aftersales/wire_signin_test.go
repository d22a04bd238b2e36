package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/config"
)

// The secret of an OpenID Connect client is its owner's alone, like the master key.
func TestTheClientSecretIsItsOwnersAlone(t *testing.T) {
	dir := t.TempDir()
	secret, providers := filepath.Join(dir, "corp.secret"), filepath.Join(dir, "providers.yaml")
	require.NoError(t, os.WriteFile(secret, []byte("s3cret\n"), 0o600))
	require.NoError(t, os.WriteFile(providers, []byte("providers:\n  - {name: corp, title: Corp, issuer: 'https://id.example.com', client_id: a, client_secret_file: "+secret+"}\n"), 0o644))
	cfg := config.Default()
	cfg.SignIn.ProvidersFile = providers
	made, err := newProviders(&cfg)
	require.NoError(t, err)
	require.Len(t, made, 1)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o644} {
		require.NoError(t, os.Chmod(secret, mode))
		_, err = newProviders(&cfg)
		require.ErrorContains(t, err, "chmod 600 "+secret)
		require.ErrorContains(t, err, "provider corp")
		require.NotContains(t, err.Error(), "s3cret")
	}
}

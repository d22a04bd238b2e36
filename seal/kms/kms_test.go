package kms_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/seal"
	"aftersales/seal/kms"
	"aftersales/seal/kms/kmstest"
	"aftersales/seal/sealtest"
)

func TestVaultKeepsTheRootKey(t *testing.T) {
	vault, store := kmstest.NewVault(t, "aftersales"), sealtest.NewStore()
	root, err := kms.Open(t.Context(), vault.URI, kms.Options{})
	require.NoError(t, err)
	master, err := seal.OpenMaster(t.Context(), store, root, seal.Options{})
	require.NoError(t, err)
	keyring := seal.NewKeyring(store, master, seal.Options{})
	ref, err := keyring.NewPerson(t.Context())
	require.NoError(t, err)
	sealed, err := keyring.SealBytes(t.Context(), ref, seal.AD{}, []byte("金丝雀"))
	require.NoError(t, err)
	asked := vault.Calls.Load()
	for range 20 {
		_, err := keyring.NewPerson(t.Context())
		require.NoError(t, err)
	}
	require.Equal(t, asked, vault.Calls.Load(), "Vault is asked for the master keys, not for each person")

	vault.Sealed.Store(true)
	plain, err := keyring.OpenBytes(t.Context(), seal.AD{}, sealed)
	require.NoError(t, err, "whoever runs goes on while Vault is away")
	require.Equal(t, "金丝雀", string(plain))
	_, err = seal.OpenMaster(t.Context(), store, root, seal.Options{})
	require.ErrorContains(t, err, "Vault is sealed")
	vault.Sealed.Store(false)

	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("wrong\n"), 0o600))
	stranger, err := kms.Open(t.Context(), vault.URI, kms.Options{TokenFile: token})
	require.NoError(t, err)
	_, err = seal.OpenMaster(t.Context(), store, stranger, seal.Options{})
	require.ErrorContains(t, err, "permission denied")
	require.NoError(t, os.WriteFile(token, []byte(vault.Token+"\n"), 0o600))
	known, err := kms.Open(t.Context(), vault.URI, kms.Options{TokenFile: token})
	require.NoError(t, err)
	_, err = seal.OpenMaster(t.Context(), store, known, seal.Options{})
	require.NoError(t, err)

	t.Setenv("VAULT_TOKEN", "")
	_, err = kms.Open(t.Context(), vault.URI, kms.Options{})
	require.ErrorContains(t, err, "VAULT_TOKEN")
}

func TestVaultMustBeTrusted(t *testing.T) {
	vault := kmstest.NewVault(t, "k")
	t.Setenv("VAULT_CACERT", "")
	root, err := kms.Open(t.Context(), vault.URI, kms.Options{})
	require.NoError(t, err)
	_, err = root.AEAD.Encrypt([]byte("x"), nil)
	require.ErrorContains(t, err, "certificate")
	require.Zero(t, vault.Calls.Load())
}

// AWS's own client against a server that speaks the two calls.
func TestAWSKeepsTheRootKey(t *testing.T) {
	const arn = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			KeyID             string `json:"KeyId"`
			Plaintext         []byte
			CiphertextBlob    []byte
			EncryptionContext map[string]string
		}
		if json.NewDecoder(r.Body).Decode(&in) != nil || in.KeyID != arn || r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		context, _ := json.Marshal(in.EncryptionContext)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		switch r.Header.Get("X-Amz-Target") {
		case "TrentService.Encrypt":
			blob, _ := json.Marshal([]string{string(context), base64.StdEncoding.EncodeToString(in.Plaintext)})
			_ = json.NewEncoder(w).Encode(map[string]any{"KeyId": arn, "CiphertextBlob": blob})
		case "TrentService.Decrypt":
			var blob []string
			if json.Unmarshal(in.CiphertextBlob, &blob) != nil || blob[0] != string(context) {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			_ = json.NewEncoder(w).Encode(map[string]any{"KeyId": arn, "Plaintext": blob[1]})
		}
	}))
	defer server.Close()
	t.Setenv("AWS_ENDPOINT_URL_KMS", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")

	root, err := kms.Open(t.Context(), "aws-kms://"+arn, kms.Options{})
	require.NoError(t, err)
	store := sealtest.NewStore()
	for range 2 { // made, then opened
		_, err = seal.OpenMaster(t.Context(), store, root, seal.Options{})
		require.NoError(t, err)
	}
}

func TestWrongKeysAreNamed(t *testing.T) {
	for uri, want := range map[string]string{
		"":                               "hcvault://",
		"https://vault:8200/x":           "must begin with",
		"hcvault:///transit/keys/x":      "hcvault://host:8200",
		"aws-kms://not-an-arn":           "aws-kms://not-an-arn",
		"hcvault://vault:8200/nothing":   "malformed",
		"hcvault://vault:8200/a/b/c/d/e": "malformed",
	} {
		t.Setenv("VAULT_TOKEN", "x")
		_, err := kms.Open(t.Context(), uri, kms.Options{})
		require.ErrorContains(t, err, want, uri)
	}
}

package kms

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/api/option"

	"aftersales/seal"
	"aftersales/seal/sealtest"
)

// sum is the checksum that the client compares.
func sum(content []byte) string {
	return fmt.Sprint(crc32.Checksum(content, crc32.MakeTable(crc32.Castagnoli)))
}

// Google's own client against a server that speaks the two calls.
func TestGoogleKeepsTheRootKey(t *testing.T) {
	const name = "projects/p/locations/asia-east2/keyRings/r/cryptoKeys/k"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Plaintext, Ciphertext []byte }
		_ = json.NewDecoder(r.Body).Decode(&in)
		w.Header().Set("Content-Type", "application/json")
		switch strings.TrimPrefix(r.URL.Path, "/v1/"+name) {
		case ":encrypt":
			_ = json.NewEncoder(w).Encode(map[string]any{
				"name": name + "/cryptoKeyVersions/1", "ciphertext": in.Plaintext, "ciphertextCrc32c": sum(in.Plaintext),
				"verifiedPlaintextCrc32c": true, "verifiedAdditionalAuthenticatedDataCrc32c": true,
			})
		case ":decrypt":
			_ = json.NewEncoder(w).Encode(map[string]any{"plaintext": in.Ciphertext, "plaintextCrc32c": sum(in.Ciphertext)})
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	client, err := google(t.Context(), "gcp-kms://"+name, option.WithEndpoint(server.URL), option.WithoutAuthentication())
	require.NoError(t, err)
	key, err := client.GetAEAD("gcp-kms://" + name)
	require.NoError(t, err)
	store := sealtest.NewStore()
	for range 2 {
		_, err = seal.OpenMaster(t.Context(), store, seal.Root{Name: "g", AEAD: key}, seal.Options{})
		require.NoError(t, err)
	}
}

// Package kmstest plays a key management service for tests.
package kmstest

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"crypto/aes"
	"crypto/cipher"
)

// Vault is a server that speaks the part of Vault's transit engine that root keys need, over TLS, for one token.
type Vault struct {
	URI    string // of the key
	Token  string
	Calls  atomic.Int32
	Sealed atomic.Bool // as Vault says of itself when it serves nothing

	server *httptest.Server
	key    cipher.AEAD
}

// NewVault starts one and lets this process's clients of Vault trust it and have its token.
func NewVault(t testing.TB, name string) *Vault {
	t.Helper()
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	block, err := aes.NewCipher(secret)
	if err != nil {
		t.Fatal(err)
	}
	v := &Vault{Token: "token-" + name}
	if v.key, err = cipher.NewGCM(block); err != nil {
		t.Fatal(err)
	}
	routes := http.NewServeMux()
	routes.HandleFunc("PUT /v1/transit/encrypt/"+name, v.serve(v.encrypt))
	routes.HandleFunc("PUT /v1/transit/decrypt/"+name, v.serve(v.decrypt))
	v.server = httptest.NewTLSServer(routes)
	t.Cleanup(v.server.Close)
	v.URI = "hcvault://" + v.server.Listener.Addr().String() + "/transit/keys/" + name

	authority := filepath.Join(t.TempDir(), "vault.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: v.server.Certificate().Raw})
	if err := os.WriteFile(authority, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VAULT_CACERT", authority)
	t.Setenv("VAULT_TOKEN", v.Token)
	return v
}

type request struct {
	Plaintext  string `json:"plaintext"`
	Ciphertext string `json:"ciphertext"`
	Associated string `json:"associated_data"`
}

func (v *Vault) serve(do func(request) (map[string]string, bool)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v.Calls.Add(1)
		refuse := func(status int, why string) {
			w.WriteHeader(status)
			_ = json.NewEncoder(w).Encode(map[string][]string{"errors": {why}})
		}
		if v.Sealed.Load() {
			refuse(http.StatusForbidden, "Vault is sealed") // 503 would be tried again for seconds
			return
		}
		if r.Header.Get("X-Vault-Token") != v.Token {
			refuse(http.StatusForbidden, "permission denied")
			return
		}
		var in request
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			refuse(http.StatusBadRequest, err.Error())
			return
		}
		answer, ok := do(in)
		if !ok {
			refuse(http.StatusBadRequest, "cipher: message authentication failed")
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"data": answer})
	}
}

func (v *Vault) encrypt(in request) (map[string]string, bool) {
	plain, err := base64.StdEncoding.DecodeString(in.Plaintext)
	associated, errAssociated := base64.StdEncoding.DecodeString(in.Associated)
	nonce := make([]byte, v.key.NonceSize())
	_, _ = rand.Read(nonce)
	sealed := base64.StdEncoding.EncodeToString(v.key.Seal(nonce, nonce, plain, associated))
	return map[string]string{"ciphertext": "vault:v1:" + sealed}, err == nil && errAssociated == nil
}

func (v *Vault) decrypt(in request) (map[string]string, bool) {
	text, ours := strings.CutPrefix(in.Ciphertext, "vault:v1:")
	sealed, err := base64.StdEncoding.DecodeString(text)
	associated, errAssociated := base64.StdEncoding.DecodeString(in.Associated)
	if !ours || err != nil || errAssociated != nil || len(sealed) < v.key.NonceSize() {
		return nil, false
	}
	plain, err := v.key.Open(nil, sealed[:v.key.NonceSize()], sealed[v.key.NonceSize():], associated)
	return map[string]string{"plaintext": base64.StdEncoding.EncodeToString(plain)}, err == nil
}

package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"strings"
)

const tokenBytes = 32

// newToken makes an opaque token of 256 random bits, 43 characters, and what is stored of it.
func newToken() (token string, hash []byte) {
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw) // never fails
	sum := sha256.Sum256(raw)
	return base64.RawURLEncoding.EncodeToString(raw), sum[:]
}

// tokenHash is what is stored of a token; ok is false for anything that newToken cannot have made.
func tokenHash(token string) (hash [sha256.Size]byte, ok bool) {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return hash, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return hash, false
	}
	return sha256.Sum256(raw), true
}

// tokenIDLength is how long tokenID makes ten bytes.
const tokenIDLength = 16

// tokenID writes ten random bytes as what people can read out: 16 of [a-z2-7].
func tokenID(raw []byte) string {
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
}

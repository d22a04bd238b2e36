package handover_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"aftersales/identity/handover"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func keyPair(t *testing.T) (ed25519.PublicKey, ed25519.PrivateKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	return public, private
}

func TestATokenSaysWhoComes(t *testing.T) {
	public, private := keyPair(t)
	now := noon
	v, err := handover.New("us", map[string]ed25519.PublicKey{"shop": public}, func() time.Time { return now })
	require.NoError(t, err)
	token, err := handover.Sign(private, "shop", "us", "nonce-1", "cu-1", noon)
	require.NoError(t, err)
	got, err := v.Verify(token)
	require.NoError(t, err)
	require.Equal(t, handover.Token{Issuer: "shop", ID: "nonce-1", CustomerID: "cu-1", ExpiresAt: noon.Add(time.Minute)}, handover.Token{
		Issuer: got.Issuer, ID: got.ID, CustomerID: got.CustomerID, ExpiresAt: got.ExpiresAt.UTC(),
	})
	now = noon.Add(time.Minute - time.Second)
	_, err = v.Verify(token)
	require.NoError(t, err)
	now = noon.Add(time.Minute)
	_, err = v.Verify(token)
	require.ErrorIs(t, err, handover.ErrInvalid, "a minute later it is too old")
}

// Whatever is forged, altered, borrowed, or good for too long.
func TestAttack04_ForgedHandover(t *testing.T) {
	public, private := keyPair(t)
	_, another := keyPair(t)
	v, err := handover.New("us", map[string]ed25519.PublicKey{"shop": public}, func() time.Time { return noon })
	require.NoError(t, err)
	good := jwt.RegisteredClaims{
		Issuer: "shop", Audience: jwt.ClaimStrings{"us"}, ID: "n", Subject: "cu-1", IssuedAt: jwt.NewNumericDate(noon), ExpiresAt: jwt.NewNumericDate(noon.Add(time.Minute)),
	}
	sign := func(method jwt.SigningMethod, key any, change func(*jwt.RegisteredClaims)) string {
		claims := good
		change(&claims)
		token, err := jwt.NewWithClaims(method, claims).SignedString(key)
		require.NoError(t, err)
		return token
	}
	same := func(*jwt.RegisteredClaims) {}
	_, err = v.Verify(sign(jwt.SigningMethodEdDSA, private, same))
	require.NoError(t, err)
	pem := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	parts := strings.Split(sign(jwt.SigningMethodEdDSA, private, same), ".")
	other := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(must(base64.RawURLEncoding.DecodeString(parts[1]))), "cu-1", "cu-2", 1)))
	for name, token := range map[string]string{
		"another key":            sign(jwt.SigningMethodEdDSA, another, same),
		"the public key as HMAC": sign(jwt.SigningMethodHS256, []byte(public), same),
		"its PEM as HMAC":        sign(jwt.SigningMethodHS256, pem, same),
		"no signature":           sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, same),
		"altered":                parts[0] + "." + other + "." + parts[2],
		"cut":                    parts[0] + "." + parts[1] + ".",
		"unknown shop":           sign(jwt.SigningMethodEdDSA, private, func(c *jwt.RegisteredClaims) { c.Issuer = "other" }),
		"for somebody else":      sign(jwt.SigningMethodEdDSA, private, func(c *jwt.RegisteredClaims) { c.Audience = jwt.ClaimStrings{"them"} }),
		"for us and others":      sign(jwt.SigningMethodEdDSA, private, func(c *jwt.RegisteredClaims) { c.Audience = jwt.ClaimStrings{"us", "them"} }),
		"for an hour":            sign(jwt.SigningMethodEdDSA, private, func(c *jwt.RegisteredClaims) { c.ExpiresAt = jwt.NewNumericDate(noon.Add(time.Hour)) }),
		"without an end":         sign(jwt.SigningMethodEdDSA, private, func(c *jwt.RegisteredClaims) { c.ExpiresAt = nil }),
		"without a beginning":    sign(jwt.SigningMethodEdDSA, private, func(c *jwt.RegisteredClaims) { c.IssuedAt = nil }),
		"from the future":        sign(jwt.SigningMethodEdDSA, private, func(c *jwt.RegisteredClaims) { c.IssuedAt = jwt.NewNumericDate(noon.Add(30 * time.Second)) }),
		"without an ID":          sign(jwt.SigningMethodEdDSA, private, func(c *jwt.RegisteredClaims) { c.ID = "" }),
		"of nobody":              sign(jwt.SigningMethodEdDSA, private, func(c *jwt.RegisteredClaims) { c.Subject = "" }),
		"nothing":                "",
		"huge":                   strings.Repeat("a", 5000),
	} {
		_, err := v.Verify(token)
		require.ErrorIs(t, err, handover.ErrInvalid, name)
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestKeysAreRead(t *testing.T) {
	public, _ := keyPair(t)
	der, err := x509.MarshalPKIXPublicKey(public)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600))
	got, err := handover.ReadPublicKey(path)
	require.NoError(t, err)
	require.Equal(t, public, got)
	require.NoError(t, os.WriteFile(path, []byte("no key"), 0o600))
	_, err = handover.ReadPublicKey(path)
	require.ErrorContains(t, err, "openssl")
	_, err = handover.New("", nil, nil)
	require.Error(t, err)
}

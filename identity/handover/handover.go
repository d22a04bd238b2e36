// Package handover reads the tokens by which a shop hands a signed-in customer over to us: a JWT with an Ed25519 signature,
// for us alone, at most a minute old, good for one use.
package handover

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Life is the longest that a token may be good for.
const Life = time.Minute

// skew is how far the shop's clock may be ahead of ours.
const skew = 5 * time.Second

// maxToken is longer than any token that a shop makes.
const maxToken = 2048

// Token is a hand-over that holds. Whether it was used before is the caller's to know, by Issuer and ID.
type Token struct {
	Issuer     string
	ID         string
	CustomerID string
	ExpiresAt  time.Time
}

// ErrInvalid is returned for every token that does not hold, whatever is wrong with it.
var ErrInvalid = errors.New("handover: the token is not a shop's, is for somebody else, or is too old")

// Verifier knows the shops' keys.
type Verifier struct {
	audience string
	keys     map[string]ed25519.PublicKey // by issuer
	now      func() time.Time
}

// New makes a verifier of tokens that are meant for audience. now nil: the clock.
func New(audience string, keys map[string]ed25519.PublicKey, now func() time.Time) (*Verifier, error) {
	if audience == "" || len(keys) == 0 {
		return nil, errors.New("handover: an audience and at least one shop's key are needed")
	}
	if now == nil {
		now = time.Now
	}
	return &Verifier{audience, keys, now}, nil
}

// Verify reads a token.
func (v *Verifier) Verify(token string) (Token, error) {
	if len(token) > maxToken {
		return Token{}, ErrInvalid
	}
	var claims jwt.RegisteredClaims
	_, err := jwt.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) {
		key, known := v.keys[claims.Issuer]
		if !known {
			return nil, ErrInvalid
		}
		return key, nil
	}, jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithAudience(v.audience), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		jwt.WithLeeway(skew), jwt.WithTimeFunc(v.now), jwt.WithStrictDecoding())
	if err != nil {
		return Token{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	// A leeway is for clocks, not for old tokens: the end counts to the second.
	now := v.now()
	switch {
	case claims.ID == "" || len(claims.ID) > 128 || claims.Subject == "" || len(claims.Subject) > 64 || len(claims.Audience) != 1,
		claims.IssuedAt == nil, claims.ExpiresAt.Sub(claims.IssuedAt.Time) > Life, !now.Before(claims.ExpiresAt.Time):
		return Token{}, ErrInvalid
	}
	return Token{Issuer: claims.Issuer, ID: claims.ID, CustomerID: claims.Subject, ExpiresAt: claims.ExpiresAt.Time}, nil
}

// Sign makes a token, as a shop does.
func Sign(key ed25519.PrivateKey, issuer, audience, id, customerID string, at time.Time) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.RegisteredClaims{
		Issuer: issuer, Audience: jwt.ClaimStrings{audience}, ID: id, Subject: customerID,
		IssuedAt: jwt.NewNumericDate(at), ExpiresAt: jwt.NewNumericDate(at.Add(Life)),
	}).SignedString(key)
}

// ReadPublicKey reads a shop's key: PEM, PKIX, Ed25519.
func ReadPublicKey(path string) (ed25519.PublicKey, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("handover: the shop's key: %w", err)
	}
	block, _ := pem.Decode(content)
	if block == nil {
		return nil, fmt.Errorf("handover: %s is not PEM; make one with: openssl genpkey -algorithm ed25519, and give its public half here", path)
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("handover: %s: %w", path, err)
	}
	key, ok := parsed.(ed25519.PublicKey)
	if !ok {
		return nil, fmt.Errorf("handover: the key in %s is not an Ed25519 key", path)
	}
	return key, nil
}

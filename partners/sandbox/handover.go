package sandbox

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// The shop hands its signed-in customers over by a token that it signs, for us alone, for a minute.
const (
	HandoverIssuer   = "sandbox-shop"
	HandoverAudience = "aftersales"
	handoverLife     = time.Minute
)

type handoverBody struct {
	CustomerID string `json:"customer_id"`
}

// Handover is the key that the shop signs with. It follows from the shop's secret, so that keys made by an earlier
// version have one, too.
func (k Keys) Handover() ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("hand-over of customers\n" + k.ShopSecret))
	return ed25519.NewKeyFromSeed(seed[:])
}

func (s *Server) handOver(customerID string) (string, error) {
	if customerID == "" {
		return "", badRequest{errors.New("customer_id is missing")}
	}
	now := s.now()
	return jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.RegisteredClaims{
		Issuer: HandoverIssuer, Audience: jwt.ClaimStrings{HandoverAudience}, ID: rand.Text(), Subject: customerID,
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(handoverLife)),
	}).SignedString(s.keys.Handover())
}

// HandOver is what the shop does when a signed-in customer opens customer service: it makes a token that begins a session.
func (c Client) HandOver(ctx context.Context, customerID string) (string, error) {
	var answer struct {
		Token string `json:"token"`
	}
	err := c.do(ctx, http.MethodPost, "/sandbox/handover", handoverBody{customerID}, &answer)
	return answer.Token, err
}

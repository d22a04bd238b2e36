package live

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	ticketLife = time.Minute
	ticketFor  = "aftersales/live"
	maxTicket  = 1 << 10
	// freshEvery bounds how often tickets under unknown keys make us look for new keys.
	freshEvery = 10 * time.Second
)

// What is wrong with a ticket.
var (
	errTicketForged = errors.New("live: the ticket is none of ours")
	errTicketOver   = errors.New("live: the ticket is over")
)

// claims of a ticket: the session that it was made for, and a number of its own.
type claims struct {
	jwt.RegisteredClaims
	Session string `json:"sid"`
}

// asked remembers when new keys were looked for.
type asked struct {
	mu   sync.Mutex
	last time.Time
}

func (a *asked) again(now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now.Sub(a.last) < freshEvery {
		return false
	}
	a.last = now
	return true
}

// Ticket lets a person's session connect, once and soon.
func (h *Hub) Ticket(ctx context.Context, person Person) (token string, expires time.Time, err error) {
	secrets, err := h.options.Keys(ctx, false)
	if err != nil || len(secrets) == 0 {
		return "", time.Time{}, fmt.Errorf("live: keys of tickets: %w", errors.Join(err, ctx.Err()))
	}
	now := h.options.Now().UTC().Truncate(time.Second)
	expires = now.Add(ticketLife)
	number := make([]byte, 16)
	_, _ = rand.Read(number) // never fails
	key, name := signingKey(secrets[0])
	ticket := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: ticketFor, Audience: jwt.ClaimStrings{ticketFor}, IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
			ID: base64.RawURLEncoding.EncodeToString(number),
		},
		Session: person.Session,
	})
	ticket.Header["kid"] = name
	token, err = ticket.SignedString(key)
	return token, expires, err
}

// signingKey derives a key from a secret, and its name, which tells nothing about it.
func signingKey(secret []byte) (key []byte, name string) {
	full := sha256.Sum256(append([]byte(ticketFor+"/key/"), secret...))
	shown := sha256.Sum256(append([]byte(ticketFor+"/name/"), secret...))
	return full[:], hex.EncodeToString(shown[:4])
}

// open reads a ticket: errTicketForged when it is none of ours, errTicketOver when its time is over.
func (h *Hub) open(ctx context.Context, token string) (claims, error) {
	if len(token) > maxTicket {
		return claims{}, errTicketForged
	}
	var read claims
	parser := jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithIssuer(ticketFor), jwt.WithAudience(ticketFor),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(h.options.Now))
	_, err := parser.ParseWithClaims(token, &read, func(ticket *jwt.Token) (any, error) {
		name, _ := ticket.Header["kid"].(string)
		key, err := h.keyNamed(ctx, name, false)
		if key == nil && err == nil && h.asked.again(h.options.Now()) {
			key, err = h.keyNamed(ctx, name, true)
		}
		if key == nil {
			return nil, errors.Join(errTicketForged, err)
		}
		return key, nil
	})
	switch {
	case err == nil && read.Session != "" && read.ID != "" && len(read.ID) <= 40:
		return read, nil
	case errors.Is(err, jwt.ErrTokenExpired) && !errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return claims{}, errTicketOver
	}
	return claims{}, errTicketForged
}

func (h *Hub) keyNamed(ctx context.Context, name string, fresh bool) ([]byte, error) {
	secrets, err := h.options.Keys(ctx, fresh)
	for _, secret := range secrets {
		if key, its := signingKey(secret); its == name {
			return key, nil
		}
	}
	return nil, err
}

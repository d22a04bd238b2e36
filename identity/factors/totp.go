package factors

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
)

// What every authenticator app understands: SHA-1, six digits, half a minute.
const (
	step        = 30 * time.Second
	secretBytes = 20
	skew        = 1 // steps that a clock may be off, either way
)

// AppEnrolment is what a new authenticator app must be told. All of it is a secret.
type AppEnrolment struct {
	Ticket    string
	ExpiresAt time.Time
	Secret    string // base32, to be typed
	URI       string // otpauth://…
	QR        string // the same as a picture: a data: URL with a PNG
}

// BeginTOTP makes a secret for an authenticator app. It counts once FinishTOTP has seen a code of it.
func (s *Service) BeginTOTP(ctx context.Context, person identity.Person, name string) (AppEnrolment, error) {
	account, err := s.repository.Account(ctx, person.AccountID)
	if err != nil {
		return AppEnrolment{}, fmt.Errorf("factors: %w", err)
	}
	secret := make([]byte, secretBytes)
	_, _ = rand.Read(secret) // never fails
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: account.Login, Secret: secret})
	if err != nil {
		return AppEnrolment{}, fmt.Errorf("factors: %w", err)
	}
	picture, err := key.Image(256, 256)
	if err != nil {
		return AppEnrolment{}, fmt.Errorf("factors: draw a QR code: %w", err)
	}
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, picture); err != nil {
		return AppEnrolment{}, fmt.Errorf("factors: draw a QR code: %w", err)
	}
	begun := AppEnrolment{Secret: key.Secret(), URI: key.URL(), QR: "data:image/png;base64," + base64.StdEncoding.EncodeToString(drawn.Bytes())}
	begun.Ticket, begun.ExpiresAt, err = s.begin(ctx, person, enrolTOTP, pending{Label: label(name, "App"), Secret: begun.Secret})
	return begun, err
}

// FinishTOTP sets the app up when it shows the right code. That code is used up by it.
func (s *Service) FinishTOTP(ctx context.Context, person identity.Person, ticket, code string) (Added, error) {
	begun, remembered, err := s.resume(ctx, person, enrolTOTP, ticket)
	if err != nil {
		return Added{}, err
	}
	used, right := matches(remembered.Secret, code, s.now())
	if !right {
		return Added{}, fault.New(fault.FactorRefused)
	}
	return s.add(ctx, person, begun, models.NewFactor{Kind: models.FactorTOTP, Label: remembered.Label, Secret: remembered.Secret, Counter: used})
}

// proveCode checks a code against every app of the account. The step whose code was used, and all before it, are over.
func (s *Service) proveCode(ctx context.Context, accountID, code string) (identity.Proven, error) {
	rows, err := s.repository.Factors(ctx, accountID)
	if err != nil {
		return identity.Proven{}, fmt.Errorf("factors: %w", err)
	}
	now := s.now()
	for _, row := range rows {
		if row.Kind != models.FactorTOTP {
			continue
		}
		secret, err := s.repository.FactorSecret(ctx, row)
		if err != nil {
			return identity.Proven{}, fmt.Errorf("factors: %w", err)
		}
		used, right := matches(secret, code, now)
		if !right {
			continue
		}
		fresh, err := s.repository.AdvanceFactor(ctx, row.ID, used, false, now)
		if err != nil {
			return identity.Proven{}, fmt.Errorf("factors: %w", err)
		}
		if fresh {
			return identity.Proven{AccountID: accountID, Method: identity.MethodTOTP, FactorID: row.ID}, nil
		}
	}
	return identity.Proven{}, fault.New(fault.FactorRefused)
}

// matches finds the time step that a code is of; people type blanks.
func matches(secret, code string, now time.Time) (used int64, right bool) {
	code = strings.ReplaceAll(code, " ", "")
	current := now.Unix() / int64(step/time.Second)
	for at := current - skew; at <= current+skew; at++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(at), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			used, right = at, true
		}
	}
	return used, right
}

// Code is the code that an app with this secret shows at a time.
func Code(secret string, at time.Time) (string, error) { return totp.GenerateCode(secret, at) }

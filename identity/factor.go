package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// Ways to prove who one is, besides what one has done already.
const (
	MethodTOTP     = "totp"          // the code of an authenticator app
	MethodPasskey  = "passkey"       // a passkey that verified its user
	MethodRecovery = "recovery_code" // one of the codes for those who lost the rest
	MethodPassword = "password"      // only of those who have no second factor
	MethodSignIn   = "sign_in"       // that one came in a moment ago; only of those who have no password of ours either
)

// Proof is what somebody brings: exactly one of these.
type Proof struct {
	Code         string
	RecoveryCode string
	Password     string
	SignIn       bool
	Passkey      []byte // PublicKeyCredential as JSON
}

// Proven is a proof that holds.
type Proven struct {
	AccountID string
	Method    string
	FactorID  string // empty for recovery codes
}

// Factors knows the second factors of accounts.
type Factors interface {
	// Methods lists how an account can prove itself besides its password; empty: not at all.
	Methods(ctx context.Context, accountID string) ([]string, error)
	// Challenge makes what a browser asks a passkey with, of one account or, if that is empty, of any; and what must be
	// remembered until the answer. Both are empty where there is no passkey.
	Challenge(ctx context.Context, accountID string) (options json.RawMessage, remember string, err error)
	// Prove checks a proof of an account; with an empty one, a passkey says whose it is. Whatever is wrong with a proof is the
	// fault FactorRefused.
	Prove(ctx context.Context, accountID string, proof Proof, remembered string) (Proven, error)
}

// Compulsory tells whether a role may do nothing without a second factor.
func Compulsory(role string) bool {
	switch role {
	case RoleAgent, RoleSupervisor, RoleEditor, RoleOperator:
		return true
	}
	return false
}

// mustEnrol tells whether somebody must set up a second factor before anything else. A session that began without one in a
// role that must have one is such, whatever has been set up elsewhere since.
func (s *Service) mustEnrol(person Person) bool {
	return s.options.Factors != nil && Compulsory(person.Role) && person.Assurance < AssuredTwoFactor && person.KeyID == ""
}

// How many wrong proofs an account may bring. A code has a million values of which three are right at a time: with fifty a day one is hit
// in 18 years.
const (
	guessesPerWindow = 10
	guessesPerDay    = 50
	day              = 24 * time.Hour
)

// guess counts a proof before it is looked at, so that many side by side cannot pass the limit together.
func (s *Service) guess(ctx context.Context, accountID string) error {
	now := s.now()
	for _, limit := range []struct {
		subject string
		window  time.Duration
		most    int
	}{{subject("factor", accountID), s.options.TryWindow, guessesPerWindow}, {subject("factor-day", accountID), day, guessesPerDay}} {
		tries, err := s.store.CountSignInTry(ctx, limit.subject, now, limit.window)
		if err != nil {
			return fmt.Errorf("identity: count try: %w", err)
		}
		if tries.Count > limit.most {
			return tooMany(tries.StartedAt.Add(limit.window).Sub(now))
		}
	}
	return nil
}

func (s *Service) guessedRight(ctx context.Context, accountID string) error {
	if err := s.store.ClearSignInTries(ctx, subject("factor", accountID), subject("factor-day", accountID)); err != nil {
		return fmt.Errorf("identity: forget tries: %w", err)
	}
	return nil
}

// prove checks a proof within the limit of guesses, and records how it went.
func (s *Service) prove(ctx context.Context, person Person, proof Proof, remembered, purpose string) (Proven, error) {
	if err := s.guess(ctx, person.AccountID); err != nil {
		return Proven{}, s.refused(ctx, person, purpose, err)
	}
	proven, err := s.options.Factors.Prove(ctx, person.AccountID, proof, remembered)
	if err != nil {
		return Proven{}, s.refused(ctx, person, purpose, err)
	}
	if err := s.guessedRight(ctx, person.AccountID); err != nil {
		return Proven{}, err
	}
	return proven, s.used(ctx, person, purpose, proven)
}

func (s *Service) used(ctx context.Context, person Person, purpose string, proven Proven) error {
	return s.done(ctx, person, "factor.use", "factor", proven.FactorID, map[string]string{"method": proven.Method, "for": purpose})
}

// refused records a proof that did not hold and returns why.
func (s *Service) refused(ctx context.Context, person Person, purpose string, cause error) error {
	f := fault.As(cause)
	if f == nil {
		return cause
	}
	if err := s.note(ctx, person, "factor.use", "account", person.AccountID, models.AuditRefused, map[string]string{"for": purpose}, string(f.Code)); err != nil {
		return err
	}
	return cause
}

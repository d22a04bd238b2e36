package demo

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/identity/factors"
	"aftersales/identity/softkey"
	"aftersales/models"
)

// seed is what the second factors of the demo's people are derived from. Like their password it is known to everybody.
var seed = []byte("aftersales: the published seed of the demo world")

// Authenticator is the passkey of one of the platform's people in the demo world, in software.
func Authenticator(login string) (*softkey.Key, error) { return softkey.Derived(seed, login) }

// AppSecret is what the authenticator app of one of the platform's people would be told; base 32.
func AppSecret(login string) (string, error) {
	secret, err := hkdf.Key(sha256.New, seed, nil, "app "+login, 20)
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret), err
}

// AccountID is the account of a sign-in of the demo world.
func AccountID(login string) string { return "account-" + login }

// seedFactors gives one of the platform's people the second factors that their role must have.
func seedFactors(ctx context.Context, store *models.Store, login string, at time.Time) error {
	key, keyErr := Authenticator(login)
	secret, secretErr := AppSecret(login)
	ref, refErr := store.KeyRef(ctx, models.KindStaff, login)
	if err := errors.Join(keyErr, secretErr, refErr); err != nil {
		return fmt.Errorf("demo: second factors of %s: %w", login, err)
	}
	return factors.Seed(ctx, store, factors.Preset{
		AccountID: AccountID(login), KeyRef: ref, Label: "demo", PasskeyID: key.ID(), PasskeyKey: key.PublicKey(), AppSecret: secret,
	}, at)
}

// ErrNotDemo is returned for an account that is not one of the demo world's, or no longer has its published factors.
var ErrNotDemo = errors.New("this is no account of the demo world with its published authenticator app")

// AppCode is the code that the authenticator app of a demo account shows now, and how long it will.
func AppCode(ctx context.Context, store *models.Store, login string, at time.Time) (code string, left time.Duration, err error) {
	account, err := store.AccountByLogin(ctx, login)
	if errors.Is(err, models.ErrNotFound) || err == nil && account.ID != AccountID(account.Login) {
		return "", 0, ErrNotDemo
	}
	if err != nil {
		return "", 0, fmt.Errorf("demo: %w", err)
	}
	published, err := AppSecret(account.Login)
	if err != nil {
		return "", 0, fmt.Errorf("demo: %w", err)
	}
	has, err := store.Factors(ctx, account.ID)
	if err != nil {
		return "", 0, fmt.Errorf("demo: %w", err)
	}
	for _, factor := range has {
		if factor.Kind != models.FactorTOTP {
			continue
		}
		secret, err := store.FactorSecret(ctx, factor)
		if err != nil {
			return "", 0, fmt.Errorf("demo: %w", err)
		}
		if secret == published {
			code, err := factors.Code(secret, at)
			return code, 30*time.Second - time.Duration(at.UnixNano())%(30*time.Second), err
		}
	}
	return "", 0, ErrNotDemo
}

// step is a proof that the API asks for.
type step struct {
	Ticket  string          `json:"ticket"`
	Methods []string        `json:"methods"`
	Passkey json.RawMessage `json:"passkey"`
}

// prove answers with the person's passkey or, of those who have no second factor, with the password.
func (a *API) prove(s step) (map[string]any, error) {
	switch {
	case slices.Contains(s.Methods, identity.MethodPasskey):
		key, err := Authenticator(a.login)
		if err != nil {
			return nil, err
		}
		answer, err := key.Assert(s.Passkey, a.origin(s.Passkey))
		return map[string]any{"ticket": s.Ticket, "passkey": json.RawMessage(answer)}, err
	case slices.Contains(s.Methods, identity.MethodPassword):
		return map[string]any{"ticket": s.Ticket, "password": Password}, nil
	}
	return nil, fmt.Errorf("demo: %s is asked for %v, which a player does not have", a.login, s.Methods)
}

// origin is the page that a browser would be on: the site that passkeys belong to, or this machine.
func (a *API) origin(options []byte) string {
	var asked struct {
		Site string `json:"rpId"`
	}
	_ = json.Unmarshal(options, &asked) // without a site the answer is refused
	if at, err := url.Parse(a.Base); err == nil && (asked.Site == "localhost" || asked.Site == at.Hostname()) {
		return at.Scheme + "://" + at.Host
	}
	return "https://" + asked.Site
}

// signIn begins a session, with the second factor where one is asked for.
func (a *API) signIn(ctx context.Context) error {
	for try := 1; ; try++ {
		var session struct {
			Token string `json:"token"`
			Step  *step  `json:"step"`
		}
		err := a.patiently(ctx, http.MethodPost, "/v1/session", "", map[string]any{"login": a.login, "password": Password}, &session)
		if err == nil && session.Step != nil {
			var proof map[string]any
			if proof, err = a.prove(*session.Step); err != nil {
				return err
			}
			err = a.patiently(ctx, http.MethodPost, "/v1/session/second-factor", "", proof, &session)
		}
		// The answer to a proof that was taken may have been lost: then one begins again.
		if Refused(err, string(fault.TicketOver)) && try < proofTries {
			continue
		}
		a.token = session.Token
		return err
	}
}

// proofTries is how often a player begins anew when the answer to a proof was lost.
const proofTries = 3

// StepUp brings a fresh factor for one request and returns the token for it.
func (a *API) StepUp(ctx context.Context, method, path string, content []byte) (string, error) {
	sum := sha256.Sum256(content)
	for try := 1; ; try++ {
		var asked step
		err := a.patiently(ctx, http.MethodPost, "/v1/step-up", "", map[string]any{"method": method, "path": path, "body_sha256": hex.EncodeToString(sum[:])}, &asked)
		if err != nil {
			return "", err
		}
		proof, err := a.prove(asked)
		if err != nil {
			return "", err
		}
		var fresh struct {
			Token string `json:"token"`
		}
		err = a.patiently(ctx, http.MethodPost, "/v1/step-up/proof", "", proof, &fresh)
		if Refused(err, string(fault.TicketOver)) && try < proofTries {
			continue
		}
		return fresh.Token, err
	}
}

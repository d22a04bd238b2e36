package factors

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
)

// handle is what a passkey calls its user: 32 bytes that say nothing.
func handle(accountID string) []byte {
	sum := sha256.Sum256([]byte("passkey user\n" + accountID))
	return sum[:]
}

// owner is an account as the library for WebAuthn wants to see it.
type owner struct {
	accountID, login string
	passkeys         []webauthn.Credential
}

func (o owner) WebAuthnID() []byte                         { return handle(o.accountID) }
func (o owner) WebAuthnName() string                       { return o.login }
func (o owner) WebAuthnDisplayName() string                { return o.login }
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.passkeys }

// owner loads an account with its passkeys, and the rows of these by the passkey's ID.
func (s *Service) owner(ctx context.Context, accountID string) (owner, map[string]models.Factor, error) {
	who := owner{accountID: accountID}
	rows, err := s.repository.Factors(ctx, accountID)
	if err != nil {
		return who, nil, fmt.Errorf("factors: %w", err)
	}
	byID := map[string]models.Factor{}
	for _, row := range rows {
		if row.Kind != models.FactorPasskey {
			continue
		}
		record, err := s.repository.FactorSecret(ctx, row)
		if err != nil {
			return who, nil, fmt.Errorf("factors: %w", err)
		}
		var passkey webauthn.Credential
		if err := json.Unmarshal([]byte(record), &passkey); err != nil {
			return who, nil, fmt.Errorf("factors: the record of passkey %s: %w", row.ID, err)
		}
		passkey.Authenticator.SignCount = uint32(row.Counter)
		who.passkeys = append(who.passkeys, passkey)
		byID[string(passkey.ID)] = row
	}
	return who, byID, nil
}

// PasskeyEnrolment is what a browser must be told to make a passkey.
type PasskeyEnrolment struct {
	Ticket    string
	ExpiresAt time.Time
	Options   json.RawMessage // PublicKeyCredentialCreationOptions
}

// BeginPasskey asks a browser for a new passkey, which must verify its user: by finger, face or PIN.
func (s *Service) BeginPasskey(ctx context.Context, person identity.Person, name string) (PasskeyEnrolment, error) {
	site := s.site.Load()
	if site == nil {
		return PasskeyEnrolment{}, fault.New(fault.PasskeysNotHere)
	}
	account, err := s.repository.Account(ctx, person.AccountID)
	if err != nil {
		return PasskeyEnrolment{}, fmt.Errorf("factors: %w", err)
	}
	who, _, err := s.owner(ctx, person.AccountID)
	if err != nil {
		return PasskeyEnrolment{}, err
	}
	who.login = account.Login
	creation, session, err := site.BeginRegistration(who, webauthn.WithExclusions(webauthn.Credentials(who.passkeys).CredentialDescriptors()))
	if err != nil {
		return PasskeyEnrolment{}, fmt.Errorf("factors: begin a passkey: %w", err)
	}
	begun := PasskeyEnrolment{}
	if begun.Options, err = json.Marshal(creation.Response); err != nil {
		return PasskeyEnrolment{}, fmt.Errorf("factors: %w", err)
	}
	begun.Ticket, begun.ExpiresAt, err = s.begin(ctx, person, enrolPasskey, pending{Label: label(name, "Passkey"), Session: session})
	return begun, err
}

// FinishPasskey takes the browser's answer.
func (s *Service) FinishPasskey(ctx context.Context, person identity.Person, ticket string, answer []byte) (Added, error) {
	site := s.site.Load()
	if site == nil {
		return Added{}, fault.New(fault.PasskeysNotHere)
	}
	begun, remembered, err := s.resume(ctx, person, enrolPasskey, ticket)
	if err != nil {
		return Added{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Added{}, refuse(err)
	}
	passkey, err := site.CreateCredential(owner{accountID: person.AccountID}, *remembered.Session, parsed)
	if err != nil {
		return Added{}, refuse(err)
	}
	factor, err := newPasskey(*passkey)
	if err != nil {
		return Added{}, err
	}
	factor.Label = remembered.Label
	return s.add(ctx, person, begun, factor)
}

func newPasskey(passkey webauthn.Credential) (models.NewFactor, error) {
	record, err := json.Marshal(passkey)
	if err != nil {
		return models.NewFactor{}, fmt.Errorf("factors: %w", err)
	}
	name := sha256.Sum256(passkey.ID)
	return models.NewFactor{Kind: models.FactorPasskey, Secret: string(record), Credential: name[:], Counter: int64(passkey.Authenticator.SignCount)}, nil
}

// refuse hides what is wrong with a proof from whoever brought it; the log gets it.
func refuse(cause error) error {
	var detailed *protocol.Error
	if errors.As(cause, &detailed) && detailed.DevInfo != "" {
		cause = fmt.Errorf("%w: %s", cause, detailed.DevInfo)
	}
	return fault.New(fault.FactorRefused).Because(cause)
}

// Challenge implements identity.Factors.
func (s *Service) Challenge(ctx context.Context, accountID string) (json.RawMessage, string, error) {
	site := s.site.Load()
	if site == nil {
		return nil, "", nil
	}
	var assertion *protocol.CredentialAssertion
	var session *webauthn.SessionData
	var err error
	if accountID == "" {
		assertion, session, err = site.BeginDiscoverableLogin()
	} else {
		who, _, loadErr := s.owner(ctx, accountID)
		if loadErr != nil {
			return nil, "", loadErr
		}
		if len(who.passkeys) == 0 {
			return nil, "", nil
		}
		assertion, session, err = site.BeginLogin(who)
	}
	if err != nil {
		return nil, "", fmt.Errorf("factors: ask for a passkey: %w", err)
	}
	options, optionsErr := json.Marshal(assertion.Response)
	remember, rememberErr := json.Marshal(session)
	return options, string(remember), errors.Join(optionsErr, rememberErr)
}

// provePasskey checks an assertion against the challenge that is remembered. A passkey that counts its signatures and shows
// a count that was seen before was copied: it is refused.
func (s *Service) provePasskey(ctx context.Context, accountID string, answer []byte, remembered string) (identity.Proven, error) {
	site := s.site.Load()
	if site == nil || remembered == "" {
		return identity.Proven{}, fault.New(fault.FactorRefused)
	}
	var session webauthn.SessionData
	if err := json.Unmarshal([]byte(remembered), &session); err != nil {
		return identity.Proven{}, fmt.Errorf("factors: what a sign-in remembers: %w", err)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return identity.Proven{}, refuse(err)
	}
	usernameless := accountID == ""
	if usernameless {
		name := sha256.Sum256(parsed.RawID)
		row, err := s.repository.FactorByCredential(ctx, name[:])
		if errors.Is(err, models.ErrNotFound) {
			return identity.Proven{}, refuse(err)
		}
		if err != nil {
			return identity.Proven{}, fmt.Errorf("factors: %w", err)
		}
		accountID = row.AccountID
	}
	who, rows, err := s.owner(ctx, accountID)
	if err != nil {
		return identity.Proven{}, err
	}
	var passkey *webauthn.Credential
	if usernameless {
		_, passkey, err = site.ValidatePasskeyLogin(func(_, user []byte) (webauthn.User, error) { return who, nil }, session, parsed)
	} else {
		passkey, err = site.ValidateLogin(who, session, parsed)
	}
	if err != nil {
		return identity.Proven{}, refuse(err)
	}
	if passkey.Authenticator.CloneWarning {
		return identity.Proven{}, refuse(errors.New("the passkey's counter did not grow: it may have been copied"))
	}
	row, count := rows[string(passkey.ID)], int64(passkey.Authenticator.SignCount)
	fresh, err := s.repository.AdvanceFactor(ctx, row.ID, count, count == 0, s.now())
	if err != nil {
		return identity.Proven{}, fmt.Errorf("factors: %w", err)
	}
	if !fresh {
		return identity.Proven{}, refuse(errors.New("two proofs with the same count"))
	}
	return identity.Proven{AccountID: accountID, Method: identity.MethodPasskey, FactorID: row.ID}, nil
}

// Package factors keeps the second factors of accounts: authenticator apps (RFC 6238), passkeys (WebAuthn) and recovery codes. It
// sets them up, takes them away and checks their proofs; identity decides when one is needed.
package factors

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
)

// Repository is what factors need of the database. A missing row is models.ErrNotFound.
type Repository interface {
	identity.TicketStore
	Account(ctx context.Context, id string) (models.Account, error)

	AddFactor(ctx context.Context, factor models.NewFactor, codes [][]byte, limit int) (added bool, err error)
	Factors(ctx context.Context, accountID string) ([]models.Factor, error)
	FactorByCredential(ctx context.Context, credential []byte) (models.Factor, error)
	FactorSecret(ctx context.Context, factor models.Factor) (string, error)
	FactorLabel(ctx context.Context, factor models.Factor) (string, error)
	AdvanceFactor(ctx context.Context, id string, counter int64, stays bool, at time.Time) (bool, error)
	DeleteFactor(ctx context.Context, accountID, id string, keep bool) (deleted bool, err error)
	DeleteFactorsOf(ctx context.Context, accountID string) error

	SetRecoveryCodes(ctx context.Context, accountID string, hashes [][]byte, at time.Time) error
	RecoveryCodesLeft(ctx context.Context, accountID string) (int, error)
	UseRecoveryCode(ctx context.Context, accountID string, hash []byte, at time.Time) (bool, error)
}

// Recorder notes what must be provable later.
type Recorder interface {
	Record(ctx context.Context, event models.AuditEvent) error
}

// maxFactors is how many apps and passkeys an account may have.
const maxFactors = 10

// Service keeps factors. It is safe for concurrent use.
type Service struct {
	repository Repository
	recorder   Recorder
	now        func() time.Time
	tickets    identity.Tickets
	site       atomic.Pointer[webauthn.WebAuthn] // nil: passkeys need a host's name, and there is none
}

// Options of New.
type Options struct {
	Recorder Recorder         // nil: nothing is recorded; only in unit tests
	Now      func() time.Time // nil: time.Now
}

// New makes the service over its database. Before passkeys can be used, ServeAt must say where.
func New(repository Repository, options Options) *Service {
	if options.Now == nil {
		options.Now = time.Now
	}
	now := func() time.Time { return options.Now().UTC().Truncate(time.Microsecond) }
	return &Service{repository: repository, recorder: options.Recorder, now: now, tickets: identity.Tickets{Store: repository, Now: now}}
}

// issuer names us to authenticators.
const issuer = "Aftersales"

// ServeAt says how browsers reach us, e.g. "https://shop.example". Passkeys belong to its host; an address without a name has
// none, except this machine's own, which is "localhost" under all of its names.
func (s *Service) ServeAt(publicURL string) error {
	if publicURL == "" {
		s.site.Store(nil)
		return nil
	}
	at, err := url.Parse(publicURL)
	if err != nil || at.Host == "" {
		return fmt.Errorf("factors: %q is not the address of a site; give one like https://shop.example", publicURL)
	}
	host, origins := at.Hostname(), []string{at.Scheme + "://" + at.Host}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		host, origins = "localhost", nil
		for _, name := range []string{"localhost", "127.0.0.1", "[::1]"} {
			if at.Port() != "" {
				name += ":" + at.Port()
			}
			origins = append(origins, at.Scheme+"://"+name)
		}
	} else if ip != nil {
		s.site.Store(nil)
		return nil
	}
	site, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: issuer, RPOrigins: origins,
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationRequired,
		},
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return fmt.Errorf("factors: passkeys at %s: %w", publicURL, err)
	}
	s.site.Store(site)
	return nil
}

// Factor is a factor as its owner sees it.
type Factor struct {
	ID, Kind, Label string
	CreatedAt       time.Time
	UsedAt          *time.Time
}

// Overview is all the factors of an account.
type Overview struct {
	Factors    []Factor
	CodesLeft  int  // recovery codes not used yet
	Compulsory bool // the role may do nothing without a factor
}

// List shows a person's own factors.
func (s *Service) List(ctx context.Context, person identity.Person) (Overview, error) {
	all := Overview{Compulsory: identity.Compulsory(person.Role)}
	rows, err := s.repository.Factors(ctx, person.AccountID)
	if err != nil {
		return Overview{}, fmt.Errorf("factors: %w", err)
	}
	for _, row := range rows {
		label, err := s.repository.FactorLabel(ctx, row)
		if err != nil {
			return Overview{}, fmt.Errorf("factors: %w", err)
		}
		all.Factors = append(all.Factors, Factor{ID: row.ID, Kind: row.Kind, Label: label, CreatedAt: row.CreatedAt, UsedAt: row.UsedAt})
	}
	if all.CodesLeft, err = s.repository.RecoveryCodesLeft(ctx, person.AccountID); err != nil {
		return Overview{}, fmt.Errorf("factors: %w", err)
	}
	return all, nil
}

// Methods implements identity.Factors. Recovery codes stand in for factors; without one they are nothing.
func (s *Service) Methods(ctx context.Context, accountID string) ([]string, error) {
	rows, err := s.repository.Factors(ctx, accountID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var methods []string
	for _, kind := range []struct{ factor, method string }{{models.FactorPasskey, identity.MethodPasskey}, {models.FactorTOTP, identity.MethodTOTP}} {
		if slices.ContainsFunc(rows, func(f models.Factor) bool { return f.Kind == kind.factor }) {
			methods = append(methods, kind.method)
		}
	}
	left, err := s.repository.RecoveryCodesLeft(ctx, accountID)
	if err == nil && left > 0 {
		methods = append(methods, identity.MethodRecovery)
	}
	return methods, err
}

// Prove implements identity.Factors.
func (s *Service) Prove(ctx context.Context, accountID string, proof identity.Proof, remembered string) (identity.Proven, error) {
	brought := 0
	for _, one := range []bool{proof.Code != "", proof.RecoveryCode != "", len(proof.Passkey) > 0, proof.Password != ""} {
		if one {
			brought++
		}
	}
	switch {
	case brought != 1:
		return identity.Proven{}, fault.New(fault.FactorRefused)
	case proof.Code != "" && accountID != "":
		return s.proveCode(ctx, accountID, proof.Code)
	case proof.RecoveryCode != "" && accountID != "":
		return s.proveRecovery(ctx, accountID, proof.RecoveryCode)
	case len(proof.Passkey) > 0:
		return s.provePasskey(ctx, accountID, proof.Passkey, remembered)
	}
	return identity.Proven{}, fault.New(fault.FactorRefused)
}

// Purposes of enrolments' tickets, by the kind of factor.
const (
	enrolTOTP    = "enrol_totp"
	enrolPasskey = "enrol_passkey"
)

// enrolTime is how long one may take to set a factor up.
const enrolTime = 10 * time.Minute

// pending is what an enrolment remembers until it ends.
type pending struct {
	Label   string                `json:"label"`
	Secret  string                `json:"secret,omitempty"`  // of an app
	Session *webauthn.SessionData `json:"session,omitempty"` // of a passkey
}

func (s *Service) begin(ctx context.Context, person identity.Person, purpose string, remember pending) (token string, expires time.Time, err error) {
	if rows, err := s.repository.Factors(ctx, person.AccountID); err != nil {
		return "", time.Time{}, fmt.Errorf("factors: %w", err)
	} else if len(rows) >= maxFactors {
		return "", time.Time{}, fault.New(fault.FactorLimit, "limit", maxFactors)
	}
	data, err := json.Marshal(remember)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("factors: %w", err)
	}
	return s.tickets.Issue(ctx, models.Ticket{Purpose: purpose, AccountID: person.AccountID, SessionID: person.SessionID}, enrolTime, string(data))
}

// resume finds what an enrolment of this person, in this session, remembers.
func (s *Service) resume(ctx context.Context, person identity.Person, purpose, token string) (models.Ticket, pending, error) {
	ticket, data, err := s.tickets.Try(ctx, token, purpose)
	if err != nil {
		return ticket, pending{}, err
	}
	if ticket.AccountID != person.AccountID || ticket.SessionID != person.SessionID {
		return ticket, pending{}, fault.New(fault.TicketOver)
	}
	var remembered pending
	if err := json.Unmarshal([]byte(data), &remembered); err != nil {
		return ticket, pending{}, fmt.Errorf("factors: what an enrolment remembers: %w", err)
	}
	return ticket, remembered, nil
}

// Added is a factor that was set up. Codes are new recovery codes, shown this once; empty when there were some before.
type Added struct {
	Factor Factor
	Codes  []string
}

// add stores a factor that proved to work, with recovery codes when it is the first.
func (s *Service) add(ctx context.Context, person identity.Person, ticket models.Ticket, factor models.NewFactor) (Added, error) {
	if err := s.tickets.Finish(ctx, ticket); err != nil {
		return Added{}, err
	}
	factor.ID, factor.AccountID, factor.KeyRef, factor.CreatedAt = models.NewID(), person.AccountID, person.KeyRef, s.now()
	have, err := s.repository.Factors(ctx, person.AccountID)
	if err != nil {
		return Added{}, fmt.Errorf("factors: %w", err)
	}
	var codes []string
	var hashes [][]byte
	if len(have) == 0 {
		codes, hashes = newCodes(person.AccountID)
	}
	stored, err := s.repository.AddFactor(ctx, factor, hashes, maxFactors)
	if errors.Is(err, models.ErrDuplicate) {
		return Added{}, fault.New(fault.FactorRefused).Because(err)
	}
	if err != nil {
		return Added{}, fmt.Errorf("factors: %w", err)
	}
	if !stored {
		return Added{}, fault.New(fault.FactorLimit, "limit", maxFactors)
	}
	added := Added{Factor: Factor{ID: factor.ID, Kind: factor.Kind, Label: factor.Label, CreatedAt: factor.CreatedAt}, Codes: codes}
	return added, s.record(ctx, person, "factor.added", factor.ID, map[string]string{"kind": factor.Kind})
}

// Remove takes a factor away. Those who must have one keep the last.
func (s *Service) Remove(ctx context.Context, person identity.Person, id string) error {
	removed, err := s.repository.DeleteFactor(ctx, person.AccountID, id, identity.Compulsory(person.Role))
	switch {
	case errors.Is(err, models.ErrNotFound):
		return fault.New(fault.NotFound)
	case err != nil:
		return fmt.Errorf("factors: %w", err)
	case !removed:
		return fault.New(fault.FactorLast)
	}
	return s.record(ctx, person, "factor.removed", id, nil)
}

// Reset takes all factors and recovery codes of an account away: who has lost them sets up new ones at the next sign-in. by is the
// operator who does it.
func (s *Service) Reset(ctx context.Context, by identity.Person, accountID string) error {
	if err := s.repository.DeleteFactorsOf(ctx, accountID); err != nil {
		return fmt.Errorf("factors: %w", err)
	}
	return s.recordOf(ctx, by, models.AuditEvent{Action: "factor.reset", SubjectKind: "account", SubjectID: accountID})
}

func (s *Service) record(ctx context.Context, person identity.Person, action, factorID string, detail map[string]string) error {
	return s.recordOf(ctx, person, models.AuditEvent{Action: action, SubjectKind: "factor", SubjectID: factorID, Detail: detail})
}

func (s *Service) recordOf(ctx context.Context, person identity.Person, event models.AuditEvent) error {
	if s.recorder == nil {
		return nil
	}
	event.At, event.ActorKind, event.ActorID, event.SessionID, event.Outcome = s.now(), person.Role, person.ID, person.SessionID, models.AuditDone
	if event.ActorKind == "" {
		event.ActorKind = "system"
	}
	if err := s.recorder.Record(ctx, event); err != nil {
		return fmt.Errorf("factors: record %s: %w", event.Action, err)
	}
	return nil
}

// label cuts what a person calls a factor to a sensible length.
func label(text, otherwise string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return otherwise
	}
	runes := []rune(text)
	return string(runes[:min(len(runes), 60)])
}

package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// stepUpTime is how fresh a factor must be when it is used for an action, and how long one may take to bring it.
const stepUpTime = 5 * time.Minute

// ActionHash names one very request: SHA-256 over the method, the path as sent with its query, and SHA-256 of the exact
// bytes of its content, a line each, in hexadecimal.
func ActionHash(method, path string, body []byte) string {
	sum := sha256.Sum256(body)
	return Action{Method: method, Path: path, BodyHash: hex.EncodeToString(sum[:])}.Hash()
}

// Action is a request that somebody is about to make.
type Action struct {
	Method   string
	Path     string // as sent, with the query
	BodyHash string // hex SHA-256 of the content's exact bytes; of no bytes, when there is none
}

// Hash is the action's name.
func (a Action) Hash() string {
	sum := sha256.Sum256([]byte(a.Method + "\n" + a.Path + "\n" + a.BodyHash))
	return hex.EncodeToString(sum[:])
}

var hexSum = regexp.MustCompile(`^[0-9a-f]{64}$`)

// StepUp is a proof that is asked for: the ticket to answer with, and what can be brought.
type StepUp struct {
	Ticket    string
	ExpiresAt time.Time
	Methods   []string
	Passkey   json.RawMessage // options for the browser; empty: no passkey
}

// StepUpToken is a fresh proof: good for one action, in one session, once.
type StepUpToken struct {
	Token     string
	ExpiresAt time.Time
}

// BeginStepUp asks a person for a fresh factor for one action. Those who have no second factor give their password. Those whom
// the shop or another service brings, and who have no password of ours either, come in anew.
func (s *Service) BeginStepUp(ctx context.Context, person Person, action Action) (StepUp, error) {
	if !hexSum.MatchString(action.BodyHash) {
		return StepUp{}, fault.New(fault.BadRequest, "problem", "format")
	}
	up, remember, err := s.challenge(ctx, person.AccountID)
	if err != nil {
		return StepUp{}, err
	}
	if len(up.Methods) == 0 {
		account, err := s.store.Account(ctx, person.AccountID)
		if err != nil {
			return StepUp{}, fmt.Errorf("identity: find account: %w", err)
		}
		up.Methods = []string{MethodSignIn}
		if account.PasswordHash != "" {
			up.Methods[0] = MethodPassword
		}
	}
	up.Ticket, up.ExpiresAt, err = s.tickets.Issue(ctx, models.Ticket{
		Purpose: ticketStepUp, AccountID: person.AccountID, SessionID: person.SessionID, ActionHash: action.Hash(),
	}, stepUpTime, remember)
	return up, err
}

// challenge finds out what an account can bring.
func (s *Service) challenge(ctx context.Context, accountID string) (up StepUp, remember string, err error) {
	if s.options.Factors == nil {
		return up, "", nil
	}
	if up.Methods, err = s.options.Factors.Methods(ctx, accountID); err != nil {
		return up, "", fmt.Errorf("identity: second factors: %w", err)
	}
	if slices.Contains(up.Methods, MethodPasskey) {
		if up.Passkey, remember, err = s.options.Factors.Challenge(ctx, accountID); err != nil {
			return up, "", fmt.Errorf("identity: ask for a passkey: %w", err)
		}
	}
	return up, remember, nil
}

// ProveStepUp takes the fresh factor and gives the token for the action that the ticket was made for.
func (s *Service) ProveStepUp(ctx context.Context, person Person, token string, proof Proof) (StepUpToken, error) {
	ticket, remembered, err := s.tickets.Try(ctx, token, ticketStepUp)
	if err != nil {
		return StepUpToken{}, err
	}
	if ticket.AccountID != person.AccountID || ticket.SessionID != person.SessionID {
		return StepUpToken{}, fault.New(fault.TicketOver)
	}
	switch {
	case proof.Password != "" && !proof.SignIn:
		err = s.proveFirst(ctx, person, MethodPassword, func(account models.Account) (bool, error) {
			return s.hasher.Verify(ctx, account.PasswordHash, proof.Password)
		})
	case proof.SignIn && proof.Password == "" && proof.Code == "" && proof.RecoveryCode == "" && len(proof.Passkey) == 0:
		err = s.proveFirst(ctx, person, MethodSignIn, func(account models.Account) (bool, error) {
			return s.cameJustNow(ctx, account, person.SessionID)
		})
	case s.options.Factors == nil || proof.SignIn:
		err = fault.New(fault.FactorRefused)
	default:
		_, err = s.prove(ctx, person, proof, remembered, ticketStepUp)
	}
	if err != nil {
		return StepUpToken{}, err
	}
	if err := s.tickets.Finish(ctx, ticket); err != nil {
		return StepUpToken{}, err
	}
	fresh := StepUpToken{}
	fresh.Token, fresh.ExpiresAt, err = s.tickets.Issue(ctx, models.Ticket{
		Purpose: ticketProven, AccountID: person.AccountID, SessionID: person.SessionID, ActionHash: ticket.ActionHash,
	}, stepUpTime, "")
	return fresh, err
}

// proveFirst is the step-up of those who have no second factor: what let them in, once more.
func (s *Service) proveFirst(ctx context.Context, person Person, method string, holds func(models.Account) (bool, error)) error {
	if err := s.guess(ctx, person.AccountID); err != nil {
		return s.refused(ctx, person, ticketStepUp, err)
	}
	methods := []string(nil)
	if s.options.Factors != nil {
		var err error
		if methods, err = s.options.Factors.Methods(ctx, person.AccountID); err != nil {
			return fmt.Errorf("identity: second factors: %w", err)
		}
	}
	account, err := s.store.Account(ctx, person.AccountID)
	if err != nil {
		return fmt.Errorf("identity: find account: %w", err)
	}
	right, err := holds(account)
	if err != nil {
		return err
	}
	if !right || len(methods) > 0 {
		return s.refused(ctx, person, ticketStepUp, fault.New(fault.FactorRefused))
	}
	if err := s.guessedRight(ctx, person.AccountID); err != nil {
		return err
	}
	return s.used(ctx, person, ticketStepUp, Proven{AccountID: person.AccountID, Method: method})
}

// cameJustNow tells whether a session of an account without a password began within the time that a factor is fresh for. Each
// sign-in is good for one action: who needs another comes in anew.
func (s *Service) cameJustNow(ctx context.Context, account models.Account, sessionID string) (bool, error) {
	if account.PasswordHash != "" {
		return false, nil
	}
	now := s.now()
	sessions, err := s.store.SessionsOf(ctx, account.ID, now)
	if err != nil {
		return false, fmt.Errorf("identity: find the session: %w", err)
	}
	at := slices.IndexFunc(sessions, func(session models.Session) bool { return session.ID == sessionID })
	if at < 0 || now.Sub(sessions[at].CreatedAt) >= stepUpTime {
		return false, nil
	}
	uses, err := s.store.CountSignInTry(ctx, subject("came", sessionID), now, day)
	if err != nil {
		return false, fmt.Errorf("identity: count try: %w", err)
	}
	return uses.Count == 1, nil
}

// SpendStepUp lets an action pass that a fresh factor was brought for, once. key is the request's Idempotency-Key, if it has one:
// the same request under the same key passes again, because it is the same action. Anything else is the fault StepUpRequired.
func (s *Service) SpendStepUp(ctx context.Context, person Person, token, actionHash, key string) error {
	spent := models.Ticket{
		Purpose: ticketProven, AccountID: person.AccountID, SessionID: person.SessionID, ActionHash: actionHash, SpentFor: key,
	}
	if hash, ok := tokenHash(token); ok {
		spent.Hash = hash[:]
		fresh, err := s.tickets.Store.SpendTicket(ctx, spent, s.now())
		if err != nil {
			return fmt.Errorf("identity: spend a step-up: %w", err)
		}
		if fresh {
			return nil
		}
	}
	if key != "" {
		again, err := s.tickets.Store.SpentTicket(ctx, spent)
		if err != nil {
			return fmt.Errorf("identity: spend a step-up: %w", err)
		}
		if again {
			return nil
		}
	}
	return fault.New(fault.StepUpRequired)
}

package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// Session is one of a person's own sessions, as the person sees it.
type Session struct {
	ID        string
	Method    string // how it began: password, passkey, ...
	Assurance Assurance
	Device    string // DeviceOf the program
	Address   string // where it began; empty: not known
	CreatedAt time.Time
	SeenAt    time.Time // used last, to a twentieth of the idle time
	ExpiresAt time.Time // unused
	Current   bool      // the one that asks
}

// Sessions lists the person's own sessions, the latest used first.
func (s *Service) Sessions(ctx context.Context, person Person) ([]Session, error) {
	rows, err := s.store.SessionsOf(ctx, person.AccountID, s.now())
	if err != nil {
		return nil, fmt.Errorf("identity: list sessions: %w", err)
	}
	sessions := make([]Session, len(rows))
	for i, row := range rows {
		address, err := s.store.SessionAddress(ctx, person.ID, row)
		if err != nil {
			return nil, fmt.Errorf("identity: address of a session: %w", err)
		}
		sessions[i] = Session{
			ID: row.ID, Method: row.Method, Assurance: Assurance(row.Assurance), Device: row.Device, Address: address,
			CreatedAt: row.CreatedAt, SeenAt: row.SeenAt, ExpiresAt: row.ExpiresAt, Current: row.ID == person.SessionID,
		}
	}
	return sessions, nil
}

// RevokeSession ends one of the person's own sessions, here and everywhere at once. One that is not the person's, or is over,
// gives the fault NotFound.
func (s *Service) RevokeSession(ctx context.Context, person Person, id string) error {
	err := s.store.RevokeSession(ctx, person.AccountID, id, s.now())
	if errors.Is(err, models.ErrNotFound) {
		return fault.New(fault.NotFound)
	}
	if err != nil {
		return fmt.Errorf("identity: revoke session: %w", err)
	}
	s.tellRevoked(id)
	return s.done(ctx, person, "session.revoke", "session", id, nil)
}

// RevokeSessions ends the person's own sessions and returns how many: all but the one that asks, or that one too.
func (s *Service) RevokeSessions(ctx context.Context, person Person, alsoThis bool) (int, error) {
	keep := person.SessionID
	if alsoThis {
		keep = ""
	}
	return s.revokeAll(ctx, person, person.AccountID, keep)
}

// revokeAll ends the sessions of an account but one, on the word of actor.
func (s *Service) revokeAll(ctx context.Context, actor Person, accountID, keep string) (int, error) {
	ids, err := s.store.RevokeSessions(ctx, accountID, keep, s.now())
	if err != nil {
		return 0, fmt.Errorf("identity: revoke sessions: %w", err)
	}
	s.tellRevoked(ids...)
	return len(ids), s.done(ctx, actor, "session.revoke.all", "account", accountID, map[string]string{"count": fmt.Sprint(len(ids))})
}

// SignOut ends the session of a token. A token that is no session's is no error.
func (s *Service) SignOut(ctx context.Context, token string) error {
	hash, ok := tokenHash(token)
	if !ok {
		return nil
	}
	now := s.now()
	session, err := s.store.Session(ctx, hash[:], now)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return fmt.Errorf("identity: find session: %w", err)
	}
	id, _, err := s.store.EndSession(ctx, hash[:], now)
	if err != nil {
		return fmt.Errorf("identity: end session: %w", err)
	}
	if id == "" {
		return nil
	}
	s.tellRevoked(id)
	actor := Person{Role: session.Role, ID: session.PersonID, SessionID: id}
	if session.PersonKind == KindCustomer {
		actor.Role = RoleCustomer
	}
	return s.done(ctx, actor, "session.delete", "session", id, nil)
}

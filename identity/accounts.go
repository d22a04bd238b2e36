package identity

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"aftersales/fault"
	"aftersales/models"
)

// loginForm is what a login may look like: it is typed, said on the telephone and shown beside what somebody did.
var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{2,63}$`)

// readLogin is a login as it is kept; the fault LoginMalformed says that it cannot be one.
func readLogin(login string) (string, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if !loginForm.MatchString(login) {
		return "", fault.New(fault.LoginMalformed)
	}
	return login, nil
}

// ChangePassword gives the person another password and ends all of their other sessions. The present password is asked for
// again, with the limit of a sign-in, so that an unwatched screen is not enough. Faults: PasswordWrong, those of
// CheckPassword, TooManyTries.
func (s *Service) ChangePassword(ctx context.Context, person Person, present, next string) error {
	account, err := s.store.Account(ctx, person.AccountID)
	if err != nil {
		return orGone(err)
	}
	now, tries := s.now(), subject("password", account.ID)
	count, err := s.store.CountSignInTry(ctx, tries, now, s.options.TryWindow)
	if err != nil {
		return fmt.Errorf("identity: count try: %w", err)
	}
	if count.Count > s.options.TriesPerLogin {
		return tooMany(count.StartedAt.Add(s.options.TryWindow).Sub(now))
	}
	right, err := s.hasher.Verify(ctx, account.PasswordHash, present)
	if err != nil {
		return err
	}
	if !right {
		if err := s.note(ctx, person, "account.password", "account", account.ID, models.AuditRefused, nil, string(fault.PasswordWrong)); err != nil {
			return err
		}
		return fault.New(fault.PasswordWrong)
	}
	if err := s.store.ClearSignInTries(ctx, tries); err != nil {
		return fmt.Errorf("identity: forget tries: %w", err)
	}
	if err := CheckPassword(next, account.Login); err != nil {
		return err
	}
	hash, err := s.hasher.Hash(ctx, next)
	if err != nil {
		return err
	}
	// All at once: whoever changes a password that somebody else knows must not keep that somebody's session when a step fails.
	var ended []string
	err = s.store.Tx(ctx, func(tx *models.Store) (err error) {
		if err = tx.SetPassword(ctx, account.ID, hash, now); err != nil {
			return err
		}
		if ended, err = tx.RevokeSessions(ctx, account.ID, person.SessionID, now); err != nil {
			return err
		}
		return tx.DropTicketsOf(ctx, account.ID, ticketSignIn)
	})
	if err != nil {
		return fmt.Errorf("identity: set password: %w", err)
	}
	s.tellRevoked(ended...)
	return errors.Join(
		s.done(ctx, person, "account.password", "account", account.ID, nil),
		s.done(ctx, person, "session.revoke.all", "account", account.ID, map[string]string{"count": fmt.Sprint(len(ended))}),
	)
}

// rehash makes the hash of a password that was just found right anew when it was made with other parameters. It must not
// keep anybody from signing in: when no slot is free it is left for the next time.
func (s *Service) rehash(ctx context.Context, account models.Account, password string) error {
	if !s.hasher.Stale(account.PasswordHash) {
		return nil
	}
	hash, err := s.hasher.Hash(ctx, password)
	if f := fault.As(err); f != nil || errors.Is(err, ErrPasswordLength) {
		return nil
	}
	if err == nil {
		err = s.store.Rehash(ctx, account.ID, account.PasswordHash, hash)
	}
	if err != nil {
		return fmt.Errorf("identity: hash a password anew: %w", err)
	}
	return nil
}

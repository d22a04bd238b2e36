package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// helpedFor is how long it is remembered who helped somebody back in. Whoever makes a link to a new password could use it, and
// whoever takes a second factor away needs no other: with both, one colleague alone would be somebody else.
const helpedFor = 7 * 24 * time.Hour

// helps lets actor make a link to somebody's new password and notes it, unless actor lately took their second factor away: then
// the fault SecondHelper. It holds the account until the Tx ends; who has none needs no such care.
func (s *Service) helps(ctx context.Context, tx *models.Store, actor Person, kind, personID string) error {
	account, err := tx.HoldAccountOf(ctx, kind, personID)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("identity: find account: %w", err)
	}
	if s.lately(actor, account.ResetBy, account.ResetAt) {
		return fault.New(fault.SecondHelper)
	}
	now := s.now()
	account.LinkBy, account.LinkAt = &actor.ID, &now
	return tx.NoteHelp(ctx, account)
}

// lately tells whether it was actor who helped a short while ago. The command line is nobody in particular: who has it needs no
// account to come in.
func (s *Service) lately(actor Person, by *string, at *time.Time) bool {
	return actor.Kind != Console.Kind && by != nil && *by == actor.ID && at != nil && s.now().Before(at.Add(helpedFor))
}

// ResetFactors takes the second factor of somebody who works away and ends their sessions: who lost it comes in with the password
// and sets up a new one. Nobody resets their own. Faults: NotFound, OwnRights, StaffState for who has not joined, SecondHelper.
func (s *Service) ResetFactors(ctx context.Context, actor Person, staffID string) (Colleague, error) {
	var account models.Account
	var ended []string
	staff, err := s.change(ctx, actor, "staff.factors.reset", staffID, func(tx *models.Store, staff *models.Staff) (err error) {
		account, ended, err = s.resetFactors(ctx, tx, actor, KindStaff, staffID)
		if errors.Is(err, models.ErrNotFound) {
			return fault.New(fault.StaffState, "status", staff.Status)
		}
		return err
	})
	if err != nil {
		return Colleague{}, err
	}
	if err := s.factorsReset(ctx, actor, account, ended); err != nil {
		return Colleague{}, err
	}
	return s.colleague(ctx, staff)
}

// ResetCustomerFactors is ResetFactors for a customer who has an account. Faults: NotFound, SecondHelper.
func (s *Service) ResetCustomerFactors(ctx context.Context, actor Person, customerID string) error {
	var account models.Account
	var ended []string
	err := s.store.Tx(ctx, func(tx *models.Store) (err error) {
		account, ended, err = s.resetFactors(ctx, tx, actor, KindCustomer, customerID)
		return err
	})
	switch {
	case fault.As(err) != nil:
		return err
	case err != nil:
		return orNotFound(err)
	}
	return s.factorsReset(ctx, actor, account, ended)
}

// resetFactors does it inside a Tx, and returns whose account it was and which sessions ended.
func (s *Service) resetFactors(ctx context.Context, tx *models.Store, actor Person, kind, personID string) (models.Account, []string, error) {
	account, err := tx.HoldAccountOf(ctx, kind, personID)
	if err != nil {
		return account, nil, err
	}
	if s.lately(actor, account.LinkBy, account.LinkAt) {
		return account, nil, fault.New(fault.SecondHelper)
	}
	if err := tx.DeleteFactorsOf(ctx, account.ID); err != nil {
		return account, nil, err
	}
	now := s.now()
	account.ResetBy, account.ResetAt = &actor.ID, &now
	if err := tx.NoteHelp(ctx, account); err != nil {
		return account, nil, err
	}
	ended, err := tx.RevokeSessions(ctx, account.ID, "", now)
	return account, ended, err
}

func (s *Service) factorsReset(ctx context.Context, actor Person, account models.Account, ended []string) error {
	s.tellRevoked(ended...)
	return s.done(ctx, actor, "factor.reset", "account", account.ID, map[string]string{"sessions": fmt.Sprint(len(ended))})
}

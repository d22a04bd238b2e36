package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// DefaultHands is how long it is remembered who had a hand in somebody: who made their account, gave them rights, made a link to a
// new password or took a second factor away could have come in as them, and is no other person for as long.
const DefaultHands = 7 * 24 * time.Hour

// put notes what actor does to who somebody is or what they may. The command line is nobody in particular: who has it needs no
// account to come in.
func (s *Service) put(ctx context.Context, tx *models.Store, actor Person, kind, personKind, personID string) error {
	if actor.Kind == Console.Kind {
		return nil
	}
	return tx.PutHand(ctx, models.Hand{PersonKind: personKind, PersonID: personID, ByID: actor.ID, Kind: kind, At: s.now()})
}

// another tells whether there is, among some people, none but others than actor: nobody who is actor, or not two people together with
// them (models.Store.NotOther). Whatever needs a second person asks this.
func (s *Service) another(ctx context.Context, tx *models.Store, actor Person, among []string) (bool, error) {
	if actor.Kind == Console.Kind || len(among) == 0 {
		return true, nil
	}
	same, err := tx.NotOther(ctx, actor.ID, s.now().Add(-s.options.Hands))
	if err != nil {
		return false, fmt.Errorf("identity: find who is no second person: %w", err)
	}
	return !slices.ContainsFunc(among, func(id string) bool { return id == actor.ID || slices.Contains(same, id) }), nil
}

// helps lets actor do a kind of help to somebody and notes it, unless somebody who is no other person lately did the opposite kind.
// It holds the account until the Tx ends. Fault: SecondHelper.
func (s *Service) helps(ctx context.Context, tx *models.Store, actor Person, help, opposite, kind, personID string) error {
	before, err := tx.HandsOn(ctx, kind, personID, opposite, s.now().Add(-s.options.Hands))
	if err != nil {
		return fmt.Errorf("identity: find who helped: %w", err)
	}
	switch other, err := s.another(ctx, tx, actor, before); {
	case err != nil:
		return err
	case !other:
		return fault.New(fault.SecondHelper)
	}
	return s.put(ctx, tx, actor, help, kind, personID)
}

// recovers is helps for a link to a new password; who has no account needs no such care.
func (s *Service) recovers(ctx context.Context, tx *models.Store, actor Person, kind, personID string) error {
	_, err := tx.HoldAccountOf(ctx, kind, personID)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("identity: find account: %w", err)
	}
	return s.helps(ctx, tx, actor, models.HandLink, models.HandReset, kind, personID)
}

// errWished says that a wish was noted and nothing else was done.
var errWished = errors.New("identity: another operator must want it, too")

// makesOperator lets actor make somebody an operator: alone only while nobody else ever was one, else when another operator wanted
// the same lately. Otherwise it notes the wish and returns errWished.
func (s *Service) makesOperator(ctx context.Context, tx *models.Store, actor Person, staffID string) error {
	if actor.Kind == Console.Kind {
		return nil
	}
	others, err := tx.OtherOperators(ctx, actor.ID, staffID)
	if err != nil {
		return fmt.Errorf("identity: count operators: %w", err)
	}
	if others == 0 {
		return nil
	}
	wishes, err := tx.HandsOn(ctx, KindStaff, staffID, models.HandWish, s.now().Add(-s.options.Hands))
	if err != nil {
		return fmt.Errorf("identity: find wishes: %w", err)
	}
	for _, by := range wishes {
		wisher, err := tx.Staff(ctx, by)
		if err != nil {
			return fmt.Errorf("identity: find who wished: %w", err)
		}
		if wisher.Role != RoleOperator || wisher.Status != models.StaffActive {
			continue
		}
		if other, err := s.another(ctx, tx, actor, []string{by}); err != nil || other {
			return err
		}
	}
	if err := s.put(ctx, tx, actor, models.HandWish, KindStaff, staffID); err != nil {
		return err
	}
	return errWished
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
	if err := s.helps(ctx, tx, actor, models.HandReset, models.HandLink, kind, personID); err != nil {
		return account, nil, err
	}
	if err := tx.DeleteFactorsOf(ctx, account.ID); err != nil {
		return account, nil, err
	}
	ended, err := tx.RevokeSessions(ctx, account.ID, "", s.now())
	return account, ended, err
}

func (s *Service) factorsReset(ctx context.Context, actor Person, account models.Account, ended []string) error {
	s.tellRevoked(ended...)
	return s.done(ctx, actor, "factor.reset", "account", account.ID, map[string]string{"sessions": fmt.Sprint(len(ended))})
}

package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftersales/fault"
	"aftersales/identity/handover"
	"aftersales/models"
)

// Handovers reads a shop's tokens; handover.ErrInvalid for all that do not hold.
type Handovers interface {
	Verify(token string) (handover.Token, error)
}

// Customers come from the shop with no account of ours. Theirs has a login that nobody can choose, and no password.
const handoverLogin = "shop:"

// HandOver begins a session of a customer whom the shop hands over. A token works once, for a minute; whatever is wrong
// with it, and a customer whom we do not know, gives the fault HandoverInvalid.
func (s *Service) HandOver(ctx context.Context, token string, from Origin) (SignedIn, error) {
	if s.options.Handovers == nil {
		return SignedIn{}, fault.New(fault.HandoverInvalid)
	}
	byAddress, err := s.fromAddress(ctx, "addr", from.Address)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.admitAddress(ctx, byAddress, s.now()); err != nil {
		return SignedIn{}, err
	}
	refuse := func(cause error) (SignedIn, error) {
		if _, err := s.store.CountSignInTry(ctx, byAddress, s.now(), s.options.TryWindow); err != nil {
			return SignedIn{}, fmt.Errorf("identity: count try: %w", err)
		}
		if err := s.note(ctx, Person{}, "sign_in.handover", "customer", "", models.AuditRefused, nil, string(fault.HandoverInvalid)); err != nil {
			return SignedIn{}, err
		}
		return SignedIn{}, fault.New(fault.HandoverInvalid).Because(cause)
	}
	given, err := s.options.Handovers.Verify(token)
	if err != nil {
		return refuse(err)
	}
	customer, err := s.store.Customer(ctx, given.CustomerID)
	if errors.Is(err, models.ErrNotFound) {
		return refuse(err)
	}
	if err != nil {
		return SignedIn{}, fmt.Errorf("identity: find customer: %w", err)
	}
	term, err := s.store.Keys.Term(ctx, "handover", given.Issuer+"\n"+given.ID)
	if err != nil {
		return SignedIn{}, err
	}
	// Remembered for longer than it holds: clocks differ.
	if err := s.store.UseHandover(ctx, term, given.ExpiresAt.Add(time.Hour)); errors.Is(err, models.ErrDuplicate) {
		return refuse(err)
	} else if err != nil {
		return SignedIn{}, fmt.Errorf("identity: note a hand-over: %w", err)
	}
	account, err := s.accountFor(ctx, customer.ID)
	if err != nil {
		return SignedIn{}, err
	}
	return s.Begin(ctx, account, How{Method: "handover", Assurance: AssuredPassword, From: from})
}

// accountFor finds a customer's account, or makes one that only the shop leads into.
func (s *Service) accountFor(ctx context.Context, customerID string) (string, error) {
	account, err := s.store.AccountOf(ctx, KindCustomer, customerID)
	if errors.Is(err, models.ErrNotFound) {
		account = models.Account{ID: models.NewID(), Login: handoverLogin + customerID, PersonKind: KindCustomer, PersonID: customerID, CreatedAt: s.now()}
		if err = s.store.CreateAccount(ctx, account); errors.Is(err, models.ErrDuplicate) { // the same customer came twice at once
			account, err = s.store.AccountOf(ctx, KindCustomer, customerID)
		}
	}
	if err != nil {
		return "", fmt.Errorf("identity: account of a customer: %w", err)
	}
	return account.ID, nil
}

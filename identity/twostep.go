package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// signInTime is how long a sign-in may take from its first step to its second.
const signInTime = 5 * time.Minute

// begun is what a sign-in remembers between its steps.
type begun struct {
	Method  string `json:"method"`            // of the first step
	Passkey string `json:"passkey,omitempty"` // what was asked of one
}

// next begins the session, unless the account has a second factor that was not seen yet: then it asks for that.
func (s *Service) next(ctx context.Context, person Person, how How, now time.Time) (SignedIn, error) {
	if how.Assurance >= AssuredTwoFactor {
		return s.begin(ctx, person, how, now)
	}
	step, remember, err := s.challenge(ctx, person.AccountID)
	if err != nil {
		return SignedIn{}, err
	}
	if len(step.Methods) == 0 {
		return s.begin(ctx, person, how, now)
	}
	data, err := json.Marshal(begun{Method: how.Method, Passkey: remember})
	if err != nil {
		return SignedIn{}, fmt.Errorf("identity: second step: %w", err)
	}
	step.Ticket, step.ExpiresAt, err = s.tickets.Issue(ctx, models.Ticket{Purpose: ticketSignIn, AccountID: person.AccountID}, signInTime, string(data))
	if err != nil {
		return SignedIn{}, err
	}
	return SignedIn{Next: &step}, nil
}

// BeginPasskey begins a sign-in by a passkey alone, which says itself whose it is.
func (s *Service) BeginPasskey(ctx context.Context, from Origin) (StepUp, error) {
	byAddress, err := s.fromAddress(ctx, "addr", from.Address)
	if err != nil {
		return StepUp{}, err
	}
	if err := s.admitAddress(ctx, byAddress, s.now()); err != nil {
		return StepUp{}, err
	}
	if s.options.Factors == nil {
		return StepUp{}, fault.New(fault.PasskeysNotHere)
	}
	options, remember, err := s.options.Factors.Challenge(ctx, "")
	if err != nil {
		return StepUp{}, fmt.Errorf("identity: ask for a passkey: %w", err)
	}
	if len(options) == 0 {
		return StepUp{}, fault.New(fault.PasskeysNotHere)
	}
	data, err := json.Marshal(begun{Passkey: remember})
	if err != nil {
		return StepUp{}, fmt.Errorf("identity: ask for a passkey: %w", err)
	}
	step := StepUp{Methods: []string{MethodPasskey}, Passkey: options}
	step.Ticket, step.ExpiresAt, err = s.tickets.Issue(ctx, models.Ticket{Purpose: ticketPasskey}, signInTime, string(data))
	return step, err
}

// SecondStep ends a sign-in that SignIn, Begin or BeginPasskey left with a ticket. A proof that is wrong, late, used before or
// another's is the fault FactorRefused; after a few of them the ticket is over.
func (s *Service) SecondStep(ctx context.Context, token string, proof Proof, from Origin) (SignedIn, error) {
	ticket, data, err := s.tickets.Try(ctx, token, ticketSignIn)
	if f := fault.As(err); f != nil && f.Code == fault.TicketOver {
		ticket, data, err = s.tickets.Try(ctx, token, ticketPasskey)
	}
	if err != nil {
		return SignedIn{}, err
	}
	var before begun
	if err := json.Unmarshal([]byte(data), &before); err != nil {
		return SignedIn{}, fmt.Errorf("identity: what a sign-in remembers: %w", err)
	}
	if s.options.Factors == nil || proof.Password != "" {
		return SignedIn{}, fault.New(fault.FactorRefused)
	}
	person, method, err := s.second(ctx, ticket, before, proof, from)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.tickets.Finish(ctx, ticket); err != nil {
		return SignedIn{}, err
	}
	if before.Method != "" {
		method = before.Method + "/" + method
	}
	return s.begin(ctx, person, How{Method: method[:min(len(method), 32)], Assurance: AssuredTwoFactor, From: from}, s.now())
}

// second checks the second step's proof and tells whose it is.
func (s *Service) second(ctx context.Context, ticket models.Ticket, before begun, proof Proof, from Origin) (Person, string, error) {
	if ticket.Purpose == ticketSignIn {
		person, err := s.holderOr(ctx, ticket.AccountID)
		if err != nil {
			return Person{}, "", err
		}
		proven, err := s.prove(ctx, person, proof, before.Passkey, ticketSignIn)
		return person, proven.Method, err
	}
	// A passkey alone: whom to count wrong ones for is not known, so the address is.
	byAddress, err := s.fromAddress(ctx, "addr", from.Address)
	if err != nil {
		return Person{}, "", err
	}
	if err := s.admitAddress(ctx, byAddress, s.now()); err != nil {
		return Person{}, "", err
	}
	proven, err := s.options.Factors.Prove(ctx, "", proof, before.Passkey)
	if err != nil {
		if _, err := s.store.CountSignInTry(ctx, byAddress, s.now(), s.options.TryWindow); err != nil {
			return Person{}, "", fmt.Errorf("identity: count try: %w", err)
		}
		return Person{}, "", s.refused(ctx, Person{}, ticketPasskey, err)
	}
	person, err := s.holderOr(ctx, proven.AccountID)
	if err != nil {
		return Person{}, "", err
	}
	return person, proven.Method, s.used(ctx, person, ticketPasskey, proven)
}

// holderOr refuses an account that nobody holds who may sign in.
func (s *Service) holderOr(ctx context.Context, accountID string) (Person, error) {
	person, err := s.Person(ctx, accountID)
	if f := fault.As(err); f != nil && f.Code == fault.SignInRequired {
		return Person{}, fault.New(fault.FactorRefused).Because(err)
	}
	return person, err
}

// Assure lifts a session in which the second factor was just set up.
func (s *Service) Assure(ctx context.Context, person Person) error {
	if err := s.store.AssureSession(ctx, person.SessionID, int(AssuredTwoFactor)); err != nil {
		return fmt.Errorf("identity: lift the session: %w", err)
	}
	return nil
}

package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"aftersales/fault"
	"aftersales/identity/oidc"
	"aftersales/models"
)

// elsewhereTime is how long somebody may take to sign in elsewhere.
const elsewhereTime = 10 * time.Minute

// Elsewhere is another sign-in service as people see it.
type Elsewhere struct {
	Name, Title string
}

// Departure sends a browser elsewhere. Binding must be kept by that very browser and brought back: it keeps somebody from
// finishing in one browser what was begun in another.
type Departure struct {
	URL       string
	Binding   string
	ExpiresAt time.Time
}

// Purpose of a sign-in elsewhere: to sign in, to join with an invitation, or to tie the account elsewhere to one's own.
type Purpose struct {
	Invitation, Login string // to join
	Link              bool   // to tie it to the account of who asks
	To                string // where to go afterwards; the edge's business
}

// away is what is remembered of somebody who is elsewhere.
type away struct {
	Provider string  `json:"provider"`
	Nonce    string  `json:"nonce"`
	Verifier string  `json:"verifier"`
	Binding  string  `json:"binding"`
	Purpose  Purpose `json:"purpose"`
}

// Elsewheres lists the services that staff may sign in with.
func (s *Service) Elsewheres() []Elsewhere {
	var all []Elsewhere
	for _, p := range s.options.Elsewhere {
		all = append(all, Elsewhere{p.Name, p.Title})
	}
	return all
}

func (s *Service) elsewhere(name string) (*oidc.Provider, error) {
	at := slices.IndexFunc(s.options.Elsewhere, func(p *oidc.Provider) bool { return p.Name == name })
	if at < 0 {
		return nil, fault.New(fault.NotFound)
	}
	return s.options.Elsewhere[at], nil
}

// Depart sends somebody to another service. person is who asks to tie an account; nobody otherwise.
func (s *Service) Depart(ctx context.Context, provider string, person Person, purpose Purpose) (Departure, error) {
	p, err := s.elsewhere(provider)
	if err != nil {
		return Departure{}, err
	}
	remembered := away{Provider: provider, Nonce: rand.Text(), Verifier: oidc.NewVerifier(), Binding: rand.Text() + rand.Text(), Purpose: purpose}
	data, err := json.Marshal(remembered)
	if err != nil {
		return Departure{}, fmt.Errorf("identity: sign-in elsewhere: %w", err)
	}
	ticket := models.Ticket{Purpose: ticketOutside}
	if purpose.Link {
		ticket.AccountID = person.AccountID
	}
	state, ends, err := s.tickets.Issue(ctx, ticket, elsewhereTime, string(data))
	if err != nil {
		return Departure{}, err
	}
	to, err := p.Start(ctx, state, remembered.Nonce, remembered.Verifier)
	if err != nil {
		return Departure{}, fault.New(fault.Unavailable).Because(err)
	}
	return Departure{URL: to, Binding: remembered.Binding, ExpiresAt: ends}, nil
}

// Arrival is how somebody came back.
type Arrival struct {
	SignedIn SignedIn // zero when an account was only tied
	Purpose  Purpose
}

// Arrive takes somebody who comes back from another service. It ties the account, lets the person join, or begins a
// session - after a second factor of ours, unless the provider's is believed. Faults: OutsideRefused for whatever does
// not hold, OutsideUnknown when nobody here is tied to that account, OutsideTaken, and those of Accept.
func (s *Service) Arrive(ctx context.Context, provider, state, binding, code string, from Origin) (Arrival, error) {
	refused := func(cause error) (Arrival, error) {
		if err := s.note(ctx, Person{}, "sign_in.elsewhere", "provider", provider, models.AuditRefused, nil, string(fault.OutsideRefused)); err != nil {
			return Arrival{}, err
		}
		return Arrival{}, fault.New(fault.OutsideRefused).Because(cause)
	}
	p, err := s.elsewhere(provider)
	if err != nil {
		return Arrival{}, err
	}
	ticket, data, err := s.tickets.Try(ctx, state, ticketOutside)
	if f := fault.As(err); f != nil && f.Code == fault.TicketOver {
		return refused(err)
	}
	if err != nil {
		return Arrival{}, err
	}
	var was away
	if err := json.Unmarshal([]byte(data), &was); err != nil {
		return Arrival{}, fmt.Errorf("identity: what a sign-in elsewhere remembers: %w", err)
	}
	if was.Provider != provider || subtle.ConstantTimeCompare([]byte(was.Binding), []byte(binding)) != 1 {
		return refused(errors.New("identity: the answer came to another browser"))
	}
	if err := s.tickets.Finish(ctx, ticket); err != nil { // one answer to one departure
		return Arrival{}, err
	}
	who, err := p.Finish(ctx, code, was.Nonce, was.Verifier)
	if errors.Is(err, oidc.ErrRefused) {
		return refused(err)
	}
	if err != nil {
		return Arrival{}, fault.New(fault.Unavailable).Because(err)
	}
	accountID, err := s.arrived(ctx, provider, who, ticket.AccountID, was.Purpose, from)
	if err != nil || was.Purpose.Link {
		return Arrival{Purpose: was.Purpose}, err
	}
	how := How{Method: "oidc:" + provider, Assurance: AssuredPassword, From: from}
	if who.SecondFactor {
		how.Assurance = AssuredTwoFactor
	}
	signed, err := s.Begin(ctx, accountID, how)
	if err != nil {
		return Arrival{}, err
	}
	if err := s.store.UseIdentity(ctx, accountID, provider, s.now()); err != nil {
		return Arrival{}, fmt.Errorf("identity: note a sign-in elsewhere: %w", err)
	}
	return Arrival{SignedIn: signed, Purpose: was.Purpose}, nil
}

// arrived finds the account that somebody from elsewhere comes to, tying it first when that is why they went.
func (s *Service) arrived(ctx context.Context, provider string, who oidc.Who, linkTo string, purpose Purpose, from Origin) (string, error) {
	field := "oidc " + who.Issuer
	term, err := s.store.Keys.Term(ctx, field, who.Subject)
	if err != nil {
		return "", err
	}
	tie := func(ctx context.Context, store *models.Store, accountID string) error {
		err := store.LinkIdentity(ctx, models.OutsideIdentity{Term: term, Provider: provider, AccountID: accountID, LinkedAt: s.now()})
		if errors.Is(err, models.ErrDuplicate) {
			return fault.New(fault.OutsideTaken)
		}
		return err
	}
	switch {
	case purpose.Link && linkTo != "":
		person, err := s.Person(ctx, linkTo)
		if err != nil {
			return "", err
		}
		if err := tie(ctx, s.store, linkTo); err != nil {
			return "", err
		}
		return linkTo, s.done(ctx, person, "factor.elsewhere.add", "account", linkTo, map[string]string{"provider": provider})
	case purpose.Invitation != "":
		return s.Accept(ctx, Acceptance{Token: purpose.Invitation, Login: purpose.Login, From: from, Prove: tie})
	}
	terms, err := s.store.Keys.Terms(ctx, field, who.Subject, false)
	if err != nil {
		return "", err
	}
	found, err := s.store.OutsideIdentity(ctx, terms)
	if errors.Is(err, models.ErrNotFound) {
		if err := s.note(ctx, Person{}, "sign_in.elsewhere", "provider", provider, models.AuditRefused, nil, string(fault.OutsideUnknown)); err != nil {
			return "", err
		}
		return "", fault.New(fault.OutsideUnknown)
	}
	if err != nil {
		return "", fmt.Errorf("identity: find whom another service means: %w", err)
	}
	return found.AccountID, nil
}

// Tied lists the services that the person's account is tied to.
func (s *Service) Tied(ctx context.Context, person Person) ([]models.OutsideIdentity, error) {
	return s.store.IdentitiesOf(ctx, person.AccountID)
}

// Untie ends a tie. Fault: NotFound.
func (s *Service) Untie(ctx context.Context, person Person, provider string) error {
	err := s.store.UnlinkIdentity(ctx, person.AccountID, provider)
	if errors.Is(err, models.ErrNotFound) {
		return fault.New(fault.NotFound)
	}
	if err != nil {
		return fmt.Errorf("identity: end a tie: %w", err)
	}
	return s.done(ctx, person, "factor.elsewhere.remove", "account", person.AccountID, map[string]string{"provider": provider})
}

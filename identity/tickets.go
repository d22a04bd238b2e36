package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// What tickets are for.
const (
	ticketSignIn  = "sign_in" // the password was right; a second factor is to follow
	ticketPasskey = "passkey" // a sign-in by passkey alone
	ticketStepUp  = "step_up" // a fresh factor is to follow, for one action
	ticketProven  = "proven"  // it did: good for that action, once
	ticketOutside = "outside" // somebody was sent to another sign-in service, and is to come back
)

// Tries of one ticket; who needs more begins again.
const ticketTries = 5

// TicketStore is where tickets are kept. A missing row is models.ErrNotFound.
type TicketStore interface {
	CreateTicket(ctx context.Context, ticket models.Ticket, data string) error
	TicketData(ctx context.Context, ticket models.Ticket) (string, error)
	TryTicket(ctx context.Context, hash []byte, purpose string, now time.Time, tries int) (models.Ticket, error)
	DropTicket(ctx context.Context, hash []byte) (bool, error)
	SpendTicket(ctx context.Context, ticket models.Ticket, now time.Time) (bool, error)
	SpentTicket(ctx context.Context, ticket models.Ticket) (bool, error)
}

// Tickets names what somebody has begun and must finish soon and once. A ticket is an opaque token of 256 random bits, of which
// only the hash is stored. Unknown, foreign, finished and late tickets are all the fault TicketOver.
type Tickets struct {
	Store TicketStore
	Now   func() time.Time
}

// Issue makes a ticket of the template, which lives so long and remembers data.
func (t Tickets) Issue(ctx context.Context, template models.Ticket, life time.Duration, data string) (token string, expires time.Time, err error) {
	token, template.Hash = newToken()
	template.CreatedAt = t.Now()
	template.ExpiresAt = template.CreatedAt.Add(life)
	if err := t.Store.CreateTicket(ctx, template, data); err != nil {
		return "", time.Time{}, fmt.Errorf("identity: issue a ticket: %w", err)
	}
	return token, template.ExpiresAt, nil
}

// Try takes one of a ticket's few tries and returns it with what it remembers.
func (t Tickets) Try(ctx context.Context, token, purpose string) (models.Ticket, string, error) {
	hash, ok := tokenHash(token)
	if !ok {
		return models.Ticket{}, "", fault.New(fault.TicketOver)
	}
	ticket, err := t.Store.TryTicket(ctx, hash[:], purpose, t.Now(), ticketTries)
	if errors.Is(err, models.ErrNotFound) {
		return models.Ticket{}, "", fault.New(fault.TicketOver)
	}
	if err != nil {
		return models.Ticket{}, "", fmt.Errorf("identity: look at a ticket: %w", err)
	}
	data, err := t.Store.TicketData(ctx, ticket)
	if err != nil {
		return models.Ticket{}, "", fmt.Errorf("identity: open a ticket: %w", err)
	}
	return ticket, data, nil
}

// Finish ends a ticket; of those who finish it at the same time all but one get the fault TicketOver.
func (t Tickets) Finish(ctx context.Context, ticket models.Ticket) error {
	first, err := t.Store.DropTicket(ctx, ticket.Hash)
	if err != nil {
		return fmt.Errorf("identity: finish a ticket: %w", err)
	}
	if !first {
		return fault.New(fault.TicketOver)
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"time"

	"aftersales/access"
	"aftersales/api"
	"aftersales/config"
	"aftersales/fault"
	"aftersales/identity"
	"aftersales/live"
	"aftersales/models"
	"aftersales/outbox"
)

// newLive starts live delivery, fed by the reading of the outbox that is this process's own; stop ends both.
func newLive(ctx context.Context, cfg *config.Config, store *models.Store, sessions *sessionsOf) (hub *live.Hub, stop func() error, err error) {
	hub, err = live.New(live.Options{
		Sessions: sessions, Kinds: live.Kinds(liveCases{store}, liveChats{store}), RedisURL: cfg.Redis.URL,
		Keys: func(ctx context.Context, fresh bool) ([][]byte, error) {
			return store.Keys.Terms(ctx, "live.ticket", "key", fresh) // the keysets' store gives every node the same
		},
	})
	if err != nil {
		return nil, nil, err
	}
	follower, err := outbox.Follow(ctx, store, nil, func(ctx context.Context, events []models.OutboxEvent) error {
		return hub.Handle(ctx, all(events, liveEvent))
	})
	if err != nil {
		return nil, nil, errors.Join(err, hub.Drain(ctx))
	}
	following, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() { defer close(done); follower.Run(following) }()
	return hub, func() error {
		cancel()
		<-done
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return hub.Drain(ending)
	}, nil
}

func liveEvent(e models.OutboxEvent) live.Event {
	return live.Event{ID: e.ID, Topic: e.Topic, Subject: e.Subject, Audience: e.Audience, Data: e.Data, At: e.At}
}

// sessionsOf tells live delivery who is signed in.
type sessionsOf struct {
	store  *models.Store
	people *identity.Service
}

func (s *sessionsOf) InSession(ctx context.Context, session string) (live.Person, error) {
	person, err := s.people.InSession(ctx, session)
	return live.Person{Session: person.SessionID, Who: person.Principal()}, err
}

func (s *sessionsOf) Spend(ctx context.Context, ticket string, expires time.Time) (bool, error) {
	return s.store.SpendLiveTicket(ctx, ticket, expires)
}

// liveCases tells live delivery whose business a case is.
type liveCases struct{ store *models.Store }

func (c liveCases) Case(ctx context.Context, id string) (access.Case, error) {
	row, err := c.store.CaseParties(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return access.Case{}, fault.New(fault.NotFound)
	}
	thing := access.Case{ID: row.ID, Customer: row.CustomerID, Shop: row.MerchantID}
	if row.TeamID != nil {
		thing.Team = *row.TeamID
	}
	if row.AssigneeID != nil {
		thing.Assignees = []string{*row.AssigneeID}
	}
	return thing, err
}

// liveEdge is live delivery as the edge asks for it.
type liveEdge struct{ *live.Hub }

func (l liveEdge) Ticket(ctx context.Context, person api.Person) (string, time.Time, error) {
	return l.Hub.Ticket(ctx, live.Person{Session: person.SessionID, Who: person.Principal()})
}

// ending passes on which sessions ended to whoever wants to hear by then.
type ending struct{ hub *live.Hub }

func (e *ending) Revoked(sessions []string) {
	if e.hub != nil {
		e.hub.Revoked(sessions)
	}
}

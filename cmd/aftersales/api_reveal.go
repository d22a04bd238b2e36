package main

import (
	"context"

	"aftersales/api"
	"aftersales/audit"
	"aftersales/cases"
	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
)

// reveals shows what is hidden: the cases' service says whether it exists for the reader, the trail's desk whether it may
// be shown.
type reveals struct {
	service *cases.Service
	desk    *audit.Desk
	people  *identity.Service
}

var _ api.Reveals = reveals{}

func (r reveals) allow(ctx context.Context, look api.Look, kind, customerID string) error {
	return r.desk.Allow(ctx, audit.Look{
		ActorKind: string(look.Reader.Kind), ActorID: look.Reader.ID, SessionID: look.SessionID, Action: look.Action,
		SubjectKind: kind, SubjectID: look.ID, CustomerID: customerID, Reason: look.Reason, Words: look.Words,
	})
}

func (r reveals) Order(ctx context.Context, look api.Look) (api.Unmasked, error) {
	order, err := r.service.Order(ctx, look.Reader, look.ID)
	if err != nil {
		return api.Unmasked{}, err
	}
	if order.Place == nil {
		return api.Unmasked{}, fault.New(fault.Erased)
	}
	if err := r.allow(ctx, look, "order", order.Order.CustomerID); err != nil {
		return api.Unmasked{}, err
	}
	p := order.Place
	return api.Unmasked{Name: p.Name, Phone: p.Phone, Province: p.Province, City: p.City, Street: p.Street}, nil
}

func (r reveals) Customer(ctx context.Context, look api.Look) (api.Unmasked, error) {
	contact, err := r.service.Contact(ctx, look.Reader, look.ID)
	if err != nil {
		return api.Unmasked{}, err
	}
	if err := r.allow(ctx, look, "customer", look.ID); err != nil {
		return api.Unmasked{}, err
	}
	return api.Unmasked{Name: contact.Name, Phone: contact.Phone}, nil
}

func (r reveals) Payee(ctx context.Context, look api.Look) (api.Unmasked, error) {
	payee, err := r.service.Payee(ctx, look.Reader, look.ID)
	if err != nil {
		return api.Unmasked{}, err
	}
	if err := r.allow(ctx, look, "case", payee.CustomerID); err != nil {
		return api.Unmasked{}, err
	}
	return api.Unmasked{Name: payee.Name, Account: payee.Account}, nil
}

func (r reveals) Alarms(ctx context.Context, reader api.Person, closed bool, page api.PageRequest) (api.Page[api.Alarm], error) {
	found, err := r.desk.Alarms(ctx, closed, models.PageRequest(page))
	if err != nil {
		return api.Page[api.Alarm]{}, err
	}
	known := map[string]*identity.Colleague{}
	alarms := make([]api.Alarm, len(found.Items))
	for i, a := range found.Items {
		if _, asked := known[a.SubjectID]; !asked && a.SubjectKind == "staff" {
			person, err := r.people.Colleague(ctx, reader, a.SubjectID)
			if f := fault.As(err); f != nil && f.Code == fault.NotFound { // an alarm outlives what it is about
				known[a.SubjectID] = nil
			} else if err != nil {
				return api.Page[api.Alarm]{}, err
			} else {
				known[a.SubjectID] = &person
			}
		}
		alarms[i] = api.Alarm{
			ID: a.ID, Kind: a.Kind, SubjectKind: a.SubjectKind, SubjectID: a.SubjectID, Person: known[a.SubjectID],
			Seen: a.Seen, Since: a.Since, Until: a.Until, CreatedAt: a.CreatedAt, ClosedAt: a.EndedAt,
		}
	}
	return api.Page[api.Alarm]{Items: alarms, Next: found.Next}, nil
}

func (r reveals) CloseAlarm(ctx context.Context, by api.Person, taskID string) error {
	return r.desk.CloseAlarm(ctx, by.ID, taskID)
}

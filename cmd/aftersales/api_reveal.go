package main

import (
	"context"

	"aftersales/api"
	"aftersales/audit"
	"aftersales/cases"
	"aftersales/fault"
)

// reveals shows what is hidden: the cases' service says whether it exists for the reader, the trail's desk whether it may
// be shown.
type reveals struct {
	service *cases.Service
	desk    *audit.Desk
}

var _ api.Reveals = reveals{}

func (r reveals) allow(ctx context.Context, look api.Look, kind string) error {
	return r.desk.Allow(ctx, audit.Look{
		ActorKind: string(look.Reader.Kind), ActorID: look.Reader.ID, SessionID: look.SessionID, Action: look.Action,
		SubjectKind: kind, SubjectID: look.ID, Reason: look.Reason, Words: look.Words,
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
	if err := r.allow(ctx, look, "order"); err != nil {
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
	if err := r.allow(ctx, look, "customer"); err != nil {
		return api.Unmasked{}, err
	}
	return api.Unmasked{Name: contact.Name, Phone: contact.Phone}, nil
}

func (r reveals) Payee(ctx context.Context, look api.Look) (api.Unmasked, error) {
	payee, err := r.service.Payee(ctx, look.Reader, look.ID)
	if err != nil {
		return api.Unmasked{}, err
	}
	if err := r.allow(ctx, look, "case"); err != nil {
		return api.Unmasked{}, err
	}
	return api.Unmasked{Name: payee.Name, Account: payee.Account}, nil
}

func (r reveals) CloseAlarm(ctx context.Context, taskID string) error {
	return r.desk.CloseAlarm(ctx, taskID)
}

package main

import (
	"context"

	"aftersales/api"
	"aftersales/cases"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

func (d caseDesk) Orders(ctx context.Context, reader contract.Actor, page api.PageRequest) (api.Page[api.Order], error) {
	found, err := d.service.Orders(ctx, reader, models.PageRequest(page))
	return pageOf(found, orderOf), err
}

func (d caseDesk) Order(ctx context.Context, reader contract.Actor, id string) (api.Order, error) {
	order, err := d.service.Order(ctx, reader, id)
	return orderOf(order), err
}

func orderOf(o cases.Order) api.Order {
	order := api.Order{
		ID: o.ID, CustomerID: o.CustomerID, MerchantID: o.MerchantID, Currency: o.Currency, PaidAt: o.PaidAt, ShippedAt: o.ShippedAt,
		SignedAt: o.SignedAt, ConfirmedAt: o.ConfirmedAt, FreightPaid: o.FreightPaid, Discount: o.Discount, Captured: o.Captured,
		Insured: o.Insured,
	}
	for _, line := range o.Lines {
		shown := api.OrderLine{
			Colour: line.Colour, Size: line.Size, Replaces: line.Replaces, Serials: line.Serials, WarrantyUntil: line.WarrantyUntil,
			ID: line.ID, ProductID: line.ProductID, VariantID: line.VariantID, Title: line.Title, Category: line.Category,
			Quantity: line.Quantity, Available: line.Available, UnitPrice: line.UnitPrice, Paid: line.Paid, Gift: line.Gift,
		}
		for _, wish := range o.Wishes[line.ID] {
			shown.Asks = append(shown.Asks, api.Ask(wish))
		}
		order.Lines = append(order.Lines, shown)
	}
	if p := o.Place; p != nil {
		order.Name, order.Phone, order.Province, order.City, order.Street = p.Name, p.Phone, p.Province, p.City, p.Street
	}
	return order
}

func (d caseDesk) Reasons(ctx context.Context, kind policy.Kind, phase policy.Phase) ([]api.Reason, error) {
	found, err := d.service.Reasons(ctx, kind, phase)
	return all(found, shownReason), err
}

func evidenceOf(e models.Evidence) api.Evidence {
	out := api.Evidence{
		ID: e.ID, Digest: e.Digest, OwnerKind: e.OwnerKind, OwnerID: e.OwnerID, Kind: e.Kind, State: e.State, Thumbnail: e.ThumbID != nil,
		UploadedAt: e.UploadedAt,
	}
	if e.CaseID != nil {
		out.CaseID = *e.CaseID
	}
	return out
}

func (d caseDesk) EvidenceOf(ctx context.Context, reader contract.Actor, caseID string) ([]api.Evidence, error) {
	found, err := d.service.EvidenceOf(ctx, reader, caseID)
	return all(found, evidenceOf), err
}

func (d caseDesk) Tasks(ctx context.Context, reader contract.Actor, filter api.TaskFilter, page api.PageRequest) (api.Page[api.Task], error) {
	found, err := d.service.Tasks(ctx, reader, models.TaskFilter(filter), models.PageRequest(page))
	return pageOf(found, func(t cases.Todo) api.Task {
		return api.Task{
			ID: t.ID, Kind: t.Kind, RecipientKind: t.RecipientKind, SubjectKind: t.SubjectKind, SubjectID: t.SubjectID,
			DueAt: t.DueAt, CreatedAt: t.CreatedAt, Case: d.headOf(ctx, t.Case),
		}
	}), err
}

func (d caseDesk) Approvals(ctx context.Context, reader contract.Actor, page api.PageRequest) (api.Page[api.Approval], error) {
	found, err := d.service.Approvals(ctx, reader, models.PageRequest(page))
	return pageOf(found, func(p cases.Proposal) api.Approval {
		return api.Approval{CaseID: p.CaseID, Currency: p.Currency, State: p.State, Case: d.headOf(ctx, p.Case)}
	}), err
}

func (d caseDesk) Notifications(ctx context.Context, reader contract.Actor, page api.PageRequest) (api.Page[api.Notification], error) {
	found, err := d.service.Notifications(ctx, reader, models.PageRequest(page))
	return pageOf(found, func(n cases.Notification) api.Notification { return api.Notification(n) }), err
}

func (d caseDesk) ReadNotification(ctx context.Context, reader contract.Actor, id string) error {
	return d.service.ReadNotification(ctx, reader, id)
}

func (d caseDesk) Discrepancies(ctx context.Context, reader contract.Actor, page api.PageRequest) (api.Page[api.Discrepancy], error) {
	found, err := d.service.Discrepancies(ctx, reader, models.PageRequest(page))
	return pageOf(found, func(r models.Discrepancy) api.Discrepancy {
		return api.Discrepancy{ID: r.ID, Kind: r.Kind, Subject: r.Subject, Detail: r.Detail, FoundAt: r.FoundAt, ResolvedAt: r.ResolvedAt}
	}), err
}

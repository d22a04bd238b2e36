package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftersales/api"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners"
	"aftersales/workflows/contract"
)

// orNotFound says that a row which is not there does not exist for the reader.
func orNotFound(err error, code fault.Code) error {
	if errors.Is(err, models.ErrNotFound) {
		return fault.New(code)
	}
	return err
}

func (d caseDesk) Orders(ctx context.Context, reader contract.Actor, page api.PageRequest) (api.Page[api.Order], error) {
	found, err := d.store.OrdersOfCustomer(ctx, reader.ID, models.PageRequest(page))
	if err != nil || len(found.Items) == 0 {
		return api.Page[api.Order]{}, err
	}
	out := api.Page[api.Order]{Next: found.Next}
	for _, row := range found.Items {
		order, err := d.order(ctx, row.ID)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, order)
	}
	return out, nil
}

func (d caseDesk) Order(ctx context.Context, reader contract.Actor, id string) (api.Order, error) {
	order, err := d.order(ctx, id)
	if err != nil {
		return api.Order{}, orNotFound(err, fault.OrderUnknown)
	}
	theirs := true
	switch reader.Kind {
	case contract.Customer:
		theirs = order.CustomerID == reader.ID
	case contract.Merchant:
		theirs = reader.Merchant != "" && order.MerchantID == reader.Merchant
	}
	if !theirs {
		return api.Order{}, fault.New(fault.OrderUnknown)
	}
	return d.withRecipient(ctx, order)
}

// order reads an order with what can still be chosen of it: units that no open case holds, less those that went
// back in cases that are over.
func (d caseDesk) order(ctx context.Context, id string) (api.Order, error) {
	book, err := d.store.Book(ctx, id)
	if err != nil {
		return api.Order{}, err
	}
	var claims []struct {
		CaseID string
		LineID string
	}
	if err := d.store.DB.WithContext(ctx).Table("unit_claims").Select("unit_claims.case_id, order_units.line_id").
		Joins("JOIN order_units ON order_units.id = unit_claims.unit_id").
		Where("order_units.order_id = ? AND unit_claims.released_at IS NULL", id).Scan(&claims).Error; err != nil {
		return api.Order{}, fmt.Errorf("claimed units of an order: %w", err)
	}
	claimed, holding := map[string]int{}, map[string]bool{}
	for _, claim := range claims {
		claimed[claim.LineID]++
		holding[claim.CaseID] = true
	}
	gone := book.RefundedLines(func(leg models.RefundLeg) bool { return !holding[leg.CaseID] })
	o := book.Order
	order := api.Order{
		ID: o.ID, CustomerID: o.CustomerID, MerchantID: o.MerchantID, Currency: o.Currency, PaidAt: o.PaidAt, ShippedAt: o.ShippedAt,
		SignedAt: o.SignedAt, ConfirmedAt: o.ConfirmedAt, FreightPaid: o.FreightPaid, Discount: o.Discount, Insured: o.Insured,
	}
	for _, tender := range book.Tenders {
		order.Captured += tender.Captured
	}
	for _, line := range book.Lines {
		order.Lines = append(order.Lines, api.OrderLine{
			ID: line.ID, ProductID: line.ProductID, VariantID: line.VariantID, Title: line.Title, Category: line.Category,
			Quantity: line.Quantity, Available: max(0, line.Quantity-claimed[line.ID]-gone[line.ID].Quantity),
			UnitPrice: line.UnitPrice, Paid: line.Paid, Gift: line.Gift,
		})
	}
	return order, nil
}

// withRecipient adds who the order was sent to; nobody when that was erased.
func (d caseDesk) withRecipient(ctx context.Context, order api.Order) (api.Order, error) {
	full, err := d.store.Order(ctx, order.ID)
	if err != nil {
		return order, err
	}
	text, err := d.store.Recipient(ctx, full.Order)
	if f := fault.As(err); f != nil && f.Code == fault.Erased {
		return order, nil
	}
	if err != nil {
		return order, err
	}
	var place partners.ShopPlace
	if err := readJSON(text, &place); err != nil {
		return order, fmt.Errorf("recipient of order %s: %w", order.ID, err)
	}
	order.Name, order.Phone, order.Province, order.City, order.Street = place.Name, place.Phone, place.Province, place.City, place.Street
	return order, nil
}

// Upload stores a file under an ID that follows from sender and key, so that a repeat finds it.
func (d caseDesk) Upload(ctx context.Context, meta contract.Meta, file api.File) (api.Evidence, error) {
	id := contract.EffectKey("evidence", contract.UpdateID(meta.Actor, meta.Key), 1)
	piece, err := d.store.Evidence(ctx, id)
	if err == nil {
		return evidenceOf(piece), nil
	}
	if !errors.Is(err, models.ErrNotFound) {
		return api.Evidence{}, err
	}
	blob, err := d.store.PutBlob(ctx, d.files, models.NewBlob{
		OwnerKind: string(meta.Actor.Kind), OwnerID: meta.Actor.ID, MediaType: file.MediaType, Content: file.Content, CreatedAt: meta.ReceivedAt,
	})
	if err != nil {
		return api.Evidence{}, fmt.Errorf("store an upload: %w", err)
	}
	piece = models.Evidence{
		ID: id, Digest: blob.Digest, OwnerKind: string(meta.Actor.Kind), OwnerID: meta.Actor.ID, BlobID: blob.ID, Kind: file.Kind,
		State: "new", UploadedAt: meta.ReceivedAt,
	}
	if err := d.store.CreateEvidence(ctx, piece); errors.Is(err, models.ErrDuplicate) {
		piece, err = d.store.Evidence(ctx, id) // a twin was faster; our blob is swept
		return evidenceOf(piece), err
	} else if err != nil {
		return api.Evidence{}, err
	}
	return evidenceOf(piece), nil
}

func evidenceOf(e models.Evidence) api.Evidence {
	out := api.Evidence{
		ID: e.ID, Digest: e.Digest, OwnerKind: e.OwnerKind, OwnerID: e.OwnerID, Kind: e.Kind, State: e.State, UploadedAt: e.UploadedAt,
	}
	if e.CaseID != nil {
		out.CaseID = *e.CaseID
	}
	return out
}

func (d caseDesk) EvidenceOf(ctx context.Context, reader contract.Actor, caseID string) ([]api.Evidence, error) {
	if _, err := d.service.Get(ctx, reader, caseID, 0, 1); err != nil {
		return nil, err
	}
	rows, err := d.store.EvidenceOfCase(ctx, caseID)
	pieces := make([]api.Evidence, len(rows))
	for i, row := range rows {
		pieces[i] = evidenceOf(row)
	}
	return pieces, err
}

// EvidenceContent gives a file to whoever uploaded it and to whoever may see the case that it was put forward in.
func (d caseDesk) EvidenceContent(ctx context.Context, reader contract.Actor, id string) (api.File, error) {
	piece, err := d.store.Evidence(ctx, id)
	if err != nil {
		return api.File{}, orNotFound(err, fault.NotFound)
	}
	if piece.OwnerKind != string(reader.Kind) || piece.OwnerID != reader.ID {
		if piece.CaseID == nil {
			return api.File{}, fault.New(fault.NotFound)
		}
		if _, err := d.service.Get(ctx, reader, *piece.CaseID, 0, 1); err != nil {
			return api.File{}, err
		}
	}
	blob, err := d.store.Blob(ctx, piece.BlobID)
	if err != nil {
		return api.File{}, err
	}
	content, err := d.store.BlobContent(ctx, d.files, blob)
	return api.File{Kind: piece.Kind, MediaType: blob.MediaType, Content: content}, err
}

// mailbox is whose notifications a person reads: a customer's own, a shop's for its people, a role's for the platform's.
func mailbox(reader contract.Actor) (kind, id string) {
	switch reader.Kind {
	case contract.Customer:
		return string(reader.Kind), reader.ID
	case contract.Merchant:
		return string(reader.Kind), reader.Merchant
	}
	return string(reader.Kind), ""
}

func (d caseDesk) Notifications(ctx context.Context, reader contract.Actor, page api.PageRequest) (api.Page[api.Notification], error) {
	kind, id := mailbox(reader)
	found, err := d.store.NotificationsOf(ctx, kind, id, models.PageRequest(page))
	if err != nil {
		return api.Page[api.Notification]{}, err
	}
	out := api.Page[api.Notification]{Next: found.Next}
	for _, n := range found.Items {
		news := api.Notification{ID: n.ID, Kind: n.Kind, SubjectKind: n.SubjectKind, SubjectID: n.SubjectID, At: n.DueAt, ReadAt: n.ReadAt}
		if n.SentAt != nil {
			news.At = *n.SentAt
		}
		if err := readJSON(n.Data, &news.Data); err != nil {
			return out, fmt.Errorf("notification %s: %w", n.ID, err)
		}
		out.Items = append(out.Items, news)
	}
	return out, nil
}

func (d caseDesk) ReadNotification(ctx context.Context, reader contract.Actor, id string) error {
	kind, owner := mailbox(reader)
	return d.store.ReadNotifications(ctx, kind, owner, time.Now(), id)
}

// Discrepancies lists what reconcilers found, the newest first; the cursor is the last ID.
func (d caseDesk) Discrepancies(ctx context.Context, _ contract.Actor, page api.PageRequest) (api.Page[api.Discrepancy], error) {
	limit := page.Limit
	if limit <= 0 || limit > models.MaxPage {
		limit = models.DefaultPage
	}
	query := d.store.DB.WithContext(ctx)
	if page.Cursor != "" {
		var last models.Discrepancy
		found := query.Where("id = ?", page.Cursor).Limit(1).Find(&last)
		if found.Error != nil {
			return api.Page[api.Discrepancy]{}, found.Error
		}
		if found.RowsAffected == 0 {
			return api.Page[api.Discrepancy]{}, fault.New(fault.BadCursor)
		}
		query = query.Where("(found_at, id) < (?, ?)", last.FoundAt, last.ID)
	}
	var rows []models.Discrepancy
	if err := query.Order("found_at DESC, id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return api.Page[api.Discrepancy]{}, fmt.Errorf("discrepancies: %w", err)
	}
	out := api.Page[api.Discrepancy]{}
	if len(rows) > limit {
		rows = rows[:limit]
		out.Next = rows[limit-1].ID
	}
	for _, r := range rows {
		out.Items = append(out.Items, api.Discrepancy{
			ID: r.ID, Kind: r.Kind, Subject: r.Subject, Detail: r.Detail, FoundAt: r.FoundAt, ResolvedAt: r.ResolvedAt,
		})
	}
	return out, nil
}

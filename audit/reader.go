package audit

import (
	"context"
	"errors"

	"aftersales/fault"
	"aftersales/models"
)

// Reader shows the trail to those who keep the platform going.
type Reader struct {
	Store *models.Store
	Part  int64 // entries of one step of a verification; 0: 20,000
}

// List lists entries, the newest first.
func (r *Reader) List(ctx context.Context, filter models.AuditFilter, page models.PageRequest) (models.Page[models.AuditEntry], error) {
	found, err := r.Store.AuditPage(ctx, filter, page)
	return found, told(err)
}

// Verify verifies the trail from a place on, as far as one request can.
func (r *Reader) Verify(ctx context.Context, from string) (Part, error) {
	limit := r.Part
	if limit <= 0 {
		limit = 20_000
	}
	part, err := VerifyPart(ctx, r.Store, from, limit)
	return part, told(err)
}

// told is what a person is told when it cannot be read.
func told(err error) error {
	switch {
	case err == nil || fault.As(err) != nil:
		return err
	case errors.Is(err, ErrPlace):
		return fault.New(fault.BadCursor)
	}
	return fault.New(fault.Unavailable).Because(err)
}

package models

import (
	"context"
	"time"
)

// CaseRange says which cases an export has. A zero field means any.
type CaseRange struct {
	Since, Until time.Time // opened at or after Since, and before Until
	MerchantID   string
	Kind         string
	Open         *bool
}

// CasesInRange gives every case of a range, the first opened first, to a function whose error ends it. Cases come in
// pages of 500, each read by itself: one that is opened meanwhile may be left out, none comes twice.
func (s *Store) CasesInRange(ctx context.Context, in CaseRange, give func(Case) error) error {
	const page = 500
	var last *Case
	for {
		query := CaseFilter{Open: in.Open, Kind: in.Kind}.apply(s.db(ctx)).Order("opened_at, id").Limit(page)
		if in.MerchantID != "" {
			query = query.Where("merchant_id = ?", in.MerchantID)
		}
		if !in.Since.IsZero() {
			query = query.Where("opened_at >= ?", in.Since)
		}
		if !in.Until.IsZero() {
			query = query.Where("opened_at < ?", in.Until)
		}
		if last != nil {
			query = query.Where("(opened_at, id) > (?, ?)", last.OpenedAt, last.ID)
		}
		var rows []Case
		if err := query.Find(&rows).Error; err != nil {
			return err
		}
		for _, row := range rows {
			if err := give(row); err != nil {
				return err
			}
		}
		if len(rows) < page {
			return nil
		}
		last = &rows[page-1]
	}
}

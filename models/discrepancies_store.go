package models

import "context"

// Discrepancies lists what reconcilers found, the newest first.
func (s *Store) Discrepancies(ctx context.Context, request PageRequest) (Page[Discrepancy], error) {
	return newestFirst(s.db(ctx), request, "found_at", func(d Discrepancy) place { return place{d.FoundAt, d.ID} })
}

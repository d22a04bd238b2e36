package models

import (
	"context"
	"encoding/json"
	"slices"

	"gorm.io/gorm"
)

// forgetWords empties whatever anybody wrote about a customer: in their cases, and why somebody looked at their data. It is sealed
// under the customer's keyset and gone with that; what an older program wrote was sealed under its author's, and a backup may
// bring it back, so it is found by what it is about. id is the customer's before they become a pseudonym.
func (s *Store) forgetWords(ctx context.Context, id, keyRef string, gone Forgotten) error {
	stone := tombstone(keyRef)
	empty := func(which *gorm.DB) error {
		emptied := which.Where("body <> ?", stone).Update("body", stone)
		gone["sealed texts"] += emptied.RowsAffected
		return emptied.Error
	}
	for _, subject := range []string{"case/", "payout/", "rating/"} {
		err := empty(s.db(ctx).Model(&Text{}).Where("used_by IN (SELECT '"+subject+"' || id FROM cases WHERE customer_id = ?)", id))
		if err != nil {
			return err
		}
	}
	reasons, err := s.reasonsToLookAt(ctx, id)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(reasons, sweepBatch) {
		if err := empty(s.db(ctx).Model(&Text{}).Where("used_by IN ?", batch)); err != nil {
			return err
		}
	}
	return nil
}

// reasonsToLookAt finds what the words are used by that say why somebody looked at a customer's data, by the trail.
func (s *Store) reasonsToLookAt(ctx context.Context, customerID string) (subjects []string, err error) {
	for kind, ids := range map[string]string{
		"customer": "SELECT ?", "order": "SELECT id FROM orders WHERE customer_id = ?", "case": "SELECT id FROM cases WHERE customer_id = ?",
	} {
		var details []string
		err := s.db(ctx).Model(&AuditEntry{}).
			Where("subject_kind = ? AND subject_id IN ("+ids+") AND action LIKE '%.reveal'", kind, customerID).Pluck("detail", &details).Error
		if err != nil {
			return nil, err
		}
		for _, detail := range details {
			var said struct{ Words string }
			if json.Unmarshal([]byte(detail), &said) == nil && said.Words != "" {
				subjects = append(subjects, "audit/"+said.Words)
			}
		}
	}
	return subjects, nil
}

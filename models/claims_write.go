package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm/clause"
)

// Wanted is how many units of a line a case is about.
type Wanted struct {
	LineID   string
	Quantity int
}

// UnitsTaken says that a line has fewer free units than wanted. Claimed counts those in other open cases,
// Available those that could still be chosen.
type UnitsTaken struct {
	LineID             string
	Claimed, Available int
}

func (e *UnitsTaken) Error() string {
	return fmt.Sprintf("models: line %s has %d free units, %d are in open cases", e.LineID, e.Available, e.Claimed)
}

// ClaimUnits holds units for a case, the lowest free ones of each line, and returns their IDs in order. Free are
// the units bought, less those that were refunded (given per line), less those that another open case holds. What
// the case holds already is returned as it is, so that a repeat changes nothing. Inside a transaction that has
// locked the order. The error is *UnitsTaken when there are too few, ErrDuplicate when another case was faster.
func (s *Store) ClaimUnits(ctx context.Context, caseID string, wanted []Wanted, refunded map[string]Refunded, at time.Time) ([]string, error) {
	var own []UnitClaim
	if err := s.db(ctx).Where("case_id = ?", caseID).Order("unit_id").Find(&own).Error; err != nil {
		return nil, err
	}
	if len(own) > 0 {
		units := make([]string, len(own))
		for i, claim := range own {
			if claim.ReleasedAt != nil {
				return nil, fmt.Errorf("models: the claims of case %s were released; a closed case cannot claim again", caseID)
			}
			units[i] = claim.UnitID
		}
		return units, nil
	}
	states, err := s.unitStates(ctx, wanted)
	if err != nil {
		return nil, err
	}
	var claims []UnitClaim
	for _, want := range wanted {
		units, err := choose(states[want.LineID], want, refunded[want.LineID].Quantity)
		if err != nil {
			return nil, err
		}
		for _, unit := range units {
			claims = append(claims, UnitClaim{CaseID: caseID, UnitID: unit, ClaimedAt: at})
		}
	}
	if err := s.db(ctx).Create(&claims).Error; err != nil {
		return nil, err
	}
	units := make([]string, len(claims))
	for i, claim := range claims {
		units[i] = claim.UnitID
	}
	slices.Sort(units)
	return units, nil
}

// unitState is a unit with who holds it, and whether a case that ended in a refund held it before.
type unitState struct {
	ID       string
	LineID   string
	N        int
	Claimed  bool
	Returned bool
}

func (s *Store) unitStates(ctx context.Context, wanted []Wanted) (map[string][]unitState, error) {
	lines := make([]string, len(wanted))
	for i, want := range wanted {
		lines[i] = want.LineID
	}
	var rows []unitState
	err := s.db(ctx).Raw(`SELECT u.id, u.line_id, u.n,
		EXISTS (SELECT 1 FROM unit_claims c WHERE c.unit_id = u.id AND c.released_at IS NULL) AS claimed,
		EXISTS (SELECT 1 FROM unit_claims c JOIN cases k ON k.id = c.case_id
			WHERE c.unit_id = u.id AND c.released_at IS NOT NULL AND k.refunded > 0) OR COALESCE(u.exchanged_by, '') <> '' AS returned
		FROM order_units u WHERE u.line_id IN ? ORDER BY u.line_id, u.n`, lines).Scan(&rows).Error
	byLine := map[string][]unitState{}
	for _, row := range rows {
		byLine[row.LineID] = append(byLine[row.LineID], row)
	}
	return byLine, err
}

// choose takes the lowest free units; those that went back before come last, because a refund knows its count of
// units only and what is left of the line should be what the customer still has.
func choose(units []unitState, want Wanted, refunded int) ([]string, error) {
	free := slices.DeleteFunc(slices.Clone(units), func(unit unitState) bool { return unit.Claimed })
	claimed := len(units) - len(free)
	available := max(0, len(free)-refunded)
	if available < want.Quantity {
		return nil, &UnitsTaken{LineID: want.LineID, Claimed: claimed, Available: available}
	}
	slices.SortStableFunc(free, func(a, b unitState) int {
		switch {
		case a.Returned == b.Returned:
			return 0
		case a.Returned:
			return 1
		default:
			return -1
		}
	})
	ids := make([]string, want.Quantity)
	for i := range ids {
		ids[i] = free[i].ID
	}
	return ids, nil
}

// LockOrder holds an order's row until the transaction ends, so that its units are claimed by one case at a time.
func (s *Store) LockOrder(ctx context.Context, orderID string) (Order, error) {
	var order Order
	err := s.ForUpdate(s.db(ctx)).Where("id = ?", orderID).Take(&order).Error
	return order, err
}

// ClaimedBefore tells whether another case of the order about one of this case's units, with this reason, was closed
// with this outcome.
func (s *Store) ClaimedBefore(ctx context.Context, caseID, orderID, reason, outcome string) (bool, error) {
	var found int64
	err := s.db(ctx).Raw(`SELECT count(*) FROM cases k
		JOIN unit_claims before ON before.case_id = k.id
		JOIN unit_claims mine ON mine.unit_id = before.unit_id AND mine.case_id = ?
		WHERE k.order_id = ? AND k.outcome = ? AND k.reason = ? AND k.id <> ?`, caseID, orderID, outcome, reason, caseID).Scan(&found).Error
	return found > 0, err
}

// AttachEvidence ties evidence of one owner to a case. accepted are those that belong to the case now, duplicates
// those whose content the case has already, unknown those that do not exist, are another's, or are in another case.
// Twice the same call gives the same answer.
func (s *Store) AttachEvidence(ctx context.Context, caseID, ownerKind, ownerID string, ids []string) (accepted, duplicates, unknown []string, err error) {
	if len(ids) == 0 {
		return nil, nil, nil, nil
	}
	var given, kept []Evidence
	if err = s.ForUpdate(s.db(ctx)).Where("id IN ?", ids).Order("id").Find(&given).Error; err != nil {
		return nil, nil, nil, err
	}
	if err = s.db(ctx).Where("case_id = ?", caseID).Find(&kept).Error; err != nil {
		return nil, nil, nil, err
	}
	holder := map[string]string{}
	for _, piece := range kept {
		holder[piece.Digest] = piece.ID
	}
	byID := map[string]Evidence{}
	for _, piece := range given {
		byID[piece.ID] = piece
	}
	var attach []string
	for _, id := range slices.Compact(slices.Clone(ids)) {
		piece, found := byID[id]
		switch {
		case !found || piece.OwnerKind != ownerKind || piece.OwnerID != ownerID || piece.CaseID != nil && *piece.CaseID != caseID:
			unknown = append(unknown, id)
		case holder[piece.Digest] == id:
			accepted = append(accepted, id)
		case holder[piece.Digest] != "":
			duplicates = append(duplicates, id)
		default:
			holder[piece.Digest] = id
			attach, accepted = append(attach, id), append(accepted, id)
		}
	}
	if len(attach) > 0 {
		err = s.db(ctx).Model(&Evidence{}).Where("id IN ?", attach).
			Updates(map[string]any{"case_id": caseID, "state": EvidenceAccepted}).Error
	}
	return accepted, duplicates, unknown, err
}

// States of a piece of evidence.
const (
	EvidenceNew      = "new"
	EvidenceAccepted = "accepted"
	EvidenceRejected = "rejected"
)

// KeepEvaluation writes an evaluation under its number. A row that stands there is replaced: an evaluation counts
// only once its workflow knows it, and a workflow that lost one makes another under the same number.
func (s *Store) KeepEvaluation(ctx context.Context, row PolicyEvaluation) error {
	return s.db(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
}

// Evaluation reads one evaluation; found is false when there is none.
func (s *Store) Evaluation(ctx context.Context, caseID string, n int) (row PolicyEvaluation, found bool, err error) {
	err = s.db(ctx).Where("case_id = ? AND n = ?", caseID, n).Take(&row).Error
	if errors.Is(err, ErrNotFound) {
		return row, false, nil
	}
	return row, err == nil, err
}

// ClaimWaybill gives the number of a parcel that comes back to a case. other is the case that has it already, or "".
func (s *Store) ClaimWaybill(ctx context.Context, row Waybill) (other string, err error) {
	err = s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
	if err != nil {
		return "", err
	}
	var kept Waybill
	if err = s.db(ctx).Where("carrier = ? AND number = ? AND direction = ?", row.Carrier, row.Number, WaybillBack).Take(&kept).Error; err != nil {
		return "", err
	}
	if kept.CaseID != row.CaseID {
		return kept.CaseID, nil
	}
	return "", nil
}

// VerifyWaybill notes that the carrier watches the parcel; ReleaseWaybill gives the number back, so that it can be
// used in the case it belongs to.
func (s *Store) VerifyWaybill(ctx context.Context, caseID, carrier, number string) error {
	return s.db(ctx).Model(&Waybill{}).Where("carrier = ? AND number = ? AND case_id = ?", carrier, number, caseID).
		Update("verified", true).Error
}

// ReleaseWaybill: see VerifyWaybill.
func (s *Store) ReleaseWaybill(ctx context.Context, caseID, carrier, number string) error {
	return s.db(ctx).Where("carrier = ? AND number = ? AND case_id = ?", carrier, number, caseID).Delete(&Waybill{}).Error
}

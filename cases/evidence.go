package cases

import (
	"context"
	"errors"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// EvidenceOf lists what was put forward in a case, the oldest first; not_found for a case that the actor may not see.
func (s *Service) EvidenceOf(ctx context.Context, actor contract.Actor, caseID string) ([]models.Evidence, error) {
	if _, err := s.visible(ctx, actor, caseID); err != nil {
		return nil, err
	}
	pieces, err := s.Store.EvidenceOfCase(ctx, caseID)
	return pieces, away(err)
}

// owns tells whether an actor uploaded a piece of evidence.
func owns(actor contract.Actor, piece models.Evidence) bool {
	return piece.OwnerKind == string(actor.Kind) && piece.OwnerID == actor.ID
}

// lost is what is said about a file that must be there: that it is not is our failure, not an answer.
func lost(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return fault.New(fault.Internal).Because(err)
	}
	return away(err)
}

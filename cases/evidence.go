package cases

import (
	"context"
	"errors"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// EvidenceOf lists what was put forward in a case, the oldest first; not_found for a case that the actor may not see.
func (s *Service) EvidenceOf(ctx context.Context, actor contract.Actor, caseID string) ([]models.Evidence, error) {
	if _, err := s.visible(ctx, actor, "case.evidence.read", caseID); err != nil {
		return nil, err
	}
	pieces, err := s.Store.EvidenceOfCase(ctx, caseID)
	return pieces, away(err)
}

// readable returns a piece of evidence whose file the actor may read; not_found otherwise.
func (s *Service) readable(ctx context.Context, actor contract.Actor, id string) (models.Evidence, error) {
	if err := gate(actor, "evidence.read"); err != nil {
		return models.Evidence{}, err
	}
	piece, err := s.Store.Evidence(ctx, id)
	if err != nil {
		return models.Evidence{}, away(err)
	}
	own := may(actor, "evidence.read", access.File{ID: piece.ID, Owner: piece.OwnerKind + "/" + piece.OwnerID})
	if own != nil && piece.ConversationID != nil && s.Conversations != nil && s.Conversations.MayRead(ctx, actor, *piece.ConversationID) == nil {
		return piece, nil
	}
	if own == nil || piece.CaseID == nil {
		return piece, own
	}
	_, err = s.visible(ctx, actor, "evidence.read", *piece.CaseID)
	return piece, err
}

// lost is what is said about a file that must be there: that it is not is our failure, not an answer.
func lost(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return fault.New(fault.Internal).Because(err)
	}
	return away(err)
}

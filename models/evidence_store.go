package models

import "context"

// CreateEvidence stores a piece of evidence. With a case, the same content twice gives ErrDuplicate.
func (s *Store) CreateEvidence(ctx context.Context, piece Evidence) error {
	piece.UploadedAt = Moment(piece.UploadedAt)
	return s.db(ctx).Create(&piece).Error
}

// Evidence returns one piece; ErrNotFound when there is none.
func (s *Store) Evidence(ctx context.Context, id string) (Evidence, error) {
	return one[Evidence](ctx, s, "id = ?", id)
}

// EvidenceOfCase lists a case's evidence, the oldest first.
func (s *Store) EvidenceOfCase(ctx context.Context, caseID string) ([]Evidence, error) {
	var pieces []Evidence
	err := s.db(ctx).Where("case_id = ?", caseID).Order("uploaded_at, id").Find(&pieces).Error
	return pieces, err
}

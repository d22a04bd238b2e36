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

// KnownToParent lists those of the pieces whose content was put forward in the case that opened this one.
func (s *Store) KnownToParent(ctx context.Context, caseID string, ids []string) (known []string, err error) {
	err = s.db(ctx).Model(&Evidence{}).Where("id IN ?", ids).
		Where("EXISTS (SELECT 1 FROM evidence theirs JOIN cases c ON c.parent_id = theirs.case_id WHERE c.id = ? AND theirs.digest = evidence.digest)", caseID).
		Order("id").Pluck("id", &known).Error
	return known, err
}

// EvidenceOfCase lists a case's evidence, the oldest first.
func (s *Store) EvidenceOfCase(ctx context.Context, caseID string) ([]Evidence, error) {
	var pieces []Evidence
	err := s.db(ctx).Where("case_id = ?", caseID).Order("uploaded_at, id").Find(&pieces).Error
	return pieces, err
}

// UseEvidence notes that a file was sent in a conversation, so that it stays as long as that does.
func (s *Store) UseEvidence(ctx context.Context, id, conversationID string) error {
	return s.db(ctx).Model(&Evidence{}).Where("id = ?", id).Update("conversation_id", conversationID).Error
}

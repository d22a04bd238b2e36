package cases

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// UploadRequest is a file that somebody sends. Its type and size were checked by who took it.
type UploadRequest struct {
	Actor      contract.Actor
	Key        string // the Idempotency-Key
	ReceivedAt time.Time
	Kind       string // picture, video, document
	MediaType  string
	Content    []byte
}

// File is the content of a piece of evidence with its type.
type File struct {
	Kind      string // picture, video, document
	MediaType string
	Content   []byte
}

// Upload stores a file, sealed under its sender's keyset, once per sender and key: the same key again finds the first
// one. What no case comes to use is swept a week later.
func (s *Service) Upload(ctx context.Context, in UploadRequest) (models.Evidence, error) {
	id := contract.EffectKey("evidence", contract.UpdateID(in.Actor, in.Key), 1)
	piece, err := s.Store.Evidence(ctx, id)
	if err == nil || !errors.Is(err, models.ErrNotFound) {
		return piece, away(err)
	}
	blob, err := s.Store.PutBlob(ctx, s.Files, models.NewBlob{
		OwnerKind: string(in.Actor.Kind), OwnerID: in.Actor.ID, MediaType: in.MediaType, Content: in.Content, CreatedAt: in.ReceivedAt,
	})
	if err != nil {
		return models.Evidence{}, away(fmt.Errorf("cases: store an upload: %w", err))
	}
	piece = models.Evidence{
		ID: id, Digest: blob.Digest, OwnerKind: string(in.Actor.Kind), OwnerID: in.Actor.ID, BlobID: blob.ID, Kind: in.Kind,
		State: models.EvidenceNew, UploadedAt: models.Moment(in.ReceivedAt),
	}
	err = s.Store.CreateEvidence(ctx, piece)
	if errors.Is(err, models.ErrDuplicate) { // a twin was faster; our blob is swept
		piece, err = s.Store.Evidence(ctx, id)
	}
	return piece, away(err)
}

// EvidenceOf lists what was put forward in a case, the oldest first; not_found for a case that the actor may not see.
func (s *Service) EvidenceOf(ctx context.Context, actor contract.Actor, caseID string) ([]models.Evidence, error) {
	if _, err := s.visible(ctx, actor, "case.evidence.read", caseID); err != nil {
		return nil, err
	}
	pieces, err := s.Store.EvidenceOfCase(ctx, caseID)
	return pieces, away(err)
}

// EvidenceContent opens a file for whoever uploaded it and for whoever may see the case that it was put forward in;
// not_found for everybody else, erased after the erasure of its owner.
func (s *Service) EvidenceContent(ctx context.Context, actor contract.Actor, id string) (File, error) {
	if err := gate(actor, "evidence.read"); err != nil {
		return File{}, err
	}
	piece, err := s.Store.Evidence(ctx, id)
	if err != nil {
		return File{}, away(err)
	}
	own := may(actor, "evidence.read", access.File{ID: piece.ID, Owner: piece.OwnerKind + "/" + piece.OwnerID})
	if own != nil && piece.CaseID == nil {
		return File{}, own
	}
	if own != nil {
		if _, err := s.visible(ctx, actor, "evidence.read", *piece.CaseID); err != nil {
			return File{}, err
		}
	}
	blob, err := s.Store.Blob(ctx, piece.BlobID)
	if err != nil {
		return File{}, lost(err)
	}
	content, err := s.Store.BlobContent(ctx, s.Files, blob)
	return File{Kind: piece.Kind, MediaType: blob.MediaType, Content: content}, lost(err)
}

// lost is what is said about a file that must be there: that it is not is our failure, not an answer.
func lost(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return fault.New(fault.Internal).Because(err)
	}
	return away(err)
}

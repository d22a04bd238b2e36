package cases

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"aftersales/fault"
	"aftersales/media"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// UploadQuota is how much one person may send in a day, in UTC.
type UploadQuota struct {
	Files int64 // 0: 500
	Bytes int64 // 0: 1 GiB
}

// Limits of a file that comes in pieces.
const (
	MinPiece    = 64 << 10 // fewer only at the end, so that a file does not come as a million rows
	MaxPiece    = 8 << 20
	openUploads = 5 // of one person at a time
	uploadLife  = 24 * time.Hour
)

// UploadRequest is a file that somebody sends.
type UploadRequest struct {
	Actor      contract.Actor
	Key        string // the Idempotency-Key
	ReceivedAt time.Time
	Content    []byte
}

var usualMedia = sync.OnceValue(func() *media.Cleaner { return media.New(media.Usual()) })

func (s *Service) cleaner() *media.Cleaner {
	if s.Media != nil {
		return s.Media
	}
	return usualMedia()
}

// Upload stores a file, cleaned and sealed under its sender's keyset, once per sender and key: the same key again finds
// the first one. What no case comes to use is swept a week later.
func (s *Service) Upload(ctx context.Context, in UploadRequest) (models.Evidence, error) {
	id := contract.EffectKey("evidence", contract.UpdateID(in.Actor, in.Key), 1)
	piece, err := s.Store.Evidence(ctx, id)
	if err == nil || !errors.Is(err, models.ErrNotFound) {
		return piece, away(err)
	}
	if err := s.countUpload(ctx, in.Actor, int64(len(in.Content))); err != nil {
		return models.Evidence{}, err
	}
	file, err := s.cleaner().Clean(ctx, bytes.NewReader(in.Content), int64(len(in.Content)))
	if err != nil {
		return models.Evidence{}, away(err)
	}
	return s.keep(ctx, in.Actor, id, in.ReceivedAt, file)
}

// keep stores what was cleaned.
func (s *Service) keep(ctx context.Context, actor contract.Actor, id string, at time.Time, file *media.File) (models.Evidence, error) {
	blob := models.NewBlob{OwnerKind: string(actor.Kind), OwnerID: actor.ID, MediaType: file.MediaType, CreatedAt: at}
	stored, err := s.Store.PutBlobFrom(ctx, s.Files, blob, file.Content(), file.Size)
	if err != nil {
		return models.Evidence{}, away(fmt.Errorf("cases: store an upload: %w", err))
	}
	piece := models.Evidence{
		ID: id, Digest: stored.Digest, OwnerKind: string(actor.Kind), OwnerID: actor.ID, BlobID: stored.ID, Kind: file.Kind,
		State: models.EvidenceNew, UploadedAt: models.Moment(at),
	}
	if file.Thumbnail != nil {
		blob.MediaType, blob.Content = "image/jpeg", file.Thumbnail
		thumb, err := s.Store.PutBlob(ctx, s.Files, blob)
		if err != nil {
			return models.Evidence{}, away(fmt.Errorf("cases: store a thumbnail: %w", err))
		}
		piece.ThumbID = &thumb.ID
	}
	err = s.Store.CreateEvidence(ctx, piece)
	if errors.Is(err, models.ErrDuplicate) { // a twin was faster; our blobs are swept
		piece, err = s.Store.Evidence(ctx, id)
	}
	return piece, away(err)
}

// countUpload refuses what is more than a day allows. A file counts when it comes, also one that is refused then.
func (s *Service) countUpload(ctx context.Context, actor contract.Actor, size int64) error {
	quota := s.Quota
	if quota.Files == 0 {
		quota.Files = 500
	}
	if quota.Bytes == 0 {
		quota.Bytes = 1 << 30
	}
	fits, err := s.Store.CountUpload(ctx, string(actor.Kind), actor.ID, s.now(), size, quota.Files, quota.Bytes)
	if err == nil && !fits {
		err = fault.New(fault.UploadQuota)
	}
	return away(err)
}

// BeginUpload makes room for a file of so many bytes that comes in pieces, or finds it begun by the same key.
func (s *Service) BeginUpload(ctx context.Context, actor contract.Actor, key string, size int64) (models.Upload, error) {
	id, now := contract.EffectKey("upload", contract.UpdateID(actor, key), 1), s.now()
	upload, err := s.Store.Upload(ctx, id, now)
	if err == nil && upload.Size != size {
		err = fault.New(fault.KeyReused)
	}
	if err == nil || !errors.Is(err, models.ErrNotFound) {
		return upload, away(err)
	}
	if size < 1 {
		return models.Upload{}, fault.New(fault.EvidenceEmpty)
	}
	if limit := s.cleaner().Limits().Largest(); size > limit {
		return models.Upload{}, fault.New(fault.EvidenceTooLarge, "limit", limit)
	}
	open, err := s.Store.OpenUploads(ctx, string(actor.Kind), actor.ID, now)
	if err != nil {
		return models.Upload{}, away(err)
	}
	if open >= openUploads {
		return models.Upload{}, fault.New(fault.UploadsOpen, "limit", openUploads)
	}
	if err := s.countUpload(ctx, actor, size); err != nil {
		return models.Upload{}, err
	}
	upload = models.Upload{ID: id, OwnerKind: string(actor.Kind), OwnerID: actor.ID, Size: size, CreatedAt: now, ExpiresAt: now.Add(uploadLife)}
	err = s.Store.CreateUpload(ctx, &upload)
	if errors.Is(err, models.ErrDuplicate) { // a twin was faster, or one of the same key expired and is not swept yet
		upload, err = s.Store.Upload(ctx, id, now)
	}
	return upload, away(err)
}

// UploadOf returns the actor's own upload; not_found for another's, and for one that has expired.
func (s *Service) UploadOf(ctx context.Context, actor contract.Actor, id string) (models.Upload, error) {
	upload, err := s.Store.Upload(ctx, id, s.now())
	if err != nil {
		return models.Upload{}, away(err)
	}
	if upload.OwnerKind != string(actor.Kind) || upload.OwnerID != actor.ID {
		return models.Upload{}, fault.New(fault.NotFound)
	}
	return upload, nil
}

// AddPiece takes the bytes that come next.
func (s *Service) AddPiece(ctx context.Context, actor contract.Actor, id string, start int64, content []byte) (models.Upload, error) {
	upload, err := s.UploadOf(ctx, actor, id)
	if err != nil {
		return models.Upload{}, err
	}
	size, left := int64(len(content)), upload.Size-upload.Received
	switch {
	case start != upload.Received || upload.EvidenceID != nil:
		return models.Upload{}, fault.New(fault.UploadElsewhere, "offset", upload.Received)
	case size < 1 || size > min(left, MaxPiece) || size < min(left, MinPiece):
		return models.Upload{}, fault.New(fault.UploadChunk, "least", MinPiece, "most", MaxPiece)
	}
	if start == 0 { // what nobody will take is not stored first
		if err := s.cleaner().Begins(content, upload.Size); err != nil {
			return models.Upload{}, err
		}
	}
	moved, err := s.Store.AddPiece(ctx, s.Files, upload, start, content)
	if errors.Is(err, models.ErrElsewhere) {
		if upload, err = s.UploadOf(ctx, actor, id); err == nil {
			err = fault.New(fault.UploadElsewhere, "offset", upload.Received)
		}
		return models.Upload{}, err
	}
	return moved, away(err)
}

// CompleteUpload makes evidence of a file that is here as a whole; again, it finds what it became. A file that is refused
// is gone.
func (s *Service) CompleteUpload(ctx context.Context, actor contract.Actor, id string) (models.Evidence, error) {
	upload, err := s.UploadOf(ctx, actor, id)
	if err != nil {
		return models.Evidence{}, err
	}
	evidenceID := contract.EffectKey("evidence", "upload/"+id, 1)
	piece, err := s.Store.Evidence(ctx, evidenceID)
	if errors.Is(err, models.ErrNotFound) {
		piece, err = s.cleanUpload(ctx, actor, upload, evidenceID)
	}
	if err != nil {
		return models.Evidence{}, away(err)
	}
	if upload.EvidenceID == nil {
		err = s.Store.FinishUpload(ctx, s.Files, id, evidenceID)
	}
	return piece, away(err)
}

func (s *Service) cleanUpload(ctx context.Context, actor contract.Actor, upload models.Upload, evidenceID string) (models.Evidence, error) {
	switch {
	case upload.EvidenceID != nil: // its evidence was swept
		return models.Evidence{}, fault.New(fault.NotFound)
	case upload.Received < upload.Size:
		return models.Evidence{}, fault.New(fault.UploadIncomplete, "offset", upload.Received, "size", upload.Size)
	}
	content, err := s.Store.OpenUpload(ctx, s.Files, upload)
	if err != nil {
		return models.Evidence{}, err
	}
	file, err := s.cleaner().Clean(ctx, content, upload.Size)
	if refusal := fault.As(err); refusal != nil && media.Refusal(refusal.Code) {
		return models.Evidence{}, errors.Join(err, s.Store.DropUpload(ctx, s.Files, upload.ID))
	}
	if err != nil {
		return models.Evidence{}, err
	}
	return s.keep(ctx, actor, evidenceID, s.now(), file)
}

// CancelUpload lets go of an upload. What it became, if it was complete, stays.
func (s *Service) CancelUpload(ctx context.Context, actor contract.Actor, id string) error {
	if _, err := s.UploadOf(ctx, actor, id); err != nil {
		return err
	}
	return away(s.Store.DropUpload(ctx, s.Files, id))
}

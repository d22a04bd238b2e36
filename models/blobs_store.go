package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"aftersales/seal"
)

// BlobStore keeps sealed files by ID.
type BlobStore interface {
	Put(ctx context.Context, id string, sealed []byte) error
	Get(ctx context.Context, id string) (sealed []byte, err error)
	Delete(ctx context.Context, id string) error
}

// NewBlob is a file before it is sealed.
type NewBlob struct {
	OwnerKind, OwnerID string // whose keyset it is sealed under
	MediaType          string
	Content            []byte
	CreatedAt          time.Time
}

// PutBlob seals a file under its owner's keyset, stores it, then writes its row. A file whose row could not be
// written is deleted again; if even that fails, it can be opened by nobody who does not know its ID.
func (s *Store) PutBlob(ctx context.Context, files BlobStore, in NewBlob) (Blob, error) {
	ref, err := s.KeyRef(ctx, in.OwnerKind, in.OwnerID)
	if err != nil {
		return Blob{}, err
	}
	digest := sha256.Sum256(in.Content)
	blob := Blob{
		ID: NewID(), KeyRef: ref, Digest: hex.EncodeToString(digest[:]), Size: int64(len(in.Content)),
		MediaType: in.MediaType, CreatedAt: Moment(in.CreatedAt),
	}
	sealed, err := s.Keys.SealBytes(ctx, ref, blobAD(blob), in.Content)
	if err != nil {
		return Blob{}, err
	}
	if err := files.Put(ctx, blob.ID, sealed); err != nil {
		return Blob{}, fmt.Errorf("models: store the file: %w", err)
	}
	if err := s.db(ctx).Create(&blob).Error; err != nil {
		return Blob{}, errors.Join(err, files.Delete(context.WithoutCancel(ctx), blob.ID))
	}
	return blob, nil
}

// Blob returns what is known about a file; ErrNotFound when there is none.
func (s *Store) Blob(ctx context.Context, id string) (Blob, error) {
	return one[Blob](ctx, s, "id = ?", id)
}

// BlobContent reads and opens a file. The fault Erased when its owner was erased.
func (s *Store) BlobContent(ctx context.Context, files BlobStore, blob Blob) ([]byte, error) {
	sealed, err := files.Get(ctx, blob.ID)
	if err != nil {
		return nil, fmt.Errorf("models: read the file: %w", err)
	}
	return s.Keys.OpenBytes(ctx, blobAD(blob), sealed)
}

func blobAD(blob Blob) seal.AD {
	return seal.AD{Table: "blobs", Column: "content", Person: blob.KeyRef, Row: blob.ID}
}

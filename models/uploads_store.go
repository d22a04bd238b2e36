package models

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"time"

	"aftersales/seal"
)

// ErrElsewhere says that a piece does not go on where the upload stands: another came before it, or it is complete.
var ErrElsewhere = errors.New("models: the upload stands elsewhere")

// CreateUpload stores a new upload; ErrDuplicate when its ID is taken.
func (s *Store) CreateUpload(ctx context.Context, upload *Upload) error {
	ref, err := s.KeyRef(ctx, upload.OwnerKind, upload.OwnerID)
	if err != nil {
		return err
	}
	upload.KeyRef, upload.CreatedAt, upload.ExpiresAt = ref, Moment(upload.CreatedAt), Moment(upload.ExpiresAt)
	return s.db(ctx).Create(upload).Error
}

// Upload returns an upload that has not expired at now; ErrNotFound otherwise.
func (s *Store) Upload(ctx context.Context, id string, now time.Time) (Upload, error) {
	return one[Upload](ctx, s, "id = ? AND expires_at > ?", id, now)
}

// OpenUploads counts a person's uploads that are neither finished nor expired.
func (s *Store) OpenUploads(ctx context.Context, ownerKind, ownerID string, now time.Time) (n int64, err error) {
	err = s.db(ctx).Model(&Upload{}).
		Where("owner_kind = ? AND owner_id = ? AND evidence_id IS NULL AND expires_at > ?", ownerKind, ownerID, now).Count(&n).Error
	return n, err
}

// AddPiece seals and stores the bytes that come next and returns the upload as it stands then. Of two that come at the
// same place one is taken, the other gets ErrElsewhere and leaves nothing.
func (s *Store) AddPiece(ctx context.Context, files BlobStore, upload Upload, start int64, content []byte) (Upload, error) {
	if start != upload.Received || upload.EvidenceID != nil {
		return upload, ErrElsewhere
	}
	piece := UploadPiece{UploadID: upload.ID, Start: start, Size: int64(len(content)), ObjectID: NewID()}
	sealed, err := s.Keys.SealBytes(ctx, upload.KeyRef, pieceAD(upload, piece), content)
	if err != nil {
		return upload, err
	}
	if err := files.Put(ctx, piece.ObjectID, sealed); err != nil {
		return upload, fmt.Errorf("models: store a piece: %w", err)
	}
	err = s.Tx(ctx, func(tx *Store) error {
		moved := tx.db(ctx).Exec(`UPDATE uploads SET received = received + ?, pieces = pieces + 1
			WHERE id = ? AND received = ? AND evidence_id IS NULL`, piece.Size, upload.ID, start)
		if moved.Error != nil {
			return moved.Error
		}
		if moved.RowsAffected == 0 {
			return ErrElsewhere
		}
		return tx.db(ctx).Create(&piece).Error
	})
	if err != nil {
		return upload, errors.Join(err, files.Delete(context.WithoutCancel(ctx), piece.ObjectID))
	}
	upload.Received += piece.Size
	upload.Pieces++
	return upload, nil
}

// OpenUpload reads what has come of an upload, a piece at a time.
func (s *Store) OpenUpload(ctx context.Context, files BlobStore, upload Upload) (*io.SectionReader, error) {
	var pieces []UploadPiece
	if err := s.db(ctx).Where("upload_id = ?", upload.ID).Order("start").Find(&pieces).Error; err != nil {
		return nil, err
	}
	return io.NewSectionReader(&pieceReader{store: s, ctx: ctx, files: files, upload: upload, pieces: pieces, now: -1}, 0, upload.Received), nil
}

// pieceReader reads across pieces of any size and keeps the one that it read last. It is not for concurrent use.
type pieceReader struct {
	store  *Store
	ctx    context.Context // of all reading, because io.ReaderAt takes none
	files  BlobStore
	upload Upload
	pieces []UploadPiece // by start, without a gap
	now    int
	plain  []byte
}

func (r *pieceReader) ReadAt(into []byte, at int64) (n int, err error) {
	for n < len(into) {
		here := at + int64(n)
		i := sort.Search(len(r.pieces), func(i int) bool { return r.pieces[i].Start+r.pieces[i].Size > here })
		if i == len(r.pieces) {
			return n, io.ErrUnexpectedEOF
		}
		piece := r.pieces[i]
		if i != r.now {
			sealed, err := r.files.Get(r.ctx, piece.ObjectID)
			if err != nil {
				return n, fmt.Errorf("models: read a piece: %w", err)
			}
			if r.plain, err = r.store.Keys.OpenBytes(r.ctx, pieceAD(r.upload, piece), sealed); err != nil {
				return n, err
			}
			r.now = i
		}
		n += copy(into[n:], r.plain[here-piece.Start:])
	}
	return n, nil
}

// FinishUpload notes what an upload became, and lets go of its pieces.
func (s *Store) FinishUpload(ctx context.Context, files BlobStore, id, evidenceID string) error {
	if err := s.db(ctx).Model(&Upload{}).Where("id = ?", id).Update("evidence_id", evidenceID).Error; err != nil {
		return err
	}
	return s.dropPieces(ctx, files, id)
}

// DropUpload deletes an upload with its pieces. That it is gone already is no error.
func (s *Store) DropUpload(ctx context.Context, files BlobStore, id string) error {
	if err := s.dropPieces(ctx, files, id); err != nil {
		return err
	}
	err := s.db(ctx).Where("id = ?", id).Delete(&Upload{}).Error
	if errors.Is(err, ErrReference) { // a piece came meanwhile
		return errors.Join(s.dropPieces(ctx, files, id), s.db(ctx).Where("id = ?", id).Delete(&Upload{}).Error)
	}
	return err
}

// dropPieces deletes the files first: a row without its file is found again, a file without a row is not.
func (s *Store) dropPieces(ctx context.Context, files BlobStore, id string) error {
	var pieces []UploadPiece
	err := s.db(ctx).Where("upload_id = ?", id).Find(&pieces).Error
	for _, piece := range pieces {
		err = errors.Join(err, files.Delete(ctx, piece.ObjectID))
	}
	if err != nil || len(pieces) == 0 {
		return err
	}
	return s.db(ctx).Where("upload_id = ?", id).Delete(&UploadPiece{}).Error
}

// SweepUploads deletes one batch of what has expired at now, pieces first, and tells whether there may be more.
func (s *Store) SweepUploads(ctx context.Context, files BlobStore, now time.Time, limit int) (more bool, err error) {
	var ids []string
	if err := s.db(ctx).Model(&Upload{}).Where("expires_at <= ?", now).Order("expires_at").Limit(limit).Pluck("id", &ids).Error; err != nil {
		return false, err
	}
	for _, id := range ids {
		err = errors.Join(err, s.DropUpload(ctx, files, id))
	}
	return len(ids) == limit && err == nil, err
}

// UploadsUnder lists the uploads whose pieces are sealed under a keyset: for the erasure of its person.
func (s *Store) UploadsUnder(ctx context.Context, keyRef string) (ids []string, err error) {
	err = s.db(ctx).Model(&Upload{}).Where("key_ref = ?", keyRef).Pluck("id", &ids).Error
	return ids, err
}

// BlobsUnder lists the files that are sealed under a keyset: for the erasure of its person.
func (s *Store) BlobsUnder(ctx context.Context, keyRef string) (blobs []Blob, err error) {
	err = s.db(ctx).Where("key_ref = ?", keyRef).Order("id").Find(&blobs).Error
	return blobs, err
}

// CountUpload adds a file of so many bytes to what a person sent on a day, unless it would be too much: then nothing is
// counted and the answer is false.
func (s *Store) CountUpload(ctx context.Context, ownerKind, ownerID string, at time.Time, size, maxFiles, maxBytes int64) (bool, error) {
	if size > maxBytes || maxFiles < 1 {
		return false, nil
	}
	counted := s.db(ctx).Exec(`INSERT INTO upload_days (owner_kind, owner_id, day, files, bytes) VALUES (?, ?, ?, 1, ?)
		ON CONFLICT (owner_kind, owner_id, day) DO UPDATE SET files = upload_days.files + 1, bytes = upload_days.bytes + excluded.bytes
		WHERE upload_days.files < ? AND upload_days.bytes + excluded.bytes <= ?`,
		ownerKind, ownerID, dayOf(at), size, maxFiles, maxBytes)
	return counted.RowsAffected == 1, counted.Error
}

// SweepUploadDays deletes days before the one of a time and returns how many.
func (s *Store) SweepUploadDays(ctx context.Context, before time.Time) (int64, error) {
	deleted := s.db(ctx).Where("day < ?", dayOf(before)).Delete(&UploadDay{})
	return deleted.RowsAffected, deleted.Error
}

func dayOf(at time.Time) string { return at.UTC().Format(time.DateOnly) }

func pieceAD(upload Upload, piece UploadPiece) seal.AD {
	return seal.AD{Table: "upload_pieces", Column: "content", Person: upload.KeyRef, Row: fmt.Sprintf("%s/%d/%d", upload.ID, piece.Start, piece.Size)}
}

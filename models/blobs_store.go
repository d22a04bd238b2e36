package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"aftersales/seal"
)

// BlobStore keeps sealed files by ID.
type BlobStore interface {
	Put(ctx context.Context, id string, sealed []byte) error
	Get(ctx context.Context, id string) (sealed []byte, err error)
	Delete(ctx context.Context, id string) error
}

// PartSize is how many bytes of a file are sealed together: what is larger is kept in parts, so that neither writing nor
// reading holds all of it in memory.
const PartSize = 1 << 20

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

// PutBlobFrom seals and stores a file of so many bytes as it is read, part by part; Content of in is not looked at. The
// row comes first, so that the sweeper finds the parts of a file that broke off.
func (s *Store) PutBlobFrom(ctx context.Context, files BlobStore, in NewBlob, content io.Reader, size int64) (Blob, error) {
	if size <= PartSize {
		whole, err := io.ReadAll(io.LimitReader(content, size+1))
		if err != nil {
			return Blob{}, err
		}
		if int64(len(whole)) != size {
			return Blob{}, fmt.Errorf("models: a file of %d bytes has %d", size, len(whole))
		}
		in.Content = whole
		return s.PutBlob(ctx, files, in)
	}
	ref, err := s.KeyRef(ctx, in.OwnerKind, in.OwnerID)
	if err != nil {
		return Blob{}, err
	}
	blob := Blob{ID: NewID(), KeyRef: ref, Size: size, MediaType: in.MediaType, PartSize: PartSize, CreatedAt: Moment(in.CreatedAt)}
	if err := s.db(ctx).Create(&blob).Error; err != nil {
		return Blob{}, err
	}
	err = s.putParts(ctx, files, &blob, content)
	if err == nil {
		err = s.db(ctx).Model(&Blob{}).Where("id = ?", blob.ID).Update("digest", blob.Digest).Error
	}
	if err != nil {
		away := context.WithoutCancel(ctx)
		return Blob{}, errors.Join(err, blob.DeleteFrom(away, files), s.DropBlob(away, blob.ID))
	}
	return blob, nil
}

// putParts writes the parts and finds the digest.
func (s *Store) putParts(ctx context.Context, files BlobStore, blob *Blob, content io.Reader) error {
	digest, part := sha256.New(), make([]byte, blob.PartSize)
	for i := range blob.parts() {
		plain := part[:min(blob.PartSize, blob.Size-i*blob.PartSize)]
		if _, err := io.ReadFull(content, plain); err != nil {
			return fmt.Errorf("models: read the file to store: %w", err)
		}
		digest.Write(plain)
		sealed, err := s.Keys.SealBytes(ctx, blob.KeyRef, blob.partAD(i), plain)
		if err != nil {
			return err
		}
		if err := files.Put(ctx, blob.object(i), sealed); err != nil {
			return fmt.Errorf("models: store part %d of a file: %w", i, err)
		}
	}
	blob.Digest = hex.EncodeToString(digest.Sum(nil))
	return nil
}

// Blob returns what is known about a file; ErrNotFound when there is none.
func (s *Store) Blob(ctx context.Context, id string) (Blob, error) {
	return one[Blob](ctx, s, "id = ?", id)
}

// BlobContent reads and opens a file as a whole; for those that may be large see OpenBlob. The fault Erased when its
// owner was erased.
func (s *Store) BlobContent(ctx context.Context, files BlobStore, blob Blob) ([]byte, error) {
	if blob.PartSize == 0 {
		return s.openPart(ctx, files, blob, 0)
	}
	return io.ReadAll(s.OpenBlob(ctx, files, blob))
}

// OpenBlob reads a file a part at a time, from anywhere in it. Nothing is read before the first Read, whose error is
// the fault Erased when the owner was erased. The context holds for all reading.
func (s *Store) OpenBlob(ctx context.Context, files BlobStore, blob Blob) *io.SectionReader {
	load := func(i int64) ([]byte, error) { return s.openPart(ctx, files, blob, i) }
	size := blob.PartSize
	if size == 0 {
		size = max(blob.Size, 1)
	}
	return io.NewSectionReader(&partReader{load: load, size: size, now: -1}, 0, blob.Size)
}

func (s *Store) openPart(ctx context.Context, files BlobStore, blob Blob, i int64) ([]byte, error) {
	sealed, err := files.Get(ctx, blob.object(i))
	if err != nil {
		return nil, fmt.Errorf("models: read the file: %w", err)
	}
	return s.Keys.OpenBytes(ctx, blob.partAD(i), sealed)
}

// partReader reads across parts of one size and keeps the one that it read last. It is not for concurrent use.
type partReader struct {
	load func(i int64) ([]byte, error)
	size int64
	now  int64 // which part is held; -1: none
	part []byte
}

func (r *partReader) ReadAt(into []byte, at int64) (n int, err error) {
	for n < len(into) {
		i, within := (at+int64(n))/r.size, (at+int64(n))%r.size
		if i != r.now {
			if r.part, err = r.load(i); err != nil {
				r.now = -1
				return n, err
			}
			r.now = i
		}
		if within >= int64(len(r.part)) {
			return n, io.ErrUnexpectedEOF
		}
		n += copy(into[n:], r.part[within:])
	}
	return n, nil
}

// parts is how many objects of the store hold the file.
func (b Blob) parts() int64 {
	if b.PartSize == 0 {
		return 1
	}
	return (b.Size + b.PartSize - 1) / b.PartSize
}

// object names one part in the store of files.
func (b Blob) object(i int64) string {
	if b.PartSize == 0 {
		return b.ID
	}
	return fmt.Sprintf("p%05d-%s", i, b.ID)
}

// Objects lists the IDs under which the store of files holds the file.
func (b Blob) Objects() []string {
	ids := make([]string, b.parts())
	for i := range ids {
		ids[i] = b.object(int64(i))
	}
	return ids
}

// DeleteFrom deletes the file, not its row.
func (b Blob) DeleteFrom(ctx context.Context, files BlobStore) (err error) {
	for _, id := range b.Objects() {
		err = errors.Join(err, files.Delete(ctx, id))
	}
	return err
}

// partAD binds a part to its file, its place and the file's length: parts can be neither swapped nor left out.
func (b Blob) partAD(i int64) seal.AD {
	ad := blobAD(b)
	if b.PartSize > 0 {
		ad.Row = fmt.Sprintf("%s/%d/%d", b.ID, i, b.Size)
	}
	return ad
}

func blobAD(blob Blob) seal.AD {
	return seal.AD{Table: "blobs", Column: "content", Person: blob.KeyRef, Row: blob.ID}
}

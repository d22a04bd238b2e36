package models_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
)

// objects is a store of files in memory.
type objects struct {
	mu   sync.Mutex
	kept map[string][]byte
	fail func(id string) error // of Put; nil: none
}

func newObjects() *objects { return &objects{kept: map[string][]byte{}} }

func (o *objects) Put(_ context.Context, id string, sealed []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fail != nil {
		if err := o.fail(id); err != nil {
			return err
		}
	}
	o.kept[id] = bytes.Clone(sealed)
	return nil
}

func (o *objects) Get(_ context.Context, id string) ([]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	sealed, found := o.kept[id]
	if !found {
		return nil, models.ErrNotFound
	}
	return sealed, nil
}

func (o *objects) Delete(_ context.Context, id string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.kept, id)
	return nil
}

func noise(size int) []byte {
	content := make([]byte, size)
	source := rand.NewChaCha8([32]byte{1})
	_, _ = source.Read(content)
	return content
}

func sender(t *testing.T, w world) models.Customer {
	t.Helper()
	who, err := w.CreateCustomer(t.Context(), models.NewCustomer{ID: "kim", Name: "金", Lang: "zh-CN", Level: "normal", CreatedAt: noon})
	require.NoError(t, err)
	return who
}

// A large file is kept in sealed parts; it reads back from anywhere, and a part that was moved or left out is noticed.
func TestALargeFileIsSealedInParts(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		who, files := sender(t, w), newObjects()
		content := noise(2*models.PartSize + 12345)
		in := models.NewBlob{OwnerKind: "customer", OwnerID: "kim", MediaType: "video/mp4", CreatedAt: noon}
		blob, err := w.PutBlobFrom(t.Context(), files, in, bytes.NewReader(content), int64(len(content)))
		require.NoError(t, err)
		require.Len(t, files.kept, 3)
		for _, sealed := range files.kept {
			require.False(t, bytes.Contains(sealed, content[100:140]) || bytes.Contains(sealed, content[models.PartSize+100:models.PartSize+140]))
		}
		blob, err = w.Blob(t.Context(), blob.ID)
		require.NoError(t, err)
		require.Len(t, blob.Digest, 64)

		got, err := io.ReadAll(w.OpenBlob(t.Context(), files, blob))
		require.NoError(t, err)
		require.True(t, bytes.Equal(content, got))
		middle := make([]byte, 200)
		_, err = w.OpenBlob(t.Context(), files, blob).ReadAt(middle, models.PartSize-100)
		require.NoError(t, err)
		require.Equal(t, content[models.PartSize-100:models.PartSize+100], middle)

		ids := blob.Objects()
		files.kept[ids[0]], files.kept[ids[1]] = files.kept[ids[1]], files.kept[ids[0]]
		_, err = io.ReadAll(w.OpenBlob(t.Context(), files, blob))
		require.Error(t, err, "parts that were swapped")
		files.kept[ids[0]], files.kept[ids[1]] = files.kept[ids[1]], files.kept[ids[0]]
		shorter := blob
		shorter.Size = models.PartSize
		_, err = io.ReadAll(w.OpenBlob(t.Context(), files, shorter))
		require.Error(t, err, "a file that was cut at a part")

		require.NoError(t, w.Keys.Destroy(t.Context(), who.KeyRef))
		_, err = w.BlobContent(t.Context(), files, blob)
		require.Equal(t, fault.Erased, fault.As(err).Code)
		require.NoError(t, blob.DeleteFrom(t.Context(), files))
		require.Empty(t, files.kept)
	})
}

// A file that breaks off leaves neither parts nor a row.
func TestAFileThatBreaksOffLeavesNothing(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		sender(t, w)
		files, content := newObjects(), noise(2*models.PartSize)
		in := models.NewBlob{OwnerKind: "customer", OwnerID: "kim", MediaType: "video/mp4", CreatedAt: noon}
		_, err := w.PutBlobFrom(t.Context(), files, in, bytes.NewReader(content[:models.PartSize+5]), int64(len(content)))
		require.Error(t, err)
		files.fail = func(string) error {
			if len(files.kept) == 1 {
				return errors.New("disk full")
			}
			return nil
		}
		_, err = w.PutBlobFrom(t.Context(), files, in, bytes.NewReader(content), int64(len(content)))
		require.ErrorContains(t, err, "disk full")
		require.Empty(t, files.kept)
		unused, err := w.UnusedBlobs(t.Context(), noon.Add(time.Hour), 10)
		require.NoError(t, err)
		require.Empty(t, unused)
	})
}

func TestPiecesComeInOrderAndOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		sender(t, w)
		files, content := newObjects(), noise(1000)
		upload := models.Upload{ID: "u1", OwnerKind: "customer", OwnerID: "kim", Size: 1000, CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
		require.NoError(t, w.CreateUpload(t.Context(), &upload))
		_, err := w.AddPiece(t.Context(), files, upload, 10, content[10:20])
		require.ErrorIs(t, err, models.ErrElsewhere)
		at, err := w.AddPiece(t.Context(), files, upload, 0, content[:300])
		require.NoError(t, err)
		require.EqualValues(t, 300, at.Received)

		// Eight bring the same piece at once: one is taken.
		var all sync.WaitGroup
		taken := make(chan error, 8)
		for range cap(taken) {
			all.Go(func() { _, err := w.AddPiece(t.Context(), files, at, 300, content[300:900]); taken <- err })
		}
		all.Wait()
		close(taken)
		good := 0
		for err := range taken {
			if err == nil {
				good++
				continue
			}
			require.ErrorIs(t, err, models.ErrElsewhere)
		}
		require.Equal(t, 1, good)
		require.Len(t, files.kept, 2)

		at, err = w.Upload(t.Context(), "u1", noon)
		require.NoError(t, err)
		require.EqualValues(t, 900, at.Received)
		at, err = w.AddPiece(t.Context(), files, at, 900, content[900:])
		require.NoError(t, err)
		reader, err := w.OpenUpload(t.Context(), files, at)
		require.NoError(t, err)
		got, err := io.ReadAll(reader)
		require.NoError(t, err)
		require.Equal(t, content, got)
		across := make([]byte, 100)
		_, err = reader.ReadAt(across, 250)
		require.NoError(t, err)
		require.Equal(t, content[250:350], across)
		for _, sealed := range files.kept {
			require.NotContains(t, string(sealed), string(content[10:30]))
		}
	})
}

// What expired is nobody's any more and is swept with its pieces.
func TestUnfinishedUploadsExpire(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		sender(t, w)
		files := newObjects()
		for _, id := range []string{"u1", "u2", "u3"} {
			upload := models.Upload{ID: id, OwnerKind: "customer", OwnerID: "kim", Size: 20, CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
			if id == "u3" {
				upload.ExpiresAt = noon.Add(2 * time.Hour)
			}
			require.NoError(t, w.CreateUpload(t.Context(), &upload))
			_, err := w.AddPiece(t.Context(), files, upload, 0, []byte("0123456789"))
			require.NoError(t, err)
		}
		n, err := w.OpenUploads(t.Context(), "customer", "kim", noon)
		require.NoError(t, err)
		require.EqualValues(t, 3, n)
		later := noon.Add(time.Hour)
		_, err = w.Upload(t.Context(), "u1", later)
		require.ErrorIs(t, err, models.ErrNotFound)
		more, err := w.SweepUploads(t.Context(), files, later, 2)
		require.NoError(t, err)
		require.True(t, more)
		more, err = w.SweepUploads(t.Context(), files, later, 2)
		require.NoError(t, err)
		require.False(t, more)
		require.Len(t, files.kept, 1, "what has not expired stays")
		n, err = w.OpenUploads(t.Context(), "customer", "kim", later)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
	})
}

// Many files at once never pass the quota.
func TestTheQuotaOfADayHoldsUnderContention(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		count := func(size, files, total int64, at time.Time) bool {
			ok, err := w.CountUpload(t.Context(), "customer", "kim", at, size, files, total)
			require.NoError(t, err)
			return ok
		}
		require.False(t, count(101, 10, 100, noon))
		var all sync.WaitGroup
		var mu sync.Mutex
		taken := 0
		for range 20 {
			all.Go(func() {
				if count(10, 7, 1000, noon) {
					mu.Lock()
					taken++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		require.Equal(t, 7, taken)
		require.True(t, count(30, 100, 100, noon))
		require.False(t, count(1, 100, 100, noon), "bytes are counted too")
		require.True(t, count(1, 100, 100, noon.Add(24*time.Hour)), "another day")
		n, err := w.SweepUploadDays(t.Context(), noon.Add(24*time.Hour))
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
	})
}

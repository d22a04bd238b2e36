package storage_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/partners/storage"
)

func folder(t *testing.T) (*storage.Bucket, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "files")
	bucket, err := storage.OpenFolder(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, bucket.Close()) })
	return bucket, path
}

func TestPutGetDelete(t *testing.T) {
	bucket, path := folder(t)
	var files storage.Blobs = bucket
	const id = "0192f5f0-0000-7000-8000-000000000001"
	_, err := files.Get(t.Context(), id)
	require.ErrorIs(t, err, storage.ErrNotFound)

	content := []byte{1, 2, 3, 0, 255}
	require.NoError(t, files.Put(t.Context(), id, content))
	got, err := files.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, content, got)

	require.NoError(t, files.Put(t.Context(), id, []byte("newer")))
	again, err := storage.OpenFolder(path)
	require.NoError(t, err)
	defer again.Close()
	got, err = again.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "newer", string(got))

	var names []string
	require.NoError(t, filepath.WalkDir(path, func(_ string, entry fs.DirEntry, err error) error {
		if !entry.IsDir() {
			names = append(names, entry.Name())
		}
		return err
	}))
	require.Equal(t, []string{id}, names, "one file, and nothing beside it")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o077, "closed to others")

	require.NoError(t, files.Delete(t.Context(), id))
	require.NoError(t, files.Delete(t.Context(), id))
	_, err = files.Get(t.Context(), id)
	require.ErrorIs(t, err, storage.ErrNotFound)
}

func TestIDsCannotLeaveTheFolder(t *testing.T) {
	bucket, _ := folder(t)
	for _, id := range []string{"", "short", "../../../etc/passwd", "aaaaaaaa/bbbbbbbb", "-aaaaaaaaaaaa", "aaaaaaaa\x00bbb", "aaaaaaaa..bb"} {
		require.Error(t, bucket.Put(t.Context(), id, nil), id)
		_, err := bucket.Get(t.Context(), id)
		require.Error(t, err, id)
		require.Error(t, bucket.Delete(t.Context(), id), id)
	}
}

// A reader never sees half a file, and a write that is given up leaves nothing.
func TestWritesAreWhole(t *testing.T) {
	bucket, path := folder(t)
	const id = "0192f5f0-0000-7000-8000-000000000002"
	small, large := make([]byte, 10), make([]byte, 1<<20)
	require.NoError(t, bucket.Put(t.Context(), id, small))
	var group sync.WaitGroup
	group.Go(func() {
		for range 20 {
			require.NoError(t, bucket.Put(t.Context(), id, large))
			require.NoError(t, bucket.Put(t.Context(), id, small))
		}
	})
	for range 200 {
		got, err := bucket.Get(t.Context(), id)
		require.NoError(t, err)
		require.Contains(t, []int{len(small), len(large)}, len(got))
	}
	group.Wait()

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, bucket.Put(cancelled, "0192f5f0-0000-7000-8000-000000000003", large))
	var files int
	require.NoError(t, filepath.WalkDir(path, func(_ string, entry fs.DirEntry, err error) error {
		if !entry.IsDir() {
			files++
		}
		return err
	}))
	require.Equal(t, 1, files)
}

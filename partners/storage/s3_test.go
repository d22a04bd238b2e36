package storage_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/partners/storage"
)

// s3 is as much of S3 as a store of files needs: one bucket, path-style, whole objects, signed requests only.
type s3 struct {
	mu      sync.Mutex
	objects map[string][]byte
	refuse  bool
}

func (s *s3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fails := func(status int, code string) {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		_ = xml.NewEncoder(w).Encode(struct {
			XMLName xml.Name `xml:"Error"`
			Code    string
		}{Code: code})
	}
	if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=tester/") || s.refuse {
		fails(http.StatusForbidden, "AccessDenied")
		return
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if bucket != "files" || key == "" {
		fails(http.StatusNotFound, "NoSuchBucket")
		return
	}
	switch r.Method {
	case http.MethodPut:
		content, err := body(r)
		if err != nil {
			fails(http.StatusBadRequest, "IncompleteBody")
			return
		}
		s.objects[key] = content
	case http.MethodGet, http.MethodHead:
		content, found := s.objects[key]
		if !found {
			fails(http.StatusNotFound, "NoSuchKey")
			return
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		w.Header().Set("Last-Modified", "Mon, 02 Mar 2026 12:00:00 GMT")
		w.Header().Set("ETag", fmt.Sprintf(`"%08x"`, crc32.ChecksumIEEE(content)))
		_, _ = w.Write(content)
	case http.MethodDelete:
		if _, found := s.objects[key]; !found {
			fails(http.StatusNotFound, "NoSuchKey")
			return
		}
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		fails(http.StatusMethodNotAllowed, "MethodNotAllowed")
	}
}

// body reads what AWS's programs send: in chunks with a checksum behind, which is compared, or plainly.
func body(r *http.Request) ([]byte, error) {
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return io.ReadAll(r.Body)
	}
	var content bytes.Buffer
	reader := bufio.NewReader(r.Body)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return nil, err
		}
		digits, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		size, err := strconv.ParseInt(digits, 16, 64)
		if err != nil {
			return nil, err
		}
		if size == 0 {
			break
		}
		if _, err := io.CopyN(&content, reader, size); err != nil {
			return nil, err
		}
		if _, err := reader.Discard(2); err != nil {
			return nil, err
		}
	}
	trailer, err := io.ReadAll(reader)
	if err != nil {
		return nil, err
	}
	if _, sum, found := strings.Cut(string(trailer), "x-amz-checksum-crc32:"); found {
		sum, _, _ = strings.Cut(sum, "\r\n")
		want, err := base64.StdEncoding.DecodeString(strings.TrimSpace(sum))
		if err != nil || !bytes.Equal(want, []byte{byte(crc32.ChecksumIEEE(content.Bytes()) >> 24), byte(crc32.ChecksumIEEE(content.Bytes()) >> 16), byte(crc32.ChecksumIEEE(content.Bytes()) >> 8), byte(crc32.ChecksumIEEE(content.Bytes()))}) {
			return nil, fmt.Errorf("the checksum is wrong: %q", trailer)
		}
	}
	return content.Bytes(), nil
}

func TestFilesInABucket(t *testing.T) {
	remote := &s3{objects: map[string][]byte{}}
	server := httptest.NewServer(remote)
	defer server.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "tester")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_CONFIG_FILE", t.TempDir()+"/none")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", t.TempDir()+"/none")
	files, err := storage.Open(t.Context(), "s3://files?region=cn-north-1&use_path_style=true&endpoint="+server.URL+"&prefix=evidence/", "")
	require.NoError(t, err)
	defer files.Close()

	const id = "0192f5f0-0000-7000-8000-000000000001"
	_, err = files.Get(t.Context(), id)
	require.ErrorIs(t, err, storage.ErrNotFound)
	content := bytes.Repeat([]byte{1, 2, 3, 0, 255}, 250_000)
	require.NoError(t, files.Put(t.Context(), id, content))
	require.Contains(t, remote.objects, "evidence/01/"+id)
	got, err := files.Get(t.Context(), id)
	require.NoError(t, err)
	require.True(t, bytes.Equal(content, got))
	require.NoError(t, files.Put(t.Context(), id, []byte("newer")))
	got, err = files.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "newer", string(got))
	require.NoError(t, files.Delete(t.Context(), id))
	require.NoError(t, files.Delete(t.Context(), id))
	require.Empty(t, remote.objects)

	remote.refuse = true
	_, err = files.Get(t.Context(), id)
	require.Error(t, err)
	require.NotErrorIs(t, err, storage.ErrNotFound, "no access is not no file")
	require.Error(t, files.Put(t.Context(), id, content))
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	for _, at := range []string{"ftp://files", "s3://", "files", "s3://key:secret@files?region=x", "mem://"} {
		_, err := storage.Open(t.Context(), at, "")
		require.ErrorContains(t, err, "s3://<bucket>", at)
		require.NotContains(t, err.Error(), "secret")
	}
}

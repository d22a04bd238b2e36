package api_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/fault"
	"aftersales/workflows/contract"
)

// fakeUploads takes everything and gives one picture.
type fakeUploads struct {
	block chan struct{} // nil: nothing waits
	kind  string
}

func (f *fakeUploads) Upload(ctx context.Context, _ contract.Meta, content []byte) (api.Evidence, error) {
	if f.block != nil {
		<-f.block
	}
	return api.Evidence{ID: "ev-1", Digest: "d", OwnerKind: "customer", Kind: "picture", State: "new", Thumbnail: true, UploadedAt: noon}, nil
}

func (f *fakeUploads) BeginUpload(_ context.Context, _ contract.Meta, size int64) (api.Upload, error) {
	return api.Upload{ID: "up-1", Size: size, LeastPiece: 1, MostPiece: 100, ExpiresAt: noon}, nil
}

func (f *fakeUploads) UploadOf(context.Context, contract.Actor, string) (api.Upload, error) {
	return api.Upload{ID: "up-1", Size: 100, Received: 40, ExpiresAt: noon}, nil
}

func (f *fakeUploads) AppendUpload(_ context.Context, _ contract.Actor, _ string, offset int64, content []byte) (api.Upload, error) {
	if offset != 0 {
		return api.Upload{}, fault.New(fault.UploadElsewhere, "offset", 0)
	}
	return api.Upload{ID: "up-1", Size: 100, Received: offset + int64(len(content)), ExpiresAt: noon}, nil
}

func (f *fakeUploads) CompleteUpload(ctx context.Context, meta contract.Meta, _ string) (api.Evidence, error) {
	return f.Upload(ctx, meta, nil)
}

func (f *fakeUploads) CancelUpload(context.Context, contract.Actor, string) error { return nil }

func (f *fakeUploads) EvidenceFile(_ context.Context, _ contract.Actor, id string, _ bool) (api.File, error) {
	file := api.File{EvidenceID: id, Kind: "picture", MediaType: "image/png", Digest: "d", UploadedAt: noon, Content: bytes.NewReader(png)}
	if f.kind == "document" {
		file.Kind, file.MediaType = "document", "application/pdf"
	}
	return file, nil
}

func (f *fakeUploads) EvidenceLink(context.Context, contract.Actor, string, bool) (string, time.Time, error) {
	return "p", noon, nil
}

func (f *fakeUploads) LinkedFile(ctx context.Context, reader contract.Actor, id, proof string) (api.File, error) {
	if proof != "p" {
		return api.File{}, fault.New(fault.NotFound)
	}
	return f.EvidenceFile(ctx, reader, id, false)
}

func withUploads(f *fakeUploads) func(*api.Options) { return func(o *api.Options) { o.Uploads = f } }

func TestUploadsAreReadWithinLimits(t *testing.T) {
	r := newRig(t)
	send := func(content string) *httptest.ResponseRecorder {
		return r.do(t, call{method: "POST", path: "/v1/uploads", token: "customer", body: content, header: key()})
	}
	answer := send(string(png))
	require.Equal(t, 201, answer.Code, answer.Body)
	require.Contains(t, answer.Body.String(), `"thumbnail":true`)
	problem(t, r.do(t, call{method: "POST", path: "/v1/uploads", token: "customer", header: key()}), 422, "evidence_empty")
	problem(t, send(string(png)+strings.Repeat("x", 10<<20)), 413, "evidence_too_large")
}

// A file is shown as what it is and nothing in it runs; a document is saved under a name of ours.
func TestAttack18_FilesAreServedSoThatNothingInThemRuns(t *testing.T) {
	f := &fakeUploads{}
	r := newRig(t, withUploads(f))
	for _, path := range []string{"/v1/evidence/ev-1/content", "/v1/evidence/ev-1/thumbnail", "/v1/evidence/ev-1/linked?proof=p"} {
		answer := r.do(t, call{method: "GET", path: path, token: "customer"})
		require.Equal(t, 200, answer.Code, path)
		require.Equal(t, "image/png", answer.Header().Get("Content-Type"))
		require.Equal(t, "nosniff", answer.Header().Get("X-Content-Type-Options"))
		require.Contains(t, answer.Header().Get("Content-Security-Policy"), "sandbox")
		require.Equal(t, "no-store", answer.Header().Get("Cache-Control"))
		require.Equal(t, `inline; filename="evidence-ev-1.png"`, answer.Header().Get("Content-Disposition"))
		require.Equal(t, png, answer.Body.Bytes())
	}
	problem(t, r.do(t, call{method: "GET", path: "/v1/evidence/ev-1/linked?proof=other", token: "customer"}), 404, "not_found")
	problem(t, r.do(t, call{method: "GET", path: "/v1/evidence/ev-1/linked?proof=p"}), 401, "sign_in_required")
	f.kind = "document"
	answer := r.do(t, call{method: "GET", path: "/v1/evidence/ev-1/content", token: "customer"})
	require.Equal(t, `attachment; filename="evidence-ev-1.pdf"`, answer.Header().Get("Content-Disposition"))
}

func TestPartsOfAFileCanBeRead(t *testing.T) {
	r := newRig(t)
	answer := r.do(t, call{method: "GET", path: "/v1/evidence/ev-1/content", token: "customer", header: map[string]string{"Range": "bytes=1-3"}})
	require.Equal(t, 206, answer.Code)
	require.Equal(t, "PNG", answer.Body.String())
	answer = r.do(t, call{method: "GET", path: "/v1/evidence/ev-1/content", token: "customer", header: map[string]string{"Range": "bytes=900-"}})
	require.Equal(t, 416, answer.Code)
}

// The core of tus 1.0, with our keys.
func TestResumableUploadsSpeakTus(t *testing.T) {
	r := newRig(t)
	header := key()
	header["Upload-Length"] = "100"
	begun := r.do(t, call{method: "POST", path: "/v1/resumable-uploads", token: "customer", header: header})
	require.Equal(t, 201, begun.Code, begun.Body)
	require.Equal(t, "/v1/resumable-uploads/up-1", begun.Header().Get("Location"))
	require.Contains(t, begun.Body.String(), `"size":100`)
	where := begun.Header().Get("Location")

	standing := r.do(t, call{method: "HEAD", path: where, token: "customer"})
	require.Equal(t, 204, standing.Code)
	require.Equal(t, "40", standing.Header().Get("Upload-Offset"))
	require.Equal(t, "100", standing.Header().Get("Upload-Length"))
	require.Equal(t, "1.0.0", standing.Header().Get("Tus-Resumable"))

	sent := r.do(t, call{method: "PATCH", path: where, token: "customer", body: "12345", header: map[string]string{"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}})
	require.Equal(t, 204, sent.Code, sent.Body)
	require.Equal(t, "5", sent.Header().Get("Upload-Offset"))
	problem(t, r.do(t, call{method: "PATCH", path: where, token: "customer", body: "12345", header: map[string]string{"Upload-Offset": "3"}}), 409, "upload_elsewhere")
	require.Equal(t, 400, r.do(t, call{method: "PATCH", path: where, token: "customer", body: "12345"}).Code, "where it begins must be said")
	problem(t, r.do(t, call{method: "PATCH", path: where, token: "customer", header: map[string]string{"Upload-Offset": "0"}}), 422, "evidence_empty")
	require.Equal(t, 204, r.do(t, call{method: "DELETE", path: where, token: "customer"}).Code)
	require.Equal(t, 201, r.do(t, call{method: "POST", path: where + "/complete", token: "customer", header: key()}).Code)
}

// Files on their way in are held in memory, so one person has few of them at a time.
func TestOnePersonCannotFillTheMemory(t *testing.T) {
	f := &fakeUploads{block: make(chan struct{})}
	r := newRig(t, withUploads(f))
	entered := make(chan *httptest.ResponseRecorder, 8)
	for range cap(entered) {
		go func() {
			entered <- r.do(t, call{method: "POST", path: "/v1/uploads", token: "customer", body: string(png), header: key()})
		}()
	}
	for range 4 {
		problem(t, <-entered, 429, "uploads_open")
	}
	other := make(chan *httptest.ResponseRecorder, 1)
	go func() {
		other <- r.do(t, call{method: "POST", path: "/v1/uploads", token: "agent", body: string(png), header: key()})
	}()
	close(f.block)
	require.Equal(t, 201, (<-other).Code, "another person")
	for range 4 {
		require.Equal(t, 201, (<-entered).Code)
	}
	f.block = nil
	require.Equal(t, 201, r.do(t, call{method: "POST", path: "/v1/uploads", token: "customer", body: string(png), header: key()}).Code, "room again")
}

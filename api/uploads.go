package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"aftersales/workflows/contract"
)

// Uploads takes files and gives them back. Every method gets who asks; what is another's does not exist for them (the
// fault NotFound).
type Uploads interface {
	// Upload cleans and stores a file once per sender and key.
	Upload(ctx context.Context, meta contract.Meta, content []byte) (Evidence, error)
	// BeginUpload makes room for a file of so many bytes, once per sender and key.
	BeginUpload(ctx context.Context, meta contract.Meta, size int64) (Upload, error)
	UploadOf(ctx context.Context, sender contract.Actor, id string) (Upload, error)
	// AppendUpload takes the bytes from offset on, which must be where the upload stands.
	AppendUpload(ctx context.Context, sender contract.Actor, id string, offset int64, content []byte) (Upload, error)
	// CompleteUpload makes evidence of a file that has come as a whole, once.
	CompleteUpload(ctx context.Context, meta contract.Meta, id string) (Evidence, error)
	CancelUpload(ctx context.Context, sender contract.Actor, id string) error

	// EvidenceFile opens a file or its thumbnail; the context holds for all reading.
	EvidenceFile(ctx context.Context, reader contract.Actor, id string, thumb bool) (File, error)
	// EvidenceLink makes the proof by which LinkedFile opens the file for the same reader, until it expires.
	EvidenceLink(ctx context.Context, reader contract.Actor, id string, thumb bool) (proof string, until time.Time, err error)
	LinkedFile(ctx context.Context, reader contract.Actor, id, proof string) (File, error)
}

// Upload is a file that comes in pieces.
type Upload struct {
	ID             string
	Size, Received int64
	LeastPiece     int64 // of bytes at a time, but at the end
	MostPiece      int64
	EvidenceID     string // what it became; empty: nothing yet
	ExpiresAt      time.Time
}

// uploadRoutes follow the core of tus 1.0: Upload-Length, Upload-Offset, HEAD and PATCH mean what they mean there.
func uploadRoutes() []Route {
	return []Route{
		{post, "/v1/uploads", "evidence.upload", Keyed | Raw, "evidence", "Upload a picture, video or document"},
		{post, "/v1/resumable-uploads", "upload.create", Keyed, "evidence", "Begin a file that comes in pieces"},
		{head, "/v1/resumable-uploads/{id}", "upload.read", 0, "evidence", "How far a file in pieces has come"},
		{patch, "/v1/resumable-uploads/{id}", "upload.append", Raw, "evidence", "Send the bytes that come next"},
		{post, "/v1/resumable-uploads/{id}/complete", "upload.complete", Keyed, "evidence", "Make evidence of a file that has come as a whole"},
		{del, "/v1/resumable-uploads/{id}", "upload.cancel", 0, "evidence", "Let go of a file in pieces"},
		{get, "/v1/evidence/{id}/content", "evidence.read", 0, "evidence", "The file itself, or a range of it"},
		{get, "/v1/evidence/{id}/thumbnail", "evidence.thumbnail.read", 0, "evidence", "A small picture of a picture"},
		{get, "/v1/evidence/{id}/link", "evidence.link.read", 0, "evidence", "A link to the file that works for oneself, for five minutes"},
		{get, "/v1/evidence/{id}/linked", "evidence.linked.read", 0, "evidence", "The file of a link"},
	}
}

type beginInput struct {
	Key    string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Length int64  `header:"Upload-Length" minimum:"0" doc:"Bytes of the whole file, as tus says it."`
	Body   struct {
		Size int64 `json:"size,omitempty" minimum:"0" doc:"Bytes of the whole file; may be said by Upload-Length instead."`
	}
}

type uploadBody struct {
	ID         string    `json:"id"`
	URL        string    `json:"url" doc:"Where pieces are sent."`
	Size       int64     `json:"size"`
	Offset     int64     `json:"offset" doc:"Bytes that are here: the next piece begins there."`
	LeastPiece int64     `json:"least_piece" doc:"Bytes to send at a time; fewer only at the end."`
	MostPiece  int64     `json:"most_piece"`
	ExpiresAt  time.Time `json:"expires_at"`
}

type begunOutput struct {
	Location string `header:"Location"`
	Tus      string `header:"Tus-Resumable"`
	Body     uploadBody
}

// standingOutput says how far an upload is, in headers only.
type standingOutput struct {
	Tus     string `header:"Tus-Resumable"`
	Offset  int64  `header:"Upload-Offset"`
	Length  int64  `header:"Upload-Length"`
	Expires string `header:"Upload-Expires"`
}

type appendInput struct {
	ID      string `path:"id" maxLength:"64"`
	Offset  int64  `header:"Upload-Offset" required:"true" minimum:"0" doc:"Where the piece begins: what HEAD says."`
	RawBody []byte `contentType:"application/offset+octet-stream"`
}

type completeInput struct {
	ID   string `path:"id" maxLength:"64"`
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	Body struct{}
}

type linkMadeInput struct {
	ID        string `path:"id" maxLength:"64"`
	Thumbnail bool   `query:"thumbnail" doc:"To the small picture."`
}

type linkedInput struct {
	ID    string `path:"id" maxLength:"64"`
	Proof string `query:"proof" required:"true" maxLength:"512" doc:"From the link."`
}

type fileLinkBody struct {
	URL       string    `json:"url" doc:"Works for who asked for it, signed in, and for nobody else."`
	ExpiresAt time.Time `json:"expires_at"`
}

type fileLinkOutput struct {
	Body fileLinkBody
}

const tusVersion = "1.0.0"

func uploadURL(id string) string { return "/v1/resumable-uploads/" + id }

func standingOf(u Upload) *standingOutput {
	return &standingOutput{Tus: tusVersion, Offset: u.Received, Length: u.Size, Expires: u.ExpiresAt.UTC().Format(http.TimeFormat)}
}

func (e *edge) uploading() {
	register(e, "evidence.upload", func(ctx context.Context, in *uploadInput) (*evidenceOutput, error) {
		stored, err := e.Uploads.Upload(ctx, callerOf(ctx).meta(nil), in.RawBody)
		if err != nil {
			return nil, err
		}
		return &evidenceOutput{Body: evidenceOf(stored)}, nil
	}, created)

	register(e, "upload.create", func(ctx context.Context, in *beginInput) (*begunOutput, error) {
		upload, err := e.Uploads.BeginUpload(ctx, callerOf(ctx).meta(nil), max(in.Body.Size, in.Length))
		if err != nil {
			return nil, err
		}
		return &begunOutput{Location: uploadURL(upload.ID), Tus: tusVersion, Body: uploadBody{
			ID: upload.ID, URL: uploadURL(upload.ID), Size: upload.Size, Offset: upload.Received,
			LeastPiece: upload.LeastPiece, MostPiece: upload.MostPiece, ExpiresAt: upload.ExpiresAt,
		}}, nil
	}, created)
	register(e, "upload.read", func(ctx context.Context, in *caseInput) (*standingOutput, error) {
		upload, err := e.Uploads.UploadOf(ctx, callerOf(ctx).actor(), in.ID)
		if err != nil {
			return nil, err
		}
		return standingOf(upload), nil
	}, empty)
	register(e, "upload.append", func(ctx context.Context, in *appendInput) (*standingOutput, error) {
		upload, err := e.Uploads.AppendUpload(ctx, callerOf(ctx).actor(), in.ID, in.Offset, in.RawBody)
		if err != nil {
			return nil, err
		}
		return standingOf(upload), nil
	}, empty)
	register(e, "upload.complete", func(ctx context.Context, in *completeInput) (*evidenceOutput, error) {
		stored, err := e.Uploads.CompleteUpload(ctx, callerOf(ctx).meta(nil), in.ID)
		if err != nil {
			return nil, err
		}
		return &evidenceOutput{Body: evidenceOf(stored)}, nil
	}, created)
	register(e, "upload.cancel", func(ctx context.Context, in *caseInput) (*struct{}, error) {
		return nil, e.Uploads.CancelUpload(ctx, callerOf(ctx).actor(), in.ID)
	}, empty)

	register(e, "evidence.read", func(ctx context.Context, in *caseInput) (*huma.StreamResponse, error) {
		return e.file(ctx, func(reading context.Context) (File, error) {
			return e.Uploads.EvidenceFile(reading, callerOf(ctx).actor(), in.ID, false)
		})
	}, anyFile)
	register(e, "evidence.thumbnail.read", func(ctx context.Context, in *caseInput) (*huma.StreamResponse, error) {
		return e.file(ctx, func(reading context.Context) (File, error) {
			return e.Uploads.EvidenceFile(reading, callerOf(ctx).actor(), in.ID, true)
		})
	}, anyFile)
	register(e, "evidence.link.read", func(ctx context.Context, in *linkMadeInput) (*fileLinkOutput, error) {
		proof, until, err := e.Uploads.EvidenceLink(ctx, callerOf(ctx).actor(), in.ID, in.Thumbnail)
		if err != nil {
			return nil, err
		}
		return &fileLinkOutput{Body: fileLinkBody{URL: "/v1/evidence/" + in.ID + "/linked?proof=" + proof, ExpiresAt: until}}, nil
	})
	register(e, "evidence.linked.read", func(ctx context.Context, in *linkedInput) (*huma.StreamResponse, error) {
		return e.file(ctx, func(reading context.Context) (File, error) {
			return e.Uploads.LinkedFile(reading, callerOf(ctx).actor(), in.ID, in.Proof)
		})
	}, anyFile)
}

func empty(operation *huma.Operation) { operation.DefaultStatus = http.StatusNoContent }

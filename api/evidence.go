package api

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"aftersales/fault"
)

// fileTypes are the files that evidence may be. What a sender calls a file does not count.
var fileTypes = map[string]string{
	"image/jpeg": "picture", "image/png": "picture", "image/webp": "picture", "image/gif": "picture",
	"video/mp4": "video", "application/pdf": "document",
}

// sniff finds out by content what a file is; the fault EvidenceType for anything else, EvidenceEmpty for nothing.
func sniff(content []byte) (File, error) {
	if len(content) == 0 {
		return File{}, fault.New(fault.EvidenceEmpty)
	}
	media := http.DetectContentType(content)
	// The standard table knows MP4 only by some brands.
	if len(content) >= 12 && bytes.Equal(content[4:8], []byte("ftyp")) {
		switch string(content[8:12]) {
		case "isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "MSNV", "dash":
			media = "video/mp4"
		}
	}
	kind, ok := fileTypes[media]
	if !ok {
		return File{}, fault.New(fault.EvidenceType)
	}
	return File{Kind: kind, MediaType: media, Content: content}, nil
}

type uploadInput struct {
	Key     string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	RawBody []byte `contentType:"application/octet-stream"`
}

type evidenceBody struct {
	ID         string    `json:"id"`
	CaseID     string    `json:"case_id,omitempty" doc:"Absent until a command puts it forward."`
	SHA256     string    `json:"sha256" doc:"Of the content, in hex."`
	By         string    `json:"by" doc:"The role that put it forward."`
	Kind       string    `json:"kind" enum:"picture,video,document"`
	State      string    `json:"state" enum:"new,accepted,rejected"`
	UploadedAt time.Time `json:"uploaded_at"`
}

type evidenceOutput struct {
	Body evidenceBody
}

type evidenceListBody struct {
	Items []evidenceBody `json:"items" nullable:"false"`
}

type evidenceListOutput struct {
	Body evidenceListBody
}

type contentOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func evidenceOf(v Evidence) evidenceBody {
	return evidenceBody{ID: v.ID, CaseID: v.CaseID, SHA256: v.Digest, By: v.OwnerKind, Kind: v.Kind, State: v.State, UploadedAt: v.UploadedAt}
}

func (e *edge) evidence() {
	register(e, "evidence.upload", func(ctx context.Context, in *uploadInput) (*evidenceOutput, error) {
		file, err := sniff(in.RawBody)
		if err != nil {
			return nil, err
		}
		stored, err := e.Cases.Upload(ctx, callerOf(ctx).meta(nil), file)
		if err != nil {
			return nil, err
		}
		return &evidenceOutput{Body: evidenceOf(stored)}, nil
	}, created)

	register(e, "evidence.read", func(ctx context.Context, in *caseInput) (*contentOutput, error) {
		file, err := e.Cases.EvidenceContent(ctx, callerOf(ctx).actor(), in.ID)
		if err != nil {
			return nil, err
		}
		// With nosniff and the sandbox of protect, a file can be looked at and nothing in it can run as ours.
		return &contentOutput{ContentType: file.MediaType, Disposition: "inline", Body: file.Content}, nil
	}, anyFile)

	register(e, "case.evidence.read", func(ctx context.Context, in *caseInput) (*evidenceListOutput, error) {
		pieces, err := e.Cases.EvidenceOf(ctx, callerOf(ctx).actor(), in.ID)
		if err != nil {
			return nil, err
		}
		return &evidenceListOutput{Body: evidenceListBody{Items: each(pieces, evidenceOf)}}, nil
	})
}

func anyFile(operation *huma.Operation) {
	content := map[string]*huma.MediaType{}
	for media := range fileTypes {
		content[media] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
	}
	operation.Responses = map[string]*huma.Response{"200": {Description: "The file.", Content: content}}
}

package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

type uploadInput struct {
	Key     string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
	RawBody []byte `contentType:"application/octet-stream"`
}

type evidenceBody struct {
	ID         string    `json:"id"`
	CaseID     string    `json:"case_id,omitempty" doc:"Absent until a command puts it forward."`
	SHA256     string    `json:"sha256" doc:"Of the content as it is kept, in hex: pictures are encoded anew, without what a camera notes."`
	By         string    `json:"by" doc:"The role that put it forward."`
	Kind       string    `json:"kind" enum:"picture,video,document"`
	State      string    `json:"state" enum:"new,accepted,rejected"`
	Thumbnail  bool      `json:"thumbnail" doc:"Whether there is a small picture of it."`
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

func evidenceOf(v Evidence) evidenceBody {
	return evidenceBody{ID: v.ID, CaseID: v.CaseID, SHA256: v.Digest, By: v.OwnerKind, Kind: v.Kind, State: v.State, Thumbnail: v.Thumbnail, UploadedAt: v.UploadedAt}
}

func (e *edge) evidence() {
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

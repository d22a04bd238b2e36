package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
)

// Notices takes what partners push.
type Notices interface {
	// Receive verifies a notice, stores it, and only then returns the exact answer that the partner expects. A repeated
	// notice is answered alike. Faults: NotFound for an unknown partner, NoticeForged, NoticeMalformed.
	Receive(ctx context.Context, partner string, header http.Header, body []byte) (contentType string, answer []byte, err error)
}

type noticeInput struct {
	Partner string `path:"partner" maxLength:"16" doc:"alipay, wechat, kuaidi100 or shop"`
	RawBody []byte `contentType:"application/octet-stream"`

	header http.Header
}

// Resolve keeps the headers, which hold some partners' signatures.
func (in *noticeInput) Resolve(ctx huma.Context) []error {
	in.header = humagin.Unwrap(ctx).Request.Header
	return nil
}

type noticeOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (e *edge) notices() {
	register(e, "notice.receive", func(ctx context.Context, in *noticeInput) (*noticeOutput, error) {
		contentType, answer, err := e.Notices.Receive(ctx, in.Partner, in.header, in.RawBody)
		if err != nil {
			return nil, err
		}
		return &noticeOutput{ContentType: contentType, Body: answer}, nil
	}, answering("*/*", "What the partner's protocol expects."))
}

// answering describes an answer that is no JSON.
func answering(contentType, what string) func(*huma.Operation) {
	return func(operation *huma.Operation) {
		operation.Responses = map[string]*huma.Response{"200": {
			Description: what,
			Content:     map[string]*huma.MediaType{contentType: {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
		}}
	}
}

package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/workflows/contract"
)

// fakeCodec turns the letters round: what comes through the edge is the subject here.
type fakeCodec struct{}

func (fakeCodec) Decode(_ context.Context, payloads []api.Payload) ([]api.Payload, error) {
	for _, p := range payloads {
		for i, j := 0, len(p.Data)-1; i < j; i, j = i+1, j-1 {
			p.Data[i], p.Data[j] = p.Data[j], p.Data[i]
		}
	}
	return payloads, nil
}

func (f fakeCodec) Encode(ctx context.Context, payloads []api.Payload) ([]api.Payload, error) {
	return f.Decode(ctx, payloads)
}

type fakeDirectory struct{}

func (fakeDirectory) CustomersBy(_ context.Context, _ contract.Actor, field, value string) ([]api.FoundCustomer, error) {
	if field == "phone" && value == "+86 138 1234 5678" {
		return []api.FoundCustomer{{ID: "c-1", Name: "王小明", Phone: "13812345678"}}, nil
	}
	return nil, nil
}

func TestCodecSpeaksTemporalsProtocol(t *testing.T) {
	r := newRig(t)
	body := `{"payloads":[{"metadata":{"encoding":"YmluYXJ5L3Rpbms="},"data":"YWJj"}]}`
	answer := r.do(t, call{method: http.MethodPost, path: "/v1/codec/decode", token: "operator", body: body, header: map[string]string{"X-Namespace": "aftersales"}})
	require.Equal(t, http.StatusOK, answer.Code, answer.Body.String())
	require.JSONEq(t, `{"payloads":[{"metadata":{"encoding":"YmluYXJ5L3Rpbms="},"data":"Y2Jh"}]}`, answer.Body.String())
}

// A browser may call the codec from Temporal's UI and from nowhere else, and nothing but the codec.
func TestCodecAnswersTemporalsUIOnly(t *testing.T) {
	r := newRig(t)
	preflight := func(path, origin string) *httptest.ResponseRecorder {
		return r.do(t, call{method: http.MethodOptions, path: path, header: map[string]string{
			"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization",
		}})
	}
	const ui = "http://127.0.0.1:8233"
	allowed := preflight("/v1/codec/decode", ui)
	require.Equal(t, http.StatusNoContent, allowed.Code)
	require.Equal(t, ui, allowed.Header().Get("Access-Control-Allow-Origin"))
	require.Contains(t, allowed.Header().Get("Access-Control-Allow-Headers"), "authorization")
	require.Empty(t, allowed.Header().Get("Access-Control-Allow-Credentials"), "cookies are not let through")
	for path, origin := range map[string]string{
		"/v1/codec/decode": "http://127.0.0.1:8234", "/v1/codec/encode": "http://evil.example", "/v1/cases": ui, "/v1/codec/decode?": "null",
	} {
		refused := preflight(path, origin)
		require.GreaterOrEqual(t, refused.Code, 400, path)
		require.Empty(t, refused.Header().Get("Access-Control-Allow-Origin"), path)
	}
	for origin, want := range map[string]string{ui: ui, "http://evil.example": ""} {
		answer := r.do(t, call{method: http.MethodPost, path: "/v1/codec/decode", token: "operator", body: `{"payloads":[]}`, header: map[string]string{"Origin": origin}})
		require.Equal(t, want, answer.Header().Get("Access-Control-Allow-Origin"))
	}
}

func TestLookupMasksAndAsksForOneThing(t *testing.T) {
	r := newRig(t)
	look := func(body string) *httptest.ResponseRecorder {
		return r.do(t, call{method: http.MethodPost, path: "/v1/customers/lookup", token: "agent", body: body})
	}
	found := look(`{"phone":"+86 138 1234 5678"}`)
	require.JSONEq(t, `{"items":[{"id":"c-1","name":"王**","phone":"138****5678"}]}`, found.Body.String())
	require.JSONEq(t, `{"items":[]}`, look(`{"mail":"kim@example.com"}`).Body.String())
	for _, body := range []string{`{}`, `{"phone":"1","mail":"a@b"}`} {
		problem(t, look(body), 400, "bad_request")
	}
	require.False(t, strings.Contains(r.logged.String(), "13812345678"))
}

package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/api"
)

func upgrade(token string, header map[string]string) call {
	c := call{method: "GET", path: "/v1/live", token: token, header: map[string]string{"Connection": "Upgrade", "Upgrade": "websocket"}}
	for name, value := range header {
		c.header[name] = value
	}
	return c
}

// A page of another site cannot open a socket, whatever it brings; a program that is no browser can, with a ticket.
func TestAttack12_ForeignOrigins(t *testing.T) {
	r := newRig(t)
	for _, origin := range []string{
		"https://evil.example", "http://shop.example", "https://shop.example.evil.example", "https://shop.example:444", "https://xshop.example",
		"null", "https://shop.example/", "HTTPS://SHOP.EXAMPLE.", "http://localhost", "http://127.0.0.1:8080",
	} {
		problem(t, r.do(t, upgrade("", map[string]string{"Origin": origin})), 403, "forbidden")
		for _, path := range []string{"/v1/live/stream", "/v1/live/send"} {
			problem(t, r.do(t, call{method: "POST", path: path, body: "{}", header: map[string]string{"Origin": origin, "Sec-Fetch-Site": "same-origin"}}), 403, "forbidden")
		}
	}
	require.Equal(t, 101, r.do(t, upgrade("", map[string]string{"Origin": "https://shop.example"})).Code)
	require.Equal(t, 101, r.do(t, upgrade("", nil)).Code)

	local := newRig(t, func(o *api.Options) { o.PublicURL = "http://127.0.0.1:8080" })
	require.Equal(t, 101, local.do(t, upgrade("", map[string]string{"Origin": "http://localhost:5173"})).Code)
	problem(t, local.do(t, upgrade("", map[string]string{"Origin": "http://localhost.evil.example"})), 403, "forbidden")
}

func TestAttack12_NoTicketInTheAddress(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/v1/live?token=x", "/v1/live?cf_connect=x", "/v1/live?", "/v1/live/stream?token=x"} {
		c := upgrade("", nil)
		c.path = path
		if strings.Contains(path, "stream") {
			c.method, c.body = "POST", "{}"
		}
		if path == "/v1/live?" {
			require.Equal(t, 101, r.do(t, c).Code)
			continue
		}
		problem(t, r.do(t, c), 400, "bad_request")
	}
}

func TestASocketKnowsTheSessionOfItsRequest(t *testing.T) {
	r := newRig(t)
	require.Equal(t, 101, r.do(t, upgrade("", nil)).Code)
	require.Equal(t, "", r.live.session.Load())
	require.Equal(t, 101, r.do(t, upgrade("agent", nil)).Code)
	require.Equal(t, "none", r.live.session.Load(), "who has no session has no ticket of it either")
	problem(t, r.do(t, upgrade("nobody", nil)), 401, "sign_in_required")
}

func TestWhatLiveDeliveryRefuses(t *testing.T) {
	r := newRig(t)
	problem(t, r.do(t, call{method: "GET", path: "/v1/live"}), 400, "bad_request")
	problem(t, r.do(t, call{method: "POST", path: "/v1/live/stream", body: strings.Repeat("x", 9<<10)}), http.StatusRequestEntityTooLarge, "body_too_large")
	require.NoError(t, r.live.Drain(t.Context()))
	problem(t, r.do(t, upgrade("", nil)), 503, "unavailable")
	problem(t, r.do(t, call{method: "POST", path: "/v1/live/send", body: "{}"}), 503, "unavailable")
}

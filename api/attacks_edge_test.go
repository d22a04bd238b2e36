package api_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/fault"
	"aftersales/workflows/contract"
)

// forgedHeaders are what somebody may send to pass for somebody else, or for somewhere else.
var forgedHeaders = []string{
	"X-Forwarded-For", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "Forwarded", "X-Cluster-Client-IP", "X-Appengine-Remote-Addr", "Fly-Client-IP",
	"X-User", "X-User-Id", "X-Person", "X-Role", "X-Account-Id", "X-Remote-User", "Remote-User", "X-Forwarded-User", "X-Auth-Request-User",
	"X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix",
}

func TestAttack04_ForgedIdentityHeaders(t *testing.T) {
	r := newRig(t)
	values := []string{"operator", "a5", "st-4", "/v1/discrepancies", "DELETE", "for=1.2.3.4;by=operator", "127.0.0.1"}
	for _, name := range forgedHeaders {
		for _, value := range values {
			header := map[string]string{name: value}
			problem(t, r.do(t, call{method: "GET", path: "/v1/me", header: header}), 401, "sign_in_required")
			answer := r.do(t, call{method: "GET", path: "/v1/me", token: "customer", header: header})
			require.Equal(t, 200, answer.Code, name)
			require.Contains(t, answer.Body.String(), `"id":"cu-1"`, "%s: %s", name, value)
			problem(t, r.do(t, call{method: "GET", path: "/v1/discrepancies", token: "customer", header: header}), 403, "forbidden")
		}
	}
}

// The address is the connection's, and only a proxy that is trusted may name another: the one that it saw itself.
func TestAttack04_ForgedClientAddress(t *testing.T) {
	seen := func(proxies []string, header map[string]string) string {
		r := newRig(t, func(o *api.Options) { o.TrustedProxies = proxies })
		r.do(t, call{method: "POST", path: "/v1/session", body: `{"login":"agent","password":"secret"}`, header: header})
		return r.identity.address
	}
	const connection = "192.0.2.1" // of httptest
	for _, name := range forgedHeaders {
		require.Equal(t, connection, seen(nil, map[string]string{name: "1.2.3.4"}), name)
		if name != "X-Forwarded-For" {
			require.Equal(t, connection, seen([]string{connection}, map[string]string{name: "1.2.3.4"}), "%s is nothing that proxies append to", name)
		}
	}
	require.Equal(t, connection, seen([]string{"10.0.0.0/8"}, map[string]string{"X-Forwarded-For": "1.2.3.4"}), "another proxy is trusted, not this one")
	require.Equal(t, "9.8.7.6", seen([]string{connection}, map[string]string{"X-Forwarded-For": "1.2.3.4, 9.8.7.6"}), "what the client wrote itself stands to the left")
	require.Equal(t, "9.8.7.6", seen([]string{connection, "10.0.0.0/8"}, map[string]string{"X-Forwarded-For": "127.0.0.1, 9.8.7.6, 10.1.1.1"}))
	require.Equal(t, connection, seen([]string{connection}, map[string]string{"X-Forwarded-For": "'; DROP TABLE sessions"}))
}

// A forged address buys no second allowance.
func TestAttack04_RateLimitsCannotBeDodged(t *testing.T) {
	now := noon
	r := newRig(t, func(o *api.Options) {
		o.Rates = api.Rates{Address: 1}
		o.Now = func() time.Time { return now }
	})
	status := func(n int) int {
		return r.do(t, call{method: "GET", path: "/livez", header: map[string]string{"X-Forwarded-For": fmt.Sprint("1.2.3.", n), "X-Real-IP": fmt.Sprint("1.2.3.", n)}}).Code
	}
	for n := range 10 {
		require.Equal(t, 200, status(n))
	}
	answer := r.do(t, call{method: "GET", path: "/livez", header: map[string]string{"X-Forwarded-For": "4.4.4.4"}})
	problem(t, answer, 429, "too_many_requests")
	require.Equal(t, "1", answer.Header().Get("Retry-After"))
	now = now.Add(time.Second)
	require.Equal(t, 200, status(1), "it passes")
	require.Equal(t, 429, status(2))
}

func TestRatesOfPeople(t *testing.T) {
	now := noon
	r := newRig(t, func(o *api.Options) {
		o.Rates = api.Rates{Person: 2, Messages: 1, Uploads: 1}
		o.Now = func() time.Time { return now }
	})
	me := func(token string) int { return r.do(t, call{method: "GET", path: "/v1/me", token: token}).Code }
	for range 20 {
		require.Equal(t, 200, me("agent"))
	}
	require.Equal(t, 429, me("agent"))
	require.Equal(t, 200, me("customer"), "others go on")
	now = now.Add(time.Minute)
	upload := func() int {
		return r.do(t, call{method: "POST", path: "/v1/uploads", token: "merchant", body: string(png), header: key()}).Code
	}
	for range 10 {
		require.Less(t, upload(), 300)
	}
	require.Equal(t, 429, upload(), "uploads have a limit of their own")
	require.Equal(t, 200, me("merchant"))
	now = now.Add(time.Minute)
	say := func(n int) int {
		return r.do(t, call{method: "POST", path: "/v1/conversations/x-1/messages", token: "customer", body: fmt.Sprintf(`{"client_id":"m-000000%02d","kind":"text","text":"在吗"}`, n)}).Code
	}
	for n := range 10 {
		require.Less(t, say(n), 300)
	}
	require.Equal(t, 429, say(10), "and so have messages")
	require.Equal(t, 429, r.do(t, call{method: "POST", path: "/v1/conversations/x-1/messages/1/edit", token: "customer", body: `{"text":"在吗？"}`}).Code)
	require.Equal(t, 200, me("customer"))
	now = now.Add(time.Second)
	require.Less(t, say(11), 300)
}

// Nothing that a request names makes the API send a browser anywhere.
func TestAttack09_OpenRedirect(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{
		"//evil.example/", "/\\evil.example", "/%2f%2fevil.example", "/v1//evil.example", "/v1/me/..//evil.example", "/https://evil.example", "/v1/me/", "/V1/ME",
		"/v1/me?next=https://evil.example", "/v1/orders/javascript:alert(1)", "/docs/../../evil.example", "/.//evil.example",
	} {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			request := call{method: method, path: "/x", token: "agent", header: map[string]string{
				"X-Forwarded-Host": "evil.example", "Referer": "https://evil.example/", "X-Forwarded-Proto": "javascript",
			}}
			answer := r.raw(t, request, path, "evil.example")
			require.False(t, answer.Code >= 300 && answer.Code < 400, "%s %s: %d", method, path, answer.Code)
			require.Empty(t, answer.Header().Get("Location"), path)
			require.NotContains(t, answer.Body.String(), "evil", "%s is not repeated", path)
			require.NotContains(t, answer.Body.String(), "javascript")
		}
	}
}

// What comes back is never a page that a browser would run, whatever it holds.
func TestAttack09_NothingServedRuns(t *testing.T) {
	r := newRig(t)
	for n, route := range api.Routes() {
		answer := r.do(t, sound(route, "agent", n))
		h := answer.Header()
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), route.Action)
		require.Contains(t, h.Get("Content-Security-Policy"), "default-src 'none'", route.Action)
		require.Contains(t, h.Get("Content-Security-Policy"), "frame-ancestors 'none'", route.Action)
		require.NotContains(t, h.Get("Content-Security-Policy"), "unsafe", route.Action)
		require.NotContains(t, h.Get("Content-Type"), "html", route.Action)
		require.Equal(t, "no-referrer", h.Get("Referrer-Policy"), route.Action)
		require.NotEmpty(t, h.Get("Strict-Transport-Security"), route.Action)
	}
}

// Another site cannot make a browser act with its cookie; a look-alike of ours is another site.
func TestAttack09_LookAlikeOrigins(t *testing.T) {
	r := newRig(t)
	for _, origin := range []string{
		"https://shop.example.evil.example", "https://evil.example/https://shop.example", "https://shop-example", "http://shop.example", "https://shop.example:444",
		"https://sh\u043ep.example", "null", "https://SHOP.example.", "javascript://shop.example", "",
	} {
		answer := r.raw(t, call{method: "POST", path: "/v1/cases/c/withdraw", header: map[string]string{
			"Cookie": "__Host-aftersales=customer", "Origin": origin, "Idempotency-Key": "k-" + url.QueryEscape(origin),
		}}, "/v1/cases/c/withdraw", "shop.example")
		problem(t, answer, 403, "forbidden")
	}
	require.Zero(t, r.count())
}

// What a stranger writes stays inside its own log line and inside its own field.
func TestAttack19_LogLines(t *testing.T) {
	r := newRig(t)
	forged := "\n{\"level\":\"ERROR\",\"msg\":\"forged\",\"role\":\"operator\"}"
	answer := r.raw(t, call{method: "GET", header: map[string]string{"X-Request-Id": "x" + forged, "User-Agent": forged, "Accept-Language": forged}}, "/v1/cases/"+url.PathEscape(forged), "shop.example")
	require.NotContains(t, answer.Header().Get("X-Request-Id"), "forged", "a number that is no number is replaced by ours")
	r.do(t, call{method: "GET", path: "/v1/cases?stage=" + url.QueryEscape(forged), token: "agent"})
	r.do(t, call{method: "POST", path: "/v1/session", body: fmt.Sprintf(`{"login":%q,"password":"x"}`, forged)})
	r.order = func(contract.Actor) (api.Order, error) {
		return api.Order{}, fault.New(fault.OrderUnknown).Because(fmt.Errorf("no order %s", forged))
	}
	r.do(t, call{method: "GET", path: "/v1/orders/x", token: "agent"})
	for line := range strings.Lines(r.logged.String()) {
		require.True(t, strings.HasPrefix(line, `{"time":`), line)
	}
	require.NotContains(t, r.logged.String(), `"role":"operator"`)
}

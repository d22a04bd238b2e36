package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/fault"
	"aftersales/workflows/contract"
)

const goodOpening = `{"kind":"return","order_id":"o-1","lines":[{"line_id":"l1","quantity":1}]}`

var keyed atomic.Int64

// key makes a fresh Idempotency-Key.
func key() map[string]string {
	return map[string]string{"Idempotency-Key": fmt.Sprint("fresh-", keyed.Add(1))}
}

func TestBadContentIsRefusedWithItsOwnErrorAndNothingHappens(t *testing.T) {
	long := strings.Repeat("长", 2001)
	for name, bad := range map[string]struct {
		path, body, media, code string
		status                  int
	}{
		"unknown field":         {"/v1/cases", `{"kind":"return","order_id":"o","lines":[{"line_id":"l","quantity":1}],"status":"refunded"}`, "", "unknown_field", 400},
		"unknown field inside":  {"/v1/cases", `{"kind":"return","order_id":"o","lines":[{"line_id":"l","quantity":1,"paid":0}]}`, "", "unknown_field", 400},
		"field in other case":   {"/v1/cases", `{"kind":"return","Order_ID":"o","lines":[{"line_id":"l","quantity":1}]}`, "", "unknown_field", 400},
		"doubled key":           {"/v1/cases", `{"kind":"return","order_id":"o","order_id":"p","lines":[]}`, "", "duplicate_field", 400},
		"doubled in other case": {"/v1/cases/c/answer-offer", `{"accept":false,"ACCEPT":true}`, "", "duplicate_field", 400},
		"missing field":         {"/v1/cases", `{"kind":"return"}`, "", "bad_request", 400},
		"wrong type":            {"/v1/cases/c/answer", `{"round":"1","n":1}`, "", "bad_request", 400},
		"fraction":              {"/v1/cases/c/answer", `{"round":1.5,"n":1}`, "", "bad_request", 400},
		"power":                 {"/v1/cases/c/answer", `{"round":1e2,"n":1}`, "", "bad_request", 400},
		"not an object":         {"/v1/cases", `[]`, "", "bad_request", 400},
		"no JSON":               {"/v1/cases", `{"kind":`, "", "bad_request", 400},
		"two values":            {"/v1/cases", goodOpening + goodOpening, "", "bad_request", 400},
		"deep":                  {"/v1/cases", strings.Repeat("[", 1000), "", "bad_request", 400},
		"NUL":                   {"/v1/cases", `{"kind":"return","order_id":"o\u0000","lines":[{"line_id":"l","quantity":1}]}`, "", "bad_request", 400},
		"large":                 {"/v1/cases", `{"text":"` + strings.Repeat("x", 70000) + `"}`, "", "body_too_large", 413},
		"form":                  {"/v1/cases", `kind=return`, "application/x-www-form-urlencoded", "unsupported_media", 415},
		"text":                  {"/v1/cases", goodOpening, "text/plain", "unsupported_media", 415},
		"other charset":         {"/v1/cases", goodOpening, "application/json; charset=gbk", "unsupported_media", 415},
		"long text":             {"/v1/cases/c/escalate", `{"text":"` + long + `"}`, "", "text_too_long", 413},
		"amount over 2^53":      {"/v1/cases/c/answer-offer", `{"accept":true,"amount":{"minor":9007199254740993,"currency":"CNY"}}`, "", "bad_request", 400},
		"negative amount":       {"/v1/cases/c/answer-offer", `{"accept":true,"amount":{"minor":-5,"currency":"CNY"}}`, "", "bad_request", 400},
		"other currency":        {"/v1/cases/c/answer-offer", `{"accept":true,"amount":{"minor":5,"currency":"USD"}}`, "", "bad_request", 400},
		"bare amount":           {"/v1/cases/c/answer-offer", `{"accept":true,"amount":5}`, "", "bad_request", 400},
		"unknown choice":        {"/v1/cases", `{"kind":"gift","order_id":"o","lines":[{"line_id":"l","quantity":1}]}`, "", "bad_request", 400},
		"nothing chosen":        {"/v1/cases", `{"kind":"return","order_id":"o","lines":[]}`, "", "bad_request", 400},
		"unknown query":         {"/v1/cases?role=operator", goodOpening, "", "unknown_field", 400},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.open = func(context.Context, api.Opening) (contract.Ack, error) {
				t.Error("the service was called")
				return contract.Ack{}, nil
			}
			header := key()
			if bad.media != "" {
				header["Content-Type"] = bad.media
			}
			answer := r.do(t, call{method: "POST", path: bad.path, token: "customer", body: bad.body, header: header})
			p := problem(t, answer, bad.status, bad.code)
			require.NotContains(t, answer.Body.String(), "refunded", "rejected values are not repeated")
			require.Zero(t, r.count())
			require.NotEmpty(t, p.RequestID)
		})
	}
}

func TestUnknownQueryIsNamed(t *testing.T) {
	p := problem(t, newRig(t).do(t, call{method: "GET", path: "/v1/cases?colour=blue", token: "agent"}), 400, "unknown_field")
	require.Equal(t, "query.colour", p.Errors[0].Location)
}

func TestFieldErrorsSayWhereAndWhatButNeverTheValue(t *testing.T) {
	answer := newRig(t).do(t, call{method: "POST", path: "/v1/cases", token: "customer", header: key(),
		body: `{"kind":"secret-kind","order_id":"","lines":[{"line_id":"l","quantity":0}]}`})
	p := problem(t, answer, 400, "bad_request")
	got := map[string]string{}
	for _, field := range p.Errors {
		got[field.Location] = field.Code
		require.NotEmpty(t, field.Message)
	}
	require.Equal(t, map[string]string{"body.kind": "one_of", "body.order_id": "too_short", "body.lines[0].quantity": "too_small"}, got)
	require.NotContains(t, answer.Body.String(), "secret-kind")
}

func TestProblemsSpeakTheReadersLanguage(t *testing.T) {
	r := newRig(t)
	for wanted, text := range map[string]string{
		"": "请先登录。", "zh-CN": "请先登录。", "en": "Please sign in first.", "en-GB,zh;q=0.5": "Please sign in first.",
		"fr": "请先登录。", "zh-TW,en;q=0.9": "请先登录。", "nonsense;;;": "请先登录。",
	} {
		p := problem(t, r.do(t, call{method: "GET", path: "/v1/me", header: map[string]string{"Accept-Language": wanted}}), 401, "sign_in_required")
		require.Equal(t, text, p.Detail, wanted)
	}
	zh := problem(t, r.do(t, call{method: "POST", path: "/v1/cases", token: "customer", body: "[", header: key()}), 400, "bad_request")
	require.Contains(t, zh.Detail, "JSON")
	require.Contains(t, zh.Detail, "请求有误")
}

func TestQuestionsAndReasonsSpeakTheReadersLanguage(t *testing.T) {
	r := newRig(t)
	for lang, label := range map[string]string{"zh-CN": "不想要了", "en": "No longer wanted"} {
		header := key()
		header["Accept-Language"] = lang
		answer := r.do(t, call{method: "POST", path: "/v1/cases", token: "customer", body: goodOpening, header: header})
		require.Equal(t, 201, answer.Code)
		require.Contains(t, answer.Body.String(), `"text":"reason?`+lang+`"`)
		require.Contains(t, answer.Body.String(), `"label":"`+label+`"`)
	}
}

// How an amount comes about is told in words, each step with its rule, in the reader's language.
func TestEvaluationsAreExplainedInTheReadersLanguage(t *testing.T) {
	r := newRig(t)
	for lang, words := range map[string][]string{
		"zh-CN": {"所选商品实际支付（l1）: +99.00 [amount_really_paid]", "合计: 99.00 CNY"},
		"en":    {"Really paid for the chosen units (l1): +99.00 [amount_really_paid]", "Total: 99.00 CNY"},
	} {
		answer := r.do(t, call{method: "GET", path: "/v1/cases/case-1/evaluations", token: "agent", header: map[string]string{"Accept-Language": lang}})
		require.Equal(t, 200, answer.Code)
		var body struct {
			Items []struct{ Explained []string }
		}
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &body))
		require.Equal(t, words, body.Items[0].Explained)
	}
}

func TestFaultsOfTheServiceBecomeProblems(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		status int
		code   string
	}{
		"fault":      {fmt.Errorf("wrapped: %w", fault.New(fault.StaleRevision, "revision", 7)), 409, "stale_revision"},
		"raw":        {errors.New("pq: password authentication failed for user 张三"), 500, "internal"},
		"time out":   {context.DeadlineExceeded, 503, "unavailable"},
		"busy":       {fault.New(fault.Unavailable), 503, "unavailable"},
		"approval":   {fault.New(fault.OwnApproval), 403, "own_approval"},
		"with cause": {fault.New(fault.NotFound).Because(errors.New("secret cause")), 404, "not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.command = func(context.Context, string, string, contract.Command) (contract.Ack, error) {
				return contract.Ack{}, c.err
			}
			answer := r.do(t, call{method: "POST", path: "/v1/cases/c/withdraw", token: "customer", header: key()})
			problem(t, answer, c.status, c.code)
			require.NotContains(t, answer.Body.String(), "张三")
			require.NotContains(t, answer.Body.String(), "secret cause")
			if c.status == 503 {
				require.Equal(t, "1", answer.Header().Get("Retry-After"))
			}
		})
	}
}

// A database that is away is no fault of the request, and nothing was done.
func TestWithoutTheDatabaseTheSameRequestMayBeSentAgain(t *testing.T) {
	r := newRig(t, func(o *api.Options) { o.Idempotency = brokenKeys{} })
	answer := r.do(t, call{method: "POST", path: "/v1/cases", token: "customer", body: goodOpening, header: key()})
	problem(t, answer, 503, "unavailable")
	require.Equal(t, "1", answer.Header().Get("Retry-After"))
	require.NotContains(t, answer.Body.String(), "10.0.0.7")
}

type brokenKeys struct{ *fakeKeys }

func (brokenKeys) Begin(context.Context, api.KeyedRequest, time.Time) (time.Time, api.KeyedAnswer, error) {
	return time.Time{}, api.KeyedAnswer{}, errors.New("dial tcp 10.0.0.7:5432: connection refused")
}

func TestARefusedOpeningIsAProblem(t *testing.T) {
	r := newRig(t)
	r.open = func(context.Context, api.Opening) (contract.Ack, error) {
		return contract.Ack{Refused: &contract.RefusedStart{Code: "window_over", Details: map[string]any{"until": "2026-02-01"}}}, nil
	}
	p := problem(t, r.do(t, call{method: "POST", path: "/v1/cases", token: "customer", body: goodOpening, header: key()}), 422, "window_over")
	require.Equal(t, "2026-02-01", p.Details["until"])
	require.Contains(t, p.Detail, "2026-02-01")
}

func TestPanicsAreProblems(t *testing.T) {
	r := newRig(t)
	r.command = func(context.Context, string, string, contract.Command) (contract.Ack, error) {
		panic("the cause 张三")
	}
	answer := r.do(t, call{method: "POST", path: "/v1/cases/c/withdraw", token: "customer", header: map[string]string{"Idempotency-Key": "p"}})
	problem(t, answer, 500, "internal")
	require.NotContains(t, answer.Body.String(), "张三")
	require.Contains(t, r.logged.String(), "middleware.go")
	r.command = nil
	answer = r.do(t, call{method: "POST", path: "/v1/cases/c/withdraw", token: "customer", header: map[string]string{"Idempotency-Key": "p"}})
	require.Equal(t, 200, answer.Code, "a panic is no answer that is kept: %s", answer.Body)
}

func TestCommandsCarryWhoSaysItAndWhatTheySaw(t *testing.T) {
	r := newRig(t)
	header := key()
	answer := r.do(t, call{method: "POST", path: "/v1/cases/case-9/propose", token: "agent", header: header, stepUp: true,
		body: `{"expected_revision":7,"outcome":"partial","amount":{"minor":500,"currency":"CNY"},"liability":"merchant","text":"各半"}`})
	require.Equal(t, 200, answer.Code, answer.Body)
	got := r.commands[0].(*contract.Propose)
	require.Equal(t, contract.Actor{Kind: contract.Agent, ID: "st-2", Limit: 50000, Team: "team-1"}, got.Actor)
	require.Equal(t, header["Idempotency-Key"], got.Key)
	require.EqualValues(t, 7, *got.Revision)
	require.WithinDuration(t, time.Now(), got.ReceivedAt, time.Minute)
	require.Equal(t, "text-1", got.TextID)
	require.EqualValues(t, 500, got.Amount)
	require.EqualValues(t, "merchant", got.Liability)

	r.do(t, call{method: "POST", path: "/v1/cases/case-9/inspect", token: "merchant", header: key(), body: `{"difference":"empty"}`})
	require.Equal(t, contract.Actor{Kind: contract.Merchant, ID: "st-1", Merchant: "shop-1", Owner: true}, r.commands[1].About().Actor)
	require.Nil(t, r.commands[1].About().Revision)
}

func TestWhatAReaderSees(t *testing.T) {
	r := newRig(t)
	read := func(role, path string) map[string]any {
		answer := r.do(t, call{method: "GET", path: path, token: role})
		require.Equal(t, 200, answer.Code, answer.Body)
		var body map[string]any
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &body))
		return body
	}
	for role, sees := range map[string]bool{"customer": false, "merchant": false, "agent": true, "supervisor": true, "operator": true} {
		require.Equal(t, sees, read(role, "/v1/cases/case-1")["approval"] != nil, role)
	}
	require.Equal(t, "withdraw", read("customer", "/v1/cases/case-1")["actions"].([]any)[0].(map[string]any)["name"])
	require.Empty(t, read("agent", "/v1/cases/case-1")["actions"])
	require.Equal(t, map[string]any{"minor": 9900.0, "currency": "CNY"}, read("customer", "/v1/cases/case-1")["amount"])

	own := read("customer", "/v1/orders/o-1")["recipient"].(map[string]any)
	require.Equal(t, "张小明", own["name"])
	require.Equal(t, "138****1234", own["phone"])
	shop := read("merchant", "/v1/orders/o-1")["recipient"].(map[string]any)
	require.Equal(t, "张**", shop["name"])
	require.Equal(t, "138****1234", shop["phone"])
	require.Nil(t, shop["street"])

	entry := func(role string) map[string]any {
		return read(role, "/v1/cases/c/timeline")["items"].([]any)[0].(map[string]any)
	}
	require.Nil(t, entry("customer")["by_id"], "an agent's ID is not for customers")
	require.Equal(t, "st-2", entry("supervisor")["by_id"])
}

func TestNotices(t *testing.T) {
	r := newRig(t)
	send := func(partner, sign, body string) *httptest.ResponseRecorder {
		return r.do(t, call{method: "POST", path: "/v1/notices/" + partner, body: body, header: map[string]string{"X-Sign": sign, "Content-Type": "application/x-www-form-urlencoded"}})
	}
	answer := send("kuaidi100", "", "param=x")
	require.Equal(t, 200, answer.Code)
	require.Equal(t, `{"result":true,"returnCode":"200"}`, answer.Body.String())
	require.Equal(t, "application/json", answer.Header().Get("Content-Type"))
	problem(t, send("kuaidi100", "forged", "param=x"), 401, "notice_forged")
	problem(t, send("kuaidi100", "", ""), 400, "notice_malformed")
	problem(t, send("unknown", "", "param=x"), 404, "not_found")
}

func TestCookieSessions(t *testing.T) {
	signIn := func(r *rig) *http.Cookie {
		answer := r.do(t, call{method: "POST", path: "/v1/session", body: `{"login":"customer","password":"secret","cookie":true}`})
		require.Equal(t, 201, answer.Code, answer.Body)
		require.NotContains(t, answer.Body.String(), `"token"`, "scripts must not see it")
		return answer.Result().Cookies()[0]
	}
	r := newRig(t)
	cookie := signIn(r)
	require.Equal(t, "__Host-aftersales", cookie.Name)
	require.True(t, cookie.Secure && cookie.HttpOnly && cookie.Path == "/" && cookie.Domain == "" && cookie.SameSite == http.SameSiteLaxMode)

	with := func(header map[string]string) map[string]string {
		all := key()
		all["Cookie"] = cookie.Name + "=" + cookie.Value
		for name, value := range header {
			all[name] = value
		}
		return all
	}
	withdraw := func(header map[string]string) *httptest.ResponseRecorder {
		return r.do(t, call{method: "POST", path: "https://shop.example/v1/cases/c/withdraw", header: with(header)})
	}
	require.Equal(t, 200, r.do(t, call{method: "GET", path: "/v1/me", header: with(nil)}).Code)
	require.Equal(t, 200, withdraw(map[string]string{"Origin": "https://shop.example", "Sec-Fetch-Site": "same-origin"}).Code)
	problem(t, withdraw(map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}), 403, "forbidden")
	problem(t, withdraw(map[string]string{"Origin": "null"}), 403, "forbidden")
	problem(t, withdraw(nil), 403, "forbidden")
	require.Equal(t, 1, r.count())

	out := r.do(t, call{method: "DELETE", path: "https://shop.example/v1/session", header: with(map[string]string{"Origin": "https://shop.example"})})
	require.Equal(t, 204, out.Code)
	require.Negative(t, out.Result().Cookies()[0].MaxAge)
	require.Equal(t, `"cache", "storage"`, out.Header().Get("Clear-Site-Data"))

	local := newRig(t, func(o *api.Options) { o.PublicURL = "http://127.0.0.1:8080" })
	cookie = signIn(local)
	require.Equal(t, "aftersales", cookie.Name)
	require.False(t, cookie.Secure)
	for _, url := range []string{"", "http://shop.example", "https://127.0.0.1", "http://localhost.example:80"} {
		require.True(t, signIn(newRig(t, func(o *api.Options) { o.PublicURL = url })).Secure, url)
	}
	for _, url := range []string{"http://localhost:8080", "http://[::1]:8080/"} {
		require.False(t, signIn(newRig(t, func(o *api.Options) { o.PublicURL = url })).Secure, url)
	}
}

// Whose session ends on their own word leaves nothing in the browser; who ends another one keeps what is there.
func TestABrowserForgetsWhenItsSessionIsEnded(t *testing.T) {
	r := newRig(t)
	const all = `"cache", "storage"`
	for path, want := range map[string]string{
		"/v1/session": all, "/v1/me/sessions?this=true": all, "/v1/me/sessions/se-1": all, "/v1/me/sessions?this=false": "", "/v1/me/sessions/se-2": "",
	} {
		answer := r.do(t, call{method: "DELETE", path: path, token: "customer"})
		require.Less(t, answer.Code, 300, path)
		require.Equal(t, want, answer.Header().Get("Clear-Site-Data"), path)
		require.Equal(t, want != "", len(answer.Result().Cookies()) == 1 && answer.Result().Cookies()[0].MaxAge < 0, path)
	}
	require.Empty(t, r.do(t, call{method: "GET", path: "/v1/me", token: "customer"}).Header().Get("Clear-Site-Data"))
	problem(t, r.do(t, call{method: "DELETE", path: "/v1/session"}), 401, "sign_in_required")
	erased := r.do(t, call{method: "GET", path: "/v1/erasure-receipt", header: map[string]string{"Receipt": "erasure_x"}})
	require.Equal(t, all, erased.Header().Get("Clear-Site-Data"), "nobody is left whom the browser could remember")
}

func TestForgedHeadersDoNotChangeWhoAsksOrFromWhere(t *testing.T) {
	r := newRig(t)
	header := map[string]string{"X-Forwarded-For": "1.2.3.4", "X-Real-Ip": "1.2.3.4", "X-User-Id": "st-3", "X-Role": "operator"}
	r.do(t, call{method: "POST", path: "/v1/session", body: `{"login":"agent","password":"x"}`, header: header})
	require.Equal(t, "192.0.2.1", r.identity.address)
	problem(t, r.do(t, call{method: "GET", path: "/v1/discrepancies", token: "agent", header: header}), 403, "forbidden")
	trusting := newRig(t, func(o *api.Options) { o.TrustedProxies = []string{"192.0.2.0/24"} })
	trusting.do(t, call{method: "POST", path: "/v1/session", body: `{"login":"agent","password":"x"}`, header: header})
	require.Equal(t, "1.2.3.4", trusting.identity.address)
}

func TestEveryAnswerIsProtectedTimedAndNamed(t *testing.T) {
	r := newRig(t)
	for _, c := range []call{{method: "GET", path: "/v1/me", token: "agent"}, {method: "GET", path: "/v1/me"}, {method: "GET", path: "/nothing"}} {
		h := r.do(t, c).Header()
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
		require.Equal(t, "no-store", h.Get("Cache-Control"))
		require.Equal(t, "no-referrer", h.Get("Referrer-Policy"))
		require.NotEmpty(t, h.Get("Strict-Transport-Security"))
		require.Regexp(t, `^app;dur=\d+\.\d$`, h.Get("Server-Timing"))
		require.NotEmpty(t, h.Get("X-Request-Id"))
	}
	require.Equal(t, "abc-1", r.do(t, call{method: "GET", path: "/v1/me", header: map[string]string{"X-Request-Id": "abc-1"}}).Header().Get("X-Request-Id"))
	require.NotContains(t, r.do(t, call{method: "GET", path: "/v1/me", header: map[string]string{"X-Request-Id": "<b>"}}).Header().Get("X-Request-Id"), "<")
}

func TestTheLogHoldsNothingPersonal(t *testing.T) {
	r := newRig(t)
	r.do(t, call{method: "GET", path: "/v1/orders/13812341234?cursor=13812341234&secret=hunter2", token: "customer"})
	r.do(t, call{method: "POST", path: "/v1/session", body: `{"login":"zhangxiaoming","password":"hunter2"}`})
	r.do(t, call{method: "POST", path: "/v1/cases/c/escalate", token: "customer", body: `{"text":"张小明 13812341234"}`, header: key()})
	for _, secret := range []string{"13812341234", "hunter2", "zhangxiaoming", "张小明", "192.0.2.1"} {
		require.NotContains(t, r.logged.String(), secret)
	}
	require.Contains(t, r.logged.String(), `"action":"case.request.escalate"`)
	require.Contains(t, r.logged.String(), `"route":"/v1/orders/:id"`)
}

func TestHealth(t *testing.T) {
	broken := errors.New("database: no route to 10.0.0.7")
	var err error
	r := newRig(t, func(o *api.Options) {
		o.Checks = map[string]api.Check{"database": func(context.Context) error { return err }, "engine": func(context.Context) error { return nil }}
	})
	require.Equal(t, 200, r.do(t, call{method: "GET", path: "/readyz"}).Code)
	require.JSONEq(t, `{"ok":true,"parts":[{"name":"database","ok":true},{"name":"engine","ok":true}]}`, r.do(t, call{method: "GET", path: "/healthz"}).Body.String())
	err = broken
	problem(t, r.do(t, call{method: "GET", path: "/readyz"}), 503, "unavailable")
	health := r.do(t, call{method: "GET", path: "/healthz"})
	require.Equal(t, 503, health.Code)
	require.JSONEq(t, `{"ok":false,"parts":[{"name":"database","ok":false},{"name":"engine","ok":true}]}`, health.Body.String())
	require.Equal(t, 200, r.do(t, call{method: "GET", path: "/livez"}).Code)
}

// serve runs the edge on a real connection.
func serve(t *testing.T, r *rig) (url string, stop func() error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.server.Serve(ctx, listener) }()
	stopped := false
	stop = func() error {
		stopped = true
		cancel()
		return <-done
	}
	t.Cleanup(func() {
		if !stopped {
			_ = stop()
		}
	})
	return "http://" + listener.Addr().String(), stop
}

func TestShutdownLetsRequestsFinish(t *testing.T) {
	r := newRig(t)
	begun, release := make(chan struct{}), make(chan struct{})
	r.command = func(context.Context, string, string, contract.Command) (contract.Ack, error) {
		close(begun)
		<-release
		return contract.Ack{CaseID: "c", Stage: contract.StageEnded}, nil
	}
	url, stop := serve(t, r)
	answered := make(chan int, 1)
	go func() {
		request, _ := http.NewRequest("POST", url+"/v1/cases/c/withdraw", nil)
		request.Header.Set("Authorization", "Bearer customer")
		request.Header.Set("Idempotency-Key", "k")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			answered <- 0
			return
		}
		_ = answer.Body.Close()
		answered <- answer.StatusCode
	}()
	<-begun
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	require.Eventually(t, func() bool { return r.do(t, call{method: "GET", path: "/readyz"}).Code == 503 }, time.Minute, time.Millisecond)
	close(release)
	require.Equal(t, 200, <-answered)
	require.NoError(t, <-stopped)
}

func TestABodyWithoutEndIsCutOff(t *testing.T) {
	r := newRig(t)
	url, _ := serve(t, r)
	reader, writer := io.Pipe()
	go func() {
		chunk := []byte(strings.Repeat(" ", 8192))
		for {
			if _, err := writer.Write(chunk); err != nil {
				return
			}
		}
	}()
	request, err := http.NewRequest("POST", url+"/v1/cases", reader)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer customer")
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", "k")
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, 413, answer.StatusCode)
}

// An appeal without evidence reaches the case, which says what is missing: leaving the field out is no other mistake than
// an empty list.
func TestAnAppealWithoutEvidenceIsTheCasesToRefuse(t *testing.T) {
	for _, body := range []string{`{}`, `{"evidence":[]}`} {
		r := newRig(t)
		r.command = func(_ context.Context, _, _ string, command contract.Command) (contract.Ack, error) {
			appeal, ok := command.(*contract.Appeal)
			require.True(t, ok)
			require.Empty(t, appeal.Evidence)
			return contract.Ack{}, fault.New(fault.AppealNeedsEvidence)
		}
		problem(t, r.do(t, call{method: "POST", path: "/v1/cases/c/appeal", token: "customer", body: body, header: key()}), 422, "appeal_needs_evidence")
	}
}

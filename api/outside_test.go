package api_test

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/api"
)

// Wherever a browser is led after a sign-in is a page of this very site.
func TestAttack09_OpenRedirectAfterSignIn(t *testing.T) {
	r := newRig(t)
	for to, want := range map[string]string{
		"/orders/1?x=1#a": "/orders/1?x=1#a", "": "/", "https://evil.example": "/", "//evil.example": "/", "/\\evil.example": "/", "\\\\evil.example": "/",
		"javascript:alert(1)": "/", "/%09/evil.example": "/%09/evil.example", "evil.example": "/", "/a\r\nSet-Cookie: x=1": "/",
	} {
		answer := r.do(t, call{method: "GET", path: "/v1/handover?token=x&to=" + url.QueryEscape(to)})
		require.Equal(t, 303, answer.Code, to)
		require.Equal(t, want, answer.Header().Get("Location"), to)
		require.Contains(t, answer.Header().Get("Set-Cookie"), "HttpOnly")
	}
}

// A browser that comes by a link that no longer works finds a page that says so, and where to sign in.
func TestALinkFromTheShopThatIsSpentLeadsToThePage(t *testing.T) {
	r := newRig(t)
	answer := r.do(t, call{method: "GET", path: "/v1/handover?token=used&to=%2Forders%2F1"})
	require.Equal(t, 303, answer.Code)
	require.Equal(t, "/?handover=handover_invalid", answer.Header().Get("Location"))
	require.Empty(t, answer.Header().Get("Set-Cookie"))
}

// A page asks who is there without an error when nobody is.
func TestAPageAsksWhoIsThere(t *testing.T) {
	r := newRig(t)
	for _, token := range []string{"", "ended"} {
		answer := r.do(t, call{method: "GET", path: "/v1/session", token: token})
		require.Equal(t, 200, answer.Code)
		require.JSONEq(t, `{}`, answer.Body.String())
	}
	require.Contains(t, r.do(t, call{method: "GET", path: "/v1/session", token: "customer"}).Body.String(), `"id":"cu-1"`)
}

// The demo's people are told to whoever asks, and nobody is where there is no demo.
func TestOnlyADemoTellsItsPeople(t *testing.T) {
	require.JSONEq(t, `{"people":[]}`, newRig(t).do(t, call{method: "GET", path: "/v1/demo"}).Body.String())
	r := newRig(t, func(o *api.Options) { o.Demo = []api.DemoPerson{{Role: "customer", Login: "kim01", Password: "demo"}} })
	require.JSONEq(t, `{"people":[{"role":"customer","login":"kim01","password":"demo"}]}`, r.do(t, call{method: "GET", path: "/v1/demo"}).Body.String())
}

// What was begun in one browser is not finished in another: the binding is a cookie that scripts do not see.
func TestASignInElsewhereBelongsToItsBrowser(t *testing.T) {
	r := newRig(t)
	answer := r.do(t, call{method: "POST", path: "/v1/elsewhere/company/depart", body: `{"to":"/cases"}`})
	require.Equal(t, 200, answer.Code, answer.Body)
	cookie := answer.Header().Get("Set-Cookie")
	require.Contains(t, cookie, "aftersales-away=b")
	require.Contains(t, cookie, "HttpOnly")
	require.Contains(t, cookie, "SameSite=Lax")

	answer = r.do(t, call{method: "GET", path: "/v1/elsewhere/company/arrive?state=s&code=c&session_state=theirs", header: map[string]string{"Cookie": "aftersales-away=b"}})
	require.Equal(t, 303, answer.Code, answer.Body)
	require.Equal(t, "/cases", answer.Header().Get("Location"))
	require.Len(t, answer.Header().Values("Set-Cookie"), 2, "the session begins, the binding ends")

	answer = r.do(t, call{method: "GET", path: "/v1/elsewhere/company/arrive?state=s&code=c", header: map[string]string{"Cookie": "aftersales-away=stolen"}})
	require.Equal(t, 303, answer.Code)
	require.Equal(t, "/staff/sign-in?elsewhere=outside_sign_in_refused", answer.Header().Get("Location"))
	require.Len(t, answer.Header().Values("Set-Cookie"), 1)
}

func TestKeysAreOfferedWhatAProgramMayDo(t *testing.T) {
	answer := newRig(t).do(t, call{method: "GET", path: "/v1/api-key-scopes", token: "operator"})
	require.Equal(t, 200, answer.Code, answer.Body)
	var found struct {
		Items []struct{ Action, Summary string }
	}
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &found))
	require.Len(t, found.Items, 2, "what needs a fresh factor is not offered: %s", answer.Body)
	require.Equal(t, "case.list", found.Items[0].Action)
	require.Equal(t, "case.read", found.Items[1].Action)
	require.NotEmpty(t, found.Items[0].Summary)
}

// What is not offered is refused, also to those who would ask for it without looking at the list.
func TestKeysAreOnlyForWhatIsOffered(t *testing.T) {
	r := newRig(t)
	for scope, want := range map[string]int{"case.read": 201, "case.refund.approve": 422, "key.create": 422, "nonsense": 422} {
		answer := r.do(t, call{method: "POST", path: "/v1/api-keys", token: "operator", stepUp: true, header: map[string]string{"Idempotency-Key": "k-" + scope}, body: `{"name":"erp","scopes":["case.list","` + scope + `"]}`})
		require.Equal(t, want, answer.Code, "%s: %s", scope, answer.Body)
		if want == 422 {
			var problem struct {
				Code    string
				Details struct {
					Scope   string
					Offered []string
				}
			}
			require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &problem))
			require.Equal(t, "scope_unknown "+scope, problem.Code+" "+problem.Details.Scope)
			require.Equal(t, []string{"case.list", "case.read"}, problem.Details.Offered)
		}
	}
}

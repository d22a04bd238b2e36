package api_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"bytes"
	"encoding/json"
	"flag"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/web"
)

var update = flag.Bool("update", false, "write the API's description to web/openapi.json")

// The client of the screens is made from a copy of the description, which must be what is served.
func TestTheScreensKnowTheAPI(t *testing.T) {
	const copied = "../web/openapi.json"
	answer := newRig(t).do(t, call{method: "GET", path: "/openapi.json"})
	require.Equal(t, 200, answer.Code)
	var pretty bytes.Buffer
	require.NoError(t, json.Indent(&pretty, answer.Body.Bytes(), "", " "))
	pretty.WriteByte('\n')
	if *update {
		require.NoError(t, os.WriteFile(copied, pretty.Bytes(), 0o644))
	}
	content, err := os.ReadFile(copied)
	require.NoError(t, err)
	require.True(t, bytes.Equal(pretty.Bytes(), content), "web/openapi.json is out of date; run: go test ./api -run TestTheScreensKnowTheAPI -update, then npm run check in web/")
}

// withScreens is a build that would like to stand in the API's place.
func withScreens(t *testing.T) *rig {
	t.Helper()
	build := fstest.MapFS{}
	for _, name := range []string{"index.html", "staff.html", "assets/a-1.js", "livez", "openapi.json", "docs", "v1/me", "v1/nothing", "v1/cases"} {
		build[name] = &fstest.MapFile{Data: []byte("screen " + name)}
	}
	pages, err := web.NewPages(build)
	require.NoError(t, err)
	return newRig(t, func(o *api.Options) { o.Pages = pages })
}

func TestScreensAreServedBesideTheTable(t *testing.T) {
	r := withScreens(t)
	browser := map[string]string{"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Site": "none"}
	for path, want := range map[string]string{
		"/": "screen index.html", "/orders/x": "screen index.html", "/staff": "screen staff.html", "/staff/cases/x?tab=1": "screen staff.html",
		"/assets/a-1.js": "screen assets/a-1.js",
	} {
		answer := r.do(t, call{method: "GET", path: path, header: browser})
		require.Equal(t, 200, answer.Code, path)
		require.Equal(t, want, answer.Body.String(), path)
		require.NotContains(t, answer.Header().Get("Content-Security-Policy"), "sandbox")
		require.Equal(t, "nosniff", answer.Header().Get("X-Content-Type-Options"))
		require.Equal(t, "no-referrer", answer.Header().Get("Referrer-Policy"))
		answer = r.do(t, call{method: "HEAD", path: path, header: browser})
		require.Equal(t, 200, answer.Code, path)
		require.Empty(t, answer.Body.String(), path)
	}
}

func TestScreensNeverStandInTheAPIsPlace(t *testing.T) {
	r := withScreens(t)
	browser := map[string]string{"Accept": "text/html"}
	for _, route := range api.Routes() {
		c := sound(route, "", 0)
		c.header["Accept"] = "text/html"
		require.NotContains(t, r.do(t, c).Body.String(), "screen", route.Action)
	}
	for _, path := range []string{"/v1/nothing", "/v1", "/v1/", "/v1/cases/", "/livez/", "/docs", "/docs/x", "/openapi.json/x"} {
		problem(t, r.do(t, call{method: "GET", path: path, header: browser}), 404, "not_found")
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions} {
		for _, path := range []string{"/", "/staff", "/assets/a-1.js"} {
			answer := r.do(t, call{method: method, path: path, header: browser})
			require.GreaterOrEqual(t, answer.Code, 400, method+path)
			require.False(t, strings.Contains(answer.Body.String(), "screen"))
		}
	}
	problem(t, r.do(t, call{method: "GET", path: "/no/such/page"}), 404, "not_found") // a program, not a browser
}

package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"aftersales/web"
)

var build = fstest.MapFS{
	"index.html": {Data: []byte("customer")}, "index.html.gz": {Data: []byte("customer, small")},
	"staff.html": {Data: []byte("staff")}, "theme.js": {Data: []byte("theme")}, ".gitkeep": {}, ".vite/manifest.json": {}, "orphan.js.gz": {Data: []byte("x")},
	"assets/a-1.js": {Data: []byte("script")}, "assets/a-1.js.gz": {Data: []byte("script, small")}, "assets/a-1.js.br": {Data: []byte("script, smaller")},
}

func ask(t *testing.T, pages *web.Pages, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, path, nil)
	request.Header.Set("Accept", "text/html")
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	pages.ServeHTTP(answer, request)
	return answer
}

func pagesOf(t *testing.T, files fstest.MapFS) *web.Pages {
	t.Helper()
	pages, err := web.NewPages(files)
	require.NoError(t, err)
	return pages
}

func TestEachAddressHasItsPage(t *testing.T) {
	pages := pagesOf(t, build)
	for path, want := range map[string]string{
		"/": "customer", "/index.html": "", "/cases/01/timeline": "customer", "/staff": "staff", "/staff/": "staff", "/staff/cases": "staff",
		"/stafford": "customer", "/theme.js": "theme", "/assets/a-1.js": "script", "/.gitkeep": "", "/.vite/manifest.json": "", "/orphan.js": "", "/orphan.js.gz": "",
		"/assets/gone.js": "", "/assets/x": "", "/wp-login.php": "", "/..%2f..%2fetc/passwd": "customer",
	} {
		answer := ask(t, pages, path)
		if want == "" {
			require.Equal(t, 404, answer.Code, path)
			continue
		}
		require.Equal(t, 200, answer.Code, path)
		require.Equal(t, want, answer.Body.String(), path)
	}
	require.Equal(t, 404, ask(t, pages, "/cases/01", "Accept", "application/json").Code)
	require.Equal(t, 200, ask(t, pages, "/", "Accept", "*/*").Code)
}

func TestHashedFilesAreKeptAndPagesAskedAgain(t *testing.T) {
	pages := pagesOf(t, build)
	require.Equal(t, "public, max-age=31536000, immutable", ask(t, pages, "/assets/a-1.js").Header().Get("Cache-Control"))
	page := ask(t, pages, "/orders")
	require.Equal(t, "no-cache", page.Header().Get("Cache-Control"))
	tag := page.Header().Get("ETag")
	require.NotEmpty(t, tag)
	again := ask(t, pages, "/orders", "If-None-Match", `"other", W/`+tag)
	require.Equal(t, 304, again.Code)
	require.Empty(t, again.Body.String())
	require.Equal(t, tag, again.Header().Get("ETag"))
	require.NotEqual(t, tag, ask(t, pages, "/orders", "Accept-Encoding", "gzip").Header().Get("ETag"))
}

func TestTheSmallestAcceptedFormIsSent(t *testing.T) {
	pages := pagesOf(t, build)
	for accept, want := range map[string][2]string{
		"":                     {"", "script"},
		"gzip, deflate":        {"gzip", "script, small"},
		"gzip, deflate, br":    {"br", "script, smaller"},
		"br;q=0, gzip;q=0.5":   {"gzip", "script, small"},
		"identity, BR ; q=1.0": {"br", "script, smaller"},
	} {
		answer := ask(t, pages, "/assets/a-1.js", "Accept-Encoding", accept)
		require.Equal(t, want[0], answer.Header().Get("Content-Encoding"), accept)
		require.Equal(t, want[1], answer.Body.String(), accept)
		require.Equal(t, "Accept-Encoding", answer.Header().Get("Vary"))
		require.Equal(t, "text/javascript; charset=utf-8", answer.Header().Get("Content-Type"))
	}
}

func TestPagesMayLoadOnlyWhatIsOurs(t *testing.T) {
	pages := pagesOf(t, build)
	for _, path := range []string{"/", "/staff"} {
		header := ask(t, pages, path).Header()
		policy := header.Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'")
		require.Contains(t, policy, "script-src 'self';")
		require.Contains(t, policy, "frame-ancestors 'none'")
		require.Equal(t, path == "/staff", strings.Contains(policy, "'unsafe-inline'"))
		require.NotContains(t, policy, "unsafe-eval")
		require.NotContains(t, policy, "http")
		require.Equal(t, "same-origin", header.Get("Cross-Origin-Opener-Policy"))
	}
}

func TestWithoutABuildThePageSaysHowToMakeOne(t *testing.T) {
	pages := pagesOf(t, fstest.MapFS{".gitkeep": {}})
	require.False(t, pages.Built())
	for _, path := range []string{"/", "/orders", "/staff", "/staff/cases"} {
		answer := ask(t, pages, path)
		require.Equal(t, 200, answer.Code, path)
		require.Contains(t, answer.Body.String(), "make run")
		require.Contains(t, answer.Body.String(), "界面还没有构建")
		require.Equal(t, "no-store", answer.Header().Get("Cache-Control"))
	}
	require.Equal(t, 404, ask(t, pages, "/assets/a-1.js").Code)
}

func TestTheEmbeddedBuildIsReadable(t *testing.T) {
	_, err := web.NewPages(web.Dist())
	require.NoError(t, err)
}

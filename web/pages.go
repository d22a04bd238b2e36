package web

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed unbuilt.html
var unbuilt []byte

// What a page may load. Nothing comes from elsewhere and no script stands in a page; the components of the staff's pages
// write their styles into the document, so theirs are allowed there.
const (
	customerPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; " +
		"font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	staffPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; " +
		"font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	unbuiltPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// Powers of a browser that the pages use: the camera for photos of goods, passkeys, the clipboard.
const permissions = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), " +
	"publickey-credentials-get=(self), publickey-credentials-create=(self), clipboard-write=(self)"

// file is one file of the build, in every encoding that the build made of it.
type file struct {
	media   string
	policy  string // of a page; empty: no page
	forever bool   // its name holds the hash of its content
	forms   map[string]form
}

// form is a file's bytes in one encoding; "" is none.
type form struct {
	content []byte
	tag     string
}

// Pages serves a build's files. It serves nothing but GET and HEAD, and nothing outside of the build.
type Pages struct {
	files map[string]file // by path, without the leading slash
}

// NewPages reads a build. Files with the ending .br or .gz are the compressed forms of the file without it.
func NewPages(build fs.FS) (*Pages, error) {
	pages := &Pages{files: map[string]file{}}
	err := fs.WalkDir(build, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(entry.Name(), "."): // the build's own notes
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			return nil
		}
		content, err := fs.ReadFile(build, name)
		if err != nil {
			return err
		}
		pages.add(name, content)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("web: read the build: %w", err)
	}
	for name, f := range pages.files {
		if f.forms[""].content == nil {
			delete(pages.files, name) // a compressed form alone
		}
	}
	return pages, nil
}

func (p *Pages) add(name string, content []byte) {
	encoding := ""
	switch path.Ext(name) {
	case ".br":
		encoding, name = "br", strings.TrimSuffix(name, ".br")
	case ".gz":
		encoding, name = "gzip", strings.TrimSuffix(name, ".gz")
	}
	f, known := p.files[name]
	if !known {
		f = file{media: mediaOf(name), forever: strings.HasPrefix(name, "assets/"), forms: map[string]form{}}
		switch name {
		case customerPage:
			f.policy = customerPolicy
		case staffPage:
			f.policy = staffPolicy
		}
	}
	sum := sha256.Sum256(content)
	f.forms[encoding] = form{content, `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
	p.files[name] = f
}

const (
	customerPage = "index.html"
	staffPage    = "staff.html"
)

// mediaOf does not ask the machine's own table, which differs from machine to machine.
func mediaOf(name string) string {
	switch ext := path.Ext(name); ext {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json", ".webmanifest":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".ico":
		return "image/x-icon"
	default:
		if media := mime.TypeByExtension(ext); media != "" {
			return media
		}
		return "application/octet-stream"
	}
}

// Built tells whether there is anything to serve.
func (p *Pages) Built() bool {
	_, built := p.files[customerPage]
	return built
}

// Find tells whether a request is for a page or a file of the build. A path that no file has is one of the screens' own
// addresses, but only for a browser that asks for a page: programs that mistype an address are told so.
func (p *Pages) Find(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	_, found := p.file(r)
	return found
}

func (p *Pages) file(r *http.Request) (file, bool) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	staff := name == "staff" || strings.HasPrefix(name, "staff/")
	if f, known := p.files[name]; known && f.policy == "" {
		return f, true
	}
	switch asksForPage := strings.Contains(r.Header.Get("Accept"), "text/html"); {
	case name != "" && name != "staff" && (!asksForPage || strings.HasPrefix(name, "assets/") || strings.Contains(path.Base(name), ".")):
		return file{}, false
	case !p.Built():
		return file{media: mediaOf(customerPage), policy: unbuiltPolicy, forms: map[string]form{"": {content: unbuilt}}}, true
	case staff:
		f, known := p.files[staffPage]
		return f, known
	}
	return p.files[customerPage], true
}

// ServeHTTP answers what Find found.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, found := p.file(r)
	if !found {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.media)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Vary", "Accept-Encoding")
	if f.policy != "" {
		h.Set("Content-Security-Policy", f.policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", permissions)
		h.Set("Vary", "Accept, Accept-Encoding")
	} else {
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	}
	chosen := f.forms[""]
	for _, encoding := range []string{"br", "gzip"} {
		if compressed, there := f.forms[encoding]; there && accepts(r, encoding) {
			h.Set("Content-Encoding", encoding)
			chosen = compressed
			break
		}
	}
	switch {
	case f.forever:
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	case chosen.tag == "":
		h.Set("Cache-Control", "no-store")
	default:
		h.Set("Cache-Control", "no-cache") // asked again each time, answered by its tag
	}
	if chosen.tag != "" {
		h.Set("ETag", chosen.tag)
		if matches(r.Header.Get("If-None-Match"), chosen.tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(chosen.content)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(chosen.content)
	}
}

// accepts reads Accept-Encoding as far as browsers write it: names with an optional q.
func accepts(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, weighed := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		weight, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(q), "q="), 64)
		return !weighed || err != nil || weight > 0
	}
	return false
}

func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == tag || one == "*" {
			return true
		}
	}
	return false
}

// Package safehttp is how the program calls servers whose address somebody else may have chosen: it connects to none that
// is not public, whatever the name resolves to and wherever a redirect leads.
package safehttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// ErrRefused says that a request would have gone where none may go. Nothing was sent.
var ErrRefused = errors.New("safehttp: this address must not be called")

// Options of New. The zero value calls public servers only.
type Options struct {
	// Allow names servers, host:port as in their URLs, that may be called although their addresses are private: the
	// sandbox, a gateway of one's own. A redirect may not lead to them.
	Allow []string
	// Resolver finds addresses; nil: the system's.
	Resolver *net.Resolver
	// Timeout of a connection; 0: 10 s.
	Timeout time.Duration
	// Roots that certificates are checked against; nil: the system's.
	Roots *x509.CertPool
}

// Dialer connects to public servers and to those that are allowed by name.
type Dialer struct {
	allowed map[string]bool
	open    net.Dialer // to whatever was allowed
	guarded net.Dialer
	roots   *x509.CertPool
}

// New makes a dialer.
func New(options Options) *Dialer {
	if options.Timeout <= 0 {
		options.Timeout = 10 * time.Second
	}
	d := &Dialer{allowed: map[string]bool{}, roots: options.Roots, open: net.Dialer{Timeout: options.Timeout, Resolver: options.Resolver}}
	for _, host := range options.Allow {
		d.allowed[strings.ToLower(host)] = true
	}
	d.guarded = d.open
	d.guarded.ControlContext = onlyPublic
	return d
}

// HostPort is what Options.Allow wants of a URL: its host with its port, or with that of its scheme.
func HostPort(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("safehttp: %q names no server", address)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port), nil
}

// onlyPublic is asked by the system's dialer for every address that it is about to connect to, after the name was
// resolved: no second look-up can answer otherwise than the one that counts.
func onlyPublic(_ context.Context, network, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !strings.HasPrefix(network, "tcp") || !Public(at.Addr()) {
		return fmt.Errorf("%w: it leads to %s", ErrRefused, address)
	}
	return nil
}

// DialContext is for http.Transport.
func (d *Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if d.allowed[strings.ToLower(address)] && ctx.Value(redirected{}) == nil {
		return d.open.DialContext(ctx, network, address)
	}
	return d.guarded.DialContext(ctx, network, address)
}

// Transport makes calls over the dialer and over no proxy, which would connect in its place without asking.
func (d *Dialer) Transport() *http.Transport {
	return &http.Transport{
		DialContext: d.DialContext, ForceAttemptHTTP2: true, MaxIdleConns: 100, MaxIdleConnsPerHost: 16, IdleConnTimeout: 90 * time.Second,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: d.roots},
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 30 * time.Second, MaxResponseHeaderBytes: 64 << 10,
	}
}

const mostRedirects = 3

type redirected struct{}

// Client follows a few redirects, each to a public server over https, for fetching what others name: previews, webhooks'
// targets, keys of identity providers. Partners' adapters use Transport with a client that follows none. schemes are those
// that the first request may have; none: https alone.
func (d *Dialer) Client(timeout time.Duration, schemes ...string) *http.Client {
	if len(schemes) == 0 {
		schemes = []string{"https"}
	}
	first, later := d.Transport(), d.Transport()
	return &http.Client{
		Timeout: timeout,
		Transport: roundTrip(func(request *http.Request) (*http.Response, error) {
			if !slices.Contains(schemes, request.URL.Scheme) && request.Response == nil || request.URL.User != nil || request.URL.Opaque != "" {
				return nil, fmt.Errorf("%w: the URL must begin with %s:// and hold no name or password", ErrRefused, strings.Join(schemes, ":// or "))
			}
			if request.Response == nil {
				return first.RoundTrip(request)
			}
			// Its own pool of connections: one that was allowed by name is not found here.
			return later.RoundTrip(request.WithContext(context.WithValue(request.Context(), redirected{}, true)))
		}),
		CheckRedirect: func(request *http.Request, via []*http.Request) error {
			switch {
			case len(via) > mostRedirects:
				return fmt.Errorf("%w: more than %d redirects", ErrRefused, mostRedirects)
			case request.URL.Scheme != "https":
				return fmt.Errorf("%w: a redirect leads to %s://", ErrRefused, request.URL.Scheme)
			}
			return nil
		},
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (r roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

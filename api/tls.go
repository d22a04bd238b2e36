package api

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// TLS says how the API proves who it is: with a certificate in files, or with certificates that it gets by ACME. The zero
// value is plain HTTP, for one machine or behind a proxy that speaks TLS.
type TLS struct {
	CertFile, KeyFile string   // PEM; read again when they change
	Domains           []string // of the certificates to get by ACME
	Email             string
	CacheDir          string // keeps the ACME account and certificates
	DirectoryURL      string // of the certificate authority; empty: Let's Encrypt
	PlainListen       string // host:port for plain HTTP beside TLS: ACME's questions, and the way to PublicURL; empty: none
}

// Enabled tells whether there is anything to prove.
func (t TLS) Enabled() bool { return t.CertFile != "" || len(t.Domains) > 0 }

// config makes the TLS configuration, and what answers over plain HTTP beside it.
func (t TLS) config(publicURL string, log *slog.Logger) (*tls.Config, http.Handler, error) {
	toTLS := redirectTo(publicURL)
	if t.CertFile != "" {
		pair := &certificatePair{certFile: t.CertFile, keyFile: t.KeyFile, log: log}
		if _, err := pair.get(nil); err != nil {
			return nil, nil, err
		}
		return &tls.Config{MinVersion: tls.VersionTLS13, GetCertificate: pair.get, NextProtos: []string{"h2", "http/1.1"}}, toTLS, nil
	}
	manager := &autocert.Manager{
		Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(t.Domains...), Cache: autocert.DirCache(t.CacheDir), Email: t.Email,
	}
	if t.DirectoryURL != "" {
		manager.Client = &acme.Client{DirectoryURL: t.DirectoryURL}
	}
	config := manager.TLSConfig()
	config.MinVersion = tls.VersionTLS13
	return config, manager.HTTPHandler(toTLS), nil
}

// certificatePair is a certificate in two files. They are looked at again at every handshake, so that a renewed one
// holds without a restart; while the new files do not fit together, the old certificate goes on.
type certificatePair struct {
	certFile, keyFile string
	log               *slog.Logger

	mu    sync.Mutex
	state [2]fileState
	held  *tls.Certificate
}

type fileState struct {
	changed time.Time
	size    int64
}

func (p *certificatePair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var state [2]fileState
	for i, file := range []string{p.certFile, p.keyFile} {
		if info, err := os.Stat(file); err == nil {
			state[i] = fileState{info.ModTime(), info.Size()}
		}
	}
	if p.held != nil && state == p.state {
		return p.held, nil
	}
	p.state = state
	fresh, err := tls.LoadX509KeyPair(p.certFile, p.keyFile)
	switch {
	case err == nil:
		p.held = &fresh
		if fresh.Leaf != nil {
			p.log.Info("the certificate is loaded", "names", fresh.Leaf.DNSNames, "until", fresh.Leaf.NotAfter)
		}
	case p.held == nil:
		return nil, fmt.Errorf("api: the certificate cannot be read; give PEM files of a certificate and of its own key: %w", err)
	default:
		p.log.Error("the new certificate cannot be read; the old one goes on", "error", err)
	}
	return p.held, nil
}

// redirectTo sends browsers from plain HTTP to the public address, whatever host they named. Anything but reading is
// refused: what it carried has been read on its way already, and the sender should notice.
func redirectTo(publicURL string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target, err := url.Parse(publicURL)
		if err != nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "use "+publicURL, http.StatusForbidden)
			return
		}
		to := url.URL{Scheme: target.Scheme, Host: target.Host, Path: "/"}
		if path := r.URL.EscapedPath(); len(path) > 1 && path[0] == '/' {
			to.Path, to.RawPath = r.URL.Path, path
		}
		to.RawQuery = r.URL.RawQuery
		http.Redirect(w, r, to.String(), http.StatusPermanentRedirect)
	})
}

// plain serves what plain HTTP may say beside TLS until ctx ends.
func plain(ctx context.Context, listen string, handler http.Handler, log *slog.Logger) (stop func(), err error) {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("api: listen on %s for plain HTTP; is another process using it, or are the rights missing? %w", listen, err)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTime, ReadTimeout: headerTime, WriteTimeout: headerTime, IdleTimeout: headerTime,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("plain HTTP is no longer answered", "error", err)
		}
	}()
	return func() { _ = server.Close() }, nil
}

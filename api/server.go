// Package api is the edge: it reads what comes over HTTP, finds out who asks and whether they may, calls one service
// and writes the answer. routes.go is the table of all that it serves. It holds no business rule.
package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Options is everything that the edge is made of.
type Options struct {
	Identity    Identity
	Factors     Factors
	Accounts    Accounts
	Outside     Outside
	Webhooks    Webhooks
	People      People
	Idempotency Idempotency
	Notices     Notices
	Cases       Cases
	Shopkeeping Shopkeeping
	Funds       Funds
	CaseViews   CaseViews
	Articles    Articles
	Carriers    map[string]string // whose waybills are known, with their names in Chinese
	Uploads     Uploads
	Texts       QuestionTexts
	Audit       Recorder // nil: nothing is recorded, for tests only
	Reveals     Reveals
	Privacy     Privacy
	Codec       Codec
	Directory   Directory
	Operations  Operations
	Trail       Trail
	Live        Live
	Chat        Chat

	CodecOrigins []string // of web pages that may call the codec: those of Temporal's UI

	Checks         map[string]Check // what readiness depends on, by name
	Logger         *slog.Logger     // nil: slog.Default()
	Now            func() time.Time // nil: time.Now
	Version        string           // of the program, for the description; empty: "dev"
	PublicURL      string           // how browsers reach the API; only http:// on this machine goes without Secure cookies
	TrustedProxies []string         // whose X-Forwarded-For is believed; nil: nobody's
	TLS            TLS              // how the API proves who it is; zero: plain HTTP
	Rates          Rates            // how much one person and one address may ask
	Demo           []DemoPerson     // whom the sign-in page offers; nil: this is no demo
	Docs           bool             // serve /docs, a page with the table of routes
	Pages          Pages            // the screens; nil: none are served
}

// Server serves the API.
type Server struct {
	edge *edge
}

// New puts the table of routes and the handlers together. It panics when they do not fit, which every test would show.
func New(options Options) *Server {
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Version == "" {
		options.Version = "dev"
	}
	e := newEdge(options)
	if err := options.Factors.ServeAt(options.PublicURL); err != nil {
		panic(err)
	}
	e.sessions()
	e.stepUps()
	e.secondFactors()
	e.account()
	e.people()
	e.outside()
	e.webhooks()
	e.elsewhere()
	e.orders()
	e.evidence()
	e.uploading()
	e.cases()
	e.ratings()
	e.shopkeeping()
	e.funds()
	e.caseViews()
	e.articles()
	e.assignments()
	e.customerCommands()
	e.exchangeCommands()
	e.repairCommands()
	e.merchantCommands()
	e.judgments()
	e.complaints()
	e.refundsWithoutGoods()
	e.desk()
	e.operations()
	e.packs()
	e.trail()
	e.standing()
	e.reveals()
	e.privacy()
	e.codec()
	e.notices()
	e.live()
	e.chat()
	e.meta()
	e.finish()
	return &Server{edge: e}
}

// Handler is the whole API as one handler.
func (s *Server) Handler() http.Handler { return s.edge.engine }

// OpenAPI is the description of what is served.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.edge.huma.OpenAPI() }

// Drain makes /readyz refuse from now on, so that nobody sends new requests here.
func (s *Server) Drain() { s.edge.draining.Store(true) }

// Limits of a connection. The guard sets closer ones for each request's content.
const (
	headerTime = 5 * time.Second
	idleTime   = 2 * time.Minute
	maxHeader  = 64 << 10
	drainTime  = answerTime + 5*time.Second
)

// Serve answers requests on a listener until ctx ends; then it refuses readiness, lets requests under way finish
// and returns nil. It closes the listener.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: s.edge.engine, ReadHeaderTimeout: headerTime, ReadTimeout: fileReadTime + headerTime,
		WriteTimeout: fileReadTime + answerTime + idleTime/2, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		ErrorLog:    slog.NewLogLogger(s.edge.log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		HTTP2:       &http.HTTP2Config{MaxConcurrentStreams: 100},
	}
	serve := server.Serve
	if options := s.edge.TLS; options.Enabled() {
		config, beside, err := options.config(s.edge.PublicURL, s.edge.log)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		if options.PlainListen != "" {
			stop, err := plain(ctx, options.PlainListen, beside, s.edge.log)
			if err != nil {
				return errors.Join(err, listener.Close())
			}
			defer stop()
		}
		server.TLSConfig = config
		serve = func(l net.Listener) error { return server.ServeTLS(l, "", "") }
	}
	failed := make(chan error, 1)
	listener = bounded(listener, s.edge.Rates.Connections, s.edge.TrustedProxies)
	go func() { failed <- serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("api: serve on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	s.Drain()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if s.edge.Live != nil { // first those who never go by themselves
		if err := s.edge.Live.Drain(stop); err != nil {
			s.edge.log.WarnContext(ctx, "live delivery did not stop as it should", "error", err)
		}
	}
	if err := server.Shutdown(stop); err != nil {
		return errors.Join(fmt.Errorf("api: requests did not finish in %v: %w", drainTime, err), server.Close())
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("api: serve: %w", err)
	}
	return nil
}

// state is what changes while the edge runs.
type state struct {
	intake   *intake
	draining atomic.Bool

	byPerson, byAddress, messages, uploads *limits
}

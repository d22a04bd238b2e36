package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"aftersales/fault"
)

// Live tells screens what changed, over connections that stay open.
type Live interface {
	// Ticket lets a person's session connect once, soon.
	Ticket(ctx context.Context, person Person) (token string, expires time.Time, err error)
	// Socket and Stream serve a connection until it ends, in this handler or after it. session is that of the request, or
	// empty; only its own tickets are good then.
	Socket(w http.ResponseWriter, r *http.Request, session string)
	Stream(w http.ResponseWriter, r *http.Request, session string)
	// Send takes what the client of a stream says.
	Send(w http.ResponseWriter, r *http.Request)
	// Draining tells whether nobody is let in any more; Drain sends everybody elsewhere.
	Draining() bool
	Drain(ctx context.Context) error
}

func liveRoutes() []Route {
	return []Route{
		{post, "/v1/live/ticket", "live.ticket", 0, "live", "A ticket for one connection of live delivery, good for a minute"},
		{get, "/v1/live", "live.connect", Public | Open, "live", "Live delivery over WebSocket"},
		{post, "/v1/live/stream", "live.stream", Public | Open, "live", "Live delivery as a stream, where WebSocket does not get through"},
		{post, "/v1/live/send", "live.send", Public | Open, "live", "What the client of a stream says"},
	}
}

// maxLiveBytes bounds what the client of a stream says at once.
const maxLiveBytes = 8 << 10

type ticketBody struct {
	Token     string    `json:"token" doc:"Send it in the first command of the connection, never in a URL. It works once, for this session."`
	ExpiresAt time.Time `json:"expires_at"`
}

type ticketOutput struct {
	Body ticketBody
}

func (e *edge) live() {
	register(e, "live.ticket", func(ctx context.Context, _ *struct{}) (*ticketOutput, error) {
		token, expires, err := e.Live.Ticket(ctx, callerOf(ctx).Person)
		return &ticketOutput{ticketBody{token, expires}}, err
	}, created)
	describe := func(status, what string) func(*huma.Operation) {
		return func(operation *huma.Operation) {
			operation.Description = "Needs a ticket from POST /v1/live/ticket in the first command. The protocol is Centrifuge's, JSON, version 2."
			operation.Responses = map[string]*huma.Response{status: {Description: what}}
		}
	}
	serveOpen(e, "live.connect", func(c *gin.Context, session string) error {
		if !c.IsWebsocket() {
			return badRequest("websocket")
		}
		e.Live.Socket(c.Writer, c.Request, session)
		return nil
	}, describe("101", "The connection is a WebSocket from here on."))
	serveOpen(e, "live.stream", func(c *gin.Context, session string) error {
		e.Live.Stream(c.Writer, c.Request, session)
		return nil
	}, describe("200", "Messages, a line each, until one of both ends it."))
	serveOpen(e, "live.send", func(c *gin.Context, _ string) error {
		e.Live.Send(c.Writer, c.Request)
		return nil
	}, describe("204", "It was taken."))
}

// serveOpen serves a route whose answer stays open. The handler writes it as it likes; huma only describes it.
func serveOpen(e *edge, action string, handle func(c *gin.Context, session string) error, prepare func(*huma.Operation)) {
	register(e, action, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil }, prepare, func(operation *huma.Operation) {
		route := e.table[action]
		operation.Middlewares = huma.Middlewares{func(ctx huma.Context, _ func(huma.Context)) {
			c := humagin.Unwrap(ctx)
			e.guardOpen(c, route, func(session string) error { return handle(c, session) })
		}}
	})
}

// guardOpen is what a route goes through whose answer stays open: no limit of time, and content in a dialect of its own.
// The ticket inside says who it is; a session that came along must be the same one's.
func (e *edge) guardOpen(c *gin.Context, route Route, handle func(session string) error) {
	c.Set(routeKey, route)
	session, err := e.admitOpen(c, route)
	if err == nil {
		err = handle(session)
	}
	if err != nil {
		fail(c, err)
	}
}

func (e *edge) admitOpen(c *gin.Context, route Route) (session string, err error) {
	if c.Request.URL.RawQuery != "" {
		return "", badRequest("query_unexpected") // above all no ticket: addresses are written into logs
	}
	if !e.ownOrigin(c.Request) {
		return "", fault.New(fault.Forbidden)
	}
	if e.Live == nil || e.Live.Draining() {
		return "", fault.New(fault.Unavailable)
	}
	if route.Method == post {
		if err := readOpen(c); err != nil {
			return "", err
		}
	}
	token, _ := e.token(c.Request)
	if token == "" {
		return "", nil
	}
	person, err := e.Identity.Authenticate(c.Request.Context(), token)
	if err != nil {
		return "", notYet(err)
	}
	// A key has no session: no ticket can be its own.
	return cmp.Or(person.SessionID, "none"), nil
}

// ownOrigin tells whether a request may come from a page of ours. Programs that are no browsers name no origin. On plain
// HTTP of this machine the page may have come by another name or port of it.
func (e *edge) ownOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || origin == e.origin() {
		return true
	}
	from, err := url.Parse(origin)
	if err != nil || e.secure() || from.Scheme != "http" {
		return false
	}
	ip := net.ParseIP(strings.Trim(from.Hostname(), "[]"))
	return from.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// readOpen reads the content within its size and time; the connection has no deadline after that.
func readOpen(c *gin.Context) error {
	control := http.NewResponseController(c.Writer)
	_ = control.SetReadDeadline(time.Now().Add(jsonReadTime))
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxLiveBytes))
	_ = control.SetReadDeadline(time.Time{})
	var larger *http.MaxBytesError
	switch {
	case errors.As(err, &larger):
		return fault.New(fault.BodyTooLarge, "limit", int64(maxLiveBytes))
	case err != nil:
		return badRequest("body_unreadable").Because(err)
	}
	c.Request.Header.Set("Content-Type", "application/json") // no other encoding is spoken here
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

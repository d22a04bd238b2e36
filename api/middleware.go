package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"aftersales/fault"
)

// Keys of what the guard leaves in a request's context.
const (
	routeKey      = "route"
	requestIDKey  = "request_id"
	personKey     = "person"
	receivedAtKey = "received_at"
	idemKey       = "idempotency_key"
	problemKey    = "problem"
	provenKey     = "proven"
)

const requestIDHeader = "X-Request-Id"

func notFound() *fault.Fault { return fault.New(fault.NotFound) }

// trace names the request, times it and writes one line about it: method, route, status, time, role. Never the URL
// as sent, a query, a body or an address, because those may hold personal data.
func (e *edge) trace(c *gin.Context) {
	begin := time.Now()
	id := c.GetHeader(requestIDHeader)
	if !plainID(id) {
		id = uuid.Must(uuid.NewV7()).String()
	}
	c.Set(requestIDKey, id)
	c.Header(requestIDHeader, id)
	c.Writer = &stamp{ResponseWriter: c.Writer, begin: begin}
	c.Next()

	attributes := []any{
		"request_id", id, "method", c.Request.Method, "route", c.FullPath(), "status", c.Writer.Status(),
		"took", time.Since(begin).Round(time.Microsecond), "bytes", max(c.Writer.Size(), 0),
	}
	if route, ok := c.Get(routeKey); ok {
		attributes = append(attributes, "action", route.(Route).Action)
	}
	if person, ok := c.Get(personKey); ok {
		attributes = append(attributes, "role", person.(Person).Role, "person", person.(Person).ID)
	}
	level := slog.LevelInfo
	if c.Request.Method == http.MethodGet && c.Writer.Status() < http.StatusBadRequest {
		level = slog.LevelDebug // who only looks would drown what happens
	}
	if len(c.Errors) > 0 {
		level = slog.LevelWarn
		attributes = append(attributes, "error", c.Errors.Last().Error())
	}
	if c.Writer.Status() >= 500 {
		level = slog.LevelError
	}
	e.log.Log(c.Request.Context(), level, "request", attributes...)
}

func plainID(id string) bool {
	if len(id) == 0 || len(id) > 64 {
		return false
	}
	return strings.Trim(id, "-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

func requestID(c *gin.Context) string { return c.GetString(requestIDKey) }

// recover turns a panic into a problem and a log line with its stack.
func (e *edge) recover(c *gin.Context) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(cause) // net/http's own way of ending a connection
		}
		e.log.ErrorContext(c.Request.Context(), "panic", "request_id", requestID(c), "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
		if !c.Writer.Written() {
			fail(c, fault.New(fault.Internal))
		}
		c.Abort()
	}()
	c.Next()
}

// protect sets the headers that keep a browser from misusing an answer, and refuses requests that another site made
// a browser send with its cookies. A bearer token is never sent by a browser on its own, so those pass.
func (e *edge) protect(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if e.secure() {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	if c.GetHeader("Authorization") == "" {
		if err := e.cross.Check(c.Request); err != nil {
			fail(c, fault.New(fault.Forbidden).Because(err))
			return
		}
	}
	c.Next()
}

// readBody reads the content within its size and time, checks that JSON is sound, and puts it back for the handler.
func (e *edge) readBody(c *gin.Context, route Route) ([]byte, error) {
	limit, within, tooLarge := int64(maxJSONBytes), jsonReadTime, fault.BodyTooLarge
	switch {
	case route.Flags.Has(Raw):
		limit, within, tooLarge = maxFileBytes, fileReadTime, fault.EvidenceTooLarge
	case route.Flags.Has(Signed):
		limit = maxNoticeBytes
	case route.Flags.Has(Large):
		limit = maxLargeBytes
	}
	if c.Request.ContentLength > limit {
		return nil, fault.New(tooLarge, "limit", limit)
	}
	control := http.NewResponseController(c.Writer)
	if err := control.SetReadDeadline(time.Now().Add(within)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, limit))
	var larger *http.MaxBytesError
	switch {
	case errors.As(err, &larger):
		return nil, fault.New(tooLarge, "limit", limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, badRequest("body_too_slow").Because(err)
	case err != nil:
		return nil, badRequest("body_unreadable").Because(err)
	}
	_ = control.SetReadDeadline(time.Time{})
	switch {
	case route.Method == get || route.Method == head || route.Method == del:
		if len(body) > 0 {
			return nil, badRequest("body_unexpected")
		}
	case route.Flags.Has(Raw):
		if len(body) == 0 {
			return nil, fault.New(fault.EvidenceEmpty)
		}
	case route.Flags.Has(Signed):
		if len(body) == 0 {
			return nil, fault.New(fault.NoticeMalformed)
		}
	case len(body) == 0:
		body = []byte("{}") // a command without particulars
		c.Set(emptyKey, true)
		c.Request.Header.Set("Content-Type", "application/json")
	default:
		media, parameters, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
		if charset := strings.ToLower(parameters["charset"]); err != nil || media != "application/json" || charset != "" && charset != "utf-8" {
			return nil, fault.New(fault.UnsupportedMedia)
		}
		if err := checkJSON(body); err != nil {
			return nil, err
		}
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	c.Request.ContentLength = int64(len(body))
	return body, nil
}

func soundText(text string) error {
	if !utf8.ValidString(text) {
		return badRequest("not_utf8")
	}
	if strings.ContainsRune(text, 0) {
		return badRequest("nul_character")
	}
	return nil
}

package partners

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"
)

// Transport carries the calls to one partner and says on failure what it means for the caller: every error it
// returns is an *Error, Down when the partner surely did nothing, Unknown when it may have acted. The whole
// answer is read inside, so a connection that breaks in the middle of a body is classified too.
type Transport struct {
	Partner string
	Base    http.RoundTripper // nil: http.DefaultTransport
	Timeout time.Duration     // of the whole exchange; 0: 10 s
	MaxBody int64             // largest answer in bytes; 0: 1 MiB
}

// Client wraps the transport into a client that follows no redirect: a partner's API has none, and a signed
// request must not travel elsewhere.
func (t *Transport) Client() *http.Client {
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

type readingKey struct{}

// Reading marks a call that changes nothing, so that every failure of it is Down: it can simply be repeated.
// Calls by GET need no mark.
func Reading(ctx context.Context) context.Context { return context.WithValue(ctx, readingKey{}, true) }

// RoundTrip implements http.RoundTripper. Answers 2xx and 4xx are handed on (429 apart); their meaning is the adapter's.
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	timeout, limit, base := t.Timeout, t.MaxBody, t.Base
	if timeout == 0 {
		timeout = 10 * time.Second
	}
	if limit == 0 {
		limit = 1 << 20
	}
	if base == nil {
		base = http.DefaultTransport
	}
	// The time-out is a context's, not http.Client's: the client replaces the error on time-out and would lose ours.
	ctx, cancel := context.WithTimeout(request.Context(), timeout)
	defer cancel()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})

	answer, err := base.RoundTrip(request.WithContext(ctx))
	if err != nil {
		// Without a connection not one byte was sent. With one, some may have been.
		return nil, t.fail(request, connected.Load(), "transport", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	if err != nil {
		return nil, t.fail(request, true, "transport", fmt.Errorf("reading the answer: %w", err))
	}
	if int64(len(body)) > limit {
		return nil, t.fail(request, true, "too_large", fmt.Errorf("the answer is larger than %d bytes", limit))
	}
	switch code := answer.StatusCode; {
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		return nil, t.fail(request, false, strconv.Itoa(code), fmt.Errorf("answered %s", answer.Status))
	case code < 200, code >= 300 && code < 400, code >= 500:
		return nil, t.fail(request, true, strconv.Itoa(code), fmt.Errorf("answered %s", answer.Status))
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	answer.ContentLength = int64(len(body))
	return answer, nil
}

func (t *Transport) fail(request *http.Request, maybeApplied bool, code string, err error) *Error {
	failure := Down
	if maybeApplied && request.Method != http.MethodGet && request.Context().Value(readingKey{}) == nil {
		failure = Unknown
	}
	return &Error{Failure: failure, Partner: t.Partner, Code: code, Err: err}
}

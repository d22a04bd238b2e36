package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"aftersales/fault"
	"aftersales/models"
)

const (
	keyHeader      = "Idempotency-Key"
	replayedHeader = "Idempotency-Replayed"
	maxKey         = 128
)

// KeyedRequest is one request with an Idempotency-Key.
type KeyedRequest struct {
	Actor  string // "<role>/<id>": a key is its sender's own
	KeyRef string // the sender's keyset, under which the answer is sealed
	Key    string
	Action string
	Hash   string // hex SHA-256 of action, path and content
	Secret bool   // the answer holds a secret: it is given again for SecretFor only
}

// KeyedAnswer is what a request was answered with.
type KeyedAnswer struct {
	Status      int // 0: not answered yet
	ContentType string
	Body        []byte
}

// Idempotency remembers the first answer to every keyed request.
type Idempotency interface {
	// Begin notes the request when it is new. It returns when the first request with this key arrived, and the stored
	// answer if there is one. A key that was used for another request gives the fault KeyReused; one whose answer held a
	// secret and is forgotten gives AnswerOver.
	Begin(ctx context.Context, request KeyedRequest, at time.Time) (receivedAt time.Time, answer KeyedAnswer, err error)
	// Finish stores the answer unless one is stored, and returns the one that is.
	Finish(ctx context.Context, request KeyedRequest, answer KeyedAnswer, at time.Time) (KeyedAnswer, error)
}

// unansweredFor is how long a request that got no answer keeps its first time of arrival: long enough for a client to
// ask again after a failure.
const unansweredFor = 5 * time.Minute

// SecretFor is how long an answer that holds a secret is given again: long enough for whoever lost it on its way.
const SecretFor = 10 * time.Minute

// once answers a keyed request as it was answered the first time. A request whose first twin is still at work goes
// to the service too: the workflow takes both for the same update, and both get its answer.
func (e *edge) once(c *gin.Context, route Route, body []byte, next func()) {
	key := c.GetHeader(keyHeader)
	if !validKey(key) || len(c.Request.Header.Values(keyHeader)) != 1 {
		fail(c, fault.New(fault.KeyMissing))
		return
	}
	caller := callerOf(c.Request.Context())
	request := KeyedRequest{Actor: caller.Subject(), KeyRef: caller.KeyRef, Key: key, Action: route.Action, Hash: requestHash(route, c.Request.URL.Path, body), Secret: route.Flags.Has(Secret)}
	if route.audited() {
		c.Set(askedKey, models.Asked(key, request.Hash))
	}
	receivedAt, stored, err := e.Idempotency.Begin(c.Request.Context(), request, e.now())
	if err != nil {
		fail(c, notYet(err))
		return
	}
	if stored.Status != 0 {
		c.Header(replayedHeader, "true")
		c.Data(stored.Status, stored.ContentType, stored.Body)
		return
	}
	if err := e.stepUp(c, route, body, key); err != nil {
		fail(c, err)
		return
	}
	if now := e.now(); now.Sub(receivedAt) > unansweredFor {
		receivedAt = now // a key laid in long ago and never used buys no time
	}
	caller.Key, caller.ReceivedAt = key, receivedAt

	answer := e.record(c, next)
	if definitive(answer.Status) {
		// The work is done, so its answer is stored although the client may be gone.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), 5*time.Second)
		defer cancel()
		first, err := e.Idempotency.Finish(ctx, request, answer, e.now())
		if err != nil {
			_ = c.Error(fmt.Errorf("store the answer of a keyed request: %w", err))
		} else {
			answer = first
		}
	}
	c.Data(answer.Status, answer.ContentType, answer.Body)
}

// definitive tells whether the same request would be answered like this for ever. A refusal for lack of a session or
// for too many tries is not about the request, and a failure of ours may pass.
func definitive(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return status >= 200 && status < 300 || status >= 400 && status < 500
}

func validKey(key string) bool {
	for _, b := range []byte(key) {
		if b <= ' ' || b > '~' {
			return false
		}
	}
	return len(key) >= 1 && len(key) <= maxKey
}

func requestHash(route Route, path string, body []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%d:%s\n", route.Action, len(path), path)
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// record runs the handler and holds its answer back.
func (e *edge) record(c *gin.Context, next func()) KeyedAnswer {
	original := c.Writer
	held := &holding{ResponseWriter: original, status: http.StatusOK}
	c.Writer = held
	defer func() { c.Writer = original }()
	next()
	return KeyedAnswer{Status: held.status, ContentType: original.Header().Get("Content-Type"), Body: held.body.Bytes()}
}

// holding keeps status and body; headers go to the real writer, which sends them later.
type holding struct {
	gin.ResponseWriter
	status int
	body   bytes.Buffer
}

func (h *holding) WriteHeader(status int)                  { h.status = status }
func (h *holding) WriteHeaderNow()                         {}
func (h *holding) Write(content []byte) (int, error)       { return h.body.Write(content) }
func (h *holding) WriteString(content string) (int, error) { return h.body.WriteString(content) }
func (h *holding) Status() int                             { return h.status }
func (h *holding) Size() int                               { return h.body.Len() }
func (h *holding) Written() bool                           { return h.body.Len() > 0 }
func (h *holding) Flush()                                  {}

package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aftersales/models"
)

// Recorder puts into the audit trail what must be provable later.
type Recorder interface {
	Record(ctx context.Context, event models.AuditEvent) error
}

// audited tells whether the trail must have every outcome of a route, before the answer leaves. What shows hidden data
// is put there by its service, with the reason.
func (r Route) audited() bool {
	return r.Flags&(Audited|StepUp) != 0 && !strings.HasSuffix(r.Action, ".reveal")
}

// AuditedActions lists the actions of keyed routes of which the trail must have every outcome.
func AuditedActions() (actions []string) {
	for _, route := range Routes() {
		if route.audited() && route.Flags.Has(Keyed) {
			actions = append(actions, route.Action)
		}
	}
	return actions
}

// askedKey is where a keyed request that the trail must have keeps what its entry names it by.
const askedKey = "aftersales.asked"

// auditTime is how long an answer waits for the trail; an entry that takes longer is written all the same.
const auditTime = 5 * time.Second

// proven holds the answer of an audited route back until the trail has it.
func (e *edge) proven(c *gin.Context, route Route, body []byte, next func()) func() {
	if e.Audit == nil || !route.audited() {
		return next
	}
	return func() {
		answer := e.record(c, next)
		c.Set(provenKey, true)
		event := e.event(c, route, answer.Status)
		if route.Method == get {
			asked(c, event.Detail)
		} else {
			sum := sha256.Sum256(body)
			event.Detail["content"] = hex.EncodeToString(sum[:])
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), auditTime)
		defer cancel()
		if err := e.Audit.Record(ctx, event); err != nil {
			_ = c.Error(fmt.Errorf("%s is done, but the audit trail has it not yet: %w", route.Action, err))
		}
		c.Data(answer.Status, answer.ContentType, answer.Body)
	}
}

// mostAsked bounds what is noted of a query; no route has more parameters.
const mostAsked = 10

// asked notes by what a list was narrowed. The trail turns what is no ID or code into its hash.
func asked(c *gin.Context, detail map[string]string) {
	query := c.Request.URL.Query()
	for _, name := range sortedKeys(query)[:min(len(query), mostAsked)] {
		if value := query.Get(name); value != "" && name != "cursor" && parameterName.MatchString(name) {
			detail["query."+name] = value[:min(len(value), 80)]
		}
	}
}

var parameterName = regexp.MustCompile(`^[a-z_]{1,40}$`)

// noteRefusal puts into the trail that somebody was refused, on whatever route.
func (e *edge) noteRefusal(c *gin.Context, route Route) {
	status := c.Writer.Status()
	switch {
	case e.Audit == nil || c.GetBool(provenKey) || route.Flags.Has(Plain) && !route.Flags.Has(Signed):
		return
	case status == http.StatusUnauthorized && c.GetHeader("Authorization") == "" && c.GetHeader("Cookie") == "" && !route.Flags.Has(Public):
		return // nobody claimed to be anybody
	case status != http.StatusUnauthorized && status != http.StatusForbidden && status != http.StatusNotFound && status != http.StatusTooManyRequests:
		return
	}
	if err := e.Audit.Record(c.Request.Context(), e.event(c, route, status)); err != nil {
		_ = c.Error(fmt.Errorf("a refusal is not in the audit trail: %w", err))
	}
}

// event says what a request came to: who asked, what for, and how it was answered. It names what was asked for by the
// first ID in the path.
func (e *edge) event(c *gin.Context, route Route, status int) models.AuditEvent {
	event := models.AuditEvent{At: e.now(), Action: route.Action, Detail: map[string]string{"request": requestID(c)}}
	if found, ok := c.Get(personKey); ok {
		person := found.(Person)
		event.ActorKind, event.ActorID, event.SessionID = person.Role, person.ID, person.SessionID
		if person.KeyID != "" {
			event.Detail["key"] = person.KeyID
		}
	}
	if asked := c.GetString(askedKey); asked != "" {
		event.Detail["asked"] = asked
	}
	if len(c.Params) > 0 {
		event.SubjectKind, _, _ = strings.Cut(route.Action, ".")
		event.SubjectID = c.Params[0].Value
	}
	switch {
	case status < http.StatusBadRequest:
		event.Outcome = models.AuditDone
	case status < http.StatusInternalServerError:
		event.Outcome, event.Reason = models.AuditRefused, c.GetString(problemKey)
	default:
		event.Outcome, event.Reason = models.AuditFailed, c.GetString(problemKey)
	}
	return event
}

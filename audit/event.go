package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"aftersales/models"
)

var (
	actionForm = regexp.MustCompile(`^[a-z_]+(\.[a-z_-]+){0,3}$`)
	codeForm   = regexp.MustCompile(`^[A-Za-z0-9_.:/-]{0,64}$`)
	idForm     = regexp.MustCompile(`^[A-Za-z0-9_.:/-]{0,80}$`)
	digitsForm = regexp.MustCompile(`^\+?[0-9-]{7,20}$`)
)

const mostDetail = 2 << 10

// sound checks an event and makes it fit to be kept for ever. What the code names (action, outcome, reason, keys of the
// detail) must be codes, or it is an error; what a stranger may have sent (the subject's ID) is replaced by its hash
// when it could be anything else than an ID of ours, a phone number for instance.
func sound(e models.AuditEvent, now time.Time) (models.AuditEvent, string, error) {
	if e.At.IsZero() {
		e.At = now
	}
	e.At = models.Moment(e.At)
	if !actionForm.MatchString(e.Action) || len(e.Action) > 64 {
		return e, "", fmt.Errorf("audit: %q is no name of an action", e.Action)
	}
	if !slices.Contains([]string{models.AuditDone, models.AuditRefused, models.AuditFailed}, e.Outcome) {
		return e, "", fmt.Errorf("audit: %s has the unknown outcome %q", e.Action, e.Outcome)
	}
	if !codeForm.MatchString(e.Reason) {
		return e, "", fmt.Errorf("audit: the reason of %s is no code; keep words sealed and refer to them by ID", e.Action)
	}
	e.ActorKind, e.SubjectKind = cut(e.ActorKind, 16), cut(e.SubjectKind, 32)
	e.ActorID, e.SessionID, e.SubjectID = identifier(e.ActorID), identifier(e.SessionID), identifier(e.SubjectID)
	detail := "{}"
	if len(e.Detail) > 0 {
		kept := map[string]string{}
		for name, value := range e.Detail {
			if !codeForm.MatchString(name) {
				return e, "", fmt.Errorf("audit: the detail %q of %s is no code", name, e.Action)
			}
			kept[name] = identifier(value)
		}
		content, err := json.Marshal(kept)
		if err != nil || len(content) > mostDetail {
			return e, "", fmt.Errorf("audit: the detail of %s has %d bytes; at most %d are kept", e.Action, len(content), mostDetail)
		}
		detail = string(content)
	}
	return e, detail, nil
}

// identifier lets IDs, codes, times and amounts of ours through; anything else becomes its hash, which still tells the
// same from another.
func identifier(text string) string {
	if idForm.MatchString(text) && !digitsForm.MatchString(text) || len(text) < 7 && idForm.MatchString(text) {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:8])
}

func cut(text string, most int) string {
	if !codeForm.MatchString(text) {
		return "unknown"
	}
	return text[:min(len(text), most)]
}

// mayWait tells whether an event is written within a moment instead of at once: refusals and plain reads, of which there
// may be many, and which decide nothing.
func mayWait(e models.AuditEvent) bool {
	if strings.HasPrefix(e.Action, "audit.") {
		return false // who read the trail is in it before anything is shown
	}
	return e.Outcome == models.AuditRefused || strings.HasSuffix(e.Action, ".read") || strings.HasSuffix(e.Action, ".list")
}

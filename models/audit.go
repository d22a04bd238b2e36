package models

import "time"

// AuditEvent is something that must be provable later: who did what to what, and how it ended. It carries IDs and codes
// only, no personal data.
type AuditEvent struct {
	At          time.Time
	ActorKind   string // a role, or "system"
	ActorID     string // empty: nobody was recognised
	SessionID   string
	Action      string // of the table of routes, or sign_in.*, factor.*, session.*, account.*, key.*, pack.*, erasure.*
	SubjectKind string // what was acted on: case, order, account, ...
	SubjectID   string
	Outcome     string // done, refused, failed
	Reason      string // a code: why it was refused, or why somebody says that they need it
	Detail      map[string]string
}

// Outcomes of an audited action.
const (
	AuditDone    = "done"
	AuditRefused = "refused"
	AuditFailed  = "failed"
)

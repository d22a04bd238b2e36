package models

import (
	"time"

	"aftersales/seal"
)

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

// AuditChain is the trail of one process: its entries follow each other, each bound to the one before. Key is what their
// hashes are made under, so that whoever has only the database can neither write nor rewrite an entry.
type AuditChain struct {
	ID        string    `gorm:"primaryKey;size:40"`
	Key       seal.Text `gorm:"not null"` // under the platform's keyset
	StartedAt time.Time `gorm:"not null;index"`
}

// AuditEntry is an event in its chain. Nobody changes or deletes one: the database refuses.
type AuditEntry struct {
	ChainID     string    `gorm:"primaryKey;size:40"`
	Seq         int64     `gorm:"primaryKey;autoIncrement:false"` // from 1, without a gap
	At          time.Time `gorm:"not null;index;index:audit_entries_of_actor,priority:2;index:audit_entries_of_subject,priority:3;index:audit_entries_of_action,priority:2"`
	ActorKind   string    `gorm:"size:16;not null"`
	ActorID     string    `gorm:"size:80;not null;index:audit_entries_of_actor,priority:1"`
	SessionID   string    `gorm:"size:80;not null"`
	Action      string    `gorm:"size:64;not null;index:audit_entries_of_action,priority:1"`
	SubjectKind string    `gorm:"size:32;not null;index:audit_entries_of_subject,priority:1"`
	SubjectID   string    `gorm:"size:80;not null;index:audit_entries_of_subject,priority:2"`
	Outcome     string    `gorm:"size:16;not null"`
	Reason      string    `gorm:"size:64;not null"`
	Detail      string    `gorm:"type:text;not null"` // JSON, as it was hashed
	Hash        []byte    `gorm:"not null"`           // HMAC-SHA-256 over the entry and the hash before it
}

// AuditAnchor is how far a chain had come: kept with the keysets, so that a trail cut short in the database is noticed.
type AuditAnchor struct {
	ChainID string    `json:"chain"`
	Seq     int64     `json:"seq"`
	Hash    []byte    `json:"hash"`
	At      time.Time `json:"at"`
}

package models

import (
	"time"

	"aftersales/seal"
)

// PrivacyNotice is what people are told for a purpose, in one language and one version. Kept for ever: a consent names it.
type PrivacyNotice struct {
	Purpose     string    `gorm:"primaryKey;size:16"` // service, history, bot
	Version     int       `gorm:"primaryKey;autoIncrement:false"`
	Lang        string    `gorm:"primaryKey;size:8"` // zh-CN, en
	Title       string    `gorm:"size:100;not null"`
	Body        string    `gorm:"type:text;not null"`
	Digest      string    `gorm:"size:64;not null"` // hex SHA-256 of title, line feed and body
	PublishedAt time.Time `gorm:"not null"`
}

// Consent is one thing that a customer said about a purpose: given or withdrawn. Rows are never changed; the newest
// of a purpose counts.
type Consent struct {
	ID         string    `gorm:"primaryKey;size:40"`
	CustomerID string    `gorm:"size:40;not null;index:consents_of,priority:1"`
	Purpose    string    `gorm:"size:16;not null;index:consents_of,priority:2"`
	Given      bool      `gorm:"not null"`
	Version    int       `gorm:"not null"` // of the notice that was shown
	Lang       string    `gorm:"size:8;not null"`
	Channel    string    `gorm:"size:16;not null"` // web, app, api, agent
	At         time.Time `gorm:"not null;index:consents_of,priority:3"`
}

// Correction notes that a customer's own data was corrected: what, by whom and when, never what it said.
type Correction struct {
	ID         string    `gorm:"primaryKey;size:40"`
	CustomerID string    `gorm:"size:40;not null;index"`
	Field      string    `gorm:"size:16;not null"` // name, phone, mail, lang
	ByKind     string    `gorm:"size:16;not null"`
	ByID       string    `gorm:"size:40;not null"`
	At         time.Time `gorm:"not null"`
}

// DataExport is a copy of what is known about a customer, made by a worker, sealed, and gone after a day.
type DataExport struct {
	ID         string    `gorm:"primaryKey;size:40"`
	CustomerID string    `gorm:"size:40;not null;index"`
	Lang       string    `gorm:"size:8;not null"`
	State      string    `gorm:"size:8;not null;index:data_exports_due,priority:1"` // asked, made, failed, gone
	NextAt     time.Time `gorm:"not null;index:data_exports_due,priority:2"`        // asked: when a worker takes it (again); made: when it goes
	Tries      int       `gorm:"not null"`
	AskedAt    time.Time `gorm:"not null"`
	MadeAt     *time.Time
}

// DataExportPart is one ZIP file of an export. A file that is large with evidence comes in several.
type DataExportPart struct {
	ExportID string `gorm:"primaryKey;size:40"`
	N        int    `gorm:"primaryKey;autoIncrement:false"` // from 1
	BlobID   string `gorm:"size:40;not null"`
	Size     int64  `gorm:"not null"`
	Digest   string `gorm:"size:64;not null"` // hex SHA-256 of the ZIP
}

// Erasure is a customer's request to be forgotten, and how far it is. Its workflow writes it; what it proves stays when
// nothing else of the customer does.
type Erasure struct {
	ID          string    `gorm:"primaryKey;size:40"`
	CustomerID  string    `gorm:"size:40;not null;index;uniqueIndex:erasure_open_once,where:open"` // the pseudonym, once erased
	KeyRef      string    `gorm:"size:32;not null;index"`                                          // the keyset that is destroyed
	State       string    `gorm:"size:12;not null;index:erasures_by_state,priority:1"`
	Open        bool      `gorm:"not null"` // false: done or cancelled
	ByKind      string    `gorm:"size:16;not null"`
	ByID        string    `gorm:"size:40;not null"` // empty: the customer
	AskedAt     time.Time `gorm:"not null;index:erasures_by_state,priority:2"`
	EraseAt     time.Time `gorm:"not null"` // the end of the cool-off
	Holds       int       `gorm:"not null"` // what it waited for when it last looked
	Cases       int       `gorm:"not null"`
	Legs        int       `gorm:"not null"`
	ReceiptHash []byte    `gorm:"not null;uniqueIndex"` // SHA-256 of the receipt that the customer got
	WordsRef    string    `gorm:"size:32;not null"`     // a keyset for Words alone, destroyed with the proof
	Words       seal.Text // what the proof looks for, sealed; empty before and after
	ErasedAt    *time.Time
	EndedAt     *time.Time
	Gone        string `gorm:"type:text;not null"` // JSON of Forgotten: what went, counted
	Certificate string `gorm:"type:text;not null"` // JSON; empty until it is proved
	Digest      string `gorm:"size:64;not null"`   // hex SHA-256 of the certificate
}

// States of an erasure, in their order.
const (
	ErasureCooling   = "cooling"   // may be called off
	ErasureEnding    = "ending"    // ends open cases, waits for those that cannot be ended
	ErasureHeld      = "held"      // a legal hold stops it
	ErasureErasing   = "erasing"   // nothing brings anything back any more
	ErasureProving   = "proving"   // searches for what may be left
	ErasureUnproven  = "unproven"  // something was found: people are told, and it is tried again
	ErasureDone      = "done"      // proved
	ErasureCancelled = "cancelled" // called off within the cool-off
)

// LegalHold keeps a customer's data from being erased or swept: a court, the police, an open claim.
type LegalHold struct {
	ID         string    `gorm:"primaryKey;size:40"`
	CustomerID string    `gorm:"size:40;not null;index:holds_in_force,where:lifted_at IS NULL"`
	Reason     string    `gorm:"size:16;not null"` // court, police, regulator, claim
	Note       seal.Text // the words for it, under the platform's keyset
	PlacedBy   string    `gorm:"size:40;not null"`
	PlacedAt   time.Time `gorm:"not null"`
	ReviewAt   time.Time `gorm:"not null"` // when somebody must ask whether it is still needed
	LiftedBy   string    `gorm:"size:40;not null"`
	LiftedAt   *time.Time
}

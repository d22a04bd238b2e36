package models

import (
	"time"

	"aftersales/seal"
)

// Text is something a person wrote: sealed under the author's keyset, immutable, referred to by ID.
type Text struct {
	ID         string    `gorm:"primaryKey;size:40"`
	AuthorKind string    `gorm:"size:16;not null"`
	AuthorID   string    `gorm:"size:40;not null"`
	Body       seal.Text `gorm:"not null"`
	CreatedAt  time.Time `gorm:"not null;index:texts_unused,where:used_by IS NULL"`
	UsedBy     *string   `gorm:"size:60;index"` // subject that refers to it, e.g. case/<id>; unreferenced texts are swept
}

// Blob is a sealed file. It knows no case: whoever refers to it does.
type Blob struct {
	ID        string    `gorm:"primaryKey;size:40"`
	KeyRef    string    `gorm:"size:32;not null;index"`
	Digest    string    `gorm:"size:64;not null"` // hex SHA-256 of the plain content
	Size      int64     `gorm:"not null"`
	MediaType string    `gorm:"size:64;not null"`
	PartSize  int64     `gorm:"not null;default:0"` // bytes of a part when it is kept in several; 0: in one piece
	CreatedAt time.Time `gorm:"not null;index"`
}

// Task is something a person or a team must do. Unique by its dedupe key.
type Task struct {
	ID            string    `gorm:"primaryKey;size:40;index:tasks_open,priority:5;index:tasks_open_kind,priority:5"`
	DedupeKey     string    `gorm:"size:120;not null;uniqueIndex"`
	RecipientKind string    `gorm:"size:16;not null;index:tasks_open,priority:1;index:tasks_open_kind,priority:1,where:state = 'open'"` // merchant, agent, supervisor, operator, customer
	RecipientID   string    `gorm:"size:40;not null;index:tasks_open,priority:2;index:tasks_open_kind,priority:2"`                      // a person, a merchant, a team, or empty: anyone of that kind
	State         string    `gorm:"size:8;not null;index:tasks_open,priority:3"`                                                        // open, done, void
	DueAt         time.Time `gorm:"not null;index:tasks_open,priority:4;index:tasks_open_kind,priority:4"`
	Kind          string    `gorm:"size:32;not null;index:tasks_open_kind,priority:3"` // e.g. merchant_answer, inspection, review, approve, refund_help
	SubjectKind   string    `gorm:"size:16;not null;index:tasks_of_subject,priority:1"`
	SubjectID     string    `gorm:"size:64;not null;index:tasks_of_subject,priority:2"`
	CreatedAt     time.Time `gorm:"not null"`
	EndedAt       *time.Time
}

// Notification is news for a person, now or at a later time (a reminder). The sweeper sends it when due.
type Notification struct {
	ID            string     `gorm:"primaryKey;size:40;index:notifications_of,priority:4"`
	DedupeKey     string     `gorm:"size:120;not null;uniqueIndex"`
	RecipientKind string     `gorm:"size:16;not null;index:notifications_of,priority:1"`
	RecipientID   string     `gorm:"size:40;not null;index:notifications_of,priority:2"`
	Kind          string     `gorm:"size:48;not null"`
	SubjectKind   string     `gorm:"size:16;not null;index:notifications_of_subject,priority:1"`
	SubjectID     string     `gorm:"size:64;not null;index:notifications_of_subject,priority:2"`
	Data          string     `gorm:"type:text;not null"` // JSON of IDs, amounts, times; no personal data
	DueAt         time.Time  `gorm:"not null;index:notifications_due,where:sent_at IS NULL AND void_at IS NULL"`
	SentAt        *time.Time `gorm:"index:notifications_of,priority:3"`
	VoidAt        *time.Time
	ReadAt        *time.Time
	CreatedAt     time.Time `gorm:"not null"`
}

// OutboxEvent is one line of the append-only log that live updates, notifications and all others read. IDs only.
// TxID is the PostgreSQL transaction that wrote it (0 on SQLite), set by the database: readers stop below the
// oldest one still running.
type OutboxEvent struct {
	ID       int64     `gorm:"primaryKey;autoIncrement"`
	TxID     int64     `gorm:"column:tx_id;->;-:migration"`
	Topic    string    `gorm:"size:48;not null"` // e.g. case.changed
	Subject  string    `gorm:"size:100;not null"`
	Audience string    `gorm:"type:text;not null"` // JSON array of "<kind>/<id>"
	Data     string    `gorm:"type:text;not null"` // JSON
	At       time.Time `gorm:"not null"`
}

// OutboxPosition is how far a consumer has read.
type OutboxPosition struct {
	Consumer  string    `gorm:"primaryKey;size:48"`
	Position  int64     `gorm:"not null"`
	TxID      int64     `gorm:"column:tx_id;not null"`
	UpdatedAt time.Time `gorm:"not null;autoUpdateTime:false"`
}

// PartnerNotice is a verified message of a partner, stored before it is acknowledged.
type PartnerNotice struct {
	ID          string    `gorm:"primaryKey;size:40"`
	Partner     string    `gorm:"size:16;not null;uniqueIndex:notice_once,priority:1"`
	Digest      string    `gorm:"size:64;not null;uniqueIndex:notice_once,priority:2"` // hex SHA-256 of the body
	Kind        string    `gorm:"size:16;not null"`                                    // track, refund, order
	Subject     string    `gorm:"size:64;not null;index"`                              // waybill number, refund key or order number
	Body        seal.Text `gorm:"not null"`                                            // JSON of partners.Notice, under the platform's keyset
	ReceivedAt  time.Time `gorm:"not null;index:notices_handled,where:state <> 'new'"`
	State       string    `gorm:"size:12;not null;index:notices_due,priority:1"` // new, delivered, ignored, failed
	NextAt      time.Time `gorm:"not null;index:notices_due,priority:2"`
	Tries       int       `gorm:"not null"`
	DeliveredAt *time.Time
}

// IdempotencyRow stores the first answer to a keyed request and gives it again, until it is swept.
type IdempotencyRow struct {
	Actor       string    `gorm:"primaryKey;size:60"` // "<kind>/<id>"
	Key         string    `gorm:"primaryKey;size:128"`
	Action      string    `gorm:"size:64;not null"`
	RequestHash string    `gorm:"size:64;not null"`
	ReceivedAt  time.Time `gorm:"not null;index"` // when the first request with this key arrived
	Status      int       `gorm:"not null"`       // HTTP status of the stored answer; 0: not answered yet
	Answer      seal.Text
	AnsweredAt  *time.Time
	ClaimedAt   *time.Time // when a process began to tell the trail that there was no answer
	ForgetAt    *time.Time `gorm:"index:idempotency_secrets,where:forget_at IS NOT NULL AND answer IS NOT NULL"` // until when an answer that holds a secret is kept
}

func (OutboxEvent) TableName() string    { return "outbox" }
func (IdempotencyRow) TableName() string { return "idempotency" }

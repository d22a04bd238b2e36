package models

import (
	"time"

	"aftersales/money"
	"aftersales/seal"
)

// Case is the projection of a case's workflow: what lists and screens read. Only the workflow writes it.
type Case struct {
	ID         string         `gorm:"primaryKey;size:40;index:cases_of_customer,priority:3;index:cases_of_merchant,priority:3;index:cases_of_merchant_open,priority:4;index:cases_open_due,priority:3;index:cases_open_stage,priority:4;index:cases_by_time,priority:2;index:cases_of_team,priority:3;index:cases_of_team_open,priority:4;index:cases_of_assignee,priority:3;index:cases_of_assignee_open,priority:4;index:cases_of_merchant_due,priority:4;index:cases_of_team_free,priority:4"`
	WorkflowID string         `gorm:"size:120;not null;uniqueIndex"`
	Kind       string         `gorm:"size:20;not null;index:cases_open_kinds,priority:1,where:open"`
	Phase      string         `gorm:"size:16;not null"`
	Stage      string         `gorm:"size:32;not null;index:cases_open_stage,priority:2;index:cases_open_kinds,priority:2,where:open"` // where the story stands, e.g. merchant_answer
	Outcome    string         `gorm:"size:32;not null"`                                                                                // how it ended; empty while open
	Open       bool           `gorm:"not null;index:cases_open_due,priority:1;index:cases_open_stage,priority:1;index:cases_of_merchant_open,priority:2;index:cases_of_team_open,priority:2;index:cases_of_assignee_open,priority:2;index:cases_of_merchant_due,priority:2;index:cases_of_team_free,priority:2"`
	CustomerID string         `gorm:"size:40;not null;index:cases_of_customer,priority:1"`
	MerchantID string         `gorm:"size:40;not null;index:cases_of_merchant,priority:1;index:cases_of_merchant_open,priority:1;index:cases_of_merchant_due,priority:1"`
	OrderID    string         `gorm:"size:64;not null;index"`
	ParentID   *string        `gorm:"size:40;index"`
	Reason     string         `gorm:"size:48;not null"`
	Currency   money.Currency `gorm:"size:3;not null"`
	Amount     money.Amount   `gorm:"not null"`         // what is asked for now
	Refunded   money.Amount   `gorm:"not null"`         // what was paid back in this case
	WaitingFor string         `gorm:"size:16;not null"` // the party who must act
	DueAt      *time.Time     `gorm:"index:cases_open_due,priority:2;index:cases_open_stage,priority:3;index:cases_of_team_open,priority:3;index:cases_of_assignee_open,priority:3;index:cases_of_merchant_due,priority:3;index:cases_of_team_free,priority:3"`
	Default    string         `gorm:"column:default_action;size:32;not null"` // what happens at DueAt
	Revision   int64          `gorm:"not null"`
	Seq        int64          `gorm:"not null"`
	View       string         `gorm:"type:text;not null"` // JSON of contract.View: everything a detail page shows; no personal data
	OpenedAt   time.Time      `gorm:"not null;index:cases_of_customer,priority:2;index:cases_of_merchant,priority:2;index:cases_of_merchant_open,priority:3;index:cases_by_time,priority:1;index:cases_of_team,priority:2;index:cases_of_assignee,priority:2"`
	UpdatedAt  time.Time      `gorm:"not null;autoUpdateTime:false"`
	ClosedAt   *time.Time

	// Whose business it is on the platform's side. The team is the shop's; the agent is the desk's to say, and no
	// projection touches it.
	TeamID     *string `gorm:"size:40;index:cases_of_team,priority:1;index:cases_of_team_open,priority:1;index:cases_of_team_free,priority:1,where:assignee_id IS NULL"`
	AssigneeID *string `gorm:"size:40;->;index:cases_of_assignee,priority:1,where:assignee_id IS NOT NULL;index:cases_of_assignee_open,priority:1,where:assignee_id IS NOT NULL"`

	PackHash string `gorm:"size:64;index:cases_open_pack,where:open"` // the pack that it began with
	Waits    string `gorm:"size:200"`                                 // the deadlines that operations could move now, as ",step,step,"
}

// CaseRating is what a customer thought of how a case went. Only the customer and the platform's people see it.
type CaseRating struct {
	CaseID     string    `gorm:"primaryKey;size:40"`
	CustomerID string    `gorm:"size:40;not null;index"`
	MerchantID string    `gorm:"size:40;not null;index:ratings_of_merchant,priority:1"`
	Score      int       `gorm:"not null;check:rating_score,score BETWEEN 1 AND 5"`
	Codes      string    `gorm:"type:text;not null"` // JSON of codes: what was good or bad
	TextID     string    `gorm:"size:40;not null"`   // the customer's words; empty: none
	CreatedAt  time.Time `gorm:"not null;index:ratings_of_merchant,priority:2"`
	UpdatedAt  time.Time `gorm:"not null;autoUpdateTime:false"`
}

// CaseAssignment says who was given a case, by whom and when. The last one has it.
type CaseAssignment struct {
	ID      string    `gorm:"primaryKey;size:40;index:assignments_of_case,priority:3"`
	CaseID  string    `gorm:"size:40;not null;index:assignments_of_case,priority:1"`
	AgentID *string   `gorm:"size:40"` // nil: it was put back on the team's table
	GivenBy string    `gorm:"size:40;not null"`
	At      time.Time `gorm:"not null;index:assignments_of_case,priority:2"`
}

// UnitClaim holds a unit for one open root case. At most one claim of a unit is unreleased (partial unique index).
type UnitClaim struct {
	CaseID     string    `gorm:"primaryKey;size:40"`
	UnitID     string    `gorm:"primaryKey;size:80;uniqueIndex:unit_claimed_once,where:released_at IS NULL"`
	ClaimedAt  time.Time `gorm:"not null"`
	ReleasedAt *time.Time
}

// CaseQuestion is something the bot asks in a case. At most one is open.
type CaseQuestion struct {
	CaseID     string    `gorm:"primaryKey;size:40"`
	Round      int       `gorm:"primaryKey"`
	N          int       `gorm:"primaryKey"` // place within the round
	Field      string    `gorm:"size:32;not null"`
	Choices    string    `gorm:"type:text;not null"` // JSON of []contract.Choice
	AskedAt    time.Time `gorm:"not null"`
	DueAt      time.Time `gorm:"not null"`
	AnsweredAt *time.Time
	Answer     string `gorm:"size:64;not null"` // the choice, or empty when the answer is a text
	TextID     string `gorm:"size:40;not null"` // the customer's words
}

// TimelineEntry is one thing that happened in a case, in order.
type TimelineEntry struct {
	CaseID    string    `gorm:"primaryKey;size:40"`
	Seq       int64     `gorm:"primaryKey;autoIncrement:false"`
	At        time.Time `gorm:"not null"`
	ActorKind string    `gorm:"size:16;not null"` // customer, merchant, agent, supervisor, operator, carrier, platform, bot
	ActorID   string    `gorm:"size:40;not null"`
	Event     string    `gorm:"size:48;not null"`   // e.g. merchant_agreed; texts are the screens'
	Data      string    `gorm:"type:text;not null"` // JSON: IDs, amounts, codes; no personal data
}

// PolicyPack is a pack's content, kept for ever under its hash.
type PolicyPack struct {
	Hash      string    `gorm:"primaryKey;size:64;index:policy_packs_by_time,priority:2"`
	Name      string    `gorm:"size:64;not null;index"`
	Content   string    `gorm:"type:text;not null"`
	CreatedAt time.Time `gorm:"not null;index:policy_packs_by_time,priority:1"`
}

// PolicyEvaluation is one evaluation of the rules for a case: which pack, what was known, what followed.
type PolicyEvaluation struct {
	CaseID   string    `gorm:"primaryKey;size:40;index:policy_evaluations_by_time,priority:2"`
	N        int       `gorm:"primaryKey;autoIncrement:false;index:policy_evaluations_by_time,priority:3"`
	PackHash string    `gorm:"size:64;not null;index"`
	Facts    seal.Text `gorm:"not null"`           // JSON of policy.Facts, under the customer's keyset
	Terms    string    `gorm:"type:text;not null"` // JSON of policy.Terms
	At       time.Time `gorm:"not null;index:policy_evaluations_by_time,priority:1"`
}

// Evidence is a blob that somebody put forward in a case.
type Evidence struct {
	ID        string  `gorm:"primaryKey;size:40"`
	CaseID    *string `gorm:"size:40;uniqueIndex:evidence_once,priority:1"`          // nil until a command uses it
	Digest    string  `gorm:"size:64;not null;uniqueIndex:evidence_once,priority:2"` // hex SHA-256 of the content
	OwnerKind string  `gorm:"size:16;not null"`
	OwnerID   string  `gorm:"size:40;not null;index"`
	BlobID    string  `gorm:"size:40;not null"`
	ThumbID   *string `gorm:"size:40"` // a small picture of a picture

	ConversationID *string   `gorm:"size:40;index"`    // it was sent in; nil: in none
	Kind           string    `gorm:"size:16;not null"` // picture, video, document
	State          string    `gorm:"size:16;not null"` // new, accepted, rejected
	UploadedAt     time.Time `gorm:"not null;index"`
}

// Approval is a proposal that waits for people. Hash binds it to units, amounts and liability.
type Approval struct {
	ID         string       `gorm:"primaryKey;size:60;index:approvals_waiting,priority:3;index:approvals_of_team,priority:4"`
	CaseID     string       `gorm:"size:40;not null;index"`
	Hash       string       `gorm:"size:64;not null"`
	Outcome    string       `gorm:"size:16;not null"` // refund, partial, refuse
	Amount     money.Amount `gorm:"not null"`
	Liability  string       `gorm:"size:16;not null"`
	ProposedBy string       `gorm:"size:40;not null"`
	Needed     int          `gorm:"not null"`
	Level      int          `gorm:"not null"`
	Rule       string       `gorm:"size:100;not null"`                                                                      // the rule it hit
	State      string       `gorm:"size:16;not null;index:approvals_waiting,priority:1;index:approvals_of_team,priority:2"` // waiting, approved, rejected, void
	ProposedAt time.Time    `gorm:"not null"`
	DueAt      time.Time    `gorm:"not null;index:approvals_waiting,priority:2;index:approvals_of_team,priority:3"`
	TeamID     *string      `gorm:"size:40;index:approvals_of_team,priority:1"` // the case's
}

// ApprovalVote is one person's yes. The primary key keeps a person from counting twice.
type ApprovalVote struct {
	ApprovalID string    `gorm:"primaryKey;size:60"`
	StaffID    string    `gorm:"primaryKey;size:40"`
	At         time.Time `gorm:"not null"`
}

// Waybill is a parcel that a case follows. One that comes back belongs to one case only (partial unique index); one
// on its way to the customer may be watched by several.
type Waybill struct {
	Carrier   string    `gorm:"primaryKey;size:16;uniqueIndex:waybill_back_once,priority:1,where:direction = 'back'"`
	Number    string    `gorm:"primaryKey;size:40;index;uniqueIndex:waybill_back_once,priority:2,where:direction = 'back'"`
	CaseID    string    `gorm:"primaryKey;size:40;index"`
	Direction string    `gorm:"size:16;not null"` // WaybillBack, WaybillOut
	Verified  bool      `gorm:"not null"`         // the carrier has confirmed that it watches the parcel
	CreatedAt time.Time `gorm:"not null"`
}

// Directions of a waybill.
const (
	WaybillBack = "back"
	WaybillOut  = "out"
)

// DeadlineMove is one bulk extension of deadlines by operations.
type DeadlineMove struct {
	ID        string    `gorm:"primaryKey;size:40"`
	Step      string    `gorm:"size:32;not null"` // which wait; empty: every one
	Merchant  string    `gorm:"size:40;not null"` // only this merchant's cases; empty: all
	Seconds   int64     `gorm:"not null"`
	Reason    string    `gorm:"size:200;not null"`
	By        string    `gorm:"size:40;not null"`
	At        time.Time `gorm:"not null"`
	Cursor    string    `gorm:"size:40;not null"` // last case handled
	Moved     int       `gorm:"not null"`
	Untouched int       `gorm:"not null"`
	DoneAt    *time.Time
}

func (TimelineEntry) TableName() string { return "timeline" }
func (Evidence) TableName() string      { return "evidence" }

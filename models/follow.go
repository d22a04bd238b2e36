package models

import (
	"time"

	"aftersales/seal"
)

// PartyQuestion is what a shop or a carrier was asked in its thread: the message Seq. Half way it is reminded, and when it is
// due the supervisors are told.
type PartyQuestion struct {
	ID             string    `gorm:"primaryKey;size:40;index:party_questions_of_team,priority:3;index:party_questions_of_shop,priority:3"`
	ConversationID string    `gorm:"size:40;not null;uniqueIndex:party_question_once,priority:1"`
	Seq            int64     `gorm:"not null;uniqueIndex:party_question_once,priority:2"`
	Party          string    `gorm:"size:16;not null"` // merchant, carrier
	MerchantID     string    `gorm:"size:40;not null;index:party_questions_of_shop,priority:1,where:answered_at IS NULL AND party = 'merchant'"`
	TeamID         string    `gorm:"size:40;not null;index:party_questions_of_team,priority:1,where:answered_at IS NULL"`
	AskedBy        string    `gorm:"size:60;not null"` // "<role>/<id>"
	AskedAt        time.Time `gorm:"not null"`
	RemindAt       time.Time `gorm:"not null;index:party_questions_to_remind,where:answered_at IS NULL AND reminded_at IS NULL"`
	DueAt          time.Time `gorm:"not null;index:party_questions_to_escalate,where:answered_at IS NULL AND escalated_at IS NULL;index:party_questions_of_team,priority:2;index:party_questions_of_shop,priority:2"`
	RemindedAt     *time.Time
	EscalatedAt    *time.Time
	AnsweredAt     *time.Time
	AnswerSeq      int64 `gorm:"not null"` // the message that answers it; 0: none yet
}

// FollowUp is what an agent means to do about a conversation, and when they are reminded of it.
type FollowUp struct {
	ID             string    `gorm:"primaryKey;size:40;index:follow_ups_of,priority:3"`
	ConversationID string    `gorm:"size:40;not null;index"`
	StaffID        string    `gorm:"size:40;not null;index:follow_ups_of,priority:1,where:done_at IS NULL"`
	ByID           string    `gorm:"size:40;not null"`
	Words          seal.Text `gorm:"not null"`
	DueAt          time.Time `gorm:"not null;index:follow_ups_of,priority:2;index:follow_ups_due,where:done_at IS NULL AND reminded_at IS NULL"`
	CreatedAt      time.Time `gorm:"not null"`
	RemindedAt     *time.Time
	DoneAt         *time.Time
}

// SavedView is a filter of the list of conversations that somebody keeps under a name.
type SavedView struct {
	ID        string    `gorm:"primaryKey;size:40"`
	StaffID   string    `gorm:"size:40;not null;uniqueIndex:saved_view_once,priority:1"`
	Name      string    `gorm:"size:120;not null;uniqueIndex:saved_view_once,priority:2"`
	Query     string    `gorm:"size:1000;not null"` // as in the address of the list
	CreatedAt time.Time `gorm:"not null"`
}

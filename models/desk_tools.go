package models

import (
	"time"

	"aftersales/seal"
)

// Tag is a word that agents put on conversations. TeamID says whose it is; empty: everybody's.
type Tag struct {
	ID        string     `gorm:"primaryKey;size:40"`
	TeamID    string     `gorm:"size:40;not null;uniqueIndex:tag_named_once,priority:1,where:retired_at IS NULL"`
	Name      string     `gorm:"size:120;not null;uniqueIndex:tag_named_once,priority:2"`
	Colour    string     `gorm:"size:8;not null"`
	ByID      string     `gorm:"size:40;not null"`
	CreatedAt time.Time  `gorm:"not null"`
	RetiredAt *time.Time // it stays where it is, and is put on nothing new
}

// ConversationTag is a tag on a conversation.
type ConversationTag struct {
	TagID          string    `gorm:"primaryKey;size:40"`
	ConversationID string    `gorm:"primaryKey;size:40;index"`
	ByID           string    `gorm:"size:40;not null"`
	At             time.Time `gorm:"not null"`
}

// CannedReply is a text that is kept to be said again. Scope is own, team or all, and HolderID whose it is: somebody of the
// staff, a team, or empty. Text may name variables: {{customer.name}}.
type CannedReply struct {
	ID        string    `gorm:"primaryKey;size:40"`
	Scope     string    `gorm:"size:8;not null;uniqueIndex:canned_named_once,priority:1"`
	HolderID  string    `gorm:"size:40;not null;uniqueIndex:canned_named_once,priority:2"`
	Shortcut  string    `gorm:"size:80;not null;uniqueIndex:canned_named_once,priority:3"` // what is typed after the slash
	Title     string    `gorm:"size:320;not null"`
	Text      string    `gorm:"type:text;not null"`
	ByID      string    `gorm:"size:40;not null"`
	CreatedAt time.Time `gorm:"not null"`
	UpdatedAt time.Time `gorm:"not null;autoUpdateTime:false"`
}

// Scopes of canned replies.
const (
	CannedOwn  = "own"
	CannedTeam = "team"
	CannedAll  = "all"
)

// MessageDraft is what somebody has begun to write in a conversation.
type MessageDraft struct {
	ConversationID string    `gorm:"primaryKey;size:40"`
	PersonKind     string    `gorm:"primaryKey;size:16"`
	PersonID       string    `gorm:"primaryKey;size:40"`
	Body           seal.Text `gorm:"not null"`
	UpdatedAt      time.Time `gorm:"not null;autoUpdateTime:false"`
}

// ConversationRating asks the customer of a conversation that an agent had how it went, and is the answer.
type ConversationRating struct {
	ConversationID string     `gorm:"primaryKey;size:40"`
	CustomerID     string     `gorm:"size:40;not null;index"`
	AgentID        string     `gorm:"size:40;not null;index:conversation_ratings_of_agent,priority:1,where:score > 0"` // who had it at the end
	TeamID         string     `gorm:"size:40;not null;index:conversation_ratings_of_team,priority:1,where:score > 0"`
	AskedAt        time.Time  `gorm:"not null"`
	Score          int64      `gorm:"not null;check:conversation_score,score BETWEEN 0 AND 5"` // 0: not answered yet
	Codes          string     `gorm:"size:200;not null"`                                       // ",quick,polite,"
	Words          seal.Text  // the customer's
	AnsweredAt     *time.Time `gorm:"index:conversation_ratings_of_agent,priority:2;index:conversation_ratings_of_team,priority:2"`
}

package models

import (
	"time"

	"aftersales/seal"
)

// Conversation is what some people write to each other. Its audience is who reads it besides the platform's people who
// look after it: the customer; or, in a thread about a case or beside a conversation, colleagues, the shop or a carrier.
// All of it is about one customer, and its words are sealed under that customer's keyset.
type Conversation struct {
	ID         string `gorm:"primaryKey;size:40;index:conversations_of_customer,priority:3;index:conversations_of_team,priority:4;index:conversations_of_agent,priority:4;index:conversations_of_shop,priority:4;index:conversations_by_last,priority:2;index:conversations_of_rank,priority:4;index:conversations_waiting,priority:2;index:conversations_waiting_team,priority:3;index:conversations_waiting_agent,priority:3"`
	Audience   string `gorm:"size:16;not null;index:conversations_of_shop,priority:2;uniqueIndex:thread_once,priority:3,where:about_id <> ''"`
	CustomerID string `gorm:"size:40;not null;index:conversations_of_customer,priority:1;uniqueIndex:conversation_open_once,where:open AND audience = 'customer'"`
	KeyRef     string `gorm:"size:32;not null"`

	MerchantID *string `gorm:"size:40;index:conversations_of_shop,priority:1"` // whose goods it is about, once that is known
	AboutKind  string  `gorm:"size:16;not null;uniqueIndex:thread_once,priority:1"`
	AboutID    string  `gorm:"size:40;not null;uniqueIndex:thread_once,priority:2"` // of a thread: the case or the conversation
	Lang       string  `gorm:"size:8;not null"`

	State      string  `gorm:"size:16;not null;index:conversations_of_team,priority:2;index:conversations_of_agent,priority:2"`
	Open       bool    `gorm:"not null"`
	TeamID     *string `gorm:"size:40;index:conversations_of_team,priority:1;index:conversations_of_rank,priority:1;index:conversations_waiting_team,priority:1,where:waiting_since IS NOT NULL"`
	AssigneeID *string `gorm:"size:40;index:conversations_of_agent,priority:1;index:conversations_waiting_agent,priority:1,where:waiting_since IS NOT NULL"`
	Priority   string  `gorm:"size:8;not null;default:normal;index:conversations_of_rank,priority:2,where:priority <> 'normal'"`

	LastSeq int64 `gorm:"not null"` // of the newest message; they are counted from 1 without gaps
	Rev     int64 `gorm:"not null"` // grows with everything that changes in it

	OpenedAt     time.Time  `gorm:"not null"`
	LastAt       time.Time  `gorm:"not null;index:conversations_of_customer,priority:2;index:conversations_of_team,priority:3;index:conversations_of_agent,priority:3;index:conversations_of_shop,priority:3;index:conversations_by_last,priority:1;index:conversations_of_rank,priority:3"`
	WaitingSince *time.Time `gorm:"index:conversations_waiting,priority:1,where:waiting_since IS NOT NULL;index:conversations_waiting_team,priority:2;index:conversations_waiting_agent,priority:2"` // since when the customer waits for somebody's answer
	BotDueAt     *time.Time `gorm:"index:conversations_bot_due,where:bot_due_at IS NOT NULL"`                                                                                                        // when the bot must answer, or may be thought dead
	ClosedAt     *time.Time

	SnoozedUntil *time.Time `gorm:"index:conversations_snoozed,where:snoozed_until IS NOT NULL"` // set aside; then whoever did it is reminded
	SnoozedBy    *string    `gorm:"size:60"`                                                     // "<role>/<id>"
}

// Priorities of conversations. Whoever waits in an urgent one is given to somebody first.
const (
	PriorityUrgent = "urgent"
	PriorityHigh   = "high"
	PriorityNormal = "normal"
	PriorityLow    = "low"
)

// Priorities lists them, the highest first.
var Priorities = []string{PriorityUrgent, PriorityHigh, PriorityNormal, PriorityLow}

// Audiences of conversations.
const (
	ToCustomer   = "customer"
	ToColleagues = "colleagues"
	ToMerchant   = "merchant"
	ToCarrier    = "carrier"
)

// States of conversations. A thread is with people from the first.
const (
	WithBot    = "bot"    // the bot answers
	WithQueue  = "queued" // a person was asked for, and none has it yet
	WithPeople = "people" // an agent has it
	Ended      = "closed"
)

// Message is one in a conversation. Body is the sealed JSON of what it says.
type Message struct {
	ConversationID string    `gorm:"primaryKey;size:40;uniqueIndex:messages_by_rev,priority:1;uniqueIndex:message_sent_once,priority:1"`
	Seq            int64     `gorm:"primaryKey;autoIncrement:false"`
	Rev            int64     `gorm:"not null;uniqueIndex:messages_by_rev,priority:2"` // the conversation's, when it came or last changed
	SenderKind     string    `gorm:"size:16;not null;uniqueIndex:message_sent_once,priority:2"`
	SenderID       string    `gorm:"size:40;not null;uniqueIndex:message_sent_once,priority:3"`
	ClientID       string    `gorm:"size:64;not null;uniqueIndex:message_sent_once,priority:4"` // the sender's own, for sending once
	Kind           string    `gorm:"size:16;not null"`
	Body           seal.Text `gorm:"not null"`
	SentAt         time.Time `gorm:"not null"`
	EditedAt       *time.Time
	RecalledAt     *time.Time
}

// MessageVersion is what a message said before it was edited or recalled.
type MessageVersion struct {
	ConversationID string    `gorm:"primaryKey;size:40"`
	Seq            int64     `gorm:"primaryKey;autoIncrement:false"`
	N              int64     `gorm:"primaryKey;autoIncrement:false"` // from 1
	Body           seal.Text `gorm:"not null"`
	At             time.Time `gorm:"not null"` // until then
}

// MessageReaction is a sign that somebody put under a message.
type MessageReaction struct {
	ConversationID string    `gorm:"primaryKey;size:40"`
	Seq            int64     `gorm:"primaryKey;autoIncrement:false"`
	PersonKind     string    `gorm:"primaryKey;size:16"`
	PersonID       string    `gorm:"primaryKey;size:40"`
	Code           string    `gorm:"primaryKey;size:16"`
	At             time.Time `gorm:"not null"`
}

// ConversationMember is somebody who was in a conversation, and how far they have read.
type ConversationMember struct {
	ConversationID string    `gorm:"primaryKey;size:40"`
	MemberKind     string    `gorm:"primaryKey;size:16"`
	MemberID       string    `gorm:"primaryKey;size:40"`
	DeliveredSeq   int64     `gorm:"not null"`
	ReadSeq        int64     `gorm:"not null"`
	JoinedAt       time.Time `gorm:"not null"`
	UpdatedAt      time.Time `gorm:"not null;autoUpdateTime:false"`
}

// ConversationCase ties a conversation to a case. ShownSeq is how far the case's timeline was told in it, and AskedRound
// which of its questions was asked there last.
type ConversationCase struct {
	CaseID         string    `gorm:"primaryKey;size:40"`
	ConversationID string    `gorm:"primaryKey;size:40;index"`
	ShownSeq       int64     `gorm:"not null"`
	AskedRound     string    `gorm:"size:64;not null"`
	ByKind         string    `gorm:"size:16;not null"`
	ByID           string    `gorm:"size:40;not null"`
	At             time.Time `gorm:"not null"`
}

// MessageTerm is by what a sealed message is found: an HMAC of two characters that stand together in it.
type MessageTerm struct {
	ConversationID string    `gorm:"primaryKey;size:40"`
	Term           []byte    `gorm:"primaryKey;index:messages_by_term,priority:1;check:message_term_size,length(term) = 8"`
	Seq            int64     `gorm:"primaryKey;autoIncrement:false"`
	SentAt         time.Time `gorm:"not null;index:messages_by_term,priority:2"`
}

// Dialogue is where the bot stands in a conversation: its state, and the last message that it has answered.
type Dialogue struct {
	ConversationID string    `gorm:"primaryKey;size:40"`
	CustomerID     string    `gorm:"size:40;not null;index"`
	State          seal.Text `gorm:"not null"`
	AnsweredSeq    int64     `gorm:"not null"`
	UpdatedAt      time.Time `gorm:"not null;autoUpdateTime:false"`
}

// QueueEntry is a conversation that waits for a person. Rank is when it was asked for, moved back by what makes it more
// urgent: the smallest comes first.
type QueueEntry struct {
	ID             string     `gorm:"primaryKey;size:40;index:queue_of_team,priority:3"`
	ConversationID string     `gorm:"size:40;not null;index;uniqueIndex:queue_once,where:state = 'waiting'"`
	CustomerID     string     `gorm:"size:40;not null;index"`
	TeamID         string     `gorm:"size:40;not null;index:queue_of_team,priority:1,where:state = 'waiting';index:queue_taken,priority:1,where:state = 'taken';index:queue_of_shop,priority:1,where:state = 'waiting';index:queue_to_move,priority:1,where:state = 'waiting' AND moved_from IS NULL"` // empty: any
	MerchantID     *string    `gorm:"size:40;index:queue_of_shop,priority:2"`                                                                                                                                                                                                                          // nil: no shop's in particular
	MovedFrom      *string    `gorm:"size:40"`                                                                                                                                                                                                                                                         // the team that could not take it
	Lang           string     `gorm:"size:8;not null"`
	Skill          string     `gorm:"size:32;not null"` // what it is about; empty: anybody can do it
	Why            string     `gorm:"size:32;not null"`
	Summary        seal.Text  // what the bot tells the person
	Rank           time.Time  `gorm:"not null;index:queue_of_team,priority:2"`
	AskedAt        time.Time  `gorm:"not null;index:queue_to_move,priority:2"`
	State          string     `gorm:"size:16;not null"`
	TakenBy        *string    `gorm:"size:40"`
	EndedAt        *time.Time `gorm:"index:queue_taken,priority:2"`
}

// States of queue entries.
const (
	QueueWaiting = "waiting"
	QueueTaken   = "taken"
	QueueLeft    = "left" // the conversation ended, or the customer did not want it any more
)

// AgentDesk is whether somebody of the staff takes conversations, which, and how many at a time.
type AgentDesk struct {
	StaffID   string     `gorm:"primaryKey;size:40"`
	TeamID    string     `gorm:"size:40;not null;index:desks_of_team,priority:1"`
	State     string     `gorm:"size:16;not null"`
	Capacity  int64      `gorm:"not null;check:desk_capacity,capacity >= 0"`
	Langs     string     `gorm:"size:64;not null"`  // ",zh-CN,en,"; empty: all
	Skills    string     `gorm:"size:500;not null"` // ",return_refund,complaint,"; empty: all
	SeenAt    time.Time  `gorm:"not null;index:desks_of_team,priority:2"`
	GivenAt   *time.Time // when they last got one
	UpdatedAt time.Time  `gorm:"not null;autoUpdateTime:false"`
}

// States of agents.
const (
	DeskOnline  = "online"
	DeskAway    = "away" // keeps what they have and gets nothing new
	DeskOffline = "offline"
)

// Transfer offers a conversation to a colleague, who accepts or declines.
type Transfer struct {
	ID             string    `gorm:"primaryKey;size:40;index:transfers_to,priority:3"`
	ConversationID string    `gorm:"size:40;not null;index;uniqueIndex:transfer_once,where:state = 'asked'"`
	CustomerID     string    `gorm:"size:40;not null;index"`
	FromID         string    `gorm:"size:40;not null"`
	ToID           string    `gorm:"size:40;not null;index:transfers_to,priority:1,where:state = 'asked'"`
	Note           seal.Text `gorm:"not null"`
	Answer         seal.Text
	State          string    `gorm:"size:16;not null"`
	AskedAt        time.Time `gorm:"not null;index:transfers_to,priority:2"`
	AnsweredAt     *time.Time
}

// States of transfers.
const (
	TransferAsked    = "asked"
	TransferAccepted = "accepted"
	TransferDeclined = "declined"
	TransferVoid     = "void" // it is another's by now, or ended
)

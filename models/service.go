package models

import "time"

// ServiceTarget says how soon somebody is answered, and done with. Empty team, shop and priority stand for any; the most
// particular row counts. 0 seconds is no clock.
type ServiceTarget struct {
	TeamID            string    `gorm:"primaryKey;size:40"`
	MerchantID        string    `gorm:"primaryKey;size:40"`
	Priority          string    `gorm:"primaryKey;size:8"`
	FirstSeconds      int64     `gorm:"not null;check:service_target_seconds,first_seconds >= 0 AND next_seconds >= 0 AND resolution_seconds >= 0"`
	NextSeconds       int64     `gorm:"not null"`
	ResolutionSeconds int64     `gorm:"not null"`
	ByID              string    `gorm:"size:40;not null"`
	UpdatedAt         time.Time `gorm:"not null;autoUpdateTime:false"`
}

// TeamHours is when a team works, and who takes over those who wait when it cannot.
type TeamHours struct {
	TeamID          string    `gorm:"primaryKey;size:40"`
	Calendar        string    `gorm:"type:text;not null"`                                 // JSON of calendar.Calendar
	OverflowTeamID  string    `gorm:"size:40;not null"`                                   // empty: nobody takes over
	OverflowSeconds int64     `gorm:"not null;check:team_overflow,overflow_seconds >= 0"` // waited for so long; while the team is closed at once
	ByID            string    `gorm:"size:40;not null"`
	UpdatedAt       time.Time `gorm:"not null;autoUpdateTime:false"`
}

func (TeamHours) TableName() string { return "team_hours" }

// ServiceClock counts until somebody should have been answered, or done with. One of a kind runs in a conversation.
type ServiceClock struct {
	ID             string    `gorm:"primaryKey;size:40;index:service_clocks_of_team,priority:3;index:service_clocks_of_agent,priority:3"`
	ConversationID string    `gorm:"size:40;not null;index;uniqueIndex:service_clock_once,priority:1,where:stopped_at IS NULL"`
	Kind           string    `gorm:"size:12;not null;uniqueIndex:service_clock_once,priority:2"`
	TeamID         string    `gorm:"size:40;not null;index:service_clocks_of_team,priority:1,where:stopped_at IS NULL"`
	AgentID        string    `gorm:"size:40;not null;index:service_clocks_of_agent,priority:1,where:stopped_at IS NULL"`
	MerchantID     string    `gorm:"size:40;not null"`
	Priority       string    `gorm:"size:8;not null"`
	StartedAt      time.Time `gorm:"not null"`
	WarnAt         time.Time `gorm:"not null;index:service_clocks_to_warn,where:stopped_at IS NULL AND warned_at IS NULL"`
	DueAt          time.Time `gorm:"not null;index:service_clocks_to_fire,where:stopped_at IS NULL AND breached_at IS NULL;index:service_clocks_of_team,priority:2;index:service_clocks_of_agent,priority:2"`
	WarnedAt       *time.Time
	BreachedAt     *time.Time
	StoppedAt      *time.Time
}

// Kinds of clocks.
const (
	ClockFirst      = "first"      // since a person was asked for, until one answers
	ClockNext       = "next"       // since the customer's message, until the next answer
	ClockResolution = "resolution" // since a person was asked for, until the conversation ends
)

package models

import "time"

// PackActivation says that new cases get a pack from a moment on. The one with the highest number counts.
type PackActivation struct {
	N        int64     `gorm:"primaryKey;autoIncrement:false"` // from 1
	PackHash string    `gorm:"size:64;not null;index"`
	At       time.Time `gorm:"not null"`
	ByKind   string    `gorm:"size:16;not null"` // BySettings, or a role
	ByID     string    `gorm:"size:40;not null"`
}

// BySettings marks a pack that the settings chose when a process started.
const BySettings = "settings"

// PartnerMinute counts the calls to a partner in one minute. Slots are used in turn, so that the table never grows.
type PartnerMinute struct {
	Partner  string    `gorm:"primaryKey;size:16"`
	Slot     int       `gorm:"primaryKey;autoIncrement:false"` // the minute modulo PartnerSlots
	Minute   time.Time `gorm:"not null"`
	Calls    int64     `gorm:"not null"`
	Failures int64     `gorm:"not null"`
}

// PartnerSlots is how many minutes are known of a partner.
const PartnerSlots = 16

// PartnerState is how the last calls to a partner went.
type PartnerState struct {
	Partner       string `gorm:"primaryKey;size:16"`
	SucceededAt   *time.Time
	FailedAt      *time.Time
	FailedWith    string `gorm:"size:48;not null"` // a code
	FailuresInRow int64  `gorm:"not null"`
}

// JobRun is when a loop beside the engine last ran, in whatever process, and how it went.
type JobRun struct {
	Name          string    `gorm:"primaryKey;size:64"`
	RanAt         time.Time `gorm:"not null"`
	SucceededAt   *time.Time
	FailedAt      *time.Time
	FailuresInRow int64 `gorm:"not null"`
}

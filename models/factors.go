package models

import (
	"time"

	"aftersales/seal"
)

// Kinds of factors.
const (
	FactorTOTP    = "totp"
	FactorPasskey = "passkey"
)

// Factor is a second factor of an account: an authenticator app or a passkey.
type Factor struct {
	ID         string    `gorm:"primaryKey;size:40"`
	AccountID  string    `gorm:"size:40;not null;index"`
	Kind       string    `gorm:"size:16;not null"`
	Label      seal.Text // what its owner calls it
	Secret     seal.Text `gorm:"not null"`    // the app's secret, or the passkey's record as JSON
	Credential []byte    `gorm:"uniqueIndex"` // SHA-256 of a passkey's ID; NULL for apps
	Counter    int64     `gorm:"not null"`    // only grows: the last time step used, or the passkey's own counter
	CreatedAt  time.Time `gorm:"not null"`
	UsedAt     *time.Time
}

// RecoveryCode lets an account in once without its factors. Only the hash is kept.
type RecoveryCode struct {
	AccountID string    `gorm:"primaryKey;size:40"`
	Hash      []byte    `gorm:"primaryKey"`
	CreatedAt time.Time `gorm:"not null"`
	UsedAt    *time.Time
}

// Ticket is something begun that must be finished soon and once: see its Purpose. Only the hash of its token is kept.
type Ticket struct {
	Hash       []byte    `gorm:"primaryKey"`
	Purpose    string    `gorm:"size:16;not null"`
	AccountID  string    `gorm:"size:40;not null;index"` // empty: whoever proves to be somebody
	SessionID  string    `gorm:"size:64;not null"`       // empty: there is no session yet
	ActionHash string    `gorm:"size:64;not null"`       // the action that a step-up is for
	Data       seal.Text // what must be remembered until the end, under the platform's keyset
	Tries      int       `gorm:"not null"`
	CreatedAt  time.Time `gorm:"not null"`
	ExpiresAt  time.Time `gorm:"not null;index"`
	SpentAt    *time.Time
	SpentFor   string `gorm:"size:128;not null"` // Idempotency-Key of the request that it was spent for
}

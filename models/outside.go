package models

import "time"

// APIKey lets a program speak in the name of an account, for some actions, until it ends. Term is an HMAC of its secret.
type APIKey struct {
	ID        string    `gorm:"primaryKey;size:40;index:api_keys_of_account,priority:2"`
	AccountID string    `gorm:"size:40;not null;index:api_keys_of_account,priority:1"`
	Name      string    `gorm:"size:100;not null;check:api_key_named,name <> ''"`
	Term      []byte    `gorm:"not null"`
	Scopes    string    `gorm:"type:text;not null"` // JSON of names of actions
	CreatedAt time.Time `gorm:"not null"`
	ExpiresAt time.Time `gorm:"not null;check:api_key_ends,expires_at > created_at"`
	UsedAt    *time.Time
	RevokedAt *time.Time
}

// Handover is a shop's token that was used. Term is an HMAC of its issuer and ID.
type Handover struct {
	Term      []byte    `gorm:"primaryKey"`
	ExpiresAt time.Time `gorm:"not null;index"`
}

// OutsideIdentity is whom another sign-in service knows the holder of an account as. Term is an HMAC of its issuer and
// the subject there.
type OutsideIdentity struct {
	Term      []byte    `gorm:"primaryKey"`
	Provider  string    `gorm:"size:32;not null;uniqueIndex:outside_identity_of_account,priority:2"`
	AccountID string    `gorm:"size:40;not null;uniqueIndex:outside_identity_of_account,priority:1"`
	LinkedAt  time.Time `gorm:"not null"`
	UsedAt    *time.Time
}

// TableName keeps GORM from reading API letter by letter.
func (APIKey) TableName() string { return "api_keys" }

package models

import (
	"time"

	"aftersales/money"
	"aftersales/seal"
)

// Customer is a person who buys. Everything personal is sealed under the customer's own keyset.
type Customer struct {
	ID        string    `gorm:"primaryKey;size:40"`
	KeyRef    string    `gorm:"size:32;not null;uniqueIndex"`
	Name      seal.Text `gorm:"not null"`
	Phone     seal.Text
	Mail      seal.Text
	Lang      string     `gorm:"size:8;not null"`  // "zh-CN" or "en"
	Level     string     `gorm:"size:16;not null"` // standing: good, normal, watch
	CreatedAt time.Time  `gorm:"not null"`
	ErasedAt  *time.Time // when everything personal was taken out and ID became a pseudonym
}

// Merchant is a shop. It is a company; its return addresses name people and are sealed under its keyset.
type Merchant struct {
	ID        string    `gorm:"primaryKey;size:40;index:merchants_of_team,priority:3;index:merchants_by_time,priority:2"`
	KeyRef    string    `gorm:"size:32;not null;uniqueIndex"`
	Name      string    `gorm:"size:200;not null"`
	Level     string    `gorm:"size:16;not null"`
	AutoAgree bool      `gorm:"not null"` // agrees to no-reason returns by itself
	CreatedAt time.Time `gorm:"not null;index:merchants_of_team,priority:2;index:merchants_by_time,priority:1"`
	TeamID    *string   `gorm:"size:40;index:merchants_of_team,priority:1"` // the team that looks after it; nil: operators only

	RulesRevision int64 `gorm:"not null;default:0"` // how often its own rules were changed
}

// ReturnAddress is where a merchant takes goods back. City stays readable: waybills are checked against it.
type ReturnAddress struct {
	ID         string     `gorm:"primaryKey;size:40"`
	MerchantID string     `gorm:"size:40;not null;index;uniqueIndex:return_address_default,where:is_default AND retired_at IS NULL"`
	City       string     `gorm:"size:64;not null"`
	Place      seal.Text  `gorm:"not null"` // JSON of partners.Place
	IsDefault  bool       `gorm:"not null"`
	CreatedAt  time.Time  `gorm:"not null"`
	RetiredAt  *time.Time // nobody new is sent there; what was told to go there still may
}

// Team is a group of agents and the supervisors who answer for it.
type Team struct {
	ID        string    `gorm:"primaryKey;size:40"`
	Name      string    `gorm:"size:100;not null;uniqueIndex"`
	CreatedAt time.Time `gorm:"not null"`
}

// States of staff.
const (
	StaffInvited  = "invited"  // has not chosen a login and a password yet
	StaffActive   = "active"   // may sign in
	StaffInactive = "inactive" // may not, and what they did stays theirs
)

// Staff is a person who works: for a merchant (MerchantID set) or for the platform.
type Staff struct {
	ID            string       `gorm:"primaryKey;size:40"`
	KeyRef        string       `gorm:"size:32;not null;uniqueIndex"`
	Role          string       `gorm:"size:16;not null;index"` // merchant, agent, supervisor, editor, operator
	MerchantID    *string      `gorm:"size:40;index"`
	Name          seal.Text    `gorm:"not null"`
	ApprovalLimit money.Amount `gorm:"not null"` // the largest amount this person may decide alone, CNY
	CreatedAt     time.Time    `gorm:"not null"`
	Owner         bool         `gorm:"not null"`      // of the shop: decides on its staff and its rules
	TeamID        *string      `gorm:"size:40;index"` // of agents and supervisors
	Status        string       `gorm:"size:16;not null"`
}

// Account lets one person sign in. Login is a chosen name, unique without regard to case (stored in lower case).
type Account struct {
	ID             string     `gorm:"primaryKey;size:40"`
	Login          string     `gorm:"size:64;not null;uniqueIndex"`
	PersonKind     string     `gorm:"size:16;not null"` // customer or staff
	PersonID       string     `gorm:"size:40;not null;index"`
	PasswordHash   string     `gorm:"size:200;not null"` // argon2id, PHC string; empty: no password leads in
	CreatedAt      time.Time  `gorm:"not null"`
	PasswordAt     *time.Time // when the password was set
	SecondFactorAt *time.Time // when the first second factor was set up; nil: there is none
}

// Session is a signed-in browser or client. Only the SHA-256 of its token is stored.
type Session struct {
	TokenHash []byte    `gorm:"primaryKey"`
	ID        string    `gorm:"size:40;not null;uniqueIndex"` // its public name
	AccountID string    `gorm:"size:40;not null;index"`
	Method    string    `gorm:"size:32;not null"` // how it began: password, passkey, oidc:<provider>, handover, ...
	Assurance int       `gorm:"not null"`         // 1: one factor, 2: two
	Device    string    `gorm:"size:64;not null"` // what it runs on, in words of ours: "Firefox, Windows"
	Address   seal.Text // where it began, sealed for its owner
	CreatedAt time.Time `gorm:"not null"`
	SeenAt    time.Time `gorm:"not null"`
	ExpiresAt time.Time `gorm:"not null;index"`
}

// Purposes of an invitation.
const (
	InviteJoin    = "join"    // the person chooses a login and a first password
	InviteRecover = "recover" // the person chooses a new password
)

// Invitation is a link that lets one person choose a password, once and for a while. Only the SHA-256 of its token is
// stored; a new one takes the place of the one before.
type Invitation struct {
	ID         string    `gorm:"primaryKey;size:40"`
	TokenHash  []byte    `gorm:"not null;uniqueIndex"`
	Purpose    string    `gorm:"size:16;not null"`
	PersonKind string    `gorm:"size:16;not null;uniqueIndex:invitation_of_person,priority:1"`
	PersonID   string    `gorm:"size:40;not null;uniqueIndex:invitation_of_person,priority:2"`
	MadeBy     string    `gorm:"size:80;not null"` // "<role>/<id>", or "system"
	CreatedAt  time.Time `gorm:"not null"`
	ExpiresAt  time.Time `gorm:"not null;index"`
}

// SignInTry counts failed sign-ins of one login or one address in a window, for the rate limit.
type SignInTry struct {
	Subject   string    `gorm:"primaryKey;size:100"` // "login:<sha256>" or "addr:<sha256>"
	StartedAt time.Time `gorm:"not null;index"`
	Count     int       `gorm:"not null"`
}

// MerchantRule is a rule that a merchant set for itself: what it gives without being asked, within the pack's bounds.
type MerchantRule struct {
	MerchantID string       `gorm:"primaryKey;size:40"`
	Name       string       `gorm:"primaryKey;size:64"` // shown with every decision that rests on it
	Position   int          `gorm:"not null"`
	Kinds      string       `gorm:"type:text;not null"` // JSON of kinds; "[]": every kind that the pack lets a merchant decide
	Reasons    string       `gorm:"type:text;not null"` // JSON of reason codes; "[]": every reason
	Below      money.Amount `gorm:"not null;check:rule_below,below > 0"`
	Give       string       `gorm:"size:16;not null"` // empty: it agrees; advance
	Enabled    bool         `gorm:"not null"`
	SetBy      string       `gorm:"size:40;not null"`
	SetAt      time.Time    `gorm:"not null"`
}

func (Staff) TableName() string { return "staff" }

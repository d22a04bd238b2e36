package models

import (
	"time"

	"aftersales/money"
)

// Effect is one call to the outside: written before the call, its result stored after it, never deleted.
type Effect struct {
	Key         string    `gorm:"primaryKey;size:64"` // UUIDv5 of case, step and business round
	CaseID      string    `gorm:"size:40;not null;index"`
	Kind        string    `gorm:"size:32;not null"`       // refund, pickup, cancel_pickup, subscribe
	RequestHash string    `gorm:"size:64;not null"`       // the same key with another request is a hard error
	Status      string    `gorm:"size:16;not null;index"` // intended, unknown, succeeded, failed
	Result      string    `gorm:"type:text;not null"`
	Tries       int       `gorm:"not null"`
	CreatedAt   time.Time `gorm:"not null"`
	UpdatedAt   time.Time `gorm:"not null;autoUpdateTime:false"`
}

// RefundLeg is money on its way back over one tender. Its key is the effect's key and the provider's request number.
type RefundLeg struct {
	Key         string         `gorm:"primaryKey;size:64"`
	CaseID      string         `gorm:"size:40;not null;index"`
	OrderID     string         `gorm:"size:64;not null;index"`
	TenderID    string         `gorm:"size:64;not null;index:legs_of_tender"`
	Amount      money.Amount   `gorm:"not null;check:leg_positive,amount > 0"`
	Currency    money.Currency `gorm:"size:3;not null"`
	Freight     money.Amount   `gorm:"not null"`                                       // part of Amount that is outbound freight
	Cause       string         `gorm:"size:24;not null;check:cause_named,cause <> ''"` // automatic_rule, merchant_agreed, deadline_expired, judgment, settlement
	CauseRef    string         `gorm:"size:100;not null"`                              // the rule, the deadline or the approval
	Status      string         `gorm:"size:16;not null;index"`                         // intended, unknown, succeeded, failed
	ProviderRef string         `gorm:"size:64;not null"`
	NotBefore   time.Time      `gorm:"not null"` // the rail's spacing
	IntendedAt  time.Time      `gorm:"not null"`
	SettledAt   *time.Time     `gorm:"index"`
	Reconciled  *time.Time
	Via         string `gorm:"size:16"` // empty: over its tender's rail; ViaPayout
}

// ViaPayout marks a leg that goes to an account, because the tender's rail is closed and the customer agreed.
const ViaPayout = "payout"

// RefundLegLine says how much of a leg belongs to which order line.
type RefundLegLine struct {
	LegKey   string       `gorm:"primaryKey;size:64"`
	LineID   string       `gorm:"primaryKey;size:64;index"`
	Quantity int          `gorm:"not null"`
	Amount   money.Amount `gorm:"not null"`
}

// Recovery is money that was paid and should not have been: it is claimed back, never rolled back.
type Recovery struct {
	ID        string         `gorm:"primaryKey;size:40"`
	CaseID    string         `gorm:"size:40;not null;index"`
	FromKind  string         `gorm:"size:16;not null"` // customer or merchant owes it
	FromID    string         `gorm:"size:40;not null"`
	Amount    money.Amount   `gorm:"not null;check:recovery_positive,amount > 0"`
	Currency  money.Currency `gorm:"size:3;not null"`
	Cause     string         `gorm:"size:48;not null"`
	State     string         `gorm:"size:16;not null;index"` // open, settled, dropped
	OpenedBy  string         `gorm:"size:40;not null"`
	OpenedAt  time.Time      `gorm:"not null"`
	SettledAt *time.Time
}

// InsuranceClaim is the claim of an order's freight insurance: one per order, and a waybill counts once.
type InsuranceClaim struct {
	OrderID     string         `gorm:"primaryKey;size:64"`
	CaseID      string         `gorm:"size:40;not null;index"`
	Carrier     string         `gorm:"size:16;not null;uniqueIndex:claim_waybill_once,priority:1"`
	Number      string         `gorm:"size:40;not null;uniqueIndex:claim_waybill_once,priority:2"`
	Key         string         `gorm:"size:64;not null"` // of the effect, and the insurer's request number
	Amount      money.Amount   `gorm:"not null"`         // claimed
	Currency    money.Currency `gorm:"size:3;not null"`
	Paid        money.Amount   `gorm:"not null"`
	State       string         `gorm:"size:16;not null;index"` // intended, accepted, paid, refused
	Why         string         `gorm:"size:48;not null"`       // code of a refusal
	ProviderRef string         `gorm:"size:64;not null"`
	ClaimedAt   time.Time      `gorm:"not null"`
	SettledAt   *time.Time
}

// States of an insurance claim.
const (
	ClaimIntended = "intended"
	ClaimAccepted = "accepted"
	ClaimPaid     = "paid"
	ClaimRefused  = "refused"
)

// Discrepancy is what a reconciler found and could not repair by itself.
type Discrepancy struct {
	ID         string    `gorm:"primaryKey;size:80"` // kind and subject: found once
	Kind       string    `gorm:"size:32;not null"`   // provider_only, ledger_only, amount, case_lost, case_behind, charged_back, payment_twice, bug
	Subject    string    `gorm:"size:64;not null"`
	Detail     string    `gorm:"type:text;not null"`
	FoundAt    time.Time `gorm:"not null"`
	ResolvedAt *time.Time
}

func (Recovery) TableName() string { return "recoveries" }

package contract

import (
	"time"

	"aftersales/money"
	"aftersales/policy"
)

// OutboundView is the goods on their way to the customer, in a refund that does not begin with their return.
type OutboundView struct {
	Way       policy.Way   `json:"way"`
	ShippedAt *time.Time   `json:"shipped_at,omitempty"`
	Parcels   []ParcelView `json:"parcels,omitempty"`
	Report    string       `json:"report,omitempty"` // InterceptRequested …, as told last
	Proof     *ProofView   `json:"proof,omitempty"`
}

// ProofView is how a delivery was proven, or that the merchant conceded that it cannot be.
type ProofView struct {
	Conceded  bool     `json:"conceded,omitempty"`
	ByCarrier bool     `json:"by_carrier,omitempty"` // it was delivered after the customer asked
	TextID    string   `json:"text_id,omitempty"`
	Evidence  []string `json:"evidence,omitempty"`
}

// What a refund that cannot be paid waits for.
const (
	WaitsForBalance  = "merchant_balance"
	WaitsForConsent  = "customer_consent"
	WaitsForFinance  = "finance"
	WaitsForProvider = "provider"
)

// RefundView is the refund under way, or the last.
type RefundView struct {
	Cause    Cause         `json:"cause"`
	CauseRef string        `json:"cause_ref,omitempty"`
	Amount   money.Amount  `json:"amount"`
	WaitsFor string        `json:"waits_for,omitempty"`
	Consents []ConsentView `json:"consents,omitempty"`
}

// ConsentView is a customer's consent to be paid on an account instead of a tender's closed rail.
type ConsentView struct {
	TenderID string    `json:"tender_id"`
	At       time.Time `json:"at"`
	Paid     bool      `json:"redirected,omitempty"` // finance has sent it there
}

// InsuranceView is the claim of the order's freight insurance.
type InsuranceView struct {
	State   string       `json:"state"` // claiming, accepted, paid, refused
	Carrier string       `json:"carrier"`
	Number  string       `json:"number"`
	Amount  money.Amount `json:"amount"` // claimed
	Paid    money.Amount `json:"paid,omitempty"`
	Why     string       `json:"why,omitempty"`
}

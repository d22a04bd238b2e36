package contract

import (
	"time"

	"aftersales/money"
)

// OutboundInput asks where the goods of a case are on their way to the customer. Watch: the case follows the parcels
// from here on, and is told what their carriers say.
type OutboundInput struct {
	CaseID  string       `json:"case_id"`
	OrderID string       `json:"order_id"`
	Lines   []ChosenLine `json:"lines"`
	Watch   bool         `json:"watch"`
	At      time.Time    `json:"at"`
}

// Outbound is what the shop says of the goods' way to the customer.
type Outbound struct {
	ShippedAt *time.Time       `json:"shipped_at,omitempty"`
	SignedAt  *time.Time       `json:"signed_at,omitempty"`
	Parcels   []OutboundParcel `json:"parcels,omitempty"` // those with the case's lines in them
	Grams     map[string]int   `json:"grams,omitempty"`   // what a unit of each of the case's lines weighs
}

// OutboundParcel names one parcel.
type OutboundParcel struct {
	Carrier   string    `json:"carrier"`
	Number    string    `json:"number"`
	ShippedAt time.Time `json:"shipped_at"`
	Lines     []string  `json:"lines,omitempty"` // the order lines in it; empty: nobody said, any of them
}

// WatchInput asks carriers to tell every scan of a case's parcels to the customer, and where they are now.
type WatchInput struct {
	CaseID  string           `json:"case_id"`
	OrderID string           `json:"order_id"`
	Parcels []OutboundParcel `json:"parcels"`
}

// Watched is what the carriers know now.
type Watched struct {
	Tracks []TrackFact `json:"tracks,omitempty"`
}

// InsuranceInput claims the way back under the order's freight insurance: once per order.
type InsuranceInput struct {
	CaseID   string         `json:"case_id"`
	OrderID  string         `json:"order_id"`
	Carrier  string         `json:"carrier"`
	Number   string         `json:"number"`
	Amount   money.Amount   `json:"amount"`
	Currency money.Currency `json:"currency"`
	At       time.Time      `json:"at"`
}

// InsuranceResult is what the insurer decided, or that it has not yet: accepted.
type InsuranceResult struct {
	State string       `json:"state"` // accepted, paid, refused
	Paid  money.Amount `json:"paid,omitempty"`
	Why   string       `json:"why,omitempty"` // code of a refusal
}

// AccountInput keeps the words in which a customer named an account: for payment only, shown to nobody.
type AccountInput struct {
	CaseID string `json:"case_id"`
	TextID string `json:"text_id"`
}

// Redirect is a tender whose part of a refund goes to an account that the customer named.
type Redirect struct {
	TenderID string `json:"tender_id"`
	TextID   string `json:"text_id"`
	N        int    `json:"n"` // another account is another payment
}

// OrderFact tells a case that the shop changed its order. What changed is read from the data.
type OrderFact struct {
	NoticeID  string     `json:"notice_id"`
	ShippedAt *time.Time `json:"shipped_at,omitempty"`
	SignedAt  *time.Time `json:"signed_at,omitempty"`
}

// ChargebackFact tells a case that a bank took money back from a payment of its order: less can be refunded.
type ChargebackFact struct {
	NoticeID string       `json:"notice_id"`
	TenderID string       `json:"tender_id"`
	Amount   money.Amount `json:"amount"` // taken back so far
}

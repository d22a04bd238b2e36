package contract

import (
	"time"

	"aftersales/fault"
	"aftersales/money"
)

// DrawInput takes what a judgment ordered out of the merchant's deposit, so that the refund can be paid. Its key
// follows from CaseID and Round: any repeat is the same movement.
type DrawInput struct {
	CaseID     string         `json:"case_id"`
	MerchantID string         `json:"merchant_id"`
	Round      int            `json:"round"` // of the refund
	Amount     money.Amount   `json:"amount"`
	Currency   money.Currency `json:"currency"`
	At         time.Time      `json:"at"`
}

// DrawResult: Refused is a fault when the deposit does not hold that much.
type DrawResult struct {
	Refused *fault.Fault `json:"refused,omitempty"`
}

// RecoveryInput opens a claim for money that a reversed judgment had paid.
type RecoveryInput struct {
	CaseID     string         `json:"case_id"`
	CustomerID string         `json:"customer_id"` // owes it
	Round      int            `json:"round"`       // of the judgment that reversed
	Amount     money.Amount   `json:"amount"`
	Currency   money.Currency `json:"currency"`
	By         string         `json:"by"` // who judged
	At         time.Time      `json:"at"`
}

// Remedy is what a judgment on service orders instead of money.
type Remedy struct {
	Kind   string       `json:"kind"`             // policy.Remedies
	Amount money.Amount `json:"amount,omitempty"` // of a coupon
	Points int          `json:"points,omitempty"`
}

// RemedyInput grants what was judged. Each remedy is given once per case, judgment and place in the list.
type RemedyInput struct {
	CaseID     string         `json:"case_id"`
	CustomerID string         `json:"customer_id"`
	MerchantID string         `json:"merchant_id"`
	Judgment   string         `json:"judgment"` // ID of the proposal that was judged
	Round      int            `json:"round"`
	Remedies   []Remedy       `json:"remedies"`
	Currency   money.Currency `json:"currency"`
	By         Actor          `json:"by"` // the merchant, or the platform when time ran out
	At         time.Time      `json:"at"`
}

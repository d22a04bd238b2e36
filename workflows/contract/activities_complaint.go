package contract

import (
	"time"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
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

// PutBackInput moves what a draw took and the refund did not need back to the merchant's deposit. Its key follows from
// CaseID and N.
type PutBackInput struct {
	CaseID     string         `json:"case_id"`
	MerchantID string         `json:"merchant_id"`
	Round      int            `json:"round"` // of the draw
	N          int            `json:"n"`     // movements back so far in the case, this one too
	Amount     money.Amount   `json:"amount"`
	Currency   money.Currency `json:"currency"`
	At         time.Time      `json:"at"`
}

// PutBackResult: Moved is false when nothing had been drawn; Refused, when the merchant's balance is short by now.
type PutBackResult struct {
	Moved   bool         `json:"moved,omitempty"`
	Refused *fault.Fault `json:"refused,omitempty"`
}

// ClaimBackInput claims money back that was paid above what is judged or agreed now: in advance, or by a judgment that
// was reversed. Amount is all that is claimed back now: an earlier such claim about the matter is dropped; 0 claims
// nothing any more.
type ClaimBackInput struct {
	CaseID     string         `json:"case_id"`
	CustomerID string         `json:"customer_id"` // owes it
	Round      int            `json:"round"`       // of the claim: later ones are larger
	Amount     money.Amount   `json:"amount"`
	Currency   money.Currency `json:"currency"`
	By         string         `json:"by"`    // who judged
	Cause      string         `json:"cause"` // ClaimReversed, ClaimAdvance
	At         time.Time      `json:"at"`
}

// Why a complaint claims money back.
const (
	ClaimReversed = "appeal_reversed" // an appeal came to less
	ClaimAdvance  = "advance_judged"  // less is owed than was paid in advance
)

// RemedyInput grants what was judged, and takes back what was granted before and is not judged any more. Each remedy is
// given or taken back once per case, judgment and place in the list.
type RemedyInput struct {
	CaseID     string          `json:"case_id"`
	CustomerID string          `json:"customer_id"`
	MerchantID string          `json:"merchant_id"`
	Judgment   string          `json:"judgment"` // ID of the proposal that was judged
	Round      int             `json:"round"`
	Remedies   []policy.Remedy `json:"remedies"`
	Back       []policy.Remedy `json:"back,omitempty"`
	Currency   money.Currency  `json:"currency"`
	By         Actor           `json:"by"` // the merchant, or the platform when time ran out
	At         time.Time       `json:"at"`
}

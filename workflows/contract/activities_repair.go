package contract

import "time"

// PricesInput asks the shop what the variants of a case cost now. The answer is kept under the case, so that its rules
// always see the same prices.
type PricesInput struct {
	CaseID  string       `json:"case_id"`
	OrderID string       `json:"order_id"`
	Lines   []ChosenLine `json:"lines"`
	At      time.Time    `json:"at"`
}

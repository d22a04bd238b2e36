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

// RepairsInput asks how often units were repaired for a fault before. Fault empty: for the one they had most often.
type RepairsInput struct {
	CaseID string   `json:"case_id"`
	Units  []string `json:"units"`
	Fault  string   `json:"fault,omitempty"`
}

// RepairInput books a repair: it counts for its fault, and its time is added to the warranty. N numbers the case's.
type RepairInput struct {
	CaseID  string    `json:"case_id"`
	OrderID string    `json:"order_id"`
	N       int       `json:"n"`
	Units   []string  `json:"units"`
	Fault   string    `json:"fault"`
	Covered bool      `json:"covered"`
	Serial  string    `json:"serial,omitempty"` // the new number of a single unit
	From    time.Time `json:"from"`             // the merchant had it
	To      time.Time `json:"to"`               // the customer had it again
	Failed  bool      `json:"failed,omitempty"` // it came back with the same fault
	Until   time.Time `json:"until"`            // end of the warranty by the terms, where none is registered; zero: unknown
}

// BookedRepair is the end of the warranty from now on: the earliest of the units; zero: unknown.
type BookedRepair struct {
	Until time.Time `json:"until"`
}

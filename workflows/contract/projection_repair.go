package contract

import (
	"time"

	"aftersales/money"
)

// RepairView is how far a repair is.
type RepairView struct {
	WarrantyUntil *time.Time   `json:"warranty_until,omitempty"` // with what the repair added; nil: unknown
	Before        int          `json:"before,omitempty"`         // repairs of the same fault, without this one
	Fault         string       `json:"fault,omitempty"`
	Covered       bool         `json:"covered"`
	Amount        money.Amount `json:"amount,omitempty"` // what the customer is asked to pay
	TextID        string       `json:"text_id,omitempty"`
	Evidence      []string     `json:"evidence,omitempty"`
	Done          bool         `json:"done,omitempty"`     // the merchant says so
	Rejected      int          `json:"rejected,omitempty"` // times that it came back with the same fault
	Why           string       `json:"why,omitempty"`      // why the customer chooses, or why the item goes back as it was
	Choices       []string     `json:"choices,omitempty"`  // open to the customer now
	Chosen        string       `json:"chosen,omitempty"`
}

package contract

import "aftersales/money"

// Diagnose is what the merchant found out about a broken item: what is wrong with it, and whether the warranty pays.
type Diagnose struct {
	Meta
	Fault    string       `json:"fault"`            // the merchant's code of what is wrong; the same fault, the same code
	Covered  bool         `json:"covered"`          // by the warranty
	Amount   money.Amount `json:"amount,omitempty"` // what the repair costs when it is not
	TextID   string       `json:"text_id,omitempty"`
	Evidence []string     `json:"evidence,omitempty"`
}

// AnswerQuote is the customer's answer to what a repair costs.
type AnswerQuote struct {
	Meta
	Accept bool         `json:"accept"`
	Amount money.Amount `json:"amount"` // repeated: guards against a changed one
}

// FinishRepair is the merchant's word that the item is repaired.
type FinishRepair struct {
	Meta
	Serial string `json:"serial,omitempty"` // when the repair gave a single item another serial number
	TextID string `json:"text_id,omitempty"`
}

// CannotRepair is the merchant's word that the item cannot be repaired.
type CannotRepair struct {
	Meta
	TextID string `json:"text_id,omitempty"`
}

// RejectRepair is the customer's word that the item came back with the same fault.
type RejectRepair struct {
	Meta
	TextID   string   `json:"text_id,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
}

// Choice of a customer whose item was repaired too often or for too long.
const (
	ChooseExchange = "exchange"
	ChooseReturn   = "return"
	ChooseRepair   = "repair" // once more; only before the item is sent in
)

// Choose is the customer's choice between another item, its money, and one more repair.
type Choose struct {
	Meta
	Choice string `json:"choice"`
}

func (*Diagnose) Name() string     { return "diagnose" }
func (*AnswerQuote) Name() string  { return "answer_quote" }
func (*FinishRepair) Name() string { return "finish_repair" }
func (*CannotRepair) Name() string { return "cannot_repair" }
func (*RejectRepair) Name() string { return "reject_repair" }
func (*Choose) Name() string       { return "choose" }

package contract

import (
	"time"

	"aftersales/fault"
	"aftersales/money"
)

// What a customer is asked to pay for.
const (
	PurposeDifference = "difference" // the replacement costs more
	PurposeDeposit    = "deposit"    // for a replacement that is sent before the goods are back
	PurposeRepair     = "repair"     // what a repair outside the warranty costs
)

// ChargeInput asks a customer for money over one rail. N numbers the case's charges, so that Key is deterministic.
type ChargeInput struct {
	CaseID     string         `json:"case_id"`
	OrderID    string         `json:"order_id"`
	MerchantID string         `json:"merchant_id"`
	N          int            `json:"n"`
	Rail       string         `json:"rail"`
	Purpose    string         `json:"purpose"`
	Amount     money.Amount   `json:"amount"`
	Currency   money.Currency `json:"currency"`
	DueAt      time.Time      `json:"due_at"` // nobody can pay after it
	At         time.Time      `json:"at"`
}

// Key is the charge's effect key and the number under which the provider knows it.
func (in ChargeInput) Key() string { return EffectKey(in.CaseID, "charge/"+in.Rail, in.N) }

// OpenedCharge is where the customer pays, or why it cannot be over this rail.
type OpenedCharge struct {
	Refused *fault.Fault `json:"refused,omitempty"`
	URL     string       `json:"url"`
}

// SettleInput asks whether a charge was paid. Close takes it back unless it was. Told are payments that the provider
// told of in verified notices: under one charge a customer may pay twice.
type SettleInput struct {
	ChargeInput
	Close bool         `json:"close,omitempty"`
	Told  []ChargeFact `json:"told,omitempty"`
}

// States of a charge.
const (
	ChargeOpening = "opening" // asked for; whether the provider knows it is not sure
	ChargeOpen    = "open"
	ChargePaid    = "paid"
	ChargeClosed  = "closed"
)

// SettledCharge is how a charge stands. What was paid is in the books as tenders of the order's payment, held.
type SettledCharge struct {
	State    string      `json:"state"` // open, paid or closed
	Payments []Collected `json:"payments,omitempty"`
	// Unsure: the provider knows no such charge, and until DueAt somebody may still pay it.
	Unsure bool `json:"unsure,omitempty"`
}

// Collected is one payment of the customer's.
type Collected struct {
	TenderID string       `json:"tender_id"`
	Amount   money.Amount `json:"amount"`
}

// StockInput reserves the units of a replacement, once per case and round; or gives them back.
type StockInput struct {
	CaseID     string        `json:"case_id"`
	MerchantID string        `json:"merchant_id"`
	Round      int           `json:"round"`
	Lines      []StockedLine `json:"lines,omitempty"`
	At         time.Time     `json:"at"`
}

// StockedLine is how many units of a variant.
type StockedLine struct {
	VariantID string `json:"variant_id"`
	Quantity  int    `json:"quantity"`
}

// Reserved is the answer to StockInput; Refused is variant_not_sold or variant_out_of_stock, then nothing is held.
type Reserved struct {
	Refused *fault.Fault `json:"refused,omitempty"`
}

// ReplaceInput books a replacement that is on its way in the place of what it replaces: the old lines give up the
// units with what was left to refund for them, and new lines inherit it, with the difference that was paid.
type ReplaceInput struct {
	CaseID  string         `json:"case_id"`
	OrderID string         `json:"order_id"`
	Round   int            `json:"round"` // of the reservation that is used up
	Units   []string       `json:"units"` // what goes back
	Lines   []ReplacedLine `json:"lines"`
	Tenders []string       `json:"tenders,omitempty"` // what was collected for it: from here on part of the order's payment
	Serials []string       `json:"serials,omitempty"`
	At      time.Time      `json:"at"`
}

// ReplacedLine is one old line's part of it.
type ReplacedLine struct {
	LineID    string       `json:"line_id"`
	VariantID string       `json:"variant_id"`
	Quantity  int          `json:"quantity"`
	UnitPrice money.Amount `json:"unit_price"` // of the new variant; 0: as the old line's
	Gives     money.Amount `json:"gives"`      // what the old line gives up of its paid share
	Paid      money.Amount `json:"paid"`       // the new line's paid share: what was given up and what was paid on top
}

// Booked names the new lines, in the order of ReplaceInput.Lines, and their units.
type Booked struct {
	Lines []string `json:"lines"`
	Units []string `json:"units"`
	// Paid is what each new line inherited: less than was promised where the old one has given back more meanwhile.
	Paid []money.Amount `json:"paid,omitempty"`
}

// ReceiptInput notes that the customer has a replacement: its own rights begin then.
type ReceiptInput struct {
	CaseID      string     `json:"case_id"`
	OrderID     string     `json:"order_id"`
	SignedAt    *time.Time `json:"signed_at,omitempty"`
	ConfirmedAt time.Time  `json:"confirmed_at"`
}

// RecoveryInput claims back money that was paid and not owed. N numbers a case's claims.
type RecoveryInput struct {
	CaseID   string         `json:"case_id"`
	N        int            `json:"n"`
	From     Role           `json:"from"` // customer or merchant owes it
	FromID   string         `json:"from_id"`
	Amount   money.Amount   `json:"amount"`
	Currency money.Currency `json:"currency"`
	Cause    string         `json:"cause"`
	At       time.Time      `json:"at"`
}

package contract

// StartPayment is the customer's choice of a rail for what the case asks it to pay. The address to pay at is in the
// view's Payment. Another rail may be chosen while the first is not paid.
type StartPayment struct {
	Meta
	Rail string `json:"rail"` // a rail that the platform takes money over, e.g. alipay
}

// ShipReplacement tells the waybill of goods on their way to the customer; also corrects one that no carrier saw.
type ShipReplacement struct {
	Meta
	Carrier string   `json:"carrier"`
	Number  string   `json:"number"`
	Serials []string `json:"serials,omitempty"` // of the new units, as far as they have any
}

// CannotShip is the merchant's word that it cannot send what it owes, e.g. because it is sold out.
type CannotShip struct {
	Meta
	TextID string `json:"text_id,omitempty"`
}

// ConfirmReceipt is the customer's word that the goods arrived and are right.
type ConfirmReceipt struct {
	Meta
}

// ReportProblem is the customer's word that what arrived is not right.
type ReportProblem struct {
	Meta
	Problem  Problem  `json:"problem"`
	TextID   string   `json:"text_id,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
}

// Problem is what is wrong with goods that were sent to the customer.
type Problem string

const (
	ProblemWrong   Problem = "wrong"   // other goods than agreed
	ProblemDamaged Problem = "damaged" // broken
	ProblemMissing Problem = "missing" // said to be delivered, and not there

	ProblemSameFault Problem = "same_fault" // repaired, and not: said by RejectRepair
)

// TakeAdvance asks for the replacement before the goods are back, against a deposit.
type TakeAdvance struct {
	Meta
}

func (*StartPayment) Name() string    { return "start_payment" }
func (*ShipReplacement) Name() string { return "ship_replacement" }
func (*CannotShip) Name() string      { return "cannot_ship" }
func (*ConfirmReceipt) Name() string  { return "confirm_receipt" }
func (*ReportProblem) Name() string   { return "report_problem" }
func (*TakeAdvance) Name() string     { return "take_advance" }

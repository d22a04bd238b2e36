package contract

// What became of stopping a parcel on its way to the customer.
const (
	InterceptRequested  = "requested"  // the carrier was asked
	InterceptImpossible = "impossible" // it will be delivered
	InterceptReturned   = "returned"   // the merchant has the goods again
	InterceptLost       = "lost"       // the carrier cannot find it
)

// ReportIntercept tells what became of stopping the parcel: the merchant's word, or the desk's after asking the carrier.
type ReportIntercept struct {
	Meta
	Result string `json:"result"`
	TextID string `json:"text_id,omitempty"`
}

// ProveDelivery is the merchant's answer to "it never came": what proves the delivery, or the refund without a proof.
type ProveDelivery struct {
	Meta
	Concede  bool     `json:"concede,omitempty"` // it cannot be proven: refund
	TextID   string   `json:"text_id,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
}

// AcceptRefusal is the customer's word that a refusal, or a proof, is right: the case ends.
type AcceptRefusal struct {
	Meta
}

// ConsentRail is the customer's consent to be paid on an account, because the rail of a payment is closed.
type ConsentRail struct {
	Meta
	TenderID string `json:"tender_id"`
	TextID   string `json:"text_id"` // the account and its holder's name, sealed
}

// RedirectRefund is finance's word to pay to the account that the customer named.
type RedirectRefund struct {
	Meta
	TenderID string `json:"tender_id"`
}

// Names of the updates.
func (*ReportIntercept) Name() string { return "report_intercept" }
func (*ProveDelivery) Name() string   { return "prove_delivery" }
func (*AcceptRefusal) Name() string   { return "accept_refusal" }
func (*ConsentRail) Name() string     { return "consent_rail" }
func (*RedirectRefund) Name() string  { return "redirect_refund" }

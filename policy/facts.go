// Package policy holds the rules of after-sales as pure functions: from Facts, under a pack, come Terms; from
// Terms come deadlines, liability, freight, amounts and approvals. No clock, no I/O, no randomness: the same
// facts under the same pack give the same terms for ever, so that a past case can be explained and replayed.
package policy

import (
	"time"

	"aftersales/money"
)

// Kind is the kind of case.
type Kind string

const (
	Return          Kind = "return"           // 退货退款
	RefundOnly      Kind = "refund_only"      // 仅退款
	Exchange        Kind = "exchange"         // 换货
	Repair          Kind = "repair"           // 维修
	PriceProtection Kind = "price_protection" // 价保
	Complaint       Kind = "complaint"        // 投诉
)

// Phase says whether the customer had confirmed receipt when the case began. The same timer has opposite
// defaults by phase.
type Phase string

const (
	OnSale    Phase = "onsale"
	AfterSale Phase = "aftersale"
)

// Party is who acts, who pays, or who is at fault.
type Party string

const (
	Customer Party = "customer"
	Merchant Party = "merchant"
	Carrier  Party = "carrier"
	Platform Party = "platform"
	Unclear  Party = "unclear"
	Both     Party = "both" // of a wait: customer and merchant may both act
	Nobody   Party = ""
)

// Facts is everything an evaluation may know, as it was known then. It is stored with the evaluation.
type Facts struct {
	Kind   Kind      `json:"kind"`
	Phase  Phase     `json:"phase"`
	Reason string    `json:"reason"` // a reason code of the pack's tree; empty while not yet known
	At     time.Time `json:"at"`     // the moment of asking, UTC

	Order    OrderFacts    `json:"order"`
	Lines    []LineFacts   `json:"lines"` // every line of the order, chosen or not: re-pricing needs them all
	Customer StandingFacts `json:"customer"`
	Merchant StandingFacts `json:"merchant"`

	OpenedBy  Party           `json:"opened_by,omitempty"` // the customer if empty; the merchant or the platform: goodwill
	Asked     money.Amount    `json:"asked,omitempty"`     // refund only: the amount asked; 0: all that can be refunded
	Rules     []MerchantRule  `json:"rules,omitempty"`     // the merchant's own rules, in its order
	Complaint *ComplaintFacts `json:"complaint,omitempty"` // of a complaint

	Repeat     bool             `json:"repeat,omitempty"` // the same units and reason were closed before because nothing was sent back
	Evidence   []EvidenceFacts  `json:"evidence,omitempty"`
	Inspection *InspectionFacts `json:"inspection,omitempty"`
}

// OrderFacts is what was bought, paid and delivered. Times are UTC; nil means it has not happened.
type OrderFacts struct {
	ID            string         `json:"id"`
	Currency      money.Currency `json:"currency"`
	PaidAt        time.Time      `json:"paid_at"`
	ShippedAt     *time.Time     `json:"shipped_at,omitempty"`
	SignedAt      *time.Time     `json:"signed_at,omitempty"`
	ConfirmedAt   *time.Time     `json:"confirmed_at,omitempty"`
	FreightPaid   money.Amount   `json:"freight_paid"`   // what the customer paid for outbound freight
	FreightListed money.Amount   `json:"freight_listed"` // what it costs when the threshold is not met
	FreeOver      money.Amount   `json:"free_over"`      // free-shipping threshold; 0: none
	Insured       bool           `json:"insured"`        // freight insurance was bought
	RefundedSoFar money.Amount   `json:"refunded_so_far"`
	FreightBack   money.Amount   `json:"freight_back"`             // outbound freight refunded before
	Paid          money.Amount   `json:"paid"`                     // captured − chargebacks, all tenders
	InsuranceUsed bool           `json:"insurance_used,omitempty"` // the freight insurance has paid for this order
	Parcel        string         `json:"parcel,omitempty"`         // state of the outbound parcel as far as known, e.g. ParcelSigned; "": unknown
}

// LineFacts is one order line. Paid is the line's share of what was really paid (after every discount), so
// that over all lines it sums to the order's payment without freight.
type LineFacts struct {
	ID          string       `json:"id"`
	ProductID   string       `json:"product_id"`
	Category    string       `json:"category"`
	Quantity    int          `json:"quantity"`
	UnitPrice   money.Amount `json:"unit_price"` // list price at purchase, before discounts
	Paid        money.Amount `json:"paid"`
	Refunded    money.Amount `json:"refunded"`     // refunded before this case (all other cases)
	RefundedQty int          `json:"refunded_qty"` // units refunded before this case
	// Exchanged units and their share of what was paid count as refunded and are other lines by now: nothing went back.
	ExchangedQty  int          `json:"exchanged_qty,omitempty"`
	ExchangedPaid money.Amount `json:"exchanged_paid,omitempty"`
	Chosen        int          `json:"chosen"`        // units in this case
	Bundle        string       `json:"bundle"`        // same non-empty value: bought as one bundle
	Gift          bool         `json:"gift"`          // came free with the order
	GiftPrice     money.Amount `json:"gift_price"`    // announced price, deducted when a gift is kept
	NoReasonOut   string       `json:"no_reason_out"` // why no-reason return is excluded: custom, fresh, digital, press; empty: it is not
	Consented     string       `json:"consented"`     // excluded only because the customer confirmed at purchase: hygiene, activation, near_expiry
	WeightGrams   int          `json:"weight_grams"`  // per unit

	VariantID     string        `json:"variant_id,omitempty"`     // the variant bought
	Want          *VariantFacts `json:"want,omitempty"`           // exchange: what is wanted instead; nil: the same variant
	PriceNow      money.Amount  `json:"price_now,omitempty"`      // per unit, what the shop asks for this variant at the moment of asking; 0: unknown
	ProtectedAt   money.Amount  `json:"protected_at,omitempty"`   // lowest price per unit down to which price protection has paid; 0: none
	WarrantyUntil *time.Time    `json:"warranty_until,omitempty"` // end of the warranty as registered, with what repairs added; nil: counted from signing
	Repairs       int           `json:"repairs,omitempty"`        // repairs of the same fault before this case
	SerialKnown   bool          `json:"serial_known,omitempty"`   // the serial number is one that the shop sold
}

// VariantFacts is the variant that an exchange asks for, as the shop sells it at the moment of asking.
type VariantFacts struct {
	ID          string       `json:"id"`
	Price       money.Amount `json:"price"` // list price per unit
	Stock       int          `json:"stock"`
	OnSale      bool         `json:"on_sale"`
	SameProduct bool         `json:"same_product"` // another variant of the product bought
}

// MerchantRule is a rule that a merchant set for itself: what it gives without being asked. A pack bounds it.
type MerchantRule struct {
	Kinds   []Kind       `json:"kinds,omitempty"`   // empty: every kind that the pack lets a merchant decide beforehand
	Reasons []string     `json:"reasons,omitempty"` // reason codes; empty: every reason
	Below   money.Amount `json:"below"`             // cases worth at most this; 0 or less: none
	Rule    string       `json:"rule"`              // the rule's name, shown with every decision that rests on it
	Give    Give         `json:"give,omitempty"`
}

// Give is what a merchant's own rule gives.
type Give string

const (
	GiveAgreement Give = ""        // it agrees by itself
	GiveAdvance   Give = "advance" // it refunds on the first scan, or sends the replacement before the goods are back
)

// ComplaintFacts is what a complaint is about.
type ComplaintFacts struct {
	Subject    string       `json:"subject"`          // SubjectGoods or SubjectService; empty: as the reason says
	Parent     Kind         `json:"parent,omitempty"` // the kind of case that it grew out of; empty: none
	ClaimTotal money.Amount `json:"claim_total"`      // what the customer claims; 0: all that can be refunded
}

// Subjects of a complaint.
const (
	SubjectGoods   = "goods"
	SubjectService = "service" // how people were treated; no money is owed
)

// StandingFacts describes a customer or merchant as far as rules may look at it.
type StandingFacts struct {
	Level     string   `json:"level"`             // LevelGood, LevelNormal, LevelWatch
	Cases90   int      `json:"cases_90"`          // cases opened within 90 days
	AutoAgree bool     `json:"auto_agree"`        // merchant: agrees to no-reason returns by itself
	Reasons   []string `json:"reasons,omitempty"` // why the level is what it is: names of the pack's rules
}

// EvidenceFacts is one piece of evidence: what it is and whether a person marked it irrelevant.
type EvidenceFacts struct {
	Kind     string `json:"kind"` // "picture", "video", "document"; "description": the text that AskDetail asks for
	By       Party  `json:"by"`
	Rejected bool   `json:"rejected"`
}

// InspectionFacts is what arrived back.
type InspectionFacts struct {
	Difference   Difference `json:"difference"`
	CarrierGrams int        `json:"carrier_grams"`  // weight the carrier measured; 0: not measured
	MissingUnits int        `json:"missing_units"`  // for Short
	DamageByItem bool       `json:"damage_by_item"` // the goods arrived damaged on the way back
}

// Difference is what is wrong with what came back.
type Difference string

const (
	NoDifference Difference = ""
	EmptyBox     Difference = "empty"
	WrongItem    Difference = "wrong"
	UsedItem     Difference = "used"
	ShortCount   Difference = "short"
	Damaged      Difference = "damaged"
)

// Differences lists the differences a merchant may report.
func Differences() []Difference {
	return []Difference{EmptyBox, WrongItem, UsedItem, ShortCount, Damaged}
}

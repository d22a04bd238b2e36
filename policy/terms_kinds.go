package policy

import (
	"time"

	"aftersales/money"
)

// Way is how a refund without goods coming back by the customer's hand goes, by where the goods are.
type Way string

const (
	WayNotShipped  Way = "not_shipped"
	WayIntercept   Way = "intercept"    // shipped and not signed for: the parcel is stopped on its way
	WayReceived    Way = "received"     // the customer has the goods and keeps them
	WayNotReceived Way = "not_received" // the customer says they never came: the merchant must prove delivery
)

// AdvanceTerms says what is given before the goods are back. Deposit is what the customer pays for an exchange
// in advance, on top of any price difference; it comes back with the goods. Rule names who allowed it.
type AdvanceTerms struct {
	Refund   bool         `json:"refund,omitempty"`   // refunded on the first scan of the parcel back
	Exchange bool         `json:"exchange,omitempty"` // the replacement goes out once the deposit is paid
	Deposit  money.Amount `json:"deposit,omitempty"`
	Rule     string       `json:"rule,omitempty"`
}

// ExchangeTerms is what is exchanged for what, and the price difference. Formula sums to Difference.
type ExchangeTerms struct {
	Lines      []ExchangeLine `json:"lines"`
	Difference money.Amount   `json:"difference"` // positive: the customer pays; negative: comes back at the end
	Formula    []FormulaLine  `json:"formula,omitempty"`
	Rule       string         `json:"rule"`
}

// ExchangeLine is one order line's part of an exchange. Old and New are prices per unit, before discounts.
type ExchangeLine struct {
	LineID     string       `json:"line_id"`
	VariantID  string       `json:"variant_id"` // what the customer gets
	Quantity   int          `json:"quantity"`
	Old        money.Amount `json:"old"`
	New        money.Amount `json:"new"`
	Difference money.Amount `json:"difference"` // all units together, after the line's own discount
}

// WarrantyTerms says whether the warranty pays for a repair.
type WarrantyTerms struct {
	Covered bool      `json:"covered"` // false: the customer pays what the diagnosis asks
	Until   time.Time `json:"until"`   // UTC; the earliest of the chosen lines; zero: unknown
	Repairs int       `json:"repairs"` // of the same fault before this case
	Choice  bool      `json:"choice"`  // repaired too often: the customer chooses exchange or return already at intake
	Rule    string    `json:"rule"`
}

// InsuranceTerms is the freight insurance of an order: it pays the customer's way back once, up to Cap.
type InsuranceTerms struct {
	Cap  money.Amount `json:"cap"`
	Rule string       `json:"rule"`
}

// ProtectionTerms is what price protection compares. Until is the last moment of the window, zero while the
// goods were not signed for.
type ProtectionTerms struct {
	Lines []ProtectionLine `json:"lines"`
	Until time.Time        `json:"until"`
	Rule  string           `json:"rule"`
}

// ProtectionLine compares, for all chosen units together, what they cost the customer so far (paid, less what
// protection gave before) with what the shop asks now.
type ProtectionLine struct {
	LineID    string       `json:"line_id"`
	Quantity  int          `json:"quantity"`
	Paid      money.Amount `json:"paid"`
	Reference money.Amount `json:"reference"`
}

// JudgmentTerms is what a judgment may do. How long an appeal may wait is the deadline of StepAppeal.
type JudgmentTerms struct {
	Subject            string       `json:"subject,omitempty"` // of a complaint: SubjectGoods or SubjectService
	MaxSupplements     int          `json:"max_supplements"`
	ExecuteFromDeposit bool         `json:"execute_from_deposit"` // the platform pays from the merchant's deposit when the merchant does not
	Remedies           []string     `json:"remedies,omitempty"`   // what a judgment on service may order instead of money
	MaxPoints          int          `json:"max_points,omitempty"`
	MaxCoupon          money.Amount `json:"max_coupon,omitempty"`
}

// Remedies of a complaint about service.
const (
	RemedyApology       = "apology"
	RemedyCoupon        = "coupon"
	RemedyPoints        = "points"
	RemedyRectification = "rectification" // the merchant puts its practice right
)

// Remedies lists the remedies that a pack may allow.
func Remedies() []string {
	return []string{RemedyApology, RemedyCoupon, RemedyPoints, RemedyRectification}
}

// Levels of standing.
const (
	LevelGood   = "good"
	LevelNormal = "normal"
	LevelWatch  = "watch"
)

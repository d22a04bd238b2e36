package policy

import (
	"time"

	"aftersales/calendar"
	"aftersales/fault"
	"aftersales/money"
)

// Terms is what one evaluation decided: a plain value that a case freezes and keeps.
type Terms struct {
	Pack     string `json:"pack"`      // name of the pack, e.g. "default"
	PackHash string `json:"pack_hash"` // hex SHA-256 of the pack's content; packs are stored for ever under it

	Refusal  *Refusal `json:"refusal,omitempty"` // set: the case must not be opened (or not go on) like this
	Repeat   bool     `json:"repeat,omitempty"`  // only the merchant's own word opens it again
	NoReason bool     `json:"no_reason"`         // rests on the no-reason right and has it; without a reason yet: would have it

	Liability Party        `json:"liability"`
	Freight   FreightTerms `json:"freight"`
	// FreightBy is the pack's freight table for every liability, so that a judgment that moves the liability
	// finds its freight without asking the pack again.
	FreightBy map[Party]FreightTerms `json:"freight_by,omitempty"`

	Asks      []Ask                      `json:"asks"`      // what must be known before the merchant is asked, in order of asking
	Deadlines map[Step]Deadline          `json:"deadlines"` // every step of this kind of case
	Calendar  calendar.Calendar          `json:"calendar"`
	Grace     time.Duration              `json:"grace"` // a default acts this long after its due time
	Limits    Limits                     `json:"limits"`
	Approval  ApprovalTerms              `json:"approval"`
	Partial   map[Difference]PartialRule `json:"partial"` // what is offered for each difference
	Quote     Quote                      `json:"quote"`   // exchange and repair: what a refund would give instead; complaint: the most that can be judged

	Way        Way              `json:"way,omitempty"`        // refund only: where the goods are, and so how the story goes
	Asked      money.Amount     `json:"asked,omitempty"`      // refund only and complaint: the amount asked, at most what can be refunded; 0: all
	AutoAgree  string           `json:"auto_agree,omitempty"` // the rule by which the merchant agrees without being asked; empty: ask
	Advance    AdvanceTerms     `json:"advance,omitzero"`
	Exchange   *ExchangeTerms   `json:"exchange,omitempty"`
	Warranty   *WarrantyTerms   `json:"warranty,omitempty"`   // of a repair
	Insurance  *InsuranceTerms  `json:"insurance,omitempty"`  // the order has freight insurance that has not paid yet
	Protection *ProtectionTerms `json:"protection,omitempty"` // of price protection; Quote is the difference
	Judgment   JudgmentTerms    `json:"judgment,omitzero"`

	Rules []string `json:"rules"` // names of the pack's rules that decided something, in order
}

// Refusal is why a case may not be opened.
type Refusal struct {
	Fault *fault.Fault `json:"fault"`
	Rule  string       `json:"rule"`
}

// FreightTerms says who bears each leg. Reserve notes that the merchant did not mention freight when agreeing.
type FreightTerms struct {
	Out  Party  `json:"out"`
	Back Party  `json:"back"`
	Rule string `json:"rule"`
}

// Ask is one thing that must be known: a field of the form.
type Ask string

const (
	AskReason   Ask = "reason"
	AskEvidence Ask = "evidence"
	AskDetail   Ask = "description"
)

// Limits are the counts and sizes of a case.
type Limits struct {
	Rounds             int           `json:"rounds"`              // rounds of questions
	Edits              int           `json:"edits"`               // edits per order line after a refusal
	EvidenceRejections int           `json:"evidence_rejections"` // then a person takes over
	MerchantExtension  time.Duration `json:"merchant_extension"`  // at most, once, with the customer's consent
	PickupExtension    time.Duration `json:"pickup_extension"`    // added when a pick-up failed
	Offers             int           `json:"offers"`              // counter-offers by the merchant
	Waybills           int           `json:"waybills"`            // corrections of a waybill before its first scan
	Supplements        int           `json:"supplements"`         // supplements of evidence that a reviewer may ask for
	Repairs            int           `json:"repairs"`             // repairs of the same fault; then the customer chooses exchange or return
	MinWeightPercent   int           `json:"min_weight_percent"`  // parcel lighter than this share of the goods: refund blocked
}

// ApprovalTerms says which proposals need whom. Limits are amounts in the order's currency.
type ApprovalTerms struct {
	AutomaticBelow money.Amount `json:"automatic_below"` // undisputed refunds up to here need nobody; 0: every refund needs an approval
	AutomaticRule  string       `json:"automatic_rule"`  // the rule that says so; empty: not automatic
	AgentBelow     money.Amount `json:"agent_below"`     // disputed proposals up to here need only the agent who judged; 0: none
	SecondAbove    money.Amount `json:"second_above"`    // above it two different people
	Levels         int          `json:"levels"`          // escalation levels: 1 supervisor, 2 operations
}

// PartialRule is the share of the goods' value offered for a difference, in percent.
type PartialRule struct {
	Percent int    `json:"percent"`
	Rule    string `json:"rule"`
}

// Quote is the amount due with its formula, line by line. Total = Σ Formula.Amount = Σ Lines.Amount + Freight.
type Quote struct {
	Currency money.Currency `json:"currency"`
	Lines    []QuoteLine    `json:"lines"`
	Freight  money.Amount   `json:"freight"` // outbound freight given back
	Total    money.Amount   `json:"total"`
	Formula  []FormulaLine  `json:"formula"`
}

// QuoteLine is what one order line gives back.
type QuoteLine struct {
	LineID   string       `json:"line_id"`
	Quantity int          `json:"quantity"`
	Amount   money.Amount `json:"amount"`
}

// FormulaLine is one step of the sum, for people: a text key with its values, the amount it adds, its rule.
type FormulaLine struct {
	Label  string       `json:"label"` // catalogue key, e.g. "paid_for_units"; texts in FormulaText
	Line   string       `json:"line,omitempty"`
	Amount money.Amount `json:"amount"`
	Rule   string       `json:"rule"`
}

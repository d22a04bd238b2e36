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
	Quote     Quote                      `json:"quote"`
	Rules     []string                   `json:"rules"` // names of the pack's rules that decided something, in order
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

// Step names a wait with a deadline.
type Step string

const (
	StepDetails        Step = "details"
	StepMerchantAnswer Step = "merchant_answer"
	StepRefused        Step = "refused"
	StepOffer          Step = "offer" // the merchant's counter-offer waits for the customer
	StepSendBack       Step = "send_back"
	StepFirstScan      Step = "first_scan"
	StepCorrectWaybill Step = "correct_waybill"
	StepStalled        Step = "transit_stalled"
	StepLost           Step = "transit_lost"
	StepCarrierClaim   Step = "carrier_claim"
	StepInspection     Step = "inspection"
	StepDifference     Step = "difference"
	StepReview         Step = "review"
	StepReviewWarn     Step = "review_escalates"
	StepApproval       Step = "approval"
	StepRefundHelp     Step = "refund_help" // retries are used up: finance must act
)

// Action is what happens when a deadline runs out.
type Action string

const (
	ActGoOnOrClose    Action = "go_on_or_close"
	ActAgree          Action = "agree"
	ActEscalate       Action = "escalate" // to the platform: opens the dispute, no money moves
	ActClose          Action = "close"
	ActSuspectWaybill Action = "suspect_waybill"
	ActCarrierClaim   Action = "carrier_claim"
	ActRefund         Action = "refund"
	ActNextLevel      Action = "next_level"
	ActRetry          Action = "retry"
	ActDecline        Action = "decline" // a counter-offer nobody answered: the merchant's clock goes on
)

// Clock says how a deadline's time is counted.
type Clock string

const (
	WallClock   Clock = "wall"         // every second counts
	WorkingTime Clock = "working_time" // only the calendar's windows count
	WorkingDays Clock = "working_days" // whole working days, due at the end of the last one
)

// Deadline is one wait of the pack.
type Deadline struct {
	Actor     Party           `json:"actor"`
	For       time.Duration   `json:"for"`
	Clock     Clock           `json:"clock"`
	Default   Action          `json:"default"`
	Reminders []time.Duration `json:"reminders,omitempty"` // counted from the start of the wait
	Rule      string          `json:"rule"`
}

// Limits are the counts and sizes of a case.
type Limits struct {
	Rounds             int           `json:"rounds"`              // rounds of questions
	Edits              int           `json:"edits"`               // edits per order line after a refusal
	EvidenceRejections int           `json:"evidence_rejections"` // then a person takes over
	MerchantExtension  time.Duration `json:"merchant_extension"`  // at most, once, with the customer's consent
	PickupExtension    time.Duration `json:"pickup_extension"`    // added when a pick-up failed
	Offers             int           `json:"offers"`              // counter-offers by the merchant
	Waybills           int           `json:"waybills"`            // corrections of a waybill before its first scan
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

// Deadline returns the pack's wait for a step; ok is false when the pack has none.
func (t Terms) Deadline(step Step) (d Deadline, ok bool) {
	d, ok = t.Deadlines[step]
	return d, ok
}

// DueAt returns when a wait that starts at from runs out, by the step's clock and the terms' calendar.
func (t Terms) DueAt(step Step, from time.Time) time.Time {
	d := t.Deadlines[step]
	switch d.Clock {
	case WorkingTime:
		return t.Calendar.AddWorking(from, d.For)
	case WorkingDays:
		return t.Calendar.AddWorkingDays(from, int(d.For/(24*time.Hour)))
	default:
		return from.Add(d.For)
	}
}

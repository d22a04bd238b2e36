package contract

import (
	"time"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
)

// Opened is the result of OpenCase (input: Start): the units are claimed and the terms are frozen, or the
// opening is refused and nothing is left behind.
type Opened struct {
	Refused       *fault.Fault   `json:"refused,omitempty"`
	Phase         policy.Phase   `json:"phase"`
	Reason        string         `json:"reason"` // known from the start or read from the customer's words; may be empty
	Units         []string       `json:"units"`
	Currency      money.Currency `json:"currency"`
	Terms         policy.Terms   `json:"terms"`
	Evaluation    int            `json:"evaluation"`         // 1
	Question      *Question      `json:"question,omitempty"` // the first thing that is missing; Round and DueAt are the workflow's
	Evidence      []string       `json:"evidence,omitempty"` // accepted
	Rejections    int            `json:"rejections"`         // evidence refused so far
	ExpectedGrams int            `json:"expected_grams"`
	Edits         int            `json:"edits"`      // edits on these lines in earlier cases
	BotFailed     bool           `json:"bot_failed"` // the bot could not ask: a person must
}

// DetailsInput asks the bot to read an answer and to say what is missing next. With neither Choice, TextID nor
// Evidence it only asks. Same input, same result: it may run twice.
type DetailsInput struct {
	Start     Start        `json:"start"` // with the reason known so far
	Phase     policy.Phase `json:"phase"`
	N         int          `json:"n"` // number of the evaluation that would follow
	At        time.Time    `json:"at"`
	Field     string       `json:"field"` // of the question that was answered
	Choice    string       `json:"choice,omitempty"`
	TextID    string       `json:"text_id,omitempty"`
	Evidence  []string     `json:"evidence,omitempty"`
	Before    []string     `json:"before,omitempty"` // evidence that was put forward in the case before: none of it is an answer again
	Extra     string       `json:"extra,omitempty"`  // a field asked for by merchant or agent besides the policy's
	ExtraDone bool         `json:"extra_done,omitempty"`
}

// Details is what came of it.
type Details struct {
	Understood bool          `json:"understood"`
	Reason     string        `json:"reason"`
	Terms      *policy.Terms `json:"terms,omitempty"` // a new evaluation, when facts changed
	Question   *Question     `json:"question,omitempty"`
	Evidence   []string      `json:"evidence,omitempty"` // accepted now
	Rejections int           `json:"rejections"`         // evidence refused now: duplicate or wrong type
	BotFailed  bool          `json:"bot_failed"`         // the bot could not read or ask: a person must
}

// EvaluateInput evaluates the rules again under the same pack.
type EvaluateInput struct {
	Start      Start                   `json:"start"` // with the reason known so far
	Phase      policy.Phase            `json:"phase"`
	N          int                     `json:"n"`
	At         time.Time               `json:"at"`
	Liability  policy.Party            `json:"liability,omitempty"` // the fault is found to be theirs, whatever the reason says
	Inspection *policy.InspectionFacts `json:"inspection,omitempty"`
}

// AttachInput ties evidence to the case.
type AttachInput struct {
	CaseID   string   `json:"case_id"`
	Actor    Actor    `json:"actor"`
	Evidence []string `json:"evidence"`
	New      bool     `json:"new,omitempty"` // also to the case that opened this one
}

// Attached says which were accepted; the others are duplicates. With any that is unknown nothing was attached.
type Attached struct {
	Accepted   []string `json:"accepted"`
	Duplicates []string `json:"duplicates,omitempty"`
	Unknown    []string `json:"unknown,omitempty"` // does not exist, is another's, or went to another case meanwhile
}

// WaybillInput names a parcel of a case. AddressID is the merchant's address it must go to; empty: the default.
type WaybillInput struct {
	Out        bool      `json:"out,omitempty"` // on its way to the customer
	CaseID     string    `json:"case_id"`
	OrderID    string    `json:"order_id"`
	MerchantID string    `json:"merchant_id"`
	AddressID  string    `json:"address_id,omitempty"`
	Carrier    string    `json:"carrier"`
	Number     string    `json:"number"`
	At         time.Time `json:"at"`
	NotBefore  time.Time `json:"not_before"` // a parcel that travelled before then is another one
}

// WaybillResult: Refused is a fault (reused, malformed, elsewhere). Track is set when the carrier already knows the parcel.
type WaybillResult struct {
	Refused *fault.Fault `json:"refused,omitempty"`
	Track   *TrackFact   `json:"track,omitempty"`
}

// PickupInput orders a courier.
type PickupInput struct {
	CaseID     string    `json:"case_id"`
	OrderID    string    `json:"order_id"`
	CustomerID string    `json:"customer_id"`
	MerchantID string    `json:"merchant_id"`
	AddressID  string    `json:"address_id,omitempty"`
	Round      int       `json:"round"`
	Carrier    string    `json:"carrier"`
	Grams      int       `json:"grams"`
	After      time.Time `json:"after"`
	Before     time.Time `json:"before"`
	At         time.Time `json:"at"`
}

// PickupResult is the ordered courier, or why there will be none.
type PickupResult struct {
	Refused *fault.Fault `json:"refused,omitempty"`
	Carrier string       `json:"carrier"`
	Number  string       `json:"number"`
	TaskID  string       `json:"task_id"`
}

// Cause names why money moves.
type Cause string

const (
	CauseRule     Cause = "automatic_rule"
	CauseMerchant Cause = "merchant_agreed"
	CauseExpired  Cause = "deadline_expired"
	CauseJudgment Cause = "judgment"
	CauseAccepted Cause = "settlement" // both sides agreed on an amount
)

// BrokenInput is a case whose story broke off in the engine without a last word.
type BrokenInput struct {
	CaseID string    `json:"case_id"`
	At     time.Time `json:"at"`
}

// BrokenCase is what it left behind.
type BrokenCase struct {
	Paid        money.Amount `json:"paid"`                   // what it, and the cases that it opened, refunded
	ClaimedBack money.Amount `json:"claimed_back,omitempty"` // what it claims from the customer of what was refunded before; the claim stands
}

// RefundInput intends and pays the legs of one refund. The keys follow from CaseID, Round and the tenders, so
// that any repeat is the same refund.
type RefundInput struct {
	CaseID   string       `json:"case_id"`
	OrderID  string       `json:"order_id"`
	Round    int          `json:"round"`
	Quote    policy.Quote `json:"quote"`
	Cause    Cause        `json:"cause"`
	CauseRef string       `json:"cause_ref"`
	At       time.Time    `json:"at"` // the workflow's clock
	Redirect []Redirect   `json:"redirect,omitempty"`

	// TenderID: the refund gives back what was taken over one tender and belongs to no line, e.g. a payment made
	// twice. The quote is its amount and nothing else.
	TenderID string `json:"tender_id,omitempty"`

	PlanOnly bool `json:"plan_only,omitempty"` // write the legs down, so that nobody else gets their money, and call nobody yet
}

// RefundResult is how far the legs are. When Blocked is set a person must help. When NextAt is set, call again then.
type RefundResult struct {
	Legs    []LegState   `json:"legs"`
	Done    bool         `json:"done"`
	NextAt  *time.Time   `json:"next_at,omitempty"`
	Blocked *fault.Fault `json:"blocked,omitempty"`
	// Left is set when there is less left than the quote asks for: what the legs have not paid of it, cut to that. It can
	// be paid by another round.
	Left *policy.Quote `json:"left,omitempty"`
}

// Given is what the legs of a refund have paid or may yet pay: all that did not fail.
func Given(legs []LegState) policy.Quote {
	var given policy.Quote
	for _, leg := range legs {
		if leg.Status != "failed" {
			given = policy.Plus(given, policy.Quote{Lines: leg.Lines, Freight: leg.Freight, Total: leg.Amount})
		}
	}
	return given
}

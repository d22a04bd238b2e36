package contract

import (
	"time"

	"aftersales/money"
	"aftersales/policy"
)

// Role is who a person is for the program.
type Role string

const (
	Customer   Role = "customer"
	Merchant   Role = "merchant"
	Agent      Role = "agent"
	Supervisor Role = "supervisor"
	Operator   Role = "operator"
	Carrier    Role = "carrier"
	Platform   Role = "platform" // the program itself: rules and time
	Bot        Role = "bot"
)

// Actor is who does something. For a merchant, ID is the staff member and Merchant the shop.
type Actor struct {
	Kind     Role         `json:"kind"`
	ID       string       `json:"id"`
	Merchant string       `json:"merchant,omitempty"`
	Limit    money.Amount `json:"limit,omitempty"` // the largest amount this person may decide, as known when the command came
}

// Start is the input of every case workflow.
type Start struct {
	CaseID     string       `json:"case_id"`
	Kind       policy.Kind  `json:"kind"`
	CustomerID string       `json:"customer_id"`
	MerchantID string       `json:"merchant_id"`
	OrderID    string       `json:"order_id"`
	Lines      []ChosenLine `json:"lines"`
	Reason     string       `json:"reason,omitempty"`
	TextID     string       `json:"text_id,omitempty"`
	Evidence   []string     `json:"evidence,omitempty"`
	Lang       string       `json:"lang"`
	PackHash   string       `json:"pack_hash"`
	At         time.Time    `json:"at"` // when the request arrived
	ParentID   string       `json:"parent_id,omitempty"`
}

// ChosenLine is how many units of an order line a case is about.
type ChosenLine struct {
	LineID   string `json:"line_id"`
	Quantity int    `json:"quantity"`
}

// Meta comes with every command.
type Meta struct {
	Actor      Actor     `json:"actor"`
	Key        string    `json:"key"`                // the client's Idempotency-Key
	ReceivedAt time.Time `json:"received_at"`        // when the first request with this key arrived
	Revision   *int64    `json:"revision,omitempty"` // what the sender saw; nil: does not care
}

// About returns the meta itself, so that every command has it by embedding.
func (m *Meta) About() *Meta { return m }

// Command is what a person asks a running case to do. Implementations are pointers to the structs in commands.go.
type Command interface {
	Name() string
	About() *Meta
}

// Ack answers a command (and an opening) once its effect is in the projection.
type Ack struct {
	CaseID   string        `json:"case_id"`
	Stage    Stage         `json:"stage"`
	Outcome  Outcome       `json:"outcome,omitempty"`
	Revision int64         `json:"revision"`
	Seq      int64         `json:"seq"`
	Changed  bool          `json:"changed"` // false: an identical repeat
	Question *Question     `json:"question,omitempty"`
	Refused  *RefusedStart `json:"refused,omitempty"` // only for openings
}

// RefusedStart is why a case was not opened.
type RefusedStart struct {
	Code    string         `json:"code"`
	Details map[string]any `json:"details,omitempty"`
}

// Question is the open question of a case. Its texts are made from Field when it is shown.
type Question struct {
	Round   int       `json:"round"`
	N       int       `json:"n"`
	Field   string    `json:"field"` // reason, evidence, description
	Choices []Choice  `json:"choices,omitempty"`
	Retry   bool      `json:"retry,omitempty"` // the last answer was not understood
	AskedAt time.Time `json:"asked_at"`
	DueAt   time.Time `json:"due_at"`
}

// Choice is one quick reply.
type Choice struct {
	Value string `json:"value"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
}

// Stage is where a case stands.
type Stage string

const (
	StageChecking   Stage = "checking"
	StageDetails    Stage = "details"
	StageMerchant   Stage = "merchant_answer"
	StageOffer      Stage = "offer"
	StageRefused    Stage = "refused"
	StageSendBack   Stage = "send_back"
	StageTransit    Stage = "in_transit"
	StageInspection Stage = "inspection"
	StageDifference Stage = "difference"
	StageReview     Stage = "review"   // an agent reviews what the parties could not settle
	StageApproval   Stage = "approval" // a proposal waits for people
	StageRefund     Stage = "refund"
	StageEnded      Stage = "ended"
)

// Outcome is how a case ended.
type Outcome string

const (
	Refunded          Outcome = "refunded"
	PartlyRefunded    Outcome = "partly_refunded"
	Rejected          Outcome = "rejected" // judged: no refund
	Withdrawn         Outcome = "withdrawn"
	ClosedNoDetails   Outcome = "details_missing"
	ClosedNotAnswered Outcome = "refusal_accepted" // the customer let the refusal stand
	ClosedNotSent     Outcome = "not_sent_back"
	ClosedNoConsent   Outcome = "no_consent" // a repeat that the merchant did not consent to
	RefusedOpening    Outcome = "refused"    // never became a case
	Cancelled         Outcome = "cancelled"  // the run was stopped from outside by an operator of the engine
)

// TrackFact is a carrier's notice as the case needs it.
type TrackFact struct {
	NoticeID string    `json:"notice_id"`
	Carrier  string    `json:"carrier"`
	Number   string    `json:"number"`
	State    string    `json:"state"` // partners.TrackState
	Grams    int       `json:"grams,omitempty"`
	At       time.Time `json:"at"` // time of the newest scan
}

// RefundFact is a payment provider's notice: ask and settle, the notice itself moves nothing.
type RefundFact struct {
	NoticeID string `json:"notice_id"`
	LegKey   string `json:"leg_key"`
}

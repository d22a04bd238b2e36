package contract

import (
	"time"

	"aftersales/money"
	"aftersales/policy"
)

// NameOpen is the update that opens a case: it takes nothing and returns the first Ack.
const NameOpen = "open"

// Answer answers the case's open question.
type Answer struct {
	Meta
	Round    int      `json:"round"`
	N        int      `json:"n"`
	Choice   string   `json:"choice,omitempty"`
	TextID   string   `json:"text_id,omitempty"`
	Evidence []string `json:"evidence,omitempty"` // evidence IDs
}

// ResolveDetails is the agent's word when the bot could not get the details: go on, or close.
type ResolveDetails struct {
	Meta
	GoOn   bool   `json:"go_on"`
	Reason string `json:"reason,omitempty"` // a reason code the agent sets
	TextID string `json:"text_id,omitempty"`
}

// RejectEvidence marks a piece of evidence as irrelevant.
type RejectEvidence struct {
	Meta
	EvidenceID string `json:"evidence_id"`
}

// Decision is what the merchant answers.
type Decision string

const (
	Agree  Decision = "agree"
	Refuse Decision = "refuse"
	Offer  Decision = "offer" // an amount without sending the goods back
	Ask    Decision = "ask"   // more details from the customer
)

// MerchantAnswer is the merchant's decision about the request.
type MerchantAnswer struct {
	Meta
	Decision   Decision     `json:"decision"`
	AddressID  string       `json:"address_id,omitempty"` // agree: where to send; empty: the default address
	KeepGoods  bool         `json:"keep_goods,omitempty"` // agree: refund without the goods
	ReasonCode string       `json:"reason_code,omitempty"`
	TextID     string       `json:"text_id,omitempty"`
	Evidence   []string     `json:"evidence,omitempty"`
	Amount     money.Amount `json:"amount,omitempty"`  // offer
	AskFor     string       `json:"ask_for,omitempty"` // ask: evidence or description
}

// AnswerOffer is the customer's answer to a counter-offer or to a reported difference.
type AnswerOffer struct {
	Meta
	Accept bool         `json:"accept"`
	Amount money.Amount `json:"amount"` // the amount that was accepted, repeated: guards against a changed one
}

// Edit changes a refused request and puts it to the merchant again.
type Edit struct {
	Meta
	Reason   string   `json:"reason,omitempty"`
	TextID   string   `json:"text_id,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
}

// Escalate asks the platform to step in.
type Escalate struct {
	Meta
	TextID   string   `json:"text_id,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
}

// SendBack tells the waybill of the goods on their way back; also corrects an earlier one.
type SendBack struct {
	Meta
	Carrier string `json:"carrier"`
	Number  string `json:"number"`
}

// RequestPickup orders a courier to the customer's address.
type RequestPickup struct {
	Meta
	Carrier string    `json:"carrier"`
	After   time.Time `json:"after"`
	Before  time.Time `json:"before"`
}

// Inspect is what the merchant found in the parcel.
type Inspect struct {
	Meta
	Difference   policy.Difference `json:"difference,omitempty"` // empty: all is well
	MissingUnits int               `json:"missing_units,omitempty"`
	Grams        int               `json:"grams,omitempty"` // weighed by the merchant
	TextID       string            `json:"text_id,omitempty"`
	Evidence     []string          `json:"evidence,omitempty"`
}

// Withdraw takes the request back.
type Withdraw struct {
	Meta
}

// AddEvidence puts forward evidence at any time while the case is open.
type AddEvidence struct {
	Meta
	Evidence []string `json:"evidence"`
	TextID   string   `json:"text_id,omitempty"`
}

// AskExtension is the merchant's request for more time, once per wait, at most the pack's limit.
type AskExtension struct {
	Meta
	For time.Duration `json:"for"`
}

// AnswerExtension is the customer's consent or refusal.
type AnswerExtension struct {
	Meta
	Accept bool `json:"accept"`
}

// MoveDeadline moves the case's open deadline: operations, in bulk. The same MoveID moves once.
type MoveDeadline struct {
	Meta
	MoveID string        `json:"move_id"`
	Step   policy.Step   `json:"step,omitempty"` // only while the case waits in this step; empty: any
	By     time.Duration `json:"by"`
}

// Proposal outcomes.
const (
	ProposeRefund  = "refund"
	ProposePartial = "partial"
	ProposeRefuse  = "refuse"
	ProposeRemedy  = "remedy" // service: something else than money
	ProposeUphold  = "uphold" // appeal: the judgment stands
)

// Propose is an agent's (or supervisor's) proposal how a complaint under review ends, or a new one that replaces it.
type Propose struct {
	Meta
	Outcome   string          `json:"outcome"` // refund, partial, refuse; remedy; uphold
	Amount    money.Amount    `json:"amount,omitempty"`
	Liability policy.Party    `json:"liability"`
	GoodsBack bool            `json:"goods_back"` // the goods are still with the customer and must come back first
	TextID    string          `json:"text_id,omitempty"`
	Rules     []string        `json:"rules,omitempty"`    // the rules it rests on, by name
	Evidence  []string        `json:"evidence,omitempty"` // the evidence it rests on
	Remedies  []policy.Remedy `json:"remedies,omitempty"`
}

// Decide is an approver's yes or no to exactly one proposal.
type Decide struct {
	Meta
	ApprovalID string `json:"approval_id"`
	Hash       string `json:"hash"` // what the approver saw
	Approve    bool   `json:"approve"`
	TextID     string `json:"text_id,omitempty"`
}

// RetryRefund is finance's word that a blocked refund should be tried again now.
type RetryRefund struct {
	Meta
}

// Names of the updates, one per command.
func (*Answer) Name() string          { return "answer" }
func (*ResolveDetails) Name() string  { return "resolve_details" }
func (*RejectEvidence) Name() string  { return "reject_evidence" }
func (*MerchantAnswer) Name() string  { return "merchant_answer" }
func (*AnswerOffer) Name() string     { return "answer_offer" }
func (*Edit) Name() string            { return "edit" }
func (*Escalate) Name() string        { return "escalate" }
func (*SendBack) Name() string        { return "send_back" }
func (*RequestPickup) Name() string   { return "request_pickup" }
func (*Inspect) Name() string         { return "inspect" }
func (*Withdraw) Name() string        { return "withdraw" }
func (*AddEvidence) Name() string     { return "add_evidence" }
func (*AskExtension) Name() string    { return "ask_extension" }
func (*AnswerExtension) Name() string { return "answer_extension" }
func (*MoveDeadline) Name() string    { return "move_deadline" }
func (*Propose) Name() string         { return "propose" }
func (*Decide) Name() string          { return "decide" }
func (*RetryRefund) Name() string     { return "retry_refund" }

package contract

import (
	"slices"
	"time"

	"aftersales/money"
	"aftersales/policy"
)

// JudgedOutcomes are the ends of a complaint after which its matter is not judged again.
var JudgedOutcomes = []string{string(Upheld), string(PartlyUpheld), string(Dismissed), string(Settled)}

// Unrefused are the ends of a request that nobody refused: who complains that a request was refused means none of these.
var Unrefused = []string{string(Withdrawn), string(ClosedNoDetails), string(ClosedNotSent), string(ClosedNotPaid), string(Cancelled)}

// Why a case lays its matter before the platform although nothing has happened but the request and its answer: what was
// judged about such a request is not judged again. Every other cause - a parcel, an inspection, a repair - is new facts.
const (
	DisputeRefused         = "merchant_refused"
	DisputeSilent          = "merchant_silent"
	DisputeOfferUnanswered = "offer_unanswered"
	DisputeNotProven       = "delivery_not_proven"
)

// NoNewFacts tells whether a complaint of this cause is about the request alone.
func NoNewFacts(cause string) bool {
	return slices.Contains([]string{DisputeRefused, DisputeSilent, DisputeOfferUnanswered, DisputeNotProven}, cause)
}

// ChildView is a case that another one opened and waits for.
type ChildView struct {
	CaseID  string      `json:"case_id"`
	Kind    policy.Kind `json:"kind"`
	Cause   string      `json:"cause"`             // e.g. merchant_refused
	Stage   Stage       `json:"stage"`             // where the opener stood
	Outcome Outcome     `json:"outcome,omitempty"` // once it has ended
}

// ComplaintView is where a complaint stands.
type ComplaintView struct {
	Subject     string          `json:"subject"` // policy.SubjectGoods or SubjectService
	Cause       string          `json:"cause,omitempty"`
	Claim       money.Amount    `json:"claim"` // what the customer claims
	Most        money.Amount    `json:"most"`  // that can be judged
	Settlement  *SettlementView `json:"settlement,omitempty"`
	Rested      []Role          `json:"rested,omitempty"` // who said that this is all
	Supplement  *SupplementView `json:"supplement,omitempty"`
	Supplements int             `json:"supplements,omitempty"` // asked for so far
	Judgment    *JudgmentView   `json:"judgment,omitempty"`    // that stands now
	Appeals     []AppealView    `json:"appeals,omitempty"`
	Suspension  *SuspensionView `json:"suspension,omitempty"`
	Joined      int             `json:"joined,omitempty"` // complaints that became part of this one
}

// SettlementView is the offer on the table.
type SettlementView struct {
	N         int          `json:"n"`
	By        Role         `json:"by"`
	Amount    money.Amount `json:"amount"`
	GoodsBack bool         `json:"goods_back,omitempty"`
	TextID    string       `json:"text_id,omitempty"`
	At        time.Time    `json:"at"`
	Accepted  bool         `json:"accepted,omitempty"`
}

// SupplementView is what was asked of one side.
type SupplementView struct {
	Of     Role      `json:"of"`
	TextID string    `json:"text_id,omitempty"`
	At     time.Time `json:"at"`
	DueAt  time.Time `json:"due_at"`
	Given  bool      `json:"given,omitempty"`
}

// JudgmentView is what was decided, for both sides to read.
type JudgmentView struct {
	N         int                 `json:"n"`
	ID        string              `json:"id"` // of the proposal that was approved
	Outcome   string              `json:"outcome"`
	Amount    money.Amount        `json:"amount"`
	Liability policy.Party        `json:"liability"`
	Freight   policy.FreightTerms `json:"freight"`
	GoodsBack bool                `json:"goods_back,omitempty"`
	Rules     []string            `json:"rules,omitempty"`
	Evidence  []string            `json:"evidence,omitempty"`
	Remedies  []policy.Remedy     `json:"remedies,omitempty"`
	TextID    string              `json:"text_id,omitempty"`
	At        time.Time           `json:"at"`
	CarriedBy Role                `json:"carried_by,omitempty"` // merchant, customer, or platform when time ran out
}

// AppealView is one side's appeal and what came of it.
type AppealView struct {
	By       Role      `json:"by"`
	TextID   string    `json:"text_id,omitempty"`
	Evidence []string  `json:"evidence"`
	At       time.Time `json:"at"`
	Result   string    `json:"result,omitempty"` // upheld, reversed
}

// SuspensionView is a pause that was asked for, or runs.
type SuspensionView struct {
	By      Role      `json:"by"`
	Papers  bool      `json:"papers,omitempty"`
	TextID  string    `json:"text_id,omitempty"`
	At      time.Time `json:"at"`
	Running bool      `json:"running,omitempty"`
}

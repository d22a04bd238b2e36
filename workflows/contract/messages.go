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
	Editor     Role = "editor" // of the knowledge base
	Operator   Role = "operator"
	Carrier    Role = "carrier"
	Platform   Role = "platform" // the program itself: rules and time
	Bot        Role = "bot"
	Both       Role = "both" // of a wait: customer and merchant may both act
)

// Actor is who does something. For a merchant, ID is the staff member and Merchant the shop.
type Actor struct {
	Kind     Role         `json:"kind"`
	ID       string       `json:"id"`
	Merchant string       `json:"merchant,omitempty"`
	Limit    money.Amount `json:"limit,omitempty"` // the largest amount this person may decide, as known when the command came

	// What only the services ask, who check whether a command may be sent at all. No story knows it.
	Team  string `json:"-"` // the platform's people: the team
	Owner bool   `json:"-"` // merchant: owner of the shop
	For   string `json:"-"` // bot and platform: the customer they act for
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
	At         time.Time    `json:"at"`                  // when the request arrived
	ParentID   string       `json:"parent_id,omitempty"` // the case that this one belongs to

	By      *Actor       `json:"by,omitempty"`      // who opened it; nil: the customer
	Asked   money.Amount `json:"asked,omitempty"`   // refund only: the amount; 0: all that can be refunded
	Subject string       `json:"subject,omitempty"` // complaint: goods or service
	Apart   bool         `json:"apart,omitempty"`   // other lines of the case were refunded by it already: that counts as refunded before
	Parent  *Parent      `json:"parent,omitempty"`  // set when a running case opened this one, which works under its claims
}

// LineIDs lists the lines that were chosen.
func (s Start) LineIDs() []string {
	ids := make([]string, len(s.Lines))
	for i, line := range s.Lines {
		ids[i] = line.LineID
	}
	return ids
}

// ChosenLine is how many units of an order line a case is about, and what for they are to be exchanged.
type ChosenLine struct {
	LineID    string `json:"line_id"`
	Quantity  int    `json:"quantity"`
	VariantID string `json:"variant_id,omitempty"` // exchange: the variant that is wanted; empty: the same
}

// Parent is the running case that opened a child, and all that the child must know of it. Its clocks stand still
// while the child is open, and only the child moves money.
type Parent struct {
	CaseID     string       `json:"case_id"`
	WorkflowID string       `json:"workflow_id"`
	Kind       policy.Kind  `json:"kind"`
	Stage      Stage        `json:"stage"` // where it stood
	Cause      string       `json:"cause"` // why it opened the child, e.g. merchant_refused, weight
	Phase      policy.Phase `json:"phase"`
	Units      []string     `json:"units"`
	Terms      policy.Terms `json:"terms"` // the claim is Terms.Quote
	Evaluation int          `json:"evaluation"`
	Paid       money.Amount `json:"paid,omitempty"` // what it has refunded already
	// Advanced is what it refunded before anybody saw the goods. That is no part of what is settled: a complaint is
	// judged over it, and brings it to what is judged.
	Advanced      *policy.Quote `json:"advanced,omitempty"`
	ExpectedGrams int           `json:"expected_grams,omitempty"`
	CarrierGrams  int           `json:"carrier_grams,omitempty"`
	GoodsOnTheWay bool          `json:"goods_on_the_way,omitempty"`
	GoodsBack     bool          `json:"goods_back,omitempty"` // the merchant has them
	Answer        *MerchantView `json:"answer,omitempty"`     // what the merchant had answered, with the return address
	Over          bool          `json:"over,omitempty"`       // it has nothing to go on to when the child is withdrawn
}

// Strands tells that goods would be left with nobody to owe for them if the child were withdrawn: they are not with the
// customer, and the parent would end. A case without a parent strands nothing.
func (p *Parent) Strands() bool { return p != nil && p.Over && (p.GoodsBack || p.GoodsOnTheWay) }

// ChildFact is how a child ended, told once to the case that opened it.
type ChildFact struct {
	CaseID  string       `json:"case_id"`
	Outcome Outcome      `json:"outcome"`
	Paid    money.Amount `json:"paid"` // what the child refunded
	// ClaimedBack is what the child claims from the customer of what its parent had refunded in advance.
	ClaimedBack money.Amount `json:"claimed_back,omitempty"`
	// Claims: it had a word on such claims, and what it says takes the place of what an earlier case about the matter claimed.
	Claims bool `json:"claims,omitempty"`
	// GoOn: the matter is open again (the complaint was withdrawn, or what it was about resolved itself), and the
	// parent goes on where it stood, with the time that was left.
	GoOn bool `json:"go_on,omitempty"`
	// Judged is the complaint in which the same facts were judged before, for which this one was not opened.
	Judged string `json:"judged,omitempty"`
	// Broken: its story broke off without a last word. The reconciler tells that, of a child that it finds lost.
	Broken bool `json:"broken,omitempty"`
}

// ParentFact is news of the parent that a child must know.
type ParentFact struct {
	Event string `json:"event"` // parcel_arrived, withdrawn
}

// ChargeFact is a payment provider's verified notice about money that we asked a customer for: ask and settle, the
// notice itself moves nothing. PaymentRef, Amount and PaidAt tell a payment; empty when the notice is of none.
type ChargeFact struct {
	NoticeID   string       `json:"notice_id"`
	Key        string       `json:"key"`
	PaymentRef string       `json:"payment_ref,omitempty"`
	Amount     money.Amount `json:"amount,omitempty"`
	PaidAt     time.Time    `json:"paid_at,omitzero"`
}

// Meta comes with every command.
type Meta struct {
	Actor      Actor     `json:"actor"`
	Key        string    `json:"key"`                 // the client's Idempotency-Key
	ReceivedAt time.Time `json:"received_at"`         // when the first request with this key arrived
	Revision   *int64    `json:"revision,omitempty"`  // what the sender saw; nil: does not care
	NotOther   []string  `json:"not_other,omitempty"` // of decisions that take two: IDs of colleagues who are no second person beside the sender
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
	Refused  *RefusedStart `json:"refused,omitempty"`   // only for openings
	JoinedTo string        `json:"joined_to,omitempty"` // only for openings: the open case that took the request in
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

	StageHelp    Stage = "details_help" // the bot could not get the details: a person must
	StageDispute Stage = "dispute"      // a complaint decides; this case stands still

	StageIntercept Stage = "intercept"      // refund only: the parcel to the customer is being stopped
	StageProof     Stage = "prove_delivery" // refund only: the merchant must prove that it was delivered

	StagePay     Stage = "pay"     // the customer must pay: a price difference, a repair, a deposit
	StageShip    Stage = "ship"    // the merchant must send goods: a replacement, a repaired item, refused goods
	StageConfirm Stage = "confirm" // the customer must confirm that they arrived

	StageDiagnosis Stage = "diagnosis"    // repair: the merchant looks for the fault
	StageQuote     Stage = "repair_quote" // repair: the customer must accept what it costs
	StageRepair    Stage = "repair"       // repair: at work
	StageChoice    Stage = "choice"       // repair: the customer chooses exchange or return

	StageSettle       Stage = "settle"             // complaint: both sides may still agree
	StageEvidence     Stage = "complaint_evidence" // complaint: both sides put forward what they have
	StageSupplement   Stage = "supplement"         // complaint: one side was asked for more
	StageExecute      Stage = "execute"            // complaint: the losing side carries out the judgment
	StageAppeal       Stage = "appeal_window"      // complaint: the losing side may appeal
	StageAppealReview Stage = "appeal_review"      // complaint: another reviewer looks at it
	StageSuspended    Stage = "suspended"          // complaint: it stands still by agreement or by papers
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

	Exchanged      Outcome = "exchanged"
	ClosedNotPaid  Outcome = "not_paid" // the customer did not pay the difference: stock is free again
	Repaired       Outcome = "repaired"
	NotRepaired    Outcome = "not_repaired" // the customer did not accept the quote: the item went back as it was
	Replaced       Outcome = "replaced"     // another case took over, e.g. the return that a repair became
	PriceProtected Outcome = "price_protected"
	Delivered      Outcome = "delivered" // refund only: the merchant proved the delivery
	Settled        Outcome = "settled"   // complaint: the sides agreed
	Upheld         Outcome = "upheld"    // complaint: judged for the customer
	PartlyUpheld   Outcome = "partly_upheld"
	Dismissed      Outcome = "dismissed" // complaint: judged against the customer
	ResolvedItself Outcome = "resolved"  // complaint: what it was about is over, e.g. a lost parcel arrived
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

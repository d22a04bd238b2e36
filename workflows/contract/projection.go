package contract

import (
	"time"

	"aftersales/money"
	"aftersales/policy"
)

// Projection is what the workflow writes of itself, whole, in one transaction. It wins only over a lower Seq.
type Projection struct {
	CaseID     string         `json:"case_id"`
	WorkflowID string         `json:"workflow_id"`
	Seq        int64          `json:"seq"`
	Revision   int64          `json:"revision"`
	At         time.Time      `json:"at"`
	OpenedAt   time.Time      `json:"opened_at"`
	Kind       policy.Kind    `json:"kind"`
	Phase      policy.Phase   `json:"phase"`
	Stage      Stage          `json:"stage"`
	Outcome    Outcome        `json:"outcome,omitempty"`
	Open       bool           `json:"open"` // false: claims are released and every task and reminder ends
	CustomerID string         `json:"customer_id"`
	MerchantID string         `json:"merchant_id"`
	OrderID    string         `json:"order_id"`
	ParentID   string         `json:"parent_id,omitempty"`
	Reason     string         `json:"reason"`
	Currency   money.Currency `json:"currency"`
	Amount     money.Amount   `json:"amount"`
	Refunded   money.Amount   `json:"refunded"`
	WaitingFor Role           `json:"waiting_for,omitempty"`
	DueAt      *time.Time     `json:"due_at,omitempty"`
	Default    policy.Action  `json:"default,omitempty"`
	View       View           `json:"view"`

	Entries   []Entry         `json:"entries"`             // what happened since the last projection, in order
	Questions []QuestionState `json:"questions,omitempty"` // asked or answered since the last projection
	Approval  *ApprovalState  `json:"approval,omitempty"`  // the newest proposal, when it changed
	Void      []string        `json:"void,omitempty"`      // approvals that became void
	LineEdits int             `json:"line_edits"`          // edits so far, written to the chosen lines
	Texts     []string        `json:"texts,omitempty"`     // texts this case refers to since the last projection
	Rejected  []string        `json:"rejected,omitempty"`  // evidence marked irrelevant since the last projection

	// Desk is every open task and every reminder to come; nil: unchanged. What is not listed is ended or void.
	Desk *Desk `json:"desk,omitempty"`
	// Reminded tells that reminders were listed before, so that there may be some to void.
	Reminded bool `json:"reminded,omitempty"`
}

// Desk is the complete list of what people must do and be reminded of for this case.
type Desk struct {
	Tasks     []TaskItem     `json:"tasks"`
	Reminders []ReminderItem `json:"reminders"`
}

// TaskItem is one open task.
type TaskItem struct {
	Key         string    `json:"key"` // unique within the case, e.g. "merchant_answer/2"
	Recipient   Role      `json:"recipient"`
	RecipientID string    `json:"recipient_id,omitempty"` // empty: anyone of that role
	Kind        string    `json:"kind"`
	DueAt       time.Time `json:"due_at"`
}

// ReminderItem is one notification at a later time.
type ReminderItem struct {
	Key         string    `json:"key"`
	Recipient   Role      `json:"recipient"`
	RecipientID string    `json:"recipient_id,omitempty"`
	Kind        string    `json:"kind"`
	At          time.Time `json:"at"`
	DueAt       time.Time `json:"due_at"` // what is being reminded of
}

// Entry is one line of the timeline; Tell names whom it is news for, at once.
type Entry struct {
	Seq   int64          `json:"seq"`
	At    time.Time      `json:"at"`
	By    Actor          `json:"by"`
	Event string         `json:"event"`
	Data  map[string]any `json:"data,omitempty"` // IDs, amounts, codes; nothing personal
	Tell  []Role         `json:"tell,omitempty"` // customer, merchant, agent, supervisor, operator
}

// QuestionState is a question as it stands.
type QuestionState struct {
	Question
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
	Answer     string     `json:"answer,omitempty"`
	TextID     string     `json:"text_id,omitempty"`
}

// View is everything a detail page shows. No personal data.
type View struct {
	Lines      []ChosenLine        `json:"lines"`
	Units      []string            `json:"units"`
	NoReason   bool                `json:"no_reason"`
	Liability  policy.Party        `json:"liability"`
	Freight    policy.FreightTerms `json:"freight"`
	Quote      policy.Quote        `json:"quote"`
	Rules      []string            `json:"rules"`
	PackHash   string              `json:"pack_hash"`
	Evaluation int                 `json:"evaluation"`
	Wait       *WaitView           `json:"wait,omitempty"`
	Waits      []policy.Step       `json:"waits,omitempty"` // the deadlines that operations could move now
	Question   *Question           `json:"question,omitempty"`
	Answer     *MerchantView       `json:"merchant_answer,omitempty"`
	Offer      *OfferView          `json:"offer,omitempty"`
	Parcel     *ParcelView         `json:"parcel,omitempty"`
	Pickup     string              `json:"pickup,omitempty"` // ordering, ordered, failed
	Inspection *InspectionView     `json:"inspection,omitempty"`
	Extension  *ExtensionView      `json:"extension,omitempty"`
	Review     *ReviewView         `json:"review,omitempty"`
	Approval   *ApprovalState      `json:"approval,omitempty"`
	Legs       []LegState          `json:"legs,omitempty"`
	Blocked    string              `json:"blocked,omitempty"` // fault code that keeps the refund from being paid
	Payment    *PaymentView        `json:"payment,omitempty"`
	Delivery   *DeliveryView       `json:"delivery,omitempty"`
	Exchange   *ExchangeView       `json:"exchange,omitempty"`
	Repair     *RepairView         `json:"repair,omitempty"`
	EditsLeft  int                 `json:"edits_left"`
	Child      *ChildView          `json:"child,omitempty"`     // the case that this one waits for, or waited for
	Complaint  *ComplaintView      `json:"complaint,omitempty"` // of a complaint
	Outbound   *OutboundView       `json:"outbound,omitempty"`
	Refund     *RefundView         `json:"refund,omitempty"`
	Insurance  *InsuranceView      `json:"insurance,omitempty"`
	Actions    []ActionState       `json:"actions"`
}

// WaitView is the open deadline.
type WaitView struct {
	Step    policy.Step   `json:"step"`
	Actor   Role          `json:"actor"`
	Since   time.Time     `json:"since"`
	DueAt   time.Time     `json:"due_at"`
	Default policy.Action `json:"default"`
	Moved   int           `json:"moved"`            // how often it was moved
	Paused  bool          `json:"paused,omitempty"` // it stands still
}

// MerchantView is what the merchant answered, or what time answered for it.
type MerchantView struct {
	Decision  Decision `json:"decision"`
	ByTime    bool     `json:"by_time,omitempty"`
	ByRule    string   `json:"by_rule,omitempty"` // the rule that agreed without asking
	AddressID string   `json:"address_id,omitempty"`
	KeepGoods bool     `json:"keep_goods,omitempty"`
	Reason    string   `json:"reason_code,omitempty"`
	TextID    string   `json:"text_id,omitempty"`
	Evidence  []string `json:"evidence,omitempty"`
}

// OfferView is a counter-offer or the part that is offered for a difference.
type OfferView struct {
	Amount money.Amount `json:"amount"`
	Quote  policy.Quote `json:"quote"`
	TextID string       `json:"text_id,omitempty"`
}

// ParcelView is the parcel on its way back.
type ParcelView struct {
	Carrier  string     `json:"carrier"`
	Number   string     `json:"number"`
	State    string     `json:"state"`
	Suspect  bool       `json:"suspect,omitempty"`
	Stalled  bool       `json:"stalled,omitempty"`
	TooLight bool       `json:"too_light,omitempty"`
	Grams    int        `json:"grams,omitempty"`
	Expected int        `json:"expected_grams"`
	LastScan *time.Time `json:"last_scan,omitempty"`
	Claimed  bool       `json:"claimed,omitempty"` // lost as it seems: the carrier was asked to find it or pay
}

// PaymentView is what the customer is asked to pay, and where.
type PaymentView struct {
	Purpose string       `json:"purpose"` // difference, deposit, repair
	Amount  money.Amount `json:"amount"`
	State   string       `json:"state"` // waiting, paid, not_paid
	Charges []ChargeView `json:"charges,omitempty"`
}

// ChargeView is a rail that the customer chose.
type ChargeView struct {
	Rail  string `json:"rail"`
	State string `json:"state"` // opening, open, paid, closed
	URL   string `json:"url,omitempty"`
}

// DeliveryView is goods that the merchant sends to the customer.
type DeliveryView struct {
	Parcel      *ParcelView `json:"parcel,omitempty"`
	DeliveredAt *time.Time  `json:"delivered_at,omitempty"`
	Trouble     string      `json:"trouble,omitempty"` // why the last parcel did not arrive: suspect, bounced, lost
	Confirmed   bool        `json:"confirmed,omitempty"`
	ByTime      bool        `json:"by_time,omitempty"`
	Problem     Problem     `json:"problem,omitempty"`
}

// ExchangeView is how far an exchange is.
type ExchangeView struct {
	Lines      []ExchangedLine `json:"lines"`
	Difference money.Amount    `json:"difference"`          // positive: the customer pays; negative: comes back at the end
	Reserved   bool            `json:"reserved,omitempty"`  // the replacement is set aside
	Shipped    bool            `json:"shipped,omitempty"`   // it is on its way, and booked
	Advance    bool            `json:"advance,omitempty"`   // it is sent before the goods are back
	ToRefund   string          `json:"to_refund,omitempty"` // why it became a refund
	Replaced   []string        `json:"replaced,omitempty"`  // the order lines that it made
}

// ExchangedLine is what is given for what.
type ExchangedLine struct {
	LineID    string `json:"line_id"`
	VariantID string `json:"variant_id"`
	Quantity  int    `json:"quantity"`
}

// InspectionView is what the merchant found.
type InspectionView struct {
	Difference   policy.Difference `json:"difference"`
	MissingUnits int               `json:"missing_units,omitempty"`
	Grams        int               `json:"grams,omitempty"`
	ByTime       bool              `json:"by_time,omitempty"`
	TextID       string            `json:"text_id,omitempty"`
	Evidence     []string          `json:"evidence,omitempty"`
}

// ExtensionView is a request for more time that waits for the customer.
type ExtensionView struct {
	Step policy.Step   `json:"step"`
	For  time.Duration `json:"for"`
}

// ReviewView is why the platform stepped in and who is on it.
type ReviewView struct {
	Cause         string    `json:"cause"` // e.g. merchant_refused, weight, parcel_lost
	Since         time.Time `json:"since"`
	Level         int       `json:"level"` // 0 agent, 1 supervisor, 2 operator
	CarrierGrams  int       `json:"carrier_grams,omitempty"`
	ExpectedGrams int       `json:"expected_grams,omitempty"`
	// Liability is what a rule proposes, e.g. who bears a loss on the way back; empty: what the terms say.
	Liability policy.Party `json:"liability,omitempty"`
}

// ApprovalState is a proposal and the votes on it.
type ApprovalState struct {
	ID         string              `json:"id"`
	Hash       string              `json:"hash"`
	Outcome    string              `json:"outcome"`
	Amount     money.Amount        `json:"amount"`
	Stake      money.Amount        `json:"stake"` // what the decision is about: the amount, or what is refused when that is more
	Liability  policy.Party        `json:"liability"`
	GoodsBack  bool                `json:"goods_back"`
	Quote      policy.Quote        `json:"quote"`
	ProposedBy Actor               `json:"proposed_by"`
	Freight    policy.FreightTerms `json:"freight,omitzero"`
	Rules      []string            `json:"rules,omitempty"`    // cited
	Evidence   []string            `json:"evidence,omitempty"` // cited
	Remedies   []policy.Remedy     `json:"remedies,omitempty"`
	Appeal     bool                `json:"appeal,omitempty"` // decides an appeal
	Disputed   bool                `json:"disputed"`
	Needed     int                 `json:"needed"`
	Rule       string              `json:"rule"`
	Votes      []string            `json:"votes,omitempty"` // staff who approved
	Level      int                 `json:"level"`
	State      string              `json:"state"` // waiting, approved, rejected, void
	TextID     string              `json:"text_id,omitempty"`
	At         time.Time           `json:"at"`
	DueAt      time.Time           `json:"due_at"`
}

// LegState is one refund leg as it stands.
type LegState struct {
	Key       string       `json:"key"`
	TenderID  string       `json:"tender_id"`
	Rail      string       `json:"rail"`
	Amount    money.Amount `json:"amount"`
	Status    string       `json:"status"` // intended, unknown, succeeded, failed
	NotBefore time.Time    `json:"not_before"`
	SettledAt *time.Time   `json:"settled_at,omitempty"`

	Lines   []policy.QuoteLine `json:"lines,omitempty"`   // its part of each order line
	Freight money.Amount       `json:"freight,omitempty"` // and of the outbound freight
}

// ActionState is a command somebody could give: a screen's button. Why is the fault code when it is disabled.
type ActionState struct {
	Name    string `json:"name"`
	Roles   []Role `json:"roles"`
	Enabled bool   `json:"enabled"`
	Why     string `json:"why,omitempty"`
}

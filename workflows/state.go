package workflows

import (
	"slices"
	"time"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// State is everything a case knows, in one serialisable value: it survives continue-as-new as it is. Handlers
// store what people and partners said; stages wait on it and decide.
type State struct {
	Stage    contract.Stage   `json:"stage"`
	Outcome  contract.Outcome `json:"outcome,omitempty"`
	Refused  *fault.Fault     `json:"refused,omitempty"` // the opening was refused: there is no case
	Opened   bool             `json:"opened"`
	OpenedAt time.Time        `json:"opened_at"`

	Revision int64 `json:"revision"` // changes with what people decide on
	Seq      int64 `json:"seq"`      // changes with everything
	Written  int64 `json:"written"`  // highest Seq that is in the projection

	Phase         policy.Phase   `json:"phase"`
	Reason        string         `json:"reason"`
	Units         []string       `json:"units"`
	Currency      money.Currency `json:"currency"`
	Terms         policy.Terms   `json:"terms"`
	Evaluation    int            `json:"evaluation"`
	ExpectedGrams int            `json:"expected_grams"`

	Wait    *Wait    `json:"wait,omitempty"`    // the one open deadline
	Held    *Wait    `json:"held,omitempty"`    // an outer deadline that stands still meanwhile
	Taken   *Wait    `json:"taken,omitempty"`   // the deadline of a stage that is about to be taken up again
	Waits   int      `json:"waits"`             // deadlines so far: numbers tasks and reminders
	Expired *Expired `json:"expired,omitempty"` // the deadline that ran out last

	Intake Intake `json:"intake"`

	Answer    *contract.MerchantView  `json:"answer,omitempty"`
	Offers    int                     `json:"offers,omitempty"`
	Offer     *contract.OfferView     `json:"offer,omitempty"`     // waits for the customer, or was accepted
	Accepted  *bool                   `json:"accepted,omitempty"`  // the customer's word on Offer
	Edits     int                     `json:"edits,omitempty"`     // on these lines, over all cases
	Edited    bool                    `json:"edited,omitempty"`    // put to the merchant again
	Escalated bool                    `json:"escalated,omitempty"` // by the customer
	Withdrawn bool                    `json:"withdrawn,omitempty"`
	Extension *contract.ExtensionView `json:"extension,omitempty"`

	Parcel     *Parcel                       `json:"parcel,omitempty"`
	Early      map[string]contract.TrackFact `json:"early,omitempty"` // news of a parcel before the customer named it
	Pickup     *Pickup                       `json:"pickup,omitempty"`
	Waybills   int                           `json:"waybills,omitempty"` // how many were given
	Inspection *contract.InspectionView      `json:"inspection,omitempty"`
	Pieces     []string                      `json:"pieces,omitempty"` // of evidence that somebody put forward here, also those that were rejected

	Outbound  *Outbound               `json:"outbound,omitempty"`  // refund only: the goods' way to the customer
	Became    policy.Kind             `json:"became,omitempty"`    // the kind whose rules hold by now; empty: the kind it was opened as
	Rest      []contract.ChosenLine   `json:"rest,omitempty"`      // the lines that the case is still about; none: all that were chosen
	Apart     money.Amount            `json:"apart,omitempty"`     // refunded for the others, whose parcels came home
	Whole     *Whole                  `json:"whole,omitempty"`     // what it was about before, until they are paid
	Accepts   bool                    `json:"accepts,omitempty"`   // the customer lets a refusal or a proof stand
	Insurance *contract.InsuranceView `json:"insurance,omitempty"` // the claim of the order's freight insurance

	Review    *contract.ReviewView    `json:"review,omitempty"`
	Approval  *contract.ApprovalState `json:"approval,omitempty"`  // the newest proposal
	Approvals int                     `json:"approvals,omitempty"` // proposals so far
	Decided   bool                    `json:"decided,omitempty"`   // it is approved and about to be carried out
	Ending    bool                    `json:"ending,omitempty"`    // it is letting go of what it holds, and then closes
	Verdict   *contract.ApprovalState `json:"verdict,omitempty"`   // a judgment that waits for the goods

	Due      Due      `json:"due,omitzero"`      // what the customer is asked to pay
	Delivery Delivery `json:"delivery,omitzero"` // what the merchant sends to the customer

	Mending Mending `json:"mending,omitzero"` // repair: how far

	Swap Swap `json:"swap,omitzero"` // exchange: what for what, and how far

	Advanced money.Amount `json:"advanced,omitempty"` // refunded on the first scan, before anybody saw the goods
	Claims   int          `json:"claims,omitempty"`   // recoveries opened so far: numbers them
	TakenBy  money.Amount `json:"taken_by,omitempty"` // of what was Advanced: what a complaint claims back

	Detour contract.Stage `json:"detour,omitempty"` // a stage to turn to before this one goes on

	Refund  Refund              `json:"refund"`             // the one under way, or the last
	Refunds int                 `json:"refunds,omitempty"`  // refunds so far: numbers their keys
	PutBack int                 `json:"put_back,omitempty"` // movements back into the merchant's deposit so far
	Earlier []contract.LegState `json:"earlier,omitempty"`  // legs of the refunds before this one

	Children  int          `json:"children,omitempty"`   // cases that this one opened so far
	Child     *Child       `json:"child,omitempty"`      // the newest of them
	ChildPaid money.Amount `json:"child_paid,omitempty"` // what they refunded, under their own IDs

	Complaint *Dispute `json:"complaint,omitempty"` // of a complaint

	Inquiries []contract.AskCarrier `json:"inquiries,omitempty"` // of the desk to carriers, that have no answer yet

	Seen  []string `json:"seen,omitempty"`  // notices of partners that were handled, newest last
	Moves []string `json:"moves,omitempty"` // bulk moves that reached this case
	Last  string   `json:"last,omitempty"`  // name and digest of the last decision carried out

	// What the next projection carries besides the state itself.
	Entries     []contract.Entry         `json:"entries,omitempty"`
	Questions   []contract.QuestionState `json:"questions,omitempty"`
	Texts       []string                 `json:"texts,omitempty"`
	Void        []string                 `json:"void,omitempty"`
	Rejected    []string                 `json:"rejected,omitempty"`
	DeskDigest  string                   `json:"desk_digest,omitempty"`
	Reminded    bool                     `json:"reminded,omitempty"` // a reminder was listed at some time
	VotesDigest string                   `json:"votes_digest,omitempty"`
}

// Wait is a deadline as data: who must act until when, and what happens then.
type Wait struct {
	N       int           `json:"n"`
	Step    policy.Step   `json:"step"`
	Actor   contract.Role `json:"actor"`
	Since   time.Time     `json:"since"`
	DueAt   time.Time     `json:"due_at"`
	Default policy.Action `json:"default"`
	Moved   time.Duration `json:"moved,omitempty"` // by extensions and bulk moves, in all
	Moves   int           `json:"moves,omitempty"`
	Asked   bool          `json:"asked,omitempty"`  // the merchant has used its one extension
	Version int           `json:"version"`          // changes when DueAt or Paused do
	Paused  bool          `json:"paused,omitempty"` // the clock stands still with Left to go
	Left    time.Duration `json:"left,omitempty"`
	Begun   bool          `json:"begun,omitempty"` // the default has begun: too late for everybody
}

// Expired remembers the last deadline that ran out, so that a late command gets that for an answer.
type Expired struct {
	Stage contract.Stage `json:"stage"`
	DueAt time.Time      `json:"due_at"`
}

// Intake is where the questions stand.
type Intake struct {
	Question   *contract.Question `json:"question,omitempty"`
	Round      int                `json:"round"`
	Extra      string             `json:"extra,omitempty"`      // asked for by the merchant, besides the policy's questions
	Evidence   []string           `json:"evidence,omitempty"`   // accepted so far
	Rejections int                `json:"rejections,omitempty"` // evidence refused so far
	Person     string             `json:"person,omitempty"`     // why a person must take over
	Resolved   string             `json:"resolved,omitempty"`   // the person's word: go_on or close
}

// Parcel is the goods on their way back.
type Parcel struct {
	Carrier    string     `json:"carrier"`
	Number     string     `json:"number"`
	Since      time.Time  `json:"since"`
	Registered bool       `json:"registered"` // the carrier watches it
	State      string     `json:"state"`      // partners.TrackState as the carrier said last
	Grams      int        `json:"grams,omitempty"`
	TooLight   bool       `json:"too_light,omitempty"`
	LastScan   *time.Time `json:"last_scan,omitempty"`
	Suspect    bool       `json:"suspect,omitempty"`
	Stalled    bool       `json:"stalled,omitempty"`
	SignedAt   *time.Time `json:"signed_at,omitempty"`
	Bounced    bool       `json:"bounced,omitempty"` // refused, or back with the sender
	Out        bool       `json:"out,omitempty"`     // on its way to the customer
	BackAt     *time.Time `json:"back_at,omitempty"` // outbound: with the merchant again
	Lines      []string   `json:"lines,omitempty"`   // outbound: the order lines in it; none: nobody said
	Claimed    bool       `json:"claimed,omitempty"` // lost as it seems: the carrier was asked to find it or pay
}

// Outbound is the goods on their way to the customer.
type Outbound struct {
	ShippedAt *time.Time          `json:"shipped_at,omitempty"`
	SignedAt  *time.Time          `json:"signed_at,omitempty"`
	Parcels   []Parcel            `json:"parcels,omitempty"`
	Grams     map[string]int      `json:"grams,omitempty"`   // what a unit of each line weighs
	Watched   bool                `json:"watched,omitempty"` // the case follows the parcels
	Report    string              `json:"report,omitempty"`  // what was told last about stopping them
	Proof     *contract.ProofView `json:"proof,omitempty"`
}

// Whole is what a case was about before a part of it came home.
type Whole struct {
	Units []string     `json:"units"`
	Quote policy.Quote `json:"quote"`
	Grams int          `json:"grams"`
}

// Pickup is a courier ordered to the customer.
type Pickup struct {
	Round   int       `json:"round"`
	State   string    `json:"state"` // ordering, ordered, failed, cancelled
	Carrier string    `json:"carrier"`
	After   time.Time `json:"after"`
	Before  time.Time `json:"before"`
	TaskID  string    `json:"task_id,omitempty"`
}

// States of a Pickup.
const (
	pickupOrdering  = "ordering"
	pickupOrdered   = "ordered"
	pickupFailed    = "failed"
	pickupCancelled = "cancelled"
)

// Refund is the money this case pays back.
type Refund struct {
	Round    int                 `json:"round,omitempty"` // 1 for a case's first
	Quote    policy.Quote        `json:"quote"`           // what it comes to in all
	Before   policy.Quote        `json:"before,omitzero"` // what legs of an earlier round have paid of it, before it was cut
	Cause    contract.Cause      `json:"cause,omitempty"`
	Started  bool                `json:"started,omitempty"`
	Polls    int                 `json:"polls,omitempty"` // how often a refund that was only accepted was asked for
	CauseRef string              `json:"cause_ref,omitempty"`
	Legs     []contract.LegState `json:"legs,omitempty"`
	Blocked  string              `json:"blocked,omitempty"` // fault code
	Level    int                 `json:"level,omitempty"`   // who helps: 0 supervisor, 1 operator
	Retry    bool                `json:"retry,omitempty"`   // finance asked for another try
	Consents []Consent           `json:"consents,omitempty"`

	TenderID string           `json:"tender_id,omitempty"` // gives back what was taken over this tender, and nothing else
	Next     contract.Stage   `json:"next,omitempty"`      // the story goes on there when it is paid
	Then     contract.Outcome `json:"then,omitempty"`      // or ends so

	FromDeposit bool  `json:"from_deposit,omitempty"` // the merchant's deposit pays
	Drawn       bool  `json:"drawn,omitempty"`        // it was taken out
	Draw        *Draw `json:"draw,omitempty"`         // what was asked of it
}

// Draw is money that was asked of the merchant's deposit for a refund.
type Draw struct {
	Round  int          `json:"round"`            // of the refund for which it was asked: names the movement
	Amount money.Amount `json:"amount"`           // as it was asked the first time
	Before money.Amount `json:"before,omitempty"` // what the refund's legs had paid by then
	Unsure bool         `json:"unsure,omitempty"` // nobody knows whether it was moved
}

// Consent is the customer's word, for one tender whose rail is closed, to be paid on an account. The last one counts.
type Consent struct {
	TenderID   string    `json:"tender_id"`
	TextID     string    `json:"text_id"`
	At         time.Time `json:"at"`
	Redirected bool      `json:"redirected,omitempty"` // finance has sent it there
}

// Due is money that the customer is asked for, and all that was collected in this case.
type Due struct {
	Purpose string       `json:"purpose,omitempty"`
	Amount  money.Amount `json:"amount,omitempty"`
	State   string       `json:"state,omitempty"`   // waiting, paid, not_paid
	N       int          `json:"n,omitempty"`       // charges so far, over all that was asked: numbers their keys
	Charges []Charge     `json:"charges,omitempty"` // of what is asked for now
	News    bool         `json:"news,omitempty"`    // a provider said something that nobody looked at
	Taken   []Taken      `json:"taken,omitempty"`   // collected so far, oldest first
}

// Charge is one rail over which the customer may pay.
type Charge struct {
	N     int    `json:"n"`
	Rail  string `json:"rail"`
	State string `json:"state"` // contract.ChargeOpening …
	URL   string `json:"url,omitempty"`

	Asked  contract.ChargeInput  `json:"asked"`            // what the provider was asked for
	Unsure bool                  `json:"unsure,omitempty"` // closed, and somebody may yet pay it
	Told   []contract.ChargeFact `json:"told,omitempty"`   // payments that the provider told of and nobody looked at
}

// Taken is money that was collected from the customer. While it is held it belongs to nothing yet, and a case that
// ends gives it back.
type Taken struct {
	TenderID string       `json:"tender_id"`
	Purpose  string       `json:"purpose"`
	Amount   money.Amount `json:"amount"`
	State    string       `json:"state"` // held, spent, returned
}

// States of a Due and of what was Taken.
const (
	dueWaiting = "waiting"
	duePaid    = "paid"
	dueNotPaid = "not_paid"

	takenHeld     = "held"
	takenSpent    = "spent"
	takenReturned = "returned"
)

// Swap is an exchange: what is set aside for the customer, and what it became.
type Swap struct {
	Round    int                     `json:"round,omitempty"`    // reservations so far
	Reserved bool                    `json:"reserved,omitempty"` // stock is set aside under Round
	Advance  bool                    `json:"advance,omitempty"`  // the replacement goes out before the goods are back
	Arrived  bool                    `json:"arrived,omitempty"`  // the goods are back and right, or need not come back
	ToRefund string                  `json:"to_refund,omitempty"`
	Lines    []contract.ReplacedLine `json:"lines,omitempty"`    // what is given for what
	Back     policy.Quote            `json:"back,omitzero"`      // a cheaper variant's difference, which is refunded at the end
	Replaced []string                `json:"replaced,omitempty"` // the order lines that the replacement became
}

// Delivery is goods that the merchant sends to the customer: a replacement, or a repaired item.
type Delivery struct {
	Parcel    *Parcel          `json:"parcel,omitempty"`
	Serials   []string         `json:"serials,omitempty"` // of the units in it
	Before    *Parcel          `json:"before,omitempty"`  // given up: the last that did not arrive
	Waybills  int              `json:"waybills,omitempty"`
	Trouble   string           `json:"trouble,omitempty"`   // why the last parcel did not arrive: suspect, bounced, lost
	Cannot    bool             `json:"cannot,omitempty"`    // the merchant says that it cannot send
	Confirmed bool             `json:"confirmed,omitempty"` // by the customer
	ByTime    bool             `json:"by_time,omitempty"`   // by the customer's silence
	Problem   contract.Problem `json:"problem,omitempty"`   // the customer says what is wrong with it
}

// Why a parcel to the customer did not arrive.
const (
	troubleSuspect = "suspect" // no carrier ever saw it
	troubleBounced = "bounced" // it went back to the merchant
	troubleLost    = "lost"
)

// paid sums the legs that succeeded, of every refund of the case.
func (s *State) paid() money.Amount {
	var sum money.Amount
	for _, leg := range s.legs() {
		if leg.Status == "succeeded" {
			sum += leg.Amount
		}
	}
	return sum
}

// legs lists the legs of every refund of the case, oldest first.
func (s *State) legs() []contract.LegState { return slices.Concat(s.Earlier, s.Refund.Legs) }

// goodsOnTheWay tells whether the parcel left the customer's hands, as far as anybody can know: a number that no
// carrier ever saw, and a parcel that came back, hold nobody. Nor are the goods the customer's while a parcel that was
// stopped travels back to the merchant.
func (s *State) goodsOnTheWay() bool {
	if s.Stage == contract.StageIntercept && s.Outbound.turned() {
		return true
	}
	parcel := s.Parcel
	return parcel != nil && !parcel.Bounced && (parcel.LastScan != nil || !parcel.Suspect)
}

// holding tells whether goods are in other hands than they should be if the case ended now.
func (s *State) holding() bool {
	return s.goodsOnTheWay() || s.Delivery.Parcel != nil || len(s.Swap.Replaced) > 0
}

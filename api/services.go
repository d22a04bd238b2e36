package api

import (
	"context"
	"io"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Cases is the service for cases and all that hangs on them. Every method gets who asks and answers only what that
// person may see: what is another's does not exist for them (the fault NotFound, or OrderUnknown for orders).
type Cases interface {
	// Open opens a case, or finds it opened by the same key.
	Open(ctx context.Context, opening Opening) (contract.Ack, error)
	// OpenGoodwill gives a customer money that nobody asked for, or finds it given by the same key.
	OpenGoodwill(ctx context.Context, goodwill Goodwill) (contract.Ack, error)
	// MerchantRules lists the own rules of the reader's shop; for the platform's people of any.
	MerchantRules(ctx context.Context, reader contract.Actor, merchantID string) (MerchantRules, error)
	// SetMerchantRules replaces the own rules of the sender's shop, if they are still those of meta's revision.
	SetMerchantRules(ctx context.Context, meta contract.Meta, rules []MerchantRule) (MerchantRules, error)
	// Command stores the text, if there is one, and passes the command that make builds with the text's ID.
	// action is what was asked for, by its name in the table of routes.
	Command(ctx context.Context, action, caseID, text string, make func(textID string) contract.Command) (contract.Ack, error)
	Case(ctx context.Context, reader contract.Actor, id string) (CaseView, error)
	List(ctx context.Context, reader contract.Actor, filter CaseFilter, page PageRequest) (Page[CaseRow], error)
	// Rate keeps the sender's rating of a case that has ended, or changes it.
	Rate(ctx context.Context, meta contract.Meta, rating Rating) (Rating, error)
	Timeline(ctx context.Context, reader contract.Actor, id string, afterSeq int64, limit int) ([]contract.Entry, error)
	Evaluations(ctx context.Context, reader contract.Actor, id string) ([]Evaluation, error)
	OpenRecovery(ctx context.Context, meta contract.Meta, recovery NewRecovery) (Recovery, error)

	Orders(ctx context.Context, reader contract.Actor, page PageRequest) (Page[Order], error)
	Order(ctx context.Context, reader contract.Actor, id string) (Order, error)
	// Reasons lists what can be given for a kind in a phase; an empty phase means both.
	Reasons(ctx context.Context, kind policy.Kind, phase policy.Phase) ([]Reason, error)

	// ReasonsFor lists those that fit a kind of case on a line of an order, with what stands in the way of each.
	ReasonsFor(ctx context.Context, reader contract.Actor, kind policy.Kind, orderID, lineID string) ([]Reason, error)
	// Variants lists what units of an order line could be exchanged for; quantity 0 means all that can be chosen.
	Variants(ctx context.Context, reader contract.Actor, orderID, lineID string, quantity int) ([]Variant, error)
	// Preview says what would come of an opening; nothing is stored.
	Preview(ctx context.Context, opening Opening) (Preview, error)

	EvidenceOf(ctx context.Context, reader contract.Actor, caseID string) ([]Evidence, error)

	// Take gives a case that nobody has to the agent who asks; Assign gives it to an agent, or to nobody.
	Take(ctx context.Context, meta contract.Meta, caseID string) (Assignment, error)
	Assign(ctx context.Context, meta contract.Meta, caseID, agentID string) (Assignment, error)
	// Shops lists the shops that the reader looks after; SetShopTeam says which team looks after one.
	Shops(ctx context.Context, reader contract.Actor, page PageRequest) (Page[Shop], error)
	SetShopTeam(ctx context.Context, meta contract.Meta, merchantID, teamID string) (Shop, error)

	Tasks(ctx context.Context, reader contract.Actor, filter TaskFilter, page PageRequest) (Page[Task], error)
	// TaskCounts counts the reader's open tasks by kind.
	TaskCounts(ctx context.Context, reader contract.Actor) ([]TaskCount, error)
	Approvals(ctx context.Context, reader contract.Actor, page PageRequest) (Page[Approval], error)
	Notifications(ctx context.Context, reader contract.Actor, page PageRequest) (Page[Notification], error)
	// Unread counts the reader's unread news, up to 100.
	Unread(ctx context.Context, reader contract.Actor) (int, error)
	// ReadNotification marks one as read; the ID "all" stands for all of them.
	ReadNotification(ctx context.Context, reader contract.Actor, id string) error

	MoveDeadlines(ctx context.Context, meta contract.Meta, move DeadlineMove) (DeadlineMove, error)
	PreviewMove(ctx context.Context, reader contract.Actor, step, merchantID string) (models.MovePreview, error)
	DeadlineMove(ctx context.Context, reader contract.Actor, id string) (DeadlineMove, error)
	Discrepancies(ctx context.Context, reader contract.Actor, page PageRequest) (Page[Discrepancy], error)
	// Reconcile begins a reconciliation, or finds the one begun by the same key, and returns its ID.
	Reconcile(ctx context.Context, meta contract.Meta) (string, error)
}

// QuestionTexts says a question in a language: what is asked for a field, and again, in other words, after an answer
// that was not clear. kind is the kind of case; empty where it is not at hand.
type QuestionTexts func(kind, field, lang string, retry bool) string

// PageRequest asks for a part of a list. Limit 0 means the usual size.
type PageRequest struct {
	Cursor string
	Limit  int
}

// Page is a part of a list; Next is empty on the last one.
type Page[T any] struct {
	Items []T
	Next  string
}

// Opening is a request to open a case. Text is plain; the service stores it sealed.
type Opening struct {
	Meta     contract.Meta
	Kind     policy.Kind
	OrderID  string
	Lines    []contract.ChosenLine
	Reason   string
	Text     string
	Evidence []string
	Lang     string
	Asked    money.Amount // refund only, complaint: the amount; 0: all that can be refunded
	Subject  string       // complaint: goods or service
}

// CaseFilter narrows a list of cases; zero fields mean any.
type CaseFilter struct {
	Open                    *bool
	Stage, Kind             string
	Reason, OrderID, Begins string // Begins: how the number of the case or its order begins
	WaitingFor, Agent       string // customer, merchant, platform, carrier; me, none, or an ID
	DueBefore               time.Time
	Sort                    string // newest, due
}

// CaseRow is a case as lists show it.
type CaseRow struct {
	ID, Kind, Phase, Stage, Outcome string
	Open                            bool
	OrderID, CustomerID, MerchantID string
	Reason                          string
	Currency                        money.Currency
	Amount, Refunded                money.Amount
	WaitingFor, Default             string
	TeamID, AgentID                 string // whose business it is on the platform's side
	DueAt                           *time.Time
	Revision, Seq                   int64
	OpenedAt, UpdatedAt             time.Time
	ClosedAt                        *time.Time
	ParentID                        string
	ReasonWords                     phrase // the reason's label; made by ReasonLabel
}

// ReasonLabel keeps what people read for a reason.
func (r *CaseRow) ReasonLabel(zh, en string) { r.ReasonWords = phrase{zh, en} }

// Assignment is who has a case now; AgentID is empty when nobody has it.
type Assignment struct{ CaseID, AgentID string }

// Shop is a merchant; TeamID is the team that looks after it, or empty.
type Shop struct{ ID, Name, Level, TeamID string }

// CaseView is a case with everything a reader may see. Texts are those the reader may read, by ID.
type CaseView struct {
	CaseRow
	View   contract.View
	Texts  map[string]string
	Erased bool // there were words that nobody can read any more

	ReturnTo *Place       // where the goods go back to, while they are to be sent; for the parties
	Rating   *Rating      // for the customer and the platform's people
	RateWhy  *fault.Fault // why the customer cannot rate now
}

// Evaluation is one evaluation of the rules and what followed.
type Evaluation struct {
	N        int
	PackHash string
	At       time.Time
	Facts    *policy.Facts // nil: erased
	Terms    policy.Terms
}

// NewRecovery claims money back; Recovery is the claim.
type NewRecovery struct {
	CaseID, From string
	Amount       money.Amount
	Currency     money.Currency
	Cause        string
}

// Recovery is money that is claimed back.
type Recovery struct {
	ID, CaseID, From string
	Amount           money.Amount
	Currency         money.Currency
	Cause, State     string
}

// Order is an order with what can still be asked for. Name and Phone are the recipient's, plain: the edge masks.
type Order struct {
	ID, CustomerID, MerchantID          string
	Currency                            money.Currency
	PaidAt                              time.Time
	ShippedAt, SignedAt, ConfirmedAt    *time.Time
	FreightPaid, Discount, Captured     money.Amount
	Insured                             bool
	Lines                               []OrderLine
	Name, Phone, Province, City, Street string
}

// OrderLine is one article of an order. Available is how many units no open case holds and nobody was refunded for.
type OrderLine struct {
	ID, ProductID, VariantID, Title, Category string
	Quantity, Available                       int
	UnitPrice, Paid                           money.Amount
	Gift                                      bool
	Colour, Size, Replaces                    string
	Asks                                      []Ask      // what its customer could ask for now; nil in lists, and for others
	Serials                                   []string   // of its units, for its customer; nil in lists
	WarrantyUntil                             *time.Time // of the unit whose ends last, for its customer; nil: as the rules say
}

// Reason is one leaf of the tree of reasons.
type Reason struct {
	Code, Zh, En string
	Phases       []string

	GroupZh, GroupEn string   // its heading
	Needs            []string // kinds of evidence, any of which is needed
	Describe         bool
	NoReason         bool
	WindowDays       int
	Subject          string
	Why              *fault.Fault // what stands in the way on the line that was named
}

// File is a file that may be read, from anywhere in it.
type File struct {
	EvidenceID string
	Kind       string // picture, video, document
	MediaType  string
	Digest     string // hex SHA-256
	UploadedAt time.Time
	Content    io.ReadSeeker
}

// Evidence is a piece of evidence.
type Evidence struct {
	ID, CaseID, Digest string
	OwnerKind, OwnerID string
	Kind, State        string
	Thumbnail          bool
	UploadedAt         time.Time
}

// Task is something to do.
type Task struct {
	ID, Kind               string
	RecipientKind          string
	SubjectKind, SubjectID string
	DueAt, CreatedAt       time.Time
	Case                   *CaseRow // that it is about; nil: none, or one that the reader may not see
}

// TaskFilter narrows a list of tasks; zero fields mean any.
type TaskFilter struct {
	Kind      string
	DueBefore time.Time
}

// TaskCount is how many open tasks of a kind there are: all, due within the hour, overdue.
type TaskCount struct {
	Kind                string
	Tasks, Soon, Passed int
}

// Approval is a proposal that waits.
type Approval struct {
	CaseID   string
	Currency money.Currency
	State    contract.ApprovalState
	Case     *CaseRow
}

// Notification is news for one person.
type Notification struct {
	ID, Kind               string
	SubjectKind, SubjectID string
	Data                   map[string]any
	At                     time.Time
	ReadAt                 *time.Time
}

// DeadlineMove moves open deadlines in bulk. The fields after By are answers.
type DeadlineMove struct {
	ID               string
	Step, MerchantID string // empty: every one
	By               time.Duration
	Reason           string
	At               time.Time
	Moved, Untouched int
	DoneAt           *time.Time
}

// Discrepancy is what a reconciler found and could not repair.
type Discrepancy struct {
	ID, Kind, Subject, Detail string
	FoundAt                   time.Time
	ResolvedAt                *time.Time
}

// Package dialogue leads a conversation: what a customer wants becomes a form, the form asks for exactly what is missing,
// questions in between are answered, and nothing that moves money happens without a clear yes. A turn is a function of
// the state, the customer's words and the world; the state is plain data that its owner stores.
package dialogue

import (
	"context"
	"time"

	"aftersales/bot/nlu"
)

// State is a conversation as it stands. The zero value is one that has not begun.
type State struct {
	Lang    string    `json:"lang,omitempty"`    // zh or en: what the customer wrote last
	Stack   []Form    `json:"stack,omitempty"`   // the last one is being filled
	Next    []Waiting `json:"next,omitempty"`    // what the same customer wants besides, in turn
	Recent  *Item     `json:"recent,omitempty"`  // what was spoken of last
	Asked   string    `json:"asked,omitempty"`   // what the bot waits for: a slot, Confirm, or Intent
	Offered []Choice  `json:"offered,omitempty"` // the buttons of the last question
	Again   int       `json:"again,omitempty"`   // how often the same was asked again
	Puzzled int       `json:"puzzled,omitempty"` // messages in a row that were not understood
	Said    []Reply   `json:"said,omitempty"`    // the last turn's, to say once more
	Last    string    `json:"last,omitempty"`    // how the form before this turn ended: done, cancelled, handed
}

// Waiting is something that the customer wants besides, with their words for it.
type Waiting struct {
	Intent string `json:"intent"`
	Text   string `json:"text"`
}

// Form is one thing that the customer wants done.
type Form struct {
	Intent   string          `json:"intent"`
	Slots    map[string]Slot `json:"slots,omitempty"`
	Item     *Item           `json:"item,omitempty"`
	Want     *Variant        `json:"want,omitempty"`
	Evidence []string        `json:"evidence,omitempty"` // IDs of files
	Told     string          `json:"told,omitempty"`     // what the customer wrote about it, in their words
	Words    []string        `json:"words,omitempty"`    // of the messages that began it, for what is looked up later
}

// Slot is a value with the customer's words for it.
type Slot struct {
	Value string `json:"value"`
	Raw   string `json:"raw,omitempty"`
}

// Slots that forms ask for, besides those that bot.Extract finds by their form.
const (
	SlotItem     = "item" // which article of which order; asked for as the order number, too
	SlotOrder    = "order_no"
	SlotProduct  = "product"
	SlotColour   = "sku_colour"
	SlotSize     = "sku_size"
	SlotVariant  = "variant"
	SlotQuantity = "quantity"
	SlotReason   = "reason"
	SlotEvidence = "evidence"
	SlotAmount   = "amount"
	SlotTime     = "expected_time"
	SlotPhone    = "phone"
	SlotAddress  = "address"

	Confirm = "confirm"
	Intent  = "intent" // which of several things is wanted
)

// Input is what the customer does in one turn.
type Input struct {
	Text     string
	Click    *Choice  // a button of the last reply; its Label is not looked at
	Evidence []string // IDs of files that came along
	Lang     string   // the language that the customer chose, for messages without letters
	At       time.Time
}

// Reply is one message of the bot.
type Reply struct {
	Text    string   `json:"text"`
	Choices []Choice `json:"choices,omitempty"` // quick replies
	Items   []Item   `json:"items,omitempty"`   // order cards; one chosen comes back as a click on SlotItem
	Opened  *Opened  `json:"opened,omitempty"`
	Source  string   `json:"source,omitempty"`  // where an answer comes from
	Answers string   `json:"answers,omitempty"` // ID of the article, for thumbs
	Handoff *Summary `json:"handoff,omitempty"`
}

// Choice is a button.
type Choice struct {
	Slot  string `json:"slot"`
	Value string `json:"value"`
	Label string `json:"label,omitempty"`
}

// Summary is what a person is told who takes over.
type Summary struct {
	Intent     string            `json:"intent,omitempty"`
	Confidence float64           `json:"confidence"`
	Slots      map[string]string `json:"slots,omitempty"`
	Missing    []string          `json:"missing,omitempty"`
	Mood       nlu.Mood          `json:"mood"`
	Why        string            `json:"why"` // asked_for, not_understood, cannot, angry
	Text       string            `json:"text"`
}

// Item is an article of one of the customer's own orders.
type Item struct {
	OrderID   string    `json:"order_id"`
	LineID    string    `json:"line_id"`
	ProductID string    `json:"product_id,omitempty"`
	VariantID string    `json:"variant_id,omitempty"`
	Title     string    `json:"title"`
	Colour    string    `json:"colour,omitempty"`
	Size      string    `json:"size,omitempty"`
	Quantity  int       `json:"quantity"`
	Available int       `json:"available"` // units that can still be asked for
	Paid      string    `json:"paid"`      // in words, e.g. ¥199.00
	Shipped   bool      `json:"shipped"`
	Delivered bool      `json:"delivered"`
	At        time.Time `json:"at"`
}

// Variant is what an article can be exchanged for.
type Variant struct {
	ID     string `json:"id"`
	Colour string `json:"colour,omitempty"`
	Size   string `json:"size,omitempty"`
	Price  string `json:"price,omitempty"` // in words
	Stock  int    `json:"stock"`
}

// Reason is one that may be given for a kind of case.
type Reason struct {
	Value, Zh, En string
	Evidence      bool // pictures are asked for
	Describe      bool // the matter must be described
}

// Request is what a filled form asks the platform to do.
type Request struct {
	Intent    string
	Item      Item
	Quantity  int
	Reason    string
	Text      string
	Evidence  []string
	VariantID string
	Amount    string // minor units; empty: all
	Lang      string
}

// Preview is what would come of a request, before the customer says yes.
type Preview struct {
	Text    string // the amount and who pays the freight, in words; empty: nothing to say
	Refused string // why it is not possible, in words; empty: it is
}

// Opened is what came of a request.
type Opened struct {
	CaseID  string `json:"case_id,omitempty"`
	Text    string `json:"text"`              // what happens next and by when, in words
	Refused string `json:"refused,omitempty"` // why it was not possible, in words
	Person  bool   `json:"person,omitempty"`  // only a person can do it: they get the form
}

// Question is what the customer wants to know.
type Question struct {
	Text   string
	Intent string
	Lang   string
	Item   *Item  // what it is about, if that is known
	Form   string // the intent of the form that it interrupts
	Reason string // of that form
}

// Answer is one that the knowledge base, the rules, or the state of a case gives.
type Answer struct {
	ID, Text, Source string
}

// World is what a dialogue may look at and do, in the name of one customer. Nothing of anybody else can be reached
// through it.
type World interface {
	// Items are the customer's articles, the newest order first, at most n.
	Items(ctx context.Context, n int) ([]Item, error)
	// Order are the articles of one of the customer's own orders; none when there is no such order of theirs.
	Order(ctx context.Context, number string) ([]Item, error)
	// Variants that an article can be exchanged for, its own among them.
	Variants(ctx context.Context, item Item) ([]Variant, error)
	Reasons(ctx context.Context, intent string, item Item) ([]Reason, error)
	Preview(ctx context.Context, request Request) (Preview, error)
	Do(ctx context.Context, request Request) (Opened, error)
	// Answer answers a question; false when nothing fits.
	Answer(ctx context.Context, question Question) (Answer, bool, error)
}

// Mind understands texts.
type Mind interface {
	Read(message, chosen string) nlu.Reading
}

// Engine takes turns. It keeps nothing between them and is safe for concurrent use.
type Engine struct{ mind Mind }

// New makes an engine.
func New(mind Mind) *Engine { return &Engine{mind} }

// Limits of patience.
const (
	maxAgain   = 2 // re-asks of one thing before a person is called
	maxPuzzled = 2 // messages that are not understood before a person is called
	maxStack   = 3
	maxTold    = 2000 // characters of the customer's words that a form keeps
	cards      = 5    // order cards shown
)

// Turn answers one message. An error is the world's: the state is then as it was, and the same turn can be tried again.
func (e *Engine) Turn(ctx context.Context, world World, state State, in Input) (State, []Reply, error) {
	t := &turn{ctx: ctx, world: world, s: clone(state), in: in}
	t.s.Last = ""
	t.reading = e.mind.Read(in.Text, in.Lang)
	if in.Click == nil {
		t.s.Lang = t.reading.Lang
	} else if t.s.Lang == "" {
		t.s.Lang = nlu.LanguageOf("", in.Lang)
	}
	if err := t.take(); err != nil {
		return state, nil, err
	}
	t.s.Said = t.replies
	return t.s, t.replies, nil
}

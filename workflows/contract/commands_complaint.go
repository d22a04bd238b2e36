package contract

import "aftersales/money"

// ProposeSettlement offers the other side an amount to end the complaint with. A new offer of the same side takes
// the place of its last one.
type ProposeSettlement struct {
	Meta
	Amount    money.Amount `json:"amount"`               // what the customer gets
	GoodsBack bool         `json:"goods_back,omitempty"` // the goods come back first
	TextID    string       `json:"text_id,omitempty"`
}

// AnswerSettlement is the other side's yes or no to the offer on the table.
type AnswerSettlement struct {
	Meta
	Accept bool         `json:"accept"`
	Amount money.Amount `json:"amount"` // the amount that is accepted, repeated: guards against a changed one
}

// Rest says that a side has nothing more to put forward. When both have said so, nobody waits for the clock.
type Rest struct {
	Meta
}

// AskSupplement asks one side for one more piece of evidence.
type AskSupplement struct {
	Meta
	Of     Role   `json:"of"` // customer or merchant
	TextID string `json:"text_id,omitempty"`
}

// CarryOut is the losing merchant's word that it does what was judged: the refund is paid from its balance, the
// remedies are given.
type CarryOut struct {
	Meta
	TextID string `json:"text_id,omitempty"`
}

// Appeal asks for another reviewer, with evidence that was not there when it was judged.
type Appeal struct {
	Meta
	Evidence []string `json:"evidence"`
	TextID   string   `json:"text_id,omitempty"`
}

// Suspend lets the complaint stand still: a side asks the other, or the platform holds papers of a court or the police.
type Suspend struct {
	Meta
	Papers   bool     `json:"papers,omitempty"` // platform only
	TextID   string   `json:"text_id,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
}

// AgreeSuspend is the other side's yes or no.
type AgreeSuspend struct {
	Meta
	Accept bool `json:"accept"`
}

// Resume ends a suspension before its time: either side where they had agreed, the platform always.
type Resume struct {
	Meta
}

// Join puts forward more on a complaint that is open already: a second complaint about the same order and facts.
type Join struct {
	Meta
	TextID   string   `json:"text_id,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
}

// Names of the updates, one per command.
func (*ProposeSettlement) Name() string { return "propose_settlement" }
func (*AnswerSettlement) Name() string  { return "answer_settlement" }
func (*Rest) Name() string              { return "rest" }
func (*AskSupplement) Name() string     { return "ask_supplement" }
func (*CarryOut) Name() string          { return "carry_out" }
func (*Appeal) Name() string            { return "appeal" }
func (*Suspend) Name() string           { return "suspend" }
func (*AgreeSuspend) Name() string      { return "agree_suspend" }
func (*Resume) Name() string            { return "resume" }
func (*Join) Name() string              { return "join" }

// Package bot asks a customer for what a case still needs and understands the answer. It is a form filler:
// deterministic, without model or network. It only reads and reports; what a text says is data, so nothing
// that a customer writes changes a rule, an amount or a state. Callers decide what to do with a Reading.
package bot

import (
	"context"
	"time"
)

// The fields that a form may miss. Any slot name of Extract may be asked for as well.
const (
	FieldReason      = "reason"
	FieldEvidence    = "evidence"
	FieldDescription = "description"
)

// The slots that Extract finds.
const (
	SlotOrderNo      = "order_no"      // digits, or letters and digits in upper case, no separators
	SlotWaybillNo    = "waybill_no"    // as order_no
	SlotPhone        = "phone"         // 11 digits of a mainland mobile, no country code
	SlotAmount       = "amount"        // minor units, e.g. "32000" for 三百二
	SlotQuantity     = "quantity"      // a whole number, e.g. "2"
	SlotDate         = "date"          // "2006-01-02", or RFC 3339 when a past time of day is named
	SlotExpectedTime = "expected_time" // RFC 3339: a time of day that lies ahead, e.g. for a pick-up
	SlotReason       = "reason"        // the value of a choice of the form; only found by Read
)

// Form is what a case still needs.
type Form struct {
	Kind    string    // kind of case, e.g. "return"
	Lang    string    // "zh-CN" or "en"
	Missing []string  // fields in order of asking: "reason", "evidence", "description"
	Reasons []Choice  // choices for the field reason, from the policy pack
	Needs   []string  // kinds of evidence wanted, any of them will do: "picture", "video", "document"; empty: any kind
	Now     time.Time // for relative dates
	Retry   bool      // the last answer was not understood: ask again in other words
}

// Choice is one value of a field with its label in both languages.
type Choice struct{ Value, Zh, En string }

// Question names the field to ask for. It carries no text: QuestionText makes it when it is shown.
type Question struct {
	Field   string
	Choices []Choice
}

// Answer is what the customer gave: a button, a text, attachments (their kinds), or several of them.
type Answer struct {
	Field, Choice, Text string
	Evidence            []string
}

// Reading is what an answer meant. Value is the normalised value of the field that was asked for: a reason
// code, kinds of evidence joined by commas, the description as written, or a slot's value.
type Reading struct {
	Understood bool
	Value      string
	Slots      []Slot // anything else that the text tells
}

// Slot is one thing found in a text. Raw is the text between the byte offsets Start and End; spans of one
// text never overlap.
type Slot struct {
	Name, Value, Raw string
	Start, End       int
}

// Filler is the interface under which the bot grows.
type Filler interface {
	// Next returns the question to ask now, or nil when nothing is missing.
	Next(ctx context.Context, form Form) (*Question, error)
	// Read returns what an answer meant. Not understanding is a Reading, not an error; the error is the context's.
	Read(ctx context.Context, form Form, answer Answer) (Reading, error)
}

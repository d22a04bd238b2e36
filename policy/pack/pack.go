// Package pack holds policy packs: the rules of after-sales as data, YAML with CEL conditions. A pack is
// checked when it is loaded, kept for ever under the hash of its content, and turns policy.Facts into a plain
// policy.Terms value. Workflow code never reaches this package; it works with the terms.
package pack

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"aftersales/calendar"
	"aftersales/money"
	"aftersales/policy"
)

// Pack is a loaded pack. It never changes and may be used by many goroutines at once.
type Pack struct {
	name, version, file, hash string
	description               Text
	content                   []byte
	source                    document // with what it takes from the pack that it extends

	kinds       []policy.Kind
	grace       time.Duration
	calendar    calendar.Calendar
	limits      policy.Limits
	reasons     map[string]*Reason
	order       []*Reason
	noReason    *Reason // the first no-reason reason: it asks whether the right exists at all
	eligibility []eligibilityRule
	deadlines   map[policy.Step][]deadlineVariant
	freight     []freightSource
	approval    policy.ApprovalTerms
	automatic   []automaticVariant
	partial     map[policy.Difference][]partialVariant
	rules       kindRules
	conditional []policy.Step // steps that some kind chooses by condition
	fixed       map[policy.Kind]map[policy.Step]policy.Deadline
	zone        *time.Location
}

// Name is the pack's name, e.g. "default".
func (p *Pack) Name() string { return p.name }

// Version is the pack's own version text.
func (p *Pack) Version() string { return p.version }

// Description says what the pack is for, in both languages.
func (p *Pack) Description() Text { return p.description }

// Hash is the hex SHA-256 of Content: the pack's identity for ever.
func (p *Pack) Hash() string { return p.hash }

// Content is what must be stored so that Load gives this pack again. An extending pack holds its base too.
func (p *Pack) Content() []byte { return bytes.Clone(p.content) }

// Kinds are the kinds of case that the pack serves.
func (p *Pack) Kinds() []policy.Kind { return slices.Clone(p.kinds) }

// OwnRules bounds what merchants may give beforehand by rules of their own: kinds of case, and the most a case may be worth.
func (p *Pack) OwnRules() (kinds []policy.Kind, below money.Amount) {
	return slices.Clone(p.rules.bounds.kinds), p.rules.bounds.below
}

// Calendar is the pack's working time and zone.
func (p *Pack) Calendar() calendar.Calendar { return p.calendar }

// Reason is one node of the pack's tree of reasons: what people choose, and what follows from it.
type Reason struct {
	Code       string         `json:"code"`
	Parent     string         `json:"parent,omitempty"` // the group's code
	Group      bool           `json:"group,omitempty"`  // a heading; it cannot be chosen
	Text       Text           `json:"text"`
	Kinds      []policy.Kind  `json:"kinds,omitempty"`
	Phases     []policy.Phase `json:"phases,omitempty"`
	Liability  policy.Party   `json:"liability,omitempty"`
	Evidence   []string       `json:"evidence,omitempty"`      // one piece of any of these kinds is needed
	Describe   bool           `json:"describe,omitempty"`      // a description is needed
	NoReason   bool           `json:"no_reason,omitempty"`     // rests on the no-reason right
	WindowDays int            `json:"window_days,omitempty"`   // local days after signing; 0: no window
	Automatic  bool           `json:"automatic,omitempty"`     // may be approved automatically
	Ways       []policy.Way   `json:"ways,omitempty"`          // refund only: where the goods may be; empty: anywhere
	Subject    string         `json:"subject,omitempty"`       // complaint: policy.SubjectGoods or policy.SubjectService
	Staff      bool           `json:"staff,omitempty"`         // only for cases that the merchant or the platform opens
	Request    bool           `json:"about_request,omitempty"` // complaint: about how an earlier request went; its facts are that request's
	SameAs     string         `json:"same_as,omitempty"`       // its facts are those of that reason, in other words
	Rule       string         `json:"rule,omitempty"`
}

// Label is the reason's text in "zh-CN" (also "zh") or English for anything else.
func (r Reason) Label(lang string) string {
	if strings.HasPrefix(strings.ToLower(lang), "zh") {
		return r.Text.ZH
	}
	return r.Text.EN
}

func (r Reason) fits(kind policy.Kind, phase policy.Phase) bool {
	return !r.Group && slices.Contains(r.Kinds, kind) && slices.Contains(r.Phases, phase)
}

// suits tells whether the reason can stand for a case of these facts. A complaint that grew out of a case keeps
// that case's reason.
func (r Reason) suits(f *policy.Facts, way policy.Way) bool {
	if f.Kind == policy.Complaint && f.Complaint != nil && f.Complaint.Parent != "" && slices.Contains(r.Kinds, f.Complaint.Parent) {
		return true
	}
	return r.fits(f.Kind, f.Phase) && (way == "" || r.Ways == nil || slices.Contains(r.Ways, way)) && (!r.Staff || policy.Goodwill(*f))
}

// neverCame tells whether the reason claims that the goods never came.
func (r Reason) neverCame() bool { return len(r.Ways) == 1 && r.Ways[0] == policy.WayNotReceived }

// Reasons lists what a customer can choose for a kind of case in a phase, in the pack's order, without headings.
func (p *Pack) Reasons(kind policy.Kind, phase policy.Phase) []Reason {
	var fitting []Reason
	for _, reason := range p.order {
		if reason.fits(kind, phase) && !reason.Staff {
			fitting = append(fitting, *reason)
		}
	}
	return fitting
}

// ReasonsFor lists what can be chosen for a case of these facts: like Reasons, and by where the goods are and
// who opens the case.
func (p *Pack) ReasonsFor(f policy.Facts) []Reason {
	var fitting []Reason
	for _, reason := range p.order {
		if !reason.Group && reason.suits(&f, policy.DecideWay(f, reason.neverCame())) {
			fitting = append(fitting, *reason)
		}
	}
	return fitting
}

// AboutRequest tells whether a reason's facts are those of an earlier request.
func (p *Pack) AboutRequest(code string) bool {
	reason := p.reasons[code]
	return reason != nil && reason.Request
}

// FactsOf is the reason that stands for a reason's facts: another one where the pack says that both tell the same.
func (p *Pack) FactsOf(code string) string {
	if reason := p.reasons[code]; reason != nil && reason.SameAs != "" {
		return reason.SameAs
	}
	return code
}

// Reason finds a reason or a heading by its code; ok is false when the pack has none.
func (p *Pack) Reason(code string) (reason Reason, ok bool) {
	found, ok := p.reasons[code]
	if !ok {
		return Reason{}, false
	}
	return *found, true
}

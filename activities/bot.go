package activities

import (
	"context"
	"time"

	"aftersales/policy"
	"aftersales/policy/pack"
	"aftersales/workflows/contract"
)

// Bot asks for what a form still misses and understands answers. It only reads: nothing that a customer writes
// changes more than the field that was asked for.
type Bot interface {
	// Next returns the question to ask now, or nil when nothing is missing.
	Next(ctx context.Context, form Form) (*contract.Question, error)
	// Read returns what an answer to field meant. Not understanding is no error.
	Read(ctx context.Context, form Form, answer Reply) (Reading, error)
}

// Form is what a case still needs.
type Form struct {
	Kind    policy.Kind
	Lang    string
	Missing []string          // fields in order of asking
	Reasons []contract.Choice // what can be chosen as the reason
	Needs   []string          // kinds of evidence, any of which will do; empty: any kind
	Now     time.Time
	Retry   bool
}

// Reply is a customer's answer.
type Reply struct {
	Field    string
	Choice   string
	Text     string
	Evidence []string // kinds of what was attached
}

// Reading is what a reply meant: Value is a reason's code for the field reason.
type Reading struct {
	Understood bool
	Value      string
}

// form is what the bot needs to ask for fields of a case.
func form(rules *pack.Pack, start contract.Start, phase policy.Phase, at time.Time, missing []string) Form {
	f := Form{Kind: start.Kind, Lang: start.Lang, Missing: missing, Now: at}
	for _, reason := range rules.Reasons(start.Kind, phase) {
		f.Reasons = append(f.Reasons, contract.Choice{Value: reason.Code, Zh: reason.Text.ZH, En: reason.Text.EN})
	}
	if reason, ok := rules.Reason(start.Reason); ok {
		f.Needs = reason.Evidence
	}
	return f
}

// missing lists the fields that terms ask for, and one that a person asked for besides.
func missing(terms policy.Terms, extra string) []string {
	var fields []string
	for _, ask := range terms.Asks {
		fields = append(fields, string(ask))
	}
	if extra != "" {
		for _, field := range fields {
			if field == extra {
				return fields
			}
		}
		fields = append(fields, extra)
	}
	return fields
}

// choosable tells whether a reason is one of the form's.
func (f Form) choosable(reason string) bool {
	for _, choice := range f.Reasons {
		if choice.Value == reason {
			return true
		}
	}
	return false
}

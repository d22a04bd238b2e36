// Package fault holds the errors that people see: a stable code, a text in each language, and what to do.
// A Fault crosses every edge unchanged: rule to workflow, workflow to API, API to screen.
package fault

import (
	"errors"
	"fmt"
	"regexp"
	"sort"
	"strings"
)

// Code is the stable name of an error, e.g. "stale_revision". Clients match on it; texts may change.
type Code string

// Details are the values a text needs, e.g. {"due_at": "2026-01-02T15:04:05Z"}. Never personal data.
type Details map[string]any

// Fault is an error made for people. Its zero value is not valid; use New.
type Fault struct {
	Code    Code    `json:"code"`
	Details Details `json:"details,omitempty"`
	cause   error
}

// New makes a Fault of a catalogued code. pairs are detail names and values in turn; an odd count or an
// unknown code panics, because both are programming errors that a test of the call site finds.
func New(code Code, pairs ...any) *Fault {
	if _, ok := catalogue[code]; !ok {
		panic("fault: unknown code " + string(code))
	}
	if len(pairs)%2 != 0 {
		panic("fault: details of " + string(code) + " are not pairs")
	}
	f := &Fault{Code: code}
	for i := 0; i < len(pairs); i += 2 {
		if f.Details == nil {
			f.Details = Details{}
		}
		f.Details[pairs[i].(string)] = pairs[i+1]
	}
	return f
}

// Because keeps the technical cause for logs; it is never shown to a person.
func (f *Fault) Because(cause error) *Fault {
	f.cause = cause
	return f
}

// Error is the English text with code and cause, for logs.
func (f *Fault) Error() string {
	if f.cause != nil {
		return fmt.Sprintf("%s: %s: %v", f.Code, f.Text("en"), f.cause)
	}
	return fmt.Sprintf("%s: %s", f.Code, f.Text("en"))
}

// Unwrap returns the technical cause, if any.
func (f *Fault) Unwrap() error { return f.cause }

// Is lets errors.Is compare by code: errors.Is(err, fault.New(fault.NotFound)).
func (f *Fault) Is(target error) bool {
	other, ok := target.(*Fault)
	return ok && other.Code == f.Code
}

// As returns the Fault inside err, or nil.
func As(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// Status is the HTTP status of the code; 500 for a code this build does not know.
func (f *Fault) Status() int {
	if entry, ok := catalogue[f.Code]; ok {
		return entry.status
	}
	return 500
}

// placeholder is {name} inside a text.
var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// Text is the sentence shown to a person, in "zh-CN" (also "zh") or English for anything else, with the
// details filled in for {name}.
func (f *Fault) Text(lang string) string {
	entry, ok := catalogue[f.Code]
	if !ok {
		entry = catalogue[Internal]
	}
	text := entry.en
	if strings.HasPrefix(strings.ToLower(lang), "zh") {
		text = entry.zh
	}
	return placeholder.ReplaceAllStringFunc(text, func(name string) string {
		if value, ok := f.Details[name[1:len(name)-1]]; ok {
			return fmt.Sprint(value)
		}
		return name
	})
}

// Known tells whether this build has the code in its catalogue.
func Known(code Code) bool {
	_, ok := catalogue[code]
	return ok
}

// Codes lists the whole catalogue in alphabetical order: the documentation's table is made from it.
func Codes() []Code {
	codes := make([]Code, 0, len(catalogue))
	for code := range catalogue {
		codes = append(codes, code)
	}
	sort.Slice(codes, func(i, j int) bool { return codes[i] < codes[j] })
	return codes
}

package operations

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/policy/pack"
)

// Bounds of a what-if.
const (
	MostWhatIf  = 500
	mostSamples = 20
	whatIfTime  = 10 * time.Second
)

// WhatIf is what recorded evaluations would have come to under another pack.
type WhatIf struct {
	Looked    int            // evaluations that were evaluated again
	Erased    int            // whose facts nobody can read any more
	Failed    int            // that one of the packs could not evaluate
	Otherwise int            // that would have ended otherwise
	Deadlines int            // that would have ended alike, but with other deadlines
	By        map[string]int // how many, by what would have been otherwise
	Samples   []Sample       // the newest of those that would have ended otherwise
	Since     time.Time      // the oldest that was looked at; zero: none
}

// Sample is one evaluation that would have ended otherwise.
type Sample struct {
	CaseID  string
	N       int
	Kind    string
	Reason  string
	At      time.Time
	Changes []Change
}

// Change is one thing that would have been otherwise. What is a code: refused, amount, liability, freight, asked,
// agreed, approval, no_reason; deadlines.
type Change struct{ What, Before, After string }

// TryPack evaluates the newest evaluations, at most last of them, again: under the pack that each had, and under another.
// It reads, and bounds itself in number and time. The same facts are given to both, with the standing of people as it
// was counted then.
func (s *Service) TryPack(ctx context.Context, ref PackRef, kind string, last int) (WhatIf, error) {
	other, err := s.rules(ctx, ref)
	if err != nil {
		return WhatIf{}, err
	}
	rows, err := s.Store.LatestEvaluations(ctx, s.now(), min(max(last, 1), MostWhatIf))
	if err != nil {
		return WhatIf{}, away(err)
	}
	result := WhatIf{By: map[string]int{}}
	enough := time.Now().Add(whatIfTime)
	for _, row := range rows {
		if time.Now().After(enough) {
			break
		}
		if err := s.tryOne(ctx, other, row, kind, &result); err != nil {
			return WhatIf{}, err
		}
	}
	return result, nil
}

func (s *Service) tryOne(ctx context.Context, other *pack.Pack, row models.PolicyEvaluation, kind string, result *WhatIf) error {
	text, err := s.Store.EvaluationFacts(ctx, row)
	if f := fault.As(err); f != nil && f.Code == fault.Erased {
		result.Erased++
		return nil
	}
	if err != nil {
		return away(err)
	}
	var facts policy.Facts
	var recorded policy.Terms
	if json.Unmarshal([]byte(text), &facts) != nil || json.Unmarshal([]byte(row.Terms), &recorded) != nil {
		result.Failed++
		return nil
	}
	if kind != "" && string(facts.Kind) != kind {
		return nil
	}
	own, err := s.Packs.Get(ctx, row.PackHash)
	if err != nil {
		return away(err)
	}
	before, beforeErr := own.Evaluate(facts)
	after, afterErr := other.Evaluate(facts)
	if beforeErr != nil || afterErr != nil {
		result.Failed++
		return nil
	}
	if before.Liability != recorded.Liability { // a judgment had moved it
		before, after = before.At(recorded.Liability, facts), after.At(recorded.Liability, facts)
	}
	result.Looked++
	result.Since = row.At
	changes := compare(before, after)
	if len(changes) == 0 {
		if deadlines(before) != deadlines(after) {
			result.Deadlines++
		}
		return nil
	}
	result.Otherwise++
	for _, change := range changes {
		result.By[change.What]++
	}
	if len(result.Samples) < mostSamples {
		result.Samples = append(result.Samples, Sample{
			CaseID: row.CaseID, N: row.N, Kind: string(facts.Kind), Reason: facts.Reason, At: row.At, Changes: changes,
		})
	}
	return nil
}

// compare lists what decides how a case ends, where two terms differ.
func compare(a, b policy.Terms) (changes []Change) {
	note := func(what, before, after string) {
		if before != after {
			changes = append(changes, Change{what, before, after})
		}
	}
	note("refused", refusal(a), refusal(b))
	if a.Refusal != nil && b.Refusal != nil {
		return changes // neither begins: nothing else counts
	}
	note("amount", a.Quote.Total.String(), b.Quote.Total.String())
	note("liability", string(a.Liability), string(b.Liability))
	note("freight", string(a.Freight.Out)+"/"+string(a.Freight.Back), string(b.Freight.Out)+"/"+string(b.Freight.Back))
	note("asked", fmt.Sprint(a.Asks), fmt.Sprint(b.Asks))
	note("agreed", a.AutoAgree, b.AutoAgree)
	note("approval", approval(a), approval(b))
	note("no_reason", fmt.Sprint(a.NoReason), fmt.Sprint(b.NoReason))
	return changes
}

func refusal(t policy.Terms) string {
	if t.Refusal == nil {
		return ""
	}
	return t.Refusal.Rule
}

// approval says who would have to look at the whole amount, if nobody disputes it.
func approval(t policy.Terms) string {
	switch total := t.Quote.Total; {
	case t.Approval.SecondAbove > 0 && total > t.Approval.SecondAbove:
		return "two_people"
	case t.Approval.AutomaticBelow > 0 && total <= t.Approval.AutomaticBelow:
		return "automatic"
	}
	return "one_person"
}

// deadlines writes the deadlines of terms in a form that can be compared.
func deadlines(t policy.Terms) string {
	content, err := json.Marshal([]any{t.Deadlines, t.Calendar, t.Grace})
	if err != nil {
		return err.Error()
	}
	return string(content)
}

package cases

import (
	"context"
	"time"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/policy/pack"
	"aftersales/workflows/contract"
)

// Evaluation is one evaluation of the rules for a case and what followed.
type Evaluation struct {
	N        int
	PackHash string
	At       time.Time
	Facts    *policy.Facts // nil: erased
	Terms    policy.Terms
}

// Evaluations lists how the rules decided in a case, each time they were asked, in order. For the platform's people:
// the facts count what others did too. Faults: forbidden, not_found.
func (s *Service) Evaluations(ctx context.Context, actor contract.Actor, caseID string) ([]Evaluation, error) {
	if _, err := s.visible(ctx, actor, "case.evaluation.read", caseID); err != nil {
		return nil, err
	}
	rows, err := s.Store.Evaluations(ctx, caseID)
	if err != nil {
		return nil, away(err)
	}
	evaluations := make([]Evaluation, len(rows))
	for i, row := range rows {
		evaluations[i] = Evaluation{N: row.N, PackHash: row.PackHash, At: row.At}
		if err := readJSON(row.Terms, &evaluations[i].Terms); err != nil {
			return nil, broken("terms", caseID, err)
		}
		text, err := s.Store.EvaluationFacts(ctx, row)
		if isFault(err, fault.Erased) {
			continue
		}
		if err != nil {
			return nil, away(err)
		}
		evaluations[i].Facts = new(policy.Facts)
		if err := readJSON(text, evaluations[i].Facts); err != nil {
			return nil, broken("facts", caseID, err)
		}
	}
	return evaluations, nil
}

// Reasons lists what the pack of new cases offers for a kind in a phase; without a phase, in both, each reason once.
func (s *Service) Reasons(ctx context.Context, kind policy.Kind, phase policy.Phase) ([]ReasonChoice, error) {
	rules, err := s.rulesOfNewCases(ctx)
	if err != nil {
		return nil, err
	}
	if phase != "" {
		return choices(rules, rules.Reasons(kind, phase)), nil
	}
	var reasons []pack.Reason
	seen := map[string]bool{}
	for _, phase := range []policy.Phase{policy.OnSale, policy.AfterSale} {
		for _, reason := range rules.Reasons(kind, phase) {
			if !seen[reason.Code] {
				seen[reason.Code] = true
				reasons = append(reasons, reason)
			}
		}
	}
	return choices(rules, reasons), nil
}

func choices(rules *pack.Pack, reasons []pack.Reason) []ReasonChoice {
	list := make([]ReasonChoice, len(reasons))
	for i, reason := range reasons {
		list[i] = ReasonChoice{Reason: reason, Heading: heading(rules, reason)}
	}
	return list
}

package cases

import (
	"context"
	"errors"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/policy/pack"
	"aftersales/workflows/contract"
)

// Foreseen is what would come of a request that was never made.
type Foreseen struct {
	Terms   policy.Terms
	Reasons []ForeseenReason // that can be given for these goods, by where they are
}

// ForeseenReason is a reason with its heading, and where the goods would be taken to be.
type ForeseenReason struct {
	pack.Reason
	Group string // the heading's code
	Head  pack.Text
	Way   policy.Way
}

// Preview says what would come of a request that was never made: the terms that a case would begin with, from today's
// rules and facts. Nothing is stored or claimed. Faults: those of Open before the engine is asked, units_in_open_case, and
// whatever the rules refuse with.
func (s *Service) Preview(ctx context.Context, in OpenRequest) (policy.Terms, error) {
	foreseen, err := s.Foresee(ctx, in)
	return foreseen.Terms, err
}

// Foresee is Preview with the reasons that can be given.
func (s *Service) Foresee(ctx context.Context, in OpenRequest) (Foreseen, error) {
	if err := gate(in.Actor, "case.preview"); err != nil {
		return Foreseen{}, err
	}
	order, err := s.orderWithAvailable(ctx, in.OrderID)
	if err == nil {
		err = s.mayOrder(ctx, in.Actor, "case.preview", order.Order)
	}
	if err != nil {
		return Foreseen{}, unknownOrder(err)
	}
	book, err := s.Store.Order(ctx, in.OrderID)
	if err != nil {
		return Foreseen{}, away(err)
	}
	lines, err := s.checkChoice(ctx, in, book)
	if err != nil {
		return Foreseen{}, err
	}
	for _, line := range lines {
		for _, own := range order.Lines {
			// A complaint is about goods that another case may hold.
			if own.ID == line.LineID && own.Available < line.Quantity && in.Kind != policy.Complaint {
				return Foreseen{}, fault.New(fault.UnitsInOpenCase, "quantity", line.Quantity-own.Available)
			}
		}
	}
	start := contract.Start{
		Kind: in.Kind, CustomerID: in.Actor.ID, MerchantID: order.MerchantID, OrderID: in.OrderID, Lines: lines, Reason: in.Reason,
		Lang: in.Lang, PackHash: s.PackHash, At: models.Moment(in.ReceivedAt), Asked: in.Asked, Subject: in.Subject,
	}
	rules, err := s.Packs.Get(ctx, s.PackHash)
	if err != nil {
		return Foreseen{}, away(err)
	}
	phase := policy.OnSale
	if order.ConfirmedAt != nil {
		phase = policy.AfterSale
	}
	evaluator := &Evaluator{Packs: s.Packs}
	facts, _, err := evaluator.load(ctx, s.Store, contract.EvaluateInput{Start: start, Phase: phase, N: 1, At: start.At}, rules, in.Text != "")
	if err != nil {
		var known *fault.Fault
		if errors.As(err, &known) {
			return Foreseen{}, known
		}
		return Foreseen{}, away(err)
	}
	terms, err := rules.Evaluate(facts)
	if err != nil {
		return Foreseen{}, fault.New(fault.Internal).Because(err)
	}
	foreseen := Foreseen{Terms: terms, Reasons: reasonsFor(rules, facts)}
	if terms.Refusal != nil {
		return foreseen, terms.Refusal.Fault
	}
	return foreseen, nil
}

// reasonsFor lists the reasons that facts leave to choose from, under their headings.
func reasonsFor(rules *pack.Pack, facts policy.Facts) []ForeseenReason {
	var reasons []ForeseenReason
	for _, reason := range rules.ReasonsFor(facts) {
		head, _ := rules.Reason(reason.Parent)
		reasons = append(reasons, ForeseenReason{reason, reason.Parent, head.Text, policy.DecideWay(facts, reason.NeverCame())})
	}
	return reasons
}

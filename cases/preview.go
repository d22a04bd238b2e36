package cases

import (
	"context"
	"errors"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Preview says what would come of a request that was never made: the terms that a case would begin with, from today's
// rules and facts. Nothing is stored or claimed. Faults: those of Open before the engine is asked, units_in_open_case, and
// whatever the rules refuse with.
func (s *Service) Preview(ctx context.Context, in OpenRequest) (policy.Terms, error) {
	order, err := s.orderWithAvailable(ctx, in.OrderID)
	if err = away(err); isFault(err, fault.NotFound) || err == nil && (in.Actor.Kind != contract.Customer || order.CustomerID != in.Actor.ID) {
		return policy.Terms{}, fault.New(fault.OrderUnknown)
	}
	if err != nil {
		return policy.Terms{}, err
	}
	book, err := s.Store.Order(ctx, in.OrderID)
	if err != nil {
		return policy.Terms{}, away(err)
	}
	lines, err := s.checkChoice(ctx, in, book)
	if err != nil {
		return policy.Terms{}, err
	}
	for _, line := range lines {
		for _, own := range order.Lines {
			if own.ID == line.LineID && own.Available < line.Quantity {
				return policy.Terms{}, fault.New(fault.UnitsInOpenCase, "quantity", line.Quantity-own.Available)
			}
		}
	}
	rules, err := s.rulesOfNewCases(ctx)
	if err != nil {
		return policy.Terms{}, err
	}
	start := contract.Start{
		Kind: in.Kind, CustomerID: in.Actor.ID, MerchantID: order.MerchantID, OrderID: in.OrderID, Lines: lines, Reason: in.Reason,
		Lang: in.Lang, PackHash: rules.Hash(), At: models.Moment(in.ReceivedAt), Asked: in.Asked, Subject: in.Subject,
	}
	phase := phaseOf(order.Order)
	evaluator := &Evaluator{Packs: s.Packs}
	facts, _, err := evaluator.load(ctx, s.Store, contract.EvaluateInput{Start: start, Phase: phase, N: 1, At: start.At}, rules, in.Text != "")
	if err != nil {
		var known *fault.Fault
		if errors.As(err, &known) {
			return policy.Terms{}, known
		}
		return policy.Terms{}, away(err)
	}
	terms, err := rules.Evaluate(facts)
	if err != nil {
		return policy.Terms{}, fault.New(fault.Internal).Because(err)
	}
	if terms.Refusal != nil {
		return terms, terms.Refusal.Fault
	}
	return terms, nil
}

// Outlook is Preview for a screen: what the rules refuse is no failure, but what stands in the way. That the shop was not
// asked yet what goods cost now does not count. Faults: those of Open before the engine is asked, forbidden.
func (s *Service) Outlook(ctx context.Context, in OpenRequest) (policy.Terms, *fault.Fault, error) {
	if err := gate(in.Actor, "case.preview"); err != nil {
		return policy.Terms{}, nil, err
	}
	terms, err := s.Preview(ctx, in)
	known := fault.As(err)
	switch {
	case err == nil, terms.Refusal != nil && in.Kind == policy.PriceProtection && known.Code == fault.PriceNotLower:
		return terms, nil, nil
	case known != nil && (terms.Refusal != nil || known.Code == fault.UnitsInOpenCase):
		return terms, known, nil
	}
	return terms, nil, err
}

// phaseOf is the phase that a case on an order would begin in.
func phaseOf(order models.Order) policy.Phase {
	if order.ConfirmedAt != nil {
		return policy.AfterSale
	}
	return policy.OnSale
}

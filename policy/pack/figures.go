package pack

import (
	"slices"
	"time"

	"aftersales/money"
	"aftersales/policy"
)

// This file answers what the rules say in general, before there is an order: for articles. What holds for an order is in
// its terms.

// Wait is how long a step lasts for some kinds of case.
type Wait struct {
	Kinds []policy.Kind
	For   time.Duration
	Clock policy.Clock
}

// Waits lists how long a step can last in cases of these kinds; no kinds mean all that have the step. Kinds for which it
// lasts equally long stand together. Nothing is returned for a step that none of the kinds has.
func (p *Pack) Waits(step policy.Step, kinds ...policy.Kind) []Wait {
	var waits []Wait
	for _, kind := range p.kinds {
		if len(kinds) > 0 && !slices.Contains(kinds, kind) || !slices.Contains(policy.StepsOf(kind), step) {
			continue
		}
		if then, fixed := p.fixed[kind][step]; fixed {
			waits = addWait(waits, kind, then)
			continue
		}
		for i := range p.deadlines[step] {
			if variant := &p.deadlines[step][i]; variant.serves(kind) {
				waits = addWait(waits, kind, variant.then)
			}
		}
	}
	return waits
}

func addWait(waits []Wait, kind policy.Kind, then policy.Deadline) []Wait {
	for i := range waits {
		if waits[i].For == then.For && waits[i].Clock == then.Clock {
			if !slices.Contains(waits[i].Kinds, kind) {
				waits[i].Kinds = append(waits[i].Kinds, kind)
			}
			return waits
		}
	}
	return append(waits, Wait{[]policy.Kind{kind}, then.For, then.Clock})
}

// PostageBack lists who can have to pay for sending goods back when a reason is given, whatever the order; mostly one.
// Nothing is returned for a reason that the pack does not have.
func (p *Pack) PostageBack(code string) []policy.Party {
	reason := p.reasons[code]
	if reason == nil || reason.Group {
		return nil
	}
	var who []policy.Party
	for _, kind := range reason.Kinds {
		for _, paid := range []money.Amount{0, 1} { // free shipping, and not
			facts := policy.Facts{Kind: kind, Reason: code, Order: policy.OrderFacts{FreightPaid: paid}}
			if row, found := p.freightFor(&facts)[reason.Liability]; found && !slices.Contains(who, row.Back) {
				who = append(who, row.Back)
			}
		}
	}
	return who
}

// Count is a limit of the pack that is a number, by its name in the pack; false for other names.
func (p *Pack) Count(name string) (int, bool) {
	l := p.limits
	counts := map[string]int{
		"rounds": l.Rounds, "edits": l.Edits, "evidence_rejections": l.EvidenceRejections, "offers": l.Offers, "waybills": l.Waybills,
		"supplements": l.Supplements, "repairs": l.Repairs, "min_weight_percent": l.MinWeightPercent,
	}
	n, found := counts[name]
	return n, found
}

// Extension is a limit of the pack that is a length of time, by its name in the pack; false for other names.
func (p *Pack) Extension(name string) (time.Duration, bool) {
	switch name {
	case "merchant_extension":
		return p.limits.MerchantExtension, true
	case "pickup_extension":
		return p.limits.PickupExtension, true
	}
	return 0, false
}

// ProtectionDays is how many days after signing a lower price of goods of a category is made up for; the category
// "default" stands for all that have no days of their own. 0: never.
func (p *Pack) ProtectionDays(category string) int {
	return categoryOf(p.rules.protection, category).Days
}

package pack

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"aftersales/fault"
	"aftersales/policy"
)

// Evaluate turns facts into terms. It is pure: the same facts under the same pack give the same terms. A case
// that must not be opened is not an error but Terms.Refusal; all other fields are filled even then, so that a
// screen can show what would have held. While Facts.Reason is empty the reason is asked first, windows are
// not judged, and Terms.NoReason says whether a no-reason return would be possible. With a reason,
// Terms.NoReason says that the case rests on that right and the right exists.
// An error means that a condition could not be run (its cost limit), never that the customer is refused.
func (p *Pack) Evaluate(f policy.Facts) (policy.Terms, error) {
	reason, refusal := p.reasonOf(&f)
	g := newGiven(p, &f, reason)
	t := policy.Terms{
		Pack: p.name, PackHash: p.hash, Liability: reason.Liability, Calendar: p.calendar, Grace: p.grace,
		Limits: p.limits, Approval: p.approval, Asks: asks(reason, f), Repeat: f.Repeat, Way: g.way,
	}
	if refusal == nil {
		refusal = p.structural(f, g)
	}
	var err error
	if refusal == nil {
		if refusal, err = p.ineligible(g); err != nil {
			return policy.Terms{}, err
		}
	}
	if own := p.kindTerms(g, &t); refusal == nil {
		refusal = own
	}
	g.liability = t.Liability
	if t.NoReason, err = p.noReasonRight(&f, reason, refusal); err != nil {
		return policy.Terms{}, err
	}
	t.FreightBy = p.freightFor(&f)
	t.Freight = t.FreightBy[t.Liability]
	p.quoteFor(g, &t)
	if refusal == nil && t.Quote.Total == 0 && (f.Kind == policy.Return || f.Kind == policy.RefundOnly) {
		refusal = &policy.Refusal{Fault: fault.New(fault.NothingToRefund), Rule: policy.RuleOrderCap}
	}
	t.Refusal = refusal
	if err := p.chosenFor(g, &t); err != nil {
		return policy.Terms{}, err
	}
	t.Rules = rules(&t, reason)
	return t, nil
}

// chosenFor fills what the pack chooses among variants.
func (p *Pack) chosenFor(g *given, t *policy.Terms) (err error) {
	if t.Deadlines, err = p.deadlinesFor(g); err != nil {
		return err
	}
	if err = p.automaticFor(g, &t.Approval); err != nil {
		return err
	}
	if t.Partial, err = p.partialFor(g); err != nil {
		return err
	}
	if t.Refusal != nil {
		return nil
	}
	if t.AutoAgree, err = p.agreesFor(g, t); err != nil {
		return err
	}
	t.Advance, err = p.advanceFor(g, t)
	return err
}

// unknownReason stands in while no reason was given: nobody is at fault yet.
var unknownReason = &Reason{Liability: policy.Unclear}

// reasonOf finds the reason of f, or why it cannot be used.
func (p *Pack) reasonOf(f *policy.Facts) (*Reason, *policy.Refusal) {
	if f.Reason == "" {
		return unknownReason, nil
	}
	reason := p.reasons[f.Reason]
	if reason == nil || reason.Group {
		return unknownReason, &policy.Refusal{Fault: fault.New(fault.ReasonUnknown), Rule: "reason_tree"}
	}
	if slices.Contains(p.kinds, f.Kind) && !reason.suits(f, policy.DecideWay(*f, reason.neverCame())) {
		return reason, &policy.Refusal{Fault: fault.New(fault.ReasonMismatch), Rule: "reason_tree"}
	}
	return reason, nil
}

// structural refuses what no pack could allow: a kind without rules, a negative amount, no units, more units
// than are left. A complaint may be about service alone, or about units that went back already.
func (p *Pack) structural(f policy.Facts, g *given) *policy.Refusal {
	if !slices.Contains(p.kinds, f.Kind) {
		return &policy.Refusal{Fault: fault.New(fault.KindNotPossible), Rule: "kinds_of_the_pack"}
	}
	if f.Asked < 0 || (f.Complaint != nil && f.Complaint.ClaimTotal < 0) {
		return &policy.Refusal{Fault: fault.New(fault.AmountInvalid), Rule: "amount_positive"}
	}
	if g.units == 0 && g.subject != policy.SubjectService {
		return &policy.Refusal{Fault: fault.New(fault.NothingChosen), Rule: "units_chosen"}
	}
	if f.Kind == policy.Complaint {
		return nil
	}
	for i := range f.Lines {
		line := &f.Lines[i]
		available := max(line.Quantity-line.RefundedQty, 0)
		if f.Kind == policy.PriceProtection {
			available = line.Quantity // what went back already is for its own rule to say
		}
		if line.Chosen > available {
			return &policy.Refusal{Fault: fault.New(fault.QuantityTooLarge, "available", available), Rule: "units_bought"}
		}
	}
	return nil
}

// ineligible finds the first rule of the pack that refuses the case.
func (p *Pack) ineligible(g *given) (*policy.Refusal, error) {
	for i := range p.eligibility {
		rule := &p.eligibility[i]
		if rule.kinds != nil && !slices.Contains(rule.kinds, g.facts.Kind) {
			continue
		}
		refused, err := rule.when.holds(g)
		if err != nil {
			return nil, fmt.Errorf("pack %s, rule %s: %w", p.name, rule.rule, err)
		}
		if refused {
			return &policy.Refusal{Fault: p.faultOf(rule, g), Rule: rule.rule}, nil
		}
	}
	return nil, nil
}

// faultOf fills the details that the texts of the catalogue name.
func (p *Pack) faultOf(rule *eligibilityRule, g *given) *fault.Fault {
	switch rule.code {
	case fault.WindowOver:
		until := ""
		if signed := g.facts.Order.SignedAt; signed != nil {
			until = p.calendar.Date(signed.Add(time.Duration(g.reason.WindowDays) * 24 * time.Hour))
		}
		return fault.New(rule.code, "until", until)
	case fault.NotReturnable:
		return fault.New(rule.code, "rule", rule.text.ZH+" / "+rule.text.EN)
	default:
		return fault.New(rule.code)
	}
}

func (p *Pack) noReasonRight(f *policy.Facts, reason *Reason, refusal *policy.Refusal) (bool, error) {
	switch {
	case refusal != nil || p.noReason == nil || !slices.Contains(p.noReason.Kinds, f.Kind):
		return false, nil
	case reason != unknownReason:
		return reason.NoReason, nil
	default:
		refusal, err := p.ineligible(newGiven(p, f, p.noReason))
		return refusal == nil && err == nil, err
	}
}

// asks lists what must still be known. A piece of evidence of kind "description" stands for the text that
// AskDetail asks for; rejected pieces do not count, nor does what another party sent.
func asks(reason *Reason, f policy.Facts) []policy.Ask {
	var open []policy.Ask
	if f.Reason == "" {
		open = append(open, policy.AskReason)
	}
	has := func(kinds ...string) bool {
		return slices.ContainsFunc(f.Evidence, func(e policy.EvidenceFacts) bool {
			return !e.Rejected && (e.By == policy.Customer || e.By == policy.Nobody) && slices.Contains(kinds, e.Kind)
		})
	}
	if len(reason.Evidence) > 0 && !has(reason.Evidence...) {
		open = append(open, policy.AskEvidence)
	}
	if reason.Describe && !has("description") {
		open = append(open, policy.AskDetail)
	}
	return open
}

func (p *Pack) deadlinesFor(g *given) (map[policy.Step]policy.Deadline, error) {
	kind := g.facts.Kind
	chosen := maps.Clone(p.fixed[kind])
	if chosen == nil { // a kind that nobody knows
		chosen = map[policy.Step]policy.Deadline{}
	}
	for _, step := range p.conditional {
		if _, found := chosen[step]; found || !slices.Contains(policy.StepsOf(kind), step) {
			continue
		}
		for i := range p.deadlines[step] {
			variant := &p.deadlines[step][i]
			if !variant.serves(kind) {
				continue
			}
			held, err := variant.when.holds(g)
			if err != nil {
				return nil, fmt.Errorf("pack %s, deadline %s (%s): %w", p.name, step, variant.then.Rule, err)
			}
			if held {
				chosen[step] = variant.then
				break
			}
		}
	}
	return chosen, nil
}

func (p *Pack) automaticFor(g *given, terms *policy.ApprovalTerms) error {
	for _, variant := range p.automatic {
		held, err := variant.when.holds(g)
		if err != nil {
			return fmt.Errorf("pack %s, automatic approval %s: %w", p.name, variant.rule, err)
		}
		if held {
			if variant.below > 0 {
				terms.AutomaticBelow, terms.AutomaticRule = variant.below, variant.rule
			}
			return nil
		}
	}
	return nil
}

func (p *Pack) partialFor(g *given) (map[policy.Difference]policy.PartialRule, error) {
	chosen := make(map[policy.Difference]policy.PartialRule, len(p.partial))
	for _, difference := range policy.Differences() {
		for _, variant := range p.partial[difference] {
			held, err := variant.when.holds(g)
			if err != nil {
				return nil, fmt.Errorf("pack %s, partial %s (%s): %w", p.name, difference, variant.then.Rule, err)
			}
			if held {
				chosen[difference] = variant.then
				break
			}
		}
	}
	return chosen, nil
}

// freightFor reads the freight table for every liability; the first row that fits counts.
func (p *Pack) freightFor(f *policy.Facts) map[policy.Party]policy.FreightTerms {
	table := make(map[policy.Party]policy.FreightTerms, len(parties))
	free := policy.FreeShipping(f.Order)
	for _, row := range p.freight {
		if _, found := table[row.Liability]; found ||
			(row.Kinds != nil && !slices.Contains(row.Kinds, f.Kind)) ||
			(row.Reasons != nil && !slices.Contains(row.Reasons, f.Reason)) ||
			(row.FreeShipping != nil && *row.FreeShipping != free) {
			continue
		}
		table[row.Liability] = policy.FreightTerms{Out: row.Out, Back: row.Back, Rule: row.Rule}
	}
	return table
}

// rules names what decided: the refusal alone, or reason, freight, automatic approval and what the kind adds.
func rules(t *policy.Terms, reason *Reason) []string {
	if t.Refusal != nil {
		return []string{t.Refusal.Rule}
	}
	named := [...]string{reason.Rule, t.Freight.Rule, t.Approval.AutomaticRule, "", "", "", t.AutoAgree, t.Advance.Rule}
	if t.Exchange != nil {
		named[3] = t.Exchange.Rule
	}
	if t.Warranty != nil {
		named[4] = t.Warranty.Rule
	}
	if t.Protection != nil {
		named[5] = t.Protection.Rule
	}
	return slices.DeleteFunc(named[:], func(name string) bool { return name == "" })
}

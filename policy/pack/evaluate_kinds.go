package pack

import (
	"fmt"
	"slices"
	"time"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
)

// kindTerms fills what only this kind of case has, and finds why its own rules refuse it.
func (p *Pack) kindTerms(g *given, t *policy.Terms) *policy.Refusal {
	f := g.facts
	t.Judgment = p.judgmentFor(g)
	if insurance := p.rules.insurance; f.Order.Insured && !f.Order.InsuranceUsed && slices.Contains(insurance.Kinds, f.Kind) {
		t.Insurance = &policy.InsuranceTerms{Cap: money.Amount(insurance.Cap), Rule: insurance.Rule}
	}
	switch f.Kind {
	case policy.Exchange:
		exchange := policy.ExchangeDifference(*f)
		t.Exchange = &exchange
		if refused := policy.CheckVariants(*f); refused != nil {
			return &policy.Refusal{Fault: refused, Rule: "variant_on_sale"}
		}
	case policy.Repair:
		warranty := p.warrantyFor(g)
		t.Warranty = &warranty
		if !warranty.Covered && !p.rules.warranty.PaidRepair {
			return &policy.Refusal{Fault: fault.New(fault.WarrantyOver, "until", p.calendar.Date(warranty.Until)), Rule: warranty.Rule}
		}
		if !warranty.Covered {
			t.Liability = policy.Customer // who pays the repair also pays its way
		}
	case policy.PriceProtection:
		until, rule := p.protectionWindow(f)
		protection, quote, refused := policy.QuoteProtection(*f, until, rule)
		t.Protection, t.Quote = &protection, quote
		if refused != nil {
			if refused.Code == fault.WindowOver {
				refused = fault.New(fault.WindowOver, "until", p.calendar.Date(until))
			}
			return &policy.Refusal{Fault: refused, Rule: rule}
		}
	}
	return nil
}

// quoteFor says what the case gives back; price protection has its own quote already.
func (p *Pack) quoteFor(g *given, t *policy.Terms) {
	f := g.facts
	switch f.Kind {
	case policy.PriceProtection:
	case policy.RefundOnly:
		t.Quote, t.Asked = policy.QuoteRefundOnly(*f, g.way, t.Liability, t.Freight)
	case policy.Complaint:
		// A judge may find the merchant at fault, so this is the most that can be judged.
		t.Quote = policy.Quote{Currency: f.Order.Currency}
		if g.subject == policy.SubjectGoods {
			t.Quote = policy.QuoteRefund(*f, policy.Merchant, t.FreightUnder(policy.Merchant))
		}
		if f.Complaint != nil && f.Complaint.ClaimTotal > 0 {
			t.Asked = min(f.Complaint.ClaimTotal, t.Quote.Total)
		}
	default:
		t.Quote = policy.QuoteRefund(*f, t.Liability, t.Freight)
	}
}

func (p *Pack) judgmentFor(g *given) policy.JudgmentTerms {
	j := p.rules.judgment
	j.Subject = g.subject
	if g.subject != policy.SubjectService {
		j.Remedies, j.MaxPoints, j.MaxCoupon = nil, 0, 0
		return j
	}
	j.Remedies = slices.Clone(j.Remedies)
	return j
}

// warrantyFor looks at the registered end of the warranty of every chosen line, or counts it from signing. What
// is the customer's own fault is never covered.
func (p *Pack) warrantyFor(g *given) policy.WarrantyTerms {
	f := g.facts
	w := policy.WarrantyTerms{Repairs: policy.RepairsBefore(*f)}
	for i := range f.Lines {
		line := &f.Lines[i]
		if line.Chosen <= 0 {
			continue
		}
		row := categoryOf(p.rules.warranty.ByCategory, line.Category)
		until, rule := time.Time{}, row.Rule
		switch {
		case line.WarrantyUntil != nil:
			until = line.WarrantyUntil.UTC()
			if line.SerialKnown {
				rule = "warranty_by_serial"
			}
		case f.Order.SignedAt != nil:
			until = f.Order.SignedAt.In(p.zone).AddDate(0, row.Months, 0).UTC()
		}
		if w.Rule == "" || !until.IsZero() && (w.Until.IsZero() || until.Before(w.Until)) {
			w.Until, w.Rule = until, rule
		}
	}
	w.Covered = g.liability != policy.Customer && (w.Until.IsZero() || f.At.Before(w.Until))
	w.Choice = w.Covered && w.Repairs >= p.limits.Repairs
	return w
}

// protectionWindow is the last second of the shortest window of the chosen lines; zero before signing, since
// the days are counted from there.
func (p *Pack) protectionWindow(f *policy.Facts) (until time.Time, rule string) {
	shortest := categoryRow{}
	for i := range f.Lines {
		if f.Lines[i].Chosen <= 0 {
			continue
		}
		if row := categoryOf(p.rules.protection, f.Lines[i].Category); shortest.Days == 0 || row.Days < shortest.Days {
			shortest = row
		}
	}
	if f.Order.SignedAt == nil {
		return time.Time{}, shortest.Rule
	}
	day := f.Order.SignedAt.In(p.zone)
	end := time.Date(day.Year(), day.Month(), day.Day()+shortest.Days+1, 0, 0, 0, 0, p.zone)
	return end.Add(-time.Second).UTC(), shortest.Rule
}

func categoryOf(rows []categoryRow, category string) categoryRow {
	for _, row := range rows {
		if len(row.Categories) == 0 || slices.Contains(row.Categories, category) {
			return row
		}
	}
	return categoryRow{}
}

// agreesFor finds the rule by which the merchant need not be asked; empty: ask. What was closed before because
// nothing was sent back always needs the merchant's own word.
func (p *Pack) agreesFor(g *given, t *policy.Terms) (string, error) {
	f := g.facts
	switch {
	case t.Repeat || f.Reason == "" || f.Kind == policy.Complaint:
		return "", nil
	case f.OpenedBy == policy.Merchant:
		return policy.RuleMerchantGives, nil
	case f.OpenedBy == policy.Platform:
		return policy.RulePlatformGives, nil
	}
	for _, row := range p.rules.agree {
		if t.Quote.Total > row.below || (row.kinds != nil && !slices.Contains(row.kinds, f.Kind)) {
			continue
		}
		held, err := row.when.holds(g)
		if err != nil {
			return "", fmt.Errorf("pack %s, agreement %s: %w", p.name, row.rule, err)
		}
		if held {
			return row.rule, nil
		}
	}
	return p.ownRule(g, t, policy.GiveAgreement)
}

// ownRule finds the merchant's own rule that gives this, within the pack's bounds.
func (p *Pack) ownRule(g *given, t *policy.Terms, give policy.Give) (string, error) {
	bounds := p.rules.bounds
	rule := policy.OwnRule(*g.facts, give, t.Quote.Total, t.NoReason, bounds.kinds, bounds.below)
	if rule == "" || bounds.unless == nil {
		return rule, nil
	}
	barred, err := bounds.unless.holds(g)
	if err != nil {
		return "", fmt.Errorf("pack %s, bounds of a merchant's rules: %w", p.name, err)
	}
	if barred {
		return "", nil
	}
	return rule, nil
}

// advanceFor says what is given before the goods are back: the pack allows it and the merchant's own rule offers it.
func (p *Pack) advanceFor(g *given, t *policy.Terms) (policy.AdvanceTerms, error) {
	row := p.rules.refund
	if g.facts.Kind == policy.Exchange {
		row = p.rules.exchange
	}
	if row == nil || (g.facts.Kind != policy.Return && g.facts.Kind != policy.Exchange) || t.Repeat || t.Quote.Total > row.below {
		return policy.AdvanceTerms{}, nil
	}
	own, err := p.ownRule(g, t, policy.GiveAdvance)
	if own == "" || err != nil {
		return policy.AdvanceTerms{}, err
	}
	held, err := row.when.holds(g)
	if err != nil {
		return policy.AdvanceTerms{}, fmt.Errorf("pack %s, advance %s: %w", p.name, row.rule, err)
	}
	if !held {
		return policy.AdvanceTerms{}, nil
	}
	if g.facts.Kind == policy.Return {
		return policy.AdvanceTerms{Refund: true, Rule: row.rule}, nil
	}
	deposit := money.Share(t.Quote.Total, int64(row.percent), 100)
	return policy.AdvanceTerms{Exchange: true, Deposit: deposit, Rule: row.rule}, nil
}

// CustomerStanding says how a customer stands, by the pack's thresholds, and why.
func (p *Pack) CustomerStanding(counts policy.StandingCounts) policy.StandingFacts {
	return standing(counts, p.rules.customer)
}

// MerchantStanding says how a merchant stands, by the pack's thresholds, and why.
func (p *Pack) MerchantStanding(counts policy.StandingCounts) policy.StandingFacts {
	return standing(counts, p.rules.merchant)
}

func standing(counts policy.StandingCounts, rules []policy.StandingRule) policy.StandingFacts {
	level, reasons := policy.StandingOf(counts, rules)
	return policy.StandingFacts{Level: level, Cases90: counts.Cases, Reasons: reasons}
}

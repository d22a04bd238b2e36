package pack

import (
	"fmt"
	"slices"
	"time"

	"aftersales/money"
	"aftersales/policy"
)

var (
	ways     = []policy.Way{policy.WayNotShipped, policy.WayIntercept, policy.WayReceived, policy.WayNotReceived}
	subjects = []string{policy.SubjectGoods, policy.SubjectService}
	levels   = []string{policy.LevelGood, policy.LevelNormal, policy.LevelWatch}
)

// kindRules is what single kinds of case need beside the rules that all share.
type kindRules struct {
	agree      []agreeVariant
	bounds     merchantBounds
	refund     *advanceVariant // advance refund; nil: the pack has none
	exchange   *advanceVariant // advance exchange; nil: the pack has none
	insurance  insuranceSource
	protection []categoryRow
	warranty   warrantySource
	customer   []policy.StandingRule
	merchant   []policy.StandingRule
	judgment   policy.JudgmentTerms
}

type (
	agreeVariant struct {
		kinds []policy.Kind
		when  *condition
		below money.Amount
		rule  string
	}
	merchantBounds struct {
		kinds  []policy.Kind
		unless *condition // nil: never
		below  money.Amount
	}
	advanceVariant struct {
		when    *condition
		below   money.Amount
		percent int
		rule    string
	}
)

func compileKinds(p *Pack, doc document, c *checker) {
	compileAgreement(p, doc.Agree, c)
	p.rules.refund = compileAdvance("advance.refund", doc.Advance.Refund, c)
	p.rules.exchange = compileAdvance("advance.exchange", doc.Advance.Exchange, c)
	p.rules.insurance = doc.Insurance
	checkKinds(c, "insurance", doc.Insurance.Kinds)
	if len(doc.Insurance.Kinds) > 0 {
		c.need("insurance.rule", doc.Insurance.Rule)
	}
	p.rules.protection = doc.Protection
	checkCategories(c, "price_protection", doc.Protection, "days", func(r categoryRow) (int, int) { return r.Days, r.Months }, slices.Contains(p.kinds, policy.PriceProtection))
	p.rules.warranty = doc.Warranty
	checkCategories(c, "warranty.by_category", doc.Warranty.ByCategory, "months", func(r categoryRow) (int, int) { return r.Months, r.Days }, slices.Contains(p.kinds, policy.Repair))
	p.rules.customer = compileStanding("standing.customer", doc.Standing.Customer, c)
	p.rules.merchant = compileStanding("standing.merchant", doc.Standing.Merchant, c)
	compileJudgment(p, doc.Judgment, c)
}

func compileAgreement(p *Pack, s agreeSource, c *checker) {
	for i, row := range s.Platform {
		at := fmt.Sprintf("agree_without_asking.platform[%d]", i)
		checkKinds(c, at, row.Kinds)
		c.need(at+".rule", row.Rule)
		if row.Below <= 0 {
			c.refuse(at, "the row needs below, the amount up to which nobody is asked")
		}
		p.rules.agree = append(p.rules.agree, agreeVariant{kinds: row.Kinds, when: c.compile(at+".when", row.When), below: money.Amount(row.Below), rule: row.Rule})
	}
	at := "agree_without_asking.merchant"
	checkKinds(c, at, s.Merchant.Kinds)
	p.rules.bounds = merchantBounds{kinds: s.Merchant.Kinds, unless: c.compile(at+".unless", s.Merchant.Unless), below: money.Amount(s.Merchant.Below)}
}

func compileAdvance(at string, row *advanceRow, c *checker) *advanceVariant {
	if row == nil {
		return nil
	}
	c.need(at+".rule", row.Rule)
	if row.DepositPercent < 0 || row.DepositPercent > 100 {
		c.refuse(at+".deposit_percent", "%d is not a percentage; use 0 to 100", row.DepositPercent)
	}
	return &advanceVariant{when: c.compile(at+".when", row.When), below: money.Amount(row.Below), percent: row.DepositPercent, rule: row.Rule}
}

// checkCategories checks a table whose rows give the figure named unit, and no other.
func checkCategories(c *checker, at string, rows []categoryRow, unit string, figures func(categoryRow) (it, other int), needed bool) {
	for i, row := range rows {
		at := fmt.Sprintf("%s[%d]", at, i)
		it, other := figures(row)
		if it < 1 || it > 3650 || other != 0 {
			c.refuse(at+"."+unit, "write %s, and nothing else, as a number of 1 to 3650", unit)
		}
		c.need(at+".rule", row.Rule)
		if len(row.Categories) == 0 && i < len(rows)-1 {
			c.refuse(at, "a row without categories holds for all and must be the last")
		}
	}
	if (needed || len(rows) > 0) && (len(rows) == 0 || len(rows[len(rows)-1].Categories) > 0) {
		c.refuse(at, "the table needs a last row without categories, which holds for all others")
	}
}

func compileStanding(at string, rows []standingRow, c *checker) []policy.StandingRule {
	var rules []policy.StandingRule
	for i, row := range rows {
		at := fmt.Sprintf("%s[%d]", at, i)
		known(c, at+".level", row.Level, levels)
		c.need(at+".rule", row.Rule)
		figures := []int{row.Cases, row.Differences, row.LostComplaints, row.LateAnswers}
		if slices.Min(figures) < 0 {
			c.refuse(at, "counts are 1 or more; leave out what does not matter")
		}
		if last := i == len(rows)-1; slices.Max(figures) == 0 != last {
			c.refuse(at, "every row but the last names a count; the last names none and holds for everybody else")
		}
		rules = append(rules, policy.StandingRule(row))
	}
	return rules
}

func compileJudgment(p *Pack, s judgmentSource, c *checker) {
	for i, remedy := range s.Remedies {
		known(c, fmt.Sprintf("judgment.remedies[%d]", i), remedy, policy.Remedies())
	}
	if s.MaxPoints < 0 {
		c.refuse("judgment.max_points", "%d is negative", s.MaxPoints)
	}
	if slices.Contains(s.Remedies, policy.RemedyPoints) && s.MaxPoints == 0 {
		c.refuse("judgment.max_points", "points may be ordered, so write at most how many")
	}
	if slices.Contains(s.Remedies, policy.RemedyCoupon) && s.MaxCoupon == 0 {
		c.refuse("judgment.max_coupon", "coupons may be ordered, so write at most how much one is worth")
	}
	p.rules.judgment = policy.JudgmentTerms{
		MaxSupplements: p.limits.Supplements, ExecuteFromDeposit: s.ExecuteFromDeposit, Remedies: s.Remedies,
		MaxPoints: s.MaxPoints, MaxCoupon: money.Amount(s.MaxCoupon),
	}
}

func checkKinds(c *checker, at string, list []policy.Kind) {
	for i, kind := range list {
		known(c, fmt.Sprintf("%s.kinds[%d]", at, i), kind, kinds)
	}
}

// fixedDeadlines are the waits that hold whatever the facts are, so that an evaluation need not choose them:
// per kind of case, those whose first variant for this kind has no condition. others are the steps that have
// conditions.
func fixedDeadlines(p *Pack) (fixed map[policy.Kind]map[policy.Step]policy.Deadline, others []policy.Step) {
	fixed = map[policy.Kind]map[policy.Step]policy.Deadline{}
	for _, kind := range kinds {
		fixed[kind] = map[policy.Step]policy.Deadline{}
		for _, step := range policy.StepsOf(kind) {
			variants := p.deadlines[step]
			for _, variant := range variants {
				if !variant.serves(kind) {
					continue
				}
				if variant.when == nil {
					fixed[kind][step] = variant.then
				}
				break
			}
		}
	}
	for _, step := range steps {
		if slices.ContainsFunc(p.deadlines[step], func(v deadlineVariant) bool { return v.when != nil }) {
			others = append(others, step)
		}
	}
	return fixed, others
}

func (v deadlineVariant) serves(kind policy.Kind) bool {
	return v.kinds == nil || slices.Contains(v.kinds, kind)
}

// zone is the pack's fixed offset, which the calendar has checked.
func zone(offset string) *time.Location {
	at, err := time.Parse("Z07:00", offset)
	if err != nil {
		return time.UTC
	}
	return at.Location()
}

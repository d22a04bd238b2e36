package pack

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
)

// The words that a pack may use. Anything else is a typing error and is refused with this list.
var (
	kinds   = []policy.Kind{policy.Return, policy.RefundOnly, policy.Exchange, policy.Repair, policy.PriceProtection, policy.Complaint}
	phases  = []policy.Phase{policy.OnSale, policy.AfterSale}
	parties = []policy.Party{policy.Customer, policy.Merchant, policy.Carrier, policy.Platform, policy.Unclear}
	payers  = []policy.Party{policy.Customer, policy.Merchant, policy.Carrier, policy.Platform}
	actors  = []policy.Party{policy.Customer, policy.Merchant, policy.Both, policy.Carrier, policy.Platform}
	clocks  = []policy.Clock{policy.WallClock, policy.WorkingTime, policy.WorkingDays}
	proofs  = []string{"picture", "video", "document"}
	steps   = []policy.Step{
		policy.StepDetails, policy.StepMerchantAnswer, policy.StepRefused, policy.StepOffer, policy.StepSendBack,
		policy.StepFirstScan, policy.StepCorrectWaybill, policy.StepStalled, policy.StepLost, policy.StepCarrierClaim,
		policy.StepInspection, policy.StepDifference, policy.StepReview, policy.StepReviewWarn, policy.StepApproval,
		policy.StepRefundHelp, policy.StepIntercept, policy.StepProof, policy.StepPay, policy.StepShip, policy.StepConfirm,
		policy.StepDiagnosis, policy.StepQuote, policy.StepRepair, policy.StepChoice, policy.StepSettle, policy.StepEvidence,
		policy.StepSupplement, policy.StepExecute, policy.StepAppeal, policy.StepAppealReview, policy.StepSuspended,
		policy.StepSuspendedPapers,
	}
	actions = []policy.Action{
		policy.ActGoOnOrClose, policy.ActAgree, policy.ActEscalate, policy.ActClose, policy.ActSuspectWaybill,
		policy.ActCarrierClaim, policy.ActRefund, policy.ActNextLevel, policy.ActRetry, policy.ActDecline,
		policy.ActGoOn, policy.ActDone, policy.ActChoose, policy.ActExecute, policy.ActFinal, policy.ActJudgeOnFile, policy.ActResume,
	}
)

// compiled variants: a condition beside what it selects; the first that holds counts.
type (
	deadlineVariant struct {
		kinds []policy.Kind // nil: every kind
		when  *condition
		then  policy.Deadline
	}
	partialVariant struct {
		when *condition
		then policy.PartialRule
	}
	automaticVariant struct {
		when  *condition
		below money.Amount
		rule  string
	}
	eligibilityRule struct {
		kinds []policy.Kind // nil: every kind
		when  *condition
		code  fault.Code
		rule  string
		text  Text
	}
)

// compilePack checks doc and compiles its conditions; what is wrong goes to c.
func compilePack(doc document, c *checker) *Pack {
	p := &Pack{
		name: doc.Name, version: doc.Version, description: doc.Description, kinds: doc.Kinds,
		grace: time.Duration(doc.Grace), reasons: map[string]*Reason{}, freight: doc.Freight,
		deadlines: map[policy.Step][]deadlineVariant{}, partial: map[policy.Difference][]partialVariant{},
	}
	c.need("name", doc.Name)
	c.need("version", doc.Version)
	c.text("description", doc.Description)
	if len(doc.Kinds) == 0 {
		c.refuse("kinds", "name the kinds of case that the pack serves, of %s", join(kinds))
	}
	for i, kind := range doc.Kinds {
		known(c, fmt.Sprintf("kinds[%d]", i), kind, kinds)
	}
	var err error
	if p.calendar, err = doc.Calendar.calendar(); err != nil {
		field, reason, _ := strings.Cut(err.Error(), ": ") // the calendar names its field first
		c.refuse("calendar."+field, "%s", reason)
	}
	p.limits = compileLimits(doc.Limits, c)
	compileReasons(p, doc.Reasons, c)
	compileEligibility(p, doc.Eligibility, c)
	compileDeadlines(p, doc.Deadlines, c)
	checkFreight(p, doc.Freight, c)
	compileApprovals(p, doc.Approvals, c)
	compilePartial(p, doc.Partial, c)
	compileKinds(p, doc, c)
	p.fixed, p.conditional = fixedDeadlines(p)
	p.zone = zone(p.calendar.Zone)
	return p
}

func compileLimits(l limitsSource, c *checker) policy.Limits {
	for _, count := range []struct {
		name string
		n    int
	}{{"rounds", l.Rounds}, {"edits", l.Edits}, {"evidence_rejections", l.EvidenceRejections}, {"offers", l.Offers}, {"waybills", l.Waybills},
		{"supplements", l.Supplements}, {"repairs", l.Repairs}} {
		if count.n < 1 || count.n > 100 {
			c.refuse("limits."+count.name, "%d is out of range; use 1 to 100", count.n)
		}
	}
	if l.MinWeightPercent < 0 || l.MinWeightPercent > 100 {
		c.refuse("limits.min_weight_percent", "%d is not a percentage; use 0 to 100", l.MinWeightPercent)
	}
	return policy.Limits{
		Rounds: l.Rounds, Edits: l.Edits, EvidenceRejections: l.EvidenceRejections, Offers: l.Offers, Waybills: l.Waybills,
		MerchantExtension: time.Duration(l.MerchantExtension), PickupExtension: time.Duration(l.PickupExtension),
		Supplements: l.Supplements, Repairs: l.Repairs, MinWeightPercent: l.MinWeightPercent,
	}
}

func compileReasons(p *Pack, sources []reasonSource, c *checker) {
	if len(sources) == 0 {
		c.refuse("reasons", "a pack needs at least one reason")
	}
	for i, s := range sources {
		at := fmt.Sprintf("reasons[%d]", i)
		c.need(at+".code", s.Code)
		c.text(at+".text", s.Text)
		if p.reasons[s.Code] != nil {
			c.refuse(at+".code", "the reason %q stands above already; give each its own code", s.Code)
		}
		if parent := p.reasons[s.Parent]; s.Parent != "" && (parent == nil || !parent.Group) {
			c.refuse(at+".parent", "there is no group %q above; write the group first, with group: true", s.Parent)
		}
		reason := &Reason{
			Code: s.Code, Parent: s.Parent, Group: s.Group, Text: s.Text, Kinds: s.Kinds, Phases: s.Phases,
			Liability: s.Liability, Evidence: s.Evidence, Describe: s.Describe, NoReason: s.NoReason,
			WindowDays: s.WindowDays, Automatic: s.Automatic, Ways: s.Ways, Subject: s.Subject, Staff: s.Staff,
			Request: s.Request, SameAs: s.SameAs, Rule: s.Rule,
		}
		p.reasons[s.Code] = reason
		p.order = append(p.order, reason)
		if s.Group {
			continue
		}
		if len(s.Kinds) == 0 || len(s.Phases) == 0 {
			c.refuse(at, "the reason %q needs kinds and phases, or nobody can choose it", s.Code)
		}
		for j, kind := range s.Kinds {
			known(c, fmt.Sprintf("%s.kinds[%d]", at, j), kind, kinds)
		}
		for j, phase := range s.Phases {
			known(c, fmt.Sprintf("%s.phases[%d]", at, j), phase, phases)
		}
		for j, proof := range s.Evidence {
			known(c, fmt.Sprintf("%s.evidence[%d]", at, j), proof, proofs)
		}
		for j, way := range s.Ways {
			known(c, fmt.Sprintf("%s.ways[%d]", at, j), way, ways)
		}
		if s.Ways != nil && !slices.Contains(s.Kinds, policy.RefundOnly) {
			c.refuse(at+".ways", "only a refund without a return goes different ways; leave it out")
		}
		if s.Subject != "" {
			known(c, at+".subject", s.Subject, subjects)
		}
		if s.Request && !slices.Equal(s.Kinds, []policy.Kind{policy.Complaint}) {
			c.refuse(at+".about_request", "only a complaint can be about an earlier request; leave it out")
		}
		if same := p.reasons[s.SameAs]; s.SameAs != "" && (same == nil || same.Group || same.SameAs != "" || s.Request || same == reason) {
			c.refuse(at+".same_as", "%q is no reason above that stands for facts of its own; name one", s.SameAs)
		}
		known(c, at+".liability", s.Liability, parties)
		c.need(at+".rule", s.Rule)
		if s.WindowDays < 0 || s.WindowDays > 3650 {
			c.refuse(at+".window_days", "%d is out of range; use 1 to 3650, or leave it out", s.WindowDays)
		}
		if s.NoReason && s.WindowDays == 0 {
			c.refuse(at+".no_reason", "a no-reason reason needs window_days: the law gives 7")
		}
		if s.NoReason && p.noReason == nil {
			p.noReason = reason
		}
	}
}

func compileEligibility(p *Pack, sources []eligibilitySource, c *checker) {
	for i, s := range sources {
		at := fmt.Sprintf("eligibility[%d]", i)
		if s.When == "" {
			c.refuse(at, "the rule needs a condition in when, or it refuses every case")
		}
		if !fault.Known(fault.Code(s.Code)) {
			c.refuse(at+".fault", "there is no fault %q; use window_over, not_returnable, kind_not_possible or another of the catalogue", s.Code)
		}
		c.need(at+".rule", s.Rule)
		if fault.Code(s.Code) == fault.NotReturnable {
			c.text(at+".text", s.Text)
		}
		checkKinds(c, at, s.Kinds)
		p.eligibility = append(p.eligibility, eligibilityRule{
			kinds: s.Kinds, when: c.compile(at+".when", s.When), code: fault.Code(s.Code), rule: s.Rule, text: s.Text,
		})
	}
}

func compileDeadlines(p *Pack, sources map[policy.Step][]deadlineSource, c *checker) {
	for step := range sources {
		if !slices.Contains(steps, step) {
			c.refuse("deadlines."+string(step), "there is no such step; use one of %s", join(steps))
		}
	}
	for _, step := range steps {
		variants := sources[step]
		at := "deadlines." + string(step)
		if len(variants) == 0 {
			c.refuse(at, "the step is missing; every step needs a deadline with its default action")
			continue
		}
		for i, s := range variants {
			at := fmt.Sprintf("%s[%d]", at, i)
			known(c, at+".actor", s.Actor, actors)
			known(c, at+".default", s.Default, actions)
			if s.Clock == "" {
				s.Clock = policy.WallClock
			}
			known(c, at+".clock", s.Clock, clocks)
			c.need(at+".rule", s.Rule)
			if s.For <= 0 {
				c.refuse(at+".for", "write how long the wait is, e.g. 48h")
			}
			if s.Clock == policy.WorkingDays && time.Duration(s.For)%(24*time.Hour) != 0 {
				c.refuse(at+".for", "working days are whole days; write e.g. 7d")
			}
			d := policy.Deadline{Actor: s.Actor, For: time.Duration(s.For), Clock: s.Clock, Default: s.Default, Rule: s.Rule}
			for j, reminder := range s.Reminders {
				if reminder <= 0 || reminder >= s.For || (j > 0 && reminder <= s.Reminders[j-1]) {
					c.refuse(fmt.Sprintf("%s.reminders[%d]", at, j), "reminders ascend and come before the deadline")
				}
				d.Reminders = append(d.Reminders, time.Duration(reminder))
			}
			checkKinds(c, at, s.Kinds)
			p.deadlines[step] = append(p.deadlines[step], deadlineVariant{kinds: s.Kinds, when: c.compile(at+".when", s.When), then: d})
		}
		if last := variants[len(variants)-1]; last.When != "" {
			c.refuse(fmt.Sprintf("%s[%d].when", at, len(variants)-1), "the last variant must hold always; leave its when out")
		} else if last.Kinds != nil {
			c.refuse(fmt.Sprintf("%s[%d].kinds", at, len(variants)-1), "the last variant must hold always; leave its kinds out")
		}
	}
}

func checkFreight(p *Pack, rows []freightSource, c *checker) {
	for i, row := range rows {
		at := fmt.Sprintf("freight[%d]", i)
		known(c, at+".liability", row.Liability, parties)
		known(c, at+".out", row.Out, payers)
		known(c, at+".back", row.Back, payers)
		c.need(at+".rule", row.Rule)
		for j, kind := range row.Kinds {
			known(c, fmt.Sprintf("%s.kinds[%d]", at, j), kind, kinds)
		}
		for j, code := range row.Reasons {
			if p.reasons[code] == nil {
				c.refuse(fmt.Sprintf("%s.reasons[%d]", at, j), "there is no reason %q in this pack", code)
			}
		}
	}
	for _, party := range parties {
		if !slices.ContainsFunc(rows, func(row freightSource) bool {
			return row.Liability == party && row.Kinds == nil && row.Reasons == nil && row.FreeShipping == nil
		}) {
			c.refuse("freight", "liability %s has no row without conditions; add one as its last", party)
		}
	}
}

func compileApprovals(p *Pack, s approvalsSource, c *checker) {
	if s.Levels < 1 || s.Levels > 5 {
		c.refuse("approvals.levels", "%d is out of range; use 1 to 5", s.Levels)
	}
	p.approval = policy.ApprovalTerms{AgentBelow: money.Amount(s.AgentBelow), SecondAbove: money.Amount(s.SecondAbove), Levels: s.Levels}
	for i, row := range s.Automatic {
		at := fmt.Sprintf("approvals.automatic[%d]", i)
		c.need(at+".rule", row.Rule)
		if s.SecondAbove > 0 && row.Below > s.SecondAbove {
			c.refuse(at+".below", "it is above second_above, where two people must look; use less")
		}
		p.automatic = append(p.automatic, automaticVariant{when: c.compile(at+".when", row.When), below: money.Amount(row.Below), rule: row.Rule})
	}
}

func compilePartial(p *Pack, sources map[policy.Difference][]partSource, c *checker) {
	for difference := range sources {
		if !slices.Contains(policy.Differences(), difference) {
			c.refuse("partial."+string(difference), "there is no such difference; use one of %s", join(policy.Differences()))
		}
	}
	for _, difference := range policy.Differences() {
		variants := sources[difference]
		at := "partial." + string(difference)
		if len(variants) == 0 || variants[len(variants)-1].When != "" {
			c.refuse(at, "the difference needs a percentage that holds always, as its last row")
		}
		for i, s := range variants {
			at := fmt.Sprintf("%s[%d]", at, i)
			if s.Percent < 0 || s.Percent > 100 {
				c.refuse(at+".percent", "%d is not a percentage; use 0 to 100", s.Percent)
			}
			c.need(at+".rule", s.Rule)
			p.partial[difference] = append(p.partial[difference], partialVariant{
				when: c.compile(at+".when", s.When), then: policy.PartialRule{Percent: s.Percent, Rule: s.Rule},
			})
		}
	}
}

func (c *checker) need(path, value string) {
	if strings.TrimSpace(value) == "" {
		c.refuse(path, "it is missing; write it")
	}
}

func (c *checker) text(path string, t Text) {
	if strings.TrimSpace(t.ZH) == "" || strings.TrimSpace(t.EN) == "" {
		c.refuse(path, "write it in both languages, as {zh: ..., en: ...}")
	}
}

func (c *checker) compile(path, expression string) *condition {
	compiled, err := compile(expression)
	if err != nil {
		c.refuse(path, "%v", err)
	}
	return compiled
}

func known[T ~string](c *checker, path string, value T, words []T) {
	if !slices.Contains(words, value) {
		c.refuse(path, "%q is not known here; use one of %s", value, join(words))
	}
}

func join[T ~string](words []T) string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = string(word)
	}
	return strings.Join(list, ", ")
}

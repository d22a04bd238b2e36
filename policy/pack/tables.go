package pack

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"aftersales/money"
	"aftersales/policy"
)

// Table is one part of a pack as people read it: the deadlines, the reasons, the limits. What a pack takes from the
// one that it extends stands there too.
type Table struct {
	Name    string // of the part, as in YAML, e.g. "deadlines"
	Title   Text
	Ordered bool // the first row that fits counts, so that the order of the rows says something
	Rows    []Row
}

// Row is one rule of a table. Key is what makes it this rule, in this pack and in others.
type Row struct {
	Key   string // e.g. "merchant_answer jd_48h"
	Title Text   // of what it is about, e.g. the wait or the reason
	Cells []Cell // in the order of the pack's own words; empty ones are left out
}

// Cell is one figure of a rule, as it would be written in YAML.
type Cell struct{ Name, Value string }

// value finds a cell; empty when the row has none of that name.
func (r Row) value(name string) string {
	for _, cell := range r.Cells {
		if cell.Name == name {
			return cell.Value
		}
	}
	return ""
}

// Tables lists all that the pack says, part by part.
func (p *Pack) Tables() []Table {
	d := p.source
	tables := []Table{
		{Name: "general", Rows: []Row{row("kinds", cell("kinds", list(d.Kinds))), row("grace", cell("for", length(d.Grace)))}},
		{Name: "deadlines", Ordered: true, Rows: deadlineRows(d)},
		{Name: "limits", Rows: limitRows(d.Limits)},
		{Name: "reasons", Rows: reasonRows(d.Reasons)},
		{Name: "eligibility", Ordered: true, Rows: eligibilityRows(d.Eligibility)},
		{Name: "freight", Ordered: true, Rows: freightRows(d.Freight)},
		{Name: "approvals", Ordered: true, Rows: approvalRows(d.Approvals)},
		{Name: "partial", Ordered: true, Rows: partialRows(d)},
		{Name: "agree_without_asking", Ordered: true, Rows: agreeRows(d.Agree)},
		{Name: "advance", Rows: advanceRows(d.Advance)},
		{Name: "insurance", Rows: []Row{row("insurance", cell("kinds", list(d.Insurance.Kinds)), cell("cap", amount(d.Insurance.Cap)), cell("rule", d.Insurance.Rule))}},
		{Name: "price_protection", Ordered: true, Rows: categoryRows(d.Protection)},
		{Name: "warranty", Ordered: true, Rows: append([]Row{row("paid_repair", cell("allowed", flag(d.Warranty.PaidRepair)))}, categoryRows(d.Warranty.ByCategory)...)},
		{Name: "standing", Ordered: true, Rows: append(standingRows("customer", d.Standing.Customer), standingRows("merchant", d.Standing.Merchant)...)},
		{Name: "judgment", Rows: []Row{
			row("execute_from_deposit", cell("allowed", flag(d.Judgment.ExecuteFromDeposit))), row("remedies", cell("remedies", list(d.Judgment.Remedies))),
			row("max_points", cell("count", count(d.Judgment.MaxPoints))), row("max_coupon", cell("below", amount(d.Judgment.MaxCoupon))),
		}},
		{Name: "calendar", Rows: calendarRows(d.Calendar)},
	}
	for i := range tables {
		tables[i].Title = Words(tables[i].Name)
		for j, r := range tables[i].Rows {
			if r.Title == (Text{}) {
				subject, _, _ := strings.Cut(r.Key, " ")
				tables[i].Rows[j].Title = Words(subject)
			}
		}
		tables[i].Rows = distinct(tables[i].Rows)
	}
	return tables
}

func deadlineRows(d document) (rows []Row) {
	for _, step := range steps {
		for _, s := range d.Deadlines[step] {
			rows = append(rows, row(key(string(step), list(s.Kinds), s.Rule),
				cell("for", length(s.For)), cell("actor", string(s.Actor)), cell("default", string(s.Default)), cell("reminders", lengths(s.Reminders)),
				cell("clock", string(cmp.Or(s.Clock, policy.WallClock))), cell("kinds", list(s.Kinds)), cell("when", s.When), cell("rule", s.Rule)))
		}
	}
	return rows
}

func limitRows(l limitsSource) []Row {
	return []Row{
		row("rounds", cell("count", count(l.Rounds))), row("edits", cell("count", count(l.Edits))),
		row("evidence_rejections", cell("count", count(l.EvidenceRejections))), row("merchant_extension", cell("for", length(l.MerchantExtension))),
		row("pickup_extension", cell("for", length(l.PickupExtension))), row("offers", cell("count", count(l.Offers))),
		row("waybills", cell("count", count(l.Waybills))), row("supplements", cell("count", count(l.Supplements))),
		row("repairs", cell("count", count(l.Repairs))), row("min_weight_percent", cell("percent", strconv.Itoa(l.MinWeightPercent))),
	}
}

func reasonRows(reasons []reasonSource) (rows []Row) {
	for _, s := range reasons {
		r := row(s.Code,
			cell("group", flag(s.Group)), cell("parent", s.Parent), cell("kinds", list(s.Kinds)), cell("phases", list(s.Phases)),
			cell("liability", string(s.Liability)), cell("evidence", list(s.Evidence)), cell("describe", flag(s.Describe)),
			cell("no_reason", flag(s.NoReason)), cell("window_days", count(s.WindowDays)), cell("automatic", flag(s.Automatic)),
			cell("ways", list(s.Ways)), cell("subject", s.Subject), cell("staff", flag(s.Staff)), cell("rule", s.Rule),
			cell("text", s.Text.ZH+" / "+s.Text.EN))
		r.Title = s.Text
		rows = append(rows, r)
	}
	return rows
}

func eligibilityRows(rules []eligibilitySource) (rows []Row) {
	for _, s := range rules {
		r := row(s.Rule, cell("when", s.When), cell("fault", s.Code), cell("kinds", list(s.Kinds)), cell("rule", s.Rule))
		if r.Title = s.Text; s.Text == (Text{}) {
			r.Title = Text{"规则 " + s.Rule, "rule " + s.Rule}
		}
		rows = append(rows, r)
	}
	return rows
}

func freightRows(table []freightSource) (rows []Row) {
	for _, s := range table {
		free := ""
		if s.FreeShipping != nil {
			free = strconv.FormatBool(*s.FreeShipping)
		}
		rows = append(rows, row(key(string(s.Liability), list(s.Kinds), list(s.Reasons), free),
			cell("out", string(s.Out)), cell("back", string(s.Back)), cell("kinds", list(s.Kinds)), cell("reasons", list(s.Reasons)),
			cell("free_shipping", free), cell("rule", s.Rule)))
	}
	return rows
}

func approvalRows(s approvalsSource) (rows []Row) {
	for _, a := range s.Automatic {
		rows = append(rows, row(key("automatic", a.Rule), cell("below", amount(a.Below)), cell("when", a.When), cell("rule", a.Rule)))
	}
	return append(rows, row("agent_below", cell("below", amount(s.AgentBelow))), row("second_above", cell("above", amount(s.SecondAbove))),
		row("levels", cell("count", count(s.Levels))))
}

func partialRows(d document) (rows []Row) {
	for _, difference := range policy.Differences() {
		for _, s := range d.Partial[difference] {
			rows = append(rows, row(key(string(difference), s.Rule), cell("percent", strconv.Itoa(s.Percent)), cell("when", s.When), cell("rule", s.Rule)))
		}
	}
	return rows
}

func agreeRows(s agreeSource) (rows []Row) {
	for _, a := range s.Platform {
		rows = append(rows, row(key("platform", a.Rule), cell("below", amount(a.Below)), cell("kinds", list(a.Kinds)), cell("when", a.When), cell("rule", a.Rule)))
	}
	m := s.Merchant
	return append(rows, row("merchant", cell("below", amount(m.Below)), cell("kinds", list(m.Kinds)), cell("unless", m.Unless)))
}

func advanceRows(s advanceSource) (rows []Row) {
	for _, one := range []struct {
		name string
		row  *advanceRow
	}{{"refund", s.Refund}, {"exchange", s.Exchange}} {
		if a := one.row; a != nil {
			rows = append(rows, row("advance_"+one.name, cell("below", amount(a.Below)), cell("deposit_percent", count(a.DepositPercent)), cell("when", a.When), cell("rule", a.Rule)))
		}
	}
	return rows
}

func categoryRows(table []categoryRow) (rows []Row) {
	for _, c := range table {
		rows = append(rows, row(key("category", c.Rule), cell("categories", list(c.Categories)), cell("days", count(c.Days)), cell("months", count(c.Months)), cell("rule", c.Rule)))
	}
	return rows
}

func standingRows(who string, table []standingRow) (rows []Row) {
	for _, s := range table {
		rows = append(rows, row(key(who, s.Level, s.Rule), cell("level", s.Level), cell("cases", count(s.Cases)), cell("differences", count(s.Differences)),
			cell("lost_complaints", count(s.LostComplaints)), cell("late_answers", count(s.LateAnswers)), cell("rule", s.Rule)))
	}
	return rows
}

func calendarRows(c calendarSource) []Row {
	days := make([]string, len(c.WorkDays))
	for i, day := range c.WorkDays {
		days[i] = strconv.Itoa(day)
	}
	return []Row{
		row("zone", cell("zone", c.Zone)), row("windows", cell("windows", list(c.Windows)), cell("windows_daily", flag(c.WindowsDaily))),
		row("work_days", cell("days", strings.Join(days, ", "))), row("holidays", cell("dates", list(c.Holidays))), row("extra_days", cell("dates", list(c.ExtraDays))),
	}
}

// row leaves out cells that say nothing.
func row(key string, cells ...Cell) Row {
	return Row{Key: key, Cells: slices.DeleteFunc(cells, func(c Cell) bool { return c.Value == "" })}
}

func cell(name, value string) Cell { return Cell{name, strings.Join(strings.Fields(value), " ")} }

// key names a rule by what it is about and what else tells it from its neighbours.
func key(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " ")
}

// distinct numbers rows that have the same key.
func distinct(rows []Row) []Row {
	seen := map[string]int{}
	for i := range rows {
		name := rows[i].Key
		if seen[name]++; seen[name] > 1 {
			rows[i].Key = fmt.Sprintf("%s #%d", name, seen[name])
		}
	}
	return rows
}

func list[T ~string](words []T) string { return join(words) }

func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func flag(yes bool) string {
	if !yes {
		return ""
	}
	return "yes"
}

func amount(d decimal) string {
	if d == 0 {
		return ""
	}
	return money.Amount(d).String()
}

// length writes a time as packs do, in the largest unit that is not a fraction; days only above three, because
// people say 48 hours.
func length(s span) string {
	d := time.Duration(s)
	switch {
	case d == 0:
		return ""
	case d%(24*time.Hour) == 0 && d > 72*time.Hour:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return fmt.Sprintf("%ds", d/time.Second)
}

func lengths(spans []span) string {
	out := make([]string, len(spans))
	for i, s := range spans {
		out[i] = length(s)
	}
	return strings.Join(out, ", ")
}

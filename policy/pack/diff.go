package pack

import (
	"cmp"
	"slices"
)

// Kinds of difference between two packs.
const (
	RuleAdded   = "added"
	RuleRemoved = "removed"
	RuleChanged = "changed"
	RulesMoved  = "reordered" // the same rules, but another one is looked at first
)

// Difference is one thing that another pack says otherwise.
type Difference struct {
	Table  string // e.g. "deadlines"
	Title  Text   // of the table
	Kind   string // RuleAdded, RuleRemoved, RuleChanged, RulesMoved
	Key    string // of the rule; of a move, its subject
	About  Text   // what the rule is about, e.g. the wait
	Cell   string // of a change: which figure
	Before string
	After  string
}

// Diff lists by what means something how `to` decides otherwise than `from`: not lines of YAML but deadlines, windows, limits
// and rules. Names, versions and descriptions of the packs do not count. A rule whose own name changed is one removed and
// one added.
func Diff(from, to *Pack) []Difference {
	var all []Difference
	before := from.Tables()
	for i, after := range to.Tables() {
		all = append(all, diffTable(before[i], after)...)
	}
	return all
}

func diffTable(before, after Table) (all []Difference) {
	note := func(kind string, row Row, name, old, now string) {
		all = append(all, Difference{after.Name, after.Title, kind, row.Key, row.Title, name, old, now})
	}
	find := func(rows []Row, key string) (Row, bool) {
		i := slices.IndexFunc(rows, func(r Row) bool { return r.Key == key })
		if i < 0 {
			return Row{}, false
		}
		return rows[i], true
	}
	for _, row := range before.Rows {
		if _, kept := find(after.Rows, row.Key); !kept {
			note(RuleRemoved, row, "", summary(row), "")
		}
	}
	for _, row := range after.Rows {
		old, known := find(before.Rows, row.Key)
		if !known {
			note(RuleAdded, row, "", "", summary(row))
			continue
		}
		for _, name := range cellNames(old, row) {
			if was, is := old.value(name), row.value(name); was != is {
				note(RuleChanged, row, name, was, is)
			}
		}
	}
	if after.Ordered {
		if first, moved := movedRow(before.Rows, after.Rows); moved {
			note(RulesMoved, first, "", "", "")
		}
	}
	return all
}

// movedRow finds the first rule that both have and that does not stand where it stood among the others that both have.
func movedRow(before, after []Row) (Row, bool) {
	common := func(rows, other []Row) (kept []Row) {
		for _, row := range rows {
			if slices.ContainsFunc(other, func(r Row) bool { return r.Key == row.Key }) {
				kept = append(kept, row)
			}
		}
		return kept
	}
	old := common(before, after)
	for i, row := range common(after, before) {
		if row.Key != old[i].Key {
			return row, true
		}
	}
	return Row{}, false
}

// cellNames are the names of the cells of either, in order.
func cellNames(a, b Row) (names []string) {
	for _, cell := range slices.Concat(a.Cells, b.Cells) {
		if !slices.Contains(names, cell.Name) {
			names = append(names, cell.Name)
		}
	}
	return names
}

// summary is the figure of a rule that says the most.
func summary(r Row) string {
	for _, name := range []string{"for", "below", "above", "percent", "count", "window_days", "days", "months", "fault", "level", "when", "rule"} {
		if value := r.value(name); value != "" {
			return value
		}
	}
	if len(r.Cells) > 0 {
		return r.Cells[0].Value
	}
	return ""
}

// Sentence says the difference in "zh-CN" (also "zh") or English for anything else.
func (d Difference) Sentence(lang string) string {
	zh := chinese(lang)
	about := cmp.Or(d.About.in(lang), d.Key)
	figure := Words(d.Cell).in(lang)
	where := d.Title.in(lang) + " · " + about
	switch {
	case d.Kind == RuleAdded && zh:
		return where + "：新增规则（" + orNothing(d.After, lang) + "）"
	case d.Kind == RuleAdded:
		return where + ": rule added (" + orNothing(d.After, lang) + ")"
	case d.Kind == RuleRemoved && zh:
		return where + "：删除规则（" + orNothing(d.Before, lang) + "）"
	case d.Kind == RuleRemoved:
		return where + ": rule removed (" + orNothing(d.Before, lang) + ")"
	case d.Kind == RulesMoved && zh:
		return where + "：规则的先后顺序变了"
	case d.Kind == RulesMoved:
		return where + ": the rules are looked at in another order"
	case zh:
		return where + "：" + figure + " " + orNothing(d.Before, lang) + " → " + orNothing(d.After, lang)
	}
	return where + ": " + figure + " " + orNothing(d.Before, lang) + " → " + orNothing(d.After, lang)
}

func orNothing(value, lang string) string {
	if value == "" {
		return Text{"无", "none"}.in(lang)
	}
	return value
}

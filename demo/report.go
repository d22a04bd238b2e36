package demo

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"aftersales/money"
)

// Report is what a run comes to.
type Report struct {
	Results     []Result
	Deadlines   int
	Late        int
	Ours        money.Amount // refunded according to the cases
	Theirs      money.Amount // refunded according to the providers
	ByRail      map[string]money.Amount
	TwicePaid   []string // keys that a provider carried out more than once
	Overpaid    []string // payments that gave back more than was captured
	Differences []string // orders where the cases and the providers disagree
}

// Check compares what the cases say with what the providers did.
func (p *Player) Check(ctx context.Context, results []Result, deadlines, late int) (Report, error) {
	report := Report{Results: results, Deadlines: deadlines, Late: late, ByRail: map[string]money.Amount{}}
	ledger, err := p.Sandbox.Ledger(ctx)
	if err != nil {
		return report, err
	}
	orders := map[string]string{} // payment → order
	captured := map[string]money.Amount{}
	for _, result := range results {
		report.Ours += result.Refunded
		for _, prefix := range []string{"AP", "WX"} {
			orders[prefix+result.Order] = result.Order
		}
	}
	for _, payment := range ledger.Payments {
		captured[string(payment.Rail)+payment.Ref] = payment.Captured
	}
	given, back := map[string]money.Amount{}, map[string]money.Amount{}
	for _, refund := range ledger.Refunds {
		order, ours := orders[refund.Ref]
		if !ours || refund.Applications == 0 {
			continue
		}
		report.Theirs += refund.Amount
		report.ByRail[string(refund.Rail)] += refund.Amount
		given[order] += refund.Amount
		back[string(refund.Rail)+refund.Ref] += refund.Amount
		if refund.Applications > 1 {
			report.TwicePaid = append(report.TwicePaid, refund.Key)
		}
	}
	for _, ref := range slices.Sorted(maps.Keys(back)) {
		if back[ref] > captured[ref] {
			report.Overpaid = append(report.Overpaid, ref)
		}
	}
	for _, result := range results {
		if given[result.Order] != result.Refunded {
			report.Differences = append(report.Differences, fmt.Sprintf("%s: the case says %s, the providers say %s", result.Order, result.Refunded, given[result.Order]))
		}
	}
	return report, nil
}

// Failures lists everything that must not be.
func (r Report) Failures() []string {
	var failures []string
	for _, result := range r.Results {
		if result.Err != nil {
			failures = append(failures, fmt.Sprintf("%s (case %s): %v", result.Script, cmp.Or(result.Case, "not opened"), result.Err))
		}
	}
	for _, key := range r.TwicePaid {
		failures = append(failures, "paid twice: "+key)
	}
	for _, ref := range r.Overpaid {
		failures = append(failures, "more given back than was paid: "+ref)
	}
	failures = append(failures, r.Differences...)
	if r.Late > 0 {
		failures = append(failures, fmt.Sprintf("%d of %d deadlines were late by more than %s", r.Late, r.Deadlines, lateness))
	}
	return failures
}

// Print writes the tables for people. tolerate says that late deadlines are explained (somebody killed processes).
func (r Report) Print(out io.Writer) {
	type row struct {
		cases    int
		outcomes map[string]int
		refunded money.Amount
	}
	rows := map[string]*row{}
	for _, result := range r.Results {
		line := rows[result.Script]
		if line == nil {
			line = &row{outcomes: map[string]int{}}
			rows[result.Script] = line
		}
		line.cases++
		line.outcomes[cmp.Or(result.Outcome, "NOT ENDED")]++
		line.refunded += result.Refunded
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nstory\tcases\tended as\trefunded CNY")
	for _, script := range scripts {
		line := rows[script.name]
		if line == nil {
			continue
		}
		var outcomes []string
		for _, outcome := range slices.Sorted(maps.Keys(line.outcomes)) {
			outcomes = append(outcomes, fmt.Sprintf("%s %d", outcome, line.outcomes[outcome]))
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\n", script.name, line.cases, strings.Join(outcomes, ", "), line.refunded)
	}
	table.Flush()
	fmt.Fprintln(table, "\nmoney\tCNY")
	fmt.Fprintf(table, "refunded, by our cases\t%s\n", r.Ours)
	for _, rail := range slices.Sorted(maps.Keys(r.ByRail)) {
		fmt.Fprintf(table, "refunded, by %s\t%s\n", rail, r.ByRail[rail])
	}
	fmt.Fprintf(table, "difference\t%s\n", r.Ours-r.Theirs)
	fmt.Fprintf(table, "paid twice\t%d\n", len(r.TwicePaid))
	fmt.Fprintf(table, "deadlines kept\t%d of %d\n", r.Deadlines-r.Late, r.Deadlines)
	table.Flush()
}

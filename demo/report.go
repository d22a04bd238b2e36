package demo

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"aftersales/money"
	"aftersales/partners/sandbox"
)

// Report is what a run comes to.
type Report struct {
	Results    []Result
	Took       time.Duration
	Deadlines  int
	Late       []string     // deadlines whose default was not carried out in time
	Passed     int          // deadlines that ran out, by the timelines
	Disorderly []string     // of them: before their time, or with another default than theirs
	Recoveries int          // claims against customers that are open
	Owed       money.Amount // by them
	Money      []Compared
	Invariants []Invariant
}

// Compared is one kind of money by our cases and by the provider.
type Compared struct {
	Name         string
	Ours, Theirs money.Amount
	Moves        int // at the provider
}

// Cases counts the cases that were played, also those that other cases opened.
func (r Report) Cases() (n int) {
	for _, result := range r.Results {
		n += len(result.Cases)
	}
	return n
}

// Overtaken lists the stories whose players provably came too late for a deadline: they end by its default, and that is right.
func (r Report) Overtaken() (all []Result) {
	for _, result := range r.Results {
		if result.Overtaken != "" {
			all = append(all, result)
		}
	}
	return all
}

// Missing lists endings that the played stories should have brought about, and did not. Those of stories that were
// overtaken are excused.
func (r Report) Missing() []string {
	return r.missing(func(result Result) bool { return result.Overtaken == "" })
}

// Unseen lists the endings that nobody saw because their stories were overtaken.
func (r Report) Unseen() []string {
	return r.missing(func(result Result) bool { return result.Overtaken != "" })
}

func (r Report) missing(counts func(Result) bool) []string {
	seen, missing := map[string]bool{}, map[string]bool{}
	for _, result := range r.Results {
		for _, ending := range result.Endings() {
			seen[ending] = true
		}
	}
	for _, result := range r.Results {
		for _, ending := range result.Expected {
			if counts(result) {
				missing[ending] = !seen[ending]
			}
		}
	}
	maps.DeleteFunc(missing, func(_ string, is bool) bool { return !is })
	return slices.Sorted(maps.Keys(missing))
}

// arrives is how long what is still on its way - a claim, a notice - may take to be in both ledgers.
const arrives = 20 * time.Second

// report reads once more what the cases say, and compares it with what the providers did.
func (p *Player) report(ctx context.Context, took time.Duration) (Report, error) {
	report := Report{Results: p.results, Took: took, Deadlines: len(p.waits), Late: slices.Sorted(maps.Keys(p.late))}
	for began := time.Now(); ; {
		books, err := p.books(ctx)
		if err != nil {
			return Report{}, err
		}
		report.Money, report.Invariants = books.compared(), books.invariants()
		report.Recoveries, report.Owed = books.recoveries()
		report.Passed, report.Disorderly = books.deadlines()
		if report.balanced() || time.Since(began) > arrives {
			return report, nil
		}
		select {
		case <-ctx.Done():
			return Report{}, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// balanced tells whether both sides say the same.
func (r Report) balanced() bool {
	differs := slices.ContainsFunc(r.Money, func(c Compared) bool { return c.Ours != c.Theirs })
	return !differs && !slices.ContainsFunc(r.Invariants, func(i Invariant) bool { return len(i.Broken) > 0 })
}

// recoveries counts and sums up the claims against customers.
func (b *books) recoveries() (n int, owed money.Amount) {
	for _, entries := range b.timelines {
		for _, entry := range entries {
			if entry.Event == "recovery_opened" {
				n++
				owed += minor(entry.Data["amount"])
			}
		}
	}
	return n, owed
}

// minor reads an amount of a timeline.
func minor(value any) money.Amount {
	switch value := value.(type) {
	case float64:
		return money.Amount(value)
	case map[string]any:
		return minor(value["minor"])
	}
	return 0
}

// Failures lists everything that must not be.
func (r Report) Failures() []string {
	var failures []string
	for _, result := range r.Results {
		if result.Err != nil {
			id := "not opened"
			if len(result.Cases) > 0 {
				id = result.Cases[0].ID
			}
			failures = append(failures, fmt.Sprintf("%s (order %s, case %s): %v", result.Story, result.Order.ID, id, result.Err))
		}
	}
	for _, ending := range r.Missing() {
		failures = append(failures, "no case ended as "+ending)
	}
	for _, line := range r.Money {
		if line.Ours != line.Theirs {
			failures = append(failures, fmt.Sprintf("%s: the cases say %s, the provider %s", line.Name, line.Ours, line.Theirs))
		}
	}
	for _, invariant := range r.Invariants {
		for _, broken := range invariant.Broken {
			failures = append(failures, fmt.Sprintf("invariant %d, %s: %s", invariant.N, invariant.Name, broken))
		}
	}
	for _, deadline := range r.Disorderly {
		failures = append(failures, "not as the rules say: "+deadline)
	}
	for _, deadline := range r.Late {
		failures = append(failures, fmt.Sprintf("late by more than %s: %s", lateness, deadline))
	}
	return failures
}

// Print writes the tables for people.
func (r Report) Print(out io.Writer) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	r.printStories(table)
	r.printEndings(table)
	fmt.Fprintln(table, "\nmoney\tmoves\tby our cases\tby the provider\tdifference")
	for _, line := range r.Money {
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\n", line.Name, line.Moves, line.Ours, line.Theirs, line.Ours-line.Theirs)
	}
	fmt.Fprintf(table, "\ndeadlines kept\t%d of %d\n", r.Deadlines-len(r.Late), r.Deadlines)
	fmt.Fprintf(table, "deadlines that ran out\t%d, of which %d at the right time and with the right default\n", r.Passed, r.Passed-len(r.Disorderly))
	fmt.Fprintf(table, "stories overtaken\t%d of %d: a deadline came before a player, and the case ended by its default\n", len(r.Overtaken()), len(r.Results))
	fmt.Fprintf(table, "recoveries open\t%d, of %s\n", r.Recoveries, r.Owed)
	fmt.Fprintln(table, "\ninvariant\twhat was compared\t")
	for _, invariant := range r.Invariants {
		fmt.Fprintf(table, "%d %s\t%s\t%s\n", invariant.N, invariant.Name, invariant.Compared, invariant.verdict())
	}
	table.Flush()
}

// printStories tells, story by story, how its cases should have ended and how they did.
func (r Report) printStories(out io.Writer) {
	type row struct {
		expected  string
		played    int
		overtaken int
		as        map[string]int
	}
	rows := map[string]*row{}
	for _, result := range r.Results {
		line := rows[result.Story]
		if line == nil {
			line = &row{expected: cmp.Or(strings.Join(result.Expected, ", "), "refused, no case"), as: map[string]int{}}
			rows[result.Story] = line
		}
		line.played++
		ended := "as expected"
		if result.Err != nil || !same(result.Endings(), result.Expected) {
			ended = cmp.Or(strings.Join(result.Endings(), ", "), "NOT OPENED")
		}
		line.as[ended]++
		if result.Overtaken != "" {
			line.overtaken++
		}
	}
	fmt.Fprintln(out, "\nstory\tplayed\tovertaken\tmust end as\tended")
	for _, story := range stories {
		line := rows[story.name]
		if line == nil {
			continue
		}
		var as []string
		for _, ended := range slices.Sorted(maps.Keys(line.as)) {
			as = append(as, fmt.Sprintf("%s %d", ended, line.as[ended]))
		}
		fmt.Fprintf(out, "%s\t%d\t%s\t%s\t%s\n", story.name, line.played, some(line.overtaken), line.expected, strings.Join(as, "; "))
	}
	for _, result := range r.Overtaken() {
		fmt.Fprintf(out, "  overtaken: %s: %s\n", result.Story, result.Overtaken)
	}
}

// some is a number, or nothing.
func some(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// printEndings counts every ending of every kind.
func (r Report) printEndings(out io.Writer) {
	counts := map[string]int{}
	kinds := map[string]int{}
	for _, result := range r.Results {
		for _, ending := range result.Endings() {
			counts[ending]++
			kinds[kindOf(ending)]++
		}
	}
	fmt.Fprintln(out, "\nkind\tending\tcases\t")
	last := ""
	for _, ending := range slices.Sorted(maps.Keys(counts)) {
		kind, outcome, _ := strings.Cut(ending, "/")
		shown := ""
		if kind != last {
			shown, last = fmt.Sprintf("%s (%d)", kind, kinds[kind]), kind
		}
		fmt.Fprintf(out, "%s\t%s\t%d\t\n", shown, outcome, counts[ending])
	}
}

// deadlines counts those that ran out in any of the cases, and lists what was wrong with some.
func (b *books) deadlines() (n int, wrong []string) {
	for id, entries := range b.timelines {
		for _, d := range deadlines(entries) {
			n++
			if err := d.orderly(entries); err != nil {
				wrong = append(wrong, fmt.Sprintf("case %s: %v", id, err))
			}
		}
	}
	slices.Sort(wrong)
	return n, wrong
}

// books is what both sides wrote down about this run.
type books struct {
	cases     []Case
	timelines map[string][]Entry
	orders    map[string]Result // by order ID
	ledger    sandbox.Ledger
	legs      map[string]Leg // by key; each once, whichever case shows it
	legOwner  map[string]Case
	since     mark
	doubled   []string        // keys that two cases show
	charges   map[string]bool // refs of payments that were made to a case
}

// mark is how far the ledger was when the run began: what names neither order nor case of ours is told by that.
type mark struct{ draws, payouts int64 }

func (p *Player) markLedger(ctx context.Context) error {
	return p.again(ctx, func() error {
		ledger, err := p.Sandbox.Ledger(ctx)
		for _, draw := range ledger.Draws {
			p.since.draws = max(p.since.draws, draw.ID)
		}
		for _, payout := range ledger.Payouts {
			p.since.payouts = max(p.since.payouts, payout.ID)
		}
		return err
	})
}

// books reads the timelines of all cases, and the part of the ledger that is this run's.
func (p *Player) books(ctx context.Context) (*books, error) {
	b := &books{timelines: map[string][]Entry{}, orders: map[string]Result{}, legs: map[string]Leg{}, legOwner: map[string]Case{}, charges: map[string]bool{}, since: p.since}
	for _, result := range p.results {
		b.orders[result.Order.ID] = result
		for _, payment := range result.Paid {
			b.charges[payment.Ref] = true
		}
		for _, c := range result.Cases {
			if c.ID == "" { // its opening failed, which the story tells
				continue
			}
			b.cases = append(b.cases, c)
			entries, err := p.operator.Timeline(ctx, c.ID)
			if err != nil {
				return nil, fmt.Errorf("demo: timeline of %s: %w", c.ID, err)
			}
			b.timelines[c.ID] = entries
			for _, leg := range c.Legs {
				if _, known := b.legs[leg.Key]; known {
					b.doubled = append(b.doubled, leg.Key)
				}
				b.legs[leg.Key], b.legOwner[leg.Key] = leg, c
			}
		}
	}
	return b, p.again(ctx, func() (err error) {
		b.ledger, err = p.Sandbox.Ledger(ctx)
		return err
	})
}

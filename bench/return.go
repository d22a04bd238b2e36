package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
)

// Targets on 2 cores with PostgreSQL.
const (
	wantReturns = 10.0 // a second
	wantShare   = 0.60 // of the bare workflow's rate
)

// comparison is a story beside a bare workflow with the same numbers of everything, on the same server.
type comparison struct {
	ours    lap
	counted counts // of a typical case
	alike   string // how many cases are typical
	bare    bareResult
}

// share of the bare workflow's rate that the product reaches.
func (c comparison) share() float64 { return c.ours.rate() / c.bare.lap.rate() }

// compare tells a story through the API again and again, then measures its bare workflow.
func (w *world) compare(ctx context.Context, o options, s story) (c comparison, err error) {
	const fastest = 40 // cases a second that this machine will not reach: so many orders are surely enough
	seconds := int((o.warm + o.span).Seconds())
	orders, err := w.placeOrders(ctx, fastest*seconds+o.clients, 0, s.order)
	if err != nil {
		return c, err
	}
	if o.statements {
		if err := w.watchStatements(ctx); err != nil {
			return c, err
		}
	}
	var mu sync.Mutex
	next := 0
	var ended []string
	c.ours, err = drive(ctx, s.name+", "+w.kind, o.clients, o.warm, o.span, w.pids(), func(ctx context.Context, _ int) error {
		mu.Lock()
		if next == len(orders) {
			mu.Unlock()
			return errNoMore
		}
		mine := orders[next]
		next++
		mu.Unlock()
		id, err := w.tell(ctx, mine, s.told)
		if err == nil {
			mu.Lock()
			ended = append(ended, id)
			mu.Unlock()
		}
		return err
	})
	if err != nil {
		return c, err
	}
	if o.statements {
		if err := w.printStatements(ctx, next); err != nil {
			return c, err
		}
	}
	engine, err := client.DialContext(ctx, client.Options{HostPort: w.cfg.Temporal.Address, Namespace: w.cfg.Temporal.Namespace, Logger: quiet{}})
	if err != nil {
		return c, err
	}
	defer engine.Close()
	c.counted, c.alike, err = w.typical(ctx, engine, ended[max(0, len(ended)-looked):])
	if err != nil {
		return c, err
	}
	c.bare, err = measureBare(ctx, o, w, engine, c.counted)
	return c, err
}

// measureReturn measures full returns through the API, then bare workflows with the same numbers of everything on
// the same server.
func measureReturn(ctx context.Context, o options, r *report, w *world) error {
	c, err := w.compare(ctx, o, story{name: "full returns", told: fullReturn})
	if err != nil {
		return err
	}
	returns, bare, counted, share := c.ours, c.bare, c.counted, c.share()
	figures := table{{"", "full return", "bare workflow"}}
	figures.row("cases a second", fmt.Sprintf("%.1f", returns.rate()), fmt.Sprintf("%.1f", bare.lap.rate()))
	figures.row("CPU per case", fmt.Sprintf("%.0f ms", returns.cpuPer()), fmt.Sprintf("%.0f ms", bare.lap.cpuPer()))
	for _, name := range []string{"api", "worker", "sandbox", "temporal", "postgres"} {
		if _, runs := w.pids()[name]; runs {
			also := fmt.Sprintf("%.0f ms", bare.lap.cpuPer(name))
			if name == "worker" {
				also = fmt.Sprintf("%.0f ms", bare.lap.cpuPer("worker", bareWorkerCommand))
			}
			figures.row("· "+name, fmt.Sprintf("%.0f ms", returns.cpuPer(name)), also)
		}
	}
	figures.row("cores busy", fmt.Sprintf("%.2f", returns.cpu.total().Seconds()/returns.took.Seconds()), fmt.Sprintf("%.2f", bare.lap.cpu.total().Seconds()/bare.lap.took.Seconds()))
	figures.row("· and by the load itself", fmt.Sprintf("%.2f", returns.driver.Seconds()/returns.took.Seconds()), fmt.Sprintf("%.2f", bare.lap.driver.Seconds()/bare.lap.took.Seconds()))
	for _, line := range []struct {
		name string
		of   func(counts) int
	}{
		{"updates", func(c counts) int { return c.Updates }}, {"signals", func(c counts) int { return c.Signals }},
		{"timers", func(c counts) int { return c.Timers }}, {"activities", func(c counts) int { return c.Activities }},
		{"local activities", func(c counts) int { return c.Locals }}, {"workflow tasks", func(c counts) int { return c.Tasks }},
		{"history events", func(c counts) int { return c.Events }}, {"history bytes", func(c counts) int { return c.Bytes }},
	} {
		figures.row(line.name, fmt.Sprint(line.of(counted)), fmt.Sprint(line.of(bare.counted)))
	}
	figures.row("failed", fmt.Sprint(returns.failed), fmt.Sprint(bare.lap.failed))

	judged := table{{"target (2 cores, PostgreSQL)", "measured", ""}}
	if w.kind == postgres {
		judged.row(fmt.Sprintf("at least %.0f full returns a second", wantReturns), fmt.Sprintf("%.1f", returns.rate()), verdict(returns.rate() >= wantReturns))
		judged.row(fmt.Sprintf("at least %.0f %% of the bare workflow's rate", wantShare*100), fmt.Sprintf("%.0f %%", share*100), verdict(share >= wantShare))
	} else {
		judged = table{{"", "measured"}, {"share of the bare workflow's rate", fmt.Sprintf("%.0f %%", share*100)}}
	}
	notes := fmt.Sprintf("%d clients, %s warm-up, %s measured. %s histories have just these numbers of updates, signals, timers and activities.",
		o.clients, o.warm, returns.took.Round(time.Second), c.alike)
	if w.kind == postgres && !o.durable {
		notes += " PostgreSQL without fsync."
	}
	for _, l := range []lap{returns, bare.lap} {
		if l.first != nil {
			notes += " First failure: " + strings.ReplaceAll(l.first.Error(), "\n", " ")
		}
	}
	return r.section("return-"+w.kind, "Full return, "+w.kind, figures.String(), judged.String(), notes)
}

// counts is what one case took of the engine.
type counts struct {
	Updates, Signals, Timers, Activities, Locals, Tasks, Events, Bytes int
}

// looked is how many histories are read to find a typical one.
const looked = 20

// typical reads the histories of cases and returns the most frequent counts, and how many cases have just these. A
// history is not typical when, say, the database was slow for a moment and a local activity had to be repeated.
func (w *world) typical(ctx context.Context, engine client.Client, caseIDs []string) (most counts, alike string, err error) {
	same, best := map[counts]int{}, 0
	for _, id := range caseIDs {
		var workflowID string
		if err := w.db.QueryRowContext(ctx, "SELECT workflow_id FROM cases WHERE id = '"+id+"'").Scan(&workflowID); err != nil {
			return most, "", fmt.Errorf("the workflow of case %s: %w", id, err)
		}
		found, err := countHistory(ctx, engine, workflowID)
		if err != nil {
			return most, "", err
		}
		key := found
		key.Tasks, key.Events, key.Bytes = 0, 0, 0 // how tasks fall together is chance
		if same[key]++; same[key] > best {
			most, best = found, same[key]
		}
	}
	return most, fmt.Sprintf("%d of the last %d", best, len(caseIDs)), nil
}

func countHistory(ctx context.Context, engine client.Client, workflowID string) (c counts, err error) {
	history := engine.GetWorkflowHistory(ctx, workflowID, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for history.HasNext() {
		event, err := history.Next()
		if err != nil {
			return c, err
		}
		c.Events++
		switch event.GetEventType() {
		case enums.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
			c.Updates++
		case enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
			c.Signals++
		case enums.EVENT_TYPE_TIMER_STARTED:
			c.Timers++
		case enums.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
			c.Activities++
		case enums.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
			c.Tasks++
		case enums.EVENT_TYPE_MARKER_RECORDED:
			if event.GetMarkerRecordedEventAttributes().GetMarkerName() == "LocalActivity" {
				c.Locals++
			}
		}
	}
	described, err := engine.DescribeWorkflowExecution(ctx, workflowID, "")
	if err != nil {
		return c, err
	}
	c.Bytes = int(described.GetWorkflowExecutionInfo().GetHistorySizeBytes())
	return c, nil
}

// quiet is a logger for the SDK that says nothing.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

// watchStatements begins to count SQL statements.
func (w *world) watchStatements(ctx context.Context) error {
	if w.pg == nil {
		return nil
	}
	for _, statement := range []string{"CREATE EXTENSION IF NOT EXISTS pg_stat_statements", "SELECT pg_stat_statements_reset()"} {
		if err := w.pg.exec(ctx, "aftersales", statement); err != nil {
			return err
		}
	}
	return nil
}

// printStatements prints what the product's own database was asked, per case.
func (w *world) printStatements(ctx context.Context, cases int) error {
	if w.pg == nil {
		return nil
	}
	rows, err := w.db.QueryContext(ctx, `SELECT calls, total_exec_time, regexp_replace(query, '\s+', ' ', 'g') FROM pg_stat_statements
		WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY total_exec_time DESC LIMIT 60`)
	if err != nil {
		return err
	}
	defer rows.Close()
	found := table{{"calls per case", "ms per case", "statement"}}
	for rows.Next() {
		var calls, took float64
		var query string
		if err := rows.Scan(&calls, &took, &query); err != nil {
			return err
		}
		found.row(fmt.Sprintf("%.2f", calls/float64(cases)), fmt.Sprintf("%.3f", took/float64(cases)), query[:min(len(query), 160)])
	}
	fmt.Println(found)
	return rows.Err()
}

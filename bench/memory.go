package main

import (
	"context"
	"fmt"
	"time"
)

// measureMemory measures what open cases cost in memory.
func measureMemory(ctx context.Context, o options, r *report, w *world) error {
	const whole = 10_000
	var openBefore int
	if err := w.db.QueryRowContext(ctx, "SELECT count(*) FROM cases WHERE open").Scan(&openBefore); err != nil {
		return err
	}
	// The worker begins with an empty cache, the API with a small heap.
	if err := w.restartWorker(ctx); err != nil {
		return err
	}
	if err := w.restartAPI(ctx, w.cfg.Policy.Pack); err != nil {
		return err
	}
	names := []string{"api", "worker", "temporal"}
	before := map[string]int64{}
	for _, name := range names {
		before[name] = rss(w.pids()[name])
	}
	took, err := w.openMany(ctx, o.open, o.clients)
	if err != nil {
		return err
	}
	pause(ctx, 3*time.Second) // what is under way settles
	figures := table{{"process", "before", fmt.Sprintf("with %d more open cases", o.open), "per case"}}
	if o.open < whole {
		figures[0] = append(figures[0], fmt.Sprintf("extrapolated to %d", whole))
	}
	cached := w.cfg.Worker.StickyCacheSize
	for _, name := range names {
		now := rss(w.pids()[name])
		each := float64(now-before[name]) / float64(o.open)
		row := []string{name, mb(before[name]), mb(now), fmt.Sprintf("%.1f KB", each/1000)}
		if o.open < whole {
			grown := whole
			if name == "worker" { // it keeps no more than its cache holds
				grown = min(whole, max(cached, o.open))
			}
			row = append(row, mb(before[name]+int64(each*float64(grown))))
		}
		figures = append(figures, row)
	}
	note := fmt.Sprintf("Resident memory on %s; %d cases were open before. Opened at %.1f a second. The worker keeps at most %d cases in memory; others are read again from their histories when something happens.",
		w.kind, openBefore, float64(o.open)/took.Seconds(), cached)
	if o.open < whole {
		note += fmt.Sprintf(" The last column was not measured: it is the growth per case times %d (for the worker: times what its cache holds). `-open %d` measures it.", whole, whole)
	}
	return r.section("memory", "Memory with open cases", figures.String(), note)
}

func mb(bytes int64) string { return fmt.Sprintf("%.0f MB", float64(bytes)/1e6) }

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftersales/workflows/contract"
)

// Deadlines that fire per second after the worker comes back.
const (
	floorDue = 25.0
	goalDue  = 50.0
)

// measureDeadlines lets the deadlines of many cases pass while no worker runs, and measures how fast their
// defaults are carried out once there is one again.
func measureDeadlines(ctx context.Context, o options, r *report, w *world) error {
	// The cases open at some ten a second; none may be due before all are open.
	const slowest = 8
	answer := time.Duration(o.due)*time.Second/slowest + 20*time.Second
	if err := w.writePack(answer); err != nil {
		return err
	}
	if err := w.restartAPI(ctx, duePack); err != nil {
		return err
	}
	if err := w.restartWorker(ctx); err != nil { // a worker knows the packs of its start
		return err
	}
	began := time.Now()
	took, err := w.openMany(ctx, o.due, o.clients)
	if err != nil {
		return err
	}
	if took > answer {
		return fmt.Errorf("opening %d cases took %s, longer than their deadline of %s", o.due, took.Round(time.Second), answer)
	}
	w.halt("worker")
	mine := fmt.Sprintf("stage = '%s' AND open AND due_at < %s", contract.StageMerchant, w.soon())
	var waiting int
	if err := w.db.QueryRowContext(ctx, "SELECT count(*) FROM cases WHERE "+mine).Scan(&waiting); err != nil {
		return err
	}
	if waiting != o.due {
		return fmt.Errorf("%d cases wait for their merchants' answers, not %d", waiting, o.due)
	}
	for due := began.Add(took + answer + 3*time.Second); time.Now().Before(due) && ctx.Err() == nil; pause(ctx, time.Second) {
		progress("the worker is away; the last deadline passes in %s", time.Until(due).Round(time.Second))
	}
	started, before := time.Now(), cpuOf(w.pids())
	if err := w.start("worker"); err != nil {
		return err
	}
	first := time.Duration(0)
	for left := waiting; left > 0; pause(ctx, 100*time.Millisecond) {
		if err := w.db.QueryRowContext(ctx, "SELECT count(*) FROM cases WHERE "+mine).Scan(&left); err != nil {
			return err
		}
		if left < waiting && first == 0 {
			first = time.Since(started)
		}
		progress("deadlines due together: %d of %d carried out", waiting-left, waiting)
		if time.Since(started) > 10*time.Minute || ctx.Err() != nil {
			return fmt.Errorf("%d deadlines have not fired after %s: %w", left, time.Since(started).Round(time.Second), errors.Join(ctx.Err(), context.Cause(ctx)))
		}
	}
	progressDone()
	all := time.Since(started)
	cpu := cpuOf(w.pids()).since(before).total()
	rate := float64(waiting) / all.Seconds()
	figures := table{{"", "measured", "target", ""}}
	figures.row("cases due together", fmt.Sprint(waiting), "", "")
	figures.row("first default after the worker's start", fmt.Sprintf("%.1f s", first.Seconds()), "", "")
	figures.row("all defaults after the worker's start", fmt.Sprintf("%.1f s", all.Seconds()), "", "")
	figures.row("defaults a second, the start included", fmt.Sprintf("%.0f", rate), fmt.Sprintf("at least %.0f", floorDue), verdict(rate >= floorDue))
	figures.row("", "", fmt.Sprintf("goal %.0f", goalDue), verdict(rate >= goalDue))
	figures.row("CPU per case", fmt.Sprintf("%.0f ms", float64(cpu.Milliseconds())/float64(waiting)), "", "")
	return r.section("deadlines", "Deadlines due together", figures.String(),
		fmt.Sprintf("On %s. The merchants said nothing; their default is to agree. Carried out means that the projection says so.", w.kind))
}

// soon tells the cases of this section, due within hours, from others that are due in two days.
func (w *world) soon() string {
	if w.kind == postgres {
		return "now() + interval '12 hours'"
	}
	return "datetime('now', '+12 hours')"
}

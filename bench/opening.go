package main

import (
	"context"
	"fmt"
	"time"
)

const wantOpening = 60 * time.Millisecond // p50 at one client on PostgreSQL

// measureOpening measures how long the API takes to open a case, at one client and at eight.
func measureOpening(ctx context.Context, o options, r *report, w *world) error {
	const most = 8
	orders, err := w.placeOrders(ctx, 2*o.openings+2*most, 0, nil)
	if err != nil {
		return err
	}
	figures := table{{"clients", "p50", "p95", "cases a second", "target p50", ""}}
	for _, clients := range []int{1, most} {
		if err := each(ctx, "warming up", most, clients, func(ctx context.Context, i, _ int) error {
			_, err := w.open(ctx, orders[i], 2)
			return err
		}); err != nil {
			return err
		}
		orders = orders[most:]
		took := make([]time.Duration, o.openings)
		began := time.Now()
		if err := each(ctx, "opening", o.openings, clients, func(ctx context.Context, i, _ int) error {
			began := time.Now()
			_, err := w.open(ctx, orders[i], 2)
			took[i] = time.Since(began)
			return err
		}); err != nil {
			return err
		}
		all := time.Since(began)
		orders = orders[o.openings:]
		target, met := "", ""
		p50 := quantile(took, 0.50)
		if clients == 1 && w.kind == postgres {
			target, met = ms(wantOpening), verdict(p50 <= wantOpening)
		}
		figures.row(fmt.Sprint(clients), ms(p50), ms(quantile(took, 0.95)), fmt.Sprintf("%.1f", float64(o.openings)/all.Seconds()), target, met)
	}
	return r.section("opening-"+w.kind, "Opening a case, "+w.kind, figures.String(),
		fmt.Sprintf("POST /v1/cases from the client's side; %d cases per line.", o.openings))
}

// openMany opens n cases with o.clients side by side and returns how long it took.
func (w *world) openMany(ctx context.Context, n, clients int) (time.Duration, error) {
	const perOrder = 20
	orders, err := w.placeOrders(ctx, (n+perOrder-1)/perOrder, perOrder, nil)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	// Neighbours in time are of different orders, as they are in life.
	err = each(ctx, "opening cases", n, clients, func(ctx context.Context, i, _ int) error {
		_, err := w.open(ctx, orders[i%len(orders)], 1)
		return err
	})
	return time.Since(began), err
}

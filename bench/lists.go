package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"aftersales/demo"
)

const wantList = 5 * time.Millisecond // server time of 30 cases, at every size

// measureLists measures lists of 30 cases over tables that SQL has filled.
func measureLists(ctx context.Context, o options, r *report, w *world) error {
	if err := w.template(ctx); err != nil {
		return err
	}
	figures := table{{"list", "rows in cases", "p50", "p95", "target", ""}}
	for _, size := range o.rows {
		rows, err := w.fill(ctx, size)
		if err != nil {
			return err
		}
		for _, list := range []struct {
			name string
			who  person
			path string
			deep bool // the page after the first, by its cursor
		}{
			{"customer's own", w.customers[0], "/v1/cases?limit=30", false},
			{"merchant's own", w.clerks[0], "/v1/cases?limit=30", false},
			{"merchant's own, open", w.clerks[0], "/v1/cases?limit=30&open=true", false},
			{"agent's, all", w.agent, "/v1/cases?limit=30", false},
			{"agent's, all, second page", w.agent, "/v1/cases?limit=30", true},
			{"agent's, open and under review", w.agent, "/v1/cases?limit=30&open=true&stage=review", false},
		} {
			path := list.path
			if list.deep {
				page, _, err := w.list(ctx, list.who, path)
				if err != nil {
					return err
				}
				path += "&cursor=" + page
			}
			took := make([]time.Duration, 0, o.lists)
			for i := range o.lists + 5 {
				_, server, err := w.list(ctx, list.who, path)
				if err != nil {
					return fmt.Errorf("%s: %w", list.name, err)
				}
				if i >= 5 { // the first ones warm up
					took = append(took, server)
				}
				progress("lists over %d rows: %s", rows, list.name)
			}
			p50 := quantile(took, 0.50)
			figures.row(list.name, fmt.Sprint(rows), ms(p50), ms(quantile(took, 0.95)), ms(wantList), verdict(p50 < wantList))
		}
		progressDone()
	}
	return r.section("lists-"+w.kind, "Lists of 30 cases, "+w.kind, figures.String(),
		fmt.Sprintf("Server time as the header Server-Timing tells it, %d requests each, one at a time.", o.lists))
}

// list reads a page and returns its cursor and the server's time.
func (w *world) list(ctx context.Context, who person, path string) (next string, server time.Duration, err error) {
	var page struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
		Next string `json:"next"`
	}
	header, err := who.call(ctx, http.MethodGet, path, nil, &page)
	if err != nil {
		return "", 0, err
	}
	if len(page.Items) != 30 {
		return "", 0, fmt.Errorf("%d rows instead of 30", len(page.Items))
	}
	_, duration, found := strings.Cut(header.Get("Server-Timing"), "dur=")
	milliseconds, err := strconv.ParseFloat(duration, 64)
	if !found || err != nil {
		return "", 0, fmt.Errorf("the header Server-Timing is %q", header.Get("Server-Timing"))
	}
	return page.Next, time.Duration(milliseconds * float64(time.Millisecond)), nil
}

const seeded = "bench-list-"

// template makes sure that there is a real case to copy: its view has a real view's size.
func (w *world) template(ctx context.Context) error {
	orders, err := w.placeOrders(ctx, 1, 0, nil)
	if err != nil {
		return err
	}
	_, err = w.open(ctx, orders[0], 2)
	return err
}

// fill copies a real case until the table has so many rows, over all customers and shops, eight months back, one in
// ten open, and of those one in five under review. It returns how many rows there are.
func (w *world) fill(ctx context.Context, size int) (int, error) {
	var rows int
	if err := w.db.QueryRowContext(ctx, "SELECT count(*) FROM cases").Scan(&rows); err != nil {
		return 0, err
	}
	if rows >= size {
		return rows, nil
	}
	progress("filling the table of cases from %d to %d rows", rows, size)
	series, at := "generate_series(%d, %d) AS s(n)", "c.opened_at - n * interval '3 minutes'"
	if w.kind == sqlite {
		series = "(WITH RECURSIVE s(n) AS (SELECT %d UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s) AS s"
		at = "strftime('%Y-%m-%d %H:%M:%f', c.opened_at, '-' || (n * 3) || ' minutes') || '000+00:00'"
	}
	digits := "CAST(n AS TEXT)"
	padded := func(of string) string {
		return fmt.Sprintf("CASE WHEN %s < 10 THEN '0' ELSE '' END || CAST(%s AS TEXT)", of, of)
	}
	statement := fmt.Sprintf(`INSERT INTO cases (id, workflow_id, kind, phase, stage, outcome, open, customer_id, merchant_id, order_id,
			reason, currency, amount, refunded, waiting_for, due_at, default_action, revision, seq, view, opened_at, updated_at, closed_at)
		SELECT '%[1]s' || %[2]s, 'bench/list/' || %[2]s, c.kind, c.phase,
			CASE WHEN n %% 50 = 0 THEN 'review' WHEN n %% 10 = 0 THEN c.stage ELSE 'ended' END,
			CASE WHEN n %% 10 = 0 THEN '' ELSE 'refunded' END, n %% 10 = 0,
			'customer-' || %[3]s, 'shop-' || %[4]s, c.order_id,
			c.reason, c.currency, c.amount, 0, CASE WHEN n %% 10 = 0 THEN c.waiting_for ELSE '' END,
			CASE WHEN n %% 10 = 0 THEN c.due_at END, CASE WHEN n %% 10 = 0 THEN c.default_action ELSE '' END,
			c.revision, c.seq, c.view, %[5]s, c.updated_at, CASE WHEN n %% 10 = 0 THEN NULL ELSE c.updated_at END
		FROM (SELECT * FROM cases WHERE id NOT LIKE '%[1]s%%' AND open ORDER BY opened_at DESC LIMIT 1) AS c, %[6]s`,
		seeded, digits, padded(fmt.Sprintf("(n / 10 %% %d + 1)", demo.Customers)), padded(fmt.Sprintf("(n / 10 %% %d + 1)", demo.Shops)),
		at, fmt.Sprintf(series, rows+1, size))
	if _, err := w.db.ExecContext(ctx, statement); err != nil {
		return 0, fmt.Errorf("fill the table of cases: %w", err)
	}
	_, err := w.db.ExecContext(ctx, "ANALYZE cases")
	if err != nil {
		return 0, err
	}
	err = w.db.QueryRowContext(ctx, "SELECT count(*) FROM cases").Scan(&rows)
	return rows, err
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"aftersales/demo"
	"aftersales/partners"
	"aftersales/partners/sandbox"
)

// world is the demo's people, signed in, with the carrier and the shop behind them.
type world struct {
	*stack
	sandbox   sandbox.Client
	client    *http.Client
	customers []person
	clerks    []person
	agent     person
	watch     *watcher
	orders    atomic.Int64 // number of the next order
	waybills  atomic.Int64
	base      int64
}

func newWorld(ctx context.Context, s *stack) (*world, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: 256, MaxConnsPerHost: 256}
	w := &world{stack: s, client: &http.Client{Timeout: time.Minute, Transport: transport}, base: time.Now().Unix() % 1_000_000 * 100_000}
	w.sandbox = sandbox.Client{Base: s.cfg.Sandbox.URL(), HTTP: w.client}
	w.watch = newWatcher(ctx, s.db)
	for n := 1; n <= demo.Customers; n++ {
		who, err := w.signIn(ctx, demo.CustomerLogin(n))
		if err != nil {
			return nil, err
		}
		w.customers = append(w.customers, who)
	}
	for n := 1; n <= demo.Shops; n++ {
		who, err := w.signIn(ctx, demo.ClerkLogin(n))
		if err != nil {
			return nil, err
		}
		w.clerks = append(w.clerks, who)
	}
	var err error
	w.agent, err = w.signIn(ctx, demo.AgentLogin(1))
	return w, err
}

// person uses the API under a session, or without one. Nothing is repeated: a failure is a failure.
type person struct {
	base   string
	client *http.Client
	token  string
}

func (w *world) signIn(ctx context.Context, login string) (person, error) {
	signed, err := demo.SignIn(ctx, w.cfg.API.URL(), w.client, login)
	if err != nil {
		return person{}, err
	}
	return person{base: w.cfg.API.URL(), client: w.client, token: signed.Token()}, nil
}

// ack is what a command is answered with.
type ack struct {
	CaseID string `json:"case_id"`
	Stage  string `json:"stage"`
	Seq    int64  `json:"seq"`
}

func (p person) command(ctx context.Context, path string, body map[string]any) (a ack, err error) {
	if body == nil {
		body = map[string]any{}
	}
	_, err = p.call(ctx, http.MethodPost, path, body, &a)
	return a, err
}

// refusal is an answer that is no success.
type refusal struct{ request, status, text string }

func (r *refusal) Error() string { return r.request + ": " + r.status + ": " + r.text }

// call makes one request and returns the answer's headers.
func (p person) call(ctx context.Context, method, path string, body, into any) (http.Header, error) {
	var content io.Reader
	media := "application/json"
	switch body := body.(type) {
	case nil:
	case []byte:
		content, media = bytes.NewReader(body), "application/octet-stream"
	default:
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, p.base+path, content)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept-Language", "en")
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	if body != nil {
		request.Header.Set("Content-Type", media)
		request.Header.Set("Idempotency-Key", uuid.NewString())
	}
	answer, err := p.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode >= 300 {
		return nil, &refusal{method + " " + path, answer.Status, string(text)}
	}
	if into != nil {
		err = json.Unmarshal(text, into)
	}
	return answer.Header, err
}

// order is a delivered and paid order whose units can be returned.
type order struct {
	id             string
	line           string
	customer, shop int // counted from 0
}

// placeOrders buys before the clock runs, and waits until the shop's notices have reached us. units of the first
// line make that many cases per order possible; special changes an order before it is placed.
func (w *world) placeOrders(ctx context.Context, n, units int, special func(*partners.ShopOrder)) ([]order, error) {
	placed := make([]order, n)
	started := time.Now()
	err := each(ctx, "placing orders", n, 8, func(ctx context.Context, i, _ int) error {
		number := int(w.orders.Add(1))
		o := order{id: fmt.Sprintf("B%d-%d", w.base/100_000, number), customer: number % len(w.customers), shop: number % len(w.clerks)}
		content := demo.Order(o.id, o.customer+1, o.shop+1, 199_00, false, false, time.Now())
		if units > 0 {
			line := &content.Lines[0]
			for ; line.Quantity < units; line.Quantity++ {
				line.Paid += line.UnitPrice
				content.Payments[0].Captured += line.UnitPrice
			}
		}
		if special != nil {
			special(&content)
		}
		o.line = content.Lines[0].ID
		placed[i] = o
		_, err := w.sandbox.PlaceOrder(ctx, content)
		return err
	})
	if err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(2*time.Minute + time.Duration(n)*50*time.Millisecond); ; pause(ctx, 200*time.Millisecond) {
		var here int
		if err := w.db.QueryRowContext(ctx, fmt.Sprintf("SELECT count(*) FROM orders WHERE id LIKE 'B%d-%%'", w.base/100_000)).Scan(&here); err != nil {
			return nil, err
		}
		if here >= int(w.orders.Load()) {
			say("%d orders placed and received in %s", n, time.Since(started).Round(time.Second))
			return placed, nil
		}
		progress("waiting for the shop's notices: %d of %d", here, w.orders.Load())
		if time.Now().After(deadline) || ctx.Err() != nil {
			return nil, fmt.Errorf("of %d orders only %d arrived", w.orders.Load(), here)
		}
	}
}

// open opens a case about so many units of an order's first line.
func (w *world) open(ctx context.Context, o order, quantity int) (ack, error) {
	return w.customers[o.customer].command(ctx, "/v1/cases", map[string]any{
		"kind": "return", "order_id": o.id, "reason": "no_reason", "lines": []map[string]any{{"line_id": o.line, "quantity": quantity}},
	})
}

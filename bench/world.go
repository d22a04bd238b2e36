package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"aftersales/demo"
	"aftersales/fault"
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
	proves func(ctx context.Context, method, path string, content []byte) (string, error) // brings a fresh factor
}

func (w *world) signIn(ctx context.Context, login string) (person, error) {
	signed, err := demo.SignIn(ctx, w.cfg.API.URL(), w.client, login)
	if err != nil {
		return person{}, err
	}
	return person{base: w.cfg.API.URL(), client: w.client, token: signed.Token(), proves: signed.StepUp}, nil
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
type refusal struct{ request, status, code, text string }

func (r *refusal) Error() string { return r.request + ": " + r.status + ": " + r.text }

// call makes one request, with a fresh factor where one is asked for, and returns the answer's headers.
func (p person) call(ctx context.Context, method, path string, body, into any) (http.Header, error) {
	var content []byte
	media, key := "application/json", ""
	switch body := body.(type) {
	case nil:
	case []byte:
		content, media = body, "application/octet-stream"
	default:
		var err error
		if content, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	if body != nil {
		key = uuid.NewString()
	}
	headers, err := p.once(ctx, method, path, media, key, "", content, into)
	if refused, ok := errors.AsType[*refusal](err); ok && refused.code == string(fault.StepUpRequired) {
		var fresh string
		if fresh, err = p.proves(ctx, method, path, content); err != nil {
			return nil, err
		}
		headers, err = p.once(ctx, method, path, media, key, fresh, content, into)
	}
	return headers, err
}

// once makes one request; key and fresh may be empty.
func (p person) once(ctx context.Context, method, path, media, key, fresh string, content []byte, into any) (http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, method, p.base+path, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept-Language", "en")
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	if key != "" {
		request.Header.Set("Content-Type", media)
		request.Header.Set("Idempotency-Key", key)
	}
	if fresh != "" {
		request.Header.Set("Step-Up", fresh)
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
		var problem struct{ Code string }
		_ = json.Unmarshal(text, &problem) // what is no problem has no code
		return nil, &refusal{method + " " + path, answer.Status, problem.Code, string(text)}
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

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"aftersales/live/livetest"
)

// What live delivery may take on 2 cores: from one party's command to the other's screen.
const wantOnScreen = 300 * time.Millisecond

// perPerson is how many of the idle connections one person holds.
const perPerson = 15

// measureLive lets shops answer cases while their customers watch them, and many more connections are open.
func measureLive(ctx context.Context, o options, r *report, w *world) error {
	before := rss(w.pids()["api"])
	idle, err := w.connectMany(ctx, min(o.open/2, perPerson*len(w.customers)))
	if err != nil {
		return err
	}
	defer idle.cut()
	pause(ctx, 2*time.Second)
	each := float64(rss(w.pids()["api"])-before) / float64(len(idle))
	figures := table{{"commands at a time", "", "p50", "p95", "p99"}}
	judged := table{{"target (2 cores)", "measured", ""}}
	for _, clients := range []int{1, 4, 8} {
		steps, err := w.watchAnswers(ctx, o.openings, clients)
		if err != nil {
			return err
		}
		line := func(what string, times []time.Duration) {
			figures.row(fmt.Sprint(clients), what, ms(quantile(times, 0.5)), ms(quantile(times, 0.95)), ms(quantile(times, 0.99)))
		}
		line("the command is answered", steps.answered)
		line("the other side hears of it", steps.heard)
		line("and has read it again", steps.shown)
		line("heard after the answer", steps.after)
		if clients > 4 {
			continue // more than the engine takes: what is measured then is its queue
		}
		p95 := quantile(steps.shown, 0.95)
		judged.row(fmt.Sprintf("on the other's screen within %s, p95, %d at a time", ms(wantOnScreen), clients), ms(p95), verdict(p95 <= wantOnScreen))
	}
	return r.section("live-"+w.kind, "Live delivery, "+w.kind, judged.String(), figures.String(), fmt.Sprintf(
		"%d merchant's answers each, to cases that their customers watch over a WebSocket, while %d more connections are open; times from sending the command. "+
			"An open connection in one channel costs the API %.1f KB.", o.openings, len(idle), each/1000))
}

// connections are open and idle.
type connections []*livetest.Client

func (c connections) cut() {
	for _, client := range c {
		client.Cut()
	}
}

// connectMany opens connections of the customers, each in its own channel.
func (w *world) connectMany(ctx context.Context, n int) (connections, error) {
	var mu sync.Mutex
	var open connections
	err := each(ctx, "connecting", n, 8, func(ctx context.Context, i, _ int) error {
		who := w.customers[i%len(w.customers)]
		var me struct{ ID string }
		if _, err := who.call(ctx, http.MethodGet, "/v1/me", nil, &me); err != nil {
			return err
		}
		client, err := who.connect(ctx, "person:"+me.ID)
		if err == nil {
			mu.Lock()
			open = append(open, client)
			mu.Unlock()
		}
		return err
	})
	if err != nil {
		open.cut()
	}
	return open, err
}

// connect opens a connection and comes into a channel.
func (p person) connect(ctx context.Context, channel string) (*livetest.Client, error) {
	var ticket struct{ Token string }
	if _, err := p.call(ctx, http.MethodPost, "/v1/live/ticket", nil, &ticket); err != nil {
		return nil, err
	}
	client, err := livetest.Dial(ctx, p.base+"/v1/live", ticket.Token, nil, nil)
	if err != nil {
		return nil, err
	}
	if _, err := client.Subscribe(ctx, channel, nil); err != nil {
		client.Cut()
		return nil, err
	}
	return client, nil
}

// watched are the times of steps that another party watches.
type watched struct {
	mu                            sync.Mutex
	answered, heard, shown, after []time.Duration
}

func (t *watched) note(begin, answered, heard, shown time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.answered = append(t.answered, answered.Sub(begin))
	t.heard = append(t.heard, heard.Sub(begin))
	t.shown = append(t.shown, shown.Sub(begin))
	t.after = append(t.after, max(0, heard.Sub(answered)))
}

// watchAnswers opens cases, lets their customers watch them, and has the shops answer, some at a time.
func (w *world) watchAnswers(ctx context.Context, n, clients int) (*watched, error) {
	orders, err := w.placeOrders(ctx, n, 0, nil)
	if err != nil {
		return nil, err
	}
	cases, screens := make([]ack, n), make(connections, n)
	defer func() {
		for _, screen := range screens {
			if screen != nil {
				screen.Cut()
			}
		}
	}()
	err = each(ctx, "opening cases", n, 4, func(ctx context.Context, i, _ int) (err error) {
		cases[i], err = w.open(ctx, orders[i], 1)
		return err
	})
	if err != nil {
		return nil, err
	}
	times := &watched{}
	return times, each(ctx, "answering", n, clients, func(ctx context.Context, i, _ int) (err error) {
		customer, id := w.customers[orders[i].customer], cases[i].CaseID
		if screens[i], err = customer.connect(ctx, "case:"+id); err != nil {
			return err
		}
		done := make(chan error, 1)
		begin := time.Now()
		var answered time.Time
		go func() {
			_, err := w.clerks[orders[i].shop].command(ctx, "/v1/cases/"+id+"/merchant-answer", map[string]any{"decision": "agree"})
			answered = time.Now()
			done <- err
		}()
		if err := hear(ctx, screens[i], cases[i].Seq); err != nil {
			return errors.Join(err, <-done)
		}
		heard := time.Now()
		if _, err := customer.call(ctx, http.MethodGet, "/v1/cases/"+id, nil, nil); err != nil {
			return errors.Join(err, <-done)
		}
		shown := time.Now()
		if err := <-done; err != nil {
			return err
		}
		times.note(begin, answered, heard, shown)
		screens[i].Cut()
		screens[i] = nil
		return nil
	})
}

// hear waits for news of a case that is newer than what was seen of it.
func hear(ctx context.Context, client *livetest.Client, seen int64) error {
	for {
		select {
		case pub := <-client.News:
			var news struct{ Seq int64 }
			if err := json.Unmarshal(pub.Data, &news); err != nil {
				return err
			}
			if news.Seq > seen {
				return nil
			}
		case <-client.Done():
			return client.Err()
		case <-time.After(30 * time.Second):
			return errors.New("nothing was told within 30 s")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"
)

// What conversations must do, with 8 clients.
const (
	wantOpened   = 600.0 // a second
	wantSent     = 1500.0
	wantSentP99  = 20 * time.Millisecond
	wantHeardP99 = 50 * time.Millisecond
	wantListed   = 3 * time.Millisecond

	deskClients = 8
	deskIdle    = 1000 // connections beside those that are measured
)

// measureDesk measures conversations: beginning, writing, what the other screen sees, and lists.
func measureDesk(ctx context.Context, o options, r *report, w *world) error {
	judged := table{{"target (2 cores)", "measured", ""}}
	opened, err := w.beginConversations(ctx, o.openings)
	if err != nil {
		return err
	}
	judged.row(fmt.Sprintf("begin %.0f conversations a second, 8 clients", wantOpened), fmt.Sprintf("%.0f/s", opened), verdict(opened >= wantOpened))
	rooms, err := w.conversations(ctx)
	if err != nil {
		return err
	}
	took, rate, err := w.write(ctx, rooms, o.span)
	if err != nil {
		return err
	}
	p99 := quantile(took, 0.99)
	judged.row(fmt.Sprintf("send %.0f messages a second, 8 clients", wantSent), fmt.Sprintf("%.0f/s", rate), verdict(rate >= wantSent))
	judged.row(fmt.Sprintf("and p99 within %s", ms(wantSentP99)), ms(p99), verdict(p99 <= wantSentP99))
	idle, err := w.connectMany(ctx, min(deskIdle, perPerson*len(w.customers)))
	if err != nil {
		return err
	}
	defer idle.cut()
	shown, err := w.seen(ctx, rooms[0], o.lists)
	if err != nil {
		return err
	}
	judged.row(fmt.Sprintf("on the other screen within %s, p99", ms(wantHeardP99)), ms(quantile(shown, 0.99)), verdict(quantile(shown, 0.99) <= wantHeardP99))
	for _, size := range o.rows {
		p50, rows, err := w.listConversations(ctx, rooms[0], size, o.lists)
		if err != nil {
			return err
		}
		judged.row(fmt.Sprintf("list 30 of a customer's %d within %s, p50", rows, ms(wantListed)), ms(p50), verdict(p50 <= wantListed))
	}
	return r.section("desk-"+w.kind, "Conversations, "+w.kind, judged.String(), fmt.Sprintf(
		"Messages of 20 characters into 8 conversations that wait for a person, each over HTTP with its own session, for %s. On the other screen: from sending until the other "+
			"connection has heard of it and has read it over HTTP, while %d connections are open. Lists: server time.", o.span, len(idle)))
}

// room is a conversation of a customer.
type room struct {
	who person
	id  string
}

type conversationAnswer struct {
	ID  string `json:"id"`
	Rev int64  `json:"revision"`
}

func (p person) begin(ctx context.Context) (c conversationAnswer, took time.Duration, err error) {
	began := time.Now()
	_, err = p.call(ctx, http.MethodPost, "/v1/conversations", map[string]any{}, &c)
	return c, time.Since(began), err
}

// beginConversations begins n conversations, ending each before the next of the same customer, and tells how many begin in
// a second; the ending is not counted.
func (w *world) beginConversations(ctx context.Context, n int) (float64, error) {
	var mu sync.Mutex
	var total time.Duration
	err := each(ctx, "beginning", n, deskClients, func(ctx context.Context, _, lane int) error {
		who := w.customers[lane]
		c, took, err := who.begin(ctx)
		if err != nil {
			return err
		}
		mu.Lock()
		total += took
		mu.Unlock()
		_, err = who.call(ctx, http.MethodPost, "/v1/conversations/"+c.ID+"/close", map[string]any{}, nil)
		return err
	})
	return float64(n*deskClients) / total.Seconds(), err
}

// conversations are one per client, which wait for a person, so that the bot does not answer.
func (w *world) conversations(ctx context.Context) ([]room, error) {
	var rooms []room
	for _, who := range w.customers[:deskClients] {
		c, _, err := who.begin(ctx)
		if err != nil {
			return nil, err
		}
		if _, err := who.call(ctx, http.MethodPost, "/v1/conversations/"+c.ID+"/person", map[string]any{}, nil); err != nil {
			return nil, err
		}
		rooms = append(rooms, room{who, c.ID})
	}
	return rooms, nil
}

func (r room) say(ctx context.Context, words string) error {
	_, err := r.who.call(ctx, http.MethodPost, "/v1/conversations/"+r.id+"/messages", map[string]any{"client_id": uuid.NewString(), "kind": "text", "text": words}, nil)
	return err
}

// write sends messages for a time, a client per conversation.
func (w *world) write(ctx context.Context, rooms []room, span time.Duration) (took []time.Duration, rate float64, err error) {
	var mu sync.Mutex
	began := time.Now()
	err = each(ctx, "writing", len(rooms), len(rooms), func(ctx context.Context, i, _ int) error {
		var own []time.Duration
		for n := 0; time.Since(began) < span; n++ {
			at := time.Now()
			if err := rooms[i].say(ctx, fmt.Sprintf("您好，请问退款什么时候到账呢第%d次", n)); err != nil {
				return err
			}
			own = append(own, time.Since(at))
		}
		mu.Lock()
		took = append(took, own...)
		mu.Unlock()
		return nil
	})
	return took, float64(len(took)) / time.Since(began).Seconds(), err
}

// seen sends n messages, one after the other, and tells how long each took until the customer's other page had read it.
func (w *world) seen(ctx context.Context, in room, n int) ([]time.Duration, error) {
	page, err := in.who.connect(ctx, "conversation:"+in.id)
	if err != nil {
		return nil, err
	}
	defer page.Cut()
	var standing conversationAnswer
	if _, err := in.who.call(ctx, http.MethodGet, "/v1/conversations/"+in.id, nil, &standing); err != nil {
		return nil, err
	}
	var took []time.Duration
	for range n {
		began := time.Now()
		failed := make(chan error, 1)
		go func() { failed <- in.say(ctx, "在吗") }()
		for heard := false; !heard; {
			select {
			case news := <-page.News:
				var told struct{ Type string }
				heard = json.Unmarshal(news.Data, &told) == nil && told.Type == "message.sent"
			case <-page.Done():
				return nil, page.Err()
			case <-time.After(10 * time.Second):
				return nil, fmt.Errorf("a message was not told within 10 s")
			}
		}
		if _, err := in.who.call(ctx, http.MethodGet, fmt.Sprintf("/v1/conversations/%s/messages?since=%d", in.id, standing.Rev), nil, &standing); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
		if err := <-failed; err != nil {
			return nil, err
		}
	}
	return took, nil
}

// listConversations fills the table until a customer has so many, and measures the list.
func (w *world) listConversations(ctx context.Context, of room, size, n int) (p50 time.Duration, rows int, err error) {
	count := func() error {
		return w.db.QueryRowContext(ctx, "SELECT count(*) FROM conversations WHERE customer_id = (SELECT customer_id FROM conversations WHERE id = '"+of.id+"')").Scan(&rows)
	}
	if err := count(); err != nil {
		return 0, 0, err
	}
	if rows < size {
		series, at := fmt.Sprintf("generate_series(%d, %d) AS s(n)", rows, size-1), "c.opened_at - n * interval '3 minutes'"
		if w.kind == sqlite {
			series = fmt.Sprintf("(WITH RECURSIVE s(n) AS (SELECT %d UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s) AS s", rows, size-1)
			at = "strftime('%Y-%m-%d %H:%M:%f', c.opened_at, '-' || (n * 3) || ' minutes') || '000+00:00'"
		}
		_, err := w.db.ExecContext(ctx, fmt.Sprintf(`INSERT INTO conversations (id, audience, customer_id, key_ref, about_kind, about_id, lang, state, open, team_id, last_seq, rev, opened_at, last_at)
			SELECT 'bench-chat-' || CAST(n AS TEXT), audience, customer_id, key_ref, '', '', lang, 'closed', false, team_id, 0, 1, %[1]s, %[1]s FROM conversations c, %[2]s WHERE c.id = '%[3]s'`, at, series, of.id))
		if err != nil {
			return 0, rows, err
		}
		if _, err := w.db.ExecContext(ctx, "ANALYZE conversations"); err != nil {
			return 0, rows, err
		}
		if err := count(); err != nil {
			return 0, rows, err
		}
	}
	var took []time.Duration
	for range n {
		_, server, err := w.list(ctx, of.who, "/v1/conversations?limit=30")
		if err != nil {
			return 0, rows, err
		}
		took = append(took, server)
	}
	return quantile(took, 0.5), rows, nil
}

package live_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/live"
	"aftersales/live/livetest"
)

// patience bounds every wait; nothing needs nearly as long.
const patience = 10 * time.Second

var (
	kim    = live.Person{Session: "s-kim", Who: access.Principal{Role: "customer", ID: "kim"}}
	lee    = live.Person{Session: "s-lee", Who: access.Principal{Role: "customer", ID: "lee"}}
	clerk  = live.Person{Session: "s-clerk", Who: access.Principal{Role: "merchant", ID: "st-1", Shop: "shop-1"}}
	agent  = live.Person{Session: "s-agent", Who: access.Principal{Role: "agent", ID: "ag-1", Team: "north"}}
	loose  = live.Person{Session: "s-loose", Who: access.Principal{Role: "agent", ID: "ag-2", Team: "south"}}
	boss   = live.Person{Session: "s-boss", Who: access.Principal{Role: "supervisor", ID: "su-1", Team: "north"}}
	ops    = live.Person{Session: "s-ops", Who: access.Principal{Role: "operator", ID: "op-1"}}
	editor = live.Person{Session: "s-editor", Who: access.Principal{Role: "editor", ID: "ed-1"}}
)

// world is what live delivery stands on: sessions, used tickets, cases, keys. Nodes may share it.
type world struct {
	mu       sync.Mutex
	sessions map[string]live.Person
	cases    map[string]access.Case
	chats    map[string]access.Conversation
	spent    map[string]bool
	secrets  [][]byte
	down     bool // the database does not answer
	asked    func(what string)
}

func newWorld() *world {
	w := &world{sessions: map[string]live.Person{}, spent: map[string]bool{}, secrets: [][]byte{[]byte("secret-1")}, cases: map[string]access.Case{
		"c-1": {ID: "c-1", Customer: "kim", Shop: "shop-1", Team: "north"},
		"c-2": {ID: "c-2", Customer: "lee", Shop: "shop-2", Team: "south"},
	}}
	for _, person := range []live.Person{kim, lee, clerk, agent, loose, boss, ops, editor} {
		w.sessions[person.Session] = person
	}
	return w
}

func (w *world) InSession(_ context.Context, session string) (live.Person, error) {
	w.mu.Lock()
	person, stands := w.sessions[session]
	down, asked := w.down, w.asked
	w.mu.Unlock()
	if asked != nil {
		asked("session/" + session) // after it was read
	}
	switch {
	case down:
		return live.Person{}, errors.New("the database does not answer")
	case !stands:
		return live.Person{}, fault.New(fault.SignInRequired)
	}
	return person, nil
}

func (w *world) Spend(_ context.Context, ticket string, _ time.Time) (bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.spent[ticket] {
		return false, nil
	}
	w.spent[ticket] = true
	return true, nil
}

func (w *world) Case(_ context.Context, id string) (access.Case, error) {
	w.mu.Lock()
	found, known := w.cases[id]
	down, asked := w.down, w.asked
	w.mu.Unlock()
	if asked != nil {
		asked("case/" + id) // after it was read
	}
	switch {
	case down:
		return access.Case{}, errors.New("the database does not answer")
	case !known:
		return access.Case{}, fault.New(fault.NotFound)
	}
	return found, nil
}

func (w *world) Conversation(_ context.Context, id string) (access.Conversation, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	found, known := w.chats[id]
	switch {
	case w.down:
		return access.Conversation{}, errors.New("the database does not answer")
	case !known:
		return access.Conversation{}, fault.New(fault.NotFound)
	}
	return found, nil
}

func (w *world) keys(context.Context, bool) ([][]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.secrets, nil
}

func (w *world) change(how func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	how()
}

// node is one process with live delivery.
type node struct {
	*live.Hub
	t   *testing.T
	url string
}

func (w *world) node(t *testing.T, change ...func(*live.Options)) *node {
	t.Helper()
	options := live.Options{Sessions: w, Keys: w.keys, Kinds: live.Kinds(w, w), Log: slog.New(slog.DiscardHandler), Limits: live.Limits{Spread: time.Millisecond}}
	for _, c := range change {
		c(&options)
	}
	hub, err := live.New(options)
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) { hub.Socket(w, r, r.Header.Get("Session")) })
	mux.HandleFunc("POST /stream", func(w http.ResponseWriter, r *http.Request) { hub.Stream(w, r, "") })
	mux.HandleFunc("POST /send", hub.Send)
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		require.NoError(t, hub.Drain(context.WithoutCancel(t.Context())))
		server.Close()
	})
	return &node{hub, t, server.URL}
}

func (n *node) ticket(person live.Person) string {
	n.t.Helper()
	token, _, err := n.Ticket(n.t.Context(), person)
	require.NoError(n.t, err)
	return token
}

func (n *node) dial(token string, header http.Header, tune func(net.Conn)) (*livetest.Client, error) {
	client, err := livetest.Dial(soon(n.t), n.url, token, header, tune)
	if err == nil {
		n.t.Cleanup(client.Cut)
	}
	return client, err
}

// as connects a person.
func (n *node) as(person live.Person) *livetest.Client {
	n.t.Helper()
	client, err := n.dial(n.ticket(person), nil, nil)
	require.NoError(n.t, err)
	return client
}

// in connects a person and comes into a channel.
func (n *node) in(person live.Person, channel string) *livetest.Client {
	n.t.Helper()
	client := n.as(person)
	_, err := client.Subscribe(soon(n.t), channel, nil)
	require.NoError(n.t, err)
	return client
}

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// changed is a case's event.
func changed(n int, audience string) live.Event {
	return live.Event{
		ID: int64(n), Topic: "case.changed", Subject: "case/c-1", Audience: audience, At: noon,
		Data: fmt.Sprintf(`{"case_id":"c-1","seq":%d,"revision":%d,"stage":"merchant_answer","outcome":"","open":true,"tasks":true}`, n, n),
	}
}

func (n *node) tell(events ...live.Event) {
	n.t.Helper()
	require.NoError(n.t, n.Handle(n.t.Context(), events))
}

// next is the next publication that a client gets.
func next(t *testing.T, client *livetest.Client) livetest.Pub {
	t.Helper()
	select {
	case pub := <-client.News:
		return pub
	case <-client.Done():
		require.FailNow(t, "the connection ended", "%v", client.Err())
	case <-time.After(patience):
		require.FailNow(t, "nothing came")
	}
	return livetest.Pub{}
}

// quiet checks that nothing more came to a client: what is told to it now is the next that it hears.
func (n *node) quiet(client *livetest.Client, channel string) {
	n.t.Helper()
	require.NoError(n.t, n.Publish(channel, []byte(`{"type":"mark"}`), fmt.Sprint("mark-", time.Now().UnixNano())))
	require.JSONEq(n.t, `{"type":"mark"}`, string(next(n.t, client).Data))
}

func gone(t *testing.T, client *livetest.Client) string {
	t.Helper()
	select {
	case channel := <-client.Gone:
		return channel
	case <-time.After(patience):
		require.FailNow(t, "nothing was taken away")
	}
	return ""
}

// closed is the code that a connection ended with.
func closed(t *testing.T, client *livetest.Client) int {
	t.Helper()
	select {
	case <-client.Done():
	case <-time.After(patience):
		require.FailNow(t, "the connection stays open")
	}
	var how livetest.Closed
	require.ErrorAs(t, client.Err(), &how)
	return how.Code
}

func refused(t *testing.T, err error, code int) {
	t.Helper()
	var refusal *livetest.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code)
}

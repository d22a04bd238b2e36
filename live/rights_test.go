package live_test

import (
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/access"
	"aftersales/live"
	"aftersales/live/livetest"
)

// within is how soon somebody is off whose right is gone.
const within = time.Second

func TestAttack12_AfterRevocation(t *testing.T) {
	w := newWorld()
	n := w.node(t)
	client, other := n.in(kim, "case:c-1"), n.in(clerk, "case:c-1")

	begin := time.Now()
	w.change(func() { delete(w.sessions, kim.Session) })
	n.tell(live.Event{ID: 1, Topic: "session.revoked", Subject: "session/" + kim.Session, Audience: "[]", Data: "{}"})
	require.Equal(t, 4501, closed(t, client))
	require.Less(t, time.Since(begin), within)

	begin = time.Now()
	n.Revoked([]string{clerk.Session}) // in this very process, without the outbox
	require.Equal(t, 4501, closed(t, other))
	require.Less(t, time.Since(begin), within)
	require.Eventually(t, func() bool { return n.Connected() == 0 }, patience, time.Millisecond)
}

func TestAttack12_ACaseThatIsSomebodyElsesNow(t *testing.T) {
	w := newWorld()
	n := w.node(t)
	given := w.cases["c-2"]
	given.Assignees = []string{"ag-1"}
	w.change(func() { w.cases["c-2"] = given })
	had, stays := n.in(agent, "case:c-2"), n.in(lee, "case:c-2")

	begin := time.Now()
	given.Assignees = nil
	w.change(func() { w.cases["c-2"] = given })
	n.tell(live.Event{ID: 1, Topic: "case.assigned", Subject: "case/c-2", Audience: `["agent/ag-1"]`, Data: "{}", At: noon})
	require.Equal(t, "case:c-2", gone(t, had))
	require.Less(t, time.Since(begin), within)
	require.JSONEq(t, `{"type":"case.assigned","id":"c-2","tasks":true,"at":"2026-03-02T12:00:00Z"}`, string(next(t, stays).Data))
	_, err := had.Subscribe(soon(t), "case:c-2", nil)
	refused(t, err, 103)
	require.Empty(t, had.News, "who is off hears nothing of it")
}

func TestAShopThatGoesToAnotherTeam(t *testing.T) {
	w := newWorld()
	n := w.node(t)
	before, after := n.in(agent, "case:c-1"), n.in(clerk, "case:c-1")
	moved := w.cases["c-1"]
	moved.Team = "south"
	w.change(func() { w.cases["c-1"] = moved })
	n.tell(live.Event{ID: 1, Topic: "shop.moved", Subject: "merchant/shop-1", Audience: `["agent/north","agent/south"]`, Data: "{}", At: noon})
	require.Equal(t, "case:c-1", gone(t, before))
	n.quiet(after, "case:c-1")
	_, err := n.as(loose).Subscribe(soon(t), "case:c-1", nil)
	require.NoError(t, err)
}

func TestSomebodyWhoGoesToAnotherTeam(t *testing.T) {
	w := newWorld()
	n := w.node(t)
	client := n.in(agent, "team:north")
	moved := agent
	moved.Who.Team = "south"
	w.change(func() { w.sessions[agent.Session] = moved })
	n.tell(live.Event{ID: 1, Topic: "staff.changed", Subject: "staff/ag-1", Audience: "[]", Data: "{}"})
	require.Equal(t, "team:north", gone(t, client))
	_, err := client.Subscribe(soon(t), "team:south", nil)
	require.NoError(t, err)
}

// A right that goes while somebody is let in is gone when they are in.
func TestRightsThatGoWhileSomebodyComesIn(t *testing.T) {
	w := newWorld()
	n := w.node(t)
	client := n.as(agent)
	var once sync.Once
	w.change(func() {
		w.asked = func(string) {
			once.Do(func() { // between the question and the subscription
				moved := w.cases["c-1"]
				moved.Team = "south"
				w.change(func() { w.cases["c-1"] = moved })
				n.tell(live.Event{ID: 1, Topic: "case.assigned", Subject: "case/c-1", Audience: `[]`, Data: "{}", At: noon})
			})
		}
	})
	_, err := client.Subscribe(soon(t), "case:c-1", nil)
	require.NoError(t, err)
	require.Equal(t, "case:c-1", gone(t, client))
}

func TestASessionThatEndsWhileItConnects(t *testing.T) {
	w := newWorld()
	n := w.node(t)
	var once sync.Once
	w.change(func() {
		w.asked = func(string) {
			once.Do(func() { // between the question and the connection
				w.change(func() { delete(w.sessions, kim.Session) })
				n.Revoked([]string{kim.Session})
			})
		}
	})
	require.Equal(t, 4501, closed(t, n.as(kim)))
}

// Without any event, sessions that ran out and rights that changed are noticed all the same.
func TestEverybodyIsLookedAtNowAndThen(t *testing.T) {
	w := newWorld()
	n := w.node(t, func(o *live.Options) { o.Limits.Recheck = time.Second })
	client, other := n.in(agent, "case:c-1"), n.as(kim)
	w.change(func() {
		moved := w.cases["c-1"]
		moved.Team = "south"
		w.cases["c-1"] = moved
		delete(w.sessions, kim.Session)
	})
	require.Equal(t, "case:c-1", gone(t, client))
	require.Equal(t, 4501, closed(t, other))
}

// Who cannot be asked about is put off until they can, and stays connected.
func TestADatabaseThatDoesNotAnswer(t *testing.T) {
	w := newWorld()
	n := w.node(t)
	client := n.in(kim, "case:c-1")
	w.change(func() { w.down = true })
	_, err := client.Subscribe(soon(t), "case:c-2", nil)
	refused(t, err, 100)
	_, err = n.dial(n.ticket(kim), nil, nil)
	var how livetest.Closed
	require.ErrorAs(t, err, &how)
	require.Less(t, how.Code, 3500, "it comes again")
	n.tell(live.Event{ID: 1, Topic: "case.assigned", Subject: "case/c-1", Audience: `[]`, Data: "{}"})
	require.Equal(t, "case:c-1", gone(t, client))
	w.change(func() { w.down = false })
	_, err = client.Subscribe(soon(t), "case:c-1", nil)
	require.NoError(t, err)
}

func TestAttack13_SlowReadersAreCutAndHinderNobody(t *testing.T) {
	w := newWorld()
	n := w.node(t, func(o *live.Options) { o.Limits.Queue, o.Limits.Write = 32<<10, 200*time.Millisecond })
	quick := n.in(clerk, "case:c-1")
	slow, err := n.dial(n.ticket(kim), nil, func(conn net.Conn) { require.NoError(t, conn.(*net.TCPConn).SetReadBuffer(4<<10)) })
	require.NoError(t, err)
	_, err = slow.Subscribe(soon(t), "case:c-1", nil)
	require.NoError(t, err)
	slow.Stall()
	payload := []byte(`{"type":"` + strings.Repeat("x", 8<<10) + `"}`)
	cut := func() bool { return n.Connected() == 1 }
	for started := time.Now(); !cut() && time.Since(started) < patience; {
		begin := time.Now()
		require.NoError(t, n.Publish("case:c-1", payload, "k"))
		require.Less(t, time.Since(begin), within, "who publishes waits for nobody")
		require.Len(t, next(t, quick).Data, len(payload))
	}
	require.True(t, cut(), "the slow one is cut off")
	n.quiet(quick, "case:c-1")
}

func TestAttack13_HugeFramesManyChannelsManyCommands(t *testing.T) {
	w := newWorld()
	for i := range 100 {
		id := "k-" + strings.Repeat("a", i+1)[:min(i+1, 50)] + "-" + time.Duration(i).String()
		id = strings.ReplaceAll(id, "µ", "u")
		w.cases[id] = access.Case{ID: id, Customer: "kim", Shop: "s"}
	}
	n := w.node(t, func(o *live.Options) { o.Limits.Channels, o.Limits.Commands, o.Limits.PerPerson = 50, 10, 3 })

	huge := n.as(kim)
	require.NoError(t, huge.Say([]byte(`{"id":2,"subscribe":{"channel":"`+strings.Repeat("x", 20<<10)+`"}}`)))
	require.Equal(t, 1009, closed(t, huge), "too big")

	client := n.as(kim)
	in, full := 0, 0
	for id := range w.cases {
		_, err := client.Subscribe(soon(t), "case:"+id, nil)
		var refusal *livetest.Refusal
		switch {
		case err == nil:
			in++
		case errors.As(err, &refusal) && refusal.Code == 106:
			full++
		}
		if in+full == 60 {
			break
		}
	}
	require.Equal(t, 50, in)
	for range 200 {
		if client.Send("subscribe", map[string]any{"channel": "case:c-9"}) != nil {
			break
		}
	}
	require.Equal(t, 3013, closed(t, client))

	for _, garbage := range []string{"", "x", "[]", "null", `{"id":1}`, "\x00", `{"id":1,"subscribe":{"channel":5}}`} {
		bad := n.as(lee)
		require.NoError(t, bad.Say([]byte(garbage)))
		<-bad.Done()
	}
	for range 3 {
		n.as(ops)
	}
	_, err := n.dial(n.ticket(ops), nil, nil)
	var how livetest.Closed
	require.ErrorAs(t, err, &how)
	require.Equal(t, 3504, how.Code, "one connection too many of one person")
	n.as(boss)
}

func TestWhoStopsSendsEverybodyElsewhere(t *testing.T) {
	w := newWorld()
	n := w.node(t, func(o *live.Options) { o.Limits.Spread = 40 * time.Millisecond })
	var clients []*livetest.Client
	for _, person := range []live.Person{kim, lee, agent} {
		clients = append(clients, n.as(person))
	}
	require.NoError(t, n.Drain(t.Context()))
	for _, client := range clients {
		require.Equal(t, 3001, closed(t, client), "a code after which clients come again, by and by")
	}
	require.True(t, n.Draining())
}

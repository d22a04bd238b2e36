package live_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/live"
	"aftersales/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// Two nodes that follow the same log share one history: a client hears each event once, whichever node it is at, and goes on
// at the other one.
func TestTwoNodesOverRedis(t *testing.T) {
	server := testkit.Redis(t)
	w := newWorld()
	shared := func(o *live.Options) {
		o.RedisURL = server.URL
		o.Limits.Position = 2 * time.Second
		for word, kind := range o.Kinds {
			kind.Presence = true
			o.Kinds[word] = kind
		}
	}
	one, two := w.node(t, shared), w.node(t, shared)

	t.Run("each event once", func(t *testing.T) {
		first, second := one.in(kim, "case:c-1"), two.in(clerk, "case:c-1")
		for i := range 20 {
			for _, n := range []*node{one, two} { // each reads the same outbox
				n.tell(changed(i+1, `[]`))
			}
		}
		two.tell(changed(19, `[]`), changed(20, `[]`)) // and again, after a failure
		require.NoError(t, one.Publish("case:c-1", []byte(`{"type":"end"}`), "end"))
		for i := range 20 {
			want := fmt.Sprintf(`"seq":%d,`, i+1)
			require.Contains(t, string(next(t, first).Data), want)
			require.Contains(t, string(next(t, second).Data), want)
		}
		require.JSONEq(t, `{"type":"end"}`, string(next(t, first).Data))
		require.JSONEq(t, `{"type":"end"}`, string(next(t, second).Data))
		users, err := first.Presence(soon(t), "case:c-1")
		require.NoError(t, err)
		require.ElementsMatch(t, []string{"customer/kim", "merchant/st-1"}, users, "who is there is known across nodes")
	})

	t.Run("resumed at the other node", func(t *testing.T) {
		client := one.as(lee)
		begun, err := client.Subscribe(soon(t), "case:c-2", nil)
		require.NoError(t, err)
		client.Cut()
		for i := range 5 {
			for _, n := range []*node{two, one} {
				n.tell(live.Event{ID: int64(100 + i), Topic: "case.changed", Subject: "case/c-2", Audience: "[]", Data: fmt.Sprintf(`{"seq":%d}`, i+1), At: noon})
			}
		}
		again := two.as(lee)
		got, err := again.Subscribe(soon(t), "case:c-2", &begun.Position)
		require.NoError(t, err)
		require.True(t, got.Recovered)
		require.Len(t, got.Missed, 5)
	})

	t.Run("redis is away for a while", func(t *testing.T) {
		client := two.in(ops, "desk")
		server.Stop()
		event := live.Event{ID: 500, Topic: "case.changed", Subject: "case/c-1", Audience: `["operator/"]`, Data: `{"seq":500}`, At: noon}
		require.Error(t, one.Handle(t.Context(), []live.Event{event}), "who feeds it tries again")
		server.Start(t)
		deadline := time.Now().Add(30 * time.Second)
		for one.Handle(t.Context(), []live.Event{event}) != nil {
			require.True(t, time.Now().Before(deadline), "it goes on when redis is back")
		}
		got := make(chan string, 1)
		go func() {
			select {
			case pub := <-client.News:
				got <- string(pub.Data)
			case channel := <-client.Gone:
				got <- "come again into " + channel
			}
		}()
		select {
		case what := <-got: // told, or sent out to come again, which is when it looks at the whole
			require.Regexp(t, `"seq":500|come again into desk`, what)
		case <-time.After(30 * time.Second):
			require.FailNow(t, "the client was neither told nor sent away")
		}
	})
}

func TestWithoutRedisANodeSaysSo(t *testing.T) {
	w := newWorld()
	hub, err := live.New(live.Options{Sessions: w, Keys: w.keys, Kinds: live.Kinds(w, w), RedisURL: "redis://127.0.0.1:1/0"})
	if err == nil {
		t.Cleanup(func() { require.NoError(t, hub.Drain(t.Context())) })
		require.Error(t, hub.Publish("desk", []byte(`{}`), "k"))
		return
	}
	require.ErrorContains(t, err, "redis")
}

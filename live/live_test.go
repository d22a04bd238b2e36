package live_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"aftersales/access"
	"aftersales/live"
	"aftersales/live/livetest"
)

func TestWhoeverMayReadACaseHearsOfIt(t *testing.T) {
	n := newWorld().node(t)
	in := map[string]*livetest.Client{
		"case:c-1": n.in(kim, "case:c-1"), "person:kim": n.in(kim, "person:kim"), "shop:shop-1": n.in(clerk, "shop:shop-1"),
		"team:north": n.in(agent, "team:north"), "desk": n.in(ops, "desk"),
	}
	other := n.in(lee, "person:lee")
	n.tell(changed(7, `["customer/kim","merchant/shop-1","operator/","agent/north","supervisor/north"]`))
	for channel, client := range in {
		pub := next(t, client)
		require.Equal(t, channel, pub.Channel)
		require.JSONEq(t, `{"type":"case.changed","id":"c-1","seq":7,"revision":7,"stage":"merchant_answer","open":true,"tasks":true,"at":"2026-03-02T12:00:00Z"}`, string(pub.Data))
		n.quiet(client, channel)
	}
	n.quiet(other, "person:lee")
	n.tell(live.Event{ID: 8, Topic: "notification.sent", Subject: "notification/n-1", Audience: `["customer/kim"]`, Data: `{"id":"n-1","kind":"offer_made","subject":"case/c-1"}`, At: noon})
	require.JSONEq(t, `{"type":"notification.new","id":"n-1","kind":"offer_made","subject":"case/c-1","at":"2026-03-02T12:00:00Z"}`, string(next(t, in["person:kim"]).Data))
}

func TestAttack12_OthersChannels(t *testing.T) {
	n := newWorld().node(t)
	may := map[string][]live.Person{
		"case:c-1": {kim, clerk, agent, boss, ops}, "case:c-2": {lee, loose, ops}, "person:kim": {kim}, "person:st-1": {clerk}, "person:ed-1": {editor},
		"shop:shop-1": {clerk}, "shop:shop-2": nil, "team:north": {agent, boss}, "team:south": {loose}, "desk": {ops},
		"case:c-9": nil, "case:": nil, "case": nil, "desk:": nil, "desk:x": nil, "person:": nil, "nothing:x": nil, "": nil, "case:c-1 ": nil, "CASE:c-1": nil,
		"case:../c-1": nil, "case:c-1:x": nil, "$case:c-1": nil, "case:%": nil, "person:kim#lee": nil, "team:": nil, "conversation:1": nil,
	}
	for _, person := range []live.Person{kim, lee, clerk, agent, loose, boss, ops, editor} {
		client := n.as(person)
		for channel, whose := range may {
			if channel == "" {
				continue // a broken command: it ends the connection, below
			}
			allowed := false
			for _, one := range whose {
				allowed = allowed || one.Session == person.Session
			}
			_, err := client.Subscribe(soon(t), channel, &livetest.Position{})
			if allowed {
				require.NoError(t, err, "%s in %q", person.Subject(), channel)
			} else {
				refused(t, err, 103) // alike, whether it is there or not
			}
		}
		_, err := client.Subscribe(soon(t), "", nil)
		require.ErrorAs(t, err, new(livetest.Closed))
	}
}

// Sender and content of what a client may say are the server's; what is not announced is nothing.
func TestAttack12_ClientsPublishNothing(t *testing.T) {
	n := newWorld().node(t)
	client := n.in(kim, "case:c-1")
	refused(t, client.Publish(soon(t), "case:c-1", map[string]any{"type": "case.changed"}), 103)
	refused(t, client.Publish(soon(t), "person:lee", map[string]any{"type": "x"}), 103)
	_, err := client.Presence(soon(t), "case:c-1")
	refused(t, err, 103)
	for _, command := range []string{"history", "rpc", "presence_stats"} {
		require.NoError(t, client.Send(command, map[string]any{"channel": "case:c-1", "data": map[string]any{}}))
	}
	n.quiet(client, "case:c-1")
}

func TestPresenceAndTyping(t *testing.T) {
	w := newWorld()
	n := w.node(t, func(o *live.Options) {
		both := o.Kinds["case"]
		both.Presence, both.Typing = true, true
		o.Kinds["talk"] = both
	})
	first := n.in(kim, "talk:c-1")
	second := n.in(agent, "talk:c-1")
	users, err := first.Presence(soon(t), "talk:c-1")
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"customer/kim", "agent/ag-1"}, users)
	require.NoError(t, first.Publish(soon(t), "talk:c-1", map[string]any{"type": "case.changed", "user": "agent/ag-1", "text": "13812345678"}))
	pub := next(t, second)
	require.JSONEq(t, `{"type":"typing"}`, string(pub.Data))
	require.Equal(t, "customer/kim", pub.User)
	outside := n.as(clerk)
	refused(t, outside.Publish(soon(t), "talk:c-1", map[string]any{}), 103)
	_, err = outside.Presence(soon(t), "talk:c-1")
	refused(t, err, 103)
}

// After a break a client gets what it missed, each once and in order, and then goes on.
func TestResumedExactlyOnceAfterABreak(t *testing.T) {
	n := newWorld().node(t)
	resumes(t, n, n)
}

// resumes breaks a client off one node and lets it go on at another.
func resumes(t *testing.T, n, then *node) {
	client := n.as(kim)
	begun, err := client.Subscribe(soon(t), "case:c-1", nil)
	require.NoError(t, err)
	at := begun.Position
	var seen []string
	for i := range 5 {
		n.tell(changed(i+1, `[]`))
		pub := next(t, client)
		seen, at.Offset = append(seen, string(pub.Data)), pub.Offset
	}
	client.Cut()
	for i := range 30 {
		n.tell(changed(i+6, `[]`))
	}
	again := then.as(kim)
	got, err := again.Subscribe(soon(t), "case:c-1", &at)
	require.NoError(t, err)
	require.True(t, got.Recovered)
	for _, pub := range got.Missed {
		seen = append(seen, string(pub.Data))
	}
	for i := range 5 {
		then.tell(changed(i+36, `[]`))
		seen = append(seen, string(next(t, again).Data))
	}
	require.Len(t, seen, 40)
	for i, data := range seen {
		var news live.News
		require.NoError(t, json.Unmarshal([]byte(data), &news))
		require.EqualValues(t, i+1, news.Seq)
	}
	then.quiet(again, "case:c-1")
}

// Who was away for too long, or comes to a node that does not know what there was, is told to look at the whole again.
func TestWhoCannotResumeIsTold(t *testing.T) {
	w := newWorld()
	n := w.node(t, func(o *live.Options) {
		kept := o.Kinds["case"]
		kept.Keep = 10
		o.Kinds["case"] = kept
	})
	client := n.as(kim)
	begun, err := client.Subscribe(soon(t), "case:c-1", nil)
	require.NoError(t, err)
	client.Cut()
	for i := range 11 {
		n.tell(changed(i+1, `[]`))
	}
	got, err := n.as(kim).Subscribe(soon(t), "case:c-1", &begun.Position)
	require.NoError(t, err)
	require.False(t, got.Recovered)
	require.Empty(t, got.Missed)

	other := w.node(t)
	got, err = other.as(kim).Subscribe(soon(t), "case:c-1", &livetest.Position{Offset: 11, Epoch: got.Epoch})
	require.NoError(t, err)
	require.False(t, got.Recovered)
}

func TestAttack12_TicketsAreGoodOnceSoonAndForTheirSession(t *testing.T) {
	w := newWorld()
	now := time.Now()
	n := w.node(t, func(o *live.Options) { o.Now = func() time.Time { return now } })
	other := w.node(t, func(o *live.Options) { o.Now = func() time.Time { return now } })
	invalid := func(token string, header http.Header) {
		t.Helper()
		_, err := n.dial(token, header, nil)
		var how livetest.Closed
		require.ErrorAs(t, err, &how)
		require.Equal(t, 3500, how.Code)
	}
	over := func(token string, at *node) {
		t.Helper()
		_, err := at.dial(token, nil, nil)
		refused(t, err, 109)
	}

	token := n.ticket(kim)
	client, err := other.dial(token, nil, nil)
	require.NoError(t, err, "any node takes it")
	over(token, n)
	over(token, other)
	client.Cut()
	over(token, n)

	invalid(n.ticket(kim), http.Header{"Session": {lee.Session}})
	_, err = n.dial(n.ticket(kim), http.Header{"Session": {kim.Session}}, nil)
	require.NoError(t, err)

	late := n.ticket(kim)
	now = now.Add(61 * time.Second)
	over(late, n)

	for _, forged := range forgeries(t, n.ticket(kim), now) {
		invalid(forged, nil)
	}
	w.change(func() { delete(w.sessions, lee.Session) })
	_, err = n.dial(n.ticket(lee), nil, nil)
	var how livetest.Closed
	require.ErrorAs(t, err, &how)
	require.Equal(t, 4501, how.Code)
}

// forgeries are tickets that nobody of us made.
func forgeries(t *testing.T, good string, now time.Time) []string {
	make := func(method jwt.SigningMethod, key any, kid any, change func(jwt.MapClaims)) string {
		claims := jwt.MapClaims{"iss": "aftersales/live", "aud": "aftersales/live", "sid": kim.Session, "jti": "x", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}
		if change != nil {
			change(claims)
		}
		token := jwt.NewWithClaims(method, claims)
		token.Header["kid"] = kid
		signed, err := token.SignedString(key)
		require.NoError(t, err)
		return signed
	}
	parsed, _, err := jwt.NewParser().ParseUnverified(good, jwt.MapClaims{})
	require.NoError(t, err)
	kid := parsed.Header["kid"]
	right, _ := live.SigningKey([]byte("secret-1"))
	without := func(name string) string {
		return make(jwt.SigningMethodHS256, right, kid, func(c jwt.MapClaims) { delete(c, name) })
	}
	instead := func(name, value string) string {
		return make(jwt.SigningMethodHS256, right, kid, func(c jwt.MapClaims) { c[name] = value })
	}
	return []string{
		without("exp"), without("sid"), without("jti"), without("iss"), without("aud"), instead("iss", "x"), instead("aud", "x"), instead("sid", ""),
		make(jwt.SigningMethodHS512, right, kid, nil), make(jwt.SigningMethodHS256, right, "00000000", nil),
		"", "x", "a.b.c", good[:len(good)-2], good + "x", string(make(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, kid, nil)),
		make(jwt.SigningMethodHS256, []byte("secret-1"), kid, nil), make(jwt.SigningMethodHS256, []byte(""), kid, nil),
		make(jwt.SigningMethodHS512, []byte("x"), kid, nil), make(jwt.SigningMethodHS256, []byte("x"), nil, nil),
		make(jwt.SigningMethodHS256, []byte("x"), kid, func(c jwt.MapClaims) { c["exp"] = now.Add(-time.Hour).Unix() }),
		fmt.Sprintf("%02000d", 1),
	}
}

func TestTicketsOutliveAChangeOfKeys(t *testing.T) {
	w := newWorld()
	n := w.node(t)
	before := n.ticket(kim)
	w.change(func() { w.secrets = [][]byte{[]byte("secret-2"), []byte("secret-1")} })
	_, err := n.dial(before, nil, nil)
	require.NoError(t, err)
	n.as(kim)
	after := n.ticket(kim)
	w.change(func() { w.secrets = [][]byte{[]byte("secret-3")} })
	_, err = n.dial(after, nil, nil)
	require.ErrorAs(t, err, new(livetest.Closed), "the key of before is gone")
}

// Nothing that a person wrote, or is called, gets out, even if an event should hold it by mistake.
func TestPublicationsHoldNothingPersonal(t *testing.T) {
	n := newWorld().node(t)
	client := n.in(kim, "case:c-1")
	own := n.in(kim, "person:kim")
	personal := `{"seq":3,"stage":"call 13812345678","outcome":"王小明","text":"please","phone":"13812345678","open":true,"customer":{"name":"Kim"}}`
	n.tell(live.Event{ID: 1, Topic: "case.changed", Subject: "case/c-1", Audience: `["customer/kim","customer/王小明"]`, Data: personal, At: noon})
	for _, heard := range []*livetest.Client{client, own} {
		require.JSONEq(t, `{"type":"case.changed","id":"c-1","seq":3,"open":true,"at":"2026-03-02T12:00:00Z"}`, string(next(t, heard).Data))
	}
	n.tell(live.Event{ID: 2, Topic: "notification.sent", Subject: "notification/n", Audience: `["customer/kim"]`, Data: `{"kind":"Dear Kim","subject":"order/13812345678 Kim","name":"Kim"}`, At: noon})
	require.JSONEq(t, `{"type":"notification.new","id":"n","at":"2026-03-02T12:00:00Z"}`, string(next(t, own).Data))
	n.tell(live.Event{ID: 3, Topic: "case.changed", Subject: "case/not an id", Audience: `["customer/kim"]`, Data: `{}`}, live.Event{ID: 4, Topic: "x"}, live.Event{})
	n.quiet(own, "person:kim")
}

func TestKindsAskThePolicies(t *testing.T) {
	w := newWorld()
	kinds := live.Kinds(w, w)
	mustEnrol := agent.Who
	mustEnrol.MustEnrol = true
	key := agent.Who
	key.Key, key.Scopes = true, access.Standard().Actions()
	for channel, id := range map[string]string{"case": "c-1", "team": "north", "person": "ag-1"} {
		require.NoError(t, kinds[channel].May(t.Context(), agent.Who, id))
		require.Error(t, kinds[channel].May(t.Context(), mustEnrol, id))
	}
	require.Error(t, kinds["team"].May(t.Context(), key, "north"))
}

package live

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/centrifugal/centrifuge"
	"golang.org/x/time/rate"

	"aftersales/fault"
)

// sessionKey is under what a request's session stands in its context.
type sessionKey struct{}

// arrival is a connection between its ticket and its first moment.
type arrival struct {
	conn    *conn
	changes int64
}

// answerTime bounds how long a client waits for the answer to one command.
const answerTime = 5 * time.Second

// connecting lets in who brings a good ticket: ours, not used yet, of a session that stands, and when the request itself
// came with a session, of that one.
func (h *Hub) connecting(ctx context.Context, e centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	if h.draining.Load() {
		return centrifuge.ConnectReply{}, centrifuge.DisconnectShutdown
	}
	changes := h.changes.Load()
	ticket, err := h.open(ctx, e.Token)
	switch {
	case errors.Is(err, errTicketOver):
		return centrifuge.ConnectReply{}, centrifuge.ErrorTokenExpired // the client brings another
	case err != nil:
		return centrifuge.ConnectReply{}, centrifuge.DisconnectInvalidToken
	}
	if came, _ := ctx.Value(sessionKey{}).(string); came != "" && came != ticket.Session {
		return centrifuge.ConnectReply{}, centrifuge.DisconnectInvalidToken
	}
	first, err := h.options.Sessions.Spend(ctx, ticket.ID, ticket.ExpiresAt.Time)
	if err != nil {
		return centrifuge.ConnectReply{}, h.unavailable(ctx, err)
	}
	if !first {
		return centrifuge.ConnectReply{}, centrifuge.ErrorTokenExpired
	}
	person, err := h.options.Sessions.InSession(ctx, ticket.Session)
	if err != nil {
		if isOver(err) {
			return centrifuge.ConnectReply{}, endSession
		}
		return centrifuge.ConnectReply{}, h.unavailable(ctx, err)
	}
	coming := &arrival{conn: &conn{person: person, pace: rate.NewLimiter(rate.Limit(h.options.Limits.Commands), int(10*h.options.Limits.Commands))}, changes: changes}
	return centrifuge.ConnectReply{
		Credentials: &centrifuge.Credentials{UserID: person.Subject(), ExpireAt: h.lookAgain()},
		Storage:     map[string]any{storedArrival: coming},
	}, nil
}

const storedArrival = "arrival"

// unavailable is the answer when the database does not answer: come again soon.
func (h *Hub) unavailable(ctx context.Context, err error) error {
	h.log.WarnContext(ctx, "a connection could not be let in", "error", err)
	return centrifuge.DisconnectServerError
}

// lookAgain is when a session is looked at without an occasion, jittered by a fifth.
func (h *Hub) lookAgain() int64 {
	every := h.options.Limits.Recheck
	return time.Now().Add(every + rand.N(every/5+1) + time.Second - 1).Unix()
}

// connected registers a client and says what it may do.
func (h *Hub) connected(client *centrifuge.Client) {
	store, put := client.AcquireStorage()
	coming := store[storedArrival].(*arrival)
	put(nil)
	c := coming.conn
	c.client = client
	h.mu.Lock()
	h.conns[client.ID()] = c
	h.mu.Unlock()

	client.OnDisconnect(func(centrifuge.DisconnectEvent) {
		h.mu.Lock()
		delete(h.conns, client.ID())
		h.mu.Unlock()
	})
	client.OnSubscribe(func(e centrifuge.SubscribeEvent, answer centrifuge.SubscribeCallback) { h.subscribe(c, e, answer) })
	client.OnRefresh(func(_ centrifuge.RefreshEvent, answer centrifuge.RefreshCallback) { h.refresh(c, answer) })
	client.OnPublish(func(e centrifuge.PublishEvent, answer centrifuge.PublishCallback) { h.typing(c, e, answer) })
	client.OnPresence(func(e centrifuge.PresenceEvent, answer centrifuge.PresenceCallback) { h.presence(c, e, answer) })
	if h.draining.Load() {
		client.Disconnect(centrifuge.DisconnectShutdown)
		return
	}
	if h.changes.Load() != coming.changes {
		go h.lookAt(c) // something changed between the question and now
	}
}

// subscribe lets a client hear a channel when its person may.
func (h *Hub) subscribe(c *conn, e centrifuge.SubscribeEvent, answer centrifuge.SubscribeCallback) {
	ctx, cancel := context.WithTimeout(c.client.Context(), answerTime)
	defer cancel()
	changes := h.changes.Load()
	kind, id, known := h.kind(e.Channel)
	if !known {
		answer(centrifuge.SubscribeReply{}, centrifuge.ErrorPermissionDenied)
		return
	}
	if err := kind.May(ctx, c.who().Who, id); err != nil {
		if !isRefusal(err) {
			h.log.WarnContext(ctx, "a right could not be looked up", "error", err)
			answer(centrifuge.SubscribeReply{}, centrifuge.ErrorInternal)
			return
		}
		answer(centrifuge.SubscribeReply{}, centrifuge.ErrorPermissionDenied) // alike, whether it is there or not
		return
	}
	answer(centrifuge.SubscribeReply{Options: centrifuge.SubscribeOptions{
		EnableRecovery: true, EnablePositioning: true, EmitPresence: kind.Presence, EmitJoinLeave: kind.Presence, PushJoinLeave: kind.Presence,
	}}, nil)
	if h.changes.Load() != changes {
		h.askAgain(c, e.Channel)
	}
}

// isRefusal tells a no from not knowing.
func isRefusal(err error) bool {
	f := fault.As(err)
	return f != nil && f.Code != fault.Unavailable && f.Code != fault.Internal
}

func isOver(err error) bool {
	f := fault.As(err)
	return f != nil && f.Code == fault.SignInRequired
}

// refresh looks at a connection without an occasion. When the database does not answer, it is looked at a little later:
// nothing can have changed there meanwhile that was told.
func (h *Hub) refresh(c *conn, answer centrifuge.RefreshCallback) {
	next := h.lookAgain()
	if err := h.lookAt(c); err != nil {
		next = time.Now().Add(max(2*time.Second, h.options.Limits.Recheck/6)).Unix()
	}
	answer(centrifuge.RefreshReply{ExpireAt: next}, nil)
}

var typingNews = []byte(`{"type":"typing"}`)

// typing tells the others in a channel that somebody types; nothing else can be published by a client. Who it is the
// server says.
func (h *Hub) typing(c *conn, e centrifuge.PublishEvent, answer centrifuge.PublishCallback) {
	kind, _, known := h.kind(e.Channel)
	if !known || !kind.Typing || !c.client.IsSubscribed(e.Channel) {
		answer(centrifuge.PublishReply{}, centrifuge.ErrorPermissionDenied)
		return
	}
	done, err := h.node.Publish(e.Channel, typingNews, centrifuge.WithClientInfo(e.ClientInfo))
	answer(centrifuge.PublishReply{Result: &done}, err)
}

// presence tells who is in a channel to those who are.
func (h *Hub) presence(c *conn, e centrifuge.PresenceEvent, answer centrifuge.PresenceCallback) {
	kind, _, known := h.kind(e.Channel)
	if !known || !kind.Presence || !c.client.IsSubscribed(e.Channel) {
		answer(centrifuge.PresenceReply{}, centrifuge.ErrorPermissionDenied)
		return
	}
	answer(centrifuge.PresenceReply{}, nil)
}

// command cuts off clients that ask too much. One that is not let in yet can only connect.
func (h *Hub) command(client *centrifuge.Client, _ centrifuge.CommandReadEvent) error {
	h.mu.Lock()
	c := h.conns[client.ID()]
	h.mu.Unlock()
	if c != nil && !c.pace.Allow() {
		return centrifuge.DisconnectTooManyRequests
	}
	return nil
}

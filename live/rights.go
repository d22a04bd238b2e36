package live

import (
	"context"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Revoked ends the connections of sessions that are over.
func (h *Hub) Revoked(sessions []string) {
	h.changes.Add(1)
	for _, c := range h.all() {
		if slices.Contains(sessions, c.who().Session) {
			c.client.Disconnect(endSession)
		}
	}
}

// whose rights may have changed.
type whose struct {
	channel  string // whoever is in this channel
	platform bool   // agents and supervisors, in channels of cases
	person   string // somebody of the staff
}

// asking is how many connections are looked at side by side.
const asking = 8

// recheck asks again about everybody whose rights may have changed. Whoever lost one is off when it returns.
func (h *Hub) recheck(of whose) {
	h.changes.Add(1)
	var group errgroup.Group
	group.SetLimit(asking)
	for _, c := range h.all() {
		who := c.who().Who
		switch {
		case of.person != "":
			if who.ID == of.person {
				group.Go(func() error { return h.lookAt(c) })
			}
		case of.platform:
			if who.Role != "agent" && who.Role != "supervisor" {
				continue
			}
			for _, channel := range c.client.Channels() {
				if strings.HasPrefix(channel, caseWord+":") || strings.HasPrefix(channel, chatWord+":") {
					group.Go(func() error { h.askAgain(c, channel); return nil })
				}
			}
		default:
			if c.client.IsSubscribed(of.channel) {
				group.Go(func() error { h.askAgain(c, of.channel); return nil })
			}
		}
	}
	_ = group.Wait() // who could not be asked about is looked at again in time
}

// lookAt asks again for a connection's session and for each of its channels. An error says that the session could not be
// looked at.
func (h *Hub) lookAt(c *conn) error {
	ctx, cancel := context.WithTimeout(c.client.Context(), answerTime)
	defer cancel()
	person, err := h.options.Sessions.InSession(ctx, c.who().Session)
	switch {
	case isOver(err):
		c.client.Disconnect(endSession)
		return nil
	case err != nil:
		return errors.Join(err, ctx.Err())
	}
	c.mu.Lock()
	c.person = person
	c.mu.Unlock()
	for _, channel := range c.client.Channels() {
		h.askAgain(c, channel)
	}
	return nil
}

// askAgain asks whether somebody may still hear a channel, and takes it from them if not. When it cannot be told, the client
// is put off: it asks by itself until it can.
func (h *Hub) askAgain(c *conn, channel string) {
	ctx, cancel := context.WithTimeout(c.client.Context(), answerTime)
	defer cancel()
	kind, id, known := h.kind(channel)
	if !known {
		c.client.Unsubscribe(channel, endRights)
		return
	}
	switch err := kind.May(ctx, c.who().Who, id); {
	case err == nil:
	case isRefusal(err):
		c.client.Unsubscribe(channel, endRights)
	default:
		h.log.WarnContext(ctx, "a right could not be looked up again", "error", err)
		c.client.Unsubscribe(channel, endUnsure)
	}
}

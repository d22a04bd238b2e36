// Package livetest is a client of live delivery for tests and measurements.
package livetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
)

// Client is one connection.
type Client struct {
	wire *wire

	mu      sync.Mutex
	last    int
	waiting map[int]chan reply

	News   chan Pub    // publications, in order
	Gone   chan string // channels that were taken away
	Joined chan string // user IDs of those who came
	done   chan struct{}
	err    error
}

// Pub is a publication.
type Pub struct {
	Channel string
	Data    json.RawMessage
	Offset  uint64
	User    string // whom the server says that it is from
}

// Position is how far a client has read in a channel.
type Position struct {
	Offset uint64
	Epoch  string
}

// Subscribed is what a client hears when it comes into a channel.
type Subscribed struct {
	Position
	Recovered bool
	Missed    []Pub
}

// Refusal is the error of a command.
type Refusal struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (r *Refusal) Error() string { return fmt.Sprintf("livetest: %d %s", r.Code, r.Message) }

type pubWire struct {
	Data   json.RawMessage `json:"data"`
	Offset uint64          `json:"offset"`
	Info   struct {
		User string `json:"user"`
	} `json:"info"`
}

type reply struct {
	ID        int      `json:"id"`
	Error     *Refusal `json:"error"`
	Subscribe *struct {
		Offset       uint64    `json:"offset"`
		Epoch        string    `json:"epoch"`
		Recovered    bool      `json:"recovered"`
		Publications []pubWire `json:"publications"`
	} `json:"subscribe"`
	Presence *struct {
		Presence map[string]struct {
			User string `json:"user"`
		} `json:"presence"`
	} `json:"presence"`
	Push *struct {
		Channel     string    `json:"channel"`
		Pub         *pubWire  `json:"pub"`
		Unsubscribe *struct{} `json:"unsubscribe"`
		Join        *struct {
			Info struct {
				User string `json:"user"`
			} `json:"info"`
		} `json:"join"`
	} `json:"push"`
}

// Dial connects with a ticket. header may hold an origin and a session; tune may change the connection beneath.
func Dial(ctx context.Context, address, ticket string, header http.Header, tune func(net.Conn)) (*Client, error) {
	w, err := dial(address, header, tune)
	if err != nil {
		return nil, err
	}
	c := &Client{
		wire: w, waiting: map[int]chan reply{}, News: make(chan Pub, 4096), Gone: make(chan string, 64), Joined: make(chan string, 64),
		done: make(chan struct{}),
	}
	go c.listen()
	_, err = c.ask(ctx, "connect", map[string]any{"token": ticket})
	if err != nil {
		c.Cut()
		return nil, err
	}
	return c, nil
}

// Subscribe comes into a channel; since asks for what was missed.
func (c *Client) Subscribe(ctx context.Context, channel string, since *Position) (Subscribed, error) {
	command := map[string]any{"channel": channel}
	if since != nil {
		command["recover"], command["offset"], command["epoch"] = true, since.Offset, since.Epoch
	}
	answer, err := c.ask(ctx, "subscribe", command)
	if err != nil {
		return Subscribed{}, err
	}
	got := Subscribed{Position: Position{answer.Subscribe.Offset, answer.Subscribe.Epoch}, Recovered: answer.Subscribe.Recovered}
	for _, pub := range answer.Subscribe.Publications {
		got.Missed = append(got.Missed, Pub{channel, pub.Data, pub.Offset, pub.Info.User})
	}
	return got, nil
}

// Publish tells a channel something.
func (c *Client) Publish(ctx context.Context, channel string, data any) error {
	_, err := c.ask(ctx, "publish", map[string]any{"channel": channel, "data": data})
	return err
}

// Presence lists the users in a channel.
func (c *Client) Presence(ctx context.Context, channel string) (users []string, err error) {
	answer, err := c.ask(ctx, "presence", map[string]any{"channel": channel})
	if err != nil {
		return nil, err
	}
	for _, one := range answer.Presence.Presence {
		users = append(users, one.User)
	}
	return users, nil
}

// Say sends bytes as they are.
func (c *Client) Say(content []byte) error { return c.wire.write(frameText, content) }

// Send sends a command without waiting for its answer.
func (c *Client) Send(name string, command any) error {
	c.mu.Lock()
	c.last++
	content, err := json.Marshal(map[string]any{"id": c.last, name: command})
	c.mu.Unlock()
	if err != nil {
		return err
	}
	return c.Say(content)
}

// Cut ends the connection as a network does: without a word.
func (c *Client) Cut() {
	_ = c.wire.conn.Close()
	c.wire.end()
	<-c.done
}

// Done is closed when the connection has ended; Err says how.
func (c *Client) Done() <-chan struct{} { return c.done }

// Err is how the connection ended: Closed when the server said so.
func (c *Client) Err() error {
	<-c.done
	return c.err
}

func (c *Client) ask(ctx context.Context, name string, command any) (reply, error) {
	answer := make(chan reply, 1)
	c.mu.Lock()
	c.last++
	id := c.last
	c.waiting[id] = answer
	c.mu.Unlock()
	content, err := json.Marshal(map[string]any{"id": id, name: command})
	if err == nil {
		err = c.Say(content)
	}
	if err != nil {
		return reply{}, err
	}
	select {
	case got := <-answer:
		if got.Error != nil {
			return got, got.Error
		}
		return got, nil
	case <-c.done:
		return reply{}, c.err
	case <-ctx.Done():
		return reply{}, ctx.Err()
	}
}

func (c *Client) listen() {
	defer close(c.done)
	for {
		content, err := c.wire.read()
		if err != nil {
			_ = c.wire.conn.Close()
			c.err = err
			return
		}
		decoder := json.NewDecoder(bytes.NewReader(content))
		for decoder.More() {
			var got reply
			if err := decoder.Decode(&got); err != nil {
				c.err = err
				return
			}
			c.take(got)
		}
	}
}

func (c *Client) take(got reply) {
	switch push := got.Push; {
	case got.ID > 0:
		c.mu.Lock()
		waiting := c.waiting[got.ID]
		delete(c.waiting, got.ID)
		c.mu.Unlock()
		if waiting != nil {
			waiting <- got
		}
	case push == nil:
		_ = c.Say([]byte("{}")) // a ping
	case push.Pub != nil:
		c.News <- Pub{push.Channel, push.Pub.Data, push.Pub.Offset, push.Pub.Info.User}
	case push.Unsubscribe != nil:
		c.Gone <- push.Channel
	case push.Join != nil:
		c.Joined <- push.Join.Info.User
	}
}

// Stall stops reading after the next message, as a client does that hangs.
func (c *Client) Stall() { c.wire.stalled.Store(true) }

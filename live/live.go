// Package live tells people's screens what changed, over connections that stay open. It is a port of ours over centrifuge:
// publish, who may hear what, and taking that back. Publications say that something changed, and never what: who hears of
// it asks the API, which knows their rights.
package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"aftersales/access"
)

// Person is somebody who is signed in.
type Person struct {
	Session string // by its public name
	Who     access.Principal
}

// Subject names the person: "<role>/<id>".
func (p Person) Subject() string { return p.Who.Role + "/" + p.Who.ID }

// Sessions knows who is signed in, and remembers used tickets.
type Sessions interface {
	// InSession tells who a session belongs to, with the rights that they have now; the fault SignInRequired when it is over.
	InSession(ctx context.Context, session string) (Person, error)
	// Spend notes that a ticket was used; false when it was before, on whatever node.
	Spend(ctx context.Context, ticket string, expires time.Time) (first bool, err error)
}

// Keys yields the secrets that tickets are signed under, the newest first: the same ones on every node. With fresh set it
// asks whether there is a new one.
type Keys func(ctx context.Context, fresh bool) ([][]byte, error)

// Limits bound what connections may cost. Zero fields have the standard values.
type Limits struct {
	PerPerson int           // connections of one person to one node; 20
	Channels  int           // channels of one connection; 64
	Message   int           // bytes of what a client sends at once; 8 KiB
	Queue     int           // bytes that wait for a slow client before it is cut off; 256 KiB
	Write     time.Duration // how long one write may take before the client is cut off; 3 s
	Commands  float64       // commands of a client per second, with bursts of ten times as many; 10
	Recheck   time.Duration // how often a session and its rights are looked at without an occasion; 1 min
	Spread    time.Duration // over how long connections are sent elsewhere when the node stops; 2 s
	Position  time.Duration // with Redis, which may lose a publication on its way: how often clients are compared with it; 15 s
}

// Options of New.
type Options struct {
	Sessions Sessions
	Keys     Keys
	Kinds    map[string]Kind // by the word before the colon
	RedisURL string          // for several nodes with one history; empty: each node has its own, in memory
	Limits   Limits
	Log      *slog.Logger     // nil: slog.Default()
	Now      func() time.Time // nil: time.Now
}

// Hub holds the connections of this process. It is safe for concurrent use.
type Hub struct {
	options Options
	log     *slog.Logger
	node    *centrifuge.Node
	serve   transports
	shared  bool // the history is shared with other nodes

	draining atomic.Bool
	// changes counts what may have taken rights away. Who was asked about before a change and comes in after it is asked
	// about again.
	changes atomic.Int64

	mu    sync.Mutex
	conns map[string]*conn // by the client's ID

	asked asked
}

// conn is one client that is connected.
type conn struct {
	client *centrifuge.Client
	pace   *rate.Limiter

	mu     sync.Mutex
	person Person
}

func (c *conn) who() Person {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.person
}

// How connections end. Clients come again after codes below 4500.
var (
	endSession = centrifuge.Disconnect{Code: 4501, Reason: "session over"}
	endRights  = centrifuge.Unsubscribe{Code: 2100, Reason: "not yours any more"}
	endUnsure  = centrifuge.Unsubscribe{Code: 2600, Reason: "ask again"}
)

// New starts a node.
func New(options Options) (*Hub, error) {
	options.Limits = options.Limits.standard()
	if options.Log == nil {
		options.Log = slog.Default()
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	for word, kind := range options.Kinds {
		options.Kinds[word] = kind.standard()
	}
	h := &Hub{options: options, log: options.Log.With("part", "live"), conns: map[string]*conn{}}
	limits := options.Limits
	config := centrifuge.Config{
		LogLevel: centrifuge.LogLevelWarn, LogHandler: h.noteLog,
		ClientStaleCloseDelay: 5 * time.Second, ClientQueueMaxSize: limits.Queue, ClientChannelLimit: limits.Channels,
		UserConnectionLimit: limits.PerPerson, ChannelMaxLength: maxChannel, HistoryMetaTTL: time.Hour,
		Metrics: centrifuge.MetricsConfig{RegistererGatherer: prometheus.NewRegistry()},
	}
	if options.RedisURL != "" {
		// Each client is compared by itself: what centrifuge calls a medium of a channel would do it once for all, but its
		// map of them is read while it is written.
		config.ClientPresenceUpdateInterval, config.ClientChannelPositionCheckDelay = limits.Position, limits.Position/2
		config.UseSingleFlight = true
	}
	node, err := centrifuge.New(config)
	if err != nil {
		return nil, fmt.Errorf("live: %w", err)
	}
	h.node = node
	if options.RedisURL != "" {
		if err := h.share(options.RedisURL); err != nil {
			return nil, err
		}
	}
	node.OnConnecting(h.connecting)
	node.OnConnect(h.connected)
	node.OnCommandRead(h.command)
	h.serve = h.transports()
	if err := node.Run(); err != nil {
		return nil, fmt.Errorf("live: start: %w", err)
	}
	return h, nil
}

// share gives several nodes one history, one presence, and publications to each other.
func (h *Hub) share(url string) error {
	const prefix = "aftersales.live"
	shard, err := centrifuge.NewRedisShard(h.node, centrifuge.RedisShardConfig{Address: url})
	if err != nil {
		return fmt.Errorf("live: redis: %w", err)
	}
	broker, err := centrifuge.NewRedisBroker(h.node, centrifuge.RedisBrokerConfig{Prefix: prefix, Shards: []*centrifuge.RedisShard{shard}})
	if err != nil {
		return fmt.Errorf("live: redis: %w", err)
	}
	presence, err := centrifuge.NewRedisPresenceManager(h.node, centrifuge.RedisPresenceManagerConfig{Prefix: prefix, Shards: []*centrifuge.RedisShard{shard}})
	if err != nil {
		return fmt.Errorf("live: redis: %w", err)
	}
	h.node.SetBroker(broker)
	h.node.SetPresenceManager(presence)
	h.shared = true
	return nil
}

// Publish tells everybody in a channel. Of publications under the same key, on whatever node, the first one counts.
func (h *Hub) Publish(channel string, payload []byte, key string) error {
	kind, _, known := h.kind(channel)
	if !known {
		return fmt.Errorf("live: there is no kind of channel for %q", channel)
	}
	options := []centrifuge.PublishOption{centrifuge.WithHistory(kind.Keep, kind.For)}
	if h.shared {
		options = append(options, centrifuge.WithIdempotencyKey(key))
	}
	if _, err := h.node.Publish(channel, payload, options...); err != nil {
		return fmt.Errorf("live: publish: %w", err)
	}
	return nil
}

// Connected tells how many connections there are.
func (h *Hub) Connected() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.conns)
}

// Drain sends every client elsewhere, not all at the same moment, and stops the node. Nobody is let in any more.
func (h *Hub) Drain(ctx context.Context) error {
	if h.draining.Swap(true) {
		return nil
	}
	all := h.all()
	rand.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
	pause := h.options.Limits.Spread / time.Duration(max(len(all), 400))
	for _, c := range all {
		c.client.Disconnect(centrifuge.DisconnectShutdown)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	if err := h.node.Shutdown(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("live: stop: %w", err)
	}
	return nil
}

func (h *Hub) all() []*conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]*conn, 0, len(h.conns))
	for _, c := range h.conns {
		all = append(all, c)
	}
	return all
}

// noteLog writes what the node says, without anything that clients sent.
func (h *Hub) noteLog(entry centrifuge.LogEntry) {
	var fields []any
	for _, name := range []string{"error", "channel", "client", "transport"} {
		if value, ok := entry.Fields[name]; ok {
			fields = append(fields, name, value)
		}
	}
	level := slog.LevelWarn
	if entry.Level >= centrifuge.LogLevelError {
		level = slog.LevelError
	}
	h.log.Log(context.Background(), level, entry.Message, fields...)
}

func (l Limits) standard() Limits {
	or(&l.PerPerson, 20)
	or(&l.Channels, 64)
	or(&l.Message, 8<<10)
	or(&l.Queue, 256<<10)
	or(&l.Write, 3*time.Second)
	or(&l.Commands, 10)
	or(&l.Recheck, time.Minute)
	or(&l.Spread, 2*time.Second)
	or(&l.Position, 15*time.Second)
	return l
}

func or[T int | float64 | time.Duration](value *T, otherwise T) {
	if *value <= 0 {
		*value = otherwise
	}
}

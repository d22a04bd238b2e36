// Package audit keeps the trail that must be provable later: who did what to what, how it ended, and why somebody
// looked at what is hidden. Entries are chained by a keyed hash, one chain per process, and never changed.
package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"aftersales/models"
)

// Store is what the trail needs of the database.
type Store interface {
	OpenAuditChain(ctx context.Context, id string, key []byte, at time.Time) error
	AppendAudit(ctx context.Context, entries []models.AuditEntry) error
	LastAuditEntry(ctx context.Context, chainID string) (models.AuditEntry, error)
	PutAuditAnchor(ctx context.Context, anchor models.AuditAnchor) error
}

// Options of New. The zero value is right for production.
type Options struct {
	Delay  time.Duration    // how long refusals and reads are gathered before they are written; 0: 200 ms
	Repeat time.Duration    // how long equal refusals are counted into one entry; 0: 1 minute
	Anchor time.Duration    // how often the head of the chain is noted with the keysets; 0: 10 s
	Now    func() time.Time // nil: time.Now
	Log    *slog.Logger     // nil: slog.Default()
}

const (
	batchSize  = 500    // entries of one statement
	mostQueued = 20_000 // entries that wait for a database that is away
)

// Recorder writes the trail of one process. Many callers share one transaction: while one batch is being committed the
// next gathers, so that the chain holds nobody up longer than a commit.
type Recorder struct {
	store   Store
	options Options
	wake    chan struct{} // there is something to do
	ended   chan struct{}
	abort   context.CancelFunc
	running context.Context

	mu       sync.Mutex
	queue    []pending
	urgent   bool // somebody waits for what is queued, or it is full enough
	due      bool // the time of gathering is over
	stopping bool
	lost     int
	repeats  repeats

	chain    chain
	anchored time.Time

	returning atomic.Bool // the writer will come back for an anchor
}

// pending is an event on its way; written is closed when it is in the database, nil when nobody waits.
type pending struct {
	event   models.AuditEvent
	detail  string
	written chan struct{}
}

// chain is where the next entry goes. It belongs to the writer alone.
type chain struct {
	id   string // empty: not begun
	key  []byte
	seq  int64
	hash []byte
	news bool // entries since the last anchor
}

// ErrClosed is returned by Record after Close.
var ErrClosed = errors.New("audit: the recorder is closed")

// New starts a recorder. Its chain begins with its first entry. Close must be called, or the last entries are missing.
func New(store Store, options Options) *Recorder {
	orDuration(&options.Delay, 200*time.Millisecond)
	orDuration(&options.Repeat, time.Minute)
	orDuration(&options.Anchor, 10*time.Second)
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Log == nil {
		options.Log = slog.Default()
	}
	r := &Recorder{store: store, options: options, wake: make(chan struct{}, 1), ended: make(chan struct{}), repeats: repeats{}}
	r.running, r.abort = context.WithCancel(context.Background())
	go r.run()
	return r
}

func orDuration(d *time.Duration, otherwise time.Duration) {
	if *d <= 0 {
		*d = otherwise
	}
}

// Record puts an event into the trail. Decisions, changes and whatever shows hidden data are in the database when it
// returns nil; refusals and plain reads follow within Options.Delay, equal refusals of a minute as one entry with their
// count. An error means that the event is not provable: what must not happen unseen must then not happen. An event whose
// caller gave up waiting is written all the same. Never call it inside a transaction of the same database: it would wait
// for itself.
func (r *Recorder) Record(ctx context.Context, event models.AuditEvent) error {
	event, detail, err := sound(event, r.options.Now())
	if err != nil {
		return err
	}
	p := pending{event: event, detail: detail}
	lazy := mayWait(event)
	if !lazy {
		p.written = make(chan struct{})
	}
	if err := r.put(p, lazy); err != nil || lazy {
		return err
	}
	select {
	case <-p.written:
		return nil
	case <-r.ended:
		select { // the last batch and the end may come together
		case <-p.written:
			return nil
		default:
			return ErrClosed
		}
	case <-ctx.Done():
		return fmt.Errorf("audit: %s is not written yet: %w", event.Action, ctx.Err())
	}
}

func (r *Recorder) put(p pending, lazy bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.stopping:
		return ErrClosed
	case len(r.queue) >= mostQueued:
		r.lost++
		return fmt.Errorf("audit: %d events wait for the database already", mostQueued)
	case p.event.Outcome == models.AuditRefused && r.repeats.again(p.event):
		return nil
	}
	if p.event.Outcome == models.AuditRefused && r.repeats.first(p.event) {
		time.AfterFunc(r.options.Repeat, r.countRepeats)
	}
	r.queue = append(r.queue, p)
	switch {
	case !lazy || len(r.queue) >= batchSize:
		r.urgent = true
		r.signal()
	case len(r.queue) == 1:
		time.AfterFunc(r.options.Delay, r.gathered)
	}
	return nil
}

func (r *Recorder) signal() {
	select {
	case r.wake <- struct{}{}:
	default: // the writer will look anyhow
	}
}

func (r *Recorder) gathered() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.due = true
	r.signal()
}

// countRepeats queues what came more than once.
func (r *Recorder) countRepeats() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queue = append(r.queue, r.repeats.take()...)
	r.due = true
	r.signal()
}

// Close writes what is queued and notes the head of the chain. Past ctx it gives up what is left.
func (r *Recorder) Close(ctx context.Context) error {
	r.mu.Lock()
	r.stopping = true
	r.queue = append(r.queue, r.repeats.take()...)
	r.signal()
	r.mu.Unlock()
	select {
	case <-r.ended:
	case <-ctx.Done():
		r.abort()
		<-r.ended
	}
	r.abort()
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.queue); n > 0 {
		return fmt.Errorf("audit: %d events could not be written: %w", n, context.Cause(ctx))
	}
	return nil
}

package outbox

import (
	"context"
	"log/slog"
	"time"

	"aftersales/models"
)

const (
	followBatch = 200
	// soonest and latest bound the pauses of a follower. It looks soon again after it was woken, because on PostgreSQL an
	// event cannot be read before every older transaction has ended, and nobody tells when the last of them does.
	soonest = time.Millisecond
	latest  = 250 * time.Millisecond
)

// Follower gives every event that is written from now on to this process, in order, a few milliseconds after it was
// committed. It remembers its place in memory only: it is for what nobody misses who was away, such as news on screens.
type Follower struct {
	store  *models.Store
	handle func(ctx context.Context, events []models.OutboxEvent) error
	at     models.OutboxMark
	log    *slog.Logger
}

// Follow begins at the end of the log. When handle fails, it gets the same events again.
func Follow(ctx context.Context, store *models.Store, log *slog.Logger, handle func(ctx context.Context, events []models.OutboxEvent) error) (*Follower, error) {
	if log == nil {
		log = slog.Default()
	}
	at, err := store.OutboxEnd(ctx)
	return &Follower{store, handle, at, log}, err
}

// Run follows until the context ends.
func (f *Follower) Run(ctx context.Context) {
	woken := f.store.WatchOutbox(ctx)
	pause, failures := latest, 0
	for ctx.Err() == nil {
		n, err := f.step(ctx)
		wake := woken
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			failures++
			pause, wake = min(latest<<min(failures, 6), maxPause), nil // who fails waits, whatever comes
			f.log.ErrorContext(ctx, "following the events failed and will be tried again", "failures", failures, "error", err)
		case n == followBatch:
			continue
		case n > 0:
			pause, failures = soonest, 0
		default:
			pause, failures = min(2*pause, latest), 0
		}
		select {
		case <-ctx.Done():
		case <-wake:
			pause = soonest
		case <-time.After(pause):
		}
	}
}

func (f *Follower) step(ctx context.Context) (int, error) {
	events, err := f.store.OutboxAfter(ctx, f.at, followBatch)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	if err := f.handle(ctx, events); err != nil {
		return 0, err
	}
	f.at = models.MarkOf(events[len(events)-1])
	return len(events), nil
}

package outbox

import (
	"context"
	"log/slog"
	"time"

	"aftersales/models"
)

const relayBatch = 100

// Relay gives a consumer every event of the log, in order, at least once: its position moves on after handle has
// taken a batch. A consumer that is new begins now.
func Relay(store *models.Store, consumer string, log *slog.Logger, handle func(ctx context.Context, events []models.OutboxEvent) error) *Loop {
	started := false
	return &Loop{Name: "relay " + consumer, Every: 100 * time.Millisecond, Log: log, Step: func(ctx context.Context) (bool, error) {
		if !started {
			if err := store.StartOutbox(ctx, consumer, time.Now()); err != nil {
				return false, err
			}
			started = true
		}
		events, err := store.ReadOutbox(ctx, consumer, relayBatch)
		if err != nil || len(events) == 0 {
			return false, err
		}
		if err := handle(ctx, events); err != nil {
			return false, err
		}
		return len(events) == relayBatch, store.AdvanceOutbox(ctx, consumer, events[len(events)-1], time.Now())
	}}
}

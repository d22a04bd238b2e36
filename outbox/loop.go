// Package outbox moves what is written to where it must go: notifications when they are due, partners' notices to
// their cases, events to their consumers, and what nothing refers to into the bin. Every loop works in small
// batches, waits between them, and never ends but with its context.
package outbox

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

// Loop is one job that repeats. Step does one batch; more asks for the next at once.
type Loop struct {
	Name  string
	Every time.Duration
	Step  func(ctx context.Context) (more bool, err error)
	Log   *slog.Logger // nil: slog.Default()

	// Note is told that the job ran and whether it failed: at most once in NoteEvery, and at once when that changes. nil: nobody.
	Note      func(ctx context.Context, name string, at time.Time, failed bool) error
	NoteEvery time.Duration

	failures int // in a row
	notedAt  time.Time
	noted    bool // that it had failed
}

// maxPause bounds how long a failing loop waits before it tries again.
const maxPause = 30 * time.Second

// Run repeats the job until the context ends. Failures are logged and slow it down; they never stop it.
func (l *Loop) Run(ctx context.Context) {
	log := l.Log
	if log == nil {
		log = slog.Default()
	}
	for ctx.Err() == nil {
		more, err := l.Step(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			l.failures++
			log.ErrorContext(ctx, "a background job failed and will be tried again", "job", l.Name, "failures", l.failures, "error", err)
		default:
			l.failures = 0
		}
		l.note(ctx, log, err != nil)
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(l.pause()):
		}
	}
}

func (l *Loop) note(ctx context.Context, log *slog.Logger, failed bool) {
	now := time.Now()
	if l.Note == nil || !l.notedAt.IsZero() && now.Sub(l.notedAt) < l.NoteEvery && failed == l.noted {
		return
	}
	l.notedAt, l.noted = now, failed
	if err := l.Note(ctx, l.Name, now, failed); err != nil && ctx.Err() == nil {
		log.WarnContext(ctx, "that a background job ran could not be noted", "job", l.Name, "error", err)
	}
}

// pause is jittered by a tenth, so that several processes do not knock at the same moment.
func (l *Loop) pause() time.Duration {
	pause := min(l.Every<<min(l.failures, 8), max(maxPause, l.Every))
	return pause + time.Duration(rand.Int64N(int64(pause)/5+1)) - pause/10
}

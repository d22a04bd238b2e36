package cases

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"aftersales/models"
)

// Always is one pack for ever, by its hash.
type Always string

// Hash is the pack.
func (a Always) Hash(context.Context) (string, error) { return string(a), nil }

// Chosen knows which pack new cases get. The database says it, so that every process follows a choice within Fresh.
type Chosen struct {
	Store *models.Store
	Packs Packs
	Fresh time.Duration    // how long an answer is good; 0: 1 second
	Now   func() time.Time // nil: time.Now

	mu    sync.Mutex
	hash  string
	until time.Time
	bad   string // a choice that this process cannot load
}

// Hash is the chosen pack. A choice that this process cannot load, because another version of the program made it, is
// passed over with a line in the log: new cases get the pack that they got until then.
func (c *Chosen) Hash(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if c.Now != nil {
		now = c.Now()
	}
	if c.hash != "" && now.Before(c.until) {
		return c.hash, nil
	}
	choice, err := c.Store.ActivePack(ctx)
	if err != nil {
		return "", err
	}
	if choice.PackHash != c.hash {
		if _, err := c.Packs.Get(ctx, choice.PackHash); err != nil {
			if c.hash == "" || ctx.Err() != nil {
				return "", err
			}
			if c.bad != choice.PackHash {
				slog.ErrorContext(ctx, "the policy pack that was chosen for new cases cannot be loaded here; the one before goes on", "chosen", choice.PackHash, "in_use", c.hash, "error", err)
			}
			c.bad = choice.PackHash
		} else {
			c.hash = choice.PackHash
		}
	}
	fresh := c.Fresh
	if fresh <= 0 {
		fresh = time.Second
	}
	c.until = now.Add(fresh)
	return c.hash, nil
}

// Package operations is what those see and change who keep the platform going: the policy packs, how things stand, how
// partners do, the keys. It decides nothing about cases.
package operations

import (
	"context"
	"sync"
	"time"

	"aftersales/models"
	"aftersales/policy/pack"
)

// Packs finds and keeps policy packs.
type Packs interface {
	Get(ctx context.Context, hash string) (*pack.Pack, error)
	Keep(ctx context.Context, kept *pack.Pack) error
}

// Recorder puts into the audit trail what must be provable later.
type Recorder interface {
	Record(ctx context.Context, event models.AuditEvent) error
}

// Service answers operators. Who may ask is said before: all of this concerns the platform as a whole.
type Service struct {
	Store   *models.Store
	Packs   Packs
	Audit   Recorder
	Sandbox Sandbox          // nil: no partner is played
	Now     func() time.Time // nil: time.Now

	overview kept[Overview]
	figures  kept[map[string]int64] // open cases by pack
}

func (s *Service) now() time.Time {
	if s.Now != nil {
		return s.Now().UTC()
	}
	return time.Now().UTC()
}

// away is what a person is told when our database fails.
var away = models.Told

// fresh is how long figures over many rows are given again before they are counted anew.
const fresh = 2 * time.Second

// kept is a value that is made anew when it is too old: whoever asks meanwhile waits for the one that is being made.
type kept[T any] struct {
	mu    sync.Mutex
	value T
	until time.Time
}

func (k *kept[T]) get(now time.Time, make func() (T, error)) (T, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now.Before(k.until) {
		return k.value, nil
	}
	value, err := make()
	if err == nil {
		k.value, k.until = value, now.Add(fresh)
	}
	return value, err
}

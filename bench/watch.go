package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"time"
)

// watcher tells clients how their cases move, with one query of the projection for all of them, as live delivery
// would. So waiting costs next to nothing.
type watcher struct {
	db      *sql.DB
	mu      sync.Mutex
	waiting map[string]*awaited
}

type caseState struct {
	stage string
	seq   int64
	open  bool
}

type awaited struct {
	ok   func(caseState) bool
	done chan struct{}
}

const (
	watchEvery  = 50 * time.Millisecond
	caseTimeout = 2 * time.Minute
)

// newWatcher watches until ctx ends.
func newWatcher(ctx context.Context, db *sql.DB) *watcher {
	w := &watcher{db: db, waiting: map[string]*awaited{}}
	go func() {
		for ctx.Err() == nil {
			pause(ctx, watchEvery)
			w.look(ctx)
		}
	}()
	return w
}

// until blocks until the case is as wanted. One wait per case at a time.
func (w *watcher) until(ctx context.Context, id, what string, ok func(caseState) bool) error {
	a := &awaited{ok: ok, done: make(chan struct{})}
	w.mu.Lock()
	w.waiting[id] = a
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		delete(w.waiting, id)
		w.mu.Unlock()
	}()
	select {
	case <-a.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(caseTimeout):
		return fmt.Errorf("case %s: waited %s for %s", id, caseTimeout, what)
	}
}

// look tells those whose case has come where they want it. What cannot be read now is read at the next look.
func (w *watcher) look(ctx context.Context) {
	w.mu.Lock()
	ids := make([]string, 0, len(w.waiting))
	for id := range w.waiting {
		ids = append(ids, id) // base32: nothing to quote
	}
	w.mu.Unlock()
	if len(ids) == 0 {
		return
	}
	rows, err := w.db.QueryContext(ctx, "SELECT id, stage, seq, open FROM cases WHERE id IN ('"+strings.Join(ids, "','")+"')")
	if err != nil {
		return
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var c caseState
		if rows.Scan(&id, &c.stage, &c.seq, &c.open) != nil {
			return
		}
		w.mu.Lock()
		if a := w.waiting[id]; a != nil && a.ok(c) {
			close(a.done)
			delete(w.waiting, id)
		}
		w.mu.Unlock()
	}
}

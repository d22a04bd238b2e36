package client

import (
	"context"
	"sync"
)

// atOnce is how many commands one process lets work at one case at a time. The engine takes 10 per workflow
// (history.maxInFlightUpdates) from all processes together. It answers the eleventh by forgetting the other ten, and the
// workflow task that was carrying them: a crowd that comes back together can keep a case from getting anywhere. Five of
// two processes fit. Fewer would be slower: commands that meet in one workflow task are decided and written together.
const atOnce = 5

// turns lets a few commands at a time through to each workflow, first come, first served. The zero value is ready.
type turns struct {
	mu    sync.Mutex
	lines map[string]*line
}

// line is the crowd at one workflow.
type line struct {
	places chan struct{} // a place is taken by sending
	crowd  int           // at work or waiting; with nobody left the line is dropped
}

// wait returns when it is this command's turn; done ends the turn. The error is the context's.
func (t *turns) wait(ctx context.Context, workflowID string) (done func(), err error) {
	at := t.join(workflowID)
	select {
	case at.places <- struct{}{}:
		return func() { <-at.places; t.leave(workflowID, at) }, nil
	case <-ctx.Done():
		t.leave(workflowID, at)
		return nil, ctx.Err()
	}
}

func (t *turns) join(workflowID string) *line {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.lines[workflowID]
	if at == nil {
		if t.lines == nil {
			t.lines = map[string]*line{}
		}
		at = &line{places: make(chan struct{}, atOnce)}
		t.lines[workflowID] = at
	}
	at.crowd++
	return at
}

func (t *turns) leave(workflowID string, at *line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if at.crowd--; at.crowd == 0 {
		delete(t.lines, workflowID)
	}
}

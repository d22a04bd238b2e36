package models

import (
	"context"
	"sync"
)

// bell tells those who follow the outbox that there is something new. Ringing never waits.
type bell struct {
	mu        sync.Mutex
	listeners map[chan struct{}]bool

	knock   chan struct{} // other processes are to be told; nil: they see it by themselves
	stop    context.CancelFunc
	stopped chan struct{}
}

// newBell makes a bell. tell tells other processes; many rings while it is under way become one more. It runs apart from
// the transactions that ring: what PostgreSQL does at the end of a transaction that notifies lets no other end beside it.
func newBell(tell func(context.Context)) *bell {
	b := &bell{listeners: map[chan struct{}]bool{}}
	if tell == nil {
		return b
	}
	ctx, stop := context.WithCancel(context.Background())
	b.knock, b.stop, b.stopped = make(chan struct{}, 1), stop, make(chan struct{})
	go func() {
		defer close(b.stopped)
		for {
			select {
			case <-ctx.Done():
				return
			case <-b.knock:
				tell(ctx)
			}
		}
	}()
	return b
}

// listen returns a channel that gets a value after every ring, until the context ends.
func (b *bell) listen(ctx context.Context) <-chan struct{} {
	wake := make(chan struct{}, 1)
	b.mu.Lock()
	b.listeners[wake] = true
	b.mu.Unlock()
	context.AfterFunc(ctx, func() {
		b.mu.Lock()
		delete(b.listeners, wake)
		b.mu.Unlock()
	})
	return wake
}

// ring wakes who listens in this process.
func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for wake := range b.listeners {
		poke(wake)
	}
}

// written wakes who listens anywhere: this process has written something.
func (b *bell) written() {
	b.ring()
	if b.knock != nil {
		poke(b.knock)
	}
}

func (b *bell) close() {
	if b.stop != nil {
		b.stop()
		<-b.stopped
	}
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it is told already
	}
}

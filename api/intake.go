package api

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"aftersales/fault"
)

// What files on their way in may take of this process.
const (
	intakeBytes     = 128 << 20        // all together
	intakePerPerson = 4                // at the same time
	intakeWait      = 10 * time.Second // for room
)

// intake bounds the memory of files that are being read: each is held whole until it is dealt with.
type intake struct {
	room *semaphore.Weighted
	mu   sync.Mutex
	of   map[string]int // by person, who has any
}

func newIntake() *intake {
	return &intake{room: semaphore.NewWeighted(intakeBytes), of: map[string]int{}}
}

// enter waits until there is room for so many bytes of a person. The faults are UploadsOpen and Unavailable.
func (i *intake) enter(ctx context.Context, person string, bytes int64) (leave func(), err error) {
	i.mu.Lock()
	full := i.of[person] >= intakePerPerson
	if !full {
		i.of[person]++
	}
	i.mu.Unlock()
	if full {
		return nil, fault.New(fault.UploadsOpen, "limit", intakePerPerson)
	}
	gone := func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.of[person]--; i.of[person] == 0 {
			delete(i.of, person)
		}
	}
	waiting, cancel := context.WithTimeout(ctx, intakeWait)
	defer cancel()
	if err := i.room.Acquire(waiting, bytes); err != nil {
		gone()
		return nil, fault.New(fault.Unavailable).Because(err)
	}
	return func() { i.room.Release(bytes); gone() }, nil
}

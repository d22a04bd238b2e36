package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/term"
)

// lap is what a stretch of load came to.
type lap struct {
	done   int
	took   time.Duration
	cpu    usage // of the product
	driver time.Duration
	failed int
	first  error // the first failure
}

func (l lap) rate() float64 { return float64(l.done) / l.took.Seconds() }

// cpuPer is CPU time per case, in milliseconds.
func (l lap) cpuPer(names ...string) float64 {
	cpu := l.cpu.total()
	if len(names) > 0 {
		cpu = 0
		for _, name := range names {
			cpu += l.cpu[name]
		}
	}
	return float64(cpu.Microseconds()) / 1000 / float64(max(1, l.done))
}

// drive lets clients repeat one side by side: unmeasured for warm, then measured for span. What is under way at
// the end is finished, but not counted. errNoMore from one ends its client.
func drive(ctx context.Context, what string, clients int, warm, span time.Duration, pids map[string]int, one func(ctx context.Context, client int) error) (lap, error) {
	var done, failed atomic.Int64
	var stop atomic.Bool
	var firstErr error
	var once sync.Once
	var running sync.WaitGroup
	for client := range clients {
		running.Go(func() {
			for !stop.Load() && ctx.Err() == nil {
				err := one(ctx, client)
				switch {
				case errors.Is(err, errNoMore):
					return
				case err != nil:
					failed.Add(1)
					once.Do(func() { firstErr = err })
					pause(ctx, time.Second) // a broken product must not turn the loop into a flood
				default:
					done.Add(1)
				}
			}
		})
	}
	wait := func(d time.Duration, stage string) {
		for end := time.Now().Add(d); time.Now().Before(end) && ctx.Err() == nil; pause(ctx, min(time.Second, time.Until(end))) {
			progress("%s: %s, %d done, %d failed", what, stage, done.Load(), failed.Load())
		}
	}
	wait(warm, "warming up")
	began, before, beforeDriver, doneBefore := time.Now(), cpuOf(pids), ownCPU(), done.Load()
	wait(span, "measuring")
	l := lap{done: int(done.Load() - doneBefore), took: time.Since(began), cpu: cpuOf(pids).since(before), driver: ownCPU() - beforeDriver}
	stop.Store(true)
	running.Wait()
	progressDone()
	l.failed, l.first = int(failed.Load()), firstErr
	if l.done == 0 {
		return l, fmt.Errorf("%s: not one finished within %s: %w", what, span, errors.Join(firstErr, ctx.Err()))
	}
	return l, ctx.Err()
}

// errNoMore: there is nothing left to do.
var errNoMore = errors.New("nothing left to do")

// ownCPU is the load generator's own; its children are the product.
func ownCPU() time.Duration {
	var self syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &self) // it cannot fail for oneself
	return time.Duration(self.Utime.Nano() + self.Stime.Nano())
}

// each runs n tasks with so many at a time and stops at the first error.
func each(ctx context.Context, what string, n, parallel int, task func(ctx context.Context, i, lane int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next, done atomic.Int64
	var running sync.WaitGroup
	for lane := range min(n, parallel) {
		running.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := task(ctx, i, lane); err != nil {
					cancel(fmt.Errorf("%s %d: %w", what, i, err))
					return
				}
				if d := done.Add(1); d%10 == 0 || int(d) == n {
					progress("%s: %d of %d", what, d, n)
				}
			}
		})
	}
	running.Wait()
	progressDone()
	return context.Cause(ctx)
}

// quantile of times; they are sorted in place.
func quantile(times []time.Duration, q float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[min(len(times)-1, int(q*float64(len(times))))]
}

func ms(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	}
	return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000)
}

// Progress is one line that is written over, on a terminal; elsewhere a line every ten seconds.
var bar struct {
	sync.Mutex
	last time.Time
	open bool
}

func progress(format string, args ...any) {
	bar.Lock()
	defer bar.Unlock()
	terminal := term.IsTerminal(int(os.Stdout.Fd()))
	every := 10 * time.Second
	if terminal {
		every = 200 * time.Millisecond
	}
	if time.Since(bar.last) < every {
		return
	}
	bar.last = time.Now()
	if terminal {
		fmt.Printf("\r\033[K  "+format, args...)
		bar.open = true
		return
	}
	fmt.Printf("  "+format+"\n", args...)
}

func progressDone() {
	bar.Lock()
	defer bar.Unlock()
	if bar.open {
		fmt.Print("\r\033[K")
		bar.open = false
	}
}

// Package supervise runs several programs as one: it starts them, waits until each can be used, restarts with
// growing pauses whichever dies, shows and keeps their logs, and stops them in order.
package supervise

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"aftersales/process"
)

// Service is one program to run.
type Service struct {
	Name    string
	Address string // where it can be reached, for people; may be empty
	// Command makes a fresh command for every start.
	Command func() (*exec.Cmd, error)
	// Ready makes one attempt to find out whether the service, started at that time, can be used. nil: at once.
	Ready func(ctx context.Context, started time.Time) error
	// StopGrace is how long a polite stop may take; zero means 10 s.
	StopGrace time.Duration
}

// Backoff says how long to wait before a restart: First, then twice as long each time up to Most. A service that ran
// for Stable begins at First again.
type Backoff struct{ First, Most, Stable time.Duration }

// DefaultBackoff restarts within half a second at first and every half minute at worst.
var DefaultBackoff = Backoff{First: 500 * time.Millisecond, Most: 5 * time.Second, Stable: 30 * time.Second}

// readyEvery is the pause between two readiness probes.
const readyEvery = 50 * time.Millisecond

// startAttempts is how often a service may die before it was ever ready until starting is given up.
const startAttempts = 4

// Supervisor runs services. Make one with New.
type Supervisor struct {
	dir     string // logs/ and run.json
	backoff Backoff
	out     *output

	mu       sync.Mutex
	running  []*runner // in the order of their start
	stopping bool
}

// New returns a supervisor that keeps logs and run.json in dir and shows logs on screen.
func New(dir string, screen Screen, backoff Backoff) (*Supervisor, error) {
	out, err := newOutput(filepath.Join(dir, "logs"), screen)
	if err != nil {
		return nil, err
	}
	return &Supervisor{dir: dir, backoff: backoff, out: out}, nil
}

// runner is one supervised service.
type runner struct {
	service Service
	stop    chan struct{} // closed to end supervision
	ended   chan struct{} // closed when supervision has ended and the process is gone

	stopOnce sync.Once

	mu        sync.Mutex
	child     *process.Child
	started   time.Time
	restarts  int
	everReady chan struct{} // closed at the first readiness
	failed    error         // why starting was given up
	failure   chan struct{} // closed with failed set
}

// Start starts a service and supervises it until Stop. It returns when the process runs; see WaitReady.
func (s *Supervisor) Start(service Service) error {
	r := &runner{
		service: service, stop: make(chan struct{}), ended: make(chan struct{}),
		everReady: make(chan struct{}), failure: make(chan struct{}),
	}
	s.mu.Lock()
	if s.stopping {
		s.mu.Unlock()
		return fmt.Errorf("%s is not started: everything is being stopped", service.Name)
	}
	s.running = append(s.running, r)
	s.mu.Unlock()
	err := s.launch(r)
	if err != nil {
		s.forget(r)
		close(r.ended)
		return err
	}
	go s.supervise(r)
	return nil
}

// WaitReady returns when the service was ready for the first time, or with an error when it could not be started or
// ctx ended before. The error ends with the last lines that the service wrote.
func (s *Supervisor) WaitReady(ctx context.Context, name string) error {
	r := s.find(name)
	if r == nil {
		return fmt.Errorf("%s was not started", name)
	}
	select {
	case <-r.everReady:
		return nil
	case <-r.failure:
		return r.failed
	case <-ctx.Done():
		return fmt.Errorf("%s is not ready: %w%s", name, context.Cause(ctx), s.out.lastLines(name))
	}
}

// Run runs a program once, to its end, with its output among the others'.
func (s *Supervisor) Run(ctx context.Context, name string, cmd *exec.Cmd) error {
	w := s.out.writer(name)
	cmd.Stdout, cmd.Stderr = w, w
	child, err := process.Start(cmd)
	if err != nil {
		return err
	}
	select {
	case <-child.Done():
	case <-ctx.Done():
		child.Stop(5 * time.Second)
		return fmt.Errorf("%s was interrupted: %w", name, context.Cause(ctx))
	}
	if err := child.Err(); err != nil {
		return fmt.Errorf("%s failed: %w%s", name, err, s.out.lastLines(name))
	}
	return nil
}

// Stop stops the named services one after the other and returns when they are gone. Unknown names are passed over.
func (s *Supervisor) Stop(names ...string) {
	for _, name := range names {
		r := s.find(name)
		if r == nil {
			continue
		}
		started := time.Now()
		r.stopOnce.Do(func() { close(r.stop) })
		<-r.ended
		s.forget(r)
		s.out.say("%s stopped in %s", name, round(time.Since(started)))
	}
}

// Close stops what still runs, last started first, and removes run.json. Nothing can be started afterwards.
func (s *Supervisor) Close() {
	s.mu.Lock()
	s.stopping = true
	var names []string
	for i := len(s.running) - 1; i >= 0; i-- {
		names = append(names, s.running[i].service.Name)
	}
	s.mu.Unlock()
	s.Stop(names...)
	s.removeRunFile()
	s.out.close()
}

// Say prints a line of the supervisor's own.
func (s *Supervisor) Say(format string, args ...any) { s.out.say(format, args...) }

func (s *Supervisor) launch(r *runner) error {
	cmd, err := r.service.Command()
	if err != nil {
		return fmt.Errorf("start %s: %w", r.service.Name, err)
	}
	w := s.out.writer(r.service.Name)
	cmd.Stdout, cmd.Stderr = w, w
	child, err := process.Start(cmd)
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.child, r.started = child, time.Now()
	r.mu.Unlock()
	return s.writeRunFile()
}

// supervise restarts the service until it is stopped. It owns the runner's process.
func (s *Supervisor) supervise(r *runner) {
	defer close(r.ended)
	failures := 0 // since the service last ran for long
	for {
		ctx, cancel := context.WithCancel(context.Background())
		go s.probe(ctx, r, failures > 0)
		stopped := s.waitForEnd(r)
		cancel()
		if stopped {
			return
		}
		if time.Since(r.started) >= s.backoff.Stable {
			failures = 0
		}
		failures++
		if failures >= startAttempts && !r.wasReady() {
			r.giveUp(fmt.Errorf("%s ended %d times before it was ready: %w%s", r.service.Name, failures,
				endOf(r.child), s.out.lastLines(r.service.Name)))
			return
		}
		if !s.relaunch(r, failures) {
			return
		}
	}
}

// waitForEnd returns when the process has ended, by itself or because supervision is to stop (true).
func (s *Supervisor) waitForEnd(r *runner) (stopped bool) {
	select {
	case <-r.child.Done():
		return false
	case <-r.stop:
		grace := r.service.StopGrace
		if grace == 0 {
			grace = 10 * time.Second
		}
		if r.child.Stop(grace) {
			s.out.say("%s did not stop within %s and was killed", r.service.Name, grace)
		}
		return true
	}
}

// relaunch starts the service again after its pause, as often as it takes. It returns false when supervision stops.
func (s *Supervisor) relaunch(r *runner, failures int) bool {
	reason := endOf(r.child)
	for {
		pause := s.backoff.pause(failures)
		s.out.say("%s (pid %d) ended: %v; starting it again in %s", r.service.Name, r.child.PID(), reason, pause)
		select {
		case <-r.stop:
			return false
		case <-time.After(pause):
		}
		r.mu.Lock()
		r.restarts++
		r.mu.Unlock()
		if reason = s.launch(r); reason == nil {
			return true
		}
		failures++
	}
}

// probe asks the service whether it is ready until it is.
func (s *Supervisor) probe(ctx context.Context, r *runner, again bool) {
	_, started := r.current()
	for {
		err := error(nil)
		if r.service.Ready != nil {
			attempt, cancel := context.WithTimeout(ctx, 10*time.Second)
			err = r.service.Ready(attempt, started)
			cancel()
		}
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			r.becameReady()
			if again {
				child, _ := r.current()
				s.out.say("%s is ready again after %s (pid %d)", r.service.Name, round(time.Since(started)), child.PID())
			}
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(readyEvery):
		}
	}
}

func (b Backoff) pause(failures int) time.Duration {
	pause := b.First
	for i := 1; i < failures && pause < b.Most; i++ {
		pause *= 2
	}
	return min(pause, b.Most)
}

func (s *Supervisor) find(name string) *runner {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.running {
		if r.service.Name == name {
			return r
		}
	}
	return nil
}

func (s *Supervisor) forget(r *runner) {
	s.mu.Lock()
	for i, other := range s.running {
		if other == r {
			s.running = append(s.running[:i], s.running[i+1:]...)
			break
		}
	}
	s.mu.Unlock()
	_ = s.writeRunFile() // a stale line in it does no harm, and the next start rewrites it
}

func (r *runner) current() (*process.Child, time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.child, r.started
}

func (r *runner) wasReady() bool {
	select {
	case <-r.everReady:
		return true
	default:
		return false
	}
}

func (r *runner) becameReady() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.wasReady() {
		close(r.everReady)
	}
}

func (r *runner) giveUp(err error) {
	r.failed = err
	close(r.failure)
}

func endOf(child *process.Child) error {
	if err := child.Err(); err != nil {
		return err
	}
	return errors.New("exit status 0")
}

func round(d time.Duration) time.Duration { return d.Round(10 * time.Millisecond) }

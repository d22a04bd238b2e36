// Package process starts and stops child programs so that none is ever left behind.
//
// Every child leads its own process group: a Ctrl-C in the terminal reaches only the parent, which then stops its
// children in the order it wants, and a stop reaches whatever the child started itself. On Linux the kernel also
// kills the child when the parent dies, even by kill -9.
package process

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// outputGrace is how long we go on reading the output of a child that has ended, in case something that it started
// still holds the pipe.
const outputGrace = 2 * time.Second

// Child is one started program. Its methods may be called from any goroutine.
type Child struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

// Start starts cmd as described in the package comment and waits for its end in the background. The caller must not
// call cmd.Start or cmd.Wait. SysProcAttr may be set by the caller, for example to run as another user.
func Start(cmd *exec.Cmd) (*Child, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	dieWithParent(cmd.SysProcAttr)
	if cmd.WaitDelay == 0 {
		cmd.WaitDelay = outputGrace
	}
	if err := launch(cmd); err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	c := &Child{cmd: cmd, done: make(chan struct{})}
	go func() {
		c.err = cmd.Wait()
		close(c.done)
	}()
	return c, nil
}

// PID returns the process ID, which is also the ID of the child's process group.
func (c *Child) PID() int { return c.cmd.Process.Pid }

// Done is closed when the child has ended and its output has been read.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err says how the child ended: nil for exit code 0, otherwise what exec.Cmd.Wait returned. Call it after Done.
func (c *Child) Err() error { return c.err }

// Alive tells whether the child has not ended yet.
func (c *Child) Alive() bool {
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}

// Stop asks the child's whole group to end (SIGTERM), kills it after grace, and returns when it is gone. The result
// tells whether it had to be killed.
func (c *Child) Stop(grace time.Duration) (killed bool) {
	return c.StopWith(syscall.SIGTERM, grace)
}

// StopWith is Stop with another polite signal, for programs to which SIGTERM means "wait for everybody to leave".
func (c *Child) StopWith(polite syscall.Signal, grace time.Duration) (killed bool) {
	if !c.Alive() {
		return false
	}
	c.signal(polite)
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-c.done:
		return false
	case <-timer.C:
		c.Kill()
		return true
	}
}

// Kill ends the child's whole group at once (SIGKILL) and returns when it is gone.
func (c *Child) Kill() {
	if c.Alive() {
		c.signal(syscall.SIGKILL)
	}
	<-c.done
}

func (c *Child) signal(sig syscall.Signal) {
	if err := syscall.Kill(-c.PID(), sig); errors.Is(err, syscall.ESRCH) {
		// The group is not there yet or no more: reach at least the process itself, which exec guards against a
		// reused process ID.
		_ = c.cmd.Process.Signal(sig)
	}
}

// The kernel's "die with the parent" watches the thread that made the child, not the process. The Go runtime ends
// threads when it likes, so all children are made by one goroutine that keeps its thread for ever.
var (
	launcher sync.Once
	launches chan launchRequest
)

type launchRequest struct {
	cmd    *exec.Cmd
	result chan error
}

func launch(cmd *exec.Cmd) error {
	launcher.Do(func() {
		launches = make(chan launchRequest)
		go func() {
			runtime.LockOSThread()
			for r := range launches {
				r.result <- r.cmd.Start()
			}
		}()
	})
	r := launchRequest{cmd: cmd, result: make(chan error, 1)}
	launches <- r
	return <-r.result
}

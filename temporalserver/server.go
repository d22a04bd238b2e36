// Package temporalserver runs Temporal's official server program on one machine: it finds the program, writes its
// configuration (all ports on loopback, a SQLite file or PostgreSQL), starts and stops it, and makes a namespace with
// search attributes ready for use.
//
// It is for development, tests and small single-machine installations. More machines run a Temporal cluster of their
// own and set TEMPORAL_ADDRESS; of this package they use only Prepare.
package temporalserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"aftersales/process"
)

// Command returns the command that runs the server program with c. It writes the configuration files first, so a
// restart is simply another Command.
func (c Config) Command() (*exec.Cmd, error) {
	program := c.Program
	if program == "" {
		found, err := ServerProgram.Find()
		if err != nil {
			return nil, err
		}
		program = found
	}
	file, err := c.WriteFiles()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program, "--config-file", file, "--allow-no-auth", "start")
	cmd.Dir = filepath.Dir(file)
	cmd.Env = append(os.Environ(), "TEMPORAL_VERSION_CHECK_DISABLED=1")
	return cmd, nil
}

// Server is a running server. It can be stopped or killed and started again on the same data.
type Server struct {
	config Config
	output io.Writer

	mu    sync.Mutex
	child *process.Child
}

// Start starts a server and returns as soon as its process runs; Prepare waits until it can be used. The server's
// log goes to output, which may be nil.
func Start(c Config, output io.Writer) (*Server, error) {
	s := &Server{config: c, output: output}
	return s, s.Start()
}

// Address is where clients dial.
func (s *Server) Address() string { return Address(s.config.BasePort) }

// Start starts the process again after Stop or Kill. It is an error when it still runs.
func (s *Server) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child != nil && s.child.Alive() {
		return errors.New("the Temporal server is running already")
	}
	cmd, err := s.config.Command()
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = s.output, s.output
	s.child, err = process.Start(cmd)
	return err
}

// PID returns the process ID, or 0 when none was started.
func (s *Server) PID() int {
	if child := s.current(); child != nil {
		return child.PID()
	}
	return 0
}

// Alive tells whether the process runs.
func (s *Server) Alive() bool {
	child := s.current()
	return child != nil && child.Alive()
}

// Stop ends the server politely, and by force after grace.
func (s *Server) Stop(grace time.Duration) {
	if child := s.current(); child != nil {
		child.Stop(grace)
	}
}

// Kill ends the server as kill -9 does.
func (s *Server) Kill() {
	if child := s.current(); child != nil {
		child.Kill()
	}
}

// Prepare is the package's Prepare for this server; it gives up early when the process ends.
func (s *Server) Prepare(ctx context.Context, ns Namespace) error {
	child := s.current()
	if child == nil {
		return errors.New("the Temporal server was not started")
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-child.Done():
			cancel(fmt.Errorf("the Temporal server ended: %w", errors.Join(child.Err(), errors.New("see its log"))))
		case <-ctx.Done():
		}
	}()
	return Prepare(ctx, Endpoint{Address: s.Address()}, ns)
}

func (s *Server) current() *process.Child {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.child
}

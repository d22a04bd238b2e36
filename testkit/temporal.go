package testkit

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"

	"aftersales/temporalserver"
)

// TestNamespace is the namespace that test servers have.
const TestNamespace = "aftersales-test"

// startTimeout is generous because a busy machine runs many test processes at once.
const startTimeout = 90 * time.Second

// TemporalServer is a running test server.
type TemporalServer struct {
	Address   string
	Namespace string

	server     *temporalserver.Server
	attributes map[string]enums.IndexedValueType
	logFile    string
}

// Temporal returns the Temporal server that the tests of this process share, with the search attributes registered
// and usable. Use workflow IDs and task queues that no other test uses. A missing server program is installed.
func Temporal(t testing.TB, searchAttributes map[string]enums.IndexedValueType) *TemporalServer {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		dir, err := processDir()
		if err != nil {
			t.Fatal(err)
		}
		shared.server = startTemporal(t, temporalserver.Config{Dir: filepath.Join(dir, "temporal")})
		atEnd(func() { shared.server.server.Stop(10 * time.Second) })
	}
	shared.server.prepare(t, searchAttributes)
	return shared.server
}

// OwnTemporal starts a server for this test alone, which it may kill and restart.
func OwnTemporal(t testing.TB, searchAttributes map[string]enums.IndexedValueType) *TemporalServer {
	t.Helper()
	s := startTemporal(t, temporalserver.Config{Dir: t.TempDir()})
	t.Cleanup(func() { s.server.Stop(10 * time.Second) })
	s.prepare(t, searchAttributes)
	return s
}

// TemporalOnPostgres is OwnTemporal with its data in this process's private PostgreSQL cluster.
func TemporalOnPostgres(t testing.TB, searchAttributes map[string]enums.IndexedValueType) *TemporalServer {
	t.Helper()
	if err := ensureProgram(temporalserver.SQLToolProgram); err != nil {
		t.Fatal(err)
	}
	socketDir, user := PostgresServer(t)
	pg := temporalserver.Postgres{Host: socketDir, User: user, Database: fmt.Sprintf("temporal_%d", engines.Add(1))}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	if err := temporalserver.SetupPostgres(ctx, pg); err != nil {
		t.Fatal(err)
	}
	s := startTemporal(t, temporalserver.Config{Dir: t.TempDir(), Postgres: &pg})
	t.Cleanup(func() { s.server.Stop(10 * time.Second) })
	s.prepare(t, searchAttributes)
	return s
}

// engines counts the databases that servers on PostgreSQL were given.
var engines atomic.Int64

var shared struct {
	sync.Mutex
	server *TemporalServer
}

// Kill ends the server as kill -9 does. Not for the shared one.
func (s *TemporalServer) Kill() { s.server.Kill() }

// Restart starts the server again on the same data and port, after Kill or not, and waits until it can be used.
func (s *TemporalServer) Restart(t testing.TB) {
	t.Helper()
	s.server.Stop(10 * time.Second)
	if err := s.server.Start(); err != nil {
		t.Fatalf("restart Temporal: %v", err)
	}
	s.prepare(t, nil)
}

// PID returns the server's process ID.
func (s *TemporalServer) PID() int { return s.server.PID() }

func (s *TemporalServer) prepare(t testing.TB, more map[string]enums.IndexedValueType) {
	t.Helper()
	maps.Copy(s.attributes, more)
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	if err := s.server.Prepare(ctx, temporalserver.Namespace{Name: s.Namespace, SearchAttributes: s.attributes}); err != nil {
		t.Fatalf("%v\nits log:\n%s", err, fileTail(s.logFile))
	}
}

func startTemporal(t testing.TB, c temporalserver.Config) *TemporalServer {
	t.Helper()
	if err := ensureProgram(temporalserver.ServerProgram); err != nil {
		t.Fatal(err)
	}
	// Another process may take one of the ports between our look and the server's bind, then we try others.
	for attempt := 1; ; attempt++ {
		s, err := tryTemporal(c)
		if err == nil {
			return s
		}
		if attempt == 3 {
			t.Fatalf("start Temporal: %v", err)
		}
		t.Logf("start Temporal, attempt %d: %v", attempt, err)
	}
}

func tryTemporal(c temporalserver.Config) (*TemporalServer, error) {
	base, ok := freePorts(temporalserver.PortCount)
	if !ok {
		return nil, fmt.Errorf("no %d consecutive free ports", temporalserver.PortCount)
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, err
	}
	logFile, err := os.OpenFile(filepath.Join(c.Dir, "server.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	c.BasePort, c.Throwaway = base, true
	server, err := temporalserver.Start(c, logFile)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	s := &TemporalServer{
		Address: server.Address(), Namespace: TestNamespace, server: server, logFile: logFile.Name(),
		attributes: map[string]enums.IndexedValueType{},
	}
	if err := server.Prepare(ctx, temporalserver.Namespace{Name: TestNamespace}); err != nil {
		server.Kill()
		return nil, fmt.Errorf("%w\nits log:\n%s", err, fileTail(s.logFile))
	}
	return s, nil
}

// ensureProgram installs a program once, even when many test processes miss it at the same time.
func ensureProgram(p temporalserver.Program) error {
	if _, err := p.Find(); err == nil {
		return nil
	} else if os.Getenv(p.Env) != "" {
		return err // somebody wanted a certain program: installing another would hide the mistake
	}
	dir := temporalserver.ToolsDir()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the folder for programs: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return fmt.Errorf("lock the folder for programs: %w", err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("lock the folder for programs: %w", err)
	}
	if _, err := p.Find(); err == nil {
		return nil
	}
	_, err = p.Install(dir)
	return err
}

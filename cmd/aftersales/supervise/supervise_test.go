package supervise_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/cmd/aftersales/supervise"
	"aftersales/testkit"
)

// The test binary plays the services: TestMain branches on this variable.
const role = "AFTERSALES_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "":
		testkit.Main(m)
	case "server": // serves until told to stop
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM)
		fmt.Println("serving")
		<-stop
		fmt.Println("bye")
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
		fmt.Println("serving")
		select {}
	case "broken":
		fmt.Println("the disk is on fire")
		os.Exit(3)
	case "once":
		fmt.Println("migrated")
	}
}

func service(name, as string) supervise.Service {
	return supervise.Service{Name: name, Command: func() (*exec.Cmd, error) { return command(as), nil }}
}

func command(as string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), role+"="+as)
	return cmd
}

// screen is a buffer that several goroutines may write.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

var quick = supervise.Backoff{First: 10 * time.Millisecond, Most: 40 * time.Millisecond, Stable: time.Hour}

func start(t *testing.T, backoff supervise.Backoff) (*supervise.Supervisor, *screen, string) {
	t.Helper()
	dir, out := t.TempDir(), &screen{}
	s, err := supervise.New(dir, supervise.Screen{To: out}, backoff)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s, out, dir
}

func ready(t *testing.T, s *supervise.Supervisor, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, s.WaitReady(ctx, name))
}

func only(t *testing.T, dir string) supervise.Process {
	t.Helper()
	r, err := supervise.ReadRunFile(dir)
	require.NoError(t, err)
	require.Equal(t, os.Getpid(), r.SupervisorPID)
	require.Len(t, r.Services, 1)
	return r.Services[0]
}

func TestKilledServiceComesBack(t *testing.T) {
	t.Parallel()
	s, out, dir := start(t, quick)
	require.NoError(t, s.Start(service("worker", "server")))
	ready(t, s, "worker")
	for kill := 1; kill <= 5; kill++ { // more often than a service may fail before it was ever ready
		before := only(t, dir)
		require.NoError(t, syscall.Kill(before.PID, syscall.SIGKILL))
		require.Eventually(t, func() bool {
			r, err := supervise.ReadRunFile(dir)
			return err == nil && len(r.Services) == 1 && r.Services[0].PID != before.PID
		}, time.Minute, 5*time.Millisecond)
		require.Equal(t, kill, only(t, dir).Restarts)
	}
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "worker is ready again") }, time.Minute, 5*time.Millisecond)
	require.Contains(t, out.String(), "signal: killed; starting it again in 10ms")
}

func TestPausesGrow(t *testing.T) {
	t.Parallel()
	s, out, _ := start(t, supervise.Backoff{First: 5 * time.Millisecond, Most: 15 * time.Millisecond, Stable: time.Hour})
	require.NoError(t, s.Start(service("api", "broken")))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	// No Ready: it counts as ready at once, so it is restarted for ever.
	require.NoError(t, s.WaitReady(ctx, "api"))
	require.Eventually(t, func() bool { return strings.Count(out.String(), "again in 15ms") >= 2 }, time.Minute, 5*time.Millisecond)
	require.Contains(t, out.String(), "again in 5ms")
	require.Contains(t, out.String(), "again in 10ms")
}

func TestPauseIsShortAgainAfterAStableRun(t *testing.T) {
	t.Parallel()
	s, out, _ := start(t, supervise.Backoff{First: 5 * time.Millisecond, Most: time.Second, Stable: time.Nanosecond})
	require.NoError(t, s.Start(service("api", "broken")))
	require.Eventually(t, func() bool { return strings.Count(out.String(), "again in 5ms") >= 4 }, time.Minute, 5*time.Millisecond)
	require.NotContains(t, out.String(), "again in 10ms")
}

func TestServiceThatNeverGetsReadyIsGivenUpWithItsLastWords(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t, quick)
	broken := service("api", "broken")
	broken.Ready = func(context.Context, time.Time) error { return errors.New("no answer") }
	require.NoError(t, s.Start(broken))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err := s.WaitReady(ctx, "api")
	require.ErrorContains(t, err, "ended 4 times before it was ready: exit status 3")
	require.ErrorContains(t, err, "the disk is on fire")
	require.ErrorContains(t, err, "api.log")
}

func TestWaitReadyEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t, quick)
	slow := service("api", "server")
	slow.Ready = func(context.Context, time.Time) error { return errors.New("still loading") }
	require.NoError(t, s.Start(slow))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorContains(t, s.WaitReady(ctx, "api"), "api is not ready")
	require.ErrorContains(t, s.WaitReady(ctx, "nobody"), "was not started")
}

func TestStopInOrderAndForTheStubborn(t *testing.T) {
	t.Parallel()
	s, out, dir := start(t, quick)
	for _, name := range []string{"temporal", "api"} {
		require.NoError(t, s.Start(service(name, "server")))
	}
	stubborn := service("sandbox", "stubborn")
	stubborn.StopGrace = 50 * time.Millisecond
	require.NoError(t, s.Start(stubborn))
	require.Eventually(t, func() bool { return strings.Count(out.String(), "serving") == 3 }, time.Minute, 5*time.Millisecond)

	s.Stop("api", "sandbox", "temporal", "unknown")
	text := out.String()
	require.Contains(t, text, "bye")
	require.Contains(t, text, "sandbox did not stop within 50ms and was killed")
	require.Less(t, strings.Index(text, "api stopped"), strings.Index(text, "sandbox stopped"))
	require.Less(t, strings.Index(text, "sandbox stopped"), strings.Index(text, "temporal stopped"))
	require.Empty(t, s.Processes())
	require.NotContains(t, text, "starting it again", "what is stopped stays stopped")

	s.Close()
	_, err := os.Stat(filepath.Join(dir, supervise.RunFile))
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, s.Start(service("late", "server")), "being stopped")
}

func TestStopDuringAPause(t *testing.T) {
	t.Parallel()
	s, out, _ := start(t, supervise.Backoff{First: time.Hour, Most: time.Hour, Stable: time.Hour})
	require.NoError(t, s.Start(service("api", "broken")))
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "again in 1h0m0s") }, time.Minute, 5*time.Millisecond)
	s.Stop("api")
	require.Contains(t, out.String(), "api stopped")
}

func TestLogsAreKeptPerServiceAcrossRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 2 {
		out := &screen{}
		s, err := supervise.New(dir, supervise.Screen{To: out, Quiet: map[string]bool{"migrate": true}}, quick)
		require.NoError(t, err)
		require.NoError(t, s.Run(t.Context(), "migrate", command("once")))
		require.NotContains(t, out.String(), "migrated", "quiet services stay off the screen")
		s.Close()
	}
	text, err := os.ReadFile(filepath.Join(dir, "logs", "migrate.log"))
	require.NoError(t, err)
	require.Equal(t, "migrated\nmigrated\n", string(text))
}

func TestRunReportsFailureAndInterruption(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t, quick)
	err := s.Run(t.Context(), "migrate", command("broken"))
	require.ErrorContains(t, err, "migrate failed: exit status 3")
	require.ErrorContains(t, err, "the disk is on fire")

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorContains(t, s.Run(ctx, "migrate", command("server")), "interrupted")
}

func TestMissingProgramFailsAtOnce(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t, quick)
	require.ErrorContains(t, s.Start(supervise.Service{Name: "api", Command: func() (*exec.Cmd, error) { return exec.Command("/nowhere"), nil }}), "/nowhere")
	require.Empty(t, s.Processes())
}

func TestOneSupervisorPerFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	lock, err := supervise.TakeLock(dir)
	require.NoError(t, err)
	_, err = supervise.TakeLock(dir)
	require.ErrorIs(t, err, supervise.ErrLocked)
	require.ErrorContains(t, err, "pid "+strconv.Itoa(os.Getpid()))
	lock.Release()
	again, err := supervise.TakeLock(dir)
	require.NoError(t, err)
	again.Release()
}

func TestTakenPortIsExplained(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	free := net.JoinHostPort("127.0.0.1", strconv.Itoa(testkit.FreePort(t)))
	ports := []supervise.Port{
		{Address: free, Use: "sandbox", Change: "AFTERSALES_SANDBOX_LISTEN"},
		{Address: l.Addr().String(), Use: "API", Change: "AFTERSALES_API_LISTEN"},
	}
	err = supervise.CheckPorts(t.Context(), ports)
	require.ErrorContains(t, err, l.Addr().String()+" (API) is taken by supervise.test (pid "+strconv.Itoa(os.Getpid())+")")
	require.ErrorContains(t, err, "AFTERSALES_API_LISTEN")
	require.NotContains(t, err.Error(), free)
	require.NoError(t, supervise.CheckPorts(t.Context(), ports[:1]))
}

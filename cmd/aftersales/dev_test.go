package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"aftersales/cmd/aftersales/supervise"
	"aftersales/process"
	"aftersales/temporalserver"
	"aftersales/testkit"
)

func nothing(workflow.Context) error { return nil }

// installation is a data folder with ports of its own, and the program that runs there.
type installation struct {
	t       *testing.T
	dir     string
	api     int
	environ []string
}

func install(t *testing.T) *installation {
	t.Helper()
	testkit.Temporal(t, nil) // makes sure that the server program is there
	i := &installation{t: t, dir: filepath.Join(t.TempDir(), "data"), api: testkit.FreePort(t)}
	i.environ = append(os.Environ(), fakes+"=1", "AFTERSALES_DATA_DIR="+i.dir,
		fmt.Sprintf("AFTERSALES_API_LISTEN=127.0.0.1:%d", i.api),
		fmt.Sprintf("AFTERSALES_SANDBOX_LISTEN=127.0.0.1:%d", testkit.FreePort(t)),
		fmt.Sprintf("AFTERSALES_TEMPORAL_BASE_PORT=%d", testkit.FreePorts(t, temporalserver.PortCount)))
	return i
}

// run runs the program to its end.
func (i *installation) run(args ...string) (output string, code int) {
	i.t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = i.environ
	text, err := cmd.CombinedOutput()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		require.NoError(i.t, err)
	}
	return string(text), cmd.ProcessState.ExitCode()
}

// running is a started `aftersales dev`.
type running struct {
	*process.Child
	output *buffer
}

func (i *installation) dev(args ...string) running {
	i.t.Helper()
	out := &buffer{}
	cmd := exec.Command(os.Args[0], append([]string{"dev"}, args...)...)
	cmd.Env, cmd.Stdout, cmd.Stderr = i.environ, out, out
	child, err := process.Start(cmd)
	require.NoError(i.t, err)
	i.t.Cleanup(func() { child.Stop(30 * time.Second) })
	r := running{child, out}
	require.Eventually(i.t, func() bool {
		return strings.Contains(out.String(), "Aftersales is ready after") || !child.Alive()
	}, 90*time.Second, 20*time.Millisecond)
	require.True(i.t, child.Alive(), "%s", out)
	return r
}

func (i *installation) processes() map[string]supervise.Process {
	i.t.Helper()
	r, err := supervise.ReadRunFile(i.dir)
	require.NoError(i.t, err)
	found := map[string]supervise.Process{}
	for _, p := range r.Services {
		found[p.Name] = p
	}
	return found
}

// answering returns the process ID with which the API answers, or 0.
func (i *installation) answering() int {
	answer, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/readyz", i.api))
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	pid, _ := strconv.Atoi(string(text))
	return pid
}

func (i *installation) migrations() int {
	i.t.Helper()
	text, err := os.ReadFile(filepath.Join(i.dir, "migrated"))
	require.NoError(i.t, err)
	return bytes.Count(text, []byte("\n"))
}

func TestDevStartsRepairsAndStops(t *testing.T) {
	t.Parallel()
	i := install(t)
	first := i.dev("--pack", "demo")
	text := first.output.String()
	before := i.processes()
	for _, name := range []string{"temporal", "sandbox", "api", "worker"} {
		require.Contains(t, text, name+" is ready")
		require.Contains(t, text, strconv.Itoa(before[name].PID), "the table shows the process ID of %s", name)
	}
	require.Less(t, strings.Index(text, "sandbox is ready"), strings.Index(text, "the database is ready"))
	require.Less(t, strings.Index(text, "the database is ready"), strings.Index(text, "starting api"))
	require.Less(t, strings.Index(text, "temporal is ready"), strings.Index(text, "starting worker"))
	require.Contains(t, text, "Policy pack: demo")
	require.Equal(t, before["api"].PID, i.answering())

	// A second one in the same folder is refused, and doctor sees the first.
	output, code := i.run("dev")
	require.Equal(t, 1, code)
	require.Contains(t, output, "already running in "+i.dir)
	output, code = i.run("doctor")
	require.Equal(t, 0, code, output)
	require.Contains(t, output, fmt.Sprintf("api %d", before["api"].PID))

	// Whichever is killed comes back.
	for _, name := range []string{"api", "temporal", "worker"} {
		require.NoError(t, syscall.Kill(before[name].PID, syscall.SIGKILL))
		require.Eventually(t, func() bool {
			return strings.Contains(first.output.String(), name+" is ready again")
		}, time.Minute, 20*time.Millisecond, "%s\n%s", name, first.output)
		require.Equal(t, 1, i.processes()[name].Restarts)
	}
	require.NotEqual(t, before["api"].PID, i.answering())

	require.False(t, first.StopWith(syscall.SIGINT, 60*time.Second), "Ctrl-C stops it")
	require.NoError(t, first.Err())
	text = first.output.String()
	for _, pair := range [][2]string{{"api", "worker"}, {"worker", "sandbox"}, {"sandbox", "temporal"}} {
		require.Less(t, strings.Index(text, pair[0]+" stopped"), strings.Index(text, pair[1]+" stopped"))
	}
	require.Zero(t, i.answering())

	// The next start works on the same data.
	i.dev().StopWith(syscall.SIGINT, 60*time.Second)
	require.Equal(t, 2, i.migrations())
}

func TestDevKilledLeavesNobodyBehind(t *testing.T) {
	t.Parallel()
	i := install(t)
	first := i.dev()
	before := i.processes()
	require.NoError(t, syscall.Kill(first.PID(), syscall.SIGKILL))
	second := i.dev() // at once, while the children of the first may still be dying
	for name, p := range i.processes() {
		require.NotEqual(t, before[name].PID, p.PID)
	}
	second.StopWith(syscall.SIGINT, 60*time.Second)
}

func TestDevStopsInTheMiddleOfStarting(t *testing.T) {
	t.Parallel()
	i := install(t)
	cmd := exec.Command(os.Args[0], "dev")
	out := &buffer{}
	cmd.Env, cmd.Stdout, cmd.Stderr = i.environ, out, out
	child, err := process.Start(cmd)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "starting temporal") }, time.Minute, 5*time.Millisecond)
	require.False(t, child.StopWith(syscall.SIGINT, 60*time.Second))
	require.NoError(t, child.Err(), "%s", out)
	require.Contains(t, out.String(), "temporal stopped")
}

func TestDevNamesATakenPortBeforeStartingAnything(t *testing.T) {
	t.Parallel()
	i := install(t)
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", i.api))
	require.NoError(t, err)
	defer l.Close()
	output, code := i.run("dev")
	require.Equal(t, 1, code)
	require.Contains(t, output, fmt.Sprintf("port 127.0.0.1:%d (API) is taken by aftersales.test (pid %d)", i.api, os.Getpid()))
	require.Contains(t, output, "AFTERSALES_API_LISTEN=127.0.0.1:")
	require.NotContains(t, output, "starting")

	output, code = i.run("doctor")
	require.Equal(t, 1, code)
	require.Contains(t, output, "FAIL  ports")
}

func TestFreshDeletesOnlyWhatIsOurs(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.dev().StopWith(syscall.SIGINT, 60*time.Second)
	require.Equal(t, 1, i.migrations())

	output, code := i.run("dev", "--fresh")
	require.Equal(t, 1, code)
	require.Contains(t, output, "--yes")
	require.Equal(t, 1, i.migrations(), "nothing was deleted")

	i.dev("--fresh", "--yes").StopWith(syscall.SIGINT, 60*time.Second)
	require.Equal(t, 1, i.migrations(), "the new run's only")

	strange := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(strange, "thesis.txt"), []byte("x"), 0o600))
	i.environ = append(i.environ, "AFTERSALES_DATA_DIR="+strange)
	output, code = i.run("dev", "--fresh", "--yes")
	require.Equal(t, 1, code)
	require.Contains(t, output, "ever ran there")
	require.FileExists(t, filepath.Join(strange, "thesis.txt"))
}

// buffer is a bytes.Buffer for several goroutines.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

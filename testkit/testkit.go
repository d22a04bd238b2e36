// Package testkit gives tests the real servers: a private PostgreSQL cluster and a Temporal server, one of each per
// test process at most, started at first use. Only tests import it.
//
// A package that uses it should have
//
//	func TestMain(m *testing.M) { testkit.Main(m) }
//
// which stops the servers and removes their folders at the end. Where it is missing, or a test run is killed, the
// kernel stops the servers with the process (on Linux) and the next run removes the folders.
package testkit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Main runs the tests, stops whatever they started, and exits.
func Main(m *testing.M) {
	code := m.Run()
	Cleanup()
	os.Exit(code)
}

// Cleanup stops whatever the tests started. It is for a TestMain that has to do more than Main does.
func Cleanup() {
	cleanups.Lock()
	defer cleanups.Unlock()
	for i := len(cleanups.list) - 1; i >= 0; i-- {
		cleanups.list[i]()
	}
	cleanups.list = nil
}

var cleanups struct {
	sync.Mutex
	list []func()
}

func atEnd(f func()) {
	cleanups.Lock()
	defer cleanups.Unlock()
	cleanups.list = append(cleanups.list, f)
}

const dirPrefix = "aftersales-test-"

// processDir is the folder of this test process. Its path is short, because that of a unix socket may have only 107
// bytes, and names the process, so that others know when it is left over.
var processDir = sync.OnceValues(func() (string, error) {
	removeLeftovers()
	dir, err := os.MkdirTemp("", dirPrefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return "", fmt.Errorf("make a folder for test servers: %w", err)
	}
	// Servers that run as another user must be able to enter; what is inside is closed.
	if err := os.Chmod(dir, 0o711); err != nil {
		return "", fmt.Errorf("open the folder for test servers: %w", err)
	}
	atEnd(func() { _ = os.RemoveAll(dir) })
	return dir, nil
})

func removeLeftovers() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), dirPrefix+"*"))
	for _, dir := range dirs {
		owner, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), dirPrefix), "-")
		pid, err := strconv.Atoi(owner)
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = os.RemoveAll(dir)
		}
	}
}

// Dir is the folder in which the servers that the tests of this process share keep their data and logs, for tests that
// search them.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := processDir()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

package testkit

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/process"
)

// RedisServer is a server of a test's own, which nobody else reaches without its password.
type RedisServer struct {
	URL string

	program, dir, password string
	port                   int
	server                 *process.Child
}

// Redis starts a server that keeps nothing on disk.
func Redis(t testing.TB) *RedisServer {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		require.NoError(t, install("redis-server"), "its program redis-server is not in PATH; run: sudo apt-get install -y redis-server")
		program, err = exec.LookPath("redis-server")
		require.NoError(t, err)
	}
	r := &RedisServer{program: program, dir: t.TempDir(), password: "test-" + strconv.FormatInt(time.Now().UnixNano(), 36), port: FreePort(t)}
	r.URL = fmt.Sprintf("redis://:%s@127.0.0.1:%d/0", r.password, r.port)
	r.Start(t)
	t.Cleanup(r.Stop)
	return r
}

// Start starts the server, empty, where it was before.
func (r *RedisServer) Start(t testing.TB) {
	t.Helper()
	server := exec.Command(r.program, "--port", strconv.Itoa(r.port), "--bind", "127.0.0.1", "--dir", r.dir, "--save", "", "--appendonly", "no",
		"--requirepass", r.password)
	var err error
	r.server, err = process.Start(server)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return r.ping() == nil }, 20*time.Second, 20*time.Millisecond, "redis-server does not answer")
}

// Stop ends the server. Everything in it is lost.
func (r *RedisServer) Stop() { r.server.StopWith(syscall.SIGTERM, 5*time.Second) }

func (r *RedisServer) ping() error {
	conn, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(r.port)), time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(conn, "AUTH %s\r\nPING\r\n", r.password); err != nil {
		return err
	}
	in := bufio.NewReader(conn)
	for _, want := range []string{"+OK", "+PONG"} {
		line, err := in.ReadString('\n')
		if err != nil {
			return err
		}
		if strings.TrimSpace(line) != want {
			return errors.New(line)
		}
	}
	return nil
}

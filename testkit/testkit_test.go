package testkit_test

import (
	"database/sql"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/testkit"
)

func TestMain(m *testing.M) {
	if os.Getenv("AFTERSALES_TEST_LEFTOVER") != "" {
		os.Exit(m.Run()) // without Main's cleaning up, like a test run that was killed
	}
	testkit.Main(m)
}

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestEveryTestHasADatabaseOfItsOwn(t *testing.T) {
	for range 2 {
		db := open(t, testkit.Postgres(t))
		_, err := db.Exec("create table cases (id int)")
		require.NoError(t, err, "the database is empty")
	}
}

func TestClusterListensOnItsSocketOnly(t *testing.T) {
	db := open(t, testkit.Postgres(t))
	var addresses, socket string
	require.NoError(t, db.QueryRow("select current_setting('listen_addresses'), current_setting('unix_socket_directories')").Scan(&addresses, &socket))
	require.Empty(t, addresses)
	dir, user := testkit.PostgresServer(t)
	require.Equal(t, dir, socket)
	require.Equal(t, "aftersales", user)
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o077, "nobody else gets in")
}

func TestTemplateIsPreparedOnce(t *testing.T) {
	prepared := 0
	prepare := func(url string) error {
		prepared++
		db, err := sql.Open("pgx", url)
		if err != nil {
			return err
		}
		defer db.Close()
		_, err = db.Exec("create table cases (id int); insert into cases values (7)")
		return err
	}
	for range 3 {
		db := open(t, testkit.PostgresFrom(t, "cases", prepare))
		var sum int
		require.NoError(t, db.QueryRow("select sum(id) from cases").Scan(&sum))
		require.Equal(t, 7, sum, "a change in one copy is not in the next")
		_, err := db.Exec("insert into cases values (100)")
		require.NoError(t, err)
	}
	require.Equal(t, 1, prepared)
}

func TestPortsAreFreeAndGivenOnce(t *testing.T) {
	seen := map[int]bool{}
	for range 50 {
		base := testkit.FreePorts(t, 3)
		for port := base; port < base+3; port++ {
			require.False(t, seen[port])
			seen[port] = true
			l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
			require.NoError(t, err)
			require.NoError(t, l.Close())
		}
	}
}

// TestLeftover is run by the next test in a process of its own.
func TestLeftover(t *testing.T) {
	dir, _ := testkit.PostgresServer(t)
	if os.Getenv("AFTERSALES_TEST_LEFTOVER") != "" {
		require.NoError(t, os.WriteFile(os.Getenv("AFTERSALES_TEST_LEFTOVER"), []byte(dir), 0o600))
	}
}

func TestAbandonedServersAreCleanedUp(t *testing.T) {
	temp, err := os.MkdirTemp("", "at") // short: unix sockets lie below
	require.NoError(t, err)
	require.NoError(t, os.Chmod(temp, 0o755))
	defer os.RemoveAll(temp)
	note := filepath.Join(temp, "note")
	run := func() string {
		cmd := exec.Command(os.Args[0], "-test.run=^TestLeftover$")
		cmd.Env = append(os.Environ(), "AFTERSALES_TEST_LEFTOVER="+note, "TMPDIR="+temp)
		output, err := cmd.CombinedOutput()
		require.NoError(t, err, string(output))
		dir, err := os.ReadFile(note)
		require.NoError(t, err)
		return string(dir)
	}
	first := run()
	require.DirExists(t, first)
	pid, err := os.ReadFile(filepath.Join(first, "data", "postmaster.pid"))
	if !errors.Is(err, os.ErrNotExist) {
		require.NoError(t, err)
		number := strings.SplitN(string(pid), "\n", 2)[0]
		require.Eventually(t, func() bool {
			stat, err := os.ReadFile("/proc/" + number + "/stat")
			return err != nil || strings.Contains(string(stat), ") Z ")
		}, time.Minute, 20*time.Millisecond, "the kernel stopped the server with its process")
	}
	second := run()
	require.NotEqual(t, first, second)
	require.NoDirExists(t, first, "the next run removed the folder")
}

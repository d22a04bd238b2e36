package testkit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"aftersales/process"
)

const clusterUser = "aftersales"

// Postgres returns the URL of a new, empty database in this process's private cluster; the database is dropped at the
// end of the test. The cluster listens on a unix socket only and gives up safety against power loss for speed.
//
// Missing server programs are installed from Debian's package when that is allowed; otherwise the test fails with the
// command to run.
func Postgres(t testing.TB) string {
	t.Helper()
	return newDatabase(t, "")
}

// PostgresFrom is Postgres with a database that is a copy of a template. The template is made once per name and
// process by prepare, which gets the URL of an empty database and must leave no connection open.
func PostgresFrom(t testing.TB, name string, prepare func(url string) error) string {
	t.Helper()
	c := runningCluster(t)
	if err := c.template(name, prepare); err != nil {
		t.Fatalf("prepare the template database %s: %v", name, err)
	}
	return newDatabase(t, "template_"+name)
}

func newDatabase(t testing.TB, template string) string {
	t.Helper()
	c := runningCluster(t)
	name := fmt.Sprintf("test_%d", c.count.Add(1))
	statement := "CREATE DATABASE " + name
	if template != "" {
		statement += " TEMPLATE " + template
	}
	if err := c.admin(statement); err != nil {
		t.Fatalf("make a test database: %v", err)
	}
	t.Cleanup(func() {
		if err := c.admin("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	return c.url(name)
}

// PostgresServer tells where the private cluster is, for programs that make databases of their own: its socket folder
// and its superuser, who needs no password.
func PostgresServer(t testing.TB) (socketDir, user string) {
	t.Helper()
	return runningCluster(t).socketDir, clusterUser
}

type cluster struct {
	socketDir string
	dataDir   string
	child     *process.Child
	count     atomic.Int64

	mu        sync.Mutex
	templates map[string]bool
}

var startOnce = sync.OnceValues(startCluster)

func runningCluster(t testing.TB) *cluster {
	t.Helper()
	c, err := startOnce()
	if err != nil {
		t.Fatalf("PostgreSQL for tests: %v", err)
	}
	return c
}

func startCluster() (*cluster, error) {
	bin, err := postgresPrograms()
	if err != nil {
		return nil, err
	}
	parent, err := processDir()
	if err != nil {
		return nil, err
	}
	who, err := serverUser()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(parent, "pg")
	if err := who.makeDir(dir); err != nil {
		return nil, err
	}
	c := &cluster{socketDir: dir, dataDir: filepath.Join(dir, "data"), templates: map[string]bool{}}
	initdb := who.command(dir, filepath.Join(bin, "initdb"), "--pgdata="+c.dataDir, "--username="+clusterUser,
		"--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	if output, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, output)
	}
	log, err := os.OpenFile(filepath.Join(parent, "postgres.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL's log: %w", err)
	}
	defer log.Close()
	server := who.command(dir, filepath.Join(bin, "postgres"), "-D", c.dataDir, "-k", dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
		"-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "timezone=UTC")
	server.Stdout, server.Stderr = log, log
	// On SIGQUIT the server ends at once with all its processes; on SIGKILL it could not tell them.
	server.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	if c.child, err = process.Start(server); err != nil {
		return nil, err
	}
	// SIGINT is PostgreSQL's "fast" shutdown: clients are cut off.
	atEnd(func() { c.child.StopWith(syscall.SIGINT, 10*time.Second) })
	if err := c.waitReady(); err != nil {
		c.child.StopWith(syscall.SIGQUIT, 5*time.Second)
		return nil, fmt.Errorf("%w; its log:\n%s", err, fileTail(log.Name()))
	}
	return c, nil
}

// waitReady also makes sure that the answering server is the one in our folder.
func (c *cluster) waitReady() error {
	deadline := time.After(30 * time.Second)
	for {
		dir, err := c.askDataDir()
		switch {
		case err == nil && sameFile(dir, c.dataDir):
			return nil
		case err == nil:
			return fmt.Errorf("the server at %s works in %s, not in our %s: refusing to touch it", c.socketDir, dir, c.dataDir)
		case !c.child.Alive():
			return fmt.Errorf("the server ended: %w", errors.Join(c.child.Err(), err))
		}
		select {
		case <-deadline:
			return fmt.Errorf("no answer within 30 s: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (c *cluster) askDataDir() (dir string, err error) {
	db, err := sql.Open("pgx", c.url("postgres"))
	if err != nil {
		return "", err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	return dir, db.QueryRowContext(ctx, "show data_directory").Scan(&dir)
}

func (c *cluster) url(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(clusterUser), Path: "/" + database}
	u.RawQuery = url.Values{"host": {c.socketDir}, "sslmode": {"disable"}}.Encode()
	return u.String()
}

func (c *cluster) admin(statement string) error {
	db, err := sql.Open("pgx", c.url("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_, err = db.ExecContext(ctx, statement)
	return err
}

func (c *cluster) template(name string, prepare func(url string) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.templates[name] {
		return nil
	}
	database := "template_" + name
	if err := c.admin("CREATE DATABASE " + database); err != nil {
		return err
	}
	if err := prepare(c.url(database)); err != nil {
		// A half-made template must not be copied by the next test.
		return errors.Join(err, c.admin("DROP DATABASE "+database+" WITH (FORCE)"))
	}
	c.templates[name] = true
	return nil
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

func fileTail(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

// runAs is who the server runs as: PostgreSQL refuses to run as root.
type runAs struct{ credential *syscall.Credential }

func (w runAs) command(dir, program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: w.credential}
	return cmd
}

func (w runAs) makeDir(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of the cluster: %w", err)
	}
	if w.credential == nil {
		return nil
	}
	return os.Chown(dir, int(w.credential.Uid), int(w.credential.Gid))
}

package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"aftersales/process"
)

const clusterUser = "aftersales"

// cluster is a private PostgreSQL that listens on its own socket only.
type cluster struct {
	dir   string
	child *process.Child
}

func startCluster(ctx context.Context, dir string, durable, statements bool) (*cluster, error) {
	programs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if path, found := exec.LookPath("initdb"); found == nil {
		programs = append(programs, filepath.Dir(path))
	}
	if err != nil || len(programs) == 0 {
		return nil, errors.New("PostgreSQL's server programs are missing; install them with: sudo apt-get install -y postgresql")
	}
	bin := programs[len(programs)-1]
	attr, err := otherUser()
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	if attr.Credential != nil {
		if err := os.Chown(dir, int(attr.Credential.Uid), int(attr.Credential.Gid)); err != nil {
			return nil, err
		}
	}
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		own := *attr
		cmd.Dir, cmd.SysProcAttr, cmd.Env = dir, &own, append(os.Environ(), "LC_ALL=C", "HOME="+dir)
		return cmd
	}
	data := filepath.Join(dir, "data")
	if output, err := run("initdb", "--pgdata="+data, "--username="+clusterUser, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, output)
	}
	args := []string{"-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "max_connections=200", "-c", "timezone=UTC"}
	if !durable {
		args = append(args, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
	}
	if statements {
		args = append(args, "-c", "shared_preload_libraries=pg_stat_statements")
	}
	server := run("postgres", args...)
	server.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	c := &cluster{dir: dir}
	if c.child, err = process.Start(server); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(30 * time.Second); ; pause(ctx, 50*time.Millisecond) {
		err := c.exec(ctx, "postgres", "SELECT 1")
		if err == nil {
			return c, nil
		}
		if !c.child.Alive() || time.Now().After(deadline) || ctx.Err() != nil {
			c.stop()
			return nil, fmt.Errorf("PostgreSQL does not answer: %w", err)
		}
	}
}

// otherUser is who the server runs as: PostgreSQL refuses to run as root.
func otherUser() (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if found, err := user.Lookup(name); err == nil {
			uid, uidErr := strconv.ParseUint(found.Uid, 10, 32)
			gid, gidErr := strconv.ParseUint(found.Gid, 10, 32)
			if uidErr == nil && gidErr == nil {
				return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
			}
		}
	}
	return nil, errors.New("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")
}

func (c *cluster) url(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(clusterUser), Path: "/" + database}
	u.RawQuery = url.Values{"host": {c.dir}, "sslmode": {"disable"}}.Encode()
	return u.String()
}

func (c *cluster) create(ctx context.Context, database string) error {
	return c.exec(ctx, "postgres", "CREATE DATABASE "+database)
}

func (c *cluster) exec(ctx context.Context, database, statement string) error {
	db, err := sql.Open("pgx", c.url(database))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}

// stop cuts clients off ("fast" shutdown) and removes the data.
func (c *cluster) stop() {
	c.child.StopWith(syscall.SIGINT, 15*time.Second)
	_ = os.RemoveAll(c.dir)
}

package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"aftersales/config"
	"aftersales/process"
	"aftersales/temporalserver"
)

// Kinds of a stack: where cases and Temporal keep their data.
const (
	postgres = "postgres"
	sqlite   = "sqlite"
)

// startPatience bounds the wait for a process to be ready.
const startPatience = 90 * time.Second

// stack is the whole product as processes of its own.
type stack struct {
	kind     string
	dir      string
	program  string
	cfg      config.Config
	env      []string
	pg       *cluster
	temporal *temporalserver.Server
	children map[string]*process.Child
	db       *sql.DB // what we look into and seed ourselves
}

func startStack(ctx context.Context, o options, dir, kind string) (s *stack, err error) {
	program, err := filepath.Abs(o.program)
	if err != nil {
		return nil, err
	}
	s = &stack{kind: kind, dir: filepath.Join(dir, kind), program: program, children: map[string]*process.Child{}}
	defer func() {
		if err != nil {
			s.stop()
		}
	}()
	for _, sub := range []string{"temporal", "packs", "logs"} {
		if err := os.MkdirAll(filepath.Join(s.dir, sub), 0o700); err != nil {
			return s, err
		}
	}
	// A pack whose merchants are silent for as long as the section of deadlines says; written anew by it.
	if err := s.writePack(time.Hour); err != nil {
		return s, err
	}
	base, err := freePorts(temporalserver.PortCount + 2)
	if err != nil {
		return s, err
	}
	engine := temporalserver.Config{Dir: filepath.Join(s.dir, "temporal"), BasePort: base}
	s.cfg = config.Default()
	s.cfg.DataDir = filepath.Join(s.dir, "data")
	s.cfg.Temporal.Address = temporalserver.Address(base)
	s.cfg.API.Listen = temporalserver.Address(base + temporalserver.PortCount)
	s.cfg.Sandbox.Listen = temporalserver.Address(base + temporalserver.PortCount + 1)
	s.cfg.Policy.Dirs = []string{filepath.Join(s.dir, "packs")}
	s.cfg.Uploads.DailyFiles = 1_000_000
	s.cfg.API.RatePerson, s.cfg.API.RateMessages, s.cfg.API.RateUploads = 0, 0, 0 // a few people ask here for many
	if kind == postgres {
		// Its folder is outside of ours, because its user may enter only there and because a socket's path is short.
		if s.pg, err = startCluster(ctx, filepath.Join(dir, "pg"), o.durable, o.statements); err != nil {
			return s, err
		}
		if err := s.pg.create(ctx, "aftersales"); err != nil {
			return s, err
		}
		s.cfg.Database.URL = s.pg.url("aftersales")
		pg := temporalserver.Postgres{Host: s.pg.dir, User: clusterUser}
		if err := temporalserver.SetupPostgres(ctx, pg); err != nil {
			return s, err
		}
		engine.Postgres = &pg
	}
	if s.temporal, err = temporalserver.Start(engine, s.log("temporal")); err != nil {
		return s, err
	}
	if err := s.start("sandbox"); err != nil {
		return s, err
	}
	s.setEnv()
	migrate := exec.CommandContext(ctx, program, "migrate", "--demo-world", "--engine")
	migrate.Env = s.env
	if output, err := migrate.CombinedOutput(); err != nil {
		return s, fmt.Errorf("migrate: %w\n%s", err, output)
	}
	if err := s.openDB(); err != nil {
		return s, err
	}
	if err := errors.Join(s.start("worker"), s.start("api")); err != nil {
		return s, err
	}
	return s, errors.Join(s.workerReady(ctx, time.Now().Add(-time.Minute)), s.ready(ctx, s.cfg.API.URL()+"/readyz"))
}

// setEnv gives children exactly our configuration, whatever the environment says.
func (s *stack) setEnv() {
	s.env = append(os.Environ(), "DATABASE_URL=", "TEMPORAL_ADDRESS=", "REDIS_URL=")
	s.env = append(s.env, s.cfg.Env()...)
}

// start starts a sub-command of the program.
func (s *stack) start(name string) error {
	s.setEnv()
	cmd := exec.Command(s.program, name)
	cmd.Env, cmd.Dir = s.env, s.dir
	cmd.Stdout = s.log(name)
	cmd.Stderr = cmd.Stdout
	child, err := process.Start(cmd)
	if err == nil {
		s.children[name] = child
	}
	return err
}

// log opens a process's log, which the child inherits; ours closes with us.
func (s *stack) log(name string) *os.File {
	file, err := os.OpenFile(filepath.Join(s.dir, "logs", name+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil
	}
	return file
}

// halt stops one of the sub-commands.
func (s *stack) halt(name string) {
	if child := s.children[name]; child != nil {
		child.Stop(20 * time.Second)
		delete(s.children, name)
	}
}

// restartAPI starts the API anew under a policy pack.
func (s *stack) restartAPI(ctx context.Context, pack string) error {
	s.halt("api")
	s.cfg.Policy.Pack = pack
	if err := s.start("api"); err != nil {
		return err
	}
	return s.ready(ctx, s.cfg.API.URL()+"/readyz")
}

// restartWorker starts the worker anew and waits until it works.
func (s *stack) restartWorker(ctx context.Context) error {
	s.halt("worker")
	began := time.Now()
	if err := s.start("worker"); err != nil {
		return err
	}
	return s.workerReady(ctx, began)
}

func (s *stack) workerReady(ctx context.Context, since time.Time) error {
	return s.until(ctx, "the worker asks for work", func() error {
		polls, err := temporalserver.WorkerPolls(ctx, temporalserver.Endpoint{Address: s.cfg.Temporal.Address}, s.cfg.Temporal.Namespace, s.cfg.Temporal.TaskQueue, since)
		if err == nil && !polls {
			err = errors.New("not yet")
		}
		return err
	})
}

func (s *stack) ready(ctx context.Context, url string) error {
	return s.until(ctx, url, func() error { return answers(ctx, url) })
}

func (s *stack) until(ctx context.Context, what string, try func() error) error {
	deadline := time.Now().Add(startPatience)
	for {
		err := try()
		if err == nil {
			return nil
		}
		for name, child := range s.children {
			if !child.Alive() {
				return fmt.Errorf("%s ended while waiting for %s:\n%s", name, what, s.tail(name))
			}
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return fmt.Errorf("waited for %s: %w", what, errors.Join(err, ctx.Err()))
		}
		pause(ctx, 25*time.Millisecond)
	}
}

func (s *stack) tail(name string) string {
	content, err := os.ReadFile(filepath.Join(s.dir, "logs", name+".log"))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-10):], "\n")
}

// openDB opens what the product keeps, to look into it.
func (s *stack) openDB() (err error) {
	if s.kind == postgres {
		s.db, err = sql.Open("pgx", s.cfg.Database.URL)
	} else {
		s.db, err = sql.Open("sqlite", "file:"+s.cfg.DatabaseFile()+"?_pragma=busy_timeout(20000)&_pragma=foreign_keys(ON)")
	}
	return err
}

// pids names every process of the product.
func (s *stack) pids() map[string]int {
	pids := map[string]int{"temporal": s.temporal.PID()}
	for name, child := range s.children {
		pids[name] = child.PID()
	}
	if s.pg != nil {
		pids["postgres"] = s.pg.child.PID()
	}
	return pids
}

// stop ends everything and removes its data.
func (s *stack) stop() {
	if s.db != nil {
		_ = s.db.Close()
	}
	for name := range s.children {
		s.halt(name)
	}
	if s.temporal != nil {
		s.temporal.Stop(15 * time.Second)
	}
	if s.pg != nil {
		s.pg.stop()
	}
	_ = os.RemoveAll(s.dir)
}

const duePack = "bench-due"

// writePack writes the pack of the section of deadlines: the default's rules, with merchants who have so long to answer.
func (s *stack) writePack(answer time.Duration) error {
	content := fmt.Sprintf(`extends: default
name: %s
version: "1"
description: {zh: 同时到期的期限, en: "Deadlines that are due together"}
grace: 1s
calendar: {zone: "+08:00"}
times:
  merchant_answer: {for: %ds}
`, duePack, int(answer.Seconds()))
	return os.WriteFile(filepath.Join(s.dir, "packs", duePack+".yaml"), []byte(content), 0o600)
}

var probe = &http.Client{Timeout: 5 * time.Second}

func answers(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := probe.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", url, answer.Status)
	}
	return nil
}

// freePorts returns the first of n consecutive free loopback ports, below the range of outgoing connections.
func freePorts(n int) (int, error) {
	for range 1000 {
		base, free := 15000+rand.IntN(17000-n), true
		for port := base; port < base+n && free; port++ {
			listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
			if free = err == nil; free {
				_ = listener.Close()
			}
		}
		if free {
			return base, nil
		}
	}
	return 0, fmt.Errorf("no %d consecutive free ports between 15000 and 32000 on 127.0.0.1", n)
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

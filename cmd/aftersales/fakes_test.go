package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"aftersales/config"
	"aftersales/testkit"
)

// `aftersales dev` starts sub-commands of its own program. In these tests that is the test binary, which plays small
// stand-ins for them and otherwise is `aftersales` itself, so that the supervision is looked at alone.
const fakes = "AFTERSALES_TEST_FAKES"

func TestMain(m *testing.M) {
	if os.Getenv(fakes) == "" {
		testkit.Main(m)
		return
	}
	play, ok := map[string]func(*config.Config) error{
		"sandbox": func(c *config.Config) error { return serve(c.Sandbox.Listen) },
		"api":     func(c *config.Config) error { return serve(c.API.Listen) },
		"worker":  playWorker,
		"migrate": playMigrate,
	}[os.Args[1]]
	if !ok {
		welcome = func(context.Context, *config.Config) error { return nil } // there is no shop
		main()
		return
	}
	cfg, err := config.Load("", os.Environ())
	if err == nil {
		err = play(cfg)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func untilTold() context.Context {
	ctx, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	return ctx
}

// serve answers every GET with the process ID.
func serve(listen string) error {
	server := &http.Server{Addr: listen, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, os.Getpid())
	})}
	go func() {
		<-untilTold().Done()
		_ = server.Close()
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		return err
	}
	return nil
}

func playWorker(cfg *config.Config) error {
	c, err := client.Dial(client.Options{HostPort: cfg.Temporal.Address, Namespace: cfg.Temporal.Namespace})
	if err != nil {
		return err
	}
	defer c.Close()
	w := worker.New(c, cfg.Temporal.TaskQueue, worker.Options{})
	w.RegisterWorkflow(nothing)
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	<-untilTold().Done()
	return nil
}

// playMigrate leaves a trace of each run and does not work without the sandbox.
func playMigrate(cfg *config.Config) error {
	if err := get(context.Background(), cfg.Sandbox.URL()+"/healthz"); err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(cfg.DataDir, "migrated"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = fmt.Fprintln(file, time.Now().Format(time.RFC3339Nano))
	return err
}

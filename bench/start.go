package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"aftersales/config"
	"aftersales/process"
	"aftersales/temporalserver"
)

const wantStart = 10 * time.Second

// measureStart measures `aftersales dev`, which `make run` ends in, from its start to /readyz: with an empty data
// folder, and again with what the first run left.
func measureStart(ctx context.Context, o options, r *report, dir string) error {
	program, err := filepath.Abs(o.program)
	if err != nil {
		return err
	}
	figures := table{{"data folder", "fastest", "median", "slowest", "target", ""}}
	var fresh, existing []time.Duration
	for i := range o.starts {
		data := filepath.Join(dir, fmt.Sprintf("start-%d", i))
		base, err := freePorts(temporalserver.PortCount + 2)
		if err != nil {
			return err
		}
		for _, took := range []*[]time.Duration{&fresh, &existing} {
			progress("starting everything, %d of %d", len(fresh)+len(existing)+1, 2*o.starts)
			once, err := startOnce(ctx, program, data, base)
			if err != nil {
				return err
			}
			*took = append(*took, once)
		}
		_ = os.RemoveAll(data)
	}
	progressDone()
	for _, line := range []struct {
		name string
		took []time.Duration
	}{{"empty", fresh}, {"of an earlier run", existing}} {
		slowest := quantile(line.took, 1)
		figures.row(line.name, seconds(line.took[0]), seconds(quantile(line.took, 0.5)), seconds(slowest), seconds(wantStart), verdict(slowest < wantStart))
	}
	return r.section("start", "Start of everything", figures.String(),
		fmt.Sprintf("From the start of `aftersales dev` to the first 200 of /readyz, %d runs each, with SQLite and the embedded Temporal.", o.starts))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// startOnce starts everything on ports from base on, waits for /readyz, and stops everything.
func startOnce(ctx context.Context, program, data string, base int) (time.Duration, error) {
	cfg := config.Default()
	cfg.DataDir, cfg.Temporal.BasePort = data, base
	cfg.API.Listen = temporalserver.Address(base + temporalserver.PortCount)
	cfg.Sandbox.Listen = temporalserver.Address(base + temporalserver.PortCount + 1)
	cmd := exec.Command(program, "dev")
	cmd.Env = append(os.Environ(), "DATABASE_URL=", "TEMPORAL_ADDRESS=", "REDIS_URL=")
	cmd.Env = append(cmd.Env, cfg.Env()...)
	began := time.Now()
	child, err := process.Start(cmd)
	if err != nil {
		return 0, err
	}
	defer child.StopWith(syscall.SIGINT, 30*time.Second)
	for {
		err := answers(ctx, cfg.API.URL()+"/readyz")
		took := time.Since(began)
		if err == nil {
			return took, nil
		}
		if !child.Alive() || took > startPatience || ctx.Err() != nil {
			return 0, fmt.Errorf("aftersales dev is not ready after %s: %w", took.Round(time.Second), err)
		}
		pause(ctx, 20*time.Millisecond)
	}
}

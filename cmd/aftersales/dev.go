package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"aftersales/cmd/aftersales/supervise"
	"aftersales/config"
	"aftersales/demo"
	"aftersales/partners/sandbox"
)

// signIn is one person of the demo world, as the table at the end of the start shows them.
type signIn struct{ Role, Login, Password string }

// demoSignIns tells whom one can sign in as after a start of `aftersales dev`.
func demoSignIns() []signIn {
	return []signIn{
		{"customer", demo.CustomerLogin(1), demo.Password}, {"merchant", demo.ClerkLogin(1), demo.Password},
		{"agent", demo.AgentLogin(1), demo.Password}, {"supervisor", demo.SupervisorLogin(1), demo.Password},
		{"operator", demo.OperatorLogin, demo.Password},
	}
}

type devOptions struct {
	pack    string
	fresh   bool
	yes     bool
	ui      bool
	verbose bool
	timeout time.Duration
}

func newDevCommand(cfg *config.Config) *cobra.Command {
	var o devOptions
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Run everything on this machine: Temporal, sandbox partners, API, workers",
		Long: `Runs all of Aftersales on this machine, as separate processes that it watches: Temporal, the sandbox partners, the
API and a worker. When all are ready it prints their process IDs and addresses. Kill any of them (kill -9): it is
started again, and no case is lost. Ctrl-C stops all cleanly; the next start goes on with the same cases.

Everything is kept in the data folder (./data): databases, keys, files, logs/ with a log per process, and run.json
with the process IDs. With DATABASE_URL cases live in PostgreSQL; with TEMPORAL_ADDRESS an outside Temporal is used
and none is started.

Everything listens on 127.0.0.1: API 8080, sandbox 8090, Temporal 7233 to 7243. A port that is taken is named, with
the setting that changes it, before anything is started.`,
		Example: `  aftersales dev                       start, or go on where the last run stopped
  aftersales dev --pack demo           deadlines of seconds and minutes instead of days
  aftersales dev --fresh               delete the data folder first (asks; --yes does not)
  aftersales dev --ui                  with Temporal's own web UI on 127.0.0.1:8233
  AFTERSALES_API_LISTEN=127.0.0.1:9000 AFTERSALES_DATA_DIR=./second \
  AFTERSALES_SANDBOX_LISTEN=127.0.0.1:9001 AFTERSALES_TEMPORAL_BASE_PORT=9100 aftersales dev
                                       a second one beside the first
  kill -9 $(jq '.services[] | select(.name=="worker") | .pid' data/run.json)
                                       kill the worker and watch it come back`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.pack != "" {
				cfg.Policy.Pack = o.pack
				if err := cfg.Validate(); err != nil {
					return err
				}
			}
			return runDev(cmd.Context(), cmd, cfg, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.pack, "pack", "", "policy pack of new cases: default, demo, or one of your own (default: policy.pack)")
	flags.BoolVar(&o.fresh, "fresh", false, "delete everything in the data folder first")
	flags.BoolVar(&o.yes, "yes", false, "do not ask before --fresh deletes")
	flags.BoolVar(&o.ui, "ui", false, "run Temporal's web UI too (install it with: make ui-tool)")
	flags.BoolVar(&o.verbose, "verbose", false, "show Temporal's own log on the screen, not only in data/logs")
	flags.DurationVar(&o.timeout, "timeout", 2*time.Minute, "give up when not everything is ready by then")
	return cmd
}

func runDev(ctx context.Context, cmd *cobra.Command, cfg *config.Config, o devOptions) error {
	began := time.Now()
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w; choose another with AFTERSALES_DATA_DIR", err)
	}
	if o.fresh {
		if err := checkWipeable(cfg.DataDir); err != nil {
			return err
		}
	}
	lock, err := supervise.TakeLock(cfg.DataDir)
	if err != nil {
		return err
	}
	defer lock.Release()
	if o.fresh {
		if err := wipe(cmd, cfg, o.yes); err != nil {
			return err
		}
	}
	if err := supervise.CheckPorts(ctx, portsOf(cfg, o.ui)); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	s, err := supervise.New(cfg.DataDir, supervise.Screen{
		To: out, Color: isTerminal(out), Quiet: map[string]bool{temporalName: !o.verbose, uiName: !o.verbose},
	}, supervise.DefaultBackoff)
	if err != nil {
		return err
	}
	defer s.Close()
	d := dev{cfg: cfg, options: o, supervisor: s}

	startCtx, cancel := context.WithTimeoutCause(ctx, o.timeout, fmt.Errorf("not everything was ready within %s; --timeout allows more", o.timeout))
	err = d.start(startCtx)
	cancel()
	if err == nil {
		d.printTable(cmd, time.Since(began))
		<-ctx.Done()
	}
	s.Say("stopping")
	s.Stop(apiName, workerName, sandboxName, uiName, temporalName)
	if ctx.Err() != nil {
		return nil // we were asked to stop, be it in the middle of starting
	}
	return err
}

// dev is one run of everything.
type dev struct {
	cfg        *config.Config
	options    devOptions
	supervisor *supervise.Supervisor
}

// start brings everything up. Temporal takes longest, so sandbox and database are made ready meanwhile.
func (d dev) start(ctx context.Context) error {
	services := d.services()
	if d.cfg.Temporal.Embedded() {
		if err := d.begin(services[temporalName]); err != nil {
			return err
		}
	}
	if err := d.begin(services[sandboxName]); err != nil {
		return err
	}
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error { return d.temporalReady(groupCtx) })
	group.Go(func() error {
		if err := d.ready(groupCtx, sandboxName); err != nil {
			return err
		}
		return d.migrate(groupCtx)
	})
	if err := group.Wait(); err != nil {
		return err
	}
	names := []string{apiName, workerName}
	if d.options.ui {
		names = append(names, uiName)
	}
	for _, name := range names {
		if err := d.begin(services[name]); err != nil {
			return err
		}
	}
	for _, name := range names {
		if err := d.ready(ctx, name); err != nil {
			return err
		}
	}
	return welcome(ctx, d.cfg)
}

// welcome lets the demo world have something to look at; tests without the real services replace it.
var welcome = func(ctx context.Context, cfg *config.Config) error {
	return demo.Welcome(ctx, cfg.API.URL(), sandbox.Client{Base: cfg.Sandbox.URL()})
}

func (d dev) begin(service supervise.Service) error {
	d.supervisor.Say("starting %s", service.Name)
	return d.supervisor.Start(service)
}

func (d dev) ready(ctx context.Context, name string) error {
	if err := d.supervisor.WaitReady(ctx, name); err != nil {
		return err
	}
	d.supervisor.Say("%s is ready", name)
	return nil
}

func (d dev) temporalReady(ctx context.Context) error {
	if d.cfg.Temporal.Embedded() {
		return d.ready(ctx, temporalName)
	}
	d.supervisor.Say("preparing namespace %s at %s", d.cfg.Temporal.Namespace, d.cfg.Temporal.Address)
	if err := prepareEngine(ctx, d.cfg); err != nil {
		return fmt.Errorf("%w; TEMPORAL_ADDRESS names this server, unset it to use the embedded one", err)
	}
	d.supervisor.Say("temporal is ready")
	return nil
}

func (d dev) migrate(ctx context.Context) error {
	d.supervisor.Say("bringing the database up to date")
	cmd, err := d.self("migrate", "--demo-world")
	if err != nil {
		return err
	}
	if err := d.supervisor.Run(ctx, "migrate", cmd); err != nil {
		return err
	}
	d.supervisor.Say("the database is ready")
	return nil
}

func (d dev) printTable(cmd *cobra.Command, took time.Duration) {
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "\nAftersales is ready after %.1f s. Policy pack: %s. Data: %s\n\n", took.Seconds(), d.cfg.Policy.Pack, d.cfg.DataDir)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  PROCESS\tPID\tADDRESS")
	for _, p := range d.supervisor.Processes() {
		fmt.Fprintf(table, "  %s\t%d\t%s\n", p.Name, p.PID, orDash(p.Address))
	}
	if !d.cfg.Temporal.Embedded() {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", temporalName, "-", d.cfg.Temporal.Address)
	}
	_ = table.Flush()
	site := siteOf(d.cfg)
	fmt.Fprintf(out, "\nOpen in a browser\n\n")
	fmt.Fprintf(table, "  customers\t%s/\n  who works here\t%s/staff\n", site, site)
	_ = table.Flush()
	if people := demoSignIns(); len(people) > 0 {
		fmt.Fprintf(out, "\nand sign in as\n\n")
		fmt.Fprintln(table, "  ROLE\tLOGIN\tPASSWORD\tAT")
		for _, p := range people {
			page := "/staff"
			if p.Role == "customer" {
				page = "/"
			}
			fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", p.Role, p.Login, p.Password, page)
		}
		_ = table.Flush()
		fmt.Fprintf(out, "\nThe platform's people are asked for a code, too. Their authenticator app is: aftersales user code %s\n", demo.AgentLogin(1))
	}
	fmt.Fprintf(out, "\nKill any of these processes and watch it come back. Ctrl-C stops all; the next start goes on with the same cases.\n\n")
}

// siteOf is where browsers find the pages. On this machine that is localhost, not an address: passkeys know names only.
func siteOf(cfg *config.Config) string {
	if cfg.API.PublicURL != "" {
		return strings.TrimSuffix(cfg.API.PublicURL, "/")
	}
	site, err := url.Parse(cfg.API.URL())
	if err != nil {
		return cfg.API.URL()
	}
	if ip := net.ParseIP(site.Hostname()); ip != nil && ip.IsLoopback() {
		site.Host = net.JoinHostPort("localhost", site.Port())
	}
	return site.String()
}

// checkWipeable refuses to delete a folder that holds anything but the traces of an earlier run.
func checkWipeable(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("look into the data folder: %w", err)
	}
	if len(entries) == 0 {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, supervise.LockFile)); err != nil {
		return fmt.Errorf("--fresh deletes what is in %s, but no `aftersales dev` ever ran there (no %s): delete it by hand if you are sure", dir, supervise.LockFile)
	}
	return nil
}

// wipe deletes what is in the data folder, except the lock that we hold.
func wipe(cmd *cobra.Command, cfg *config.Config, yes bool) error {
	if !yes {
		if !isTerminal(cmd.InOrStdin()) {
			return errors.New("--fresh deletes all cases and keys; confirm with --yes, because there is no terminal to ask at")
		}
		fmt.Fprintf(cmd.OutOrStdout(), "Delete everything in %s, all cases and keys included? Type yes: ", cfg.DataDir)
		var answer string
		if _, err := fmt.Fscanln(cmd.InOrStdin(), &answer); err != nil || answer != "yes" {
			return errors.New("nothing was deleted")
		}
	}
	entries, err := os.ReadDir(cfg.DataDir)
	if err != nil {
		return fmt.Errorf("look into the data folder: %w", err)
	}
	for _, entry := range entries {
		if entry.Name() == supervise.LockFile {
			continue
		}
		if err := os.RemoveAll(filepath.Join(cfg.DataDir, entry.Name())); err != nil {
			return fmt.Errorf("delete the old data: %w", err)
		}
	}
	if !cfg.SQLite() || !cfg.Temporal.Embedded() {
		fmt.Fprintln(cmd.OutOrStdout(), "Only the data folder was emptied: what DATABASE_URL and TEMPORAL_ADDRESS name is as it was.")
	}
	return nil
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Command bench measures Aftersales as it runs in production: the built program's processes, Temporal and the
// database as children of their own on free loopback ports, driven through the public API. It prints tables and
// writes them, with the machine and the command, between the markers in docs/performance.md.
//
//	go run ./bench                          everything, about 20 minutes
//	go run ./bench -only return -db sqlite  one section on one database
//	go run ./bench -quick                   small sizes, to see that it works; writes nothing
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	only, databases []string
	program         string
	doc             string
	quick           bool
	durable         bool
	statements      bool
	clients         int
	warm, span      time.Duration
	openings        int
	open            int
	due             int
	rows            []int
	lists           int
	starts          int
}

// sections in the order in which they run. Those with a stack share one per database.
var sections = []string{"opening", "return", "stories", "live", "desk", "memory", "deadlines", "lists", "security", "start", "rules"}

func main() {
	if len(os.Args) > 1 && os.Args[1] == bareWorkerCommand {
		if err := runBareWorker(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "bare worker:", err)
			os.Exit(1)
		}
		return
	}
	o, err := parse()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err = run(ctx, o)
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse() (o options, err error) {
	only := flag.String("only", strings.Join(sections, ","), "sections to run")
	databases := flag.String("db", "postgres,sqlite", "databases to run opening, return, stories, live and lists on; memory, deadlines and security run on the first")
	rows := flag.String("rows", "10000,100000", "sizes of the lists")
	flag.StringVar(&o.program, "program", "bin/aftersales", "the built program")
	flag.StringVar(&o.doc, "doc", "docs/performance.md", "document to write the figures into; empty: print only")
	flag.BoolVar(&o.quick, "quick", false, "small sizes and no document")
	flag.BoolVar(&o.durable, "durable", true, "PostgreSQL with fsync and synchronous commits, as in production")
	flag.BoolVar(&o.statements, "statements", false, "print the SQL statements of the full return (needs pg_stat_statements, which costs a little)")
	flag.IntVar(&o.clients, "clients", 64, "parallel clients of the full return")
	flag.DurationVar(&o.warm, "warm", 8*time.Second, "time before measuring")
	flag.DurationVar(&o.span, "span", 30*time.Second, "time of measuring")
	flag.IntVar(&o.openings, "openings", 200, "cases opened per number of clients to measure the latency of opening")
	flag.IntVar(&o.open, "open", 2000, "open cases to measure memory with")
	flag.IntVar(&o.due, "due", 1000, "cases whose deadlines are due together, up to 10000")
	flag.IntVar(&o.lists, "lists", 200, "requests per list")
	flag.IntVar(&o.starts, "starts", 5, "starts of everything, each with fresh and with existing data")
	flag.Parse()
	if o.quick {
		o.doc, o.clients, o.warm, o.span = "", min(o.clients, 8), 2*time.Second, 5*time.Second
		o.openings, o.open, o.due, o.lists, o.starts, *rows = 20, 60, 60, 20, 1, "2000,5000"
	}
	o.only, o.databases = strings.Split(*only, ","), strings.Split(*databases, ",")
	for _, name := range o.only {
		if !slices.Contains(sections, name) {
			return o, fmt.Errorf("-only: there is no section %q; there are %s", name, strings.Join(sections, ", "))
		}
	}
	for _, kind := range o.databases {
		if kind != postgres && kind != sqlite {
			return o, fmt.Errorf("-db: %q is neither %s nor %s", kind, postgres, sqlite)
		}
	}
	for text := range strings.SplitSeq(*rows, ",") {
		var n int
		if _, err := fmt.Sscan(text, &n); err != nil || n < 100 {
			return o, fmt.Errorf("-rows: %q is no size of a list", text)
		}
		o.rows = append(o.rows, n)
	}
	slices.Sort(o.rows)
	if o.due > 10_000 || o.open > 10_000 || o.clients < 1 || o.span <= 0 {
		return o, errors.New("-due and -open: at most 10000; -clients and -span: more than 0")
	}
	if _, err := os.Stat(o.program); err != nil {
		return o, fmt.Errorf("%w; build the program first: make build", err)
	}
	return o, nil
}

func (o options) wants(section string) bool { return slices.Contains(o.only, section) }

// run runs the sections and reports each as soon as it is measured.
func run(ctx context.Context, o options) error {
	began := time.Now()
	dir, err := os.MkdirTemp("", "aftersales-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o711); err != nil { // PostgreSQL's user must be able to enter
		return err
	}
	r := &report{doc: o.doc, machine: machine(), command: strings.Join(append([]string{"go run ./bench"}, os.Args[1:]...), " ")}
	fmt.Println(r.machine)
	var failed error
	for i, kind := range o.databases {
		if err := onStack(ctx, o, r, dir, kind, i == 0); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", kind, err))
		}
		if ctx.Err() != nil {
			return errors.Join(failed, context.Cause(ctx))
		}
	}
	if o.wants("start") {
		failed = errors.Join(failed, measureStart(ctx, o, r, dir))
	}
	if o.wants("rules") {
		failed = errors.Join(failed, measureRules(ctx, r))
	}
	fmt.Printf("\nMeasured in %s.\n", time.Since(began).Round(time.Second))
	return failed
}

// onStack runs every wanted section that needs the whole product, on one database.
func onStack(ctx context.Context, o options, r *report, dir, kind string, first bool) error {
	type section struct {
		name    string
		measure func(context.Context, options, *report, *world) error
	}
	var wanted []section
	for _, s := range []section{
		{"opening", measureOpening}, {"return", measureReturn}, {"stories", measureStories}, {"live", measureLive}, {"desk", measureDesk}, {"memory", measureMemory},
		{"deadlines", measureDeadlines}, {"lists", measureLists}, {"security", measureSecurity},
	} {
		if o.wants(s.name) && (first || s.name != "memory" && s.name != "deadlines" && s.name != "security") {
			wanted = append(wanted, s)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	say("starting everything on %s", kind)
	s, err := startStack(ctx, o, dir, kind)
	if err != nil {
		return err
	}
	defer s.stop()
	w, err := newWorld(ctx, s)
	if err != nil {
		return err
	}
	for _, section := range wanted {
		if err := section.measure(ctx, o, r, w); err != nil {
			return fmt.Errorf("%s: %w", section.name, err)
		}
	}
	return nil
}

func say(format string, args ...any) { fmt.Printf("· "+format+"\n", args...) }

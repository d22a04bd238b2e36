package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"aftersales/demo"
)

// What security may cost.
const (
	wantSeal      = 10 * time.Microsecond  // sealing a message and opening it again
	wantDecision  = 100 * time.Microsecond // asking the policies about one request
	wantSignedIn  = time.Millisecond       // what a sign-in adds to a request
	wantSignIns   = 256e6                  // bytes that the API may grow by while many sign in at once
	signInsAtOnce = 50
)

// measureSecurity measures what sealing, asking for permission and signing in cost: the first two by their Go benchmarks,
// the others over HTTP.
func measureSecurity(ctx context.Context, o options, r *report, w *world) error {
	figures := table{{"what", "measured", "target", ""}}
	for _, quoted := range []struct {
		what, benchmark, folder string
		want                    time.Duration
	}{
		{"sealing and opening a message", "BenchmarkSealAndOpenMessage", "./seal", wantSeal},
		{"a request that the policies allow", "BenchmarkDecision", "./access", wantDecision},
		{"a request that they refuse", "BenchmarkRefusal", "./access", wantDecision},
	} {
		progress("%s", quoted.benchmark)
		took, err := goBenchmark(ctx, quoted.benchmark, quoted.folder)
		if err != nil {
			return err
		}
		figures.row(quoted.what, µs(took), "under "+µs(quoted.want), verdict(took < quoted.want))
	}
	open, signed, err := w.signedInCost(ctx, o.lists*5)
	if err != nil {
		return err
	}
	adds := quantile(signed, 0.5) - quantile(open, 0.5)
	figures.row("an open request over HTTP, median", ms2(quantile(open, 0.5)), "", "")
	figures.row("a signed-in one, median", ms2(quantile(signed, 0.5)), "", "")
	figures.row("what signing in adds", ms2(adds), "under "+ms2(wantSignedIn), verdict(adds < wantSignedIn))
	at, err := w.manySignIns(ctx)
	if err != nil {
		return err
	}
	figures.row(fmt.Sprintf("memory of the API before %d sign-ins", signInsAtOnce), mb(at.before), "", "")
	figures.row("at its peak, all at once", mb(at.peak), "", "")
	figures.row("growth", mb(at.peak-at.before), "under "+mb(wantSignIns), verdict(at.peak-at.before < wantSignIns))
	figures.row("until the last one was answered", ms(at.took), "", "")
	progressDone()
	return r.section("security", "Security", figures.String(), fmt.Sprintf(
		"On %s. The first three are Go benchmarks: `go test -run '^$' -bench SealAndOpenMessage ./seal`, `-bench 'Decision|Refusal' ./access`. "+
			"Open is `GET /v1/elsewhere`, signed-in is `GET /v1/me`: one after the other over one connection, %d of each, by the client's clock. "+
			"Memory is what is resident, looked at every millisecond; %d of %d sign-ins succeeded%s.",
		w.kind, len(open), at.in, signInsAtOnce, at.refusals()))
}

// goBenchmark runs one Go benchmark and tells what an operation took.
func goBenchmark(ctx context.Context, name, folder string) (time.Duration, error) {
	output, err := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^"+name+"$", folder).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("go test -bench: %w\n%s", err, output)
	}
	line := benchmarkLine.FindSubmatch(output)
	if line == nil || string(line[1]) != name {
		return 0, fmt.Errorf("go test -bench %s %s printed no such benchmark:\n%s", name, folder, output)
	}
	nanoseconds, err := strconv.ParseFloat(string(line[2]), 64)
	return time.Duration(nanoseconds), err
}

// signedInCost makes n open requests and n signed-in ones in turns, over one connection.
func (w *world) signedInCost(ctx context.Context, n int) (open, signed []time.Duration, err error) {
	one := &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxConnsPerHost: 1, MaxIdleConnsPerHost: 1}}
	nobody, somebody := w.customers[0], w.customers[0]
	nobody.client, somebody.client = one, one
	nobody.token = ""
	const warm = 100
	for i := range n + warm {
		for _, ask := range []struct {
			who  person
			path string
			took *[]time.Duration
		}{{nobody, "/v1/elsewhere", &open}, {somebody, "/v1/me", &signed}} {
			began := time.Now()
			if _, err := ask.who.call(ctx, http.MethodGet, ask.path, nil, nil); err != nil {
				return nil, nil, err
			}
			if i >= warm {
				*ask.took = append(*ask.took, time.Since(began))
			}
		}
		progress("signed-in requests: %d of %d", i, n+warm)
	}
	return open, signed, nil
}

// crowd is what many sign-ins at once did to the API.
type crowd struct {
	before, peak int64
	took         time.Duration
	in           int
	refused      map[string]int // by the status
}

func (c crowd) refusals() string {
	var text strings.Builder
	for status, n := range c.refused {
		fmt.Fprintf(&text, ", %d were answered %s", n, status)
	}
	return text.String()
}

// manySignIns starts the API anew, so that its heap is small, and lets many people sign in at once.
func (w *world) manySignIns(ctx context.Context) (crowd, error) {
	if err := w.restartAPI(ctx, w.cfg.Policy.Pack); err != nil {
		return crowd{}, err
	}
	var logins []string
	for n := 1; n <= demo.Customers; n++ {
		logins = append(logins, demo.CustomerLogin(n))
	}
	for n := 1; n <= demo.Shops; n++ {
		logins = append(logins, demo.ClerkLogin(n))
	}
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: signInsAtOnce}}
	nobody := person{base: w.cfg.API.URL(), client: client}
	// The connections stand before the clock runs.
	var all sync.WaitGroup
	for range signInsAtOnce {
		all.Go(func() { _, _ = nobody.call(ctx, http.MethodGet, "/livez", nil, nil) })
	}
	all.Wait()

	pid := w.pids()["api"]
	at := crowd{before: rss(pid), refused: map[string]int{}}
	at.peak = at.before
	done, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		for tick := time.NewTicker(time.Millisecond); ; {
			at.peak = max(at.peak, rss(pid))
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	}()
	began := time.Now()
	var mu sync.Mutex
	var failed error
	for i := range signInsAtOnce {
		all.Go(func() {
			_, err := nobody.call(ctx, http.MethodPost, "/v1/session", map[string]any{"login": logins[i%len(logins)], "password": demo.Password}, nil)
			mu.Lock()
			defer mu.Unlock()
			var no *refusal
			switch {
			case err == nil:
				at.in++
			case errors.As(err, &no):
				at.refused[no.status]++
			default:
				failed = errors.Join(failed, err)
			}
		})
	}
	all.Wait()
	at.took = time.Since(began)
	close(done)
	<-watched
	return at, failed
}

func µs(d time.Duration) string { return fmt.Sprintf("%.1f µs", float64(d)/1e3) }

func ms2(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/1e6) }

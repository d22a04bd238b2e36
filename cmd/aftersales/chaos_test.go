package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/cmd/aftersales/supervise"
	"aftersales/config"
	"aftersales/demo"
	"aftersales/models"
	"aftersales/partners/sandbox"
	"aftersales/process"
	"aftersales/temporalserver"
	"aftersales/testkit"
)

// roomyPack gives people more time for each step than the demo does, so that neither a busy machine nor being killed
// costs anybody a deadline.
const roomyPack = `extends: demo
name: roomy
version: "1"
description: {zh: 演示规则，期限放宽, en: The demo rules with more time}
times:
  details: {for: 40s, reminders: [10s]}
  merchant_answer: {for: 40s}
  refused: {for: 40s}
  offer: {for: 40s}
  send_back: {for: 40s}
  first_scan: {for: 25s}
  correct_waybill: {for: 40s}
  transit_stalled: {for: 60s}
  transit_lost: {for: 120s}
  inspection: {for: 40s}
  difference: {for: 40s}
  review: {for: 80s}
  review_escalates: {for: 40s}
  approval: {for: 40s}
  intercept: {for: 40s}
  prove_delivery: {for: 30s}
  pay: {for: 30s}
  ship: {for: 30s}
  confirm: {for: 30s}
  diagnosis: {for: 30s}
  repair_quote: {for: 30s}
  repair: {for: 30s}
  choice: {for: 30s}
  settle: {for: 30s}
  complaint_evidence: {for: 30s}
  supplement: {for: 30s}
  execute: {for: 30s}
  appeal: {for: 30s}
  appeal_review: {for: 40s}
  suspended: {for: 30s}
  suspended_papers: {for: 20s}
`

// storiesAtOnce is how many stories a round of TestChaos plays, all of them side by side.
const storiesAtOnce = 40

// kills is how often TestChaos kills: AFTERSALES_CHAOS_KILLS, or a few.
func kills(t *testing.T) int {
	text := os.Getenv("AFTERSALES_CHAOS_KILLS")
	if text == "" {
		return 6
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, "AFTERSALES_CHAOS_KILLS")
	return n
}

// A day of every kind of case is played against `aftersales dev` while API, worker and Temporal are killed with -9 at random moments. Every
// case must end as its story says, no money may move twice, and our books must be the providers'.
func TestChaos(t *testing.T) {
	testkit.Temporal(t, nil) // makes sure that the server program is there
	wanted := kills(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d kills", seed, wanted)
	chance := rand.New(rand.NewPCG(seed, 0))

	dir := filepath.Join(t.TempDir(), "data")
	packs := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(packs, "roomy.yaml"), []byte(roomyPack), 0o600))
	environ := []string{
		"AFTERSALES_DATA_DIR=" + dir, "AFTERSALES_POLICY_DIRS=" + packs,
		fmt.Sprintf("AFTERSALES_API_LISTEN=127.0.0.1:%d", testkit.FreePort(t)),
		fmt.Sprintf("AFTERSALES_SANDBOX_LISTEN=127.0.0.1:%d", testkit.FreePort(t)),
		fmt.Sprintf("AFTERSALES_TEMPORAL_BASE_PORT=%d", testkit.FreePorts(t, temporalserver.PortCount)),
		"AFTERSALES_LOG_LEVEL=warn",
	}
	cfg, err := config.Load("", environ)
	require.NoError(t, err)
	screen := &buffer{}
	cmd := exec.Command(program(t), "dev", "--pack", "roomy")
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), environ...), screen, screen
	child, err := process.Start(cmd)
	require.NoError(t, err)
	t.Cleanup(func() { child.Stop(60 * time.Second) })
	require.Eventually(t, func() bool {
		return strings.Contains(screen.String(), "Aftersales is ready after") || !child.Alive()
	}, 120*time.Second, 50*time.Millisecond)
	require.True(t, child.Alive(), "%s", screen)

	// Rounds of cases are played until the killing is over; the last round ends in peace.
	played, first := 0, chance.IntN(demo.Stories("")) // before the killer has the dice to itself
	var killed atomic.Int64
	var over atomic.Bool
	ended := make(chan error, 1)
	stop := make(chan struct{})
	go func() {
		defer over.Store(true)
		ended <- killAtRandom(dir, chance, wanted, &killed, stop)
	}()
	t.Cleanup(func() { close(stop) })
	for round := 1; round == 1 || !over.Load(); round++ {
		player := &demo.Player{
			Base: cfg.API.URL(), Sandbox: sandbox.Client{Base: cfg.Sandbox.URL()}, Cases: storiesAtOnce, First: first + round*storiesAtOnce, Parallel: storiesAtOnce, Killing: true,
		}
		report, err := player.Run(t.Context())
		require.NoError(t, err)
		t.Logf("round %d: %d stories, %d cases, %d killed so far, %d of %d deadlines late", round, len(report.Results), report.Cases(), killed.Load(), len(report.Late), report.Deadlines)
		report.Late = nil // somebody killed processes
		require.Empty(t, report.Failures())
		played += report.Cases()
	}
	require.NoError(t, <-ended)
	require.EqualValues(t, wanted, killed.Load())

	require.Eventually(t, func() bool { return get(t.Context(), cfg.API.URL()+"/readyz") == nil }, time.Minute, 100*time.Millisecond)
	store, err := openStore(t.Context(), cfg)
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	engine, err := dialEngine(cfg, store)
	require.NoError(t, err)
	defer engine.Close()
	var broken []string
	check := func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		ledger, err := sandbox.Client{Base: cfg.Sandbox.URL(), HTTP: &http.Client{Timeout: 10 * time.Second}}.Ledger(ctx)
		if err != nil {
			return false
		}
		broken, err = invariants(ctx, store, ledger, engine)
		return err == nil && len(broken) == 0
	}
	if !check() {
		require.Eventually(t, check, time.Minute, time.Second, "%v", broken)
	}
	var cases, open int64
	require.NoError(t, store.DB.Model(&models.Case{}).Count(&cases).Error)
	require.NoError(t, store.DB.Model(&models.Case{}).Where("open").Count(&open).Error)
	require.Zero(t, open)
	require.EqualValues(t, played, cases, "every case that was opened is one case")
}

// program builds `aftersales` as people get it. A race in a process that is killed would be told to nobody, so the detector
// would only make everything slower there; TestRecordHistories plays the same stories under it.
func program(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "aftersales")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", file, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return file
}

// settled is how long a process has worked since its start before another kill.
const settled = 5 * time.Second

// killAtRandom kills API, worker or Temporal until it has done so often enough. Between two kills it waits for all to be
// running again, and then for a random while.
func killAtRandom(dir string, chance *rand.Rand, wanted int, killed *atomic.Int64, stop <-chan struct{}) error {
	names := []string{apiName, workerName, temporalName}
	for killed.Load() < int64(wanted) {
		select {
		case <-time.After(time.Duration(500+chance.IntN(5000)) * time.Millisecond):
		case <-stop:
			return fmt.Errorf("chaos: %d of %d kills were done", killed.Load(), wanted)
		}
		running, err := supervise.ReadRunFile(dir)
		if err != nil {
			return err
		}
		// Only while all work: what keeps dying in turn would never get anything done.
		steady := map[string]int{}
		for _, service := range running.Services {
			if service.PID > 0 && time.Since(service.Started) > settled {
				steady[service.Name] = service.PID
			}
		}
		name := names[chance.IntN(len(names))]
		if steady[apiName] == 0 || steady[workerName] == 0 || steady[temporalName] == 0 {
			continue
		}
		if err := syscall.Kill(steady[name], syscall.SIGKILL); err == nil {
			killed.Add(1)
		}
	}
	return nil
}

package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFiguresReplaceThoseOfTheirSectionOnly(t *testing.T) {
	doc := filepath.Join(t.TempDir(), "performance.md")
	before := "above\n<!-- bench:start -->\nold\n<!-- /bench:start -->\nbetween\n<!-- bench:rules -->\nkept\n<!-- /bench:rules -->\nbelow\n"
	require.NoError(t, os.WriteFile(doc, []byte(before), 0o600))
	r := &report{doc: doc, machine: "a machine", command: "the command"}
	require.NoError(t, r.section("start", "Start", "new"))
	content, err := os.ReadFile(doc)
	require.NoError(t, err)
	require.Regexp(t, "(?s)^above\n<!-- bench:start -->\nnew\n.*`the command`.*a machine.*<!-- /bench:start -->\nbetween\n<!-- bench:rules -->\nkept\n<!-- /bench:rules -->\nbelow\n$", string(content))
	require.NotContains(t, string(content), "old")
	require.ErrorContains(t, r.section("unknown", "Unknown", "new"), "<!-- bench:unknown -->")
}

func TestDocumentHasAPlaceForEverySection(t *testing.T) {
	content, err := os.ReadFile("../docs/performance.md")
	require.NoError(t, err)
	for _, marker := range []string{
		"opening-postgres", "opening-sqlite", "return-postgres", "return-sqlite", "stories-postgres", "stories-sqlite", "lists-postgres", "lists-sqlite", "memory", "deadlines", "security", "start", "rules",
	} {
		require.Contains(t, string(content), "<!-- bench:"+marker+" -->")
		require.Contains(t, string(content), "<!-- /bench:"+marker+" -->")
	}
}

func TestBareWorkflowHasTheSameNumbers(t *testing.T) {
	c := counts{Updates: 4, Signals: 2, Timers: 5, Activities: 8, Locals: 9}
	steps := bareSteps(c)
	require.Equal(t, "uuussu", steps)
	for _, n := range []int{0, 1, 5, 6, 9, 13} {
		sum := 0
		for step := range steps {
			sum += share(n, step, len(steps))
		}
		require.Equal(t, n, sum)
	}
}

func TestQuantile(t *testing.T) {
	times := []time.Duration{5, 1, 4, 2, 3}
	require.Equal(t, time.Duration(3), quantile(times, 0.5))
	require.Equal(t, time.Duration(5), quantile(times, 0.95))
	require.Zero(t, quantile(nil, 0.5))
}

func TestCPUOfAProcessGrowsWithItsWork(t *testing.T) {
	self := map[string]int{"self": os.Getpid()}
	before := cpuOf(self)
	require.Eventually(t, func() bool {
		for i := range 50_000_000 {
			runtime.KeepAlive(i)
		}
		return cpuOf(self).since(before).total() >= 20*time.Millisecond
	}, time.Minute, time.Millisecond)
	require.Positive(t, rss(os.Getpid()))
}

func TestBenchmarkLinesAreRead(t *testing.T) {
	line := benchmarkLine.FindStringSubmatch("goos: linux\nBenchmarkEvaluate-2   \t   24045\t     49822 ns/op\t   24801 B/op\t     428 allocs/op\nPASS\n")
	require.Equal(t, []string{"BenchmarkEvaluate", "49822", "24801", "428"}, line[1:])
}

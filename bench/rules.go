package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

// benchmarkLine is what `go test -bench` prints of one benchmark.
var benchmarkLine = regexp.MustCompile(`(?m)^(Benchmark\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op(?:\s+([\d.]+) B/op\s+(\d+) allocs/op)?`)

// measureRules quotes the Go benchmarks of the rules.
func measureRules(ctx context.Context, r *report) error {
	progress("benchmarks of the rules")
	output, err := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "Evaluate", "./policy/pack").CombinedOutput()
	if err != nil {
		return fmt.Errorf("go test -bench: %w\n%s", err, output)
	}
	found := benchmarkLine.FindAllStringSubmatch(string(output), -1)
	if len(found) == 0 {
		return fmt.Errorf("go test -bench printed no benchmark:\n%s", output)
	}
	figures := table{{"benchmark", "time", "memory", "allocations"}}
	for _, line := range found {
		nanoseconds, err := strconv.ParseFloat(line[2], 64)
		if err != nil {
			return err
		}
		figures.row(line[1], fmt.Sprintf("%.1f µs", nanoseconds/1000), line[3]+" B", line[4])
	}
	progressDone()
	return r.section("rules", "Rules", figures.String(),
		"`go test -run '^$' -bench Evaluate ./policy/pack`: one evaluation of the default pack over an order's facts, on one core.")
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"aftersales/config"
)

func newDoctorCommand(_ *config.Config) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check this installation and say how to repair it",
		Long: `Checks the configuration, the data folder, disk space, the master key, the database, Temporal and its namespace,
ports, the clock and the running processes, and shows what it found. What is wrong comes with a remedy.

It changes nothing and may be called at any time, whether Aftersales runs or not. The exit code is 1 when something
is wrong.`,
		Example: `  aftersales doctor
  DATABASE_URL=postgres://aftersales@db/aftersales aftersales doctor`,
		Args:        cobra.NoArgs,
		Annotations: map[string]string{withoutConfig: "it reports mistakes in the configuration itself"},
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			cfg, err := loadConfig(cmd)
			if err != nil {
				report(out, "configuration", finding{err: err, remedy: "correct the settings named above; `aftersales config --help` explains them"})
				return errors.New("nothing else can be checked before the configuration is right")
			}
			if failed := examine(cmd.Context(), out, cfg); failed > 0 {
				return fmt.Errorf("%d of the checks failed", failed)
			}
			if waiting := openDiscrepancies(cmd.Context(), cfg); waiting != "" {
				fmt.Fprintf(out, "note  %-14s open: %s\n      %-14s -> sign in as an operator and open the discrepancies, or GET /v1/discrepancies\n", "discrepancies", waiting, "")
				fmt.Fprintln(out, "The installation is in order; what is listed above waits for a person.")
				return nil
			}
			fmt.Fprintln(out, "Everything is in order.")
			return nil
		},
	}
}

// finding is what one check found.
type finding struct {
	detail string // what is so
	err    error  // what is wrong, nil if nothing is
	remedy string // what to do about it
}

type check struct {
	name string
	look func(context.Context, *config.Config) finding
}

// checkTimeout bounds each check, so that a host that swallows packets does not stop the doctor.
const checkTimeout = 5 * time.Second

func examine(ctx context.Context, out io.Writer, cfg *config.Config) (failed int) {
	report(out, "configuration", finding{detail: fmt.Sprintf("valid; policy pack %s; `aftersales config` shows all of it", cfg.Policy.Pack)})
	for _, c := range checks(cfg) {
		limited, cancel := context.WithTimeout(ctx, checkTimeout)
		found := c.look(limited, cfg)
		cancel()
		report(out, c.name, found)
		if found.err != nil {
			failed++
		}
	}
	return failed
}

func report(out io.Writer, name string, f finding) {
	if f.err == nil {
		fmt.Fprintf(out, "ok    %-14s %s\n", name, f.detail)
		return
	}
	fmt.Fprintf(out, "FAIL  %-14s %s\n      %-14s -> %s\n", name, config.Redact(f.err.Error()), "", f.remedy)
}

// checks lists what can be looked at in the present state: a stopped installation is asked for its ports and
// programs, a running one for its answers.
func checks(cfg *config.Config) []check {
	list := []check{
		{"data folder", checkDataDir},
		{"disk space", checkDisk},
		{"rules", checkRules},
		{"master key", checkMasterKey},
		{"exposure", checkExposure},
		{"clock", checkClock},
		{"database", checkDatabase},
	}
	running := supervised(cfg)
	switch {
	case !cfg.Temporal.Embedded():
		list = append(list, check{"temporal", checkTemporal})
	case running:
		list = append(list, check{"temporal", checkTemporal})
	default:
		list = append(list, check{"temporal", checkTemporalProgram})
	}
	if running {
		return append(list, check{"processes", checkProcesses}, check{"sandbox", checkSandbox}, check{"api", checkAPI})
	}
	return append(list, check{"ports", checkFreePorts})
}

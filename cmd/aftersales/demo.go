package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"aftersales/config"
	"aftersales/demo"
	"aftersales/partners/sandbox"
)

func newDemoCommand(cfg *config.Config) *cobra.Command {
	var count, parallel int
	var killing bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Play returns through the public API and compare the ledgers",
		Long: `Customers, merchants, a carrier and agents play returns through the public API of a running "aftersales dev --pack
demo": happy and silent ones, suspect waybills, differences, judgments and approvals. Time plays along, because the
demo pack's deadlines are seconds.

Kill any process while it runs: requests are repeated under their own keys until there is an answer. At the end it
prints how every story ended, and our ledger against the providers' to the cent. It exits with 1 when a case ended
other than it must, when money was paid twice or is missing, or when a deadline was forgotten.`,
		Example: `  aftersales dev --pack demo          in one terminal
  aftersales demo --cases 200         in another
  aftersales demo --killing           do not count late deadlines: somebody is killing processes`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if count <= 0 || count > 10_000 {
				return errors.New("--cases: give a number from 1 to 10000")
			}
			bar := progressbar.NewOptions(count, progressbar.OptionSetWriter(cmd.ErrOrStderr()),
				progressbar.OptionSetDescription("cases"), progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(false))
			player := &demo.Player{
				Base: cfg.API.URL(), Sandbox: sandbox.Client{Base: cfg.Sandbox.URL()}, Cases: count, Parallel: parallel, Killing: killing,
				Progress: func(done int) { _ = bar.Set(done) },
			}
			began := time.Now()
			results, deadlines, late, err := player.Run(cmd.Context())
			if err != nil {
				return err
			}
			_ = bar.Finish()
			report, err := player.Check(cmd.Context(), results, deadlines, late)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			report.Print(out)
			fmt.Fprintf(out, "\n%d cases in %s.\n", len(results), time.Since(began).Round(time.Second))
			if killing {
				report.Late = 0
			}
			if failures := report.Failures(); len(failures) > 0 {
				for _, failure := range failures {
					fmt.Fprintln(out, "BROKEN:", failure)
				}
				return fmt.Errorf("%d things are not as they must be", len(failures))
			}
			fmt.Fprintln(out, "Every case ended as it must, and every cent is accounted for.")
			return nil
		},
	}
	cmd.Flags().IntVar(&count, "cases", 200, "how many cases to play")
	cmd.Flags().IntVar(&parallel, "parallel", 40, "how many at the same time")
	cmd.Flags().BoolVar(&killing, "killing", false, "processes are being killed meanwhile: late deadlines are shown but not held against the run")
	return cmd
}

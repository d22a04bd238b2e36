package main

import (
	"errors"
	"fmt"
	"strings"
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
	var only string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Play a day of every kind of case through the public API and compare the ledgers",
		Long: `Customers, merchants, a carrier and the platform's people play a day through the public API of a running "aftersales
dev --pack demo": returns, refunds without a return, exchanges, repairs, price protection and complaints, each to every
ending. Time plays along, because the demo pack's deadlines are seconds.

Kill any process while it runs: requests are repeated under their own keys until there is an answer. At the end it
prints how every story ended, how often every ending came, each kind of money by our cases and by the provider, and the
eleven invariants of money and goods. It exits with 1 when a case ended other than it must, when one of the invariants
is broken, or when a deadline was forgotten.

On a slow machine a player may come too late for a deadline. A story whose timeline proves that - the very deadline that
the player was to meet ran out, at the right time and with the right default - is counted as overtaken and is no failure;
where its ending was seen nowhere else it is played once more.`,
		Example: `  aftersales dev --pack demo          in one terminal
  aftersales demo --cases 200         in another
  aftersales demo --only exchange/    play the stories of exchanges, each once
  aftersales demo --killing           late deadlines do not count: somebody is killing processes`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("cases") && only != "" {
				count = max(1, demo.Stories(only))
			}
			if count <= 0 || count > 10_000 {
				return errors.New("--cases: give a number from 1 to 10000")
			}
			bar := progressbar.NewOptions(count, progressbar.OptionSetWriter(cmd.ErrOrStderr()),
				progressbar.OptionSetDescription("stories"), progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(false))
			player := &demo.Player{
				Base: cfg.API.URL(), Sandbox: sandbox.Client{Base: cfg.Sandbox.URL()}, Cases: count, Only: only, Parallel: parallel, Killing: killing,
				Progress: func(done int) { _ = bar.Set(min(done, count)) },
			}
			report, err := player.Run(cmd.Context())
			if err != nil {
				return err
			}
			_ = bar.Finish()
			out := cmd.OutOrStdout()
			report.Print(out)
			fmt.Fprintf(out, "\n%d stories with %d cases in %s.\n", len(report.Results), report.Cases(), report.Took.Round(time.Second))
			if killing {
				report.Late = nil
			}
			if failures := report.Failures(); len(failures) > 0 {
				for _, failure := range failures {
					fmt.Fprintln(out, "BROKEN:", failure)
				}
				return fmt.Errorf("%d things are not as they must be", len(failures))
			}
			if unseen := report.Unseen(); len(unseen) > 0 {
				fmt.Fprintf(out, "Nobody saw a case end as %s: those who were to bring it about came too late. Try --parallel %d.\n", strings.Join(unseen, ", "), max(1, parallel/2))
			}
			fmt.Fprintln(out, "Every case ended as it must, and every cent is accounted for.")
			return nil
		},
	}
	cmd.Flags().IntVar(&count, "cases", 200, "how many stories to play")
	cmd.Flags().IntVar(&parallel, "parallel", demo.AtOnce(), "how many at the same time; by default as many as this machine's cores bear")
	cmd.Flags().BoolVar(&killing, "killing", false, "processes are being killed meanwhile: late deadlines are shown but not held against the run")
	cmd.Flags().StringVar(&only, "only", "", "play only stories whose name begins with this, e.g. exchange/")
	return cmd
}

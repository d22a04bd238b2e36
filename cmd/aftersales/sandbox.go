package main

import (
	"github.com/spf13/cobra"

	"aftersales/config"
	"aftersales/partners/sandbox"
)

func newSandboxCommand(cfg *config.Config) *cobra.Command {
	return sandboxCommand(func() (sandbox.Options, error) {
		return sandbox.Options{
			Listen: cfg.Sandbox.Listen, LedgerFile: cfg.SandboxLedgerFile(), KeysDir: cfg.Partners.KeysDir, NotifyURL: cfg.NoticesURL(),
		}, nil
	})
}

// sandboxCommand serves the partners that are played on this machine. load yields the options when the command
// runs; the flags that were given win over them.
func sandboxCommand(load func() (sandbox.Options, error)) *cobra.Command {
	var listen, ledger, keys, notify string
	command := &cobra.Command{
		Use:   "sandbox",
		Short: "Play the payment rails, the carrier and the shop on this machine",
		Long: `Serves Alipay, WeChat Pay, Kuaidi100 and a marketplace in their own dialects, with real signatures and play money.

What the partners did is kept in a ledger of its own, shown at / and given as JSON at /sandbox/ledger: compare it with
what the program believes. Faults are switched on at / or with PUT /sandbox/faults. Killing the process at any moment
loses nothing that was answered.`,
		Example: `  aftersales sandbox
  curl -X PUT localhost:8090/sandbox/faults -d '{"faults":[{"family":"alipay","kind":"applied_then_timeout","next":3}]}'
  curl -X POST localhost:8090/sandbox/parcels/YT8888888888888/scan -d '{"state":"signed","grams":1200,"city":"杭州市"}'`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			options, err := load()
			if err != nil {
				return err
			}
			for _, flag := range []struct {
				name  string
				given string
				into  *string
			}{{"listen", listen, &options.Listen}, {"ledger", ledger, &options.LedgerFile}, {"keys", keys, &options.KeysDir}, {"notify", notify, &options.NotifyURL}} {
				if command.Flags().Changed(flag.name) {
					*flag.into = flag.given
				}
			}
			return sandbox.Run(command.Context(), options)
		},
	}
	command.Flags().StringVar(&listen, "listen", "", "address to listen on, e.g. 127.0.0.1:8090 (default: from the configuration)")
	command.Flags().StringVar(&ledger, "ledger", "", "file of the partners' ledger")
	command.Flags().StringVar(&keys, "keys", "", "folder of the partners' keys, shared with api and worker; made when missing")
	command.Flags().StringVar(&notify, "notify", "", "base address of our notice routes, e.g. http://127.0.0.1:8080/v1/notices; empty: none are sent")
	return command
}

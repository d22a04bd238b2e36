package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"aftersales/config"
)

func newConfigCommand(cfg *config.Config) *cobra.Command {
	return &cobra.Command{
		Use:   "config",
		Short: "List all settings with their present values",
		Long: `Lists every setting with the value that holds now, its environment variable and what it means. Secrets and
passwords are hidden. Below the list stands what is allowed but not safe where other machines take part. In a YAML file, a setting like api.listen is written

  api:
    listen: 127.0.0.1:8080

The environment wins over the file. DATABASE_URL, TEMPORAL_ADDRESS and REDIS_URL are understood too.`,
		Example: `  aftersales config
  AFTERSALES_API_LISTEN=127.0.0.1:9000 aftersales config
  aftersales config --config /etc/aftersales.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "SETTING\tVALUE\tENVIRONMENT\tMEANING")
			for _, s := range cfg.Settings() {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", s.Path, orDash(s.Shown()), s.Env, s.Doc)
			}
			if err := table.Flush(); err != nil {
				return err
			}
			for _, warning := range cfg.Warnings() {
				fmt.Fprintf(cmd.OutOrStdout(), "\nWARNING %s\n", warning)
			}
			return nil
		},
	}
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

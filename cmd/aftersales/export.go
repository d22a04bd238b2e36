package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"aftersales/config"
	"aftersales/interchange"
	"aftersales/models"
	"aftersales/policy"
)

func newExportCommand(cfg *config.Config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write cases as CSV or JSON lines",
		Long:  `Takes data out of the database that the configuration names, without anything personal. There is one kind so far: cases.`,
		Example: `  aftersales export cases > cases.csv
  aftersales export cases --open --format jsonl | jq .case_id`,
	}
	cmd.AddCommand(newExportCasesCommand(cfg))
	return cmd
}

func newExportCasesCommand(cfg *config.Config) *cobra.Command {
	var in models.CaseRange
	var since, until, format, path string
	var open bool
	cmd := &cobra.Command{
		Use:   "cases [flags]",
		Short: "Write cases as CSV or JSON lines",
		Long: `Writes cases, the first opened first, page by page, so that any number needs little memory. Amounts are decimals in the
case's currency, times RFC 3339 in UTC. In CSV a cell that a spreadsheet would compute begins with an apostrophe.

Nothing personal is written, and there is no flag for it: no names, no addresses, no telephone numbers, nothing that people
wrote, no evidence, not even the customer's ID. docs/interchange.md lists the columns.

--since and --until take a day or a time in China's zone (or with a zone): opened at or after the one, before the other.`,
		Example: `  aftersales export cases > cases.csv
  aftersales export cases --since 2026-11-01 --until 2026-12-01 --merchant shop-01 --out november.csv
  aftersales export cases --open --kind return --format jsonl | jq -r '[.case_id, .due_at] | @tsv'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			for flag, field := range map[string]*time.Time{"since": &in.Since, "until": &in.Until} {
				text, _ := cmd.Flags().GetString(flag)
				if text == "" {
					continue
				}
				if *field, err = interchange.ReadTime(text); err != nil {
					return fmt.Errorf("--%s %q: write it like 2026-11-01, \"2026-11-01 12:00:00\" or 2026-11-01T12:00:00+08:00", flag, text)
				}
			}
			kinds := []policy.Kind{policy.Return, policy.RefundOnly, policy.Exchange, policy.Repair, policy.PriceProtection, policy.Complaint}
			if in.Kind != "" && !slices.Contains(kinds, policy.Kind(in.Kind)) {
				return fmt.Errorf("--kind %q: there are %v", in.Kind, kinds)
			}
			if cmd.Flags().Changed("open") {
				in.Open = &open
			}
			if format != string(interchange.CSV) && format != string(interchange.JSONL) {
				return fmt.Errorf("--format %q: give csv or jsonl", format)
			}
			store, err := openStore(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, store.Close()) }()

			target := cmd.OutOrStdout()
			if path != "" {
				file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
				if err != nil {
					return fmt.Errorf("open the file to write: %w", err)
				}
				count, err := writeCases(cmd, store, in, interchange.Format(format), file)
				if err = errors.Join(err, file.Close()); err == nil {
					fmt.Fprintf(cmd.ErrOrStderr(), "%d cases in %s\n", count, path)
				}
				return err
			}
			_, err = writeCases(cmd, store, in, interchange.Format(format), target)
			return err
		},
	}
	cmd.Flags().StringVar(&since, "since", "", "only cases opened at this time or later")
	cmd.Flags().StringVar(&until, "until", "", "only cases opened before this time")
	cmd.Flags().StringVar(&in.MerchantID, "merchant", "", "only this merchant's cases")
	cmd.Flags().StringVar(&in.Kind, "kind", "", "only cases of this kind, e.g. return")
	cmd.Flags().BoolVar(&open, "open", false, "only open cases; --open=false: only closed ones")
	cmd.Flags().StringVar(&format, "format", "csv", "csv or jsonl")
	cmd.Flags().StringVar(&path, "out", "", "file to write instead of standard output")
	return cmd
}

func writeCases(cmd *cobra.Command, store *models.Store, in models.CaseRange, format interchange.Format, out io.Writer) (int, error) {
	buffered := bufio.NewWriterSize(out, 64<<10)
	count, err := interchange.ExportCases(cmd.Context(), store, in, format, buffered)
	return count, errors.Join(err, buffered.Flush())
}

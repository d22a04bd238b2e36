package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"aftersales/bot/dialogue"
	"aftersales/bot/simulate"
	"aftersales/config"
)

func newBotSimulateCommand(cfg *config.Config) *cobra.Command {
	var path string
	var asJSON, verbose bool
	cmd := &cobra.Command{
		Use:   "simulate --scripts FILE",
		Short: "Play written dialogues against the bot",
		Long: `Plays dialogues from a file of JSON lines, one script each, and tells which came to the end that they expect, and why the
others did not. Each script gets a world of its own with the order that it names; nothing is stored, no case is opened.

{"id", "lang", "goal", "user_turns": [{"say", "when"}], "expect": {"intent", "slots": {}, "confirmed", "handoff", "cancelled",
"max_bot_turns", "intents": [], "must_answer_digression", "order_resolved_by", "resumed"}}

A turn with "when" is said when the bot asks for that slot, or for "confirm"; with null it is said unasked, in order. The
dialogue's state is stored and loaded between all turns. The exit status is 1 when a script did not pass.`,
		Example: `  aftersales bot simulate --scripts dialogues.jsonl
  aftersales bot simulate --scripts dialogues.jsonl --verbose
  aftersales bot simulate --scripts dialogues.jsonl --json | jq '.failed[].why'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			file, err := os.Open(path)
			if err != nil {
				return err
			}
			defer file.Close()
			scripts, err := simulate.Read(file)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			mind, err := shippedMind(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			out := struct {
				Passed int               `json:"passed"`
				Total  int               `json:"total"`
				Failed []simulate.Result `json:"failed"`
			}{Total: len(scripts), Failed: []simulate.Result{}}
			for _, script := range scripts {
				result, err := simulate.Run(cmd.Context(), dialogue.New(mind), nil, script, time.Now())
				if err != nil {
					return err
				}
				if result.Passed {
					out.Passed++
				} else {
					out.Failed = append(out.Failed, result)
				}
				if !asJSON && (verbose || !result.Passed) {
					fmt.Fprintf(cmd.OutOrStdout(), "%s: %v\n", result.ID, map[bool]string{true: "passed", false: "failed"}[result.Passed])
					for _, why := range result.Why {
						fmt.Fprintf(cmd.OutOrStdout(), "  ! %s\n", why)
					}
					for _, line := range result.Lines {
						fmt.Fprintf(cmd.OutOrStdout(), "  %-8s %s\n", line.Who, line.Text)
					}
				}
			}
			if asJSON {
				encoder := json.NewEncoder(cmd.OutOrStdout())
				encoder.SetIndent("", "  ")
				if err := encoder.Encode(out); err != nil {
					return err
				}
			} else {
				fmt.Fprintf(cmd.OutOrStdout(), "%d of %d dialogues passed\n", out.Passed, out.Total)
			}
			if out.Passed < out.Total {
				return errors.New("not every dialogue came to its end")
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&path, "scripts", "", "file of JSON lines with the dialogues")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&verbose, "verbose", false, "also print the dialogues that passed")
	_ = cmd.MarkFlagRequired("scripts") // it is defined just above
	return cmd
}

package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"aftersales/bot"
	"aftersales/bot/nlu"
	"aftersales/config"
)

func newBotExplainCommand(cfg *config.Config) *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use:   "explain TEXT...",
		Short: "Say what the bot understands of a text, and why",
		Long: `Shows the intents with their margins (above 0: on the intent's side), how sure the bot is that the first is right, the
pieces of the text that weighed most for it, the slots that it found with their values, and the mood. Nothing is stored.`,
		Example: `  aftersales bot explain 鞋子小了想换大一码
  aftersales bot explain "where is my refund, it has been 5 days"`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			mind, err := shippedMind(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			explain(cmd.OutOrStdout(), mind, strings.Join(args, " "), lang, time.Now())
			return nil
		},
	}
	cmd.Flags().StringVar(&lang, "lang", "zh-CN", "language of a text without letters")
	return cmd
}

// explained are how many intents and pieces are shown.
const (
	explainedIntents = 5
	explainedPieces  = 10
)

func explain(out io.Writer, mind *nlu.Mind, text, lang string, now time.Time) {
	reading := mind.Read(text, lang)
	model := mind.Model(reading.Lang)
	p := model.Predict(text)
	fmt.Fprintf(out, "language   %s\n", reading.Lang)
	if len(p.Guesses) == 0 {
		fmt.Fprintln(out, "There is nothing to go by in this text.")
		return
	}
	verdict := "acts on it"
	switch {
	case p.Confidence < nlu.Maybe:
		verdict = "asks the knowledge base, then a person"
	case p.Confidence < nlu.Sure:
		verdict = "shows the three likeliest to choose from"
	}
	fmt.Fprintf(out, "confidence %.2f: the bot %s\n", p.Confidence, verdict)
	for _, wish := range reading.Wishes[min(1, len(reading.Wishes)-1):] {
		if len(reading.Wishes) > 1 {
			fmt.Fprintf(out, "also       %s (%.2f) in %q\n", wish.Intent, wish.Confidence, text[wish.From:wish.To])
		}
	}
	fmt.Fprintf(out, "mood       anger %.2f, urgency %.2f\n\n", reading.Mood.Anger, reading.Mood.Urgency)

	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "INTENT\tMARGIN")
	for _, guess := range p.Guesses[:min(explainedIntents, len(p.Guesses))] {
		fmt.Fprintf(table, "%s\t%+.2f\n", guess.Intent, guess.Margin)
	}
	pieces, bias := model.Explain(text, p.Intent(), explainedPieces)
	fmt.Fprintf(table, "\nPIECE\tSAYS FOR %s\n", strings.ToUpper(p.Intent()))
	for _, piece := range pieces {
		fmt.Fprintf(table, "%s\t%+.2f\n", piece.Piece, piece.Weight)
	}
	fmt.Fprintf(table, "(any text)\t%+.2f\n", bias)
	if slots := bot.Extract(text, now); len(slots) > 0 {
		fmt.Fprintln(table, "\nSLOT\tVALUE\tWORDS")
		for _, slot := range slots {
			fmt.Fprintf(table, "%s\t%s\t%s\n", slot.Name, slot.Value, slot.Raw)
		}
	}
	_ = table.Flush()
}

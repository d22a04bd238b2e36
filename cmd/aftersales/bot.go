package main

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"aftersales/bot/learning"
	"aftersales/bot/nlu"
	"aftersales/config"
)

func newBotCommand(cfg *config.Config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bot",
		Short: "Talk with the bot, measure it, ask it why",
		Long: `The bot understands Chinese and English with models that are trained from the text that comes with the program. The
first use trains them, which takes a few seconds, and keeps them in the data folder.`,
		Example: `  aftersales bot talk --as kim01
  aftersales bot explain 鞋子小了想换大一码
  aftersales bot eval`,
	}
	cmd.AddCommand(newBotEvalCommand(cfg), newBotExplainCommand(cfg), newBotSimulateCommand(cfg), newBotTalkCommand(cfg))
	return cmd
}

// shippedMind returns the models of the shipped text, from the data folder when they are there.
func shippedMind(ctx context.Context, cfg *config.Config) (*nlu.Mind, error) {
	return learning.Shipped(ctx, modelsDir(cfg))
}

func modelsDir(cfg *config.Config) string { return filepath.Join(cfg.DataDir, "models") }

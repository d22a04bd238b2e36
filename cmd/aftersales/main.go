// Command aftersales is the whole of Aftersales in one program: `aftersales dev` runs everything on one machine, the
// other sub-commands are its parts and its tools.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"aftersales/config"
)

// constructors lists the sub-commands; each has a file of its own. The configuration is filled in before a command
// runs, so that a constructor must not read it.
var constructors = []func(*config.Config) *cobra.Command{
	newDevCommand,
	newAPICommand,
	newWorkerCommand,
	newSandboxCommand,
	newMigrateCommand,
	newDemoCommand,
	newDoctorCommand,
	newUserCommand,
	newImportCommand,
	newExportCommand,
	newBotCommand,
	newKnowledgeCommand,
	newAuditCommand,
	newConfigCommand,
	newKeysCommand,
	newBackupCommand,
	newRestoreCommand,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first Ctrl-C asks for a clean end; a second one has its usual effect at once.
	context.AfterFunc(ctx, stop)
	if err := newRootCommand().ExecuteContext(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "aftersales: %v\n", err)
		os.Exit(1)
	}
}

// withoutConfig marks commands that run even when the configuration is wrong.
const withoutConfig = "without-config"

func newRootCommand() *cobra.Command {
	cfg := &config.Config{}
	root := &cobra.Command{
		Use:   "aftersales",
		Short: "Returns as durable workflows",
		Long: `Aftersales turns every return into a durable workflow: questions, answers, parcels, approvals, money and time.

On one machine, "aftersales dev" runs all of it: Temporal, sandbox partners, API and workers, with everything kept
in ./data. For more machines, run the parts ("api", "worker", …) as often as you like against PostgreSQL, a Temporal
cluster and Redis.

Settings come from a YAML file (--config or AFTERSALES_CONFIG) and from the environment; "aftersales config" lists
them with their present values, "aftersales doctor" finds out what is wrong.`,
		Example: `  aftersales dev                      run everything here
  aftersales dev --pack demo --fresh  begin anew, with deadlines of seconds instead of days
  aftersales doctor                   check this installation`,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if needsNoConfig(cmd) {
				return nil
			}
			loaded, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			*cfg = *loaded
			slog.SetDefault(cfg.Log.Logger(os.Stderr))
			return nil
		},
	}
	root.PersistentFlags().String("config", "", "YAML file with settings (default: the one that AFTERSALES_CONFIG names)")
	for _, construct := range constructors {
		root.AddCommand(construct(cfg))
	}
	return root
}

func loadConfig(cmd *cobra.Command) (*config.Config, error) {
	file, err := cmd.Flags().GetString("config")
	if err != nil {
		return nil, err
	}
	cfg, err := config.Load(file, os.Environ())
	if err != nil {
		return nil, fmt.Errorf("the configuration is wrong:\n%w", err)
	}
	return cfg, nil
}

func needsNoConfig(cmd *cobra.Command) bool {
	for c := cmd; c != nil; c = c.Parent() {
		if c.Annotations[withoutConfig] != "" || c.Name() == "help" || c.Name() == "completion" {
			return true
		}
	}
	return false
}

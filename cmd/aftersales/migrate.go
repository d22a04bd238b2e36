package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"aftersales/config"
	"aftersales/demo"
	"aftersales/identity"
	"aftersales/models"
)

func newMigrateCommand(cfg *config.Config) *cobra.Command {
	var engine, world bool
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database to this build's schema, then end",
		Long: `Makes or updates the tables and the store of keysets, makes the master key when there is none yet, and stores the
policy packs. It may be repeated, and run in several places at once.

--engine also registers the Temporal namespace and its search attributes; "aftersales dev" does that by itself.
--demo-world adds the people of the demo: customers, shops, agents, supervisors and an operator.`,
		Example: `  aftersales migrate
  DATABASE_URL=postgres://… aftersales migrate --engine
  aftersales migrate --demo-world`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			ctx := cmd.Context()
			options := storeOptions(cfg)
			options.CreateMasterKey = true
			if err := models.Migrate(ctx, cfg.DatabaseDSN(), options); err != nil {
				return err
			}
			store, err := models.Open(ctx, cfg.DatabaseDSN(), options)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, store.Close()) }()
			if _, _, err := newPacks(ctx, cfg, store); err != nil {
				return err
			}
			if world {
				if err := demo.Seed(ctx, store, identity.NewHasher(1, time.Minute), time.Now()); err != nil {
					return err
				}
			}
			if engine {
				return prepareEngine(ctx, cfg)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&engine, "engine", false, "register the Temporal namespace and search attributes too")
	cmd.Flags().BoolVar(&world, "demo-world", false, "make the people of the demo world")
	return cmd
}

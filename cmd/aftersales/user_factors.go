package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"aftersales/config"
	"aftersales/demo"
	"aftersales/fault"
	"aftersales/identity"
	"aftersales/identity/factors"
)

func newUserCodeCommand(cfg *config.Config) *cobra.Command {
	return &cobra.Command{
		Use:   "code LOGIN",
		Short: "Show the present code of a demo account's authenticator app",
		Long: `Prints the six digits that the authenticator app of one of the demo world's people shows now: agents, supervisors and the
operator sign in with their password and this. It works for the demo world only, whose secrets are published; nobody's real
app can be read out. A code is good once, so that a second sign-in waits for the next one.`,
		Example: "  aftersales user code super01",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withUsers(cmd, cfg, func(ctx context.Context, desk *userDesk) error {
				code, left, err := demo.AppCode(ctx, desk.store, args[0], time.Now())
				if errors.Is(err, demo.ErrNotDemo) {
					return fmt.Errorf("%s: %w; try %s or %s", args[0], err, demo.AgentLogin(1), demo.OperatorLogin)
				}
				if err != nil {
					return err
				}
				fmt.Fprintf(desk.out, "%s   (for %d seconds)\n", code, int(left.Seconds()))
				return nil
			})
		},
	}
}

func newUserFactorsCommand(cfg *config.Config) *cobra.Command {
	var codes bool
	cmd := &cobra.Command{
		Use:   "reset-factors WHO",
		Short: "Help somebody who lost their second factor",
		Long: `Takes somebody's authenticator apps, passkeys and recovery codes away and ends their sessions. At the next sign-in their
password is enough; those who must have a second factor can then do nothing but set up a new one. Make sure that it is they who ask.

With --codes nothing is taken away: they get ten new recovery codes, each of which stands in for the factor once.`,
		Example: `  aftersales user reset-factors wang.fang --codes   they will find the phone again
  aftersales user reset-factors wang.fang           they will not`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withUsers(cmd, cfg, func(ctx context.Context, desk *userDesk) error {
				account, err := desk.store.AccountByLogin(ctx, args[0])
				if err != nil {
					return fmt.Errorf("nobody signs in as %q; `aftersales user list` shows who works here: %w", args[0], err)
				}
				second := factors.New(desk.store, factors.Options{Recorder: desk.trail})
				if !codes {
					if err := second.Reset(ctx, identity.Console, account.ID); err != nil {
						return err
					}
					theirs := identity.Console
					theirs.AccountID = account.ID
					if _, err := desk.RevokeSessions(ctx, theirs, true); err != nil {
						return err
					}
					fmt.Fprintf(desk.out, "%s has no second factor any more; all sessions are over\n", account.Login)
					return nil
				}
				fresh, err := second.IssueRecoveryCodes(ctx, identity.Console, account.ID)
				if f := fault.As(err); f != nil && f.Code == fault.FactorMissing {
					return fmt.Errorf("%s has no second factor, so there is nothing to recover", account.Login)
				}
				if err != nil {
					return err
				}
				fmt.Fprintf(desk.out, "Recovery codes of %s, each good once. They are shown only now:\n\n", account.Login)
				for _, code := range fresh {
					fmt.Fprintln(desk.out, "  "+code)
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&codes, "codes", false, "give new recovery codes instead")
	return cmd
}

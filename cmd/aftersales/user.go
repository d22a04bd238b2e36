package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"aftersales/config"
	"aftersales/identity"
	"aftersales/models"
	"aftersales/money"
)

func newUserCommand(cfg *config.Config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Make the first operator, and help people back in",
		Long: `Works on the database that the configuration names, without the API: to make the first operator of a new installation, and
when nobody is left who could help somebody back in. Whoever can run this can do everything; each step is in the audit trail
as done by the console. In everyday work owners and operators use the API (/v1/staff), where they prove who they are.

People join by a link: the command prints its token once. It works once, until it ends, and a newer one takes its place. Hand
it over to this person alone; they open it and choose a login and a password. WHO is a login, or the ID
that "list" shows.`,
		Example: `  aftersales user add --role operator --name 王芳                    the first operator, who gets a link
  aftersales user add --role agent --name 李四 --team East --limit 500
  aftersales user add --role merchant --shop s-9 --owner --name 金店主
  aftersales user list --role operator
  aftersales user reset wang.fang                                  a link to a new password; the second factor stays
  aftersales user reset-factors wang.fang                          who lost the second factor sets up a new one
  aftersales user code super01                                     what a demo account's authenticator app shows now`,
	}
	cmd.AddCommand(
		newUserCodeCommand(cfg), newUserFactorsCommand(cfg),
		newUserAddCommand(cfg), newUserListCommand(cfg), newUserInviteCommand(cfg), newUserResetCommand(cfg),
		newUserStateCommand(cfg, "deactivate", "Keep somebody from signing in, from now on",
			"Ends all sessions of somebody who works and voids a link that stands for them. What they did stays theirs.",
			func(ctx context.Context, desk *userDesk, id string) (string, error) {
				_, err := desk.Deactivate(ctx, identity.Console, id)
				return "may not sign in any more; all sessions are over", err
			}),
		newUserStateCommand(cfg, "reactivate", "Let somebody sign in again",
			"Undoes deactivate. Password and second factor are as they were; who never joined needs a link: aftersales user invite.",
			func(ctx context.Context, desk *userDesk, id string) (string, error) {
				colleague, err := desk.Reactivate(ctx, identity.Console, id)
				return "is " + colleague.Status, err
			}),
		newUserStateCommand(cfg, "sign-out", "End all of somebody's sessions",
			"Ends every session of somebody who works, everywhere and at once. They may sign in again.",
			func(ctx context.Context, desk *userDesk, id string) (string, error) {
				ended, err := desk.SignOutColleague(ctx, identity.Console, id)
				return fmt.Sprintf("is signed out of %d sessions", ended), err
			}),
	)
	return cmd
}

// userDesk is the service for accounts, at the command line.
type userDesk struct {
	*identity.Service
	store *models.Store
	out   io.Writer
	trail identity.Recorder
	site  string // where browsers find the pages
}

// withUsers opens the service for one command.
func withUsers(cmd *cobra.Command, cfg *config.Config, do func(ctx context.Context, desk *userDesk) error) (err error) {
	store, err := openStore(cmd.Context(), cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	trail, finish := newRecorder(store)
	defer func() { err = errors.Join(err, finish()) }()
	return do(cmd.Context(), &userDesk{identity.New(store, identity.Options{Audit: trail}), store, cmd.OutOrStdout(), trail, siteOf(cfg)})
}

// find returns the kind and the ID of the person whom a login or an ID names.
func (d *userDesk) find(ctx context.Context, who string) (kind, id string, err error) {
	account, err := d.store.AccountByLogin(ctx, who)
	if err == nil {
		return account.PersonKind, account.PersonID, nil
	}
	if !errors.Is(err, models.ErrNotFound) {
		return "", "", err
	}
	if _, err = d.store.Staff(ctx, who); err == nil {
		return identity.KindStaff, who, nil
	}
	if errors.Is(err, models.ErrNotFound) {
		if _, err = d.store.Customer(ctx, who); err == nil {
			return identity.KindCustomer, who, nil
		}
	}
	if errors.Is(err, models.ErrNotFound) {
		return "", "", fmt.Errorf("nobody has the login or ID %q; `aftersales user list` shows who works here", who)
	}
	return "", "", err
}

// staff is find for somebody who works.
func (d *userDesk) staff(ctx context.Context, who string) (id string, err error) {
	kind, id, err := d.find(ctx, who)
	if err == nil && kind != identity.KindStaff {
		return "", fmt.Errorf("%s is a customer; this command is for people who work", who)
	}
	return id, err
}

// show prints a link that was just made, and what to do with it.
func (d *userDesk) show(link identity.Link) {
	page := "join"
	if link.Purpose == models.InviteRecover {
		page = "recover"
	}
	// Behind the # no server and no log reads the token.
	fmt.Fprintf(d.out, "link   %s/staff/%s#token=%s\ntoken  %s\nends   %s, or when it is used, or replaced by a newer one\n",
		d.site, page, link.Token, link.Token, link.ExpiresAt.Local().Format(time.DateTime))
	fmt.Fprintln(d.out, "Hand the link over to this person alone.")
}

func newUserAddCommand(cfg *config.Config) *cobra.Command {
	var in identity.Invitee
	var limit, login string
	var setPassword bool
	cmd := &cobra.Command{
		Use:   "add [flags]",
		Short: "Make an operator, or anybody else who works",
		Long: `Makes somebody who works and prints the link with which they join. With --login and --set-password the account is made at
once: the password is asked for, or read from the first line of standard input. It must not be a common one.

Agents, supervisors, editors and operators must set up a second factor when they first sign in; before that they can do
nothing else.`,
		Example: `  aftersales user add --role operator --name 王芳
  pwgen 20 1 | tee -a notes | aftersales user add --role operator --name 王芳 --login wang.fang --set-password
  aftersales user add --role merchant --shop s-9 --owner --name 金店主
  aftersales user add --role agent --team East --limit 500 --name 李四`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit != "" {
				amount, err := money.Parse(limit)
				if err != nil {
					return fmt.Errorf("--limit: %w", err)
				}
				in.Limit = amount
			}
			if (login != "") != setPassword {
				return errors.New("--login and --set-password belong together; without both, the person chooses with the link")
			}
			return withUsers(cmd, cfg, func(ctx context.Context, desk *userDesk) error {
				team, err := desk.team(ctx, in.TeamID)
				if err != nil {
					return err
				}
				in.TeamID = team
				password := ""
				if setPassword {
					if password, err = askPassword(cmd, login); err != nil {
						return err
					}
				}
				colleague, link, err := desk.Invite(ctx, identity.Console, uuid.NewString(), in)
				if err != nil {
					return err
				}
				fmt.Fprintf(desk.out, "%s %s, ID %s\n", colleague.Role, colleague.Name, colleague.ID)
				if !setPassword {
					desk.show(link)
					return nil
				}
				if _, err = desk.Accept(ctx, identity.Acceptance{Token: link.Token, Login: login, Password: password}); err != nil {
					return fmt.Errorf("%w (the person is made and invited; try the link that `aftersales user invite %s` prints)", err, colleague.ID)
				}
				fmt.Fprintf(desk.out, "can sign in as %s\n", login)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&in.Role, "role", "", "merchant, agent, supervisor, editor or operator")
	cmd.Flags().StringVar(&in.Name, "name", "", "the person's name; stored sealed")
	cmd.Flags().StringVar(&in.MerchantID, "shop", "", "ID of the shop, for the role merchant")
	cmd.Flags().BoolVar(&in.Owner, "owner", false, "of the shop: decides on its staff and its rules")
	cmd.Flags().StringVar(&in.TeamID, "team", "", "name or ID of the team, for agents and supervisors; a new name makes a team")
	cmd.Flags().StringVar(&limit, "limit", "", "the largest amount in yuan that this person may decide alone, e.g. 500.00")
	cmd.Flags().StringVar(&login, "login", "", "make the account at once, with this login")
	cmd.Flags().BoolVar(&setPassword, "set-password", false, "ask for the password here instead of printing a link")
	_ = cmd.MarkFlagRequired("role") // fails only for a flag that does not exist
	_ = cmd.MarkFlagRequired("name")
	return cmd
}

// team returns the ID of a team by its ID or name; it makes one when there is none.
func (d *userDesk) team(ctx context.Context, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	teams, err := d.Teams(ctx)
	if err != nil {
		return "", err
	}
	for _, team := range teams {
		if team.ID == name || team.Name == name {
			return team.ID, nil
		}
	}
	team, err := d.CreateTeam(ctx, identity.Console, name)
	if err == nil {
		fmt.Fprintf(d.out, "made the team %s\n", name)
	}
	return team.ID, err
}

func newUserListCommand(cfg *config.Config) *cobra.Command {
	var filter identity.StaffFilter
	cmd := &cobra.Command{
		Use:   "list [flags]",
		Short: "List people who work",
		Long:  `Lists everybody who works, the latest first, with what they may do. Customers are not listed.`,
		Example: `  aftersales user list
  aftersales user list --role operator --status active`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withUsers(cmd, cfg, func(ctx context.Context, desk *userDesk) error {
				table := tabwriter.NewWriter(desk.out, 0, 0, 2, ' ', 0)
				fmt.Fprintln(table, "ID\tLOGIN\tNAME\tROLE\tSHOP\tTEAM\tLIMIT\tSTATUS\tSECOND FACTOR")
				request := identity.PageRequest{Limit: models.MaxPage}
				for {
					page, err := desk.Colleagues(ctx, identity.Console, filter, request)
					if err != nil {
						return err
					}
					for _, c := range page.Items {
						role, factor := c.Role, "no"
						if c.Owner {
							role += ", owner"
						}
						if c.SecondFactor {
							factor = "yes"
						}
						fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", c.ID, orDash(c.Login), orDash(c.Name), role,
							orDash(c.MerchantID), orDash(c.TeamID), c.Limit, c.Status, factor)
					}
					if request.Cursor = page.Next; page.Next == "" {
						return table.Flush()
					}
				}
			})
		},
	}
	cmd.Flags().StringVar(&filter.Role, "role", "", "only this role")
	cmd.Flags().StringVar(&filter.MerchantID, "shop", "", "only this shop's people")
	cmd.Flags().StringVar(&filter.TeamID, "team", "", "only the team with this ID")
	cmd.Flags().StringVar(&filter.Status, "status", "", "only invited, active or inactive")
	return cmd
}

func newUserInviteCommand(cfg *config.Config) *cobra.Command {
	return &cobra.Command{
		Use:     "invite WHO",
		Short:   "A new link for somebody who has not joined yet",
		Long:    `Prints a new link for somebody who was added but has not joined; the one before is void. It works for 7 days.`,
		Example: `  aftersales user invite 0192f3c4-…`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withUsers(cmd, cfg, func(ctx context.Context, desk *userDesk) error {
				id, err := desk.staff(ctx, args[0])
				if err != nil {
					return err
				}
				_, link, err := desk.InviteAgain(ctx, identity.Console, id)
				if err != nil {
					return err
				}
				desk.show(link)
				return nil
			})
		},
	}
}

func newUserResetCommand(cfg *config.Config) *cobra.Command {
	var setPassword bool
	cmd := &cobra.Command{
		Use:   "reset WHO",
		Short: "Let somebody choose a new password",
		Long: `Prints a link with which somebody who works, or a customer, chooses a new password within the hour. Until it is used the
old password stands. When it is used all sessions end. The second factor stays as it is: who lost that too needs
aftersales user reset-factors besides.

With --set-password the new password is asked for here, or read from the first line of standard input.`,
		Example: `  aftersales user reset wang.fang
  aftersales user reset wang.fang --set-password`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withUsers(cmd, cfg, func(ctx context.Context, desk *userDesk) error {
				kind, id, err := desk.find(ctx, args[0])
				if err != nil {
					return err
				}
				password := ""
				if setPassword {
					account, err := desk.store.AccountOf(ctx, kind, id)
					if err != nil {
						return fmt.Errorf("%s has not joined yet, so there is no password to set: aftersales user invite %s", args[0], args[0])
					}
					if password, err = askPassword(cmd, account.Login); err != nil {
						return err
					}
				}
				var link identity.Link
				if kind == identity.KindCustomer {
					link, err = desk.RecoverCustomer(ctx, identity.Console, id)
				} else {
					_, link, err = desk.Recover(ctx, identity.Console, id)
				}
				if err != nil {
					return err
				}
				if !setPassword {
					desk.show(link)
					return nil
				}
				if _, err := desk.Accept(ctx, identity.Acceptance{Token: link.Token, Password: password}); err != nil {
					return err
				}
				fmt.Fprintf(desk.out, "%s has a new password; all sessions are over\n", args[0])
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&setPassword, "set-password", false, "ask for the new password here instead of printing a link")
	return cmd
}

// newUserStateCommand is a command that does one thing to one person who works.
func newUserStateCommand(cfg *config.Config, name, short, long string, do func(context.Context, *userDesk, string) (string, error)) *cobra.Command {
	return &cobra.Command{
		Use: name + " WHO", Short: short, Long: long, Example: "  aftersales user " + name + " wang.fang", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withUsers(cmd, cfg, func(ctx context.Context, desk *userDesk) error {
				id, err := desk.staff(ctx, args[0])
				if err != nil {
					return err
				}
				done, err := do(ctx, desk, id)
				if err != nil {
					return err
				}
				fmt.Fprintf(desk.out, "%s %s\n", args[0], done)
				return nil
			})
		},
	}
}

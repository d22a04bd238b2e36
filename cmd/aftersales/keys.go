package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"aftersales/config"
	"aftersales/models"
	"aftersales/seal"
	"aftersales/seal/kms"
)

func newKeysCommand(cfg *config.Config) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Look after the keys that seal personal data",
		Long: `Everything personal is sealed, in three layers:

  the root key     in a file (keys.master_file), or in a KMS (keys.kms): Vault, AWS or Google; it never leaves it
  master keys      in the store of keysets, wrapped under the root key; they wrap
  keysets          one per customer, shop and member of staff, one of the platform and one of the index

Whoever has the database, files, logs and the store of keysets, but not the root key, can read nothing. Destroying
one keyset erases one person. So: keep the root key, and back it up, apart from everything else.

All of these commands work while Aftersales runs. What is broken off goes on where it was when called again.`,
		Example: `  aftersales keys status
  aftersales keys rotate --older-than 8760h   new keys for everybody whose keys are older than a year
  aftersales keys reseal                      bring what is stored under the new keys
  aftersales keys rewrap                      a new master key
  aftersales keys rewrap --to hcvault://vault.example:8200/transit/keys/aftersales
                                              from the file to Vault; then set keys.kms, restart, and
  aftersales keys forget file:3821736455      the file opens nothing any more`,
	}
	cmd.AddCommand(newKeysStatusCommand(cfg), newKeysRotateCommand(cfg), newKeysRewrapCommand(cfg), newKeysResealCommand(cfg),
		newKeysForgetCommand(cfg), newKeysDestroyedCommand(cfg))
	return cmd
}

// withStore runs a command on the opened store.
func withStore(cfg *config.Config, do func(ctx context.Context, out io.Writer, store *models.Store) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) (err error) {
		store, err := openStore(cmd.Context(), cfg)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, store.Close()) }()
		return do(cmd.Context(), cmd.OutOrStdout(), store)
	}
}

func newKeysStatusCommand(cfg *config.Config) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show roots, master keys, keysets and jobs, and what to do next",
		Long: `Lists the root keys that open the master keys, the master keys, how many keysets stand under each, and how far a rotation or
a resealing has come. It changes nothing and shows no key.`,
		Example: `  aftersales keys status`,
		Args:    cobra.NoArgs,
		RunE:    withStore(cfg, keysStatus),
	}
}

func keysStatus(ctx context.Context, out io.Writer, store *models.Store) error {
	roots, err := store.Master.Roots(ctx)
	if err != nil {
		return err
	}
	figures, err := store.KeyStore().Figures(ctx)
	if err != nil {
		return err
	}
	current := store.Master.Current()
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, root := range roots {
		use := "opens the master keys too; when no process needs it: aftersales keys forget '" + root + "'"
		if root == store.Master.Root() {
			use = "in use here"
		}
		fmt.Fprintf(table, "root key\t%s\t%s\n", root, use)
	}
	fmt.Fprintf(table, "keysets\t%d\t%d destroyed\n", figures.Alive, figures.Destroyed)
	var advice []string
	for _, master := range slices.Sorted(maps.Keys(figures.ByMaster)) {
		name, use := fmt.Sprint(master), "older"
		switch master {
		case current:
			use = "the newest"
		case 0:
			name, use = "key file", "from before there were master keys"
		}
		fmt.Fprintf(table, "master key\t%s\t%s, wraps %d keysets\n", name, use, figures.ByMaster[master])
		if master != current {
			advice = append(advice, "aftersales keys rewrap      puts all keysets under a new master key")
		}
	}
	if !figures.OldestKey.IsZero() {
		fmt.Fprintf(table, "oldest key\t%s\tseals for %s\n", figures.OldestKey.Format(time.DateOnly), days(time.Since(figures.OldestKey)))
	}
	for _, name := range []string{models.JobRotate, models.JobRewrap, models.JobReseal} {
		job, err := store.KeyStore().Job(ctx, name)
		if errors.Is(err, models.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		state := "broken off or under way, last sign of life " + job.UpdatedAt.Format(time.DateTime)
		if job.EndedAt != nil {
			state = "ended " + job.EndedAt.Format(time.DateTime)
		} else {
			advice = append(advice, "aftersales keys "+name+"      goes on where it was")
		}
		fmt.Fprintf(table, "%s\t%d of %d\t%s\n", name, job.Done, job.Total, state)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if time.Since(figures.OldestKey) > keyAge && !figures.OldestKey.IsZero() {
		advice = append(advice, "aftersales keys rotate --older-than 8760h      keys should change once a year")
	}
	slices.Sort(advice)
	for _, line := range slices.Compact(advice) {
		fmt.Fprintln(out, "->", line)
	}
	return nil
}

// keyAge is when keys should be changed: a year, after NIST SP 800-57 on keys that seal stored data.
const keyAge = 365 * 24 * time.Hour

func days(d time.Duration) string { return fmt.Sprintf("%d days", int(d.Hours()/24)) }

func newKeysRotateCommand(cfg *config.Config) *cobra.Command {
	var olderThan time.Duration
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Give every person a new key to seal with",
		Long: `Adds a new key to every keyset. From then on it seals; older keys stay for reading what was sealed before, until
"aftersales keys reseal" has brought that under the new key. Workflow histories cannot be resealed: they go with their
retention.

Other processes find the new keys by themselves.`,
		Example: `  aftersales keys rotate
  aftersales keys rotate --older-than 8760h`,
		Args: cobra.NoArgs,
		RunE: withStore(cfg, func(ctx context.Context, out io.Writer, store *models.Store) error {
			job, err := store.RotateKeysets(ctx, time.Now().Add(-olderThan), shown(out, "rotating"))
			return concluded(out, job, err, "keysets seal with a new key. Next: aftersales keys reseal")
		}),
	}
	cmd.Flags().DurationVar(&olderThan, "older-than", 0, "only keysets whose newest key is older than this")
	return cmd
}

func newKeysRewrapCommand(cfg *config.Config) *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "rewrap",
		Short: "Put all keysets under a new master key, and the master keys under another root key",
		Long: `Makes a new master key, puts every keyset under it and deletes the older ones. Call it when somebody may have seen
a master key, and once a year.

With --to the master keys are put under a second root key too: a KMS's, or another file's, which is made when it is
missing. Then let every process use it (keys.kms or keys.master_file, and a restart, one after the other), and call
"aftersales keys forget" for the older root. If the older root leaked, call rewrap once more after that: the newest
master key was under both for a while.`,
		Example: `  aftersales keys rewrap
  aftersales keys rewrap --to hcvault://vault.example:8200/transit/keys/aftersales
  aftersales keys rewrap --to file:/secure/new.key`,
		Args: cobra.NoArgs,
		RunE: withStore(cfg, func(ctx context.Context, out io.Writer, store *models.Store) error {
			var also []seal.Root
			if to != "" {
				root, err := rootAt(ctx, cfg, to)
				if err != nil {
					return err
				}
				also = append(also, root)
			}
			fmt.Fprintf(out, "Processes that run learn of the new master key within %s; the older one stays until then.\n", store.Master.Lag())
			job, err := store.RewrapKeysets(ctx, shown(out, "rewrapping"), also...)
			next := ""
			for _, root := range also {
				next = fmt.Sprintf(" They are under %s too: let every process use it, then: aftersales keys forget '%s'", root.Name, store.Master.Root())
			}
			return concluded(out, job, err, "keysets are under a new master key."+next)
		}),
	}
	cmd.Flags().StringVar(&to, "to", "", "root key to change to: hcvault://…, aws-kms://…, gcp-kms://… or file:<path>")
	return cmd
}

// rootAt is the root key that --to names.
func rootAt(ctx context.Context, cfg *config.Config, to string) (seal.Root, error) {
	if path, isFile := strings.CutPrefix(to, "file:"); isFile {
		return seal.FileRoot(path, true)
	}
	return kms.Open(ctx, to, kms.Options{TokenFile: cfg.Keys.VaultToken})
}

func newKeysResealCommand(cfg *config.Config) *cobra.Command {
	return &cobra.Command{
		Use:   "reseal",
		Short: "Bring everything that is stored under the newest keys",
		Long: `Reads every sealed value of the database and every file, and seals anew what is under an older key than the newest of
its keyset; makes the terms anew by which customers are found. What belongs to people who were erased is passed over.`,
		Example: `  aftersales keys reseal`,
		Args:    cobra.NoArgs,
		RunE: withStore(cfg, func(ctx context.Context, out io.Writer, store *models.Store) error {
			files, err := openFiles(cfg)
			if err != nil {
				return err
			}
			defer files.Close()
			job, err := store.Reseal(ctx, files, shown(out, "sealing anew"))
			return concluded(out, job, err, "rows and files are under the newest keys")
		}),
	}
}

func newKeysForgetCommand(cfg *config.Config) *cobra.Command {
	return &cobra.Command{
		Use:   "forget <root key>",
		Short: "Let a root key open the master keys no more",
		Long: `Removes the copy of the master keys that a root key opens. "aftersales keys status" lists the root keys; add the new one
with "aftersales keys rewrap" first, for the last one cannot be forgotten.`,
		Example: "  aftersales keys forget file:3821736455",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cfg, func(ctx context.Context, out io.Writer, store *models.Store) error {
				if err := store.Master.Forget(ctx, args[0]); err != nil {
					return err
				}
				fmt.Fprintf(out, "%s opens the master keys no more. Copies and backups of the store of keysets from before still open with it.\n", args[0])
				return nil
			})(cmd, nil)
		},
	}
}

func newKeysDestroyedCommand(cfg *config.Config) *cobra.Command {
	var since string
	cmd := &cobra.Command{
		Use:   "destroyed",
		Short: "List the keysets that were destroyed: the erasures that a restored backup must repeat",
		Long: `Lists when which keyset was destroyed, because its customer was erased. A backup of the keys from before that still holds
it: "aftersales restore" destroys these again, and this list shows which they are. It names no customers.`,
		Example: `  aftersales keys destroyed
  aftersales keys destroyed --since 2026-03-02`,
		Args: cobra.NoArgs,
		RunE: withStore(cfg, func(ctx context.Context, out io.Writer, store *models.Store) error {
			from := time.Time{}
			if since != "" {
				day, err := time.ParseInLocation(time.DateOnly, since, time.Local)
				if err != nil {
					return fmt.Errorf("--since is a day like 2026-03-02: %w", err)
				}
				from = day
			}
			all, err := store.KeyStore().Destroyed(ctx, from)
			for _, one := range all {
				fmt.Fprintf(out, "%s  %s\n", one.At.Format(time.RFC3339), one.Ref)
			}
			return err
		}),
	}
	cmd.Flags().StringVar(&since, "since", "", "only from this day on")
	return cmd
}

// shown tells how far a job is: as a bar on a terminal, as lines in a log elsewhere.
func shown(out io.Writer, what string) models.KeyProgress {
	if !isTerminal(out) {
		return func(job models.KeyJob) { slog.Info(what, "done", job.Done, "total", job.Total) }
	}
	var bar *progressbar.ProgressBar
	return func(job models.KeyJob) {
		if bar == nil {
			bar = progressbar.NewOptions64(job.Total, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription(what),
				progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetPredictTime(true), progressbar.OptionOnCompletion(func() { fmt.Fprintln(out) }))
		}
		bar.ChangeMax64(job.Total)
		_ = bar.Set64(job.Done)
	}
}

func concluded(out io.Writer, job models.KeyJob, err error, text string) error {
	if err != nil {
		return fmt.Errorf("after %d of %d: %w; call the command again to go on from there", job.Done, job.Total, err)
	}
	fmt.Fprintf(out, "%d %s\n", job.Done, text)
	return nil
}

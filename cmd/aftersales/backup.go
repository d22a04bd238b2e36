package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"aftersales/config"
	"aftersales/models"
)

// Kinds of backups: what holds personal data, and what opens it, never lie in one.
const (
	dataBackup = "data"
	keysBackup = "keys"

	manifestName = "manifest.json"
	keysName     = "keys.gz"
)

// manifest is written last: a backup without it is not whole.
type manifest struct {
	Kind  string            `json:"kind"`
	At    time.Time         `json:"at"`
	Files map[string]string `json:"files"` // SHA-256 by path
}

func newBackupCommand(cfg *config.Config) *cobra.Command {
	var to string
	var keys bool
	cmd := &cobra.Command{
		Use:   "backup",
		Short: "Write a backup of the data, or of the keys, into a new folder",
		Long: `Without --keys: the database, the sealed files and, on one machine, Temporal's store. All that is personal
in it is sealed, and the keys are not in it.

With --keys: the store of keysets, wrapped under the root key, and the list of what was destroyed. Keep it apart from
backups of the data, and do not keep it long: a person who is erased can be read with a keyset from before and data
from before. The root key (keys.master_file) is in neither: keep a copy of it in a safe place of its own.

It works while Aftersales runs. An outside Temporal, and files in a bucket, have backups of their own.`,
		Example: `  aftersales backup --to /backup/data-$(date +%F)
  aftersales backup --keys --to /elsewhere/keys-$(date +%F)`,
		Args: cobra.NoArgs,
		RunE: withStore(cfg, func(ctx context.Context, out io.Writer, store *models.Store) error {
			kind := dataBackup
			if keys {
				kind = keysBackup
			}
			n, err := backup(ctx, cfg, store, kind, to, time.Now())
			if err != nil {
				return fmt.Errorf("the backup in %s is not whole: %w", to, err)
			}
			fmt.Fprintf(out, "%s: %d files. Try it now and then: aftersales restore --help\n", to, n)
			return nil
		}),
	}
	cmd.Flags().StringVar(&to, "to", "", "folder that will be made")
	cmd.Flags().BoolVar(&keys, "keys", false, "the keys instead of the data")
	_ = cmd.MarkFlagRequired("to")
	return cmd
}

func backup(ctx context.Context, cfg *config.Config, store *models.Store, kind, to string, at time.Time) (files int, err error) {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return 0, err
	}
	if err := os.Mkdir(to, 0o700); err != nil {
		return 0, err
	}
	if kind == keysBackup {
		err = store.KeyStore().Backup(ctx, filepath.Join(to, keysName))
	} else {
		err = backupData(ctx, cfg, store, to)
	}
	if err != nil {
		return 0, err
	}
	whole := manifest{Kind: kind, At: at.UTC(), Files: map[string]string{}}
	if err := eachFile(to, func(name, path string) (err error) {
		whole.Files[name], err = sumOf(path)
		return err
	}); err != nil {
		return 0, err
	}
	text, err := json.MarshalIndent(whole, "", "  ")
	if err != nil {
		return 0, err
	}
	return len(whole.Files), os.WriteFile(filepath.Join(to, manifestName), text, 0o600)
}

// besides are the SQLite files of one machine that go with the data, by their name in the backup. The sandbox's ledger is
// not among them: it is the partners', who do not seal.
func besides(cfg *config.Config) map[string]string {
	return map[string]string{"temporal.db": filepath.Join(cfg.DataDir, "temporal", "temporal.db")}
}

// backupData takes the rows before the files: every file that a row names was there before it.
func backupData(ctx context.Context, cfg *config.Config, store *models.Store, to string) error {
	if err := store.Backup(ctx, filepath.Join(to, store.BackupName())); err != nil {
		return err
	}
	for name, from := range besides(cfg) {
		if err := models.CopySQLite(ctx, from, filepath.Join(to, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return copyTree(cfg.Blobs.Dir, filepath.Join(to, "blobs"))
}

func newRestoreCommand(cfg *config.Config) *cobra.Command {
	var from string
	cmd := &cobra.Command{
		Use:   "restore",
		Short: "Read a backup back, and erase again who was erased since",
		Long: `Reads a backup that "aftersales backup" wrote, of the data or of the keys; which of them it is, it says itself. Stop
Aftersales first.

Data: on SQLite what is there is moved aside into before-restore-<time> in the data folder; on PostgreSQL database.url
must name an empty database. Then the schema is brought to this build's, and everybody whose keyset was destroyed
since the backup is taken out again.

Keys: what is missing comes back; what was destroyed stays destroyed, whichever side knows it. After the loss of
everything, restore the keys first, with the root key in its place, then the data.`,
		Example: `  aftersales restore --from /backup/data-2026-03-02
  aftersales restore --from /elsewhere/keys-2026-03-02`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if supervised(cfg) {
				return errors.New("Aftersales runs in this data folder; stop it first (Ctrl-C in its terminal)")
			}
			return restore(cmd.Context(), cmd.OutOrStdout(), cfg, from, time.Now())
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "folder of the backup")
	_ = cmd.MarkFlagRequired("from")
	return cmd
}

func restore(ctx context.Context, out io.Writer, cfg *config.Config, from string, at time.Time) error {
	whole, err := readBackup(from)
	if err != nil {
		return err
	}
	options := storeOptions(cfg)
	if whole.Kind == keysBackup {
		if err := models.MigrateKeys(ctx, cfg.DatabaseDSN(), options); err != nil {
			return err
		}
		n, err := models.RestoreKeys(ctx, cfg.DatabaseDSN(), options, filepath.Join(from, keysName))
		if err == nil {
			fmt.Fprintf(out, "%d keysets came back. Those that were destroyed stay so.\n", n)
		}
		return err
	}
	if err := restoreData(ctx, cfg, whole, from, at); err != nil {
		return err
	}
	if err := models.Migrate(ctx, cfg.DatabaseDSN(), options); err != nil {
		return err
	}
	store, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer store.Close()
	files, err := openFiles(cfg)
	if err != nil {
		return err
	}
	defer files.Close()
	n, err := store.ReplayErasures(ctx, files, at)
	if err != nil {
		return fmt.Errorf("the data is back, but who was erased since is not taken out yet; start nothing and call this again: %w", err)
	}
	fmt.Fprintf(out, "The data of %s is back. %d erasures from after that were repeated.\n", whole.At.Local().Format(time.DateTime), n)
	return nil
}

func restoreData(ctx context.Context, cfg *config.Config, whole manifest, from string, at time.Time) error {
	_, isSQLite := whole.Files["data.db"]
	if isSQLite != cfg.SQLite() {
		return errors.New("the backup is of the other kind of database (SQLite or PostgreSQL); set database.url accordingly")
	}
	if !cfg.SQLite() {
		if err := models.RestorePostgres(ctx, cfg.DatabaseDSN(), filepath.Join(from, "data.zip")); err != nil {
			return err
		}
	}
	aside := filepath.Join(cfg.DataDir, "before-restore-"+at.UTC().Format("20060102T150405.000000Z"))
	moves := besides(cfg)
	if cfg.SQLite() {
		moves["data.db"] = cfg.DatabaseFile()
	}
	for name, path := range moves {
		if _, held := whole.Files[name]; !held {
			continue
		}
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := moveAside(path+suffix, aside); err != nil {
				return err
			}
		}
		if err := copyFile(filepath.Join(from, name), path); err != nil {
			return err
		}
	}
	if err := moveAside(cfg.Blobs.Dir, aside); err != nil {
		return err
	}
	return copyTree(filepath.Join(from, "blobs"), cfg.Blobs.Dir)
}

func moveAside(path, aside string) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := os.MkdirAll(aside, 0o700); err != nil {
		return err
	}
	return os.Rename(path, filepath.Join(aside, filepath.Base(path)))
}

// readBackup checks that a backup is whole and as it was written.
func readBackup(from string) (manifest, error) {
	var whole manifest
	text, err := os.ReadFile(filepath.Join(from, manifestName))
	if err != nil {
		return whole, fmt.Errorf("%s holds no whole backup: %w", from, err)
	}
	if err := json.Unmarshal(text, &whole); err != nil || whole.Kind != dataBackup && whole.Kind != keysBackup {
		return whole, fmt.Errorf("%s holds no backup that this build knows", from)
	}
	for name, want := range whole.Files {
		if !filepath.IsLocal(name) {
			return whole, fmt.Errorf("the backup names %q, which is outside of it", name)
		}
		have, err := sumOf(filepath.Join(from, name))
		if err != nil {
			return whole, fmt.Errorf("the backup is not whole: %w", err)
		}
		if have != want {
			return whole, fmt.Errorf("%s in the backup is not as it was written; take another backup", name)
		}
	}
	return whole, nil
}

func eachFile(dir string, do func(name, path string) error) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // there is nothing yet, or it was swept meanwhile
		}
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		return do(name, path)
	})
}

func copyTree(from, to string) error {
	return eachFile(from, func(name, path string) error {
		if err := copyFile(path, filepath.Join(to, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

func sumOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return hex.EncodeToString(sum.Sum(nil)), err
}

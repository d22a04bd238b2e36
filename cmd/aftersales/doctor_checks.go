package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"aftersales/cmd/aftersales/supervise"
	"aftersales/config"
	"aftersales/seal/kms"
	"aftersales/temporalserver"
)

// leastFreeSpace is what a day of a small installation may need with room to spare.
const leastFreeSpace = 1 << 30

func checkDataDir(_ context.Context, cfg *config.Config) finding {
	info, err := os.Stat(cfg.DataDir)
	if errors.Is(err, fs.ErrNotExist) {
		return finding{detail: cfg.DataDir + " (will be made at the first start)"}
	}
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is no folder", cfg.DataDir)
	}
	if err == nil {
		err = tryWrite(cfg.DataDir)
	}
	return finding{cfg.DataDir, err, "make it a folder that this user may write to, or choose another with AFTERSALES_DATA_DIR"}
}

func tryWrite(dir string) error {
	file, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

func checkDisk(_ context.Context, cfg *config.Config) finding {
	dir := cfg.DataDir
	for { // the folder may not be there yet
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		return finding{err: err, remedy: "make the data folder readable"}
	}
	free := stat.Bavail * uint64(stat.Bsize)
	detail := fmt.Sprintf("%.1f GiB free", float64(free)/(1<<30))
	if free < leastFreeSpace {
		return finding{err: fmt.Errorf("only %s at %s", detail, dir), remedy: "free at least 1 GiB, or move the data with AFTERSALES_DATA_DIR"}
	}
	return finding{detail: detail}
}

// checkRules loads every policy pack, so that whoever changes a deadline sees at once whether the file is right.
func checkRules(_ context.Context, cfg *config.Config) finding {
	packs, err := loadPacks(cfg)
	if err != nil {
		return finding{err: err, remedy: "correct the file at that line, or take it out of policy.dirs"}
	}
	var names []string
	for _, loaded := range packs {
		names = append(names, loaded.Name())
	}
	if !slices.Contains(names, cfg.Policy.Pack) {
		return finding{err: fmt.Errorf("there is no policy pack %q among %s", cfg.Policy.Pack, strings.Join(names, ", ")),
			remedy: "name one of them in policy.pack (AFTERSALES_POLICY_PACK), or add its folder to policy.dirs"}
	}
	return finding{detail: fmt.Sprintf("the settings name %s for new cases, as long as no operator chose another; there are %s", cfg.Policy.Pack, strings.Join(names, ", "))}
}

func checkMasterKey(ctx context.Context, cfg *config.Config) finding {
	if cfg.Keys.KMS != "" {
		root, err := kms.Open(ctx, cfg.Keys.KMS, kms.Options{TokenFile: cfg.Keys.VaultToken})
		if err == nil {
			_, err = root.AEAD.Encrypt([]byte("doctor"), []byte("doctor"))
		}
		return finding{cfg.Keys.KMS + " seals", err, "make the KMS reachable and its token good, or correct keys.kms; processes that run go on meanwhile, none can start"}
	}
	file := cfg.Keys.MasterFile
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(cfg.KeysFile()); err == nil {
			return finding{err: fmt.Errorf("%s is missing, but there are keysets that it must open", file),
				remedy: "restore it from where you keep it; without it no personal datum can be read again"}
		}
		return finding{detail: file + " (will be made at the first start)"}
	}
	if err != nil {
		return finding{err: err, remedy: "make the folder of the master key readable for this user only"}
	}
	if info.Mode().Perm()&0o077 != 0 {
		return finding{err: fmt.Errorf("%s may be read by others (%s)", file, info.Mode().Perm()), remedy: "chmod 600 " + file}
	}
	return finding{detail: file + ", readable by its owner only"}
}

// checkExposure looks for what is allowed but not safe where other machines take part.
func checkExposure(_ context.Context, cfg *config.Config) finding {
	warnings := cfg.Warnings()
	switch {
	case len(warnings) > 0:
		return finding{err: errors.New(strings.Join(warnings, "\n"+strings.Repeat(" ", 21))), remedy: "as said there; docs/security.md, Before going public"}
	case cfg.Public():
		return finding{detail: "other machines reach the API, and nothing stands open that should not"}
	}
	return finding{detail: "only this machine reaches the API"}
}

func checkClock(ctx context.Context, cfg *config.Config) finding {
	const remedy = "set the clock and keep it right with NTP (timedatectl set-ntp true); deadlines depend on it"
	if _, err := time.LoadLocation("Asia/Shanghai"); err != nil {
		return finding{err: fmt.Errorf("time zones are missing: %w", err), remedy: "apt-get install tzdata"}
	}
	now := time.Now()
	if now.Year() < 2026 {
		return finding{err: fmt.Errorf("it says %s", now.Format(time.RFC3339)), remedy: remedy}
	}
	if cfg.SQLite() {
		return finding{detail: now.Format(time.RFC3339)}
	}
	var theirs time.Time
	if err := ask(ctx, "pgx", cfg.Database.URL, "select clock_timestamp()", &theirs); err != nil {
		return finding{detail: now.Format(time.RFC3339) + " (the database's is unknown)"} // the next check says why
	}
	if off := theirs.Sub(now).Abs(); off > 2*time.Second {
		return finding{err: fmt.Errorf("it differs from the database's by %s", off.Round(time.Millisecond)), remedy: remedy}
	}
	return finding{detail: now.Format(time.RFC3339) + ", like the database's"}
}

func checkDatabase(ctx context.Context, cfg *config.Config) finding {
	if cfg.SQLite() {
		return checkSQLite(ctx, cfg.DatabaseFile())
	}
	var version string
	var number int
	err := errors.Join(ask(ctx, "pgx", cfg.Database.URL, "show server_version", &version),
		ask(ctx, "pgx", cfg.Database.URL, "select current_setting('server_version_num')::int", &number))
	if err != nil {
		return finding{err: err, remedy: "start PostgreSQL, correct DATABASE_URL, or unset it to use SQLite"}
	}
	if number < 150000 {
		return finding{err: fmt.Errorf("PostgreSQL %s is too old", version), remedy: "use PostgreSQL 15 or newer"}
	}
	return finding{detail: "PostgreSQL " + version}
}

func checkSQLite(ctx context.Context, file string) finding {
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return finding{detail: file + " (will be made at the first start)"}
	}
	var verdict string
	if err := ask(ctx, "sqlite", "file:"+file+"?mode=ro", "pragma quick_check(1)", &verdict); err != nil {
		return finding{err: err, remedy: "make " + file + " readable for this user"}
	}
	if verdict != "ok" {
		return finding{err: fmt.Errorf("%s is damaged: %s", file, verdict), remedy: "stop everything and restore the data folder from a backup"}
	}
	return finding{detail: "SQLite, " + file}
}

// openDiscrepancies counts the open discrepancies by kind, as "bug 2, charged_back 1"; "" when there is none, or no database yet.
func openDiscrepancies(ctx context.Context, cfg *config.Config) (kinds string) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	driver, dsn, join := "pgx", cfg.Database.URL, "string_agg"
	if cfg.SQLite() {
		if _, err := os.Stat(cfg.DatabaseFile()); err != nil {
			return ""
		}
		driver, dsn, join = "sqlite", "file:"+cfg.DatabaseFile()+"?mode=ro", "group_concat"
	}
	// A database that does not answer was reported by its own check; one without tables has none open.
	_ = ask(ctx, driver, dsn, "SELECT COALESCE("+join+`(kind || ' ' || n, ', '), '') FROM
		(SELECT kind, count(*) AS n FROM discrepancies WHERE resolved_at IS NULL GROUP BY kind ORDER BY kind) AS open_ones`, &kinds)
	return kinds
}

// ask runs a query with one value as its answer.
func ask(ctx context.Context, driver, dsn, query string, answer any) error {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.QueryRowContext(ctx, query).Scan(answer)
}

func checkTemporal(ctx context.Context, cfg *config.Config) finding {
	address := cfg.Temporal.DialAddress()
	at, err := engineAt(cfg)
	if err != nil {
		return finding{err: err, remedy: "correct the files that temporal.tls_ca, temporal.tls_cert and temporal.tls_key name"}
	}
	reachable, exists, err := temporalserver.Check(ctx, at, cfg.Temporal.Namespace)
	switch {
	case !reachable && at.TLS != nil:
		return finding{err: fmt.Errorf("no answer from %s over TLS as %s: %w", address, at.TLS.ServerName, err),
			remedy: "start Temporal with TLS there, let it take our certificate, or correct temporal.address, temporal.tls_ca and temporal.tls_server_name"}
	case !reachable:
		return finding{err: fmt.Errorf("no answer from %s: %w", address, err), remedy: "start Temporal, correct TEMPORAL_ADDRESS, or unset it to use the embedded one"}
	case err != nil:
		return finding{err: err, remedy: "allow this user the namespace " + cfg.Temporal.Namespace}
	case !exists:
		return finding{err: fmt.Errorf("%s has no namespace %s", address, cfg.Temporal.Namespace), remedy: "run `aftersales dev` or `aftersales migrate` once, or correct AFTERSALES_TEMPORAL_NAMESPACE"}
	}
	return finding{detail: address + ", namespace " + cfg.Temporal.Namespace + securedBy(cfg)}
}

// securedBy says how the connection to Temporal is secured, and until when.
func securedBy(cfg *config.Config) string {
	switch {
	case !cfg.Temporal.Secure():
		return ""
	case cfg.Temporal.TLSCert == "":
		return ", TLS without a certificate of ours"
	}
	ours, err := cfg.Temporal.Certificate()
	if err != nil {
		return ", TLS" // it was good a moment ago
	}
	return fmt.Sprintf(", mutual TLS as %s until %s", ours.Leaf.Subject.CommonName, ours.Leaf.NotAfter.UTC().Format(time.DateOnly))
}

func checkTemporalProgram(_ context.Context, cfg *config.Config) finding {
	path, err := cfg.Temporal.Server, error(nil)
	if path == "" {
		path, err = temporalserver.ServerProgram.Find()
	} else {
		_, err = os.Stat(path)
	}
	return finding{"not running; `aftersales dev` starts " + path, err, "make temporal-tool, or name an outside server with TEMPORAL_ADDRESS"}
}

func checkFreePorts(_ context.Context, cfg *config.Config) finding {
	ports := portsOf(cfg, false)
	err := supervise.LookAtPorts(ports)
	return finding{fmt.Sprintf("all %d are free", len(ports)), err, "as said above, or stop what runs there"}
}

// supervised tells whether `aftersales dev` runs in the data folder now.
func supervised(cfg *config.Config) bool {
	if _, err := os.Stat(filepath.Join(cfg.DataDir, supervise.LockFile)); err != nil {
		return false
	}
	lock, err := supervise.TakeLock(cfg.DataDir)
	if err == nil {
		lock.Release()
	}
	return errors.Is(err, supervise.ErrLocked)
}

func checkProcesses(_ context.Context, cfg *config.Config) finding {
	const remedy = "look into data/logs; `aftersales dev` starts what died again by itself"
	running, err := supervise.ReadRunFile(cfg.DataDir)
	if err != nil {
		return finding{err: err, remedy: remedy}
	}
	var list []string
	for _, p := range running.Services {
		if syscall.Kill(p.PID, 0) != nil {
			return finding{err: fmt.Errorf("%s (pid %d) is not alive", p.Name, p.PID), remedy: remedy}
		}
		text := fmt.Sprintf("%s %d", p.Name, p.PID)
		if p.Restarts > 0 {
			text += fmt.Sprintf(" (restarted %d times)", p.Restarts)
		}
		list = append(list, text)
	}
	return finding{detail: strings.Join(list, ", ")}
}

func checkSandbox(ctx context.Context, cfg *config.Config) finding {
	return finding{cfg.Sandbox.URL(), get(ctx, cfg.Sandbox.URL()+"/healthz"), "look into data/logs/sandbox.log"}
}

func checkAPI(ctx context.Context, cfg *config.Config) finding {
	return finding{cfg.API.URL(), get(ctx, cfg.API.URL()+"/readyz"), "look into data/logs/api.log"}
}

// Package config holds every setting of Aftersales as one typed value. Settings come from, later ones winning: the
// defaults below, a YAML file, well-known environment variables (DATABASE_URL, TEMPORAL_ADDRESS, REDIS_URL), and
// environment variables named after the setting (api.listen is AFTERSALES_API_LISTEN). A setting that nobody knows is
// an error, because it is nearly always a slip of the pen.
package config

import (
	"log/slog"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Config is the whole configuration. Load returns it validated, with all paths absolute.
type Config struct {
	DataDir  string   `koanf:"data_dir" doc:"folder for everything that this machine keeps"`
	API      API      `koanf:"api"`
	SignIn   SignIn   `koanf:"sign_in"`
	Sandbox  Sandbox  `koanf:"sandbox"`
	Temporal Temporal `koanf:"temporal"`
	Database Database `koanf:"database"`
	Keys     Keys     `koanf:"keys"`
	Redis    Redis    `koanf:"redis"`
	Blobs    Blobs    `koanf:"blobs"`
	Uploads  Uploads  `koanf:"uploads"`
	Policy   Policy   `koanf:"policy"`
	Partners Partners `koanf:"partners"`
	Alipay   Alipay   `koanf:"alipay"`
	Kuaidi   Kuaidi   `koanf:"kuaidi100"`
	Worker   Worker   `koanf:"worker"`
	Privacy  Privacy  `koanf:"privacy"`
	Log      Log      `koanf:"log"`
}

// Sandbox is the server that plays payment, carrier and shop.
type Sandbox struct {
	Listen    string `koanf:"listen" doc:"host:port that the sandbox partners listen on"`
	Reach     string `koanf:"url" doc:"where api and worker reach the sandbox; empty: on this machine"`
	NotifyURL string `koanf:"notify_url" doc:"where the sandbox reaches our routes for notices; empty: our API on this machine"`
}

// URL is where the sandbox is reached.
func (s Sandbox) URL() string {
	if s.Reach != "" {
		return strings.TrimSuffix(s.Reach, "/")
	}
	return "http://" + reachable(s.Listen)
}

// Database is where cases live.
type Database struct {
	URL string `koanf:"url" secret:"url" doc:"postgres:// URL; empty: SQLite in data_dir"`
}

// Keys is where the keysets live that seal personal data, apart from the data and from its backups.
type Keys struct {
	URL        string `koanf:"url" secret:"url" doc:"postgres:// URL of the key store; empty: SQLite in data_dir, or with database.url a schema of its own there"`
	MasterFile string `koanf:"master_file" doc:"file with the master key; empty: master.key in data_dir"`
	KMS        string `koanf:"kms" doc:"key of a KMS in the place of the file: hcvault://host:8200/transit/keys/name, aws-kms://arn:…, gcp-kms://projects/…"`
	AllowFile  bool   `koanf:"allow_file" doc:"allow the master key in a file although other machines reach this API"`
	VaultToken string `koanf:"vault_token_file" doc:"file with the token for Vault; empty: the variable VAULT_TOKEN"`
}

// Redis carries live delivery between several API processes.
type Redis struct {
	URL string `koanf:"url" secret:"url" doc:"redis:// URL, for more than one API process; empty: one process"`
}

// Blobs are sealed files: evidence, attachments.
type Blobs struct {
	Dir string `koanf:"dir" doc:"folder for sealed files; empty: blobs in data_dir"`
	URL string `koanf:"url" doc:"bucket for sealed files instead of the folder: s3://<bucket>?region=<region>; credentials as AWS's programs find them"`
}

// Uploads bounds what people send as evidence.
type Uploads struct {
	DailyFiles int64 `koanf:"daily_files" doc:"files that one person may send in a day (UTC)"`
	DailyBytes int64 `koanf:"daily_bytes" doc:"bytes that one person may send in a day (UTC)"`
	Memory     int64 `koanf:"memory" doc:"bytes that pictures under work may take in one process, about; at least 64 MiB"`
}

// Policy chooses the rules that new cases get.
type Policy struct {
	Pack string   `koanf:"pack" doc:"policy pack of new cases, by name: default, demo or one from policy.dirs"`
	Dirs []string `koanf:"dirs" doc:"folders with policy packs of your own, separated by commas in the environment"`
}

// Partners says where the sandbox partners keep the keys that they share with our adapters.
type Partners struct {
	KeysDir    string   `koanf:"keys_dir" doc:"folder of the sandbox partners' keys, shared by sandbox, api and worker; empty: partners in data_dir"`
	AllowHosts []string `koanf:"allow_hosts" doc:"host:port of servers in private networks that we may call, besides the sandbox; calls to all other private addresses are refused"`
}

// Alipay is the payment provider. Without a gateway the sandbox plays it, with keys of its own.
type Alipay struct {
	GatewayURL     string `koanf:"gateway_url" doc:"Alipay gateway; empty: the sandbox"`
	AppID          string `koanf:"app_id" doc:"Alipay application ID; with a gateway"`
	PrivateKeyFile string `koanf:"private_key_file" doc:"PEM file with our private key; with a gateway"`
	PublicKeyFile  string `koanf:"public_key_file" doc:"PEM file with Alipay's public key; with a gateway"`
}

// Sandboxed tells whether the sandbox plays Alipay.
func (a Alipay) Sandboxed() bool { return a.GatewayURL == "" }

// Kuaidi is Kuaidi100, which tracks parcels and calls couriers. Without a server the sandbox plays it.
type Kuaidi struct {
	BaseURL     string `koanf:"base_url" doc:"Kuaidi100 server; empty: the sandbox"`
	Key         Secret `koanf:"key" doc:"Kuaidi100 authorisation key; with a server"`
	Customer    string `koanf:"customer" doc:"Kuaidi100 customer number; with a server"`
	Secret      Secret `koanf:"secret" doc:"Kuaidi100 secret for calling couriers; with a server"`
	Salt        Secret `koanf:"salt" doc:"salt that signs Kuaidi100's notices; with a server"`
	CallbackURL string `koanf:"callback_url" doc:"where Kuaidi100 sends notices; empty: our API on this machine"`
}

// Sandboxed tells whether the sandbox plays Kuaidi100.
func (k Kuaidi) Sandboxed() bool { return k.BaseURL == "" }

// Worker tunes the workers. Zero leaves a figure to the SDK.
type Worker struct {
	StickyCacheSize         int           `koanf:"sticky_cache_size" doc:"workflows kept in memory between tasks"`
	WorkflowPollers         int           `koanf:"workflow_pollers" doc:"concurrent polls for workflow tasks"`
	ActivityPollers         int           `koanf:"activity_pollers" doc:"concurrent polls for activities"`
	MaxConcurrentActivities int           `koanf:"max_concurrent_activities" doc:"activities at the same time"`
	MaxConcurrentWorkflows  int           `koanf:"max_concurrent_workflow_tasks" doc:"workflow tasks at the same time"`
	StopTimeout             time.Duration `koanf:"stop_timeout" doc:"how long a stopping worker lets activities finish"`
}

// Privacy is for what people may ask about their own data.
type Privacy struct {
	CoolOff time.Duration `koanf:"cool_off" doc:"how long a customer can call an erasure off before it begins; at most 360h, because an answer is due within 15 working days"`
}

// Log is for what the processes say.
type Log struct {
	Level  string `koanf:"level" doc:"debug, info, warn or error"`
	Format string `koanf:"format" doc:"text or json"`
}

// Default returns the settings that hold when nobody says otherwise: one machine, sandbox partners, everything on
// loopback and in ./data.
func Default() Config {
	return Config{
		DataDir:  "data",
		API:      API{Listen: "127.0.0.1:8080", RatePerson: 100, RateAddress: 400, ConnectionsAddress: 1000, RateMessages: 5, RateUploads: 5},
		Sandbox:  Sandbox{Listen: "127.0.0.1:8090"},
		Temporal: Temporal{BasePort: 7233, Namespace: "aftersales", TaskQueue: "aftersales", UIListen: "127.0.0.1:8233", ServerLevel: "warn"},
		Uploads:  Uploads{DailyFiles: 500, DailyBytes: 1 << 30, Memory: 256 << 20},
		Policy:   Policy{Pack: "default"},
		Worker:   Worker{StickyCacheSize: 2000, WorkflowPollers: 4, ActivityPollers: 4, MaxConcurrentActivities: 100, MaxConcurrentWorkflows: 100, StopTimeout: 10 * time.Second},
		Privacy:  Privacy{CoolOff: 7 * 24 * time.Hour},
		SignIn:   SignIn{Hands: 7 * 24 * time.Hour},
		Log:      Log{Level: "info", Format: "text"},
	}
}

// complete fills in what follows from other settings.
func (c *Config) complete() error {
	dir, err := filepath.Abs(c.DataDir)
	if err != nil {
		return err
	}
	c.DataDir = dir
	fill(&c.API.ACMEDir, filepath.Join(dir, "acme"))
	fill(&c.Keys.MasterFile, filepath.Join(dir, "master.key"))
	fill(&c.Blobs.Dir, filepath.Join(dir, "blobs"))
	fill(&c.Partners.KeysDir, filepath.Join(dir, "partners"))
	fill(&c.Kuaidi.CallbackURL, c.NoticesURL()+"/kuaidi100")
	for _, path := range []*string{&c.SignIn.ProvidersFile, &c.SignIn.HandoverKeyFile, &c.API.TLSCert, &c.API.TLSKey, &c.Temporal.TLSCA, &c.Temporal.TLSCert, &c.Temporal.TLSKey, &c.API.ACMEDir, &c.Keys.VaultToken, &c.Keys.MasterFile, &c.Blobs.Dir, &c.Partners.KeysDir, &c.Alipay.PrivateKeyFile, &c.Alipay.PublicKeyFile} {
		if *path == "" {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
	}
	for i := range c.Policy.Dirs {
		if c.Policy.Dirs[i], err = filepath.Abs(c.Policy.Dirs[i]); err != nil {
			return err
		}
	}
	return nil
}

func fill(setting *string, value string) {
	if *setting == "" {
		*setting = value
	}
}

// SQLite tells whether cases live in a SQLite file.
func (c *Config) SQLite() bool { return c.Database.URL == "" }

// DatabaseFile is the SQLite file of the cases, used when database.url is empty.
func (c *Config) DatabaseFile() string { return filepath.Join(c.DataDir, "aftersales.db") }

// KeysFile is the SQLite file of the key store, used when both database.url and keys.url are empty.
func (c *Config) KeysFile() string { return filepath.Join(c.DataDir, "keys.db") }

// DatabaseDSN is database.url, or the path of the SQLite file.
func (c *Config) DatabaseDSN() string {
	if c.SQLite() {
		return c.DatabaseFile()
	}
	return c.Database.URL
}

// KeysDSN is keys.url; without it the path of a SQLite file beside a SQLite database, or "" for a schema of its own
// in the PostgreSQL database of the cases.
func (c *Config) KeysDSN() string {
	if c.Keys.URL == "" && c.SQLite() {
		return c.KeysFile()
	}
	return c.Keys.URL
}

// NoticesURL is the base of our API's routes for partners' notices, as the sandbox reaches them.
func (c *Config) NoticesURL() string {
	if c.Sandbox.NotifyURL != "" {
		return strings.TrimSuffix(c.Sandbox.NotifyURL, "/")
	}
	return c.API.URL() + "/v1/notices"
}

// SandboxLedgerFile is where the sandbox partners keep their ledger.
func (c *Config) SandboxLedgerFile() string { return filepath.Join(c.DataDir, "sandbox.db") }

// reachable turns "listen on all addresses" into one that can be dialled from this machine.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// Secret is a value that never shows itself: not in logs, not in errors, not in `aftersales config`.
type Secret string

const hidden = "••••••"

// Reveal returns the value itself, for the one place that needs it.
func (s Secret) Reveal() string { return string(s) }

// String hides the value, but not whether there is one.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString hides the value from %#v.
func (s Secret) GoString() string { return strconv.Quote(s.String()) }

// LogValue hides the value from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the value from JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

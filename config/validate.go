package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"aftersales/seal"
)

// temporalPorts is how many consecutive ports the embedded Temporal takes.
const temporalPorts = 11

var namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`)

// Validate reports everything that is wrong, one line each, naming the setting and what would be right.
func (c *Config) Validate() error {
	v := &validator{}
	v.check(strings.TrimSpace(c.DataDir) != "", "data_dir", "must name a folder, for example ./data")

	v.listen("api.listen", c.API.Listen)
	c.checkEdge(v)
	c.checkSignIn(v)
	v.listen("sandbox.listen", c.Sandbox.Listen)
	v.listen("temporal.ui_listen", c.Temporal.UIListen)
	c.checkPortClashes(v)

	c.checkTemporal(v)

	v.database("database.url", c.Database.URL)
	v.database("keys.url", c.Keys.URL)
	c.checkKeys(v)
	if c.Redis.URL != "" {
		v.url("redis.url", c.Redis.URL, "redis", "rediss")
	}

	if c.Blobs.URL != "" {
		v.url("blobs.url", c.Blobs.URL, "s3")
	}
	v.check(c.Uploads.DailyFiles > 0, "uploads.daily_files", "must be at least 1")
	v.check(c.Uploads.DailyBytes > 0, "uploads.daily_bytes", "must be at least 1")
	v.check(c.Uploads.Memory >= 64<<20, "uploads.memory", "must be at least %d", 64<<20)
	v.check(c.Privacy.CoolOff >= 0 && c.Privacy.CoolOff <= 15*24*time.Hour, "privacy.cool_off",
		"must be from 0s to 360h: whoever asks to be erased must get an answer within 15 working days")

	v.name("policy.pack", c.Policy.Pack)
	for _, dir := range c.Policy.Dirs {
		info, err := os.Stat(dir)
		v.check(err == nil && info.IsDir(), "policy.dirs", "names %s, which is no folder; make it or take it out", dir)
	}

	if c.Sandbox.Reach != "" {
		v.url("sandbox.url", c.Sandbox.Reach, "http", "https")
	}
	if c.Sandbox.NotifyURL != "" {
		v.url("sandbox.notify_url", c.Sandbox.NotifyURL, "http", "https")
	}
	v.url("kuaidi100.callback_url", c.Kuaidi.CallbackURL, "http", "https")
	c.checkPartnerSecrets(v)

	for setting, n := range map[string]int{
		"worker.sticky_cache_size": c.Worker.StickyCacheSize, "worker.workflow_pollers": c.Worker.WorkflowPollers,
		"worker.activity_pollers": c.Worker.ActivityPollers, "worker.max_concurrent_activities": c.Worker.MaxConcurrentActivities,
		"worker.max_concurrent_workflow_tasks": c.Worker.MaxConcurrentWorkflows,
	} {
		v.check(n >= 0, setting, "must not be negative; 0 leaves it to the SDK")
	}
	// The SDK needs two, one of them for the worker's own queue.
	v.check(c.Worker.WorkflowPollers != 1, "worker.workflow_pollers", "must be 0 or at least 2")
	v.check(c.Worker.StopTimeout >= 0, "worker.stop_timeout", "must not be negative")

	v.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	v.oneOf("log.format", c.Log.Format, "text", "json")
	return v.result()
}

// checkKeys: a master key in a file lies beside what it opens, which is for one machine. Where others reach the API, a
// KMS keeps it, or somebody says that the file will do.
func (c *Config) checkKeys(v *validator) {
	if c.Keys.KMS != "" {
		ok := slices.ContainsFunc([]string{"hcvault://", "aws-kms://", "gcp-kms://"}, func(scheme string) bool {
			return strings.HasPrefix(c.Keys.KMS, scheme) && len(c.Keys.KMS) > len(scheme)
		})
		v.secretFile("keys.vault_token_file", c.Keys.VaultToken)
		v.check(ok, "keys.kms", "must begin with hcvault://, aws-kms:// or gcp-kms://, for example hcvault://vault.example:8200/transit/keys/aftersales")
		return
	}
	v.check(c.Keys.AllowFile || onlyHere(c.API.Listen), "keys.kms", "must name a key of a KMS, because api.listen is reached from other machines; "+
		"to keep the master key in a file all the same, set keys.allow_file (%s) to true", envName("keys.allow_file"))
}

// onlyHere tells whether an address is reached from this machine only.
func onlyHere(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return true // listen itself is wrong, which another check says
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// checkPortClashes finds two of our own servers on one port, which would otherwise show only when the second starts.
func (c *Config) checkPortClashes(v *validator) {
	taken := map[int]string{}
	claim := func(setting string, port int) {
		if port == 0 {
			return // the system chooses
		}
		if other, clash := taken[port]; clash {
			v.check(false, setting, "uses port %d, which %s uses already; choose another", port, other)
			return
		}
		taken[port] = setting
	}
	if c.Temporal.Embedded() {
		for port := c.Temporal.BasePort; port < c.Temporal.BasePort+temporalPorts; port++ {
			taken[port] = "temporal.base_port"
		}
	}
	claim("api.listen", portOf(c.API.Listen))
	if c.API.HTTPListen != "" {
		claim("api.http_listen", portOf(c.API.HTTPListen))
	}
	claim("sandbox.listen", portOf(c.Sandbox.Listen))
	claim("temporal.ui_listen", portOf(c.Temporal.UIListen))
}

// checkPartnerSecrets: whoever names a real partner must have its credentials.
func (c *Config) checkPartnerSecrets(v *validator) {
	if !c.Alipay.Sandboxed() {
		v.url("alipay.gateway_url", c.Alipay.GatewayURL, "http", "https")
		v.check(c.Alipay.AppID != "", "alipay.app_id", "must be the application ID from Alipay's console")
		v.check(c.Alipay.PrivateKeyFile != "", "alipay.private_key_file", "must name the PEM file with our private key")
		v.secretFile("alipay.private_key_file", c.Alipay.PrivateKeyFile)
		v.check(c.Alipay.PublicKeyFile != "", "alipay.public_key_file", "must name the PEM file with Alipay's public key")
	}
	if !c.Kuaidi.Sandboxed() {
		v.url("kuaidi100.base_url", c.Kuaidi.BaseURL, "http", "https")
		for setting, value := range map[string]string{
			"kuaidi100.key": c.Kuaidi.Key.Reveal(), "kuaidi100.customer": c.Kuaidi.Customer,
			"kuaidi100.secret": c.Kuaidi.Secret.Reveal(), "kuaidi100.salt": c.Kuaidi.Salt.Reveal(),
		} {
			v.check(value != "", setting, "must be the one from Kuaidi100's console, because kuaidi100.base_url names its server")
		}
	}
}

type validator struct{ errs []error }

func (v *validator) check(ok bool, setting, format string, args ...any) {
	if !ok {
		v.errs = append(v.errs, fmt.Errorf("%s (%s) %s", setting, envName(setting), fmt.Sprintf(format, args...)))
	}
}

// result sorts, because some checks walk a map.
func (v *validator) result() error {
	slices.SortFunc(v.errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(v.errs...)
}

// secretFile checks a file that holds a secret; empty is another check's.
func (v *validator) secretFile(setting, file string) {
	if file != "" {
		_, err := seal.ReadSecret(file)
		v.check(err == nil, setting, "cannot be used: %v", err)
	}
}

func (v *validator) listen(setting, value string) {
	host, port, err := net.SplitHostPort(value)
	if err == nil {
		_, err = parsePort(port)
	}
	v.check(err == nil && (host == "" || host == "localhost" || net.ParseIP(host) != nil), setting,
		"is %q, must be an IP address and a port, for example 127.0.0.1:8080", value)
}

func (v *validator) hostPort(setting, value string) {
	host, port, err := net.SplitHostPort(value)
	if err == nil {
		_, err = parsePort(port)
	}
	v.check(err == nil && host != "", setting, "is %q, must be host:port, for example temporal.example:7233", value)
}

func (v *validator) name(setting, value string) {
	v.check(namePattern.MatchString(value), setting, "is %q, must be 1 to 63 letters, digits, dots, dashes or underscores", value)
}

func (v *validator) oneOf(setting, value string, allowed ...string) {
	v.check(slices.Contains(allowed, value), setting, "is %q, must be one of: %s", value, strings.Join(allowed, ", "))
}

func (v *validator) database(setting, value string) {
	if value != "" {
		v.url(setting, value, "postgres", "postgresql")
	}
}

func (v *validator) url(setting, value string, schemes ...string) {
	u, err := url.Parse(value)
	// A PostgreSQL URL may name its host, a unix socket, in the query.
	ok := err == nil && slices.Contains(schemes, u.Scheme) && (u.Host != "" || u.Query().Get("host") != "")
	// The value itself may hold a password, so it is not repeated.
	v.check(ok, setting, "must be a URL that starts with %s:// and names a host", strings.Join(schemes, ":// or "))
}

func parsePort(text string) (int, error) {
	port, err := strconv.Atoi(text)
	if err != nil || port < 0 || port > 65535 {
		return 0, fmt.Errorf("port %q is not a number from 0 to 65535", text)
	}
	return port, nil
}

func portOf(listen string) int {
	_, text, err := net.SplitHostPort(listen)
	if err != nil {
		return 0
	}
	port, err := parsePort(text)
	if err != nil {
		return 0
	}
	return port
}

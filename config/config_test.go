package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/config"
)

func load(t *testing.T, file string, environ ...string) (*config.Config, error) {
	t.Helper()
	path := ""
	if file != "" {
		path = filepath.Join(t.TempDir(), "aftersales.yaml")
		require.NoError(t, os.WriteFile(path, []byte(file), 0o600))
	}
	return config.Load(path, environ)
}

func TestDefaultsRunOnOneMachine(t *testing.T) {
	c, err := load(t, "")
	require.NoError(t, err)
	require.True(t, filepath.IsAbs(c.DataDir))
	require.Equal(t, "data", filepath.Base(c.DataDir))
	require.True(t, c.SQLite())
	require.True(t, c.Temporal.Embedded())
	require.Equal(t, "127.0.0.1:7233", c.Temporal.DialAddress())
	require.Equal(t, filepath.Join(c.DataDir, "master.key"), c.Keys.MasterFile)
	require.True(t, c.Alipay.Sandboxed())
	require.True(t, c.Kuaidi.Sandboxed())
	require.Equal(t, "http://127.0.0.1:8080/v1/notices/kuaidi100", c.Kuaidi.CallbackURL)
	require.Empty(t, c.Policy.Dirs)
}

func TestLaterSourcesWin(t *testing.T) {
	file := "api:\n  listen: 127.0.0.1:1111\ntemporal:\n  address: file.example:7233\nworker:\n  stop_timeout: 3s\n"
	c, err := load(t, file)
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:1111", c.API.Listen)
	require.Equal(t, "file.example:7233", c.Temporal.DialAddress())
	require.Equal(t, "3s", c.Worker.StopTimeout.String())

	c, err = load(t, file, "TEMPORAL_ADDRESS=known.example:7233", "AFTERSALES_API_LISTEN=127.0.0.1:2222")
	require.NoError(t, err)
	require.Equal(t, "known.example:7233", c.Temporal.Address)
	require.Equal(t, "127.0.0.1:2222", c.API.Listen)

	c, err = load(t, file, "TEMPORAL_ADDRESS=known.example:7233", "AFTERSALES_TEMPORAL_ADDRESS=own.example:7233")
	require.NoError(t, err)
	require.Equal(t, "own.example:7233", c.Temporal.Address)

	c, err = load(t, file, "AFTERSALES_TEMPORAL_ADDRESS=", "AFTERSALES_WORKER_STOP_TIMEOUT=")
	require.NoError(t, err)
	require.Equal(t, "file.example:7233", c.Temporal.Address, "an empty variable counts as not set")
}

func TestFileByVariable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.yaml")
	require.NoError(t, os.WriteFile(path, []byte("policy: {pack: demo}\n"), 0o600))
	c, err := config.Load("", []string{"AFTERSALES_CONFIG=" + path})
	require.NoError(t, err)
	require.Equal(t, "demo", c.Policy.Pack)
	_, err = config.Load(path+"x", nil)
	require.ErrorContains(t, err, "AFTERSALES_CONFIG")
}

const temporalElsewhere = "TEMPORAL_ADDRESS=temporal.example:7233"

// A file that sets a secret is its owner's; one without secrets may be everybody's.
func TestAFileWithSecretsIsItsOwnersAlone(t *testing.T) {
	for text, secret := range map[string]bool{
		"kuaidi100: {salt: pepper}\n": true, "database: {url: 'postgres://u:p@127.0.0.1/d'}\n": true,
		"database: {url: 'postgres://u@127.0.0.1/d'}\n": false, "policy: {pack: demo}\n": false, "kuaidi100: {salt: ''}\n": false,
	} {
		path := filepath.Join(t.TempDir(), "aftersales.yaml")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := config.Load(path, nil)
		require.NoError(t, err)
		for _, mode := range []os.FileMode{0o640, 0o604} {
			require.NoError(t, os.Chmod(path, mode))
			_, err = config.Load(path, nil)
			require.Equal(t, secret, err != nil, text)
			if secret {
				require.ErrorContains(t, err, "chmod 600 "+path)
				require.NotContains(t, err.Error(), "pepper")
			}
		}
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for name, test := range map[string]struct {
		file string
		env  []string
		want []string
	}{
		"unknown setting":           {file: "api:\n  lisen: 127.0.0.1:1\n", want: []string{"line 2, column 3", "api.lisen", "did you mean api.listen?"}},
		"unknown group":             {file: "apis: {}\n", want: []string{"line 1", "apis"}},
		"nothing like it":           {file: "quite_another_thing: 1\n", want: []string{"`aftersales config`"}},
		"group as value":            {file: "api: hello\n", want: []string{"line 1", "api must be a group"}},
		"value as group":            {file: "data_dir: {a: 1}\n", want: []string{"data_dir must be one value, not a group"}},
		"list as value":             {file: "data_dir: [a]\n", want: []string{"data_dir must be one value, not a list"}},
		"broken YAML":               {file: "api: [\n", want: []string{"aftersales.yaml"}},
		"doubled":                   {file: "data_dir: a\ndata_dir: b\n", want: []string{"data_dir"}},
		"two documents":             {file: "data_dir: a\n---\ndata_dir: b\n", want: []string{"several documents"}},
		"unknown variable":          {env: []string{"AFTERSALES_API_LISTN=x"}, want: []string{"AFTERSALES_API_LISTN", "did you mean AFTERSALES_API_LISTEN?"}},
		"not a number":              {env: []string{"AFTERSALES_TEMPORAL_BASE_PORT=many"}, want: []string{"base_port"}},
		"not a duration":            {env: []string{"AFTERSALES_WORKER_STOP_TIMEOUT=soon"}, want: []string{"durations 10s"}},
		"base port too high":        {env: []string{"AFTERSALES_TEMPORAL_BASE_PORT=65530"}, want: []string{"from 1024 to 65525"}},
		"listen without port":       {env: []string{"AFTERSALES_API_LISTEN=127.0.0.1"}, want: []string{"api.listen (AFTERSALES_API_LISTEN)", "for example 127.0.0.1:8080"}},
		"listen on a name":          {env: []string{"AFTERSALES_API_LISTEN=example.com:80"}, want: []string{"must be an IP address"}},
		"port too high":             {env: []string{"AFTERSALES_SANDBOX_LISTEN=127.0.0.1:70000"}, want: []string{"sandbox.listen"}},
		"two on one port":           {env: []string{"AFTERSALES_SANDBOX_LISTEN=127.0.0.1:8080"}, want: []string{"sandbox.listen", "api.listen uses already"}},
		"inside Temporal's":         {env: []string{"AFTERSALES_API_LISTEN=127.0.0.1:7240"}, want: []string{"temporal.base_port uses already"}},
		"database kind":             {env: []string{"DATABASE_URL=mysql://u:verysecret@h/d"}, want: []string{"database.url", "postgres://"}},
		"level":                     {env: []string{"AFTERSALES_LOG_LEVEL=loud"}, want: []string{"debug, info, warn, error"}},
		"namespace":                 {env: []string{"AFTERSALES_TEMPORAL_NAMESPACE=a b"}, want: []string{"temporal.namespace"}},
		"one workflow poller":       {env: []string{"AFTERSALES_WORKER_WORKFLOW_POLLERS=1"}, want: []string{"0 or at least 2"}},
		"negative":                  {env: []string{"AFTERSALES_WORKER_STICKY_CACHE_SIZE=-1"}, want: []string{"must not be negative"}},
		"no such pack folder":       {env: []string{"AFTERSALES_POLICY_DIRS=/no/such/folder"}, want: []string{"/no/such/folder"}},
		"real partner without keys": {env: []string{"AFTERSALES_KUAIDI100_BASE_URL=https://poll.kuaidi100.com"}, want: []string{"kuaidi100.key", "kuaidi100.salt"}},
		"several at once":           {env: []string{"AFTERSALES_LOG_LEVEL=loud", "AFTERSALES_LOG_FORMAT=xml"}, want: []string{"log.level", "log.format"}},
		"key file for others":       {env: []string{"AFTERSALES_API_LISTEN=0.0.0.0:8080"}, want: []string{"keys.kms", "AFTERSALES_KEYS_ALLOW_FILE"}},
		"key file on every address": {env: []string{"AFTERSALES_API_LISTEN=:8080"}, want: []string{"keys.kms"}},
		"kind of KMS":               {env: []string{"AFTERSALES_KEYS_KMS=https://vault.example"}, want: []string{"keys.kms", "hcvault://"}},
		"public URL without TLS":    {env: []string{"AFTERSALES_API_PUBLIC_URL=http://shop.example"}, want: []string{"api.public_url", "https://"}},
		"public URL with a path":    {env: []string{"AFTERSALES_API_PUBLIC_URL=https://shop.example/x"}, want: []string{"api.public_url", "scheme and host alone"}},
		"proxy that is none":        {env: []string{"AFTERSALES_API_TRUSTED_PROXIES=10.0.0.1,everybody"}, want: []string{"api.trusted_proxies", `"everybody"`}},
		"everybody as proxy":        {env: []string{"AFTERSALES_API_TRUSTED_PROXIES=0.0.0.0/0"}, want: []string{"must not trust everybody"}},
		"certificate without key":   {env: []string{"AFTERSALES_API_TLS_CERT=/etc/hostname"}, want: []string{"api.tls_cert", "api.tls_key"}},
		"key that is not there":     {env: []string{"AFTERSALES_API_TLS_CERT=/etc/hostname", "AFTERSALES_API_TLS_KEY=/no/such"}, want: []string{"/no/such"}},
		"key for everybody":         {env: []string{"AFTERSALES_API_TLS_CERT=/etc/hostname", "AFTERSALES_API_TLS_KEY=/etc/hostname"}, want: []string{"chmod 600"}},
		"wildcard by ACME":          {env: []string{"AFTERSALES_API_ACME_DOMAINS=*.example.com"}, want: []string{"api.acme_domains", "without wildcard"}},
		"plain HTTP beside nothing": {env: []string{"AFTERSALES_API_HTTP_LISTEN=:8081"}, want: []string{"api.http_listen", "beside TLS"}},
		"negative rate":             {env: []string{"AFTERSALES_API_RATE_PERSON=-1"}, want: []string{"api.rate_person", "0 is no limit"}},
		"host without port":         {env: []string{"AFTERSALES_PARTNERS_ALLOW_HOSTS=pay.internal"}, want: []string{"partners.allow_hosts", "host:port"}},
		"TLS to the own Temporal":   {env: []string{"AFTERSALES_TEMPORAL_TLS=true"}, want: []string{"temporal.tls", "temporal.address"}},
		"Temporal: half a pair":     {env: []string{temporalElsewhere, "AFTERSALES_TEMPORAL_TLS_CERT=/etc/hostname"}, want: []string{"temporal.tls_cert", "temporal.tls_key"}},
		"Temporal: no authority":    {env: []string{temporalElsewhere, "AFTERSALES_TEMPORAL_TLS_CA=/etc/hostname"}, want: []string{"temporal.tls_ca", "no certificate in PEM"}},
		"Temporal: authority gone":  {env: []string{temporalElsewhere, "AFTERSALES_TEMPORAL_TLS_CA=/no/such"}, want: []string{"temporal.tls_ca", "/no/such"}},
		"Temporal: key of all":      {env: []string{temporalElsewhere, "AFTERSALES_TEMPORAL_TLS_CERT=/etc/hostname", "AFTERSALES_TEMPORAL_TLS_KEY=/etc/hostname"}, want: []string{"temporal.tls_key", "chmod 600"}},
		"token of Vault for all":    {env: []string{"AFTERSALES_KEYS_KMS=hcvault://h:1/transit/keys/k", "AFTERSALES_KEYS_VAULT_TOKEN_FILE=/etc/hostname"}, want: []string{"keys.vault_token_file", "chmod 600"}},
		"Alipay's key for all":      {env: []string{"AFTERSALES_ALIPAY_GATEWAY_URL=https://openapi.alipay.com", "AFTERSALES_ALIPAY_PRIVATE_KEY_FILE=/etc/hostname"}, want: []string{"alipay.private_key_file", "chmod 600"}},
		"redis without scheme":      {env: []string{"REDIS_URL=localhost:6379"}, want: []string{"redis://"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, test.file, test.env...)
			require.Error(t, err)
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
			require.NotContains(t, err.Error(), "verysecret")
		})
	}
}

func TestKeysWhereOthersReachTheAPI(t *testing.T) {
	for _, with := range []string{"AFTERSALES_KEYS_ALLOW_FILE=true", "AFTERSALES_KEYS_KMS=hcvault://vault.example:8200/transit/keys/k"} {
		_, err := load(t, "", "AFTERSALES_API_LISTEN=0.0.0.0:8080", with)
		require.NoError(t, err, with)
	}
}

func TestSwitchesOfTestsAreNoSettings(t *testing.T) {
	_, err := load(t, "", "AFTERSALES_CHAOS_KILLS=3", "AFTERSALES_TEST_X=1", "PATH=/bin")
	require.NoError(t, err)
}

func TestChildGetsTheSameConfiguration(t *testing.T) {
	dir := t.TempDir()
	parent, err := load(t, "policy: {dirs: ["+dir+"]}\nworker: {stop_timeout: 7s}\nkuaidi100: {salt: pepper}\n",
		"DATABASE_URL=postgres://u:p@h/d?sslmode=disable", "AFTERSALES_DATA_DIR="+dir)
	require.NoError(t, err)
	parent.API.TrustedProxies = []string{"10.0.0.7", "10.1.0.0/16"}
	child, err := config.Load("", parent.Env())
	require.NoError(t, err)
	require.Equal(t, parent, child)
	require.Equal(t, "pepper", child.Kuaidi.Salt.Reveal())
}

func TestSecretsStayHidden(t *testing.T) {
	c, err := load(t, "", "DATABASE_URL=postgres://u:hunter2@h/d?sslpassword=hunter2", "AFTERSALES_KUAIDI100_SALT=hunter2")
	require.NoError(t, err)
	var shown []string
	for _, s := range c.Settings() {
		shown = append(shown, s.Path+"="+s.Shown())
		require.NotEmpty(t, s.Doc, s.Path)
	}
	all := strings.Join(shown, "\n")
	require.NotContains(t, all, "hunter2")
	require.Contains(t, all, "postgres://u:xxxxx@h/d")
	encoded, err := json.Marshal(c.Kuaidi)
	require.NoError(t, err)
	for _, text := range []string{string(encoded), fmt.Sprintf("%v %+v %#v", c.Kuaidi, c.Kuaidi, c.Kuaidi)} {
		require.NotContains(t, text, "hunter2")
	}
}

func TestKnownVariables(t *testing.T) {
	for _, name := range []string{"DATABASE_URL", "AFTERSALES_API_LISTEN", "AFTERSALES_CONFIG", "AFTERSALES_TEMPORAL_SERVER"} {
		require.True(t, config.KnownVariable(name), name)
	}
	require.False(t, config.KnownVariable("AFTERSALES_API_LISTN"))
}

func TestLogsHideSecretsAndPersonalData(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		var out bytes.Buffer
		log := config.Log{Level: "info", Format: format}.Logger(&out)
		log.Info("call 13812345678 or +8613912345678 13712345678", "user_password", "hunter2",
			slog.Group("deep", "Authorization", "hunter2", "mail", "zhang.san@example.com"),
			"err", errors.New("dial postgres://u:hunter2@h.example/d: refused"),
			"id", "11010119900307123X", "waybill", "758123456789012", "body", struct{ Phone string }{"13812345678"},
			"header", "Bearer abcdefghijkl", "line", "a\nlevel=ERROR forged")
		log.Debug("not at this level")
		text := out.String()
		for _, secret := range []string{"hunter2", "12345678 ", "13812345678", "zhang.san", "19900307", "abcdefghijkl", "not at this level"} {
			require.NotContains(t, text, secret)
		}
		for _, kept := range []string{"138****5678", "139****5678", "137****5678", "758123456789012"} {
			require.Contains(t, text, kept)
		}
		require.Equal(t, 1, strings.Count(text, "\n"), "one record, one line")
	}
}

func TestNoMobileNumberSurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`1[3-9][0-9]{9}`).Draw(t, "number")
		around := rapid.StringMatching(`[^0-9]{1,5}`)
		text := around.Draw(t, "before") + number + around.Draw(t, "after")
		redacted := config.Redact(text)
		if strings.Contains(redacted, number) {
			t.Fatalf("%q shows the number", redacted)
		}
	})
}

func FuzzConfigurationFile(f *testing.F) {
	f.Add("api:\n  listen: 127.0.0.1:8080\n")
	f.Add("policy: {dirs: [a, b]}\n")
	f.Add("a: &x [*x]\n")
	f.Add("? {}\n: {}\n")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "f.yaml")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		c, err := config.Load(path, nil)
		if err == nil {
			require.NoError(t, c.Validate())
		}
	})
}

func TestWhatIsNotSafeAmongSeveralMachinesIsSaid(t *testing.T) {
	for name, test := range map[string]struct {
		env  []string
		want []string // the settings that are warned about
	}{
		"one machine":                {},
		"PostgreSQL on this machine": {env: []string{"DATABASE_URL=postgres://u:p@127.0.0.1/d"}},
		"by a socket":                {env: []string{"DATABASE_URL=postgres://u:p@/d?host=/run/postgresql"}},
		"without a word about TLS":   {env: []string{"DATABASE_URL=postgres://u:hunter2@db.example/d"}, want: []string{"database.url"}},
		"TLS with anybody":           {env: []string{"DATABASE_URL=postgres://u:p@db.example/d?sslmode=require"}, want: []string{"database.url"}},
		"the right database":         {env: []string{"DATABASE_URL=postgres://u:p@db.example/d?sslmode=verify-full"}},
		"the host in the query":      {env: []string{"DATABASE_URL=postgres:///d?host=db.example&sslmode=disable"}, want: []string{"database.url"}},
		"the keys, too": {
			env:  []string{"DATABASE_URL=postgres://u:p@db.example/d?sslmode=verify-full", "AFTERSALES_KEYS_URL=postgres://u:p@keys.example/d"},
			want: []string{"keys.url"},
		},
		"Temporal elsewhere":       {env: []string{"TEMPORAL_ADDRESS=temporal.example:7233"}, want: []string{"temporal.address"}},
		"Temporal by TLS, one way": {env: []string{"TEMPORAL_ADDRESS=temporal.example:7233", "AFTERSALES_TEMPORAL_TLS=true"}, want: []string{"temporal.tls_cert"}},
		"for others": {
			env:  []string{"AFTERSALES_API_LISTEN=0.0.0.0:8080", "AFTERSALES_KEYS_ALLOW_FILE=true", "DATABASE_URL=postgres://u:p@127.0.0.1/d"},
			want: []string{"sign_in.handover_key_file", "keys.url", "api.trusted_proxies"},
		},
		"behind a proxy on this machine": {
			env:  []string{"AFTERSALES_API_PUBLIC_URL=https://shop.example", "AFTERSALES_API_TRUSTED_PROXIES=127.0.0.1", "AFTERSALES_SANDBOX_LISTEN=:8090"},
			want: []string{"sign_in.handover_key_file", "sandbox.listen"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := load(t, "", test.env...)
			require.NoError(t, err)
			var settings []string
			for _, warning := range c.Warnings() {
				setting, _, _ := strings.Cut(warning, " ")
				settings = append(settings, setting)
				require.NotContains(t, warning, "hunter2")
			}
			require.ElementsMatch(t, test.want, settings, "%v", c.Warnings())
		})
	}
}

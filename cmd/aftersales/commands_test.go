package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"aftersales/config"
	"aftersales/models"
	"aftersales/testkit"
)

func execute(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := newRootCommand()
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func TestEveryCommandTeaches(t *testing.T) {
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		if c.Name() == "help" || c.Name() == "completion" {
			return
		}
		require.NotEmpty(t, c.Short, c.CommandPath())
		require.NotEmpty(t, c.Long, c.CommandPath())
		require.Contains(t, c.Example, "aftersales", c.CommandPath())
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(newRootCommand())
}

func TestWrongConfigurationIsExplained(t *testing.T) {
	t.Setenv("AFTERSALES_API_LISTEN", "nowhere")
	_, err := execute(t, "config")
	require.ErrorContains(t, err, "api.listen (AFTERSALES_API_LISTEN)")
	out, err := execute(t, "doctor")
	require.Error(t, err)
	require.Contains(t, out, "FAIL  configuration")
	_, err = execute(t, "help")
	require.NoError(t, err, "help helps even then")
}

func TestConfigShowsWhatHoldsWithoutSecrets(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgres://u:hunter2@db.example/d")
	file := filepath.Join(t.TempDir(), "a.yaml")
	require.NoError(t, os.WriteFile(file, []byte("policy:\n  pack: demo\n"), 0o600))
	out, err := execute(t, "config", "--config", file)
	require.NoError(t, err)
	require.Regexp(t, `policy\.pack +demo +AFTERSALES_POLICY_PACK`, out)
	require.Contains(t, out, "postgres://u:xxxxx@db.example/d")
	require.NotContains(t, out, "hunter2")
}

func TestDoctorChecksAStoppedInstallation(t *testing.T) {
	i := install(t)
	out, code := i.run("doctor")
	require.Equal(t, 0, code, out)
	require.Contains(t, out, "not running; `aftersales dev` starts")

	require.NoError(t, os.MkdirAll(i.dir, 0o700))
	key := filepath.Join(i.dir, "master.key")
	require.NoError(t, os.WriteFile(key, []byte("k"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(i.dir, "aftersales.db"), bytes.Repeat([]byte("not a database "), 1000), 0o600))
	i.environ = append(i.environ, "TEMPORAL_ADDRESS=127.0.0.1:1")
	out, code = i.run("doctor")
	require.Equal(t, 1, code)
	require.Contains(t, out, "chmod 600 "+key)
	require.Contains(t, out, "FAIL  database")
	require.Contains(t, out, "no answer from 127.0.0.1:1")
}

// What a person must look at is named, also where nothing is broken.
func TestDoctorNamesOpenDiscrepancies(t *testing.T) {
	for name, dsn := range map[string]string{"sqlite": "", "postgres": testkit.Postgres(t)} {
		t.Run(name, func(t *testing.T) {
			i := install(t)
			require.NoError(t, os.MkdirAll(i.dir, 0o700))
			if dsn == "" {
				dsn = filepath.Join(i.dir, "aftersales.db")
			} else {
				i.environ = append(i.environ, "DATABASE_URL="+dsn)
			}
			opts := models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(i.dir, "master.key"), Logger: slog.New(slog.DiscardHandler)}
			require.NoError(t, models.Migrate(t.Context(), dsn, opts))
			store, err := models.Open(t.Context(), dsn, opts)
			require.NoError(t, err)
			out, code := i.run("doctor")
			require.Equal(t, 0, code, out)
			require.Contains(t, out, "Everything is in order.")

			at := time.Now()
			for _, id := range []string{"bug/1", "bug/2", "amount/1", "bug/3"} {
				kind, _, _ := strings.Cut(id, "/")
				require.NoError(t, store.Find(t.Context(), models.Discrepancy{ID: id, Kind: kind, Subject: id, FoundAt: at},
					models.Task{ID: id, DedupeKey: id, RecipientKind: "operator", State: models.TaskOpen, CreatedAt: at, DueAt: at}))
			}
			require.NoError(t, store.Resolve(t.Context(), "bug/3", "bug/3", at))
			require.NoError(t, store.Close())
			out, code = i.run("doctor")
			require.Equal(t, 0, code, out)
			require.Contains(t, out, "open: amount 1, bug 2")
			require.Contains(t, out, "GET /v1/discrepancies")
			require.NotContains(t, out, "Everything is in order.")
		})
	}
}

func TestDoctorAsksOutsideServers(t *testing.T) {
	server := testkit.Temporal(t, nil)
	i := install(t)
	i.environ = append(i.environ, "DATABASE_URL="+testkit.Postgres(t), "TEMPORAL_ADDRESS="+server.Address, "AFTERSALES_TEMPORAL_NAMESPACE="+server.Namespace)
	out, code := i.run("doctor")
	require.Equal(t, 0, code, out)
	require.Contains(t, out, "PostgreSQL 1")
	require.Contains(t, out, "like the database's")
	require.Contains(t, out, server.Address+", namespace "+server.Namespace)

	i.environ = append(i.environ, "DATABASE_URL=postgres://u:hunter2@127.0.0.1:1/d?sslmode=disable", "AFTERSALES_TEMPORAL_NAMESPACE=nobody-made-this")
	out, code = i.run("doctor")
	require.Equal(t, 1, code)
	require.Contains(t, out, "correct DATABASE_URL")
	require.Contains(t, out, "has no namespace nobody-made-this")
	require.NotContains(t, out, "hunter2")
}

// A real Temporal server behind a listener that lets only our certificate through.
func TestTemporalOverMutualTLS(t *testing.T) {
	server := testkit.Temporal(t, nil)
	gate := testkit.NewMutualTLS(t, server.Address)
	doctor := func(env ...string) (string, int) {
		i := install(t)
		i.environ = append(append(i.environ, "TEMPORAL_ADDRESS="+gate.Address, "AFTERSALES_TEMPORAL_NAMESPACE="+server.Namespace,
			"AFTERSALES_TEMPORAL_TLS_SERVER_NAME="+gate.ServerName), env...)
		return i.run("doctor")
	}
	ca, cert, key := "AFTERSALES_TEMPORAL_TLS_CA="+gate.CA, "AFTERSALES_TEMPORAL_TLS_CERT="+gate.Cert, "AFTERSALES_TEMPORAL_TLS_KEY="+gate.Key
	out, code := doctor(ca, cert, key)
	require.Equal(t, 0, code, out)
	require.Contains(t, out, gate.Address+", namespace "+server.Namespace+", mutual TLS as aftersales until ")
	for name, env := range map[string][]string{
		"without a certificate":       {ca},
		"another's certificate":       {ca, "AFTERSALES_TEMPORAL_TLS_CERT=" + gate.Strange[0], "AFTERSALES_TEMPORAL_TLS_KEY=" + gate.Strange[1]},
		"a server nobody vouches for": {cert, key},
		"a server of another name":    {ca, cert, key, "AFTERSALES_TEMPORAL_TLS_SERVER_NAME=temporal.other.example"},
	} {
		out, code := doctor(env...)
		require.Equal(t, 1, code, name)
		require.Contains(t, out, "no answer from "+gate.Address+" over TLS", name)
	}

	store := apiStore(t)
	cfg := config.Default()
	cfg.Temporal.Address, cfg.Temporal.Namespace = gate.Address, server.Namespace
	cfg.Temporal.TLSCA, cfg.Temporal.TLSCert, cfg.Temporal.TLSKey, cfg.Temporal.TLSServerName = gate.CA, gate.Cert, gate.Key, gate.ServerName
	engine, err := dialEngine(&cfg, store)
	require.NoError(t, err)
	t.Cleanup(engine.Close)
	require.NoError(t, engine.Ready(t.Context()), "what api and worker use")
	cfg.Temporal.TLSCert, cfg.Temporal.TLSKey = gate.Strange[0], gate.Strange[1]
	strange, err := dialEngine(&cfg, store)
	require.NoError(t, err)
	t.Cleanup(strange.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.ErrorContains(t, strange.Ready(ctx), "does not answer")
	cfg.Temporal.TLSCert, cfg.Temporal.TLSKey = gate.Cert, gate.Key
	require.NoError(t, prepareEngine(t.Context(), &cfg), "what migrate --engine and dev do")
}

func TestPortsNameTheirSettings(t *testing.T) {
	cfg := config.Default()
	for _, p := range portsOf(&cfg, true) {
		require.Contains(t, p.Change, "AFTERSALES_")
		require.NotEmpty(t, p.Use)
	}
	require.Len(t, portsOf(&cfg, true), 14)
	cfg.Temporal.Address = "elsewhere:7233"
	require.Len(t, portsOf(&cfg, false), 2)
}

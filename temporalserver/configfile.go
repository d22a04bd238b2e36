package temporalserver

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Config describes one server to run on this machine.
type Config struct {
	// Dir holds the generated configuration and, unless Postgres is set, the database file. It is made if missing.
	Dir string
	// BasePort is the first of PortCount consecutive loopback ports.
	BasePort int
	// Postgres, if set, keeps everything in PostgreSQL instead of a SQLite file.
	Postgres *Postgres
	// Throwaway gives up safety against power loss (not against kill -9) for speed. For tests.
	Throwaway bool
	// Program is the path of the server program. Empty: where ServerProgram is found.
	Program string
	// LogLevel of the server: debug, info, warn or error. Empty means warn.
	LogLevel string
}

// Postgres names the databases of a server that runs on PostgreSQL. Both are made by SetupPostgres.
type Postgres struct {
	Host     string // host name, or the absolute folder of a unix socket
	Port     int    // 0 means 5432
	User     string
	Password string
	Database string // empty means "temporal"; the visibility database has "_visibility" appended
	Tool     string // path of the schema tool, for SetupPostgres; empty: where SQLToolProgram is found
}

func (p Postgres) port() int {
	if p.Port == 0 {
		return 5432
	}
	return p.Port
}

func (p Postgres) database() string {
	if p.Database == "" {
		return "temporal"
	}
	return p.Database
}

func (p Postgres) visibilityDatabase() string { return p.database() + "_visibility" }

// socket returns the folder of the unix socket, or "" for TCP.
func (p Postgres) socket() string {
	if filepath.IsAbs(p.Host) {
		return p.Host
	}
	return ""
}

// hostName is what goes where only a host name is allowed; with a unix socket a connect attribute overrides it.
func (p Postgres) hostName() string {
	if p.socket() != "" || p.Host == "" {
		return "localhost"
	}
	return p.Host
}

// WriteFiles writes config.yaml and dynamic.yaml into c.Dir and returns the absolute path of the former.
func (c Config) WriteFiles() (string, error) {
	if err := validBase(c.BasePort); err != nil {
		return "", err
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return "", fmt.Errorf("folder of the Temporal server: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make the folder of the Temporal server: %w", err)
	}
	dynamic, settings := filepath.Join(dir, "dynamic.yaml"), dynamicConfig
	if c.Postgres != nil {
		settings += postgresDynamic
	}
	if err := os.WriteFile(dynamic, []byte(settings), 0o600); err != nil {
		return "", fmt.Errorf("write Temporal's dynamic configuration: %w", err)
	}
	level := c.LogLevel
	if level == "" {
		level = "warn"
	}
	var out strings.Builder
	err = serverConfig.Execute(&out, map[string]any{
		"LogLevel": level, "Ports": PortsFrom(c.BasePort), "Dynamic": dynamic, "Address": Address(c.BasePort),
		"HTTPAddress": Address(PortsFrom(c.BasePort).HTTP),
		"Shards":      c.shards(), "Stores": c.stores(dir),
	})
	if err != nil {
		return "", fmt.Errorf("render Temporal's configuration: %w", err)
	}
	path := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(path, []byte(out.String()), 0o600); err != nil {
		return "", fmt.Errorf("write Temporal's configuration: %w", err)
	}
	return path, nil
}

// store is one entry of Temporal's persistence configuration.
type store struct {
	Name, Plugin, Database, Address, User, Password string
	Attributes                                      map[string]string
	Connections                                     int
}

func (c Config) stores(dir string) []store {
	if p := c.Postgres; p != nil {
		pg := store{Plugin: postgresPlugin, Address: p.hostName() + ":" + strconv.Itoa(p.port()), User: p.User, Password: p.Password}
		if p.socket() != "" {
			pg.Attributes = map[string]string{"host": p.socket()}
		}
		main, visibility := pg, pg
		main.Name, main.Database, main.Connections = "main", p.database(), 20
		visibility.Name, visibility.Database, visibility.Connections = "visibility", p.visibilityDatabase(), 5
		return []store{main, visibility}
	}
	synchronous := "2" // FULL: survives power loss
	if c.Throwaway {
		synchronous = "0" // OFF: survives only the death of the process
	}
	main := store{
		Name: "main", Plugin: "sqlite", Database: sqliteName(filepath.Join(dir, "temporal.db")), Address: "localhost",
		Attributes: map[string]string{
			"mode": "rwc", "cache": "private", "setup": "true", "journal_mode": "wal", "synchronous": synchronous, "busy_timeout": "10000",
		},
		// One connection, shared by both stores because their settings are equal: SQLite has one writer anyway.
		Connections: 1,
	}
	visibility := main
	visibility.Name = "visibility"
	return []store{main, visibility}
}

// shards can never be changed for a database once made. SQLite has one writer, so one shard.
func (c Config) shards() int {
	if c.Postgres == nil {
		return 1
	}
	return 4
}

// sqliteName escapes what would end the path in "file:<path>?<parameters>".
func sqliteName(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return strings.Join(segments, "/")
}

package temporalserver

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// postgresPlugin uses pgx. The other one, "postgres12", can't be sent to a unix socket: lib/pq puts what the URL says
// about the host in alphabetical order, and the last one wins.
const postgresPlugin = "postgres12_pgx"

// SetupPostgres makes both databases and brings their schemas up to date with Temporal's own tool. Doing it again
// changes nothing. The user must be allowed to create databases.
func SetupPostgres(ctx context.Context, p Postgres) error {
	tool := p.Tool
	if tool == "" {
		found, err := SQLToolProgram.Find()
		if err != nil {
			return err
		}
		tool = found
	}
	for _, db := range []struct{ name, schema string }{
		{p.database(), "postgresql/v12/temporal"},
		{p.visibilityDatabase(), "postgresql/v12/visibility"},
	} {
		for _, args := range [][]string{
			{"create-database"},
			{"setup-schema", "--version", "0.0"},
			{"update-schema", "--schema-name", db.schema},
		} {
			cmd := exec.CommandContext(ctx, tool, args...)
			cmd.Env = append(os.Environ(),
				"SQL_PLUGIN="+postgresPlugin, "SQL_HOST="+p.hostName(), "SQL_PORT="+strconv.Itoa(p.port()),
				"SQL_USER="+p.User, "SQL_PASSWORD="+p.Password, "SQL_DATABASE="+db.name)
			if p.socket() != "" {
				cmd.Env = append(cmd.Env, "SQL_CONNECT_ATTRIBUTES=host="+p.socket())
			}
			if output, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("%s for Temporal's database %s: %w\n%s", args[0], db.name, err, tail(string(output), 15))
			}
		}
	}
	return nil
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

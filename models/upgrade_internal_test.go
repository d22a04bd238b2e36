package models

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/testkit"
)

// A database from before teams and owners is brought up: who worked stays and is active, every shop has one owner, votes
// still name their voters, and whoever was signed in signs in again.
func TestStaffOfAnOlderDatabaseStay(t *testing.T) {
	for dialect, dsn := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "old.db"), "postgres": testkit.Postgres(t)} {
		t.Run(dialect, func(t *testing.T) {
			at, err := readDSN(dsn)
			require.NoError(t, err)
			db, err := at.open(2)
			require.NoError(t, err)
			defer db.Close()
			provider, err := at.provider(db, "migrations/"+string(at.dialect), "goose_db_version")
			require.NoError(t, err)
			_, err = provider.UpTo(t.Context(), 6)
			require.NoError(t, err)
			sealed := `x'0101'`
			if at.dialect == Postgres {
				sealed = `'\x0101'::bytea`
			}
			for _, statement := range []string{
				`INSERT INTO customers (id, key_ref, name, lang, level, created_at) VALUES ('c1', 'k0', ` + sealed + `, 'en', 'good', '2026-03-02 12:00:00+00:00')`,
				`INSERT INTO merchants (id, key_ref, name, level, auto_agree, created_at) VALUES ('m1', 'k1', 'Shop', 'normal', false, '2026-03-02 12:00:00+00:00')`,
				`INSERT INTO staff (id, key_ref, role, merchant_id, name, approval_limit, created_at) VALUES
					('s1', 'k2', 'merchant', 'm1', ` + sealed + `, 0, '2026-03-02 12:00:00+00:00'), ('s2', 'k3', 'merchant', 'm1', ` + sealed + `, 0, '2026-03-02 12:00:00+00:00'),
					('s3', 'k4', 'supervisor', NULL, ` + sealed + `, 500, '2026-03-02 12:00:00+00:00')`,
				`INSERT INTO accounts (id, login, person_kind, person_id, password_hash, created_at) VALUES ('u1', 'sue', 'staff', 's3', 'x', '2026-03-02 12:00:00+00:00')`,
				`INSERT INTO sessions (token_hash, account_id, created_at, seen_at, expires_at)
					VALUES (` + sealed + `, 'u1', '2026-03-02 12:00:00+00:00', '2026-03-02 12:00:00+00:00', '2036-03-02 12:00:00+00:00')`,
			} {
				_, err := db.ExecContext(t.Context(), statement)
				require.NoError(t, err, statement)
			}
			voted := at.dialect == SQLite
			if voted { // a vote without its case: only SQLite lets a test look away
				conn, err := db.Conn(t.Context())
				require.NoError(t, err)
				_, err = conn.ExecContext(t.Context(), "PRAGMA foreign_keys = OFF")
				require.NoError(t, err)
				_, err = conn.ExecContext(t.Context(), `INSERT INTO approvals (id, case_id, hash, outcome, amount, liability, proposed_by, needed, level, rule, state, proposed_at, due_at)
					VALUES ('a1', 'none', '', 'refund', 1, '', '', 1, 1, '', 'waiting', '2026-03-02 12:00:00+00:00', '2026-03-02 12:00:00+00:00')`)
				require.NoError(t, err)
				_, err = conn.ExecContext(t.Context(), `INSERT INTO approval_votes (approval_id, staff_id, at) VALUES ('a1', 's3', '2026-03-02 12:00:00+00:00')`)
				require.NoError(t, err)
				_, err = conn.ExecContext(t.Context(), "PRAGMA foreign_keys = ON")
				require.NoError(t, err)
				require.NoError(t, conn.Close())
			}
			_, err = provider.Up(t.Context())
			require.NoError(t, err)

			count := func(query string) (n int) {
				require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&n), query)
				return n
			}
			require.Equal(t, 3, count(`SELECT count(*) FROM staff WHERE status = 'active'`))
			require.Equal(t, 1, count(`SELECT count(*) FROM staff WHERE owner`))
			require.Equal(t, 1, count(`SELECT count(*) FROM staff WHERE owner AND id = 's1'`))
			require.Equal(t, 1, count(`SELECT count(*) FROM accounts`))
			require.Zero(t, count(`SELECT count(*) FROM sessions`))
			if voted {
				require.Equal(t, 1, count(`SELECT count(*) FROM approval_votes WHERE staff_id = 's3'`))
				_, err = db.ExecContext(t.Context(), `DELETE FROM staff WHERE id = 's3'`)
				require.Error(t, err, "a vote still holds its voter")
			}
		})
	}
}

package models

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"aftersales/testkit"
)

// olderDatabase is one as it was after a migration; the provider brings it up.
func olderDatabase(t *testing.T, dsn string, version int64) (target, *sql.DB, *goose.Provider) {
	t.Helper()
	at, err := readDSN(dsn)
	require.NoError(t, err)
	db, err := at.open(2)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	provider, err := at.provider(db, "migrations/"+string(at.dialect), "goose_db_version")
	require.NoError(t, err)
	_, err = provider.UpTo(t.Context(), version)
	require.NoError(t, err)
	return at, db, provider
}

// sealedValue is a value as sealed columns have it, as SQL.
func sealedValue(in Dialect) string {
	if in == Postgres {
		return `'\x0101'::bytea`
	}
	return `x'0101'`
}

// A database from before teams and owners is brought up: who worked stays and is active, every shop has one owner, votes
// still name their voters, and whoever was signed in signs in again.
func TestStaffOfAnOlderDatabaseStay(t *testing.T) {
	for dialect, dsn := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "old.db"), "postgres": testkit.Postgres(t)} {
		t.Run(dialect, func(t *testing.T) {
			at, db, provider := olderDatabase(t, dsn, 6)
			sealed := sealedValue(at.dialect)
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
			_, err := provider.Up(t.Context())
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

// Payments that two orders name, from before that was refused, do not stop an upgrade: one row stays as it is, nothing more is
// given back from the others, and the operator finds each.
func TestDoubledPaymentsOfAnOlderDatabaseAreHeld(t *testing.T) {
	for dialect, dsn := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "old.db"), "postgres": testkit.Postgres(t)} {
		t.Run(dialect, func(t *testing.T) {
			at, db, provider := olderDatabase(t, dsn, 31)
			sealed := sealedValue(at.dialect)
			const noon = `'2026-03-02 12:00:00+00:00'`
			run := func(statement string) {
				_, err := db.ExecContext(t.Context(), statement)
				require.NoError(t, err, statement)
			}
			run(`INSERT INTO customers (id, key_ref, name, lang, level, created_at) VALUES ('c1', 'k0', ` + sealed + `, 'en', 'good', ` + noon + `)`)
			run(`INSERT INTO merchants (id, key_ref, name, level, auto_agree, created_at) VALUES ('m1', 'k1', 'Shop', 'normal', false, ` + noon + `)`)
			for _, id := range []string{"a", "b", "c", "d", "e"} {
				run(`INSERT INTO orders (id, version, customer_id, merchant_id, currency, paid_at, freight_paid, freight_listed, free_over, discount, insured, recipient)
					VALUES ('` + id + `', 1, 'c1', 'm1', 'CNY', ` + noon + `, 0, 0, 0, 0, false, ` + sealed + `)`)
				run(`INSERT INTO payments (id, order_id, currency, captured) VALUES ('` + id + `', '` + id + `', 'CNY', 1000)`)
			}
			run(`INSERT INTO cases (id, workflow_id, kind, phase, stage, outcome, open, customer_id, merchant_id, order_id, reason, currency, seq, revision, amount, refunded, view, opened_at, updated_at, waiting_for, default_action)
				VALUES ('k', 'w', 'return', 'onsale', 'ended', '', false, 'c1', 'm1', 'b', '', 'CNY', 1, 1, 0, 0, '{}', ` + noon + `, ` + noon + `, '', '')`)
			for id, ref := range map[string]string{"a": "P1", "b": "P1", "c": "P2", "d": "P2", "e": "P3"} {
				run(`INSERT INTO tenders (id, payment_id, order_id, rail, ref, captured, charged_back, captured_at)
					VALUES ('t-` + id + `', '` + id + `', '` + id + `', 'alipay', '` + ref + `', 1000, 0, ` + noon + `)`)
			}
			for _, id := range []string{"b", "c", "d"} {
				run(`INSERT INTO effects (key, case_id, kind, request_hash, status, result, tries, created_at, updated_at) VALUES ('e-` + id + `', 'k', 'refund', '', 'succeeded', '{}', 1, ` + noon + `, ` + noon + `)`)
				run(`INSERT INTO refund_legs (key, case_id, order_id, tender_id, amount, currency, freight, cause, cause_ref, status, provider_ref, not_before, intended_at)
					VALUES ('e-` + id + `', 'k', '` + id + `', 't-` + id + `', 400, 'CNY', 0, 'rule', '', 'succeeded', '', ` + noon + `, ` + noon + `)`)
			}
			_, err := provider.Up(t.Context())
			require.NoError(t, err)

			rows, err := db.QueryContext(t.Context(), `SELECT id, twin, held FROM tenders ORDER BY id`)
			require.NoError(t, err)
			defer rows.Close()
			type kept struct {
				twin int
				held bool
			}
			got := map[string]kept{}
			for rows.Next() {
				var id string
				var row kept
				require.NoError(t, rows.Scan(&id, &row.twin, &row.held))
				got[id] = row
			}
			require.NoError(t, rows.Err())
			require.Equal(t, map[string]kept{
				"t-a": {1, true}, "t-b": {0, false}, // what was refunded already goes on
				"t-c": {0, true}, "t-d": {1, true}, // refunded under both: people decide
				"t-e": {0, false},
			}, got)
			for _, table := range []string{"discrepancies", "tasks"} {
				var n int
				require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n))
				require.Equal(t, 2, n, table)
			}
		})
	}
}

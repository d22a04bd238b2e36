package sandbox

import (
	"database/sql"
	"fmt"
)

// migrations bring a ledger forward, one by one and each in a transaction; user_version counts those that were made.
// The first gives every merchant an account, and books what an older ledger already did; the second lets what was drawn
// from a deposit go back.
var migrations = []string{`
ALTER TABLE payments ADD COLUMN merchant TEXT NOT NULL DEFAULT '';
ALTER TABLE payments ADD COLUMN charge TEXT NOT NULL DEFAULT ''; -- the trade number of the charge that it paid
ALTER TABLE payments ADD COLUMN charged_back INTEGER NOT NULL DEFAULT 0 CHECK (charged_back >= 0);
CREATE INDEX payments_by_charge ON payments (rail, charge) WHERE charge <> '';
CREATE TABLE merchants (
  id TEXT PRIMARY KEY, balance INTEGER NOT NULL DEFAULT 0, deposit INTEGER NOT NULL DEFAULT 0 CHECK (deposit >= 0));
CREATE TABLE entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, merchant TEXT NOT NULL REFERENCES merchants (id), kind TEXT NOT NULL,
  balance INTEGER NOT NULL, deposit INTEGER NOT NULL, ref TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX entries_by_merchant ON entries (merchant, id);
CREATE TABLE charges (
  id INTEGER PRIMARY KEY AUTOINCREMENT, rail TEXT NOT NULL, key TEXT NOT NULL, trade_no TEXT NOT NULL, merchant TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0), subject TEXT NOT NULL, note TEXT NOT NULL, url TEXT NOT NULL, expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL, scanned INTEGER NOT NULL DEFAULT 0, closed INTEGER NOT NULL DEFAULT 0,
  UNIQUE (rail, trade_no));
CREATE TABLE draws (
  id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, generation INTEGER NOT NULL, merchant TEXT NOT NULL REFERENCES merchants (id),
  amount INTEGER NOT NULL CHECK (amount > 0), reason TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (key, generation));
CREATE TABLE payouts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, generation INTEGER NOT NULL, account TEXT NOT NULL, name TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0), reason TEXT NOT NULL, provider_ref TEXT NOT NULL UNIQUE, accepted_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL, UNIQUE (key, generation));
CREATE TABLE accounts (account TEXT PRIMARY KEY, name TEXT NOT NULL, closed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE claims (
  id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, order_id TEXT NOT NULL, carrier TEXT NOT NULL, waybill TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0), claim_no TEXT NOT NULL UNIQUE, why TEXT NOT NULL, decided_at INTEGER NOT NULL, done_at INTEGER NOT NULL);
CREATE UNIQUE INDEX claims_once_per_order ON claims (order_id) WHERE why = '';
CREATE UNIQUE INDEX claims_once_per_waybill ON claims (carrier, waybill) WHERE why = '';
CREATE TABLE prices (variant TEXT PRIMARY KEY, minor INTEGER CHECK (minor >= 0)); -- NULL: not sold now

UPDATE payments SET merchant = coalesce((SELECT json_extract(body, '$.merchant_id') FROM orders WHERE orders.id = order_id), 'unknown');
INSERT INTO merchants (id) SELECT DISTINCT merchant FROM payments;
INSERT INTO entries (merchant, kind, balance, deposit, ref, at) SELECT merchant, 'captured', captured, 0, ref, captured_at FROM payments ORDER BY id;
INSERT INTO entries (merchant, kind, balance, deposit, ref, at)
  SELECT p.merchant, 'refunded', -r.amount, 0, r.key, r.accepted_at FROM refunds r JOIN payments p ON p.rail = r.rail AND p.ref = r.ref ORDER BY r.id;
UPDATE merchants SET balance = (SELECT coalesce(sum(balance), 0) FROM entries WHERE merchant = merchants.id);
INSERT INTO prices (variant, minor) SELECT json_extract(value, '$.variant_id'), max(json_extract(value, '$.unit_price'))
  FROM orders, json_each(body, '$.lines') WHERE coalesce(json_extract(value, '$.variant_id'), '') <> '' GROUP BY 1;
`, `
ALTER TABLE draws ADD COLUMN put_back_of TEXT NOT NULL DEFAULT ''; -- the draw whose money went back to the deposit; empty: a draw
CREATE INDEX draws_put_back ON draws (put_back_of) WHERE put_back_of <> '';
`}

func migrate(db *sql.DB) error {
	tx, err := db.Begin() // immediate: of several processes that start at once, one migrates
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	var made int
	if err := tx.QueryRow(`PRAGMA user_version`).Scan(&made); err != nil {
		return err
	}
	if made > len(migrations) {
		return fmt.Errorf("it was written by a newer program (version %d, known %d); use that one, or another file", made, len(migrations))
	}
	for i, text := range migrations[made:] {
		if _, err := tx.Exec(text); err != nil {
			return fmt.Errorf("step %d: %w", made+i+1, err)
		}
	}
	if _, err := tx.Exec(fmt.Sprintf(`PRAGMA user_version = %d`, len(migrations))); err != nil {
		return err
	}
	return tx.Commit()
}

package sandbox

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/money"
	"aftersales/partners"
)

// A ledger that was written before merchants had accounts is brought forward, with what it did booked; once.
func TestOlderLedgerIsBroughtForward(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	file := filepath.Join(dir, "ledger.db")
	old, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	_, err = old.Exec(schema + `
		INSERT INTO orders (id, version, body) VALUES ('o1', 1, '{"id":"o1","merchant_id":"m1","lines":[{"id":"l1","variant_id":"v1","unit_price":5000}]}');
		INSERT INTO payments (rail, ref, order_id, captured, captured_at) VALUES ('alipay', 't1', 'o1', 10000, 1), ('wechat', 't2', 'o1', 500, 2), ('alipay', 't3', 'gone', 7, 3);
		INSERT INTO refunds (rail, key, generation, ref, amount, reason, provider_ref, accepted_at, done_at) VALUES ('alipay', 'k1', 1, 't1', 2500, '', 'R1', 3, 3);`)
	require.NoError(t, err)
	require.NoError(t, old.Close())
	for range 2 {
		s, err := New(Options{LedgerFile: file, KeysDir: dir, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
		require.NoError(t, err)
		l, err := s.ledgerPage(ctx, "", 0, 100)
		require.NoError(t, err)
		require.Equal(t, Books{In: 10507, Out: 2500, Held: 8007}, l.Books)
		balances := map[string]money.Amount{}
		for _, m := range l.Merchants {
			balances[m.MerchantID] = m.Balance
		}
		require.Equal(t, map[string]money.Amount{"m1": 8000, "unknown": 7}, balances)
		require.Len(t, l.Entries, 4)
		var price money.Amount
		require.NoError(t, s.store.reader.QueryRow(`SELECT minor FROM prices WHERE variant = 'v1'`).Scan(&price))
		require.Equal(t, money.Amount(5000), price)
		row, result, err := s.applyRefund(ctx, refundAsk{rail: partners.RailAlipay, key: "k1", ref: "t1", amount: 2500})
		require.NoError(t, err)
		require.Equal(t, repeated, result)
		require.Equal(t, "R1", row.providerRef)
		require.NoError(t, s.Close())
	}
	newer, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	_, err = newer.Exec(`PRAGMA user_version = 99`)
	require.NoError(t, err)
	require.NoError(t, newer.Close())
	_, err = New(Options{LedgerFile: file, KeysDir: dir})
	require.ErrorContains(t, err, "newer program")
}

package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// Payouts to Alipay accounts, from the platform's own. An account that no control described exists under any name.

const (
	noAccount outcome = "no_account"
	otherName outcome = "other_name"
)

type payout struct {
	key, account, name string
	amount             money.Amount
	reason             string
	providerRef        string
	acceptedAt, doneAt time.Time
}

func (s *Server) applyPayout(ctx context.Context, ask payout) (row payout, result outcome, err error) {
	wait := s.options.SettleAfter
	if fault, on := s.faults.take("alipay", "payout", Pending); on {
		wait = time.Duration(fault.Ms) * time.Millisecond
	}
	_, forget := s.faults.take("alipay", "payout", KeyForgotten)
	_, short := s.faults.take("alipay", "payout", BalanceShort)
	err = s.store.write(ctx, func(tx *sql.Tx) error {
		if err := countCall(ctx, tx, "alipay payout", ask.key); err != nil {
			return err
		}
		known, generation, err := findPayout(ctx, tx, ask.key)
		if err != nil {
			return err
		}
		if generation > 0 && !forget {
			row, result = known, repeated
			if known.account != ask.account || known.name != ask.name || known.amount != ask.amount {
				result = otherContent
			}
			return nil
		}
		var name string
		var closed bool
		err = tx.QueryRowContext(ctx, `SELECT name, closed FROM accounts WHERE account = ?`, ask.account).Scan(&name, &closed)
		switch {
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return err
		case err == nil && closed:
			result = noAccount
		case err == nil && name != ask.name:
			result = otherName
		case short:
			result = balanceShort
		default:
			result = applied
		}
		if result != applied {
			return nil
		}
		now := s.now()
		row = ask
		row.providerRef, row.acceptedAt, row.doneAt = now.In(partners.Shanghai).Format("20060102")+"110070"+digits(14), now, now.Add(wait)
		if _, err := tx.ExecContext(ctx, `INSERT INTO payouts (key, generation, account, name, amount, reason, provider_ref, accepted_at, done_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			row.key, generation+1, row.account, row.name, row.amount, row.reason, row.providerRef, millis(row.acceptedAt), millis(row.doneAt)); err != nil {
			return err
		}
		return s.post(ctx, tx, platformAccount, "paid_out", -row.amount, 0, row.key)
	})
	return row, result, err
}

const payoutColumns = `key, account, name, amount, reason, provider_ref, accepted_at, done_at`

func scanPayout(row interface{ Scan(...any) error }, more ...any) (payout, error) {
	var p payout
	var accepted, done int64
	err := row.Scan(append([]any{&p.key, &p.account, &p.name, &p.amount, &p.reason, &p.providerRef, &accepted, &done}, more...)...)
	p.acceptedAt, p.doneAt = fromMillis(accepted), fromMillis(done)
	return p, err
}

// findPayout returns the latest payout under the key and how many there are; 0: none.
func findPayout(ctx context.Context, q queryer, key string) (payout, int, error) {
	var generation int
	p, err := scanPayout(q.QueryRowContext(ctx, `SELECT `+payoutColumns+`, generation FROM payouts WHERE key = ? ORDER BY generation DESC LIMIT 1`, key), &generation)
	if errors.Is(err, sql.ErrNoRows) {
		return payout{}, 0, nil
	}
	return p, generation, err
}

// setAccount describes an Alipay account: whose it is, or that it was closed.
func (s *Server) setAccount(ctx context.Context, account string, body accountBody) error {
	if account == "" || body.Name == "" && !body.Closed {
		return badRequest{errors.New("give the account's name, or say that it is closed")}
	}
	return s.store.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO accounts (account, name, closed) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, closed = excluded.closed`,
			account, body.Name, body.Closed)
		return err
	})
}

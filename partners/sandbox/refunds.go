package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// What came of a request for a refund.
type outcome string

const (
	applied        outcome = "applied"
	repeated       outcome = "repeated"
	otherContent   outcome = "other_content"
	unknownPayment outcome = "unknown_payment"
	railClosed     outcome = "closed"
	overCaptured   outcome = "over_captured"
	tooMany        outcome = "too_many"
	tooSoon        outcome = "too_soon"
	balanceShort   outcome = "balance_short"
)

const (
	refundWindow   = 365 * 24 * time.Hour // both rails
	weChatPartials = 50
)

type refundAsk struct {
	rail   partners.Rail
	key    string
	ref    string
	amount money.Amount
	total  money.Amount // the payment's whole amount as the caller believes it; 0: not told
	reason string
}

type payment struct {
	captured   money.Amount
	capturedAt time.Time
	closed     bool
	refunded   money.Amount
	count      int
	last       time.Time

	merchant    string
	chargedBack money.Amount
}

type refund struct {
	id          int64
	rail        partners.Rail
	key, ref    string
	amount      money.Amount
	reason      string
	providerRef string
	acceptedAt  time.Time
	doneAt      time.Time // the money is with the customer from then on
}

func (r refund) done(now time.Time) bool { return !r.doneAt.After(now) }

// applyRefund decides and books in one transaction, together with the notice about it.
func (s *Server) applyRefund(ctx context.Context, ask refundAsk) (row refund, result outcome, err error) {
	rail := string(ask.rail)
	pendingFor := s.options.SettleAfter
	if fault, on := s.faults.take(rail, "refund", Pending); on {
		pendingFor = time.Duration(fault.Ms) * time.Millisecond
	}
	_, forget := s.faults.take(rail, "refund", KeyForgotten)
	_, short := s.faults.take(rail, "refund", BalanceShort)
	_, full := s.faults.take(rail, "refund", CountLimit)
	err = s.store.write(ctx, func(tx *sql.Tx) error {
		if err := countCall(ctx, tx, rail, ask.key); err != nil {
			return err
		}
		earlier, generation, err := findRefund(ctx, tx, ask.rail, ask.key)
		if err != nil {
			return err
		}
		if generation > 0 && !forget {
			row, result = earlier, repeated
			if earlier.ref != ask.ref || earlier.amount != ask.amount {
				result = otherContent
			}
			return nil
		}
		now := s.now()
		paid, found, err := findPayment(ctx, tx, ask.rail, ask.ref)
		if err != nil {
			return err
		}
		held, _, _, err := fundsOf(ctx, tx, paid.merchant)
		if err != nil {
			return err
		}
		var balance sql.NullInt64
		if err := tx.QueryRowContext(ctx, `SELECT minor FROM balances WHERE rail = ?`, rail).Scan(&balance); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		switch {
		case !found:
			result = unknownPayment
		case paid.closed || now.After(paid.capturedAt.Add(refundWindow)):
			result = railClosed
		case ask.total != 0 && ask.total != paid.captured, paid.refunded+paid.chargedBack+ask.amount > paid.captured:
			result = overCaptured
		case full || ask.rail == partners.RailWeChat && paid.count >= weChatPartials:
			result = tooMany
		case ask.rail == partners.RailWeChat && now.Before(paid.last.Add(s.options.WeChatSpacing)):
			result = tooSoon
		case short || held < ask.amount || balance.Valid && balance.Int64 < int64(ask.amount):
			result = balanceShort
		default:
			result = applied
		}
		if result != applied {
			return nil
		}
		row = refund{rail: ask.rail, key: ask.key, ref: ask.ref, amount: ask.amount, reason: ask.reason,
			providerRef: "R" + now.In(partners.Shanghai).Format("20060102") + digits(18), acceptedAt: now, doneAt: now.Add(pendingFor)}
		if _, err := tx.ExecContext(ctx, `INSERT INTO refunds (rail, key, generation, ref, amount, reason, provider_ref, accepted_at, done_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			rail, row.key, generation+1, row.ref, row.amount, row.reason, row.providerRef, millis(row.acceptedAt), millis(row.doneAt)); err != nil {
			return err
		}
		if balance.Valid {
			if _, err := tx.ExecContext(ctx, `UPDATE balances SET minor = minor - ? WHERE rail = ?`, row.amount, rail); err != nil {
				return err
			}
		}
		if err := s.post(ctx, tx, paid.merchant, "refunded", -row.amount, 0, row.key); err != nil {
			return err
		}
		return s.pushRefund(ctx, tx, row, paid.refunded+row.amount, paid.captured)
	})
	if err != nil {
		return refund{}, "", fmt.Errorf("booking a refund: %w", err)
	}
	return row, result, nil
}

func findPayment(ctx context.Context, q queryer, rail partners.Rail, ref string) (payment, bool, error) {
	var p payment
	var capturedAt, last int64
	err := q.QueryRowContext(ctx, `SELECT captured, captured_at, closed, merchant, charged_back,
		(SELECT coalesce(sum(amount), 0) FROM refunds r WHERE r.rail = p.rail AND r.ref = p.ref),
		(SELECT count(*) FROM refunds r WHERE r.rail = p.rail AND r.ref = p.ref),
		(SELECT coalesce(max(accepted_at), 0) FROM refunds r WHERE r.rail = p.rail AND r.ref = p.ref)
		FROM payments p WHERE rail = ? AND ref = ?`, rail, ref).Scan(&p.captured, &capturedAt, &p.closed, &p.merchant, &p.chargedBack, &p.refunded, &p.count, &last)
	if errors.Is(err, sql.ErrNoRows) {
		return payment{}, false, nil
	}
	p.capturedAt, p.last = fromMillis(capturedAt), fromMillis(last)
	return p, err == nil, err
}

const refundColumns = `id, rail, key, ref, amount, reason, provider_ref, accepted_at, done_at`

func scanRefund(row interface{ Scan(...any) error }, more ...any) (refund, error) {
	var r refund
	var accepted, done int64
	err := row.Scan(append([]any{&r.id, &r.rail, &r.key, &r.ref, &r.amount, &r.reason, &r.providerRef, &accepted, &done}, more...)...)
	r.acceptedAt, r.doneAt = fromMillis(accepted), fromMillis(done)
	return r, err
}

// findRefund returns the latest refund under the key and how many there are; 0: none.
func findRefund(ctx context.Context, q queryer, rail partners.Rail, key string) (refund, int, error) {
	var generation int
	r, err := scanRefund(q.QueryRowContext(ctx, `SELECT `+refundColumns+`, generation FROM refunds WHERE rail = ? AND key = ? ORDER BY generation DESC LIMIT 1`, rail, key), &generation)
	if errors.Is(err, sql.ErrNoRows) {
		return refund{}, 0, nil
	}
	return r, generation, err
}

// refundsOf lists what was paid out on a day of Shanghai's calendar, up to now.
func (s *Server) refundsOf(ctx context.Context, rail partners.Rail, day time.Time) ([]refund, error) {
	from, to := day, day.AddDate(0, 0, 1)
	if now := s.now(); to.After(now) {
		to = now.Add(time.Millisecond)
	}
	return collect(ctx, s.store.reader, func(rows *sql.Rows) (refund, error) { return scanRefund(rows) },
		`SELECT `+refundColumns+` FROM refunds WHERE rail = ? AND done_at >= ? AND done_at < ? ORDER BY id`, rail, millis(from), millis(to))
}

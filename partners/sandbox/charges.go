package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// Charges: orders that a customer pays by scanning a code, on either rail.

// What came of a request for a charge, beside those of a refund.
const (
	chargePaid    outcome = "paid"
	chargeClosed  outcome = "charge_closed"
	chargeExpired outcome = "expired" // asked for with a time that is over
)

type charge struct {
	rail      partners.Rail
	tradeNo   string
	note      string // what the caller wants back: key and merchant, see partners.ReadNote
	merchant  string
	key       string
	amount    money.Amount
	subject   string
	url       string
	expiresAt time.Time
	createdAt time.Time
	scanned   bool
	closed    bool
	paidRef   string // the first payment; "" while there is none
	paidAt    time.Time
}

func (c charge) state(now time.Time) partners.ChargeState {
	switch {
	case c.paidRef != "":
		return partners.ChargePaid
	case c.closed || now.After(c.expiresAt):
		return partners.ChargeClosed
	}
	return partners.ChargeWaiting
}

// applyCharge makes the charge, or says how the one under the number stands.
func (s *Server) applyCharge(ctx context.Context, ask charge) (row charge, result outcome, err error) {
	if ask.key, ask.merchant, err = partners.ReadNote(ask.note, ask.tradeNo); err != nil {
		return charge{}, "", badRequest{err}
	}
	err = s.store.write(ctx, func(tx *sql.Tx) error {
		if err := countCall(ctx, tx, string(ask.rail)+" charge", ask.key); err != nil {
			return err
		}
		known, found, err := findCharge(ctx, tx, ask.rail, ask.tradeNo)
		if err != nil {
			return err
		}
		now := s.now()
		if found {
			row = known
			switch state := known.state(now); {
			case known.amount != ask.amount || known.note != ask.note || known.subject != ask.subject || !known.expiresAt.Equal(ask.expiresAt):
				result = otherContent
			case state == partners.ChargePaid:
				result = chargePaid
			case state == partners.ChargeClosed:
				result = chargeClosed
			default:
				result = repeated
			}
			return nil
		}
		if !ask.expiresAt.After(now) {
			result = chargeExpired
			return nil
		}
		row, result = ask, applied
		row.createdAt, row.url = now, "https://qr.alipay.com/bax"+token(10)
		if ask.rail == partners.RailWeChat {
			row.url, row.scanned = "weixin://wxpay/bizpayurl?pr="+token(5), true // WeChat knows the order at once
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO charges (rail, key, trade_no, merchant, amount, subject, note, url, expires_at, created_at, scanned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			row.rail, row.key, row.tradeNo, row.merchant, row.amount, row.subject, row.note, row.url, millis(row.expiresAt), millis(now), row.scanned)
		return err
	})
	return row, result, err
}

const chargeColumns = `rail, key, trade_no, merchant, amount, subject, note, url, expires_at, created_at, scanned, closed,
	coalesce((SELECT ref FROM payments p WHERE p.rail = t.rail AND p.charge = t.trade_no ORDER BY p.id LIMIT 1), ''),
	coalesce((SELECT captured_at FROM payments p WHERE p.rail = t.rail AND p.charge = t.trade_no ORDER BY p.id LIMIT 1), 0)`

func scanCharge(row interface{ Scan(...any) error }, more ...any) (charge, error) {
	var c charge
	var expires, created, paid int64
	err := row.Scan(append([]any{&c.rail, &c.key, &c.tradeNo, &c.merchant, &c.amount, &c.subject, &c.note, &c.url, &expires, &created, &c.scanned, &c.closed, &c.paidRef, &paid}, more...)...)
	c.expiresAt, c.createdAt, c.paidAt = fromMillis(expires), fromMillis(created), fromMillis(paid)
	return c, err
}

func findCharge(ctx context.Context, q queryer, rail partners.Rail, tradeNo string) (charge, bool, error) {
	c, err := scanCharge(q.QueryRowContext(ctx, `SELECT `+chargeColumns+` FROM charges t WHERE rail = ? AND trade_no = ?`, rail, tradeNo))
	if errors.Is(err, sql.ErrNoRows) {
		return charge{}, false, nil
	}
	return c, err == nil, err
}

// closeCharge ends the wait. A charge that is paid stays so; one that the rail does not know of yet stays unknown to it.
func (s *Server) closeCharge(ctx context.Context, rail partners.Rail, tradeNo string) (row charge, result outcome, err error) {
	err = s.store.write(ctx, func(tx *sql.Tx) error {
		known, found, err := findCharge(ctx, tx, rail, tradeNo)
		row = known
		switch {
		case err != nil:
			return err
		case !found || !known.scanned:
			result = unknownPayment
		case known.paidRef != "":
			result = chargePaid
		case known.closed:
			result = chargeClosed
		default:
			result = applied
			_, err = tx.ExecContext(ctx, `UPDATE charges SET closed = 1 WHERE rail = ? AND trade_no = ?`, rail, tradeNo)
		}
		return err
	})
	return row, result, err
}

// payCharge plays the customer, who scans the code and, with pay, pays. force pays even what is paid, closed or over,
// as a payment does that was on its way.
func (s *Server) payCharge(ctx context.Context, rail partners.Rail, key string, pay, force bool) (ref string, err error) {
	tradeNo := partners.TradeNo(key)
	err = s.store.write(ctx, func(tx *sql.Tx) error {
		known, found, err := findCharge(ctx, tx, rail, tradeNo)
		if err != nil {
			return err
		}
		if !found {
			return badRequest{fmt.Errorf("there is no charge %s on %s", key, rail)}
		}
		if state := known.state(s.now()); state != partners.ChargeWaiting && !force {
			return badRequest{fmt.Errorf("the charge is %s; use force to pay all the same", state)}
		}
		if _, err := tx.ExecContext(ctx, `UPDATE charges SET scanned = 1 WHERE rail = ? AND trade_no = ?`, rail, tradeNo); err != nil || !pay {
			return err
		}
		now := s.now().Truncate(time.Second) // the rails tell seconds
		ref = now.In(partners.Shanghai).Format("20060102") + "22" + digits(18)
		if _, err := s.bookPayment(ctx, tx, "charged", known.merchant, "", tradeNo, partners.ShopPayment{Rail: rail, Ref: ref, Captured: known.amount, CapturedAt: now}); err != nil {
			return err
		}
		known.paidRef, known.paidAt = ref, now
		return s.pushCharge(ctx, tx, known)
	})
	return ref, err
}

// payURL pays the charge whose code shows this address.
func (s *Server) payURL(ctx context.Context, address string, force bool) (ref string, err error) {
	var rail partners.Rail
	var key string
	err = s.store.reader.QueryRowContext(ctx, `SELECT rail, key FROM charges WHERE url = ?`, address).Scan(&rail, &key)
	if errors.Is(err, sql.ErrNoRows) {
		return "", badRequest{errors.New("no charge has this address")}
	}
	if err != nil {
		return "", err
	}
	return s.payCharge(ctx, rail, key, true, force)
}

// pushCharge queues the rail's notice of a payment.
func (s *Server) pushCharge(ctx context.Context, tx *sql.Tx, c charge) error {
	p := push{Partner: string(c.rail), Op: "charge", Subject: c.key, URL: s.noticeURL(string(c.rail)), Due: s.now()}
	switch c.rail {
	case partners.RailAlipay:
		paid := c.paidAt.In(partners.Shanghai).Format(alipayTime)
		p.Content = url.Values{
			"notify_id": {token(16)}, "notify_type": {"trade_status_sync"}, "notify_time": {paid}, "app_id": {s.keys.AlipayAppID},
			"charset": {"utf-8"}, "version": {"1.0"}, "trade_no": {c.paidRef}, "out_trade_no": {c.tradeNo}, "trade_status": {"TRADE_SUCCESS"},
			"subject": {c.subject}, "body": {c.note}, "total_amount": {c.amount.String()}, "receipt_amount": {c.amount.String()},
			"gmt_create": {c.createdAt.In(partners.Shanghai).Format(alipayTime)}, "gmt_payment": {paid},
		}
	case partners.RailWeChat:
		resource, err := json.Marshal(s.weChatTransaction(c))
		if err != nil {
			return err
		}
		p.Content = url.Values{"id": {token(16)}, "event": {"TRANSACTION.SUCCESS"}, "resource": {string(resource)}}
	}
	return s.enqueue(ctx, tx, p)
}

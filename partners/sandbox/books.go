package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// The merchants' books. What a customer pays goes to the balance of the merchant, whatever the rail; refunds and
// chargebacks come from it; the deposit is money that the merchant left with the marketplace. Every movement is an
// entry, and a merchant's balance and deposit are the sums of its entries.

// platformAccount is the marketplace itself: payouts are paid from it. It may owe.
const platformAccount = "platform"

// post moves money in a merchant's accounts, within the transaction of what causes it.
func (s *Server) post(ctx context.Context, tx *sql.Tx, merchant, kind string, balance, deposit money.Amount, ref string) error {
	// Two statements: an upsert would hold the movement itself, which may be negative, against the table's checks.
	if _, err := tx.ExecContext(ctx, `INSERT INTO merchants (id) VALUES (?) ON CONFLICT DO NOTHING`, merchant); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE merchants SET balance = balance + ?, deposit = deposit + ? WHERE id = ?`, balance, deposit, merchant); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO entries (merchant, kind, balance, deposit, ref, at) VALUES (?, ?, ?, ?, ?, ?)`,
		merchant, kind, balance, deposit, ref, millis(s.now()))
	return err
}

// bookPayment notes money that a customer paid; fresh is false when this payment was known.
func (s *Server) bookPayment(ctx context.Context, tx *sql.Tx, kind, merchant, orderID, charge string, p partners.ShopPayment) (fresh bool, err error) {
	result, err := tx.ExecContext(ctx, `INSERT INTO payments (rail, ref, order_id, captured, captured_at, merchant, charge) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		p.Rail, p.Ref, orderID, p.Captured, millis(p.CapturedAt), merchant, charge)
	if err != nil {
		return false, err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	return true, s.post(ctx, tx, merchant, kind, p.Captured, 0, p.Ref)
}

// fundsOf tells what a merchant has; found is false when nothing was ever booked for it.
func fundsOf(ctx context.Context, q queryer, merchant string) (balance, deposit money.Amount, found bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT balance, deposit FROM merchants WHERE id = ?`, merchant).Scan(&balance, &deposit)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, false, nil
	}
	return balance, deposit, err == nil, err
}

// setFunds brings balance and deposit to what is asked for, as money that the merchant puts in or takes out.
func (s *Server) setFunds(ctx context.Context, merchant string, want fundsBody) (fundsBody, error) {
	if want.Deposit != nil && *want.Deposit < 0 || want.Balance != nil && *want.Balance < 0 {
		return want, badRequest{errors.New("balance and deposit must not be negative")}
	}
	err := s.store.write(ctx, func(tx *sql.Tx) error {
		balance, deposit, _, err := fundsOf(ctx, tx, merchant)
		if err != nil {
			return err
		}
		if want.Balance == nil {
			want.Balance = &balance
		}
		if want.Deposit == nil {
			want.Deposit = &deposit
		}
		// Each account by itself, so that an entry either brings money in or takes some out.
		for _, move := range [][2]money.Amount{{*want.Balance - balance, 0}, {0, *want.Deposit - deposit}} {
			kind := "put_in"
			if move[0]+move[1] < 0 {
				kind = "taken_out"
			}
			if err := s.post(ctx, tx, merchant, kind, move[0], move[1], "control"); err != nil {
				return err
			}
		}
		return nil
	})
	return want, err
}

// chargeback takes money of a payment back for the customer's bank and tells so; amount is this time's.
func (s *Server) chargeback(ctx context.Context, rail partners.Rail, ref string, amount money.Amount) (total money.Amount, err error) {
	err = s.store.write(ctx, func(tx *sql.Tx) error {
		paid, found, err := findPayment(ctx, tx, rail, ref)
		switch {
		case err != nil:
			return err
		case !found:
			return badRequest{fmt.Errorf("there is no payment %s on %s", ref, rail)}
		case amount <= 0 || paid.refunded+paid.chargedBack+amount > paid.captured:
			return badRequest{fmt.Errorf("take back more than 0 and at most %s", paid.captured-paid.refunded-paid.chargedBack)}
		}
		total = paid.chargedBack + amount
		if _, err := tx.ExecContext(ctx, `UPDATE payments SET charged_back = ? WHERE rail = ? AND ref = ?`, total, rail, ref); err != nil {
			return err
		}
		if err := s.post(ctx, tx, paid.merchant, "charged_back", -amount, 0, ref); err != nil {
			return err
		}
		return s.pushChargeback(ctx, tx, rail, ref, total)
	})
	return total, err
}

// pushChargeback queues the notice. Neither rail has one in its real dialect; these are the sandbox's own words.
func (s *Server) pushChargeback(ctx context.Context, tx *sql.Tx, rail partners.Rail, ref string, total money.Amount) error {
	now := s.now().In(partners.Shanghai)
	p := push{Partner: string(rail), Op: "chargeback", Subject: ref, URL: s.noticeURL(string(rail)), Due: now}
	switch rail {
	case partners.RailAlipay:
		p.Content = url.Values{
			"notify_id": {token(16)}, "notify_type": {"trade_chargeback_sync"}, "notify_time": {now.Format(alipayTime)}, "app_id": {s.keys.AlipayAppID},
			"charset": {"utf-8"}, "version": {"1.0"}, "trade_no": {ref}, "chargeback_amount": {total.String()}, "gmt_chargeback": {now.Format(alipayTime)},
		}
	case partners.RailWeChat:
		resource := fmt.Sprintf(`{"transaction_id":%q,"success_time":%q,"amount":{"charged_back":%d,"currency":"CNY"}}`, ref, now.Format(time.RFC3339), total)
		p.Content = url.Values{"id": {token(16)}, "event": {"CHARGEBACK.SUCCESS"}, "resource": {resource}}
	}
	return s.enqueue(ctx, tx, p)
}

// drawBody is a draw in the shop's words.
type drawBody struct {
	Key        string       `json:"key"`
	PutBackOf  string       `json:"put_back_of,omitempty"`
	MerchantID string       `json:"merchant_id"`
	Amount     money.Amount `json:"amount"`
	Currency   string       `json:"currency"`
	Reason     string       `json:"reason"`
	At         *time.Time   `json:"at,omitempty"`
}

// shopDraw moves from deposit to balance, or with put_back_of back again; once per key.
func (s *Server) shopDraw(r *http.Request, body []byte) (int, any) {
	var ask drawBody
	if !strictly(body, &ask) || ask.Key == "" || ask.MerchantID == "" || ask.Amount <= 0 || ask.Currency != "CNY" {
		return http.StatusBadRequest, signedRefusal("invalid_request", "give key, merchant_id, a positive amount and currency CNY")
	}
	_, forget := s.faults.take("shop", "draw", KeyForgotten)
	_, short := s.faults.take("shop", "draw", BalanceShort)
	status, answer := 0, any(nil)
	err := s.store.write(r.Context(), func(tx *sql.Tx) error {
		ctx := r.Context()
		if err := countCall(ctx, tx, "shop", ask.Key); err != nil {
			return err
		}
		known, generation, err := findDraw(ctx, tx, ask.Key)
		if err != nil {
			return err
		}
		if generation > 0 && !forget {
			status, answer = http.StatusOK, known
			if known.MerchantID != ask.MerchantID || known.Amount != ask.Amount || known.PutBackOf != ask.PutBackOf {
				status, answer = http.StatusConflict, signedRefusal("mismatch", "the key was used for another movement")
			}
			return nil
		}
		if status, answer, err = mayMove(ctx, tx, ask, short); status != 0 || err != nil {
			return err
		}
		at := s.now().UTC().Truncate(time.Millisecond)
		ask.At = &at
		if _, err := tx.ExecContext(ctx, `INSERT INTO draws (key, generation, merchant, amount, reason, at, put_back_of) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			ask.Key, generation+1, ask.MerchantID, ask.Amount, ask.Reason, millis(at), ask.PutBackOf); err != nil {
			return err
		}
		status, answer = http.StatusOK, ask
		if ask.PutBackOf != "" {
			return s.post(ctx, tx, ask.MerchantID, "put_back", -ask.Amount, ask.Amount, ask.Key)
		}
		return s.post(ctx, tx, ask.MerchantID, "drawn", ask.Amount, -ask.Amount, ask.Key)
	})
	if err != nil {
		s.log.Error("shop draw", "error", err)
		return http.StatusInternalServerError, signedRefusal("error", "the ledger cannot be written")
	}
	return status, answer
}

// mayMove refuses a movement that cannot be made; 0: it can.
func mayMove(ctx context.Context, tx *sql.Tx, ask drawBody, short bool) (status int, answer any, err error) {
	balance, deposit, found, err := fundsOf(ctx, tx, ask.MerchantID)
	switch {
	case err != nil:
		return 0, nil, err
	case !found:
		return http.StatusNotFound, signedRefusal("no_merchant", "no such merchant"), nil
	case ask.PutBackOf == "" && (short || deposit < ask.Amount):
		return http.StatusUnprocessableEntity, signedRefusal("deposit_short", "the deposit is short"), nil
	case ask.PutBackOf == "":
		return 0, nil, nil
	}
	drawn, generation, err := findDraw(ctx, tx, ask.PutBackOf)
	if err != nil {
		return 0, nil, err
	}
	var back money.Amount
	if err := tx.QueryRowContext(ctx, `SELECT coalesce(sum(amount), 0) FROM draws WHERE put_back_of = ?`, ask.PutBackOf).Scan(&back); err != nil {
		return 0, nil, err
	}
	switch {
	case generation == 0 || drawn.MerchantID != ask.MerchantID || drawn.PutBackOf != "":
		return http.StatusNotFound, signedRefusal("no_draw", "no such draw"), nil
	case back+ask.Amount > drawn.Amount:
		return http.StatusUnprocessableEntity, signedRefusal("too_much", "the draw took less than that"), nil
	case short || balance < ask.Amount:
		return http.StatusUnprocessableEntity, signedRefusal("balance_short", "the balance is short"), nil
	}
	return 0, nil, nil
}

func findDraw(ctx context.Context, q queryer, key string) (drawBody, int, error) {
	draw, generation, at := drawBody{Key: key, Currency: "CNY"}, 0, int64(0)
	err := q.QueryRowContext(ctx, `SELECT merchant, amount, reason, at, put_back_of, generation FROM draws WHERE key = ? ORDER BY generation DESC LIMIT 1`, key).
		Scan(&draw.MerchantID, &draw.Amount, &draw.Reason, &at, &draw.PutBackOf, &generation)
	if errors.Is(err, sql.ErrNoRows) {
		return draw, 0, nil
	}
	when := fromMillis(at).UTC()
	draw.At = &when
	return draw, generation, err
}

func (s *Server) shopFindDraw(r *http.Request, _ []byte) (int, any) {
	draw, generation, err := findDraw(r.Context(), s.store.reader, r.PathValue("key"))
	switch {
	case err != nil:
		return http.StatusInternalServerError, signedRefusal("error", "the ledger cannot be read")
	case generation == 0:
		return http.StatusNotFound, signedRefusal("not_found", "no such draw")
	}
	return http.StatusOK, draw
}

func (s *Server) shopFunds(r *http.Request, _ []byte) (int, any) {
	id := r.PathValue("id")
	balance, deposit, found, err := fundsOf(r.Context(), s.store.reader, id)
	switch {
	case err != nil:
		return http.StatusInternalServerError, signedRefusal("error", "the ledger cannot be read")
	case !found:
		return http.StatusNotFound, signedRefusal("no_merchant", "no such merchant")
	}
	return http.StatusOK, map[string]any{"merchant_id": id, "balance": balance, "deposit": deposit}
}

// countCall counts how often something was asked for under a key.
func countCall(ctx context.Context, tx *sql.Tx, family, key string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO calls (rail, key, calls) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET calls = calls + 1`, family, key)
	return err
}

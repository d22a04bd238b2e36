package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"aftersales/partners"
)

// The marketplace: keeps orders, answers for them and pushes each new version.

// placeOrder stores the order as a new version, books its payments on the rails, and queues the push, all at once.
// A version of 0 becomes the next one; a payment without a number gets one.
func (s *Server) placeOrder(ctx context.Context, order partners.ShopOrder) (partners.ShopOrder, error) {
	for i := range order.Payments {
		p := &order.Payments[i]
		if p.Ref == "" {
			p.Ref = s.now().In(partners.Shanghai).Format("20060102") + "22" + digits(18)
		}
		if p.CapturedAt.IsZero() {
			p.CapturedAt = order.PaidAt
		}
	}
	err := s.store.write(ctx, func(tx *sql.Tx) error {
		var known int64
		err := tx.QueryRowContext(ctx, `SELECT version FROM orders WHERE id = ?`, order.ID).Scan(&known)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if order.Version == 0 {
			order.Version = known + 1
		}
		if err := order.Check(); err != nil {
			return badRequest{err}
		}
		if order.Version <= known {
			return badRequest{fmt.Errorf("version %d is not newer than %d", order.Version, known)}
		}
		body, err := json.Marshal(order)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO orders (id, version, body) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, body = excluded.body`, order.ID, order.Version, string(body)); err != nil {
			return err
		}
		for _, p := range order.Payments {
			var owner string
			err := tx.QueryRowContext(ctx, `INSERT INTO payments (rail, ref, order_id, captured, captured_at) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT DO UPDATE SET order_id = order_id RETURNING order_id`, p.Rail, p.Ref, order.ID, p.Captured, millis(p.CapturedAt)).Scan(&owner)
			if err != nil {
				return err
			}
			if owner != order.ID {
				return badRequest{fmt.Errorf("payment %s belongs to order %s", p.Ref, owner)}
			}
		}
		event, err := json.Marshal(map[string]any{"type": "order.changed", "timestamp": s.now().UTC().Format(time.RFC3339), "data": order})
		if err != nil {
			return err
		}
		return s.enqueue(ctx, tx, push{Partner: "shop", Subject: order.ID, URL: s.noticeURL("shop"), Due: s.now(),
			Content: url.Values{"id": {"msg_" + token(12)}, "body": {string(event)}}})
	})
	return order, err
}

// badRequest is a mistake of the caller, shown to them.
type badRequest struct{ error }

func (s *Server) shopOrder(w http.ResponseWriter, r *http.Request) {
	if !s.enter(w, r, "shop", "query") {
		return
	}
	if _, on := s.faults.take("shop", "query", RateLimit); on {
		http.Error(w, "too many calls", http.StatusTooManyRequests)
		return
	}
	stamp := r.Header.Get("Shop-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	age := time.Since(time.Unix(seconds, 0))
	if err != nil || age > 5*time.Minute || age < -5*time.Minute || r.Header.Get("Shop-Key") != s.keys.ShopKeyID ||
		!same(r.Header.Get("Shop-Signature"), s.shopMAC(r.Method, r.URL.EscapedPath(), stamp, nil)) {
		s.shopReply(w, r, http.StatusUnauthorized, []byte(`{"error":"the signature is wrong or old"}`))
		return
	}
	var body string
	err = s.store.reader.QueryRowContext(r.Context(), `SELECT body FROM orders WHERE id = ?`, r.PathValue("id")).Scan(&body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		s.shopReply(w, r, http.StatusNotFound, []byte(`{"error":"no such order"}`))
	case err != nil:
		http.Error(w, "the ledger cannot be read", http.StatusInternalServerError)
	default:
		s.shopReply(w, r, http.StatusOK, []byte(body))
	}
}

func (s *Server) shopMAC(first, path, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(s.keys.ShopSecret))
	fmt.Fprintf(mac, "%s\n%s\n%s\n", first, path, stamp)
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

func (s *Server) shopReply(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Shop-Timestamp", stamp)
	w.Header().Set("Shop-Signature", s.shopMAC(strconv.Itoa(status), r.URL.EscapedPath(), stamp, body))
	w.WriteHeader(status)
	w.Write(body)
}

package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// The marketplace: keeps orders and prices, answers for them and pushes each new version of an order.

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
			fresh, err := s.bookPayment(ctx, tx, "captured", order.MerchantID, order.ID, "", p)
			if err != nil {
				return err
			}
			var owner string
			if fresh {
				continue
			}
			if err := tx.QueryRowContext(ctx, `SELECT order_id FROM payments WHERE rail = ? AND ref = ?`, p.Rail, p.Ref).Scan(&owner); err != nil {
				return err
			}
			if owner != order.ID {
				return badRequest{fmt.Errorf("payment %s belongs to order %s", p.Ref, owner)}
			}
		}
		if err := firstPrices(ctx, tx, order.Lines); err != nil {
			return err
		}
		if err := s.shipOut(ctx, tx, order); err != nil {
			return err
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

func (s *Server) shopOrder(r *http.Request, _ []byte) (int, any) {
	var body string
	err := s.store.reader.QueryRowContext(r.Context(), `SELECT body FROM orders WHERE id = ?`, r.PathValue("id")).Scan(&body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return http.StatusNotFound, signedRefusal("not_found", "no such order")
	case err != nil:
		return http.StatusInternalServerError, signedRefusal("error", "the ledger cannot be read")
	}
	return http.StatusOK, json.RawMessage(body)
}

// shopPrices answers with the prices now. A variant costs what the first order with it says, until a control changes it.
func (s *Server) shopPrices(r *http.Request, body []byte) (int, any) {
	var ask struct {
		VariantIDs []string `json:"variant_ids"`
	}
	if !strictly(body, &ask) || len(ask.VariantIDs) == 0 || len(ask.VariantIDs) > 100 {
		return http.StatusBadRequest, signedRefusal("invalid_request", "give 1 to 100 variant_ids")
	}
	prices := map[string]money.Amount{}
	for _, variant := range ask.VariantIDs {
		var price money.Amount
		err := s.store.reader.QueryRowContext(r.Context(), `SELECT minor FROM prices WHERE variant = ? AND minor IS NOT NULL`, variant).Scan(&price)
		switch {
		case err == nil:
			prices[variant] = price
		case !errors.Is(err, sql.ErrNoRows):
			return http.StatusInternalServerError, signedRefusal("error", "the ledger cannot be read")
		}
	}
	return http.StatusOK, map[string]any{"prices": prices}
}

// setPrices changes what variants cost from now on; nil: no longer sold.
func (s *Server) setPrices(ctx context.Context, prices map[string]*money.Amount) error {
	return s.store.write(ctx, func(tx *sql.Tx) error {
		for variant, price := range prices {
			if variant == "" || price != nil && *price < 0 {
				return badRequest{errors.New("name the variant, and a price that is not negative or null")}
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO prices (variant, minor) VALUES (?, ?) ON CONFLICT DO UPDATE SET minor = excluded.minor`, variant, price); err != nil {
				return err
			}
		}
		return nil
	})
}

// firstPrices lets the lines of an order say what their variants cost, where nothing is known yet.
func firstPrices(ctx context.Context, tx *sql.Tx, lines []partners.ShopLine) error {
	for _, line := range lines {
		if line.VariantID == "" || line.UnitPrice <= 0 {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO prices (variant, minor) VALUES (?, ?) ON CONFLICT DO NOTHING`, line.VariantID, line.UnitPrice); err != nil {
			return err
		}
	}
	return nil
}

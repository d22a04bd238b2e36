package sandbox

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// Ledger is what the providers really did: the judge of every invariant about money and parcels.
type Ledger struct {
	Totals    []RailTotal      `json:"totals"`
	Books     Books            `json:"books"`
	Payments  []LedgerPayment  `json:"payments"`
	Refunds   []LedgerRefund   `json:"refunds"`
	Pickups   []LedgerPickup   `json:"pickups"`
	Parcels   []LedgerParcel   `json:"parcels"`
	Pushes    []LedgerPush     `json:"pushes"`
	Charges   []LedgerCharge   `json:"charges"`
	Merchants []LedgerMerchant `json:"merchants"`
	Entries   []LedgerEntry    `json:"entries"`
	Draws     []LedgerDraw     `json:"draws"`
	Payouts   []LedgerPayout   `json:"payouts"`
	Claims    []LedgerClaim    `json:"claims"`
}

// LedgerKinds are the kinds of rows, by the names under which they are asked for.
var LedgerKinds = []string{"payments", "refunds", "pickups", "parcels", "pushes", "charges", "merchants", "entries", "draws", "payouts", "claims"}

// RailTotal sums one rail up.
type RailTotal struct {
	Rail     partners.Rail `json:"rail"`
	Payments int           `json:"payments"`
	Captured money.Amount  `json:"captured"`
	Refunds  int           `json:"refunds"`
	Refunded money.Amount  `json:"refunded"`
	Twice    int           `json:"twice"` // keys that were paid more than once

	ChargedBack money.Amount `json:"charged_back"`
}

// LedgerPayment is one payment with what was refunded of it.
type LedgerPayment struct {
	ID         int64         `json:"id"`
	Rail       partners.Rail `json:"rail"`
	Ref        string        `json:"ref"`
	OrderID    string        `json:"order_id"`
	Captured   money.Amount  `json:"captured"`
	CapturedAt time.Time     `json:"captured_at"`
	Refunded   money.Amount  `json:"refunded"`
	Closed     bool          `json:"closed"`

	MerchantID  string       `json:"merchant_id"`
	ChargedBack money.Amount `json:"charged_back"`
}

// LedgerRefund is one application: money that went out once. Applications counts those under the same key, Calls
// how often the refund was asked for.
type LedgerRefund struct {
	ID           int64         `json:"id"`
	Rail         partners.Rail `json:"rail"`
	Key          string        `json:"key"`
	Ref          string        `json:"ref"`
	Amount       money.Amount  `json:"amount"`
	Reason       string        `json:"reason"`
	ProviderRef  string        `json:"provider_ref"`
	AcceptedAt   time.Time     `json:"accepted_at"`
	DoneAt       time.Time     `json:"done_at"`
	Applications int           `json:"applications"`
	Calls        int           `json:"calls"`
}

// LedgerPickup is one ordered courier.
type LedgerPickup struct {
	ID           int64      `json:"id"`
	Key          string     `json:"key"`
	Carrier      string     `json:"carrier"` // Kuaidi100's code
	Number       string     `json:"number"`
	CreatedAt    time.Time  `json:"created_at"`
	CancelledAt  *time.Time `json:"cancelled_at,omitempty"`
	Applications int        `json:"applications"`
	Calls        int        `json:"calls"`
}

// LedgerParcel is one parcel and its latest scan.
type LedgerParcel struct {
	ID         int64               `json:"id"`
	Number     string              `json:"number"`
	Carrier    string              `json:"carrier"` // Kuaidi100's code
	Grams      int                 `json:"grams"`
	State      partners.TrackState `json:"state"`
	City       string              `json:"city"`
	Scans      int                 `json:"scans"`
	Subscribed bool                `json:"subscribed"`
}

// LedgerPush is one notice: "waiting", "acknowledged", "refused" (a forgery that was seen through) or "given_up".
type LedgerPush struct {
	ID       int64  `json:"id"`
	Partner  string `json:"partner"`
	Subject  string `json:"subject"`
	Forged   bool   `json:"forged"`
	State    string `json:"state"`
	Attempts int    `json:"attempts"`
	Answer   string `json:"answer"`
}

// Applications counts how often the rail paid under the key: 0, 1, or more when the invariant is broken.
func (l Ledger) Applications(rail partners.Rail, key string) int {
	count := 0
	for _, r := range l.Refunds {
		if r.Rail == rail && r.Key == key {
			count++
		}
	}
	return count
}

func (s *Server) totals(ctx context.Context) ([]RailTotal, error) {
	return collect(ctx, s.store.reader, func(rows *sql.Rows) (RailTotal, error) {
		var t RailTotal
		return t, rows.Scan(&t.Rail, &t.Payments, &t.Captured, &t.Refunds, &t.Refunded, &t.Twice, &t.ChargedBack)
	}, `SELECT rail, count(*), sum(captured),
		(SELECT count(*) FROM refunds r WHERE r.rail = p.rail), (SELECT coalesce(sum(amount), 0) FROM refunds r WHERE r.rail = p.rail),
		(SELECT count(DISTINCT key) FROM refunds r WHERE r.rail = p.rail AND r.generation > 1), sum(charged_back)
		FROM payments p GROUP BY rail ORDER BY rail`)
}

// A page of the ledger: rows with an id above after, oldest first; a negative after asks for the newest instead.
func page(table string, columns string) string {
	return `SELECT ` + columns + ` FROM ` + table + ` t WHERE (?1 >= 0 AND t.id > ?1) OR (?1 < 0 AND t.id > (SELECT coalesce(max(id), 0) FROM ` + table + `) - ?2) ORDER BY t.id LIMIT ?2`
}

const paymentColumns = `id, rail, ref, order_id, captured, captured_at, closed, merchant, charged_back, (SELECT coalesce(sum(amount), 0) FROM refunds r WHERE r.rail = t.rail AND r.ref = t.ref)`

func (s *Server) ledgerPayments(ctx context.Context, after int64, limit int) ([]LedgerPayment, error) {
	return s.payments(ctx, page("payments", paymentColumns), after, int64(limit))
}

func (s *Server) payments(ctx context.Context, query string, place, limit int64) ([]LedgerPayment, error) {
	return collect(ctx, s.store.reader, func(rows *sql.Rows) (LedgerPayment, error) {
		var p LedgerPayment
		var at int64
		err := rows.Scan(&p.ID, &p.Rail, &p.Ref, &p.OrderID, &p.Captured, &at, &p.Closed, &p.MerchantID, &p.ChargedBack, &p.Refunded)
		p.CapturedAt = fromMillis(at)
		return p, err
	}, query, place, limit)
}

func (s *Server) ledgerRefunds(ctx context.Context, after int64, limit int) ([]LedgerRefund, error) {
	return collect(ctx, s.store.reader, func(rows *sql.Rows) (LedgerRefund, error) {
		var applications, calls int
		r, err := scanRefund(rows, &applications, &calls)
		return LedgerRefund{ID: r.id, Rail: r.rail, Key: r.key, Ref: r.ref, Amount: r.amount, Reason: r.reason, ProviderRef: r.providerRef,
			AcceptedAt: r.acceptedAt, DoneAt: r.doneAt, Applications: applications, Calls: calls}, err
	}, page("refunds", refundColumns+`, (SELECT count(*) FROM refunds r WHERE r.rail = t.rail AND r.key = t.key),
		coalesce((SELECT calls FROM calls c WHERE c.rail = t.rail AND c.key = t.key), 0)`), after, limit)
}

// LatestPayments are payments, the newest first, and what all of a rail come to.
type LatestPayments struct {
	Totals   []RailTotal     `json:"totals"`
	Payments []LedgerPayment `json:"payments"`
}

// latestPayments reads payments below an id, 0 for all, the newest first.
func (s *Server) latestPayments(ctx context.Context, before, limit int64) (l LatestPayments, err error) {
	if l.Totals, err = s.totals(ctx); err != nil {
		return l, err
	}
	l.Payments, err = s.payments(ctx, `SELECT `+paymentColumns+` FROM payments t WHERE ?1 = 0 OR t.id < ?1 ORDER BY t.id DESC LIMIT ?2`, before, limit)
	return l, err
}

func (s *Server) ledgerPickups(ctx context.Context, after int64, limit int) ([]LedgerPickup, error) {
	return collect(ctx, s.store.reader, func(rows *sql.Rows) (LedgerPickup, error) {
		var p LedgerPickup
		var created int64
		var cancelled sql.NullInt64
		err := rows.Scan(&p.ID, &p.Key, &p.Carrier, &p.Number, &created, &cancelled, &p.Applications, &p.Calls)
		p.CreatedAt = fromMillis(created)
		if cancelled.Valid {
			at := fromMillis(cancelled.Int64)
			p.CancelledAt = &at
		}
		return p, err
	}, page("pickups", `id, key, carrier, number, created_at, cancelled_at, (SELECT count(*) FROM pickups p WHERE p.key = t.key),
		coalesce((SELECT calls FROM calls c WHERE c.rail = 'kuaidi100' AND c.key = t.key), 0)`), after, limit)
}

func (s *Server) ledgerParcels(ctx context.Context, after int64, limit int) ([]LedgerParcel, error) {
	return collect(ctx, s.store.reader, func(rows *sql.Rows) (LedgerParcel, error) {
		var p LedgerParcel
		return p, rows.Scan(&p.ID, &p.Number, &p.Carrier, &p.Grams, &p.Subscribed, &p.State, &p.City, &p.Scans)
	}, page("(SELECT rowid AS id, * FROM parcels)", `id, number, carrier, grams, callback <> '',
		coalesce((SELECT state FROM scans WHERE scans.number = t.number ORDER BY scans.id DESC LIMIT 1), 'none'),
		coalesce((SELECT city FROM scans WHERE scans.number = t.number ORDER BY scans.id DESC LIMIT 1), ''),
		(SELECT count(*) FROM scans WHERE scans.number = t.number)`), after, limit)
}

func (s *Server) ledgerPushes(ctx context.Context, after int64, limit int) ([]LedgerPush, error) {
	return collect(ctx, s.store.reader, func(rows *sql.Rows) (LedgerPush, error) {
		var p LedgerPush
		return p, rows.Scan(&p.ID, &p.Partner, &p.Subject, &p.Forged, &p.State, &p.Attempts, &p.Answer)
	}, page("pushes", `id, partner, subject, forged, state, attempts, answer`), after, limit)
}

// ledgerPage returns one kind of rows after an id; kind "" is the newest of every kind, for people.
func (s *Server) ledgerPage(ctx context.Context, kind string, after int64, limit int) (l Ledger, err error) {
	if l.Totals, err = s.totals(ctx); err != nil {
		return l, err
	}
	if l.Books, err = s.books(ctx); err != nil {
		return l, err
	}
	if kind == "" {
		after = -1
	}
	for _, one := range []struct {
		kind string
		read func() error
	}{
		{"payments", func() (err error) { l.Payments, err = s.ledgerPayments(ctx, after, limit); return }},
		{"refunds", func() (err error) { l.Refunds, err = s.ledgerRefunds(ctx, after, limit); return }},
		{"pickups", func() (err error) { l.Pickups, err = s.ledgerPickups(ctx, after, limit); return }},
		{"parcels", func() (err error) { l.Parcels, err = s.ledgerParcels(ctx, after, limit); return }},
		{"pushes", func() (err error) { l.Pushes, err = s.ledgerPushes(ctx, after, limit); return }},
		{"charges", func() (err error) { l.Charges, err = s.ledgerCharges(ctx, after, limit); return }},
		{"merchants", func() (err error) { l.Merchants, err = s.ledgerMerchants(ctx, after, limit); return }},
		{"entries", func() (err error) { l.Entries, err = s.ledgerEntries(ctx, after, limit); return }},
		{"draws", func() (err error) { l.Draws, err = s.ledgerDraws(ctx, after, limit); return }},
		{"payouts", func() (err error) { l.Payouts, err = s.ledgerPayouts(ctx, after, limit); return }},
		{"claims", func() (err error) { l.Claims, err = s.ledgerClaims(ctx, after, limit); return }},
	} {
		if kind == "" || kind == one.kind {
			if err := one.read(); err != nil {
				return l, fmt.Errorf("reading %s: %w", one.kind, err)
			}
		}
	}
	return l, nil
}

package sandbox

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// Books sum up all money of the merchants and the platform: what came in, what went out, and what is held. In and Out
// are added up from payments, refunds and payouts and from what merchants put in and took out, Held from the accounts;
// the books balance when Held is what is left.
type Books struct {
	In   money.Amount `json:"in"`
	Out  money.Amount `json:"out"`
	Held money.Amount `json:"held"`
}

// Balance says whether the books balance.
func (b Books) Balance() bool { return b.In-b.Out == b.Held }

// LedgerCharge is one charge. Payments counts how often it was paid; more than once is a customer who paid twice.
type LedgerCharge struct {
	ID         int64                `json:"id"`
	Rail       partners.Rail        `json:"rail"`
	Key        string               `json:"key"`
	MerchantID string               `json:"merchant_id"`
	Amount     money.Amount         `json:"amount"`
	Subject    string               `json:"subject"`
	State      partners.ChargeState `json:"state"`
	PaymentRef string               `json:"payment_ref"`
	ExpiresAt  time.Time            `json:"expires_at"`
	Payments   int                  `json:"payments"`
	Calls      int                  `json:"calls"`
}

// LedgerMerchant is what one merchant has.
type LedgerMerchant struct {
	ID         int64        `json:"id"`
	MerchantID string       `json:"merchant_id"`
	Balance    money.Amount `json:"balance"`
	Deposit    money.Amount `json:"deposit"`
}

// LedgerEntry is one movement in a merchant's accounts: "captured", "charged", "refunded", "charged_back", "drawn",
// "paid_out", "put_in" or "taken_out".
type LedgerEntry struct {
	ID         int64        `json:"id"`
	MerchantID string       `json:"merchant_id"`
	Kind       string       `json:"kind"`
	Balance    money.Amount `json:"balance"`
	Deposit    money.Amount `json:"deposit"`
	Ref        string       `json:"ref"`
	At         time.Time    `json:"at"`
}

// LedgerDraw is one movement from deposit to balance, or with PutBackOf back again.
type LedgerDraw struct {
	ID           int64        `json:"id"`
	Key          string       `json:"key"`
	PutBackOf    string       `json:"put_back_of,omitempty"`
	MerchantID   string       `json:"merchant_id"`
	Amount       money.Amount `json:"amount"`
	At           time.Time    `json:"at"`
	Applications int          `json:"applications"`
	Calls        int          `json:"calls"`
}

// LedgerPayout is one payout. The account is shown by its last two characters only.
type LedgerPayout struct {
	ID           int64        `json:"id"`
	Key          string       `json:"key"`
	Account      string       `json:"account"`
	Amount       money.Amount `json:"amount"`
	DoneAt       time.Time    `json:"done_at"`
	Applications int          `json:"applications"`
	Calls        int          `json:"calls"`
}

// LedgerClaim is one claim on the freight insurance.
type LedgerClaim struct {
	ID      int64               `json:"id"`
	Key     string              `json:"key"`
	OrderID string              `json:"order_id"`
	Waybill string              `json:"waybill"`
	Amount  money.Amount        `json:"amount"`
	State   partners.ClaimState `json:"state"`
	Why     string              `json:"why"`
	At      time.Time           `json:"at"`
	Calls   int                 `json:"calls"`
}

func (s *Server) books(ctx context.Context) (b Books, err error) {
	err = s.store.reader.QueryRowContext(ctx, `SELECT
		(SELECT coalesce(sum(captured), 0) FROM payments) + (SELECT coalesce(sum(balance + deposit), 0) FROM entries WHERE kind = 'put_in'),
		(SELECT coalesce(sum(amount), 0) FROM refunds) + (SELECT coalesce(sum(charged_back), 0) FROM payments)
		+ (SELECT coalesce(sum(amount), 0) FROM payouts) - (SELECT coalesce(sum(balance + deposit), 0) FROM entries WHERE kind = 'taken_out'),
		(SELECT coalesce(sum(balance + deposit), 0) FROM merchants)`).Scan(&b.In, &b.Out, &b.Held)
	return b, err
}

// callsOf is the SQL that counts the calls under a row's key.
func callsOf(family string) string {
	return `coalesce((SELECT calls FROM calls c WHERE c.rail = ` + family + ` AND c.key = t.key), 0)`
}

func (s *Server) ledgerCharges(ctx context.Context, after int64, limit int) ([]LedgerCharge, error) {
	return collect(ctx, s.store.reader, func(rows *sql.Rows) (LedgerCharge, error) {
		var l LedgerCharge
		c, err := scanCharge(rows, &l.ID, &l.Payments, &l.Calls)
		l.Rail, l.Key, l.MerchantID, l.Amount, l.Subject = c.rail, c.key, c.merchant, c.amount, c.subject
		l.State, l.PaymentRef, l.ExpiresAt = c.state(s.now()), c.paidRef, c.expiresAt
		return l, err
	}, page("charges", chargeColumns+`, id, (SELECT count(*) FROM payments p WHERE p.rail = t.rail AND p.charge = t.trade_no), `+callsOf("t.rail || ' charge'")), after, limit)
}

func (s *Server) ledgerMerchants(ctx context.Context, after int64, limit int) ([]LedgerMerchant, error) {
	return collect(ctx, s.store.reader, func(rows *sql.Rows) (LedgerMerchant, error) {
		var m LedgerMerchant
		return m, rows.Scan(&m.ID, &m.MerchantID, &m.Balance, &m.Deposit)
	}, page("(SELECT rowid AS id, id AS merchant, balance, deposit FROM merchants)", `id, merchant, balance, deposit`), after, limit)
}

func (s *Server) ledgerEntries(ctx context.Context, after int64, limit int) ([]LedgerEntry, error) {
	return collect(ctx, s.store.reader, func(rows *sql.Rows) (LedgerEntry, error) {
		var e LedgerEntry
		var at int64
		err := rows.Scan(&e.ID, &e.MerchantID, &e.Kind, &e.Balance, &e.Deposit, &e.Ref, &at)
		e.At = fromMillis(at)
		return e, err
	}, page("entries", `id, merchant, kind, balance, deposit, ref, at`), after, limit)
}

func (s *Server) ledgerDraws(ctx context.Context, after int64, limit int) ([]LedgerDraw, error) {
	return collect(ctx, s.store.reader, func(rows *sql.Rows) (LedgerDraw, error) {
		var d LedgerDraw
		var at int64
		err := rows.Scan(&d.ID, &d.Key, &d.PutBackOf, &d.MerchantID, &d.Amount, &at, &d.Applications, &d.Calls)
		d.At = fromMillis(at)
		return d, err
	}, page("draws", `id, key, put_back_of, merchant, amount, at, (SELECT count(*) FROM draws d WHERE d.key = t.key), `+callsOf("'shop'")), after, limit)
}

func (s *Server) ledgerPayouts(ctx context.Context, after int64, limit int) ([]LedgerPayout, error) {
	return collect(ctx, s.store.reader, func(rows *sql.Rows) (LedgerPayout, error) {
		var l LedgerPayout
		p, err := scanPayout(rows, &l.ID, &l.Applications, &l.Calls)
		l.Key, l.Account, l.Amount, l.DoneAt = p.key, masked(p.account), p.amount, p.doneAt
		return l, err
	}, page("payouts", payoutColumns+`, id, (SELECT count(*) FROM payouts p WHERE p.key = t.key), `+callsOf("'alipay payout'")), after, limit)
}

func (s *Server) ledgerClaims(ctx context.Context, after int64, limit int) ([]LedgerClaim, error) {
	return collect(ctx, s.store.reader, func(rows *sql.Rows) (LedgerClaim, error) {
		var l LedgerClaim
		c, err := scanClaim(rows, &l.ID, &l.Calls)
		c = c.at(s.now())
		l.Key, l.OrderID, l.Waybill, l.Amount, l.State, l.Why, l.At = c.Key, c.OrderID, c.Waybill, c.Amount, c.State, c.Why, *c.At
		return l, err
	}, page("claims", claimColumns+`, id, `+callsOf("'insurance'")), after, limit)
}

// masked leaves the last two characters of an account.
func masked(account string) string {
	letters := []rune(account)
	if len(letters) <= 2 {
		return "**"
	}
	return strings.Repeat("*", len(letters)-2) + string(letters[len(letters)-2:])
}

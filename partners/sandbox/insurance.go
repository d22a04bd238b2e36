package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// The freight insurer: pays a claim when the order was insured, nothing was claimed for it before, the waybill is new
// and its parcel was seen by the carrier.

type claimBody struct {
	Key      string              `json:"key"`
	OrderID  string              `json:"order_id"`
	Carrier  string              `json:"carrier"`
	Waybill  string              `json:"waybill"`
	Amount   money.Amount        `json:"amount"`
	Currency string              `json:"currency"`
	ClaimNo  string              `json:"claim_no,omitempty"`
	State    partners.ClaimState `json:"state,omitempty"`
	Paid     money.Amount        `json:"paid,omitempty"`
	Why      string              `json:"why,omitempty"`
	At       *time.Time          `json:"at,omitempty"`

	done time.Time
}

// at fills in how the claim stands now.
func (b claimBody) at(now time.Time) claimBody {
	decided := *b.At
	switch {
	case b.Why != "":
		b.State = partners.ClaimRefused
	case b.done.After(now):
		b.State = partners.ClaimAccepted
	default:
		b.State, b.Paid, decided = partners.ClaimPaid, b.Amount, b.done
	}
	decided = decided.UTC()
	b.At = &decided
	return b
}

func (s *Server) insuranceClaim(r *http.Request, body []byte) (int, any) {
	ctx := r.Context()
	var ask claimBody
	if !strictly(body, &ask) || ask.Key == "" || ask.OrderID == "" || ask.Carrier == "" || ask.Waybill == "" || ask.Amount <= 0 || ask.Currency != "CNY" {
		return http.StatusBadRequest, signedRefusal("invalid_request", "give key, order_id, carrier, waybill, a positive amount and currency CNY")
	}
	wait := s.options.SettleAfter
	if fault, on := s.faults.take("insurance", "claim", Pending); on {
		wait = time.Duration(fault.Ms) * time.Millisecond
	}
	status, answer := http.StatusOK, any(nil)
	err := s.store.write(ctx, func(tx *sql.Tx) error {
		if err := countCall(ctx, tx, "insurance", ask.Key); err != nil {
			return err
		}
		known, found, err := findClaim(ctx, tx, ask.Key)
		if err != nil {
			return err
		}
		if found {
			answer = known.at(s.now())
			if known.OrderID != ask.OrderID || known.Carrier != ask.Carrier || known.Waybill != ask.Waybill || known.Amount != ask.Amount {
				status, answer = http.StatusConflict, signedRefusal("mismatch", "the key was used for another claim")
			}
			return nil
		}
		if ask.Why, err = s.whyNot(ctx, tx, ask); err != nil {
			return err
		}
		now := s.now().Truncate(time.Millisecond)
		ask.ClaimNo, ask.At, ask.done = "C"+now.In(partners.Shanghai).Format("20060102")+digits(12), &now, now.Add(wait)
		answer = ask.at(now)
		_, err = tx.ExecContext(ctx, `INSERT INTO claims (key, order_id, carrier, waybill, amount, claim_no, why, decided_at, done_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			ask.Key, ask.OrderID, ask.Carrier, ask.Waybill, ask.Amount, ask.ClaimNo, ask.Why, millis(now), millis(ask.done))
		return err
	})
	if err != nil {
		s.log.Error("insurance claim", "error", err)
		return http.StatusInternalServerError, signedRefusal("error", "the ledger cannot be written")
	}
	return status, answer
}

// whyNot is the reason to refuse the claim, "" when it is to be paid.
func (s *Server) whyNot(ctx context.Context, tx *sql.Tx, ask claimBody) (string, error) {
	var insured, order, waybill, scanned bool
	var content string
	err := tx.QueryRowContext(ctx, `SELECT body FROM orders WHERE id = ?`, ask.OrderID).Scan(&content)
	if err == nil {
		var placed partners.ShopOrder
		if err := json.Unmarshal([]byte(content), &placed); err != nil {
			return "", err
		}
		insured = placed.Insured
	} else if !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM claims WHERE order_id = ?1 AND why = ''),
		EXISTS (SELECT 1 FROM claims WHERE carrier = ?2 AND waybill = ?3 AND why = ''), EXISTS (SELECT 1 FROM scans WHERE number = ?3)`,
		ask.OrderID, ask.Carrier, ask.Waybill).Scan(&order, &waybill, &scanned); err != nil {
		return "", err
	}
	switch {
	case !insured:
		return "not_insured", nil
	case order:
		return "order_claimed", nil
	case waybill:
		return "waybill_used", nil
	case !scanned:
		return "no_parcel", nil
	}
	return "", nil
}

func findClaim(ctx context.Context, q queryer, key string) (claimBody, bool, error) {
	claim, err := scanClaim(q.QueryRowContext(ctx, `SELECT `+claimColumns+` FROM claims WHERE key = ?`, key))
	if errors.Is(err, sql.ErrNoRows) {
		return claimBody{}, false, nil
	}
	return claim, err == nil, err
}

const claimColumns = `key, order_id, carrier, waybill, amount, claim_no, why, decided_at, done_at`

func scanClaim(row interface{ Scan(...any) error }, more ...any) (claimBody, error) {
	claim := claimBody{Currency: "CNY"}
	var decided, done int64
	err := row.Scan(append([]any{&claim.Key, &claim.OrderID, &claim.Carrier, &claim.Waybill, &claim.Amount, &claim.ClaimNo, &claim.Why, &decided, &done}, more...)...)
	at := fromMillis(decided)
	claim.At, claim.done = &at, fromMillis(done)
	return claim, err
}

func (s *Server) insuranceFind(r *http.Request, _ []byte) (int, any) {
	claim, found, err := findClaim(r.Context(), s.store.reader, r.PathValue("key"))
	switch {
	case err != nil:
		return http.StatusInternalServerError, signedRefusal("error", "the ledger cannot be read")
	case !found:
		return http.StatusNotFound, signedRefusal("not_found", "no such claim")
	}
	return http.StatusOK, claim.at(s.now())
}

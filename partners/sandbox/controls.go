package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"aftersales/money"
	"aftersales/partners"
)

// controls are the routes of the sandbox itself: making orders, moving parcels, switching faults, reading the ledger.
func (s *Server) controls(mux *http.ServeMux) {
	mux.HandleFunc("POST /sandbox/orders", control(func(ctx context.Context, _ *http.Request, order partners.ShopOrder) (any, error) {
		return s.placeOrder(ctx, order)
	}))
	mux.HandleFunc("POST /sandbox/parcels/{number}/scan", control(func(ctx context.Context, r *http.Request, scan Scan) (any, error) {
		if stateCodes[scan.State] == "" || scan.Grams < 0 {
			return nil, badRequest{fmt.Errorf("unknown state %q or negative weight", scan.State)}
		}
		return done, s.scan(ctx, r.PathValue("number"), scan)
	}))
	mux.HandleFunc("POST /sandbox/parcels/{number}/plan", control(func(ctx context.Context, r *http.Request, plan Plan) (any, error) {
		if err := plan.check(); err != nil {
			return nil, badRequest{err}
		}
		return done, s.setPlan(ctx, r.PathValue("number"), plan)
	}))
	mux.HandleFunc("POST /sandbox/autopilot", control(func(ctx context.Context, _ *http.Request, pilot Autopilot) (any, error) {
		if pilot.Speed < 0 {
			return nil, badRequest{errors.New("the speed must not be negative")}
		}
		if pilot.Plan != nil {
			if err := pilot.Plan.check(); err != nil {
				return nil, badRequest{err}
			}
		}
		content, err := json.Marshal(pilot)
		if err != nil {
			return nil, err
		}
		return pilot, s.setting(ctx, "autopilot", string(content))
	}))
	mux.HandleFunc("GET /sandbox/autopilot", control(func(ctx context.Context, _ *http.Request, _ none) (any, error) {
		return readAutopilot(ctx, s.store.reader)
	}))
	mux.HandleFunc("PUT /sandbox/faults", control(func(ctx context.Context, _ *http.Request, body faultsBody) (any, error) {
		if err := s.faults.set(body.Faults); err != nil {
			return nil, badRequest{err}
		}
		return body, s.keepFaults(ctx)
	}))
	mux.HandleFunc("GET /sandbox/faults", control(func(context.Context, *http.Request, none) (any, error) {
		return faultsBody{s.faults.get()}, nil
	}))
	mux.HandleFunc("POST /sandbox/payments/{rail}/{ref}/close", control(func(ctx context.Context, r *http.Request, _ none) (any, error) {
		return done, s.closePayment(ctx, r.PathValue("rail"), r.PathValue("ref"))
	}))
	mux.HandleFunc("PUT /sandbox/balances/{rail}", control(func(ctx context.Context, r *http.Request, body balanceBody) (any, error) {
		return body, s.setBalance(ctx, r.PathValue("rail"), body.Minor)
	}))
	s.moneyControls(mux)
	mux.HandleFunc("GET /sandbox/ledger", control(func(ctx context.Context, r *http.Request, _ none) (any, error) {
		query := r.URL.Query()
		after, afterErr := number(query.Get("after"), 0)
		limit, limitErr := number(query.Get("limit"), 1000)
		kind := query.Get("kind")
		if afterErr != nil || limitErr != nil || limit < 1 || limit > 10_000 || after < 0 ||
			kind != "" && !slices.Contains(LedgerKinds, kind) {
			return nil, badRequest{fmt.Errorf("give kind=%s, after=<id>, limit=1..10000", strings.Join(LedgerKinds, "|"))}
		}
		return s.ledgerPage(ctx, kind, after, int(limit))
	}))
	mux.HandleFunc("GET /sandbox/payments", control(func(ctx context.Context, r *http.Request, _ none) (any, error) {
		before, beforeErr := number(r.URL.Query().Get("before"), 0)
		limit, limitErr := number(r.URL.Query().Get("limit"), 100)
		if beforeErr != nil || limitErr != nil || before < 0 || limit < 1 || limit > 1000 {
			return nil, badRequest{errors.New("give before=<id>, limit=1..1000")}
		}
		return s.latestPayments(ctx, before, limit)
	}))
	mux.HandleFunc("GET /{$}", s.page)
	mux.HandleFunc("POST /sandbox/switch", s.pageSwitch)
}

type none struct{}

type faultsBody struct {
	Faults []Fault `json:"faults"`
}

// balanceBody sets what the merchant's account holds; nil: without end.
type balanceBody struct {
	Minor *money.Amount `json:"minor"`
}

var done = map[string]bool{"ok": true}

func number(text string, missing int64) (int64, error) {
	if text == "" {
		return missing, nil
	}
	return strconv.ParseInt(text, 10, 64)
}

// control reads the body strictly, calls serve and answers JSON; a mistake of the caller is 400 with its reason.
func control[T any](serve func(ctx context.Context, r *http.Request, body T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body T
		if _, empty := any(body).(none); !empty {
			decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&body); err != nil {
				writeJSON(w, http.StatusBadRequest, map[string]string{"error": "the body cannot be read: " + err.Error()})
				return
			}
			if _, err := decoder.Token(); err != io.EOF {
				writeJSON(w, http.StatusBadRequest, map[string]string{"error": "send one JSON value"})
				return
			}
		}
		answer, err := serve(r.Context(), r, body)
		var mistake badRequest
		switch {
		case errors.As(err, &mistake):
			writeJSON(w, http.StatusBadRequest, map[string]string{"error": mistake.Error()})
		case errors.Is(err, errNoRecord), errors.Is(err, errTooLate):
			writeJSON(w, http.StatusConflict, map[string]string{"error": err.Error()})
		case err != nil:
			writeJSON(w, http.StatusInternalServerError, map[string]string{"error": "the ledger refused: " + err.Error()})
		default:
			writeJSON(w, http.StatusOK, answer)
		}
	}
}

func readAutopilot(ctx context.Context, q queryer) (Autopilot, error) {
	var content string
	err := q.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = 'autopilot'`).Scan(&content)
	if errors.Is(err, sql.ErrNoRows) {
		return Autopilot{}, nil
	}
	var pilot Autopilot
	if err == nil {
		err = json.Unmarshal([]byte(content), &pilot)
	}
	return pilot, err
}

func (s *Server) closePayment(ctx context.Context, rail, ref string) error {
	return s.store.write(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE payments SET closed = 1 WHERE rail = ? AND ref = ?`, rail, ref)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return badRequest{fmt.Errorf("there is no payment %s on %s", ref, rail)}
		}
		return nil
	})
}

func (s *Server) setBalance(ctx context.Context, rail string, minor *money.Amount) error {
	if rail != string(partners.RailAlipay) && rail != string(partners.RailWeChat) || minor != nil && *minor < 0 {
		return badRequest{errors.New("name the rail alipay or wechat, and an amount that is not negative")}
	}
	return s.store.write(ctx, func(tx *sql.Tx) error {
		if minor == nil {
			_, err := tx.ExecContext(ctx, `DELETE FROM balances WHERE rail = ?`, rail)
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO balances (rail, minor) VALUES (?, ?) ON CONFLICT DO UPDATE SET minor = excluded.minor`, rail, *minor)
		return err
	})
}

// toggled adds the fault when no switch of its family and kind is on, and takes it away otherwise.
func toggled(list []Fault, fault Fault) []Fault {
	left := slices.DeleteFunc(slices.Clone(list), func(f Fault) bool { return f.Family == fault.Family && f.Kind == fault.Kind })
	if len(left) < len(list) {
		return left
	}
	return append(left, fault)
}

func (s *Server) pageSwitch(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	next := 0
	if text := strings.TrimSpace(r.FormValue("next")); text != "" {
		var err error
		if next, err = strconv.Atoi(text); err != nil {
			http.Error(w, "next must be a number", http.StatusBadRequest)
			return
		}
	}
	fault := Fault{Family: r.FormValue("family"), Kind: Kind(r.FormValue("kind")), Next: next}
	if fault.Kind == Slow || fault.Kind == Pending {
		fault.Ms = 2000
	}
	if err := s.faults.set(toggled(s.faults.get(), fault)); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.wakeUp()
	http.Redirect(w, r, "/?lang="+language(r), http.StatusSeeOther)
}

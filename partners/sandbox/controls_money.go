package sandbox

import (
	"context"
	"errors"
	"net/http"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// moneyControls are the routes that play customers, banks and merchants.
func (s *Server) moneyControls(mux *http.ServeMux) {
	mux.HandleFunc("POST /sandbox/charges/{rail}/{key}/pay", control(func(ctx context.Context, r *http.Request, body payBody) (any, error) {
		ref, err := s.payCharge(ctx, partners.Rail(r.PathValue("rail")), r.PathValue("key"), true, body.Force)
		return map[string]string{"payment_ref": ref}, err
	}))
	mux.HandleFunc("POST /sandbox/charges/{rail}/{key}/scan", control(func(ctx context.Context, r *http.Request, _ none) (any, error) {
		_, err := s.payCharge(ctx, partners.Rail(r.PathValue("rail")), r.PathValue("key"), false, false)
		return done, err
	}))
	mux.HandleFunc("POST /sandbox/pay", control(func(ctx context.Context, _ *http.Request, body payURLBody) (any, error) {
		ref, err := s.payURL(ctx, body.URL, body.Force)
		return map[string]string{"payment_ref": ref}, err
	}))
	mux.HandleFunc("POST /sandbox/payments/{rail}/{ref}/chargeback", control(func(ctx context.Context, r *http.Request, body chargebackBody) (any, error) {
		total, err := s.chargeback(ctx, partners.Rail(r.PathValue("rail")), r.PathValue("ref"), body.Amount)
		return map[string]money.Amount{"charged_back": total}, err
	}))
	mux.HandleFunc("PUT /sandbox/merchants/{id}/funds", control(func(ctx context.Context, r *http.Request, body fundsBody) (any, error) {
		return s.setFunds(ctx, r.PathValue("id"), body)
	}))
	mux.HandleFunc("PUT /sandbox/accounts/{account}", control(func(ctx context.Context, r *http.Request, body accountBody) (any, error) {
		return body, s.setAccount(ctx, r.PathValue("account"), body)
	}))
	mux.HandleFunc("POST /sandbox/handover", control(func(_ context.Context, _ *http.Request, body handoverBody) (any, error) {
		token, err := s.handOver(body.CustomerID)
		return map[string]string{"token": token}, err
	}))
	mux.HandleFunc("PUT /sandbox/prices", control(func(ctx context.Context, _ *http.Request, body pricesBody) (any, error) {
		return body, s.setPrices(ctx, body.Prices)
	}))
	mux.HandleFunc("POST /sandbox/parcels/{number}/intercept", control(func(ctx context.Context, r *http.Request, body interceptBody) (any, error) {
		if body.AfterMs < 0 {
			return nil, badRequest{errors.New("after_ms must not be negative")}
		}
		return done, s.intercept(ctx, r.PathValue("number"), time.Duration(body.AfterMs)*time.Millisecond)
	}))
}

// payBody: force pays even what is paid, closed or over.
type payBody struct {
	Force bool `json:"force"`
}

// payURLBody pays what a customer sees: the address behind a charge's code.
type payURLBody struct {
	URL   string `json:"url"`
	Force bool   `json:"force"`
}

type chargebackBody struct {
	Amount money.Amount `json:"amount"` // this time's
}

// fundsBody sets what the merchant has; what is left out stays.
type fundsBody struct {
	Balance *money.Amount `json:"balance,omitempty"`
	Deposit *money.Amount `json:"deposit,omitempty"`
}

type accountBody struct {
	Name   string `json:"name"`
	Closed bool   `json:"closed"`
}

type pricesBody struct {
	Prices map[string]*money.Amount `json:"prices"` // null: no longer sold
}

type interceptBody struct {
	AfterMs int64 `json:"after_ms"` // until the parcel is with its sender
}

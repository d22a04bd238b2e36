// Package insurance is the client of the freight insurer: claims as JSON under an HMAC, one per order.
package insurance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

const partner = "insurance"

// Options say where the insurer is. Transport and Timeout may be left out.
type Options struct {
	BaseURL   string
	KeyID     string // names the secret
	Secret    string // of the HMAC over requests and answers
	Transport http.RoundTripper
	Timeout   time.Duration // 0: 10 s
}

// Client implements partners.Insurance.
type Client struct{ signed *partners.Signed }

var _ partners.Insurance = (*Client)(nil)

// New makes the client; it does not call anybody.
func New(o Options) (*Client, error) {
	signed, err := partners.NewSigned(partner, "Insurer", o.BaseURL, o.KeyID, o.Secret, o.Transport, o.Timeout)
	if err != nil {
		return nil, err
	}
	return &Client{signed}, nil
}

// claimBody is a claim in the insurer's words. Of the answer only ClaimNo, State, Paid, Why and At are the insurer's own.
type claimBody struct {
	Key      string              `json:"key"`
	OrderID  string              `json:"order_id"`
	Carrier  string              `json:"carrier"`
	Waybill  string              `json:"waybill"`
	Amount   money.Amount        `json:"amount"`
	Currency money.Currency      `json:"currency"`
	ClaimNo  string              `json:"claim_no,omitempty"`
	State    partners.ClaimState `json:"state,omitempty"`
	Paid     money.Amount        `json:"paid,omitempty"`
	Why      string              `json:"why,omitempty"`
	At       time.Time           `json:"at,omitzero"`
}

func (b claimBody) claim(key string) (partners.Claim, error) {
	claim := partners.Claim{Key: b.Key, ProviderRef: b.ClaimNo, State: b.State, Amount: b.Paid, At: b.At, Why: b.Why}
	switch {
	case b.Key != key || b.ClaimNo == "" || b.At.IsZero():
		return partners.Claim{}, errors.New("not the claim asked for, or without number or time")
	case b.Paid < 0 || b.Paid > b.Amount:
		return partners.Claim{}, fmt.Errorf("%s are paid of %s claimed", b.Paid, b.Amount)
	}
	switch b.State {
	case partners.ClaimAccepted, partners.ClaimRefused:
	case partners.ClaimPaid:
		if b.Paid == 0 {
			return partners.Claim{}, errors.New("paid, but nothing")
		}
	default:
		return partners.Claim{}, fmt.Errorf("unknown state %q", b.State)
	}
	return claim, nil
}

// Claim claims the freight.
func (c *Client) Claim(ctx context.Context, request partners.ClaimRequest) (partners.Claim, error) {
	if err := request.Check(); err != nil {
		return partners.Claim{}, fail(partners.Refused, "invalid_request", err)
	}
	asked := claimBody{Key: request.Key, OrderID: request.OrderID, Carrier: request.Waybill.Carrier, Waybill: request.Waybill.Number,
		Amount: request.Amount, Currency: request.Currency}
	var answer claimBody
	found, err := c.signed.Read(ctx, http.MethodPost, "/insurance/claims", asked, &answer)
	if err == nil && !found {
		err = fail(partners.Refused, "not_found", errors.New("the insurer takes no claims at this address"))
	}
	if err != nil {
		return partners.Claim{}, err
	}
	claim, err := answer.claim(request.Key)
	switch {
	case err != nil:
		return partners.Claim{}, fail(partners.Unknown, "answer", err)
	case answer.OrderID != asked.OrderID || answer.Waybill != asked.Waybill || answer.Carrier != asked.Carrier || answer.Amount != asked.Amount:
		return partners.Claim{}, fail(partners.Mismatch, "content", errors.New("the key stands for another claim"))
	}
	return claim, nil
}

// FindClaim asks by key.
func (c *Client) FindClaim(ctx context.Context, key string) (partners.Claim, bool, error) {
	var answer claimBody
	found, err := c.signed.Read(ctx, http.MethodGet, "/insurance/claims/"+url.PathEscape(key), nil, &answer)
	if err != nil || !found {
		return partners.Claim{}, false, err
	}
	claim, err := answer.claim(key)
	if err != nil {
		return partners.Claim{}, false, fail(partners.Malformed, "answer", err)
	}
	return claim, true, nil
}

func fail(failure partners.Failure, code string, err error) *partners.Error {
	return &partners.Error{Failure: failure, Partner: partner, Code: code, Err: err}
}

package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"aftersales/money"
	"aftersales/partners"
)

// Client drives a sandbox from tests and from the demo.
type Client struct {
	Base string // e.g. "http://127.0.0.1:9180"
	HTTP *http.Client
}

// PlaceOrder makes an order, or a new version of it, with its payments, and pushes it to the shop's notice route.
// Version 0 becomes the next one; payments without a number get one. It returns the order as it was stored.
func (c Client) PlaceOrder(ctx context.Context, order partners.ShopOrder) (partners.ShopOrder, error) {
	var placed partners.ShopOrder
	return placed, c.do(ctx, http.MethodPost, "/sandbox/orders", order, &placed)
}

// Scan moves a parcel and pushes its track to whoever subscribed.
func (c Client) Scan(ctx context.Context, number string, scan Scan) error {
	return c.do(ctx, http.MethodPost, "/sandbox/parcels/"+url.PathEscape(number)+"/scan", scan, nil)
}

// Plan lets a parcel move by itself once it is subscribed to.
func (c Client) Plan(ctx context.Context, number string, plan Plan) error {
	return c.do(ctx, http.MethodPost, "/sandbox/parcels/"+url.PathEscape(number)+"/plan", plan, nil)
}

// SetAutopilot says what subscribed parcels without a plan of their own do.
func (c Client) SetAutopilot(ctx context.Context, pilot Autopilot) error {
	return c.do(ctx, http.MethodPost, "/sandbox/autopilot", pilot, nil)
}

// SetFaults replaces all switches; none turns everything off.
func (c Client) SetFaults(ctx context.Context, list ...Fault) error {
	return c.do(ctx, http.MethodPut, "/sandbox/faults", faultsBody{list}, nil)
}

// Faults returns the switches that are on.
func (c Client) Faults(ctx context.Context) ([]Fault, error) {
	var body faultsBody
	err := c.do(ctx, http.MethodGet, "/sandbox/faults", nil, &body)
	return body.Faults, err
}

// ClosePayment makes the payment one that can no longer be refunded on its rail.
func (c Client) ClosePayment(ctx context.Context, rail partners.Rail, ref string) error {
	return c.do(ctx, http.MethodPost, "/sandbox/payments/"+url.PathEscape(string(rail))+"/"+url.PathEscape(ref)+"/close", nil, nil)
}

// SetBalance limits what the merchant's account can pay; nil lifts the limit.
func (c Client) SetBalance(ctx context.Context, rail partners.Rail, minor *money.Amount) error {
	return c.do(ctx, http.MethodPut, "/sandbox/balances/"+url.PathEscape(string(rail)), balanceBody{minor}, nil)
}

const ledgerStep = 5000

// Ledger reads the whole ledger, page by page.
func (c Client) Ledger(ctx context.Context) (Ledger, error) {
	var whole Ledger
	for _, kind := range []string{"payments", "refunds", "pickups", "parcels", "pushes"} {
		for after := int64(0); ; {
			var part Ledger
			query := url.Values{"kind": {kind}, "after": {strconv.FormatInt(after, 10)}, "limit": {strconv.Itoa(ledgerStep)}}
			if err := c.do(ctx, http.MethodGet, "/sandbox/ledger?"+query.Encode(), nil, &part); err != nil {
				return Ledger{}, err
			}
			whole.Totals = part.Totals
			whole.Payments = append(whole.Payments, part.Payments...)
			whole.Refunds = append(whole.Refunds, part.Refunds...)
			whole.Pickups = append(whole.Pickups, part.Pickups...)
			whole.Parcels = append(whole.Parcels, part.Parcels...)
			whole.Pushes = append(whole.Pushes, part.Pushes...)
			var got int
			if got, after = last(part, after); got < ledgerStep {
				break
			}
		}
	}
	return whole, nil
}

// last returns how many rows the page holds and the id of its last.
func last(part Ledger, after int64) (int, int64) {
	switch {
	case len(part.Payments) > 0:
		return len(part.Payments), part.Payments[len(part.Payments)-1].ID
	case len(part.Refunds) > 0:
		return len(part.Refunds), part.Refunds[len(part.Refunds)-1].ID
	case len(part.Pickups) > 0:
		return len(part.Pickups), part.Pickups[len(part.Pickups)-1].ID
	case len(part.Parcels) > 0:
		return len(part.Parcels), part.Parcels[len(part.Parcels)-1].ID
	case len(part.Pushes) > 0:
		return len(part.Pushes), part.Pushes[len(part.Pushes)-1].ID
	}
	return 0, after
}

func (c Client) do(ctx context.Context, method, path string, body, into any) error {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("sandbox: %w", err)
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.Base, "/")+path, content)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("sandbox: %s %s answered %s: %s", method, path, answer.Status, text)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("sandbox: reading the answer of %s %s: %w", method, path, err)
	}
	return nil
}

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

// LatestPayments reads payments below an id, 0 for the newest, the newest first.
func (c Client) LatestPayments(ctx context.Context, before int64, limit int) (LatestPayments, error) {
	var latest LatestPayments
	return latest, c.do(ctx, http.MethodGet, fmt.Sprintf("/sandbox/payments?before=%d&limit=%d", before, limit), nil, &latest)
}

const ledgerStep = 5000

// Ledger reads the whole ledger, page by page.
func (c Client) Ledger(ctx context.Context) (Ledger, error) {
	var whole Ledger
	for _, kind := range LedgerKinds {
		for after := int64(0); ; {
			var part Ledger
			query := url.Values{"kind": {kind}, "after": {strconv.FormatInt(after, 10)}, "limit": {strconv.Itoa(ledgerStep)}}
			if err := c.do(ctx, http.MethodGet, "/sandbox/ledger?"+query.Encode(), nil, &part); err != nil {
				return Ledger{}, err
			}
			whole.Totals, whole.Books = part.Totals, part.Books
			got := 0
			for _, take := range []func() (int, int64){
				func() (int, int64) {
					return moved(&whole.Payments, part.Payments, func(r LedgerPayment) int64 { return r.ID })
				},
				func() (int, int64) {
					return moved(&whole.Refunds, part.Refunds, func(r LedgerRefund) int64 { return r.ID })
				},
				func() (int, int64) {
					return moved(&whole.Pickups, part.Pickups, func(r LedgerPickup) int64 { return r.ID })
				},
				func() (int, int64) {
					return moved(&whole.Parcels, part.Parcels, func(r LedgerParcel) int64 { return r.ID })
				},
				func() (int, int64) {
					return moved(&whole.Pushes, part.Pushes, func(r LedgerPush) int64 { return r.ID })
				},
				func() (int, int64) {
					return moved(&whole.Charges, part.Charges, func(r LedgerCharge) int64 { return r.ID })
				},
				func() (int, int64) {
					return moved(&whole.Merchants, part.Merchants, func(r LedgerMerchant) int64 { return r.ID })
				},
				func() (int, int64) {
					return moved(&whole.Entries, part.Entries, func(r LedgerEntry) int64 { return r.ID })
				},
				func() (int, int64) { return moved(&whole.Draws, part.Draws, func(r LedgerDraw) int64 { return r.ID }) },
				func() (int, int64) {
					return moved(&whole.Payouts, part.Payouts, func(r LedgerPayout) int64 { return r.ID })
				},
				func() (int, int64) {
					return moved(&whole.Claims, part.Claims, func(r LedgerClaim) int64 { return r.ID })
				},
			} {
				if n, last := take(); n > 0 { // a page holds rows of one kind
					got, after = n, last
				}
			}
			if got < ledgerStep {
				break
			}
		}
	}
	return whole, nil
}

// moved adds a page's rows to the whole and returns how many they are and the id of the last.
func moved[T any](whole *[]T, part []T, id func(T) int64) (int, int64) {
	if len(part) == 0 {
		return 0, 0
	}
	*whole = append(*whole, part...)
	return len(part), id(part[len(part)-1])
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

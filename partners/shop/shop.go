// Package shop is the client of the marketplace's order feed: orders on request under an HMAC, and pushes signed
// by the Standard Webhooks scheme (standardwebhooks.com).
package shop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"aftersales/money"
	"aftersales/partners"
)

const partner = "shop"

// Options say where the shop is. Transport and Timeout may be left out.
type Options struct {
	BaseURL       string
	KeyID         string // names the secret
	Secret        string // of the HMAC over requests and answers
	WebhookSecret string // "whsec_" and base64
	Transport     http.RoundTripper
	Timeout       time.Duration // 0: 10 s
}

// Client implements partners.Shop and partners.Funds.
type Client struct {
	signed *partners.Signed
	hook   *webhooks.Webhook
}

var _ partners.Shop = (*Client)(nil)

// New makes the client; it does not call anybody.
func New(o Options) (*Client, error) {
	signed, err := partners.NewSigned(partner, "Shop", o.BaseURL, o.KeyID, o.Secret, o.Transport, o.Timeout)
	if err != nil {
		return nil, err
	}
	if len(o.WebhookSecret) < 16 {
		return nil, errors.New("shop: set a webhook secret of at least 16 characters")
	}
	hook, err := webhooks.NewWebhook(o.WebhookSecret)
	if err != nil {
		return nil, fmt.Errorf("shop: the webhook secret is not \"whsec_\" and base64: %w", err)
	}
	return &Client{signed: signed, hook: hook}, nil
}

// Order asks for one order.
func (c *Client) Order(ctx context.Context, id string) (partners.ShopOrder, bool, error) {
	body, found, err := c.signed.Call(ctx, http.MethodGet, "/shop/orders/"+url.PathEscape(id), nil)
	if err != nil || !found {
		return partners.ShopOrder{}, false, err
	}
	order, err := parseOrder(body)
	if err == nil && order.ID != id {
		err = errors.New("the answer is another order")
	}
	if err != nil {
		return partners.ShopOrder{}, false, fail(partners.Malformed, "order", err)
	}
	return order, true, nil
}

// Prices asks what variants cost now.
func (c *Client) Prices(ctx context.Context, variantIDs []string) (map[string]money.Amount, error) {
	if len(variantIDs) == 0 || len(variantIDs) > 100 {
		return nil, fail(partners.Refused, "variants", errors.New("ask for 1 to 100 variants"))
	}
	body, found, err := c.signed.Call(partners.Reading(ctx), http.MethodPost, "/shop/prices", map[string]any{"variant_ids": variantIDs})
	if err == nil && !found {
		err = fail(partners.Refused, "prices", errors.New("the shop tells no prices"))
	}
	if err != nil {
		return nil, err
	}
	prices, err := parsePrices(body)
	if err != nil {
		return nil, fail(partners.Malformed, "prices", err)
	}
	return prices, nil
}

func parsePrices(content []byte) (map[string]money.Amount, error) {
	var answer struct {
		Prices map[string]money.Amount `json:"prices"`
	}
	if err := json.Unmarshal(content, &answer); err != nil {
		return nil, err
	}
	if answer.Prices == nil {
		return nil, errors.New("the answer has no prices")
	}
	for variant, price := range answer.Prices {
		if price < 0 {
			return nil, fmt.Errorf("the price of %s is negative", variant)
		}
	}
	return answer.Prices, nil
}

// ReadNotice verifies a push (signature, and at most 5 minutes old) and reads the order in it.
func (c *Client) ReadNotice(header http.Header, body []byte) (partners.Notice, error) {
	if err := c.hook.Verify(body, header); err != nil {
		return partners.Notice{}, fail(partners.Forged, "sign", err)
	}
	var event struct {
		Type string          `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &event); err != nil {
		return partners.Notice{}, fail(partners.Malformed, "json", err)
	}
	if !strings.HasPrefix(event.Type, "order.") {
		return partners.Notice{}, fail(partners.Malformed, "type", fmt.Errorf("unknown event %q", event.Type))
	}
	order, err := parseOrder(event.Data)
	if err != nil {
		return partners.Notice{}, fail(partners.Malformed, "order", err)
	}
	return partners.Notice{Partner: partner, ID: header.Get(webhooks.HeaderWebhookID), Order: &order}, nil
}

// Acknowledge is any short answer with status 2xx.
func (c *Client) Acknowledge() (string, []byte) {
	return "application/json", []byte(`{"received":true}`)
}

// parseOrder reads one order and checks it. Fields that we do not know are left alone: a shop may add some.
func parseOrder(content []byte) (partners.ShopOrder, error) {
	var order partners.ShopOrder
	decoder := json.NewDecoder(bytes.NewReader(content))
	if err := decoder.Decode(&order); err != nil {
		return partners.ShopOrder{}, err
	}
	if decoder.More() {
		return partners.ShopOrder{}, errors.New("more than one value")
	}
	return order, order.Check()
}

func fail(failure partners.Failure, code string, err error) *partners.Error {
	return &partners.Error{Failure: failure, Partner: partner, Code: code, Err: err}
}

// Package shop is the client of the marketplace's order feed: orders on request under an HMAC, and pushes signed
// by the Standard Webhooks scheme (standardwebhooks.com).
package shop

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"aftersales/partners"
)

const (
	partner  = "shop"
	maxOrder = 1 << 20
)

// Options say where the shop is. Transport and Timeout may be left out.
type Options struct {
	BaseURL       string
	KeyID         string // names the secret
	Secret        string // of the HMAC over requests and answers
	WebhookSecret string // "whsec_" and base64
	Transport     http.RoundTripper
	Timeout       time.Duration // 0: 10 s
}

// Client implements partners.Shop.
type Client struct {
	options Options
	base    string
	hook    *webhooks.Webhook
	http    *http.Client
	now     func() time.Time
}

var _ partners.Shop = (*Client)(nil)

// New makes the client; it does not call anybody.
func New(o Options) (*Client, error) {
	base, err := url.Parse(strings.TrimSuffix(o.BaseURL, "/"))
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("shop: the base address %q is not a web address", o.BaseURL)
	}
	if o.KeyID == "" || len(o.Secret) < 16 || len(o.WebhookSecret) < 16 {
		return nil, errors.New("shop: set the key id, and secrets of at least 16 characters")
	}
	hook, err := webhooks.NewWebhook(o.WebhookSecret)
	if err != nil {
		return nil, fmt.Errorf("shop: the webhook secret is not \"whsec_\" and base64: %w", err)
	}
	transport := &partners.Transport{Partner: partner, Base: o.Transport, Timeout: o.Timeout, MaxBody: maxOrder}
	return &Client{options: o, base: base.String(), hook: hook, http: transport.Client(), now: time.Now}, nil
}

// Order asks for one order. The request is signed over method, path and time; the answer over status, time and
// body, so that nobody on the way can change an amount.
func (c *Client) Order(ctx context.Context, id string) (partners.ShopOrder, bool, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/shop/orders/"+url.PathEscape(id), nil)
	if err != nil {
		return partners.ShopOrder{}, false, fail(partners.Refused, "address", err)
	}
	stamp := strconv.FormatInt(c.now().Unix(), 10)
	request.Header.Set("Shop-Key", c.options.KeyID)
	request.Header.Set("Shop-Timestamp", stamp)
	request.Header.Set("Shop-Signature", c.mac(request.Method, request.URL.EscapedPath(), stamp, nil))
	answer, err := c.http.Do(request)
	if err != nil {
		var known *partners.Error
		if errors.As(err, &known) {
			return partners.ShopOrder{}, false, known
		}
		return partners.ShopOrder{}, false, fail(partners.Down, "transport", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return partners.ShopOrder{}, false, fail(partners.Down, "transport", err)
	}
	expected := c.mac(strconv.Itoa(answer.StatusCode), request.URL.EscapedPath(), answer.Header.Get("Shop-Timestamp"), body)
	if !hmac.Equal([]byte(expected), []byte(answer.Header.Get("Shop-Signature"))) {
		return partners.ShopOrder{}, false, fail(partners.Forged, strconv.Itoa(answer.StatusCode), errors.New("the answer's signature is wrong"))
	}
	switch answer.StatusCode {
	case http.StatusNotFound:
		return partners.ShopOrder{}, false, nil
	case http.StatusOK:
		order, err := parseOrder(body)
		if err == nil && order.ID != id {
			err = errors.New("the answer is another order")
		}
		if err != nil {
			return partners.ShopOrder{}, false, fail(partners.Malformed, "order", err)
		}
		return order, true, nil
	}
	return partners.ShopOrder{}, false, fail(partners.Refused, strconv.Itoa(answer.StatusCode), errors.New("the shop refused the request"))
}

func (c *Client) mac(first, path, stamp string, body []byte) string {
	hash := hmac.New(sha256.New, []byte(c.options.Secret))
	fmt.Fprintf(hash, "%s\n%s\n%s\n", first, path, stamp)
	hash.Write(body)
	return hex.EncodeToString(hash.Sum(nil))
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

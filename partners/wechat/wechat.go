// Package wechat is the WeChat Pay rail in its API v3 dialect, as far as refunds need it: request, query, bill and
// notices, with the merchant's signature out and the platform's signature checked on everything that comes in.
package wechat

import (
	"bytes"
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

const partner = "wechat"

// Options say who we are to WeChat Pay and which keys speak. All but NotifyURL, Transport and Timeout are needed.
type Options struct {
	MerchantID        string
	SerialNo          string // of the merchant's certificate
	PrivateKey        string // the merchant's RSA key, PEM
	PlatformSerial    string // of the platform's certificate or public key
	PlatformPublicKey string // PEM, key or certificate
	APIv3Key          string // 32 bytes
	BaseURL           string // e.g. https://api.mch.weixin.qq.com
	NotifyURL         string // where notices of refunds go; empty: none
	Transport         http.RoundTripper
	Timeout           time.Duration // of one exchange; 0: 10 s
}

// Rail implements partners.Payments.
type Rail struct {
	options  Options
	base     *url.URL
	private  *rsa.PrivateKey
	platform *rsa.PublicKey
	http     *http.Client
	now      func() time.Time
}

var _ partners.Payments = (*Rail)(nil)

// New makes the rail. It fails on a missing option or an unreadable key; it does not call anybody.
func New(o Options) (*Rail, error) {
	if o.MerchantID == "" || o.SerialNo == "" || o.PlatformSerial == "" || len(o.APIv3Key) != 32 {
		return nil, errors.New("wechat: set merchant id, both serial numbers and an API v3 key of 32 bytes")
	}
	base, err := url.Parse(strings.TrimSuffix(o.BaseURL, "/"))
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("wechat: the base address %q is not a web address", o.BaseURL)
	}
	private, err := privateKey(o.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("wechat: the merchant's private key cannot be read: %w", err)
	}
	platform, err := publicKey(o.PlatformPublicKey)
	if err != nil {
		return nil, fmt.Errorf("wechat: the platform's public key cannot be read: %w", err)
	}
	transport := &partners.Transport{Partner: partner, Base: o.Transport, Timeout: o.Timeout, MaxBody: 64 << 20}
	return &Rail{options: o, base: base, private: private, platform: platform, http: transport.Client(), now: time.Now}, nil
}

// Rail is "wechat".
func (r *Rail) Rail() partners.Rail { return partners.RailWeChat }

// Limits as WeChat publishes them: within 1 year, at most 50 partial refunds per payment, 1 minute apart.
func (r *Rail) Limits() partners.RailLimits {
	return partners.RailLimits{Window: 365 * 24 * time.Hour, MaxRefunds: 50, Spacing: time.Minute}
}

// refundBody is a refund in WeChat's words, in answers and inside notices.
type refundBody struct {
	RefundID      string `json:"refund_id"`
	OutRefundNo   string `json:"out_refund_no"`
	TransactionID string `json:"transaction_id"`
	Status        string `json:"status"`        // in answers
	RefundStatus  string `json:"refund_status"` // in notices
	SuccessTime   string `json:"success_time"`
	Amount        struct {
		Refund int64 `json:"refund"`
		Total  int64 `json:"total"`
	} `json:"amount"`
}

func (b refundBody) refund() (partners.Refund, error) {
	if b.OutRefundNo == "" || b.TransactionID == "" || b.Amount.Refund <= 0 {
		return partners.Refund{}, errors.New("a refund without key, payment or amount")
	}
	refund := partners.Refund{Key: b.OutRefundNo, PaymentRef: b.TransactionID, ProviderRef: b.RefundID, Amount: money.Amount(b.Amount.Refund)}
	switch b.Status + b.RefundStatus {
	case "SUCCESS":
		at, err := time.Parse(time.RFC3339, b.SuccessTime)
		if err != nil {
			return partners.Refund{}, fmt.Errorf("the time of the refund: %w", err)
		}
		refund.State, refund.At = partners.RefundSucceeded, at
	case "CLOSED":
		refund.State = partners.RefundFailed
	case "PROCESSING", "ABNORMAL": // abnormal: the money did not reach the customer yet; a person at WeChat's desk mends it
		refund.State = partners.RefundPending
	default:
		return partners.Refund{}, fmt.Errorf("unknown state %q", b.Status+b.RefundStatus)
	}
	return refund, nil
}

// Refund asks for a refund under out_refund_no = request.Key.
func (r *Rail) Refund(ctx context.Context, request partners.RefundRequest) (partners.Refund, error) {
	err := request.Check()
	if err == nil && request.Captured <= 0 {
		err = errors.New("WeChat wants the payment's whole amount")
	}
	if err != nil {
		return partners.Refund{}, fail(partners.Refused, "invalid_request", err)
	}
	content, err := json.Marshal(map[string]any{
		"transaction_id": request.PaymentRef, "out_refund_no": request.Key, "reason": request.Reason, "notify_url": r.options.NotifyURL,
		"amount": map[string]any{"refund": request.Amount, "total": request.Captured, "currency": request.Currency},
	})
	if err != nil {
		return partners.Refund{}, fail(partners.Refused, "invalid_request", err)
	}
	var answer refundBody
	if err := r.call(ctx, http.MethodPost, "/v3/refund/domestic/refunds", content, &answer); err != nil {
		return partners.Refund{}, r.explain(ctx, request, err)
	}
	refund, err := answer.refund()
	switch {
	case err != nil:
		return partners.Refund{}, fail(partners.Unknown, "answer", err)
	case refund.Key != request.Key || refund.PaymentRef != request.PaymentRef || refund.Amount != request.Amount:
		return partners.Refund{}, fail(partners.Mismatch, "content", fmt.Errorf("the key stands for %s of another request", refund.Amount))
	}
	return refund, nil
}

// explain tells a refused repeat with other content from a plain refusal: WeChat has one code for both, so the
// refund under the key is read.
func (r *Rail) explain(ctx context.Context, request partners.RefundRequest, err error) error {
	var refused *partners.Error
	if !errors.As(err, &refused) || refused.Failure != partners.Refused {
		return err
	}
	found, findErr := r.FindRefund(ctx, request.Key, request.PaymentRef)
	if findErr == nil && found.State != partners.RefundNotFound && (found.Amount != request.Amount || found.PaymentRef != request.PaymentRef) {
		refused.Failure = partners.Mismatch
	}
	return refused
}

// FindRefund asks by out_refund_no.
func (r *Rail) FindRefund(ctx context.Context, key, paymentRef string) (partners.Refund, error) {
	var answer refundBody
	err := r.call(ctx, http.MethodGet, "/v3/refund/domestic/refunds/"+url.PathEscape(key), nil, &answer)
	var known *partners.Error
	if errors.As(err, &known) && known.Code == "RESOURCE_NOT_EXISTS" {
		return partners.Refund{Key: key, PaymentRef: paymentRef, State: partners.RefundNotFound}, nil
	}
	if err != nil {
		return partners.Refund{}, err
	}
	refund, err := answer.refund()
	if err != nil || refund.Key != key {
		return partners.Refund{}, fail(partners.Malformed, "answer", fmt.Errorf("not the refund asked for: %w", err))
	}
	return refund, nil
}

// call sends one signed request and reads the signed answer. path may carry a query.
func (r *Rail) call(ctx context.Context, method, path string, content []byte, into any) error {
	unreadable := partners.Malformed
	if method != http.MethodGet {
		unreadable = partners.Unknown
	}
	status, header, body, err := r.exchange(ctx, method, r.base.String()+path, content)
	if err != nil {
		return err
	}
	if status == http.StatusUnauthorized { // our signature was refused: nothing was done, a person must mend the keys
		return fail(partners.Down, "SIGN_ERROR", errors.New("our signature was refused"))
	}
	if err := r.verify(header, body); err != nil {
		return fail(unreadable, "sign", err)
	}
	if status >= 300 {
		return businessError(status, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fail(unreadable, "answer", err)
	}
	return nil
}

func (r *Rail) exchange(ctx context.Context, method, address string, content []byte) (int, http.Header, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(content))
	if err != nil {
		return 0, nil, nil, fail(partners.Down, "address", err)
	}
	token, err := r.authorization(method, request.URL.RequestURI(), content)
	if err != nil {
		return 0, nil, nil, fail(partners.Down, "sign", err)
	}
	request.Header.Set("Authorization", token)
	request.Header.Set("Accept", "application/json")
	if content != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := r.http.Do(request)
	if err != nil {
		var known *partners.Error
		if errors.As(err, &known) {
			return 0, nil, nil, known
		}
		return 0, nil, nil, fail(partners.Unknown, "transport", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header, body, err
}

// businessError gives a signed refusal its meaning. Codes: WeChat Pay's page of the refund request.
func businessError(status int, body []byte) *partners.Error {
	var answer struct{ Code, Message string }
	if err := json.Unmarshal(body, &answer); err != nil {
		return fail(partners.Unknown, fmt.Sprint(status), err)
	}
	failure := partners.Refused
	switch answer.Code {
	case "NOT_ENOUGH":
		failure = partners.BalanceShort
	case "USER_ACCOUNT_ABNORMAL", "TRADE_OVERDUE":
		failure = partners.RailClosed
	case "SYSTEM_ERROR":
		failure = partners.Unknown
	case "FREQUENCY_LIMITED", "FREQUENCY_LIMIT", "STATEMENT_CREATING", "NO_AUTH":
		failure = partners.Down
	}
	return fail(failure, answer.Code, errors.New(answer.Message))
}

func fail(failure partners.Failure, code string, err error) *partners.Error {
	return &partners.Error{Failure: failure, Partner: partner, Code: code, Err: err}
}

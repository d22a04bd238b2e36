// Package wechat is the WeChat Pay rail in its API v3 dialect: refunds, charges by a code to scan (Native), bills and
// notices, over Tencent's library, which signs what goes out and verifies what comes in.
package wechat

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/signers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/validators"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/native"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"

	"aftersales/money"
	"aftersales/partners"
)

const partner = "wechat"

// Options say who we are to WeChat Pay and which keys speak. All but Transport and Timeout are needed; the sandbox
// does without NotifyURL.
type Options struct {
	MerchantID        string
	AppID             string // of the public account or app under which customers pay
	SerialNo          string // of the merchant's certificate
	PrivateKey        string // the merchant's RSA key, PEM (PKCS #8)
	PlatformSerial    string // of the platform's certificate or public key
	PlatformPublicKey string // PEM, key or certificate
	APIv3Key          string // 32 bytes
	BaseURL           string // e.g. https://api.mch.weixin.qq.com
	NotifyURL         string // where notices go
	Transport         http.RoundTripper
	Timeout           time.Duration // of one exchange; 0: 10 s
}

// Rail implements partners.Payments and partners.Charges.
type Rail struct {
	options  Options
	answers  *validators.WechatPayResponseValidator
	notices  *validators.WechatPayNotifyValidator
	calls    *core.Client
	files    *core.Client // for bills, which are not signed
	refunds  refunddomestic.RefundsApiService
	charging native.NativeApiService
}

var (
	_ partners.Payments = (*Rail)(nil)
	_ partners.Charges  = (*Rail)(nil)
)

// New makes the rail. It fails on a missing option or an unreadable key; it does not call anybody.
func New(o Options) (*Rail, error) {
	if o.MerchantID == "" || o.AppID == "" || o.SerialNo == "" || o.PlatformSerial == "" || len(o.APIv3Key) != 32 {
		return nil, errors.New("wechat: set merchant id, app id, both serial numbers and an API v3 key of 32 bytes")
	}
	base, err := url.Parse(strings.TrimSuffix(o.BaseURL, "/"))
	if err != nil || base.Host == "" || base.Path != "" {
		return nil, fmt.Errorf("wechat: the base address %q is not a web address without a path", o.BaseURL)
	}
	private, err := utils.LoadPrivateKey(o.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("wechat: the merchant's private key cannot be read; give an RSA key as PEM (PKCS #8): %w", err)
	}
	platform, err := platformKey(o.PlatformPublicKey)
	if err != nil {
		return nil, fmt.Errorf("wechat: the platform's key cannot be read; give its public key or its certificate as PEM: %w", err)
	}
	verifier := verifiers.NewSHA256WithRSAPubkeyVerifier(o.PlatformSerial, *platform)
	r := &Rail{options: o, answers: validators.NewWechatPayResponseValidator(verifier), notices: validators.NewWechatPayNotifyValidator(verifier)}
	transport := &partners.Transport{Partner: partner, Base: toBase{base, o.Transport}, Timeout: o.Timeout, MaxBody: 64 << 20}
	r.calls, err = core.NewClientWithDialSettings(context.Background(), &core.DialSettings{HTTPClient: transport.Client(), Validator: r.answers,
		Signer: &signers.SHA256WithRSASigner{MchID: o.MerchantID, CertificateSerialNo: o.SerialNo, PrivateKey: private}})
	if err != nil {
		return nil, fmt.Errorf("wechat: %w", err)
	}
	r.files = core.NewClientWithValidator(r.calls, &validators.NullValidator{})
	r.refunds, r.charging = refunddomestic.RefundsApiService{Client: r.calls}, native.NativeApiService{Client: r.calls}
	return r, nil
}

func platformKey(text string) (*rsa.PublicKey, error) {
	certificate, err := utils.LoadCertificate(text)
	if err != nil {
		return utils.LoadPublicKey(text)
	}
	if key, ok := certificate.PublicKey.(*rsa.PublicKey); ok {
		return key, nil
	}
	return nil, errors.New("the certificate holds no RSA key")
}

// toBase sends the library's calls, which name WeChat Pay's own host, to the base address. The signature covers the
// path and not the host.
type toBase struct {
	base *url.URL
	next http.RoundTripper
}

func (t toBase) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.URL.Scheme, request.URL.Host, request.Host = t.base.Scheme, t.base.Host, ""
	if t.next == nil {
		return http.DefaultTransport.RoundTrip(request)
	}
	return t.next.RoundTrip(request)
}

// Rail is "wechat".
func (r *Rail) Rail() partners.Rail { return partners.RailWeChat }

// Limits as WeChat publishes them: within 1 year, at most 50 partial refunds per payment, 1 minute apart.
func (r *Rail) Limits() partners.RailLimits {
	return partners.RailLimits{Window: 365 * 24 * time.Hour, MaxRefunds: 50, Spacing: time.Minute}
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
	ask := refunddomestic.CreateRequest{TransactionId: &request.PaymentRef, OutRefundNo: &request.Key, Reason: optional(request.Reason),
		NotifyUrl: optional(r.options.NotifyURL),
		Amount: &refunddomestic.AmountReq{Refund: core.Int64(int64(request.Amount)), Total: core.Int64(int64(request.Captured)),
			Currency: core.String(string(request.Currency))}}
	answer, result, err := r.refunds.Create(ctx, ask)
	if err != nil {
		return partners.Refund{}, r.explainRefund(ctx, request, r.failed(ctx, result, err, partners.Unknown))
	}
	refund, err := readRefund(answer, status(answer.Status))
	switch {
	case err != nil:
		return partners.Refund{}, fail(partners.Unknown, "answer", err)
	case refund.Key != request.Key || refund.PaymentRef != request.PaymentRef || refund.Amount != request.Amount:
		return partners.Refund{}, fail(partners.Mismatch, "content", fmt.Errorf("the key stands for %s of another request", refund.Amount))
	}
	return refund, nil
}

// explainRefund tells a refused repeat with other content from a plain refusal: WeChat has one code for both, so the
// refund under the key is read.
func (r *Rail) explainRefund(ctx context.Context, request partners.RefundRequest, refused *partners.Error) *partners.Error {
	if refused.Failure != partners.Refused {
		return refused
	}
	found, err := r.FindRefund(ctx, request.Key, request.PaymentRef)
	if err == nil && found.State != partners.RefundNotFound && (found.Amount != request.Amount || found.PaymentRef != request.PaymentRef) {
		refused.Failure = partners.Mismatch
	}
	return refused
}

// FindRefund asks by out_refund_no.
func (r *Rail) FindRefund(ctx context.Context, key, paymentRef string) (partners.Refund, error) {
	answer, result, err := r.refunds.QueryByOutRefundNo(ctx, refunddomestic.QueryByOutRefundNoRequest{OutRefundNo: &key})
	if err != nil {
		failed := r.failed(ctx, result, err, partners.Malformed)
		if failed.Code == "RESOURCE_NOT_EXISTS" {
			return partners.Refund{Key: key, PaymentRef: paymentRef, State: partners.RefundNotFound}, nil
		}
		return partners.Refund{}, failed
	}
	refund, err := readRefund(answer, status(answer.Status))
	if err == nil && refund.Key != key {
		err = errors.New("not the refund asked for")
	}
	if err != nil {
		return partners.Refund{}, fail(partners.Malformed, "answer", err)
	}
	return refund, nil
}

// readRefund reads a refund of an answer or a notice; they call its state differently.
func readRefund(b *refunddomestic.Refund, state string) (partners.Refund, error) {
	refund := partners.Refund{Key: value(b.OutRefundNo), PaymentRef: value(b.TransactionId), ProviderRef: value(b.RefundId)}
	if b.Amount != nil {
		refund.Amount = money.Amount(value(b.Amount.Refund))
	}
	if refund.Key == "" || refund.PaymentRef == "" || refund.Amount <= 0 {
		return partners.Refund{}, errors.New("a refund without key, payment or amount")
	}
	switch state {
	case "SUCCESS":
		if b.SuccessTime == nil || b.SuccessTime.IsZero() {
			return partners.Refund{}, errors.New("a refund that succeeded, without its time")
		}
		refund.State, refund.At = partners.RefundSucceeded, *b.SuccessTime
	case "CLOSED":
		refund.State = partners.RefundFailed
	case "PROCESSING", "ABNORMAL": // abnormal: the money did not reach the customer yet; a person at WeChat's desk mends it
		refund.State = partners.RefundPending
	default:
		return partners.Refund{}, fmt.Errorf("unknown state %q", state)
	}
	return refund, nil
}

func status(s *refunddomestic.Status) string { return string(value(s)) }

// failed says what the library's error means. unreadable is what an answer means that cannot be understood or whose
// signature is wrong: Unknown for a call that changes something, Malformed for a query. The library believes refusals
// without looking at their signature; here they are verified like any other answer.
func (r *Rail) failed(ctx context.Context, result *core.APIResult, err error, unreadable partners.Failure) *partners.Error {
	var known *partners.Error
	if errors.As(err, &known) {
		return known
	}
	var refused *core.APIError
	switch {
	case result == nil: // never sent
		return fail(partners.Refused, "invalid_request", err)
	case !errors.As(err, &refused):
		return fail(unreadable, "answer", err)
	case refused.StatusCode == http.StatusUnauthorized: // our signature was refused: nothing was done, a person must mend the keys
		return fail(partners.Down, "SIGN_ERROR", errors.New("our signature was refused"))
	}
	if err := r.answers.Validate(ctx, result.Response); err != nil {
		return fail(unreadable, "sign", err)
	}
	return businessError(refused)
}

// businessError gives a refusal its meaning. Codes: WeChat Pay's pages of the refund request and of Native payments.
func businessError(refused *core.APIError) *partners.Error {
	failure := partners.Refused
	switch refused.Code {
	case "NOT_ENOUGH":
		failure = partners.BalanceShort
	case "USER_ACCOUNT_ABNORMAL", "TRADE_OVERDUE":
		failure = partners.RailClosed
	case "SYSTEM_ERROR", "":
		failure = partners.Unknown
	case "FREQUENCY_LIMITED", "FREQUENCY_LIMIT", "STATEMENT_CREATING", "NO_AUTH":
		failure = partners.Down
	}
	return fail(failure, refused.Code, errors.New(refused.Message))
}

func fail(failure partners.Failure, code string, err error) *partners.Error {
	return &partners.Error{Failure: failure, Partner: partner, Code: code, Err: err}
}

// value is what a pointer of the library points to, or nothing.
func value[T any](pointer *T) (v T) {
	if pointer != nil {
		v = *pointer
	}
	return v
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

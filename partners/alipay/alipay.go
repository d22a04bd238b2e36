// Package alipay is the Alipay rail: refunds, charges by a code to scan, payouts to accounts, their notices, queries
// and bills, signed RSA2 in both directions by github.com/smartwalle/alipay.
package alipay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	sdk "github.com/smartwalle/alipay/v3"

	"aftersales/money"
	"aftersales/partners"
)

const (
	partner    = "alipay"
	timeLayout = "2006-01-02 15:04:05"
	maxAnswer  = 64 << 20 // a day's bill, zipped
)

// Options say where the gateway is and which keys speak. All fields but Transport and Timeout are needed; the sandbox
// does without NotifyURL. Alipay pays out (see Payout) only for applications that sign with certificates.
type Options struct {
	AppID           string
	PrivateKey      string // the application's RSA key, PEM (PKCS #1 or #8) or bare base64
	AlipayPublicKey string // Alipay's RSA key, PEM or bare base64
	Gateway         string // e.g. https://openapi.alipay.com/gateway.do
	NotifyURL       string // where notices of charges go
	Transport       http.RoundTripper
	Timeout         time.Duration // of one exchange; 0: 10 s
}

// Rail implements partners.Payments, partners.Charges and partners.Payouts.
type Rail struct {
	appID     string
	notifyURL string
	client    *sdk.Client
	http      *http.Client
	now       func() time.Time
}

var _ partners.Payments = (*Rail)(nil)

// New makes the rail. It fails on a missing option or a key that cannot be read; it does not call anybody.
func New(o Options) (*Rail, error) {
	if o.AppID == "" || o.Gateway == "" {
		return nil, errors.New("alipay: set the application id and the gateway's address")
	}
	transport := &partners.Transport{Partner: partner, Base: o.Transport, Timeout: o.Timeout, MaxBody: maxAnswer}
	rail := &Rail{appID: o.AppID, notifyURL: o.NotifyURL, http: transport.Client(), now: time.Now}
	// "Not production" only keeps the library from fetching certificates by itself; the gateway is the one given.
	client, err := sdk.New(o.AppID, o.PrivateKey, false,
		sdk.WithSandboxGateway(o.Gateway), sdk.WithHTTPClient(rail.http), sdk.WithTimeLocation(partners.Shanghai))
	if err != nil {
		return nil, fmt.Errorf("alipay: the private key cannot be read; give an RSA key as PEM: %w", err)
	}
	if err := client.LoadAliPayPublicKey(o.AlipayPublicKey); err != nil {
		return nil, fmt.Errorf("alipay: Alipay's public key cannot be read; give an RSA key as PEM: %w", err)
	}
	rail.client = client
	return rail, nil
}

// Rail is "alipay".
func (r *Rail) Rail() partners.Rail { return partners.RailAlipay }

// Limits: the sum may not exceed what was paid (the ledger's own rule), and the contract's window is 12 months by
// default. Alipay limits neither the count nor the spacing.
func (r *Rail) Limits() partners.RailLimits {
	return partners.RailLimits{Window: 365 * 24 * time.Hour}
}

// refundAnswer adds the time of payment, which Alipay sends and the library's type leaves out.
type refundAnswer struct {
	sdk.TradeRefundRsp
	GmtRefundPay string `json:"gmt_refund_pay"`
}

// Refund asks for a refund under out_request_no = request.Key. When Alipay says that no money moved by this call
// (a repeat, or accepted but not done), the state comes from a query.
func (r *Rail) Refund(ctx context.Context, request partners.RefundRequest) (partners.Refund, error) {
	if err := request.Check(); err != nil {
		return partners.Refund{}, &partners.Error{Failure: partners.Refused, Partner: partner, Code: "invalid_request", Err: err}
	}
	var answer refundAnswer
	err := r.client.Request(ctx, sdk.TradeRefund{
		TradeNo: request.PaymentRef, OutRequestNo: request.Key,
		RefundAmount: request.Amount.String(), RefundReason: request.Reason,
	}, &answer)
	if err != nil {
		return partners.Refund{}, callFailed(err, partners.Unknown)
	}
	if answer.Code != sdk.CodeSuccess && answer.Code != sdk.CodeOrderSuccessPayInProcess {
		return partners.Refund{}, businessError(answer.Error)
	}
	refund := partners.Refund{Key: request.Key, PaymentRef: request.PaymentRef, ProviderRef: answer.TradeNo,
		State: partners.RefundPending, Amount: request.Amount}
	if answer.Code == sdk.CodeSuccess && answer.FundChange == "Y" {
		refund.State, refund.At = partners.RefundSucceeded, r.paidAt(answer.GmtRefundPay)
		return refund, nil
	}
	found, err := r.FindRefund(ctx, request.Key, request.PaymentRef)
	if err != nil {
		// The refund is accepted; only its state could not be read. Asking by key again tells it.
		return partners.Refund{}, &partners.Error{Failure: partners.Unknown, Partner: partner, Code: "query_after_accept", Err: err}
	}
	switch {
	case found.State == partners.RefundNotFound:
		return refund, nil
	case found.Amount != request.Amount:
		return partners.Refund{}, &partners.Error{Failure: partners.Mismatch, Partner: partner, Code: "amount",
			Err: fmt.Errorf("the key stands for %s, not %s", found.Amount, request.Amount)}
	}
	return found, nil
}

// FindRefund asks by key. Alipay answers an unknown key with success and no refund in it.
func (r *Rail) FindRefund(ctx context.Context, key, paymentRef string) (partners.Refund, error) {
	var answer sdk.TradeFastPayRefundQueryRsp
	err := r.client.Request(partners.Reading(ctx), sdk.TradeFastPayRefundQuery{
		TradeNo: paymentRef, OutRequestNo: key, QueryOptions: []string{"gmt_refund_pay"},
	}, &answer)
	if err != nil {
		return partners.Refund{}, callFailed(err, partners.Malformed)
	}
	refund := partners.Refund{Key: key, PaymentRef: paymentRef, State: partners.RefundNotFound}
	if answer.Code != sdk.CodeSuccess {
		if answer.SubCode == "ACQ.TRADE_NOT_EXIST" {
			return refund, nil
		}
		return partners.Refund{}, questionFailed(answer.Error)
	}
	if answer.OutRequestNo == "" || answer.RefundStatus == "" {
		return refund, nil
	}
	if answer.OutRequestNo != key || answer.TradeNo != paymentRef {
		return partners.Refund{}, malformed(errors.New("the answer is about another refund"))
	}
	if refund.Amount, err = money.Parse(answer.RefundAmount); err != nil {
		return partners.Refund{}, malformed(err)
	}
	refund.ProviderRef = answer.TradeNo
	switch answer.RefundStatus {
	case "REFUND_SUCCESS":
		refund.State, refund.At = partners.RefundSucceeded, r.paidAt(answer.GMTRefundPay)
	case "REFUND_FAIL":
		refund.State = partners.RefundFailed
	default:
		refund.State = partners.RefundPending
	}
	return refund, nil
}

// paidAt reads Alipay's time; when it is left out (it is optional) the moment of the answer stands for it.
func (r *Rail) paidAt(text string) time.Time {
	if at, err := time.ParseInLocation(timeLayout, text, partners.Shanghai); err == nil {
		return at
	}
	return r.now().In(partners.Shanghai).Truncate(time.Second)
}

// callFailed reads an error of the library. unreadable is what an answer means that cannot be understood or whose
// signature is wrong: Unknown for a refund, Malformed for a query.
func callFailed(err error, unreadable partners.Failure) *partners.Error {
	var known *partners.Error
	if errors.As(err, &known) {
		return known
	}
	var gateway *sdk.Error
	if errors.As(err, &gateway) {
		if gateway == nil { // an empty answer without a signature: the library hands on a nil pointer
			return &partners.Error{Failure: unreadable, Partner: partner, Code: "empty", Err: errors.New("the answer is empty")}
		}
		// Without a signature Alipay answers only what its gateway stopped: wrong signature, unknown application,
		// too many calls. Nothing was done, and after a person mends it the same key can go again.
		return &partners.Error{Failure: partners.Down, Partner: partner, Code: codeOf(*gateway), Err: errors.New("stopped at the gateway: " + gateway.Msg)}
	}
	var syntax *json.SyntaxError
	code := "answer"
	if errors.As(err, &syntax) {
		code = "syntax"
	}
	return &partners.Error{Failure: unreadable, Partner: partner, Code: code, Err: err}
}

// businessError gives a signed refusal its meaning. Codes: opendocs.alipay.com/open/02ekfk (refund),
// 02km9f (common), and the pages of precreate and of the transfer.
func businessError(e sdk.Error) *partners.Error {
	failure := partners.Refused
	switch sub := strings.TrimPrefix(e.SubCode, "aop."); {
	case e.Code == sdk.CodeUnknowError, sub == "ACQ.SYSTEM_ERROR", sub == "SYSTEM_ERROR", sub == "REQUEST_PROCESSING":
		failure = partners.Unknown
	case e.Code == sdk.CodeCallLimited, e.Code == sdk.CodeInvalidAuthToken, e.Code == sdk.CodePermissionDenied:
		failure = partners.Down
	case sub == "ACQ.SELLER_BALANCE_NOT_ENOUGH", sub == "PAYER_BALANCE_NOT_ENOUGH", sub == "BALANCE_IS_NOT_ENOUGH":
		failure = partners.BalanceShort
	case sub == "ACQ.DISCORDANT_REPEAT_REQUEST", sub == "ACQ.CONTEXT_INCONSISTENT", sub == "PAYMENT_INFO_INCONSISTENCY":
		failure = partners.Mismatch
	case sub == "ACQ.TRADE_HAS_FINISHED", sub == "ACQ.TRADE_HAS_CLOSE", sub == "ACQ.TRADE_HAS_CLOSED",
		sub == "ACQ.BUYER_ERROR", sub == "ACQ.BUYER_NOT_EXIST", sub == "ACQ.REFUND_ACCOUNT_NOT_EXIST":
		failure = partners.RailClosed
	case e.Code == "":
		failure = partners.Unknown
	}
	return &partners.Error{Failure: failure, Partner: partner, Code: codeOf(e), Err: errors.New(e.Msg + ": " + e.SubMsg)}
}

func codeOf(e sdk.Error) string {
	if e.SubCode != "" {
		return e.SubCode
	}
	return string(e.Code)
}

func malformed(err error) *partners.Error {
	return &partners.Error{Failure: partners.Malformed, Partner: partner, Code: "answer", Err: err}
}

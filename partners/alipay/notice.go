package alipay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// ReadNotice verifies an asynchronous notice (form, RSA2) and reads the refund, the payment of a charge or the
// chargeback in it. Alipay's refund_fee is the sum of all refunds of the payment; a notice that tells only that has
// Amount 0 and state pending: ask by key.
func (r *Rail) ReadNotice(_ http.Header, body []byte) (partners.Notice, error) {
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return partners.Notice{}, noticeError(partners.Malformed, "form", err)
	}
	for name, list := range values {
		if len(list) != 1 {
			return partners.Notice{}, noticeError(partners.Malformed, "doubled_field", fmt.Errorf("field %q appears %d times", name, len(list)))
		}
	}
	if values.Get("sign") == "" || values.Get("sign_type") != "RSA2" {
		return partners.Notice{}, noticeError(partners.Forged, "sign", errors.New("no RSA2 signature"))
	}
	if err := r.client.VerifySign(context.Background(), values); err != nil {
		return partners.Notice{}, noticeError(partners.Forged, "sign", err)
	}
	if values.Get("app_id") != r.appID {
		return partners.Notice{}, noticeError(partners.Forged, "app_id", errors.New("signed for another application"))
	}
	notice, err := readNews(values)
	if err != nil {
		return partners.Notice{}, noticeError(partners.Malformed, "content", err)
	}
	notice.Partner, notice.ID = partner, values.Get("notify_id")
	if notice.ID == "" {
		values.Del("sign") // what is signed, in one order: whoever sends it again may turn the fields around
		sum := sha256.Sum256([]byte(values.Encode()))
		notice.ID = hex.EncodeToString(sum[:])
	}
	return notice, nil
}

// readNews tells what a notice is about. Alipay calls payments and refunds trade_status_sync; a refund has a fee.
// trade_chargeback_sync is the sandbox's own: Alipay has no such notice for merchants in mainland China.
func readNews(values url.Values) (notice partners.Notice, err error) {
	switch {
	case values.Get("notify_type") == "trade_chargeback_sync":
		chargeback, err := readChargeback(values)
		return partners.Notice{Chargeback: &chargeback}, err
	case values.Get("refund_fee") == "" && values.Get("out_request_no") == "" && values.Get("out_biz_no") == "":
		charge, err := readCharge(values)
		return partners.Notice{Charge: &charge}, err
	}
	refund, err := readRefund(values)
	return partners.Notice{Refund: &refund}, err
}

func readChargeback(values url.Values) (partners.Chargeback, error) {
	amount, err := money.Parse(values.Get("chargeback_amount"))
	if err != nil || amount <= 0 || values.Get("trade_no") == "" {
		return partners.Chargeback{}, errors.New("a chargeback without payment or amount")
	}
	at, err := time.ParseInLocation(timeLayout, values.Get("gmt_chargeback"), partners.Shanghai)
	if err != nil {
		return partners.Chargeback{}, fmt.Errorf("the time of the chargeback: %w", err)
	}
	return partners.Chargeback{PaymentRef: values.Get("trade_no"), Amount: amount, At: at}, nil
}

// Acknowledge is the plain word that stops Alipay from repeating the notice.
func (r *Rail) Acknowledge() (string, []byte) { return "text/plain; charset=utf-8", []byte("success") }

func readRefund(values url.Values) (partners.Refund, error) {
	refund := partners.Refund{
		Key: values.Get("out_request_no"), PaymentRef: values.Get("trade_no"), ProviderRef: values.Get("trade_no"),
		State: partners.RefundPending,
	}
	if refund.Key == "" {
		refund.Key = values.Get("out_biz_no")
	}
	if refund.Key == "" || refund.PaymentRef == "" {
		return partners.Refund{}, errors.New("the notice names no refund")
	}
	if text := values.Get("refund_amount"); text != "" {
		amount, err := money.Parse(text)
		if err != nil || amount <= 0 {
			return partners.Refund{}, fmt.Errorf("refund_amount %q is not an amount", text)
		}
		refund.Amount = amount
	}
	switch values.Get("refund_status") {
	case "REFUND_SUCCESS":
		if refund.Amount == 0 {
			return refund, nil
		}
		at, err := time.ParseInLocation(timeLayout, firstOf(values.Get("gmt_refund"), values.Get("notify_time")), partners.Shanghai)
		if err != nil {
			return partners.Refund{}, fmt.Errorf("the time of the refund: %w", err)
		}
		refund.State, refund.At = partners.RefundSucceeded, at
	case "REFUND_FAIL":
		refund.State = partners.RefundFailed
	}
	return refund, nil
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func noticeError(failure partners.Failure, code string, err error) *partners.Error {
	return &partners.Error{Failure: failure, Partner: partner, Code: code, Err: err}
}

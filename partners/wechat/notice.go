package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"

	"aftersales/money"
	"aftersales/partners"
)

// ReadNotice verifies the platform's signature and its age (5 minutes), opens the sealed resource and reads the refund,
// the payment of a charge or the chargeback.
func (r *Rail) ReadNotice(header http.Header, body []byte) (partners.Notice, error) {
	ctx := context.Background()
	if err := r.notices.Validate(ctx, &http.Request{Header: header, Body: io.NopCloser(bytes.NewReader(body))}); err != nil {
		return partners.Notice{}, fail(partners.Forged, "sign", err)
	}
	var envelope notify.Request
	if err := json.Unmarshal(body, &envelope); err != nil {
		return partners.Notice{}, fail(partners.Malformed, "json", err)
	}
	// The library's own reader takes these for granted and would crash on a notice without them.
	if envelope.ID == "" || envelope.Resource == nil || envelope.Resource.Algorithm != "AEAD_AES_256_GCM" || len(envelope.Resource.Nonce) != 12 {
		return partners.Notice{}, fail(partners.Malformed, "envelope", errors.New("no id, no resource, or another algorithm than AEAD_AES_256_GCM"))
	}
	plain, err := utils.DecryptAES256GCM(r.options.APIv3Key, envelope.Resource.AssociatedData, envelope.Resource.Nonce, envelope.Resource.Ciphertext)
	if err != nil {
		return partners.Notice{}, fail(partners.Forged, "resource", err)
	}
	notice, err := readResource(envelope.EventType, []byte(plain))
	if err != nil {
		return partners.Notice{}, fail(partners.Malformed, "resource", err)
	}
	notice.Partner, notice.ID = partner, envelope.ID
	return notice, nil
}

// readResource reads what a notice tells. Events of refunds and payments are WeChat Pay's; CHARGEBACK.SUCCESS is the
// sandbox's own, because WeChat Pay tells chargebacks by bill and by mail only.
func readResource(event string, plain []byte) (partners.Notice, error) {
	switch {
	case strings.HasPrefix(event, "REFUND."):
		var body struct {
			refunddomestic.Refund
			RefundStatus string `json:"refund_status"`
		}
		if err := json.Unmarshal(plain, &body); err != nil {
			return partners.Notice{}, err
		}
		refund, err := readRefund(&body.Refund, body.RefundStatus)
		return partners.Notice{Refund: &refund}, err
	case event == "TRANSACTION.SUCCESS":
		var body payments.Transaction
		if err := json.Unmarshal(plain, &body); err != nil {
			return partners.Notice{}, err
		}
		charge, err := readTransaction(&body)
		return partners.Notice{Charge: &charge}, err
	case event == "CHARGEBACK.SUCCESS":
		chargeback, err := readChargeback(plain)
		return partners.Notice{Chargeback: &chargeback}, err
	}
	return partners.Notice{}, fmt.Errorf("unknown event %q", event)
}

func readChargeback(plain []byte) (partners.Chargeback, error) {
	var body struct {
		TransactionID string    `json:"transaction_id"`
		SuccessTime   time.Time `json:"success_time"`
		Amount        struct {
			ChargedBack money.Amount `json:"charged_back"` // all in all
		} `json:"amount"`
	}
	if err := json.Unmarshal(plain, &body); err != nil {
		return partners.Chargeback{}, err
	}
	if body.TransactionID == "" || body.Amount.ChargedBack <= 0 || body.SuccessTime.IsZero() {
		return partners.Chargeback{}, errors.New("a chargeback without payment, amount or time")
	}
	return partners.Chargeback{PaymentRef: body.TransactionID, Amount: body.Amount.ChargedBack, At: body.SuccessTime}, nil
}

// Acknowledge is WeChat's answer for success.
func (r *Rail) Acknowledge() (string, []byte) {
	return "application/json", []byte(`{"code":"SUCCESS","message":"成功"}`)
}

package wechat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/native"

	"aftersales/money"
	"aftersales/partners"
)

// Charge makes an order to be paid by scanning (Native) under out_trade_no = partners.TradeNo(key). Key and merchant
// travel along as attach, WeChat's field for what the merchant wants back.
func (r *Rail) Charge(ctx context.Context, request partners.ChargeRequest) (partners.Charge, error) {
	if err := request.Check(); err != nil {
		return partners.Charge{}, fail(partners.Refused, "invalid_request", err)
	}
	expires := request.ExpiresAt.In(partners.Shanghai).Truncate(time.Second)
	answer, result, err := r.charging.Prepay(ctx, native.PrepayRequest{
		Appid: &r.options.AppID, Mchid: &r.options.MerchantID, NotifyUrl: &r.options.NotifyURL,
		OutTradeNo: core.String(partners.TradeNo(request.Key)), Attach: core.String(request.Note()),
		Description: &request.Subject, TimeExpire: &expires,
		Amount: &native.Amount{Total: core.Int64(int64(request.Amount)), Currency: core.String(string(request.Currency))},
	})
	if err != nil {
		return r.chargeAsItIs(ctx, request, r.failed(ctx, result, err, partners.Unknown))
	}
	if value(answer.CodeUrl) == "" {
		return partners.Charge{}, fail(partners.Unknown, "answer", errors.New("no code_url"))
	}
	return partners.Charge{Key: request.Key, URL: *answer.CodeUrl, State: partners.ChargeWaiting, Amount: request.Amount}, nil
}

// chargeAsItIs explains a refusal: an order number that is in use, paid or closed. The order under it is read; it is the
// answer when it is the same and no longer waits, and a mismatch otherwise.
func (r *Rail) chargeAsItIs(ctx context.Context, request partners.ChargeRequest, refused *partners.Error) (partners.Charge, error) {
	if refused.Failure != partners.Refused {
		return partners.Charge{}, refused
	}
	found, note, err := r.findCharge(ctx, request.Key)
	switch {
	case err != nil || found.State == partners.ChargeNotFound:
		return partners.Charge{}, refused
	case found.State == partners.ChargeWaiting || found.Amount != request.Amount || note != request.Note():
		refused.Failure = partners.Mismatch
		return partners.Charge{}, refused
	}
	return found, nil
}

// FindCharge asks by out_trade_no.
func (r *Rail) FindCharge(ctx context.Context, key string) (partners.Charge, error) {
	charge, _, err := r.findCharge(ctx, key)
	return charge, err
}

func (r *Rail) findCharge(ctx context.Context, key string) (charge partners.Charge, note string, err error) {
	answer, result, err := r.charging.QueryOrderByOutTradeNo(ctx, native.QueryOrderByOutTradeNoRequest{
		OutTradeNo: core.String(partners.TradeNo(key)), Mchid: &r.options.MerchantID})
	if err != nil {
		failed := r.failed(ctx, result, err, partners.Malformed)
		if unknownOrder(failed.Code) {
			return partners.Charge{Key: key, State: partners.ChargeNotFound}, "", nil
		}
		return partners.Charge{}, "", failed
	}
	charge, err = readTransaction(answer)
	if err == nil && charge.Key != key {
		err = errors.New("not the order asked for")
	}
	if err != nil {
		return partners.Charge{}, "", fail(partners.Malformed, "answer", err)
	}
	return charge, value(answer.Attach), nil
}

func unknownOrder(code string) bool {
	return code == "ORDER_NOT_EXIST" || code == "RESOURCE_NOT_EXISTS"
}

// CloseCharge closes the order, and reads how it stands then: WeChat refuses to close a paid one.
func (r *Rail) CloseCharge(ctx context.Context, key string) (partners.Charge, error) {
	result, err := r.charging.CloseOrder(ctx, native.CloseOrderRequest{OutTradeNo: core.String(partners.TradeNo(key)), Mchid: &r.options.MerchantID})
	if err != nil {
		if failed := r.failed(ctx, result, err, partners.Unknown); failed.Failure != partners.Refused {
			return partners.Charge{}, failed
		}
	}
	charge, findErr := r.FindCharge(ctx, key)
	switch {
	case findErr != nil:
		return partners.Charge{}, fail(partners.Unknown, "query_after_close", findErr)
	case charge.State == partners.ChargeWaiting:
		return partners.Charge{}, fail(partners.Unknown, "still_open", fmt.Errorf("the order still waits; close it again: %w", err))
	}
	return charge, nil
}

// readTransaction reads an order of an answer or a notice.
func readTransaction(t *payments.Transaction) (partners.Charge, error) {
	key, _, err := partners.ReadNote(value(t.Attach), value(t.OutTradeNo))
	if err != nil {
		return partners.Charge{}, err
	}
	charge := partners.Charge{Key: key}
	if t.Amount != nil {
		charge.Amount = money.Amount(value(t.Amount.Total))
	}
	if charge.Amount <= 0 {
		return partners.Charge{}, errors.New("an order without an amount")
	}
	switch state := value(t.TradeState); state {
	case "SUCCESS", "REFUND": // refund: paid, and some of it went back
		charge.State, charge.PaymentRef = partners.ChargePaid, value(t.TransactionId)
		if charge.PaidAt, err = time.Parse(time.RFC3339, value(t.SuccessTime)); err != nil {
			return partners.Charge{}, fmt.Errorf("the time of the payment: %w", err)
		}
		if charge.PaymentRef == "" || charge.PaidAt.IsZero() {
			return partners.Charge{}, errors.New("paid without a number or a time")
		}
	case "NOTPAY", "USERPAYING", "PAYERROR":
		charge.State = partners.ChargeWaiting
	case "CLOSED", "REVOKED":
		charge.State = partners.ChargeClosed
	default:
		return partners.Charge{}, fmt.Errorf("unknown state %q", state)
	}
	return charge, nil
}

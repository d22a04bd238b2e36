package alipay

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	sdk "github.com/smartwalle/alipay/v3"

	"aftersales/money"
	"aftersales/partners"
)

var _ partners.Charges = (*Rail)(nil)

// Charge makes a code to scan (alipay.trade.precreate) under out_trade_no = partners.TradeNo(key). Key and merchant
// travel along as body, which Alipay hands back in the notice. The trade itself begins when somebody scans the code.
func (r *Rail) Charge(ctx context.Context, request partners.ChargeRequest) (partners.Charge, error) {
	if err := request.Check(); err != nil {
		return partners.Charge{}, refused("invalid_request", err)
	}
	answer, err := r.client.TradePreCreate(ctx, sdk.TradePreCreate{Trade: sdk.Trade{
		NotifyURL: r.notifyURL, Subject: request.Subject, OutTradeNo: partners.TradeNo(request.Key), TotalAmount: request.Amount.String(),
		ProductCode: "FACE_TO_FACE_PAYMENT", Body: request.Note(), TimeExpire: request.ExpiresAt.In(partners.Shanghai).Format(timeLayout),
	}})
	if err != nil {
		return partners.Charge{}, callFailed(err, partners.Unknown)
	}
	if answer.Code != sdk.CodeSuccess {
		return r.chargeAsItIs(ctx, request, businessError(answer.Error))
	}
	if answer.OutTradeNo != partners.TradeNo(request.Key) || answer.QRCode == "" {
		return partners.Charge{}, &partners.Error{Failure: partners.Unknown, Partner: partner, Code: "answer", Err: errors.New("no code, or another order's")}
	}
	return partners.Charge{Key: request.Key, URL: answer.QRCode, State: partners.ChargeWaiting, Amount: request.Amount}, nil
}

// chargeAsItIs explains a refusal. An order that is paid or closed is the answer when it is for the same amount.
func (r *Rail) chargeAsItIs(ctx context.Context, request partners.ChargeRequest, failed *partners.Error) (partners.Charge, error) {
	if failed.Code != "ACQ.TRADE_HAS_SUCCESS" && failed.Code != "ACQ.TRADE_HAS_CLOSE" {
		return partners.Charge{}, failed
	}
	found, err := r.FindCharge(ctx, request.Key)
	switch {
	case err != nil:
		return partners.Charge{}, err
	case found.State == partners.ChargeNotFound:
		return partners.Charge{}, failed
	case found.Amount != request.Amount:
		return partners.Charge{}, &partners.Error{Failure: partners.Mismatch, Partner: partner, Code: "amount",
			Err: fmt.Errorf("the key stands for %s, not %s", found.Amount, request.Amount)}
	}
	return found, nil
}

// FindCharge asks by out_trade_no (alipay.trade.query). A code that nobody scanned is not found.
func (r *Rail) FindCharge(ctx context.Context, key string) (partners.Charge, error) {
	answer, err := r.client.TradeQuery(partners.Reading(ctx), sdk.TradeQuery{OutTradeNo: partners.TradeNo(key)})
	if err != nil {
		return partners.Charge{}, callFailed(err, partners.Malformed)
	}
	if answer.Code != sdk.CodeSuccess {
		if answer.SubCode == "ACQ.TRADE_NOT_EXIST" {
			return partners.Charge{Key: key, State: partners.ChargeNotFound}, nil
		}
		return partners.Charge{}, questionFailed(answer.Error)
	}
	if answer.OutTradeNo != partners.TradeNo(key) {
		return partners.Charge{}, malformed(errors.New("the answer is about another order"))
	}
	charge, err := readTrade(string(answer.TradeStatus), answer.TradeNo, answer.TotalAmount, answer.SendPayDate)
	if err != nil {
		return partners.Charge{}, malformed(err)
	}
	charge.Key = key
	return charge, nil
}

// CloseCharge closes the trade (alipay.trade.close), and reads how it stands then.
func (r *Rail) CloseCharge(ctx context.Context, key string) (partners.Charge, error) {
	answer, err := r.client.TradeClose(ctx, sdk.TradeClose{OutTradeNo: partners.TradeNo(key)})
	if err != nil {
		return partners.Charge{}, callFailed(err, partners.Unknown)
	}
	if answer.Code != sdk.CodeSuccess {
		if failed := businessError(answer.Error); failed.Failure == partners.Unknown || failed.Failure == partners.Down {
			return partners.Charge{}, failed
		}
	}
	charge, err := r.FindCharge(ctx, key)
	switch {
	case err != nil:
		return partners.Charge{}, &partners.Error{Failure: partners.Unknown, Partner: partner, Code: "query_after_close", Err: err}
	case charge.State == partners.ChargeWaiting:
		return partners.Charge{}, &partners.Error{Failure: partners.Unknown, Partner: partner, Code: "still_open", Err: errors.New("the order still waits; close it again")}
	}
	return charge, nil
}

// readTrade reads a trade's state. TRADE_CLOSED means two things: never paid, or paid and given back in full; only
// the latter has a time of payment. TRADE_FINISHED is paid and past refunding.
func readTrade(state, tradeNo, amount, paidAt string) (partners.Charge, error) {
	var charge partners.Charge
	var err error
	if charge.Amount, err = money.Parse(amount); err != nil || charge.Amount <= 0 {
		return partners.Charge{}, fmt.Errorf("the amount %q of the order is none", amount)
	}
	switch {
	case state == "WAIT_BUYER_PAY":
		charge.State = partners.ChargeWaiting
	case state == "TRADE_CLOSED" && paidAt == "":
		charge.State = partners.ChargeClosed
	case state == "TRADE_SUCCESS", state == "TRADE_FINISHED", state == "TRADE_CLOSED":
		charge.State, charge.PaymentRef = partners.ChargePaid, tradeNo
		if charge.PaidAt, err = time.ParseInLocation(timeLayout, paidAt, partners.Shanghai); err != nil {
			return partners.Charge{}, fmt.Errorf("the time of the payment: %w", err)
		}
		if tradeNo == "" || charge.PaidAt.IsZero() {
			return partners.Charge{}, errors.New("paid without a number or a time")
		}
	default:
		return partners.Charge{}, fmt.Errorf("unknown state %q", state)
	}
	return charge, nil
}

// readCharge reads the notice of a payment.
func readCharge(values url.Values) (partners.Charge, error) {
	key, _, err := partners.ReadNote(values.Get("body"), values.Get("out_trade_no"))
	if err != nil {
		return partners.Charge{}, err
	}
	charge, err := readTrade(values.Get("trade_status"), values.Get("trade_no"), values.Get("total_amount"), values.Get("gmt_payment"))
	if err != nil {
		return partners.Charge{}, err
	}
	charge.Key = key
	return charge, nil
}

// questionFailed is businessError for a call that changes nothing: it can simply be repeated.
func questionFailed(e sdk.Error) *partners.Error {
	failed := businessError(e)
	if failed.Failure == partners.Unknown {
		failed.Failure = partners.Down
	}
	return failed
}

func refused(code string, err error) *partners.Error {
	return &partners.Error{Failure: partners.Refused, Partner: partner, Code: code, Err: err}
}

package alipay

import (
	"context"
	"errors"
	"fmt"
	"time"

	sdk "github.com/smartwalle/alipay/v3"

	"aftersales/money"
	"aftersales/partners"
)

var _ partners.Payouts = (*Rail)(nil)

const (
	payoutProduct = "TRANS_ACCOUNT_NO_PWD" // to an account, by our signature alone
	payoutScene   = "DIRECT_TRANSFER"
)

// Payout transfers to an Alipay account (alipay.fund.trans.uni.transfer) under out_biz_no = request.Key. Alipay
// compares the name with the account's.
func (r *Rail) Payout(ctx context.Context, request partners.PayoutRequest) (partners.Payout, error) {
	if err := request.Check(); err != nil {
		return partners.Payout{}, refused("invalid_request", err)
	}
	answer, err := r.client.FundTransUniTransfer(ctx, sdk.FundTransUniTransfer{
		OutBizNo: request.Key, TransAmount: request.Amount.String(), ProductCode: payoutProduct, BizScene: payoutScene,
		OrderTitle: request.Reason, Remark: request.Reason,
		PayeeInfo: &sdk.PayeeInfo{Identity: request.Account, IdentityType: "ALIPAY_LOGON_ID", Name: request.Name},
	})
	if err != nil {
		return partners.Payout{}, callFailed(err, partners.Unknown)
	}
	if answer.Code != sdk.CodeSuccess {
		return partners.Payout{}, businessError(answer.Error)
	}
	// The answer to a repeat is the first one's, whatever is asked for now: the amount is read from the order itself.
	payout, err := r.FindPayout(ctx, request.Key)
	switch {
	case err != nil:
		return partners.Payout{}, &partners.Error{Failure: partners.Unknown, Partner: partner, Code: "query_after_accept", Err: err}
	case payout.State == partners.RefundNotFound:
		return partners.Payout{Key: request.Key, ProviderRef: answer.OrderId, State: partners.RefundPending, Amount: request.Amount}, nil
	case payout.Amount != request.Amount:
		return partners.Payout{}, &partners.Error{Failure: partners.Mismatch, Partner: partner, Code: "amount",
			Err: fmt.Errorf("the key stands for %s, not %s", payout.Amount, request.Amount)}
	}
	return payout, nil
}

// FindPayout asks by out_biz_no (alipay.fund.trans.common.query).
func (r *Rail) FindPayout(ctx context.Context, key string) (partners.Payout, error) {
	answer, err := r.client.FundTransCommonQuery(partners.Reading(ctx), sdk.FundTransCommonQuery{OutBizNo: key, ProductCode: payoutProduct, BizScene: payoutScene})
	if err != nil {
		return partners.Payout{}, callFailed(err, partners.Malformed)
	}
	if answer.Code != sdk.CodeSuccess {
		if answer.SubCode == "ORDER_NOT_EXIST" {
			return partners.Payout{Key: key, State: partners.RefundNotFound}, nil
		}
		return partners.Payout{}, questionFailed(answer.Error)
	}
	if answer.OutBizNo != key {
		return partners.Payout{}, malformed(errors.New("the answer is about another payout"))
	}
	payout := partners.Payout{Key: key, ProviderRef: answer.OrderId}
	if payout.Amount, err = money.Parse(answer.TransAmount); err != nil || payout.Amount <= 0 {
		return partners.Payout{}, malformed(fmt.Errorf("the amount %q of the payout is none", answer.TransAmount))
	}
	switch answer.Status {
	case "SUCCESS":
		payout.State = partners.RefundSucceeded
		if payout.At, err = time.ParseInLocation(timeLayout, answer.PayDate, partners.Shanghai); err != nil {
			return partners.Payout{}, malformed(fmt.Errorf("the time of the payout: %w", err))
		}
	case "FAIL", "CLOSED", "REFUND": // refund: the money came back to us
		payout.State, payout.Why = partners.RefundFailed, answer.ErrorCode
	default:
		payout.State = partners.RefundPending
	}
	return payout, nil
}

package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// Alipay's charges and payouts.

func alipayBroken() alipayAnswer {
	return alipayRefusal("20000", "Service Currently Unavailable", "aop.ACQ.SYSTEM_ERROR", "系统错误")
}

func (s *Server) alipayCharge(r *http.Request) alipayAnswer {
	var biz struct {
		OutTradeNo string `json:"out_trade_no"`
		Amount     string `json:"total_amount"`
		Subject    string `json:"subject"`
		Body       string `json:"body"`
		Expire     string `json:"time_expire"`
	}
	err := json.Unmarshal([]byte(r.Form.Get("biz_content")), &biz)
	amount, amountErr := money.Parse(biz.Amount)
	expires, expireErr := time.ParseInLocation(alipayTime, biz.Expire, partners.Shanghai)
	if err != nil || amountErr != nil || amount <= 0 || expireErr != nil || biz.OutTradeNo == "" || biz.Subject == "" {
		return businessRefusal("ACQ.INVALID_PARAMETER", "参数无效")
	}
	row, result, err := s.applyCharge(r.Context(), charge{rail: partners.RailAlipay, tradeNo: biz.OutTradeNo, note: biz.Body,
		amount: amount, subject: biz.Subject, expiresAt: expires})
	var mistake badRequest
	switch {
	case errors.As(err, &mistake):
		return businessRefusal("ACQ.INVALID_PARAMETER", "参数无效")
	case err != nil:
		s.log.Error("alipay charge", "error", err)
		return alipayBroken()
	}
	switch result {
	case otherContent:
		return businessRefusal("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改")
	case chargePaid:
		return businessRefusal("ACQ.TRADE_HAS_SUCCESS", "交易已被支付")
	case chargeClosed:
		return businessRefusal("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")
	case chargeExpired:
		return businessRefusal("ACQ.INVALID_PARAMETER", "超时时间无效")
	}
	return alipayAnswer{"code": "10000", "msg": "Success", "out_trade_no": row.tradeNo, "qr_code": row.url}
}

// alipayFindCharge knows a trade from the moment somebody scanned its code.
func (s *Server) alipayFindCharge(r *http.Request) alipayAnswer {
	row, found, err := findCharge(r.Context(), s.store.reader, partners.RailAlipay, tradeNoOf(r))
	switch {
	case err != nil:
		return alipayBroken()
	case !found || !row.scanned:
		return businessRefusal("ACQ.TRADE_NOT_EXIST", "交易不存在")
	}
	answer := alipayAnswer{"code": "10000", "msg": "Success", "out_trade_no": row.tradeNo, "trade_no": row.paidRef, "total_amount": row.amount.String(), "subject": row.subject}
	switch row.state(s.now()) {
	case partners.ChargePaid:
		answer["trade_status"], answer["send_pay_date"] = "TRADE_SUCCESS", row.paidAt.In(partners.Shanghai).Format(alipayTime)
		paid, _, err := findPayment(r.Context(), s.store.reader, row.rail, row.paidRef)
		if err != nil {
			return alipayBroken()
		}
		if paid.refunded == paid.captured {
			answer["trade_status"] = "TRADE_CLOSED"
		}
	case partners.ChargeWaiting:
		answer["trade_status"] = "WAIT_BUYER_PAY"
	default:
		answer["trade_status"] = "TRADE_CLOSED"
	}
	return answer
}

func tradeNoOf(r *http.Request) string {
	var biz struct {
		OutTradeNo string `json:"out_trade_no"`
	}
	if json.Unmarshal([]byte(r.Form.Get("biz_content")), &biz) != nil {
		return ""
	}
	return biz.OutTradeNo
}

func (s *Server) alipayClose(r *http.Request) alipayAnswer {
	row, result, err := s.closeCharge(r.Context(), partners.RailAlipay, tradeNoOf(r))
	switch {
	case err != nil:
		s.log.Error("alipay close", "error", err)
		return alipayBroken()
	case result == unknownPayment:
		return businessRefusal("ACQ.TRADE_NOT_EXIST", "交易不存在")
	case result == chargePaid:
		return businessRefusal("ACQ.REASON_TRADE_STATUS_INVALID", "交易状态不合法")
	}
	return alipayAnswer{"code": "10000", "msg": "Success", "out_trade_no": row.tradeNo, "trade_no": ""}
}

func (s *Server) alipayPayout(r *http.Request) alipayAnswer {
	var biz struct {
		OutBizNo string `json:"out_biz_no"`
		Amount   string `json:"trans_amount"`
		Product  string `json:"product_code"`
		Scene    string `json:"biz_scene"`
		Title    string `json:"order_title"`
		Payee    struct {
			Identity string `json:"identity"`
			Type     string `json:"identity_type"`
			Name     string `json:"name"`
		} `json:"payee_info"`
	}
	err := json.Unmarshal([]byte(r.Form.Get("biz_content")), &biz)
	amount, amountErr := money.Parse(biz.Amount)
	if err != nil || amountErr != nil || amount < 10 || biz.OutBizNo == "" || biz.Product != "TRANS_ACCOUNT_NO_PWD" || biz.Scene != "DIRECT_TRANSFER" ||
		biz.Payee.Type != "ALIPAY_LOGON_ID" || biz.Payee.Identity == "" || biz.Payee.Name == "" {
		return businessRefusal("INVALID_PARAMETER", "参数有误")
	}
	row, result, err := s.applyPayout(r.Context(), payout{key: biz.OutBizNo, account: biz.Payee.Identity, name: biz.Payee.Name, amount: amount, reason: biz.Title})
	if err != nil {
		s.log.Error("alipay payout", "error", err)
		return alipayRefusal("20000", "Service Currently Unavailable", "SYSTEM_ERROR", "系统繁忙")
	}
	switch result {
	case otherContent:
		return businessRefusal("PAYMENT_INFO_INCONSISTENCY", "两次请求商户单号一样，但是参数不一致")
	case noAccount:
		return businessRefusal("PAYEE_NOT_EXIST", "收款账号不存在")
	case otherName:
		return businessRefusal("PAYEE_USER_INFO_ERROR", "支付宝账号和姓名不匹配，请确认姓名是否正确")
	case balanceShort:
		return businessRefusal("PAYER_BALANCE_NOT_ENOUGH", "付款方余额不足")
	}
	answer := alipayAnswer{"code": "10000", "msg": "Success", "out_biz_no": row.key, "order_id": row.providerRef, "status": "DEALING"}
	if !row.doneAt.After(s.now()) {
		answer["status"], answer["trans_date"] = "SUCCESS", row.doneAt.In(partners.Shanghai).Format(alipayTime)
	}
	return answer
}

func (s *Server) alipayFindPayout(r *http.Request) alipayAnswer {
	var biz struct {
		OutBizNo string `json:"out_biz_no"`
	}
	if err := json.Unmarshal([]byte(r.Form.Get("biz_content")), &biz); err != nil {
		return businessRefusal("INVALID_PARAMETER", "参数有误")
	}
	row, generation, err := findPayout(r.Context(), s.store.reader, biz.OutBizNo)
	switch {
	case err != nil:
		return alipayRefusal("20000", "Service Currently Unavailable", "SYSTEM_ERROR", "系统繁忙")
	case generation == 0:
		return businessRefusal("ORDER_NOT_EXIST", "转账订单不存在")
	}
	answer := alipayAnswer{"code": "10000", "msg": "Success", "out_biz_no": row.key, "order_id": row.providerRef, "trans_amount": row.amount.String(), "status": "DEALING"}
	if !row.doneAt.After(s.now()) {
		answer["status"], answer["pay_date"] = "SUCCESS", row.doneAt.In(partners.Shanghai).Format(alipayTime)
	}
	return answer
}

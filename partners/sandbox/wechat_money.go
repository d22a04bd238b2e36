package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// WeChat Pay's charges: Native orders.

var weChatSummaries = map[string]string{"REFUND.SUCCESS": "退款成功", "TRANSACTION.SUCCESS": "支付成功", "CHARGEBACK.SUCCESS": "拒付成功"}

func (s *Server) weChatCharge(r *http.Request, body []byte) (int, any) {
	var ask struct {
		AppID       string    `json:"appid"`
		MchID       string    `json:"mchid"`
		Description string    `json:"description"`
		OutTradeNo  string    `json:"out_trade_no"`
		Attach      string    `json:"attach"`
		TimeExpire  time.Time `json:"time_expire"`
		Amount      struct {
			Total    money.Amount `json:"total"`
			Currency string       `json:"currency"`
		} `json:"amount"`
	}
	if err := json.Unmarshal(body, &ask); err != nil || ask.OutTradeNo == "" || len(ask.OutTradeNo) > 32 || len(ask.Attach) > 128 || ask.Description == "" ||
		ask.Amount.Total <= 0 || ask.Amount.Currency != "CNY" {
		return http.StatusBadRequest, weChatRefusal("PARAM_ERROR", "参数错误")
	}
	if ask.AppID != s.keys.WeChatAppID || ask.MchID != s.keys.WeChatMerchantID {
		return http.StatusBadRequest, weChatRefusal("APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配")
	}
	row, result, err := s.applyCharge(r.Context(), charge{rail: partners.RailWeChat, tradeNo: ask.OutTradeNo, note: ask.Attach,
		amount: ask.Amount.Total, subject: ask.Description, expiresAt: ask.TimeExpire})
	var mistake badRequest
	switch {
	case errors.As(err, &mistake):
		return http.StatusBadRequest, weChatRefusal("PARAM_ERROR", "参数错误")
	case err != nil:
		s.log.Error("wechat charge", "error", err)
		return http.StatusInternalServerError, weChatRefusal("SYSTEM_ERROR", "系统错误")
	}
	switch result {
	case otherContent:
		return http.StatusForbidden, weChatRefusal("OUT_TRADE_NO_USED", "商户订单号重复")
	case chargePaid:
		return http.StatusBadRequest, weChatRefusal("ORDERPAID", "该订单已支付")
	case chargeClosed:
		return http.StatusBadRequest, weChatRefusal("ORDER_CLOSED", "该订单已关闭")
	case chargeExpired:
		return http.StatusBadRequest, weChatRefusal("PARAM_ERROR", "订单失效时间无效")
	}
	return http.StatusOK, map[string]string{"code_url": row.url}
}

func (s *Server) weChatFindCharge(r *http.Request, _ []byte) (int, any) {
	if r.URL.Query().Get("mchid") != s.keys.WeChatMerchantID {
		return http.StatusBadRequest, weChatRefusal("PARAM_ERROR", "参数错误")
	}
	row, found, err := findCharge(r.Context(), s.store.reader, partners.RailWeChat, r.PathValue("no"))
	switch {
	case err != nil:
		return http.StatusInternalServerError, weChatRefusal("SYSTEM_ERROR", "系统错误")
	case !found:
		return http.StatusNotFound, weChatRefusal("ORDER_NOT_EXIST", "订单不存在")
	}
	return http.StatusOK, s.weChatTransaction(row)
}

func (s *Server) weChatClose(r *http.Request, body []byte) (int, any) {
	var ask struct {
		MchID string `json:"mchid"`
	}
	if err := json.Unmarshal(body, &ask); err != nil || ask.MchID != s.keys.WeChatMerchantID {
		return http.StatusBadRequest, weChatRefusal("PARAM_ERROR", "参数错误")
	}
	_, result, err := s.closeCharge(r.Context(), partners.RailWeChat, r.PathValue("no"))
	switch {
	case err != nil:
		s.log.Error("wechat close", "error", err)
		return http.StatusInternalServerError, weChatRefusal("SYSTEM_ERROR", "系统错误")
	case result == unknownPayment:
		return http.StatusNotFound, weChatRefusal("ORDER_NOT_EXIST", "订单不存在")
	case result == chargePaid:
		return http.StatusBadRequest, weChatRefusal("ORDERPAID", "该订单已支付")
	}
	return http.StatusNoContent, nil
}

// weChatTransaction is an order in WeChat's words, in answers and in notices.
func (s *Server) weChatTransaction(c charge) map[string]any {
	answer := map[string]any{"appid": s.keys.WeChatAppID, "mchid": s.keys.WeChatMerchantID, "out_trade_no": c.tradeNo, "attach": c.note,
		"amount": map[string]any{"total": c.amount, "currency": "CNY"}}
	switch c.state(s.now()) {
	case partners.ChargePaid:
		answer["trade_state"], answer["trade_state_desc"], answer["trade_type"] = "SUCCESS", "支付成功", "NATIVE"
		answer["transaction_id"], answer["success_time"] = c.paidRef, c.paidAt.In(partners.Shanghai).Format(time.RFC3339)
	case partners.ChargeWaiting:
		answer["trade_state"], answer["trade_state_desc"] = "NOTPAY", "订单未支付"
	default:
		answer["trade_state"], answer["trade_state_desc"] = "CLOSED", "订单已关闭"
	}
	return answer
}

package sandbox

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// WeChat Pay's API v3, as far as refunds go.

const weChatSchema = "WECHATPAY2-SHA256-RSA2048 "

var weChatField = regexp.MustCompile(`([a-z_]+)="([^"]*)"`)

// weChat wraps one interface: reads the body, verifies the merchant's signature, plays faults, signs the answer.
func (s *Server) weChat(op string, serve func(r *http.Request, body []byte) (int, any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.enter(w, r, "wechat", op) {
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			s.weChatReply(w, http.StatusBadRequest, weChatRefusal("PARAM_ERROR", "请求体过大"))
			return
		}
		if !s.weChatSigned(r, body) {
			s.weChatReply(w, http.StatusUnauthorized, weChatRefusal("SIGN_ERROR", "签名错误"))
			return
		}
		if _, on := s.faults.take("wechat", op, RateLimit); on {
			s.weChatReply(w, http.StatusTooManyRequests, weChatRefusal("FREQUENCY_LIMITED", "频率限制"))
			return
		}
		changes := op == "refund" || op == "charge" || op == "close"
		if changes {
			s.breakOff(r, "wechat", op, TimeoutBeforeApply)
		}
		status, answer := serve(r, body)
		if changes {
			s.breakOff(r, "wechat", op, AppliedThenTimeout)
		}
		s.weChatReply(w, status, answer)
	}
}

func weChatRefusal(code, message string) map[string]string {
	return map[string]string{"code": code, "message": message}
}

func (s *Server) weChatRefund(r *http.Request, body []byte) (int, any) {
	var request struct {
		TransactionID string `json:"transaction_id"`
		OutRefundNo   string `json:"out_refund_no"`
		Reason        string `json:"reason"`
		Amount        struct {
			Refund   money.Amount `json:"refund"`
			Total    money.Amount `json:"total"`
			Currency string       `json:"currency"`
		} `json:"amount"`
	}
	if err := json.Unmarshal(body, &request); err != nil || request.TransactionID == "" || request.OutRefundNo == "" ||
		request.Amount.Refund <= 0 || request.Amount.Total <= 0 || request.Amount.Currency != "CNY" {
		return http.StatusBadRequest, weChatRefusal("PARAM_ERROR", "参数错误")
	}
	row, result, err := s.applyRefund(r.Context(), refundAsk{rail: partners.RailWeChat, key: request.OutRefundNo, ref: request.TransactionID,
		amount: request.Amount.Refund, total: request.Amount.Total, reason: request.Reason})
	if err != nil {
		s.log.Error("wechat refund", "error", err)
		return http.StatusInternalServerError, weChatRefusal("SYSTEM_ERROR", "系统错误")
	}
	switch result {
	case applied, repeated:
		return http.StatusOK, s.weChatBody(row, request.Amount.Total, "status")
	case otherContent:
		return http.StatusBadRequest, weChatRefusal("INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试")
	case unknownPayment:
		return http.StatusNotFound, weChatRefusal("RESOURCE_NOT_EXISTS", "订单不存在")
	case railClosed:
		return http.StatusForbidden, weChatRefusal("TRADE_OVERDUE", "订单已经超过退款期限")
	case tooMany:
		return http.StatusBadRequest, weChatRefusal("INVALID_REQUEST", "一笔订单最多支持50次部分退款")
	case tooSoon:
		return http.StatusTooManyRequests, weChatRefusal("FREQUENCY_LIMITED", "多次部分退款需间隔1分钟")
	case balanceShort:
		return http.StatusForbidden, weChatRefusal("NOT_ENOUGH", "基本账户余额不足")
	default:
		return http.StatusBadRequest, weChatRefusal("INVALID_REQUEST", "申请退款金额大于订单可退金额，或订单金额不符")
	}
}

func (s *Server) weChatQuery(r *http.Request, _ []byte) (int, any) {
	row, generation, err := findRefund(r.Context(), s.store.reader, partners.RailWeChat, r.PathValue("key"))
	if err != nil {
		return http.StatusInternalServerError, weChatRefusal("SYSTEM_ERROR", "系统错误")
	}
	if generation == 0 {
		return http.StatusNotFound, weChatRefusal("RESOURCE_NOT_EXISTS", "退款单不存在")
	}
	paid, _, err := findPayment(r.Context(), s.store.reader, partners.RailWeChat, row.ref)
	if err != nil {
		return http.StatusInternalServerError, weChatRefusal("SYSTEM_ERROR", "系统错误")
	}
	return http.StatusOK, s.weChatBody(row, paid.captured, "status")
}

// weChatBody is a refund in WeChat's words; its state is called status in answers and refund_status in notices.
func (s *Server) weChatBody(row refund, total money.Amount, state string) map[string]any {
	body := map[string]any{
		"refund_id": row.providerRef, "out_refund_no": row.key, "transaction_id": row.ref, "out_trade_no": "",
		"user_received_account": "支付用户零钱", "create_time": row.acceptedAt.In(partners.Shanghai).Format(time.RFC3339), state: "PROCESSING",
		"amount": map[string]any{"refund": row.amount, "total": total, "payer_refund": row.amount, "payer_total": total, "currency": "CNY"},
	}
	if row.done(s.now()) || state == "refund_status" { // a notice is sent when the money has arrived
		body[state] = "SUCCESS"
		body["success_time"] = row.doneAt.In(partners.Shanghai).Format(time.RFC3339)
	}
	return body
}

func (s *Server) weChatBillAddress(r *http.Request, _ []byte) (int, any) {
	date := r.URL.Query().Get("bill_date")
	day, err := time.ParseInLocation(time.DateOnly, date, partners.Shanghai)
	if err != nil || r.URL.Query().Get("bill_type") != "REFUND" {
		return http.StatusBadRequest, weChatRefusal("PARAM_ERROR", "参数错误")
	}
	// The mark tells the download where to stop, so that the hash holds although refunds go on.
	until := millis(s.now())
	content, count, err := s.weChatBillUntil(r, day, until)
	if err != nil {
		return http.StatusInternalServerError, weChatRefusal("SYSTEM_ERROR", "系统错误")
	}
	if count == 0 {
		return http.StatusBadRequest, weChatRefusal("NO_STATEMENT_EXIST", "账单文件不存在")
	}
	sum := sha1.Sum(content)
	mark := date + "." + strconv.FormatInt(until, 10)
	return http.StatusOK, map[string]string{"hash_type": "SHA1", "hash_value": hex.EncodeToString(sum[:]),
		"download_url": s.publicURL(r) + "/v3/billdownload/file?mark=" + mark + "&token=" + s.billToken("wechat", mark)}
}

func (s *Server) weChatBill(w http.ResponseWriter, r *http.Request) {
	mark := r.URL.Query().Get("mark")
	date, until, _ := strings.Cut(mark, ".")
	day, err := time.ParseInLocation(time.DateOnly, date, partners.Shanghai)
	limit, limitErr := strconv.ParseInt(until, 10, 64)
	if err != nil || limitErr != nil || !s.weChatSigned(r, nil) || !hmac.Equal([]byte(r.URL.Query().Get("token")), []byte(s.billToken("wechat", mark))) {
		s.weChatReply(w, http.StatusForbidden, weChatRefusal("NO_AUTH", "下载地址无效"))
		return
	}
	content, _, err := s.weChatBillUntil(r, day, limit)
	if err != nil {
		http.Error(w, "the ledger cannot be read", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write(content)
}

func (s *Server) weChatBillUntil(r *http.Request, day time.Time, until int64) ([]byte, int, error) {
	list, err := s.refundsOf(r.Context(), partners.RailWeChat, day)
	if err != nil {
		return nil, 0, err
	}
	var text bytes.Buffer
	text.WriteString("\ufeff交易时间,公众账号ID,商户号,微信订单号,商户订单号,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,退款类型,退款状态\r\n")
	var sum money.Amount
	count := 0
	for _, row := range list {
		if millis(row.doneAt) > until {
			continue
		}
		fmt.Fprintf(&text, "`%s,`,`%s,`%s,`,`%s,`%s,`%s,`%s,`%s,`ORIGINAL,`SUCCESS\r\n",
			row.acceptedAt.In(partners.Shanghai).Format(time.DateTime), s.keys.WeChatMerchantID, row.ref,
			row.acceptedAt.In(partners.Shanghai).Format(time.DateTime), row.doneAt.In(partners.Shanghai).Format(time.DateTime), row.providerRef, row.key, row.amount)
		sum += row.amount
		count++
	}
	fmt.Fprintf(&text, "总退款笔数,总退款金额\r\n`%d,`%s\r\n", count, sum)
	return text.Bytes(), count, nil
}

// weChatSigned verifies the merchant's signature and that it is at most 5 minutes old.
func (s *Server) weChatSigned(r *http.Request, body []byte) bool {
	header, ok := strings.CutPrefix(r.Header.Get("Authorization"), weChatSchema)
	if !ok {
		return false
	}
	field := map[string]string{}
	for _, match := range weChatField.FindAllStringSubmatch(header, -1) {
		field[match[1]] = match[2]
	}
	seconds, err := strconv.ParseInt(field["timestamp"], 10, 64)
	if err != nil || field["mchid"] != s.keys.WeChatMerchantID || field["serial_no"] != s.keys.WeChatSerial {
		return false
	}
	if age := time.Since(time.Unix(seconds, 0)); age > 5*time.Minute || age < -5*time.Minute {
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(field["signature"])
	if err != nil {
		return false
	}
	sum := sha256.Sum256([]byte(r.Method + "\n" + r.URL.RequestURI() + "\n" + field["timestamp"] + "\n" + field["nonce_str"] + "\n" + string(body) + "\n"))
	return rsa.VerifyPKCS1v15(&s.weChatMerchantKey.PublicKey, crypto.SHA256, sum[:], signature) == nil
}

func (s *Server) weChatReply(w http.ResponseWriter, status int, answer any) {
	var content []byte
	if answer != nil { // 204 has no body, and is signed all the same
		var err error
		if content, err = json.Marshal(answer); err != nil {
			http.Error(w, "the answer cannot be made", http.StatusInternalServerError)
			return
		}
	}
	for name, value := range s.weChatSignature(s.weChatPlatformKey, content) {
		w.Header().Set(name, value)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(content)
}

// weChatSignature makes the headers that sign an answer or a notice now.
func (s *Server) weChatSignature(key *rsa.PrivateKey, content []byte) map[string]string {
	stamp, nonce := strconv.FormatInt(time.Now().Unix(), 10), token(16)
	return map[string]string{
		"Wechatpay-Timestamp": stamp, "Wechatpay-Nonce": nonce, "Wechatpay-Serial": s.keys.WeChatPlatformSerial,
		"Wechatpay-Signature": rsaSign(key, stamp+"\n"+nonce+"\n"+string(content)+"\n"),
	}
}

// weChatEnvelope seals a notice's resource under the merchant's API v3 key.
func (s *Server) weChatEnvelope(id, event string, created time.Time, resource []byte) ([]byte, error) {
	block, err := aes.NewCipher([]byte(s.keys.WeChatAPIv3Key))
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	nonce := token(6) // 12 characters
	kind, _, _ := strings.Cut(strings.ToLower(event), ".")
	return json.Marshal(map[string]any{
		"id": id, "create_time": created.In(partners.Shanghai).Format(time.RFC3339), "event_type": event,
		"resource_type": "encrypt-resource", "summary": weChatSummaries[event],
		"resource": map[string]string{"algorithm": "AEAD_AES_256_GCM", "original_type": kind, "associated_data": kind, "nonce": nonce,
			"ciphertext": base64.StdEncoding.EncodeToString(gcm.Seal(nil, []byte(nonce), resource, []byte(kind)))},
	})
}

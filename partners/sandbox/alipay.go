package sandbox

import (
	"archive/zip"
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"aftersales/money"
	"aftersales/partners"
)

// The Alipay gateway. Signing is written here anew, apart from the adapter's library, so that a mistake on one
// side shows as a refused signature.

const alipayTime = time.DateTime

var alipayOps = map[string]string{
	"alipay.trade.refund":                            "refund",
	"alipay.trade.fastpay.refund.query":              "query",
	"alipay.data.dataservice.bill.downloadurl.query": "bill",
	"alipay.trade.precreate":                         "charge",
	"alipay.trade.query":                             "find_charge",
	"alipay.trade.close":                             "close",
	"alipay.fund.trans.uni.transfer":                 "payout",
	"alipay.fund.trans.common.query":                 "find_payout",
}

type alipayAnswer map[string]string

func alipayRefusal(code, msg, sub, text string) alipayAnswer {
	return alipayAnswer{"code": code, "msg": msg, "sub_code": sub, "sub_msg": text}
}

func businessRefusal(sub, text string) alipayAnswer {
	return alipayRefusal("40004", "Business Failed", sub, text)
}

func (s *Server) alipayGateway(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "not a form", http.StatusBadRequest)
		return
	}
	method := r.Form.Get("method")
	op, known := alipayOps[method]
	if !known {
		s.alipayUnsigned(w, method, alipayRefusal("40002", "Invalid Arguments", "isv.invalid-method", "不存在的方法名"))
		return
	}
	if !s.enter(w, r, "alipay", op) {
		return
	}
	if r.Form.Get("app_id") != s.keys.AlipayAppID || !s.alipaySigned(r.Form) {
		s.alipayUnsigned(w, method, alipayRefusal("40002", "Invalid Arguments", "isv.invalid-signature", "验签出错"))
		return
	}
	if _, on := s.faults.take("alipay", op, RateLimit); on {
		s.alipayReply(w, method, alipayRefusal("40005", "Call Limited", "isp.call-limited", "调用频次超限"))
		return
	}
	serve, changes := s.alipayServe(op)
	if changes {
		s.breakOff(r, "alipay", op, TimeoutBeforeApply)
	}
	answer := serve(r)
	if changes {
		s.breakOff(r, "alipay", op, AppliedThenTimeout)
	}
	s.alipayReply(w, method, answer)
}

// alipayServe returns what serves an operation, and whether it changes something.
func (s *Server) alipayServe(op string) (serve func(*http.Request) alipayAnswer, changes bool) {
	switch op {
	case "refund":
		return s.alipayRefund, true
	case "charge":
		return s.alipayCharge, true
	case "close":
		return s.alipayClose, true
	case "payout":
		return s.alipayPayout, true
	case "find_charge":
		return s.alipayFindCharge, false
	case "find_payout":
		return s.alipayFindPayout, false
	case "bill":
		return s.alipayBillAddress, false
	}
	return s.alipayQuery, false
}

func (s *Server) alipayRefund(r *http.Request) alipayAnswer {
	var biz struct {
		TradeNo      string `json:"trade_no"`
		OutRequestNo string `json:"out_request_no"`
		Amount       string `json:"refund_amount"`
		Reason       string `json:"refund_reason"`
	}
	if err := json.Unmarshal([]byte(r.Form.Get("biz_content")), &biz); err != nil || biz.TradeNo == "" || biz.OutRequestNo == "" {
		return businessRefusal("ACQ.INVALID_PARAMETER", "参数无效")
	}
	amount, err := money.Parse(biz.Amount)
	if err != nil || amount <= 0 {
		return businessRefusal("ACQ.INVALID_PARAMETER", "退款金额无效")
	}
	row, result, err := s.applyRefund(r.Context(), refundAsk{rail: partners.RailAlipay, key: biz.OutRequestNo, ref: biz.TradeNo, amount: amount, reason: biz.Reason})
	if err != nil {
		s.log.Error("alipay refund", "error", err)
		return alipayRefusal("20000", "Service Currently Unavailable", "aop.ACQ.SYSTEM_ERROR", "系统错误")
	}
	switch result {
	case applied, repeated:
		answer := alipayAnswer{"code": "10000", "msg": "Success", "trade_no": row.ref, "out_trade_no": "", "fund_change": "N",
			"refund_fee": row.amount.String()}
		if result == applied && row.done(s.now()) {
			answer["fund_change"] = "Y"
			answer["gmt_refund_pay"] = row.doneAt.In(partners.Shanghai).Format(alipayTime)
		}
		return answer
	case otherContent:
		return businessRefusal("ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致")
	case unknownPayment:
		return businessRefusal("ACQ.TRADE_NOT_EXIST", "交易不存在")
	case railClosed:
		return businessRefusal("ACQ.TRADE_HAS_FINISHED", "交易已完结")
	case balanceShort:
		return businessRefusal("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足")
	case tooMany:
		return businessRefusal("ACQ.TRADE_NOT_ALLOW_REFUND", "当前交易不允许退款")
	default:
		return businessRefusal("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
	}
}

func (s *Server) alipayQuery(r *http.Request) alipayAnswer {
	var biz struct {
		TradeNo      string `json:"trade_no"`
		OutRequestNo string `json:"out_request_no"`
	}
	if err := json.Unmarshal([]byte(r.Form.Get("biz_content")), &biz); err != nil {
		return businessRefusal("ACQ.INVALID_PARAMETER", "参数无效")
	}
	_, found, err := findPayment(r.Context(), s.store.reader, partners.RailAlipay, biz.TradeNo)
	if err == nil && !found {
		return businessRefusal("ACQ.TRADE_NOT_EXIST", "交易不存在")
	}
	row, generation, findErr := findRefund(r.Context(), s.store.reader, partners.RailAlipay, biz.OutRequestNo)
	if err != nil || findErr != nil {
		return alipayRefusal("20000", "Service Currently Unavailable", "aop.ACQ.SYSTEM_ERROR", "系统错误")
	}
	answer := alipayAnswer{"code": "10000", "msg": "Success"}
	if generation == 0 || row.ref != biz.TradeNo {
		return answer // Alipay's way to say: no such refund
	}
	answer["trade_no"], answer["out_request_no"], answer["refund_amount"] = row.ref, row.key, row.amount.String()
	answer["refund_status"] = "REFUND_PROCESSING"
	if row.done(s.now()) {
		answer["refund_status"] = "REFUND_SUCCESS"
		answer["gmt_refund_pay"] = row.doneAt.In(partners.Shanghai).Format(alipayTime)
	}
	return answer
}

func (s *Server) alipayBillAddress(r *http.Request) alipayAnswer {
	var biz struct {
		Type string `json:"bill_type"`
		Date string `json:"bill_date"`
	}
	if err := json.Unmarshal([]byte(r.Form.Get("biz_content")), &biz); err != nil || biz.Type != "trade" {
		return businessRefusal("isp.bill_type_invalid", "账单类型错误")
	}
	day, err := time.ParseInLocation(time.DateOnly, biz.Date, partners.Shanghai)
	if err != nil {
		return businessRefusal("isp.bill_date_invalid", "账单日期错误")
	}
	// The real bill of a day comes at 09:00 of the next. The sandbox has today's at once, for the demo's sake.
	if day.After(s.now()) {
		return businessRefusal("isp.bill_not_exist", "账单不存在")
	}
	return alipayAnswer{"code": "10000", "msg": "Success",
		"bill_download_url": s.publicURL(r) + "/alipay/bill.zip?date=" + biz.Date + "&token=" + s.billToken("alipay", biz.Date)}
}

// billToken makes the address of a bill unguessable, as the providers do.
func (s *Server) billToken(rail, date string) string {
	mac := hmac.New(sha256.New, []byte(s.keys.ShopSecret))
	fmt.Fprintf(mac, "bill %s %s", rail, date)
	return hex.EncodeToString(mac.Sum(nil))
}

func (s *Server) alipayBill(w http.ResponseWriter, r *http.Request) {
	date := r.URL.Query().Get("date")
	day, err := time.ParseInLocation(time.DateOnly, date, partners.Shanghai)
	if err != nil || !hmac.Equal([]byte(r.URL.Query().Get("token")), []byte(s.billToken("alipay", date))) {
		http.Error(w, "the address is not valid", http.StatusForbidden)
		return
	}
	list, err := s.refundsOf(r.Context(), partners.RailAlipay, day)
	if err != nil {
		http.Error(w, "the ledger cannot be read", http.StatusInternalServerError)
		return
	}
	archive, err := alipayBillArchive(day, list)
	if err != nil {
		http.Error(w, "the bill cannot be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Write(archive)
}

var alipayColumns = []string{"支付宝交易号", "商户订单号", "业务类型", "商品名称", "创建时间", "完成时间", "门店编号", "门店名称", "操作员", "终端号", "对方账户",
	"订单金额（元）", "商家实收（元）", "支付宝红包（元）", "集分宝（元）", "支付宝优惠（元）", "商家优惠（元）", "券核销金额（元）", "券名称", "商家红包消费金额（元）", "卡消费金额（元）",
	"退款批次号/请求号", "服务费（元）", "分润（元）", "备注"}

func alipayBillArchive(day time.Time, list []refund) ([]byte, error) {
	var detail bytes.Buffer
	fmt.Fprintf(&detail, "#支付宝业务明细查询\r\n#账号：[2088000000000000]\r\n#起始日期：[%s]\r\n#-----业务明细列表-----\r\n", day.Format("2006年01月02日 15:04:05"))
	table := csv.NewWriter(&detail)
	table.Write(alipayColumns)
	var sum money.Amount
	for _, row := range list {
		cells := make([]string, len(alipayColumns))
		amount := "-" + row.amount.String()
		cells[0], cells[2], cells[4], cells[5] = row.ref, "退款", row.acceptedAt.In(partners.Shanghai).Format(alipayTime), row.doneAt.In(partners.Shanghai).Format(alipayTime)
		cells[11], cells[12], cells[21], cells[24] = amount, amount, row.key, row.reason
		for i := range cells {
			cells[i] += "\t"
		}
		table.Write(cells)
		sum += row.amount
	}
	table.Flush()
	fmt.Fprintf(&detail, "#-----业务明细列表结束-----\r\n#退款合计：%d笔，商家实收共-%s元\r\n", len(list), sum)

	var archive bytes.Buffer
	files := zip.NewWriter(&archive)
	encoder := simplifiedchinese.GB18030.NewEncoder()
	for _, member := range []struct{ name, text string }{
		{"业务明细(汇总).csv", "#支付宝业务汇总查询\r\n门店编号,门店名称,交易订单总笔数,退款订单总笔数\r\n,," + fmt.Sprint(0, ",", len(list)) + "\r\n"},
		{"业务明细.csv", detail.String()},
	} {
		name, err := encoder.String(member.name)
		if err != nil {
			return nil, err
		}
		text, err := encoder.String(member.text)
		if err != nil {
			return nil, err
		}
		file, err := files.CreateHeader(&zip.FileHeader{Name: day.Format("20060102") + "_" + name, NonUTF8: true, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := file.Write([]byte(text)); err != nil {
			return nil, err
		}
	}
	err := files.Close()
	return archive.Bytes(), err
}

// alipaySigned verifies "k=v&k=v" over the sorted fields without sign.
func (s *Server) alipaySigned(form url.Values) bool {
	signature, err := base64.StdEncoding.DecodeString(form.Get("sign"))
	if err != nil || form.Get("sign_type") != "RSA2" {
		return false
	}
	sum := sha256.Sum256([]byte(sorted(form, "sign")))
	return rsa.VerifyPKCS1v15(&s.alipayAppKey.PublicKey, crypto.SHA256, sum[:], signature) == nil
}

func sorted(form url.Values, without ...string) string {
	var pairs []string
fields:
	for name, values := range form {
		for _, left := range without {
			if name == left {
				continue fields
			}
		}
		pairs = append(pairs, name+"="+values[0])
	}
	sort.Strings(pairs)
	return strings.Join(pairs, "&")
}

func rsaSign(key *rsa.PrivateKey, text string) string {
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		panic("sandbox: an RSA key of 2048 bits cannot sign: " + err.Error())
	}
	return base64.StdEncoding.EncodeToString(signature)
}

// alipayReply answers {"<method>_response": …, "sign": …}, signed over the bytes of the response object.
func (s *Server) alipayReply(w http.ResponseWriter, method string, answer alipayAnswer) {
	content, err := json.Marshal(answer)
	if err != nil {
		http.Error(w, "the answer cannot be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html;charset=utf-8") // as the real gateway does
	fmt.Fprintf(w, `{"%s_response":%s,"sign":"%s"}`, strings.ReplaceAll(method, ".", "_"), content, rsaSign(s.alipayKey, string(content)))
}

func (s *Server) alipayUnsigned(w http.ResponseWriter, method string, answer alipayAnswer) {
	name := "error"
	if _, known := alipayOps[method]; known {
		name = strings.ReplaceAll(method, ".", "_")
	}
	writeJSON(w, http.StatusOK, map[string]any{name + "_response": answer})
}

package sandbox

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"

	"aftersales/partners"
)

// Kuaidi100: query, subscription, pick-up orders.

func kuaidiSign(parts ...string) string {
	sum := md5.Sum([]byte(strings.Join(parts, "")))
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func kuaidiStatus(result bool, code, message string) map[string]any {
	return map[string]any{"result": result, "returnCode": code, "message": message}
}

// kuaidi wraps one interface: plays faults and writes the answer, always with HTTP status 200 as Kuaidi100 does.
func (s *Server) kuaidi(op string, serve func(r *http.Request) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, "not a form", http.StatusBadRequest)
			return
		}
		op := op
		if op == "order" { // one address for several methods
			op = map[string]string{"bOrder": "order", "detail": "query", "cancel": "cancel"}[r.Form.Get("method")]
		}
		if !s.enter(w, r, "kuaidi100", op) {
			return
		}
		if _, on := s.faults.take("kuaidi100", op, RateLimit); on {
			writeJSON(w, http.StatusOK, kuaidiStatus(false, "502", "服务器繁忙"))
			return
		}
		changes := op == "order" || op == "subscribe" || op == "cancel" || op == "intercept"
		if changes {
			s.breakOff(r, "kuaidi100", op, TimeoutBeforeApply)
		}
		answer := serve(r)
		if changes {
			s.breakOff(r, "kuaidi100", op, AppliedThenTimeout)
		}
		writeJSON(w, http.StatusOK, answer)
	}
}

func (s *Server) kuaidiQuery(r *http.Request) any {
	param := r.Form.Get("param")
	if r.Form.Get("customer") != s.keys.KuaidiCustomer || !same(r.Form.Get("sign"), kuaidiSign(param, s.keys.KuaidiKey, s.keys.KuaidiCustomer)) {
		return kuaidiStatus(false, "503", "验证签名失败")
	}
	var ask struct{ Com, Num string }
	if err := json.Unmarshal([]byte(param), &ask); err != nil || ask.Com == "" || ask.Num == "" {
		return kuaidiStatus(false, "400", "提交的数据不完整")
	}
	track, scans, err := s.track(r.Context(), s.store.reader, ask.Num, ask.Com)
	if err != nil {
		s.log.Error("kuaidi100 query", "error", err)
		return kuaidiStatus(false, "501", "服务器错误")
	}
	if scans == 0 {
		return kuaidiStatus(false, "500", "查询无结果，请隔段时间再查")
	}
	return track
}

func (s *Server) kuaidiSubscribe(r *http.Request) any {
	var ask struct {
		Company    string `json:"company"`
		Number     string `json:"number"`
		Key        string `json:"key"`
		Parameters struct {
			CallbackURL string `json:"callbackurl"`
			Salt        string `json:"salt"`
		} `json:"parameters"`
	}
	if err := json.Unmarshal([]byte(r.Form.Get("param")), &ask); err != nil || r.Form.Get("schema") != "json" {
		return kuaidiStatus(false, "701", "拒绝订阅")
	}
	switch {
	case !same(ask.Key, s.keys.KuaidiKey):
		return kuaidiStatus(false, "600", "您不是合法的订阅者")
	case ask.Company == "":
		return kuaidiStatus(false, "701", "拒绝订阅的快递公司")
	case len(ask.Number) < 6 || len(ask.Number) > 32 || ask.Parameters.CallbackURL == "":
		return kuaidiStatus(false, "702", "单号或回调地址无效")
	}
	again, err := s.subscribe(r.Context(), ask.Company, ask.Number, ask.Parameters.CallbackURL, ask.Parameters.Salt)
	if err != nil {
		s.log.Error("kuaidi100 subscription", "error", err)
		return kuaidiStatus(false, "500", "服务器错误")
	}
	if again {
		return kuaidiStatus(false, "501", "重复订阅")
	}
	return kuaidiStatus(true, "200", "提交成功")
}

type kuaidiOrder struct {
	Company       string `json:"kuaidicom"`
	ThirdOrderID  string `json:"thirdOrderId"`
	SendName      string `json:"sendManName"`
	SendMobile    string `json:"sendManMobile"`
	SendAddress   string `json:"sendManPrintAddr"`
	ReceiveName   string `json:"recManName"`
	ReceiveMobile string `json:"recManMobile"`
	RecAddress    string `json:"recManPrintAddr"`
	TaskID        string `json:"taskId"`
	OrderID       string `json:"orderId"`
}

func (s *Server) kuaidiOrderAPI(r *http.Request) any {
	param := r.Form.Get("param")
	if !same(r.Form.Get("sign"), kuaidiSign(param, r.Form.Get("t"), s.keys.KuaidiKey, s.keys.KuaidiSecret)) {
		return kuaidiStatus(false, "30002", "验证签名失败")
	}
	var order kuaidiOrder
	if err := json.Unmarshal([]byte(param), &order); err != nil {
		return kuaidiStatus(false, "30001", "参数错误")
	}
	var answer any
	var err error
	switch r.Form.Get("method") {
	case "bOrder":
		answer, err = s.book(r.Context(), order)
	case "detail":
		answer, err = s.findBooking(r.Context(), order.ThirdOrderID)
	case "cancel":
		answer, err = s.cancelBooking(r.Context(), order.TaskID, order.OrderID)
	default:
		return kuaidiStatus(false, "30001", "不支持的业务类型")
	}
	if err != nil {
		s.log.Error("kuaidi100 order", "error", err)
		return kuaidiStatus(false, "30004", "服务器错误")
	}
	return answer
}

// kuaidiIntercept turns a parcel round: it is with its sender a while later.
func (s *Server) kuaidiIntercept(r *http.Request) any {
	param := r.Form.Get("param")
	if !same(r.Form.Get("sign"), kuaidiSign(param, r.Form.Get("t"), s.keys.KuaidiKey, s.keys.KuaidiSecret)) {
		return kuaidiStatus(false, "30002", "验证签名失败")
	}
	var ask struct {
		Company string `json:"kuaidicom"`
		Number  string `json:"kuaidinum"`
		Kind    string `json:"interceptType"`
	}
	if err := json.Unmarshal([]byte(param), &ask); err != nil || ask.Company == "" || ask.Kind != "RETURN_SEND_ADDR" || r.Form.Get("method") != "interceptOrder" {
		return kuaidiStatus(false, "30001", "参数错误")
	}
	err := s.intercept(r.Context(), ask.Number, interceptedAfter)
	var wrong badRequest
	switch {
	case err == nil:
		return kuaidiStatus(true, "200", "成功")
	case errors.Is(err, errTooLate):
		return kuaidiStatus(false, "30007", "快件已签收，无法拦截")
	case errors.Is(err, errNoRecord), errors.As(err, &wrong):
		return kuaidiStatus(false, "30008", "快件未在运输中，无法拦截")
	}
	s.log.Error("kuaidi100 intercept", "error", err)
	return kuaidiStatus(false, "30004", "服务器错误")
}

// interceptedAfter is how long a parcel that was turned round takes back to its sender.
const interceptedAfter = 5 * time.Second

func kuaidiBooking(task, order, company, number, key string) map[string]any {
	answer := kuaidiStatus(true, "200", "成功")
	answer["data"] = map[string]string{"taskId": task, "orderId": order, "kuaidicom": company, "kuaidinum": number, "thirdOrderId": key}
	return answer
}

var cityInAddress = regexp.MustCompile(`^(?:.{2,3}省|.{2,4}自治区)?([^省市]{2,6}?市)`)

func cityOf(address string) string {
	if match := cityInAddress.FindStringSubmatch(address); match != nil {
		return match[1]
	}
	return ""
}

// book orders a courier once per thirdOrderId. Only a digest of the addresses is kept: they are personal, and the
// ledger needs them only to tell a repeat from another order.
func (s *Server) book(ctx context.Context, order kuaidiOrder) (answer any, err error) {
	if order.Company == "" || order.ThirdOrderID == "" || order.SendName == "" || order.SendMobile == "" || order.SendAddress == "" || order.RecAddress == "" {
		return kuaidiStatus(false, "30001", "参数错误"), nil
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{order.Company, order.SendName, order.SendMobile, order.SendAddress, order.ReceiveName, order.ReceiveMobile, order.RecAddress}, "\n")))
	digest := hex.EncodeToString(sum[:])
	_, forget := s.faults.take("kuaidi100", "order", KeyForgotten)
	err = s.store.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO calls (rail, key, calls) VALUES ('kuaidi100', ?, 1) ON CONFLICT DO UPDATE SET calls = calls + 1`, order.ThirdOrderID); err != nil {
			return err
		}
		var task, number, known, id string
		var generation int
		err := tx.QueryRowContext(ctx, `SELECT task_id, order_id, number, digest, generation FROM pickups WHERE key = ? ORDER BY generation DESC LIMIT 1`, order.ThirdOrderID).
			Scan(&task, &id, &number, &known, &generation)
		if err == nil && !forget {
			answer = kuaidiBooking(task, id, order.Company, number, order.ThirdOrderID)
			if known != digest {
				answer = kuaidiStatus(false, "30009", "第三方订单号重复且内容不一致")
			}
			return nil
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		task, id, number = strings.ToUpper(token(16)), digits(10), newNumber(order.Company)
		if _, err := tx.ExecContext(ctx, `INSERT INTO pickups (key, generation, task_id, order_id, carrier, number, digest, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			order.ThirdOrderID, generation+1, task, id, order.Company, number, digest, millis(s.now())); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO parcels (number, carrier, from_city, to_city) VALUES (?, ?, ?, ?)`,
			number, order.Company, cityOf(order.SendAddress), cityOf(order.RecAddress)); err != nil {
			return err
		}
		answer = kuaidiBooking(task, id, order.Company, number, order.ThirdOrderID)
		return nil
	})
	return answer, err
}

func (s *Server) findBooking(ctx context.Context, key string) (any, error) {
	var task, id, company, number string
	err := s.store.reader.QueryRowContext(ctx, `SELECT task_id, order_id, carrier, number FROM pickups WHERE key = ? ORDER BY generation DESC LIMIT 1`, key).Scan(&task, &id, &company, &number)
	if errors.Is(err, sql.ErrNoRows) {
		return kuaidiStatus(false, "30005", "订单不存在"), nil
	}
	return kuaidiBooking(task, id, company, number, key), err
}

func (s *Server) cancelBooking(ctx context.Context, task, id string) (answer any, err error) {
	err = s.store.write(ctx, func(tx *sql.Tx) error {
		var cancelled sql.NullInt64
		var number string
		err := tx.QueryRowContext(ctx, `SELECT cancelled_at, number FROM pickups WHERE task_id = ? AND order_id = ?`, task, id).Scan(&cancelled, &number)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			answer = kuaidiStatus(false, "30005", "订单不存在")
			return nil
		case err != nil:
			return err
		case cancelled.Valid:
			answer = kuaidiStatus(false, "30006", "订单已取消")
			return nil
		}
		answer = kuaidiStatus(true, "200", "成功")
		if _, err := tx.ExecContext(ctx, `DELETE FROM steps WHERE number = ?`, number); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE pickups SET cancelled_at = ? WHERE task_id = ?`, millis(s.now()), task)
		return err
	})
	return answer, err
}

// newNumber makes a waybill number of the carrier's form that is not one of those that never get a record.
func newNumber(company string) string {
	switch company {
	case "shunfeng":
		return "SF1" + digits(12)
	case "yuantong":
		return "YT9" + digits(12)
	case "jtexpress":
		return "JT5" + digits(12)
	case "jd":
		return "JDV1" + digits(11)
	case "zhongtong":
		return "7" + digits(13)
	case "shentong":
		return "77" + digits(13)
	case "ems":
		return "1" + digits(12)
	default:
		return "43" + digits(13)
	}
}

// stateCodes are Kuaidi100's numbers of our states.
var stateCodes = map[partners.TrackState]string{
	partners.TrackTransit: "0", partners.TrackPicked: "1", partners.TrackTrouble: "2", partners.TrackSigned: "3", partners.TrackReturnSigned: "4",
	partners.TrackOutForDelivery: "5", partners.TrackReturning: "6", partners.TrackForwarded: "7", partners.TrackCustoms: "8", partners.TrackRefused: "14",
}

var stateTexts = map[partners.TrackState]string{
	partners.TrackTransit: "快件运输中", partners.TrackPicked: "快递员已揽收", partners.TrackTrouble: "快件异常，客服核实中", partners.TrackSigned: "快件已签收",
	partners.TrackReturnSigned: "退件已由寄件人签收", partners.TrackOutForDelivery: "快递员正在派件", partners.TrackReturning: "快件退回中",
	partners.TrackForwarded: "快件已转寄", partners.TrackCustoms: "快件清关中", partners.TrackRefused: "收件人拒收",
}

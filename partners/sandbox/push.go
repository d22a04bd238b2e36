package sandbox

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"aftersales/money"
	"aftersales/partners"
)

// A push is a notice on its way. It is written in the transaction of what it tells of, and sent until it is
// acknowledged in the partner's own words, at least once. It is signed when it is sent, because signatures age.
type push struct {
	ID       int64
	Partner  string
	Op       string // what it tells of, for the switches: "refund", "charge", "chargeback"; not kept
	Subject  string // what it is about; two pushes of one subject are not sent at the same time
	URL      string
	Content  url.Values // the fields that are not signatures, by partner
	Forged   bool
	Due      time.Time
	Created  time.Time
	Attempts int
}

const (
	firstBackoff = 200 * time.Millisecond
	giveUpAfter  = 24 * time.Hour
	pushWorkers  = 8
	holdBack     = 1500 * time.Millisecond // of a disordered notice, when the switch names no time
)

// enqueue writes the push, doubled, held back or accompanied by a forgery when a switch says so.
func (s *Server) enqueue(ctx context.Context, tx *sql.Tx, p push) error {
	if p.URL == "" {
		return nil
	}
	list := []push{p}
	if fault, on := s.faults.take(p.Partner, p.Op, Disordered); on {
		delay := time.Duration(fault.Ms) * time.Millisecond
		if delay == 0 {
			delay = holdBack
		}
		list[0].Due = p.Due.Add(delay)
	}
	if _, on := s.faults.take(p.Partner, p.Op, Doubled); on {
		list = append(list, list[0])
	}
	if _, on := s.faults.take(p.Partner, p.Op, ForgedNotice); on {
		list = append([]push{forge(p)}, list...)
	}
	for _, one := range list {
		if _, err := tx.ExecContext(ctx, `INSERT INTO pushes (partner, subject, url, content, forged, created_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			one.Partner, one.Subject, one.URL, one.Content.Encode(), one.Forged, millis(s.now()), millis(one.Due)); err != nil {
			return err
		}
	}
	s.wakeUp()
	return nil
}

// forge alters what a thief would alter: more money, a parcel that arrived. The wrong key is used on sending.
func forge(p push) push {
	p.Forged = true
	altered := url.Values{}
	for name, values := range p.Content {
		altered[name] = values
	}
	switch p.Partner {
	case "alipay":
		for _, amount := range []string{"refund_amount", "total_amount", "chargeback_amount"} {
			if altered.Has(amount) {
				altered.Set(amount, "0.01")
			}
		}
		altered.Set("notify_id", token(16))
	case "wechat":
		altered.Set("id", token(16))
	case "kuaidi100":
		altered.Set("param", strings.Replace(altered.Get("param"), `"status":"polling"`, `"status":"shutdown"`, 1))
	case "shop":
		altered.Set("id", "msg_"+token(12))
	}
	p.Content = altered
	return p
}

// pushRefund queues the rail's notice for the time when the money is with the customer.
func (s *Server) pushRefund(ctx context.Context, tx *sql.Tx, row refund, total, captured money.Amount) error {
	p := push{Partner: string(row.rail), Op: "refund", Subject: row.key, URL: s.noticeURL(string(row.rail)), Due: row.doneAt}
	switch row.rail {
	case partners.RailAlipay:
		done := row.doneAt.In(partners.Shanghai).Format(alipayTime)
		p.Content = url.Values{
			"notify_id": {token(16)}, "notify_type": {"trade_status_sync"}, "notify_time": {done}, "app_id": {s.keys.AlipayAppID},
			"charset": {"utf-8"}, "version": {"1.0"}, "trade_no": {row.ref}, "trade_status": {"TRADE_SUCCESS"},
			"out_biz_no": {row.key}, "out_request_no": {row.key}, "refund_status": {"REFUND_SUCCESS"},
			"refund_fee": {total.String()}, "refund_amount": {row.amount.String()}, "gmt_refund": {done}, "total_amount": {captured.String()},
		}
		if total == captured {
			p.Content.Set("trade_status", "TRADE_CLOSED") // fully refunded
		}
	case partners.RailWeChat:
		resource, err := json.Marshal(s.weChatBody(row, captured, "refund_status"))
		if err != nil {
			return err
		}
		p.Content = url.Values{"id": {token(16)}, "event": {"REFUND.SUCCESS"}, "resource": {string(resource)}}
	}
	return s.enqueue(ctx, tx, p)
}

func (s *Server) noticeURL(partner string) string {
	if s.options.NotifyURL == "" {
		return ""
	}
	return strings.TrimSuffix(s.options.NotifyURL, "/") + "/" + partner
}

// request makes the signed HTTP request of a push. A forged one is signed under a key that is not the partner's.
func (s *Server) request(ctx context.Context, p push) (*http.Request, error) {
	var body []byte
	header := map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
	switch p.Partner {
	case "alipay":
		key := s.alipayKey
		if p.Forged {
			key = s.weChatPlatformKey
		}
		p.Content.Set("sign", rsaSign(key, sorted(p.Content, "sign", "sign_type")))
		p.Content.Set("sign_type", "RSA2")
		body = []byte(p.Content.Encode())
	case "wechat":
		key := s.weChatPlatformKey
		if p.Forged {
			key = s.alipayKey
		}
		event := p.Content.Get("event")
		if event == "" {
			event = "REFUND.SUCCESS" // queued by an older version
		}
		envelope, err := s.weChatEnvelope(p.Content.Get("id"), event, p.Created, []byte(p.Content.Get("resource")))
		if err != nil {
			return nil, err
		}
		body, header = envelope, s.weChatSignature(key, envelope)
		header["Content-Type"] = "application/json"
	case "kuaidi100":
		param, salt := p.Content.Get("param"), p.Content.Get("salt")
		if p.Forged {
			salt += "forged"
		}
		body = []byte(url.Values{"param": {param}, "sign": {kuaidiSign(param, salt)}}.Encode())
	case "shop":
		secret := s.keys.ShopWebhook
		if p.Forged {
			secret = "Zm9yZ2VkIGZvcmdlZCBmb3JnZWQ="
		}
		hook, err := webhooks.NewWebhook(secret)
		if err != nil {
			return nil, err
		}
		body = []byte(p.Content.Get("body"))
		now := time.Now()
		signature, err := hook.Sign(p.Content.Get("id"), now, body)
		if err != nil {
			return nil, err
		}
		header = map[string]string{"Content-Type": "application/json", webhooks.HeaderWebhookID: p.Content.Get("id"),
			webhooks.HeaderWebhookTimestamp: fmt.Sprint(now.Unix()), webhooks.HeaderWebhookSignature: signature}
	default:
		return nil, fmt.Errorf("no partner %q", p.Partner)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	return request, nil
}

// acknowledged reads the answer as the partner would.
func acknowledged(partner string, status int, body []byte) bool {
	if status < 200 || status > 299 {
		return false
	}
	switch partner {
	case "alipay":
		return strings.TrimSpace(string(body)) == "success"
	case "kuaidi100":
		var answer struct {
			Result     bool   `json:"result"`
			ReturnCode string `json:"returnCode"`
		}
		return json.Unmarshal(body, &answer) == nil && answer.Result && answer.ReturnCode == "200"
	}
	return true
}

// deliver sends one push and notes what came of it.
func (s *Server) deliver(ctx context.Context, p push) {
	state, answer := "waiting", ""
	request, err := s.request(ctx, p)
	if err == nil {
		var response *http.Response
		if response, err = s.pusher.Do(request); err == nil {
			body, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
			response.Body.Close()
			answer = response.Status
			if acknowledged(p.Partner, response.StatusCode, body) {
				state = "acknowledged"
			}
		}
	}
	if err != nil {
		if ctx.Err() != nil {
			return // shutting down: the row still waits
		}
		answer = err.Error()
	}
	now := s.now()
	next := min(firstBackoff<<min(p.Attempts, 16), s.options.MaxBackoff)
	switch {
	case state == "acknowledged":
	case p.Forged && err == nil: // a forgery is tried once: refused is right, acknowledged is a hole
		state = "refused"
	case now.Sub(p.Created) > giveUpAfter:
		state = "given_up"
	}
	err = s.store.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE pushes SET state = ?, answer = ?, attempts = attempts + 1, due_at = ? WHERE id = ?`,
			state, answer, millis(now.Add(next)), p.ID)
		return err
	})
	if err != nil {
		s.log.Error("noting a push", "error", err)
	}
}

// duePushes returns what waits and is due, oldest first.
func (s *Server) duePushes(ctx context.Context) ([]push, error) {
	return collect(ctx, s.store.reader, func(rows *sql.Rows) (push, error) {
		var p push
		var content string
		var created int64
		if err := rows.Scan(&p.ID, &p.Partner, &p.Subject, &p.URL, &content, &p.Forged, &created, &p.Attempts); err != nil {
			return p, err
		}
		p.Created = fromMillis(created)
		var err error
		p.Content, err = url.ParseQuery(content)
		return p, err
	}, `SELECT id, partner, subject, url, content, forged, created_at, attempts FROM pushes WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id LIMIT 500`, millis(s.now()))
}

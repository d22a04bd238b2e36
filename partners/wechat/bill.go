package wechat

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/consts"

	"aftersales/money"
	"aftersales/partners"
)

// Bill fetches the day's refund bill and returns the refunds in it. WeChat makes a day's bill at 10:00 of the
// next; until then, Down. The download is not signed: its SHA-1 in the signed answer stands for it.
func (r *Rail) Bill(ctx context.Context, day time.Time) ([]partners.Refund, error) {
	date := day.In(partners.Shanghai).Format(time.DateOnly)
	result, err := r.calls.Get(ctx, consts.WechatPayAPIServer+"/v3/bill/tradebill?bill_date="+date+"&bill_type=REFUND")
	if err != nil {
		failed := r.failed(ctx, result, err, partners.Malformed)
		if failed.Code == "NO_STATEMENT_EXIST" {
			return nil, nil // a day without refunds has no bill
		}
		return nil, failed
	}
	var answer struct {
		HashType    string `json:"hash_type"`
		HashValue   string `json:"hash_value"`
		DownloadURL string `json:"download_url"`
	}
	if err := core.UnMarshalResponse(result.Response, &answer); err != nil {
		return nil, fail(partners.Malformed, "answer", err)
	}
	if result, err = r.files.Get(ctx, answer.DownloadURL); err != nil {
		var known *partners.Error
		if errors.As(err, &known) {
			return nil, known
		}
		return nil, fail(partners.Down, "bill_download", err)
	}
	body, err := io.ReadAll(result.Response.Body)
	if err != nil {
		return nil, fail(partners.Down, "bill_download", err)
	}
	if sum := sha1.Sum(body); answer.HashType != "SHA1" || !strings.EqualFold(hex.EncodeToString(sum[:]), answer.HashValue) {
		return nil, fail(partners.Malformed, "bill_hash", errors.New("the bill is not the one that was announced"))
	}
	refunds, err := parseBill(body)
	if err != nil {
		return nil, fail(partners.Malformed, "bill", fmt.Errorf("bill of %s: %w", date, err))
	}
	return refunds, nil
}

// parseBill reads the CSV: one heading line, cells that begin with a back-quote, then two lines of sums.
func parseBill(content []byte) ([]partners.Refund, error) {
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))))
	reader.FieldsPerRecord, reader.LazyQuotes = -1, true
	head, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("the heading: %w", err)
	}
	column := map[string]int{}
	for i, name := range head {
		column[strings.TrimSpace(name)] = i
	}
	for _, needed := range []string{"微信订单号", "商户退款单号", "微信退款单号", "退款金额", "退款状态", "退款成功时间"} {
		if _, ok := column[needed]; !ok {
			return nil, fmt.Errorf("the column %s is missing", needed)
		}
	}
	var refunds []partners.Refund
	for {
		cells, err := reader.Read()
		if err == io.EOF {
			return nil, errors.New("the sums at the end are missing: the bill is cut off")
		}
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(cells[0], "`") { // the heading of the sums ends the details
			return refunds, nil
		}
		cell := func(name string) string {
			if i := column[name]; i < len(cells) {
				return strings.TrimSpace(strings.TrimPrefix(cells[i], "`"))
			}
			return ""
		}
		if cell("退款状态") != "SUCCESS" {
			continue
		}
		amount, err := money.Parse(cell("退款金额"))
		if err != nil {
			return nil, err
		}
		at, err := time.ParseInLocation(time.DateTime, cell("退款成功时间"), partners.Shanghai)
		if err != nil {
			return nil, fmt.Errorf("the time of the refund: %w", err)
		}
		refund := partners.Refund{Key: cell("商户退款单号"), PaymentRef: cell("微信订单号"), ProviderRef: cell("微信退款单号"),
			State: partners.RefundSucceeded, Amount: amount, At: at}
		if refund.Key == "" || refund.PaymentRef == "" || refund.Amount <= 0 {
			return nil, errors.New("a refund without payment, key or amount")
		}
		refunds = append(refunds, refund)
	}
}

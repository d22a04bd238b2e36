package alipay

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	sdk "github.com/smartwalle/alipay/v3"
	"golang.org/x/text/encoding/simplifiedchinese"

	"aftersales/money"
	"aftersales/partners"
)

const maxBillText = 256 << 20 // a zip may not unfold without end

// Bill fetches the day's trade bill (ZIP of GBK CSV files) and returns its refunds. Alipay has a day's bill at
// 09:00 of the next; before that, Down. A bill with a line that cannot be read is an error as a whole: a
// reconciler must not take half a bill for the truth.
func (r *Rail) Bill(ctx context.Context, day time.Time) ([]partners.Refund, error) {
	day = day.In(partners.Shanghai)
	var answer sdk.BillDownloadURLQueryRsp
	err := r.client.Request(partners.Reading(ctx), sdk.BillDownloadURLQuery{BillType: "trade", BillDate: day.Format(time.DateOnly)}, &answer)
	if err != nil {
		return nil, callFailed(err, partners.Malformed)
	}
	if answer.Code != sdk.CodeSuccess {
		failed := businessError(answer.Error)
		if strings.EqualFold(answer.SubCode, "isp.bill_not_exist") {
			ready := time.Date(day.Year(), day.Month(), day.Day()+1, 9, 0, 0, 0, partners.Shanghai)
			if r.now().After(ready) {
				return nil, nil // a day without business has no bill
			}
			failed.Failure = partners.Down
		}
		if failed.Failure == partners.Unknown {
			failed.Failure = partners.Down
		}
		return nil, failed
	}
	archive, err := r.download(ctx, answer.BillDownloadURL)
	if err != nil {
		return nil, err
	}
	refunds, err := parseBillArchive(archive)
	if err != nil {
		return nil, malformed(fmt.Errorf("bill of %s: %w", day.Format(time.DateOnly), err))
	}
	return refunds, nil
}

func (r *Rail) download(ctx context.Context, address string) ([]byte, error) {
	if u, err := url.Parse(address); err != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, malformed(errors.New("the bill's address is not a web address"))
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, malformed(err)
	}
	answer, err := r.http.Do(request)
	if err != nil {
		return nil, callFailed(err, partners.Malformed)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, &partners.Error{Failure: partners.Down, Partner: partner, Code: "bill_download", Err: fmt.Errorf("answered %s", answer.Status)}
	}
	return io.ReadAll(answer.Body)
}

// parseBillArchive finds the file with the details (the other one holds sums) and reads its refunds.
func parseBillArchive(archive []byte) ([]partners.Refund, error) {
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("not a zip archive: %w", err)
	}
	for _, file := range files.File {
		content, err := readMember(file)
		if err != nil {
			return nil, err
		}
		if refunds, isDetail, err := parseBill(content); isDetail || err != nil {
			return refunds, err
		}
	}
	return nil, errors.New("no file of the archive has the columns of a detailed bill")
}

func readMember(file *zip.File) ([]byte, error) {
	reader, err := file.Open()
	if err != nil {
		return nil, fmt.Errorf("opening a file of the archive: %w", err)
	}
	defer reader.Close()
	content, err := io.ReadAll(io.LimitReader(reader, maxBillText+1))
	if err != nil {
		return nil, fmt.Errorf("unpacking: %w", err)
	}
	if len(content) > maxBillText {
		return nil, fmt.Errorf("a file is larger than %d bytes", maxBillText)
	}
	return content, nil
}

// The columns that matter, as Alipay heads them.
const (
	columnTrade    = "支付宝交易号"
	columnKind     = "业务类型"
	columnFinished = "完成时间"
	columnAmount   = "订单金额（元）"
	columnKey      = "退款批次号/请求号"
)

// parseBill reads a GBK CSV bill. isDetail is false for a file without the columns of a detailed bill. Lines
// that begin with # frame the table; cells are padded with tabs; refunds have negative amounts.
func parseBill(content []byte) (refunds []partners.Refund, isDetail bool, err error) {
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(content)
	if err != nil {
		return nil, false, fmt.Errorf("not GBK text: %w", err)
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comment, reader.FieldsPerRecord, reader.LazyQuotes = '#', -1, true
	var column map[string]int
	for {
		cells, err := reader.Read()
		if err == io.EOF {
			return refunds, column != nil, nil
		}
		if err != nil {
			return nil, column != nil, err
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if column == nil {
			column = header(cells)
			continue
		}
		cell := func(name string) string {
			if i := column[name]; i < len(cells) {
				return cells[i]
			}
			return ""
		}
		if cell(columnKind) != "退款" {
			continue
		}
		refund, err := billLine(cell)
		if err != nil {
			line, _ := reader.FieldPos(0)
			return nil, true, fmt.Errorf("line %d: %w", line, err)
		}
		refunds = append(refunds, refund)
	}
}

func header(cells []string) map[string]int {
	column := map[string]int{}
	for i, name := range cells {
		column[strings.NewReplacer("(", "（", ")", "）").Replace(name)] = i
	}
	for _, needed := range []string{columnTrade, columnKind, columnFinished, columnAmount, columnKey} {
		if _, ok := column[needed]; !ok {
			return nil
		}
	}
	return column
}

func billLine(cell func(string) string) (partners.Refund, error) {
	amount, err := money.Parse(cell(columnAmount))
	if err != nil {
		return partners.Refund{}, err
	}
	at, err := time.ParseInLocation(timeLayout, cell(columnFinished), partners.Shanghai)
	if err != nil {
		return partners.Refund{}, fmt.Errorf("the time of the refund: %w", err)
	}
	trade, key := cell(columnTrade), cell(columnKey)
	if trade == "" || key == "" || amount == 0 {
		return partners.Refund{}, errors.New("a refund without payment, key or amount")
	}
	return partners.Refund{Key: key, PaymentRef: trade, ProviderRef: trade, State: partners.RefundSucceeded, Amount: max(amount, -amount), At: at}, nil
}

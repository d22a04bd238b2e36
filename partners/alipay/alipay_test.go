package alipay

import (
	"archive/zip"
	"bytes"
	"net/url"
	"testing"
	"time"

	sdk "github.com/smartwalle/alipay/v3"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"

	"aftersales/partners"
)

func TestBusinessErrors(t *testing.T) {
	for _, one := range []struct {
		code sdk.Code
		sub  string
		want partners.Failure
	}{
		{"40004", "ACQ.SYSTEM_ERROR", partners.Unknown}, {"20000", "aop.ACQ.SYSTEM_ERROR", partners.Unknown}, {"20000", "isp.unknow-error", partners.Unknown}, {"", "", partners.Unknown},
		{"40005", "isp.call-limited", partners.Down}, {"40006", "isv.insufficient-isv-permissions", partners.Down},
		{"40004", "ACQ.SELLER_BALANCE_NOT_ENOUGH", partners.BalanceShort}, {"40004", "ACQ.DISCORDANT_REPEAT_REQUEST", partners.Mismatch},
		{"40004", "ACQ.TRADE_HAS_FINISHED", partners.RailClosed}, {"40004", "ACQ.TRADE_HAS_CLOSE", partners.RailClosed},
		{"40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", partners.Refused}, {"40004", "ACQ.REASON_TRADE_REFUND_FEE_ERR", partners.Refused}, {"40004", "ACQ.INVALID_PARAMETER", partners.Refused},
	} {
		require.Equal(t, one.want, businessError(sdk.Error{Code: one.code, SubCode: one.sub}).Failure, one.sub)
	}
}

const detail = "#支付宝业务明细查询\n#起始日期\n\t支付宝交易号,商户订单号,业务类型,完成时间,订单金额(元),退款批次号/请求号,备注\n" +
	"2026010122\t,o1\t,交易\t,2026-01-01 10:00:00\t,100.00\t,\t,\t\n" +
	"2026010122\t,o1\t,退款\t,2026-01-01 11:00:00\t,-25.50\t,k1\t,\t\n#结束\n"

func gbk(t testing.TB, text string) []byte {
	content, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	require.NoError(t, err)
	return content
}

func TestParseBill(t *testing.T) {
	refunds, isDetail, err := parseBill(gbk(t, detail))
	require.NoError(t, err)
	require.True(t, isDetail)
	require.Equal(t, []partners.Refund{{Key: "k1", PaymentRef: "2026010122", ProviderRef: "2026010122", State: partners.RefundSucceeded,
		Amount: 2550, At: time.Date(2026, 1, 1, 11, 0, 0, 0, partners.Shanghai)}}, refunds)

	_, isDetail, err = parseBill(gbk(t, "#汇总\n门店编号,总笔数\n,1\n"))
	require.NoError(t, err)
	require.False(t, isDetail)
	for _, broken := range []string{"-25.555", "x", "", "0.00"} { // half a bill is no bill
		_, _, err = parseBill(bytes.Replace(gbk(t, detail), []byte("-25.50"), []byte(broken), 1))
		require.Error(t, err, broken)
	}
	_, err = parseBillArchive([]byte("PK not a zip"))
	require.Error(t, err)
	var archive bytes.Buffer
	files := zip.NewWriter(&archive)
	_, err = files.Create("empty.csv")
	require.NoError(t, err)
	require.NoError(t, files.Close())
	_, err = parseBillArchive(archive.Bytes())
	require.ErrorContains(t, err, "no file")
}

// The real notice of alipay.trade.refund tells only the sum of all refunds: news, but no amount to believe.
func TestNoticeWithTheSumOnly(t *testing.T) {
	refund, err := readRefund(url.Values{"trade_no": {"t1"}, "out_biz_no": {"k1"}, "refund_fee": {"75.00"}, "gmt_refund": {"2026-01-01 11:00:00.123"}})
	require.NoError(t, err)
	require.Equal(t, partners.Refund{Key: "k1", PaymentRef: "t1", ProviderRef: "t1", State: partners.RefundPending}, refund)
}

func FuzzBill(f *testing.F) {
	f.Add(gbk(f, detail))
	f.Add([]byte("#\n\"a,b"))
	f.Fuzz(func(t *testing.T, content []byte) {
		refunds, isDetail, err := parseBill(content)
		if err != nil || !isDetail {
			require.Empty(t, refunds)
			return
		}
		for _, r := range refunds {
			require.Positive(t, r.Amount)
			require.NotEmpty(t, r.Key)
			require.NotEmpty(t, r.PaymentRef)
			require.False(t, r.At.IsZero())
		}
	})
}

func FuzzBillArchive(f *testing.F) {
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(_ *testing.T, content []byte) { parseBillArchive(content) })
}

func FuzzNotice(f *testing.F) {
	f.Add("trade_no=t&out_request_no=k&refund_status=REFUND_SUCCESS&refund_amount=1.00&gmt_refund=2026-01-01 11:00:00")
	f.Fuzz(func(t *testing.T, body string) {
		values, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		refund, err := readRefund(values)
		if err == nil && refund.State == partners.RefundSucceeded {
			require.Positive(t, refund.Amount)
			require.False(t, refund.At.IsZero())
			require.NotEmpty(t, refund.Key)
		}
	})
}

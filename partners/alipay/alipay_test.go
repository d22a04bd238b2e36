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
		{"40004", "SYSTEM_ERROR", partners.Unknown}, {"40004", "PAYER_BALANCE_NOT_ENOUGH", partners.BalanceShort}, {"40004", "ACQ.CONTEXT_INCONSISTENT", partners.Mismatch},
		{"40004", "PAYMENT_INFO_INCONSISTENCY", partners.Mismatch}, {"40004", "PAYEE_USER_INFO_ERROR", partners.Refused}, {"40004", "ACQ.TRADE_HAS_SUCCESS", partners.Refused},
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

// A payment's notice as Alipay documents it, and what must not pass for one.
func TestPaymentNoticeAsDocumented(t *testing.T) {
	const text = "gmt_create=2015-06-11 22:33:46&charset=utf-8&seller_email=a@b.cn&subject=差价&body=charge_1|m1&buyer_id=2088102116773037&invoice_amount=20.00&notify_id=42af7baacd1d3746cf7b56752b91edcj34&fund_bill_list=[]&notify_type=trade_status_sync&trade_status=TRADE_SUCCESS&receipt_amount=20.00&app_id=2014072300007148&buyer_pay_amount=20.00&seller_id=2088111111116894&gmt_payment=2015-06-11 22:33:59&notify_time=2015-06-11 22:34:03&version=1.0&out_trade_no=charge_1&total_amount=20.00&trade_no=2013112011001004330000121536"
	values, err := url.ParseQuery(text)
	require.NoError(t, err)
	notice, err := readNews(values)
	require.NoError(t, err)
	require.Equal(t, &partners.Charge{Key: "charge_1", PaymentRef: "2013112011001004330000121536", State: partners.ChargePaid, Amount: 2000,
		PaidAt: time.Date(2015, 6, 11, 22, 33, 59, 0, partners.Shanghai)}, notice.Charge)
	for name, broken := range map[string]string{"body": "charge_2|m1", "total_amount": "-1.00", "trade_status": "TRADE_PENDING", "gmt_payment": "today", "trade_no": ""} {
		altered, err := url.ParseQuery(text)
		require.NoError(t, err)
		altered.Set(name, broken)
		_, err = readNews(altered)
		require.Error(t, err, name)
	}
	values.Set("trade_status", "TRADE_CLOSED") // closed after a payment: it was paid, and given back in full
	notice, err = readNews(values)
	require.NoError(t, err)
	require.Equal(t, partners.ChargePaid, notice.Charge.State)
	values.Del("gmt_payment")
	notice, err = readNews(values)
	require.NoError(t, err)
	require.Equal(t, partners.ChargeClosed, notice.Charge.State)
}

func FuzzNotice(f *testing.F) {
	f.Add("trade_no=t&out_request_no=k&refund_status=REFUND_SUCCESS&refund_amount=1.00&gmt_refund=2026-01-01 11:00:00")
	f.Add("trade_no=t&out_trade_no=charge_1&body=charge_1|m&trade_status=TRADE_SUCCESS&total_amount=1.00&gmt_payment=2026-01-01 11:00:00")
	f.Add("notify_type=trade_chargeback_sync&trade_no=t&chargeback_amount=1.00&gmt_chargeback=2026-01-01 11:00:00")
	f.Fuzz(func(t *testing.T, body string) {
		values, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		notice, err := readNews(values)
		if err != nil {
			return
		}
		switch {
		case notice.Refund != nil:
			if notice.Refund.State == partners.RefundSucceeded {
				require.Positive(t, notice.Refund.Amount)
				require.False(t, notice.Refund.At.IsZero())
			}
			require.NotEmpty(t, notice.Refund.Key)
		case notice.Charge != nil:
			require.Positive(t, notice.Charge.Amount)
			require.NotEmpty(t, notice.Charge.Key)
			require.Equal(t, notice.Charge.State == partners.ChargePaid, notice.Charge.PaymentRef != "")
		default:
			require.Positive(t, notice.Chargeback.Amount)
			require.NotEmpty(t, notice.Chargeback.PaymentRef)
			require.False(t, notice.Chargeback.At.IsZero())
		}
	})
}

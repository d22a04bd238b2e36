package wechat

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/partners"
)

const bill = "\ufeff交易时间,微信订单号,退款成功时间,微信退款单号,商户退款单号,退款金额,退款状态\r\n" +
	"`2026-01-01 10:00:00,`t1,`2026-01-01 11:00:00,`r1,`k1,`25.50,`SUCCESS\r\n" +
	"`2026-01-01 10:00:00,`t1,`,`r2,`k2,`1.00,`PROCESSING\r\n" +
	"总退款笔数,总退款金额\r\n`2,`26.50\r\n"

func TestParseBill(t *testing.T) {
	refunds, err := parseBill([]byte(bill))
	require.NoError(t, err)
	require.Equal(t, []partners.Refund{{Key: "k1", PaymentRef: "t1", ProviderRef: "r1", State: partners.RefundSucceeded, Amount: 2550,
		At: time.Date(2026, 1, 1, 11, 0, 0, 0, partners.Shanghai)}}, refunds)
	_, err = parseBill([]byte(bill[:strings.Index(bill, "总退款笔数")]))
	require.ErrorContains(t, err, "cut off")
	_, err = parseBill([]byte("a,b\n"))
	require.ErrorContains(t, err, "missing")
}

func FuzzBill(f *testing.F) {
	f.Add([]byte(bill))
	f.Fuzz(func(t *testing.T, content []byte) {
		refunds, err := parseBill(content)
		if err != nil {
			require.Empty(t, refunds)
		}
		for _, r := range refunds {
			require.Positive(t, r.Amount)
			require.NotEmpty(t, r.Key)
		}
	})
}

func FuzzNotice(f *testing.F) {
	f.Add([]byte(`{"out_refund_no":"k","transaction_id":"t","refund_id":"r","refund_status":"SUCCESS","success_time":"2026-01-01T11:00:00+08:00","amount":{"refund":1,"total":2}}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		refund, err := readResource(content)
		if err == nil {
			require.Positive(t, refund.Amount)
			require.Equal(t, refund.State == partners.RefundSucceeded, !refund.At.IsZero())
		}
	})
}

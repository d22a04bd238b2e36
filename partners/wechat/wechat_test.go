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
	f.Add("REFUND.SUCCESS", []byte(`{"out_refund_no":"k","transaction_id":"t","refund_id":"r","refund_status":"SUCCESS","success_time":"2026-01-01T11:00:00+08:00","amount":{"refund":1,"total":2}}`))
	f.Add("TRANSACTION.SUCCESS", []byte(`{"out_trade_no":"charge_1","attach":"charge_1|m","transaction_id":"t","trade_state":"SUCCESS","success_time":"2026-01-01T11:00:00+08:00","amount":{"total":2}}`))
	f.Add("CHARGEBACK.SUCCESS", []byte(`{"transaction_id":"t","success_time":"2026-01-01T11:00:00+08:00","amount":{"charged_back":2}}`))
	f.Fuzz(func(t *testing.T, event string, content []byte) {
		notice, err := readResource(event, content)
		if err != nil {
			return
		}
		switch {
		case notice.Refund != nil:
			require.Positive(t, notice.Refund.Amount)
			require.Equal(t, notice.Refund.State == partners.RefundSucceeded, !notice.Refund.At.IsZero())
		case notice.Charge != nil:
			require.Positive(t, notice.Charge.Amount)
			require.NotEmpty(t, notice.Charge.Key)
			require.Equal(t, notice.Charge.State == partners.ChargePaid, !notice.Charge.PaidAt.IsZero())
			require.Equal(t, notice.Charge.State == partners.ChargePaid, notice.Charge.PaymentRef != "")
		default:
			require.Positive(t, notice.Chargeback.Amount)
			require.NotEmpty(t, notice.Chargeback.PaymentRef)
			require.False(t, notice.Chargeback.At.IsZero())
		}
	})
}

// A payment's notice as WeChat Pay documents it.
func TestPaymentNoticeAsDocumented(t *testing.T) {
	notice, err := readResource("TRANSACTION.SUCCESS", []byte(`{"transaction_id":"1217752501201407033233368018","amount":{"payer_total":100,"total":100,"currency":"CNY","payer_currency":"CNY"},
		"mchid":"1230000109","trade_state":"SUCCESS","bank_type":"CMC","promotion_detail":[],"success_time":"2018-06-08T10:34:56+08:00","payer":{"openid":"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
		"out_trade_no":"charge_1","appid":"wxd678efh567hg6787","trade_state_desc":"支付成功","trade_type":"NATIVE","attach":"charge_1|m1"}`))
	require.NoError(t, err)
	require.Equal(t, "charge_1", notice.Charge.Key)
	require.Equal(t, "1217752501201407033233368018", notice.Charge.PaymentRef)
	require.Equal(t, partners.ChargePaid, notice.Charge.State)
	require.True(t, notice.Charge.PaidAt.Equal(time.Date(2018, 6, 8, 10, 34, 56, 0, partners.Shanghai)))

	for event, broken := range map[string]string{
		"TRANSACTION.SUCCESS": `{"out_trade_no":"charge_1","attach":"charge_2|m","trade_state":"SUCCESS","transaction_id":"t","success_time":"2018-06-08T10:34:56+08:00","amount":{"total":1}}`,
		"CHARGEBACK.SUCCESS":  `{"transaction_id":"t","success_time":"2018-06-08T10:34:56+08:00","amount":{"charged_back":0}}`,
		"REFUND.SUCCESS":      `{"transaction_id":"t"}`,
		"COUPON.USE":          `{}`,
	} {
		_, err := readResource(event, []byte(broken))
		require.Error(t, err, event)
	}
}

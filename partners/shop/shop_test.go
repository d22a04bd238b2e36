package shop

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const good = `{"id":"o1","version":1,"merchant_id":"m","customer_id":"c","currency":"CNY","paid_at":"2026-01-01T10:00:00Z","freight_paid":0,"lines":[{"id":"l1","quantity":1,"paid":100}],
"payments":[{"id":"p1","rail":"alipay","ref":"t1","captured":100,"captured_at":"2026-01-01T10:00:00Z"}],"a_new_field":1}`

func TestParseOrder(t *testing.T) {
	order, err := parseOrder([]byte(good))
	require.NoError(t, err)
	require.Equal(t, "o1", order.ID)
	for _, change := range [][2]string{{`"version":1`, `"version":0`}, {`"id":"o1"`, `"id":""`}, {`"CNY"`, `"USD"`}, {`"quantity":1`, `"quantity":0`}, {`"paid":100`, `"paid":-1`},
		{`"paid":100`, `"paid":1.5`}, {`"captured":100`, `"captured":0`}, {`"freight_paid":0`, `"freight_paid":-1`}, {`"ref":"t1"`, `"ref":""`}, {`"quantity":1,`, `"quantity":1,"warranty_months":-1,`}, {`"a_new_field":1`, `"shipments":[{"carrier":"sf","number":""}]`},
		{`"a_new_field":1`, `"shipments":[{"carrier":"sf","number":"SF1","shipped_at":"2026-01-01T10:00:00Z","line_ids":["l9"]}]`}, {`"lines":[{`, `"lines":[{"id":"l1","quantity":1},{`}} {
		broken := strings.Replace(good, change[0], change[1], 1)
		require.NotEqual(t, good, broken)
		_, err := parseOrder([]byte(broken))
		require.Error(t, err, change[1])
	}
	_, err = parseOrder([]byte(good + "{}"))
	require.Error(t, err)
}

func TestParsePrices(t *testing.T) {
	prices, err := parsePrices([]byte(`{"prices":{"v1":100,"v2":0}}`))
	require.NoError(t, err)
	require.Len(t, prices, 2)
	for _, bad := range []string{`{}`, `{"prices":{"v1":-1}}`, `{"prices":{"v1":1.5}}`, `[]`, ``} {
		_, err := parsePrices([]byte(bad))
		require.Error(t, err, bad)
	}
}

func FuzzPrices(f *testing.F) {
	f.Add([]byte(`{"prices":{"v1":100}}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		prices, err := parsePrices(content)
		for _, price := range prices {
			require.NoError(t, err)
			require.GreaterOrEqual(t, int64(price), int64(0))
		}
	})
}

func FuzzOrder(f *testing.F) {
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, content []byte) {
		if order, err := parseOrder(content); err == nil {
			require.NoError(t, order.Check())
		}
	})
}

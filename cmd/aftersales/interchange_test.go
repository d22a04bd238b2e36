package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const someOrders = `订单号,版本,买家ID,买家姓名,商家ID,商家名称,付款时间,子订单号,商品ID,商品名称,数量,单价(元),商品实付,支付方式,支付流水号,支付金额
T2001,1,c-77,金小米,s-9,晴天鞋铺,2026/11/3 20:15,T2001-1,shoes,跑步鞋 42 码,1,"¥1,299.00","1,199.00",支付宝,2026110322001,1204.00
T2001,,,,,,,T2001-2,socks,袜子,1,5,5,,,
`

// The example of the help is imported as it stands, and what is wrong with a file comes to a report beside it.
func TestImportAndExportOrders(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("AFTERSALES_DATA_DIR", filepath.Join(dir, "data"))
	file := filepath.Join(dir, "orders.csv")
	require.NoError(t, os.WriteFile(file, []byte(someOrders), 0o600))
	_, err := execute(t, "migrate")
	require.NoError(t, err)

	out, err := execute(t, "import", "orders", file, "--dry-run")
	require.NoError(t, err, out)
	require.Contains(t, out, "Nothing was written")
	out, err = execute(t, "import", "orders", file)
	require.NoError(t, err, out)
	require.Contains(t, out, "new 1, replaced 0, unchanged 0")
	require.NoFileExists(t, file+".report.csv")
	out, err = execute(t, "import", "orders", file)
	require.NoError(t, err, out)
	require.Contains(t, out, "new 0, replaced 0, unchanged 1")

	require.NoError(t, os.WriteFile(file, []byte(someOrders+"T2002,1,c-78\n"), 0o600))
	out, err = execute(t, "import", "orders", file)
	require.ErrorContains(t, err, "1 problems; "+file+".report.csv")
	require.Contains(t, out, "line 4: the line has another number of cells than the first one: 3 / 16")
	report, err := os.ReadFile(file + ".report.csv")
	require.NoError(t, err)
	require.Contains(t, string(report), "4,,,field_count,")
	require.NoError(t, os.WriteFile(file, []byte(someOrders), 0o600))
	_, err = execute(t, "import", "orders", file)
	require.NoError(t, err)
	require.NoFileExists(t, file+".report.csv", "a report that no longer holds goes")

	out, err = execute(t, "export", "cases", "--since", "2026-11-01", "--open")
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(out, "\n"), "the head only: %s", out)
	target := filepath.Join(dir, "cases.jsonl")
	_, err = execute(t, "export", "cases", "--format", "jsonl", "--out", target)
	require.NoError(t, err)
	require.FileExists(t, target)

	for _, wrong := range [][]string{
		{"import", "orders", file, "--delimiter", "pipe"}, {"import", "orders", file, "--encoding", "latin1"}, {"import", "orders", filepath.Join(dir, "none.csv")},
		{"export", "cases", "--kind", "gift"}, {"export", "cases", "--since", "yesterday"}, {"export", "cases", "--format", "xml"},
	} {
		_, err = execute(t, wrong...)
		require.Error(t, err, "%v", wrong)
	}
}

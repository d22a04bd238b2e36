package interchange_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"aftersales/interchange"
	"aftersales/models"
	"aftersales/money"
	"aftersales/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func eachDB(t *testing.T, test func(t *testing.T, store *models.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, openStore(t, schema(t))) })
	t.Run("postgres", func(t *testing.T) {
		test(t, openStore(t, testkit.PostgresFrom(t, "interchange", func(url string) error {
			return models.Migrate(context.Background(), url, models.Options{})
		})))
	})
}

func openStore(t testing.TB, dsn string) *models.Store {
	t.Helper()
	opts := models.Options{
		CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key"), Logger: slog.New(slog.DiscardHandler),
	}
	require.NoError(t, models.Migrate(t.Context(), dsn, opts))
	store, err := models.Open(t.Context(), dsn, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

const head = "order_id,version,customer_id,customer_name,customer_phone,merchant_id,merchant_name,paid_at,signed_at,freight_paid,recipient_name,street," +
	"line_id,product_id,title,quantity,unit_price,line_paid,rail,payment_ref,captured\n"

// two is an order of two lines, without the end of its first row and with everything of its second.
func two(id string, version int) string {
	return fmt.Sprintf("%s,%d,c1,金小米,13800001234,m1,晴天鞋铺,2026-03-02 12:00:00,,5,金小米,演示路 1 号,%[1]s-1,shoes,跑步鞋,2,100,190.00,alipay,P%[1]s,200.00\n", id, version) +
		fmt.Sprintf("%s,,,,,,,,,,,,%[1]s-2,socks,袜子,1,5,5,,,\n", id)
}

type outcome struct {
	interchange.Orders
	issues []interchange.Issue
	err    error
}

func (o outcome) texts() (all []string) {
	for _, issue := range o.issues {
		all = append(all, issue.String())
	}
	return all
}

func load(t testing.TB, store interchange.OrderStore, content string, opts interchange.OrdersOptions) (o outcome) {
	t.Helper()
	opts.Issue = func(issue interchange.Issue) error { o.issues = append(o.issues, issue); return nil }
	o.Orders, o.err = interchange.ImportOrders(t.Context(), store, strings.NewReader(content), opts)
	return o
}

func TestOrdersAreStoredWholeAndSealed(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		ctx := t.Context()
		got := load(t, store, head+two("o1", 3)+two("o2", 1), interchange.OrdersOptions{})
		require.NoError(t, got.err)
		require.Empty(t, got.issues)
		require.Equal(t, 2, got.Created)
		require.Equal(t, 4, got.Lines)
		require.Equal(t, [2]int{1, 1}, [2]int{got.Customers, got.Merchants})

		full, err := store.Order(ctx, "o1")
		require.NoError(t, err)
		require.EqualValues(t, 3, full.Order.Version)
		require.Equal(t, time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC), full.Order.PaidAt, "a time without a zone is China's")
		require.Len(t, full.Lines, 2)
		require.Len(t, full.Units, 3)
		require.Equal(t, money.Amount(19000), full.Lines[0].Paid)
		require.Equal(t, money.Amount(20000), full.Payment.Captured)
		require.Equal(t, "Po1", full.Tenders[0].Ref)
		place, err := store.Recipient(ctx, full.Order)
		require.NoError(t, err)
		require.Contains(t, place, "演示路 1 号")
		customer, err := store.Customer(ctx, "c1")
		require.NoError(t, err)
		name, err := store.CustomerName(ctx, customer)
		require.NoError(t, err)
		require.Equal(t, "金小米", name)
	})
}

func TestAnImportMayBeRepeated(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		file := head + two("o1", 3) + two("o2", 1)
		load(t, store, file, interchange.OrdersOptions{})
		again := load(t, store, file, interchange.OrdersOptions{})
		require.NoError(t, again.err)
		require.Empty(t, again.issues)
		require.Equal(t, 2, again.Unchanged)
		require.Zero(t, again.Created+again.Replaced+again.Customers+again.Merchants)

		newer := strings.ReplaceAll(head+two("o1", 4)+two("o2", 0+1), "袜子", "长袜")
		got := load(t, store, newer, interchange.OrdersOptions{})
		require.Equal(t, [2]int{1, 1}, [2]int{got.Replaced, got.Refused})
		require.Equal(t, "line 4, version: the same version is stored with other content; a change needs a higher version", got.issues[0].String())
		older := load(t, store, head+two("o1", 2), interchange.OrdersOptions{})
		require.Equal(t, 1, older.Older)
		require.Empty(t, older.issues)
		full, err := store.Order(t.Context(), "o1")
		require.NoError(t, err)
		require.EqualValues(t, 4, full.Order.Version)
		require.Equal(t, "长袜", full.Lines[1].Title)

		// Both versions of one order in one file: the newer one stands.
		both := load(t, store, head+two("o9", 1)+two("o9", 2), interchange.OrdersOptions{})
		require.Equal(t, [2]int{1, 1}, [2]int{both.Created, both.Replaced})
	})
}

func TestWhatCannotChangeIsRefused(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		load(t, store, head+two("o1", 1)+two("o2", 1), interchange.OrdersOptions{})
		for about, file := range map[string]string{
			"another customer":               strings.Replace(two("o1", 5), ",c1,", ",c2,", 1),
			"fewer units of the line o1-1":   strings.Replace(two("o1", 5), "跑步鞋,2,", "跑步鞋,1,", 1),
			"the line o2-1 belongs to":       strings.ReplaceAll(two("o1", 5), "o1-1", "o2-1"),
			"the payment id o1/1 stands for": strings.ReplaceAll(two("o1", 5), "Po1", "Pother"),
			"the line o3-1 belongs to":       two("o3", 1) + strings.ReplaceAll(two("o4", 1), "o4-1", "o3-1"),
		} {
			got := load(t, store, head+file, interchange.OrdersOptions{})
			require.NoError(t, got.err, about)
			require.Equal(t, 1, got.Refused, about)
			require.Contains(t, got.issues[0].Text("en"), about)
		}
		// The shop's own ID of a payment must not become a second payment.
		twin := strings.Replace(head, "captured\n", "captured,payment_id\n", 1) +
			strings.Replace(two("o1", 7), "200.00\n", "200.00,mine\n", 1)
		twin = strings.Replace(twin, ",,,\n", ",,,,\n", 1)
		got := load(t, store, twin, interchange.OrdersOptions{})
		require.Contains(t, got.issues[0].Text("en"), "stored under the id o1/1")
		full, err := store.Order(t.Context(), "o1")
		require.NoError(t, err)
		require.EqualValues(t, 1, full.Order.Version)
		require.Len(t, full.Tenders, 1)
	})
}

func TestUnknownPeopleNeedNames(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		nameless := strings.NewReplacer("金小米,138", ",138").Replace(two("o1", 1))
		shopless := strings.NewReplacer("晴天鞋铺", "", ",m1,", ",m2,", ",c1,", ",c2,").Replace(two("o2", 1))
		got := load(t, store, head+nameless+shopless, interchange.OrdersOptions{})
		require.Equal(t, []string{
			"line 2, customer_id: the customer is unknown; fill in customer_name and the customer is made",
			"line 4, merchant_id: the merchant is unknown; fill in merchant_name and the merchant is made",
		}, got.texts())
		require.Equal(t, 2, got.Refused)
	})
}

func TestADryRunWritesNothingAndForetells(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		second := strings.NewReplacer("金小米,138", ",138", "晴天鞋铺", "").Replace(two("o2", 1))
		file := head + two("o1", 1) + second + strings.Replace(two("o3", 1), ",2,100,", ",two,100,", 1)
		dry := load(t, store, file, interchange.OrdersOptions{DryRun: true})
		require.NoError(t, dry.err)
		for _, table := range []any{&models.Order{}, &models.Customer{}, &models.Merchant{}} {
			var rows int64
			require.NoError(t, store.DB.Model(table).Count(&rows).Error)
			require.Zero(t, rows)
		}
		wet := load(t, store, file, interchange.OrdersOptions{})
		require.Equal(t, wet.issues, dry.issues)
		require.Equal(t, [3]int{2, 1, 1}, [3]int{wet.Created, wet.Refused, wet.Customers})
		require.Equal(t, [3]int{2, 1, 1}, [3]int{dry.Created, dry.Refused, dry.Customers})
	})
}

func TestEveryBadLineIsNamed(t *testing.T) {
	store := openStore(t, schema(t))
	file := head +
		two("o1", 1) + // 2, 3
		strings.Replace(two("o2", 1), ",190.00,", ",19.0.0,", 1) + // 4
		strings.Replace(two("o3", 1), "2026-03-02 12:00:00", "02.03.2026", 1) + // 6
		strings.Replace(two("o4", 1), "alipay", "cash", 1) + // 8
		"\"o5,oops\n" + // 10
		two("o6", 1) + // 11
		"o7,1,c1\n" + // 13
		strings.Replace(two("o8", 1), "200.00\n", "300.00\n", 1) + // 14
		strings.Replace(two("o9", 1), ",P", ",2.02E+17,", 1) + // 16: one cell too many
		two("o1", 1) + // 18
		strings.Replace(two("oA", 1), "o1-1,", "", 1) + // 20
		strings.Replace(two("oB", 1), ",1,c1,", ",x,c1,", 1) + // 22
		strings.Replace(two("oC", 1), "socks,袜子,1,", "socks,,0,", 1) + // 24, 25
		strings.Replace(two("oD", 1), "PoD", "2.02E+17", 1) + // 26
		strings.Replace(two("oE", 1), "oE,,,", "oE,,c9,", 1) // 28, 29
	got := load(t, store, file, interchange.OrdersOptions{})
	require.NoError(t, got.err)
	require.Equal(t, []string{
		`line 4, line_paid: "19.0.0" is not an amount; write it like 1234.50, in yuan`,
		`line 6, paid_at: "02.03.2026" is not a time; write it like 2026-03-02 12:00:00 (China time) or with a zone, 2026-03-02T12:00:00+08:00`,
		`line 8, rail: "cash" is not one of the values of this column`,
		`line 10: a double quote is not closed, or stands inside a cell without being doubled`,
		`line 13: the line has another number of cells than the first one: 3 / 21`,
		`line 16: the line has another number of cells than the first one: 22 / 21`,
		`line 14, captured: what the lines and the freight cost does not add up to what was paid: 200.00 / 300.00`,
		`line 18, order_id: lines of this order and version stand further up too; the lines of an order must follow each other`,
		`line 22, version: "x" is not a whole number within bounds`,
		`line 25, title: nothing is given, and it is needed`,
		`line 25, quantity: "0" is not a whole number within bounds`,
		`line 26, payment_ref: "2.02E+17" was rounded by a spreadsheet; format the column as text and export again`,
		`line 29, customer_id: differs from the first line of the same order ("c1")`,
	}, got.texts())
	require.Equal(t, 3, got.Created, "o1, o6 and oA are good")
	for _, issue := range got.issues {
		require.NotEmpty(t, issue.Text("zh-CN"))
		require.NotContains(t, issue.Text("zh-CN"), "{}")
	}
}

func TestReportsTellNothingPersonal(t *testing.T) {
	store := openStore(t, schema(t))
	long := strings.Repeat("秘", 101)
	got := load(t, store, head+strings.Replace(two("o1", 1), "金小米", long, 1)+strings.ReplaceAll(two("o2", 1), "o2,,,,", "o2,,,别人,"), interchange.OrdersOptions{})
	require.Len(t, got.issues, 2)
	for _, issue := range got.issues {
		require.NotContains(t, issue.Text("en")+issue.Text("zh-CN"), "秘")
		require.NotContains(t, issue.Text("en")+issue.Text("zh-CN"), "金小米")
	}
	var out bytes.Buffer
	report, err := interchange.NewReport(&out)
	require.NoError(t, err)
	require.NoError(t, report.Add(interchange.Issue{Line: 7, Order: "=cmd|' /C calc'!A0", Code: "amount", About: `"x"`}))
	require.NoError(t, report.Close())
	require.Contains(t, out.String(), ",'=cmd|")
}

func TestFilesOfEverySort(t *testing.T) {
	english := head + two("o1", 1)
	chinese := "订单号*,版本,买家ID,买家姓名,商家ID,店铺名称,付款时间,运费（元）,收货人,子订单号,商品ID,商品名称,数量,单价(元),商品实付,支付方式,支付流水号,支付金额\r\n" +
		"=\"o1\",1,c1,金小米,m1,晴天鞋铺,2026/3/2 12:00,￥5.00,金小米,o1-1,shoes,\"跑步鞋,\n红\",２,\"¥1,000.00\",\"1,190.00\",支付宝,\t2026110322001,\"1,195.0000\"\r\n"
	with := func(comma string) string { // no cell of the English file has a comma of its own
		return strings.ReplaceAll(english, ",", comma)
	}
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(chinese)
	require.NoError(t, err)
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(chinese)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		content, encoding string
		comma             rune
	}{
		"english": {english, "utf-8", ','}, "semicolon": {with(";"), "utf-8", ';'}, "tab": {with("\t"), "utf-8", '\t'},
		"chinese": {chinese, "utf-8", ','}, "bom": {"\uFEFF" + chinese, "utf-8", ','}, "gbk": {gbk, "gb18030", ','}, "utf-16": {wide, "utf-16", ','},
	} {
		t.Run(name, func(t *testing.T) {
			store := openStore(t, schema(t))
			got := load(t, store, c.content, interchange.OrdersOptions{})
			require.NoError(t, got.err)
			require.Empty(t, got.texts())
			require.Equal(t, c.encoding, got.Encoding)
			require.Equal(t, string(c.comma), string(got.Comma))
			full, err := store.Order(t.Context(), "o1")
			require.NoError(t, err)
			require.Contains(t, full.Lines[0].Title, "跑步鞋")
			require.Equal(t, 2, full.Lines[0].Quantity)
			if strings.HasPrefix(name, "chinese") {
				require.Equal(t, "跑步鞋,\n红", full.Lines[0].Title)
				require.Equal(t, money.Amount(119000), full.Lines[0].Paid)
				require.Equal(t, "2026110322001", full.Tenders[0].Ref)
			}
		})
	}
	store := openStore(t, schema(t))
	torn := load(t, store, gbk+chinese+gbk, interchange.OrdersOptions{})
	require.ErrorIs(t, torn.err, interchange.ErrEncoding)
	named := load(t, store, english+strings.Replace(two("o2", 1), "晴天", "\xff\xfe", 1), interchange.OrdersOptions{})
	require.Equal(t, []string{"line 4: some bytes cannot be read in the file's encoding; --encoding names another one"}, named.texts())
}

func TestHeadsAreChecked(t *testing.T) {
	store := openStore(t, schema(t))
	got := load(t, store, "Lieferant,"+head+"x,"+two("o1", 1), interchange.OrdersOptions{})
	require.ErrorContains(t, got.err, "unknown columns: Lieferant; rename them, or ignore them with --ignore-unknown")
	got = load(t, store, "Lieferant,"+head+"x,"+strings.Replace(two("o1", 1), "\no1", "\nx,o1", 1), interchange.OrdersOptions{IgnoreUnknown: true})
	require.NoError(t, got.err)
	require.Equal(t, []string{"Lieferant"}, got.Ignored)
	require.Equal(t, 1, got.Created)
	got = load(t, store, strings.Replace(head, "captured", "rail", 1), interchange.OrdersOptions{})
	require.ErrorContains(t, got.err, `the columns "rail" and "rail" are the same`)
	got = load(t, store, strings.NewReplacer("version,", "", ",captured", "").Replace(head), interchange.OrdersOptions{})
	require.ErrorContains(t, got.err, "captured (支付金额), version (版本) or modified_at (修改时间)")
	require.ErrorContains(t, load(t, store, "", interchange.OrdersOptions{}).err, "empty")
}

func TestGoingOnFromALine(t *testing.T) {
	store := openStore(t, schema(t))
	file := head + two("o1", 1) + two("o2", 1) + two("o3", 1)
	got := load(t, store, file, interchange.OrdersOptions{FromLine: 5}) // the middle of o2
	require.NoError(t, got.err)
	require.Equal(t, [2]int{1, 4}, [2]int{got.Created, got.Skipped})
	_, err := store.Order(t.Context(), "o3")
	require.NoError(t, err)

	// An import that is cut off says where to go on, and going on there completes it.
	var many strings.Builder
	many.WriteString(head)
	for i := range 1000 {
		many.WriteString(two(fmt.Sprintf("x%d", i), 1))
	}
	ctx, cancel := context.WithCancel(t.Context())
	part, err := interchange.ImportOrders(ctx, store, strings.NewReader(many.String()), interchange.OrdersOptions{
		Progress: func(interchange.Orders) { cancel() },
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Positive(t, part.Created)
	require.Positive(t, part.Next)
	rest := load(t, store, many.String(), interchange.OrdersOptions{FromLine: part.Next})
	require.NoError(t, rest.err)
	require.Equal(t, 1000, part.Created+rest.Created)
	require.Zero(t, rest.Next)
}

// forgetful stores nothing: what is measured with it is the reading alone.
type forgetful struct{}

func (forgetful) ImportOrders(_ context.Context, batch []models.OrderImport, _ bool) (result models.OrdersImported, _ error) {
	result.Orders = make([]models.OrderImported, len(batch))
	for i := range result.Orders {
		result.Orders[i].Outcome = models.ImportCreated
	}
	return result, nil
}

// endless makes a file of so many orders while it is read.
type endless struct {
	orders, next int
	rest         string
}

func (e *endless) Read(p []byte) (int, error) {
	for len(e.rest) == 0 {
		if e.next > e.orders {
			return 0, fmt.Errorf("read past the end: %w", context.Canceled)
		}
		e.rest = two(fmt.Sprintf("o%d", e.next), 1)
		if e.next == 0 {
			e.rest = head
		}
		e.next++
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

func (e *endless) Seek(int64, int) (int64, error) { return 0, nil }

// 100,000 lines are read with a few megabytes, however long the file.
func TestMemoryIsBounded(t *testing.T) {
	var before, peak, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	got, err := interchange.ImportOrders(t.Context(), forgetful{}, &endless{orders: 50_000}, interchange.OrdersOptions{
		Encoding: "utf-8",
		Progress: func(o interchange.Orders) {
			if o.Lines%20_000 < 600 {
				runtime.GC()
				runtime.ReadMemStats(&now)
				if now.HeapAlloc > peak.HeapAlloc {
					peak = now
				}
			}
		},
	})
	require.ErrorIs(t, err, context.Canceled) // the stream's way to end
	require.GreaterOrEqual(t, got.Lines, 99_000)
	require.Less(t, int64(peak.HeapAlloc)-int64(before.HeapAlloc), int64(16<<20))
}

func FuzzRecords(f *testing.F) {
	for _, text := range []string{head + two("o1", 1), "a,\"b\n", "\"a\"\"\",b\n\"\n", "=\"1\",2\r\n;\t", "\xff,\x00\n", two("o", 1)} {
		f.Add(text, ",")
	}
	f.Fuzz(func(t *testing.T, text, comma string) {
		at := map[string]rune{";": ';', "\t": '\t'}[comma]
		for _, content := range []string{text, head + text, head + two("good", 1) + text} {
			lines := strings.Count(content, "\n") + 1
			last := 0
			got, err := interchange.ImportOrders(t.Context(), forgetful{}, strings.NewReader(content), interchange.OrdersOptions{
				Comma: at, Encoding: "utf-8", IgnoreUnknown: true,
				Issue: func(issue interchange.Issue) error {
					require.Positive(t, issue.Line)
					require.LessOrEqual(t, issue.Line, lines)
					require.NotEmpty(t, issue.Text("en"))
					require.NotEmpty(t, issue.Text("zh-CN"))
					last++
					return nil
				},
			})
			require.Equal(t, last, got.Issues)
			if err != nil {
				require.Zero(t, got.Created)
				continue
			}
			require.LessOrEqual(t, got.Created, got.Lines)
			if got.Refused > 0 || got.Bad > 0 {
				require.Positive(t, got.Issues, "nothing is left out in silence")
			}
		}
	})
}

func FuzzReadAmount(f *testing.F) {
	for _, text := range []string{"¥1,234.50", "１２．５元", "1.2300", "-3", "1,23", "CNY 5"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		amount, err := interchange.ReadAmount(text)
		if err != nil {
			return
		}
		again, err := interchange.ReadAmount(amount.String())
		require.NoError(t, err)
		require.Equal(t, amount, again)
	})
}

func TestValuesAsShopsWriteThem(t *testing.T) {
	for text, want := range map[string]money.Amount{
		"1234.5": 123450, "¥1,234.50": 123450, "￥ 1,234": 123400, "１２．５": 1250, "12.5元": 1250, "rmb 0.01": 1, "12.3400": 1234, "1,234,567.89": 123456789,
	} {
		got, err := interchange.ReadAmount(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "-1", "12,34", "1,23", "1.234,5", "1.239", "12a", "1e3", "$5"} {
		_, err := interchange.ReadAmount(text)
		require.Error(t, err, text)
	}
	want := time.Date(2026, 3, 2, 4, 5, 0, 0, time.UTC)
	for _, text := range []string{
		"2026-03-02 12:05:00", "2026-03-02T04:05:00Z", "2026-03-02T12:05:00+08:00", "2026/3/2 12:05", "2026-3-2 12:05:00", "2026年3月2日 12:05",
		"20260302120500", "2026-03-02 12:05:00.000", "2026-03-02 13:05:00+09:00",
	} {
		got, err := interchange.ReadTime(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "02.03.2026", "3/2/2026", "2026-13-01", "1899-12-30", "45000", "2026-02-30"} {
		_, err := interchange.ReadTime(text)
		require.Error(t, err, text)
	}
}

// schema is the path of a new SQLite database of this build's schema.
func schema(t testing.TB) string {
	t.Helper()
	return testkit.SQLiteFrom(t, "schema", func(file string) error { return models.Migrate(context.Background(), file, models.Options{}) })
}

// A payment that another order has refuses the order, in the file, in the store, and in a trial.
func TestAPaymentIsOfOneOrder(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		twice := head + two("o1", 1) + strings.ReplaceAll(two("o2", 1), "Po2", "Po1")
		for _, dry := range []bool{true, false} {
			got := load(t, store, twice, interchange.OrdersOptions{DryRun: dry})
			require.NoError(t, got.err)
			require.Equal(t, [2]int{1, 1}, [2]int{got.Created, got.Refused})
			require.Equal(t, []string{"line 4, payment_ref: the payment belongs to the order o1 already; a payment is of one order alone, or it could be given back twice"}, got.texts())
			require.Contains(t, got.issues[0].Text("zh-CN"), "这笔付款已属于订单 o1")
		}
		_, err := store.Order(t.Context(), "o2")
		require.ErrorIs(t, err, models.ErrNotFound)
		later := load(t, store, head+strings.ReplaceAll(two("o3", 1), "Po3", "Po1"), interchange.OrdersOptions{})
		require.Equal(t, "paid_twice", later.issues[0].Code)
		// A newer version of the order itself keeps its payment.
		newer := load(t, store, head+two("o1", 2), interchange.OrdersOptions{})
		require.Empty(t, newer.issues)
		require.Equal(t, 1, newer.Replaced)
	})
}

// A trial of a long file finds it too, further apart than what one transaction would store.
func TestATrialFindsAPaymentOfAnEarlierBatch(t *testing.T) {
	var file strings.Builder
	file.WriteString(head)
	for i := range 400 {
		file.WriteString(two(fmt.Sprintf("o%d", i), 1))
	}
	file.WriteString(two("o0", 2))
	file.WriteString(strings.ReplaceAll(two("last", 1), "Plast", "Po1"))
	got := load(t, openStore(t, schema(t)), file.String(), interchange.OrdersOptions{DryRun: true})
	require.NoError(t, got.err)
	require.Equal(t, []string{"line 804, payment_ref: the payment stands further up too, in the order that begins at line 4; a payment is of one order alone"}, got.texts())
	require.Equal(t, 1, got.Refused)
}

// Times that cannot be are told by their column: what lies ahead, and what was before that which must come first.
func TestTimesMustBePossible(t *testing.T) {
	const wide = "order_id,version,customer_id,customer_name,merchant_id,merchant_name,paid_at,shipped_at,signed_at,confirmed_at,captured_at," +
		"line_id,product_id,title,quantity,unit_price,line_paid,rail,payment_ref,captured\n"
	store := openStore(t, schema(t))
	for n, test := range []struct{ times, column, code, chinese string }{
		{"2026-03-02,2026-03-03,2026-03-04,2026-03-05,2026-03-01", "", "", ""},
		{"2026-03-02,,,2026-03-02,", "", "", ""},
		{"2099-03-02,,,,", "paid_at", "time_ahead", "2099-03-02 00:00:00（北京时间）是未来的时间"},
		{"2026-03-02,,,,2099-01-01", "captured_at", "time_ahead", "2099-01-01 00:00:00（北京时间）是未来的时间"},
		{"2026-03-02,2026-03-01,,,", "shipped_at", "time_before", "早于 paid_at"},
		{"2026-03-02,2026-03-04,2026-03-03,,", "signed_at", "time_before", "早于 shipped_at"},
		{"2026-03-02,,2026-03-01,,", "signed_at", "time_before", "早于 paid_at"},
		{"2026-03-02 12:00:00,2026-03-02,2026-03-02 18:00:00,,", "", "", ""}, // a date alone may be any time of its day
		{"2026-03-02,2026-03-03,2026-03-05,2026-03-04,", "", "", ""},         // confirmed before the last scan
		{"2026-03-02,2026-03-03,2026-03-05,2026-03-01,", "confirmed_at", "time_before", "早于 paid_at"},
	} {
		got := load(t, store, wide+fmt.Sprintf("o%d,1,c1,金小米,m1,晴天鞋铺,%s,l%[1]d,p,鞋,1,10,10,alipay,P%[1]d,10\n", n, test.times), interchange.OrdersOptions{})
		require.NoError(t, got.err)
		if test.code == "" {
			require.Empty(t, got.issues, test.times)
			continue
		}
		require.Len(t, got.issues, 1, test.times)
		require.Equal(t, [3]string{test.column, test.code, test.chinese}, [3]string{got.issues[0].Column, got.issues[0].Code, got.issues[0].Text("zh-CN")}, test.times)
	}
}

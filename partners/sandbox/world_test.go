package sandbox_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/money"
	"aftersales/partners"
	"aftersales/partners/alipay"
	"aftersales/partners/insurance"
	"aftersales/partners/kuaidi100"
	"aftersales/partners/sandbox"
	"aftersales/partners/shop"
	"aftersales/partners/wechat"
)

var keysDir string // made once: RSA keys take long

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "sandbox-keys")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	keysDir = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// world is a sandbox, the adapters that talk to it, and an API that receives its notices.
type world struct {
	t       *testing.T
	options sandbox.Options
	server  *sandbox.Server
	http    *httptest.Server
	sandbox.Client
	alipay  *alipay.Rail
	wechat  *wechat.Rail
	kuaidi  *kuaidi100.Client
	shop    *shop.Client
	insurer *insurance.Client
	api     *api
}

func newWorld(t *testing.T, change ...func(*sandbox.Options)) *world {
	w := &world{t: t, api: newAPI(t)}
	w.options = sandbox.Options{
		LedgerFile: filepath.Join(t.TempDir(), "ledger.db"), KeysDir: keysDir, NotifyURL: w.api.server.URL + "/notices",
		MaxBackoff: 300 * time.Millisecond, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	for _, one := range change {
		one(&w.options)
	}
	w.start()
	t.Cleanup(w.stop)
	return w
}

func (w *world) start() {
	var err error
	w.server, err = sandbox.New(w.options)
	require.NoError(w.t, err)
	w.http = httptest.NewServer(w.server.Handler())
	w.Client = sandbox.Client{Base: w.http.URL}
	keys := w.server.Keys()
	w.alipay, err = alipay.New(keys.AlipayOptions(w.http.URL))
	require.NoError(w.t, err)
	w.wechat, err = wechat.New(keys.WeChatOptions(w.http.URL))
	require.NoError(w.t, err)
	w.kuaidi, err = kuaidi100.New(keys.KuaidiOptions(w.http.URL, w.api.server.URL+"/notices/kuaidi100"))
	require.NoError(w.t, err)
	w.shop, err = shop.New(keys.ShopOptions(w.http.URL))
	require.NoError(w.t, err)
	w.insurer, err = insurance.New(keys.InsuranceOptions(w.http.URL))
	require.NoError(w.t, err)
	w.api.serve(map[string]partners.NoticeReader{"alipay": w.alipay, "wechat": w.wechat, "kuaidi100": w.kuaidi, "shop": w.shop})
}

func (w *world) stop() {
	w.http.CloseClientConnections()
	w.http.Close()
	require.NoError(w.t, w.server.Close())
}

func (w *world) ledger() sandbox.Ledger {
	l, err := w.Ledger(context.Background())
	require.NoError(w.t, err)
	return l
}

func (w *world) faults(list ...sandbox.Fault) {
	require.NoError(w.t, w.SetFaults(context.Background(), list...))
}

// pay places an order of 100.00 on the rail and returns the payment's number.
func (w *world) pay(rail partners.Rail, id string) string {
	placed, err := w.PlaceOrder(context.Background(), order(rail, id))
	require.NoError(w.t, err)
	return placed.Payments[0].Ref
}

func order(rail partners.Rail, id string) partners.ShopOrder {
	return partners.ShopOrder{
		ID: id, MerchantID: "m1", CustomerID: "c1", Currency: "CNY", PaidAt: time.Now().Add(-time.Hour).UTC().Truncate(time.Second),
		Recipient: partners.ShopPlace{Name: "张三", Phone: "13800001234", Province: "浙江省", City: "杭州市", District: "西湖区", Street: "文一路 1 号"},
		Lines:     []partners.ShopLine{{ID: id + "-1", ProductID: "p1", VariantID: "v1", Title: "保温杯", Category: "home", Quantity: 1, UnitPrice: 10000, Paid: 10000, WeightGrams: 1200}},
		Payments:  []partners.ShopPayment{{ID: id + "-p", Rail: rail, Captured: 10000}},
	}
}

func ask(key, ref string, amount money.Amount) partners.RefundRequest {
	return partners.RefundRequest{Key: key, PaymentRef: ref, Amount: amount, Captured: 10000, Currency: money.CNY, Reason: "退货退款"}
}

// api receives notices as ours does: verified by the adapter, 401 when forged, then acknowledged.
type api struct {
	server  *httptest.Server
	mu      sync.Mutex
	readers map[string]partners.NoticeReader
	notices []partners.Notice
	raw     []rawNotice
	forged  int
	broken  bool // answers 500, as an API does whose database is away
}

type rawNotice struct {
	partner string
	header  http.Header
	body    []byte
}

func newAPI(t *testing.T) *api {
	a := &api{}
	a.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		partner := strings.TrimPrefix(r.URL.Path, "/notices/")
		reader, known := a.readers[partner]
		if a.broken || !known {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		notice, err := reader.ReadNotice(r.Header, body)
		if err != nil {
			if partners.FailureOf(err) == partners.Forged {
				a.forged++
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			t.Errorf("notice of %s: %v", partner, err)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		a.notices = append(a.notices, notice)
		a.raw = append(a.raw, rawNotice{partner, r.Header.Clone(), body})
		kind, answer := reader.Acknowledge()
		w.Header().Set("Content-Type", kind)
		w.Write(answer)
	}))
	t.Cleanup(a.server.Close)
	return a
}

func (a *api) serve(readers map[string]partners.NoticeReader) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.readers = readers
}

func (a *api) setBroken(broken bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.broken = broken
}

func (a *api) got(partner string) []partners.Notice {
	a.mu.Lock()
	defer a.mu.Unlock()
	var list []partners.Notice
	for _, n := range a.notices {
		if n.Partner == partner {
			list = append(list, n)
		}
	}
	return list
}

func (a *api) rawOf(partner string) (rawNotice, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, n := range a.raw {
		if n.partner == partner {
			return n, true
		}
	}
	return rawNotice{}, false
}

func (a *api) forgedCount() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.forged
}

func eventually(t *testing.T, condition func() bool, what string) {
	t.Helper()
	require.Eventually(t, condition, time.Minute, 5*time.Millisecond, what)
}

package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/money"
	"aftersales/partners"
	"aftersales/partners/alipay"
	"aftersales/partners/sandbox"
)

const serveEnv = "SANDBOX_TEST_SERVE"

// TestHelperProcess is not a test: the killing test runs it as a server of its own.
func TestHelperProcess(t *testing.T) {
	listen, ledger, ok := strings.Cut(os.Getenv(serveEnv), "|")
	if !ok {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	require.NoError(t, sandbox.Run(ctx, sandbox.Options{Listen: listen, LedgerFile: ledger, KeysDir: filepath.Dir(ledger)}))
}

// Killed at any moment, the ledger holds every refund that was answered, no refund twice, and goes on.
func TestKilledServerKeepsItsLedger(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	keys, err := sandbox.EnsureKeys(dir)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	base := "http://" + address
	client := sandbox.Client{Base: base}
	rail, err := alipay.New(keys.AlipayOptions(base))
	require.NoError(t, err)

	start := func() *exec.Cmd {
		command := exec.Command(os.Args[0], "-test.run=^TestHelperProcess$")
		command.Env = append(os.Environ(), serveEnv+"="+address+"|"+filepath.Join(dir, "ledger.db"))
		require.NoError(t, command.Start())
		t.Cleanup(func() { command.Process.Kill(); command.Wait() })
		eventually(t, func() bool {
			answer, err := http.Get(base + "/healthz")
			if err == nil {
				answer.Body.Close()
			}
			return err == nil && answer.StatusCode == http.StatusOK
		}, "the server is ready")
		return command
	}

	server := start()
	placed, err := client.PlaceOrder(ctx, order(partners.RailAlipay, "o1"))
	require.NoError(t, err)
	ref := placed.Payments[0].Ref
	answered := map[string]bool{}
	var asked []string
	for round := range 5 {
		var mu sync.Mutex
		var group sync.WaitGroup
		var once sync.Once
		for worker := range 4 {
			group.Go(func() {
				for i := range 50 {
					key := fmt.Sprintf("r%d-w%d-%d", round, worker, i)
					mu.Lock()
					asked = append(asked, key)
					mu.Unlock()
					refund, err := rail.Refund(ctx, ask(key, ref, 1))
					if err != nil {
						return // the server is gone
					}
					mu.Lock()
					answered[key] = refund.State == partners.RefundSucceeded
					mu.Unlock()
					if i == 3 {
						once.Do(func() { server.Process.Kill() }) // while the others are at it
					}
				}
			})
		}
		group.Wait()
		server.Wait()
		server = start()
		ledger, err := client.Ledger(ctx)
		require.NoError(t, err)
		for _, key := range asked {
			count := ledger.Applications(partners.RailAlipay, key)
			require.LessOrEqual(t, count, 1, key)
			if answered[key] {
				require.Equal(t, 1, count, "%s was answered as paid", key)
			}
		}
	}
	for _, key := range asked { // what was lost is asked again under its key
		_, err := rail.Refund(ctx, ask(key, ref, 1))
		require.NoError(t, err)
	}
	ledger, err := client.Ledger(ctx)
	require.NoError(t, err)
	require.Len(t, ledger.Refunds, len(asked))
	require.Equal(t, money.Amount(len(asked)), ledger.Totals[0].Refunded)

	require.NoError(t, server.Process.Signal(syscall.SIGINT))
	require.NoError(t, server.Wait(), "it ends by itself when asked to")
}

func TestRunSaysWhichAddressIsTaken(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	err = sandbox.Run(context.Background(), sandbox.Options{Listen: listener.Addr().String(), LedgerFile: filepath.Join(t.TempDir(), "l.db"), KeysDir: keysDir})
	require.ErrorContains(t, err, listener.Addr().String())
}

func TestKeysAreMadeOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	made := make([]sandbox.Keys, 4)
	var group sync.WaitGroup
	for i := range made {
		group.Go(func() {
			var err error
			if made[i], err = sandbox.EnsureKeys(dir); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, keys := range made {
		require.Equal(t, made[0], keys)
	}
	info, err := os.Stat(filepath.Join(dir, sandbox.KeysFile))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, os.WriteFile(filepath.Join(dir, sandbox.KeysFile), []byte("{"), 0o600))
	_, err = sandbox.EnsureKeys(dir)
	require.ErrorContains(t, err, "damaged")
}

func TestSwitchesSurviveRestartAndCount(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.faults(sandbox.Fault{Family: "alipay", Kind: sandbox.Down, Next: 2})
	w.stop()
	w.start()
	ref := w.pay(partners.RailAlipay, "o1")
	for range 2 {
		_, err := w.alipay.FindRefund(ctx, "k", ref)
		require.Equal(t, partners.Down, partners.FailureOf(err))
	}
	_, err := w.alipay.FindRefund(ctx, "k", ref)
	require.NoError(t, err)
	list, err := w.Faults(ctx)
	require.NoError(t, err)
	require.Empty(t, list)

	course := func() (down []bool) {
		w.faults(sandbox.Fault{Family: "alipay", Kind: sandbox.Down, Probability: 0.5, Seed: 7})
		for range 30 {
			_, err := w.alipay.FindRefund(ctx, "k", ref)
			down = append(down, err != nil)
		}
		return down
	}
	first := course()
	require.Equal(t, first, course(), "the same seed gives the same course")
	require.Contains(t, first, true)
	require.Contains(t, first, false)

	require.Error(t, w.SetFaults(ctx, sandbox.Fault{Family: "moon", Kind: sandbox.Down}))
	require.Error(t, w.SetFaults(ctx, sandbox.Fault{Family: "alipay", Kind: "sulks"}))
	require.Error(t, w.SetFaults(ctx, sandbox.Fault{Family: "alipay", Kind: sandbox.Down, Probability: 2}))
}

func TestPageShowsTheLedgerEscaped(t *testing.T) {
	w := newWorld(t)
	placed, err := w.PlaceOrder(context.Background(), order(partners.RailAlipay, "o1"))
	require.NoError(t, err)
	_, err = w.alipay.Refund(context.Background(), ask("key-on-page", placed.Payments[0].Ref, 1234))
	require.NoError(t, err)
	_, err = w.wechat.Charge(context.Background(), bill("charge-on-page", 4321))
	require.NoError(t, err)
	_, err = w.alipay.Payout(context.Background(), pay("payout-on-page", 5678))
	require.NoError(t, err)
	require.NoError(t, w.SetFunds(context.Background(), "m1", nil, yuan(99900)))
	_, err = w.shop.Draw(context.Background(), draw("draw-on-page", 6543))
	require.NoError(t, err)
	_, err = w.insurer.Claim(context.Background(), claim("claim-on-page", "o1", "YT1000000000001"))
	require.NoError(t, err)
	require.NoError(t, w.Scan(context.Background(), "YT8888888888888", sandbox.Scan{State: partners.TrackPicked, City: "<script>alert(1)</script>"}))

	get := func(path string) (string, http.Header) {
		answer, err := http.Get(w.http.URL + path)
		require.NoError(t, err)
		defer answer.Body.Close()
		require.Equal(t, http.StatusOK, answer.StatusCode)
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return string(body), answer.Header
	}
	zh, header := get("/?lang=zh")
	require.Contains(t, zh, "沙箱合作方账本")
	require.Contains(t, zh, "key-on-page")
	for _, shown := range []string{"12.34", "charge-on-page", "43.21", "等待中", "payout-on-page", "56.78", "draw-on-page", "65.43", "claim-on-page", "not_insured", "已拒绝", "保证金划转", ": 平衡"} {
		require.Contains(t, zh, shown)
	}
	require.NotContains(t, zh, "13800001234", "an account is personal")
	require.NotContains(t, zh, "<script>")
	require.Contains(t, header.Get("Content-Security-Policy"), "default-src 'none'")
	en, _ := get("/?lang=en")
	for _, shown := range []string{"Sandbox partners", "waiting", "refused", "draw on deposit", ": balanced"} {
		require.Contains(t, en, shown)
	}

	form := strings.NewReader("family=wechat&kind=down&next=3&lang=en")
	answer, err := http.Post(w.http.URL+"/sandbox/switch", "application/x-www-form-urlencoded", form)
	require.NoError(t, err)
	answer.Body.Close()
	list, err := w.Faults(context.Background())
	require.NoError(t, err)
	require.Equal(t, []sandbox.Fault{{Family: "wechat", Kind: sandbox.Down, Next: 3}}, list)

	// A page of another site in a browser on this machine must not work the switches.
	request, err := http.NewRequest(http.MethodPost, w.http.URL+"/sandbox/switch", strings.NewReader("family=wechat&kind=down"))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	answer, err = http.DefaultClient.Do(request)
	require.NoError(t, err)
	answer.Body.Close()
	require.Equal(t, http.StatusForbidden, answer.StatusCode)
}

func TestControlsRefuseNonsense(t *testing.T) {
	w := newWorld(t)
	for _, bad := range []struct{ method, path, body string }{
		{"POST", "/sandbox/orders", `{`}, {"POST", "/sandbox/orders", `{"id":"o1"}`}, {"POST", "/sandbox/orders", `{"id":"o1","surprise":1}`}, {"POST", "/sandbox/orders", `{} {}`},
		{"POST", "/sandbox/parcels/YT1/scan", `{"state":"lost in space"}`}, {"POST", "/sandbox/parcels/YT1/plan", `{"steps":[]}`},
		{"POST", "/sandbox/parcels/YT1/plan", `{"steps":[{"after_ms":5,"state":"picked"},{"after_ms":1,"state":"signed"}]}`},
		{"POST", "/sandbox/autopilot", `{"speed":-1}`}, {"PUT", "/sandbox/balances/cash", `{"minor":1}`}, {"PUT", "/sandbox/balances/alipay", `{"minor":-1}`},
		{"POST", "/sandbox/charges/alipay/none/pay", `{}`}, {"POST", "/sandbox/charges/alipay/none/scan", ``}, {"POST", "/sandbox/payments/alipay/none/chargeback", `{"amount":1}`},
		{"PUT", "/sandbox/merchants/m1/funds", `{"deposit":-1}`}, {"PUT", "/sandbox/merchants/m1/funds", `{"cash":1}`}, {"PUT", "/sandbox/accounts/a", `{}`}, {"PUT", "/sandbox/prices", `{"prices":{"":1}}`},
		{"POST", "/sandbox/parcels/YT1/intercept", `{"after_ms":-1}`}, {"POST", "/sandbox/parcels/YT1/intercept", `{}`},
		{"POST", "/sandbox/payments/alipay/none/close", ``}, {"GET", "/sandbox/ledger?kind=secrets", ``}, {"GET", "/sandbox/ledger?limit=0", ``}, {"GET", "/sandbox/ledger?after=x", ``},
	} {
		request, err := http.NewRequest(bad.method, w.http.URL+bad.path, strings.NewReader(bad.body))
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		answer.Body.Close()
		require.Equal(t, http.StatusBadRequest, answer.StatusCode, "%s %s: %s", bad.method, bad.path, text)
		require.Contains(t, string(text), "error")
	}
	require.Empty(t, w.ledger().Payments)
}

// BenchmarkRefund says how many refunds a second the sandbox books, signatures and fsync included.
func BenchmarkRefund(b *testing.B) {
	dir := b.TempDir()
	server, err := sandbox.New(sandbox.Options{LedgerFile: filepath.Join(dir, "l.db"), KeysDir: keysDir})
	require.NoError(b, err)
	defer server.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	web := &http.Server{Handler: server.Handler()}
	go func() {
		if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			panic(err)
		}
	}()
	defer web.Close()
	base := "http://" + listener.Addr().String()
	rail, err := alipay.New(server.Keys().AlipayOptions(base))
	require.NoError(b, err)
	big := order(partners.RailAlipay, "o1")
	big.Payments[0].Captured = 1 << 40
	placed, err := sandbox.Client{Base: base}.PlaceOrder(context.Background(), big)
	require.NoError(b, err)
	n := 0
	for b.Loop() {
		n++
		_, err := rail.Refund(context.Background(), ask(fmt.Sprint(n), placed.Payments[0].Ref, 1))
		require.NoError(b, err)
	}
}

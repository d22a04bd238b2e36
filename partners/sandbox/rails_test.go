package sandbox_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/money"
	"aftersales/partners"
	"aftersales/partners/alipay"
	"aftersales/partners/sandbox"
	"aftersales/partners/wechat"
)

// eachRail runs a contract test against both rails.
func eachRail(t *testing.T, run func(t *testing.T, w *world, rail partners.Payments)) {
	for _, name := range []partners.Rail{partners.RailAlipay, partners.RailWeChat} {
		t.Run(string(name), func(t *testing.T) {
			w := newWorld(t, func(o *sandbox.Options) { o.WeChatSpacing = -1 })
			run(t, w, w.rail(name))
		})
	}
}

func (w *world) rail(name partners.Rail) partners.Payments {
	if name == partners.RailWeChat {
		return w.wechat
	}
	return w.alipay
}

func TestRefundHappy(t *testing.T) {
	eachRail(t, func(t *testing.T, w *world, rail partners.Payments) {
		ctx := context.Background()
		ref := w.pay(rail.Rail(), "o1")
		refund, err := rail.Refund(ctx, ask("k1", ref, 2500))
		require.NoError(t, err)
		require.Equal(t, partners.RefundSucceeded, refund.State)
		require.Equal(t, money.Amount(2500), refund.Amount)
		require.WithinDuration(t, time.Now(), refund.At, 3*time.Second)

		found, err := rail.FindRefund(ctx, "k1", ref)
		require.NoError(t, err)
		require.Equal(t, refund.State, found.State)
		require.Equal(t, refund.Amount, found.Amount)
		require.True(t, refund.At.Equal(found.At))

		unknown, err := rail.FindRefund(ctx, "k2", ref)
		require.NoError(t, err)
		require.Equal(t, partners.RefundNotFound, unknown.State)

		eventually(t, func() bool { return len(w.api.got(string(rail.Rail()))) == 1 }, "one notice of the refund")
		notice := w.api.got(string(rail.Rail()))[0]
		require.Equal(t, "k1", notice.Refund.Key)
		require.Equal(t, partners.RefundSucceeded, notice.Refund.State)
		require.Equal(t, money.Amount(2500), notice.Refund.Amount)
	})
}

func TestRefundSameKeyRefundsOnce(t *testing.T) {
	eachRail(t, func(t *testing.T, w *world, rail partners.Payments) {
		ctx := context.Background()
		ref := w.pay(rail.Rail(), "o1")
		first, err := rail.Refund(ctx, ask("k1", ref, 2500))
		require.NoError(t, err)
		second, err := rail.Refund(ctx, ask("k1", ref, 2500))
		require.NoError(t, err)
		require.Equal(t, first.State, second.State)
		require.Equal(t, first.Amount, second.Amount)

		_, err = rail.Refund(ctx, ask("k1", ref, 2501))
		require.Equal(t, partners.Mismatch, partners.FailureOf(err))
		require.Equal(t, 1, w.ledger().Applications(rail.Rail(), "k1"))
		require.Equal(t, 3, w.ledger().Refunds[0].Calls)
	})
}

func TestRefundManyAtOnceUnderOneKey(t *testing.T) {
	eachRail(t, func(t *testing.T, w *world, rail partners.Payments) {
		ref := w.pay(rail.Rail(), "o1")
		var group sync.WaitGroup
		for range 12 {
			group.Go(func() {
				refund, err := rail.Refund(context.Background(), ask("k1", ref, 5000))
				if err != nil || refund.State != partners.RefundSucceeded {
					t.Errorf("%v %v", refund, err)
				}
			})
		}
		group.Wait()
		require.Equal(t, 1, w.ledger().Applications(rail.Rail(), "k1"))
	})
}

func TestRefundAppliedThenTimeout(t *testing.T) {
	eachRail(t, func(t *testing.T, w *world, rail partners.Payments) {
		ctx := context.Background()
		ref := w.pay(rail.Rail(), "o1")
		w.faults(sandbox.Fault{Family: string(rail.Rail()), Kind: sandbox.AppliedThenTimeout, Next: 1})
		_, err := rail.Refund(ctx, ask("k1", ref, 2500))
		require.Equal(t, partners.Unknown, partners.FailureOf(err))
		found, err := rail.FindRefund(ctx, "k1", ref)
		require.NoError(t, err)
		require.Equal(t, partners.RefundSucceeded, found.State)
		again, err := rail.Refund(ctx, ask("k1", ref, 2500))
		require.NoError(t, err)
		require.Equal(t, partners.RefundSucceeded, again.State)
		require.Equal(t, 1, w.ledger().Applications(rail.Rail(), "k1"))
	})
}

func TestRefundTimeoutBeforeApply(t *testing.T) {
	eachRail(t, func(t *testing.T, w *world, rail partners.Payments) {
		ctx := context.Background()
		ref := w.pay(rail.Rail(), "o1")
		w.faults(sandbox.Fault{Family: string(rail.Rail()), Kind: sandbox.TimeoutBeforeApply, Next: 1})
		_, err := rail.Refund(ctx, ask("k1", ref, 2500))
		require.Equal(t, partners.Unknown, partners.FailureOf(err))
		found, err := rail.FindRefund(ctx, "k1", ref)
		require.NoError(t, err)
		require.Equal(t, partners.RefundNotFound, found.State)
		require.Zero(t, w.ledger().Applications(rail.Rail(), "k1"))
	})
}

// A hanging partner is given up after the adapter's own time-out, and that too is unknown.
func TestRefundHangs(t *testing.T) {
	w := newWorld(t)
	ref := w.pay(partners.RailAlipay, "o1")
	o := w.server.Keys().AlipayOptions(w.http.URL)
	o.Timeout = 100 * time.Millisecond
	rail, err := alipay.New(o)
	require.NoError(t, err)
	w.faults(sandbox.Fault{Family: "alipay", Kind: sandbox.AppliedThenTimeout, Next: 1, Ms: 60_000})
	_, err = rail.Refund(context.Background(), ask("k1", ref, 2500))
	require.Equal(t, partners.Unknown, partners.FailureOf(err))
	require.Equal(t, 1, w.ledger().Applications(partners.RailAlipay, "k1"))
}

func TestRefundFailureClasses(t *testing.T) {
	eachRail(t, func(t *testing.T, w *world, rail partners.Payments) {
		ctx := context.Background()
		name := rail.Rail()
		ref := w.pay(name, "o1")
		fails := func(key string, amount money.Amount, paymentRef string, expected partners.Failure) {
			t.Helper()
			_, err := rail.Refund(ctx, ask(key, paymentRef, amount))
			require.Error(t, err)
			require.Equal(t, expected, partners.FailureOf(err), "%v", err)
			require.Zero(t, w.ledger().Applications(name, key))
		}
		for kind, expected := range map[sandbox.Kind]partners.Failure{
			sandbox.Down: partners.Down, sandbox.RateLimit: partners.Down, sandbox.BalanceShort: partners.BalanceShort, sandbox.CountLimit: partners.Refused,
		} {
			w.faults(sandbox.Fault{Family: string(name), Kind: kind, Op: "refund"})
			fails("k-"+string(kind), 100, ref, expected)
		}
		w.faults()

		fails("no-such-payment", 100, "2099", partners.Refused)
		_, err := rail.Refund(ctx, ask("most", ref, 9000))
		require.NoError(t, err)
		fails("too-much", 1001, ref, partners.Refused)

		limit := money.Amount(500)
		require.NoError(t, w.SetBalance(ctx, name, &limit))
		fails("short", 501, ref, partners.BalanceShort)
		_, err = rail.Refund(ctx, ask("fits", ref, 500))
		require.NoError(t, err)
		fails("empty", 1, ref, partners.BalanceShort)
		require.NoError(t, w.SetBalance(ctx, name, nil))

		require.NoError(t, w.ClosePayment(ctx, name, ref))
		fails("closed", 1, ref, partners.RailClosed)
		old := order(name, "o2")
		old.PaidAt = time.Now().AddDate(-2, 0, 0)
		placed, err := w.PlaceOrder(ctx, old)
		require.NoError(t, err)
		fails("late", 1, placed.Payments[0].Ref, partners.RailClosed)

		for _, bad := range []partners.RefundRequest{ask("", ref, 1), ask("k k", ref, 1), ask("k", "", 1), ask("k", ref, 0), ask("k", ref, -5), ask("k", ref, 10001), ask(strings.Repeat("k", 65), ref, 1)} {
			_, err := rail.Refund(ctx, bad)
			require.Equal(t, partners.Refused, partners.FailureOf(err))
		}
	})
}

func TestRefundPartnerNotThere(t *testing.T) {
	eachRail(t, func(t *testing.T, w *world, rail partners.Payments) {
		ref := w.pay(rail.Rail(), "o1")
		w.http.Listener.Close()
		w.http.CloseClientConnections()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections() // over an old connection something may have been sent: unknown
		_, err := rail.Refund(context.Background(), ask("k1", ref, 100))
		require.Equal(t, partners.Down, partners.FailureOf(err), "%v", err)
		_, err = rail.FindRefund(context.Background(), "k1", ref)
		require.Equal(t, partners.Down, partners.FailureOf(err), "%v", err)
	})
}

// Accepted is not done: pending first, and done by query and by notice later.
func TestRefundPending(t *testing.T) {
	eachRail(t, func(t *testing.T, w *world, rail partners.Payments) {
		ctx := context.Background()
		ref := w.pay(rail.Rail(), "o1")
		w.faults(sandbox.Fault{Family: string(rail.Rail()), Kind: sandbox.Pending, Next: 1, Ms: 1500})
		refund, err := rail.Refund(ctx, ask("k1", ref, 2500))
		require.NoError(t, err)
		require.Equal(t, partners.RefundPending, refund.State)
		require.True(t, refund.At.IsZero())
		require.Empty(t, w.api.got(string(rail.Rail())))
		eventually(t, func() bool {
			found, err := rail.FindRefund(ctx, "k1", ref)
			return err == nil && found.State == partners.RefundSucceeded
		}, "the refund gets done")
		eventually(t, func() bool { return len(w.api.got(string(rail.Rail()))) == 1 }, "the notice comes")
	})
}

// A provider that forgets keys pays twice when it is asked twice; the query still knows the first refund.
func TestRefundKeyForgotten(t *testing.T) {
	eachRail(t, func(t *testing.T, w *world, rail partners.Payments) {
		ctx := context.Background()
		ref := w.pay(rail.Rail(), "o1")
		_, err := rail.Refund(ctx, ask("k1", ref, 2500))
		require.NoError(t, err)
		w.faults(sandbox.Fault{Family: string(rail.Rail()), Kind: sandbox.KeyForgotten})
		found, err := rail.FindRefund(ctx, "k1", ref)
		require.NoError(t, err)
		require.Equal(t, partners.RefundSucceeded, found.State)
		_, err = rail.Refund(ctx, ask("k1", ref, 2500))
		require.NoError(t, err)
		require.Equal(t, 2, w.ledger().Applications(rail.Rail(), "k1"))
		require.Equal(t, 1, w.ledger().Totals[0].Twice)
	})
}

func TestWeChatLimits(t *testing.T) {
	ctx := context.Background()
	now := time.Now()
	var mu sync.Mutex
	w := newWorld(t, func(o *sandbox.Options) {
		o.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	})
	ref := w.pay(partners.RailWeChat, "o1")
	for i := range 50 {
		_, err := w.wechat.Refund(ctx, ask(fmt.Sprintf("k%d", i), ref, 100))
		require.NoError(t, err)
		_, err = w.wechat.Refund(ctx, ask(fmt.Sprintf("soon%d", i), ref, 100))
		require.Contains(t, []partners.Failure{partners.Down, partners.Refused}, partners.FailureOf(err)) // too soon, or the 51st
		mu.Lock()
		now = now.Add(time.Minute)
		mu.Unlock()
	}
	_, err := w.wechat.Refund(ctx, ask("k50", ref, 100))
	require.Equal(t, partners.Refused, partners.FailureOf(err))
	require.Len(t, w.ledger().Refunds, 50)
	require.Equal(t, partners.RailLimits{Window: 365 * 24 * time.Hour, MaxRefunds: 50, Spacing: time.Minute}, w.wechat.Limits())
}

func TestBill(t *testing.T) {
	eachRail(t, func(t *testing.T, w *world, rail partners.Payments) {
		ctx := context.Background()
		empty, err := rail.Bill(ctx, time.Now())
		require.NoError(t, err)
		require.Empty(t, empty)
		ref := w.pay(rail.Rail(), "o1")
		for i := range 3 {
			_, err := rail.Refund(ctx, ask(fmt.Sprintf("k%d", i), ref, money.Amount(1000+i)))
			require.NoError(t, err)
		}
		var bill []partners.Refund
		for _, day := range []time.Time{time.Now().AddDate(0, 0, -1), time.Now()} { // the test may run over midnight
			part, err := rail.Bill(ctx, day)
			require.NoError(t, err)
			bill = append(bill, part...)
		}
		require.Len(t, bill, 3)
		for i, refund := range bill {
			require.Equal(t, fmt.Sprintf("k%d", i), refund.Key)
			require.Equal(t, ref, refund.PaymentRef)
			require.Equal(t, money.Amount(1000+i), refund.Amount)
			require.Equal(t, partners.RefundSucceeded, refund.State)
			require.WithinDuration(t, time.Now(), refund.At, time.Minute)
		}
	})
}

func TestWrongKeysAreRefused(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	other, err := sandbox.EnsureKeys(t.TempDir())
	require.NoError(t, err)
	ref := w.pay(partners.RailAlipay, "o1")
	good := w.server.Keys()

	// A request that is not signed by us is not carried out, and the adapter says that a person must mend it.
	o := good.AlipayOptions(w.http.URL)
	o.PrivateKey = other.AlipayApp.Private
	rail, err := alipay.New(o)
	require.NoError(t, err)
	_, err = rail.Refund(ctx, ask("k1", ref, 100))
	require.Equal(t, partners.Down, partners.FailureOf(err))
	require.Empty(t, w.ledger().Refunds)

	// An answer that is not signed by Alipay is not believed; the money may have moved.
	o = good.AlipayOptions(w.http.URL)
	o.AlipayPublicKey = other.Alipay.Public
	rail, err = alipay.New(o)
	require.NoError(t, err)
	_, err = rail.Refund(ctx, ask("k1", ref, 100))
	require.Equal(t, partners.Unknown, partners.FailureOf(err))
	_, err = rail.FindRefund(ctx, "k1", ref)
	require.Equal(t, partners.Malformed, partners.FailureOf(err))

	wechatRef := w.pay(partners.RailWeChat, "o2")
	wo := good.WeChatOptions(w.http.URL)
	wo.PrivateKey = other.WeChatMerchant.Private
	weChat, err := wechat.New(wo)
	require.NoError(t, err)
	_, err = weChat.Refund(ctx, ask("k1", wechatRef, 100))
	require.Equal(t, partners.Down, partners.FailureOf(err))
	wo = good.WeChatOptions(w.http.URL)
	wo.PlatformPublicKey = other.WeChatPlatform.Public
	weChat, err = wechat.New(wo)
	require.NoError(t, err)
	_, err = weChat.Refund(ctx, ask("k1", wechatRef, 100))
	require.Equal(t, partners.Unknown, partners.FailureOf(err))
}

func TestRefundNoticesForgedDoubledAltered(t *testing.T) {
	eachRail(t, func(t *testing.T, w *world, rail partners.Payments) {
		name := string(rail.Rail())
		ref := w.pay(rail.Rail(), "o1")
		w.faults(sandbox.Fault{Family: name, Kind: sandbox.Doubled}, sandbox.Fault{Family: name, Kind: sandbox.ForgedNotice})
		_, err := rail.Refund(context.Background(), ask("k1", ref, 2500))
		require.NoError(t, err)
		eventually(t, func() bool { return len(w.api.got(name)) == 2 && w.api.forgedCount() == 1 }, "two true notices and a refused forgery")
		list := w.api.got(name)
		require.Equal(t, list[0].ID, list[1].ID, "a repeated notice keeps its number")
		for _, p := range w.ledger().Pushes {
			if p.Partner == name && p.Forged {
				require.Equal(t, "refused", p.State)
			}
		}

		raw, ok := w.api.rawOf(name)
		require.True(t, ok)
		for i := 0; i < len(raw.body); i += 7 { // any changed byte breaks it
			altered := []byte(string(raw.body))
			altered[i] ^= 1
			_, err := rail.ReadNotice(raw.header, altered)
			require.Error(t, err)
		}
		_, err = rail.ReadNotice(http.Header{}, []byte("out_request_no=k1&trade_no=1&refund_status=REFUND_SUCCESS"))
		require.Equal(t, partners.Forged, partners.FailureOf(err))
	})
}

// A field given twice must not be signed as one value and read as another.
func TestAlipayNoticeDoubledField(t *testing.T) {
	w := newWorld(t)
	ref := w.pay(partners.RailAlipay, "o1")
	_, err := w.alipay.Refund(context.Background(), ask("k1", ref, 2500))
	require.NoError(t, err)
	eventually(t, func() bool { return len(w.api.got("alipay")) == 1 }, "a notice")
	raw, _ := w.api.rawOf("alipay")
	_, err = w.alipay.ReadNotice(nil, append(raw.body, []byte("&refund_amount=9999.00")...))
	require.Equal(t, partners.Malformed, partners.FailureOf(err))
	values, err := url.ParseQuery(string(raw.body))
	require.NoError(t, err)
	require.Equal(t, "25.00", values.Get("refund_amount"))
}

// A notice waits for an API that is away, and comes when it is back.
func TestNoticesAreRepeatedUntilAcknowledged(t *testing.T) {
	w := newWorld(t)
	w.api.setBroken(true)
	ref := w.pay(partners.RailAlipay, "o1")
	_, err := w.alipay.Refund(context.Background(), ask("k1", ref, 2500))
	require.NoError(t, err)
	eventually(t, func() bool {
		for _, p := range w.ledger().Pushes {
			if p.Partner == "alipay" && p.Attempts >= 2 && p.State == "waiting" {
				return true
			}
		}
		return false
	}, "at least two tries")
	w.stop() // the queue survives a restart
	w.start()
	w.api.setBroken(false)
	eventually(t, func() bool { return len(w.api.got("alipay")) == 1 }, "the notice comes after the restart")
	eventually(t, func() bool {
		for _, p := range w.ledger().Pushes {
			if p.State != "acknowledged" {
				return false
			}
		}
		return true
	}, "everything is acknowledged")
}

// Payments are read the newest first, page by page, each once, with what was given back of them.
func TestLatestPayments(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	var refs []string
	for i := range 5 {
		placed, err := w.PlaceOrder(ctx, order(partners.RailAlipay, fmt.Sprint("latest", i)))
		require.NoError(t, err)
		refs = append(refs, placed.Payments[0].Ref)
	}
	var read []string
	var captured money.Amount
	for before := int64(0); ; {
		page, err := w.LatestPayments(ctx, before, 2)
		require.NoError(t, err)
		require.Len(t, page.Totals, 1)
		require.Equal(t, 5, page.Totals[0].Payments)
		if len(page.Payments) == 0 {
			require.Equal(t, page.Totals[0].Captured, captured)
			break
		}
		for _, payment := range page.Payments {
			read, captured, before = append(read, payment.Ref), captured+payment.Captured, payment.ID
		}
	}
	slices.Reverse(read)
	require.Equal(t, refs, read)
}

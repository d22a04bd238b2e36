package sandbox_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/money"
	"aftersales/partners"
	"aftersales/partners/sandbox"
	"aftersales/partners/wechat"
)

func eachCharging(t *testing.T, run func(t *testing.T, w *world, rail partners.Charges)) {
	eachRail(t, func(t *testing.T, w *world, rail partners.Payments) { run(t, w, rail.(partners.Charges)) })
}

var tomorrow = time.Now().Add(24 * time.Hour)

func bill(key string, amount money.Amount) partners.ChargeRequest {
	return partners.ChargeRequest{Key: key, MerchantID: "m1", Amount: amount, Currency: money.CNY, Subject: "换货差价", ExpiresAt: tomorrow}
}

// uuid is a key as ours are: neither rail takes it as it is.
const uuid = "6ba7b810-9dad-51d1-80b4-00c04fd430c8"

func TestChargeHappy(t *testing.T) {
	eachCharging(t, func(t *testing.T, w *world, rail partners.Charges) {
		ctx := context.Background()
		name := rail.Rail()
		unknown, err := rail.FindCharge(ctx, uuid)
		require.NoError(t, err)
		require.Equal(t, partners.Charge{Key: uuid, State: partners.ChargeNotFound}, unknown)

		made, err := rail.Charge(ctx, bill(uuid, 3000))
		require.NoError(t, err)
		require.Equal(t, partners.ChargeWaiting, made.State)
		require.NotEmpty(t, made.URL)
		again, err := rail.Charge(ctx, bill(uuid, 3000))
		require.NoError(t, err)
		require.Equal(t, made, again)

		require.NoError(t, w.ScanCharge(ctx, name, uuid))
		waiting, err := rail.FindCharge(ctx, uuid)
		require.NoError(t, err)
		require.Equal(t, partners.ChargeWaiting, waiting.State)
		require.Equal(t, money.Amount(3000), waiting.Amount)

		_, err = w.Pay(ctx, made.URL+"x", false)
		require.ErrorContains(t, err, "no charge has this address")
		ref, err := w.Pay(ctx, made.URL, false)
		require.NoError(t, err)
		paid, err := rail.FindCharge(ctx, uuid)
		require.NoError(t, err)
		require.Equal(t, partners.ChargePaid, paid.State)
		require.Equal(t, ref, paid.PaymentRef)
		require.WithinDuration(t, time.Now(), paid.PaidAt, 3*time.Second)
		eventually(t, func() bool { return len(w.api.got(string(name))) == 1 }, "the notice of the payment")
		notice := *w.api.got(string(name))[0].Charge
		require.True(t, notice.PaidAt.Equal(paid.PaidAt))
		notice.PaidAt = paid.PaidAt
		require.Equal(t, paid, notice, "notice and query tell the same")

		still, err := rail.Charge(ctx, bill(uuid, 3000)) // the answer to a repeat is how it stands
		require.NoError(t, err)
		require.Equal(t, partners.ChargePaid, still.State)
		require.Equal(t, ref, still.PaymentRef)
		closed, err := rail.CloseCharge(ctx, uuid)
		require.NoError(t, err)
		require.Equal(t, partners.ChargePaid, closed.State, "a paid charge stays paid")

		balance, _, err := w.shop.Funds(ctx, "m1")
		require.NoError(t, err)
		require.Equal(t, money.Amount(3000), balance)
		refund, err := rail.(partners.Payments).Refund(ctx, partners.RefundRequest{Key: "r1", PaymentRef: ref, Amount: 3000, Captured: 3000, Currency: money.CNY})
		require.NoError(t, err)
		require.Equal(t, partners.RefundSucceeded, refund.State)
		found, err := rail.FindCharge(ctx, uuid)
		require.NoError(t, err)
		require.Equal(t, partners.ChargePaid, found.State, "given back in full, it was paid all the same")
	})
}

func TestChargeOtherContentAndNonsense(t *testing.T) {
	eachCharging(t, func(t *testing.T, w *world, rail partners.Charges) {
		ctx := context.Background()
		_, err := rail.Charge(ctx, bill("charge_1", 3000))
		require.NoError(t, err)
		change := func(do func(*partners.ChargeRequest)) partners.ChargeRequest {
			b := bill("charge_1", 3000)
			do(&b)
			return b
		}
		others := []partners.ChargeRequest{
			change(func(b *partners.ChargeRequest) { b.Amount = 3001 }), change(func(b *partners.ChargeRequest) { b.MerchantID = "m2" }),
			change(func(b *partners.ChargeRequest) { b.Subject = "维修费" }), change(func(b *partners.ChargeRequest) { b.ExpiresAt = tomorrow.Add(time.Hour) }),
		}
		for _, scanned := range []bool{false, true} {
			if scanned {
				require.NoError(t, w.ScanCharge(ctx, rail.Rail(), "charge_1"))
			}
			for _, other := range others {
				_, err := rail.Charge(ctx, other)
				require.Equal(t, partners.Mismatch, partners.FailureOf(err), "%v", err)
			}
		}
		_, err = w.PayCharge(ctx, rail.Rail(), "charge_1", false)
		require.NoError(t, err)
		_, err = rail.Charge(ctx, others[0])
		require.Equal(t, partners.Mismatch, partners.FailureOf(err), "also when it is paid")

		for _, bad := range []partners.ChargeRequest{
			bill("", 1), bill("a key", 1), bill("k", 0), bill("k", -1), change(func(b *partners.ChargeRequest) { b.Key, b.Currency = "k", "USD" }),
			change(func(b *partners.ChargeRequest) { b.Key, b.Subject = "k", "" }), change(func(b *partners.ChargeRequest) { b.Key, b.Subject = "k", strings.Repeat("差", 101) }),
			change(func(b *partners.ChargeRequest) { b.Key, b.MerchantID = "k", "m|1" }), change(func(b *partners.ChargeRequest) { b.Key, b.ExpiresAt = "k", time.Time{} }),
			change(func(b *partners.ChargeRequest) { b.Key, b.ExpiresAt = "k", time.Now().Add(-time.Minute) }),
		} {
			_, err := rail.Charge(ctx, bad)
			require.Equal(t, partners.Refused, partners.FailureOf(err), "%+v", bad)
		}
		require.Len(t, w.ledger().Charges, 1)
	})
}

func TestChargeClosed(t *testing.T) {
	eachCharging(t, func(t *testing.T, w *world, rail partners.Charges) {
		ctx := context.Background()
		name := rail.Rail()
		none, err := rail.CloseCharge(ctx, "never_asked")
		require.NoError(t, err)
		require.Equal(t, partners.ChargeNotFound, none.State)

		_, err = rail.Charge(ctx, bill("charge_1", 3000))
		require.NoError(t, err)
		require.NoError(t, w.ScanCharge(ctx, name, "charge_1"))
		for range 2 { // twice is harmless
			closed, err := rail.CloseCharge(ctx, "charge_1")
			require.NoError(t, err)
			require.Equal(t, partners.ChargeClosed, closed.State)
		}
		again, err := rail.Charge(ctx, bill("charge_1", 3000))
		require.NoError(t, err)
		require.Equal(t, partners.ChargeClosed, again.State, "a closed charge is not opened anew")
		_, err = w.PayCharge(ctx, name, "charge_1", false)
		require.ErrorContains(t, err, "closed")

		late, err := w.PayCharge(ctx, name, "charge_1", true) // it was on its way
		require.NoError(t, err)
		eventually(t, func() bool { return len(w.api.got(string(name))) == 1 }, "the notice of the late payment")
		require.Equal(t, late, w.api.got(string(name))[0].Charge.PaymentRef)
		require.Equal(t, money.Amount(3000), w.ledger().Books.Held)
	})
}

// A code that nobody scanned is no trade for Alipay: it can neither be found nor closed, and it can still be paid.
func TestAlipayCodeNobodyScanned(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	_, err := w.alipay.Charge(ctx, bill("charge_1", 3000))
	require.NoError(t, err)
	closed, err := w.alipay.CloseCharge(ctx, "charge_1")
	require.NoError(t, err)
	require.Equal(t, partners.ChargeNotFound, closed.State)
	ref, err := w.PayCharge(ctx, partners.RailAlipay, "charge_1", false)
	require.NoError(t, err)
	found, err := w.alipay.FindCharge(ctx, "charge_1")
	require.NoError(t, err)
	require.Equal(t, ref, found.PaymentRef)
}

// Scenario 18's second half: paid twice, both payments are told, and the second can be given back.
func TestChargePaidTwice(t *testing.T) {
	eachCharging(t, func(t *testing.T, w *world, rail partners.Charges) {
		ctx := context.Background()
		name := rail.Rail()
		_, err := rail.Charge(ctx, bill("charge_1", 3000))
		require.NoError(t, err)
		first, err := w.PayCharge(ctx, name, "charge_1", false)
		require.NoError(t, err)
		_, err = w.PayCharge(ctx, name, "charge_1", false)
		require.ErrorContains(t, err, "paid")
		second, err := w.PayCharge(ctx, name, "charge_1", true)
		require.NoError(t, err)
		require.NotEqual(t, first, second)
		eventually(t, func() bool { return len(w.api.got(string(name))) == 2 }, "two notices")
		refs := map[string]bool{}
		for _, n := range w.api.got(string(name)) {
			require.Equal(t, "charge_1", n.Charge.Key)
			refs[n.Charge.PaymentRef] = true
		}
		require.Equal(t, map[string]bool{first: true, second: true}, refs)
		found, err := rail.FindCharge(ctx, "charge_1")
		require.NoError(t, err)
		require.Equal(t, first, found.PaymentRef)
		_, err = rail.(partners.Payments).Refund(ctx, partners.RefundRequest{Key: "back", PaymentRef: second, Amount: 3000, Captured: 3000, Currency: money.CNY})
		require.NoError(t, err)
		require.Equal(t, 2, w.ledger().Charges[0].Payments)
		require.Equal(t, money.Amount(3000), w.ledger().Books.Held)
	})
}

func TestChargeExpires(t *testing.T) {
	for _, name := range []partners.Rail{partners.RailAlipay, partners.RailWeChat} {
		ctx := context.Background()
		var mu sync.Mutex
		now := time.Now()
		w := newWorld(t, func(o *sandbox.Options) {
			o.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
		})
		rail := w.rail(name).(partners.Charges)
		_, err := rail.Charge(ctx, bill("charge_1", 3000))
		require.NoError(t, err)
		require.NoError(t, w.ScanCharge(ctx, name, "charge_1"))
		mu.Lock()
		now = now.Add(25 * time.Hour)
		mu.Unlock()
		_, err = w.PayCharge(ctx, name, "charge_1", false)
		require.Error(t, err)
		found, err := rail.FindCharge(ctx, "charge_1")
		require.NoError(t, err)
		require.Equal(t, partners.ChargeClosed, found.State)
	}
}

func TestChargeTimeouts(t *testing.T) {
	eachCharging(t, func(t *testing.T, w *world, rail partners.Charges) {
		ctx := context.Background()
		family := string(rail.Rail())
		for _, kind := range []sandbox.Kind{sandbox.TimeoutBeforeApply, sandbox.AppliedThenTimeout} {
			key := "charge_" + string(kind)
			w.faults(sandbox.Fault{Family: family, Op: "charge", Kind: kind, Next: 1})
			_, err := rail.Charge(ctx, bill(key, 3000))
			require.Equal(t, partners.Unknown, partners.FailureOf(err))
			made, err := rail.Charge(ctx, bill(key, 3000))
			require.NoError(t, err)
			require.Equal(t, partners.ChargeWaiting, made.State)
			require.NoError(t, w.ScanCharge(ctx, rail.Rail(), key))
			w.faults(sandbox.Fault{Family: family, Op: "close", Kind: kind, Next: 1})
			_, err = rail.CloseCharge(ctx, key)
			require.Equal(t, partners.Unknown, partners.FailureOf(err))
			closed, err := rail.CloseCharge(ctx, key)
			require.NoError(t, err)
			require.Equal(t, partners.ChargeClosed, closed.State)
		}
		require.Len(t, w.ledger().Charges, 2, "one each, however often it was asked for")
		for kind, expected := range map[sandbox.Kind]partners.Failure{sandbox.Down: partners.Down, sandbox.RateLimit: partners.Down} {
			w.faults(sandbox.Fault{Family: family, Kind: kind})
			_, err := rail.Charge(ctx, bill("charge_3", 3000))
			require.Equal(t, expected, partners.FailureOf(err))
			_, err = rail.FindCharge(ctx, "charge_3")
			require.Equal(t, expected, partners.FailureOf(err))
			_, err = rail.CloseCharge(ctx, "charge_3")
			require.Equal(t, expected, partners.FailureOf(err))
		}
	})
}

func TestChargeManyAtOnceUnderOneKey(t *testing.T) {
	eachCharging(t, func(t *testing.T, w *world, rail partners.Charges) {
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				made, err := rail.Charge(context.Background(), bill("charge_1", 3000))
				if err != nil || made.State != partners.ChargeWaiting {
					t.Errorf("%v %v", made, err)
				}
			})
		}
		group.Wait()
		require.Len(t, w.ledger().Charges, 1)
		require.Equal(t, 8, w.ledger().Charges[0].Calls)
	})
}

func TestChargeAndChargebackNoticesForgedDoubledAltered(t *testing.T) {
	eachCharging(t, func(t *testing.T, w *world, rail partners.Charges) {
		ctx := context.Background()
		name := string(rail.Rail())
		_, err := rail.Charge(ctx, bill("charge_1", 3000))
		require.NoError(t, err)
		w.faults(sandbox.Fault{Family: name, Op: "charge", Kind: sandbox.Doubled}, sandbox.Fault{Family: name, Op: "charge", Kind: sandbox.ForgedNotice},
			sandbox.Fault{Family: name, Op: "charge", Kind: sandbox.Disordered, Ms: 50})
		ref, err := w.PayCharge(ctx, rail.Rail(), "charge_1", false)
		require.NoError(t, err)
		eventually(t, func() bool { return len(w.api.got(name)) == 2 && w.api.forgedCount() == 1 }, "two true notices and a refused forgery")
		require.Equal(t, w.api.got(name)[0], w.api.got(name)[1])

		w.faults(sandbox.Fault{Family: name, Op: "chargeback", Kind: sandbox.Doubled}, sandbox.Fault{Family: name, Op: "chargeback", Kind: sandbox.ForgedNotice})
		total, err := w.Chargeback(ctx, rail.Rail(), ref, 1000)
		require.NoError(t, err)
		require.Equal(t, money.Amount(1000), total)
		eventually(t, func() bool { return len(w.api.got(name)) == 4 && w.api.forgedCount() == 2 }, "the chargeback, twice, and a refused forgery")
		told := w.api.got(name)[3].Chargeback
		require.Equal(t, ref, told.PaymentRef)
		require.Equal(t, money.Amount(1000), told.Amount)
		require.WithinDuration(t, time.Now(), told.At, 5*time.Second)

		raw, ok := w.api.rawOf(name)
		require.True(t, ok)
		for i := 0; i < len(raw.body); i += 11 { // any changed byte breaks it
			altered := []byte(string(raw.body))
			altered[i] ^= 1
			_, err := rail.ReadNotice(raw.header, altered)
			require.Error(t, err)
		}
		_, err = rail.ReadNotice(http.Header{}, []byte(url.Values{"trade_no": {ref}, "chargeback_amount": {"30.00"}}.Encode()))
		require.Equal(t, partners.Forged, partners.FailureOf(err))
	})
}

// A refusal of WeChat Pay that is not signed by it is not believed: the library would.
func TestWeChatRefusalsAreVerified(t *testing.T) {
	w := newWorld(t)
	other, err := sandbox.EnsureKeys(t.TempDir())
	require.NoError(t, err)
	o := w.server.Keys().WeChatOptions(w.http.URL)
	o.PlatformPublicKey = other.WeChatPlatform.Public
	rail, err := wechat.New(o)
	require.NoError(t, err)
	_, err = rail.Refund(context.Background(), ask("k1", "no such payment", 100))
	require.Equal(t, partners.Unknown, partners.FailureOf(err))
	_, err = rail.FindCharge(context.Background(), "never_asked")
	require.Equal(t, partners.Malformed, partners.FailureOf(err), "else it would count as not found")
}

package sandbox_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/money"
	"aftersales/partners"
	"aftersales/partners/insurance"
	"aftersales/partners/sandbox"
	"aftersales/partners/shop"
)

func yuan(minor int) *money.Amount { a := money.Amount(minor); return &a }

func draw(key string, amount money.Amount) partners.DrawRequest {
	return partners.DrawRequest{Key: key, MerchantID: "m1", Amount: amount, Currency: money.CNY, Reason: "先行赔付"}
}

// Scenario 34 at the provider: the balance is short, the deposit fills it up, the same refund goes through.
func TestRefundFromTheDeposit(t *testing.T) {
	eachRail(t, func(t *testing.T, w *world, rail partners.Payments) {
		ctx := context.Background()
		ref := w.pay(rail.Rail(), "o1")
		balance, deposit, err := w.shop.Funds(ctx, "m1")
		require.NoError(t, err)
		require.Equal(t, []money.Amount{10000, 0}, []money.Amount{balance, deposit}, "a merchant has what its customers paid")
		require.NoError(t, w.SetFunds(ctx, "m1", yuan(1000), yuan(5000))) // it took its money out and left a deposit
		_, err = rail.Refund(ctx, ask("k1", ref, 4000))
		require.Equal(t, partners.BalanceShort, partners.FailureOf(err))

		_, err = w.shop.Draw(ctx, draw("d0", 5001))
		require.Equal(t, partners.Refused, partners.FailureOf(err))
		require.ErrorContains(t, err, "deposit_short")
		made, err := w.shop.Draw(ctx, draw("d1", 3000))
		require.NoError(t, err)
		require.Equal(t, money.Amount(3000), made.Amount)
		again, err := w.shop.Draw(ctx, draw("d1", 3000))
		require.NoError(t, err)
		require.Equal(t, made, again)
		_, err = w.shop.Draw(ctx, draw("d1", 2999))
		require.Equal(t, partners.Mismatch, partners.FailureOf(err))
		found, known, err := w.shop.FindDraw(ctx, "d1")
		require.NoError(t, err)
		require.True(t, known)
		require.Equal(t, made, found)
		_, known, err = w.shop.FindDraw(ctx, "d0")
		require.NoError(t, err)
		require.False(t, known, "what was refused was not made")

		refund, err := rail.Refund(ctx, ask("k1", ref, 4000))
		require.NoError(t, err)
		require.Equal(t, partners.RefundSucceeded, refund.State)
		balance, deposit, err = w.shop.Funds(ctx, "m1")
		require.NoError(t, err)
		require.Equal(t, []money.Amount{0, 2000}, []money.Amount{balance, deposit})
		require.True(t, w.ledger().Books.Balance())

		_, _, err = w.shop.Funds(ctx, "nobody")
		require.Equal(t, partners.Refused, partners.FailureOf(err))
		stranger := draw("d2", 1)
		stranger.MerchantID = "nobody"
		_, err = w.shop.Draw(ctx, stranger)
		require.ErrorContains(t, err, "no_merchant")
		for _, bad := range []partners.DrawRequest{draw("", 1), draw("k k", 1), draw("k", 0), {Key: "k", Amount: 1, Currency: money.CNY}} {
			_, err := w.shop.Draw(ctx, bad)
			require.Equal(t, partners.Refused, partners.FailureOf(err))
		}
	})
}

// What a draw took and nobody needed goes back: once per key, no more than it took, and only what the merchant still has.
func TestDrawIsPutBack(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	require.NoError(t, w.SetFunds(ctx, "m1", yuan(0), yuan(5000)))
	require.NoError(t, w.SetFunds(ctx, "m2", yuan(9000), yuan(9000)))
	_, err := w.shop.Draw(ctx, draw("d1", 3000))
	require.NoError(t, err)
	back := func(key string, amount money.Amount, of, merchant string) (partners.Draw, error) {
		return w.shop.PutBack(ctx, partners.PutBackRequest{Key: key, DrawKey: of, MerchantID: merchant, Amount: amount, Currency: money.CNY, Reason: "x"})
	}
	made, err := back("b1", 1000, "d1", "m1")
	require.NoError(t, err)
	again, err := back("b1", 1000, "d1", "m1")
	require.NoError(t, err)
	require.Equal(t, made, again)
	found, known, err := w.shop.FindDraw(ctx, "b1")
	require.NoError(t, err)
	require.True(t, known)
	require.Equal(t, made, found)
	require.Equal(t, "d1", found.PutBackOf)
	_, err = back("b1", 999, "d1", "m1")
	require.Equal(t, partners.Mismatch, partners.FailureOf(err))
	_, err = w.shop.Draw(ctx, draw("b1", 1000))
	require.Equal(t, partners.Mismatch, partners.FailureOf(err), "the key stands for the way back")
	for code, try := range map[string]func() (partners.Draw, error){
		"too_much":        func() (partners.Draw, error) { return back("b2", 2001, "d1", "m1") },
		"no_draw":         func() (partners.Draw, error) { return back("b3", 1, "d9", "m1") },
		"invalid_request": func() (partners.Draw, error) { return back("b4", 1, "", "m1") },
	} {
		_, err := try()
		require.Equal(t, partners.Refused, partners.FailureOf(err), code)
		require.ErrorContains(t, err, code)
	}
	_, err = back("b5", 1, "d1", "m2")
	require.ErrorContains(t, err, "no_draw", "somebody else's draw")
	_, err = back("b6", 1, "b1", "m1")
	require.ErrorContains(t, err, "no_draw", "what went back is no draw")
	require.NoError(t, w.SetFunds(ctx, "m1", yuan(500), nil))
	_, err = back("b7", 2000, "d1", "m1")
	require.ErrorContains(t, err, "balance_short")
	_, err = back("b8", 500, "d1", "m1")
	require.NoError(t, err)
	balance, deposit, err := w.shop.Funds(ctx, "m1")
	require.NoError(t, err)
	require.Equal(t, []money.Amount{0, 3500}, []money.Amount{balance, deposit})
	l := w.ledger()
	require.True(t, l.Books.Balance())
	require.Len(t, l.Draws, 3)
	require.Equal(t, "d1", l.Draws[1].PutBackOf)
}

// keyed is one interface that works once per key, for the tests that hold for all of them.
type keyed struct {
	family, op string
	call       func(w *world, key string) error
	find       func(w *world, key string) (bool, error)
	count      func(sandbox.Ledger) int
}

var keyeds = map[string]keyed{
	"draw": {"shop", "draw",
		func(w *world, key string) error {
			_, err := w.shop.Draw(context.Background(), draw(key, 100))
			return err
		},
		func(w *world, key string) (bool, error) {
			_, found, err := w.shop.FindDraw(context.Background(), key)
			return found, err
		},
		func(l sandbox.Ledger) int { return len(l.Draws) }},
	"payout": {"alipay", "payout",
		func(w *world, key string) error {
			_, err := w.alipay.Payout(context.Background(), pay(key, 100))
			return err
		},
		func(w *world, key string) (bool, error) {
			p, err := w.alipay.FindPayout(context.Background(), key)
			return p.State != partners.RefundNotFound, err
		},
		func(l sandbox.Ledger) int { return len(l.Payouts) }},
	"claim": {"insurance", "claim",
		func(w *world, key string) error {
			_, err := w.insurer.Claim(context.Background(), claim(key, "o-"+key, waybillOf(key)))
			return err
		},
		func(w *world, key string) (bool, error) {
			_, found, err := w.insurer.FindClaim(context.Background(), key)
			return found, err
		},
		func(l sandbox.Ledger) int { return len(l.Claims) }},
}

func TestDrawsPayoutsAndClaimsUnderFaults(t *testing.T) {
	for name, one := range keyeds {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			require.NoError(t, w.SetFunds(context.Background(), "m1", nil, yuan(100_000)))
			for _, key := range []string{"k1", "k2", "k3", "k4"} {
				w.insured("o-"+key, waybillOf(key))
			}
			w.faults(sandbox.Fault{Family: one.family, Op: one.op, Kind: sandbox.AppliedThenTimeout, Next: 1})
			require.Equal(t, partners.Unknown, partners.FailureOf(one.call(w, "k1")))
			found, err := one.find(w, "k1")
			require.NoError(t, err)
			require.True(t, found)
			require.NoError(t, one.call(w, "k1"))

			w.faults(sandbox.Fault{Family: one.family, Op: one.op, Kind: sandbox.TimeoutBeforeApply, Next: 1})
			require.Equal(t, partners.Unknown, partners.FailureOf(one.call(w, "k2")))
			found, err = one.find(w, "k2")
			require.NoError(t, err)
			require.False(t, found)
			require.NoError(t, one.call(w, "k2"))

			var group sync.WaitGroup
			for range 8 {
				group.Go(func() {
					if err := one.call(w, "k3"); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			require.Equal(t, 3, one.count(w.ledger()), "each key once")

			for _, kind := range []sandbox.Kind{sandbox.Down, sandbox.RateLimit} {
				w.faults(sandbox.Fault{Family: one.family, Kind: kind})
				require.Equal(t, partners.Down, partners.FailureOf(one.call(w, "k4")), kind)
				_, err = one.find(w, "k4")
				require.Equal(t, partners.Down, partners.FailureOf(err), kind)
			}
			w.faults()
			w.stop() // what was done survives a restart
			w.start()
			require.Equal(t, 3, one.count(w.ledger()))
			require.NoError(t, one.call(w, "k3"))
			require.Equal(t, 3, one.count(w.ledger()))
			require.True(t, w.ledger().Books.Balance())
		})
	}
}

// A forgetful provider pays twice when it is asked twice; the ledger shows it.
func TestForgottenKeysShowInTheLedger(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.SetFunds(context.Background(), "m1", nil, yuan(100_000)))
	w.faults(sandbox.Fault{Family: "shop", Kind: sandbox.KeyForgotten}, sandbox.Fault{Family: "alipay", Kind: sandbox.KeyForgotten})
	for _, name := range []string{"draw", "payout"} {
		require.NoError(t, keyeds[name].call(w, "k1"))
		require.NoError(t, keyeds[name].call(w, "k1"))
	}
	l := w.ledger()
	require.Equal(t, 2, l.Draws[0].Applications)
	require.Equal(t, 2, l.Payouts[0].Applications)
	require.True(t, l.Books.Balance())
}

func pay(key string, amount money.Amount) partners.PayoutRequest {
	return partners.PayoutRequest{Key: key, Account: "13800001234", Name: "张三", Amount: amount, Currency: money.CNY, Reason: "退款"}
}

func TestPayout(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	none, err := w.alipay.FindPayout(ctx, "k1")
	require.NoError(t, err)
	require.Equal(t, partners.RefundNotFound, none.State)
	paid, err := w.alipay.Payout(ctx, pay("k1", 2500))
	require.NoError(t, err)
	require.Equal(t, partners.RefundSucceeded, paid.State)
	require.Equal(t, money.Amount(2500), paid.Amount)
	require.WithinDuration(t, time.Now(), paid.At, 3*time.Second)
	found, err := w.alipay.FindPayout(ctx, "k1")
	require.NoError(t, err)
	require.Equal(t, paid, found)

	other := pay("k1", 2500)
	other.Account = "13900001234"
	for _, request := range []partners.PayoutRequest{pay("k1", 2501), other} {
		_, err = w.alipay.Payout(ctx, request)
		require.Equal(t, partners.Mismatch, partners.FailureOf(err))
	}
	w.faults(sandbox.Fault{Family: "alipay", Op: "payout", Kind: sandbox.BalanceShort, Next: 1})
	_, err = w.alipay.Payout(ctx, pay("k2", 100))
	require.Equal(t, partners.BalanceShort, partners.FailureOf(err))
	_, err = w.alipay.Payout(ctx, pay("k2", 100))
	require.NoError(t, err, "the key is free after a refusal")

	require.NoError(t, w.SetAccount(ctx, "li@example.com", "李四", false))
	wrong := pay("k3", 100)
	wrong.Account = "li@example.com"
	_, err = w.alipay.Payout(ctx, wrong)
	require.Equal(t, partners.Refused, partners.FailureOf(err))
	require.NotContains(t, err.Error(), "li@example.com")
	require.NoError(t, w.SetAccount(ctx, "li@example.com", "李四", true))
	wrong.Name = "李四"
	_, err = w.alipay.Payout(ctx, wrong)
	require.ErrorContains(t, err, "PAYEE_NOT_EXIST")

	w.faults(sandbox.Fault{Family: "alipay", Op: "payout", Kind: sandbox.Pending, Next: 1, Ms: 1500})
	later, err := w.alipay.Payout(ctx, pay("k4", 100))
	require.NoError(t, err)
	require.Equal(t, partners.RefundPending, later.State)
	eventually(t, func() bool {
		p, err := w.alipay.FindPayout(ctx, "k4")
		return err == nil && p.State == partners.RefundSucceeded
	}, "the payout gets done")
	for _, bad := range []partners.PayoutRequest{pay("", 100), pay("k", 9), {Key: "k", Account: "a b c d", Name: "x", Amount: 100, Currency: money.CNY}, {Key: "k", Account: "13800001234", Amount: 100, Currency: money.CNY}} {
		_, err := w.alipay.Payout(ctx, bad)
		require.Equal(t, partners.Refused, partners.FailureOf(err))
	}
	l := w.ledger()
	require.Len(t, l.Payouts, 3)
	require.Equal(t, "*********34", l.Payouts[0].Account)
	require.True(t, l.Books.Balance())
}

func claim(key, orderID, number string) partners.ClaimRequest {
	return partners.ClaimRequest{Key: key, OrderID: orderID, Waybill: partners.Waybill{Carrier: "yto", Number: number}, Amount: 1200, Currency: money.CNY}
}

func waybillOf(key string) string {
	return fmt.Sprintf("YT%013d", 1_000_000_000_000+int(key[len(key)-1]))
}

// insured places an insured order whose way back was picked up under the number.
func (w *world) insured(id, number string) {
	o := order(partners.RailAlipay, id)
	o.Insured = true
	_, err := w.PlaceOrder(context.Background(), o)
	require.NoError(w.t, err)
	require.NoError(w.t, w.Scan(context.Background(), number, sandbox.Scan{State: partners.TrackPicked, City: "杭州市"}))
}

// Scenario 32 at the insurer, invariant 8: one claim per order, a waybill counts once.
func TestInsurance(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.insured("o1", "YT1000000000001")
	w.insured("o2", "YT1000000000002")
	claims := func(request partners.ClaimRequest, state partners.ClaimState, why string) {
		t.Helper()
		answer, err := w.insurer.Claim(ctx, request)
		require.NoError(t, err)
		require.Equal(t, state, answer.State)
		require.Equal(t, why, answer.Why)
		found, known, err := w.insurer.FindClaim(ctx, request.Key)
		require.NoError(t, err)
		require.True(t, known)
		require.Equal(t, answer, found)
	}
	claims(claim("c0", "o1", "YT1000000000009"), partners.ClaimRefused, "no_parcel") // a pick-up that was cancelled
	claims(claim("c1", "o1", "YT1000000000001"), partners.ClaimPaid, "")
	claims(claim("c1", "o1", "YT1000000000001"), partners.ClaimPaid, "")
	claims(claim("c2", "o1", "YT1000000000002"), partners.ClaimRefused, "order_claimed")
	claims(claim("c3", "o2", "YT1000000000001"), partners.ClaimRefused, "waybill_used")
	plain := w.pay(partners.RailAlipay, "o3")
	require.NotEmpty(t, plain)
	claims(claim("c4", "o3", "YT1000000000002"), partners.ClaimRefused, "not_insured")
	claims(claim("c5", "unknown", "YT1000000000002"), partners.ClaimRefused, "not_insured")
	_, err := w.insurer.Claim(ctx, claim("c1", "o2", "YT1000000000002"))
	require.Equal(t, partners.Mismatch, partners.FailureOf(err))
	_, known, err := w.insurer.FindClaim(ctx, "c99")
	require.NoError(t, err)
	require.False(t, known)

	w.faults(sandbox.Fault{Family: "insurance", Kind: sandbox.Pending, Next: 1, Ms: 1500})
	accepted, err := w.insurer.Claim(ctx, claim("c6", "o2", "YT1000000000002"))
	require.NoError(t, err)
	require.Equal(t, partners.ClaimAccepted, accepted.State)
	require.Zero(t, accepted.Amount)
	eventually(t, func() bool {
		c, found, err := w.insurer.FindClaim(ctx, "c6")
		return err == nil && found && c.State == partners.ClaimPaid && c.Amount == 1200
	}, "the claim gets paid")

	wrongKeys := w.server.Keys().InsuranceOptions(w.http.URL)
	wrongKeys.Secret = "a wrong secret, long enough"
	stranger, err := insurance.New(wrongKeys)
	require.NoError(t, err)
	_, err = stranger.Claim(ctx, claim("c7", "o2", "YT1000000000002"))
	require.Equal(t, partners.Unknown, partners.FailureOf(err), "an answer that cannot be believed tells nothing")
	_, _, err = stranger.FindClaim(ctx, "c1")
	require.Equal(t, partners.Forged, partners.FailureOf(err))
	for _, bad := range []partners.ClaimRequest{claim("", "o1", "YT1000000000001"), claim("k", "", "YT1000000000001"), claim("k", "o1", "pigeon")} {
		_, err := w.insurer.Claim(ctx, bad)
		require.Equal(t, partners.Refused, partners.FailureOf(err))
	}
	require.Len(t, w.ledger().Claims, 7)
}

// Two claims of one order at the same moment: one is paid.
func TestInsuranceRace(t *testing.T) {
	w := newWorld(t)
	w.insured("o1", "YT1000000000001")
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			if _, err := w.insurer.Claim(context.Background(), claim(fmt.Sprintf("c%d", i), "o1", "YT1000000000001")); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	paid := 0
	for _, c := range w.ledger().Claims {
		if c.State == partners.ClaimPaid {
			paid++
		}
	}
	require.Equal(t, 1, paid)
}

func TestPrices(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.pay(partners.RailAlipay, "o1")
	prices, err := w.shop.Prices(ctx, []string{"v1", "v2"})
	require.NoError(t, err)
	require.Equal(t, map[string]money.Amount{"v1": 10000}, prices, "until it changes, a variant costs what was paid for it first")
	require.NoError(t, w.SetPrices(ctx, map[string]*money.Amount{"v1": yuan(9000), "v2": yuan(12000)}))
	w.pay(partners.RailAlipay, "o2")
	prices, err = w.shop.Prices(ctx, []string{"v1", "v2"})
	require.NoError(t, err)
	require.Equal(t, map[string]money.Amount{"v1": 9000, "v2": 12000}, prices)
	require.NoError(t, w.SetPrices(ctx, map[string]*money.Amount{"v1": nil}))
	prices, err = w.shop.Prices(ctx, []string{"v1"})
	require.NoError(t, err)
	require.Empty(t, prices, "no longer sold")
	_, err = w.shop.Prices(ctx, nil)
	require.Equal(t, partners.Refused, partners.FailureOf(err))
	require.Error(t, w.SetPrices(ctx, map[string]*money.Amount{"v1": yuan(-1)}))
	o := w.server.Keys().ShopOptions(w.http.URL)
	o.Secret = "a wrong secret, long enough"
	wrong, err := shop.New(o)
	require.NoError(t, err)
	_, err = wrong.Prices(ctx, []string{"v2"})
	require.Equal(t, partners.Forged, partners.FailureOf(err))
	w.faults(sandbox.Fault{Family: "shop", Kind: sandbox.TimeoutBeforeApply}, sandbox.Fault{Family: "shop", Op: "prices", Kind: sandbox.Down})
	_, err = w.shop.Prices(ctx, []string{"v2"})
	require.Equal(t, partners.Down, partners.FailureOf(err))
}

// Scenario 39 at the provider: after a chargeback less can be refunded, also when the balance would do.
func TestChargebackLowersTheLimit(t *testing.T) {
	eachRail(t, func(t *testing.T, w *world, rail partners.Payments) {
		ctx := context.Background()
		ref := w.pay(rail.Rail(), "o1")
		w.pay(rail.Rail(), "o2") // the merchant's balance is not what limits here
		_, err := rail.Refund(ctx, ask("k1", ref, 2000))
		require.NoError(t, err)
		_, err = w.Chargeback(ctx, rail.Rail(), ref, 8001)
		require.Error(t, err, "more than is left")
		for i, total := range []money.Amount{3000, 6000} {
			told, err := w.Chargeback(ctx, rail.Rail(), ref, 3000)
			require.NoError(t, err)
			require.Equal(t, total, told)
			eventually(t, func() bool {
				n := 0
				for _, notice := range w.api.got(string(rail.Rail())) {
					if notice.Chargeback != nil {
						n++
					}
				}
				return n == i+1
			}, "a notice each")
		}
		_, err = rail.Refund(ctx, ask("k2", ref, 2001))
		require.Equal(t, partners.Refused, partners.FailureOf(err))
		_, err = rail.Refund(ctx, ask("k2", ref, 2000))
		require.NoError(t, err)
		require.True(t, w.ledger().Books.Balance())
		_, err = w.Chargeback(ctx, rail.Rail(), "none", 1)
		require.Error(t, err)
	})
}

// Whatever happens in whatever order, no money appears or vanishes, and no payment gives back more than it brought.
func TestBooksBalance(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, func(o *sandbox.Options) { o.WeChatSpacing, o.NotifyURL = -1, "" })
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		var refs []struct {
			rail partners.Rail
			ref  string
		}
		paid := func(rail partners.Rail, ref string) {
			refs = append(refs, struct {
				rail partners.Rail
				ref  string
			}{rail, ref})
		}
		steps := rapid.IntRange(2, 7).Draw(t, "steps")
		for i := range steps {
			id := fmt.Sprintf("r%d_%d_key", run, i)
			rail := rapid.SampledFrom([]partners.Rail{partners.RailAlipay, partners.RailWeChat}).Draw(t, "rail")
			amount := money.Amount(rapid.Int64Range(1, 12000).Draw(t, "amount"))
			merchant := rapid.SampledFrom([]string{"m1", "m2"}).Draw(t, "merchant")
			switch rapid.IntRange(0, 6).Draw(t, "what") {
			case 0:
				o := order(rail, id)
				o.MerchantID = merchant
				placed, err := w.PlaceOrder(ctx, o)
				require.NoError(t, err)
				paid(rail, placed.Payments[0].Ref)
			case 1:
				request := bill(id, amount)
				request.MerchantID = merchant
				_, err := w.rail(rail).(partners.Charges).Charge(ctx, request)
				require.NoError(t, err)
				for range rapid.IntRange(0, 2).Draw(t, "times") {
					ref, err := w.PayCharge(ctx, rail, id, true)
					require.NoError(t, err)
					paid(rail, ref)
				}
			case 2, 3:
				if len(refs) > 0 { // may be refused: what counts is that the books hold
					of := rapid.SampledFrom(refs).Draw(t, "payment")
					w.rail(of.rail).Refund(ctx, ask(id, of.ref, min(amount, 10000)))
				}
			case 4:
				if len(refs) > 0 {
					of := rapid.SampledFrom(refs).Draw(t, "payment")
					w.Chargeback(ctx, of.rail, of.ref, amount)
				}
			case 5:
				require.NoError(t, w.SetFunds(ctx, merchant, yuan(int(amount)), yuan(int(amount/2))))
				request := draw(id, amount/3+1)
				request.MerchantID = merchant
				w.shop.Draw(ctx, request)
			case 6:
				_, err := w.alipay.Payout(ctx, pay(id, amount+10))
				require.NoError(t, err)
			}
		}
		l, err := w.Ledger(ctx)
		require.NoError(t, err)
		require.True(t, l.Books.Balance(), "%+v", l.Books)
		held, deposits := map[string]money.Amount{}, map[string]money.Amount{}
		for _, e := range l.Entries {
			held[e.MerchantID] += e.Balance
			deposits[e.MerchantID] += e.Deposit
		}
		for _, m := range l.Merchants {
			require.Equal(t, held[m.MerchantID], m.Balance, m.MerchantID)
			require.Equal(t, deposits[m.MerchantID], m.Deposit, m.MerchantID)
			require.GreaterOrEqual(t, m.Deposit, money.Amount(0))
		}
		for _, p := range l.Payments {
			require.LessOrEqual(t, p.Refunded+p.ChargedBack, p.Captured)
		}
	})
}

package activities_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// payouts is the platform's own account, with a ledger by key.
type payouts struct {
	mu      sync.Mutex
	paid    map[string]partners.PayoutRequest
	refuse  error
	request partners.PayoutRequest
}

func (p *payouts) Payout(_ context.Context, request partners.PayoutRequest) (partners.Payout, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.request = request
	if p.refuse != nil {
		return partners.Payout{}, p.refuse
	}
	if p.paid == nil {
		p.paid = map[string]partners.PayoutRequest{}
	}
	p.paid[request.Key] = request
	return partners.Payout{Key: request.Key, ProviderRef: "po-" + request.Key[:8], State: partners.RefundSucceeded, Amount: request.Amount, At: noon.Add(time.Minute)}, nil
}

func (p *payouts) FindPayout(_ context.Context, key string) (partners.Payout, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if request, found := p.paid[key]; found {
		return partners.Payout{Key: key, ProviderRef: "po-" + key[:8], State: partners.RefundSucceeded, Amount: request.Amount, At: noon.Add(time.Minute)}, nil
	}
	return partners.Payout{Key: key, State: partners.RefundNotFound}, nil
}

// account stores the words in which the customer names an account.
func (w *world) account(content string) string {
	id, err := w.store.PutText(context.Background(), "cus", models.KindCustomer, "cus", content, noon)
	require.NoError(w.t, err)
	return id
}

// One of two rails is closed: its part goes to the account that the customer named, as a leg of its own on the same
// tender; the other part has gone back on its rail, and what failed stays as it is.
func TestScenario33_RedirectedLeg(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		out := &payouts{}
		w.Payouts = out
		w.order("o", []line{{2, 10000}}, tender{partners.RailAlipay, 7000}, tender{partners.RailWeChat, 3000})
		w.wechat.fault = func(partners.RefundRequest) (bool, error) { return false, failing(partners.RailClosed) }
		in := refundOf("c1", "o", 10000)
		blocked, err := w.Refund(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, fault.RailClosed, blocked.Blocked.Code)
		require.Equal(t, money.Amount(7000), w.alipay.total(), "every leg stands for itself")

		again, err := w.Refund(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, fault.RailClosed, again.Blocked.Code)
		require.Empty(t, out.paid, "without consent nothing is paid")

		in.Redirect = []contract.Redirect{{TenderID: "o-t2", TextID: w.account(`{"account":"kim@example.com","name":"王小明"}`), N: 1}}
		done, err := w.Refund(t.Context(), in)
		require.NoError(t, err)
		require.True(t, done.Done)
		require.Len(t, done.Legs, 3)
		repeated, err := w.Refund(t.Context(), in)
		require.NoError(t, err)
		require.True(t, repeated.Done)
		require.Len(t, out.paid, 1, "one payout under one key")
		require.Equal(t, "kim@example.com", out.request.Account)
		require.Equal(t, "王小明", out.request.Name)
		var paid, failed money.Amount
		for _, leg := range w.legs("o") {
			switch leg.Status {
			case models.LegSucceeded:
				paid += leg.Amount
			case models.LegFailed:
				failed += leg.Amount
				require.Empty(t, leg.Via)
			}
		}
		require.Equal(t, money.Amount(10000), paid)
		require.Equal(t, money.Amount(3000), failed)
		more, err := w.Refund(t.Context(), refundOf("c2", "o", 1))
		require.NoError(t, err)
		require.Equal(t, fault.RefundLimit, more.Blocked.Code, "the payout counts on the tender's limit")
		bill, err := w.ReconcileMoney(t.Context(), contract.ReconcileInput{Money: true, Bills: true, At: noon.Add(48 * time.Hour), Day: &noon})
		require.NoError(t, err)
		require.Zero(t, bill.Found, "a payout is on no rail's bill")
	})
}

// The account does not exist: nothing was paid, the customer is asked anew, and another account is another payment.
func TestRefusedAccountIsAskedAnew(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		out := &payouts{refuse: failing(partners.Refused)}
		w.Payouts = out
		w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
		w.alipay.fault = func(partners.RefundRequest) (bool, error) { return false, failing(partners.RailClosed) }
		in := refundOf("c1", "o", 5000)
		_, err := w.Refund(t.Context(), in)
		require.NoError(t, err)
		in.Redirect = []contract.Redirect{{TenderID: "o-t1", TextID: w.account(`{"account":"nobody","name":"王"}`), N: 1}}
		blocked, err := w.Refund(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, fault.RailClosed, blocked.Blocked.Code)
		out.refuse = nil
		in.Redirect = append(in.Redirect, contract.Redirect{TenderID: "o-t1", TextID: w.account(`{"account":"kim@example.com","name":"王"}`), N: 2})
		done, err := w.Refund(t.Context(), in)
		require.NoError(t, err)
		require.True(t, done.Done)
		require.Len(t, w.legs("o"), 3)
		require.Len(t, out.paid, 1)
		require.Equal(t, "kim@example.com", out.request.Account)
	})
}

// The payment is too old for its rail: the refund is refused before any call, and goes to an account by consent.
func TestRailWindowOverGoesToAnAccount(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.Payouts = &payouts{}
		w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
		in := refundOf("c1", "o", 5000)
		in.At = noon.Add(500 * 24 * time.Hour)
		blocked, err := w.Refund(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, fault.RailWindow, blocked.Blocked.Code)
		require.Empty(t, w.legs("o"))
		in.Redirect = []contract.Redirect{{TextID: w.account(`{"account":"kim@example.com","name":"王"}`), N: 1}}
		done, err := w.Refund(t.Context(), in)
		require.NoError(t, err)
		require.True(t, done.Done)
		require.Zero(t, w.alipay.calls)
		require.Equal(t, models.ViaPayout, w.legs("o")[0].Via)
	})
}

// The answer of a payout was lost: asked for by key, paid once.
func TestLostPayoutIsAskedFor(t *testing.T) {
	w := sqliteWorld(t)
	out := &payouts{}
	w.Payouts = out
	w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
	w.alipay.fault = func(partners.RefundRequest) (bool, error) { return false, failing(partners.RailClosed) }
	in := refundOf("c1", "o", 5000)
	_, err := w.Refund(t.Context(), in)
	require.NoError(t, err)
	in.Redirect = []contract.Redirect{{TenderID: "o-t1", TextID: w.account(`{"account":"a","name":"b"}`), N: 1}}
	out.refuse = failing(partners.Unknown)
	_, err = w.Refund(t.Context(), in)
	require.Error(t, err)
	out.refuse = nil
	out.paid = map[string]partners.PayoutRequest{out.request.Key: out.request} // it had been applied
	done, err := w.ReconcileMoney(t.Context(), contract.ReconcileInput{Money: true, At: time.Now().Add(time.Hour)})
	require.NoError(t, err)
	require.Equal(t, 1, done.Repaired, "the reconciler asks where it was paid")
	result, err := w.Refund(t.Context(), in)
	require.NoError(t, err)
	require.True(t, result.Done)
	require.Len(t, out.paid, 1)
}

// A bank takes money back while a refund waits: the limit is lower, notices may come twice and in any order, and what
// the customer got twice is claimed back.
func TestScenario39_ChargebackWhileARefundWaits(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.order("o", []line{{1, 10000}}, tender{partners.RailAlipay, 10000})
		_, err := w.store.ChargeBack(ctx, "alipay", "no-such", 1, noon)
		require.ErrorIs(t, err, models.ErrNotFound)
		done, err := w.store.ChargeBack(ctx, "alipay", "ref-o-1", 4000, noon)
		require.NoError(t, err)
		require.Equal(t, models.ChargedBack{TenderID: "o-t1", OrderID: "o", Amount: 4000, Changed: true}, done)
		done, err = w.store.ChargeBack(ctx, "alipay", "ref-o-1", 3000, noon)
		require.NoError(t, err)
		require.Equal(t, models.ChargedBack{TenderID: "o-t1", OrderID: "o", Amount: 4000}, done, "an older notice changes nothing")
		blocked, err := w.Refund(ctx, refundOf("c1", "o", 6001))
		require.NoError(t, err)
		require.Equal(t, fault.RefundLimit, blocked.Blocked.Code)
		require.Equal(t, "60.00", blocked.Blocked.Details["left"])
		paid, err := w.Refund(ctx, refundOf("c1", "o", 6000))
		require.NoError(t, err)
		require.True(t, paid.Done)
		require.Empty(t, w.recoveries())

		_, err = w.store.ChargeBack(ctx, "alipay", "ref-o-1", 10000, noon)
		require.NoError(t, err)
		_, err = w.store.ChargeBack(ctx, "alipay", "ref-o-1", 10000, noon)
		require.NoError(t, err)
		claims := w.recoveries()
		require.Len(t, claims, 1)
		require.Equal(t, money.Amount(6000), claims[0].Amount, "charged back and refunded, less what was captured")
		require.Equal(t, "c1", claims[0].CaseID)
		require.Equal(t, models.KindCustomer, claims[0].FromKind)
		var found []models.Discrepancy
		require.NoError(t, w.store.DB.Find(&found).Error)
		require.Len(t, found, 1)
		require.Equal(t, "charged_back", found[0].Kind)
	})
}

// The whole payment is charged back while a refund's answer is unknown; the refund turns out to have been made.
func TestChargebackOverARefundUnderWay(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
		w.alipay.fault = func(partners.RefundRequest) (bool, error) { return true, failing(partners.Unknown) }
		_, err := w.Refund(t.Context(), refundOf("c1", "o", 5000))
		require.Error(t, err)
		_, err = w.store.ChargeBack(t.Context(), "alipay", "ref-o-1", 5000, noon)
		require.NoError(t, err)
		require.Empty(t, w.recoveries(), "nobody knows yet that it was paid")
		w.alipay.fault = nil
		result, err := w.Refund(t.Context(), refundOf("c1", "o", 5000))
		require.NoError(t, err)
		require.True(t, result.Done)
		require.Equal(t, 1, w.alipay.calls)
		require.Len(t, w.recoveries(), 1)
		require.Equal(t, money.Amount(5000), w.recoveries()[0].Amount)
	})
}

func (w *world) recoveries() []models.Recovery {
	w.t.Helper()
	var rows []models.Recovery
	require.NoError(w.t, w.store.DB.Order("opened_at, id").Find(&rows).Error)
	return rows
}

// insurer decides claims by order and waybill.
type insurer struct {
	mu    sync.Mutex
	known map[string]partners.Claim
	calls int
	lose  bool
	state partners.ClaimState
}

func (i *insurer) Claim(_ context.Context, request partners.ClaimRequest) (partners.Claim, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.calls++
	claim := partners.Claim{Key: request.Key, ProviderRef: "ins-1", State: i.state, At: noon.Add(time.Minute)}
	if claim.State == "" {
		claim.State = partners.ClaimPaid
	}
	if claim.State == partners.ClaimPaid {
		claim.Amount = request.Amount
	}
	i.known[request.Key] = claim
	if i.lose {
		i.lose = false
		return partners.Claim{}, failing(partners.Unknown)
	}
	return claim, nil
}

func (i *insurer) FindClaim(_ context.Context, key string) (partners.Claim, bool, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	claim, found := i.known[key]
	return claim, found, nil
}

func claimOf(caseID, order, number string) contract.InsuranceInput {
	return contract.InsuranceInput{CaseID: caseID, OrderID: order, Carrier: "sf", Number: number, Amount: 1200, Currency: money.CNY, At: noon}
}

func TestScenario32_OneClaimPerOrderAndWaybill(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ins := &insurer{known: map[string]partners.Claim{}, lose: true}
		w.Insurer = ins
		w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
		w.order("p", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
		_, err := w.ClaimInsurance(t.Context(), claimOf("c1", "o", "SF1"))
		require.Error(t, err, "its answer was lost")
		paid, err := w.ClaimInsurance(t.Context(), claimOf("c1", "o", "SF1"))
		require.NoError(t, err)
		require.Equal(t, contract.InsuranceResult{State: models.ClaimPaid, Paid: 1200}, paid)
		require.Equal(t, 1, ins.calls, "asked by key, not claimed again")
		again, err := w.ClaimInsurance(t.Context(), claimOf("c1", "o", "SF1"))
		require.NoError(t, err)
		require.Equal(t, paid, again)
		second, err := w.ClaimInsurance(t.Context(), claimOf("c2", "o", "SF2"))
		require.NoError(t, err)
		require.Equal(t, contract.InsuranceResult{State: models.ClaimRefused, Why: "order_claimed"}, second)
		used, err := w.ClaimInsurance(t.Context(), claimOf("c3", "p", "SF1"))
		require.NoError(t, err)
		require.Equal(t, contract.InsuranceResult{State: models.ClaimRefused, Why: "waybill_used"}, used)
		require.Equal(t, 1, ins.calls)
	})
}

func TestReconcilerAsksTheInsurer(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ins := &insurer{known: map[string]partners.Claim{}, state: partners.ClaimAccepted}
		w.Insurer = ins
		w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
		accepted, err := w.ClaimInsurance(t.Context(), claimOf("c1", "o", "SF1"))
		require.NoError(t, err)
		require.Equal(t, models.ClaimAccepted, accepted.State)
		for key, claim := range ins.known {
			claim.State, claim.Amount = partners.ClaimPaid, 1000
			ins.known[key] = claim
		}
		done, err := w.ReconcileMoney(t.Context(), contract.ReconcileInput{Money: true, At: noon.Add(time.Hour)})
		require.NoError(t, err)
		require.Equal(t, 1, done.Repaired)
		claim, found, err := w.store.ClaimOf(t.Context(), "o")
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, models.ClaimPaid, claim.State)
		require.Equal(t, money.Amount(1000), claim.Paid)
		require.Equal(t, 1, ins.calls)
	})
}

// Two cases of one order follow the same parcel; goods that come back have a number of their own case only.
func TestOutboundParcelsAreWatchedByEveryCase(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.order("o", []line{{1, 5000}, {1, 5000}}, tender{partners.RailAlipay, 10000})
		full, err := w.store.Order(ctx, "o")
		require.NoError(t, err)
		content, err := w.store.Recipient(ctx, full.Order)
		require.NoError(t, err)
		in := models.OrderInput{
			ID: "o", Version: 2, CustomerID: "cus", MerchantID: "mer", Currency: money.CNY, PaidAt: full.Order.PaidAt, ShippedAt: full.Order.ShippedAt,
			Recipient: content, Shipments: []models.ShipmentInput{
				{Carrier: "sf", Number: "OUT1", ShippedAt: noon, LineIDs: []string{"o-l1"}},
				{Carrier: "sf", Number: "OUT2", ShippedAt: noon, LineIDs: []string{"o-l2"}},
			},
		}
		_, err = w.store.UpsertOrder(ctx, in)
		require.NoError(t, err)
		ask := func(id, lineID string) contract.Outbound {
			found, err := w.Outbound(ctx, contract.OutboundInput{CaseID: id, OrderID: "o", Lines: []contract.ChosenLine{{LineID: lineID, Quantity: 1}}, Watch: true, At: noon})
			require.NoError(t, err)
			return found
		}
		first := ask("c1", "o-l1")
		require.Len(t, first.Parcels, 1, "only the parcel with the case's line")
		require.Equal(t, "OUT1", first.Parcels[0].Number)
		require.Equal(t, []string{"o-l1"}, first.Parcels[0].Lines)
		require.Contains(t, first.Grams, "o-l1")
		require.NotContains(t, first.Grams, "o-l2")
		require.Equal(t, first, ask("c1", "o-l1"), "twice is once")
		ask("c2", "o-l1")
		var rows []models.Waybill
		require.NoError(t, w.store.DB.Where("number = ?", "OUT1").Find(&rows).Error)
		require.Len(t, rows, 2)

		w.carrier.track = partners.Track{State: partners.TrackTransit, Events: []partners.TrackEvent{{At: noon.Add(time.Hour)}}}
		watched, err := w.WatchOutbound(ctx, contract.WatchInput{CaseID: "c1", OrderID: "o", Parcels: first.Parcels})
		require.NoError(t, err)
		require.Equal(t, "transit", watched.Tracks[0].State)
		require.Equal(t, 1, w.carrier.subscribed)
		shipments, err := w.store.Shipments(ctx, "o")
		require.NoError(t, err)
		require.Equal(t, "transit", shipments[0].State)

		back := contract.WaybillInput{CaseID: "c1", OrderID: "o", MerchantID: "mer", Carrier: "sf", Number: "SF1234567890123", At: noon}
		claimed, err := w.ClaimWaybill(ctx, back)
		require.NoError(t, err)
		require.Nil(t, claimed.Refused)
		back.CaseID = "c2"
		claimed, err = w.ClaimWaybill(ctx, back)
		require.NoError(t, err)
		require.Equal(t, fault.WaybillReused, claimed.Refused.Code)
	})
}

// A case that refunded some of its lines and goes on with the others is evaluated over the others alone: its own legs
// count as refunded before. Otherwise they do not, so that a repeat sees the same world.
func TestALineSettledApartIsRefundedBefore(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{1, 5000}, {1, 4000}}, tender{partners.RailAlipay, 9000})
		both := w.start("c1", "o", contract.ChosenLine{LineID: "o-l1", Quantity: 1}, contract.ChosenLine{LineID: "o-l2", Quantity: 1})
		opened, err := w.OpenCase(t.Context(), both)
		require.NoError(t, err)
		refund := refundOf("c1", "o", 5000)
		refund.Quote = policy.Only(opened.Terms.Quote, []string{"o-l1"})
		result, err := w.Refund(t.Context(), refund)
		require.NoError(t, err)
		require.True(t, result.Done)
		ask := func(n int, start contract.Start) money.Amount {
			terms, err := w.Evaluate(t.Context(), contract.EvaluateInput{Start: start, Phase: opened.Phase, N: n, At: noon})
			require.NoError(t, err)
			return terms.Quote.Total
		}
		require.EqualValues(t, 9000, ask(2, both))
		rest := both
		rest.Lines, rest.Apart = both.Lines[1:], true
		require.EqualValues(t, 4000, ask(3, rest))
		again := both
		again.Apart = true
		require.EqualValues(t, 4000, ask(4, again), "what was refunded apart is not there again")
	})
}

// The bank took back what was paid as a deposit: what is left of it goes back over its own tender, and nobody waits for more.
func TestWhatIsLeftOfADepositGoesBack(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
		require.NoError(t, w.store.Collect(ctx, models.Tender{
			ID: "deposit", OrderID: "o", Rail: "alipay", Ref: "ref-deposit", Captured: 3000, CapturedAt: noon, CaseID: "c1", Purpose: contract.PurposeDeposit,
		}))
		_, err := w.store.ChargeBack(ctx, "alipay", "ref-deposit", 1000, noon)
		require.NoError(t, err)
		in := refundOf("c1", "o", 3000)
		in.Quote, in.TenderID = policy.Quote{Currency: "CNY", Total: 3000}, "deposit"
		blocked, err := w.Refund(ctx, in)
		require.NoError(t, err)
		require.Equal(t, fault.RefundLimit, blocked.Blocked.Code)
		require.NotNil(t, blocked.Left)
		require.EqualValues(t, 2000, blocked.Left.Total)
		in.Quote = *blocked.Left
		done, err := w.Refund(ctx, in)
		require.NoError(t, err)
		require.True(t, done.Done)
		require.Equal(t, "deposit", done.Legs[0].TenderID)
	})
}

// The rail was closed, and before the customer had named an account the bank took a part back: what is left can be paid, by
// a refund of its own, because the failed legs' keys stand for what they were made for.
func TestWhatIsLeftAfterEveryLegFailed(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.Payouts = &payouts{}
		w.order("o", []line{{1, 5000}}, tender{partners.RailAlipay, 5000})
		w.alipay.fault = func(partners.RefundRequest) (bool, error) { return false, failing(partners.RailClosed) }
		in := refundOf("c1", "o", 5000)
		failed, err := w.Refund(ctx, in)
		require.NoError(t, err)
		require.Equal(t, fault.RailClosed, failed.Blocked.Code)
		_, err = w.store.ChargeBack(ctx, "alipay", "ref-o-1", 2000, noon)
		require.NoError(t, err)
		in.Redirect = []contract.Redirect{{TenderID: "o-t1", TextID: w.account(`{"account":"kim@example.com","name":"王小明"}`), N: 1}}
		cut, err := w.Refund(ctx, in)
		require.NoError(t, err)
		require.Equal(t, fault.RefundLimit, cut.Blocked.Code)
		require.NotNil(t, cut.Left)
		require.EqualValues(t, 3000, cut.Left.Total)
		require.Equal(t, "failed", cut.Legs[0].Status)

		in.Quote, in.Round = *cut.Left, in.Round+1
		_, err = w.Refund(ctx, in) // the rail refuses once more
		require.NoError(t, err)
		done, err := w.Refund(ctx, in)
		require.NoError(t, err)
		require.True(t, done.Done)
		var paid money.Amount
		for _, leg := range w.legs("o") {
			if leg.Status == models.LegSucceeded {
				paid += leg.Amount
			}
		}
		require.EqualValues(t, 3000, paid)
	})
}

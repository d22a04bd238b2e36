package activities_test

import (
	"context"
	"errors"
	"net/http"
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

// till is a provider that takes money: a key is one charge.
type till struct {
	mu      sync.Mutex
	name    partners.Rail
	charges map[string]partners.Charge
	calls   int
	fails   error
	applies bool // although it fails
}

func (p *till) Rail() partners.Rail { return p.name }

func (p *till) Charge(_ context.Context, request partners.ChargeRequest) (partners.Charge, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	charge, known := p.charges[request.Key]
	if !known && (p.fails == nil || p.applies) {
		charge = partners.Charge{Key: request.Key, URL: "https://pay.example/" + request.Key, State: partners.ChargeWaiting, Amount: request.Amount}
		p.charges[request.Key] = charge
	}
	return charge, p.fails
}

func (p *till) FindCharge(_ context.Context, key string) (partners.Charge, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if charge, known := p.charges[key]; known {
		return charge, nil
	}
	return partners.Charge{Key: key, State: partners.ChargeNotFound}, nil
}

func (p *till) CloseCharge(ctx context.Context, key string) (partners.Charge, error) {
	charge, err := p.FindCharge(ctx, key)
	p.mu.Lock()
	defer p.mu.Unlock()
	if charge.State == partners.ChargeWaiting {
		charge.State = partners.ChargeClosed
		p.charges[key] = charge
	}
	return charge, err
}

func (p *till) ReadNotice(http.Header, []byte) (partners.Notice, error) {
	return partners.Notice{}, errors.New("none")
}
func (p *till) Acknowledge() (string, []byte) { return "text/plain", []byte("success") }

// pay lets the customer pay a charge.
func (p *till) pay(key, ref string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	charge := p.charges[key]
	charge.State, charge.PaymentRef, charge.PaidAt = partners.ChargePaid, ref, noon
	p.charges[key] = charge
}

// tills lets both rails take money.
func (w *world) tills() (alipay, wechat *till) {
	alipay = &till{name: partners.RailAlipay, charges: map[string]partners.Charge{}}
	wechat = &till{name: partners.RailWeChat, charges: map[string]partners.Charge{}}
	w.Charges = map[partners.Rail]partners.Charges{partners.RailAlipay: alipay, partners.RailWeChat: wechat}
	return alipay, wechat
}

func chargeOf(rail string, n int) contract.ChargeInput {
	return contract.ChargeInput{
		CaseID: "c1", OrderID: "o", MerchantID: "mer", N: n, Rail: rail, Purpose: contract.PurposeDifference, Amount: 2000,
		Currency: money.CNY, DueAt: noon.Add(24 * time.Hour), At: noon,
	}
}

func (w *world) payment(order string) (models.Payment, []models.Tender) {
	w.t.Helper()
	full, err := w.store.Order(context.Background(), order)
	require.NoError(w.t, err)
	return full.Payment, full.Tenders
}

func TestChargeIsOneHoweverOftenItIsAskedFor(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{2, 10000}}, tender{partners.RailAlipay, 10000})
		alipay, _ := w.tills()
		alipay.fails, alipay.applies = failing(partners.Unknown), true
		_, err := w.OpenCharge(t.Context(), chargeOf("alipay", 1))
		require.Error(t, err, "it is tried again")
		alipay.fails = nil
		first, err := w.OpenCharge(t.Context(), chargeOf("alipay", 1))
		require.NoError(t, err)
		require.NotEmpty(t, first.URL)
		require.Len(t, alipay.charges, 1)

		other := chargeOf("alipay", 1)
		other.Amount = 1
		_, err = w.OpenCharge(t.Context(), other)
		require.ErrorContains(t, err, "another request", "the same key is not used for something else")

		refused, err := w.OpenCharge(t.Context(), chargeOf("cash", 2))
		require.NoError(t, err)
		require.Equal(t, fault.RailClosed, refused.Refused.Code)

		alipay.fails, alipay.applies = failing(partners.Refused), false
		refused, err = w.OpenCharge(t.Context(), chargeOf("alipay", 3))
		require.NoError(t, err)
		require.Equal(t, fault.PaymentRefused, refused.Refused.Code, "the rail is not closed: another try may succeed")
		alipay.fails = failing(partners.RailClosed)
		refused, err = w.OpenCharge(t.Context(), chargeOf("alipay", 4))
		require.NoError(t, err)
		require.Equal(t, fault.RailClosed, refused.Refused.Code)
	})
}

func TestScenario18_WhatWasPaidIsATenderThatGoesBack(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.order("o", []line{{2, 10000}}, tender{partners.RailAlipay, 10000})
		alipay, wechat := w.tills()
		one, two := chargeOf("alipay", 1), chargeOf("wechat", 2)
		for _, in := range []contract.ChargeInput{one, two} {
			_, err := w.OpenCharge(ctx, in)
			require.NoError(t, err)
		}
		open, err := w.SettleCharge(ctx, contract.SettleInput{ChargeInput: one})
		require.NoError(t, err)
		require.Equal(t, contract.ChargeOpen, open.State)
		alipay.pay(one.Key(), "pay-1")
		wechat.pay(two.Key(), "pay-2")
		var tenders []string
		for _, in := range []contract.SettleInput{{ChargeInput: one}, {ChargeInput: two, Close: true}, {ChargeInput: one}} {
			settled, err := w.SettleCharge(ctx, in)
			require.NoError(t, err)
			require.Equal(t, contract.ChargePaid, settled.State, "what was paid is not closed")
			require.Len(t, settled.Payments, 1)
			tenders = append(tenders, settled.Payments[0].TenderID)
		}
		require.Equal(t, tenders[0], tenders[2], "booked once")
		payment, all := w.payment("o")
		require.Equal(t, money.Amount(14000), payment.Captured)
		require.Len(t, all, 3)

		// A second payment under the same charge is known from its notice only.
		told, err := w.SettleCharge(ctx, contract.SettleInput{ChargeInput: one, Told: []contract.ChargeFact{{PaymentRef: "pay-3", Amount: 2000, PaidAt: noon}}})
		require.NoError(t, err)
		require.Len(t, told.Payments, 2)

		// An ordinary refund does not touch what is held, and the held goes back over its own tender.
		whole, err := w.Refund(ctx, refundOf("c2", "o", 10000))
		require.NoError(t, err)
		require.True(t, whole.Done)
		require.Len(t, whole.Legs, 1)
		require.Equal(t, "o-t1", whole.Legs[0].TenderID)
		back := contract.RefundInput{
			CaseID: "c1", OrderID: "o", Round: 1, Quote: policy.Quote{Currency: money.CNY, Total: 2000}, Cause: contract.CauseRule,
			CauseRef: "paid_twice", At: noon, TenderID: tenders[1],
		}
		for range 2 {
			result, err := w.Refund(ctx, back)
			require.NoError(t, err)
			require.True(t, result.Done)
			require.Equal(t, tenders[1], result.Legs[0].TenderID)
		}
		require.Equal(t, money.Amount(2000), w.wechat.total())
		require.Equal(t, money.Amount(10000), w.alipay.total())
		back.Round, back.Quote.Total = 2, 1
		more, err := w.Refund(ctx, back)
		require.NoError(t, err)
		require.Equal(t, fault.RefundLimit, more.Blocked.Code, "never more than came over it")
	})
}

func TestClosedChargeCannotBeOpenedAnymore(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.order("o", []line{{2, 10000}}, tender{partners.RailAlipay, 10000})
		alipay, _ := w.tills()
		in := chargeOf("alipay", 1)
		closed, err := w.SettleCharge(ctx, contract.SettleInput{ChargeInput: in, Close: true})
		require.NoError(t, err)
		require.Equal(t, contract.ChargeClosed, closed.State)
		require.True(t, closed.Unsure, "nobody has seen it yet, and somebody may pay it until it is due")
		late, err := w.OpenCharge(ctx, in)
		require.NoError(t, err)
		require.Equal(t, fault.NotNow, late.Refused.Code)
		require.Zero(t, alipay.calls)
		in.At = in.DueAt
		closed, err = w.SettleCharge(ctx, contract.SettleInput{ChargeInput: in, Close: true})
		require.NoError(t, err)
		require.False(t, closed.Unsure)
	})
}

// onSale sells two variants of the merchant's.
func (w *world) onSale(stock int) {
	w.t.Helper()
	require.NoError(w.t, w.store.DB.Create(&models.Product{ID: "p", MerchantID: "mer", Title: "台灯", Category: "home", CreatedAt: noon}).Error)
	for _, id := range []string{"v", "v2"} {
		require.NoError(w.t, w.store.DB.Create(&models.Variant{ID: id, ProductID: "p", Colour: id, Price: 5000, Stock: stock}).Error)
	}
}

func TestReserveStockAnswersWhatIsLeft(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.onSale(2)
		in := contract.StockInput{CaseID: "c1", MerchantID: "mer", Round: 1, At: noon, Lines: []contract.StockedLine{{VariantID: "v2", Quantity: 1}, {VariantID: "v2", Quantity: 2}}}
		reserved, err := w.ReserveStock(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, fault.VariantOutOfStock, reserved.Refused.Code, "the lines together")
		require.EqualValues(t, 2, reserved.Refused.Details["available"])
		in.Lines = in.Lines[:1]
		in.MerchantID = "somebody"
		reserved, err = w.ReserveStock(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, fault.VariantNotSold, reserved.Refused.Code)
		in.MerchantID = "mer"
		reserved, err = w.ReserveStock(t.Context(), in)
		require.NoError(t, err)
		require.Nil(t, reserved.Refused)
		require.NoError(t, w.ReleaseStock(t.Context(), in))
	})
}

func TestScenario21_ReplacementCanBeReturnedWhole(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.onSale(5)
		w.order("o", []line{{2, 10000}}, tender{partners.RailAlipay, 10000})
		alipay, _ := w.tills()
		charge := chargeOf("alipay", 1)
		_, err := w.OpenCharge(ctx, charge)
		require.NoError(t, err)
		alipay.pay(charge.Key(), "pay-1")
		settled, err := w.SettleCharge(ctx, contract.SettleInput{ChargeInput: charge})
		require.NoError(t, err)
		opened, err := w.OpenCase(ctx, w.start("c1", "o", contract.ChosenLine{LineID: "o-l1", Quantity: 1}))
		require.NoError(t, err)
		require.Nil(t, opened.Refused)
		_, err = w.ReserveStock(ctx, contract.StockInput{CaseID: "c1", MerchantID: "mer", Round: 1, At: noon, Lines: []contract.StockedLine{{VariantID: "v2", Quantity: 1}}})
		require.NoError(t, err)
		booked, err := w.ShipReplacement(ctx, contract.ReplaceInput{
			CaseID: "c1", OrderID: "o", Round: 1, Units: opened.Units, Tenders: []string{settled.Payments[0].TenderID}, At: noon,
			Lines: []contract.ReplacedLine{{LineID: "o-l1", VariantID: "v2", Quantity: 1, UnitPrice: 7000, Gives: 5000, Paid: 7000}},
		})
		require.NoError(t, err)
		require.Equal(t, []string{"o-l1/x1"}, booked.Lines)
		require.NoError(t, w.ReplacementReceived(ctx, contract.ReceiptInput{CaseID: "c1", OrderID: "o", ConfirmedAt: noon.Add(24 * time.Hour)}))

		// The replacement is returned: it gives back all that was paid for it, over both tenders.
		start := w.start("c2", "o", contract.ChosenLine{LineID: "o-l1/x1", Quantity: 1})
		start.At = noon.Add(48 * time.Hour)
		again, err := w.OpenCase(ctx, start)
		require.NoError(t, err)
		require.ErrorIs(t, again.Refused, fault.New(fault.UnitsInOpenCase), "it is the exchange's until that has ended")
		require.NoError(t, w.store.DB.Model(&models.UnitClaim{}).Where("case_id = ?", "c1").Update("released_at", noon).Error)
		again, err = w.OpenCase(ctx, start)
		require.NoError(t, err)
		require.Nil(t, again.Refused, "its own days count, from its own delivery")
		require.Equal(t, policy.AfterSale, again.Phase)
		require.Equal(t, money.Amount(7000), again.Terms.Quote.Total)
		refund := contract.RefundInput{CaseID: "c2", OrderID: "o", Round: 1, Quote: again.Terms.Quote, Cause: contract.CauseMerchant, CauseRef: "test", At: start.At}
		result, err := w.Refund(ctx, refund)
		require.NoError(t, err)
		require.True(t, result.Done, "%+v", result)
		require.Equal(t, money.Amount(7000), w.alipay.total())

		// Of the old line the other unit is left, and no more.
		refund.CaseID, refund.Quote = "c3", policy.Quote{Currency: money.CNY, Total: 5001, Lines: []policy.QuoteLine{{LineID: "o-l1", Quantity: 1, Amount: 5001}}}
		over, err := w.Refund(ctx, refund)
		require.NoError(t, err)
		require.Equal(t, fault.RefundLimit, over.Blocked.Code)
	})
}

func TestOpenRecoveryOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		in := contract.RecoveryInput{CaseID: "c1", N: 1, From: contract.Customer, FromID: "cus", Amount: 4000, Currency: money.CNY, Cause: "not_sent_back", At: noon}
		for range 2 {
			require.NoError(t, w.OpenRecovery(t.Context(), in))
		}
		var claims []models.Recovery
		require.NoError(t, w.store.DB.Find(&claims).Error)
		require.Len(t, claims, 1)
		require.Equal(t, money.Amount(4000), claims[0].Amount)
	})
}

func TestWaybillOfAReplacement(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{2, 10000}}, tender{partners.RailAlipay, 10000})
		in := contract.WaybillInput{Out: true, CaseID: "c1", OrderID: "o", MerchantID: "mer", Carrier: "sf", Number: "SF1234567890123", At: noon, NotBefore: noon}
		_, err := w.ClaimWaybill(t.Context(), contract.WaybillInput{CaseID: "c0", OrderID: "o", MerchantID: "mer", Carrier: "sf", Number: "SF9999999999999", At: noon, NotBefore: noon})
		require.NoError(t, err)
		claimed, err := w.ClaimWaybill(t.Context(), in)
		require.NoError(t, err)
		require.Nil(t, claimed.Refused)
		reused := in
		reused.Number = "SF9999999999999"
		claimed, err = w.ClaimWaybill(t.Context(), reused)
		require.NoError(t, err)
		require.Equal(t, fault.WaybillReused, claimed.Refused.Code, "a parcel that came back")
	})
}

// swapStart asks for another variant in the place of one unit.
func (w *world) swapStart(caseID, order, variant string) contract.Start {
	start := w.start(caseID, order, contract.ChosenLine{LineID: order + "-l1", Quantity: 1, VariantID: variant})
	start.Kind, start.Reason = policy.Exchange, "other_colour"
	return start
}

func TestOpenExchangeKnowsTheVariants(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.onSale(1)
		require.NoError(t, w.store.DB.Model(&models.Variant{}).Where("id = ?", "v2").Update("price", 7000).Error)
		w.order("o", []line{{2, 10000}}, tender{partners.RailAlipay, 10000})

		opened, err := w.OpenCase(ctx, w.swapStart("c1", "o", "v2"))
		require.NoError(t, err)
		require.Nil(t, opened.Refused)
		require.Equal(t, money.Amount(2000), opened.Terms.Exchange.Difference, "today's prices, at the line's own discount: none")
		require.Equal(t, "v2", opened.Terms.Exchange.Lines[0].VariantID)
		require.Equal(t, money.Amount(5000), opened.Terms.Quote.Total, "what a refund would give instead")
		require.Equal(t, policy.Customer, opened.Terms.Freight.Back)

		// What the case itself has set aside does not make it sold out for it; for others it is.
		stock := contract.StockInput{CaseID: "c1", MerchantID: "mer", Round: 1, At: noon, Lines: []contract.StockedLine{{VariantID: "v2", Quantity: 1}}}
		reserved, err := w.ReserveStock(ctx, stock)
		require.NoError(t, err)
		require.Nil(t, reserved.Refused)
		in := contract.EvaluateInput{Start: w.swapStart("c1", "o", "v2"), Phase: policy.OnSale, N: 2, At: noon}
		own, err := w.Evaluate(ctx, in)
		require.NoError(t, err)
		require.Nil(t, own.Refusal)
		late, err := w.OpenCase(ctx, w.swapStart("c2", "o", "v2"))
		require.NoError(t, err)
		require.Equal(t, fault.VariantOutOfStock, late.Refused.Code)
		gone, err := w.OpenCase(ctx, w.swapStart("c3", "o", "none"))
		require.NoError(t, err)
		require.Equal(t, fault.VariantNotSold, gone.Refused.Code)

		// Where the merchant turns out to be at fault, the freight is the merchant's.
		in.N, in.Liability = 3, policy.Merchant
		for range 2 {
			fault, err := w.Evaluate(ctx, in)
			require.NoError(t, err)
			require.Equal(t, policy.Merchant, fault.Liability)
			require.Equal(t, policy.Merchant, fault.Freight.Back)
		}
	})
}

func TestPaymentAfterTheEndIsNotedForPeople(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		in := contract.SettleInput{ChargeInput: chargeOf("alipay", 1), Told: []contract.ChargeFact{{PaymentRef: "late", Amount: 2000, PaidAt: noon}}}
		for range 2 {
			require.NoError(t, w.PaidLate(t.Context(), in))
		}
		var found []models.Discrepancy
		require.NoError(t, w.store.DB.Find(&found).Error)
		require.Len(t, found, 1)
		require.Equal(t, "late", found[0].Subject)
	})
}

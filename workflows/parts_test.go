package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// What came home of a bundle is priced by itself: the rest may never follow, and is then kept at its own price. When it
// does follow, it makes good what the parting had cost.
func TestIntercept_APartThatCameHomeIsPricedByItself(t *testing.T) {
	bundle := func(w *world) {
		for i, price := range []money.Amount{7000, 5000} {
			w.facts.Lines[i].Bundle = "set"
			w.facts.Lines[i].UnitPrice = price / money.Amount(w.facts.Lines[i].Quantity)
		}
	}
	w := twoParcels(t, bundle)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.scanOf("OUT1", 12*hour, "return_signed")
	w.scanOf("OUT2", day, "signed")
	require.Equal(t, contract.PartlyRefunded, w.run())
	require.Len(t, w.refunds, 1)
	require.Equal(t, money.Amount(5000), w.refunds[0].Quote.Total, "100.00 for the set, less the lamp at its own price of 50.00")
	require.Equal(t, []policy.QuoteLine{{LineID: "l1", Quantity: 2, Amount: 5000}}, w.refunds[0].Quote.Lines)
	require.Equal(t, money.Amount(5000), w.last().View.Quote.Total, "and the rest is worth what is left")

	t.Run("worth nothing by itself", func(t *testing.T) {
		w := twoParcels(t, func(w *world) {
			bundle(w)
			w.facts.Lines[1].UnitPrice = 10000
		})
		w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
		w.scanOf("OUT1", 12*hour, "return_signed")
		w.scanOf("OUT2", day, "signed")
		w.at(day+hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
		w.scan(day+2*hour, "n1", "picked", 3000)
		w.scan(2*day, "n2", "signed", 3000)
		w.at(2*day+hour, shop, "inspect", &contract.Inspect{})
		require.Equal(t, contract.Refunded, w.run())
		require.Len(t, w.refunds, 1)
		require.Equal(t, money.Amount(10000), w.refunds[0].Quote.Total, "all of it, once all of it is back")
		require.Equal(t, 3000, w.last().View.Parcel.Expected)
	})
}

// One of two parcels is lost and the other delivered: only what was lost is paid without the goods, and what the customer
// has is a return.
func TestIntercept_OneParcelLostAndOneDelivered(t *testing.T) {
	play := func(t *testing.T, change func(*world)) *world {
		w := twoParcels(t, change)
		w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
		w.scanOf("OUT2", day, "signed")
		w.at(day+hour, agent, "lost", &contract.ReportIntercept{Result: contract.InterceptLost})
		return w
	}
	t.Run("not proven, and the rest is kept", func(t *testing.T) {
		w := play(t, nil)
		require.Equal(t, contract.PartlyRefunded, w.run())
		require.Len(t, w.refunds, 1)
		require.Equal(t, []policy.QuoteLine{{LineID: "l1", Quantity: 2, Amount: 6000}}, w.refunds[0].Quote.Lines)
		require.Equal(t, contract.CauseExpired, w.refunds[0].Cause)
		require.Equal(t, day+hour+48*hour+grace, w.when("became_return"))
		require.Equal(t, []string{"l2/1"}, w.last().View.Units)
	})
	t.Run("not proven, and the rest is sent back", func(t *testing.T) {
		w := play(t, nil)
		w.at(4*day, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
		w.scan(4*day+hour, "n1", "picked", 3000)
		w.scan(5*day, "n2", "signed", 3000)
		w.at(5*day+hour, shop, "inspect", &contract.Inspect{})
		require.Equal(t, contract.Refunded, w.run())
		require.Len(t, w.refunds, 2)
		require.Equal(t, money.Amount(4000), w.refunds[1].Quote.Total)
	})
	t.Run("proven", func(t *testing.T) {
		w := play(t, nil)
		w.at(day+2*hour, shop, "prove", &contract.ProveDelivery{Evidence: []string{"e1"}})
		require.Equal(t, contract.ClosedNotSent, w.run(), "it is all with the customer, and all of it may be sent back")
		require.Empty(t, w.refunds)
		require.Equal(t, day+2*hour, w.when("became_return"))
		require.Len(t, w.last().View.Units, 3)
	})
	t.Run("nobody knows what was in which", func(t *testing.T) {
		w := play(t, func(w *world) {
			for i := range w.outbound.Parcels {
				w.outbound.Parcels[i].Lines = nil
			}
		})
		w.at(10*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
		require.Equal(t, contract.Rejected, w.run())
		require.Empty(t, w.refunds)
		require.Equal(t, "intercept", w.last().View.Child.Cause, "people decide")
	})
}

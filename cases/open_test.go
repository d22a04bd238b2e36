package cases_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

func opening(key string, lines ...contract.ChosenLine) cases.OpenRequest {
	return cases.OpenRequest{Actor: kim, Key: key, ReceivedAt: noon, Kind: policy.Return, OrderID: "o", Lines: lines, Lang: "zh-CN"}
}

func cups(n int) contract.ChosenLine { return contract.ChosenLine{LineID: "o-cup", Quantity: n} }

func TestAnOpeningReachesTheEngineInOneForm(t *testing.T) {
	w := newWorld(t)
	lamp := contract.ChosenLine{LineID: "o-lamp", Quantity: 1}
	in := opening("k", lamp, cups(1), cups(2))
	in.Text = "杯子碎了"
	first, err := w.Open(t.Context(), in)
	require.NoError(t, err)
	second, err := w.Open(t.Context(), opening("k", cups(3), lamp))
	require.NoError(t, err)
	require.Equal(t, first.CaseID, second.CaseID, "the same units under the same key are the same case")
	third, err := w.Open(t.Context(), opening("k2", cups(3), lamp))
	require.NoError(t, err)
	require.NotEqual(t, first.CaseID, third.CaseID)

	start := w.engine.opened[0]
	require.Equal(t, []contract.ChosenLine{cups(3), lamp}, start.Lines)
	require.Equal(t, "shop", start.MerchantID, "the order says whose it is, not the customer")
	_, body, err := w.Store.Text(t.Context(), start.TextID)
	require.NoError(t, err)
	require.Equal(t, "杯子碎了", body)
}

func TestBadOpeningsNeverReachTheEngine(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		change func(*cases.OpenRequest)
		want   fault.Code
	}{
		"another's order":    {func(r *cases.OpenRequest) { r.Actor = lee }, fault.OrderUnknown},
		"no such order":      {func(r *cases.OpenRequest) { r.OrderID = "none" }, fault.OrderUnknown},
		"no such line":       {func(r *cases.OpenRequest) { r.Lines[0].LineID = "none" }, fault.OrderUnknown},
		"too many":           {func(r *cases.OpenRequest) { r.Lines = append(r.Lines, cups(3)) }, fault.QuantityTooLarge},
		"nothing":            {func(r *cases.OpenRequest) { r.Lines = nil }, fault.NothingChosen},
		"none of it":         {func(r *cases.OpenRequest) { r.Lines[0].Quantity = 0 }, fault.NothingChosen},
		"less than none":     {func(r *cases.OpenRequest) { r.Lines[0].Quantity = -1 }, fault.NothingChosen},
		"an unknown reason":  {func(r *cases.OpenRequest) { r.Reason = "because" }, fault.ReasonUnknown},
		"an unknown kind":    {func(r *cases.OpenRequest) { r.Kind = "gift" }, fault.KindNotPossible},
		"another's evidence": {func(r *cases.OpenRequest) { r.Evidence = []string{"none"} }, fault.EvidenceUnknown},
	} {
		in := opening("k", cups(1))
		c.change(&in)
		_, err := w.Open(t.Context(), in)
		requireFault(t, c.want, err, name)
	}
	require.Empty(t, w.engine.opened)
}

// The engine's word is passed on; of a case that has ended and that it forgot, the projection is read.
func TestTheEnginesFaultsArePassedOn(t *testing.T) {
	w := newWorld(t)
	w.engine.fails = fault.New(fault.Unavailable)
	_, err := w.Open(t.Context(), opening("k", cups(1)))
	requireFault(t, fault.Unavailable, err)
	w.put("c")
	w.engine.fails = fault.New(fault.StaleRevision)
	_, err = w.Command(t.Context(), "case.request.withdraw", "c", &contract.Withdraw{Meta: meta(kim, "k")})
	requireFault(t, fault.StaleRevision, err)

	w.engine.fails = fault.New(fault.CaseClosed)
	_, err = w.Open(t.Context(), opening("k", cups(1)))
	requireFault(t, fault.CaseClosed, err, "there is no projection: a refused opening")
	w.put(w.engine.opened[0].CaseID)
	ack, err := w.Open(t.Context(), opening("k", cups(1)))
	require.NoError(t, err)
	require.Equal(t, contract.StageMerchant, ack.Stage)
}

package cases_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

func TestRepairAndPriceProtectionAreAskedFor(t *testing.T) {
	w := newWorld(t)
	for kind, reason := range map[policy.Kind]string{policy.Repair: "faulty", policy.PriceProtection: "price_drop"} {
		in := cases.OpenRequest{Actor: kim, Key: string(kind), ReceivedAt: noon, Kind: kind, OrderID: "o", Lines: []contract.ChosenLine{cups(1)}, Reason: reason, Lang: "en"}
		_, err := w.Open(t.Context(), in)
		require.NoError(t, err)
		started := w.engine.opened[len(w.engine.opened)-1]
		require.Equal(t, kind, started.Kind)

		in.Key, in.Asked = "amount", 100
		_, err = w.Open(t.Context(), in)
		requireFault(t, fault.BadRequest, err, "only a refund without a return names its amount")
		in.Key, in.Asked, in.Lines = "variant", 0, []contract.ChosenLine{{LineID: "o-cup", Quantity: 1, VariantID: "cup-blue"}}
		_, err = w.Open(t.Context(), in)
		requireFault(t, fault.BadRequest, err, "only an exchange names a variant")
	}
	require.Len(t, w.engine.opened, 2)
}

func TestARepairsCommandsNameOnlyWhatIsTheirOwn(t *testing.T) {
	w := newWorld(t)
	w.put("c")
	for _, command := range []contract.Command{
		&contract.Diagnose{Meta: meta(kim, "k"), Fault: "screen", TextID: "none"},
		&contract.FinishRepair{Meta: meta(kim, "k"), TextID: "none"},
		&contract.CannotRepair{Meta: meta(kim, "k"), TextID: "none"},
		&contract.RejectRepair{Meta: meta(kim, "k"), TextID: "none"},
	} {
		_, err := w.Command(t.Context(), "case.read", "c", command)
		requireFault(t, fault.TextUnknown, err, command.Name())
	}
	_, err := w.Command(t.Context(), "case.repair.reject", "c", &contract.RejectRepair{Meta: meta(kim, "k"), Evidence: []string{"none"}})
	requireFault(t, fault.EvidenceUnknown, err)
	require.Empty(t, w.engine.done)
}

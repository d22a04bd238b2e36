package cases_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

func TestForeseeingSaysWhatWouldComeAndLeavesNothing(t *testing.T) {
	w := arrived(t)
	in := opening("", cups(2))
	foreseen, err := w.Foresee(t.Context(), in)
	require.NoError(t, err)
	require.Contains(t, foreseen.Terms.Asks, policy.AskReason, "no reason was given yet")
	reasons := map[string]string{}
	for _, reason := range foreseen.Reasons {
		reasons[reason.Code] = reason.Head.EN
		require.False(t, reason.Staff, reason.Code)
	}
	require.Equal(t, "Something is wrong with the item", reasons["quality"])
	require.NotContains(t, reasons, "rude", "that is for complaints")

	in.Reason = "quality"
	foreseen, err = w.Foresee(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, []policy.Ask{policy.AskEvidence}, foreseen.Terms.Asks)
	require.Equal(t, policy.Merchant, foreseen.Terms.Freight.Back)
	require.Positive(t, foreseen.Terms.Quote.Total)
	require.Empty(t, w.engine.opened)
}

func TestForeseeingIsForOnesOwnOrders(t *testing.T) {
	w := newWorld(t)
	for actor, code := range map[contract.Actor]fault.Code{lee: fault.OrderUnknown, clerk: fault.Forbidden, agent: fault.Forbidden} {
		in := opening("", cups(1))
		in.Actor = actor
		_, err := w.Foresee(t.Context(), in)
		requireFault(t, code, err, actor)
	}
	_, err := w.Foresee(t.Context(), opening("", cups(4)))
	requireFault(t, fault.QuantityTooLarge, err)
}

// arrived is a world whose order reached its customer.
func arrived(t *testing.T) *world {
	w := newWorld(t)
	signed := noon.Add(-time.Hour)
	require.NoError(t, w.Store.DB.Model(&models.Order{}).Where("id = ?", "o").Updates(map[string]any{"shipped_at": noon.Add(-24 * time.Hour), "signed_at": signed}).Error)
	return w
}

// A refund without the goods asks where they are: the reasons say it, each for itself.
func TestForeseenReasonsSayWhereTheGoodsAre(t *testing.T) {
	w := arrived(t)
	in := opening("", cups(1))
	in.Kind = policy.RefundOnly
	foreseen, err := w.Foresee(t.Context(), in)
	require.NoError(t, err)
	ways := map[string]policy.Way{}
	for _, reason := range foreseen.Reasons {
		ways[reason.Code] = reason.Way
	}
	require.Equal(t, policy.WayReceived, ways["quality"])
	require.Equal(t, policy.WayNotReceived, ways["signed_not_received"])
	require.NotContains(t, ways, "cancelled", "it came already")
}

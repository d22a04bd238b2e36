package cases_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/workflows/contract"
)

func TestOthersOrdersAreUnknown(t *testing.T) {
	w := newWorld(t)
	for _, actor := range []contract.Actor{kim, clerk, agent, boss, operator, bot} {
		order, err := w.Order(t.Context(), actor, "o")
		require.NoError(t, err, actor)
		require.Equal(t, money.Amount(230_00), order.Captured)
		require.Equal(t, "张小明", order.Place.Name)
		require.Equal(t, "文三路 1 号", order.Place.Street)
	}
	for _, actor := range []contract.Actor{lee, rival, faraway, farBoss, otherBot} {
		_, err := w.Order(t.Context(), actor, "o")
		requireFault(t, fault.OrderUnknown, err, actor)
	}
	for _, actor := range []contract.Actor{homeless, carrier, editor, {}} {
		for _, id := range []string{"o", "no-such-order"} {
			_, err := w.Order(t.Context(), actor, id)
			requireFault(t, fault.Forbidden, err, actor)
		}
	}
	w.put("c")
	_, err := w.Assign(t.Context(), meta(operator, "k"), "c", faraway.ID)
	require.NoError(t, err)
	_, err = w.Order(t.Context(), faraway, "o")
	require.NoError(t, err, "whoever has a case sees what it is about")
	_, err = w.Order(t.Context(), kim, "no-such-order")
	requireFault(t, fault.OrderUnknown, err)
	theirs, err := w.Orders(t.Context(), lee, models.PageRequest{})
	require.NoError(t, err)
	require.Empty(t, theirs.Items)

	w.erase("customer", "kim")
	order, err := w.Order(t.Context(), clerk, "o")
	require.NoError(t, err, "the order stays when its customer is erased")
	require.Nil(t, order.Place)
}

// Three cups and a lamp: what open cases hold and what went back in closed ones cannot be chosen again, and what an
// open case has refunded of its own units is not counted twice.
func TestAvailableIsWhatNobodyHoldsAndNobodyGaveBack(t *testing.T) {
	w := newWorld(t)
	available := func() []int {
		order, err := w.Order(t.Context(), kim, "o")
		require.NoError(t, err)
		return []int{order.Lines[0].Available, order.Lines[1].Available}
	}
	require.Equal(t, []int{3, 1}, available())
	w.put("open")
	w.claim("open", "o-cup/1", "o-lamp/1")
	require.Equal(t, []int{2, 0}, available())
	w.refund("open", "o-cup", 1)
	require.Equal(t, []int{2, 0}, available(), "refunded, and still held")

	w.put("closed", func(c *models.Case) { c.Open, c.ClosedAt = false, &noon })
	w.claim("closed", "o-cup/2")
	require.NoError(t, w.Store.DB.Model(&models.UnitClaim{}).Where("case_id = 'closed'").Update("released_at", noon).Error)
	require.Equal(t, []int{2, 0}, available(), "closed without a refund")
	w.refund("closed", "o-cup", 1)
	require.Equal(t, []int{1, 0}, available())
}

func TestOrdersComeInPages(t *testing.T) {
	w := newWorld(t)
	for i := range 4 {
		w.order(fmt.Sprint("o", i), noon.Add(time.Duration(i+1)*time.Hour))
	}
	var seen []string
	page := models.PageRequest{Limit: 2}
	for pages := 1; ; pages++ {
		found, err := w.Orders(t.Context(), kim, page)
		require.NoError(t, err)
		for _, order := range found.Items {
			require.Len(t, order.Lines, 2)
			require.Nil(t, order.Place, "a list shows nobody's address")
			seen = append(seen, order.ID)
		}
		if page.Cursor = found.Next; page.Cursor == "" {
			require.Equal(t, 3, pages)
			break
		}
	}
	require.Equal(t, []string{"o3", "o2", "o1", "o0", "o"}, seen)
	_, err := w.Orders(t.Context(), kim, models.PageRequest{Cursor: "nonsense"})
	requireFault(t, fault.BadCursor, err)
}

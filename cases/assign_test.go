package cases_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/workflows/contract"
)

func TestWhoTakesACase(t *testing.T) {
	w := newWorld(t)
	w.put("c")
	for _, actor := range []contract.Actor{kim, clerk, boss, operator, editor, bot} {
		_, err := w.Take(t.Context(), meta(actor, "k"), "c")
		requireFault(t, fault.Forbidden, err, actor)
	}
	for _, id := range []string{"c", "none"} {
		_, err := w.Take(t.Context(), meta(faraway, "k"), id)
		requireFault(t, fault.NotFound, err)
	}
	for range 2 {
		given, err := w.Take(t.Context(), meta(agent, "k"), "c")
		require.NoError(t, err)
		require.Equal(t, cases.Assignment{CaseID: "c", AgentID: agent.ID}, given)
	}
	_, err := w.Take(t.Context(), meta(mate, "k"), "c")
	requireFault(t, fault.CaseTaken, err)
	list, err := w.Store.AssignmentsOf(t.Context(), "c")
	require.NoError(t, err)
	require.Len(t, list, 1, "taking it twice is taking it once")
	require.Equal(t, agent.ID, list[0].GivenBy)

	// Given from another team, it is the agent's; once put back, it is not any more.
	w.put("far", func(c *models.Case) { c.TeamID = nil })
	_, err = w.Assign(t.Context(), meta(operator, "k"), "far", mate.ID)
	require.NoError(t, err)
	_, err = w.Show(t.Context(), mate, "far")
	require.NoError(t, err)
	_, err = w.Assign(t.Context(), meta(operator, "k"), "far", "")
	require.NoError(t, err)
	_, err = w.Show(t.Context(), mate, "far")
	requireFault(t, fault.NotFound, err)
	_, err = w.Take(t.Context(), meta(mate, "k"), "far")
	requireFault(t, fault.NotFound, err)
}

func TestWhoGivesCasesToWhom(t *testing.T) {
	w := newWorld(t)
	w.put("c")
	for _, actor := range []contract.Actor{kim, clerk, agent, editor, bot} {
		_, err := w.Assign(t.Context(), meta(actor, "k"), "c", agent.ID)
		requireFault(t, fault.Forbidden, err, actor)
	}
	_, err := w.Assign(t.Context(), meta(farBoss, "k"), "c", faraway.ID)
	requireFault(t, fault.NotFound, err)
	for _, to := range []string{faraway.ID, boss.ID, clerk.ID, editor.ID, "nobody", "kim"} {
		_, err := w.Assign(t.Context(), meta(boss, "k"), "c", to)
		requireFault(t, fault.AgentUnknown, err, to)
	}
	require.NoError(t, w.Store.DB.Model(&models.Staff{}).Where("id = ?", mate.ID).Update("status", models.StaffInactive).Error)
	_, err = w.Assign(t.Context(), meta(boss, "k"), "c", mate.ID)
	requireFault(t, fault.AgentUnknown, err, "who was let go gets no work")
	for _, step := range []struct {
		by contract.Actor
		to string
	}{{boss, agent.ID}, {boss, ""}, {operator, faraway.ID}, {boss, agent.ID}} {
		given, err := w.Assign(t.Context(), meta(step.by, "k"), "c", step.to)
		require.NoError(t, err)
		require.Equal(t, step.to, given.AgentID)
	}
	row, err := w.Store.Case(t.Context(), "c")
	require.NoError(t, err)
	require.Equal(t, agent.ID, *row.AssigneeID)
}

func TestShopsHaveTeams(t *testing.T) {
	w := newWorld(t)
	w.put("c")
	ids := func(actor contract.Actor) (all []string) {
		found, err := w.Shops(t.Context(), actor, models.PageRequest{})
		require.NoError(t, err)
		for _, shop := range found.Items {
			all = append(all, shop.ID)
		}
		return all
	}
	require.Equal(t, []string{"shop"}, ids(boss))
	require.Empty(t, ids(farBoss))
	require.Empty(t, ids(contract.Actor{Kind: contract.Supervisor, ID: "loose"}), "who has no team sees not those without one")
	require.Equal(t, []string{"shop", "rival"}, ids(operator))
	for _, actor := range []contract.Actor{kim, clerk, agent, editor} {
		_, err := w.Shops(t.Context(), actor, models.PageRequest{})
		requireFault(t, fault.Forbidden, err)
	}
	for _, actor := range []contract.Actor{kim, clerk, agent, boss, editor} {
		_, err := w.SetShopTeam(t.Context(), actor, "shop", "south")
		requireFault(t, fault.Forbidden, err)
	}
	_, err := w.SetShopTeam(t.Context(), operator, "shop", "no-such-team")
	requireFault(t, fault.TeamUnknown, err)
	_, err = w.SetShopTeam(t.Context(), operator, "no-such-shop", "south")
	requireFault(t, fault.NotFound, err)
	shop, err := w.SetShopTeam(t.Context(), operator, "shop", "south")
	require.NoError(t, err)
	require.Equal(t, "south", *shop.TeamID)
	_, err = w.Show(t.Context(), agent, "c")
	requireFault(t, fault.NotFound, err)
	_, err = w.Show(t.Context(), faraway, "c")
	require.NoError(t, err)
	_, err = w.MerchantRules(t.Context(), agent, "shop")
	requireFault(t, fault.NotFound, err)
	_, err = w.MerchantRules(t.Context(), faraway, "shop")
	require.NoError(t, err)
}

// Claiming back is bound to the limit, and a refusal tells nothing about another team's case.
func TestRecoveryWithinTheLimit(t *testing.T) {
	w := newWorld(t)
	w.put("c", func(c *models.Case) { c.Open = false })
	w.refund("c", "o-cup", 1)
	open := func(actor contract.Actor, amount money.Amount, id string) error {
		_, err := w.OpenRecovery(t.Context(), id, cases.RecoveryRequest{
			Actor: actor, Key: "k", ReceivedAt: noon, From: contract.Customer, Amount: amount, Cause: "empty_box",
		})
		return err
	}
	small := boss
	small.Limit = 10
	requireFault(t, fault.ApprovalLimit, open(small, 11, "c"))
	requireFault(t, fault.NotFound, open(farBoss, 11, "c"))
	small.Team = "south"
	requireFault(t, fault.NotFound, open(small, 11, "c"))
	small.Team = "north"
	requireFault(t, fault.AmountTooLarge, open(small, 10, "c"), "within the limit, only the case bounds it")
}

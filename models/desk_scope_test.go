package models_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/models"
)

// desks is a world with two teams, an agent and a supervisor in each, and a shop for the first one and one for nobody.
func desks(t *testing.T, w world) {
	t.Helper()
	ctx := t.Context()
	people(t, w)
	for _, team := range []string{"north", "south"} {
		require.NoError(t, w.CreateTeam(ctx, models.Team{ID: team, Name: team, CreatedAt: noon}))
		for _, role := range []string{"agent", "supervisor"} {
			_, err := w.CreateStaff(ctx, models.NewStaff{ID: role + "-" + team, Role: role, TeamID: team, Name: role, CreatedAt: noon})
			require.NoError(t, err)
		}
	}
	require.NoError(t, w.SetMerchantTeam(ctx, "m1", "north"))
	_, err := w.CreateMerchant(ctx, models.NewMerchant{ID: "m9", Name: "m9", Level: "normal", CreatedAt: noon})
	require.NoError(t, err)
	_, err = w.UpsertOrder(ctx, order("o1", 1))
	require.NoError(t, err)
}

// written is a case as its workflow writes it: with a task and news for an agent, and a proposal for a supervisor.
func written(t *testing.T, w world, id, shop string, seq int64, due time.Time) {
	t.Helper()
	task := func(role string) models.Task {
		return models.Task{
			ID: role + id, DedupeKey: role + id, RecipientKind: role, State: models.TaskOpen, DueAt: due, Kind: "review", SubjectKind: "case", SubjectID: id, CreatedAt: noon,
		}
	}
	news := models.Notification{
		ID: fmt.Sprint("n", id, seq), DedupeKey: fmt.Sprint("n", id, seq), RecipientKind: "agent", Kind: "news", SubjectKind: "case", SubjectID: id,
		Data: "{}", DueAt: due, SentAt: &due, CreatedAt: noon,
	}
	ok, err := w.WriteProjection(context.Background(), models.Projection{
		Case: models.Case{
			ID: id, WorkflowID: "w" + id, Kind: "return", Phase: "onsale", Stage: "review", Open: true, CustomerID: "c1", MerchantID: shop, OrderID: "o1", Reason: "quality",
			Currency: "CNY", Amount: 100, WaitingFor: "agent", DueAt: &due, Seq: seq, Revision: seq, View: "{}", OpenedAt: due, UpdatedAt: noon,
		},
		Approval: &models.Approval{ID: id + "/1", CaseID: id, Outcome: "refund", Amount: 100, Needed: 1, Level: 1, State: "waiting", ProposedAt: noon, DueAt: due},
		News:     []models.Notification{news}, Desk: &models.Desk{Tasks: []models.Task{task("agent"), task("supervisor"), task("merchant")}, End: models.TaskDone},
		Event: models.OutboxEvent{Topic: "case.changed", Subject: "case/" + id, Data: "{}", At: noon}, Audience: []string{"customer/c1"},
	})
	require.NoError(t, err)
	require.True(t, ok)
}

// sight is what somebody of the desk sees: cases, open cases, tasks, proposals, news; each by the ID of its case.
func sight(t *testing.T, w world, role, id, team string) map[string][]string {
	t.Helper()
	ctx, seen := t.Context(), map[string][]string{}
	agent := ""
	if role == "agent" {
		agent = id
	}
	scope := models.DeskScope{Team: team, Agent: agent}
	caseID := func(c models.Case) string { return c.ID }
	seen["cases"] = walk(t, func(r models.PageRequest) (models.Page[models.Case], error) {
		return w.CasesOfDesk(ctx, scope, models.CaseFilter{}, r)
	}, caseID)
	seen["open"] = walk(t, func(r models.PageRequest) (models.Page[models.Case], error) {
		return w.OpenCasesOfDesk(ctx, scope, models.CaseFilter{}, r)
	}, caseID)
	to := []models.Recipient{{Kind: role, ID: id}}
	if team != "" {
		to = append(to, models.Recipient{Kind: role, ID: team})
	}
	seen["tasks"] = walk(t, func(r models.PageRequest) (models.Page[models.Task], error) {
		return w.OpenTasks(ctx, to, models.TaskFilter{}, r)
	},
		func(task models.Task) string { return task.SubjectID })
	seen["news"] = walk(t, func(r models.PageRequest) (models.Page[models.Notification], error) {
		return w.NotificationsTo(ctx, to, r)
	},
		func(n models.Notification) string { return n.SubjectID })
	seen["approvals"] = walk(t, func(r models.PageRequest) (models.Page[models.Approval], error) {
		return w.WaitingApprovalsOf(ctx, team, r)
	}, func(a models.Approval) string { return a.CaseID })
	return seen
}

func TestWhatATeamSees(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		ctx := t.Context()
		desks(t, w)
		for i := range 5 {
			written(t, w, fmt.Sprint("k", i), "m1", 1, noon.Add(time.Duration(i)*time.Hour))
		}
		written(t, w, "lost", "m9", 1, noon)
		up, down := []string{"k0", "k1", "k2", "k3", "k4"}, []string{"k4", "k3", "k2", "k1", "k0"}
		whole := map[string][]string{"cases": down, "open": up, "tasks": up, "news": down, "approvals": up}
		none := map[string][]string{"cases": nil, "open": nil, "tasks": nil, "news": nil, "approvals": nil}
		require.Equal(t, whole, sight(t, w, "agent", "agent-north", "north"))
		require.Equal(t, none, sight(t, w, "agent", "agent-south", "south"))
		require.Equal(t, none, sight(t, w, "agent", "agent-north", ""), "who is in no team sees nothing, not what belongs to no team")
		supervisor := sight(t, w, "supervisor", "supervisor-north", "north")
		require.Equal(t, down, supervisor["cases"])
		require.Equal(t, up, supervisor["tasks"])
		require.Empty(t, supervisor["news"])

		// A case is given to an agent of another team: they have it, with what there is to do.
		given, err := w.AssignCase(ctx, "k2", "agent-south", "boss", nil, noon)
		require.NoError(t, err)
		require.True(t, given)
		south := sight(t, w, "agent", "agent-south", "south")
		require.Equal(t, map[string][]string{"cases": {"k2"}, "open": {"k2"}, "tasks": {"k2"}, "news": nil, "approvals": nil}, south)
		north := sight(t, w, "agent", "agent-north", "north")
		require.Equal(t, down, north["cases"], "the team sees it still")
		require.Equal(t, []string{"k0", "k1", "k3", "k4"}, north["tasks"], "but has nothing to do with it")
		require.Equal(t, up, sight(t, w, "supervisor", "supervisor-north", "north")["tasks"])

		// What the story writes later comes to the agent, and does not take the case away.
		written(t, w, "k2", "m1", 2, noon.Add(2*time.Hour))
		require.Equal(t, []string{"k2"}, sight(t, w, "agent", "agent-south", "south")["tasks"])
		require.Equal(t, []string{"k2"}, sight(t, w, "agent", "agent-south", "south")["news"])
		var audience []string
		require.NoError(t, w.DB.Model(&models.OutboxEvent{}).Where("subject = ? AND topic = ?", "case/k2", "case.changed").Order("id").Pluck("audience", &audience).Error)
		require.JSONEq(t, `["customer/c1","operator/","agent/north","supervisor/north"]`, audience[0])
		require.JSONEq(t, `["customer/c1","operator/","agent/north","supervisor/north","agent/agent-south"]`, audience[1])

		// Taking happens once; giving back, too.
		nobody, south1 := "", "agent-south"
		for _, try := range []struct {
			unless *string
			to     string
			want   bool
		}{{&nobody, "agent-north", false}, {&south1, "", true}, {&south1, "agent-north", false}, {&nobody, "agent-north", true}} {
			done, err := w.AssignCase(ctx, "k2", try.to, "x", try.unless, noon)
			require.NoError(t, err)
			require.Equal(t, try.want, done)
		}
		_, err = w.AssignCase(ctx, "none", "agent-north", "x", nil, noon)
		require.ErrorIs(t, err, models.ErrNotFound)
		_, err = w.AssignCase(ctx, "k2", "nobody", "x", nil, noon)
		require.Error(t, err)
		list, err := w.AssignmentsOf(ctx, "k2")
		require.NoError(t, err)
		require.Len(t, list, 3)
		require.Nil(t, list[1].AgentID)

		// The shop goes to the other team, with everything.
		require.NoError(t, w.SetMerchantTeam(ctx, "m1", "south"))
		require.Equal(t, down, sight(t, w, "agent", "agent-south", "south")["cases"])
		require.Equal(t, up, sight(t, w, "supervisor", "supervisor-south", "south")["approvals"])
		require.Equal(t, []string{"k0", "k1", "k3", "k4"}, sight(t, w, "agent", "agent-south", "south")["tasks"])
		left := sight(t, w, "agent", "agent-north", "north")
		require.Equal(t, []string{"k2"}, left["cases"], "what was given to an agent stays theirs")
		require.Equal(t, []string{"k2"}, left["tasks"])
		require.Equal(t, none, sight(t, w, "supervisor", "supervisor-north", "north"))
		written(t, w, "k0", "m1", 2, noon)
		require.Empty(t, sight(t, w, "agent", "agent-south", "north")["approvals"])

		require.NoError(t, w.SetMerchantTeam(ctx, "m1", ""))
		require.Equal(t, none, sight(t, w, "supervisor", "supervisor-south", "south"))
		require.ErrorIs(t, w.SetMerchantTeam(ctx, "none", "south"), models.ErrNotFound)
		require.Error(t, w.SetMerchantTeam(ctx, "m1", "no-team"))
	})
}

// Of agents who take the same case at the same moment, one gets it.
func TestACaseIsTakenOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		desks(t, w)
		written(t, w, "k", "m1", 1, noon)
		nobody := ""
		var mu sync.Mutex
		var winners []string
		var group sync.WaitGroup
		for i := range 8 {
			agent := []string{"agent-north", "agent-south"}[i%2]
			group.Go(func() {
				done, err := w.AssignCase(t.Context(), "k", agent, agent, &nobody, noon)
				require.NoError(t, err)
				if done {
					mu.Lock()
					winners = append(winners, agent)
					mu.Unlock()
				}
			})
		}
		group.Wait()
		require.Len(t, winners, 1)
		row, err := w.Case(t.Context(), "k")
		require.NoError(t, err)
		require.Equal(t, winners[0], *row.AssigneeID)
	})
}

// A shop that changes its team while its cases are written leaves none behind.
func TestNoCaseIsLeftBehind(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		desks(t, w)
		var group sync.WaitGroup
		for i := range 4 {
			group.Go(func() {
				for n := range 10 {
					written(t, w, fmt.Sprint("k", i, "-", n), "m1", 1, noon)
				}
			})
		}
		group.Go(func() {
			for i := range 6 {
				require.NoError(t, w.SetMerchantTeam(t.Context(), "m1", []string{"south", "north"}[i%2]))
			}
			require.NoError(t, w.SetMerchantTeam(t.Context(), "m1", "south"))
		})
		group.Wait()
		for _, table := range []string{"cases", "approvals"} {
			var n int64
			require.NoError(t, w.DB.Table(table).Where("team_id = 'south'").Count(&n).Error)
			require.EqualValues(t, 40, n, table)
		}
		var n int64
		require.NoError(t, w.DB.Table("tasks").Where("recipient_id = 'south'").Count(&n).Error)
		require.EqualValues(t, 80, n)
	})
}

package api_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/access"
	"aftersales/api"
	"aftersales/policy"
	"aftersales/workflows"
	"aftersales/workflows/contract"
)

// besides are the routes of the actions on a case that are no commands to its story.
var besides = map[string]string{
	"take": "case.take", "assign": "case.assign", "reveal_customer": "customer.reveal", "reveal_payee": "case.payee.reveal",
	"recovery": "case.recovery.open", "rate": "case.rate",
}

// doors finds the route by which each command is given: by trying them.
func doors(t *testing.T) map[string]api.Route {
	t.Helper()
	desk, found := &asked{fakeCases: &fakeCases{}}, map[string]api.Route{}
	r := newRig(t, func(o *api.Options) { o.Cases = desk })
	for n, route := range api.Routes() {
		if slices.Contains([]string{"take", "assign"}, route.Action) || route.Flags.Has(api.Public) || !strings.HasPrefix(route.Path, "/v1/cases/{id}/") {
			continue
		}
		before := desk.count()
		require.Less(t, r.do(t, sound(route, access.Standard().Roles(route.Action)[0], n)).Code, 300, route.Action)
		if desk.count() > before {
			found[desk.commands[before].Name()] = route
		}
	}
	for name, action := range besides {
		found[name] = api.Routes()[slices.IndexFunc(api.Routes(), func(r api.Route) bool { return r.Action == action })]
	}
	return found
}

var stages = []contract.Stage{
	contract.StageDetails, contract.StageHelp, contract.StageMerchant, contract.StageOffer, contract.StageRefused, contract.StageReview,
	contract.StageApproval, contract.StageSettle, contract.StageSupplement, contract.StageAppealReview, contract.StageSendBack,
	contract.StageInspection, contract.StageShip, contract.StageConfirm, contract.StageIntercept, contract.StageRefund, contract.StageEnded,
}

// What a case offers to somebody the policies do not refuse them, for this case; and what they allow and the story knows
// for this role is offered. For every role, kind and stage, in the own team and in another.
func TestOfferedIsWhatThePoliciesAllow(t *testing.T) {
	door := doors(t)
	require.Greater(t, len(door), 35)
	r, view := newRig(t), aView()
	r.view = func(contract.Actor) (api.CaseView, error) { return view, nil }
	offered := 0
	for _, kind := range []policy.Kind{policy.Return, policy.RefundOnly, policy.Exchange, policy.Repair, policy.PriceProtection, policy.Complaint} {
		for _, stage := range stages {
			for _, team := range []string{"team-1", "team-2", ""} {
				view = aView()
				view.Kind, view.Stage, view.Open, view.TeamID = string(kind), string(stage), stage != contract.StageEnded, team
				view.View.Actions = nil
				for _, command := range workflows.Commands(kind) {
					now := view.Open && (len(command.Stages) == 0 || slices.Contains(command.Stages, stage))
					view.View.Actions = append(view.View.Actions, contract.ActionState{Name: command.Name, Roles: command.Roles, Enabled: now})
				}
				thing := access.Case{ID: view.ID, Customer: view.CustomerID, Shop: view.MerchantID, Team: team}
				for role, person := range people {
					answer := r.do(t, call{method: "GET", path: "/v1/cases/case-1", token: role})
					if role == "editor" {
						problem(t, answer, 403, "forbidden")
						continue
					}
					var shown shownCase
					require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &shown))
					seen := map[string]bool{}
					for _, action := range shown.Actions {
						route, known := door[action.Name]
						require.True(t, known, "nothing serves %s", action.Name)
						require.NoError(t, access.Standard().Check(access.Question{Who: person.Principal(), Action: route.Action, What: thing}),
							"%s is offered %s of a %s of %q at %s", role, action.Name, kind, team, stage)
						require.False(t, seen[action.Name], "%s twice", action.Name)
						require.NotEqual(t, action.Name, action.Label, "has words")
						seen[action.Name] = true
						offered++
					}
					for _, action := range view.View.Actions {
						route, known := door[action.Name]
						may := known && slices.Contains(action.Roles, contract.Role(role)) &&
							access.Standard().May(access.Question{Who: person.Principal(), Action: route.Action, What: thing})
						require.Equal(t, may, seen[action.Name], "%s and %s of a %s of %q", role, action.Name, kind, team)
					}
				}
			}
		}
	}
	require.Greater(t, offered, 3000)
}

// What is offered is taken at its door.
func TestOfferedIsServed(t *testing.T) {
	door := doors(t)
	r := newRig(t)
	r.view = func(contract.Actor) (api.CaseView, error) {
		view := aView()
		view.TeamID = "team-1"
		for _, command := range workflows.Commands(policy.Complaint) {
			view.View.Actions = append(view.View.Actions, contract.ActionState{Name: command.Name, Roles: command.Roles, Enabled: true})
		}
		return view, nil
	}
	n := 10_000
	for role := range people {
		if role == "editor" {
			continue
		}
		for _, action := range r.shown(t, role, "en").Actions {
			n++
			require.Less(t, r.do(t, sound(door[action.Name], role, n)).Code, 300, "%s by the %s", action.Name, role)
		}
	}
}

// Whoever proposed, or voted already, is told so before they try.
func TestNobodyIsOfferedTheirOwnProposal(t *testing.T) {
	r, view := newRig(t), aView()
	r.view = func(contract.Actor) (api.CaseView, error) { return view, nil }
	decide := func(role string) (bool, string) {
		for _, action := range r.shown(t, role, "en").Actions {
			if action.Name == "decide" {
				return action.Enabled, action.Why
			}
		}
		return false, "unknown"
	}
	view.TeamID = "team-1"
	view.View.Actions = []contract.ActionState{{Name: "decide", Roles: []contract.Role{contract.Agent, contract.Supervisor, contract.Operator}, Enabled: true}}
	enabled, _ := decide("supervisor")
	require.True(t, enabled)
	_, why := decide("agent")
	require.Equal(t, "unknown", why, "agents approve nothing")
	view.View.Approval.ProposedBy.ID = people["supervisor"].ID
	_, why = decide("supervisor")
	require.Equal(t, "own_approval", why)
	view.View.Approval.Votes = []string{people["operator"].ID}
	_, why = decide("operator")
	require.Equal(t, "approval_twice", why)
}

package api

import (
	"context"

	"aftersales/workflows/contract"
)

// assignRoutes say whose business cases and shops are on the platform's side.
func assignRoutes() []Route {
	return []Route{
		{post, "/v1/cases/{id}/take", "case.take", Keyed, "desk", "Take a case of one's team that nobody has"},
		{post, "/v1/cases/{id}/assign", "case.assign", Keyed | Audited, "desk", "Give a case to an agent, or put it back on the team's table"},
		{get, "/v1/merchants", "merchant.list", 0, "desk", "The shops that one's team looks after; for operators all"},
		{post, "/v1/merchants/{id}/team", "merchant.team.set", Keyed | StepUp | Audited, "desk", "Say which team looks after a shop and its cases"},
	}
}

// keyedByID is the request of a keyed action on the thing that the path names.
type keyedByID[B any] struct {
	ID  string `path:"id" maxLength:"40"`
	Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`

	Body B
}

type (
	takeBody   struct{}
	assignBody struct {
		AgentID string `json:"agent_id,omitempty" maxLength:"40" doc:"Absent: nobody has it, it lies on the team's table."`
	}
	shopTeamBody struct {
		TeamID string `json:"team_id,omitempty" maxLength:"40" doc:"Absent: no team looks after it, only operators do."`
	}
	assignmentBody struct {
		CaseID  string `json:"case_id"`
		AgentID string `json:"agent_id,omitempty" doc:"Who has it now; absent: nobody."`
	}
	assignmentOutput struct{ Body assignmentBody }
	shopBody         struct {
		ID     string `json:"id"`
		Name   string `json:"name"`
		Level  string `json:"level" doc:"Its standing."`
		TeamID string `json:"team_id,omitempty" doc:"The team that looks after it; absent: none."`
	}
	shopOutput   struct{ Body shopBody }
	shopListBody struct {
		Items []shopBody `json:"items" nullable:"false"`
		Next  string     `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	shopListOutput struct{ Body shopListBody }
)

func (e *edge) assignments() {
	shown := func(given Assignment, err error) (*assignmentOutput, error) {
		if err != nil {
			return nil, err
		}
		return &assignmentOutput{Body: assignmentBody(given)}, nil
	}
	register(e, "case.take", func(ctx context.Context, in *keyedByID[takeBody]) (*assignmentOutput, error) {
		return shown(e.Cases.Take(ctx, callerOf(ctx).meta(nil), in.ID))
	})
	register(e, "case.assign", func(ctx context.Context, in *keyedByID[assignBody]) (*assignmentOutput, error) {
		return shown(e.Cases.Assign(ctx, callerOf(ctx).meta(nil), in.ID, in.Body.AgentID))
	})
	register(e, "merchant.list", func(ctx context.Context, in *PageInput) (*shopListOutput, error) {
		page, err := e.Cases.Shops(ctx, callerOf(ctx).actor(), in.request())
		if err != nil {
			return nil, err
		}
		return &shopListOutput{Body: shopListBody{Items: each(page.Items, func(s Shop) shopBody { return shopBody(s) }), Next: page.Next}}, nil
	})
	register(e, "merchant.team.set", func(ctx context.Context, in *keyedByID[shopTeamBody]) (*shopOutput, error) {
		shop, err := e.Cases.SetShopTeam(ctx, callerOf(ctx).meta(nil), in.ID, in.Body.TeamID)
		if err != nil {
			return nil, err
		}
		return &shopOutput{Body: shopBody(shop)}, nil
	})
}

// ownBusiness shows the platform's people whose business a case is on their side.
func (h CaseHead) ownBusiness(r CaseRow, reader string) CaseHead {
	if inside(reader) {
		h.TeamID, h.AgentID = r.TeamID, r.AgentID
	}
	return h
}

// inside tells whether a role is one of those whom the desk's inside is shown to.
func inside(role string) bool {
	switch contract.Role(role) {
	case contract.Agent, contract.Supervisor, contract.Operator:
		return true
	}
	return false
}

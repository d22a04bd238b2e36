package cases

import (
	"context"
	"errors"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Assignment is who has a case now.
type Assignment struct {
	CaseID  string
	AgentID string // empty: nobody, it lies on the team's table
}

// Take gives a case of an agent's team that nobody has to the agent. Taking what one has already changes nothing. Faults:
// not_found, also for a case that a colleague has; case_taken when somebody was faster.
func (s *Service) Take(ctx context.Context, meta contract.Meta, caseID string) (Assignment, error) {
	actor := meta.Actor
	if err := gate(actor, "case.take"); err != nil {
		return Assignment{}, err
	}
	row, err := s.visible(ctx, actor, "case.read", caseID)
	if err != nil {
		return Assignment{}, err
	}
	if text(row.AssigneeID) == actor.ID {
		return Assignment{caseID, actor.ID}, nil
	}
	if row.AssigneeID != nil {
		return Assignment{}, fault.New(fault.CaseTaken)
	}
	if err := may(actor, "case.take", caseThing(row)); err != nil {
		return Assignment{}, err
	}
	nobody := ""
	return s.assign(ctx, meta, caseID, actor.ID, &nobody)
}

// Assign gives a case to an agent, or puts it back on the team's table when agentID is empty. A supervisor gives cases of
// their team to people of their team, an operator any case to any agent. Faults: forbidden, not_found, agent_unknown.
func (s *Service) Assign(ctx context.Context, meta contract.Meta, caseID, agentID string) (Assignment, error) {
	actor := meta.Actor
	if _, err := s.visible(ctx, actor, "case.assign", caseID); err != nil {
		return Assignment{}, err
	}
	if agentID != "" {
		agent, err := s.Store.Staff(ctx, agentID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return Assignment{}, away(err)
		}
		thing := access.Staff{ID: agent.ID, Role: agent.Role, Team: text(agent.TeamID)}
		if err != nil || agent.Role != string(contract.Agent) || agent.Status != models.StaffActive || may(actor, "case.assign", thing) != nil {
			return Assignment{}, fault.New(fault.AgentUnknown)
		}
	}
	return s.assign(ctx, meta, caseID, agentID, nil)
}

func (s *Service) assign(ctx context.Context, meta contract.Meta, caseID, agentID string, unless *string) (Assignment, error) {
	done, err := s.Store.AssignCase(ctx, caseID, agentID, meta.Actor.ID, unless, meta.ReceivedAt)
	if err == nil && !done {
		err = fault.New(fault.CaseTaken)
	}
	if err != nil {
		return Assignment{}, away(err)
	}
	return Assignment{caseID, agentID}, nil
}

// Shops lists the shops, the newest first: to operators all, to supervisors those of their team.
func (s *Service) Shops(ctx context.Context, actor contract.Actor, page models.PageRequest) (models.Page[models.Merchant], error) {
	if err := may(actor, "merchant.list", access.Desk{}); err != nil {
		return models.Page[models.Merchant]{}, err
	}
	team := actor.Team
	switch {
	case actor.Kind == contract.Operator:
		team = ""
	case team == "": // whose team is none has no shops, not all
		return models.Page[models.Merchant]{}, nil
	}
	found, err := s.Store.ShopsByTime(ctx, team, page)
	return found, away(err)
}

// SetShopTeam says which team looks after a shop, and after its cases, from now on; an empty one: none does, which leaves
// them to operators. Faults: forbidden, not_found, team_unknown.
func (s *Service) SetShopTeam(ctx context.Context, actor contract.Actor, merchantID, teamID string) (models.Merchant, error) {
	shop, err := s.shopOf(ctx, actor, "merchant.team.set", merchantID)
	if err != nil {
		return shop, err
	}
	if teamID != "" {
		if _, err := s.Store.Team(ctx, teamID); errors.Is(err, models.ErrNotFound) {
			return shop, fault.New(fault.TeamUnknown)
		} else if err != nil {
			return shop, away(err)
		}
	}
	if err := s.Store.SetMerchantTeam(ctx, merchantID, teamID); err != nil {
		return shop, away(err)
	}
	kept, err := s.Store.Merchant(ctx, merchantID)
	return kept, away(err)
}

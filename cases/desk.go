package cases

import (
	"context"
	"strings"

	"aftersales/access"
	"aftersales/models"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// platform tells whether an actor is one of the platform's people.
func platform(actor contract.Actor) bool {
	switch actor.Kind {
	case contract.Agent, contract.Supervisor, contract.Operator:
		return true
	}
	return false
}

// Tasks lists what an actor must do, the soonest due first: their own, and what anyone of their shop or team may take.
func (s *Service) Tasks(ctx context.Context, actor contract.Actor, page models.PageRequest) (models.Page[models.Task], error) {
	if err := may(actor, "task.list", access.Desk{}); err != nil {
		return models.Page[models.Task]{}, err
	}
	found, err := s.Store.OpenTasks(ctx, mailboxes(actor), page)
	return found, away(err)
}

// Proposal is a proposal that waits for people. State is as the case shows it.
type Proposal struct {
	CaseID   string
	Currency money.Currency
	State    contract.ApprovalState
}

// Approvals lists the proposals that wait for people, the soonest due first: to supervisors those of their team, to
// operators all. Forbidden to everybody else.
func (s *Service) Approvals(ctx context.Context, actor contract.Actor, page models.PageRequest) (models.Page[Proposal], error) {
	if err := may(actor, "approval.list", access.Desk{}); err != nil {
		return models.Page[Proposal]{}, err
	}
	waiting := s.Store.WaitingApprovals
	if actor.Kind != contract.Operator {
		waiting = func(ctx context.Context, page models.PageRequest) (models.Page[models.Approval], error) {
			return s.Store.WaitingApprovalsOf(ctx, actor.Team, page)
		}
	}
	found, err := waiting(ctx, page)
	if err != nil {
		return models.Page[Proposal]{}, away(err)
	}
	out := models.Page[Proposal]{Next: found.Next}
	for _, row := range found.Items {
		proposal, err := s.proposal(ctx, row)
		if err != nil {
			return models.Page[Proposal]{}, err
		}
		out.Items = append(out.Items, proposal)
	}
	return out, nil
}

// proposal adds to a row what only its case knows: the votes, and who proposed with what role.
func (s *Service) proposal(ctx context.Context, row models.Approval) (Proposal, error) {
	found, err := s.Store.Case(ctx, row.CaseID)
	if err != nil {
		return Proposal{}, away(err)
	}
	view, err := viewOf(found)
	if err != nil {
		return Proposal{}, err
	}
	if shown := view.Approval; shown != nil && shown.ID == row.ID && strings.EqualFold(shown.Hash, row.Hash) {
		return Proposal{CaseID: row.CaseID, Currency: found.Currency, State: *shown}, nil
	}
	return Proposal{CaseID: row.CaseID, Currency: found.Currency, State: contract.ApprovalState{
		ID: row.ID, Hash: row.Hash, Outcome: row.Outcome, Amount: row.Amount, Liability: policy.Party(row.Liability),
		ProposedBy: contract.Actor{ID: row.ProposedBy}, Needed: row.Needed, Rule: row.Rule, Level: row.Level, State: row.State,
		At: row.ProposedAt, DueAt: row.DueAt,
	}}, nil
}

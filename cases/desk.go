package cases

import (
	"context"
	"strings"
	"time"

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

// Todo is something to do, with the case that it is about as lists show it; nil when it is about none, or about one that
// the actor may not see.
type Todo struct {
	models.Task
	Case *models.Case
}

// Tasks lists what an actor must do, the soonest due first: their own, and what anyone of their shop or team may take.
func (s *Service) Tasks(ctx context.Context, actor contract.Actor, filter models.TaskFilter, page models.PageRequest) (models.Page[Todo], error) {
	if err := may(actor, "task.list", access.Desk{}); err != nil {
		return models.Page[Todo]{}, err
	}
	found, err := s.Store.OpenTasks(ctx, mailboxes(actor), filter, page)
	if err != nil {
		return models.Page[Todo]{}, away(err)
	}
	var ids []string
	for _, task := range found.Items {
		if task.SubjectKind == "case" {
			ids = append(ids, task.SubjectID)
		}
	}
	about, err := s.heads(ctx, actor, ids)
	if err != nil {
		return models.Page[Todo]{}, err
	}
	out := models.Page[Todo]{Next: found.Next}
	for _, task := range found.Items {
		out.Items = append(out.Items, Todo{task, about[task.SubjectID]})
	}
	return out, nil
}

// heads reads cases as lists show them, those that the actor may see.
func (s *Service) heads(ctx context.Context, actor contract.Actor, ids []string) (map[string]*models.Case, error) {
	rows, err := s.Store.CasesByID(ctx, ids)
	if err != nil {
		return nil, away(err)
	}
	heads := make(map[string]*models.Case, len(rows))
	for id, row := range rows {
		if may(actor, "case.read", caseThing(row)) == nil {
			heads[id] = &row
		}
	}
	return heads, nil
}

// soon is what the counts of tasks call soon.
const soon = time.Hour

// TaskCounts counts what an actor must do, by kind: how many in all, due within the hour, and overdue.
func (s *Service) TaskCounts(ctx context.Context, actor contract.Actor) ([]models.TaskCount, error) {
	if err := may(actor, "task.count", access.Desk{}); err != nil {
		return nil, err
	}
	counts, err := s.Store.CountTasks(ctx, mailboxes(actor), s.now().Add(soon), s.now())
	return counts, away(err)
}

// Proposal is a proposal that waits for people. State is as the case shows it.
type Proposal struct {
	CaseID   string
	Currency money.Currency
	State    contract.ApprovalState
	Case     *models.Case // as lists show it
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
		return Proposal{CaseID: row.CaseID, Currency: found.Currency, State: *shown, Case: &found}, nil
	}
	return Proposal{CaseID: row.CaseID, Currency: found.Currency, Case: &found, State: contract.ApprovalState{
		ID: row.ID, Hash: row.Hash, Outcome: row.Outcome, Amount: row.Amount, Liability: policy.Party(row.Liability),
		ProposedBy: contract.Actor{ID: row.ProposedBy}, Needed: row.Needed, Rule: row.Rule, Level: row.Level, State: row.State,
		At: row.ProposedAt, DueAt: row.DueAt,
	}}, nil
}

package cases

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Detail is a case as a page shows it. Case.View is decoded into View.
type Detail struct {
	Case     models.Case
	View     contract.View
	Timeline []models.TimelineEntry // after the entry that was asked for
	Question *contract.Question     // the open one
	More     bool                   // there is more timeline after the last entry
}

// Get reads a case with a page of its timeline after an entry; not_found for one that the actor may not see.
func (s *Service) Get(ctx context.Context, actor contract.Actor, caseID string, afterSeq int64, limit int) (Detail, error) {
	row, err := s.visible(ctx, actor, caseID)
	if err != nil {
		return Detail{}, err
	}
	detail := Detail{Case: row}
	if err := json.Unmarshal([]byte(row.View), &detail.View); err != nil {
		return detail, fault.New(fault.Internal).Because(fmt.Errorf("cases: view of %s: %w", row.ID, err))
	}
	if limit <= 0 || limit > models.MaxPage {
		limit = models.MaxPage
	}
	if detail.Timeline, err = s.Store.Timeline(ctx, caseID, afterSeq, limit+1); err != nil {
		return detail, away(err)
	}
	if detail.More = len(detail.Timeline) > limit; detail.More {
		detail.Timeline = detail.Timeline[:limit]
	}
	detail.Question, err = s.question(ctx, row)
	return detail, err
}

// question is the case's open question, from the row: it is there as soon as it is asked.
func (s *Service) question(ctx context.Context, row models.Case) (*contract.Question, error) {
	if !row.Open {
		return nil, nil
	}
	asked, err := s.Store.OpenQuestion(ctx, row.ID)
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, away(err)
	}
	question := &contract.Question{Round: asked.Round, N: asked.N, Field: asked.Field, AskedAt: asked.AskedAt, DueAt: asked.DueAt}
	if err := json.Unmarshal([]byte(asked.Choices), &question.Choices); err != nil {
		return nil, fault.New(fault.Internal).Because(fmt.Errorf("cases: question of %s: %w", row.ID, err))
	}
	return question, nil
}

// List lists the cases that an actor may see, without their views: a customer's own and a merchant's own, the
// newest first; for the platform's people all, the open ones soonest due first when only those are asked for.
func (s *Service) List(ctx context.Context, actor contract.Actor, filter models.CaseFilter, page models.PageRequest) (models.Page[models.Case], error) {
	var found models.Page[models.Case]
	var err error
	switch actor.Kind {
	case contract.Customer:
		found, err = s.Store.CasesOfCustomer(ctx, actor.ID, filter, page)
	case contract.Merchant:
		found, err = s.Store.CasesOfMerchant(ctx, actor.Merchant, filter, page)
	case contract.Agent, contract.Supervisor, contract.Operator:
		if filter.Open != nil && *filter.Open {
			found, err = s.Store.OpenCases(ctx, filter, page)
		} else {
			found, err = s.Store.CasesByTime(ctx, filter, page)
		}
	default:
		return found, fault.New(fault.Forbidden)
	}
	return found, away(err)
}

// Tasks lists what an actor must do, the soonest due first: their own, and what anyone of their role may take.
func (s *Service) Tasks(ctx context.Context, actor contract.Actor, page models.PageRequest) (models.Page[models.Task], error) {
	recipients := []models.Recipient{{Kind: string(actor.Kind), ID: actor.ID}}
	switch actor.Kind {
	case contract.Merchant:
		recipients = append(recipients, models.Recipient{Kind: string(actor.Kind), ID: actor.Merchant})
	case contract.Agent, contract.Supervisor, contract.Operator:
		recipients = append(recipients, models.Recipient{Kind: string(actor.Kind)})
	}
	found, err := s.Store.OpenTasks(ctx, recipients, page)
	return found, away(err)
}

// Approvals lists the proposals that wait for people, the soonest due first.
func (s *Service) Approvals(ctx context.Context, actor contract.Actor, page models.PageRequest) (models.Page[models.Approval], error) {
	switch actor.Kind {
	case contract.Agent, contract.Supervisor, contract.Operator:
	default:
		return models.Page[models.Approval]{}, fault.New(fault.Forbidden)
	}
	found, err := s.Store.WaitingApprovals(ctx, page)
	return found, away(err)
}

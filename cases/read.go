package cases

import (
	"context"
	"encoding/json"
	"errors"

	"aftersales/access"
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
	row, err := s.visible(ctx, actor, "case.read", caseID)
	if err != nil {
		return Detail{}, err
	}
	detail := Detail{Case: row}
	if detail.View, err = viewOf(row); err != nil {
		return detail, err
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

// Shown is a case with everything a reader may see of it. View.Question is the open one, Texts are by ID.
type Shown struct {
	Case  models.Case
	View  contract.View
	Texts map[string]string
}

// Show reads a case as it stands, with what people wrote in it; not_found for one that the actor may not see.
func (s *Service) Show(ctx context.Context, actor contract.Actor, caseID string) (Shown, error) {
	row, err := s.visible(ctx, actor, "case.read", caseID)
	if err != nil {
		return Shown{}, err
	}
	shown := Shown{Case: row}
	if shown.View, err = viewOf(row); err != nil {
		return shown, err
	}
	if shown.View.Question, err = s.question(ctx, row); err != nil {
		return shown, err
	}
	shown.Texts, err = s.texts(ctx, actor, caseID)
	return shown, err
}

// Timeline reads what happened in a case after an entry, in order, at most limit of it (0: models.MaxPage); not_found
// for a case that the actor may not see.
func (s *Service) Timeline(ctx context.Context, actor contract.Actor, caseID string, afterSeq int64, limit int) ([]contract.Entry, error) {
	if _, err := s.visible(ctx, actor, "case.timeline.read", caseID); err != nil {
		return nil, err
	}
	if limit <= 0 || limit > models.MaxPage {
		limit = models.MaxPage
	}
	rows, err := s.Store.Timeline(ctx, caseID, afterSeq, limit)
	if err != nil {
		return nil, away(err)
	}
	entries := make([]contract.Entry, len(rows))
	for i, row := range rows {
		entries[i] = contract.Entry{Seq: row.Seq, At: row.At, By: contract.Actor{Kind: contract.Role(row.ActorKind), ID: row.ActorID}, Event: row.Event}
		if err := readJSON(row.Data, &entries[i].Data); err != nil {
			return nil, broken("timeline", caseID, err)
		}
	}
	return entries, nil
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
		return nil, broken("question", row.ID, err)
	}
	return question, nil
}

// viewOf decodes the view of a case.
func viewOf(row models.Case) (view contract.View, err error) {
	return view, broken("view", row.ID, json.Unmarshal([]byte(row.View), &view))
}

// List lists the cases that an actor may see, without their views: a customer's own and a shop's own, the newest first;
// an agent's and a supervisor's as far as they are their team's or given to them, and all for operators, the open ones
// soonest due first when only those are asked for.
func (s *Service) List(ctx context.Context, actor contract.Actor, filter models.CaseFilter, page models.PageRequest) (models.Page[models.Case], error) {
	var found models.Page[models.Case]
	if err := may(actor, "case.list", access.Desk{}); err != nil {
		return found, err
	}
	open := filter.Open != nil && *filter.Open
	var err error
	switch actor.Kind {
	case contract.Customer:
		found, err = s.Store.CasesOfCustomer(ctx, actor.ID, filter, page)
	case contract.Merchant:
		found, err = s.Store.CasesOfMerchant(ctx, actor.Merchant, filter, page)
	case contract.Operator:
		if open {
			found, err = s.Store.OpenCases(ctx, filter, page)
		} else {
			found, err = s.Store.CasesByTime(ctx, filter, page)
		}
	default:
		if open {
			found, err = s.Store.OpenCasesOfDesk(ctx, scope(actor), filter, page)
		} else {
			found, err = s.Store.CasesOfDesk(ctx, scope(actor), filter, page)
		}
	}
	return found, away(err)
}

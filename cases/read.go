package cases

import (
	"context"
	"encoding/json"
	"errors"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy/pack"
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
	Case   models.Case
	View   contract.View
	Texts  map[string]string
	Erased bool // there were words that nobody can read any more

	ReturnTo *ReturnPlace // where the goods go back to, while they are to be sent; for the parties
	Reason   pack.Text    // the label of the reason; empty: none, or one that the rules know no more
	Rating   *Rating      // the customer's, for the customer and the platform's people
	RateWhy  *fault.Fault // why the customer cannot rate now; nil: can
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
	if shown.Texts, shown.Erased, err = s.texts(ctx, actor, row, shown.View); err != nil {
		return shown, err
	}
	if actor.Kind != contract.Merchant {
		if shown.Rating, err = s.rating(ctx, row); err != nil {
			return shown, err
		}
	}
	shown.RateWhy = mayRate(row, shown.Rating, s.now())
	shown.Reason = s.ReasonLabel(ctx, row.Reason)
	shown.ReturnTo, err = s.returnTo(ctx, actor, shown)
	return shown, err
}

// ReasonLabel is what people read for a reason's code, by the rules of new cases; empty when they do not know it.
func (s *Service) ReasonLabel(ctx context.Context, code string) pack.Text {
	if code == "" {
		return pack.Text{}
	}
	rules, err := s.rulesOfNewCases(ctx)
	if err != nil {
		return pack.Text{}
	}
	reason, _ := rules.Reason(code)
	return reason.Text
}

// returnTo is where the goods of a case go back to: told to the parties while they are to be sent, or on their way.
func (s *Service) returnTo(ctx context.Context, actor contract.Actor, shown Shown) (*ReturnPlace, error) {
	switch contract.Stage(shown.Case.Stage) {
	case contract.StageSendBack, contract.StageTransit:
	default:
		return nil, nil
	}
	if platform(actor) {
		return nil, nil
	}
	named := ""
	if shown.View.Answer != nil {
		named = shown.View.Answer.AddressID
	}
	row, err := s.Store.ReturnAddressFor(ctx, shown.Case.MerchantID, named)
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, away(err)
	}
	address, err := s.address(ctx, row)
	return &address.Place, err
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

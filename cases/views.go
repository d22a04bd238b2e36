package cases

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// View is a set of filters for the list of cases to which somebody who works gave a name.
type View struct {
	ID, Name string
	Filter   ViewFilter
}

// ViewFilter is what a list of cases is narrowed by; an empty field is no limit.
type ViewFilter struct {
	Tab     string `json:"tab,omitempty"`     // waiting, mine, none, team, ended
	Kind    string `json:"kind,omitempty"`    // of the case
	Stage   string `json:"stage,omitempty"`   // it stands in
	Waiting string `json:"waiting,omitempty"` // role that must act
	Sort    string `json:"sort,omitempty"`    // due, newest
	Begins  string `json:"begins,omitempty"`  // the number of the case or its order
}

// Views lists the actor's own views, the oldest first.
func (s *Service) Views(ctx context.Context, actor contract.Actor) ([]View, error) {
	if err := may(actor, "case.view.list", access.Desk{}); err != nil {
		return nil, err
	}
	rows, err := s.Store.CaseViews(ctx, actor.ID)
	if err != nil {
		return nil, away(err)
	}
	views := make([]View, len(rows))
	for i, row := range rows {
		if views[i], err = viewShown(row); err != nil {
			return nil, err
		}
	}
	return views, nil
}

// SaveView keeps a view of the actor's, in the place of the one that has its name. Faults: bad_request without a name,
// too_many_views.
func (s *Service) SaveView(ctx context.Context, meta contract.Meta, name string, filter ViewFilter) (View, error) {
	if err := may(meta.Actor, "case.view.save", access.Desk{}); err != nil {
		return View{}, err
	}
	if name = strings.TrimSpace(name); name == "" {
		return View{}, fault.New(fault.BadRequest, "problem", "name: missing")
	}
	content, err := json.Marshal(filter)
	if err != nil {
		return View{}, fault.New(fault.Internal).Because(err)
	}
	kept, err := s.Store.SaveCaseView(ctx, meta.Actor.ID, models.NamedCaseView{
		ID: contract.UpdateID(meta.Actor, meta.Key), Name: name, Filter: string(content), CreatedAt: s.now(),
	})
	if errors.Is(err, models.ErrTooMuch) {
		return View{}, fault.New(fault.TooManyViews, "limit", models.MaxCaseViews)
	}
	if err != nil {
		return View{}, away(err)
	}
	return viewShown(kept)
}

// RemoveView forgets one of the actor's views. Fault: not_found.
func (s *Service) RemoveView(ctx context.Context, actor contract.Actor, id string) error {
	if err := may(actor, "case.view.remove", access.Desk{}); err != nil {
		return err
	}
	return away(s.Store.DropCaseView(ctx, actor.ID, id))
}

func viewShown(row models.NamedCaseView) (View, error) {
	view := View{ID: row.ID, Name: row.Name}
	if err := readJSON(row.Filter, &view.Filter); err != nil {
		return View{}, broken("view", row.ID, err)
	}
	return view, nil
}

package api

import (
	"context"

	"aftersales/workflows/contract"
)

// CaseViews are the sets of filters to which somebody gave a name. All of it is about the caller's own.
type CaseViews interface {
	Views(ctx context.Context, reader contract.Actor) ([]View, error)
	// SaveView keeps a view, in the place of the one that has its name.
	SaveView(ctx context.Context, meta contract.Meta, name string, filter ViewFilter) (View, error)
	RemoveView(ctx context.Context, actor contract.Actor, id string) error
}

// View is a set of filters for the list of cases with its name.
type View struct {
	ID, Name string
	Filter   ViewFilter
}

// ViewFilter is what the list of cases is narrowed by; an empty field is no limit.
type ViewFilter struct{ Tab, Kind, Stage, Waiting, Sort, Begins string }

func caseViewRoutes() []Route {
	return []Route{
		{get, "/v1/case-views", "case.view.list", 0, "desk", "One's own named sets of filters for the list of cases"},
		{post, "/v1/case-views", "case.view.save", Keyed, "desk", "Give a set of filters a name; the one that has it is replaced"},
		{del, "/v1/case-views/{id}", "case.view.remove", 0, "desk", "Forget a named set of filters"},
	}
}

type (
	viewFilterBody struct {
		Tab     string `json:"tab,omitempty" enum:"waiting,mine,none,team,ended"`
		Kind    string `json:"kind,omitempty" maxLength:"32"`
		Stage   string `json:"stage,omitempty" maxLength:"32"`
		Waiting string `json:"waiting_for,omitempty" enum:"customer,merchant,platform,carrier"`
		Sort    string `json:"sort,omitempty" enum:"newest,due"`
		Begins  string `json:"begins,omitempty" maxLength:"64" doc:"How the number of the case or its order begins."`
	}
	namedViewBody struct {
		ID     string         `json:"id"`
		Name   string         `json:"name"`
		Filter viewFilterBody `json:"filter"`
	}
	newCaseViewBody struct {
		Name   string         `json:"name" minLength:"1" maxLength:"60"`
		Filter viewFilterBody `json:"filter"`
	}
	caseViewInput struct {
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
		Body newCaseViewBody
	}
	caseViewOutput   struct{ Body namedViewBody }
	caseViewListBody struct {
		Items []namedViewBody `json:"items" nullable:"false" doc:"At most 20."`
	}
	caseViewListOutput struct{ Body caseViewListBody }
)

func caseViewOf(v View) namedViewBody { return namedViewBody{v.ID, v.Name, viewFilterBody(v.Filter)} }

func (e *edge) caseViews() {
	register(e, "case.view.list", func(ctx context.Context, _ *struct{}) (*caseViewListOutput, error) {
		views, err := e.CaseViews.Views(ctx, callerOf(ctx).actor())
		if err != nil {
			return nil, err
		}
		return &caseViewListOutput{Body: caseViewListBody{Items: each(views, caseViewOf)}}, nil
	})
	register(e, "case.view.save", func(ctx context.Context, in *caseViewInput) (*caseViewOutput, error) {
		saved, err := e.CaseViews.SaveView(ctx, callerOf(ctx).meta(nil), in.Body.Name, ViewFilter(in.Body.Filter))
		if err != nil {
			return nil, err
		}
		return &caseViewOutput{Body: caseViewOf(saved)}, nil
	}, created)
	register(e, "case.view.remove", func(ctx context.Context, in *caseInput) (*struct{}, error) {
		return nil, e.CaseViews.RemoveView(ctx, callerOf(ctx).actor(), in.ID)
	})
}

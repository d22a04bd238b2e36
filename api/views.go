package api

import (
	"context"

	"aftersales/workflows/contract"
)

// Views are the sets of filters to which somebody gave a name. All of it is about the caller's own.
type Views interface {
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

func viewRoutes() []Route {
	return []Route{
		{get, "/v1/saved-views", "view.list", 0, "desk", "One's own named sets of filters for the list of cases"},
		{post, "/v1/saved-views", "view.save", Keyed, "desk", "Give a set of filters a name; the one that has it is replaced"},
		{del, "/v1/saved-views/{id}", "view.remove", 0, "desk", "Forget a named set of filters"},
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
	savedViewBody struct {
		ID     string         `json:"id"`
		Name   string         `json:"name"`
		Filter viewFilterBody `json:"filter"`
	}
	newViewBody struct {
		Name   string         `json:"name" minLength:"1" maxLength:"60"`
		Filter viewFilterBody `json:"filter"`
	}
	saveViewInput struct {
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
		Body newViewBody
	}
	viewOutput   struct{ Body savedViewBody }
	viewListBody struct {
		Items []savedViewBody `json:"items" nullable:"false" doc:"At most 20."`
	}
	viewListOutput struct{ Body viewListBody }
)

func viewOf(v View) savedViewBody { return savedViewBody{v.ID, v.Name, viewFilterBody(v.Filter)} }

func (e *edge) views() {
	register(e, "view.list", func(ctx context.Context, _ *struct{}) (*viewListOutput, error) {
		views, err := e.Views.Views(ctx, callerOf(ctx).actor())
		if err != nil {
			return nil, err
		}
		return &viewListOutput{Body: viewListBody{Items: each(views, viewOf)}}, nil
	})
	register(e, "view.save", func(ctx context.Context, in *saveViewInput) (*viewOutput, error) {
		saved, err := e.Views.SaveView(ctx, callerOf(ctx).meta(nil), in.Body.Name, ViewFilter(in.Body.Filter))
		if err != nil {
			return nil, err
		}
		return &viewOutput{Body: viewOf(saved)}, nil
	}, created)
	register(e, "view.remove", func(ctx context.Context, in *caseInput) (*struct{}, error) {
		return nil, e.Views.RemoveView(ctx, callerOf(ctx).actor(), in.ID)
	})
}

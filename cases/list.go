package cases

import (
	"context"
	"unicode/utf8"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Mine and Nobody stand for an agent in a filter: whoever asks, and none.
const (
	Mine   = "me"
	Nobody = "none"
)

// WaitingFor are the roles that a case can wait for when it waits for one of the parties, for a carrier or for the platform.
// Anything else stands for itself.
func WaitingFor(whom string) []string {
	switch contract.Role(whom) {
	case "":
		return nil
	case contract.Customer, contract.Merchant:
		return []string{whom, string(contract.Both)}
	case contract.Platform:
		return []string{whom, string(contract.Agent), string(contract.Supervisor), string(contract.Operator)}
	}
	return []string{whom}
}

// MinBegins is how much of a number must be told to look for it, in characters.
const MinBegins = 4

// List lists the cases that an actor may see, without their views: a customer's own and a shop's own; an agent's and a
// supervisor's as far as they are their team's or given to them, and all for operators. Parties see the newest first, the
// platform's people too, unless they ask for open ones: then the soonest due come first. The filter's Sort says otherwise,
// its Agent may be Mine or Nobody.
func (s *Service) List(ctx context.Context, actor contract.Actor, filter models.CaseFilter, page models.PageRequest) (models.Page[models.Case], error) {
	if err := may(actor, "case.list", access.Desk{}); err != nil {
		return models.Page[models.Case]{}, err
	}
	if err := checkFilter(actor, &filter); err != nil {
		return models.Page[models.Case]{}, err
	}
	found, err := s.listed(actor, filter)(ctx, filter, page)
	return found, away(err)
}

func checkFilter(actor contract.Actor, filter *models.CaseFilter) error {
	switch {
	case filter.Agent != "" && !platform(actor):
		return fault.New(fault.BadRequest, "problem", "agent: for the platform's people")
	case filter.Begins != "" && utf8.RuneCountInString(filter.Begins) < MinBegins:
		return fault.New(fault.BadRequest, "problem", "number: at least 4 characters")
	case filter.Sort == models.SortDue && filter.Open != nil && !*filter.Open:
		return fault.New(fault.BadRequest, "problem", "sort: only open cases fall due")
	}
	switch filter.Agent {
	case Mine:
		filter.Agent = actor.ID
	case Nobody:
		filter.Agent, filter.Free = "", true
	}
	return nil
}

// listing reads a page of cases.
type listing func(context.Context, models.CaseFilter, models.PageRequest) (models.Page[models.Case], error)

// listed chooses the list: whose cases, and in which order.
func (s *Service) listed(actor contract.Actor, filter models.CaseFilter) listing {
	byDue := filter.Sort == models.SortDue || filter.Sort == "" && platform(actor) && filter.Open != nil && *filter.Open
	of := func(id string, due, newest func(context.Context, string, models.CaseFilter, models.PageRequest) (models.Page[models.Case], error)) listing {
		if byDue {
			newest = due
		}
		return func(ctx context.Context, filter models.CaseFilter, page models.PageRequest) (models.Page[models.Case], error) {
			return newest(ctx, id, filter, page)
		}
	}
	switch actor.Kind {
	case contract.Customer:
		return of(actor.ID, s.Store.OpenCasesOfCustomer, s.Store.CasesOfCustomer)
	case contract.Merchant:
		return of(actor.Merchant, s.Store.OpenCasesOfMerchant, s.Store.CasesOfMerchant)
	case contract.Operator:
		if byDue {
			return s.Store.OpenCases
		}
		return s.Store.CasesByTime
	}
	sees := scope(actor)
	if filter.Free { // what nobody has was given to nobody: only the team's is left
		sees.Agent = ""
	}
	read := s.Store.CasesOfDesk
	if byDue {
		read = s.Store.OpenCasesOfDesk
	}
	return func(ctx context.Context, filter models.CaseFilter, page models.PageRequest) (models.Page[models.Case], error) {
		return read(ctx, sees, filter, page)
	}
}

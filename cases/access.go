package cases

import (
	"context"

	"aftersales/access"
	"aftersales/models"
	"aftersales/money"
	"aftersales/workflows/contract"
)

// Who may do what is for the policies of the room access to say. This file puts the questions: with the case, the order
// or the shop that a request is about.

// principal is an actor as the policies know them.
func principal(actor contract.Actor) access.Principal {
	who := access.Principal{
		Role: string(actor.Kind), ID: actor.ID, Shop: actor.Merchant, Owner: actor.Owner, Team: actor.Team, Limit: actor.Limit, For: actor.For,
	}
	if actor.Kind == contract.Bot || actor.Kind == contract.Platform {
		who.Role, who.ID = access.Service, string(actor.Kind)
	}
	return who
}

// may is nil or says why not: forbidden to whom it is not for at all, not_found where only this one is another's.
func may(actor contract.Actor, action string, what access.Thing) error {
	return access.Standard().Check(access.Question{Who: principal(actor), Action: action, What: what})
}

// mayDecide is may for an amount.
func mayDecide(actor contract.Actor, action string, what access.Thing, amount money.Amount) error {
	return access.Standard().Check(access.Question{Who: principal(actor), Action: action, What: what, Amount: amount})
}

// gate is nil when an actor may do an action to something at all. It is asked before anything is read, so that a refusal
// tells nothing about what is there.
func gate(actor contract.Actor, action string) error {
	return access.Standard().Gate(access.Question{Who: principal(actor), Action: action})
}

func caseThing(row models.Case) access.Case {
	thing := access.Case{ID: row.ID, Customer: row.CustomerID, Shop: row.MerchantID, Team: text(row.TeamID)}
	if row.AssigneeID != nil {
		thing.Assignees = []string{*row.AssigneeID}
	}
	return thing
}

func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// visible reads a case that the actor may do an action with. What somebody may not see does not exist for them.
func (s *Service) visible(ctx context.Context, actor contract.Actor, action, caseID string) (models.Case, error) {
	if err := gate(actor, action); err != nil {
		return models.Case{}, err
	}
	row, err := s.Store.Case(ctx, caseID)
	if err != nil {
		return row, away(err)
	}
	if err := may(actor, action, caseThing(row)); err != nil {
		return models.Case{}, err
	}
	return row, nil
}

// mayOrder asks for an order; what it needs to know of shop and cases it reads only for the platform's people.
func (s *Service) mayOrder(ctx context.Context, actor contract.Actor, action string, order models.Order) error {
	thing := access.Order{ID: order.ID, Customer: order.CustomerID, Shop: order.MerchantID}
	if platform(actor) {
		shop, err := s.Store.Merchant(ctx, order.MerchantID)
		if err != nil {
			return away(err)
		}
		thing.Team = text(shop.TeamID)
		if thing.Assignees, err = s.Store.AssigneesOfOrder(ctx, order.ID); err != nil {
			return away(err)
		}
	}
	return may(actor, action, thing)
}

// shopOf reads a shop that the actor may do an action with; a shop's staff means their own, whatever they name.
func (s *Service) shopOf(ctx context.Context, actor contract.Actor, action, merchantID string) (models.Merchant, error) {
	if actor.Kind == contract.Merchant {
		merchantID = actor.Merchant
	}
	if err := gate(actor, action); err != nil {
		return models.Merchant{}, err
	}
	shop, err := s.Store.Merchant(ctx, merchantID)
	if err != nil {
		return shop, away(err)
	}
	return shop, may(actor, action, access.Shop{ID: shop.ID, Team: text(shop.TeamID)})
}

// scope is what of the desk an agent or a supervisor sees.
func scope(actor contract.Actor) models.DeskScope {
	sees := models.DeskScope{Team: actor.Team}
	if actor.Kind == contract.Agent {
		sees.Agent = actor.ID
	}
	return sees
}

// mailboxes are whose tasks and news an actor reads: a customer's own, a shop's, an agent's and a supervisor's own and
// their team's. Operators also see to what belongs to no team.
func mailboxes(actor contract.Actor) []models.Recipient {
	kind := string(actor.Kind)
	boxes := []models.Recipient{{Kind: kind, ID: actor.ID}}
	switch actor.Kind {
	case contract.Merchant:
		boxes = append(boxes, models.Recipient{Kind: kind, ID: actor.Merchant})
	case contract.Agent, contract.Supervisor:
		if actor.Team != "" {
			boxes = append(boxes, models.Recipient{Kind: kind, ID: actor.Team})
		}
	case contract.Operator:
		boxes = append(boxes, models.Recipient{Kind: kind}, models.Recipient{Kind: string(contract.Agent)}, models.Recipient{Kind: string(contract.Supervisor)})
	}
	return boxes
}

package chat

import (
	"context"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Actor is who asks.
type Actor = contract.Actor

// Who may do what is for the policies of the room access to say. This file puts the questions, with the conversation
// itself.

func principal(actor Actor) access.Principal {
	who := access.Principal{
		Role: string(actor.Kind), ID: actor.ID, Shop: actor.Merchant, Owner: actor.Owner, Team: actor.Team, Limit: actor.Limit, For: actor.For,
	}
	if actor.Kind == contract.Bot || actor.Kind == contract.Platform {
		who.Role, who.ID = access.Service, string(actor.Kind)
	}
	return who
}

func may(actor Actor, action string, what access.Thing) error {
	return access.Standard().Check(access.Question{Who: principal(actor), Action: action, What: what})
}

func gate(actor Actor, action string) error {
	return access.Standard().Gate(access.Question{Who: principal(actor), Action: action})
}

// Thing is a conversation as the policies know it.
func Thing(c models.Conversation) access.Conversation {
	thing := access.Conversation{
		Matter: access.Matter{ID: c.ID, Customer: c.CustomerID, Shop: text(c.MerchantID), Team: text(c.TeamID)}, Audience: c.Audience,
		Waiting: c.State == models.WithQueue,
	}
	if c.AssigneeID != nil {
		thing.Assignees = []string{*c.AssigneeID}
	}
	return thing
}

// visible reads a conversation that the actor may do an action with. What somebody may not read does not exist for them;
// where they may read and not write, a colleague has it.
func (s *Service) visible(ctx context.Context, actor Actor, action, id string) (models.Conversation, error) {
	if err := gate(actor, action); err != nil {
		return models.Conversation{}, err
	}
	c, err := s.Store.Conversation(ctx, id)
	if err != nil {
		return c, away(err)
	}
	return c, allowed(actor, action, c)
}

// MayRead is nil when the actor may read a conversation.
func (s *Service) MayRead(ctx context.Context, actor Actor, id string) error {
	_, err := s.visible(ctx, actor, "conversation.read", id)
	return err
}

func allowed(actor Actor, action string, c models.Conversation) error {
	err := may(actor, action, Thing(c))
	if f := fault.As(err); f != nil && f.Code == fault.NotFound && may(actor, "conversation.read", Thing(c)) == nil {
		return fault.New(fault.ConversationHeld)
	}
	return err
}

// platform tells whether somebody is one of the platform's people.
func platform(actor Actor) bool {
	switch actor.Kind {
	case contract.Agent, contract.Supervisor, contract.Operator:
		return true
	}
	return false
}

// person is how somebody stands beside what they wrote.
func person(actor Actor) (kind, id string) { return string(actor.Kind), actor.ID }

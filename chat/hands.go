package chat

import (
	"context"
	"errors"
	"strings"
	"time"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// This file is about who has a conversation: claimed, given, or handed over.

// Claim gives a conversation that waits, or that the bot has, to the agent who asks. Claiming what one has changes nothing.
// Faults: not_found, conversation_held when somebody was faster, conversation_ended.
func (s *Service) Claim(ctx context.Context, actor Actor, id string) (View, error) {
	c, err := s.visible(ctx, actor, "conversation.claim", id)
	if err != nil {
		return View{}, err
	}
	return s.take(ctx, actor, "conversation.claim", c, actor.ID, true)
}

// Assign gives a conversation to an agent of its team, whoever has it; a supervisor's and an operator's business.
func (s *Service) Assign(ctx context.Context, actor Actor, id, agentID string) (View, error) {
	c, err := s.visible(ctx, actor, "conversation.assign", id)
	if err != nil {
		return View{}, err
	}
	if err := s.colleague(ctx, c, agentID); err != nil {
		return View{}, err
	}
	return s.take(ctx, actor, "conversation.assign", c, agentID, false)
}

func (s *Service) take(ctx context.Context, actor Actor, action string, c models.Conversation, agent string, free bool) (View, error) {
	now := s.now()
	after, err := s.Store.ChangeConversation(ctx, c.ID, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
		switch {
		case !c.Open:
			return nil, fault.New(fault.ConversationEnded)
		case text(c.AssigneeID) == agent && c.State == models.WithPeople:
			return nil, models.ErrUnchanged
		case free && c.AssigneeID != nil && c.State == models.WithPeople:
			return nil, fault.New(fault.ConversationHeld)
		}
		if err := allowed(actor, action, *c); err != nil {
			return nil, err
		}
		return s.takes(ctx, tx, c, agent, now)
	})
	if err != nil {
		return View{}, away(err)
	}
	return s.view(ctx, actor, after, 0)
}

// colleague checks that somebody is an agent of the conversation's team.
func (s *Service) colleague(ctx context.Context, c models.Conversation, agentID string) error {
	agent, err := s.Store.Staff(ctx, agentID)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return away(err)
	}
	if err != nil || agent.Role != string(contract.Agent) || agent.Status != models.StaffActive || c.TeamID != nil && text(agent.TeamID) != *c.TeamID {
		return fault.New(fault.AgentUnknown)
	}
	return nil
}

// Transfer offers a conversation to a colleague, with a note. Until they answer, it stays where it is.
func (s *Service) Transfer(ctx context.Context, actor Actor, id, agentID, note string) (View, error) {
	c, err := s.visible(ctx, actor, "conversation.transfer", id)
	if err != nil {
		return View{}, err
	}
	if note = strings.TrimSpace(clean(note)); note == "" {
		return View{}, fault.New(fault.BadRequest, "problem", "note: empty")
	}
	if agentID == text(c.AssigneeID) {
		return View{}, fault.New(fault.AgentUnknown)
	}
	if err := s.colleague(ctx, c, agentID); err != nil {
		return View{}, err
	}
	if err := s.Store.Keys.Preload(ctx, c.KeyRef); err != nil {
		return View{}, away(err)
	}
	now := s.now()
	after, err := s.Store.ChangeConversation(ctx, c.ID, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
		if !c.Open {
			return nil, fault.New(fault.ConversationEnded)
		}
		if err := allowed(actor, "conversation.transfer", *c); err != nil {
			return nil, err
		}
		if _, err := tx.Transfer(ctx, c.ID); !errors.Is(err, models.ErrNotFound) {
			return nil, errors.Join(err, fault.New(fault.TransferStands))
		}
		if _, err := tx.AskTransfer(ctx, *c, models.Transfer{FromID: actor.ID, ToID: agentID, AskedAt: now}, note); err != nil {
			return nil, err
		}
		return []models.OutboxEvent{event("transfer.asked", *c, []string{"agent/" + agentID}, nil)}, nil
	})
	if err != nil {
		return View{}, away(err)
	}
	return s.view(ctx, actor, after, 0)
}

// Answer accepts or declines a transfer that was offered to the actor, or withdraws the one that they offered. It answers
// with the conversation when it is theirs afterwards, else with an empty view.
func (s *Service) Answer(ctx context.Context, actor Actor, id, answer, note string) (View, error) {
	if err := may(actor, "transfer.answer", access.Desk{}); err != nil {
		return View{}, err
	}
	c, err := s.Store.Conversation(ctx, id)
	if err != nil {
		return View{}, away(err)
	}
	if err := s.Store.Keys.Preload(ctx, c.KeyRef); err != nil {
		return View{}, away(err)
	}
	note, now := clean(note), s.now()
	after, err := s.Store.ChangeConversation(ctx, c.ID, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
		transfer, err := tx.Transfer(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		to, state := transfer.ToID, map[string]string{"accept": models.TransferAccepted, "decline": models.TransferDeclined, "withdraw": models.TransferVoid}[answer]
		if answer == "withdraw" {
			to = transfer.FromID
		}
		if state == "" || actor.ID != to {
			return nil, fault.New(fault.NotFound) // what is not one's own to answer is not there
		}
		if err := tx.EndTransfer(ctx, *c, transfer, state, note, now); err != nil {
			return nil, err
		}
		told := event("transfer.answered", *c, []string{"agent/" + transfer.FromID, "agent/" + transfer.ToID}, nil)
		if state != models.TransferAccepted {
			return []models.OutboxEvent{told}, nil
		}
		events, err := s.takes(ctx, tx, c, actor.ID, now)
		return append(events, told), err
	})
	if err != nil {
		return View{}, away(err)
	}
	if may(actor, "conversation.read", Thing(after)) != nil {
		return View{Conversation: models.Conversation{ID: after.ID}}, nil
	}
	return s.view(ctx, actor, after, 0)
}

// Offers lists the transfers that wait for the actor's answer.
func (s *Service) Offers(ctx context.Context, actor Actor) ([]Offer, error) {
	if err := may(actor, "transfer.list", access.Desk{}); err != nil {
		return nil, err
	}
	found, err := s.Store.TransfersTo(ctx, actor.ID)
	if err != nil {
		return nil, away(err)
	}
	offers := make([]Offer, len(found))
	for i, t := range found {
		note, err := s.Store.TransferNote(ctx, t)
		if err != nil && !gone(err) {
			return nil, away(err)
		}
		offers[i] = Offer{t, note}
	}
	return offers, nil
}

// Desk is whether and what an agent takes, and what they have.
type Desk struct {
	StaffID  string
	State    string
	Capacity int
	Langs    []string // empty: all
	Skills   []string // intents; empty: all
	SeenAt   time.Time
	Has      int64
}

// maxCapacity is the most conversations that somebody takes at a time.
const maxCapacity = 50

// SitDown says whether and what the actor takes; pages say it again every half minute, or the agent counts as gone. Whoever
// waits gets somebody at once.
func (s *Service) SitDown(ctx context.Context, actor Actor, desk Desk) (Desk, error) {
	if err := may(actor, "desk.set", access.Desk{}); err != nil {
		return Desk{}, err
	}
	switch {
	case desk.State != models.DeskOnline && desk.State != models.DeskAway && desk.State != models.DeskOffline:
		return Desk{}, fault.New(fault.BadRequest, "problem", "state")
	case desk.Capacity < 0 || desk.Capacity > maxCapacity:
		return Desk{}, fault.New(fault.BadRequest, "problem", "capacity")
	}
	now := s.now()
	seen := now
	if desk.State == models.DeskOffline {
		seen = now.Add(-2 * present)
	}
	err := s.Store.SetDesk(ctx, models.AgentDesk{
		StaffID: actor.ID, TeamID: actor.Team, State: desk.State, Capacity: int64(desk.Capacity), Langs: codes(desk.Langs), Skills: codes(desk.Skills),
		SeenAt: seen, UpdatedAt: now,
	})
	if err != nil {
		return Desk{}, away(err)
	}
	if desk.State == models.DeskOnline {
		if _, err := s.Route(ctx, actor.Team); err != nil {
			return Desk{}, away(err)
		}
	}
	return s.OwnDesk(ctx, actor)
}

// OwnDesk is the actor's; one who never sat down is offline.
func (s *Service) OwnDesk(ctx context.Context, actor Actor) (Desk, error) {
	if err := may(actor, "desk.read", access.Desk{}); err != nil {
		return Desk{}, err
	}
	desk, err := s.Store.Desk(ctx, actor.ID)
	if errors.Is(err, models.ErrNotFound) {
		return Desk{StaffID: actor.ID, State: models.DeskOffline}, nil
	}
	if err != nil {
		return Desk{}, away(err)
	}
	has, err := s.Store.LoadOf(ctx, actor.ID)
	return s.deskOf(models.DeskAtWork{AgentDesk: desk, Has: has}), away(err)
}

// Desks lists who of the actor's team was there in the last day, and what they have.
func (s *Service) Desks(ctx context.Context, actor Actor, team string) ([]Desk, error) {
	if err := may(actor, "desk.list", access.Desk{}); err != nil {
		return nil, err
	}
	if actor.Kind != contract.Operator {
		team = actor.Team
	}
	if team == "" {
		return nil, nil
	}
	found, err := s.Store.DesksOf(ctx, team, s.now().Add(-24*time.Hour))
	if err != nil {
		return nil, away(err)
	}
	desks := make([]Desk, len(found))
	for i, d := range found {
		desks[i] = s.deskOf(d)
	}
	return desks, nil
}

func (s *Service) deskOf(d models.DeskAtWork) Desk {
	state := d.State
	if s.now().Sub(d.SeenAt) > present {
		state = models.DeskOffline
	}
	return Desk{StaffID: d.StaffID, State: state, Capacity: int(d.Capacity), Langs: uncode(d.Langs), Skills: uncode(d.Skills), SeenAt: d.SeenAt, Has: d.Has}
}

// codes and uncode are the stored form of a list of codes: ",a,b,".
func codes(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "," + strings.Join(list, ",") + ","
}

func uncode(stored string) []string {
	if stored = strings.Trim(stored, ","); stored == "" {
		return nil
	}
	return strings.Split(stored, ",")
}

package chat

import (
	"context"
	"unicode/utf8"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// SaveDraft keeps what the actor has begun to write in a conversation, for their other pages; empty words forget it.
func (s *Service) SaveDraft(ctx context.Context, actor Actor, id, words string) error {
	c, err := s.visible(ctx, actor, "draft.save", id)
	if err != nil {
		return err
	}
	words = clean(words)
	if utf8.RuneCountInString(words) > MaxText {
		return fault.New(fault.TextTooLong, "limit", MaxText)
	}
	kind, own := person(actor)
	return away(s.Store.SaveDraft(ctx, c, kind, own, words, s.now()))
}

// draft is what the actor has begun to write.
func (s *Service) draft(ctx context.Context, actor Actor, conversationID string) (string, error) {
	kind, own := person(actor)
	words, err := s.Store.Draft(ctx, conversationID, kind, own)
	if gone(err) {
		return "", nil
	}
	return words, away(err)
}

// Colleague is somebody of a team, as colleagues see them.
type Colleague struct {
	ID, Role, Name string
	Desk           *Desk // of agents who sat down lately
}

// Colleagues lists who works in the actor's team: whom one can mention, and hand something over to. Operators name a team.
func (s *Service) Colleagues(ctx context.Context, actor Actor, team string, page models.PageRequest) (models.Page[Colleague], error) {
	none := models.Page[Colleague]{}
	if err := gate(actor, "colleague.list"); err != nil {
		return none, err
	}
	if team = teamOr(actor, team); team == "" {
		return none, nil
	}
	found, err := s.Store.StaffOfTeam(ctx, team, page)
	if err != nil {
		return none, away(err)
	}
	desks, err := s.Store.DesksOf(ctx, team, s.now().Add(-present))
	if err != nil {
		return none, away(err)
	}
	out := models.Page[Colleague]{Next: found.Next}
	for _, staff := range found.Items {
		name, err := s.Store.StaffName(ctx, staff)
		if err != nil && !gone(err) {
			return none, away(err)
		}
		one := Colleague{ID: staff.ID, Role: staff.Role, Name: name}
		for _, d := range desks {
			if d.StaffID == staff.ID {
				desk := s.deskOf(d)
				one.Desk = &desk
			}
		}
		out.Items = append(out.Items, one)
	}
	return out, nil
}

// mentioned checks that whom a message mentions are colleagues who may read it, and says them as "<role>/<id>". Nobody is
// mentioned where others read.
func (s *Service) mentioned(ctx context.Context, actor Actor, c models.Conversation, ids []string) (who []string, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if c.Audience != models.ToColleagues || !platform(actor) {
		return nil, fault.New(fault.BadRequest, "problem", "mentions")
	}
	people, err := s.Store.StaffByID(ctx, ids)
	if err != nil {
		return nil, away(err)
	}
	for _, id := range ids {
		one, known := people[id]
		reader := Actor{Kind: contract.Role(one.Role), ID: id, Team: text(one.TeamID)}
		if !known || one.Status != models.StaffActive || may(reader, "conversation.read", Thing(c)) != nil {
			return nil, fault.New(fault.AgentUnknown)
		}
		who = append(who, one.Role+"/"+id)
	}
	return who, nil
}

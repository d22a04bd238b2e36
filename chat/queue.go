package chat

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// How urgent it makes a conversation when somebody waits in it for a person: by so much earlier it counts as asked for.
const (
	urgentAngry = 3 * time.Minute
	urgentCase  = time.Minute // a case is open
)

// present is how long an agent who said nothing counts as there: the page says so every half minute.
const present = 75 * time.Second

// AskPerson puts a customer's conversation into the queue for a person.
func (s *Service) AskPerson(ctx context.Context, actor Actor, id string) (View, error) {
	c, err := s.visible(ctx, actor, "conversation.person.ask", id)
	if err != nil {
		return View{}, err
	}
	if c, err = s.enqueue(ctx, c, "asked_for", "", ""); err != nil {
		return View{}, err
	}
	return s.view(ctx, actor, c, 0)
}

// enqueue lets a conversation wait for a person, and gives it to one at once when there is one. Who waits, or has somebody,
// goes on as they are.
func (s *Service) enqueue(ctx context.Context, c models.Conversation, why, skill, summary string) (models.Conversation, error) {
	if err := s.Store.Keys.Preload(ctx, c.KeyRef); err != nil {
		return c, away(err)
	}
	after, err := s.Store.ChangeConversation(ctx, c.ID, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
		return s.wait(ctx, tx, c, why, skill, summary)
	})
	if err != nil {
		return c, away(err)
	}
	return s.routed(ctx, after)
}

// wait is enqueue inside a transaction that holds the conversation.
func (s *Service) wait(ctx context.Context, tx *models.Store, c *models.Conversation, why, skill, summary string) ([]models.OutboxEvent, error) {
	switch {
	case !c.Open:
		return nil, fault.New(fault.ConversationEnded)
	case c.State == models.WithQueue, c.State == models.WithPeople:
		return nil, models.ErrUnchanged
	}
	now := s.now()
	if c.TeamID == nil {
		team, err := s.anyTeam(ctx, tx, c.CustomerID, now)
		if err != nil {
			return nil, err
		}
		c.TeamID = orNil(team)
	}
	rank := now
	if why == "angry" {
		rank = rank.Add(-urgentAngry)
	}
	ties, err := tx.CasesTiedTo(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	if len(ties) > 0 {
		rank = rank.Add(-urgentCase)
	}
	at := models.Moment(now)
	c.State, c.BotDueAt = models.WithQueue, nil
	if c.WaitingSince == nil {
		c.WaitingSince = &at
	}
	rank = rank.Add(-sooner[c.Priority])
	if err := s.startClocks(ctx, tx, *c, now, models.ClockFirst, models.ClockResolution); err != nil {
		return nil, err
	}
	turn, err := s.turnOf(ctx, tx, *c)
	if err != nil {
		return nil, err
	}
	rank = rank.Add(turn)
	err = tx.Enqueue(ctx, *c, models.QueueEntry{TeamID: text(c.TeamID), MerchantID: c.MerchantID, Lang: c.Lang, Skill: skill, Why: why, Rank: rank, AskedAt: now}, summary)
	return []models.OutboxEvent{changed(*c)}, err
}

// anyTeam is whom a conversation waits for that is about no shop: the team of the customer's newest order, else one that is
// there, else the first. Empty when there is no team at all: then operators see to it.
func (s *Service) anyTeam(ctx context.Context, tx *models.Store, customerID string, now time.Time) (string, error) {
	team, err := tx.TeamOfNewestOrder(ctx, customerID)
	if err != nil || team != "" {
		return team, err
	}
	return tx.TeamAtWork(ctx, now.Add(-present))
}

// routed gives out what waits in the conversation's queue, and reads the conversation again.
func (s *Service) routed(ctx context.Context, c models.Conversation) (models.Conversation, error) {
	if c.State != models.WithQueue {
		return c, nil
	}
	if _, err := s.Route(ctx, text(c.TeamID)); err != nil {
		return c, away(err)
	}
	again, err := s.Store.Conversation(ctx, c.ID)
	return again, away(err)
}

// looked is how many of a queue are looked at to give out at once.
const looked = 50

// Route gives conversations of a team's queue to its agents who are there and have room, the most urgent first: to the
// agent who knew the customer before, else to whom the fewest, else to who got none for longest. It returns how many.
func (s *Service) Route(ctx context.Context, team string) (given int, err error) {
	waiting, err := s.Store.WaitingIn(ctx, team, looked)
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	for _, entry := range waiting {
		agent, err := s.give(ctx, team, entry)
		if err != nil {
			return given, err
		}
		if agent != "" {
			given++
		}
	}
	return given, nil
}

// RouteAll gives out what waits in every queue; more tells that there may be more to give.
func (s *Service) RouteAll(ctx context.Context) (more bool, err error) {
	teams, err := s.Store.TeamsWaiting(ctx)
	if err != nil {
		return false, err
	}
	for _, team := range teams {
		given, err := s.Route(ctx, team)
		if err != nil {
			return false, err
		}
		moved, err := s.overflow(ctx, team)
		if err != nil {
			return false, err
		}
		more = more || given == looked || moved == looked
	}
	return more, nil
}

// give gives one conversation to somebody; empty: nobody can take it.
func (s *Service) give(ctx context.Context, team string, entry models.QueueEntry) (agent string, err error) {
	known, err := s.Store.LastAgentOf(ctx, entry.CustomerID)
	if err != nil {
		return "", err
	}
	now := s.now()
	err = s.Store.Tx(ctx, func(tx *models.Store) error {
		desks, err := tx.DesksOf(ctx, team, now.Add(-present))
		if err != nil {
			return err
		}
		agent = choose(desks, entry, known)
		if agent == "" {
			return nil
		}
		_, err = tx.ChangeConversation(ctx, entry.ConversationID, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
			if c.State != models.WithQueue {
				agent = ""
				return nil, models.ErrUnchanged
			}
			return s.takes(ctx, tx, c, agent, now)
		})
		return err
	})
	return agent, err
}

// takes makes a conversation that the transaction holds an agent's.
func (s *Service) takes(ctx context.Context, tx *models.Store, c *models.Conversation, agent string, now time.Time) ([]models.OutboxEvent, error) {
	before := *c
	c.State, c.AssigneeID, c.BotDueAt = models.WithPeople, &agent, nil
	events := []models.OutboxEvent{changed(*c)}
	if before.AssigneeID != nil && *before.AssigneeID != agent { // who had it hears that it is gone
		events = append(events, event("conversation.changed", before, []string{"agent/" + *before.AssigneeID}, map[string]any{"stage": c.State, "open": c.Open}))
	}
	if err := s.startClocks(ctx, tx, *c, now, models.ClockResolution); err != nil {
		return nil, err
	}
	return events, errors.Join(tx.GiveClocks(ctx, c.ID, agent), tx.LeaveQueue(ctx, c.ID, agent, now), tx.VoidTransfer(ctx, c.ID, now), tx.NoteGiven(ctx, agent, now))
}

// choose finds who takes an entry; empty: nobody.
func choose(desks []models.DeskAtWork, entry models.QueueEntry, known string) string {
	able := slices.DeleteFunc(slices.Clone(desks), func(d models.DeskAtWork) bool {
		return d.State != models.DeskOnline || d.Has >= d.Capacity || !holdsCode(d.Langs, entry.Lang) || !holdsCode(d.Skills, entry.Skill)
	})
	if len(able) == 0 {
		return ""
	}
	slices.SortFunc(able, func(a, b models.DeskAtWork) int {
		switch {
		case (a.StaffID == known) != (b.StaffID == known):
			if a.StaffID == known {
				return -1
			}
			return 1
		case a.Has != b.Has:
			return cmp.Compare(a.Has, b.Has)
		}
		return cmp.Or(moment(a.GivenAt).Compare(moment(b.GivenAt)), cmp.Compare(a.StaffID, b.StaffID))
	})
	return able[0].StaffID
}

func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// holdsCode reads ",a,b,": empty lists hold everything, and an empty code is in every list.
func holdsCode(list, code string) bool {
	return list == "" || code == "" || strings.Contains(list, ","+code+",")
}

// waiting says where a conversation stands in its queue. The estimate is what the last takes of the hour took, each; none
// is made up when there were too few, or when nobody is there.
func (s *Service) waiting(ctx context.Context, c models.Conversation) (*Waiting, error) {
	entry, _, err := s.Store.LastEntry(ctx, c.ID)
	if errors.Is(err, models.ErrNotFound) || gone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, away(err)
	}
	w := &Waiting{Since: entry.AskedAt}
	if w.Ahead, err = s.Store.PlaceInQueue(ctx, entry); err != nil {
		return nil, away(err)
	}
	now := s.now()
	if w.OpensAt, err = s.opensAt(ctx, s.Store, entry.TeamID, now); err != nil {
		return nil, away(err)
	}
	desks, err := s.Store.DesksOf(ctx, entry.TeamID, now.Add(-present))
	if err != nil {
		return nil, away(err)
	}
	w.Nobody = !slices.ContainsFunc(desks, func(d models.DeskAtWork) bool { return d.State == models.DeskOnline && d.Capacity > 0 })
	if w.Nobody {
		return w, nil
	}
	takes, err := s.Store.LastTakes(ctx, entry.TeamID, now.Add(-time.Hour), 20)
	if err != nil {
		return nil, away(err)
	}
	if len(takes) >= 3 {
		each := now.Sub(takes[len(takes)-1]) / time.Duration(len(takes))
		w.Estimate = (time.Duration(w.Ahead+1) * each).Round(time.Minute) + time.Minute
	}
	return w, nil
}

// InQueue is a conversation of a queue.
type InQueue struct {
	models.QueueEntry
	Row Row
}

// Queue lists who waits for the actor's team, the most urgent first; for operators of the team that is named.
func (s *Service) Queue(ctx context.Context, actor Actor, team string) ([]InQueue, error) {
	if err := may(actor, "queue.list", access.Desk{}); err != nil {
		return nil, err
	}
	if actor.Kind != contract.Operator {
		if team = actor.Team; team == "" {
			return nil, nil
		}
	}
	waiting, err := s.Store.WaitingIn(ctx, team, models.MaxPage)
	if err != nil {
		return nil, away(err)
	}
	var found []models.Conversation
	var entries []models.QueueEntry
	for _, entry := range waiting {
		c, err := s.Store.Conversation(ctx, entry.ConversationID)
		if err != nil {
			return nil, away(err)
		}
		found, entries = append(found, c), append(entries, entry)
	}
	rows, err := s.rows(ctx, actor, found)
	if err != nil {
		return nil, err
	}
	out := make([]InQueue, len(rows))
	for i, row := range rows {
		out[i] = InQueue{entries[i], row}
	}
	return out, nil
}

package chat

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Clocks of service are rows: they start and stop in the transaction of what starts and stops them, and a worker takes those
// that are due. A customer whom the bot serves has none.

// Targets are what counts where nobody has set any: how soon the first answer, the next one and the end should come, in the
// team's working time.
var Targets = map[string]models.ServiceTarget{
	models.PriorityUrgent: {FirstSeconds: 60, NextSeconds: 3 * 60, ResolutionSeconds: 4 * 3600},
	models.PriorityHigh:   {FirstSeconds: 2 * 60, NextSeconds: 5 * 60, ResolutionSeconds: 8 * 3600},
	models.PriorityNormal: {FirstSeconds: 3 * 60, NextSeconds: 10 * 60, ResolutionSeconds: 24 * 3600},
	models.PriorityLow:    {FirstSeconds: 10 * 60, NextSeconds: 30 * 60, ResolutionSeconds: 72 * 3600},
}

// warned is how much of a clock's time passes before somebody is warned, in percent.
const warned = 75

// clocked starts and stops what a message starts and stops; waited tells whether the customer waited before it.
func (s *Service) clocked(ctx context.Context, tx *models.Store, c models.Conversation, waited bool) error {
	if c.Audience != models.ToCustomer || waited == (c.WaitingSince != nil) {
		return nil
	}
	if waited {
		return tx.StopClocks(ctx, c.ID, c.LastAt, models.ClockFirst, models.ClockNext)
	}
	if c.State != models.WithPeople {
		return nil // nobody has it: the clock of the first answer runs, if any
	}
	return s.startClocks(ctx, tx, c, c.LastAt, models.ClockNext)
}

// startClocks lets clocks run in a conversation that the transaction holds.
func (s *Service) startClocks(ctx context.Context, tx *models.Store, c models.Conversation, from time.Time, kinds ...string) error {
	if c.Audience != models.ToCustomer {
		return nil
	}
	terms, err := s.terms(ctx, tx, c)
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		clock := models.ServiceClock{ConversationID: c.ID, Kind: kind, StartedAt: from}
		if terms.set(&clock, c) {
			if err := tx.StartClock(ctx, clock); err != nil {
				return err
			}
		}
	}
	return nil
}

// reclock brings the clocks that run in a conversation under the terms that count for it now. What has fired stays fired.
func (s *Service) reclock(ctx context.Context, tx *models.Store, c models.Conversation) error {
	running, err := tx.RunningClocks(ctx, c.ID)
	if err != nil || len(running) == 0 {
		return err
	}
	terms, err := s.terms(ctx, tx, c)
	if err != nil {
		return err
	}
	for _, clock := range running {
		if !terms.set(&clock, c) {
			err = tx.StopClocks(ctx, c.ID, s.now(), clock.Kind)
		} else {
			err = tx.SaveClock(ctx, clock)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// terms are a target and the working time that it counts in.
type terms struct {
	target models.ServiceTarget
	hours  Hours
}

func (s *Service) terms(ctx context.Context, tx *models.Store, c models.Conversation) (terms, error) {
	target, err := tx.TargetFor(ctx, text(c.TeamID), text(c.MerchantID), c.Priority)
	if errors.Is(err, models.ErrNotFound) {
		target, err = Targets[c.Priority], nil
	}
	if err != nil {
		return terms{}, err
	}
	hours, err := s.hoursOf(ctx, tx, text(c.TeamID))
	return terms{target, hours}, err
}

// set fills in whose a clock is and when it falls; false: by these terms there is no such clock.
func (t terms) set(clock *models.ServiceClock, c models.Conversation) bool {
	seconds := map[string]int64{
		models.ClockFirst: t.target.FirstSeconds, models.ClockNext: t.target.NextSeconds, models.ClockResolution: t.target.ResolutionSeconds,
	}[clock.Kind]
	if seconds == 0 {
		return false
	}
	whole := time.Duration(seconds) * time.Second
	clock.TeamID, clock.AgentID, clock.MerchantID, clock.Priority = text(c.TeamID), text(c.AssigneeID), text(c.MerchantID), c.Priority
	clock.DueAt = t.hours.Calendar.AddWorking(clock.StartedAt, whole)
	clock.WarnAt = t.hours.Calendar.AddWorking(clock.StartedAt, whole*warned/100)
	return true
}

const clocksAtOnce = 100

// FireClocks warns of clocks that are about to run out, and tells of those that did; more tells that there may be others.
func (s *Service) FireClocks(ctx context.Context) (more bool, err error) {
	n, err := s.Store.FireClocks(ctx, clocksAtOnce, s.now(), func(tx *models.Store, warned, breached []models.ServiceClock) error {
		var news []models.Notification
		var events []models.OutboxEvent
		for _, clock := range warned {
			news = append(news, s.clockNews(newsWarning, clock, holderOf(clock)))
		}
		for _, clock := range breached {
			news = append(news, s.clockNews(newsBreach, clock, holderOf(clock)), s.clockNews(newsBreach, clock, "supervisor/"+clock.TeamID))
		}
		for _, clock := range append(warned, breached...) {
			c, err := tx.Conversation(ctx, clock.ConversationID)
			if err != nil {
				return err
			}
			told := changed(c)
			told.At = models.Moment(s.now())
			events = append(events, told)
		}
		return errors.Join(tx.PutNotifications(ctx, news...), tx.AppendOutbox(ctx, events...))
	})
	return n >= clocksAtOnce, err
}

// holderOf is who answers for a clock: who has the conversation, else the team.
func holderOf(clock models.ServiceClock) string {
	if clock.AgentID != "" {
		return "agent/" + clock.AgentID
	}
	return "agent/" + clock.TeamID
}

func (s *Service) clockNews(kind string, clock models.ServiceClock, to string) models.Notification {
	news := s.news(clock.ConversationID, kind, to, kind+"/"+clock.ID+"/"+to)
	data, _ := json.Marshal(map[string]any{"clock": clock.Kind, "due_at": clock.DueAt}) // of codes and a time, which always can be written
	news.Data = string(data)
	return news
}

// Deadlines lists what falls next of the actor's cases and conversations, of their own or of their team's, what falls first
// comes first. Operators name a team.
func (s *Service) Deadlines(ctx context.Context, actor Actor, whose, team string, page models.PageRequest) (models.Page[models.Deadline], error) {
	if err := may(actor, "deadline.list", access.Desk{}); err != nil {
		return models.Page[models.Deadline]{}, err
	}
	scope := models.DeskScope{Team: teamOr(actor, team)}
	if actor.Kind == contract.Agent {
		if scope.Agent = actor.ID; whose == "mine" {
			scope.Team = ""
		}
	}
	found, err := s.Store.Deadlines(ctx, scope, page)
	return found, away(err)
}

// ServiceTargets lists the targets of the actor's team, or those of everybody where all is set.
func (s *Service) ServiceTargets(ctx context.Context, actor Actor, team string, all bool, page models.PageRequest) (models.Page[models.ServiceTarget], error) {
	if err := may(actor, "service.target.list", access.Desk{}); err != nil {
		return models.Page[models.ServiceTarget]{}, err
	}
	if team = teamOr(actor, team); team == "" && !all {
		return models.Page[models.ServiceTarget]{}, nil
	}
	if all {
		team = ""
	}
	found, err := s.Store.ServiceTargets(ctx, team, page)
	return found, away(err)
}

// maxTarget is the longest that a target can be, in seconds.
const maxTarget = 90 * 24 * 3600

// SetServiceTarget stores a target; clocks that start from now on are under it. A supervisor sets their team's, for shops that
// the team looks after; an operator any.
func (s *Service) SetServiceTarget(ctx context.Context, actor Actor, target models.ServiceTarget) error {
	if err := s.ownTarget(ctx, actor, "service.target.set", &target); err != nil {
		return err
	}
	for _, seconds := range []int64{target.FirstSeconds, target.NextSeconds, target.ResolutionSeconds} {
		if seconds < 0 || seconds > maxTarget {
			return fault.New(fault.BadRequest, "problem", "seconds")
		}
	}
	target.ByID, target.UpdatedAt = actor.ID, s.now()
	return away(s.Store.SetServiceTarget(ctx, target))
}

// DropServiceTarget takes a target away: what is less particular counts then.
func (s *Service) DropServiceTarget(ctx context.Context, actor Actor, target models.ServiceTarget) error {
	if err := s.ownTarget(ctx, actor, "service.target.remove", &target); err != nil {
		return err
	}
	return away(s.Store.DropServiceTarget(ctx, target))
}

func (s *Service) ownTarget(ctx context.Context, actor Actor, action string, target *models.ServiceTarget) error {
	if err := may(actor, action, access.Desk{}); err != nil {
		return err
	}
	if _, known := Targets[target.Priority]; target.Priority != "" && !known {
		return fault.New(fault.BadRequest, "problem", "priority")
	}
	target.TeamID = teamOr(actor, target.TeamID)
	if actor.Kind != contract.Operator && target.TeamID == "" {
		return fault.New(fault.TeamUnknown)
	}
	if target.TeamID != "" {
		if _, err := s.Store.Team(ctx, target.TeamID); errors.Is(err, models.ErrNotFound) {
			return fault.New(fault.TeamUnknown)
		} else if err != nil {
			return away(err)
		}
	}
	if target.MerchantID == "" {
		return nil
	}
	shop, err := s.Store.Merchant(ctx, target.MerchantID)
	if err == nil && actor.Kind != contract.Operator && text(shop.TeamID) != actor.Team {
		err = models.ErrNotFound
	}
	return away(err)
}

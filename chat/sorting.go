package chat

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// This file is about how agents sort what they have: how urgent it is, what it is tagged with, until when it is set aside.

// sooner is by how much earlier, or later, a conversation of a priority counts as asked for.
var sooner = map[string]time.Duration{models.PriorityUrgent: 10 * time.Minute, models.PriorityHigh: 3 * time.Minute, models.PriorityLow: -3 * time.Minute}

// Prioritise says how urgent a conversation is; one that waits moves in its queue.
func (s *Service) Prioritise(ctx context.Context, actor Actor, id, priority string) (View, error) {
	if !slices.Contains(models.Priorities, priority) {
		return View{}, fault.New(fault.BadRequest, "problem", "priority")
	}
	return s.sorted(ctx, actor, "conversation.priority.set", id, func(tx *models.Store, c *models.Conversation) error {
		if c.Priority == priority {
			return models.ErrUnchanged
		}
		earlier := sooner[priority] - sooner[c.Priority]
		c.Priority = priority
		return errors.Join(tx.MoveInQueue(ctx, c.ID, earlier), s.reclock(ctx, tx, *c))
	})
}

// maxSnooze is the longest that a conversation is set aside.
const maxSnooze = 90 * 24 * time.Hour

// Snooze sets a conversation aside until a time, when whoever did it is reminded; the zero time takes it up again. A
// message of the customer's takes it up, too. Faults: bad_request for a time that has passed or is too far, conversation_ended.
func (s *Service) Snooze(ctx context.Context, actor Actor, id string, until time.Time) (View, error) {
	now := s.now()
	if !until.IsZero() && (!until.After(now) || until.Sub(now) > maxSnooze) {
		return View{}, fault.New(fault.BadRequest, "problem", "until")
	}
	return s.sorted(ctx, actor, "conversation.snooze", id, func(_ *models.Store, c *models.Conversation) error {
		if !c.Open {
			return fault.New(fault.ConversationEnded)
		}
		if until.IsZero() {
			c.SnoozedUntil, c.SnoozedBy = nil, nil
			return nil
		}
		at, by := models.Moment(until), string(actor.Kind)+"/"+actor.ID
		c.SnoozedUntil, c.SnoozedBy = &at, &by
		return nil
	})
}

// sorted changes something in a conversation that the actor may do an action with.
func (s *Service) sorted(ctx context.Context, actor Actor, action, id string, change func(tx *models.Store, c *models.Conversation) error) (View, error) {
	c, err := s.visible(ctx, actor, action, id)
	if err != nil {
		return View{}, err
	}
	c, err = s.Store.ChangeConversation(ctx, c.ID, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
		if err := allowed(actor, action, *c); err != nil {
			return nil, err
		}
		if err := change(tx, c); err != nil {
			return nil, err
		}
		return []models.OutboxEvent{changed(*c)}, nil
	})
	if err != nil {
		return View{}, away(err)
	}
	return s.view(ctx, actor, c, 0)
}

const snoozesAtOnce = 50

// WakeSnoozed takes conversations up again whose time aside is over, and reminds whoever set them aside; more tells that
// there may be others.
func (s *Service) WakeSnoozed(ctx context.Context) (more bool, err error) {
	now := s.now()
	due, err := s.Store.SnoozesDue(ctx, now, snoozesAtOnce)
	if err != nil {
		return false, err
	}
	for _, id := range due {
		_, err := s.Store.ChangeConversation(ctx, id, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
			if c.SnoozedUntil == nil || c.SnoozedUntil.After(now) {
				return nil, models.ErrUnchanged // another process was faster
			}
			who := text(c.SnoozedBy)
			if c.AssigneeID != nil {
				who = "agent/" + *c.AssigneeID // it may be a colleague's by now
			}
			news := s.news(c.ID, newsSnooze, who, "snooze/"+c.ID+"/"+c.SnoozedUntil.Format(time.RFC3339))
			c.SnoozedUntil, c.SnoozedBy = nil, nil
			return []models.OutboxEvent{changed(*c)}, tx.PutNotifications(ctx, news)
		})
		if err != nil {
			return false, err
		}
	}
	return len(due) == snoozesAtOnce, nil
}

// Kinds of news about conversations.
const (
	newsMentioned = "mentioned"
	newsSnooze    = "snooze_over"
	newsFollowUp  = "follow_up_due"
	newsWarning   = "service_warning"
	newsBreach    = "service_breach"
	newsWaits     = "question_waits"
	newsOverdue   = "question_overdue"
	newsCarrier   = "carrier_answered"
)

// NewsKinds lists them: each has words for people.
var NewsKinds = []string{newsMentioned, newsSnooze, newsFollowUp, newsWarning, newsBreach, newsWaits, newsOverdue, newsCarrier}

// news is a notification about a conversation, now; to is "<role>/<id>", and key tells it from others.
func (s *Service) news(conversationID, kind, to, key string) models.Notification {
	now := models.Moment(s.now())
	role, id, _ := strings.Cut(to, "/")
	return models.Notification{
		ID: models.NewID(), DedupeKey: key, RecipientKind: role, RecipientID: id, Kind: kind, SubjectKind: "conversation", SubjectID: conversationID,
		Data: "{}", DueAt: now, CreatedAt: now,
	}
}

// Limits of tags.
const (
	maxTagName = 20 // characters
	maxTagsOn  = 20 // on a conversation
)

// TagColours are what a tag can look like.
var TagColours = []string{"grey", "blue", "green", "gold", "red", "purple"}

// Tag puts tags on a conversation and takes others away. The fault tag_unknown names one that is not in use, or another
// team's.
func (s *Service) Tag(ctx context.Context, actor Actor, id string, add, remove []string) (View, error) {
	return s.sorted(ctx, actor, "conversation.tag", id, func(tx *models.Store, c *models.Conversation) error {
		for _, tag := range add {
			known, err := tx.Tag(ctx, tag)
			if err != nil && !errors.Is(err, models.ErrNotFound) {
				return err
			}
			if err != nil || known.RetiredAt != nil || known.TeamID != "" && known.TeamID != text(c.TeamID) {
				return fault.New(fault.TagUnknown)
			}
		}
		if err := tx.TagConversation(ctx, c.ID, add, remove, actor.ID, s.now()); err != nil {
			return err
		}
		on, err := tx.TagsOn(ctx, c.ID)
		if err == nil && len(on) > maxTagsOn {
			err = fault.New(fault.BadRequest, "problem", "tags: too many")
		}
		return err
	})
}

// Tags lists the tags that the actor can use, by name: those of their team, and everybody's. Operators name a team.
func (s *Service) Tags(ctx context.Context, actor Actor, team string, page models.PageRequest) (models.Page[models.Tag], error) {
	if err := may(actor, "tag.list", access.Desk{}); err != nil {
		return models.Page[models.Tag]{}, err
	}
	teams := []string{""}
	if team = teamOr(actor, team); team != "" {
		teams = append(teams, team)
	}
	found, err := s.Store.TagsOf(ctx, teams, page)
	return found, away(err)
}

// teamOr is the actor's own team; operators name one.
func teamOr(actor Actor, team string) string {
	if actor.Kind == contract.Operator {
		return team
	}
	return actor.Team
}

// NewTag makes a tag for the actor's team; an operator's is everybody's unless a team is named. The fault tag_exists says
// that the name is taken.
func (s *Service) NewTag(ctx context.Context, actor Actor, team, name, colour string) (models.Tag, error) {
	if err := may(actor, "tag.create", access.Desk{}); err != nil {
		return models.Tag{}, err
	}
	tag := models.Tag{TeamID: teamOr(actor, team), Name: name, Colour: colour, ByID: actor.ID, CreatedAt: s.now()}
	if tag.TeamID == "" && actor.Kind != contract.Operator {
		return models.Tag{}, fault.New(fault.TeamUnknown)
	}
	if err := soundTag(&tag); err != nil {
		return models.Tag{}, err
	}
	made, err := s.Store.CreateTag(ctx, tag)
	return made, tagTaken(err)
}

// ChangeTag gives a tag of the actor's team another name and colour.
func (s *Service) ChangeTag(ctx context.Context, actor Actor, id, name, colour string) (models.Tag, error) {
	tag, err := s.ownTag(ctx, actor, "tag.change", id)
	if err != nil {
		return models.Tag{}, err
	}
	tag.Name, tag.Colour = name, colour
	if err := soundTag(&tag); err != nil {
		return models.Tag{}, err
	}
	return tag, tagTaken(s.Store.ChangeTag(ctx, tag, nil))
}

// RetireTag takes a tag out of use; it stays on what has it.
func (s *Service) RetireTag(ctx context.Context, actor Actor, id string) error {
	tag, err := s.ownTag(ctx, actor, "tag.retire", id)
	if err != nil {
		return err
	}
	now := s.now()
	return away(s.Store.ChangeTag(ctx, tag, &now))
}

// ownTag is a tag in use that the actor may change: a supervisor their team's, an operator any.
func (s *Service) ownTag(ctx context.Context, actor Actor, action, id string) (models.Tag, error) {
	if err := may(actor, action, access.Desk{}); err != nil {
		return models.Tag{}, err
	}
	tag, err := s.Store.Tag(ctx, id)
	if err != nil {
		return tag, away(err)
	}
	if tag.RetiredAt != nil || actor.Kind != contract.Operator && (actor.Team == "" || tag.TeamID != actor.Team) {
		return tag, fault.New(fault.NotFound)
	}
	return tag, nil
}

func soundTag(tag *models.Tag) error {
	tag.Name = strings.TrimSpace(clean(tag.Name))
	if tag.Name == "" || utf8.RuneCountInString(tag.Name) > maxTagName || strings.ContainsAny(tag.Name, "\n\t") {
		return fault.New(fault.BadRequest, "problem", "name")
	}
	if !slices.Contains(TagColours, tag.Colour) {
		return fault.New(fault.BadRequest, "problem", "colour")
	}
	return nil
}

func tagTaken(err error) error {
	if errors.Is(err, models.ErrDuplicate) {
		return fault.New(fault.TagExists)
	}
	return away(err)
}

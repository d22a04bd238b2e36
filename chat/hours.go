package chat

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"aftersales/access"
	"aftersales/calendar"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Hours are when a team works, and who takes over those who wait when it cannot.
type Hours struct {
	Calendar calendar.Calendar
	Overflow string        // a team; empty: nobody takes over
	After    time.Duration // waited for so long; while the team does not work, at once
}

// hoursOf are a team's; one that nobody said anything about always works.
func (s *Service) hoursOf(ctx context.Context, tx *models.Store, team string) (Hours, error) {
	if team == "" {
		return Hours{}, nil
	}
	row, err := tx.TeamHours(ctx, team)
	if errors.Is(err, models.ErrNotFound) {
		return Hours{}, nil
	}
	if err != nil {
		return Hours{}, err
	}
	hours := Hours{Overflow: row.OverflowTeamID, After: time.Duration(row.OverflowSeconds) * time.Second}
	return hours, json.Unmarshal([]byte(row.Calendar), &hours.Calendar)
}

// opensAt is when a team works again; nil when it works now.
func (s *Service) opensAt(ctx context.Context, tx *models.Store, team string, now time.Time) (*time.Time, error) {
	hours, err := s.hoursOf(ctx, tx, team)
	if err != nil {
		return nil, err
	}
	if opens := hours.Calendar.Opens(now); opens.After(now) {
		return &opens, nil
	}
	return nil, nil
}

// Hours are those of the actor's team; operators name one.
func (s *Service) Hours(ctx context.Context, actor Actor, team string) (Hours, error) {
	if err := s.ofTeam(ctx, actor, "team.hours.read", team); err != nil {
		return Hours{}, err
	}
	hours, err := s.hoursOf(ctx, s.Store, team)
	return hours, away(err)
}

// maxOverflow is the longest that somebody waits before another team takes over.
const maxOverflow = 24 * time.Hour

// SetHours says when a team works: its supervisors' and operators' business. Faults: not_found, team_unknown for one that cannot
// take over, bad_request with what is wrong in the calendar.
func (s *Service) SetHours(ctx context.Context, actor Actor, team string, hours Hours) (Hours, error) {
	if err := s.ofTeam(ctx, actor, "team.hours.set", team); err != nil {
		return Hours{}, err
	}
	if err := hours.Calendar.Validate(); err != nil {
		return Hours{}, fault.New(fault.BadRequest, "problem", err.Error())
	}
	if hours.After < 0 || hours.After > maxOverflow {
		return Hours{}, fault.New(fault.BadRequest, "problem", "overflow")
	}
	if hours.Overflow != "" {
		if _, err := s.Store.Team(ctx, hours.Overflow); errors.Is(err, models.ErrNotFound) || hours.Overflow == team {
			return Hours{}, fault.New(fault.TeamUnknown)
		} else if err != nil {
			return Hours{}, away(err)
		}
	}
	content, err := json.Marshal(hours.Calendar)
	if err != nil {
		return Hours{}, away(err)
	}
	return hours, away(s.Store.SetTeamHours(ctx, models.TeamHours{
		TeamID: team, Calendar: string(content), OverflowTeamID: hours.Overflow, OverflowSeconds: int64(hours.After / time.Second),
		ByID: actor.ID, UpdatedAt: s.now(),
	}))
}

// ofTeam checks that an action is about a team of the actor's; another's does not exist for them.
func (s *Service) ofTeam(ctx context.Context, actor Actor, action, team string) error {
	if err := may(actor, action, access.Desk{}); err != nil {
		return err
	}
	if actor.Kind != contract.Operator && (team == "" || team != actor.Team) {
		return fault.New(fault.NotFound)
	}
	_, err := s.Store.Team(ctx, team)
	return away(err)
}

// One shop's rush does not keep the others waiting: each conversation of a shop that waits already lets its next one count as
// asked for a little later, up to a limit.
const (
	turnLater  = 20 * time.Second
	turnsAtMax = 15
)

func (s *Service) turnOf(ctx context.Context, tx *models.Store, c models.Conversation) (time.Duration, error) {
	if c.MerchantID == nil {
		return 0, nil
	}
	n, err := tx.WaitingOfShop(ctx, text(c.TeamID), *c.MerchantID, turnsAtMax)
	return time.Duration(n) * turnLater, err
}

// overflow moves those who wait too long for a team, or for one that does not work now, to the team that takes over, if somebody
// there can take them. Nobody is moved twice. It returns how many.
func (s *Service) overflow(ctx context.Context, team string) (moved int, err error) {
	hours, err := s.hoursOf(ctx, s.Store, team)
	if err != nil || hours.Overflow == "" {
		return 0, err
	}
	now := s.now()
	before := now.Add(-hours.After)
	if hours.Calendar.Opens(now).After(now) {
		before = now
	}
	waiting, err := s.Store.ToMove(ctx, team, before, looked)
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	for _, entry := range waiting {
		desks, err := s.Store.DesksOf(ctx, hours.Overflow, now.Add(-present))
		if err != nil {
			return moved, err
		}
		if choose(desks, entry, "") == "" {
			continue
		}
		if err := s.moveTo(ctx, entry, team, hours.Overflow); err != nil {
			return moved, err
		}
		if _, err := s.Route(ctx, hours.Overflow); err != nil {
			return moved, err
		}
		moved++
	}
	return moved, nil
}

func (s *Service) moveTo(ctx context.Context, entry models.QueueEntry, from, to string) error {
	_, err := s.Store.ChangeConversation(ctx, entry.ConversationID, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
		if c.State != models.WithQueue || text(c.TeamID) != from {
			return nil, models.ErrUnchanged
		}
		before := *c
		c.TeamID = &to
		events := []models.OutboxEvent{changed(before), changed(*c)} // both teams' lists
		return events, errors.Join(tx.MoveEntry(ctx, c.ID, from, to), s.reclock(ctx, tx, *c))
	})
	return err
}

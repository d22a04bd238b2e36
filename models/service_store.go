package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// SetServiceTarget stores a target in the place of the one for the same team, shop and priority.
func (s *Store) SetServiceTarget(ctx context.Context, target ServiceTarget) error {
	target.UpdatedAt = Moment(target.UpdatedAt)
	return s.db(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&target).Error
}

// DropServiceTarget takes a target away.
func (s *Store) DropServiceTarget(ctx context.Context, target ServiceTarget) error {
	return s.db(ctx).Where("team_id = ? AND merchant_id = ? AND priority = ?", target.TeamID, target.MerchantID, target.Priority).Delete(&ServiceTarget{}).Error
}

// ServiceTargets lists the targets of a team, empty for everybody's, by shop and priority.
func (s *Store) ServiceTargets(ctx context.Context, team string, request PageRequest) (Page[ServiceTarget], error) {
	query := s.db(ctx).Where("team_id = ?", team)
	at := func(t ServiceTarget) place { return wordPlace(t.MerchantID, t.Priority) }
	if request.Cursor != "" {
		after, err := readCursor(request.Cursor)
		if err != nil {
			return Page[ServiceTarget]{}, err
		}
		shop, priority := after.words()
		query = query.Where("(merchant_id, priority) > (?, ?)", shop, priority)
	}
	var rows []ServiceTarget
	err := query.Order("merchant_id, priority").Limit(request.limit() + 1).Find(&rows).Error
	return cut(rows, request.limit(), at), err
}

// TargetFor is the target that counts for a conversation; ErrNotFound when no row does.
func (s *Store) TargetFor(ctx context.Context, team, merchant, priority string) (ServiceTarget, error) {
	var rows []ServiceTarget
	err := s.db(ctx).Where("(team_id, merchant_id, priority) IN ?", [][]any{
		{team, merchant, priority}, {team, merchant, ""}, {"", merchant, priority}, {"", merchant, ""},
		{team, "", priority}, {team, "", ""}, {"", "", priority}, {"", "", ""},
	}).Find(&rows).Error
	if err != nil {
		return ServiceTarget{}, err
	}
	if len(rows) == 0 {
		return ServiceTarget{}, ErrNotFound
	}
	best := rows[0]
	for _, row := range rows[1:] {
		if row.weight() > best.weight() {
			best = row
		}
	}
	return best, nil
}

// weight grows with how particular a target is.
func (t ServiceTarget) weight() (n int) {
	for _, part := range []struct {
		named  bool
		counts int
	}{{t.MerchantID != "", 4}, {t.TeamID != "", 2}, {t.Priority != "", 1}} {
		if part.named {
			n += part.counts
		}
	}
	return n
}

// StartClock lets a clock run in a conversation that the transaction holds; one of its kind that runs already runs on.
func (s *Store) StartClock(ctx context.Context, clock ServiceClock) error {
	clock.ID = NewID()
	clock.StartedAt, clock.WarnAt, clock.DueAt = Moment(clock.StartedAt), Moment(clock.WarnAt), Moment(clock.DueAt)
	return s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&clock).Error
}

// StopClocks stops clocks of a conversation; without kinds all of them.
func (s *Store) StopClocks(ctx context.Context, conversationID string, at time.Time, kinds ...string) error {
	query := s.db(ctx).Model(&ServiceClock{}).Where("conversation_id = ? AND stopped_at IS NULL", conversationID)
	if len(kinds) > 0 {
		query = query.Where("kind IN ?", kinds)
	}
	return query.Update("stopped_at", Moment(at)).Error
}

// GiveClocks notes who has a conversation whose clocks run.
func (s *Store) GiveClocks(ctx context.Context, conversationID, agent string) error {
	return s.db(ctx).Model(&ServiceClock{}).Where("conversation_id = ? AND stopped_at IS NULL", conversationID).Update("agent_id", agent).Error
}

// RunningClocks lists the clocks that run in conversations, by when they fall.
func (s *Store) RunningClocks(ctx context.Context, conversationIDs ...string) ([]ServiceClock, error) {
	var clocks []ServiceClock
	err := s.db(ctx).Where("conversation_id IN ? AND stopped_at IS NULL", conversationIDs).Order("due_at, id").Find(&clocks).Error
	return clocks, err
}

// SaveClock stores a clock that runs under other terms.
func (s *Store) SaveClock(ctx context.Context, clock ServiceClock) error {
	clock.WarnAt, clock.DueAt = Moment(clock.WarnAt), Moment(clock.DueAt)
	return s.db(ctx).Save(&clock).Error
}

// FireClocks takes clocks of which it is time to warn, or that ran out, marks them, and calls tell in the same
// transaction: what tell writes and what is marked happens together or not at all. Several processes share the work. It
// returns how many there were.
func (s *Store) FireClocks(ctx context.Context, limit int, now time.Time, tell func(tx *Store, warned, breached []ServiceClock) error) (int, error) {
	now = Moment(now)
	var warned, breached []ServiceClock
	find := func(s *Store) error {
		due := s.forClaim(s.db(ctx)).Where("due_at <= ? AND stopped_at IS NULL AND breached_at IS NULL", now).Order("due_at").Limit(limit)
		soon := s.forClaim(s.db(ctx)).Where("warn_at <= ? AND due_at > ? AND stopped_at IS NULL AND warned_at IS NULL", now, now).Order("warn_at").Limit(limit)
		return errors.Join(due.Find(&breached).Error, soon.Find(&warned).Error)
	}
	err := s.claim(ctx, find, func() int { return len(warned) + len(breached) }, func(tx *Store) error {
		mark := func(clocks []ServiceClock, change map[string]any) error {
			if len(clocks) == 0 {
				return nil
			}
			ids := make([]string, len(clocks))
			for i, clock := range clocks {
				ids[i] = clock.ID
			}
			return tx.db(ctx).Model(&ServiceClock{}).Where("id IN ?", ids).Updates(change).Error
		}
		err := errors.Join(mark(warned, map[string]any{"warned_at": now}), mark(breached, map[string]any{"breached_at": now, "warned_at": gorm.Expr("COALESCE(warned_at, ?)", now)}))
		if err != nil {
			return err
		}
		return tell(tx, warned, breached)
	})
	if err != nil {
		return 0, err
	}
	return len(warned) + len(breached), nil
}

// SetTeamHours stores when a team works.
func (s *Store) SetTeamHours(ctx context.Context, hours TeamHours) error {
	hours.UpdatedAt = Moment(hours.UpdatedAt)
	return s.db(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&hours).Error
}

// TeamHours is when a team works; ErrNotFound when nobody said.
func (s *Store) TeamHours(ctx context.Context, team string) (TeamHours, error) {
	return one[TeamHours](ctx, s, "team_id = ?", team)
}

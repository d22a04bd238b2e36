package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// Deadline is what falls next: of a case, or of the service in a conversation. One of the two is set.
type Deadline struct {
	At    time.Time
	Case  *Case
	Clock *ServiceClock
}

func byFalling(d Deadline) place {
	if d.Case != nil {
		return place{d.At, d.Case.ID}
	}
	return place{d.At, d.Clock.ID}
}

// Deadlines lists the deadlines of cases and of service in a scope, what falls first comes first. Cases come without their
// views.
func (s *Store) Deadlines(ctx context.Context, scope DeskScope, request PageRequest) (Page[Deadline], error) {
	yes := true
	var parts []func() (Page[Deadline], error)
	for _, part := range s.deskParts(ctx, scope, CaseFilter{Open: &yes}) {
		parts = append(parts, func() (Page[Deadline], error) {
			page, err := soonestDue(part().Where("due_at IS NOT NULL"), request, byDueTime)
			return asDeadlines(page, func(c *Case) Deadline { return Deadline{At: *c.DueAt, Case: c} }), err
		})
	}
	for _, part := range s.clockParts(ctx, scope) {
		parts = append(parts, func() (Page[Deadline], error) {
			page, err := soonestDue(part, request, func(c ServiceClock) place { return place{c.DueAt, c.ID} })
			return asDeadlines(page, func(c *ServiceClock) Deadline { return Deadline{At: c.DueAt, Clock: c} }), err
		})
	}
	return union(parts, request.limit(), sooner, byFalling, func(read func() (Page[Deadline], error)) (Page[Deadline], error) { return read() })
}

// clockParts are the queries of a scope, each one range of an index; no clock is in two of them.
func (s *Store) clockParts(ctx context.Context, scope DeskScope) (parts []*gorm.DB) {
	if scope.Team != "" {
		parts = append(parts, s.db(ctx).Where("team_id = ? AND stopped_at IS NULL", scope.Team))
	}
	if scope.Agent != "" {
		query := s.db(ctx).Where("agent_id = ? AND stopped_at IS NULL", scope.Agent)
		if scope.Team != "" {
			query = query.Where("team_id <> ?", scope.Team)
		}
		parts = append(parts, query)
	}
	return parts
}

func asDeadlines[T any](page Page[T], as func(*T) Deadline) Page[Deadline] {
	out := Page[Deadline]{Next: page.Next}
	for i := range page.Items {
		out.Items = append(out.Items, as(&page.Items[i]))
	}
	return out
}

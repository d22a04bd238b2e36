package models

import (
	"context"
	"time"
)

// Standing is how things stand over all cases: figures of a few index ranges each.
type Standing struct {
	Open         []Counted // open cases by kind and stage
	DueSoon      int64     // deadlines that run out before a moment
	Overdue      int64     // deadlines that ran out and whose default has not been seen yet
	Blocked      int64     // refunds that need a person
	Alarms       int64     // about reading very much, open
	Discrepant   int64     // what reconcilers found, open
	OldestDiff   *time.Time
	Approvals    int64 // proposals that wait for people
	OldestUnread []Backlog
}

// Backlog is how far a reader of the outbox is behind.
type Backlog struct {
	Consumer string
	Waiting  int64      // at most MostBacklog
	OldestAt *time.Time // of what waits
}

// MostBacklog bounds how many waiting events are counted.
const MostBacklog = 1000

// Standing counts how things stand at a moment.
func (s *Store) Standing(ctx context.Context, now, soon time.Time) (st Standing, err error) {
	now, soon = Moment(now), Moment(soon)
	if st.Open, err = s.counted(ctx, "SELECT kind, stage AS state, count(*) AS n FROM cases WHERE open GROUP BY kind, stage ORDER BY kind, stage"); err != nil {
		return st, err
	}
	open := map[string]any{"open": true}
	for _, figure := range []struct {
		into  *int64
		table string
		where string
		args  []any
	}{
		{&st.DueSoon, "cases", "due_at >= ? AND due_at < ?", []any{now, soon}},
		{&st.Overdue, "cases", "due_at < ?", []any{now}},
		{&st.Blocked, "tasks", "state = 'open' AND kind = ?", []any{"refund_help"}},
		{&st.Alarms, "tasks", "state = 'open' AND kind IN ?", []any{[]string{"bulk_reading", "erasure_unproven"}}},
		{&st.Discrepant, "discrepancies", "resolved_at IS NULL", nil},
		{&st.Approvals, "approvals", "state = ?", []any{"waiting"}},
	} {
		query := s.db(ctx).Table(figure.table).Where(figure.where, figure.args...)
		if figure.table == "cases" {
			query = query.Where(open)
		}
		if err := query.Count(figure.into).Error; err != nil {
			return st, err
		}
	}
	var oldest []Discrepancy
	if err := s.db(ctx).Where("resolved_at IS NULL").Order("found_at").Limit(1).Find(&oldest).Error; err != nil {
		return st, err
	}
	if len(oldest) > 0 {
		st.OldestDiff = &oldest[0].FoundAt
	}
	st.OldestUnread, err = s.backlogs(ctx)
	return st, err
}

// backlogs reads, for each reader of the outbox, what it has not handled yet.
func (s *Store) backlogs(ctx context.Context) ([]Backlog, error) {
	var positions []OutboxPosition
	if err := s.db(ctx).Order("consumer").Find(&positions).Error; err != nil {
		return nil, err
	}
	list := make([]Backlog, 0, len(positions))
	for _, at := range positions {
		query, order := s.db(ctx).Where("id > ?", at.Position), "id"
		if s.dialect == Postgres {
			query, order = s.db(ctx).Where("(tx_id, id) > (?, ?)", at.TxID, at.Position), "tx_id, id"
		}
		var events []OutboxEvent
		if err := query.Select("id", "at").Order(order).Limit(MostBacklog).Find(&events).Error; err != nil {
			return nil, err
		}
		one := Backlog{Consumer: at.Consumer, Waiting: int64(len(events))}
		if len(events) > 0 {
			one.OldestAt = &events[0].At
		}
		list = append(list, one)
	}
	return list, nil
}

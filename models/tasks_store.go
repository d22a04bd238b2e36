package models

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Recipient is who a task or news is for: a person, a merchant, a team of agents or supervisors, or with an empty ID
// anyone of the kind.
type Recipient struct{ Kind, ID string }

// PutTasks stores tasks; one whose dedupe key stands already is passed over.
func (s *Store) PutTasks(ctx context.Context, tasks ...Task) error {
	return insertOnce(s.db(ctx), tasks)
}

// EndTask ends an open task as TaskDone or TaskVoid. That it ended before is no error.
func (s *Store) EndTask(ctx context.Context, dedupeKey, state string, now time.Time) error {
	return s.db(ctx).Model(&Task{}).Where("dedupe_key = ? AND state = ?", dedupeKey, TaskOpen).
		Updates(map[string]any{"state": state, "ended_at": Moment(now)}).Error
}

// Task returns one task; ErrNotFound when there is none.
func (s *Store) Task(ctx context.Context, id string) (Task, error) {
	return one[Task](ctx, s, "id = ?", id)
}

// Alarms lists the tasks by which operators are called because something is wrong with how people's data is treated, in one
// state, the newest first.
func (s *Store) Alarms(ctx context.Context, state string, request PageRequest) (Page[Task], error) {
	query := s.db(ctx).Where("kind IN ('bulk_reading', 'erasure_unproven') AND state = ?", state) // as the index says it
	return newestFirst(query, request, "created_at", func(t Task) place { return place{t.CreatedAt, t.ID} })
}

// TaskFilter narrows a list of tasks. A zero field means any.
type TaskFilter struct {
	Kind      string
	DueBefore time.Time
}

// OpenTasks lists the open tasks of recipients, e.g. of one agent and of any agent, the soonest due first.
func (s *Store) OpenTasks(ctx context.Context, recipients []Recipient, filter TaskFilter, request PageRequest) (Page[Task], error) {
	at := func(t Task) place { return place{t.DueAt, t.ID} }
	// One query per recipient walks one index range in order; a common one would have to sort.
	return union(recipients, request.limit(), sooner, at, func(recipient Recipient) (Page[Task], error) {
		query := s.db(ctx).Where("recipient_kind = ? AND recipient_id = ?", recipient.Kind, recipient.ID)
		if filter.Kind == "" {
			query = query.Where("state = ?", TaskOpen)
		} else {
			query = query.Where("kind = ? AND state = 'open'", filter.Kind) // as the index on kinds says it
		}
		if !filter.DueBefore.IsZero() {
			query = query.Where("due_at < ?", Moment(filter.DueBefore))
		}
		return soonestDue(query, request, at)
	})
}

// TaskCount is how many open tasks of a kind there are, and how many of them are due before two times.
type TaskCount struct {
	Kind                string
	Tasks, Soon, Passed int
}

// CountTasks counts the open tasks of recipients by kind; soon and passed are the times. It reads an index only.
func (s *Store) CountTasks(ctx context.Context, recipients []Recipient, soon, passed time.Time) ([]TaskCount, error) {
	var counts []TaskCount
	for _, recipient := range recipients {
		var some []TaskCount
		err := s.db(ctx).Raw(`SELECT kind, count(*) AS tasks, sum(CASE WHEN due_at < ? THEN 1 ELSE 0 END) AS soon,
				sum(CASE WHEN due_at < ? THEN 1 ELSE 0 END) AS passed
			FROM tasks WHERE recipient_kind = ? AND recipient_id = ? AND state = 'open' GROUP BY kind`,
			Moment(soon), Moment(passed), recipient.Kind, recipient.ID).Scan(&some).Error
		if err != nil {
			return nil, err
		}
		for _, count := range some {
			i := slices.IndexFunc(counts, func(c TaskCount) bool { return c.Kind == count.Kind })
			if i < 0 {
				counts = append(counts, count)
				continue
			}
			counts[i].Tasks, counts[i].Soon, counts[i].Passed = counts[i].Tasks+count.Tasks, counts[i].Soon+count.Soon, counts[i].Passed+count.Passed
		}
	}
	slices.SortFunc(counts, func(a, b TaskCount) int { return strings.Compare(a.Kind, b.Kind) })
	return counts, nil
}

// TasksOf lists every task about a subject, ended ones too, the oldest first.
func (s *Store) TasksOf(ctx context.Context, subjectKind, subjectID string) ([]Task, error) {
	var tasks []Task
	err := s.db(ctx).Where("subject_kind = ? AND subject_id = ?", subjectKind, subjectID).Order("created_at, id").Find(&tasks).Error
	return tasks, err
}

package models

import (
	"context"
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

// OpenTasks lists the open tasks of recipients, e.g. of one agent and of any agent, the soonest due first.
func (s *Store) OpenTasks(ctx context.Context, recipients []Recipient, request PageRequest) (Page[Task], error) {
	at := func(t Task) place { return place{t.DueAt, t.ID} }
	// One query per recipient walks one index range in order; a common one would have to sort.
	return union(recipients, request.limit(), sooner, at, func(recipient Recipient) (Page[Task], error) {
		query := s.db(ctx).Where("recipient_kind = ? AND recipient_id = ? AND state = ?", recipient.Kind, recipient.ID, TaskOpen)
		return soonestDue(query, request, at)
	})
}

// TasksOf lists every task about a subject, ended ones too, the oldest first.
func (s *Store) TasksOf(ctx context.Context, subjectKind, subjectID string) ([]Task, error) {
	var tasks []Task
	err := s.db(ctx).Where("subject_kind = ? AND subject_id = ?", subjectKind, subjectID).Order("created_at, id").Find(&tasks).Error
	return tasks, err
}

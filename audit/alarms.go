package audit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// Alarm is a call to operators. One about bulk reading names who read, and how much.
type Alarm struct {
	models.Task
	Seen         int // different subjects that the person saw between Since and Until; of bulk reading
	Since, Until time.Time
}

// Alarms lists alarms, the newest first: those that wait, or those that somebody has looked into. The fault BadCursor.
func (d *Desk) Alarms(ctx context.Context, closed bool, page models.PageRequest) (models.Page[Alarm], error) {
	state := models.TaskOpen
	if closed {
		state = models.TaskDone
	}
	tasks, err := d.keeper.Alarms(ctx, state, page)
	if err != nil {
		return models.Page[Alarm]{}, told(err)
	}
	alarms := make([]Alarm, len(tasks.Items))
	for i, task := range tasks.Items {
		alarms[i] = Alarm{Task: task}
		if task.Kind != TaskBulkReading {
			continue
		}
		alarms[i].Since, alarms[i].Until = task.CreatedAt.Add(-d.options.Window), task.DueAt
		if alarms[i].Seen, err = d.keeper.CountAuditSubjects(ctx, task.SubjectID, RevealActions(), alarms[i].Since, alarms[i].Until); err != nil {
			return models.Page[Alarm]{}, told(fmt.Errorf("audit: count what was seen: %w", err))
		}
	}
	return models.Page[Alarm]{Items: alarms, Next: tasks.Next}, nil
}

// CloseAlarm ends an alarm that the person with the ID by has looked into; NotFound for any other task, OwnAlarm for one about
// what they did themselves. Closing twice is harmless.
func (d *Desk) CloseAlarm(ctx context.Context, by, taskID string) error {
	task, err := d.keeper.Task(ctx, taskID)
	switch {
	case errors.Is(err, models.ErrNotFound), err == nil && task.Kind != TaskBulkReading && task.Kind != TaskErasureUnproven:
		return fault.New(fault.NotFound)
	case err != nil:
		return fmt.Errorf("audit: read the alarm: %w", err)
	case task.SubjectKind == "staff" && task.SubjectID == by:
		return fault.New(fault.OwnAlarm)
	}
	return d.keeper.EndTask(ctx, task.DedupeKey, models.TaskDone, d.options.Now())
}

package models

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Projection is what a case's workflow writes of itself at once.
type Projection struct {
	Case      Case // with Seq
	Entries   []TimelineEntry
	Questions []CaseQuestion
	Approval  *Approval
	Votes     []ApprovalVote
	Void      []string // approvals
	Lines     []string // the chosen lines,
	LineEdits int      // and how often they were edited; 0: never
	Texts     []string // texts the case refers to
	Rejected  []string // evidence
	Release   bool     // give the claimed units back

	News     []Notification // sent at once
	Desk     *Desk          // nil: unchanged
	Event    OutboxEvent    // without its audience
	Audience []string       // of the event: "<kind>/<id>"; the platform's people who may see the case are added
}

// Desk is every open task and every reminder to come of one subject. What is not listed ends or becomes void.
type Desk struct {
	Tasks     []Task
	Reminders []Notification
	Reminded  bool   // there may be reminders that are not listed any more
	End       string // state of the tasks that are not listed: done or void
}

// ReminderPrefix begins the dedupe key of every reminder of a subject, so that news of the same subject is never
// taken for one.
func ReminderPrefix(subjectKind, subjectID string) string {
	return subjectKind + "/" + subjectID + "/remind/"
}

// States of a task.
const (
	TaskOpen = "open"
	TaskDone = "done"
	TaskVoid = "void"
)

// errOlder ends the transaction of a projection that is not newer than what stands.
var errOlder = errors.New("models: an older projection")

// WriteProjection writes a projection whole or, when its Seq is not above the stored one, not at all. written tells which.
func (s *Store) WriteProjection(ctx context.Context, p Projection) (written bool, err error) {
	err = s.Tx(ctx, func(tx *Store) error {
		desk, err := tx.lookUp(ctx, p.Case.ID, p.Case.MerchantID)
		if err != nil {
			return err
		}
		desk.address(&p)
		audience, err := json.Marshal(append(p.Audience, desk.audience()...))
		if err != nil {
			return err
		}
		p.Event.Audience = string(audience)
		kept := tx.db(ctx).Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "id"}},
			UpdateAll: true,
			Where:     clause.Where{Exprs: []clause.Expression{gorm.Expr("cases.seq < excluded.seq")}},
		}).Create(&p.Case)
		if kept.Error != nil {
			return kept.Error
		}
		if kept.RowsAffected == 0 {
			return errOlder
		}
		return tx.writeRest(ctx, p)
	})
	if errors.Is(err, errOlder) {
		return false, nil
	}
	return err == nil, err
}

// writeRest writes everything but the case, only what there is, each table in one statement.
func (s *Store) writeRest(ctx context.Context, p Projection) error {
	id, at := p.Case.ID, p.Case.UpdatedAt
	if err := s.writeEntries(ctx, p.Entries); err != nil {
		return err
	}
	if len(p.Questions) > 0 {
		answered := clause.OnConflict{
			Columns:   []clause.Column{{Name: "case_id"}, {Name: "round"}, {Name: "n"}},
			DoUpdates: clause.AssignmentColumns([]string{"due_at", "answered_at", "answer", "text_id"}),
		}
		if err := s.db(ctx).Clauses(answered).Create(&p.Questions).Error; err != nil {
			return err
		}
	}
	if err := s.writeApproval(ctx, p); err != nil {
		return err
	}
	if err := s.writeMarks(ctx, p); err != nil {
		return err
	}
	if p.Release {
		err := s.db(ctx).Model(&UnitClaim{}).Where("case_id = ? AND released_at IS NULL", id).Update("released_at", at).Error
		if err != nil {
			return err
		}
		if p.Case.Kind == "price_protection" {
			if err := releaseProtection(s.db(ctx), p.Case); err != nil {
				return err
			}
		}
	}
	if err := s.writeDesk(ctx, "case", id, p.News, p.Desk, at); err != nil {
		return err
	}
	return s.AppendOutbox(ctx, p.Event)
}

// writeEntries adds to the timeline. An entry that stands there already is replaced: a task of the workflow that was lost
// after it wrote had told of something that did not come about.
func (s *Store) writeEntries(ctx context.Context, entries []TimelineEntry) error {
	if len(entries) == 0 {
		return nil
	}
	return s.db(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "case_id"}, {Name: "seq"}},
		DoUpdates: clause.AssignmentColumns([]string{"at", "actor_kind", "actor_id", "event", "data"}),
	}).Create(&entries).Error
}

func insertOnce[T any](db *gorm.DB, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	return db.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}

func (s *Store) writeApproval(ctx context.Context, p Projection) error {
	if p.Approval != nil {
		moved := clause.OnConflict{
			Columns:   []clause.Column{{Name: "id"}},
			DoUpdates: clause.AssignmentColumns([]string{"level", "state", "due_at"}),
		}
		if err := s.db(ctx).Clauses(moved).Create(p.Approval).Error; err != nil {
			return err
		}
		if err := insertOnce(s.db(ctx), p.Votes); err != nil {
			return err
		}
	}
	if len(p.Void) == 0 {
		return nil
	}
	return s.db(ctx).Model(&Approval{}).Where("id IN ?", p.Void).Update("state", "void").Error
}

func (s *Store) writeMarks(ctx context.Context, p Projection) error {
	if p.LineEdits > 0 && len(p.Lines) > 0 {
		err := s.db(ctx).Model(&OrderLine{}).Where("id IN ? AND edits < ?", p.Lines, p.LineEdits).Update("edits", p.LineEdits).Error
		if err != nil {
			return err
		}
	}
	if len(p.Texts) > 0 {
		err := s.db(ctx).Model(&Text{}).Where("id IN ? AND used_by IS NULL", p.Texts).Update("used_by", "case/"+p.Case.ID).Error
		if err != nil {
			return err
		}
	}
	if len(p.Rejected) > 0 {
		err := s.db(ctx).Model(&Evidence{}).Where("id IN ? AND case_id = ?", p.Rejected, p.Case.ID).Update("state", EvidenceRejected).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// writeDesk sends the news and brings a subject's tasks and reminders to what the desk lists.
func (s *Store) writeDesk(ctx context.Context, kind, id string, news []Notification, desk *Desk, at time.Time) error {
	if desk == nil {
		return insertOnce(s.db(ctx), news)
	}
	notifications := append(append([]Notification(nil), news...), desk.Reminders...)
	if len(notifications) > 0 {
		// News is written once and never touched; only a reminder that is still to come can move or come back.
		moves := clause.OnConflict{
			Columns: []clause.Column{{Name: "dedupe_key"}},
			DoUpdates: clause.Assignments(map[string]any{
				"due_at": gorm.Expr("excluded.due_at"), "data": gorm.Expr("excluded.data"), "void_at": nil,
			}),
			Where: clause.Where{Exprs: []clause.Expression{
				gorm.Expr("notifications.sent_at IS NULL AND notifications.dedupe_key LIKE ?", ReminderPrefix(kind, id)+"%"),
			}},
		}
		if err := s.db(ctx).Clauses(moves).Create(&notifications).Error; err != nil {
			return err
		}
	}
	if len(desk.Tasks) > 0 {
		reopens := clause.OnConflict{
			Columns: []clause.Column{{Name: "dedupe_key"}},
			DoUpdates: clause.Assignments(map[string]any{
				"recipient_kind": gorm.Expr("excluded.recipient_kind"), "recipient_id": gorm.Expr("excluded.recipient_id"),
				"kind": gorm.Expr("excluded.kind"), "due_at": gorm.Expr("excluded.due_at"), "state": TaskOpen, "ended_at": nil,
			}),
		}
		if err := s.db(ctx).Clauses(reopens).Create(&desk.Tasks).Error; err != nil {
			return err
		}
	}
	keep := []string{""} // never empty, so that one statement serves every list
	for _, task := range desk.Tasks {
		keep = append(keep, task.DedupeKey)
	}
	err := s.db(ctx).Model(&Task{}).
		Where("subject_kind = ? AND subject_id = ? AND state = ? AND dedupe_key NOT IN ?", kind, id, TaskOpen, keep).
		Updates(map[string]any{"state": desk.End, "ended_at": at}).Error
	if err != nil {
		return err
	}
	if !desk.Reminded {
		return nil
	}
	keep = keep[:1]
	for _, reminder := range desk.Reminders {
		keep = append(keep, reminder.DedupeKey)
	}
	return s.db(ctx).Model(&Notification{}).
		Where("subject_kind = ? AND subject_id = ? AND sent_at IS NULL AND void_at IS NULL AND dedupe_key LIKE ? AND dedupe_key NOT IN ?",
			kind, id, ReminderPrefix(kind, id)+"%", keep).
		Update("void_at", at).Error
}

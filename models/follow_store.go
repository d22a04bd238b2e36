package models

import (
	"context"
	"errors"
	"time"

	"aftersales/seal"
)

// AskParty stores a question in a thread that the transaction holds.
func (s *Store) AskParty(ctx context.Context, question PartyQuestion) error {
	question.ID = NewID()
	question.AskedAt, question.RemindAt, question.DueAt = Moment(question.AskedAt), Moment(question.RemindAt), Moment(question.DueAt)
	return s.db(ctx).Create(&question).Error
}

// AnswerParty notes that a message answers a question of a thread: the one that it names, or the oldest that is open when
// seq is 0.
func (s *Store) AnswerParty(ctx context.Context, conversationID string, seq, answer int64, at time.Time) error {
	var open []PartyQuestion
	query := s.db(ctx).Where("conversation_id = ? AND answered_at IS NULL", conversationID)
	if seq > 0 {
		query = query.Where("seq = ?", seq)
	}
	if err := query.Order("seq").Limit(1).Find(&open).Error; err != nil || len(open) == 0 {
		return err
	}
	return s.db(ctx).Model(&PartyQuestion{}).Where("id = ?", open[0].ID).Updates(map[string]any{"answered_at": Moment(at), "answer_seq": answer}).Error
}

// PartyQuestions lists the open questions of a team or to a shop, what falls first comes first. One of the two is set.
func (s *Store) PartyQuestions(ctx context.Context, team, merchant string, request PageRequest) (Page[PartyQuestion], error) {
	query := s.db(ctx).Where("answered_at IS NULL")
	switch {
	case merchant != "":
		query = query.Where("merchant_id = ? AND party = 'merchant'", merchant)
	case team != "":
		query = query.Where("team_id = ?", team)
	default:
		return Page[PartyQuestion]{}, nil
	}
	return soonestDue(query, request, func(q PartyQuestion) place { return place{q.DueAt, q.ID} })
}

// QuestionsIn lists the questions of a thread in their order.
func (s *Store) QuestionsIn(ctx context.Context, conversationID string) ([]PartyQuestion, error) {
	var questions []PartyQuestion
	err := s.db(ctx).Where("conversation_id = ?", conversationID).Order("seq DESC").Limit(MaxPage).Find(&questions).Error
	return questions, err
}

// FireQuestions takes questions of which it is time to remind, or that nobody answered in time, marks them, and calls tell in
// the same transaction. Several processes share the work. It returns how many there were.
func (s *Store) FireQuestions(ctx context.Context, limit int, now time.Time, tell func(tx *Store, reminded, escalated []PartyQuestion) error) (int, error) {
	now = Moment(now)
	var reminded, escalated []PartyQuestion
	find := func(s *Store) error {
		due := s.forClaim(s.db(ctx)).Where("due_at <= ? AND answered_at IS NULL AND escalated_at IS NULL", now).Order("due_at").Limit(limit)
		soon := s.forClaim(s.db(ctx)).Where("remind_at <= ? AND due_at > ? AND answered_at IS NULL AND reminded_at IS NULL", now, now).Order("remind_at").Limit(limit)
		return errors.Join(due.Find(&escalated).Error, soon.Find(&reminded).Error)
	}
	err := s.claim(ctx, find, func() int { return len(reminded) + len(escalated) }, func(tx *Store) error {
		mark := func(questions []PartyQuestion, column string) error {
			ids := make([]string, len(questions))
			for i, question := range questions {
				ids[i] = question.ID
			}
			return tx.db(ctx).Model(&PartyQuestion{}).Where("id IN ?", ids).Update(column, now).Error
		}
		if err := errors.Join(mark(reminded, "reminded_at"), mark(escalated, "escalated_at")); err != nil {
			return err
		}
		return tell(tx, reminded, escalated)
	})
	return len(reminded) + len(escalated), err
}

// AddFollowUp stores what somebody means to do about a conversation.
func (s *Store) AddFollowUp(ctx context.Context, c Conversation, followUp FollowUp, words string) (FollowUp, error) {
	followUp.ID, followUp.ConversationID = NewID(), c.ID
	followUp.DueAt, followUp.CreatedAt, followUp.Words = Moment(followUp.DueAt), Moment(followUp.CreatedAt), seal.Plain(words)
	if err := s.Keys.Seal(ctx, c.KeyRef, followUpAD(followUp), &followUp.Words); err != nil {
		return FollowUp{}, err
	}
	return followUp, s.db(ctx).Create(&followUp).Error
}

// FollowUps lists what somebody still means to do, the soonest first.
func (s *Store) FollowUps(ctx context.Context, staffID string, request PageRequest) (Page[FollowUp], error) {
	query := s.db(ctx).Where("staff_id = ? AND done_at IS NULL", staffID)
	return soonestDue(query, request, func(f FollowUp) place { return place{f.DueAt, f.ID} })
}

// FollowUpWords opens what somebody means to do.
func (s *Store) FollowUpWords(ctx context.Context, f FollowUp) (string, error) {
	return s.Keys.Open(ctx, followUpAD(f), f.Words)
}

// EndFollowUp notes that somebody did what they meant to; ErrNotFound when that is not open, or not theirs.
func (s *Store) EndFollowUp(ctx context.Context, id, staffID string, at time.Time) error {
	done := s.db(ctx).Model(&FollowUp{}).Where("id = ? AND staff_id = ? AND done_at IS NULL", id, staffID).Update("done_at", Moment(at))
	if done.Error == nil && done.RowsAffected == 0 {
		return ErrNotFound
	}
	return done.Error
}

// FireFollowUps takes what is due, marks it, and calls tell in the same transaction. It returns how many there were.
func (s *Store) FireFollowUps(ctx context.Context, limit int, now time.Time, tell func(tx *Store, due []FollowUp) error) (int, error) {
	now = Moment(now)
	var due []FollowUp
	find := func(s *Store) error {
		return s.forClaim(s.db(ctx)).Where("due_at <= ? AND done_at IS NULL AND reminded_at IS NULL", now).Order("due_at").Limit(limit).Find(&due).Error
	}
	err := s.claim(ctx, find, func() int { return len(due) }, func(tx *Store) error {
		ids := make([]string, len(due))
		for i, f := range due {
			ids[i] = f.ID
		}
		if err := tx.db(ctx).Model(&FollowUp{}).Where("id IN ?", ids).Update("reminded_at", now).Error; err != nil {
			return err
		}
		return tell(tx, due)
	})
	return len(due), err
}

// SaveView keeps a filter under a name; ErrDuplicate when the name is taken.
func (s *Store) SaveView(ctx context.Context, view SavedView) (SavedView, error) {
	view.ID, view.CreatedAt = NewID(), Moment(view.CreatedAt)
	return view, s.db(ctx).Create(&view).Error
}

// SavedViews lists what filters somebody keeps, by name.
func (s *Store) SavedViews(ctx context.Context, staffID string, request PageRequest) (Page[SavedView], error) {
	return byWord(s.db(ctx).Where("staff_id = ?", staffID), request, "name", func(v SavedView) place { return wordPlace(v.Name, v.ID) })
}

// DropView forgets a filter; ErrNotFound when it is not somebody's own.
func (s *Store) DropView(ctx context.Context, id, staffID string) error {
	done := s.db(ctx).Where("id = ? AND staff_id = ?", id, staffID).Delete(&SavedView{})
	if done.Error == nil && done.RowsAffected == 0 {
		return ErrNotFound
	}
	return done.Error
}

func followUpAD(f FollowUp) seal.AD {
	return seal.AD{Table: "follow_ups", Column: "words", Person: f.ConversationID, Row: f.ID}
}

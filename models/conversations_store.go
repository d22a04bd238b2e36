package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/clause"
)

// OpenConversation stores a conversation of a customer, or returns the one that is open already; opened tells which.
// conversation needs ID, CustomerID, Lang, State and OpenedAt; events are told when it is new.
func (s *Store) OpenConversation(ctx context.Context, conversation Conversation, events ...OutboxEvent) (open Conversation, opened bool, err error) {
	if conversation.KeyRef, err = s.KeyRef(ctx, KindCustomer, conversation.CustomerID); err != nil {
		return Conversation{}, false, err
	}
	conversation.Audience, conversation.Open, conversation.Priority = ToCustomer, true, PriorityNormal
	conversation.OpenedAt = Moment(conversation.OpenedAt)
	conversation.LastAt = conversation.OpenedAt
	err = s.Tx(ctx, func(tx *Store) error {
		made := tx.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&conversation)
		if opened = made.RowsAffected == 1; made.Error != nil || !opened {
			return made.Error
		}
		open = conversation
		return tx.AppendOutbox(ctx, events...)
	})
	if err != nil || opened {
		return open, opened, err
	}
	open, err = one[Conversation](ctx, s, "customer_id = ? AND audience = ? AND open", conversation.CustomerID, ToCustomer)
	return open, false, err
}

// OpenThread stores a thread about a case or beside a conversation, or returns the one that there is.
func (s *Store) OpenThread(ctx context.Context, thread Conversation, events ...OutboxEvent) (open Conversation, err error) {
	if thread.KeyRef, err = s.KeyRef(ctx, KindCustomer, thread.CustomerID); err != nil {
		return Conversation{}, err
	}
	thread.Open, thread.State, thread.Priority = true, WithPeople, PriorityNormal
	thread.OpenedAt = Moment(thread.OpenedAt)
	thread.LastAt = thread.OpenedAt
	err = s.Tx(ctx, func(tx *Store) error {
		made := tx.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&thread)
		if made.Error != nil || made.RowsAffected == 0 {
			return made.Error
		}
		return tx.AppendOutbox(ctx, events...)
	})
	if err != nil {
		return Conversation{}, err
	}
	return one[Conversation](ctx, s, "about_kind = ? AND about_id = ? AND audience = ?", thread.AboutKind, thread.AboutID, thread.Audience)
}

// Conversation returns one; ErrNotFound when there is none.
func (s *Store) Conversation(ctx context.Context, id string) (Conversation, error) {
	return one[Conversation](ctx, s, "id = ?", id)
}

// ThreadsAbout lists the threads about a case or beside a conversation: at most one per audience.
func (s *Store) ThreadsAbout(ctx context.Context, kind, id string) ([]Conversation, error) {
	var threads []Conversation
	err := s.db(ctx).Where("about_kind = ? AND about_id = ? AND about_id <> ''", kind, id).Order("audience").Find(&threads).Error
	return threads, err
}

// lockConversation holds a conversation until the transaction ends: whatever changes in it, changes one after the other.
func (s *Store) lockConversation(ctx context.Context, id string) (Conversation, error) {
	var conversation Conversation
	err := s.ForUpdate(s.db(ctx)).Where("id = ?", id).Take(&conversation).Error
	return conversation, err
}

// ChangeConversation holds a conversation, lets change say what becomes of it, and stores that with the events that change
// returns. Rev grows by itself. An error of change leaves everything as it was; ErrUnchanged is none.
func (s *Store) ChangeConversation(ctx context.Context, id string, change func(tx *Store, c *Conversation) ([]OutboxEvent, error)) (Conversation, error) {
	var conversation Conversation
	err := s.Tx(ctx, func(tx *Store) (err error) {
		if conversation, err = tx.lockConversation(ctx, id); err != nil {
			return err
		}
		before := conversation
		conversation.Rev++
		events, err := change(tx, &conversation)
		if err != nil {
			conversation = before
			return err
		}
		conversation.Open = conversation.State != Ended
		if err := tx.db(ctx).Save(&conversation).Error; err != nil {
			return err
		}
		return tx.AppendOutbox(ctx, events...)
	})
	if errors.Is(err, ErrUnchanged) {
		err = nil
	}
	return conversation, err
}

// ErrUnchanged ends ChangeConversation without a change.
var ErrUnchanged = errors.New("models: nothing is to be changed")

// Mark notes how far somebody has got and read the messages of a conversation; it never goes back. changed tells whether it
// went on.
func (s *Store) Mark(ctx context.Context, member ConversationMember, events ...OutboxEvent) (changed bool, err error) {
	member.JoinedAt, member.UpdatedAt = Moment(member.JoinedAt), Moment(member.UpdatedAt)
	member.DeliveredSeq = max(member.DeliveredSeq, member.ReadSeq)
	err = s.Tx(ctx, func(tx *Store) error {
		done := tx.db(ctx).Exec(`INSERT INTO conversation_members (conversation_id, member_kind, member_id, delivered_seq, read_seq, joined_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (conversation_id, member_kind, member_id) DO UPDATE SET
			delivered_seq = CASE WHEN excluded.delivered_seq > conversation_members.delivered_seq THEN excluded.delivered_seq ELSE conversation_members.delivered_seq END,
			read_seq = CASE WHEN excluded.read_seq > conversation_members.read_seq THEN excluded.read_seq ELSE conversation_members.read_seq END,
			updated_at = excluded.updated_at
			WHERE excluded.delivered_seq > conversation_members.delivered_seq OR excluded.read_seq > conversation_members.read_seq`,
			member.ConversationID, member.MemberKind, member.MemberID, member.DeliveredSeq, member.ReadSeq, member.JoinedAt, member.UpdatedAt)
		if changed = done.RowsAffected > 0; done.Error != nil || !changed {
			return done.Error
		}
		return tx.AppendOutbox(ctx, events...)
	})
	return changed, err
}

// MembersOf lists who was in conversations, and how far they have read.
func (s *Store) MembersOf(ctx context.Context, conversationIDs ...string) ([]ConversationMember, error) {
	var members []ConversationMember
	err := s.db(ctx).Where("conversation_id IN ?", conversationIDs).Order("conversation_id, member_kind, member_id").Find(&members).Error
	return members, err
}

// TieCase ties a conversation to a case; false when it was tied before. shownSeq is from where on the case's events are
// told in it.
func (s *Store) TieCase(ctx context.Context, tie ConversationCase, events ...OutboxEvent) (tied bool, err error) {
	tie.At = Moment(tie.At)
	err = s.Tx(ctx, func(tx *Store) error {
		made := tx.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&tie)
		if tied = made.RowsAffected == 1; made.Error != nil || !tied {
			return made.Error
		}
		return tx.AppendOutbox(ctx, events...)
	})
	return tied, err
}

// CasesTiedTo lists the cases of a conversation, the newest tie first.
func (s *Store) CasesTiedTo(ctx context.Context, conversationID string) ([]ConversationCase, error) {
	var ties []ConversationCase
	err := s.db(ctx).Where("conversation_id = ?", conversationID).Order("at DESC, case_id").Limit(MaxPage).Find(&ties).Error
	return ties, err
}

// TiesOfCase lists the conversations that a case is tied to.
func (s *Store) TiesOfCase(ctx context.Context, caseID string) ([]ConversationCase, error) {
	var ties []ConversationCase
	err := s.db(ctx).Where("case_id = ?", caseID).Order("conversation_id").Limit(MaxPage).Find(&ties).Error
	return ties, err
}

// ShowCaseEvents notes how far a case was told in a conversation, if it is still where it was.
func (s *Store) ShowCaseEvents(ctx context.Context, tie ConversationCase, shownSeq int64, round string) (bool, error) {
	done := s.db(ctx).Model(&ConversationCase{}).Where("case_id = ? AND conversation_id = ? AND shown_seq = ? AND asked_round = ?", tie.CaseID, tie.ConversationID, tie.ShownSeq, tie.AskedRound).
		Updates(map[string]any{"shown_seq": shownSeq, "asked_round": round})
	return done.RowsAffected == 1, done.Error
}

// ofConversation are the tables of a conversation, in the order in which they may be deleted.
var ofConversation = []string{
	"message_terms", "message_reactions", "message_versions", "messages", "conversation_members", "conversation_cases", "dialogues", "queue_entries",
	"transfers", "conversation_tags", "message_drafts", "conversation_ratings",
	"service_clocks", "party_questions", "follow_ups", "carrier_inquiries",
}

// SweepConversations deletes conversations in which nothing was said since a time, with all that was said in them, and
// returns how many. Open ones, and those of customers who are held, stay.
func (s *Store) SweepConversations(ctx context.Context, before time.Time) (total int64, err error) {
	const batch = 50
	for {
		var ids []string
		err := s.db(ctx).Raw(`SELECT c.id FROM conversations c WHERE c.last_at < ? AND (NOT c.open OR c.audience <> 'customer')
			AND NOT EXISTS (SELECT 1 FROM legal_holds h WHERE h.customer_id = c.customer_id AND h.lifted_at IS NULL) ORDER BY c.last_at LIMIT ?`, before, batch).Scan(&ids).Error
		if err != nil || len(ids) == 0 {
			return total, err
		}
		err = s.Tx(ctx, func(tx *Store) error {
			if err := tx.db(ctx).Model(&Evidence{}).Where("conversation_id IN ?", ids).Update("conversation_id", nil).Error; err != nil {
				return err
			}
			for _, table := range ofConversation {
				if err := tx.db(ctx).Exec("DELETE FROM "+table+" WHERE conversation_id IN ?", ids).Error; err != nil {
					return err
				}
			}
			return tx.db(ctx).Where("id IN ?", ids).Delete(&Conversation{}).Error
		})
		if err != nil {
			return total, err
		}
		total += int64(len(ids))
	}
}

// Tie is that of a case to a conversation; ErrNotFound when there is none.
func (s *Store) Tie(ctx context.Context, caseID, conversationID string) (ConversationCase, error) {
	return one[ConversationCase](ctx, s, "case_id = ? AND conversation_id = ?", caseID, conversationID)
}

package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"aftersales/seal"
)

// NewMessage is a message before it is sent. Body is plain; it is sealed with its place in the conversation.
type NewMessage struct {
	SenderKind, SenderID string
	ClientID             string // the sender's own; the same one sends it once
	Kind, Body           string
	SentAt               time.Time
}

// AddMessage puts a message at the end of a conversation that the transaction holds, and moves c on. One that its sender has
// sent before ends the transaction.
func (s *Store) AddMessage(ctx context.Context, c *Conversation, in NewMessage) (Message, error) {
	c.LastSeq, c.Rev, c.LastAt = c.LastSeq+1, c.Rev+1, Moment(in.SentAt)
	message := Message{
		ConversationID: c.ID, Seq: c.LastSeq, Rev: c.Rev, SenderKind: in.SenderKind, SenderID: in.SenderID, ClientID: in.ClientID, Kind: in.Kind,
		Body: seal.Plain(in.Body), SentAt: c.LastAt,
	}
	if err := s.Keys.Seal(ctx, c.KeyRef, messageAD(message), &message.Body); err != nil {
		return Message{}, err
	}
	made := s.db(ctx).Clauses(clause.OnConflict{Columns: sentOnce, DoNothing: true}).Create(&message)
	if made.Error == nil && made.RowsAffected == 0 {
		return Message{}, errSentBefore
	}
	return message, made.Error
}

var sentOnce = []clause.Column{{Name: "conversation_id"}, {Name: "sender_kind"}, {Name: "sender_id"}, {Name: "client_id"}}

// errSentBefore ends a transaction in which a message turned out to be there already.
var errSentBefore = errors.New("models: the message was sent before")

// Send adds a message to a conversation: change sees the conversation as it is while it is held, may refuse or change it,
// and says what is told. A message that its sender has sent before under the same ID comes back as it is, with sent false.
func (s *Store) Send(ctx context.Context, known Conversation, in NewMessage, change func(tx *Store, c *Conversation) ([]OutboxEvent, error)) (message Message, after Conversation, sent bool, err error) {
	if err := s.Keys.Preload(ctx, known.KeyRef); err != nil { // not while the conversation is held
		return Message{}, known, false, err
	}
	err = s.Tx(ctx, func(tx *Store) (err error) {
		if after, err = tx.lockConversation(ctx, known.ID); err != nil {
			return err
		}
		if message, err = tx.AddMessage(ctx, &after, in); err != nil {
			return err
		}
		events, err := change(tx, &after)
		if err != nil {
			return err
		}
		if err := tx.saveMoved(ctx, after); err != nil {
			return err
		}
		return tx.AppendOutbox(ctx, events...)
	})
	if !errors.Is(err, errSentBefore) {
		return message, after, err == nil, err
	}
	message, err = one[Message](ctx, s, "conversation_id = ? AND sender_kind = ? AND sender_id = ? AND client_id = ?", known.ID, in.SenderKind, in.SenderID, in.ClientID)
	return message, known, false, err
}

// saveMoved stores what sending changes in a conversation.
func (s *Store) saveMoved(ctx context.Context, c Conversation) error {
	return s.db(ctx).Exec(`UPDATE conversations SET last_seq = ?, rev = ?, last_at = ?, waiting_since = ?, bot_due_at = ?, state = ?, merchant_id = ?, team_id = ?, snoozed_until = ? WHERE id = ?`,
		c.LastSeq, c.Rev, c.LastAt, c.WaitingSince, c.BotDueAt, c.State, c.MerchantID, c.TeamID, c.SnoozedUntil, c.ID).Error
}

// MessagePage says which messages are wanted. At most one of Before, After and SinceRev is set; none: the newest.
type MessagePage struct {
	Before   int64 // messages with a smaller number, the nearest
	After    int64 // messages with a larger number, the nearest
	SinceRev int64 // what came or changed after this, in the order in which it did
	Limit    int
}

// Messages lists messages of a conversation in the order of their numbers, or of their changes. more tells that there are
// more of them in the direction that was asked for.
func (s *Store) Messages(ctx context.Context, conversationID string, page MessagePage) (messages []Message, more bool, err error) {
	limit := PageRequest{Limit: page.Limit}.limit()
	query := s.db(ctx).Where("conversation_id = ?", conversationID).Limit(limit + 1)
	backward := false
	switch {
	case page.SinceRev > 0:
		query = query.Where("rev > ?", page.SinceRev).Order("rev")
	case page.After > 0:
		query = query.Where("seq > ?", page.After).Order("seq")
	case page.Before > 0:
		query, backward = query.Where("seq < ?", page.Before).Order("seq DESC"), true
	default:
		query, backward = query.Order("seq DESC"), true
	}
	if err := query.Find(&messages).Error; err != nil {
		return nil, false, err
	}
	if more = len(messages) > limit; more {
		messages = messages[:limit]
	}
	if backward {
		for i, k := 0, len(messages)-1; i < k; i, k = i+1, k-1 {
			messages[i], messages[k] = messages[k], messages[i]
		}
	}
	return messages, more, nil
}

// LastMessages are the newest messages of conversations, by conversation.
func (s *Store) LastMessages(ctx context.Context, conversations []Conversation) (map[string]Message, error) {
	last := map[string]Message{}
	var keys [][]any
	for _, c := range conversations {
		if c.LastSeq > 0 {
			keys = append(keys, []any{c.ID, c.LastSeq})
		}
	}
	if len(keys) == 0 {
		return last, nil
	}
	var messages []Message
	err := s.db(ctx).Where("(conversation_id, seq) IN ?", keys).Find(&messages).Error
	for _, m := range messages {
		last[m.ConversationID] = m
	}
	return last, err
}

// Message returns one; ErrNotFound when there is none.
func (s *Store) Message(ctx context.Context, conversationID string, seq int64) (Message, error) {
	return one[Message](ctx, s, "conversation_id = ? AND seq = ?", conversationID, seq)
}

// MessagesAt returns the messages that places name; those that are no more are left out.
func (s *Store) MessagesAt(ctx context.Context, places []MessagePlace) ([]Message, error) {
	if len(places) == 0 {
		return nil, nil
	}
	keys := make([][]any, len(places))
	for i, p := range places {
		keys[i] = []any{p.ConversationID, p.Seq}
	}
	var messages []Message
	err := s.db(ctx).Where("(conversation_id, seq) IN ?", keys).Find(&messages).Error
	return messages, err
}

// MessagePlace names a message.
type MessagePlace struct {
	ConversationID string
	Seq            int64
	SentAt         time.Time
}

// MessageBody opens what a message says; the fault Erased when its customer was erased.
func (s *Store) MessageBody(ctx context.Context, m Message) (string, error) {
	return s.Keys.Open(ctx, messageAD(m), m.Body)
}

// FirstBody opens what a message said when it was sent.
func (s *Store) FirstBody(ctx context.Context, m Message) (string, error) {
	if m.EditedAt == nil && m.RecalledAt == nil {
		return s.MessageBody(ctx, m)
	}
	first, err := one[MessageVersion](ctx, s, "conversation_id = ? AND seq = ? AND n = 1", m.ConversationID, m.Seq)
	if err != nil {
		return "", err
	}
	return s.Keys.Open(ctx, versionAD(first), first.Body)
}

// Versions lists what a message said before, the oldest first, opened.
func (s *Store) Versions(ctx context.Context, conversationID string, seq int64) (versions []MessageVersion, bodies []string, err error) {
	if err := s.db(ctx).Where("conversation_id = ? AND seq = ?", conversationID, seq).Order("n").Limit(MaxPage).Find(&versions).Error; err != nil {
		return nil, nil, err
	}
	for _, v := range versions {
		body, err := s.Keys.Open(ctx, versionAD(v), v.Body)
		if err != nil {
			return nil, nil, err
		}
		bodies = append(bodies, body)
	}
	return versions, bodies, nil
}

// Rewrite changes what a message says, or recalls it when body is empty; what it said before is kept as a version. change
// sees the message while the conversation is held and may refuse; ErrUnchanged ends it without a change.
func (s *Store) Rewrite(ctx context.Context, conversationID string, seq int64, body string, at time.Time, change func(c Conversation, m Message, said string) ([]OutboxEvent, error)) (message Message, err error) {
	at = Moment(at)
	err = s.Tx(ctx, func(tx *Store) error {
		c, err := tx.lockConversation(ctx, conversationID)
		if err != nil {
			return err
		}
		if message, err = tx.Message(ctx, conversationID, seq); err != nil {
			return err
		}
		said, err := tx.MessageBody(ctx, message)
		if err != nil {
			return err
		}
		c.Rev++
		events, err := change(c, message, said)
		if err != nil {
			return err
		}
		var versions int64
		if err := tx.db(ctx).Model(&MessageVersion{}).Where("conversation_id = ? AND seq = ?", conversationID, seq).Count(&versions).Error; err != nil {
			return err
		}
		version := MessageVersion{ConversationID: conversationID, Seq: seq, N: versions + 1, Body: seal.Plain(said), At: at}
		if err := tx.Keys.Seal(ctx, c.KeyRef, versionAD(version), &version.Body); err != nil {
			return err
		}
		if err := tx.db(ctx).Create(&version).Error; err != nil {
			return err
		}
		message.Rev, message.Body = c.Rev, seal.Plain(body)
		if message.EditedAt = &at; body == "" {
			message.EditedAt, message.RecalledAt = nil, &at
		}
		if err := tx.dropTerms(ctx, message, said); err != nil { // what it says now is found when it is indexed again
			return err
		}
		if err := tx.Keys.Seal(ctx, c.KeyRef, messageAD(message), &message.Body); err != nil {
			return err
		}
		if err := tx.db(ctx).Save(&message).Error; err != nil {
			return err
		}
		if err := tx.db(ctx).Model(&Conversation{}).Where("id = ?", c.ID).Update("rev", c.Rev).Error; err != nil {
			return err
		}
		return tx.AppendOutbox(ctx, events...)
	})
	if errors.Is(err, ErrUnchanged) {
		err = nil
	}
	return message, err
}

// React puts a sign under a message or takes it away. changed tells whether that was something new.
func (s *Store) React(ctx context.Context, reaction MessageReaction, take bool, events func(c Conversation) []OutboxEvent) (changed bool, err error) {
	reaction.At = Moment(reaction.At)
	err = s.Tx(ctx, func(tx *Store) error {
		c, err := tx.lockConversation(ctx, reaction.ConversationID)
		if err != nil {
			return err
		}
		done := tx.db(ctx)
		if take {
			done = done.Delete(&reaction)
		} else {
			done = done.Clauses(clause.OnConflict{DoNothing: true}).Create(&reaction)
		}
		if changed = done.RowsAffected > 0; done.Error != nil || !changed {
			return done.Error
		}
		c.Rev++
		moved := tx.db(ctx).Model(&Message{}).Where("conversation_id = ? AND seq = ?", reaction.ConversationID, reaction.Seq).Update("rev", c.Rev)
		if moved.Error != nil {
			return moved.Error
		}
		if moved.RowsAffected == 0 {
			return fmt.Errorf("models: no message %d: %w", reaction.Seq, ErrNotFound)
		}
		if err := tx.db(ctx).Model(&Conversation{}).Where("id = ?", c.ID).Update("rev", c.Rev).Error; err != nil {
			return err
		}
		return tx.AppendOutbox(ctx, events(c)...)
	})
	return changed, err
}

// ReactionsTo lists the signs under messages of a conversation.
func (s *Store) ReactionsTo(ctx context.Context, conversationID string, seqs []int64) ([]MessageReaction, error) {
	if len(seqs) == 0 {
		return nil, nil
	}
	var reactions []MessageReaction
	err := s.db(ctx).Where("conversation_id = ? AND seq IN ?", conversationID, seqs).Order("seq, code, at").Find(&reactions).Error
	return reactions, err
}

// A message is bound to its place: neither another conversation's nor another number's opens there.
func messageAD(m Message) seal.AD {
	return seal.AD{Table: "messages", Column: "body", Person: m.ConversationID, Row: fmt.Sprint(m.Seq)}
}

func versionAD(v MessageVersion) seal.AD {
	return seal.AD{Table: "message_versions", Column: "body", Person: v.ConversationID, Row: fmt.Sprintf("%d/%d", v.Seq, v.N)}
}

// MessagesAfter lists the messages of a conversation that come after a number, which may be 0, in order; more tells that
// there are others after them.
func (s *Store) MessagesAfter(ctx context.Context, conversationID string, after int64, limit int) (messages []Message, more bool, err error) {
	err = s.db(ctx).Where("conversation_id = ? AND seq > ?", conversationID, after).Order("seq").Limit(limit + 1).Find(&messages).Error
	if more = len(messages) > limit; more {
		messages = messages[:limit]
	}
	return messages, more, err
}

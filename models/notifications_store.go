package models

import (
	"context"
	"time"
)

// PutNotifications stores notifications; one whose dedupe key stands already is passed over.
func (s *Store) PutNotifications(ctx context.Context, notifications ...Notification) error {
	return insertOnce(s.db(ctx), notifications)
}

// SendNotifications marks what is due as sent, the longest due first, and calls announce in the same transaction:
// what announce writes and what is marked happens together or not at all. It returns what was sent.
func (s *Store) SendNotifications(ctx context.Context, limit int, now time.Time, announce func(tx *Store, sent []Notification) error) ([]Notification, error) {
	now = Moment(now)
	var due []Notification
	find := func(s *Store) error {
		return s.forClaim(s.db(ctx)).Where("due_at <= ? AND sent_at IS NULL AND void_at IS NULL", now).
			Order("due_at").Limit(limit).Find(&due).Error
	}
	err := s.claim(ctx, find, func() int { return len(due) }, func(tx *Store) error {
		ids := make([]string, len(due))
		for i := range due {
			ids[i], due[i].SentAt = due[i].ID, &now
		}
		if err := tx.db(ctx).Model(&Notification{}).Where("id IN ?", ids).Update("sent_at", now).Error; err != nil {
			return err
		}
		return announce(tx, due)
	})
	if err != nil {
		return nil, err
	}
	return due, nil
}

// NotificationsOf lists what a person was sent, the newest first.
func (s *Store) NotificationsOf(ctx context.Context, kind, id string, request PageRequest) (Page[Notification], error) {
	query := s.db(ctx).Where("recipient_kind = ? AND recipient_id = ? AND sent_at IS NOT NULL AND void_at IS NULL", kind, id)
	return newestFirst(query, request, "sent_at", func(n Notification) place { return place{moment(n.SentAt), n.ID} })
}

// NotificationsTo lists what recipients were sent, e.g. an agent and their team, the newest first.
func (s *Store) NotificationsTo(ctx context.Context, recipients []Recipient, request PageRequest) (Page[Notification], error) {
	at := func(n Notification) place { return place{moment(n.SentAt), n.ID} }
	return union(recipients, request.limit(), later, at, func(recipient Recipient) (Page[Notification], error) {
		return s.NotificationsOf(ctx, recipient.Kind, recipient.ID, request)
	})
}

// UnreadNotifications counts what a person was sent and has not read, up to MaxPage.
func (s *Store) UnreadNotifications(ctx context.Context, kind, id string) (int64, error) {
	var n int64
	some := s.db(ctx).Model(&Notification{}).Select("1").Limit(MaxPage).
		Where("recipient_kind = ? AND recipient_id = ? AND sent_at IS NOT NULL AND void_at IS NULL AND read_at IS NULL", kind, id)
	err := s.db(ctx).Table("(?) AS unread", some).Count(&n).Error
	return n, err
}

// ReadNotifications marks a person's own notifications as read; without ids, all that were sent.
func (s *Store) ReadNotifications(ctx context.Context, kind, id string, now time.Time, ids ...string) error {
	query := s.db(ctx).Model(&Notification{}).
		Where("recipient_kind = ? AND recipient_id = ? AND sent_at IS NOT NULL AND read_at IS NULL", kind, id)
	if len(ids) > 0 {
		query = query.Where("id IN ?", ids)
	}
	return query.Update("read_at", Moment(now)).Error
}

package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"aftersales/seal"
)

// NewNotice is a verified message of a partner.
type NewNotice struct {
	Partner, Digest, Kind, Subject string
	Body                           string // JSON; plain here, sealed under the platform's keyset when stored
	ReceivedAt                     time.Time
}

// PutNotice stores a notice once per partner and digest. stored is false when it stands already, which is no error:
// partners send everything at least once.
func (s *Store) PutNotice(ctx context.Context, in NewNotice) (id string, stored bool, err error) {
	notice := PartnerNotice{
		ID: NewID(), Partner: in.Partner, Digest: in.Digest, Kind: in.Kind, Subject: in.Subject, Body: seal.Plain(in.Body),
		ReceivedAt: Moment(in.ReceivedAt), State: NoticeNew, NextAt: Moment(in.ReceivedAt),
	}
	if err := s.Keys.Seal(ctx, seal.Platform, noticeAD(notice), &notice.Body); err != nil {
		return "", false, err
	}
	inserted := s.db(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "partner"}, {Name: "digest"}}, DoNothing: true,
	}).Create(&notice)
	if inserted.Error != nil || inserted.RowsAffected == 1 {
		return notice.ID, inserted.Error == nil, inserted.Error
	}
	standing, err := one[PartnerNotice](ctx, s, "partner = ? AND digest = ?", in.Partner, in.Digest)
	return standing.ID, false, err
}

// States of a notice.
const (
	NoticeNew       = "new"
	NoticeDelivered = "delivered"
	NoticeIgnored   = "ignored"
	NoticeFailed    = "failed"
)

// ClaimNotices takes notices that are due, the longest due first, and hides them from other sweepers for lease:
// whoever dies with one gives it back that way.
func (s *Store) ClaimNotices(ctx context.Context, limit int, now time.Time, lease time.Duration) ([]PartnerNotice, error) {
	var due []PartnerNotice
	query := func(s *Store) error {
		return s.forClaim(s.db(ctx)).Where("state = ? AND next_at <= ?", NoticeNew, now).Order("next_at").Limit(limit).Find(&due).Error
	}
	err := s.claim(ctx, query, func() int { return len(due) }, func(tx *Store) error {
		ids := make([]string, len(due))
		for i := range due {
			ids[i], due[i].NextAt, due[i].Tries = due[i].ID, Moment(now.Add(lease)), due[i].Tries+1
		}
		return tx.db(ctx).Exec("UPDATE partner_notices SET next_at = ?, tries = tries + 1 WHERE id IN ?", now.Add(lease), ids).Error
	})
	return due, err
}

// claim runs find and, when it found something, take, in one transaction. On SQLite it first looks without one, so
// that an idle sweeper is never a writer.
func (s *Store) claim(ctx context.Context, find func(*Store) error, found func() int, take func(tx *Store) error) error {
	if s.dialect == SQLite && !s.inTx {
		if err := find(s); err != nil || found() == 0 {
			return err
		}
	}
	return s.Tx(ctx, func(tx *Store) error {
		if err := find(tx); err != nil || found() == 0 {
			return err
		}
		return take(tx)
	})
}

// NoticeBody opens a notice: the JSON it was stored with.
func (s *Store) NoticeBody(ctx context.Context, notice PartnerNotice) (string, error) {
	return s.Keys.Open(ctx, noticeAD(notice), notice.Body)
}

func noticeAD(notice PartnerNotice) seal.AD {
	return seal.AD{Table: "partner_notices", Column: "body", Person: notice.Partner, Row: notice.Digest}
}

// NoticeDelivered notes that the workflow has accepted a notice.
func (s *Store) NoticeDelivered(ctx context.Context, id string, now time.Time) error {
	return s.db(ctx).Model(&PartnerNotice{}).Where("id = ? AND state = ?", id, NoticeNew).
		Updates(map[string]any{"state": NoticeDelivered, "delivered_at": Moment(now)}).Error
}

// RetryNotice makes a notice due again at a time.
func (s *Store) RetryNotice(ctx context.Context, id string, at time.Time) error {
	return s.db(ctx).Model(&PartnerNotice{}).Where("id = ? AND state = ?", id, NoticeNew).Update("next_at", Moment(at)).Error
}

// EndNotice ends a notice that concerns no case (NoticeIgnored) or cannot be delivered (NoticeFailed).
func (s *Store) EndNotice(ctx context.Context, id, state string) error {
	return s.db(ctx).Model(&PartnerNotice{}).Where("id = ? AND state = ?", id, NoticeNew).Update("state", state).Error
}

// NoticesOf lists the notices about a waybill, a refund or an order, the oldest first.
func (s *Store) NoticesOf(ctx context.Context, subject string) ([]PartnerNotice, error) {
	var notices []PartnerNotice
	err := s.db(ctx).Where("subject = ?", subject).Order("received_at, id").Find(&notices).Error
	return notices, err
}

package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"aftersales/seal"
)

// AskErasure stores a request to be forgotten. ErrDuplicate when one is open already, ErrNotFound for an unknown customer.
func (s *Store) AskErasure(ctx context.Context, erasure Erasure) (Erasure, error) {
	customer, err := s.Customer(ctx, erasure.CustomerID)
	if err != nil {
		return erasure, err
	}
	erasure.KeyRef, erasure.State, erasure.Open = customer.KeyRef, ErasureCooling, true
	erasure.AskedAt, erasure.EraseAt = Moment(erasure.AskedAt), Moment(erasure.EraseAt)
	return erasure, s.db(ctx).Create(&erasure).Error
}

// Erasure returns one request; ErrNotFound when there is none.
func (s *Store) Erasure(ctx context.Context, id string) (Erasure, error) {
	return one[Erasure](ctx, s, "id = ?", id)
}

// OpenErasure returns the request of a customer that is under way; ErrNotFound when there is none.
func (s *Store) OpenErasure(ctx context.Context, customerID string) (Erasure, error) {
	return one[Erasure](ctx, s, "customer_id = ? AND open", customerID)
}

// OpenErasures lists the requests that are under way, the oldest first.
func (s *Store) OpenErasures(ctx context.Context) ([]Erasure, error) {
	var open []Erasure
	err := s.db(ctx).Where("open").Order("asked_at, id").Find(&open).Error
	return open, err
}

// ErasureByReceipt finds a request by the hash of the receipt that the customer got; ErrNotFound when there is none.
func (s *Store) ErasureByReceipt(ctx context.Context, hash []byte) (Erasure, error) {
	return one[Erasure](ctx, s, "receipt_hash = ?", hash)
}

// Erasures lists requests, the newest first; state limits to one state unless empty.
func (s *Store) Erasures(ctx context.Context, state string, page PageRequest) (Page[Erasure], error) {
	query := s.db(ctx)
	if state != "" {
		query = query.Where("state = ?", state)
	}
	return newestFirst(query, page, "asked_at", func(e Erasure) place { return place{e.AskedAt, e.ID} })
}

// Leaving tells whether a customer's erasure has begun, so that nothing new may begin.
func (s *Store) Leaving(ctx context.Context, customerID string) (bool, error) {
	var n int64
	err := s.db(ctx).Model(&Erasure{}).Where("customer_id = ? AND open AND state <> ?", customerID, ErasureCooling).Count(&n).Error
	return n > 0, err
}

// ErasureStep is how far an erasure is, and what it waits for.
type ErasureStep struct {
	State              string
	Holds, Cases, Legs int
	At                 time.Time
}

// NoteErasure writes how far an erasure is. One that is over stays as it is.
func (s *Store) NoteErasure(ctx context.Context, id string, step ErasureStep) error {
	updates := map[string]any{"state": step.State, "holds": step.Holds, "cases": step.Cases, "legs": step.Legs}
	if step.State == ErasureCancelled {
		updates["open"], updates["ended_at"] = false, Moment(step.At)
	}
	return s.db(ctx).Model(&Erasure{}).Where("id = ? AND open", id).Updates(updates).Error
}

// OpenCasesOf lists the cases of a customer that are open, the newest first: children before the cases they belong to.
func (s *Store) OpenCasesOf(ctx context.Context, customerID string) ([]Case, error) {
	var open []Case
	err := s.db(ctx).Where("customer_id = ? AND open", customerID).Order("opened_at DESC, id DESC").Limit(MaxPage).Find(&open).Error
	return open, err
}

// ClosedSince lists the cases of a customer that closed since a time: their workflows may be about to end.
func (s *Store) ClosedSince(ctx context.Context, customerID string, since time.Time) ([]Case, error) {
	var closed []Case
	err := s.db(ctx).Where("customer_id = ? AND NOT open AND closed_at >= ?", customerID, since).Order("id").Limit(MaxPage).Find(&closed).Error
	return closed, err
}

// MoneyUnderWay counts what of a customer's money has no end yet: refunds and insurance claims that were sent and not
// answered, and money that is claimed back.
func (s *Store) MoneyUnderWay(ctx context.Context, customerID string) (int, error) {
	var n int
	err := s.db(ctx).Raw(`SELECT
		(SELECT count(*) FROM refund_legs l JOIN orders o ON o.id = l.order_id WHERE o.customer_id = ? AND l.status IN ('intended', 'unknown')) +
		(SELECT count(*) FROM insurance_claims i JOIN orders o ON o.id = i.order_id WHERE o.customer_id = ? AND i.state IN ('intended', 'accepted')) +
		(SELECT count(*) FROM recoveries r JOIN cases k ON k.id = r.case_id WHERE k.customer_id = ? AND r.from_kind = 'customer' AND r.state = 'open')`,
		customerID, customerID, customerID).Scan(&n).Error
	return n, err
}

// KeepWords seals what the proof of an erasure will look for, under a keyset of its own: it must be known after the
// customer's is gone. Words that are there stay: they were gathered while everything could still be read.
func (s *Store) KeepWords(ctx context.Context, id, words string) error {
	erasure, err := s.Erasure(ctx, id)
	if err != nil || erasure.WordsRef != "" {
		return err
	}
	ref, err := s.Keys.NewPerson(ctx)
	if err != nil {
		return err
	}
	text := seal.Plain(words)
	if err := s.Keys.Seal(ctx, ref, wordsAD(id), &text); err != nil {
		return err
	}
	return s.db(ctx).Model(&Erasure{}).Where("id = ? AND words_ref = ''", id).Updates(map[string]any{"words_ref": ref, "words": text}).Error
}

// Words opens what the proof looks for; empty when it is done.
func (s *Store) Words(ctx context.Context, erasure Erasure) (string, error) {
	return s.Keys.Open(ctx, wordsAD(erasure.ID), erasure.Words)
}

func wordsAD(id string) seal.AD {
	return seal.AD{Table: "erasures", Column: "words", Person: id, Row: id}
}

// NoteErased adds to what went, and notes when it first did.
func (s *Store) NoteErased(ctx context.Context, id string, gone Forgotten, at time.Time) error {
	return s.Tx(ctx, func(tx *Store) error {
		erasure, err := tx.Erasure(ctx, id)
		if err != nil {
			return err
		}
		for what, n := range erasure.WhatWent() {
			if gone[what] += n; what == "keysets" {
				gone[what] = n
			}
		}
		content, err := json.Marshal(gone)
		if err != nil {
			return err
		}
		updates := map[string]any{"gone": string(content)}
		if erasure.ErasedAt == nil {
			updates["erased_at"] = Moment(at)
		}
		return tx.db(ctx).Model(&Erasure{}).Where("id = ? AND open", id).Updates(updates).Error
	})
}

// WhatWent is what an erasure took away so far.
func (e Erasure) WhatWent() Forgotten {
	gone := Forgotten{}
	_ = json.Unmarshal([]byte(e.Gone), &gone) // empty before the first time
	return gone
}

// Prove ends an erasure with its certificate. The words that were looked for go, and the keyset under which they were kept.
func (s *Store) Prove(ctx context.Context, id, certificate string, at time.Time) error {
	erasure, err := s.Erasure(ctx, id)
	if err != nil || !erasure.Open {
		return err
	}
	if erasure.WordsRef != "" {
		if err := s.Keys.Destroy(ctx, erasure.WordsRef); err != nil {
			return err
		}
	}
	digest := sha256.Sum256([]byte(certificate))
	return s.db(ctx).Model(&Erasure{}).Where("id = ? AND open", id).Updates(map[string]any{
		"state": ErasureDone, "open": false, "ended_at": Moment(at), "words": nil,
		"certificate": certificate, "digest": hex.EncodeToString(digest[:]),
	}).Error
}

// EachOrderOf gives every order of a customer to a function whose error ends it.
func (s *Store) EachOrderOf(ctx context.Context, customerID string, give func(Order) error) error {
	for request := (PageRequest{Limit: MaxPage}); ; {
		page, err := s.OrdersOfCustomer(ctx, customerID, request)
		if err != nil {
			return err
		}
		for _, order := range page.Items {
			if err := give(order); err != nil {
				return err
			}
		}
		if request.Cursor = page.Next; request.Cursor == "" {
			return nil
		}
	}
}

// TextsBy opens what somebody wrote, the newest first, limit of them at most; 0 means all.
func (s *Store) TextsBy(ctx context.Context, authorKind, authorID string, limit int) ([]WrittenText, error) {
	query := s.db(ctx).Where("author_kind = ? AND author_id = ?", authorKind, authorID).Order("created_at DESC, id DESC")
	if limit > 0 {
		query = query.Limit(limit)
	}
	var rows []Text
	if err := query.Find(&rows).Error; err != nil {
		return nil, err
	}
	texts := make([]WrittenText, len(rows))
	for i, row := range rows {
		body, err := s.Keys.Open(ctx, bodyAD(row), row.Body)
		if err != nil {
			return nil, err
		}
		texts[i] = WrittenText{Text: row, Words: body}
	}
	return texts, nil
}

// WrittenText is a text with what it says.
type WrittenText struct {
	Text
	Words string
}

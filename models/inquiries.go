package models

import (
	"context"
	"errors"
	"time"

	"aftersales/seal"
)

// CarrierInquiry is what the desk asks a carrier about a parcel: the message Seq of the carrier's thread, which is also a
// question with a due time. A case that it belongs to puts it to the carrier, or a workflow of its own.
type CarrierInquiry struct {
	ID             string     `gorm:"primaryKey;size:40"`
	ConversationID string     `gorm:"size:40;not null;uniqueIndex:inquiry_once,priority:1"`
	Seq            int64      `gorm:"not null;uniqueIndex:inquiry_once,priority:2"`
	CustomerID     string     `gorm:"size:40;not null;index"`
	KeyRef         string     `gorm:"size:32;not null"` // of the customer, under whose keyset the answer's words are
	Kind           string     `gorm:"size:12;not null"` // InquiryTrack …
	Carrier        string     `gorm:"size:16;not null"`
	Number         string     `gorm:"size:40;not null"`
	OrderID        string     `gorm:"size:64;not null"`
	CaseID         string     `gorm:"size:40;not null"` // empty: no case's
	AskedBy        string     `gorm:"size:60;not null"` // "<role>/<id>"
	AskedAt        time.Time  `gorm:"not null;index:inquiries_to_send,where:sent_at IS NULL"`
	DueAt          time.Time  `gorm:"not null"`
	SentAt         *time.Time // when a workflow took it
	State          string     `gorm:"size:12;not null;check:inquiry_state,state IN ('asked', 'answered', 'refused', 'by_hand')"` // InquiryAsked …
	Answer         string     `gorm:"type:text;not null"`                                                                        // JSON of codes and numbers; "{}": none yet
	Words          seal.Text  // what else the carrier said: its scans
	AnsweredAt     *time.Time
	AnswerSeq      int64 `gorm:"not null"` // the message that tells it; 0: none yet
}

// What carriers are asked.
const (
	InquiryTrack     = "track"     // where the parcel is
	InquiryIntercept = "intercept" // to turn it back to who sent it
	InquiryWeight    = "weight"    // what it weighs
)

// InquiryKinds lists them.
var InquiryKinds = []string{InquiryTrack, InquiryIntercept, InquiryWeight}

// States of inquiries.
const (
	InquiryAsked    = "asked"
	InquiryAnswered = "answered" // by the carrier, as Answer says
	InquiryRefused  = "refused"  // the carrier will not, or cannot
	InquiryByHand   = "by_hand"  // somebody of the desk wrote down what the carrier said
)

// PutInquiry stores one in a thread that the transaction holds.
func (s *Store) PutInquiry(ctx context.Context, c Conversation, inquiry CarrierInquiry) error {
	inquiry.ConversationID, inquiry.CustomerID, inquiry.KeyRef, inquiry.State, inquiry.Answer = c.ID, c.CustomerID, c.KeyRef, InquiryAsked, "{}"
	inquiry.AskedAt, inquiry.DueAt = Moment(inquiry.AskedAt), Moment(inquiry.DueAt)
	return s.db(ctx).Create(&inquiry).Error
}

// Inquiry returns one; ErrNotFound when there is none.
func (s *Store) Inquiry(ctx context.Context, id string) (CarrierInquiry, error) {
	return one[CarrierInquiry](ctx, s, "id = ?", id)
}

// InquiryAt is the one that a message asks; ErrNotFound when it asks none.
func (s *Store) InquiryAt(ctx context.Context, conversationID string, seq int64) (CarrierInquiry, error) {
	return one[CarrierInquiry](ctx, s, "conversation_id = ? AND seq = ?", conversationID, seq)
}

// InquiriesIn lists those of a thread, the newest first.
func (s *Store) InquiriesIn(ctx context.Context, conversationID string) ([]CarrierInquiry, error) {
	var found []CarrierInquiry
	err := s.db(ctx).Where("conversation_id = ?", conversationID).Order("seq DESC").Limit(MaxPage).Find(&found).Error
	return found, err
}

// InquirySent notes that a workflow took one.
func (s *Store) InquirySent(ctx context.Context, id string, at time.Time) error {
	return s.db(ctx).Model(&CarrierInquiry{}).Where("id = ? AND sent_at IS NULL", id).Update("sent_at", Moment(at)).Error
}

// InquiriesToSend lists those that were asked before a time and that no workflow took, the oldest first.
func (s *Store) InquiriesToSend(ctx context.Context, before time.Time, limit int) ([]CarrierInquiry, error) {
	var found []CarrierInquiry
	err := s.db(ctx).Where("sent_at IS NULL AND asked_at < ?", Moment(before)).Order("asked_at").Limit(limit).Find(&found).Error
	return found, err
}

// AnswerInquiry stores what a carrier answered, once: state, answer as JSON of codes, and its words, which are sealed. events
// are told with it. One that has an answer already comes back as it is, with fresh false.
func (s *Store) AnswerInquiry(ctx context.Context, id, state, answer, words string, at time.Time, events ...OutboxEvent) (after CarrierInquiry, fresh bool, err error) {
	known, err := s.Inquiry(ctx, id)
	if err != nil || known.State != InquiryAsked {
		return known, false, err
	}
	if words != "" {
		if err := s.Keys.Preload(ctx, known.KeyRef); err != nil { // not inside the transaction
			return known, false, err
		}
	}
	err = s.Tx(ctx, func(tx *Store) (err error) {
		if after, err = tx.lockInquiry(ctx, "id = ?", id); err != nil {
			return err
		}
		if fresh = after.State == InquiryAsked; !fresh {
			return nil
		}
		now := Moment(at)
		after.State, after.Answer, after.AnsweredAt = state, answer, &now
		if words != "" {
			after.Words = seal.Plain(words)
			if err := tx.Keys.Seal(ctx, after.KeyRef, inquiryAD(after), &after.Words); err != nil {
				return err
			}
		}
		if err := tx.db(ctx).Save(&after).Error; err != nil {
			return err
		}
		return tx.AppendOutbox(ctx, events...)
	})
	return after, fresh, err
}

// InquiryByHand notes that a message of the desk tells what the carrier said: nobody asks it any more. Nothing when the message that it
// answers asked no carrier, or has its answer.
func (s *Store) InquiryByHand(ctx context.Context, conversationID string, seq, answer int64, at time.Time) error {
	found, err := s.lockInquiry(ctx, "conversation_id = ? AND seq = ?", conversationID, seq)
	if errors.Is(err, ErrNotFound) || err == nil && found.State != InquiryAsked {
		return nil
	}
	if err != nil {
		return err
	}
	now := Moment(at)
	found.State, found.AnsweredAt, found.AnswerSeq = InquiryByHand, &now, answer
	return s.db(ctx).Save(&found).Error
}

// TellInquiry notes which message tells the answer of an inquiry; told is false when another one did.
func (s *Store) TellInquiry(ctx context.Context, id string, seq int64) (told bool, err error) {
	done := s.db(ctx).Model(&CarrierInquiry{}).Where("id = ? AND answer_seq = 0", id).Update("answer_seq", seq)
	return done.RowsAffected == 1, done.Error
}

func (s *Store) lockInquiry(ctx context.Context, where string, values ...any) (CarrierInquiry, error) {
	var found CarrierInquiry
	err := translate(s.ForUpdate(s.db(ctx)).Where(where, values...).Take(&found).Error)
	return found, err
}

// InquiryWords opens what else a carrier said; empty for nothing, the fault Erased when the customer was erased.
func (s *Store) InquiryWords(ctx context.Context, inquiry CarrierInquiry) (string, error) {
	if inquiry.Words.IsZero() {
		return "", nil
	}
	return s.Keys.Open(ctx, inquiryAD(inquiry), inquiry.Words)
}

func inquiryAD(i CarrierInquiry) seal.AD {
	return seal.AD{Table: "carrier_inquiries", Column: "words", Person: i.ConversationID, Row: i.ID}
}

// Parcel is one that was sent to a customer, or that a customer sent back.
type Parcel struct {
	OrderID string
	CaseID  string // which follows it; empty: none
	Back    bool   // on its way to the merchant
}

// ParcelOf finds a parcel of a customer by its number; of a case alone when one is named. ErrNotFound when it is nobody's, or another's.
func (s *Store) ParcelOf(ctx context.Context, customerID, caseID, carrier, number string) (Parcel, error) {
	var rows []Parcel
	query := `SELECT k.order_id, k.id AS case_id, w.direction = 'back' AS back FROM waybills w JOIN cases k ON k.id = w.case_id
		WHERE w.carrier = ? AND w.number = ? AND k.customer_id = ?`
	values := []any{carrier, number, customerID}
	if caseID != "" {
		query, values = query+" AND k.id = ?", append(values, caseID)
	}
	if err := s.db(ctx).Raw(query+" ORDER BY k.id DESC LIMIT 1", values...).Scan(&rows).Error; err != nil {
		return Parcel{}, err
	}
	if len(rows) > 0 {
		return rows[0], nil
	}
	query = `SELECT o.id AS order_id FROM order_shipments p JOIN orders o ON o.id = p.order_id WHERE p.number = ? AND p.carrier = ? AND o.customer_id = ?`
	values = []any{number, carrier, customerID}
	if caseID != "" {
		query, values = query+" AND EXISTS (SELECT 1 FROM cases k WHERE k.id = ? AND k.order_id = o.id)", append(values, caseID)
	}
	if err := s.db(ctx).Raw(query+" LIMIT 1", values...).Scan(&rows).Error; err != nil {
		return Parcel{}, err
	}
	if len(rows) == 0 {
		return Parcel{}, ErrNotFound
	}
	return rows[0], nil
}

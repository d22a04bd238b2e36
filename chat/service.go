// Package chat is what people, and the bot, write to each other: conversations of customers, threads with colleagues and
// shops, who waits for whom, and who has what. It decides nothing about cases.
package chat

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"aftersales/models"
)

// Cases is what conversations know of cases, always in somebody's name.
type Cases interface {
	// Case tells whose a case is, to whom may read it; not_found to others.
	Case(ctx context.Context, actor Actor, id string) (CaseHead, error)
	// Order tells whose shop's an order is, to whom may read it; order_unknown to others.
	Order(ctx context.Context, actor Actor, id string) (merchantID string, err error)
	// Answer answers a case's open question in the customer's name, once per key.
	Answer(ctx context.Context, actor Actor, answer CaseAnswer) error
}

// CaseHead is a case as a conversation shows it.
type CaseHead struct {
	ID, CustomerID, MerchantID, Team string
	LastSeq                          int64 // of its timeline
}

// CaseAnswer answers what a case has asked: by a choice, or in words.
type CaseAnswer struct {
	CaseID     string
	Round, N   int
	Choice     string
	Text       string
	Evidence   []string
	Key        string
	ReceivedAt time.Time
}

// Privacy says whether something new may begin for a customer. Its errors are faults.
type Privacy interface {
	MayBegin(ctx context.Context, customerID string) error
}

// Service is safe for concurrent use. Store and Cases are needed.
type Service struct {
	Store *models.Store
	Cases Cases
	Bot   Bot // nil: people only
	// Question says a question of a case in a language; nil: its field stands alone.
	Question func(kind, field, lang string) string
	Privacy  Privacy          // nil: everybody may begin
	Carriers Carriers         // nil: what they are asked waits for a worker
	Now      func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: slog.Default()

	turns sync.WaitGroup
	slots chan struct{} // turns of the bot at a time
	once  sync.Once
}

func (s *Service) now() time.Time {
	if s.Now != nil {
		return s.Now().UTC()
	}
	return time.Now().UTC()
}

func (s *Service) log() *slog.Logger {
	if s.Log != nil {
		return s.Log
	}
	return slog.Default()
}

// away is what a person is told when our database fails.
var away = models.Told

func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Package cases is the application service for after-sales cases: it checks what can be checked before the engine is
// asked, opens cases, carries commands to them, and reads their projections. It decides nothing that a case decides.
package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"aftersales/fault"
	"aftersales/media"
	"aftersales/models"
	"aftersales/policy/pack"
	"aftersales/workflows/contract"
)

// Engine runs cases. Its errors are faults.
type Engine interface {
	Open(ctx context.Context, keyRef string, start contract.Start, key string, actor contract.Actor) (contract.Ack, error)
	Do(ctx context.Context, workflowID string, command contract.Command) (contract.Ack, error)
	MoveDeadlines(ctx context.Context, moveID string) error
	Reconcile(ctx context.Context, id string, what contract.ReconcileInput) error
}

// Carriers knows carriers and the form of their numbers.
type Carriers interface {
	// Known tells whether parcels of this carrier can be followed.
	Known(carrier string) bool
	// Codes lists the carriers that are known.
	Codes() []string
	// Valid tells whether the number can be one of the carrier.
	Valid(carrier, number string) bool
}

// Privacy says whether something new may begin for a customer. Its errors are faults.
type Privacy interface {
	MayBegin(ctx context.Context, customerID string) error
}

// Conversations says who may see what was sent in one. Its errors are faults.
type Conversations interface {
	MayRead(ctx context.Context, actor contract.Actor, conversationID string) error
}

// Chooser says, by its hash, which policy pack a case that begins now gets.
type Chooser interface {
	Hash(ctx context.Context) (string, error)
}

// Service opens, commands and reads cases. All fields are needed, Files by what touches evidence only.
type Service struct {
	Store    *models.Store
	Files    models.BlobStore
	Engine   Engine
	Packs    Packs
	Chosen   Chooser // which pack new cases get
	Carriers Carriers
	Ledger   Ledger           // nil: what shops have is not known
	Hands    time.Duration    // how long who had a hand in a colleague is no second person; 0: 7 days
	Privacy  Privacy          // nil: everybody may begin
	Now      func() time.Time // nil: time.Now

	Conversations Conversations // nil: files of conversations are their owners'

	Media *media.Cleaner // nil: one with the usual limits, shared by all services of the process
	Quota UploadQuota
}

func (s *Service) now() time.Time {
	if s.Now != nil {
		return s.Now().UTC()
	}
	return time.Now().UTC()
}

// packOfNewCases is the hash of the pack that a case which begins now gets.
func (s *Service) packOfNewCases(ctx context.Context) (string, error) {
	hash, err := s.Chosen.Hash(ctx)
	return hash, away(err)
}

// rulesOfNewCases is that pack.
func (s *Service) rulesOfNewCases(ctx context.Context) (*pack.Pack, error) {
	hash, err := s.packOfNewCases(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := s.Packs.Get(ctx, hash)
	return rules, away(err)
}

// away is what a person is told when our database fails.
var away = models.Told

// broken is what a person is told when a row cannot be read as what it is: no patience helps.
func broken(what, id string, err error) error {
	if err == nil {
		return nil
	}
	return fault.New(fault.Internal).Because(fmt.Errorf("cases: %s of %s: %w", what, id, err))
}

// readJSON reads a column; an empty one leaves the target as it is.
func readJSON(column string, into any) error {
	if column == "" {
		return nil
	}
	return json.Unmarshal([]byte(column), into)
}

// isFault tells whether err is the fault of a code.
func isFault(err error, code fault.Code) bool {
	f := fault.As(err)
	return f != nil && f.Code == code
}

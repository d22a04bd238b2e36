package privacy

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// Asked is a request to be forgotten with the receipt that shows its certificate later. Only its hash is stored: it is said
// once.
type Asked struct {
	models.Erasure
	Receipt string
}

// receiptPrefix tells what the secret is for when somebody finds it.
const receiptPrefix = "erasure_"

// AskErasure begins a customer's erasure. id is derived from the request's key, so that a repeat finds the first. Fault:
// erasure_asked while another is open.
func (s *Service) AskErasure(ctx context.Context, customerID, id string) (Asked, error) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails
	receipt := receiptPrefix + base64.RawURLEncoding.EncodeToString(raw)
	hash := sha256.Sum256([]byte(receipt))
	now := s.now()
	erasure, err := s.Store.AskErasure(ctx, models.Erasure{
		ID: id, CustomerID: customerID, ByKind: models.KindCustomer, AskedAt: now, EraseAt: now.Add(s.CoolOff), ReceiptHash: hash[:],
	})
	if errors.Is(err, models.ErrDuplicate) {
		if erasure, err = s.Store.OpenErasure(ctx, customerID); err == nil && erasure.ID != id {
			return Asked{}, fault.New(fault.ErasureAsked)
		}
		receipt = "" // it was said to the first of these requests, or it was lost with its answer
	}
	if err != nil {
		return Asked{}, away(err)
	}
	if err := s.Engine.StartErasure(ctx, erasure.ID, erasure.EraseAt); err != nil {
		return Asked{}, err
	}
	err = s.record(ctx, Person{models.KindCustomer, customerID}, "erasure.ask", "erasure", erasure.ID, "")
	return Asked{erasure, receipt}, away(err)
}

// MyErasure is the customer's request that is under way; not_found when there is none.
func (s *Service) MyErasure(ctx context.Context, customerID string) (models.Erasure, error) {
	erasure, err := s.Store.OpenErasure(ctx, customerID)
	return erasure, away(err)
}

// CancelErasure calls the customer's request off. Faults: not_found when there is none, erasure_begun once it is too late.
func (s *Service) CancelErasure(ctx context.Context, customerID string) (models.Erasure, error) {
	erasure, err := s.Store.OpenErasure(ctx, customerID)
	if err != nil {
		return erasure, away(err)
	}
	err = s.Engine.CancelErasure(ctx, erasure.ID)
	if f := fault.As(err); f != nil && f.Code == fault.CaseClosed {
		err = nil // it is over: the row says how
	}
	if err != nil {
		return erasure, err
	}
	erasure, err = s.Store.Erasure(ctx, erasure.ID)
	if err == nil && erasure.State != models.ErasureCancelled {
		return erasure, fault.New(fault.ErasureBegun)
	}
	return erasure, away(err)
}

// ByReceipt shows a request and its certificate to whoever has the receipt, when nobody can sign in any more. Every receipt
// that is not one is not_found.
func (s *Service) ByReceipt(ctx context.Context, receipt string) (models.Erasure, error) {
	if !strings.HasPrefix(receipt, receiptPrefix) {
		return models.Erasure{}, fault.New(fault.NotFound)
	}
	hash := sha256.Sum256([]byte(receipt))
	erasure, err := s.Store.ErasureByReceipt(ctx, hash[:])
	return erasure, away(err)
}

// Erasures lists requests for those who answer for them.
func (s *Service) Erasures(ctx context.Context, state string, page models.PageRequest) (models.Page[models.Erasure], error) {
	found, err := s.Store.Erasures(ctx, state, page)
	return found, away(err)
}

// Erasure shows one request.
func (s *Service) Erasure(ctx context.Context, id string) (models.Erasure, error) {
	erasure, err := s.Store.Erasure(ctx, id)
	return erasure, away(err)
}

// NewHold keeps a customer's data: who asks for it, why, in words that are stored sealed, and until when it is reviewed.
type NewHold struct {
	ID         string // derived from the request's key
	CustomerID string
	Reason     string
	Note       string
	For        time.Duration
}

// PlaceHold stops erasure and sweeping for a customer. Faults: not_found, hold_in_force when there is one for this reason.
func (s *Service) PlaceHold(ctx context.Context, by Person, in NewHold) (models.LegalHold, error) {
	if hold, err := s.Store.LegalHold(ctx, in.ID); err == nil {
		return hold, nil
	}
	if _, err := s.Store.Customer(ctx, in.CustomerID); err != nil {
		return models.LegalHold{}, away(err)
	}
	standing, err := s.Store.HoldsInForce(ctx, in.CustomerID)
	if err != nil {
		return models.LegalHold{}, away(err)
	}
	for _, hold := range standing {
		if hold.Reason == in.Reason {
			return models.LegalHold{}, fault.New(fault.HoldInForce)
		}
	}
	now := s.now()
	hold, err := s.Store.PlaceHold(ctx, models.LegalHold{
		ID: in.ID, CustomerID: in.CustomerID, Reason: in.Reason, PlacedBy: by.ID, PlacedAt: now, ReviewAt: now.Add(in.For),
	}, in.Note)
	if err != nil {
		return hold, away(err)
	}
	return hold, away(s.record(ctx, by, "hold.place", "customer", in.CustomerID, in.Reason))
}

// LiftHold ends a hold and lets an erasure that it stopped go on. Lifting twice is lifting once.
func (s *Service) LiftHold(ctx context.Context, by Person, id string) (models.LegalHold, error) {
	hold, err := s.Store.LiftHold(ctx, id, by.ID, s.now())
	if errors.Is(err, models.ErrNotFound) && hold.LiftedAt != nil {
		return hold, nil
	}
	if err != nil {
		return hold, away(err)
	}
	if err := s.record(ctx, by, "hold.lift", "customer", hold.CustomerID, hold.Reason); err != nil {
		return hold, away(err)
	}
	if erasure, err := s.Store.OpenErasure(ctx, hold.CustomerID); err == nil {
		// It looks by itself within hours; that it could not be told is no reason to keep the hold.
		_ = s.Engine.LookAtErasure(ctx, erasure.ID)
	}
	return hold, nil
}

// Holds lists the holds that stand, the latest first; those of one customer unless customerID is empty.
func (s *Service) Holds(ctx context.Context, customerID string, page models.PageRequest) (models.Page[models.LegalHold], error) {
	holds, err := s.Store.HoldsPage(ctx, customerID, page)
	return holds, away(err)
}

// Resume begins every erasure that was asked for and has no workflow: the engine was away when it was asked, or its store was
// restored from before that. What runs already is left alone.
func (s *Service) Resume(ctx context.Context) error {
	open, err := s.Store.OpenErasures(ctx)
	if err != nil {
		return err
	}
	for _, erasure := range open {
		if err := s.Engine.StartErasure(ctx, erasure.ID, erasure.EraseAt); err != nil {
			return err
		}
	}
	return nil
}

// Replay forgets again everybody whose keyset was destroyed and who stands in the data all the same: after a backup from
// before an erasure was restored. It returns how many.
func (s *Service) Replay(ctx context.Context) (n int, err error) {
	for after := ""; ; {
		returned, next, err := s.Store.Returned(ctx, after)
		if err != nil {
			return n, err
		}
		for _, customer := range returned {
			if err := s.forgetAgain(ctx, customer); err != nil {
				return n, err
			}
			n++
		}
		if after = next; after == "" {
			return n, nil
		}
	}
}

func (s *Service) forgetAgain(ctx context.Context, customer models.Customer) error {
	erasure, err := s.Store.OpenErasure(ctx, customer.ID)
	open := err == nil
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	now := s.now()
	begun := open && (erasure.State == models.ErasureErasing || erasure.State == models.ErasureProving || erasure.State == models.ErasureUnproven)
	if begun && (erasure.ErasedAt == nil || now.Sub(*erasure.ErasedAt) < 24*time.Hour) {
		return nil // its own workflow is at it
	}
	gone, err := s.Store.Forget(ctx, s.Files, customer.ID, customer.KeyRef, now)
	if err != nil {
		return err
	}
	if err := s.Store.Compact(ctx); err != nil {
		return err
	}
	if open { // the backup was made while it was under way: the certificate of that time is not in it
		certificate, err := json.Marshal(map[string]any{"erasure_id": erasure.ID, "keyset": customer.KeyRef, "replayed_at": now, "gone": gone})
		if err != nil {
			return err
		}
		if err := s.Store.Prove(ctx, erasure.ID, string(certificate), now); err != nil {
			return err
		}
	}
	return s.record(ctx, Person{Kind: "system"}, "erasure.replay", "keyset", customer.KeyRef, "")
}

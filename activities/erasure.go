package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// NoteErasure writes how far an erasure is.
func (a *Activities) NoteErasure(ctx context.Context, in contract.ErasureInput) error {
	if err := a.Store.NoteErasure(ctx, in.ErasureID, models.ErasureStep{State: in.State, At: in.At}); err != nil {
		return stored(err)
	}
	return a.audit(ctx, in, "erasure."+in.State, "", nil)
}

// justClosed is how long after its end a case's workflow may still have something to write.
const justClosed = 10 * time.Minute

// LookBeforeErasure takes the customer's open cases back where a customer may, and says what is left: holds, cases that
// must come to their end, money whose end is not known. A hold stops everything: then no case is taken back either.
func (a *Activities) LookBeforeErasure(ctx context.Context, in contract.ErasureInput) (contract.ErasureBlockers, error) {
	var left contract.ErasureBlockers
	erasure, err := a.Store.Erasure(ctx, in.ErasureID)
	if err != nil {
		return left, stored(err)
	}
	holds, err := a.Store.HoldsInForce(ctx, erasure.CustomerID)
	if err != nil {
		return left, stored(err)
	}
	step := models.ErasureStep{State: models.ErasureHeld, At: in.At}
	if left.Holds = len(holds); left.Holds == 0 {
		step.State = models.ErasureEnding
		if left.Cases, err = a.endCases(ctx, erasure, in.At); err != nil {
			return left, err
		}
		if left.Legs, err = a.Store.MoneyUnderWay(ctx, erasure.CustomerID); err != nil {
			return left, stored(err)
		}
	}
	step.Holds, step.Cases, step.Legs = left.Holds, left.Cases, left.Legs
	return left, stored(a.Store.NoteErasure(ctx, in.ErasureID, step))
}

// endCases withdraws what can be withdrawn and counts what goes on.
func (a *Activities) endCases(ctx context.Context, erasure models.Erasure, at time.Time) (left int, err error) {
	open, err := a.Store.OpenCasesOf(ctx, erasure.CustomerID)
	if err != nil {
		return 0, stored(err)
	}
	for _, row := range open {
		beat(ctx, row.ID)
		_, err := a.Engine.Do(ctx, row.WorkflowID, &contract.Withdraw{Meta: contract.Meta{
			Actor: contract.Actor{Kind: contract.Customer, ID: erasure.CustomerID},
			// Each look asks anew: what is not possible today may be tomorrow.
			Key: "erasure/" + erasure.ID + "/" + at.Format(time.RFC3339Nano), ReceivedAt: at,
		}})
		switch f := fault.As(err); {
		case err == nil:
			left++ // taken back; it has ended when its row says so
		case f != nil && f.Code != fault.Unavailable && f.Code != fault.Internal:
			left++ // it must be told to its end
		default:
			return 0, again(errPartner, errors.Join(errors.New("activities: a case could not be reached"), err))
		}
	}
	closed, err := a.Store.ClosedSince(ctx, erasure.CustomerID, at.Add(-justClosed))
	if err != nil {
		return 0, stored(err)
	}
	for _, row := range closed {
		running, found, err := a.Engine.Running(ctx, row.WorkflowID)
		if err != nil {
			return 0, again(errPartner, err)
		}
		if found && running {
			left++ // its last words must still be sealed
		}
	}
	return left, nil
}

// shortestWord is how long a word must be to be looked for: shorter ones stand in bytes by chance.
const (
	shortestWord = 6 // bytes
	wordsOfTexts = 50
)

// GatherWords notes, sealed under a keyset of its own, what the proof will look for, while it can still be read.
func (a *Activities) GatherWords(ctx context.Context, in contract.ErasureInput) error {
	erasure, err := a.Store.Erasure(ctx, in.ErasureID)
	if err != nil {
		return stored(err)
	}
	if erasure.WordsRef == "" {
		words, err := a.wordsOf(ctx, erasure.CustomerID)
		if err != nil {
			return stored(err)
		}
		content, err := json.Marshal(lookedFor{CustomerID: erasure.CustomerID, Words: words})
		if err != nil {
			return final(errBug, err)
		}
		if err := a.Store.KeepWords(ctx, in.ErasureID, string(content)); err != nil {
			return stored(err)
		}
	}
	return stored(a.Store.NoteErasure(ctx, in.ErasureID, models.ErasureStep{State: models.ErasureErasing, At: in.At}))
}

// lookedFor is what the proof needs to know.
type lookedFor struct {
	CustomerID string   `json:"customer_id"`
	Words      []string `json:"words"`
}

// wordsOf are the names, numbers, addresses and texts of a customer, each once.
func (a *Activities) wordsOf(ctx context.Context, customerID string) ([]string, error) {
	customer, err := a.Store.Customer(ctx, customerID)
	if err != nil {
		return nil, err
	}
	name, nameErr := a.Store.CustomerName(ctx, customer)
	phone, phoneErr := a.Store.CustomerPhone(ctx, customer)
	mail, mailErr := a.Store.CustomerMail(ctx, customer)
	if err := errors.Join(nameErr, phoneErr, mailErr); err != nil {
		return nil, err
	}
	words := []string{name, phone, mail}
	err = a.Store.EachOrderOf(ctx, customerID, func(order models.Order) error {
		beat(ctx, order.ID)
		content, err := a.Store.Recipient(ctx, order)
		if err != nil {
			return err
		}
		var place struct{ Name, Phone, Street string }
		if json.Unmarshal([]byte(content), &place) == nil {
			words = append(words, place.Name, place.Phone, place.Street)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	texts, err := a.Store.TextsBy(ctx, models.KindCustomer, customerID, wordsOfTexts)
	if err != nil {
		return nil, err
	}
	for _, text := range texts {
		runes := []rune(strings.TrimSpace(text.Words))
		words = append(words, string(runes[:min(len(runes), 60)]))
	}
	words = slices.DeleteFunc(words, func(word string) bool { return len(word) < shortestWord })
	slices.Sort(words)
	return slices.Compact(words), nil
}

// Erase destroys the keyset and takes the customer out of the data. From here on there is no way back; it may be repeated.
func (a *Activities) Erase(ctx context.Context, in contract.ErasureInput) error {
	erasure, looked, err := a.looked(ctx, in.ErasureID)
	if err != nil {
		return err
	}
	gone, err := a.Store.Forget(ctx, a.Files, looked.CustomerID, erasure.KeyRef, in.At)
	if err != nil {
		return stored(err)
	}
	beat(ctx, "compact")
	if err := a.Store.NoteErased(ctx, in.ErasureID, gone, in.At); err != nil {
		return stored(err)
	}
	if err := a.audit(ctx, in, "erasure.erased", "", nil); err != nil {
		return err
	}
	return stored(a.Store.Compact(ctx))
}

func (a *Activities) looked(ctx context.Context, id string) (models.Erasure, lookedFor, error) {
	var looked lookedFor
	erasure, err := a.Store.Erasure(ctx, id)
	if err != nil {
		return erasure, looked, stored(err)
	}
	content, err := a.Store.Words(ctx, erasure)
	if err != nil {
		return erasure, looked, stored(err)
	}
	if content == "" {
		return erasure, looked, nil
	}
	if err := json.Unmarshal([]byte(content), &looked); err != nil {
		return erasure, looked, final(errBug, fmt.Errorf("activities: what the proof looks for cannot be read: %w", err))
	}
	return erasure, looked, nil
}

// Certificate is what is told of an erasure when it is proved: what went, what was searched, what stays and why. It names
// nobody.
type Certificate struct {
	ErasureID  string            `json:"erasure_id"`
	Pseudonym  string            `json:"pseudonym"`
	AskedAt    time.Time         `json:"asked_at"`
	ErasedAt   time.Time         `json:"erased_at"`
	ProvedAt   time.Time         `json:"proved_at"`
	Keyset     string            `json:"keyset"` // the reference of the one that was destroyed
	Gone       map[string]int64  `json:"gone"`   // rows and files by what they were
	Words      int               `json:"words"`  // how many names, numbers, addresses and texts were looked for
	Searched   []models.Searched `json:"searched"`
	Unreadable bool              `json:"unreadable"` // the keyset is destroyed, so what copies elsewhere hold cannot be opened
	Kept       []Kept            `json:"kept"`
}

// Kept is what stays after an erasure.
type Kept struct {
	What  string `json:"what"`
	Why   string `json:"why"`
	Until string `json:"until"`
}

// whatStays is said in every certificate and in docs/privacy.md.
var whatStays = []Kept{
	{"orders, cases, payments and refunds under the pseudonym: amounts, times, goods, waybill and payment numbers", "transaction records must be kept (E-Commerce Law art. 31)", "3 years after the transaction"},
	{"pictures and papers that others put forward in the cases, under their own keysets", "they are the senders' evidence", "as the transactions"},
	{"the audit trail, and logs: IDs and codes, the customer's own ID among them", "proof of who did what; it cannot be changed", "the trail for ever; logs as long as the operator keeps them"},
	{"consents and this certificate under the pseudonym", "proof that the law was kept", "3 years"},
	{"histories of the workflow engine, backups and write-ahead logs of the database", "they are unreadable: sealed under the destroyed keyset", "until they are swept"},
}

// ProveErasure searches for what may be left of a customer: every table for the words, the sealed columns and files of
// the keyset, and the keyset itself. When nothing is found it writes the certificate; otherwise people are told.
func (a *Activities) ProveErasure(ctx context.Context, in contract.ErasureInput) (contract.ErasureProof, error) {
	erasure, looked, err := a.looked(ctx, in.ErasureID)
	if err != nil {
		return contract.ErasureProof{}, err
	}
	if !erasure.Open { // proved before; whether the trail got to know is not certain
		return contract.ErasureProof{}, a.audit(ctx, in, "erasure.proved", "", nil)
	}
	if err := a.Store.NoteErasure(ctx, in.ErasureID, models.ErasureStep{State: models.ErasureProving, At: in.At}); err != nil {
		return contract.ErasureProof{}, stored(err)
	}
	unreadable, err := a.Store.Unreadable(ctx, erasure.KeyRef)
	if err != nil {
		return contract.ErasureProof{}, stored(err)
	}
	searched, err := a.Store.Traces(ctx, looked.CustomerID, looked.Words, func(table string) { beat(ctx, table) })
	if err != nil {
		return contract.ErasureProof{}, stored(err)
	}
	texts, files, err := a.Store.StillSealed(ctx, a.Files, erasure.KeyRef)
	if err != nil {
		return contract.ErasureProof{}, stored(err)
	}
	found := texts + files
	if !unreadable {
		found++
	}
	for _, table := range searched {
		found += table.Found
	}
	if found > 0 {
		return contract.ErasureProof{Found: found}, a.unproven(ctx, in, searched, found)
	}
	certificate := Certificate{
		ErasureID: erasure.ID, Pseudonym: erasure.CustomerID, AskedAt: erasure.AskedAt, ErasedAt: *erasure.ErasedAt, ProvedAt: models.Moment(in.At),
		Keyset: erasure.KeyRef, Gone: erasure.WhatWent(), Words: len(looked.Words), Searched: searched, Unreadable: unreadable, Kept: whatStays,
	}
	content, err := json.Marshal(certificate)
	if err != nil {
		return contract.ErasureProof{}, final(errBug, err)
	}
	if err := a.Store.Prove(ctx, in.ErasureID, string(content), in.At); err != nil {
		return contract.ErasureProof{}, stored(err)
	}
	return contract.ErasureProof{}, a.audit(ctx, in, "erasure.proved", "", nil)
}

// unproven tells operations that something of an erased customer was found.
func (a *Activities) unproven(ctx context.Context, in contract.ErasureInput, searched []models.Searched, found int64) error {
	if err := a.Store.NoteErasure(ctx, in.ErasureID, models.ErasureStep{State: models.ErasureUnproven, At: in.At}); err != nil {
		return stored(err)
	}
	where := map[string]int64{}
	for _, table := range searched {
		if table.Found > 0 {
			where[table.Table] = table.Found
		}
	}
	a.log().ErrorContext(ctx, "something of an erased customer was found", "erasure", in.ErasureID, "rows", found, "where", where)
	err := a.Store.PutTasks(ctx, models.Task{
		ID: models.NewID(), DedupeKey: fmt.Sprintf("erasure/%s/%d", in.ErasureID, in.Try), RecipientKind: string(contract.Operator), State: models.TaskOpen,
		DueAt: models.Moment(in.At.Add(24 * time.Hour)), Kind: "erasure_unproven", SubjectKind: "erasure", SubjectID: in.ErasureID, CreatedAt: models.Moment(in.At),
	})
	if err != nil {
		return stored(err)
	}
	return a.audit(ctx, in, "erasure.unproven", "", map[string]string{"rows": fmt.Sprint(found)})
}

// Audit is where what must be provable later is recorded.
type Audit interface {
	Record(ctx context.Context, event models.AuditEvent) error
}

func (a *Activities) audit(ctx context.Context, in contract.ErasureInput, action, reason string, detail map[string]string) error {
	if a.Audit == nil {
		return nil
	}
	return stored(a.Audit.Record(ctx, models.AuditEvent{
		At: in.At, ActorKind: "system", Action: action, SubjectKind: "erasure", SubjectID: in.ErasureID, Outcome: models.AuditDone, Reason: reason, Detail: detail,
	}))
}

// beat says that the work goes on. Outside of the engine, in tests, nobody listens.
func beat(ctx context.Context, where string) {
	if activity.IsActivity(ctx) {
		activity.RecordHeartbeat(ctx, where)
	}
}

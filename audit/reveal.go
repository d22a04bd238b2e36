package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// Why somebody may need to see what is hidden.
const (
	ReasonShipping    = "shipping"      // goods must be sent there
	ReasonContact     = "contact"       // the person must be called
	ReasonPayment     = "payment"       // an account must be checked before money goes there
	ReasonIdentity    = "identity"      // somebody says that they are this person
	ReasonLegal       = "legal"         // a court, the police or a regulator asks
	ReasonInvestigate = "investigation" // fraud, or a complaint about our own people
)

// needsWords tells for which reasons the code alone says too little.
func needsWords(reason string) (known, needed bool) {
	switch reason {
	case ReasonShipping, ReasonContact, ReasonPayment:
		return true, false
	case ReasonIdentity, ReasonLegal, ReasonInvestigate:
		return true, true
	}
	return false, false
}

// RevealActions are the actions that show unmasked data: what bulk reading is counted by.
func RevealActions() []string {
	return []string{"order.reveal", "customer.reveal", "case.payee.reveal"}
}

// Kinds of tasks that call operators because something is wrong with how people's data is treated: somebody looks at very many
// people's, or something of an erased customer was found.
const (
	TaskBulkReading     = "bulk_reading"
	TaskErasureUnproven = "erasure_unproven"
)

// Keeper is what a Desk needs of the database.
type Keeper interface {
	PutText(ctx context.Context, customerID, authorKind, authorID, body string, at time.Time) (string, error)
	UseTexts(ctx context.Context, subject string, ids ...string) error
	CountAuditSubjects(ctx context.Context, actorID string, actions []string, since, before time.Time) (int, error)
	PutTasks(ctx context.Context, tasks ...models.Task) error
	Alarms(ctx context.Context, state string, page models.PageRequest) (models.Page[models.Task], error)
	Task(ctx context.Context, id string) (models.Task, error)
	EndTask(ctx context.Context, dedupeKey, state string, now time.Time) error
}

// Desk shows what is hidden, to those who say why, and has it in the trail before it shows it.
type Desk struct {
	keeper   Keeper
	recorder interface {
		Record(context.Context, models.AuditEvent) error
	}
	options DeskOptions
	turn    chan struct{} // one reveal at a time, so that many at once cannot pass the limit together
}

// DeskOptions bound how much one person may see. The zero value is right for production.
type DeskOptions struct {
	Window   time.Duration    // 0: 1 hour
	AlarmAt  int              // so many different subjects in a window call the operators; 0: 20
	RefuseAt int              // no more than so many in a window; 0: 60
	Now      func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: slog.Default()
}

// NewDesk makes a desk over the database and the trail.
func NewDesk(keeper Keeper, recorder *Recorder, options DeskOptions) *Desk {
	orDuration(&options.Window, time.Hour)
	if options.AlarmAt <= 0 {
		options.AlarmAt = 20
	}
	if options.RefuseAt <= 0 {
		options.RefuseAt = 60
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Log == nil {
		options.Log = slog.Default()
	}
	return &Desk{keeper: keeper, recorder: recorder, options: options, turn: make(chan struct{}, 1)}
}

// Look is one wish to see something hidden. Words are plain; they are kept sealed under the keyset of the
// customer whom it concerns, so that they go with that customer.
type Look struct {
	ActorKind, ActorID, SessionID string
	Action                        string // one of RevealActions
	SubjectKind, SubjectID        string
	CustomerID                    string // whose data it is
	Reason, Words                 string
}

// Allow puts a look into the trail and returns nil when it may be granted. What is hidden must be shown only then. The
// faults RevealReason and RevealWords tell that the reason says too little; TooManyTries, that this person has seen too
// much for now: operators have been called long before.
func (d *Desk) Allow(ctx context.Context, look Look) error {
	switch known, needed := needsWords(look.Reason); {
	case !known:
		return fault.New(fault.RevealReason)
	case needed && strings.TrimSpace(look.Words) == "":
		return fault.New(fault.RevealWords)
	}
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	now := models.Moment(d.options.Now())
	seen, err := d.keeper.CountAuditSubjects(ctx, look.ActorID, RevealActions(), now.Add(-d.options.Window), time.Time{})
	if err != nil {
		return fmt.Errorf("audit: count what was seen: %w", err)
	}
	if seen >= d.options.RefuseAt {
		return errors.Join(d.alarm(ctx, look, now, seen), fault.New(fault.TooManyTries, "seconds", int64(d.options.Window/time.Second)))
	}
	event := models.AuditEvent{
		At: now, ActorKind: look.ActorKind, ActorID: look.ActorID, SessionID: look.SessionID, Action: look.Action,
		SubjectKind: look.SubjectKind, SubjectID: look.SubjectID, Outcome: models.AuditDone, Reason: look.Reason,
	}
	if look.Words != "" {
		words, err := d.keep(ctx, look, now)
		if err != nil {
			return fmt.Errorf("audit: keep the reason: %w", err)
		}
		event.Detail = map[string]string{"words": words}
	}
	if err := d.recorder.Record(ctx, event); err != nil {
		return fault.New(fault.Unavailable).Because(err)
	}
	if seen+1 >= d.options.AlarmAt {
		return d.alarm(ctx, look, now, seen+1)
	}
	return nil
}

// keep stores the words: they stand beside the trail as long as the customer does.
func (d *Desk) keep(ctx context.Context, look Look, now time.Time) (string, error) {
	id, err := d.keeper.PutText(ctx, look.CustomerID, look.ActorKind, look.ActorID, look.Words, now)
	if err != nil {
		return "", err
	}
	return id, d.keeper.UseTexts(ctx, "audit/"+id, id)
}

// alarm asks the operators, once per person and window, to look into what somebody does.
func (d *Desk) alarm(ctx context.Context, look Look, now time.Time, seen int) error {
	window := now.Truncate(d.options.Window)
	d.options.Log.WarnContext(ctx, "somebody looks at very many people's data", "actor", look.ActorKind+"/"+look.ActorID, "seen", seen)
	err := d.keeper.PutTasks(ctx, models.Task{
		ID: models.NewID(), DedupeKey: "bulk_reading/" + look.ActorID + "/" + window.Format(time.RFC3339), RecipientKind: "operator",
		State: models.TaskOpen, Kind: TaskBulkReading, SubjectKind: "staff", SubjectID: look.ActorID, DueAt: now.Add(d.options.Window), CreatedAt: now,
	})
	if err != nil {
		return fmt.Errorf("audit: call the operators: %w", err)
	}
	return nil
}

package main

import (
	"context"
	"log/slog"
	"time"

	"aftersales/api"
	"aftersales/audit"
	"aftersales/cases"
	"aftersales/models"
	"aftersales/outbox"
)

// closeTime is how long the end of a process waits for its audit trail.
const closeTime = 15 * time.Second

// newRecorder starts the audit trail of this process; finish writes what is left of it, and must run before the store
// is closed.
func newRecorder(store *models.Store) (recorder *audit.Recorder, finish func() error) {
	recorder = audit.New(store, audit.Options{Log: slog.Default()})
	return recorder, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), closeTime)
		defer cancel()
		return recorder.Close(ctx)
	}
}

// notePack puts into the trail that another policy pack decides on new cases than the trail last said.
func notePack(ctx context.Context, store *models.Store, trail *audit.Recorder, packs cases.Packs) error {
	const action = "pack.choose"
	choice, err := store.ActivePack(ctx)
	if err != nil || choice.ByKind != models.BySettings { // what people chose is there already
		return err
	}
	last, err := store.FindAudit(ctx, models.AuditFilter{Action: action, Limit: 1})
	if err != nil || len(last) > 0 && last[0].SubjectID == choice.PackHash {
		return err
	}
	chosen, err := packs.Get(ctx, choice.PackHash)
	if err != nil {
		return err
	}
	return trail.Record(ctx, models.AuditEvent{
		ActorKind: "system", Action: action, SubjectKind: "pack", SubjectID: choice.PackHash, Outcome: models.AuditDone, Detail: map[string]string{"name": chosen.Name()},
	})
}

// gapLoop puts into the trail what was asked for and never answered, because a process or the database died.
func gapLoop(store *models.Store, trail *audit.Recorder) *outbox.Loop {
	gaps := audit.Gaps{Store: store, Recorder: trail, Actions: api.AuditedActions(), Log: slog.Default()}
	return &outbox.Loop{Name: "note what was never answered", Every: 10 * time.Minute, Step: func(ctx context.Context) (bool, error) {
		_, err := gaps.Close(ctx, time.Now())
		return false, err
	}}
}

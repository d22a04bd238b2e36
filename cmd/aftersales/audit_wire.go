package main

import (
	"context"
	"log/slog"
	"time"

	"aftersales/audit"
	"aftersales/models"
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

// notePack puts into the trail that another policy pack decides on new cases than at the last start.
func notePack(ctx context.Context, store *models.Store, trail *audit.Recorder, name, hash string) error {
	const action = "pack.choose"
	last, err := store.FindAudit(ctx, models.AuditFilter{Action: action, Limit: 1})
	if err != nil || len(last) > 0 && last[0].SubjectID == hash {
		return err
	}
	return trail.Record(ctx, models.AuditEvent{
		ActorKind: "system", Action: action, SubjectKind: "pack", SubjectID: hash, Outcome: models.AuditDone, Detail: map[string]string{"name": name},
	})
}

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

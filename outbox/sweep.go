package outbox

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"aftersales/models"
)

const (
	blobBatch   = 100
	uploadBatch = 20
)

// Sweepers delete what nothing refers to: texts and evidence that were never sent, files without evidence, sessions
// that are over; and what is old: events, handled notices, answers to keyed requests. Each is safe to run in several
// processes.
func Sweepers(store *models.Store, files models.BlobStore, log *slog.Logger) []*Loop {
	counted := func(name string, sweep func(context.Context, time.Time) (int64, error), keep time.Duration) *Loop {
		return &Loop{Name: name, Every: 10 * time.Minute, Log: log, Step: func(ctx context.Context) (bool, error) {
			_, err := sweep(ctx, time.Now().Add(-keep))
			return false, err
		}}
	}
	return []*Loop{
		counted("sweep texts", store.SweepTexts, models.KeepTexts),
		counted("sweep evidence", store.SweepEvidence, models.KeepEvidence),
		counted("sweep sessions", store.SweepSessions, 0),
		counted("sweep sign-in tries", store.SweepSignInTries, models.KeepTries),
		counted("sweep the outbox", store.SweepOutbox, models.KeepEvents),
		counted("sweep partners' notices", store.SweepNotices, models.KeepNotices),
		counted("sweep messages to other programs", store.SweepDeliveries, models.KeepDeliveries),
		counted("sweep keyed requests", store.SweepRequests, models.KeepRequests),
		counted("sweep votes", store.SweepVotes, models.KeepVotes),
		counted("sweep search misses", store.SweepMisses, models.KeepMisses),
		counted("forget secret answers", store.ForgetSecrets, 0),
		counted("sweep notifications", store.SweepNotifications, models.KeepNotifications),
		counted("sweep conversations", store.SweepConversations, models.KeepConversations),
		counted("sweep old transactions", store.SweepTransactions, models.KeepTransactions),
		counted("sweep tickets", store.SweepTickets, models.KeepTickets),
		counted("sweep tickets of live delivery", store.SweepLiveTickets, 0),
		counted("sweep links", store.SweepInvitations, 0),
		counted("sweep handovers", store.SweepHandovers, 0),
		counted("sweep days of uploads", store.SweepUploadDays, models.KeepUploadDays),
		{Name: "sweep uploads", Every: 10 * time.Minute, Log: log, Step: func(ctx context.Context) (bool, error) {
			return store.SweepUploads(ctx, files, time.Now(), uploadBatch)
		}},
		{Name: "sweep files", Every: 10 * time.Minute, Log: log, Step: func(ctx context.Context) (bool, error) {
			return SweepFiles(ctx, store, files, time.Now().Add(-models.KeepBlobs))
		}},
	}
}

// SweepFiles deletes one batch of files from before a time that nothing refers to: the row first, so that nothing
// can come to refer to a file that is gone; a file whose deletion fails is found by nobody and can be opened by nobody.
func SweepFiles(ctx context.Context, store *models.Store, files models.BlobStore, before time.Time) (more bool, err error) {
	blobs, err := store.UnusedBlobs(ctx, before, blobBatch)
	if err != nil {
		return false, err
	}
	for _, blob := range blobs {
		switch dropped := store.DropBlob(ctx, blob.ID); {
		case errors.Is(dropped, models.ErrReference): // somebody began to use it just now
		case dropped != nil:
			return false, dropped
		default:
			err = errors.Join(err, blob.DeleteFrom(ctx, files))
		}
	}
	return len(blobs) == blobBatch && err == nil, err
}

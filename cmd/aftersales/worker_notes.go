package main

import (
	"context"
	"errors"
	"time"

	"aftersales/models"
	"aftersales/outbox"
	"aftersales/partners"
)

// How often a process writes down how partners and its loops do.
const (
	partnersNoted = 5 * time.Second
	jobsNoted     = 30 * time.Second
)

// notePartners writes down how the calls of this process to partners went.
func notePartners(store *models.Store, meter *partners.Meter) *outbox.Loop {
	return &outbox.Loop{Name: "note how partners do", Every: partnersNoted, Step: func(ctx context.Context) (bool, error) {
		return false, keepTallies(ctx, store, meter)
	}}
}

func keepTallies(ctx context.Context, store *models.Store, meter *partners.Meter) error {
	var lost []partners.Tally
	var failed error
	for _, tally := range meter.Take() {
		var minutes []models.PartnerTally
		for minute, calls := range tally.Minutes {
			minutes = append(minutes, models.PartnerTally{Partner: tally.Partner, Minute: minute, Calls: calls.All, Failures: calls.Failed})
		}
		err := store.NotePartner(ctx, minutes, models.PartnerState{
			Partner: tally.Partner, SucceededAt: tally.SucceededAt, FailedAt: tally.FailedAt, FailedWith: tally.FailedWith, FailuresInRow: tally.FailuresInRow,
		})
		if err != nil {
			lost, failed = append(lost, tally), errors.Join(failed, err)
		}
	}
	meter.GiveBack(lost)
	return failed
}

// keyLoop goes on with a rotation of keys that somebody asked for.
func keyLoop(store *models.Store) *outbox.Loop {
	return &outbox.Loop{Name: "rotate keys that were asked for", Every: 5 * time.Second, Step: store.GoOnRotating}
}

// noted lets loops write down when they ran: at most twice a minute each, and at once when their luck changes.
func noted(store *models.Store, loops []*outbox.Loop) []*outbox.Loop {
	for _, loop := range loops {
		loop.Note, loop.NoteEvery = store.NoteJob, jobsNoted
	}
	return loops
}

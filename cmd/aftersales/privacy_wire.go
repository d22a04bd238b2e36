package main

import (
	"context"
	"log/slog"
	"time"

	"aftersales/config"
	"aftersales/models"
	"aftersales/outbox"
	"aftersales/privacy"
	"aftersales/workflows/client"
)

// newPrivacy is what the law gives people over their data; the notices that this program comes with are stored first.
func newPrivacy(ctx context.Context, cfg *config.Config, store *models.Store, files models.BlobStore, engine *client.Engine, trail privacy.Audit) (*privacy.Service, error) {
	if err := privacy.Publish(ctx, store); err != nil {
		return nil, err
	}
	return &privacy.Service{Store: store, Files: files, Engine: engine, Audit: trail, CoolOff: cfg.Privacy.CoolOff}, nil
}

// privacyLoops are what workers do for people's rights besides erasures: copies are made and go again, and whoever a restored
// backup brought back is forgotten again.
func privacyLoops(rights *privacy.Service) []*outbox.Loop {
	return []*outbox.Loop{
		{Name: "make copies of people's data", Every: 2 * time.Second, Step: rights.MakeCopies},
		{Name: "sweep copies of people's data", Every: time.Minute, Step: rights.SweepCopies},
		{Name: "begin erasures that the engine missed", Every: 10 * time.Minute, Step: func(ctx context.Context) (bool, error) {
			return false, rights.Resume(ctx)
		}},
		{Name: "forget again who a backup brought back", Every: 10 * time.Minute, Step: func(ctx context.Context) (bool, error) {
			n, err := rights.Replay(ctx)
			if n > 0 {
				slog.WarnContext(ctx, "erased customers stood in the data again and were forgotten again; was a backup restored?", "customers", n)
			}
			return false, err
		}},
	}
}

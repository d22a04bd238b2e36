package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"aftersales/cases"
	"aftersales/config"
	"aftersales/models"
)

// choosePack makes the pack of the settings the one of new cases, as long as nobody has chosen one by hand. From then on
// the database alone says which it is, and the settings are the first choice of an installation that has none.
func choosePack(ctx context.Context, cfg *config.Config, store *models.Store, packs cases.Packs, hash string) (*cases.Chosen, error) {
	chosen := &cases.Chosen{Store: store, Packs: packs}
	for {
		now, err := store.ActivePack(ctx)
		switch {
		case err != nil && !errors.Is(err, models.ErrNotFound):
			return nil, err
		case now.PackHash == hash:
			return chosen, nil
		}
		byHand, err := store.ChosenByHand(ctx)
		if err != nil {
			return nil, err
		}
		if byHand {
			slog.WarnContext(ctx, "the settings name another policy pack than operators chose for new cases; the operators' choice holds",
				"policy.pack", cfg.Policy.Pack, "chosen", now.PackHash)
			return chosen, nil
		}
		_, err = store.ActivatePack(ctx, now.N, models.PackActivation{PackHash: hash, At: time.Now(), ByKind: models.BySettings})
		if err == nil {
			return chosen, nil
		}
		if !errors.Is(err, models.ErrStale) { // another process was first: look again
			return nil, err
		}
	}
}

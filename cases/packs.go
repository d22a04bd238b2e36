package cases

import (
	"context"
	"fmt"
	"time"

	"aftersales/models"
	"aftersales/policy/pack"
)

// Packs finds policy packs by hash: those that are loaded, else those that are stored.
type Packs struct {
	Store  *models.Store
	Loaded *pack.Registry
}

// Get returns the pack of a hash. A pack that another process stored is loaded on first use.
func (p Packs) Get(ctx context.Context, hash string) (*pack.Pack, error) {
	if found, err := p.Loaded.Get(hash); err == nil {
		return found, nil
	}
	row, err := p.Store.Pack(ctx, hash)
	if err != nil {
		return nil, fmt.Errorf("cases: the policy pack %s is not stored: %w", hash, err)
	}
	found, err := p.Loaded.Add(row.Name, []byte(row.Content))
	if err != nil {
		return nil, fmt.Errorf("cases: the stored policy pack %s cannot be loaded: %w", row.Name, err)
	}
	if found.Hash() != hash {
		return nil, fmt.Errorf("cases: the stored policy pack %s has hash %s, not %s: its row was changed", row.Name, found.Hash(), hash)
	}
	return found, nil
}

// Keep stores a pack for ever, so that every process and every later day can find it by its hash.
func (p Packs) Keep(ctx context.Context, kept *pack.Pack) error {
	if _, err := p.Loaded.Add(kept.Name(), kept.Content()); err != nil {
		return err
	}
	return p.Store.PutPack(ctx, models.PolicyPack{
		Hash: kept.Hash(), Name: kept.Name(), Content: string(kept.Content()), CreatedAt: time.Now(),
	})
}

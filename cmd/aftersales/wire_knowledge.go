package main

import (
	"context"
	"log/slog"
	"time"

	"aftersales/bot/nlu"
	"aftersales/cases"
	"aftersales/config"
	"aftersales/knowledge"
	"aftersales/models"
	"aftersales/outbox"
	"aftersales/policy/pack"
)

// newKnowledge makes the service for articles, with those that come with the program in the database.
func newKnowledge(ctx context.Context, store *models.Store, packs cases.Packs, chosen cases.Chooser) (*knowledge.Service, error) {
	service := &knowledge.Service{
		Store: store, Fold: nlu.Fold,
		Rules: func(ctx context.Context) (*pack.Pack, error) {
			hash, err := chosen.Hash(ctx)
			if err != nil {
				return nil, err
			}
			return packs.Get(ctx, hash)
		},
	}
	added, err := service.Ship(ctx)
	if err != nil {
		return nil, err
	}
	if added > 0 {
		slog.InfoContext(ctx, "articles that come with the program were added", "articles", added)
	}
	return service, nil
}

// followArticles reads articles anew whenever somebody changed one; stop ends it.
func followArticles(ctx context.Context, store *models.Store, service *knowledge.Service) (stop func() error, err error) {
	follower, err := outbox.Follow(ctx, store, nil, service.Follow)
	if err != nil {
		return nil, err
	}
	if err := service.Refresh(ctx); err != nil { // after the place to follow from, so that nothing is missed in between
		return nil, err
	}
	following, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() { defer close(done); follower.Run(following) }()
	return func() error { cancel(); <-done; return nil }, nil
}

// articleLoop publishes and ends articles at their time.
func articleLoop(service *knowledge.Service) *outbox.Loop {
	return &outbox.Loop{Name: "publish articles", Every: 5 * time.Second, Step: service.Tick}
}

// openKnowledge is newKnowledge for commands that need nothing else.
func openKnowledge(ctx context.Context, cfg *config.Config, store *models.Store) (*knowledge.Service, error) {
	packs, hash, err := newPacks(ctx, cfg, store)
	if err != nil {
		return nil, err
	}
	chosen, err := choosePack(ctx, cfg, store, packs, hash)
	if err != nil {
		return nil, err
	}
	return newKnowledge(ctx, store, packs, chosen)
}

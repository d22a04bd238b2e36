package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"aftersales/config"
	"aftersales/outbox"
	"aftersales/seal"
	"aftersales/worker"
	"aftersales/workflows/client"
)

func newWorkerCommand(cfg *config.Config) *cobra.Command {
	return &cobra.Command{
		Use:   "worker",
		Short: "Work on cases: workflows, their effects, and what is due",
		Long: `Runs the workflows of cases and their effects, and the loops beside them: notifications that are due, partners'
notices that wait for their case, and tidying up.

Any number of these may run side by side. Kill one at any moment: another goes on where it stopped, and nothing is
paid twice.`,
		Example: `  aftersales worker
  TEMPORAL_ADDRESS=temporal:7233 DATABASE_URL=postgres://… aftersales worker`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runWorker(cmd.Context(), cfg) },
	}
}

func runWorker(ctx context.Context, cfg *config.Config) (err error) {
	warnOfExposure(ctx, cfg)
	store, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	engine, err := dialEngine(cfg, store)
	if err != nil {
		return err
	}
	defer engine.Close()
	away, err := newOutside(cfg)
	if err != nil {
		return err
	}
	packs, _, err := newPacks(ctx, cfg, store)
	if err != nil {
		return err
	}
	files, err := openFiles(cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()

	trail, finishTrail := newRecorder(store)
	defer func() { err = errors.Join(err, finishTrail()) }()
	rights, err := newPrivacy(ctx, cfg, store, files, engine, trail)
	if err != nil {
		return err
	}

	articles, err := openKnowledge(ctx, cfg, store)
	if err != nil {
		return err
	}

	// Schedules and operations are sealed under the platform's keyset, and the codec does not wait for a busy store.
	if err := store.Keys.Preload(ctx, seal.Platform); err != nil {
		return err
	}
	if err := awaitEngine(ctx, engine); err != nil {
		return nil // asked to stop before there was anything to work on
	}
	if err := worker.EnsureSchedules(ctx, engine.Client, cfg.Temporal.TaskQueue); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	hands := worker.New(engine.Client, newActivities(store, files, packs, away, engine, trail), worker.Options{
		TaskQueue: cfg.Temporal.TaskQueue, StickyCacheSize: cfg.Worker.StickyCacheSize,
		WorkflowPollers: cfg.Worker.WorkflowPollers, ActivityPollers: cfg.Worker.ActivityPollers,
		MaxConcurrentActivities: cfg.Worker.MaxConcurrentActivities, MaxConcurrentWorkflows: cfg.Worker.MaxConcurrentWorkflows,
		StopTimeout: cfg.Worker.StopTimeout,
	})
	if err := hands.Start(); err != nil {
		return fmt.Errorf("start the worker: %w", err)
	}
	slog.InfoContext(ctx, "the worker works", "task_queue", cfg.Temporal.TaskQueue)

	loops := append(outbox.Sweepers(store, files, nil),
		outbox.Notifications(store, nil),
		(&outbox.Notices{Store: store, Cases: caseNews{engine}, Orders: shopOrders{store}}).Loop(),
	)
	loops = append(append(loops, privacyLoops(rights)...), chatLoops(store, engine)...)
	loops = append(append(loops, articleLoop(articles)), webhookLoops(cfg, store)...)
	loops = noted(store, append(loops, notePartners(store, away.meter), keyLoop(store), gapLoop(store, trail)))
	var running sync.WaitGroup
	for _, loop := range loops {
		running.Go(func() { loop.Run(ctx) })
	}
	<-ctx.Done()
	slog.Info("the worker stops; activities under way may finish")
	hands.Stop()
	running.Wait()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer cancel()
	if err := keepTallies(last, store, away.meter); err != nil {
		slog.Warn("how the last calls to partners went is lost", "error", err)
	}
	return nil
}

// awaitEngine waits until the workflow engine answers; it may be starting, or have just been killed.
func awaitEngine(ctx context.Context, engine *client.Engine) error {
	for told := false; ; {
		err := engine.Ready(ctx)
		if err == nil {
			return nil
		}
		if !told {
			slog.WarnContext(ctx, "the worker waits for the workflow engine", "error", err)
			told = true
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
	}
}

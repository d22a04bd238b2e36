package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"aftersales/config"
	"aftersales/process"
)

// The bare workflow does nothing, as often as the full return does something: the engine's own price.
const (
	bareWorkerCommand = "bare-worker"
	bareQueue         = "bench-bare"
	bareWorkflow      = "Bare"
	bareActivity      = "Nothing"
	bareUpdate        = "go-on"
	bareSignal        = "news"
)

// bareSteps is the order in which people and partners speak in a full return: u is an update, s a signal.
func bareSteps(c counts) string {
	steps := ""
	for range max(0, c.Updates-1) {
		steps += "u"
	}
	for range c.Signals {
		steps += "s"
	}
	if c.Updates > 0 {
		steps += "u"
	}
	return steps
}

// bare waits for each step with a timer of its own, and does its share of activities and local activities after
// it. An update is answered when its step is done.
func bare(ctx workflow.Context, c counts) error {
	steps := bareSteps(c)
	heard, done := 0, 0
	err := workflow.SetUpdateHandler(ctx, bareUpdate, func(ctx workflow.Context) error {
		heard++
		mine := heard
		return workflow.Await(ctx, func() bool { return done >= mine })
	})
	if err != nil {
		return err
	}
	news := workflow.GetSignalChannel(ctx, bareSignal)
	workflow.Go(ctx, func(ctx workflow.Context) {
		for {
			news.Receive(ctx, nil)
			heard++
		}
	})
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: 30 * time.Second})
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{ScheduleToCloseTimeout: 5 * time.Second})
	for i := range steps {
		heardIt := func() bool { return heard > i }
		if share(c.Timers, i, len(steps)) > 0 {
			if _, err := workflow.AwaitWithTimeout(ctx, 48*time.Hour, heardIt); err != nil {
				return err
			}
		} else if err := workflow.Await(ctx, heardIt); err != nil {
			return err
		}
		for range share(c.Locals, i, len(steps)) {
			if err := workflow.ExecuteLocalActivity(ctx, bareActivity).Get(ctx, nil); err != nil {
				return err
			}
		}
		// Partners are called late in a story: with the last steps.
		for range share(c.Activities, len(steps)-1-i, len(steps)) {
			if err := workflow.ExecuteActivity(ctx, bareActivity).Get(ctx, nil); err != nil {
				return err
			}
		}
		done++
	}
	return workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
}

// share deals n things out to so many steps, the first ones first.
func share(n, step, steps int) int {
	dealt := n / steps
	if step < n%steps {
		dealt++
	}
	return dealt
}

func nothing(context.Context) error { return nil }

// runBareWorker is the process that works on bare workflows, tuned as the product's worker is.
func runBareWorker(args []string) error {
	if len(args) != 2 {
		return errors.New("address and namespace are needed")
	}
	engine, err := client.Dial(client.Options{HostPort: args[0], Namespace: args[1], Logger: quiet{}})
	if err != nil {
		return err
	}
	defer engine.Close()
	tuned := config.Default().Worker
	worker.SetStickyWorkflowCacheSize(tuned.StickyCacheSize)
	hands := worker.New(engine, bareQueue, worker.Options{
		MaxConcurrentWorkflowTaskPollers: tuned.WorkflowPollers, MaxConcurrentActivityTaskPollers: tuned.ActivityPollers,
		MaxConcurrentActivityExecutionSize: tuned.MaxConcurrentActivities, MaxConcurrentWorkflowTaskExecutionSize: tuned.MaxConcurrentWorkflows,
	})
	hands.RegisterWorkflowWithOptions(bare, workflow.RegisterOptions{Name: bareWorkflow})
	hands.RegisterActivityWithOptions(nothing, activity.RegisterOptions{Name: bareActivity})
	if err := hands.Start(); err != nil {
		return err
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	<-stop
	hands.Stop()
	return nil
}

type bareResult struct {
	lap     lap
	counted counts
}

// betweenNotices is about as long as the product takes to bring a carrier's notice to its case. Without it two
// signals would share a workflow task, which the two scans of a real parcel never do.
const betweenNotices = 250 * time.Millisecond

func measureBare(ctx context.Context, o options, w *world, engine client.Client, like counts) (bareResult, error) {
	self, err := os.Executable()
	if err != nil {
		return bareResult{}, err
	}
	cmd := exec.Command(self, bareWorkerCommand, w.cfg.Temporal.Address, w.cfg.Temporal.Namespace)
	cmd.Stderr = os.Stderr
	child, err := process.Start(cmd)
	if err != nil {
		return bareResult{}, err
	}
	defer child.Stop(10 * time.Second)
	pids := w.pids()
	pids[bareWorkerCommand] = child.PID()
	var number atomic.Int64
	last := atomic.Value{}
	measured, err := drive(ctx, "bare workflows, "+w.kind, o.clients, o.warm, o.span, pids, func(ctx context.Context, _ int) error {
		id := "bare/" + strconv.FormatInt(number.Add(1), 10)
		if err := playBare(ctx, engine, id, like); err != nil {
			return err
		}
		last.Store(id)
		return nil
	})
	if err != nil {
		return bareResult{}, err
	}
	counted, err := countHistory(ctx, engine, last.Load().(string))
	return bareResult{measured, counted}, err
}

// playBare drives one bare workflow to its end with the SDK alone.
func playBare(ctx context.Context, engine client.Client, id string, c counts) error {
	ctx, cancel := context.WithTimeout(ctx, caseTimeout)
	defer cancel()
	start := client.StartWorkflowOptions{ID: id, TaskQueue: bareQueue, WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING}
	update := client.UpdateWorkflowOptions{WorkflowID: id, UpdateName: bareUpdate, WaitForStage: client.WorkflowUpdateStageCompleted}
	for i, step := range bareSteps(c) {
		var handle client.WorkflowUpdateHandle
		var err error
		switch {
		case i == 0:
			operation := engine.NewWithStartWorkflowOperation(start, bareWorkflow, c)
			handle, err = engine.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{StartWorkflowOperation: operation, UpdateOptions: update})
		case step == 'u':
			handle, err = engine.UpdateWorkflow(ctx, update)
		default:
			err = engine.SignalWorkflow(ctx, id, "", bareSignal, nil)
			pause(ctx, betweenNotices)
		}
		if err == nil && handle != nil {
			err = handle.Get(ctx, nil)
		}
		if err != nil {
			return fmt.Errorf("bare workflow, step %d: %w", i, err)
		}
	}
	return engine.GetWorkflow(ctx, id, "").Get(ctx, nil)
}

package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"aftersales/workflows/contract"
)

// EnsureSchedules makes the schedules that are not there yet: refunds whose end is unknown every ten minutes, cases
// against the engine every five, the providers' bills once a day at 10:30 in Shanghai, when they are out.
func EnsureSchedules(ctx context.Context, engine client.Client, queue string) error {
	if queue == "" {
		queue = contract.TaskQueue
	}
	every := func(d time.Duration) client.ScheduleSpec {
		return client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: d}}}
	}
	for _, schedule := range []struct {
		id   string
		spec client.ScheduleSpec
		what contract.ReconcileInput
	}{
		{"reconcile-money", every(10 * time.Minute), contract.ReconcileInput{Money: true, Quiet: time.Minute}},
		{"reconcile-cases", every(5 * time.Minute), contract.ReconcileInput{Cases: true, Quiet: time.Minute}},
		{"reconcile-bills", client.ScheduleSpec{CronExpressions: []string{"CRON_TZ=Asia/Shanghai 30 10 * * *"}}, contract.ReconcileInput{Bills: true}},
	} {
		_, err := engine.ScheduleClient().Create(ctx, client.ScheduleOptions{
			ID: schedule.id, Spec: schedule.spec,
			Action: &client.ScheduleWorkflowAction{
				ID: schedule.id, TaskQueue: queue, Workflow: contract.WorkflowReconcile, Args: []any{schedule.what},
				WorkflowExecutionTimeout: time.Hour,
			},
		})
		if err != nil && !isThere(err) {
			return fmt.Errorf("worker: schedule %s: %w", schedule.id, err)
		}
	}
	return nil
}

// isThere tells that the schedule was made before.
func isThere(err error) bool {
	var exists *serviceerror.AlreadyExists
	var started *serviceerror.WorkflowExecutionAlreadyStarted
	return errors.Is(err, temporal.ErrScheduleAlreadyRunning) || errors.As(err, &exists) || errors.As(err, &started)
}

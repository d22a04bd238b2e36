package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Error types of activities that retrying cannot help; everything else is retried by its preset.
var final = []string{"effect_mismatch", "bug"}

// Every way of calling an activity in this program, by name. A preset bounds each try and all tries together.

// local is for our own database inside a workflow task: quick tries, then the caller falls back on database.
func local(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		ScheduleToCloseTimeout: 5 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 50 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Second,
			NonRetryableErrorTypes: final,
		},
		Summary: summary,
	})
}

// patient is a number of tries that time ends first: at ten seconds each it is more than three months.
const patient = 1_000_000

// database is for our own database when it has been away for longer than a workflow task may wait: what a case
// has decided must be written, however long that takes.
func database(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 10 * time.Second,
			MaximumAttempts:        patient,
			NonRetryableErrorTypes: final,
		},
		Summary: summary,
	})
}

// partner is for calls to the outside: each try is short, all of them together end within the given time, and
// then a person is told.
func partner(ctx workflow.Context, summary string, within time.Duration) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    30 * time.Second,
		ScheduleToCloseTimeout: within,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 2 * time.Minute,
			MaximumAttempts:        patient,
			NonRetryableErrorTypes: final,
		},
		Summary: summary,
	})
}

// impatient is partner for a caller who waits at a screen: about as long as a person does.
func impatient(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    4 * time.Second,
		ScheduleToCloseTimeout: 6 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 2, MaximumAttempts: 2,
			NonRetryableErrorTypes: final,
		},
		Summary: summary,
	})
}

// thorough is for work over the whole database, which says that it is alive; it is tried until it succeeds.
func thorough(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: time.Hour,
		HeartbeatTimeout:    2 * time.Minute,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 10 * time.Minute,
			MaximumAttempts:        patient,
			NonRetryableErrorTypes: final,
		},
		Summary: summary,
	})
}

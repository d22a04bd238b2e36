package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"

	"aftersales/activities"
)

// bugs tells people of activities that fail for ever, local ones included: no patience helps, and the case that called
// it stands still, or goes on without, until the program is mended.
type bugs struct {
	interceptor.WorkerInterceptorBase
	effects *activities.Activities
}

func (b *bugs) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &bugReporter{interceptor.ActivityInboundInterceptorBase{Next: next}, b.effects}
}

type bugReporter struct {
	interceptor.ActivityInboundInterceptorBase
	effects *activities.Activities
}

// reportPatience is how long a report may take; the failure itself is told in any case.
const reportPatience = 5 * time.Second

func (r *bugReporter) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	result, err := r.Next.ExecuteActivity(ctx, in)
	var failure *temporal.ApplicationError
	if !errors.As(err, &failure) || !failure.NonRetryable() {
		return result, err
	}
	info := activity.GetInfo(ctx)
	apart, done := context.WithTimeout(context.WithoutCancel(ctx), reportPatience)
	defer done()
	if failed := r.effects.ReportBug(apart, info.WorkflowExecution.ID, info.ActivityType.Name, err); failed != nil {
		slog.ErrorContext(ctx, "a failure that no retry helps could not be reported", "workflow", info.WorkflowExecution.ID,
			"activity", info.ActivityType.Name, "failure", err, "error", failed)
	}
	return result, err
}

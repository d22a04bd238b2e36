package workflows_test

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
)

// unhurried lets a busy machine be no deadlock, whose default is a second, and gives the activities of one test their turns: a case and
// the complaint that it became act side by side, and the worlds of these tests are one place.
func unhurried(during map[string]func(in any)) worker.Options {
	return worker.Options{DeadlockDetectionTimeout: 20 * time.Second, Interceptors: []interceptor.WorkerInterceptor{&turns{during: during}}}
}

type turns struct {
	interceptor.WorkerInterceptorBase
	turn   sync.Mutex
	during map[string]func(in any) // what happens while an activity of this name is at work, given its input
}

func (o *turns) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &inTurn{interceptor.ActivityInboundInterceptorBase{Next: next}, o}
}

type inTurn struct {
	interceptor.ActivityInboundInterceptorBase
	*turns
}

func (i *inTurn) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	i.turn.Lock()
	defer i.turn.Unlock()
	if happens := i.during[activity.GetInfo(ctx).ActivityType.Name]; happens != nil {
		happens(in.Args[0])
	}
	return i.Next.ExecuteActivity(ctx, in)
}

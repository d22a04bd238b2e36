package temporalserver

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Retention is how long a namespace made by Prepare keeps closed workflows.
const Retention = 30 * 24 * time.Hour

// pollEvery is the pause between two readiness probes.
const pollEvery = 50 * time.Millisecond

const frontendService = "temporal.api.workflowservice.v1.WorkflowService"

// Endpoint is where a Temporal server is reached, and how.
type Endpoint struct {
	Address string      // host:port
	TLS     *tls.Config // nil: without TLS
}

// Namespace is what Prepare makes ready.
type Namespace struct {
	Name             string
	SearchAttributes map[string]enums.IndexedValueType
}

// Prepare waits until the server answers, registers the namespace with its search attributes, and returns
// when workflows can be started and found by them. Doing it again changes nothing. When ctx ends first, the error
// says which step was being waited for and what the server last said.
//
// A search attribute that exists with another type is an error at once: the server can't change a type.
func Prepare(ctx context.Context, at Endpoint, ns Namespace) error {
	conn, err := at.dial()
	if err != nil {
		return err
	}
	defer conn.Close()
	p := preparer{
		workflow: workflowservice.NewWorkflowServiceClient(conn),
		operator: operatorservice.NewOperatorServiceClient(conn),
		health:   grpc_health_v1.NewHealthClient(conn),
		ns:       ns,
	}
	for _, step := range []struct {
		what string
		try  func(context.Context) error
	}{
		{"an answer from " + at.Address, p.healthy},
		{"namespace " + ns.Name, p.register},
		{"search attributes of namespace " + ns.Name, p.addSearchAttributes},
		{"lists by search attributes", p.searchable},
		{"namespace " + ns.Name + " in all services", p.known},
	} {
		if err := until(ctx, step.try); err != nil {
			return fmt.Errorf("the workflow engine is not ready, waited for %s: %w", step.what, err)
		}
	}
	return nil
}

// Check reports whether the server answers and whether it has the namespace, without changing anything.
func Check(ctx context.Context, at Endpoint, namespace string) (answers, exists bool, err error) {
	conn, err := at.dial()
	if err != nil {
		return false, false, err
	}
	defer conn.Close()
	p := preparer{workflow: workflowservice.NewWorkflowServiceClient(conn), health: grpc_health_v1.NewHealthClient(conn)}
	if err := p.healthy(ctx); err != nil {
		return false, false, err
	}
	_, err = p.workflow.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	if isNamespaceNotFound(err) {
		return true, false, nil
	}
	return true, err == nil, err
}

// WorkerPolls reports whether a worker has asked for workflow tasks on the queue at or after since.
func WorkerPolls(ctx context.Context, at Endpoint, namespace, queue string, since time.Time) (bool, error) {
	conn, err := at.dial()
	if err != nil {
		return false, err
	}
	defer conn.Close()
	answer, err := workflowservice.NewWorkflowServiceClient(conn).DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
		Namespace: namespace, TaskQueue: &taskqueue.TaskQueue{Name: queue}, TaskQueueType: enums.TASK_QUEUE_TYPE_WORKFLOW,
	})
	if err != nil {
		return false, fmt.Errorf("ask Temporal who works on queue %s: %w", queue, err)
	}
	return slices.ContainsFunc(answer.GetPollers(), func(p *taskqueue.PollerInfo) bool {
		return !p.GetLastAccessTime().AsTime().Before(since)
	}), nil
}

func (e Endpoint) dial() (*grpc.ClientConn, error) {
	way := insecure.NewCredentials()
	if e.TLS != nil {
		way = credentials.NewTLS(e.TLS)
	}
	conn, err := grpc.NewClient(e.Address, grpc.WithTransportCredentials(way),
		// The default back-off grows to two minutes; here somebody waits for the first answer.
		grpc.WithConnectParams(grpc.ConnectParams{MinConnectTimeout: time.Second}))
	if err != nil {
		return nil, fmt.Errorf("temporal address %q: %w", e.Address, err)
	}
	return conn, nil
}

type preparer struct {
	workflow workflowservice.WorkflowServiceClient
	operator operatorservice.OperatorServiceClient
	health   grpc_health_v1.HealthClient
	ns       Namespace
}

func (p preparer) healthy(ctx context.Context) error {
	answer, err := p.health.Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: frontendService})
	if err != nil {
		return err
	}
	if answer.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		return fmt.Errorf("health is %s", answer.GetStatus())
	}
	return nil
}

func (p preparer) register(ctx context.Context) error {
	_, err := p.workflow.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: p.ns.Name})
	if !isNamespaceNotFound(err) {
		return err
	}
	_, err = p.workflow.RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: p.ns.Name, WorkflowExecutionRetentionPeriod: durationpb.New(Retention),
	})
	if _, exists := errors.AsType[*serviceerror.NamespaceAlreadyExists](serviceerror.FromStatus(statusOf(err))); exists {
		return nil
	}
	return err
}

func (p preparer) addSearchAttributes(ctx context.Context) error {
	if len(p.ns.SearchAttributes) == 0 {
		return nil
	}
	have, err := p.operator.ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: p.ns.Name})
	if err != nil {
		return err
	}
	missing := map[string]enums.IndexedValueType{}
	for name, kind := range p.ns.SearchAttributes {
		switch got, exists := have.GetCustomAttributes()[name]; {
		case !exists:
			missing[name] = kind
		case got != kind:
			return finalError{fmt.Errorf("search attribute %s of namespace %s is %s, wanted %s: use another namespace, or rename the old one with Temporal's tools", name, p.ns.Name, got, kind)}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, err = p.operator.AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: p.ns.Name, SearchAttributes: missing})
	if err != nil {
		return err
	}
	return errors.New("registered, not listed yet")
}

func (p preparer) searchable(ctx context.Context) error {
	var conditions []string
	for _, name := range slices.Sorted(maps.Keys(p.ns.SearchAttributes)) {
		conditions = append(conditions, "`"+name+"` IS NULL")
	}
	_, err := p.workflow.CountWorkflowExecutions(ctx, &workflowservice.CountWorkflowExecutionsRequest{
		Namespace: p.ns.Name, Query: strings.Join(conditions, " AND "),
	})
	return err
}

// known asks the history and matching services, whose caches learn of a namespace later than the front end does.
func (p preparer) known(ctx context.Context) error {
	_, err := p.workflow.DescribeWorkflowExecution(ctx, &workflowservice.DescribeWorkflowExecutionRequest{
		Namespace: p.ns.Name, Execution: &common.WorkflowExecution{WorkflowId: "readiness/none"},
	})
	if _, missing := errors.AsType[*serviceerror.NotFound](serviceerror.FromStatus(statusOf(err))); err != nil && !missing {
		return err
	}
	_, err = p.workflow.DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
		Namespace: p.ns.Name, TaskQueue: &taskqueue.TaskQueue{Name: "readiness"}, TaskQueueType: enums.TASK_QUEUE_TYPE_WORKFLOW,
	})
	return err
}

// finalError ends the waiting: no repetition can help.
type finalError struct{ error }

func (e finalError) Unwrap() error { return e.error }

// until repeats try until it succeeds, fails for good, or ctx ends.
func until(ctx context.Context, try func(context.Context) error) error {
	var last error
	for {
		attempt, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := try(attempt)
		cancel()
		if err == nil {
			return nil
		}
		if final, ok := errors.AsType[finalError](err); ok {
			return final.error
		}
		if ctx.Err() == nil || last == nil {
			last = err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (the last answer: %v)", context.Cause(ctx), last)
		case <-time.After(pollEvery):
		}
	}
}

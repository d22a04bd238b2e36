// Package worker registers workflows and activities under their names, tunes the workers, and keeps the schedules.
package worker

import (
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"aftersales/activities"
	"aftersales/workflows"
	"aftersales/workflows/contract"
)

// Options tune a worker. Zero leaves a figure to the SDK.
type Options struct {
	TaskQueue               string // empty: contract.TaskQueue
	StickyCacheSize         int    // workflows kept in memory between tasks, for the whole process
	WorkflowPollers         int
	ActivityPollers         int
	MaxConcurrentActivities int
	MaxConcurrentWorkflows  int
	StopTimeout             time.Duration // how long a stopping worker lets activities finish
}

// deadlockAfter is how long a story may think without a pause before it counts as stuck. The SDK's second is less than a machine
// that is short of processors takes now and then for what needs a millisecond; the server waits ten for a task.
const deadlockAfter = 5 * time.Second

// New makes a worker with everything registered. Names are explicit: they are part of every history.
func New(engine client.Client, effects *activities.Activities, options Options) worker.Worker {
	if options.TaskQueue == "" {
		options.TaskQueue = contract.TaskQueue
	}
	if options.StickyCacheSize > 0 {
		worker.SetStickyWorkflowCacheSize(options.StickyCacheSize)
	}
	w := worker.New(engine, options.TaskQueue, worker.Options{
		DisableRegistrationAliasing:            true,
		Interceptors:                           []interceptor.WorkerInterceptor{&bugs{effects: effects}},
		WorkerStopTimeout:                      options.StopTimeout,
		DeadlockDetectionTimeout:               deadlockAfter,
		MaxConcurrentWorkflowTaskPollers:       options.WorkflowPollers,
		MaxConcurrentActivityTaskPollers:       options.ActivityPollers,
		MaxConcurrentActivityExecutionSize:     options.MaxConcurrentActivities,
		MaxConcurrentWorkflowTaskExecutionSize: options.MaxConcurrentWorkflows,
	})
	RegisterWorkflows(w)
	RegisterActivities(w, effects)
	return w
}

// RegisterWorkflows registers every story and operation; a replayer needs no more.
func RegisterWorkflows(registry worker.WorkflowRegistry) {
	for name, story := range map[string]any{
		contract.WorkflowReturn:          workflows.Return,
		contract.WorkflowComplaint:       workflows.Complaint,
		contract.WorkflowRefundOnly:      workflows.RefundOnly,
		contract.WorkflowExchange:        workflows.Exchange,
		contract.WorkflowRepair:          workflows.Repair,
		contract.WorkflowPriceProtection: workflows.PriceProtection,
		contract.WorkflowMoveDeadline:    workflows.MoveDeadlines,
		contract.WorkflowReconcile:       workflows.Reconcile,
		contract.WorkflowErasure:         workflows.Erasure,
		contract.WorkflowInquiry:         workflows.CarrierInquiry,
	} {
		registry.RegisterWorkflowWithOptions(story, workflow.RegisterOptions{Name: name})
	}
}

// RegisterActivities registers every effect.
func RegisterActivities(registry worker.ActivityRegistry, effects *activities.Activities) {
	for name, effect := range map[string]any{
		contract.ActivityOpen:            effects.OpenCase,
		contract.ActivityDetails:         effects.Details,
		contract.ActivityEvaluate:        effects.Evaluate,
		contract.ActivityAttach:          effects.AttachEvidence,
		contract.ActivityProject:         effects.Project,
		contract.ActivityClaimWaybill:    effects.ClaimWaybill,
		contract.ActivityRegisterWaybill: effects.RegisterWaybill,
		contract.ActivityBookPickup:      effects.BookPickup,
		contract.ActivityCancelPickup:    effects.CancelPickup,
		contract.ActivityRefund:          effects.Refund,
		contract.ActivityOutbound:        effects.Outbound,
		contract.ActivityWatchOutbound:   effects.WatchOutbound,
		contract.ActivityInsurance:       effects.ClaimInsurance,
		contract.ActivityKeepAccount:     effects.KeepAccount,
		contract.ActivityDrawDeposit:     effects.DrawDeposit,
		contract.ActivityPutBack:         effects.PutBackIntoDeposit,
		contract.ActivityClaimBack:       effects.ClaimBack,
		contract.ActivityGrantRemedies:   effects.GrantRemedies,
		contract.ActivityCloseBroken:     effects.CloseBroken,
		contract.ActivityOpenCharge:      effects.OpenCharge,
		contract.ActivitySettleCharge:    effects.SettleCharge,
		contract.ActivityPaidLate:        effects.PaidLate,
		contract.ActivityReserveStock:    effects.ReserveStock,
		contract.ActivityReleaseStock:    effects.ReleaseStock,
		contract.ActivityReplace:         effects.ShipReplacement,
		contract.ActivityReceipt:         effects.ReplacementReceived,
		contract.ActivityOpenRecovery:    effects.OpenRecovery,
		contract.ActivityRepairs:         effects.RepairsBefore,
		contract.ActivityBookRepair:      effects.BookRepair,
		contract.ActivityCheckPrices:     effects.CheckPrices,
		contract.ActivityMovePage:        effects.MoveDeadlinesPage,
		contract.ActivityReconcileMoney:  effects.ReconcileMoney,
		contract.ActivityReconcileCases:  effects.ReconcileCases,
		contract.ActivityNoteErasure:     effects.NoteErasure,
		contract.ActivityErasureLook:     effects.LookBeforeErasure,
		contract.ActivityErasureGather:   effects.GatherWords,
		contract.ActivityErase:           effects.Erase,
		contract.ActivityProveErasure:    effects.ProveErasure,
		contract.ActivityAskCarrier:      effects.AskCarrier,
	} {
		registry.RegisterActivityWithOptions(effect, activity.RegisterOptions{Name: name})
	}
}

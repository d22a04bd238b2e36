package workflows

import (
	"cmp"
	"time"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/workflows/contract"
)

// Patience of an erasure.
const (
	firstLook   = time.Minute      // to the second look at what stands in the way; then twice as long each time
	longestLook = 6 * time.Hour    // a case that ended tells nobody, so it looks by itself
	settling    = 45 * time.Second // longer than any process remembers a destroyed keyset
	searchAgain = time.Hour        // after something was found
)

// erasure is a request to be forgotten: it can be called off within the cool-off, ends or waits for what is under way,
// gives way to legal holds, destroys, and proves.
type erasure struct {
	start     contract.ErasureStart
	looks     workflow.ReceiveChannel
	cancelled bool
	written   bool // that it was called off
}

// Erasure forgets a customer. It belongs to nobody: its input and what its steps get name the request only, and the
// platform's keyset seals them.
func Erasure(ctx workflow.Context, start contract.ErasureStart) (contract.ErasureOutcome, error) {
	e := &erasure{start: start, looks: workflow.GetSignalChannel(ctx, contract.SignalErasureLook)}
	err := workflow.SetUpdateHandlerWithOptions(ctx, contract.NameCancelErasure, e.cancel, workflow.UpdateHandlerOptions{Validator: e.mayCancel})
	if err != nil {
		return "", err
	}
	if !start.Begun {
		called, err := e.coolOff(ctx)
		if err != nil || called {
			return contract.ErasureCancelled, err
		}
	}
	if err := e.clear(ctx); err != nil {
		return "", err
	}
	if err := e.erase(ctx); err != nil {
		return "", err
	}
	return contract.ErasureProved, workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
}

// coolOff waits until the customer can't change their mind any more, or does.
func (e *erasure) coolOff(ctx workflow.Context) (cancelled bool, err error) {
	_, err = workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
		Timeout:      e.start.EraseAt.Sub(workflow.Now(ctx)),
		TimerOptions: workflow.TimerOptions{Summary: "cool-off"},
	}, func() bool { return e.cancelled })
	if err != nil {
		return false, err
	}
	if !e.cancelled {
		e.start.Begun = true // from here on nobody calls it off
		return false, nil
	}
	if err := e.do(ctx, contract.ActivityNoteErasure, "cancelled", nil); err != nil {
		return true, err
	}
	e.written = true
	return true, workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
}

// mayCancel refuses once the cool-off is over. It leaves no trace.
func (e *erasure) mayCancel() error {
	if e.start.Begun {
		return toError(fault.New(fault.ErasureBegun))
	}
	return nil
}

// cancel calls the erasure off and answers when that is written. Calling it off twice is calling it off.
func (e *erasure) cancel(ctx workflow.Context) error {
	if err := e.mayCancel(); err != nil {
		return err
	}
	e.cancelled = true
	return workflow.Await(ctx, func() bool { return e.written })
}

// clear ends what is under way as far as the customer could end it, and waits for the rest: cases that must be told to
// their end, money whose end is not known, legal holds.
func (e *erasure) clear(ctx workflow.Context) error {
	if err := e.do(ctx, contract.ActivityNoteErasure, "ending", nil); err != nil {
		return err
	}
	for {
		for e.looks.ReceiveAsync(nil) { // what was told before this look is seen by it
		}
		var left contract.ErasureBlockers
		err := workflow.ExecuteActivity(thorough(ctx, "look for what is under way"), contract.ActivityErasureLook, e.input(ctx, "")).Get(ctx, &left)
		if err != nil || left.Clear() {
			return err
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			if err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }); err != nil {
				return err
			}
			return workflow.NewContinueAsNewError(ctx, contract.WorkflowErasure, e.start)
		}
		if err := e.idle(ctx, min(longestLook, firstLook<<min(e.start.Looks, 10)), "look again"); err != nil {
			return err
		}
		e.start.Looks++
	}
}

// erase destroys and proves, again and again until nothing is found.
func (e *erasure) erase(ctx workflow.Context) error {
	if err := e.do(ctx, contract.ActivityErasureGather, "erasing", nil); err != nil {
		return err
	}
	for try := 1; ; try++ {
		if err := e.do(ctx, contract.ActivityErase, "", nil); err != nil {
			return err
		}
		if err := workflow.NewTimer(ctx, cmp.Or(e.start.Settle, settling)).Get(ctx, nil); err != nil {
			return err
		}
		in := e.input(ctx, "")
		in.Try = try
		var proof contract.ErasureProof
		if err := workflow.ExecuteActivity(thorough(ctx, "search for what is left"), contract.ActivityProveErasure, in).Get(ctx, &proof); err != nil {
			return err
		}
		if proof.Found == 0 {
			return nil
		}
		if err := e.idle(ctx, searchAgain, "search again"); err != nil {
			return err
		}
	}
}

// idle waits, unless somebody says that there is something new to see.
func (e *erasure) idle(ctx workflow.Context, d time.Duration, summary string) error {
	_, err := workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
		Timeout: d, TimerOptions: workflow.TimerOptions{Summary: summary},
	}, func() bool { return e.looks.Len() > 0 })
	for e.looks.ReceiveAsync(nil) {
	}
	return err
}

func (e *erasure) do(ctx workflow.Context, name, state string, out any) error {
	return workflow.ExecuteActivity(thorough(ctx, name), name, e.input(ctx, state)).Get(ctx, out)
}

func (e *erasure) input(ctx workflow.Context, state string) contract.ErasureInput {
	return contract.ErasureInput{ErasureID: e.start.ErasureID, State: state, At: workflow.Now(ctx).UTC()}
}

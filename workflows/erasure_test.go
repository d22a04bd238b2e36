package workflows_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/workflows"
	"aftersales/workflows/contract"
)

// forgetting is what surrounds one erasure under the skipping clock: what stands in its way, what it did, and when.
type forgetting struct {
	t        *testing.T
	env      *testsuite.TestWorkflowEnvironment
	blockers func() contract.ErasureBlockers
	found    []int64 // by each proof
	away     int     // how often the database fails before it answers

	noted    []string
	looked   []time.Time
	erased   []time.Time
	proved   []time.Time
	gathered int
}

const coolOff = 7 * 24 * time.Hour

func newForgetting(t *testing.T) *forgetting {
	f := &forgetting{t: t, env: quiet().NewTestWorkflowEnvironment(), blockers: func() contract.ErasureBlockers { return contract.ErasureBlockers{} }}
	f.env.SetStartTime(t0)
	f.env.SetTestTimeout(20 * time.Second)
	f.env.SetWorkerOptions(unhurried(nil))
	f.env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: contract.ErasureWorkflowID("e1"), TaskQueue: contract.TaskQueue})
	register := func(name string, effect any) {
		f.env.RegisterActivityWithOptions(effect, activity.RegisterOptions{Name: name})
	}
	register(contract.ActivityNoteErasure, func(_ context.Context, in contract.ErasureInput) error {
		if f.away > 0 {
			f.away--
			return errors.New("the database is away")
		}
		f.noted = append(f.noted, in.State)
		return nil
	})
	register(contract.ActivityErasureLook, func(context.Context, contract.ErasureInput) (contract.ErasureBlockers, error) {
		f.looked = append(f.looked, f.env.Now())
		return f.blockers(), nil
	})
	register(contract.ActivityErasureGather, func(_ context.Context, in contract.ErasureInput) error {
		require.Empty(t, f.erased, "words are gathered while they can be read")
		f.gathered++
		return nil
	})
	register(contract.ActivityErase, func(context.Context, contract.ErasureInput) error {
		f.erased = append(f.erased, f.env.Now())
		return nil
	})
	register(contract.ActivityProveErasure, func(_ context.Context, in contract.ErasureInput) (contract.ErasureProof, error) {
		f.proved = append(f.proved, f.env.Now())
		require.Equal(t, len(f.proved), in.Try)
		if len(f.found) == 0 {
			return contract.ErasureProof{}, nil
		}
		proof := contract.ErasureProof{Found: f.found[0]}
		f.found = f.found[1:]
		return proof, nil
	})
	return f
}

func (f *forgetting) run() contract.ErasureOutcome {
	f.t.Helper()
	f.env.ExecuteWorkflow(workflows.Erasure, contract.ErasureStart{ErasureID: "e1", EraseAt: t0.Add(coolOff)})
	require.True(f.t, f.env.IsWorkflowCompleted())
	require.NoError(f.t, f.env.GetWorkflowError())
	var outcome contract.ErasureOutcome
	require.NoError(f.t, f.env.GetWorkflowResult(&outcome))
	return outcome
}

// answer is what became of calling it off.
type answer struct {
	refused error
	done    bool
}

func (f *forgetting) cancelAt(after time.Duration, id string) *answer {
	got := &answer{}
	f.env.RegisterDelayedCallback(func() {
		f.env.UpdateWorkflow(contract.NameCancelErasure, id, &testsuite.TestUpdateCallback{
			OnAccept: func() {}, OnReject: func(err error) { got.refused = err },
			OnComplete: func(_ any, err error) { got.done, got.refused = err == nil, err },
		})
	}, after)
	return got
}

func TestAnErasureWaitsForTheCoolOffThenDestroysAndProves(t *testing.T) {
	f := newForgetting(t)
	require.Equal(t, contract.ErasureProved, f.run())
	require.Equal(t, []string{"ending"}, f.noted)
	require.Equal(t, 1, f.gathered)
	require.Len(t, f.erased, 1)
	require.False(t, f.erased[0].Before(t0.Add(coolOff)), "not a moment early")
	require.GreaterOrEqual(t, f.proved[0].Sub(f.erased[0]), 40*time.Second, "other processes have forgotten the keyset by then")
	require.LessOrEqual(t, f.proved[0].Sub(f.erased[0]), time.Minute)
}

func TestAnErasureIsCalledOffWithinTheCoolOffOnly(t *testing.T) {
	f := newForgetting(t)
	first, twin := f.cancelAt(coolOff-time.Second, "1"), f.cancelAt(coolOff-time.Second, "2")
	require.Equal(t, contract.ErasureCancelled, f.run())
	require.True(t, first.done)
	require.True(t, twin.done)
	require.Equal(t, []string{"cancelled"}, f.noted)
	require.Empty(t, f.erased)

	f = newForgetting(t)
	f.blockers = func() contract.ErasureBlockers {
		if len(f.looked) < 3 {
			return contract.ErasureBlockers{Cases: 1}
		}
		return contract.ErasureBlockers{}
	}
	late := f.cancelAt(coolOff+time.Second, "1")
	require.Equal(t, contract.ErasureProved, f.run())
	require.False(t, late.done)
	var refusal *temporal.ApplicationError
	require.ErrorAs(t, late.refused, &refusal)
	require.Equal(t, contract.ErrorType(fault.New(fault.ErasureBegun)), refusal.Type())
}

// A legal hold stops it; when the hold is lifted it goes on at once, not at the next look.
func TestALegalHoldStopsAnErasure(t *testing.T) {
	f := newForgetting(t)
	held := true
	f.blockers = func() contract.ErasureBlockers {
		if held {
			return contract.ErasureBlockers{Holds: 1}
		}
		return contract.ErasureBlockers{}
	}
	lifted := coolOff + 40*24*time.Hour + 17*time.Minute
	f.env.RegisterDelayedCallback(func() {
		require.Empty(t, f.erased)
		held = false
		f.env.SignalWorkflow(contract.SignalErasureLook, nil)
	}, lifted)
	require.Equal(t, contract.ErasureProved, f.run())
	require.WithinDuration(t, t0.Add(lifted), f.erased[0], time.Second)
	require.Less(t, len(f.looked), 200, "it does not poll for forty days")
}

// Nobody tells that a case has ended: it looks, soon at first and then more seldom.
func TestAnErasureWaitsForCasesAndMoneyThatMustComeToTheirEnd(t *testing.T) {
	f := newForgetting(t)
	f.blockers = func() contract.ErasureBlockers {
		switch n := len(f.looked); {
		case n < 4:
			return contract.ErasureBlockers{Cases: 2, Legs: 1}
		case n < 8:
			return contract.ErasureBlockers{Legs: 1}
		}
		return contract.ErasureBlockers{}
	}
	require.Equal(t, contract.ErasureProved, f.run())
	require.Len(t, f.looked, 8)
	require.Equal(t, time.Minute, f.looked[1].Sub(f.looked[0]).Round(time.Second))
	require.Greater(t, f.looked[7].Sub(f.looked[6]), 30*time.Minute)
	require.Len(t, f.erased, 1)
}

func TestWhatTheProofFindsIsErasedAgain(t *testing.T) {
	f := newForgetting(t)
	f.found = []int64{3, 1, 0}
	require.Equal(t, contract.ErasureProved, f.run())
	require.Len(t, f.erased, 3)
	require.Equal(t, 1, f.gathered)
	require.GreaterOrEqual(t, f.erased[1].Sub(f.proved[0]), time.Hour)
}

func TestAnErasureOutlivesADatabaseThatIsAway(t *testing.T) {
	f := newForgetting(t)
	f.away = 5
	require.Equal(t, contract.ErasureProved, f.run())
	require.Equal(t, []string{"ending"}, f.noted)
}

// A long wait goes on in a fresh history, and can't be called off there either.
func TestAnErasureCarriesOnInAFreshHistory(t *testing.T) {
	f := newForgetting(t)
	f.env.SetContinueAsNewSuggested(true)
	f.blockers = func() contract.ErasureBlockers { return contract.ErasureBlockers{Holds: 1} }
	f.env.ExecuteWorkflow(workflows.Erasure, contract.ErasureStart{ErasureID: "e1", EraseAt: t0.Add(coolOff)})
	var renewed *workflow.ContinueAsNewError
	require.ErrorAs(t, f.env.GetWorkflowError(), &renewed)

	f = newForgetting(t)
	refused := f.cancelAt(0, "1")
	f.env.ExecuteWorkflow(workflows.Erasure, contract.ErasureStart{ErasureID: "e1", EraseAt: t0, Begun: true, Looks: 9})
	require.NoError(t, f.env.GetWorkflowError())
	require.Error(t, refused.refused)
	require.Len(t, f.erased, 1)
}

package workflows_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows"
	"aftersales/workflows/contract"
)

// inquiry is a question of the desk about the parcel to the customer.
func inquiry(id, kind string, due time.Duration) *contract.AskCarrier {
	return &contract.AskCarrier{InquiryID: id, Kind: kind, Carrier: "sf", Number: "OUT1", DueAt: t0.Add(due)}
}

func outTrack(state string, at time.Duration) *contract.TrackFact {
	return &contract.TrackFact{NoticeID: "query/OUT1/" + state, Carrier: "sf", Number: "OUT1", State: state, At: t0.Add(at)}
}

// The desk asks the carrier through the case: what it says moves the story as any of its notices does, and nobody's view is stale.
func TestTheDeskAsksACarrierThroughItsCase(t *testing.T) {
	w := refundWorld(t, policy.WayIntercept, func(w *world) {
		w.answers = map[string]contract.InquiryResult{
			"i-1": {State: contract.InquiryAnswered, Track: outTrack("returning", 2*hour)},
			"i-2": {State: contract.InquiryAnswered, Track: outTrack("return_signed", 3*day)},
		}
	})
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, shop, "not theirs", inquiry("i-0", "track", day))
	w.at(2*hour, agent, "stop", inquiry("i-1", contract.InquiryIntercept, day))
	w.at(3*day, agent, "where", inquiry("i-2", "track", 4*day))
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, fault.Forbidden, w.code("not theirs"))
	require.Equal(t, []string{"i-1", "i-2"}, slices.Compact(w.asked))
	require.Equal(t, w.acks["agree"].Revision, w.acks["stop"].Revision, "it makes nobody stale")
	require.Subset(t, w.events(), []string{"carrier_asked", "carrier_answered", "intercept_requested", "outbound_turned", "intercepted"})
	require.Equal(t, 2*hour, w.when("intercept_requested"))
	require.Equal(t, 3*day, w.when("intercepted"), "the answer to where it is ended the wait")
}

func TestACarrierThatCannotStopAParcelSaysSo(t *testing.T) {
	w := refundWorld(t, policy.WayIntercept, func(w *world) {
		w.answers = map[string]contract.InquiryResult{"i-1": {State: contract.InquiryRefused}}
	})
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, agent, "stop", inquiry("i-1", contract.InquiryIntercept, day))
	w.out(3*hour, "signed")
	w.run()
	require.Equal(t, 2*hour, w.when("intercept_impossible"))
}

// A silent carrier holds up neither the story nor another question, is asked until time is over, and that is noted.
func TestASilentCarrierIsAskedUntilTimeIsOver(t *testing.T) {
	w := refundWorld(t, policy.WayIntercept, func(w *world) {
		w.answers = map[string]contract.InquiryResult{"i-2": {State: contract.InquiryByHand}}
	})
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, agent, "silent", inquiry("i-1", "track", 5*hour))
	w.at(3*hour, agent, "by hand", inquiry("i-2", contract.InquiryIntercept, 5*hour))
	w.out(day, "return_signed")
	require.Equal(t, contract.Refunded, w.run())
	require.GreaterOrEqual(t, w.when("carrier_silent"), 5*hour-3*time.Minute, "no try begins that could not end in time")
	require.LessOrEqual(t, w.when("carrier_silent"), 5*hour)
	require.Equal(t, 3*hour, w.when("carrier_answered"))
	require.NotContains(t, w.events(), "intercept_requested", "what people wrote down, people report")
	require.Greater(t, len(w.asked), 10)
	require.Empty(t, w.left)
}

// A case that ends hands what carriers have not answered to workflows of their own.
func TestAnEndedCaseLeavesItsQuestions(t *testing.T) {
	w := refundWorld(t, policy.WayIntercept, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, agent, "silent", inquiry("i-1", "weight", 30*day))
	w.out(day, "return_signed")
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, []string{"inquiry/i-1"}, w.left)
	require.Equal(t, "closed", w.events()[len(w.events())-1])
}

// Without a case a short workflow asks, by the same activity.
func TestAnInquiryOfItsOwn(t *testing.T) {
	for name, silent := range map[string]bool{"answered": false, "silent": true} {
		t.Run(name, func(t *testing.T) {
			env := quiet().NewTestWorkflowEnvironment()
			env.SetStartTime(t0)
			env.SetWorkerOptions(unhurried(nil))
			env.RegisterWorkflowWithOptions(workflows.CarrierInquiry, workflow.RegisterOptions{Name: contract.WorkflowInquiry})
			tries := 0
			env.RegisterActivityWithOptions(func(_ context.Context, in contract.InquiryInput) (contract.InquiryResult, error) {
				require.Equal(t, "i-1", in.InquiryID)
				if tries++; silent || tries < 3 {
					return contract.InquiryResult{}, errors.New("the carrier says nothing")
				}
				return contract.InquiryResult{State: contract.InquiryAnswered}, nil
			}, activity.RegisterOptions{Name: contract.ActivityAskCarrier})
			env.ExecuteWorkflow(contract.WorkflowInquiry, contract.InquiryStart{InquiryID: "i-1", DueAt: t0.Add(hour)})
			require.NoError(t, env.GetWorkflowError())
			var result contract.InquiryResult
			require.NoError(t, env.GetWorkflowResult(&result))
			if silent {
				require.Equal(t, contract.InquirySilent, result.State)
				require.Greater(t, tries, 10)
				return
			}
			require.Equal(t, contract.InquiryAnswered, result.State)
			require.Equal(t, 3, tries)
		})
	}
}

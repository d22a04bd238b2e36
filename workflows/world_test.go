package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/policy/pack"
	"aftersales/workflows"
	"aftersales/workflows/contract"
)

// world is everything around one case, in memory, under the engine's skipping clock: the parties are scripted,
// the rules are the real default pack.
type world struct {
	t     *testing.T
	env   *testsuite.TestWorkflowEnvironment
	rules *pack.Pack
	facts policy.Facts
	start contract.Start

	// What partners do.
	refuseOpening  *fault.Fault
	judgedBefore   string // the complaint in which the matter was judged
	botFails       bool
	repeat         bool
	unreadable     int // answers the bot does not understand before it does
	rejections     int // evidence refused with each of those
	carrierDown    time.Time
	waybillRefuse  *fault.Fault
	refundLeft     map[int]money.Amount // by call: what other refunds left
	leftWithLegs   bool                 // and that its own legs had failed before
	leftPaid       money.Amount         // but for one, which had paid this
	planLeft       *money.Amount        // what they left when the legs were only to be written down
	brokenPaid     money.Amount         // by a case whose story broke off
	broken         []string             // the cases that were closed for that
	planned        int                  // how often they were
	refundBlocked  map[int]*fault.Fault // by call
	refundSpacing  time.Duration
	outbound       contract.Outbound // what the shop and the carriers say of the goods' way to the customer
	tracks         []contract.TrackFact
	alter          func(contract.Start, *policy.Terms) // after the rules have spoken
	story          string                              // the workflow; empty: Return
	closedRail     bool                                // the leg of the first tender fails until it is redirected
	freightAtFault money.Amount                        // outbound freight that the merchant's fault gives back
	insurer        contract.InsuranceResult
	insurances     []contract.InsuranceInput
	accounts       []string  // texts that were put away
	databaseDown   time.Time // our own, for projections

	answers map[string]contract.InquiryResult // of carriers, by inquiry; none: the carrier is silent
	asked   []string                          // inquiries that were put, each try
	left    []string                          // workflows of inquiries that a case left behind

	evaluatedAs policy.Party // the fault of the last evaluation, when it was found
	counter     counter      // what exchanges, repairs and advances need of the world

	// What was seen.
	projections   []contract.Projection            // of the case itself
	children      map[string][]contract.Projection // of the cases that it opened, by case
	complaint     string                           // the newest of them
	disputedLines []contract.ChosenLine            // what the newest of them is about
	patient       bool                             // the parties take their time before a review
	draws         []contract.DrawInput
	drawsLost     int // calls whose answer is lost
	putBacks      []contract.PutBackInput

	putBackRefused *fault.Fault
	brokenClaims   money.Amount
	depositShort   bool
	claims         []contract.ClaimBackInput
	remedies       []contract.RemedyInput
	refunds        []contract.RefundInput
	during         map[string]func(in any) // what happens while an activity is at work
	paid           map[string]money.Amount // by key: the provider's ledger
	pickups        map[int]int             // by round
	cancelled      int
	acks           map[string]contract.Ack
	faults         map[string]*fault.Fault
}

// t0 is 10:00 in Shanghai, a Monday.
var t0 = time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)

// quiet is a suite that logs warnings only.
func quiet() *testsuite.WorkflowTestSuite {
	suite := &testsuite.WorkflowTestSuite{}
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError + 1}))))
	return suite
}

func newWorld(t *testing.T, change func(*world)) *world {
	rules, err := pack.Builtin("default")
	require.NoError(t, err)
	shipped, signed := t0.Add(-72*time.Hour), t0.Add(-24*time.Hour)
	w := &world{
		t: t, rules: rules, env: quiet().NewTestWorkflowEnvironment(),
		facts: policy.Facts{
			Kind: policy.Return, Phase: policy.OnSale, At: t0,
			Order:    policy.OrderFacts{ID: "o1", Currency: "CNY", PaidAt: shipped, ShippedAt: &shipped, SignedAt: &signed, Paid: 10000},
			Lines:    []policy.LineFacts{{ID: "l1", Category: "shoes", Quantity: 2, UnitPrice: 5000, Paid: 10000, Chosen: 2, WeightGrams: 600}},
			Customer: policy.StandingFacts{Level: "good"}, Merchant: policy.StandingFacts{Level: "normal"},
		},
		start: contract.Start{
			CaseID: "c1", Kind: policy.Return, CustomerID: "kim", MerchantID: "shop", OrderID: "o1",
			Lines: []contract.ChosenLine{{LineID: "l1", Quantity: 2}}, Reason: "no_reason", Lang: "zh-CN", At: t0,
		},
		refundBlocked: map[int]*fault.Fault{}, paid: map[string]money.Amount{}, pickups: map[int]int{},
		acks: map[string]contract.Ack{}, faults: map[string]*fault.Fault{}, children: map[string][]contract.Projection{}, during: map[string]func(any){},
	}
	if change != nil {
		change(w)
	}
	w.start.PackHash = rules.Hash()
	w.env.SetStartTime(t0)
	w.env.SetTestTimeout(20 * time.Second)
	w.env.SetWorkerOptions(unhurried(w.during))
	w.env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: workflowID(w.start.CaseID), TaskQueue: contract.TaskQueue})
	w.env.RegisterWorkflowWithOptions(workflows.Return, workflow.RegisterOptions{Name: contract.WorkflowReturn})
	w.env.RegisterWorkflowWithOptions(workflows.Complaint, workflow.RegisterOptions{Name: contract.WorkflowComplaint})
	w.env.SetOnChildWorkflowStartedListener(func(info *workflow.Info, _ workflow.Context, _ converter.EncodedValues) { w.childStarted(info) })
	w.env.RegisterWorkflowWithOptions(workflows.RefundOnly, workflow.RegisterOptions{Name: contract.WorkflowRefundOnly})
	w.register(contract.ActivityOutbound, func(context.Context, contract.OutboundInput) (contract.Outbound, error) { return w.outbound, nil })
	w.register(contract.ActivityWatchOutbound, func(context.Context, contract.WatchInput) (contract.Watched, error) {
		return contract.Watched{Tracks: w.tracks}, w.carrier()
	})
	w.register(contract.ActivityInsurance, func(_ context.Context, in contract.InsuranceInput) (contract.InsuranceResult, error) {
		w.insurances = append(w.insurances, in)
		return w.insurer, w.carrier()
	})
	w.register(contract.ActivityKeepAccount, func(_ context.Context, in contract.AccountInput) error {
		w.accounts = append(w.accounts, in.TextID)
		return nil
	})
	w.register(contract.ActivityCloseBroken, func(_ context.Context, in contract.BrokenInput) (contract.BrokenCase, error) {
		w.broken = append(w.broken, in.CaseID)
		return contract.BrokenCase{Paid: w.brokenPaid, ClaimedBack: w.brokenClaims}, nil
	})
	w.register(contract.ActivityOpen, w.open)
	w.register(contract.ActivityDetails, w.details)
	w.register(contract.ActivityEvaluate, w.evaluate)
	w.register(contract.ActivityAttach, func(_ context.Context, in contract.AttachInput) (contract.Attached, error) {
		return contract.Attached{Accepted: in.Evidence}, nil
	})
	w.env.RegisterWorkflowWithOptions(workflows.CarrierInquiry, workflow.RegisterOptions{Name: contract.WorkflowInquiry})
	w.register(contract.ActivityAskCarrier, func(_ context.Context, in contract.InquiryInput) (contract.InquiryResult, error) {
		w.asked = append(w.asked, in.InquiryID)
		answer, known := w.answers[in.InquiryID]
		if !known {
			return answer, errors.New("the carrier says nothing")
		}
		return answer, w.carrier()
	})
	w.register(contract.ActivityProject, w.project)
	w.register(contract.ActivityClaimWaybill, func(context.Context, contract.WaybillInput) (contract.WaybillResult, error) {
		return contract.WaybillResult{Refused: w.waybillRefuse}, nil
	})
	w.register(contract.ActivityRegisterWaybill, func(context.Context, contract.WaybillInput) (contract.WaybillResult, error) {
		return contract.WaybillResult{}, w.carrier()
	})
	w.register(contract.ActivityBookPickup, func(_ context.Context, in contract.PickupInput) (contract.PickupResult, error) {
		if err := w.carrier(); err != nil {
			return contract.PickupResult{}, err
		}
		w.pickups[in.Round]++
		return contract.PickupResult{Carrier: in.Carrier, Number: "SF0001", TaskID: "task"}, nil
	})
	w.register(contract.ActivityCancelPickup, func(context.Context, contract.PickupInput) error { w.cancelled++; return nil })
	w.register(contract.ActivityRefund, w.refund)
	w.openCounter()
	w.register(contract.ActivityDrawDeposit, func(_ context.Context, in contract.DrawInput) (contract.DrawResult, error) {
		w.draws = append(w.draws, in)
		if w.depositShort {
			return contract.DrawResult{Refused: fault.New(fault.BalanceShort)}, nil
		}
		if w.drawsLost > 0 {
			w.drawsLost--
			return contract.DrawResult{}, errors.New("timeout")
		}
		return contract.DrawResult{}, nil
	})
	w.register(contract.ActivityPutBack, func(_ context.Context, in contract.PutBackInput) (contract.PutBackResult, error) {
		w.putBacks = append(w.putBacks, in)
		return contract.PutBackResult{Moved: w.putBackRefused == nil, Refused: w.putBackRefused}, nil
	})
	w.register(contract.ActivityClaimBack, func(_ context.Context, in contract.ClaimBackInput) error {
		w.claims = append(w.claims, in)
		return nil
	})
	w.register(contract.ActivityGrantRemedies, func(_ context.Context, in contract.RemedyInput) error {
		w.remedies = append(w.remedies, in)
		return nil
	})
	return w
}

func workflowID(caseID string) string { return contract.WorkflowID("k", caseID) }

// childStarted notes the case that the story opened. Unless they are patient, its parties say at once that they
// have nothing to add, so that the review begins.
func (w *world) childStarted(info *workflow.Info) {
	if info.WorkflowType.Name == contract.WorkflowInquiry {
		w.left = append(w.left, info.WorkflowExecution.ID)
		return
	}
	_, id, _ := strings.Cut(info.WorkflowExecution.ID, "case/k/")
	w.complaint, w.children[id] = id, nil
	if w.patient || info.WorkflowType.Name != contract.WorkflowComplaint {
		return
	}
	for _, side := range []contract.Actor{kim, shop} {
		w.env.RegisterDelayedCallback(func() {
			key := id + "/rest/" + side.ID
			w.sendTo(id, key, &contract.Rest{Meta: contract.Meta{Actor: side, Key: key, ReceivedAt: w.env.Now()}})
		}, time.Second)
	}
}

func (w *world) register(name string, fn any) {
	w.env.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: name})
}

func (w *world) carrier() error {
	if w.env.Now().Before(w.carrierDown) {
		return temporal.NewApplicationError("the carrier does not answer", "partner")
	}
	return nil
}

func (w *world) factsFor(start contract.Start) policy.Facts {
	facts := w.facts
	facts.Repeat = w.repeat
	facts.Reason = start.Reason
	if w.start.Kind == policy.RefundOnly && start.Parent == nil {
		facts.Kind, facts.Asked = start.Kind, start.Asked
	}
	if by := start.By; by != nil && start.Parent == nil {
		facts.OpenedBy = policy.Platform
		if by.Kind == contract.Merchant {
			facts.OpenedBy = policy.Merchant
		}
	}
	if start.Apart { // the lines that are not asked for were refunded by the case
		facts.Lines = slices.Clone(facts.Lines)
		for i := range facts.Lines {
			line := &facts.Lines[i]
			if !slices.Contains(start.LineIDs(), line.ID) {
				line.Chosen, line.RefundedQty, line.Refunded = 0, line.Quantity, line.Paid
			}
		}
	}
	if !start.Apart && len(start.Lines) < len(w.start.Lines) { // some of the lines, by themselves
		facts.Lines = slices.Clone(facts.Lines)
		for i := range facts.Lines {
			if !slices.Contains(start.LineIDs(), facts.Lines[i].ID) {
				facts.Lines[i].Chosen = 0
			}
		}
	}
	for range start.Evidence {
		facts.Evidence = append(facts.Evidence, policy.EvidenceFacts{Kind: "picture", By: policy.Customer})
	}
	return facts
}

func (w *world) open(_ context.Context, start contract.Start) (contract.Opened, error) {
	if w.refuseOpening != nil {
		return contract.Opened{Refused: w.refuseOpening}, nil
	}
	terms, err := w.terms(start, nil)
	if err != nil {
		return contract.Opened{}, err
	}
	if parent := start.Parent; parent != nil {
		if w.judgedBefore != "" && contract.NoNewFacts(parent.Cause) {
			return contract.Opened{Refused: fault.New(fault.AlreadyJudged, "case_id", w.judgedBefore)}, nil
		}
		return w.openChild(start, *parent), nil
	}
	if start.Kind == policy.Complaint {
		terms.Asks, terms.Judgment = nil, policy.JudgmentTerms{
			Subject: start.Subject, MaxSupplements: 2, ExecuteFromDeposit: true, Remedies: policy.Remedies(), MaxPoints: 1000, MaxCoupon: 5000,
		}
		if start.Subject == policy.SubjectService {
			terms.Quote = policy.Quote{Currency: "CNY"}
		}
	}
	opened := contract.Opened{
		Phase: w.facts.Phase, Reason: start.Reason, Currency: "CNY", Terms: terms,
		Evaluation: 1, ExpectedGrams: 1200, Evidence: start.Evidence, BotFailed: w.botFails,
	}
	for _, line := range start.Lines {
		for n := range line.Quantity {
			opened.Units = append(opened.Units, fmt.Sprintf("%s/%d", line.LineID, n+1))
		}
	}
	if terms.Refusal != nil {
		return contract.Opened{Refused: terms.Refusal.Fault}, nil
	}
	if len(terms.Asks) > 0 {
		opened.Question = w.question(terms.Asks[0])
	}
	return opened, nil
}

// question is what the bot asks for a field.
func (w *world) question(ask policy.Ask) *contract.Question {
	question := &contract.Question{Field: string(ask)}
	if ask == policy.AskReason {
		for _, reason := range w.rules.Reasons(policy.Return, w.facts.Phase) {
			question.Choices = append(question.Choices, contract.Choice{Value: reason.Code})
		}
	}
	return question
}

func (w *world) details(_ context.Context, in contract.DetailsInput) (contract.Details, error) {
	if w.unreadable > 0 {
		w.unreadable--
		return contract.Details{Reason: in.Start.Reason, Rejections: w.rejections}, nil
	}
	if in.Extra != "" {
		return contract.Details{Understood: true, Reason: in.Start.Reason, Evidence: in.Evidence}, nil
	}
	start := in.Start
	if in.Field == "reason" {
		start.Reason = in.Choice
	}
	start.Evidence = append(start.Evidence, in.Evidence...)
	terms, err := w.terms(start, nil)
	if err != nil {
		return contract.Details{}, err
	}
	details := contract.Details{Understood: true, Reason: start.Reason, Terms: &terms, Evidence: in.Evidence}
	for _, ask := range terms.Asks {
		if string(ask) != in.Field {
			details.Question = w.question(ask)
			break
		}
	}
	return details, nil
}

func (w *world) evaluate(_ context.Context, in contract.EvaluateInput) (policy.Terms, error) {
	w.evaluatedAs = in.Liability
	return w.terms(in.Start, in.Inspection)
}

// terms are what the rules say of a request as it stands.
func (w *world) terms(start contract.Start, found *policy.InspectionFacts) (policy.Terms, error) {
	facts := w.factsFor(start)
	facts.Inspection = found
	terms, err := w.rules.Evaluate(facts)
	require.NoError(w.t, err)
	terms.Deadlines = w.deadlines(start)
	if err == nil && w.alter != nil {
		w.alter(start, &terms)
	}
	return terms, err
}

// deadlines are those of the kind of case, whatever else the facts say.
func (w *world) deadlines(start contract.Start) map[policy.Step]policy.Deadline {
	facts := w.factsFor(start)
	facts.Kind = start.Kind
	terms, err := w.rules.Evaluate(facts)
	require.NoError(w.t, err)
	return terms.Deadlines
}

// written takes the same projection once, as the store does: a write whose answer came too late for the story is tried again.
func written(before []contract.Projection, next contract.Projection) []contract.Projection {
	if n := len(before); n > 0 && before[n-1].Seq == next.Seq && reflect.DeepEqual(before[n-1], next) {
		return before
	}
	return append(before, next)
}

func (w *world) project(_ context.Context, projection contract.Projection) error {
	if w.env.Now().Before(w.databaseDown) {
		return errors.New("the database does not answer")
	}
	if projection.CaseID != w.start.CaseID {
		w.children[projection.CaseID] = written(w.children[projection.CaseID], projection)
		return nil
	}
	w.projections = written(w.projections, projection)
	return nil
}

// refund is a provider with a ledger by key, blocked or spaced as the world says.
func (w *world) refund(_ context.Context, in contract.RefundInput) (contract.RefundResult, error) {
	if in.PlanOnly {
		w.planned++
		if left := w.planLeft; left != nil {
			quote := policy.Reprice(in.Quote, *left)
			w.planLeft = nil
			return contract.RefundResult{Blocked: fault.New(fault.RefundLimit, "left", left.String()), Left: &quote}, nil
		}
		return contract.RefundResult{Legs: []contract.LegState{{
			Key: contract.EffectKey(in.CaseID, "refund/tender", in.Round), TenderID: "tender", Rail: "alipay", Amount: in.Quote.Total, Status: "intended",
		}}}, nil
	}
	w.refunds = append(w.refunds, in)
	if left, cut := w.refundLeft[len(w.refunds)]; cut {
		quote := policy.Reprice(in.Quote, left)
		cut := contract.RefundResult{Blocked: fault.New(fault.RefundLimit, "left", left.String()), Left: &quote}
		if w.leftWithLegs {
			cut.Legs = []contract.LegState{{Key: "failed", TenderID: "tender", Rail: "alipay", Amount: in.Quote.Total - w.leftPaid, Status: "failed"}}
		}
		if w.leftPaid > 0 {
			at := in.At
			w.paid["first leg"] = w.leftPaid
			cut.Legs = append(cut.Legs, contract.LegState{
				Key: "first leg", TenderID: "other", Rail: "wechat", Amount: w.leftPaid, Status: "succeeded", SettledAt: &at,
				Lines: []policy.QuoteLine{{LineID: "l1", Quantity: 2, Amount: w.leftPaid}},
			})
		}
		return cut, nil
	}
	if in.Quote.Total == 0 {
		return contract.RefundResult{Done: true}, nil
	}
	if blocked := w.refundBlocked[len(w.refunds)]; blocked != nil {
		return contract.RefundResult{Blocked: blocked}, nil
	}
	if w.refundSpacing > 0 && len(w.refunds) == 1 {
		next := in.At.Add(w.refundSpacing)
		return contract.RefundResult{NextAt: &next}, nil
	}
	key := contract.EffectKey(in.CaseID, "refund/tender", in.Round)
	if _, again := w.paid[key]; !again && in.TenderID != "" {
		w.counter.returned[in.TenderID] += in.Quote.Total
	}
	failed := contract.LegState{Key: key, TenderID: "tender", Rail: "alipay", Amount: in.Quote.Total, Status: "failed"}
	if w.closedRail && len(in.Redirect) == 0 {
		return contract.RefundResult{Legs: []contract.LegState{failed}, Blocked: fault.New(fault.RailClosed, "rail", "alipay")}, nil
	}
	if w.closedRail {
		at := in.At
		w.paid["payout"] = in.Quote.Total
		return contract.RefundResult{Done: true, Legs: []contract.LegState{failed, {
			Key: "payout", TenderID: "tender", Rail: "payout", Amount: in.Quote.Total, Status: "succeeded", SettledAt: &at,
		}}}, nil
	}
	w.paid[key] = in.Quote.Total
	at := in.At
	return contract.RefundResult{Done: true, Legs: []contract.LegState{{
		Key: key, TenderID: "tender", Rail: "alipay", Amount: in.Quote.Total, Status: "succeeded", SettledAt: &at,
	}}}, nil
}

// People of this world.
var (
	kim      = contract.Actor{Kind: contract.Customer, ID: "kim"}
	shop     = contract.Actor{Kind: contract.Merchant, ID: "clerk", Merchant: "shop"}
	agent    = contract.Actor{Kind: contract.Agent, ID: "ann", Limit: 50000}
	boss     = contract.Actor{Kind: contract.Supervisor, ID: "sue", Limit: 500000}
	operator = contract.Actor{Kind: contract.Operator, ID: "otto", Limit: 5000000}
)

// at gives a command at a time after the start; its answer is found under key.
func (w *world) at(after time.Duration, by contract.Actor, key string, cmd contract.Command) {
	w.received(after, after, by, key, cmd)
}

// received gives a command that the edge received at one time and the case gets at another.
func (w *world) received(received, after time.Duration, by contract.Actor, key string, cmd contract.Command) {
	w.env.RegisterDelayedCallback(func() {
		meta := cmd.About()
		meta.Actor, meta.Key, meta.ReceivedAt = by, key, t0.Add(received)
		w.send(key, cmd)
	}, after)
}

// send delivers an update and notes its answer.
func (w *world) send(key string, cmd contract.Command) { w.sendTo(w.addressee(), key, cmd) }

// addressee is the case that people mean now: while a complaint has the matter they speak to it.
func (w *world) addressee() string {
	if w.complaint != "" && w.last().Stage == contract.StageDispute {
		return w.complaint
	}
	return w.start.CaseID
}

func (w *world) sendTo(caseID, key string, cmd contract.Command) {
	err := w.env.UpdateWorkflowByID(workflowID(caseID), cmd.Name(), key, &testsuite.TestUpdateCallback{
		OnAccept: func() {},
		OnReject: func(err error) { w.faults[key] = faultOf(w.t, err) },
		OnComplete: func(value any, err error) {
			if err != nil {
				w.faults[key] = faultOf(w.t, err)
				return
			}
			w.acks[key] = value.(contract.Ack)
		},
	}, cmd)
	if err != nil { // it has ended
		w.faults[key] = fault.New(fault.CaseClosed)
	}
}

// faultOf reads the fault out of an engine error.
func faultOf(t *testing.T, err error) *fault.Fault {
	if strings.HasPrefix(err.Error(), "unknown update") {
		return fault.New(fault.NotNow) // as the client says it
	}
	var failure *temporal.ApplicationError
	require.ErrorAs(t, err, &failure, "a command is refused with a fault")
	f := contract.FaultOf(failure.Type(), nil)
	require.NotNil(t, f, "error type %s", failure.Type())
	return f
}

// scan lets the carrier tell something about the parcel.
func (w *world) scan(after time.Duration, id, state string, grams int) {
	w.env.RegisterDelayedCallback(func() {
		w.tell(w.start.CaseID, contract.TrackFact{NoticeID: id, Carrier: "sf", Number: "SF1", State: state, Grams: grams, At: t0.Add(after)})
	}, after)
}

// tell gives a case the carrier's news, unless it has ended.
func (w *world) tell(caseID string, fact contract.TrackFact) {
	_ = w.env.SignalWorkflowByID(workflowID(caseID), contract.SignalTrack, fact)
}

// complaintScan is scan for a parcel of the complaint.
func (w *world) complaintScan(after time.Duration, id, state string, grams int) {
	w.env.RegisterDelayedCallback(func() {
		w.tell(w.complaint, contract.TrackFact{NoticeID: id, Carrier: "sf", Number: "SF2", State: state, Grams: grams, At: t0.Add(after)})
	}, after)
}

// run plays the story to its end and returns how it ended.
func (w *world) run() contract.Outcome {
	w.t.Helper()
	w.env.RegisterDelayedCallback(func() {
		w.env.UpdateWorkflow(contract.NameOpen, "open", &testsuite.TestUpdateCallback{
			OnAccept: func() {}, OnReject: func(err error) { w.t.Error("opening rejected:", err) },
			OnComplete: func(value any, err error) {
				require.NoError(w.t, err)
				w.acks["open"] = value.(contract.Ack)
			},
		})
	}, 0)
	if w.story == "" {
		w.story, _ = contract.WorkflowOf(w.start.Kind)
	}
	w.env.ExecuteWorkflow(w.story, w.start, nil)
	require.True(w.t, w.env.IsWorkflowCompleted(), "the story ends")
	require.NoError(w.t, w.env.GetWorkflowError())
	var outcome contract.Outcome
	require.NoError(w.t, w.env.GetWorkflowResult(&outcome))
	w.invariants()
	return outcome
}

// invariants hold in every story, however it ends.
func (w *world) invariants() {
	w.t.Helper()
	w.timeline(w.projections)
	var paid money.Amount
	for _, amount := range w.paid {
		paid += amount
	}
	require.LessOrEqual(w.t, paid, w.facts.Order.Paid+w.counter.total())
	w.counter.invariants(w)
	for id, child := range w.children {
		w.timeline(child)
		require.Equal(w.t, w.judgedBefore == "", len(child) > 0, "%s was opened unless the matter was judged", id)
	}
}

// timeline: projections of a case go forward, close once, and tell everything once.
func (w *world) timeline(projections []contract.Projection) {
	w.t.Helper()
	var told []string // for whoever has to find out what went wrong
	for _, p := range projections {
		told = append(told, fmt.Sprintf("%d %s open=%v %v", p.Seq, p.Stage, p.Open, each(p.Entries)))
	}
	var last int64
	for i, p := range projections {
		require.Greater(w.t, p.Seq, last, "projections only go forward")
		require.Equal(w.t, i < len(projections)-1, p.Open, "the last projection, and only it, is closed: %d of %d at %s\n%s", i, len(projections), p.Stage, strings.Join(told, "\n"))
		for _, entry := range p.Entries {
			last++
			require.Equal(w.t, last, entry.Seq, "the timeline has no gap and nothing twice")
		}
		require.Equal(w.t, last, p.Seq)
		if p.Open && p.Stage != contract.StageRefund {
			require.NotNil(w.t, p.View.Wait, "every wait has a deadline: %s", p.Stage)
			require.NotEmpty(w.t, p.WaitingFor)
		}
	}
}

// openChild opens a case under the claims of the one that opened it.
func (w *world) openChild(start contract.Start, parent contract.Parent) contract.Opened {
	w.disputedLines = start.Lines
	terms := parent.Terms
	terms.Asks, terms.Deadlines = nil, w.deadlines(start)
	if start.Kind == policy.Exchange {
		exchangeTerms(&terms, 0)
		terms.Exchange.Lines[0].VariantID = "v1"
	}
	terms.Judgment = policy.JudgmentTerms{Subject: start.Subject, MaxSupplements: 2, ExecuteFromDeposit: true}
	if start.Kind == policy.Complaint && w.freightAtFault > 0 {
		terms.Asked = terms.Quote.Total
		terms.Quote.Freight, terms.Quote.Total = w.freightAtFault, terms.Quote.Total+w.freightAtFault
	}
	if start.Kind == policy.Complaint && parent.Advanced == nil && len(terms.Quote.Lines) > 0 { // what was refunded is not there to be judged
		terms.Quote = policy.Reprice(terms.Quote, terms.Quote.Total-min(parent.Paid, terms.Quote.Total))
	}
	return contract.Opened{
		Phase: parent.Phase, Reason: start.Reason, Units: parent.Units, Currency: "CNY", Terms: terms, Evaluation: 1, ExpectedGrams: parent.ExpectedGrams,
	}
}

// all are the projections of the case and of those that it opened.
func (w *world) all() []contract.Projection {
	all := slices.Clone(w.projections)
	for _, id := range slices.Sorted(maps.Keys(w.children)) {
		all = append(all, w.children[id]...)
	}
	return all
}

// judging is how the newest complaint was written last.
func (w *world) judging() contract.Projection {
	w.t.Helper()
	if w.complaint == "" {
		return w.last()
	}
	written := w.children[w.complaint]
	require.NotEmpty(w.t, written, "there is a complaint")
	return written[len(written)-1]
}

// last is the final projection.
func (w *world) last() contract.Projection { return w.projections[len(w.projections)-1] }

// desk is the desk as it was written last.
func (w *world) desk() contract.Desk {
	for i := len(w.projections) - 1; i >= 0; i-- {
		if desk := w.projections[i].Desk; desk != nil {
			return *desk
		}
	}
	return contract.Desk{}
}

// events lists the timeline.
func (w *world) events() []string {
	var events []string
	for _, p := range w.all() {
		for _, entry := range p.Entries {
			events = append(events, entry.Event)
		}
	}
	return events
}

// when returns how long after the start something happened first.
func (w *world) when(event string) time.Duration {
	w.t.Helper()
	for _, p := range w.all() {
		for _, entry := range p.Entries {
			if entry.Event == event {
				return entry.At.Sub(t0)
			}
		}
	}
	require.Fail(w.t, "it never happened", "%s in %v", event, w.events())
	return 0
}

// code is the code of the fault under key.
func (w *world) code(key string) fault.Code {
	if f := w.faults[key]; f != nil {
		return f.Code
	}
	return fault.Code(fmt.Sprintf("no fault: %+v", w.acks[key]))
}

func each(entries []contract.Entry) (kinds []string) {
	for _, e := range entries {
		kinds = append(kinds, e.Event)
	}
	return kinds
}

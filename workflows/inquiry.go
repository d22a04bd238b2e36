package workflows

import (
	"errors"
	"slices"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/workflows/contract"
)

// maxInquiries bounds what carriers are asked at a time for one case.
const maxInquiries = 10

// leastPatience is how long a carrier is asked at least, also when the answer is late already.
const leastPatience = time.Minute

// CarrierInquiry puts what the desk asks to a carrier where there is no case that could. A carrier that says nothing in time is
// no failure: whoever asked was told, and asks by telephone.
func CarrierInquiry(ctx workflow.Context, start contract.InquiryStart) (contract.InquiryResult, error) {
	return putToCarrier(ctx, start.InquiryID, start.DueAt)
}

// putToCarrier asks until there is an answer or time is over.
func putToCarrier(ctx workflow.Context, id string, due time.Time) (contract.InquiryResult, error) {
	patience := max(due.Sub(workflow.Now(ctx)), leastPatience)
	var result contract.InquiryResult
	err := workflow.ExecuteActivity(partner(ctx, "ask a carrier for the desk", patience), contract.ActivityAskCarrier, contract.InquiryInput{InquiryID: id}).Get(ctx, &result)
	if temporal.IsCanceledError(err) {
		return result, err
	}
	if err != nil {
		result = contract.InquiryResult{State: contract.InquirySilent}
	}
	return result, nil
}

func (c *story) canAskCarrier(cmd *contract.AskCarrier) *fault.Fault {
	switch {
	case cmd.InquiryID == "" || cmd.Number == "":
		return fault.New(fault.BadRequest, "problem", "inquiry")
	case len(c.s.Inquiries) >= maxInquiries:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

// askCarrier takes a question of the desk. It is put beside the story, which never waits for it.
func (c *story) askCarrier(ctx workflow.Context, cmd *contract.AskCarrier) (*fault.Fault, error) {
	asked := func(known contract.AskCarrier) bool { return known.InquiryID == cmd.InquiryID }
	if slices.ContainsFunc(c.s.Inquiries, asked) {
		return nil, nil
	}
	c.s.Inquiries = append(c.s.Inquiries, *cmd)
	c.record(ctx, cmd.Actor, "carrier_asked", data{"inquiry": cmd.InquiryID, "kind": cmd.Kind, "carrier": cmd.Carrier, "number": cmd.Number})
	return nil, nil
}

// askCarriers puts every question of the desk, each by itself: a silent carrier holds up no other.
func (c *story) askCarriers(ctx workflow.Context) {
	var put []string
	next := func() int {
		return slices.IndexFunc(c.s.Inquiries, func(asked contract.AskCarrier) bool { return !slices.Contains(put, asked.InquiryID) })
	}
	for {
		if err := workflow.Await(ctx, func() bool { return next() >= 0 }); err != nil {
			return
		}
		asked := c.s.Inquiries[next()]
		put = append(put, asked.InquiryID)
		workflow.GoNamed(ctx, "inquiry", func(ctx workflow.Context) {
			result, err := putToCarrier(ctx, asked.InquiryID, asked.DueAt)
			if err != nil || c.s.Stage == contract.StageEnded { // nothing is told after a case's last entry
				return
			}
			c.s.Inquiries = slices.DeleteFunc(slices.Clone(c.s.Inquiries), func(known contract.AskCarrier) bool { return known.InquiryID == asked.InquiryID })
			c.carrierAnswered(ctx, asked, result)
		})
	}
}

// carrierAnswered takes what a carrier said: where the parcel is is news like any of its notices, and whether it turns the
// parcel round is what the desk would report.
func (c *story) carrierAnswered(ctx workflow.Context, asked contract.AskCarrier, result contract.InquiryResult) {
	if result.State == contract.InquirySilent {
		c.record(ctx, platform, "carrier_silent", data{"inquiry": asked.InquiryID, "kind": asked.Kind, "number": asked.Number})
		return
	}
	by := contract.Actor{Kind: contract.Carrier, ID: asked.Carrier}
	if result.State == contract.InquiryByHand {
		by = platform // people know what was said; the program does not
	}
	values := data{"inquiry": asked.InquiryID, "kind": asked.Kind, "number": asked.Number, "result": result.State}
	if track := result.Track; track != nil {
		values["state"], values["grams"] = track.State, track.Grams
	}
	c.record(ctx, by, "carrier_answered", values)
	if track := result.Track; track != nil && (c.parcel(asked.Number) != nil || c.s.Outbound.parcel(asked.Number) != nil) && c.fresh(track.NoticeID) {
		c.track(ctx, *track)
	}
	if asked.Kind == contract.InquiryIntercept && result.State != contract.InquiryByHand && c.s.Stage == contract.StageIntercept {
		c.interceptAnswered(ctx, asked, result)
	}
}

// interceptAnswered notes for the story what the carrier makes of stopping the parcel that the customer shall not get.
func (c *story) interceptAnswered(ctx workflow.Context, asked contract.AskCarrier, result contract.InquiryResult) {
	report := &contract.ReportIntercept{Meta: contract.Meta{Actor: contract.Actor{Kind: contract.Carrier, ID: asked.Carrier}}, Result: contract.InterceptRequested}
	if result.State == contract.InquiryRefused {
		report.Result = contract.InterceptImpossible
	}
	if c.s.Outbound.parcel(asked.Number) == nil || c.canReportIntercept(report) != nil {
		return
	}
	_, _ = c.reportIntercept(ctx, report) // which cannot be refused once it can be reported
}

// leaveInquiries hands what carriers have not answered when the case ends to workflows of their own.
func (c *story) leaveInquiries(ctx workflow.Context) error {
	for _, asked := range c.s.Inquiries {
		apart, _ := workflow.NewDisconnectedContext(ctx)
		child := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(apart, workflow.ChildWorkflowOptions{
			WorkflowID: contract.InquiryWorkflowID(asked.InquiryID), WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
			ParentClosePolicy: enums.PARENT_CLOSE_POLICY_ABANDON, StaticSummary: "ask a carrier",
		}), contract.WorkflowInquiry, contract.InquiryStart{InquiryID: asked.InquiryID, DueAt: asked.DueAt})
		err := child.GetChildWorkflowExecution().Get(ctx, nil)
		var started *temporal.ChildWorkflowExecutionAlreadyStartedError
		if err != nil && !errors.As(err, &started) {
			return err
		}
	}
	c.s.Inquiries = nil
	return nil
}

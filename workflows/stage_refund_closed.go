package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/workflows/contract"
)

// A refund goes back the way the money came. Where that way is closed nothing is paid without the customer's consent
// to another: the customer names an account, finance sends the money there, and the leg that failed stays as it is.

// closedWay tells whether the refund is blocked because a rail takes no refund any more.
func (r *Refund) closedWay() bool {
	return slices.Contains([]fault.Code{fault.RailClosed, fault.RailWindow, fault.RailCount}, fault.Code(r.Blocked))
}

// failedTenders lists the tenders whose last leg failed.
func (r *Refund) failedTenders() []string {
	last := map[string]string{}
	var order []string
	for _, leg := range r.Legs {
		if _, seen := last[leg.TenderID]; !seen {
			order = append(order, leg.TenderID)
		}
		last[leg.TenderID] = leg.Status
	}
	return slices.DeleteFunc(order, func(id string) bool { return last[id] != "failed" })
}

// redirects are the consents that finance has acted on.
func (r *Refund) redirects() []contract.Redirect {
	var all []contract.Redirect
	for i, consent := range r.Consents {
		if consent.Redirected {
			all = append(all, contract.Redirect{TenderID: consent.TenderID, TextID: consent.TextID, N: i + 1})
		}
	}
	return all
}

// canConsentRail: only where a rail is closed, and for a tender whose leg failed. Before any leg was made - the rail
// refuses by its own limits - the consent is for all that is due.
func (c *story) canConsentRail(cmd *contract.ConsentRail) *fault.Fault {
	r := &c.s.Refund
	failed := r.failedTenders()
	switch {
	case !r.closedWay() || c.consented() != nil:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case cmd.TextID == "":
		return fault.New(fault.BadRequest, "problem", "account: missing")
	case cmd.TenderID != "" && !slices.Contains(failed, cmd.TenderID), cmd.TenderID == "" && len(failed) > 1:
		return fault.New(fault.BadRequest, "problem", "tender_id: one whose refund failed")
	}
	return nil
}

// consentRail keeps the account for payment only: it is no part of what the parties read.
func (c *story) consentRail(ctx workflow.Context, cmd *contract.ConsentRail) (*fault.Fault, error) {
	err := c.local(ctx, contract.ActivityKeepAccount, contract.AccountInput{CaseID: c.start.CaseID, TextID: cmd.TextID}, nil)
	if err != nil {
		return nil, err
	}
	r := &c.s.Refund
	tender := cmd.TenderID
	if failed := r.failedTenders(); tender == "" && len(failed) == 1 {
		tender = failed[0]
	}
	r.Consents = append(r.Consents, Consent{TenderID: tender, TextID: cmd.TextID, At: workflow.Now(ctx).UTC()})
	c.record(ctx, cmd.Actor, "rail_consented", data{"tender": tender}, contract.Supervisor)
	return nil, nil
}

func (c *story) canRedirectRefund(cmd *contract.RedirectRefund) *fault.Fault {
	consent := c.consented()
	if consent == nil || !c.s.Refund.closedWay() || cmd.TenderID != consent.TenderID && cmd.TenderID != "" {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

func (c *story) redirectRefund(ctx workflow.Context, cmd *contract.RedirectRefund) (*fault.Fault, error) {
	consent := c.consented()
	consent.Redirected = true
	c.s.Refund.Retry = true
	c.record(ctx, cmd.Actor, "refund_redirected", data{"tender": consent.TenderID}, contract.Customer)
	return nil, nil
}

// refundView shows the refund under way, and what it waits for in the words of those who must act.
func (c *story) refundView() *contract.RefundView {
	r := &c.s.Refund
	if r.Cause == "" {
		return nil
	}
	view := contract.RefundView{Cause: r.Cause, CauseRef: r.CauseRef, Amount: r.Quote.Total, WaitsFor: c.refundWaitsFor()}
	for _, consent := range r.Consents {
		view.Consents = append(view.Consents, contract.ConsentView{TenderID: consent.TenderID, At: consent.At, Paid: consent.Redirected})
	}
	return &view
}

// refundWaitsFor is who or what a refund that cannot be paid waits for; empty while it is on its way.
func (c *story) refundWaitsFor() string {
	r := &c.s.Refund
	switch fault.Code(r.Blocked) {
	case "":
		if c.s.Stage == contract.StageRefund && r.Polls > 0 {
			return contract.WaitsForProvider
		}
		return ""
	case fault.BalanceShort:
		return contract.WaitsForBalance
	case fault.RailClosed, fault.RailWindow, fault.RailCount:
		if c.consented() == nil {
			return contract.WaitsForConsent
		}
	}
	return contract.WaitsForFinance
}

// consented is the consent that finance has not acted on yet; nil: none.
func (c *story) consented() *Consent {
	for i := range c.s.Refund.Consents {
		if consent := &c.s.Refund.Consents[i]; !consent.Redirected {
			return consent
		}
	}
	return nil
}

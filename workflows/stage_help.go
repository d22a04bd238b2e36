package workflows

import (
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/workflows/contract"
)

// askHelp brings a person in where the bot could not get the details. cause says why.
func (c *story) askHelp(ctx workflow.Context, cause string) contract.Stage {
	c.close(ctx, nil)
	c.s.Revision++
	c.s.Review = &contract.ReviewView{Cause: cause, Since: workflow.Now(ctx).UTC()}
	c.record(ctx, platform, "help_needed", data{"cause": cause}, contract.Customer, contract.Merchant, contract.Agent)
	return contract.StageHelp
}

// help waits for the person's word in the bot's place: go on, or close. Time brings in the next level, as in a review.
func (c *story) help(ctx workflow.Context) (contract.Stage, error) {
	in := &c.s.Intake
	for {
		c.openReview(ctx)
		expired, err := c.wait(ctx, func() bool { return in.Resolved != "" })
		switch {
		case err != nil:
			return "", err
		case in.Resolved == "close":
			in.Resolved = ""
			return c.end(ctx, contract.ClosedNoDetails), nil
		case in.Resolved != "":
			in.Resolved, in.Person, in.Extra, c.s.Review = "", "", "", nil
			return c.ready(ctx)
		case expired:
			c.escalateReview(ctx)
		}
	}
}

func (c *story) canResolveDetails(*contract.ResolveDetails) *fault.Fault {
	if c.s.Intake.Resolved != "" {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

// resolveDetails is the person's word in the bot's place.
func (c *story) resolveDetails(ctx workflow.Context, cmd *contract.ResolveDetails) (*fault.Fault, error) {
	s := c.s
	if !cmd.GoOn {
		s.Intake.Resolved = "close"
		c.record(ctx, cmd.Actor, "details_closed", data{"text": cmd.TextID}, contract.Customer)
		return nil, nil
	}
	start := c.known()
	if cmd.Reason != "" {
		start.Reason = cmd.Reason
	}
	if start.Reason == "" {
		return fault.New(fault.ReasonUnknown), nil
	}
	terms, err := c.evaluate(ctx, start, nil)
	if err != nil {
		return nil, err
	}
	if terms.Refusal != nil {
		return terms.Refusal.Fault, nil
	}
	s.Terms, s.Reason = terms, start.Reason
	s.Evaluation++
	s.Intake.Resolved = "go_on"
	c.uses(cmd.TextID)
	c.record(ctx, cmd.Actor, "details_accepted", data{"reason": s.Reason, "text": cmd.TextID}, contract.Customer, contract.Merchant)
	return nil, nil
}

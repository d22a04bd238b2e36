package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Why a person takes over from the bot.
const (
	personBot      = "bot_failed"
	personEvidence = "evidence_unclear"
	personRounds   = "details_unclear"
)

// intakeStages: the request is checked, and what is missing is asked.
var intakeStages = stages{
	contract.StageChecking: (*story).checking,
	contract.StageDetails:  (*story).details,
	contract.StageHelp:     (*story).help,
}

func (c *story) intakeCommands() []command {
	return []command{
		on(byCustomer, in(contract.StageDetails), c.canAnswer, c.answer).inTime(),
		on(byDesk, in(contract.StageHelp), c.canResolveDetails, c.resolveDetails),
	}
}

// checking claims the units, freezes the terms and lets the bot say what is missing: one step inside the first
// workflow task. A refusal ends here and leaves nothing behind.
func (c *story) checking(ctx workflow.Context) (contract.Stage, error) {
	var opened contract.Opened
	if err := c.local(ctx, contract.ActivityOpen, c.start, &opened); err != nil {
		return "", err
	}
	s := c.s
	if opened.Refused != nil {
		s.Refused, s.Outcome = opened.Refused, contract.RefusedOpening
		return contract.StageEnded, nil
	}
	s.Opened, s.OpenedAt = true, c.start.At
	s.Phase, s.Reason, s.Units, s.Currency = opened.Phase, opened.Reason, opened.Units, opened.Currency
	s.Terms, s.Evaluation, s.ExpectedGrams = opened.Terms, opened.Evaluation, opened.ExpectedGrams
	s.Edits = opened.Edits
	s.Intake.Evidence, s.Intake.Rejections = opened.Evidence, opened.Rejections
	s.Pieces = slices.Clone(opened.Evidence)
	c.uses(c.start.TextID)
	s.Revision++
	c.record(ctx, c.opener(), "opened", data{"reason": s.Reason, "amount": c.claim().Total, "rules": s.Terms.Rules}, c.others()...)
	switch {
	case opened.BotFailed:
		s.Intake.Person = personBot
	case s.Intake.Rejections >= s.Terms.Limits.EvidenceRejections:
		s.Intake.Person = personEvidence
	case opened.Question != nil:
		c.ask(ctx, *opened.Question)
		return contract.StageDetails, nil
	default:
		return c.ready(ctx)
	}
	return c.askHelp(ctx, s.Intake.Person), nil
}

// details waits for the customer's answers. When time runs out the case goes on with what it has, if that is
// enough, and is closed otherwise.
func (c *story) details(ctx workflow.Context) (contract.Stage, error) {
	c.open(ctx, policy.StepDetails, workflow.Now(ctx))
	in := &c.s.Intake
	expired, err := c.wait(ctx, func() bool { return in.Question == nil || in.Person != "" })
	if err != nil {
		return "", err
	}
	switch {
	case in.Person != "":
		return c.askHelp(ctx, in.Person), nil
	case expired:
		c.record(ctx, platform, "details_expired", nil, contract.Customer)
		if in.Extra == "" && !policy.Enough(c.s.Terms) {
			return c.end(ctx, contract.ClosedNoDetails), nil
		}
		c.close(ctx, nil)
	}
	in.Extra = ""
	return c.ready(ctx)
}

// ask puts a question to the customer. A new field goes on in the same round; asking for the same field again
// begins another.
func (c *story) ask(ctx workflow.Context, question contract.Question) {
	in := &c.s.Intake
	now := workflow.Now(ctx).UTC()
	if in.Round == 0 || question.Retry {
		in.Round++
		question.N = 1
	} else if in.Question != nil && in.Question.Round == in.Round {
		question.N = in.Question.N + 1
	} else {
		question.N = 1
	}
	question.Round, question.AskedAt = in.Round, now
	question.DueAt = c.s.Terms.DueAt(policy.StepDetails, now).UTC()
	if wait := c.s.Wait; wait != nil && wait.Step == policy.StepDetails {
		question.DueAt = wait.DueAt
	}
	in.Question = &question
	c.s.Questions = append(c.s.Questions, contract.QuestionState{Question: question})
	c.record(ctx, contract.Actor{Kind: contract.Bot, ID: "bot"}, "asked",
		data{"round": question.Round, "n": question.N, "field": question.Field, "retry": question.Retry}, contract.Customer)
}

// close ends the open question, with the answer that was given or none.
func (c *story) close(ctx workflow.Context, answer *contract.Answer) {
	in := &c.s.Intake
	if in.Question == nil {
		return
	}
	at := workflow.Now(ctx).UTC()
	state := contract.QuestionState{Question: *in.Question, AnsweredAt: &at}
	if answer != nil {
		state.Answer, state.TextID = answer.Choice, answer.TextID
	}
	c.s.Questions = append(c.s.Questions, state)
	in.Question = nil
}

func (c *story) canAnswer(cmd *contract.Answer) *fault.Fault {
	question := c.s.Intake.Question
	if question == nil || question.Round != cmd.Round || question.N != cmd.N {
		return fault.New(fault.QuestionGone)
	}
	offered := slices.ContainsFunc(question.Choices, func(c contract.Choice) bool { return c.Value == cmd.Choice })
	if cmd.Choice != "" && !offered || cmd.Choice == "" && cmd.TextID == "" && len(cmd.Evidence) == 0 {
		return fault.New(fault.AnswerUnclear)
	}
	return nil
}

// answer lets the bot read the customer's words. What it does not understand is asked again in other words; what
// it understands may change the terms. An answer under which the case would not be allowed changes nothing.
func (c *story) answer(ctx workflow.Context, cmd *contract.Answer) (*fault.Fault, error) {
	s, in := c.s, &c.s.Intake
	asked := *in.Question
	var details contract.Details
	err := c.local(ctx, contract.ActivityDetails, contract.DetailsInput{
		Start: c.known(), Phase: s.Phase, N: s.Evaluation + 1, At: workflow.Now(ctx), Field: asked.Field,
		Choice: cmd.Choice, TextID: cmd.TextID, Evidence: cmd.Evidence, Before: s.Pieces, Extra: in.Extra,
	}, &details)
	if err != nil {
		return nil, err
	}
	if terms := details.Terms; terms != nil && terms.Refusal != nil {
		return terms.Refusal.Fault, nil
	}
	c.uses(cmd.TextID)
	s.Pieces = append(s.Pieces, details.Evidence...)
	in.Rejections += details.Rejections
	if details.BotFailed {
		in.Person = personBot
		c.record(ctx, cmd.Actor, "answered", data{"field": asked.Field, "text": cmd.TextID})
		c.close(ctx, cmd)
		return nil, nil
	}
	if !details.Understood {
		c.record(ctx, cmd.Actor, "answer_unclear", data{"field": asked.Field, "rejections": in.Rejections})
		c.close(ctx, cmd)
		switch {
		case in.Rejections >= s.Terms.Limits.EvidenceRejections:
			in.Person = personEvidence
		case in.Round >= s.Terms.Limits.Rounds:
			in.Person = personRounds
		default:
			asked.Retry = true
			c.ask(ctx, asked)
		}
		return nil, nil
	}
	if details.Terms != nil {
		s.Terms, s.Evaluation = *details.Terms, s.Evaluation+1
	}
	s.Reason = details.Reason
	in.Evidence = append(in.Evidence, details.Evidence...)
	c.record(ctx, cmd.Actor, "answered", data{"field": asked.Field, "choice": cmd.Choice, "reason": s.Reason, "evidence": details.Evidence})
	previous := in.Question
	c.close(ctx, cmd)
	if details.Question != nil {
		in.Question = previous // numbering goes on from it
		c.ask(ctx, *details.Question)
	}
	return nil, nil
}

// canReject: a person looks at a piece of evidence of this case.
func (c *story) canRejectEvidence(cmd *contract.RejectEvidence) *fault.Fault {
	for _, id := range c.s.Intake.Evidence {
		if id == cmd.EvidenceID {
			return nil
		}
	}
	return fault.New(fault.EvidenceUnknown)
}

// rejectEvidence marks evidence as irrelevant. The third rejection, whatever its cause, brings a person in.
func (c *story) rejectEvidence(ctx workflow.Context, cmd *contract.RejectEvidence) (*fault.Fault, error) {
	in := &c.s.Intake
	kept := in.Evidence[:0:0]
	for _, id := range in.Evidence {
		if id != cmd.EvidenceID {
			kept = append(kept, id)
		}
	}
	in.Evidence = kept
	in.Rejections++
	c.s.Rejected = append(c.s.Rejected, cmd.EvidenceID)
	c.record(ctx, cmd.Actor, "evidence_rejected", data{"evidence": cmd.EvidenceID, "rejections": in.Rejections}, contract.Customer)
	if in.Rejections >= c.s.Terms.Limits.EvidenceRejections && c.s.Stage == contract.StageDetails {
		in.Person = personEvidence
	}
	return nil, nil
}

// addEvidence puts evidence forward at any time while the case is open.
func (c *story) addEvidence(ctx workflow.Context, cmd *contract.AddEvidence) (*fault.Fault, error) {
	accepted, f, err := c.attachNew(ctx, contract.AttachInput{CaseID: c.start.CaseID, Actor: cmd.Actor, Evidence: cmd.Evidence})
	if f != nil || err != nil {
		return f, err
	}
	c.uses(cmd.TextID)
	if cmd.Actor.Kind == contract.Customer {
		c.relyOn(accepted)
	}
	c.record(ctx, cmd.Actor, "evidence_added", data{"evidence": accepted, "text": cmd.TextID}, contract.Customer, contract.Merchant)
	return nil, nil
}

func (c *story) canAddEvidence(cmd *contract.AddEvidence) *fault.Fault {
	if len(cmd.Evidence) == 0 {
		return fault.New(fault.EvidenceNeeded)
	}
	return nil
}

// attach ties evidence to the case. What somebody put forward here before may be named again, unless it was rejected.
func (c *story) attach(ctx workflow.Context, by contract.Actor, ids []string) ([]string, *fault.Fault, error) {
	var before []string
	for _, id := range ids {
		if slices.Contains(c.s.Pieces, id) && !slices.Contains(c.s.Rejected, id) && !slices.Contains(before, id) {
			before = append(before, id)
		}
	}
	if len(before) > 0 && len(c.unseen(ids)) == 0 {
		return before, nil, nil
	}
	added, f, err := c.attachNew(ctx, contract.AttachInput{CaseID: c.start.CaseID, Actor: by, Evidence: ids})
	return append(before, added...), f, err
}

// attachNew ties evidence to the case that is new to it; a file that the case already has is refused.
func (c *story) attachNew(ctx workflow.Context, in contract.AttachInput) ([]string, *fault.Fault, error) {
	if len(in.Evidence) == 0 {
		return nil, nil, nil
	}
	// What was put forward before is known here, and only here: for the database a piece that this very command attached in a
	// try that was lost is attached as well.
	if in.Evidence = c.unseen(in.Evidence); len(in.Evidence) == 0 {
		return nil, fault.New(fault.EvidenceDuplicate), nil
	}
	var attached contract.Attached
	if err := c.local(ctx, contract.ActivityAttach, in, &attached); err != nil {
		return nil, nil, err
	}
	switch {
	case len(attached.Unknown) > 0:
		return nil, fault.New(fault.EvidenceUnknown), nil
	case len(attached.Accepted) == 0:
		return nil, fault.New(fault.EvidenceDuplicate), nil
	}
	c.s.Pieces = append(c.s.Pieces, attached.Accepted...)
	return attached.Accepted, nil, nil
}

// relyOn notes evidence for the request, each piece once.
func (c *story) relyOn(ids []string) {
	for _, id := range ids {
		if !slices.Contains(c.s.Intake.Evidence, id) {
			c.s.Intake.Evidence = append(c.s.Intake.Evidence, id)
		}
	}
}

// unseen are the pieces of evidence that nobody put forward in this case yet, each once.
func (c *story) unseen(ids []string) (left []string) {
	for _, id := range ids {
		if !slices.Contains(c.s.Pieces, id) && !slices.Contains(left, id) {
			left = append(left, id)
		}
	}
	return left
}

// uses notes a text that the case refers to, so that it is not swept.
func (c *story) uses(textID string) {
	if textID != "" {
		c.s.Texts = append(c.s.Texts, textID)
	}
}

// known is the start with what has been learned since.
func (c *story) known() contract.Start {
	start := c.start
	start.Reason = c.s.Reason
	start.Evidence = c.s.Intake.Evidence
	start.Lines, start.Apart = c.lines(), len(c.s.Rest) > 0
	if c.s.Became != "" {
		start.Kind, start.Asked = c.s.Became, 0
	}
	return start
}

// opener is who opened the case; others are the parties for whom that is news.
func (c *story) opener() contract.Actor {
	if by := c.start.By; by != nil {
		return *by
	}
	return c.customer()
}

func (c *story) others() []contract.Role {
	switch c.opener().Kind {
	case contract.Customer:
		return []contract.Role{contract.Merchant}
	case contract.Merchant:
		return []contract.Role{contract.Customer}
	}
	return []contract.Role{contract.Customer, contract.Merchant}
}

// customer is the case's customer as an actor.
func (c *story) customer() contract.Actor {
	return contract.Actor{Kind: contract.Customer, ID: c.start.CustomerID}
}

// evaluate asks the rules again, under the pack the case began with.
func (c *story) evaluate(ctx workflow.Context, start contract.Start, found *policy.InspectionFacts) (policy.Terms, error) {
	return c.evaluateAs(ctx, start, found, policy.Nobody)
}

// evaluateAs asks them for a fault that turned out to be somebody's, whatever the reason says.
func (c *story) evaluateAs(ctx workflow.Context, start contract.Start, found *policy.InspectionFacts, liability policy.Party) (policy.Terms, error) {
	var terms policy.Terms
	err := c.local(ctx, contract.ActivityEvaluate, contract.EvaluateInput{
		Start: start, Phase: c.s.Phase, N: c.s.Evaluation + 1, At: workflow.Now(ctx).Truncate(time.Microsecond), Inspection: found, Liability: liability,
	}, &terms)
	return terms, err
}

package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// repairStages: the merchant looks for the fault, says what it costs, and repairs it; or the customer chooses instead.
var repairStages = stages{
	contract.StageDiagnosis: (*story).diagnosis,
	contract.StageQuote:     (*story).quoted,
	contract.StageRepair:    (*story).repair,
	contract.StageChoice:    (*story).choice,
}

func (c *story) repairCommands() []command {
	return []command{
		on(byMerchant, in(contract.StageDiagnosis), c.canDiagnose, c.takeDiagnosis).inTime(),
		on(byMerchant, in(contract.StageDiagnosis, contract.StageRepair), c.canGiveUpRepair, c.giveUpRepair).inTime(),
		on(byCustomer, in(contract.StageQuote), c.canAnswerQuote, c.answerQuote).inTime(),
		on(byMerchant, in(contract.StageRepair), c.canFinish, c.finish).inTime(),
		on(byCustomer, in(contract.StageConfirm), c.canRejectRepair, c.rejectRepair).inTime(),
		on(byCustomer, in(contract.StageChoice), c.canChoose, c.choose).inTime(),
	}
}

// diagnosis waits for the merchant to say what is wrong. Its silence is no diagnosis: what follows the rules say.
func (c *story) diagnosis(ctx workflow.Context) (contract.Stage, error) {
	s, m := c.s, &c.s.Mending
	c.open(ctx, policy.StepDiagnosis, *s.Parcel.SignedAt)
	expired, err := c.wait(ctx, func() bool { return m.Diagnosis != nil || m.Cannot })
	switch {
	case err != nil:
		return "", err
	case m.Cannot:
		return c.notRepairable(ctx, whyCannot), nil
	case expired && s.Parcel.TooLight:
		return c.dispute(ctx, "weight"), nil
	case expired:
		c.record(ctx, platform, "diagnosis_silent", data{"default": s.Wait.Default}, contract.Customer, contract.Merchant)
		if s.Wait.Default == policy.ActChoose {
			return c.letChoose(ctx, whySilent), nil
		}
		return c.dispute(ctx, whySilent), nil
	case !m.Diagnosis.Covered:
		return contract.StageQuote, nil
	case m.Before >= s.Terms.Limits.Repairs && !m.Insists:
		return c.letChoose(ctx, whyRepairedBefore), nil
	}
	return contract.StageRepair, nil
}

// canDiagnose: what the rules cover costs money only for a reason that can be seen.
func (c *story) canDiagnose(cmd *contract.Diagnose) *fault.Fault {
	switch {
	case c.s.Mending.Diagnosis != nil || c.s.Mending.Cannot:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case cmd.Fault == "" || len(cmd.Fault) > maxFaultCode:
		return fault.New(fault.BadRequest, "problem", "fault: 1 to 48 characters")
	case cmd.Covered && cmd.Amount != 0, !cmd.Covered && cmd.Amount <= 0:
		return fault.New(fault.AmountInvalid)
	case !cmd.Covered && c.s.Terms.Warranty.Covered && len(cmd.Evidence) == 0:
		return fault.New(fault.EvidenceNeeded)
	}
	return nil
}

// maxFaultCode bounds a merchant's code of a fault.
const maxFaultCode = 48

// takeDiagnosis stores what the merchant found, and counts how often the same fault was repaired before.
func (c *story) takeDiagnosis(ctx workflow.Context, cmd *contract.Diagnose) (*fault.Fault, error) {
	evidence, f, err := c.attach(ctx, cmd.Actor, cmd.Evidence)
	if f != nil || err != nil {
		return f, err
	}
	before := 0
	err = c.local(ctx, contract.ActivityRepairs, contract.RepairsInput{CaseID: c.start.CaseID, Units: c.s.Units, Fault: cmd.Fault}, &before)
	if err != nil {
		return nil, err
	}
	c.uses(cmd.TextID)
	m := &c.s.Mending
	m.Before = before + m.Rejected
	m.Diagnosis = &contract.Diagnose{Fault: cmd.Fault, Covered: cmd.Covered, Amount: cmd.Amount, TextID: cmd.TextID, Evidence: evidence}
	c.record(ctx, cmd.Actor, "diagnosed", data{
		"fault": cmd.Fault, "covered": cmd.Covered, "amount": cmd.Amount, "before": m.Before, "text": cmd.TextID, "evidence": evidence,
	}, contract.Customer)
	return nil, nil
}

// canGiveUpRepair: until it is said to be repaired.
func (c *story) canGiveUpRepair(*contract.CannotRepair) *fault.Fault {
	m := c.s.Mending
	if m.Cannot || m.Finished || c.s.Stage == contract.StageDiagnosis && m.Diagnosis != nil {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

func (c *story) giveUpRepair(ctx workflow.Context, cmd *contract.CannotRepair) (*fault.Fault, error) {
	c.s.Mending.Cannot = true
	c.uses(cmd.TextID)
	c.record(ctx, cmd.Actor, "cannot_repair", data{"text": cmd.TextID}, contract.Customer)
	return nil, nil
}

// notRepairable: under warranty the customer is owed another item or its money. Otherwise the item goes back as it was,
// and what was paid for the repair with it.
func (c *story) notRepairable(ctx workflow.Context, why string) contract.Stage {
	m := &c.s.Mending
	m.Cannot = false
	if m.Diagnosis != nil && !m.Diagnosis.Covered || m.Diagnosis == nil && !c.s.Terms.Warranty.Covered {
		return c.sendHome(ctx, why)
	}
	return c.letChoose(ctx, why)
}

// quoted waits for the customer's word on what the repair costs. Without a yes the item goes back as it was; whoever
// holds that the warranty pays asks the platform.
func (c *story) quoted(ctx workflow.Context) (contract.Stage, error) {
	s, m := c.s, &c.s.Mending
	c.open(ctx, policy.StepQuote, workflow.Now(ctx))
	expired, err := c.wait(ctx, func() bool { return m.Accepted != nil || s.Escalated })
	switch {
	case err != nil:
		return "", err
	case expired:
		c.record(ctx, platform, "quote_expired", nil, contract.Customer, contract.Merchant)
		return c.sendHome(ctx, whyUnanswered), nil
	case s.Escalated:
		return c.dispute(ctx, "not_covered"), nil
	case !*m.Accepted:
		return c.sendHome(ctx, whyDeclined), nil
	}
	return c.collect(contract.PurposeRepair, m.Diagnosis.Amount), nil
}

// canAnswerQuote: the customer repeats the amount, so that nobody accepts what has changed.
func (c *story) canAnswerQuote(cmd *contract.AnswerQuote) *fault.Fault {
	switch m := c.s.Mending; {
	case m.Accepted != nil || c.s.Escalated:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case cmd.Accept && cmd.Amount != m.Diagnosis.Amount:
		return fault.New(fault.StaleRevision, "current", c.s.Revision)
	}
	return nil
}

func (c *story) answerQuote(ctx workflow.Context, cmd *contract.AnswerQuote) (*fault.Fault, error) {
	accepted := cmd.Accept
	c.s.Mending.Accepted = &accepted
	event := "quote_declined"
	if accepted {
		event = "quote_accepted"
	}
	c.record(ctx, cmd.Actor, event, data{"amount": c.s.Mending.Diagnosis.Amount}, contract.Merchant)
	return nil, nil
}

// repair waits for the merchant to repair the item. Past its time nobody waits longer.
func (c *story) repair(ctx workflow.Context) (contract.Stage, error) {
	m := &c.s.Mending
	c.open(ctx, policy.StepRepair, workflow.Now(ctx))
	expired, err := c.wait(ctx, func() bool { return m.Finished || m.Cannot })
	switch {
	case err != nil:
		return "", err
	case expired:
		c.record(ctx, platform, "repair_overdue", nil, contract.Customer, contract.Merchant)
		return c.notRepairable(ctx, whyTooLong), nil
	case m.Cannot:
		return c.notRepairable(ctx, whyCannot), nil
	}
	return contract.StageShip, nil
}

func (c *story) canFinish(cmd *contract.FinishRepair) *fault.Fault {
	switch {
	case c.s.Mending.Finished || c.s.Mending.Cannot:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case cmd.Serial != "" && len(c.s.Units) != 1, len(cmd.Serial) > maxSerial:
		return fault.New(fault.BadRequest, "problem", "serial: of a single unit, at most 64 characters")
	}
	return nil
}

// maxSerial bounds a serial number.
const maxSerial = 64

func (c *story) finish(ctx workflow.Context, cmd *contract.FinishRepair) (*fault.Fault, error) {
	m := &c.s.Mending
	m.Finished, m.Serial, m.Why = true, cmd.Serial, ""
	c.s.Delivery = Delivery{}
	c.uses(cmd.TextID)
	c.record(ctx, cmd.Actor, "repaired", data{"text": cmd.TextID}, contract.Customer)
	return nil, nil
}

// canRejectRepair: of an item that arrived and is said to be repaired, and the fault can be seen.
func (c *story) canRejectRepair(cmd *contract.RejectRepair) *fault.Fault {
	out := c.s.Delivery
	switch {
	case !c.s.Mending.Finished, out.Parcel == nil, out.Parcel.SignedAt == nil, out.Confirmed, out.Problem != "":
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case len(cmd.Evidence) == 0:
		return fault.New(fault.EvidenceNeeded)
	}
	return nil
}

func (c *story) rejectRepair(ctx workflow.Context, cmd *contract.RejectRepair) (*fault.Fault, error) {
	evidence, f, err := c.attach(ctx, cmd.Actor, cmd.Evidence)
	if f != nil || err != nil {
		return f, err
	}
	c.uses(cmd.TextID)
	c.relyOn(evidence)
	c.s.Delivery.Problem = contract.ProblemSameFault
	c.record(ctx, cmd.Actor, "repair_rejected", data{"text": cmd.TextID, "evidence": evidence}, contract.Merchant)
	return nil, nil
}

// letChoose lets the customer choose another item or its money.
func (c *story) letChoose(ctx workflow.Context, why string) contract.Stage {
	m := &c.s.Mending
	m.Why, m.Chosen = why, ""
	c.s.Held = nil
	c.s.Revision++
	c.record(ctx, platform, "choice_given", data{"why": why}, contract.Customer, contract.Merchant)
	return contract.StageChoice
}

// choices are what the customer may choose. One more repair is possible only while the customer has the item.
func (c *story) choices() []string {
	if c.s.Mending.Why == whyRepairedBefore && !c.goodsBack() {
		return []string{contract.ChooseExchange, contract.ChooseReturn, contract.ChooseRepair}
	}
	return []string{contract.ChooseExchange, contract.ChooseReturn}
}

// choice waits for the customer. What is chosen becomes a case of its own, under this one's claims.
func (c *story) choice(ctx workflow.Context) (contract.Stage, error) {
	s, m := c.s, &c.s.Mending
	c.open(ctx, policy.StepChoice, workflow.Now(ctx))
	expired, err := c.wait(ctx, func() bool { return m.Chosen != "" })
	if err != nil {
		return "", err
	}
	if expired {
		c.record(ctx, platform, "choice_expired", data{"default": s.Wait.Default}, contract.Customer, contract.Merchant)
		switch {
		case s.Wait.Default == policy.ActRefund:
			m.Chosen = contract.ChooseReturn
		case s.Wait.Default == policy.ActEscalate:
			return c.dispute(ctx, "choice_unanswered"), nil
		case c.goodsBack():
			return c.sendHome(ctx, m.Why), nil
		default:
			return c.end(ctx, contract.ClosedNotAnswered), nil
		}
	}
	chosen := m.Chosen
	m.Chosen = "" // one who takes the new case back chooses again
	switch chosen {
	case contract.ChooseRepair:
		m.Insists = true
		return contract.StageMerchant, nil
	case contract.ChooseExchange:
		c.openChild(ctx, policy.Exchange, "choice", m.Why, 0)
	default:
		c.openChild(ctx, policy.Return, "choice", m.Why, 0)
	}
	return contract.StageDispute, nil
}

func (c *story) canChoose(cmd *contract.Choose) *fault.Fault {
	switch {
	case c.s.Mending.Chosen != "":
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case !slices.Contains(c.choices(), cmd.Choice):
		return fault.New(fault.BadRequest, "problem", "choice: one of the case's choices")
	}
	return nil
}

func (c *story) choose(ctx workflow.Context, cmd *contract.Choose) (*fault.Fault, error) {
	c.s.Mending.Chosen = cmd.Choice
	c.record(ctx, cmd.Actor, "chosen", data{"choice": cmd.Choice}, contract.Merchant)
	return nil, nil
}

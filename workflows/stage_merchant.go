package workflows

import (
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// merchantStages: the merchant answers the request, and the customer what the merchant said.
var merchantStages = stages{
	contract.StageMerchant: (*story).merchantAnswers,
	contract.StageOffer:    (*story).offered,
	contract.StageRefused:  (*story).refused,
}

func (c *story) merchantCommands() []command {
	return []command{
		on(byMerchant, in(contract.StageMerchant), c.canMerchantAnswer, c.merchantAnswer).inTime(),
		on(byCustomer, in(contract.StageOffer, contract.StageDifference), c.canAnswerOffer, c.answerOffer).inTime(),
		on(byCustomer, in(contract.StageRefused), c.canEdit, c.edit).inTime(),
		on(byCustomer, in(contract.StageRefused, contract.StageQuote), c.canEscalate, c.escalate).inTime(),
		on(byCustomer, in(contract.StageRefused), c.canAcceptRefusal, c.acceptRefusal).inTime(),
	}
}

// merchantAnswers waits for the merchant: agree, refuse, offer an amount, or ask for more. Silence means what the
// terms say: agreement, or the platform steps in - never both, and never money by itself. A merchant whose rule has
// answered before is not asked.
func (c *story) merchantAnswers(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	if c.agreesByRule(ctx) {
		return c.plot.agreed(c, ctx)
	}
	if s.Held != nil {
		c.resume(ctx)
	} else {
		c.open(ctx, policy.StepMerchantAnswer, workflow.Now(ctx))
	}
	expired, err := c.wait(ctx, func() bool { return s.Answer != nil })
	if err != nil {
		return "", err
	}
	if expired {
		action := s.Wait.Default
		if s.Terms.Repeat {
			// Closed before because nothing was sent back: only the merchant's own word opens it again.
			c.record(ctx, platform, "merchant_silent", data{"default": policy.ActClose}, contract.Customer, contract.Merchant)
			return c.end(ctx, contract.ClosedNoConsent), nil
		}
		c.record(ctx, platform, "merchant_silent", data{"default": action}, contract.Customer, contract.Merchant)
		if action != policy.ActAgree {
			return c.dispute(ctx, contract.DisputeSilent), nil
		}
		s.Answer = &contract.MerchantView{Decision: contract.Agree, ByTime: true}
	}
	switch s.Answer.Decision {
	case contract.Refuse:
		return contract.StageRefused, nil
	case contract.Offer:
		c.hold(ctx)
		return contract.StageOffer, nil
	case contract.Ask:
		s.Answer = nil
		c.hold(ctx)
		return contract.StageDetails, nil
	}
	return c.plot.agreed(c, ctx)
}

// agreesByRule tells whether a rule of the pack, or the merchant's own, agrees without asking. A repeat that only the
// merchant's own word opens again is never agreed by rule.
func (c *story) agreesByRule(ctx workflow.Context) bool {
	s := c.s
	if s.Terms.AutoAgree == "" || s.Terms.Repeat || s.Answer != nil {
		return false
	}
	s.Held = nil
	s.Answer = &contract.MerchantView{Decision: contract.Agree, ByRule: s.Terms.AutoAgree}
	c.record(ctx, platform, "auto_agreed", data{"rule": s.Terms.AutoAgree}, contract.Customer, contract.Merchant)
	return true
}

func (c *story) canMerchantAnswer(cmd *contract.MerchantAnswer) *fault.Fault {
	s := c.s
	if s.Answer != nil {
		return fault.New(fault.NotNow, "stage", s.Stage)
	}
	switch cmd.Decision {
	case contract.Agree:
		return nil
	case contract.Refuse:
		if cmd.ReasonCode == "" && cmd.TextID == "" {
			return fault.New(fault.BadRequest, "problem", "refuse: reason_code or text is missing")
		}
		return nil
	case contract.Offer:
		switch {
		case s.Offers >= s.Terms.Limits.Offers:
			return fault.New(fault.NotNow, "stage", s.Stage)
		case cmd.Amount <= 0:
			return fault.New(fault.AmountInvalid)
		case cmd.Amount > c.claim().Total:
			return fault.New(fault.AmountTooLarge, "max", c.claim().Total)
		}
		return nil
	case contract.Ask:
		if s.Intake.Round >= s.Terms.Limits.Rounds {
			return fault.New(fault.NotNow, "stage", s.Stage)
		}
		if cmd.AskFor != string(policy.AskEvidence) && cmd.AskFor != string(policy.AskDetail) {
			return fault.New(fault.BadRequest, "problem", "ask_for: evidence or description")
		}
		return nil
	}
	return fault.New(fault.BadRequest, "problem", "decision: agree, refuse, offer or ask")
}

func (c *story) merchantAnswer(ctx workflow.Context, cmd *contract.MerchantAnswer) (*fault.Fault, error) {
	s := c.s
	evidence, f, err := c.attach(ctx, cmd.Actor, cmd.Evidence)
	if f != nil || err != nil {
		return f, err
	}
	c.uses(cmd.TextID)
	s.Answer = &contract.MerchantView{
		Decision: cmd.Decision, AddressID: cmd.AddressID, KeepGoods: cmd.KeepGoods,
		Reason: cmd.ReasonCode, TextID: cmd.TextID, Evidence: evidence,
	}
	event := map[contract.Decision]string{
		contract.Agree: "merchant_agreed", contract.Refuse: "merchant_refused",
		contract.Offer: "merchant_offered", contract.Ask: "merchant_asked",
	}[cmd.Decision]
	switch cmd.Decision {
	case contract.Offer:
		s.Offers++
		s.Offer = &contract.OfferView{Amount: cmd.Amount, Quote: policy.Reprice(s.Terms.Quote, cmd.Amount), TextID: cmd.TextID}
		s.Accepted = nil
	case contract.Ask:
		s.Intake.Extra = cmd.AskFor
		s.Intake.Round++
		c.ask(ctx, contract.Question{Field: cmd.AskFor})
	}
	c.record(ctx, cmd.Actor, event, data{"reason_code": cmd.ReasonCode, "amount": cmd.Amount, "keep_goods": cmd.KeepGoods, "text": cmd.TextID}, contract.Customer)
	return nil, nil
}

// offered waits for the customer's word on a counter-offer. The merchant's clock stands still meanwhile.
func (c *story) offered(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	c.open(ctx, policy.StepOffer, workflow.Now(ctx))
	expired, err := c.wait(ctx, func() bool { return s.Accepted != nil })
	if err != nil {
		return "", err
	}
	if expired {
		c.record(ctx, platform, "offer_expired", nil, contract.Customer, contract.Merchant)
		if s.Wait.Default == policy.ActEscalate {
			return c.dispute(ctx, contract.DisputeOfferUnanswered), nil
		}
	}
	if !expired && *s.Accepted {
		s.Held = nil
		return c.settle(ctx, goodsKept(s.Offer.Quote), contract.CauseAccepted, "counter_offer"), nil
	}
	s.Answer, s.Offer, s.Accepted = nil, nil, nil
	return contract.StageMerchant, nil
}

// canAnswerOffer: the customer repeats the amount, so that nobody accepts what has changed.
func (c *story) canAnswerOffer(cmd *contract.AnswerOffer) *fault.Fault {
	switch {
	case c.s.Offer == nil || c.s.Accepted != nil:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case cmd.Accept && cmd.Amount != c.s.Offer.Amount:
		return fault.New(fault.StaleRevision, "current", c.s.Revision)
	}
	return nil
}

func (c *story) answerOffer(ctx workflow.Context, cmd *contract.AnswerOffer) (*fault.Fault, error) {
	accepted := cmd.Accept
	c.s.Accepted = &accepted
	event := "offer_declined"
	if accepted {
		event = "offer_accepted"
	}
	c.record(ctx, cmd.Actor, event, data{"amount": c.s.Offer.Amount}, contract.Merchant)
	return nil, nil
}

// refused waits for the customer after a refusal: edit and ask again, let the platform step in, or let it stand.
func (c *story) refused(ctx workflow.Context) (contract.Stage, error) {
	s := c.s
	c.open(ctx, policy.StepRefused, workflow.Now(ctx))
	expired, err := c.wait(ctx, func() bool { return s.Edited || s.Escalated || s.Accepts })
	if err != nil {
		return "", err
	}
	switch {
	case (expired || s.Accepts) && c.plot.stands != nil:
		return c.plot.stands(c, ctx)
	case expired || s.Accepts:
		return c.end(ctx, contract.ClosedNotAnswered), nil
	case s.Escalated:
		return c.dispute(ctx, contract.DisputeRefused), nil
	}
	s.Edited, s.Answer = false, nil
	return c.ready(ctx)
}

func (c *story) canAcceptRefusal(*contract.AcceptRefusal) *fault.Fault {
	if c.s.Edited || c.s.Escalated || c.s.Accepts {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

func (c *story) acceptRefusal(ctx workflow.Context, cmd *contract.AcceptRefusal) (*fault.Fault, error) {
	c.s.Accepts = true
	c.record(ctx, cmd.Actor, "refusal_accepted", nil, contract.Merchant)
	return nil, nil
}

func (c *story) canEdit(cmd *contract.Edit) *fault.Fault {
	switch {
	case c.s.Edited || c.s.Escalated || c.s.Accepts:
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case c.s.Edits >= c.s.Terms.Limits.Edits:
		return fault.New(fault.TooManyEdits, "limit", c.s.Terms.Limits.Edits)
	case cmd.Reason == "" && cmd.TextID == "" && len(cmd.Evidence) == 0:
		return fault.New(fault.BadRequest, "problem", "edit: reason, text or evidence is missing")
	}
	return nil
}

// edit changes the request. Another reason is evaluated anew under the same pack; one that the rules refuse
// changes nothing.
func (c *story) edit(ctx workflow.Context, cmd *contract.Edit) (*fault.Fault, error) {
	s := c.s
	terms := s.Terms
	if cmd.Reason != "" && cmd.Reason != s.Reason {
		start := c.known()
		start.Reason = cmd.Reason
		var err error
		if terms, err = c.evaluate(ctx, start, nil); err != nil {
			return nil, err
		}
		if terms.Refusal != nil {
			return terms.Refusal.Fault, nil
		}
	}
	evidence, f, err := c.attach(ctx, cmd.Actor, cmd.Evidence)
	if f != nil || err != nil {
		return f, err
	}
	if cmd.Reason != "" && cmd.Reason != s.Reason {
		s.Terms, s.Reason = terms, cmd.Reason
		s.Evaluation++
	}
	c.uses(cmd.TextID)
	c.relyOn(evidence)
	s.Edits++
	s.Edited = true
	c.record(ctx, cmd.Actor, "edited", data{"reason": s.Reason, "edits": s.Edits, "text": cmd.TextID, "evidence": evidence}, contract.Merchant)
	return nil, nil
}

func (c *story) canEscalate(*contract.Escalate) *fault.Fault {
	if c.s.Edited || c.s.Escalated || c.s.Accepts || c.s.Mending.Accepted != nil {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

func (c *story) escalate(ctx workflow.Context, cmd *contract.Escalate) (*fault.Fault, error) {
	evidence, f, err := c.attach(ctx, cmd.Actor, cmd.Evidence)
	if f != nil || err != nil {
		return f, err
	}
	c.uses(cmd.TextID)
	c.relyOn(evidence)
	c.s.Escalated = true
	c.record(ctx, cmd.Actor, "escalated", data{"text": cmd.TextID}, contract.Merchant, contract.Agent)
	return nil, nil
}

// canWithdraw: not while the goods are on their way or with the merchant - then nobody would owe anybody them.
func (c *story) canWithdraw(*contract.Withdraw) *fault.Fault {
	switch {
	case c.s.Withdrawn, c.s.Decided, c.judgedOrAgreed():
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	case c.stuck(), c.start.Parent.Strands():
		return fault.New(fault.GoodsOnTheWay)
	}
	return nil
}

// stuck tells that goods would be in other hands than they should be if the case ended now, and nobody would bring
// them home.
func (c *story) stuck() bool {
	return c.s.holding() && (c.plot.home == nil || !c.goodsBack())
}

func (c *story) withdraw(ctx workflow.Context, cmd *contract.Withdraw) (*fault.Fault, error) {
	c.s.Withdrawn = true
	c.record(ctx, cmd.Actor, "withdrawn", nil, contract.Merchant)
	return nil, nil
}

// withdrawn ends the story: a courier who was ordered is sent away, a proposal is void. What the customer was given
// before the goods were back does not become a present by taking the request back.
func (c *story) withdrawn(ctx workflow.Context) (contract.Stage, error) {
	c.sendCourierAway(ctx)
	c.voidApproval(ctx)
	switch {
	case c.plot.home != nil && c.goodsBack():
		return c.plot.home(c, ctx), nil
	case c.s.Advanced > 0 && c.customersRisk():
		return c.takeBack(ctx, 0, "withdrawn")
	case c.s.Swap.owing() && c.customersRisk():
		return c.keepDeposit(ctx, c.s.Swap.worth(), "withdrawn")
	}
	return c.end(ctx, contract.Withdrawn), nil
}

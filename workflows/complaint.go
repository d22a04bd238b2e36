package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Complaint is the story of a matter that the parties lay before the platform: out of a running case, which stands
// still meanwhile, or by itself.
//
//	checking → settle → evidence → review ⇄ supplement → [approval] → execute → refund → appeal window → closed
//	appeal window → appeal review → [approval] → upheld | reversed: more is paid, less is claimed back
//	judged with the goods back: send back → in transit → inspection → refund
//	settled at any time before it is judged;  withdrawn;  resolved by itself;  suspended and resumed
func Complaint(ctx workflow.Context, start contract.Start, carried *State) (contract.Outcome, error) {
	return plot{
		stages: chapters(intakeStages, settleStages, reviewStages, deskStages, executeStages, parcelStages,
			inspectionStages, refundStages, appealStages),
		commands: complaintCommands,
		hears:    (*story).parentNews,
		ready:    (*story).heard,
		judged:   (*story).judged,
		arrived:  (*story).payJudged,
		paid:     (*story).judgmentPaid,
	}.tell(ctx, start, carried)
}

// Dispute is what a complaint knows besides what all stories know.
type Dispute struct {
	Cause   string `json:"cause,omitempty"`
	Service bool   `json:"service,omitempty"` // about service: no money is owed

	Settlement *contract.SettlementView `json:"settlement,omitempty"` // on the table, or accepted
	Offers     int                      `json:"offers,omitempty"`
	Agreed     bool                     `json:"agreed,omitempty"` // just accepted: the stage must turn
	Rested     []contract.Role          `json:"rested,omitempty"`
	Joined     int                      `json:"joined,omitempty"`

	Supplement  *contract.SupplementView `json:"supplement,omitempty"`
	Supplements int                      `json:"supplements,omitempty"`
	Reviewing   Aside                    `json:"reviewing,omitzero"` // the review that the supplement interrupts

	Judgment   *contract.JudgmentView `json:"judgment,omitempty"` // the newest
	Judgments  int                    `json:"judgments,omitempty"`
	Judges     []string               `json:"judges,omitempty"` // who had a part in a judgment: not who reviews it
	Carried    bool                   `json:"carried,omitempty"`
	Given      []policy.Quote         `json:"given,omitempty"`      // refunds that are paid
	Recovering money.Amount           `json:"recovering,omitempty"` // claimed back, because less is owed than was given
	Claims     int                    `json:"claims,omitempty"`     // numbers those claims
	Appeals    []contract.AppealView  `json:"appeals,omitempty"`

	Suspension *contract.SuspensionView `json:"suspension,omitempty"`
	Aside      Aside                    `json:"aside,omitzero"` // the stage that the suspension interrupts

	Arrived bool `json:"arrived,omitempty"` // the parent's parcel was found
	Gone    bool `json:"gone,omitempty"`    // the parent is no more
}

// complaintCommands is everything people can ask of a complaint. It may be settled and withdrawn until it is decided.
func complaintCommands(c *story) []command {
	undecided := in(contract.StageSettle, contract.StageEvidence, contract.StageSupplement, contract.StageReview,
		contract.StageApproval, contract.StageSuspended)
	suspendable := in(contract.StageSettle, contract.StageEvidence, contract.StageSupplement, contract.StageReview,
		contract.StageExecute, contract.StageAppealReview)
	return slices.Concat(c.intakeCommands(), c.settleCommands(undecided, suspendable), c.reviewCommands(), c.deskCommands(), c.executeCommands(),
		c.parcelCommands(), c.inspectionCommands(), c.appealCommands(), c.refundCommands(), []command{
			on(byCustomer, in(contract.StageDifference), c.canAnswerOffer, c.answerOffer).inTime(),
			on(byMerchant, in(contract.StageInspection), c.canAskExtension, c.askExtension).inTime(),
			on(byCustomer, in(contract.StageInspection), c.canAnswerExtension, c.answerExtension).inTime(),
			on(byCustomer, in(contract.StageDetails, contract.StageHelp, contract.StageSettle, contract.StageEvidence, contract.StageSupplement,
				contract.StageReview, contract.StageApproval, contract.StageSuspended), c.canWithdraw, c.withdraw),
			on(byAnyone, in(contract.StageDetails, contract.StageSettle, contract.StageEvidence, contract.StageSupplement, contract.StageAppealReview),
				c.canPutForward, c.putForward).inTime().asQuiet(),
			on(byDesk, in(), c.canRejectEvidence, c.rejectEvidence),
			on(byOperator, in(), c.canMoveDeadline, c.moveDeadline),
		})
}

// parentNews is what the case that a complaint belongs to has to say.
func (c *story) parentNews() []news {
	if c.s.Complaint == nil {
		c.s.Complaint = &Dispute{}
	}
	return []news{hear(c, contract.SignalParent, nil, func(_ workflow.Context, fact contract.ParentFact) {
		c.s.Complaint.Arrived = c.s.Complaint.Arrived || fact.Event == parentArrived
		c.s.Complaint.Gone = c.s.Complaint.Gone || fact.Event == parentGone
	})}
}

// heard begins the complaint proper: all that is needed is known.
func (c *story) heard(ctx workflow.Context) (contract.Stage, error) {
	k := c.s.Complaint
	k.Cause = "complaint"
	k.Service = c.s.Terms.Judgment.Subject == policy.SubjectService
	if parent := c.start.Parent; parent != nil {
		k.Cause = parent.Cause
	}
	c.s.Revision++
	c.record(ctx, platform, "complaint_opened", data{"cause": k.Cause, "claim": policy.Claim(c.s.Terms), "parent": c.start.ParentID},
		contract.Customer, contract.Merchant)
	return contract.StageSettle, nil
}

// interrupted tells that something happened which ends or stops a complaint wherever it stands.
func (c *story) interrupted() bool {
	k := c.s.Complaint
	if k == nil {
		return false
	}
	suspended := k.Suspension != nil && k.Suspension.Running && c.s.Stage != contract.StageSuspended
	return k.Agreed || suspended || k.Gone || k.Arrived && c.unsettled()
}

// unsettled tells that nothing was judged or agreed yet.
func (c *story) unsettled() bool {
	k := c.s.Complaint
	return k.Judgments == 0 && (k.Settlement == nil || !k.Settlement.Accepted)
}

// judgedOrAgreed tells that the complaint has its answer: it is carried out or appealed against, and not taken back any more.
func (c *story) judgedOrAgreed() bool {
	k := c.s.Complaint
	return k != nil && (k.Agreed || !c.unsettled())
}

// stopping: the sides have just agreed, or the matter has just been made to stand still. Nothing else is decided in
// the same breath.
func (k *Dispute) stopping() bool {
	return k.Agreed || k.Suspension != nil && k.Suspension.Running
}

// turn goes where an interruption leads.
func (c *story) turn(ctx workflow.Context) (contract.Stage, error) {
	k := c.s.Complaint
	switch {
	case k.Gone:
		return c.withdrawn(ctx)
	case k.Arrived && c.unsettled():
		c.voidApproval(ctx)
		return c.end(ctx, contract.ResolvedItself), nil
	case k.Agreed:
		return c.settled(ctx)
	}
	k.Aside = c.setAside(ctx)
	return contract.StageSuspended, nil
}

// goodsBack tells that the merchant has the goods. A repaired item leaves again; what is exchanged stays.
func (c *story) goodsBack() bool {
	back := c.s.Parcel != nil && c.s.Parcel.SignedAt != nil && (c.start.Kind != policy.Repair || c.s.Delivery.Parcel == nil)
	return back || c.start.Parent != nil && c.start.Parent.GoodsBack
}

// advanced is what the case that opened this complaint refunded before anybody saw the goods.
func (c *story) advanced() policy.Quote {
	if c.start.Parent == nil || c.start.Parent.Advanced == nil {
		return policy.Quote{}
	}
	return *c.start.Parent.Advanced
}

// given is what the customer has of the matter: paid in advance, and in this complaint.
func (c *story) given() money.Amount { return c.advanced().Total + c.s.paid() }

// owed is amount as a quote over what the order lines still hold: what was given before is taken off line by line, so
// that all of it together never gives back more of a line than it is worth.
func (c *story) owed(amount money.Amount) policy.Quote {
	rest := c.s.Terms.Quote
	for _, given := range append([]policy.Quote{c.advanced()}, c.s.Complaint.Given...) {
		rest = policy.Less(rest, given)
	}
	if amount == rest.Total {
		return rest
	}
	return policy.Reprice(rest, amount)
}

// partOf is owed, with the units counted as given back unless they stay with the customer: where a part of the price does.
func (c *story) partOf(amount money.Amount) policy.Quote {
	quote := c.owed(amount)
	sent := c.s.Parcel != nil || c.start.Parent != nil && (c.start.Parent.GoodsBack || c.start.Parent.GoodsOnTheWay)
	if c.given()+amount < c.s.Terms.Quote.Total && !sent {
		return goodsKept(quote)
	}
	return quote
}

// outcome is how the complaint ends as it is judged now.
func (c *story) outcome() contract.Outcome {
	k := c.s.Complaint
	switch judgment := k.Judgment; {
	case judgment == nil:
		return contract.Settled
	case judgment.Outcome == contract.ProposeRefuse:
		return contract.Dismissed
	case judgment.Outcome == contract.ProposeRemedy, judgment.Amount >= policy.Claim(c.s.Terms):
		return contract.Upheld
	}
	return contract.PartlyUpheld
}

// canPutForward: evidence has its time. What comes after it is late, and can only carry an appeal.
func (c *story) canPutForward(cmd *contract.AddEvidence) *fault.Fault {
	asked := c.s.Complaint.Supplement
	if c.s.Stage == contract.StageSupplement && cmd.Actor.Kind != asked.Of {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return c.canAddEvidence(cmd)
}

// putForward adds evidence, which answers a supplement that was asked for.
func (c *story) putForward(ctx workflow.Context, cmd *contract.AddEvidence) (*fault.Fault, error) {
	if f, err := c.addEvidence(ctx, cmd); f != nil || err != nil {
		return f, err
	}
	k := c.s.Complaint
	k.Rested = slices.DeleteFunc(slices.Clone(k.Rested), func(side contract.Role) bool { return side == cmd.Actor.Kind })
	if asked := k.Supplement; asked != nil && asked.Of == cmd.Actor.Kind {
		given := *asked
		given.Given = true
		k.Supplement = &given
		c.s.Revision++
		c.s.Last = "" // the same question again is a new one
	}
	return nil, nil
}

func (k *Dispute) rested(side contract.Role) bool { return slices.Contains(k.Rested, side) }

// asking: one side was asked for a supplement.
func (k *Dispute) asking() bool { return k.Supplement != nil }

// view is what a detail page shows of a complaint.
func (k *Dispute) view(terms policy.Terms) *contract.ComplaintView {
	if k == nil {
		return nil
	}
	view := &contract.ComplaintView{
		Subject: policy.SubjectGoods, Cause: k.Cause, Claim: policy.Claim(terms), Most: policy.MaxJudgment(terms), Settlement: k.Settlement,
		Rested: k.Rested, Supplement: k.Supplement, Supplements: k.Supplements, Judgment: k.Judgment, Appeals: k.Appeals,
		Suspension: k.Suspension, Joined: k.Joined,
	}
	if k.Service {
		view.Subject = policy.SubjectService
	}
	return view
}

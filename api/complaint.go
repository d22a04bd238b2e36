package api

import (
	"time"

	"aftersales/policy"
	"aftersales/workflows/contract"
)

// complaintRoutes is what people can ask of a complaint, besides what they can ask of every case.
func complaintRoutes() []Route {
	return []Route{
		{post, "/v1/cases/{id}/propose-settlement", "case.settlement.propose", Keyed | Audited, "complaint", "Offer the other side an amount to end a complaint with"},
		{post, "/v1/cases/{id}/answer-settlement", "case.settlement.answer", Keyed | Audited, "complaint", "Accept or decline the other side's offer"},
		{post, "/v1/cases/{id}/rest", "case.complaint.rest", Keyed, "complaint", "Say that one has nothing more to put forward, or will not appeal"},
		{post, "/v1/cases/{id}/ask-supplement", "case.supplement.ask", Keyed, "complaint", "Ask one side for one more piece of evidence"},
		{post, "/v1/cases/{id}/carry-out", "case.judgment.execute", Keyed | Audited, "complaint", "Do what was judged"},
		{post, "/v1/cases/{id}/appeal", "case.judgment.appeal", Keyed | Audited, "complaint", "Ask for another reviewer, with new evidence"},
		{post, "/v1/cases/{id}/suspend", "case.suspension.ask", Keyed, "complaint", "Ask to wait; the platform on papers of a court or the police"},
		{post, "/v1/cases/{id}/agree-suspend", "case.suspension.answer", Keyed, "complaint", "Agree or not to wait"},
		{post, "/v1/cases/{id}/resume", "case.suspension.end", Keyed, "complaint", "End a suspension before its time"},
	}
}

// The contents of a complaint's commands.
type (
	settlementOffer struct {
		Guarded
		Words
		Amount    chargeBody `json:"amount" doc:"What the customer gets."`
		GoodsBack bool       `json:"goods_back,omitempty" doc:"The goods come back first."`
	}
	settlementAnswer struct {
		Guarded
		Accept bool        `json:"accept"`
		Amount *chargeBody `json:"amount,omitempty" doc:"The amount one accepts, repeated: an offer that changed meanwhile is not accepted unseen."`
	}
	restBody struct {
		Guarded
	}
	supplementRequest struct {
		Guarded
		Words
		Of string `json:"of" enum:"customer,merchant"`
	}
	carryOutBody struct {
		Guarded
		Words
	}
	appealRequest struct {
		Guarded
		Words
		Evidence []string `json:"evidence,omitempty" maxItems:"20" nullable:"false" doc:"New evidence: IDs from POST /v1/uploads. Without any: appeal_needs_evidence."`
	}
	suspendRequest struct {
		Guarded
		Words
		Pieces
		Papers bool `json:"papers,omitempty" doc:"Platform only: papers of a court or the police."`
	}
	agreeSuspendBody struct {
		Guarded
		Accept bool `json:"accept"`
	}
	remedyBody struct {
		Kind   string      `json:"kind" enum:"apology,coupon,points,rectification"`
		Points int         `json:"points,omitempty" minimum:"0" maximum:"1000000"`
		Coupon *chargeBody `json:"coupon,omitempty"`
	}
)

func (e *edge) complaints() {
	command(e, "case.settlement.propose", func(b settlementOffer, m contract.Meta, textID string) contract.Command {
		return &contract.ProposeSettlement{Meta: m, Amount: b.Amount.amount(), GoodsBack: b.GoodsBack, TextID: textID}
	})
	command(e, "case.settlement.answer", func(b settlementAnswer, m contract.Meta, _ string) contract.Command {
		return &contract.AnswerSettlement{Meta: m, Accept: b.Accept, Amount: b.Amount.amount()}
	})
	command(e, "case.complaint.rest", func(_ restBody, m contract.Meta, _ string) contract.Command {
		return &contract.Rest{Meta: m}
	})
	command(e, "case.supplement.ask", func(b supplementRequest, m contract.Meta, textID string) contract.Command {
		return &contract.AskSupplement{Meta: m, Of: contract.Role(b.Of), TextID: textID}
	})
	command(e, "case.judgment.execute", func(_ carryOutBody, m contract.Meta, textID string) contract.Command {
		return &contract.CarryOut{Meta: m, TextID: textID}
	})
	command(e, "case.judgment.appeal", func(b appealRequest, m contract.Meta, textID string) contract.Command {
		return &contract.Appeal{Meta: m, Evidence: b.Evidence, TextID: textID}
	})
	command(e, "case.suspension.ask", func(b suspendRequest, m contract.Meta, textID string) contract.Command {
		return &contract.Suspend{Meta: m, Papers: b.Papers, TextID: textID, Evidence: b.Evidence}
	})
	command(e, "case.suspension.answer", func(b agreeSuspendBody, m contract.Meta, _ string) contract.Command {
		return &contract.AgreeSuspend{Meta: m, Accept: b.Accept}
	})
	command(e, "case.suspension.end", func(_ restBody, m contract.Meta, _ string) contract.Command {
		return &contract.Resume{Meta: m}
	})
}

// remediesOf reads the remedies of a proposal.
func remediesOf(bodies []remedyBody) []policy.Remedy {
	var remedies []policy.Remedy
	for _, b := range bodies {
		remedies = append(remedies, policy.Remedy{Kind: b.Kind, Points: b.Points, Coupon: b.Coupon.amount()})
	}
	return remedies
}

// What a page shows of a complaint, and of the complaint that a case waits for.
type (
	childBody struct {
		CaseID  string `json:"case_id"`
		Kind    string `json:"kind"`
		Cause   string `json:"cause"`
		Stage   string `json:"stage" doc:"Where the case stood."`
		Outcome string `json:"outcome,omitempty"`
	}
	complaintBody struct {
		Subject     string          `json:"subject" enum:"goods,service"`
		Cause       string          `json:"cause,omitempty"`
		Claim       moneyBody       `json:"claim"`
		Most        moneyBody       `json:"most" doc:"That can be judged."`
		Settlement  *settlementBody `json:"settlement,omitempty"`
		Rested      []string        `json:"rested" nullable:"false" doc:"Who said that this is all."`
		Supplement  *supplementBody `json:"supplement,omitempty"`
		Supplements int             `json:"supplements" doc:"Asked for so far."`
		Judgment    *judgmentBody   `json:"judgment,omitempty"`
		Appeals     []appealBody    `json:"appeals" nullable:"false"`
		Suspension  *suspensionBody `json:"suspension,omitempty"`
		Joined      int             `json:"joined" doc:"Complaints that became part of this one."`
	}
	settlementBody struct {
		By        string    `json:"by"`
		Amount    moneyBody `json:"amount"`
		GoodsBack bool      `json:"goods_back"`
		TextID    string    `json:"text_id,omitempty"`
		At        time.Time `json:"at"`
		Accepted  bool      `json:"accepted"`
	}
	supplementBody struct {
		Of     string    `json:"of"`
		TextID string    `json:"text_id,omitempty"`
		At     time.Time `json:"at"`
		DueAt  time.Time `json:"due_at"`
		Given  bool      `json:"given"`
	}
	judgmentBody struct {
		Number    int           `json:"number"`
		ID        string        `json:"id"`
		Outcome   string        `json:"outcome"`
		Amount    moneyBody     `json:"amount"`
		Liability string        `json:"liability,omitempty"`
		Freight   freightBody   `json:"freight"`
		GoodsBack bool          `json:"goods_back"`
		Rules     []string      `json:"rules" nullable:"false"`
		Evidence  []string      `json:"evidence" nullable:"false"`
		Remedies  []remedyShown `json:"remedies" nullable:"false"`
		TextID    string        `json:"text_id,omitempty"`
		At        time.Time     `json:"at"`
		CarriedBy string        `json:"carried_by,omitempty"`
	}
	remedyShown struct {
		Kind   string    `json:"kind"`
		Points int       `json:"points,omitempty"`
		Coupon moneyBody `json:"coupon"`
	}
	appealBody struct {
		By       string    `json:"by"`
		TextID   string    `json:"text_id,omitempty"`
		Evidence []string  `json:"evidence" nullable:"false"`
		At       time.Time `json:"at"`
		Result   string    `json:"result,omitempty" enum:"upheld,reversed"`
	}
	suspensionBody struct {
		By      string    `json:"by"`
		Papers  bool      `json:"papers"`
		TextID  string    `json:"text_id,omitempty"`
		At      time.Time `json:"at"`
		Running bool      `json:"running"`
	}
)

// addDispute shows the complaint, or the one that the case waits for.
func (b *caseBody) addDispute(v contract.View, in voice) {
	if c := v.Child; c != nil {
		b.Child = &childBody{c.CaseID, string(c.Kind), c.Cause, string(c.Stage), string(c.Outcome)}
		if c.Kind == policy.Complaint {
			b.ComplaintID = c.CaseID
		}
	}
	c := v.Complaint
	if c == nil {
		return
	}
	shown := &complaintBody{
		Subject: c.Subject, Cause: c.Cause, Claim: in.money(c.Claim), Most: in.money(c.Most), Supplements: c.Supplements, Joined: c.Joined,
		Rested: each(c.Rested, func(r contract.Role) string { return string(r) }),
		Appeals: each(c.Appeals, func(a contract.AppealView) appealBody {
			return appealBody{string(a.By), a.TextID, solid(a.Evidence), a.At, a.Result}
		}),
	}
	if s := c.Settlement; s != nil {
		shown.Settlement = &settlementBody{string(s.By), in.money(s.Amount), s.GoodsBack, s.TextID, s.At, s.Accepted}
	}
	if s := c.Supplement; s != nil {
		shown.Supplement = &supplementBody{string(s.Of), s.TextID, s.At, s.DueAt, s.Given}
	}
	if j := c.Judgment; j != nil {
		shown.Judgment = &judgmentBody{
			Number: j.N, ID: j.ID, Outcome: j.Outcome, Amount: in.money(j.Amount), Liability: string(j.Liability),
			Freight: freightBody{string(j.Freight.Out), string(j.Freight.Back), j.Freight.Rule}, GoodsBack: j.GoodsBack,
			Rules: solid(j.Rules), Evidence: solid(j.Evidence), TextID: j.TextID, At: j.At, CarriedBy: string(j.CarriedBy),
			Remedies: each(j.Remedies, func(r policy.Remedy) remedyShown { return remedyShown{r.Kind, r.Points, in.money(r.Coupon)} }),
		}
	}
	if s := c.Suspension; s != nil {
		shown.Suspension = &suspensionBody{string(s.By), s.Papers, s.TextID, s.At, s.Running}
	}
	b.Complaint = shown
}

package demo

import (
	"context"
	"slices"

	"aftersales/money"
)

// What the sides say in a complaint.
var (
	// rest: neither side has anything to add, if it is not too late to say so.
	rest = row(
		tries(does(customer, "rest", nil, "settle", "complaint_evidence", "review")),
		tries(does(clerk, "rest", nil, "settle", "complaint_evidence", "review")),
	)
	adds          = shows(customer, "evidence", nil, "settle", "complaint_evidence", "supplement")
	carriesOut    = does(clerk, "carry-out", nil, "execute")
	asksMore      = does(agent, "ask-supplement", map[string]any{"of": "customer", "text": "请补充鞋底照片"}, "review")
	suspends      = does(customer, "suspend", map[string]any{"text": "等检测报告"}, "settle", "complaint_evidence", "review")
	agreesToWait  = does(clerk, "agree-suspend", map[string]any{"accept": true}, "settle", "complaint_evidence", "review")
	bringsPapers  = does(agent, "suspend", map[string]any{"papers": true, "text": "公安机关立案通知"}, "settle", "complaint_evidence", "review")
	resumes       = does(clerk, "resume", nil, "suspended")
	customerRests = tries(does(customer, "rest", nil, "appeal_window"))
	clerkRests    = tries(does(clerk, "rest", nil, "appeal_window"))
)

// row is several words as one.
func row(words ...word) word {
	return func(ctx context.Context, p *play) error { return p.say(ctx, words...) }
}

// tries says a word that may come too late without harm: what comes after it has no excuse in that.
func tries(try word) word {
	return func(ctx context.Context, p *play) error {
		before := len(p.told.acts)
		if err := try(ctx, p); err != nil && !Late(err) {
			return err
		}
		p.told.acts = p.told.acts[:before]
		return nil
	}
}

// settles offers an amount, and the other side takes it.
func settles(amount money.Amount) word {
	return row(
		does(clerk, "propose-settlement", map[string]any{"amount": Yuan(amount), "text": "双方各让一步"}, "settle", "complaint_evidence", "review", "approval"),
		does(customer, "answer-settlement", map[string]any{"accept": true, "amount": Yuan(amount)}, "settle", "complaint_evidence", "review", "approval"),
	)
}

// proposes is an agent's word in the review; amount only for a part.
func proposes(outcome string, amount money.Amount) word {
	return does(agent, "propose", proposal(outcome, amount, nil), "review")
}

func proposal(outcome string, amount money.Amount, more map[string]any) map[string]any {
	body := map[string]any{"outcome": outcome, "liability": "merchant", "text": "根据双方凭证"}
	if amount > 0 {
		body["amount"] = Yuan(amount)
	}
	for name, value := range more {
		body[name] = value
	}
	return body
}

// judged is a complaint from its beginning to the proposal, whose sides have nothing to add.
func judged(outcome string, amount money.Amount) word { return row(rest, proposes(outcome, amount)) }

// goodsFirst and makesGood are proposals with something special.
var (
	goodsFirst = does(agent, "propose", proposal("refund", 0, map[string]any{"goods_back": true}), "review")
	makesGood  = does(agent, "propose", proposal("remedy", 0, map[string]any{"remedies": []map[string]any{
		{"kind": "apology"}, {"kind": "coupon", "coupon": Yuan(20_00)}, {"kind": "points", "points": 500},
	}}), "review")
)

// appeals brings new evidence before another reviewer.
func appeals(who func(*play) *API) word {
	return shows(who, "appeal", map[string]any{"text": "有新的证据"}, "appeal_window")
}

// decidesAppeal is another agent's word.
func decidesAppeal(outcome string, amount money.Amount) word {
	return does(reviewer, "propose", proposal(outcome, amount, nil), "appeal_review")
}

// approves is a supervisor's yes, as often as the proposal needs it.
func approves(ctx context.Context, p *play) error {
	for _, who := range []*API{supervisor(p), p.operator} {
		c, err := p.untilThat(ctx, who, "an approval, or what comes after", []string{"approval"}, func(c Case) bool {
			return slices.Contains([]string{"approval", "refund", "ended", "send_back", "dispute", "execute", "appeal_window"}, c.Stage)
		})
		if err == nil && c.Stage == "dispute" {
			return approves(ctx, p.about(c.ComplaintID))
		}
		if err != nil || c.Stage != "approval" {
			return err
		}
		if err := p.decides(ctx, who, c, true); err != nil {
			return err
		}
	}
	return nil
}

// disapproves is a supervisor's no.
func disapproves(ctx context.Context, p *play) error {
	c, err := p.until(ctx, supervisor(p), "approval")
	if err != nil {
		return err
	}
	return p.decides(ctx, supervisor(p), c, false)
}

func (p *play) decides(ctx context.Context, who *API, c Case, yes bool) error {
	return p.do(ctx, who, "decide", map[string]any{"approval_id": c.Approval.ID, "hash": c.Approval.Hash, "approve": yes})
}

// joins complains again about what is before the platform: no second case comes of it.
func joins(ctx context.Context, p *play) error {
	ack, err := p.request(ctx, "complaint", "refused_return", []detail{saying("同一件事，再补充一点")})
	switch {
	case err != nil:
		return err
	case ack.JoinedTo != p.caseID:
		return errNotJoined
	}
	return nil
}

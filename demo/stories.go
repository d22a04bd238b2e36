package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"aftersales/money"
	"aftersales/partners"
	"aftersales/partners/sandbox"
)

// play is one customer's case as the players act it out. Time plays along: the demo pack's deadlines are seconds.
type play struct {
	*Player
	n      int
	order  partners.ShopOrder
	kim    *API // the customer
	clerk  *API // the shop's
	agent  *API
	caseID string
}

// script is one way in which a return goes.
type script struct {
	name      string
	outcome   string // how it must end
	price     money.Amount
	confirmed bool // the customer had confirmed receipt: the same silence means something else
	split     bool // paid by two tenders
	act       func(*play, context.Context) error
}

// scripts are every ending of a return, the common ones more often.
var scripts = []script{
	{name: "happy", outcome: "refunded", price: 199_00, act: (*play).happy},
	{name: "happy, two tenders", outcome: "refunded", price: 99_00, split: true, act: (*play).happy},
	{name: "silent merchant on sale", outcome: "refunded", price: 129_00, act: (*play).silentMerchant},
	{name: "reason in own words", outcome: "refunded", price: 149_00, act: (*play).ownWords},
	{name: "silent inspection", outcome: "refunded", price: 159_00, act: (*play).silentInspection},
	{name: "courier", outcome: "refunded", price: 219_00, act: (*play).courier},
	{name: "approval for a large refund", outcome: "refunded", price: 2999_00, act: (*play).largeRefund},
	{name: "suspect waybill corrected", outcome: "refunded", price: 139_00, act: (*play).suspectCorrected},
	{name: "suspect waybill", outcome: "rejected", price: 139_00, act: (*play).suspect},
	{name: "counter-offer", outcome: "partly_refunded", price: 179_00, act: (*play).counterOffer},
	{name: "difference accepted", outcome: "partly_refunded", price: 189_00, act: (*play).differenceAccepted},
	{name: "difference disputed", outcome: "partly_refunded", price: 209_00, act: (*play).differenceDisputed},
	{name: "empty box", outcome: "rejected", price: 229_00, act: (*play).emptyBox},
	{name: "silent merchant after sale", outcome: "partly_refunded", price: 239_00, confirmed: true, act: (*play).silentAfterSale},
	{name: "judgment over the limit", outcome: "refunded", price: 899_00, act: (*play).judgment},
	{name: "refusal stands", outcome: "refusal_accepted", price: 109_00, act: (*play).refusalStands},
	{name: "nothing sent back", outcome: "not_sent_back", price: 119_00, act: (*play).notSent},
	{name: "withdrawn", outcome: "withdrawn", price: 169_00, act: (*play).withdrawn},
	{name: "questions unanswered", outcome: "details_missing", price: 89_00, act: (*play).noAnswer},
	{name: "edited after a refusal", outcome: "refunded", price: 249_00, act: (*play).edited},
}

// Parts of stories.

func (p *play) open(ctx context.Context, body map[string]any) error {
	body["kind"], body["order_id"] = "return", p.order.ID
	body["lines"] = []map[string]any{{"line_id": p.order.Lines[0].ID, "quantity": 2}}
	ack, err := p.kim.Do(ctx, "/v1/cases", body)
	p.caseID = ack.CaseID
	return err
}

func (p *play) do(ctx context.Context, who *API, command string, body map[string]any) error {
	if body == nil {
		body = map[string]any{}
	}
	_, err := who.Do(ctx, "/v1/cases/"+p.caseID+"/"+command, body)
	if err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	return nil
}

func (p *play) agree(ctx context.Context) error {
	return p.do(ctx, p.clerk, "merchant-answer", map[string]any{"decision": "agree"})
}

func (p *play) refuse(ctx context.Context) error {
	return p.do(ctx, p.clerk, "merchant-answer", map[string]any{"decision": "refuse", "reason_code": "worn", "text": "鞋底有明显磨损"})
}

// send plans the parcel's way and tells its number.
func (p *play) send(ctx context.Context, grams int) error {
	number := fmt.Sprintf("SF1%012d", p.base+int64(p.n))
	if err := p.plan(ctx, number, grams); err != nil {
		return err
	}
	return p.do(ctx, p.kim, "send-back", map[string]any{"carrier": "sf", "number": number})
}

// plan lets a parcel travel from the customer's city to the shop's within seconds.
func (p *play) plan(ctx context.Context, number string, grams int) error {
	plan := sandbox.Plan{Grams: grams, Steps: []sandbox.PlanStep{
		{AfterMs: 500, State: partners.TrackPicked, City: HomeCity},
		{AfterMs: 1000, State: partners.TrackTransit, City: HomeCity},
		{AfterMs: 1500, State: partners.TrackSigned, City: YardCity},
	}}
	return p.again(ctx, func() error { return p.Sandbox.Plan(ctx, number, plan) })
}

func (p *play) inspect(ctx context.Context) error {
	if _, err := p.until(ctx, p.clerk, "inspection"); err != nil {
		return err
	}
	return p.do(ctx, p.clerk, "inspect", nil)
}

// picture is a small PNG that nobody sent before.
func (p *play) picture(ctx context.Context, who *API) (string, error) {
	content := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 64)...)
	if _, err := rand.Read(content[8:]); err != nil {
		return "", err
	}
	return who.Upload(ctx, content)
}

// passedBy is how long a player waits for a stage that the case may have left while processes were down.
const passedBy = 40 * time.Second

// until waits for the case to reach a stage, or any stage after which it cannot.
func (p *play) until(ctx context.Context, who *API, stages ...string) (Case, error) {
	for began := time.Now(); ; {
		var c Case
		if err := who.Get(ctx, "/v1/cases/"+p.caseID, &c); err != nil {
			return c, err
		}
		if err := p.watch(c); err != nil {
			return c, err
		}
		for _, stage := range stages {
			if c.Stage == stage {
				return c, nil
			}
		}
		if !c.Open {
			return c, fmt.Errorf("%w as %q while waiting for %v", errEnded, c.Outcome, stages)
		}
		if p.Killing && time.Since(began) > passedBy {
			return c, fmt.Errorf("%w: it stands at %q, past %v", errEnded, c.Stage, stages)
		}
		select {
		case <-ctx.Done():
			return c, fmt.Errorf("the case stands at %q while waiting for %v: %w", c.Stage, stages, ctx.Err())
		case <-time.After(250 * time.Millisecond):
		}
	}
}

// The stories.

func (p *play) happy(ctx context.Context) error {
	return inTurn(ctx, p.opened("no_reason"), p.agree, p.sent(1200), p.inspect)
}

func (p *play) silentMerchant(ctx context.Context) error {
	return inTurn(ctx, p.opened("no_reason"), p.reached("send_back"), p.sent(1200), p.inspect)
}

func (p *play) ownWords(ctx context.Context) error {
	if err := p.open(ctx, map[string]any{"lang": "zh-CN"}); err != nil {
		return err
	}
	c, err := p.until(ctx, p.kim, "details")
	if err != nil {
		return err
	}
	answer := map[string]any{"round": c.Question.Round, "n": c.Question.N, "text": "没什么问题，就是不想要了，七天无理由"}
	return inTurn(ctx, func(ctx context.Context) error { return p.do(ctx, p.kim, "answer", answer) }, p.agree, p.sent(1200), p.inspect)
}

func (p *play) silentInspection(ctx context.Context) error {
	return inTurn(ctx, p.opened("no_reason"), p.agree, p.sent(1200))
}

func (p *play) courier(ctx context.Context) error {
	order := func(ctx context.Context) error {
		now := time.Now()
		return p.do(ctx, p.kim, "pickup", map[string]any{"carrier": "sf", "after": now.Add(time.Hour), "before": now.Add(3 * time.Hour)})
	}
	carry := func(ctx context.Context) error {
		c, err := p.until(ctx, p.kim, "in_transit", "inspection")
		if err != nil {
			return err
		}
		return p.plan(ctx, c.Parcel.Number, 1200)
	}
	return inTurn(ctx, p.opened("no_reason"), p.agree, order, carry, p.inspect)
}

func (p *play) largeRefund(ctx context.Context) error {
	return inTurn(ctx, p.opened("no_reason"), p.agree, p.sent(1200), p.inspect, p.approve)
}

// approve is a supervisor's yes, as often as the proposal needs it.
func (p *play) approve(ctx context.Context) error {
	for _, who := range []*API{p.supervisors[p.n%len(p.supervisors)], p.operator} {
		c, err := p.until(ctx, who, "approval", "refund", "ended", "send_back", "dispute", "execute", "appeal_window")
		if err == nil && c.Stage == "dispute" {
			return p.about(c.ComplaintID).approve(ctx)
		}
		if err != nil || c.Stage != "approval" {
			return err
		}
		err = p.do(ctx, who, "decide", map[string]any{"approval_id": c.Approval.ID, "hash": c.Approval.Hash, "approve": true})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *play) suspectCorrected(ctx context.Context) error {
	correct := func(ctx context.Context) error {
		if err := p.untilStep(ctx, "correct_waybill"); err != nil {
			return err
		}
		return p.send(ctx, 1200)
	}
	return inTurn(ctx, p.opened("no_reason"), p.agree, p.mistyped, correct, p.inspect)
}

// mistyped tells a number that no carrier ever sees.
func (p *play) mistyped(ctx context.Context) error {
	return p.do(ctx, p.kim, "send-back", map[string]any{"carrier": "sf", "number": fmt.Sprintf("SF9%012d", p.base+int64(p.n))})
}

func (p *play) untilStep(ctx context.Context, step string) error {
	for {
		c, err := p.until(ctx, p.kim, "in_transit")
		if err != nil || (c.Wait != nil && c.Wait.Step == step) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(250 * time.Millisecond):
		}
	}
}

func (p *play) suspect(ctx context.Context) error {
	return inTurn(ctx, p.opened("no_reason"), p.agree, p.mistyped, p.proposes("refuse", 0))
}

func (p *play) counterOffer(ctx context.Context) error {
	offer := func(ctx context.Context) error {
		return p.do(ctx, p.clerk, "merchant-answer", map[string]any{"decision": "offer", "amount": Yuan(50_00)})
	}
	accept := func(ctx context.Context) error {
		return p.do(ctx, p.kim, "answer-offer", map[string]any{"accept": true, "amount": Yuan(50_00)})
	}
	return inTurn(ctx, p.opened("no_reason"), offer, accept)
}

// report tells a difference, with a picture.
func (p *play) report(ctx context.Context) error {
	if _, err := p.until(ctx, p.clerk, "inspection"); err != nil {
		return err
	}
	picture, err := p.picture(ctx, p.clerk)
	if err != nil {
		return err
	}
	return p.do(ctx, p.clerk, "inspect", map[string]any{"difference": "used", "evidence": []string{picture}, "text": "有穿着痕迹"})
}

func (p *play) differenceAccepted(ctx context.Context) error {
	accept := func(ctx context.Context) error {
		c, err := p.until(ctx, p.kim, "difference")
		if err != nil {
			return err
		}
		return p.do(ctx, p.kim, "answer-offer", map[string]any{"accept": true, "amount": c.Offer.Amount})
	}
	return inTurn(ctx, p.opened("no_reason"), p.agree, p.sent(1200), p.report, accept)
}

func (p *play) differenceDisputed(ctx context.Context) error {
	decline := func(ctx context.Context) error {
		return p.do(ctx, p.kim, "answer-offer", map[string]any{"accept": false})
	}
	return inTurn(ctx, p.opened("no_reason"), p.agree, p.sent(1200), p.report, decline, p.proposes("partial", 300_00))
}

func (p *play) emptyBox(ctx context.Context) error {
	return inTurn(ctx, p.opened("no_reason"), p.agree, p.sent(100), p.proposes("refuse", 0))
}

func (p *play) silentAfterSale(ctx context.Context) error {
	open := func(ctx context.Context) error {
		picture, err := p.picture(ctx, p.kim)
		if err != nil {
			return err
		}
		return p.open(ctx, map[string]any{"reason": "quality", "text": "穿了一次就开胶", "evidence": []string{picture}})
	}
	return inTurn(ctx, open, p.proposes("partial", 200_00))
}

func (p *play) judgment(ctx context.Context) error {
	return inTurn(ctx, p.opened("no_reason"), p.refuse, p.escalates, p.proposes("refund", 0), p.approve)
}

func (p *play) escalates(ctx context.Context) error {
	return p.do(ctx, p.kim, "escalate", map[string]any{"text": "鞋子没有穿过，吊牌还在"})
}

// about is the same people in another case, e.g. the complaint about this one.
func (p *play) about(caseID string) *play {
	other := *p
	other.caseID = caseID
	return &other
}

// proposes waits for the complaint, whose sides have nothing to add, and proposes in its review how it ends.
func (p *play) proposes(outcome string, amount money.Amount) func(context.Context) error {
	return func(ctx context.Context) error {
		c, err := p.until(ctx, p.agent, "dispute")
		if err != nil {
			return err
		}
		return p.about(c.ComplaintID).judged(ctx, outcome, amount)
	}
}

// judged plays a complaint from its beginning to the proposal.
func (p *play) judged(ctx context.Context, outcome string, amount money.Amount) error {
	for _, side := range []*API{p.kim, p.clerk} {
		if err := p.rests(ctx, side); err != nil {
			return err
		}
	}
	return p.proposesIn(outcome, amount)(ctx)
}

// rests lets a side say that it has nothing to add; it may be too late for that.
func (p *play) rests(ctx context.Context, side *API) error {
	if _, err := p.until(ctx, side, "settle", "complaint_evidence", "review"); err != nil {
		return err
	}
	if err := p.do(ctx, side, "rest", nil); err != nil && !Late(err) {
		return err
	}
	return nil
}

// proposesIn waits for the review and proposes how it ends.
func (p *play) proposesIn(outcome string, amount money.Amount) func(context.Context) error {
	return func(ctx context.Context) error {
		if _, err := p.until(ctx, p.agent, "review"); err != nil {
			return err
		}
		body := map[string]any{"outcome": outcome, "liability": "merchant", "text": "根据双方凭证"}
		if amount > 0 {
			body["amount"] = Yuan(amount)
		}
		return p.do(ctx, p.agent, "propose", body)
	}
}

func (p *play) refusalStands(ctx context.Context) error {
	return inTurn(ctx, p.opened("no_reason"), p.refuse)
}

func (p *play) notSent(ctx context.Context) error {
	return inTurn(ctx, p.opened("no_reason"), p.agree)
}

func (p *play) withdrawn(ctx context.Context) error {
	return inTurn(ctx, p.opened("no_reason"), func(ctx context.Context) error { return p.do(ctx, p.kim, "withdraw", nil) })
}

func (p *play) noAnswer(ctx context.Context) error { return p.open(ctx, map[string]any{}) }

func (p *play) edited(ctx context.Context) error {
	edit := func(ctx context.Context) error {
		return p.do(ctx, p.kim, "edit", map[string]any{"text": "补充：只在室内试穿过"})
	}
	return inTurn(ctx, p.opened("no_reason"), p.refuse, edit, p.agree, p.sent(1200), p.inspect)
}

// Small words for stories.

func (p *play) opened(reason string) func(context.Context) error {
	return func(ctx context.Context) error { return p.open(ctx, map[string]any{"reason": reason}) }
}

func (p *play) sent(grams int) func(context.Context) error {
	return func(ctx context.Context) error { return p.send(ctx, grams) }
}

func (p *play) reached(stage string) func(context.Context) error {
	return func(ctx context.Context) error { _, err := p.until(ctx, p.kim, stage); return err }
}

func inTurn(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Scripts is how many stories there are: that many cases play each once.
func Scripts() int { return len(scripts) }

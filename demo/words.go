package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// play is one customer's matter as the players act it out. Time plays along: the demo pack's deadlines are seconds.
type play struct {
	*Player
	n      int
	shop   int
	order  partners.ShopOrder
	kim    *API // the customer
	clerk  *API // the shop's
	agent  *API
	lines  []chosen // what the next request is about
	caseID string   // where the next word is said
	told   *told
}

// told is what a play leaves behind, whichever case it speaks in.
type told struct {
	cases   []string // that were opened by people, in order
	parcels int
	paid    []Paid
	seen    int64            // how far the case was when a player found it where the next thing can be done
	seq     map[string]int64 // the same of each case, when a player last had a part in it
	now     *act             // what a player is about to do
	acts    []act            // what may have come too late
}

// chosen is how many units of a line a request is about.
type chosen struct {
	LineID    string `json:"line_id"`
	Quantity  int    `json:"quantity"`
	VariantID string `json:"variant_id,omitempty"`
}

// word is one thing that somebody does. A story is a row of them; each waits until the case stands where it can be said.
type word func(context.Context, *play) error

// say says words in turn.
func (p *play) say(ctx context.Context, words ...word) error {
	for _, word := range words {
		if err := word(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// Who speaks.
func customer(p *play) *API   { return p.kim }
func clerk(p *play) *API      { return p.clerk }
func agent(p *play) *API      { return p.agent }
func supervisor(p *play) *API { return p.supervisors[p.n%len(p.supervisors)] }

// reviewer is another agent than the one who judged.
func reviewer(p *play) *API { return p.agents[(p.n+1)%len(p.agents)] }

// does gives a command as soon as the case stands at one of the stages.
func does(who func(*play) *API, command string, body map[string]any, stages ...string) word {
	return func(ctx context.Context, p *play) error {
		if len(stages) > 0 {
			if _, err := p.until(ctx, who(p), stages...); err != nil {
				return fmt.Errorf("%s: %w", command, err)
			}
		}
		return p.do(ctx, who(p), command, body)
	}
}

// shows gives a command with a new picture.
func shows(who func(*play) *API, command string, body map[string]any, stages ...string) word {
	return func(ctx context.Context, p *play) error {
		if len(stages) > 0 {
			if _, err := p.until(ctx, who(p), stages...); err != nil {
				return fmt.Errorf("%s: %w", command, err)
			}
		}
		picture, err := p.picture(ctx, who(p))
		if err != nil {
			return err
		}
		full := map[string]any{"evidence": []string{picture}}
		for name, value := range body {
			full[name] = value
		}
		return p.do(ctx, who(p), command, full)
	}
}

func (p *play) do(ctx context.Context, who *API, command string, body map[string]any) error {
	if body == nil {
		body = map[string]any{}
	}
	if p.told.now == nil {
		p.wants(command, nil)
	}
	p.told.now.sent = time.Now()
	_, err := who.Do(ctx, "/v1/cases/"+p.caseID+"/"+command, body)
	p.over(err)
	if err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	p.told.seq[p.caseID] = max(p.told.seq[p.caseID], p.told.seen)
	return nil
}

// picture uploads a small picture that nobody sent before.
func (p *play) picture(ctx context.Context, who *API) (string, error) {
	content, err := NewPicture()
	if err != nil {
		return "", err
	}
	return who.Upload(ctx, content)
}

// detail is something that a request says besides its kind and reason.
type detail func(context.Context, *play, map[string]any) error

// asks opens a case about the order's first line, or what the story chose since.
func asks(kind, reason string, details ...detail) word {
	return func(ctx context.Context, p *play) error {
		ack, err := p.request(ctx, kind, reason, details)
		if err == nil && ack.JoinedTo == "" {
			p.opened(ack)
		}
		return err
	}
}

// isRefused is a request that the rules must refuse.
func isRefused(request word) word {
	return func(ctx context.Context, p *play) error {
		var problem *Problem
		if err := request(ctx, p); !errors.As(err, &problem) {
			return cmp.Or(err, errNotRefused)
		}
		return nil
	}
}

func (p *play) request(ctx context.Context, kind, reason string, details []detail) (Ack, error) {
	body := map[string]any{"kind": kind, "order_id": p.order.ID, "lines": slices.Clone(p.lines)}
	if reason != "" {
		body["reason"] = reason
	}
	for _, detail := range details {
		if err := detail(ctx, p, body); err != nil {
			return Ack{}, err
		}
	}
	ack, err := p.kim.Do(ctx, "/v1/cases", body)
	if err != nil {
		return ack, fmt.Errorf("ask for a %s: %w", kind, err)
	}
	return ack, nil
}

func saying(text string) detail {
	return func(_ context.Context, _ *play, body map[string]any) error { body["text"] = text; return nil }
}

// showing adds a picture.
func showing(ctx context.Context, p *play, body map[string]any) error {
	picture, err := p.picture(ctx, p.kim)
	body["evidence"] = []string{picture}
	return err
}

func part(amount money.Amount) detail {
	return func(_ context.Context, _ *play, body map[string]any) error { body["amount"] = Yuan(amount); return nil }
}

// wanting names the variant to exchange for.
func wanting(variant string) detail {
	return func(_ context.Context, p *play, body map[string]any) error {
		lines := slices.Clone(p.lines)
		for i := range lines {
			lines[i].VariantID = VariantID(p.shop, variant)
		}
		body["lines"] = lines
		return nil
	}
}

// aboutService makes a complaint one about how people behaved.
func aboutService(_ context.Context, _ *play, body map[string]any) error {
	body["subject"], body["lines"] = "service", []chosen{}
	return nil
}

// gives is money that nobody asked for.
func gives(who func(*play) *API, amount money.Amount) word {
	return func(ctx context.Context, p *play) error {
		ack, err := who(p).Do(ctx, "/v1/goodwill", map[string]any{
			"order_id": p.order.ID, "lines": p.lines, "amount": Yuan(amount), "text": "感谢您的耐心",
		})
		if err != nil {
			return fmt.Errorf("goodwill: %w", err)
		}
		p.opened(ack)
		return nil
	}
}

// opened: the next words are about the case that was opened.
func (p *play) opened(ack Ack) {
	p.caseID = ack.CaseID
	p.told.cases = append(p.told.cases, ack.CaseID)
	p.told.seen = 0
}

// Waiting.

// passedBy is how long the program may take to hear of something while its processes are being killed.
const passedBy = 40 * time.Second

// pollEvery is how often a player looks at a case, and every how many looks at what has become of it meanwhile.
const (
	pollEvery   = 400 * time.Millisecond
	lookBackFor = 8
)

// until waits for the case to reach a stage at which something is to be done.
func (p *play) until(ctx context.Context, who *API, stages ...string) (Case, error) {
	return p.untilThat(ctx, who, fmt.Sprint(stages), stages, func(c Case) bool { return slices.Contains(stages, c.Stage) })
}

// untilThat waits for something to be true of the case. It gives up when the case has ended, or when the deadline of the
// stages at which it was to be done is over.
func (p *play) untilThat(ctx context.Context, who *API, what string, stages []string, true_ func(Case) bool) (c Case, err error) {
	p.wants(what, stages)
	p.told.seen = 0
	defer func() {
		if err != nil {
			p.over(err)
		}
	}()
	for looks := 1; ; looks++ {
		var c Case
		began := time.Now()
		err := who.Get(ctx, "/v1/cases/"+p.caseID, &c)
		if err != nil && !unwritten(err) {
			return c, err
		}
		if err == nil {
			if err := p.watch(c); err != nil {
				return c, err
			}
			if true_(c) {
				p.told.seen = c.Seq
				return c, nil
			}
			if !c.Open {
				return c, fmt.Errorf("%w as %q while waiting for %s", errEnded, c.Outcome, what)
			}
		}
		p.told.now.looks = append(p.told.now.looks, began)
		if looks%lookBackFor == 0 {
			if err := p.gone(ctx, c); err != nil {
				return c, err
			}
		}
		select {
		case <-ctx.Done():
			return c, fmt.Errorf("the case stands at %q while waiting for %s: %w", c.Stage, what, ctx.Err())
		case <-time.After(pollEvery):
		}
	}
}

// unwritten: a case that another one opens is there a moment after the other says so.
func unwritten(err error) bool { return Refused(err, "not_found") }

// reaches waits, and does nothing: time answers for somebody.
func reaches(stages ...string) word {
	return func(ctx context.Context, p *play) error { _, err := p.until(ctx, p.agent, stages...); return err }
}

// reachesStep waits for a deadline of the case.
func reachesStep(step string) word {
	return func(ctx context.Context, p *play) error {
		_, err := p.untilThat(ctx, p.agent, step, nil, func(c Case) bool { return c.Wait != nil && c.Wait.Step == step })
		return err
	}
}

// ends waits for the case to end, doing on the way what nobody told the platform's people to do.
func ends(ctx context.Context, p *play) error {
	_, err := p.toEnd(ctx)
	return err
}

// inChild says words in the case that decides this one's matter.
func inChild(words ...word) word {
	return func(ctx context.Context, p *play) error {
		c, err := p.untilThat(ctx, p.agent, "a case that decides it", nil, func(c Case) bool { return c.Stage == "dispute" && c.Child != nil })
		if err != nil {
			return err
		}
		child := p.about(c.Child.CaseID)
		if _, err := child.untilThat(ctx, p.agent, "its first word", nil, func(Case) bool { return true }); err != nil {
			return err
		}
		return child.say(ctx, words...)
	}
}

// about is the same people in another case, e.g. the complaint about this one.
func (p *play) about(caseID string) *play {
	other := *p
	other.caseID = caseID
	return &other
}

package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"aftersales/money"
	"aftersales/partners"
	"aftersales/partners/sandbox"
)

// Player acts every party at once: customers, clerks, agents, supervisors, and the carrier through the sandbox.
type Player struct {
	Base     string // of the API
	Sandbox  sandbox.Client
	Cases    int    // how many stories are played; some have more than one case
	First    int    // which story is played first; after the last comes the first again
	Only     string // play only stories whose name begins with this
	Parallel int
	Killing  bool // processes are being killed: what the program hears of may take it a while
	Progress func(done int)

	base        int64 // makes this run's numbers its own
	since       mark
	stories     []story
	customers   []*API
	clerks      []*API
	agents      []*API
	supervisors []*API
	operator    *API

	mu      sync.Mutex
	waits   map[string]bool // deadlines seen, by case, step and time
	late    map[string]bool // deadlines seen open after their default was due
	results []Result
}

// Result is how one story went.
type Result struct {
	Story     string
	Order     partners.ShopOrder
	Expected  []string // kind/outcome of every case
	Cases     []Case   // as they ended: those that people opened, each followed by the case that decided it
	Paid      []Paid   // by the customer, to cases
	Overtaken string   // the deadline that provably came before a player; empty: none
	Err       error
}

// Paid is one payment of a customer to a case.
type Paid struct {
	CaseID string
	Ref    string // the provider's number
	Amount money.Amount
}

// Endings lists how the story's cases ended, as kind/outcome.
func (r Result) Endings() []string {
	var all []string
	for _, c := range r.Cases {
		outcome := c.Outcome
		if c.Open {
			outcome = "open"
		}
		all = append(all, c.Kind+"/"+outcome)
	}
	return all
}

// caseTime bounds one story: the demo pack's longest way takes about two minutes.
const caseTime = 8 * time.Minute

// lateness is how long after its due time, grace and all, a default may still be on its way before it counts as late.
const lateness = 5 * time.Second

// Run plays all stories in turn until there are as many as wanted.
func (p *Player) Run(ctx context.Context) (Report, error) {
	p.base = time.Now().Unix() % 1_000_000 * 10_000
	p.waits, p.late = map[string]bool{}, map[string]bool{}
	if p.Parallel <= 0 {
		p.Parallel = AtOnce()
	}
	if p.stories = chosenStories(p.Only); len(p.stories) == 0 {
		return Report{}, fmt.Errorf("demo: no story begins with %q; the stories are:\n  %s", p.Only, strings.Join(names(), "\n  "))
	}
	for _, first := range []func(context.Context) error{p.signIn, p.prepare, p.markLedger} {
		if err := first(ctx); err != nil {
			return Report{}, err
		}
	}
	began := time.Now()
	p.playAll(ctx)
	if ctx.Err() != nil {
		return Report{}, ctx.Err()
	}
	return p.report(ctx, time.Since(began))
}

// AtOnce is how many stories a machine can play at the same time without keeping anybody waiting, who would then come
// too late for a deadline of seconds: program, partners and players are all on it.
func AtOnce() int { return min(60, perCore*runtime.NumCPU()) }

// perCore was measured: 200 stories in well under five minutes on two cores.
const perCore = 12

// moreTries is how often stories are played once more whose endings nobody saw because they were overtaken.
const moreTries = 2

// playAll plays all stories in turn, and then those once more whose endings are missing because they were overtaken.
func (p *Player) playAll(ctx context.Context) {
	turns := make([]int, 0, p.Cases)
	for n := range p.Cases {
		turns = append(turns, n)
	}
	p.play(ctx, turns)
	for try := 1; try <= moreTries && ctx.Err() == nil; try++ {
		p.play(ctx, p.unseen(try))
	}
}

// unseen are the turns in which stories are played once more: each story that was overtaken and has an ending that is
// missing, as its try.
func (p *Player) unseen(try int) (turns []int) {
	report := Report{Results: p.results}
	missing := report.Unseen()
	for n, story := range p.stories {
		wanted := slices.ContainsFunc(story.ends, func(ending string) bool { return slices.Contains(missing, ending) })
		was := slices.ContainsFunc(report.Overtaken(), func(result Result) bool { return result.Story == story.name })
		if wanted && was {
			first := (n - p.First%len(p.stories) + len(p.stories)) % len(p.stories)
			turns = append(turns, first+len(p.stories)*(p.Cases/len(p.stories)+try))
		}
	}
	return turns
}

func (p *Player) play(ctx context.Context, all []int) {
	var players sync.WaitGroup
	turns := make(chan int)
	for range min(p.Parallel, len(all)) {
		players.Go(func() {
			for n := range turns {
				result := p.one(ctx, n)
				p.mu.Lock()
				p.results = append(p.results, result)
				done := len(p.results)
				p.mu.Unlock()
				if p.Progress != nil {
					p.Progress(done)
				}
			}
		})
	}
	for _, n := range all {
		select {
		case turns <- n:
		case <-ctx.Done():
		}
	}
	close(turns)
	players.Wait()
}

func names() (all []string) {
	for _, story := range stories {
		all = append(all, story.name)
	}
	return all
}

func (p *Player) signIn(ctx context.Context) error {
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 128, MaxConnsPerHost: 128}}
	if answer, err := client.Get(p.Base + "/livez"); err != nil {
		return fmt.Errorf("demo: nothing answers at %s; start `aftersales dev --pack demo` first: %w", p.Base, err)
	} else if err := answer.Body.Close(); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	in := func(list *[]*API, n int, login func(int) string) error {
		for i := 1; i <= n; i++ {
			api, err := SignIn(ctx, p.Base, client, login(i))
			if err != nil {
				return err
			}
			*list = append(*list, api)
		}
		return nil
	}
	operator := []*API{}
	err := errors.Join(
		in(&p.customers, Customers, CustomerLogin), in(&p.clerks, Shops, ClerkLogin), in(&p.agents, Agents, AgentLogin),
		in(&p.supervisors, Supervisors, SupervisorLogin), in(&operator, 1, func(int) string { return OperatorLogin }),
	)
	if err != nil {
		return fmt.Errorf("demo: %w; is the demo world there, and is %s the API of `aftersales dev --pack demo`?", err, p.Base)
	}
	p.operator = operator[0]
	return nil
}

// prepare gives every shop a deposit, and rules of its own: small returns of the wrong size need no answer, and some
// customers need not wait for the goods to be back.
func (p *Player) prepare(ctx context.Context) error {
	rules := map[string]any{"rules": []map[string]any{
		{"name": "small_wrong_sizes", "kinds": []string{"return"}, "reasons": []string{"wrong_size"}, "below": Yuan(100_00), "enabled": true},
		{"name": "in_advance", "kinds": []string{"return", "exchange"}, "reasons": []string{"ordered_wrong", "other_colour"}, "below": Yuan(500_00), "give": "advance", "enabled": true},
	}}
	for n, clerk := range p.clerks {
		deposit := money.Amount(100_000_00)
		if err := p.again(ctx, func() error { return p.Sandbox.SetFunds(ctx, ShopID(n+1), nil, &deposit) }); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		if _, err := clerk.Do(ctx, "/v1/merchant-rules", rules); err != nil {
			return fmt.Errorf("demo: the shop's own rules: %w", err)
		}
	}
	return nil
}

// goodOnes is how many customers play only what needs a good standing: others have had goods come back otherwise.
const goodOnes = 10

// one plays one story from the order to the end of all its cases.
func (p *Player) one(ctx context.Context, n int) Result {
	ctx, cancel := context.WithTimeout(ctx, caseTime)
	defer cancel()
	story := p.stories[(p.First+n)%len(p.stories)]
	buyer, shop := n%(Customers-goodOnes), n%Shops
	if story.good {
		buyer = Customers - 1 - n%goodOnes
	}
	order := Order(fmt.Sprintf("D%d-%d", p.base/10_000, n), buyer+1, shop+1, story.price, false, false, time.Now())
	if story.order != nil {
		story.order(&order)
	}
	result := Result{Story: story.name, Expected: story.ends}
	play := &play{
		Player: p, n: n, shop: shop + 1, kim: p.customers[buyer], clerk: p.clerks[shop], agent: p.agents[n%len(p.agents)],
		lines: []chosen{{LineID: order.Lines[0].ID, Quantity: 2}}, told: &told{seq: map[string]int64{}},
	}
	result.Err = play.place(ctx, order)
	if result.Err == nil {
		result.Err = play.say(ctx, story.words...)
	}
	for _, id := range play.told.cases {
		cases, err := play.about(id).family(ctx)
		result.Cases = append(result.Cases, cases...)
		if err != nil && (result.Err == nil || tooLate(result.Err)) { // a case that does not end is worse than one that ends otherwise
			result.Err = err
		}
	}
	result.Order, result.Paid = play.order, play.told.paid
	play.judge(ctx, &result)
	return result
}

// same compares endings; which case ended before which says nothing.
func same(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// family waits for a case to end and reads it with the case that decided its matter.
func (p *play) family(ctx context.Context) ([]Case, error) {
	c, err := p.toEnd(ctx)
	if err != nil || c.Child == nil {
		return []Case{c}, err
	}
	// It has told its end to the case that opened it, and is written.
	children, err := p.about(c.Child.CaseID).family(ctx)
	return append([]Case{c}, children...), err
}

// place buys, and waits until the shop's notice has reached us.
func (p *play) place(ctx context.Context, order partners.ShopOrder) error {
	err := p.again(ctx, func() error {
		var err error
		p.order, err = p.Sandbox.PlaceOrder(ctx, order)
		return err
	})
	for err == nil {
		err = p.kim.Get(ctx, "/v1/orders/"+order.ID, nil)
		if err == nil || !Refused(err, "order_unknown") && !Refused(err, "not_found") {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the shop's order never arrived: %w", ctx.Err())
		case <-time.After(200 * time.Millisecond):
			err = nil
		}
	}
	return err
}

// again repeats a call to the sandbox while it is away.
func (p *Player) again(ctx context.Context, call func() error) error {
	for {
		err := call()
		if err == nil || ctx.Err() != nil || strings.Contains(fmt.Sprint(err), "answered 4") { // it is there, and says no
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// toEnd waits for the case to end. What waits for the platform's people, who never let a case lie, is decided by
// them: in favour of nobody when no story told them how.
func (p *play) toEnd(ctx context.Context) (Case, error) {
	for {
		var c Case
		err := p.agent.Get(ctx, "/v1/cases/"+p.caseID, &c)
		if err != nil && !unwritten(err) {
			return c, err
		}
		if err == nil {
			if err := p.watch(c); err != nil {
				return c, err
			}
			if !c.Open {
				return c, nil
			}
			if err := p.clear(ctx, c); err != nil && !Late(err) {
				return c, err
			}
		}
		select {
		case <-ctx.Done():
			return c, fmt.Errorf("still open at %s, waiting for %s: %w", c.Stage, c.WaitingFor, ctx.Err())
		case <-time.After(pollEvery):
		}
	}
}

// clear does what waits for the platform's people in a case, or in the one that it waits for.
func (p *play) clear(ctx context.Context, c Case) error {
	here := p.about(c.ID)
	switch c.Stage {
	case "review":
		return here.say(ctx, proposes("refuse", 0))
	case "appeal_review":
		return here.say(ctx, decidesAppeal("uphold", 0))
	case "approval":
		return here.say(ctx, approves)
	case "details_help":
		return here.do(ctx, p.agent, "resolve-details", map[string]any{"go_on": false})
	case "dispute":
		var child Case
		if c.Child == nil || p.agent.Get(ctx, "/v1/cases/"+c.Child.CaseID, &child) != nil {
			return nil // it is being opened
		}
		if err := p.watch(child); err != nil {
			return err
		}
		if c.Kind == "repair" && child.Stage == "review" { // nobody sends the item home any more: without its money there is no end
			return p.about(child.ID).say(ctx, proposes("refund", 0))
		}
		return p.clear(ctx, child)
	}
	return nil
}

// Late tells whether a player came too late: the case had moved on.
func Late(err error) bool {
	var problem *Problem
	return errors.Is(err, errEnded) || errors.As(err, &problem) && problem.Status == http.StatusConflict
}

// errEnded: the case went past what somebody waited for. errNotJoined: a second complaint did not become part of the first.
var (
	errNotRefused = errors.New("what the rules must refuse was not refused")
	errEnded      = errors.New("the case went on without us, and ended")
	errNotJoined  = errors.New("a second complaint on the same matter was not taken into the first")
)

// watch notes the deadline that is open, and whether it should have ended by now.
func (p *Player) watch(c Case) error {
	if c.Wait == nil || c.Wait.Paused || !c.Open {
		return nil
	}
	if c.Wait.DueAt.Sub(c.Wait.Since) > longestWait {
		return errSlowPack
	}
	key := c.Wait.Step + " of " + c.ID + ", due " + c.Wait.DueAt.Format(time.RFC3339)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waits[key] = true
	if time.Now().After(c.Wait.DueAt.Add(grace + lateness)) {
		p.late[key] = true
	}
	return nil
}

// errSlowPack: nobody wants to watch days go by.
var errSlowPack = errors.New("this case has deadlines of hours or days; start `aftersales dev --pack demo`, whose deadlines are seconds")

// longestWait is more than any deadline of the demo pack, and less than any of a real one.
const longestWait = 10 * time.Minute

// grace is the demo pack's.
const grace = time.Second

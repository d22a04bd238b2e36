package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
	Cases    int
	Parallel int
	Killing  bool // processes are being killed: players may come too late, and then time has answered for them
	Progress func(done int)

	base        int64 // makes this run's numbers its own
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

// Result is how one case went.
type Result struct {
	Script   string
	Case     string
	Order    string
	Expected string
	Outcome  string
	Refunded money.Amount
	Captured money.Amount
	Err      error
}

// caseTime bounds one case: the demo pack's longest way takes about a minute and a half.
const caseTime = 6 * time.Minute

// lateness is how long after its due time, grace and all, a default may still be on its way before it counts as late.
const lateness = 5 * time.Second

// Run plays all cases and returns how each went, and how many deadlines were seen and late.
func (p *Player) Run(ctx context.Context) ([]Result, int, int, error) {
	p.base = time.Now().Unix() % 1_000_000 * 100_000
	p.waits, p.late = map[string]bool{}, map[string]bool{}
	if p.Parallel <= 0 {
		p.Parallel = 32
	}
	if err := p.signIn(ctx); err != nil {
		return nil, 0, 0, err
	}
	var players sync.WaitGroup
	turns := make(chan int)
	for range min(p.Parallel, p.Cases) {
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
	for n := range p.Cases {
		select {
		case turns <- n:
		case <-ctx.Done():
		}
	}
	close(turns)
	players.Wait()
	return p.results, len(p.waits), len(p.late), ctx.Err()
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
		in(&p.customers, min(Customers, p.Cases), CustomerLogin), in(&p.clerks, Shops, ClerkLogin), in(&p.agents, Agents, AgentLogin),
		in(&p.supervisors, Supervisors, SupervisorLogin), in(&operator, 1, func(int) string { return OperatorLogin }),
	)
	if err != nil {
		return fmt.Errorf("demo: %w; is the demo world there, and is %s the API of `aftersales dev --pack demo`?", err, p.Base)
	}
	p.operator = operator[0]
	return nil
}

// one plays one case from the order to its end.
func (p *Player) one(ctx context.Context, n int) Result {
	ctx, cancel := context.WithTimeout(ctx, caseTime)
	defer cancel()
	story := scripts[n%len(scripts)]
	customer, shop := n%len(p.customers), n%len(p.clerks)
	order := Order(fmt.Sprintf("D%d-%d", p.base/100_000, n), customer+1, shop+1, story.price, story.confirmed, story.split, time.Now())
	result := Result{Script: story.name, Order: order.ID, Expected: story.outcome}
	for _, payment := range order.Payments {
		result.Captured += payment.Captured
	}
	play := &play{Player: p, n: n, kim: p.customers[customer], clerk: p.clerks[shop], agent: p.agents[n%len(p.agents)]}
	result.Err = p.place(ctx, play, order)
	if result.Err == nil {
		result.Err = story.act(play, ctx)
	}
	result.Case = play.caseID
	if p.Killing && Late(result.Err) {
		result.Err, result.Expected = nil, ""
	}
	if play.caseID == "" {
		return result
	}
	end, err := play.toEnd(ctx)
	result.Outcome, result.Refunded = end.Outcome, end.Refunded.Minor
	switch {
	case result.Err != nil:
	case err != nil:
		result.Err = err
	case result.Expected != "" && !p.Killing && result.Outcome != result.Expected:
		result.Err = fmt.Errorf("ended as %s, not as %s", result.Outcome, result.Expected)
	}
	return result
}

// place buys, and waits until the shop's notice has reached us.
func (p *Player) place(ctx context.Context, play *play, order partners.ShopOrder) error {
	err := p.again(ctx, func() error {
		var err error
		play.order, err = p.Sandbox.PlaceOrder(ctx, order)
		return err
	})
	for err == nil {
		err = play.kim.Get(ctx, "/v1/orders/"+order.ID, nil)
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
		if err == nil || ctx.Err() != nil {
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
		if err := p.agent.Get(ctx, "/v1/cases/"+p.caseID, &c); err != nil {
			return c, err
		}
		if err := p.watch(c); err != nil {
			return c, err
		}
		if !c.Open {
			return c, nil
		}
		err := p.clear(ctx, c)
		if err != nil && !Late(err) {
			return c, err
		}
		select {
		case <-ctx.Done():
			return c, fmt.Errorf("still open at %s, waiting for %s: %w", c.Stage, c.WaitingFor, ctx.Err())
		case <-time.After(300 * time.Millisecond):
		}
	}
}

// clear does what waits for the platform's people in a case, or in the complaint that it waits for.
func (p *play) clear(ctx context.Context, c Case) error {
	switch c.Stage {
	case "review":
		return p.about(c.ID).proposesIn("refuse", 0)(ctx)
	case "approval":
		return p.about(c.ID).approve(ctx)
	case "details_help":
		return p.about(c.ID).do(ctx, p.agent, "resolve-details", map[string]any{"go_on": false})
	case "dispute":
		var complaint Case
		if err := p.agent.Get(ctx, "/v1/cases/"+c.ComplaintID, &complaint); err != nil {
			return nil // it is being opened
		}
		return p.clear(ctx, complaint)
	}
	return nil
}

// Late tells whether a player came too late: the case had moved on.
func Late(err error) bool {
	var problem *Problem
	return errors.Is(err, errEnded) || errors.As(err, &problem) && problem.Status == http.StatusConflict
}

// errEnded: the case went past what somebody waited for.
var errEnded = errors.New("the case went on without us, and ended")

// watch notes the deadline that is open, and whether it should have ended by now.
func (p *Player) watch(c Case) error {
	if c.Wait == nil || c.Wait.Paused || !c.Open {
		return nil
	}
	if c.Wait.DueAt.Sub(c.Wait.Since) > longestWait {
		return errSlowPack
	}
	key := c.ID + c.Wait.Step + c.Wait.DueAt.String()
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

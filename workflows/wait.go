package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// leastShare of a deadline's time is left to whoever must act when news of its beginning came late, e.g. a delivery
// that happened while we were away: nobody's silence counts before they could speak.
const leastShare = 10

// open starts a deadline from a moment, unless the stage is already waiting in this very step (a story that was
// continued, or a stage that goes on waiting).
func (c *story) open(ctx workflow.Context, step policy.Step, from time.Time) {
	if c.s.Wait != nil && c.s.Wait.Step == step {
		return
	}
	term, ok := c.s.Terms.Deadline(step)
	if !ok { // a bug: without a deadline nobody would be waited for. The case stays where it is until it is mended.
		panic(fmt.Sprintf("workflows: the terms of a case of kind %s have no deadline for %s; add it to policy.StepsOf", c.start.Kind, step))
	}
	c.s.Waits++
	c.s.Wait = &Wait{
		N: c.s.Waits, Step: step, Actor: contract.Role(term.Actor), Since: from.UTC(),
		DueAt: c.s.Terms.DueAt(step, from).UTC(), Default: term.Default,
	}
	if least := workflow.Now(ctx).Add(term.For / leastShare).UTC(); c.s.Wait.DueAt.Before(least) {
		c.s.Wait.DueAt = least
	}
	c.s.Extension = nil
}

// reopen starts the same step anew from a moment.
func (c *story) reopen(ctx workflow.Context, step policy.Step, from time.Time) {
	c.s.Wait = nil
	c.open(ctx, step, from)
}

// wait blocks until done, or until the open deadline's default is due: DueAt plus the grace. It is true when
// the deadline ran out; from then on no command can beat it. A paused deadline never runs out. done must not block.
func (c *story) wait(ctx workflow.Context, done func() bool) (expired bool, err error) {
	defer func() { c.resting = nil }()
	for {
		wait := c.s.Wait
		version := wait.Version
		wake := func() bool {
			return done() || c.s.Withdrawn || wait.Version != version || c.renewable(ctx)
		}
		c.resting = func() bool { return !wake() }
		c.explain(ctx)
		if wait.Paused {
			err = workflow.Await(ctx, wake)
		} else {
			_, err = workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
				Timeout:      wait.DueAt.Add(c.s.Terms.Grace).Sub(workflow.Now(ctx)),
				TimerOptions: workflow.TimerOptions{Summary: string(wait.Step) + " → " + string(wait.Default)},
			}, wake)
		}
		if err != nil {
			return false, err
		}
		// A command that holds the mutex may be about to answer: let it finish before deciding for it.
		if err := c.mu.Lock(ctx); err != nil {
			return false, err
		}
		decided, over := done(), c.over(ctx, wait)
		if !decided && !c.s.Withdrawn && over && wait.Version == version {
			wait.Begun = true
			if workflow.GetVersion(ctx, defaultsFirst, workflow.DefaultVersion, 1) == 1 {
				c.decidedAt = workflow.GetInfo(ctx).GetCurrentHistoryLength()
			}
			c.s.Expired = &Expired{Stage: c.s.Stage, DueAt: wait.DueAt}
			c.s.Revision++
			c.record(ctx, platform, "deadline_passed", data{
				"stage": c.s.Stage, "step": wait.Step, "since": wait.Since, "due_at": wait.DueAt, "default": wait.Default,
			})
			c.mu.Unlock()
			return true, nil
		}
		c.mu.Unlock()
		switch {
		case c.s.Withdrawn:
			return false, errWithdrawn
		case decided:
			return false, nil
		case c.renewable(ctx):
			return false, errRenew
		}
	}
}

// defaultsFirst marks histories in which the default of a deadline is in the history before anybody reads of it.
const defaultsFirst = "defaults before projection"

// over tells whether the default of a deadline may begin.
func (c *story) over(ctx workflow.Context, wait *Wait) bool {
	return !wait.Paused && !workflow.Now(ctx).Before(wait.DueAt.Add(c.s.Terms.Grace))
}

// renewable tells whether the history is long enough to be left behind and nobody is in the middle of a command.
func (c *story) renewable(ctx workflow.Context) bool {
	return workflow.GetInfo(ctx).GetContinueAsNewSuggested() && c.quiet(ctx)
}

// stop lets the open deadline stand still with the time that is left.
func (c *story) stop(ctx workflow.Context) {
	if wait := c.s.Wait; wait != nil && !wait.Paused {
		wait.Paused, wait.Left = true, max(0, wait.DueAt.Sub(workflow.Now(ctx)))
		wait.Version++
	}
}

// goOn lets a stopped deadline run again, with extra time.
func (c *story) goOn(ctx workflow.Context, extra time.Duration) {
	if wait := c.s.Wait; wait != nil && wait.Paused {
		due := workflow.Now(ctx).Add(wait.Left + extra).UTC()
		wait.Moved += due.Sub(wait.DueAt)
		wait.DueAt, wait.Paused, wait.Left = due, false, 0
		wait.Version++
	}
}

// hold puts the open deadline aside, standing still, while an inner one runs.
func (c *story) hold(ctx workflow.Context) {
	c.stop(ctx)
	c.s.Held, c.s.Wait = c.s.Wait, nil
}

// resume takes the held deadline up again with the time that was left.
func (c *story) resume(ctx workflow.Context) {
	if c.s.Held != nil {
		c.s.Wait, c.s.Held = c.s.Held, nil
		c.goOn(ctx, 0)
	}
}

// Aside is a stage that was left for a while, with its deadlines standing still.
type Aside struct {
	Stage contract.Stage `json:"stage"`
	Wait  *Wait          `json:"wait,omitempty"`
	Held  *Wait          `json:"held,omitempty"`
}

// over tells that the stage's own deadline had run out: there is no time left to go on with.
func (a Aside) over() bool { return a.Wait != nil && a.Wait.Begun }

// nowhere tells that the case cannot be taken up where it was left: its time was over, or people had said no.
func (a Aside) nowhere() bool { return a.over() || a.Stage == contract.StageApproval }

// setAside leaves the stage for a while: its clocks stand still with the time that is left.
func (c *story) setAside(ctx workflow.Context) Aside {
	c.stop(ctx)
	aside := Aside{Stage: c.s.Stage, Wait: c.s.Wait, Held: c.s.Held}
	c.s.Wait, c.s.Held = nil, nil
	return aside
}

// takeUp goes on where a stage was left, with the time that was left.
func (c *story) takeUp(ctx workflow.Context, aside Aside) contract.Stage {
	c.s.Wait, c.s.Held = aside.Wait, aside.Held
	c.goOn(ctx, 0)
	c.s.Taken, c.s.Wait = c.s.Wait, nil
	return aside.Stage
}

// still are the deadlines of this case that stand still because another case has the matter.
func (c *story) still() []*Wait {
	var waits []*Wait
	if child := c.s.Child; child != nil && c.s.Stage == contract.StageDispute {
		waits = append(waits, child.Aside.Wait, child.Aside.Held)
	}
	if complaint := c.s.Complaint; complaint != nil && c.s.Stage == contract.StageSuspended {
		waits = append(waits, complaint.Aside.Wait, complaint.Aside.Held)
	}
	if complaint := c.s.Complaint; complaint != nil && complaint.asking() {
		waits = append(waits, complaint.Reviewing.Wait)
	}
	return waits
}

// move extends a deadline, running or standing still, and announces it to both sides.
func (c *story) move(ctx workflow.Context, wait *Wait, by contract.Actor, d time.Duration, why string) {
	wait.DueAt = wait.DueAt.Add(d)
	if wait.Paused {
		wait.Left += d
	}
	wait.Moved += d
	wait.Moves++
	wait.Version++
	c.record(ctx, by, "deadline_moved", data{"step": wait.Step, "due_at": wait.DueAt, "why": why}, contract.Customer, contract.Merchant)
}

// canAskExtension: the merchant asks once per deadline of its own, within the pack's limit.
func (c *story) canAskExtension(cmd *contract.AskExtension) *fault.Fault {
	wait := c.s.Wait
	if wait == nil || wait.Actor != contract.Merchant || wait.Paused {
		return fault.New(fault.NotNow)
	}
	return policy.MayExtend(c.s.Terms, cmd.For, wait.Asked)
}

func (c *story) askExtension(ctx workflow.Context, cmd *contract.AskExtension) (*fault.Fault, error) {
	c.s.Wait.Asked = true
	c.s.Extension = &contract.ExtensionView{Step: c.s.Wait.Step, For: cmd.For}
	c.record(ctx, cmd.Actor, "extension_asked", data{"step": c.s.Wait.Step, "for": cmd.For.String()}, contract.Customer)
	return nil, nil
}

func (c *story) canAnswerExtension(*contract.AnswerExtension) *fault.Fault {
	if c.s.Extension == nil || c.s.Wait == nil {
		return fault.New(fault.NotNow)
	}
	return nil
}

func (c *story) answerExtension(ctx workflow.Context, cmd *contract.AnswerExtension) (*fault.Fault, error) {
	asked := c.s.Extension
	c.s.Extension = nil
	if cmd.Accept {
		c.move(ctx, c.s.Wait, cmd.Actor, asked.For, "consent")
		return nil, nil
	}
	c.record(ctx, cmd.Actor, "extension_refused", nil, contract.Merchant)
	return nil, nil
}

// canMoveDeadline: operations move what is open; the same move reaches a case once.
func (c *story) canMoveDeadline(cmd *contract.MoveDeadline) *fault.Fault {
	for _, id := range c.s.Moves {
		if id == cmd.MoveID {
			return fault.New(fault.NotNow)
		}
	}
	if !slices.ContainsFunc(c.running(), func(wait *Wait) bool { return movable(wait, cmd.Step) }) {
		return fault.New(fault.NotNow)
	}
	return nil
}

// running are all the deadlines of the case, also those that stand still.
func (c *story) running() []*Wait { return append([]*Wait{c.s.Wait, c.s.Held}, c.still()...) }

// movable tells whether a deadline is open, running or standing still, and the one that is meant.
func movable(wait *Wait, step policy.Step) bool {
	return wait != nil && !wait.Begun && (step == "" || wait.Step == step)
}

// movableSteps are the steps whose deadlines a bulk move would reach now.
func (c *story) movableSteps() (steps []policy.Step) {
	if c.s.Stage == contract.StageEnded {
		return nil
	}
	for _, wait := range c.running() {
		if movable(wait, "") && !slices.Contains(steps, wait.Step) {
			steps = append(steps, wait.Step)
		}
	}
	return steps
}

func (c *story) moveDeadline(ctx workflow.Context, cmd *contract.MoveDeadline) (*fault.Fault, error) {
	c.s.Moves = append(c.s.Moves, cmd.MoveID)
	if len(c.s.Moves) > maxSeen {
		c.s.Moves = c.s.Moves[len(c.s.Moves)-maxSeen:]
	}
	for _, wait := range c.running() {
		if movable(wait, cmd.Step) {
			c.move(ctx, wait, cmd.Actor, cmd.By, "operations")
		}
	}
	return nil, nil
}

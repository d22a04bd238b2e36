// Package workflows holds the stories: each kind of case as a durable workflow that reads top-down. What the
// stories share - deadlines, commands, projection, and the stages - has a file each.
package workflows

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/workflows/contract"
)

// story is one running case: its state, and the little that is not state.
type story struct {
	start contract.Start
	s     *State
	id    string // workflow ID

	plot     plot
	mu       workflow.Mutex // one decision at a time: commands and defaults
	resting  func() bool    // true while the story waits and nothing it waits for has come; nil while it acts
	commands []command

	decidedAt int                  // length of the history when a command was last accepted
	writing   *contract.Projection // taken and not yet written

	news []news
}

// stage is one part of a story: it waits, decides, and names the stage that follows.
type stage func(*story, workflow.Context) (contract.Stage, error)

// stages are parts of a story by name.
type stages map[contract.Stage]stage

// plot is one kind of story: its stages, what people can ask of it, and what it makes of the turns that it shares
// with other stories.
type plot struct {
	stages   []stages
	commands func(*story) []command
	hears    func(*story) []news // besides what every story hears; nil: nothing

	ready     stage // all is known that must be known; nil: the merchant is asked
	agreed    stage // the merchant agreed, or its silence did
	stands    stage // the customer lets a refusal stand; nil: the case ends
	delivered stage // the goods are with the merchant; nil: it inspects them
	arrived   stage // and they are as they should be
	paid      stage // a refund is paid, to the last leg
	scanned   stage // a carrier has the goods, and the refund may be paid in advance; nil: never
	// What was paid in advance is not owed, for what came back is not what it should be, or nothing did.
	overpaid stage

	parted  stage // the customer accepts the part that the rules leave of goods that came back otherwise; nil: it is refunded
	notSent stage // the customer did not send the goods back; nil: the case closes

	collected stage // the customer paid what it was asked for
	unpaid    stage // or did not, in time

	shipped    stage // the merchant told the waybill of goods to the customer; nil: they are followed
	notShipped stage // or did not in time, or cannot, or they never arrived
	confirmed  stage // the customer has them, and said so or kept silent
	problem    stage // the customer says that something is wrong with them; nil: people decide

	home    func(*story, workflow.Context) contract.Stage // withdrawn while the merchant has the goods; nil: that is not possible
	judged  stage                                         // what people proposed about a dispute is decided; only a complaint has that
	decided stage                                         // the case that this one waited for has ended the matter; nil: this one ends as that did
}

// chapters puts the stages of a story together. A story may tell a stage in its own way: what comes later wins.
func chapters(parts ...stages) []stages { return parts }

// tells finds the stage of a name.
func (p plot) tells(name contract.Stage) (stage, bool) {
	for i := len(p.stages) - 1; i >= 0; i-- {
		if tell, ok := p.stages[i][name]; ok {
			return tell, true
		}
	}
	return nil, false
}

// ready goes on once all is known that must be known.
func (c *story) ready(ctx workflow.Context) (contract.Stage, error) {
	if c.plot.ready != nil {
		return c.plot.ready(c, ctx)
	}
	if c.start.Parent != nil {
		return c.takeOver(ctx)
	}
	return contract.StageMerchant, nil
}

// takeOver begins a case that another one became, e.g. the exchange that a customer chose instead of a repair. Nobody
// is asked again, and goods that the merchant has stay there.
func (c *story) takeOver(ctx workflow.Context) (contract.Stage, error) {
	s, parent := c.s, c.start.Parent
	s.Answer = &contract.MerchantView{Decision: contract.Agree, ByRule: parent.Cause}
	if parent.Answer != nil {
		s.Answer.AddressID = parent.Answer.AddressID
	}
	s.Swap.Arrived = parent.GoodsBack
	c.record(ctx, platform, "auto_agreed", data{"rule": parent.Cause}, contract.Customer, contract.Merchant)
	return c.plot.agreed(c, ctx)
}

// cameBack goes on with goods that arrived at the merchant.
func (c *story) cameBack(ctx workflow.Context) (contract.Stage, error) {
	if c.plot.delivered != nil {
		return c.plot.delivered(c, ctx)
	}
	return contract.StageInspection, nil
}

// Ways in which a wait ends besides what it waits for.
var (
	errWithdrawn = errors.New("the customer withdrew")
	errRenew     = errors.New("the history is long: continue as new")
)

// maxSeen bounds the notices a case remembers; a partner repeats a notice within hours, not after a hundred others.
const maxSeen = 100

// tell runs a case of this kind from its beginning, or from where an earlier run left it, to its outcome.
func (p plot) tell(ctx workflow.Context, start contract.Start, carried *State) (contract.Outcome, error) {
	c, err := begin(ctx, start, carried, p)
	if err != nil {
		return "", err
	}
	return c.run(ctx)
}

// begin prepares a story: state first, then every handler, before anything blocks.
func begin(ctx workflow.Context, start contract.Start, carried *State, plot plot) (*story, error) {
	c := &story{start: start, s: carried, plot: plot, id: workflow.GetInfo(ctx).WorkflowExecution.ID, mu: workflow.NewMutex(ctx)}
	if c.s == nil {
		c.s = &State{Stage: contract.StageChecking, Reason: start.Reason}
	}
	if c.s.Early == nil {
		c.s.Early = map[string]contract.TrackFact{}
	}
	c.commands = plot.commands(c)
	for _, command := range c.commands {
		if err := command.register(ctx, c); err != nil {
			return nil, err
		}
	}
	if err := workflow.SetUpdateHandler(ctx, contract.NameOpen, c.opened); err != nil {
		return nil, err
	}
	if err := workflow.SetQueryHandler(ctx, contract.QuerySnapshot, c.snapshot); err != nil {
		return nil, err
	}
	c.news = c.everydayNews()
	if plot.hears != nil {
		c.news = append(c.news, plot.hears(c)...)
	}
	for i := range c.news {
		c.news[i].channel = workflow.GetSignalChannel(ctx, c.news[i].name)
	}
	workflow.GoNamed(ctx, "partners", c.listen)
	workflow.GoNamed(ctx, "projector", c.project)
	workflow.GoNamed(ctx, "insurance", c.claimInsurance)
	workflow.GoNamed(ctx, "inquiries", c.askCarriers)
	return c, nil
}

// opened answers the update that came with the start: the first question, or why there is no case.
func (c *story) opened(ctx workflow.Context) (contract.Ack, error) {
	err := workflow.Await(ctx, func() bool { return c.s.Refused != nil || (c.s.Opened && c.s.Written > 0) })
	return c.ack(true), err
}

// run tells the story stage by stage until it has ended and everything is written.
func (c *story) run(ctx workflow.Context) (contract.Outcome, error) {
	for {
		if c.s.Stage == contract.StageEnded {
			if over, err := c.leave(ctx); over || err != nil {
				return c.s.Outcome, err
			}
			continue
		}
		tell, ok := c.plot.tells(c.s.Stage)
		if !ok {
			return "", fmt.Errorf("workflows: no stage %q in this story", c.s.Stage)
		}
		next, err := tell(c, ctx)
		switch {
		case errors.Is(err, errWithdrawn):
			if next, err = c.withdrawn(ctx); err != nil {
				return "", err
			}
		case errors.Is(err, errRenew):
			return "", c.renew(ctx)
		case temporal.IsCanceledError(err):
			// Somebody with rights over the engine stopped this run. The case must not stay open for ever.
			ctx, _ = workflow.NewDisconnectedContext(ctx)
			c.tellChild(ctx, parentGone)
			next = c.end(ctx, contract.Cancelled)
		case errors.As(err, new(bug)):
			// Failing the task keeps the case where it is until the program is mended; failing the run would lose it.
			panic(err.Error())
		case err != nil:
			return "", err
		case c.s.Withdrawn && next != contract.StageEnded: // while the stage looked something up on its way out
			if next, err = c.withdrawn(ctx); err != nil {
				return "", err
			}
		}
		c.enter(c.lateMoney(ctx, next))
	}
}

// leave ends the run of a case that has ended. It is not over when a provider told of a payment while all was being
// written: nobody would hear of it again, so that is noted first, as one that comes when the case is gone.
func (c *story) leave(ctx workflow.Context) (over bool, err error) {
	if err := c.tellParent(ctx); err != nil {
		return false, err
	}
	if err := c.leaveInquiries(ctx); err != nil {
		return false, err
	}
	if err := c.drain(ctx); err != nil || !c.s.Due.News {
		return true, err
	}
	return false, c.paidLate(ctx)
}

// enter moves to a stage. The open deadline ends with the stage unless the stage keeps it by waiting on.
func (c *story) enter(next contract.Stage) {
	c.s.Decided, c.s.Ending = false, false // of what comes now, nothing is decided yet
	if next == c.s.Stage {
		return
	}
	if expired := c.s.Expired; expired != nil && expired.Stage != c.s.Stage {
		c.s.Expired = nil // its stage is not the last one any more
	}
	c.s.Stage = next
	c.s.Wait, c.s.Taken = c.s.Taken, nil // a stage that is taken up again finds its deadline as it was
	c.s.Extension = nil
}

// end closes the case; nobody is promised anything more of it. First it lets go of what the case holds: stock set aside, and
// money that was collected and belongs to nothing; then it may have to pay that back before it ends.
func (c *story) end(ctx workflow.Context, outcome contract.Outcome) contract.Stage {
	c.s.Ending = true
	c.releaseStock(ctx)
	c.closeCharges(ctx)
	if stage, owed := c.returnTaken("", outcome); owed {
		return stage
	}
	// Somebody who is in the middle of a command finishes first: nothing is written after the end.
	if c.mu.Lock(ctx) == nil {
		defer c.mu.Unlock()
	}
	if c.s.Apart > 0 && outcome != contract.Refunded && outcome != contract.Cancelled {
		outcome = contract.PartlyRefunded // however the rest ends, something was refunded
	}
	c.s.Outcome = outcome
	c.s.Revision++
	c.record(ctx, platform, "closed", data{"outcome": outcome}, contract.Customer, contract.Merchant)
	return contract.StageEnded
}

// drain waits until the projection is written, every handler has answered and no fact is left unread. Nothing
// yields after it: a command that was accepted always gets its answer.
func (c *story) drain(ctx workflow.Context) error {
	c.resting = func() bool { return true }
	done := func() bool { return (c.s.Written == c.s.Seq || c.s.Refused != nil) && c.quiet(ctx) }
	for {
		if err := workflow.Await(ctx, done); err != nil {
			return err
		}
		// A fact that came with this very task may be in the listener's hands: let everybody have a turn, then look again.
		turn := false
		workflow.Go(ctx, func(workflow.Context) { turn = true })
		if err := workflow.Await(ctx, func() bool { return turn }); err != nil {
			return err
		}
		if done() {
			return nil
		}
	}
}

// quiet tells that nobody is in the middle of anything: no handler at work, no fact unread.
func (c *story) quiet(ctx workflow.Context) bool {
	unread := slices.ContainsFunc(c.news, func(n news) bool { return n.channel.Len() > 0 })
	return workflow.AllHandlersFinished(ctx) && !unread
}

// renew continues the case in a fresh history.
func (c *story) renew(ctx workflow.Context) error {
	if err := c.drain(ctx); err != nil {
		return err
	}
	return workflow.NewContinueAsNewError(ctx, workflow.GetInfo(ctx).WorkflowType.Name, c.start, c.s)
}

// data is what a timeline entry says: IDs, amounts, codes.
type data = map[string]any

// platform is the program itself as an actor: rules and time.
var platform = contract.Actor{Kind: contract.Platform, ID: "platform"}

// record adds a line to the timeline and tells those it is news for. Every change of the case is recorded, so
// Seq changes with everything. What partners say while a case is closing is kept where it belongs, and told no more:
// "closed" is the last line.
func (c *story) record(ctx workflow.Context, by contract.Actor, event string, values data, tell ...contract.Role) {
	if c.s.Stage == contract.StageEnded {
		return
	}
	c.s.Seq++
	by.Limit = 0
	c.s.Entries = append(c.s.Entries, contract.Entry{
		Seq: c.s.Seq, At: workflow.Now(ctx).UTC(), By: by, Event: event, Data: values, Tell: tell,
	})
}

// local runs one of our own database steps inside the workflow task, and as an ordinary activity with patience
// when the database is away. A fault inside the result is an answer, not an error.
func (c *story) local(ctx workflow.Context, name string, in, out any) error {
	err := workflow.ExecuteLocalActivity(local(ctx, name), name, in).Get(ctx, out)
	switch {
	case err == nil, temporal.IsCanceledError(err):
		return err
	case isFinal(err):
		return bug{c.start.CaseID, name, err}
	}
	workflow.GetLogger(ctx).Warn("our database is slow or away; trying on with patience", "activity", name, "error", err)
	return c.durable(ctx, name, in, out)
}

// durable runs one of our own database steps as an activity: it begins when all that led to it is in the history, and
// is tried until it succeeds.
func (c *story) durable(ctx workflow.Context, name string, in, out any) error {
	return workflow.ExecuteActivity(database(ctx, name), name, in).Get(ctx, out)
}

// act calls a partner while the projection may be written: the story has nothing else to decide meanwhile. Between
// two stages, where nobody is waited for yet, there is nothing to show.
func (c *story) act(ctx workflow.Context, options workflow.Context, name string, in, out any) error {
	c.resting = func() bool { return c.s.Wait != nil || c.s.Stage == contract.StageRefund }
	err := workflow.ExecuteActivity(options, name, in).Get(ctx, out)
	c.resting = nil
	return err
}

// pause lets time pass without a deadline of anybody, e.g. a rail's spacing between two refunds, unless it is done
// before. errRenew when the history has grown long meanwhile.
func (c *story) pause(ctx workflow.Context, until time.Time, summary string, done func() bool) error {
	c.resting = func() bool { return true }
	defer func() { c.resting = nil }()
	_, err := workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
		Timeout:      until.Sub(workflow.Now(ctx)),
		TimerOptions: workflow.TimerOptions{Summary: summary},
	}, func() bool { return done() || c.renewable(ctx) })
	if err == nil && !done() && c.renewable(ctx) {
		return errRenew
	}
	return err
}

// bug is what a step in our own database refused for good. Its worker has told operations. Nothing of it is in the
// history, so that the step is tried anew when the task is. Whoever gave the command that led to it gets it for an answer.
type bug struct {
	caseID, step string
	cause        error
}

func (b bug) Error() string {
	return "workflows: " + b.step + " of case " + b.caseID + " was refused: " + b.cause.Error()
}

func (b bug) Unwrap() error { return b.cause }

// isFinal tells whether retrying the activity cannot help.
func isFinal(err error) bool {
	var failure *temporal.ApplicationError
	return errors.As(err, &failure) && failure.NonRetryable()
}

// toError carries a fault through the engine to the caller.
func toError(f *fault.Fault) error {
	return temporal.NewApplicationErrorWithOptions(f.Text("en"), contract.ErrorType(f), temporal.ApplicationErrorOptions{
		NonRetryable: true, Details: []any{f.Details},
	})
}

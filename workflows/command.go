package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// command is one thing people can ask of a running case: who may, in which stages, and against which clock.
type command struct {
	name     string
	roles    []contract.Role
	stages   []contract.Stage
	timed    bool // it must beat the deadline that is open in its stage
	personal bool // the same words from another person are another command (votes)
	quiet    bool // changes nothing that people decide on: the revision stays
	register func(workflow.Context, *story) error
	blocked  func(contract.Role) *fault.Fault // why nobody of a role could give it, whatever they said
}

// Who may give a command.
var (
	byCustomer = []contract.Role{contract.Customer}
	byMerchant = []contract.Role{contract.Merchant}
	byDesk     = []contract.Role{contract.Agent, contract.Supervisor}                    // who works on what the parties do not settle
	byApprover = []contract.Role{contract.Agent, contract.Supervisor, contract.Operator} // each within a limit of their own
	byFinance  = []contract.Role{contract.Supervisor, contract.Operator}
	byReporter = []contract.Role{contract.Agent, contract.Supervisor, contract.Operator, contract.Merchant} // of a parcel that is stopped
	byOperator = []contract.Role{contract.Operator}
	byAnyone   = []contract.Role{contract.Customer, contract.Merchant, contract.Agent, contract.Supervisor, contract.Operator}
)

// in lists the stages in which a command is possible; none: in all.
func in(stages ...contract.Stage) []contract.Stage { return stages }

// pointer is the pointer to a command's struct.
type pointer[T any] interface {
	*T
	contract.Command
}

// on describes a command. check is pure and runs twice: in the validator, where a refusal leaves no trace, and
// again under the mutex. apply changes the state; it may ask our database first. Its fault leaves the state as it was.
func on[T any, P pointer[T]](roles []contract.Role, stages []contract.Stage,
	check func(P) *fault.Fault, apply func(workflow.Context, P) (*fault.Fault, error)) command {
	def := command{name: P(new(T)).Name(), roles: roles, stages: stages}
	def.blocked = func(role contract.Role) *fault.Fault {
		if check == nil {
			return nil
		}
		cmd := P(new(T))
		cmd.About().Actor.Kind = role
		if f := check(cmd); f != nil && !slices.Contains(amiss, f.Code) {
			return f
		}
		return nil
	}
	def.register = func(ctx workflow.Context, c *story) error {
		def := c.command(def.name)
		admit := func(cmd P) *fault.Fault {
			if f := c.admit(def, cmd.About()); f != nil {
				return f
			}
			if check == nil {
				return nil
			}
			return check(cmd)
		}
		handle := func(ctx workflow.Context, in T) (contract.Ack, error) {
			cmd := P(&in)
			c.decidedAt = workflow.GetInfo(ctx).GetCurrentHistoryLength()
			if err := c.mu.Lock(ctx); err != nil {
				return contract.Ack{}, err
			}
			f, changed, err := carryOut(ctx, c, def, cmd, admit, apply)
			seq := c.s.Seq
			c.mu.Unlock()
			if err != nil {
				return contract.Ack{}, err
			}
			if f != nil {
				return contract.Ack{}, toError(f)
			}
			// The answer is given once the effect can be read.
			err = workflow.Await(ctx, func() bool { return c.s.Written >= seq })
			return c.ack(changed), err
		}
		validate := func(_ workflow.Context, in T) error {
			cmd := P(&in)
			f := c.authorise(def, cmd.About())
			if f == nil {
				if f = admit(cmd); f != nil && c.repeated(def, cmd) {
					f = nil
				}
			}
			if f != nil {
				return toError(f)
			}
			return nil
		}
		return workflow.SetUpdateHandlerWithOptions(ctx, def.name, handle, workflow.UpdateHandlerOptions{Validator: validate})
	}
	return def
}

// carryOut runs under the mutex: validate again, apply, remember.
func carryOut[P contract.Command](ctx workflow.Context, c *story, def command, cmd P,
	admit func(P) *fault.Fault, apply func(workflow.Context, P) (*fault.Fault, error)) (f *fault.Fault, changed bool, err error) {
	if f := c.authorise(def, cmd.About()); f != nil {
		return f, false, nil
	}
	if f := admit(cmd); f != nil {
		if c.repeated(def, cmd) {
			return nil, false, nil
		}
		return f, false, nil
	}
	if f, err := apply(ctx, cmd); f != nil || err != nil {
		return f, false, err
	}
	if !def.quiet {
		c.s.Last = fingerprint(def, cmd)
		c.s.Revision++
	}
	return nil, true, nil
}

// asPersonal marks a command whose sender is part of what it says.
func (d command) asPersonal() command { d.personal = true; return d }

// inTime marks a command that must beat the deadline that is open in its stage: received before it is due.
func (d command) inTime() command { d.timed = true; return d }

// asQuiet marks a command that makes nobody's view stale.
func (d command) asQuiet() command { d.quiet = true; return d }

// command finds a definition by name; the table is complete before any handler is registered.
func (c *story) command(name string) command {
	for _, def := range c.commands {
		if def.name == name {
			return def
		}
	}
	panic("workflows: no command " + name)
}

// repeated tells whether this very command was the last decision in the case: a second click, or a second agent
// with the same decision. It is answered with "no change". After any other decision it is judged anew.
func (c *story) repeated(def command, cmd contract.Command) bool {
	return c.s.Last == fingerprint(def, cmd)
}

// fingerprint is the digest of what a command says, without who sent it when, unless that matters.
func fingerprint(def command, cmd contract.Command) string {
	meta := cmd.About()
	kept := *meta
	*meta = contract.Meta{}
	if def.personal {
		meta.Actor.ID = kept.Actor.ID
	}
	digest := def.name + " " + contract.Digest(cmd)
	*meta = kept
	return digest
}

// authorise tells whether somebody may give this command at all. Somebody else's case looks as if it did not exist.
func (c *story) authorise(def command, meta *contract.Meta) *fault.Fault {
	actor := meta.Actor
	switch {
	case !slices.Contains(def.roles, actor.Kind):
		return fault.New(fault.Forbidden)
	case actor.Kind == contract.Customer && actor.ID != c.start.CustomerID,
		actor.Kind == contract.Merchant && actor.Merchant != c.start.MerchantID:
		return fault.New(fault.NotFound)
	}
	return nil
}

// admit makes the other checks that all commands share: stage, revision, deadline.
func (c *story) admit(def command, meta *contract.Meta) *fault.Fault {
	switch {
	case c.s.Stage == contract.StageEnded, c.s.Ending, c.s.Withdrawn: // withdrawn: it ends as soon as this task goes on
		return fault.New(fault.CaseClosed)
	case !c.s.Opened:
		return fault.New(fault.NotNow)
	}
	here := len(def.stages) == 0 || slices.Contains(def.stages, c.s.Stage)
	if expired := c.s.Expired; !here && def.timed && expired != nil && slices.Contains(def.stages, expired.Stage) {
		return fault.New(fault.DeadlinePassed, "due_at", expired.DueAt)
	}
	if meta.Revision != nil && *meta.Revision != c.s.Revision {
		return fault.New(fault.StaleRevision, "current", c.s.Revision)
	}
	if !here {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	if wait := c.s.Wait; def.timed && wait != nil && !wait.Paused {
		if wait.Begun || !meta.ReceivedAt.Before(wait.DueAt) {
			return fault.New(fault.DeadlinePassed, "due_at", wait.DueAt)
		}
	}
	return nil
}

// ack is what a caller gets back.
func (c *story) ack(changed bool) contract.Ack {
	ack := contract.Ack{
		CaseID: c.start.CaseID, Stage: c.s.Stage, Outcome: c.s.Outcome,
		Revision: c.s.Revision, Seq: c.s.Seq, Changed: changed, Question: c.s.Intake.Question,
	}
	if c.s.Refused != nil {
		ack.Refused = &contract.RefusedStart{Code: string(c.s.Refused.Code), Details: c.s.Refused.Details}
	}
	return ack
}

// amiss are the faults that a check finds in what a command says: with other words it could be given.
var amiss = []fault.Code{
	fault.BadRequest, fault.AmountInvalid, fault.AmountTooLarge, fault.EvidenceNeeded, fault.EvidenceUnknown, fault.AppealNeedsEvidence,
	fault.AnswerUnclear, fault.WaybillMalformed, fault.QuantityTooLarge, fault.StaleRevision, fault.ExtensionTooLong,
}

// actions lists every command of the story with the reason why it is not possible now: a screen's buttons. It is asked of
// the checks that the command itself will meet, once for each role: one side's offer is the other's to answer.
func (c *story) actions() []contract.ActionState {
	states := make([]contract.ActionState, 0, len(c.commands))
	for _, def := range c.commands {
		first := len(states)
		for _, role := range def.roles {
			why := ""
			if f := c.stands(def, role); f != nil {
				why = string(f.Code)
			}
			same := slices.IndexFunc(states[first:], func(state contract.ActionState) bool { return state.Why == why })
			if same < 0 {
				states = append(states, contract.ActionState{Name: def.name, Enabled: why == "", Why: why})
				same = len(states) - first - 1
			}
			states[first+same].Roles = append(states[first+same].Roles, role)
		}
	}
	return states
}

// stands is what stands in the way of a command from anybody of a role, as the case is.
func (c *story) stands(def command, role contract.Role) *fault.Fault {
	if f := c.admit(def, &contract.Meta{}); f != nil {
		return f
	}
	if probe := c.probes()[def.name]; probe != nil {
		return probe(role)
	}
	return def.blocked(role)
}

// probes are the questions about commands that must name something of the case before their check looks any further.
func (c *story) probes() map[string]func(contract.Role) *fault.Fault {
	return map[string]func(contract.Role) *fault.Fault{
		(*contract.Answer)(nil).Name(): func(contract.Role) *fault.Fault {
			if c.s.Intake.Question == nil {
				return fault.New(fault.QuestionGone)
			}
			return nil
		},
		(*contract.Decide)(nil).Name(): func(role contract.Role) *fault.Fault {
			cmd := &contract.Decide{Meta: contract.Meta{Actor: contract.Actor{Kind: role}}}
			if waiting := c.s.Approval; waiting != nil {
				cmd.ApprovalID, cmd.Hash = waiting.ID, waiting.Hash
			}
			return c.canDecide(cmd)
		},
		(*contract.Suspend)(nil).Name(): func(role contract.Role) *fault.Fault {
			return c.canSuspend(&contract.Suspend{
				Meta: contract.Meta{Actor: contract.Actor{Kind: role}}, Papers: !slices.Contains(parties, role),
			})
		},
		(*contract.AskCarrier)(nil).Name(): func(contract.Role) *fault.Fault {
			return c.canAskCarrier(&contract.AskCarrier{InquiryID: "any", Number: "any"})
		},
		(*contract.SendBack)(nil).Name(): func(contract.Role) *fault.Fault {
			return c.canSendBack(&contract.SendBack{Carrier: "any", Number: "any"})
		},
		(*contract.ShipReplacement)(nil).Name(): func(contract.Role) *fault.Fault {
			return c.canShip(&contract.ShipReplacement{Carrier: "any", Number: "any"})
		},
		(*contract.ReportProblem)(nil).Name(): func(contract.Role) *fault.Fault {
			return c.canReportProblem(&contract.ReportProblem{Problem: contract.ProblemMissing})
		},
		(*contract.ReportIntercept)(nil).Name(): func(contract.Role) *fault.Fault {
			return c.canReportIntercept(&contract.ReportIntercept{Result: contract.InterceptLost})
		},
		(*contract.StartPayment)(nil).Name(): func(contract.Role) *fault.Fault {
			return c.canStartPayment(&contract.StartPayment{Rail: "any"})
		},
		(*contract.AskSupplement)(nil).Name(): func(contract.Role) *fault.Fault {
			return c.canAskSupplement(&contract.AskSupplement{Of: contract.Customer})
		},
	}
}

// everydayCommands are those that every story has: time, evidence, and taking the request back.
func (c *story) everydayCommands(extendable, withdrawable []contract.Stage) []command {
	return []command{
		on(byMerchant, extendable, c.canAskExtension, c.askExtension).inTime(),
		on(byCustomer, extendable, c.canAnswerExtension, c.answerExtension).inTime(),
		on(byCustomer, withdrawable, c.canWithdraw, c.withdraw),
		on(byAnyone, in(), c.canAddEvidence, c.addEvidence).asQuiet(),
		on(byDesk, in(), c.canRejectEvidence, c.rejectEvidence),
		on(byOperator, in(), c.canMoveDeadline, c.moveDeadline),
	}
}

// Asked is something that people can ask of a kind of case: who, and in which stages; no stages: in all.
type Asked struct {
	Name   string
	Roles  []contract.Role
	Stages []contract.Stage
}

// Commands lists everything that people can ask of a kind of case. The screens' buttons come from it, through a case's
// actions.
func Commands(kind policy.Kind) []Asked {
	tables := map[policy.Kind]func(*story) []command{
		policy.Return: returnCommands, policy.RefundOnly: refundOnlyCommands, policy.Exchange: exchangeCommands,
		policy.Repair: repairCommands, policy.PriceProtection: priceProtectionCommands, policy.Complaint: complaintCommands,
	}
	var all []Asked
	for _, def := range tables[kind](&story{s: &State{}}) {
		all = append(all, Asked{def.name, def.roles, def.stages})
	}
	return all
}

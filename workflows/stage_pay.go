package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Why collected money goes back.
const (
	returnedTwice  = "paid_twice" // over a second rail
	returnedUnused = "not_needed" // what it was for does not happen, or is over
)

// chargePatience is how long a payment provider is asked in one go whether it was paid.
const chargePatience = 24 * time.Hour

// payStages: the customer pays something to us.
var payStages = stages{
	contract.StagePay: (*story).payment,
}

func (c *story) payCommands() []command {
	return []command{
		on(byCustomer, in(contract.StagePay), c.canStartPayment, c.startPayment).inTime(),
	}
}

// payNews: a provider says something about a charge. It is a hint: whether it was paid the provider is asked.
func (c *story) payNews() []news {
	return []news{hear(c, contract.SignalCharge, func(fact contract.ChargeFact) string { return fact.NoticeID }, c.charged)}
}

// maxTold bounds the payments that a provider may tell of under one charge before anybody looks.
const maxTold = 10

func (c *story) charged(_ workflow.Context, fact contract.ChargeFact) {
	d := &c.s.Due
	d.News = true
	for i, charge := range d.Charges {
		if charge.Asked.Key() == fact.Key && fact.PaymentRef != "" && len(charge.Told) < maxTold {
			d.Charges[i].Told = append(charge.Told, fact)
		}
	}
}

// collect asks the customer for money. The story goes on at the plot's turning points collected or unpaid; what was
// taken is held until the plot spends it.
func (c *story) collect(purpose string, amount money.Amount) contract.Stage {
	d := &c.s.Due
	d.Purpose, d.Amount, d.State = purpose, amount, dueWaiting
	c.s.Revision++
	return contract.StagePay
}

// payment waits for the customer to pay over any rail. A notice is a hint: the provider is asked. When time runs out
// every open charge is taken back first, and one that turns out to be paid was paid in time.
func (c *story) payment(ctx workflow.Context) (contract.Stage, error) {
	d := &c.s.Due
	if c.s.Wait == nil {
		c.record(ctx, platform, "payment_asked", data{"purpose": d.Purpose, "amount": d.Amount}, contract.Customer)
	}
	c.open(ctx, policy.StepPay, workflow.Now(ctx))
	for {
		expired, err := c.wait(ctx, func() bool { return d.News })
		if err != nil {
			return "", err
		}
		c.settleCharges(ctx, expired)
		switch {
		case d.State == duePaid:
			return c.paidUp(ctx)
		case expired:
			d.State = dueNotPaid
			c.record(ctx, platform, "not_paid", data{"purpose": d.Purpose, "amount": d.Amount}, contract.Customer, contract.Merchant)
			return c.plot.unpaid(c, ctx)
		}
	}
}

// paidUp takes the other charges back, returns what was paid twice, and goes on.
func (c *story) paidUp(ctx workflow.Context) (contract.Stage, error) {
	d := &c.s.Due
	c.closeCharges(ctx)
	c.s.Revision++
	c.record(ctx, platform, "paid", data{"purpose": d.Purpose, "amount": d.Amount}, contract.Customer, contract.Merchant)
	next, err := c.plot.collected(c, ctx)
	if err != nil {
		return "", err
	}
	if stage, owed := c.returnTaken(next, ""); owed {
		return stage, nil
	}
	return next, nil
}

// closeCharges takes every open charge back, so that no money can come any more. Somebody who is just opening one
// is let finish first.
func (c *story) closeCharges(ctx workflow.Context) {
	if len(c.s.Due.Charges) == 0 || c.mu.Lock(ctx) != nil {
		return
	}
	defer c.mu.Unlock()
	c.settleCharges(ctx, true)
}

// lateMoney looks at what a provider told after the case stopped waiting for it: a payment that came too late, or
// twice, goes back before the story goes on at next.
func (c *story) lateMoney(ctx workflow.Context, next contract.Stage) contract.Stage {
	if !c.s.Due.News || next == contract.StagePay || next == contract.StageRefund || next == contract.StageEnded {
		return next
	}
	c.settleCharges(ctx, false)
	if stage, owed := c.returnTaken(next, ""); owed {
		return stage
	}
	return next
}

// paidLate notes the payments that a provider told of after the case had ended: people give them back.
func (c *story) paidLate(ctx workflow.Context) error {
	c.s.Due.News = false
	for i := range c.s.Due.Charges {
		charge := &c.s.Due.Charges[i]
		if len(charge.Told) == 0 {
			continue
		}
		input := contract.SettleInput{ChargeInput: charge.Asked, Told: charge.Told}
		input.At, charge.Told = workflow.Now(ctx), nil
		if err := c.durable(ctx, contract.ActivityPaidLate, input, nil); err != nil {
			return err
		}
	}
	return nil
}

func (c *story) settleCharges(ctx workflow.Context, finally bool) {
	c.s.Due.News = false
	for i := range c.s.Due.Charges {
		c.settleCharge(ctx, i, finally)
	}
}

// settleCharge asks the provider how a charge stands; with finally it takes it back unless it was paid, and does not
// rest before it knows. What was paid is held from here on: the first payment for what was asked, any other to go back.
func (c *story) settleCharge(ctx workflow.Context, i int, finally bool) {
	d := &c.s.Due
	charge := d.Charges[i]
	over := charge.State == contract.ChargePaid || charge.State == contract.ChargeClosed
	if over && !charge.Unsure && len(charge.Told) == 0 {
		return
	}
	input := contract.SettleInput{ChargeInput: charge.Asked, Close: finally && !over, Told: charge.Told}
	input.At = workflow.Now(ctx)
	var settled contract.SettledCharge
	for {
		err := c.act(ctx, partner(ctx, "ask whether it was paid", chargePatience), contract.ActivitySettleCharge, input, &settled)
		if err == nil {
			break
		}
		if ctx.Err() != nil || !finally {
			return // another notice, or the end of the time, asks again
		}
		c.record(ctx, platform, "payment_unclear", data{"rail": charge.Rail}, contract.Supervisor)
	}
	stands := &d.Charges[i]
	stands.Told = stands.Told[len(input.Told):]
	opening := stands.State == contract.ChargeOpening && settled.State == contract.ChargeOpen // where to pay is not known yet
	if (!over || settled.State == contract.ChargePaid) && !opening {
		stands.State, stands.Unsure = settled.State, settled.Unsure
	}
	for _, payment := range settled.Payments {
		c.keep(ctx, charge, payment)
	}
}

// keep holds a payment, once.
func (c *story) keep(ctx workflow.Context, charge Charge, payment contract.Collected) {
	d := &c.s.Due
	if slices.ContainsFunc(d.Taken, func(taken Taken) bool { return taken.TenderID == payment.TenderID }) {
		return
	}
	purpose := returnedTwice
	if d.State == dueWaiting && charge.Asked.Purpose == d.Purpose {
		purpose, d.State = d.Purpose, duePaid
	}
	d.Taken = append(d.Taken, Taken{TenderID: payment.TenderID, Purpose: purpose, Amount: payment.Amount, State: takenHeld})
	c.record(ctx, platform, "payment_received", data{"rail": charge.Rail, "amount": payment.Amount, "purpose": purpose}, contract.Customer)
}

// held lists the tenders of collected money that belongs to nothing yet, by what it was paid for.
func (c *story) held(purpose string) (tenders []string, sum money.Amount) {
	for _, taken := range c.s.Due.Taken {
		if taken.State == takenHeld && taken.Purpose == purpose {
			tenders, sum = append(tenders, taken.TenderID), sum+taken.Amount
		}
	}
	return tenders, sum
}

// spend marks collected money as used for what it was paid for: it is not given back any more.
func (c *story) spend(purpose string) {
	for i, taken := range c.s.Due.Taken {
		if taken.State == takenHeld && taken.Purpose == purpose {
			c.s.Due.Taken[i].State = takenSpent
		}
	}
}

// returnTaken begins to give back, over its own tender, what was collected and is of no use: what was paid twice
// always, everything that is held when the case ends. The story then goes on at next, or ends with outcome. owed is
// false when there is nothing to give back.
func (c *story) returnTaken(next contract.Stage, outcome contract.Outcome) (stage contract.Stage, owed bool) {
	for i, taken := range c.s.Due.Taken {
		if taken.State != takenHeld || (next != "" && taken.Purpose != returnedTwice) {
			continue
		}
		ref := returnedUnused
		if taken.Purpose == returnedTwice {
			ref = returnedTwice
		}
		return c.returnOne(i, ref, next, outcome), true
	}
	return "", false
}

// returnOne begins to give one payment back, whole and over its own tender.
func (c *story) returnOne(i int, ref string, next contract.Stage, outcome contract.Outcome) contract.Stage {
	s := c.s
	taken := &s.Due.Taken[i]
	taken.State = takenReturned
	s.Revision++
	c.nextRefund(Refund{
		Quote: policy.Quote{Currency: s.Currency, Total: taken.Amount}, Cause: contract.CauseRule, CauseRef: ref,
		TenderID: taken.TenderID, Next: next, Then: outcome,
	})
	s.Withdrawn = false // what was withdrawn is over; this money is owed all the same
	return contract.StageRefund
}

// canStartPayment: one charge at a time over a rail; another rail may be tried beside it.
func (c *story) canStartPayment(cmd *contract.StartPayment) *fault.Fault {
	if cmd.Rail == "" {
		return fault.New(fault.BadRequest, "problem", "rail: choose where to pay")
	}
	for _, charge := range c.s.Due.Charges {
		if charge.Rail == cmd.Rail && charge.State == contract.ChargeOpen && cmd.ReceivedAt.Before(charge.Asked.DueAt) {
			return fault.New(fault.NotNow, "stage", c.s.Stage)
		}
	}
	if c.s.Due.State != dueWaiting {
		return fault.New(fault.NotNow, "stage", c.s.Stage)
	}
	return nil
}

// startPayment opens a charge. It is noted before the provider is asked: whatever becomes of the answer, the charge
// is taken back in the end, or found to be paid.
func (c *story) startPayment(ctx workflow.Context, cmd *contract.StartPayment) (*fault.Fault, error) {
	d := &c.s.Due
	i := slices.IndexFunc(d.Charges, func(charge Charge) bool {
		return charge.Rail == cmd.Rail && charge.State == contract.ChargeOpening
	})
	if i < 0 {
		d.N++
		i = len(d.Charges)
		d.Charges = append(d.Charges, Charge{N: d.N, Rail: cmd.Rail, State: contract.ChargeOpening, Asked: contract.ChargeInput{
			CaseID: c.start.CaseID, OrderID: c.start.OrderID, MerchantID: c.start.MerchantID, N: d.N, Rail: cmd.Rail, Purpose: d.Purpose,
			Amount: d.Amount, Currency: c.s.Currency, DueAt: c.s.Wait.DueAt.Truncate(time.Second), At: workflow.Now(ctx),
		}})
	}
	var opened contract.OpenedCharge
	err := workflow.ExecuteActivity(impatient(ctx, "ask for a payment"), contract.ActivityOpenCharge, d.Charges[i].Asked).Get(ctx, &opened)
	switch {
	case ctx.Err() != nil:
		return nil, err
	case err != nil:
		return fault.New(fault.PartnerSilent), nil
	case opened.Refused != nil:
		d.Charges[i].State = contract.ChargeClosed
		if due := d.Charges[i].Asked.DueAt; !workflow.Now(ctx).Before(due) { // asked for in time, and over while we asked the provider
			return fault.New(fault.DeadlinePassed, "due_at", due), nil
		}
		return opened.Refused, nil
	}
	if charge := &d.Charges[i]; charge.State == contract.ChargeOpening {
		charge.State, charge.URL = contract.ChargeOpen, opened.URL
	}
	c.record(ctx, cmd.Actor, "payment_started", data{"rail": cmd.Rail, "purpose": d.Purpose, "amount": d.Amount})
	return nil, nil
}

// paymentView is what a detail page shows of it.
func (s *State) paymentView() *contract.PaymentView {
	if s.Due.Purpose == "" {
		return nil
	}
	view := &contract.PaymentView{Purpose: s.Due.Purpose, Amount: s.Due.Amount, State: s.Due.State}
	for _, charge := range s.Due.Charges {
		if charge.Asked.Purpose != s.Due.Purpose {
			continue
		}
		view.Charges = append(view.Charges, contract.ChargeView{Rail: charge.Rail, State: charge.State, URL: charge.URL})
	}
	return view
}

package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
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
	return []news{hear(c, contract.SignalCharge, func(fact contract.ChargeFact) string { return fact.NoticeID },
		func(workflow.Context, contract.ChargeFact) { c.s.Due.News = true })}
}

// collect asks the customer for money. The story goes on at the plot's turning points collected or unpaid; what was
// taken is held until the plot spends it.
func (c *story) collect(purpose string, amount money.Amount) contract.Stage {
	d := &c.s.Due
	d.Purpose, d.Amount, d.State, d.Charges, d.News = purpose, amount, dueWaiting, nil, false
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
		d.News = false
		for i := range d.Charges {
			c.settleCharge(ctx, i, expired)
		}
		switch {
		case slices.ContainsFunc(d.Charges, Charge.paid):
			return c.paidUp(ctx)
		case expired:
			d.State = dueNotPaid
			c.record(ctx, platform, "not_paid", data{"purpose": d.Purpose, "amount": d.Amount}, contract.Customer, contract.Merchant)
			return c.plot.unpaid(c, ctx)
		}
	}
}

func (charge Charge) paid() bool { return charge.State == contract.ChargePaid }

// paidUp takes the other charges back, returns what was paid twice, and goes on.
func (c *story) paidUp(ctx workflow.Context) (contract.Stage, error) {
	d := &c.s.Due
	d.State = duePaid
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
	for i := range c.s.Due.Charges {
		c.settleCharge(ctx, i, true)
	}
}

// settleCharge asks the provider how a charge stands; with finally it takes it back unless it was paid, and does not
// rest before it knows. Paid money is held from here on; of two payments of the same the second goes back.
func (c *story) settleCharge(ctx workflow.Context, i int, finally bool) {
	d := &c.s.Due
	if state := d.Charges[i].State; state == contract.ChargePaid || state == contract.ChargeClosed {
		return
	}
	input := contract.SettleInput{ChargeInput: c.chargeInput(ctx, d.Charges[i]), Close: finally}
	var settled contract.SettledCharge
	for {
		err := c.act(ctx, partner(ctx, "ask whether it was paid", chargePatience), contract.ActivitySettleCharge, input, &settled)
		if err == nil {
			break
		}
		if temporal.IsCanceledError(err) || !finally {
			return // another notice, or the end of the time, asks again
		}
		c.record(ctx, platform, "payment_unclear", data{"rail": input.Rail}, contract.Supervisor)
	}
	charge := &d.Charges[i]
	charge.State = settled.State
	if settled.State != contract.ChargePaid {
		return
	}
	purpose := d.Purpose
	if slices.ContainsFunc(d.Charges[:i], Charge.paid) || slices.ContainsFunc(d.Charges[i+1:], Charge.paid) {
		purpose = returnedTwice
	}
	d.Taken = append(d.Taken, Taken{TenderID: settled.TenderID, Purpose: purpose, Amount: settled.Amount, State: takenHeld})
	c.record(ctx, platform, "payment_received", data{"rail": charge.Rail, "amount": settled.Amount, "purpose": purpose}, contract.Customer)
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
	s.Refunds++
	s.Earlier = s.legs()
	s.Refund = Refund{
		Round: s.Refunds, Quote: policy.Quote{Currency: s.Currency, Total: taken.Amount}, Cause: contract.CauseRule, CauseRef: ref,
		TenderID: taken.TenderID, Next: next, Then: outcome,
	}
	s.Withdrawn = false // what was withdrawn is over; this money is owed all the same
	return contract.StageRefund
}

// canStartPayment: one open charge per rail; another rail may be tried beside it.
func (c *story) canStartPayment(cmd *contract.StartPayment) *fault.Fault {
	if cmd.Rail == "" {
		return fault.New(fault.BadRequest, "problem", "rail: choose where to pay")
	}
	for _, charge := range c.s.Due.Charges {
		if charge.State == contract.ChargePaid || charge.Rail == cmd.Rail && charge.State == contract.ChargeOpen {
			return fault.New(fault.NotNow, "stage", c.s.Stage)
		}
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
		d.Charges = append(d.Charges, Charge{N: d.N, Rail: cmd.Rail, State: contract.ChargeOpening})
	}
	var opened contract.OpenedCharge
	err := workflow.ExecuteActivity(impatient(ctx, "ask for a payment"), contract.ActivityOpenCharge, c.chargeInput(ctx, d.Charges[i])).Get(ctx, &opened)
	switch {
	case temporal.IsCanceledError(err):
		return nil, err
	case err != nil:
		return fault.New(fault.Unavailable), nil
	case opened.Refused != nil:
		d.Charges[i].State = contract.ChargeClosed
		return opened.Refused, nil
	}
	if charge := &d.Charges[i]; charge.State == contract.ChargeOpening {
		charge.State, charge.URL = contract.ChargeOpen, opened.URL
	}
	c.record(ctx, cmd.Actor, "payment_started", data{"rail": cmd.Rail, "purpose": d.Purpose, "amount": d.Amount})
	return nil, nil
}

func (c *story) chargeInput(ctx workflow.Context, charge Charge) contract.ChargeInput {
	input := contract.ChargeInput{
		CaseID: c.start.CaseID, OrderID: c.start.OrderID, N: charge.N, Rail: charge.Rail, Purpose: c.s.Due.Purpose,
		Amount: c.s.Due.Amount, Currency: c.s.Currency, At: workflow.Now(ctx),
	}
	if wait := c.s.Wait; wait != nil && wait.Step == policy.StepPay {
		input.DueAt = wait.DueAt
	}
	return input
}

// paymentView is what a detail page shows of it.
func (s *State) paymentView() *contract.PaymentView {
	if s.Due.Purpose == "" {
		return nil
	}
	view := &contract.PaymentView{Purpose: s.Due.Purpose, Amount: s.Due.Amount, State: s.Due.State}
	for _, charge := range s.Due.Charges {
		view.Charges = append(view.Charges, contract.ChargeView{Rail: charge.Rail, State: charge.State, URL: charge.URL})
	}
	return view
}

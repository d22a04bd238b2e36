package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"aftersales/policy"
	"aftersales/workflows/contract"
)

// claiming is the state of a claim that the insurer has not answered yet.
const claiming = "claiming"

// insurancePatience is how long a case itself asks the insurer; after that, and after the case has ended, the
// reconciler goes on asking.
const insurancePatience = 72 * time.Hour

// insured claims the customer's way back under the order's freight insurance, once the parcel has arrived: only then
// is it certain which waybill was really used, after however many couriers and corrections.
func (c *story) insured(ctx workflow.Context) {
	s := c.s
	if s.Terms.Insurance == nil || s.Terms.Insurance.Cap <= 0 || s.Insurance != nil || s.Terms.Freight.Back != policy.Customer {
		return
	}
	s.Insurance = &contract.InsuranceView{
		State: claiming, Carrier: s.Parcel.Carrier, Number: s.Parcel.Number, Amount: s.Terms.Insurance.Cap,
	}
	c.record(ctx, platform, "insurance_claimed", data{"number": s.Parcel.Number, "amount": s.Insurance.Amount}, contract.Customer)
}

// claimInsurance makes the claim beside the story, which never waits for it.
func (c *story) claimInsurance(ctx workflow.Context) {
	due := func() bool { return c.s.Insurance != nil && c.s.Insurance.State == claiming }
	if err := workflow.Await(ctx, due); err != nil {
		return
	}
	claim := *c.s.Insurance
	var result contract.InsuranceResult
	err := workflow.ExecuteActivity(partner(ctx, "claim the freight insurance", insurancePatience), contract.ActivityInsurance, contract.InsuranceInput{
		CaseID: c.start.CaseID, OrderID: c.start.OrderID, Carrier: claim.Carrier, Number: claim.Number,
		Amount: claim.Amount, Currency: c.s.Currency, At: workflow.Now(ctx),
	}).Get(ctx, &result)
	if err != nil || c.s.Stage == contract.StageEnded { // what it came to then stands in the claim's own row
		return
	}
	claim.State, claim.Paid, claim.Why = result.State, result.Paid, result.Why
	c.s.Insurance = &claim // a new value: a projection under way keeps the old one
	c.record(ctx, platform, "insurance_"+result.State, data{"number": claim.Number, "paid": claim.Paid, "why": claim.Why}, contract.Customer)
}

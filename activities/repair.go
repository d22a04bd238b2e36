package activities

import (
	"context"

	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// RepairsBefore is how often the units of a case were repaired for a fault in other cases: the most of any unit.
func (a *Activities) RepairsBefore(ctx context.Context, in contract.RepairsInput) (int, error) {
	most, err := a.Store.RepairsBefore(ctx, in.CaseID, in.Units, in.Fault)
	return most, stored(err)
}

// BookRepair counts a repair for its fault and makes the warranty longer by its time, once per case and round.
func (a *Activities) BookRepair(ctx context.Context, in contract.RepairInput) (contract.BookedRepair, error) {
	until, err := a.Store.BookRepair(ctx, models.BookedRepair{
		Repair: models.Repair{
			CaseID: in.CaseID, N: in.N, Fault: in.Fault, Covered: in.Covered, Failed: in.Failed, StartedAt: in.From, EndedAt: in.To,
		},
		OrderID: in.OrderID, Units: in.Units, Serial: in.Serial, Fallback: in.Until, Extend: policy.ExtendWarranty,
	})
	return contract.BookedRepair{Until: until}, stored(err)
}

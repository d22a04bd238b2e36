package workflows_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows"
	"aftersales/workflows/contract"
)

// counter is the shop's store-house and the customer's way to pay, in memory.
type counter struct {
	stock, reserved, shipped map[string]int // by variant
	began                    map[string]int // stock at the beginning
	held                     map[int]contract.StockInput

	charges   map[string]*charge // at the providers, by key
	railDown  time.Time
	tenders   map[string]money.Amount // in the books
	returned  map[string]money.Amount // by tender
	replaced  []contract.ReplaceInput
	received  int
	recovered map[int]contract.RecoveryInput
	closes    int
	late      []contract.ChargeFact // payments that came when the case had ended

	repairs []contract.RepairInput // booked
	before  map[string]int         // earlier repairs, by fault

	priceChecks int
	shopDown    time.Time
}

// charge is one charge at its provider.
type charge struct {
	asked  contract.ChargeInput
	paid   int // how often
	closed bool
}

func (w *world) openCounter() {
	k := &w.counter
	if k.stock == nil {
		k.stock = map[string]int{"v1": 5, "v2": 5}
	}
	k.began = maps.Clone(k.stock)
	k.reserved, k.shipped, k.held = map[string]int{}, map[string]int{}, map[int]contract.StockInput{}
	k.charges, k.tenders, k.returned = map[string]*charge{}, map[string]money.Amount{}, map[string]money.Amount{}
	k.recovered = map[int]contract.RecoveryInput{}
	w.env.RegisterWorkflowWithOptions(workflows.Exchange, workflow.RegisterOptions{Name: contract.WorkflowExchange})
	w.env.RegisterWorkflowWithOptions(workflows.PriceProtection, workflow.RegisterOptions{Name: contract.WorkflowPriceProtection})
	w.register(contract.ActivityCheckPrices, w.prices)
	w.env.RegisterWorkflowWithOptions(workflows.Repair, workflow.RegisterOptions{Name: contract.WorkflowRepair})
	w.register(contract.ActivityRepairs, func(_ context.Context, in contract.RepairsInput) (int, error) { return k.before[in.Fault], nil })
	w.register(contract.ActivityBookRepair, func(_ context.Context, in contract.RepairInput) (contract.BookedRepair, error) {
		k.repairs = append(k.repairs, in)
		return contract.BookedRepair{Until: policy.ExtendWarranty(in.Until, in.To.Sub(in.From))}, nil
	})
	w.register(contract.ActivityReserveStock, func(_ context.Context, in contract.StockInput) (contract.Reserved, error) { return k.reserve(in), nil })
	w.register(contract.ActivityReleaseStock, func(_ context.Context, in contract.StockInput) error { k.release(in); return nil })
	w.register(contract.ActivityReplace, func(_ context.Context, in contract.ReplaceInput) (contract.Booked, error) { return k.replace(in), nil })
	w.register(contract.ActivityReceipt, func(context.Context, contract.ReceiptInput) error { k.received++; return nil })
	w.register(contract.ActivityOpenRecovery, func(_ context.Context, in contract.RecoveryInput) error { k.recovered[in.N] = in; return nil })
	w.register(contract.ActivityPaidLate, func(_ context.Context, in contract.SettleInput) error {
		k.late = append(k.late, in.Told...)
		return nil
	})
	w.register(contract.ActivityOpenCharge, func(_ context.Context, in contract.ChargeInput) (contract.OpenedCharge, error) {
		if w.env.Now().Before(k.railDown) {
			return contract.OpenedCharge{}, temporal.NewApplicationError("the rail does not answer", "partner")
		}
		if in.Rail == "cash" {
			return contract.OpenedCharge{Refused: fault.New(fault.RailClosed, "rail", in.Rail)}, nil
		}
		k.charges[in.Key()] = &charge{asked: in}
		return contract.OpenedCharge{URL: "https://pay.example/" + in.Rail}, nil
	})
	w.register(contract.ActivitySettleCharge, func(_ context.Context, in contract.SettleInput) (contract.SettledCharge, error) {
		if w.env.Now().Before(k.railDown) {
			return contract.SettledCharge{}, temporal.NewApplicationError("the rail does not answer", "partner")
		}
		return k.settle(in), nil
	})
}

func (k *counter) reserve(in contract.StockInput) contract.Reserved {
	if _, again := k.held[in.Round]; again {
		return contract.Reserved{}
	}
	for _, line := range in.Lines {
		if k.stock[line.VariantID] < line.Quantity {
			return contract.Reserved{Refused: fault.New(fault.VariantOutOfStock, "available", k.stock[line.VariantID])}
		}
	}
	for _, line := range in.Lines {
		k.stock[line.VariantID] -= line.Quantity
		k.reserved[line.VariantID] += line.Quantity
	}
	k.held[in.Round] = in
	return contract.Reserved{}
}

func (k *counter) release(in contract.StockInput) {
	for _, line := range k.held[in.Round].Lines {
		k.reserved[line.VariantID] -= line.Quantity
		k.stock[line.VariantID] += line.Quantity
	}
	delete(k.held, in.Round)
}

func (k *counter) replace(in contract.ReplaceInput) contract.Booked {
	var booked contract.Booked
	for _, line := range in.Lines {
		k.reserved[line.VariantID] -= line.Quantity
		k.shipped[line.VariantID] += line.Quantity
		booked.Lines = append(booked.Lines, line.LineID+"/x1")
		for n := range line.Quantity {
			booked.Units = append(booked.Units, fmt.Sprintf("%s/x1/%d", line.LineID, n+1))
		}
	}
	delete(k.held, in.Round)
	k.replaced = append(k.replaced, in)
	return booked
}

func (k *counter) settle(in contract.SettleInput) contract.SettledCharge {
	at, known := k.charges[in.Key()]
	if !known {
		state := contract.ChargeOpen
		if in.Close {
			state = contract.ChargeClosed
		}
		return contract.SettledCharge{State: state}
	}
	if in.Close {
		k.closes++
		at.closed = at.paid == 0
	}
	settled := contract.SettledCharge{State: contract.ChargeOpen}
	if at.closed {
		settled.State = contract.ChargeClosed
	}
	for n := range at.paid {
		if n > 0 && len(in.Told) == 0 {
			break // only a notice tells of a second payment
		}
		settled.State = contract.ChargePaid
		tender := fmt.Sprintf("%s/%d", in.Key(), n)
		k.tenders[tender] = in.Amount
		settled.Payments = append(settled.Payments, contract.Collected{TenderID: tender, Amount: in.Amount})
	}
	return settled
}

// pays lets the customer pay the newest open charge of a rail, and the provider tell us.
func (w *world) pays(after time.Duration, rail string) { w.paysSilently(after, rail, true) }

func (w *world) paysSilently(after time.Duration, rail string, told bool) {
	w.env.RegisterDelayedCallback(func() {
		for _, key := range slices.Sorted(maps.Keys(w.counter.charges)) {
			at := w.counter.charges[key]
			if at.asked.Rail != rail || at.closed {
				continue
			}
			at.paid++
			if told {
				w.env.SignalWorkflow(contract.SignalCharge, contract.ChargeFact{
					NoticeID: fmt.Sprintf("%s/%d", key, at.paid), Key: key, PaymentRef: fmt.Sprintf("ref%d", at.paid), Amount: at.asked.Amount, PaidAt: t0.Add(after),
				})
			}
			return
		}
	}, after)
}

// total is all the money that customers were seen to pay in cases.
func (k *counter) total() (sum money.Amount) {
	for _, amount := range k.tenders {
		sum += amount
	}
	return sum
}

// invariants of goods and money at the end of a case.
func (k *counter) invariants(w *world) {
	w.t.Helper()
	for variant, began := range k.began {
		require.Equal(w.t, began, k.stock[variant]+k.reserved[variant]+k.shipped[variant], "no unit appears or vanishes")
		require.Zero(w.t, k.reserved[variant], "nothing stays set aside when a case has ended")
		require.GreaterOrEqual(w.t, k.stock[variant], 0)
	}
	for _, at := range k.charges {
		require.True(w.t, at.closed || at.paid > 0, "nobody can pay a case that has ended")
	}
	for tender, amount := range k.returned {
		require.LessOrEqual(w.t, amount, k.tenders[tender], "a tender gives back at most what came over it")
	}
}

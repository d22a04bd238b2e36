package activities

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners"
	"aftersales/workflows/contract"
)

const reconcilePage = 200

// ReconcileMoney compares our ledger with the providers': every refund whose end is not known is asked for by its
// key, and with Day every refund on the day's bills must stand in our ledger, and the reverse. What can be repaired
// is: a success is written down. Everything else is a discrepancy with a task for operations.
func (a *Activities) ReconcileMoney(ctx context.Context, in contract.ReconcileInput) (contract.Reconciled, error) {
	var done contract.Reconciled
	for after := ""; ; {
		legs, err := a.Store.UnsettledLegs(ctx, in.At.Add(-in.Quiet), after, reconcilePage)
		if err != nil {
			return done, stored(err)
		}
		for _, leg := range legs {
			after = leg.Key
			done.Looked++
			if err := a.ask(ctx, leg, in.At, &done); err != nil {
				// One rail that is away must not keep the others from being looked at; the next run asks again.
				a.log().WarnContext(ctx, "could not ask for a refund", "key", leg.Key, "error", err)
			}
		}
		if len(legs) < reconcilePage {
			break
		}
	}
	if err := a.askInsurer(ctx, in, &done); err != nil || in.Day == nil {
		return done, err
	}
	for _, rail := range a.Rails {
		if err := a.compareBill(ctx, rail, *in.Day, in.At, &done); err != nil {
			return done, err
		}
	}
	return done, nil
}

// askInsurer pursues the insurance claims that no case waits for any more.
func (a *Activities) askInsurer(ctx context.Context, in contract.ReconcileInput, done *contract.Reconciled) error {
	for after := ""; a.Insurer != nil; {
		claims, err := a.Store.UndecidedInsurance(ctx, in.At.Add(-in.Quiet), after, reconcilePage)
		if err != nil {
			return stored(err)
		}
		for _, claim := range claims {
			after = claim.OrderID
			done.Looked++
			now, err := a.pursue(ctx, claim)
			switch {
			case err != nil:
				a.log().WarnContext(ctx, "could not ask for an insurance claim", "order", claim.OrderID, "error", err)
			case now.State != claim.State:
				done.Repaired++
			}
		}
		if len(claims) < reconcilePage {
			break
		}
	}
	return nil
}

// ask asks for one refund by its key and writes down what is certain.
func (a *Activities) ask(ctx context.Context, leg models.OpenLeg, at time.Time, done *contract.Reconciled) error {
	var rail payer = payoutRail{a: a}
	if leg.Via != models.ViaPayout {
		found := false
		if rail, found = a.Rails[partners.Rail(leg.Rail)]; !found {
			return fmt.Errorf("no rail %s", leg.Rail)
		}
	}
	refund, err := rail.FindRefund(ctx, leg.Key, leg.Ref)
	if err != nil {
		return err
	}
	if refund.State != partners.RefundSucceeded {
		return nil // the case itself repeats or gives up; not knowing is not a difference
	}
	if err := a.recordSuccess(ctx, leg.RefundLeg, leg.Rail, refund, at); err != nil {
		if fault.As(err) != nil {
			done.Found++
			return nil
		}
		return err
	}
	done.Repaired++
	return nil
}

// recordSuccess writes a success that the provider has and our ledger has not.
func (a *Activities) recordSuccess(ctx context.Context, leg models.RefundLeg, rail string, refund partners.Refund, at time.Time) error {
	due := &dueLeg{RefundLeg: leg, tender: models.Tender{Rail: rail}}
	refund.State = partners.RefundSucceeded
	return a.settle(ctx, due, refund, at)
}

// compareBill compares one rail's bill of a day with our ledger, both ways.
func (a *Activities) compareBill(ctx context.Context, rail partners.Payments, day, at time.Time, done *contract.Reconciled) error {
	bill, err := rail.Bill(ctx, day)
	if err != nil {
		return again(errPartner, fmt.Errorf("activities: bill of %s: %w", rail.Rail(), err))
	}
	onBill := map[string]bool{}
	var agreed []string
	for _, refund := range bill {
		done.Looked++
		onBill[refund.Key] = true
		same, err := a.compare(ctx, rail, refund, at, done)
		if err != nil {
			return err
		}
		if same {
			agreed = append(agreed, refund.Key)
		}
	}
	if err := a.Store.Reconciled(ctx, agreed, models.Moment(at)); err != nil {
		return stored(err)
	}
	return a.compareLedger(ctx, rail, day, at, onBill, done)
}

// compare looks up one line of a bill in our ledger.
func (a *Activities) compare(ctx context.Context, rail partners.Payments, refund partners.Refund, at time.Time, done *contract.Reconciled) (same bool, err error) {
	legs, err := a.Store.Legs(ctx, []string{refund.Key})
	if err != nil {
		return false, stored(err)
	}
	if len(legs) == 0 {
		return false, a.report(ctx, done, "provider_only", refund.Key,
			fmt.Sprintf("%s refunded %s on payment %s, which we never asked for", rail.Rail(), refund.Amount, refund.PaymentRef), at)
	}
	leg := legs[0]
	switch {
	case leg.Amount != refund.Amount:
		return false, a.report(ctx, done, "amount", refund.Key,
			fmt.Sprintf("%s refunded %s, our ledger says %s", rail.Rail(), refund.Amount, leg.Amount), at)
	case leg.Status == models.LegSucceeded:
		return true, nil
	}
	if err := a.recordSuccess(ctx, leg, string(rail.Rail()), refund, at); err != nil {
		return false, err
	}
	done.Repaired++
	return true, nil
}

// compareLedger looks for successes of ours that are not on the bill. The days of two books need not end at the
// same second, so the provider is asked once more by key.
func (a *Activities) compareLedger(ctx context.Context, rail partners.Payments, day, at time.Time, onBill map[string]bool, done *contract.Reconciled) error {
	y, m, d := day.In(partners.Shanghai).Date()
	from := time.Date(y, m, d, 0, 0, 0, 0, partners.Shanghai)
	for after := ""; ; {
		legs, err := a.Store.SettledLegs(ctx, string(rail.Rail()), from, from.AddDate(0, 0, 1), after, reconcilePage)
		if err != nil {
			return stored(err)
		}
		for _, leg := range legs {
			after = leg.Key
			if onBill[leg.Key] {
				continue
			}
			done.Looked++
			refund, err := rail.FindRefund(ctx, leg.Key, leg.Ref)
			if err != nil {
				return again(errPartner, fmt.Errorf("activities: ask for refund %s: %w", leg.Key, err))
			}
			if refund.State == partners.RefundSucceeded && refund.Amount == leg.Amount {
				continue
			}
			err = a.report(ctx, done, "ledger_only", leg.Key,
				fmt.Sprintf("our ledger has %s refunded on %s, the provider says %s", leg.Amount, rail.Rail(), refund.State), at)
			if err != nil {
				return err
			}
		}
		if len(legs) < reconcilePage {
			return nil
		}
	}
}

// ReconcileCases compares the projections of open cases with their workflows. A projection that is behind is
// written anew from the workflow; a case whose workflow is gone is a discrepancy.
func (a *Activities) ReconcileCases(ctx context.Context, in contract.ReconcileInput) (contract.Reconciled, error) {
	var done contract.Reconciled
	for after := ""; ; {
		cases, err := a.Store.OpenCasesAfter(ctx, after, in.At.Add(-in.Quiet), reconcilePage)
		if err != nil {
			return done, stored(err)
		}
		for _, row := range cases {
			after = row.ID
			done.Looked++
			if err := a.reconcileCase(ctx, row, in.At, &done); err != nil {
				a.log().WarnContext(ctx, "could not compare a case with its workflow", "case", row.ID, "error", err)
			}
		}
		if len(cases) < reconcilePage {
			return done, nil
		}
	}
}

func (a *Activities) reconcileCase(ctx context.Context, row models.Case, at time.Time, done *contract.Reconciled) error {
	running, found, err := a.Engine.Running(ctx, row.WorkflowID)
	if err != nil {
		return err
	}
	if !found {
		return a.lost(ctx, done, "case_lost", row, "the case is open and the engine does not know its workflow", at)
	}
	// A closed workflow answers queries too, as long as the engine keeps its history.
	state, err := a.Engine.Snapshot(ctx, row.WorkflowID)
	if err != nil {
		if running {
			return err
		}
		return a.lost(ctx, done, "case_lost", row, "the case is open and its workflow has ended: "+err.Error(), at)
	}
	if state.Seq <= row.Seq {
		if !running {
			return a.lost(ctx, done, "case_behind", row, "the case is open and its workflow has ended without closing it", at)
		}
		return nil
	}
	state.At = at
	if err := a.Project(ctx, state); err != nil {
		return err
	}
	done.Repaired++
	return nil
}

// lost reports a case whose story broke off. The case that opened it and waits for its word is told that there will be
// none; one that has ended, or waits for another by now, does not need to know.
func (a *Activities) lost(ctx context.Context, done *contract.Reconciled, kind string, row models.Case, detail string, at time.Time) error {
	if row.ParentID != nil {
		err := a.Engine.Child(ctx, contract.SiblingWorkflowID(row.WorkflowID, *row.ParentID), contract.ChildFact{CaseID: row.ID, Broken: true})
		if f := fault.As(err); err != nil && (f == nil || f.Code != fault.CaseClosed && f.Code != fault.NotFound) {
			return err
		}
	}
	return a.report(ctx, done, kind, row.ID, detail, at)
}

// ReportBug tells operations, once per case and activity, of a failure that no retry can help.
func (a *Activities) ReportBug(ctx context.Context, workflowID, activity string, failure error) error {
	subject := workflowID[strings.LastIndexByte(workflowID, '/')+1:] + "/" + activity
	return a.report(ctx, &contract.Reconciled{}, "bug", subject, failure.Error(), time.Now())
}

// found is a discrepancy with the task that tells operations of it.
type found struct {
	row  models.Discrepancy
	task models.Task
}

func discrepancy(kind, subject, detail string, at time.Time) found {
	id := kind + "/" + subject
	at = models.Moment(at)
	return found{
		row: models.Discrepancy{ID: id, Kind: kind, Subject: subject, Detail: detail, FoundAt: at},
		task: models.Task{
			ID: idOf("discrepancy/" + id), DedupeKey: "discrepancy/" + id, RecipientKind: string(contract.Operator), State: models.TaskOpen,
			DueAt: at.Add(24 * time.Hour), Kind: "discrepancy", SubjectKind: "discrepancy", SubjectID: subject, CreatedAt: at,
		},
	}
}

func (a *Activities) report(ctx context.Context, done *contract.Reconciled, kind, subject, detail string, at time.Time) error {
	f := discrepancy(kind, subject, detail, at)
	if err := a.Store.Find(ctx, f.row, f.task); err != nil {
		return stored(err)
	}
	a.log().ErrorContext(ctx, "discrepancy", "kind", kind, "subject", subject, "detail", detail)
	done.Found++
	return nil
}

var rowIDs = uuid.MustParse("0d2c9a54-7a54-5e0f-8f0c-52a6b3d7e911")

// idOf derives a row's ID from its dedupe key, so that a repeat makes the same row.
func idOf(dedupeKey string) string { return uuid.NewSHA1(rowIDs, []byte(dedupeKey)).String() }

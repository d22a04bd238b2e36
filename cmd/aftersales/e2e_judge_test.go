package main

import (
	"context"
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"

	"aftersales/models"
	"aftersales/money"
	"aftersales/partners/sandbox"
	"aftersales/workflows/client"
)

// judge looks at the invariants of money and goods after a test: by SQL in our database, and in the providers' ledger.
// Whatever is still on its way gets time to arrive.
func (s *stack) judge() {
	if s.hands == nil {
		s.work()
	}
	// One look decides: a case whose next deadline falls between two of them would be caught in the middle of it.
	assert.EventuallyWithT(s.t, func(t *assert.CollectT) {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		ledger, err := s.sandbox.Ledger(ctx)
		if !assert.NoError(t, err) {
			return
		}
		broken, err := invariants(ctx, s.store, ledger, s.engine)
		assert.NoError(t, err)
		assert.Empty(t, broken)
	}, time.Minute, 250*time.Millisecond)
}

// rules of the database: each query lists what breaks one.
var rules = map[string]string{
	"a tender gives back more than it has (1)": `SELECT t.id FROM tenders t JOIN refund_legs l ON l.tender_id = t.id AND l.status <> 'failed'
		GROUP BY t.id, t.captured, t.charged_back HAVING sum(l.amount) > t.captured - t.charged_back`,
	"a line gives back more than was paid for it (2)": `SELECT o.id FROM order_lines o JOIN refund_leg_lines p ON p.line_id = o.id
		JOIN refund_legs l ON l.key = p.leg_key AND l.status <> 'failed' GROUP BY o.id, o.paid HAVING sum(p.amount) > o.paid`,
	// Money that was collected for a case and of no use goes back whole: it was paid for no line.
	"the parts of a leg do not sum to it (11)": `SELECT l.key FROM refund_legs l JOIN tenders t ON t.id = l.tender_id LEFT JOIN refund_leg_lines p ON p.leg_key = l.key
		GROUP BY l.key, l.amount, l.freight, t.case_id, t.captured HAVING l.amount <> l.freight + coalesce(sum(p.amount), 0)
		AND NOT (count(p.leg_key) = 0 AND t.case_id <> '' AND l.amount <= t.captured)`,
	"a leg and its effect do not agree (3)": `SELECT l.key FROM refund_legs l LEFT JOIN effects e ON e.key = l.key WHERE e.key IS NULL OR e.status <> l.status`,
	"a closed case holds a unit (6)":        `SELECT u.unit_id FROM unit_claims u JOIN cases c ON c.id = u.case_id WHERE u.released_at IS NULL AND NOT c.open`,
	"an open case holds no unit (6)": `SELECT c.id FROM cases c WHERE c.open AND c.parent_id IS NULL AND c.kind <> 'complaint' AND NOT EXISTS
		(SELECT 1 FROM unit_claims u WHERE u.case_id = c.id AND u.released_at IS NULL)`,
	"a unit is held twice (6)": `SELECT unit_id FROM unit_claims WHERE released_at IS NULL GROUP BY unit_id HAVING count(*) > 1`,
	"a leg names no cause (7)": `SELECT key FROM refund_legs WHERE cause NOT IN ('automatic_rule', 'merchant_agreed', 'deadline_expired', 'judgment', 'settlement') OR cause_ref = ''`,
	"a case says it paid what its legs, and those of the cases it opened, did not": `SELECT c.id FROM cases c LEFT JOIN refund_legs l
		ON (l.case_id = c.id OR l.case_id IN (SELECT k.id FROM cases k WHERE k.parent_id = c.id)) AND l.status = 'succeeded'
		WHERE NOT c.open GROUP BY c.id, c.refunded HAVING c.refunded <> coalesce(sum(l.amount), 0)`,
	"a closed case has an unfinished leg": `SELECT l.key FROM refund_legs l JOIN cases c ON c.id = l.case_id WHERE NOT c.open AND l.status NOT IN ('succeeded', 'failed')`,
	"a closed case has an open task":      `SELECT t.id FROM tasks t JOIN cases c ON t.subject_kind = 'case' AND t.subject_id = c.id WHERE NOT c.open AND t.ended_at IS NULL`,
	"a timeline has a gap":                `SELECT c.id FROM cases c JOIN timeline e ON e.case_id = c.id GROUP BY c.id, c.seq HAVING count(*) <> c.seq OR max(e.seq) <> c.seq`,
	"somebody must look at a discrepancy": `SELECT id FROM discrepancies WHERE resolved_at IS NULL`,
}

// invariants lists everything in the database and in the ledger that must not be.
func invariants(ctx context.Context, store *models.Store, ledger sandbox.Ledger, engine *client.Engine) (broken []string, err error) {
	for rule, query := range rules {
		var found []string
		if err := store.DB.WithContext(ctx).Raw(query).Scan(&found).Error; err != nil {
			return nil, fmt.Errorf("%s: %w", rule, err)
		}
		for _, id := range found {
			broken = append(broken, rule+": "+id)
		}
	}
	var legs []models.RefundLeg
	if err := store.DB.WithContext(ctx).Find(&legs).Error; err != nil {
		return nil, err
	}
	ours := map[string]models.RefundLeg{}
	for _, leg := range legs {
		ours[leg.Key] = leg
	}
	theirs, back := map[string]money.Amount{}, map[string]money.Amount{}
	for _, refund := range ledger.Refunds {
		if refund.Applications > 1 || theirs[refund.Key] > 0 {
			broken = append(broken, "paid twice (3): "+refund.Key)
		}
		theirs[refund.Key] = refund.Amount
		back[string(refund.Rail)+refund.Ref] += refund.Amount
		leg, known := ours[refund.Key]
		if !known || leg.Status != models.LegSucceeded || leg.Amount != refund.Amount {
			broken = append(broken, fmt.Sprintf("the provider paid %s, we say %s %q (4): %s", refund.Amount, leg.Amount, leg.Status, refund.Key))
		}
	}
	for _, payout := range ledger.Payouts {
		if leg := ours[payout.Key]; payout.Applications > 1 || leg.Via != models.ViaPayout || leg.Status != models.LegSucceeded {
			broken = append(broken, fmt.Sprintf("paid out %d times, we say %q (3, 4): %s", payout.Applications, leg.Status, payout.Key))
		}
		theirs[payout.Key] = payout.Amount
	}
	for _, leg := range legs {
		if leg.Status == models.LegSucceeded && theirs[leg.Key] != leg.Amount {
			broken = append(broken, fmt.Sprintf("we say %s was paid, the provider %s (4): %s", leg.Amount, theirs[leg.Key], leg.Key))
		}
	}
	for _, payment := range ledger.Payments {
		if sum := back[string(payment.Rail)+payment.Ref]; sum > payment.Captured {
			broken = append(broken, fmt.Sprintf("%s of %s went back (1): %s", sum, payment.Captured, payment.Ref))
		}
	}
	if engine == nil {
		return broken, nil
	}
	stale, err := behind(ctx, store, engine)
	return append(broken, stale...), err
}

// behind lists the cases whose row is not what their workflow says of itself.
func behind(ctx context.Context, store *models.Store, engine *client.Engine) (broken []string, err error) {
	var rows []models.Case
	if err := store.DB.WithContext(ctx).Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, row := range rows {
		running, found, err := engine.Running(ctx, row.WorkflowID)
		if err != nil {
			return nil, err
		}
		if !found || running != row.Open {
			broken = append(broken, fmt.Sprintf("case %s: open %t in its row, running %t in the engine", row.ID, row.Open, running))
			continue
		}
		if !row.Open {
			continue
		}
		told, err := engine.Snapshot(ctx, row.WorkflowID)
		if err != nil {
			return nil, err
		}
		due := row.DueAt == nil && told.DueAt == nil || row.DueAt != nil && told.DueAt != nil && row.DueAt.Equal(told.DueAt.Truncate(time.Microsecond))
		if told.Seq != row.Seq || told.Revision != row.Revision || string(told.Stage) != row.Stage || told.Amount != row.Amount ||
			told.Refunded != row.Refunded || string(told.WaitingFor) != row.WaitingFor || !due {
			broken = append(broken, fmt.Sprintf("case %s: its row says %s/%d due %v, its workflow %s/%d due %v", row.ID, row.Stage, row.Seq, row.DueAt, told.Stage, told.Seq, told.DueAt))
		}
	}
	return broken, nil
}

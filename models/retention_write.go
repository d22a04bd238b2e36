package models

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// SweepNotifications deletes news that was due before a time, and returns how many. News of a held customer stays.
func (s *Store) SweepNotifications(ctx context.Context, before time.Time) (int64, error) {
	return s.sweepSQL(ctx, `DELETE FROM notifications WHERE id IN (
		SELECT id FROM notifications WHERE due_at < ? AND NOT (recipient_kind = 'customer' AND recipient_id IN (
			SELECT customer_id FROM legal_holds WHERE lifted_at IS NULL)) LIMIT ?)`, before)
}

// OldTransactions lists orders to which nothing has happened since a time, the oldest payment first: no case is open or was
// closed since, no money is under way, and no hold stands on the customer.
func (s *Store) OldTransactions(ctx context.Context, before time.Time, limit int) ([]string, error) {
	return s.oldTransactions(ctx, before, limit, "")
}

// oldTransactions looks at one order only, unless orderID is empty.
func (s *Store) oldTransactions(ctx context.Context, before time.Time, limit int, orderID string) ([]string, error) {
	var ids []string
	err := s.db(ctx).Raw(`SELECT o.id FROM orders o WHERE (? = '' OR o.id = ?) AND o.paid_at < ? AND COALESCE(o.signed_at, o.paid_at) < ? AND COALESCE(o.confirmed_at, o.paid_at) < ?
		AND NOT EXISTS (SELECT 1 FROM cases k WHERE k.order_id = o.id AND (k.open OR k.updated_at >= ?))
		AND NOT EXISTS (SELECT 1 FROM refund_legs l WHERE l.order_id = o.id AND (l.status IN ('intended', 'unknown') OR l.intended_at >= ?))
		AND NOT EXISTS (SELECT 1 FROM insurance_claims i WHERE i.order_id = o.id AND i.state IN ('intended', 'accepted'))
		AND NOT EXISTS (SELECT 1 FROM recoveries r JOIN cases k ON k.id = r.case_id WHERE k.order_id = o.id AND r.state = 'open')
		AND NOT EXISTS (SELECT 1 FROM legal_holds h WHERE h.customer_id = o.customer_id AND h.lifted_at IS NULL)
		ORDER BY o.paid_at, o.id LIMIT ?`, orderID, orderID, before, before, before, before, before, limit).Scan(&ids).Error
	return ids, err
}

// ofOrder are the conditions under which a row belongs to an order, by table, in the order in which they may be deleted.
var ofOrder = []struct{ table, condition string }{
	{"refund_leg_lines", "leg_key IN (SELECT key FROM refund_legs WHERE order_id = ?)"},
	{"refund_legs", "order_id = ?"},
	{"insurance_claims", "order_id = ?"},
	{"fund_moves", "order_id = ?"},
	{"effects", "case_id IN " + casesOfOrder},
	{"price_protections", "line_id IN (SELECT id FROM order_lines WHERE order_id = ?)"},
	{"price_checks", "case_id IN " + casesOfOrder},
	{"repairs", "unit_id IN (SELECT id FROM order_units WHERE order_id = ?)"},
	{"stock_reservations", "case_id IN " + casesOfOrder},
	{"unit_claims", "unit_id IN (SELECT id FROM order_units WHERE order_id = ?)"},
	{"recoveries", "case_id IN " + casesOfOrder},
	{"remedies", "case_id IN " + casesOfOrder},
	{"approval_votes", "approval_id IN (SELECT id FROM approvals WHERE case_id IN " + casesOfOrder + ")"},
	{"approvals", "case_id IN " + casesOfOrder},
	{"waybills", "case_id IN " + casesOfOrder},
	{"policy_evaluations", "case_id IN " + casesOfOrder},
	{"case_questions", "case_id IN " + casesOfOrder},
	{"timeline", "case_id IN " + casesOfOrder},
	{"evidence", "case_id IN " + casesOfOrder},
	{"tasks", "subject_kind = 'case' AND subject_id IN " + casesOfOrder},
	{"notifications", "subject_kind = 'case' AND subject_id IN " + casesOfOrder},
	{"texts", "used_by IN (SELECT 'case/' || id FROM cases WHERE order_id = ?)"},
	{"texts", "used_by IN (SELECT 'payout/' || id FROM cases WHERE order_id = ?)"},
	{"texts", "used_by IN (SELECT 'rating/' || id FROM cases WHERE order_id = ?)"},
	{"case_ratings", "case_id IN " + casesOfOrder},
	{"conversation_cases", "case_id IN " + casesOfOrder},
	{"case_assignments", "case_id IN " + casesOfOrder},
	{"cases", "order_id = ?"},
	{"tenders", "order_id = ?"},
	{"payments", "order_id = ?"},
	{"order_shipments", "order_id = ?"},
	{"order_units", "order_id = ?"},
	{"order_lines", "order_id = ?"},
	{"orders", "id = ?"},
}

const casesOfOrder = "(SELECT id FROM cases WHERE order_id = ?)"

// DropTransaction deletes an order with all that hangs on it, unless something happened to it since the time. The files of its
// evidence are swept like every file that nothing refers to.
func (s *Store) DropTransaction(ctx context.Context, orderID string, before time.Time) error {
	return s.Tx(ctx, func(tx *Store) error {
		if _, err := tx.LockOrder(ctx, orderID); err != nil {
			return orNone(err)
		}
		old, err := tx.oldTransactions(ctx, before, 1, orderID)
		if err != nil || len(old) == 0 {
			return err
		}
		return tx.dropOrder(ctx, orderID)
	})
}

func orNone(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

func (s *Store) dropOrder(ctx context.Context, orderID string) error {
	for _, part := range ofOrder {
		if err := s.db(ctx).Exec("DELETE FROM "+part.table+" WHERE "+part.condition, orderID).Error; err != nil {
			return fmt.Errorf("models: delete the %s of an order: %w", part.table, err)
		}
	}
	return nil
}

// SweepTransactions deletes the transactions to which nothing has happened since a time, and then the pseudonyms of erased
// customers who have none left. It returns how many orders went.
func (s *Store) SweepTransactions(ctx context.Context, before time.Time) (total int64, err error) {
	const batch = 50
	for {
		ids, err := s.OldTransactions(ctx, before, batch)
		if err != nil {
			return total, err
		}
		for _, id := range ids {
			if err := s.DropTransaction(ctx, id, before); err != nil {
				return total, err
			}
			total++
		}
		if len(ids) < batch {
			return total, s.sweepPseudonyms(ctx, before)
		}
	}
}

// sweepPseudonyms deletes erased customers who have no transaction left, with the proofs that name them.
func (s *Store) sweepPseudonyms(ctx context.Context, before time.Time) error {
	return s.Tx(ctx, func(tx *Store) error {
		const empty = `(SELECT c.id FROM customers c WHERE c.erased_at < ?
			AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id) AND NOT EXISTS (SELECT 1 FROM cases k WHERE k.customer_id = c.id)
			AND NOT EXISTS (SELECT 1 FROM conversations v WHERE v.customer_id = c.id)
			AND NOT EXISTS (SELECT 1 FROM legal_holds h WHERE h.customer_id = c.id AND h.lifted_at IS NULL))`
		for _, table := range []string{"consents", "corrections", "legal_holds", "remedies", "erasures"} {
			if err := tx.db(ctx).Exec("DELETE FROM "+table+" WHERE customer_id IN "+empty, before).Error; err != nil {
				return err
			}
		}
		return tx.db(ctx).Exec("DELETE FROM customers WHERE id IN "+empty, before).Error
	})
}

package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// Case returns one case with its view; ErrNotFound when there is none.
func (s *Store) Case(ctx context.Context, id string) (Case, error) {
	return one[Case](ctx, s, "id = ?", id)
}

// CaseParties returns a case with nothing but whose business it is.
func (s *Store) CaseParties(ctx context.Context, id string) (Case, error) {
	var row Case
	found := s.db(ctx).Select("id", "customer_id", "merchant_id", "team_id", "assignee_id").Where("id = ?", id).Limit(1).Find(&row)
	if found.Error == nil && found.RowsAffected == 0 {
		return row, ErrNotFound
	}
	return row, found.Error
}

// CaseByWorkflow returns the case of a workflow ID; ErrNotFound when there is none.
func (s *Store) CaseByWorkflow(ctx context.Context, workflowID string) (Case, error) {
	return one[Case](ctx, s, "workflow_id = ?", workflowID)
}

// CasesOfCustomer lists a customer's cases without their views, the newest first.
func (s *Store) CasesOfCustomer(ctx context.Context, customerID string, filter CaseFilter, request PageRequest) (Page[Case], error) {
	return newestFirst(filter.apply(s.db(ctx).Where("customer_id = ?", customerID)), request, "opened_at", byOpening)
}

// OpenCasesOfCustomer lists a customer's open cases without their views, the soonest due first. They are few: they may be
// sorted.
func (s *Store) OpenCasesOfCustomer(ctx context.Context, customerID string, filter CaseFilter, request PageRequest) (Page[Case], error) {
	return s.openOf(ctx, "customer_id = ?", customerID, filter, request)
}

// CasesOfMerchant lists a merchant's cases without their views, the newest first.
func (s *Store) CasesOfMerchant(ctx context.Context, merchantID string, filter CaseFilter, request PageRequest) (Page[Case], error) {
	return newestFirst(filter.apply(s.db(ctx).Where("merchant_id = ?", merchantID)), request, "opened_at", byOpening)
}

// OpenCasesOfMerchant lists a merchant's open cases without their views, the soonest due first.
func (s *Store) OpenCasesOfMerchant(ctx context.Context, merchantID string, filter CaseFilter, request PageRequest) (Page[Case], error) {
	return s.openOf(ctx, "merchant_id = ?", merchantID, filter, request)
}

func (s *Store) openOf(ctx context.Context, whose, id string, filter CaseFilter, request PageRequest) (Page[Case], error) {
	yes := true
	filter.Open = &yes
	return soonestFirst(func() *gorm.DB { return filter.apply(s.db(ctx).Where(whose, id)) }, request, "due_at", byDueTime)
}

// CasesByID reads some cases without their views, by ID.
func (s *Store) CasesByID(ctx context.Context, ids []string) (map[string]Case, error) {
	var rows []Case
	if len(ids) == 0 {
		return nil, nil
	}
	err := s.db(ctx).Omit("view").Where("id IN ?", ids).Find(&rows).Error
	found := make(map[string]Case, len(rows))
	for _, row := range rows {
		found[row.ID] = row
	}
	return found, err
}

// CasesOfOrder lists an order's cases without their views, the oldest first.
func (s *Store) CasesOfOrder(ctx context.Context, orderID string) ([]Case, error) {
	var cases []Case
	err := s.db(ctx).Omit("view").Where("order_id = ?", orderID).Order("opened_at, id").Find(&cases).Error
	return cases, err
}

// CasesByTime lists all cases without their views, the newest first.
func (s *Store) CasesByTime(ctx context.Context, filter CaseFilter, request PageRequest) (Page[Case], error) {
	return newestFirst(filter.apply(s.db(ctx)), request, "opened_at", byOpening)
}

// OpenCases lists the open cases without their views, the soonest due first, those that wait for nothing last.
func (s *Store) OpenCases(ctx context.Context, filter CaseFilter, request PageRequest) (Page[Case], error) {
	yes := true
	filter.Open = &yes
	query := func() *gorm.DB { return filter.apply(s.db(ctx)) }
	return soonestFirst(query, request, "due_at", byDueTime)
}

func byOpening(c Case) place { return place{c.OpenedAt, c.ID} }

// Timeline returns what happened in a case after an entry, in order; limit as in a PageRequest.
func (s *Store) Timeline(ctx context.Context, caseID string, afterSeq int64, limit int) ([]TimelineEntry, error) {
	var entries []TimelineEntry
	err := s.db(ctx).Where("case_id = ? AND seq > ?", caseID, afterSeq).Order("seq").
		Limit(max(1, min(limit, MaxPage+1))).Find(&entries).Error
	return entries, err
}

// Questions lists what was asked in a case, in order.
func (s *Store) Questions(ctx context.Context, caseID string) ([]CaseQuestion, error) {
	var questions []CaseQuestion
	err := s.db(ctx).Where("case_id = ?", caseID).Order("round, n").Find(&questions).Error
	return questions, err
}

// OpenQuestion returns what a case waits to be told; ErrNotFound when it waits for nothing.
func (s *Store) OpenQuestion(ctx context.Context, caseID string) (CaseQuestion, error) {
	var question CaseQuestion
	result := s.db(ctx).Where("case_id = ? AND answered_at IS NULL", caseID).Order("round DESC, n").Limit(1).Find(&question)
	if result.Error == nil && result.RowsAffected == 0 {
		return question, ErrNotFound
	}
	return question, result.Error
}

// Approval returns a proposal and who said yes; ErrNotFound when there is none.
func (s *Store) Approval(ctx context.Context, id string) (Approval, []ApprovalVote, error) {
	approval, err := one[Approval](ctx, s, "id = ?", id)
	if err != nil {
		return approval, nil, err
	}
	var votes []ApprovalVote
	err = s.db(ctx).Where("approval_id = ?", id).Order("at, staff_id").Find(&votes).Error
	return approval, votes, err
}

// ApprovalsOfCase lists a case's proposals, the oldest first.
func (s *Store) ApprovalsOfCase(ctx context.Context, caseID string) ([]Approval, error) {
	var approvals []Approval
	err := s.db(ctx).Where("case_id = ?", caseID).Order("proposed_at, id").Find(&approvals).Error
	return approvals, err
}

// WaitingApprovals lists the proposals that wait for people, the soonest due first.
func (s *Store) WaitingApprovals(ctx context.Context, request PageRequest) (Page[Approval], error) {
	return soonestDue(s.db(ctx).Where("state = ?", "waiting"), request, byApprovalDue)
}

func byApprovalDue(a Approval) place { return place{a.DueAt, a.ID} }

// WaybillsOfCase lists the parcels of a case, the oldest first.
func (s *Store) WaybillsOfCase(ctx context.Context, caseID string) ([]Waybill, error) {
	var waybills []Waybill
	err := s.db(ctx).Where("case_id = ?", caseID).Order("created_at, number").Find(&waybills).Error
	return waybills, err
}

// CaseOfWaybill finds the case that a parcel on its way back belongs to; ErrNotFound when none does.
func (s *Store) CaseOfWaybill(ctx context.Context, carrier, number string) (Waybill, error) {
	return one[Waybill](ctx, s, "carrier = ? AND number = ? AND direction = ?", carrier, number, WaybillBack)
}

// OpenCasesAfter walks all open cases in the order of their IDs, for reconcilers; limit at most 1,000.
func (s *Store) OpenCasesAfter(ctx context.Context, afterID string, touchedBefore time.Time, limit int) ([]Case, error) {
	var cases []Case
	err := s.db(ctx).Omit("view").Where("open = ? AND id > ? AND updated_at < ?", true, afterID, touchedBefore).
		Order("id").Limit(min(limit, 1000)).Find(&cases).Error
	return cases, err
}

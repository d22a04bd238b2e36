package cases

import (
	"context"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// joinMatter looks whether a complaint is about something that is before the platform already. A complaint on the same
// order and facts takes the new one in, as more on the old one; units that another case holds take that case to the
// platform instead, where its stage allows. joined is false when nothing of the kind is open.
func (s *Service) joinMatter(ctx context.Context, in OpenRequest, start contract.Start) (ack contract.Ack, joined bool, err error) {
	matter := models.Matter{OrderID: start.OrderID, Reason: start.Reason}
	if start.Subject != policy.SubjectService {
		for _, line := range start.Lines {
			matter.Lines = append(matter.Lines, line.LineID)
		}
	}
	meta := contract.Meta{Actor: in.Actor, Key: in.Key, ReceivedAt: models.Moment(in.ReceivedAt)}
	if start.Reason != "" {
		old, found, err := s.Store.ComplaintOn(ctx, matter, true, nil)
		switch {
		case err != nil:
			return ack, false, away(err)
		case found && old.ID == start.CaseID: // this very request again
			return ack, false, nil
		case found:
			ack, err = s.Engine.Do(ctx, old.WorkflowID, &contract.Join{Meta: meta, TextID: start.TextID, Evidence: start.Evidence})
			return joinedInto(ack, old.ID, err)
		}
	}
	holder, found, err := s.Store.HolderOf(ctx, matter.Lines)
	if err != nil || !found || holder.ID == start.CaseID || holder.CustomerID != in.Actor.ID {
		return ack, false, away(err)
	}
	if child, disputed, err := s.Store.ChildOf(ctx, holder.ID, string(policy.Complaint)); err != nil || disputed {
		if err == nil {
			ack, err = s.Engine.Do(ctx, child.WorkflowID, &contract.Join{Meta: meta, TextID: start.TextID, Evidence: start.Evidence})
		}
		return joinedInto(ack, child.ID, err)
	}
	if holder.Kind == string(policy.Complaint) {
		ack, err = s.Engine.Do(ctx, holder.WorkflowID, &contract.Join{Meta: meta, TextID: start.TextID, Evidence: start.Evidence})
		return joinedInto(ack, holder.ID, err)
	}
	if err := s.notJudged(ctx, holder); err != nil {
		return ack, true, err
	}
	ack, err = s.Engine.Do(ctx, holder.WorkflowID, &contract.Escalate{Meta: meta, TextID: start.TextID, Evidence: start.Evidence})
	return joinedInto(ack, holder.ID, err)
}

// notJudged refuses to take a refused request to the platform whose facts were judged before.
func (s *Service) notJudged(ctx context.Context, row models.Case) error {
	if row.Stage != string(contract.StageRefused) {
		return nil
	}
	rules, err := s.rulesOfNewCases(ctx)
	if err != nil {
		return away(err)
	}
	units, err := s.Store.UnitsOf(ctx, row.ID)
	if err != nil {
		return away(err)
	}
	judged, found, err := s.Store.JudgedBefore(ctx, models.Facts{
		CaseID: row.ID, OrderID: row.OrderID, Reason: row.Reason, Units: units, At: s.now(),
		AboutRequest: rules.AboutRequest, FactsOf: rules.FactsOf, Unrefused: contract.Unrefused,
	}, contract.JudgedOutcomes)
	switch {
	case err != nil:
		return away(err)
	case found:
		return fault.New(fault.AlreadyJudged, "case_id", judged.ID)
	}
	return nil
}

// joinedInto says into which case a complaint went, or why it could not.
func joinedInto(ack contract.Ack, caseID string, err error) (contract.Ack, bool, error) {
	if err != nil {
		if f := fault.As(err); f != nil && f.Code != fault.Unavailable {
			// It is decided there, or its stage leaves the matter to the parties for now.
			return ack, true, fault.New(fault.ComplaintExists, "case_id", caseID).Because(err)
		}
		return ack, true, away(err)
	}
	ack.JoinedTo = caseID
	return ack, true, nil
}

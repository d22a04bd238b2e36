package cases

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Command carries a person's command to a case and waits until its effect can be read. action is what the person asked
// for, by its name in the table of routes; the command says who asks. The same key again gives the same answer. Faults:
// forbidden, not_found for a case with which the actor may not do this, text_unknown, evidence_unknown, carrier_unknown,
// waybill_malformed, already_judged; from the case itself stale_revision, deadline_passed, not_possible_now, case_closed and its own.
func (s *Service) Command(ctx context.Context, action, caseID string, command contract.Command) (contract.Ack, error) {
	actor := command.About().Actor
	row, err := s.visible(ctx, actor, action, caseID)
	if err != nil {
		return contract.Ack{}, err
	}
	switch sent := command.(type) { // as people type it
	case *contract.SendBack:
		sent.Number = strings.ToUpper(strings.TrimSpace(sent.Number))
	case *contract.ShipReplacement:
		sent.Number = strings.ToUpper(strings.TrimSpace(sent.Number))
	}
	if err := s.checkReferences(ctx, row, actor, command); err != nil {
		return contract.Ack{}, err
	}
	if err := s.pinAddress(ctx, row, command); err != nil {
		return contract.Ack{}, err
	}
	if _, escalates := command.(*contract.Escalate); escalates {
		if err := s.notJudged(ctx, row); err != nil {
			return contract.Ack{}, err
		}
	}
	switch command.(type) {
	case *contract.Decide, *contract.Propose: // which may take two people
		same, err := s.Store.NotOther(ctx, actor.ID, s.now().Add(-cmp.Or(s.Hands, 7*24*time.Hour)))
		if err != nil {
			return contract.Ack{}, away(err)
		}
		command.About().NotOther = same
	}
	return s.Engine.Do(ctx, row.WorkflowID, command)
}

// pinAddress names the shop's default address in an agreement that names none: what the customer was told stays true when
// the shop chooses another default later.
func (s *Service) pinAddress(ctx context.Context, row models.Case, command contract.Command) error {
	answer, ok := command.(*contract.MerchantAnswer)
	if !ok || answer.Decision != contract.Agree || answer.AddressID != "" || answer.KeepGoods {
		return nil
	}
	address, err := s.Store.ReturnAddressFor(ctx, row.MerchantID, "")
	if err == nil {
		answer.AddressID = address.ID
	}
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	return away(err)
}

// references are what a command names besides the case.
type references struct {
	texts, evidence            []string
	carrier, number, addressID string
}

func referencesOf(command contract.Command) (r references) {
	switch c := command.(type) {
	case *contract.Answer:
		r.texts, r.evidence = []string{c.TextID}, c.Evidence
	case *contract.ResolveDetails:
		r.texts = []string{c.TextID}
	case *contract.MerchantAnswer:
		r.texts, r.evidence, r.addressID = []string{c.TextID}, c.Evidence, c.AddressID
	case *contract.Edit:
		r.texts, r.evidence = []string{c.TextID}, c.Evidence
	case *contract.Escalate:
		r.texts, r.evidence = []string{c.TextID}, c.Evidence
	case *contract.SendBack:
		r.carrier, r.number = c.Carrier, c.Number
	case *contract.RequestPickup:
		r.carrier = c.Carrier
	case *contract.Inspect:
		r.texts, r.evidence = []string{c.TextID}, c.Evidence
	case *contract.ShipReplacement:
		r.carrier, r.number = c.Carrier, c.Number
	case *contract.Diagnose:
		r.texts, r.evidence = []string{c.TextID}, c.Evidence
	case *contract.RejectRepair:
		r.texts, r.evidence = []string{c.TextID}, c.Evidence
	case *contract.FinishRepair:
		r.texts = []string{c.TextID}
	case *contract.CannotRepair:
		r.texts = []string{c.TextID}
	case *contract.CannotShip:
		r.texts = []string{c.TextID}
	case *contract.ReportProblem:
		r.texts, r.evidence = []string{c.TextID}, c.Evidence
	case *contract.ReportIntercept:
		r.texts = []string{c.TextID}
	case *contract.ProveDelivery:
		r.texts, r.evidence = []string{c.TextID}, c.Evidence
	case *contract.ConsentRail:
		r.texts = []string{c.TextID}
	case *contract.AddEvidence:
		r.texts, r.evidence = []string{c.TextID}, c.Evidence
	case *contract.Propose:
		r.texts = []string{c.TextID}
	case *contract.Decide:
		r.texts = []string{c.TextID}
	case *contract.ProposeSettlement:
		r.texts = []string{c.TextID}
	case *contract.AskSupplement:
		r.texts = []string{c.TextID}
	case *contract.CarryOut:
		r.texts = []string{c.TextID}
	case *contract.Appeal:
		r.texts, r.evidence = []string{c.TextID}, c.Evidence
	case *contract.Suspend:
		r.texts, r.evidence = []string{c.TextID}, c.Evidence
	}
	return r
}

// checkReferences refuses what a command names and nobody has, or somebody else has.
func (s *Service) checkReferences(ctx context.Context, row models.Case, actor contract.Actor, command contract.Command) error {
	r := referencesOf(command)
	for _, id := range r.texts {
		if id == "" {
			continue
		}
		text, _, err := s.Store.Text(ctx, id)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return away(err)
		}
		if err != nil || text.AuthorKind != string(actor.Kind) || text.AuthorID != actor.ID ||
			text.UsedBy != nil && *text.UsedBy != "case/"+row.ID {
			return fault.New(fault.TextUnknown)
		}
	}
	if err := s.checkEvidence(ctx, actor, row.ID, r.evidence); err != nil {
		return err
	}
	if judgment, ok := command.(*contract.Propose); ok {
		if err := s.checkCited(ctx, row, judgment.Evidence); err != nil {
			return err
		}
		if err := s.checkCitedRules(ctx, row, judgment.Rules); err != nil {
			return err
		}
	}
	if r.carrier != "" && !s.Carriers.Known(r.carrier) {
		return fault.New(fault.CarrierUnknown, "known", s.Carriers.Codes())
	}
	if r.number != "" && !s.Carriers.Valid(r.carrier, r.number) {
		return fault.New(fault.WaybillMalformed)
	}
	if r.addressID != "" {
		address, err := s.Store.ReturnAddress(ctx, r.addressID)
		if err != nil || address.MerchantID != row.MerchantID || address.RetiredAt != nil {
			return fault.New(fault.BadRequest, "problem", "address_id: no such return address of this merchant")
		}
	}
	return nil
}

// checkCited refuses a judgment on evidence that nobody put forward in the complaint or in the case it is about.
func (s *Service) checkCited(ctx context.Context, row models.Case, ids []string) error {
	for _, id := range ids {
		piece, err := s.Store.Evidence(ctx, id)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return away(err)
		}
		if err != nil || piece.CaseID == nil || *piece.CaseID != row.ID && (row.ParentID == nil || *piece.CaseID != *row.ParentID) {
			return fault.New(fault.EvidenceUnknown)
		}
	}
	return nil
}

// checkCitedRules refuses a judgment by rules that decided nothing in the complaint nor in the case it is about.
func (s *Service) checkCitedRules(ctx context.Context, row models.Case, cited []string) error {
	if len(cited) == 0 {
		return nil
	}
	held := map[string]bool{}
	for _, id := range []string{row.ID, text(row.ParentID)} {
		evaluations, err := s.Store.Evaluations(ctx, id)
		if err != nil {
			return away(err)
		}
		for _, one := range evaluations {
			var terms policy.Terms
			if err := readJSON(one.Terms, &terms); err != nil {
				return broken("evaluation", id, err)
			}
			for _, rule := range terms.Rules {
				held[rule] = true
			}
		}
	}
	for _, rule := range cited {
		if !held[rule] {
			return fault.New(fault.RuleUnknown, "rule", rule, "known", slices.Sorted(maps.Keys(held)))
		}
	}
	return nil
}

// checkEvidence refuses evidence that does not exist, is somebody else's, or is in another case.
func (s *Service) checkEvidence(ctx context.Context, actor contract.Actor, caseID string, ids []string) error {
	for _, id := range ids {
		piece, err := s.Store.Evidence(ctx, id)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return away(err)
		}
		if err != nil || piece.OwnerKind != string(actor.Kind) || piece.OwnerID != actor.ID || piece.CaseID != nil && *piece.CaseID != caseID {
			return fault.New(fault.EvidenceUnknown)
		}
	}
	return nil
}

package cases

import (
	"cmp"
	"context"
	"slices"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// OpenRequest asks for a new case. Times and amounts are never the customer's to say.
type OpenRequest struct {
	Actor      contract.Actor
	Key        string    // the Idempotency-Key
	ReceivedAt time.Time // when the first request with this key arrived
	Kind       policy.Kind
	OrderID    string
	Lines      []contract.ChosenLine
	Reason     string // a code of the pack; empty: the bot asks, or reads it from Text
	Text       string // the customer's own words
	Evidence   []string
	Lang       string
	Asked      money.Amount // refund only, complaint: the amount; 0: all that can be refunded
	Subject    string       // complaint: goods or service; empty: goods
}

// openable are the kinds of case that somebody can ask for; others are opened by cases.
var openable = []policy.Kind{
	policy.Return, policy.RefundOnly, policy.Exchange, policy.Repair, policy.PriceProtection, policy.Complaint,
}

// Open opens a case and answers with its first question. The same request again names the same case and gets the
// same answer. Faults before the engine is asked: order_unknown (also for somebody else's), kind_not_possible,
// nothing_chosen, quantity_too_large, leaving, consent_needed, amount_invalid, complaint_exists, reason_unknown, evidence_unknown, text_too_long; from the rules whatever
// refuses the case.
func (s *Service) Open(ctx context.Context, in OpenRequest) (contract.Ack, error) {
	return s.open(ctx, "case.open", in, in.Key)
}

// open opens a case on an order that the actor may do so on. key tells this request from the customer's others.
func (s *Service) open(ctx context.Context, action string, in OpenRequest, key string) (contract.Ack, error) {
	if err := gate(in.Actor, action); err != nil {
		return contract.Ack{}, err
	}
	order, err := s.Store.Order(ctx, in.OrderID)
	if err == nil {
		err = s.mayOrder(ctx, in.Actor, action, order.Order)
	}
	if err != nil {
		return contract.Ack{}, unknownOrder(err)
	}
	customer := order.Order.CustomerID
	if s.Privacy != nil {
		if err := s.Privacy.MayBegin(ctx, customer); err != nil {
			return contract.Ack{}, err
		}
	}
	lines, err := s.checkChoice(ctx, in, order)
	if err != nil {
		return contract.Ack{}, err
	}
	packHash, err := s.packOfNewCases(ctx)
	if err != nil {
		return contract.Ack{}, err
	}
	start := contract.Start{
		CaseID: contract.CaseID(customer, in.OrderID, string(in.Kind), lines, key),
		Kind:   in.Kind, CustomerID: customer, MerchantID: order.Order.MerchantID, OrderID: in.OrderID, Lines: lines,
		Reason: in.Reason, Evidence: in.Evidence, Lang: in.Lang, PackHash: packHash, At: models.Moment(in.ReceivedAt), Asked: in.Asked,
	}
	if in.Kind == policy.Complaint {
		start.Subject = cmp.Or(in.Subject, policy.SubjectGoods)
	}
	if in.Actor.Kind != contract.Customer {
		start.By = &in.Actor
	}
	if err := s.checkEvidence(ctx, in.Actor, start.CaseID, in.Evidence); err != nil {
		return contract.Ack{}, err
	}
	if in.Text != "" {
		if start.TextID, err = s.PutText(ctx, in.Actor, customer, in.Text); err != nil {
			return contract.Ack{}, err
		}
	}
	if in.Kind == policy.Complaint {
		if ack, joined, err := s.joinMatter(ctx, in, start); err != nil || joined {
			return ack, err
		}
	}
	keyRef, err := s.Store.KeyRef(ctx, models.KindCustomer, customer)
	if err != nil {
		return contract.Ack{}, away(err)
	}
	ack, err := s.Engine.Open(ctx, keyRef, start, in.Key, in.Actor)
	if isFault(err, fault.CaseClosed) {
		// This very case was opened before and has ended; the engine has forgotten its first answer.
		return s.reread(ctx, start.CaseID, err)
	}
	return ack, err
}

// reread answers from the projection, when there is one.
func (s *Service) reread(ctx context.Context, caseID string, otherwise error) (contract.Ack, error) {
	row, err := s.Store.Case(ctx, caseID)
	if err != nil {
		return contract.Ack{}, otherwise
	}
	return contract.Ack{
		CaseID: row.ID, Stage: contract.Stage(row.Stage), Outcome: contract.Outcome(row.Outcome), Revision: row.Revision, Seq: row.Seq,
	}, nil
}

// checkChoice makes the cheap checks against the order and brings the chosen lines into one form: each line once,
// in order of ID.
func (s *Service) checkChoice(ctx context.Context, in OpenRequest, order models.FullOrder) ([]contract.ChosenLine, error) {
	rules, err := s.rulesOfNewCases(ctx)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(openable, in.Kind) || !slices.Contains(rules.Kinds(), in.Kind) {
		return nil, fault.New(fault.KindNotPossible)
	}
	switch {
	case in.Asked != 0 && in.Kind != policy.RefundOnly && in.Kind != policy.Complaint:
		return nil, fault.New(fault.BadRequest, "problem", "amount: only for a refund without a return, or a complaint")
	case in.Subject != "" && in.Kind != policy.Complaint:
		return nil, fault.New(fault.BadRequest, "problem", "subject: only for a complaint")
	case in.Subject != "" && in.Subject != policy.SubjectGoods && in.Subject != policy.SubjectService:
		return nil, fault.New(fault.BadRequest, "problem", "subject: goods or service")
	case in.Asked != 0 && in.Subject == policy.SubjectService:
		return nil, fault.New(fault.BadRequest, "problem", "amount: a complaint about service awards no money")
	case in.Asked < 0:
		return nil, fault.New(fault.AmountInvalid)
	}
	bought := map[string]int{}
	for _, line := range order.Lines {
		bought[line.ID] = line.Quantity
	}
	chosen := map[string]int{}
	for _, line := range in.Lines {
		available, found := bought[line.LineID]
		switch {
		case !found:
			return nil, fault.New(fault.OrderUnknown)
		case line.Quantity < 0:
			return nil, fault.New(fault.NothingChosen)
		case line.Quantity > available-chosen[line.LineID]:
			return nil, fault.New(fault.QuantityTooLarge, "available", available)
		}
		chosen[line.LineID] += line.Quantity
	}
	want, err := s.checkVariants(ctx, in, order.Order.MerchantID)
	if err != nil {
		return nil, err
	}
	var lines []contract.ChosenLine
	for id, n := range chosen {
		if n > 0 {
			lines = append(lines, contract.ChosenLine{LineID: id, Quantity: n, VariantID: want[id]})
		}
	}
	if len(lines) == 0 && in.Subject != policy.SubjectService {
		return nil, fault.New(fault.NothingChosen)
	}
	slices.SortFunc(lines, func(a, b contract.ChosenLine) int { return cmp.Compare(a.LineID, b.LineID) })
	if reason, known := rules.Reason(in.Reason); in.Reason != "" && (!known || reason.Group) {
		return nil, fault.New(fault.ReasonUnknown)
	}
	return lines, nil
}

// checkVariants finds what each line is to be exchanged for; "" stands for the same variant. Faults: bad_request outside
// of an exchange and for two wishes on one line, variant_not_sold.
func (s *Service) checkVariants(ctx context.Context, in OpenRequest, merchantID string) (map[string]string, error) {
	want := map[string]string{}
	for _, line := range in.Lines {
		before, asked := want[line.LineID]
		switch {
		case line.VariantID != "" && in.Kind != policy.Exchange:
			return nil, fault.New(fault.BadRequest, "problem", "variant_id: only for an exchange")
		case asked && before != line.VariantID:
			return nil, fault.New(fault.BadRequest, "problem", "variant_id: one variant per line; open a second case for the other")
		}
		want[line.LineID] = line.VariantID
		if line.VariantID == "" {
			continue
		}
		sold, err := s.Store.SellsVariant(ctx, merchantID, line.VariantID)
		if err != nil {
			return nil, away(err)
		}
		if !sold {
			return nil, fault.New(fault.VariantNotSold)
		}
	}
	return want, nil
}

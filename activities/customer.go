package activities

import (
	"context"
	"errors"
	"slices"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// errRefused rolls back what the rules do not allow: an opening, or an answer.
var errRefused = errors.New("activities: the rules do not allow it")

// OpenCase claims the units, freezes the terms and lets the bot say what is missing. A refused opening leaves no
// row behind. Errors are the database's only: what the bot cannot do is BotFailed.
func (a *Activities) OpenCase(ctx context.Context, start contract.Start) (contract.Opened, error) {
	rules, err := a.Packs.Get(ctx, start.PackHash)
	if err != nil {
		return contract.Opened{}, stored(err)
	}
	opened := contract.Opened{Reason: start.Reason, Evaluation: 1}
	err = a.Store.Tx(ctx, func(tx *models.Store) error {
		opened = contract.Opened{Reason: start.Reason, Evaluation: 1}
		order, err := tx.LockOrder(ctx, start.OrderID)
		if errors.Is(err, models.ErrNotFound) || err == nil && (order.CustomerID != start.CustomerID || order.MerchantID != start.MerchantID) {
			opened.Refused = fault.New(fault.OrderUnknown)
			return errRefused
		}
		if err != nil {
			return err
		}
		book, err := tx.Book(ctx, start.OrderID)
		if err != nil {
			return err
		}
		opened.Currency, opened.Phase = order.Currency, policy.OnSale
		if book.Clock(start.LineIDs()).ConfirmedAt != nil {
			opened.Phase = policy.AfterSale
		}
		if start.Parent != nil {
			return a.openChild(ctx, tx, start, &opened)
		}
		// An erasure may have begun since the edge looked: nothing new may come in behind its back.
		leaving, err := tx.Leaving(ctx, start.CustomerID)
		if err != nil {
			return err
		}
		if leaving {
			opened.Refused = fault.New(fault.Leaving)
			return errRefused
		}
		if opened.Reason == "" && start.TextID != "" {
			f := form(rules, start, opened.Phase, start.At, []string{string(policy.AskReason)})
			opened.Reason = a.reasonIn(ctx, tx, f, start.TextID)
		}
		opened.Units, opened.Refused, err = claim(ctx, tx, start, book)
		if err == nil && opened.Refused == nil && start.Kind == policy.Complaint && opened.Reason != "" {
			opened.Refused, err = a.checkMatter(ctx, tx, start, opened.Reason, opened.Units)
		}
		if err != nil {
			return err
		}
		if opened.Refused != nil {
			return errRefused
		}
		return a.judge(ctx, tx, start, book, &opened)
	})
	if errors.Is(err, errRefused) {
		return contract.Opened{Refused: opened.Refused}, nil
	}
	if errors.Is(err, models.ErrDuplicate) { // somebody claimed past the lock: the index has the last word
		return contract.Opened{Refused: fault.New(fault.UnitsInOpenCase, "quantity", quantity(start))}, nil
	}
	if err != nil || start.Parent != nil {
		return opened, stored(err)
	}

	start.Reason = opened.Reason
	ask := form(rules, start, opened.Phase, start.At, missing(opened.Terms, ""))
	if opened.Question, err = a.Bot.Next(ctx, ask); err != nil {
		a.log().WarnContext(ctx, "the bot could not ask; a person will", "case", start.CaseID, "error", err)
		opened.BotFailed, opened.Question = true, nil
	}
	return opened, nil
}

// claim checks what was chosen against the order and claims its units.
func claim(ctx context.Context, tx *models.Store, start contract.Start, book models.OrderBook) ([]string, *fault.Fault, error) {
	var wanted []models.Wanted
	for _, line := range start.Lines {
		if _, found := book.Line(line.LineID); !found {
			return nil, fault.New(fault.OrderUnknown), nil
		}
		if line.Quantity > 0 {
			wanted = append(wanted, models.Wanted{LineID: line.LineID, Quantity: line.Quantity})
		}
	}
	switch {
	case len(wanted) == 0 && start.Subject == policy.SubjectService:
		return nil, nil, nil // how people were treated is about no goods
	case len(wanted) == 0:
		return nil, fault.New(fault.NothingChosen), nil
	}
	units, err := tx.ClaimUnits(ctx, start.CaseID, wanted, book.RefundedLines(nil), start.At)
	var taken *models.UnitsTaken
	switch {
	case errors.As(err, &taken) && taken.Claimed > 0:
		return nil, fault.New(fault.UnitsInOpenCase, "quantity", taken.Claimed), nil
	case errors.As(err, &taken) && start.Kind == policy.PriceProtection && taken.Available == 0:
		return nil, fault.New(fault.ProtectionAfterRefund), nil
	case errors.As(err, &taken):
		return nil, fault.New(fault.QuantityTooLarge, "available", taken.Available), nil
	}
	return units, nil, err
}

// judge attaches the evidence and evaluates the rules over all that is known.
func (a *Activities) judge(ctx context.Context, tx *models.Store, start contract.Start, book models.OrderBook, opened *contract.Opened) error {
	owner := contract.Actor{Kind: contract.Customer, ID: start.CustomerID}
	if start.By != nil {
		owner = *start.By
	}
	accepted, duplicates, unknown, err := tx.AttachEvidence(ctx, start.CaseID, string(owner.Kind), owner.ID, start.Evidence)
	if err != nil {
		return err
	}
	if len(unknown) > 0 {
		opened.Refused = fault.New(fault.EvidenceUnknown)
		return errRefused
	}
	opened.Evidence, opened.Rejections = accepted, len(duplicates)
	start.Reason = opened.Reason
	facts, terms, err := a.Rules.Evaluate(ctx, tx, contract.EvaluateInput{Start: start, Phase: opened.Phase, N: 1, At: start.At}, false)
	if err != nil {
		return err
	}
	if terms.Refusal != nil {
		opened.Refused = terms.Refusal.Fault
		return errRefused
	}
	if start.Kind == policy.PriceProtection {
		if opened.Refused, err = protect(ctx, tx, start, facts, terms); err != nil {
			return err
		}
		if opened.Refused != nil {
			return errRefused
		}
	}
	if start.Kind == policy.RefundOnly && start.Asked > terms.Quote.Total {
		opened.Refused = fault.New(fault.AmountTooLarge, "max", terms.Quote.Total.String())
		return errRefused
	}
	opened.Terms, opened.ExpectedGrams = terms, policy.ExpectedGrams(facts)
	for _, line := range start.Lines {
		bought, _ := book.Line(line.LineID)
		opened.Edits = max(opened.Edits, bought.Edits)
	}
	return nil
}

// reasonIn reads the reason from the customer's words; "" when they do not tell one that can be chosen.
func (a *Activities) reasonIn(ctx context.Context, tx *models.Store, f Form, textID string) string {
	_, words, err := tx.Text(ctx, textID)
	if err != nil {
		return ""
	}
	read, err := a.Bot.Read(ctx, f, Reply{Field: string(policy.AskReason), Text: words})
	if err != nil || !read.Understood || !f.choosable(read.Value) {
		return ""
	}
	return read.Value
}

func quantity(start contract.Start) (n int) {
	for _, line := range start.Lines {
		n += line.Quantity
	}
	return n
}

// Details reads an answer, evaluates the rules again when it changed what is known, and says what is missing next.
func (a *Activities) Details(ctx context.Context, in contract.DetailsInput) (contract.Details, error) {
	rules, err := a.Packs.Get(ctx, in.Start.PackHash)
	if err != nil {
		return contract.Details{}, stored(err)
	}
	ask := form(rules, in.Start, in.Phase, in.At, []string{in.Field})
	words := ""
	if in.TextID != "" {
		if _, words, err = a.Store.Text(ctx, in.TextID); err != nil && fault.As(err) == nil && !errors.Is(err, models.ErrNotFound) {
			return contract.Details{}, stored(err)
		}
	}
	var details contract.Details
	var terms policy.Terms
	err = a.Store.Tx(ctx, func(tx *models.Store) error {
		details, terms = contract.Details{Reason: in.Start.Reason}, policy.Terms{}
		kinds, duplicates, err := a.take(ctx, tx, in, &details)
		if err != nil {
			return err
		}
		details.Rejections = len(duplicates)
		reply := Reply{Field: in.Field, Choice: in.Choice, Text: words, Evidence: kinds}
		described, err := a.read(ctx, ask, reply, &details)
		if err != nil {
			return err
		}
		start := in.Start
		start.Reason = details.Reason
		onlyAsked := in.Choice == "" && in.TextID == "" && len(in.Evidence) == 0
		if !details.Understood && !onlyAsked {
			return nil
		}
		_, terms, err = a.Rules.Evaluate(ctx, tx, contract.EvaluateInput{Start: start, Phase: in.Phase, N: in.N, At: in.At}, described)
		if err == nil && start.Kind == policy.Complaint && start.Parent == nil && details.Reason != in.Start.Reason {
			if err := a.stillNew(ctx, tx, start, &terms); err != nil {
				return err
			}
		}
		if changed(in, details, described) {
			details.Terms = &terms
		}
		if err == nil && terms.Refusal != nil {
			return errRefused // the answer changes nothing: its evidence stays free
		}
		return err
	})
	if errors.Is(err, errRefused) {
		details.Evidence, err = nil, nil
	}
	if err != nil {
		return contract.Details{}, stored(err)
	}
	if terms.PackHash == "" || terms.Refusal != nil { // not understood, or not allowed: the question stands
		return details, nil
	}
	in.Start.Reason = details.Reason
	extra := in.Extra
	if in.ExtraDone || in.Field == extra {
		extra = ""
	}
	details.Question, err = a.Bot.Next(ctx, form(rules, in.Start, in.Phase, in.At, missing(terms, extra)))
	if err != nil {
		a.log().WarnContext(ctx, "the bot could not ask; a person will", "case", in.Start.CaseID, "error", err)
		details.BotFailed, details.Question = true, nil
	}
	return details, nil
}

// stillNew refuses, in the terms, a complaint that names its reason only now, and whose facts were judged before.
func (a *Activities) stillNew(ctx context.Context, tx *models.Store, start contract.Start, terms *policy.Terms) error {
	units, err := tx.UnitsOf(ctx, start.CaseID)
	if err != nil {
		return err
	}
	refused, err := a.checkMatter(ctx, tx, start, start.Reason, units)
	if err == nil && refused != nil && terms.Refusal == nil {
		terms.Refusal = &policy.Refusal{Fault: refused, Rule: "judged_once"}
	}
	return err
}

// take attaches the evidence of an answer and returns the kinds of what was accepted, and what was not.
func (a *Activities) take(ctx context.Context, tx *models.Store, in contract.DetailsInput, details *contract.Details) (kinds, refused []string, err error) {
	before := func(id string) bool { return slices.Contains(in.Before, id) }
	given := slices.DeleteFunc(slices.Clone(in.Evidence), before)
	accepted, duplicates, unknown, err := tx.AttachEvidence(ctx, in.Start.CaseID, string(contract.Customer), in.Start.CustomerID, given)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range in.Evidence {
		if before(id) {
			duplicates = append(duplicates, id)
		}
	}
	for _, id := range accepted {
		piece, err := tx.Evidence(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		kinds = append(kinds, piece.Kind)
	}
	details.Evidence = accepted
	return kinds, append(duplicates, unknown...), nil
}

// read lets the bot understand a reply. described says that it was a description in words.
func (a *Activities) read(ctx context.Context, ask Form, reply Reply, details *contract.Details) (described bool, err error) {
	read, err := a.Bot.Read(ctx, ask, reply)
	if err != nil {
		a.log().WarnContext(ctx, "the bot could not read an answer; a person will", "error", err)
		details.BotFailed = true
		return false, nil
	}
	details.Understood = read.Understood
	switch {
	case !read.Understood && reply.Field == string(policy.AskEvidence) && len(reply.Evidence) > 0:
		details.Rejections += len(reply.Evidence) // accepted by the case, but not of a kind that helps
	case read.Understood && reply.Field == string(policy.AskReason):
		if details.Understood = ask.choosable(read.Value); details.Understood {
			details.Reason = read.Value
		}
	}
	return details.Understood && reply.Field == string(policy.AskDetail), nil
}

// changed tells whether an answer changed the facts: only then is there a new evaluation.
func changed(in contract.DetailsInput, details contract.Details, described bool) bool {
	return details.Reason != in.Start.Reason || len(details.Evidence) > 0 || described
}

// Evaluate evaluates the rules again under the case's pack.
func (a *Activities) Evaluate(ctx context.Context, in contract.EvaluateInput) (policy.Terms, error) {
	var terms policy.Terms
	err := a.Store.Tx(ctx, func(tx *models.Store) (err error) {
		_, terms, err = a.Rules.Evaluate(ctx, tx, in, false)
		return err
	})
	return terms, stored(err)
}

// AttachEvidence ties evidence to the case, all of it or nothing: a piece may have gone to another case since the service in
// front looked.
func (a *Activities) AttachEvidence(ctx context.Context, in contract.AttachInput) (contract.Attached, error) {
	var attached contract.Attached
	err := a.Store.Tx(ctx, func(tx *models.Store) error {
		var known []string
		if in.New {
			var err error
			if known, err = tx.KnownToParent(ctx, in.CaseID, in.Evidence); err != nil {
				return err
			}
		}
		given := slices.DeleteFunc(slices.Clone(in.Evidence), func(id string) bool { return slices.Contains(known, id) })
		accepted, duplicates, unknown, err := tx.AttachEvidence(ctx, in.CaseID, string(in.Actor.Kind), in.Actor.ID, given)
		switch {
		case err != nil:
			return err
		case len(unknown) > 0:
			attached = contract.Attached{Unknown: unknown}
			return errRefused
		}
		attached = contract.Attached{Accepted: accepted, Duplicates: slices.Concat(known, duplicates)}
		return nil
	})
	if errors.Is(err, errRefused) {
		err = nil
	}
	return attached, stored(err)
}

package cases

import (
	"context"
	"slices"
	"unicode/utf8"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// MaxText is the longest text that a person may send, in characters.
const MaxText = 2000

// PutText stores what a person wrote, sealed and for good, and returns its ID, which is what commands carry. What no
// command comes to use is swept a day later. Whoever writes it, it is about a customer and goes when that one is erased. Faults:
// text_too_long, bad_request when it is empty, erased.
func (s *Service) PutText(ctx context.Context, actor contract.Actor, customerID, body string) (string, error) {
	switch n := utf8.RuneCountInString(body); {
	case n == 0:
		return "", fault.New(fault.BadRequest, "problem", "text: empty")
	case n > MaxText:
		return "", fault.New(fault.TextTooLong, "limit", MaxText)
	}
	id, err := s.Store.PutText(ctx, customerID, string(actor.Kind), actor.ID, body, s.now())
	return id, away(err)
}

// Words stores what a person says with a command on a case, if they may send it.
func (s *Service) Words(ctx context.Context, actor contract.Actor, action, caseID, body string) (string, error) {
	row, err := s.visible(ctx, actor, action, caseID)
	if err != nil {
		return "", err
	}
	return s.PutText(ctx, actor, row.CustomerID, body)
}

// Texts opens what people wrote in a case, by ID. The parties read each other's words, and of what the platform's people
// write what is said to them: a judgment's reasons, what a supplement shall show, why the case waits. The rest is for the
// platform. Nothing is left of them when the customer was erased. not_found for a case that the actor may not see.
func (s *Service) Texts(ctx context.Context, actor contract.Actor, caseID string) (map[string]string, error) {
	row, err := s.visible(ctx, actor, "case.read", caseID)
	if err != nil {
		return nil, err
	}
	view, err := viewOf(row)
	if err != nil {
		return nil, err
	}
	texts, _, err := s.texts(ctx, actor, row, view)
	return texts, err
}

// saidToParties are the texts of the platform's people that a complaint shows to its parties.
func saidToParties(view contract.View) (ids []string) {
	complaint := view.Complaint
	if complaint == nil {
		return nil
	}
	if j := complaint.Judgment; j != nil {
		ids = append(ids, j.TextID)
	}
	if s := complaint.Supplement; s != nil {
		ids = append(ids, s.TextID)
	}
	if s := complaint.Suspension; s != nil {
		ids = append(ids, s.TextID)
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

// texts is Texts for a case that the actor may see; erased tells that there were words that nobody can read any more.
func (s *Service) texts(ctx context.Context, actor contract.Actor, row models.Case, view contract.View) (texts map[string]string, erased bool, err error) {
	var authors []string // anybody
	if actor.Kind == contract.Customer || actor.Kind == contract.Merchant {
		authors = []string{string(contract.Customer), string(contract.Merchant)}
	}
	ids, err := s.Store.TextsOf(ctx, "case/"+row.ID, authors...)
	if err != nil {
		return nil, false, away(err)
	}
	for _, id := range saidToParties(view) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	texts = make(map[string]string, len(ids))
	for _, id := range ids {
		_, body, err := s.Store.Text(ctx, id)
		if isFault(err, fault.Erased) {
			erased = true
			continue
		}
		if err != nil {
			return nil, false, away(err)
		}
		texts[id] = body
	}
	return texts, erased, nil
}

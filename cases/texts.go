package cases

import (
	"context"
	"unicode/utf8"

	"aftersales/fault"
	"aftersales/workflows/contract"
)

// MaxText is the longest text that a person may send, in characters.
const MaxText = 2000

// PutText stores what a person wrote, sealed and for good, and returns its ID, which is what commands carry. What no
// command comes to use is swept a day later. Faults: text_too_long, bad_request when it is empty.
func (s *Service) PutText(ctx context.Context, actor contract.Actor, body string) (string, error) {
	switch n := utf8.RuneCountInString(body); {
	case n == 0:
		return "", fault.New(fault.BadRequest, "problem", "text: empty")
	case n > MaxText:
		return "", fault.New(fault.TextTooLong, "limit", MaxText)
	}
	id, err := s.Store.PutText(ctx, string(actor.Kind), actor.ID, body, s.now())
	return id, away(err)
}

// Words stores what a person says with a command on a case, if they may send it.
func (s *Service) Words(ctx context.Context, actor contract.Actor, action, caseID, body string) (string, error) {
	if _, err := s.visible(ctx, actor, action, caseID); err != nil {
		return "", err
	}
	return s.PutText(ctx, actor, body)
}

// Texts opens what people wrote in a case, by ID. The parties read each other's words; what the platform's people
// write is for the platform. An erased author's words are left out. not_found for a case that the actor may not see.
func (s *Service) Texts(ctx context.Context, actor contract.Actor, caseID string) (map[string]string, error) {
	if _, err := s.visible(ctx, actor, "case.read", caseID); err != nil {
		return nil, err
	}
	return s.texts(ctx, actor, caseID)
}

// texts is Texts for a case that the actor may see.
func (s *Service) texts(ctx context.Context, actor contract.Actor, caseID string) (map[string]string, error) {
	var authors []string // anybody
	if actor.Kind == contract.Customer || actor.Kind == contract.Merchant {
		authors = []string{string(contract.Customer), string(contract.Merchant)}
	}
	ids, err := s.Store.TextsOf(ctx, "case/"+caseID, authors...)
	if err != nil {
		return nil, away(err)
	}
	texts := make(map[string]string, len(ids))
	for _, id := range ids {
		_, body, err := s.Store.Text(ctx, id)
		if isFault(err, fault.Erased) {
			continue
		}
		if err != nil {
			return nil, away(err)
		}
		texts[id] = body
	}
	return texts, nil
}

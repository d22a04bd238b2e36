package chat

import (
	"context"
	"strings"
	"time"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Search says what is looked for, and where. Empty fields mean any.
type Search struct {
	Words        string
	Conversation string
	Customer     string // for the platform's people
	From         string // kind of sender
	Since, Until time.Time
}

// Found is a message that a search has found.
type Found struct {
	Message
	CustomerID string
	Audience   string
}

// Search finds messages in what the actor may read, the newest first. The fault search_too_short says that there are no two
// letters that stand together.
func (s *Service) Search(ctx context.Context, actor Actor, in Search, page models.PageRequest) (models.Page[Found], error) {
	none := models.Page[Found]{}
	if err := may(actor, "message.search", access.Desk{}); err != nil {
		return none, err
	}
	if len(models.Pairs(in.Words)) == 0 {
		return none, fault.New(fault.SearchTooShort)
	}
	where := models.MessageSearch{Words: in.Words, Conversation: in.Conversation, From: in.From, Since: in.Since, Until: in.Until}
	if in.Conversation != "" {
		if _, err := s.visible(ctx, actor, "conversation.read", in.Conversation); err != nil {
			return none, err
		}
	}
	switch actor.Kind {
	case contract.Customer:
		where.Customer, where.Audience = actor.ID, models.ToCustomer
	case contract.Merchant:
		where.Shop, where.Audience = actor.Merchant, models.ToMerchant
	case contract.Agent:
		where.Team, where.Agent, where.Customer = actor.Team, actor.ID, in.Customer
	case contract.Supervisor:
		if where.Team, where.Customer = actor.Team, in.Customer; actor.Team == "" {
			return none, nil
		}
	default:
		where.All, where.Customer = true, in.Customer
	}
	places, err := s.Store.SearchMessages(ctx, where, page)
	if err != nil {
		return none, away(err)
	}
	found, err := s.Store.MessagesAt(ctx, places.Items)
	if err != nil {
		return none, away(err)
	}
	byPlace := map[[2]any]models.Message{}
	for _, m := range found {
		byPlace[[2]any{m.ConversationID, m.Seq}] = m
	}
	conversations := map[string]models.Conversation{}
	out := models.Page[Found]{Next: places.Next}
	for _, place := range places.Items {
		m, there := byPlace[[2]any{place.ConversationID, place.Seq}]
		if !there {
			continue
		}
		opened, err := s.open(ctx, m)
		if err != nil {
			return none, err
		}
		if opened.Erased || !holds(opened.Body.Text, in.Words) {
			continue // the pairs stand there, and not together
		}
		c, known := conversations[m.ConversationID]
		if !known {
			if c, err = s.Store.Conversation(ctx, m.ConversationID); err != nil {
				return none, away(err)
			}
			conversations[m.ConversationID] = c
		}
		if may(actor, "conversation.read", Thing(c)) == nil {
			out.Items = append(out.Items, Found{opened, c.CustomerID, c.Audience})
		}
	}
	return out, nil
}

// holds tells whether every word of the search stands in a text.
func holds(said, words string) bool {
	folded := strings.Join(models.Runs(said), " ")
	for _, word := range models.Runs(words) {
		if !strings.Contains(folded, word) {
			return false
		}
	}
	return true
}

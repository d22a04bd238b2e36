package chat

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Opening is what a customer begins with.
type Opening struct {
	Lang    string // zh-CN or en
	OrderID string // that the page was about, if it was one
	CaseID  string
}

// Open begins a customer's conversation, or goes on with the one that is open; opened tells which. An order or a case that
// is named says whose team it is for, and a case is tied to it.
func (s *Service) Open(ctx context.Context, actor Actor, in Opening) (view View, opened bool, err error) {
	if err := may(actor, "conversation.open", access.Desk{}); err != nil {
		return View{}, false, err
	}
	if s.Privacy != nil {
		if err := s.Privacy.MayBegin(ctx, actor.ID); err != nil {
			return View{}, false, err
		}
	}
	c := models.Conversation{ID: models.NewID(), CustomerID: actor.ID, Lang: in.Lang, State: models.WithBot, OpenedAt: s.now()}
	var tied *CaseHead
	switch {
	case in.CaseID != "":
		head, err := s.Cases.Case(ctx, actor, in.CaseID)
		if err != nil {
			return View{}, false, away(err)
		}
		tied, c.MerchantID = &head, orNil(head.MerchantID)
	case in.OrderID != "":
		shop, err := s.Cases.Order(ctx, actor, in.OrderID)
		if err != nil {
			return View{}, false, away(err)
		}
		c.MerchantID = orNil(shop)
	}
	if c.TeamID, err = s.teamOf(ctx, text(c.MerchantID)); err != nil {
		return View{}, false, away(err)
	}
	stored, opened, err := s.Store.OpenConversation(ctx, c, changed(c))
	if err != nil {
		return View{}, false, away(err)
	}
	if opened && s.Bot == nil {
		if stored, err = s.enqueue(ctx, stored, "no_bot", "", ""); err != nil {
			return View{}, false, err
		}
	}
	if tied != nil {
		if err := s.tie(ctx, actor, stored, *tied); err != nil {
			return View{}, false, err
		}
	}
	view, err = s.view(ctx, actor, stored, 0)
	return view, opened, err
}

// teamOf is the team that looks after a shop; nil when there is no shop, or nobody looks after it.
func (s *Service) teamOf(ctx context.Context, merchantID string) (*string, error) {
	if merchantID == "" {
		return nil, nil
	}
	shop, err := s.Store.Merchant(ctx, merchantID)
	return shop.TeamID, err
}

// Read shows a conversation with its newest messages; not_found for one that the actor may not read.
func (s *Service) Read(ctx context.Context, actor Actor, id string, limit int) (View, error) {
	c, err := s.visible(ctx, actor, "conversation.read", id)
	if err != nil {
		return View{}, err
	}
	return s.view(ctx, actor, c, limit)
}

// Filter says which conversations a list shows.
type Filter struct {
	Whose    string // mine, free, team; for the platform's people. Customers and shops have one list each
	State    string // open stands for all but closed; empty: any
	Audience string // empty: customer

	AgentID, Priority, Lang, ShopID string // for the platform's people; empty: any
	Snoozed                         *bool
	TagID                           string    // that they have: the last begun first
	Waiting                         bool      // for an answer: whoever waits longest first
	WaitingBefore                   time.Time // since before then
}

// List lists conversations, the last written in first or as the filter says, each with its newest message.
func (s *Service) List(ctx context.Context, actor Actor, filter Filter, page models.PageRequest) (models.Page[Row], error) {
	if err := may(actor, "conversation.list", access.Desk{}); err != nil {
		return models.Page[Row]{}, err
	}
	of := models.ConversationFilter{State: filter.State, Audience: filter.Audience}
	switch actor.Kind {
	case contract.Customer:
		of.Customer, of.Audience = actor.ID, models.ToCustomer
	case contract.Merchant:
		of.Shop, of.Audience = actor.Merchant, models.ToMerchant
	case contract.Agent, contract.Supervisor:
		if of.Team = actor.Team; filter.Whose == "mine" || actor.Team == "" {
			of.Team, of.Agent = "", actor.ID
		}
	case contract.Operator:
		of.All = true
	}
	if platform(actor) {
		if filter.AgentID != "" && of.Agent == "" {
			of.Agent = filter.AgentID
		}
		of.Free, of.Priority, of.Lang, of.OfShop, of.Snoozed = filter.Whose == "free", filter.Priority, filter.Lang, filter.ShopID, filter.Snoozed
		of.Tag, of.Waiting, of.WaitingBefore = filter.TagID, filter.Waiting, filter.WaitingBefore
	}
	found, err := s.Store.Conversations(ctx, of, page)
	if err != nil {
		return models.Page[Row]{}, away(err)
	}
	rows, err := s.rows(ctx, actor, found.Items)
	return models.Page[Row]{Items: rows, Next: found.Next}, err
}

// End ends a customer's conversation. What is open elsewhere, a case above all, goes on.
func (s *Service) End(ctx context.Context, actor Actor, id string) (View, error) {
	c, err := s.visible(ctx, actor, "conversation.close", id)
	if err != nil {
		return View{}, err
	}
	now := s.now()
	readable := s.Store.Keys.Preload(ctx, c.KeyRef)
	if readable != nil && !gone(readable) {
		return View{}, away(readable)
	}
	c, err = s.Store.ChangeConversation(ctx, c.ID, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
		if !c.Open {
			return nil, models.ErrUnchanged
		}
		if err := allowed(actor, "conversation.close", *c); err != nil {
			return nil, err
		}
		at := models.Moment(now)
		c.State, c.ClosedAt, c.WaitingSince, c.BotDueAt, c.SnoozedUntil, c.SnoozedBy = models.Ended, &at, nil, nil, nil, nil
		var asked []models.OutboxEvent
		if readable == nil {
			var err error
			if asked, err = s.asksRating(ctx, tx, c); err != nil {
				return nil, err
			}
		}
		return append(asked, changed(*c)), errors.Join(tx.StopClocks(ctx, c.ID, now), tx.LeaveQueue(ctx, c.ID, "", now), tx.VoidTransfer(ctx, c.ID, now))
	})
	if err != nil {
		return View{}, away(err)
	}
	return s.view(ctx, actor, c, 0)
}

// Tie ties a case to a conversation: from now on it is told there what happens in it. The case must be the same customer's.
func (s *Service) Tie(ctx context.Context, actor Actor, id, caseID string) (View, error) {
	c, err := s.visible(ctx, actor, "conversation.case.tie", id)
	if err != nil {
		return View{}, err
	}
	head, err := s.Cases.Case(ctx, actor, caseID)
	if err != nil {
		return View{}, away(err)
	}
	if head.CustomerID != c.CustomerID {
		return View{}, fault.New(fault.NotFound)
	}
	if err := s.tie(ctx, actor, c, head); err != nil {
		return View{}, err
	}
	return s.view(ctx, actor, c, 0)
}

func (s *Service) tie(ctx context.Context, actor Actor, c models.Conversation, head CaseHead) error {
	kind, by := person(actor)
	_, err := s.Store.TieCase(ctx, models.ConversationCase{
		CaseID: head.ID, ConversationID: c.ID, ShownSeq: head.LastSeq, ByKind: kind, ByID: by, At: s.now(),
	}, changed(c))
	return away(err)
}

// Threads opens, or finds, a thread about a case with a named audience: colleagues, the shop, or a carrier.
func (s *Service) Thread(ctx context.Context, actor Actor, caseID, audience string) (View, error) {
	if err := gate(actor, "case.thread.open"); err != nil {
		return View{}, err
	}
	head, err := s.Cases.Case(ctx, actor, caseID)
	if err != nil {
		return View{}, away(err)
	}
	thing := access.Case{ID: head.ID, Customer: head.CustomerID, Shop: head.MerchantID, Team: head.Team}
	if actor.Kind == contract.Agent && head.Team != actor.Team { // it was given to them, or they would not read it
		thing.Assignees = []string{actor.ID}
	}
	if err := may(actor, "case.thread.open", thing); err != nil {
		return View{}, err
	}
	if audience != models.ToColleagues && audience != models.ToMerchant && audience != models.ToCarrier {
		return View{}, fault.New(fault.BadRequest, "problem", "audience")
	}
	thread, err := s.Store.OpenThread(ctx, models.Conversation{
		ID: models.NewID(), Audience: audience, CustomerID: head.CustomerID, MerchantID: orNil(head.MerchantID), AboutKind: "case", AboutID: head.ID,
		Lang: "zh-CN", TeamID: orNil(head.Team), OpenedAt: s.now(),
	})
	if err != nil {
		return View{}, away(err)
	}
	if err := allowed(actor, "conversation.read", thread); err != nil {
		return View{}, err
	}
	return s.view(ctx, actor, thread, 0)
}

// Notes opens, or finds, what colleagues write to each other beside a conversation.
func (s *Service) Notes(ctx context.Context, actor Actor, id string) (View, error) {
	c, err := s.visible(ctx, actor, "conversation.notes", id)
	if err != nil {
		return View{}, err
	}
	thread, err := s.Store.OpenThread(ctx, models.Conversation{
		ID: models.NewID(), Audience: models.ToColleagues, CustomerID: c.CustomerID, MerchantID: c.MerchantID, AboutKind: "conversation", AboutID: c.ID,
		Lang: c.Lang, TeamID: c.TeamID, AssigneeID: c.AssigneeID, OpenedAt: s.now(),
	})
	if err != nil {
		return View{}, away(err)
	}
	return s.view(ctx, actor, thread, 0)
}

// changed tells that a conversation is another's, or stands elsewhere.
func changed(c models.Conversation) models.OutboxEvent {
	audience := []string{}
	if c.Audience == models.ToCustomer {
		audience = append(audience, "customer/"+c.CustomerID)
	}
	if c.Audience == models.ToMerchant && c.MerchantID != nil {
		audience = append(audience, "merchant/"+*c.MerchantID)
	}
	if c.AssigneeID != nil {
		audience = append(audience, "agent/"+*c.AssigneeID)
	}
	switch {
	case c.TeamID != nil:
		audience = append(audience, "agent/"+*c.TeamID)
	case c.State == models.WithQueue:
		audience = append(audience, "operator")
	}
	return event("conversation.changed", c, audience, map[string]any{"stage": c.State, "open": c.Open, "seq": c.LastSeq, "revision": c.Rev})
}

// event is one about a conversation. Nothing in it is anybody's word or name.
func event(topic string, c models.Conversation, audience []string, data map[string]any) models.OutboxEvent {
	if audience == nil {
		audience = []string{}
	}
	to, _ := json.Marshal(audience) // of strings and numbers, which always can be written
	content, _ := json.Marshal(data)
	return models.OutboxEvent{Topic: topic, Subject: "conversation/" + c.ID, Audience: string(to), Data: string(content), At: c.LastAt}
}

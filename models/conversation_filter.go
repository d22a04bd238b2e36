package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// ConversationFilter says which conversations a list shows: first whose, of which at least one is set, then what else holds
// for them.
type ConversationFilter struct {
	Customer, Shop, Agent, Team string
	All                         bool

	State    string // one of the states, open for all but the last of them; empty: any
	Audience string // empty: the customer's
	Free     bool   // nobody has it
	Priority string // empty: any
	Lang     string // empty: any
	OfShop   string // whose goods it is about; empty: any
	Snoozed  *bool  // set aside, or not; nil: both

	Tag           string    // that it has; then those that began last come first
	Waiting       bool      // somebody waits for an answer in it; then whoever waits longest comes first
	WaitingBefore time.Time // since before then; zero: any
}

// OpenState stands for every state but the last.
const OpenState = "open"

var openStates = []string{WithBot, WithQueue, WithPeople}

// Conversations lists conversations, the last written in first, or as Tag and Waiting say.
func (s *Store) Conversations(ctx context.Context, filter ConversationFilter, request PageRequest) (Page[Conversation], error) {
	query, some := filter.whose(s.db(ctx))
	if !some {
		return Page[Conversation]{}, nil
	}
	query = filter.what(query)
	switch {
	case filter.Tag != "":
		return tagged(filter.ofStates(query), filter.Tag, request)
	case filter.Waiting:
		return longestWaiting(filter.ofStates(query), request)
	}
	// Without a state, an index that begins with it is read once per state.
	return union(filter.states(), request.limit(), later, byLast, func(state string) (Page[Conversation], error) {
		part := query.Session(&gorm.Session{})
		if state != "" {
			part = part.Where("state = ?", state)
		}
		return newestFirst(part, request, "last_at", byLast)
	})
}

// whose are the conversations that a list is about; some is false when that is nobody's.
func (f ConversationFilter) whose(query *gorm.DB) (whose *gorm.DB, some bool) {
	for _, of := range []struct{ column, id string }{
		{"customer_id", f.Customer}, {"merchant_id", f.Shop}, {"assignee_id", f.Agent}, {"team_id", f.Team},
	} {
		if of.id != "" {
			query, some = query.Where(of.column+" = ?", of.id), true
		}
	}
	return query, some || f.All
}

func (f ConversationFilter) what(query *gorm.DB) *gorm.DB {
	audience := f.Audience
	if audience == "" {
		audience = ToCustomer
	}
	query = query.Where("audience = ?", audience)
	if f.Free {
		query = query.Where("assignee_id IS NULL")
	}
	if f.Priority != "" {
		query = query.Where("priority = ?", f.Priority)
		if f.Priority != PriorityNormal {
			query = query.Where("priority <> 'normal'") // what the index of the others is limited to
		}
	}
	if f.Lang != "" {
		query = query.Where("lang = ?", f.Lang)
	}
	if f.OfShop != "" {
		query = query.Where("merchant_id = ?", f.OfShop)
	}
	if f.Snoozed != nil && *f.Snoozed {
		query = query.Where("snoozed_until IS NOT NULL")
	}
	if f.Snoozed != nil && !*f.Snoozed {
		query = query.Where("snoozed_until IS NULL")
	}
	if f.Waiting || !f.WaitingBefore.IsZero() {
		query = query.Where("waiting_since IS NOT NULL")
	}
	if !f.WaitingBefore.IsZero() {
		query = query.Where("waiting_since < ?", Moment(f.WaitingBefore))
	}
	return query
}

// states are the states to read one after the other.
func (f ConversationFilter) states() []string {
	switch {
	case f.State == OpenState:
		return openStates
	case f.State == "" && (f.Agent != "" || f.Team != ""):
		return append(openStates[:len(openStates):len(openStates)], Ended)
	}
	return []string{f.State}
}

// ofStates limits one query to the states, where no index begins with them.
func (f ConversationFilter) ofStates(query *gorm.DB) *gorm.DB {
	switch f.State {
	case "":
		return query
	case OpenState:
		return query.Where("state IN ?", openStates)
	}
	return query.Where("state = ?", f.State)
}

func byLast(c Conversation) place { return place{c.LastAt, c.ID} }

// tagged reads a page of those that have a tag, by the index of the tag: the last begun first, for their IDs grow.
func tagged(query *gorm.DB, tag string, request PageRequest) (Page[Conversation], error) {
	query = query.Joins("JOIN conversation_tags t ON t.conversation_id = conversations.id").Where("t.tag_id = ?", tag)
	if request.Cursor != "" {
		after, err := readCursor(request.Cursor)
		if err != nil {
			return Page[Conversation]{}, err
		}
		query = query.Where("t.conversation_id < ?", after.id)
	}
	var rows []Conversation
	err := query.Order("t.conversation_id DESC").Limit(request.limit() + 1).Find(&rows).Error
	return cut(rows, request.limit(), func(c Conversation) place { return place{id: c.ID} }), err
}

// longestWaiting reads a page of those in which somebody waits.
func longestWaiting(query *gorm.DB, request PageRequest) (Page[Conversation], error) {
	if request.Cursor != "" {
		after, err := readCursor(request.Cursor)
		if err != nil {
			return Page[Conversation]{}, err
		}
		query = query.Where("(waiting_since, id) > (?, ?)", after.at, after.id)
	}
	var rows []Conversation
	err := query.Order("waiting_since, id").Limit(request.limit() + 1).Find(&rows).Error
	return cut(rows, request.limit(), func(c Conversation) place { return place{moment(c.WaitingSince), c.ID} }), err
}

// SnoozesDue lists conversations whose time aside is over by a time, the longest over first.
func (s *Store) SnoozesDue(ctx context.Context, by time.Time, limit int) ([]string, error) {
	var ids []string
	err := s.db(ctx).Model(&Conversation{}).Where("snoozed_until <= ?", Moment(by)).Order("snoozed_until").Limit(limit).Pluck("id", &ids).Error
	return ids, err
}

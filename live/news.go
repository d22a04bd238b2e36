package live

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Event is something that happened, as the outbox has it.
type Event struct {
	ID       int64
	Topic    string
	Subject  string // "<kind>/<id>"
	Audience string // JSON array of "<kind>/<id>"
	Data     string // JSON
	At       time.Time
}

// News is what a publication says: that something changed. Nothing in it is anybody's word or name.
type News struct {
	Type     string    `json:"type"`
	ID       string    `json:"id"`
	Seq      int64     `json:"seq,omitempty"`
	Revision int64     `json:"revision,omitempty"`
	Stage    string    `json:"stage,omitempty"`
	Outcome  string    `json:"outcome,omitempty"`
	Open     *bool     `json:"open,omitempty"`
	Tasks    bool      `json:"tasks,omitempty"` // what there is to do about it changed, too
	Kind     string    `json:"kind,omitempty"`
	Subject  string    `json:"subject,omitempty"`
	At       time.Time `json:"at"`
}

// Types of news.
const (
	caseChanged  = "case.changed"
	caseAssigned = "case.assigned"
	shopMoved    = "shop.moved"
	newNews      = "notification.new"

	messageSent      = "message.sent"         // seq: its number
	messageChanged   = "message.changed"      // edited, recalled, or with another sign under it
	chatMarked       = "conversation.marked"  // kind: of whom; seq: how far they have read
	chatChanged      = "conversation.changed" // another has it, or it ended
	transferAsked    = "transfer.asked"
	transferAnswered = "transfer.answered"
)

// reaction is what an event makes a node do: first whose rights are looked at, then who is told.
type reaction struct {
	over     []string // sessions
	recheck  []whose
	news     *News
	channels []string
}

// react says what an event means. Topics that nobody's screen shows mean nothing.
func react(e Event) reaction {
	kind, id, _ := strings.Cut(e.Subject, "/")
	if !isID(id) {
		return reaction{}
	}
	var data struct {
		Seq      int64  `json:"seq"`
		Revision int64  `json:"revision"`
		Stage    string `json:"stage"`
		Outcome  string `json:"outcome"`
		Open     *bool  `json:"open"`
		Tasks    bool   `json:"tasks"`
		Kind     string `json:"kind"`
		Subject  string `json:"subject"`
	}
	_ = json.Unmarshal([]byte(e.Data), &data) // what cannot be read is left out; that something changed is told anyhow
	channels := channelsOf(e.Audience)
	switch {
	case e.Topic == "session.revoked" && kind == "session":
		return reaction{over: []string{id}}
	case e.Topic == "staff.changed" && kind == "staff":
		return reaction{recheck: []whose{{person: id}}}
	case e.Topic == "case.changed" && kind == "case":
		return reaction{channels: append(channels, caseWord+":"+id), news: &News{
			Type: caseChanged, ID: id, Seq: data.Seq, Revision: data.Revision, Stage: code(data.Stage), Outcome: code(data.Outcome),
			Open: data.Open, Tasks: data.Tasks, At: e.At,
		}}
	case e.Topic == "case.assigned" && kind == "case":
		own := caseWord + ":" + id
		return reaction{
			recheck: []whose{{channel: own}}, channels: append(channels, own), news: &News{Type: caseAssigned, ID: id, Tasks: true, At: e.At},
		}
	case e.Topic == "shop.moved" && kind == "merchant":
		return reaction{recheck: []whose{{platform: true}}, channels: channels, news: &News{Type: shopMoved, ID: id, Tasks: true, At: e.At}}
	case kind == chatWord:
		return reactToChat(e, id, channels, News{
			ID: id, Seq: data.Seq, Revision: data.Revision, Stage: code(data.Stage), Open: data.Open, Kind: code(data.Kind), At: e.At,
		})
	case e.Topic == "notification.sent" && kind == "notification":
		return reaction{channels: channels, news: &News{Type: newNews, ID: id, Kind: code(data.Kind), Subject: subject(data.Subject), At: e.At}}
	}
	return reaction{}
}

// reactToChat says what an event of a conversation means. Those who are in it hear all of it; of those whom it is for, each on
// a channel of their own, so that lists are right without hearing every conversation.
func reactToChat(e Event, id string, channels []string, news News) reaction {
	own := chatWord + ":" + id
	news.Type = e.Topic
	switch e.Topic {
	case messageSent, messageChanged, chatMarked:
		return reaction{channels: append(channels, own), news: &news}
	case chatChanged:
		return reaction{recheck: []whose{{channel: own}}, channels: append(channels, own), news: &news}
	case transferAsked, transferAnswered:
		return reaction{channels: channels, news: &news}
	}
	return reaction{}
}

// channelsOf are the channels of those whom an event is for.
func channelsOf(audience string) (channels []string) {
	var list []string
	_ = json.Unmarshal([]byte(audience), &list)
	seen := map[string]bool{}
	add := func(names ...string) {
		for _, name := range names {
			if !seen[name] {
				seen[name] = true
				channels = append(channels, name)
			}
		}
	}
	for _, one := range list {
		kind, id, _ := strings.Cut(one, "/")
		if id != "" && !isID(id) {
			continue
		}
		switch {
		case kind == "customer" && id != "":
			add(personWord + ":" + id)
		case kind == "merchant" && id != "": // a shop, or one of its staff
			add(shopWord+":"+id, personWord+":"+id)
		case (kind == "agent" || kind == "supervisor") && id != "": // a team, or one of it
			add(teamWord+":"+id, personWord+":"+id)
		case (kind == "operator" || kind == "editor") && id != "":
			add(personWord + ":" + id)
		case kind == "operator" || kind == "agent" || kind == "supervisor": // whoever sees to what is nobody's
			add(deskWord)
		}
	}
	return channels
}

// code lets words of the program pass, and nothing that a person wrote.
func code(text string) string {
	if len(text) > 48 || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789_.") != "" {
		return ""
	}
	return text
}

func subject(text string) string {
	kind, id, parted := strings.Cut(text, "/")
	if !parted || kind != code(kind) || kind == "" || !isID(id) {
		return ""
	}
	return text
}

// Handle does what events ask for, in their order. After an error the same events may come again: nobody hears a
// publication twice.
func (h *Hub) Handle(ctx context.Context, events []Event) error {
	for _, e := range events {
		r := react(e)
		if len(r.over) > 0 {
			h.Revoked(r.over)
		}
		for _, of := range r.recheck {
			h.recheck(of)
		}
		if r.news == nil {
			continue
		}
		payload, err := json.Marshal(r.news)
		if err != nil {
			return fmt.Errorf("live: news: %w", err)
		}
		for _, channel := range r.channels {
			if err := h.Publish(channel, payload, fmt.Sprintf("outbox/%d", e.ID)); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

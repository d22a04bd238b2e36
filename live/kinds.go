package live

import (
	"context"
	"strings"
	"time"

	"aftersales/access"
	"aftersales/fault"
)

// Kind is what holds for all channels whose names begin with the same word: "<word>:<id>".
type Kind struct {
	// May is nil or tells why somebody may not hear the channel of an ID. It is asked with what the ID stands for as it is
	// now: when somebody comes, and again whenever that may have changed.
	May func(ctx context.Context, who access.Principal, id string) error

	Keep int           // publications that a client which was away can get; 100
	For  time.Duration // and for how long; 5 min

	Presence bool // who is there can be asked, by those who are there
	Typing   bool // those who are there may tell that they are typing
}

func (k Kind) standard() Kind {
	or(&k.Keep, 100)
	or(&k.For, 5*time.Minute)
	return k
}

// Cases knows whose business a case is; the fault NotFound when there is no such case.
type Cases interface {
	Case(ctx context.Context, id string) (access.Case, error)
}

// Conversations knows whose business a conversation is; the fault NotFound when there is no such conversation.
type Conversations interface {
	Conversation(ctx context.Context, id string) (access.Conversation, error)
}

// Words that channels begin with.
const (
	caseWord   = "case"         // whoever may read the case
	personWord = "person"       // one's own news and lists
	shopWord   = "shop"         // a shop's staff
	teamWord   = "team"         // the agents and supervisors of a team
	deskWord   = "desk"         // operators; it has no ID
	chatWord   = "conversation" // whoever may read the conversation
)

// Actions are those that the policies know for channels alone.
var Actions = []string{"live.desk.hear", "live.shop.hear", "live.team.hear"}

// Kinds are the channels about cases and conversations. The policies say who may hear which.
func Kinds(cases Cases, conversations Conversations) map[string]Kind {
	ask := func(who access.Principal, action string, what access.Thing) error {
		return access.Standard().Check(access.Question{Who: who, Action: action, What: what})
	}
	return map[string]Kind{
		caseWord: {May: func(ctx context.Context, who access.Principal, id string) error {
			if err := access.Standard().Gate(access.Question{Who: who, Action: "case.read"}); err != nil {
				return err
			}
			thing, err := cases.Case(ctx, id)
			if err != nil {
				return err
			}
			return ask(who, "case.read", thing)
		}},
		chatWord: {Presence: true, Typing: true, May: func(ctx context.Context, who access.Principal, id string) error {
			if err := access.Standard().Gate(access.Question{Who: who, Action: "conversation.read"}); err != nil {
				return err
			}
			thing, err := conversations.Conversation(ctx, id)
			if err != nil {
				return err
			}
			return ask(who, "conversation.read", thing)
		}},
		personWord: {May: func(_ context.Context, who access.Principal, id string) error {
			if id != who.ID {
				return fault.New(fault.NotFound)
			}
			return ask(who, "notification.list", access.Desk{})
		}},
		shopWord: {May: func(_ context.Context, who access.Principal, id string) error {
			return ask(who, "live.shop.hear", access.Shop{ID: id})
		}},
		teamWord: {May: func(_ context.Context, who access.Principal, id string) error {
			return ask(who, "live.team.hear", access.Team{ID: id})
		}},
		deskWord: {May: func(_ context.Context, who access.Principal, id string) error {
			if id != "" {
				return fault.New(fault.NotFound)
			}
			return ask(who, "live.desk.hear", access.Desk{})
		}},
	}
}

const (
	maxID      = 64
	maxChannel = maxID + 32
)

// kind finds what holds for a channel, and what its ID is. Only "desk" is without one.
func (h *Hub) kind(channel string) (kind Kind, id string, known bool) {
	word, id, parted := strings.Cut(channel, ":")
	if parted != (word != deskWord) || parted && !isID(id) {
		return Kind{}, "", false
	}
	kind, known = h.options.Kinds[word]
	return kind, id, known
}

// isID tells whether a text can be an ID: letters, digits, and what joins them.
func isID(id string) bool {
	if id == "" || len(id) > maxID {
		return false
	}
	for _, r := range id {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' {
			return false
		}
	}
	return true
}

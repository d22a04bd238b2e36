package chat

import (
	"context"
	"time"

	"aftersales/access"
	"aftersales/fault"
)

// Bulk is one thing that is done with several conversations.
type Bulk struct {
	Action      string // claim, close, tag, snooze, assign, priority
	IDs         []string
	Add, Remove []string  // tags
	Until       time.Time // snooze; zero: take them up again
	AgentID     string    // assign
	Priority    string
}

// MaxBulk is the most conversations that something is done with at once.
const MaxBulk = 100

// Done is what became of one of them; Why is nil where it was done.
type Done struct {
	ID  string
	Why *fault.Fault
}

// Bulk does one thing with several conversations, each in its own right: what is refused for one is done with the others.
// Done again it changes nothing more.
func (s *Service) Bulk(ctx context.Context, actor Actor, in Bulk) ([]Done, error) {
	if err := may(actor, "conversation.bulk", access.Desk{}); err != nil {
		return nil, err
	}
	if len(in.IDs) == 0 || len(in.IDs) > MaxBulk {
		return nil, fault.New(fault.BadRequest, "problem", "ids")
	}
	one, known := map[string]func(id string) (View, error){
		"claim":    func(id string) (View, error) { return s.Claim(ctx, actor, id) },
		"close":    func(id string) (View, error) { return s.End(ctx, actor, id) },
		"tag":      func(id string) (View, error) { return s.Tag(ctx, actor, id, in.Add, in.Remove) },
		"snooze":   func(id string) (View, error) { return s.Snooze(ctx, actor, id, in.Until) },
		"assign":   func(id string) (View, error) { return s.Assign(ctx, actor, id, in.AgentID) },
		"priority": func(id string) (View, error) { return s.Prioritise(ctx, actor, id, in.Priority) },
	}[in.Action]
	if !known {
		return nil, fault.New(fault.BadRequest, "problem", "action")
	}
	out := make([]Done, len(in.IDs))
	for i, id := range in.IDs {
		_, err := one(id)
		if err = away(err); err != nil {
			s.log().DebugContext(ctx, "one of several was refused", "part", "chat", "action", in.Action, "error", err)
		}
		out[i] = Done{id, fault.As(err)}
	}
	return out, ctx.Err()
}

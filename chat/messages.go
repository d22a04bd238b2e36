package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Changeable is how long after it was sent a message can be edited or recalled by who sent it.
const Changeable = 2 * time.Minute

// Outgoing is a message to send. ClientID is the sender's own, new for each message and the same when it is sent again.
type Outgoing struct {
	ClientID string
	Kind     string
	Body     Body
}

// Send puts a message at the end of a conversation. The same client ID with the same content gives the first one again, with
// other content the fault message_id_reused. Others: conversation_ended, conversation_held, text_too_long, not_found.
func (s *Service) Send(ctx context.Context, actor Actor, id string, in Outgoing) (Message, error) {
	return s.send(ctx, actor, id, in, nil)
}

// send is Send with something that is stored together with the message; nil: nothing.
func (s *Service) send(ctx context.Context, actor Actor, id string, in Outgoing, also func(tx *models.Store, c models.Conversation) error) (Message, error) {
	body, err := sound(in.Kind, in.Body)
	if err != nil {
		return Message{}, err
	}
	c, err := s.visible(ctx, actor, "message.send", id)
	if err != nil {
		return Message{}, err
	}
	if err := s.mayShow(ctx, actor, c, in.Kind, body); err != nil {
		return Message{}, err
	}
	mentions, err := s.mentioned(ctx, actor, c, body.Mentions)
	if err != nil {
		return Message{}, err
	}
	stored, err := body.write()
	if err != nil {
		return Message{}, err
	}
	if body.File != "" { // before it is sent: a file that nobody used would be swept
		if err := s.Store.UseEvidence(ctx, body.File, c.ID); err != nil {
			return Message{}, away(err)
		}
	}
	kind, own := person(actor)
	message, after, sent, err := s.Store.Send(ctx, c, models.NewMessage{
		SenderKind: kind, SenderID: own, ClientID: in.ClientID, Kind: in.Kind, Body: stored, SentAt: s.now(),
	}, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
		if !c.Open {
			return nil, fault.New(fault.ConversationEnded)
		}
		if err := allowed(actor, "message.send", *c); err != nil { // it may be somebody else's by now
			return nil, err
		}
		waited := c.WaitingSince != nil
		s.movedBy(actor, c)
		if err := errors.Join(s.clocked(ctx, tx, *c, waited), s.answersParty(ctx, tx, actor, *c, body)); err != nil {
			return nil, err
		}
		if also != nil {
			if err := also(tx, *c); err != nil {
				return nil, err
			}
		}
		events := []models.OutboxEvent{told("message.sent", *c, c.LastSeq, actor.Kind)}
		if len(mentions) > 0 {
			events = append(events, event(topicMentioned, *c, nil, map[string]any{"seq": c.LastSeq, "who": mentions}))
		}
		return events, nil
	})
	if err != nil {
		return Message{}, away(err)
	}
	if !sent {
		first, err := s.Store.FirstBody(ctx, message)
		if err != nil {
			return Message{}, away(err)
		}
		if first != stored || message.Kind != in.Kind {
			return Message{}, fault.New(fault.MessageReused)
		}
		if err := s.answers(ctx, actor, c, message, body); err != nil {
			return Message{}, err
		}
		return s.open(ctx, message)
	}
	if err := s.answers(ctx, actor, c, message, body); err != nil {
		return Message{}, err
	}
	if after.BotDueAt != nil && actor.Kind == contract.Customer {
		s.answerSoon(c.ID)
	}
	return Message{Message: message, Body: body}, nil
}

// answers answers a case's question when the message is a customer's answer to it. The message stands whatever comes of that:
// sent again, it asks the case again, under the same key.
func (s *Service) answers(ctx context.Context, actor Actor, c models.Conversation, m models.Message, body Body) error {
	if actor.Kind != contract.Customer {
		return nil
	}
	opened, asks, err := s.questionOf(ctx, c.ID, body)
	if err != nil || !asks {
		return err // an answer to somebody
	}
	answer := CaseAnswer{CaseID: opened.Body.CaseID, Text: body.Text, Key: "chat/" + c.ID + "/" + m.ClientID, ReceivedAt: m.SentAt}
	if _, err := fmt.Sscanf(opened.Body.Round, "%d/%d", &answer.Round, &answer.N); err != nil {
		return away(err)
	}
	if body.Click != nil {
		answer.Choice, answer.Text = body.Click.Value, ""
	}
	if body.File != "" {
		answer.Evidence = []string{body.File}
	}
	return s.Cases.Answer(ctx, actor, answer)
}

// questionOf is the case's question that a message answers, if it answers one.
func (s *Service) questionOf(ctx context.Context, conversationID string, body Body) (question Message, asks bool, err error) {
	if body.Answers == 0 {
		return Message{}, false, nil
	}
	asked, err := s.Store.Message(ctx, conversationID, body.Answers)
	if errors.Is(err, models.ErrNotFound) || err == nil && asked.SenderKind != string(contract.Platform) {
		return Message{}, false, nil
	}
	if err == nil {
		question, err = s.open(ctx, asked)
	}
	return question, err == nil && question.Body.Event == "question", away(err)
}

// movedBy says what a message changes: who waits for whom.
func (s *Service) movedBy(actor Actor, c *models.Conversation) {
	if c.Audience != models.ToCustomer {
		return
	}
	if actor.Kind == contract.Customer {
		c.SnoozedUntil = nil
	}
	switch {
	case actor.Kind != contract.Customer:
		c.WaitingSince = nil
	case c.State == models.WithBot:
		if c.BotDueAt == nil { // else it is at work, and looks again before it rests
			at := c.LastAt
			c.BotDueAt = &at
		}
	case c.WaitingSince == nil:
		at := c.LastAt
		c.WaitingSince = &at
	}
}

// mayShow checks that what a card or a file stands for is the sender's to show, and the customer's to see.
func (s *Service) mayShow(ctx context.Context, actor Actor, c models.Conversation, kind string, body Body) error {
	switch kind {
	case KindPicture, KindFile:
		evidence, err := s.Store.Evidence(ctx, body.File)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return away(err)
		}
		own, id := person(actor)
		if err != nil || evidence.OwnerKind != own || evidence.OwnerID != id || evidence.ConversationID != nil && *evidence.ConversationID != c.ID ||
			(evidence.Kind == "picture") != (kind == KindPicture) {
			return fault.New(fault.EvidenceUnknown)
		}
	case KindOrder:
		order, err := s.Store.Order(ctx, body.Ref)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return away(err)
		}
		if err != nil || order.Order.CustomerID != c.CustomerID || actor.Kind == contract.Merchant && order.Order.MerchantID != actor.Merchant {
			return fault.New(fault.OrderUnknown)
		}
	case KindCase:
		head, err := s.Cases.Case(ctx, actor, body.Ref)
		if err != nil {
			return away(err)
		}
		if head.CustomerID != c.CustomerID {
			return fault.New(fault.NotFound)
		}
	case KindAsk:
		if !platform(actor) {
			return fault.New(fault.BadRequest, "problem", "message: kind")
		}
	}
	return nil
}

// told is the event of a message: that there is one, by its number.
func told(topic string, c models.Conversation, seq int64, from contract.Role) models.OutboxEvent {
	audience := []string{}
	if c.Audience == models.ToCustomer && from != contract.Customer {
		audience = append(audience, "customer/"+c.CustomerID)
	}
	if c.Audience == models.ToMerchant && c.MerchantID != nil && from != contract.Merchant {
		audience = append(audience, "merchant/"+*c.MerchantID)
	}
	if c.AssigneeID != nil {
		audience = append(audience, "agent/"+*c.AssigneeID)
	}
	return event(topic, c, audience, map[string]any{"seq": seq, "revision": c.Rev, "kind": string(from)})
}

// Page is a part of a conversation. Rev is where it stands: who asks for what changed since, asks from there.
type Page struct {
	Messages []Message
	More     bool
	Rev      int64
	LastSeq  int64
	Members  []models.ConversationMember
}

// Messages lists messages of a conversation: before or after one, or what came or changed since a revision.
func (s *Service) Messages(ctx context.Context, actor Actor, id string, page models.MessagePage) (Page, error) {
	c, err := s.visible(ctx, actor, "message.list", id) // read first: what came between is told again
	if err != nil {
		return Page{}, err
	}
	found, more, err := s.Store.Messages(ctx, id, page)
	if err != nil {
		return Page{}, away(err)
	}
	out := Page{More: more, Rev: c.Rev, LastSeq: c.LastSeq}
	if page.SinceRev > 0 && more {
		out.Rev = found[len(found)-1].Rev
	}
	if out.Messages, err = s.shown(ctx, actor, id, found); err != nil {
		return Page{}, err
	}
	out.Members, err = s.Store.MembersOf(ctx, id)
	return out, away(err)
}

// Edit changes the text of a message of one's own.
func (s *Service) Edit(ctx context.Context, actor Actor, id string, seq int64, words string) (Message, error) {
	return s.rewrite(ctx, actor, "message.edit", id, seq, func(m models.Message, said Body) (string, error) {
		if m.Kind != KindText {
			return "", fault.New(fault.BadRequest, "problem", "message: kind")
		}
		if said.Text == clean(words) {
			return "", models.ErrUnchanged
		}
		said.Text = words
		fresh, err := sound(m.Kind, said)
		if err != nil {
			return "", err
		}
		return fresh.write()
	})
}

// Recall takes a message of one's own back: nobody reads it any more, and nobody finds it.
func (s *Service) Recall(ctx context.Context, actor Actor, id string, seq int64) (Message, error) {
	return s.rewrite(ctx, actor, "message.recall", id, seq, func(models.Message, Body) (string, error) { return "", nil })
}

func (s *Service) rewrite(ctx context.Context, actor Actor, action, id string, seq int64, fresh func(m models.Message, said Body) (string, error)) (Message, error) {
	c, err := s.visible(ctx, actor, action, id)
	if err != nil {
		return Message{}, err
	}
	before, err := s.Store.Message(ctx, id, seq)
	if err != nil {
		return Message{}, away(err)
	}
	now := s.now()
	kind, own := person(actor)
	switch {
	case before.SenderKind != kind || before.SenderID != own:
		return Message{}, fault.New(fault.NotFound)
	case before.RecalledAt != nil && action == "message.recall":
		return s.open(ctx, before)
	case before.RecalledAt != nil:
		return Message{}, fault.New(fault.MessageRecalled)
	case now.After(before.SentAt.Add(Changeable)):
		return Message{}, fault.New(fault.MessageTooOld, "minutes", int(Changeable/time.Minute))
	}
	stored, err := s.Store.MessageBody(ctx, before)
	if err != nil {
		return Message{}, away(err)
	}
	said, err := readBody(stored)
	if err != nil {
		return Message{}, away(err)
	}
	body, err := fresh(before, said)
	if errors.Is(err, models.ErrUnchanged) {
		return s.open(ctx, before)
	}
	if err != nil {
		return Message{}, err
	}
	after, err := s.Store.Rewrite(ctx, c.ID, seq, body, now, func(c models.Conversation, m models.Message, _ string) ([]models.OutboxEvent, error) {
		if m.Rev != before.Rev && (m.RecalledAt != nil || !same(m.EditedAt, before.EditedAt)) {
			return nil, fault.New(fault.StaleRevision) // in another window
		}
		return []models.OutboxEvent{told("message.changed", c, seq, actor.Kind)}, nil
	})
	if err != nil {
		return Message{}, away(err)
	}
	return s.open(ctx, after)
}

func same(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// Reactions that can be put under a message.
var Reactions = []string{"thumbs_up", "thumbs_down", "heart", "laugh", "thanks", "done"}

// React puts a sign under a message, or takes one's own away.
func (s *Service) React(ctx context.Context, actor Actor, id string, seq int64, code string, take bool) (Message, error) {
	if !slices.Contains(Reactions, code) {
		return Message{}, fault.New(fault.BadRequest, "problem", "reaction")
	}
	if _, err := s.visible(ctx, actor, "message.react", id); err != nil {
		return Message{}, err
	}
	m, err := s.Store.Message(ctx, id, seq)
	if err != nil {
		return Message{}, away(err)
	}
	if m.RecalledAt != nil {
		return Message{}, fault.New(fault.MessageRecalled)
	}
	kind, own := person(actor)
	reaction := models.MessageReaction{ConversationID: id, Seq: seq, PersonKind: kind, PersonID: own, Code: code, At: s.now()}
	_, err = s.Store.React(ctx, reaction, take, func(c models.Conversation) []models.OutboxEvent {
		return []models.OutboxEvent{told("message.changed", c, seq, actor.Kind)}
	})
	if err != nil {
		return Message{}, away(err)
	}
	if m, err = s.Store.Message(ctx, id, seq); err != nil {
		return Message{}, away(err)
	}
	shown, err := s.shown(ctx, actor, id, []models.Message{m})
	if err != nil {
		return Message{}, err
	}
	return shown[0], nil
}

// Mark notes how far the actor has got and read a conversation. Numbers beyond its end count as its end.
func (s *Service) Mark(ctx context.Context, actor Actor, id string, delivered, read int64) error {
	c, err := s.visible(ctx, actor, "conversation.mark", id)
	if err != nil {
		return err
	}
	kind, own := person(actor)
	member := models.ConversationMember{
		ConversationID: id, MemberKind: kind, MemberID: own, DeliveredSeq: min(max(delivered, 0), c.LastSeq), ReadSeq: min(max(read, 0), c.LastSeq),
		JoinedAt: s.now(), UpdatedAt: s.now(),
	}
	marked := event("conversation.marked", c, nil, map[string]any{"seq": member.ReadSeq, "kind": kind})
	marked.At = models.Moment(s.now())
	_, err = s.Store.Mark(ctx, member, marked)
	return away(err)
}

// Versions lists what a message said before it was edited or recalled, the oldest first.
func (s *Service) Versions(ctx context.Context, actor Actor, id string, seq int64) ([]Version, error) {
	if _, err := s.visible(ctx, actor, "message.versions", id); err != nil {
		return nil, err
	}
	rows, bodies, err := s.Store.Versions(ctx, id, seq)
	if err != nil {
		return nil, away(err)
	}
	out := make([]Version, len(rows))
	for i, row := range rows {
		body, err := readBody(bodies[i])
		if err != nil {
			return nil, away(err)
		}
		out[i] = Version{body, row.At}
	}
	return out, nil
}

// Version is what a message said until a moment.
type Version struct {
	Body  Body
	Until time.Time
}

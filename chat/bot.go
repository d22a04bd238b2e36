package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftersales/models"
	"aftersales/workflows/contract"
)

// Bot answers a customer's messages. It acts in that customer's name and keeps nothing between turns: its state is text that
// the conversation stores. A turn that is taken twice under the same key has the same effects once.
type Bot interface {
	Turn(ctx context.Context, turn Turn) (Turned, error)
}

// Turn is one message for the bot.
type Turn struct {
	CustomerID string
	Key        string // of this turn
	State      string // empty: the conversation begins
	Lang       string
	Kind       string
	Body       Body
	At         time.Time
}

// Turned is what the bot answers.
type Turned struct {
	State   string
	Replies []Outgoing // their client IDs are made here
	Cases   []string   // that were opened
	Person  *HandOver  // nil: it goes on
}

// HandOver is what a person is told who takes over.
type HandOver struct {
	Why     string // asked_for, not_understood, cannot, angry
	Skill   string // what it is about, an intent; empty: unknown
	Summary string
}

const (
	turnTime     = 30 * time.Second // for one turn; opening a case is the longest
	turnsAtATime = 16
	patience     = time.Minute     // for one message; a person is asked after that
	overdue      = 3 * time.Second // after which a turn is taken up by whoever looks
)

// bot is who the bot is, for one customer.
func bot(customerID string) Actor { return Actor{Kind: contract.Bot, ID: "bot", For: customerID} }

// answerSoon lets the bot answer, beside the request that brought the message. When the process ends before it has, another
// takes the turn up.
func (s *Service) answerSoon(conversationID string) {
	if s.Bot == nil {
		return
	}
	s.once.Do(func() { s.slots = make(chan struct{}, turnsAtATime) })
	select {
	case s.slots <- struct{}{}:
	default:
		return // as many as can be are at work; it is taken up when it is overdue
	}
	s.turns.Add(1)
	go func() {
		defer s.turns.Done()
		defer func() { <-s.slots }()
		ctx, cancel := context.WithTimeout(context.Background(), turnTime)
		defer cancel()
		if err := s.BotTurns(ctx, conversationID); err != nil {
			s.log().WarnContext(ctx, "the bot's turn failed and will be tried again", "part", "chat", "error", err)
		}
	}()
}

// Drain waits until the bot has ended the turns that it is at.
func (s *Service) Drain() { s.turns.Wait() }

// Overdue takes up turns of the bot that nobody has ended. It returns whether there may be more.
func (s *Service) Overdue(ctx context.Context) (bool, error) {
	if s.Bot == nil {
		return false, nil
	}
	const batch = 20
	ids, err := s.Store.BotTurnsDue(ctx, s.now().Add(-overdue), batch)
	if err != nil {
		return false, err
	}
	var failed error
	for _, id := range ids {
		failed = errors.Join(failed, s.BotTurns(ctx, id)) // one that fails keeps no other waiting
	}
	return len(ids) == batch && failed == nil, failed
}

// BotTurns answers what a customer wrote and the bot has not answered, one message after the other, if no other process is
// at it.
func (s *Service) BotTurns(ctx context.Context, conversationID string) error {
	now := s.now()
	mine, err := s.Store.ClaimBotTurn(ctx, conversationID, now, now.Add(turnTime+overdue))
	if err != nil || !mine {
		return err
	}
	for {
		more, err := s.botTurn(ctx, conversationID)
		if err != nil || !more {
			return err
		}
	}
}

// botTurn answers the next message; more tells that there is another.
func (s *Service) botTurn(ctx context.Context, conversationID string) (more bool, err error) {
	c, err := s.Store.Conversation(ctx, conversationID)
	if err != nil {
		return false, err
	}
	state, answered, err := s.Store.Dialogue(ctx, c)
	if gone(err) {
		return false, s.rest(ctx, c.ID)
	}
	if err != nil {
		return false, err
	}
	message, found, err := s.nextFor(ctx, c, answered)
	if err != nil {
		return false, err
	}
	if c.State != models.WithBot || !found {
		return false, s.rest(ctx, c.ID)
	}
	turned, err := s.Bot.Turn(ctx, Turn{
		CustomerID: c.CustomerID, Key: fmt.Sprintf("chat/%s/%d", c.ID, message.Seq), State: state, Lang: c.Lang, Kind: message.Kind, Body: message.Body, At: message.SentAt,
	})
	if err != nil {
		if s.now().Sub(message.SentAt) < patience {
			return false, errors.Join(err, s.Store.PutOffBotTurn(ctx, c.ID, s.now()))
		}
		s.log().ErrorContext(ctx, "the bot could not answer; a person is asked", "part", "chat", "error", err)
		turned = Turned{State: state, Person: &HandOver{Why: "cannot"}}
	}
	var heads []CaseHead
	for _, id := range turned.Cases {
		head, err := s.Cases.Case(ctx, bot(c.CustomerID), id)
		if err != nil {
			return false, err
		}
		heads = append(heads, head)
	}
	after, err := s.Store.ChangeConversation(ctx, c.ID, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
		_, already, err := tx.Dialogue(ctx, *c)
		if err != nil {
			return nil, err
		}
		if c.State != models.WithBot || already >= message.Seq {
			return nil, models.ErrUnchanged // a person came in between, or another process was at it
		}
		events, err := s.says(ctx, tx, c, message.Seq, turned)
		if err != nil {
			return nil, err
		}
		if err := tx.SaveDialogue(ctx, *c, turned.State, message.Seq, s.now()); err != nil {
			return nil, err
		}
		for _, head := range heads {
			_, err := tx.TieCase(ctx, models.ConversationCase{
				CaseID: head.ID, ConversationID: c.ID, ShownSeq: head.LastSeq, ByKind: string(contract.Bot), ByID: "bot", At: s.now(),
			})
			if err != nil {
				return nil, err
			}
		}
		if turned.Person != nil {
			waits, err := s.wait(ctx, tx, c, turned.Person.Why, turned.Person.Skill, turned.Person.Summary)
			return append(events, waits...), err
		}
		return events, nil
	})
	if err != nil {
		return false, err
	}
	if after.State == models.WithQueue {
		_, err := s.routed(ctx, after)
		return false, err
	}
	return true, nil
}

// nextFor is the first message of the customer after the last one that was answered.
func (s *Service) nextFor(ctx context.Context, c models.Conversation, answered int64) (Message, bool, error) {
	for after := answered; ; {
		found, more, err := s.Store.MessagesAfter(ctx, c.ID, after, models.MaxPage)
		if err != nil {
			return Message{}, false, err
		}
		for _, m := range found {
			after = m.Seq
			if m.SenderKind != string(contract.Customer) || m.RecalledAt != nil {
				continue
			}
			opened, err := s.open(ctx, m)
			if err != nil {
				return Message{}, false, err
			}
			_, toCase, err := s.questionOf(ctx, c.ID, opened.Body)
			if err != nil {
				return Message{}, false, err
			}
			if !opened.Erased && !toCase {
				return opened, true, nil
			}
		}
		if !more {
			return Message{}, false, nil
		}
	}
}

// says adds the bot's replies to a conversation that the transaction holds.
func (s *Service) says(ctx context.Context, tx *models.Store, c *models.Conversation, to int64, turned Turned) ([]models.OutboxEvent, error) {
	var events []models.OutboxEvent
	for i, reply := range turned.Replies {
		body, err := reply.Body.write()
		if err != nil {
			return nil, err
		}
		_, err = tx.AddMessage(ctx, c, models.NewMessage{
			SenderKind: string(contract.Bot), SenderID: "bot", ClientID: fmt.Sprintf("%d/%d", to, i), Kind: reply.Kind, Body: body, SentAt: s.now(),
		})
		if err != nil {
			return nil, err
		}
		events = append(events, told("message.sent", *c, c.LastSeq, contract.Bot))
	}
	return events, nil
}

// rest notes that the bot has nothing more to answer, unless the customer wrote meanwhile.
func (s *Service) rest(ctx context.Context, conversationID string) error {
	again := false
	_, err := s.Store.ChangeConversation(ctx, conversationID, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
		c.BotDueAt = nil
		if c.State != models.WithBot {
			return nil, nil
		}
		_, answered, err := tx.Dialogue(ctx, *c)
		if err != nil && !gone(err) {
			return nil, err
		}
		inside := &Service{Store: tx, Cases: s.Cases, Now: s.Now}
		_, again, err = inside.nextFor(ctx, *c, answered)
		if err == nil && again {
			at := models.Moment(s.now())
			c.BotDueAt = &at
		}
		return nil, err
	})
	if err == nil && again {
		s.answerSoon(conversationID)
	}
	return err
}

package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"aftersales/access"
	"aftersales/bot"
	"aftersales/bot/nlu"
	"aftersales/cases"
	"aftersales/chat"
	"aftersales/config"
	"aftersales/fault"
	"aftersales/knowledge"
	"aftersales/models"
	"aftersales/outbox"
	"aftersales/workflows/client"
	"aftersales/workflows/contract"
)

// newChat makes the service for conversations, with the bot; stop ends its turns.
func newChat(ctx context.Context, cfg *config.Config, store *models.Store, service *cases.Service, engine *client.Engine, articles *knowledge.Service) (*chat.Service, func() error) {
	mind := sync.OnceValues(func() (*nlu.Mind, error) { return shippedMind(context.WithoutCancel(ctx), cfg) })
	talks := &chat.Service{
		Store: store, Cases: chatCases{caseDesk{service}, store}, Bot: chatBot{mind, service, store, articles}, Privacy: service.Privacy, Question: caseQuestion,
		Carriers: chatCarriers{store, engine},
	}
	loops := noted(store, []*outbox.Loop{{Name: "the bot's turns", Every: 2 * time.Second, Step: talks.Overdue}})
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var done sync.WaitGroup
	done.Go(func() {
		if _, err := mind(); err != nil { // learned once and kept, so that nobody waits for it
			slog.ErrorContext(ctx, "the bot does not understand anything", "part", "chat", "error", err)
		}
	})
	for _, loop := range loops {
		done.Go(func() { loop.Run(running) })
	}
	return talks, func() error {
		cancel()
		done.Wait()
		talks.Drain()
		return nil
	}
}

// chatLoops follow the events for conversations, and give out what waits.
func chatLoops(store *models.Store, engine *client.Engine) []*outbox.Loop {
	talks := &chat.Service{Store: store, Question: caseQuestion, Carriers: chatCarriers{store, engine}}
	return []*outbox.Loop{
		outbox.Relay(store, "chat", nil, talks.Handle),
		{Name: "give out conversations", Every: time.Second, Step: talks.RouteAll},
		{Name: "take up conversations that were set aside", Every: time.Second, Step: talks.WakeSnoozed},
		{Name: "clocks of service", Every: 500 * time.Millisecond, Step: talks.FireClocks},
		{Name: "questions to shops and carriers", Every: time.Second, Step: talks.FireQuestions},
		{Name: "what carriers are asked", Every: 2 * time.Second, Step: talks.PutInquiries},
		{Name: "what agents mean to do", Every: time.Second, Step: talks.FireFollowUps},
	}
}

func caseQuestion(kind, field, lang string) string {
	return bot.QuestionText(bot.Question{Field: field}, kind, lang, false)
}

// chatCases tells conversations of cases and orders.
type chatCases struct {
	desk  caseDesk
	store *models.Store
}

func (c chatCases) Case(ctx context.Context, actor chat.Actor, id string) (chat.CaseHead, error) {
	found, err := c.desk.service.Get(ctx, actor, id, 0, 1)
	if err != nil {
		return chat.CaseHead{}, err
	}
	head := chat.CaseHead{ID: found.Case.ID, CustomerID: found.Case.CustomerID, MerchantID: found.Case.MerchantID, LastSeq: found.Case.Seq}
	if found.Case.TeamID != nil {
		head.Team = *found.Case.TeamID
	}
	return head, nil
}

func (c chatCases) Order(ctx context.Context, actor chat.Actor, id string) (string, error) {
	order, err := c.desk.service.Order(ctx, actor, id)
	return order.MerchantID, err
}

func (c chatCases) Answer(ctx context.Context, actor chat.Actor, a chat.CaseAnswer) error {
	_, err := c.desk.Command(ctx, "case.question.answer", a.CaseID, a.Text, func(textID string) contract.Command {
		return &contract.Answer{
			Meta: contract.Meta{Actor: actor, Key: a.Key, ReceivedAt: a.ReceivedAt}, Round: a.Round, N: a.N, Choice: a.Choice, TextID: textID, Evidence: a.Evidence,
		}
	})
	return err
}

// chatCarriers puts what the desk asks carriers to the case that it is about, or, where there is none that runs, to a workflow of
// its own.
type chatCarriers struct {
	store  *models.Store
	engine *client.Engine
}

func (c chatCarriers) Put(ctx context.Context, inquiry models.CarrierInquiry, actor chat.Actor) error {
	alone := contract.InquiryStart{InquiryID: inquiry.ID, DueAt: inquiry.DueAt}
	if inquiry.CaseID == "" {
		return c.engine.StartInquiry(ctx, alone)
	}
	row, err := c.store.Case(ctx, inquiry.CaseID)
	if err != nil {
		return err
	}
	if row.Open {
		_, err = c.engine.Do(ctx, row.WorkflowID, &contract.AskCarrier{
			Meta: contract.Meta{Actor: contract.Actor{Kind: actor.Kind, ID: actor.ID}, Key: inquiry.ID, ReceivedAt: inquiry.AskedAt}, InquiryID: inquiry.ID,
			Kind: inquiry.Kind, Carrier: inquiry.Carrier, Number: inquiry.Number, DueAt: inquiry.DueAt,
		})
		if f := fault.As(err); f == nil || f.Code != fault.CaseClosed && f.Code != fault.NotNow {
			return err
		}
	}
	return c.engine.StartInquiry(ctx, alone) // it ended, or has as many questions under way as it takes
}

// liveChats tells live delivery whose business a conversation is.
type liveChats struct{ store *models.Store }

func (l liveChats) Conversation(ctx context.Context, id string) (access.Conversation, error) {
	c, err := l.store.Conversation(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return access.Conversation{}, fault.New(fault.NotFound)
	}
	return chat.Thing(c), err
}

// chatBot is the bot that leads dialogues, as conversations ask for it.
type chatBot struct {
	mind    func() (*nlu.Mind, error)
	service *cases.Service
	store   *models.Store

	articles *knowledge.Service
}

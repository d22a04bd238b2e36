package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"aftersales/models"
	"aftersales/workflows/contract"
)

// Handle does what events of the log ask for: new messages become findable, and what happens in a case is told in the
// conversations that are tied to it. The same events may come twice.
func (s *Service) Handle(ctx context.Context, events []models.OutboxEvent) error {
	var places []models.MessagePlace
	var moved, answered []string
	var mentions []models.Notification
	for _, e := range events {
		kind, id, _ := strings.Cut(e.Subject, "/")
		switch {
		case kind == "conversation" && (e.Topic == "message.sent" || e.Topic == "message.changed"):
			var data struct {
				Seq int64 `json:"seq"`
			}
			if json.Unmarshal([]byte(e.Data), &data) == nil && data.Seq > 0 {
				places = append(places, models.MessagePlace{ConversationID: id, Seq: data.Seq})
			}
		case kind == "conversation" && e.Topic == topicMentioned:
			mentions = append(mentions, s.mentionNews(e, id)...)
		case kind == "conversation" && e.Topic == topicInquiry:
			var data struct {
				Inquiry string `json:"inquiry"`
			}
			if json.Unmarshal([]byte(e.Data), &data) == nil {
				answered = append(answered, data.Inquiry)
			}
		case kind == "case" && e.Topic == "case.changed" && !slices.Contains(moved, id):
			moved = append(moved, id)
		}
	}
	if len(places) > 0 {
		if err := s.Store.IndexMessages(ctx, places); err != nil {
			return fmt.Errorf("chat: index messages: %w", err)
		}
	}
	if len(mentions) > 0 {
		if err := s.Store.PutNotifications(ctx, mentions...); err != nil {
			return fmt.Errorf("chat: tell who was mentioned: %w", err)
		}
	}
	for _, id := range answered {
		if err := s.inquiryAnswered(ctx, id); err != nil {
			return fmt.Errorf("chat: tell what a carrier answered: %w", err)
		}
	}
	for _, id := range moved {
		if err := s.CaseMoved(ctx, id); err != nil {
			return fmt.Errorf("chat: tell of a case: %w", err)
		}
	}
	return nil
}

// topicMentioned is the event that colleagues were mentioned in a message.
const topicMentioned = "message.mentioned"

// mentionNews is for those whom a message mentions.
func (s *Service) mentionNews(e models.OutboxEvent, conversationID string) (news []models.Notification) {
	var data struct {
		Seq int64    `json:"seq"`
		Who []string `json:"who"`
	}
	if json.Unmarshal([]byte(e.Data), &data) != nil {
		return nil
	}
	for _, who := range data.Who {
		key := fmt.Sprintf("mention/%s/%d/%s", conversationID, data.Seq, who)
		news = append(news, s.news(conversationID, newsMentioned, who, key))
	}
	return news
}

// CaseMoved tells in every open conversation that a case is tied to what has happened in it since, and what it asks now.
func (s *Service) CaseMoved(ctx context.Context, caseID string) error {
	ties, err := s.Store.TiesOfCase(ctx, caseID)
	if err != nil || len(ties) == 0 {
		return err
	}
	row, err := s.Store.Case(ctx, caseID)
	if err != nil {
		return err
	}
	var question *models.CaseQuestion
	if asked, err := s.Store.OpenQuestion(ctx, caseID); err == nil && row.Open {
		question = &asked
	} else if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	for _, tie := range ties {
		for more := true; more; {
			if more, err = s.tellOf(ctx, row, question, tie.ConversationID); err != nil {
				return err
			}
		}
	}
	return nil
}

const toldAtOnce = 20 // events in one transaction

// tellOf tells of a case in one conversation; more tells that there is more than was told.
func (s *Service) tellOf(ctx context.Context, row models.Case, question *models.CaseQuestion, conversationID string) (more bool, err error) {
	known, err := s.Store.Conversation(ctx, conversationID)
	if err != nil || !known.Open {
		return false, err
	}
	if err := s.Store.Keys.Preload(ctx, known.KeyRef); err != nil {
		if gone(err) {
			return false, nil
		}
		return false, err
	}
	_, err = s.Store.ChangeConversation(ctx, conversationID, func(tx *models.Store, c *models.Conversation) ([]models.OutboxEvent, error) {
		more = false
		tie, err := tx.Tie(ctx, row.ID, conversationID)
		if err != nil {
			return nil, err
		}
		entries, err := tx.Timeline(ctx, row.ID, tie.ShownSeq, toldAtOnce+1)
		if err != nil {
			return nil, err
		}
		if more = len(entries) > toldAtOnce; more {
			entries = entries[:toldAtOnce]
		}
		var events []models.OutboxEvent
		add := func(kind, clientID string, body Body) error {
			stored, err := body.write()
			if err == nil {
				_, err = tx.AddMessage(ctx, c, models.NewMessage{
					SenderKind: string(contract.Platform), SenderID: "platform", ClientID: clientID, Kind: kind, Body: stored, SentAt: s.now(),
				})
			}
			events = append(events, told("message.sent", *c, c.LastSeq, contract.Platform))
			return err
		}
		shown, round := tie.ShownSeq, tie.AskedRound
		for _, entry := range entries {
			shown = entry.Seq
			if slices.Contains(contract.BehindTheDesk, entry.Event) {
				continue // the parties hear the decision
			}
			err := add(KindSystem, fmt.Sprintf("%s/%d", row.ID, entry.Seq), Body{
				Event: entry.Event, CaseID: row.ID, Data: map[string]any{"seq": entry.Seq, "by": entry.ActorKind},
			})
			if err != nil {
				return nil, err
			}
		}
		if question != nil && !more && round != roundOf(*question) {
			round = roundOf(*question)
			if err := add(KindAsk, row.ID+"/"+round, s.asked(row, *question, c.Lang)); err != nil {
				return nil, err
			}
		}
		if shown == tie.ShownSeq && round == tie.AskedRound {
			return nil, models.ErrUnchanged
		}
		_, err = tx.ShowCaseEvents(ctx, tie, shown, round)
		return events, err
	})
	return more, err
}

func roundOf(q models.CaseQuestion) string { return fmt.Sprintf("%d/%d", q.Round, q.N) }

// asked is a case's question as a message; its choices are quick replies.
func (s *Service) asked(row models.Case, q models.CaseQuestion, lang string) Body {
	body := Body{Event: "question", CaseID: row.ID, Round: roundOf(q), Data: map[string]any{"field": q.Field}}
	if s.Question != nil {
		body.Text = s.Question(row.Kind, q.Field, lang)
	}
	var choices []contract.Choice
	_ = json.Unmarshal([]byte(q.Choices), &choices) // one that cannot be read is answered in words
	for _, choice := range choices {
		label := choice.Zh
		if lang == "en" {
			label = choice.En
		}
		body.Choices = append(body.Choices, Choice{Slot: "case", Value: choice.Value, Label: label})
	}
	return body
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"aftersales/bot/dialogue"
	"aftersales/chat"
	"aftersales/workflows/contract"
)

// Turn takes a turn of the dialogue in the customer's name.
func (b chatBot) Turn(ctx context.Context, turn chat.Turn) (chat.Turned, error) {
	mind, err := b.mind()
	if err != nil {
		return chat.Turned{}, err
	}
	var state dialogue.State
	if turn.State != "" {
		if err := json.Unmarshal([]byte(turn.State), &state); err != nil {
			return chat.Turned{}, fmt.Errorf("the bot's state cannot be read: %w", err)
		}
	}
	world := customerWorld{
		service: b.service, store: b.store, who: contract.Actor{Kind: contract.Customer, ID: turn.CustomerID}, key: turn.Key, at: turn.At, articles: b.articles,
	}
	after, replies, err := dialogue.New(mind).Turn(ctx, world, state, inputOf(turn))
	if err != nil {
		return chat.Turned{}, err
	}
	stored, err := json.Marshal(after)
	if err != nil {
		return chat.Turned{}, err
	}
	turned := chat.Turned{State: string(stored)}
	for _, reply := range replies {
		turned.Replies = append(turned.Replies, spoken(reply))
		if reply.Opened != nil && reply.Opened.CaseID != "" {
			turned.Cases = append(turned.Cases, reply.Opened.CaseID)
		}
		if h := reply.Handoff; h != nil {
			turned.Person = &chat.HandOver{Why: h.Why, Skill: h.Intent, Summary: h.Text}
		}
	}
	return turned, nil
}

// inputOf is a message as the dialogue takes it.
func inputOf(turn chat.Turn) dialogue.Input {
	in := dialogue.Input{Text: turn.Body.Text, Lang: turn.Lang, At: turn.At}
	switch turn.Kind {
	case chat.KindClick:
		in.Click = &dialogue.Choice{Slot: turn.Body.Click.Slot, Value: turn.Body.Click.Value}
	case chat.KindPicture, chat.KindFile:
		in.Evidence = []string{turn.Body.File}
	case chat.KindOrder: // said as a customer would: a bare number has neither a language nor a meaning
		said := "订单 "
		if turn.Lang == "en" {
			said = "order "
		}
		in.Text = strings.TrimSpace(said + turn.Body.Ref + " " + turn.Body.Text)
	case chat.KindCase:
		in.Text = strings.TrimSpace(turn.Body.Ref + " " + turn.Body.Text)
	}
	return in
}

// spoken is a reply as a message.
func spoken(reply dialogue.Reply) chat.Outgoing {
	body := chat.Body{Text: reply.Text, Source: reply.Source}
	for _, choice := range reply.Choices {
		body.Choices = append(body.Choices, chat.Choice(choice))
	}
	for _, item := range reply.Items {
		body.Items = append(body.Items, chat.Item{
			OrderID: item.OrderID, LineID: item.LineID, Title: item.Title, Variant: strings.TrimSpace(item.Colour + " " + item.Size), Quantity: item.Quantity, Paid: item.Paid,
		})
	}
	if reply.Opened != nil {
		body.CaseID = reply.Opened.CaseID
	}
	kind := chat.KindText
	if len(body.Choices) > 0 || len(body.Items) > 0 {
		kind = chat.KindAsk
	}
	return chat.Outgoing{Kind: kind, Body: body}
}

package webhooks

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"aftersales/models"
)

// message is the body of every message. Data has "id" and what else the topic has.
type message struct {
	Type      string         `json:"type"`
	Timestamp time.Time      `json:"timestamp"`
	Data      map[string]any `json:"data"`
}

// told are the fields of an event that go out: codes of the program, numbers, and truth. What people wrote is in none of them.
var told = []string{"seq", "revision", "stage", "outcome", "open", "kind"}

// Handle notes for events of the log whom they are to be told. The same events may come twice.
func (s *Service) Handle(ctx context.Context, events []models.OutboxEvent) error {
	wanted := slices.ContainsFunc(events, func(e models.OutboxEvent) bool { return slices.Contains(Topics, e.Topic) })
	if !wanted {
		return nil
	}
	endpoints, err := s.Store.EndpointsOn(ctx)
	if err != nil || len(endpoints) == 0 {
		return err
	}
	now := s.now()
	var rows []models.WebhookDelivery
	for _, event := range events {
		body := ""
		for _, endpoint := range endpoints {
			if !wants(endpoint, event) {
				continue
			}
			if body == "" { // all are told the same
				if body, err = bodyOf(event); err != nil {
					return err
				}
			}
			due := now
			if due.Before(endpoint.WaitUntil) { // it failed, and is left in peace until then
				due = endpoint.WaitUntil
			}
			rows = append(rows, models.WebhookDelivery{
				ID: models.NewID(), EndpointID: endpoint.ID, EventID: event.ID, Topic: event.Topic, Body: body,
				State: models.DeliveryWaiting, DueAt: models.Moment(due), CreatedAt: models.Moment(now),
			})
		}
	}
	return s.Store.AddDeliveries(ctx, rows)
}

// wants tells whether an endpoint is to be told: it asked for the topic, and a shop's endpoint hears what its shop may.
func wants(endpoint models.WebhookEndpoint, event models.OutboxEvent) bool {
	var topics, audience []string
	if json.Unmarshal([]byte(endpoint.Topics), &topics) != nil || !slices.Contains(topics, event.Topic) {
		return false
	}
	if endpoint.ShopID == "" {
		return true
	}
	return json.Unmarshal([]byte(event.Audience), &audience) == nil && slices.Contains(audience, "merchant/"+endpoint.ShopID)
}

func bodyOf(event models.OutboxEvent) (string, error) {
	_, id, _ := strings.Cut(event.Subject, "/")
	data := map[string]any{"id": id}
	var all map[string]any
	if err := json.Unmarshal([]byte(event.Data), &all); err != nil {
		return "", fmt.Errorf("webhooks: event %d: %w", event.ID, err)
	}
	for _, name := range told {
		if value, has := all[name]; has {
			data[name] = value
		}
	}
	content, err := json.Marshal(message{Type: event.Topic, Timestamp: event.At.UTC(), Data: data})
	return string(content), err
}

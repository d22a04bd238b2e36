package outbox

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"aftersales/models"
)

// TopicNotified is the event that a notification was sent; its audience is the recipient.
const TopicNotified = "notification.sent"

const notificationBatch = 200

// Notifications sends what is due, in-app: it marks the rows and announces each to its recipient, both in one
// transaction. Several processes share the work. A notification is sent within about a second of its time.
func Notifications(store *models.Store, log *slog.Logger) *Loop {
	return &Loop{Name: "notifications", Every: time.Second, Log: log, Step: func(ctx context.Context) (bool, error) {
		sent, err := store.SendNotifications(ctx, notificationBatch, time.Now(), func(tx *models.Store, sent []models.Notification) error {
			events, err := announcements(sent)
			if err != nil {
				return err
			}
			return tx.AppendOutbox(ctx, events...)
		})
		return len(sent) == notificationBatch, err
	}}
}

func announcements(sent []models.Notification) ([]models.OutboxEvent, error) {
	events := make([]models.OutboxEvent, 0, len(sent))
	for _, n := range sent {
		audience, err := json.Marshal([]string{n.RecipientKind + "/" + n.RecipientID})
		if err != nil {
			return nil, err
		}
		data, err := json.Marshal(map[string]string{"id": n.ID, "kind": n.Kind, "subject": n.SubjectKind + "/" + n.SubjectID})
		if err != nil {
			return nil, err
		}
		events = append(events, models.OutboxEvent{
			Topic: TopicNotified, Subject: "notification/" + n.ID, Audience: string(audience), Data: string(data), At: *n.SentAt,
		})
	}
	return events, nil
}

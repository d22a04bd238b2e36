package cases

import (
	"context"
	"time"

	"aftersales/models"
	"aftersales/workflows/contract"
)

// Notification is news for somebody. At is when it was sent, Data what its sentence is filled from.
type Notification struct {
	ID, Kind, SubjectKind, SubjectID string
	Data                             map[string]any
	At                               time.Time
	ReadAt                           *time.Time
}

// mailbox is whose notifications an actor reads: a customer's own, a shop's for its people, a role's for the
// platform's.
func mailbox(actor contract.Actor) (kind, id string) {
	switch actor.Kind {
	case contract.Customer:
		return string(actor.Kind), actor.ID
	case contract.Merchant:
		return string(actor.Kind), actor.Merchant
	}
	return string(actor.Kind), ""
}

// Notifications lists what an actor was sent, the newest first.
func (s *Service) Notifications(ctx context.Context, actor contract.Actor, page models.PageRequest) (models.Page[Notification], error) {
	kind, id := mailbox(actor)
	found, err := s.Store.NotificationsOf(ctx, kind, id, page)
	if err != nil {
		return models.Page[Notification]{}, away(err)
	}
	out := models.Page[Notification]{Next: found.Next}
	for _, row := range found.Items {
		news := Notification{
			ID: row.ID, Kind: row.Kind, SubjectKind: row.SubjectKind, SubjectID: row.SubjectID, At: row.DueAt, ReadAt: row.ReadAt,
		}
		if row.SentAt != nil {
			news.At = *row.SentAt
		}
		if err := readJSON(row.Data, &news.Data); err != nil {
			return models.Page[Notification]{}, broken("notification", row.ID, err)
		}
		out.Items = append(out.Items, news)
	}
	return out, nil
}

// ReadNotification marks one of the actor's own notifications as read. Somebody else's stays as it is, without a word.
func (s *Service) ReadNotification(ctx context.Context, actor contract.Actor, id string) error {
	kind, owner := mailbox(actor)
	return away(s.Store.ReadNotifications(ctx, kind, owner, s.now(), id))
}

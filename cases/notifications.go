package cases

import (
	"context"
	"time"

	"aftersales/access"
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

// Notifications lists what an actor was sent, the newest first.
func (s *Service) Notifications(ctx context.Context, actor contract.Actor, page models.PageRequest) (models.Page[Notification], error) {
	if err := may(actor, "notification.list", access.Desk{}); err != nil {
		return models.Page[Notification]{}, err
	}
	found, err := s.Store.NotificationsTo(ctx, mailboxes(actor), page)
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

// Unread counts what an actor was sent and has not read, up to models.MaxPage.
func (s *Service) Unread(ctx context.Context, actor contract.Actor) (int, error) {
	if err := may(actor, "notification.list", access.Desk{}); err != nil {
		return 0, err
	}
	total := int64(0)
	for _, box := range mailboxes(actor) {
		n, err := s.Store.UnreadNotifications(ctx, box.Kind, box.ID)
		if err != nil {
			return 0, away(err)
		}
		total += n
	}
	return int(min(total, models.MaxPage)), nil
}

// AllNews stands for all of somebody's notifications.
const AllNews = "all"

// ReadNotification marks one of the actor's own notifications as read, or AllNews. Somebody else's stays as it is, without
// a word.
func (s *Service) ReadNotification(ctx context.Context, actor contract.Actor, id string) error {
	if err := may(actor, "notification.read", access.Desk{}); err != nil {
		return err
	}
	ids := []string{id}
	if id == AllNews {
		ids = nil
	}
	for _, box := range mailboxes(actor) {
		if err := s.Store.ReadNotifications(ctx, box.Kind, box.ID, s.now(), ids...); err != nil {
			return away(err)
		}
	}
	return nil
}

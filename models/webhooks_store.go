package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"aftersales/seal"
)

func endpointAD(id, column string) seal.AD {
	return seal.AD{Table: "webhook_endpoints", Column: column, Person: "webhook", Row: id}
}

// NewEndpoint is an endpoint with its URL and secret in plain.
type NewEndpoint struct {
	ID, ShopID, URL, Host, Name, Topics, Secret, CreatedBy string
	At                                                     time.Time
}

// AddEndpoint seals and stores an endpoint, which is on.
func (s *Store) AddEndpoint(ctx context.Context, in NewEndpoint) (WebhookEndpoint, error) {
	row := WebhookEndpoint{
		ID: in.ID, ShopID: in.ShopID, URL: seal.Plain(in.URL), Host: in.Host, Name: in.Name, Topics: in.Topics, Secret: seal.Plain(in.Secret),
		State: EndpointOn, WaitUntil: Moment(in.At), Revision: 1, CreatedBy: in.CreatedBy, CreatedAt: Moment(in.At),
	}
	for column, text := range map[string]*seal.Text{"url": &row.URL, "secret": &row.Secret} {
		if err := s.Keys.Seal(ctx, seal.Platform, endpointAD(row.ID, column), text); err != nil {
			return row, err
		}
	}
	return row, s.db(ctx).Create(&row).Error
}

// OpenedEndpoint is an endpoint with what it takes to call it, in plain.
type OpenedEndpoint struct {
	WebhookEndpoint
	Address string
	Secrets []string // to sign with: the newest first, and for a while the one before
}

// OpenEndpoint opens what of an endpoint is sealed.
func (s *Store) OpenEndpoint(ctx context.Context, row WebhookEndpoint, now time.Time) (opened OpenedEndpoint, err error) {
	opened.WebhookEndpoint = row
	if opened.Address, err = s.Keys.Open(ctx, endpointAD(row.ID, "url"), row.URL); err != nil {
		return opened, err
	}
	secret, err := s.Keys.Open(ctx, endpointAD(row.ID, "secret"), row.Secret)
	if err != nil {
		return opened, err
	}
	opened.Secrets = []string{secret}
	if row.OldUntil != nil && now.Before(*row.OldUntil) {
		old, err := s.Keys.Open(ctx, endpointAD(row.ID, "old_secret"), row.OldSecret)
		if err != nil {
			return opened, err
		}
		opened.Secrets = append(opened.Secrets, old)
	}
	return opened, nil
}

// Endpoint returns an endpoint of a shop, or of the platform; ErrNotFound when there is none of theirs.
func (s *Store) Endpoint(ctx context.Context, shopID, id string) (WebhookEndpoint, error) {
	return one[WebhookEndpoint](ctx, s, "id = ? AND shop_id = ? AND state <> ?", id, shopID, EndpointRemoved)
}

// EndpointsOf lists the endpoints of a shop, or of the platform, the oldest first.
func (s *Store) EndpointsOf(ctx context.Context, shopID string) ([]WebhookEndpoint, error) {
	var rows []WebhookEndpoint
	return rows, s.db(ctx).Where("shop_id = ? AND state <> 'removed'", shopID).Order("id").Find(&rows).Error
}

// EndpointsOn lists every endpoint that is on.
func (s *Store) EndpointsOn(ctx context.Context) ([]WebhookEndpoint, error) {
	var rows []WebhookEndpoint
	return rows, s.db(ctx).Where("state = 'on'").Order("id").Find(&rows).Error
}

// EndpointsByID returns endpoints by their IDs, whatever their state.
func (s *Store) EndpointsByID(ctx context.Context, ids []string) (map[string]WebhookEndpoint, error) {
	var rows []WebhookEndpoint
	err := s.db(ctx).Where("id IN ?", ids).Find(&rows).Error
	byID := make(map[string]WebhookEndpoint, len(rows))
	for _, row := range rows {
		byID[row.ID] = row
	}
	return byID, err
}

// EndpointChange is what is changed of an endpoint; empty fields stay.
type EndpointChange struct {
	URL, Host, Name, Topics, State string
	Secret                         string        // a new one,
	OldFor                         time.Duration // beside which the old one goes on for so long
}

// ChangeEndpoint changes an endpoint whose revision somebody saw; ErrNotFound when it has another by now. One that is switched on
// begins anew.
func (s *Store) ChangeEndpoint(ctx context.Context, row WebhookEndpoint, change EndpointChange, now time.Time) error {
	set := map[string]any{"revision": row.Revision + 1}
	if change.URL != "" {
		text := seal.Plain(change.URL)
		if err := s.Keys.Seal(ctx, seal.Platform, endpointAD(row.ID, "url"), &text); err != nil {
			return err
		}
		set["url"], set["host"] = text, change.Host
	}
	if change.Secret != "" {
		old, err := s.Keys.Open(ctx, endpointAD(row.ID, "secret"), row.Secret)
		if err != nil {
			return err
		}
		fresh, before := seal.Plain(change.Secret), seal.Plain(old)
		if err := s.Keys.Seal(ctx, seal.Platform, endpointAD(row.ID, "secret"), &fresh); err != nil {
			return err
		}
		if err := s.Keys.Seal(ctx, seal.Platform, endpointAD(row.ID, "old_secret"), &before); err != nil {
			return err
		}
		set["secret"], set["old_secret"], set["old_until"] = fresh, before, Moment(now.Add(change.OldFor))
	}
	if change.Name != "" {
		set["name"] = change.Name
	}
	if change.Topics != "" {
		set["topics"] = change.Topics
	}
	if change.State != "" && change.State != row.State {
		set["state"], set["why"] = change.State, ""
		if change.State == EndpointOn {
			set["failures"], set["failing_since"], set["wait_until"] = 0, nil, Moment(now)
		} else {
			set["why"] = OffByPerson
		}
	}
	changed := s.db(ctx).Model(&WebhookEndpoint{}).Where("id = ? AND revision = ? AND state <> ?", row.ID, row.Revision, EndpointRemoved).Updates(set)
	if changed.Error == nil && changed.RowsAffected == 0 {
		return ErrNotFound
	}
	return changed.Error
}

// AddDeliveries notes what endpoints are to be told. What stands already is left alone.
func (s *Store) AddDeliveries(ctx context.Context, rows []WebhookDelivery) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "endpoint_id"}, {Name: "event_id"}}, DoNothing: true,
	}).CreateInBatches(&rows, 100).Error
}

// ClaimDeliveries takes deliveries that are due, the longest due first, and hides them from other workers for lease.
func (s *Store) ClaimDeliveries(ctx context.Context, limit int, now time.Time, lease time.Duration) ([]WebhookDelivery, error) {
	var due []WebhookDelivery
	find := func(s *Store) error {
		return s.forClaim(s.db(ctx)).Where("state = 'waiting' AND due_at <= ?", Moment(now)).Order("due_at, id").Limit(limit).Find(&due).Error
	}
	err := s.claim(ctx, find, func() int { return len(due) }, func(tx *Store) error {
		ids := make([]string, len(due))
		for i := range due {
			ids[i], due[i].DueAt = due[i].ID, Moment(now.Add(lease))
		}
		return tx.db(ctx).Exec("UPDATE webhook_deliveries SET due_at = ? WHERE id IN ?", Moment(now.Add(lease)), ids).Error
	})
	return due, err
}

// Outcome is how a try to deliver ended.
type Outcome struct {
	Status  int
	Problem string
	Took    time.Duration
}

// EndDelivery notes the last try of a delivery and its end: DeliveryDelivered or DeliveryGivenUp. tried is false when it was
// given up without one.
func (s *Store) EndDelivery(ctx context.Context, id, state string, tried bool, last Outcome, now time.Time) error {
	set := map[string]any{"state": state, "ended_at": Moment(now), "problem": last.Problem}
	if tried {
		set["status"], set["took_ms"], set["tries"] = last.Status, last.Took.Milliseconds(), gorm.Expr("tries + 1")
	}
	return s.db(ctx).Model(&WebhookDelivery{}).Where("id = ? AND state = 'waiting'", id).Updates(set).Error
}

// DeliveryFailed notes a try that failed; the delivery is due again at a time.
func (s *Store) DeliveryFailed(ctx context.Context, id string, last Outcome, again time.Time) error {
	return s.db(ctx).Model(&WebhookDelivery{}).Where("id = ? AND state = 'waiting'", id).Updates(map[string]any{
		"status": last.Status, "took_ms": last.Took.Milliseconds(), "tries": gorm.Expr("tries + 1"), "problem": last.Problem, "due_at": Moment(again),
	}).Error
}

// EndpointTook notes that an endpoint took something: its failures are over.
func (s *Store) EndpointTook(ctx context.Context, id string) error {
	return s.db(ctx).Model(&WebhookEndpoint{}).Where("id = ? AND failures > 0", id).Updates(map[string]any{"failures": 0, "failing_since": nil}).Error
}

// EndpointFailed notes that an endpoint took nothing: all that waits for it waits until then.
func (s *Store) EndpointFailed(ctx context.Context, row WebhookEndpoint, now, until time.Time) error {
	return s.Tx(ctx, func(tx *Store) error {
		set := map[string]any{"failures": gorm.Expr("failures + 1"), "wait_until": Moment(until)}
		if row.FailingSince == nil {
			set["failing_since"] = Moment(now)
		}
		if err := tx.db(ctx).Model(&WebhookEndpoint{}).Where("id = ?", row.ID).Updates(set).Error; err != nil {
			return err
		}
		return tx.db(ctx).Model(&WebhookDelivery{}).Where("endpoint_id = ? AND state = 'waiting' AND due_at < ?", row.ID, Moment(until)).
			Update("due_at", Moment(until)).Error
	})
}

// EndpointOff switches an endpoint off that is on; false when it was not.
func (s *Store) EndpointOff(ctx context.Context, id, why string) (bool, error) {
	changed := s.db(ctx).Model(&WebhookEndpoint{}).Where("id = ? AND state = ?", id, EndpointOn).
		Updates(map[string]any{"state": EndpointOff, "why": why, "revision": gorm.Expr("revision + 1")})
	return changed.RowsAffected > 0, changed.Error
}

// ReleaseDeliveries gives back what was claimed and not tried.
func (s *Store) ReleaseDeliveries(ctx context.Context, ids []string, due time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	return s.db(ctx).Model(&WebhookDelivery{}).Where("id IN ? AND state = 'waiting'", ids).Update("due_at", Moment(due)).Error
}

// Delivery returns a delivery of an endpoint.
func (s *Store) Delivery(ctx context.Context, endpointID, id string) (WebhookDelivery, error) {
	return one[WebhookDelivery](ctx, s, "id = ? AND endpoint_id = ?", id, endpointID)
}

// Deliveries lists what an endpoint was told, the newest first; state narrows it, empty: all.
func (s *Store) Deliveries(ctx context.Context, endpointID, state string, request PageRequest) (Page[WebhookDelivery], error) {
	query := s.db(ctx).Where("endpoint_id = ?", endpointID)
	if state != "" {
		query = query.Where("state = ?", state)
	}
	return newestFirst(query, request, "created_at", func(d WebhookDelivery) place { return place{d.CreatedAt, d.ID} })
}

// Redeliver makes deliveries of an endpoint that have ended due again, at most limit of those in a state since a time or the
// one with an ID; it returns how many.
func (s *Store) Redeliver(ctx context.Context, endpointID, id, state string, since time.Time, limit int, now time.Time) (int64, error) {
	which := s.db(ctx).Model(&WebhookDelivery{}).Select("id").Where("endpoint_id = ? AND state <> 'waiting'", endpointID)
	if id != "" {
		which = which.Where("id = ?", id)
	} else {
		which = which.Where("state = ? AND created_at >= ?", state, Moment(since)).Order("created_at, id").Limit(limit)
	}
	again := s.db(ctx).Model(&WebhookDelivery{}).Where("id IN (?)", which).
		Updates(map[string]any{"state": DeliveryWaiting, "due_at": Moment(now), "ended_at": nil, "tries": 0, "problem": ""})
	return again.RowsAffected, again.Error
}

// Package webhooks tells other programs what happens: a shop's own system, a company's data warehouse. Messages follow
// Standard Webhooks (https://www.standardwebhooks.com): signed, with an ID that stays the same however often they are tried.
// They hold codes, numbers and IDs; whoever wants more asks the API under its own rights.
package webhooks

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// Topics are the events that an endpoint can be told of.
var Topics = []string{"case.changed", "conversation.changed", "message.sent", "message.changed"}

const (
	maxEndpoints = 10 // of one shop, or of the platform
	maxURL       = 500
	secretBytes  = 32
	// oldSecretFor is how long messages carry the old signature, too, after a secret was changed.
	oldSecretFor = 24 * time.Hour
	// redeliverAtOnce is the most that one request makes due again.
	redeliverAtOnce = 1000
)

// Owner is whose endpoints somebody manages: a shop's, or with an empty Shop the platform's. By is the person.
type Owner struct{ Shop, By string }

// Service keeps endpoints and tells them.
type Service struct {
	Store  *models.Store
	Client *http.Client     // calls public servers only, and follows no redirect
	Plain  []string         // servers, host:port, at which http:// will do: those of one's own house
	Now    func() time.Time // nil: time.Now
}

func (s *Service) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// Endpoint is an endpoint as its owner sees it. Address is the whole URL.
type Endpoint struct {
	ID, Name, Address string
	Topics            []string
	State, Why        string
	Failures          int // in a row
	FailingSince      *time.Time
	WaitUntil         time.Time // nothing is tried before; in the past while all is well
	Revision          int64
	CreatedBy         string
	CreatedAt         time.Time
}

// Wanted is what an owner says of an endpoint; in a change, what is empty stays.
type Wanted struct {
	Name, Address string
	Topics        []string
	State         string // in a change: models.EndpointOn or EndpointOff
}

// Create makes an endpoint, which is on, and returns its secret, which is shown this once. Faults: bad_request for an address
// that is none, for a topic that is none; too_many_endpoints.
func (s *Service) Create(ctx context.Context, owner Owner, in Wanted) (Endpoint, string, error) {
	host, err := s.hostOf(in.Address)
	if err != nil {
		return Endpoint{}, "", err
	}
	topics, err := topicsOf(in.Topics)
	if err != nil {
		return Endpoint{}, "", err
	}
	rows, err := s.Store.EndpointsOf(ctx, owner.Shop)
	if err != nil {
		return Endpoint{}, "", away(err)
	}
	if len(rows) >= maxEndpoints {
		return Endpoint{}, "", fault.New(fault.TooManyEndpoints, "limit", maxEndpoints)
	}
	secret := newSecret()
	row, err := s.Store.AddEndpoint(ctx, models.NewEndpoint{
		ID: models.NewID(), ShopID: owner.Shop, URL: in.Address, Host: host, Name: strings.TrimSpace(in.Name), Topics: topics, Secret: secret, CreatedBy: owner.By, At: s.now(),
	})
	if err != nil {
		return Endpoint{}, "", away(err)
	}
	shown, err := s.shown(ctx, row)
	return shown, secret, err
}

// List lists the owner's endpoints, the oldest first; they are few.
func (s *Service) List(ctx context.Context, owner Owner) ([]Endpoint, error) {
	rows, err := s.Store.EndpointsOf(ctx, owner.Shop)
	if err != nil {
		return nil, away(err)
	}
	list := make([]Endpoint, len(rows))
	for i, row := range rows {
		if list[i], err = s.shown(ctx, row); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Change changes an endpoint of which somebody saw a revision. Faults as for Create; not_found; stale_revision.
func (s *Service) Change(ctx context.Context, owner Owner, id string, seen int64, in Wanted) (Endpoint, error) {
	change := models.EndpointChange{Name: strings.TrimSpace(in.Name), State: in.State}
	if in.Address != "" {
		host, err := s.hostOf(in.Address)
		if err != nil {
			return Endpoint{}, err
		}
		change.URL, change.Host = in.Address, host
	}
	if len(in.Topics) > 0 {
		topics, err := topicsOf(in.Topics)
		if err != nil {
			return Endpoint{}, err
		}
		change.Topics = topics
	}
	return s.change(ctx, owner, id, seen, change)
}

// Rotate gives an endpoint a new secret, which is shown this once. For a day messages are signed with the old one, too.
func (s *Service) Rotate(ctx context.Context, owner Owner, id string, seen int64) (Endpoint, string, error) {
	secret := newSecret()
	changed, err := s.change(ctx, owner, id, seen, models.EndpointChange{Secret: secret, OldFor: oldSecretFor})
	return changed, secret, err
}

// Remove ends an endpoint: it is told nothing any more. Fault: not_found.
func (s *Service) Remove(ctx context.Context, owner Owner, id string) error {
	row, err := s.own(ctx, owner, id)
	if err != nil {
		return err
	}
	err = s.Store.ChangeEndpoint(ctx, row, models.EndpointChange{State: models.EndpointRemoved}, s.now())
	if errors.Is(err, models.ErrNotFound) {
		return fault.New(fault.StaleRevision)
	}
	return away(err)
}

func (s *Service) change(ctx context.Context, owner Owner, id string, seen int64, change models.EndpointChange) (Endpoint, error) {
	row, err := s.own(ctx, owner, id)
	if err != nil {
		return Endpoint{}, err
	}
	if row.Revision != seen {
		return Endpoint{}, fault.New(fault.StaleRevision)
	}
	err = s.Store.ChangeEndpoint(ctx, row, change, s.now())
	switch {
	case errors.Is(err, models.ErrNotFound):
		return Endpoint{}, fault.New(fault.StaleRevision)
	case err != nil:
		return Endpoint{}, away(err)
	}
	if row, err = s.own(ctx, owner, id); err != nil {
		return Endpoint{}, err
	}
	return s.shown(ctx, row)
}

// Deliveries lists what an endpoint was told, the newest first; state narrows it. Fault: not_found.
func (s *Service) Deliveries(ctx context.Context, owner Owner, id, state string, page models.PageRequest) (models.Page[models.WebhookDelivery], error) {
	if _, err := s.own(ctx, owner, id); err != nil {
		return models.Page[models.WebhookDelivery]{}, err
	}
	found, err := s.Store.Deliveries(ctx, id, state, page)
	return found, away(err)
}

// Redeliver makes one delivery due again, or with an empty deliveryID up to 1,000 of those that were given up since a time; it
// returns how many. Faults: not_found; endpoint_off.
func (s *Service) Redeliver(ctx context.Context, owner Owner, id, deliveryID string, since time.Time) (int64, error) {
	row, err := s.own(ctx, owner, id)
	if err != nil {
		return 0, err
	}
	if row.State != models.EndpointOn {
		return 0, fault.New(fault.EndpointOff)
	}
	n, err := s.Store.Redeliver(ctx, id, deliveryID, models.DeliveryGivenUp, since, redeliverAtOnce, s.now())
	if err == nil && n == 0 && deliveryID != "" {
		return 0, fault.New(fault.NotFound)
	}
	return n, away(err)
}

// Try sends an endpoint a message of the topic "ping" at once and tells how that went; nothing of it is kept. Fault: not_found.
func (s *Service) Try(ctx context.Context, owner Owner, id string) (models.Outcome, error) {
	row, err := s.own(ctx, owner, id)
	if err != nil {
		return models.Outcome{}, err
	}
	opened, err := s.Store.OpenEndpoint(ctx, row, s.now())
	if err != nil {
		return models.Outcome{}, away(err)
	}
	body, err := json.Marshal(message{Type: "ping", Timestamp: s.now().UTC(), Data: map[string]any{}})
	if err != nil {
		return models.Outcome{}, err
	}
	return s.send(ctx, opened, "ping_"+models.NewID(), body), nil
}

func (s *Service) own(ctx context.Context, owner Owner, id string) (models.WebhookEndpoint, error) {
	row, err := s.Store.Endpoint(ctx, owner.Shop, id)
	return row, away(err)
}

func (s *Service) shown(ctx context.Context, row models.WebhookEndpoint) (Endpoint, error) {
	opened, err := s.Store.OpenEndpoint(ctx, row, s.now())
	if err != nil {
		return Endpoint{}, away(err)
	}
	shown := Endpoint{
		ID: row.ID, Name: row.Name, Address: opened.Address, State: row.State, Why: row.Why, Failures: row.Failures, FailingSince: row.FailingSince,
		WaitUntil: row.WaitUntil, Revision: row.Revision, CreatedBy: row.CreatedBy, CreatedAt: row.CreatedAt,
	}
	return shown, json.Unmarshal([]byte(row.Topics), &shown.Topics)
}

// hostOf checks an address: https, a host, nothing of a password in it.
func (s *Service) hostOf(address string) (string, error) {
	u, err := url.Parse(address)
	bad := func(problem string) (string, error) {
		return "", fault.New(fault.BadRequest, "problem", "url: "+problem)
	}
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return bad("an address with a host, e.g. https://example.com/hooks")
	case len(address) > maxURL:
		return bad("at most 500 characters")
	case u.User != nil || u.Fragment != "":
		return bad("without a password and without #")
	case u.Scheme == "https", u.Scheme == "http" && slices.Contains(s.Plain, u.Host):
		return u.Host, nil
	}
	return bad("begins with https://")
}

func topicsOf(topics []string) (string, error) {
	sorted := slices.Clone(topics)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	for _, topic := range sorted {
		if !slices.Contains(Topics, topic) {
			return "", fault.New(fault.BadRequest, "problem", "topics: one or more of "+strings.Join(Topics, ", "))
		}
	}
	if len(sorted) == 0 {
		return "", fault.New(fault.BadRequest, "problem", "topics: one or more of "+strings.Join(Topics, ", "))
	}
	content, err := json.Marshal(sorted)
	return string(content), err
}

// newSecret is a secret in the form of the standard: 256 random bits.
func newSecret() string {
	random := make([]byte, secretBytes)
	_, _ = rand.Read(random) // never fails: crypto/rand
	return "whsec_" + base64.StdEncoding.EncodeToString(random)
}

// away is what a person is told when our database fails.
var away = models.Told

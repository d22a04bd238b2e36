package webhooks

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"golang.org/x/sync/errgroup"

	"aftersales/models"
	"aftersales/partners/safehttp"
)

const (
	batch   = 100
	abreast = 8                // endpoints that are called at the same time
	timeout = 15 * time.Second // of one call
	// turn is how long one endpoint is called in a row; what it did not take by then is given back. lease is longer than a
	// turn and the call that began in it.
	turn  = 30 * time.Second
	lease = time.Minute
	// firstPause and longestPause bound how long an endpoint is left in peace after it failed: four times longer each time.
	firstPause   = 5 * time.Second
	longestPause = 6 * time.Hour
	// keepTrying is how old a message becomes before it is given up, and how long an endpoint may fail before it is switched off.
	keepTrying = 3 * 24 * time.Hour
	failingFor = 5 * 24 * time.Hour
	maxAnswer  = 64 << 10 // of an answer's body, which is read and thrown away
)

// MessageID is the webhook-id of a delivery: the same in every try, and the same again when somebody asks for it once more.
func MessageID(d models.WebhookDelivery) string { return "evt_" + strconv.FormatInt(d.EventID, 10) }

// Problems of a try, as codes.
const (
	problemRefused  = "refused"       // an answer other than 2xx
	problemGone     = "gone"          // 410: it wants to be told nothing any more
	problemAddress  = "address"       // it leads to a server that must not be called
	problemNoAnswer = "no_answer"     // no connection, or none in time
	problemOff      = "endpoint_off"  // it was switched off or removed meanwhile
	problemTooOld   = "too_old"       // it was tried for three days
	problemSecret   = "secret_broken" // what is kept of the endpoint cannot be read
)

// Step delivers one batch of what is due: each endpoint's messages one after another, in the order of their events, several
// endpoints side by side. An endpoint that fails holds up no other, and is left in peace for a while.
func (s *Service) Step(ctx context.Context) (more bool, err error) {
	due, err := s.Store.ClaimDeliveries(ctx, batch, s.now(), lease)
	if err != nil || len(due) == 0 {
		return false, err
	}
	byEndpoint := map[string][]models.WebhookDelivery{}
	var ids []string
	for _, delivery := range due {
		if byEndpoint[delivery.EndpointID] == nil {
			ids = append(ids, delivery.EndpointID)
		}
		byEndpoint[delivery.EndpointID] = append(byEndpoint[delivery.EndpointID], delivery)
	}
	endpoints, err := s.Store.EndpointsByID(ctx, ids)
	if err != nil {
		return false, err
	}
	var group errgroup.Group
	group.SetLimit(abreast)
	for _, id := range ids {
		group.Go(func() error { return s.deliver(ctx, endpoints[id], byEndpoint[id]) })
	}
	return len(due) == batch, group.Wait()
}

// deliver sends an endpoint what is due for it, until one fails or its turn is over.
func (s *Service) deliver(ctx context.Context, endpoint models.WebhookEndpoint, due []models.WebhookDelivery) error {
	if endpoint.State != models.EndpointOn {
		return s.giveUpAll(ctx, due, problemOff)
	}
	opened, err := s.Store.OpenEndpoint(ctx, endpoint, s.now())
	if err != nil {
		slog.ErrorContext(ctx, "an endpoint cannot be read", "endpoint", endpoint.ID, "error", err)
		return s.giveUpAll(ctx, due, problemSecret)
	}
	began := time.Now()
	for i, delivery := range due {
		if time.Since(began) > turn || ctx.Err() != nil {
			return s.release(ctx, due[i:], s.now())
		}
		outcome := s.send(ctx, opened, MessageID(delivery), []byte(delivery.Body))
		if ctx.Err() != nil { // asked to stop in the middle: nothing is known
			return s.release(ctx, due[i:], s.now())
		}
		if outcome.Problem == "" {
			err := errors.Join(s.Store.EndDelivery(ctx, delivery.ID, models.DeliveryDelivered, true, outcome, s.now()), s.Store.EndpointTook(ctx, endpoint.ID))
			if err != nil {
				return err
			}
			continue
		}
		return s.failed(ctx, endpoint, delivery, due[i+1:], outcome)
	}
	return nil
}

// failed notes a try that failed. The rest of what was taken for the endpoint, and all else for it, waits with it.
func (s *Service) failed(ctx context.Context, endpoint models.WebhookEndpoint, delivery models.WebhookDelivery, rest []models.WebhookDelivery, outcome models.Outcome) error {
	now := s.now()
	until := now.Add(pause(endpoint.Failures))
	if err := s.release(ctx, rest, until); err != nil {
		return err
	}
	switch {
	case outcome.Problem == problemGone:
		_, err := s.Store.EndpointOff(ctx, endpoint.ID, models.OffByItself)
		return errors.Join(err, s.Store.EndDelivery(ctx, delivery.ID, models.DeliveryGivenUp, true, outcome, now))
	case now.Sub(delivery.CreatedAt) > keepTrying:
		if err := s.Store.EndDelivery(ctx, delivery.ID, models.DeliveryGivenUp, true, models.Outcome{Status: outcome.Status, Took: outcome.Took, Problem: problemTooOld}, now); err != nil {
			return err
		}
	default:
		if err := s.Store.DeliveryFailed(ctx, delivery.ID, outcome, until); err != nil {
			return err
		}
	}
	if endpoint.FailingSince != nil && now.Sub(*endpoint.FailingSince) > failingFor {
		off, err := s.Store.EndpointOff(ctx, endpoint.ID, models.OffByFailing)
		if off {
			slog.WarnContext(ctx, "an endpoint took nothing for days and was switched off", "endpoint", endpoint.ID, "host", endpoint.Host)
		}
		return err
	}
	return s.Store.EndpointFailed(ctx, endpoint, now, until)
}

// pause is how long an endpoint is left in peace that failed n times before, jittered by a fifth.
func pause(n int) time.Duration {
	length := longestPause
	if n < 8 {
		length = min(firstPause<<(2*n), longestPause)
	}
	return length + time.Duration(rand.Int64N(int64(length)/5))
}

func (s *Service) giveUpAll(ctx context.Context, due []models.WebhookDelivery, why string) (err error) {
	for _, delivery := range due {
		err = errors.Join(err, s.Store.EndDelivery(ctx, delivery.ID, models.DeliveryGivenUp, false, models.Outcome{Problem: why}, s.now()))
	}
	return err
}

// release gives back what was taken and not tried; it is due again at a time.
func (s *Service) release(ctx context.Context, rest []models.WebhookDelivery, due time.Time) error {
	ids := make([]string, len(rest))
	for i, delivery := range rest {
		ids[i] = delivery.ID
	}
	return s.Store.ReleaseDeliveries(context.WithoutCancel(ctx), ids, due)
}

// send signs a message and posts it. An outcome without a problem is a 2xx.
func (s *Service) send(ctx context.Context, endpoint models.OpenedEndpoint, id string, body []byte) (out models.Outcome) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	began := time.Now()
	defer func() { out.Took = time.Since(began) }()
	at := s.now()
	signatures := ""
	for _, secret := range endpoint.Secrets {
		signer, err := standard.NewWebhook(secret)
		if err != nil {
			return models.Outcome{Problem: problemSecret}
		}
		signature, err := signer.Sign(id, at, body)
		if err != nil {
			return models.Outcome{Problem: problemSecret}
		}
		if signatures != "" {
			signatures += " "
		}
		signatures += signature
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint.Address, bytes.NewReader(body))
	if err != nil {
		return models.Outcome{Problem: problemAddress}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "aftersales-webhooks/1")
	request.Header.Set("webhook-id", id)
	request.Header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	request.Header.Set("webhook-signature", signatures)
	answer, err := s.Client.Do(request)
	switch {
	case errors.Is(err, safehttp.ErrRefused):
		return models.Outcome{Problem: problemAddress}
	case err != nil:
		return models.Outcome{Problem: problemNoAnswer}
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer)) // so that the connection can be used again
	out.Status = answer.StatusCode
	switch {
	case answer.StatusCode == http.StatusGone:
		out.Problem = problemGone
	case answer.StatusCode < 200 || answer.StatusCode > 299:
		out.Problem = problemRefused
	}
	return out
}

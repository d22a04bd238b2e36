package api

import (
	"context"
	"time"

	"aftersales/models"
	"aftersales/webhooks"
)

// Webhooks keeps where other programs are told of what happens.
type Webhooks interface {
	Create(ctx context.Context, owner webhooks.Owner, in webhooks.Wanted) (webhooks.Endpoint, string, error)
	List(ctx context.Context, owner webhooks.Owner) ([]webhooks.Endpoint, error)
	Change(ctx context.Context, owner webhooks.Owner, id string, seen int64, in webhooks.Wanted) (webhooks.Endpoint, error)
	Rotate(ctx context.Context, owner webhooks.Owner, id string, seen int64) (webhooks.Endpoint, string, error)
	Remove(ctx context.Context, owner webhooks.Owner, id string) error
	Try(ctx context.Context, owner webhooks.Owner, id string) (models.Outcome, error)
	Deliveries(ctx context.Context, owner webhooks.Owner, id, state string, page models.PageRequest) (models.Page[models.WebhookDelivery], error)
	Redeliver(ctx context.Context, owner webhooks.Owner, id, deliveryID string, since time.Time) (int64, error)
}

func webhookRoutes() []Route {
	return []Route{
		{get, "/v1/webhooks", "webhook.list", 0, "webhooks", "Where programs are told of what happens, and how that goes"},
		{post, "/v1/webhooks", "webhook.create", Keyed | StepUp | Secret, "webhooks", "Tell another program, at an address of its own"},
		{post, "/v1/webhooks/{id}/change", "webhook.change", Keyed | StepUp, "webhooks", "Another name, address or topics; switch it on or off"},
		{post, "/v1/webhooks/{id}/rotate", "webhook.rotate", Keyed | StepUp | Secret, "webhooks", "A new secret; the old one signs along for a day"},
		{del, "/v1/webhooks/{id}", "webhook.remove", Audited, "webhooks", "Tell it nothing any more"},
		{post, "/v1/webhooks/{id}/try", "webhook.try", Keyed, "webhooks", "Send a ping now, and see how it is taken"},
		{get, "/v1/webhooks/{id}/deliveries", "webhook.delivery.list", 0, "webhooks", "What it was told, the newest first"},
		{post, "/v1/webhooks/{id}/redeliver", "webhook.redeliver", Keyed, "webhooks", "Tell it again: one message, or what was given up since a time"},
	}
}

type (
	webhookBody struct {
		ID           string     `json:"id"`
		Name         string     `json:"name"`
		URL          string     `json:"url"`
		Topics       []string   `json:"topics" nullable:"false"`
		State        string     `json:"state" enum:"on,off"`
		Why          string     `json:"why,omitempty" enum:"person,failing,gone" doc:"Why it is off: somebody switched it off, it took nothing for five days, or it answered 410."`
		Failures     int        `json:"failures" doc:"In a row."`
		FailingSince *time.Time `json:"failing_since,omitempty"`
		WaitUntil    *time.Time `json:"wait_until,omitempty" doc:"It failed, and is left in peace until then."`
		Revision     int64      `json:"revision"`
		CreatedBy    string     `json:"created_by"`
		CreatedAt    time.Time  `json:"created_at"`
	}
	webhookListBody struct {
		Items  []webhookBody `json:"items" nullable:"false"`
		Topics []string      `json:"topics" nullable:"false" doc:"What there is to be told of."`
	}
	webhookListOutput struct{ Body webhookListBody }
	webhookOutput     struct{ Body webhookBody }

	newWebhookBody struct {
		Name   string   `json:"name" minLength:"1" maxLength:"100"`
		URL    string   `json:"url" minLength:"1" maxLength:"500" doc:"https, a public server."`
		Topics []string `json:"topics" minItems:"1" maxItems:"20" nullable:"false"`
	}
	newWebhookInput struct {
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
		Body newWebhookBody
	}
	changeWebhookBody struct {
		Revision int64    `json:"revision" minimum:"1" doc:"The one that was seen."`
		Name     string   `json:"name,omitempty" maxLength:"100"`
		URL      string   `json:"url,omitempty" maxLength:"500"`
		Topics   []string `json:"topics,omitempty" maxItems:"20" nullable:"false"`
		State    string   `json:"state,omitempty" enum:"on,off"`
	}
	sawWebhookBody struct {
		Revision int64 `json:"revision" minimum:"1" doc:"The one that was seen."`
	}
	madeWebhookBody struct {
		Secret  string      `json:"secret" doc:"Messages are signed with it, as Standard Webhooks says. It is shown this once."`
		Webhook webhookBody `json:"webhook"`
	}
	madeWebhookOutput struct{ Body madeWebhookBody }

	triedBody struct {
		Status  int    `json:"status,omitempty" doc:"Of the answer; absent: there was none."`
		Problem string `json:"problem,omitempty" enum:"refused,gone,address,no_answer,endpoint_off,too_old,secret_broken" doc:"Absent: it was taken."`
		TookMS  int64  `json:"took_ms"`
	}
	triedOutput struct{ Body triedBody }

	toldListInput struct {
		PageInput
		ID    string `path:"id" maxLength:"40"`
		State string `query:"state" enum:"waiting,delivered,given_up" doc:"Absent: all."`
	}
	toldBody struct {
		ID        string     `json:"id"`
		MessageID string     `json:"message_id" doc:"The webhook-id of every try."`
		Topic     string     `json:"topic"`
		Body      string     `json:"body" doc:"What is sent, letter by letter."`
		State     string     `json:"state" enum:"waiting,delivered,given_up"`
		Tries     int        `json:"tries"`
		DueAt     *time.Time `json:"due_at,omitempty" doc:"Waiting: when it is tried next."`
		Last      *triedBody `json:"last,omitempty" doc:"How the last try went."`
		CreatedAt time.Time  `json:"created_at"`
		EndedAt   *time.Time `json:"ended_at,omitempty"`
	}
	toldListBody struct {
		Items []toldBody `json:"items" nullable:"false"`
		Next  string     `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	toldListOutput struct{ Body toldListBody }

	redeliverBody struct {
		DeliveryID string    `json:"delivery_id,omitempty" maxLength:"40" doc:"One message."`
		Since      time.Time `json:"since,omitempty" doc:"Without delivery_id: what was given up since then, 1,000 at most."`
	}
	redeliveredBody struct {
		Deliveries int64 `json:"deliveries" doc:"How many are due again."`
	}
	redeliveredOutput struct{ Body redeliveredBody }
)

// webhookOwner is whose endpoints the caller manages: their shop's, or the platform's.
func webhookOwner(ctx context.Context) webhooks.Owner {
	actor := callerOf(ctx).actor()
	return webhooks.Owner{Shop: actor.Merchant, By: actor.ID}
}

func webhookOf(e webhooks.Endpoint) webhookBody {
	body := webhookBody{
		ID: e.ID, Name: e.Name, URL: e.Address, Topics: e.Topics, State: e.State, Why: e.Why, Failures: e.Failures, FailingSince: e.FailingSince,
		Revision: e.Revision, CreatedBy: e.CreatedBy, CreatedAt: e.CreatedAt,
	}
	if e.Failures > 0 {
		body.WaitUntil = &e.WaitUntil
	}
	return body
}

func toldOf(d models.WebhookDelivery) toldBody {
	body := toldBody{
		ID: d.ID, MessageID: webhooks.MessageID(d), Topic: d.Topic, Body: d.Body, State: d.State, Tries: d.Tries, CreatedAt: d.CreatedAt, EndedAt: d.EndedAt,
	}
	if d.State == models.DeliveryWaiting {
		body.DueAt = &d.DueAt
	}
	if d.Tries > 0 || d.Problem != "" {
		body.Last = &triedBody{d.Status, d.Problem, d.TookMS}
	}
	return body
}

func (e *edge) webhooks() {
	made := func(endpoint webhooks.Endpoint, secret string, err error) (*madeWebhookOutput, error) {
		if err != nil {
			return nil, err
		}
		return &madeWebhookOutput{madeWebhookBody{secret, webhookOf(endpoint)}}, nil
	}
	register(e, "webhook.list", func(ctx context.Context, _ *struct{}) (*webhookListOutput, error) {
		list, err := e.Webhooks.List(ctx, webhookOwner(ctx))
		if err != nil {
			return nil, err
		}
		return &webhookListOutput{webhookListBody{each(list, webhookOf), webhooks.Topics}}, nil
	})
	register(e, "webhook.create", func(ctx context.Context, in *newWebhookInput) (*madeWebhookOutput, error) {
		return made(e.Webhooks.Create(ctx, webhookOwner(ctx), webhooks.Wanted{Name: in.Body.Name, Address: in.Body.URL, Topics: in.Body.Topics}))
	}, created)
	register(e, "webhook.change", func(ctx context.Context, in *keyedByID[changeWebhookBody]) (*webhookOutput, error) {
		changed, err := e.Webhooks.Change(ctx, webhookOwner(ctx), in.ID, in.Body.Revision, webhooks.Wanted{
			Name: in.Body.Name, Address: in.Body.URL, Topics: in.Body.Topics, State: in.Body.State,
		})
		if err != nil {
			return nil, err
		}
		return &webhookOutput{webhookOf(changed)}, nil
	})
	register(e, "webhook.rotate", func(ctx context.Context, in *keyedByID[sawWebhookBody]) (*madeWebhookOutput, error) {
		return made(e.Webhooks.Rotate(ctx, webhookOwner(ctx), in.ID, in.Body.Revision))
	})
	register(e, "webhook.remove", func(ctx context.Context, in *caseInput) (*struct{}, error) {
		return nil, e.Webhooks.Remove(ctx, webhookOwner(ctx), in.ID)
	})
	register(e, "webhook.try", func(ctx context.Context, in *keyedByID[nothingBody]) (*triedOutput, error) {
		outcome, err := e.Webhooks.Try(ctx, webhookOwner(ctx), in.ID)
		if err != nil {
			return nil, err
		}
		return &triedOutput{triedBody{outcome.Status, outcome.Problem, outcome.Took.Milliseconds()}}, nil
	})
	register(e, "webhook.delivery.list", func(ctx context.Context, in *toldListInput) (*toldListOutput, error) {
		request := in.request()
		page, err := e.Webhooks.Deliveries(ctx, webhookOwner(ctx), in.ID, in.State, models.PageRequest{Cursor: request.Cursor, Limit: request.Limit})
		if err != nil {
			return nil, err
		}
		return &toldListOutput{toldListBody{each(page.Items, toldOf), page.Next}}, nil
	})
	register(e, "webhook.redeliver", func(ctx context.Context, in *keyedByID[redeliverBody]) (*redeliveredOutput, error) {
		n, err := e.Webhooks.Redeliver(ctx, webhookOwner(ctx), in.ID, in.Body.DeliveryID, in.Body.Since)
		if err != nil {
			return nil, err
		}
		return &redeliveredOutput{redeliveredBody{n}}, nil
	})
}

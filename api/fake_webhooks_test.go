package api_test

import (
	"context"
	"time"

	"aftersales/models"
	"aftersales/webhooks"
)

// fakeWebhooks has one endpoint of everybody's.
type fakeWebhooks struct{}

var anEndpoint = webhooks.Endpoint{ID: "w-1", Name: "erp", Address: "https://hooks.example.com/a", Topics: []string{"case.changed"}, State: models.EndpointOn, Revision: 1}

func (fakeWebhooks) Create(context.Context, webhooks.Owner, webhooks.Wanted) (webhooks.Endpoint, string, error) {
	return anEndpoint, "whsec_x", nil
}

func (fakeWebhooks) List(context.Context, webhooks.Owner) ([]webhooks.Endpoint, error) {
	return []webhooks.Endpoint{anEndpoint}, nil
}

func (fakeWebhooks) Change(context.Context, webhooks.Owner, string, int64, webhooks.Wanted) (webhooks.Endpoint, error) {
	return anEndpoint, nil
}

func (fakeWebhooks) Rotate(context.Context, webhooks.Owner, string, int64) (webhooks.Endpoint, string, error) {
	return anEndpoint, "whsec_y", nil
}

func (fakeWebhooks) Remove(context.Context, webhooks.Owner, string) error { return nil }

func (fakeWebhooks) Try(context.Context, webhooks.Owner, string) (models.Outcome, error) {
	return models.Outcome{Status: 204}, nil
}

func (fakeWebhooks) Deliveries(context.Context, webhooks.Owner, string, string, models.PageRequest) (models.Page[models.WebhookDelivery], error) {
	return models.Page[models.WebhookDelivery]{Items: []models.WebhookDelivery{{ID: "d-1", EndpointID: "w-1", EventID: 7, Topic: "case.changed", Body: "{}", State: models.DeliveryWaiting}}}, nil
}

func (fakeWebhooks) Redeliver(context.Context, webhooks.Owner, string, string, time.Time) (int64, error) {
	return 1, nil
}

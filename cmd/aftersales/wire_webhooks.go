package main

import (
	"net/http"
	"time"

	"aftersales/config"
	"aftersales/models"
	"aftersales/outbox"
	"aftersales/partners/safehttp"
	"aftersales/webhooks"
)

// newWebhooks makes the service that tells other programs. Only public servers are called, and those that the configuration
// names for partners, for which http will do.
func newWebhooks(cfg *config.Config, store *models.Store) *webhooks.Service {
	client := safehttp.New(safehttp.Options{Allow: cfg.Partners.AllowHosts}).Client(30*time.Second, "https", "http") // http: see Plain
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }             // an answer 3xx is a refusal
	return &webhooks.Service{Store: store, Client: client, Plain: cfg.Partners.AllowHosts}
}

// webhookLoops note what is to be told, and tell it.
func webhookLoops(cfg *config.Config, store *models.Store) []*outbox.Loop {
	service := newWebhooks(cfg, store)
	return []*outbox.Loop{
		outbox.Relay(store, "webhooks", nil, service.Handle),
		{Name: "tell other programs", Every: 500 * time.Millisecond, Step: service.Step},
	}
}

package models

import (
	"time"

	"aftersales/seal"
)

// States of an endpoint. One that was removed stays while its deliveries are kept.
const (
	EndpointOn      = "on"
	EndpointOff     = "off"
	EndpointRemoved = "removed"
)

// Why an endpoint is off.
const (
	OffByPerson  = "person"
	OffByFailing = "failing" // it did not take anything for days
	OffByItself  = "gone"    // it answered 410
)

// States of a delivery.
const (
	DeliveryWaiting   = "waiting"
	DeliveryDelivered = "delivered"
	DeliveryGivenUp   = "given_up"
)

// WebhookEndpoint is where another program is told of what happens. URL and secrets are sealed under the platform's keyset.
type WebhookEndpoint struct {
	ID           string    `gorm:"primaryKey;size:40"`
	ShopID       string    `gorm:"size:40;not null"` // empty: the platform's own
	URL          seal.Text `gorm:"column:url;not null"`
	Host         string    `gorm:"size:255;not null"` // of the URL, for lists and logs
	Name         string    `gorm:"size:100;not null"`
	Topics       string    `gorm:"size:500;not null"` // JSON
	Secret       seal.Text `gorm:"not null"`
	OldSecret    seal.Text
	OldUntil     *time.Time // until when messages are signed with the old secret, too
	State        string     `gorm:"size:16;not null"`
	Why          string     `gorm:"size:16;not null"`
	Failures     int        `gorm:"not null"` // in a row
	FailingSince *time.Time
	WaitUntil    time.Time `gorm:"not null"` // nothing is sent before
	Revision     int64     `gorm:"not null"`
	CreatedBy    string    `gorm:"size:40;not null"`
	CreatedAt    time.Time `gorm:"not null"`
}

// WebhookDelivery is one event that an endpoint is told of. Body holds codes, numbers and IDs only.
type WebhookDelivery struct {
	ID         string    `gorm:"primaryKey;size:40"`
	EndpointID string    `gorm:"size:40;not null"`
	EventID    int64     `gorm:"not null"` // of the outbox
	Topic      string    `gorm:"size:48;not null"`
	Body       string    `gorm:"type:text;not null"`
	State      string    `gorm:"size:16;not null"`
	DueAt      time.Time `gorm:"not null"`
	Tries      int       `gorm:"not null"`
	Status     int       `gorm:"not null"` // of the last answer; 0: there was none
	Problem    string    `gorm:"size:32;not null"`
	TookMS     int64     `gorm:"column:took_ms;not null"`
	CreatedAt  time.Time `gorm:"not null"`
	EndedAt    *time.Time
}

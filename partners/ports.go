// Package partners declares what the program needs from the outside: payment rails, carriers, the shop.
// Each real provider has an adapter in a folder of its own; partners/sandbox is a server that speaks the
// providers' dialects, so that the same adapters run against it.
package partners

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"aftersales/money"
)

// Failure says what a failed call means for the caller.
type Failure string

const (
	// Unknown: the call may have been applied. Ask by key before anything else.
	Unknown Failure = "unknown"
	// Down: the partner surely did nothing (connection refused, 5xx before acceptance, rate limit). Repeat later.
	Down Failure = "down"
	// Refused: the partner decided against it for good. Repeating the same call cannot help.
	Refused Failure = "refused"
	// BalanceShort: the merchant's account cannot pay now.
	BalanceShort Failure = "balance_short"
	// RailClosed: the payment can no longer be refunded on its rail (account closed, window over).
	RailClosed Failure = "rail_closed"
	// Mismatch: the same key was used with other content.
	Mismatch Failure = "mismatch"
	// Forged: a notice without a valid signature.
	Forged Failure = "forged"
	// Malformed: a notice or answer that cannot be read.
	Malformed Failure = "malformed"
)

// Error is what every adapter returns on failure.
type Error struct {
	Failure Failure
	Partner string // e.g. "alipay"
	Code    string // the partner's own code, for logs and people
	Err     error
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s (%s): %v", e.Partner, e.Failure, e.Code, e.Err)
}

// Unwrap returns the technical cause.
func (e *Error) Unwrap() error { return e.Err }

// FailureOf returns the Failure inside err; an error that is not a partner's counts as Unknown, the careful reading.
func FailureOf(err error) Failure {
	var e *Error
	if errors.As(err, &e) {
		return e.Failure
	}
	return Unknown
}

// Rail names a way of paying, e.g. "alipay". A payment's tender goes back on the rail it came from.
type Rail string

const (
	RailAlipay Rail = "alipay"
	RailWeChat Rail = "wechat"
)

// RailLimits are what a rail allows; zero means no limit. They are checked before the call, in the leg's transaction.
type RailLimits struct {
	Window     time.Duration // from capture to the last refund
	MaxRefunds int           // per payment
	Spacing    time.Duration // between two refunds of one payment
}

// RefundRequest asks for one refund. Key is ours and deterministic: the same key refunds once.
type RefundRequest struct {
	Key        string // at most 64 characters of [A-Za-z0-9_-]
	PaymentRef string // the rail's number of the payment
	Amount     money.Amount
	Captured   money.Amount // the payment's whole amount (WeChat wants it)
	Currency   money.Currency
	Reason     string // shown to the customer by the provider; no personal data
}

// RefundState is how far the provider is.
type RefundState string

const (
	RefundSucceeded RefundState = "succeeded"
	RefundPending   RefundState = "pending"   // accepted is not done
	RefundFailed    RefundState = "failed"    // surely not paid, and it will not be
	RefundNotFound  RefundState = "not_found" // the provider knows no such key
)

// Refund is what the provider says about one refund.
type Refund struct {
	Key         string
	PaymentRef  string
	ProviderRef string
	State       RefundState
	Amount      money.Amount
	At          time.Time // when it was paid; zero while it was not
}

// Payments is one payment rail.
type Payments interface {
	Rail() Rail
	Limits() RailLimits
	// Refund asks for a refund. A repeated key with the same content answers as the first time.
	// Errors are *Error: Unknown, Down, Refused, BalanceShort, RailClosed, Mismatch.
	Refund(ctx context.Context, request RefundRequest) (Refund, error)
	// FindRefund asks by key. A key the provider does not know is a Refund in state RefundNotFound, no error.
	FindRefund(ctx context.Context, key, paymentRef string) (Refund, error)
	// Bill lists every refund that succeeded on a day of the rail's calendar (Asia/Shanghai), for reconciling.
	Bill(ctx context.Context, day time.Time) ([]Refund, error)
	NoticeReader
}

// NoticeReader verifies and reads what a partner pushes.
type NoticeReader interface {
	// ReadNotice checks the signature over header and body and returns the notice. Errors are *Error Forged or Malformed.
	ReadNotice(header http.Header, body []byte) (Notice, error)
	// Acknowledge is the exact answer the partner expects for success.
	Acknowledge() (contentType string, body []byte)
}

// Notice is a verified message from a partner. Exactly one of Refund, Charge, Chargeback, Track, Order is set.
type Notice struct {
	Partner    string // e.g. "kuaidi100"
	ID         string // the partner's own number of the notice, or the digest of its content
	Refund     *Refund
	Charge     *Charge
	Chargeback *Chargeback
	Track      *Track
	Order      *ShopOrder
}

// Waybill names a parcel. Carrier is our code of the carrier, e.g. "sf", "yto".
type Waybill struct {
	Carrier string
	Number  string
}

// TrackState is where a parcel is, in Kuaidi100's states as far as we use them.
type TrackState string

const (
	TrackNone           TrackState = "none" // no record yet
	TrackPicked         TrackState = "picked"
	TrackTransit        TrackState = "transit"
	TrackTrouble        TrackState = "trouble"
	TrackOutForDelivery TrackState = "out_for_delivery"
	TrackSigned         TrackState = "signed"
	TrackReturnSigned   TrackState = "return_signed" // back with the sender
	TrackReturning      TrackState = "returning"
	TrackForwarded      TrackState = "forwarded"
	TrackCustoms        TrackState = "customs"
	TrackRefused        TrackState = "refused"
	TrackAborted        TrackState = "aborted" // no record for 3 days: the carrier gave up watching
)

// Track is a parcel's whole track, newest first. A newer one replaces the older, it is not appended.
type Track struct {
	Waybill  Waybill
	State    TrackState
	Grams    int    // weight measured by the carrier; 0: not measured
	FromCity string // city of the first scan, "" while unknown
	ToCity   string // city of delivery, "" while unknown
	Events   []TrackEvent
}

// TrackEvent is one scan.
type TrackEvent struct {
	At   time.Time
	City string
	Text string
}

// Place is an address for a pick-up or a return. It is personal: it is passed to the carrier and never logged.
type Place struct {
	Name, Phone, Province, City, District, Street string
}

// PickupRequest orders a courier. Key is unique per customer code: the same key orders once.
type PickupRequest struct {
	Key     string
	Carrier string
	From    Place
	To      Place
	Grams   int
	After   time.Time // earliest and latest time of the pick-up
	Before  time.Time
}

// Pickup is an ordered courier.
type Pickup struct {
	Key     string
	TaskID  string
	Waybill Waybill
}

// Logistics is a carrier aggregator.
type Logistics interface {
	// Carriers lists the carrier codes it knows, with their names in Chinese.
	Carriers() map[string]string
	// Subscribe asks to be told of every scan. phone is the last four digits some carriers want. Repeating is harmless.
	// Errors: Refused (the number cannot exist), Down, Unknown.
	Subscribe(ctx context.Context, waybill Waybill, phone string) error
	// Query asks for the track now. A parcel without a scan has state TrackNone, no error.
	Query(ctx context.Context, waybill Waybill, phone string) (Track, error)
	// BookPickup orders a courier, once per key.
	BookPickup(ctx context.Context, request PickupRequest) (Pickup, error)
	// FindPickup asks by key; found is false when the carrier knows no such order.
	FindPickup(ctx context.Context, key string) (pickup Pickup, found bool, err error)
	// CancelPickup gives a pick-up back. Cancelling twice is harmless.
	CancelPickup(ctx context.Context, key, taskID, reason string) error
	// Intercept asks the carrier to turn a parcel round that is on its way; its track tells what became of it. Asking again for
	// one that is turned round already is harmless. Errors: Refused (it has arrived, or this carrier does not do it), Down, Unknown.
	Intercept(ctx context.Context, waybill Waybill, reason string) error
	NoticeReader
}

// ShopOrder is an order as the shop tells it: whole, every time, with a version that only grows.
type ShopOrder struct {
	ID         string    `json:"id"`
	Version    int64     `json:"version"`
	MerchantID string    `json:"merchant_id"`
	CustomerID string    `json:"customer_id"`
	Currency   string    `json:"currency"`
	PaidAt     time.Time `json:"paid_at"`

	ShippedAt   *time.Time `json:"shipped_at,omitempty"`
	SignedAt    *time.Time `json:"signed_at,omitempty"`
	ConfirmedAt *time.Time `json:"confirmed_at,omitempty"`

	FreightPaid   money.Amount `json:"freight_paid"`
	FreightListed money.Amount `json:"freight_listed"`
	FreeOver      money.Amount `json:"free_over"`
	Discount      money.Amount `json:"discount"`
	Insured       bool         `json:"insured"`

	Recipient ShopPlace      `json:"recipient"`
	Lines     []ShopLine     `json:"lines"`
	Payments  []ShopPayment  `json:"payments"`
	Shipments []ShopShipment `json:"shipments,omitempty"`
}

// ShopShipment is one parcel on its way to the customer.
type ShopShipment struct {
	Carrier   string    `json:"carrier"` // our code, e.g. "sf"
	Number    string    `json:"number"`
	ShippedAt time.Time `json:"shipped_at"`
	LineIDs   []string  `json:"line_ids,omitempty"` // what is in it; none: all lines
}

// ShopPlace is the recipient of an order: personal data.
type ShopPlace struct {
	Name     string `json:"name"`
	Phone    string `json:"phone"`
	Province string `json:"province"`
	City     string `json:"city"`
	District string `json:"district"`
	Street   string `json:"street"`
}

// ShopLine is one line of the order. Paid is its share of the payment after all discounts.
type ShopLine struct {
	ID          string       `json:"id"`
	ProductID   string       `json:"product_id"`
	VariantID   string       `json:"variant_id"`
	Title       string       `json:"title"`
	Category    string       `json:"category"`
	Quantity    int          `json:"quantity"`
	UnitPrice   money.Amount `json:"unit_price"`
	Discount    money.Amount `json:"discount"`
	Paid        money.Amount `json:"paid"`
	Bundle      string       `json:"bundle,omitempty"`
	Gift        bool         `json:"gift,omitempty"`
	GiftPrice   money.Amount `json:"gift_price,omitempty"`
	NoReasonOut string       `json:"no_reason_out,omitempty"`
	Consented   string       `json:"consented,omitempty"`
	WeightGrams int          `json:"weight_grams"`
	Serials     []string     `json:"serials,omitempty"`

	WarrantyMonths int `json:"warranty_months,omitempty"` // from signing; 0: none
}

// ShopPayment is one tender of the order's payment.
type ShopPayment struct {
	ID         string       `json:"id"`
	Rail       Rail         `json:"rail"`
	Ref        string       `json:"ref"` // the rail's number
	Captured   money.Amount `json:"captured"`
	CapturedAt time.Time    `json:"captured_at"`
}

// Shop is the marketplace the orders come from.
type Shop interface {
	// Order asks for one order now; found is false when the shop does not know it.
	Order(ctx context.Context, id string) (order ShopOrder, found bool, err error)
	// Prices tells what each variant costs now, by its ID; one that is not sold now is left out. At most 100 at once.
	// Errors: Refused, Down, Malformed, Forged.
	Prices(ctx context.Context, variantIDs []string) (map[string]money.Amount, error)
	NoticeReader
}

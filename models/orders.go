package models

import (
	"time"

	"aftersales/money"
	"aftersales/seal"
)

// Product is what is sold; Variant is one colour and size of it.
type Product struct {
	ID         string    `gorm:"primaryKey;size:40;index:products_of_merchant,priority:2"`
	MerchantID string    `gorm:"size:40;not null;index:products_of_merchant,priority:1"`
	Title      string    `gorm:"size:300;not null"`
	Category   string    `gorm:"size:64;not null;index"`
	CreatedAt  time.Time `gorm:"not null"`
}

// Variant is one sellable form of a product, with its stock.
type Variant struct {
	ID          string       `gorm:"primaryKey;size:40;index:variants_of_product,priority:2"`
	ProductID   string       `gorm:"size:40;not null;index:variants_of_product,priority:1"`
	Colour      string       `gorm:"size:64;not null"`
	Size        string       `gorm:"size:64;not null"`
	Price       money.Amount `gorm:"not null"`
	Stock       int          `gorm:"not null;check:stock_not_negative,stock >= 0"`
	WeightGrams int          `gorm:"not null"`
}

// Order is a purchase as the shop tells it. Version only grows; an older one never overwrites a newer.
type Order struct {
	ID            string         `gorm:"primaryKey;size:64;index:orders_of_customer,priority:3"`
	Version       int64          `gorm:"not null"`
	CustomerID    string         `gorm:"size:40;not null;index:orders_of_customer,priority:1"`
	MerchantID    string         `gorm:"size:40;not null;index"`
	Currency      money.Currency `gorm:"size:3;not null"`
	PaidAt        time.Time      `gorm:"not null;index:orders_of_customer,priority:2;index:orders_by_time"`
	ShippedAt     *time.Time
	SignedAt      *time.Time
	ConfirmedAt   *time.Time
	FreightPaid   money.Amount `gorm:"not null"`
	FreightListed money.Amount `gorm:"not null"`
	FreeOver      money.Amount `gorm:"not null"`
	Discount      money.Amount `gorm:"not null"`
	Insured       bool         `gorm:"not null"`
	Recipient     seal.Text    `gorm:"not null"` // JSON of partners.ShopPlace, under the customer's keyset
}

// OrderLine is one article of an order. Paid is its share of what was really paid, after every discount.
type OrderLine struct {
	ID          string       `gorm:"primaryKey;size:64"`
	OrderID     string       `gorm:"size:64;not null;index"`
	Position    int          `gorm:"not null"`
	ProductID   string       `gorm:"size:40;not null;index"`
	VariantID   string       `gorm:"size:40;not null"`
	Title       string       `gorm:"size:300;not null"`
	Category    string       `gorm:"size:64;not null"`
	Quantity    int          `gorm:"not null;check:quantity_positive,quantity > 0"`
	UnitPrice   money.Amount `gorm:"not null"`
	Discount    money.Amount `gorm:"not null"`
	Paid        money.Amount `gorm:"not null"`
	Bundle      string       `gorm:"size:40;not null"`
	Gift        bool         `gorm:"not null"`
	GiftPrice   money.Amount `gorm:"not null"`
	NoReasonOut string       `gorm:"size:16;not null"`
	Consented   string       `gorm:"size:16;not null"`
	WeightGrams int          `gorm:"not null"`
	Edits       int          `gorm:"not null"` // edits after refusals so far, over all cases

	WarrantyMonths int // from signing, as the shop says; 0: as the rules say for its category

	// What an exchange made of it. Exchanged units and what they took with them count like refunded ones, without money.
	ExchangedQty  int          `gorm:"check:exchanged_qty_within,exchanged_qty >= 0 AND exchanged_qty <= quantity"`
	ExchangedPaid money.Amount `gorm:"check:exchanged_paid_within,exchanged_paid >= 0 AND exchanged_paid <= paid"`

	// Of a replacement only: the line it takes the place of, the case that made it, and when it came.
	Replaces    string `gorm:"size:64"`
	MadeBy      string `gorm:"size:40"`
	ShippedAt   *time.Time
	SignedAt    *time.Time
	ConfirmedAt *time.Time
}

// OrderUnit is one piece of a line: what a case claims.
type OrderUnit struct {
	ID      string `gorm:"primaryKey;size:80"` // <line>/<n>
	OrderID string `gorm:"size:64;not null;index"`
	LineID  string `gorm:"size:64;not null;index"`
	N       int    `gorm:"not null"`
	Serial  string `gorm:"size:64;not null"`

	ExchangedBy string `gorm:"size:40"` // the case that gave another unit for it

	WarrantyUntil *time.Time // once a repair made the warranty longer; nil: it ends as the line says
}

// Payment is how an order was paid: the sum of its tenders.
type Payment struct {
	ID       string         `gorm:"primaryKey;size:64"`
	OrderID  string         `gorm:"size:64;not null;uniqueIndex"`
	Currency money.Currency `gorm:"size:3;not null"`
	Captured money.Amount   `gorm:"not null"`
}

// Tender is the part of a payment that came over one rail. Legs of all cases are checked against it under its row lock.
type Tender struct {
	ID          string       `gorm:"primaryKey;size:64"`
	PaymentID   string       `gorm:"size:64;not null;index"`
	OrderID     string       `gorm:"size:64;not null;index"`
	Rail        string       `gorm:"size:16;not null;uniqueIndex:tenders_of_payment,priority:2"`
	Ref         string       `gorm:"size:64;not null;uniqueIndex:tenders_of_payment,where:ref <> '',priority:1"` // the rail's number: of one order alone
	Captured    money.Amount `gorm:"not null"`
	ChargedBack money.Amount `gorm:"not null;check:charged_back_within,charged_back >= 0 AND charged_back <= captured"`
	CapturedAt  time.Time    `gorm:"not null"`

	// Of money that a case collected: which case, and what for. While it is held it belongs to no line, and only a refund
	// that names the tender gives it back.
	CaseID  string `gorm:"size:40"`
	Purpose string `gorm:"size:16"`
	Held    bool   `gorm:"not null;default:false"`

	// Above 0 the row names a payment that another row has too, from before that was refused. It stays held.
	Twin int `gorm:"not null;default:0;uniqueIndex:tenders_of_payment,priority:3"`
}

// StockReservation is what is set aside of a variant for a case's replacement. Round numbers a case's reservations.
type StockReservation struct {
	CaseID    string    `gorm:"primaryKey;size:40"`
	Round     int       `gorm:"primaryKey"`
	VariantID string    `gorm:"primaryKey;size:40;index"`
	Quantity  int       `gorm:"not null;check:reserved_positive,quantity > 0"`
	State     string    `gorm:"size:16;not null"` // StockReserved, StockShipped, StockReleased
	CreatedAt time.Time `gorm:"not null"`
	UpdatedAt time.Time `gorm:"not null;autoUpdateTime:false"`
}

// States of a reservation.
const (
	StockReserved = "reserved"
	StockShipped  = "shipped"
	StockReleased = "released"
)

// OrderShipment is one parcel of an order on its way to the customer, as the shop tells it.
type OrderShipment struct {
	OrderID   string    `gorm:"primaryKey;size:64"`
	Carrier   string    `gorm:"primaryKey;size:16"`
	Number    string    `gorm:"primaryKey;size:40;index"`
	Lines     string    `gorm:"type:text;not null"` // JSON of line IDs; "[]": every line
	ShippedAt time.Time `gorm:"not null"`
	State     string    `gorm:"size:20;not null"` // as the carrier said last; empty: nobody asked
	StateAt   *time.Time
}

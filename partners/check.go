package partners

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"aftersales/money"
)

// Shanghai is the calendar of every rail and carrier here. China keeps no summer time, so a fixed zone is exact
// and needs no zone database on the machine.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Check says what is wrong with the request before it is sent; nil when nothing is. The error is for the programmer.
func (r RefundRequest) Check() error {
	switch {
	case r.PaymentRef == "":
		return errors.New("the payment's number is missing")
	case r.Captured != 0 && r.Amount > r.Captured:
		return fmt.Errorf("the amount %s is more than the %s that were paid", r.Amount, r.Captured)
	}
	return checkMove(r.Key, r.Amount, r.Currency)
}

// checkMove checks what every movement of money has.
func checkMove(key string, amount money.Amount, currency money.Currency) error {
	switch {
	case !keyForm.MatchString(key):
		return fmt.Errorf("the key %q is not 1 to 64 characters of A-Z a-z 0-9 _ -", key)
	case amount <= 0:
		return fmt.Errorf("the amount %s is not positive", amount)
	case currency != money.CNY:
		return fmt.Errorf("only CNY is paid here, not %q", currency)
	}
	return nil
}

var merchantForm = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,63}$`)

// Check says what is wrong with the request before it is sent; nil when nothing is.
func (r ChargeRequest) Check() error {
	switch {
	case !merchantForm.MatchString(r.MerchantID):
		return fmt.Errorf("the merchant %q is not 1 to 63 characters of A-Z a-z 0-9 _ . : -", r.MerchantID)
	case r.Subject == "" || utf8.RuneCountInString(r.Subject) > 100 || !utf8.ValidString(r.Subject):
		return errors.New("the subject must have 1 to 100 characters")
	case r.ExpiresAt.IsZero():
		return errors.New("say when the charge expires")
	}
	return checkMove(r.Key, r.Amount, r.Currency)
}

// TradeNo is the order number under which a charge goes to a rail: the key itself where every rail takes it (6 to 32
// letters, digits and _), else a digest of it. Alipay takes no hyphen, WeChat Pay no more than 32 characters.
func TradeNo(key string) string {
	if tradeForm.MatchString(key) {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16])
}

var tradeForm = regexp.MustCompile(`^[A-Za-z0-9_]{6,32}$`)

// Note is what a charge carries along at the provider, who hands it back in notices: the key and the merchant.
func (r ChargeRequest) Note() string { return r.Key + "|" + r.MerchantID }

// ReadNote takes a note apart and checks that it belongs to the order number.
func ReadNote(note, tradeNo string) (key, merchantID string, err error) {
	key, merchantID, both := strings.Cut(note, "|")
	if !both || !keyForm.MatchString(key) || TradeNo(key) != tradeNo {
		return "", "", fmt.Errorf("the note %q is not of the charge %q", note, tradeNo)
	}
	return key, merchantID, nil
}

// Check says what is wrong with the request before it is sent; nil when nothing is. It names neither account nor name.
func (r PayoutRequest) Check() error {
	switch {
	case len(r.Account) < 5 || len(r.Account) > 100 || strings.ContainsAny(r.Account, " \t\r\n"):
		return errors.New("the account must be an Alipay login: a phone number or a mail address")
	case strings.TrimSpace(r.Name) == "" || utf8.RuneCountInString(r.Name) > 64:
		return errors.New("the account holder's name must have 1 to 64 characters")
	case r.Amount < 10:
		return fmt.Errorf("the amount %s is less than the 0.10 that Alipay pays out at least", r.Amount)
	}
	return checkMove(r.Key, r.Amount, r.Currency)
}

// Check says what is wrong with the request before it is sent; nil when nothing is.
func (r DrawRequest) Check() error {
	if r.MerchantID == "" {
		return errors.New("the merchant is missing")
	}
	return checkMove(r.Key, r.Amount, r.Currency)
}

// Check says what is wrong with the request before it is sent; nil when nothing is.
func (r PutBackRequest) Check() error {
	switch {
	case r.MerchantID == "":
		return errors.New("the merchant is missing")
	case r.DrawKey == "" || r.DrawKey == r.Key:
		return errors.New("the draw is missing")
	}
	return checkMove(r.Key, r.Amount, r.Currency)
}

// Check says what is wrong with the request before it is sent; nil when nothing is.
func (r ClaimRequest) Check() error {
	switch {
	case r.OrderID == "":
		return errors.New("the order is missing")
	case !ValidWaybill(r.Waybill.Carrier, r.Waybill.Number):
		return errors.New("the waybill's number cannot be one of its carrier")
	}
	return checkMove(r.Key, r.Amount, r.Currency)
}

// Check says what is wrong with an order that a shop sent; nil when it can be worked with.
func (o ShopOrder) Check() error {
	switch {
	case o.ID == "" || len(o.ID) > 64:
		return errors.New("the order's id must be 1 to 64 bytes")
	case o.Version <= 0:
		return errors.New("the order's version must be positive")
	case o.MerchantID == "" || o.CustomerID == "":
		return errors.New("the order names no merchant or no customer")
	case o.Currency != string(money.CNY):
		return fmt.Errorf("the currency %q is not CNY", o.Currency)
	case o.PaidAt.IsZero():
		return errors.New("the order has no time of payment")
	case len(o.Lines) == 0 || len(o.Lines) > 500:
		return errors.New("the order must have 1 to 500 lines")
	case len(o.Shipments) > 200:
		return errors.New("the order has more than 200 shipments")
	case len(o.Payments) > 20:
		return errors.New("the order has more than 20 payments")
	case min(o.FreightPaid, o.FreightListed, o.FreeOver, o.Discount) < 0:
		return errors.New("an amount of the order is negative")
	}
	lines := map[string]bool{}
	for _, line := range o.Lines {
		switch {
		case line.ID == "" || lines[line.ID]:
			return fmt.Errorf("the line id %q is empty or doubled", line.ID)
		case line.Quantity <= 0 || line.Quantity > 100_000:
			return fmt.Errorf("line %s has quantity %d", line.ID, line.Quantity)
		case min(line.UnitPrice, line.Discount, line.Paid, line.GiftPrice) < 0 || line.WeightGrams < 0:
			return fmt.Errorf("line %s has a negative amount or weight", line.ID)
		case line.WarrantyMonths < 0 || line.WarrantyMonths > 1200:
			return fmt.Errorf("line %s has a warranty of %d months", line.ID, line.WarrantyMonths)
		}
		lines[line.ID] = true
	}
	for _, shipment := range o.Shipments {
		if shipment.Carrier == "" || shipment.Number == "" || shipment.ShippedAt.IsZero() {
			return errors.New("a shipment lacks its carrier, number or time")
		}
		for _, id := range shipment.LineIDs {
			if !lines[id] {
				return fmt.Errorf("shipment %s holds line %q, which the order has not", shipment.Number, id)
			}
		}
	}
	payments, numbers := map[string]bool{}, map[string]bool{}
	for _, payment := range o.Payments {
		if payment.ID == "" || payments[payment.ID] {
			return fmt.Errorf("the payment id %q is empty or doubled", payment.ID)
		}
		if payment.Captured <= 0 || payment.Rail == "" || payment.Ref == "" || payment.CapturedAt.IsZero() {
			return fmt.Errorf("payment %s lacks its amount, rail, number or time", payment.ID)
		}
		payments[payment.ID] = true
		number := string(payment.Rail) + "\x00" + payment.Ref
		if numbers[number] {
			return fmt.Errorf("the payment number %q is there twice", payment.Ref)
		}
		numbers[number] = true
	}
	return nil
}

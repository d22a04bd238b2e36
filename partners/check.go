package partners

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"aftersales/money"
)

// Shanghai is the calendar of every rail and carrier here. China keeps no summer time, so a fixed zone is exact
// and needs no zone database on the machine.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Check says what is wrong with the request before it is sent; nil when nothing is. The error is for the programmer.
func (r RefundRequest) Check() error {
	switch {
	case !keyForm.MatchString(r.Key):
		return fmt.Errorf("the key %q is not 1 to 64 characters of A-Z a-z 0-9 _ -", r.Key)
	case r.PaymentRef == "":
		return errors.New("the payment's number is missing")
	case r.Amount <= 0:
		return fmt.Errorf("the amount %s is not positive", r.Amount)
	case r.Captured != 0 && r.Amount > r.Captured:
		return fmt.Errorf("the amount %s is more than the %s that were paid", r.Amount, r.Captured)
	case r.Currency != money.CNY:
		return fmt.Errorf("the rail pays CNY only, not %q", r.Currency)
	}
	return nil
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
		}
		lines[line.ID] = true
	}
	payments := map[string]bool{}
	for _, payment := range o.Payments {
		if payment.ID == "" || payments[payment.ID] {
			return fmt.Errorf("the payment id %q is empty or doubled", payment.ID)
		}
		if payment.Captured <= 0 || payment.Rail == "" || payment.Ref == "" || payment.CapturedAt.IsZero() {
			return fmt.Errorf("payment %s lacks its amount, rail, number or time", payment.ID)
		}
		payments[payment.ID] = true
	}
	return nil
}

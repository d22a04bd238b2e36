package sandbox

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// PayCharge plays the customer who scans the code of a charge and pays; it returns the payment's number. force pays
// even what is paid (twice), closed or over (late).
func (c Client) PayCharge(ctx context.Context, rail partners.Rail, key string, force bool) (paymentRef string, err error) {
	var answer struct {
		PaymentRef string `json:"payment_ref"`
	}
	err = c.do(ctx, http.MethodPost, chargePath(rail, key)+"/pay", payBody{force}, &answer)
	return answer.PaymentRef, err
}

// Pay plays the customer who opens the address of a charge and pays, as PayCharge does for who knows its key.
func (c Client) Pay(ctx context.Context, address string, force bool) (paymentRef string, err error) {
	var answer struct {
		PaymentRef string `json:"payment_ref"`
	}
	err = c.do(ctx, http.MethodPost, "/sandbox/pay", payURLBody{address, force}, &answer)
	return answer.PaymentRef, err
}

// ScanCharge plays the customer who scans the code and does not pay yet: from then on Alipay knows the trade.
func (c Client) ScanCharge(ctx context.Context, rail partners.Rail, key string) error {
	return c.do(ctx, http.MethodPost, chargePath(rail, key)+"/scan", nil, nil)
}

func chargePath(rail partners.Rail, key string) string {
	return "/sandbox/charges/" + url.PathEscape(string(rail)) + "/" + url.PathEscape(key)
}

// Chargeback plays the customer's bank, which takes amount of a payment back; it returns how much that is by now.
func (c Client) Chargeback(ctx context.Context, rail partners.Rail, ref string, amount money.Amount) (total money.Amount, err error) {
	var answer struct {
		ChargedBack money.Amount `json:"charged_back"`
	}
	err = c.do(ctx, http.MethodPost, "/sandbox/payments/"+url.PathEscape(string(rail))+"/"+url.PathEscape(ref)+"/chargeback", chargebackBody{amount}, &answer)
	return answer.ChargedBack, err
}

// SetFunds brings a merchant's balance and deposit to these amounts; nil leaves one as it is.
func (c Client) SetFunds(ctx context.Context, merchantID string, balance, deposit *money.Amount) error {
	return c.do(ctx, http.MethodPut, "/sandbox/merchants/"+url.PathEscape(merchantID)+"/funds", fundsBody{balance, deposit}, nil)
}

// SetAccount says whose an Alipay account is, or that it is closed. Other accounts exist under any name.
func (c Client) SetAccount(ctx context.Context, account, name string, closed bool) error {
	return c.do(ctx, http.MethodPut, "/sandbox/accounts/"+url.PathEscape(account), accountBody{name, closed}, nil)
}

// SetPrices changes what variants cost from now on; nil: no longer sold.
func (c Client) SetPrices(ctx context.Context, prices map[string]*money.Amount) error {
	return c.do(ctx, http.MethodPut, "/sandbox/prices", pricesBody{prices}, nil)
}

// Intercept calls a parcel back; it is with its sender after the time given. A parcel that has arrived is refused (409).
func (c Client) Intercept(ctx context.Context, number string, after time.Duration) error {
	return c.do(ctx, http.MethodPost, "/sandbox/parcels/"+url.PathEscape(number)+"/intercept", interceptBody{after.Milliseconds()}, nil)
}

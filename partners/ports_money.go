package partners

import (
	"context"
	"time"

	"aftersales/money"
)

// ChargeRequest asks a customer for money: the difference of an exchange, a repair, a deposit. Key is ours and
// deterministic: the same key with the same content is the same charge.
type ChargeRequest struct {
	Key        string // at most 64 characters of [A-Za-z0-9_-]
	MerchantID string // whose balance the money goes to; the provider knows it as the number of the store
	Amount     money.Amount
	Currency   money.Currency
	Subject    string    // shown to the customer by the provider; at most 100 characters, no personal data
	ExpiresAt  time.Time // nobody can pay after it; to the second
}

// ChargeState is how far a charge is.
type ChargeState string

const (
	ChargeWaiting ChargeState = "waiting" // the customer can pay
	ChargePaid    ChargeState = "paid"
	ChargeClosed  ChargeState = "closed" // nobody paid, and nobody can
	// ChargeNotFound: the provider knows no such charge. Alipay says so, too, of one whose code nobody has scanned yet:
	// nothing was paid, but until ExpiresAt somebody may. Asking for the charge again under its key is harmless.
	ChargeNotFound ChargeState = "not_found"
)

// Charge is what the provider says about one charge. A customer can pay after the case stopped waiting, or twice:
// every payment comes as a notice, and a second one under the same key with another PaymentRef. It is the caller's
// to give back what is not wanted, with a refund of that PaymentRef.
type Charge struct {
	Key        string
	PaymentRef string // the rail's number of the payment, for a later refund; "" until it is paid
	URL        string // what the customer opens or scans; only in the answer of Charge, while the charge waits
	State      ChargeState
	Amount     money.Amount // 0 when not found
	PaidAt     time.Time    // zero until it is paid
}

// Charges collects money on one rail; the rail's adapter has it beside Payments.
type Charges interface {
	Rail() Rail
	// Charge asks for money. A repeated key with the same content answers with the charge as it is now, also when it is
	// paid or closed. Errors are *Error: Unknown, Down, Refused, Mismatch.
	Charge(ctx context.Context, request ChargeRequest) (Charge, error)
	// FindCharge asks by key. A key that the provider does not know is a Charge in state ChargeNotFound, no error.
	FindCharge(ctx context.Context, key string) (Charge, error)
	// CloseCharge ends the wait. Closing one that is paid answers ChargePaid and changes nothing; closing twice, or an
	// unknown one, is harmless. Errors: Unknown (close again), Down.
	CloseCharge(ctx context.Context, key string) (Charge, error)
	NoticeReader
}

// Chargeback tells that the customer's bank took money back from a payment: what may still be refunded is less.
type Chargeback struct {
	PaymentRef string
	Amount     money.Amount // taken back of this payment so far, all in all; an older notice may tell less
	At         time.Time
}

// PayoutRequest sends money to a customer's account where the rail of the payment is closed and the customer agreed.
type PayoutRequest struct {
	Key      string // as in RefundRequest
	Account  string // the Alipay login (phone or mail address): personal, never logged
	Name     string // the account holder's real name: personal; Alipay compares it
	Amount   money.Amount
	Currency money.Currency
	Reason   string // shown to the customer; no personal data
}

// Payout is what the provider says about one payout, in the states of a refund.
type Payout struct {
	Key         string
	ProviderRef string
	State       RefundState
	Amount      money.Amount
	At          time.Time // when it was paid; zero while it was not
	Why         string    // the provider's code of a payout that failed
}

// Payouts pays from the platform's own account.
type Payouts interface {
	// Payout pays once per key. Errors are *Error: Unknown, Down, Refused (no such account, other name), BalanceShort, Mismatch.
	// After Refused or BalanceShort the key is free: nothing is kept under it.
	Payout(ctx context.Context, request PayoutRequest) (Payout, error)
	// FindPayout asks by key; an unknown key is RefundNotFound, no error.
	FindPayout(ctx context.Context, key string) (Payout, error)
}

// DrawRequest moves money from a merchant's deposit to its balance, so that a refund can be paid from it.
type DrawRequest struct {
	Key        string // as in RefundRequest
	MerchantID string
	Amount     money.Amount
	Currency   money.Currency
	Reason     string // shown to the merchant; no personal data
}

// PutBackRequest moves what a draw took and nobody needed back to the deposit.
type PutBackRequest struct {
	Key        string // of this movement, as in RefundRequest
	DrawKey    string // of the draw that it gives back, or a part of
	MerchantID string
	Amount     money.Amount
	Currency   money.Currency
	Reason     string // shown to the merchant; no personal data
}

// Draw is a movement that was made: out of a deposit, or with PutBackOf back into it.
type Draw struct {
	Key        string
	PutBackOf  string // key of the draw whose money went back; empty: this is a draw
	MerchantID string
	Amount     money.Amount
	At         time.Time
}

// Funds is the marketplace's own ledger of its merchants.
type Funds interface {
	// Draw moves once per key. Errors are *Error: Refused (the deposit is short, code deposit_short; no such merchant, code
	// no_merchant), Mismatch, Down, Unknown.
	Draw(ctx context.Context, request DrawRequest) (Draw, error)
	// PutBack moves back once per key, never more than the draw took. Errors are *Error: Refused (too much, code too_much; the
	// balance is short, code balance_short; no such draw or merchant, code no_draw), Mismatch, Down, Unknown.
	PutBack(ctx context.Context, request PutBackRequest) (Draw, error)
	// FindDraw asks by key, of a draw or of what was put back; found is false when nothing was moved under it.
	FindDraw(ctx context.Context, key string) (draw Draw, found bool, err error)
	// Funds tells what the merchant has now. The balance may be negative after chargebacks.
	Funds(ctx context.Context, merchantID string) (balance, deposit money.Amount, err error)
}

// ClaimRequest claims the customer's freight back under the order's freight insurance: one claim per order, and a
// waybill counts once.
type ClaimRequest struct {
	Key      string // as in RefundRequest
	OrderID  string
	Waybill  Waybill
	Amount   money.Amount
	Currency money.Currency
}

// ClaimState is how far the insurer is.
type ClaimState string

const (
	ClaimAccepted ClaimState = "accepted" // will be paid or refused
	ClaimPaid     ClaimState = "paid"
	ClaimRefused  ClaimState = "refused"
)

// Claim is what the insurer says.
type Claim struct {
	Key         string
	ProviderRef string
	State       ClaimState
	Amount      money.Amount // what is paid: at most what was claimed
	At          time.Time    // of the state
	Why         string       // code of a refusal: not_insured, order_claimed, waybill_used, no_parcel
}

// Insurance is the freight insurer.
type Insurance interface {
	// Claim claims once per key. That the insurer decides against it is a Claim in state ClaimRefused, no error.
	// Errors are *Error: Unknown, Down, Refused (the request itself is wrong), Mismatch.
	Claim(ctx context.Context, request ClaimRequest) (Claim, error)
	// FindClaim asks by key; found is false when the insurer knows no such claim.
	FindClaim(ctx context.Context, key string) (claim Claim, found bool, err error)
}

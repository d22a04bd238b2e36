package api

import (
	"fmt"

	"aftersales/money"
)

// moneyBody is an amount in whole minor units of its currency: 1234 CNY is 12.34 yuan. The bound is where numbers
// of JSON stop being exact in browsers.
type moneyBody struct {
	Minor    int64  `json:"minor" minimum:"-9007199254740991" maximum:"9007199254740991" doc:"Minor units, e.g. fen."`
	Currency string `json:"currency" pattern:"^[A-Z]{3}$" doc:"ISO 4217."`
}

// chargeBody is an amount that somebody asks for: more than nothing, in the currency of every rail of today.
type chargeBody struct {
	Minor    int64  `json:"minor" minimum:"1" maximum:"9007199254740991" doc:"Minor units, e.g. fen."`
	Currency string `json:"currency" enum:"CNY"`
}

// amount is the minor units; 0 when no amount was sent.
func (b *chargeBody) amount() money.Amount {
	if b == nil {
		return 0
	}
	return money.Amount(b.Minor)
}

// maxMinor is the largest whole number that is exact as a float64.
const maxMinor = 1<<53 - 1

func moneyOf(amount money.Amount, currency money.Currency) moneyBody {
	if amount > maxMinor || amount < -maxMinor {
		panic(fmt.Sprintf("api: the amount %d is not exact in JSON", amount))
	}
	return moneyBody{Minor: int64(amount), Currency: string(currency)}
}

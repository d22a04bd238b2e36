// Package money holds amounts in integer minor units (fen, cents) with their currency.
// Nothing here is ever a float, and every division says where its remainder goes.
package money

import (
	"fmt"
	"math/bits"
	"regexp"
	"strconv"
	"strings"
)

// Amount counts minor units of a currency, e.g. fen: 1234 is 12.34 CNY. It may be negative (a correction).
type Amount int64

// Currency is an ISO 4217 code, e.g. "CNY".
type Currency string

// CNY is the currency of the demo world and of every rail that ships today.
const CNY Currency = "CNY"

// Money is an amount together with its currency: the form in which amounts cross the edges of the program.
type Money struct {
	Minor    Amount   `json:"minor"`
	Currency Currency `json:"currency"`
}

// Of joins an amount and its currency.
func Of(minor Amount, currency Currency) Money { return Money{Minor: minor, Currency: currency} }

// String prints e.g. "12.34 CNY".
func (m Money) String() string { return m.Minor.String() + " " + string(m.Currency) }

// String prints the amount with two decimals and no currency, e.g. "-12.34".
func (a Amount) String() string {
	sign := ""
	u := uint64(a)
	if a < 0 {
		sign, u = "-", uint64(-a)
	}
	return fmt.Sprintf("%s%d.%02d", sign, u/100, u%100)
}

var decimalForm = regexp.MustCompile(`^-?\d{1,13}(\.\d{1,2})?$`)

// Parse reads a decimal with at most two places and 13 leading digits, e.g. "12", "12.3", "-12.34".
// It returns an error for anything else, so that nothing is rounded unseen.
func Parse(s string) (Amount, error) {
	if !decimalForm.MatchString(s) {
		return 0, fmt.Errorf("money: %q is not an amount; write it like 12.34", s)
	}
	negative := strings.HasPrefix(s, "-")
	whole, cents, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	units, err := strconv.ParseInt(whole+(cents + "00")[:2], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("money: %q is not an amount: %w", s, err)
	}
	if negative {
		units = -units
	}
	return Amount(units), nil
}

// Min and Max of two amounts.
func Min(a, b Amount) Amount { return min(a, b) }

// Max returns the larger of two amounts.
func Max(a, b Amount) Amount { return max(a, b) }

// Share returns total × part ÷ whole, rounded towards zero; the caller gives the remainder to the last part.
// total, part and whole are not negative and part ≤ whole; whole 0 yields 0. The product may exceed 64 bits.
func Share(total Amount, part, whole int64) Amount {
	if whole <= 0 || part <= 0 || total <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(total), uint64(part))
	quotient, _ := bits.Div64(hi, lo, uint64(whole))
	return Amount(quotient)
}

// Split divides total over weights in proportion; the parts always sum to total, and the last part with
// weight takes the rounding rest. With no weight at all, everything goes to the last part.
func Split(total Amount, weights []int64) []Amount {
	parts := make([]Amount, len(weights))
	if len(weights) == 0 {
		return parts
	}
	var whole int64
	last := len(weights) - 1
	for i, w := range weights {
		if w > 0 {
			whole += w
			last = i
		}
	}
	rest := total
	for i, w := range weights {
		if i == last {
			continue
		}
		parts[i] = Share(total, max(w, 0), whole)
		rest -= parts[i]
	}
	parts[last] = rest
	return parts
}

package policy

import (
	"strconv"
	"time"

	"aftersales/fault"
)

// CheckWeight reports whether a parcel is heavy enough to hold the goods: at least the terms'
// MinWeightPercent of expectedGrams. False blocks the refund until a person has looked. A weight that nobody
// measured (0 or less), or goods without a known weight, pass.
func CheckWeight(t Terms, expectedGrams, carrierGrams int) bool {
	if expectedGrams <= 0 || carrierGrams <= 0 {
		return true
	}
	return int64(carrierGrams)*100 >= int64(expectedGrams)*int64(t.Limits.MinWeightPercent)
}

// ExpectedGrams is what the chosen units should weigh, without packaging.
func ExpectedGrams(f Facts) int {
	grams := 0
	for _, line := range f.Lines {
		grams += line.WeightGrams * max(line.Chosen, 0)
	}
	return grams
}

// MayExtend says why the merchant may not move a deadline by d (nil: they may): once each, at most
// Limits.MerchantExtension. The customer's consent is the caller's to check.
func MayExtend(t Terms, d time.Duration, usedBefore bool) *fault.Fault {
	switch {
	case usedBefore:
		return fault.New(fault.ExtensionTwice)
	case d <= 0:
		return fault.New(fault.BadRequest, "problem", "extension ≤ 0")
	case d > t.Limits.MerchantExtension:
		return fault.New(fault.ExtensionTooLong, "limit", hours(t.Limits.MerchantExtension))
	default:
		return nil
	}
}

// hours prints a limit as people say it: "72 h", or "90 s" when it is not whole hours.
func hours(d time.Duration) string {
	if d%time.Hour == 0 {
		return strconv.FormatInt(int64(d/time.Hour), 10) + " h"
	}
	return strconv.FormatInt(int64(d/time.Second), 10) + " s"
}

package bot

import (
	"slices"
	"time"
)

// Extract finds order and waybill numbers, phones, dates and times, amounts and quantities in a text in Chinese
// or English, in their order in the text. Relative dates count from now in China's time. Only the first 2,000
// characters are read. Values are described at the slot names; spans never overlap.
func Extract(s string, now time.Time) []Slot { return newText(s).slots(now) }

// slots runs the finders from the most certain to the least; each leaves alone what an earlier one took.
func (t *text) slots(now time.Time) []Slot {
	found := t.codes()
	found = append(found, t.dates(now)...)
	found = append(found, t.counts()...)
	slices.SortFunc(found, func(a, b Slot) int { return a.Start - b.Start })
	return found
}

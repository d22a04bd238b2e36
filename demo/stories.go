package demo

import (
	"strings"
	"time"

	"aftersales/money"
	"aftersales/partners"
)

// story is one way in which a customer's matter goes.
type story struct {
	name  string // kind/what is special
	ends  []string
	price money.Amount              // of one pair of shoes
	order func(*partners.ShopOrder) // what is special about the order; nil: paid, shipped and delivered
	good  bool                      // needs a customer in good standing: those play nothing else
	words []word
}

// stories are all of them, kind by kind.
var stories = func() []story {
	var all []story
	for _, kind := range [][]story{returns, refundsOnly, exchanges, repairs, protections, complaints} {
		all = append(all, kind...)
	}
	return all
}()

// Stories is how many there are whose name begins with only: that many cases play each once.
func Stories(only string) int { return len(chosenStories(only)) }

func chosenStories(only string) (chosen []story) {
	for _, story := range stories {
		if strings.HasPrefix(story.name, only) {
			chosen = append(chosen, story)
		}
	}
	return chosen
}

func kindOf(story string) string {
	kind, _, _ := strings.Cut(story, "/")
	return kind
}

// ended lists how the cases of a story must end, as kind/outcome; none when no case may be opened.
func ended(as ...string) []string { return append([]string{}, as...) }

// What is special about an order.

func confirmed(o *partners.ShopOrder) { o.ConfirmedAt = o.SignedAt }

// split pays a part over another rail.
func split(o *partners.ShopOrder) {
	first := o.Payments[0]
	o.Payments[0].Captured -= 30_00
	o.Payments = append(o.Payments, partners.ShopPayment{
		ID: o.ID + "-pay2", Rail: partners.RailWeChat, Ref: "WX" + o.ID, Captured: 30_00, CapturedAt: first.CapturedAt,
	})
}

func insured(o *partners.ShopOrder) { o.Insured = true }

func notShipped(o *partners.ShopOrder) { o.ShippedAt, o.SignedAt = nil, nil }

// underway is shipped and not signed for; delivered is, and its parcel is known.
func underway(o *partners.ShopOrder) {
	shipped := time.Now().Add(-time.Hour)
	o.ShippedAt, o.SignedAt = &shipped, nil
	o.Shipments = []partners.ShopShipment{{Carrier: "sf", Number: "SF3" + number(o.ID), ShippedAt: shipped}}
}

func delivered(o *partners.ShopOrder) {
	o.Shipments = []partners.ShopShipment{{Carrier: "sf", Number: "SF3" + number(o.ID), ShippedAt: *o.ShippedAt}}
}

// number makes twelve digits of an order's ID.
func number(id string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, id)
	return strings.Repeat("0", max(0, 12-len(digits))) + digits
}

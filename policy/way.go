package policy

// DecideWay says how a refund without a return goes, by where the goods are; empty for other kinds of case.
// notReceived says that the reason claims that the goods never came (lost, or shown as signed for and not
// received): then the merchant must prove delivery, whatever the carrier shows. Goodwill moves no goods and so
// is treated as received, also before they are.
func DecideWay(f Facts, notReceived bool) Way {
	switch {
	case f.Kind != RefundOnly:
		return ""
	case Goodwill(f):
		return WayReceived
	case f.Order.ShippedAt == nil:
		return WayNotShipped
	case notReceived || f.Order.Parcel == ParcelLost:
		return WayNotReceived
	case f.Order.SignedAt != nil || f.Order.ConfirmedAt != nil || f.Order.Parcel == ParcelSigned:
		return WayReceived
	default:
		return WayIntercept
	}
}

// States of the outbound parcel that rules look at. Others are carried and mean "on its way".
const (
	ParcelSigned = "signed"
	ParcelLost   = "lost"
)

// Goodwill tells whether the merchant or the platform opened the case to give something.
func Goodwill(f Facts) bool { return f.OpenedBy == Merchant || f.OpenedBy == Platform }

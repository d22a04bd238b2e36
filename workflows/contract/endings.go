package contract

import "aftersales/policy"

// Endings are the ways in which a case of each kind can end. An opening that was refused (RefusedOpening) is no case, and
// Cancelled is the doing of whoever runs the engine: both can be of any kind.
var Endings = map[policy.Kind][]Outcome{
	policy.Return: {Refunded, PartlyRefunded, Rejected, Withdrawn, ClosedNoDetails, ClosedNotAnswered, ClosedNotSent, ClosedNoConsent},
	policy.RefundOnly: {
		Refunded, PartlyRefunded, Rejected, Withdrawn, ClosedNoDetails, ClosedNotAnswered, ClosedNotSent, ClosedNoConsent, Delivered,
	},
	policy.Exchange: {
		Exchanged, Refunded, PartlyRefunded, Rejected, Withdrawn, ClosedNoDetails, ClosedNotAnswered, ClosedNotSent, ClosedNoConsent, ClosedNotPaid,
	},
	policy.Repair: {
		Repaired, NotRepaired, Replaced, Refunded, PartlyRefunded, Rejected, Withdrawn, ClosedNoDetails, ClosedNotAnswered, ClosedNotSent, ClosedNoConsent,
	},
	policy.PriceProtection: {PriceProtected, Rejected, Withdrawn, ClosedNoDetails},
	policy.Complaint:       {Settled, Upheld, PartlyUpheld, Dismissed, ResolvedItself, Withdrawn, ClosedNoDetails, ClosedNotSent},
}

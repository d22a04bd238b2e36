package policy

import "aftersales/money"

// Tender is one means by which the order was paid, as far as giving back needs to know it.
type Tender struct {
	ID       string       `json:"id"`
	Rail     string       `json:"rail"` // where it goes back, e.g. "alipay"
	Kind     string       `json:"kind"` // "cash", "points", "coupon": points and coupons go back in kind
	Captured money.Amount `json:"captured"`
	Refunded money.Amount `json:"refunded"` // succeeded, intended or unknown: whatever can no longer be given
}

// Leg is the part of a refund that goes back on one tender's rail.
type Leg struct {
	TenderID string       `json:"tender_id"`
	Rail     string       `json:"rail"`
	Kind     string       `json:"kind"`
	Amount   money.Amount `json:"amount"`
}

// Apportion divides q.Total over the tenders in proportion to what each has left, the last one taking the
// rounding rest and none giving more than it has left: each tender goes back on its own rail, so what was
// paid half in points returns half in points. Legs of nothing are left out, in the order of tenders. The legs
// sum to q.Total, or to all that is left when that is less.
func Apportion(q Quote, tenders []Tender) []Leg {
	left := make([]money.Amount, len(tenders))
	weights := make([]int64, len(tenders))
	for i, tender := range tenders {
		left[i] = max(0, tender.Captured-tender.Refunded)
		weights[i] = int64(left[i])
	}
	var legs []Leg
	for i, amount := range spread(max(q.Total, 0), weights, left) {
		if amount > 0 {
			legs = append(legs, Leg{TenderID: tenders[i].ID, Rail: tenders[i].Rail, Kind: tenders[i].Kind, Amount: amount})
		}
	}
	return legs
}

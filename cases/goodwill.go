package cases

import (
	"context"

	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// ReasonGoodwill is the reason of money that nobody asked for.
const ReasonGoodwill = "goodwill"

// GoodwillRequest gives a customer money for an order without a return: all, or part, of what is left of the chosen
// lines. It may be repeated until nothing is left.
type GoodwillRequest struct {
	Meta    contract.Meta
	OrderID string
	Lines   []contract.ChosenLine
	Amount  money.Amount // 0: all that is left
	Text    string       // why
	Lang    string
}

// OpenGoodwill opens a refund without a return in the name of the merchant's staff, for their own shop, or of the
// platform's people. The merchant's own money needs nobody's yes up to the automatic limits; the platform's people
// give within their own limit alone, and above it wait for an approval. Faults: as of Open; order_unknown for another
// shop's order, amount_invalid, amount_too_large.
func (s *Service) OpenGoodwill(ctx context.Context, in GoodwillRequest) (contract.Ack, error) {
	actor := in.Meta.Actor
	// Another person's key is another request, also one that the customer happens to use.
	return s.open(ctx, "case.goodwill.open", OpenRequest{
		Actor: actor, Key: in.Meta.Key, ReceivedAt: in.Meta.ReceivedAt, Kind: policy.RefundOnly, OrderID: in.OrderID, Lines: in.Lines,
		Reason: ReasonGoodwill, Text: in.Text, Lang: in.Lang, Asked: in.Amount,
	}, "goodwill/"+contract.UpdateID(actor, in.Meta.Key))
}

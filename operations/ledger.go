package operations

import (
	"context"
	"slices"
	"strconv"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
)

// Sandbox is the ledger of the partners that are played: what they really did.
type Sandbox interface {
	// Payments lists payments below an ID, the newest first, 0 for the newest of all, and the sums of each rail.
	Payments(ctx context.Context, before int64, limit int) (totals []Side, payments []Side, err error)
}

// Side is what one side knows of a payment, or of all payments of a rail.
type Side struct {
	ID                              int64
	Rail, Ref, OrderID              string
	Captured, Refunded, ChargedBack money.Amount
	At                              time.Time
}

// LedgerLine is a payment as the provider and as we know it. Missing says which side does not know it at all.
type LedgerLine struct {
	Rail, Ref, OrderID string
	At                 time.Time
	Theirs, Ours       Side
	Difference         money.Amount // of the three amounts together; 0: both say the same
	Missing            string       // "ours", or empty
}

// LedgerPage is a part of the ledger, the newest payments first, and the sums of each rail.
type LedgerPage struct {
	Totals []LedgerLine
	Items  []LedgerLine
	Next   string
}

// Ledger puts the ledger of the played partners beside ours. NotFound where no partner is played.
func (s *Service) Ledger(ctx context.Context, page models.PageRequest) (LedgerPage, error) {
	if s.Sandbox == nil {
		return LedgerPage{}, fault.New(fault.NotFound)
	}
	before := int64(0)
	if page.Cursor != "" {
		var err error
		if before, err = strconv.ParseInt(page.Cursor, 10, 64); err != nil || before < 1 {
			return LedgerPage{}, fault.New(fault.BadCursor)
		}
	}
	limit := page.Limit
	if limit <= 0 {
		limit = models.DefaultPage
	}
	limit = min(limit, models.MaxPage)
	totals, payments, err := s.Sandbox.Payments(ctx, before, limit+1)
	if err != nil {
		return LedgerPage{}, fault.New(fault.Unavailable).Because(err)
	}
	var result LedgerPage
	if len(payments) > limit {
		payments = payments[:limit]
		result.Next = strconv.FormatInt(payments[limit-1].ID, 10)
	}
	refs := make([]string, len(payments))
	for i, payment := range payments {
		refs[i] = payment.Ref
	}
	ours, err := s.Store.OurPayments(ctx, refs)
	if err != nil {
		return LedgerPage{}, away(err)
	}
	sums, err := s.Store.OurTotals(ctx)
	if err != nil {
		return LedgerPage{}, away(err)
	}
	result.Items = beside(payments, ours, func(theirs Side, ours models.OurPayment) bool {
		return theirs.Ref == ours.Ref && theirs.Rail == ours.Rail
	})
	result.Totals = beside(totals, sums, func(theirs Side, ours models.OurPayment) bool { return theirs.Rail == ours.Rail })
	return result, nil
}

func beside(theirs []Side, ours []models.OurPayment, same func(Side, models.OurPayment) bool) []LedgerLine {
	lines := make([]LedgerLine, len(theirs))
	for i, their := range theirs {
		line := LedgerLine{Rail: their.Rail, Ref: their.Ref, OrderID: their.OrderID, At: their.At, Theirs: their}
		if j := slices.IndexFunc(ours, func(o models.OurPayment) bool { return same(their, o) }); j >= 0 {
			line.Ours = Side{Rail: ours[j].Rail, Ref: ours[j].Ref, OrderID: ours[j].OrderID, Captured: ours[j].Captured, Refunded: ours[j].Refunded, ChargedBack: ours[j].ChargedBack}
			if line.OrderID == "" { // a charge of ours: the provider knows no order
				line.OrderID = ours[j].OrderID
			}
		} else {
			line.Missing = "ours"
		}
		line.Difference = apart(line.Theirs.Captured, line.Ours.Captured) + apart(line.Theirs.Refunded, line.Ours.Refunded) +
			apart(line.Theirs.ChargedBack, line.Ours.ChargedBack)
		lines[i] = line
	}
	return lines
}

func apart(a, b money.Amount) money.Amount { return max(a-b, b-a) }

package activities_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// A long life of one order: returns, exchanges of exchanges both ways, and parts of the price in any order, through the
// real rules, books and refunds. Captured is refunded and left, to the cent, per tender and line; and when the last
// unit has come back everything is refunded.
func TestRandomLifeOfAnOrderAddsUp(t *testing.T) {
	orders := 0
	w := sqliteWorld(t)
	w.onSale(1000)
	require.NoError(t, w.store.DB.Create(&models.Variant{ID: "v3", ProductID: "p", Colour: "v3", Price: 1900, Stock: 1000}).Error)
	require.NoError(t, w.store.DB.Model(&models.Variant{}).Where("id = ?", "v2").Update("price", 7301).Error)
	rapid.Check(t, func(r *rapid.T) {
		orders++
		life := &life{world: w, r: r, order: fmt.Sprintf("r%d", orders)}
		w.order(life.order, []line{{3, 10001}, {2, 4999}}, tender{partners.RailAlipay, 9000}, tender{partners.RailWeChat, 6000})
		for range rapid.IntRange(1, 7).Draw(r, "steps") {
			switch rapid.IntRange(0, 3).Draw(r, "what") {
			case 0:
				life.sendBack(life.some())
			case 1:
				life.part()
			default:
				life.swap(life.some())
			}
			life.addsUp()
		}
		for again := true; again; {
			again = false
			for _, row := range life.book().Lines {
				if left := life.left(row.ID); left > 0 {
					life.sendBack(contract.ChosenLine{LineID: row.ID, Quantity: left})
					again = true
				}
			}
		}
		life.addsUp()
		book := life.book()
		_, refunded := book.RefundedFreight(nil)
		require.Equal(r, book.Paid(), refunded, "all goods are back: so is all the money")
	})
}

type life struct {
	*world
	r     *rapid.T
	order string
	cases int
}

func (l *life) book() models.OrderBook {
	book, err := l.store.Book(context.Background(), l.order)
	require.NoError(l.r, err)
	return book
}

// left counts the units of a line that are still the customer's.
func (l *life) left(id string) int {
	book := l.book()
	line, _ := book.Line(id)
	return line.Quantity - book.RefundedLines(nil)[id].Quantity
}

// some chooses units that the customer has; none when there are none.
func (l *life) some() contract.ChosenLine {
	var lines []models.OrderLine
	for _, line := range l.book().Lines {
		if l.left(line.ID) > 0 {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return contract.ChosenLine{}
	}
	id := rapid.SampledFrom(lines).Draw(l.r, "line").ID
	return contract.ChosenLine{LineID: id, Quantity: rapid.IntRange(1, l.left(id)).Draw(l.r, "units")}
}

func (l *life) next() string {
	l.cases++
	return fmt.Sprintf("%s-c%d", l.order, l.cases)
}

func (l *life) open(start contract.Start) (opened contract.Opened, ok bool) {
	opened, err := l.OpenCase(context.Background(), start)
	require.NoError(l.r, err)
	return opened, opened.Refused == nil
}

func (l *life) pay(caseID string, quote policy.Quote) {
	if quote.Total == 0 {
		return
	}
	in := contract.RefundInput{
		CaseID: caseID, OrderID: l.order, Round: 1, Quote: quote, Cause: contract.CauseMerchant, CauseRef: "test", At: noon,
	}
	for {
		result, err := l.Refund(context.Background(), in)
		require.NoError(l.r, err)
		require.Nil(l.r, result.Blocked)
		if result.Done {
			return
		}
		in.At = *result.NextAt // a rail's spacing
	}
}

func (l *life) close(caseID string) {
	require.NoError(l.r, l.store.DB.Model(&models.UnitClaim{}).Where("case_id = ?", caseID).Update("released_at", noon).Error)
}

func (l *life) sendBack(chosen contract.ChosenLine) {
	if chosen.Quantity == 0 {
		return
	}
	start := l.start(l.next(), l.order, chosen)
	opened, ok := l.open(start)
	if !ok { // nothing of the money is left: the units just go back
		require.Equal(l.r, "nothing_to_refund", string(opened.Refused.Code))
		require.NoError(l.r, l.store.DB.Exec("UPDATE order_lines SET exchanged_qty = COALESCE(exchanged_qty, 0) + ? WHERE id = ?", chosen.Quantity, chosen.LineID).Error)
		return
	}
	l.pay(start.CaseID, opened.Terms.Quote)
	l.close(start.CaseID)
}

// part gives back a part of a line's price, and no goods.
func (l *life) part() {
	chosen := l.some()
	if chosen.Quantity == 0 {
		return
	}
	book := l.book()
	line, _ := book.Line(chosen.LineID)
	rest := int(line.Paid - book.RefundedLines(nil)[line.ID].Amount)
	amount := money.Amount(rapid.IntRange(0, rest).Draw(l.r, "amount"))
	l.pay(l.next(), policy.Quote{Currency: money.CNY, Total: amount, Lines: []policy.QuoteLine{{LineID: line.ID, Amount: amount}}})
}

// swap exchanges units as the story does.
func (l *life) swap(chosen contract.ChosenLine) {
	if chosen.Quantity == 0 {
		return
	}
	ctx := context.Background()
	chosen.VariantID = rapid.SampledFrom([]string{"v", "v2", "v3"}).Draw(l.r, "variant")
	start := l.start(l.next(), l.order, chosen)
	start.Kind, start.Reason = policy.Exchange, "other_colour"
	opened, ok := l.open(start)
	require.True(l.r, ok, "%+v", opened.Refused)
	terms, back := opened.Terms, policy.ExchangeBack(opened.Terms)
	require.LessOrEqual(l.r, terms.Exchange.Difference, max(0, terms.Exchange.Lines[0].New-terms.Exchange.Lines[0].Old)*money.Amount(chosen.Quantity), "never above the list difference")
	var gives money.Amount
	for _, part := range terms.Quote.Lines {
		if part.LineID == chosen.LineID {
			gives += part.Amount
		}
	}
	for _, part := range back.Lines {
		require.LessOrEqual(l.r, part.Amount, gives, "no more comes back than the goods are worth")
		gives -= part.Amount
	}
	var tenders []string
	if due := terms.Exchange.Difference; due > 0 {
		tenders = []string{start.CaseID + "-t"}
		require.NoError(l.r, l.store.Collect(ctx, models.Tender{
			ID: tenders[0], OrderID: l.order, Rail: "wechat", Ref: start.CaseID, Captured: due, CapturedAt: noon, CaseID: start.CaseID, Purpose: contract.PurposeDifference,
		}))
	}
	reserved, err := l.ReserveStock(ctx, contract.StockInput{CaseID: start.CaseID, MerchantID: "mer", Round: 1, At: noon, Lines: []contract.StockedLine{{VariantID: chosen.VariantID, Quantity: chosen.Quantity}}})
	require.NoError(l.r, err)
	require.Nil(l.r, reserved.Refused)
	booked, err := l.ShipReplacement(ctx, contract.ReplaceInput{
		CaseID: start.CaseID, OrderID: l.order, Round: 1, Units: opened.Units, Tenders: tenders, At: noon,
		Lines: []contract.ReplacedLine{{
			LineID: chosen.LineID, VariantID: chosen.VariantID, Quantity: chosen.Quantity, UnitPrice: terms.Exchange.Lines[0].New,
			Gives: gives, Paid: gives + max(0, terms.Exchange.Difference),
		}},
	})
	require.NoError(l.r, err)
	require.Equal(l.r, gives+max(0, terms.Exchange.Difference), booked.Paid[0])
	_, claimed := l.open(l.start(l.next(), l.order, contract.ChosenLine{LineID: booked.Lines[0], Quantity: 1}))
	require.False(l.r, claimed, "the replacement is its case's until that ends")
	l.pay(start.CaseID, back)
	require.NoError(l.r, l.ReplacementReceived(ctx, contract.ReceiptInput{CaseID: start.CaseID, OrderID: l.order, ConfirmedAt: noon}))
	l.close(start.CaseID)
}

// addsUp checks tenders, lines and the order.
func (l *life) addsUp() {
	book := l.book()
	for _, tender := range book.Tenders {
		var gone money.Amount
		for _, leg := range book.OfTender(tender.ID) {
			gone += leg.Amount
		}
		require.LessOrEqual(l.r, gone, tender.Captured, "tender %s", tender.ID)
	}
	var worth, parts money.Amount
	gone := book.RefundedLines(nil)
	for _, line := range book.Lines {
		worth += line.Paid - line.ExchangedPaid
		parts += gone[line.ID].Amount - line.ExchangedPaid
		require.LessOrEqual(l.r, gone[line.ID].Amount, line.Paid, "line %s", line.ID)
		require.LessOrEqual(l.r, gone[line.ID].Quantity, line.Quantity, "line %s", line.ID)
	}
	require.Equal(l.r, book.Paid(), worth, "what was paid lies on the lines")
	_, refunded := book.RefundedFreight(nil)
	require.Equal(l.r, refunded, parts, "what was refunded was refunded of lines")
}

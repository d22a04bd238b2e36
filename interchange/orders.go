package interchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"strconv"
	"strings"
	"time"
	"unicode"

	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
)

// reader turns rows into whole orders. It holds one order at a time, and a hash of every order it has seen.
type reader struct {
	rows  *records
	head  header
	from  int // rows before this line are passed over, and the order that goes on there
	issue func(Issue)

	lines   int // rows read
	bad     int // rows with an issue
	skipped int
	now     time.Time
	current *draft
	ahead   *row
	seen    *seenSet
}

type row struct {
	line  int
	cells []string // by column, cleaned; nil when the line could not be read
	id    string   // of its order; for a line that could not be read as it seems to be
}

// maxSeen bounds the memory of what was seen; beyond it the database still refuses the second half of a torn order.
const maxSeen = 1_000_000

type seenSet struct {
	seed maphash.Seed
	all  map[uint64]struct{}
}

func newSeenSet() *seenSet {
	return &seenSet{maphash.MakeSeed(), map[uint64]struct{}{}}
}

// add tells whether a text was added before.
func (s *seenSet) add(text string) bool {
	hash := maphash.String(s.seed, text)
	_, before := s.all[hash]
	if !before && len(s.all) < maxSeen {
		s.all[hash] = struct{}{}
	}
	return before
}

// has tells whether a text was added.
func (s *seenSet) has(text string) bool {
	_, found := s.all[maphash.String(s.seed, text)]
	return found
}

// order returns the next order, good or bad; nil after the last. A line that belongs to no order is only an issue.
func (r *reader) order() (*draft, error) {
	for {
		row, err := r.row()
		if err != nil {
			return nil, err
		}
		if row == nil { // the end
			last := r.current
			r.current = nil
			return last, nil
		}
		if r.current != nil && !r.goesOn(row) {
			r.ahead = row
			finished := r.current
			r.current = nil
			return finished, nil
		}
		if r.current == nil {
			r.current = r.begin(row)
		}
		if row.line < r.from || r.current.first < r.from {
			r.skipped++
			r.current.lines++
			continue
		}
		r.read(row)
	}
}

var (
	atOrderID  = columnNamed[folded("order_id")]
	atVersion  = columnNamed[folded("version")]
	atModified = columnNamed[folded("modified_at")]
	atLineID   = columnNamed[folded("line_id")]
	atCaptured = columnNamed[folded("captured")]
)

// goesOn tells whether a row belongs to the order that is being read. A line that cannot be read counts to the order that
// it seems to name, or to this one: without it the order may be incomplete.
func (r *reader) goesOn(row *row) bool {
	if row.cells == nil {
		return row.id == "" || row.id == r.current.id
	}
	same := func(at int) bool {
		return r.current.raw == nil || row.cells[at] == "" || row.cells[at] == r.current.raw[at]
	}
	return row.id == r.current.id && same(atVersion) && same(atModified)
}

func (r *reader) begin(row *row) *draft {
	d := &draft{id: row.id, first: row.line}
	d.order.Currency, d.person.lang = string(money.CNY), "zh-CN"
	return d
}

// row reads the next row; nil at the end.
func (r *reader) row() (*row, error) {
	if r.ahead != nil {
		next := r.ahead
		r.ahead = nil
		return next, nil
	}
	found, err := r.rows.next()
	if err != nil {
		return nil, ignoreEOF(err)
	}
	r.lines++
	next := &row{line: found.line}
	about := ""
	if found.bad == "" && len(found.cells) != len(r.head.columns) &&
		(len(found.cells) < len(r.head.columns) || !blank(found.cells[len(r.head.columns):])) {
		found.bad, about = badFields, fmt.Sprintf("%d / %d", len(found.cells), len(r.head.columns))
		found.text = strings.Join(found.cells, string(r.rows.comma))
	}
	if found.bad != "" {
		if cells := strings.Split(found.text, string(r.rows.comma)); len(cells) > r.head.at(atOrderID) {
			next.id = clean(strings.Trim(cells[r.head.at(atOrderID)], `"=`))
		}
		if found.line >= r.from {
			r.bad++
			r.issue(Issue{Line: found.line, Order: r.mentioned(next.id), Code: string(found.bad), About: about})
		}
		return next, nil
	}
	next.cells = make([]string, len(columns))
	for i, column := range r.head.columns {
		if column >= 0 {
			next.cells[column] = clean(found.cells[i])
		}
	}
	next.id = next.cells[atOrderID]
	return next, nil
}

// mentioned is the ID of an order as a report may show it: what a broken line seems to name may be anything, so it is
// shown only when it is the order that is being read.
func (r *reader) mentioned(id string) string {
	if r.current != nil && r.current.id == id {
		return id
	}
	return ""
}

// read puts one row into the order.
func (r *reader) read(row *row) {
	d := r.current
	d.lines++
	if row.cells == nil {
		d.bad = true
		return
	}
	line, payment := partners.ShopLine{}, partners.ShopPayment{}
	d.line, d.payment = &line, &payment
	first := d.raw == nil
	if first {
		d.raw = row.cells
	}
	hasLine, hasPayment := first, false
	for i, cell := range row.cells {
		hasLine = hasLine || columns[i].level == ofLine && cell != ""
		hasPayment = hasPayment || columns[i].level == ofPayment && cell != ""
	}
	wrongs := 0
	report := func(at int, what code, about string) {
		wrongs++
		if columns[at].Personal {
			about = "…"
		}
		r.issue(Issue{Line: row.line, Column: columns[at].Name, Order: d.id, Code: string(what), About: about})
	}
	for i, cell := range row.cells {
		column := &columns[i]
		switch {
		case column.level == ofOrder && !first:
			if cell != "" && cell != d.raw[i] {
				report(i, badDiffers, shown(d.raw[i]))
			}
			continue
		case column.level == ofLine && !hasLine, column.level == ofPayment && !hasPayment:
			continue
		}
		if cell == "" {
			// What an unreadable first line said is not missing once more.
			if column.Required && !(column.level == ofOrder && d.bad) {
				report(i, badMissing, "")
			}
			continue
		}
		if strings.ContainsFunc(cell, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' }) {
			report(i, badControl, "")
			continue
		}
		if err := column.set(d, cell); err != nil {
			var what *wrong
			errors.As(err, &what)
			report(i, what.code, what.about)
		}
	}
	if first && d.raw[atVersion] == "" {
		if d.raw[atModified] == "" && !d.bad {
			report(atVersion, badMissing, "")
		}
		d.order.Version = d.modified.UnixMilli()
	}
	if wrongs == 0 {
		r.add(d, line, payment, hasLine, hasPayment, report)
	}
	if wrongs > 0 {
		d.bad = true
		r.bad++
	}
}

// add joins what a row says about articles and payments to its order.
func (r *reader) add(d *draft, line partners.ShopLine, payment partners.ShopPayment, hasLine, hasPayment bool, report func(int, code, string)) {
	if hasLine {
		if line.VariantID == "" {
			line.VariantID = line.ProductID
		}
		if d.units += line.Quantity; d.units > maxUnits || len(d.order.Lines) == maxLines {
			report(atLineID, badMany, fmt.Sprintf("%d / %d", maxLines, maxUnits))
			return
		}
		d.order.Lines = append(d.order.Lines, line)
	}
	if !hasPayment {
		return
	}
	if payment.CapturedAt.IsZero() {
		payment.CapturedAt = d.order.PaidAt
	}
	key := string(payment.Rail) + " " + payment.Ref
	for i, other := range d.order.Payments {
		if string(other.Rail)+" "+other.Ref == key {
			if payment.ID == "" {
				payment.ID = other.ID
			}
			if payment != d.order.Payments[i] {
				report(atCaptured, badDiffers, shown(other.Captured.String()))
			}
			return
		}
	}
	if payment.ID == "" {
		payment.ID = d.order.ID + "/" + strconv.Itoa(len(d.order.Payments)+1)
		if len(payment.ID) > 64 {
			report(columnNamed[folded("payment_id")], badMissing, "")
			return
		}
	}
	d.order.Payments = append(d.order.Payments, payment)
}

// check looks at a whole order whose lines are good; nil when it can be stored.
func (r *reader) check(d *draft) *Issue {
	issue := func(column, what code, about string) *Issue {
		return &Issue{Line: d.first, Column: string(column), Order: d.order.ID, Code: string(what), About: about}
	}
	if r.seen.add(d.order.ID + "\x00" + strconv.FormatInt(d.order.Version, 10)) {
		return issue("order_id", badApart, "")
	}
	if len(d.order.Payments) == 0 {
		return issue("captured", badMissing, "")
	}
	if err := d.order.Check(); err != nil {
		return issue("", badOrder, err.Error())
	}
	if issue := r.inOrder(d); issue != nil {
		return issue
	}
	cost, paid := d.order.FreightPaid, money.Amount(0)
	for _, line := range d.order.Lines {
		if len(line.Serials) > line.Quantity {
			return issue("serials", badSerials, line.ID)
		}
		cost += line.Paid
	}
	for _, payment := range d.order.Payments {
		paid += payment.Captured
	}
	if cost != paid {
		return issue("captured", badSum, cost.String()+" / "+paid.String())
	}
	return nil
}

// clockSlack is how far another machine's clock may be ahead of this one's.
const clockSlack = 10 * time.Minute

// inOrder finds a time of an order that lies ahead, or before what must have come first; nil when there is none.
func (r *reader) inOrder(d *draft) *Issue {
	first, earliest := "paid_at", d.order.PaidAt
	times := []struct {
		column string
		at     *time.Time
	}{{"paid_at", &d.order.PaidAt}, {"shipped_at", d.order.ShippedAt}, {"signed_at", d.order.SignedAt}, {"confirmed_at", d.order.ConfirmedAt}}
	for _, payment := range d.order.Payments {
		times = append(times, struct {
			column string
			at     *time.Time
		}{"captured_at", &payment.CapturedAt})
	}
	for _, of := range times {
		issue := Issue{Line: d.first, Column: of.column, Order: d.order.ID}
		switch {
		case of.at == nil:
			continue
		case of.at.After(r.now.Add(clockSlack)):
			issue.Code, issue.About = string(badAhead), of.at.In(partners.Shanghai).Format(time.DateTime)
			return &issue
		case of.column == "captured_at":
			continue // a part may be paid before the rest, and after it
		case of.column == "confirmed_at":
			first, earliest = "paid_at", d.order.PaidAt // a customer may confirm before the carrier's last scan
		}
		if latest(*of.at).Before(earliest) {
			issue.Code, issue.About = string(badBefore), first
			return &issue
		}
		first, earliest = of.column, *of.at
	}
	return nil
}

// latest is the end of a day where a time may be a date alone, which is read as its midnight.
func latest(at time.Time) time.Time {
	if local := at.In(partners.Shanghai); local.Hour() == 0 && local.Minute() == 0 && local.Second() == 0 {
		return at.Add(24*time.Hour - time.Second)
	}
	return at
}

// toImport is the order as the store takes it.
func (d *draft) toImport(now time.Time) (models.OrderImport, error) {
	order, err := StoredOrder(d.order)
	in := models.OrderImport{Order: order}
	if d.person.name != "" {
		in.Customer = &models.NewCustomer{
			ID: d.order.CustomerID, Name: d.person.name, Phone: d.person.phone, Lang: d.person.lang, Level: "normal", CreatedAt: now,
		}
	}
	if d.merchant != "" {
		in.Merchant = &models.NewMerchant{ID: d.order.MerchantID, Name: d.merchant, Level: "normal", CreatedAt: now}
	}
	return in, err
}

// StoredOrder is a shop's order as the store takes it.
func StoredOrder(order partners.ShopOrder) (models.OrderInput, error) {
	recipient, err := json.Marshal(order.Recipient)
	if err != nil {
		return models.OrderInput{}, fmt.Errorf("an order of the shop: %w", err)
	}
	in := models.OrderInput{
		ID: order.ID, Version: order.Version, CustomerID: order.CustomerID, MerchantID: order.MerchantID,
		Currency: money.Currency(order.Currency), PaidAt: order.PaidAt,
		ShippedAt: order.ShippedAt, SignedAt: order.SignedAt, ConfirmedAt: order.ConfirmedAt,
		FreightPaid: order.FreightPaid, FreightListed: order.FreightListed, FreeOver: order.FreeOver,
		Discount: order.Discount, Insured: order.Insured, Recipient: string(recipient),
	}
	for _, line := range order.Lines {
		in.Lines = append(in.Lines, models.OrderLineInput{
			ID: line.ID, ProductID: line.ProductID, VariantID: line.VariantID, Title: line.Title, Category: line.Category,
			Quantity: line.Quantity, UnitPrice: line.UnitPrice, Discount: line.Discount, Paid: line.Paid, Bundle: line.Bundle,
			Gift: line.Gift, GiftPrice: line.GiftPrice, NoReasonOut: line.NoReasonOut, Consented: line.Consented,
			WeightGrams: line.WeightGrams, Serials: line.Serials,
		})
	}
	for _, payment := range order.Payments {
		in.Tenders = append(in.Tenders, models.TenderInput{
			ID: payment.ID, Rail: string(payment.Rail), Ref: payment.Ref, Captured: payment.Captured, CapturedAt: payment.CapturedAt,
		})
	}
	return in, nil
}

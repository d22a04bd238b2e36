// Package interchange moves data in and out of Aftersales: orders from CSV files, cases into CSV and JSON lines, and the
// states of a case to and from those of other platforms.
package interchange

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"strconv"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// OrderStore is where imported orders go.
type OrderStore interface {
	ImportOrders(ctx context.Context, batch []models.OrderImport, dry bool) (models.OrdersImported, error)
}

// OrdersOptions of ImportOrders. The zero value finds out how the file is written and writes every good order.
type OrdersOptions struct {
	Encoding      string // empty: found out; see Encodings
	Comma         rune   // ',', ';' or '\t'; 0: found out
	IgnoreUnknown bool   // columns that are not known are no error
	DryRun        bool   // reads and checks everything, writes nothing
	FromLine      int    // begin with the first order that begins at this line or later; 0: with the first

	Issue    func(Issue) error // every problem, as it is found; an error ends the import
	Progress func(Orders)      // after every batch
}

// Orders is how far an import is, and at the end its result.
type Orders struct {
	Encoding string
	Comma    rune
	Ignored  []string // columns that are not known

	Bytes   int64 // read of the file
	Lines   int   // rows read, without the head
	Skipped int   // rows before FromLine
	Bad     int   // rows with a problem of their own
	Issues  int

	Created, Replaced, Unchanged, Older, Refused int // orders
	Customers, Merchants                         int // made

	// Next is the line of the first order that is not settled: where to go on after an interruption; 0 at the end.
	Next int
}

// Size of a batch: what one transaction writes.
const (
	batchOrders = 300
	batchLines  = 600
	batchUnits  = 5000
)

// ImportOrders reads a CSV file of orders into a store, in batches of a few hundred, and holds no more than one batch. The
// first line names the columns; Columns lists them. What is wrong with a line or an order is told to opts.Issue and
// leaves the other orders alone; an order with a bad line is left out whole. The error says why it did not come to the
// end; the result then says where to go on.
func ImportOrders(ctx context.Context, store OrderStore, file io.ReadSeeker, opts OrdersOptions) (Orders, error) {
	run := &importRun{store: store, opts: opts, now: time.Now()}
	err := run.start(file)
	if err == nil {
		err = run.all(ctx)
	}
	run.count()
	if err == nil {
		run.result.Next = 0
	}
	return run.result, err
}

type importRun struct {
	store  OrderStore
	opts   OrdersOptions
	now    time.Time
	in     *counted
	reader *reader
	result Orders
	failed error // of opts.Issue

	batch   []models.OrderImport
	lines   []int // where each order of the batch begins
	ids     map[string]bool
	weight  struct{ lines, units int }
	pretend *seenSet         // people that a dry run would have made
	paid    map[uint64]payer // payments that it would have stored
}

func (r *importRun) start(file io.ReadSeeker) (err error) {
	r.result.Encoding = r.opts.Encoding
	if r.result.Encoding == "" {
		if r.result.Encoding, err = findEncoding(file); err != nil {
			return err
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read the file: %w", err)
		}
	}
	r.in = &counted{in: file}
	text, err := decoded(r.in, r.result.Encoding)
	if err != nil {
		return err
	}
	rows := newRecords(text, ',')
	head, err := rows.take()
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("the file is empty")
	case err != nil:
		return fmt.Errorf("read the file: %w", err)
	case head.bad != "":
		return errors.New(Issue{Line: 1, Code: string(head.bad)}.String())
	}
	if r.result.Comma = r.opts.Comma; r.result.Comma == 0 {
		r.result.Comma = findComma(head.text)
	}
	rows.comma = r.result.Comma
	cells, whole := split(head.text, rows.comma)
	if !whole {
		return errors.New(Issue{Line: 1, Code: string(badQuotes)}.String())
	}
	columns, err := readHeader(cells, r.opts.IgnoreUnknown)
	if r.result.Ignored = columns.unknown; err != nil {
		return err
	}
	r.reader = &reader{rows: rows, head: columns, from: r.opts.FromLine, issue: r.issue, now: r.now, seen: newSeenSet()}
	r.ids = map[string]bool{}
	r.pretend, r.paid = newSeenSet(), map[uint64]payer{}
	return nil
}

func (r *importRun) issue(i Issue) {
	r.result.Issues++
	if r.opts.Issue != nil && r.failed == nil {
		r.failed = r.opts.Issue(i)
	}
}

func (r *importRun) all(ctx context.Context) error {
	for {
		order, err := r.reader.order()
		if err != nil {
			return fmt.Errorf("read the file: %w", err)
		}
		if order == nil {
			return r.flush(ctx)
		}
		if r.result.Next == 0 {
			r.result.Next = order.first
		}
		if order.first < r.opts.FromLine {
			continue
		}
		if !order.bad {
			if issue := r.reader.check(order); issue != nil {
				order.bad = true
				r.issue(*issue)
			}
		}
		if r.failed != nil {
			return r.failed
		}
		if order.bad {
			r.result.Refused++
			continue
		}
		if r.full(order) {
			if err := r.flush(ctx); err != nil {
				return err
			}
			r.result.Next = order.first
		}
		if err := r.put(order); err != nil {
			return err
		}
	}
}

// full tells whether an order must wait for the next batch: also when another version of it is in this one.
func (r *importRun) full(order *draft) bool {
	return len(r.batch) > 0 && (r.ids[order.order.ID] || len(r.batch) >= batchOrders ||
		r.weight.lines+len(order.order.Lines) > batchLines || r.weight.units+order.units > batchUnits)
}

func (r *importRun) put(order *draft) error {
	in, err := order.toImport(r.now)
	if err != nil {
		return err
	}
	if r.opts.DryRun {
		// An earlier order of the file would have made these people.
		r.imagine("c "+in.Order.CustomerID, in.Customer != nil, func() { in.Customer = &models.NewCustomer{ID: in.Order.CustomerID} })
		r.imagine("m "+in.Order.MerchantID, in.Merchant != nil, func() { in.Merchant = &models.NewMerchant{ID: in.Order.MerchantID} })
	}
	r.batch, r.lines = append(r.batch, in), append(r.lines, order.first)
	r.ids[order.order.ID] = true
	r.weight.lines += len(order.order.Lines)
	r.weight.units += order.units
	return nil
}

func (r *importRun) imagine(who string, named bool, name func()) {
	switch {
	case named:
		r.pretend.add(who)
	case r.pretend.has(who):
		name()
	}
}

func (r *importRun) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(r.batch) > 0 {
		stored, err := r.store.ImportOrders(ctx, r.batch, r.opts.DryRun)
		if err != nil {
			return fmt.Errorf("store the orders from line %d on: %w", r.lines[0], err)
		}
		r.settle(stored)
	}
	r.batch, r.lines = r.batch[:0], r.lines[:0]
	clear(r.ids)
	r.weight.lines, r.weight.units = 0, 0
	r.result.Next = 0
	r.count()
	if r.opts.Progress != nil {
		r.opts.Progress(r.result)
	}
	return r.failed
}

// paidBefore finds the line of an earlier order that a trial would have stored with a payment of this one; 0 when there is
// none, and then it notes this one's payments.
func (r *importRun) paidBefore(line int, order models.OrderInput) int {
	number := func(tender models.TenderInput) uint64 {
		return maphash.String(r.pretend.seed, tender.Rail+"\x00"+tender.Ref)
	}
	whose := maphash.String(r.pretend.seed, order.ID)
	for _, tender := range order.Tenders {
		if first, known := r.paid[number(tender)]; known && first.order != whose {
			return first.line
		}
	}
	for _, tender := range order.Tenders {
		if len(r.paid) < maxSeen {
			r.paid[number(tender)] = payer{whose, line}
		}
	}
	return 0
}

// payer is the order that a payment was first seen with, and where it begins.
type payer struct {
	order uint64
	line  int
}

func (r *importRun) settle(stored models.OrdersImported) {
	r.result.Customers += stored.Customers
	r.result.Merchants += stored.Merchants
	for i, order := range stored.Orders {
		if r.opts.DryRun && order.Why == nil {
			if above := r.paidBefore(r.lines[i], r.batch[i].Order); above != 0 {
				r.result.Refused++
				r.issue(Issue{
					Line: r.lines[i], Column: "payment_ref", Order: r.batch[i].Order.ID, Code: string(badPaidAbove), About: strconv.Itoa(above),
				})
				continue
			}
		}
		switch order.Outcome {
		case models.ImportCreated:
			r.result.Created++
		case models.ImportReplaced:
			r.result.Replaced++
		case models.ImportUnchanged:
			r.result.Unchanged++
		case models.ImportOlder:
			r.result.Older++
		case models.ImportRefused:
			r.result.Refused++
			r.issue(refusal(r.lines[i], r.batch[i].Order.ID, order.Why))
		}
	}
}

// changes is how the report says what the store refuses.
var changes = map[string]struct {
	column string
	code   code
}{
	models.ChangePeople: {"", badPeople}, models.ChangeLine: {"line_id", badLine}, models.ChangeQuantity: {"quantity", badQuantity},
	models.ChangePayment: {"payment_id", badPayment}, models.ChangePaymentID: {"payment_id", badPaymentID},
	models.ChangeChargedBack: {"captured", badCharged}, models.ChangePaidTwice: {"payment_ref", badTwice},
}

func refusal(line int, order string, why error) Issue {
	issue := Issue{Line: line, Order: order}
	switch {
	case errors.Is(why, models.ErrNoCustomer):
		issue.Column, issue.Code = "customer_id", string(noCustomer)
	case errors.Is(why, models.ErrNoMerchant):
		issue.Column, issue.Code = "merchant_id", string(noMerchant)
	case errors.Is(why, models.ErrSameVersion):
		issue.Column, issue.Code = "version", string(badVersion)
	case errors.Is(why, fault.New(fault.Erased)):
		issue.Column, issue.Code = "customer_id", string(badErased)
	default:
		var change *models.OrderChange
		if !errors.As(why, &change) {
			change = &models.OrderChange{What: models.ChangePeople}
		}
		of := changes[change.What]
		issue.Column, issue.Code, issue.About = of.column, string(of.code), change.About
	}
	return issue
}

func (r *importRun) count() {
	if r.reader == nil {
		return
	}
	r.result.Bytes = r.in.bytes
	r.result.Lines, r.result.Bad, r.result.Skipped = r.reader.lines, r.reader.bad, r.reader.skipped
}

// counted counts what is read of a file.
type counted struct {
	in    io.Reader
	bytes int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.bytes += int64(n)
	return n, err
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

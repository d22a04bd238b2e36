package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"aftersales/seal"
)

var (
	// ErrNoCustomer says that an imported order's customer is unknown and that the import does not say who it is.
	ErrNoCustomer = fmt.Errorf("%w: the customer is unknown and was not named", ErrReference)
	// ErrNoMerchant says the same of the merchant.
	ErrNoMerchant = fmt.Errorf("%w: the merchant is unknown and was not named", ErrReference)
	// ErrSameVersion says that an order is stored under the same version with other content.
	ErrSameVersion = errors.New("models: the same version of this order has other content; a change needs a higher version")
)

// OrderImport is one order of an import, and the people it brings along. They are used only when they are unknown: nil
// then refuses the order, and what is stored of a known customer or merchant stays as it is.
type OrderImport struct {
	Order    OrderInput
	Customer *NewCustomer
	Merchant *NewMerchant
}

// Changes that an import refuses, by what they are about.
const (
	ChangePeople      = "people"       // another customer, merchant or currency
	ChangeLine        = "line"         // the line is another order's; About: its ID
	ChangeQuantity    = "quantity"     // fewer units than were bought; About: the line's ID
	ChangePayment     = "payment"      // the ID stands for another payment; About: that ID
	ChangePaymentID   = "payment_id"   // the payment is stored under another ID; About: that ID
	ChangeChargedBack = "charged_back" // less captured than was charged back; About: the payment's ID
	ChangePaidTwice   = "paid_twice"   // the payment is another order's; About: that order's ID
)

// OrderChange says why an order was refused that is stored already, or that names what belongs to another. It is ErrOrderChanged.
type OrderChange struct{ What, About string }

func (c *OrderChange) Error() string {
	return "models: the order was refused: " + c.What + " " + c.About
}

func (c *OrderChange) Unwrap() error { return ErrOrderChanged }

func refusedChange(what, about string) (ImportOutcome, error) {
	return ImportRefused, &OrderChange{what, about}
}

// ImportOutcome is what became of one order.
type ImportOutcome string

const (
	ImportCreated   ImportOutcome = "created"
	ImportReplaced  ImportOutcome = "replaced"  // a newer version of a stored order
	ImportUnchanged ImportOutcome = "unchanged" // the stored version, with the same content
	ImportOlder     ImportOutcome = "older"     // the stored version is newer
	ImportRefused   ImportOutcome = "refused"
)

// OrderImported is the outcome of one order. Why is set when it was refused: ErrNoCustomer, ErrNoMerchant,
// an *OrderChange, ErrSameVersion, or the fault Erased.
type OrderImported struct {
	Outcome ImportOutcome
	Why     error
}

// OrdersImported is the result of one batch, Orders in the order of the batch.
type OrdersImported struct {
	Orders    []OrderImported
	Customers int // made for these orders
	Merchants int
}

// ImportOrders stores a batch in one transaction with few statements, by the rules of UpsertOrder; an order that is
// refused leaves the others alone. dry only tells what would happen. No order ID may be in the batch twice.
func (s *Store) ImportOrders(ctx context.Context, batch []OrderImport, dry bool) (OrdersImported, error) {
	job := importJob{batch: batch, dry: dry, rows: make([]Order, len(batch))}
	job.result.Orders = make([]OrderImported, len(batch))
	// First without locks: who is missing is made, and only what will be written is sealed.
	if err := errors.Join(job.meetMerchants(ctx, s), job.meetCustomers(ctx, s)); err != nil {
		return OrdersImported{}, err
	}
	if err := job.decide(ctx, s); err != nil || dry {
		return job.result, err
	}
	if err := job.seal(ctx, s); err != nil {
		return OrdersImported{}, err
	}
	// A newer version that arrives from elsewhere between reading and writing shows as a row that was not
	// written, or as a payment that is there already.
	for try := 1; ; try++ {
		err := s.Tx(ctx, func(tx *Store) error {
			if err := job.decide(ctx, tx); err != nil {
				return err
			}
			return job.write(ctx, tx)
		})
		if err == nil {
			return job.result, nil
		}
		if !errors.Is(err, ErrOrderChanged) && !errors.Is(err, ErrDuplicate) || try == txTries {
			return OrdersImported{}, err
		}
	}
}

// importJob is one batch on its way.
type importJob struct {
	batch  []OrderImport
	dry    bool
	refs   map[string]string // keyset references of the customers
	known  map[string]bool   // merchants that stand
	rows   []Order           // with the recipient sealed, where it will be written
	terms  []IndexTerm       // by which those recipients are found
	result OrdersImported
}

func (j *importJob) meetMerchants(ctx context.Context, s *Store) error {
	j.known = map[string]bool{}
	wanted := map[string]*NewMerchant{}
	for _, in := range j.batch {
		if wanted[in.Order.MerchantID] == nil {
			wanted[in.Order.MerchantID] = in.Merchant
		}
	}
	var stored []string
	if err := s.db(ctx).Model(&Merchant{}).Where("id IN ?", keys(wanted)).Pluck("id", &stored).Error; err != nil {
		return err
	}
	for _, id := range stored {
		j.known[id] = true
	}
	for id, merchant := range wanted {
		if merchant == nil || j.known[id] {
			continue
		}
		if !j.dry {
			// Somebody else may have made the same merchant meanwhile.
			if _, err := s.CreateMerchant(ctx, *merchant); err != nil && !errors.Is(err, ErrDuplicate) {
				return fmt.Errorf("models: make merchant %s: %w", id, err)
			}
		}
		j.known[id] = true
		j.result.Merchants++
	}
	return nil
}

func (j *importJob) meetCustomers(ctx context.Context, s *Store) error {
	wanted := map[string]*NewCustomer{}
	for _, in := range j.batch {
		if wanted[in.Order.CustomerID] == nil {
			wanted[in.Order.CustomerID] = in.Customer
		}
	}
	var err error
	if j.refs, err = s.customerRefs(ctx, keys(wanted)); err != nil {
		return err
	}
	var missing []NewCustomer
	for id, customer := range wanted {
		if _, stands := j.refs[id]; !stands && customer != nil {
			missing = append(missing, *customer)
		}
	}
	if j.result.Customers = len(missing); len(missing) == 0 {
		return nil
	}
	if j.dry {
		for _, customer := range missing {
			j.refs[customer.ID] = ""
		}
		return nil
	}
	made, err := s.createCustomers(ctx, missing)
	if err != nil {
		return fmt.Errorf("models: make customers: %w", err)
	}
	for id, ref := range made {
		j.refs[id] = ref
	}
	return nil
}

func (s *Store) customerRefs(ctx context.Context, ids []string) (map[string]string, error) {
	var rows []Customer
	if err := s.db(ctx).Select("id", "key_ref").Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	refs := make(map[string]string, len(rows))
	for _, row := range rows {
		refs[row.ID] = row.KeyRef
	}
	return refs, nil
}

// createCustomers makes keysets and rows of several customers and returns the references that hold. A keyset whose
// row was made by somebody else first is destroyed, as are all when the rows cannot be written.
func (s *Store) createCustomers(ctx context.Context, all []NewCustomer) (refs map[string]string, err error) {
	people, err := s.Keys.NewPeople(ctx, len(all))
	if err != nil {
		return nil, err
	}
	defer func() {
		for i, in := range all {
			if err != nil || refs[in.ID] != people[i] {
				err = errors.Join(err, s.Keys.Destroy(context.WithoutCancel(ctx), people[i]))
			}
		}
	}()
	var rows []Customer
	for i, in := range all {
		row, err := s.sealedCustomer(ctx, people[i], in)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	if err := s.db(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoNothing: true}).Create(&rows).Error; err != nil {
		return nil, err
	}
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	if refs, err = s.customerRefs(ctx, ids); err != nil {
		return nil, err
	}
	var terms []IndexTerm
	for i, in := range all {
		if refs[in.ID] != people[i] {
			continue
		}
		found, err := s.termRows(ctx, in.ID, ownSource, indexed{FieldPhone, NormalPhone(in.Phone)}, indexed{FieldMail, NormalMail(in.Mail)})
		if err != nil {
			return nil, err
		}
		terms = append(terms, found...)
	}
	return refs, s.addTerms(ctx, terms)
}

// decide compares the batch with what is stored and settles the outcome of every order.
func (j *importJob) decide(ctx context.Context, s *Store) error {
	var ids, lineIDs, tenderIDs, payments []string
	for _, in := range j.batch {
		ids = append(ids, in.Order.ID)
		for _, line := range in.Order.Lines {
			lineIDs = append(lineIDs, line.ID)
		}
		for _, tender := range in.Order.Tenders {
			tenderIDs, payments = append(tenderIDs, tender.ID), append(payments, tender.Ref)
		}
	}
	var heads []Order
	var lines []OrderLine
	var tenders []Tender
	if err := s.ForUpdate(s.db(ctx)).Omit("recipient").Where("id IN ?", ids).Order("id").Find(&heads).Error; err != nil {
		return err
	}
	if err := s.db(ctx).Where("id IN ?", lineIDs).Find(&lines).Error; err != nil {
		return err
	}
	if err := s.db(ctx).Where("order_id IN ?", ids).Find(&tenders).Error; err != nil {
		return err
	}
	var elsewhere []Tender
	if err := s.db(ctx).Where("(id IN ? OR ref IN ?) AND order_id NOT IN ?", tenderIDs, payments, ids).Find(&elsewhere).Error; err != nil {
		return err
	}
	tenders = append(tenders, elsewhere...)
	stored := storedOrders{
		heads: by(heads, func(o Order) string { return o.ID }), lines: by(lines, func(l OrderLine) string { return l.ID }),
		tenders: by(tenders, func(t Tender) string { return t.ID }),
		refs:    by(slices.DeleteFunc(tenders, func(t Tender) bool { return t.Twin > 0 }), func(t Tender) string { return t.Rail + "\x00" + t.Ref }),
		taken:   map[string]bool{},
	}
	for i, in := range j.batch {
		outcome, why := stored.judge(in.Order)
		if writes(outcome) {
			if _, stands := j.refs[in.Order.CustomerID]; !stands {
				outcome, why = ImportRefused, ErrNoCustomer
			} else if !j.known[in.Order.MerchantID] {
				outcome, why = ImportRefused, ErrNoMerchant
			}
		}
		if writes(outcome) && j.result.Orders[i].Outcome == ImportRefused {
			continue // refused when it was to be sealed
		}
		j.result.Orders[i] = OrderImported{outcome, why}
		if writes(outcome) {
			stored.take(in.Order)
		}
	}
	return nil
}

func writes(outcome ImportOutcome) bool { return outcome == ImportCreated || outcome == ImportReplaced }

// seal makes the rows of the orders that will be written. An order of somebody who was erased is refused.
func (j *importJob) seal(ctx context.Context, s *Store) error {
	j.terms = nil
	for i, in := range j.batch {
		if !writes(j.result.Orders[i].Outcome) {
			continue
		}
		row := orderRow(in.Order)
		err := s.Keys.Seal(ctx, j.refs[in.Order.CustomerID], recipientAD(row), &row.Recipient)
		if errors.Is(err, seal.ErrKeysetDestroyed) {
			j.result.Orders[i] = OrderImported{ImportRefused, err}
			continue
		}
		if err != nil {
			return err
		}
		j.rows[i] = row
		terms, err := s.recipientTerms(ctx, row, in.Order.Recipient)
		if err != nil {
			return err
		}
		j.terms = append(j.terms, terms...)
	}
	return nil
}

func (j *importJob) write(ctx context.Context, tx *Store) error {
	var heads []Order
	var lines []OrderLine
	var units []OrderUnit
	var payments []Payment
	var tenders []Tender
	for i, in := range j.batch {
		if !writes(j.result.Orders[i].Outcome) {
			continue
		}
		heads = append(heads, j.rows[i])
		ofOrder, unitsOfOrder := lineRows(in.Order)
		payment, parts := paymentRows(in.Order)
		lines, units = append(lines, ofOrder...), append(units, unitsOfOrder...)
		payments, tenders = append(payments, payment), append(tenders, parts...)
	}
	if len(heads) == 0 {
		return nil
	}
	const whose = "of an import"
	written := tx.db(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{
			"version", "paid_at", "shipped_at", "signed_at", "confirmed_at", "freight_paid", "freight_listed", "free_over",
			"discount", "insured", "recipient",
		}),
		Where: where("orders.version < excluded.version AND orders.customer_id = excluded.customer_id" +
			" AND orders.merchant_id = excluded.merchant_id AND orders.currency = excluded.currency"),
	}).Create(&heads)
	if err := allWritten(written, len(heads), whose); err != nil {
		return err
	}
	if err := tx.indexRecipients(ctx, j.terms, heads); err != nil {
		return err
	}
	if err := tx.upsertLines(ctx, lines, units, whose); err != nil {
		return err
	}
	return tx.upsertPayments(ctx, payments, tenders, whose)
}

// storedOrders is what the database has of a batch.
type storedOrders struct {
	heads   map[string]Order
	lines   map[string]OrderLine
	tenders map[string]Tender
	refs    map[string]Tender // by rail and the rail's number, twins left out
	taken   map[string]bool   // IDs of lines and tenders that an earlier order of the batch writes
}

// judge says what becomes of one order, people aside.
func (s *storedOrders) judge(in OrderInput) (ImportOutcome, error) {
	head, stands := s.heads[in.ID]
	switch {
	case !stands:
	case head.CustomerID != in.CustomerID || head.MerchantID != in.MerchantID || head.Currency != in.Currency:
		return refusedChange(ChangePeople, "")
	case in.Version < head.Version:
		return ImportOlder, nil
	case in.Version == head.Version && !s.same(head, in):
		return ImportRefused, ErrSameVersion
	case in.Version == head.Version:
		return ImportUnchanged, nil
	}
	for _, line := range in.Lines {
		old, known := s.lines[line.ID]
		if s.taken["line "+line.ID] || known && old.OrderID != in.ID {
			return refusedChange(ChangeLine, line.ID)
		}
		if known && line.Quantity < old.Quantity {
			return refusedChange(ChangeQuantity, line.ID)
		}
	}
	for _, tender := range in.Tenders {
		old, known := s.tenders[tender.ID]
		if s.taken["tender "+tender.ID] || known && (old.OrderID != in.ID || old.Rail != tender.Rail || old.Ref != tender.Ref) {
			return refusedChange(ChangePayment, tender.ID)
		}
		// Under a second ID the same money could be refunded twice.
		switch same, known := s.refs[tender.Rail+"\x00"+tender.Ref]; {
		case known && same.OrderID != in.ID:
			return refusedChange(ChangePaidTwice, same.OrderID)
		case known && same.ID != tender.ID && old.Twin == 0:
			return refusedChange(ChangePaymentID, same.ID)
		}
		if known && tender.Captured < old.ChargedBack {
			return refusedChange(ChangeChargedBack, tender.ID)
		}
	}
	if stands {
		return ImportReplaced, nil
	}
	return ImportCreated, nil
}

func (s *storedOrders) take(in OrderInput) {
	for _, line := range in.Lines {
		s.taken["line "+line.ID] = true
	}
	for _, tender := range in.Tenders {
		s.taken["tender "+tender.ID] = true
		s.refs[tender.Rail+"\x00"+tender.Ref] = Tender{ID: tender.ID, OrderID: in.ID}
	}
}

// same tells whether a stored order says what the import says, as far as it can be read unsealed.
func (s *storedOrders) same(head Order, in OrderInput) bool {
	row := orderRow(in)
	if !head.PaidAt.Equal(row.PaidAt) || !sameTime(head.ShippedAt, row.ShippedAt) || !sameTime(head.SignedAt, row.SignedAt) ||
		!sameTime(head.ConfirmedAt, row.ConfirmedAt) || head.FreightPaid != row.FreightPaid || head.FreightListed != row.FreightListed ||
		head.FreeOver != row.FreeOver || head.Discount != row.Discount || head.Insured != row.Insured {
		return false
	}
	for i := range in.Lines {
		lines, _ := lineRows(OrderInput{ID: in.ID, Lines: []OrderLineInput{in.Lines[i]}})
		old := s.lines[in.Lines[i].ID]
		old.Edits, old.Position, old.ExchangedQty, old.ExchangedPaid = 0, 0, 0, 0 // edits and exchanges are ours
		if old != lines[0] {
			return false
		}
	}
	_, tenders := paymentRows(in)
	for _, tender := range tenders {
		old := s.tenders[tender.ID]
		if old.OrderID != tender.OrderID || old.Rail != tender.Rail || old.Ref != tender.Ref || old.Captured != tender.Captured ||
			!old.CapturedAt.Equal(tender.CapturedAt) {
			return false
		}
	}
	return true
}

func sameTime(a, b *time.Time) bool {
	return (a == nil) == (b == nil) && (a == nil || Moment(*a).Equal(Moment(*b)))
}

func by[T any](rows []T, key func(T) string) map[string]T {
	found := make(map[string]T, len(rows))
	for _, row := range rows {
		found[key(row)] = row
	}
	return found
}

func keys[T any](m map[string]T) []string {
	all := make([]string, 0, len(m))
	for key := range m {
		all = append(all, key)
	}
	return all
}

package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
)

// Kinds of a partner's notice.
const (
	NoticeTrack  = "track"
	NoticeRefund = "refund"
	NoticeOrder  = "order"

	NoticeChargeback = "chargeback"
	NoticeCharge     = "charge"
)

// TrackNews is what a case needs of a carrier's notice.
type TrackNews struct {
	NoticeID, Carrier, Number, State string
	Grams                            int
	At                               time.Time // of the newest scan
}

// Cases takes partners' facts to running cases. The fault case_closed says that the case has ended.
type Cases interface {
	Track(ctx context.Context, workflowID string, news TrackNews) error
	Refund(ctx context.Context, workflowID, noticeID, legKey string) error
	Order(ctx context.Context, workflowID string, news OrderNews) error
	Chargeback(ctx context.Context, workflowID string, news ChargebackNews) error
	Charge(ctx context.Context, workflowID string, news ChargeNews) error
}

// ChargeNews is what a case needs of a payment that it asked the customer for; without a reference none was made.
type ChargeNews struct {
	NoticeID, Key, PaymentRef string
	Amount                    money.Amount
	PaidAt                    time.Time
}

// OrderNews is what a case needs of a change of its order.
type OrderNews struct {
	NoticeID            string
	ShippedAt, SignedAt *time.Time
}

// ChargebackNews is what a case needs of a chargeback.
type ChargebackNews struct {
	NoticeID, TenderID string
	Amount             money.Amount
}

// Orders stores an order as the shop tells it: the JSON of partners.ShopOrder.
type Orders interface {
	Upsert(ctx context.Context, order json.RawMessage) error
}

const (
	noticeBatch = 50
	// noticesAbreast is how many subjects of a batch are delivered at the same time.
	noticesAbreast = 8
	noticeLease    = 30 * time.Second
	// unknownFor is how long a notice about nothing we know is kept in the hope that we come to know it: a parcel's
	// first scan may be told before the customer has told us its number.
	unknownFor = 10 * time.Minute
	maxBackOff = time.Minute
	// giveUpAfter ends the tries for a notice that fails again and again; the reconcilers find what it would have told.
	giveUpAfter = 24 * time.Hour
)

// Notices delivers partners' verified and stored notices: it finds the case and tells it until it is accepted.
type Notices struct {
	Store  *models.Store
	Cases  Cases
	Orders Orders
	Log    *slog.Logger
	Now    func() time.Time // nil: time.Now
}

// Loop delivers what is due four times a second.
func (n *Notices) Loop() *Loop {
	return &Loop{Name: "notices", Every: 250 * time.Millisecond, Log: n.Log, Step: n.Step}
}

func (n *Notices) now() time.Time {
	if n.Now != nil {
		return n.Now()
	}
	return time.Now()
}

// Step delivers one batch. A notice that cannot be delivered is tried again later and holds up no other.
func (n *Notices) Step(ctx context.Context) (more bool, err error) {
	due, err := n.Store.ClaimNotices(ctx, noticeBatch, n.now(), noticeLease)
	if err != nil {
		return false, err
	}
	// Notices about the same subject go one after another, in their order; different ones do not wait for each other.
	bySubject := map[string][]models.PartnerNotice{}
	for _, notice := range due {
		bySubject[notice.Subject] = append(bySubject[notice.Subject], notice)
	}
	var group errgroup.Group
	group.SetLimit(noticesAbreast)
	for _, notices := range bySubject {
		group.Go(func() error {
			var failed error
			for _, notice := range notices {
				failed = errors.Join(failed, n.deliver(ctx, notice))
			}
			return failed
		})
	}
	return len(due) == noticeBatch, group.Wait()
}

// errUnknown: the notice is about nothing we know.
var errUnknown = errors.New("outbox: the notice is about nothing we know")

// deliver takes one notice where it belongs and notes what became of it. Its error is the database's alone.
func (n *Notices) deliver(ctx context.Context, notice models.PartnerNotice) error {
	err := n.tell(ctx, notice)
	f := fault.As(err)
	switch {
	case err == nil:
		return n.Store.NoticeDelivered(ctx, notice.ID, n.now())
	case f != nil && f.Code == fault.CaseClosed:
		return n.Store.EndNotice(ctx, notice.ID, models.NoticeIgnored)
	case f != nil && f.Code == fault.NoticeMalformed:
		n.log().ErrorContext(ctx, "a stored notice cannot be read", "notice", notice.ID, "partner", notice.Partner)
		return n.Store.EndNotice(ctx, notice.ID, models.NoticeFailed)
	case errors.Is(err, models.ErrPaymentTaken): // trying again changes nothing, and the operator has been told
		n.log().ErrorContext(ctx, "an order names the payment of another one", "notice", notice.ID, "partner", notice.Partner, "error", err)
		return n.Store.EndNotice(ctx, notice.ID, models.NoticeFailed)
	case errors.Is(err, errUnknown) && n.now().Sub(notice.ReceivedAt) > unknownFor:
		return n.Store.EndNotice(ctx, notice.ID, models.NoticeIgnored)
	case n.now().Sub(notice.ReceivedAt) > giveUpAfter:
		n.log().ErrorContext(ctx, "a notice is given up", "notice", notice.ID, "partner", notice.Partner, "tries", notice.Tries, "error", err)
		return n.Store.EndNotice(ctx, notice.ID, models.NoticeFailed)
	case !errors.Is(err, errUnknown):
		n.log().WarnContext(ctx, "a notice could not be delivered yet", "notice", notice.ID, "tries", notice.Tries, "error", err)
	}
	return n.Store.RetryNotice(ctx, notice.ID, n.now().Add(min(maxBackOff, 250*time.Millisecond<<min(notice.Tries, 10))))
}

// noticeBody is as much of partners.Notice as delivery needs.
type noticeBody struct {
	Track *struct {
		Waybill struct{ Carrier, Number string }
		State   string
		Grams   int
		Events  []struct{ At time.Time }
	}
	Order      json.RawMessage
	Chargeback *struct {
		PaymentRef string
		Amount     money.Amount
		At         time.Time
	}
	Charge *struct {
		Key, PaymentRef, State string
		Amount                 money.Amount
		PaidAt                 time.Time
	}
}

func (n *Notices) tell(ctx context.Context, notice models.PartnerNotice) error {
	content, err := n.Store.NoticeBody(ctx, notice)
	if err != nil {
		return err
	}
	var body noticeBody
	if err := json.Unmarshal([]byte(content), &body); err != nil {
		return fault.New(fault.NoticeMalformed).Because(err)
	}
	switch notice.Kind {
	case NoticeTrack:
		return n.tellTrack(ctx, notice, body)
	case NoticeRefund:
		workflowID, settled, err := n.Store.WorkflowOfLeg(ctx, notice.Subject)
		if err != nil {
			return unknown(err)
		}
		if settled {
			return nil // the case knows it already
		}
		return n.Cases.Refund(ctx, workflowID, notice.ID, notice.Subject)
	case NoticeOrder:
		if len(body.Order) == 0 || string(body.Order) == "null" {
			return fault.New(fault.NoticeMalformed)
		}
		if err := n.Orders.Upsert(ctx, body.Order); err != nil {
			return err
		}
		return n.tellOrder(ctx, notice, body.Order)
	case NoticeChargeback:
		return n.tellChargeback(ctx, notice, body)
	case NoticeCharge:
		return n.tellCharge(ctx, notice, body)
	}
	return fault.New(fault.NoticeMalformed).Because(fmt.Errorf("kind %q", notice.Kind))
}

func (n *Notices) tellTrack(ctx context.Context, notice models.PartnerNotice, body noticeBody) error {
	track := body.Track
	if track == nil {
		return fault.New(fault.NoticeMalformed)
	}
	news := TrackNews{
		NoticeID: notice.ID, Carrier: track.Waybill.Carrier, Number: track.Waybill.Number,
		State: track.State, Grams: track.Grams, At: notice.ReceivedAt,
	}
	if len(track.Events) > 0 {
		news.At = track.Events[0].At.UTC()
	}
	if err := n.Store.NoteShipment(ctx, news.Carrier, news.Number, news.State, news.At); err != nil {
		return err
	}
	watchers, known, err := n.Store.WatchersOf(ctx, news.Carrier, news.Number)
	switch {
	case err != nil:
		return err
	case !known:
		return errUnknown
	}
	return tellAll(watchers, func(workflowID string) error { return n.Cases.Track(ctx, workflowID, news) })
}

// tellAll tells every open case that something concerns. The fault case_closed when none of them is open any more.
func tellAll(workflowIDs []string, tell func(workflowID string) error) error {
	var failed error
	told := false
	for _, id := range workflowIDs {
		err := tell(id)
		if f := fault.As(err); f != nil && f.Code == fault.CaseClosed {
			continue
		}
		told, failed = true, errors.Join(failed, err)
	}
	if !told {
		return fault.New(fault.CaseClosed)
	}
	return failed
}

// tellOrder tells refunds without goods that their order was shipped or signed for meanwhile. Other kinds do not ask.
func (n *Notices) tellOrder(ctx context.Context, notice models.PartnerNotice, content json.RawMessage) error {
	var order struct {
		ShippedAt *time.Time `json:"shipped_at"`
		SignedAt  *time.Time `json:"signed_at"`
	}
	if err := json.Unmarshal(content, &order); err != nil {
		return fault.New(fault.NoticeMalformed).Because(err)
	}
	if order.ShippedAt == nil && order.SignedAt == nil {
		return nil
	}
	cases, err := n.Store.OpenCasesOfOrder(ctx, notice.Subject, refundOnly)
	if err != nil || len(cases) == 0 {
		return err
	}
	news := OrderNews{NoticeID: notice.ID, ShippedAt: order.ShippedAt, SignedAt: order.SignedAt}
	err = tellAll(cases, func(id string) error { return n.Cases.Order(ctx, id, news) })
	if errors.Is(err, fault.New(fault.CaseClosed)) {
		return nil // closed meanwhile: the order is stored all the same
	}
	return err
}

// refundOnly is the kind of case that asks where the goods are.
const refundOnly = "refund_only"

// tellChargeback lowers what can be refunded, and tells the order's open cases.
func (n *Notices) tellChargeback(ctx context.Context, notice models.PartnerNotice, body noticeBody) error {
	told := body.Chargeback
	if told == nil || told.PaymentRef == "" || told.Amount <= 0 {
		return fault.New(fault.NoticeMalformed)
	}
	done, err := n.Store.ChargeBack(ctx, notice.Partner, told.PaymentRef, told.Amount, n.now())
	if err != nil {
		return unknown(err)
	}
	cases, err := n.Store.OpenCasesOfOrder(ctx, done.OrderID, "")
	if err != nil {
		return err
	}
	news := ChargebackNews{NoticeID: notice.ID, TenderID: done.TenderID, Amount: done.Amount}
	err = tellAll(cases, func(id string) error { return n.Cases.Chargeback(ctx, id, news) })
	if errors.Is(err, fault.New(fault.CaseClosed)) {
		return nil // no case to tell; the limit is lower all the same
	}
	return err
}

// paid is the state of a charge that a payment was made for.
const paid = "paid"

// tellCharge tells the case that asked for the money. A payment that comes when the case has ended is nobody's: people
// must give it back.
func (n *Notices) tellCharge(ctx context.Context, notice models.PartnerNotice, body noticeBody) error {
	charge := body.Charge
	if charge == nil || charge.Key == "" {
		return fault.New(fault.NoticeMalformed)
	}
	workflowID, err := n.Store.WorkflowOfCharge(ctx, charge.Key)
	if err != nil {
		return unknown(err)
	}
	news := ChargeNews{NoticeID: notice.ID, Key: charge.Key}
	if charge.State == paid {
		news.PaymentRef, news.Amount, news.PaidAt = charge.PaymentRef, charge.Amount, charge.PaidAt
	}
	err = n.Cases.Charge(ctx, workflowID, news)
	if errors.Is(err, fault.New(fault.CaseClosed)) && news.PaymentRef != "" {
		return n.Store.FindLatePayment(ctx, notice.Partner, news.PaymentRef, charge.Key, n.now())
	}
	return err
}

func unknown(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return errUnknown
	}
	return err
}

func (n *Notices) log() *slog.Logger {
	if n.Log == nil {
		return slog.Default()
	}
	return n.Log
}

package cases

import (
	"context"
	"time"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/workflows/contract"
)

// Order is an order with what can still be chosen of it.
type Order struct {
	models.Order
	Captured money.Amount      // over all tenders
	Lines    []OrderLine       // in the shop's order
	Place    *Place            // whom it was sent to; nil in lists, and when that was erased
	Wishes   map[string][]Wish // by line: what its customer could ask for now; nil in lists, and for others
}

// OrderLine is one article of an order.
type OrderLine struct {
	models.OrderLine
	Colour, Size string // of the variant, as the shop sells it now

	Serials       []string   // of its units, for its customer; nil in lists
	WarrantyUntil *time.Time // of the unit whose ends last, as the shop says, for its customer
	Available     int        // units that no open case holds, less those that went back in cases that are over
}

// Place is whom an order was sent to and where, as the shop told it. Personal data, plain: whoever shows it masks it.
type Place struct {
	Name     string `json:"name"`
	Phone    string `json:"phone"`
	Province string `json:"province"`
	City     string `json:"city"`
	Street   string `json:"street"`
}

// Orders lists a customer's own orders, the newest payment first. Nobody else has orders: forbidden.
func (s *Service) Orders(ctx context.Context, actor contract.Actor, page models.PageRequest) (models.Page[Order], error) {
	if err := may(actor, "order.list", access.Desk{}); err != nil {
		return models.Page[Order]{}, err
	}
	found, err := s.Store.OrdersOfCustomer(ctx, actor.ID, page)
	if err != nil {
		return models.Page[Order]{}, away(err)
	}
	out := models.Page[Order]{Next: found.Next}
	for _, row := range found.Items {
		order, err := s.orderWithAvailable(ctx, row.ID)
		if err != nil {
			return models.Page[Order]{}, away(err)
		}
		out.Items = append(out.Items, order)
	}
	return out, nil
}

// Order reads one order with its recipient; order_unknown for one that the actor may not see.
func (s *Service) Order(ctx context.Context, actor contract.Actor, id string) (Order, error) {
	if err := gate(actor, "order.read"); err != nil {
		return Order{}, err
	}
	order, err := s.orderWithAvailable(ctx, id)
	if err == nil {
		err = s.mayOrder(ctx, actor, "order.read", order.Order)
	}
	if err != nil {
		return Order{}, unknownOrder(err)
	}
	if order.Place, err = s.place(ctx, order.Order); err != nil {
		return order, err
	}
	if actor.Kind == contract.Customer {
		err = s.wishes(ctx, &order)
	}
	return order, err
}

// unknownOrder is what is said about an order that is not there or is somebody else's.
func unknownOrder(err error) error {
	if err = away(err); isFault(err, fault.NotFound) {
		return fault.New(fault.OrderUnknown)
	}
	return err
}

// orderWithAvailable reads an order without its recipient.
func (s *Service) orderWithAvailable(ctx context.Context, id string) (Order, error) {
	book, err := s.Store.Book(ctx, id)
	if err != nil {
		return Order{}, err
	}
	claims, err := s.Store.OpenClaims(ctx, id)
	if err != nil {
		return Order{}, err
	}
	claimed, holding := map[string]int{}, map[string]bool{}
	for _, claim := range claims {
		claimed[claim.LineID]++
		holding[claim.CaseID] = true
	}
	// What an open case has refunded already is of units that it still holds: not counted twice.
	gone := book.RefundedLines(func(leg models.RefundLeg) bool { return !holding[leg.CaseID] })
	order := Order{Order: book.Order}
	for _, tender := range book.Tenders {
		order.Captured += tender.Captured
	}
	var ids []string
	for _, line := range book.Lines {
		ids = append(ids, line.VariantID)
	}
	variants, err := s.Store.SoldVariants(ctx, order.MerchantID, "", ids)
	if err != nil {
		return Order{}, err
	}
	for _, line := range book.Lines {
		order.Lines = append(order.Lines, OrderLine{
			OrderLine: line, Colour: variants[line.VariantID].Colour, Size: variants[line.VariantID].Size,
			Available: max(0, line.Quantity-claimed[line.ID]-gone[line.ID].Quantity),
		})
	}
	return order, nil
}

// place opens whom an order was sent to; nil when that was erased.
func (s *Service) place(ctx context.Context, order models.Order) (*Place, error) {
	text, err := s.Store.Recipient(ctx, order)
	if isFault(err, fault.Erased) {
		return nil, nil
	}
	if err != nil {
		return nil, away(err)
	}
	place := new(Place)
	return place, broken("recipient", order.ID, readJSON(text, place))
}

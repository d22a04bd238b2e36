package api

import (
	"context"
	"time"

	"aftersales/policy"
	"aftersales/workflows/contract"
)

type orderBody struct {
	ID          string          `json:"id"`
	MerchantID  string          `json:"merchant_id"`
	CustomerID  string          `json:"customer_id"`
	PaidAt      time.Time       `json:"paid_at"`
	ShippedAt   *time.Time      `json:"shipped_at,omitempty"`
	SignedAt    *time.Time      `json:"signed_at,omitempty"`
	ConfirmedAt *time.Time      `json:"confirmed_at,omitempty"`
	Paid        moneyBody       `json:"paid" doc:"What was captured, all tenders."`
	Freight     moneyBody       `json:"freight" doc:"What was paid for the way to the customer."`
	Discount    moneyBody       `json:"discount"`
	Insured     bool            `json:"insured" doc:"Freight insurance was bought."`
	Lines       []orderLineBody `json:"lines" nullable:"false"`
	Recipient   *recipientBody  `json:"recipient,omitempty" doc:"Masked for everybody; absent in lists and after erasure."`
}

type orderLineBody struct {
	ID        string    `json:"id"`
	ProductID string    `json:"product_id"`
	VariantID string    `json:"variant_id"`
	Title     string    `json:"title"`
	Category  string    `json:"category"`
	Quantity  int       `json:"quantity"`
	Available int       `json:"available" doc:"Units that can still be chosen for a case."`
	UnitPrice moneyBody `json:"unit_price"`
	Paid      moneyBody `json:"paid" doc:"Share of what was really paid."`
	Gift      bool      `json:"gift"`
}

type recipientBody struct {
	Name     string `json:"name"`
	Phone    string `json:"phone" example:"138****1234"`
	Province string `json:"province,omitempty"`
	City     string `json:"city"`
	Street   string `json:"street,omitempty" doc:"The customer's own eyes only."`
}

type orderInput struct {
	ID string `path:"id" maxLength:"64"`
}

type orderOutput struct {
	Body orderBody
}

type orderListBody struct {
	Items []orderBody `json:"items" nullable:"false"`
	Next  string      `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

type orderListOutput struct {
	Body orderListBody
}

type reasonInput struct {
	Kind  string `query:"kind" required:"true" enum:"return,refund_only,exchange,repair,price_protection,complaint"`
	Phase string `query:"phase" enum:"onsale,aftersale" doc:"Absent: both."`
}

type reasonBody struct {
	Code     string   `json:"code"`
	Label    string   `json:"label" doc:"In the reader's language."`
	Phases   []string `json:"phases" nullable:"false"`
	Evidence bool     `json:"evidence" doc:"Evidence will be asked for."`
}

type reasonListBody struct {
	Items []reasonBody `json:"items" nullable:"false"`
}

type reasonListOutput struct {
	Body reasonListBody
}

func (e *edge) orders() {
	register(e, "order.list", func(ctx context.Context, in *PageInput) (*orderListOutput, error) {
		caller := callerOf(ctx)
		page, err := e.Cases.Orders(ctx, caller.actor(), in.request())
		if err != nil {
			return nil, err
		}
		return &orderListOutput{Body: orderListBody{
			Items: each(page.Items, func(o Order) orderBody { return orderOf(o, caller.Person) }), Next: page.Next,
		}}, nil
	})
	register(e, "order.read", func(ctx context.Context, in *orderInput) (*orderOutput, error) {
		caller := callerOf(ctx)
		order, err := e.Cases.Order(ctx, caller.actor(), in.ID)
		if err != nil {
			return nil, err
		}
		return &orderOutput{Body: orderOf(order, caller.Person)}, nil
	})
	register(e, "reason.list", func(ctx context.Context, in *reasonInput) (*reasonListOutput, error) {
		reasons, err := e.Cases.Reasons(ctx, policy.Kind(in.Kind), policy.Phase(in.Phase))
		if err != nil {
			return nil, err
		}
		lang := callerOf(ctx).Language
		return &reasonListOutput{Body: reasonListBody{Items: each(reasons, func(r Reason) reasonBody {
			label := r.En
			if lang == langZH {
				label = r.Zh
			}
			return reasonBody{Code: r.Code, Label: label, Phases: solid(r.Phases), Evidence: r.Evidence}
		})}}, nil
	})
}

// orderOf masks: the phone for everybody, the name for all but its owner, and the street is the owner's alone.
func orderOf(o Order, reader Person) orderBody {
	body := orderBody{
		ID: o.ID, MerchantID: o.MerchantID, CustomerID: o.CustomerID, PaidAt: o.PaidAt, ShippedAt: o.ShippedAt, SignedAt: o.SignedAt,
		ConfirmedAt: o.ConfirmedAt, Paid: moneyOf(o.Captured, o.Currency), Freight: moneyOf(o.FreightPaid, o.Currency),
		Discount: moneyOf(o.Discount, o.Currency), Insured: o.Insured,
		Lines: each(o.Lines, func(l OrderLine) orderLineBody {
			return orderLineBody{
				l.ID, l.ProductID, l.VariantID, l.Title, l.Category, l.Quantity, l.Available,
				moneyOf(l.UnitPrice, o.Currency), moneyOf(l.Paid, o.Currency), l.Gift,
			}
		}),
	}
	if o.Name == "" && o.Phone == "" && o.City == "" {
		return body
	}
	body.Recipient = &recipientBody{Name: o.Name, Phone: maskPhone(o.Phone), Province: o.Province, City: o.City, Street: o.Street}
	if contract.Role(reader.Role) != contract.Customer {
		body.Recipient.Name, body.Recipient.Street = maskName(o.Name), ""
	}
	return body
}

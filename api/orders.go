package api

import (
	"context"
	"time"

	"aftersales/fault"
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
	Colour    string    `json:"colour,omitempty"`
	Size      string    `json:"size,omitempty"`
	Replaces  string    `json:"replaces,omitempty" doc:"The line whose place it took in an exchange."`

	Serials       []string   `json:"serials,omitempty" nullable:"false" doc:"Of its units, as far as they have any; for its customer, absent in lists."`
	WarrantyUntil *time.Time `json:"warranty_until,omitempty" doc:"As the shop says; absent: as the rules say for its category. For its customer, absent in lists."`

	Asks []askBody `json:"asks,omitempty" nullable:"false" doc:"What its customer could ask for now; absent in lists, and for others."`
}

// askBody is a kind of case that a line could be opened as.
type askBody struct {
	Kind     string `json:"kind" enum:"return,refund_only,exchange,repair,price_protection,complaint"`
	Label    string `json:"label" doc:"In the reader's language."`
	Enabled  bool   `json:"enabled"`
	Why      string `json:"why,omitempty" doc:"Code of what stands in the way."`
	WhyText  string `json:"why_text,omitempty" doc:"In the reader's language."`
	NoReason bool   `json:"no_reason" doc:"Also without a reason."`
}

// Ask is a kind of case that could be asked for now; Why is what stands in the way.
type Ask struct {
	Kind     policy.Kind
	Why      *fault.Fault
	NoReason bool
}

func askOf(a Ask, lang string) askBody {
	body := askBody{Kind: string(a.Kind), Label: say(kindWords, a.Kind, lang), Enabled: a.Why == nil, NoReason: a.NoReason}
	if a.Why != nil {
		body.Why, body.WhyText = string(a.Why.Code), a.Why.Text(lang)
	}
	return body
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

	OrderID string `query:"order_id" maxLength:"64" doc:"Only what fits this order and line, with what stands in the way; the phase is the order's."`
	LineID  string `query:"line_id" maxLength:"64" doc:"With order_id."`
}

type reasonBody struct {
	Code     string   `json:"code"`
	Label    string   `json:"label" doc:"In the reader's language."`
	Phases   []string `json:"phases" nullable:"false"`
	Evidence bool     `json:"evidence" doc:"Evidence will be asked for."`

	Group      string   `json:"group,omitempty" doc:"Its heading, in the reader's language."`
	Needs      []string `json:"needs" nullable:"false" doc:"Evidence that is needed: any of these kinds."`
	Describe   bool     `json:"describe" doc:"A description will be asked for."`
	NoReason   bool     `json:"no_reason" doc:"It rests on the right to return without a reason."`
	WindowDays int      `json:"window_days,omitempty" doc:"Days after signing; absent: no window."`
	Subject    string   `json:"subject,omitempty" enum:"goods,service" doc:"complaint: what it is about."`
	Enabled    bool     `json:"enabled" doc:"With order_id: nothing stands in the way."`
	Why        string   `json:"why,omitempty" doc:"Code of what stands in the way."`
	WhyText    string   `json:"why_text,omitempty" doc:"In the reader's language."`
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
			Items: each(page.Items, func(o Order) orderBody { return orderOf(o, caller) }), Next: page.Next,
		}}, nil
	})
	register(e, "order.read", func(ctx context.Context, in *orderInput) (*orderOutput, error) {
		caller := callerOf(ctx)
		order, err := e.Cases.Order(ctx, caller.actor(), in.ID)
		if err != nil {
			return nil, err
		}
		return &orderOutput{Body: orderOf(order, caller)}, nil
	})
	register(e, "reason.list", e.listReasons)
	e.carriers()
	register(e, "product.variant.list", e.listVariants)
	register(e, "case.preview", e.previewCase)
}

func (e *edge) listReasons(ctx context.Context, in *reasonInput) (*reasonListOutput, error) {
	caller := callerOf(ctx)
	var reasons []Reason
	var err error
	switch {
	case in.OrderID != "" && in.LineID != "":
		reasons, err = e.Cases.ReasonsFor(ctx, caller.actor(), policy.Kind(in.Kind), in.OrderID, in.LineID)
	case in.OrderID != "" || in.LineID != "":
		err = badRequest("order_id and line_id: both or none")
	default:
		reasons, err = e.Cases.Reasons(ctx, policy.Kind(in.Kind), policy.Phase(in.Phase))
	}
	if err != nil {
		return nil, err
	}
	return &reasonListOutput{Body: reasonListBody{Items: each(reasons, func(r Reason) reasonBody { return reasonOf(r, caller.Language) })}}, nil
}

func reasonOf(r Reason, lang string) reasonBody {
	body := reasonBody{
		Code: r.Code, Label: phrase{r.Zh, r.En}.in(lang), Phases: solid(r.Phases), Evidence: len(r.Needs) > 0, Group: phrase{r.GroupZh, r.GroupEn}.in(lang),
		Needs: solid(r.Needs), Describe: r.Describe, NoReason: r.NoReason, WindowDays: r.WindowDays, Subject: r.Subject, Enabled: r.Why == nil,
	}
	if r.Why != nil {
		body.Why, body.WhyText = string(r.Why.Code), r.Why.Text(lang)
	}
	return body
}

// orderOf masks: the phone for everybody, the name for all but its owner, and the street is the owner's alone.
func orderOf(o Order, reader *caller) orderBody {
	body := orderBody{
		ID: o.ID, MerchantID: o.MerchantID, CustomerID: o.CustomerID, PaidAt: o.PaidAt, ShippedAt: o.ShippedAt, SignedAt: o.SignedAt,
		ConfirmedAt: o.ConfirmedAt, Paid: moneyOf(o.Captured, o.Currency), Freight: moneyOf(o.FreightPaid, o.Currency),
		Discount: moneyOf(o.Discount, o.Currency), Insured: o.Insured,
		Lines: each(o.Lines, func(l OrderLine) orderLineBody {
			body := orderLineBody{
				ID: l.ID, ProductID: l.ProductID, VariantID: l.VariantID, Title: l.Title, Category: l.Category, Quantity: l.Quantity,
				Available: l.Available, UnitPrice: moneyOf(l.UnitPrice, o.Currency), Paid: moneyOf(l.Paid, o.Currency), Gift: l.Gift,
				Colour: l.Colour, Size: l.Size, Replaces: l.Replaces, Serials: l.Serials, WarrantyUntil: l.WarrantyUntil,
			}
			for _, ask := range l.Asks {
				body.Asks = append(body.Asks, askOf(ask, reader.Language))
			}
			return body
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

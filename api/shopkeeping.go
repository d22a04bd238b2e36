package api

import (
	"context"
	"time"

	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Shopkeeping is what a shop's people keep in order besides its cases. All of it is about the caller's own shop.
type Shopkeeping interface {
	Addresses(ctx context.Context, reader contract.Actor) ([]Address, error)
	// AddAddress adds an address; ChangeAddress puts another in the place of one; both are once per key.
	AddAddress(ctx context.Context, meta contract.Meta, place Place, isDefault bool) (Address, error)
	ChangeAddress(ctx context.Context, meta contract.Meta, id string, place Place, isDefault bool) (Address, error)
	RemoveAddress(ctx context.Context, meta contract.Meta, id string) error
	// Stock lists what is sold; below bounds the stock unless it is negative.
	Stock(ctx context.Context, reader contract.Actor, below int, page PageRequest) (Page[StockRow], error)
	// SetStock sets the stock of a variant if it is still what it was.
	SetStock(ctx context.Context, meta contract.Meta, variantID string, was, stock int) (StockRow, error)
	Figures(ctx context.Context, reader contract.Actor) (Figures, error)
	// RuleBounds says what a shop's own rules can give at most: kinds of case, and how much a case may be worth.
	RuleBounds(ctx context.Context) ([]policy.Kind, money.Amount, error)
}

// Place is an address in full, plain.
type Place struct{ Name, Phone, Province, City, District, Street string }

func (p *Place) body() *placeBody {
	if p == nil {
		return nil
	}
	body := placeBody(*p)
	return &body
}

// Address is where a shop takes goods back.
type Address struct {
	ID      string
	Place   Place
	Default bool
	Since   time.Time
}

// StockRow is a variant of a shop with its stock; Reserved units are set aside for replacements, and no part of it.
type StockRow struct {
	ID, ProductID, Title, Colour, Size string
	Price                              money.Amount
	Stock, Reserved                    int
}

// Figures is how a shop stands; the times bound what is counted.
type Figures struct {
	Since, At                                time.Time
	Stages                                   []StageFigure
	DueToday, Overdue                        int
	Cases                                    int
	Capped                                   bool
	Agreed, Refused, Offered, ByTime, ByRule int
	Refunds                                  []RefundFigure
	Tasks, InTime                            int
	AnswerIn                                 time.Duration
}

// StageFigure is how many open cases stand in a stage, and how many of them wait for the shop.
type StageFigure struct {
	Stage       string
	Cases, Mine int
}

// RefundFigure is what was paid back for a reason; Share, in thousandths, is nil where too few people stand behind it.
type RefundFigure struct {
	Reason   string
	Zh, En   string // its label
	Currency money.Currency
	Cases    int
	Amount   money.Amount
	Share    *int
}

// shopkeepingRoutes are for the people of a shop.
func shopkeepingRoutes() []Route {
	return []Route{
		{get, "/v1/merchant-addresses", "merchant.address.list", 0, "merchant", "Where one's shop takes goods back, the default first"},
		{post, "/v1/merchant-addresses", "merchant.address.add", Keyed | Audited, "merchant", "Add an address for returns"},
		{post, "/v1/merchant-addresses/{id}/change", "merchant.address.change", Keyed | Audited, "merchant", "Put another address in the place of one; cases that were told of it keep it"},
		{post, "/v1/merchant-addresses/{id}/remove", "merchant.address.remove", Keyed | Audited, "merchant", "Take an address out of use"},
		{get, "/v1/merchant-stock", "merchant.stock.list", 0, "merchant", "What one's shop sells, and how many there are"},
		{post, "/v1/merchant-stock/{id}", "merchant.stock.set", Keyed, "merchant", "Say how many units of a variant can be promised"},
		{get, "/v1/merchant-figures", "merchant.figures", 0, "merchant", "How one's shop stands: what is open, and the last 30 days"},
	}
}

type (
	placeBody struct {
		Name     string `json:"name" minLength:"1" maxLength:"50" doc:"Who receives the goods."`
		Phone    string `json:"phone" minLength:"1" maxLength:"20"`
		Province string `json:"province,omitempty" maxLength:"64"`
		City     string `json:"city" minLength:"1" maxLength:"64" doc:"Waybills are checked against it."`
		District string `json:"district,omitempty" maxLength:"64"`
		Street   string `json:"street" minLength:"1" maxLength:"200"`
	}
	addressChange struct {
		Place   placeBody `json:"place"`
		Default bool      `json:"default,omitempty" doc:"Goods go there unless an answer names another. The first address is it anyhow."`
	}
	addressBody struct {
		ID      string    `json:"id"`
		Place   placeBody `json:"place"`
		Default bool      `json:"default"`
		Since   time.Time `json:"since"`
	}
	addressOutput   struct{ Body addressBody }
	addressListBody struct {
		Items []addressBody `json:"items" nullable:"false"`
	}
	addressListOutput struct{ Body addressListBody }
	addressInput      struct {
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
		Body addressChange
	}
	stockListInput struct {
		PageInput
		Below int `query:"below" minimum:"0" maximum:"1000000" doc:"Only variants with fewer units; 0 or absent: all."`
	}
	stockBody struct {
		ID        string    `json:"id" doc:"The variant."`
		ProductID string    `json:"product_id"`
		Title     string    `json:"title"`
		Colour    string    `json:"colour,omitempty"`
		Size      string    `json:"size,omitempty"`
		Price     moneyBody `json:"price"`
		Stock     int       `json:"stock" doc:"Units that can be promised."`
		Reserved  int       `json:"reserved" doc:"Units set aside for replacements; no part of the stock."`
	}
	stockOutput   struct{ Body stockBody }
	stockListBody struct {
		Items []stockBody `json:"items" nullable:"false"`
		Next  string      `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	stockListOutput struct{ Body stockListBody }
	stockChange     struct {
		Was   int `json:"was" minimum:"0" maximum:"1000000" doc:"The stock that was shown: what was promised meanwhile is not undone."`
		Stock int `json:"stock" minimum:"0" maximum:"1000000"`
	}
	figuresBody struct {
		Since     time.Time      `json:"since" doc:"Everything but what is open counts what came since."`
		At        time.Time      `json:"at"`
		Open      []stageFigure  `json:"open" nullable:"false" doc:"Open cases by stage."`
		DueToday  int            `json:"due_today" doc:"The shop's open tasks that are due until midnight, those overdue among them."`
		Overdue   int            `json:"overdue"`
		Cases     int            `json:"cases" doc:"Opened since."`
		Capped    bool           `json:"capped" doc:"There were more: these are the newest."`
		Agreed    int            `json:"agreed" doc:"Cases in which the shop agreed,"`
		Refused   int            `json:"refused" doc:"refused,"`
		Offered   int            `json:"offered" doc:"offered an amount;"`
		ByTime    int            `json:"by_time" doc:"in which time answered,"`
		ByRule    int            `json:"by_rule" doc:"or one of its own rules."`
		Refunds   []refundFigure `json:"refunds" nullable:"false" doc:"By reason, the largest first."`
		Tasks     int            `json:"tasks" doc:"The shop's tasks that ended;"`
		InTime    int            `json:"in_time" doc:"of these before their deadline."`
		AnswerIn  int64          `json:"answer_seconds,omitempty" doc:"Until the shop answered a request, on average; absent: it answered none."`
		MinPeople int            `json:"min_people" doc:"Fewer people than these are not shown as a share."`
	}
	stageFigure struct {
		Stage string `json:"stage"`
		Text  string `json:"text" doc:"In the reader's language."`
		Cases int    `json:"cases"`
		Mine  int    `json:"mine" doc:"Of these wait for the shop."`
	}
	refundFigure struct {
		Reason string    `json:"reason,omitempty"`
		Text   string    `json:"text,omitempty" doc:"The reason in the reader's language."`
		Cases  int       `json:"cases"`
		Amount moneyBody `json:"amount"`
		Share  *int      `json:"share,omitempty" doc:"In thousandths of all that was paid back; absent where fewer people than min_people stand behind it."`
	}
	figuresOutput struct{ Body figuresBody }
)

func addressOf(a Address) addressBody {
	return addressBody{ID: a.ID, Place: placeBody(a.Place), Default: a.Default, Since: a.Since}
}

func stockOf(r StockRow) stockBody {
	return stockBody{r.ID, r.ProductID, r.Title, r.Colour, r.Size, moneyOf(r.Price, money.CNY), r.Stock, r.Reserved}
}

func (e *edge) shopkeeping() {
	shown := func(a Address, err error) (*addressOutput, error) {
		if err != nil {
			return nil, err
		}
		return &addressOutput{Body: addressOf(a)}, nil
	}
	register(e, "merchant.address.list", func(ctx context.Context, _ *struct{}) (*addressListOutput, error) {
		list, err := e.Shopkeeping.Addresses(ctx, callerOf(ctx).actor())
		if err != nil {
			return nil, err
		}
		return &addressListOutput{Body: addressListBody{Items: each(list, addressOf)}}, nil
	})
	register(e, "merchant.address.add", func(ctx context.Context, in *addressInput) (*addressOutput, error) {
		return shown(e.Shopkeeping.AddAddress(ctx, callerOf(ctx).meta(nil), Place(in.Body.Place), in.Body.Default))
	}, created)
	register(e, "merchant.address.change", func(ctx context.Context, in *keyedByID[addressChange]) (*addressOutput, error) {
		return shown(e.Shopkeeping.ChangeAddress(ctx, callerOf(ctx).meta(nil), in.ID, Place(in.Body.Place), in.Body.Default))
	})
	register(e, "merchant.address.remove", func(ctx context.Context, in *keyedByID[nothingBody]) (*struct{}, error) {
		return nil, e.Shopkeeping.RemoveAddress(ctx, callerOf(ctx).meta(nil), in.ID)
	})
	register(e, "merchant.stock.list", func(ctx context.Context, in *stockListInput) (*stockListOutput, error) {
		below := in.Below
		if below == 0 {
			below = -1
		}
		page, err := e.Shopkeeping.Stock(ctx, callerOf(ctx).actor(), below, in.request())
		if err != nil {
			return nil, err
		}
		return &stockListOutput{Body: stockListBody{Items: each(page.Items, stockOf), Next: page.Next}}, nil
	})
	register(e, "merchant.stock.set", func(ctx context.Context, in *keyedByID[stockChange]) (*stockOutput, error) {
		row, err := e.Shopkeeping.SetStock(ctx, callerOf(ctx).meta(nil), in.ID, in.Body.Was, in.Body.Stock)
		if err != nil {
			return nil, err
		}
		return &stockOutput{Body: stockOf(row)}, nil
	})
	register(e, "merchant.figures", func(ctx context.Context, _ *struct{}) (*figuresOutput, error) {
		caller := callerOf(ctx)
		f, err := e.Shopkeeping.Figures(ctx, caller.actor())
		if err != nil {
			return nil, err
		}
		return &figuresOutput{Body: figuresOf(f, caller.Language)}, nil
	})
}

// fewPeople is how many people a share must stand on, for the screens to say why one is missing.
const fewPeople = 5

func figuresOf(f Figures, lang string) figuresBody {
	return figuresBody{
		Since: f.Since, At: f.At, DueToday: f.DueToday, Overdue: f.Overdue, Cases: f.Cases, Capped: f.Capped, Agreed: f.Agreed,
		Refused: f.Refused, Offered: f.Offered, ByTime: f.ByTime, ByRule: f.ByRule, Tasks: f.Tasks, InTime: f.InTime,
		AnswerIn: int64(f.AnswerIn / time.Second), MinPeople: fewPeople,
		Open: each(f.Stages, func(s StageFigure) stageFigure {
			return stageFigure{s.Stage, say(stageWords, contract.Stage(s.Stage), lang), s.Cases, s.Mine}
		}),
		Refunds: each(f.Refunds, func(r RefundFigure) refundFigure {
			return refundFigure{r.Reason, phrase{r.Zh, r.En}.in(lang), r.Cases, moneyOf(r.Amount, r.Currency), r.Share}
		}),
	}
}

package api

import (
	"time"

	"aftersales/money"
	"aftersales/workflows/contract"
)

// The contents of the commands about paying to a case and about goods that the merchant sends.
type (
	startPaymentBody struct {
		Guarded
		Rail string `json:"rail" minLength:"1" maxLength:"16" pattern:"^[a-z0-9_]+$" doc:"Where to pay, e.g. alipay. The address to pay at is in the case's payment."`
	}
	shipBody struct {
		Guarded
		Carrier string   `json:"carrier" minLength:"1" maxLength:"16"`
		Number  string   `json:"number" minLength:"1" maxLength:"40" doc:"The waybill's number."`
		Serials []string `json:"serials,omitempty" maxItems:"1000" nullable:"false" doc:"Serial numbers of the new units, as far as they have any."`
	}
	cannotShipBody struct {
		Guarded
		Words
	}
	confirmReceiptBody struct {
		Guarded
	}
	reportProblemBody struct {
		Guarded
		Words
		Pieces
		Problem string `json:"problem" enum:"wrong,damaged,missing"`
	}
	takeAdvanceBody struct {
		Guarded
	}
)

func (e *edge) exchangeCommands() {
	command(e, "case.payment.start", func(b startPaymentBody, m contract.Meta, _ string) contract.Command {
		return &contract.StartPayment{Meta: m, Rail: b.Rail}
	})
	command(e, "case.delivery.send", func(b shipBody, m contract.Meta, _ string) contract.Command {
		return &contract.ShipReplacement{Meta: m, Carrier: b.Carrier, Number: b.Number, Serials: b.Serials}
	})
	command(e, "case.delivery.decline", func(_ cannotShipBody, m contract.Meta, textID string) contract.Command {
		return &contract.CannotShip{Meta: m, TextID: textID}
	})
	command(e, "case.delivery.confirm", func(_ confirmReceiptBody, m contract.Meta, _ string) contract.Command {
		return &contract.ConfirmReceipt{Meta: m}
	})
	command(e, "case.delivery.report", func(b reportProblemBody, m contract.Meta, textID string) contract.Command {
		return &contract.ReportProblem{Meta: m, Problem: contract.Problem(b.Problem), TextID: textID, Evidence: b.Evidence}
	})
	command(e, "case.advance.take", func(_ takeAdvanceBody, m contract.Meta, _ string) contract.Command {
		return &contract.TakeAdvance{Meta: m}
	})
}

// paymentBody is what the customer is asked to pay.
type paymentBody struct {
	Purpose string           `json:"purpose" enum:"difference,deposit,repair"`
	Amount  moneyBody        `json:"amount"`
	State   string           `json:"state" enum:"waiting,paid,not_paid"`
	Charges []openChargeBody `json:"charges" nullable:"false"`
}

type openChargeBody struct {
	Rail  string `json:"rail"`
	State string `json:"state" enum:"opening,open,paid,closed"`
	URL   string `json:"url,omitempty" doc:"Where the customer pays, while the charge is open."`
}

// deliveryBody is goods on their way to the customer.
type deliveryBody struct {
	Parcel      *parcelBody `json:"parcel,omitempty"`
	DeliveredAt *time.Time  `json:"delivered_at,omitempty"`
	Trouble     string      `json:"trouble,omitempty" doc:"Why the last parcel did not arrive: suspect, bounced, lost."`
	Confirmed   bool        `json:"confirmed"`
	ByTime      bool        `json:"by_time,omitempty"`
	Problem     string      `json:"problem,omitempty"`
}

// exchangeBody is how far an exchange is.
type exchangeBody struct {
	Lines      []exchangedBody `json:"lines" nullable:"false"`
	Difference moneyBody       `json:"difference" doc:"Positive: the customer pays it. Negative: it comes back at the end."`
	Reserved   bool            `json:"reserved"`
	Shipped    bool            `json:"shipped"`
	Advance    bool            `json:"advance,omitempty"`
	ToRefund   string          `json:"to_refund,omitempty" doc:"Why it became a refund."`
	Replaced   []string        `json:"replaced" nullable:"false" doc:"The order lines that the replacement became."`
}

type exchangedBody struct {
	LineID    string `json:"line_id"`
	VariantID string `json:"variant_id"`
	Quantity  int    `json:"quantity"`
}

// addExchange fills in what is paid to a case, and what is sent to the customer. Only the customer sees where to pay.
func (b *caseBody) addExchange(v contract.View, currency money.Currency, reader contract.Role) {
	if p := v.Payment; p != nil {
		b.Payment = &paymentBody{p.Purpose, moneyOf(p.Amount, currency), p.State, each(p.Charges, func(c contract.ChargeView) openChargeBody {
			if reader != contract.Customer {
				c.URL = ""
			}
			return openChargeBody{c.Rail, c.State, c.URL}
		})}
	}
	if d := v.Delivery; d != nil {
		b.Delivery = &deliveryBody{nil, d.DeliveredAt, d.Trouble, d.Confirmed, d.ByTime, string(d.Problem)}
		if d.Parcel != nil {
			parcel := parcelOf(*d.Parcel)
			b.Delivery.Parcel = &parcel
		}
	}
	if x := v.Exchange; x != nil {
		b.Exchange = &exchangeBody{
			each(x.Lines, func(l contract.ExchangedLine) exchangedBody { return exchangedBody{l.LineID, l.VariantID, l.Quantity} }),
			moneyOf(x.Difference, currency), x.Reserved, x.Shipped, x.Advance, x.ToRefund, solid(x.Replaced),
		}
	}
}
